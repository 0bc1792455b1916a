"""From a publisher's table of units to a framework: ids, titles, levels, and which unit lies under which."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import cast

import attrs

from ..._shared import Limits, choice, counted
from ...errors import InputError, InvalidRef, Nis2mapError, Problem, quote
from ...ids import Ref
from ...model import Catalogue, Control, Framework, Requirement, Role, Texts
from .._cells import Cells
from ._header import HeadedTable, Headers, TableRow, folded, known_headers, parted, refuse, sheets_of
from ._library import local_of, node_tables

__all__ = ["local_id", "to_catalogue"]

_HEADERS = known_headers(
    {
        "id": "ref|ref id|reference|reference id|identifier|code|number|no|no.|nr|nr.|control id|requirement id|"
        "control identifier|control number|requirement number|subcategory id|kennung",
        "title": "name|control name|control (or control enhancement) name|control title|requirement title|"
        "titel|bezeichnung|titre|intitulé",
        "urn": "node urn",
        "parent": "parent urn|parent id|parent ref|parent ref id|above|under|group id|category id|übergeordnet|"
        "gehört zu",
        "depth": "outline level|indent|tiefe",
        "description": "text|statement|control text|requirement text|requirement description|control description|"
        "beschreibung|requirement|anforderung|maßnahme",
        "level": "levels|implementation group|implementation groups|implementation_groups|ig|igs|assurance level|"
        "baseline|baselines|stufe|niveau",
        "role": "rolle",
        "topic": "theme|domain|family|function|section|bereich|thema",
        "note": "notes|comment|comments|remark|remarks|annotation|bemerkung|bemerkungen|anmerkung|kommentar|hinweis",
    }
)
# Beside a column of descriptions these hold titles; alone they hold the publisher's text.
_BESIDE = {**_HEADERS, **dict.fromkeys(map(folded, ("requirement", "anforderung", "maßnahme")), "title")}
# A subcategory of NIST is a text, or an id with its text behind it where no other column has ids (CSF 2.0).
_SUBCATEGORY = "subcategory"
_STATED = Headers({**_HEADERS, _SUBCATEGORY: "description"}, ("id", "description"))
_KNOWN = (
    Headers(_BESIDE, ("id", "title", "description")),
    Headers(_HEADERS, ("id", "description")),
    _STATED,
    Headers(_HEADERS, ("id",)),
    Headers({**_HEADERS, _SUBCATEGORY: "id"}, ("id",)),
)
_LEVELS = re.compile(r"\s*[,;/|\n]\s*")
_SHORT = re.compile(r"(?=.*\d)\S{1,40}")  # what stood before a colon, or an id alone
_SHOWN = 5


def local_id(text: str) -> str:
    """Return the form in which a ref can hold a publisher's id: "AC-2(1)" as "AC-2.1", "Req. 1 a" as "Req.1-a".

    Empty if nothing of it can be held.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    dotted = re.sub(r"[([{]", ".", re.sub(r"[)\]}]", "", plain))
    joined = re.sub(r"[^A-Za-z0-9._-]+", "-", dotted)
    # Of several marks in a row the dot says most: it sets levels apart.
    single = re.sub(r"[._-]{2,}", lambda match: "." if "." in match[0] else match[0][0], joined)
    return single.strip("._-")


@attrs.frozen
class _Unit:
    """A unit of the table: its ref, what the publisher calls it, and the row that says so."""

    ref: Ref
    written: str
    row: TableRow


def to_catalogue(
    tables: Iterable[Cells],
    *,
    name: str,
    framework: Framework | str | None,
    side: str | None,
    lang: str,
    columns: Mapping[str, str | None] | None,
    limits: Limits,
) -> Catalogue:
    """Return the framework that tables hold; see `nis2map.load_framework` for arguments and errors."""
    held_in, others = node_tables(tables)
    sheets, notes = sheets_of(held_in, _KNOWN, columns, limits, name=name)
    rows, problems, told = parted([row for sheet in sheets for row in sheet.rows()], "id", "description")
    problems += _without_ids(rows)
    refuse(problems, limits, name)
    held = _framework(framework, side, rows, name)
    units = list(_units(held, rows, problems))
    if not units and not problems:
        raise InputError(f"{name}: no unit found below the header")
    parents, derived = _parents(held, units, problems)
    above = set(parents.values())
    made: list[Requirement | Control] = []
    for unit in units:
        try:
            made.append(_unit(held, unit, parents.get(unit.ref), heading=unit.ref in above))
        except Nis2mapError as error:
            problems.append(unit.row.problem(error.message, "bad-value", "role", ref=unit.written, hint=error.hint))
    refuse(problems, limits, name)
    return Catalogue(
        framework=held,
        requirements=tuple(unit for unit in made if isinstance(unit, Requirement)),
        controls=tuple(unit for unit in made if isinstance(unit, Control)),
        texts=_texts(held, units, lang),
        notes=(
            *dict.fromkeys([*notes, *others, *told]),
            *_untitled(sheets),
            *derived,
            *_over(held, units, above),
            *_renamed(units),
        ),
    )


