"""`sensitivity`: which link a score rests on, and how far it hangs on conventions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal, Unpack, cast

import attrs

from .._shared import Page, Record, Table, View, choice, counted, number, pairs, written
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
    numbers,
    repeatable,
    with_options,
    workings,
)

__all__ = ["LinkEffect", "Sensitivity", "Shift", "sensitivity"]

# A page shows the links that matter most; all of them are in `links` and `to_dict`.
_SHOWN = 20
Numbers = tuple[float | None, float | None, float | None]
PARTS = ("low", "estimate", "high")
_BASES: tuple[Literal["statement", "guidance", "consideration"], ...] = ("statement", "guidance", "consideration")


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
    whole = cov.overall
    scores: dict[tuple[str, float], Numbers] = {(cov.basis, cov.support): (whole.low, whole.estimate, whole.high)}

    def overall(basis: str, support: float) -> Numbers:
        if (basis, support) not in scores:
            word: Literal["statement", "guidance", "consideration"] = choice(basis, _BASES, "basis")
            other: Options = {**kept, "basis": word, "support": support}
            scores[basis, support] = numbers(coverage(assessment, **other))
        return scores[basis, support]

    bases = [overall(basis, cov.support) for basis in _BASES]
    ends = [overall(cov.basis, factor) for factor in (first, second)]
    return Sensitivity(
        framework=cov.framework,
        score=whole,
        links=_effects(cov),
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


def _between(first: Numbers, second: Numbers) -> Shift:
    pairs_ = zip(first, second, strict=True)
    return Shift(*(None if old is None or new is None else new - old for old, new in pairs_))


def _effects(cov: Coverage) -> tuple[LinkEffect, ...]:
    """Work out every link's effect from the demands it bears on alone: the score is a weighted sum over demands.

    Scoring anew without each link would compile a question for each of a thousand links.
    """
    # Links are told apart by identity: two crosswalks may hold equal ones, and the objects live as long as `cov`.
    bearing: dict[tuple[str, int], list[tuple[int, Term]]] = {}
    work = workings(cov)
    for place, terms in enumerate(work.question.terms):
        for term in terms:
            bearing.setdefault((term.crosswalk, id(term.link)), []).append((place, term))
    order = {
        (name, id(link)): place
        for name in work.question.crosswalks
        for place, link in enumerate(cov.dataset.links_of(name))
    }
    best = _Best(cov)
    found: list[tuple[tuple[float, str, int], LinkEffect]] = []
    for key, bears in bearing.items():
        link: Link = bears[0][1].link
        effect = LinkEffect(
            crosswalk=key[0],
            requirement=link.requirement,
            controls=link.controls,
            relation=link.relation,
            source=link.source,
            review=link.review,
            removed=best.shift(bears, removed=True),
            demoted=best.shift(bears, removed=False),
        )
        # Effects that differ by rounding alone are ties, or the order would change from one machine to the next.
        found.append(((-round(effect.effect, 12), key[0], order[key]), effect))
    return tuple(effect for _, effect in sorted(found, key=lambda pair: pair[0]))


_NOTHING = (0.0, 0.0, 0.0)


class _Best:
    """Per demand the best that its links give in each number, and the best without the link that gives it."""

    def __init__(self, cov: Coverage) -> None:
        work = workings(cov)
        self.values, self.support, self.weights = work.values, cov.support, demand_weights(cov)
        self.unmoved = Shift(0.0, 0.0, 0.0) if COUNTED in self.values.state else Shift(None, None, None)
        self.tops = [tuple(map(_two_best, zip(*map(self._gives, terms), strict=True))) for terms in work.question.terms]
        # A finding on the demand itself replaces its links, so that no change of a link changes its numbers.
        self.moves = [
            state == COUNTED and own is None for state, own in zip(self.values.state, self.values.own, strict=True)
        ]

    def _gives(self, term: Term) -> tuple[float, float, float]:
        if not term.factor:
            return _NOTHING
        low, estimate, high = self.values.sets[term.controls]
        return (low if term.covering else 0.0, term.factor * estimate, term.factor * high)

    def shift(self, bears: Iterable[tuple[int, Term]], *, removed: bool) -> Shift:
        """Return the change of the overall score if a link were removed, or its covers became supports."""
        pieces: tuple[list[float], list[float], list[float]] = ([], [], [])
        for place, term in bears:
            gives = self._gives(term)
            if not self.moves[place] or gives == _NOTHING or not (removed or term.covering):
                continue
            _, estimate, high = self.values.sets[term.controls]
            then = _NOTHING if removed else (0.0, self.support * estimate, self.support * high)
            for piece, give, left, (first, second) in zip(pieces, gives, then, self.tops[place], strict=True):
                new = max(left, second if give == first else first)
                if new != first:
                    piece.append(self.weights[place] * (new - first))
        return Shift(*map(math.fsum, pieces)) if any(pieces) else self.unmoved


def _two_best(column: tuple[float, ...]) -> tuple[float, float]:
    """Return the greatest number, and the greatest of the others (0 if there is none)."""
    first, second = 0.0, 0.0
    for number_ in column:
        if number_ > first:
            first, second = number_, first
        elif number_ > second:
            second = number_
    return first, second
