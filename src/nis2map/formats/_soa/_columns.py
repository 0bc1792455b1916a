"""Where the header of a table is, what each column says by it, and in which languages its words may be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

import attrs

from ..._shared import FrozenMap
from ...assessment import Status
from ...errors import InputError, quote
from .._cells import CellKind, Cells
from ._ids import IdColumn
from ._words import date_of, folded, languages, percentage, readings

__all__ = ["DECIDING", "ROLES", "Columns", "Hints", "is_header", "reads_columns"]

HEADER_ROWS = 25
_NAMED = 12
_UPPER_ROWS = 3  # a header of several rows: groups above, names below
# What decides the finding: two columns of one kind may contradict each other.
DECIDING = ("applicable", "status", "degree", "maturity", "included", "excluded")
ROLES = (
    "id", "title", "theme", *DECIDING, "justification", "evidence", "reference", "owner", "date", "valid_until",
)  # fmt: skip
_LONGEST_HEADER = 80
_IDS = frozenset(("id", "clause"))
_STATUSES = frozenset(str(status) for status in Status)
NOTHING = frozenset(("", "-", "–", "—", "−", "‐"))
TICKS = frozenset("x✓✔✅☑1✕")


@attrs.frozen
class Hints:
    """What the caller said of a file: roles of headers, meanings of words, language and scale."""

    columns: Mapping[str, str | None] = FrozenMap()
    words: Mapping[str, str] = FrozenMap()
    lang: str | None = None

    def role(self, header: str) -> str | None:
        """Return the role that the caller gave a header, "" to leave it out, None if nothing was said."""
        said = self.columns.get(folded(header), "?")
        return None if said == "?" else (said or "")


@attrs.frozen
class Columns:
    """The columns of one table: headers, places by role, the languages that its words may be of, where rows start."""

    cells: Cells
    ids: IdColumn
    headers: tuple[str, ...]
    by_role: Mapping[str, tuple[int, ...]]
    start: int
    languages: frozenset[str]
    top: int = 0  # the place of the first row of the header
    ticked: Mapping[int, str] = FrozenMap()  # columns of ticks whose header is a status

    def name(self, column: int) -> str:
        """Return the header of a column, its number (from 1) if it has none."""
        return _name(self.headers, column)

    def name_of(self, role: str) -> str:
        """Return the header of the first column with a role, empty if no column has it."""
        return next((self.name(column) for column in self.by_role.get(role, ())), "")

    @property
    def about(self) -> str:
        """The header that says what the rows are about if that is not controls: the first, as "Risk ID" or "Action"."""
        others = self.by_role.get("register", ())
        first = others and others[0] < min((self.ids.place, *self.by_role.get("title", ())))
        return self.name(others[0]) if first and "applicable" not in self.by_role else ""

    @property
    def decides(self) -> bool:
        """Whether any column can say if a control applies or is in place."""
        return bool(self.ticked) or not self.by_role.keys().isdisjoint(DECIDING)

    def unread(self, rows: Iterable[Sequence[str]]) -> list[str]:
        """Return the names of the columns that hold something in these rows and are not read."""
        read = (columns for role, columns in self.by_role.items() if role != "register")
        known = {self.ids.place, *self.ticked, *(column for columns in read for column in columns)}
        filled = {column for row in rows for column, cell in enumerate(row) if cell}
        return [quote(self.name(column), 30) for column in sorted(filled - known)]


def _name(headers: Sequence[str], column: int) -> str:
    return headers[column] if column < len(headers) and headers[column] else str(column + 1)


def meanings(header: str, given: Hints) -> dict[str, frozenset[str]]:
    """Return the roles that a header may name, each with the languages in which it does (none: in any)."""
    if not header.strip() or len(header) > _LONGEST_HEADER:
        return {}
    said = given.role(header)
    if said is not None:
        return {said: frozenset()} if said else {}
    plain = re.sub(r"\s*[(\[][^)\]]*[)\]]", "", header)
    for text in (header, plain):
        found = readings("header", folded(text))
        if found:
            return {reading.means: reading.languages for reading in found}
    parts = [readings("header", folded(part)) for part in re.split(r"[/|\n]", plain) if part.strip()]
    known = [{reading.means: reading.languages for reading in found} for found in parts if found]
    # "Status / Stand" is one thing in two languages; "Implementation / description" describes.
    same = set[str].intersection(*(set(roles) for roles in known)) if known else set[str]()
    other = {
        role: where for roles in known for role, where in roles.items() if role not in DECIDING and role not in _IDS
    }
    return {role: frozenset[str]().union(*(roles[role] for roles in known)) for role in same} or other


def is_header(cells: Cells, at: int, ids: IdColumn | None, given: Hints) -> bool:
    """Tell whether a row of a table names its columns: two of its cells do, or the one above the ids and any other."""
    number, row = cells.rows[at]
    if ids is not None and at in ids.cells:
        return False
    if any(cell.isdigit() or (number, place) in cells.kinds for place, cell in enumerate(row)):
        return False  # "implemented" and "policy" are headers too, and numbers are none
    known = sum(bool(meanings(cell, given)) for cell in row)
    above_ids = ids is not None and ids.place < len(row) and not _IDS.isdisjoint(meanings(row[ids.place], given))
    return known >= 2 or (above_ids and sum(bool(cell) for cell in row) >= 2)


def reads_columns(cells: Cells, ids: IdColumn, header: int, given: Hints) -> Columns:
    """Return the columns under the header at a place among the rows, with the rows above that complete it.

    Raises `InputError` if two columns say one deciding thing, or if a header has two readings.
    """
    headers, upper, top = _headers(cells, header, ids, given)
    possible = _languages(headers, given)
    found = _Found(cells, ids, header, given, possible)
    by_role: dict[str, list[int]] = {}
    ticked: dict[int, str] = {}
    group = ""
    for column, text in enumerate(headers):
        if column == ids.place or _is_repeat(cells, header, column):
            continue
        group = upper.get(column, "") or (group if upper else "")  # a group reaches to the next one
        ticks = found.ticks(text, column, group)
        role = ticks or found.role(text, column) or found.role(upper.get(column, ""), column)
        if role in _STATUSES and role == ticks:
            ticked[column] = role
        elif role is not None and role not in _IDS:
            by_role.setdefault(role, []).append(column)
    if len(ticked) == 1 and "status" not in by_role:  # one column that is called "Implemented", ticked
        by_role["status"] = [*ticked]
        ticked = {}
    for role in set(by_role) & set(DECIDING):
        found.settle(role, by_role, headers)
    places = {role: tuple(columns) for role, columns in by_role.items() if columns}
    return Columns(cells, ids, headers, FrozenMap(places), header + 1, possible, top, FrozenMap(ticked))


def _is_repeat(cells: Cells, header: int, column: int) -> bool:
    """Whether a header repeats the one to its left, which was merged over both columns."""
    number, row = cells.rows[header]
    return 0 < column < len(row) and row[column] == row[column - 1] and (number, column) in cells.merged


class _Found:
    """What the columns of one table may be: by their headers, and where these leave it open by their content."""

    def __init__(self, cells: Cells, ids: IdColumn, header: int, given: Hints, possible: frozenset[str]) -> None:
        self._cells = cells
        self._header = header
        self._given = given
        self._possible = possible
        self._rows = [cells.rows[at][1] for at in ids.cells if at > header]

    def _texts(self, column: int) -> list[str]:
        texts = (row[column] for row in self._rows if column < len(row))
        return [text for text in texts if text not in NOTHING]

    def role(self, header: str, column: int) -> str | None:
        """Return the role that a header names; of two that it may name, the one that the cells below fit."""
        found = meanings(header, self._given)
        here = {role for role, known in found.items() if not known or known & self._possible}
        roles = here or set(found)
        if len(roles) > 1 and not _IDS.isdisjoint(roles):
            roles -= _IDS  # the column of ids is known by its content
        if len(roles) > 1:
            fitting = {role for role in roles if self._fits(role, column)}
            roles = fitting if len(fitting) == 1 else roles
        if len(roles) > 1:
            both = " or ".join(sorted(roles))
            hint = f"say which: columns={{{header!r}: {min(roles)!r}}}, or lang="
            message = f"the header {quote(header)} may mean {both}"
            raise self._cells.fail(InputError, message, row=self._cells.rows[self._header][0], hint=hint)
        return next(iter(roles), None)

    def _fits(self, role: str, column: int) -> bool:
        texts = self._texts(column)
        if role in ("date", "valid_until"):
            return any(date_of(text) for text in texts)
        if role in ("degree", "maturity"):
            return any(percentage(text) is not None for text in texts)
        if role in ("status", "applicable", "included", "excluded"):
            return any(self._is_word(text) for text in texts)
        return bool(texts)

    def _is_word(self, text: str) -> bool:
        word = folded(text)
        known = word in self._given.words or "%" in text or text in self._cells.legend
        return known or bool(readings("status", word) or readings("answer", word))

    def ticks(self, header: str, column: int, above: str) -> str | None:
        """Return what a column of ticks says: a status that is its header, or yes or no below "Applicable"."""
        if self._given.role(header) is not None:
            return None
        texts = self._texts(column)
        if not texts or not all(folded(text) in TICKS for text in texts):
            return None
        answers = {reading.means for reading in readings("answer", folded(header))}
        if len(answers) == 1 and "applicable" in meanings(above, self._given):
            return "included" if answers == {"yes"} else "excluded"
        if not {"status"}.issuperset(meanings(header, self._given)):
            return None
        statuses = {reading.means for reading in readings("status", folded(header))}
        return next(iter(statuses)) if len(statuses) == 1 else None

    def settle(self, role: str, by_role: dict[str, list[int]], headers: Sequence[str]) -> None:
        """Of several columns of a deciding role keep the one whose cells fit it; the others describe.

        Raises `InputError` if more than one does.
        """
        columns = by_role[role]
        if len(columns) < 2:
            return
        fitting = [column for column in columns if self._fits(role, column)]
        if not any(sum(at < len(row) and bool(row[at]) for at in fitting) > 1 for row in self._rows):
            by_role[role] = fitting or columns[:1]  # no row fills two of them: they are one under two names
            by_role.setdefault("evidence", []).extend(at for at in columns if at not in by_role[role])
            return
        if len(fitting) > 1 or any(self._given.role(headers[column]) for column in columns if column not in fitting):
            one, other = columns[:2] if len(fitting) < 2 else fitting[:2]
            both = f"{quote(_name(headers, one))} and {quote(_name(headers, other))}"
            hint = f"say which one counts: columns={{{headers[other]!r}: None}}"
            if folded(headers[one]) == folded(headers[other]):
                hint = "give them different names, or keep one"
            number = self._cells.rows[self._header][0]
            raise self._cells.fail(InputError, f"two columns give the {role}: {both}", row=number, hint=hint)
        by_role[role] = fitting or columns[:1]
        by_role.setdefault("evidence", []).extend(column for column in columns if column not in by_role[role])


def says_clause(cells: Cells, ids: IdColumn, header: int, given: Hints) -> bool:
    """Tell whether the header of the id column says that the numbers are clauses."""
    row = cells.rows[header][1]
    return ids.place < len(row) and "clause" in meanings(row[ids.place], given)


def _headers(cells: Cells, header: int, ids: IdColumn, given: Hints) -> tuple[tuple[str, ...], dict[int, str], int]:
    """Return the names of the columns, those of the groups in rows right above them, and the place of the first."""
    names = list(cells.rows[header][1])
    upper: dict[int, str] = {}
    top = header
    number = cells.rows[header][0]
    for at in range(header - 1, max(-1, header - 1 - _UPPER_ROWS), -1):
        above, row = cells.rows[at]
        if above < number - 1 - _UPPER_ROWS or at in ids.cells or not is_header(cells, at, ids, given):
            break
        top = at
        names += [""] * (len(row) - len(names))
        for column, text in enumerate(row):
            if text and not names[column]:
                names[column] = text  # a merged header stands in the upper of its rows
            elif text and not _is_repeat(cells, at, column):
                upper.setdefault(column, text)
    return tuple(names), upper, top


def _languages(headers: Iterable[str], given: Hints) -> frozenset[str]:
    """Return the languages that know most of the headers, or the one that the caller named."""
    if given.lang is not None:
        return frozenset((given.lang,))
    counts = dict.fromkeys(languages(), 0)
    for header in headers:
        for known in set[str]().union(*meanings(header, given).values()):
            counts[known] += 1
    most = max(counts.values())
    return frozenset(known for known, count in counts.items() if count == most)


def without_header(cells: Cells, ids: IdColumn) -> InputError:
    """Return the error of a table that has ids and no header, with the names that its columns could have."""
    rows = [cells.rows[at] for at in ids.cells]
    width = max((len(row) for _, row in rows), default=0)
    guesses: list[str] = []
    for column in range(width):
        if column == ids.place:
            continue
        texts = [row[column] for _, row in rows if column < len(row) and row[column]]
        kinds = {cells.kinds.get((number, column)) for number, row in rows if column < len(row) and row[column]}
        name = _guess(texts, kinds, first=not guesses)
        if name:
            guesses.append(f"{name} above column {column + 1} ({', '.join(sorted(set(texts))[:3])})")
    hint = "name the columns, for example: Control ID, Applicable, Justification, Status"
    if guesses:
        hint = f"name the columns: write Control ID above column {ids.place + 1}, {', '.join(guesses)}"
    error = cells.fail(InputError, "no header found above the first control", hint=hint)
    assert isinstance(error, InputError)  # noqa: S101  (it is of the class that was given)
    return error


def _guess(texts: Sequence[str], kinds: set[CellKind | None], *, first: bool) -> str:
    if not texts:
        return ""
    if kinds == {CellKind.PERCENT}:
        return "Completeness %"
    if first and all(readings("answer", folded(text)) for text in texts):
        return "Applicable"
    if all(readings("status", folded(text)) or readings("answer", folded(text)) for text in texts):
        return "Status"
    return ""


def nothing_decides(columns: Columns) -> InputError:
    """Return the error of a table whose columns can't say whether a control applies or is in place."""
    shown = ", ".join(quote(header, 30) for header in columns.headers[:_NAMED] if header)
    hint = (
        "usual headers are 'Applicable', 'Status', 'Anwendbar', 'Umsetzungsstatus'; or say columns={header: 'status'}"
    )
    row = columns.cells.rows[columns.start - 1][0]
    message = f"no column tells whether a control applies or is in place; headers: {shown}"
    error = columns.cells.fail(InputError, message, hint=hint, row=row)
    assert isinstance(error, InputError)  # noqa: S101  (it is of the class that was given)
    return error


