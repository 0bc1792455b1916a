"""Chains of two links that meet in the middle, and the relations that they leave possible between their ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from .._shared import Page, Record, View, plain, written
from ..dataset import Dataset
from ..ids import Ref, closed_set
from ..model import CONTAINING, TOUCHING, WITHIN, Crosswalk, Link, Relation, Relations, chained, in_order
from ..scoring import BASES

__all__ = ["Chain", "ChainStep", "Ends", "Refs", "Tree", "chains_of", "names", "narrowing", "steps_of"]

Refs = tuple[Ref, ...]
_EQUAL: Relations = frozenset({Relation.EQUAL_TO})
_APART = Relation.NO_RELATIONSHIP


def _source_of(link: Link) -> str:
    return link.source


@attrs.frozen(eq=False, repr=False)
class ChainStep(Record, View):
    """One link as a chain takes it: from `left` to `right`, with its relation read that way on the basis asked for.

    `backwards` says that the link is read from its controls to its requirement. An empty side stands for every unit of
    that framework (a `no-relationship` link without controls).
    """

    link: Link = attrs.field(metadata=written(_source_of, name="source"))
    crosswalk: str
    backwards: bool
    relation: Relation

    @property
    def left(self) -> Refs:
        """The units that the step starts from."""
        return self.link.controls if self.backwards else (self.link.requirement,)

    @property
    def right(self) -> Refs:
        """The units that the step leads to."""
        return (self.link.requirement,) if self.backwards else self.link.controls

    @property
    def joint(self) -> bool:
        """Whether several controls of the link count together."""
        return len(self.link.controls) > 1

    def to_dict(self) -> dict[str, Any]:
        """Return the step as a JSON-ready dict."""
        return super().to_dict() | {"from": plain(self.left), "to": plain(self.right)}

    def _page(self) -> Page:
        return Page(f"{names(self.left)} {self.relation} {names(self.right)} ({self.crosswalk})")


@attrs.frozen(eq=False, repr=False)
class Chain(Record, View):
    """Two steps that meet in the middle, and the relations that they leave possible between their ends."""

    first: ChainStep
    second: ChainStep
    relations: tuple[Relation, ...]

    @property
    def joint(self) -> bool:
        """Whether a joint link takes part; then the chain gives at best a hint."""
        return self.first.joint or self.second.joint

    def _page(self) -> Page:
        return Page(f"{self.first}; {self.second}")


def steps_of(crosswalk: Crosswalk, middle: str, basis: str, *, backwards: bool, leading: bool) -> list[ChainStep]:
    """Return the links of a crosswalk whose inner side is of the middle framework, read in the chain's direction."""
    outer = leading != backwards
    steps: list[ChainStep] = []
    for link in crosswalk.links:
        # Requirements of several frameworks may stand in one crosswalk; controls are of its one target.
        if not outer and link.requirement.framework != middle:
            continue
        relation = _on_basis(link, basis)
        steps.append(ChainStep(link, crosswalk.id, backwards, relation.inverse if backwards else relation))
    return steps


def _on_basis(link: Link, basis: str) -> Relation:
    """Read a full relation that rests on covers outside the basis as partial: on that basis it is not given."""
    outside = (refs for grade, refs in link.by_grade.items() if grade not in BASES[basis])
    if link.relation.is_full and any(outside):
        return Relation.SUPERSET_OF if link.relation is Relation.EQUAL_TO else Relation.INTERSECTS_WITH
    return link.relation


# A unit in the middle, and whether a link speaks of its own demands alone and not of the units below.
_Part = tuple[Ref, bool]


