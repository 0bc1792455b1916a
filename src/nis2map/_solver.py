"""Exact choice of items by branch and bound: the cheapest that reach a gain, or those that gain most within a budget.

The bound is the linear relaxation, approached through its dual. For any v >= 0 a group gives at most v and what its
options give beyond v, claimed by their ways; what a way claims may be handed on to the items it needs. So a choice
gains at most the sum of the v and its items' claims, which is a knapsack, and its fractional optimum bounds the
problem. Subgradient steps look for good v (Held, Wolfe and Crowder 1974; for set covering Beasley 1990). Nothing
depends on a clock: the same problem takes the same nodes.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import attrs

from ._greedy import TOLERANCE, Option, Problem, State, filled, pruned, reached

__all__ = ["Answer", "cheapest", "most"]

ROOT_STEPS, NODE_STEPS, _PATIENCE = 200, 15, 8
ALPHA, BETA = 1.0, 1.0
_SLACK, _HUGE = 1e-9, 1e300

# An option that gives `top` in all: its ways with the part of it that each may claim, and the most it may.
_Top = tuple[float, tuple[tuple[int, float], ...]]


@attrs.frozen(kw_only=True)
class Answer:
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


def cheapest(problem: Problem, need: float, *, max_nodes: int) -> Answer:
    """Return the least costly items that gain `need`, or as much as all items together if that is less."""
    every = range(len(problem.costs))
    search = _Search(problem, need=min(need, problem.worth(every)))
    search.best = tuple(sorted(pruned(State(problem, every), search.need or 0.0).chosen))
    search.score = problem.cost(search.best)
    return search.run(max_nodes)


def most(problem: Problem, budget: float, *, max_nodes: int) -> Answer:
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
    """A bound, the v it was found with, and how the knapsack was filled.

    `x[w]` is the share to which a way is open, `margins[i]` what an item is worth beyond its cost, in units of the
    bound; `price` is what a unit of gain is worth in these units, `rate` the gain asked for a unit of cost.
    """

    bound: float
    v: list[float]
    x: list[float]
    margins: list[float]
    price: float
    rate: float


@attrs.frozen
class _Relaxed:
    """The options that are left in a sub-problem.

    `floors[g]` is what a group gives already. Groups with one option keep v at the floor, where their bound is best,
    and what their ways claim is summed up in `settled`; `open` has the others.
    """

    floors: list[float]
    settled: list[float]
    open: list[tuple[int, list[_Top]]]

    def clipped(self, v: Sequence[float]) -> list[float]:
        """Return v within the limits of this sub-problem."""
        found = list(self.floors)
        for place, tops in self.open:
            found[place] = min(max(v[place], found[place]), max(top for top, _ in tops))
        return found

    def claims(self, v: Sequence[float]) -> list[float]:
        """Return what each way may claim beyond v."""
        found = list(self.settled)
        for place, tops in self.open:
            base = v[place]
            for top, entries in tops:
                if top > base:
                    for way, part in entries:
                        found[way] += part * (top - base)
        return found

    def relevant(self, closures: Sequence[frozenset[int]]) -> set[int]:
        """Return the items that may still open something."""
        ways = {way for way, claim in enumerate(self.settled) if claim > 0}
        ways.update(way for _, tops in self.open for _, entries in tops for way, _ in entries)
        return {item for way in ways for item in closures[way]}

    def moved(self, found: _Bounded, x: list[float], length: float) -> list[float] | None:
        """Return v after a step against the subgradient that should change the bound by `length`; None at rest."""
        if not found.price:  # so high that the bound says nothing
            return self.floors if found.v != self.floors else None
        slopes: list[tuple[int, float]] = []
        for place, tops in self.open:
            base = found.v[place]
            slope = 1.0 - sum(part * x[way] for top, entries in tops if top > base for way, part in entries)
            if (slope > 0 and base > self.floors[place]) or slope < 0:
                slopes.append((place, slope))
        norm = math.fsum(slope * slope for _, slope in slopes) * found.price
        if norm <= 0 or not math.isfinite(norm):
            return None
        v = list(found.v)
        for place, slope in slopes:
            v[place] -= slope * length / norm
        return self.clipped(v)


class _Search:
    """One run of branch and bound; `need` or `budget` is given, `best` is the answer so far with its `score`."""

    def __init__(self, problem: Problem, *, need: float | None = None, budget: float = math.inf) -> None:
        self.problem, self.need, self.budget = problem, need, budget
        self.best: tuple[int, ...] = ()
        self.score = 0.0
        self.quantum = 0.0 if need is None else _quantum(problem.costs)
        self.nodes = 0

    def run(self, max_nodes: int) -> Answer:
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

    def answer(self, open_: float | None) -> Answer:
        """Return the best found; `open_` is the most promising bound of what was not searched."""
        chosen = self.best
        optimal = open_ is None or self.hopeless(open_)
        bound = self.score if optimal or open_ is None else self.sharpened(open_)
        return Answer(
            chosen=chosen,
            gain=self.problem.worth(chosen),
            cost=self.problem.cost(chosen),
            bound=bound,
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
            state = filled(self.problem, self.budget, start=start, barred=barred)
            score, better = state.gain, state.gain > self.score + TOLERANCE
        else:
            found = reached(self.problem, self.need, start=start, barred=barred)
            if found is None:
                return
            state, score = found, self.problem.cost(found.chosen)
            better = score < self.score - TOLERANCE * max(1.0, abs(score))
        if better:
            self.best, self.score = tuple(sorted(state.chosen)), score

    def expanded(self, node: _Node, steps: int) -> Iterator[_Node]:
        """Bound a sub-problem; give its two halves if it may hold something better."""
        self.nodes += 1
        relaxed = _restricted(self.problem, node.fixed)
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
        item = _branch(fixed, relaxed.relevant(self.problem.closures), found)
        if item is None or self.hopeless(found.bound):
            return
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

    def bounded(self, relaxed: _Relaxed, node: _Node, steps: int) -> _Bounded | None:
        """Return the best bound that some subgradient steps find; None if the sub-problem has no solution."""
        v = relaxed.clipped(node.v)
        best: _Bounded | None = None
        reach, stale, rate = 1.0, 0, node.rate
        bar: list[float] | None = None
        for _ in range(steps):
            values, cut = _handed_on(self.problem, node.fixed, relaxed.claims(v), rate)
            found = self.knapsack(node.fixed, values, v)
            if found is None:
                return None
            cut = (
                found.x
                if not self.problem.handing
                else [
                    1.0 if f > 0 else c
                    for f, c in zip(
                        [min(map(node.fixed.__getitem__, cl), key=_RANK.__getitem__) for cl in self.problem.closures],
                        cut,
                    )
                ]
            )
            bar = cut if bar is None or ALPHA == 1 else [ALPHA * c + (1 - ALPHA) * b for c, b in zip(cut, bar)]
            if best is None or (found.bound - best.bound) * self.sign > TOLERANCE:
                best, stale = found, 0
            else:
                stale += 1
                if stale == _PATIENCE:
                    reach, stale = reach / 2, 0
            if self.hopeless(best.bound):
                break
            moved = relaxed.moved(found, bar, reach * abs(found.bound - self.score))
            if moved is None and found.rate == rate:
                break
            v = moved or v
            rate = found.rate if rate == 0 or not (0 < found.rate < math.inf) else rate ** (1 - BETA) * found.rate**BETA
        return best

    def knapsack(self, fixed: Sequence[int], values: Sequence[float], v: list[float]) -> _Bounded | None:
        """Fill the knapsack of items by value for their cost, the last one in part."""
        costs = self.problem.costs
        x = [float(value > 0) for value in fixed]
        spent = math.fsum(costs[item] for item, value in enumerate(fixed) if value > 0)
        if spent > self.budget + TOLERANCE * max(1.0, self.budget):
            return None
        free = [item for item, value in enumerate(fixed) if value < 0 and values[item] > 0]
        free.sort(key=lambda item: (-values[item] / costs[item] if costs[item] else -math.inf, item))
        gained, rate = math.fsum(v), 0.0
        if self.need is not None and gained >= self.need - TOLERANCE:
            free, rate = [], math.inf
        for item in free:
            if self.need is None:
                share = 1.0 if costs[item] == 0 else min(1.0, (self.budget - spent) / costs[item])
            else:
                share = min(1.0, (self.need - TOLERANCE - gained) / values[item])
            if share < 1 or self.need is not None:
                rate = values[item] / costs[item] if costs[item] else math.inf
            if share <= 0:
                break
            x[item] = share
            spent += share * costs[item]
            gained += share * values[item]
            if share < 1:
                break
        x = [min(x[item] for item in closure) for closure in self.problem.closures]
        if self.need is None:
            margins = [value - rate * cost for value, cost in zip(values, costs, strict=True)]
            return _Bounded(gained, v, x, margins, 1.0, rate)
        if gained < self.need - 2 * TOLERANCE:
            return None
        price = 1 / rate if rate else 0.0
        margins = [price * value - cost for value, cost in zip(values, costs, strict=True)]
        return _Bounded(spent, v, x, margins, price, rate)


def _handed_on(problem: Problem, fixed: Sequence[int], claims: list[float], rate: float) -> list[float]:
    """Return the claims of the items once each way has handed on what it does not need itself.

    At a rate of gain for cost an item needs its rate times its cost to be chosen; more than that may go to what it
    needs, since it is never chosen without. Joints keep nothing. Any amounts keep the bound valid.
    """
    size = len(problem.costs)
    asked = [0.0 if fixed[item] >= 0 else min(rate * cost, _HUGE) for item, cost in enumerate(problem.costs)]
    for way, others in problem.handing:
        spare = claims[way] - (asked[way] if way < size else 0.0)
        if spare <= 0:
            continue
        for item in others:
            lack = min(spare, asked[item] - claims[item])
            if lack > 0 and fixed[item] < 0:
                claims[item] += lack
                claims[way] -= lack
                spare -= lack
        free = [item for item in others if fixed[item] < 0] if way >= size else []
        for item in free:
            claims[item] += spare / len(free)
            claims[way] -= spare / len(free)
    over = {item for item in range(size) if fixed[item] < 0 and claims[item] > asked[item] * (1 + 1e-12) + 1e-15}
    inside = {need for item in over for need in problem.closures[item]}
    return claims[:size], [float(all(i in inside or fixed[i] > 0 for i in closure)) for closure in problem.closures]


def _branch(fixed: Sequence[int], relevant: set[int], found: _Bounded) -> int | None:
    """Return the free item about which the bound says least; None if no free item matters."""
    free = [item for item in sorted(relevant) if fixed[item] < 0]
    return min(free, key=lambda item: abs(found.margins[item]), default=None)


def _quantum(costs: Iterable[float]) -> float:
    """Return what every sum of costs is a multiple of; 0 if that is too small to be of use."""
    found = Fraction(0)
    for cost in sorted(set(costs)):
        given = Fraction(repr(cost))
        common = found.denominator * given.denominator
        found = Fraction(math.gcd(found.numerator * given.denominator, given.numerator * found.denominator), common)
    return float(found) if found and found >= Fraction(max(costs)) / 10**6 else 0.0


def _restricted(problem: Problem, fixed: Sequence[int]) -> _Relaxed:
    """Return what is left of a problem once some items are chosen or left out."""
    floors = [0.0] * len(problem.groups)
    states = [min(map(fixed.__getitem__, c), key=_RANK.__getitem__) for c in problem.closures]
    settled = [0.0] * len(states)
    left: list[tuple[int, list[_Top]]] = []
    for place, (group, plain) in enumerate(zip(problem.groups, problem.plain, strict=True)):
        tops: list[_Top] = []
        if plain is not None:
            floor = max((gain for way, gain in plain.items() if states[way] > 0), default=0.0)
            tops = [(gain, ((way, 1.0),)) for way, gain in plain.items() if states[way] < 0 and gain > floor]
        else:
            floor = 0.0
            for option in group.options:
                given, top = _left(option, group.weight, states)
                floor = max(floor, given)
                tops += [top] if top else []
            tops = [top for top in tops if top[0] > floor]
        floors[place] = floor
        if len(tops) == 1 and math.fsum(part for _, part in tops[0][1]) <= 1 + _SLACK:
            for way, part in tops[0][1]:
                settled[way] += part * (tops[0][0] - floor)
        elif tops:
            left.append((place, tops))
    return _Relaxed(floors, settled, left)


# A way is shut (0) if one of its items is left out, else free (-1) if one is free, else open (1).
_RANK = {0: 0, -1: 1, 1: 2}


def _left(option: Option, weight: float, states: Sequence[int]) -> tuple[float, _Top | None]:
    """Return what an option gives already, and what it may give with its free ways; None if none may add to it."""
    given = option.offset
    parts: list[tuple[float, list[int]]] = []
    for part in option.parts:
        if any(states[way] > 0 for way in part.ways):
            given += part.gain
        elif ways := [way for way in part.ways if states[way] < 0]:
            parts.append((part.gain, ways))
    total = math.fsum(gain for gain, _ in parts)
    if not parts:
        return weight * given, None
    claims: dict[int, float] = {}
    for gain, ways in parts:
        for way in ways:
            claims[way] = claims.get(way, 0.0) + gain / total
    return weight * given, (weight * (given + total), tuple(claims.items()))
