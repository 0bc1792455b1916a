"""From results to plain records: each field as its type says, whatever the object was made from.

The way back is `_reading`. Equal objects give equal records: a number of a field of floats is a float, and keys of a
mapping stand in the order of their kind (words of an enumeration in its order, refs in legal order, texts by the
alphabet).
Fields that hold an empty default (nothing, no, no text, no items) are left out; other defaults are written, because a
later version may have others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, Literal, cast, get_args, get_origin
from zoneinfo import ZoneInfo

import attrs

from ...assessment import Assessment
from ...errors import InputError, clean
from ...ids import Ref
from ...model import record
from ._types import Held, alternatives, fields_of, is_map, is_number, kebab

__all__ = ["LARGEST", "SPECIAL", "Write", "plain_record", "written_as"]

Write = Callable[[Any], object]
LARGEST = 10**18  # whole numbers that every reader of JSON keeps lie below
SPECIAL: dict[type, Write] = {}


def plain_record(value: attrs.AttrsInstance) -> dict[str, object]:
    """Return an object as a plain record."""
    return cast("dict[str, object]", written_as(type(value))(value))


@cache
def written_as(kind: object) -> Write:
    """Return what writes values of a type."""
    if kind is object:
        return _tagged
    parts = alternatives(kind)
    if is_number(kind):
        return _number
    if len(parts) > 1:
        return _union(parts)
    if kind is float:
        return _float
    if isinstance(kind, type):
        if kind in SPECIAL:
            return SPECIAL[kind]
        return _class(kind) if attrs.has(kind) and kind is not Ref else _scalar
    if get_origin(kind) is Literal:
        return _scalar
    if is_map(kind):
        return _map(written_as(get_args(kind)[1]))
    return _sequence(get_args(kind))


def _class(kind: type[attrs.AttrsInstance]) -> Write:
    if kind.__module__.startswith(f"{record.__module__.rpartition('.')[0]}."):
        return _model
    writers: list[tuple[Held, Write]] | None = None

    def write(value: object) -> object:
        nonlocal writers
        if writers is None:  # late, because classes may hold one another
            writers = [(held, written_as(held.type)) for held in fields_of(kind)]
        out: dict[str, object] = {}
        for held, writer in writers:
            item = getattr(value, held.name)
            if item or item != held.default:
                out[held.key] = writer(item)
        return out

    return write


def _model(value: object) -> object:
    """Write a record of a dataset as datasets hold it, with the way in which it is cited."""
    pattern = getattr(value, "_pattern", "")
    return record(value) | ({"pattern": pattern} if pattern else {})


def _union(parts: tuple[object, ...]) -> Write:
    named = [part for part in parts if part is not type(None)]
    if len(named) == 1:
        write = written_as(named[0])
        return lambda value: None if value is None else write(value)
    texts = str in named

    def choose(value: object) -> object:
        if value is None or type(value) in (bool, str):
            return value
        # Beside texts a date or a zone would be taken for one.
        if texts and isinstance(value, (dt.date, dt.tzinfo)):
            return _tagged(value)
        for part in named:
            origin = getattr(part, "__origin__", part)
            if isinstance(origin, type) and isinstance(value, origin):
                return written_as(part)(value)
        return _scalar(value)

    return choose


def _map(write: Write) -> Write:
    def mapping(value: Mapping[object, object]) -> object:
        return {_scalar(key): write(value[key]) for key in sorted(value, key=_key_order)}

    return mapping


def _key_order(key: object) -> tuple[object, ...]:
    if isinstance(key, Ref):
        return key.sort_key
    return (list(type(key)).index(key),) if isinstance(key, Enum) else (str(key),)


def _sequence(kinds: tuple[object, ...]) -> Write:
    if len(kinds) == 1 or kinds[-1] is Ellipsis:
        write = written_as(kinds[0])
        return lambda value: [write(item) for item in _listed(value)]
    writers = [written_as(kind) for kind in kinds]
    return lambda value: [write(item) for write, item in zip(writers, value, strict=True)]


def _listed(value: object) -> Sequence[object]:
    if isinstance(value, (set, frozenset)):
        return sorted(cast("set[Any]", value))
    if isinstance(value, tuple):
        return cast("tuple[object, ...]", value)
    raise InputError(
        f"a {clean(type(value).__name__)} can't be written in a document", hint="give a list of dates as holidays"
    )


def _float(value: object) -> object:
    if isinstance(value, int):
        return float(value) if int(float(value)) == value else _whole(value)
    return float(cast("float", value))


def _number(value: object) -> object:
    """Write a number of any kind: exactly, and equal numbers alike."""
    if value is None:
        return None
    if isinstance(value, float):
        return float(value)
    exact = Fraction(cast("int | Decimal | Fraction", value))
    if exact.denominator == 1 and abs(exact) < LARGEST:
        return int(exact)
    # Not every float is what its digits say: one tenth is not the float 0.1, and comes back as the text "0.1".
    if abs(exact) < LARGEST and Fraction(near := float(exact)) == exact == Fraction(repr(near)):
        return near
    digits = exact.denominator
    for prime in (2, 5):
        while digits % prime == 0:
            digits //= prime
    return f"{exact.numerator}/{exact.denominator}" if digits > 1 else _decimal(exact)


def _decimal(exact: Fraction) -> str:
    places = 0
    while (exact * 10**places).denominator > 1:
        places += 1
    whole = str(abs(int(exact * 10**places))).rjust(places + 1, "0")
    return ("-" if exact < 0 else "") + (f"{whole[:-places]}.{whole[-places:]}" if places else whole)


def _whole(value: int) -> int:
    if abs(value) >= LARGEST:
        raise InputError(f"a whole number of {len(str(abs(value)))} digits can't be written in a document")
    return int(value)


def _scalar(value: object) -> Any:
    """Write what is one text, number or truth value."""
    match value:
        case None | bool():
            return value
        case Enum():
            return str(value.value)
        case str():
            return str(value)
        case Ref():
            return str(value)
        case int():
            return _whole(value)
        case float():
            return float(value)
        case dt.datetime():
            return _moment(value)
        case dt.date():
            return value.isoformat()
        case dt.timedelta():
            return _duration(value)
        case _ if attrs.has(type(value)):
            return _written_whole(value)
        case _:
            raise InputError(f"a {clean(type(value).__name__)} can't be written in a document")


def _written_whole(value: object) -> object:
    return written_as(cast("type[attrs.AttrsInstance]", type(value)))(value)


def _moment(value: dt.datetime) -> str:
    """Write a time as RFC 9557 does: ISO 8601 with its offset, and the zone's name in brackets where it has one."""
    plain = dt.datetime.combine(value.date(), value.time(), value.tzinfo).replace(fold=value.fold)
    if isinstance(plain.tzinfo, ZoneInfo):
        return f"{plain.isoformat()}[{_zone(plain.tzinfo)}]"
    return plain.isoformat()


