"""Immutable mappings by ref, in which any text form of a unit may be looked up."""

from __future__ import annotations

from typing import Any, TypeVar

from .._shared import FrozenMap
from ..errors import InvalidRef
from ._refs import Ref, parse_ref

__all__ = ["RefMap"]

K = TypeVar("K")
V = TypeVar("V", covariant=True)


class RefMap(FrozenMap[K, V]):
    """A `FrozenMap` by ref in which any text form of a unit may be looked up."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> V:
        known: dict[Any, V] = self._data
        return known[key if isinstance(key, Ref) or (isinstance(key, str) and key in known) else parse_ref(key)]

    def __contains__(self, key: object) -> bool:
        try:
            self[key]
        except (LookupError, InvalidRef):
            return False
        return True

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value of a unit, or `default`; what is no id at all raises `InvalidRef`."""
        try:
            return self[key]
        except LookupError:
            return default