def _without_ids(rows: Iterable[TableRow]) -> Iterator[Problem]:
    """Yield a problem for each subcategory without an id: words alone name nothing."""
    for row in rows:
        text = row.texts.get("id", "")
        if folded(row.sheet.headers["id"]) == _SUBCATEGORY and not _SHORT.fullmatch(text) and text:
            hint = "write 'GV.OC-01: text', or say which column has the ids: columns={'your header': 'id'}"
            yield row.problem(f"the subcategory {quote(text, 40)} begins with no id", "bad-id", "id", hint=hint)


def _framework(given: Framework | str | None, side: str | None, rows: Sequence[TableRow], name: str) -> Framework:
    """Return the framework that a caller gave, or the one that the ids or the name of the file name."""
    if side is not None:
        choice(side, ("requirement", "control"), "side")
    if isinstance(given, Framework):
        if side not in (None, given.side):
            raise InputError(f"side is {quote(side)}, and the framework {given.id} is one of {given.side}s")
        return given
    if given is not None and not isinstance(given, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"framework is {quote(given)}", hint="a Framework, its id, or None")
    named = {head for row in rows if (head := row.texts.get("id", "").partition(":")[0]) != row.texts.get("id", "")}
    stem = local_id(name.rpartition(".")[0] or name).replace("_", "-").lower()
    candidate = given if given is not None else named.pop() if len(named) == 1 else stem
    try:
        return Framework(candidate, side=side or "requirement")
    except Nis2mapError as error:
        what = "framework" if given is not None else f"{name} names no framework: its name"
        hint = f"framework='acme-1.0'; {error.hint}"
        raise InputError(f"{what} {quote(candidate)} is not an id", hint=hint) from None


def _units(framework: Framework, rows: Iterable[TableRow], problems: list[Problem]) -> Iterator[_Unit]:
    """Yield the units in the order of their rows; ids that are missing, numbers or there twice are problems."""
    seen: dict[str, _Unit] = {}
    for row in rows:
        text = row.texts.get("id") or local_of(row.texts.get("urn", ""))
        written = " ".join(text.split()).removeprefix(f"{framework.id}:")
        spoilt = row.no_id("id")
        if spoilt is not None:
            problems.append(spoilt)
            continue
        try:
            ref = Ref(framework.id, local_id(written))
        except InvalidRef:
            message = "the row has no id" if not written else f"no ref can hold the id {quote(written, 40)}"
            hint = "letters and digits, in a column of their own" if written else _other_rows(row)
            problems.append(row.problem(message, "bad-id", "id", hint=hint))
            continue
        first = seen.setdefault(ref.local.casefold(), _Unit(ref, written, row))
        if first.row is row:
            yield first
        else:
            where = f"row {first.row.number}" + (
                f" of {first.row.sheet.cells.sheet}" if first.row.sheet is not row.sheet else ""
            )
            same = "stands twice" if first.written == written else f"has the ref of {quote(first.written, 40)} too"
            problems.append(row.problem(f"{quote(written, 40)} {same}, first in {where}", "duplicate-unit", "id"))


def _other_rows(row: TableRow) -> str:
    """Return what to do about a row without an id: a heading fills one column, which can be left out."""
    filled = [row.sheet.headers[field] for field, text in row.texts.items() if text]
    more = f", or leave out a column of headings: columns={{{quote(filled[0], 30)}: None}}" if len(filled) == 1 else ""
    return f"give it one{more}"


def _parents(
    framework: Framework, units: Sequence[_Unit], problems: list[Problem]
) -> tuple[dict[Ref, Ref], tuple[str, ...]]:
    """Return the unit above each unit, and a note where that follows from ids alone."""
    known = {unit.written: unit.ref for unit in units} | {unit.ref.local: unit.ref for unit in units}
    known |= {urn: unit.ref for unit in units if (urn := unit.row.texts.get("urn", ""))}
    parents: dict[Ref, Ref] = {}
    if any("parent" in unit.row.sheet.places for unit in units):
        for unit in units:
            above = " ".join(unit.row.texts.get("parent", "").split()).removeprefix(f"{framework.id}:")
            if above and above not in known:
                message = f"the unit above, {quote(above, 40)}, has no row"
                problems.append(unit.row.problem(message, "dangling-parent", "parent", ref=unit.written))
            elif above:
                parents[unit.ref] = known[above]
        return parents, ()
    if any("depth" in unit.row.sheet.places for unit in units):
        return _by_depth(units, problems), ()
    for unit in units:
        found = next((known[part] for part in _beginnings(unit, framework.side) if part in known), None)
        if found is not None and found != unit.ref:
            parents[unit.ref] = found
    if not parents:
        return parents, ()
    one, its = next(iter(parents.items()))
    by_id = f"no column tells the hierarchy: {counted(len(parents), 'unit')} by id, such as {one} under {its}"
    return parents, (by_id,)


