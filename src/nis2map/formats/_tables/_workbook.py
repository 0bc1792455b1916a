"""From a workbook to its tables of cells: the values of python-calamine, with what the parts say of them.

Where python-calamine has no build, as in a browser, openpyxl reads the values of an XLSX in its stead.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

import attrs

from ..._shared import FrozenMap, Limits, counted
from ...errors import LimitExceeded, MissingExtra, Nis2mapError, quote
from .._cells import CellKind, Cells, check_sizes, is_id, text_of
from ._archive import Archive, broken, readable
from ._excel import excel_sheets
from ._facts import SPREAD, Place, SheetFacts, Sheets
from ._markdown import Legend
from ._opendocument import ods_sheets

__all__ = ["workbook_tables"]

_UNSAVED = "a formula without a saved value"
_TITLE = 20  # characters that "Legend" begins in
_DIGITS = ".15g"  # what a spreadsheet keeps: 8.2799999999999994 is 8.28


def workbook_tables(data: bytes, *, name: str, limits: Limits) -> tuple[Cells, ...]:
    """Return the worksheets of a workbook in their order; see `nis2map.formats.xlsx`."""
    archive = readable(data, name, limits)
    read = excel_sheets if "xl/workbook.xml" in archive.members else ods_sheets
    sheets = read(archive, limits)
    if sum(facts.held for facts in sheets.facts) > limits.cells:
        hint = "raise Limits(cells=...) if you trust it"
        raise LimitExceeded(f"{name} has more than {counted(limits.cells, 'cell')}", hint=hint)
    if sum(facts.height * facts.width for facts in sheets.facts) > SPREAD * limits.cells:
        raise LimitExceeded(f"{name}: the cells of its sheets stand too far apart", hint="save the table alone")
    book = _book(archive, data, sheets)
    found: list[Cells] = []
    for facts, title, note in _worksheets(book, sheets, name):
        try:
            rows = book.values(title)
        except Exception as error:  # a library of somebody else's on a file of somebody else's
            raise broken(name, error) from error
        table = _Table(facts, rows).cells(note)
        found.append(table)
    check_sizes(found, limits)
    legend = _legend(found)
    return tuple(attrs.evolve(table, legend=legend) for table in found) if legend else tuple(found)


def _legend(tables: Iterable[Cells]) -> FrozenMap[str, str]:
    """Return what signs mean: pairs in rows of their own, and what a row or sheet says that begins with "Legend"."""
    legend = Legend()
    for table in tables:
        titled = announced = Legend.announced(table.sheet)
        for _, row in table.rows:
            cells = [cell for cell in row if cell]
            begins = Legend.announced(cells[0][:_TITLE])
            named = any(map(is_id, cells))
            if not named and len(cells) == 2 and not begins and legend.pair(*cells, announced=announced):
                continue
            announced = titled or (begins and not named)
            if announced and not named:
                legend.explain(" | ".join(cells), announced=True)
    return legend.known()


def _book(archive: Archive, data: bytes, sheets: Sheets) -> _Book:
    """Return the workbook as the first library reads it that is installed."""
    try:
        try:
            return _Calamine(sheets.data)
        except ImportError:
            # It asks for parts that are of no use here, so it gets the file, once all of it is known to unpack.
            archive.read(archive.members)
            return _Openpyxl(data)
    except ImportError as error:
        raise MissingExtra("spreadsheets need python-calamine", hint="pip install 'nis2map[xlsx]'") from error
    except Nis2mapError:
        raise
    except Exception as error:  # a library of somebody else's on a file of somebody else's
        raise broken(archive.name, error) from error


class _Sheet(NamedTuple):
    """A worksheet as a library lists it."""

    title: str
    hidden: bool


class _Book(ABC):
    """The worksheets of a workbook; charts are left out."""

    sheets: list[_Sheet]

    @abstractmethod
    def values(self, title: str) -> list[list[object]]:
        """Return the rows of a sheet from its first cell on; what is empty is an empty text."""


class _Calamine(_Book):
    def __init__(self, data: bytes) -> None:
        import python_calamine as calamine

        self.book: Any = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        # Its enumerations have neither names nor values, but are written as "SheetTypeEnum.WorkSheet".
        self.sheets = [
            _Sheet(sheet.name, not str(sheet.visible).endswith(".Visible"))
            for sheet in self.book.sheets_metadata
            if str(sheet.typ).endswith(".WorkSheet")
        ]

    def values(self, title: str) -> list[list[object]]:
        rows: list[list[object]] = self.book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        return rows


class _Openpyxl(_Book):
    """Slower by an order of magnitude, and for XLSX alone."""

    def __init__(self, data: bytes) -> None:
        import openpyxl

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it leaves out, such as rules for the values of a cell
            self.book: Any = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        self.sheets = [_Sheet(sheet.title, sheet.sheet_state != "visible") for sheet in self.book.worksheets]

    def values(self, title: str) -> list[list[object]]:
        sheet = self.book[title]
        sheet.reset_dimensions()  # what a file says of them may be wrong, and would cut rows off
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [["" if value is None else value for value in row] for row in sheet.iter_rows(values_only=True)]


def _worksheets(book: _Book, sheets: Sheets, name: str) -> Iterable[tuple[SheetFacts, str, str]]:
    """Yield each worksheet with what is known of it, its title, and a note if it is hidden."""
    by_title = {facts.title: facts for facts in sheets.facts}
    if len(by_title) < len(sheets.facts):
        raise broken(name, "two sheets have one name")
    for title, hidden in book.sheets:
        if title not in by_title:
            raise broken(name, f"the sheet {quote(title, 40)} has no part of its own")
        note = f"the sheet {quote(title, 40)} is hidden, and read like the others" if hidden else ""
        yield by_title[title], title, note


class _Table:
    """One sheet on its way to cells."""

    def __init__(self, facts: SheetFacts, rows: list[list[object]]) -> None:
        self.facts = facts
        self.kinds: dict[Place, CellKind] = {}
        self.merged: set[Place] = set()
        # Rows have the numbers of the file, so there is one before the first.
        self.rows: list[list[str]] = [[]]
        for number, row in enumerate(rows, 1):
            self.rows.append([self.text(value, number, at) if value != "" else "" for at, value in enumerate(row)])

    def text(self, value: object, row: int, column: int) -> str:
        """Return a value as text, and keep what kind it is."""
        if isinstance(value, str):
            return text_of(value)
        place = (row, column)
        kind, text = _kind_and_text(value, percent=place in self.facts.percents)
        self.kinds[place] = kind
        return text

    def cells(self, note: str) -> Cells:
        """Return the cells, once all that is known beside their values is in its place."""
        for place, text in (*self.facts.errors.items(), *((place, _UNSAVED) for place in self.facts.unsaved)):
            self.put(place, text)
            self.kinds[place] = CellKind.NO_VALUE
        notes = [note, *self.merge()]
        if self.facts.hidden_rows:
            what = counted(self.facts.hidden_rows, "hidden row is", "hidden rows are")
            notes.append(f"{what} read like the others")
        rows: list[tuple[int, tuple[str, ...]]] = []
        for number, row in enumerate(self.rows):
            while row and not row[-1]:
                row.pop()
            if row:
                rows.append((number, tuple(row)))
        return Cells(
            tuple(rows),
            path=self.facts.name,
            sheet=self.facts.title,
            notes=tuple(filter(None, notes)),
            kinds=FrozenMap(self.kinds),
            merged=frozenset(self.merged),
        )

    def put(self, place: Place, text: str) -> None:
        """Write a text into a cell that the values may end before; the area is bounded already."""
        row, column = place
        while len(self.rows) <= row:
            self.rows.append([])
        cells = self.rows[row]
        cells += [""] * (column + 1 - len(cells))
        cells[column] = text

    def merge(self) -> Iterable[str]:
        """Repeat the value of each merged range in its empty cells, no further than the sheet is used."""
        covered = painted = 0
        area = self.facts.height * self.facts.width
        for (top, left), (bottom, right) in self.facts.merges:
            first = self.rows[top][left] if top < len(self.rows) and left < len(self.rows[top]) else ""
            if not first:
                continue
            kind = self.kinds.get((top, left))
            for row in range(top, min(bottom, self.facts.height) + 1):
                for column in range(left, min(right + 1, self.facts.width)):
                    painted += 1
                    if painted > area:
                        where = f"{self.facts.name}, sheet {quote(self.facts.title)}"
                        raise LimitExceeded(f"{where}: merged cells lie over each other")
                    own = column < len(self.rows[row]) and self.rows[row][column] if row < len(self.rows) else ""
                    if own:
                        covered += (row, column) != (top, left) and (row, column) not in self.merged
                        continue
                    self.put((row, column), first)
                    self.merged.add((row, column))
                    if kind is not None:
                        self.kinds[row, column] = kind
        if covered:
            what = counted(covered, "cell under a merged cell holds", "cells under merged cells hold")
            yield f"{what} a value of their own, which is read"


def _kind_and_text(value: object, *, percent: bool) -> tuple[CellKind, str]:
    if isinstance(value, bool):
        return CellKind.BOOLEAN, "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            return CellKind.NO_VALUE, f"the number {value}"
        if percent:
            share = Decimal(format(float(value), _DIGITS)).scaleb(2).normalize()
            return CellKind.PERCENT, f"{share:f}%"
        return CellKind.NUMBER, format(float(value), _DIGITS)
    if isinstance(value, dt.datetime):
        return CellKind.DATE, value.date().isoformat()
    if isinstance(value, dt.date):
        return CellKind.DATE, value.isoformat()
    return CellKind.DATE, str(value)  # a time of day, or a length of time
