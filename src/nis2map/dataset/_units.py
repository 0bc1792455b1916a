"""The units of a dataset, looked up in any text form, selected, and how they lie above each other; and its memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from threading import Lock
from typing import TYPE_CHECKING, TypeVar, cast, overload

from .._shared import FrozenMap, choice, expect, flag, member
from ..errors import InputError, InvalidRef, UnknownRef, quote
from ..ids import Ref, parse_ref, read_ref
from ..model import Control, Demand, Framework, Link, Requirement, Role
from ._store import Store, Unit

if TYPE_CHECKING:
    from ._tables import DemandTable, UnitTable

__all__ = ["QUESTIONS", "Memory", "Units", "keep", "missing", "recall", "speaks_of", "speaks_of_all_below"]

T = TypeVar("T")
D = TypeVar("D")
QUESTIONS = 32


class Memory:
    """Two stores with one rule: threads that ask at the same time may each work it out, and all get the first result.

    `keep` is for what there is a fixed number of (an index per framework), `recall` for what callers can ask in
    endless variety (a question per scope and weight): of these the `QUESTIONS` used last are kept, because a bundled
    dataset lives as long as the process.
    """

    __slots__ = ("_kept", "_lock", "_recent")

    def __init__(self) -> None:
        self._kept: dict[Hashable, object] = {}
        self._recent: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = Lock()

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make()` gives, worked out once."""
        kept = self._kept
        # a key is asked for by one function alone, so what it holds is what that one makes
        return cast("T", kept[key] if key in kept else kept.setdefault(key, make()))

    def recall(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make()` gives, from memory if it was asked lately."""
        with self._lock:
            if key in self._recent:
                self._recent.move_to_end(key)
                return cast("T", self._recent[key])
        value = make()  # outside the lock: it takes long, and may itself recall
        with self._lock:
            value = cast("T", self._recent.setdefault(key, value))
            self._recent.move_to_end(key)
            while len(self._recent) > QUESTIONS:
                self._recent.popitem(last=False)
        return value

    def __len__(self) -> int:
        return len(self._recent)


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
        from ._tables import UnitTable

        return UnitTable(self, self)

    @overload
    def demands(self, x: None = None) -> DemandTable: ...
    @overload
    def demands(self, x: Ref | str) -> tuple[Demand, ...]: ...
    def demands(self, x: Ref | str | None = None) -> tuple[Demand, ...] | DemandTable:
        """Return the demands of a unit's own; without one those of all units, in legal order, as a table.

        In a framework none of whose units carries demands, each leaf has one: itself.
        """
        if x is None:
            from ._tables import DemandTable

            return DemandTable(self, (demand for unit in self for demand in self.demands(unit.ref)))
        unit = self[x]
        if isinstance(unit, Demand):
            return (unit,)
        if not isinstance(unit, Requirement):
            return ()
        if unit.demands or self._has_demands(unit.ref.framework):
            return unit.demands
        return () if self.children(unit.ref) else (Demand(unit.ref, unit.title),)

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
    ) -> tuple[Requirement, ...]:
        """Return the requirements of a framework in legal order; each argument narrows them.

        Definitions, entity types and criteria of significance are units too (`ds["Art. 6(20)"]`); they are left out
        here unless `role` or `under` asks for them. `leaves`: without units below; `assessable`: with demands of their
        own; `core`: in the framework's default set; `role`, `topic`: exactly these; `under`: a unit and what is below.

        Raises `UnknownRef` for a framework or unit that there is none of, `InputError` for a framework of controls, for
        an unknown role, a topic that no unit of it has, and a unit of another framework.
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
            and (within is None or unit.ref in within)
        )

    def controls(
        self, framework: str = "iso27001", *, theme: str | None = None, headings: bool = False
    ) -> tuple[Control, ...]:
        """Return the controls and clauses of a framework in legal order, without headings unless asked for.

        `theme` is one of `Theme` for ISO/IEC 27001: 93 controls in four themes, 30 clauses at their deepest level.

        Raises `UnknownRef` for a framework that there is none of, `InputError` for a framework of requirements, and for
        a theme that no unit of it has.
        """
        self._framework_of("control", framework)
        flag(headings, "headings")
        if theme is not None:
            expect(theme, str, "theme")
        themes = dict.fromkeys(u.theme for u in self._index(framework).values() if isinstance(u, Control))
        if theme is not None and theme not in themes:
            raise InputError(f"{framework} has no theme {quote(theme)}", hint=f"it has {', '.join(themes) or 'none'}")
        return tuple(
            unit
            for unit in self._index(framework).values()
            if isinstance(unit, Control) and (headings or not unit.heading) and (theme is None or unit.theme == theme)
        )

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


def keep(dataset: Units, key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make()` gives, worked out once per dataset; for what there is a fixed number of."""
    return dataset._memory.keep(key, make)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def recall(dataset: Units, key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make()` gives, from the dataset's memory if it was asked lately."""
    return dataset._memory.recall(key, make)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def missing(units: Units, refs: Iterable[Ref]) -> tuple[Ref, ...]:
    """Return those of the refs that name neither a unit nor a demand of the dataset."""
    return tuple(ref for ref in refs if ref not in units)


def speaks_of_all_below(link: Link) -> bool:
    """Tell whether a link on a container speaks of every unit below: it names no demands."""
    return not link.demands


def speaks_of(link: Link, demand: Ref) -> bool:
    """Tell whether a link speaks of a demand of its unit."""
    return not link.demands or demand in link.demands
