"""Questions to a dataset: what is related, how far two frameworks overlap, and which units a text is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

import attrs

from ..._shared import Column, Listed, Page, Record, Table, Tabular, View, member, percent, texts, written
from ...errors import InputError
from ...ids import Ref, announces_points
from ...model import Control, Demand, Grade, Link, Relation, Requirement
from .._dataset import Dataset
from .._loading import given
from .._store import Unit
from .._units import assessable, ends

__all__ = ["Overlap", "overlap", "related"]


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

    >>> import nis2map
    >>> [str(link.requirement) for link in nis2map.related("A.8.24")][:2]
    ['nis2:21.2.h~cryptography', 'nis2:21.2.h~encryption']
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
    return Listed(link for link in links.values() if wanted is None or link.relation is wanted)


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
