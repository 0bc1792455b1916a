"""The problem that planning solves: items with costs, what they give, and the state of a choice.

A problem has items with costs and groups of demands. A group gives the best of its options; an option is a sum of
parts, and a part counts once one of its ways is open. Single-control links make options of one part with one item; a
joint link that needs all its controls is one part with a joint of several items; one whose estimate is a mean is a
part per control.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import attrs

__all__ = ["TOLERANCE", "Group", "Option", "OptionPart", "Selection", "State"]

T = TypeVar("T")
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


def _closure(needs: Sequence[Sequence[int]], items: Iterable[int]) -> frozenset[int]:
    closure: set[int] = set()
    todo = list(items)
    while todo:
        item = todo.pop()
        if item not in closure:
            closure.add(item)
            todo += needs[item]
    return frozenset(closure)


def _plain(group: Group) -> dict[int, float] | None:
    gains: dict[int, float] = {}
    for option in group.options:
        if option.offset or len(option.parts) > 1:
            return None
        for part in option.parts:
            for way in part.ways:
                gains[way] = max(gains.get(way, 0.0), group.weight * part.gain)
    return gains


def _closures(problem: Selection) -> tuple[frozenset[int], ...]:
    """Return the items that open each way, with all they need; items first, then joints."""
    ways = [(item,) for item in range(len(problem.costs))] + list(problem.joints)
    return tuple(_closure(problem.needs, way) for way in ways)


def _plains(problem: Selection) -> tuple[dict[int, float] | None, ...]:
    return tuple(map(_plain, problem.groups))


def _joined(problem: Selection) -> tuple[tuple[int, ...], ...]:
    size = len(problem.costs)
    joined: list[list[int]] = [[] for _ in range(size)]
    for place, joint in enumerate(problem.joints, start=size):
        for item in joint:
            joined[item].append(place)
    return tuple(map(tuple, joined))


def _bearing(problem: Selection) -> dict[int, list[int]]:
    """Return the groups that each way bears on."""
    bearing: dict[int, list[int]] = {}
    for place, group in enumerate(problem.groups):
        for way in {way for option in group.options for part in option.parts for way in part.ways}:
            bearing.setdefault(way, []).append(place)
    return bearing


def _touched(problem: Selection) -> tuple[tuple[int, ...], ...]:
    bearing = _bearing(problem)
    ways = ((item, *joints) for item, joints in enumerate(problem.joined))
    return tuple(tuple(sorted({place for way in several for place in bearing.get(way, ())})) for several in ways)


def _handing(problem: Selection) -> tuple[tuple[int, tuple[int, ...]], ...]:
    closures, size = problem.closures, len(problem.costs)
    ways = [way for way, closure in enumerate(closures) if way >= size or len(closure) > 1]
    ways.sort(key=lambda way: (way < size, -len(closures[way]), way))
    return tuple(
        (way, tuple(sorted(closures[way] - {way}, key=lambda item: (-len(closures[item]), item)))) for way in ways
    )


def _bundles(problem: Selection) -> tuple[tuple[int, ...], ...]:
    bundles = {problem.closures[way] for way in _bearing(problem)}
    for group in problem.groups:
        # The parts of an option may give nothing one by one where another option is ahead: they go together too.
        bundles |= {frozenset().union(*(problem.closures[p.ways[0]] for p in o.parts)) for o in group.options}
    return tuple(sorted(tuple(sorted(bundle)) for bundle in bundles))


def _derived(function: Callable[[Selection], T]) -> T:
    """Return a field that is worked out from the fields above it; the class is frozen, so it is once and for all."""
    field: T = attrs.field(init=False, default=attrs.Factory(function, takes_self=True))
    return field


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
    closures: tuple[frozenset[int], ...] = _derived(_closures)
    plain: tuple[dict[int, float] | None, ...] = _derived(_plains)
    joined: tuple[tuple[int, ...], ...] = _derived(_joined)
    touched: tuple[tuple[int, ...], ...] = _derived(_touched)
    handing: tuple[tuple[int, tuple[int, ...]], ...] = _derived(_handing)
    bundles: tuple[tuple[int, ...], ...] = _derived(_bundles)

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
