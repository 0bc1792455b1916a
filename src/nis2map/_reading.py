"""Bounded reading of what strangers hand in: how much, and in which encoding.

Bytes are counted before and while they are read, so that a large input costs no more than the limit.
"""

from __future__ import annotations

import os
from io import BufferedIOBase, RawIOBase
from pathlib import Path
from typing import IO, Any

import attrs

from .errors import InputError, LimitExceeded, quote

__all__ = ["Limits", "Source", "decode", "name_of", "read_bounded"]

Source = str | os.PathLike[str] | IO[bytes]


def _positive(_: object, attribute: attrs.Attribute[int], value: int) -> None:
    if type(value) is not int or value < 1:
        raise InputError(f"the limit {attribute.name} is {quote(value)}", hint="a whole number from 1 up")


@attrs.frozen(kw_only=True)
class Limits:
    """How much of an input is accepted; every limit is a whole number from 1 up.

    `bytes` of the file, `members` and `ratio` of archives, `rows`, `columns` that hold anything, characters per
    `cell`, levels of `nesting`, and `problems` that are listed one by one.
    """

    bytes: int = attrs.field(default=25 * 1024 * 1024, validator=_positive)
    members: int = attrs.field(default=1_000, validator=_positive)
    ratio: int = attrs.field(default=200, validator=_positive)
    rows: int = attrs.field(default=10_000, validator=_positive)
    columns: int = attrs.field(default=1_000, validator=_positive)
    cell: int = attrs.field(default=32_767, validator=_positive)
    nesting: int = attrs.field(default=64, validator=_positive)
    problems: int = attrs.field(default=100, validator=_positive)


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
    if isinstance(source, (str, os.PathLike)):
        try:
            with Path(source).open("rb") as file:
                data = file.read(limits.bytes + 1)
        except (OSError, ValueError) as error:
            raise InputError(f"{name} can't be read: {getattr(error, 'strerror', None) or error}") from error
    elif isinstance(source, (RawIOBase, BufferedIOBase)) or hasattr(source, "read"):
        data = _read_stream(source, limits.bytes + 1)
    else:
        raise InputError(f"{quote(source)} is no input", hint="a path, or an open binary stream")
    if len(data) > limits.bytes:
        raise LimitExceeded(
            f"{name} has more than {limits.bytes} bytes", hint="raise Limits(bytes=...) if you trust it"
        )
    if not data:
        raise InputError(f"{name} is empty")
    return data


def _read_stream(stream: IO[bytes], most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while size < most:
        part: Any = stream.read(most - size)
        if isinstance(part, str):
            raise InputError("a text stream was given", hint="open the file in binary mode")
        if not part:
            break
        parts.append(part)
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
