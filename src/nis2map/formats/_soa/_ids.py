"""The id column of a table: which it is, what its cells name, of which edition, and whether a number has one reading.

The column is chosen by content. Ids are never guessed: a number that may have lost a zero is refused by name, a column
of bare numbers is read as a whole, and the numbers of clauses are never read as Annex A.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

import attrs

from ...dataset import load
from ...errors import AmbiguousIds, InputError, InvalidRef, Problem, UnsupportedEdition, quote
from ...ids import Ref, closed_set, parse_ref
from .._cells import BEFORE, CellKind, Cells, stripped

__all__ = [
    "IdCell",
    "IdColumn",
    "check_bare",
    "check_edition",
    "control_of",
    "id_cell",
    "id_column",
    "is_2013",
    "is_prose",
    "looks_like_a_date",
    "other_titles",
    "ref_of",
    "settled",
]

# An id, and behind a blank, a colon or a dash perhaps the title in the same cell.
_CELL = re.compile(
    rf"(?P<id>(?P<words>(?:(?:{BEFORE})[\s/:.-]*)*)(?P<a>a[\s.-]?\s?)?"
    r"(?P<number>\d{1,2}\.\d{1,3}(?:\.\d{1,2})?)\.?)(?P<title>(?:\s*[:–—]\s*|\s+-?\s*)[^\W\d].*|\s*[(\[].*)?",
    re.IGNORECASE | re.DOTALL,
)
_CLAUSE = re.compile(r"clause|kapitel|abschnitt|section", re.IGNORECASE)
_ANNEX = re.compile(r"annex|anhang|annexe", re.IGNORECASE)
_BEHIND = re.compile(r"([^\W\d].{2,}?)\s*[(\[]([^()\[\]]{3,40})", re.DOTALL)  # `stripped` took the bracket
_LOOKALIKES = str.maketrans({"Α": "A", "А": "A", "α": "a", "а": "a"})  # Greek and Cyrillic: nothing else can be meant
_PADDED = re.compile(r"(?<!\d)0\d")
_LONGEST = 300  # characters: what is longer is prose that begins with a number
_SHOWN = 5
_SHARE = 20  # an id in fewer than one row of twenty is prose
_SPREADSHEET_DATES = range(20_000, 80_000)  # days since 1900: 1954 to 2119
_THEMES = 8  # the highest number of a theme in the 2022 edition; 2013 goes up to A.18
_CLAUSES = 10
_GROUPS_2013 = 3  # 2013 has at most two-level groups 5.1 to 18.2, of which none goes past n.3 in 5 to 8


@attrs.frozen
class IdCell:
    """What a cell of an id column says: the id as written, its parts, and the title that stands behind it."""

    text: str
    number: str
    annex: bool
    clause: bool
    title: str = ""
    as_written: bool = True  # without letters that only look like A
    bare: bool = attrs.field(init=False, eq=False)  # nothing says if the number is of Annex A or of a clause
    parts: tuple[int, ...] = attrs.field(init=False, eq=False)  # the number as the levels it names: 5.10 is (5, 10)
    exists: bool = attrs.field(init=False, eq=False)  # in the 2022 edition, in one reading or the other
    usual: bool = attrs.field(init=False, eq=False)  # written without leading zeros and with ordinary digits

    def __attrs_post_init__(self) -> None:
        parts = self.number.split(".")
        object.__setattr__(self, "bare", not (self.annex or self.clause))
        object.__setattr__(self, "parts", tuple(int(part) for part in parts))
        annex = _unit(f"A.{self.number}") and not self.clause
        object.__setattr__(self, "exists", annex or (_unit(self.number) and not self.annex))
        object.__setattr__(self, "usual", self.as_written and self.text.isascii() and not _PADDED.search(self.text))


@lru_cache(maxsize=8192)
def id_cell(text: str) -> IdCell | None:
    """Return the id that a cell holds, None for a cell that has not the form of one; whether it exists is not asked."""
    if len(text) > _LONGEST:
        return None
    plain = stripped(text).rstrip(":").translate(_LOOKALIKES)
    match = _CELL.fullmatch(plain)
    if match is None:
        behind = _BEHIND.fullmatch(plain)  # "Policies for information security (A.5.1)"
        inner = id_cell(behind[2]) if behind else None
        return attrs.evolve(inner, title=behind[1]) if behind and inner is not None and inner.annex else None
    words, title = match["words"] or "", stripped((match["title"] or "").lstrip(" :–—-"))
    annex = bool(match["a"] or _ANNEX.search(words))
    # Wide digits and leading zeros are those of the usual form, which a note says.
    wide = unicodedata.normalize("NFKC", match["number"])
    number = ".".join(str(int(part)) for part in wide.split(".")) if wide.isascii() else wide
    clause = not annex and bool(_CLAUSE.search(words))
    return IdCell(match["id"].strip(), number, annex, clause, title, plain == stripped(text).rstrip(":"))


@attrs.frozen
class IdColumn:
    """The column with the ids of controls: its place, and per place of a row among the rows the id that stands there.

    `clauses`: its bare numbers are clauses; else they are of Annex A.
    """

    place: int
    cells: dict[int, IdCell]
    clauses: bool = False

    @property
    def bare(self) -> bool:
        """Whether nothing in the column says if its numbers are of Annex A or clauses."""
        return all(cell.bare for cell in self.cells.values())

    @property
    def existing(self) -> int:
        """How many different units of ISO/IEC 27001:2022 the column names, in whichever reading."""
        return len({cell.number for cell in self.cells.values() if cell.exists})


def _unit(local: str) -> bool:
    """Whether a unit of this id exists in the 2022 edition; `parse_ref` would look for the nearest one if not."""
    return local in closed_set("iso27001")


def id_column(cells: Cells, rows: Sequence[int] | None = None) -> IdColumn | None:
    """Return the column that names most different controls or clauses, None if no cell has the form of an id.

    `rows` are the places of the rows to look at, all if it is None.
    """
    found: dict[int, dict[int, IdCell]] = {}
    for at in range(len(cells.rows)) if rows is None else rows:
        number, row = cells.rows[at]
        for column, text in enumerate(row):
            # Most cells of a table are no ids: a point among the first characters is the quickest look.
            if "." in text[:40] and (cell := id_cell(text)) and cells.kinds.get((number, column)) != CellKind.DATE:
                found.setdefault(column, {})[at] = cell
    columns = [IdColumn(place, ids) for place, ids in found.items()]
    # The most *different* ones that exist: a column of versions repeats 1.0, and one of prose has few.
    return max(columns, key=_quality, default=None)


def _quality(column: IdColumn) -> tuple[int, int, int, int, int]:
    ids = column.cells.values()
    marked = sum(cell.annex for cell in ids)
    return (column.existing, len({cell.number for cell in ids}), marked, len(ids), -column.place)


def is_prose(column: IdColumn, rows: int) -> bool:
    """Whether so few of the rows hold an id that it stands there by chance."""
    return len(column.cells) * _SHARE < max(1, rows)


@lru_cache(maxsize=8192)
def ref_of(cell: IdCell, clauses: bool) -> Ref:
    """Return the control or clause that an id names; `clauses` says how bare numbers of its column are read."""
    annex = cell.annex or not (cell.clause or clauses)
    return control_of(f"A.{cell.number}" if annex else f"clause {cell.number}")


def control_of(text: str) -> Ref:
    """Return the control or clause of ISO/IEC 27001:2022 that a text names; `InvalidRef` for any other unit."""
    ref = parse_ref(text)
    if ref.framework != "iso27001" or ref.demand:
        raise InvalidRef(f"{quote(text)} is not a control of ISO/IEC 27001:2022")
    return ref


def settled(cells: Cells, column: IdColumn, header_says_clause: bool) -> tuple[IdColumn, tuple[str, ...]]:
    """Return the column with its bare numbers read as a whole, and a note on how they are read.

    Raises `AmbiguousIds` if some of them are clauses alone and some controls of Annex A alone.
    """
    bare = [cell for cell in column.cells.values() if cell.bare]
    if not bare:
        return column, ()
    only_clause = [cell for cell in bare if _unit(cell.number) and not _unit(f"A.{cell.number}")]
    only_annex = [cell for cell in bare if _unit(f"A.{cell.number}") and not _unit(cell.number)]
    if any(cell.annex for cell in column.cells.values()):
        clauses = True  # those of Annex A say so
    elif only_clause and only_annex:
        one, other = only_clause[0].number, only_annex[0].number
        message = f"{one} is a clause and {other} a control of Annex A, so that 5.1 may be either"
        raise cells.fail(
            AmbiguousIds, message, hint=f"write A.{other} for controls of Annex A, clause {one} for clauses"
        )
    else:
        clauses = bool(only_clause) or (header_says_clause and not only_annex)
    what = "clauses" if clauses else "controls of Annex A"
    note = f"bare numbers are read as {what}{'' if clauses else _unproven(bare)}"
    return attrs.evolve(column, clauses=clauses), (note,)


def _unproven(bare: Sequence[IdCell]) -> str:
    """Say which numbers are taken as they stand though nothing shows that they lost no zero."""
    numbers = {cell.number for cell in bare}
    if any(number.endswith("0") for number in numbers):
        return ""
    short = [number for number in sorted(numbers) if _unit(f"A.{number}0") and f"{number}0" not in numbers]
    return f"; {short[0]} is taken as it stands, and might have been {short[0]}0" if short else ""


def check_bare(cells: Cells, column: IdColumn) -> None:
    """Refuse bare numbers that have two readings, 5.1 that may have been 5.10, each by its row.

    A spreadsheet that takes 5.10 for a number stores 5.1, which is another control. Cells with numbers have two
    readings wherever both exist. Texts betray it: one number stands twice and its longer form nowhere, it stands where
    the longer one belongs in the order of the rows, or no number of the column ends in 0 where some should.
    """
    if column.clauses:
        return  # no clause has a twin: 4.10 does not exist
    bare = {at: cell for at, cell in column.cells.items() if cell.bare and len(cell.parts) == 2}
    lost = [_lost(cells, column, at, why) for at, why in sorted(_two_readings(cells, column, bare))]
    if lost:
        error = AmbiguousIds.of(lost, what="ids that may have lost a zero")
        raise AmbiguousIds(error.message, hint="store the id column as text and write A.5.10", problems=lost)


def _two_readings(cells: Cells, column: IdColumn, bare: dict[int, IdCell]) -> Iterator[tuple[int, str]]:
    numeric = {at for at in bare if cells.kinds.get((cells.rows[at][0], column.place)) == CellKind.NUMBER}
    present = {cell.number for at, cell in bare.items() if at not in numeric}
    zeros = any(cell.number.endswith("0") for at, cell in bare.items() if at not in numeric)
    counts: dict[str, int] = {}
    for cell in bare.values():
        counts[cell.number] = counts.get(cell.number, 0) + 1
    for at, cell in bare.items():
        if at in numeric and cell.number.endswith("0"):
            cell = attrs.evolve(cell, number=cell.number.removesuffix("0"))  # 5.10 is the number 5.1
        longer = f"{cell.number}0"
        if longer in present or not _unit(f"A.{longer}"):
            continue
        if counts.get(cell.number, 0) > 1:
            times = f"{cell.number} stands {counts[cell.number]} times and {longer} nowhere"
            yield at, f"{times}: one of them lost its last zero"
        elif at in numeric:
            yield at, f"the number {cell.number} may be {cell.number} or {longer}"
        elif zeros:
            continue  # zeros at the end survived in this column
        elif why := _betrayed(at, cell, bare):
            yield at, f"{cell.number} may be {cell.number} or {longer}: {why}"


def _betrayed(at: int, cell: IdCell, bare: dict[int, IdCell]) -> str:
    """Return why a text may have been a longer number, empty if nothing says so."""
    theme, number = cell.parts
    longer = number * 10
    others = [(place, other.parts[1]) for place, other in bare.items() if other.parts[0] == theme and place != at]
    if any(other > longer for _, other in others):
        most = max(other for _, other in others)
        return f"no number of the column ends in 0, and {theme}.{most} comes after {theme}.{longer}"
    steps = [later - earlier for (_, earlier), (_, later) in pairwise(others)]
    rises = sum(step > 0 for step in steps) > sum(step < 0 for step in steps)
    before = next((other for place, other in reversed(others) if place < at), None)
    after = next((other for place, other in others if place > at), None)
    if rises and before is not None and number < before < longer and (after is None or after > longer):
        return f"it stands behind {theme}.{before}"
    return ""


def _lost(cells: Cells, column: IdColumn, at: int, message: str) -> Problem:
    number = cells.rows[at][0]
    name = str(column.place + 1)
    return cells.problem(message, "lost-zero", row=number, column=name, ref=f"iso27001:A.{column.cells[at].number}")


def other_titles(named: Iterable[tuple[int, Ref, str, bool]], cells: Cells) -> tuple[str, ...]:
    """Return a note of the rows whose title is that of another control; `named` are row, ref, title, and if it is bare.

    Raises `AmbiguousIds` where the id is a bare number: the one or the other was meant.
    """
    rows = [row for row in named if row[2]]
    if not rows:
        return ()
    titles = _titles()
    strange: list[str] = []
    lost: list[Problem] = []
    for number, ref, title, bare in rows:
        other = titles.get(title.casefold())
        if other is None or other == ref:
            continue
        if bare:
            message = f"the id says {ref.local}, the title is that of {other.local}"
            lost.append(cells.problem(message, "lost-zero", row=number, ref=str(ref)))
        else:
            strange.append(f"{ref.citation} that of {other.citation}, {quote(title, 40)} (row {number})")
    if lost:
        error = AmbiguousIds.of(lost, what="ids that contradict their titles")
        raise AmbiguousIds(error.message, hint="store the id column as text and write A.5.10", problems=lost)
    more = f" and {len(strange) - _SHOWN} more" if len(strange) > _SHOWN else ""
    return (f"titles of other controls: {', '.join(strange[:_SHOWN])}{more}",) if strange else ()


@cache
def _titles() -> dict[str, Ref]:
    return {unit.title.casefold(): unit.ref for unit in load().controls() if not unit.heading}


def looks_like_a_date(text: str) -> bool:
    """Tell whether a cell is the number of a day, as spreadsheets store 5.1 when they take it for a date."""
    return text.isascii() and text.isdigit() and int(text[:6]) in _SPREADSHEET_DATES


def is_2013(column: IdColumn) -> bool:
    """Tell whether the ids of a column are those of the 2013 edition: three levels, or themes up to A.18."""
    annex = _of_annex(column)
    return len([cell for cell in annex if _is_old(cell)]) * 3 > len(annex)


def check_edition(cells: Cells, column: IdColumn, *, edition: str | None, readable: bool) -> None:
    """Refuse ids of the 2013 edition unless they are `readable`, and columns that mix both.

    Raises `UnsupportedEdition`, and `InputError` for a mixture.
    """
    old = [cell for cell in _of_annex(column) if _is_old(cell)]
    new = [cell for cell in _of_annex(column) if _is_new(cell)]
    if edition == "2013" or (edition is None and is_2013(column)):
        if readable:
            return
        hint = (
            "its controls have other numbers: give the table of what became of them, "
            "read_soa(..., correspondence=load_correspondence('2013-to-2022.csv'))"
        )
        raise cells.fail(UnsupportedEdition, "the ids are those of ISO/IEC 27001:2013, which is not scored", hint=hint)
    if edition is None and new and (len(old) > 1 or len(old) * 3 >= len(_of_annex(column)) > 0 < len(old)):
        both = f"{quote(old[0].text)} is of 2013, {quote(new[0].text)} of 2022"
        raise cells.fail(InputError, f"editions are mixed: {both}", hint="convert the older ids first")


def _of_annex(column: IdColumn) -> list[IdCell]:
    """Return the ids that may be of Annex A: clauses have three levels in every edition and tell nothing."""
    bare_too = column.bare and not column.clauses
    return [cell for cell in column.cells.values() if cell.annex or (bare_too and cell.bare)]


def _is_old(cell: IdCell) -> bool:
    if "2013" in cell.text:
        return True
    if cell.bare and cell.exists:
        return False  # 6.1.2 and 9.2 are clauses of both editions
    theme = next(iter(cell.parts))
    return len(cell.parts) > 2 or theme > (_CLAUSES if cell.bare else _THEMES)


def _is_new(cell: IdCell) -> bool:
    return len(cell.parts) == 2 and cell.parts[1] > _GROUPS_2013 and cell.exists
