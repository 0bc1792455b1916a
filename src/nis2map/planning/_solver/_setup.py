"""How a plan becomes a problem of choice: what each item does for each demand, given what is in place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from ...assessment import Status
from ...ids import Ref
from ...scoring import Coverage, demand_weights, part_bounds, workings
from .._objective import OBJECTIVES, Objective
from .._steps import Item, closed_by, measure_of
from ._problem import Group, Option, OptionPart, Selection

__all__ = ["selection_of"]


def selection_of(cov: Coverage, items: tuple[Item, ...], objective: Objective) -> Selection:
    """Return the question as the solver takes it; gains are shares of the overall score."""
    serving = _Serving(cov, items, objective)
    merged: dict[tuple[Option, ...], list[float]] = {}
    for place, weight in enumerate(demand_weights(cov)):
        options = serving.options(place) if weight else ()
        if options:
            merged.setdefault(options, []).append(weight)
    groups = tuple(Group(math.fsum(weights), options) for options, weights in merged.items())
    costs = tuple(item.cost for item in items)
    return Selection(costs, tuple(item.needs for item in items), tuple(serving.joints), groups)


class _Serving:
    """How items serve demands, given what is in place; joints of items are numbered after the items."""

    def __init__(self, cov: Coverage, items: tuple[Item, ...], objective: Objective) -> None:
        work = workings(cov)
        self.question, self.own = work.question, work.values.own
        self.current = cov.assessment.current
        self.items, self.objective = items, objective
        self.places = {item.what: place for place, item in enumerate(items)}
        part = OBJECTIVES.index(objective)
        self.degrees = [[bounds[part] for bounds in parts] for parts in part_bounds(cov)]
        self.now = work.values.low if objective == "low" else work.values.estimate
        self.joints: dict[tuple[int, ...], int] = {}
        self.missing = [
            tuple(self._missing(chains, degrees))
            for chains, degrees in zip(self.question.parts, self.degrees, strict=True)
        ]
        self.closing: dict[Ref, list[int]] = {}
        for what, place in self.places.items():
            if isinstance(what, str):
                for demand in closed_by(cov, measure_of(cov.dataset, what)):
                    self.closing.setdefault(demand, []).append(place)

    def _missing(
        self, chains: Iterable[tuple[Ref, ...]], degrees: Iterable[float]
    ) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Yield, for each deepest part of a control that is not in place, its degree and the steps that put it there.

        Any one of the steps does: a step on the part, or on a unit above it down to its nearest finding. Past that
        finding a step above changes nothing, because the nearest one wins.
        """
        for chain, degree in zip(chains, degrees, strict=True):
            nearest = next((place for place, ref in enumerate(chain) if ref in self.current), len(chain))
            if nearest < len(chain) and self.current[chain[nearest]].status is Status.IMPLEMENTED:
                continue
            yield degree, tuple(self.places[ref] for ref in chain[: nearest + 1] if ref in self.places)

    def options(self, place: int) -> tuple[Option, ...]:
        """Return what could raise a demand, and by how much; the same options in the same order."""
        now = self.now[place]
        if now >= 1:
            return ()
        closing = self.closing.get(self.question.demands[place].ref, ())
        options = [Option((OptionPart(1.0 - now, (item,)),)) for item in closing]
        # Where somebody looked at the duty itself, no control changes what was found there.
        if self.own[place] is None:
            options += self._covers(place) if self.objective == "low" else self._means(place, now)
        return _undominated(options)

    def _covers(self, place: int) -> Iterator[Option]:
        for index in self.question.covers[place]:
            ways = self._together(steps for c in self.question.sets[index] for _, steps in self.missing[c])
            if ways:
                yield Option((OptionPart(1.0, ways),))

    def _together(self, parts: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
        """Return the least sets of items that put all of some parts in place, by their numbers."""
        sets: set[frozenset[int]] = {frozenset()}
        for steps in parts:
            sets = {items | {step} for items in sets for step in steps}
            sets = {items for items in sets if not any(other < items for other in sets)}
        return tuple(sorted(self._number(tuple(sorted(items))) for items in sets))

    def _number(self, items: tuple[int, ...]) -> int:
        if len(items) == 1:
            return items[0]
        return self.joints.setdefault(items, len(self.items) + len(self.joints))

    def _means(self, place: int, now: float) -> Iterator[Option]:
        question, degrees = self.question, self.degrees
        factors: dict[int, float] = dict.fromkeys(question.covers[place], 1.0)
        for index, factor in question.supports[place]:
            factors[index] = max(factor, factors.get(index, 0.0))
        for index, factor in factors.items():
            parts = [(factor * rise, ways) for rise, ways in self._layers(question.sets[index])]
            parts = [(gain, ways) for gain, ways in parts if gain > 0]
            whole_now = factor * min(min(degrees[c]) for c in question.sets[index])
            offset = min(0.0, whole_now - now)
            whole = math.fsum(gain for gain, _ in parts) + offset
            if whole <= 0:
                continue
            if len(parts) == 1:
                yield Option((OptionPart(whole, parts[0][1]),))
            else:
                yield Option(tuple(OptionPart(gain, ways) for gain, ways in sorted(parts, key=lambda p: p[1])), offset)

    def _layers(self, controls: Iterable[int]) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Yield by how much controls that count together rise, layer by layer, each with the ways of which one does it.

        They are as far in place as the least of all their parts: they rise to the degree of the next one when all that
        lie below that are in place.
        """
        missing = sorted({part for control in controls for part in self.missing[control]})
        for count, (degree, _) in enumerate(missing, 1):
            rise = (missing[count][0] if count < len(missing) else 1.0) - degree
            if rise > 0:
                yield rise, self._together(steps for _, steps in missing[:count])


def _undominated(options: Iterable[Option]) -> tuple[Option, ...]:
    """Leave out all but the best single part of each way, and put the options in order."""
    best: dict[int, float] = {}
    rest: list[Option] = []
    for option in options:
        if len(option.parts) > 1:
            rest.append(option)
            continue
        for part in option.parts:
            for way in part.ways:
                best[way] = max(part.gain, best.get(way, 0.0))
    kept = [Option((OptionPart(gain, (way,)),)) for way, gain in sorted(best.items())]
    return (*kept, *sorted(rest, key=lambda option: [(part.ways, part.gain) for part in option.parts]))
