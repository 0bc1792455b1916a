"""From a table of cells to an assessment: which column is which, what the words mean, which control a row is about.

The id column is chosen by content, the others by their headers. Ids are never guessed: numbers that lost a zero are
refused, unknown words are problems with their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from .._reading import Limits
from ..assessment import Assessment, Finding, Status
from ..dataset import load
from ..errors import (
    AmbiguousIds,
    InputError,
    InvalidRef,
    LimitExceeded,
    Nis2mapError,
    Problem,
    UnknownRef,
    UnsupportedEdition,
    quote,
)
from ..ids import Ref, parse_ref
from ._words import APPLICABLE, HEADERS, PERCENT, STATUSES

__all__ = ["Cells", "to_assessment"]

_HEADER_ROWS = 25
_SUGGESTIONS = 20


@attrs.frozen
class Cells:
    """A table as text, with the number of its first line per row (from 1)."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    path: str = ""
    sheet: str = ""
    notes: tuple[str, ...] = ()


@attrs.frozen
class _Row:
    """One row that names a control."""

    number: int
    ref: Ref
    finding: Finding
    title: str
    bare: bool


class _Reader:
    """Reads one table; collects problems and notes."""

    def __init__(self, cells: Cells, limits: Limits) -> None:
        self.cells, self.limits = cells, limits
        self.problems: list[Problem] = []
        self.count = 0
        self.notes: list[str] = list(cells.notes)
        self.columns: dict[str, int] = {}
        self.headers: tuple[str, ...] = ()
        self.bare_column = False

    def problem(self, message: str, code: str, *, row: int | None = None, column: str = "", hint: str = "") -> None:
        self.count += 1
        if len(self.problems) < self.limits.problems:
            where: dict[str, Any] = {"path": self.cells.path, "sheet": self.cells.sheet, "row": row, "column": column}
            self.problems.append(Problem(message, hint=hint, code=code, **where))

    def fail(self, kind: type[Nis2mapError], message: str, *, hint: str = "", row: int | None = None) -> Nis2mapError:
        problem = Problem(message, path=self.cells.path, sheet=self.cells.sheet, row=row, hint=hint)
        return kind(f"{problem.where}: {message}" if problem.where else message, hint=hint, problems=[problem])


def to_assessment(cells: Cells, *, edition: str | None, limits: Limits, on_problem: str) -> Assessment:
    """Return the assessment that a table holds.

    Raises `InputError` with all problems (or keeps them, with `on_problem="collect"`), and always: `AmbiguousIds`,
    `UnsupportedEdition`, `LimitExceeded`, and `InputError` for a table in which no controls are found.
    """
    if on_problem not in ("raise", "collect"):
        raise InputError(f"on_problem is {quote(on_problem)}", hint="one of: raise, collect")
    reader = _Reader(cells, limits)
    _size(reader)
    if reader.problems and not any(_SHAPE.fullmatch(_stripped(cell)) for _, row in cells.rows for cell in row if cell):
        raise InputError.of(reader.problems, what=cells.path or "the table")
    id_column, first = _id_column(reader)
    _check_edition(reader, id_column, edition)
    start = _header(reader, id_column, first)
    rows = list(_rows(reader, id_column, start))
    _lost_zeros(reader, rows)
    findings = _unique(reader, rows)
    problems = tuple(reader.problems)
    if reader.count > len(problems):
        message = f"{reader.count - len(problems)} more problems are not listed"
        problems = (*problems, Problem(message, path=cells.path, row=len(cells.rows) + 1, code="more"))
    if problems and on_problem == "raise":
        raise InputError.of(problems, what=cells.path or "the table")
    if not findings and not problems:
        raise reader.fail(InputError, "no controls found")
    return Assessment(findings, problems=problems, notes=tuple(dict.fromkeys(reader.notes)))


def _size(reader: _Reader) -> None:
    limits = reader.limits
    if len(reader.cells.rows) > limits.rows:
        raise reader.fail(LimitExceeded, f"more than {limits.rows} rows", hint="raise Limits(rows=...) if you trust it")
    for number, row in reader.cells.rows:
        if len(row) > limits.columns:
            raise reader.fail(LimitExceeded, f"more than {limits.columns} columns hold something", row=number)
        for cell in row:
            if len(cell) > limits.cell:
                raise reader.fail(LimitExceeded, f"a cell has more than {limits.cell} characters", row=number)
            if not cell.isprintable():
                _unprintable(reader, number, cell)