def _by_depth(units: Sequence[_Unit], problems: list[Problem]) -> dict[Ref, Ref]:
    """Return the unit above each unit by its depth: the last one before it that is less deep."""
    parents: dict[Ref, Ref] = {}
    path: list[tuple[int, Ref]] = []
    for unit in units:
        text = unit.row.texts.get("depth", "")
        if not text.isdigit():
            message = f"the depth {quote(text, 20)} is not a whole number"
            problems.append(unit.row.problem(message, "bad-depth", "depth", ref=unit.written))
            continue
        depth = int(text)
        path = [above for above in path if above[0] < depth]
        if path:
            parents[unit.ref] = path[-1][1]
        path.append((depth, unit.ref))
    return parents


def _beginnings(unit: _Unit, side: str) -> Iterator[str]:
    """Yield the beginnings of a local id at its marks, the longest first.

    A control in brackets, AC-2(1), enhances the one before the brackets and is no part of it: that one can be in place
    without any of its enhancements.
    """
    if side == "control" and unit.written.endswith(")"):
        return
    local = unit.ref.local
    while (at := max(local.rfind("."), local.rfind("-"))) > 0:
        local = local[:at]
        yield local


def _unit(framework: Framework, unit: _Unit, parent: Ref | None, *, heading: bool) -> Requirement | Control:
    texts = unit.row.texts
    title = texts.get("title", "")  # never a description: its words are the publisher's, and titles go into documents
    original = "" if unit.written == unit.ref.local else unit.written
    levels = tuple(dict.fromkeys(level for level in _LEVELS.split(texts.get("level", "")) if level))
    titles = {field[6:]: text for field, text in texts.items() if field.startswith("title:") and text}
    note = texts.get("note", "")
    if framework.side == "control":
        return Control(
            unit.ref,
            title,
            texts.get("topic", ""),
            parent,
            heading=heading,
            original=original,
            note=note,
            levels=levels,
            titles=titles,
        )
    word = texts.get("role", "").casefold().replace(" ", "-")
    role = cast("Role", word) if word else Role.OBLIGATION  # looked at by the class
    topic = texts.get("topic", "")
    return Requirement(unit.ref, parent, title, role, topic, original=original, note=note, levels=levels, titles=titles)


def _texts(framework: Framework, units: Iterable[_Unit], lang: str) -> Texts | None:
    texts: dict[Ref | str, str] = {unit.ref: text for unit in units if (text := unit.row.texts.get("description", ""))}
    return Texts(texts, lang=lang, source=framework.source) if texts else None


def _untitled(sheets: Sequence[HeadedTable]) -> tuple[str, ...]:
    """Return a note of the tables without a column of titles."""
    without = [sheet.cells.sheet for sheet in sheets if "title" not in sheet.places]
    if not without:
        return ()
    where = f"sheet {quote(without[0])}: " if len(without) < len(sheets) and without[0] else ""
    more = f" (and {counted(len(without) - 1, 'more table')})" if where and len(without) > 1 else ""
    what = "no column of titles, so units have none and are cited by id; descriptions are not used as titles"
    return (f"{where}{what}{more}",)


def _over(framework: Framework, units: Sequence[_Unit], above: Collection[Ref]) -> tuple[str, ...]:
    """Return a note of the units that have others below them, which is where their content is looked for."""
    over = [unit.written for unit in units if unit.ref in above]
    if not over:
        return ()
    asks = (
        "ask nothing of their own" if framework.side == "requirement" else "are as far in place as the least of these"
    )
    more = f" and {len(over) - _SHOWN} more" if len(over) > _SHOWN else ""
    return (f"units with others below them {asks}: {', '.join(over[:_SHOWN])}{more}",)


def _renamed(units: Iterable[_Unit]) -> tuple[str, ...]:
    """Return a note of the ids that a ref can't hold as they are."""
    changed = [unit for unit in units if unit.written != unit.ref.local]
    if not changed:
        return ()
    shown = ", ".join(f"{quote(unit.written, 40)} as {unit.ref}" for unit in changed[:_SHOWN])
    more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
    return (f"ids that a ref can't hold are kept as `original`: {shown}{more}",)
