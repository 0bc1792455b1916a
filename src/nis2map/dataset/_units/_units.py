"""The units of a dataset, looked up in any text form, selected, and how they lie above each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar, overload

from ..._shared import FrozenMap, choice, expect, flag, member
from ...errors import InputError, InvalidRef, UnknownRef, quote
from ...ids import Ref, closed_set, parse_ref, read_ref
from ...model import Control, Demand, Framework, Requirement, Role
from .._store import Store, Unit
from ._memory import Memory, keep

if TYPE_CHECKING:
    from .._tables import DemandTable, UnitTable

__all__ = ["Units", "as_requirement", "asked_of", "assessable", "cited", "ends", "missing"]

T = TypeVar("T")
D = TypeVar("D")
# The languages of the bundled titles. A dataset of one's own may have none in them, and gives the English ones.
_LANGUAGES = ("en", "de", "fr")


class Units:
    """What a dataset knows of frameworks and their units, indexed on first use."""

    __slots__ = ("_memory", "_store")
    _store: Store
    _memory: Memory

    def _index(self, framework: str) -> Mapping[Ref, Unit]:
        return keep(self, ("units", framework), lambda: self._store.units(framework))

    def _below(self, framework: str) -> dict[Ref, tuple[Ref, ...]]:
        def make() -> dict[Ref, tuple[Ref, ...]]:
            below: dict[Ref, list[Ref]] = {}
            for unit in self._index(framework).values():
                if unit.parent is not None:
                    below.setdefault(unit.parent, []).append(unit.ref)
            return {ref: tuple(refs) for ref, refs in below.items()}

        return keep(self, ("below", framework), make)

    @property
    def frameworks(self) -> Mapping[str, Framework]:
        """The frameworks by id."""
        return keep(self, "frameworks", lambda: FrozenMap((f.id, f) for f in self._store.frameworks()))

    def ref(self, x: Ref | str) -> Ref:
        """Return the ref of a unit or demand of this dataset.

        Raises `UnknownRef` if it has none such, `InvalidRef` for what is not an id.
        """
        return self[x].ref

    def __getitem__(self, x: Ref | str) -> Requirement | Control | Demand:
        """Return the unit or demand; `UnknownRef` with the nearest ones of this dataset if it has none such."""
        ref = x if type(x) is Ref else read_ref(x)
        unit = self._find(ref)
        if unit is not None:
            return unit
        owner = self._find(ref.unit)
        if isinstance(owner, Requirement) and ref.demand:
            have = ", ".join(d.ref.demand or "" for d in owner.demands) or "none"
            raise UnknownRef(f"{owner.ref} has no demand {quote(ref.demand)}", hint=f"it has {have}")
        parse_ref(ref, dataset=self)  # knows the nearest, and says so
        raise UnknownRef(f"the dataset has no unit {ref}")

    def _find(self, ref: Ref) -> Requirement | Control | Demand | None:
        if ref.framework not in self.frameworks:
            return None
        units = self._index(ref.framework)
        if ref in units:
            return units[ref]
        if ref.demand:
            owner = units.get(ref.unit)
            demands = owner.demands if isinstance(owner, Requirement) else ()
            return next((demand for demand in demands if demand.ref == ref), None)
        return None

    def requirement(self, x: Ref | str) -> Requirement:
        """Return a requirement; `UnknownRef` for a control or a demand."""
        return self._of_kind(x, Requirement)

    def control(self, x: Ref | str) -> Control:
        """Return a control or clause; `UnknownRef` for a requirement or a demand."""
        return self._of_kind(x, Control)

    def demand(self, x: Ref | str) -> Demand:
        """Return a demand; `UnknownRef` for a unit, with the demands that it has.

        In a framework none of whose units carries demands, each leaf is its own demand.
        """
        unit = self[x]
        if isinstance(unit, Requirement):
            own = self.demands(unit.ref)
            if len(own) == 1 and own[0].ref == unit.ref:
                return own[0]
            have = ", ".join(str(demand.ref) for demand in own) or "none"
            raise UnknownRef(f"{unit.ref} is a requirement, not a demand", hint=f"its demands: {have}")
        return self._of_kind(x, Demand)

    def _of_kind(self, x: Ref | str, kind: type[T]) -> T:
        unit = self[x]
        if not isinstance(unit, kind):
            is_, wanted = (name.__name__.lower() for name in (type(unit), kind))
            raise UnknownRef(f"{unit.ref} is a {is_}, not a {wanted}", hint=f"use Dataset.{is_} or ds[...]")
        return unit

    @overload
    def get(self, x: Ref | str) -> Requirement | Control | Demand | None: ...

    @overload
    def get(self, x: Ref | str, default: D) -> Requirement | Control | Demand | D: ...

    def get(self, x: Ref | str, default: object = None) -> object:
        """Return the unit or demand, or `default` for whatever names none."""
        try:
            unit = self._find(read_ref(x))
        except InvalidRef:
            return default
        return default if unit is None else unit

    def __contains__(self, x: object) -> bool:
        return isinstance(x, (Ref, str)) and self.get(x) is not None

    def __iter__(self) -> Iterator[Unit]:
        for framework in self.frameworks:
            yield from self._index(framework).values()

    def __len__(self) -> int:
        return sum(self._store.count(framework) for framework in self.frameworks)

    def of(self, framework: str) -> tuple[Unit, ...]:
        """Return all units of a framework in legal order, `UnknownRef` if there is no such framework."""
        return tuple(self._index(self._framework(framework).id).values())

    def children(self, x: Ref | str) -> tuple[Ref, ...]:
        """Return the units directly below a unit, in legal order."""
        ref = self.ref(x)
        return self._below(ref.framework).get(ref, ())

    def title(self, x: Ref | str, lang: str = "en") -> str:
        """Return the short title of a unit in a language, the English one where it has none; of a demand its label.

        Labels of demands are English. Titles in other languages are the unit's own `titles`; the bundled dataset has
        them in German ("de") and French ("fr"), for the units that practitioners name: see the reference. These two
        languages may be asked of any dataset.

        Raises `UnknownRef` for what the dataset lacks, `InputError` for another language in which no unit has a title.

        >>> nis2map.load().title("Art. 21(2)(d)", "de")
        'Sicherheit der Lieferkette'
        """
        unit = self[x]
        titles: Mapping[str, str] = FrozenMap() if isinstance(unit, Demand) else unit.titles
        if lang not in titles and lang not in _LANGUAGES:
            # All units would have to be built to know their languages, so only a rare one is looked for there.
            others = {name for one in self for name in one.titles}
            choice(lang, (*_LANGUAGES, *sorted(others.difference(_LANGUAGES))), "lang")
        return titles.get(lang, unit.label if isinstance(unit, Demand) else unit.title)

    def parent(self, x: Ref | str) -> Ref | None:
        """Return the unit above a unit, or the unit of a demand; None at the top."""
        unit = self[x]
        return unit.ref.unit if isinstance(unit, Demand) else unit.parent

    def ancestors(self, x: Ref | str) -> tuple[Ref, ...]:
        """Return the units above, the nearest first."""
        above: list[Ref] = []
        at = self.parent(x)
        while at is not None:
            above.append(at)
            at = self._index(at.framework)[at].parent
        return tuple(above)

    def below(self, x: Ref | str) -> tuple[Ref, ...]:
        """Return a unit and all units below it, in legal order."""
        top = self.ref(x)
        children = self._below(top.framework)
        refs: list[Ref] = []
        waiting = [top]
        while waiting:
            refs.append(waiting.pop())
            waiting += reversed(children.get(refs[-1], ()))
        return tuple(refs)

    def units(self) -> UnitTable:
        """Return all units in legal order, which is also a table: dataframe libraries take it as it is."""
        from .._tables import UnitTable

        return UnitTable(self, self)

    @overload
    def demands(self, x: None = None) -> DemandTable: ...
    @overload
    def demands(self, x: Ref | str) -> tuple[Demand, ...]: ...
    def demands(self, x: Ref | str | None = None) -> tuple[Demand, ...] | DemandTable:
        """Return the demands of a unit's own; without one those of all units, in legal order, as a table.

        In a framework none of whose units carries demands, each leaf has one: itself; so has each leaf of a framework
        of controls that a crosswalk starts from.
        """
        if x is None:
            from .._tables import DemandTable

            return DemandTable(self, (demand for unit in self for demand in self.demands(unit.ref)))
        unit = self[x]
        if isinstance(unit, Demand):
            return (unit,)
        if isinstance(unit, Control) and not self._starts(unit.ref.framework):
            return ()
        if isinstance(unit, Requirement) and unit.demands:
            return unit.demands
        return tuple(Demand(ref, unit.title) for ref in asked_of(self, unit))

    def _starts(self, framework: str) -> bool:
        """Tell whether a crosswalk starts from a framework."""
        return keep(self, ("starts", framework), lambda: any(framework in h.sources for h in self._store.heads()))

    def _has_demands(self, framework: str) -> bool:
        return keep(
            self,
            ("demands", framework),
            lambda: any(isinstance(u, Requirement) and u.demands for u in self._index(framework).values()),
        )

    def groups(self, x: Ref | str) -> tuple[Ref, ...]:
        """Return the measure groups of a requirement: its own, else those of the nearest unit above that has some.

        Where no unit above has any, the top-level unit is the group.
        """
        ref = self.ref(x).unit
        chain = (ref, *self.ancestors(ref))
        return next((unit.groups for unit in self._requirements(chain) if unit.groups), (chain[-1],))

    def elaborated(self, x: Ref | str) -> tuple[Ref, ...]:
        """Return the units of another framework that a requirement spells out, itself or through a unit above."""
        ref = self.ref(x).unit
        units = self._requirements((ref, *self.ancestors(ref)))
        return next((unit.elaborates for unit in units if unit.elaborates), ())

    def _requirements(self, refs: Iterable[Ref]) -> Iterator[Requirement]:
        for ref in refs:
            unit = self._index(ref.framework)[ref]
            if isinstance(unit, Requirement):
                yield unit

    def requirements(
        self,
        framework: str,
        *,
        leaves: bool = False,
        assessable: bool = False,
        core: bool = False,
        role: Role | str | None = None,
        topic: str | None = None,
        under: Ref | str | None = None,
        level: str | None = None,
    ) -> tuple[Requirement, ...]:
        """Return the requirements of a framework in legal order; each argument narrows them.

        Definitions, entity types and criteria of significance are units too (`ds["Art. 6(20)"]`); they are left out
        here unless `role` or `under` asks for them. `leaves`: without units below; `assessable`: with demands of their
        own; `core`: in the framework's default set; `role`, `topic`: exactly these; `under`: a unit and what is below;
        `level`: those that name this level themselves.

        Raises `UnknownRef` for a framework or unit that there is none of, `InputError` for a framework of controls, for
        an unknown role, a topic or level that no unit of it has, and a unit of another framework.
        """
        self._framework_of("requirement", framework)
        flag(leaves, "leaves")
        flag(assessable, "assessable")
        flag(core, "core")
        within = None if under is None else set(self.below(under))
        if under is not None and self.ref(under).framework != framework:
            raise InputError(f"under is {self.ref(under)}, which is not a unit of {framework}")
        if topic is not None:
            choice(topic, sorted({u.topic for u in self._requirements(self._index(framework)) if u.topic}), "topic")
        self._known_level(framework, level)
        wanted = None if role is None else member(Role, role)
        refs = self._store.core(framework) if core else self._index(framework)
        return tuple(
            unit
            for unit in self._requirements(refs)
            if (not unit.reference or wanted is not None or within is not None)
            and (not leaves or not self.children(unit.ref))
            and (not assessable or self.demands(unit.ref))
            and (wanted is None or unit.role is wanted)
            and (topic is None or unit.topic == topic)
            and (level is None or level in unit.levels)
            and (within is None or unit.ref in within)
        )

    def controls(
        self,
        framework: str = "iso27001",
        *,
        theme: str | None = None,
        headings: bool = False,
        level: str | None = None,
    ) -> tuple[Control, ...]:
        """Return the controls and clauses of a framework in legal order, without headings unless asked for.

        `theme` is one of `Theme` for ISO/IEC 27001: 93 controls in four themes, 30 clauses at their deepest level.
        `level`: those that name this level themselves.

        Raises `UnknownRef` for a framework that there is none of, `InputError` for a framework of requirements, and for
        a theme or level that no unit of it has.
        """
        self._framework_of("control", framework)
        flag(headings, "headings")
        if theme is not None:
            expect(theme, str, "theme")
        themes = dict.fromkeys(u.theme for u in self._index(framework).values() if isinstance(u, Control))
        if theme is not None and theme not in themes:
            raise InputError(f"{framework} has no theme {quote(theme)}", hint=f"it has {', '.join(themes) or 'none'}")
        self._known_level(framework, level)
        return tuple(
            unit
            for unit in self._index(framework).values()
            if isinstance(unit, Control)
            and (headings or not unit.heading)
            and (theme is None or unit.theme == theme)
            and (level is None or level in unit.levels)
        )

    def _known_level(self, framework: str, level: str | None) -> None:
        """Raise `InputError` for a level that no unit of a framework names."""
        if level is not None:
            choice(level, sorted({name for unit in self._index(framework).values() for name in unit.levels}), "level")

    def _framework_of(self, side: str, framework: str) -> None:
        """Raise `InputError` if a framework is of the other side, whose units have a call of their own."""
        if self._framework(framework).side != side:
            other = "control" if side == "requirement" else "requirement"
            raise InputError(f"{framework} is a framework of {other}s", hint=f"use Dataset.{other}s")

    def _framework(self, framework: str) -> Framework:
        try:
            return self.frameworks[framework]
        except UnknownRef:
            raise UnknownRef(
                f"the dataset has no framework {quote(framework)}", hint=f"it has {', '.join(self.frameworks)}"
            ) from None


def asked_of(units: Units, unit: Unit) -> tuple[Ref, ...]:
    """Return the refs of what a unit asks where a crosswalk starts from it: its demands, or itself if it is a leaf."""
    if isinstance(unit, Requirement) and (unit.demands or units._has_demands(unit.ref.framework)):  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return tuple(demand.ref for demand in unit.demands)
    return () if units.children(unit.ref) else (unit.ref,)


def assessable(units: Units, framework: str, *, core: bool = False) -> tuple[Requirement, ...]:
    """Return the units of a framework that are scored where a crosswalk starts from it, in legal order.

    Of a framework of controls that a crosswalk starts from these are the leaves, as requirements of their refs.
    """
    held = units._framework(framework)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    if held.side == "requirement" or not units._starts(held.id):  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return units.requirements(framework, assessable=True, core=core)
    leaves = () if core else [unit for unit in units.of(framework) if not units.children(unit.ref)]
    return tuple(as_requirement(unit) for unit in leaves)


def as_requirement(unit: Unit) -> Requirement:
    """Return a unit as what a link starts from; a control has neither demands nor groups nor a place in a core set."""
    if isinstance(unit, Requirement):
        return unit
    return Requirement(
        unit.ref,
        unit.parent,
        unit.title,
        original=unit.original,
        note=unit.note,
        levels=unit.levels,
        titles=unit.titles,
        pattern=unit._pattern,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    )


def cited(units: Units, ref: Ref) -> str:
    """Return how a unit or demand is cited: as its publisher does, where the dataset holds what that is."""
    if closed_set(ref.framework):
        return ref.citation
    unit = units.get(ref.unit)
    # Of a unit that is cited by its id a demand has its own; a pattern and an `original` say nothing of demands.
    if unit is None or isinstance(unit, Demand) or unit.citation == unit.ref.citation:
        return ref.citation
    return f"{unit.citation} ({ref.demand.replace('-', ' ')})" if ref.demand else unit.citation


def ends(units: Units, framework: str) -> tuple[Unit, ...]:
    """Return the units of a framework that a crosswalk may lead to: controls without headings, or its leaves."""
    if units._framework(framework).side == "control":  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return units.controls(framework)
    return units.requirements(framework, leaves=True)


def missing(units: Units, refs: Iterable[Ref]) -> tuple[Ref, ...]:
    """Return those of the refs that name neither a unit nor a demand of the dataset."""
    return tuple(ref for ref in refs if ref not in units)