def _unprintable(reader: _Reader, number: int, cell: str) -> None:
    bad = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]", cell)
    if bad:
        column = str(dict(reader.cells.rows)[number].index(cell) + 1)
        reader.problem(f"a cell holds the character U+{ord(bad[0]):04X}", "bad-character", row=number, column=column)


_ID = re.compile(r"[\s*`_\"'\[(]*(?P<id>.*?)[\s*`_\"')\]]*", re.DOTALL)
_SHAPE = re.compile(
    r"(?:.{0,30}?\b)?(?:annex\s*)?(?:a[\s.-]?\s?)?\d{1,2}\.\d{1,3}(?:\.\d{1,2})?\.?", re.IGNORECASE | re.DOTALL
)
_BARE = re.compile(r"\d{1,2}\.\d{1,3}(?:\.\d{1,2})?", re.ASCII)


def _stripped(cell: str) -> str:
    match = _ID.fullmatch(cell[:200])
    return match["id"] if match else cell


def _control(text: str, *, bare_is_annex: bool) -> Ref:
    """Return the control or clause that a cell of the id column names."""
    if _BARE.fullmatch(text):
        if not bare_is_annex:
            raise InvalidRef(
                f"the bare number {quote(text)} stands among ids that say A.", hint=f"write A.{text} or clause {text}"
            )
        return parse_ref(f"A.{text}")
    ref = parse_ref(text)
    if ref.framework not in ("iso27001", "iso27001-2013"):
        raise InvalidRef(f"{quote(text)} is no control of ISO/IEC 27001")
    return ref


def _id_column(reader: _Reader) -> tuple[int, int]:
    """Return the column most of whose cells have the shape of control ids, and the place of the first such row."""
    counts: dict[int, int] = {}
    firsts: dict[int, int] = {}
    for place, (_, row) in enumerate(reader.cells.rows):
        for column, cell in enumerate(row):
            text = _stripped(cell)
            if text and len(text) <= 60 and _SHAPE.fullmatch(text):
                counts[column] = counts.get(column, 0) + 1
                firsts.setdefault(column, place)
    if not counts:
        seen = next((row for _, row in reader.cells.rows if any(row)), ())
        shown = ", ".join(quote(cell, 30) for cell in seen[:12] if cell)
        raise reader.fail(
            InputError,
            f"no column of control ids found; the first line holds {shown or 'nothing'}",
            hint="ids look like A.5.1; usual headers are 'Control ID', 'Kontroll-ID', 'Annex'",
        )
    best = max(counts, key=lambda column: (counts[column], -column))
    texts = [_stripped(row[best]) for _, row in reader.cells.rows if len(row) > best]
    shaped = [text for text in texts if _SHAPE.fullmatch(text) and text]
    reader.bare_column = all(_BARE.fullmatch(text) for text in shaped)
    return best, firsts[best]


def _check_edition(reader: _Reader, column: int, edition: str | None) -> None:
    """Refuse the 2013 edition, and tables that mix both."""
    texts = [_stripped(row[column]) for _, row in reader.cells.rows if len(row) > column]
    numbers = [re.search(r"(\d{1,2})\.(\d{1,3})(?:\.(\d{1,2}))?\.?$", t) for t in texts if _SHAPE.fullmatch(t) and t]
    found = [m for m in numbers if m]
    annex = [m for m in found if reader.bare_column or re.search(r"a", m.string, re.IGNORECASE)]
    old = [m for m in annex if m[3] is not None or int(m[1]) > 8]
    new = [m for m in annex if m[3] is None and _is_new(int(m[1]), int(m[2]))]
    if edition not in (None, "2022", "2013"):
        raise InputError(f"edition is {quote(edition)}", hint="one of: 2022, 2013")
    if edition == "2013" or len(old) * 3 > len(annex):
        raise reader.fail(
            UnsupportedEdition,
            "the ids are those of ISO/IEC 27001:2013, which is not scored",
            hint="map the controls to the 2022 edition first",
        )
    if old and new and edition is None and len(old) > 1:
        raise reader.fail(
            InputError, f"editions are mixed: {quote(old[0].string)} is of 2013, {quote(new[0].string)} of 2022"
        )


