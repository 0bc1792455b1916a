"""From a table of cells to an assessment, step by step: id column, header, rows, one finding a control.

The id column is chosen by content, the others by their headers. Nothing is guessed: unknown words are problems with
their place, and what had to be interpreted is a note.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

import attrs

from ..._shared import Limits, capped, choice, counted
from ...assessment import Assessment, Finding
from ...errors import InputError, Problem
from ...ids import Ref
from .._cells import SHAPE, Cells, check_size, stripped, unprintable
from ._columns import columns_of
from ._ids import check_edition, id_column, lost_zeros
from ._rows import Interpretation, Row, read_rows

__all__ = ["to_assessment"]

_SUGGESTIONS = 20  # a file of the wrong kind would otherwise repeat the same hint on each of its rows
_SHOWN_REFS = 5


@attrs.frozen
class _Findings:
    """One finding a control, and what was said where rows speak of the same one."""

    findings: dict[Ref, Finding]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def to_assessment(cells: Cells, *, edition: str | None, limits: Limits, on_problem: str) -> Assessment:
    """Return the assessment that a table holds; problems are in the order of their places.

    Raises `InputError` with all problems (or keeps them, with `on_problem="collect"`), and always: `AmbiguousIds`,
    `UnsupportedEdition`, `LimitExceeded`, and `InputError` for a table in which no controls are found.
    """
    choice(on_problem, ("raise", "collect"), "on_problem")
    if edition is not None:
        choice(edition, ("2022", "2013"), "edition")
    check_size(cells, limits)
    odd = unprintable(cells)
    listed = list(islice(odd, limits.problems))  # every cell of a binary file has one; the others are counted
    unlisted = sum(1 for _ in odd)
    if listed and not any(SHAPE.fullmatch(stripped(cell)) for _, row in cells.rows for cell in row if cell):
        raise InputError.of(capped(listed, limits, more=unlisted), what=cells.name)
    ids = id_column(cells)
    check_edition(cells, ids, edition)
    columns = columns_of(cells, ids)
    readings = list(read_rows(columns))
    rows = [reading.row for reading in readings if reading.row is not None]
    lost_zeros(cells, [row.named for row in rows])
    single = _single(cells, rows)
    all_problems = [*listed, *columns.problems, *(p for r in readings for p in r.problems), *single.problems]
    problems = capped(_ordered(all_problems), limits, more=unlisted)
    if problems and on_problem == "raise":
        raise InputError.of(problems, what=cells.name)
    if not single.findings and not problems:
        raise cells.fail(InputError, "no controls found")
    notes = [
        *cells.notes,
        *columns.notes,
        *(note for reading in readings for note in reading.notes),
        *_told_once(words for reading in readings for words in reading.interpretations),
        *single.notes,
    ]
    return Assessment(single.findings, problems=problems, notes=tuple(dict.fromkeys(notes)))


def _ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems by place; only the first few unknown ids keep the list of their nearest ones."""
    ordered = sorted(problems, key=lambda problem: problem.sort_key)
    return [
        attrs.evolve(problem, hint="") if place >= _SUGGESTIONS and problem.code == "unknown-id" else problem
        for place, problem in enumerate(ordered)
    ]


def _single(cells: Cells, rows: Iterable[Row]) -> _Findings:
    """Return one finding per control; where rows contradict each other none of them is taken."""
    first: dict[Ref, Row] = {}
    contradicted: set[Ref] = set()
    problems: list[Problem] = []
    notes: list[str] = []
    for row in rows:
        if row.finding is None:
            continue
        ref, number = row.named.ref, row.named.number
        earlier = first.setdefault(ref, row)
        if earlier is row or earlier.finding is None:
            continue
        if earlier.finding == row.finding:
            notes.append(f"row {number} repeats {ref.citation} of row {earlier.named.number}")
        else:
            here, there = row.finding.status, earlier.finding.status
            message = f"{ref.citation} is {here} here and {there} in row {earlier.named.number}"
            problems.append(cells.problem(message, "conflict", row=number, ref=str(ref)))
            contradicted.add(ref)
    findings = {ref: row.finding for ref, row in first.items() if row.finding is not None and ref not in contradicted}
    return _Findings(findings, tuple(problems), tuple(notes))


def _told_once(interpretations: Iterable[Interpretation]) -> list[str]:
    """Return one note for each way in which words were read, with the controls that it concerns."""
    words: dict[str, str] = {}
    refs: dict[str, list[str]] = {}
    for interpretation in interpretations:
        key = interpretation.words.casefold()  # 'Open' and 'open' are one word
        words.setdefault(key, interpretation.words)
        refs.setdefault(key, []).append(interpretation.ref.citation)
    return [f"{words[key]} ({_counted(names)})" for key, names in refs.items()]


def _counted(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN_REFS} more" if len(names) > _SHOWN_REFS else ""
    return f"{counted(len(names), 'row')}: {', '.join(names[:_SHOWN_REFS])}{more}"
