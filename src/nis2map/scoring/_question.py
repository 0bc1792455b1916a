"""What scoring needs of a dataset, worked out once per question and kept with the dataset.

A question lists the assessable units of a set in legal order, their demands, and for each demand which sets of controls
cover and which support it. It knows no assessment.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeGuard

import attrs

from .._shared import FrozenMap
from ..dataset import Dataset
from ..errors import InputError, NotMapped, quote
from ..ids import Ref, RefMap
from ..model import Crosswalk, Demand, Grain, Link, Relation, Requirement, is_core

if TYPE_CHECKING:
    from ..law import Classification

__all__ = [
    "Question",
    "Term",
    "checked_weights",
    "checked_within",
    "is_classification",
    "measure_groups",
    "question_for",
    "unit_elaborates",
    "unit_weights",
]

BASES = ("statement", "guidance")
WEIGHTS = ("unit", "demand", "measure")


@attrs.frozen
class Term:
    """One link as it bears on one demand.

    `role` is what the link says (covers, covers_guided, supports), `covering` whether it counts as a cover on the
    basis asked for, `factor` what an estimate is multiplied with (1 for covers), `inherited` whether the link stands
    on a unit above, `controls` the place of its set of controls in the question.
    """

    link: Link
    crosswalk: str
    role: str
    covering: bool
    factor: float
    inherited: bool
    controls: int


@attrs.frozen(eq=False)
class Question:
    """The units and demands of one question, and how links serve them.

    `spans[u]` is the half-open range of unit u's demands; `covers[d]` and `supports[d]` hold places in `sets`
    (supports with their factor), `bears[d]` those of links that say `no-relationship`: they serve nothing, and yet a
    finding on their controls bears on the demand; `chains[c]` is a control and the units above it, `own[d]` a demand,
    its unit and the units above it, the nearest first; `judged[d]` whether any link speaks of the demand's unit;
    `served[d]` whether one serves the demand itself; `ceilings[d]` its low, estimate and high with every control
    implemented.
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
    bears: tuple[tuple[int, ...], ...]
    judged: tuple[bool, ...]
    served: tuple[bool, ...]
    ceilings: tuple[tuple[float, float, float], ...]
    sets: tuple[tuple[int, ...], ...]
    controls: tuple[Ref, ...]
    chains: tuple[tuple[Ref, ...], ...]
    own: tuple[tuple[Ref, ...], ...]
    places: RefMap[Ref, int]
    demand_places: RefMap[Ref, int]


def checked_within(dataset: Dataset, framework: str, within: Any) -> str | Classification | tuple[Ref, ...] | None:
    """Return what a caller gave as `within`, refs in legal order; `InputError` for anything else."""
    if within is None or is_classification(within) or (isinstance(within, str) and within == "all"):
        return within
    try:
        items = (within,) if isinstance(within, (Ref, str)) else tuple(within)
    except TypeError:
        raise InputError(f"within is {quote(within)}", hint="a ref, refs, 'all', or a Classification") from None
    refs = {dataset.ref(item) for item in items}
    for ref in sorted(refs):
        if ref.framework != framework or ref.demand:
            raise InputError(f"within names {ref}, which is no unit of {framework}")
    return tuple(sorted(refs))


def is_classification(value: object) -> TypeGuard[Classification]:
    """Tell whether a value is a `Classification`; no module of the law is loaded to say no to a text or to None."""
    if value is None or isinstance(value, (str, Ref, tuple)):
        return False
    from ..law import Classification

    return isinstance(value, Classification)


def question_for(
    dataset: Dataset, *, framework: str, crosswalks: tuple[str, ...], basis: str, support: float, within: Any
) -> Question:
    """Return the question for one question, from the dataset's memory if it was asked before."""
    units = _selected(dataset, framework, within)
    frameworks = tuple(dict.fromkeys((framework, *(unit.ref.framework for unit in units))))
    key = ("question", frameworks, crosswalks, basis, support, tuple(unit.ref for unit in units))
    return dataset.keep(key, lambda: _compile(dataset, frameworks, crosswalks, basis, support, units))


def _selected(dataset: Dataset, framework: str, within: Any) -> tuple[Requirement, ...]:
    """Return the assessable units of the set asked for, in legal order."""

    def default() -> tuple[Requirement, ...]:
        every = dataset.requirements(framework, assessable=True)
        if framework == "nis2":
            return tuple(unit for unit in every if is_core(unit))
        return tuple(unit for unit in every if framework != "cir" or not unit.ref.local.startswith("art."))

    if within is None:
        return dataset.keep(("core", framework), default)
    if is_classification(within):
        return _binding(dataset, framework, within, default)
    if within == "all":
        return dataset.keep(("all", framework), lambda: dataset.requirements(framework, assessable=True))
    wanted = {below for ref in within for below in dataset.below(ref)}
    return tuple(unit for unit in dataset.requirements(framework, assessable=True) if unit.ref in wanted)


