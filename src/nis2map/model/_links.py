"""Links between requirements and controls, and crosswalks of links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import attrs

from .._shared import (
    Brief,
    Drawn,
    Label,
    Listed,
    Mark,
    Page,
    Parts,
    Stack,
    Table,
    counted,
    each,
    member,
    several,
)
from ..errors import DatasetError
from ..ids import Ref
from ._convert import are_refs, to_ref, to_refs, to_relation, to_review, to_texts
from ._words import Grade, Grain, Relation, ReviewState

if TYPE_CHECKING:
    from .._shared import Arrow

__all__ = ["LISTS", "Crosswalk", "Link", "joined", "merged", "repeated"]

# The list of a link in which the demands of each grade stand, the best grade first.
LISTS: Mapping[Grade, str] = {
    Grade.STATED: "covers",
    Grade.GUIDED: "covers_guided",
    Grade.CONSIDERED: "covers_considered",
    Grade.HELPED: "supports",
}


def _demand_ref(requirement: Ref, value: Ref | str) -> Ref:
    if isinstance(value, Ref) or not isinstance(value, str) or ":" in value:  # pyright: ignore[reportUnnecessaryIsInstance]
        return to_ref(value)
    return Ref(requirement.framework, f"{requirement.local}#{value.removeprefix('#')}")


def _demand_refs(value: Iterable[Ref | str] | Ref | str, link: Link) -> tuple[Ref, ...]:
    """Return demands given as refs or as slugs of the link's requirement."""
    if are_refs(value):  # as those of the packaged tables are
        return value
    if isinstance(value, (Ref, str)):
        return (_demand_ref(link.requirement, value),)
    return tuple(_demand_ref(link.requirement, item) for item in each(value, "demands", DatasetError))


_DEMANDS = attrs.Converter(_demand_refs, takes_self=True)  # type: ignore[call-overload]  # of Link alone


