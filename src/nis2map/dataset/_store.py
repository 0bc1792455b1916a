"""Where the parts of a dataset come from: the packaged tables, or objects that were handed in.

The packaged tables are built into objects by hand-written code, one table at a time and without checks, because those
run in CI and cattrs would cost more at start than the objects themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, overload, runtime_checkable

import attrs

from ..data import table
from ..ids import Ref
from ..model import LISTS, Control, Crosswalk, Demand, Framework, Link, Requirement

if TYPE_CHECKING:  # classes cost more at start than the units do
    from ..model import Alias, LawTables, Measure, Source
    from ._dataset import Dataset
    from ._verdicts import VerdictRow

__all__ = [
    "MADE_OF_VERDICTS",
    "WHAT_STANDS",
    "Given",
    "Nones",
    "Overlay",
    "Packaged",
    "Store",
    "Unit",
    "as_records",
    "digest_of",
    "grouped",
    "lazy_crosswalks",
    "noting",
]

D = TypeVar("D")
Unit = Requirement | Control
# Packaged crosswalks that are worked out from the verdicts when they are asked for: each judge's, what both give, what
# either gives; and what stands if one assumption of the judges is dropped.
MADE_OF_VERDICTS = ("nis2map-judge-1", "nis2map-judge-2", "nis2map-strict", "nis2map-generous")
ASSUMED = ("nis2map-management-is-top",)
_DERIVED = (*MADE_OF_VERDICTS, *ASSUMED)
WHAT_STANDS = MADE_OF_VERDICTS[0].removesuffix("-judge-1")
# Pairs of a demand and controls of which a person says that they serve it not, with the reason.
Nones = Mapping[tuple[Ref, frozenset[Ref]], str]


class Store(Protocol):
    """Where the parts of a dataset come from."""

    def frameworks(self) -> tuple[Framework, ...]: ...
    def units(self, framework: str) -> Mapping[Ref, Unit]: ...
    def core(self, framework: str) -> tuple[Ref, ...]: ...
    def count(self, framework: str) -> int: ...
    def heads(self) -> tuple[Crosswalk, ...]: ...
    def derived(self) -> tuple[Crosswalk, ...]: ...
    def links(self, crosswalk: str, framework: str) -> tuple[Link, ...]: ...
    def sources(self) -> tuple[Source, ...]: ...
    def measures(self) -> tuple[Measure, ...]: ...
    def law(self) -> LawTables: ...
    def aliases(self) -> tuple[Alias, ...]: ...
    def verdicts(self) -> Sequence[VerdictRow]: ...
    @property
    def nones(self) -> Nones: ...
    def noting(self, nones: Nones) -> Store: ...
    def judged_by(self, other: Store, nones: Nones | None) -> Store: ...


@runtime_checkable
class Overlay(Protocol):
    """What `Dataset.with_review` takes: a `Review`, which knows how verdicts change a crosswalk."""

    def laid_over(
        self, dataset: Dataset, crosswalk: str, others: Sequence[object]
    ) -> tuple[Crosswalk, tuple[Source, ...], Nones]:
        """Return the crosswalk in which verdicts stand, the sources that it names, and the pairs that are none."""
        ...


class Given:
    """Parts that were handed in as objects."""

    def __init__(
        self,
        frameworks: tuple[Framework, ...],
        units: tuple[Unit, ...],
        crosswalks: tuple[Crosswalk, ...],
        sources: tuple[Source, ...],
        measures: tuple[Measure, ...],
        law: LawTables,
        aliases: tuple[Alias, ...] = (),
    ) -> None:
        self._frameworks, self._sources, self._measures, self._law = frameworks, sources, measures, law
        self._aliases = aliases
        self._judged: Store | None = None
        self.nones: Nones = {}
        self._units = {
            f.id: {
                u.ref: _cited_by(f, u)
                for u in sorted((u for u in units if u.ref.framework == f.id), key=lambda u: u.ref.sort_key)
            }
            for f in frameworks
        }
        self._crosswalks = {crosswalk.id: crosswalk for crosswalk in crosswalks}

    def frameworks(self) -> tuple[Framework, ...]:
        return self._frameworks

    def units(self, framework: str) -> Mapping[Ref, Unit]:
        return self._units[framework]

    def core(self, framework: str) -> tuple[Ref, ...]:
        units = self._units[framework].values()
        return tuple(unit.ref for unit in units if isinstance(unit, Requirement) and unit.core)

    def count(self, framework: str) -> int:
        return len(self._units[framework])

    def heads(self) -> tuple[Crosswalk, ...]:
        return tuple(self._crosswalks.values())

    def derived(self) -> tuple[Crosswalk, ...]:
        heads = () if self._judged is None else self._judged.derived()
        return tuple(head for head in heads if head.id not in self._crosswalks)

    def links(self, crosswalk: str, framework: str) -> tuple[Link, ...]:
        if self._judged is not None and crosswalk not in self._crosswalks:
            return self._judged.links(crosswalk, framework)
        links = [link for link in self._crosswalks[crosswalk].links if link.requirement.framework == framework]
        return tuple(sorted(links, key=_link_place))

    def sources(self) -> tuple[Source, ...]:
        return self._sources

    def measures(self) -> tuple[Measure, ...]:
        return self._measures

    def law(self) -> LawTables:
        return self._law

    def aliases(self) -> tuple[Alias, ...]:
        return self._aliases

    def verdicts(self) -> Sequence[VerdictRow]:
        return () if self._judged is None else self._judged.verdicts()

    def noting(self, nones: Nones) -> Given:
        """Return the same parts with other pairs that are none."""
        noted = copy(self)
        noted.nones = nones
        return noted

    def judged_by(self, other: Store, nones: Nones | None) -> Given:
        """Return the same parts with the verdicts of another store, and the crosswalks that are made of them."""
        self._judged = other
        self.nones = other.nones if nones is None else nones
        return self


def _cited_by(framework: Framework, unit: Unit) -> Unit:
    """Return a unit that knows how its framework is cited, so that it can say its citation alone.

    A unit that comes from another dataset may know what its framework was called there.
    """
    return attrs.evolve(unit, pattern=framework.pattern)


def _link_place(link: Link) -> tuple[object, ...]:
    return (link.requirement.sort_key, tuple(c.sort_key for c in link.controls), link.relation, link.source)


class _Rows(Mapping[Ref, Unit]):
    """Units by ref in the order of their rows, each built when it is first looked up.

    A first score needs one unit in six of the Directive.
    """

    __slots__ = ("_build", "_built", "_rows")

    def __init__(self, rows: Iterable[Mapping[str, Any]], build: Callable[[Mapping[str, Any]], Unit]) -> None:
        self._rows = {row["ref"]: row for row in rows}
        self._build = build
        self._built: dict[Ref, Unit] = {}

    def __getitem__(self, ref: Ref) -> Unit:
        unit = self._built.get(ref)
        if unit is None:  # of threads that come at once, all get the first one's
            unit = self._built.setdefault(ref, self._build(self._rows[str(ref)]))
        return unit

    def __contains__(self, ref: object) -> bool:
        return ref in self._built or (isinstance(ref, Ref) and str(ref) in self._rows)

    def __iter__(self) -> Iterator[Ref]:
        return map(_ref, self._rows)

    def __len__(self) -> int:
        return len(self._rows)


class Packaged:
    """The tables in the package's data folder, built without checks: those run in CI."""

    def __init__(self, nones: Nones | None = None) -> None:
        self.nones: Nones = nones or {}

    def frameworks(self) -> tuple[Framework, ...]:
        return tuple(Framework(**row) for row in table("frameworks"))

    def units(self, framework: str) -> Mapping[Ref, Unit]:
        sides = {row["id"]: row.get("side") for row in table("frameworks")}
        return _Rows(table(framework), _control if sides[framework] == "control" else _requirement)

    def core(self, framework: str) -> tuple[Ref, ...]:
        return _refs(row["ref"] for row in table(framework) if row.get("core"))

    def count(self, framework: str) -> int:
        """The number of units as the manifest has it, so that counting builds none."""
        records: dict[str, int] = {entry["name"]: entry["records"] for entry in table("MANIFEST")["files"]}
        return records[f"{framework}.json"]

    def heads(self) -> tuple[Crosswalk, ...]:
        return tuple(Crosswalk(**row) for row in table("crosswalks") if row["id"] not in _DERIVED)

    def derived(self) -> tuple[Crosswalk, ...]:
        return tuple(Crosswalk(**row) for row in table("crosswalks") if row["id"] in _DERIVED)

    def links(self, crosswalk: str, framework: str) -> tuple[Link, ...]:
        if crosswalk in ASSUMED:
            return self._assumed(crosswalk, framework)
        if crosswalk not in MADE_OF_VERDICTS:
            return tuple(_link(row) for row in table(f"{crosswalk}-{framework}"))
        from ._verdicts import derived_links

        head = next(head for head in self.derived() if head.id == crosswalk)
        units = self.units(framework).values()
        demands = {u.ref: [d.ref for d in u.demands] for u in units if isinstance(u, Requirement) and u.demands}
        return derived_links(head, framework, demands)

    def _assumed(self, crosswalk: str, framework: str) -> tuple[Link, ...]:
        """Return what stands, with other links for the units that were judged again under an assumption."""
        again = [_link(row) for row in table(crosswalk.removeprefix(f"{WHAT_STANDS}-"))]
        units = {link.requirement for link in again}
        kept = [link for link in self.links(WHAT_STANDS, framework) if link.requirement not in units]
        changed = [link for link in again if link.requirement.framework == framework]
        return tuple(sorted((*kept, *changed), key=lambda link: link.requirement.sort_key))

    def sources(self) -> tuple[Source, ...]:
        from ..model import Source

        return tuple(Source(**row) for row in table("sources"))

    def measures(self) -> tuple[Measure, ...]:
        from ..model import Measure

        return tuple(Measure(**row) for row in table("measures"))

    def law(self) -> LawTables:
        from ._law import packaged_law

        return packaged_law()

    def aliases(self) -> tuple[Alias, ...]:
        from ..model import Alias

        return tuple(Alias(**row) for row in table("aliases"))

    def verdicts(self) -> Sequence[VerdictRow]:
        from ._verdicts import verdict_rows

        return verdict_rows()

    def noting(self, nones: Nones) -> Packaged:
        return Packaged(nones)

    def judged_by(self, other: Store, nones: Nones | None) -> Packaged:  # noqa: ARG002  (it has verdicts of its own)
        return self


