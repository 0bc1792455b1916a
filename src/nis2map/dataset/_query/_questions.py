"""Questions to a dataset: what is related, how far two frameworks overlap, and which units a text is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import attrs

from ..._shared import Column, Page, Record, Table, Tabular, View, expect, member, percent, texts, written
from ...errors import InputError, InvalidRef, UnknownRef, quote
from ...ids import Ref, announces_points, read_ref
from ...model import Control, Demand, Grade, Link, Relation, Requirement
from .._dataset import Dataset
from .._loading import given
from .._store import Unit
from .._units import assessable, cited, ends, keep

if TYPE_CHECKING:
    from ._search import Hit, Hits, Index

__all__ = ["Overlap", "find", "overlap", "related"]


def related(
    ref: Ref | str,
    *,
    crosswalk: str | Iterable[str] = "nis2map",
    relation: Relation | str | None = None,
    dataset: Dataset | None = None,
) -> tuple[Link, ...]:
    """Return the links that relate a unit or demand to the other side, crosswalk after crosswalk as asked.

    For a requirement: the links on it, those on units above that speak of all below, then those on the units below it;
    for a demand those that name it or speak of it; for a control or clause those that name it, then those on the units
    below it.
    `relation` keeps one relation only; `no-relationship` links are among the results.

    Raises `UnknownRef` if the dataset has no such unit, `NotMapped` if it has no such crosswalk.
    """
    data = given(dataset)
    unit = data[ref]
    wanted = None if relation is None else member(Relation, relation)
    names = texts(crosswalk)
    if not names:
        raise InputError("no crosswalk is asked for", hint="name one, or several")
    links: dict[tuple[str, int], Link] = {}
    for name in names:
        for link in _links(data, name, unit):
            links.setdefault((name, id(link)), link)  # by identity: two crosswalks may hold equal links
    return tuple(link for link in links.values() if wanted is None or link.relation is wanted)


def _links(data: Dataset, crosswalk: str, unit: Requirement | Control | Demand) -> list[Link]:
    # The side of a unit is its place in the crosswalk.
    if unit.ref.framework == data.head(crosswalk).target:
        return [link for below in data.below(unit.ref.unit) for link in data.links(crosswalk, control=below)]
    links = list(data.links(crosswalk, requirement=unit.ref))
    if not isinstance(unit, Demand):
        for below in data.below(unit.ref)[1:]:
            links += data.links(crosswalk, requirement=below, inherited=False)
    return links


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Overlap(Record, View, Tabular):
    """How far a crosswalk joins two frameworks, counted on the data itself; no number here says "compliant".

    `pairs` of unit and control leave `no-relationship` links out. `units` are the assessable units of the source,
    `without_demands` leaves that carry none, `unjudged` units that no link speaks of, `demands_*` the demands by the
    best that a link gives them, `controls` of the target and those `linked`, by theme.
    """

    _also = ("share_linked",)

    crosswalk: str
    source: tuple[str, ...]
    target: str
    links: int
    pairs: int
    units: int
    without_demands: tuple[Ref, ...]
    unjudged: tuple[Ref, ...]
    demands: int
    demands_covered: int
    demands_guided: int
    demands_considered: int
    demands_supported: int
    demands_bare: int
    controls: int
    linked: int
    themes: tuple[tuple[str, int, int], ...] = attrs.field(
        metadata=written(lambda rows: {theme: {"linked": linked, "of": count} for theme, linked, count in rows})
    )
    unlinked: tuple[Ref, ...]
    digest: str = ""
    _columns = (
        Column("what", "text", "what is counted", lambda row: row[0]),
        Column("count", "whole", "how many there are", lambda row: row[1]),
        Column("of", "whole", "of how many; null where that has no sense", lambda row: row[2]),
    )

    @property
    def share_linked(self) -> float | None:
        """The share of the target's controls (headings and clauses left out) that some link names, in [0, 1]."""
        total = sum(count for theme, _, count in self.themes if theme != "clause")
        return sum(linked for theme, linked, _ in self.themes if theme != "clause") / total if total else None

    def _lines(self) -> list[tuple[str, int, int | None]]:
        demands = ("demands_covered", "demands_guided", "demands_considered", "demands_supported", "demands_bare")
        return [
            ("links", self.links, None),
            ("pairs", self.pairs, None),
            ("units", self.units, None),
            ("without_demands", len(self.without_demands), None),
            ("unjudged", len(self.unjudged), self.units),
            ("demands", self.demands, None),
            *((name, getattr(self, name), self.demands) for name in demands),
            ("linked", self.linked, self.controls),
            *((f"linked_{theme}", linked, count) for theme, linked, count in self.themes),
        ]

    def _rows(self) -> list[tuple[str, str]]:
        return [
            ("links", str(self.links)),
            ("pairs of unit and control", str(self.pairs)),
            ("assessable units", str(self.units)),
            ("leaves without demands", str(len(self.without_demands))),
            ("units without a judgement", str(len(self.unjudged))),
            ("demands", str(self.demands)),
            ("  covered by statement", str(self.demands_covered)),
            ("  covered if guided", str(self.demands_guided)),
            ("  covered if considered", str(self.demands_considered)),
            ("  only supported", str(self.demands_supported)),
            ("  bare", str(self.demands_bare)),
            *((f"{theme} linked", f"{linked} of {count}") for theme, linked, count in self.themes),
            ("controls linked, clauses left out", percent(self.share_linked)),
        ]

    def _page(self) -> Page:
        title = f"{self.crosswalk}: {'+'.join(self.source)} to {self.target}"
        return Page(title, (Table(("what", "count"), self._rows(), right=(1,)),))


