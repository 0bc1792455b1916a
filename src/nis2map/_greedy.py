"""Choosing items for what they give: the problem that planning solves, its value, and greedy choices.

A problem has items with costs and groups of demands. A group gives the best of its options; an option is a sum of
parts, and a part counts once all items of one of its ways are chosen. Single-control links make options of one part
with one item; a joint link that needs all its controls is one part with several items; a prerequisite stands in every
way of what needs it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import attrs

__all__ = ["TOLERANCE", "Group", "Option", "Part", "Problem", "State", "filled", "pruned", "reached"]

TOLERANCE = 1e-11


@attrs.frozen
class Part:
    """What is gained once all items of one of the ways are chosen."""

    gain: float
    ways: tuple[tuple[int, ...], ...]


@attrs.frozen
class Option:
    """The sum of an offset (not above 0) and of the parts that count; worth nothing while it is below 0."""

    parts: tuple[Part, ...]
    offset: float = 0.0

    def worth(self, chosen: set[int]) -> float:
        """Return what the option gives for a set of items."""
        gains = [part.gain for part in self.parts if any(chosen.issuperset(way) for way in part.ways)]
        return math.fsum(gains) + self.offset if gains else 0.0


@attrs.frozen
class Group:
    """Demands that are served alike, with their weight together; they give the best of the options."""

    weight: float
    options: tuple[Option, ...]

    def worth(self, chosen: set[int]) -> float:
        """Return what the group gives for a set of items."""
        return self.weight * max([0.0, *(option.worth(chosen) for option in self.options)])


@attrs.frozen(eq=False)
class Problem:
    """Costs of the items, groups, and what follows from them.

    `plain[g]` holds a group's gains by item if it has options of one item only, else None; `touched[i]` are the groups
    that an item has a part in; `bundles` are all ways and whole options: what is worth choosing in one go.
    """

    costs: tuple[float, ...]
    groups: tuple[Group, ...]
    plain: tuple[dict[int, float] | None, ...] = attrs.field(init=False)
    touched: tuple[tuple[int, ...], ...] = attrs.field(init=False)
    bundles: tuple[tuple[int, ...], ...] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        ways = [[way for o in group.options for part in o.parts for way in part.ways] for group in self.groups]
        touched: list[list[int]] = [[] for _ in self.costs]
        for place, found in enumerate(ways):
            for item in sorted({item for way in found for item in way}):
                touched[item].append(place)
        set_ = object.__setattr__  # the class is frozen; these are worked out once from what was given
        set_(self, "plain", tuple(map(_plain, self.groups)))
        set_(self, "touched", tuple(map(tuple, touched)))
        whole = {_union(option) for group in self.groups for option in group.options}
        set_(self, "bundles", tuple(sorted(whole.union(way for found in ways for way in found))))

    def worth(self, chosen: Iterable[int]) -> float:
        """Return what a set of items gives."""
        inside = set(chosen)
        return math.fsum(group.worth(inside) for group in self.groups)

    def cost(self, chosen: Iterable[int]) -> float:
        """Return what a set of items costs."""
        return math.fsum(self.costs[item] for item in set(chosen))


def _union(option: Option) -> tuple[int, ...]:
    """Return items that give all of an option: its parts may give nothing one by one where another option is ahead."""
    return tuple(sorted({item for part in option.parts for item in part.ways[0]}))


def _plain(group: Group) -> dict[int, float] | None:
    gains: dict[int, float] = {}
    for option in group.options:
        if option.offset or len(option.parts) > 1:
            return None
        part = option.parts[0]
        for way in part.ways:
            if len(way) > 1:
                return None
            gains[way[0]] = max(gains.get(way[0], 0.0), group.weight * part.gain)
    return gains


class State:
    """A set of items that grows and shrinks, with what each group gives now."""

    def __init__(self, problem: Problem, chosen: Iterable[int] = ()) -> None:
        self.problem = problem
        self.chosen = set(chosen)
        self.now = [self._worth(place, self.chosen) for place in range(len(problem.groups))]

    @property
    def gain(self) -> float:
        """What the chosen items give together."""
        return math.fsum(self.now)

    def _worth(self, place: int, chosen: set[int]) -> float:
        plain = self.problem.plain[place]
        if plain is None:
            return self.problem.groups[place].worth(chosen)
        return max((gain for item, gain in plain.items() if item in chosen), default=0.0)

    def rise(self, items: Sequence[int]) -> float:
        """Return what adding items would add."""
        problem, now = self.problem, self.now
        if len(items) == 1:
            item = items[0]
            total, rest = 0.0, [item]
            for place in problem.touched[item]:
                plain = problem.plain[place]
                if plain is None:
                    total += self._worth(place, self.chosen.union(rest)) - now[place]
                elif plain[item] > now[place]:
                    total += plain[item] - now[place]
            return total
        more = self.chosen.union(items)
        places = sorted({place for item in items for place in problem.touched[item]})
        return math.fsum(self._worth(place, more) - now[place] for place in places)

    def loss(self, item: int) -> float:
        """Return what taking an item away would lose."""
        less = self.chosen - {item}
        return math.fsum(self.now[place] - self._worth(place, less) for place in self.problem.touched[item])

    def add(self, items: Iterable[int]) -> set[int]:
        """Add items; return the groups that give something else now."""
        items = list(items)
        self.chosen.update(items)
        return self._refresh(items)

    def drop(self, item: int) -> set[int]:
        """Take an item away; return the groups that give something else now."""
        self.chosen.discard(item)
        return self._refresh([item])

    def _refresh(self, items: Iterable[int]) -> set[int]:
        changed: set[int] = set()
        for place in {place for item in items for place in self.problem.touched[item]}:
            worth = self._worth(place, self.chosen)
            if worth != self.now[place]:
                self.now[place] = worth
                changed.add(place)
        return changed


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
        found, best = None, (0.0, 0.0)
        for index, rise in enumerate(self.rises):
            cost = self.costs[index]
            if rise <= TOLERANCE or cost > affordable:
                continue
            useful = min(rise, enough)
            key = (useful / cost if cost else math.inf, rise)
            if key > best:
                found, best = index, key
        return found


def reached(
    problem: Problem, need: float, *, start: Iterable[int] = (), barred: frozenset[int] = frozenset()
) -> State | None:
    """Choose greedily until `need` is gained, then leave out what is not needed; None if it can't be.

    The greedy rule is Wolsey's (1982): the most gain for its cost, gains past the need not counted.
    """
    state = State(problem, start)
    offers = _Offers(state, barred)
    while (missing := need - state.gain) > TOLERANCE:
        index = offers.best(missing, math.inf)
        if index is None:
            return None
        offers.take(index)
    return pruned(state, need)


def filled(
    problem: Problem, budget: float, *, start: Iterable[int] = (), barred: frozenset[int] = frozenset()
) -> State:
    """Choose greedily while the budget lasts, then leave out what gives nothing."""
    state = State(problem, start)
    offers = _Offers(state, barred)
    left = budget - problem.cost(state.chosen)
    while (index := offers.best(math.inf, left + TOLERANCE)) is not None:
        offers.take(index)
        left = budget - problem.cost(state.chosen)
    return pruned(state, state.gain)


def pruned(state: State, need: float) -> State:
    """Take away items, the dearest first, as long as what is left gives `need`."""
    costs = state.problem.costs
    for item in sorted(state.chosen, key=lambda item: (-costs[item], -item)):
        if state.gain - state.loss(item) >= need - TOLERANCE:
            state.drop(item)
    return state
