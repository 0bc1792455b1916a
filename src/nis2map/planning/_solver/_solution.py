"""The cheapest items that gain enough, or those that gain most within a budget: exact with HiGHS, else greedy.

What the solver says is worked out again: a choice is optimal if its own cost or gain is at the bound.
"""

from __future__ import annotations

import attrs

from ._greedy import factor, filled, least_cost, most_gain, reached
from ._highs import Model, installed
from ._problem import TOLERANCE, Selection

__all__ = ["Solution", "cheapest", "most"]

_SLACK = 1e-8


@attrs.frozen(kw_only=True)
class Solution:
    """The chosen items with their gain and cost.

    `bound`: for a need the least cost that is possible, for a budget the most gain; the answer's own if `optimal`.
    `factor`: how many times the least cost a greedy answer costs at the most, None if nothing is known of that.
    """

    chosen: tuple[int, ...]
    gain: float
    cost: float
    bound: float
    optimal: bool
    factor: float | None = None


def cheapest(problem: Selection, need: float, *, until: float) -> Solution:
    """Return the least costly items that gain `need`, or as much as all items together if that is less.

    Of those that cost the same it takes the ones that gain most, then the fewest, then the first. `until` is when the
    time is up, in seconds of `time.monotonic`.
    """
    need = min(need, problem.whole)
    start = frozenset(reached(problem, need).chosen)
    bound, optimal, chosen = least_cost(problem, need), False, start
    if installed():
        model = Model(problem, until)
        model.gain_at_least(need)
        found = model.cheapest()
        if found.chosen is not None and _enough(problem, found.chosen, need):
            chosen = min(found.chosen, start, key=problem.cost)
            bound = max(bound, found.bound)
            optimal = found.proven and problem.cost(chosen) <= bound + _SLACK * max(1.0, bound)
        if optimal:
            better = model.canonical(chosen, by_cost=True)
            chosen = better if _enough(problem, better, need) else chosen
    cost = problem.cost(chosen)
    optimal = optimal or cost <= bound + _SLACK * max(1.0, cost)
    return Solution(
        chosen=tuple(sorted(chosen)),
        gain=problem.worth(chosen),
        cost=cost,
        bound=cost if optimal else min(bound, cost),
        optimal=optimal,
        factor=factor(problem, need),
    )


def most(problem: Selection, budget: float, *, until: float) -> Solution:
    """Return the items that gain most at a cost of at most `budget`; of equally good ones as `cheapest` does."""
    start = frozenset(filled(problem, budget).chosen)
    bound, optimal, chosen = most_gain(problem, budget), False, start
    if installed():
        model = Model(problem, until)
        model.cost_at_most(budget)
        found = model.most()
        if found.chosen is not None and _paid(problem, found.chosen, budget):
            chosen = max(found.chosen, start, key=problem.worth)
            bound = min(bound, found.bound)
            optimal = found.proven and problem.worth(chosen) >= bound - _SLACK
        if optimal:
            better = model.canonical(chosen, by_cost=False)
            chosen = better if _paid(problem, better, budget) else chosen
    gain = problem.worth(chosen)
    optimal = optimal or gain >= bound - _SLACK
    return Solution(
        chosen=tuple(sorted(chosen)),
        gain=gain,
        cost=problem.cost(chosen),
        bound=gain if optimal else max(bound, gain),
        optimal=optimal,
        factor=factor(problem, 0.0),
    )


def _enough(problem: Selection, chosen: frozenset[int], need: float) -> bool:
    return _closed(problem, chosen) and problem.worth(chosen) >= need - max(TOLERANCE, _SLACK * need)


def _paid(problem: Selection, chosen: frozenset[int], budget: float) -> bool:
    return _closed(problem, chosen) and problem.cost(chosen) <= budget + _SLACK * max(1.0, budget)


def _closed(problem: Selection, chosen: frozenset[int]) -> bool:
    """Tell whether a choice holds all that its items need: solvers round, and this does not."""
    return all(chosen.issuperset(problem.needs[item]) for item in chosen)
