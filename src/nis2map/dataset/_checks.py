"""What must hold of a dataset, checked on plain records, so that broken data can be fed to it.

`check` takes the tables as lists of dicts (the form that `model.record` gives) and returns every problem, sorted. It
runs on what users supply when it is loaded, and on the bundled data in CI with `strict=True`, which also asks for what
only our own content promises: sources, rationales, titles, legal order, closed sets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from ..errors import Nis2mapError, Problem, quote
from ..ids import Ref, closed_set, parse_ref
from ..model import Relation
from ._law import law_problems

__all__ = ["CHECKS", "check"]

Record = Mapping[str, Any]
_RELATIONS = {str(relation): relation for relation in Relation}
_ROLES_OF_LINK = ("covers", "covers_guided", "supports")
_FLAGS = frozenset({"optout", "conditional", "reference", "heading", "amended", "core", "stays"})
_NUMBERS = frozenset({"strength", "section_level"})


@attrs.frozen
class _Tables:
    """The records by table, with the indexes that the checks share."""

    frameworks: dict[str, str]
    units: dict[str, tuple[str, Record]]
    demands: dict[str, tuple[str, ...]]
    sources: frozenset[str]
    raw: Mapping[str, Sequence[Record]]


def check(tables: Mapping[str, Sequence[Record]], *, strict: bool = False) -> list[Problem]:
    """Return all problems of the tables of a dataset, sorted by place."""
    index = _index(tables)
    found: list[Problem] = []
    for name, one in CHECKS.items():
        if strict or name not in _STRICT:
            found += (attrs.evolve(problem, code=problem.code or name) for problem in one(index))
    return sorted(found, key=lambda problem: problem.sort_key)


def _index(tables: Mapping[str, Sequence[Record]]) -> _Tables:
    units: dict[str, tuple[str, Record]] = {}
    for side, table in (("requirement", "requirements"), ("control", "controls")):
        for row in tables.get(table, ()):
            units.setdefault(str(row.get("ref")), (side, row))
    return _Tables(
        frameworks={str(row.get("id")): str(row.get("side", "requirement")) for row in tables.get("frameworks", ())},
        units=units,
        demands=_demands(units),
        sources=frozenset(str(row.get("id")) for row in tables.get("sources", ())),
        raw=tables,
    )


def _demands(units: Mapping[str, tuple[str, Record]]) -> dict[str, tuple[str, ...]]:
    """Demand refs by unit; where no unit of a framework has any, each leaf has itself."""
    parents = {str(row.get("parent")) for _, row in units.values()}
    with_demands = {_framework(ref) for ref, (_, row) in units.items() if row.get("demands")}
    found: dict[str, tuple[str, ...]] = {}
    for ref, (side, row) in units.items():
        if side != "requirement":
            continue
        if _framework(ref) in with_demands:
            own: Sequence[Record] = row.get("demands", ())
            found[ref] = tuple(_demand_ref(ref, demand) for demand in own)
        else:
            found[ref] = () if ref in parents else (ref,)
    return found


def _framework(ref: str) -> str:
    return ref.partition(":")[0]


def _demand_ref(unit: str, demand: Record) -> str:
    return f"{unit}#{demand['id']}" if "id" in demand else str(demand.get("ref"))


def _rows(t: _Tables) -> Iterator[tuple[str, int, Record]]:
    for table in ("requirements", "controls"):
        for number, row in enumerate(t.raw.get(table, ()), 1):
            yield table, number, row


def _refs(t: _Tables) -> Iterator[Problem]:
    """Ids are texts that name a unit, in canonical form, each once."""
    seen: dict[str, str] = {}
    for table, number, row in _rows(t):
        ref = row.get("ref")
        at: dict[str, Any] = {"path": table, "row": number, "ref": str(ref)}
        try:
            canonical = str(parse_ref(ref))  # type: ignore[arg-type]  # broken data is what this is for
        except Nis2mapError as error:
            yield Problem(error.message, hint=error.hint, code="bad-ref", **at)
            continue
        if canonical != ref:
            yield Problem("the id is not in canonical form", hint=f"write {canonical}", code="bad-ref", **at)
        folded = canonical.casefold()
        if folded in seen:
            yield Problem(f"the unit stands twice, first as {seen[folded]}", code="duplicate-unit", **at)
        seen.setdefault(folded, canonical)


def _framework_of_unit(t: _Tables) -> Iterator[Problem]:
    """Every unit belongs to a declared framework of its side."""
    ids = [str(row.get("id")) for row in t.raw.get("frameworks", ())]
    for double in sorted({i for i in ids if ids.count(i) > 1}):
        yield Problem(f"framework {quote(double)} is declared twice", path="frameworks", code="duplicate-framework")
    for table, number, row in _rows(t):
        framework = _framework(str(row.get("ref")))
        side = table.removesuffix("s")
        if framework not in t.frameworks:
            message = f"framework {quote(framework)} is not declared"
        elif t.frameworks[framework] != side:
            message = f"a {side} stands in {framework}, a framework of {t.frameworks[framework]}s"
        else:
            continue
        yield Problem(message, path=table, row=number, ref=str(row.get("ref")))


def _parents(t: _Tables) -> Iterator[Problem]:
    """Parents exist, in the same framework, and no unit is above itself."""
    for table, number, row in _rows(t):
        ref, parent = str(row.get("ref")), row.get("parent")
        at: dict[str, Any] = {"path": table, "row": number, "ref": ref}
        if parent is None:
            continue
        if parent not in t.units:
            yield Problem(f"the parent {quote(parent)} does not exist", code="dangling-parent", **at)
        elif _framework(str(parent)) != _framework(ref):
            yield Problem(f"the parent {parent} is of another framework", code="foreign-parent", **at)
        elif _above_itself(t, ref):
            yield Problem("the unit lies above itself", code="cycle", **at)


def _above_itself(t: _Tables, ref: str) -> bool:
    at, steps = t.units[ref][1].get("parent"), 0
    while at is not None and at != ref and at in t.units and steps < 100:
        at, steps = t.units[str(at)][1].get("parent"), steps + 1
    return at == ref or steps >= 100


def _demand_rows(t: _Tables) -> Iterator[Problem]:
    """Demands have labels and unique ids of their own unit."""
    for number, row in enumerate(t.raw.get("requirements", ()), 1):
        ref, seen = str(row.get("ref")), set[str]()
        at: dict[str, Any] = {"path": "requirements", "row": number}
        for demand in row.get("demands", ()):
            name = _demand_ref(ref, demand)
            try:
                own = parse_ref(name)
            except Nis2mapError as error:
                yield Problem(error.message, code="bad-demand", ref=ref, **at)
                continue
            if str(own.unit) != ref:
                yield Problem(f"the demand {name} belongs to another unit", code="foreign-demand", ref=ref, **at)
            if name in seen:
                yield Problem("the demand stands twice", code="duplicate-demand", ref=name, **at)
            seen.add(name)
            if not str(demand.get("label", "")).strip():
                yield Problem("the demand has no label", code="no-label", ref=name, **at)


@attrs.frozen
class _LinkRow:
    """One link of one crosswalk, with its place."""

    crosswalk: Record
    row: Record
    number: int

    def problem(self, message: str, code: str, *, hint: str = "") -> Problem:
        return Problem(
            message,
            path=f"crosswalk {self.crosswalk.get('id')}",
            row=self.number,
            ref=str(self.row.get("requirement")),
            hint=hint,
            code=code,
        )

    @property
    def unit(self) -> str:
        return str(self.row.get("requirement"))

    @property
    def controls(self) -> tuple[str, ...]:
        return tuple(map(str, self.row.get("controls", ())))

    def named(self, role: str) -> tuple[str, ...]:
        return tuple(
            slug if ":" in slug else f"{self.unit}#{slug.removeprefix('#')}"
            for slug in map(str, self.row.get(role, ()))
        )

    @property
    def relation(self) -> Relation | None:
        return _RELATIONS.get(str(self.row.get("relation")))


def _links(t: _Tables) -> Iterator[_LinkRow]:
    for crosswalk in t.raw.get("crosswalks", ()):
        for number, row in enumerate(crosswalk.get("links", ()), 1):
            yield _LinkRow(crosswalk, row, number)


def _sources_of(crosswalk: Record) -> tuple[str, ...]:
    source = crosswalk.get("source", ())
    return (source,) if isinstance(source, str) else tuple(map(str, source))


def _crosswalk_ends(t: _Tables) -> Iterator[Problem]:
    """Crosswalks join declared frameworks, from requirements to controls; their ids are unique."""
    seen: set[str] = set()
    for number, crosswalk in enumerate(t.raw.get("crosswalks", ()), 1):
        at: dict[str, Any] = {"path": "crosswalks", "row": number, "ref": str(crosswalk.get("id"))}
        if str(crosswalk.get("id")) in seen:
            yield Problem("the crosswalk stands twice", code="duplicate-crosswalk", **at)
        seen.add(str(crosswalk.get("id")))
        ends = [(name, "requirement") for name in _sources_of(crosswalk)] + [(str(crosswalk.get("target")), "control")]
        for name, side in ends:
            if t.frameworks.get(name) != side:
                yield Problem(f"{quote(name)} is no declared framework of {side}s", code="bad-crosswalk-end", **at)


def _link_ends(t: _Tables) -> Iterator[Problem]:
    """Both ends of a link exist, on their own side, in the frameworks of the crosswalk."""
    for link in _links(t):
        if t.units.get(link.unit, ("",))[0] != "requirement":
            yield link.problem("the requirement does not exist", "dangling-link", hint=_hint(link.unit))
        elif _framework(link.unit) not in _sources_of(link.crosswalk):
            yield link.problem("the requirement is not of the crosswalk's source", "foreign-link")
        for control in link.controls:
            if t.units.get(control, ("",))[0] != "control":
                yield link.problem(f"the control {quote(control)} does not exist", "dangling-link", hint=_hint(control))
            elif _framework(control) != link.crosswalk.get("target"):
                yield link.problem(f"the control {control} is not of the crosswalk's target", "foreign-link")
        if len(set(link.controls)) != len(link.controls):
            yield link.problem("a control stands twice in the link", "duplicate-control")
        if link.relation is None:
            words = ", ".join(_RELATIONS)
            yield link.problem(
                f"unknown relation {quote(link.row.get('relation'))}", "bad-relation", hint=f"one of: {words}"
            )


def _hint(text: str) -> str:
    try:
        return f"{parse_ref(text)} is a real id, but not a unit of that side here"
    except Nis2mapError as error:
        return error.hint


def _duplicate_links(t: _Tables) -> Iterator[Problem]:
    """A crosswalk has one link per unit and set of controls."""
    seen: dict[tuple[str, str, frozenset[str]], int] = {}
    for link in _links(t):
        key = (str(link.crosswalk.get("id")), link.unit, frozenset(link.controls))
        if key in seen:
            controls = ", ".join(link.controls) or "no control"
            yield link.problem(f"the link to {controls} stands twice, first in row {seen[key]}", "duplicate-link")
        seen.setdefault(key, link.number)


def _link_demands(t: _Tables) -> Iterator[Problem]:
    """Links name demands of their own unit, each in one role."""
    for link in _links(t):
        own = t.demands.get(link.unit, ())
        seen: set[str] = set()
        for role in _ROLES_OF_LINK:
            for name in link.named(role):
                if name not in own:
                    have = ", ".join(x.partition("#")[2] or x for x in own) or "none"
                    yield link.problem(
                        f"{role} names {quote(name)}, no demand of the unit", "unknown-demand", hint=f"it has {have}"
                    )
                if name in seen:
                    yield link.problem(f"the demand {name} is named twice", "not-disjoint")
                seen.add(name)


def _agreement(t: _Tables) -> Iterator[Problem]:
    """Relation and demands agree (DESIGN section 5)."""
    for link in _links(t):
        relation = link.relation
        covered = {*link.named("covers"), *link.named("covers_guided")}
        named = covered | set(link.named("supports"))
        if relation is None or (not named and relation is not Relation.NO_RELATIONSHIP):
            continue
        if relation is Relation.NO_RELATIONSHIP:
            if named:
                yield link.problem("no-relationship names demands", "relation-disagrees")
        elif covered and covered == set(t.demands.get(link.unit, ())):
            if not relation.is_full:
                yield link.problem(f"all demands are covered, so the relation is not {relation}", "relation-disagrees")
        elif not relation.is_partial:
            yield link.problem(f"not all demands are covered, so the relation is not {relation}", "relation-disagrees")


def _strength(t: _Tables) -> Iterator[Problem]:
    """A strength is 1 to 9, on a partial relation, in a link that names no demands."""
    for link in _links(t):
        strength = link.row.get("strength")
        if strength is None:
            continue
        if type(strength) is not int or not 1 <= strength <= 9:
            yield link.problem(f"the strength {quote(strength)} is not a whole number from 1 to 9", "bad-strength")
        if link.relation is None or not link.relation.is_partial:
            yield link.problem("a strength stands only on a partial relation", "bad-strength")
        if any(link.row.get(role) for role in _ROLES_OF_LINK):
            yield link.problem("a strength and named demands exclude each other", "bad-strength")


def _grain(t: _Tables) -> Iterator[Problem]:
    """In a crosswalk of demand grain every link but `no-relationship` names demands; of unit grain none does."""
    for crosswalk in t.raw.get("crosswalks", ()):
        links = [_LinkRow(crosswalk, row, n) for n, row in enumerate(crosswalk.get("links", ()), 1)]
        named = [any(link.row.get(role) for role in _ROLES_OF_LINK) for link in links]
        grain = str(crosswalk.get("grain") or ("demand" if any(named) else "unit"))
        for link, names in zip(links, named, strict=True):
            if names and grain == "unit":
                yield link.problem("a link of a crosswalk of unit grain names demands", "mixed-grain")
            elif not names and grain == "demand" and link.relation is not Relation.NO_RELATIONSHIP:
                yield link.problem("a link of a crosswalk of demand grain names no demands", "mixed-grain")


def _empty_links(t: _Tables) -> Iterator[Problem]:
    """Only `no-relationship` may name no control, and then it stands alone on its unit."""
    count: dict[tuple[str, str], int] = {}
    for link in _links(t):
        key = (str(link.crosswalk.get("id")), link.unit)
        count[key] = count.get(key, 0) + 1
    for link in _links(t):
        if link.controls:
            continue
        if link.relation is not Relation.NO_RELATIONSHIP:
            yield link.problem("a link without controls is no-relationship", "no-controls")
        if count[str(link.crosswalk.get("id")), link.unit] > 1:
            yield link.problem("no unit of the target is related, and yet there is another link", "not-alone")


def _references(t: _Tables) -> Iterator[Problem]:
    """Units that requirements elaborate, their measure groups and what measures close exist."""
    for number, row in enumerate(t.raw.get("requirements", ()), 1):
        for name in ("elaborates", "groups"):
            for ref in row.get(name, ()):
                if ref not in t.units:
                    message = f"{name} names {quote(ref)}, which does not exist"
                    yield Problem(message, path="requirements", row=number, ref=str(row.get("ref")))
    for number, row in enumerate(t.raw.get("frameworks", ()), 1):
        parent = row.get("elaborates")
        if parent and t.frameworks.get(str(parent)) != "requirement":
            message = f"elaborates names {quote(parent)}, which is not a framework of requirements here"
            yield Problem(message, path="frameworks", row=number, ref=str(row.get("id")))
    demands = {name for names in t.demands.values() for name in names}
    for number, row in enumerate(t.raw.get("measures", ()), 1):
        for ref in row.get("closes", ()):
            if ref not in t.units and ref not in demands:
                yield Problem(
                    f"it closes {quote(ref)}, which does not exist", path="measures", row=number, ref=str(row.get("id"))
                )


def _aliases(t: _Tables) -> Iterator[Problem]:
    """Each id is told of once a version, and leads to what exists or to what a later version tells of."""
    demands = {name for names in t.demands.values() for name in names}
    rows = t.raw.get("aliases", ())
    seen: set[tuple[str, str]] = set()
    told = {str(row.get("before")) for row in rows}
    for number, row in enumerate(rows, 1):
        before, since = str(row.get("before")), str(row.get("since"))
        if (before, since) in seen:
            yield Problem("two aliases of one id in one version", path="aliases", row=number, ref=before)
        seen.add((before, since))
        for ref in row.get("after", ()):
            if ref not in t.units and ref not in demands and ref not in told:
                yield Problem(f"it leads to {quote(ref)}, which does not exist", path="aliases", row=number, ref=before)


def _sources(t: _Tables) -> Iterator[Problem]:
    """Sources that links, measures and frameworks name are declared, if any is."""
    if not t.sources:
        return
    for link in _links(t):
        if link.row.get("source") and link.row["source"] not in t.sources:
            yield link.problem(f"the source {quote(link.row['source'])} is not declared", "unknown-source")
    for table in ("measures", "frameworks"):
        for number, row in enumerate(t.raw.get(table, ()), 1):
            if row.get("source") and row["source"] not in t.sources:
                yield Problem(
                    f"the source {quote(row['source'])} is not declared",
                    path=table,
                    row=number,
                    ref=str(row.get("id")),
                    code="unknown-source",
                )


def _provenance(t: _Tables) -> Iterator[Problem]:
    """Each of our links has a source and, where it names demands, a rationale of its own."""
    for link in _links(t):
        if not link.row.get("source"):
            yield link.problem("the link names no source", "no-source")
        if any(link.row.get(role) for role in _ROLES_OF_LINK) and not str(link.row.get("rationale", "")).strip():
            yield link.problem("the link gives no rationale", "no-rationale")


def _own_words(t: _Tables) -> Iterator[Problem]:
    """Each unit has a title of its own in its framework, and a summary exactly where it has no demands."""
    seen: dict[tuple[str, str], str] = {}
    for table, number, row in _rows(t):
        ref, title = str(row.get("ref")), str(row.get("title", ""))
        at: dict[str, Any] = {"path": table, "row": number, "ref": ref}
        if not title:
            yield Problem("the unit has no title", code="no-title", **at)
        key = (_framework(ref), title.casefold())
        if title and key in seen:
            yield Problem(f"the title is also that of {seen[key]}", code="same-title", **at)
        seen.setdefault(key, ref)
        if table == "requirements" and bool(row.get("summary")) == bool(row.get("demands")):
            yield Problem("a unit has either demands or a summary", code="summary", **at)


def _order(t: _Tables) -> Iterator[Problem]:
    """Units stand in legal order."""
    for table in ("requirements", "controls"):
        last: Ref | None = None
        for number, row in enumerate(t.raw.get(table, ()), 1):
            try:
                ref = parse_ref(str(row.get("ref")))
            except Nis2mapError:
                continue  # `refs` says so
            if last is not None and last.framework == ref.framework and not last < ref:
                yield Problem(f"it stands after {last}", path=table, row=number, ref=str(ref), code="order")
            last = ref


def _closed(t: _Tables) -> Iterator[Problem]:
    """All units of ISO/IEC 27001 and of the CIR's Annex are present."""
    for framework, wanted in (("iso27001", ""), ("cir", "art.")):
        if framework not in t.frameworks:
            continue
        for local in closed_set(framework):
            if (not wanted or not local.startswith(wanted)) and f"{framework}:{local}" not in t.units:
                yield Problem("the unit is missing", path=framework, ref=f"{framework}:{local}", code="missing-unit")