def overlap(crosswalk: str = "enisa", *, dataset: Dataset | None = None) -> Overlap:
    """Return how far a crosswalk joins its frameworks.

    >>> import nis2map
    >>> found = nis2map.overlap("enisa")
    >>> sum(linked for theme, linked, _ in found.themes if theme != "clause")
    69
    """
    data = given(dataset)
    head = data.head(crosswalk)
    links = data.links(crosswalk)
    best = _best_grades(data, crosswalk, head.sources)
    count = Counter(best.values())
    units = [unit for framework in head.sources for unit in assessable(data, framework)]
    joining = [link for link in links if link.relation is not Relation.NO_RELATIONSHIP]
    named = {control for link in joining for control in link.controls}
    controls = ends(data, head.target)
    return Overlap(
        crosswalk=crosswalk,
        source=head.sources,
        target=head.target,
        links=len(links),
        pairs=sum(len(link.controls) for link in joining),
        units=len(units),
        without_demands=tuple(
            unit.ref
            for framework in head.sources
            for unit in ends(data, framework)
            if isinstance(unit, Requirement)
            and unit.role.is_duty
            and not data.demands(unit.ref)
            and not announces_points(unit.ref)
        ),
        unjudged=tuple(unit.ref for unit in units if not data.links(crosswalk, requirement=unit.ref)),
        demands=len(best),
        demands_covered=count[Grade.STATED],
        demands_guided=count[Grade.GUIDED],
        demands_considered=count[Grade.CONSIDERED],
        demands_supported=count[Grade.HELPED],
        demands_bare=count[Grade.BARE],
        controls=len(controls),
        linked=sum(control.ref in named for control in controls),
        themes=_by_theme(controls, named),
        unlinked=tuple(control.ref for control in controls if control.ref not in named),
        digest=data.digest,
    )


_ORDER = tuple(Grade)


def _by_theme(controls: Iterable[Unit], named: Collection[Ref]) -> tuple[tuple[str, int, int], ...]:
    """Return, per theme (of requirements, topic), how many of its units some link names, and how many there are."""
    by_theme: dict[str, list[Ref]] = {}
    for unit in controls:
        by_theme.setdefault(unit.theme if isinstance(unit, Control) else unit.topic, []).append(unit.ref)
    return tuple((theme, sum(ref in named for ref in refs), len(refs)) for theme, refs in by_theme.items())


def _best_grades(data: Dataset, crosswalk: str, frameworks: Iterable[str]) -> dict[Ref, Grade]:
    """Return the best grade that any link gives each demand of the assessable units."""
    best: dict[Ref, Grade] = {}
    for framework in frameworks:
        for unit in assessable(data, framework):
            for demand in data.demands(unit.ref):
                best[demand.ref] = Grade.BARE
            for link in data.links(crosswalk, requirement=unit.ref):
                for grade, names in _grades(data, link, unit.ref).items():
                    for name in names:
                        best[name] = min(best[name], grade, key=_ORDER.index)
    return best


