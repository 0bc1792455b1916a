"""`compare`: what changed between two assessments, and what that does to scores and gaps.

A comparison is data: its changes can be applied, inverted and chained. `compare(a, a)` is empty,
`apply(compare(a, b), a) == b`, `compare(a, b).invert() == compare(b, a)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

import attrs

from ._render import columns, page, percent, table
from .assessment import Assessment, Finding, Status
from .errors import InputError, quote
from .ids import Ref
from .model import GapClass
from .scoring import Bounds, Coverage, coverage

__all__ = ["Change", "ChangeKind", "ClassChange", "Comparison", "Effect", "Regression", "apply", "compare"]

_DETAILS = ("subject", "as_of", "scope", "whole_entity")


class ChangeKind(StrEnum):
    """What happened to one thing: `reworded` says that only prose, evidence or owner differ."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REWORDED = "reworded"


@attrs.frozen
class Change:
    """One change: of a finding (`ref` is set) or of a detail of the assessment (`name` is set).

    `before` is None if the finding was added, `after` if it was removed.
    """

    kind: ChangeKind
    ref: Ref | None
    name: str
    before: Any
    after: Any

    @property
    def key(self) -> tuple[Any, ...]:
        """What the change is about; changes sort by it, details first."""
        return (0, self.name) if self.ref is None else (1, *self.ref.sort_key)

    def to_dict(self) -> dict[str, Any]:
        """Return the change as a JSON-ready dict."""
        return {
            "kind": str(self.kind),
            "what": self.name if self.ref is None else str(self.ref),
            "before": _plain(self.before),
            "after": _plain(self.after),
        }

    def __str__(self) -> str:
        what = self.name if self.ref is None else str(self.ref)
        return f"{self.kind} {what}: {_short(self.before)} -> {_short(self.after)}"


@attrs.frozen
class ClassChange:
    """A demand whose class of gap changed; None stands for met or excluded."""

    demand: Ref
    before: GapClass | None
    after: GapClass | None


