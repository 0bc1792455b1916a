"""What does not bind an entity although its class says so: Articles 2(8) and 4 of Directive (EU) 2022/2555.

The class stays as it is. Which units another act takes the place of, for whom, is the dataset's table
`displacements`; duties, coverage, fines, supervision and registration all read it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from ..._shared import Brief, Record
from ...dataset import Dataset, keep
from ...ids import Ref
from ...model import DisplacementRule
from ._entity import Entity
from ._types import Counting

__all__ = ["Displacement", "covered_in_part", "displaced_units", "displacements"]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Displacement(Brief, Record):
    """An act, or a decision of a State, that displaces units of the law: what is at or below `units` does not bind.

    `citation` and `ref` say where the Directive gives way, `text` why, in our words.
    """

    id: str
    act: str
    citation: str
    ref: Ref
    text: str
    units: tuple[Ref, ...]

    def __str__(self) -> str:
        return f"{self.citation}: {self.text} ({self.act})"


def displacements(entity: Entity, types: Counting | None, data: Dataset) -> tuple[Displacement, ...]:
    """Return what takes units away from an entity, in the order of the table; what is not certain takes nothing."""
    return tuple(
        Displacement(
            id=rule.id,
            act=rule.act or ", ".join(entity.sector_acts),
            citation=rule.citation or rule.ref.citation,
            ref=rule.ref,
            text=rule.text,
            units=rule.units,
        )
        for rule in data.law.displacements
        if _holds(rule, entity, types)
    )


def covered_in_part(types: Counting | None, data: Dataset) -> tuple[Ref, ...]:
    """Return the types that an act covers while the entity is of others too: how far it reaches is not settled."""
    mine = _types(types)
    found = {ref for rule in data.law.displacements for ref in rule.types if ref in mine}
    return tuple(ref for ref in mine if ref in found) if len(found) < len(mine) else ()


def displaced_units(found: Iterable[Displacement], data: Dataset) -> Mapping[Ref, Displacement]:
    """Return the units that do not bind, each with the first that takes its place."""
    return {
        ref: one
        for one in reversed(tuple(found))
        for ref in keep(data, ("law: displaced", one.units), lambda: _below(data, one.units))  # noqa: B023  # asked at once
    }


def _below(data: Dataset, units: Iterable[Ref]) -> tuple[Ref, ...]:
    known = (unit for unit in units if data.get(unit) is not None)
    return tuple(ref for unit in known for ref in data.below(unit))


def _types(types: Counting | None) -> tuple[Ref, ...]:
    return tuple(kind.ref for kind in types.left) if types else ()


def _holds(rule: DisplacementRule, entity: Entity, types: Counting | None) -> bool:
    """Tell whether a rule surely applies: an entity of several types is covered by an act that covers them all."""
    mine = _types(types)
    if not set(rule.void_for).isdisjoint(mine):
        return False
    if rule.types:
        settled = types is not None and all(types.counts[ref] is True for ref in mine)
        return settled and bool(mine) and set(mine) <= set(rule.types)
    if rule.exemption is not None:
        return entity.state_exemption is rule.exemption
    return bool(entity.sector_acts)
