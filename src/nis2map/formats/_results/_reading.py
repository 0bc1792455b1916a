"""From plain records back to results: what `_structure` reads, and the types that only results have.

As strict as `_structure`: each text, number and list has to be of the kind that its field has, in the one form in which
`_writing` writes it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast, get_args, get_origin
from zoneinfo import ZoneInfo

import attrs

from ... import model
from ...assessment import Finding
from ...errors import quote
from ...ids import Ref
from .._structure import Check, Flaw, Flaws, expected, flaws_of, wrong
from ._types import alternatives, bounds_of, fields_of, is_map, is_number, kebab

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["SPECIAL", "Read", "rules", "teach"]

Read = Callable[[object, object], object]
SPECIAL: dict[type, Callable[[Converter], Read]] = {}
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}T[0-9:.]+[+-][0-9:.]+)(?:\[([\w+/-]{1,60})\])?", re.ASCII)
_SPAN = re.compile(r"(-?)P(\d{1,9})DT(\d{1,5})(?:\.(\d{6}))?S", re.ASCII)
_EXACT = re.compile(r"-?\d{1,4000}(?:\.\d{1,4000}|/[1-9]\d{0,3999})?", re.ASCII)
_OFFSET = re.compile(r"[+-]\d{2}:\d{2}(?::\d{2}(?:\.\d{6})?)?", re.ASCII)


def teach(converter: Converter) -> None:
    """Teach a converter the types of results."""
    register = cast("Callable[[object, Read], None]", converter.register_structure_hook)
    hooks: tuple[tuple[object, Read], ...] = (
        (float, _float),
        (dt.datetime, _moment),
        (dt.timedelta, _span),
        (dt.tzinfo, _zone),
    )
    for kind, hook in hooks:
        register(kind, hook)
    factory = cast("Callable[[Callable[[Any], bool], Callable[[Any], Read]], None]", _factories(converter))
    factory(lambda kind: kind is object, lambda _: _tagged(converter))
    factory(lambda kind: get_origin(kind) is Container, lambda kind: _days(converter, kind))
    factory(lambda kind: get_origin(kind) is Literal, lambda kind: lambda value, _: _literal(value, get_args(kind)))
    factory(is_map, lambda kind: _map(converter, kind))
    factory(lambda kind: len(alternatives(kind)) > 1, lambda kind: _union(converter, kind))
    factory(lambda kind: kind in SPECIAL, lambda kind: SPECIAL[kind](converter))


def rules(kind: type[attrs.AttrsInstance]) -> dict[str, Check]:
    """Return the checks of the fields of a class that hold less than their types say."""
    return {held.name: _within(bounds) for held in fields_of(kind) if (bounds := bounds_of(kind, held))}


def _within(bounds: Mapping[str, Any]) -> Check:
    """Return what refuses a value outside of bounds that are told in the words of JSON Schema."""

    def check(value: object) -> None:
        if "minimum" in bounds and isinstance(value, (int, float)):
            if not bounds["minimum"] <= value <= bounds["maximum"]:
                raise wrong(f"{quote(value)} is not between {bounds['minimum']} and {bounds['maximum']}")
        elif "enum" in bounds:
            _literal(value, tuple(bounds["enum"]))
        elif isinstance(value, str) and not re.fullmatch(bounds["pattern"], value, re.ASCII):
            raise wrong(f"{quote(value)} is not a digest", "64 digits of a sha256, in hexadecimal")

    return check


def _factories(converter: Converter) -> object:
    return converter.register_structure_hook_factory


def _float(value: object, _: object) -> float:
    # A float may be too fine for whole numbers near its end, which are then written as such.
    if type(value) not in (int, float):
        raise expected("a number", value)
    return cast("float", value)


def _moment(value: object, _: object) -> dt.datetime:
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is not None:
        with suppress(ValueError, OverflowError):
            at = dt.datetime.fromisoformat(found[1])
            return at if found[2] is None else _in_zone(at, found[2])
    raise expected("a time like 2026-11-24T10:00:00+01:00[Europe/Brussels]", value)


def _in_zone(at: dt.datetime, name: str) -> dt.datetime:
    """Return a time in its zone; as it was written where the zone's offset has changed since."""
    zone = _named_zone(name)
    for fold in (0, 1):
        local = at.replace(tzinfo=zone, fold=fold)
        if local.utcoffset() == at.utcoffset():
            return local
    return at


@cache
def _known_zones() -> frozenset[str]:
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def _named_zone(name: str) -> ZoneInfo:
    # Only names that the system lists are looked up: a name is a path.
    if name in _known_zones():
        return ZoneInfo(name)
    raise wrong(f"there is no time zone {quote(name)}", "an IANA name, such as Europe/Brussels")


def _zone(value: object, _: object) -> dt.tzinfo:
    if not isinstance(value, str):
        raise expected("the name of a zone or an offset", value)
    if _OFFSET.fullmatch(value):
        with suppress(ValueError):
            zone = dt.datetime.fromisoformat(f"2000-01-01T00:00:00{value}").tzinfo
            if zone is not None:
                return zone
    return _named_zone(value)


def _span(value: object, _: object) -> dt.timedelta:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise expected("a span of time like P1DT3600S", value)
    span = dt.timedelta(days=int(found[2]), seconds=int(found[3]), microseconds=int(found[4] or 0))
    return -span if found[1] else span


