"""From the cells of a filled review sheet to a `Review`: nothing is guessed, and all problems are told at once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

import attrs

from ..._shared import Limits, capped
from ...dataset import Dataset
from ...errors import InputError, Nis2mapError, Problem, quote
from ...ids import Ref
from ...model import Control, Demand
from ...review import COLUMNS, WORDS, Review, ReviewVerdict
from .._cells import Cells, check_size, stripped, unprintable
from .._soa import date_of

__all__ = ["to_review"]

_NEEDED = ("demand", "controls", "verdict")
_READ = (*_NEEDED, "comment")
_HEAD = {"judge": "judge", "date": "date", "licence": "licence", "license": "licence"}
_MOST = 50  # controls in one row; each is looked up
_ENOUGH = 1_000  # problems: a file of the wrong kind has as many as it has rows
_ID = "write ids as the sheet had them, as text"


@attrs.frozen
class _Columns:
    """Where the columns of a sheet stand: the place of the header among the rows, and the places by name."""

    header: int
    places: Mapping[str, int]

    def text(self, row: Sequence[str], name: str) -> str:
        place = self.places.get(name, len(row))
        return row[place].strip() if place < len(row) else ""


def to_review(cells: Cells, details: Mapping[str, object], dataset: Dataset, limits: Limits) -> Review:
    """Return the review that a table holds; `details` are those of judge, date and licence that are not None.

    Raises `InputError` with all problems in the order of their places.
    """
    check_size(cells, limits)
    columns = _columns(cells)
    odd = unprintable(cells)
    problems = list(islice(odd, limits.problems))
    unlisted = sum(1 for _ in odd)
    notes = [*cells.notes]
    head = _head(cells, columns, problems, notes)
    head |= {name: value for name, value in details.items() if value is not None}
    rows = _rows(cells, columns, dataset, problems, notes)
    if problems:
        ordered = sorted(problems, key=lambda problem: problem.sort_key)
        raise InputError.of(capped(ordered, limits, more=unlisted), what=cells.name)
    if not rows:
        notes.append("no row has a verdict")
    return Review(rows, notes=notes, **head)  # type: ignore[arg-type]  # looked at by the class


def _columns(cells: Cells) -> _Columns:
    for at, (number, row) in enumerate(cells.rows):
        names = [cell.strip().casefold() for cell in row]
        if "demand" not in names or len(set(names) & set(_READ)) < 2:
            continue
        lacking = [name for name in _NEEDED if name not in names]
        if lacking:
            hint = f"the header of a sheet is {', '.join(COLUMNS)}"
            raise cells.fail(InputError, f"the column {quote(lacking[0])} is missing", row=number, hint=hint)
        twice = next((name for name in _READ if names.count(name) > 1), None)
        if twice:
            raise cells.fail(InputError, f"two columns are called {quote(twice)}", row=number)
        return _Columns(at, {name: names.index(name) for name in _READ if name in names})
    hint = "a sheet of review_sheet has the columns demand, controls and verdict"
    raise cells.fail(InputError, "no header of a review sheet found", hint=hint)


def _head(cells: Cells, columns: _Columns, problems: list[Problem], notes: list[str]) -> dict[str, object]:
    """Return what the lines above the header say of the review; those that say nothing of it are noted."""
    head: dict[str, object] = {}
    for number, row in cells.rows[: columns.header]:
        word = row[0].strip().rstrip(":").casefold()
        name, value = _HEAD.get(word), " ".join(cell.strip() for cell in row[1:] if cell.strip())
        if name is None:
            notes.append(f"row {number} above the header is not read: {quote(' '.join(row), 40)}")
        elif name in head:
            problems.append(cells.problem(f"{name} stands twice above the header", "conflict", row=number))
        elif name == "date" and value and date_of(value) is None:
            hint = "write it as 2026-11-26"
            problems.append(
                cells.problem(f"{quote(value, 40)} is not a date with one reading", "bad-date", row=number, hint=hint)
            )
        else:
            head[name] = date_of(value) if name == "date" else value
    return head


class _Ids:
    """The ids in a sheet, each looked up once: the same few controls stand in thousands of rows."""

    def __init__(self, dataset: Dataset) -> None:
        self._look_up: Mapping[str, Callable[[str], Demand | Control]] = {
            "demand": dataset.demand,
            "controls": dataset.control,
        }
        self._known: dict[tuple[str, str], Ref | Nis2mapError] = {}

    def of(self, column: str, text: str) -> Ref | Nis2mapError:
        """Return the demand or control that a text of a column names, or why it names none."""
        key = (column, text)
        if key not in self._known:
            try:
                self._known[key] = self._look_up[column](text).ref
            except Nis2mapError as error:
                self._known[key] = error
        return self._known[key]


def _rows(
    cells: Cells, columns: _Columns, dataset: Dataset, problems: list[Problem], notes: list[str]
) -> list[ReviewVerdict]:
    rows: list[ReviewVerdict] = []
    ids = _Ids(dataset)
    first: dict[tuple[Ref, tuple[Ref, ...]], int] = {}
    for number, row in cells.rows[columns.header + 1 :]:
        comment = columns.text(row, "comment")
        if not columns.text(row, "verdict"):
            notes += [f"row {number} has a comment and no verdict: {quote(comment, 40)}"] if comment else []
            continue
        if len(problems) >= _ENOUGH:
            problems.append(cells.problem(f"after {_ENOUGH} problems no further row is looked at", "more", row=number))
            break
        refs, wrong = _refs(cells, columns, ids, number, row)
        word = columns.text(row, "verdict").casefold()
        wrong += [] if word in WORDS else [_no_verdict(cells, columns.text(row, "verdict"), number)]
        problems += wrong
        if wrong:
            continue
        verdict = ReviewVerdict(refs[0], refs[1:], WORDS[word], comment)
        earlier = first.setdefault((verdict.demand, verdict.controls), number)
        if earlier == number:
            rows.append(verdict)
        else:
            message = f"the pair has a verdict already, in row {earlier}"
            name = f"{verdict.demand} and {' + '.join(control.citation for control in verdict.controls)}"
            hint = "leave one of them empty"
            problems.append(cells.problem(message, "conflict", row=number, column="verdict", ref=name, hint=hint))
    return rows


def _refs(
    cells: Cells, columns: _Columns, ids: _Ids, number: int, row: Sequence[str]
) -> tuple[list[Ref], list[Problem]]:
    """Return the demand and the controls that a row names, and what is wrong with them."""
    refs: list[Ref] = []
    wrong: list[Problem] = []
    parts = [stripped(part) for part in columns.text(row, "controls").split("+", _MOST)]
    if len(parts) > _MOST:
        wrong.append(cells.problem(f"more than {_MOST} controls", "conflict", row=number, column="controls"))
        parts = []
    for name, text in (("demand", stripped(columns.text(row, "demand"))), *(("controls", part) for part in parts)):
        found = ids.of(name, text)
        if isinstance(found, Ref):
            refs.append(found)
        else:
            message = found.message if text else f"the row names no {name.removesuffix('s')}"
            hint = found.hint if text and found.hint else _ID
            wrong.append(cells.problem(message, "foreign-pair", row=number, column=name, hint=hint))
    if len(set(refs)) < len(refs):
        wrong.append(cells.problem("a control stands twice in the row", "conflict", row=number, column="controls"))
    return refs, wrong


def _no_verdict(cells: Cells, text: str, number: int) -> Problem:
    near = difflib.get_close_matches(text.casefold(), WORDS, 1)
    hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join(WORDS)}"
    return cells.problem(f"{quote(text, 40)} is not a verdict", "unknown-word", row=number, column="verdict", hint=hint)
