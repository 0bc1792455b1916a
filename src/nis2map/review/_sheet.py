"""`review_sheet`: what a person is asked to judge, one row per demand and candidate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, overload

import attrs

from .._shared import Column, Page, Record, Table, Tabular, View, each, flag
from ..dataset import Dataset, given, rests_on_verdicts
from ..errors import InputError, quote
from ..ids import Ref
from ..model import Crosswalk, Demand, Grade, Grain, Link
from ._review import word_of

__all__ = ["COLUMNS", "ReviewRow", "ReviewSheet", "review_sheet"]

_SHOWN = 20
COLUMNS: tuple[str, ...] = ("demand", "unit", "label", "controls", "citation", "title", "verdict", "comment")
_OURS: tuple[str, ...] = ("grade", "rationale", "review")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReviewRow(Record, View):
    """One pair to judge: a demand with its unit's citation and its label, and one control or several together.

    `grade`, `rationale` and `review` are what the crosswalk says of the pair; None on a blind sheet.
    """

    demand: Ref
    unit: str
    label: str
    controls: tuple[Ref, ...]
    citation: str
    title: str
    grade: Grade | None = None
    rationale: str | None = None
    review: str | None = None

    def to_row(self) -> dict[str, object]:
        """Return the row as a sheet has it, with an empty verdict and comment; our own grade only if it is open."""
        controls = " + ".join(map(str, self.controls))
        cells = (str(self.demand), self.unit, self.label, controls, self.citation, self.title, "", "")
        row: dict[str, object] = dict(zip(COLUMNS, cells, strict=True))
        if self.grade is None:
            return row
        return row | dict(zip(_OURS, (word_of(self.grade), self.rationale, self.review), strict=True))

    def to_dict(self) -> dict[str, Any]:
        """Return the row with its controls as a list."""
        return self.to_row() | {"controls": [str(control) for control in self.controls]}

    def _page(self) -> Page:
        ours = "" if self.grade is None else f": {word_of(self.grade)}"
        return Page(f"{self.demand} ({self.label}) and {self.citation}, {self.title}{ours}")


def _our_word(row: ReviewRow) -> str | None:
    return None if row.grade is None else word_of(row.grade)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReviewSheet(Record, View, Tabular):
    """Pairs to judge, in legal order: len, iteration and `sheet[0]` are over the rows.

    `sample` is how many demands were drawn, None if all were taken; `seed` what they were drawn with. Written as CSV
    with `dump` and, filled, read with `read_review`.
    """

    crosswalk: str
    blind: bool
    sample: int | None
    seed: int
    rows: tuple[ReviewRow, ...]
    digest: str
    _columns = (
        Column("demand", "text", "the demand to judge"),
        Column("unit", "text", "how its unit is cited"),
        Column("label", "text", "what it asks, in our words"),
        Column("controls", "text", "the control, or several together", lambda row: " + ".join(map(str, row.controls))),
        Column("citation", "text", "how it is cited"),
        Column("title", "text", "its title"),
        Column("verdict", "text", "to be filled", lambda _: ""),
        Column("comment", "text", "to be filled", lambda _: ""),
        Column("grade", "text", "the grade in the crosswalk; on an open sheet alone", _our_word),
        Column("rationale", "text", "why; on an open sheet alone"),
        Column("review", "text", "who looked at it; on an open sheet alone"),
    )

    @overload
    def __getitem__(self, index: int) -> ReviewRow: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[ReviewRow, ...]: ...
    def __getitem__(self, index: int | slice) -> ReviewRow | tuple[ReviewRow, ...]:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[ReviewRow]:
        return iter(self.rows)

    @property
    def demands(self) -> tuple[Ref, ...]:
        """The demands on the sheet, in legal order."""
        return tuple(dict.fromkeys(row.demand for row in self.rows))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return COLUMNS if self.blind else (*COLUMNS, *_OURS)

    def _schema(self) -> tuple[Column, ...]:
        # A blind sheet has not even an empty column for what we say.
        return self._columns[: len(self.columns)]

    def _lines(self) -> tuple[ReviewRow, ...]:
        return self.rows

    def _page(self) -> Page:
        head = ("demand", "what is asked", "control", "title", *(() if self.blind else ("grade",)))
        cells = [
            (str(row.demand), row.label, row.citation, row.title, *(() if row.grade is None else (word_of(row.grade),)))
            for row in self.rows[:_SHOWN]
        ]
        more = len(self.rows) - len(cells)
        drawn = "" if self.sample is None else f", drawn with seed {self.seed}"
        title = f"Review sheet of {self.crosswalk}: {len(self.demands)} demands{drawn}, {len(self.rows)} pairs"
        notes = (*((f"{more} more pairs are not shown",) if more else ()), f"digest {self.digest[:12]}")
        return Page(f"{title}, {'blind' if self.blind else 'open'}", (Table(head, cells),), notes)


def review_sheet(
    *,
    units: Ref | str | Iterable[Ref | str] | None = None,
    sample: int | None = None,
    seed: int = 0,
    blind: bool = True,
    crosswalk: str = "nis2map",
    dataset: Dataset | None = None,
) -> ReviewSheet:
    """Return the pairs of a crosswalk for a person to judge: each demand with every candidate of its unit.

    Candidates are the controls, and the sets of controls that count together, that any link of the unit names, and
    all others that were judged (`Dataset.verdicts`): also those that do not serve this very demand, and sets that
    somebody named for another demand of the unit, so that nobody can tell from a sheet what we left bare. A demand
    for which there was no candidate has no row. `units` narrows it to units or whole frameworks (with all that lies
    below), to demands, and to controls or families of them ("A.5"); given both, a row has to be of both sides.
    `sample` draws so many of the demands that have a candidate, all if there are fewer; the same seed draws the same,
    and a smaller sample is part of a larger one. An open sheet (`blind=False`) also has our grade, rationale and
    state of review.

    Raises `NotMapped` for an unknown crosswalk, `UnknownRef` for a unit that the dataset lacks, `InputError` for one
    that the crosswalk does not join, a sample that is not a whole number from 1 up, and a crosswalk that speaks of
    whole units or is made of the judges' verdicts.

    >>> import nis2map
    >>> sheet = nis2map.review_sheet(units="Art. 21(2)(h)")
    >>> sheet[0].label, sheet[0].citation
    ('Policies on using cryptography exist', 'A.5.1')
    """
    data = given(dataset)
    _expect_whole(sample, seed)
    flag(blind, "blind")
    held = data.crosswalks[data.head(crosswalk).id]
    if held.id in data.made_of_verdicts:
        raise InputError(f"{quote(crosswalk)} is made of the judges' verdicts", hint="review 'nis2map'")
    if held.grain is Grain.UNIT and held.links:
        raise InputError(f"the crosswalk {quote(crosswalk)} is about whole units", hint="sheets are about demands")
    rows = list(_rows(data, held, *_selected(data, held, units), blind=blind))
    if sample is not None:
        drawn = _drawn(dict.fromkeys(row.demand for row in rows), sample, seed)
        rows = [row for row in rows if row.demand in drawn]
    return ReviewSheet(crosswalk=held.id, blind=blind, sample=sample, seed=seed, rows=tuple(rows), digest=data.digest)


def _expect_whole(sample: object, seed: object) -> None:
    if sample is not None and (type(sample) is not int or sample < 1):
        raise InputError(f"sample is {quote(sample)}", hint="how many demands: a whole number from 1 up")
    if type(seed) is not int:
        raise InputError(f"seed is {quote(seed)}", hint="a whole number")


def _selected(
    data: Dataset, held: Crosswalk, units: Ref | str | Iterable[Ref | str] | None
) -> tuple[frozenset[Ref] | None, frozenset[Ref] | None]:
    """Return the requirements and demands, and the controls, to which a sheet is narrowed; None if a side is not."""
    if units is None:
        return None, None
    several = (units,) if isinstance(units, (Ref, str)) else tuple(each(units, "units"))
    if not several:
        raise InputError("units is empty", hint="name a unit, or leave it out")
    sides: tuple[set[Ref], set[Ref]] = (set(), set())
    for x in several:
        # A text may be the id of a framework, which is not a unit.
        name = x if isinstance(x, str) and x in data.frameworks else data.ref(x).framework
        if name not in (*held.sources, held.target):
            hint = f"it joins {', '.join(held.sources)} and {held.target}"
            raise InputError(f"{quote(str(x))} is not of a framework that {held.id} joins", hint=hint)
        refs = [unit.ref for unit in data.of(name)] if name == x else data.below(x)
        sides[name == held.target].update(refs)
    return frozenset(sides[0]) or None, frozenset(sides[1]) or None


def _rows(
    data: Dataset,
    held: Crosswalk,
    requirements: frozenset[Ref] | None,
    controls: frozenset[Ref] | None,
    *,
    blind: bool,
) -> Iterator[ReviewRow]:
    by_unit: dict[Ref, dict[tuple[Ref, ...], Link]] = {}
    for link in held.links:
        by_unit.setdefault(link.requirement, {})[tuple(sorted(link.controls))] = link
    for unit in sorted(by_unit):
        for demand in data.demands(unit):
            if requirements is None or demand.ref in requirements or unit in requirements:
                candidates = {*by_unit[unit], *_judged(data, held, demand.ref)} - {()}
                for refs in sorted(candidates, key=lambda refs: [control.sort_key for control in refs]):
                    if controls is None or not controls.isdisjoint(refs):
                        yield _row(data, demand, refs, None if blind else by_unit[unit].get(refs), blind=blind)


def _judged(data: Dataset, held: Crosswalk, demand: Ref) -> Iterator[tuple[Ref, ...]]:
    """Yield what somebody judged beside the links: a sheet without it could not tell what was left bare by mistake."""
    if rests_on_verdicts(data, held.id):
        yield from (verdict.controls for verdict in data.verdicts(demand))


def _row(data: Dataset, demand: Demand, refs: tuple[Ref, ...], link: Link | None, *, blind: bool) -> ReviewRow:
    units = [data.control(ref) for ref in refs]
    row = ReviewRow(
        demand=demand.ref,
        unit=data.requirement(demand.ref.unit).citation,
        label=demand.label,
        controls=refs,
        citation=" + ".join(unit.citation for unit in units),
        title=" + ".join(unit.title for unit in units),
    )
    if blind:
        return row
    grade = Grade.BARE if link is None else link.grade_of(demand.ref)
    told = link.reason(demand.ref) if link is not None and grade is not Grade.BARE else ""
    return attrs.evolve(row, grade=grade, rationale=told, review=str(link.review) if link is not None else "")


def _drawn(demands: Iterable[Ref], sample: int, seed: int) -> frozenset[Ref]:
    import random  # late: whoever reads a Statement of Applicability would pay for it

    # Of the methods of Random only `random` gives the same numbers in every version of Python.
    draw = random.Random(seed).random  # noqa: S311  (nothing here is a secret)
    return frozenset(sorted(demands, key=lambda _: draw())[:sample])
