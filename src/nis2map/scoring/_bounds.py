"""The three numbers of every demand and every unit of a question for one assessment, and why a demand falls short.

Plain tuples hold the numbers, because results are made only when they are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import attrs

from .._shared import Brief, FrozenMap, Record
from ..assessment import Assessment, Finding, Status, counting
from ..ids import Ref
from ..model import GapClass, Grade
from ._question import Question
from ._weights import UnitWeights

__all__ = [
    "COUNTED",
    "EXCLUDED",
    "STATES",
    "UNBOUND",
    "UNJUDGED",
    "Conflict",
    "UnitSum",
    "Values",
    "Workings",
    "conflicts_of",
    "evaluate",
    "lacking_in",
    "part_bounds",
    "ruled_out",
]

_Bounds = tuple[float, float, float]
_UNKNOWN = (0.0, 0.0, 1.0)
COUNTED, EXCLUDED, UNJUDGED, UNBOUND = 0, 1, 2, 3
STATES = ("counted", "excluded", "unjudged", "excluded")


@attrs.frozen(eq=False, repr=False)
class Conflict(Brief, Record):
    """A `not_applicable` that is overruled.

    `kind` is `unfounded-exclusion` (on a demand where the text leaves no choice, or without a justification: it counts
    as not met) or `last-cover` (on controls without which no link covers the demand any more). `ref` is the demand,
    `finding` the unit that the finding stands on, the first of several in legal order; `message` names all.
    """

    ref: Ref
    finding: Ref
    message: str
    kind: str = "unfounded-exclusion"


class Values(NamedTuple):
    """Per demand of a question its state, bounds and own finding; per set of controls its bounds, and if it is short.

    A set is short if one of its controls is known not to be fully in place.
    """

    state: tuple[int, ...]
    low: tuple[float, ...]
    estimate: tuple[float, ...]
    high: tuple[float, ...]
    own: tuple[tuple[Ref, Finding] | None, ...]
    sets: tuple[tuple[float, float, float], ...]
    short: tuple[bool, ...]


def evaluate(question: Question, assessment: Assessment, like: Values | None = None) -> Values:
    """Work out every demand of a question for one assessment.

    `like` are the values of the same assessment for a question with the same sets of controls, which are in place as
    far there as here.
    """
    current = counting(assessment)
    sets, short_sets = _sets(question, current) if like is None else (like.sets, like.short)
    low, estimate, high = _through_links(question, sets)
    state = [COUNTED if judged else UNJUDGED for judged in question.judged]
    own: list[tuple[Ref, Finding] | None] = [None] * len(question.demands)
    if any(ref.framework in question.frameworks for ref in current):
        for place, chain in enumerate(question.own):
            if question.settled[place] is False:
                continue
            nearest = next((ref for ref in chain if ref in current), None)
            if nearest is None:
                continue
            finding = current[nearest]
            # Somebody looked at the duty itself, so what the links gave is replaced and not combined with it.
            own[place] = (nearest, finding)
            excluding = finding.status is Status.NOT_APPLICABLE and not _refusal(question, place, finding)
            state[place] = EXCLUDED if excluding else COUNTED
            low[place], estimate[place], high[place] = finding.bounds
    for place, nearest, finding in _partly_said(question, assessment, own):
        # A scope that did not look at the duty has it through its controls, one that did no more than what it found.
        own[place], state[place] = (nearest, finding), COUNTED
        numbers = ((low[place], estimate[place], high[place]), finding.bounds)
        low[place], estimate[place], high[place] = _least(list(numbers))
    if False in question.settled:  # what a demand hangs on does not hold, so it binds nobody, whatever was found
        state = [UNBOUND if settled is False else one for one, settled in zip(state, question.settled, strict=True)]
    return Values(
        state=tuple(state),
        low=tuple(low),
        estimate=tuple(estimate),
        high=tuple(high),
        own=tuple(own),
        sets=sets,
        short=short_sets,
    )


def _partly_said(
    question: Question, assessment: Assessment, own: Sequence[tuple[Ref, Finding] | None]
) -> Iterator[tuple[int, Ref, Finding]]:
    """Yield the demands that some scopes of an assessment alone found partly met themselves, with the least of it.

    `Assessment.across` has no finding there, because the others did not look; what those scopes found bounds it.
    """
    if not any(ref.framework in question.frameworks for said in assessment.scopes.values() for ref in said):
        return
    for place, chain in enumerate(question.own):
        if own[place] is not None or question.settled[place] is False:
            continue
        spoken = [next(((r, said[r]) for r in chain if r in said), None) for said in assessment.scopes.values()]
        partly = [pair for pair in spoken if pair is not None and pair[1].status is Status.PARTIAL]
        if partly:
            yield place, *min(partly, key=lambda pair: pair[1].rank)


def conflicts_of(question: Question, assessment: Assessment, values: Values) -> tuple[Conflict, ...]:
    """Return the exclusions that can't do what they say, at most one a demand: those of duties, then of controls."""
    refused = [
        Conflict(question.demands[place].ref, own[0], refusal)
        for place, (own, state) in enumerate(zip(values.own, values.state, strict=True))
        if own is not None and state == COUNTED and (refusal := _refusal(question, place, own[1]))
    ]
    return (*refused, *_last_covers(question, counting(assessment), values))