@attrs.frozen(eq=False, repr=False)
class Link(Brief, Drawn):
    """One statement that a requirement and one or more controls are related.

    Several `controls` in one link count together. `covers`: demands that the controls' own statement requires;
    `covers_guided`: those met if the controls are implemented as ISO/IEC 27002:2022 says that they should be;
    `covers_considered`: those met if also what ISO/IEC 27002 names for consideration is done; `supports`: those they
    help with and do not meet. Demands may be given as full refs or as slugs of this requirement. The relation is what
    holds on the widest reading. `strength` 1 to 9 is a foreign source's own figure on a partial relation. `controls=()`
    says that no unit of the target is related. `reviewed`: those of its demands that a person has judged (all of them
    if `review` is human); `superseded`: the rationale that held before a person judged otherwise.
    """

    requirement: Ref = attrs.field(converter=to_ref)
    controls: tuple[Ref, ...] = attrs.field(converter=to_refs)
    relation: Relation = attrs.field(converter=to_relation)
    covers: tuple[Ref, ...] = attrs.field(default=(), converter=_DEMANDS, kw_only=True)  # type: ignore[misc]
    covers_guided: tuple[Ref, ...] = attrs.field(default=(), converter=_DEMANDS, kw_only=True)  # type: ignore[misc]
    covers_considered: tuple[Ref, ...] = attrs.field(default=(), converter=_DEMANDS, kw_only=True)  # type: ignore[misc]
    supports: tuple[Ref, ...] = attrs.field(default=(), converter=_DEMANDS, kw_only=True)  # type: ignore[misc]
    strength: int | None = attrs.field(default=None, kw_only=True)
    rationale: str = attrs.field(default="", kw_only=True)
    source: str = attrs.field(default="", kw_only=True)
    review: ReviewState = attrs.field(default=ReviewState.UNREVIEWED, converter=to_review, kw_only=True)
    note: str = attrs.field(default="", kw_only=True)
    date: str = attrs.field(default="", kw_only=True)
    reviewed: tuple[Ref, ...] = attrs.field(default=(), converter=_DEMANDS, kw_only=True)  # type: ignore[misc]
    superseded: str = attrs.field(default="", kw_only=True)

    @property
    def demands(self) -> tuple[Ref, ...]:
        """All demands the link names."""
        return self.covers + self.covers_guided + self.covers_considered + self.supports

    @property
    def by_grade(self) -> dict[Grade, tuple[Ref, ...]]:
        """The demands that the link names, by the grade in which it serves them, the best first."""
        return {grade: getattr(self, name) for grade, name in LISTS.items()}

    @property
    def grade(self) -> Grade:
        """The best grade in which the link serves a demand; one that names none speaks of its unit as a whole."""
        named = next((grade for grade, refs in self.by_grade.items() if refs), None)
        whole = Grade.STATED if self.relation.is_full else Grade.HELPED if self.relation.is_partial else Grade.BARE
        return named or whole

    def reason(self, demand: Ref) -> str:
        """Return what the rationale says of a demand ("kept, read: why. made: why."), all if it has no such part."""
        for part in self._reasons:
            names, mark, why = part.partition(": ")
            if mark and demand.demand in names.split(", "):
                return why.strip()
        return self.rationale

    @property
    def _reasons(self) -> list[str]:
        # A part starts with the names of demands, at the start of the text or after a sentence.
        parts: list[str] = re.split(r"(?:^|(?<=[.!?]) )(?=[a-z0-9-]+(?:, [a-z0-9-]+)*: )", self.rationale)
        return [part for part in parts if part]

    def grade_of(self, demand: Ref) -> Grade:
        """Return the grade in which the link names a demand, bare if it does not name it."""
        return next((grade for grade, refs in self.by_grade.items() if demand in refs), Grade.BARE)

    _head: ClassVar[tuple[str, ...]] = ("requirement", "relation", "controls", "best grade", "why", "source")

    def _row(self) -> tuple[str | Mark, ...]:
        grade, review = Label(str(self.grade)), f"{self.source}, {self.review}"
        return (self.requirement.citation, str(self.relation), self._controls, grade, "\n".join(self._reasons), review)

    @property
    def _controls(self) -> str:
        return " + ".join(control.citation for control in self.controls) or "no unit"

    def _graph(self) -> tuple[dict[str, str], list[Arrow]]:
        from .._shared import Arrow  # late: no score is looked at

        grade = self.grade
        ends = [self.requirement, *self.controls]
        words = str(self.relation if grade is Grade.BARE else grade) + ", together" * (len(self.controls) > 1)
        arrows = [Arrow(str(self.requirement), str(control), words, str(grade)) for control in self.controls]
        return {str(ref): ref.citation for ref in ends}, arrows

    def _page(self) -> Page:
        from .._shared import card  # late: no score is looked at

        rows = [
            (str(ref), Label(str(grade)), self.reason(ref)) for grade, refs in self.by_grade.items() for ref in refs
        ]
        demands = (Table(("demand", "grade", "why"), rows),) if rows else ()
        told = {"requirement", "controls", "relation", *LISTS.values(), *(["rationale"] if rows else [])}
        title = f"{self.requirement.citation}  {self.relation}  {self._controls}"
        return card(title, [pair for pair in self._told() if pair[0] not in told], *demands)


def _to_links(value: Iterable[Link]) -> tuple[Link, ...]:
    return several(value, Link, "links", DatasetError)


def _sources(value: str | Iterable[str]) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return value
    # A source named twice would hold its links twice.
    ids = tuple(dict.fromkeys(several(value, str, "ids of frameworks", DatasetError)))
    return ids[0] if len(ids) == 1 else ids


def _grain(value: Grain | str | None, crosswalk: Crosswalk) -> Grain:
    if value is not None:
        return member(Grain, value, error=DatasetError)
    return Grain.DEMAND if any(link.demands for link in crosswalk.links) else Grain.UNIT


_GRAIN = attrs.Converter(_grain, takes_self=True)  # type: ignore[call-overload]  # of Crosswalk alone


