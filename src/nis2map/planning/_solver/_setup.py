"""How a plan becomes a problem of choice: what each item does for each demand, given what is in place."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ...ids import Ref
from ...scoring import Coverage, part_bounds, workings
from .._objective import OBJECTIVES, Objective
from .._steps import Item, closed_by, measure_of
from ._problem import Group, Option, Selection

__all__ = ["selection_of"]


def selection_of(cov: Coverage, items: tuple[Item, ...], objective: Objective) -> Selection:
    """Return the question as the solver takes it; gains are shares of the overall score."""
    serving = _Serving(cov, items, objective)
    merged: dict[tuple[Option, ...], list[float]] = {}
    for place, weight in enumerate(workings(cov).demand_weights):
        options = serving.options(place) if weight else ()
        if options:
            merged.setdefault(options, []).append(weight)
    groups = tuple(Group(math.fsum(weights), options) for options, weights in merged.items())
    return Selection(tuple(item.cost for item in items), tuple(item.needs for item in items), groups)


class _Serving:
    """How items serve demands, given what is in place."""

    def __init__(self, cov: Coverage, items: tuple[Item, ...], objective: Objective) -> None:
        work = workings(cov)
        self.question, self.own, self.objective = work.question, work.values.own, objective
        self.now = work.values.low if objective == "low" else work.values.estimate
        part = OBJECTIVES.index(objective)
        places = {item.what: place for place, item in enumerate(items)}
        # Per control each deepest part that is not in place: how far it is, and the item that puts it there.
        self.missing = [
            [
                (bounds[part], places[chain[0]])
                for chain, bounds in zip(chains, parts, strict=True)
                if chain[0] in places
            ]
            for chains, parts in zip(self.question.parts, part_bounds(cov), strict=True)
        ]
        self.closing: dict[Ref, list[int]] = {}
        for what, place in places.items():
            if isinstance(what, str):
                for demand in closed_by(cov, measure_of(cov.dataset, what)):
                    self.closing.setdefault(demand, []).append(place)

    def options(self, place: int) -> tuple[Option, ...]:
        """Return what could raise a demand, and by how much; the same options in the same order."""
        now = self.now[place]
        ref = self.question.demands[place].ref
        # Most demands are raised by nothing, and this is asked of each.
        if now >= 1 or not (self.question.covers[place] or self.question.supports[place] or ref in self.closing):
            return ()
        best: dict[tuple[int, ...], float] = {}
        for item in self.closing.get(ref, ()):
            best[(item,)] = 1.0 - now
        # Where somebody looked at the duty itself, no control changes what was found there.
        if self.own[place] is None:
            for items, worth in self._through_links(place):
                if worth > now:
                    best[items] = max(worth - now, best.get(items, 0.0))
        return _undominated(best)

    def _through_links(self, place: int) -> Iterator[tuple[tuple[int, ...], float]]:
        """Yield sets of items with what a demand comes to once they are in place.

        A link is as strong as the least of all parts of its controls: it rises to the degree of the next one when all
        that lie below that are in place.
        """
        factors: dict[int, float] = dict.fromkeys(self.question.covers[place], 1.0)
        if self.objective == "estimate":  # a mere support never counts in low
            for index, factor in self.question.supports[place]:
                factors[index] = max(factor, factors.get(index, 0.0))
        for index, factor in factors.items():
            missing = sorted({part for control in self.question.sets[index] for part in self.missing[control]})
            for count in range(1, len(missing) + 1):
                then = missing[count][0] if count < len(missing) else 1.0
                if then > missing[count - 1][0]:
                    yield tuple(sorted({item for _, item in missing[:count]})), factor * then


def _undominated(best: dict[tuple[int, ...], float]) -> tuple[Option, ...]:
    """Return the options that give more than any option with some of their items does, in order."""
    kept: list[Option] = []
    for items, gain in sorted(best.items(), key=lambda pair: (len(pair[0]), pair[0])):
        inside = set(items)
        if not any(option.gain >= gain and inside.issuperset(option.items) for option in kept):
            kept.append(Option(items, gain))
    return tuple(kept)
