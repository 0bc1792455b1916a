"""What scoring needs of a dataset, worked out once per question and remembered with the dataset.

A question lists the assessable units of a set in legal order, their demands, and for each demand which sets of
controls cover and which support it. It knows no assessment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import attrs

from .._shared import FrozenMap
from ..dataset import Dataset, assessable, keep, recall
from ..errors import NotMapped
from ..ids import Ref, RefMap
from ..model import Crosswalk, Demand, Grade, Grain, Link, Relation, Requirement
from ._options import BASES, is_classification

if TYPE_CHECKING:
    from ..law import Classification

__all__ = [
    "Question",
    "Term",
    "displaced_by",
    "instead_of",
    "leaves",
    "question_for",
    "question_of",
    "status_of",
]

# The best first, as `Grade` lists them.
_RANK = {grade: place for place, grade in enumerate(Grade)}


class Term(NamedTuple):
    """One link as it bears on one demand.

    `grade` is how the link serves the demand, `covering` whether that counts as a cover on the basis asked for,
    `factor` what its estimate and high are multiplied with (1 for covers), `inherited` whether the link stands on a
    unit above, `controls` the place of its set of controls in the question.
    """

    link: Link
    crosswalk: str
    grade: Grade
    covering: bool
    factor: float
    inherited: bool
    controls: int


@attrs.frozen(eq=False, repr=False)
class Question:
    """The units and demands of one question, and how links serve them.

    `spans[u]` is the half-open range of unit u's demands; `covers[d]` and `supports[d]` hold places in `sets`
    (supports with their factor, those that earn something); `parts[c]` has, for each deepest unit at or below control
    c, that unit and the units above it, the nearest first; `own[d]` a demand, its unit and the units above it,
    likewise; `settled[d]` what is known of the fact that a demand hangs on, None if nothing is or there is none;
    `judged[d]` whether any link speaks of the demand's unit; `grades[d]` the best grade in which one serves
    the demand itself; `ceilings[d]` its low, estimate and high with every control implemented.
    """

    frameworks: tuple[str, ...]
    crosswalks: tuple[str, ...]
    without_links: tuple[str, ...]
    units: tuple[Requirement, ...]
    demands: tuple[Demand, ...]
    spans: tuple[tuple[int, int], ...]
    terms: tuple[tuple[Term, ...], ...]
    covers: tuple[tuple[int, ...], ...]
    supports: tuple[tuple[tuple[int, float], ...], ...]
    settled: tuple[bool | None, ...]
    judged: tuple[bool, ...]
    grades: tuple[Grade, ...]
    ceilings: tuple[tuple[float, float, float], ...]
    sets: tuple[tuple[int, ...], ...]
    controls: tuple[Ref, ...]
    parts: tuple[tuple[tuple[Ref, ...], ...], ...]
    own: tuple[tuple[Ref, ...], ...]
    places: RefMap[Ref, int]
    demand_places: RefMap[Ref, int]

    @property
    def deepest(self) -> tuple[Ref, ...]:
        """The deepest units at or below the controls, each once: what can be put in place step by step."""
        return tuple(dict.fromkeys(chain[0] for chains in self.parts for chain in chains))

    def with_terms(self, terms: Sequence[tuple[Term, ...]], judged: Sequence[bool]) -> Question:
        """Return the question with other terms per demand, and all that follows from them."""
        return attrs.evolve(self, judged=tuple(judged), **_served_by(terms))


class _Served(TypedDict):
    """The columns of a question that follow from the terms of each demand."""

    terms: tuple[tuple[Term, ...], ...]
    covers: tuple[tuple[int, ...], ...]
    supports: tuple[tuple[tuple[int, float], ...], ...]
    grades: tuple[Grade, ...]
    ceilings: tuple[tuple[float, float, float], ...]


def _served_by(terms: Sequence[tuple[Term, ...]]) -> _Served:
    return {
        "terms": tuple(terms),
        "covers": tuple(tuple(dict.fromkeys(t.controls for t in row if t.covering)) for row in terms),
        # A support that earns nothing takes part in no number.
        "supports": tuple(
            tuple(dict.fromkeys((t.controls, t.factor) for t in row if t.factor and not t.covering)) for row in terms
        ),
        "grades": tuple(min((term.grade for term in row), key=_RANK.__getitem__, default=Grade.BARE) for row in terms),
        "ceilings": tuple(map(_ceiling, terms)),
    }


def _ceiling(terms: Sequence[Term]) -> tuple[float, float, float]:
    if any(term.covering for term in terms):
        return (1.0, 1.0, 1.0)
    most = max((term.factor for term in terms), default=0.0)
    return (0.0, most, most)


def question_for(
    dataset: Dataset,
    *,
    framework: str,
    crosswalks: tuple[str, ...],
    basis: str,
    support: float,
    within: str | Classification | tuple[Ref, ...] | None,
    facts: FrozenMap[str, bool],
) -> Question:
    """Return the compiled question, from the dataset's memory if it was asked lately."""
    units = _selected(dataset, framework, within)
    frameworks = tuple(dict.fromkeys((framework, *(unit.ref.framework for unit in units))))
    return question_of(
        dataset, frameworks=frameworks, crosswalks=crosswalks, basis=basis, support=support, units=units, facts=facts
    )