# Limbs of Article 21(2) that no point of the CIR's Annex spells out: they stay, also where the CIR binds.
_NOT_IN_CIR = frozenset({"21.2.j~communications", "21.2.j~emergency"})


def _binding(
    dataset: Dataset, framework: str, classification: Classification, default: Callable[[], tuple[Requirement, ...]]
) -> tuple[Requirement, ...]:
    """Return the units that bind an entity: of both texts for the Directive, of the Annex for the CIR.

    Where the CIR binds, its units stand in place of the Article 21(2) units that they elaborate. For an entity outside
    its Article 1 the CIR is a benchmark: all of its Annex.
    """
    if framework not in ("nis2", "cir"):
        raise InputError(f"a classification says nothing of {framework}", hint="score nis2 or cir within it")
    if framework == "cir":
        return default()
    from ..law import duties

    bound = [unit for unit in duties(classification, dataset=dataset) if unit.modality == "shall"]
    elaborated = {
        below
        for unit in bound
        for point in unit_elaborates(dataset, unit.ref)
        for below in dataset.below(point)
        if below.local not in _NOT_IN_CIR
    }
    return tuple(unit for unit in bound if unit.ref not in elaborated and dataset.demands(unit.ref))


def unit_elaborates(dataset: Dataset, unit: Ref) -> tuple[Ref, ...]:
    """Return the points of Article 21(2) that a unit of the CIR elaborates through its section; empty for others."""
    if unit.framework != "cir":
        return ()
    chain = (unit, *dataset.ancestors(unit))
    return next((dataset[ref].elaborates for ref in chain if dataset[ref].elaborates), ())


def _compile(
    dataset: Dataset,
    frameworks: tuple[str, ...],
    crosswalks: tuple[str, ...],
    basis: str,
    support: float,
    units: tuple[Requirement, ...],
) -> Question:
    heads = [dataset.head(crosswalk) for crosswalk in crosswalks]
    links = {head.id: [link for name in frameworks for link in dataset.links_of(head.id, name)] for head in heads}
    if not any(links.values()):
        names, asked = ", ".join(crosswalks), " or ".join(frameworks)
        raise NotMapped(f"no crosswalk asked for has a link in {asked}: {names}", hint=_mapped(dataset, frameworks))
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
        without_links=tuple(name for name, found in links.items() if not found),
        units=units,
        demands=tuple(demand for demand, _ in rows),
        spans=tuple(zip([0, *ends], ends, strict=False)),
        terms=tuple(terms),
        covers=tuple(tuple(dict.fromkeys(t.controls for t in row if t.covering)) for row in terms),
        supports=tuple(tuple(dict.fromkeys((t.controls, t.factor) for t in row if not t.covering)) for row in terms),
        bears=tuple(builder.bearing(chain) for _, chain in rows),
        judged=tuple(chain[0] in builder.judged or builder.judged_from_above(chain[1:]) for _, chain in rows),
        served=tuple(bool(row) for row in terms),
        ceilings=tuple(_ceiling(row) for row in terms),
        sets=tuple(builder.sets),
        controls=tuple(builder.controls),
        chains=tuple((ref, *dataset.ancestors(ref)) for ref in builder.controls),
        own=tuple(chain if demand.ref == chain[0] else (demand.ref, *chain) for demand, chain in rows),
        places=RefMap((unit.ref, place) for place, unit in enumerate(units)),
        demand_places=RefMap((demand.ref, place) for place, (demand, _) in enumerate(rows)),
    )


def _ceiling(terms: Sequence[Term]) -> tuple[float, float, float]:
    covered = 1.0 if any(term.covering for term in terms) else 0.0
    return (covered, max((term.factor for term in terms), default=0.0), 1.0 if terms else 0.0)


def _mapped(dataset: Dataset, frameworks: Iterable[str]) -> str:
    having = [name for name in dataset.heads if any(dataset.links_of(name, one) for one in frameworks)]
    return f"crosswalks that have: {', '.join(having) or 'none'}"


