"""Statements of Applicability and review sheets as CSV.

Statements of Applicability are read with comma, semicolon, tab or bar, and words in English, German and some others.

Reading keeps the status, the degree, justification, evidence (descriptions and references), owner and dates of each
control. It loses the order of rows, the title and the theme. Columns whose header it does not know are named in a note.

Statements are written as one row a control, below lines on the subject, scope, date and entity, and with findings on
requirements as a second table; what is read back is the same assessment. A column says what of the law would lose its
last cover without the control. Review sheets are written one row a pair; `nis2map.read_review` reads them.

Both are written with commas, in UTF-8 (with a byte order mark where a text is not ASCII, for spreadsheets). A text that
a spreadsheet would take for a formula, whole or behind a separator, gets an apostrophe before it, which reading takes
away again. Lost are problems, notes and what each scope says, and of review sheets the seed and the digest.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Unpack

from .._shared import Limits, bytes_of, counted, decode, kind_of, limits_of
from ..assessment import Assessment
from ..errors import InputError, LimitExceeded, Problem, quote
from ..review import ReviewSheet
from ..scoring import Options, with_options
from ._cells import Cells
from ._export import GUARDED, OTHERS, TITLE, guarded, own_statement, statement_of
from ._soa import to_assessment

__all__ = ["LOSES", "READS", "WRITES", "dumps", "loads"]

READS = ("Assessment", "Review")
WRITES = ("Assessment", "ReviewSheet")
LOSES = {
    "Assessment": "problems, notes and what each scope says",
    "ReviewSheet": "the seed and the digest",
    "reading": "the order of rows, titles, themes, and columns whose header is not known",
}

_SEPARATORS = ",;\t|"
_SAMPLE = 40
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
    table = cells(data, name=name, limits=bounds)

    def read(read_from: Cells) -> Assessment:
        return to_assessment(read_from, edition=edition, limits=bounds, on_problem=on_problem)

    own = own_statement((table,))
    return read(table) if own is None else own.read(read)


@with_options
def dumps(value: Assessment | ReviewSheet, **options: Unpack[Options]) -> bytes:
    """Return an assessment as a Statement of Applicability, or a review sheet, as CSV: equal ones give equal bytes.

    The keyword arguments of `nis2map.coverage` say where the legal requirements of a statement are looked up; its
    errors are raised. Raises `InputError` for anything else, and for a text of a review sheet that no encoding can hold
    (half of a surrogate pair).
    """
    if isinstance(value, ReviewSheet):
        return _written([value.columns, *([str(cell) for cell in row.values()] for row in value.to_dicts())])
    if not isinstance(value, Assessment):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"expected a ReviewSheet or an Assessment, got {quote(value)}")
    statement = statement_of(value, options)
    rows = [(TITLE,), *statement.about, ("Written by", GUARDED), (), statement.columns, *statement.rows]
    if statement.others:
        rows += [(), (OTHERS,), statement.other_columns, *statement.others]
    return _written(rows)


def _written(rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([guarded(cell) for cell in row] for row in rows)
    text = out.getvalue()
    try:
        return text.encode("ascii" if text.isascii() else "utf-8-sig")
    except UnicodeEncodeError as error:
        raise InputError(f"a text holds half of a surrogate pair and can't be written: {error.reason}") from error


def cells(data: bytes, *, name: str, limits: Limits) -> Cells:
    """Return the cells of a CSV as text; rows and trailing cells that hold nothing are left out."""
    data = bytes_of(data, name)
    kind = kind_of(data)
    if kind:
        raise InputError(f"{name} is {kind}, not a CSV")
    text, note = decode(data, name)
    text = text.lstrip("\ufeff")
    hinted = _HINT.match(text)
    skipped = 1 if hinted else 0
    body = text[hinted.end() :] if hinted else text
    separator = hinted[1] if hinted else _separator(body)
    rows = _rows(body, separator, skipped, name, limits)
    _swallowed(rows, separator, name)
    return Cells(tuple(rows), path=name, notes=(note,) if note else ())


def _rows(body: str, separator: str, skipped: int, name: str, limits: Limits) -> list[tuple[int, tuple[str, ...]]]:
    """Return the rows that hold something, each with the number of its first line."""
    rows: list[tuple[int, tuple[str, ...]]] = []
    line = 1 + skipped
    try:
        # Strict: otherwise a quote that is never closed takes the rest of the file into one cell without a word.
        reader = csv.reader(_lines(body, separator, name, limits), delimiter=separator, strict=True)
        for count, row in enumerate(reader):
            trimmed = _trimmed(row)
            if trimmed:
                rows.append((line, trimmed))
            line = reader.line_num + 1 + skipped
            if len(rows) > limits.rows or count > limits.rows * _BLANK:
                hint = "raise Limits(rows=...) if you trust it"
                raise LimitExceeded(f"{name} has more than {counted(limits.rows, 'row')}", hint=hint)
    except csv.Error as error:
        too_long = "field larger" in str(error)
        what = f"a cell has more than {csv.field_size_limit()} characters" if too_long else f"not a CSV: {error}"
        place = Problem(what, path=name, row=line, hint="a quote may be unbalanced")
        raise (LimitExceeded if too_long else InputError)(str(place), problems=[place]) from error
    return rows


def _lines(body: str, separator: str, name: str, limits: Limits) -> Iterator[str]:
    """Yield the lines; one that has far more separators than columns are allowed is refused before it is split."""
    for line in io.StringIO(body, newline=""):
        if line.count(separator) > limits.columns * _BLANK:
            raise LimitExceeded(f"{name} has more than {counted(limits.columns, 'column')} in a line")
        yield line


def _trimmed(row: list[str]) -> tuple[str, ...]:
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return tuple(cell.strip().lstrip("\ufeff") for cell in row[:end])


def _separator(text: str) -> str:
    """Return the separator that splits the first lines most evenly into most columns.

    `csv.Sniffer` would also take a letter or a blank for one.
    """
    lines = [line for line in text[:20_000].splitlines()[:_SAMPLE] if line.strip()]

    def quality(separator: str) -> tuple[int, int, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=separator) if len(row) > 1]
        usual = max(counts, key=lambda count: (counts.count(count), count), default=0)
        return (counts.count(usual), usual, -_SEPARATORS.index(separator))

    return max(_SEPARATORS, key=quality)


def _swallowed(rows: list[tuple[int, tuple[str, ...]]], separator: str, name: str) -> None:
    """Refuse a cell that holds whole rows: a quote was opened and closed far below."""
    widths = [len(row) for _, row in rows]
    usual = max(set(widths), key=widths.count, default=0)
    line = re.compile(rf'[\r\n]"?(?:annex )?(?:a[ .]?)?\d{{1,2}}\.\d{{1,2}}"?{re.escape(separator)}\S.*', re.IGNORECASE)
    for number, row in rows:
        for cell in row:
            if any(match[0].count(separator) >= usual - 1 for match in line.finditer(cell)):
                place = Problem("a cell holds further rows", path=name, row=number, hint="a quote may be unbalanced")
                raise InputError(str(place), problems=[place])
