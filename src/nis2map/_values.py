"""The three numbers of every demand of a plan for one assessment, and why a demand is not surely met.

Plain tuples hold the numbers, because results are made only when they are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import attrs

from ._plan import Plan
from .assessment import Assessment, Finding, Status
from .ids import Ref
from .model import GapClass

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
    """Per demand of a plan: state, bounds, what is known; per set of controls its bounds. Plain tuples, for speed."""

    state: tuple[int, ...]
    low: tuple[float, ...]
    estimate: tuple[float, ...]
    high: tuple[float, ...]
    assessed: tuple[bool, ...]
    own: tuple[tuple[Ref, Finding] | None, ...]
    sets: tuple[tuple[float, float, float], ...]
    not_in_place: tuple[bool, ...]
    known: tuple[bool, ...]


def evaluate(plan: Plan, assessment: Assessment, conflicts: list[Conflict]) -> Values:
    """Work out every demand of a plan for one assessment; exclusions without ground are added to `conflicts`."""
    current = assessment.current
    triples, not_in_place, known = _controls(plan, current)
    sets = [_together([triples[c] for c in members]) for members in plan.sets]
    known_sets = [any(known[c] for c in members) for members in plan.sets]
    short_sets = [any(not_in_place[c] for c in members) for members in plan.sets]
    low, estimate, high, assessed = _through_links(plan, sets, known_sets)
    state = [COUNTED if judged else UNJUDGED for judged in plan.judged]
    own: list[tuple[Ref, Finding] | None] = [None] * len(plan.demands)
    if any(ref.framework in plan.frameworks for ref in current):
        for place in range(len(own)):
            found = _own(plan, place, current)
            if found is not None:
                own[place], assessed[place] = found, True
                state[place] = _state_of(plan, place, found, conflicts)
                low[place], estimate[place], high[place] = found[1].bounds
    conflicts += _last_covers(plan, current, state, own)
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
    plan: Plan, sets: list[tuple[float, float, float]], known_sets: list[bool]
) -> tuple[list[float], list[float], list[float], list[bool]]:
    """Per demand its low, estimate and high through the links alone, and whether a finding bears on it."""
    count = len(plan.demands)
    low, estimate, high, assessed = [0.0] * count, [0.0] * count, [0.0] * count, [False] * count
    supports = plan.supports
    for place, covering in enumerate(plan.covers):
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
        bears = bears or any(known_sets[index] for index in plan.bears[place])
        low[place], estimate[place], high[place], assessed[place] = lowest, best, most, bears
    return low, estimate, high, assessed


_UNKNOWN = (0.0, 0.0, 1.0)


def _controls(
    plan: Plan, current: Mapping[Ref, Finding]
) -> tuple[list[tuple[float, float, float]], list[bool], list[bool]]:
    """Per control: bounds of its nearest finding, whether it is known not to be fully in place, whether it is known."""
    triples: list[tuple[float, float, float]] = []
    short: list[bool] = []
    known: list[bool] = []
    get = current.get
    for chain in plan.chains:
        finding = get(chain[0])
        if finding is None:
            finding = next((current[ref] for ref in chain[1:] if ref in current), None)
        triples.append(_UNKNOWN if finding is None else finding.bounds)
        short.append(finding is not None and finding.status is not Status.IMPLEMENTED)
        known.append(finding is not None)
    return triples, short, known


def _last_covers(
    plan: Plan, current: Mapping[Ref, Finding], state: list[int], own: list[tuple[Ref, Finding] | None]
) -> Iterator[Conflict]:
    """Yield a conflict for each demand all of whose covers need a control that is said not to apply."""
    ruled_out: dict[int, Ref] = {}
    for place, chain in enumerate(plan.chains):
        said = next((ref for ref in chain if ref in current), None)
        if said is not None and current[said].status is Status.NOT_APPLICABLE:
            ruled_out[place] = said
    if not ruled_out:
        return
    blocked = [next((ruled_out[c] for c in members if c in ruled_out), None) for members in plan.sets]
    for place, covering in enumerate(plan.covers):
        if covering and state[place] == COUNTED and own[place] is None:
            blocking = [blocked[index] for index in covering]
            for ref in dict.fromkeys(ref for ref in blocking if ref is not None and None not in blocking):
                named = ref.citation or str(ref)
                message = f"without {named}, which is said not to apply, nothing covers the demand"
                yield Conflict(plan.demands[place].ref, ref, message, "last-cover")


def _together(triples: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Combine the controls of one link: they count together, so min low, mean estimate, max high."""
    if len(triples) == 1:
        return triples[0]
    estimate = math.fsum(t[1] for t in triples) / len(triples)
    return (min(t[0] for t in triples), estimate, max(t[2] for t in triples))


def _own(plan: Plan, place: int, current: Mapping[Ref, Finding]) -> tuple[Ref, Finding] | None:
    return next(((ref, current[ref]) for ref in plan.own[place] if ref in current), None)


def _state_of(plan: Plan, place: int, found: tuple[Ref, Finding], conflicts: list[Conflict]) -> int:
    ref, finding = found
    if finding.status is not Status.NOT_APPLICABLE:
        return COUNTED
    demand = plan.demands[place]
    if not (demand.optout or demand.conditional):
        conflicts.append(Conflict(demand.ref, ref, "not applicable, but the text leaves no choice: counts as not met"))
        return COUNTED
    if not finding.justification.strip():
        conflicts.append(Conflict(demand.ref, ref, "not applicable without a justification: counts as not met"))
        return COUNTED
    return EXCLUDED


def classify(plan: Plan, values: Values, place: int) -> GapClass | None:
    """Return why a demand is not surely met, the first class that holds; None if it is met or excluded."""
    state = values.state[place]
    if state == UNJUDGED:
        return GapClass.UNJUDGED
    if state == EXCLUDED or values.low[place] == 1.0:
        return None
    if plan.judged[place] and not plan.served[place]:
        return GapClass.STRUCTURAL
    if plan.judged[place] and not plan.covers[place]:
        return GapClass.RESIDUAL
    if values.own[place] is not None or all(values.not_in_place[index] for index in plan.covers[place]):
        return GapClass.IMPLEMENTATION
    return GapClass.UNASSESSED