def _law(t: _Tables) -> Iterator[Problem]:
    """The law's tables name what exists, in words and dates that can be read, each row once."""
    demands = {name for names in t.demands.values() for name in names}
    yield from law_problems(t.raw, t.units.keys() | demands)


def _number_ids(t: _Tables) -> Iterator[Problem]:
    """No number stands where an id belongs (5.10 is not 5.1)."""
    for table, number, row in _rows(t):
        for name in ("ref", "parent"):
            if isinstance(row.get(name), (int, float)):
                yield Problem(f"{name} is a number", path=table, row=number, hint="write ids as text")
    for link in _links(t):
        ends: list[Any] = [link.row.get("requirement")]
        controls = link.row.get("controls", ())
        if isinstance(controls, Iterable):
            ends += controls
        if any(isinstance(end, (int, float)) for end in ends):
            yield link.problem("an end of the link is a number", "number-id", hint="write ids as text")


def _types(t: _Tables) -> Iterator[Problem]:
    """Flags are true or false, and every other single value is a text."""
    # The records of the law's tables have numbers and flags of their own, which their classes check.
    own = {table: given for table, given in t.raw.items() if not table.startswith("law.")}
    rows = [(table, number, row) for table, given in own.items() for number, row in enumerate(given, 1)]
    rows += [(table, number, one) for table, number, row in rows for one in row.get("demands", ())]
    rows += [(f"crosswalk {link.crosswalk.get('id')}", link.number, link.row) for link in _links(t)]
    for path, number, row in rows:
        for name, value in row.items():
            flag = name in _FLAGS
            if value is None or name == "strength" or _fits(name, value):  # `strength` has a check of its own
                continue
            wanted = "true or false" if flag else "a whole number" if name in _NUMBERS else "a text"
            ref = str(row.get("ref") or row.get("requirement") or row.get("id"))
            yield Problem(f"{name} is {quote(value)}, not {wanted}", path=path, row=number, ref=ref)


