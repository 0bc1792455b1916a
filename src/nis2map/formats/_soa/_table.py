"""A table of cells as text: its places in problems, its size, and the form of control ids in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from ..._shared import Limits, counted
from ...errors import LimitExceeded, Nis2mapError, Problem

__all__ = ["BARE", "SHAPE", "Cells", "check_size", "stripped", "unprintable"]

_BLANK = " \t\r\n\x0b\x0c\xa0\u2007\u2009\u202f\u3000\ufeff*`_\"'"
_BEFORE = (
    "iso|iec|din|en|27001|27002|2022|2013|control|clause|annex|section|kontrolle|maßnahme|anhang|kapitel|abschnitt|"
    "mesure|contrôle|annexe"
)
# The form alone: which of these name a control is for the grammar of ids to say.
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

    @property
    def name(self) -> str:
        """The name of the table in messages."""
        return self.path or "the table"

    def problem(
        self, message: str, code: str, *, row: int | None = None, column: str = "", ref: str = "", hint: str = ""
    ) -> Problem:
        """Return a problem with its place in this table."""
        return Problem(message, path=self.path, sheet=self.sheet, row=row, column=column, ref=ref, hint=hint, code=code)

    def fail(self, kind: type[Nis2mapError], message: str, *, hint: str = "", row: int | None = None) -> Nis2mapError:
        """Return an error about the whole table."""
        problem = Problem(message, path=self.path, sheet=self.sheet, row=row, hint=hint)
        return kind(f"{problem.where}: {message}" if problem.where else message, hint=hint, problems=[problem])


def check_size(cells: Cells, limits: Limits) -> None:
    """Refuse a table past the limits."""
    if len(cells.rows) > limits.rows:
        hint = "raise Limits(rows=...) if you trust it"
        raise cells.fail(LimitExceeded, f"more than {counted(limits.rows, 'row')}", hint=hint)
    for number, row in cells.rows:
        if len(row) > limits.columns:
            raise cells.fail(
                LimitExceeded,
                f"more than {counted(limits.columns, 'column holds', 'columns hold')} something",
                row=number,
            )
        if any(len(cell) > limits.cell for cell in row):
            raise cells.fail(LimitExceeded, f"a cell has more than {counted(limits.cell, 'character')}", row=number)


def unprintable(cells: Cells) -> Iterator[Problem]:
    """Yield a problem for each cell with a character that no cell should hold; most cells need one quick look."""
    for number, row in cells.rows:
        for column, cell in enumerate(row, 1):
            # U+FFFD is printable, and stands where somebody lost a character before us.
            odd = _UNPRINTABLE.search(cell) if not cell.isprintable() or "\ufffd" in cell else None
            if odd:
                message = f"a cell holds the character U+{ord(odd[0]):04X}"
                yield cells.problem(message, "bad-character", row=number, column=str(column))
