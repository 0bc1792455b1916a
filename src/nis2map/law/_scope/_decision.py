"""A decision that asks for facts, taken in every way that the unknown ones can turn out.

A decision is a chain of stages: functions of a `World`, which answers what they ask and takes down the rules applied,
and of a state; each ends in an outcome or hands a state on to the next. Where a fact is not known the world takes one
value and remembers the choice; `explore` runs the stage again with the others. So only unknown facts that matter
branch, and the branches together are all completions: an outcome is settled if and only if all lead to it.

What a stage does depends on its state and on the few facts of earlier stages that it may ask again. Where these are
equal, the rest of the decision is the same and is worked out once. The branches are kept in one form each, so that two
of them are the same object exactly if they decide alike; which facts decide is then read off without comparing worlds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from itertools import combinations
from typing import Generic, TypeVar

import attrs

__all__ = ["Decision", "NextStage", "OpenFact", "Possible", "Stage", "World", "explore"]

R = TypeVar("R", bound=Hashable)
Note = tuple[str, object]


@attrs.frozen
class Possible:
    """The values that a fact may have, and the fields to blame where there are several."""

    values: tuple[object, ...]
    fields: tuple[str, ...] = ()

    @property
    def known(self) -> object:
        """The value if it is known, else None."""
        return self.values[0] if len(self.values) == 1 else None


class OpenFact(Exception):
    """A fact was asked for in a quiet world, and nobody knows it."""


class World:
    """One completion of the unknown facts, as far as they were asked for, and the rules noted on the way."""

    __slots__ = ("_facts", "chosen", "notes")

    def __init__(self, facts: Mapping[str, Possible], chosen: Mapping[str, object]) -> None:
        self._facts = facts
        self.chosen = dict(chosen)
        self.notes: list[Note] = []

    def ask(self, name: str) -> object:
        """Return a fact; one that is not known branches."""
        values = self._facts[name].values
        return values[0] if len(values) == 1 else self.chosen.setdefault(name, values[0])

    def known(self, name: str) -> object:
        """Return a fact that is known, here or because it was asked for, or None; never branches."""
        values = self._facts[name].values
        return values[0] if len(values) == 1 else self.chosen.get(name)

    def knows(self, name: str) -> bool:
        """Tell whether there is such a fact."""
        return name in self._facts

    def quiet(self) -> World:
        """Return this world for a look aside: it has the facts that are known here, and asks for no other."""
        return _QuietWorld(self._facts, self.chosen)

    def note(self, *rules: str, about: object = None) -> None:
        """Take down that rules were applied, to what they were about."""
        self.notes += [(rule, about) for rule in rules]


class _QuietWorld(World):
    """A world that never branches: asking for a fact that is not known raises `OpenFact`."""

    __slots__ = ()

    def ask(self, name: str) -> object:
        value = self.known(name)
        if value is None:
            raise OpenFact(name)
        return value


@attrs.frozen
class NextStage:
    """A stage's end that is not an outcome: the next stage, and the state that it starts from."""

    stage: Stage
    state: Hashable


Stage = Callable[[World, "Hashable"], "NextStage | Hashable"]


@attrs.frozen(eq=False)
class _Branch:
    """A fact that is asked for, and what follows from each of its values; equal branches are one object."""

    fact: str
    ways: tuple[object, ...]


@attrs.frozen(eq=False)
class _Part:
    """All ways on from some point: their branches, the notes of any of them, and those of all, as bits of a number."""

    tree: object
    any: int
    all: int


@attrs.frozen
class Decision(Generic[R]):
    """What all completions say together: the outcomes possible, the notes with whether they are certain, what decides.

    `deciding` has the facts such that two completions differ in this fact alone and in the outcome, each with the
    pairs of values between which that happens.
    """

    outcomes: frozenset[R]
    notes: Mapping[Note, bool]
    deciding: Mapping[str, tuple[tuple[object, object], ...]]


def explore(
    first: Stage, state: Hashable, facts: Mapping[str, Possible], *, asked_again: Collection[str]
) -> Decision[Hashable]:
    """Return what a decision gives over all completions of the facts.

    `asked_again` are the facts that a stage may ask after an earlier one did.
    """
    explorer = _Explorer(facts, tuple(asked_again))
    whole = explorer.part(first, state, {})
    return Decision(
        frozenset(_outcomes(whole.tree)),
        {note: bool(whole.all & bit) for note, bit in explorer.bits.items() if whole.any & bit},
        {name: tuple(pairs) for name, pairs in explorer.deciding(whole.tree).items()},
    )


