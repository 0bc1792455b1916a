"""Exact choice of items by branch and bound: the cheapest that reach a gain, or those that gain most within a budget.

With the claims of `_relaxation` the problem is a knapsack, and its fractional optimum bounds it. Subgradient steps look
for good claims (Held, Wolfe and Crowder 1974; for set covering Beasley 1990; with averaged directions Barahona and
Anbil 2000), reduced costs fix items, and the most promising half is split next. Nothing depends on a clock: the same
problem takes the same nodes.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import attrs

from ._greedy import filled, pruned, reached
from ._problem import TOLERANCE, Group, Option, Selection, State
from ._relaxation import Relaxed, reallocated, restricted, spending

__all__ = ["Solution", "cheapest", "most"]

ROOT_STEPS, NODE_STEPS = 200, 15
# Steps without a better bound before the step length is halved, and the weight of the newest direction.
_PATIENCE, _NEWEST = 8, 0.3
_SLACK, _HUGE = 1e-9, 1e300


@attrs.frozen(kw_only=True)
class Solution:
    """The chosen items with their gain and cost.

    `bound`: for a need the least cost that is possible, for a budget the most gain; the answer's own if `optimal`.
    `nodes` counts the sub-problems that were bounded.
    """

    chosen: tuple[int, ...]
    gain: float
    cost: float
    bound: float
    optimal: bool
    nodes: int


def cheapest(problem: Selection, need: float, *, max_nodes: int) -> Solution:
    """Return the least costly items that gain `need`, or as much as all items together if that is less.

    Of those that cost the same it takes the ones that gain most, as far as it finds them in the nodes that are left.
    """
    every = range(len(problem.costs))
    whole = problem.worth(every)
    start = reached(problem, min(need, whole)) or pruned(State(problem, every), min(need, whole))
    if need < whole - TOLERANCE:
        answer = _Search(problem, need=need, start=start.chosen).run(max_nodes)
        left = max_nodes - answer.nodes
        more = _Search(problem, budget=answer.cost, start=answer.chosen).run(left) if left and answer.cost else answer
        return attrs.evolve(answer, chosen=more.chosen, gain=more.gain, cost=more.cost)
    covering = _covering(problem)
    answer = _Search(covering, need=float(len(covering.groups)), start=start.chosen).run(max_nodes)
    return attrs.evolve(answer, gain=problem.worth(answer.chosen))


def _covering(problem: Selection) -> Selection:
    """Return the problem of gaining all there is: each group needs one of its best options, and all count alike."""
    groups: dict[tuple[Option, ...], float] = {}
    for group in problem.groups:
        tops = [option.offset + math.fsum(part.gain for part in option.parts) for option in group.options]
        best = [o for o, top in zip(group.options, tops, strict=True) if top >= max(tops) - TOLERANCE]
        if max(tops) > TOLERANCE:
            groups[tuple(best)] = max(tops)
    weighed = tuple(Group(1 / top, options) for options, top in groups.items())
    return attrs.evolve(problem, groups=weighed)


def most(problem: Selection, budget: float, *, max_nodes: int) -> Solution:
    """Return the items that gain most at a cost of at most `budget`."""
    return _Search(problem, budget=budget).run(max_nodes)


@attrs.frozen
class _Node:
    """A sub-problem: per item chosen (1), left out (0) or free (-1), with v, rate and bound of the one above."""

    fixed: tuple[int, ...]
    v: Sequence[float]
    rate: float = 0.0
    bound: float = 0.0


@attrs.frozen
class _Bounded:
    """A bound, and how the knapsack was filled.

    `gained` is the most gain at the cost that would be an improvement, `x[w]` the share to which a way is open there,
    `rate` the gain for its cost where filling stopped; `margins[i]` is what an item is worth beyond its cost, in units
    of the bound.
    """

    bound: float
    gained: float
    v: list[float]
    x: list[float]
    margins: list[float]
    rate: float


class _Rate:
    """The gain that is asked for a unit of cost, so that what pays at it costs what may be spent.

    Where ways hand on claims, items that just pay are many, and the knapsack alone would keep any rate: it is turned
    up or down by paces that shrink at each change of direction.
    """

    def __init__(self, value: float, *, plain: bool) -> None:
        self.value, self.plain = value, plain
        self.pace, self.last = 0.3, 0

    def turn(self, limit: float, least: float, most: float) -> None:
        """Turn the rate up if what surely pays costs more than may be spent, down if all that may pay costs less."""
        turn = 1 if least > limit else -1 if most < limit else 0
        if turn * self.last < 0:
            self.pace = max(self.pace / 2, 0.005)
        self.last = turn or self.last
        self.value *= (1 + self.pace) ** turn


class _Search:
    """One run of branch and bound; `need` or `budget` is given, `best` is the answer so far with its `score`."""

    def __init__(
        self, problem: Selection, *, need: float | None = None, budget: float = math.inf, start: Iterable[int] = ()
    ) -> None:
        self.problem, self.need, self.budget = problem, need, budget
        self.best = tuple(sorted(start))
        self.score = problem.worth(self.best) if need is None else problem.cost(self.best)
        self.quantum = 0.0 if need is None else _quantum(problem.costs)
        self.nodes = 0

    def run(self, max_nodes: int) -> Solution:
        """Search until nothing better is possible, or until the limit."""
        self.try_from((), frozenset())
        start = _Node((-1,) * len(self.problem.costs), [0.0] * len(self.problem.groups))
        heap = [(-math.inf, 0, 0, start)]
        order = itertools.count(1)
        while heap and self.nodes < max_nodes and not self.hopeless(heap[0][0] * self.sign):
            _, depth, _, node = heapq.heappop(heap)
            for child in self.expanded(node, ROOT_STEPS if self.nodes == 0 else NODE_STEPS):
                heapq.heappush(heap, (child.bound * self.sign, depth - 1, next(order), child))
        return self.answer(heap[0][0] * self.sign if heap else None)

    @property
    def sign(self) -> float:
        """Turns bounds so that the least is the most promising."""
        return -1.0 if self.need is None else 1.0

    @property
    def limit(self) -> float:
        """The most that may be spent: the budget, or what would be cheaper than the best so far."""
        return self.budget if self.need is None else self.score - self.quantum

    def answer(self, open_: float | None) -> Solution:
        """Return the best found; `open_` is the most promising bound of what was not searched."""
        optimal = open_ is None or self.hopeless(open_)
        return Solution(
            chosen=self.best,
            gain=self.problem.worth(self.best),
            cost=self.problem.cost(self.best),
            bound=self.score if optimal or open_ is None else self.sharpened(open_),
            optimal=optimal,
            nodes=self.nodes,
        )

    def sharpened(self, bound: float) -> float:
        """Round a bound up to what whole items can cost; a bound never lies on the wrong side of the answer."""
        if self.need is None:
            return max(bound, self.score)
        if self.quantum:
            bound = math.ceil(bound / self.quantum - _SLACK) * self.quantum
        return max(0.0, min(bound, self.score))

    def hopeless(self, bound: float) -> bool:
        """Tell whether nothing within a bound is better than the best so far."""
        if self.need is None:
            return bound <= self.score + _SLACK
        if self.quantum:
            return bound > self.score - self.quantum * (1 - _SLACK)
        return bound >= self.score - _SLACK * max(1.0, self.score)

    def try_from(self, start: Iterable[int], barred: frozenset[int]) -> None:
        """Complete a set of items greedily, and keep it if it is better than the best."""
        if self.need is None:
            state: State | None = filled(self.problem, self.budget, start=start, barred=barred)
        else:
            state = reached(self.problem, self.need, start=start, barred=barred)
        if state is None:
            return
        score = state.gain if self.need is None else self.problem.cost(state.chosen)
        if (self.score - score) * self.sign > TOLERANCE * max(1.0, abs(score)):
            self.best, self.score = tuple(sorted(state.chosen)), score

    def expanded(self, node: _Node, steps: int) -> Iterator[_Node]:
        """Bound a sub-problem; give its two halves if it may hold something better."""
        self.nodes += 1
        relaxed = restricted(self.problem, node.fixed)
        found = self.bounded(relaxed, node, steps)
        if found is None or self.hopeless(found.bound):
            return
        fixed = list(node.fixed)
        self.try_from(
            (item for item in range(len(fixed)) if found.x[item] > 1 - _SLACK),
            frozenset(item for item, value in enumerate(fixed) if value == 0),
        )
        for item, margin in enumerate(found.margins):
            if fixed[item] < 0 and self.hopeless(found.bound + self.sign * abs(margin)):
                self.fix(fixed, item, int(margin > 0))
        free = [item for item in sorted(relaxed.relevant(self.problem)) if fixed[item] < 0]
        if not free or self.hopeless(found.bound):
            return
        item = min(free, key=lambda item: abs(found.margins[item]))  # about which the bound says least
        for value in (1, 0):
            half = list(fixed)
            self.fix(half, item, value)
            yield _Node(tuple(half), found.v, found.rate, found.bound)

    def fix(self, fixed: list[int], item: int, value: int) -> None:
        """Choose an item with all it needs, or leave it out with all that needs it."""
        closures = self.problem.closures
        for other in closures[item] if value else (o for o in range(len(fixed)) if item in closures[o]):
            if fixed[other] < 0:
                fixed[other] = value

    def bounded(self, relaxed: Relaxed, node: _Node, steps: int) -> _Bounded | None:
        """Return the best bound that some subgradient steps find; None if the sub-problem holds nothing better."""
        problem, fixed = self.problem, node.fixed
        v, rate = relaxed.clipped(node.v), _Rate(node.rate, plain=not problem.handing)
        best: _Bounded | None = None
        mean: list[float] = []
        reach, stale = 1.0, 0
        for _ in range(steps):
            asked = [
                min(rate.value * cost, _HUGE) if fixed[item] < 0 else 0.0 for item, cost in enumerate(problem.costs)
            ]
            claims, used = relaxed.claims(problem, v, asked)
            values = reallocated(problem, relaxed, claims, asked)
            found = self.knapsack(fixed, values, v)
            if found is None:
                return None
            stale += 1
            if best is None or (found.bound - best.bound) * self.sign > TOLERANCE:
                best, stale = found, 0
            elif stale == _PATIENCE:
                reach, stale = reach / 2, 0
            if self.hopeless(best.bound):
                break
            mean = [_NEWEST * new + (1 - _NEWEST) * old for new, old in zip(found.x, mean or found.x, strict=True)]
            aim = self.score if self.need is None else self.need
            moved = relaxed.moved(v, mean, used, reach * abs(found.gained - aim))
            if moved is None and rate.value == found.rate:
                break
            v = moved or v
            if rate.plain or not rate.value:
                rate.value = found.rate
            else:
                rate.turn(self.limit, *spending(problem, fixed, values, asked))
        return best

    def knapsack(self, fixed: Sequence[int], values: Sequence[float], v: list[float]) -> _Bounded | None:
        """Fill the knapsack of items by value for their cost, the last one in part; None if nothing better fits."""
        costs = self.problem.costs
        spent = math.fsum(costs[item] for item, value in enumerate(fixed) if value > 0)
        if spent > self.limit + TOLERANCE * max(1.0, self.limit):
            return None
        order = [item for item, value in enumerate(fixed) if value < 0 and values[item] > 0]
        order.sort(key=lambda item: (-values[item] / costs[item] if costs[item] else -math.inf, item))
        given = math.fsum(v)
        shares = [float(value > 0) for value in fixed]
        gained, rate, left = given, 0.0, self.limit - spent
        for item in order:
            shares[item] = 1.0 if costs[item] <= max(0.0, left) else max(0.0, left) / costs[item]
            left -= shares[item] * costs[item]
            gained += shares[item] * values[item]
            if shares[item] < 1:
                rate = values[item] / costs[item]
                break
        x = [min(shares[item] for item in closure) for closure in self.problem.closures]
        # if all that claims anything can be paid, more of it should go to what it needs
        lower = rate or min((values[item] / costs[item] for item in order if costs[item]), default=0.0) / 2
        if self.need is None:
            margins = [value - rate * cost for value, cost in zip(values, costs, strict=True)]
            return _Bounded(gained, gained, v, x, margins, lower)
        found = self.least(order, values, self.need - TOLERANCE - given)
        if found is None:
            return None
        margins = [found[1] * value - cost for value, cost in zip(values, costs, strict=True)]
        return _Bounded(spent + found[0], gained, v, x, margins, lower)

    def least(self, order: Iterable[int], values: Sequence[float], missing: float) -> tuple[float, float] | None:
        """Return the least cost of some value, and the cost for its value where that ends; None if it can't be had."""
        costs, spent, price = self.problem.costs, 0.0, 0.0
        for item in order:
            if missing <= 0:
                break
            share = min(1.0, missing / values[item])
            price = costs[item] / values[item]
            spent += share * costs[item]
            missing -= share * values[item]
            if share < 1:  # what rounding leaves must not make the next item the one where filling stopped
                break
        return None if missing > TOLERANCE else (spent, price)


def _quantum(costs: Iterable[float]) -> float:
    """Return what every sum of costs is a multiple of; 0 if that is too small to be of use."""
    costs = tuple(costs)
    quantum = Fraction(0)
    for cost in sorted(set(costs)):
        # The decimal that a caller wrote is meant, 0.1 and not 3602879701896397/2**55, of which nothing is a multiple.
        exact = Fraction(repr(cost))
        numerator = math.gcd(quantum.numerator * exact.denominator, exact.numerator * quantum.denominator)
        quantum = Fraction(numerator, quantum.denominator * exact.denominator)
    return float(quantum) if quantum and quantum >= Fraction(max(costs)) / 10**6 else 0.0
