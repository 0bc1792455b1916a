"""The problem that planning solves: items with costs, what they give, and the state of a choice.

A problem has items with costs and groups of demands. A group gives the best of its options that are open, and an option
is open once all of its items are chosen: one control, all controls of a joint link, or of controls that are partly in
place those that lie lowest, layer by layer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

import attrs

__all__ = ["TOLERANCE", "Choice", "Group", "Option", "Selection"]

T = TypeVar("T")
TOLERANCE = 1e-11


class Option(NamedTuple):
    """What is gained, in [0, 1] of a demand, once all of some items are chosen; the items in order, each once."""

    items: tuple[int, ...]
    gain: float


@attrs.frozen
class Group:
    """Demands that are served alike, with their weight together; they give the best of the options that are open."""

    weight: float
    options: tuple[Option, ...]


def _closures(problem: Selection) -> tuple[frozenset[int], ...]:
    return tuple(_closure(problem.needs, (item,)) for item in range(len(problem.costs)))


def _closure(needs: Sequence[Sequence[int]], items: Iterable[int]) -> frozenset[int]:
    closure: set[int] = set()
    todo = list(items)
    while todo:
        item = todo.pop()
        if item not in closure:
            closure.add(item)
            todo += needs[item]
    return frozenset(closure)


def _masks(problem: Selection) -> tuple[tuple[tuple[int, float], ...], ...]:
    """Return the options of each group as sets of bits with their weighted gains, the best first."""
    return tuple(
        tuple(
            sorted(
                ((bits(option.items), group.weight * option.gain) for option in group.options),
                key=lambda w: (-w[1], w[0]),
            )
        )
        for group in problem.groups
    )


def _touched(problem: Selection) -> tuple[tuple[int, ...], ...]:
    touched: list[list[int]] = [[] for _ in problem.costs]
    for place, group in enumerate(problem.groups):
        for item in {item for option in group.options for item in option.items}:
            touched[item].append(place)
    return tuple(map(tuple, touched))


def _bundles(problem: Selection) -> tuple[tuple[int, ...], ...]:
    options = {option.items for group in problem.groups for option in group.options}
    bundles = {frozenset[int]().union(*(problem.closures[item] for item in items)) for items in options}
    return tuple(sorted(tuple(sorted(bundle)) for bundle in bundles))


def _derived(function: Callable[[Selection], T]) -> T:
    """Return a field that is worked out from the fields above it; the class is frozen, so it is once and for all."""
    field: T = attrs.field(init=False, default=attrs.Factory(function, takes_self=True))
    return field


@attrs.frozen(eq=False)
class Selection:
    """Costs of items, what each needs, groups; and what follows from them.

    A choice is good if it holds all that its items need. `closures[i]` are an item and all that it needs; `masks[g]`
    the options of a group as bits, the best first; `touched[i]` the groups that an item bears on; `bundles` what is
    worth choosing in one go.
    """

    costs: tuple[float, ...]
    needs: tuple[tuple[int, ...], ...]
    groups: tuple[Group, ...]
    closures: tuple[frozenset[int], ...] = _derived(_closures)
    masks: tuple[tuple[tuple[int, float], ...], ...] = _derived(_masks)
    touched: tuple[tuple[int, ...], ...] = _derived(_touched)
    bundles: tuple[tuple[int, ...], ...] = _derived(_bundles)

    @property
    def joint(self) -> bool:
        """Whether an item needs another, or an option several: single options make the gain submodular."""
        return any(self.needs) or any(len(option.items) > 1 for group in self.groups for option in group.options)

    @property
    def whole(self) -> float:
        """What all items give together."""
        return self.worth(range(len(self.costs)))

    def worth(self, chosen: Iterable[int]) -> float:
        """Return what a set of items gives."""
        return Choice(self, chosen).gain

    def cost(self, chosen: Iterable[int]) -> float:
        """Return what a set of items costs."""
        return math.fsum(self.costs[item] for item in set(chosen))


def bits(items: Iterable[int]) -> int:
    """Return a set of items as bits."""
    mask = 0
    for item in items:
        mask |= 1 << item
    return mask


class Choice:
    """A set of items that grows and shrinks, and what each group gives now."""

    def __init__(self, problem: Selection, chosen: Iterable[int] = ()) -> None:
        self.problem = problem
        self.chosen = set(chosen)
        self._mask = bits(self.chosen)
        self._now = [self._worth(place, self._mask) for place in range(len(problem.groups))]

    @property
    def gain(self) -> float:
        """What the chosen items give together."""
        return math.fsum(self._now)

    @property
    def gains(self) -> tuple[float, ...]:
        """What each group gives."""
        return tuple(self._now)

    def _worth(self, place: int, mask: int) -> float:
        for option, gain in self.problem.masks[place]:
            if option & ~mask == 0:
                return gain
        return 0.0

    def rise(self, items: Sequence[int]) -> float:
        """Return what adding items would add."""
        mask = self._mask | bits(items)
        touched = self.problem.touched
        places = touched[items[0]] if len(items) == 1 else {place for item in items for place in touched[item]}
        return math.fsum([self._worth(place, mask) - self._now[place] for place in places])

    def loss(self, item: int) -> float:
        """Return what taking an item away would lose."""
        mask = self._mask & ~(1 << item)
        return math.fsum([self._now[place] - self._worth(place, mask) for place in self.problem.touched[item]])

    def add(self, items: Iterable[int]) -> set[int]:
        """Add items; return the groups that give something else now."""
        new = tuple(items)
        self.chosen.update(new)
        return self._refresh(new)

    def drop(self, item: int) -> None:
        """Take an item away."""
        self.chosen.discard(item)
        self._refresh((item,))

    def _refresh(self, items: Iterable[int]) -> set[int]:
        self._mask = bits(self.chosen)
        changed: set[int] = set()
        for place in {place for item in items for place in self.problem.touched[item]}:
            worth = self._worth(place, self._mask)
            if worth != self._now[place]:
                self._now[place] = worth
                changed.add(place)
        return changed
