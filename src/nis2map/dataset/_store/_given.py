"""Parts that were handed in as objects: a whole dataset of them, or some that are added to another store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING

import attrs

from ..._shared import FrozenMap
from ...ids import Ref
from ...model import Crosswalk, Framework, Link, Requirement, cited_by
from ._protocol import Nones, Store, Unit

if TYPE_CHECKING:  # classes cost more at start than the units do
    from ...model import Alias, LawTables, Measure, Source
    from .._verdicts import VerdictRow

__all__ = ["Given", "extended"]


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
        self._units = {f.id: _units_of(f, units) for f in frameworks}
        self._crosswalks = {crosswalk.id: crosswalk for crosswalk in crosswalks}

    def frameworks(self) -> tuple[Framework, ...]:
        return self._frameworks

    def units(self, framework: str) -> Mapping[Ref, Unit]:
        return self._units[framework]

    def core(self, framework: str) -> tuple[Ref, ...]:
        return _core_of(self._units[framework])

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
        return _links_of(self._crosswalks[crosswalk], framework)

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


@attrs.frozen(kw_only=True)
class Added:
    """What is added to a store, by id; `units` by framework and ref, in legal order."""

    frameworks: Mapping[str, Framework] = FrozenMap()
    units: Mapping[str, Mapping[Ref, Unit]] = FrozenMap()
    crosswalks: Mapping[str, Crosswalk] = FrozenMap()
    sources: Mapping[str, Source] = FrozenMap()
    law: LawTables | None = None


class Extended:
    """Parts that were added to those of another store, which is read on as if nothing had been.

    What is added has the place of what it replaces, or the last one. A framework is only ever added: one that replaces
    another changes what others may speak of, and such a dataset is made of its parts (`Given`).
    """

    def __init__(self, base: Store, added: Added, nones: Nones) -> None:
        self.base, self.added, self.nones = base, added, nones

    def frameworks(self) -> tuple[Framework, ...]:
        return tuple({**{f.id: f for f in self.base.frameworks()}, **self.added.frameworks}.values())

    def units(self, framework: str) -> Mapping[Ref, Unit]:
        own = self.added.units.get(framework)
        return self.base.units(framework) if own is None else own

    def core(self, framework: str) -> tuple[Ref, ...]:
        own = self.added.units.get(framework)
        return self.base.core(framework) if own is None else _core_of(own)

    def count(self, framework: str) -> int:
        own = self.added.units.get(framework)
        return self.base.count(framework) if own is None else len(own)

    def heads(self) -> tuple[Crosswalk, ...]:
        return tuple({**{head.id: head for head in self.base.heads()}, **self.added.crosswalks}.values())

    def derived(self) -> tuple[Crosswalk, ...]:
        return tuple(head for head in self.base.derived() if head.id not in self.added.crosswalks)

    def links(self, crosswalk: str, framework: str) -> tuple[Link, ...]:
        own = self.added.crosswalks.get(crosswalk)
        return self.base.links(crosswalk, framework) if own is None else _links_of(own, framework)

    def sources(self) -> tuple[Source, ...]:
        return tuple({**{source.id: source for source in self.base.sources()}, **self.added.sources}.values())

    def measures(self) -> tuple[Measure, ...]:
        return self.base.measures()

    def law(self) -> LawTables:
        return self.base.law() if self.added.law is None else self.added.law

    def aliases(self) -> tuple[Alias, ...]:
        return self.base.aliases()

    def verdicts(self) -> Sequence[VerdictRow]:
        return self.base.verdicts()

    def noting(self, nones: Nones) -> Extended:
        """Return the same parts with other pairs that are none."""
        return Extended(self.base, self.added, nones)

    def judged_by(self, other: Store, nones: Nones | None) -> Extended:
        """Return the same parts with the verdicts of another store, and the crosswalks that are made of them."""
        judged = self.base.judged_by(other, nones)
        return Extended(judged, self.added, judged.nones)


def extended(
    store: Store,
    *,
    frameworks: Iterable[Framework] = (),
    units: Iterable[Unit] = (),
    crosswalks: Iterable[Crosswalk] = (),
    sources: Iterable[Source] = (),
    law: LawTables | None = None,
    nones: Nones | None = None,
) -> Extended:
    """Return a store with some parts more; no `nones` are those of the store, as no `law` is."""
    # Of a store that was extended before the base is read: a chain of stores would be slow, and has an end.
    base, before = (store.base, store.added) if isinstance(store, Extended) else (store, Added())
    given, news = tuple(units), tuple(frameworks)
    added = Added(
        frameworks={**before.frameworks, **{one.id: one for one in news}},
        units={**before.units, **{one.id: _units_of(one, given) for one in news}},
        crosswalks={**before.crosswalks, **{one.id: one for one in crosswalks}},
        sources={**before.sources, **{one.id: one for one in sources}},
        law=before.law if law is None else law,
    )
    return Extended(base, added, store.nones if nones is None else nones)


def _units_of(framework: Framework, units: Iterable[Unit]) -> dict[Ref, Unit]:
    """Return the units of a framework by ref, in legal order."""
    own = sorted((unit for unit in units if unit.ref.framework == framework.id), key=lambda unit: unit.ref.sort_key)
    return {unit.ref: cited_by(framework, unit) for unit in own}


def _core_of(units: Mapping[Ref, Unit]) -> tuple[Ref, ...]:
    return tuple(unit.ref for unit in units.values() if isinstance(unit, Requirement) and unit.core)


def _links_of(crosswalk: Crosswalk, framework: str) -> tuple[Link, ...]:
    links = (link for link in crosswalk.links if link.requirement.framework == framework)
    return tuple(sorted(links, key=_link_place))


def _link_place(link: Link) -> tuple[object, ...]:
    return (link.requirement.sort_key, tuple(c.sort_key for c in link.controls), link.relation, link.source)