class _Explorer:
    """One exploration, with everything that it works out once."""

    def __init__(self, facts: Mapping[str, Possible], asked_again: tuple[str, ...]) -> None:
        self.facts = facts
        self.asked_again = asked_again
        self.bits: dict[Note, int] = {}
        self.parts: dict[Hashable, _Part] = {}
        self.branches: dict[tuple[str, tuple[int, ...]], _Branch] = {}
        self.alike: dict[tuple[int, int], bool] = {}
        self.narrowed: dict[tuple[int, str, int], object] = {}

    def part(self, stage: Stage, state: Hashable, chosen: Mapping[str, object]) -> _Part:
        """Return all ways on from the start of a stage."""
        carried = {name: chosen[name] for name in self.asked_again if name in chosen}
        key = (stage, state, tuple(carried.items()))
        part = self.parts.get(key)
        if part is None:
            part = self.parts[key] = self.ways(stage, state, carried)
        return part

    def ways(self, stage: Stage, state: Hashable, start: dict[str, object]) -> _Part:
        """Run a stage with the choices made so far, and again with the other values of each fact that it asked for."""
        world = World(self.facts, start)
        end = stage(world, state)
        notes = 0
        for note in world.notes:
            notes |= self.bits.setdefault(note, 1 << len(self.bits))
        if isinstance(end, NextStage):
            rest = self.part(end.stage, end.state, world.chosen)
            part = _Part(rest.tree, rest.any | notes, rest.all | notes)
        else:
            part = _Part(end, notes, notes)
        chosen = list(world.chosen)[len(start) :]
        for at in reversed(range(len(chosen))):
            name = chosen[at]
            before = start | {other: world.chosen[other] for other in chosen[:at]}
            ways, any_, all_ = [part.tree], part.any, part.all
            for value in self.facts[name].values[1:]:
                other = self.ways(stage, state, before | {name: value})
                ways.append(other.tree)
                any_ |= other.any
                all_ &= other.all
            part = _Part(self.branch(name, tuple(ways)), any_, all_)
        return part

    def branch(self, fact: str, ways: tuple[object, ...]) -> object:
        """Return the one branch with these ways; a fact that makes no difference makes no branch."""
        if all(way is ways[0] for way in ways):
            return ways[0]
        key = (fact, tuple(map(id, ways)))
        branch = self.branches.get(key)
        if branch is None:
            branch = self.branches[key] = _Branch(fact, ways)
        return branch

    def deciding(self, tree: object) -> dict[str, list[tuple[object, object]]]:
        """Return the pairs of values of each fact that lead to different outcomes with all else equal."""
        pairs: dict[str, list[tuple[object, object]]] = {}
        for branch in _branches(tree):
            values = self.facts[branch.fact].values
            for (one, a), (other, b) in combinations(zip(values, branch.ways, strict=True), 2):
                pair = (one, other)
                if pair not in pairs.setdefault(branch.fact, []) and self.differ(a, b):
                    pairs[branch.fact].append(pair)
        return {name: apart for name, apart in pairs.items() if apart}

    def differ(self, one: object, other: object) -> bool:
        """Tell whether some completion leads to different outcomes in two trees."""
        if one is other:
            return False
        fact = one.fact if isinstance(one, _Branch) else other.fact if isinstance(other, _Branch) else None
        if fact is None:
            return True
        key = (id(one), id(other)) if id(one) < id(other) else (id(other), id(one))
        if key not in self.alike:
            places = range(len(self.facts[fact].values))
            self.alike[key] = not any(
                self.differ(self.narrowed_to(one, fact, p), self.narrowed_to(other, fact, p)) for p in places
            )
        return not self.alike[key]

    def narrowed_to(self, tree: object, fact: str, nth: int) -> object:
        """Return what is left of a tree once a fact has one of its values."""
        if not isinstance(tree, _Branch):
            return tree
        if tree.fact == fact:
            return tree.ways[nth]
        key = (id(tree), fact, nth)
        if key not in self.narrowed:
            self.narrowed[key] = self.branch(tree.fact, tuple(self.narrowed_to(way, fact, nth) for way in tree.ways))
        return self.narrowed[key]


def _branches(tree: object) -> Iterator[_Branch]:
    seen: set[int] = set()
    todo = [tree]
    while todo:
        at = todo.pop()
        if isinstance(at, _Branch) and id(at) not in seen:
            seen.add(id(at))
            todo += at.ways
            yield at


def _outcomes(tree: object) -> Iterator[Hashable]:
    if not isinstance(tree, _Branch):
        yield tree
        return
    for branch in _branches(tree):
        for way in branch.ways:
            if not isinstance(way, _Branch):
                yield way