def _is_new(theme: int, number: int) -> bool:
    """Whether a two-level number exists only in the 2022 edition (2013 has at most 18 groups of two or three parts)."""
    return (theme, number) in {(t, n) for t, last in ((5, 37), (6, 8), (7, 14), (8, 34)) for n in range(4, last + 1)}


def _header(reader: _Reader, id_column: int, first: int) -> int:
    """Find the header above the first control; return the place of the first row below it."""
    rows = reader.cells.rows
    for place in range(min(first, _HEADER_ROWS) - 1, -1, -1):
        _, row = rows[place]
        roles = [(column, _role(cell)) for column, cell in enumerate(row)]
        if sum(role is not None for _, role in roles) >= 2 or (_role_at(row, id_column) and len(row) < 3):
            reader.headers = row
            _columns(reader, rows[place][0], [(c, r) for c, r in roles if r is not None and c != id_column])
            return place + 1
    raise reader.fail(
        InputError,
        "no header found above the first control",
        hint="name the columns, for example: Control ID, Applicable, Justification, Status",
    )


def _role_at(row: Sequence[str], column: int) -> str | None:
    return _role(row[column]) if len(row) > column else None


def _role(cell: str) -> str | None:
    text = re.sub(r"[\s*_`:]+", " ", cell).strip().casefold()
    if not text or len(text) > 60:
        return None
    if text in HEADERS:
        return HEADERS[text]
    bare = re.sub(r"\s*[(\[].*[)\]]$", "", text)
    return HEADERS.get(bare)


def _columns(reader: _Reader, number: int, roles: Iterable[tuple[int, str]]) -> None:
    for column, role in roles:
        if role not in reader.columns:
            reader.columns[role] = column
        elif role in ("applicable", "status", "degree"):
            one, two = reader.headers[reader.columns[role]], reader.headers[column]
            raise reader.fail(InputError, f"two columns give the {role}: {quote(one)} and {quote(two)}", row=number)
    if not reader.columns.keys() & {"applicable", "status", "degree"}:
        shown = ", ".join(quote(h, 30) for h in reader.headers[:12] if h)
        raise reader.fail(
            InputError,
            f"no column tells whether a control applies or is in place; headers: {shown}",
            row=number,
            hint="usual headers are 'Applicable', 'Status', 'Anwendbar', 'Umsetzungsstatus'",
        )


def _rows(reader: _Reader, id_column: int, start: int) -> Iterator[_Row]:
    for number, row in reader.cells.rows[start:]:
        if not any(row):
            continue
        text = _stripped(row[id_column]) if len(row) > id_column else ""
        if _repeated(reader, row):
            reader.notes.append(f"row {number} repeats the header and is left out")
            continue
        if not text or _heading(text, row):
            _no_id(reader, number, row, text)
            continue
        try:
            ref = _control(text, bare_is_annex=reader.bare_column)
        except (InvalidRef, UnknownRef) as error:
            hint = error.hint if reader.count < _SUGGESTIONS else ""
            reader.problem(error.message, "unknown-id", row=number, column=_column_name(reader, id_column), hint=hint)
            continue
        if ref.local in ("A.5", "A.6", "A.7", "A.8"):
            reader.notes.append(f"row {number} is a heading ({ref.local}) and is left out")
            continue
        finding = _finding(reader, number, row)
        if finding is not None:
            title = _cell(reader, row, "title")
            yield _Row(number, ref, finding, title, bare=bool(_BARE.fullmatch(text)))


def _repeated(reader: _Reader, row: Sequence[str]) -> bool:
    return [c.strip().lstrip("\ufeff") for c in row if c] == [c.strip().lstrip("\ufeff") for c in reader.headers if c]


def _heading(text: str, row: Sequence[str]) -> bool:
    return sum(bool(cell) for cell in row) <= 2 and not re.search(r"\d\.\d", text)


def _no_id(reader: _Reader, number: int, row: Sequence[str], text: str) -> None:
    others = sum(bool(cell) for cell in row)
    shown = quote(text or next(cell for cell in row if cell), 40)
    if others <= 2:
        reader.notes.append(f"row {number} names no control and is left out: {shown}")
    else:
        reader.problem(f"the row names no control: {shown}", "no-id", row=number)


def _column_name(reader: _Reader, column: int) -> str:
    return reader.headers[column] if column < len(reader.headers) and reader.headers[column] else str(column + 1)


