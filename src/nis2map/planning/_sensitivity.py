"""`sensitivity`: which link a score rests on, and how far it hangs on conventions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from .._shared import columns, number, page, table
from ..assessment import Assessment
from ..errors import InputError, quote
from ..ids import Ref
from ..model import Relation, Review
from ..scoring import COUNTED, Coverage, Score, Term, coverage, demand_weights, workings

__all__ = ["LinkEffect", "Sensitivity", "Shift", "sensitivity"]

_SHOWN = 20


@attrs.frozen
class Shift:
    """The change of low, estimate and high, each in [-1, 1]; None where one of the two numbers is not known."""

    low: float | None
    estimate: float | None
    high: float | None

    @property
    def size(self) -> float:
        """The greatest of the three changes, up or down."""
        return max(abs(part or 0.0) for part in (self.low, self.estimate, self.high))

    def __str__(self) -> str:
        parts = zip(("low", "estimate", "high"), (self.low, self.estimate, self.high), strict=True)
        return ", ".join(f"{name} {_signed(part)}" for name, part in parts)


def _signed(value: float | None) -> str:
    """Return a change in percentage points with its sign, a dash if it is not known."""
    return "-" if value is None else f"{round(100 * value, 1) + 0.0:+.1f}"


@attrs.frozen(kw_only=True)
class LinkEffect:
    """What a score would be without one link, or with its covers as mere supports."""

    crosswalk: str
    requirement: Ref
    controls: tuple[Ref, ...]
    relation: Relation
    source: str
    review: Review
    removed: Shift
    demoted: Shift

    @property
    def effect(self) -> float:
        """The greatest change of all, up or down; links are ordered by it."""
        return max(self.removed.size, self.demoted.size)

    def to_dict(self) -> dict[str, Any]:
        """Return the effect as a JSON-ready dict."""
        return {
            "crosswalk": self.crosswalk,
            "requirement": str(self.requirement),
            "controls": [str(control) for control in self.controls],
            "relation": str(self.relation),
            "source": self.source,
            "review": str(self.review),
            "effect": self.effect,
            "removed": attrs.asdict(self.removed),
            "demoted": attrs.asdict(self.demoted),
        }


@attrs.frozen(kw_only=True)
class Sensitivity:
    """How far a score depends on single links and on the conventions.

    `links` are all that bear on a demand of the set, the greatest effect first, ties by crosswalk and ref. `basis` is
    the change from "statement" to "guidance", `support` that from the first to the second of `factors`.
    """

    framework: str
    score: Score
    links: tuple[LinkEffect, ...]
    basis: Shift
    factors: tuple[float, float]
    support: Shift
    conventions: tuple[tuple[str, str], ...]
    digest: str

    def to_dict(self) -> dict[str, Any]:
        """Return all effects and conventions as a JSON-ready dict."""
        return {
            "framework": self.framework,
            "score": {part: getattr(self.score, part) for part in ("low", "estimate", "high")},
            "links": [link.to_dict() for link in self.links],
            "basis": attrs.asdict(self.basis),
            "factors": list(self.factors),
            "support": attrs.asdict(self.support),
            "conventions": dict(self.conventions),
            "digest": self.digest,
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one flat row per link."""
        rows: list[dict[str, Any]] = []
        for link in self.links:
            row = link.to_dict()
            for name in ("removed", "demoted"):
                row |= {f"{name}_{part}": value for part, value in row.pop(name).items()}
            rows.append(row)
        return rows

    def _table(self, limit: int | None) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        rows: list[tuple[str, ...]] = []
        for link in self.links[:limit]:
            shifts = [
                "/".join(_signed(part) for part in (shift.low, shift.estimate, shift.high))
                for shift in (link.removed, link.demoted)
            ]
            unit = link.requirement.citation
            rows.append((unit, " + ".join(c.citation for c in link.controls), str(link.review), *shifts))
        return ("requirement", "controls", "review", "removed: low/estimate/high", "only a support"), rows

    @property
    def _conventions(self) -> list[str]:
        first, second = map(number, self.factors)
        return [
            f"basis from statement to guidance: {self.basis}",
            f"support factor from {first} to {second}: {self.support}",
            "changes in percentage points",
        ]

    def __str__(self) -> str:
        more = len(self.links) - _SHOWN
        rest = [f"and {more} more links"] if more > 0 else []
        return "\n".join([columns(*self._table(_SHOWN)), *rest, *self._conventions])

    def _repr_html_(self) -> str:
        notes = [*self._conventions, ", ".join(f"{name} {value}" for name, value in self.conventions)]
        return page(f"What the score of {self.framework} rests on", [table(*self._table(None))], notes=notes)


