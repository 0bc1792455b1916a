"""Statements of Applicability and review sheets as CSV.

Statements of Applicability are read with comma, semicolon, tab or bar, and words in ten languages.

Reading keeps the status, the degree, justification, evidence (descriptions and references), owner and dates of each
control. It loses the order of rows, the title and the theme. Columns whose header it does not know are named in a note.

Review sheets are written with commas, one row a pair, in UTF-8 (with a byte order mark where a text is not ASCII, for
spreadsheets). A text that a spreadsheet would take for a formula gets an apostrophe before it. Written are the rows
alone: neither the seed nor the digest. They are read by `nis2map.read_review`.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

import attrs

from .._shared import Limits, bytes_of, counted, decode, kind_of, limits_of
from ..assessment import Assessment
from ..errors import InputError, LimitExceeded, Problem, quote
from ..review import ReviewSheet
from ._cells import Cells, check_sizes, is_id, text_of
from ._soa import to_assessment
from .markdown import markdown_tables, split_markdown

__all__ = ["dumps", "loads"]

_SEPARATORS = ",;\t|"
_SAMPLE = 40
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # spreadsheets take the wide ones too
_END = re.compile(r"\r\n|\r|\n")
_CELL_ENDS = {separator: re.compile(rf"[{re.escape(separator)}\r\n]") for separator in _SEPARATORS}
_QUOTED = re.compile(r'"[^"]*+"')
_BLANK = 100  # times the limit: spreadsheets write thousands of empty rows and columns after the table
# Excel reads the separator from such a first line, and writes it where the machine's list separator is another one.
_HINT = re.compile(r"\"?sep=([,;|\t])\"?[ ,;|\t]*(\r\n|\r|\n)", re.IGNORECASE)


def __dir__() -> list[str]:
    return sorted(__all__)


def loads(
    data: bytes,
    *,
    name: str = "the CSV",
    edition: str | None = None,
    limits: Limits | None = None,
    on_problem: str = "raise",
) -> Assessment:
    """Return the assessment that a CSV holds; see `nis2map.read_soa` for arguments and errors."""
    bounds = limits_of(limits)
    return to_assessment(cells(data, name=name, limits=bounds), edition=edition, limits=bounds, on_problem=on_problem)


def dumps(sheet: ReviewSheet) -> bytes:
    """Return a review sheet as CSV: equal sheets give equal bytes.

    Raises `InputError` for anything else, and for a text that no encoding can hold (half of a surrogate pair).
    """
    if not isinstance(sheet, ReviewSheet):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"expected a ReviewSheet, got {quote(sheet)}", hint="review_sheet gives one")
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(sheet.columns)
    writer.writerows([_inert(str(cell)) for cell in row.values()] for row in sheet.to_dicts())
    text = out.getvalue()
    try:
        return text.encode("ascii" if text.isascii() else "utf-8-sig")
    except UnicodeEncodeError as error:
        raise InputError(f"a text holds half of a surrogate pair and can't be written: {error.reason}") from error


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def cells(data: bytes, *, name: str, limits: Limits) -> Cells:
    """Return the cells of a CSV as text; rows and trailing cells that hold nothing are left out."""
    body, separator, line, notes = _body(data, name)
    separator = separator or _separator(body)
    rows = tuple((record.line, record.row) for record in _Splitter(body, separator, name, limits, line).records())
    _swallowed(rows, separator, name)
    return Cells(rows, path=name, notes=notes)


def tables(data: bytes, *, name: str = "the CSV", limits: Limits | None = None) -> tuple[Cells, ...]:
    """Return the tables of a CSV or TSV in their order: one, but for files that change their form half way.

    Rows with another separator than the others are a table of their own, and so is whatever has the form of a Markdown
    table. Raises `InputError` for what is not text in a known encoding, and for a quote that is not closed or that
    swallowed rows; `LimitExceeded` past the limits.
    """
    bounds = limits_of(limits)
    body, separator, line, notes = _body(data, name)
    found: list[Cells] = []
    for is_markdown, text, first in split_markdown(body, line):
        if is_markdown:
            found += markdown_tables(text, name=name, limits=bounds, line=first)
        elif text.strip():
            found += _blocks(text, separator or _separator(text), name, bounds, first)
    found = found or [Cells((), path=name)]
    check_sizes(found, bounds)
    return (attrs.evolve(found[0], notes=(*notes, *found[0].notes)), *found[1:])


def _body(data: bytes, name: str) -> tuple[str, str, int, tuple[str, ...]]:
    """Return the text, its separator if a first line of its own names it, the number of the next line, and notes."""
    data = bytes_of(data, name)
    kind = kind_of(data)
    if kind:
        raise InputError(f"{name} is {kind}, not a CSV")
    text, note = decode(data, name)
    text = text.lstrip("\ufeff")
    notes = (note,) if note else ()
    hinted = _HINT.match(text)
    return (text[hinted.end() :], hinted[1], 2, notes) if hinted else (text, "", 1, notes)


@attrs.frozen
class _Record:
    """One row: the number of its first line, the place of its text, and its cells without the empty ones at its end."""

    line: int
    start: int
    end: int
    row: tuple[str, ...]


@attrs.define
class _Splitter:
    """Splits text as the standard library's strict reader does.

    That one takes no cell longer than a number that any other module of the process may have set, and its own is below
    what `Limits` may allow.
    """

    text: str
    separator: str
    name: str
    limits: Limits
    line: int

    def records(self) -> list[_Record]:
        """Return the rows that hold something."""
        text, size = self.text, len(self.text)
        found: list[_Record] = []
        at = lines = held = 0
        quoted = text.find('"')
        while at < size:
            broken = _END.search(text, at)
            end, after = (broken.start(), broken.end()) if broken else (size, size)
            if -1 < quoted < at:
                quoted = text.find('"', at)
            if -1 < quoted < end:
                row, after, taken = self._quoted(at)
            else:
                self._narrow(text.count(self.separator, at, end))
                row, taken = text[at:end].split(self.separator), 1
            trimmed = _trimmed(row)
            if trimmed:
                found.append(_Record(self.line, at, after, trimmed))
                held += len(trimmed)
            at, lines, self.line = after, lines + 1, self.line + taken
            if len(found) > self.limits.rows or lines > self.limits.rows * _BLANK:
                raise self._past("row", self.limits.rows)
            if held > self.limits.cells:
                raise self._past("cell", self.limits.cells)
        return found

    def _past(self, what: str, most: int) -> LimitExceeded:
        hint = f"raise Limits({what}s=...) if you trust it"
        return LimitExceeded(f"{self.name} has more than {counted(most, what)}", hint=hint)

    def _quoted(self, at: int) -> tuple[list[str], int, int]:
        """Return the cells of a row in which quotes stand, the place behind it, and how many lines it has."""
        text, start = self.text, at
        row: list[str] = []
        ends = _CELL_ENDS[self.separator]
        while True:
            if text.startswith('"', at):
                cell, at = self._cell(at + 1)
            else:
                match = ends.search(text, at)
                end = match.start() if match else len(text)
                cell, at = text[at:end], end
            row.append(cell)
            if not text.startswith(self.separator, at):
                break
            self._narrow(len(row))
            at += 1
        broken = _END.match(text, at)
        if broken is None and at < len(text):
            raise self._wrong(f"not a CSV: '{self.separator}' expected after '\"'")
        after = broken.end() if broken else at
        return row, after, sum(1 for _ in _END.finditer(text, start, after)) + (broken is None)

    def _cell(self, at: int) -> tuple[str, int]:
        """Return a cell behind the quote that opens it, and the place behind the one that closes it."""
        parts: list[str] = []
        size = 0
        while True:
            close = self.text.find('"', at)
            size += (len(self.text) if close < 0 else close) - at
            if size > self.limits.cell:
                raise self._wrong(f"a cell has more than {counted(self.limits.cell, 'character')}", LimitExceeded)
            if close < 0:
                raise self._wrong("not a CSV: unexpected end of data")
            double = self.text.startswith('"', close + 1)
            parts.append(self.text[at : close + double])
            at = close + 1 + double
            if not double:
                return "".join(parts), at

    def _narrow(self, separators: int) -> None:
        """Refuse a line that has far more separators than columns are allowed, before it is split."""
        if separators > self.limits.columns * _BLANK:
            raise LimitExceeded(f"{self.name} has more than {counted(self.limits.columns, 'column')} in a line")

    def _wrong(self, what: str, kind: type[InputError] = InputError) -> InputError:
        place = Problem(what, path=self.name, row=self.line, hint="a quote may be unbalanced")
        return kind(str(place), problems=[place])


def _trimmed(row: list[str]) -> tuple[str, ...]:
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return tuple(map(text_of, row[:end]))


def _separator(text: str) -> str:
    """Return the separator that splits the first lines most evenly into most columns.

    `csv.Sniffer` would also take a letter or a blank for one.
    """
    sample = _QUOTED.sub("", text[:20_000])
    lines = [line for line in sample.splitlines()[:_SAMPLE] if line.strip()]

    def quality(separator: str) -> tuple[int, int, int]:
        counts = [line.count(separator) + 1 for line in lines if separator in line]
        usual = max(counts, key=lambda count: (counts.count(count), count), default=0)
        return (counts.count(usual), usual, -_SEPARATORS.index(separator))

    return max(_SEPARATORS, key=quality)


def _blocks(text: str, separator: str, name: str, limits: Limits, line: int) -> list[Cells]:
    """Return the rows of a text as one table, and runs of rows that another separator splits as tables of their own."""
    records = _Splitter(text, separator, name, limits, line).records()
    others: list[Cells] = []
    taken: set[int] = set()
    for run in _runs(records, separator):
        part = text[run[0].start : run[-1].end]
        other = _separator(part)
        rows = tuple(
            (record.line, record.row) for record in _Splitter(part, other, name, limits, run[0].line).records()
        )
        if other != separator and _even(rows):
            _swallowed(rows, other, name)
            others.append(Cells(rows, path=name))
            taken |= {record.line for record in run}
    rows = tuple((record.line, record.row) for record in records if record.line not in taken)
    _swallowed(rows, separator, name)
    main = [Cells(rows, path=name)] if rows else []
    return sorted([*main, *others], key=lambda table: table.rows[0][0])


def _runs(records: list[_Record], separator: str) -> Iterator[list[_Record]]:
    """Yield runs of at least two rows with a single cell in which another separator stands."""
    others = _SEPARATORS.replace(separator, "")
    run: list[_Record] = []
    for record in records:
        if len(record.row) == 1 and any(other in record.row[0] for other in others):
            run.append(record)
            continue
        if len(run) > 1:
            yield run
        run = []
    if len(run) > 1:
        yield run


def _even(rows: tuple[tuple[int, tuple[str, ...]], ...]) -> bool:
    """Whether rows are a table and not prose with commas: they are equally wide, and three columns or an id say so."""
    widths = Counter(len(row) for _, row in rows)
    usual = max(widths, key=lambda width: (widths[width], width))
    named = any(is_id(cell) for _, row in rows for cell in row)
    return widths[usual] > 1 and usual > 1 and (usual > 2 or named)


def _swallowed(rows: tuple[tuple[int, tuple[str, ...]], ...], separator: str, name: str) -> None:
    """Refuse a cell that holds whole rows: a quote was opened and closed far below."""
    several = [(number, row) for number, row in rows if any("\n" in cell or "\r" in cell for cell in row)]
    if not several:
        return
    widths = Counter(len(row) for _, row in rows)
    usual = max(widths, key=lambda width: (widths[width], width))
    places = Counter(at for _, row in rows for at, cell in enumerate(row) if is_id(cell))
    place = max(places, key=lambda at: (places[at], -at), default=0)
    for number, row in several:
        for cell in row:
            if any(_is_row(line.split(separator), place, usual) for line in cell.splitlines()[1:]):
                problem = Problem("a cell holds further rows", path=name, row=number, hint="a quote may be unbalanced")
                raise InputError(str(problem), problems=[problem])


def _is_row(parts: list[str], place: int, usual: int) -> bool:
    """Whether a line of a cell is a row with an id in the id column; "see A.5.2, A.5.3" in a text is not one."""
    if not place < len(parts) > 1 or not is_id(parts[place]):
        return False
    if len(parts) >= usual:
        return True
    said = [part for part in parts if part.strip()]
    tight = not any(part[:1].isspace() for part in parts[1:])
    return tight and len(said) > 1 and not all(map(is_id, said))
