"""The columns of a Statement of Applicability: where its header is, and what each column says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import attrs

from ..._shared import FrozenMap
from ...errors import InputError, Problem, quote
from .._cells import Cells, stripped
from ._ids import IdColumn
from ._words import HEADERS, folded, percentage

__all__ = ["Columns", "columns_of"]

_HEADER_ROWS = 25
_NAMED = 12
_ONCE = ("applicable", "status", "degree")  # what decides the finding: two columns of one kind may contradict


@attrs.frozen
class Columns:
    """What each column of a table says by its header, and at which row the controls start.

    `fractions`: whether no percentage of the table shows if it counts to 1 or to 100.
    """

    cells: Cells
    ids: IdColumn
    headers: tuple[str, ...]
    by_role: Mapping[str, tuple[int, ...]]
    start: int
    fractions: bool
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]

    def name(self, column: int) -> str:
        """Return the header of a column, its number (from 1) if it has none."""
        return _name(self.headers, column)

    def name_of(self, role: str) -> str:
        """Return the header of the first column with a role, empty if no column has it."""
        return next((self.name(column) for column in self.by_role.get(role, ())), "")

    def texts(self, row: Sequence[str], role: str) -> list[str]:
        """Return what a row says in all columns of a role."""
        return _texts(row, self.by_role.get(role, ()))

    def text(self, row: Sequence[str], role: str) -> str:
        """Return what a row says in the first column of a role, empty if there is none."""
        return next(iter(self.texts(row, role)), "")


def columns_of(cells: Cells, ids: IdColumn) -> Columns:
    """Return the columns under the header that stands nearest above the controls.

    Raises `InputError` if there is no header, if none of its columns can say whether a control is in place, and if two
    say it.
    """
    place = _header(cells, ids)
    number, headers = cells.rows[place]
    by_role = _by_role(cells, number, headers, ids.place)
    below = [row for _, row in cells.rows[place + 1 :]]
    return Columns(
        cells,
        ids,
        headers,
        by_role,
        place + 1,
        fractions=_may_be_fractions(_texts(row, by_role.get("degree", ())) for row in below),
        problems=_above(cells, ids, place),
        notes=_unread(headers, {ids.place, *(column for columns in by_role.values() for column in columns)}, below),
    )


def _name(headers: Sequence[str], column: int) -> str:
    return headers[column] if column < len(headers) and headers[column] else str(column + 1)


def _texts(row: Sequence[str], columns: Iterable[int]) -> list[str]:
    return [row[column].strip() for column in columns if column < len(row)]


def _header(cells: Cells, ids: IdColumn) -> int:
    """Return the place of the header nearest above the controls."""
    shaped = set(ids.rows)
    heads = [
        at for at, (_, row) in enumerate(cells.rows[:_HEADER_ROWS]) if at not in shaped and _is_header(row, ids.place)
    ]
    if not heads:
        hint = "name the columns, for example: Control ID, Applicable, Justification, Status"
        raise cells.fail(InputError, "no header found above the first control", hint=hint)
    if heads[0] > ids.rows[-1]:
        raise cells.fail(InputError, "no controls found", hint="they stand below the header")
    # Above the header there may be titles with version numbers, which look like ids.
    first = next(place for place in ids.rows if place > heads[0])
    return max(place for place in heads if place < first)


def _is_header(row: Sequence[str], id_place: int) -> bool:
    roles = [_role(cell) for cell in row]
    known = sum(role is not None for role in roles)
    return known >= 2 or (len(row) < 3 and id_place < len(row) and bool(roles[id_place]))


def _role(cell: str) -> str | None:
    text = folded(cell) if len(cell) <= 60 else ""
    if not text:
        return None
    return HEADERS.get(text) or HEADERS.get(re.sub(r"\s*[(\[].*[)\]]$", "", text))


def _by_role(cells: Cells, number: int, headers: Sequence[str], id_place: int) -> FrozenMap[str, tuple[int, ...]]:
    """Give each column its role; what a row says in several columns of one role is kept together."""
    by_role: dict[str, tuple[int, ...]] = {}
    for column, header in enumerate(headers):
        role = _role(header)
        if role is None or role == "id" or column == id_place:
            continue
        if role in by_role and role in _ONCE:
            both = f"{quote(headers[by_role[role][0]])} and {quote(header)}"
            raise cells.fail(InputError, f"two columns give the {role}: {both}", row=number)
        by_role[role] = (*by_role.get(role, ()), column)
    if not by_role.keys() & set(_ONCE):
        shown = ", ".join(quote(header, 30) for header in headers[:_NAMED] if header)
        raise cells.fail(
            InputError,
            f"no column tells whether a control applies or is in place; headers: {shown}",
            row=number,
            hint="usual headers are 'Applicable', 'Status', 'Anwendbar', 'Umsetzungsstatus'",
        )
    return FrozenMap(by_role)


def _above(cells: Cells, ids: IdColumn, header: int) -> tuple[Problem, ...]:
    """Return a problem for each id above the header, under which nothing says what its columns mean."""
    rows = [cells.rows[place] for place in ids.rows if place < header]
    return tuple(
        cells.problem(f"{quote(stripped(row[ids.place]), 40)} stands above the header", "above-header", row=number)
        for number, row in rows
    )


def _unread(headers: Sequence[str], known: set[int], below: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return a note of the columns that hold something and are not read, if there are any."""
    filled = {column for row in below for column, cell in enumerate(row) if cell}
    names = [quote(_name(headers, column), 30) for column in sorted(filled - known)]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return (f"columns that are not read: {', '.join(names[:_NAMED])}{more}",) if names else ()


def _may_be_fractions(columns: Iterable[Sequence[str]]) -> bool:
    """Tell whether 0.5 may mean a half: no value is above 1, and none has a percent sign."""
    texts = [next(iter(texts), "") for texts in columns]
    shares = [share for share in map(percentage, texts) if share is not None]
    return not any("%" in text for text in texts) and max(shares, default=2) <= 1
