"""A Statement of Applicability as a workbook: the statement, its gaps, a sheet a measure, and what it is about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from ..._shared import counted, percent
from ...errors import InputError
from ...ids import Ref
from ...model import Requirement
from ...scoring import Coverage, Gap, gaps, workings
from ._statement import APPLICABLE, OTHERS, STATUSES, TITLE, WRITTEN_BY, SoaTables, unit_id
from ._texts import encoded, exact_degree

__all__ = ["write_workbook"]

_CREATED = dt.datetime(2026, 1, 1)  # noqa: DTZ001  (the format has no zone; equal statements give equal bytes)
_CELL = 32_767  # characters; a spreadsheet holds no more, and the writer would drop the text without a word
_SHEET = 31
_WIDTHS = {
    "Control ID": 14,
    "Unit ID": 24,
    "Unit": 26,
    "Control title": 40,
    "Title": 40,
    "Theme": 16,
    "Applicable": 11,
    "Justification for inclusion or exclusion": 40,
    "Implementation status": 22,
    "Degree": 10,
    "Evidence": 40,
    "Last review": 12,
    "Valid until": 12,
    "Legal requirement": 44,
    "Demand": 44,
    "Not surely met": 44,
    "What to do": 60,
    "Served by": 40,
    "To show": 44,
}
_USUAL_WIDTH = 18
_FIRST, _LAST = dt.date(1900, 3, 1), dt.date(9999, 12, 31)  # before, spreadsheets count a day that there was not
_GAPS = ("Unit", "Title", "Low", "High", "Class", "Not surely met", "What to do", "Served by", "To show")
_MEASURE = ("Unit", "Demand", "State", "Served by", "Measure on the duty itself", "To show")


@attrs.frozen
class _Formats:
    """How cells look."""

    text: Any
    head: Any
    title: Any
    date: Any
    share: Any

    @classmethod
    def of(cls, book: Any) -> _Formats:
        top = {"valign": "top"}
        return cls(
            text=book.add_format({**top, "text_wrap": True, "num_format": "@"}),
            head=book.add_format({**top, "text_wrap": True, "bold": True, "bg_color": "#DCE6F1", "bottom": 1}),
            title=book.add_format({"bold": True, "font_size": 14}),
            date=book.add_format({**top, "num_format": "yyyy-mm-dd"}),
            share=book.add_format({**top, "num_format": "0.##%"}),
        )


def write_workbook(book: Any, statement: SoaTables) -> None:
    """Write a statement into an empty workbook of the library that writes them, and close it.

    Raises `InputError` for a text that is longer than a cell may be.
    """
    name = statement.coverage.assessment.subject
    title = f"{TITLE}{f' of {name[:200]}' if name.isprintable() and name else ''}"
    book.set_properties({"created": _CREATED, "title": title, "comments": WRITTEN_BY})
    formats = _Formats.of(book)
    names = _Names()
    main = book.add_worksheet(names.of(TITLE))
    _table(main, formats, statement.columns, statement.rows, top=0)
    _choices(main, statement.columns, max(1, len(statement.rows)))
    if statement.others:
        page = book.add_worksheet(names.of(OTHERS))
        _table(page, formats, statement.other_columns, statement.others, top=0)
        _choices(page, statement.other_columns, len(statement.others))
    cov = statement.coverage
    lacking = gaps(cov.assessment, **statement.options)
    rows = [row for gap in lacking for row in _gap_rows(gap)]
    _table(book.add_worksheet(names.of("Gaps")), formats, _GAPS, rows, top=0)
    for group in cov.measure_groups:
        page = book.add_worksheet(names.of(group.citation))
        page.write_string(0, 0, _bounded(encoded(f"{group.citation} {group.title}")), formats.title)
        score = group.score
        said = f"low {percent(score.low)}, high {percent(score.high)}, ceiling {percent(score.ceiling.high)}"
        page.write_string(1, 0, f"{counted(score.demands, 'demand')}: {said}")
        _table(page, formats, _MEASURE, list(_measure_rows(cov, group.ref)), top=3)
    about = book.add_worksheet(names.of("About"))
    for row, (word, text) in enumerate((*statement.about, ("Written by", WRITTEN_BY))):
        about.write_string(row, 0, word, formats.head)
        about.write_string(row, 1, _bounded(text), formats.text)
    about.set_column(0, 0, 20)
    about.set_column(1, 1, 80)
    book.close()


class _Names:
    """Names of sheets: at most 31 characters, without what they may not hold, and no two alike."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def of(self, text: str) -> str:
        plain = re.sub(r"[\[\]:*?/\\]", " ", encoded(text)).strip(" '") or "Sheet"
        name, number = plain[:_SHEET].rstrip(" '"), 2
        while name.casefold() in self.taken:
            name, number = f"{plain[: _SHEET - 4].rstrip()} ({number})", number + 1
        self.taken.add(name.casefold())
        return name