def _sets(question: Question, current: Mapping[Ref, Finding]) -> tuple[tuple[_Bounds, ...], tuple[bool, ...]]:
    """Per set of controls its bounds, and whether one of them is known not to be fully in place."""
    bounds, short = _controls(question, current)
    # The controls of one link count together: it is as strong as its weakest control, in each number.
    return (
        tuple(
            bounds[members[0]] if len(members) == 1 else _least([bounds[c] for c in members])
            for members in question.sets
        ),
        tuple(any(short[c] for c in members) for members in question.sets),
    )


def _through_links(question: Question, sets: Sequence[_Bounds]) -> tuple[list[float], list[float], list[float]]:
    """Per demand its low, estimate and high through the links alone: the most that a link gives in each number."""
    count = len(question.demands)
    low, estimate, high = [0.0] * count, [0.0] * count, [0.0] * count
    for place, covering in enumerate(question.covers):
        lowest = best = most = 0.0
        for index in covering:
            set_low, set_estimate, set_high = sets[index]
            if set_low > lowest:
                lowest = set_low
            if set_estimate > best:
                best = set_estimate
            if set_high > most:
                most = set_high
        # A support never counts in low: partial evidence proves nothing for sure.
        for index, factor in question.supports[place]:
            _, set_estimate, set_high = sets[index]
            best = max(best, factor * set_estimate)
            most = max(most, factor * set_high)
        low[place], estimate[place], high[place] = lowest, best, most
    return low, estimate, high


def part_bounds(question: Question, current: Mapping[Ref, Finding]) -> list[tuple[_Bounds, ...]]:
    """Return, per control of a question, low, estimate and high of each of its deepest units."""
    nearest = [[_nearest(chain, current) for chain in chains] for chains in question.parts]
    return [tuple(_UNKNOWN if finding is None else finding.bounds for finding in row) for row in nearest]


def _controls(question: Question, current: Mapping[Ref, Finding]) -> tuple[list[_Bounds], list[bool]]:
    """Per control: its bounds, and whether it is known not to be fully in place.

    Each number of a control is the least over its deepest units, each with its nearest finding at or above.
    """
    bounds: list[_Bounds] = []
    short: list[bool] = []
    for chains in question.parts:
        if len(chains) == 1:  # nearly all controls; every score passes here
            finding = _nearest(chains[0], current)
            bounds.append(_UNKNOWN if finding is None else finding.bounds)
            short.append(finding is not None and finding.status is not Status.IMPLEMENTED)
            continue
        findings = [_nearest(chain, current) for chain in chains]
        bounds.append(_least([_UNKNOWN if f is None else f.bounds for f in findings]))
        short.append(any(f is not None and f.status is not Status.IMPLEMENTED for f in findings))
    return bounds, short


def _least(numbers: list[_Bounds]) -> _Bounds:
    low, estimate, high = (min(column) for column in zip(*numbers, strict=True))
    return (low, estimate, high)


