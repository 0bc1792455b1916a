"""What is added to a dataset, checked against what the dataset holds, which was checked when it was made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from ...errors import Problem
from .._units import Units, asked_of, keep
from ._registry import check_index
from ._tables import Record, Tables, framework_of, index_of

__all__ = ["check_added"]

T = TypeVar("T")


class _ByFramework(Mapping[str, T]):
    """A mapping by the text of a ref, of which the part of each framework is made when it is first asked for."""

    __slots__ = ("_frameworks", "_make", "_parts")

    def __init__(self, frameworks: Iterable[str], make: Callable[[str], Mapping[str, T]]) -> None:
        self._frameworks, self._make = frozenset(frameworks), make
        self._parts: dict[str, Mapping[str, T]] = {}

    def _part(self, framework: str) -> Mapping[str, T]:
        part = self._parts.get(framework)
        if part is None:
            part = self._parts[framework] = self._make(framework) if framework in self._frameworks else {}
        return part

    def __getitem__(self, ref: str) -> T:
        return self._part(framework_of(ref))[ref]

    def __contains__(self, ref: object) -> bool:
        return isinstance(ref, str) and ref in self._part(framework_of(ref))

    def get(self, ref: str, default: object = None) -> Any:
        """Return what a ref has, or `default`; asked once or twice a link, so that it has to be quick."""
        return self._part(framework_of(ref)).get(ref, default)

    def __iter__(self) -> Iterator[str]:
        return (ref for framework in sorted(self._frameworks) for ref in self._part(framework))

    def __len__(self) -> int:
        return sum(len(self._part(framework)) for framework in self._frameworks)


class _Named:
    """The refs of all units and demands."""

    def __init__(self, units: Mapping[str, object], demands: Mapping[str, Sequence[str]]) -> None:
        self._units, self._demands = units, demands

    def __contains__(self, ref: object) -> bool:
        text = str(ref)
        return text in self._units or text in self._demands.get(text.partition("#")[0], ())


def check_added(dataset: Units, tables: Mapping[str, Sequence[Record]]) -> list[Problem]:
    """Return the problems of records that are added to a dataset, as `check` would of the whole, sorted by place.

    The tables hold what is added alone, but for frameworks, sources and heads of crosswalks, which come with those that
    are there: their rows are counted as in the whole. No unit that is there may be replaced, or what others say of it
    would have to be looked at again.
    """
    own = index_of(tables)
    added = {framework_of(ref) for ref in own.units}

    def units(framework: str) -> Mapping[str, tuple[str, Record]]:
        if framework in added:
            return own.units
        return keep(dataset, ("checked", framework), lambda: _units(dataset, framework))

    def demands(framework: str) -> Mapping[str, tuple[str, ...]]:
        if framework in added:
            return own.demands
        return keep(dataset, ("checked demands", framework), lambda: _demands(dataset, framework))

    frameworks = {*dataset.frameworks, *added}
    all_units, all_demands = _ByFramework(frameworks, units), _ByFramework(frameworks, demands)
    index = Tables(
        frameworks={**{f.id: f.side for f in dataset.frameworks.values()}, **own.frameworks},
        units=all_units,
        demands=all_demands,
        named=_Named(all_units, all_demands),
        sources=own.sources,
        raw=tables,
    )
    return check_index(index)


def _units(dataset: Units, framework: str) -> dict[str, tuple[str, Record]]:
    return {
        str(unit.ref): (unit.side, {"parent": None if unit.parent is None else str(unit.parent)})
        for unit in dataset.of(framework)
    }


def _demands(dataset: Units, framework: str) -> dict[str, tuple[str, ...]]:
    return {str(unit.ref): tuple(str(ref) for ref in asked_of(dataset, unit)) for unit in dataset.of(framework)}
