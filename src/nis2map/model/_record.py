"""`record`: an object of the model as the JSON-ready record that the packaged tables hold."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, cast

import attrs

from .._shared import plain
from ..ids import Ref
from ._links import LISTS, Link
from ._units import Requirement

__all__ = ["record"]


def record(value: object) -> dict[str, Any]:
    """Return an object of the model as a JSON-ready record; fields that hold their default are left out.

    Demands inside a requirement are written by slug, so that a record is short and can't name another unit's demand.
    """
    out: dict[str, Any] = {}
    names, defaults, held = _fields(cast("Hashable", type(value)))
    for name, default, item in zip(names, defaults, held(value), strict=True):
        # Most fields hold their very default, and to compare two empty tuples takes longer than to see that.
        if item is not default and (item != default or default is attrs.NOTHING):
            out[name] = _plain(item)
    if isinstance(value, Requirement) and value.demands:
        out["demands"] = [
            {"id": d.ref.demand, **{k: v for k, v in record(d).items() if k != "ref"}} if d.ref.demand else record(d)
            for d in value.demands
        ]
    elif isinstance(value, Link):
        for name in (*LISTS.values(), "reviewed"):
            if name in out:
                out[name] = [ref.demand or str(ref) for ref in getattr(value, name)]
    return out


@cache
def _fields(kind: Hashable) -> tuple[tuple[str, ...], tuple[object, ...], Callable[[object], Iterable[object]]]:
    """Return the names of the fields that a record of this class holds, their defaults, and how to get all of them."""
    every: tuple[attrs.Attribute[object], ...] = attrs.fields(cast("type[attrs.AttrsInstance]", kind))
    fields = [field for field in every if not field.name.startswith("_")]
    names = [field.name for field in fields]
    held: Callable[[object], object] = attrgetter(*names)

    def alone(value: object) -> tuple[object]:
        return (held(value),)

    # One name alone gives the value and no tuple of it.
    several = alone if len(names) == 1 else cast("Callable[[object], Iterable[object]]", held)
    return tuple(names), tuple(field.default for field in fields), several


def _plain(value: object) -> object:
    # A dataset has tens of thousands of these, and to ask a protocol of each costs more than all the rest.
    if type(value) is str:
        return value
    if type(value) is Ref:
        return str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[object, ...]", value)]
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, set):  # no field holds one, and what has no order has no canonical form: writers refuse it
        return cast("object", value)
    return record(value) if attrs.has(type(value)) else plain(value)