def _nearest(chain: tuple[Ref, ...], current: Mapping[Ref, Finding]) -> Finding | None:
    finding = current.get(chain[0])
    return finding if finding is not None else next((current[ref] for ref in chain[1:] if ref in current), None)


def ruled_out(question: Question, current: Mapping[Ref, Finding]) -> dict[int, Ref]:
    """Return, per control of a question that is said not to apply, or has a part that is, where that is said."""
    excluded_refs = {ref for ref, finding in current.items() if finding.status is Status.NOT_APPLICABLE}
    out: dict[int, Ref] = {}
    for place, chains in enumerate(question.parts if excluded_refs else ()):
        if all(excluded_refs.isdisjoint(chain) for chain in chains):
            continue
        speaking = (next((ref for ref in chain if ref in current), None) for chain in chains)
        excluded = (ref for ref in speaking if ref is not None and current[ref].status is Status.NOT_APPLICABLE)
        first = next(excluded, None)
        if first is not None:
            out[place] = first
    return out


def lacking_in(question: Question, assessment: Assessment) -> dict[Ref, FrozenMap[str, Status]]:
    """Return by control of a question the scopes in which it is not known to be in place, with what they say of it."""
    silent = Finding(Status.UNASSESSED)
    lacking: dict[Ref, FrozenMap[str, Status]] = {}
    for control, chains in zip(question.controls, question.parts if assessment.scopes else (), strict=False):
        said = {
            name: min((_nearest(chain, findings) or silent for chain in chains), key=lambda finding: finding.bounds)
            for name, findings in assessment.scopes.items()
        }
        short = {name: finding.status for name, finding in said.items() if finding.bounds[0] < 1}
        if short:
            lacking[control] = FrozenMap(short)
    return lacking


def _last_covers(question: Question, current: Mapping[Ref, Finding], values: Values) -> Iterator[Conflict]:
    """Yield a conflict for each demand all of whose covers need a control that is said not to apply."""
    out = ruled_out(question, current)
    if not out:
        return
    blocked = [next((out[c] for c in members if c in out), None) for members in question.sets]
    for place, covering in enumerate(question.covers):
        if covering and values.state[place] == COUNTED and values.own[place] is None:
            blocking = {blocked[index] for index in covering}
            if None not in blocking:
                refs = sorted(ref for ref in blocking if ref is not None)
                named = " and ".join(ref.citation for ref in refs)
                said = "which is" if len(refs) == 1 else "which are"
                message = f"without {named}, {said} said not to apply, nothing covers the demand"
                yield Conflict(question.demands[place].ref, refs[0], message, "last-cover")


def _refusal(question: Question, place: int, finding: Finding) -> str:
    """Return why a `not_applicable` can't exclude a demand, empty if it can or says something else."""
    if finding.status is not Status.NOT_APPLICABLE:
        return ""
    demand = question.demands[place]
    # A demand whose fact is known to hold is like any other.
    if not (demand.optout or (demand.conditional and question.settled[place] is None)):
        return "not applicable, but the text leaves no choice: counts as not met"
    return "" if finding.justification.strip() else "not applicable without a justification: counts as not met"


