"""What changes do to scores and to the classes of gaps, and which of them make something worse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import attrs

from .._shared import percent
from ..assessment import Status
from ..ids import Ref
from ..model import GapClass
from ..scoring import Bounds, Coverage, workings
from ._changes import Change, Part, short

__all__ = ["ABSENT", "ClassChange", "Effect", "GapState", "Regression", "chained", "effects", "regressions"]

ABSENT: Literal["absent"] = "absent"
GapState = GapClass | Literal["absent"] | None


@attrs.frozen
class ClassChange:
    """A demand whose class of gap changed; None stands for met or excluded, "absent" for not in the set scored."""

    demand: Ref
    before: GapState
    after: GapState

    def to_dict(self) -> dict[str, str | None]:
        """Return the change as a JSON-ready dict."""
        before, after = (None if value is None else str(value) for value in (self.before, self.after))
        return {"demand": str(self.demand), "before": before, "after": after}


@attrs.frozen
class Effect:
    """What the changes do to one unit, or to the whole (`ref` is None): its bounds and the classes of its demands.

    Bounds of None mean that the unit is not in the set scored on that side.
    """

    ref: Ref | None
    before: Bounds | None
    after: Bounds | None
    classes: tuple[ClassChange, ...] = ()

    def invert(self) -> Effect:
        """Return the effect of the changes undone."""
        classes = tuple(ClassChange(c.demand, c.after, c.before) for c in self.classes)
        return Effect(self.ref, self.after, self.before, classes)

    def to_dict(self) -> dict[str, Any]:
        """Return the effect as a JSON-ready dict."""
        return {
            "ref": "overall" if self.ref is None else str(self.ref),
            "before": None if self.before is None else attrs.asdict(self.before),
            "after": None if self.after is None else attrs.asdict(self.after),
            "classes": [change.to_dict() for change in self.classes],
        }

    def to_row(self) -> tuple[str, str, str, str]:
        """Return the unit and its low, estimate and high before and after, as texts."""
        name = "overall" if self.ref is None else self.ref.citation
        low, estimate, high = (
            f"{_part(self.before, part)} -> {_part(self.after, part)}" for part in ("low", "estimate", "high")
        )
        return (name, low, estimate, high)


def _part(bounds: Bounds | None, part: str) -> str:
    return "absent" if bounds is None else percent(getattr(bounds, part))


@attrs.frozen
class Regression:
    """Something that got worse: a finding (its low or estimate is lower, or it is gone) or a unit's low or estimate."""

    kind: str
    ref: Ref
    message: str

    def to_dict(self) -> dict[str, str]:
        """Return the regression as a JSON-ready dict."""
        return {"kind": self.kind, "ref": str(self.ref), "message": self.message}

    def __str__(self) -> str:
        return f"{self.ref}: {self.message}"


def effects(first: Coverage, second: Coverage) -> tuple[Effect, ...]:
    """Return what differs between two coverages: the whole first, then units in legal order."""
    found: list[Effect] = []
    whole = _bounds(first, None), _bounds(second, None)
    if whole[0] != whole[1]:
        found.append(Effect(None, *whole))
    same = workings(first).question is workings(second).question
    for ref in first.units if same else sorted({*first.units, *second.units}):
        old, new = _bounds(first, ref), _bounds(second, ref)
        before, after = _classes(first, ref), _classes(second, ref)
        moved = [
            ClassChange(demand, before.get(demand, ABSENT), after.get(demand, ABSENT))
            for demand in {**before, **after}
            if before.get(demand, ABSENT) != after.get(demand, ABSENT)
        ]
        if old != new or moved:
            found.append(Effect(ref, old, new, tuple(sorted(moved, key=lambda change: change.demand.sort_key))))
    return tuple(found)


def _bounds(cov: Coverage, ref: Ref | None) -> Bounds | None:
    if ref is not None and ref not in workings(cov).question.places:
        return None
    score = cov.overall if ref is None else cov.units[ref]
    return Bounds(score.low, score.estimate, score.high)


def _classes(cov: Coverage, ref: Ref) -> dict[Ref, GapClass | None]:
    place: int | None = workings(cov).question.places.get(ref)
    if place is None:
        return {}
    return {
        workings(cov).question.demands[at].ref: workings(cov).gap_class(at)
        for at in range(*workings(cov).question.spans[place])
    }


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
    for change in changes:
        if change.part is not Part.FINDING or change.ref is None or change.before is None:
            continue
        if change.before.status is Status.UNASSESSED:
            continue
        if change.after is None or change.after.status is Status.UNASSESSED:
            yield Regression("finding", change.ref, f"{change.before.status} is gone")
            continue
        old, new = change.before.bounds, change.after.bounds
        if new[0] < old[0] or new[1] < old[1]:
            yield Regression("finding", change.ref, f"{short(change.before)} became {short(change.after)}")


def _worse_units(found: Iterable[Effect]) -> Iterator[Regression]:
    for effect in found:
        if effect.ref is None or effect.before is None or effect.after is None:
            continue
        for name in ("low", "estimate"):
            old, new = getattr(effect.before, name), getattr(effect.after, name)
            if old is not None and new is not None and new < old:
                yield Regression("unit", effect.ref, f"{name} fell from {percent(old)} to {percent(new)}")
