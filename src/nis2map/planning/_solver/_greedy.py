"""Greedy choices: plans where no solver is installed, the start of the exact search, and the order of steps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from ._problem import TOLERANCE, Choice, Selection
from ._spread import slack

__all__ = ["factor", "filled", "least_cost", "most_gain", "reached", "sequence"]


class _Offers:
    """The bundles that may still be chosen, with what each would add; kept up to date as items are chosen."""

    def __init__(self, choice: Choice, only: frozenset[int] | None = None) -> None:
        self.choice = choice
        problem = choice.problem
        self.bundles = [bundle for bundle in problem.bundles if only is None or only.issuperset(bundle)]
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
        chosen, costs = self.choice.chosen, self.choice.problem.costs
        for index in indexes:
            missing = tuple(item for item in self.bundles[index] if item not in chosen)
            self.missing[index] = missing
            self.costs[index] = math.fsum(costs[item] for item in missing)
            self.rises[index] = self.choice.rise(missing) if missing else 0.0

    def take(self, index: int) -> None:
        missing = self.missing[index]
        changed = self.choice.add(missing)
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


def reached(problem: Selection, need: float) -> Choice:
    """Choose greedily until `need` is gained (or all there is), then leave out what is not needed.

    The greedy rule is Wolsey's (1982): the most gain for its cost, gains past the need not counted.
    """
    choice = Choice(problem)
    for _ in _climb(choice, need):
        pass
    return _pruned(choice, min(need, choice.gain))


def _climb(choice: Choice, need: float) -> Iterator[float]:
    """Take the best bundle until `need` is gained or nothing helps; yield what was missing before each."""
    offers = _Offers(choice)
    while (missing := need - choice.gain) > TOLERANCE:
        index = offers.best(missing, math.inf)
        if index is None:
            return
        offers.take(index)
        yield missing


def factor(problem: Selection, need: float) -> float | None:
    """Return how many times the least cost the greedy choice costs at the most; None if nothing is promised.

    Wolsey (1982), for a monotone submodular gain: 1 + ln(need / what was missing before the last step). Ways of
    several items make the gain another thing.
    """
    if problem.joint:
        return None
    missing = list(_climb(Choice(problem), need))
    return 1 + math.log(need / missing[-1]) if missing else 1.0


def sequence(problem: Selection, chosen: Iterable[int]) -> list[tuple[int, ...]]:
    """Return chosen items in bundles, what gives most for its cost first; what gives nothing comes last."""
    inside = frozenset(chosen)
    offers = _Offers(Choice(problem), inside)
    bundles: list[tuple[int, ...]] = []
    while (index := offers.best(math.inf, math.inf)) is not None:
        bundles.append(offers.missing[index])
        offers.take(index)
    rest = sorted(inside - offers.choice.chosen, key=lambda item: (len(problem.closures[item]), item))
    return [*bundles, *((item,) for item in rest)]


def filled(problem: Selection, budget: float) -> Choice:
    """Choose greedily while the budget lasts, then leave out what gives nothing."""
    choice = Choice(problem)
    offers = _Offers(choice)
    room = budget + slack(problem, budget, TOLERANCE)
    while (index := offers.best(math.inf, room - problem.cost(choice.chosen))) is not None:
        offers.take(index)
    return _pruned(choice, choice.gain)


def _pruned(choice: Choice, need: float) -> Choice:
    """Take away items that no other one needs, the dearest first, as long as what is left gives `need`."""
    problem = choice.problem
    again = True
    while again:
        again = False
        for item in sorted(choice.chosen, key=lambda item: (-problem.costs[item], -item)):
            needed = any(item in problem.needs[other] for other in choice.chosen)
            if not needed and choice.gain - choice.loss(item) >= need - TOLERANCE:
                choice.drop(item)
                again = True
    return choice


def _shares(problem: Selection) -> list[float]:
    """Return for each item a share of what it may help to gain, so that any choice gains at most the sum of its shares.

    If each of the n items of an option has an n-th of its gain, an open option gives no more than its items have; so
    every group gives each item the greatest n-th of an option with it.
    """
    shares = [0.0] * len(problem.costs)
    for group in problem.groups:
        best: dict[int, float] = {}
        for option in group.options:
            for item in option.items:
                best[item] = max(best.get(item, 0.0), option.gain / len(option.items))
        for item, share in best.items():
            shares[item] += group.weight * share
    return shares


def _by_worth(problem: Selection, shares: list[float]) -> list[int]:
    items = [item for item, share in enumerate(shares) if share > 0]
    return sorted(items, key=lambda i: (-shares[i] / problem.costs[i] if problem.costs[i] else -math.inf, i))


def most_gain(problem: Selection, budget: float) -> float:
    """Return a bound that no choice within a budget gains more than: a knapsack of shares, the last one in part."""
    shares, left, gained = _shares(problem), budget, 0.0
    for item in _by_worth(problem, shares):
        cost = problem.costs[item]
        part = 1.0 if cost <= left else left / cost
        gained += part * shares[item]
        left -= part * cost
        if part < 1:
            break
    return min(gained, problem.whole)


def least_cost(problem: Selection, need: float) -> float:
    """Return a bound that no choice which gains `need` costs less than."""
    shares, missing, spent = _shares(problem), need - TOLERANCE, 0.0
    for item in _by_worth(problem, shares):
        if missing <= 0:
            break
        part = min(1.0, missing / shares[item])
        missing -= part * shares[item]
        spent += part * problem.costs[item]
    return spent
