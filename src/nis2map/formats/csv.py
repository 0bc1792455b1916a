"""Statements of Applicability and review sheets as CSV.

Statements of Applicability are read with comma, semicolon, tab (TSV) or bar, and words in ten languages. Separator and
encoding are worked out (UTF-8, UTF-16 with its mark, else Windows-1252 with a note); a first line `sep=;` names the
separator. Rows with another separator than the others, and a pipe table of Markdown, are tables of
their own. Cells are texts, without blanks around them. A quote that is not closed, or that closes so far below that
rows with ids stand in a cell, is refused.

Reading keeps the status, the degree, justification, evidence (descriptions and references), owner and dates of each
control. It loses the order of rows, the title and the theme. Columns whose header it does not know are named in a note.

Statements are written as one row per control, below lines on the subject, scope, date and entity, and with findings on
requirements as a second table; what is read back is the same assessment. A column says what of the law would lose its
last cover without the control. Review sheets are written one row per pair; `nis2map.read_review` reads them.

Both are written with commas, in UTF-8 (with a byte order mark where a text is not ASCII, for spreadsheets). A text that
a spreadsheet would take for a formula, whole or behind a separator, gets an apostrophe before it, which reading takes
away again. Lost are problems, notes and what each scope says, and of review sheets the seed and the digest.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from typing import Unpack

import attrs

from .._shared import Limits, bytes_of, counted, decode, kind_of, limits_of
from ..assessment import Assessment
from ..dataset import Dataset, given
from ..errors import InputError, LimitExceeded, Problem, quote
from ..review import ReviewSheet
from ..scoring import Options, with_options
from ._cells import Cells, check_sizes, is_id, text_of
from ._export import GUARDED, OTHERS, TITLE, csv_bytes, read_tables, statement_of
from ._soa import SoaOptions, SoaRequest
from ._tables import markdown_tables, own_separator, split_markdown

__all__ = ["LOSES", "READS", "WRITES", "dumps", "loads"]

READS = ("Assessment", "Catalogue", "Correspondence", "Crosswalk", "Review")
WRITES = ("Assessment", "ReviewSheet")
LOSES = {
    "Assessment": "problems, notes and what each scope says"
    "; a cell of more than 32,767 characters is read with a larger Limits(cell=...) alone",
    "ReviewSheet": "the seed and the digest",
    "reading": "the order of rows, titles, themes, and columns whose header is not known",
}

_SEPARATORS = ",;\t|"
_SAMPLE = 40
_HEAD = 20_000
_END = re.compile(r"\r\n|\r|\n")
_CELL_ENDS = {separator: re.compile(rf"[{re.escape(separator)}\r\n]") for separator in _SEPARATORS}
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_BROKEN = re.compile(r"[\r\n]")
_QUOTED = re.compile(r'"[^"]*+"')
_BLANK = 100  # times the limit: spreadsheets write thousands of empty rows and columns after the table
# Excel reads the separator from such a first line, and writes it where the machine's list separator is another one.
_HINT = re.compile(r"\"?sep=([,;|\t])\"?[ ,;|\t]*(\r\n|\r|\n)", re.IGNORECASE)


def __dir__() -> list[str]:
    return sorted(__all__)


def loads(
    data: bytes, *, name: str = "the CSV", dataset: Dataset | None = None, **options: Unpack[SoaOptions]
) -> Assessment:
    """Return the assessment that a CSV holds; see `nis2map.read_soa` for options and errors.

    `dataset` is there as in every format: an SoA speaks of ISO/IEC 27001:2022, whichever dataset it is scored with.
    """
    given(dataset)
    asked = SoaRequest(**options)
    return read_tables(tables(data, name=name, limits=asked.limits), asked)


@with_options
def dumps(value: Assessment | ReviewSheet, **options: Unpack[Options]) -> bytes:
    """Return an assessment as a Statement of Applicability, or a review sheet, as CSV: equal ones give equal bytes.

    The keyword arguments of `nis2map.coverage` say where the legal requirements of a statement are looked up; its
    errors are raised. Raises `InputError` for anything else, and for a text of a review sheet that no encoding can hold
    (half of a surrogate pair).
    """
    if isinstance(value, ReviewSheet):
        return csv_bytes([value.columns, *([str(cell) for cell in row.values()] for row in value.to_dicts())])
    if not isinstance(value, Assessment):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"expected a ReviewSheet or an Assessment, got {quote(value)}")
    statement = statement_of(value, options)
    rows = [(TITLE,), *statement.about, ("Written by", GUARDED), (), statement.columns, *statement.rows]
    if statement.others:
        rows += [(), (OTHERS,), statement.other_columns, *statement.others]
    return csv_bytes(rows)


def cells(data: bytes, *, name: str, limits: Limits) -> Cells:
    """Return the cells of a CSV as text; rows and trailing cells that hold nothing are left out."""
    body, separator, line, notes = _body(data, name)
    return attrs.evolve(_whole(body, separator or _separator(body), name, limits, line), notes=notes)


def _whole(text: str, separator: str, name: str, limits: Limits, line: int) -> Cells:
    rows = tuple((record.line, record.row) for record in _Splitter(text, separator, name, limits, line).records())
    _swallowed(rows, separator, name)
    return Cells(rows, path=name)


def tables(data: bytes, *, name: str = "the CSV", limits: Limits | None = None) -> tuple[Cells, ...]:
    """Return the tables of a CSV or TSV in their order: one, but for files that change their form half way.

    Rows with another separator than the others are a table of their own, and so is whatever has the form of a Markdown
    table; but a file that this library wrote is one table, with the separator of the line that says so. Raises
    `InputError` for what is not text in a known encoding, and for a quote that is not closed or that swallowed rows;
    `LimitExceeded` past the limits.
    """
    bounds = limits_of(limits)
    body, separator, line, notes = _body(data, name)
    ours = own_separator(body)
    found: list[Cells] = [_whole(body, ours, name, bounds, line)] if ours else []
    for is_markdown, text, first in () if ours else split_markdown(body, line):
        if is_markdown:
            found += markdown_tables(text, name=name, limits=bounds, line=first)
        elif text.strip():
            found += _tables(text, separator, name, bounds, first)
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
            self._narrow(text.count(self.separator, at, end))
            line = self._line(text[at:end]) if -1 < quoted < end else text[at:end].split(self.separator)
            row, after, taken = self._quoted(at) if line is None else (line, after, 1)
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

    def _line(self, text: str) -> list[str] | None:
        """Return the cells of a line with quotes, as the library gives them; None for what it does not take alone."""
        try:
            return next(csv.reader((text,), delimiter=self.separator, strict=True))
        except csv.Error:
            return None

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
        hint = "raise Limits(cell=...) if you trust it, or " if kind is LimitExceeded else ""
        place = Problem(what, path=self.name, row=self.line, hint=f"{hint}a quote may be unbalanced")
        return kind(str(place), problems=[place])


def _trimmed(row: list[str]) -> tuple[str, ...]:
    # Most rows hold nothing that is not printed, and this is asked of every row.
    kept = list(map(str.strip if "".join(row).isprintable() else text_of, row))
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def _separator(text: str) -> str:
    """Return the separator that splits the first lines most evenly into most columns.

    `csv.Sniffer` would also take a letter or a blank for one.
    """
    sample = _QUOTED.sub("", text[:_HEAD])
    if len(text) > _HEAD:
        sample = sample.partition('"')[0]  # the cell that the sample ends in is no row
    lines = [line for line in sample.splitlines()[:_SAMPLE] if line.strip()]

    def quality(separator: str) -> tuple[int, int, int]:
        counts = [line.count(separator) + 1 for line in lines if separator in line]
        usual = max(counts, key=lambda count: (counts.count(count), count), default=0)
        return (counts.count(usual), usual, -_SEPARATORS.index(separator))

    return max(_SEPARATORS, key=quality)


def _tables(text: str, separator: str, name: str, limits: Limits, line: int) -> list[Cells]:
    """Return the tables of a text; one that can't be split as a whole may hold parts with separators of their own."""
    try:
        return _blocks(text, separator or _separator(text), name, limits, line)
    except LimitExceeded:
        raise
    except InputError as error:
        parts = [] if separator else _parts(text, line)
        if not parts:
            raise
        try:
            return [table for part, at in parts for table in _blocks(part, _separator(part), name, limits, at)]
        except InputError:
            raise error from None


