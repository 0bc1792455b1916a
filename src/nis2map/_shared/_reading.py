"""Bounded reading of what strangers hand in: how much of it, what kind of file it is, and in which encoding.

Bytes are counted before and while they are read, so that a hostile input costs no more than the limit.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

import attrs

from ..errors import InputError, LimitExceeded, Problem, clean, quote
from ._display import counted

__all__ = [
    "UNNAMED",
    "Limits",
    "Source",
    "bytes_of",
    "capped",
    "decode",
    "kind_of",
    "limits_of",
    "name_of",
    "read_bounded",
]

_LONGEST_NAME = 120
UNNAMED = ("the stream", "standard input")
"""What messages call a source that has no name of its own."""

Source = str | os.PathLike[str] | IO[bytes]


def _positive(_: object, attribute: attrs.Attribute[int], value: int) -> None:
    if type(value) is not int or value < 1:
        raise InputError(f"the limit {attribute.name} is {quote(value)}", hint="a whole number from 1 up")


@attrs.frozen(kw_only=True)
class Limits:
    """How much of an input is accepted; every limit is a whole number from 1 up.

    `bytes` of the file, `members` and `ratio` of archives, `rows`, `columns` and `cells` that hold anything,
    characters per `cell`, levels of `nesting`, and `problems` that are listed one by one. A JSON document may hold a
    hundred values for each of `rows`.
    """

    bytes: int = attrs.field(default=25 * 1024 * 1024, validator=_positive)
    members: int = attrs.field(default=1_000, validator=_positive)
    ratio: int = attrs.field(default=200, validator=_positive)
    rows: int = attrs.field(default=10_000, validator=_positive)
    columns: int = attrs.field(default=1_000, validator=_positive)
    cells: int = attrs.field(default=1_000_000, validator=_positive)
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
        return Path(os.fsdecode(source)).name  # of a folder that is listed as bytes, paths are bytes
    name: object = getattr(source, "name", "")
    if name == "<stdin>":
        return UNNAMED[1]
    return Path(name).name if isinstance(name, str) and name else UNNAMED[0]


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
            raise InputError(f"expected a path or an open binary stream, got {quote(source)}")
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        # A text with lines is the content of a file, not its name.
        content = isinstance(source, str) and len(source.splitlines()) > 1
        hint = "a path or an open binary stream is read, such as io.BytesIO(text.encode())" if content else ""
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{clean(name, _LONGEST_NAME)} can't be read: {reason}", hint=hint) from error
    if len(data) > limits.bytes:
        raise LimitExceeded(
            f"{name} has more than {counted(limits.bytes, 'byte')}", hint="raise Limits(bytes=...) if you trust it"
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
        part = cast("object", stream.read(most - size))  # of a stream that may keep no promise
        if isinstance(part, str):  # its encoding was guessed already, by the machine that it runs on
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


def bytes_of(data: object, name: str) -> bytes:
    """Return the bytes that a caller handed in; `InputError` for anything else, text too: its encoding is lost."""
    if not isinstance(data, (bytes, bytearray)):
        hint = "open the file in binary mode, or encode the text"
        raise InputError(f"{name}: expected bytes, got {type(data).__name__}", hint=hint)
    return bytes(data)  # a bytearray may change under our hands


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
    # UTF-16 without its mark: every other byte of Latin text is zero, and Windows-1252 would take it for text.
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


def capped(problems: Sequence[Problem], limits: Limits, *, more: int = 0) -> tuple[Problem, ...]:
    """Return the first `limits.problems` problems, with a last one that counts the others and `more` unlisted ones."""
    rest = max(0, len(problems) - limits.problems) + more
    kept = tuple(problems[: limits.problems])
    if not rest:
        return kept
    last = max(kept, key=lambda problem: problem.sort_key)
    return (*kept, attrs.evolve(last, message=f"{rest} more problems are not listed", hint="", code="more"))
