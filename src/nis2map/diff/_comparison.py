"""`compare`: what changed between two assessments, datasets or crosswalks, and what that does to scores and gaps.

A comparison is data: its changes can be applied, inverted and chained. `compare(a, a)` is empty,
`apply(compare(a, b), a) == b`, `compare(a, b).invert() == compare(b, a)`. `migrate` carries an assessment over to the
ids of newer data.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, TypeVar

import attrs

from .._shared import columns, expect, member, page, table
from ..assessment import Assessment
from ..dataset import Dataset, given
from ..errors import InputError, clean, quote
from ..ids import Ref
from ..model import Crosswalk
from ..scoring import Coverage, coverage
from ._changes import Change, ChangeKind, Part, Place, applied, built, cells_of, chained, changes, moved
from ._effects import ABSENT, ClassChange, Effect, Regression, effects, regressions
from ._effects import chained as chained_effects
from ._migration import Migration, Move, migrate

__all__ = [
    "ABSENT",
    "Basis",
    "Change",
    "ChangeKind",
    "ClassChange",
    "Comparison",
    "Effect",
    "Migration",
    "Move",
    "Part",
    "Place",
    "Regression",
    "apply",
    "compare",
    "migrate",
]

_SHOWN = 100
_KINDS = {Assessment: "assessment", Dataset: "dataset", Crosswalk: "crosswalk"}
T = TypeVar("T", Assessment, Dataset, Crosswalk)


@attrs.frozen
class Basis:
    """What one side of a comparison was made with: the dataset's digest and the conventions of its scores.

    Without scores the conventions are empty, and so is the digest of two crosswalks that were given as objects.
    """

    digest: str = ""
    conventions: tuple[tuple[str, str], ...] = ()


@attrs.frozen(kw_only=True, repr=False)
class Comparison:
    """Changes from `before` to `after`, their effects on scores, and the regressions among them.

    `kind` is assessment, dataset or crosswalk. `changes` is sorted by what they are about; `effects` has the whole
    first, then the units whose bounds or classes changed, in legal order. `origin` and `result` say what each side was
    made with.
    """

    kind: str
    changes: tuple[Change, ...]
    effects: tuple[Effect, ...]
    regressions: tuple[Regression, ...]
    origin: Basis
    result: Basis

    def __bool__(self) -> bool:
        return bool(self.changes or self.effects)

    @property
    def digest(self) -> str:
        """The digest of the dataset that the later side was made with."""
        return self.result.digest

    @property
    def conventions(self) -> tuple[tuple[str, str], ...]:
        """The conventions of the later side's scores."""
        return self.result.conventions

    def of(self, kind: ChangeKind | str | None = None, *, part: Part | str | None = None) -> tuple[Change, ...]:
        """Return the changes of one kind (added, renamed ...), of one part (unit, demand, link ...), or of both."""
        wanted = None if kind is None else member(ChangeKind, kind, "kind of change")
        about = None if part is None else member(Part, part, "part that changes")
        return tuple(c for c in self.changes if c.kind is (wanted or c.kind) and c.part is (about or c.part))

    @property
    def moved(self) -> tuple[tuple[Ref, Ref], ...]:
        """Units and demands that have a new id and say the same, as pairs of the old ref and the new one."""
        return moved(self.changes)

    def invert(self) -> Comparison:
        """Return the comparison the other way round; regressions are worked out anew."""
        undone = tuple(change.invert() for change in self.changes)
        return _made(self.kind, undone, tuple(e.invert() for e in self.effects), self.result, self.origin)

    def then(self, other: Comparison) -> Comparison:
        """Return the comparison that does both, one after the other.

        Raises `InputError` if `other` does not start where this one ends.
        """
        expect(other, Comparison, "other")
        if self.kind != other.kind or self.result != other.origin:
            raise InputError(
                "the comparisons do not follow each other: what they were made with differs",
                hint="compare all three with the same data and the same arguments",
            )
        found = chained(self.changes, other.changes)
        return _made(self.kind, found, chained_effects(self.effects, other.effects), self.origin, other.result)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as a JSON-ready dict."""
        return {
            "kind": self.kind,
            "changes": [change.to_dict() for change in self.changes],
            "moved": [{"from": str(old), "to": str(new)} for old, new in self.moved],
            "effects": [effect.to_dict() for effect in self.effects],
            "regressions": [regression.to_dict() for regression in self.regressions],
            "conventions": dict(self.conventions),
            "digest": self.digest,
            "before": {"conventions": dict(self.origin.conventions), "digest": self.origin.digest},
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one row per change."""
        return [change.to_dict() for change in self.changes]

    def __repr__(self) -> str:
        counts = f"{len(self.changes)} changes, {len(self.effects)} effects, {len(self.regressions)} regressions"
        return f"<Comparison of {self.kind}s: {counts}>"

    def _tables(self) -> list[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
        """Heads and rows of what there is to show, long lists cut; `_notes` says what is left out."""
        counts = Counter((str(change.part), str(change.kind)) for change in self.changes)
        found: list[tuple[tuple[str, ...], list[tuple[str, ...]]]] = []
        if self.kind != "assessment":
            found.append((("what", "change", "count"), [(*key, str(count)) for key, count in counts.items()]))
        found += [
            (("change", "what", "before", "after"), [change.to_row() for change in self.changes[:_SHOWN]]),
            (("moved from", "to"), [(str(old), str(new)) for old, new in self.moved]),
            (("unit", "low", "estimate", "high"), [effect.to_row() for effect in self.effects]),
        ]
        return [(head, rows) for head, rows in found if rows]

    def _notes(self) -> list[str]:
        more = len(self.changes) - _SHOWN
        named = ", ".join(f"{name} {value}" for name, value in self.conventions)
        return [*([f"and {more} more changes"] if more > 0 else []), *([named] if named else [])]

    def __str__(self) -> str:
        if not self:
            return "nothing changed"
        parts = [columns(head, rows) for head, rows in self._tables()]
        if self.regressions:
            parts.append("\n".join(["regressions", *(f"  {regression}" for regression in self.regressions)]))
        if len(self.changes) > _SHOWN:
            parts.append(self._notes()[0])
        return "\n\n".join(parts)

    def _repr_html_(self) -> str:
        tables = [table(head, rows) for head, rows in self._tables()]
        tables.append(table(("regression", "why"), [(str(r.ref), r.message) for r in self.regressions]))
        return page("What changed" if self else "Nothing changed", tables, notes=self._notes())


def compare(before: Any, after: Any, *, assessment: Assessment | None = None, **common: Any) -> Comparison:
    """Return what changed between two assessments, two datasets or two crosswalks, and what that does to scores.

    Two assessments are scored with the keyword arguments of `coverage`, used for both sides. Two datasets or crosswalks
    are scored for `assessment` if one is given, with the same arguments; crosswalks are `Crosswalk` objects or ids of
    `dataset`. A finding regresses if its low or estimate is lower or if it is gone; a unit if its low or estimate fell.
    Learning that an unassessed control is absent is no regression. Texts that `with_texts` brought are not compared.

    Raises `InputError` if the two are not of one kind, or if arguments of `coverage` are given and nothing is scored.
    """
    common = {name: _kept(one) for name, one in common.items()}
    data: Dataset | None = common.get("dataset")
    if all(isinstance(one, (str, Crosswalk)) for one in (before, after)):
        before, after = (_crosswalk(one, data) for one in (before, after))
    kind = _kind(before)
    if not kind or kind != _kind(after):
        raise InputError(
            f"{_type(before)} and {_type(after)} can't be compared", hint="two assessments, datasets or crosswalks"
        )
    scored: tuple[Coverage, ...]
    if kind == "assessment":
        if assessment is not None:
            raise InputError("assessment= is for comparing datasets or crosswalks", hint="leave it out")
        scored = coverage(before, **common), coverage(after, **common)
    elif assessment is None:
        unused = sorted({*common} - ({"dataset"} if kind == "crosswalk" else set[str]()))
        if unused:
            raise InputError(f"{', '.join(unused)} bears on scores, and nothing is scored", hint="give assessment=")
        return _unscored(kind, before, after)
    else:
        scored = tuple(_scored(kind, one, assessment, data, common) for one in (before, after))
    found = changes(cells_of(before), cells_of(after))
    origin, result = (Basis(cov.digest, cov.conventions) for cov in scored)
    return _made(kind, found, effects(*scored), origin, result)


def _kept(x: Any) -> Any:
    return tuple(x) if hasattr(x, "__next__") else x  # both sides read it


def _type(x: Any) -> str:
    return quote(x) if isinstance(x, str) else clean(type(x).__name__)


def _kind(x: object) -> str:
    return next((kind for one, kind in _KINDS.items() if isinstance(x, one)), "")


def _crosswalk(x: Any, data: Dataset | None) -> Any:
    """Return the crosswalk that an id names; whatever else was given as it is."""
    if not isinstance(x, str):
        return x
    having = given(data)
    return having.crosswalks[having.head(x).id]


def _unscored(kind: str, before: Any, after: Any) -> Comparison:
    origin, result = (Basis(one.digest if isinstance(one, Dataset) else "") for one in (before, after))
    return _made(kind, changes(cells_of(before), cells_of(after)), (), origin, result)


def _scored(kind: str, x: Any, assessment: Assessment, data: Dataset | None, common: dict[str, Any]) -> Coverage:
    """Score an assessment with one side of a comparison: a dataset, or a crosswalk in a dataset."""
    if kind == "dataset":
        if "dataset" in common:
            raise InputError("dataset= is given beside the two that are compared", hint="leave it out")
        return coverage(assessment, **common, dataset=x)
    if "crosswalk" in common:
        raise InputError("crosswalk= is given beside the two that are compared", hint="leave it out")
    base = given(data)
    having = base if base.crosswalks.get(x.id) == x else base.with_crosswalk(x)
    others = {name: value for name, value in common.items() if name != "dataset"}
    return coverage(assessment, **others, crosswalk=x.id, dataset=having)


def apply(comparison: Comparison, x: T) -> T:
    """Return `x` with the changes made: an assessment, a dataset or a crosswalk, as was compared.

    A dataset is checked whole again, and loses texts that `with_texts` brought: they are no part of its records.
    Raises `InputError` with the first place where `x` is not what the comparison started from.
    """
    expect(comparison, Comparison, "comparison")
    if _kind(x) != comparison.kind:
        raise InputError(f"a comparison of {comparison.kind}s can't be applied to {_type(x)}")
    made: T = built(applied(comparison.changes, cells_of(x)), x)
    return made


def _made(
    kind: str, found: tuple[Change, ...], what_for: tuple[Effect, ...], origin: Basis, result: Basis
) -> Comparison:
    return Comparison(
        kind=kind,
        changes=found,
        effects=what_for,
        regressions=regressions(found, what_for),
        origin=origin,
        result=result,
    )