def sensitivity(assessment: Assessment, *, factors: tuple[float, float] = (0.0, 1.0), **common: Any) -> Sensitivity:
    """Return how low, estimate and high would change with one link less, or on other conventions.

    For each link that bears on a demand of the set: the change if it were removed (its unit stays judged, so the set
    of counted demands stays the same) and if what it covers it only supported. Beside them the change between the two
    bases, and between two support factors; the default ones bound all that the factor can do.

    Takes the keyword arguments of `coverage` and raises its errors.

    >>> import nis2map
    >>> found = nis2map.sensitivity(nis2map.Assessment.full())
    >>> found.links[0].effect >= found.links[-1].effect
    True
    """
    common = _repeatable(common)
    cov = coverage(assessment, **common)
    asked: dict[str, Any] = dict(common)
    first, second = _two(factors)

    def overall(name: str, value: Any) -> Score:
        question: dict[str, Any] = asked | {name: value}
        return coverage(assessment, **question).overall

    bases = [overall("basis", basis) for basis in ("statement", "guidance")]
    ends = [overall("support", factor) for factor in (first, second)]
    if cov.support is None:
        ends = [attrs.evolve(end, estimate=None) for end in ends]
    return Sensitivity(
        framework=cov.framework,
        score=cov.overall,
        links=tuple(sorted(_effects(cov), key=_order)),
        basis=_between(bases[0], bases[1]),
        factors=(first, second),
        support=_between(ends[0], ends[1]),
        conventions=cov.conventions,
        digest=cov.digest,
    )


def _two(factors: object) -> tuple[float, float]:
    given: Any = factors
    if not isinstance(factors, (tuple, list)) or len(given) != 2:
        raise InputError(f"factors is {quote(given)}", hint="two support factors, like (0.0, 1.0)")
    return given[0], given[1]


def _order(link: LinkEffect) -> tuple[Any, ...]:
    return (-round(link.effect, 12), link.crosswalk, link.requirement.sort_key, [c.sort_key for c in link.controls])


def _between(first: Score, second: Score) -> Shift:
    parts = ((getattr(first, part), getattr(second, part)) for part in ("low", "estimate", "high"))
    return Shift(*(None if old is None or new is None else new - old for old, new in parts))


def _effects(cov: Coverage) -> Iterator[LinkEffect]:
    """Work out every link's effect from the demands it bears on alone: the score is a weighted sum over demands."""
    bearing: dict[tuple[Any, ...], tuple[Term, list[int]]] = {}
    for place, terms in enumerate(workings(cov).question.terms):
        for term in terms:
            key = (term.crosswalk, id(term.link))
            found = bearing.setdefault(key, (term, []))[1]
            if not found or found[-1] != place:
                found.append(place)
    weights = demand_weights(cov)
    known = _Known(cov)
    for term, places in bearing.values():
        counted = [
            p for p in places if workings(cov).values.state[p] == COUNTED and workings(cov).values.own[p] is None
        ]
        link = term.link
        yield LinkEffect(
            crosswalk=term.crosswalk,
            requirement=link.requirement,
            controls=link.controls,
            relation=link.relation,
            source=link.source,
            review=link.review,
            removed=known.shift(weights, counted, term, removed=True),
            demoted=known.shift(weights, counted, term, removed=False),
        )


class _Known:
    """A coverage with the counts that tell whether an estimate is known."""

    def __init__(self, cov: Coverage) -> None:
        self.cov = cov
        counted = [p for p, state in enumerate(workings(cov).values.state) if state == COUNTED]
        overall = cov.overall
        self.any, self.estimated = overall.low is not None, overall.estimate is not None
        self.served = sum(workings(cov).question.served[p] for p in counted)
        self.assessed = sum(workings(cov).values.assessed[p] for p in counted)

    def shift(self, weights: Sequence[float], places: list[int], term: Term, *, removed: bool) -> Shift:
        """Return the change of the overall score if a link were removed, or its covers became supports."""
        cov, values = self.cov, workings(self.cov).values
        pieces: tuple[list[float], list[float], list[float]] = ([], [], [])
        served, assessed = self.served, self.assessed
        for place in places:
            terms = [t for t in workings(cov).question.terms[place] if not removed or not _same(t, term)]
            after = self._bounds(terms, term)
            before = (values.low[place], values.estimate[place], values.high[place])
            for piece, old, new in zip(pieces, before, after, strict=True):
                piece.append(weights[place] * (new - old))
            served -= not terms
            assessed -= values.assessed[place] and not any(values.known[t.controls] for t in terms)
        if not self.any:
            return Shift(None, None, None)
        low, estimate, high = map(math.fsum, pieces)
        known = self.estimated and not (served > 0 and assessed == 0)
        return Shift(low, estimate if known else None, high)

    def _bounds(self, terms: Iterable[Term], demoted: Term) -> tuple[float, float, float]:
        low = estimate = high = 0.0
        for term in terms:
            one_low, one_estimate, one_high = workings(self.cov).values.sets[term.controls]
            covering, factor = term.covering, term.factor
            if covering and _same(term, demoted):
                covering, factor = False, self.cov.support or 0.0
            low = max(low, one_low if covering else 0.0)
            estimate = max(estimate, factor * one_estimate)
            high = max(high, one_high)
        return low, estimate, high


def _same(one: Term, other: Term) -> bool:
    return one.link is other.link and one.crosswalk == other.crosswalk


def _repeatable(common: dict[str, Any]) -> dict[str, Any]:
    """Return keyword arguments of `coverage` that can be used more than once: iterators become tuples."""
    return {name: tuple(value) if hasattr(value, "__next__") else value for name, value in common.items()}
