"""The command `gaps`: what is short in the order in which one would do it, as text or as a table of demands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from ..._shared import FrozenMap, Table, counted, escape, pairs
from ...formats import table_text
from ...ids import Ref
from ...model import Demand, GapClass
from ...planning import Step, done, plan
from ...scoring import ADVICE, Coverage, Gap, Gaps, coverage, gaps_of
from .._terminal import show
from ._scoring import question_of, scored

__all__ = ["run_gaps"]

_HEAD = (
    "do",
    "unit",
    "title",
    "demand",
    "class",
    "what to do",
    "controls",
    "measures",
    "evidence",
    "ref",
)
_SECONDS = 2.0  # an order needs no proof; the solver proves it in a fraction of that


@attrs.frozen
class _Part:
    """What of a gap is closed by one step, the `place`-th to do; None where no control and no measure closes it."""

    gap: Gap
    place: int | None
    step: Step | None

    @property
    def demands(self) -> Iterator[tuple[GapClass, Demand]]:
        return ((kind, demand) for kind, demands in self.gap.classes.items() for demand in demands)

    @property
    def what(self) -> str:
        """The step in words, what it counts for in front."""
        if self.step is None:
            return ""
        return f"{self.step.name} {self.step.title}" if isinstance(self.step.ref, Ref) else self.step.title


def run_gaps(arguments: argparse.Namespace) -> int:
    """List what is short; 1 if a demand is short for a reason that `--fail-on` names."""
    cov = scored(arguments)
    listed = gaps_of(cov)
    chosen = _of_classes(listed, arguments.classes)
    by_priority = arguments.order == "priority"
    parts = _by_priority(cov, chosen, arguments) if by_priority else [_Part(gap, None, None) for gap in chosen]
    if arguments.format == "text":
        show(
            arguments,
            lambda: _record(chosen, parts, arguments),
            lambda: _text(chosen, parts, quiet=arguments.quiet) if by_priority else chosen,
            lambda: _notes(chosen) if by_priority else (),
        )
    else:
        show(
            arguments,
            lambda: _record(chosen, parts, arguments),
            lambda: _written(parts, arguments.format),
            verbatim=True,
        )
    return _gate(listed, arguments.fail_on or ())


def _gate(listed: Gaps, classes: Iterable[str]) -> int:
    wanted = set(GapClass) if "any" in classes else {GapClass(name) for name in classes}
    found = {kind: count for kind, count in listed.summary.items() if count and kind in wanted}
    if found:
        told = ", ".join(f"{count} {kind}" for kind, count in found.items())
        sys.stderr.write(f"nis2map: the gate asks for none of these: {told}\n")
    return 1 if found else 0


def _of_classes(listed: Gaps, names: Sequence[str] | None) -> Gaps:
    """Return the gaps with the demands of some classes alone."""
    if not names:
        return listed
    chosen = {GapClass(name) for name in names}
    kept = [
        attrs.evolve(gap, classes=FrozenMap((k, v) for k, v in gap.classes.items() if k in chosen)) for gap in listed
    ]
    return Gaps(tuple(gap for gap in kept if gap.classes), listed.coverage)


def _by_priority(cov: Coverage, listed: Gaps, arguments: argparse.Namespace) -> list[_Part]:
    """Return the parts of gaps by the step that closes them, in the order of a plan that closes all that can be.

    The plan takes controls and measures alike, each at a cost of 1, so that the first step is the one that gains most.
    """
    question = question_of(arguments)
    steps = plan(cov.assessment, target=1.0, measures=True, seconds=_SECONDS, **question).steps
    open_ = {demand.ref for gap in listed for demands in gap.classes.values() for demand in demands}
    closed: dict[Ref, int] = {}
    for count in range(1, len(steps) + 1):
        after = coverage(done(cov, [step.ref for step in steps[:count]]), **question)
        for ref in [ref for ref in open_ if after.gap_class(ref) is None]:
            closed[ref] = count
            open_.discard(ref)
    # Steps that close no demand on their own leave no trace in the numbers that are shown.
    number: dict[int | None, int] = {place: n for n, place in enumerate(sorted({*closed.values()}), 1)}
    parts: list[_Part] = []
    for place in (*number, None):
        for gap in listed:
            classes = FrozenMap(
                (kind, mine)
                for kind, demands in gap.classes.items()
                if (mine := tuple(demand for demand in demands if closed.get(demand.ref) == place))
            )
            if classes:
                step = None if place is None else steps[place - 1]
                parts.append(_Part(attrs.evolve(gap, classes=classes), number.get(place), step))
    return parts


def _record(listed: Gaps, parts: Iterable[_Part], arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the gaps as the library writes them, and by priority what to do first and which demands that closes."""
    record = listed.to_dict()
    if arguments.order == "legal":
        return record
    first: dict[int | None, dict[str, Any]] = {}
    for part in parts:
        row = first.setdefault(part.place, {"do": part.place, "step": None, "title": "", "gain": None, "demands": []})
        if part.step is not None:
            row |= {"step": str(part.step.ref), "title": part.step.title, "gain": part.step.gain}
        row["demands"] += [str(demand.ref) for _, demand in part.demands]
    return record | {"priority": list(first.values())}