def _exact(value: object) -> int | float | Decimal | Fraction:
    if type(value) in (int, float):
        return cast("int | float", value)
    if isinstance(value, str) and _EXACT.fullmatch(value):
        return Fraction(value) if "/" in value else Decimal(value)
    raise expected("a number, or a text with its exact digits", value)


def _literal(value: object, words: tuple[object, ...]) -> object:
    if value in words and isinstance(value, str):
        return value
    hint = f"one of: {', '.join(map(str, words))}"
    raise wrong(f"{quote(value)} is not a word that may stand here", hint, "unknown-word")


def _days(converter: Converter, kind: object) -> Read:
    """Read days as a list, and each once in order: a set has no other form."""
    listed = tuple.__class_getitem__((get_args(kind)[0], ...))

    def days(value: object, _: object) -> object:
        return frozenset(cast("tuple[object, ...]", _structured(converter, value, listed)))

    return days


def _structured(converter: Converter, value: object, kind: object) -> object:
    return converter.structure(value, cast("type[object]", kind))


def _map(converter: Converter, kind: object) -> Read:
    keys, items = get_args(kind)
    make = cast("Callable[[list[tuple[object, object]]], Mapping[object, object]]", get_origin(kind))

    def mapping(value: object, _: object) -> object:
        if not isinstance(value, dict):
            raise expected("an object", value)
        pairs: list[tuple[object, object]] = []
        flaws: list[Flaw] = []
        for key, item in cast("dict[str, object]", value).items():
            try:
                pairs.append((_structured(converter, key, keys), _structured(converter, item, items)))
            except Exception as error:  # kept, and the next one looked at
                flaws += [flaw.below(key) for flaw in flaws_of(error)]
        if len({key for key, _ in pairs}) < len(pairs):
            flaws.append(Flaw((), "two keys mean the same", code="duplicate-key"))
        if flaws:
            raise Flaws(flaws)
        made: Mapping[object, object] = make(pairs)
        return made

    return mapping


def _union(converter: Converter, kind: object) -> Read:
    parts = alternatives(kind)
    named = tuple(part for part in parts if part is not type(None))
    optional = len(named) < len(parts)

    def read(value: object, _: object) -> object:
        if value is None and optional:
            return None
        if is_number(kind):
            return _exact(value)
        if len(named) == 1:
            return _structured(converter, value, named[0])
        for part in _fitting(value, named):
            if part is str:
                return value
            if part in _TAGGED:
                return _structured(converter, cast("dict[str, object]", value)[_TAGGED[part]], part)
            return _structured(converter, value, part)
        words = [word for part in named if _is_word(part) for word in _values(part)]
        if isinstance(value, str) and words:
            return _literal(value, tuple(words))
        raise expected(" or ".join(filter(None, map(_words, named))), value)

    return read


_TAGGED: dict[object, str] = {dt.date: "date", dt.tzinfo: "zone"}


def _fitting(value: object, parts: tuple[object, ...]) -> Iterator[object]:
    """Yield the members of a union that a plain value may be of, the likeliest first."""
    texts = [part for part in parts if part is str or part is Ref or _is_word(part)]
    if isinstance(value, bool):
        yield from (part for part in parts if part is bool)
    elif isinstance(value, str):
        yield from (part for part in texts if _is_word(part) and value in _values(part))
        # A text that may be a ref or something else is read by the class itself, as it reads what a caller gives.
        yield from (part for part in texts if part is str)
        yield from (part for part in texts if part is Ref)
    elif isinstance(value, list):
        yield from (part for part in parts if get_origin(part) is tuple)
    elif isinstance(value, dict):
        members = cast("dict[str, object]", value)
        yield from (part for part in parts if part in _TAGGED and list(members) == [_TAGGED[part]])
        yield from (part for part in parts if is_map(part) or (isinstance(part, type) and attrs.has(part)))


def _is_word(part: object) -> bool:
    return get_origin(part) is Literal or (isinstance(part, type) and issubclass(part, Enum))


def _values(part: object) -> tuple[object, ...]:
    return get_args(part) or tuple(member.value for member in cast("type[Enum]", part))


def _words(part: object) -> str:
    if part is bool:
        return "true or false"
    if part is str or part is Ref or _is_word(part):
        return "a text"
    return "a list" if get_origin(part) is tuple else "an object"


@cache
def _kinds() -> dict[str, type]:
    """Return by tag what a change may have been of."""
    kinds = (
        *(model.Requirement, model.Control, model.Demand, model.Link, model.Framework, model.Crosswalk),
        *(model.Source, model.Measure, model.Alias, model.LawTables, model.Grain, Finding, Ref, dt.date),
    )
    from ...diff import Place

    return {kebab(kind.__name__): kind for kind in (*kinds, Place)}


def _tagged(converter: Converter) -> Read:
    """Read what may be of any kind."""

    def read(value: object, _: object) -> object:
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, list):
            return _structured(converter, value, tuple[object, ...])  # pyright: ignore[reportUnknownArgumentType]
        members = cast("dict[str, object]", value) if isinstance(value, dict) else {}
        tag = next(iter(members), "")
        if len(members) == 1 and tag in _kinds():
            try:
                return _structured(converter, members[tag], _kinds()[tag])
            except Exception as error:  # cattrs gathers errors of every kind
                raise Flaws([flaw.below(tag) for flaw in flaws_of(error)]) from None
        words = f"null, a text, a list, or an object with one key of {', '.join(sorted(_kinds()))}"
        raise expected(words, value)  # pyright: ignore[reportUnknownArgumentType]

    return read
