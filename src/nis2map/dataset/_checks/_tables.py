"""The tables of a dataset as plain records, with the indexes that the checks share, and links with their place."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import attrs

from ...errors import Problem
from ...model import LISTS, Grade, Relation

__all__ = [
    "RELATIONS",
    "LinkRow",
    "Record",
    "Tables",
    "demand_ref",
    "framework_of",
    "index_of",
    "links_of",
    "rows_of",
    "sources_of",
]

Record = Mapping[str, Any]
RELATIONS = {str(relation): relation for relation in Relation}


@attrs.frozen
class Tables:
    """The records by table, with the indexes that the checks share; `named` are the refs of all units and demands."""

    frameworks: Mapping[str, str]
    units: Mapping[str, tuple[str, Record]]
    demands: Mapping[str, tuple[str, ...]]
    named: Container[str]
    sources: frozenset[str]
    raw: Mapping[str, Sequence[Record]]

    @cached_property
    def links(self) -> tuple[LinkRow, ...]:
        """The links of all crosswalks, each with its place."""
        return tuple(
            LinkRow.of(crosswalk, row, number)
            for crosswalk in self.raw.get("crosswalks", ())
            for number, row in enumerate(crosswalk.get("links", ()), 1)
        )


def index_of(tables: Mapping[str, Sequence[Record]]) -> Tables:
    units: dict[str, tuple[str, Record]] = {}
    for side, table in (("requirement", "requirements"), ("control", "controls")):
        for row in tables.get(table, ()):
            # Of a unit that stands twice the first counts here, so that only `refs` speaks of it.
            units.setdefault(str(row.get("ref")), (side, row))
    demands = _demands(units)
    return Tables(
        frameworks={str(row.get("id")): str(row.get("side", "requirement")) for row in tables.get("frameworks", ())},
        units=units,
        demands=demands,
        named=frozenset(units).union(*demands.values()),
        sources=frozenset(str(row.get("id")) for row in tables.get("sources", ())),
        raw=tables,
    )


def _demands(units: Mapping[str, tuple[str, Record]]) -> dict[str, tuple[str, ...]]:
    """Demand refs by unit; where no unit of a framework has any, each leaf has itself, a control too."""
    parents = {str(row.get("parent")) for _, row in units.values()}
    with_demands = {framework_of(ref) for ref, (_, row) in units.items() if row.get("demands")}
    demands: dict[str, tuple[str, ...]] = {}
    for ref, (side, row) in units.items():
        if side == "requirement" and framework_of(ref) in with_demands:
            own: Sequence[Record] = row.get("demands", ())
            demands[ref] = tuple(demand_ref(ref, demand) for demand in own)
        else:
            demands[ref] = () if ref in parents else (ref,)
    return demands


def framework_of(ref: str) -> str:
    return ref.partition(":")[0]


def demand_ref(unit: str, demand: Record) -> str:
    # A record names a demand by its slug within the unit; one that names another unit's demand has to spell the ref.
    return f"{unit}#{demand['id']}" if "id" in demand else str(demand.get("ref"))


def rows_of(t: Tables) -> Iterator[tuple[str, int, Record]]:
    for table in ("requirements", "controls"):
        for number, row in enumerate(t.raw.get(table, ()), 1):
            yield table, number, row


@attrs.frozen
class LinkRow:
    """One link of one crosswalk, with its place, and what it names as texts: each check asks for these."""

    crosswalk: Record
    row: Record
    number: int
    unit: str
    controls: tuple[str, ...]
    by_grade: Mapping[Grade, tuple[str, ...]]
    reviewed: tuple[str, ...]
    relation: Relation | None

    @classmethod
    def of(cls, crosswalk: Record, row: Record, number: int) -> LinkRow:
        unit = str(row.get("requirement"))
        return cls(
            crosswalk,
            row,
            number,
            unit,
            tuple(map(str, row.get("controls", ()))),
            {grade: _refs(unit, row[name]) for grade, name in LISTS.items() if row.get(name)},
            _refs(unit, row.get("reviewed", ())),
            RELATIONS.get(str(row.get("relation"))),
        )

    def problem(self, message: str, code: str, *, hint: str = "") -> Problem:
        return Problem(
            message,
            path=f"crosswalk {self.crosswalk.get('id')}",
            row=self.number,
            ref=self.unit,
            hint=hint,
            code=code,
        )

    def named(self, grade: Grade) -> tuple[str, ...]:
        return self.by_grade.get(grade, ())

    @property
    def names_demands(self) -> bool:
        return bool(self.by_grade)


def _refs(unit: str, names: Sequence[object]) -> tuple[str, ...]:
    return tuple(slug if ":" in slug else f"{unit}#{slug.removeprefix('#')}" for slug in map(str, names))


def links_of(t: Tables) -> Iterator[LinkRow]:
    return iter(t.links)


def sources_of(crosswalk: Record) -> tuple[str, ...]:
    source = crosswalk.get("source", ())
    return (source,) if isinstance(source, str) else tuple(map(str, source))