def _text(listed: Gaps, parts: Sequence[_Part], *, quiet: bool) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in listed.summary.items() if count)
    lines = [f"{counted(sum(listed.summary.values()), 'demand')} not surely met: {counts or 'none'}"]
    lines += [f"{kind}: {ADVICE[kind]}" for kind, count in listed.summary.items() if count and not quiet]
    place: int | None = 0
    for part in parts:
        if part.place != place:
            place = part.place
            lines += ["", _heading(part, sum(len(tuple(p.demands)) for p in parts if p.place == place))]
        lines.append(f"  {part.gap.requirement.citation}: {part.gap.title}")
        lines += [f"    {kind}: {demand.label}" for kind, demand in part.demands]
        lines += [] if quiet else _below(part.gap)
    return "\n".join(lines)


def _heading(part: _Part, count: int) -> str:
    demands = counted(count, "demand")
    if part.step is None:
        return f"no control and no measure meets {demands} on this basis: act on the duties themselves"
    gain = f", +{100 * part.step.gain:.1f} points" if part.step.gain else ""
    kind = "put in place" if isinstance(part.step.ref, Ref) else "measure"
    return f"do {part.place}: {part.what} ({kind}): {demands} met{gain}"


def _below(gap: Gap) -> Iterator[str]:
    if gap.controls:
        yield f"    related controls: {gap.named_controls}"
    yield from (f"    {line}" for line in gap.where)
    if gap.evidence:
        yield f"    evidence: {'; '.join(gap.evidence)}"


def _notes(listed: Gaps) -> Iterator[str]:
    yield ""
    yield from listed.coverage.notes
    yield pairs(listed.coverage.conventions)


def _written(parts: Iterable[_Part], form: str) -> str:
    """Return the demands as a table with one row each."""
    rows = [row for part in parts for row in _rows(part)]
    if form != "html":
        return table_text(_HEAD, rows, form=form)
    title = escape("What is not surely met")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>\n'
        f"<body><h1>{title}</h1>{Table(_HEAD, rows).html(title)}</body></html>"
    )


def _rows(part: _Part) -> Iterator[tuple[str, ...]]:
    gap = part.gap
    for kind, demand in part.demands:
        alone = attrs.evolve(gap, classes=FrozenMap({kind: (demand,)}))
        yield (
            f"{part.place}. {part.what}" if part.place else "",
            gap.requirement.citation,
            gap.title,
            demand.label,
            str(kind),
            alone.advice[0].removeprefix(f"{kind}: "),
            gap.named_controls,
            "; ".join(measure.title for measure in gap.measures),
            "; ".join(gap.evidence),
            str(demand.ref),
        )
