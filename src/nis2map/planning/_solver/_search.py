"""Local search: a cheaper choice that still gains enough, before the exact search proves how cheap one can be.

The solver's own heuristics take seconds for what a few thousand small steps do: a cheaper choice at the outset rules
out more of what the solver would look at, and is the plan itself where nothing can be proven in time.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from ._problem import TOLERANCE, Selection, bits

__all__ = ["improved"]

_STEPS = 1000  # without a cheaper choice until it is given up; on random problems the best known one came within 800
_PART = 0.2  # what an option counts that is almost open, as a part of its gain; 0.1 to 0.3 do equally well
_REST = (5, 11, 7, 4, 9, 12, 6, 10, 8)  # steps for which an item stays as it is; uneven, so that no circle goes on
_SLACK = 1e-9
_EPS = 1e-6  # so that of items that raise nothing the cheapest is taken


def improved(problem: Selection, need: float, start: Iterable[int], *, until: float) -> frozenset[int]:
    """Return a choice that gains `need` at no more than the cost of `start`, which gains it, by tabu search.

    It keeps below the least cost found so far: it adds what helps most for its cost as long as that is possible, else
    it takes away what is missed least, and lets an item rest once it was moved (Glover 1989). There is no chance in
    it, so the same question has the same answer unless the time is up.
    """
    state = _State(problem, start)
    best, least = frozenset(state.chosen), problem.cost(state.chosen)
    rested, step, last = [0] * len(problem.costs), 0, 0
    while step - last < _STEPS and (step % 64 or time.monotonic() < until):
        step += 1
        spent = problem.cost(state.chosen)
        room = least - spent - _SLACK * max(1.0, least)
        enough = state.gain >= need - _SLACK
        # The running sum drifts in its last bits, so that what counts is summed anew.
        if enough and room > 0 and problem.worth(state.chosen) >= need - TOLERANCE:
            best, least, last = frozenset(state.chosen), spent, step
        item = None if enough else state.to_add(room, rested, step)
        if item is None:
            item = state.to_drop(rested, step)
        if item is not None:
            state.flip(item)
            rested[item] = step + _REST[step % len(_REST)]
    return best


class _State:
    """A choice, and what changing each item would change.

    The gain alone does not tell which of two items to add that raise nothing by themselves, so options count in part
    before they are open: `_PART` of their gain times the part of their items that is there.
    """

    def __init__(self, problem: Selection, chosen: Iterable[int]) -> None:
        self.problem = problem
        self.chosen = set(chosen)
        self.gain = 0.0
        self._mask = bits(self.chosen)
        self._options = [
            [(bits(option.items), len(option.items), group.weight * option.gain) for option in group.options]
            for group in problem.groups
        ]
        self._gains = [0.0] * len(problem.groups)
        self._effects = [0.0] * len(problem.costs)
        self._parts: list[dict[int, float]] = [
            dict.fromkeys((item for option in group.options for item in option.items), 0.0) for group in problem.groups
        ]
        self._needed: list[list[int]] = [[] for _ in problem.costs]
        for item, needs in enumerate(problem.needs):
            for other in needs:
                self._needed[other].append(item)
        for place in range(len(problem.groups)):
            self._refresh(place)

    def to_add(self, room: float, rested: list[int], step: int) -> int | None:
        """Return what helps most for its cost, costs at most `room`, rested, and has what it needs in place."""
        costs, best, found = self.problem.costs, 0.0, None
        for item in self._candidates(rested, step, inside=False):
            cost = costs[item]
            worth = (self._effects[item] + _EPS) / cost if cost else float("inf")
            if cost <= room and worth > best and self.chosen.issuperset(self.problem.needs[item]):
                best, found = worth, item
        return found

    def to_drop(self, rested: list[int], step: int) -> int | None:
        """Return what is missed least for its cost, rested, and is not needed by another one."""
        costs, least, found = self.problem.costs, float("inf"), None
        for item in self._candidates(rested, step, inside=True):
            cost = costs[item]
            loss = self._effects[item] / cost if cost else float("inf")
            if loss < least and self.chosen.isdisjoint(self._needed[item]):
                least, found = loss, item
        return found

    def _candidates(self, rested: list[int], step: int, *, inside: bool) -> Iterator[int]:
        chosen = self.chosen
        return (item for item, until in enumerate(rested) if until < step and (item in chosen) is inside)

    def flip(self, item: int) -> None:
        """Add an item, or take it away if it is there."""
        self.chosen ^= {item}
        self._mask ^= 1 << item
        for place in self.problem.touched[item]:
            self._refresh(place)

    def _refresh(self, place: int) -> None:
        """Work out anew what a group gives and what each of its items would change there."""
        parts, mask = self._parts[place], self._mask
        now = self._value(place, mask)
        for item, before in parts.items():
            effect = abs(self._value(place, mask ^ 1 << item) - now)
            if effect != before:
                self._effects[item] += effect - before
                parts[item] = effect
        gain = max((gain for option, _, gain in self._options[place] if option & ~mask == 0), default=0.0)
        self.gain += gain - self._gains[place]
        self._gains[place] = gain

    def _value(self, place: int, mask: int) -> float:
        """Return what a group gives, or a part of it."""
        best = 0.0
        for option, size, gain in self._options[place]:
            there = option & mask
            value = gain if there == option else gain * _PART * there.bit_count() / size
            best = max(best, value)
        return best