def question_of(
    dataset: Dataset,
    *,
    frameworks: tuple[str, ...],
    crosswalks: tuple[str, ...],
    basis: str,
    support: float,
    units: tuple[Requirement, ...],
    facts: FrozenMap[str, bool],
) -> Question:
    """Return the compiled question about some units, from the dataset's memory if it was asked lately."""
    key = ("question", frameworks, crosswalks, basis, support, tuple(unit.ref for unit in units), facts)
    return recall(dataset, key, lambda: _compile(dataset, frameworks, crosswalks, basis, support, units, facts))


def _selected(
    dataset: Dataset, framework: str, within: str | Classification | tuple[Ref, ...] | None
) -> tuple[Requirement, ...]:
    """Return the assessable units of the set asked for, in legal order."""
    if within is None:
        return _default(dataset, framework)
    if is_classification(within):
        return _binding(dataset, framework, within)
    every = keep(dataset, ("assessable", framework), lambda: assessable(dataset, framework))
    if not isinstance(within, tuple):
        return every
    wanted = {below for ref in within for below in dataset.below(ref)}
    return tuple(unit for unit in every if unit.ref in wanted)


def _default(dataset: Dataset, framework: str) -> tuple[Requirement, ...]:
    """Return the assessable core units of a framework if there are any, else all assessable ones."""

    def select() -> tuple[Requirement, ...]:
        return assessable(dataset, framework, core=True) or assessable(dataset, framework)

    return keep(dataset, ("default set", framework), select)


def _binding(dataset: Dataset, framework: str, classification: Classification) -> tuple[Requirement, ...]:
    """Return the assessable units with `shall` that bind an entity.

    For a framework that another one spells out: of both, less the units that are spelled out by one that binds (a
    unit that `stays` is spelled out by none). For the one that spells out: its own; where it does not bind, it is a
    benchmark and its default set is scored.
    """
    from ..law import binds, duties

    binds(classification, framework)  # refuses a framework of which a classification says nothing
    found = _asked_of(dataset, framework, duties(classification, dataset=dataset))
    benchmark = dataset.frameworks[framework].elaborates and not found
    if benchmark and not displaced_by(dataset, framework, classification):
        return _default(dataset, framework)
    return found


