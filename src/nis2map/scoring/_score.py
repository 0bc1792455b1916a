"""`Score`: the coverage of a set of demands as a small value; and how units add up to one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

import attrs

from .._shared import (
    Bar,
    Card,
    FrozenMap,
    Mark,
    Page,
    Parts,
    Record,
    Shown,
    Stack,
    Table,
    Tabular,
    Terms,
    View,
    counted,
    one_line,
    percent,
    plain_fields,
    written,
)
from ..errors import InputError, UnknownRef
from ..ids import Ref, RefMap
from ..model import GapClass, Grade
from ._bounds import UnitSum, Workings

if TYPE_CHECKING:
    from .._shared import Column
    from ..dataset import Dataset
    from ._explanation import Explanation

__all__ = [
    "COLUMNS",
    "WIDEST",
    "Bounds",
    "Score",
    "Scores",
    "beside",
    "known_ref",
    "legend",
    "mark_of",
    "means_of",
    "numbers",
    "rolled",
    "score_columns",
    "table_of",
]

D = TypeVar("D")
K = TypeVar("K")
WIDEST = 100
# The columns of every table of scores, each with what it means.
COLUMNS = {
    "demands": "separately checkable things that the units ask; the next five add up to them",
    "met": "met by what is in place, if the assessment and the links are right",
    "finish": "what would meet it is partly or not in place, or the duty was found short (implementation)",
    "find out": "not known yet: the controls that would meet it are not all assessed (unassessed)",
    "add": "a control contributes but does not meet it on this basis: add what is missing (residual)",
    "act": "no control contributes to it: act on the duty itself (structural)",
    "surely": "share met, averaged over units (provisions), so it may differ from met / demands (low)",
    "at most": "the same if all that is unassessed or partly done is enough; what is planned or missing is not (high)",
    "ceiling": "the same with every control in place; guidance and measures of your own come on top",
}
# What stands for a column in the marks of a score: a part of the bar, or the colour of its stretch.
_DRAWN = {
    "met": "met",
    "finish": "implementation",
    "find out": "unassessed",
    "add": "residual",
    "act": "structural",
    "surely": "surely",
    "at most": "at most",
    "ceiling": "ceiling",
    "estimate": "estimate",
}
# What a bar shows besides.
_MARKED = {"estimate": "the same if what is partly done counts by its degree and what is not known counts as nothing"}
# What each grade says, for a reader who sees the word first below a table.
_OFFERED = {
    Grade.STATED: "its statement requires it",
    Grade.GUIDED: "its guidance says so",
    Grade.CONSIDERED: "its guidance names it",
    Grade.HELPED: "partial evidence",
    Grade.BARE: "no control",
}
_GRADES = tuple(Grade)
_SHOWN = 60
_Numbers = tuple[float | None, float | None, float | None]
_NONE: _Numbers = (None, None, None)


@attrs.frozen(eq=False)
class Bounds(Record, Card):
    """Low, estimate and high, each in [0, 1]; all None where nothing is counted."""

    low: float | None
    estimate: float | None
    high: float | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Score(Record, View):
    """The coverage of a set of demands.

    `low`, `estimate`, `high` in [0, 1]; `ceiling` the same if every control were implemented; `strict` with
    exclusions counting 0. The numbers of `ceiling` are None where no link speaks of a counted demand, those of
    `strict` where none is counted or excluded, the others where none is counted.

    The counted `demands` in two partitions. By what is so today: `met` (low is 1), `implementation` (finish),
    `unassessed` (find out), `residual` (add), `structural` (act on the duty itself), as `GapClass` has them. By what
    the crosswalks offer, whatever the findings: `grades`, the best grade in which a link serves each. Beside them, in
    no other count, `excluded` and `unjudged`.

    A score is a small value. It knows the coverage that it is part of, and so can explain itself, until it is pickled
    or written; a copy knows it too.
    """

    low: float | None
    estimate: float | None
    high: float | None
    ceiling: Bounds
    strict: Bounds
    demands: int
    met: int
    implementation: int
    unassessed: int
    residual: int
    structural: int
    grades: FrozenMap[Grade, int]
    excluded: int
    unjudged: int
    _explain: Callable[[Score], Explanation] | None = attrs.field(
        default=None, eq=False, alias="explain", metadata=written()
    )

    def explain(self) -> Explanation:
        """Return every demand, every link that counted and where it comes from.

        Raises `InputError` for a score that was loaded or made alone: the coverage it is of explains it.
        """
        if self._explain is None:
            raise InputError("this score no longer knows its coverage", hint="cov.explain(ref) explains any score")
        return self._explain(self)

    def __reduce__(self) -> tuple[Callable[..., Score], tuple[dict[str, object]]]:
        names = (field.name for field in attrs.fields(Score) if not field.name.startswith("_"))
        return (_score, ({name: getattr(self, name) for name in names},))

    def __copy__(self) -> Score:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Score:
        return self

    def to_row(self) -> dict[str, object]:
        """Return the score as one flat dict: `ceiling_low`, `strict_high` and so on, and the grades by their names."""
        row: dict[str, object] = plain_fields(self, leave_out=("ceiling", "strict", "grades"))
        for name, bounds in (("ceiling", self.ceiling), ("strict", self.strict)):
            row |= {f"{name}_{part}": value for part, value in plain_fields(bounds).items()}
        return row | {str(grade): count for grade, count in self.grades.items()}

    def _page(self) -> Page:
        bounds = f"low {percent(self.low)}, estimate {percent(self.estimate)}, high {percent(self.high)}"
        return Page(
            f"{bounds}, ceiling {percent(self.ceiling.high)}",
            (Terms(COLUMNS | _MARKED, _DRAWN), table_of([self]), beside(self)),
        )


def legend() -> Terms:
    """Return what stands above a table of scores: each column with what it means."""
    return Terms(COLUMNS, _DRAWN, _MARKED)


def table_of(scores: Iterable[Score], names: Sequence[str] = (), head: str = "", width: int | None = None) -> Table:
    """Return scores as a table with the columns of `COLUMNS`, after one of names under `head` if there are any."""
    every = tuple(scores)
    rows = [_cells(score) for score in every]
    if head:
        rows = [(name, *row) for name, row in zip(names, rows, strict=True)]
    first = 1 if head else 0
    right = range(first, first + len(COLUMNS))
    return Table((*[head] * first, *COLUMNS), rows, right, width, ("at a glance", [mark_of(score) for score in every]))


def _cells(score: Score) -> tuple[str, ...]:
    counts = (score.demands, score.met, score.implementation, score.unassessed, score.residual, score.structural)
    return (*map(str, counts), *map(percent, (score.low, score.high, score.ceiling.high)))


def mark_of(score: Score) -> Mark:
    """Return a score as two marks: its numbers as a bar, and below it its demands by what is so today."""
    counts = (score.met, score.implementation, score.unassessed, score.residual, score.structural)
    parts = [(_DRAWN[words], words, count) for words, count in zip(list(COLUMNS)[1:6], counts, strict=True)]
    return Stack(Bar(score.low, score.estimate, score.high, score.ceiling.high), Parts(parts))


def beside(score: Score) -> str:
    """Return what stands below a table of scores: what the standard has for its demands, and those not counted."""
    offered = ", ".join(f"{count} {grade} ({_OFFERED[grade]})" for grade, count in score.grades.items())
    return (
        f"best offer of a control, whatever the findings: {offered}\n"
        f"not counted: {score.excluded} excluded, {score.unjudged} unjudged"
    )


def _score(fields: dict[str, Any]) -> Score:
    return Score(**fields)


@cache
def score_columns(way: str = "of") -> tuple[Column, ...]:
    """Return the columns of a table of scores, as `Score.to_row` has them, for rows that have them as `way`."""
    from .._shared import Column, under  # late, because no score needs a table

    bounds = [("low", "what is surely met"), ("estimate", "the estimate"), ("high", "what may be met")]
    counts = ("demands", "met", "implementation", "unassessed", "residual", "structural")
    words = {"demands": "the demands that are counted; the next five add up to them", **COLUMNS}
    meanings = (words["demands"], words["met"], words["finish"], words["find out"], words["add"], words["act"])
    columns = [Column(name, "real", f"{meaning}, in [0, 1]") for name, meaning in bounds]
    columns += [Column(name, "whole", meaning) for name, meaning in zip(counts, meanings, strict=True)]
    columns.append(Column("excluded", "whole", "demands that count in no other number, but in strict"))
    columns.append(Column("unjudged", "whole", "demands that were not judged; they count in no other column"))
    for name, meaning in (("ceiling", "with every control in place"), ("strict", "with exclusions counting 0")):
        columns += [Column(f"{name}_{part}", "real", f"{part} {meaning}", f"{name}.{part}") for part, _ in bounds]
    columns += [
        Column(str(grade), "whole", f"demands of which {grade} is the best grade", _grade(grade)) for grade in Grade
    ]
    return under(columns, way)


def _grade(grade: Grade) -> Callable[[Score], int]:
    return lambda score: score.grades[grade]


@attrs.frozen(repr=False, eq=False)
class Scores(Tabular, Shown, Generic[K]):
    """Scores by ref in legal order; any text form of a unit may be looked up. As a table, one row per score."""

    _held: RefMap[K, int] | RefMap[K, Score]
    _make: Callable[[int], Score] | None
    _dataset: Dataset | None

    def __getitem__(self, key: K | Ref | str) -> Score:
        return self._score(self._held[key])

    def _score(self, held: int | Score) -> Score:
        """Return a score that is held, or made of the place that stands for it."""
        return held if isinstance(held, Score) else cast("Callable[[int], Score]", self._make)(held)

    def __contains__(self, key: object) -> bool:
        return key in self._held

    @overload
    def get(self, key: object) -> Score | None: ...
    @overload
    def get(self, key: object, default: D) -> Score | D: ...
    def get(self, key: object, default: object = None) -> object:
        """Return the score of a unit, or `default` for whatever has none."""
        return self[cast("str", key)] if key in self._held else default

    def __iter__(self) -> Iterator[K]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def keys(self) -> Iterator[K]:
        """Return the refs in legal order."""
        return iter(self)

    def values(self) -> Iterator[Score]:
        """Return the scores in legal order."""
        return map(self._score, self._held.values())

    def items(self) -> Iterator[tuple[K, Score]]:
        """Return pairs of ref and score in legal order."""
        return ((ref, self._score(held)) for ref, held in self._held.items())

    def _schema(self) -> tuple[Column, ...]:
        from ..dataset import NAMED

        return (*NAMED, *score_columns())

    def _lines(self) -> Iterable[object]:
        from ..dataset import given, lines

        # Of a coverage that was read without its dataset the bundled one names the units.
        return lines(given(self._dataset), cast("Iterable[tuple[Ref, Score]]", self.items()))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scores):
            return NotImplemented
        return dict(self.items()) == dict(cast("Scores[K]", other).items())

    def __hash__(self) -> int:
        return hash(tuple(self._held))

    def __repr__(self) -> str:
        shown = ", ".join(f"{ref}: {percent(score.low)}" for ref, score in islice(self.items(), 3))
        return one_line(f"<Scores of {len(self)}: {shown}{', …' if len(self) > 3 else ''}>")

    def _page(self) -> Page:
        from ..dataset import given, name_of

        dataset, first = given(self._dataset), list(islice(self.items(), _SHOWN))
        named = [name_of(dataset, ref) if isinstance(ref, Ref) else (str(ref), None) for ref, _ in first]
        names = ["\n".join(filter(None, pair)) for pair in named]
        more = len(self) - _SHOWN
        notes = (f"and {counted(more, 'more score')}",) if more > 0 else ()
        table = table_of((score for _, score in first), names, "unit")
        return Page(counted(len(self), "score"), (legend(), table) if first else (), notes)


def rolled(
    units: Sequence[UnitSum],
    weights: Sequence[float] | None,
    counts: tuple[Mapping[GapClass | None, int], Mapping[Grade, int]],
    *,
    explain: Callable[[Score], Explanation] | None,
) -> Score:
    """Return the weighted mean over units; weights None stand for each unit's number of demands.

    `counts` are the units' demands by class, and the counted ones by grade.
    """
    low: float | None
    most: _Numbers
    strict: _Numbers
    if len(units) == 1:  # a score for each unit is what most analyses ask for
        (unit,) = units
        counted, excluded, unbound = unit.counted, unit.excluded, unit.unbound
        low, estimate, high = unit.means if counted else _NONE
        most = unit.ceiling if unit.capable else _NONE
        strict = unit.strict if counted or excluded else _NONE
    else:
        sizes = [unit.counted for unit in units]
        counted, excluded = sum(sizes), sum([unit.excluded for unit in units])
        unbound = sum([unit.unbound for unit in units])
        low, estimate, high = strict = means_of(weights, sizes, [unit.means for unit in units])
        most = means_of(weights, [unit.capable for unit in units], [unit.ceiling for unit in units])
        if excluded:
            sizes = [unit.counted + unit.excluded for unit in units]
            strict = means_of(weights, sizes, [unit.strict for unit in units])
    classes, grades = counts
    out = excluded + unbound
    return Score(
        low=low,
        estimate=estimate,
        high=high,
        ceiling=Bounds(*most),
        strict=Bounds(*strict),
        demands=counted,
        met=classes.get(None, 0) - out,
        implementation=classes.get(GapClass.IMPLEMENTATION, 0),
        unassessed=classes.get(GapClass.UNASSESSED, 0),
        residual=classes.get(GapClass.RESIDUAL, 0),
        structural=classes.get(GapClass.STRUCTURAL, 0),
        grades=FrozenMap({grade: grades.get(grade, 0) for grade in _GRADES}),
        excluded=out,
        unjudged=classes.get(GapClass.UNJUDGED, 0),
        explain=explain,
    )


def means_of(
    weights: Sequence[float] | None, sizes: list[int], values: list[tuple[float, float, float]]
) -> tuple[float | None, float | None, float | None]:
    """Return the weighted means of three columns over the units whose size is not 0."""
    if len(sizes) == 1:
        return values[0] if sizes[0] else (None, None, None)
    rows = [
        (float(size) if weights is None else weights[place], values[place]) for place, size in enumerate(sizes) if size
    ]
    # Weights are worked out over the whole set, so that those of all units that count may be 0.
    if not any(weight for weight, _ in rows):  # they weigh alike
        rows = [(1.0, value) for _, value in rows]
    total = math.fsum([weight for weight, _ in rows])
    if not total:
        return (None, None, None)
    low, estimate, high = (math.fsum([weight * value[i] for weight, value in rows]) / total for i in range(3))
    return (low, estimate, high)


def numbers(work: Workings) -> tuple[float | None, float | None, float | None]:
    """Return low, estimate and high of the whole: those of `Coverage.overall`, to the bit, and nothing else."""
    sizes, means = zip(*work.means, strict=True) if work.means else ((), ())
    return means_of(work.weights.values, list(sizes), list(means))


def known_ref(places: RefMap[Ref, int], ref: Ref, what: str) -> int:
    """Return the place of a ref, `UnknownRef` if it is not in the set that was scored."""
    if ref not in places:
        raise UnknownRef(f"{ref} is not in the set of {what} that was scored", hint="widen within=")
    return places[ref]
