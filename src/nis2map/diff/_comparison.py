"""`compare`: what changed between two assessments, datasets or crosswalks, and what that does to scores and gaps.

A comparison is data: its changes can be applied, inverted and chained. `compare(a, a)` is empty,
`apply(compare(a, b), a) == b`, `compare(a, b).invert() == compare(b, a)`. `migrate` carries an assessment over to the
ids of newer data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, cast, overload

import attrs

from .._shared import Column, Page, Record, Table, Tabular, View, counted, expect, member, one_line, pairs, written
from ..assessment import Assessment
from ..dataset import NAMED, Dataset, given, lines
from ..errors import InputError, clean, quote
from ..ids import Ref
from ..model import Crosswalk
from ..scoring import Coverage, Options, coverage, repeatable, with_options
from ._changes import Change, ChangeKind, Part, applied, built, cells_of, chained, changes, moved
from ._effects import Effect, Regression, effects, mark_of, regressions
from ._effects import chained as chained_effects

if TYPE_CHECKING:
    from ..dataset import Line
    from ..law import Entity
    from ._entities import EntityChange

__all__ = ["Basis", "Comparison", "apply", "compare"]

# A page shows the first of a thousand changes; all of them are in `changes` and `to_dict`.
_SHOWN = 100
_KINDS = {Assessment: "assessment", Dataset: "dataset", Crosswalk: "crosswalk"}
Thing = Assessment | Dataset | Crosswalk
T = TypeVar("T", Assessment, Dataset, Crosswalk)


@attrs.frozen(eq=False, repr=False)
class Basis(Record, View):
    """What one side of a comparison was made with: digests of dataset and assessment, and the conventions of scores.

    Without scores the conventions are empty and so is the digest of the assessment, and that of the dataset for two
    crosswalks that were given as objects.
    """

    digest: str = ""
    conventions: tuple[tuple[str, str], ...] = attrs.field(default=(), metadata=written(dict))
    # In no comparison: two assessments may differ in what comparing them leaves out.
    assessment_digest: str = attrs.field(default="", eq=False)

    def _page(self) -> Page:
        named = pairs(self.conventions)
        return Page(f"{named or 'not scored'}, digest {self.digest[:12] or 'unknown'}")


def _written(name: str) -> Callable[[Line], object]:
    """Return what reads a part of a change as it is written."""
    return lambda line: cast("dict[str, object]", line.of).get(name)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Comparison(Record, View, Tabular):
    """Changes from `before` to `after`, their effects on scores, and the regressions among them.

    `kind` is assessment, dataset or crosswalk. `changes` is sorted by what they are about; `effects` has the whole
    first, then the units whose bounds or classes changed, in legal order. `origin` and `result` say what each side was
    made with; `entities` what became of those that were asked about.
    """

    kind: str
    changes: tuple[Change, ...]
    effects: tuple[Effect, ...]
    regressions: tuple[Regression, ...]
    origin: Basis = attrs.field(metadata=written(name="before"))
    result: Basis = attrs.field(metadata=written())
    entities: tuple[EntityChange, ...] = ()
    _dataset: Dataset | None = attrs.field(default=None, eq=False, repr=False, alias="dataset", metadata=written())
    _columns = (
        Column("kind", "text", "added, removed, changed, renamed ...", _written("kind")),
        Column("what", "text", "what changed", _written("what")),
        *NAMED,
        Column("before", "json", "the value before; null if it was added", _written("before")),
        Column("after", "json", "the value after; null if it was removed", _written("after")),
        Column("part", "text", "finding, unit, demand, link ...", _written("part")),
        Column("fields", "text", "the fields of a record that differ", _written("fields")),
    )
    _also = ("digest",)

    def __bool__(self) -> bool:
        return bool(self.changes or self.effects or any(self.entities))

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
        made = _comparison(self.kind, undone, tuple(e.invert() for e in self.effects), self.result, self.origin)
        return attrs.evolve(made, entities=tuple(change.invert() for change in self.entities), dataset=self._dataset)

    def then(self, other: Comparison) -> Comparison:
        """Return the comparison that does both, one after the other.

        Raises `InputError` if `other` does not start where this one ends, or was asked about other entities.
        """
        expect(other, Comparison, "other")
        if self.kind != other.kind or self.result != other.origin:
            raise InputError(
                "the comparisons do not follow each other: what they were made with differs",
                hint="compare all three with the same data and the same arguments",
            )
        both = chained(self.changes, other.changes)
        if len(self.entities) != len(other.entities):
            raise InputError("the comparisons are about different entities", hint="ask both about the same, in order")
        entities = tuple(one.then(further) for one, further in zip(self.entities, other.entities, strict=True))
        made = _comparison(self.kind, both, chained_effects(self.effects, other.effects), self.origin, other.result)
        return attrs.evolve(made, entities=entities, dataset=other._dataset)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as a JSON-ready dict."""
        pairs = [{"from": str(old), "to": str(new)} for old, new in self.moved]
        return super().to_dict() | {"moved": pairs, "conventions": dict(self.conventions)}

    def _lines(self) -> list[Line]:
        return lines(given(self._dataset), ((change.ref, change.to_dict()) for change in self.changes))

    def __repr__(self) -> str:
        parts = ((self.changes, "change"), (self.effects, "effect"), (self.regressions, "regression"))
        counts = ", ".join(counted(len(part), word) for part, word in parts)
        return one_line(f"<Comparison of {self.kind}s: {counts}>")

    def _page(self) -> Page:
        named = pairs(self.conventions)
        if not self:
            return Page("nothing changed", notes=(named,) if named else ())
        counts = Counter((str(change.part), str(change.kind)) for change in self.changes)
        tables = [
            Table(("change", "what", "before", "after"), [change.to_row() for change in self.changes[:_SHOWN]]),
            Table(("moved from", "to"), [(str(old), str(new)) for old, new in self.moved]),
            Table(
                ("unit", "low", "estimate", "high"),
                [effect.to_row() for effect in self.effects],
                marks=("before, and below it after", [mark_of(effect) for effect in self.effects]),
            ),
            Table(("regression", "why"), [(str(r.ref), r.message) for r in self.regressions]),
        ]
        if self.kind != "assessment":
            tables.insert(0, Table(("what", "change", "count"), [(*key, str(count)) for key, count in counts.items()]))
        tables.append(Table(("entity", "before", "after", "duties", "stages"), [*map(_entity_row, self.entities)]))
        more = len(self.changes) - _SHOWN
        notes = [*([f"and {counted(more, 'more change')}"] if more > 0 else []), *([named] if named else [])]
        return Page("what changed", tuple(table for table in tables if table.rows), tuple(notes))