class Tree:
    """What lies above what, in the frameworks that the dataset knows; others are flat."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self._above: dict[Ref, frozenset[Ref]] = {}
        self._known: dict[tuple[tuple[_Part, ...], tuple[_Part, ...]], Relations | None] = {}

    def above(self, ref: Ref) -> frozenset[Ref]:
        """Return the units above a unit."""
        if ref not in self._above:
            known = ref.framework in self.data.frameworks
            self._above[ref] = frozenset(self.data.ancestors(ref)) if known else frozenset()
        return self._above[ref]

    def parts(self, step: ChainStep, refs: Refs) -> tuple[_Part, ...]:
        """Return what of its units one side of a step speaks of: all of them, or their own demands alone."""
        requirement = step.link.requirement
        own = bool(step.link.demands) and refs == (requirement,) and requirement.framework in self.data.frameworks
        return tuple((ref, own and bool(self.data.children(ref))) for ref in refs)

    def between(self, first: tuple[_Part, ...], second: tuple[_Part, ...]) -> Relations | None:
        """Return the relations possible between two middles, None if they do not meet."""
        if not first or not second:
            return _EQUAL  # every unit of the framework, so also the one that is meant
        if first == second:
            return _EQUAL
        key = (first, second)
        if key not in self._known:
            self._known[key] = self._meeting(first, second)
        return self._known[key]

    def _meeting(self, first: tuple[_Part, ...], second: tuple[_Part, ...]) -> Relations | None:
        contains = all(any(self._holds(one, two) for one in first) for two in second)
        within = all(any(self._holds(two, one) for two in second) for one in first)
        if contains and within:
            return _EQUAL
        if contains or within:
            return CONTAINING if contains else WITHIN
        meets = any(self._holds(one, two) or self._holds(two, one) for one in first for two in second)
        return TOUCHING if meets else None

    def _holds(self, upper: _Part, lower: _Part) -> bool:
        if upper[1]:
            return upper == lower
        return upper[0] == lower[0] or upper[0] in self.above(lower[0])


Ends = tuple[Refs, Refs]


def chains_of(tree: Tree, firsts: list[ChainStep], seconds: list[ChainStep]) -> tuple[dict[Ends, list[Chain]], Refs]:
    """Return the chains by their ends, and the middles that only the first steps relate to anything."""
    at: dict[Ref, list[ChainStep]] = {}
    under: dict[Ref, list[ChainStep]] = {}
    for step in seconds:
        for one in step.left:
            at.setdefault(one, []).append(step)
            for ref in tree.above(one):
                under.setdefault(ref, []).append(step)
    found: dict[Ends, list[Chain]] = {}
    loose: set[Ref] = set()
    for first in firsts:
        if not first.left or not first.right:
            continue
        near = {id(s): s for one in first.right for ref in (one, *tree.above(one)) for s in at.get(ref, ())}
        near |= {id(s): s for one in first.right for s in under.get(one, ())}
        met = False
        for second in near.values():
            chain = _chain(tree, first, second) if second.right else None
            if chain is not None:
                found.setdefault((first.left, second.right), []).append(chain)
                met = met or second.relation is not _APART
        if not met and first.relation is not _APART:
            loose.update(first.right)
    return found, tuple(sorted(loose))


def _chain(tree: Tree, first: ChainStep, second: ChainStep) -> Chain | None:
    middle = tree.between(tree.parts(first, first.right), tree.parts(second, second.left))
    if middle is None:
        return None
    return Chain(first, second, in_order(chained(chained({first.relation}, middle), {second.relation})))


def narrowing(tree: Tree, firsts: list[ChainStep], seconds: list[ChainStep]) -> Callable[[Refs, Refs], list[Chain]]:
    """Return what gives the chains of a pair in which a link speaks of every unit of a framework."""
    starts: dict[Refs, list[ChainStep]] = {}
    ends: dict[Refs, list[ChainStep]] = {}
    every_first = [step for step in firsts if not step.left or not step.right]
    every_second = [step for step in seconds if not step.left or not step.right]
    for step in firsts:
        if step.left and step.right:
            starts.setdefault(step.left, []).append(step)
    for step in seconds:
        if step.left and step.right:
            ends.setdefault(step.right, []).append(step)

    def chains(left: Refs, right: Refs) -> list[Chain]:
        through_every = [
            _chain(tree, first, second)
            for first in every_first
            if first.left in (left, ())
            for second in ends.get(right, ())
        ]
        through_every += [
            _chain(tree, first, second)
            for second in every_second
            if second.right in (right, ())
            for first in starts.get(left, ())
        ]
        return [chain for chain in through_every if chain is not None]

    return chains


def names(refs: Refs, between: str = " + ") -> str:
    """Return units as people cite them, users' by the whole id: a chain goes through several texts."""
    return between.join(ref.citation if closed_set(ref.framework) else str(ref) for ref in refs) or "every unit"