def _cell(reader: _Reader, row: Sequence[str], role: str) -> str:
    column = reader.columns.get(role)
    return row[column].strip() if column is not None and column < len(row) else ""


def _finding(reader: _Reader, number: int, row: Sequence[str]) -> Finding | None:
    before = reader.count
    applicable = _word(reader, number, row, "applicable", APPLICABLE)
    status = _word(reader, number, row, "status", STATUSES)
    degree = _degree(reader, number, row)
    if reader.count > before:
        return None
    if applicable == "no":
        if status not in (None, Status.NOT_APPLICABLE, Status.UNASSESSED, Status.NOT_IMPLEMENTED) or degree:
            column = reader.headers[reader.columns["status"]] if "status" in reader.columns else ""
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
        justification=_cell(reader, row, "justification"),
        evidence=tuple(
            text for role in ("evidence", "reference") if (text := _cell(reader, row, role)) not in ("", "-")
        ),
        owner=_cell(reader, row, "owner"),
    )


def _graded(reader: _Reader, number: int, status: Any, degree: float | None) -> tuple[Status | None, float | None]:
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


def _word(reader: _Reader, number: int, row: Sequence[str], role: str, words: dict[str, Any]) -> Any:
    text = _cell(reader, row, role)
    folded = re.sub(r"[\s*_`]+", " ", text).strip(" .").casefold()
    if not folded or folded in ("-", "–", "—"):
        return None
    if folded in words:
        return words[folded]
    column = _column_name(reader, reader.columns[role])
    reader.problem(
        f"{quote(text, 40)} is no word for {role} that is understood", f"unknown-{role}", row=number, column=column
    )
    return None


def _degree(reader: _Reader, number: int, row: Sequence[str]) -> float | None:
    text = _cell(reader, row, "degree")
    if text in ("", "-", "–", "—"):
        return None
    match = PERCENT.fullmatch(text)
    value = float(match[1].replace(",", ".")) if match else -1.0
    if not 0 <= value <= 100:
        column = _column_name(reader, reader.columns["degree"])
        reader.problem(f"{quote(text, 40)} is no percentage from 0 to 100", "bad-percentage", row=number, column=column)
        return None
    return value / 100


def _lost_zeros(reader: _Reader, rows: Sequence[_Row]) -> None:
    """Refuse ids that lost a zero: n.1 twice without n.10, or a title that is another control's."""
    by_ref: dict[Ref, list[_Row]] = {}
    for row in rows:
        by_ref.setdefault(row.ref, []).append(row)
    lost: list[Problem] = []
    for ref, same in by_ref.items():
        longer = f"{ref.local}0"
        if sum(row.bare for row in same) > 1 and not any(r.local == longer for r in by_ref) and _exists(longer):
            message = f"{ref.local} stands {len(same)} times and {longer} nowhere: one of them lost its last zero"
            lost += [_place(reader, row, message) for row in same]
    titles = {unit.title.casefold(): unit.ref for unit in load().controls()} if "title" in reader.columns else {}
    for row in rows:
        named = titles.get(row.title.casefold())
        if named is not None and named != row.ref and row.bare:
            lost.append(_place(reader, row, f"the id says {row.ref.local}, the title is that of {named.local}"))
    if lost:
        problem = AmbiguousIds.of(lost, what="ids that lost their form")
        raise AmbiguousIds(problem.message, hint="store the id column as text and write A.5.10", problems=lost)


def _exists(local: str) -> bool:
    try:
        Ref("iso27001", local)
    except Nis2mapError:
        return False
    return True


def _place(reader: _Reader, row: _Row, message: str) -> Problem:
    return Problem(
        message, path=reader.cells.path, sheet=reader.cells.sheet, row=row.number, ref=str(row.ref), code="lost-zero"
    )


def _unique(reader: _Reader, rows: Sequence[_Row]) -> dict[Ref, Finding]:
    found: dict[Ref, _Row] = {}
    for row in rows:
        earlier = found.get(row.ref)
        if earlier is None:
            found[row.ref] = row
        elif earlier.finding == row.finding:
            reader.notes.append(f"row {row.number} repeats {row.ref.citation} of row {earlier.number}")
        else:
            message = (
                f"{row.ref.citation} is {row.finding.status} here and {earlier.finding.status} in row {earlier.number}"
            )
            reader.problem(message, "conflict", row=row.number)
    return {ref: row.finding for ref, row in found.items()}
