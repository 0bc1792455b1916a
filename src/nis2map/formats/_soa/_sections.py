"""The parts of a file that speak of controls: each with its header, its columns and its rows, and what is left over.

A file may hold several sheets, a sheet several tables one below the other, and a table may be followed by others that
are about something else (versions, sums, legends). Every part whose id column names controls is read; what is not read
is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from ...errors import InputError, Problem, quote
from .._cells import CellKind, Cells
from ._columns import (
    DECIDING,
    HEADER_ROWS,
    Columns,
    Hints,
    is_header,
    nothing_decides,
    reads_columns,
    says_clause,
    without_header,
)
from ._ids import (
    IdColumn,
    check_bare,
    check_edition,
    id_cell,
    id_column,
    is_2013,
    is_prose,
    looks_like_a_date,
    settled,
)
from ._words import date_of, folded, readings

__all__ = ["Section", "Sections", "sections_of"]

_SHOWN = 3
_DECIMAL = re.compile(r"\d{1,2},\d{1,3}", re.ASCII)
_NOTHING_NAMED = "no control is named"


@attrs.frozen
class Section:
    """One table that speaks of controls: its columns and the places of its rows; `old` if its ids are of 2013."""

    columns: Columns
    rows: tuple[int, ...]
    old: bool

    @property
    def cells(self) -> Cells:
        """The cells that it is a part of."""
        return self.columns.cells


@attrs.frozen
class Sections:
    """The sections of a file, and what is to be told of the rest."""

    sections: tuple[Section, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


@attrs.frozen(eq=False)
class _Part:
    """The rows of a table from one header to before the next, by place; `header` is None if there is none."""

    cells: Cells
    header: int | None
    rows: tuple[int, ...]
    ids: IdColumn | None

    @property
    def where(self) -> str:
        """The part in words: its sheet, its rows, and how it begins."""
        numbers = [self.cells.rows[at][0] for at in self.rows]
        first = self.cells.rows[self.rows[0] if self.header is None else self.header][1]
        begin = next((quote(cell, 30) for cell in first if cell), "nothing")
        rows = f"row {numbers[0]}" if len(numbers) == 1 else f"rows {numbers[0]} to {numbers[-1]}"
        return f"{f'{quote(self.cells.sheet, 40)}, ' if self.cells.sheet else ''}{rows} ({begin})"


@attrs.frozen
class _Left:
    """A part that is not read, and why; `error` is what is raised if nothing else can be read either."""

    part: _Part
    why: str
    error: InputError | None = None


def sections_of(tables: Sequence[Cells], given: Hints, *, edition: str | None, old_readable: bool) -> Sections:
    """Return the sections of a file's tables.

    Raises `InputError` if none names controls, or none that does can say whether they are in place; `AmbiguousIds` for
    bare numbers with two readings; `UnsupportedEdition` for ids of 2013 unless they are readable.
    """
    parts = [part for cells in tables for part in _parts(cells, given)]
    newer = any(part.ids is not None and part.ids.existing and not _is_old(part.ids, edition) for part in parts)
    sections: list[Section] = []
    left: list[_Left] = []
    notes: list[str] = []
    for part in parts:
        outcome, told = _read(part, given, edition, old_readable=old_readable, newer=newer)
        notes += told
        if isinstance(outcome, Section):
            sections.append(outcome)
        else:
            left.append(outcome)
    if not sections:
        raise next((one.error for one in left if one.error is not None), None) or _no_ids(tables, parts)
    problems = tuple(_ids_above(sections))
    return Sections(tuple(sections), problems, (*notes, *_left_over(left, sections)))


def _parts(cells: Cells, given: Hints) -> Iterator[_Part]:
    """Split a table at its headers: a row below ids that names columns begins another table, unless it is a repeat."""
    whole = id_column(cells)
    starts: list[int] = []
    below_ids = False
    first: tuple[str, ...] | None = None
    for at, (_, row) in enumerate(cells.rows):
        if whole is not None and at in whole.cells and whole.cells[at].exists:
            below_ids = True
        elif (below_ids or not starts or at == starts[-1] + 1 or first is None) and is_header(cells, at, whole, given):
            filled = tuple(cell for cell in row if cell)
            if at < HEADER_ROWS or below_ids:
                if below_ids and filled == first:
                    continue
                if starts and not below_ids:
                    starts.pop()  # the nearest one above the controls is the header
                starts.append(at)
                first, below_ids = filled, False
    if not starts:
        yield _part(cells, None, range(len(cells.rows)))
        return
    for start, end in zip(starts, [*starts[1:], len(cells.rows)], strict=True):
        yield _part(cells, start, range(start + 1, end))


def _part(cells: Cells, header: int | None, rows: range) -> _Part:
    return _Part(cells, header, tuple(rows), id_column(cells, rows))


def _is_old(ids: IdColumn, edition: str | None) -> bool:
    return edition == "2013" or (edition is None and is_2013(ids))


def _read(
    part: _Part, given: Hints, edition: str | None, *, old_readable: bool, newer: bool
) -> tuple[Section | _Left, tuple[str, ...]]:
    """Return the section that a part is, or why it is left over, and notes on how it is read."""
    ids = part.ids
    if ids is None or not _names_controls(part, ids, edition):
        return _Left(part, _NOTHING_NAMED), ()
    if part.header is None:
        return _Left(part, "no header says what its columns are", without_header(part.cells, ids)), ()
    if newer and _is_old(ids, edition) and not ids.existing:
        return _Left(part, "its ids are of the 2013 edition"), ()
    check_edition(part.cells, ids, edition=edition, readable=old_readable)
    columns = reads_columns(part.cells, ids, part.header, given)
    about = columns.about
    if about:
        why = f"the rows are about something else, as {quote(about)} says"
        hint = f"if they are not: columns={{{about!r}: None}}"
        error = part.cells.fail(InputError, f"no table of controls found: {why}", hint=hint)
        return _Left(part, why, error if isinstance(error, InputError) else None), ()
    if not columns.decides:
        why = "no column says whether a control applies or is in place"
        return _Left(part, why, nothing_decides(columns)), ()
    old = _is_old(ids, edition)
    told: tuple[str, ...] = ()
    if not old:
        ids, told = settled(part.cells, ids, says_clause(part.cells, ids, part.header, given))
        check_bare(part.cells, ids)
    return Section(attrs.evolve(columns, ids=ids), part.rows, old), told


def _names_controls(part: _Part, ids: IdColumn, edition: str | None) -> bool:
    """Whether the ids of a part are meant as such: they exist, or are of Annex A, or of the older edition."""
    if is_prose(ids, len(part.rows)):
        return False
    meant = ids.existing or any(cell.annex for cell in ids.cells.values()) or _is_old(ids, edition)
    return bool(meant) or (part.header is not None and _heads_ids(part.cells.rows[part.header][1], ids.place))


def _heads_ids(header: Sequence[str], place: int) -> bool:
    known = readings("header", folded(header[place])) if place < len(header) else ()
    return any(reading.means in ("id", "clause") for reading in known)


def _ids_above(sections: Sequence[Section]) -> Iterator[Problem]:
    """Yield a problem for each control above the header of its table, where nothing says what its columns mean."""
    done: set[int] = set()
    for section in sections:
        cells, place = section.cells, section.columns.ids.place
        if id(cells) in done:
            continue  # what stands above a further table of the same sheet was read with the first
        done.add(id(cells))
        for number, row in cells.rows[: section.columns.start - 1]:
            for column, text in enumerate(row):
                cell = id_cell(text)
                if cell is not None and cell.exists and (cell.annex or column == place):
                    yield cells.problem(f"{quote(text, 40)} stands above the header", "above-header", row=number)


def _left_over(left: Sequence[_Left], sections: Sequence[Section]) -> Iterator[str]:
    """Yield one note for each reason why parts were left over, with the first of them by name."""
    by_reason: dict[str, list[str]] = {}
    for one in left:
        if one.part.rows:
            by_reason.setdefault(one.why, []).append(one.part.where)
    for why, places in by_reason.items():
        more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        yield f"not read, because {why}: {'; '.join(places[:_SHOWN])}{more}"
    first = {id(section.cells): section for section in reversed(sections)}
    for section in first.values():
        above = [row for _, row in section.cells.rows[: section.columns.top]]
        texts = [quote(" ".join(dict.fromkeys(cell for cell in row if cell)), 40) for row in above]
        if texts:
            more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
            yield f"not read, because it stands above the header: {', '.join(texts[:_SHOWN])}{more}"


def _no_ids(tables: Sequence[Cells], parts: Sequence[_Part]) -> InputError:
    """Return the error of a file in which no table names controls."""
    spoilt = next((one for part in parts for one in _spoilt(part)), None)
    empty = next((one for one in parts if one.header is not None and _heads_soa(one.cells.rows[one.header][1])), None)
    if empty is not None and spoilt is None:
        number = empty.cells.rows[empty.header or 0][0]
        return _failed(empty.cells, "no controls found", "they stand below the header", number)
    cells = next((one for one in tables if one.rows), tables[0] if tables else Cells(()))
    shown = next((row for _, row in cells.rows if any(row)), ())
    words = ", ".join(quote(cell, 30) for cell in shown[:12] if cell)
    hint = spoilt or "ids look like A.5.1; usual headers are 'Control ID', 'Kontroll-ID', 'Annex'"
    return _failed(cells, f"no column of control ids found; the first line has {words or 'nothing'}", hint)


def _spoilt(part: _Part) -> Iterator[str]:
    """Yield what became of ids in the column under a header for them, or in the first: a spreadsheet changes them."""
    header = () if part.header is None else part.cells.rows[part.header][1]
    places = [at for at in range(len(header)) if _heads_ids(header, at)] or [0]
    for at in part.rows:
        number, row = part.cells.rows[at]
        for place in places:
            text = row[place] if place < len(row) else ""
            if _DECIMAL.fullmatch(text):
                yield f"{quote(text)} is a number with a decimal comma, and 5,1 may have been 5.10: write A.5.10"
            elif part.cells.kinds.get((number, place)) is CellKind.DATE or date_of(text) or looks_like_a_date(text):
                yield f"{quote(text)} looks like a spreadsheet date, which 5.10 may have become: store the ids as text"


def _heads_soa(header: Sequence[str]) -> bool:
    """Whether a header names the id of controls and something that decides whether they are in place."""
    roles = {reading.means for cell in header for reading in readings("header", folded(cell))}
    return bool(roles & {"id", "clause"}) and not roles.isdisjoint(DECIDING)


def _failed(cells: Cells, message: str, hint: str, row: int | None = None) -> InputError:
    error = cells.fail(InputError, message, hint=hint, row=row)
    assert isinstance(error, InputError)  # noqa: S101  (it is of the class that was given)
    return error
