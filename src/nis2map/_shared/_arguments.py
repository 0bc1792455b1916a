"""What callers hand in, checked for its kind: values, lists, words of an enumeration, days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any, TypeVar

from ..errors import InputError, Nis2mapError, quote

__all__ = ["day", "each", "expect", "member", "several", "texts"]

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


def expect(value: object, kind: type[Any], name: str) -> None:
    """Raise `InputError` if an argument is of another kind than its name says."""
    if not isinstance(value, kind):
        raise InputError(f"{name} is {quote(value)}, no {kind.__name__}")


def each(value: Iterable[T], words: str, error: type[Nis2mapError] = InputError) -> Iterator[T]:
    """Return an iterator over a list; raise `error` if it is none."""
    try:
        if not isinstance(value, bytes):
            return iter(value)
    except TypeError:
        pass
    raise error(f"{quote(value)} is no list of {words}")


def several(value: Iterable[T], kind: type[T], words: str, error: type[Nis2mapError] = InputError) -> tuple[T, ...]:
    """Return the items as a tuple; raise `error` for what is no list, and for the first item of another kind."""
    found = tuple(each(value, words, error))
    for item in found:
        if not isinstance(item, kind):
            raise error(f"{quote(item)} does not belong among {words}")
    return found


def texts(value: Iterable[str] | str, error: type[Nis2mapError] = InputError) -> tuple[str, ...]:
    """Return one text or several as a tuple."""
    return (value,) if isinstance(value, str) else several(value, str, "texts", error)


def member(kind: type[E], value: E | str, words: str = "", error: type[Nis2mapError] = InputError) -> E:
    """Return the member that a text names; raise `error` with all of them if it names none."""
    try:
        return kind(value)
    except ValueError:
        named = words or kind.__name__.lower()
        raise error(f"{quote(value)} is no {named}", hint=f"one of: {', '.join(kind)}") from None


def day(value: dt.date | str | None, name: str = "", error: type[Nis2mapError] = InputError) -> dt.date | None:
    """Return a date, also from its ISO text; raise `error` for anything else, a datetime too."""
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    try:
        if isinstance(value, str):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    what = f"{name}: {quote(value)} is not a date" if name else f"{quote(value)} is no date"
    raise error(what, hint="a datetime.date, or a text like 2026-11-24")
