"""`sensitivity`: which link a score rests on, and how far it hangs on conventions."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Unpack, cast

import attrs

from .._shared import Column, Page, Record, Table, Tabular, View, counted, number, pairs, written
from ..assessment import Assessment
from ..dataset import NAMED, Dataset, Line, cited, given, lines, recall
from ..errors import InputError, quote
from ..ids import Ref
from ..model import Link, Relation, ReviewState
from ..scoring import (
    BASES,
    COUNTED,
    Coverage,
    Options,
    Question,
    Score,
    Term,
    coverage,
    numbers,
    question_like,
    varied,
    with_options,
    workings,
)

__all__ = ["LinkEffect", "Sensitivity", "Shift", "sensitivity"]

# A page shows the links that matter most; all of them are in `links` and `to_dict`.
_SHOWN = 20
Numbers = tuple[float | None, float | None, float | None]
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


def _row(link: LinkEffect, data: Dataset | None = None) -> tuple[str, ...]:
    unit, *controls = (ref.citation if data is None else cited(data, ref) for ref in (link.requirement, *link.controls))
    shifts = ("/".join(_signed(part) for part in attrs.astuple(shift)) for shift in (link.removed, link.demoted))
    return (unit, " + ".join(controls), str(link.review), *shifts)


def _bounds_of(score: Score) -> dict[str, float | None]:
    return {"low": score.low, "estimate": score.estimate, "high": score.high}


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Sensitivity(Record, View, Tabular):
    """How far a score depends on single links and on the conventions.

    `links` are all links to a demand of the set, the greatest effect first, ties by crosswalk and ref. `basis` is
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
    assessment_digest: str = ""
    _dataset: Dataset | None = attrs.field(default=None, eq=False, repr=False, alias="dataset", metadata=written())
    _columns = (
        Column("crosswalk", "text", "the crosswalk", "of.crosswalk"),
        Column("requirement", "text", "the requirement", "ref"),
        *NAMED[1:],
        Column("controls", "texts", "the controls, which count together", "of.controls"),
        Column("relation", "text", "the relation, read from requirement to controls", "of.relation"),
        Column("source", "text", "where the link comes from", "of.source"),
        Column("review", "text", "who looked at it", "of.review"),
        Column("effect", "real", "the greatest change of all, in [0, 1]", "of.effect"),
        *(
            Column(f"{name}_{part}", "real", f"the change of {part} {meaning}, in [-1, 1]", f"of.{name}.{part}")
            for name, meaning in (("removed", "without the link"), ("demoted", "if it were a mere support"))
            for part in PARTS
        ),
    )

    def _lines(self) -> list[Line]:
        return lines(given(self._dataset), ((link.requirement, link) for link in self.links))

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
        data = given(self._dataset)
        table = Table(head, [_row(link, data) for link in self.links[:_SHOWN]])
        return Page(f"What the score of {self.framework} rests on", (table,), tuple(notes))


@with_options
def sensitivity(
    assessment: Assessment, *, factors: tuple[float, float] = (0.0, 1.0), **options: Unpack[Options]
) -> Sensitivity:
    """Return how low, estimate and high would change with one link less, or on other conventions.

    For each link to a demand of the set: the change if it were removed (its unit stays judged, so the set
    of counted demands stays the same), and the change if its covers were only supports. Then the change from one basis
    to the next, and between two support factors; the default ones bound all that the factor can do.

    Takes the keyword arguments of `coverage` and raises its errors.

    >>> import nis2map
    >>> found = nis2map.sensitivity(nis2map.Assessment.full())
    >>> found.links[0].effect >= found.links[-1].effect
    True
    """
    first, second = _two(factors)
    cov = coverage(assessment, **options)
    whole = cov.overall
    scores: dict[tuple[str, float], Numbers] = {(cov.basis, cov.support): (whole.low, whole.estimate, whole.high)}

    def overall(basis: str, support: float) -> Numbers:
        if (basis, support) not in scores:
            question = question_like(cov, basis=basis, support=support)
            scores[basis, support] = numbers(varied(cov, question=question))
        return scores[basis, support]

    bases = [overall(basis, cov.support) for basis in BASES]
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
        dataset=cov.dataset,
        assessment_digest=cov.assessment.digest,
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
    """Work out every link's effect from its own demands alone: the score is a weighted sum over demands.

    Scoring anew without each link would compile a question for each of a thousand links.
    """
    question, best = workings(cov).question, _Best(cov)
    found: list[tuple[float, LinkEffect]] = []
    for name, link, bears, idle in recall(cov.dataset, ("bearing", question), lambda: _bearing(question, cov.dataset)):
        if not bears:
            moved = idle if best.counts else attrs.evolve(idle, removed=best.unmoved, demoted=best.unmoved)
            found.append((0.0, moved))
            continue
        effect = _effect(name, link, best.shift(bears, removed=True), best.shift(bears, removed=False))
        # Effects that differ by rounding alone are ties, or the order would change from one machine to the next.
        found.append((-round(effect.effect, 12), effect))
    return tuple(effect for _, effect in sorted(found, key=itemgetter(0)))