def given_of(columns: Mapping[str, str | None] | None, words: Mapping[str, str] | None, lang: str | None) -> Hints:
    """Return what a caller said, looked at: roles, statuses and the language exist.

    Raises `InputError` for a role, a word's meaning or a language that is none, with the nearest right one.
    """
    roles: dict[str, str | None] = {}
    for header, role in (columns or {}).items():
        if role is not None and role not in ROLES:
            raise _unknown(f"columns: {quote(role)} is not a field", role, ROLES)
        roles[folded(header)] = role
    meaning: dict[str, str] = {}
    for word, means in (words or {}).items():
        known = ("yes", "no", *(str(status) for status in Status))
        if str(means) not in known:
            raise _unknown(f"words: {quote(means)} is not a status", str(means), known)
        meaning[folded(word)] = str(means)
    if lang is not None and lang not in languages():
        raise _unknown(f"lang is {quote(lang)}", str(lang), languages())
    return Hints(FrozenMap(roles), FrozenMap(meaning), lang)


def check_headers(given: Hints, tables: Iterable[Cells]) -> None:
    """Refuse `columns` that name a header which the file has not, with the nearest that it has."""
    if not given.columns:
        return
    cells = {folded(cell) for table in tables for _, row in table.rows[:HEADER_ROWS] for cell in row}
    absent = next((header for header in given.columns if header not in cells), None)
    if absent is not None:
        near = difflib.get_close_matches(absent, cells, 1)
        hint = f"did you mean {quote(near[0])}?" if near else "write it as the file does"
        raise InputError(f"columns: no cell of the first {HEADER_ROWS} rows is {quote(absent)}", hint=hint)


def _unknown(message: str, text: object, known: Sequence[str]) -> InputError:
    near = difflib.get_close_matches(str(text), known, 1)
    return InputError(message, hint=f"did you mean {near[0]}?" if near else f"one of: {', '.join(known)}")