def _fits(name: str, value: object) -> bool:
    """Tell whether a value is of the kind that its name asks for; lists and mappings are looked at elsewhere."""
    if name in _FLAGS:
        return isinstance(value, bool)
    if name in _NUMBERS:
        return type(value) is int
    return isinstance(value, (str, list, tuple, Mapping))


def _charset(t: _Tables) -> Iterator[Problem]:
    """Texts hold no replacement or control characters."""
    for table, number, row in _rows(t):
        for name in ("title", "summary", "note"):
            bad = re.search(r"[\ufffd\x00-\x08\x0b-\x1f\x7f]", str(row.get(name, "")))
            if bad:
                yield Problem(f"{name} holds {bad[0]!r}", path=table, row=number, ref=str(row.get("ref")))


CHECKS: dict[str, Callable[[_Tables], Iterator[Problem]]] = {
    "number-id": _number_ids,
    "refs": _refs,
    "framework": _framework_of_unit,
    "parents": _parents,
    "demands": _demand_rows,
    "crosswalk-ends": _crosswalk_ends,
    "link-ends": _link_ends,
    "duplicate-links": _duplicate_links,
    "link-demands": _link_demands,
    "agreement": _agreement,
    "strength": _strength,
    "grain": _grain,
    "empty-links": _empty_links,
    "references": _references,
    "aliases": _aliases,
    "sources": _sources,
    "law": _law,
    "types": _types,
    "charset": _charset,
    "provenance": _provenance,
    "own-words": _own_words,
    "order": _order,
    "closed-sets": _closed,
}
_STRICT = frozenset({"provenance", "own-words", "order", "closed-sets"})
