"""Immutable mappings, which compare, copy and pickle by content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar, cast, overload

from ..errors import UnknownRef, quote
from ._display import one_line

__all__ = ["FrozenMap"]

D = TypeVar("D")
K = TypeVar("K")
V = TypeVar("V", covariant=True)


class FrozenMap(Mapping[K, V], Generic[K, V]):
    """An immutable mapping that compares, copies and pickles by content.

    A key that it does not have raises `UnknownRef` with those that it has.
    """

    __slots__ = ("_data",)
    _data: dict[K, V]

    def __init__(self, items: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        object.__setattr__(self, "_data", dict(items))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __getitem__(self, key: K) -> V:
        try:
            return self._data[key]
        except (KeyError, TypeError):  # what can't be hashed is no key either
            known = ", ".join(map(str, self._data))
            raise UnknownRef(f"there is no {quote(key)}", hint=f"there is {known or 'none'}") from None

    def __contains__(self, key: object) -> bool:
        try:
            return key in self._data
        except TypeError:  # what can't be hashed is no key
            return False

    # Any object may be asked for; `Mapping` in typeshed asks for a key.
    @overload
    def get(self, key: object, /) -> V | None: ...
    @overload
    def get(self, key: object, /, default: D) -> V | D: ...
    def get(self, key: object, /, default: object = None) -> object:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return the value of a key, or `default`."""
        return self._data[cast("K", key)] if key in self else default

    def __iter__(self) -> Iterator[K]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __hash__(self) -> int:
        return hash(frozenset(self._data.items()))

    def __repr__(self) -> str:
        items = ", ".join(f"{key}: {value!r}" for key, value in self._data.items())
        return one_line(f"<{type(self).__name__} {items}>")

    def __reduce__(self) -> tuple[type[FrozenMap[K, V]], tuple[dict[K, V]]]:
        return (type(self), (dict(self._data),))

    def __copy__(self) -> FrozenMap[K, V]:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> FrozenMap[K, V]:
        return self
