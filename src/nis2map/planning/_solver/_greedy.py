"""Greedy choices: the start of the search, the order of steps, and what is known of their distance from the best."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from ._problem import TOLERANCE, Selection, State

__all__ = ["factor", "filled", "pruned", "reached", "sequence"]


class _Offers:
    """The bundles that may still be chosen, with what each would add; kept up to date as items are chosen."""

    def __init__(self, state: State, barred: frozenset[int]) -> None:
        self.state = state
        problem = state.problem
        self.bundles = [bundle for bundle in problem.bundles if barred.isdisjoint(bundle)]
        self.by_group: dict[int, list[int]] = {}
        self.by_item: dict[int, list[int]] = {}
        for index, bundle in enumerate(self.bundles):
            for item in bundle:
                self.by_item.setdefault(item, []).append(index)
            for place in {place for item in bundle for place in problem.touched[item]}:
                self.by_group.setdefault(place, []).append(index)
        self.rises = [0.0] * len(self.bundles)
        self.costs = [0.0] * len(self.bundles)
        self.missing: list[tuple[int, ...]] = list(self.bundles)
        self.refresh(range(len(self.bundles)))

    def refresh(self, indexes: Iterable[int]) -> None:
        chosen, costs = self.state.chosen, self.state.problem.costs
        for index in indexes:
            missing = tuple(item for item in self.bundles[index] if item not in chosen)
            self.missing[index] = missing
            self.costs[index] = math.fsum(costs[item] for item in missing)
            self.rises[index] = self.state.rise(missing) if missing else 0.0

    def take(self, index: int) -> None:
        missing = self.missing[index]
        changed = self.state.add(missing)
        stale = {i for place in changed for i in self.by_group.get(place, ())}
        self.refresh(stale.union(*(self.by_item.get(item, ()) for item in missing)))

    def best(self, enough: float, affordable: float) -> int | None:
        """Return the bundle that gives most for its cost; a gain past `enough` counts for nothing."""
        best_index, best = None, (0.0, 0.0)
        for index, rise in enumerate(self.rises):
            cost = self.costs[index]
            if rise <= TOLERANCE or cost > affordable:
                continue
            useful = min(rise, enough)
            key = (useful / cost if cost else math.inf, rise)
            if key > best:
                best_index, best = index, key
        return best_index


def reached(
    problem: Selection, need: float, *, start: Iterable[int] = (), barred: frozenset[int] = frozenset()
) -> State | None:
    """Choose greedily until `need` is gained, then leave out what is not needed; None if it can't be.

    The greedy rule is Wolsey's (1982): the most gain for its cost, gains past the need not counted.
    """
    state = State(problem, start)
    if any(missing is None for missing in _climb(state, need, barred)):
        return None
    return pruned(state, need)


def _climb(state: State, need: float, barred: frozenset[int] = frozenset()) -> Iterator[float | None]:
    """Take the best bundle until `need` is gained; yield what was missing before each, None if nothing helps."""
    offers = _Offers(state, barred)
    while (missing := need - state.gain) > TOLERANCE:
        index = offers.best(missing, math.inf)
        if index is None:
            yield None
            return
        offers.take(index)
        yield missing


def factor(problem: Selection, need: float) -> float | None:
    """Return how many times the least cost the greedy choice costs at the most; None if nothing is promised.

    Wolsey (1982), for a monotone submodular gain: 1 + ln(need / what was missing before the last step). Ways of
    several items make the gain another thing.
    """
    if problem.joints or any(problem.needs) or any(plain is None for plain in problem.plain):
        return None
    missing = [left for left in _climb(State(problem), need) if left is not None]
    return 1 + math.log(need / missing[-1]) if missing else 1.0


def sequence(problem: Selection, chosen: Iterable[int]) -> list[tuple[int, ...]]:
    """Return chosen items in bundles, what gives most for its cost first; what gives nothing comes last."""
    inside = set(chosen)
    offers = _Offers(State(problem), frozenset(range(len(problem.costs))) - inside)
    bundles: list[tuple[int, ...]] = []
    while (index := offers.best(math.inf, math.inf)) is not None:
        bundles.append(offers.missing[index])
        offers.take(index)
    rest = sorted(inside - offers.state.chosen, key=lambda item: (len(problem.closures[item]), item))
    return [*bundles, *((item,) for item in rest)]


def filled(
    problem: Selection, budget: float, *, start: Iterable[int] = (), barred: frozenset[int] = frozenset()
) -> State:
    """Choose greedily while the budget lasts, then leave out what gives nothing."""
    state = State(problem, start)
    offers = _Offers(state, barred)
    room = budget + TOLERANCE * max(1.0, budget)
    while (index := offers.best(math.inf, room - problem.cost(state.chosen))) is not None:
        offers.take(index)
    return pruned(state, state.gain)


def pruned(state: State, need: float) -> State:
    """Take away items that no other one needs, the dearest first, as long as what is left gives `need`."""
    problem = state.problem
    again = True
    while again:
        again = False
        for item in sorted(state.chosen, key=lambda item: (-problem.costs[item], -item)):
            needed = any(item in problem.needs[other] for other in state.chosen)
            if not needed and state.gain - state.loss(item) >= need - TOLERANCE:
                state.drop(item)
                again = True
    return state