@attrs.frozen
class Effect:
    """What the changes do to one unit, or to the whole (`ref` is None): its bounds and the classes of its demands."""

    ref: Ref | None
    before: Bounds
    after: Bounds
    classes: tuple[ClassChange, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the effect as a JSON-ready dict."""
        return {
            "ref": "overall" if self.ref is None else str(self.ref),
            "before": attrs.asdict(self.before),
            "after": attrs.asdict(self.after),
            "classes": [
                {"demand": str(c.demand), "before": _plain(c.before), "after": _plain(c.after)} for c in self.classes
            ],
        }


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


@attrs.frozen(kw_only=True)
class Comparison:
    """Changes from `before` to `after`, their effects on scores, and the regressions among them.

    `changes` is sorted by what they are about; `effects` has the whole first, then the units whose bounds or classes
    changed, in legal order. `conventions` are those of the scores.
    """

    changes: tuple[Change, ...]
    effects: tuple[Effect, ...]
    regressions: tuple[Regression, ...]
    conventions: tuple[tuple[str, str], ...]
    digest: str

    def __bool__(self) -> bool:
        return bool(self.changes or self.effects)

    def of(self, kind: ChangeKind | str) -> tuple[Change, ...]:
        """Return the changes of one kind."""
        wanted = ChangeKind(kind)
        return tuple(change for change in self.changes if change.kind is wanted)

    def invert(self) -> Comparison:
        """Return the comparison the other way round; regressions are worked out anew."""
        back = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}
        changes = tuple(Change(back.get(c.kind, c.kind), c.ref, c.name, c.after, c.before) for c in self.changes)
        effects = tuple(
            Effect(e.ref, e.after, e.before, tuple(ClassChange(c.demand, c.after, c.before) for c in e.classes))
            for e in self.effects
        )
        return _made(changes, effects, self.conventions, self.digest)

    def then(self, other: Comparison) -> Comparison:
        """Return the comparison that does both, one after the other; `other` must start where this one ends."""
        changes = _chained(self.changes, other.changes)
        effects = _chained_effects(self.effects, other.effects)
        return _made(changes, effects, other.conventions, other.digest)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as a JSON-ready dict."""
        return {
            "changes": [change.to_dict() for change in self.changes],
            "effects": [effect.to_dict() for effect in self.effects],
            "regressions": [regression.to_dict() for regression in self.regressions],
            "conventions": dict(self.conventions),
            "digest": self.digest,
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one row per change."""
        return [change.to_dict() for change in self.changes]

    def __str__(self) -> str:
        if not self:
            return "nothing changed"
        parts: list[str] = []
        if self.changes:
            parts.append(columns(("change", "what", "before", "after"), [_row(c) for c in self.changes]))
        if self.effects:
            parts.append(columns(("unit", "low", "estimate", "high"), [_effect_row(e) for e in self.effects]))
        if self.regressions:
            parts.append("\n".join(["regressions", *(f"  {regression}" for regression in self.regressions)]))
        return "\n\n".join(parts)

    def _repr_html_(self) -> str:
        tables = [
            table(("change", "what", "before", "after"), [_row(c) for c in self.changes]),
            table(("unit", "low", "estimate", "high"), [_effect_row(e) for e in self.effects]),
            table(("regression", "why"), [(str(r.ref), r.message) for r in self.regressions]),
        ]
        return page("What changed", tables, notes=[", ".join(f"{k} {v}" for k, v in self.conventions)])


def compare(before: Assessment, after: Assessment, **common: Any) -> Comparison:
    """Return what changed between two assessments, with the effect on scores and gap classes.

    Takes the keyword arguments of `coverage`, used for both sides. A finding regresses if its low or estimate is
    lower or if it is gone; a unit if its low or estimate fell. Learning that an unassessed control is absent is no
    regression.
    """
    first, second = coverage(before, **common), coverage(after, **common)
    changes = tuple(sorted(_changes(before, after), key=lambda change: change.key))
    return _made(changes, tuple(_effects(first, second)), second.conventions, second.digest)


def apply(comparison: Comparison, x: Assessment) -> Assessment:
    """Return `x` with the changes made.

    Raises `InputError` with the first place where `x` is not what the comparison started from.
    """
    findings = dict(x.findings)
    details: dict[str, Any] = {}
    for change in comparison.changes:
        now = getattr(x, change.name) if change.ref is None else findings.get(change.ref)
        if now != change.before or _wording(now) != _wording(change.before):
            what = change.name if change.ref is None else str(change.ref)
            raise InputError(
                f"{what} is {_short(now)}, but the comparison starts from {_short(change.before)}",
                hint="apply it to the assessment it was made from",
            )
        if change.ref is None:
            details[change.name] = change.after
        elif change.after is None:
            del findings[change.ref]
        else:
            findings[change.ref] = change.after
    return attrs.evolve(x, findings=findings, **details)


def _changes(before: Assessment, after: Assessment) -> Iterator[Change]:
    for name in _DETAILS:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Change(ChangeKind.CHANGED, None, name, old, new)
    for ref in {*before.findings, *after.findings}:
        kind = _kind(before.findings.get(ref), after.findings.get(ref))
        if kind is not None:
            yield Change(kind, ref, "", before.findings.get(ref), after.findings.get(ref))


def _kind(old: Finding | None, new: Finding | None) -> ChangeKind | None:
    if old is None or new is None:
        return None if old is new else ChangeKind.ADDED if old is None else ChangeKind.REMOVED
    if old != new:
        return ChangeKind.CHANGED
    return None if _wording(old) == _wording(new) else ChangeKind.REWORDED


def _wording(value: Any) -> Any:
    return (value.justification, value.evidence, value.owner) if isinstance(value, Finding) else None


def _bounds(cov: Coverage, ref: Ref | None) -> Bounds:
    score = cov.overall if ref is None else cov.units[ref]
    return Bounds(score.low, score.estimate, score.high)


def _effects(first: Coverage, second: Coverage) -> Iterator[Effect]:
    whole = (_bounds(first, None), _bounds(second, None))
    if whole[0] != whole[1]:
        yield Effect(None, *whole)
    for unit, span in zip(first.plan.units, first.plan.spans, strict=True):
        old, new = _bounds(first, unit.ref), _bounds(second, unit.ref)
        moved = [
            ClassChange(first.plan.demands[place].ref, first.class_at(place), second.class_at(place))
            for place in range(*span)
            if first.class_at(place) is not second.class_at(place)
        ]
        classes = tuple(sorted(moved, key=lambda change: change.demand.sort_key))
        if old != new or classes:
            yield Effect(unit.ref, old, new, classes)


def _made(
    changes: Iterable[Change],
    effects: Iterable[Effect],
    conventions: tuple[tuple[str, str], ...],
    digest: str,
) -> Comparison:
    changes, effects = tuple(changes), tuple(effects)
    worse = [*_worse_findings(changes), *_worse_units(effects)]
    return Comparison(
        changes=changes, effects=effects, regressions=tuple(worse), conventions=conventions, digest=digest
    )


def _worse_findings(changes: Iterable[Change]) -> Iterator[Regression]:
    for change in changes:
        if change.ref is None or change.before is None or change.before.status is Status.UNASSESSED:
            continue
        if change.after is None or change.after.status is Status.UNASSESSED:
            yield Regression("finding", change.ref, f"{change.before.status} is gone")
            continue
        old, new = change.before.bounds, change.after.bounds
        if new[0] < old[0] or new[1] < old[1]:
            yield Regression("finding", change.ref, f"{_short(change.before)} became {_short(change.after)}")


def _worse_units(effects: Iterable[Effect]) -> Iterator[Regression]:
    for effect in effects:
        if effect.ref is None:
            continue
        for name in ("low", "estimate"):
            old, new = getattr(effect.before, name), getattr(effect.after, name)
            if old is not None and new is not None and new < old:
                yield Regression("unit", effect.ref, f"{name} fell from {percent(old)} to {percent(new)}")


def _chained(first: Iterable[Change], second: Iterable[Change]) -> tuple[Change, ...]:
    merged = {change.key: change for change in first}
    for change in second:
        earlier = merged.pop(change.key, None)
        if earlier is None:
            merged[change.key] = change
            continue
        if earlier.after != change.before:
            what = change.name or str(change.ref)
            raise InputError(f"the comparisons do not follow each other at {quote(what)}")
        joined = _joined(earlier, change)
        if joined is not None:
            merged[change.key] = joined
    return tuple(merged[key] for key in sorted(merged))


def _joined(earlier: Change, later: Change) -> Change | None:
    if later.ref is None:
        same = earlier.before == later.after
        return None if same else Change(ChangeKind.CHANGED, None, later.name, earlier.before, later.after)
    kind = _kind(earlier.before, later.after)
    return None if kind is None else Change(kind, later.ref, "", earlier.before, later.after)


def _chained_effects(first: Iterable[Effect], second: Iterable[Effect]) -> tuple[Effect, ...]:
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
        kept = tuple(
            classes[demand] for demand in sorted(classes) if classes[demand].before is not classes[demand].after
        )
        merged[effect.ref] = Effect(effect.ref, earlier.before, effect.after, kept)
    left = [effect for effect in merged.values() if effect.before != effect.after or effect.classes]
    return tuple(sorted(left, key=lambda effect: (0,) if effect.ref is None else (1, *effect.ref.sort_key)))


def _plain(value: Any) -> Any:
    if isinstance(value, Finding):
        return value.to_dict()
    if value is None or isinstance(value, (bool, str)):
        return value if not isinstance(value, StrEnum) else str(value)
    return str(value)


def _short(value: Any) -> str:
    if isinstance(value, Finding):
        return str(value.status) if value.degree is None else f"{value.status} {value.degree:g}"
    return "none" if value is None else str(value)


def _row(change: Change) -> tuple[str, str, str, str]:
    what = change.name if change.ref is None else (change.ref.citation or str(change.ref))
    return (str(change.kind), what, _short(change.before), _short(change.after))


def _effect_row(effect: Effect) -> tuple[str, str, str, str]:
    name = "overall" if effect.ref is None else (effect.ref.citation or str(effect.ref))
    pairs = [
        f"{percent(getattr(effect.before, part))} -> {percent(getattr(effect.after, part))}"
        for part in ("low", "estimate", "high")
    ]
    return (name, pairs[0], pairs[1], pairs[2])
