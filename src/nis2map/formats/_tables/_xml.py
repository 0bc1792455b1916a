"""XML without its dangers: no document type, so no entities and nothing to fetch; elements one by one, never a tree."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from xml.parsers import expat

from ...errors import InputError

__all__ = ["Walker", "check_prolog", "walk"]

_WIDE = (b"\xff\xfe", b"\xfe\xff")  # byte order marks, before which no encoding that was asked for counts
Start = Callable[[str, dict[str, str]], None]


class _Done(Exception):
    pass


class Walker:
    """Calls `start` with the name and attributes of each element of a part, names as they are written."""

    def __init__(self, start: Start, *, part: str, name: str) -> None:
        self._part = part
        self._name = name
        # Whatever a part says of its encoding: the reader of values takes it for UTF-8, and both must see the same.
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = start
        self._parser.StartDoctypeDeclHandler = _refused(part, name)

    def refuse_remarks(self) -> None:
        """Refuse comments and instructions, at which other readers end a value: 5<!-- -->.1 would be 5."""
        self._parser.CommentHandler = self._parser.ProcessingInstructionHandler = _refused(
            self._part, self._name, "has a remark inside"
        )

    def listen(self, text: Callable[[str], None] | None) -> None:
        """Call `text` with what stands between elements from here on; nothing with None."""
        self._parser.CharacterDataHandler = text

    def walk(self, data: bytes) -> None:
        """Walk through a part once. Raises `InputError` for what is not XML and for any document type."""
        if 0 in data[:4] or data[:2] in _WIDE:
            raise self._unreadable("it is not UTF-8")
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            raise self._unreadable(f"it is not XML: {error}") from error

    def _unreadable(self, why: str) -> InputError:
        what = f"{self._name} can't be read as a workbook: {self._part}: {why}"
        return InputError(what, hint="it may be truncated or damaged")


def walk(data: bytes, start: Start, *, part: str, name: str, text: Callable[[str], None] | None = None) -> None:
    """Call `start` with each element of a part, names without their prefix, and `text` with what stands in between.

    See `Walker` for the errors.
    """

    def opened(element: str, attributes: dict[str, str]) -> None:
        start(element.rpartition(":")[2], attributes)

    walker = Walker(opened, part=part, name=name)
    walker.listen(text)
    walker.walk(data)


def check_prolog(data: bytes, *, part: str, name: str) -> None:
    """Refuse a part with a document type, reading no further than its first element."""

    def opened(element: str, attributes: dict[str, str]) -> None:  # noqa: ARG001  (the parser gives both)
        raise _Done

    with suppress(_Done):
        walk(data, opened, part=part, name=name)


def _refused(part: str, name: str, what: str = "declares a document type (DTD)") -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise InputError(
            f"{name} is refused: {part} {what}", hint="no spreadsheet program writes this; it serves attacks"
        )

    return refuse