class UnitSum(NamedTuple):
    """One unit's part in scores.

    `means` are low, estimate and high over its counted demands, `strict` the same over counted ones and those that a
    finding excludes, which `excluded` counts; `unbound` counts those of which the fact that they hang on does not hold,
    `ceiling` over those that count if every control is implemented and only exclusions stand as own findings.
    """

    counted: int
    excluded: int
    unbound: int
    capable: int
    means: _Bounds
    strict: _Bounds
    ceiling: _Bounds


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
        return tuple(self.sum_of(range(*span)) for span in self.question.spans)

    @cached_property
    def classes(self) -> tuple[GapClass | None, ...]:
        """Why each demand is not surely met, the first class that holds; None if it is met or excluded."""
        return tuple(map(self._gap_class, range(len(self.question.demands))))

    @cached_property
    def means(self) -> tuple[tuple[int, _Bounds], ...]:
        """Per unit how many demands are counted, and the means of their low, estimate and high."""
        state, low, estimate, high = self.values[:4]
        found: list[tuple[int, _Bounds]] = []
        for start, end in self.question.spans:
            places = [place for place in range(start, end) if state[place] == COUNTED]
            size = len(places)
            if size == 1:
                (place,) = places
                found.append((1, (low[place], estimate[place], high[place])))
            else:
                sums = (math.fsum([column[place] for place in places]) for column in (low, estimate, high))
                first, second, third = (total / (size or 1) for total in sums)
                found.append((size, (first, second, third)))
        return tuple(found)

    @cached_property
    def demand_weights(self) -> tuple[float, ...]:
        """Each demand's weight in the overall score, which is the sum of weight times value.

        They sum to 1, or are all 0 if nothing is counted; demands that are not counted have 0.
        """
        counted = [size for size, _ in self.means]
        units = list(map(float, counted)) if self.weights.values is None else list(self.weights.values)
        if not any(weight for weight, size in zip(units, counted, strict=True) if size):
            units = [1.0] * len(units)  # as the score has it: if all that count weigh 0, they weigh alike
        total = math.fsum(weight for weight, size in zip(units, counted, strict=True) if size)
        shares = [0.0] * len(self.question.demands)
        for span, weight, size in zip(self.question.spans, units, counted, strict=True):
            for place in range(*span):
                if total and self.values.state[place] == COUNTED:
                    shares[place] = weight / (size * total)
        return tuple(shares)

    def _counted(self, places: range) -> list[_Bounds]:
        state, low, estimate, high = self.values[:4]
        return [(low[place], estimate[place], high[place]) for place in places if state[place] == COUNTED]

    def sum_of(self, places: range) -> UnitSum:
        """Sum up some demands as one unit. Sums are `math.fsum`, so that neither order nor grouping shifts a bit."""
        question, state = self.question, self.values.state
        rows = self._counted(places)
        size = len(rows)
        means = _mean(rows, size)
        excluded = 0 if size == len(places) else sum(state[place] == EXCLUDED for place in places)
        capable = [question.ceilings[p] for p in places if state[p] == COUNTED and question.judged[p]]
        return UnitSum(
            counted=size,
            excluded=excluded,
            unbound=0 if size == len(places) else sum(state[place] == UNBOUND for place in places),
            capable=len(capable),
            means=means,
            strict=_mean(rows, size + excluded) if excluded else means,
            ceiling=_mean(capable, len(capable)),
        )

    def counts(self, places: Iterable[int]) -> tuple[dict[GapClass | None, int], dict[Grade, int]]:
        """Count some demands by class (None if met or excluded), and the counted ones by grade."""
        classes, grades, state = self.classes, self.question.grades, self.values.state
        by_class, by_grade = dict[GapClass | None, int](), dict[Grade, int]()
        # Plain dicts: there is a score for each unit, and a Counter takes longer to make than to fill.
        for place in places:
            kind = classes[place]
            by_class[kind] = by_class.get(kind, 0) + 1
            if state[place] == COUNTED:
                grade = grades[place]
                by_grade[grade] = by_grade.get(grade, 0) + 1
        return by_class, by_grade

    def gap_class(self, place: int) -> GapClass | None:
        """Return the class of the demand at a place of the question."""
        return self.classes[place]

    def _gap_class(self, place: int) -> GapClass | None:
        question, values = self.question, self.values
        state = values.state[place]
        if state == UNJUDGED:
            return GapClass.UNJUDGED
        if state in (EXCLUDED, UNBOUND) or values.low[place] == 1.0:
            return None
        if question.judged[place]:
            if question.grades[place] is Grade.BARE:
                return GapClass.STRUCTURAL
            if not question.covers[place]:
                return GapClass.RESIDUAL
        # Every cover has to be short: with one of them still unknown, finding out comes before doing.
        if values.own[place] is not None or all(values.short[index] for index in question.covers[place]):
            return GapClass.IMPLEMENTATION
        return GapClass.UNASSESSED


def _mean(rows: list[_Bounds], size: int) -> _Bounds:
    """Return the sums of three columns divided by a size."""
    if size == 1 and rows:
        return rows[0]
    if not rows:
        return (0.0, 0.0, 0.0)
    low, estimate, high = zip(*rows, strict=True)
    return (math.fsum(low) / size, math.fsum(estimate) / size, math.fsum(high) / size)