def _table(page: Any, formats: _Formats, columns: Sequence[str], rows: Sequence[Sequence[str]], *, top: int) -> None:
    """Write a table with a header that stays in sight and filters; ids and texts are texts whatever they look like."""
    for place, name in enumerate(columns):
        page.write_string(top, place, name, formats.head)
        page.set_column(place, place, _WIDTHS.get(name, _USUAL_WIDTH))
    for number, row in enumerate(rows, start=top + 1):
        for place, (name, cell) in enumerate(zip(columns, row, strict=True)):
            _write(page, formats, number, place, name, cell)
    page.freeze_panes(top + 1, 1)
    page.autofilter(top, 0, top + max(1, len(rows)), len(columns) - 1)
    page.ignore_errors({"number_stored_as_text": f"A1:Z{top + len(rows) + 1}"})


def _write(page: Any, formats: _Formats, row: int, place: int, name: str, cell: str) -> None:
    if not cell:
        page.write_blank(row, place, None, formats.text)
        return
    if name in ("Last review", "Valid until"):
        day = dt.date.fromisoformat(cell)
        if _FIRST <= day <= _LAST:
            page.write_datetime(row, place, dt.datetime(day.year, day.month, day.day), formats.date)  # noqa: DTZ001
            return
    share = exact_degree(cell) if name in ("Degree", "Low", "High") else None
    # The writer keeps 16 digits; what has more is a text, or it would come back as another number.
    if share is not None and len(cell) <= 8:
        page.write_number(row, place, share, formats.share)
    else:
        page.write_string(row, place, _bounded(cell), formats.text)


def _bounded(cell: str) -> str:
    if len(cell) > _CELL:
        length = counted(len(cell), "character")
        message = f"a text of {length} does not fit into a cell of a spreadsheet, which takes {_CELL}"
        raise InputError(message, hint="write JSON; CSV and Markdown are read with a larger Limits(cell=...) alone")
    return cell


def _choices(page: Any, columns: Sequence[str], rows: int) -> None:
    """Offer the words to choose from in the columns that are read back as words."""
    for name, words in (("Applicable", APPLICABLE), ("Implementation status", tuple(STATUSES.values()))):
        place = columns.index(name)
        message = f"One of: {', '.join(words)}; or leave it empty."
        options = {
            "validate": "list",
            "source": list(words),
            "error_title": f"not one of the words for {name.lower()}"[:32],
        }
        page.data_validation(1, place, rows, place, {**options, "error_message": message})


def _gap_rows(gap: Gap) -> Iterator[tuple[str, ...]]:
    """Yield a row for each class of what a unit lacks."""
    # One sentence a class, in their order, then what holds for all of them.
    advice = dict(zip(gap.classes, gap.advice, strict=False))
    rest = gap.advice[len(gap.classes) :]
    for kind, demands in gap.classes.items():
        yield (
            encoded(gap.requirement.citation),
            encoded(gap.title),
            _share(gap.score.low),
            _share(gap.score.high),
            str(kind),
            encoded("\n".join(demand.label for demand in demands)),
            encoded("\n".join((advice[kind].partition(": ")[2], *rest))),
            encoded(", ".join(map(unit_id, gap.controls))),
            encoded("\n".join(gap.evidence)),
        )


def _share(value: float | None) -> str:
    return "" if value is None else percent(value).replace(" ", "")


def _measure_rows(cov: Coverage, group: Ref) -> Iterator[tuple[str, ...]]:
    """Yield a row for each demand of a measure: what it asks, how it stands, which controls serve it and how far."""
    work = workings(cov)
    question = work.question
    for unit, span in zip(question.units, question.spans, strict=True):
        if group not in cov.dataset.groups(unit.ref):
            continue
        for place in range(*span):
            demand = question.demands[place]
            kind = work.gap_class(place)
            served = dict.fromkeys(
                f"{' + '.join(map(unit_id, term.link.controls))} ({term.grade}, {_in_place(cov, term.link.controls)})"
                for term in question.terms[place]
            )
            yield (
                encoded(unit.citation),
                encoded(demand.label),
                str(kind) if kind else "met" if work.values.low[place] == 1 else "excluded",
                encoded("\n".join(served)),
                encoded("\n".join(_measures(cov, unit, demand.ref))),
                encoded("\n".join(demand.evidence)),
            )


def _in_place(cov: Coverage, controls: Sequence[Ref]) -> str:
    current = cov.assessment.current
    words: list[str] = []
    for control in controls:
        chain = (control, *cov.dataset.ancestors(control))
        nearest = next((ref for ref in chain if ref in current), None)
        below = [ref for ref in cov.dataset.below(control) if ref in current]
        said = "in parts" if below and nearest is None else "not assessed"
        words.append(said if nearest is None else STATUSES[current[nearest].status].lower())
    return ", ".join(dict.fromkeys(words))


def _measures(cov: Coverage, unit: Requirement, demand: Ref) -> Iterator[str]:
    places = {demand, unit.ref, *cov.dataset.ancestors(unit.ref)}
    yield from (measure.title for measure in cov.dataset.measures if not places.isdisjoint(measure.closes))
