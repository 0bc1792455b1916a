"""From a table of pairs to a crosswalk: both ends, the relation in anybody's words, strength, reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import attrs

from ..._shared import Limits, choice, counted
from ...errors import AmbiguousIds, InputError, InvalidRef, Nis2mapError, Problem, quote
from ...ids import Ref, closed_set, read_ref
from ...model import Catalogue, Crosswalk, Framework, Grain, Link, Relation, joined, repeated
from .._cells import Cells, stripped
from ._framework import local_id
from ._header import Headers, TableRow, known_headers, parted, refuse, sheets_of
from ._library import local_of, mapping_tables

__all__ = ["End", "to_crosswalk"]

End = Catalogue | Framework | str | None
"""What a column of ids is of: a framework, by its id, or with its units, of which each id must then be one."""

_HEADERS = known_headers(
    {
        "requirement": "requirement id|requirements|source id|source ref|source node id|source requirement|"
        "from|fde|fde id|focal document element|focal document element (fde)|focal id|"
        "anforderung|anforderungen|source requirement urn",
        "control": "control id|controls|target|target id|target ref|target node id|target requirement|"
        "to|reference document element|reference id|mapped control|mapped to|"
        "maßnahme|maßnahmen|ziel|target requirement urn",
        "relation": "relationship|relationship type|strm relationship|mapping type|set relationship|beziehung",
        "strength": "strength of relationship|relationship strength|strength (1 10)|stärke",
        "rationale": "strm rationale|reason|justification|why|explanation|begründung",
        "source": "provenance|reference source|quelle",
        "note": "notes|comment|comments|remark|remarks|annotation|bemerkung|bemerkungen|anmerkung|kommentar|hinweis",
    }
)
# Beside "target" these headers name the end that the relation starts from, and no provenance.
_FROM = {**_HEADERS, "source": "requirement", "quelle": "requirement"}
_ENDS = ("requirement", "control")
# IR 8477 and STRM, OSCAL, CISO Assistant, SKOS; read from the requirement to the control.
_RELATIONS = {
    word: relation
    for relation, words in {
        Relation.EQUAL_TO: "equal to|equal|equals|equivalent|equivalent to|identical|exactmatch|exact match",
        Relation.SUBSET_OF: "subset of|subset|is subset of|is a subset of|broadmatch|broad match",
        Relation.SUPERSET_OF: "superset of|superset|is superset of|is a superset of|narrowmatch|narrow match",
        Relation.INTERSECTS_WITH: "intersects with|intersect|intersects|intersects with (partial)|intersection|"
        "relatedmatch|related match",
        Relation.NO_RELATIONSHIP: "no relationship|not related|not related to|no relation|unrelated|none",
    }.items()
    for word in words.split("|")
}
_READ_AS = {"full": Relation.SUBSET_OF, "fully": Relation.SUBSET_OF} | dict.fromkeys(
    ("partial", "partially", "partly", "related"), Relation.INTERSECTS_WITH
)
_SEVERAL = re.compile(r"\s*[;\n,]\s*")
_NO_CONTROL = ("n/a", "none", "-", "–", "—")
_MOST = 200  # controls in one cell
_ISO = "iso27001"
# "5.1", "ISO 27001:2022 5.1": nothing says if a clause is meant or a control of Annex A.
_BARE = re.compile(
    r"(?:(?:din|en|iso|iec|27001|2022)[\s/:.-]*)*(?P<number>\d{1,2}(?:\.\d{1,3}){0,2})\.?", re.ASCII | re.IGNORECASE
)


def to_crosswalk(
    tables: Iterable[Cells],
    *,
    name: str,
    id: str | None,  # noqa: A002  (the name is part of the public interface)
    requirements: End,
    controls: End,
    columns: Mapping[str, str | None] | None,
    on_duplicate: str,
    limits: Limits,
) -> Crosswalk:
    """Return the crosswalk that tables hold; see `nis2map.load_crosswalk` for arguments and errors."""
    choice(on_duplicate, ("raise", "merge"), "on_duplicate")
    reader = _Reader(_Ids(requirements, "requirements"), _Ids(controls, "controls"))
    held_in, others = mapping_tables(tables, reader.requirements.framework)
    sheets, notes = sheets_of(held_in, (Headers(_HEADERS, _ENDS), Headers(_FROM, _ENDS)), columns, limits, name=name)
    notes += others
    rows = [row for sheet in sheets for row in sheet.rows()]
    for end in _ENDS:
        rows, problems, told = parted(rows, end, "behind " + end)
        reader.problems += problems
        notes += told
    for row in rows:
        reader.read(row)
    links = reader.without_duplicates(merge=on_duplicate == "merge")
    refuse(reader.problems, limits, name)
    if not links:
        raise InputError(f"{name}: no pair found below the header")
    sources = tuple(dict.fromkeys(link.requirement.framework for link in links))
    targets = tuple(dict.fromkeys(ref.framework for link in links for ref in link.controls))
    target = targets[0] if targets else reader.controls.framework
    if len(targets) > 1 or not target:
        what = f"the controls are of {' and '.join(targets)}" if targets else "no row names a control"
        raise InputError(f"{name}: {what}", hint="a crosswalk leads to one framework: controls='its-id'")
    named = id if id is not None else f"{'+'.join(sources)}-to-{target}"
    return Crosswalk(named, sources, target, links, Grain.UNIT, notes=(*dict.fromkeys(notes), *reader.notes()))


class _Ids:
    """The ids of one side, each looked up once: the same ones stand in thousands of rows."""

    def __init__(self, end: End, argument: str) -> None:
        if not (end is None or isinstance(end, (Catalogue, Framework, str))):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InputError(f"{argument} is {quote(end)}", hint="a Catalogue, a Framework, its id, or None")
        framework = end.framework if isinstance(end, Catalogue) else end
        self.framework = framework.id if isinstance(framework, Framework) else framework or ""
        self._argument = argument
        units = end.units if isinstance(end, Catalogue) else ()
        self._closed = isinstance(end, Catalogue)
        self._units = {unit.ref.local: unit.ref for unit in units} | {u.original: u.ref for u in units if u.original}
        self._known: dict[str, Ref | Nis2mapError] = {}

    def of(self, text: str) -> Ref | Nis2mapError:
        """Return the unit that a text names, or why it names none."""
        if text not in self._known:
            try:
                self._known[text] = self._find(text)
            except Nis2mapError as error:
                self._known[text] = error
        return self._known[text]

    def has(self, text: str) -> bool:
        """Tell whether a catalogue has a unit that its publisher writes so."""
        return text in self._units

    def _find(self, text: str) -> Ref:
        urn, text = text, local_of(text)
        local = text.removeprefix(f"{self.framework}:")
        if not self.framework:
            return self._unit(self._read(text))
        if self._closed:
            found = self._units.get(local) or self._units.get(local_id(local))
            if found is None and urn != text:  # URNs are in lower case
                found = next((ref for name, ref in self._units.items() if name.casefold() == local.casefold()), None)
            if found is None:
                import difflib  # slow on long texts, and only needed for a slip

                near = difflib.get_close_matches(local[:60], self._units, 1)
                hint = f"nearest: {near[0]}" if near else f"{self._argument} has {counted(len(self._units), 'id')}"
                raise InputError(f"{self.framework} has no unit {quote(text, 40)}", hint=hint)
            return found
        if closed_set(self.framework):
            return self._unit(self._read(text))
        return Ref(self.framework, local_id(local))

    def _read(self, text: str) -> Ref:
        """Return what a citation names; a bare number that a control of Annex A has too names nothing."""
        ref = read_ref(text.removeprefix(f"{self.framework}:"), framework=self.framework or None)
        number = self.bare(text) if ref.framework == _ISO else ""
        clause, control = number in closed_set(_ISO), f"A.{number}" in closed_set(_ISO)
        if control:
            what = "may be a clause or a control" if clause else "lacks the letter of Annex A"
            hint = f"write A.{number}" + (f", or clause {number}" if clause else "")
            raise AmbiguousIds(f"the bare number {quote(text, 40)} {what}", hint=hint)
        if number and not clause:
            raise InvalidRef(
                f"neither a clause nor a control of Annex A is {number}", hint="write A.5.1, or clause 5.1"
            )
        return ref

    def bare(self, text: str) -> str:
        """Return the number that a text is which says no more, without leading zeros; empty for any other text."""
        found = _BARE.fullmatch(stripped(text)) if not self._closed and not text.startswith(f"{_ISO}:") else None
        return ".".join(str(int(part)) for part in found["number"].split(".")) if found else ""

    @staticmethod
    def _unit(ref: Ref) -> Ref:
        if ref.demand:
            raise InvalidRef(f"{ref} is a demand, and pairs of a table are about whole units", hint=f"write {ref.unit}")
        return ref


@attrs.frozen
class _Pair:
    """A link with the row that it comes from."""

    link: Link
    row: TableRow


class _Reader:
    """Reads the rows of a crosswalk, and keeps what is wrong and what had to be interpreted."""

    def __init__(self, requirements: _Ids, controls: _Ids) -> None:
        self.requirements, self.controls = requirements, controls
        self.pairs: list[_Pair] = []
        self.problems: list[Problem] = []
        self._read_as: dict[str, list[int]] = {}

    def read(self, row: TableRow) -> None:
        """Read one row: a link for each control that it names, with controls joined by + as one."""
        texts, before = row.texts, len(self.problems)
        requirement = self._ref(row, "requirement", texts.get("requirement", ""))
        relation = self._relation(row)
        whole = texts.get("control", "")
        named = [part for part in _SEVERAL.split(whole) if part] if whole.casefold() not in _NO_CONTROL else []
        if len(named) > _MOST:
            self.problems.append(row.problem(f"more than {_MOST} controls", "too-many", "control"))
            return
        if not named and relation not in (Relation.NO_RELATIONSHIP, None):
            self.problems.append(row.problem("the row names no control", "no-control", "control"))
        # What stands in a cell is given whole where that is one unit: a publisher's id may have a comma or a plus.
        if self.controls.has(whole):
            named = [whole]
        sets = [[self._ref(row, "control", one) for one in self._joint(part)] for part in named]
        if len(named) > 1:
            self._note("several controls in one cell are a link each", row)
        if len(self.problems) > before or requirement is None or relation is None:
            return
        strength = self._strength(row, relation)
        for refs in sets or [[]]:
            link = Link(
                requirement,
                [ref for ref in refs if ref is not None],
                relation,
                strength=strength,
                rationale=texts.get("rationale", ""),
                source=texts.get("source", ""),
                note=texts.get("note", ""),
            )
            self.pairs.append(_Pair(link, row))

    def _joint(self, part: str) -> list[str]:
        if self.controls.has(part):
            return [part]
        return [one.strip() for one in part.split("+", _MOST)]

    def _ref(self, row: TableRow, field: str, text: str) -> Ref | None:
        spoilt = row.no_id(field)
        if spoilt is not None:
            self.problems.append(spoilt)
            return None
        ids = self.requirements if field == "requirement" else self.controls
        found = ids.of(text)
        if isinstance(found, Ref):
            if found.framework == _ISO and ids.bare(local_of(text)):
                self._note("bare numbers that no control of Annex A has are read as clauses", row)
            return found
        message, hint = (found.message, found.hint) if text else (f"the row names no {field}", "")
        self.problems.append(row.problem(message, "unknown-id", field, ref=text, hint=hint))
        return None

    def _relation(self, row: TableRow) -> Relation | None:
        if "relation" not in row.sheet.places:
            self._note("no column of relations: each pair is read as intersects-with, which says the least", row)
            return Relation.INTERSECTS_WITH
        text = row.texts.get("relation", "")
        word = " ".join(re.sub(r"[\s_-]+", " ", text.casefold()).split()).removeprefix("skos:")
        if word in _RELATIONS:
            return _RELATIONS[word]
        if word in _READ_AS:
            self._note(f"{quote(text, 40)} is read as {_READ_AS[word]}", row)
            return _READ_AS[word]
        hint = f"one of: {', '.join(Relation)}; or full, partial"
        message = f"{quote(text, 40)} is not a relation" if text else "the row gives no relation"
        self.problems.append(row.problem(message, "unknown-word", "relation", hint=hint))
        return None

    def _strength(self, row: TableRow, relation: Relation) -> int | None:
        """Return a strength from 1 to 9 of a partial relation; any other is left out, and noted."""
        text = row.texts.get("strength", "")
        if not text:
            return None
        if re.fullmatch(r"[1-9](?:\.0+)?", text, re.ASCII) and relation.is_partial:
            return int(text[0])
        why = "is not a whole number from 1 to 9" if relation.is_partial else f"stands on {relation}, which has none"
        self._note(f"the strength {quote(text, 20)} {why}, and is left out", row)
        return None

    def _note(self, words: str, row: TableRow) -> None:
        self._read_as.setdefault(words, []).append(row.number)

    def notes(self) -> tuple[str, ...]:
        """Return what was interpreted, a note a kind, with how many rows it concerns and the first."""
        return tuple(
            f"{words} ({counted(len(numbers), 'row')}, first {numbers[0]})" for words, numbers in self._read_as.items()
        )

    def without_duplicates(self, *, merge: bool) -> list[Link]:
        """Return the links; those that say again what another one says are problems, or merged with a note."""
        links = [pair.link for pair in self.pairs]
        for place, first, same in repeated(links):
            row, number = self.pairs[place].row, self.pairs[first].row.number
            if same and merge:
                self._note("a pair that says again what an earlier row says is merged with it", row)
                continue
            said = "says the same as" if same else "contradicts"
            hint = 'on_duplicate="merge" keeps one' if same else ""
            ref = str(links[place].requirement)
            self.problems.append(
                row.problem(f"the pair {said} row {number}", "duplicate-link", "relation", ref=ref, hint=hint)
            )
        return joined(links) if merge else links
