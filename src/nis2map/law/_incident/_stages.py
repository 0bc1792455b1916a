"""The stages of reporting, and results that have one item a stage."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol, TypeVar, overload

from ..._shared import Listing, Tabular
from ...errors import UnknownRef, quote

__all__ = ["ByStage", "Stage"]


class Stage(StrEnum):
    """The reports of Article 23(4), in the order in which they fall due."""

    EARLY_WARNING = "early_warning"
    NOTIFICATION = "notification"
    INTERMEDIATE = "intermediate"
    PROGRESS = "progress"
    FINAL = "final"

    @property
    def words(self) -> str:
        """The stage in words."""
        return _WORDS[self]


_WORDS = {
    Stage.EARLY_WARNING: "Early warning",
    Stage.NOTIFICATION: "Incident notification",
    Stage.INTERMEDIATE: "Intermediate report",
    Stage.PROGRESS: "Progress report",
    Stage.FINAL: "Final report",
}


class _Staged(Protocol):
    @property
    def stage(self) -> Stage | str: ...


T = TypeVar("T", bound=_Staged, covariant=True)
D = TypeVar("D")


class ByStage(Tabular, Listing[T]):
    """Items in the order of the stages, each reached by its place or its stage."""

    __slots__ = ()

    @property
    @abstractmethod
    def _items(self) -> tuple[T, ...]:
        """The items in the order of their stages."""

    @overload
    def __getitem__(self, key: int | str) -> T: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[T, ...]: ...
    def __getitem__(self, key: int | str | slice) -> T | tuple[T, ...]:
        if not isinstance(key, str):
            return self._items[key]
        item = self._at(key)
        if item is None:
            raise UnknownRef(f"there is no deadline for {quote(str(key))}", hint=self._why(key))
        return item

    def _at(self, stage: object) -> T | None:
        return next((item for item in self._items if item.stage == stage), None)

    @overload
    def get(self, stage: object, default: None = None) -> T | None: ...
    @overload
    def get(self, stage: object, default: D) -> T | D: ...
    def get(self, stage: object, default: D | None = None) -> T | D | None:
        """Return the item of a stage, `default` if this incident has no such deadline."""
        item = self._at(stage)
        return default if item is None else item

    def __contains__(self, value: object) -> bool:
        return self._at(value) is not None if isinstance(value, str) else value in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def _lines(self) -> tuple[T, ...]:
        return self._items

    def _why(self, key: str) -> str:
        if key == Stage.INTERMEDIATE:
            return "it is owed on request only: intermediate_requested_at"
        if key == Stage.PROGRESS:
            return "it is owed only if the incident is ongoing when the final report would be due"
        return f"here: {', '.join(item.stage for item in self._items)}"
