"""`sensitivity`: which link a score rests on, and how far it hangs on conventions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Unpack, cast

import attrs

from .._shared import Page, Record, Table, View, counted, number, pairs, written
from ..assessment import Assessment
from ..errors import InputError, quote
from ..ids import Ref
from ..model import Link, Relation, ReviewState
from ..scoring import (
    COUNTED,
    Coverage,
    Options,
    Score,
    Term,
    coverage,
    demand_weights,
    repeatable,
    with_options,
    workings,
)

__all__ = ["LinkEffect", "Sensitivity", "Shift", "sensitivity"]

# A page shows the links that matter most; all of them are in `links` and `to_dict`.
_SHOWN = 20
PARTS = ("low", "estimate", "high")


@attrs.frozen(eq=False, repr=False)
class Shift(Record, View):
    """The change of low, estimate and high, each in [-1, 1]; None where nothing is counted."""

    low: float | None
    estimate: float | None
    high: float | None

    @property
    def size(self) -> float:
        """The greatest of the three changes, up or down."""
        return max(abs(part or 0.0) for part in (self.low, self.estimate, self.high))

    def _page(self) -> Page:
        parts = zip(PARTS, (self.low, self.estimate, self.high), strict=True)
        return Page(", ".join(f"{name} {_signed(part)}" for name, part in parts))


def _signed(value: float | None) -> str:
    """Return a change in percentage points with its sign, a dash if it is not known."""
    # Adding 0.0 turns the -0.0 that rounding leaves into 0.0, which would read as a fall.
    return "-" if value is None else f"{round(100 * value, 1) + 0.0:+.1f}"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LinkEffect(Record, View):
    """What a score would be without one link, or with its covers as mere supports."""

    crosswalk: str
    requirement: Ref
    controls: tuple[Ref, ...]
    relation: Relation
    source: str
    review: ReviewState
    removed: Shift
    demoted: Shift
    _also = ("effect",)

    @property
    def effect(self) -> float:
        """The greatest change of all, up or down; links are ordered by it."""
        return max(self.removed.size, self.demoted.size)

    def _page(self) -> Page:
        unit, controls, *_ = _row(self)
        return Page(f"{unit} to {controls} ({self.crosswalk}): removed {self.removed}; only a support {self.demoted}")


def _row(link: LinkEffect) -> tuple[str, ...]:
    shifts = ("/".join(_signed(part) for part in attrs.astuple(shift)) for shift in (link.removed, link.demoted))
    unit = link.requirement.citation
    return (unit, " + ".join(c.citation for c in link.controls), str(link.review), *shifts)


def _bounds_of(score: Score) -> dict[str, float | None]:
    return {"low": score.low, "estimate": score.estimate, "high": score.high}


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Sensitivity(Record, View):
    """How far a score depends on single links and on the conventions.

    `links` are all that bear on a demand of the set, the greatest effect first, ties by crosswalk and ref. `basis` is
    the change from "statement" to "guidance", `consideration` that from there to "consideration", `support` that from
    the first to the second of `factors`.
    """

    framework: str
    score: Score = attrs.field(metadata=written(_bounds_of))
    links: tuple[LinkEffect, ...]
    basis: Shift
    consideration: Shift
    factors: tuple[float, float]
    support: Shift
    conventions: tuple[tuple[str, str], ...] = attrs.field(metadata=written(dict))
    digest: str

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one flat row per link."""
        rows: list[dict[str, Any]] = []
        for link in self.links:
            row = link.to_dict()
            for name in ("removed", "demoted"):
                row |= {f"{name}_{part}": value for part, value in row.pop(name).items()}
            rows.append(row)
        return rows

    def _page(self) -> Page:
        head = ("requirement", "controls", "review", "removed: low/estimate/high", "only a support")
        more = len(self.links) - _SHOWN
        first, second = map(number, self.factors)
        notes = [f"and {counted(more, 'more link')}"] if more > 0 else []
        notes += [
            f"basis from statement to guidance: {self.basis}",
            f"basis from guidance to consideration: {self.consideration}",
            f"support factor from {first} to {second}: {self.support}",
            "changes in percentage points",
            pairs(self.conventions),
        ]
        table = Table(head, map(_row, self.links[:_SHOWN]))
        return Page(f"What the score of {self.framework} rests on", (table,), tuple(notes))


