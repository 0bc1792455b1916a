"""JSON without its loose ends: what parsers let pass and no document means is refused, each with its place.

The shape of a text is measured before it is parsed, so that a hostile input costs no more than the limits allow.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeAlias, cast

import attrs

from .._shared import Limits, bytes_of, capped, counted, decode, kind_of
from ..errors import InputError, LimitExceeded, Problem, clean, quote

__all__ = ["Json", "parse_json", "pointer"]

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Place = tuple[str | int, ...]


def pointer(parts: Iterable[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) of a place in a document; the whole document is the empty text.

    Keys are cleaned and cut as everything in a message is.
    """
    return "".join("/" + clean(str(part), 80).replace("~", "~0").replace("/", "~1") for part in parts)


# Possessive (`*+`): a text without an end must not be tried again from each of its characters.
_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_SQUARE = bytes.maketrans(b"{}", b"[]")
_NO_SHAPE = bytes(byte for byte in range(256) if byte not in b"[]{},")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_NUMBER = 100  # characters; what is longer means nothing, and Python takes time in the square of it
_WHOLE = 18  # digits, which every reader of JSON keeps
_VALUES = 100  # for each of Limits.rows


@attrs.frozen
class _Unfit:
    """Stands where a document holds a literal that is not JSON, or a number that is too large to mean anything."""

    message: str


class _Repeating(dict[str, object]):
    """An object that names some of its keys more than once."""

    twice: tuple[str, ...] = ()


class _Hooks:
    """What the parser calls; `unfit` says whether anything was let pass that has to be looked for."""

    def __init__(self) -> None:
        self.unfit = False

    def number(self, text: str) -> int | float | _Unfit:
        whole = text.lstrip("-").isdigit()
        if len(text) <= (_WHOLE if whole else _NUMBER):
            value = int(text) if whole else float(text)
            if math.isfinite(value):
                return value
        self.unfit = True
        return _Unfit(f"the number {quote(text, 24)} is out of range")

    def constant(self, text: str) -> _Unfit:
        self.unfit = True
        return _Unfit(f"{text} is not a number in JSON")

    def pairs(self, items: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(items)
        if len(members) == len(items):
            return members
        self.unfit = True
        repeating = _Repeating(members)
        repeating.twice = tuple(key for key, count in Counter(key for key, _ in items).items() if count > 1)
        return repeating


def parse_json(data: bytes | str, *, name: str, limits: Limits) -> Json:
    """Return what a JSON text holds, as dicts, lists, texts, numbers, booleans and None.

    Raises `LimitExceeded` for more nesting or values than the limits allow, and `InputError`, always with the place:
    for what is not JSON or not UTF-8 (UTF-16 with a byte order mark is read too), for text after the end, and with
    all of them at once for NaN and infinities, numbers out of range, keys that are given twice, and lone surrogates.
    """
    text = data if isinstance(data, str) else _json_text(bytes_of(data, name), name)
    _measure(text, name, limits)
    hooks = _Hooks()
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=hooks.pairs,
            parse_constant=hooks.constant,
            parse_float=hooks.number,
            parse_int=hooks.number,
        )
    except json.JSONDecodeError as error:
        what = "text stands after the end of the document" if error.msg == "Extra data" else f"not JSON: {error.msg}"
        place = Problem(f"{what} (offset {error.pos})", path=name, row=error.lineno, code="not-json")
        raise InputError(str(place), problems=[place]) from error
    except RecursionError:
        raise _too_deep(name, limits) from None
    # Few documents hold anything of this: only those in which the parser met it are walked through for its places.
    if hooks.unfit or _SURROGATE.search(text):
        flaws = _unfit(value)
        first = islice(flaws, limits.problems)
        problems = [Problem(message, path=name, column=pointer(at), code=code) for at, message, code in first]
        if problems:
            raise InputError.of(capped(problems, limits, more=sum(1 for _ in flaws)), what=f"{name} can't be read")
    return value


def _json_text(data: bytes, name: str) -> str:
    kind = kind_of(data)
    if kind:
        raise InputError(f"{name} is {kind}, not JSON")
    text, note = decode(data, name)
    if note:
        raise InputError(f"{name} is not UTF-8", hint="JSON is written in UTF-8")
    return text


def _measure(text: str, name: str, limits: Limits) -> None:
    """Refuse a text whose arrays and objects nest too deep, or that holds too many values, before it is parsed."""
    shape = _TEXT.sub("", text).encode("ascii", "replace").translate(_SQUARE, _NO_SHAPE)
    if shape.count(b",") + shape.count(b"[") > limits.rows * _VALUES:
        raise LimitExceeded(
            f"{name} holds more than {limits.rows * _VALUES} values", hint="raise Limits(rows=...) if you trust it"
        )
    shape = shape.replace(b",", b"")
    for _ in range(limits.nesting):  # each round takes the innermost level away
        if b"[]" not in shape:
            break
        shape = shape.replace(b"[]", b"")
    if b"[]" in shape or shape.count(b"[") > limits.nesting:
        raise _too_deep(name, limits)


def _too_deep(name: str, limits: Limits) -> LimitExceeded:
    return LimitExceeded(
        f"{name} nests deeper than {counted(limits.nesting, 'level')}", hint="raise Limits(nesting=...)"
    )


def _unfit(document: object) -> Iterator[tuple[Place, str, str]]:
    """Yield the place, the message and a code of everything that the parser let pass and we do not."""
    stack: list[tuple[Place, object]] = [((), document)]  # not recursion: the nesting is the input's
    while stack:
        at, value = stack.pop()
        if isinstance(value, _Unfit):
            yield at, value.message, "bad-number"
        elif isinstance(value, str):
            if not _encodable(value):
                yield at, "the text contains half of a surrogate pair", "bad-character"
        elif isinstance(value, list):
            items = cast("list[object]", value)
            stack += [((*at, index), item) for index, item in enumerate(items)][::-1]
        elif isinstance(value, dict):
            for key in value.twice if isinstance(value, _Repeating) else ():
                yield (*at, key), "the key is given twice", "duplicate-key"
            members = cast("dict[str, object]", value)
            for key in members:
                if not _encodable(key):
                    yield at, "a key contains half of a surrogate pair", "bad-character"
            stack += [((*at, key), item) for key, item in members.items()][::-1]


def _encodable(text: str) -> bool:
    return text.isascii() or not re.search("[\ud800-\udfff]", text)
