"""`Dataset`: frameworks, their units, crosswalks and reference tables, with one version and one digest.

The packaged dataset is built from its JSON tables by hand-written code, each table on first use; datasets that users
supply are checked whole. A dataset is immutable: what is worked out from it once is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Literal, TypeVar

import attrs

from .._shared import Listed, Shown, choice, counted, each, expect, flag, one_line, several
from ..errors import DatasetError, InputError, quote
from ..ids import Ref
from ..model import Control, Crosswalk, Demand, Framework, Requirement
from ._store import WHAT_STANDS, Nones, Overlay, Store, Unit, lazy_crosswalks, noting
from ._units import Linked, Memory, keep

if TYPE_CHECKING:
    import networkx as nx

    from .._shared import Page
    from ..model import Alias, Catalogue, LawTables, Measure, Source, Texts, Verdict
    from ._tables import VerdictTable

T = TypeVar("T")
D = TypeVar("D")

__all__ = ["Dataset"]


class Dataset(Linked, Shown):
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
        frameworks: Iterable[Framework | Catalogue] = (),
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

        A `Catalogue` among the frameworks brings its units and its texts.

        Raises `DatasetError` with all problems at once: duplicate or dangling units, links that name no demand of their
        unit, or whose relation and demands disagree, sources that are not declared, and others of this kind.
        """
        from ..model import Alias, Catalogue, LawTables, Measure, Source
        from ._store import Given, as_records

        if law is not None:
            expect(law, LawTables, "law")
        every = tuple(each(frameworks, "frameworks", DatasetError))
        catalogues = [one for one in every if isinstance(one, Catalogue)]
        plain = [one.framework if isinstance(one, Catalogue) else one for one in every]
        units: tuple[Unit, ...] = (
            *several(requirements, Requirement, "requirements", DatasetError),
            *several(controls, Control, "controls", DatasetError),
            *(unit for catalogue in catalogues for unit in catalogue.units),
        )
        joins = several(crosswalks, Crosswalk, "crosswalks", DatasetError)
        parts = Given(
            several(plain, Framework, "frameworks", DatasetError),
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
        texts = tuple(catalogue.texts for catalogue in catalogues if catalogue.texts is not None)
        return cls(parts, version=version, texts=texts)

    @property
    def digest(self) -> str:
        """The sha256 of all records in canonical form; texts that users added do not count."""
        if self._digest:
            return self._digest
        from ._store import digest_of

        return keep(self, "digest", lambda: digest_of(self.records()))

    @property
    def crosswalks(self) -> Mapping[str, Crosswalk]:
        """The crosswalks by id, with their links."""
        return lazy_crosswalks(self.heads, self._with_links)

    def _with_links(self, key: str) -> Crosswalk:
        head = self.head(key)
        return keep(self, ("crosswalk", key), lambda: attrs.evolve(head, links=self.links_of(key)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Dataset):
            return NotImplemented
        return self is other or self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        parts = f"{', '.join(self.frameworks)}; {', '.join(self.heads)}"
        return one_line(f"<Dataset {self.version or 'unversioned'}: {parts}>")

    def _page(self) -> Page:
        from ._tables import page_of

        return page_of(self, self.version, self.digest, [head.id for head in self._store.heads()])

    def __reduce__(self) -> tuple[Callable[..., Dataset], tuple[object, ...]]:
        from ._store import Packaged

        if isinstance(self._store, Packaged) and not self._texts and not self._store.nones:
            from ._loading import bundled

            return (bundled, ())
        return (_rebuild, (self._store, self.version, self._digest, self._texts))

    def records(self) -> dict[str, list[dict[str, object]]]:
        """Return all parts as JSON-ready records by table: units and links in legal order, the others as given."""
        from ._store import as_records

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
    def _own_crosswalks(self) -> dict[str, Crosswalk]:
        return {head.id: self.crosswalks[head.id] for head in self._store.heads()}

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
        return Listed(verdicts_on(self, self._store, demands))

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
        what a unit is, `side` on which side of this crosswalk it stands); at `level="demand"` every demand stands in
        place of the unit that carries it. The graph is bipartite; `hierarchy=True` adds the units that demands stand
        for, a node per framework, and `part-of` edges.

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
        return build(units, links, demands=demands, frameworks=frameworks if hierarchy else None, target=head.target)

    def with_crosswalk(
        self,
        crosswalk: Crosswalk,
        *,
        sources: Iterable[Source] = (),
        on_duplicate: Literal["raise", "merge"] = "raise",
    ) -> Dataset:
        """Return a dataset that has this crosswalk too, or instead of the one with its id.

        `sources` are those that its links name and the dataset lacks. `on_duplicate="merge"` keeps the first of several
        links that say the same of one unit and one set of controls, with every rationale, and says so in the
        crosswalk's `notes`; two that contradict each other (another relation, other demands, another strength) are
        problems in any case. What is added is checked, against itself and against what the dataset holds.

        A dataset that holds this very crosswalk and its sources is returned as it is. Raises `DatasetError` with all
        problems, as `from_parts` does, and for a source whose id another one has that others name.
        """
        from ..model import Source, merged

        expect(crosswalk, Crosswalk, "crosswalk")
        if choice(on_duplicate, ("raise", "merge"), "on_duplicate") == "merge":
            crosswalk = merged(crosswalk)
        several_ = several(sources, Source, "sources", DatasetError)
        news = tuple(source for source in several_ if self.sources.get(source.id) != source)
        if not news and self.crosswalks.get(crosswalk.id) == crosswalk:
            return self
        self._refuse_others(news, crosswalk.id)
        return self._with(crosswalk=crosswalk, sources=news, nones={} if crosswalk.id == WHAT_STANDS else None)

    def _refuse_others(self, sources: Iterable[Source], crosswalk: str) -> None:
        """Refuse a source instead of one that others than this crosswalk name: they would cite what they never saw."""
        for source in sources:
            if source.id not in self.sources:
                continue
            naming = [f"framework {f.id}" for f in self.frameworks.values() if f.source == source.id]
            naming += [f"measure {measure.id}" for measure in self.measures if measure.source == source.id]
            others = (head for head in self.heads if head != crosswalk)
            naming += (f"crosswalk {i}" for i in others if any(x.source == source.id for x in self.links_of(i)))
            if naming:
                raise DatasetError(
                    f"the source {quote(source.id)} is there already, is another one, and {naming[0]} names it",
                    hint="give yours another id",
                )

    def with_review(self, *reviews: Overlay, crosswalk: str = "nis2map") -> Dataset:
        """Return a dataset in which the verdicts of people replace the grades of a crosswalk, pair by pair.

        A pair is a demand and the very set of controls that was judged: a verdict on one control leaves joint links as
        they are. Of several reviews the later date counts. Lists and relation of a link are rebuilt; what it leaves
        without a demand goes, and a unit of which nothing is left stays judged by a `no-relationship` link. A pair
        without a link gets one, with the comment as rationale and "review" as source. `Link.reviewed` names the judged
        demands, `Link.review` is `human` if these are all, and a link that changed keeps the old rationale as
        `superseded`. What a person says serves a demand not is told by `verdicts` alone, with no part in the digest.
        Pairs that nobody judged, other crosswalks and, if nothing changes, the dataset itself stay.

        Raises `NotMapped` for an unknown crosswalk, `InputError` for one that is about whole units or is made of the
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
        store = noting(self._store, held, nones)
        if laid == self.crosswalks[held]:
            same = store is self._store
            return self if same else Dataset(store, version=self.version, digest=self._digest, texts=self._texts)
        return self._with(crosswalk=laid, sources=sources, nones=store.nones)

    def with_framework(
        self,
        framework: Framework | Catalogue,
        *,
        requirements: Iterable[Requirement] = (),
        controls: Iterable[Control] = (),
    ) -> Dataset:
        """Return a dataset that has this framework and its units too, or instead of the one with its id.

        A `Catalogue`, as `load_framework` gives it, brings its own units, and its texts as `with_texts` does.

        Raises `DatasetError` as `from_parts` does (rows count the units that are given), with a hint where units that
        others speak of would be gone.
        """
        from ..model import Catalogue

        if isinstance(framework, Catalogue):
            texts = framework.texts
            requirements, controls = (*framework.requirements, *requirements), (*framework.controls, *controls)
            made = self.with_framework(framework.framework, requirements=requirements, controls=controls)
            return made if texts is None else made.with_texts(texts)
        expect(framework, Framework, "framework")
        units: tuple[Unit, ...] = (
            *several(requirements, Requirement, "requirements", DatasetError),
            *several(controls, Control, "controls", DatasetError),
        )
        held = self.frameworks.get(framework.id)
        if held is None and not any(unit.ref.framework in self.frameworks for unit in units):
            return self._with(framework=framework, units=units)
        # What others say of the units that go has to be looked at again, so that the dataset is made of all its parts.
        kept = [unit for unit in self if unit.ref.framework != framework.id]
        try:
            return self._again(framework, (*units, *kept))
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
        return self._with(law=law, version=version)

    def _with(
        self,
        *,
        framework: Framework | None = None,
        units: tuple[Unit, ...] = (),
        crosswalk: Crosswalk | None = None,
        sources: tuple[Source, ...] = (),
        law: LawTables | None = None,
        version: str = "",
        nones: Nones | None = None,
    ) -> Dataset:
        """Return a dataset with some parts more, which alone are checked, and on the store of this one."""
        from ._checks import check_added
        from ._store import as_records, extended

        frameworks = () if framework is None else (framework,)
        crosswalks = () if crosswalk is None else (crosswalk,)
        every = {**self.frameworks, **{one.id: one for one in frameworks}}.values()
        # Links that are there were looked at. A first source changes that: from then on each that is named is declared.
        first = bool(sources) and not self.sources
        held = self._own_crosswalks if first else {head.id: head for head in self._store.heads()}
        records = as_records(
            every,
            units,
            {**held, **{one.id: one for one in crosswalks}}.values(),
            {**self.sources, **{one.id: one for one in sources}}.values(),
            self.measures if first else (),
            law,
        )
        problems = check_added(self, records)
        if problems:
            raise DatasetError.of(problems, what="the parts do not make a dataset")
        store = extended(
            self._store,
            frameworks=frameworks,
            units=units,
            crosswalks=crosswalks,
            sources=sources,
            law=law,
            nones=nones,
        )
        made = Dataset(store, version=version or self.version, texts=self._texts)
        made._memory.take(self._memory, {one.id for one in (*frameworks, *crosswalks)})
        return made

    def _again(self, framework: Framework | None = None, units: Iterable[Unit] | None = None) -> Dataset:
        """Return a dataset made of all parts, with a framework instead of the one with its id, and of these units."""
        every = tuple(self if units is None else units)
        replaced = {} if framework is None else {framework.id: framework}
        dataset = Dataset.from_parts(
            frameworks={**self.frameworks, **replaced}.values(),
            requirements=[u for u in every if isinstance(u, Requirement)],
            controls=[u for u in every if isinstance(u, Control)],
            crosswalks=self._own_crosswalks.values(),
            sources=self.sources.values(),
            measures=self.measures,
            law=self.law,
            aliases=self.aliases,
            version=self.version,
        )
        store = dataset._store  # noqa: SLF001
        # Verdicts are on demands as they were: of units that were replaced they say nothing.
        if all(replaced.keys().isdisjoint((*head.sources, head.target)) for head in self._store.derived()):
            store = store.judged_by(self._store, None)
        return Dataset(store, version=self.version, texts=self._texts)

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
