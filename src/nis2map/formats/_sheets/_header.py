"""Which columns of a table say what, by known headers or by those that a caller names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import attrs

from ..._shared import Limits, capped, choice
from ...errors import InputError, Problem, quote
from .._cells import CellKind, Cells, check_size, unprintable, without_value

__all__ = ["HeadedTable", "Headers", "TableRow", "folded", "known_headers", "parted", "refuse", "sheets_of"]

_HEADER_ROWS = 25
_NAMED = 12
_LANGUAGE = re.compile(
    r"(?:title|name|titel|bezeichnung|titre|titolo|título)[ _(\[-]+([a-z]{2})[)\]]?|translations\.([a-z]{2})\.name",
    re.ASCII,
)

# "GV.OC-01: The organizational mission is understood"; a ref, "csf-2.0:GV.OC-01", has no blank behind its colon.
_WITH_TEXT = re.compile(r"(?P<id>[^\s:]{1,40}):\s+(?P<text>\S.*)", re.DOTALL)


@attrs.frozen
class Headers:
    """The fields of known headers, and those that a table needs before these headers are taken for its own."""

    fields: Mapping[str, str]
    needed: tuple[str, ...]


@attrs.frozen
class TableRow:
    """One row below the header: its number in the file, and what it says by field."""

    sheet: HeadedTable
    number: int
    texts: Mapping[str, str]
    kinds: Mapping[str, CellKind]

    def problem(self, message: str, code: str, field: str, *, ref: str = "", hint: str = "") -> Problem:
        """Return a problem with its place, the column by its header."""
        column = self.sheet.headers.get(field, "")
        return self.sheet.cells.problem(message, code, row=self.number, column=column, ref=ref, hint=hint)

    def no_id(self, field: str) -> Problem | None:
        """Return the problem of an id that is no text: 5.10 is stored as 5.1, 1-2 as a day; a whole number is an id."""
        kind, text = self.kinds.get(field), self.texts.get(field, "")
        if kind is None or not text or (kind is CellKind.NUMBER and text.isdigit()):
            return None
        what = f"it may mean {text} or {text}0" if kind is CellKind.NUMBER else "what was written is lost"
        message = f"the id {quote(text, 40)} is a {kind}: {what}"
        return self.problem(message, "number-id", field, hint="write ids as text")


@attrs.frozen
class HeadedTable:
    """A table with its header: the place of each field's column, and what the columns are called."""

    cells: Cells
    start: int
    places: Mapping[str, int]
    headers: Mapping[str, str]

    def rows(self) -> Iterator[TableRow]:
        """Yield the rows that say something in a column that is read."""
        for number, cells in self.cells.rows[self.start :]:
            texts = {field: cells[at].strip() for field, at in self.places.items() if at < len(cells)}
            if any(texts.values()):
                kinds = {f: kind for f, at in self.places.items() if (kind := self.cells.kinds.get((number, at)))}
                yield TableRow(self, number, texts, kinds)

    def valueless(self) -> Iterator[Problem]:
        """Yield a problem for each formula without a saved value, and each error of one, in a column that is read."""
        for row in self.rows():
            for field, kind in row.kinds.items():
                if kind is CellKind.NO_VALUE:
                    message, hint = without_value(row.texts.get(field, ""))
                    yield row.problem(message, "no-value", field, hint=hint)

    def unread(self) -> tuple[str, ...]:
        """Return a note of the columns that hold something and are not read, if there are any."""
        _, header = self.cells.rows[self.start - 1]
        known = set(self.places.values())
        filled = {at for _, row in self.cells.rows[self.start :] for at, cell in enumerate(row) if cell.strip()} - known
        names = [quote(header[at] if at < len(header) and header[at] else str(at + 1), 30) for at in sorted(filled)]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        where = f"sheet {quote(self.cells.sheet)}: " if self.cells.sheet else ""
        return (f"{where}columns that are not read: {', '.join(names[:_NAMED])}{more}",) if names else ()


