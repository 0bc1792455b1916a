"""What changes do to scores and to the classes of gaps, and which of them make something worse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeGuard

import attrs

from .._shared import Bar, Mark, Page, Record, Stack, View, percent, written
from ..assessment import Finding
from ..ids import Ref
from ..model import GapClass
from ..scoring import Bounds, Coverage, UnitSum, Workings, workings
from ._changes import Change, Part
from ._short import short

__all__ = ["ABSENT", "ClassChange", "Effect", "GapState", "Regression", "chained", "effects", "mark_of", "regressions"]

ABSENT: Literal["absent"] = "absent"
GapState = GapClass | Literal["absent"] | None


@attrs.frozen(eq=False, repr=False)
class ClassChange(Record, View):
    """A demand whose class of gap changed; None stands for met or excluded, "absent" for not in the set scored."""

    demand: Ref
    before: GapState
    after: GapState

    def _page(self) -> Page:
        return Page(f"{self.demand}: {self.before or 'no gap'} -> {self.after or 'no gap'}")


def _overall_or_ref(ref: Ref | None) -> str:
    return "overall" if ref is None else str(ref)


@attrs.frozen(eq=False, repr=False)
class Effect(Record, View):
    """What the changes do to one unit, or to the whole (`ref` is None): its bounds and the classes of its demands.

    Bounds of None mean that the unit is not in the set scored on that side.
    """

    ref: Ref | None = attrs.field(metadata=written(_overall_or_ref))
    before: Bounds | None
    after: Bounds | None
    classes: tuple[ClassChange, ...] = ()

    def invert(self) -> Effect:
        """Return the effect of the changes undone."""
        classes = tuple(ClassChange(c.demand, c.after, c.before) for c in self.classes)
        return Effect(self.ref, self.after, self.before, classes)

    def to_row(self) -> tuple[str, str, str, str]:
        """Return the unit and its low, estimate and high before and after, as texts."""
        name = "overall" if self.ref is None else self.ref.citation
        low, estimate, high = (
            f"{_part(self.before, part)} -> {_part(self.after, part)}" for part in ("low", "estimate", "high")
        )
        return (name, low, estimate, high)

    def _page(self) -> Page:
        name, low, estimate, high = self.to_row()
        return Page(f"{name}: low {low}, estimate {estimate}, high {high}", (mark_of(self),))


def mark_of(effect: Effect) -> Mark:
    """Return the bounds before as a bar, and below it those after; nothing is drawn where there are none."""
    sides = (effect.before, effect.after)
    return Stack(*(Bar(None, None, None) if one is None else Bar(one.low, one.estimate, one.high) for one in sides))


def _part(bounds: Bounds | None, part: str) -> str:
    return "absent" if bounds is None else percent(getattr(bounds, part))


@attrs.frozen(eq=False, repr=False)
class Regression(Record, View):
    """Something that got worse: a finding (its low or estimate is lower, or it is gone) or a unit's low or estimate."""

    kind: str
    ref: Ref
    message: str

    def _page(self) -> Page:
        return Page(f"{self.ref}: {self.message}")


def effects(first: Coverage, second: Coverage) -> tuple[Effect, ...]:
    """Return what differs between two coverages: the whole first, then units in legal order."""
    differing: list[Effect] = []
    whole = _bounds(first, None), _bounds(second, None)
    if whole[0] != whole[1]:
        differing.append(Effect(None, *whole))
    one, two = workings(first), workings(second)
    if one.question is two.question:
        refs = [
            unit.ref
            for unit, old, new, span in zip(one.question.units, one.sums, two.sums, one.question.spans, strict=True)
            if _numbers(old) != _numbers(new) or one.classes[slice(*span)] != two.classes[slice(*span)]
        ]
    else:
        refs = sorted({*first.units, *second.units})
    for ref in refs:
        before, after = _classes(one, ref), _classes(two, ref)
        moved = [
            ClassChange(demand, before.get(demand, ABSENT), after.get(demand, ABSENT))
            for demand in {**before, **after}
            if before.get(demand, ABSENT) != after.get(demand, ABSENT)
        ]
        old, new = _bounds(first, ref), _bounds(second, ref)
        if old != new or moved:
            differing.append(Effect(ref, old, new, tuple(sorted(moved, key=lambda change: change.demand.sort_key))))
    return tuple(differing)


