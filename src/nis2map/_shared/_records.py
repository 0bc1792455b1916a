"""Plain records of attrs objects: the one way from a result to what JSON can hold.

A class that inherits `Record` says its fields and nothing else; a field that is written otherwise than it is held says
so where it is defined (`written`), and properties that belong in the record are listed in `_also`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, ClassVar, Protocol, cast, runtime_checkable

import attrs

from ._value import Value

__all__ = ["Record", "plain", "plain_fields", "written"]

_WRITTEN = "written"
_LEFT_OUT = object()


@runtime_checkable
class Plain(Protocol):
    """Something that knows its own plain form: a ref is its text, a result its `to_dict`."""

    def __plain__(self) -> object:
        """Return the JSON-ready form."""
        ...


def written(by: Callable[[Any], object] | None = None, *, name: str = "") -> dict[str, object]:
    """Return the metadata of a field that `to_dict` writes through a function, under another name, or not at all.

    With neither `by` nor `name` the field is left out.
    """
    return {_WRITTEN: (name, by if by is not None or name else _LEFT_OUT)}


def plain(value: object) -> Any:
    """Return a value as JSON can hold it: refs and enum members as texts, dates as ISO 8601, tuples as lists.

    A mapping becomes a dict with texts as keys, an attrs object the dict of its fields.
    """
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, Plain):
        return value.__plain__()
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, (tuple, list, set, frozenset)):
        items = cast("Iterable[object]", value)
        plain_items = [plain(item) for item in items]
        return sorted(plain_items) if isinstance(value, (set, frozenset)) else plain_items
    if attrs.has(type(value)):
        return plain_fields(value)
    return str(value) if isinstance(value, (str, dt.tzinfo)) else value


def plain_fields(value: object, *, leave_out: Iterable[str] = ()) -> dict[str, Any]:
    """Return the fields of an attrs object by name, each in its plain form, as their `written` says."""
    out: dict[str, Any] = {}
    skipped = frozenset(leave_out)
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(type(value))  # type: ignore[arg-type]  # its class is attrs'
    for field in fields:
        if field.name in skipped or field.name.startswith("_"):
            continue
        name, by = field.metadata.get(_WRITTEN, ("", None))
        if by is _LEFT_OUT:
            continue
        held = getattr(value, field.name)
        out[name or field.name] = plain(held if by is None else by(held))
    return out


class Record(Value):
    """A result that can be written: `to_dict` has every field, and the properties that `_also` names."""

    __slots__ = ()
    _also: ClassVar[tuple[str, ...]] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the whole as a JSON-ready dict."""
        return plain_fields(self) | {name: plain(getattr(self, name)) for name in self._also}

    def __plain__(self) -> object:
        return self.to_dict()
