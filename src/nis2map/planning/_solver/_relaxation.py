"""The linear relaxation of a choice problem, through its dual: what is left of it at a node, and what v makes of it.

For any v >= 0 a group gives at most v and what its options give beyond v, claimed by their ways. A way may hand on its
claim to the items it needs, and an option of several parts may share its claim out among them. So a choice gains at
most the sum of the v and its items' claims, however they were shared: every v and every sharing gives a valid bound.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs

from ._problem import Group, Selection

__all__ = ["Relaxed", "reallocated", "restricted", "spending"]

# An option of several parts: what it gives in all, and per part the most it may claim, with its ways.
Mean = tuple[float, tuple[tuple[float, tuple[int, ...]], ...]]

_SLACK = 1e-9

# A way is shut (0) if one of its items is left out, else free (-1) if one is free, else open (1).
_RANK = {0: 0, -1: 1, 1: 2}


@attrs.frozen
class Relaxed:
    """The options that are left once some items are chosen or left out.

    `floors[g]` is what a group gives already, `peaks[g]` the most it may give. Groups with one option keep v at the
    floor, where their bound is best; a single way's claim there is in `settled`. `open` has the other groups, each
    with its single ways and the places of its options of several parts in `means`. `states[w]` says whether a way is
    open (1), shut (0) or free (-1).
    """

    floors: list[float]
    peaks: list[float]
    settled: list[float]
    open: list[tuple[int, list[tuple[int, float]], range]]
    means: list[tuple[int, Mean]]
    states: list[int]

    def clipped(self, v: Sequence[float]) -> list[float]:
        """Return v within the limits of this sub-problem."""
        found = list(self.floors)
        for place, _, _ in self.open:
            found[place] = min(max(v[place], found[place]), self.peaks[place])
        return found

    def claims(
        self, problem: Selection, v: Sequence[float], asked: Sequence[float]
    ) -> tuple[list[float], list[tuple[int, ...]]]:
        """Return what each way claims beyond v, and for each option of several parts the ways by which it claims."""
        found = list(self.settled)
        for place, singles, _ in self.open:
            base = v[place]
            for way, top in singles:
                if top > base:
                    found[way] += top - base
        used = [self._shared(problem, found, asked, top - v[place], parts) for place, (top, parts) in self.means]
        return found, used

    def _shared(
        self,
        problem: Selection,
        claims: list[float],
        asked: Sequence[float],
        rest: float,
        parts: Sequence[tuple[float, tuple[int, ...]]],
    ) -> tuple[int, ...]:
        """Share out one option's claim, to the parts that are short first; no part gets more than it gives."""
        given = [0.0] * len(parts)
        for place, (most, ways) in enumerate(parts):
            if rest > 0:
                lack = max(self._lack(problem, claims, asked, way) for way in ways)
                given[place] = min(lack, most, rest)
                rest -= given[place]
        room = math.fsum(most - gift for (most, _), gift in zip(parts, given, strict=True))
        used: list[int] = []
        for (most, ways), gift in zip(parts, given, strict=True):
            share = gift + (rest * (most - gift) / room if rest > 0 and room > 0 else 0.0)
            if share > 0:
                used += ways
                for way in ways:
                    claims[way] += share
        return tuple(used)

    def _lack(self, problem: Selection, claims: Sequence[float], asked: Sequence[float], way: int) -> float:
        lacks = (asked[item] - claims[item] for item in problem.closures[way] if self.states[item] < 0)
        return math.fsum(lack for lack in lacks if lack > 0)

    def moved(
        self, v: list[float], x: Sequence[float], used: Sequence[tuple[int, ...]], length: float
    ) -> list[float] | None:
        """Return v after a step against the subgradient that should lower the bound by `length`; None at rest.

        `x` is the share to which each way is open; an option of several parts is open as far as the most open of the
        ways by which it claims.
        """
        slopes: list[tuple[int, float]] = []
        for place, singles, means in self.open:
            base = v[place]
            slope = 1.0 - sum(x[way] for way, top in singles if top > base)
            slope -= sum(max((x[way] for way in used[mean]), default=0.0) for mean in means)
            if (slope > 0 and base > self.floors[place]) or (slope < 0 and base < self.peaks[place]):
                slopes.append((place, slope))
        norm = math.fsum(slope * slope for _, slope in slopes)
        if norm <= 0:
            return None
        found = list(v)
        for place, slope in slopes:
            found[place] -= slope * length / norm
        return self.clipped(found)

    def relevant(self, problem: Selection) -> set[int]:
        """Return the items that may still open something."""
        ways = {way for way, claim in enumerate(self.settled) if claim > 0}
        ways.update(way for _, singles, _ in self.open for way, _ in singles)
        ways.update(way for _, (_, parts) in self.means for _, several in parts for way in several)
        return {item for way in ways for item in problem.closures[way]}


