"""Statements of Applicability and review sheets as spreadsheets (XLSX, XLSM, ODS), with the extra `xlsx`.

Every worksheet is read, hidden ones with a note, with the row numbers of the file. Cells keep what kind of value they
are: a number stays one in its shortest form whatever its format shows (5.1, for what shows 5.10), a percent format
gives "75%", a date its day, an error or a formula without a saved value says so. A merged value is repeated in the
empty cells of its range. Formulas are the values that were saved with them. Lost are formats, formulas, comments,
pictures, charts, times of day, and links to other files, which are never followed; macros are never unpacked. Refused
are documents with a password, parts with a document type, parts that stand twice, cells out of order, and cells that
stand far below or beside the others. XLS and XLSB are not read.

What a legend says that signs mean holds in all sheets: pairs of a sign and its meaning in rows of their own, or a row
or sheet whose name or first cell begins with "Legend" ("I = Implemented").

A statement is written as a sheet with one row per control, filters and lists to choose words from; one for findings on
requirements, if there are any; one of the gaps; one a measure group, with its demands and what serves them; and one on
subject, scope, date and entity. What is read back is the same assessment. Lost are its problems, notes and what each
scope says. Equal statements give equal bytes.

Of a review sheet written are the rows, one a pair, with a list to choose the verdict from, and above them three lines
for judge, date and licence. Neither the seed nor the digest is written. Read is the first sheet with the header of a
review sheet. `nis2map.read_review` reads a filled sheet.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator
from typing import Any, Unpack

from .._shared import Limits, bytes_of, limits_of
from ..assessment import Assessment
from ..dataset import Dataset, given
from ..errors import InputError, MissingExtra, quote
from ..review import WORDS, ReviewSheet
from ..scoring import Options, with_options
from ._cells import Cells
from ._export import read_tables, statement_of, write_workbook
from ._soa import SoaOptions, SoaRequest
from ._tables import readable, workbook_tables

__all__ = ["LOSES", "READS", "WRITES", "dumps", "loads"]

READS = ("Assessment", "Catalogue", "Correspondence", "Crosswalk", "Review")
WRITES = ("Assessment", "ReviewSheet")
LOSES = {
    "Assessment": "problems, notes and what each scope says; texts of more than 32,767 characters are refused",
    "ReviewSheet": "the seed and the digest",
    "reading": "formats, comments, pictures and formulas, of which the saved values are read",
}

_HEAD = ("judge", "date", "licence")
_WIDTHS = {"demand": 30, "label": 60, "citation": 22, "controls": 18, "title": 40, "verdict": 12, "comment": 50}
_USUAL_WIDTH = 20
_CREATED = dt.datetime(2026, 1, 1)  # noqa: DTZ001  (the format has no zone; equal sheets give equal bytes)


def __dir__() -> list[str]:
    return sorted(__all__)


@with_options
def dumps(value: Assessment | ReviewSheet, **options: Unpack[Options]) -> bytes:
    """Return an assessment as a Statement of Applicability, or a review sheet to be filled in, as a workbook.

    The keyword arguments of `nis2map.coverage` say where legal requirements, gaps and measures of a statement are
    looked up; its errors are raised. Raises `InputError` for anything else, and for a text
    that is longer than a cell may be; `MissingExtra` without the extra `xlsx`.
    """
    if not isinstance(value, (Assessment, ReviewSheet)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"expected a ReviewSheet or an Assessment, got {quote(value)}")
    try:
        import xlsxwriter
    except ImportError as error:
        raise _missing("xlsxwriter") from error
    out = io.BytesIO()
    book: Any = xlsxwriter.Workbook(out, {"in_memory": True})
    if isinstance(value, Assessment):
        write_workbook(book, statement_of(value, options))
    else:
        _write_sheet(book, value)
    return out.getvalue()


def _write_sheet(book: Any, sheet: ReviewSheet) -> None:
    book.set_properties({"created": _CREATED, "title": f"Review sheet of {sheet.crosswalk}"})
    page, text, bold = (
        book.add_worksheet("review"),
        book.add_format({"num_format": "@"}),
        book.add_format({"bold": True}),
    )
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for row, word in enumerate(_HEAD):
        page.write_string(row, 0, word, bold)
        page.write_blank(row, 1, None, text)
    top = len(_HEAD)
    for place, name in enumerate(sheet.columns):
        page.write_string(top, place, name, bold)
        page.set_column(place, place, _WIDTHS.get(name, _USUAL_WIDTH))
    for number, pair in enumerate(sheet.to_dicts(), start=top + 1):
        for place, value in enumerate(pair.values()):
            # As a text whatever it looks like: no id becomes a number and no text a formula.
            page.write_string(number, place, str(value), wrapped)
    verdict = sheet.columns.index("verdict")
    choices = {
        "validate": "list",
        "source": list(WORDS),
        "error_title": "not a verdict",
        "error_message": f"One of: {', '.join(WORDS)}; or leave it empty.",
    }
    page.data_validation(top + 1, verdict, top + max(1, len(sheet)), verdict, choices)
    page.freeze_panes(top + 1, 0)
    book.close()


def loads(
    data: bytes, *, name: str = "the workbook", dataset: Dataset | None = None, **options: Unpack[SoaOptions]
) -> Assessment:
    """Return the assessment that a workbook holds; see `nis2map.read_soa` for options and errors.

    `dataset` is there as in every format: an SoA speaks of ISO/IEC 27001:2022, whichever dataset it is scored with.
    """
    given(dataset)
    asked = SoaRequest(**options)
    return read_tables(tables(data, name=name, limits=asked.limits), asked)


def tables(data: bytes, *, name: str = "the workbook", limits: Limits | None = None) -> tuple[Cells, ...]:
    """Return every worksheet of an XLSX, XLSM or ODS workbook as a table, in their order; one may be empty.

    Raises `InputError` for what is no such workbook, is damaged, encrypted, or ambiguous, `LimitExceeded` past the
    limits, `MissingExtra` without the extra `xlsx`.
    """
    return workbook_tables(bytes_of(data, name), name=name, limits=limits_of(limits))


def cells(data: bytes, *, name: str, limits: Limits) -> Cells:
    """Return the cells of the first sheet of a workbook that has the header of a review sheet, as text.

    Raises `InputError` for what is not a workbook, `LimitExceeded` past the limits, `MissingExtra` without the extra.
    """
    data = bytes_of(data, name)
    archive = readable(data, name, limits)
    archive.read(archive.members)  # what is damaged or unpacks to too much is refused before it is handed on
    try:
        import python_calamine as calamine
    except ImportError as error:
        raise _missing("python-calamine") from error
    reader: Any = calamine
    try:
        book = reader.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [(title, book.get_sheet_by_name(title)) for title in book.sheet_names]
        tables = [(title, sheet.to_python(skip_empty_area=False)) for title, sheet in sheets]
    except Exception as error:  # a library of somebody else's on a file of somebody else's
        raise InputError(f"{name} can't be read as a workbook: {error}") from error
    found = [Cells(tuple(_rows(rows)), path=name, sheet=title) for title, rows in tables]
    return next((one for one in found if _has_header(one)), found[0] if found else Cells((), path=name))


def _rows(rows: Iterable[Iterable[object]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for number, row in enumerate(rows, start=1):
        texts = [_text(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield number, tuple(texts)


def _text(value: object) -> str:
    """Return a cell as text; a number stays recognisable as one, for no number is an id (5.10 is stored as 5.1)."""
    if isinstance(value, str):
        return value
    if isinstance(value, (dt.datetime, dt.date)):
        return value.date().isoformat() if isinstance(value, dt.datetime) else value.isoformat()
    return f"the number {value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def _has_header(table: Cells) -> bool:
    return any({"demand", "verdict"} <= {cell.strip().casefold() for cell in row} for _, row in table.rows)


def _missing(library: str) -> MissingExtra:
    return MissingExtra(f"spreadsheets need {library}", hint="pip install 'nis2map[xlsx]'")
