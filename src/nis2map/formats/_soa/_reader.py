"""From the tables of a file to an assessment, step by step: sections, rows, one finding a control, what is to be told.

Id columns are chosen by content, the others by their headers. Nothing is guessed: unknown words are problems with their
place, and what had to be interpreted is a note, one a kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypedDict

import attrs

from ..._shared import Limits, capped, choice, counted, limits_of
from ...assessment import Assessment
from ...errors import InputError, Problem, quote
from ...ids import Ref
from .._cells import SHAPE, CellKind, Cells, check_sizes, stripped, unprintable
from ._columns import check_headers, given_of
from ._ids import other_titles
from ._joined import NO_STATUS, JoinedFindings, Told, joined
from ._rows import RowReading, read_rows
from ._scale import Span, scale_of
from ._sections import Section, Sections, sections_of

if TYPE_CHECKING:
    from ...diff import Correspondence

__all__ = ["SoaOptions", "SoaRequest", "to_assessment"]

_SUGGESTIONS = 20  # a file of the wrong kind would otherwise repeat the same hint on each of its rows
_SHOWN = 5


class SoaOptions(TypedDict, total=False):
    """The keyword arguments of `nis2map.read_soa` that every format takes."""

    edition: str | None
    lang: str | None
    columns: Mapping[str, str | None] | None
    words: Mapping[str, str] | None
    scale: Span | None
    correspondence: Correspondence | None
    limits: Limits | None
    on_problem: str


@attrs.frozen(kw_only=True)
class SoaRequest:
    """What a caller may say of a file; see `nis2map.read_soa`."""

    edition: str | None = None
    lang: str | None = None
    columns: Mapping[str, str | None] | None = None
    words: Mapping[str, str] | None = None
    scale: Span | None = None
    correspondence: Correspondence | None = None
    limits: Limits = attrs.field(default=None, converter=limits_of)
    on_problem: str = "raise"


def to_assessment(tables: Sequence[Cells], options: SoaRequest) -> Assessment:
    """Return the assessment that the tables of a file hold; problems are in the order of their places.

    Raises `InputError` with all problems (or keeps them, with `on_problem="collect"`), and always: `AmbiguousIds`,
    `UnsupportedEdition`, `LimitExceeded`, and `InputError` for a file in which no controls are found.
    """
    choice(options.on_problem, ("raise", "collect"), "on_problem")
    if options.edition is not None:
        choice(options.edition, ("2022", "2013"), "edition")
    given, scale = given_of(options.columns, options.words, options.lang), scale_of(options.scale)
    name = tables[0].name if tables else "the file"
    odd, unlisted = _unprintable(tables, options.limits)
    check_headers(given, tables)
    read = sections_of(tables, given, edition=options.edition, old_readable=options.correspondence is not None)
    readings = [(section, [*read_rows(section, given, scale)]) for section in read.sections]
    titles = [note for section, rows in readings for note in _titles(section, rows)]
    everything = [reading for _, rows in readings for reading in rows]
    found = joined(reading.statement for reading in everything if reading.statement is not None)
    told = [*odd, *read.problems, *(p for reading in everything for p in reading.problems), *found.problems]
    problems = capped(_ordered(told), options.limits, more=unlisted)
    if problems and options.on_problem == "raise":
        raise InputError.of(problems, what=name)
    if not found.findings and not problems:
        raise InputError(f"{name}: no controls found", hint="they stand below the header")
    assessment = Assessment(
        found.findings,
        problems=problems,
        notes=tuple(dict.fromkeys((*_notes(tables, read, readings, found), *titles, *_few(found.repeats)))),
    )
    if options.correspondence is None or not any(section.old for section in read.sections):
        return assessment
    from ...diff import converted

    return converted(assessment, options.correspondence)


def _notes(
    tables: Sequence[Cells],
    read: Sections,
    readings: Sequence[tuple[Section, list[RowReading]]],
    found: JoinedFindings,
) -> Iterator[str]:
    """Yield what is to be told of a file that was read, one note a kind."""
    for cells in tables:
        yield from cells.notes
    yield from _unread(readings)
    yield from _empty_values(readings)
    yield from read.notes
    yield from _asides(reading for _, rows in readings for reading in rows)
    yield from _told_once(found.told, missing=_missing_status(read))


def _few(repeats: Sequence[str]) -> tuple[str, ...]:
    """Return one note on the rows that repeat a control."""
    if len(repeats) < 2:
        return tuple(repeats)
    more = f" and {len(repeats) - _SHOWN} more" if len(repeats) > _SHOWN else ""
    return (f"{counted(len(repeats), 'repetition')}: {'; '.join(repeats[:_SHOWN])}{more}",)


def _unprintable(tables: Sequence[Cells], limits: Limits) -> tuple[list[Problem], int]:
    """Return a problem for each cell with a character that no cell should hold, and how many are not listed."""
    check_sizes(tables, limits)
    odd = (problem for cells in tables for problem in unprintable(cells))
    listed = list(islice(odd, limits.problems))  # every cell of a binary file has one; the others are counted
    unlisted = sum(1 for _ in odd)
    if listed and not any(
        SHAPE.fullmatch(stripped(cell)) for cells in tables for _, row in cells.rows for cell in row if cell
    ):
        raise InputError.of(capped(listed, limits, more=unlisted), what=tables[0].name)
    return listed, unlisted


def _titles(section: Section, rows: Iterable[RowReading]) -> tuple[str, ...]:
    said = [row.statement for row in rows if row.statement is not None]
    if section.old:
        return ()
    return other_titles(((one.number, one.ref, one.title, one.bare) for one in said), section.cells)


def _ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems by place; only the first few unknown ids keep the list of their nearest ones."""
    ordered = sorted(problems, key=lambda problem: problem.sort_key)
    return [
        attrs.evolve(problem, hint="") if place >= _SUGGESTIONS and problem.code == "unknown-id" else problem
        for place, problem in enumerate(ordered)
    ]


