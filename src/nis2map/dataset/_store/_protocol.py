"""Where the parts of a dataset come from: what every store answers, and what is kept of the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar, overload, runtime_checkable

from ...ids import Ref
from ...model import Control, Crosswalk, Framework, Link, Requirement

if TYPE_CHECKING:  # classes cost more at start than the units do
    from ...model import Alias, LawTables, Measure, Source
    from .._dataset import Dataset
    from .._verdicts import VerdictRow

__all__ = [
    "ASSUMED",
    "MADE_OF_VERDICTS",
    "WHAT_STANDS",
    "Nones",
    "Overlay",
    "Store",
    "Unit",
    "grouped",
    "lazy_crosswalks",
    "noting",
]

D = TypeVar("D")
Unit = Requirement | Control
# Packaged crosswalks that are worked out from the verdicts when they are asked for: each judge's, what both give, what
# either gives; and what stands if one assumption of the judges is dropped.
MADE_OF_VERDICTS = ("nis2map-judge-1", "nis2map-judge-2", "nis2map-strict", "nis2map-generous")
ASSUMED = ("nis2map-management-is-top",)
WHAT_STANDS = MADE_OF_VERDICTS[0].removesuffix("-judge-1")
# Pairs of a demand and controls of which a person says that they serve it not, with the reason.
Nones = Mapping[tuple[Ref, frozenset[Ref]], str]


class Store(Protocol):
    """Where the parts of a dataset come from."""

    def frameworks(self) -> tuple[Framework, ...]: ...
    def units(self, framework: str) -> Mapping[Ref, Unit]: ...
    def core(self, framework: str) -> tuple[Ref, ...]: ...
    def count(self, framework: str) -> int: ...
    def heads(self) -> tuple[Crosswalk, ...]: ...
    def derived(self) -> tuple[Crosswalk, ...]: ...
    def links(self, crosswalk: str, framework: str) -> tuple[Link, ...]: ...
    def sources(self) -> tuple[Source, ...]: ...
    def measures(self) -> tuple[Measure, ...]: ...
    def law(self) -> LawTables: ...
    def aliases(self) -> tuple[Alias, ...]: ...
    def verdicts(self) -> Sequence[VerdictRow]: ...
    @property
    def nones(self) -> Nones: ...
    def noting(self, nones: Nones) -> Store: ...
    def judged_by(self, other: Store, nones: Nones | None) -> Store: ...


@runtime_checkable
class Overlay(Protocol):
    """What `Dataset.with_review` takes: a `Review`, which knows how verdicts change a crosswalk."""

    def laid_over(
        self, dataset: Dataset, crosswalk: str, others: Sequence[object]
    ) -> tuple[Crosswalk, tuple[Source, ...], Nones]:
        """Return the crosswalk in which verdicts stand, the sources that it names, and the pairs that are none."""
        ...


def noting(store: Store, crosswalk: str, nones: Nones) -> Store:
    """Return a store that notes what a person says is none in a crosswalk, the same one if that is no news.

    Verdicts are told of one crosswalk, and only where judges gave some.
    """
    if crosswalk != WHAT_STANDS or not nones or not store.verdicts():
        return store
    noted = {**store.nones, **nones}
    return store if noted == store.nones else store.noting(noted)


class _LazyCrosswalks(Mapping[str, Crosswalk]):
    """Crosswalks by id; the links of one are loaded when it is asked for."""

    __slots__ = ("_heads", "_load")

    def __init__(self, heads: Mapping[str, Crosswalk], load: Callable[[str], Crosswalk]) -> None:
        self._heads, self._load = heads, load

    def __getitem__(self, key: str) -> Crosswalk:
        return self._load(key)

    @overload
    def get(self, key: str, /) -> Crosswalk | None: ...
    @overload
    def get(self, key: str, /, default: Crosswalk | D) -> Crosswalk | D: ...
    def get(self, key: str, /, default: object = None) -> object:
        """Return the crosswalk of an id, or `default`."""
        return self[key] if key in self._heads else default

    def __contains__(self, key: object) -> bool:
        return key in self._heads

    def __iter__(self) -> Iterator[str]:
        return iter(self._heads)

    def __len__(self) -> int:
        return len(self._heads)

    def __repr__(self) -> str:
        return f"<crosswalks {', '.join(self)}>"


def lazy_crosswalks(heads: Mapping[str, Crosswalk], load: Callable[[str], Crosswalk]) -> Mapping[str, Crosswalk]:
    """Return the crosswalks by id; `load` gives one with its links when it is asked for."""
    return _LazyCrosswalks(heads, load)


def grouped(pairs: Iterable[tuple[Ref, Link]]) -> dict[Ref, tuple[Link, ...]]:
    by_ref: dict[Ref, list[Link]] = {}
    for ref, link in pairs:
        by_ref.setdefault(ref, []).append(link)
    return {ref: tuple(links) for ref, links in by_ref.items()}