def known_headers(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the field by folded header; `fields` has the headers of each, parted by bars."""
    return {folded(header): field for field, headers in fields.items() for header in (field, *headers.split("|"))}


def folded(header: str) -> str:
    return " ".join(re.sub(r"[\s_:#*/-]+", " ", header.casefold()).split())


def sheets_of(
    tables: Iterable[Cells],
    headers: Sequence[Headers],
    columns: Mapping[str, str | None] | None,
    limits: Limits,
    *,
    name: str,
) -> tuple[list[HeadedTable], list[str]]:
    """Return the tables that have a header with the needed fields, and notes on what is not read.

    `headers` are tried in their order, each in a table where those before name too little; `columns` says what headers
    mean before these (None leaves one out). Raises `InputError` for a field that there is none of, a header of
    `columns` that no table has, and where no table has the fields needed.
    """
    named = _named(columns, headers[0].fields)
    sheets: list[HeadedTable] = []
    notes: list[str] = []
    without: list[Cells] = []
    for cells in tables:
        check_size(cells, limits)
        odd = list(islice(unprintable(cells), limits.problems + 1))
        if odd:
            raise InputError.of(capped(odd, limits), what=cells.name)
        notes += cells.notes
        found = (_sheet(cells, known.fields, named, known.needed) for known in headers)
        sheet = next((one for one in found if one is not None), None)
        if sheet is None:
            without.append(cells)
        else:
            sheets.append(sheet)
            notes += sheet.unread()
    if not sheets:
        raise _no_header(without, headers[-1].fields, named, headers[-1].needed, name)
    missing = [header for header in named if not any(_has(sheet, header) for sheet in sheets)]
    if missing:
        have = ", ".join(quote(cell, 30) for cell in sheets[0].cells.rows[sheets[0].start - 1][1] if cell)
        raise InputError(f"{name}: columns names {quote(missing[0])}, and no table has it", hint=f"there is {have}")
    # Before any row is understood: what a formula would have said is missing elsewhere, as the unit above others.
    refuse([problem for sheet in sheets for problem in sheet.valueless()], limits, name)
    notes += [f"not read: sheet {quote(cells.sheet)}, which has no such header" for cells in without if cells.rows]
    return sheets, notes


def _named(columns: Mapping[str, str | None] | None, known: Mapping[str, str]) -> dict[str, str | None]:
    if columns is not None and not isinstance(columns, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"columns is {quote(columns)}", hint="a mapping from headers to fields")
    fields = list(dict.fromkeys(known.values()))
    named: dict[str, str | None] = {}
    for header, field in (columns or {}).items():
        if not isinstance(header, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InputError(f"columns names the header {quote(header)}", hint="headers are texts")
        language = field[6:] if isinstance(field, str) and field.startswith("title:") else ""
        named[folded(header)] = field if field is None or language else choice(field, fields, "a field in columns")
    return named


def _has(sheet: HeadedTable, header: str) -> bool:
    return any(folded(cell) == header for cell in sheet.cells.rows[sheet.start - 1][1])


def _field(cell: str, known: Mapping[str, str], named: Mapping[str, str | None]) -> str | None:
    header = folded(cell)
    if header in named:
        return named[header]
    language = _LANGUAGE.fullmatch(cell.strip().casefold()) if "title" in known.values() else None
    return f"title:{language[1] or language[2]}" if language else known.get(header)


def _sheet(
    cells: Cells, known: Mapping[str, str], named: Mapping[str, str | None], needed: Sequence[str]
) -> HeadedTable | None:
    """Return a table from the first row on that names all needed fields."""
    for at, (number, row) in enumerate(cells.rows[:_HEADER_ROWS]):
        fields = [_field(cell, known, named) for cell in row]
        if not set(needed) <= set(fields):
            continue
        places: dict[str, int] = {}
        for column, field in enumerate(fields):
            # What a caller named comes before what a header happens to be called.
            if field is None or (field in places and folded(row[column]) not in named):
                continue
            if field in places and folded(row[places[field]]) in named:
                both = f"{quote(row[places[field]])} and {quote(row[column])}"
                raise cells.fail(InputError, f"two columns give the {field}: {both}", row=number)
            places[field] = column
        return HeadedTable(cells, at + 1, places, {field: row[column] for field, column in places.items()})
    return None


def _no_header(
    tables: Sequence[Cells],
    known: Mapping[str, str],
    named: Mapping[str, str | None],
    needed: Sequence[str],
    name: str,
) -> InputError:
    rows = next((cells.rows[:1] for cells in tables if cells.rows), ())
    first = [cell for _, row in rows for cell in row if cell][:_NAMED]
    lacking = [field for field in needed if field not in {_field(cell, known, named) for cell in first}]
    shown = f"; the first row has {', '.join(quote(cell, 30) for cell in first)}" if first else ""
    hint = f"name them: columns={{'your header': '{lacking[0] if lacking else needed[0]}'}}"
    return InputError(f"{name}: no header with {' and '.join(needed)} found{shown}", hint=hint)


def parted(rows: Sequence[TableRow], field: str, text_field: str) -> tuple[list[TableRow], list[Problem], list[str]]:
    """Return the rows with id and text parted at the colon, where each id of a table has its text in the same cell.

    The text is put before what stands in `text_field`. A table in which some ids alone have one is a problem by row;
    where ids were parted is a note.
    """
    found: list[TableRow] = []
    problems: list[Problem] = []
    notes: list[str] = []
    ids = {
        (id(row.sheet), row.number): match for row in rows if (match := _WITH_TEXT.fullmatch(row.texts.get(field, "")))
    }
    alone = {id(row.sheet) for row in rows if row.texts.get(field) and (id(row.sheet), row.number) not in ids}
    for row in rows:
        match = ids.get((id(row.sheet), row.number))
        if match is None:
            found.append(row)
        elif id(row.sheet) in alone:
            message = f"a text stands behind the id {quote(match['id'])}, and other rows have an id alone"
            hint = "one column for ids and one for texts, or a text behind each id"
            problems.append(row.problem(message, "bad-id", field, hint=hint))
        else:
            texts = "\n".join(filter(None, (match["text"], row.texts.get(text_field, ""))))
            found.append(attrs.evolve(row, texts={**row.texts, field: match["id"], text_field: texts}))
            notes = [
                f"id and text stand in one cell of {quote(row.sheet.headers[field], 30)}, and are parted at the colon"
            ]
    return found, problems, notes


def refuse(problems: Sequence[Problem], limits: Limits, name: str) -> None:
    """Raise `InputError` with all problems, if there are any, in the order of their places."""
    if problems:
        raise InputError.of(capped(sorted(problems, key=lambda problem: problem.sort_key), limits), what=name)
