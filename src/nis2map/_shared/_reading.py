"""Bounded reading of what strangers hand in: how much, in which encoding, and JSON without its loose ends.

Bytes are counted before and while they are read, and the shape of a JSON text is measured before it is parsed, so
that a hostile input costs no more than the limit.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

import attrs

from ..errors import InputError, LimitExceeded, Problem, clean, quote

__all__ = [
    "Limits",
    "Source",
    "capped",
    "decode",
    "kind_of",
    "limits_of",
    "name_of",
    "parse_json",
    "pointer",
    "read_bounded",
]

Source = str | os.PathLike[str] | IO[bytes]


def _positive(_: object, attribute: attrs.Attribute[int], value: int) -> None:
    if type(value) is not int or value < 1:
        raise InputError(f"the limit {attribute.name} is {quote(value)}", hint="a whole number from 1 up")


@attrs.frozen(kw_only=True)
class Limits:
    """How much of an input is accepted; every limit is a whole number from 1 up.

    `bytes` of the file, `members` and `ratio` of archives, `rows` and `columns` that hold anything, characters per
    `cell`, levels of `nesting`, and `problems` that are listed one by one. A JSON document may hold a hundred values
    for each of `rows`.
    """

    bytes: int = attrs.field(default=25 * 1024 * 1024, validator=_positive)
    members: int = attrs.field(default=1_000, validator=_positive)
    ratio: int = attrs.field(default=200, validator=_positive)
    rows: int = attrs.field(default=10_000, validator=_positive)
    columns: int = attrs.field(default=1_000, validator=_positive)
    cell: int = attrs.field(default=32_767, validator=_positive)
    nesting: int = attrs.field(default=64, validator=_positive)
    problems: int = attrs.field(default=100, validator=_positive)


def limits_of(limits: Limits | None) -> Limits:
    """Return the limits that a caller gave, or the usual ones; `InputError` for anything else."""
    if limits is not None and not isinstance(limits, Limits):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"limits is {quote(limits)}", hint="a Limits, or None")
    return limits or Limits()


def name_of(source: Source) -> str:
    """Return the name to show in messages: the file's, or a word for a stream."""
    if isinstance(source, (str, os.PathLike)):
        return Path(source).name
    name: Any = getattr(source, "name", "")
    return Path(name).name if isinstance(name, str) and name else "the stream"


def read_bounded(source: Source, limits: Limits) -> bytes:
    """Return the bytes of a path or binary stream.

    Raises `LimitExceeded` past `limits.bytes`, `InputError` for an empty input, a text stream, or a path that can't be
    read.
    """
    name = name_of(source)
    try:
        if isinstance(source, (str, os.PathLike)):
            with open(source, "rb", opener=_open) as file:
                data = file.read(limits.bytes + 1)
        elif hasattr(source, "read"):
            data = _read_stream(source, limits.bytes + 1)
        else:
            raise InputError(f"{quote(source)} is no input", hint="a path, or an open binary stream")
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{name} can't be read: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > limits.bytes:
        raise LimitExceeded(
            f"{name} has more than {limits.bytes} bytes", hint="raise Limits(bytes=...) if you trust it"
        )
    if not data:
        raise InputError(f"{name} is empty")
    return data


def _open(path: str, flags: int) -> int:
    """Open a file; a pipe that nobody writes to is then empty, instead of keeping the caller waiting for ever."""
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if hasattr(os, "O_NONBLOCK"):
        os.set_blocking(descriptor, True)
    return descriptor


def _read_stream(stream: IO[bytes], most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while size < most:
        part: Any = stream.read(most - size)
        if isinstance(part, str):
            raise InputError("a text stream was given", hint="open the file in binary mode")
        if not part:
            break
        if not isinstance(part, (bytes, bytearray)):
            raise InputError(f"the stream gives {type(part).__name__}, not bytes")
        parts.append(bytes(part))
        size += len(part)
    return b"".join(parts)


_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_KINDS = (
    (b"\x1f\x8b", "gzip data"),
    (b"PK\x03\x04", "a zip archive or an Office workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
)


def kind_of(data: bytes) -> str:
    """Return in words what binary kind the data is by its first bytes, empty if none is known."""
    return next((words for mark, words in _KINDS if data.startswith(mark)), "")


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the text and a note on how it was decoded (empty for UTF-8 and for a byte order mark).

    Windows-1252 is assumed for what is not UTF-8, and said so; what is neither is refused, never replaced.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), ""
            except UnicodeDecodeError as error:
                raise InputError(f"{name} is not the {encoding} that its first bytes say: {error.reason}") from error
    if data[:4096].count(0) * 5 > len(data[:4096]):
        raise InputError(f"{name} is in an encoding that is not recognised", hint="save it as UTF-8")
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        first = error.start
    try:
        return data.decode("cp1252"), f"{name} is not UTF-8 (byte {first}); Windows-1252 is assumed"
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is neither UTF-8 nor Windows-1252 (byte {error.start})", hint="save it as UTF-8"
        ) from error


