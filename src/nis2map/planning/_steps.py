"""`Step`, and what may be done: controls and measures with their costs and prerequisites."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

import attrs

from .._shared import Page, Record, View, amount, day, each, expect, number, percent, written
from ..assessment import Assessment, Finding, Status, counting
from ..dataset import Dataset
from ..errors import InputError, InvalidRef, UnknownRef, quote
from ..ids import Ref, parse_ref
from ..model import Control, Demand, Measure
from ..scoring import COUNTED, Coverage, leaves, workings

__all__ = ["Costs", "Item", "Prerequisites", "Step", "closed_by", "done", "items_of", "measure_of"]

V = TypeVar("V")
# A mapping's keys are invariant to type checkers, so that one type for texts and refs together would refuse either.
ByUnit = Mapping[str, V] | Mapping[Ref, V] | Mapping[str | Ref, V]
Costs = ByUnit[float]
Prerequisites = ByUnit[str | Ref | Iterable[str | Ref]]

_DONE = Finding(Status.IMPLEMENTED)


def _unit_or_measure(value: Ref | str) -> Ref | str:
    if isinstance(value, Ref):
        return value
    try:
        return parse_ref(value)
    except InvalidRef:
        if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise
        return value  # the id of a measure, as the dataset will tell


def _start_day(value: dt.date | str | None) -> dt.date | None:
    return day(value, "start")


def _done_day(value: dt.date | str | None) -> dt.date | None:
    return day(value, "done")


def _cost(value: float) -> float:
    return amount(value, "cost")


def _gain(value: object) -> float | None:
    # What is added to a score may be less than nothing, and neither a bool nor NaN adds anything.
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool) and -1 <= value <= 1):
        return value
    raise InputError(f"gain is {quote(value)}", hint="a number from -1 to 1, or None")


def _together(value: Iterable[Ref | str]) -> tuple[Ref | str, ...]:
    return tuple(_unit_or_measure(step) for step in each(value, "steps"))


@attrs.frozen(eq=False, repr=False)
class Step(Record, View):
    """One thing to do: a control (or a unit or demand of the law) to put in place, or a measure by its id.

    `start` and `done` are dates for `simulate`; the step counts from `done` on. `cost` is in the caller's own unit.
    `gain` is what the step adds to the score in a plan, where it stands; `together` names the other steps without
    which it adds nothing there, because one link needs all of them or one needs the other.
    """

    ref: Ref | str = attrs.field(converter=_unit_or_measure)
    start: dt.date | None = attrs.field(default=None, converter=_start_day)
    done: dt.date | None = attrs.field(default=None, converter=_done_day)
    cost: float = attrs.field(default=1.0, converter=_cost)
    title: str = attrs.field(default="", kw_only=True, eq=False)
    gain: float | None = attrs.field(default=None, converter=_gain, kw_only=True)
    together: tuple[Ref | str, ...] = attrs.field(default=(), converter=_together, kw_only=True, eq=False)
    cited: str = attrs.field(default="", metadata=written(), kw_only=True, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        expect(self.title, str, "title")
        expect(self.cited, str, "cited")
        if self.start is not None and self.done is not None and self.done < self.start:
            raise InputError(f"{self.ref} is done on {self.done}, before its start on {self.start}")

    @property
    def name(self) -> str:
        """The citation of a unit, or the id of a measure."""
        return self.cited or (self.ref.citation if isinstance(self.ref, Ref) else self.ref)

    def _page(self) -> Page:
        parts = [f"{self.name} {self.title}".rstrip(), f"cost {number(self.cost)}"]
        parts += [] if self.gain is None else [f"gain {percent(self.gain)}"]
        parts += [f"{word} {date}" for word, date in (("start", self.start), ("done", self.done)) if date is not None]
        return Page(", ".join(parts))


@attrs.frozen
class Item:
    """Something that may be done: a control or a measure, with its cost and all that must be done with it.

    `needs` holds the places, among the items, of its own prerequisites that are not in place.
    """

    what: Ref | str
    title: str
    cost: float
    needs: tuple[int, ...]


def measure_of(dataset: Dataset, name: str) -> Measure:
    """Return a measure by its id; `UnknownRef` if the dataset has none such."""
    measure = next((measure for measure in dataset.measures if measure.id == name), None)
    if measure is None:
        known = ", ".join(sorted(measure.id for measure in dataset.measures)) or "none"
        raise UnknownRef(f"{quote(name)} is neither a unit nor a measure", hint=f"measures: {known}")
    return measure


def closed_by(cov: Coverage, measure: Measure) -> tuple[Ref, ...]:
    """Return the counted demands at or below what a measure closes, in legal order."""
    closes = set(measure.closes)
    work = workings(cov)
    rows = zip(work.question.demands, work.question.own, work.values.state, strict=True)
    return tuple(demand.ref for demand, chain, state in rows if state == COUNTED and not closes.isdisjoint(chain))


def done(cov: Coverage, steps: Iterable[Ref | str]) -> Assessment:
    """Return the assessment behind a coverage once some things are done.

    A unit done gets the finding `implemented`; a measure done gives one to every counted demand that it closes.
    """
    findings: dict[Ref, Finding] = {}
    for what in steps:
        refs = (what,) if isinstance(what, Ref) else closed_by(cov, measure_of(cov.dataset, what))
        findings |= dict.fromkeys(refs, _DONE)
    return cov.assessment.replace(findings)


class _Catalogue:
    """The things that may be named in costs and prerequisites."""

    def __init__(self, cov: Coverage, *, measures: bool) -> None:
        self.dataset = cov.dataset
        self.current = counting(cov.assessment)
        self.measures = {measure.id: measure for measure in cov.dataset.measures}
        self.with_measures = measures
        # A control that a plan may name is asked for its units above more than once.
        self.above = {chain[0]: chain for chains in workings(cov).question.parts for chain in chains}
        self.targets = {cov.dataset.head(name).target for name in workings(cov).question.crosswalks}

    def named(self, key: Ref | str, name: str) -> Ref | str:
        """Return what a key stands for: the id of a measure, or a control."""
        if isinstance(key, str) and key in self.measures:
            return key
        try:
            ref = self.dataset.ref(key)
        except InvalidRef:
            near = get_close_matches(key[:60], list(self.measures), n=1) if isinstance(key, str) else []
            if not near:
                raise
            raise UnknownRef(f"{name}: {quote(key)} is not a measure", hint=f"nearest: {near[0]}") from None
        # Whatever a crosswalk leads to is a control there.
        unit = self.dataset[ref]
        if isinstance(unit, Demand) or not (isinstance(unit, Control) or ref.framework in self.targets):
            raise InputError(f"{name} names {ref}, which is neither a control nor a measure")
        return ref

    def usable(self, key: Ref | str, name: str) -> Ref | str:
        """Return what a key stands for; `InputError` for a measure where the plan may not use any."""
        what = self.named(key, name)
        if isinstance(what, str) and not self.with_measures:
            raise InputError(f"{name} names the measure {what}", hint="measures=True lets a plan use measures")
        return what

    def parts(self, what: Ref | str) -> tuple[Ref | str, ...]:
        """Return what has to be done for it: a heading is in place once the deepest units below it are."""
        return (what,) if isinstance(what, str) else leaves(self.dataset, what)

    def chain(self, what: Ref | str) -> tuple[Ref | str, ...]:
        """Return a control with the units above it, the nearest first; a measure stands alone."""
        if isinstance(what, str):
            return (what,)
        return self.above.get(what) or (what, *self.dataset.ancestors(what))

    def in_place(self, what: Ref | str) -> bool:
        """Tell whether a control's nearest finding says that it is implemented; a measure leaves no finding."""
        refs = (ref for ref in self.chain(what) if isinstance(ref, Ref) and ref in self.current)
        nearest = next(refs, None)
        return nearest is not None and self.current[nearest].status is Status.IMPLEMENTED

    def title(self, what: Ref | str) -> str:
        """Return the title of a control or measure."""
        if isinstance(what, str):
            return self.measures[what].title
        unit = self.dataset[what]
        return "" if isinstance(unit, Demand) else unit.title

    def order(self, what: Ref | str) -> tuple[object, ...]:
        """Return the key that puts controls in legal order before measures by id."""
        return (1, what) if isinstance(what, str) else (0, *what.sort_key)


