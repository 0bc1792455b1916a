"""The links of a dataset, by crosswalk and by what they join, and the tables beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, overload

from ..._shared import FrozenMap, flag
from ...errors import NotMapped, UnknownRef, quote
from ...ids import Ref
from ...model import Crosswalk, Link
from .._store import grouped
from ._memory import keep
from ._units import Units

if TYPE_CHECKING:
    from ...model import Alias, LawTables, Measure, Source
    from .._tables import LinkTable

__all__ = ["Linked", "speaks_of", "speaks_of_all_below"]

Named = Ref | str | None


class Linked(Units):
    """What a dataset knows of crosswalks and their links, and its tables, each loaded on first use."""

    __slots__ = ()

    @property
    def sources(self) -> Mapping[str, Source]:
        """The sources that links and tables name, by id."""
        return keep(self, "sources", lambda: FrozenMap((s.id, s) for s in self._store.sources()))

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What a certified organisation adds on the duties themselves."""
        return keep(self, "measures", self._store.measures)

    @property
    def law(self) -> LawTables:
        """The tables of the law, each loaded when it is first asked for."""
        return keep(self, "law", self._store.law)

    @property
    def aliases(self) -> tuple[Alias, ...]:
        """What became of ids that earlier versions of the data had."""
        return keep(self, "aliases", self._store.aliases)

    @property
    def heads(self) -> Mapping[str, Crosswalk]:
        """The crosswalks by id for what describes them; links are loaded by `crosswalks` and `links` alone."""
        store = self._store
        return keep(self, "heads", lambda: FrozenMap((head.id, head) for head in (*store.heads(), *store.derived())))

    @property
    def made_of_verdicts(self) -> tuple[str, ...]:
        """The ids of the crosswalks that are worked out from the verdicts; they are in no digest and no document."""
        return tuple(head.id for head in self._store.derived())

    def head(self, crosswalk: str) -> Crosswalk:
        """Return what describes a crosswalk without loading links; `NotMapped` if there is none of that id."""
        try:
            return self.heads[crosswalk]
        except UnknownRef:
            raise NotMapped(
                f"the dataset has no crosswalk {quote(crosswalk)}", hint=f"it has {', '.join(self.heads)}"
            ) from None

    def links_of(self, crosswalk: str, framework: str | None = None) -> tuple[Link, ...]:
        """Return the links of a crosswalk, all or those that start from one framework, in canonical order."""
        head = self.head(crosswalk)
        if framework is None:
            return tuple(link for source in head.sources for link in self._loaded(crosswalk, source)[0])
        return self._loaded(crosswalk, framework)[0] if framework in head.sources else ()

    def _loaded(self, crosswalk: str, framework: str) -> tuple[tuple[Link, ...], dict[Ref, tuple[Link, ...]]]:
        """Links from one framework with their index by control, made together so that no look-up is slow."""

        def make() -> tuple[tuple[Link, ...], dict[Ref, tuple[Link, ...]]]:
            links = self._store.links(crosswalk, framework)
            return links, grouped((control, link) for link in links for control in link.controls)

        return keep(self, ("links", crosswalk, framework), make)

    @overload
    def links(  # pyright: ignore[reportOverlappingOverload]
        self, crosswalk: str = "nis2map", *, requirement: None = None, control: None = None, inherited: bool = True
    ) -> LinkTable: ...
    @overload
    def links(
        self, crosswalk: str = "nis2map", *, requirement: Named = None, control: Named = None, inherited: bool = True
    ) -> tuple[Link, ...]: ...
    def links(
        self, crosswalk: str = "nis2map", *, requirement: Named = None, control: Named = None, inherited: bool = True
    ) -> tuple[Link, ...] | LinkTable:
        """Return the links of a crosswalk in canonical order, narrowed to a requirement, a control, or both.

        All of them together are also a table, which dataframe libraries take as it is. With `inherited`, links on the
        units above a requirement count too where they speak of all below: links of unit grain and `no-relationship`.
        """
        flag(inherited, "inherited")
        if requirement is None:
            if control is not None:
                return self._links_to(crosswalk, control)
            from .._tables import LinkTable

            return LinkTable(self, crosswalk, self.links_of(crosswalk))
        wanted = None if control is None else self.ref(control)
        self.head(crosswalk)
        ref = self.ref(requirement)
        index = self._by_requirement(crosswalk, ref.framework)
        links = [link for link in index.get(ref.unit, ()) if not ref.demand or speaks_of(link, ref)]
        if inherited:
            for above in self.ancestors(ref.unit):
                links += [link for link in index.get(above, ()) if speaks_of_all_below(link)]
        return tuple(link for link in links if wanted is None or wanted in link.controls)

    def _links_to(self, crosswalk: str, control: Ref | str) -> tuple[Link, ...]:
        """Return the links to a control; a ref that some link names is found in one step: this is asked often."""
        index = keep(self, ("by control", crosswalk), lambda: self._by_control(crosswalk))
        links = index.get(control) if isinstance(control, Ref) else None
        return index.get(self.ref(control), ()) if links is None else links

    def _by_control(self, crosswalk: str) -> dict[Ref, tuple[Link, ...]]:
        """Index the links by control, framework after framework, each from the index that was made with its links."""
        index: dict[Ref, tuple[Link, ...]] = {}
        for framework in self.head(crosswalk).sources:
            for control, links in self._loaded(crosswalk, framework)[1].items():
                index[control] = (*index.get(control, ()), *links)
        return index

    def _by_requirement(self, crosswalk: str, framework: str) -> dict[Ref, tuple[Link, ...]]:
        return keep(
            self,
            ("by requirement", crosswalk, framework),
            lambda: grouped((link.requirement, link) for link in self.links_of(crosswalk, framework)),
        )


def speaks_of_all_below(link: Link) -> bool:
    """Tell whether a link on a container speaks of every unit below: it names no demands."""
    return not link.demands


def speaks_of(link: Link, demand: Ref) -> bool:
    """Tell whether a link speaks of a demand of its unit."""
    return not link.demands or demand in link.demands
