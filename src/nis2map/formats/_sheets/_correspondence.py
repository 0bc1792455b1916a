"""Correspondence tables of publishers: which ids of an older edition became which of a newer one.

The columns are found by their headers, in English or German; the words of publishers for what became of an id
("Withdrawn: incorporated into AC-2", "moved to") are read before the ids or in a column of their own. Nothing is
guessed: an id that is not one, a bare number that may be a clause or a control, a number cell, an unknown word are
problems with their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import attrs

from ..._shared import UNNAMED, FrozenMap, Limits, Source, capped, choice, counted, limits_of, name_of, read_bounded
from ...diff import Correspondence, CorrespondenceKind, CorrespondenceRow
from ...errors import InputError, InvalidRef, Nis2mapError, Problem, quote
from ...ids import Ref, parse_refs
from .._cells import CellKind, Cells, check_size, unprintable, without_value
from .._soa import folded
from .._tables import READABLE

__all__ = ["load_correspondence", "to_correspondence"]

FIELDS = ("before", "after", "kind", "note")
_OLD, _NEW = "iso27001-2013", "iso27001"
_EDITIONS = {"2013": ("before", _OLD), "2022": ("after", _NEW)}
_HEADER_ROWS = 25
_SHOWN = 5
_ENOUGH = 1_000  # problems: a file of the wrong kind has as many as it has rows, and each looks for the nearest id
_K = CorrespondenceKind

_HEADERS = {
    word: (field, kind)
    for field, kind, words in (
        (
            "before",
            None,
            "old id|old ids|old|old control|old control id|old reference|old ref|before|from|previous id|",
        ),
        (
            "before",
            None,
            "previous control|previous|alt|alte id|altes control|alte maßnahme|alte nummer|alte kontrolle",
        ),
        ("before", None, "bisher|bisherige id|bisheriges control|bisherige maßnahme|vorher|von"),
        ("after", None, "new id|new ids|new|new control|new control id|new reference|new ref|after|to|current id|"),
        (
            "after",
            None,
            "current control|neu|neue id|neues control|neue maßnahme|neue nummer|neue kontrolle|nachher|nach",
        ),
        ("after", _K.MERGED, "incorporated into|merged into|aufgegangen in|zusammengeführt in"),
        ("after", _K.MOVED, "moved to|renumbered to|renamed to|verschoben nach|umbenannt in"),
        ("after", _K.SPLIT, "split into|aufgeteilt in"),
        ("after", _K.COVERED_BY, "covered by|addressed by|abgedeckt durch"),
        ("kind", _K.WITHDRAWN, "withdrawn|entfallen|zurückgezogen"),  # a column of ticks, or of publishers' words
        ("kind", None, "kind|change|type|change type|type of change|status|relation|relationship|art|änderung"),
        ("kind", None, "art der änderung|was"),
        ("note", None, "note|notes|comment|comments|remark|remarks|bemerkung|bemerkungen|anmerkung|kommentar|hinweis"),
    )
    for word in map(folded, words.strip("|").split("|"))
}
# "ISO/IEC 27002:2022 control identifier", "2013", "ISO 27001:2013 Annex A"; a title or a count is no column of ids.
_EDITION = re.compile(
    r"(?:(?:din )?(?:en )?(?:iso(?:/iec)? )?2700[12][: -]?)?\(?(?P<year>2013|2022)\)?"
    r"(?P<annex> annex a| anhang a)?"
    r"(?: (?:controls?|massnahme|kontrolle))?(?: (?:ids?|identifiers?|ref|reference|no|nr|number))?"
)
# Of one table for one edition ("Control ID, Withdrawn, Incorporated into").
_PLAIN = ("id", "control", "control id", "control identifier", "identifier", "nr", "no")
_ANNEX = re.compile(r"annex|anhang|27002|control|massnahme|kontrolle")
_BARE = re.compile(r"(?<![\w.:])(\d{1,2})\.(\d{1,2})(?:\.(\d{1,2}))?(?![\w.]*\w)", re.ASCII)
_ONLY_OLD = re.compile(
    r"(?<!\w)A\.?\s?(?:\d{1,2}\.\d{1,2}\.\d{1,2}|(?:9|1\d)\.\d{1,2})(?!\w)", re.ASCII | re.IGNORECASE
)
_TICKS = ("x", "yes", "y", "true", "✓", "✔", "ja", "j", "1")
_NO_TICKS = ("no", "n", "false", "nein", "0")
_NOTHING = ("", "-", "–", "—", "n/a", "none", "keine", "nothing", "nichts")
_ADDED = re.compile(r"(?:new|added|neu|hinzugefügt)(?: control| maßnahme)?", re.IGNORECASE)
_SAID: tuple[tuple[CorrespondenceKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?:{words})\b", re.IGNORECASE))
    for kind, words in (
        (
            _K.COVERED_BY,
            r"(?:partially |partly |teilweise )?(?:covered|addressed|abgedeckt)(?:[ -](?:by|in|durch|von))?",
        ),
        (_K.MERGED, r"(?:incorporated|merged|integrated|consolidated|combined)(?: (?:in(?:to)?|with))?"),
        (_K.MERGED, r"(?:aufgegangen|zusammengeführt|zusammengefasst|integriert|enthalten)(?: (?:in|mit))?"),
        (_K.SPLIT, r"split(?: (?:in)?to)?|aufgeteilt(?: (?:in|auf))?"),
        (_K.MOVED, r"(?:moved|renamed|renumbered)(?: (?:to|as))?"),
        (_K.MOVED, r"(?:verschoben|umbenannt|umnummeriert)(?: (?:nach|in|zu))?"),
        (_K.WITHDRAWN, r"withdrawn|deleted|removed|retired|entfallen|entfällt|gestrichen|zurückgezogen"),
        (_K.UNCHANGED, r"unchanged|no change|same|identical|unverändert|gleich|identisch"),
    )
)
ACCEPTED = "one of: moved, unchanged, split, merged, incorporated into, covered by, withdrawn, new"


def load_correspondence(
    source: Source,
    *,
    format: str | None = None,  # noqa: A002  (the name is part of the public interface)
    columns: Mapping[str, str] | None = None,
    before: str | None = None,
    after: str | None = None,
    limits: Limits | None = None,
) -> Correspondence:
    """Return the correspondence table that a path or binary stream holds: CSV, XLSX, ODS, Markdown, YAML or JSON.

    One row says what became of one id, or of several in one cell ("A.5.1.1, A.5.1.2"). The columns are found by their
    headers ("Old ID", "New ID", "ISO 27001:2013", "ISO/IEC 27002:2022 control identifier", "Withdrawn", "Incorporated
    into", "Alte ID" ...); `columns` says which header is which of `before`, `after`, `kind` and `note`. A kind is read
    from its column or before the ids ("Withdrawn: incorporated into AC-2"); where none stands, the table says it: an id
    that goes on as several was split, several that go on as one were merged, one without a new id was withdrawn, any
    other moved. Rows without an old id are new units, and a note.

    `before` and `after` are the frameworks of the ids ("nist-800-53"), where neither header nor ids say it; ids of
    ISO/IEC 27001:2013 are of `iso27001-2013`. The table itself is the user's: ISO's own is not shipped.

    Raises `InputError` with every problem and its place: ids that are none, numbers without their letter (they may be
    clauses), words that are not known, rows that contradict each other; `LimitExceeded` past `limits`.

    >>> import nis2map
    >>> import io, os
    >>> rows = os.linesep.join(["Old ID,New ID", "A.12.3.1,A.8.13", "A.12.4.1,A.8.15"])
    >>> table = nis2map.load_correspondence(io.BytesIO(rows.encode()), before="iso27001-2013", after="iso27001")
    >>> [str(row) for row in table]
    ['iso27001-2013:A.12.3.1 -> iso27001:A.8.13 (moved)', 'iso27001-2013:A.12.4.1 -> iso27001:A.8.15 (moved)']
    """
    bounds = limits_of(limits)
    if format is not None:
        choice(format, READABLE, "format")
    name, data = name_of(source), read_bounded(source, bounds)
    from .._documents import tables_of

    tables = [cells for cells in tables_of(data, name, bounds, format) if cells.rows] or [Cells((), path=name)]
    asked = {"before": before, "after": after, "kind": after}
    headed = [cells for cells in tables if len(tables) == 1 or _is_headed(cells, columns or {}, asked)]
    if len(headed) > 1:
        sheets = " and ".join(quote(cells.sheet) for cells in headed[:2])
        raise InputError(f"{name}: two tables say what became of ids, {sheets}", hint="keep one of them in the file")
    table = next(iter(headed), tables[0])
    others = [quote(cells.sheet) for cells in tables if cells is not table]
    if others:
        table = attrs.evolve(table, notes=(*table.notes, f"not read, because no header is known: {', '.join(others)}"))
    return to_correspondence(table, columns=columns, before=before, after=after, limits=bounds)


def _is_headed(cells: Cells, columns: Mapping[str, str], asked: Mapping[str, str | None]) -> bool:
    try:
        _header(cells, columns, asked)
    except InputError:
        return False
    return True


def to_correspondence(
    cells: Cells,
    *,
    columns: Mapping[str, str] | None = None,
    before: str | None = None,
    after: str | None = None,
    limits: Limits,
) -> Correspondence:
    """Return the correspondence that a table of cells holds; see `load_correspondence`."""
    check_size(cells, limits)
    odd = unprintable(cells)
    problems = list(islice(odd, limits.problems))
    unlisted = sum(1 for _ in odd)
    if after is None and before != _OLD:
        after = before  # one table for one edition: "Withdrawn: incorporated into AC-2"
    header = _header(cells, columns or {}, {"before": before, "after": after, "kind": after})
    lines, added = _lines(header, problems)
    rows = list(_rows(cells, lines, problems))
    if problems:
        ordered = sorted(problems, key=lambda problem: problem.sort_key)
        raise InputError.of(capped(ordered, limits, more=unlisted), what=cells.name)
    if not rows:
        raise cells.fail(InputError, "no row names an id of an older edition")
    ended = [ref for line in lines if line.kind is None and not line.after for ref in line.before]
    notes = [
        *cells.notes,
        *header.notes,
        *_note(ended, "without a new id: read as withdrawn"),
        *_note(added, "without an old id: new, so nothing is known of them"),
    ]
    try:
        title = "" if cells.path in UNNAMED else cells.path
        return Correspondence(tuple(dict.fromkeys(rows)), title=title, notes=notes)
    except InputError as error:
        raise cells.fail(InputError, error.message) from error


def _lines(header: _Header, problems: list[Problem]) -> tuple[list[_Line], list[Ref]]:
    """Return what each row says of an old id, and the new units without one."""
    lines: list[_Line] = []
    added: list[Ref] = []
    for number, row in header.cells.rows[header.place + 1 :]:
        if len(problems) >= _ENOUGH:
            message = f"after {_ENOUGH} problems no further row is looked at"
            problems.append(header.cells.problem(message, "more", row=number))
            break
        line = _ended(header, _line(header, number, row))
        if lines and line.before and not line.after and line.kind is None and header.new_first:
            # Below "A.5.1 | A.5.1.1" an empty first cell goes on with A.5.1 as well as it may say withdrawn.
            hint = "repeat the new id, or write withdrawn"
            problems.append(header.cells.problem("the row has no new id", "no-id", row=number, hint=hint))
            continue
        problems += line.problems
        if line.before and not line.problems:
            lines.append(line)
        elif not line.before:
            added += line.after
    return lines, added


def _note(refs: list[Ref], what: str) -> list[str]:
    shown = ", ".join(map(str, refs[:_SHOWN])) + (", ..." if len(refs) > _SHOWN else "")
    return [f"{counted(len(refs), 'unit')} {what} ({shown})"] if refs else []


@attrs.frozen
class _Column:
    """What a column holds: its field, the kind that its header says, the framework of its ids.

    `annex`: whether its header says that bare numbers are of Annex A.
    """

    name: str
    field: str
    kind: CorrespondenceKind | None
    framework: str | None
    annex: bool


@attrs.frozen
class _Header:
    """The header of a table: its place among the rows, what each column holds, and notes."""

    cells: Cells
    place: int
    columns: Mapping[int, _Column]
    notes: tuple[str, ...]

    @property
    def new_first(self) -> bool:
        """Whether the new ids stand before the old ones."""
        fields = [column.field for _, column in sorted(self.columns.items())]
        return fields.index("after") < fields.index("before") if {"after", "before"} <= set(fields) else False


@attrs.frozen
class _Line:
    """What one row says: old ids, new ids, the kind that stands there (None: none does), a remark, and problems."""

    number: int
    before: tuple[Ref, ...]
    after: tuple[Ref, ...]
    kind: CorrespondenceKind | None
    note: str
    problems: tuple[Problem, ...]


def _header(cells: Cells, own: Mapping[str, str], frameworks: Mapping[str, str | None]) -> _Header:
    """Return the first row, among the first, that names a column of old ids and one of new ids or of kinds."""
    for header, field in own.items():
        choice(field, FIELDS, f"the field of column {quote(header)}")
    named = {folded(header): (field, None) for header, field in own.items()}
    for place, (_, row) in enumerate(cells.rows[:_HEADER_ROWS]):
        found = {at: column for at, cell in enumerate(row) if (column := _column(cell, named, frameworks)) is not None}
        if not any(column.field == "before" for column in found.values()):
            plain = (at for at, cell in enumerate(row) if at not in found and folded(cell) in _PLAIN)
            found |= {at: _Column(row[at], "before", None, frameworks["before"], annex=False) for at in plain}
        fields = {column.field for column in found.values()}
        if "before" in fields and fields & {"after", "kind"} and set(named) <= {folded(cell) for cell in row}:
            return _settled(cells, place, found)
    shown = ", ".join(quote(cell, 30) for cell in next((row for _, row in cells.rows if any(row)), ())[:12] if cell)
    hint = "usual headers are 'Old ID', 'New ID', 'ISO 27001:2013', 'ISO 27001:2022'; or say columns={header: 'before'}"
    raise cells.fail(InputError, f"no columns of old and new ids found; the first line has {shown}", hint=hint)


def _column(cell: str, own: Mapping[str, tuple[str, None]], frameworks: Mapping[str, str | None]) -> _Column | None:
    word = folded(cell)
    edition = _EDITION.fullmatch(word)
    field, framework = _EDITIONS[edition["year"]] if edition else ("", None)
    known = own.get(word) or _HEADERS.get(word)
    if known is None and not field:
        return None
    kind = known[1] if known else None
    field = known[0] if known else field
    return _Column(cell, field, kind, frameworks.get(field) or framework, bool(_ANNEX.search(word)))


def _settled(cells: Cells, place: int, found: Mapping[int, _Column]) -> _Header:
    """Return the header with the edition of the old ids, where only the ids themselves say it."""
    own = dict(found)
    for at, column in found.items():
        if column.field == "before" and column.framework is None:
            texts = [row[at] for _, row in cells.rows[place + 1 :] if at < len(row)]
            if any(_ONLY_OLD.search(text) for text in texts):
                own[at] = attrs.evolve(column, framework=_OLD)
    unread = [quote(cell, 30) for at, cell in enumerate(cells.rows[place][1]) if cell and at not in own]
    notes = (f"columns that are not read: {', '.join(unread[:12])}",) if unread else ()
    return _Header(cells, place, FrozenMap(own), notes)


def _line(header: _Header, number: int, row: tuple[str, ...]) -> _Line:
    refs: dict[str, list[Ref]] = {"before": [], "after": []}
    kinds: list[CorrespondenceKind] = []
    notes: list[str] = []
    problems: list[Problem] = []
    for at, column in header.columns.items():
        text = row[at].strip() if at < len(row) else ""
        if header.cells.kinds.get((number, at)) is CellKind.NO_VALUE:
            message, hint = without_value(text)
            problems.append(header.cells.problem(message, "no-value", row=number, column=column.name, hint=hint))
            continue
        if folded(text) in _NOTHING:
            continue
        if column.field == "note":
            notes.append(text)
            continue
        try:
            _read(header, number, at, text, refs, kinds)
        except Nis2mapError as error:
            code = "unknown-id" if column.field in refs else "unknown-kind"
            problems.append(header.cells.problem(error.message, code, row=number, column=column.name, hint=error.hint))
    said = [kind for kind in kinds if kind is not _K.WITHDRAWN] or kinds
    if len(set(said)) > 1:
        problems.append(header.cells.problem(f"the row says {' and '.join(said)}", "contradiction", row=number))
    kind = said[0] if said else None
    return _Line(number, tuple(refs["before"]), tuple(refs["after"]), kind, "; ".join(notes), tuple(problems))


def _ended(header: _Header, line: _Line) -> _Line:
    """Return a row that says nothing but an old id as what its blanks mean, by the columns that the table has."""
    if line.problems or line.after or line.kind or not line.before:
        return line
    columns = header.columns.values()
    if all(column.kind is None and column.field != "kind" for column in columns if column.field in ("after", "kind")):
        return line  # no new id in the column of new ids
    if {column.framework for column in columns if column.field in ("after", "kind")} == {line.before[0].framework}:
        return attrs.evolve(line, after=line.before)  # not withdrawn, not incorporated: it is what it was
    message = "neither a new id nor what became of the old one"
    problem = header.cells.problem(message, "unknown-kind", row=line.number, ref=str(line.before[0]), hint=ACCEPTED)
    return attrs.evolve(line, problems=(problem,))


def _read(
    header: _Header,
    number: int,
    at: int,
    text: str,
    refs: dict[str, list[Ref]],
    kinds: list[CorrespondenceKind],
) -> None:
    """Read one cell into the ids and the kinds of its row; raises for what it can't be."""
    column = header.columns[at]
    if column.field == "kind" and column.kind is not None and folded(text) in (*_TICKS, *_NO_TICKS):
        kinds += [column.kind] if folded(text) in _TICKS else []
        return
    if column.field != "after" and _ADDED.fullmatch(text):
        return
    said, rest = _said(text)
    kinds += said
    if not rest:
        return
    if column.field == "kind" and not said:
        raise InputError(f"{quote(rest, 40)} is not a word for what became of an id", hint=ACCEPTED)
    if (number, at) in header.cells.kinds:
        raise InvalidRef(f"{quote(rest, 40)} is a {header.cells.kinds[number, at]}, and no number is an id")
    side = "before" if column.field == "before" else "after"
    refs[side] += _ids(column, rest)
    if column.field == "after" and column.kind is not None and not said:
        kinds.append(column.kind)


def _said(text: str) -> tuple[list[CorrespondenceKind], str]:
    """Return the publishers' words that a cell begins with, as kinds, and what stands behind them."""
    kinds: list[CorrespondenceKind] = []
    rest = text.strip(" \t[]()")
    while match := next(((kind, m) for kind, form in _SAID if (m := form.match(rest))), None):
        kinds.append(match[0])
        rest = rest[match[1].end() :].strip(" \t:;,.-–—[]()")
    # What is withdrawn and incorporated is incorporated: the first word says only that the old id is no more.
    return [kind for kind in kinds if kind is not _K.WITHDRAWN] or kinds, rest.rstrip(" .")


def _ids(column: _Column, text: str) -> tuple[Ref, ...]:
    framework = column.framework
    if framework in (_OLD, _NEW):
        text = _BARE.sub(lambda number: _with_letter(number, column), text)
    try:
        refs = parse_refs(text, framework=framework)
    except Nis2mapError as error:
        name = "before" if column.field == "before" else "after"
        hint = error.hint if framework else f"or say whose ids they are: {name}='nist-800-53'"
        raise InvalidRef(error.message, hint=hint) from error
    if framework is None and column.field == "before" and any(ref.framework == _NEW for ref in refs):
        raise InvalidRef(
            f"{quote(text, 40)} may be of either edition of ISO/IEC 27001", hint=f"say which: before={_OLD!r}"
        )
    return refs


def _with_letter(number: re.Match[str], column: _Column) -> str:
    """Return a number of Annex A as an id; the tables of ISO/IEC 27002 write 05.01 and 05.1.1."""
    local = ".".join(str(int(part)) for part in number.groups() if part)
    before = number.string[: number.start()].rstrip().casefold()
    if before.endswith(("a", "clause", "annex")):
        return number[0]
    if not column.annex:
        hint = f"write A.{local}, or clause {local}"
        raise InvalidRef(f"the bare number {quote(number[0])} may be a clause or a control", hint=hint)
    return f"A.{local}"


def _rows(cells: Cells, lines: Iterable[_Line], problems: list[Problem]) -> Iterator[CorrespondenceRow]:
    """Yield the rows of the table; where no kind stands it follows from how many ids go on as how many."""
    lines = list(lines)
    goes_to: dict[Ref, set[Ref]] = {}
    comes_from: dict[Ref, set[Ref]] = {}
    for line in lines:
        for old in line.before if line.kind is not _K.COVERED_BY else ():
            for new in line.after:
                goes_to.setdefault(old, set()).add(new)
                comes_from.setdefault(new, set()).add(old)
    for line in lines:
        kind = line.kind or _inferred(line, goes_to, comes_from)
        # NIST's "Incorporated into AC-2 and AU-6" is a merger into each of them.
        targets = [(new,) for new in line.after] if kind is _K.MERGED and line.after else [line.after]
        for after in targets:
            try:
                yield CorrespondenceRow(line.before, after, kind, line.note)
            except InputError as error:
                problems.append(cells.problem(error.message, "contradiction", row=line.number, hint=ACCEPTED))


def _inferred(line: _Line, goes_to: Mapping[Ref, set[Ref]], comes_from: Mapping[Ref, set[Ref]]) -> CorrespondenceKind:
    if not line.after:
        return _K.WITHDRAWN
    if len(line.before) > 1 or any(len(comes_from[new]) > 1 for new in line.after):
        return _K.MERGED
    if any(len(goes_to[old]) > 1 for old in line.before):
        return _K.SPLIT
    return _K.UNCHANGED if line.before == line.after else _K.MOVED
