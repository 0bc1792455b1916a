"""The rows of a table: which control each is about, and what its cells say of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from ...assessment import Status
from ...errors import InvalidRef, Nis2mapError, Problem, UnknownRef, quote
from ...ids import Ref
from .._cells import CellKind, Cells, stripped, without_value
from ._columns import DECIDING, NOTHING, ROLES, Columns, Hints
from ._ids import IdCell, control_of, looks_like_a_date, ref_of
from ._scale import Scale
from ._sections import Section
from ._values import CellValues, Degree
from ._words import date_of, folded, percentage

__all__ = ["RowReading", "Statement", "read_rows"]

_HEADINGS = ("A.5", "A.6", "A.7", "A.8")
_SIGNED = re.compile(r"\d{1,3}(?:[.,]\d+)?\s?%", re.ASCII)
_SUGGESTIONS = 20  # a file of the wrong kind has as many unknown ids as rows
_SUM = re.compile(r"(?:grand |sub)?total|sum(?:me|a)?\b|gesamt|celkem|razem|totaal|σύνολο", re.IGNORECASE)
_INDEX = re.compile(r"\(?\d{1,2}\)?")
_FIELDS = {"included": "applicable", "excluded": "applicable", "maturity": "degree"}


@attrs.frozen
class Statement:
    """What one row says of one control; `understood` is false where a cell of it could not be read."""

    cells: Cells
    number: int
    ref: Ref
    title: str = ""
    bare: bool = False
    understood: bool = True
    applicable: bool | None = None
    status: Status | None = None
    degree: Degree | None = None
    justification: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    date: dt.date | None = None
    valid_until: dt.date | None = None
    told: tuple[tuple[str, str], ...] = ()  # the field and the words

    columns: Columns | None = None

    def column(self, role: str) -> str:
        """Return the header of the first column with a role, empty if there is none."""
        return "" if self.columns is None else self.columns.name_of(role)

    def problem(self, message: str, code: str, *, column: str = "", hint: str = "") -> Problem:
        """Return a problem with its place."""
        return self.cells.problem(message, code, row=self.number, column=column, ref=str(self.ref), hint=hint)


@attrs.frozen
class RowReading:
    """What was read of one row: a statement if it names a control, problems, and a note: its kind, and its place."""

    statement: Statement | None = None
    problems: tuple[Problem, ...] = ()
    aside: tuple[str, str] | None = None


def read_rows(section: Section, given: Hints, scale: Scale | None) -> Iterator[RowReading]:
    """Yield what was read of each row of a section; where its table ends, what follows is one note."""
    return _Rows(section, given, scale).read()


class _Rows:
    def __init__(self, section: Section, given: Hints, scale: Scale | None) -> None:
        self.section = section
        self.columns = section.columns
        self.cells = section.cells
        self.values = CellValues(section.columns, given, scale)
        self.scaled = scale is not None
        self.clauses = section.columns.ids.clauses
        self.deciding = [
            (role, _FIELDS.get(role, role), column)
            for role in (*DECIDING, "valid_until", "date")
            for column in section.columns.by_role.get(role, ())
        ]
        self.places = {role: section.columns.by_role.get(role, ()) for role in ROLES}.__getitem__
        self.absent = 0
        self.header = _filled(section.columns.headers)

    def read(self) -> Iterator[RowReading]:
        below = self._below()
        for at in self.section.rows:
            number, row = self.cells.rows[at]
            if at in below:
                shown = next((quote(cell, 30) for cell in row if cell), "")
                yield RowReading(aside=("below the table, so not read", f"row {number} {shown}"))
            elif any(row):
                yield self._row(at, number, row)

    def _below(self) -> set[int]:
        """Return the places of rows of something else: behind a blank row, and without controls of their own."""
        blocks: list[list[int]] = []
        for at in self.section.rows:
            before = self.cells.rows[at - 1][0] + self._height(at - 1)
            if not blocks or self.cells.rows[at][0] > before:
                blocks.append([])
            blocks[-1].append(at)
        named = [block for block in blocks if any(self._is_control(at) for at in block)]
        if not named:
            return set()
        last = named[-1][-1]
        others = [at for block in blocks if block[0] > last for at in block]
        return {*others, *(at for block in named[1:] if self._is_another(block) for at in block)}

    def _is_control(self, at: int) -> bool:
        cell = self.columns.ids.cells.get(at)
        return cell is not None and (cell.annex or cell.exists or self.section.old)

    def _is_another(self, block: list[int]) -> bool:
        """Whether a block has a header of its own, in words that are not known, and none of ours under it."""
        first = self.cells.rows[block[0]][1]
        if block[0] in self.columns.ids.cells or sum(bool(cell) for cell in first) < 2:
            return False
        if any(re.search(r"\d", cell) for cell in first):
            return False
        answers = [
            self.values.answer(role, row[column], self.cells.kinds.get((number, column)))
            for number, row in (self.cells.rows[at] for at in block if at in self.columns.ids.cells)
            for role, _, column in self.deciding
            if column < len(row) and row[column]
        ]
        return any(answer.problem for answer in answers) and not any(answer.value is not None for answer in answers)

    def _height(self, at: int) -> int:
        # In a text file a cell may run over several lines, and rows are counted in lines.
        return 1 if self.cells.sheet else 1 + sum(cell.count("\n") for cell in self.cells.rows[at][1])

    def _row(self, at: int, number: int, row: tuple[str, ...]) -> RowReading:
        cell = self.columns.ids.cells.get(at)
        if cell is None:
            return self._no_id(number, row)
        if not (self.section.old or cell.exists):
            return self._absent(cell, number, row)
        try:
            ref = Ref("iso27001-2013", f"A.{cell.number}") if self.section.old else ref_of(cell, self.clauses)
        except (InvalidRef, UnknownRef) as error:
            return self._unknown_id(number, error)
        if ref.local in _HEADINGS:
            return RowReading(aside=("is a heading and is left out", f"row {number} ({ref.local})"))
        return self._statement(cell, ref, number, row)

    def _absent(self, cell: IdCell, number: int, row: Sequence[str]) -> RowReading:
        """Return what is to be told of an id that no control has; the nearest ones are looked for a few times."""
        if self._is_aside(row) and not cell.annex:
            return RowReading(aside=("names no control and is left out", f"row {number} {quote(cell.text, 40)}"))
        self.absent += 1
        if self.absent > _SUGGESTIONS:
            return self._unknown_id(number, UnknownRef(f"iso27001 has no unit {quote(cell.text, 40)}"))
        try:
            ref_of(cell, self.clauses)
        except (InvalidRef, UnknownRef) as error:
            return self._unknown_id(number, error)
        raise AssertionError  # it would exist

    def _unknown_id(self, number: int, error: Nis2mapError) -> RowReading:
        column = self.columns.name(self.columns.ids.place)
        return RowReading(problems=(self._problem(number, error.message, "unknown-id", column, error.hint),))

    def _no_id(self, number: int, row: tuple[str, ...]) -> RowReading:
        if _filled(row) == self.header:
            return RowReading(aside=("repeats the header and is left out", f"row {number}"))
        place = self.columns.ids.place
        text = stripped(row[place]) if len(row) > place else ""
        if text and (self.cells.kinds.get((number, place)) is CellKind.DATE or _is_date(text)):
            message = f"the id is a date, {quote(text, 40)}: a spreadsheet takes 5.10 for one"
            hint = "store the id column as text and write A.5.10"
            return RowReading(problems=(self._problem(number, message, "no-id", self.columns.name(place), hint),))
        shown = quote(text or next(cell for cell in row if cell), 40)
        if _is_sum(row):
            return RowReading(aside=("is a sum or a count of columns, and left out", f"row {number} {shown}"))
        if self._is_aside(row) and not re.search(r"\d\.\d", text):
            heading = re.fullmatch(r"a?\.?[5-8]\.?|theme.*|anne.*", folded(text))
            kind = "is a heading and is left out" if heading else "names no control and is left out"
            return RowReading(aside=(kind, f"row {number} {shown}"))
        if text and re.search(r"\d\.\d", text):
            try:
                control_of(text)
            except (InvalidRef, UnknownRef) as error:
                return self._unknown_id(number, error)
        return RowReading(problems=(self._problem(number, f"the row names no control: {shown}", "no-id"),))

    def _is_aside(self, row: Sequence[str]) -> bool:
        """Whether a row is a heading or a remark: it holds little, and says nothing of a control."""
        filled = {column for column, cell in enumerate(row) if cell}
        said = any(
            self.values.answer(role, text).value is not None
            for role in ("applicable", "status")
            for text in self._texts(row, role)
        ) or any(percentage(text) is not None for text in self._texts(row, "degree"))
        return not said and (len(filled) <= 2 or len({row[column] for column in filled}) == 1)

    def _texts(self, row: Sequence[str], role: str) -> list[str]:
        """Return what a row says in all columns of a role; dashes say nothing."""
        return [row[column] for column in self.places(role) if column < len(row) and row[column] not in NOTHING]

    def _lines(self, row: Sequence[str], role: str) -> list[str]:
        """Return the lines of what a row says in all columns of a role: a list in a cell has one item a line."""
        return [line.strip() for text in self._texts(row, role) for line in text.splitlines() if line.strip()]

    def _problem(self, number: int, message: str, code: str, column: str = "", hint: str = "") -> Problem:
        return self.cells.problem(message, code, row=number, column=column, hint=hint)

    def _statement(self, cell: IdCell, ref: Ref, number: int, row: tuple[str, ...]) -> RowReading:
        title = next(iter(self._texts(row, "title")), "") or cell.title
        told = (
            []
            if cell.usual
            else [("id", "ids with leading zeros, wide digits or letters of another script are read in the usual form")]
        )
        flaws: list[tuple[str, str, str, int]] = []  # code, message, hint, column
        said: dict[str, Any] = {}
        for role, field, column in self.deciding:
            text = row[column] if column < len(row) else ""
            kind = self.cells.kinds.get((number, column)) if self.cells.kinds else None
            if kind is CellKind.NO_VALUE:
                flaws.append(("no-value", *without_value(text), column))
            elif role == "maturity" and text and self._is_spare(row):
                told.append(("id", "levels of maturity are not read without scale=, because the status says more"))
            elif text and text not in NOTHING:
                self._decide(role, field, column, text, kind, said, told, flaws)
        for column, status in self.columns.ticked.items():
            if column < len(row) and row[column] and said.setdefault("status", Status(status)) != status:
                flaws.append(("contradiction", "the row ticks two statuses", "", column))
        known = Statement(
            self.cells,
            number,
            ref,
            title,
            cell.bare,
            not flaws,
            justification=tuple(self._texts(row, "justification")),
            evidence=(*self._lines(row, "evidence"), *self._lines(row, "reference")),
            owner=tuple(self._texts(row, "owner")),
            told=tuple(told),
            columns=self.columns,
            **said,
        )
        problems = (
            known.problem(words, code, column=self.columns.name(at), hint=hint) for code, words, hint, at in flaws
        )
        return RowReading(known, tuple(problems) if flaws else ())

    def _decide(
        self,
        role: str,
        field: str,
        column: int,
        text: str,
        kind: CellKind | None,
        said: dict[str, Any],
        told: list[tuple[str, str]],
        flaws: list[tuple[str, str, str, int]],
    ) -> None:
        """Put what a cell says where it belongs: among what the row says, what is told of it, or what is wrong."""
        if role == "status" and (kind is CellKind.PERCENT or (text[-1] == "%" and _SIGNED.fullmatch(text))):
            role = field = "degree"
        answer = self.values.answer(role, text, kind)
        if answer.told or answer.left:
            told += [(field, words) for words in answer.told]
            told += [("id", words) for words in answer.left]
        if answer.problem is not None and role == "date":  # nothing hangs on when somebody looked
            name = quote(self.columns.name(column), 40)
            told.append((field, f"{name} holds dates that are not read; write them as 2026-01-31"))
        elif answer.problem is not None:
            flaws.append((*answer.problem, column))
        elif answer.value is not None and said.setdefault(field, answer.value) != answer.value:
            message = f"the row says two things of {field}, one of them {quote(text, 40)}"
            flaws.append(("contradiction", message, "", column))

    def _is_spare(self, row: Sequence[str]) -> bool:
        """Whether a level of maturity, whose meaning nobody gave, stands beside a status that says more."""
        return not self.scaled and bool(self._texts(row, "status"))


def _is_sum(row: Sequence[str]) -> bool:
    """Whether a row adds up the others, or numbers the columns: "Total", (1) (2) (3)."""
    filled = [cell for cell in row if cell]
    return bool(_SUM.match(filled[0])) or (len(filled) > 1 and all(_INDEX.fullmatch(cell) for cell in filled))


def _is_date(text: str) -> bool:
    return date_of(text) is not None or looks_like_a_date(text)


def _filled(row: Sequence[str]) -> list[str]:
    return [cell.strip().lstrip("\ufeff") for cell in row if cell]
