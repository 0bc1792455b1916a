"""XML without its dangers: no document type, so no entities and nothing to fetch; elements one by one, never a tree."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from xml.parsers import expat

from ...errors import InputError, Nis2mapError

__all__ = ["Walker", "check_prolog", "walk"]

Start = Callable[[str, dict[str, str]], None]


class _Done(Exception):
    pass


class Walker:
    """Calls `start` with the name and attributes of each element of a part, names as they are written."""

    def __init__(self, start: Start, *, part: str, name: str) -> None:
        self._part = part
        self._name = name
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = start
        self._parser.StartDoctypeDeclHandler = _refused(part, name)

    def listen(self, text: Callable[[str], None] | None) -> None:
        """Call `text` with what stands between elements from here on; nothing with None."""
        self._parser.CharacterDataHandler = text

    def walk(self, data: bytes) -> None:
        """Walk through a part once. Raises `InputError` for what is not XML and for any document type."""
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            what = f"{self._name} is no workbook that can be read: {self._part} is not XML: {error}"
            raise InputError(what, hint="it may be truncated or damaged") from error
        except (Nis2mapError, _Done):
            raise
        except Exception as error:  # an encoding that nobody knows
            raise InputError(f"{self._name} is no workbook that can be read: {self._part}: {error}") from error


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


def _refused(part: str, name: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        what = f"{name} is refused: {part} declares a document type (DTD)"
        error: Nis2mapError = InputError(what, hint="no spreadsheet program writes one; it serves attacks")
        raise error

    return refuse
