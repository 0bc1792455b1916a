"""One finding a control: what all rows that speak of it say together, whichever table they stand in.

Applicability may stand on one sheet and progress on another. A value is never overwritten with nothing; two that differ
are a problem with both places, and neither is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import attrs

from ...assessment import Finding, Status
from ...errors import Problem
from ...ids import Ref
from ._rows import Statement
from ._values import Degree

__all__ = ["NO_STATUS", "JoinedFindings", "Told", "joined"]

UNJUSTIFIED = "not applicable without a justification, which ISO/IEC 27001, 6.1.3 d) asks for"
NO_STATUS = "no status: read as unassessed"
_DIGITS = 9
T = TypeVar("T")
Told = tuple[str, Ref]
# Status, degree, words to tell, and the fields that decided: what the others had to interpret is of no interest.
_Said = tuple[Status, float | None, tuple[str, ...], tuple[str, ...]]


@attrs.frozen
class JoinedFindings:
    """The findings by control, problems, and what is to be told: words and the control that they concern."""

    findings: Mapping[Ref, Finding]
    problems: tuple[Problem, ...]
    told: tuple[Told, ...]
    repeats: tuple[str, ...]


def joined(statements: Iterable[Statement]) -> JoinedFindings:
    """Return one finding per control."""
    by_ref: dict[Ref, list[Statement]] = {}
    for statement in statements:
        by_ref.setdefault(statement.ref, []).append(statement)
    findings: dict[Ref, Finding] = {}
    problems: list[Problem] = []
    told: list[Told] = []
    repeats: list[str] = []
    for ref, all_rows in by_ref.items():
        rows = [row for row in all_rows if row.understood]
        if not rows:
            continue
        outcome = (_clash(rows) if len(rows) > 1 else None) or _finding(rows)
        if isinstance(outcome, Problem):
            problems.append(outcome)
            continue
        findings[ref], words = outcome
        told += [(word, ref) for word in words]
        repeats += _repeats(rows)
    return JoinedFindings(findings, tuple(problems), tuple(told), tuple(repeats))


def _repeats(rows: Sequence[Statement]) -> list[str]:
    """Return a note for each row that speaks of a control that an earlier row of the same table names."""
    out: list[str] = []
    first: dict[int, Statement] = {}  # of each table
    for row in rows:
        earlier = first.setdefault(id(row.cells), row)
        if earlier is not row:
            out.append(f"row {row.number} repeats {row.ref.citation} of row {earlier.number}")
    return out


def _clash(rows: Sequence[Statement]) -> Problem | None:
    """Return the problem of rows that contradict each other, if they do."""
    first: dict[str, tuple[object, str, Statement]] = {}
    for row in rows:
        for field, value, shown in _decided(row):
            earlier_value, earlier_shown, earlier = first.setdefault(field, (value, shown, row))
            if earlier_value != value:
                where = _place(earlier, beside=row)
                message = f"{row.ref.citation} is {shown} here and {earlier_shown} in {where}"
                return row.problem(message, "conflict")
    return None


def _decided(row: Statement) -> Iterator[tuple[str, object, str]]:
    """Yield what a row decides: the field, a value to compare, and how it is shown."""
    if row.applicable is not None:
        yield "applicable", row.applicable, "applicable" if row.applicable else "not applicable"
    if row.status not in (None, Status.UNASSESSED):
        yield "status", row.status, str(row.status)
    if row.degree is not None:
        status, share = row.degree
        yield "degree", (status, round(share or 0.0, _DIGITS)), _percent(row.degree)  # 0.3 and 30 % are one
    if row.valid_until is not None:
        yield "valid_until", row.valid_until, f"valid until {row.valid_until}"


def _place(row: Statement, *, beside: Statement) -> str:
    sheet = f" of {row.cells.sheet!r}" if row.cells is not beside.cells and row.cells.sheet else ""
    return f"row {row.number}{sheet}"


def _finding(rows: Sequence[Statement]) -> tuple[Finding, tuple[str, ...]] | Problem:
    """Return the finding that rows make together; what they say differently in words is kept in full."""
    said = _together(rows)
    if isinstance(said, Problem):
        return said
    status, degree, told, used = said
    told = (*told, *dict.fromkeys(words for row in rows for field, words in row.told if field in (*used, "id", "date")))
    justification = _texts([row.justification for row in rows])
    if status is Status.NOT_APPLICABLE and not justification:
        told = (*told, UNJUSTIFIED)
    finding = Finding(
        status,
        degree,
        "; ".join(justification),
        evidence=_texts([row.evidence for row in rows]),
        owner="; ".join(_texts([row.owner for row in rows])),
        date=max((row.date for row in rows if row.date is not None), default=None),
        valid_until=next((row.valid_until for row in rows if row.valid_until is not None), None),
    )
    return finding, told


def _texts(lists: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    if len(lists) == 1 and len(lists[0]) < 2:
        return lists[0]
    return tuple(dict.fromkeys(text for texts in lists for text in texts))


# Status, degree, words to tell, and the fields that decided: what the others had to interpret is of no interest.


def _said(rows: Sequence[Statement], of: Callable[[Statement], T | None]) -> tuple[T | None, Statement]:
    """Return what the first row that says something says, and that row; "not known" is what is left."""
    if len(rows) == 1:
        return of(rows[0]), rows[0]
    known = [(value, row) for row in rows if (value := of(row)) is not None]
    known.sort(key=lambda pair: pair[0] is Status.UNASSESSED)
    return known[0] if known else (None, rows[0])


def _together(rows: Sequence[Statement]) -> _Said | Problem:
    """Bring applicability, status and degree together: they must agree."""
    applicable, _ = _said(rows, lambda row: row.applicable)
    status, at_status = _said(rows, lambda row: row.status)
    degree, at_degree = _said(rows, lambda row: row.degree)
    if applicable is False:
        in_place = degree is not None and degree[0] is not Status.NOT_IMPLEMENTED
        if in_place or status in (Status.IMPLEMENTED, Status.PARTIAL, Status.PLANNED):
            words = f"not applicable and yet {status or 'in place'}"
            return at_status.problem(words, "contradiction", column=at_status.column("status"))
        return (Status.NOT_APPLICABLE, None, (), ("applicable",))
    if applicable and status is Status.NOT_APPLICABLE:
        return at_status.problem("applicable, and yet its status says not applicable", "contradiction")
    if degree is None:
        if status is None:
            return (Status.UNASSESSED, None, (NO_STATUS,), ("applicable",))
        return (status, None, (), ("status",))
    return _graded(status, degree, at_degree)


def _graded(status: Status | None, degree: Degree, row: Statement) -> _Said | Problem:
    """Bring status and percentage together; where both stand, they must agree."""
    by_degree, share = degree
    if status is None or (status is Status.PARTIAL and by_degree is Status.PARTIAL):
        return (by_degree, share, (), ("degree",))  # the percentage says how far
    nothing_yet = (Status.PLANNED, Status.NOT_APPLICABLE, Status.UNASSESSED)
    if status is by_degree or (by_degree is Status.NOT_IMPLEMENTED and status in nothing_yet):
        return (status, None, (), ("status",))
    return row.problem(f"the status says {status}, the percentage {_percent(degree)}", "contradiction")


def _percent(degree: Degree) -> str:
    status, share = degree
    return f"{100 * (float(status is Status.IMPLEMENTED) if share is None else share):g} %"
