"""From the cells of a filled review sheet to a `Review`: nothing is guessed, and all problems are told at once."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

import attrs

from .._shared import Limits, capped, expect
from ..dataset import Dataset
from ..errors import InputError, Nis2mapError, Problem, quote
from ..ids import Ref
from ..review import COLUMNS, WORDS, Review, ReviewVerdict
from ._soa import Cells, check_size, date_of, stripped, unprintable

__all__ = ["to_review"]

_NEEDED = ("demand", "controls", "verdict")
_READ = (*_NEEDED, "comment")
_HEAD = {"judge": "judge", "date": "date", "licence": "licence", "license": "licence"}
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
    for name in ("judge", "licence"):
        expect(head.get(name, ""), str, name)
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


def _rows(
    cells: Cells, columns: _Columns, dataset: Dataset, problems: list[Problem], notes: list[str]
) -> list[ReviewVerdict]:
    rows: list[ReviewVerdict] = []
    first: dict[tuple[Ref, tuple[Ref, ...]], int] = {}
    for number, row in cells.rows[columns.header + 1 :]:
        if not columns.text(row, "verdict"):
            comment = columns.text(row, "comment")
            notes += [f"row {number} has a comment and no verdict: {quote(comment, 40)}"] if comment else []
            continue
        found = list(_problems(cells, columns, dataset, number, row))
        if found:
            problems += found
            continue
        verdict = _verdict(columns, dataset, row)
        earlier = first.setdefault((verdict.demand, verdict.controls), number)
        if earlier == number:
            rows.append(verdict)
        else:
            message = f"the pair has a verdict already, in row {earlier}"
            name = f"{verdict.demand} and {' + '.join(control.citation for control in verdict.controls)}"
            hint = "leave one of them empty"
            problems.append(cells.problem(message, "conflict", row=number, column="verdict", ref=name, hint=hint))
    return rows


def _verdict(columns: _Columns, dataset: Dataset, row: Sequence[str]) -> ReviewVerdict:
    controls = [dataset.control(part).ref for part in _parts(columns.text(row, "controls"))]
    demand = dataset.demand(stripped(columns.text(row, "demand"))).ref
    return ReviewVerdict(demand, controls, WORDS[_word(columns, row)], columns.text(row, "comment"))


def _word(columns: _Columns, row: Sequence[str]) -> str:
    return columns.text(row, "verdict").casefold()


def _parts(text: str) -> list[str]:
    return [stripped(part) for part in text.split("+")]


def _problems(cells: Cells, columns: _Columns, dataset: Dataset, number: int, row: Sequence[str]) -> Iterator[Problem]:
    """Yield what is wrong with a row that has a verdict."""
    parts = _parts(columns.text(row, "controls"))
    looked_up: Iterable[tuple[str, str, Callable[[str], object]]] = (
        ("demand", stripped(columns.text(row, "demand")), dataset.demand),
        *(("controls", part, dataset.control) for part in parts),
    )
    known: list[object] = []
    for name, text, look_up in looked_up:
        try:
            known.append(look_up(text))
        except Nis2mapError as error:
            message = error.message if text else f"the row names no {name.removesuffix('s')}"
            hint = error.hint if text and error.hint else _ID
            yield cells.problem(message, "foreign-pair", row=number, column=name, hint=hint)
    if len(known) == 1 + len(parts) and len(set(map(id, known))) < len(known):
        yield cells.problem("a control stands twice in the row", "conflict", row=number, column="controls")
    word = _word(columns, row)
    if word not in WORDS:
        near = difflib.get_close_matches(word, WORDS, 1)
        hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join(WORDS)}"
        shown = quote(columns.text(row, "verdict"), 40)
        yield cells.problem(f"{shown} is not a verdict", "unknown-word", row=number, column="verdict", hint=hint)
