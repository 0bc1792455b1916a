"""`Dataset`: frameworks, their units, crosswalks and reference tables, with one version and one digest.

The packaged dataset is built from its JSON tables by hand-written code, each table on first use; datasets that users
supply are checked whole. A dataset is immutable: what is worked out from it once is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from .._shared import FrozenMap, expect, member, several, texts
from ..data import table
from ..errors import DatasetError, NotMapped, UnknownRef, quote
from ..ids import Ref, parse_ref
from ..model import Control, Crosswalk, Demand, Framework, Link, Measure, Requirement, Role, Source, Texts, is_core
from ._store import Given, Packaged, Store, Unit, as_records, digest_of, grouped

if TYPE_CHECKING:
    import networkx as nx

T = TypeVar("T")

__all__ = ["Dataset", "Unit", "load", "plugins"]


class Dataset:
    """Frameworks, units, crosswalks and tables that belong together.

    `ds[x]` takes a `Ref` or any text form and returns the `Requirement`, `Control` or `Demand`; iteration runs over
    all units in legal order, `len` counts them. Get the bundled one from `load()`, or build one with `from_parts`.
    """

    __slots__ = ("__weakref__", "_digest", "_kept", "_store", "_texts", "version")
    version: str
    _store: Store
    _digest: str
    _texts: tuple[Texts, ...]
    _kept: dict[Hashable, Any]

    def __init__(self, store: Store, *, version: str, digest: str = "", texts: tuple[Texts, ...] = ()) -> None:
        put = super().__setattr__
        put("_store", store)
        put("version", version)
        put("_digest", digest)
        put("_texts", texts)
        put("_kept", {})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Dataset is immutable; with_crosswalk, with_framework and with_texts give a new one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Dataset is immutable")

    @classmethod
    def from_parts(
        cls,
        *,
        frameworks: Iterable[Framework] = (),
        requirements: Iterable[Requirement] = (),
        controls: Iterable[Control] = (),
        crosswalks: Iterable[Crosswalk] = (),
        sources: Iterable[Source] = (),
        measures: Iterable[Measure] = (),
        version: str = "",
    ) -> Dataset:
        """Return a dataset of these parts, in legal order.

        Raises `DatasetError` with all problems at once: duplicate or dangling units, links whose relation and demands
        disagree, and the rest of the list in `_checks`.
        """
        units: tuple[Unit, ...] = (
            *several(requirements, Requirement, "requirements", DatasetError),
            *several(controls, Control, "controls", DatasetError),
        )
        joins = several(crosswalks, Crosswalk, "crosswalks", DatasetError)
        parts = Given(
            several(frameworks, Framework, "frameworks", DatasetError),
            units,
            joins,
            several(sources, Source, "sources", DatasetError),
            several(measures, Measure, "measures", DatasetError),
        )
        from ._checks import check

        problems = check(as_records(parts.frameworks(), units, joins, parts.sources(), parts.measures()))
        if problems:
            raise DatasetError.of(problems, what="the parts do not make a dataset")
        return cls(parts, version=version)

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make()` gives, worked out once per dataset; for the library's own modules.

        Threads that ask at the same time may each work it out, and all get the first result.
        """
        kept = self._kept
        found: T = kept[key] if key in kept else kept.setdefault(key, make())
        return found

    def _index(self, framework: str) -> dict[Ref, Unit]:
        return self.keep(("units", framework), lambda: {unit.ref: unit for unit in self._store.units(framework)})

    def _below(self, framework: str) -> dict[Ref, tuple[Ref, ...]]:
        def make() -> dict[Ref, tuple[Ref, ...]]:
            below: dict[Ref, list[Ref]] = {}
            for unit in self._index(framework).values():
                if unit.parent is not None:
                    below.setdefault(unit.parent, []).append(unit.ref)
            return {ref: tuple(refs) for ref, refs in below.items()}

        return self.keep(("below", framework), make)

    @property
    def digest(self) -> str:
        """The sha256 of all records in canonical form; texts that users added do not count."""
        if self._digest:
            return self._digest
        return self.keep("digest", lambda: digest_of(self.records()))

    @property
    def frameworks(self) -> Mapping[str, Framework]:
        """The frameworks by id."""
        return self.keep("frameworks", lambda: FrozenMap((f.id, f) for f in self._store.frameworks()))

    @property
    def crosswalks(self) -> Mapping[str, Crosswalk]:
        """The crosswalks by id, with their links."""
        return _LazyCrosswalks(self)

    @property
    def sources(self) -> Mapping[str, Source]:
        """The sources that links and tables name, by id."""
        return self.keep("sources", lambda: FrozenMap((s.id, s) for s in self._store.sources()))

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What a certified organisation adds on the duties themselves."""
        return self.keep("measures", self._store.measures)

    def ref(self, x: Ref | str) -> Ref:
        """Return the ref of a unit or demand of this dataset.

        Raises `UnknownRef` if it has none such, `InvalidRef` for what is no id.
        """
        ref = x if isinstance(x, Ref) else parse_ref(x)
        self[ref]
        return ref

    def __getitem__(self, x: Ref | str) -> Any:
        ref = x if isinstance(x, Ref) else parse_ref(x)
        if ref.framework not in self.frameworks:
            raise UnknownRef(
                f"the dataset has no framework {quote(ref.framework)}", hint=f"it has {', '.join(self.frameworks)}"
            )
        units = self._index(ref.framework)
        unit = units.get(ref)
        if unit is not None:
            return unit
        owner = units.get(ref.unit)
        if isinstance(owner, Requirement) and ref.demand:
            for demand in owner.demands:
                if demand.ref == ref:
                    return demand
            have = ", ".join(d.ref.demand or "" for d in owner.demands) or "none"
            raise UnknownRef(f"{owner.ref} has no demand {quote(ref.demand)}", hint=f"it has {have}")
        raise UnknownRef(f"the dataset has no unit {ref}", hint=self._near(ref))

    def _near(self, ref: Ref) -> str:
        local = ref.local
        while "." in local or "~" in local:
            local = local[: max(local.rfind("."), local.rfind("~"))]
            for above in self._index(ref.framework):
                if above.local == local:
                    return f"nearest: {above}"
        return ""

    def get(self, x: Ref | str, default: Any = None) -> Any:
        """Return the unit or demand, or `default` if there is none; what is no id at all still raises `InvalidRef`."""
        try:
            return self[x]
        except UnknownRef:
            return default

    def __contains__(self, x: object) -> bool:
        try:
            self[x]  # type: ignore[index]  # any object may be asked for
        except (UnknownRef, ValueError):
            return False
        return True

    def missing(self, refs: Collection[Ref]) -> tuple[Ref, ...]:
        """Return those of the refs that name neither a unit nor a demand of this dataset."""
        known = {
            framework: self._index(framework) for framework in {ref.framework for ref in refs} & {*self.frameworks}
        }
        return tuple(ref for ref in refs if ref not in known.get(ref.framework, ()) and ref not in self)

    def __iter__(self) -> Iterator[Unit]:
        for framework in self.frameworks:
            yield from self._index(framework).values()

    def __len__(self) -> int:
        return sum(self._store.count(framework) for framework in self.frameworks)

    def __repr__(self) -> str:
        return f"<Dataset {self.version or 'unversioned'}: {', '.join(self.frameworks)}; {', '.join(self.crosswalks)}>"

    def __reduce__(self) -> tuple[Any, ...]:
        if isinstance(self._store, Packaged) and not self._texts:
            return (load, ())
        return (_rebuild, (self._store, self.version, self._digest, self._texts))

    def records(self) -> dict[str, list[dict[str, Any]]]:
        """Return all parts as JSON-ready records by table, in canonical order."""
        return as_records(
            self.frameworks.values(), self, self.crosswalks.values(), self.sources.values(), self.measures
        )

    def children(self, x: Ref | str) -> tuple[Ref, ...]:
        """Return the units directly below a unit, in legal order."""
        ref = self.ref(x)
        return self._below(ref.framework).get(ref, ())

    def parent(self, x: Ref | str) -> Ref | None:
        """Return the unit above a unit, or the unit of a demand; None at the top."""
        found = self[x]
        return found.ref.unit if isinstance(found, Demand) else found.parent

    def ancestors(self, x: Ref | str) -> tuple[Ref, ...]:
        """Return the units above, the nearest first."""
        found: list[Ref] = []
        at = self.parent(x)
        while at is not None:
            found.append(at)
            at = self._index(at.framework)[at].parent
        return tuple(found)

    def below(self, x: Ref | str) -> tuple[Ref, ...]:
        """Return a unit and all units below it, in legal order."""
        top = self.ref(x)
        found = [top]
        for child in self._below(top.framework).get(top, ()):
            found += self.below(child)
        return tuple(found)

    def demands(self, x: Ref | str) -> tuple[Demand, ...]:
        """Return the demands of a unit's own.

        In a framework none of whose units carries demands, each leaf has one: itself.
        """
        unit = self[x]
        if isinstance(unit, Demand):
            return (unit,)
        if not isinstance(unit, Requirement):
            return ()
        if unit.demands or self._has_demands(unit.ref.framework):
            return unit.demands
        return () if self.children(unit.ref) else (Demand(unit.ref, unit.title),)

    def _has_demands(self, framework: str) -> bool:
        return self.keep(
            ("demands", framework),
            lambda: any(isinstance(u, Requirement) and u.demands for u in self._index(framework).values()),
        )

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
        own; `core`: core duties (Directive); `role`, `topic`: exactly these; `under`: a unit and what lies below it.
        """
        self._framework(framework)
        within = None if under is None else set(self.below(under))
        wanted = None if role is None else member(Role, role)
        return tuple(
            unit
            for unit in self._index(framework).values()
            if isinstance(unit, Requirement)
            and (not unit.reference or wanted is not None or within is not None)
            and (not leaves or not self.children(unit.ref))
            and (not assessable or self.demands(unit.ref))
            and (not core or is_core(unit))
            and (wanted is None or unit.role is wanted)
            and (topic is None or unit.topic == topic)
            and (within is None or unit.ref in within)
        )

    def controls(
        self, framework: str = "iso27001", *, theme: str | None = None, headings: bool = False
    ) -> tuple[Control, ...]:
        """Return the controls and clauses of a framework in legal order, without headings unless asked for.

        `theme` is one of `Theme` for ISO/IEC 27001: 93 controls in four themes, 30 clauses at their deepest level.
        """
        self._framework(framework)
        return tuple(
            unit
            for unit in self._index(framework).values()
            if isinstance(unit, Control) and (headings or not unit.heading) and (theme is None or unit.theme == theme)
        )

    def _framework(self, framework: str) -> Framework:
        try:
            return self.frameworks[framework]
        except (KeyError, TypeError):
            raise UnknownRef(
                f"the dataset has no framework {quote(framework)}", hint=f"it has {', '.join(self.frameworks)}"
            ) from None

    @property
    def heads(self) -> Mapping[str, Crosswalk]:
        """The crosswalks' descriptions by id, without links."""
        return self.keep("heads", lambda: FrozenMap((head.id, head) for head in self._store.heads()))

    def head(self, crosswalk: str) -> Crosswalk:
        """Return a crosswalk's description without loading links; `NotMapped` if there is none of that id."""
        try:
            return self.heads[crosswalk]
        except (KeyError, TypeError):
            raise NotMapped(
                f"the dataset has no crosswalk {quote(crosswalk)}", hint=f"it has {', '.join(self.heads)}"
            ) from None

    def links_of(self, crosswalk: str, framework: str) -> tuple[Link, ...]:
        """Return the links of a crosswalk that start from one framework, in canonical order."""
        head = self.head(crosswalk)
        if framework not in head.sources:
            return ()
        return self._loaded(crosswalk, framework)[0]

    def _loaded(self, crosswalk: str, framework: str) -> tuple[tuple[Link, ...], dict[Ref, tuple[Link, ...]]]:
        """Links from one framework with their index by control, made together so that no look-up is slow."""

        def make() -> tuple[tuple[Link, ...], dict[Ref, tuple[Link, ...]]]:
            links = self._store.links(crosswalk, framework)
            return links, grouped((control, link) for link in links for control in link.controls)

        return self.keep(("links", crosswalk, framework), make)

    def links(
        self,
        crosswalk: str = "nis2map",
        *,
        requirement: Ref | str | None = None,
        control: Ref | str | None = None,
        inherited: bool = True,
    ) -> tuple[Link, ...]:
        """Return the links of a crosswalk in canonical order, narrowed to a requirement, a control, or both.

        With `inherited`, links on the units above a requirement count too where they speak of all below: links of
        unit grain and `no-relationship`.
        """
        head = self.head(crosswalk)
        wanted = None if control is None else self.ref(control)
        if requirement is None:
            if wanted is not None:
                each = [self._loaded(crosswalk, framework)[1].get(wanted, ()) for framework in head.sources]
                return each[0] if len(each) == 1 else tuple(link for links in each for link in links)
            return tuple(link for framework in head.sources for link in self.links_of(crosswalk, framework))
        ref = self.ref(requirement)
        index = self._by_requirement(crosswalk, ref.framework)
        found = [link for link in index.get(ref.unit, ()) if not ref.demand or _speaks_of(link, ref)]
        if inherited:
            for above in self.ancestors(ref.unit):
                found += [link for link in index.get(above, ()) if speaks_of_all_below(link)]
        return tuple(link for link in found if wanted is None or wanted in link.controls)

    def _by_requirement(self, crosswalk: str, framework: str) -> dict[Ref, tuple[Link, ...]]:
        return self.keep(
            ("by requirement", crosswalk, framework),
            lambda: grouped((link.requirement, link) for link in self.links_of(crosswalk, framework)),
        )

    @property
    def linked_headings(self) -> tuple[Ref, ...]:
        """Headings on the control side that a link names; the packaged crosswalks name none."""
        if isinstance(self._store, Packaged):
            return ()  # a test holds it, so that no link is loaded for this
        named = {control for crosswalk in self.heads for link in self.links(crosswalk) for control in link.controls}
        return tuple(sorted(ref for ref in named if self[ref].heading))

    def graph(self, crosswalk: str = "nis2map") -> nx.Graph[str]:
        """Return the crosswalk as a frozen networkx graph, built once; see `nis2map.graph.build`."""

        head = self.head(crosswalk)

        def make() -> nx.Graph[str]:
            from ..graph import build

            frameworks = [f for f in self.frameworks if f in head.sources or f == head.target]
            links = self.links(crosswalk)
            linked = {link.requirement for link in links}
            every = [unit for framework in frameworks for unit in self._index(framework).values()]
            return build([u for u in every if u.ref in linked or not getattr(u, "reference", False)], links)

        return self.keep(("graph", crosswalk), make)

    def with_crosswalk(self, crosswalk: Crosswalk) -> Dataset:
        """Return a dataset that has this crosswalk too, or instead of the one with its id; checked whole."""
        expect(crosswalk, Crosswalk, "crosswalk")
        others = [c for c in self.crosswalks.values() if c.id != crosswalk.id]
        return self._again(crosswalks=[*others, crosswalk])

    def with_framework(
        self, framework: Framework, *, requirements: Iterable[Requirement] = (), controls: Iterable[Control] = ()
    ) -> Dataset:
        """Return a dataset that has this framework and its units too, or instead of the one with its id."""
        expect(framework, Framework, "framework")
        kept = [u for u in self if u.ref.framework != framework.id]
        return self._again(
            frameworks=[*(f for f in self.frameworks.values() if f.id != framework.id), framework],
            units=[
                *kept,
                *several(requirements, Requirement, "requirements", DatasetError),
                *several(controls, Control, "controls", DatasetError),
            ],
        )

    def _again(
        self,
        *,
        frameworks: Iterable[Framework] | None = None,
        units: Iterable[Unit] | None = None,
        crosswalks: Iterable[Crosswalk] | None = None,
    ) -> Dataset:
        every = list(self if units is None else units)
        made = Dataset.from_parts(
            frameworks=self.frameworks.values() if frameworks is None else frameworks,
            requirements=[u for u in every if isinstance(u, Requirement)],
            controls=[u for u in every if isinstance(u, Control)],
            crosswalks=self.crosswalks.values() if crosswalks is None else crosswalks,
            sources=self.sources.values(),
            measures=self.measures,
            version=self.version,
        )
        return Dataset(made._store, version=self.version, texts=self._texts)  # noqa: SLF001

    def with_texts(self, texts: Texts) -> Dataset:
        """Return a dataset that also has these texts of units; they never enter exports or the digest by themselves."""
        expect(texts, Texts, "texts")
        for ref in texts.texts:
            self.ref(ref)
        return Dataset(self._store, version=self.version, digest=self._digest, texts=(*self._texts, texts))

    def text(self, x: Ref | str, lang: str = "en") -> str | None:
        """Return a unit's official text in a language if `with_texts` brought it, else None; the last one wins."""
        ref = self.ref(x)
        return next((t.texts[ref] for t in reversed(self._texts) if t.lang == lang and ref in t.texts), None)


