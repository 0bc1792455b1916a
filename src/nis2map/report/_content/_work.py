"""What to do: first and why, the gaps by class with measures and evidence, and the plan for the controls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ...assessment import Status
from ...ids import Ref
from ...model import Demand, GapClass, Grade, Measure
from ...planning import Plan, Step, done, plan
from ...scoring import Gap, coverage
from .._parts import Cell, Chapter, Grid, Inline, Paragraph, Part, Phrase, strong
from ._asked import Asked

__all__ = ["first", "gaps_by_class", "the_plan"]

_STEPS = 5
_SOLVER = "nis2map[plan]"  # what the note of a plan that was made without the solver names


def first(asked: Asked) -> Chapter:
    """Return the steps that gain most, controls and measures alike, each with what it adds and why."""
    words = asked.words
    best = plan(asked.assessment, budget=_STEPS, measures=True, **asked.options)
    parts: list[Part] = []
    if best.steps:
        rows = tuple(_gains(asked, best))
        parts += [Paragraph(words.count("first.lead", len(rows))), _first_table(asked, rows), *_proof(asked, best)]
    else:
        parts.append(Paragraph(words("first.none")))
    parts += _measures(asked)
    return Chapter("first", words("first"), tuple(parts))


def _first_table(asked: Asked, rows: tuple[tuple[Cell, ...], ...]) -> Grid:
    words = asked.words
    return Grid(
        id="first-steps",
        caption=words("first.caption"),
        columns=asked.columns("step", "more", "points", "where", "why"),
        rows=rows,
    )


def _gains(asked: Asked, best: Plan) -> Iterator[tuple[Cell, ...]]:
    """Yield the row of each step; the steps before it count as done."""
    words, measures = asked.words, {measure.id: measure for measure in asked.dataset.measures}
    before, steps = asked.cov, list[Ref | str]()
    for number, step in enumerate(best.steps, 1):
        steps.append(step.ref)
        after = coverage(done(asked.cov, steps), **asked.options)
        met = [ref for ref in asked.demands if before.gap_class(ref) is not None and after.gap_class(ref) is None]
        own = sum(before.gap_class(ref) in (GapClass.STRUCTURAL, GapClass.RESIDUAL) for ref in met)
        name = _step_name(asked, step, measures.get(str(step.ref)))
        yield (
            (strong(name[0], f"{number}. "), *name[1:]),
            words.number(len(met)),
            words.points(step.gain or 0.0),
            _places(asked, met) or "–",
            _why(asked, len(met), own),
        )
        before = after


def _places(asked: Asked, demands: Iterable[Ref]) -> str:
    """Name the measure groups that demands stand in, with how many stand in each."""
    counts: Counter[Ref] = Counter()
    for demand in demands:
        unit = asked.dataset.requirement(demand.unit)
        counts.update(unit.groups or (asked.dataset.ancestors(unit.ref) or (unit.ref,))[-1:])
    named = ", ".join(f"{asked.cite(group)} ({asked.words.whole(counts[group])})" for group in sorted(counts))
    return named[:1].upper() + named[1:]


def _step_name(asked: Asked, step: Step, measure: Measure | None) -> tuple[Inline, ...]:
    """Return what a step is called: a measure by its title and text, a control by its number and title."""
    if measure is not None:
        return (asked.english(measure.title), asked.english(measure.text))
    if isinstance(step.ref, Ref):
        return (asked.cite(step.ref), asked.title(step.ref))
    return (asked.english(step.title or step.name),)


def _why(asked: Asked, met: int, own: int) -> str:
    """Say why a step gains: how many of the demands no control meets on this basis."""
    words = asked.words
    if not met:
        return words("why.part")
    if own == met:
        return words("why.none")
    return words("why.some", n=words.whole(own)) if own else words("why.controls")


def _proof(asked: Asked, found: Plan) -> Iterator[Paragraph]:
    """Yield how sure it is that no other choice is better."""
    if not found.optimal:
        greedy = any(_SOLVER in note for note in found.notes)
        yield Paragraph(asked.words("plan.greedy" if greedy else "plan.unproven", gap=asked.words.percent(found.gap)))


def _measures(asked: Asked) -> Iterator[Part]:
    """Yield the measures on the duties themselves that close demands not surely met, with what each closes."""
    words = asked.words
    closing: dict[str, list[Ref]] = {}
    for gap in asked.gaps:
        for measure in gap.measures:
            closed = [ref for ref in gap.grades if _closes(asked, measure, ref)]
            closing.setdefault(measure.id, []).extend(closed)
    rows: list[tuple[Cell, ...]] = []
    for measure in asked.dataset.measures:
        if refs := closing.get(measure.id):
            name = (strong(asked.english(measure.title)), asked.english(measure.text))
            rows.append((name, words.number(len(refs)), _places(asked, refs)))
    if rows:
        yield Paragraph(words("measures.lead"))
        yield Grid(
            id="measures",
            caption=words("measures.title"),
            columns=asked.columns("todo", "closes", "where"),
            rows=tuple(rows),
        )


def _closes(asked: Asked, measure: Measure, demand: Ref) -> bool:
    return not {demand, demand.unit, *asked.dataset.ancestors(demand.unit)}.isdisjoint(measure.closes)


def gaps_by_class(asked: Asked) -> Chapter:
    """Return what is not surely met: how much of each class, and each unit with what to do and what to show."""
    words = asked.words
    if not len(asked.gaps):
        return Chapter("gaps", words("gaps"), (Paragraph(words("gaps.none")),))
    classes = [kind for kind, count in asked.gaps.summary.items() if count]
    counts = Grid(
        id="gap-classes",
        caption=words("gaps.classes"),
        columns=asked.columns("class", "of-class", "means", "advice"),
        rows=tuple(
            (
                asked.label(kind),
                words.number(asked.gaps.summary[kind]),
                words(f"means.{kind}"),
                words(f"advice.{kind}"),
            )
            for kind in classes
        ),
    )
    return Chapter("gaps", words("gaps"), (Paragraph(words("gaps.lead")), counts, _gap_table(asked)))


def _gap_table(asked: Asked) -> Grid:
    words = asked.words
    pairs = [(gap, kind, demands) for gap in asked.gaps for kind, demands in gap.classes.items()]
    return Grid(
        id="gap-table",
        caption=words("gaps.caption"),
        columns=asked.columns("unit", "gap-class", "short", "do", "controls", "measures", "evidence"),
        rows=tuple(tuple(_gap_row(asked, gap, kind, demands)) for gap, kind, demands in pairs),
        keys=tuple(str(kind) for _, kind, _ in pairs),
        filtered=True,
    )


def _gap_row(asked: Asked, gap: Gap, kind: GapClass, demands: tuple[Demand, ...]) -> Iterator[Cell]:
    unit = gap.requirement
    yield (Phrase(asked.headed(unit.ref), strong=True), asked.title(unit.ref))
    yield asked.label(kind)
    yield tuple(asked.english(demand.label) for demand in demands)
    yield tuple(_advice(asked, gap, kind, demands))
    yield tuple(_controls(asked, gap, kind, demands)) or "–"
    closing = [m for m in gap.measures if any(_closes(asked, m, demand.ref) for demand in demands)]
    yield tuple(asked.english(measure.title) for measure in closing) or "–"
    yield tuple(map(asked.english, _evidence(gap, demands))) or "–"


def _advice(asked: Asked, gap: Gap, kind: GapClass, demands: tuple[Demand, ...]) -> Iterator[str]:
    """Yield what to do; where the standard offers more than counts on this basis, how much more."""
    words = asked.words
    if kind is GapClass.IMPLEMENTATION:
        own = [demand for demand in demands if asked.demands[demand.ref].own_on is not None]
        yield from [words("do.finish")] * (len(own) < len(tuple(demands))) + [words("do.own")] * bool(own)
        return
    if kind is not GapClass.RESIDUAL:
        yield words(f"do.{kind}")
        return
    offered = {gap.grades[demand.ref] for demand in demands}
    yield from (words(f"more.{grade}") for grade in Grade if grade in offered)


def _evidence(gap: Gap, demands: Iterable[Demand]) -> Iterator[str]:
    """Yield what shows these demands, and what is tied to no demand of the unit."""
    wanted = {text for demand in demands for text in demand.evidence}
    others = {text for demand in gap.requirement.demands for text in demand.evidence} - wanted
    return (text for text in gap.evidence if text not in others)


def _controls(asked: Asked, gap: Gap, kind: GapClass, demands: Iterable[Demand]) -> Iterator[Inline]:
    """Yield the controls that would meet these demands with how they stand, then those that only help."""
    terms = [term for demand in demands for term in asked.demands[demand.ref].terms]
    covering = dict.fromkeys(ref for term in terms if term.covering for ref in term.controls)
    lacking = [ref for ref in sorted(covering) if not _in_place(asked, gap, ref)]
    for ref in lacking:
        state = f"{_state(asked, ref)}{_scopes(asked, gap, ref)}"
        yield asked.words("stands", control=asked.cite(ref), state=state)
    if others := sorted(covering.keys() - set(lacking)):
        yield asked.words("controls.in-place", controls=asked.named(others, 12))
    helping = sorted({ref for term in terms for ref in term.controls} - covering.keys())
    if helping and kind is not GapClass.IMPLEMENTATION:
        yield asked.words("controls.help", controls=asked.named(helping, 12))


def _in_place(asked: Asked, gap: Gap, ref: Ref) -> bool:
    found = asked.finding(ref)
    return found is not None and found[1].status is Status.IMPLEMENTED and ref not in gap.lacking


def _state(asked: Asked, ref: Ref) -> str:
    """Say how a control stands, and who answers for it."""
    found = asked.finding(ref)
    if found is None:
        return asked.words(f"status.{Status.UNASSESSED}")
    at, finding = found
    said = [asked.words(f"status.{finding.status}")]
    if finding.degree is not None:
        said[0] += f" ({asked.words.percent(finding.degree)})"
    said += [asked.words("owner", owner=finding.owner)] if finding.owner else []
    said += [asked.words("found-on", unit=asked.cite(at))] if at != ref else []
    return ", ".join(said)


def _scopes(asked: Asked, gap: Gap, ref: Ref) -> str:
    """Say in which scopes a control is not in place, for an assessment across scopes."""
    lacking = gap.lacking.get(ref)
    if not lacking:
        return ""
    named = ", ".join(f"{name} ({asked.words(f'status.{status}')})" for name, status in lacking.items())
    return asked.words("lacking", scopes=named)


def the_plan(asked: Asked) -> Chapter:
    """Return the controls that lead to the ceiling, in the order of what they gain."""
    words = asked.words
    found = plan(asked.assessment, target="ceiling", **asked.options)
    ceiling = words.percent(found.target)
    if not found.steps:
        return Chapter("plan", words("plan"), (Paragraph(words("plan.none", ceiling=ceiling)),))
    lead = words.count("plan.lead", len(found.steps), ceiling=ceiling, start=words.percent(found.start))
    table = Grid(
        id="plan-steps",
        caption=words("plan.caption"),
        columns=asked.columns("control", "points", "reached", "state"),
        rows=tuple(_plan_rows(asked, found)),
    )
    proof = [Paragraph(words("plan.optimal"))] if found.optimal else list(_proof(asked, found))
    return Chapter("plan", words("plan"), (Paragraph(lead), table, *proof))


def _plan_rows(asked: Asked, found: Plan) -> Iterator[tuple[Cell, ...]]:
    words, reached = asked.words, found.start
    for number, step in enumerate(found.steps, 1):
        reached += step.gain or 0.0
        name, *more = _step_name(asked, step, None)
        together = [asked.cite(other) for other in step.together if isinstance(other, Ref)]
        more += [words("plan.together", controls=", ".join(together))] if together else []
        state = _state(asked, step.ref) if isinstance(step.ref, Ref) else ""
        yield ((strong(name, f"{number}. "), *more), words.points(step.gain or 0.0), words.share(reached), state)