def _zone(value: dt.tzinfo) -> str:
    if isinstance(value, ZoneInfo) and value.key:
        return value.key
    if isinstance(value, dt.timezone):
        return dt.datetime(2000, 1, 1, tzinfo=value).isoformat()[19:]
    raise InputError(
        f"a zone of the class {clean(type(value).__name__)} can't be written in a document",
        hint="give the name of a zone, such as 'Europe/Brussels'",
    )


def _duration(value: dt.timedelta) -> str:
    """Write a span of time as ISO 8601 does, in days and seconds."""
    sign, span = ("-", -value) if value < dt.timedelta() else ("", value)
    micros = f".{span.microseconds:06}" if span.microseconds else ""
    return f"{sign}P{span.days}DT{span.seconds}{micros}S"


def _tagged(value: object) -> object:
    """Write what may be of any kind, so that a reader can tell which: a change's value, a date beside texts."""
    match value:
        case None | bool():
            return value
        case Enum():
            return {kebab(type(value).__name__): str(value.value)}
        case str():
            return str(value)
        case tuple():
            return [_tagged(item) for item in cast("tuple[object, ...]", value)]
        case dt.tzinfo():
            return {"zone": _zone(value)}
        case dt.datetime() | dt.date() | Ref() | Assessment():
            return {kebab(type(value).__name__): _scalar(value)}
        case _ if attrs.has(type(value)):
            return {kebab(type(value).__name__): _written_whole(value)}
        case _:
            return _scalar(value)