def noting(store: Store, crosswalk: str, nones: Nones) -> Store:
    """Return a store that notes what a person says is none in a crosswalk, the same one if that is no news.

    Verdicts are told of one crosswalk, and only where judges gave some.
    """
    if crosswalk != WHAT_STANDS or not nones or not store.verdicts():
        return store
    noted = {**store.nones, **nones}
    return store if noted == store.nones else store.noting(noted)


@cache
def _ref(text: str) -> Ref:
    framework, _, local = text.partition(":")
    return Ref(framework, local)


def _refs(texts: Iterable[str]) -> tuple[Ref, ...]:
    return tuple(map(_ref, texts))


def _requirement(row: Mapping[str, Any]) -> Requirement:
    fields = dict(row)
    ref = fields["ref"]
    fields["ref"] = _ref(ref)
    fields["demands"] = tuple(
        Demand(
            _ref(f"{ref}#{d['id']}"),
            d["label"],
            d.get("optout", False),
            d.get("condition", ""),
            evidence=d.get("evidence", ()),
        )
        for d in row.get("demands", ())
    )
    if "parent" in fields:
        fields["parent"] = _ref(fields["parent"])
    for name in ("groups", "elaborates"):
        if name in fields:
            fields[name] = _refs(fields[name])
    return Requirement(**fields)


