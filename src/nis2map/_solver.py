"""Exact choice of items by branch and bound: the cheapest that reaches a gain, or the most gain within a budget.

The bound is the linear relaxation, reached from below (or above) through its dual: for any v >= 0 a group gives at
most v + (what its options give beyond v, shared out among their items). The gain of a choice is then at most the sum
of the v and the items' shares, which is a knapsack; its fractional optimum bounds the problem for every v, and
subgradient steps look for the best v (Held, Wolfe and Crowder 1974; for set covering Beasley 1990). Nothing depends
on a clock: the same problem gives the same answer with the same number of nodes.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from fractions import Fraction

import attrs

from ._greedy import TOLERANCE, Group, Problem, State, filled, reached

__all__ = ["Answer", "cheapest", "most"]

ROOT_STEPS, NODE_STEPS = 150, 12
_SLACK = 1e-9
Entries = tuple[tuple[int, float], ...]


@attrs.frozen(kw_only=True)
class Answer:
    """The chosen items with their gain and cost.

    `bound`: for a need the least cost that is possible, for a budget the most gain; equal to the answer's own if
    `optimal`. `nodes` counts the sub-problems that were bounded.
    """

    chosen: tuple[int, ...]
    gain: float
    cost: float
    bound: float
    optimal: bool
    nodes: int


def cheapest(problem: Problem, need: float, *, max_nodes: int) -> Answer | None:
    """Return the least costly items that gain `need`; None if all together do not."""
    return _Search(problem, need=need).run(max_nodes)


def most(problem: Problem, budget: float, *, max_nodes: int) -> Answer:
    """Return the items that gain most at a cost of at most `budget`."""
    answer = _Search(problem, budget=budget).run(max_nodes)
    if answer is None:  # choosing nothing keeps every budget
        raise AssertionError
    return answer


@attrs.frozen
class _Relaxed:
    """One sub-problem: `floors[g]` is what a group gives already; `tops[g]` its options that give more, with shares."""

    floors: list[float]
    tops: list[list[tuple[float, Entries]]]


@attrs.define
class _Bounded:
    """A bound with the v that gave it, and how the knapsack was filled: shares of items, and its price per unit."""

    value: float
    v: list[float]
    x: list[float]
    margins: list[float]


class _Search:
    """One run of branch and bound; `need` or `budget` is given. `best` is the answer so far."""

    def __init__(self, problem: Problem, *, need: float | None = None, budget: float = math.inf) -> None:
        self.problem, self.need, self.budget = problem, need, budget
        self.best: State | None = None
        self.score = math.inf if need is not None else -math.inf
        self.quantum = _quantum(problem.costs) if need is not None else 0.0
        self.nodes = 0

    def run(self, max_nodes: int) -> Answer | None:
        size = len(self.problem.costs)
        self.offer(self.repaired((), frozenset()))
        if self.best is None:
            return None
        root = self.bounded((None,) * size, [0.0] * len(self.problem.groups), ROOT_STEPS)
        return None if root is None else root
