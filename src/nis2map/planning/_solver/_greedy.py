"""Choosing items for what they give: the problem that planning solves, its value, and greedy choices.

A problem has items with costs and groups of demands. A group gives the best of its options; an option is a sum of
parts, and a part counts once one of its ways is open. Single-control links make options of one part with one item; a
joint link that needs all its controls is one part with a joint of several items; one whose estimate is a mean is a
part per control.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import attrs

__all__ = [
    "TOLERANCE",
    "Group",
    "Option",
    "OptionPart",
    "Selection",
    "State",
    "factor",
    "filled",
    "pruned",
    "reached",
    "sequence",
]

TOLERANCE = 1e-11


@attrs.frozen
class OptionPart:
    """What is gained once one of the ways is open; a way is an item, or a joint of several."""

    gain: float
    ways: tuple[int, ...]


@attrs.frozen
class Option:
    """The sum of an offset (not above 0) and of the parts that count; worth nothing while it is below 0."""

    parts: tuple[OptionPart, ...]
    offset: float = 0.0

    def worth(self, open_: set[int]) -> float:
        """Return what the option gives for a set of open ways."""
        gains = [part.gain for part in self.parts if not open_.isdisjoint(part.ways)]
        return math.fsum(gains) + self.offset if gains else 0.0


@attrs.frozen
class Group:
    """Demands that are served alike, with their weight together; they give the best of the options."""

    weight: float
    options: tuple[Option, ...]

    def worth(self, open_: set[int]) -> float:
        """Return what the group gives for a set of open ways."""
        return self.weight * max([0.0, *(option.worth(open_) for option in self.options)])


@attrs.frozen(eq=False)
class Selection:
    """Costs of items, what each needs, joints, groups; and what follows from them.

    Ways are numbered: the items first, then the joints, which are open once all their items are chosen. A choice is
    good if it holds all that its items need. `closures[w]` are the items that open a way, with all they need;
    `plain[g]` holds a group's gains by way if its options are single parts, else None; `touched[i]` are the groups
    that an item bears on, `joined[i]` the joints it is in, `bundles` what is worth choosing in one go, `handing` the
    ways that need items beside themselves, each before those that it needs, with these, the nearest first.
    """

    costs: tuple[float, ...]
    needs: tuple[tuple[int, ...], ...]
    joints: tuple[tuple[int, ...], ...]
    groups: tuple[Group, ...]
    closures: tuple[frozenset[int], ...] = attrs.field(init=False)
    plain: tuple[dict[int, float] | None, ...] = attrs.field(init=False)
    touched: tuple[tuple[int, ...], ...] = attrs.field(init=False)
    joined: tuple[tuple[int, ...], ...] = attrs.field(init=False)
    handing: tuple[tuple[int, tuple[int, ...]], ...] = attrs.field(init=False)
    bundles: tuple[tuple[int, ...], ...] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        size = len(self.costs)
        closures = [_closure(self.needs, (item,)) for item in range(size)]
        closures += [_closure(self.needs, joint) for joint in self.joints]
        joined: list[list[int]] = [[] for _ in range(size)]
        for place, joint in enumerate(self.joints, start=size):
            for item in joint:
                joined[item].append(place)
        bears: dict[int, list[int]] = {}
        whole: set[frozenset[int]] = set()
        for place, group in enumerate(self.groups):
            for way in {way for option in group.options for part in option.parts for way in part.ways}:
                bears.setdefault(way, []).append(place)
            # the parts of an option may give nothing one by one where another option is ahead
            whole |= {frozenset().union(*(closures[part.ways[0]] for part in o.parts)) for o in group.options}
        touched = [{p for way in (item, *joined[item]) for p in bears.get(way, ())} for item in range(size)]
        set_ = object.__setattr__  # the class is frozen; these are worked out once from what was given
        set_(self, "closures", tuple(closures))
        set_(self, "plain", tuple(map(_plain, self.groups)))
        set_(self, "touched", tuple(tuple(sorted(places)) for places in touched))
        set_(self, "joined", tuple(map(tuple, joined)))
        handing = [way for way, closure in enumerate(closures) if way >= size or len(closure) > 1]
        handing.sort(key=lambda way: (way < size, -len(closures[way]), way))
        nearest = [sorted(closures[way] - {way}, key=lambda item: (-len(closures[item]), item)) for way in handing]
        set_(self, "handing", tuple(zip(handing, map(tuple, nearest), strict=True)))
        set_(self, "bundles", tuple(sorted(tuple(sorted(b)) for b in whole.union(closures[way] for way in bears))))

    def opened(self, chosen: set[int]) -> set[int]:
        """Return the ways that a set of items opens."""
        size = len(self.costs)
        return chosen.union(p for p, joint in enumerate(self.joints, start=size) if chosen.issuperset(joint))

    def worth(self, chosen: Iterable[int]) -> float:
        """Return what a set of items gives."""
        open_ = self.opened(set(chosen))
        return math.fsum(group.worth(open_) for group in self.groups)

    def cost(self, chosen: Iterable[int]) -> float:
        """Return what a set of items costs."""
        return math.fsum(self.costs[item] for item in set(chosen))


def _closure(needs: Sequence[Sequence[int]], items: Iterable[int]) -> frozenset[int]:
    found: set[int] = set()
    todo = list(items)
    while todo:
        item = todo.pop()
        if item not in found:
            found.add(item)
            todo += needs[item]
    return frozenset(found)


def _plain(group: Group) -> dict[int, float] | None:
    gains: dict[int, float] = {}
    for option in group.options:
        if option.offset or len(option.parts) > 1:
            return None
        for part in option.parts:
            for way in part.ways:
                gains[way] = max(gains.get(way, 0.0), group.weight * part.gain)
    return gains


class State:
    """A set of items that grows and shrinks, the ways it opens, and what each group gives now."""

    def __init__(self, problem: Selection, chosen: Iterable[int] = ()) -> None:
        self.problem = problem
        self.chosen = set(chosen)
        self.open = problem.opened(self.chosen)
        self.now = [self._worth(place, self.open) for place in range(len(problem.groups))]

    @property
    def gain(self) -> float:
        """What the chosen items give together."""
        return math.fsum(self.now)

    def _worth(self, place: int, open_: set[int]) -> float:
        plain = self.problem.plain[place]
        if plain is None:
            return self.problem.groups[place].worth(open_)
        return max((gain for way, gain in plain.items() if way in open_), default=0.0)

    def _opening(self, items: Iterable[int]) -> set[int]:
        """Return the ways that open if items are added: they, and the joints they complete."""
        problem, size = self.problem, len(self.problem.costs)
        new = set(items)
        more = {joint for item in new for joint in problem.joined[item]}
        return new | {j for j in more if all(i in new or i in self.chosen for i in problem.joints[j - size])}

    def rise(self, items: Iterable[int]) -> float:
        """Return what adding items would add."""
        items = tuple(items)
        new = self._opening(items)
        total: list[float] = []
        for place in {place for item in items for place in self.problem.touched[item]}:
            plain, now = self.problem.plain[place], self.now[place]
            if plain is None:
                total.append(self.problem.groups[place].worth(self.open | new) - now)
            else:
                best = max((plain[way] for way in new if way in plain), default=0.0)
                if best > now:
                    total.append(best - now)
        return math.fsum(total)

    def loss(self, item: int) -> float:
        """Return what taking an item away would lose."""
        less = self.open - {item, *self.problem.joined[item]}
        return math.fsum(self.now[place] - self._worth(place, less) for place in self.problem.touched[item])

    def add(self, items: Iterable[int]) -> set[int]:
        """Add items; return the groups that give something else now."""
        items = tuple(items)
        self.open |= self._opening(items)
        self.chosen.update(items)
        return self._refresh(items)

    def drop(self, item: int) -> set[int]:
        """Take an item away; return the groups that give something else now."""
        self.chosen.discard(item)
        self.open -= {item, *self.problem.joined[item]}
        return self._refresh((item,))

    def _refresh(self, items: Iterable[int]) -> set[int]:
        changed: set[int] = set()
        for place in {place for item in items for place in self.problem.touched[item]}:
            worth = self._worth(place, self.open)
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
    found: list[tuple[int, ...]] = []
    while (index := offers.best(math.inf, math.inf)) is not None:
        found.append(offers.missing[index])
        offers.take(index)
    rest = sorted(inside - offers.state.chosen, key=lambda item: (len(problem.closures[item]), item))
    return [*found, *((item,) for item in rest)]


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
