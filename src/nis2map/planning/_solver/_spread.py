"""Costs that lie far apart: the same question with costs that lie closer, where there is one.

A solver's tolerances are parts of the dearest cost, and one that is 10,000,000 times the others hides them.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ._problem import Selection

__all__ = ["WIDE", "WIDEST", "affordable", "least_of", "narrowed", "slack", "spread"]

WIDE = 1e4  # up to here costs are taken as they are
WIDEST = 1e7  # past it HiGHS proves nothing about the lesser costs
_PART = 1e-3
_CLEAR = 1e-7


def least_of(costs: Iterable[float]) -> float:
    """Return the least cost above 0, infinite if there is none."""
    return min((cost for cost in costs if cost > 0), default=float("inf"))


def spread(costs: Iterable[float]) -> float:
    """Return how many times the least cost above 0 the greatest is."""
    positive = [cost for cost in costs if cost > 0]
    return max(positive) / min(positive) if positive else 1.0


def slack(problem: Selection, amount: float, part: float) -> float:
    """Return how far two sums of costs may lie apart by rounding alone, always less than the least cost."""
    return min(part * max(1.0, amount), _PART * least_of(problem.costs))


def narrowed(problem: Selection, need: float, chosen: Iterable[int]) -> tuple[Selection, frozenset[int]]:
    """Return the problem with the same cheapest choices, and the items that are in each of them, which cost 0 there.

    `chosen` gains the need. What alone costs more than it is in no cheapest choice, and twice as much is enough to
    say so.
    """
    everything = range(len(problem.costs))
    sure = frozenset(
        item
        for item in everything
        if problem.worth(other for other in everything if item not in problem.closures[other]) < need - _CLEAR
    )
    costs = [0.0 if item in sure else cost for item, cost in enumerate(problem.costs)]
    spent = attrs.evolve(problem, costs=tuple(costs)).cost(chosen)
    return _capped(problem, costs, spent), sure


def affordable(problem: Selection, budget: float) -> Selection:
    """Return the problem with the same choices within a budget, and what alone is past it at twice the budget."""
    return _capped(problem, problem.costs, budget)


def _capped(problem: Selection, costs: Iterable[float], limit: float) -> Selection:
    cut = tuple(min(cost, 2 * limit) if limit else float(cost > 0) for cost in costs)
    return attrs.evolve(problem, costs=cut)
