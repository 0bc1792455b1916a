"""Two crosswalks brought to the level that both have, so that their pairs can be set side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import attrs

from ..dataset import Dataset, ends, speaks_of_all_below
from ..errors import InputError, quote
from ..ids import Ref
from ..model import ANY, CONTAINING, WITHIN, Crosswalk, Link, Relation, Relations, chained, meet

__all__ = ["Leveled", "allowed", "comparable", "crosswalk_in", "sides_of", "top", "universe"]

_APART = Relation.NO_RELATIONSHIP
_EQUAL: Relations = frozenset({Relation.EQUAL_TO})


@attrs.frozen(eq=False)
class Leveled:
    """One crosswalk at the common level.

    `related` has its links by rolled-up pair, `judged` the rolled-up units that it speaks of; `denies(unit, control)`
    returns the links by which every assessable part of a unit is unrelated to a control, none if one part is not.
    """

    related: Mapping[tuple[Ref, Ref], tuple[Link, ...]]
    judged: frozenset[Ref]
    denies: Callable[[Ref, Ref], tuple[Link, ...]]


def comparable(
    data: Dataset, one: Crosswalk | str, two: Crosswalk | str
) -> tuple[Dataset, tuple[str, str], tuple[str, ...]]:
    """Return a dataset that has two crosswalks, their ids, and the frameworks of requirements that both start from.

    Raises `InputError` for anything but a crosswalk, for two different ones of one id, if there is no such framework
    and if their targets differ; `NotMapped` for an id that the dataset lacks.
    """
    for crosswalk in (one, two):
        if isinstance(crosswalk, Crosswalk):
            data = data.with_crosswalk(crosswalk)
    names = (_id(one, data), _id(two, data))
    heads = [data.head(name) for name in names]
    frameworks = tuple(name for name in heads[0].sources if name in heads[1].sources)
    if not frameworks or heads[0].target != heads[1].target:
        ends = " and ".join(f"{head.id} ({'+'.join(head.sources)} to {head.target})" for head in heads)
        raise InputError(f"{ends} have no framework in common", hint="compare crosswalks between the same frameworks")
    return data, names, frameworks


def crosswalk_in(data: Dataset, crosswalk: Crosswalk | str) -> tuple[Dataset, str]:
    """Return a dataset that has a crosswalk, and its id; `NotMapped` for an id that the dataset lacks."""
    if isinstance(crosswalk, Crosswalk):
        data = data.with_crosswalk(crosswalk)
    return data, _id(crosswalk, data)


def _id(crosswalk: Crosswalk | str, data: Dataset) -> str:
    if isinstance(crosswalk, Crosswalk):
        held = data.crosswalks[crosswalk.id]
        # A dataset keeps links in legal order, and that in which they were given is not content.
        unlinked = [attrs.evolve(one, links=()) for one in (held, crosswalk)]
        if unlinked[0] != unlinked[1] or frozenset(held.links) != frozenset(crosswalk.links):
            raise InputError(f"two different crosswalks have the id {quote(crosswalk.id)}", hint="give one another id")
        return crosswalk.id
    if not isinstance(crosswalk, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(
            f"{quote(crosswalk)} is not a crosswalk", hint="a Crosswalk, or the id of one of the dataset's"
        )
    return data.head(crosswalk).id


def sides_of(data: Dataset, names: tuple[str, str], frameworks: tuple[str, ...]) -> tuple[Leveled, Leveled]:
    """Return two crosswalks of a dataset at the level that both have, over some frameworks of requirements."""
    links = [[link for f in frameworks for link in data.links_of(name, f)] for name in names]
    units = [{link.requirement for link in one} for one in links]
    controls = [{control for link in one for control in link.controls} for one in links]
    lift_units = _Rollup(data, units[0], units[1], leveled=True)
    lift_controls = _Rollup(data, controls[0], controls[1], leveled=False)
    one, two = (_side(data, name, found, lift_units, lift_controls) for name, found in zip(names, links, strict=True))
    return one, two


class _Rollup:
    """Rolls a ref of either crosswalk up to the level that both have.

    That is the nearest ref above, or at, it that the other names. Where there is none and both are `leveled`, it is
    not deeper than the other's deepest: ENISA's table stops at subsections also where it has no row.
    """

    def __init__(self, data: Dataset, one: set[Ref], two: set[Ref], *, leveled: bool) -> None:
        self.data, self.one, self.two, self.leveled = data, one, two, leveled
        self.known: dict[Ref, Ref] = {}
        self.deepest: dict[tuple[bool, str], int] = {}
        for is_first, refs in ((True, one), (False, two)):
            for ref in refs:
                key = (is_first, ref.framework)
                self.deepest[key] = max(self.deepest.get(key, 0), len(data.ancestors(ref)))

    def __call__(self, ref: Ref) -> Ref:
        if ref not in self.known:
            self.known[ref] = self._lifted(ref)
        return self.known[ref]

    def _lifted(self, ref: Ref) -> Ref:
        in_first = ref in self.one
        if in_first and ref in self.two:
            return ref
        other = self.two if in_first else self.one
        chain = (ref, *self.data.ancestors(ref))
        near = next((unit for unit in chain if unit in other), None)
        if near is not None:
            return self._lifted(near)  # the other's unit may itself lie below one of this crosswalk
        deepest = self.deepest.get((not in_first, ref.framework))
        return ref if deepest is None or not self.leveled else chain[max(0, len(chain) - 1 - deepest)]


def _side(
    data: Dataset, name: str, links: list[Link], lift_unit: Callable[[Ref], Ref], lift_control: Callable[[Ref], Ref]
) -> Leveled:
    related: dict[tuple[Ref, Ref], list[Link]] = {}
    for link in links:
        if link.relation is not _APART:
            for control in dict.fromkeys(map(lift_control, link.controls)):
                related.setdefault((lift_unit(link.requirement), control), []).append(link)

    def denies(unit: Ref, control: Ref) -> tuple[Link, ...]:
        found: dict[int, Link] = {}
        heard = {control, *data.ancestors(control)}
        parts = [below for below in data.below(unit) if data.demands(below)] or [unit]
        for part in parts:
            against = [
                link
                for link in data.links(name, requirement=part)
                if link.relation is _APART and (not link.controls or heard.intersection(link.controls))
            ]
            if not against:
                return ()
            found |= {id(link): link for link in against}
        return tuple(found.values())

    return Leveled(
        related={pair: tuple(found) for pair, found in related.items()},
        judged=frozenset(lift_unit(link.requirement) for link in links),
        denies=denies,
    )


def allowed(data: Dataset, unit: Ref, control: Ref, links: Iterable[Link]) -> Relations:
    """Return the relations that one crosswalk's links leave possible between a rolled-up unit and a control.

    What holds for a part leaves only so much open for the whole; a link of several controls says nothing of one.
    """
    sets: list[Relations] = []
    for link in links:
        if len(link.controls) > 1:
            continue
        whole = link.requirement == unit and (speaks_of_all_below(link) or not data.children(unit))
        inner = _EQUAL if link.controls == (control,) else WITHIN
        sets.append(chained(chained(_EQUAL if whole else CONTAINING, {link.relation}), inner))
    # A crosswalk that contradicts itself over the parts of a unit is not a witness against another.
    return meet(sets) or ANY


def universe(data: Dataset, target: str, sides: tuple[Leveled, Leveled]) -> int:
    """Return how many controls a unit could be paired with at the common level; headings only where they are named."""
    named = {control for side in sides for _, control in side.related}
    every = {
        next((up for up in (control.ref, *data.ancestors(control.ref)) if up in named), control.ref)
        for control in ends(data, target)
    }
    return len(every | named)


def top(data: Dataset, ref: Ref) -> Ref:
    """Return the section or article that a unit stands in: the unit at the top."""
    return (ref, *data.ancestors(ref))[-1]