def _unread(readings: Iterable[tuple[Section, list[RowReading]]]) -> list[str]:
    """Return a note of the columns that hold something and are not read, for each table that has some."""
    notes: list[str] = []
    for section, _ in readings:
        rows = [section.cells.rows[at][1] for at in section.rows if at in section.columns.ids.cells]
        names = section.columns.unread(rows)
        more = f" and {len(names) - 12} more" if len(names) > 12 else ""
        if names:
            notes.append(f"columns that are not read: {', '.join(names[:12])}{more}")
    return notes


def _empty_values(readings: Iterable[tuple[Section, list[RowReading]]]) -> Iterator[str]:
    """Yield a note for each table in which errors and the like stand; those that decide something are problems."""
    for section, rows in readings:
        cells = section.cells
        told = {problem.row for reading in rows for problem in reading.problems if problem.code == "no-value"}
        texts = {cells.rows[at][0]: cells.rows[at][1] for at in section.rows}
        places = [
            place
            for place, kind in cells.kinds.items()
            if kind is CellKind.NO_VALUE and place[0] in texts and place[0] not in told
        ]
        if places:
            row, column = min(places)
            what = counted(len(places), "cell has no value:", "cells have no value, the first of them")
            name = quote(section.columns.name(column), 40)
            yield f"{what} {quote(texts[row][column], 40)} in row {row}, column {name}"


def _missing_status(read: Sections) -> bool:
    roles = {role for section in read.sections for role in section.columns.by_role}
    return roles.isdisjoint(("status", "degree", "maturity"))


def _asides(readings: Iterable[RowReading]) -> list[str]:
    """Return one note for each kind of row that is left out, with the first of them."""
    by_kind: dict[str, list[str]] = {}
    for reading in readings:
        if reading.aside is not None:
            kind, where = reading.aside
            by_kind.setdefault(kind, []).append(where)
    return [_kind_of_row(kind, places) for kind, places in by_kind.items()]


def _kind_of_row(kind: str, places: Sequence[str]) -> str:
    if len(places) == 1:
        row, _, shown = places[0].partition(" ")
        number, _, rest = shown.partition(" ")
        return f"{row} {number} {kind}{f': {rest}' if rest else ''}"
    more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    return f"{counted(len(places), 'row')}: each {kind}: {', '.join(places[:_SHOWN])}{more}"


def _told_once(told: Iterable[Told], *, missing: bool) -> list[str]:
    """Return one note for each way in which words were read, with the controls that it concerns."""
    words: dict[str, str] = {}
    refs: dict[str, list[Ref]] = {}
    for text, ref in told:
        key = text.casefold()  # 'Open' and 'open' are one word
        words.setdefault(key, text)
        refs.setdefault(key, []).append(ref)
    notes: list[str] = []
    for key, concerned in refs.items():
        if missing and words[key] == NO_STATUS:
            notes.append(
                f"no column gives a status: what applies is read as unassessed ({counted(len(concerned), 'row')})"
            )
            continue
        more = f" and {len(concerned) - _SHOWN} more" if len(concerned) > _SHOWN else ""
        shown = ", ".join(ref.citation for ref in concerned[:_SHOWN])
        notes.append(f"{words[key]} ({counted(len(concerned), 'row')}: {shown}{more})")
    return notes