def _numbers(unit: UnitSum) -> tuple[float, float, float] | None:
    return unit.means if unit.counted else None


def _bounds(cov: Coverage, ref: Ref | None) -> Bounds | None:
    if ref is not None and ref not in cov.units:
        return None
    score = cov.overall if ref is None else cov.units[ref]
    return Bounds(score.low, score.estimate, score.high)


def _classes(work: Workings, ref: Ref) -> dict[Ref, GapClass | None]:
    place: int | None = work.question.places.get(ref)
    if place is None:
        return {}
    return {work.question.demands[at].ref: work.classes[at] for at in range(*work.question.spans[place])}


def chained(first: Iterable[Effect], second: Iterable[Effect]) -> tuple[Effect, ...]:
    """Return the effects of both, one after the other."""
    merged = {effect.ref: effect for effect in first}
    for effect in second:
        earlier = merged.get(effect.ref)
        if earlier is None:
            merged[effect.ref] = effect
            continue
        classes = {c.demand: c for c in earlier.classes}
        for change in effect.classes:
            known = classes.get(change.demand)
            classes[change.demand] = ClassChange(change.demand, known.before if known else change.before, change.after)
        kept = tuple(classes[demand] for demand in sorted(classes) if classes[demand].before != classes[demand].after)
        merged[effect.ref] = Effect(effect.ref, earlier.before, effect.after, kept)
    left = [effect for effect in merged.values() if effect.before != effect.after or effect.classes]
    return tuple(sorted(left, key=lambda effect: (0,) if effect.ref is None else (1, *effect.ref.sort_key)))


def regressions(changes: Iterable[Change], found: Iterable[Effect]) -> tuple[Regression, ...]:
    """Return what got worse: findings first, then units."""
    return (*_worse_findings(changes), *_worse_units(found))


def _worse_findings(changes: Iterable[Change]) -> Iterator[Regression]:
    changes = tuple(changes)
    findings = {change.ref: change for change in changes if change.part is Part.FINDING}
    expiries = {change.ref: change for change in changes if change.part is Part.EXPIRY}
    for ref in {**findings, **expiries}:
        finding, expiry = findings.get(ref), expiries.get(ref)
        if ref is None or (expiry is not None and expiry.before is not None):
            continue  # what had run out before said nothing that could be lost
        message = "" if finding is None else _worse(finding.before, finding.after)
        held = finding is None or _says(finding.before)
        if not message and expiry is not None and held:
            message = f"its finding {expiry.after}"
        if message:
            yield Regression("finding", ref, message)


def _says(finding: object) -> TypeGuard[Finding]:
    return isinstance(finding, Finding) and finding.known


def _worse(before: object, after: object) -> str:
    """Say in which way a finding is worse than it was, empty if it is not."""
    if not _says(before):
        return ""
    if not _says(after):
        return f"{before.status} is gone"
    fell = after.bounds[0] < before.bounds[0] or after.bounds[1] < before.bounds[1]
    return f"{short(before)} became {short(after)}" if fell else ""


def _worse_units(found: Iterable[Effect]) -> Iterator[Regression]:
    for effect in found:
        if effect.ref is None or effect.before is None or effect.after is None:
            continue
        for name in ("low", "estimate"):
            old, new = getattr(effect.before, name), getattr(effect.after, name)
            # A number that is not known on one side neither rose nor fell.
            if old is not None and new is not None and new < old:
                yield Regression("unit", effect.ref, f"{name} fell from {percent(old)} to {percent(new)}")
