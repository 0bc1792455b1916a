"""Reading back a Statement of Applicability that this library wrote, also after somebody edited it.

The first lines, or a sheet of its own, say what wrote it. Words are then read as those of any statement are, so that
an edited status counts; what only our own form can say is read here: texts as they were, degrees with all digits,
findings on requirements, and that an empty row says nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence

import attrs

from ...assessment import Assessment, Finding, Status
from ...errors import InputError, Nis2mapError, Problem, quote
from ...ids import Ref, parse_ref
from .._cells import Cells
from .._soa import SoaRequest, to_assessment
from ._statement import ABOUT, COLUMNS, FINDING, LACKING, LEGAL, OTHER_COLUMNS, OTHERS, STATUSES, WRITTEN_BY
from ._texts import decoded, exact_degree, split_items, unguarded

__all__ = ["GUARDED", "OwnStatement", "own_statement", "read_tables"]

GUARDED = f"{WRITTEN_BY}, guarded"
_MARK = "Written by"
_STATUS = {word.casefold(): status for status, word in STATUSES.items()}
_DEGREE = re.compile(r"\d{1,3}(?:\.\d{1,4})?%", re.ASCII)


@attrs.frozen
class _Table:
    """One table of a statement: where it lies, the places of its columns, and its rows with their numbers."""

    cells: Cells
    places: Mapping[str, int]
    header: tuple[int, tuple[str, ...]]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def text(self, row: Sequence[str], column: str) -> str:
        place = self.places.get(column, len(row))
        return row[place] if place < len(row) else ""

    def says_nothing(self, row: Sequence[str]) -> bool:
        return not any(self.text(row, column) for column in FINDING)

    def known(self, row: tuple[str, ...]) -> tuple[str, ...]:
        """Return a row without what was worked out when it was written."""
        ours = {self.places[column] for column in (LEGAL, LACKING) if column in self.places}
        return tuple("" if place in ours else cell for place, cell in enumerate(row))


@attrs.frozen
class OwnStatement:
    """A statement that this library wrote: its lines on the whole, its controls, and what else it speaks of."""

    about: Mapping[str, str]
    guarded: bool
    controls: _Table
    others: _Table | None

    def read(self, words: Callable[[Cells], Assessment]) -> Assessment:
        """Return the assessment that was written; `words` reads the table of controls as any other one.

        Raises `InputError` with all problems for what our own form can't hold, and whatever `words` raises.
        """
        table = self.controls
        rows = [(number, table.known(self._plain(row))) for number, row in table.rows if not table.says_nothing(row)]
        notes: tuple[str, ...] = ()
        problems: tuple[Problem, ...] = ()
        findings: dict[Ref, Finding] = {}
        if rows:
            number, names = table.header
            found = words(attrs.evolve(table.cells, rows=((number, table.known(names)), *rows)))
            findings, notes, problems = self._exact(found.findings), found.notes, found.problems
        others, wrong = self._others()
        if wrong:
            raise InputError.of(wrong, what=table.cells.name)
        return Assessment(
            findings | others,
            subject=self._said("Subject"),
            scope=self._said("Scope"),
            as_of=self._day(),
            whole_entity={"yes": True, "no": False}.get(self._said("Whole entity").casefold()),
            problems=problems,
            notes=notes,
        )

    def _plain(self, row: tuple[str, ...]) -> tuple[str, ...]:
        """Return a row with a degree that has no more digits than a reader of percentages takes."""
        text = self.controls.text(row, "Degree")
        degree = exact_degree(text)
        if degree is None or _DEGREE.fullmatch(text):
            return row
        place = self.controls.places["Degree"]
        return (*row[:place], f"{min(max(100 * degree, 0.0001), 99.9999):.4f}%", *row[place + 1 :])

    def _exact(self, findings: Mapping[Ref, Finding]) -> dict[Ref, Finding]:
        """Return the findings with texts and degrees as they were written; those of repeated rows stay as read."""
        by_ref: dict[Ref, list[tuple[str, ...]]] = {}
        for _, row in self.controls.rows:
            ref = _ref(self.controls.text(row, "Control ID"))
            if ref is not None and not self.controls.says_nothing(row):
                by_ref.setdefault(ref, []).append(row)
        exact = dict(findings)
        for ref, rows in by_ref.items():
            if ref in findings and len(rows) == 1:
                degree = exact_degree(self.controls.text(rows[0], "Degree"))
                partial = findings[ref].status is Status.PARTIAL and degree is not None and 0 < degree < 1
                same = degree if partial else findings[ref].degree
                reason, evidence, owner = self._texts(self.controls, rows[0])
                exact[ref] = attrs.evolve(
                    findings[ref], degree=same, justification=reason, evidence=evidence, owner=owner
                )
        return exact

    def _texts(self, table: _Table, row: Sequence[str]) -> tuple[str, tuple[str, ...], str]:
        """Return justification, evidence and owner as they were written."""

        def cell(column: str) -> str:
            return self._bare(table.text(row, column))

        return decoded(cell(FINDING[1])), split_items(cell("Evidence")), decoded(cell("Owner"))

    def _bare(self, cell: str) -> str:
        return unguarded(cell) if self.guarded else cell

    def _said(self, word: str) -> str:
        return decoded(self._bare(self.about.get(word, "")))

    def _day(self) -> dt.date | None:
        text = self._said("As of")
        try:
            return dt.date.fromisoformat(text) if text else None
        except ValueError:
            hint = "write it as 2026-01-31"
            raise InputError(f"{self.controls.cells.name}: as of {quote(text)} is not a date", hint=hint) from None

    def _others(self) -> tuple[dict[Ref, Finding], list[Problem]]:
        """Return the findings on requirements, which no other statement has, in our own words alone."""
        table = self.others
        found: dict[Ref, Finding] = {}
        wrong: list[Problem] = []
        for number, row in () if table is None else table.rows:
            assert table is not None  # noqa: S101  (for type checkers)
            try:
                ref = parse_ref(self._bare(table.text(row, "Unit ID")))
                if ref in found:
                    raise InputError(f"{ref} has a finding already")
                found[ref] = self._finding(table, row)
            except Nis2mapError as error:
                cells = table.cells
                wrong.append(cells.problem(error.message, "bad-finding", row=number, hint=error.hint))
        return found, wrong

    def _finding(self, table: _Table, row: Sequence[str]) -> Finding:
        word = table.text(row, "Implementation status")
        if word.casefold() not in _STATUS:
            raise InputError(f"{quote(word, 40)} is not a status", hint=f"one of: {', '.join(STATUSES.values())}")
        status, degree = _STATUS[word.casefold()], table.text(row, "Degree")
        share = exact_degree(degree)
        if degree and share is None:
            raise InputError(f"{quote(degree, 40)} is not a percentage", hint="write it as 40%")
        reason, evidence, owner = self._texts(table, row)
        date, valid_until = (table.text(row, column) or None for column in ("Last review", "Valid until"))
        return Finding(status, share, reason, evidence=evidence, owner=owner, date=date, valid_until=valid_until)


def read_tables(tables: Sequence[Cells], asked: SoaRequest) -> Assessment:
    """Return the assessment that the tables of a file hold, whoever wrote it; see `to_assessment` for the errors."""
    own = own_statement(tables)
    return to_assessment(tables, asked) if own is None else own.read(lambda cells: to_assessment((cells,), asked))


def own_statement(tables: Sequence[Cells]) -> OwnStatement | None:
    """Return the statement that some tables hold if this library wrote it, None for any other."""
    about: dict[str, str] = {}
    controls = others = None
    for cells in tables:
        for at, (_, row) in enumerate(cells.rows):
            head = row[0] if row else ""
            if len(row) == 2 and (head in ABOUT or head == _MARK):
                about.setdefault(head, row[1])
            elif head == COLUMNS[0] and controls is None:
                controls = _table(cells, at, COLUMNS)
            elif head == OTHER_COLUMNS[0] and others is None:
                others = _table(cells, at, OTHER_COLUMNS)
    mark = about.pop(_MARK, "")
    if mark not in (WRITTEN_BY, GUARDED) or controls is None:
        return None
    return OwnStatement(about, mark == GUARDED, controls, others)


def _table(cells: Cells, header: int, columns: Sequence[str]) -> _Table | None:
    names = cells.rows[header][1]
    if not {columns[0], FINDING[2]} <= set(names):
        return None
    below = cells.rows[header + 1 :]
    # What follows in the same sheet is the other table, below a line that names it.
    end = next((at for at, (_, row) in enumerate(below) if row and row[0] in (OTHERS, OTHER_COLUMNS[0])), len(below))
    return _Table(cells, {name: place for place, name in enumerate(names)}, cells.rows[header], below[:end])


def _ref(text: str) -> Ref | None:
    try:
        return parse_ref(text)
    except Nis2mapError:
        return None