def _parts(text: str, line: int) -> list[tuple[str, int]]:
    """Return what stands between blank lines, each with its first line; neighbours with one separator are one part."""
    lines = _LINE.findall(text)
    parts: list[tuple[str, int]] = []
    start = 0
    for at in range(len(lines) + 1):
        if at < len(lines) and lines[at].strip():
            continue
        part = "".join(lines[start : at + 1])
        if parts and (not part.strip() or _separator(parts[-1][0]) == _separator(part)):
            parts[-1] = (parts[-1][0] + part, parts[-1][1])
        else:
            parts.append((part, line + start))
        start = at + 1
    return parts if len(parts) > 1 else []


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
    several = [(number, row) for number, row in rows if _BROKEN.search("\0".join(row))]
    if not several:
        return
    widths = Counter(len(row) for _, row in rows)
    usual = max(widths, key=lambda width: (widths[width], width))
    places = Counter(at for _, row in rows for at, cell in enumerate(row) if is_id(cell))
    place = max(places, key=lambda at: (places[at], -at), default=0)
    for number, row in several:
        for cell in row:
            if any(_is_row(line.split(separator), place, usual) for line in cell.splitlines()[1:]):
                hint = "a quote may be unbalanced"
                problem = Problem("a cell contains further rows", path=name, row=number, hint=hint)
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