@attrs.frozen(eq=False, repr=False)
class Crosswalk(Brief, Drawn):
    """A named, versioned set of links from requirements of `source` to controls of `target`.

    `source` is one framework id, or a tuple of them. `grain` is worked out from the links if it is not given: demand
    if any link names demands, else unit. `candidates_from` are the ids of the crosswalks whose pairs were among those
    that were judged for this one, which makes them no independent witnesses.
    """

    id: str
    source: str | tuple[str, ...] = attrs.field(converter=_sources)
    target: str
    links: tuple[Link, ...] = attrs.field(default=(), converter=_to_links, repr=False)
    grain: Grain = attrs.field(default=None, converter=_GRAIN)  # type: ignore[misc]
    title: str = attrs.field(default="", kw_only=True)
    version: str = attrs.field(default="", kw_only=True)
    licence: str = attrs.field(default="", kw_only=True)
    attribution: str = attrs.field(default="", kw_only=True)
    method: str = attrs.field(default="", kw_only=True)
    date: str = attrs.field(default="", kw_only=True)
    notes: tuple[str, ...] = attrs.field(default=(), converter=to_texts, kw_only=True)
    candidates_from: tuple[str, ...] = attrs.field(default=(), converter=to_texts, kw_only=True)

    @property
    def sources(self) -> tuple[str, ...]:
        """The frameworks whose requirements the links start from."""
        return (self.source,) if isinstance(self.source, str) else self.source

    def _graph(self) -> tuple[Mapping[str, str], Iterable[Arrow]]:
        return Listed(self.links)._graph()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    def _page(self) -> Page:
        from .._shared import card  # late: no score is looked at

        counts = Counter(link.grade for link in self.links)
        grades = Stack(*(Label(str(grade), f"{grade}: {counts[grade]}") for grade in Grade if counts[grade]))
        fields = [("links", str(len(self.links))), ("links by their best grade", grades)]
        parts = Parts((str(grade), str(grade), counts[grade]) for grade in Grade)
        return card(
            f"Crosswalk {self.id}", [*fields, *((name, value) for name, value in self._told() if name != "id")], parts
        )


_SHOWN = 5


def _same(one: Link, other: Link) -> bool:
    """Tell whether two links of the same ends say the same, whatever the reasons they give."""
    return (one.relation, one.strength) == (other.relation, other.strength) and all(
        set(refs) == set(other.by_grade[grade]) for grade, refs in one.by_grade.items()
    )


def repeated(links: Sequence[Link]) -> Iterator[tuple[int, int, bool]]:
    """Yield the places of links whose unit and controls an earlier link has, that one's place, and if it says the same.

    That one is the first which says the same, or the first of all where every earlier one says another thing.
    """
    by_ends: dict[tuple[Ref, frozenset[Ref]], list[int]] = {}
    for place, link in enumerate(links):
        there = by_ends.setdefault((link.requirement, frozenset(link.controls)), [])
        first = next((other for other in there if _same(link, links[other])), None)
        if there:
            yield place, there[0] if first is None else first, first is not None
        if first is None:
            there.append(place)


def joined(links: Sequence[Link]) -> list[Link]:
    """Return links without those that say again what an earlier one says, which gets their reasons and notes.

    Links that contradict each other stay.
    """
    kept: dict[int, Link] = dict(enumerate(links))
    for place, first, same in repeated(links):
        if same:
            again, there = kept.pop(place), kept[first]
            rationale, note = _both(there.rationale, again.rationale), _both(there.note, again.note)
            kept[first] = attrs.evolve(there, rationale=rationale, note=note)
    return list(kept.values())


def merged(crosswalk: Crosswalk) -> Crosswalk:
    """Return a crosswalk without links that say again what another one says, and with a note of what was merged."""
    again = [place for place, _, same in repeated(crosswalk.links) if same]
    if not again:
        return crosswalk
    named = [
        f"{link.requirement} to {' + '.join(map(str, link.controls)) or 'no unit'} (link {place + 1})"
        for place, link in ((place, crosswalk.links[place]) for place in again[:_SHOWN])
    ]
    more = f" and {len(again) - _SHOWN} more" if len(again) > _SHOWN else ""
    many = counted(
        len(again),
        "link that says again what another one says is merged",
        "links that say again what others say are merged",
    )
    note = f"{many}: {', '.join(named)}{more}"
    return attrs.evolve(crosswalk, links=joined(crosswalk.links), notes=(*crosswalk.notes, note))


def _both(ours: str, theirs: str) -> str:
    return ours if not theirs or theirs in ours.split("\n\n") else "\n\n".join(filter(None, (ours, theirs)))
