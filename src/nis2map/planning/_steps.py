"""`Step`, and what may be done: items with their costs and prerequisites, as the problem that the solver takes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from .._shared import day
from ..assessment import Assessment, Finding, Status
from ..dataset import Dataset
from ..errors import InputError, InvalidRef, UnknownRef, quote
from ..ids import Ref, parse_ref
from ..model import Control, Measure
from ..scoring import COUNTED, Coverage, control_bounds, demand_weights, workings
from ._solver import Group, Option, OptionPart, Selection

__all__ = ["Item", "Step", "amount", "done", "items_of", "problem_of"]

_DONE = Finding(Status.IMPLEMENTED)


def amount(value: object, name: str) -> float:
    """Return a cost or budget as a float; `InputError` unless it is a finite number from 0 up."""
    if type(value) not in (int, float) or not math.isfinite(value) or value < 0:  # type: ignore[arg-type, operator]
        raise InputError(f"{name} is {quote(value)}", hint="a finite number from 0 up")
    return float(value)  # type: ignore[arg-type]


def _what(value: Ref | str) -> Ref | str:
    if isinstance(value, Ref):
        return value
    try:
        return parse_ref(value)
    except InvalidRef:
        if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise
        return value  # the id of a measure, as the dataset will tell


def _day(value: Any, field: attrs.Attribute[Any]) -> dt.date | None:
    return day(value, field.name)


def _cost(value: object) -> float:
    return amount(value, "cost")


@attrs.frozen
class Step:
    """One thing to do: a control (or a unit or demand of the law) to put in place, or a measure by its id.

    `start` and `done` are dates for `simulate`; the step counts from `done` on. `cost` is in the caller's own unit.
    `gain` is what the step adds to the score in a plan, where it stands.
    """

    ref: Ref | str = attrs.field(converter=_what)
    start: dt.date | None = attrs.field(
        default=None,
        converter=attrs.Converter(_day, takes_field=True),  # type: ignore[misc]
    )
    done: dt.date | None = attrs.field(
        default=None,
        converter=attrs.Converter(_day, takes_field=True),  # type: ignore[misc]
    )
    cost: float = attrs.field(default=1.0, converter=_cost)
    title: str = attrs.field(default="", kw_only=True, eq=False)
    gain: float | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.start is not None and self.done is not None and self.done < self.start:
            raise InputError(f"{self.ref} is done on {self.done}, before its start on {self.start}")

    @property
    def name(self) -> str:
        """The citation of a unit, or the id of a measure."""
        return self.ref.citation if isinstance(self.ref, Ref) else self.ref

    def to_dict(self) -> dict[str, Any]:
        """Return the step as a JSON-ready dict."""
        return {
            "ref": str(self.ref),
            "title": self.title,
            "start": None if self.start is None else self.start.isoformat(),
            "done": None if self.done is None else self.done.isoformat(),
            "cost": self.cost,
            "gain": self.gain,
        }


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
    found = next((measure for measure in dataset.measures if measure.id == name), None)
    if found is None:
        known = ", ".join(sorted(measure.id for measure in dataset.measures)) or "none"
        raise UnknownRef(f"{quote(name)} is neither a unit nor a measure", hint=f"measures: {known}")
    return found


def closed_by(cov: Coverage, measure: Measure) -> tuple[Ref, ...]:
    """Return the counted demands at or below what a measure closes, in the plan's order."""
    plan, state = workings(cov).question, workings(cov).values.state
    closes = set(measure.closes)
    return tuple(
        demand.ref
        for place, demand in enumerate(plan.demands)
        if state[place] == COUNTED and not closes.isdisjoint(plan.own[place])
    )


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
        self.current = cov.assessment.current
        self.measures = {measure.id: measure for measure in cov.dataset.measures}
        self.with_measures = measures

    def named(self, key: object, name: str) -> Ref | str:
        """Return what a key stands for: the id of a measure, or a control."""
        if isinstance(key, str) and key in self.measures:
            return key
        ref = self.dataset.ref(key)  # type: ignore[arg-type]
        if not isinstance(self.dataset[ref], Control):
            raise InputError(f"{name} names {ref}, which is neither a control nor a measure")
        return ref

    def usable(self, key: object, name: str) -> Ref | str:
        what = self.named(key, name)
        if isinstance(what, str) and not self.with_measures:
            raise InputError(f"{name} names the measure {what}", hint="measures=True lets a plan use measures")
        return what

    def chain(self, what: Ref | str) -> tuple[Ref | str, ...]:
        return (what,) if isinstance(what, str) else (what, *self.dataset.ancestors(what))

    def in_place(self, what: Ref | str) -> bool:
        found = next(
            (self.current[ref] for ref in self.chain(what) if isinstance(ref, Ref) and ref in self.current), None
        )
        return found is not None and found.status is Status.IMPLEMENTED

    def title(self, what: Ref | str) -> str:
        if isinstance(what, str):
            return self.measures[what].title
        return self.dataset.control(what).title if isinstance(self.dataset[what], Control) else ""

    def order(self, what: Ref | str) -> tuple[Any, ...]:
        """Controls in legal order, then measures by id."""
        return (1, what) if isinstance(what, str) else (0, *what.sort_key)


