"""The rows of a Statement of Applicability: which control a row is about, and what its words mean.

Nothing is guessed: a word that is not known is a problem with its place. What is known and says less than the status it
is read as ("in progress" as partial) is kept with the row, and becomes a note.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

import attrs

from ...assessment import Finding, Status
from ...errors import InvalidRef, Problem, UnknownRef, quote
from ...ids import Ref
from .._cells import BARE, stripped
from ._columns import Columns
from ._ids import NamedRow, control_of
from ._words import (
    ACCEPTED_ANSWERS,
    ACCEPTED_STATUSES,
    APPLICABLE,
    INTERPRETED_ANSWERS,
    INTERPRETED_STATUSES,
    STATUSES,
    date_of,
    folded,
    percentage,
)

__all__ = ["Interpretation", "Row", "RowReading", "read_rows"]

T = TypeVar("T")

_NOTHING = ("", "-", "–", "—")
_HEADINGS = ("A.5", "A.6", "A.7", "A.8")
UNJUSTIFIED = "not applicable without a justification, which ISO/IEC 27001, 6.1.3 d) asks for"
NO_STATUS = "no status: read as unassessed"


@attrs.frozen
class Interpretation:
    """What a row says only if it is read in a certain way; the same words on several rows are told once."""

    words: str
    ref: Ref


@attrs.frozen
class Row:
    """One row that names a control; `finding` is None where the rest of the row was not understood."""

    named: NamedRow
    finding: Finding | None


@attrs.frozen
class RowReading:
    """What was read of one row: the row if it names a control, and what is to be told of it."""

    row: Row | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    interpretations: tuple[Interpretation, ...] = ()


@attrs.frozen
class _Line:
    """A row with the columns that explain it, and the control that it is about."""

    columns: Columns
    number: int
    row: tuple[str, ...]
    ref: Ref

    def text(self, role: str) -> str:
        return self.columns.text(self.row, role)

    def texts(self, role: str) -> list[str]:
        return [text for text in self.columns.texts(self.row, role) if text not in _NOTHING]

    def problem(self, message: str, code: str, *, role: str = "", hint: str = "") -> Problem:
        column = self.columns.name_of(role) if role else ""
        return self.columns.cells.problem(message, code, row=self.number, column=column, ref=str(self.ref), hint=hint)


@attrs.frozen
class _Answer(Generic[T]):
    """What one cell says: a value (None if it is empty), or the problem with it.

    `word` is the text as it stands where it had to be interpreted.
    """

    value: T | None = None
    problem: Problem | None = None
    word: str = ""


def read_rows(columns: Columns) -> Iterator[RowReading]:
    """Yield what was read of each row below the header."""
    for number, row in columns.cells.rows[columns.start :]:
        if any(row):
            yield _read(columns, number, row)


def _read(columns: Columns, number: int, row: tuple[str, ...]) -> RowReading:
    place = columns.ids.place
    text = stripped(row[place]) if len(row) > place else ""
    if _filled(row) == _filled(columns.headers):
        return RowReading(notes=(f"row {number} repeats the header and is left out",))
    aside = _is_aside(columns, row)
    if not text or (aside and not re.search(r"\d\.\d", text)):
        shown = quote(text or next(cell for cell in row if cell), 40)
        if aside:
            return RowReading(notes=(f"row {number} names no control and is left out: {shown}",))
        return RowReading(problems=(columns.cells.problem(f"the row names no control: {shown}", "no-id", row=number),))
    try:
        ref = control_of(text, bare_is_annex=columns.ids.bare)
    except (InvalidRef, UnknownRef) as error:
        column = columns.name(place)
        problem = columns.cells.problem(error.message, "unknown-id", row=number, column=column, hint=error.hint)
        return RowReading(problems=(problem,))
    if ref.local in _HEADINGS:
        return RowReading(notes=(f"row {number} is a heading ({ref.local}) and is left out",))
    named = NamedRow(number, ref, columns.text(row, "title"), bare=bool(BARE.fullmatch(text)))
    return _finding(_Line(columns, number, row, ref), named)


def _filled(row: Sequence[str]) -> list[str]:
    return [cell.strip().lstrip("\ufeff") for cell in row if cell]


def _is_aside(columns: Columns, row: Sequence[str]) -> bool:
    """Whether a row is a heading or a remark: it holds little, and says nothing of a control."""
    said = (
        folded(columns.text(row, "applicable")) in APPLICABLE
        or folded(columns.text(row, "status")) in STATUSES
        or percentage(columns.text(row, "degree")) is not None
    )
    return not said and sum(bool(cell) for cell in row) <= 2


def _finding(line: _Line, named: NamedRow) -> RowReading:
    applicable = _word(line, "applicable", APPLICABLE, INTERPRETED_ANSWERS, ACCEPTED_ANSWERS)
    status = _word(line, "status", STATUSES, INTERPRETED_STATUSES, ACCEPTED_STATUSES)
    degree = _degree(line)
    unclear = tuple(answer.problem for answer in (applicable, status, degree) if answer.problem is not None)
    if unclear:
        return RowReading(Row(named, None), problems=unclear)
    said = _together(line, applicable, status, degree)
    if isinstance(said, Problem):
        return RowReading(Row(named, None), problems=(said,))
    what, exact, interpreted = said
    dates = {role: _date(line, role) for role in ("date", "valid_until")}
    finding = Finding(
        what,
        exact,
        justification=_joined(line, "justification"),
        evidence=tuple(text for role in ("evidence", "reference") for text in line.texts(role)),
        owner=_joined(line, "owner"),
        date=dates["date"].value,
        valid_until=dates["valid_until"].value,
    )
    if finding.status is Status.NOT_APPLICABLE and not finding.justification:
        interpreted = (*interpreted, UNJUSTIFIED)
    return RowReading(
        Row(named, finding),
        notes=tuple(answer.word for answer in dates.values() if answer.word),
        interpretations=tuple(Interpretation(words, line.ref) for words in interpreted),
    )


_Said = tuple[Status, float | None, tuple[str, ...]]


def _together(
    line: _Line, applicable: _Answer[bool], status: _Answer[Status], degree: _Answer[float]
) -> _Said | Problem:
    """Bring together what a row says in three columns: a status, its exact degree, and what had to be interpreted."""
    if applicable.value is False:
        if status.value in (Status.IMPLEMENTED, Status.PARTIAL, Status.PLANNED) or degree.value:
            words = f"not applicable and yet {status.value or 'in place'}"
            return line.problem(words, "contradiction", role="status")
        return (Status.NOT_APPLICABLE, None, _read_as(applicable.word, Status.NOT_APPLICABLE))
    if applicable.value and status.value is Status.NOT_APPLICABLE:
        return line.problem("applicable, and yet its status says not applicable", "contradiction")
    if status.value is None and degree.value is None:
        return (Status.UNASSESSED, None, (NO_STATUS,))
    if degree.value is None and status.value is not None:
        return (status.value, None, _read_as(status.word, status.value))
    return _graded(line, status, degree.value or 0.0)


def _graded(line: _Line, status: _Answer[Status], degree: float) -> _Said | Problem:
    """Bring status and percentage together; where both stand, they must agree."""
    by_degree = Status.IMPLEMENTED if degree == 1 else Status.PARTIAL if degree else Status.NOT_IMPLEMENTED
    said = status.value
    if said is None:
        return (by_degree, degree if by_degree is Status.PARTIAL else None, ())
    if said is Status.PARTIAL and by_degree is Status.PARTIAL:
        return (said, degree, ())  # the percentage says how far, so the word is not what counts
    nothing_yet = not degree and said in (Status.PLANNED, Status.NOT_APPLICABLE, Status.UNASSESSED)
    if said is by_degree or nothing_yet:
        return (said, None, _read_as(status.word, said))
    return line.problem(f"the status says {said}, the percentage {100 * degree:g} %", "contradiction")


def _read_as(word: str, status: Status) -> tuple[str, ...]:
    return (f"{quote(word, 40)} read as {status}",) if word else ()


def _joined(line: _Line, role: str) -> str:
    texts = line.columns.texts(line.row, role)
    return texts[0] if len(texts) == 1 else "; ".join(line.texts(role))


def _word(line: _Line, role: str, words: Mapping[str, T], interpreted: frozenset[str], accepted: str) -> _Answer[T]:
    text = line.text(role)
    word = folded(text)
    if word in _NOTHING:
        return _Answer()
    if word in words:
        return _Answer(words[word], word=text if word in interpreted else "")
    message = f"{quote(text, 40)} is not a word for {role} that is understood"
    return _Answer(problem=line.problem(message, f"unknown-{role}", role=role, hint=accepted))


def _degree(line: _Line) -> _Answer[float]:
    text = line.text("degree")
    if text in _NOTHING:
        return _Answer()
    value = percentage(text)
    if value is None or value > 100:
        message = f"{quote(text, 40)} is not a percentage from 0 to 100"
        return _Answer(problem=line.problem(message, "bad-percentage", role="degree"))
    if value and line.columns.fractions:
        message = f"{quote(text, 40)} may mean {value:g} % or {100 * value:g} %"
        hint = "write the percent sign"
        return _Answer(problem=line.problem(message, "bad-percentage", role="degree", hint=hint))
    return _Answer(value / 100)


def _date(line: _Line, role: str) -> _Answer[dt.date]:
    """Read a date that has one reading; any other is left out, and the answer's `word` is the note."""
    text = line.text(role)
    if text in _NOTHING:
        return _Answer()
    date = date_of(text)
    if date is not None:
        return _Answer(date)
    return _Answer(word=f"row {line.number}: {quote(text, 40)} is not read as a date; write it as 2026-01-31")
