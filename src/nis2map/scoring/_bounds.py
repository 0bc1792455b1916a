"""The three numbers of every demand and every unit of a question for one assessment, and why a demand falls short.

Plain tuples hold the numbers, because results are made only when they are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

import attrs

from .._shared import Brief, Record
from ..assessment import Assessment, Finding, Status
from ..ids import Ref
from ..model import Demand, GapClass
from ._question import Question
from ._weights import UnitWeights

__all__ = [
    "COUNTED",
    "EXCLUDED",
    "STATES",
    "UNJUDGED",
    "Conflict",
    "UnitSum",
    "Values",
    "Workings",
    "classify",
    "evaluate",
    "part_bounds",
    "unit_sum",
]

COUNTED, EXCLUDED, UNJUDGED = 0, 1, 2
STATES = ("counted", "excluded", "unjudged")


@attrs.frozen(eq=False, repr=False)
class Conflict(Brief, Record):
    """A `not_applicable` that is overruled.

    `kind` is `unfounded-exclusion` (on a demand where the text leaves no choice, or without a justification: it counts
    as not met) or `last-cover` (on a control without which no link covers the demand any more). `ref` is the demand,
    `finding` the unit that the finding stands on.
    """

    ref: Ref
    finding: Ref
    message: str
    kind: str = "unfounded-exclusion"


class Values(NamedTuple):
    """Per demand of a question: state, bounds, what is known; per set of controls its bounds."""

    state: tuple[int, ...]
    low: tuple[float, ...]
    estimate: tuple[float, ...]
    high: tuple[float, ...]
    assessed: tuple[bool, ...]
    own: tuple[tuple[Ref, Finding] | None, ...]
    sets: tuple[tuple[float, float, float], ...]
    not_in_place: tuple[bool, ...]
    known: tuple[bool, ...]


def evaluate(question: Question, assessment: Assessment) -> tuple[Values, tuple[Conflict, ...]]:
    """Work out every demand of a question for one assessment, and the exclusions that can't do what they say."""
    current = assessment.current
    bounds, not_in_place, known = _controls(question, current)
    sets = [_together([bounds[c] for c in members]) for members in question.sets]
    known_sets = [any(known[c] for c in members) for members in question.sets]
    short_sets = [any(not_in_place[c] for c in members) for members in question.sets]
    low, estimate, high, assessed = _through_links(question, sets, known_sets)
    state = [COUNTED if judged else UNJUDGED for judged in question.judged]
    own: list[tuple[Ref, Finding] | None] = [None] * len(question.demands)
    conflicts: list[Conflict] = []
    if any(ref.framework in question.frameworks for ref in current):
        for place, chain in enumerate(question.own):
            nearest = next((ref for ref in chain if ref in current), None)
            if nearest is None:
                continue
            finding = current[nearest]
            # Somebody looked at the duty itself, so what the links gave is replaced and not combined with it.
            own[place], assessed[place] = (nearest, finding), True
            refusal = _refusal(question.demands[place], finding)
            if refusal:
                conflicts.append(Conflict(question.demands[place].ref, nearest, refusal))
            state[place] = EXCLUDED if finding.status is Status.NOT_APPLICABLE and not refusal else COUNTED
            low[place], estimate[place], high[place] = finding.bounds
    conflicts += _last_covers(question, current, state, own)
    values = Values(
        state=tuple(state),
        low=tuple(low),
        estimate=tuple(estimate),
        high=tuple(high),
        assessed=tuple(assessed),
        own=tuple(own),
        sets=tuple(sets),
        not_in_place=tuple(short_sets),
        known=tuple(known_sets),
    )
    return values, tuple(conflicts)


