"""Values of attrs classes that compare by what they hold, with one comparison for all classes.

attrs writes an `__eq__` and a `__hash__` of its own into every class, and compiling these is a third of what a class
costs at start. A class that inherits `Value` says `eq=False`, and has those below.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cache
from operator import attrgetter
from typing import Any, cast

import attrs

__all__ = ["Value"]


class Value:
    """An attrs value that equals another one of its very class if all fields that count are equal.

    A field counts unless it says `eq=False`; one that says `eq=function` counts as what the function makes of it.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        held = _held(cast("Hashable", self.__class__))
        return bool(held(self) == held(other))

    def __hash__(self) -> int:
        kind = cast("Hashable", self.__class__)
        return hash((kind, _held(kind)(self)))


@cache
def _held(kind: Hashable) -> Callable[[Any], object]:
    """Return the function that gives what counts of a value of this class."""
    counting = [field for field in attrs.fields(cast("type[attrs.AttrsInstance]", kind)) if field.eq]
    names = [field.name for field in counting]
    if len(names) > 1 and all(field.eq_key is None for field in counting):
        return attrgetter(*names)
    keys = [field.eq_key for field in counting]
    return lambda value: tuple(
        item if key is None else key(item) for key, item in zip(keys, [getattr(value, n) for n in names], strict=True)
    )
