"""The id column of a Statement of Applicability: which it is, which edition it speaks of, which control a cell names.

The column is chosen by content. Ids are never guessed: numbers that lost a zero are refused, and so are those of the
2013 edition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import attrs

from ...dataset import load
from ...errors import AmbiguousIds, InputError, InvalidRef, Nis2mapError, Problem, UnsupportedEdition, quote
from ...ids import Ref, parse_ref
from .._cells import BARE, SHAPE, Cells, stripped

__all__ = ["IdColumn", "NamedRow", "check_edition", "control_of", "id_column", "lost_zeros"]

_NUMBER = re.compile(r"(\d{1,2})\.(\d{1,3})(?:\.(\d{1,2}))?\.?$")
_SHARE = 20  # an id in fewer than one row of twenty is prose
_ANNEX = re.compile(r"(?<![a-z])(?:a|annex)[\s.-]*\d", re.IGNORECASE)
_THEMES = 8  # the highest number of a theme in the 2022 edition; 2013 goes up to A.18


@attrs.frozen
class IdColumn:
    """The column with the ids of controls: its place, the places of the rows with an id, and whether all are bare."""

    place: int
    rows: tuple[int, ...]
    bare: bool


@attrs.frozen
class NamedRow:
    """A row's control as its id says it and as its title says it; `bare` if the id is a number without its letter."""

    number: int
    ref: Ref
    title: str
    bare: bool


def control_of(text: str, *, bare_is_annex: bool) -> Ref:
    """Return the control or clause that a cell of the id column names."""
    if BARE.fullmatch(text):
        if not bare_is_annex:
            raise InvalidRef(
                f"the bare number {quote(text)} stands among ids that say A.", hint=f"write A.{text} or clause {text}"
            )
        return parse_ref(f"A.{text}")
    ref = parse_ref(text)
    if ref.framework != "iso27001" or ref.demand:
        raise InvalidRef(f"{quote(text)} is not a control of ISO/IEC 27001:2022")
    return ref


def id_column(cells: Cells) -> IdColumn:
    """Return the column with the most different cells that have the form of control ids."""
    seen: dict[int, list[str]] = {}
    rows: dict[int, list[int]] = {}
    for place, (_, row) in enumerate(cells.rows):
        for column, cell in enumerate(row):
            text = stripped(cell)
            if text and len(text) <= 60 and SHAPE.fullmatch(text):
                seen.setdefault(column, []).append(text)
                rows.setdefault(column, []).append(place)
    # The most *different* ones: a column of versions repeats 1.0, and a column of dates has few.
    best = max(seen, key=lambda column: (len(set(seen[column])), len(seen[column]), -column), default=0)
    if len(seen.get(best, ())) * _SHARE < max(1, len(cells.rows)):
        shown = next((row for _, row in cells.rows if any(row)), ())
        words = ", ".join(quote(cell, 30) for cell in shown[:12] if cell)
        raise cells.fail(
            InputError,
            f"no column of control ids found; the first line holds {words or 'nothing'}",
            hint="ids look like A.5.1; usual headers are 'Control ID', 'Kontroll-ID', 'Annex'",
        )
    return IdColumn(best, tuple(rows[best]), bare=all(BARE.fullmatch(text) for text in seen[best]))


def check_edition(cells: Cells, ids: IdColumn, edition: str | None) -> None:
    """Refuse the 2013 edition, and tables that mix both."""
    texts = [stripped(row[ids.place]) for _, row in cells.rows if len(row) > ids.place]
    numbers = [_NUMBER.search(text) for text in texts if text and SHAPE.fullmatch(text)]
    # Clauses have three levels in every edition, so only what is of the Annex tells the editions apart.
    annex = [m for m in numbers if m and (ids.bare or _ANNEX.search(m.string))]
    old = [m for m in annex if m[3] is not None or int(m[1]) > _THEMES]
    new = [m for m in annex if m[3] is None and _is_new(int(m[1]), int(m[2]))]
    if edition == "2013" or len(old) * 3 > len(annex):
        raise cells.fail(
            UnsupportedEdition,
            "the ids are those of ISO/IEC 27001:2013, which is not scored",
            hint="map the controls to the 2022 edition first",
        )
    if old and new and edition is None and len(old) > 1:
        raise cells.fail(
            InputError, f"editions are mixed: {quote(old[0].string)} is of 2013, {quote(new[0].string)} of 2022"
        )


def _is_new(theme: int, number: int) -> bool:
    """Whether a two-level number exists only in the 2022 edition (2013 has at most 18 groups of two or three parts)."""
    return (theme, number) in {(t, n) for t, last in ((5, 37), (6, 8), (7, 14), (8, 34)) for n in range(4, last + 1)}


def lost_zeros(cells: Cells, rows: Iterable[NamedRow]) -> None:
    """Refuse ids that lost a zero: n.1 twice without n.10, or a title that is another control's.

    A spreadsheet that takes 5.10 for a number stores 5.1, which is another control; nothing in the file says so.
    """
    by_ref: dict[Ref, list[NamedRow]] = {}
    for row in rows:
        by_ref.setdefault(row.ref, []).append(row)
    locals_ = {ref.local for ref in by_ref}
    lost: list[Problem] = []
    for ref, same in by_ref.items():
        longer = f"{ref.local}0"
        if sum(row.bare for row in same) > 1 and longer not in locals_ and _exists(longer):
            message = f"{ref.local} stands {len(same)} times and {longer} nowhere: one of them lost its last zero"
            lost += [_lost(cells, row, message) for row in same]
    titled = [row for same in by_ref.values() for row in same if row.bare and row.title]
    titles = {unit.title.casefold(): unit.ref for unit in load().controls()} if titled else {}
    for row in titled:
        named = titles.get(row.title.casefold())
        if named is not None and named != row.ref:
            lost.append(_lost(cells, row, f"the id says {row.ref.local}, the title is that of {named.local}"))
    if lost:
        error = AmbiguousIds.of(lost, what="ids that lost their form")
        raise AmbiguousIds(error.message, hint="store the id column as text and write A.5.10", problems=lost)


def _exists(local: str) -> bool:
    try:
        parse_ref(f"iso27001:{local}")
    except Nis2mapError:
        return False
    return True


def _lost(cells: Cells, row: NamedRow, message: str) -> Problem:
    return cells.problem(message, "lost-zero", row=row.number, ref=str(row.ref))
