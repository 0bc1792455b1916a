"""What the classes of results say of their fields, names, types and defaults: what writer and schemas go by."""

from __future__ import annotations

import re
import types
from decimal import Decimal
from functools import cache
from typing import Any, Literal, NamedTuple, Union, cast, get_args, get_origin

import attrs

from ..._shared import Column, FrozenMap
from ...dataset import Dataset
from ...model import LISTS

__all__ = [
    "DEMANDS",
    "LISTED",
    "Basis",
    "Held",
    "alternatives",
    "bounds_of",
    "fields_of",
    "is_map",
    "is_number",
    "kebab",
    "resolved",
]

DEMANDS = "demands"
# What records of links name by the slug within their requirement.
LISTED = frozenset((*LISTS.values(), "reviewed"))
Basis = Literal["statement", "guidance", "consideration"]
_Class = type[attrs.AttrsInstance]


class Held(NamedTuple):
    """A field as documents hold it: its key, its type, whether it may be left out, and what it then is."""

    name: str
    key: str
    type: object
    default: object
    needed: bool


def kebab(name: str) -> str:
    """Return the name of a class as documents write it: `RegistrationPlan` is "registration-plan"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


@cache
def resolved(kind: _Class) -> _Class:
    """Return a class whose annotations are types and no longer texts."""
    from ...diff import EntityChange
    from ...scoring import Explanation

    # These stand in modules that are loaded for type checkers alone where they are used.
    names = {"Column": Column, "Dataset": Dataset, "EntityChange": EntityChange, "Explanation": Explanation}
    return attrs.resolve_types(kind, localns=names)


@cache
def fields_of(kind: _Class) -> tuple[Held, ...]:
    """Return the fields of a class that documents hold, in their order.

    Private fields are the memory of an object and not held, but for the pattern by which a unit is cited.
    """
    held: list[Held] = []
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(resolved(kind))
    for field in fields:
        if not field.name.startswith("_") or field.name == "_pattern":
            # A default that is worked out from other fields is none that could be left out.
            worked_out = isinstance(field.default, cast("type", attrs.Factory))
            needed = field.default is attrs.NOTHING
            default = attrs.NOTHING if worked_out else field.default
            held.append(Held(field.name, field.alias or field.name, field.type, default, needed))
    return tuple(held)


OBJECTIVES = ("low", "estimate")  # of `nis2map.planning`, which is not loaded to read other results
DIGEST = "[0-9a-f]{64}"
# Where numbers are shares: changes of a score have the same names elsewhere, and so have fines.
_SHARES = {"scoring": ("low", "estimate", "high"), "formats": ("support",)}


def bounds_of(kind: _Class, field: Held) -> dict[str, object]:
    """Return what a field holds more narrowly than its type says, in the words of JSON Schema; empty if it does not.

    Digests are hexadecimal, or nothing where none was recorded; scores, and the weight of supporting links, lie in
    [0, 1]; the objective of an analysis is one of two words.
    """
    if field.name in ("digest", "assessment_digest"):
        return {"pattern": f"^{DIGEST}$" if field.needed else f"^({DIGEST})?$"}
    if field.name in _SHARES.get(kind.__module__.split(".")[1], ()):
        return {"minimum": 0, "maximum": 1}
    if field.name == "of" and kind.__module__.split(".")[1] == "planning":
        return {"enum": list(OBJECTIVES)}
    return {}


def alternatives(kind: object) -> tuple[object, ...]:
    """Return the members of a union, the type alone if it is none."""
    union = get_origin(kind) in (Union, types.UnionType)
    return get_args(kind) if union else (kind,)


def is_number(kind: object) -> bool:
    """Tell whether a type takes numbers of any kind, exact ones included."""
    return Decimal in alternatives(kind)


def is_map(kind: object) -> bool:
    """Tell whether a type is a mapping with types for keys and values."""
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, FrozenMap)