def _control(row: Mapping[str, Any]) -> Control:
    fields = dict(row)
    fields["ref"] = _ref(row["ref"])
    if "parent" in fields:
        fields["parent"] = _ref(fields["parent"])
    return Control(**fields)


def _link(row: Mapping[str, Any]) -> Link:
    fields = dict(row)
    unit = row["requirement"]
    fields["requirement"] = _ref(unit)
    fields["controls"] = _refs(row["controls"])
    for name in (*LISTS.values(), "reviewed"):
        if name in fields:
            fields[name] = tuple([_ref(f"{unit}#{slug}") for slug in fields[name]])
    return Link(**fields)


class _LazyCrosswalks(Mapping[str, Crosswalk]):
    """Crosswalks by id; the links of one are loaded when it is asked for."""

    __slots__ = ("_heads", "_load")

    def __init__(self, heads: Mapping[str, Crosswalk], load: Callable[[str], Crosswalk]) -> None:
        self._heads, self._load = heads, load

    def __getitem__(self, key: str) -> Crosswalk:
        return self._load(key)

    @overload
    def get(self, key: str, /) -> Crosswalk | None: ...
    @overload
    def get(self, key: str, /, default: Crosswalk | D) -> Crosswalk | D: ...
    def get(self, key: str, /, default: object = None) -> object:
        """Return the crosswalk of an id, or `default`."""
        return self[key] if key in self._heads else default

    def __contains__(self, key: object) -> bool:
        return key in self._heads

    def __iter__(self) -> Iterator[str]:
        return iter(self._heads)

    def __len__(self) -> int:
        return len(self._heads)

    def __repr__(self) -> str:
        return f"<crosswalks {', '.join(self)}>"


