"""A table of cells, and what is known of it while it is read: columns by role, problems, notes, rows with controls."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import attrs

from ..._shared import Limits, capped
from ...assessment import Finding
from ...errors import LimitExceeded, Nis2mapError, Problem
from ...ids import Ref

__all__ = ["BARE", "SHAPE", "Cells", "Reader", "Row", "stripped"]

_BLANK = " \t\r\n\x0b\x0c\xa0\u2007\u2009\u202f\u3000\ufeff*`_\"'"
_BEFORE = (
    "iso|iec|din|en|27001|27002|2022|2013|control|clause|annex|section|kontrolle|maßnahme|anhang|kapitel|abschnitt|"
    "mesure|contrôle|annexe"
)
SHAPE = re.compile(
    rf"(?:(?:{_BEFORE})[\s/:.-]*)*(?:a[\s.-]?\s?)?\d{{1,2}}\.\d{{1,3}}(?:\.\d{{1,2}})?\.?", re.IGNORECASE
)
BARE = re.compile(r"\d{1,2}\.\d{1,3}(?:\.\d{1,2})?", re.ASCII)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")


def stripped(cell: str) -> str:
    """Return a cell of the id column without blanks, quotes, brackets and the marks of Markdown around it."""
    return cell.lstrip(_BLANK + "[(").rstrip(_BLANK + ")]")


@attrs.frozen
class Cells:
    """A table as text, with the number of its first line per row (from 1)."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    path: str = ""
    sheet: str = ""
    notes: tuple[str, ...] = ()


@attrs.frozen
class Row:
    """One row that names a control; `finding` is None where the rest of the row was not understood."""

    number: int
    ref: Ref
    finding: Finding | None
    title: str
    bare: bool


class Reader:
    """Reads one table; collects problems and notes."""

    def __init__(self, cells: Cells, limits: Limits) -> None:
        self.cells, self.limits = cells, limits
        self.found: list[Problem] = []
        self.count = 0
        self.notes: list[str] = list(cells.notes)
        self.columns: dict[str, list[int]] = {}
        self.headers: tuple[str, ...] = ()
        self.bare_column = False
        self.fractions = False

    def problem(self, message: str, code: str, *, row: int | None = None, column: str = "", hint: str = "") -> None:
        """Note a problem; past the limit it is only counted."""
        self.count += 1
        if self.count <= self.limits.problems:
            where: dict[str, Any] = {"path": self.cells.path, "sheet": self.cells.sheet, "row": row, "column": column}
            self.found.append(Problem(message, hint=hint, code=code, **where))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems up to the limit, and a last one that counts the others."""
        return capped(self.found, self.limits, more=self.count - len(self.found))

    def fail(self, kind: type[Nis2mapError], message: str, *, hint: str = "", row: int | None = None) -> Nis2mapError:
        """Return an error about the whole table."""
        problem = Problem(message, path=self.cells.path, sheet=self.cells.sheet, row=row, hint=hint)
        return kind(f"{problem.where}: {message}" if problem.where else message, hint=hint, problems=[problem])

    def check_size(self) -> None:
        """Refuse a table past the limits; characters that no cell should hold are problems."""
        limits = self.limits
        if len(self.cells.rows) > limits.rows:
            hint = "raise Limits(rows=...) if you trust it"
            raise self.fail(LimitExceeded, f"more than {limits.rows} rows", hint=hint)
        for number, row in self.cells.rows:
            if len(row) > limits.columns:
                raise self.fail(LimitExceeded, f"more than {limits.columns} columns hold something", row=number)
            for place, cell in enumerate(row, 1):
                if len(cell) > limits.cell:
                    raise self.fail(LimitExceeded, f"a cell has more than {limits.cell} characters", row=number)
                bad = _UNPRINTABLE.search(cell) if not cell.isprintable() or "\ufffd" in cell else None
                if bad:
                    message = f"a cell holds the character U+{ord(bad[0]):04X}"
                    self.problem(message, "bad-character", row=number, column=str(place))

    def cell(self, row: Sequence[str], role: str) -> str:
        """Return what a row says in the first column of a role, empty if there is none."""
        return next(iter(self.all_cells(row, role)), "")

    def all_cells(self, row: Sequence[str], role: str) -> list[str]:
        """Return what a row says in all columns of a role."""
        return [row[column].strip() for column in self.columns.get(role, ()) if column < len(row)]

    def column_name(self, column: int) -> str:
        """Return the header of a column, its number (from 1) if it has none."""
        return self.headers[column] if column < len(self.headers) and self.headers[column] else str(column + 1)