def _through_links(
    question: Question, sets: list[tuple[float, float, float]], known_sets: list[bool]
) -> tuple[list[float], list[float], list[float], list[bool]]:
    """Per demand its low, estimate and high through the links alone, and whether a finding bears on it."""
    count = len(question.demands)
    low, estimate, high, assessed = [0.0] * count, [0.0] * count, [0.0] * count, [False] * count
    supports = question.supports
    for place, covering in enumerate(question.covers):
        lowest = best = most = 0.0
        bears = False
        for index in covering:
            set_low, set_estimate, set_high = sets[index]
            lowest = max(lowest, set_low)
            best = max(best, set_estimate)
            most = max(most, set_high)
            bears = bears or known_sets[index]
        # A support never counts in low: partial evidence proves nothing for sure.
        for index, factor in supports[place]:
            _, set_estimate, set_high = sets[index]
            set_estimate *= factor
            best = max(best, set_estimate)
            most = max(most, set_high)
            bears = bears or known_sets[index]
        bears = bears or any(known_sets[index] for index in question.bears[place])
        low[place], estimate[place], high[place], assessed[place] = lowest, best, most, bears
    return low, estimate, high, assessed


_UNKNOWN = (0.0, 0.0, 1.0)
_Bounds = tuple[float, float, float]


def part_bounds(question: Question, current: Mapping[Ref, Finding]) -> list[tuple[_Bounds, ...]]:
    """Return, per control of a question, low, estimate and high of each of its deepest units."""
    nearest = [[_nearest(chain, current) for chain in chains] for chains in question.parts]
    return [tuple(_UNKNOWN if finding is None else finding.bounds for finding in row) for row in nearest]


def _controls(question: Question, current: Mapping[Ref, Finding]) -> tuple[list[_Bounds], list[bool], list[bool]]:
    """Per control: its bounds, whether it is known not to be fully in place, and whether anything of it is known.

    Each number of a control is the least over its deepest units, each with its nearest finding at or above.
    """
    bounds: list[_Bounds] = []
    short: list[bool] = []
    known: list[bool] = []
    for chains in question.parts:
        if len(chains) == 1:  # nearly all controls; every score passes here
            finding = _nearest(chains[0], current)
            bounds.append(_UNKNOWN if finding is None else finding.bounds)
            short.append(finding is not None and finding.status is not Status.IMPLEMENTED)
            known.append(finding is not None)
            continue
        findings = [_nearest(chain, current) for chain in chains]
        bounds.append(_least([_UNKNOWN if f is None else f.bounds for f in findings]))
        short.append(any(f is not None and f.status is not Status.IMPLEMENTED for f in findings))
        known.append(any(f is not None for f in findings))
    return bounds, short, known


def _least(numbers: list[_Bounds]) -> _Bounds:
    low, estimate, high = (min(column) for column in zip(*numbers, strict=True))
    return (low, estimate, high)


def _nearest(chain: tuple[Ref, ...], current: Mapping[Ref, Finding]) -> Finding | None:
    finding = current.get(chain[0])
    return finding if finding is not None else next((current[ref] for ref in chain[1:] if ref in current), None)


def _last_covers(
    question: Question, current: Mapping[Ref, Finding], state: list[int], own: list[tuple[Ref, Finding] | None]
) -> Iterator[Conflict]:
    """Yield a conflict for each demand all of whose covers need a control that is said not to apply."""
    ruled_out: dict[int, Ref] = {}
    for place, chains in enumerate(question.parts):
        speaking = (next((ref for ref in chain if ref in current), None) for chain in chains)
        excluded = (ref for ref in speaking if ref is not None and current[ref].status is Status.NOT_APPLICABLE)
        first = next(excluded, None)
        if first is not None:
            ruled_out[place] = first
    if not ruled_out:
        return
    blocked = [next((ruled_out[c] for c in members if c in ruled_out), None) for members in question.sets]
    for place, covering in enumerate(question.covers):
        if covering and state[place] == COUNTED and own[place] is None:
            blocking = [blocked[index] for index in covering]
            for ref in dict.fromkeys(ref for ref in blocking if ref is not None and None not in blocking):
                named = ref.citation
                message = f"without {named}, which is said not to apply, nothing covers the demand"
                yield Conflict(question.demands[place].ref, ref, message, "last-cover")


