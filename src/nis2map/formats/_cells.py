"""A table of cells, whatever file it comes from: texts, what kind of value each was, its places in problems, its size.

Every format gives its tables in this form: CSV and Markdown with texts alone, spreadsheets, YAML and JSON with the
kinds of those cells that are no texts. A number stays recognisable as one, because no number is an id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import attrs

from .._shared import FrozenMap, Limits, counted
from ..errors import LimitExceeded, Nis2mapError, Problem, quote

__all__ = [
    "BARE",
    "BEFORE",
    "SHAPE",
    "CellKind",
    "Cells",
    "check_size",
    "check_sizes",
    "is_id",
    "stripped",
    "text_of",
    "unprintable",
    "without_value",
]

_BLANK = " \t\r\n\x0b\x0c\xa0\u2007\u2009\u202f\u3000\ufeff*`_\"'"
BEFORE = (
    "iso|iec|din|en|27001|27002|2022|2013|control|clause|annex|section|kontrolle|maßnahme|anhang|kapitel|abschnitt|"
    "mesure|contrôle|annexe"
)
# The form alone: which of these name a control is for the grammar of ids to say.
SHAPE = re.compile(rf"(?:(?:{BEFORE})[\s/:.-]*)*(?:a[\s.-]?\s?)?\d{{1,2}}\.\d{{1,3}}(?:\.\d{{1,2}})?\.?", re.IGNORECASE)
BARE = re.compile(r"\d{1,2}\.\d{1,3}(?:\.\d{1,2})?", re.ASCII)
_LONGEST = 60
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]")


def stripped(cell: str) -> str:
    """Return a cell of the id column without blanks, quotes, brackets and the marks of Markdown around it."""
    return cell.lstrip(_BLANK + "[(").rstrip(_BLANK + ")]")


# Word writes a line break in a cell as a vertical tab, a page break as a form feed: blanks to whoever reads it.
_BREAKS = str.maketrans("\x0b\x0c", "  ")


def text_of(cell: str) -> str:
    """Return the text of a cell as tables keep it: without blanks and byte order marks around it."""
    return cell.translate(_BREAKS).strip().strip("\ufeff").strip() if not cell.isprintable() else cell.strip()


def is_id(cell: str) -> bool:
    """Whether a cell has the form of a control's id, and nothing else in it."""
    return len(cell) < _LONGEST and SHAPE.fullmatch(stripped(cell)) is not None


class CellKind(StrEnum):
    """What a cell holds that is not a text; how its text is written is part of the meaning."""

    NUMBER = "number"  # "5.1", "3", "0.75": the shortest form, whatever the display format
    PERCENT = "percent"  # a number shown with a percent format: "75%"
    BOOLEAN = "boolean"  # "TRUE" or "FALSE"
    DATE = "date"  # "2026-01-31", a time of day left out
    NO_VALUE = "no value"  # a formula whose value was not saved, or an error such as #REF!: the text says which


def without_value(text: str) -> tuple[str, str]:
    """Return the message of a cell of the kind `NO_VALUE`, and what to do about it."""
    message = f"the cell has no value: {quote(text or 'a formula that was not worked out', 40)}"
    return message, "open the file in a spreadsheet and save it, or write the value"


@attrs.frozen
class Cells:
    """One table: its rows that hold something as texts, each with its number in the file (from 1).

    In `rows` texts are stripped, and the empty cells at the end of a row left out. `kinds` names the cells that are not
    texts, by the number of their row and their column (from 0). `merged` are cells that repeat the value of a merged
    cell whose first cell lies elsewhere. `sheet` is the sheet, heading or place (a JSON pointer) that the table has.
    `legend` has what the file says that its symbols and abbreviations mean ("✅" -> "implemented").
    """

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    path: str = ""
    sheet: str = ""
    notes: tuple[str, ...] = ()
    kinds: Mapping[tuple[int, int], CellKind] = FrozenMap()
    merged: frozenset[tuple[int, int]] = frozenset()
    legend: Mapping[str, str] = FrozenMap()

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
    held = 0
    for number, row in cells.rows:
        if len(row) > limits.columns:
            raise cells.fail(
                LimitExceeded,
                f"more than {counted(limits.columns, 'column holds', 'columns hold')} something",
                row=number,
            )
        held += len(row)
        if held > limits.cells:
            hint = "raise Limits(cells=...) if you trust it"
            raise cells.fail(LimitExceeded, f"more than {counted(limits.cells, 'cell')}", row=number, hint=hint)
        if max(map(len, row), default=0) > limits.cell:
            hint = "raise Limits(cell=...) if you trust it"
            what = f"a cell has more than {counted(limits.cell, 'character')}"
            raise cells.fail(LimitExceeded, what, row=number, hint=hint)


def check_sizes(tables: Iterable[Cells], limits: Limits) -> None:
    """Refuse tables of one file past the limits: rows and columns of each, cells of all together."""
    held = 0
    for table in tables:
        check_size(table, limits)
        held += sum(len(row) for _, row in table.rows)
        if held > limits.cells:
            hint = "raise Limits(cells=...) if you trust it"
            raise LimitExceeded(f"{table.name} has more than {counted(limits.cells, 'cell')}", hint=hint)


def unprintable(cells: Cells) -> Iterator[Problem]:
    """Yield a problem for each cell with a character that no cell should hold; most cells need one quick look."""
    for number, row in cells.rows:
        for column, cell in enumerate(row, 1):
            # U+FFFD is printable, and stands where somebody lost a character before us.
            odd = _UNPRINTABLE.search(cell) if not cell.isprintable() or "\ufffd" in cell else None
            if odd:
                message = f"a cell contains the character U+{ord(odd[0]):04X}"
                yield cells.problem(message, "bad-character", row=number, column=str(column))
