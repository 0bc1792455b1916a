"""The report as a workbook, a sheet a chapter: numbers are numbers, everything else is a text, and none a formula."""

from __future__ import annotations

import datetime as dt
import io
import re
import textwrap
from collections.abc import Iterable
from typing import Any

import attrs

from ..errors import MissingExtra
from ._parts import (
    Cell,
    Facts,
    Figure,
    Grid,
    GridColumn,
    Inline,
    Items,
    KeyFigures,
    Paragraph,
    Part,
    Report,
    lines,
    plain_text,
    shown,
)

__all__ = ["xlsx_of"]

_CREATED = dt.datetime(2026, 1, 1)  # noqa: DTZ001  (the format has no zone; equal reports give equal bytes)
_CELL = 32_767  # characters; the writer would drop a longer text without a word
_CUT = " […]"
_SHEET, _LINE = 31, 110  # characters of the name of a sheet, and of a line of text
_FIRST, _NUMBER, _OTHER, _WIDE = 34, 13, 30, 44  # widths of columns


def xlsx_of(report: Report) -> bytes:
    """Return the workbook; `MissingExtra` without the extra `xlsx`."""
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtra("spreadsheets need xlsxwriter", hint="pip install 'nis2map[xlsx]'") from error
    out = io.BytesIO()
    book: Any = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": _CREATED, "title": _bounded(report.title)[:255]})
    formats = _Formats.of(book)
    for place, chapter in enumerate(report.chapters):
        name = re.sub(r"[\[\]:*?/\\]", " ", chapter.title)[:_SHEET].strip(" '")
        page = _Page(book.add_worksheet(name), formats, report.words["colon"])
        page.title(report.title if not place else chapter.title)
        if not place:
            page.pairs(report.about)
            page.heading(chapter.title)
        page.parts(chapter.parts)
        for below in chapter.chapters:
            page.heading(below.title)
            page.parts(below.parts)
        page.text(report.words["made-by"])
        page.close()
    book.close()
    return out.getvalue()


@attrs.frozen
class _Formats:
    """How cells look."""

    text: Any
    right: Any
    note: Any
    head: Any
    title: Any
    heading: Any
    share: Any
    whole: Any
    points: Any

    @classmethod
    def of(cls, book: Any) -> _Formats:
        top = {"valign": "top"}
        return cls(
            text=book.add_format({**top, "text_wrap": True}),
            right=book.add_format({**top, "align": "right"}),
            note=book.add_format({**top, "font_color": "#4D5661"}),
            head=book.add_format({**top, "text_wrap": True, "bold": True, "bg_color": "#DCE6F1", "bottom": 1}),
            title=book.add_format({"bold": True, "font_size": 15}),
            heading=book.add_format({"bold": True, "font_size": 12}),
            share=book.add_format({**top, "num_format": "0.0%"}),
            whole=book.add_format({**top, "num_format": "#,##0"}),
            points=book.add_format({**top, "num_format": "+0.0;-0.0;0.0"}),
        )


class _Page:
    """A sheet that is written from the top down."""

    def __init__(self, sheet: Any, formats: _Formats, colon: str) -> None:
        self.sheet, self.formats, self.colon, self.row = sheet, formats, colon, 0
        self.widths: dict[int, int] = {}

    def title(self, text: str) -> None:
        """Write what the sheet is called."""
        self._write(0, text, self.formats.title)
        self.row += 2

    def heading(self, text: str) -> None:
        """Write a heading, set apart from what stands above it."""
        self.row += 1
        self._write(0, text, self.formats.heading)
        self.row += 1

    def text(self, text: str) -> None:
        """Write a text that runs over the cells beside it, in lines that no page is too narrow for."""
        for line in textwrap.wrap(shown(text), _LINE) or [""]:
            self._write(0, line, self.formats.note)
            self.row += 1

    def pairs(self, rows: Iterable[tuple[str, Cell]]) -> None:
        """Write terms with what is known of each."""
        for term, cell in rows:
            self._write(0, term, self.formats.head)
            self._cell(1, cell, self.formats.text)
            self.row += 1
        self.row += 1

    def parts(self, parts: Iterable[Part]) -> None:
        """Write parts one below the other."""
        for part in parts:
            match part:
                case Paragraph():
                    self.text(_runs(part.runs))
                    self.row += 1
                case Items():
                    for item in part.items:
                        self.text(f"• {_runs(item)}")
                    self.row += 1
                case Facts():
                    self.heading(part.caption)
                    self.pairs(part.rows)
                case KeyFigures():
                    self.pairs((said, number) for number, said in part.numbers)
                case Grid():
                    self._grid(part)

    def _grid(self, grid: Grid) -> None:
        places = [place for place, column in enumerate(grid.columns) if not column.mark]
        columns = [grid.columns[place] for place in places]
        self.heading(grid.caption)
        for column in columns:
            if column.meaning:
                self.text(f"{column.head}{self.colon}{column.meaning}")
        top = self.row
        for at, column in enumerate(columns):
            self._write(at, column.head, self.formats.head)
            self._widen(at, column)
        for row in grid.rows:
            self.row += 1
            for at, place in enumerate(places):
                self._cell(at, row[place], self.formats.right if columns[at].number else self.formats.text)
        if grid.filtered:
            self.sheet.autofilter(top, 0, self.row, len(columns) - 1)
        self.row += 2

    def _widen(self, at: int, column: GridColumn) -> None:
        width = _WIDE if column.wide else _NUMBER if column.number else _FIRST if not at else _OTHER
        self.widths[at] = max(width, self.widths.get(at, 0))

    def _cell(self, at: int, cell: Cell, look: Any) -> None:
        if isinstance(cell, Figure) and cell.value is not None:
            formats = self.formats
            shown = formats.share if cell.share else formats.points if cell.points else formats.whole
            self.sheet.write_number(self.row, at, cell.value, shown)
        else:
            self._write(at, "\n".join(map(plain_text, lines(cell))), look)

    def _write(self, at: int, text: str, look: Any) -> None:
        # As a text whatever it looks like: no text becomes a formula, a number or a link.
        self.sheet.write_string(self.row, at, _bounded(text), look)

    def close(self) -> None:
        """Set the widths, and what a printed page looks like."""
        for at, width in sorted({0: _FIRST, 1: _OTHER, **self.widths}.items()):
            self.sheet.set_column(at, at, width)
        self.sheet.set_paper(9)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.hide_gridlines(2)


def _runs(runs: Iterable[Inline]) -> str:
    return "".join(map(plain_text, runs))


def _bounded(text: str) -> str:
    """Return a text as a cell can hold it; one that is too long is cut, and says so."""
    said = shown(text)
    return said if len(said) <= _CELL else said[: _CELL - len(_CUT)] + _CUT