def items_of(
    cov: Coverage, *, costs: Costs | None, prerequisites: Prerequisites | None, measures: bool
) -> tuple[Item, ...]:
    """Return all that may be done: controls of the question that are not in place, what they need, and measures.

    A cost on a heading holds for the controls below it that have none of their own; without a cost a step costs 1.
    """
    catalogue = _Catalogue(cov, measures=measures)
    cost_of = _costs(catalogue, costs)
    direct = _prerequisites(catalogue, prerequisites)
    wanted = dict.fromkeys(control for control in workings(cov).question.deepest if not catalogue.in_place(control))
    todo: list[Ref | str] = [*wanted, *(sorted(catalogue.measures) if measures else ())]
    needs: dict[Ref | str, set[Ref | str]] = {}
    # What is needed is an item too, also if no link names it: a plan that leaves it out could not be carried out.
    while todo:
        what = todo.pop()
        if what not in needs:
            needs[what] = {need for need in direct.get(what, ()) if not catalogue.in_place(need)}
            todo += needs[what]
    names = sorted(needs, key=catalogue.order)
    places = {what: place for place, what in enumerate(names)}
    return tuple(
        Item(
            what=what,
            title=catalogue.title(what),
            cost=next((cost_of[key] for key in catalogue.chain(what) if key in cost_of), 1.0),
            needs=tuple(sorted(places[need] for need in needs[what])),
        )
        for what in names
    )


