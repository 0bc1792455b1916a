"""`Dataset`: frameworks, their units, crosswalks and reference tables, with one version and one digest.

The packaged dataset is built from its JSON tables by hand-written code, each table on first use; datasets that users
supply are checked whole. A dataset is immutable: what is worked out from it once is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal, TypeVar, overload

import attrs

from .._shared import FrozenMap, choice, counted, expect, flag, one_line, several
from ..errors import DatasetError, InputError, NotMapped, UnknownRef, quote
from ..ids import Ref
from ..model import Control, Crosswalk, Demand, Framework, Link, Requirement
from . import _store  # pyright: ignore[reportPrivateUsage]
from ._store import Given, Nones, Overlay, Packaged, Store, Unit, as_records, digest_of, grouped, lazy_crosswalks
from ._units import Memory, Units, keep, speaks_of, speaks_of_all_below

if TYPE_CHECKING:
    import networkx as nx

    from ..model import Alias, LawTables, Measure, Source, Texts, Verdict
    from ._tables import LinkTable, VerdictTable

T = TypeVar("T")
D = TypeVar("D")
Named = Ref | str | None

__all__ = ["Dataset"]


class Dataset(Units):
    """Frameworks, units, crosswalks and tables that belong together.

    `ds[x]` takes a `Ref` or any text form and returns the `Requirement`, `Control` or `Demand`; iteration runs over
    all units in legal order, `len` counts them. Get the bundled one from `load()`, or build one with `from_parts`.
    Two datasets are equal if their digests are: they hold the same records, whatever their version, and in whatever
    order they were given, but for the law's tables, of which the order is content.
    """

    __slots__ = ("__weakref__", "_digest", "_texts", "version")
    version: str
    _digest: str
    _texts: tuple[Texts, ...]

    def __init__(self, store: Store, *, version: str, digest: str = "", texts: tuple[Texts, ...] = ()) -> None:
        put = super().__setattr__
        put("_store", store)
        put("version", version)
        put("_digest", digest)
        put("_texts", texts)
        put("_memory", Memory())

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(
            "a Dataset is immutable; with_crosswalk, with_framework, with_review and with_texts give one"
        )

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
        law: LawTables | None = None,
        aliases: Iterable[Alias] = (),
        version: str = "",
    ) -> Dataset:
        """Return a dataset of these parts, with units and links in legal order; without `law` it has no tables of law.

        Raises `DatasetError` with all problems at once: duplicate or dangling units, links that name no demand of their
        unit, or whose relation and demands disagree, sources that are not declared, and others of this kind.
        """
        from ..model import Alias, LawTables, Measure, Source

        if law is not None:
            expect(law, LawTables, "law")
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
            LawTables() if law is None else law,
            several(aliases, Alias, "aliases", DatasetError),
        )
        expect(version, str, "version")
        from ._checks import check

        records = as_records(
            parts.frameworks(), units, joins, parts.sources(), parts.measures(), parts.law(), parts.aliases()
        )
        problems = check(records)
        if problems:
            raise DatasetError.of(problems, what="the parts do not make a dataset")
        return cls(parts, version=version)

    @property
    def digest(self) -> str:
        """The sha256 of all records in canonical form; texts that users added do not count."""
        if self._digest:
            return self._digest
        return keep(self, "digest", lambda: digest_of(self.records()))

    @property
    def crosswalks(self) -> Mapping[str, Crosswalk]:
        """The crosswalks by id, with their links."""
        return lazy_crosswalks(self.heads, self._with_links)

    def _with_links(self, key: str) -> Crosswalk:
        head = self.head(key)
        return keep(self, ("crosswalk", key), lambda: attrs.evolve(head, links=self.links_of(key)))

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

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Dataset):
            return NotImplemented
        return self is other or self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        parts = f"{', '.join(self.frameworks)}; {', '.join(self.heads)}"
        return one_line(f"<Dataset {self.version or 'unversioned'}: {parts}>")

    def __reduce__(self) -> tuple[Callable[..., Dataset], tuple[object, ...]]:
        if isinstance(self._store, Packaged) and not self._texts and not self._store.nones:
            from ._loading import bundled

            return (bundled, ())
        return (_rebuild, (self._store, self.version, self._digest, self._texts))

    def records(self) -> dict[str, list[dict[str, object]]]:
        """Return all parts as JSON-ready records by table: units and links in legal order, the others as given."""
        return as_records(
            self.frameworks.values(),
            self,
            self._own_crosswalks.values(),
            self.sources.values(),
            self.measures,
            self.law,
            self.aliases,
        )

    @property
    def heads(self) -> Mapping[str, Crosswalk]:
        """The crosswalks by id for what describes them; links are loaded by `crosswalks` and `links` alone."""
        store = self._store
        return keep(self, "heads", lambda: FrozenMap((head.id, head) for head in (*store.heads(), *store.derived())))

    @property
    def made_of_verdicts(self) -> tuple[str, ...]:
        """The ids of the crosswalks that are worked out from the verdicts; they are in no digest and no document."""
        return tuple(head.id for head in self._store.derived())

    @property
    def _own_crosswalks(self) -> dict[str, Crosswalk]:
        return {head.id: self.crosswalks[head.id] for head in self._store.heads()}

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
            from ._tables import LinkTable

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

    def verdicts(self, x: Ref | str) -> tuple[Verdict, ...]:
        """Return what was judged of a demand, or of all demands of a unit and of those below, in legal order.

        Per demand each candidate comes once, with what both judges gave it blind and what stands, then each set of
        controls that somebody named. Of units that were not judged pair by pair, as in a dataset of one's own, there is
        none. Verdicts, and the crosswalks that are made of them, are part of no digest and no document.

        Raises `UnknownRef` for what the dataset lacks.
        """
        from ._verdicts import verdicts_on

        unit = self[x]
        units = self.below(unit.ref) if isinstance(unit, Requirement) else ()
        demands = [demand.ref for ref in units for demand in self.demands(ref)] or [unit.ref] * isinstance(unit, Demand)
        return tuple(verdicts_on(self, self._store, demands))

    def all_verdicts(self) -> VerdictTable:
        """Return the verdicts on all demands, in legal order, as `verdicts` gives them; it is also a table."""
        from ._tables import VerdictTable
        from ._verdicts import verdicts_on

        return VerdictTable(self, verdicts_on(self, self._store, [demand.ref for demand in self.demands()]))

    def graph(
        self, crosswalk: str = "nis2map", *, level: Literal["unit", "demand"] = "unit", hierarchy: bool = False
    ) -> nx.Graph[str]:
        """Return a crosswalk as a networkx graph of the caller's own; see `nis2map.graph.build` for its attributes.

        Nodes are every unit of the crosswalk's frameworks, linked or not, definitions and entity types too (`kind` says
        what a unit is); at `level="demand"` every demand stands in place of the unit that carries it. The graph is
        bipartite; `hierarchy=True` adds the units that demands stand for, a node per framework, and `part-of` edges.

        Raises `NotMapped` if there is no such crosswalk, `InputError` for another level.
        """
        from ..graph import build

        head = self.head(crosswalk)
        choice(level, ("unit", "demand"), "level")
        flag(hierarchy, "hierarchy")
        frameworks = [f for f in self.frameworks.values() if f.id in head.sources or f.id == head.target]
        links = self.links_of(crosswalk)
        units = [unit for framework in frameworks for unit in self.of(framework.id)]
        demands = {unit.ref: self.demands(unit.ref) for unit in units} if level == "demand" else None
        return build(units, links, demands=demands, frameworks=frameworks if hierarchy else None)

    def with_crosswalk(self, crosswalk: Crosswalk) -> Dataset:
        """Return a dataset that has this crosswalk too, or instead of the one with its id; checked whole.

        A dataset that holds this very crosswalk is returned as it is.
        """
        expect(crosswalk, Crosswalk, "crosswalk")
        if self.crosswalks.get(crosswalk.id) == crosswalk:
            return self
        crosswalks = {**self._own_crosswalks, crosswalk.id: crosswalk}  # one with its id keeps its place
        return self._again(crosswalks=crosswalks.values(), nones={} if crosswalk.id == _store.WHAT_STANDS else None)

    def with_review(self, *reviews: Overlay, crosswalk: str = "nis2map") -> Dataset:
        """Return a dataset in which the verdicts of people replace the grades of a crosswalk, pair by pair.

        A pair is a demand and the very set of controls that was judged: a verdict on one control leaves joint links as
        they are. Of several reviews the later date counts. Lists and relation of a link are rebuilt; what it leaves
        without a demand goes, and a unit of which nothing is left stays judged by a `no-relationship` link. A pair
        without a link gets one, with the comment as rationale and "review" as source. `Link.reviewed` names the judged
        demands, `Link.review` is `human` if these are all, and a link that changed keeps the old rationale as
        `superseded`. What a person says serves a demand not is told by `verdicts` alone, with no part in the digest.
        Pairs that nobody judged, other crosswalks and, if nothing changes, the dataset itself stay.

        Raises `NotMapped` for an unknown crosswalk, `InputError` for one that speaks of whole units or is made of the
        judges' verdicts, and with all problems for verdicts on what the dataset lacks and for pairs on which no review
        is the latest.
        """
        for review in reviews:
            if not isinstance(review, Overlay):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise InputError(f"expected reviews, got {quote(review)} among them", hint="read_review gives one")
        held = self.head(crosswalk).id
        if held in self.made_of_verdicts:
            raise InputError(f"{quote(held)} is made of the judges' verdicts", hint="review 'nis2map'")
        if not reviews:
            return self
        laid, sources, nones = reviews[0].laid_over(self, held, reviews[1:])
        store = _store.noting(self._store, held, nones)
        if laid == self.crosswalks[held]:
            same = store is self._store
            return self if same else Dataset(store, version=self.version, digest=self._digest, texts=self._texts)
        return self._again(
            crosswalks={**self._own_crosswalks, held: laid}.values(),
            sources={**self.sources, **{source.id: source for source in sources}}.values(),
            nones=store.nones,
        )

    def with_framework(
        self, framework: Framework, *, requirements: Iterable[Requirement] = (), controls: Iterable[Control] = ()
    ) -> Dataset:
        """Return a dataset that has this framework and its units too, or instead of the one with its id.

        Raises `DatasetError` as `from_parts` does, with a hint where units that others speak of would be gone.
        """
        expect(framework, Framework, "framework")
        kept = [u for u in self if u.ref.framework != framework.id]
        units: tuple[Unit, ...] = (
            *several(requirements, Requirement, "requirements", DatasetError),
            *several(controls, Control, "controls", DatasetError),
        )
        try:
            frameworks = {**self.frameworks, framework.id: framework}.values()
            return self._again(frameworks=frameworks, units=[*kept, *units], replaced=framework.id)
        except DatasetError as error:
            gone = len(self) - len(kept)
            if units or not gone:
                raise
            # Every link on one of them is a problem, and none of these says what to do.
            hint = f"give units to with_framework too, such as those of Dataset.of({framework.id!r}), or another id"
            units_gone = counted(gone, "unit")
            raise DatasetError(
                f"a framework without units would stand in place of {framework.id}, whose {units_gone} others speak of",
                hint=hint,
                problems=error.problems,
            ) from None

    def with_law(self, law: LawTables, *, version: str = "") -> Dataset:
        """Return a dataset that states the law by other tables: an amendment, a past version, a proposal.

        `version` names it (empty: as before). `DatasetError` with all problems of the tables.
        """
        from ..model import LawTables

        expect(law, LawTables, "law")
        expect(version, str, "version")
        return self._again(law=law, version=version or self.version)

    def _again(
        self,
        *,
        law: LawTables | None = None,
        version: str = "",
        frameworks: Iterable[Framework] | None = None,
        units: Iterable[Unit] | None = None,
        crosswalks: Iterable[Crosswalk] | None = None,
        sources: Iterable[Source] | None = None,
        replaced: str = "",
        nones: Nones | None = None,
    ) -> Dataset:
        every = list(self if units is None else units)
        dataset = Dataset.from_parts(
            frameworks=self.frameworks.values() if frameworks is None else frameworks,
            requirements=[u for u in every if isinstance(u, Requirement)],
            controls=[u for u in every if isinstance(u, Control)],
            crosswalks=self._own_crosswalks.values() if crosswalks is None else crosswalks,
            sources=self.sources.values() if sources is None else sources,
            measures=self.measures,
            law=self.law if law is None else law,
            aliases=self.aliases,
            version=version or self.version,
        )
        store = dataset._store  # noqa: SLF001
        # Verdicts are on demands as they were: of units that were replaced they say nothing.
        if all(replaced not in (*head.sources, head.target) for head in self._store.derived()):
            store = store.judged_by(self._store, nones)
        return Dataset(store, version=version or self.version, texts=self._texts)

    def with_texts(self, texts: Texts) -> Dataset:
        """Return a dataset that also has these texts of units; they never enter exports or the digest by themselves."""
        from ..model import Texts

        expect(texts, Texts, "texts")
        for ref in texts.texts:
            self.ref(ref)
        return Dataset(self._store, version=self.version, digest=self._digest, texts=(*self._texts, texts))

    def text(self, x: Ref | str, lang: str = "en") -> str | None:
        """Return a unit's official text in a language if `with_texts` brought it, else None; the last one wins."""
        ref = self.ref(x)
        return next((t.texts[ref] for t in reversed(self._texts) if t.lang == lang and ref in t.texts), None)


def _rebuild(store: Store, version: str, digest: str, texts: tuple[Texts, ...]) -> Dataset:
    return Dataset(store, version=version, digest=digest, texts=texts)
