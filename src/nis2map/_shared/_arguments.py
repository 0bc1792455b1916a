"""What callers hand in, checked for its kind: values, lists, words of an enumeration, days.

Whatever is handed in, the answer is an error of ours: an array compares to an array and has no truth value, an object
may refuse to be hashed, iterated or shown. Hence nothing here compares or hashes a value before its kind is known.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from contextlib import suppress
from enum import StrEnum
from functools import cache
from typing import TypeVar, cast

from ..errors import InputError, Nis2mapError, quote

__all__ = ["amount", "choice", "day", "each", "expect", "flag", "member", "several", "texts"]

_MANY = 20  # words that a hint names one by one
_LONGEST = 60

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
W = TypeVar("W", bound=str)


def expect(value: object, kind: type[object], name: str, hint: str = "") -> None:
    """Raise `InputError` if an argument is of another kind than `kind`; `name` is the argument's name."""
    if not isinstance(value, kind):
        words = "text" if kind is str else kind.__name__
        raise InputError(f"{name}: expected {_an(words)}, got {quote(value)}", hint=hint)


def flag(value: object, name: str) -> bool:
    """Return an argument that has to be True or False; numbers and arrays have a truth value too, or refuse one."""
    if not isinstance(value, bool):
        raise InputError(f"{name} is {quote(value)}", hint="True or False")
    return value


def each(value: Iterable[T], words: str, error: type[Nis2mapError] = InputError) -> Iterator[T]:
    """Return an iterator over a list; raise `error` for what is not one. Bytes would give numbers, so they are not."""
    if not isinstance(value, (bytes, bytearray)):
        with suppress(Exception):  # an `__iter__` of somebody else's may raise anything
            return iter(value)
    raise error(f"expected a list of {words}, got {quote(value)}")


def several(value: Iterable[T], kind: type[T], words: str, error: type[Nis2mapError] = InputError) -> tuple[T, ...]:
    """Return the items as a tuple; raise `error` for what is not a list, and for the first item of another kind.

    What a caller's own generator raises passes as it is.
    """
    # Lists and tuples, which nearly all are, need no more; a packaged dataset makes thousands.
    items = tuple(value) if type(value) in (list, tuple) else tuple(each(value, words, error))
    for item in items:
        if not isinstance(item, kind):
            raise error(f"expected {words}, got {quote(item)} among them")
    return items


def texts(value: Iterable[str] | str, error: type[Nis2mapError] = InputError) -> tuple[str, ...]:
    """Return one text or several as a tuple."""
    return (value,) if isinstance(value, str) else several(value, str, "texts", error)


def member(kind: type[E], value: object, words: str = "", error: type[Nis2mapError] = InputError) -> E:
    """Return the member that a text names; raise `error` with the nearest and all of them if it names none.

    `words` say what the members are, the name of the enumeration if they are not given.
    """
    if type(value) is kind:
        return value
    found = _members(kind).get(value) if isinstance(value, str) else None  # anything else may refuse to be hashed
    if found is not None:
        return cast("E", found)
    raise error(f"expected {_an(words or kind.__name__.lower())}, got {quote(value)}", hint=_words_hint(value, kind))


@cache  # a packaged dataset asks a thousand times at start, and `kind(value)` takes five times as long
def _members(kind: type[StrEnum]) -> dict[str, StrEnum]:
    return {str(one): one for one in kind}


def choice(value: object, words: Iterable[W], name: str) -> W:
    """Return an argument that has to be one of some words; raise `InputError` with the nearest and all if it is not."""
    known = tuple(words)
    for word in known if isinstance(value, str) else ():
        if word == value:
            return word
    raise InputError(f"{name} is {quote(value)}", hint=_words_hint(value, known))


def _words_hint(value: object, known: Iterable[str]) -> str:
    """Return all words there are, after the one that a text is nearest to in any case, if one is near."""
    words = list(known)
    every = f"one of: {', '.join(words)}"
    if not isinstance(value, str):
        return every
    from difflib import get_close_matches  # slow on long texts, and only needed for a slip

    given = value[:_LONGEST].strip().lower().replace(" ", "_")
    near = get_close_matches(given, words, 1)
    if len(words) <= _MANY:
        return f"nearest: {near[0]}; {every}" if near else every
    # All of many would hide the right one, and a message has an end.
    parts = [word for word in words if word.startswith(given) or given in word.split("_")]
    near = list(dict.fromkeys((*near, *parts, *get_close_matches(given, words, 3, 0.5))))[:5]
    return f"nearest: {', '.join(near)}" if near else f"one of {len(words)}: {', '.join(words[:5])} and so on"


def day(value: object, name: str = "", error: type[Nis2mapError] = InputError) -> dt.date | None:
    """Return a date, also from its ISO text, and None for None; raise `error` for anything else, a datetime too.

    A datetime is a date to Python, and which day it stands for hangs on a zone that nobody said.
    """
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    try:
        if isinstance(value, str):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    what = f"{name} is {quote(value)}, not a date" if name else f"{quote(value)} is not a date"
    raise error(what, hint="a datetime.date, or a text like 2026-11-24")


def amount(value: object, name: str) -> float:
    """Return a weight, cost or budget as a float; raise `InputError` unless it is a finite number from 0 up."""
    # A bool is a number to Python; here it is a slip.
    if not isinstance(value, bool) and isinstance(value, (int, float)):
        # Whole numbers have no end, floats have.
        with suppress(OverflowError):
            number = float(value)
            if 0 <= number < math.inf:
                return number
    raise InputError(f"{name} is {quote(value)}", hint="a finite number from 0 up")


def _an(words: str) -> str:
    return f"{'an' if words[0].lower() in 'aeiou' else 'a'} {words}"