def _grades(data: Dataset, link: Link, unit: Ref) -> Mapping[Grade, tuple[Ref, ...]]:
    if link.demands or link.relation is Relation.NO_RELATIONSHIP:
        return link.by_grade
    every = tuple(demand.ref for demand in data.demands(unit))
    return {link.grade: every}


# A title says best what a unit is about; kinds of evidence name many things beside it.
_TITLE, _TEXT, _EVIDENCE = 3.0, 1.0, 0.5
_BARE = re.compile(r"\d{1,2}(?:\.\d{1,2})*(?:\.[a-z]{1,4})*", re.ASCII)
_LONGEST_ID = 256


def find(text: str, *, limit: int = 10, dataset: Dataset | None = None) -> Hits:
    """Return the units that a text is about, best first, at most `limit` of them; ties by ref.

    A text that is an id gives its unit (or demand) first, marked `exact`, and then what its title finds; a bare
    number such as "5.1" gives every unit that it may name. Anything else is searched for in titles (in every language
    that a unit has one in), summaries, labels of demands and kinds of evidence of all units (BM25, light stemming,
    abbreviations of the field spelled out). A text without a word that occurs gives an empty result.

    Raises `UnknownRef` for a well-formed id that does not exist, with the nearest real ones (an id is never guessed),
    and `InputError` if `text` is not a text or `limit` not a whole number from 1 up.

    >>> find("A.8.24")[0].title
    'Use of cryptography'
    >>> find("MFA", limit=1)[0].ref
    Ref('cir:11.7')
    """
    from ._search import Hits

    expect(text, str, "text")
    if type(limit) is not int or limit < 1:
        raise InputError(f"limit is {quote(limit)}", hint="a whole number from 1 up")
    data = given(dataset)
    named = list(dict.fromkeys(_named(data, text)))
    words = " ".join(_title(data, ref) for ref in named) if named else text
    index = keep(data, "search", lambda: _index(data))
    ranked = {ref: (score, held) for ref, score, held in index.search(words, limit=limit + len(named))}
    hits = [_hit(data, ref, ranked.get(ref, (0.0, ())), exact=True) for ref in named]
    hits += [_hit(data, ref, ranking, exact=False) for ref, ranking in ranked.items() if ref not in named]
    return Hits(text, tuple(hits[:limit]), digest=data.digest)


def _hit(data: Dataset, ref: Ref, ranking: tuple[float, tuple[str, ...]], *, exact: bool) -> Hit:
    from ._search import Hit

    return Hit(ref, _title(data, ref), ranking[0], exact=exact, words=ranking[1], cited=cited(data, ref))


def _named(data: Dataset, text: str) -> Iterator[Ref]:
    """Yield the units that a text names as an id: one, several for a bare number, none for other texts."""
    if len(text) > _LONGEST_ID:
        return
    bare = text.strip()
    if _BARE.fullmatch(bare):
        for framework in data.frameworks:
            yield from _numbered(data, framework, bare)
        return
    try:
        ref = read_ref(text)
    except InvalidRef:
        return
    # Words around a colon have the form of a canonical id too; only a framework that is there makes them one.
    if ref.framework in data.frameworks:
        yield data.ref(ref)


def _numbered(data: Dataset, framework: str, bare: str) -> Iterator[Ref]:
    """Yield the units of a framework that a bare number may name: as it stands, and below a top that is a letter."""
    tops = dict.fromkeys(unit.ref.local.partition(".")[0] for unit in data.of(framework) if unit.parent is None)
    forms = [bare, *(f"{top}.{bare}" for top in tops if top.isalpha() and len(top) == 1)]
    for form in forms:
        try:
            yield data.ref(read_ref(form, framework=framework))
        except (InvalidRef, UnknownRef):
            continue


def _title(data: Dataset, ref: Ref) -> str:
    unit = data[ref]
    return unit.label if isinstance(unit, Demand) else unit.title


def _index(data: Dataset) -> Index:
    from ._search import Index

    return Index.of(_rows_of(data))


def _rows_of(data: Dataset) -> Iterator[tuple[Ref, str, float]]:
    for unit in data:
        yield unit.ref, unit.title, _TITLE
        for title in unit.titles.values():
            yield unit.ref, title, _TITLE
        if isinstance(unit, Requirement):
            yield unit.ref, unit.summary, _TEXT
            for demand in unit.demands:
                yield unit.ref, demand.label, _TEXT
            for evidence in unit.evidence:
                yield unit.ref, evidence, _EVIDENCE