def _together(triples: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Combine the controls of one link: they count together, so min low, mean estimate, max high."""
    if len(triples) == 1:
        return triples[0]
    estimate = math.fsum(t[1] for t in triples) / len(triples)
    return (min(t[0] for t in triples), estimate, max(t[2] for t in triples))


def _refusal(demand: Demand, finding: Finding) -> str:
    """Return why a `not_applicable` can't exclude a demand, empty if it can or says something else."""
    if finding.status is not Status.NOT_APPLICABLE:
        return ""
    if not (demand.optout or demand.conditional):
        return "not applicable, but the text leaves no choice: counts as not met"
    return "" if finding.justification.strip() else "not applicable without a justification: counts as not met"


def classify(question: Question, values: Values, place: int) -> GapClass | None:
    """Return why a demand is not surely met, the first class that holds; None if it is met or excluded."""
    state = values.state[place]
    if state == UNJUDGED:
        return GapClass.UNJUDGED
    if state == EXCLUDED or values.low[place] == 1.0:
        return None
    if question.judged[place] and not question.served[place]:
        return GapClass.STRUCTURAL
    if question.judged[place] and not question.covers[place]:
        return GapClass.RESIDUAL
    # Every cover has to be short: with one of them still unknown, finding out comes before doing.
    if values.own[place] is not None or all(values.not_in_place[index] for index in question.covers[place]):
        return GapClass.IMPLEMENTATION
    return GapClass.UNASSESSED


class UnitSum(NamedTuple):
    """One unit's part in scores.

    `means` are low, estimate and high over its counted demands, `strict` the same over counted and excluded ones,
    `ceiling` over those that count if every control is implemented and only exclusions stand as own findings.
    `counts`: met, unassessed, open, unjudged, served, assessed.
    """

    counted: int
    excluded: int
    capable: int
    means: tuple[float, float, float]
    strict: tuple[float, float, float]
    ceiling: tuple[float, float, float]
    counts: tuple[int, int, int, int, int, int]


def unit_sum(question: Question, values: Values, places: range) -> UnitSum:
    """Sum up one unit. Sums are `math.fsum`, so that neither order nor grouping shifts a bit."""
    counted = [place for place in places if values.state[place] == COUNTED]
    excluded = sum(values.state[place] == EXCLUDED for place in places)
    capable = [place for place in counted if question.judged[place]]
    served = [place for place in counted if question.served[place]]
    sums = [math.fsum([column[place] for place in counted]) for column in (values.low, values.estimate, values.high)]
    most = [math.fsum([question.ceilings[place][i] for place in capable]) for i in range(3)]
    return UnitSum(
        counted=len(counted),
        excluded=excluded,
        capable=len(capable),
        means=_divided(sums, len(counted)),
        strict=_divided(sums, len(counted) + excluded),
        ceiling=_divided(most, len(capable)),
        counts=(
            sum(values.low[place] == 1.0 for place in counted),
            sum(not values.assessed[place] for place in served),
            sum(not question.served[place] and values.own[place] is None for place in counted),
            len(places) - len(counted) - excluded,
            len(served),
            sum(values.assessed[place] for place in counted),
        ),
    )


def _divided(sums: list[float], size: int) -> tuple[float, float, float]:
    return (sums[0] / size, sums[1] / size, sums[2] / size) if size else (0.0, 0.0, 0.0)


@attrs.frozen(eq=False, repr=False)
class Workings:
    """What the numbers of a coverage were worked out from: the question, each demand's numbers, each unit's sums.

    For the library's own analyses, which vary one of them; users find all of it in `Coverage.explain`.
    """

    question: Question
    values: Values
    weights: UnitWeights

    @cached_property
    def sums(self) -> tuple[UnitSum, ...]:
        """Each unit's part in scores; worked out on first use, for single demands need none."""
        return tuple(unit_sum(self.question, self.values, range(*span)) for span in self.question.spans)

    def gap_class(self, place: int) -> GapClass | None:
        """Return the class of the demand at a place of the question."""
        return classify(self.question, self.values, place)
