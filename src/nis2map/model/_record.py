"""`record`: an object of the model as the JSON-ready record that the packaged tables hold."""

from __future__ import annotations

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
    fields: tuple[attrs.Attribute[object], ...] = attrs.fields(type(value))  # type: ignore[arg-type]  # its class is attrs'
    for field in fields:
        if field.name.startswith("_"):
            continue
        item = getattr(value, field.name)
        if item != field.default or field.default is attrs.NOTHING:
            out[field.name] = _plain(item)
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


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[object, ...]", value)]
    if isinstance(value, set):  # no field holds one, and what has no order has no canonical form: writers refuse it
        return cast("object", value)
    return record(value) if attrs.has(type(value)) and not isinstance(value, Ref) else plain(value)