def lazy_crosswalks(heads: Mapping[str, Crosswalk], load: Callable[[str], Crosswalk]) -> Mapping[str, Crosswalk]:
    """Return the crosswalks by id; `load` gives one with its links when it is asked for."""
    return _LazyCrosswalks(heads, load)


def grouped(pairs: Iterable[tuple[Ref, Link]]) -> dict[Ref, tuple[Link, ...]]:
    by_ref: dict[Ref, list[Link]] = {}
    for ref, link in pairs:
        by_ref.setdefault(ref, []).append(link)
    return {ref: tuple(links) for ref, links in by_ref.items()}


def as_records(
    frameworks: Iterable[Framework],
    units: Iterable[Unit],
    crosswalks: Iterable[Crosswalk],
    sources: Iterable[Source],
    measures: Iterable[Measure],
    law: LawTables,
    aliases: Iterable[Alias] = (),
) -> dict[str, list[dict[str, Any]]]:
    from ..model import record
    from ._law import law_records

    every = list(units)
    renamed = [record(alias) for alias in aliases]
    # A dataset without aliases has no such table, so that the digest of one made before there were any still holds.
    return ({"aliases": renamed} if renamed else {}) | {
        "frameworks": [record(f) for f in frameworks],
        "requirements": [record(u) for u in every if isinstance(u, Requirement)],
        "controls": [record(u) for u in every if isinstance(u, Control)],
        "crosswalks": [record(c) for c in crosswalks],
        "sources": [record(s) for s in sources],
        "measures": [record(m) for m in measures],
        **law_records(law),
    }


def digest_of(records: Mapping[str, list[dict[str, Any]]]) -> str:
    """Return the sha256 over the canonical JSON of all records.

    The order of parts says nothing, so it does not count: of tables, of links in a crosswalk, of demands in a unit, of
    what a link names.
    """
    import hashlib

    canonical = {
        # Of the law's tables the order is content: of several rules the first decides.
        name: list(map(_canonical, rows)) if name.startswith("law.") else sorted(map(_canonical, rows))
        for name, rows in records.items()
    }
    text = json.dumps(canonical, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


_UNORDERED = (
    "source", "candidates_from", "controls", *LISTS.values(), "reviewed", "closes", "groups", "elaborates",
    "addressees", "levels",
)  # fmt: skip


def _canonical(record: Mapping[str, Any]) -> str:
    ordered = dict(record)
    for name in _UNORDERED:
        if isinstance(ordered.get(name), list):
            ordered[name] = sorted(ordered[name])
    for name in ("links", "demands"):
        if name in ordered:
            ordered[name] = sorted(map(_canonical, ordered[name]))
    return json.dumps(ordered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