def _asked_of(dataset: Dataset, framework: str, owed: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """Return of the units that are owed those that are scored for a framework, as `_binding` says."""
    bound = [unit for unit in owed if unit.modality == "shall" and dataset.demands(unit.ref)]
    if dataset.frameworks[framework].elaborates:
        return tuple(unit for unit in bound if unit.ref.framework == framework)
    spelled_out = {
        below
        for unit in bound
        for point in dataset.elaborated(unit.ref)
        for below in dataset.below(point)
        if not dataset.requirement(below).stays
    }
    both = {framework, *(other.id for other in dataset.frameworks.values() if other.elaborates == framework)}
    return tuple(unit for unit in bound if unit.ref.framework in both and unit.ref not in spelled_out)


def displaced_by(dataset: Dataset, framework: str, within: object) -> FrozenMap[Ref, str]:
    """Return the units that are out of the set because an act took their place, each with the act, in legal order."""
    if not is_classification(within) or not within.displaced:
        return FrozenMap()
    from ..law import displaced_duties

    acts = displaced_duties(within, dataset=dataset)
    return FrozenMap((unit.ref, acts[unit]) for unit in _asked_of(dataset, framework, acts))


def instead_of(displaced: FrozenMap[Ref, str], units: Iterable[Ref]) -> str:
    """Say what stands in place of units, empty if nothing does."""
    acts = dict.fromkeys(displaced[unit] for unit in units if unit in displaced)
    return f"{', '.join(acts)} stands in its place" if acts else ""


def status_of(framework: str, within: object, displaced: FrozenMap[Ref, str]) -> str:
    """Say whether the scored text binds: displaced (in part), binding, benchmark (it does not), unknown."""
    if not is_classification(within):
        return "unknown"
    from ..law import binds

    if displaced:
        return "displaced"
    bound = binds(within, framework)
    # Out of scope altogether there is no benchmark either: nothing says that the text is meant for the entity.
    return "unknown" if bound is None or not within.in_scope else "binding" if bound else "benchmark"


def _compile(
    dataset: Dataset,
    frameworks: tuple[str, ...],
    crosswalks: tuple[str, ...],
    basis: str,
    support: float,
    units: tuple[Requirement, ...],
    facts: FrozenMap[str, bool],
) -> Question:
    heads = [dataset.head(crosswalk) for crosswalk in crosswalks]
    links = {head.id: [link for name in frameworks for link in dataset.links_of(head.id, name)] for head in heads}
    if not any(links.values()):
        names, scored = ", ".join(crosswalks), " or ".join(frameworks)
        raise NotMapped(f"the crosswalks asked for do not link {scored}: {names}", hint=_mapped(dataset, frameworks))
    builder = _Builder(dataset, basis, support)
    for head in heads:
        builder.add(head, links[head.id])
    own = [dataset.demands(unit.ref) for unit in units]
    above = [(unit.ref, *dataset.ancestors(unit.ref)) for unit in units]
    rows = [(demand, chain) for chain, demands in zip(above, own, strict=True) for demand in demands]
    ends = list(accumulate(map(len, own)))
    terms = [tuple(builder.terms_of(demand.ref, chain)) for demand, chain in rows]
    return Question(
        frameworks=frameworks,
        crosswalks=crosswalks,
        without_links=tuple(name for name, named in links.items() if not named),
        units=units,
        demands=tuple(demand for demand, _ in rows),
        spans=tuple(zip([0, *ends], ends, strict=False)),
        settled=tuple(facts.get(demand.condition) if demand.condition else None for demand, _ in rows),
        judged=tuple(chain[0] in builder.judged or builder.judged_from_above(chain[1:]) for _, chain in rows),
        sets=tuple(builder.sets),
        controls=tuple(builder.controls),
        parts=tuple(_parts(dataset, ref) for ref in builder.controls),
        own=tuple(chain if demand.ref == chain[0] else (demand.ref, *chain) for demand, chain in rows),
        places=RefMap((unit.ref, place) for place, unit in enumerate(units)),
        demand_places=RefMap((demand.ref, place) for place, (demand, _) in enumerate(rows)),
        **_served_by(terms),
    )


def _parts(dataset: Dataset, control: Ref) -> tuple[tuple[Ref, ...], ...]:
    """Return each deepest unit at or below a control with the units above it.

    A heading has no state of its own: it is as far in place as the least of what it heads, so that a link on 9.3
    counts for a statement that speaks of 9.3.1 to 9.3.3 alone.
    """
    return tuple((ref, *dataset.ancestors(ref)) for ref in leaves(dataset, control))


def leaves(dataset: Dataset, control: Ref) -> tuple[Ref, ...]:
    """Return the deepest units at or below a control."""
    return tuple(ref for ref in dataset.below(control) if not dataset.children(ref))


def _mapped(dataset: Dataset, frameworks: Iterable[str]) -> str:
    having = [name for name in dataset.heads if any(dataset.links_of(name, framework) for framework in frameworks)]
    return f"crosswalks that have: {', '.join(having) or 'none'}"


class _Builder:
    """Collects, per demand and per unit, the links that speak of it."""

    def __init__(self, dataset: Dataset, basis: str, support: float) -> None:
        self.dataset, self.basis, self.support = dataset, basis, support
        self.controls: dict[Ref, int] = {}
        self.sets: dict[tuple[int, ...], int] = {}
        self.by_demand: dict[Ref, list[Term]] = {}
        self.by_unit: dict[Ref, list[Term]] = {}
        self.judged: set[Ref] = set()
        self.judged_below: set[Ref] = set()

    def add(self, head: Crosswalk, links: Sequence[Link]) -> None:
        for link in links:
            self.judged.add(link.requirement)
            if link.relation is Relation.NO_RELATIONSHIP:
                self.judged_below.add(link.requirement)
            elif head.grain is Grain.UNIT:
                self.judged_below.add(link.requirement)
                full = link.relation.is_full
                factor = 1.0 if full else self.support if link.strength is None else link.strength / 10
                grade = Grade.STATED if full else Grade.HELPED
                self.by_unit.setdefault(link.requirement, []).append(self._term(link, head.id, grade, full, factor))
            else:
                self._add_named(link, head.id)

    def _add_named(self, link: Link, crosswalk: str) -> None:
        for grade, demands in link.by_grade.items():
            if demands:
                covering = grade in BASES[self.basis]
                term = self._term(link, crosswalk, grade, covering, 1.0 if covering else self.support)
                for demand in demands:
                    self.by_demand.setdefault(demand, []).append(term)

    def _term(self, link: Link, crosswalk: str, grade: Grade, covering: bool, factor: float) -> Term:
        return Term(link, crosswalk, grade, covering, factor, inherited=False, controls=self._set_of(link))

    def _set_of(self, link: Link) -> int:
        members = tuple(sorted(self.controls.setdefault(c, len(self.controls)) for c in link.controls))
        return self.sets.setdefault(members, len(self.sets))

    def terms_of(self, demand: Ref, above: tuple[Ref, ...]) -> Iterator[Term]:
        yield from self.by_demand.get(demand, ())
        for distance, unit in enumerate(above):
            for term in self.by_unit.get(unit, ()):
                yield term._replace(inherited=True) if distance else term

    def judged_from_above(self, above: Iterable[Ref]) -> bool:
        return any(ref in self.judged_below for ref in above)
