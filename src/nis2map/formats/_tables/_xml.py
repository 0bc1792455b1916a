"""XML without its dangers: no document type, so no entities and nothing to fetch; elements one by one, never a tree."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

from ...errors import InputError, LimitExceeded, Nis2mapError

__all__ = ["check_prolog", "walk"]

Start = Callable[[str, dict[str, str]], None]


class _Done(Exception):
    pass


def walk(data: bytes, start: Start, *, part: str, name: str, text: Callable[[str], None] | None = None) -> None:
    """Call `start` with the name and attributes of each element of a part, and `text` with what stands in between.

    Names are given without their prefix. Raises `InputError` for what is not XML and for any document type.
    """
    local: dict[str, str] = {}

    def opened(element: str, attributes: dict[str, str]) -> None:
        known = local.get(element)
        if known is None:
            # Bounded: a part with a million different names of elements is not a workbook.
            known = element.rpartition(":")[2]
            if len(local) < 1_000:
                local[element] = known
        start(known, attributes)

    _parse(data, opened, part, name, text)


def check_prolog(data: bytes, *, part: str, name: str) -> None:
    """Refuse a part with a document type, reading no further than its first element."""

    def opened(element: str, attributes: dict[str, str]) -> None:  # noqa: ARG001  (the parser gives both)
        raise _Done

    _parse(data, opened, part, name, None)


def _parse(data: bytes, opened: Start, part: str, name: str, text: Callable[[str], None] | None) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = opened
    parser.StartDoctypeDeclHandler = _refused(part, name)
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except _Done:
        return
    except expat.ExpatError as error:
        what = f"{name} is no workbook that can be read: {part} is not XML: {error}"
        raise InputError(what, hint="it may be truncated or damaged") from error
    except (InputError, LimitExceeded):
        raise
    except Exception as error:  # an encoding that nobody knows
        raise InputError(f"{name} is no workbook that can be read: {part}: {error}") from error


def _refused(part: str, name: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        what = f"{name} is refused: {part} declares a document type (DTD)"
        error: Nis2mapError = InputError(what, hint="no spreadsheet program writes one; it serves attacks")
        raise error

    return refuse
