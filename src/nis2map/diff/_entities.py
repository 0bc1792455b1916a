"""What a change of the law does to entities: class, duties and reporting stages under two datasets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import attrs

from .._shared import Brief, Page, Record, Table, View, counted
from ..dataset import Dataset
from ..errors import InputError
from ..ids import Ref
from ..law import Classification, Entity, Stage, classify, duties, entity_types
from ..model import ReportingStage

__all__ = ["EntityChange", "StageChange", "entity_changes"]


@attrs.frozen(eq=False, repr=False)
class StageChange(Brief, Record):
    """One report of Article 23(4) whose length or start differs; None on the side that has no such report."""

    stage: str
    when: str
    before: str | None
    after: str | None

    def invert(self) -> StageChange:
        """Return the change the other way round."""
        return attrs.evolve(self, before=self.after, after=self.before)

    def __str__(self) -> str:
        what = f"{self.stage.replace('_', ' ')}{f' ({self.when})' if self.when else ''}"
        return f"{what}: {self.before or 'not owed'}, then {self.after or 'not owed'}"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class EntityChange(Record, View):
    """What becomes of one entity: the class before and after, duties that come and go, stages that differ.

    Each classification names the law and the version it is by. A type that only one of the two lists counts on that
    side alone. `gained` and `lost` are the refs of `duties`, in legal order; `stages` has the reports of Article 23(4)
    that the entity owes on one side only, or with another length or start.
    """

    entity: Entity
    before: Classification
    after: Classification
    gained: tuple[Ref, ...]
    lost: tuple[Ref, ...]
    stages: tuple[StageChange, ...]

    def __bool__(self) -> bool:
        return self.before.possible != self.after.possible or bool(self.gained or self.lost or self.stages)

    def invert(self) -> EntityChange:
        """Return the change the other way round."""
        return EntityChange(
            entity=self.entity,
            before=self.after,
            after=self.before,
            gained=self.lost,
            lost=self.gained,
            stages=tuple(stage.invert() for stage in self.stages),
        )

    def then(self, other: EntityChange) -> EntityChange:
        """Return the change that does both, one after the other; `InputError` for another entity."""
        if self.entity != other.entity:
            raise InputError("the comparisons are about different entities", hint="ask both about the same, in order")
        first, second = ({(s.stage, s.when): s for s in one.stages} for one in (self, other))
        start = {key: stage.before for key, stage in (second | first).items() if stage.before}
        end = {key: stage.after for key, stage in (first | second).items() if stage.after}
        return EntityChange(
            entity=self.entity,
            before=self.before,
            after=other.after,
            gained=_net(self.gained, other.lost, other.gained, self.lost),
            lost=_net(self.lost, other.gained, other.lost, self.gained),
            stages=tuple(_stages(start, end)),
        )

    def _page(self) -> Page:
        sides = ((side.law, side.data, side.verdict) for side in (self.before, self.after))
        notes = [
            f"{counted(len(self.gained), 'duty', 'duties')} more, {len(self.lost)} fewer",
            *map(str, self.stages),
            self.after.note,
        ]
        title = self.entity.name or ", ".join(map(str, self.entity.types or ())) or "of no type"
        return Page(title, (Table(("law", "data", "class"), list(sides)),), notes)


def _net(
    come: tuple[Ref, ...], gone: tuple[Ref, ...], more: tuple[Ref, ...], missed: tuple[Ref, ...]
) -> tuple[Ref, ...]:
    return tuple(sorted({*come} - {*gone} | {*more} - {*missed}))


def entity_changes(before: Dataset, after: Dataset, entities: object) -> tuple[EntityChange, ...]:
    """Return what becomes of each entity; `InputError` for anything but entities."""
    given = (entities,) if isinstance(entities, Entity) else entities
    several = [*cast("Iterable[object]", given)] if isinstance(given, Iterable) else [given]
    found = [one for one in several if isinstance(one, Entity)]
    if len(found) < len(several):
        raise InputError("entities= takes Entity objects", hint="for example nis2map.Entity(types='nis2:annexI.8.4')")
    return tuple(_change(one, before, after) for one in found)


def _change(entity: Entity, before: Dataset, after: Dataset) -> EntityChange:
    listed = [{kind.ref for kind in entity_types(dataset=data)} for data in (before, after)]
    old = classify(_under(entity, listed[0], listed[1]), dataset=before)
    new = classify(_under(entity, listed[1], listed[0]), dataset=after)
    had, has = ({unit.ref for unit in duties(c, dataset=d)} for c, d in ((old, before), (new, after)))
    return EntityChange(
        entity=entity,
        before=old,
        after=new,
        gained=tuple(sorted(has - had)),
        lost=tuple(sorted(had - has)),
        stages=tuple(_stages(_owed(before, had), _owed(after, has))),
    )


def _under(entity: Entity, listed: set[Ref], other: set[Ref]) -> Entity:
    """Return the entity without types that only the other law lists: here it is of none of them."""
    types = entity.types or ()
    kept = tuple(ref for ref in types if ref in listed or ref not in other)
    return entity if len(kept) == len(types) else attrs.evolve(entity, types=kept)


def _owed(data: Dataset, bound: set[Ref]) -> dict[tuple[str, str], str]:
    """Return the stages that bind an entity, each with its length and start in words."""
    return {
        (row.stage, row.when): _words(row)
        for row in data.law.stages
        if row.ref in bound or any(above in bound for above in data.ancestors(row.ref)) or _parts(data, row, bound)
    }


def _parts(data: Dataset, row: ReportingStage, bound: set[Ref]) -> bool:
    return any(ref in bound for ref in data.below(row.ref))


def _words(row: ReportingStage) -> str:
    length = "no fixed length," if row.period is None else str(row.period)
    return f"{length} from {row.counted_from.replace('-', ' ')}"


def _stages(old: dict[tuple[str, str], str], new: dict[tuple[str, str], str]) -> Iterator[StageChange]:
    """Yield what differs, in the order of Article 23(4)."""
    for stage, when in sorted(old | new, key=lambda key: ([*Stage].index(Stage(key[0])), key[1])):
        if old.get((stage, when)) != new.get((stage, when)):
            yield StageChange(stage, when, old.get((stage, when)), new.get((stage, when)))
