"""The single facts that callers state about an entity or an incident: flags, words, dates, numbers, codes of States.

Every refusal names the field, because forms and files hand over many facts at once.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs

from .._shared import day, each
from ..errors import InputError, quote
from ._member_states import state_code

__all__ = [
    "as_written",
    "calendar_year",
    "checked_record",
    "code",
    "codes",
    "flag",
    "instances",
    "known_flag",
    "nearest",
    "number",
    "on_day",
    "per_field",
    "refuse",
    "sequence",
    "text",
    "word",
    "work_units",
]

if TYPE_CHECKING:
    # What attrs tells a validator; the type of the values is that of the field, which varies.
    Field = attrs.Attribute[Any]

T = TypeVar("T")
_Word = TypeVar("_Word", bound=StrEnum)
_Item = TypeVar("_Item")
_LONGEST = 60
_MOST = 10**18
_MONEY = "an amount in EUR"


def refuse(field: str, value: object, why: str, hint: str = "") -> InputError:
    """Return the error that names the field."""
    return InputError(f"{field}: {quote(value)} {why}", hint=hint)


def nearest(word: object, known: Iterable[str]) -> str:
    """Return a hint at the known word nearest to this one, empty if none is near."""
    # Only texts are near a word; an object of somebody else's may refuse to become one, or nest without end.
    near = get_close_matches(word[:_LONGEST], list(known), n=1) if isinstance(word, str) else []
    return f"nearest: {near[0]}" if near else ""


def per_field(convert: Callable[[object, str], T]) -> Callable[[object], T]:
    """Return an attrs converter that hands on the name of its field, so that errors can say it."""

    def told(value: object, field: attrs.Attribute[object]) -> T:
        return convert(value, field.name)

    return cast("Callable[[object], T]", attrs.Converter(told, takes_field=True))


def flag(_: object, attribute: Field, value: object) -> None:
    """Validate a fact that is true, false or not known (None)."""
    if value is not None and not isinstance(value, bool):
        raise refuse(attribute.name, value, "is neither True, False nor None")


def known_flag(_: object, attribute: Field, value: object) -> None:
    """Validate a choice that is always known."""
    if not isinstance(value, bool):
        raise refuse(attribute.name, value, "is neither True nor False")


def text(_: object, attribute: Field, value: object) -> None:
    """Validate a text."""
    if not isinstance(value, str):
        raise refuse(attribute.name, value, "is not a text")


def on_day(value: object, field: str) -> dt.date | None:
    """Return a calendar day without a time, also from its ISO text; None if not known."""
    return day(cast("dt.date", value), field)


def as_written(value: float | Decimal | Fraction) -> Fraction:
    """Return a number as it reads in decimals: 0.1 is one tenth, not the binary fraction next to it.

    Otherwise 29 % of 100 would be a little less than 29, and a limit that is just reached would not be.
    """
    # A subclass of float (of array libraries) may show itself as something else than its digits.
    return Fraction(repr(float(value))) if isinstance(value, float) else Fraction(value)


def number(value: object, field: str, what: str = _MONEY) -> int | float | None:
    """Return a figure, None if it is not known; `InputError` naming the field for anything that is not a figure."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal)):
        raise refuse(field, value, f"is {type(value).__name__}; give {what} as a number")
    try:
        figure = int(value) if isinstance(value, Integral) else float(value)
    except (ValueError, OverflowError):  # a signalling NaN, a fraction past the floats
        raise refuse(field, value, f"is no float; give {what} as a number") from None
    if isinstance(figure, float) and not math.isfinite(figure):
        raise refuse(field, value, "is not finite; leave it out if it is not known")
    if figure < 0:
        raise refuse(field, value, f"is negative; give {what}")
    if figure > _MOST:
        raise refuse(field, value, f"is larger than any enterprise; give {what}")
    return figure


def work_units(value: object, field: str) -> int | float | None:
    """Return a headcount, None if it is not known; errors as for `number`."""
    return number(value, field, "a number of annual work units")


def calendar_year(value: object, field: str) -> int | None:
    """Return a calendar year, None if none is given."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1900 <= value <= 9999:
        raise refuse(field, value, "is not a calendar year")
    return value


def word(kind: type[_Word]) -> Callable[[object, str], _Word | None]:
    """Return a check for words of a closed set, None if not known; False means "none" where there is that word."""
    words = [str(member) for member in kind]

    def check(value: object, field: str) -> _Word | None:
        if value is None:
            return None
        if value is False and "none" in words:
            return kind("none")
        if isinstance(value, str) and value in words:
            return kind(value)
        raise refuse(field, value, f"is not one of {', '.join(words)}", nearest(value, words))

    return check


def sequence(value: object, field: str, why: str, hint: str = "") -> Iterable[object]:
    """Return what goes through a value that is neither text nor a mapping."""
    if not isinstance(value, (str, Mapping)):
        with suppress(InputError):
            return each(cast("Iterable[object]", value), "values")
    raise refuse(field, value, why, hint)  # pyright: ignore[reportUnknownArgumentType]


def instances(kind: type[_Item]) -> Callable[[object, str], tuple[_Item, ...]]:
    """Return a check for one or several objects of a class, which gives a tuple."""

    def check(value: object, field: str) -> tuple[_Item, ...]:
        if isinstance(value, kind):
            return (value,)
        items: list[_Item] = []
        for item in sequence(value, field, f"is not a sequence of {kind.__name__}"):
            if not isinstance(item, kind):
                raise refuse(field, item, f"is not a {kind.__name__}")
            items.append(item)
        return tuple(items)

    return check


def codes(value: object, field: str) -> tuple[str, ...] | None:
    """Return codes of States in alphabetical order, None if not known, `()` if there are none in the Union."""
    if value is None:
        return None
    several = (value,) if isinstance(value, str) else value
    items = sequence(several, field, "is not a State", "give two-letter codes, such as DE")
    return tuple(sorted({state_code(item, field) for item in items}))


def code(value: object, field: str) -> str | None:
    """Return the code of one State, "none" for no State of the Union, None if not known."""
    if value is None:
        return None
    if isinstance(value, str) and value == "none":
        return "none"
    return state_code(value, field, or_none=True)


def checked_record(record: object, kind: type[attrs.AttrsInstance], field: str = "") -> dict[str, Any]:
    """Return the arguments of an attrs class from a mapping; `InputError` with the nearest for unknown keys."""
    at = f"{field}: " if field else ""
    if not isinstance(record, Mapping):
        raise InputError(f"{at}{quote(record)} is not a mapping of {kind.__name__} fields")
    values = dict(cast("Mapping[str, Any]", record))
    names = [attribute.name for attribute in attrs.fields(kind)]
    for key in values:
        if key not in names:
            raise InputError(f"{at}{quote(key)} is not a field of {kind.__name__}", hint=nearest(key, names))
    return values