@overload
def compare(
    before: Assessment, after: Assessment, *, assessment: None = None, **options: Unpack[Options]
) -> Comparison: ...
@overload
def compare(
    before: Dataset,
    after: Dataset,
    *,
    assessment: Assessment | None = None,
    entities: Entity | Iterable[Entity] = (),
    **options: Unpack[Options],
) -> Comparison: ...
@overload
def compare(
    before: Crosswalk | str, after: Crosswalk | str, *, assessment: Assessment | None = None, **options: Unpack[Options]
) -> Comparison: ...
@with_options
def compare(
    before: Thing | str,
    after: Thing | str,
    *,
    assessment: Assessment | None = None,
    entities: Entity | Iterable[Entity] = (),
    **options: Unpack[Options],
) -> Comparison:
    """Return what changed between two assessments, two datasets or two crosswalks, and what that does to scores.

    Two assessments are scored with the keyword arguments of `coverage`, used for both sides. Two datasets or crosswalks
    are scored for `assessment` if one is given, with the same arguments; crosswalks are `Crosswalk` objects or ids of
    `dataset`. A finding regresses if its low or estimate is lower or if it is gone; a unit if its low or estimate fell.
    Learning that an unassessed control is absent is not a regression. Texts that `with_texts` brought are not compared.
    For `entities` the law of two datasets is compared too: what becomes of the class, the duties and the reporting
    stages of each (`Comparison.entities`).

    Raises `InputError` if the two are not of one kind, or if arguments of `coverage` are given and nothing is scored.

    >>> import nis2map
    >>> before = nis2map.Assessment.of({"A.8.24": "planned", "A.5.24": 0.4})
    >>> after = before.replace({"A.8.24": "implemented", "A.5.24": "not_implemented"})
    >>> [str(regression) for regression in nis2map.compare(before, after).regressions]
    ['iso27001:A.5.24: partial 0.4 became not_implemented']
    """
    kept = repeatable(options)
    data = kept.get("dataset")
    old, new = (_thing(one, data) for one in _both_crosswalks(before, after))
    kind = _kind(old)
    if old is None or new is None or kind != _kind(new):
        raise InputError(
            f"{_type(before)} and {_type(after)} can't be compared", hint="two assessments, datasets or crosswalks"
        )
    if not isinstance(old, Dataset) and entities != ():
        raise InputError("entities= is for comparing datasets", hint="leave it out")
    made = _compared(old, new, kind, assessment, kept)
    made = attrs.evolve(made, dataset=new if isinstance(new, Dataset) else data)
    if entities == () or not isinstance(old, Dataset) or not isinstance(new, Dataset):
        return made
    # The law is loaded for those only who ask about it.
    from ._entities import entity_changes

    return attrs.evolve(made, entities=entity_changes(old, new, entities))