def _items_of(value: ByUnit[V] | None, name: str) -> Iterable[tuple[str | Ref, V]]:
    if value is None:
        return ()
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"{name} is {quote(value)}", hint="a mapping from controls (or ids of measures)")
    return value.items()


def _costs(catalogue: _Catalogue, costs: Costs | None) -> dict[Ref | str, float]:
    cost_of: dict[Ref | str, float] = {}
    for key, value in _items_of(costs, "costs"):
        what = catalogue.named(key, "costs")
        if what in cost_of:
            raise InputError(f"costs names {what} twice")
        cost_of[what] = amount(value, f"the cost of {what}")
    return cost_of


def _prerequisites(
    catalogue: _Catalogue, prerequisites: Prerequisites | None
) -> dict[Ref | str, tuple[Ref | str, ...]]:
    direct: dict[Ref | str, tuple[Ref | str, ...]] = {}
    for key, value in _items_of(prerequisites, "prerequisites"):
        try:
            needs = (value,) if isinstance(value, (Ref, str)) else tuple(each(value, "controls"))
        except InputError as error:
            raise InputError(f"the prerequisites of {quote(key)}: {error.message}") from None
        parts = catalogue.parts(catalogue.usable(key, "prerequisites"))
        needed = [part for need in needs for part in catalogue.parts(catalogue.usable(need, "prerequisites"))]
        for part in parts:
            # A part of a heading comes before the others if the heading needs it, and does not wait for itself.
            others = [need for need in needed if need != part or len(parts) == 1]
            # Two spellings of one control may both have needs: all of them hold.
            direct[part] = (*direct.get(part, ()), *others)
    _refuse_circles(direct, catalogue)
    return direct


def _refuse_circles(direct: Mapping[Ref | str, tuple[Ref | str, ...]], catalogue: _Catalogue) -> None:
    from graphlib import CycleError, TopologicalSorter

    try:
        TopologicalSorter(direct).prepare()
    except CycleError as error:
        circle = sorted(set(error.args[1]), key=catalogue.order)
        raise InputError(
            f"prerequisites go round in a circle: {', '.join(map(str, circle))}", hint="leave one of them out"
        ) from None