def items_of(cov: Coverage, *, costs: object, prerequisites: object, measures: bool) -> tuple[Item, ...]:
    """Return all that may be done: controls of the plan that are not in place, what they need, and measures.

    A cost on a heading holds for the controls below it that have none of their own; without a cost a step costs 1.
    """
    catalogue = _Catalogue(cov, measures=measures)
    given = _costs(catalogue, costs)
    direct = _prerequisites(catalogue, prerequisites)
    wanted = dict.fromkeys(what for what in workings(cov).question.deepest if not catalogue.in_place(what))
    todo: list[Ref | str] = [*wanted, *(sorted(catalogue.measures) if measures else ())]
    needs: dict[Ref | str, set[Ref | str]] = {}
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
            cost=next((given[key] for key in catalogue.chain(what) if key in given), 1.0),
            needs=tuple(sorted(places[need] for need in needs[what])),
        )
        for what in names
    )


def _mapping(value: object, name: str) -> Mapping[Any, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InputError(f"{name} is {quote(value)}", hint="a mapping from controls (or ids of measures)")
    return value  # pyright: ignore[reportUnknownVariableType]


def _costs(catalogue: _Catalogue, costs: object) -> dict[Ref | str, float]:
    found: dict[Ref | str, float] = {}
    for key, value in _mapping(costs, "costs").items():
        what = catalogue.named(key, "costs")
        if what in found:
            raise InputError(f"costs names {what} twice")
        found[what] = amount(value, f"the cost of {what}")
    return found


def _prerequisites(catalogue: _Catalogue, prerequisites: object) -> dict[Ref | str, tuple[Ref | str, ...]]:
    found: dict[Ref | str, tuple[Ref | str, ...]] = {}
    for key, value in _mapping(prerequisites, "prerequisites").items():
        several: Iterable[object] = (value,) if isinstance(value, (Ref, str)) else value
        if not isinstance(several, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InputError(f"the prerequisites of {quote(str(key))} are {quote(value)}", hint="a control, or several")
        what = catalogue.usable(key, "prerequisites")
        found[what] = (*found.get(what, ()), *(catalogue.usable(need, "prerequisites") for need in several))
    _refuse_circles(found, catalogue)
    return found


def _refuse_circles(direct: Mapping[Ref | str, tuple[Ref | str, ...]], catalogue: _Catalogue) -> None:
    from graphlib import CycleError, TopologicalSorter

    try:
        TopologicalSorter(direct).prepare()
    except CycleError as error:
        circle = sorted(set(error.args[1]), key=catalogue.order)
        raise InputError(
            f"prerequisites go round in a circle: {', '.join(map(str, circle))}", hint="leave one of them out"
        ) from None


def problem_of(cov: Coverage, items: tuple[Item, ...], *, of: str) -> Selection:
    """Return the question as the solver takes it; gains are shares of the overall score."""
    board = _Board(cov, items, of)
    merged: dict[tuple[Option, ...], list[float]] = {}
    for place, weight in enumerate(demand_weights(cov)):
        options = board.options(place) if weight else ()
        if options:
            merged.setdefault(options, []).append(weight)
    groups = tuple(Group(math.fsum(weights), options) for options, weights in merged.items())
    costs = tuple(item.cost for item in items)
    return Selection(costs, tuple(item.needs for item in items), tuple(board.joints), groups)


class _Board:
    """How items serve demands, given what is in place; joints of items are numbered after the items."""

    def __init__(self, cov: Coverage, items: tuple[Item, ...], of: str) -> None:
        self.cov, self.items, self.of = cov, items, of
        self.places = {item.what: place for place, item in enumerate(items)}
        part = ("low", "estimate").index(of)
        self.degrees = [bounds[part] for bounds in control_bounds(cov)]
        self.now = workings(cov).values.low if of == "low" else workings(cov).values.estimate
        self.joints: dict[tuple[int, ...], int] = {}
        self.lifts = [tuple(self._lifts(chains)) for chains in workings(cov).question.parts]
        self.closing: dict[Ref, list[int]] = {}
        for what, place in self.places.items():
            if isinstance(what, str):
                for demand in closed_by(cov, measure_of(cov.dataset, what)):
                    self.closing.setdefault(demand, []).append(place)

    def _lifts(self, chains: Iterable[tuple[Ref, ...]]) -> Iterator[tuple[int, ...]]:
        """Yield, for each deepest part of a control that is not in place, the steps of which one puts it there.

        That is a step on the part, or on a unit above it down to its nearest finding.
        """
        current = self.cov.assessment.current
        for chain in chains:
            nearest = next((place for place, ref in enumerate(chain) if ref in current), len(chain))
            if nearest < len(chain) and current[chain[nearest]].status is Status.IMPLEMENTED:
                continue
            yield tuple(self.places[ref] for ref in chain[: nearest + 1] if ref in self.places)

    def options(self, place: int) -> tuple[Option, ...]:
        """Return what could raise a demand, and by how much; the same options in the same order."""
        now = self.now[place]
        if now >= 1:
            return ()
        closing = self.closing.get(workings(self.cov).question.demands[place].ref, ())
        found = [Option((OptionPart(1.0 - now, (item,)),)) for item in closing]
        if workings(self.cov).values.own[place] is None:
            found += self._covers(place) if self.of == "low" else self._means(place, now)
        return _undominated(found)

    def _covers(self, place: int) -> Iterator[Option]:
        for index in workings(self.cov).question.covers[place]:
            ways = self._together([c for c in workings(self.cov).question.sets[index] if self.degrees[c] < 1])
            if ways:
                yield Option((OptionPart(1.0, ways),))

    def _together(self, controls: Iterable[int]) -> tuple[int, ...]:
        """Return the least sets of items that put all of some controls in place, by their numbers."""
        sets: set[frozenset[int]] = {frozenset()}
        for control in controls:
            for lifts in self.lifts[control]:
                sets = {found | {lift} for found in sets for lift in lifts}
                sets = {found for found in sets if not any(other < found for other in sets)}
        return tuple(sorted(self._number(tuple(sorted(found))) for found in sets))

    def _number(self, items: tuple[int, ...]) -> int:
        if len(items) == 1:
            return items[0]
        return self.joints.setdefault(items, len(self.items) + len(self.joints))

    def _means(self, place: int, now: float) -> Iterator[Option]:
        plan, degrees = workings(self.cov).question, self.degrees
        factors: dict[int, float] = dict.fromkeys(plan.covers[place], 1.0)
        for index, factor in plan.supports[place]:
            factors[index] = max(factor, factors.get(index, 0.0))
        for index, factor in factors.items():
            members = plan.sets[index]
            missing = [c for c in members if degrees[c] < 1]
            parts = [(factor * (1.0 - degrees[c]) / len(members), self._together([c])) for c in missing]
            parts = [(gain, ways) for gain, ways in parts if gain > 0]
            offset = min(0.0, factor * math.fsum(degrees[c] for c in members) / len(members) - now)
            whole = math.fsum(gain for gain, _ in parts) + offset
            if whole <= 0:
                continue
            if len(parts) == 1:
                yield Option((OptionPart(whole, parts[0][1]),))
            else:
                yield Option(tuple(OptionPart(gain, ways) for gain, ways in sorted(parts, key=lambda p: p[1])), offset)


def _undominated(options: Iterable[Option]) -> tuple[Option, ...]:
    """Leave out all but the best single part of each way, and put the options in order."""
    best: dict[int, float] = {}
    rest: list[Option] = []
    for option in options:
        if len(option.parts) > 1:
            rest.append(option)
            continue
        for part in option.parts:
            for way in part.ways:
                best[way] = max(part.gain, best.get(way, 0.0))
    kept = [Option((OptionPart(gain, (way,)),)) for way, gain in sorted(best.items())]
    return (*kept, *sorted(rest, key=lambda option: [(part.ways, part.gain) for part in option.parts]))