def pointer(parts: Iterable[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) of a place in a document; the whole document is the empty text.

    Keys are cleaned and cut as everything in a message is.
    """
    return "".join("/" + clean(str(part), 80).replace("~", "~0").replace("/", "~1") for part in parts)


def capped(problems: Sequence[Problem], limits: Limits, *, more: int = 0) -> tuple[Problem, ...]:
    """Return the first `limits.problems` problems, with a last one that counts the others and `more` unlisted ones."""
    rest = max(0, len(problems) - limits.problems) + more
    kept = tuple(problems[: limits.problems])
    if not rest:
        return kept
    last = max(kept, key=lambda problem: problem.sort_key)
    return (*kept, attrs.evolve(last, message=f"{rest} more problems are not listed", hint="", code="more"))


_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_SQUARE = bytes.maketrans(b"{}", b"[]")
_NO_SHAPE = bytes(byte for byte in range(256) if byte not in b"[]{},")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_NUMBER = 100
_WHOLE = 18
_VALUES = 100


@attrs.frozen
class _Unfit:
    """Stands where a document holds a literal that is not JSON, or a number that is too large to mean anything."""

    message: str


class _Repeating(dict[str, Any]):
    """An object that names some of its keys more than once."""

    twice: tuple[str, ...] = ()


class _Hooks:
    """What the parser calls; `unfit` says whether anything was let pass that has to be looked for."""

    def __init__(self) -> None:
        self.unfit = False

    def number(self, text: str) -> Any:
        whole = text.lstrip("-").isdigit()
        if len(text) <= (_WHOLE if whole else _NUMBER):
            value = int(text) if whole else float(text)
            if math.isfinite(value):
                return value
        self.unfit = True
        return _Unfit(f"the number {quote(text, 24)} is out of range")

    def constant(self, text: str) -> _Unfit:
        self.unfit = True
        return _Unfit(f"{text} is no number of JSON")

    def pairs(self, items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) == len(items):
            return found
        self.unfit = True
        repeating = _Repeating(found)
        repeating.twice = tuple(key for key, count in Counter(key for key, _ in items).items() if count > 1)
        return repeating


def parse_json(data: bytes | str, *, name: str, limits: Limits) -> Any:
    """Return what a JSON text holds, as dicts, lists, texts, numbers, booleans and None.

    Raises `LimitExceeded` for more nesting or values than the limits allow, and `InputError`, always with the place:
    for what is not JSON or not UTF-8 (UTF-16 with a byte order mark is read too), for text after the end, and with
    all of them at once for NaN and infinities, numbers out of range, keys that stand twice, and lone surrogates.
    """
    text = data if isinstance(data, str) else _json_text(data, name)
    _measure(text, name, limits)
    hooks = _Hooks()
    try:
        value = json.loads(
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
    if hooks.unfit or _SURROGATE.search(text):
        found = _unfit(value)
        first = islice(found, limits.problems)
        problems = [Problem(message, path=name, column=pointer(at), code=code) for at, message, code in first]
        if problems:
            raise InputError.of(capped(problems, limits, more=sum(1 for _ in found)), what=f"{name} can't be read")
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
    return LimitExceeded(f"{name} nests deeper than {limits.nesting} levels", hint="raise Limits(nesting=...)")


def _unfit(document: Any) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield the place, the message and a code of everything that the parser let pass and we do not."""
    stack: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while stack:
        at, value = stack.pop()
        given: Any = value
        if isinstance(value, _Unfit):
            yield at, value.message, "bad-number"
        elif isinstance(value, str):
            if not _encodable(value):
                yield at, "the text holds half of a surrogate pair", "bad-character"
        elif isinstance(value, list):
            stack += [((*at, index), item) for index, item in enumerate(given)][::-1]
        elif isinstance(value, dict):
            for key in value.twice if isinstance(value, _Repeating) else ():
                yield (*at, key), "the key stands twice", "duplicate-key"
            for key in given:
                if not _encodable(key):
                    yield at, "a key holds half of a surrogate pair", "bad-character"
            stack += [((*at, key), item) for key, item in given.items()][::-1]


def _encodable(text: str) -> bool:
    return text.isascii() or not re.search("[\ud800-\udfff]", text)
