"""The single facts that callers state about an entity or an incident: flags, words, dates, numbers, codes of States.

Every refusal names the field, because forms and files hand over many facts at once.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction
from functools import wraps
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import attrs

from .._shared import day, each
from ..errors import InputError, quote
from ._member_states import state_code

__all__ = [
    "Number",
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

Number = int | float | Decimal | Fraction
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


def per_field(_: type, fields: list[Field]) -> list[Field]:
    """Hand each converter of a class the name of its field, for errors to say; a `field_transformer` of attrs.

    The converters are plain functions of a value and a field's name: of others type checkers do not read what the
    constructor takes.
    """
    return [_told(field, field.converter) for field in fields]  # pyright: ignore[reportUnknownMemberType]


def _told(field: Field, convert: Any) -> Field:
    if convert is None:
        return field

    @wraps(convert)  # attrs and `inspect.signature` show what the function takes
    def told(value: object) -> object:
        return convert(value, field.name)

    return field.evolve(converter=told)


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


def on_day(value: dt.date | str | None, field: str = "") -> dt.date | None:
    """Return a calendar day without a time, also from its ISO text; None if not known."""
    return day(value, field)


def as_written(value: float | Decimal | Fraction) -> Fraction:
    """Return a number as it reads in decimals: 0.1 is one tenth, not the binary fraction next to it.

    Otherwise 29 % of 100 would be a little less than 29, and a limit that is just reached would not be.
    """
    # A subclass of float (of array libraries) may show itself as something else than its digits.
    return Fraction(repr(float(value))) if isinstance(value, float) else Fraction(value)


def number(value: Number | None, field: str = "", what: str = _MONEY) -> float | None:
    """Return a figure, None if it is not known; `InputError` naming the field for anything that is not a figure."""
    if value is None:
        return None
    given: object = value
    if isinstance(given, bool) or not isinstance(given, (Real, Decimal)):
        raise refuse(field, given, f"is not {what}; expected a number")
    try:
        figure = int(given) if isinstance(given, Integral) else float(given)
    except (ValueError, OverflowError):  # a signalling NaN, a fraction past the floats
        raise refuse(field, given, f"is not {what}; expected a finite number") from None
    if isinstance(figure, float) and not math.isfinite(figure):
        raise refuse(field, value, "is not finite; leave it out if it is not known")
    if figure < 0:
        raise refuse(field, value, f"is negative; expected {what}")
    if figure > _MOST:
        raise refuse(field, value, f"is larger than any enterprise; expected {what}")
    return figure


def work_units(value: Number | None, field: str = "") -> float | None:
    """Return a headcount, None if it is not known; errors as for `number`."""
    return number(value, field, "a number of annual work units")


def calendar_year(value: int | None, field: str = "") -> int | None:
    """Return a calendar year, None if none is given."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1900 <= value <= 9999:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise refuse(field, value, "is not a calendar year")
    return value


def word(kind: type[_Word], value: str | Literal[False] | None, field: str) -> _Word | None:
    """Return the word of a closed set, None if not known; False means "none" where there is that word."""
    words = [str(member) for member in kind]
    if value is None:
        return None
    if value is False and "none" in words:
        return kind("none")
    if isinstance(value, str) and value in words:
        return kind(value)
    raise refuse(field, value, f"is not one of {', '.join(words)}", nearest(value, words))


def sequence(value: object, field: str, why: str, hint: str = "") -> Iterable[object]:
    """Return what goes through a value that is neither text nor a mapping."""
    if not isinstance(value, (str, Mapping)):
        with suppress(InputError):
            return each(cast("Iterable[object]", value), "values")
    raise refuse(field, value, why, hint)  # pyright: ignore[reportUnknownArgumentType]


def instances(kind: type[_Item], value: _Item | Iterable[_Item], field: str) -> tuple[_Item, ...]:
    """Return one or several objects of a class as a tuple."""
    if isinstance(value, kind):
        return (value,)
    items: list[_Item] = []
    for item in sequence(value, field, f"is not a sequence of {kind.__name__}"):
        if not isinstance(item, kind):
            raise refuse(field, item, f"is not a {kind.__name__}")
        items.append(item)
    return tuple(items)


def codes(value: str | Iterable[str] | None, field: str = "") -> tuple[str, ...] | None:
    """Return codes of States in alphabetical order, None if not known, `()` if there are none in the Union."""
    if value is None:
        return None
    several = (value,) if isinstance(value, str) else value
    items = sequence(several, field, "is not a State", "give two-letter codes, such as DE")
    return tuple(sorted({state_code(item, field) for item in items}))


def code(value: str | None, field: str = "") -> str | None:
    """Return the code of one State, "none" for no State of the Union, None if not known."""
    if value is None:
        return None
    if isinstance(value, str) and value == "none":  # pyright: ignore[reportUnnecessaryIsInstance]
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
            raise InputError(
                f"{at}{quote(key)} is not a field of {kind.__name__}",
                hint=nearest(key, names) or f"fields: {', '.join(names)}",
            )
    return values
