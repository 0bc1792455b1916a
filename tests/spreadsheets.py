"""XLSX and ODS that tests write, with cells of every kind: numbers, percentages, booleans, dates, formulas.

XLSX is written by xlsxwriter, and what it can't do is patched into the XML afterwards; ODS is written by hand.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import attrs
import xlsxwriter

Rows = Sequence[Sequence[object]]


@attrs.frozen
class Percent:
    """A number in a cell with a percent format: `Percent(0.4)` shows 40%."""

    value: float


@attrs.frozen
class Formula:
    """A formula, and the value that was saved with it: None if none was."""

    text: str
    value: str | float | None = None


@attrs.frozen
class Sheet:
    """A sheet: rows of cells (None for an empty one), and merged ranges as first row, first column, last row, column."""

    name: str
    rows: Rows
    merged: Sequence[tuple[int, int, int, int]] = ()


def workbook(*sheets: Sheet) -> bytes:
    """Return an XLSX with these sheets."""
    out = io.BytesIO()
    book: Any = xlsxwriter.Workbook(out, {"in_memory": True})
    percent, day = book.add_format({"num_format": "0%"}), book.add_format({"num_format": "dd.mm.yyyy"})
    unsaved = False
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for merged in sheet.merged:
            page.merge_range(*merged, "")
        for row, cells in enumerate(sheet.rows):
            for column, cell in enumerate(cells):
                unsaved |= isinstance(cell, Formula) and cell.value is None
                _write(page, row, column, cell, percent, day)
    book.close()
    data = out.getvalue()
    # As libraries leave a formula that no spreadsheet has computed: neither a value nor the type of one.
    return patched(data, r' t="str"(><f>[^<]*</f>)<v>unsaved</v>', r"\1<v />") if unsaved else data


def _write(page: Any, row: int, column: int, cell: object, percent: object, day: object) -> None:
    match cell:
        case None | "":
            pass
        case bool():
            page.write_boolean(row, column, cell)
        case int() | float():
            page.write_number(row, column, cell)
        case Percent():
            page.write_number(row, column, cell.value, percent)
        case dt.date():
            page.write_datetime(row, column, cell, day)
        case Formula():
            page.write_formula(row, column, cell.text, None, "unsaved" if cell.value is None else cell.value)
        case _:
            page.write_string(row, column, str(cell))


def patched(data: bytes, pattern: str, new: str) -> bytes:
    """Return a workbook in whose sheets each match of a pattern is replaced; there must be one."""
    out, found = io.BytesIO(), 0
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part, number = source.read(name), 0
            if name.startswith("xl/worksheets/sheet"):
                part, number = re.subn(pattern.encode(), new.encode(), part)
            target.writestr(name, part)
            found += number
    assert found, pattern
    return out.getvalue()


_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet>"
)
_ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"
_ODS_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def ods(*sheets: Sheet, filled_up: bool = False) -> bytes:
    """Return an ODS with these sheets; `filled_up` ends rows and tables with the empty cells that LibreOffice writes."""
    more_cells = '<table:table-cell table:number-columns-repeated="16000"/>' if filled_up else ""
    more_rows = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
        if filled_up
        else ""
    )
    body = ""
    for sheet in sheets:
        spans = {(r1, c1): (r2 - r1 + 1, c2 - c1 + 1) for r1, c1, r2, c2 in sheet.merged}
        covered = {
            (row, column)
            for r1, c1, r2, c2 in sheet.merged
            for row in range(r1, r2 + 1)
            for column in range(c1, c2 + 1)
            if (row, column) != (r1, c1)
        }
        lines = "".join(
            "<table:table-row>"
            + "".join(
                _ods_cell(cell, spans.get((at, column)), (at, column) in covered) for column, cell in enumerate(row)
            )
            + more_cells
            + "</table:table-row>"
            for at, row in enumerate(sheet.rows)
        )
        body += f'<table:table table:name="{escape(sheet.name)}">{lines}{more_rows}</table:table>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _ODS_MANIFEST)
        archive.writestr("content.xml", _ODS_HEAD + body + _ODS_TAIL)
    return out.getvalue()


def _ods_cell(cell: object, span: tuple[int, int] | None, covered: bool) -> str:
    if covered:
        return "<table:covered-table-cell/>"
    merged = "" if span is None else f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"'
    match cell:
        case None | "":
            return f"<table:table-cell{merged}/>"
        case bool():
            kind, shown = f'"boolean" office:boolean-value="{str(cell).lower()}"', str(cell).upper()
        case int() | float():
            kind, shown = f'"float" office:value="{cell!r}"', f"{cell:g}"
        case Percent():
            kind, shown = f'"percentage" office:value="{cell.value!r}"', f"{100 * cell.value:g}%"
        case dt.date():
            kind, shown = f'"date" office:date-value="{cell.isoformat()}"', cell.strftime("%d.%m.%Y")
        case _:
            kind, shown = '"string"', escape(str(cell))
    return f"<table:table-cell{merged} office:value-type={kind}><text:p>{shown}</text:p></table:table-cell>"