def reallocated(problem: Selection, relaxed: Relaxed, claims: list[float], asked: Sequence[float]) -> list[float]:
    """Return the claims of the items once each way has given up what it does not need itself.

    What an item claims beyond what is asked for its cost may go to what it needs, since it is never chosen without:
    to what is short, the nearest first. Joints keep nothing.
    """
    size = len(problem.costs)
    for way, needed in problem.handing:
        spare = claims[way] - (asked[way] if way < size else 0.0)
        if spare <= 0:
            continue
        free = [item for item in needed if relaxed.states[item] < 0]
        for item in free:
            lack = min(spare, asked[item] - claims[item])
            if lack > 0:
                claims[item] += lack
                claims[way] -= lack
                spare -= lack
        if way >= size:
            for item in free:
                claims[item] += spare / len(free)
    return claims[:size]


def spending(
    problem: Selection, fixed: Sequence[int], claims: Sequence[float], asked: Sequence[float]
) -> tuple[float, float]:
    """Return what all costs that claims more than is asked, with its needs, and all that may pay for itself."""
    chosen = {item for item, value in enumerate(fixed) if value > 0}
    free = [item for item, value in enumerate(fixed) if value < 0]
    more = [item for item in free if claims[item] > asked[item] * (1 + _SLACK)]
    least = chosen.union(*(problem.closures[item] for item in more))
    enough = chosen.union(item for item in free if claims[item] >= asked[item] * (1 - _SLACK))
    most = {item for item in enough if enough.issuperset(problem.closures[item])}
    return problem.cost(least), problem.cost(least | most)


def restricted(problem: Selection, fixed: Sequence[int]) -> Relaxed:
    """Return what is left of a problem once some items are chosen (1) or left out (0), the others free (-1)."""
    size = len(problem.groups)
    states = [min(map(fixed.__getitem__, closure), key=_RANK.__getitem__) for closure in problem.closures]
    found = Relaxed([0.0] * size, [0.0] * size, [0.0] * len(states), [], [], states)
    for place, (group, plain) in enumerate(zip(problem.groups, problem.plain, strict=True)):
        means: list[Mean] = []
        if plain is None:
            floor, plain, means = _left(group, states)
        else:
            floor = max((gain for way, gain in plain.items() if states[way] > 0), default=0.0)
        singles = [(way, gain) for way, gain in plain.items() if states[way] < 0 and gain > floor]
        means = [mean for mean in means if mean[0] > floor]
        found.floors[place] = floor
        found.peaks[place] = max([floor, *(gain for _, gain in singles), *(top for top, _ in means)])
        here = range(len(found.means), len(found.means) + len(means))
        found.means.extend((place, mean) for mean in means)
        if len(singles) == 1 and not means:
            found.settled[singles[0][0]] += singles[0][1] - floor
        elif len(singles) + len(means) > 1:
            found.open.append((place, singles, here))
    return found


def _left(group: Group, states: Sequence[int]) -> tuple[float, dict[int, float], list[Mean]]:
    """Return what a group gives already, what single ways may make it give, and its options of several parts."""
    floor, singles = 0.0, dict[int, float]()
    means: list[Mean] = []
    for option in group.options:
        given, parts = group.weight * option.offset, list[tuple[float, tuple[int, ...]]]()
        for part in option.parts:
            if any(states[way] > 0 for way in part.ways):
                given += group.weight * part.gain
            elif ways := tuple(way for way in part.ways if states[way] < 0):
                parts.append((group.weight * part.gain, ways))
        floor = max(floor, given)
        top = given + math.fsum(gain for gain, _ in parts)
        if len(parts) == 1:
            for way in parts[0][1]:
                singles[way] = max(singles.get(way, 0.0), top)
        elif parts:
            means.append((top, tuple(parts)))
    return floor, singles, means
