"""The three numbers of every demand of a question for one assessment, and why a demand is not surely met.

Plain tuples hold the numbers, because results are made only when they are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import attrs

from ..assessment import Assessment, Finding, Status
from ..ids import Ref
from ..model import GapClass
from ._question import Question

__all__ = ["COUNTED", "EXCLUDED", "STATES", "UNJUDGED", "Conflict", "Values", "classify", "evaluate"]

COUNTED, EXCLUDED, UNJUDGED = 0, 1, 2
STATES = ("counted", "excluded", "unjudged")


@attrs.frozen
class Conflict:
    """A `not_applicable` that can't do what it says.

    `kind` is `unfounded-exclusion` (on a demand where the text leaves no choice, or without a justification: it counts
    as not met) or `last-cover` (on a control without which no link covers the demand any more). `ref` is the demand,
    `finding` the unit that the finding stands on.
    """

    ref: Ref
    finding: Ref
    message: str
    kind: str = "unfounded-exclusion"

    def to_dict(self) -> dict[str, str]:
        """Return the conflict as a JSON-ready dict."""
        return {"kind": self.kind, "ref": str(self.ref), "finding": str(self.finding), "message": self.message}


@attrs.frozen(kw_only=True)
class Values:
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


def evaluate(question: Question, assessment: Assessment, conflicts: list[Conflict]) -> Values:
    """Work out every demand of a question for one assessment; exclusions without ground are added to `conflicts`."""
    current = assessment.current
    triples, not_in_place, known = _controls(question, current)
    sets = [_together([triples[c] for c in members]) for members in question.sets]
    known_sets = [any(known[c] for c in members) for members in question.sets]
    short_sets = [any(not_in_place[c] for c in members) for members in question.sets]
    low, estimate, high, assessed = _through_links(question, sets, known_sets)
    state = [COUNTED if judged else UNJUDGED for judged in question.judged]
    own: list[tuple[Ref, Finding] | None] = [None] * len(question.demands)
    if any(ref.framework in question.frameworks for ref in current):
        for place in range(len(own)):
            found = _own(question, place, current)
            if found is not None:
                own[place], assessed[place] = found, True
                state[place] = _state_of(question, place, found, conflicts)
                low[place], estimate[place], high[place] = found[1].bounds
    conflicts += _last_covers(question, current, state, own)
    return Values(
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
            one_low, one_estimate, one_high = sets[index]
            lowest = max(lowest, one_low)
            best = max(best, one_estimate)
            most = max(most, one_high)
            bears = bears or known_sets[index]
        for index, factor in supports[place]:
            _, one_estimate, one_high = sets[index]
            one_estimate *= factor
            best = max(best, one_estimate)
            most = max(most, one_high)
            bears = bears or known_sets[index]
        bears = bears or any(known_sets[index] for index in question.bears[place])
        low[place], estimate[place], high[place], assessed[place] = lowest, best, most, bears
    return low, estimate, high, assessed


_UNKNOWN = (0.0, 0.0, 1.0)


def _controls(
    question: Question, current: Mapping[Ref, Finding]
) -> tuple[list[tuple[float, float, float]], list[bool], list[bool]]:
    """Per control: bounds of its nearest finding, whether it is known not to be fully in place, whether it is known."""
    triples: list[tuple[float, float, float]] = []
    short: list[bool] = []
    known: list[bool] = []
    get = current.get
    for chain in question.chains:
        finding = get(chain[0])
        if finding is None:
            finding = next((current[ref] for ref in chain[1:] if ref in current), None)
        triples.append(_UNKNOWN if finding is None else finding.bounds)
        short.append(finding is not None and finding.status is not Status.IMPLEMENTED)
        known.append(finding is not None)
    return triples, short, known


def _last_covers(
    question: Question, current: Mapping[Ref, Finding], state: list[int], own: list[tuple[Ref, Finding] | None]
) -> Iterator[Conflict]:
    """Yield a conflict for each demand all of whose covers need a control that is said not to apply."""
    ruled_out: dict[int, Ref] = {}
    for place, chain in enumerate(question.chains):
        said = next((ref for ref in chain if ref in current), None)
        if said is not None and current[said].status is Status.NOT_APPLICABLE:
            ruled_out[place] = said
    if not ruled_out:
        return
    blocked = [next((ruled_out[c] for c in members if c in ruled_out), None) for members in question.sets]
    for place, covering in enumerate(question.covers):
        if covering and state[place] == COUNTED and own[place] is None:
            blocking = [blocked[index] for index in covering]
            for ref in dict.fromkeys(ref for ref in blocking if ref is not None and None not in blocking):
                named = ref.citation or str(ref)
                message = f"without {named}, which is said not to apply, nothing covers the demand"
                yield Conflict(question.demands[place].ref, ref, message, "last-cover")


def _together(triples: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Combine the controls of one link: they count together, so min low, mean estimate, max high."""
    if len(triples) == 1:
        return triples[0]
    estimate = math.fsum(t[1] for t in triples) / len(triples)
    return (min(t[0] for t in triples), estimate, max(t[2] for t in triples))


def _own(question: Question, place: int, current: Mapping[Ref, Finding]) -> tuple[Ref, Finding] | None:
    return next(((ref, current[ref]) for ref in question.own[place] if ref in current), None)


def _state_of(question: Question, place: int, found: tuple[Ref, Finding], conflicts: list[Conflict]) -> int:
    ref, finding = found
    if finding.status is not Status.NOT_APPLICABLE:
        return COUNTED
    demand = question.demands[place]
    if not (demand.optout or demand.conditional):
        conflicts.append(Conflict(demand.ref, ref, "not applicable, but the text leaves no choice: counts as not met"))
        return COUNTED
    if not finding.justification.strip():
        conflicts.append(Conflict(demand.ref, ref, "not applicable without a justification: counts as not met"))
        return COUNTED
    return EXCLUDED


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
    if values.own[place] is not None or all(values.not_in_place[index] for index in question.covers[place]):
        return GapClass.IMPLEMENTATION
    return GapClass.UNASSESSED