def _effect(crosswalk: str, link: Link, removed: Shift, demoted: Shift) -> LinkEffect:
    return LinkEffect(
        crosswalk=crosswalk,
        requirement=link.requirement,
        controls=link.controls,
        relation=link.relation,
        source=link.source,
        review=link.review,
        removed=removed,
        demoted=demoted,
    )


_UNMOVED = Shift(0.0, 0.0, 0.0)
_Bearing = tuple[str, Link, tuple[tuple[int, Term], ...], LinkEffect]


def _bearing(question: Question, dataset: Dataset) -> tuple[_Bearing, ...]:
    """Return each link to a demand: crosswalk, link, where it may earn something, and that it moves nothing.

    They come by the names of the crosswalks and in the order of their links, which is that of ties. Most links are mere
    supports, which earn nothing by default: what they come to is the same for every assessment.
    """
    # By identity: two crosswalks may hold equal links, and the terms keep theirs alive.
    earning: dict[tuple[str, int], list[tuple[int, Term]]] = {}
    for place, terms in enumerate(question.terms):
        for term in terms:
            row = earning.setdefault((term.crosswalk, id(term.link)), [])
            if term.factor:
                row.append((place, term))
    return tuple(
        (name, link, tuple(earning[name, id(link)]), _effect(name, link, _UNMOVED, _UNMOVED))
        for name in sorted(question.crosswalks)
        for link in dataset.links_of(name)
        if (name, id(link)) in earning
    )


_NOTHING = (0.0, 0.0, 0.0)


class _Best:
    """Per demand the best that its links give in each number, and the best without one of them."""

    def __init__(self, cov: Coverage) -> None:
        work = workings(cov)
        self.terms, self.values = work.question.terms, work.values
        self.support, self.weights = cov.support, work.demand_weights
        self.counts = COUNTED in self.values.state
        self.unmoved = _UNMOVED if self.counts else Shift(None, None, None)
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
        low, estimate, high = self.values.low, self.values.estimate, self.values.high
        for place, term in bears:
            gives = self._gives(term)
            if not self.moves[place] or gives == _NOTHING or not (removed or term.covering):
                continue
            now = (low[place], estimate[place], high[place])
            if not any(give and give == best for give, best in zip(gives, now, strict=True)):
                continue  # another link gives more in each number
            for piece, old, new in zip(pieces, now, self._without(place, term, removed=removed), strict=True):
                if new != old:
                    piece.append(self.weights[place] * (new - old))
        return Shift(*map(math.fsum, pieces)) if any(pieces) else self.unmoved

    def _without(self, place: int, term: Term, *, removed: bool) -> tuple[float, float, float]:
        """Return a demand's numbers without a link, or with it as a mere support."""
        _, estimate, high = self.values.sets[term.controls]
        left = _NOTHING if removed else (0.0, self.support * estimate, self.support * high)
        others = [self._gives(other) for other in self.terms[place] if other is not term]
        low, estimate, high = map(max, zip(left, *others, strict=True))
        return (low, estimate, high)