class _LazyCrosswalks(Mapping[str, Crosswalk]):
    """Crosswalks by id; the links of one are loaded when it is asked for."""

    __slots__ = ("_dataset",)

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def __getitem__(self, key: str) -> Crosswalk:
        dataset = self._dataset
        try:
            head = dataset.head(key)
        except NotMapped:
            raise KeyError(key) from None

        def make() -> Crosswalk:
            import attrs

            return attrs.evolve(head, links=dataset.links(key))

        return dataset.keep(("crosswalk", key), make)

    def __iter__(self) -> Iterator[str]:
        return iter(self._dataset.heads)

    def __len__(self) -> int:
        return len(self._dataset.heads)


def given(dataset: Dataset | None) -> Dataset:
    """Return the dataset that a caller handed in, the bundled one for None; `InputError` for anything else."""
    if dataset is None:
        return load()
    expect(dataset, Dataset, "dataset")
    return dataset


def speaks_of_all_below(link: Link) -> bool:
    """Tell whether a link on a container speaks of every unit below: it names no demands."""
    return not link.demands


def _speaks_of(link: Link, demand: Ref) -> bool:
    return not link.demands or demand in link.demands


def _rebuild(store: Store, version: str, digest: str, texts: tuple[Texts, ...]) -> Dataset:
    return Dataset(store, version=version, digest=digest, texts=texts)