class _Builder:
    """Collects, per demand and per unit, the links that speak of it."""

    def __init__(self, dataset: Dataset, basis: str, support: float) -> None:
        self.dataset, self.basis, self.support = dataset, basis, support
        self.controls: dict[Ref, int] = {}
        self.sets: dict[tuple[int, ...], int] = {}
        self.by_demand: dict[Ref, list[Term]] = {}
        self.by_unit: dict[Ref, list[Term]] = {}
        self.unrelated: dict[Ref, list[int]] = {}
        self.judged: set[Ref] = set()
        self.judged_below: set[Ref] = set()

    def add(self, head: Crosswalk, links: Sequence[Link]) -> None:
        for link in links:
            self.judged.add(link.requirement)
            if link.relation is Relation.NO_RELATIONSHIP:
                self.judged_below.add(link.requirement)
                if link.controls:
                    self.unrelated.setdefault(link.requirement, []).append(self._set_of(link))
            elif head.grain is Grain.UNIT:
                self.judged_below.add(link.requirement)
                full = link.relation.is_full
                factor = 1.0 if full else self.support if link.strength is None else link.strength / 10
                role = "covers" if full else "supports"
                self.by_unit.setdefault(link.requirement, []).append(self._term(link, head.id, role, full, factor))
            else:
                self._add_named(link, head.id)

    def _add_named(self, link: Link, crosswalk: str) -> None:
        for role in ("covers", "covers_guided", "supports"):
            covering = role == "covers" or (role == "covers_guided" and self.basis == "guidance")
            names: tuple[Ref, ...] = getattr(link, role)
            for demand in names:
                term = self._term(link, crosswalk, role, covering, 1.0 if covering else self.support)
                self.by_demand.setdefault(demand, []).append(term)

    def _term(self, link: Link, crosswalk: str, role: str, covering: bool, factor: float) -> Term:
        return Term(link, crosswalk, role, covering, factor, inherited=False, controls=self._set_of(link))

    def _set_of(self, link: Link) -> int:
        members = tuple(sorted(self.controls.setdefault(c, len(self.controls)) for c in link.controls))
        return self.sets.setdefault(members, len(self.sets))

    def bearing(self, above: Iterable[Ref]) -> tuple[int, ...]:
        return tuple(place for unit in above for place in self.unrelated.get(unit, ())) if self.unrelated else ()

    def terms_of(self, demand: Ref, above: tuple[Ref, ...]) -> Iterator[Term]:
        yield from self.by_demand.get(demand, ())
        for distance, unit in enumerate(above):
            for term in self.by_unit.get(unit, ()):
                yield attrs.evolve(term, inherited=True) if distance else term

    def judged_from_above(self, above: Iterable[Ref]) -> bool:
        return any(ref in self.judged_below for ref in above)


def measure_groups(dataset: Dataset, unit: Ref) -> tuple[Ref, ...]:
    """Return the measure groups of a unit.

    `nis2`: the point of Article 21(2) that the unit lies in, else its Article; `cir`: the points of Article 21(2) that
    its section elaborates, so groups may overlap; any other framework: the top-level unit.
    """
    chain = (unit, *dataset.ancestors(unit))
    if unit.framework == "nis2":
        point = next(
            (
                ref
                for ref in chain
                if ref.local.startswith("21.2.") and ref.local.count(".") == 2 and "~" not in ref.local
            ),
            None,
        )
        return (point or chain[-1],)
    return unit_elaborates(dataset, unit) or (chain[-1],)


def checked_weights(dataset: Dataset, weights: Any) -> str | FrozenMap[Ref, float]:
    """Return the word for weights, or the given ones by ref in canonical order; `InputError` for anything else."""
    if isinstance(weights, str) and weights in WEIGHTS:
        return weights
    if not isinstance(weights, Mapping):
        raise InputError(f"weights is {quote(weights)}", hint=f"one of: {', '.join(WEIGHTS)}, or a mapping")
    given = {dataset.ref(key): _weight(key, value) for key, value in weights.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return FrozenMap(sorted(given.items()))


def unit_weights(
    dataset: Dataset, question: Question, weights: str | FrozenMap[Ref, float]
) -> tuple[float, ...] | None:
    """Return a weight per unit of the question, None for weights by demands (those depend on the assessment)."""
    if weights == "unit":
        return (1.0,) * len(question.units)
    if weights == "demand":
        return None
    if isinstance(weights, str):
        return _measure_weights(dataset, question)
    given = weights
    found = tuple(
        next((given[ref] for ref in (unit.ref, *dataset.ancestors(unit.ref)) if ref in given), 0.0)
        for unit in question.units
    )
    if question.units and not any(found):
        raise InputError("weights gives no unit of the set a weight above 0", hint="name units, or units above them")
    return found


def _measure_weights(dataset: Dataset, question: Question) -> tuple[float, ...]:
    groups = [measure_groups(dataset, unit.ref) for unit in question.units]
    size: dict[Ref, int] = {}
    for names in groups:
        for name in names:
            size[name] = size.get(name, 0) + 1
    return tuple(math.fsum(1 / (len(size) * size[name]) for name in names) for names in groups)


def _weight(key: object, value: object) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or value < 0:  # type: ignore[arg-type, operator]
        raise InputError(f"the weight of {quote(str(key))} is {quote(value)}", hint="a finite number from 0 up")
    return float(value)  # type: ignore[arg-type]
