"""Immutable mappings by ref, in which any text form of a unit may be looked up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, cast, overload

from .._shared import FrozenMap
from ..errors import InvalidRef, UnknownRef, quote
from ._parsing import read_ref
from ._ref import Ref

__all__ = ["RefMap"]

K = TypeVar("K")
V = TypeVar("V", covariant=True)
D = TypeVar("D")
_SHOWN = 3
_ABSENT = object()


class RefMap(FrozenMap[K, V]):
    """A `FrozenMap` by ref in which any text form of a unit may be looked up.

    A unit that is not in the map raises `UnknownRef` with what the map has, what is not an id `InvalidRef`; `get`
    returns the default for either, and `in` is False. A map may hold other texts as keys too, such as "overall".
    """

    __slots__ = ()

    def __getitem__(self, key: K | Ref | str) -> V:
        known: dict[Any, V] = self._data
        # Most look-ups come from loops over refs that are there: they must not cost more than those of a dict.
        if isinstance(key, (Ref, str)) and key in known:
            return known[key]
        ref = read_ref(key)  # type: ignore[arg-type]  # refuses what is not an id, of any type
        if ref in known:
            return known[ref]
        raise UnknownRef(f"no entry for {quote(str(ref))}", hint=_what_there_is(ref, known))

    def __contains__(self, key: object) -> bool:
        return key in self._data if type(key) is Ref else self.get(key, _ABSENT) is not _ABSENT

    @overload
    def get(self, key: object, default: None = None) -> V | None: ...
    @overload
    def get(self, key: object, default: D) -> V | D: ...
    def get(self, key: object, default: D | None = None) -> V | D | None:
        """Return the value of a unit, or `default` if the map has none or the key is not an id."""
        known: dict[Any, V] = self._data
        if isinstance(key, Ref):
            return known.get(key, default)
        if isinstance(key, str) and key in known:
            return known[key]
        try:
            ref = read_ref(cast("str", key))
        except InvalidRef:
            return default
        return known.get(ref, default)


def _what_there_is(ref: Ref, keys: Iterable[object]) -> str:
    """Return a hint to what a map has: of its keys the nearest of the same framework, else the first."""
    refs = sorted(key for key in keys if isinstance(key, Ref))
    if not refs:
        names = ", ".join(str(key) for key in keys)
        return f"it has {names}" if names else "it is empty"
    same = [key for key in refs if key.framework == ref.framework] or refs
    after = sum(key < ref for key in same)
    start = max(0, min(after - 1, len(same) - _SHOWN))
    shown = same[start : start + _SHOWN]
    more = len(refs) - len(shown)
    return f"it has {', '.join(map(str, shown))}" + (f" and {more} more" if more else "")
