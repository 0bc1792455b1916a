"""`Explanation`: why a score is what it is, as data that can be recomputed, with a text and an HTML view."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import attrs

from .._shared import Arrow, Bar, Brief, Drawn, Label, Page, Record, Table, View, number, pairs, percent, written
from ..assessment import Finding
from ..dataset import Dataset, cited
from ..ids import Ref, RefMap
from ..model import GapClass, Grade, Link, Relation, ReviewState
from ._bounds import COUNTED, STATES, UNBOUND, Workings
from ._question import Question, Term

__all__ = ["DemandExplanation", "Explanation", "Judgement", "TermExplanation", "explanation_of"]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class TermExplanation(Brief, Record):
    """One link that counted for one demand.

    `grade` is how the link serves the demand, `covering` whether that is a cover on the basis asked for; `factor`
    multiplies its estimate and high; `low`, `estimate` and `high` are those of its controls together; `inherited` says
    that the link stands on a unit above; `decides` whether it gives the demand's low, estimate or high. `cited` is how
    the controls are cited.
    """

    crosswalk: str
    controls: tuple[Ref, ...]
    relation: Relation
    grade: Grade
    covering: bool
    factor: float
    low: float
    estimate: float
    high: float
    inherited: bool
    decides: bool
    rationale: str
    source: str
    review: ReviewState
    cited: tuple[str, ...] = attrs.field(default=(), metadata=written(), eq=False, repr=False)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Judgement(Brief, Record):
    """One link that says: the unit of a demand was judged, and no control serves it.

    `requirement` is the unit that the link stands on, the demand's own or one above; `controls` are those that it
    relates (or says not to relate) to that unit, for other demands of it.
    """

    crosswalk: str
    requirement: Ref
    controls: tuple[Ref, ...]
    relation: Relation
    rationale: str
    source: str
    review: ReviewState
    date: str
    cited: tuple[str, ...] = attrs.field(default=(), metadata=written(), eq=False, repr=False)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DemandExplanation(Brief, Record):
    """One demand: its state (counted, excluded, unjudged), class of gap, bounds, and what gave them.

    `gap` is None if the demand is surely met or not counted as excluded; `unbound_by` names the fact that it hangs on
    and that does not hold. `own` is the finding on the demand itself or
    on a unit above it, which replaces the links, and `own_on` where it stands; what some scopes of several alone found
    (`Assessment.across`) bounds what the links give, and both are named. `assessed` says whether that or a
    finding on a control of its links affects it. `judgements` are those that found nothing, for a structural demand.
    """

    ref: Ref
    label: str
    unit: Ref
    state: str
    gap: GapClass | None
    low: float | None
    estimate: float | None
    high: float | None
    assessed: bool
    own: str
    own_on: Ref | None
    terms: tuple[TermExplanation, ...]
    unbound_by: str = ""
    judgements: tuple[Judgement, ...] = ()


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Explanation(Record, View, Drawn):
    """Why a unit, a container or the whole has its score.

    `weights` gives, per unit, the weight with which the mean over its counted demands enters; `recompute` does that
    sum again from the demands alone.
    """

    subject: str
    title: str
    low: float | None
    estimate: float | None
    high: float | None
    demands: tuple[DemandExplanation, ...]
    weights: tuple[tuple[Ref, float], ...] = attrs.field(metadata=written(dict[Ref, float]))
    conventions: tuple[tuple[str, str], ...] = attrs.field(metadata=written(dict[str, str]))
    digest: str
    assessment_digest: str = ""

    def recompute(self) -> tuple[float | None, float | None, float | None]:
        """Return low, estimate and high worked out again from `demands` and `weights`."""
        weights = dict(self.weights)
        units: dict[Ref, list[DemandExplanation]] = {}
        for demand in self.demands:
            if demand.state == "counted":
                units.setdefault(demand.unit, []).append(demand)
        if not units:
            return (None, None, None)
        counted = [demand for demands in units.values() for demand in demands]
        return (
            _mean(units, weights, [d.low or 0.0 for d in counted]),
            _mean(units, weights, [d.estimate or 0.0 for d in counted]),
            _mean(units, weights, [d.high or 0.0 for d in counted]),
        )

    def _page(self) -> Page:
        rows = [
            (f"{demand.label}\n{demand.ref}", _class(demand), *map(percent, (demand.low, demand.estimate, demand.high)))
            for demand in self.demands
        ]
        head = ("demand", "class", "surely", "estimate", "at most")
        bars = ("at a glance", [Bar(demand.low, demand.estimate, demand.high) for demand in self.demands])
        why = ("links that counted", [tuple(_reasons(demand)) for demand in self.demands])
        table = Table(head, rows, (2, 3, 4), marks=bars, details=why)
        notes = ("* this link gives the demand's low, estimate or high", pairs(self.conventions))
        return Page(self._title, (Bar(self.low, self.estimate, self.high), table), notes)

    def _graph(self) -> tuple[dict[str, str], list[Arrow]]:
        nodes = {str(demand.ref): f"{demand.label}\n{demand.gap or 'met'}" for demand in self.demands}
        arrows: list[Arrow] = []
        for demand in self.demands:
            for term in demand.terms:
                cited_ = term.cited or [control.citation for control in term.controls]
                nodes |= dict(zip(map(str, term.controls), cited_, strict=True))
                words = str(term.grade) + ", together" * (len(term.controls) > 1)
                arrows += [Arrow(str(demand.ref), str(control), words, str(term.grade)) for control in term.controls]
        return nodes, arrows

    @property
    def _title(self) -> str:
        return f"{self.subject} {self.title}".rstrip() + f": {_bounds(self.low, self.estimate, self.high)}"

    def __str__(self) -> str:
        # As text a table of reasons would be hundreds of columns wide: the same content, indented.
        lines = [self._title]
        for demand in self.demands:
            gap = f"  [{demand.gap}]" if demand.gap else "" if demand.state == "counted" else f"  [{demand.state}]"
            lines.append(f"  {demand.ref}  {demand.label}{gap}")
            lines.append(f"    {_bounds(demand.low, demand.estimate, demand.high)}")
            lines += [f"    {reason}" for reason in _reasons(demand)]
        return "\n".join([*lines, pairs(self.conventions)])


def _class(demand: DemandExplanation) -> Label | str:
    """Return why a demand is not surely met, in its colour; that it is met, or else its state."""
    if demand.gap:
        return Label(str(demand.gap))
    return Label("met") if demand.state == "counted" else demand.state


def _reasons(demand: DemandExplanation) -> Iterator[str]:
    """Yield why a demand has its numbers: its own finding, the links that counted, or the judgement of none."""
    if demand.unbound_by:
        yield f"does not bind: {demand.unbound_by} does not hold"
        return
    if demand.own:
        yield f"own finding on {demand.own_on}: {demand.own}"
    yield from map(_line, demand.terms)
    if not demand.terms and not demand.own:
        counted = demand.state == "counted"
        yield "nothing in the standard covers or supports it" if counted else "no link speaks of its unit"
    yield from map(_judgement_line, demand.judgements)


def _mean(
    units: dict[Ref, list[DemandExplanation]], weights: dict[Ref, float], values: Iterable[float]
) -> float | None:
    values = iter(values)
    means = {ref: math.fsum([next(values) for _ in demands]) / len(demands) for ref, demands in units.items()}
    weighing = {ref: weights[ref] for ref in means}
    if not any(weighing.values()):  # if all that count weigh 0, they weigh alike
        weighing = dict.fromkeys(means, 1.0)
    total = math.fsum(weighing.values())
    return math.fsum(weighing[ref] * mean for ref, mean in means.items()) / total if total else None


def _bounds(low: float | None, estimate: float | None, high: float | None) -> str:
    return f"low {percent(low)}  estimate {percent(estimate)}  high {percent(high)}"


def _line(term: TermExplanation) -> str:
    controls = " + ".join(term.cited or [c.citation for c in term.controls]) or "no control"
    factor = "" if term.covering else f" x {number(term.factor)}"
    marks = [str(term.grade), f"degree {number(term.estimate)}{factor}"]
    marks += ["inherited"] if term.inherited else []
    marks += [f"{term.crosswalk}/{term.source}", str(term.review)]
    reason = f" - {term.rationale}" if term.rationale else ""
    return f"{'*' if term.decides else ' '} {controls} ({', '.join(marks)}){reason}"


def _judgement_line(judgement: Judgement) -> str:
    about = " + ".join(judgement.cited or [ref.citation for ref in judgement.controls]) or "any control"
    marks = f"{judgement.crosswalk}/{judgement.source}, {judgement.review}" + f", {judgement.date}" * bool(
        judgement.date
    )
    where = judgement.requirement.citation
    reason = f" - {judgement.rationale}" if judgement.rationale else ""
    return f"  judged: {where} {judgement.relation} {about} ({marks}){reason}"


def explanation_of(
    work: Workings,
    dataset: Dataset,
    *,
    subject: str,
    bounds: tuple[float | None, float | None, float | None],
    units: tuple[int, ...],
    weights: tuple[float, ...] | None,
    demand: int | None,
    current: RefMap[Ref, Finding],
    conventions: tuple[tuple[str, str], ...],
) -> Explanation:
    """Return the explanation of a score over units, or of one demand, by their places in the question.

    `weights` has one a unit of the question; without them each weighs as many demands as it has. `current` are the
    findings that count.
    """
    question = work.question
    if demand is not None:
        places = [demand]
        shares = [(question.demands[demand].ref.unit, 1.0)]
    else:
        places = [place for unit in units for place in range(*question.spans[unit])]
        shares = [
            (question.units[unit].ref, float(work.sums[unit].counted) if weights is None else weights[unit])
            for unit in units
        ]
    known = frozenset(
        place for place, chains in enumerate(question.parts) if any(ref in current for chain in chains for ref in chain)
    )
    named = None if subject == "overall" else dataset[subject]
    low, estimate, high = bounds
    return Explanation(
        subject=subject,
        title=getattr(named, "title", "") or getattr(named, "label", ""),
        low=low,
        estimate=estimate,
        high=high,
        demands=tuple(_demand(work, dataset, place, known, current) for place in places),
        weights=tuple(shares),
        conventions=conventions,
        digest=dataset.digest,
    )


def _demand(
    work: Workings, dataset: Dataset, place: int, known: frozenset[int], current: RefMap[Ref, Finding]
) -> DemandExplanation:
    """Return one demand; `known` are the controls of the question of which something is known."""
    values, demand = work.values, work.question.demands[place]
    own = values.own[place]
    # What a part of the scopes found is no finding of the whole: the links count, and no more than it.
    bounding = own is not None and own[0] not in current
    counted = values.state[place] == COUNTED
    bounds = (values.low[place], values.estimate[place], values.high[place])
    gap = work.gap_class(place)
    assessed = any(not known.isdisjoint(work.question.sets[term.controls]) for term in work.question.terms[place])
    judgements = _judgements(work.question, dataset, demand.ref) if gap is GapClass.STRUCTURAL else ()
    terms = () if own and not bounding else work.question.terms[place]
    return DemandExplanation(
        ref=demand.ref,
        label=demand.label,
        unit=demand.ref.unit,
        state=STATES[values.state[place]],
        gap=gap,
        low=bounds[0] if counted else None,
        estimate=bounds[1] if counted else None,
        high=bounds[2] if counted else None,
        assessed=own is not None or assessed,
        unbound_by=demand.condition if values.state[place] == UNBOUND else "",
        own=f"{own[1].status}{' in some scopes, which bounds the links' * bounding}" if own else "",
        own_on=own[0] if own else None,
        terms=tuple(_term(work, dataset, term, bounds, demand.ref) for term in terms),
        judgements=tuple(judgements),
    )


def _term(
    work: Workings, dataset: Dataset, term: Term, bounds: tuple[float, float, float], demand: Ref
) -> TermExplanation:
    low, estimate, high = work.values.sets[term.controls]
    gives = (low if term.covering else 0.0, term.factor * estimate, term.factor * high)
    return TermExplanation(
        crosswalk=term.crosswalk,
        controls=term.link.controls,
        relation=term.link.relation,
        grade=term.grade,
        covering=term.covering,
        factor=term.factor,
        low=low,
        estimate=estimate,
        high=high,
        inherited=term.inherited,
        decides=any(give == bound > 0 for give, bound in zip(gives, bounds, strict=True)),
        rationale=term.link.reason(demand),
        source=term.link.source,
        review=ReviewState.HUMAN if demand in term.link.reviewed else term.link.review,
        cited=tuple(cited(dataset, ref) for ref in term.link.controls),
    )


def _judgements(question: Question, dataset: Dataset, demand: Ref) -> Iterator[Judgement]:
    """Yield the links by which the crosswalks judged a demand's unit: those that say so outright, else all on it."""
    for crosswalk in question.crosswalks:
        links = dataset.links(crosswalk, requirement=demand.unit)
        outright = [link for link in links if link.relation is Relation.NO_RELATIONSHIP]
        yield from (_judgement(dataset, crosswalk, link) for link in outright or links)


def _judgement(dataset: Dataset, crosswalk: str, link: Link) -> Judgement:
    return Judgement(
        crosswalk=crosswalk,
        requirement=link.requirement,
        controls=link.controls,
        relation=link.relation,
        rationale=link.rationale,
        source=link.source,
        review=link.review,
        date=link.date,
        cited=tuple(cited(dataset, ref) for ref in link.controls),
    )