@with_options
def sensitivity(
    assessment: Assessment, *, factors: tuple[float, float] = (0.0, 1.0), **options: Unpack[Options]
) -> Sensitivity:
    """Return how low, estimate and high would change with one link less, or on other conventions.

    For each link that bears on a demand of the set: the change if it were removed (its unit stays judged, so the set
    of counted demands stays the same), and the change if its covers were only supports. Then the change from one basis
    to the next, and between two support factors; the default ones bound all that the factor can do.

    Takes the keyword arguments of `coverage` and raises its errors.

    >>> import nis2map
    >>> found = nis2map.sensitivity(nis2map.Assessment.full())
    >>> found.links[0].effect >= found.links[-1].effect
    True
    """
    first, second = _two(factors)
    kept = repeatable(options)
    cov = coverage(assessment, **kept)
    on_statement: Options = {**kept, "basis": "statement"}
    on_guidance: Options = {**kept, "basis": "guidance"}
    on_consideration: Options = {**kept, "basis": "consideration"}
    bases = [coverage(assessment, **other).overall for other in (on_statement, on_guidance, on_consideration)]
    with_first: Options = {**kept, "support": first}
    with_second: Options = {**kept, "support": second}
    ends = [coverage(assessment, **other).overall for other in (with_first, with_second)]
    return Sensitivity(
        framework=cov.framework,
        score=cov.overall,
        links=tuple(sorted(_effects(cov), key=_order)),
        basis=_between(bases[0], bases[1]),
        consideration=_between(bases[1], bases[2]),
        factors=(first, second),
        support=_between(ends[0], ends[1]),
        conventions=cov.conventions,
        digest=cov.digest,
    )


def _two(factors: object) -> tuple[float, float]:
    shown = quote(factors)
    pair = tuple(cast("Sequence[object]", factors)) if isinstance(factors, (tuple, list)) else ()
    match pair:
        case (int() | float() as first, int() | float() as second):
            return first, second
        case _:
            raise InputError(f"factors is {shown}", hint="two support factors, like (0.0, 1.0)")


def _order(link: LinkEffect) -> tuple[object, ...]:
    # Effects that differ by rounding alone are ties, or the order would change from one machine to the next.
    return (-round(link.effect, 12), link.crosswalk, link.requirement.sort_key, [c.sort_key for c in link.controls])


def _between(first: Score, second: Score) -> Shift:
    parts = ((getattr(first, part), getattr(second, part)) for part in PARTS)
    return Shift(*(None if old is None or new is None else new - old for old, new in parts))


def _effects(cov: Coverage) -> Iterator[LinkEffect]:
    """Work out every link's effect from the demands it bears on alone: the score is a weighted sum over demands.

    Scoring anew without each link would compile a question for each of a thousand links.
    """
    # Links are told apart by identity: two crosswalks may hold equal ones, and the objects live as long as `cov`.
    bearing: dict[tuple[str, int], tuple[Term, list[int]]] = {}
    work = workings(cov)
    for place, terms in enumerate(work.question.terms):
        for term in terms:
            places = bearing.setdefault((term.crosswalk, id(term.link)), (term, []))[1]
            if not places or places[-1] != place:
                places.append(place)
    weights = demand_weights(cov)
    for term, places in bearing.values():
        # A finding on the demand itself replaces its links, so that no change of a link changes its numbers.
        counted = [p for p in places if work.values.state[p] == COUNTED and work.values.own[p] is None]
        link: Link = term.link
        yield LinkEffect(
            crosswalk=term.crosswalk,
            requirement=link.requirement,
            controls=link.controls,
            relation=link.relation,
            source=link.source,
            review=link.review,
            removed=_shift(cov, weights, counted, term, removed=True),
            demoted=_shift(cov, weights, counted, term, removed=False),
        )


def _shift(cov: Coverage, weights: Sequence[float], places: list[int], changed: Term, *, removed: bool) -> Shift:
    """Return the change of the overall score if a link were removed, or its covers became supports."""
    if cov.overall.low is None:
        return Shift(None, None, None)
    work = workings(cov)
    values = work.values
    pieces: tuple[list[float], list[float], list[float]] = ([], [], [])
    for place in places:
        low = estimate = high = 0.0
        for term in work.question.terms[place]:
            one_low, one_estimate, one_high = values.sets[term.controls]
            covering, factor = term.covering, term.factor
            if _same(term, changed):
                if removed:
                    continue
                if covering:
                    covering, factor = False, cov.support
            low = max(low, one_low if covering else 0.0)
            estimate = max(estimate, factor * one_estimate)
            high = max(high, factor * one_high)
        before = (values.low[place], values.estimate[place], values.high[place])
        for piece, old, new in zip(pieces, before, (low, estimate, high), strict=True):
            piece.append(weights[place] * (new - old))
    return Shift(*map(math.fsum, pieces))


def _same(one: Term, other: Term) -> bool:
    return one.link is other.link and one.crosswalk == other.crosswalk