def _compared(old: Thing, new: Thing, kind: str, assessment: Assessment | None, kept: Options) -> Comparison:
    if isinstance(old, Assessment):
        if assessment is not None:
            raise InputError("assessment= is for comparing datasets or crosswalks", hint="leave it out")
        scored = [coverage(one, **kept) for one in (old, new) if isinstance(one, Assessment)]
    elif assessment is None:
        unused = sorted({*kept} - ({"dataset"} if kind == "crosswalk" else set[str]()))
        if unused:
            raise InputError(f"{', '.join(unused)} affects scores only, and nothing is scored", hint="give assessment=")
        origin, result = (Basis(one.digest if isinstance(one, Dataset) else "") for one in (old, new))
        return _comparison(kind, changes(cells_of(old), cells_of(new)), (), origin, result)
    else:
        scored = [_scored(one, assessment, kept) for one in (old, new) if not isinstance(one, Assessment)]
    first, second = scored
    origin, result = (Basis(cov.digest, cov.conventions, cov.assessment.digest) for cov in scored)
    return _comparison(kind, changes(cells_of(old), cells_of(new)), effects(first, second), origin, result)


def _entity_row(change: EntityChange) -> tuple[str, ...]:
    named = change.entity.name or ", ".join(map(str, change.entity.types or ())) or "of no type"
    duties = f"+{len(change.gained)} -{len(change.lost)}"
    return (named, change.before.verdict, change.after.verdict, duties, f"{len(change.stages)} differ")


def _both_crosswalks(before: Thing | str, after: Thing | str) -> tuple[Thing | str | None, Thing | str | None]:
    # An id beside an assessment or a dataset names nothing, and must not be looked up to tell what is wrong.
    ids = all(isinstance(one, (str, Crosswalk)) for one in (before, after))
    return (before, after) if ids else (_not_id(before), _not_id(after))


def _not_id(x: Thing | str) -> Thing | None:
    return None if isinstance(x, str) else x


def _thing(x: Thing | str | None, data: Dataset | None) -> Thing | None:
    """Return what is compared; an id names a crosswalk of the dataset, and whatever can't be compared is None."""
    if isinstance(x, str):
        having = given(data)
        return having.crosswalks[having.head(x).id]
    return x if _kind(x) else None


def _type(x: object) -> str:
    return quote(x) if isinstance(x, str) else clean(type(x).__name__)


def _kind(x: object) -> str:
    return next((kind for one, kind in _KINDS.items() if isinstance(x, one)), "")


def _scored(x: Dataset | Crosswalk, assessment: Assessment, options: Options) -> Coverage:
    """Score an assessment for one side of a comparison: with a dataset, or with a crosswalk in one."""
    side = options.copy()
    if isinstance(x, Dataset):
        if "dataset" in options:
            raise InputError("dataset= is given with the two that are compared", hint="leave it out")
        side["dataset"] = x
        return coverage(assessment, **side)
    if "crosswalk" in options:
        raise InputError("crosswalk= is given with the two that are compared", hint="leave it out")
    side["dataset"] = given(options.get("dataset")).with_crosswalk(x)
    side["crosswalk"] = x.id
    return coverage(assessment, **side)


def apply(comparison: Comparison, x: T) -> T:
    """Return `x` with the changes made: an assessment, a dataset or a crosswalk, as was compared.

    A dataset is checked whole again, and loses texts that `with_texts` brought: they are not part of its records.
    Raises `InputError` with the first place where `x` is not what the comparison started from.

    >>> import nis2map
    >>> before = nis2map.Assessment.of({"A.8.24": "planned"})
    >>> after = before.replace({"A.8.24": "implemented"})
    >>> nis2map.apply(nis2map.compare(before, after), before) == after
    True
    """
    expect(comparison, Comparison, "comparison")
    if _kind(x) != comparison.kind:
        raise InputError(f"a comparison of {comparison.kind}s can't be applied to {_type(x)}")
    return cast("T", built(applied(comparison.changes, cells_of(x)), x))


def _comparison(
    kind: str, listed: tuple[Change, ...], results: tuple[Effect, ...], origin: Basis, result: Basis
) -> Comparison:
    return Comparison(
        kind=kind,
        changes=listed,
        effects=results,
        regressions=regressions(listed, results),
        origin=origin,
        result=result,
    )
