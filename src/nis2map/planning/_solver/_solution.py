"""The cheapest items that gain enough, or those that gain most within a budget: exact with HiGHS, else greedy.

What the solver says is worked out again: a choice is optimal if its own cost or gain is at the bound.
"""

from __future__ import annotations

import math
import time

import attrs

from ._greedy import factor, filled, least_cost, most_gain, reached
from ._highs import Model, Solved, installed
from ._levels import near, raised, unit_of
from ._problem import TOLERANCE, Selection
from ._search import improved
from ._spread import WIDE, WIDEST, affordable, narrowed, slack, spread

__all__ = ["Solution", "cheapest", "most"]

_SLACK = 1e-8
_ROUGH = 1e-6  # what a bound may be off, as a part of the dearest cost, where costs lie too far apart
_FIRST = 0.1  # part of the time for the solver alone; all but large random problems are proven in it
_ROUNDS = 3  # a cheaper choice rules out more of the dear items


@attrs.frozen(kw_only=True)
class Solution:
    """The chosen items with their gain and cost.

    `bound`: for a need the least cost that is possible, for a budget the most gain; the answer's own if `optimal`.
    `factor`: how many times the least cost a greedy answer costs at the most, None if nothing is known of that.
    `far`: whether nothing is proven because costs lie too far apart.
    """

    chosen: tuple[int, ...]
    gain: float
    cost: float
    bound: float
    optimal: bool
    factor: float | None = None
    far: bool = False


def cheapest(problem: Selection, need: float, *, until: float) -> Solution:
    """Return the least costly items that gain `need`, or as much as all items together if that is less.

    Of those that cost the same it takes the ones that gain most, then the fewest, then the first. `until` is when the
    time is up, in seconds of `time.monotonic`.
    """
    need = min(need, problem.whole)
    chosen = frozenset(reached(problem, need).chosen)
    bound, optimal, far = least_cost(problem, need), False, False
    if installed():
        asked, sure = problem, frozenset[int]()
        for _ in range(_ROUNDS if spread(problem.costs) > WIDE else 1):
            if spread(problem.costs) > WIDE:
                asked, sure = narrowed(problem, need, chosen)
            before = chosen
            chosen, least, optimal = _cheapest(asked, need, chosen, until)
            bound = max(bound, math.fsum((problem.cost(sure), least)))
            far = spread(asked.costs) > WIDEST
            if optimal or asked.cost(chosen) >= asked.cost(before):
                break
    cost = problem.cost(chosen)
    optimal = optimal or cost <= bound + slack(problem, cost, _SLACK)
    return Solution(
        chosen=tuple(sorted(chosen)),
        gain=problem.worth(chosen),
        cost=cost,
        bound=cost if optimal else min(bound, cost),
        optimal=optimal,
        factor=factor(problem, need),
        far=far and not optimal,
    )


def _cheapest(
    problem: Selection, need: float, start: frozenset[int], until: float
) -> tuple[frozenset[int], float, bool]:
    """Return the least costly items, a bound, and whether it proves them."""
    model = Model(problem, until)
    model.gain_at_least(need)
    wide, far = spread(problem.costs) > WIDE, spread(problem.costs) > WIDEST
    found = model.cheapest(until=None if wide else _after(_FIRST, until))
    if found.nothing:  # it lost the choice that there is in its tolerances
        return start, 0.0, False
    chosen, least = _cheaper(problem, need, start, found)
    bound = max(0.0, least - (_ROUGH * max(problem.costs) if far else 0.0))
    proven = found.proven and not far
    if not proven and not wide:
        chosen, bound, proven = _closed_in(model, need, chosen, bound)
    rounding = slack(problem, bound, _SLACK)
    if not proven or problem.cost(chosen) > bound + rounding:
        return chosen, bound, False
    better = model.canonical(chosen, by_cost=True)
    fits = _enough(problem, better, need) and problem.cost(better) <= problem.cost(chosen) + rounding
    return (better if fits else chosen), bound, True


def _after(part: float, until: float) -> float:
    """Return the time after a part of what is left until another."""
    now = time.monotonic()
    return now + part * max(0.0, until - now)


def _cheaper(problem: Selection, need: float, chosen: frozenset[int], found: Solved) -> tuple[frozenset[int], float]:
    """Return the cheaper of two choices and the bound of a run, none if what it found does not gain enough."""
    if found.chosen is None:
        return chosen, found.bound
    if not _enough(problem, found.chosen, need):
        return chosen, 0.0
    return min(found.chosen, chosen, key=problem.cost), found.bound


def _closed_in(model: Model, need: float, chosen: frozenset[int], bound: float) -> tuple[frozenset[int], float, bool]:
    """Return a better choice and a better bound where the solver alone takes long, and whether the bound proves it.

    A local search finds the choice. The bound comes from asking whether there is a cheaper one: first by so much that
    a no brings the choice near enough to its bound, then by any amount. A yes is a better choice.
    """
    problem, last = model.problem, False
    unit, dearest = unit_of(problem.costs), max(problem.costs, default=0.0)
    chosen, bound = improved(problem, need, chosen, until=model.until), raised(bound, unit, dearest)
    while not (proven := problem.cost(chosen) <= bound + slack(problem, bound, _SLACK)) and not last:
        cost = problem.cost(chosen)
        goal = near(cost, unit)
        if bound >= goal - slack(problem, goal, _SLACK):
            goal = cost
        # Half a unit below the goal lies no level, so that no tolerance decides what is asked.
        found = model.cheaper(goal - unit / 2, only_bound=goal < cost)
        chosen, least = _cheaper(problem, need, chosen, found)
        # What costs more than was asked for costs as much as the goal.
        bound = max(bound, min(goal, raised(least, unit, dearest)))
        last = goal == cost or not found.proven
    return chosen, bound, proven


def most(problem: Selection, budget: float, *, until: float) -> Solution:
    """Return the items that gain most at a cost of at most `budget`; of equally good ones as `cheapest` does."""
    start = frozenset(filled(problem, budget).chosen)
    bound, optimal, chosen, far = most_gain(problem, budget), False, start, False
    if installed():
        asked = affordable(problem, budget) if spread(problem.costs) > WIDE else problem
        far = spread(asked.costs) > WIDEST
        model = Model(asked, until)
        model.cost_at_most(budget)
        found = model.most()
        if found.chosen is not None and _paid(problem, found.chosen, budget):
            chosen = max(found.chosen, start, key=problem.worth)
            if not far:
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
        far=far and not optimal,
    )


def _enough(problem: Selection, chosen: frozenset[int], need: float) -> bool:
    return _closed(problem, chosen) and problem.worth(chosen) >= need - max(TOLERANCE, _SLACK * need)


def _paid(problem: Selection, chosen: frozenset[int], budget: float) -> bool:
    return _closed(problem, chosen) and problem.cost(chosen) <= budget + slack(problem, budget, _SLACK)


def _closed(problem: Selection, chosen: frozenset[int]) -> bool:
    """Tell whether a choice holds all that its items need: solvers round, and this does not."""
    return all(chosen.issuperset(problem.needs[item]) for item in chosen)
