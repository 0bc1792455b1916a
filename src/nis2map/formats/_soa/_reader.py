"""From a table of cells to an assessment: which column is which, what the words mean, which control a row is about.

The id column is chosen by content (`_ids`), the others by their headers. Nothing is guessed: unknown words are
problems with their place, and what had to be interpreted is a note.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..._shared import Limits
from ...assessment import Assessment, Finding, Status
from ...errors import InputError, InvalidRef, UnknownRef, quote
from ...ids import Ref
from ._ids import check_edition, control_of, id_column, lost_zeros
from ._table import BARE, SHAPE, Cells, Reader, Row, stripped
from ._words import APPLICABLE, DATE, HEADERS, PERCENT, STATUSES

__all__ = ["Cells", "to_assessment"]

_HEADER_ROWS = 25
_SUGGESTIONS = 20
_ONCE = ("applicable", "status", "degree")
_NOTHING = ("", "-", "–", "—")


def to_assessment(cells: Cells, *, edition: str | None, limits: Limits, on_problem: str) -> Assessment:
    """Return the assessment that a table holds.

    Raises `InputError` with all problems (or keeps them, with `on_problem="collect"`), and always: `AmbiguousIds`,
    `UnsupportedEdition`, `LimitExceeded`, and `InputError` for a table in which no controls are found.
    """
    if on_problem not in ("raise", "collect"):
        raise InputError(f"on_problem is {quote(on_problem)}", hint="one of: raise, collect")
    if edition not in (None, "2022", "2013"):
        raise InputError(f"edition is {quote(edition)}", hint="one of: 2022, 2013")
    reader = Reader(cells, limits)
    reader.check_size()
    if reader.count and not any(SHAPE.fullmatch(stripped(cell)) for _, row in cells.rows for cell in row if cell):
        raise InputError.of(reader.problems, what=cells.path or "the table")
    column, places = id_column(reader)
    check_edition(reader, column, edition)
    start = _header(reader, column, places)
    rows = list(_rows(reader, column, start))
    lost_zeros(reader, rows)
    findings = _unique(reader, rows)
    problems = reader.problems
    if problems and on_problem == "raise":
        raise InputError.of(problems, what=cells.path or "the table")
    if not findings and not problems:
        raise reader.fail(InputError, "no controls found")
    return Assessment(findings, problems=problems, notes=tuple(dict.fromkeys(reader.notes)))


def _header(reader: Reader, column: int, places: Sequence[int]) -> int:
    """Find the header nearest above the controls; return the place of the first row below it."""
    rows = reader.cells.rows
    shaped = set(places)
    heads = [at for at, (_, row) in enumerate(rows[:_HEADER_ROWS]) if at not in shaped and _is_header(row, column)]
    if not heads:
        hint = "name the columns, for example: Control ID, Applicable, Justification, Status"
        raise reader.fail(InputError, "no header found above the first control", hint=hint)
    if heads[0] > places[-1]:
        raise reader.fail(InputError, "no controls found", hint="they stand below the header")
    first = next(place for place in places if place > heads[0])
    head = max(place for place in heads if place < first)
    for place in places:
        if place < head:
            number, row = rows[place]
            reader.problem(f"{quote(stripped(row[column]), 40)} stands above the header", "above-header", row=number)
    number, reader.headers = rows[head]
    _columns(reader, number, [_role(cell) for cell in reader.headers], column)
    _unread(reader, column, start=head + 1)
    return head + 1


def _is_header(row: Sequence[str], column: int) -> bool:
    roles = [_role(cell) for cell in row]
    return sum(role is not None for role in roles) >= 2 or (len(row) < 3 and column < len(row) and bool(roles[column]))


def _role(cell: str) -> str | None:
    text = re.sub(r"[\s*_`:]+", " ", cell).strip().casefold()
    if not text or len(text) > 60:
        return None
    if text in HEADERS:
        return HEADERS[text]
    bare = re.sub(r"\s*[(\[].*[)\]]$", "", text)
    return HEADERS.get(bare)


def _columns(reader: Reader, number: int, roles: Sequence[str | None], id_place: int) -> None:
    """Give each column its role; what a row says in several columns of one role is kept together."""
    for column, role in enumerate(roles):
        if role is None or role == "id" or column == id_place:
            continue
        if role in reader.columns and role in _ONCE:
            one, two = reader.headers[reader.columns[role][0]], reader.headers[column]
            raise reader.fail(InputError, f"two columns give the {role}: {quote(one)} and {quote(two)}", row=number)
        reader.columns.setdefault(role, []).append(column)
    if not reader.columns.keys() & set(_ONCE):
        shown = ", ".join(quote(header, 30) for header in reader.headers[:12] if header)
        raise reader.fail(
            InputError,
            f"no column tells whether a control applies or is in place; headers: {shown}",
            row=number,
            hint="usual headers are 'Applicable', 'Status', 'Anwendbar', 'Umsetzungsstatus'",
        )


def _unread(reader: Reader, id_place: int, *, start: int) -> None:
    """Say which columns that hold something are not read, and whether percentages may be fractions."""
    known = {id_place, *(column for columns in reader.columns.values() for column in columns)}
    rows = [row for _, row in reader.cells.rows[start:]]
    filled = {column for row in rows for column, cell in enumerate(row) if cell}
    unread = [quote(reader.column_name(column), 30) for column in sorted(filled - known)]
    if unread:
        more = f" and {len(unread) - 12} more" if len(unread) > 12 else ""
        reader.notes.append(f"columns that are not read: {', '.join(unread[:12])}{more}")
    shares = [match[1] for row in rows if (match := PERCENT.fullmatch(reader.cell(row, "degree")))]
    signs = any("%" in reader.cell(row, "degree") for row in rows)
    reader.fractions = not signs and max((_share(text) for text in shares), default=2) <= 1


def _share(text: str) -> float:
    return float(text.replace(",", "."))


def _rows(reader: Reader, id_place: int, start: int) -> Iterator[Row]:
    for number, row in reader.cells.rows[start:]:
        if not any(row):
            continue
        text = stripped(row[id_place]) if len(row) > id_place else ""
        if _repeated(reader, row):
            reader.notes.append(f"row {number} repeats the header and is left out")
            continue
        if not text or (_is_aside(reader, row) and not re.search(r"\d\.\d", text)):
            _no_id(reader, number, row, text)
            continue
        try:
            ref = control_of(text, bare_is_annex=reader.bare_column)
        except (InvalidRef, UnknownRef) as error:
            hint = error.hint if reader.count < _SUGGESTIONS else ""
            reader.problem(error.message, "unknown-id", row=number, column=reader.column_name(id_place), hint=hint)
            continue
        if ref.local in ("A.5", "A.6", "A.7", "A.8"):
            reader.notes.append(f"row {number} is a heading ({ref.local}) and is left out")
            continue
        yield Row(
            number, ref, _finding(reader, number, row), reader.cell(row, "title"), bare=bool(BARE.fullmatch(text))
        )


def _repeated(reader: Reader, row: Sequence[str]) -> bool:
    return [c.strip().lstrip("\ufeff") for c in row if c] == [c.strip().lstrip("\ufeff") for c in reader.headers if c]


def _is_aside(reader: Reader, row: Sequence[str]) -> bool:
    """Whether a row is a heading or a remark: it holds little, and says nothing of a control."""
    said = (
        _folded(reader.cell(row, "applicable")) in APPLICABLE
        or _folded(reader.cell(row, "status")) in STATUSES
        or PERCENT.fullmatch(reader.cell(row, "degree"))
    )
    return not said and sum(bool(cell) for cell in row) <= 2


def _no_id(reader: Reader, number: int, row: Sequence[str], text: str) -> None:
    shown = quote(text or next(cell for cell in row if cell), 40)
    if _is_aside(reader, row):
        reader.notes.append(f"row {number} names no control and is left out: {shown}")
    else:
        reader.problem(f"the row names no control: {shown}", "no-id", row=number)


def _finding(reader: Reader, number: int, row: Sequence[str]) -> Finding | None:
    before = reader.count
    applicable = _word(reader, number, row, "applicable", APPLICABLE)
    status = _word(reader, number, row, "status", STATUSES)
    degree = _degree(reader, number, row)
    if reader.count > before:
        return None
    if applicable == "no":
        if status not in (None, Status.NOT_APPLICABLE, Status.UNASSESSED, Status.NOT_IMPLEMENTED) or degree:
            column = reader.headers[reader.columns["status"][0]] if "status" in reader.columns else ""
            reader.problem(f"not applicable and yet {status or 'in place'}", "contradiction", row=number, column=column)
            return None
        status, degree = Status.NOT_APPLICABLE, None
    elif applicable == "yes" and status is Status.NOT_APPLICABLE:
        reader.problem("applicable, and yet its status says not applicable", "contradiction", row=number)
        return None
    status, exact = _graded(reader, number, status, degree)
    if status is None:
        return None
    return Finding(
        status,
        exact,
        justification=_joined(reader, row, "justification"),
        evidence=tuple(
            text for role in ("evidence", "reference") for text in reader.all_cells(row, role) if text not in _NOTHING
        ),
        owner=_joined(reader, row, "owner"),
        date=_date(reader, number, row, "date"),
        valid_until=_date(reader, number, row, "valid_until"),
    )


def _joined(reader: Reader, row: Sequence[str], role: str) -> str:
    texts = reader.all_cells(row, role)
    return texts[0] if len(texts) == 1 else "; ".join(text for text in texts if text not in _NOTHING)


def _graded(reader: Reader, number: int, status: Any, degree: float | None) -> tuple[Status | None, float | None]:
    """Bring status and percentage together; where both stand, they must agree."""
    if status is None and degree is None:
        reader.notes.append(f"row {number} gives no status: unassessed")
        return Status.UNASSESSED, None
    if degree is None:
        return status, None
    by_degree = Status.IMPLEMENTED if degree == 1 else Status.PARTIAL if degree else Status.NOT_IMPLEMENTED
    if status is None:
        return by_degree, degree if by_degree is Status.PARTIAL else None
    if status is Status.PARTIAL and by_degree is Status.PARTIAL:
        return status, degree
    agrees = status is by_degree or (
        not degree and status in (Status.PLANNED, Status.NOT_APPLICABLE, Status.UNASSESSED)
    )
    if not agrees:
        reader.problem(f"the status says {status}, the percentage {100 * degree:g} %", "contradiction", row=number)
        return None, None
    return status, None


def _folded(text: str) -> str:
    return re.sub(r"[\s*_`\ufe0f]+", " ", text).strip(" .").casefold()


def _word(reader: Reader, number: int, row: Sequence[str], role: str, words: dict[str, Any]) -> Any:
    text = reader.cell(row, role)
    folded = _folded(text)
    if folded in _NOTHING:
        return None
    if folded in words:
        return words[folded]
    column = reader.column_name(reader.columns[role][0])
    reader.problem(
        f"{quote(text, 40)} is no word for {role} that is understood", f"unknown-{role}", row=number, column=column
    )
    return None


def _degree(reader: Reader, number: int, row: Sequence[str]) -> float | None:
    text = reader.cell(row, "degree")
    if text in _NOTHING:
        return None
    match = PERCENT.fullmatch(text)
    value = _share(match[1]) if match else -1.0
    column = reader.column_name(reader.columns["degree"][0])
    if not 0 <= value <= 100:
        reader.problem(f"{quote(text, 40)} is no percentage from 0 to 100", "bad-percentage", row=number, column=column)
        return None
    if value and reader.fractions:
        message = f"{quote(text, 40)} may mean {value:g} % or {100 * value:g} %"
        reader.problem(message, "bad-percentage", row=number, column=column, hint="write the percent sign")
        return None
    return value / 100


def _date(reader: Reader, number: int, row: Sequence[str], role: str) -> dt.date | None:
    """Read a date that has one reading (2026-01-31, 31.01.2026); any other is left out with a note."""
    text = reader.cell(row, role)
    if text in _NOTHING:
        return None
    match = DATE.fullmatch(text)
    try:
        if match:
            year, month, day = (
                (match["y"], match["m"], match["d"]) if match["y"] else (match["y2"], match["m2"], match["d2"])
            )
            return dt.date(int(year), int(month), int(day))
    except ValueError:
        pass
    reader.notes.append(f"row {number}: {quote(text, 40)} is not read as a date; write it as 2026-01-31")
    return None


def _unique(reader: Reader, rows: Iterable[Row]) -> dict[Ref, Finding]:
    """Return one finding per control; where rows contradict each other none of them is taken."""
    first: dict[Ref, Row] = {}
    clash: set[Ref] = set()
    for row in rows:
        if row.finding is None:
            continue
        earlier = first.setdefault(row.ref, row)
        if earlier is row or earlier.finding is None:
            continue
        if earlier.finding == row.finding:
            reader.notes.append(f"row {row.number} repeats {row.ref.citation} of row {earlier.number}")
        else:
            here, there = row.finding.status, earlier.finding.status
            message = f"{row.ref.citation} is {here} here and {there} in row {earlier.number}"
            reader.problem(message, "conflict", row=row.number)
            clash.add(row.ref)
    return {ref: row.finding for ref, row in first.items() if row.finding is not None and ref not in clash}