def load(*, plugins: Iterable[str] = ()) -> Dataset:
    """Return the bundled dataset, the same object at every call and in every thread.

    Plugins are never looked for unless named: each is an entry point of the group `nis2map.datasets` whose function
    takes a dataset and returns one.

    Raises `DatasetError` if a named plugin is not installed, fails, or does not return a dataset.
    """
    names = texts(plugins)
    found = _loaded.get(names)
    return _loaded.setdefault(names, _build(names)) if found is None else found


_loaded: dict[tuple[str, ...], Dataset] = {}


def _build(plugins: tuple[str, ...]) -> Dataset:
    manifest = table("MANIFEST")
    dataset = Dataset(Packaged(), version=manifest["version"], digest=manifest["digest"])
    for name in plugins:
        dataset = _plugged(name, dataset)
    return dataset


def plugins() -> tuple[str, ...]:
    """Return the names of installed dataset plugins, without importing any."""
    from importlib.metadata import entry_points

    return tuple(sorted({point.name for point in entry_points(group="nis2map.datasets")}))


def _plugged(name: str, dataset: Dataset) -> Dataset:
    from importlib.metadata import entry_points

    found = [point for point in entry_points(group="nis2map.datasets") if point.name == name]
    if not found:
        raise DatasetError(
            f"no dataset plugin {quote(name)} is installed", hint=f"installed: {', '.join(plugins()) or 'none'}"
        )
    try:
        made = found[0].load()(dataset)
    except Exception as error:
        raise DatasetError(f"dataset plugin {quote(name)} failed: {error}") from error
    if not isinstance(made, Dataset):
        raise DatasetError(f"dataset plugin {quote(name)} returned {type(made).__name__}, not a Dataset")
    return made
