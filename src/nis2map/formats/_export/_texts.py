r"""Texts as cells hold them, so that any text comes back as it was, and no spreadsheet takes one for a formula.

Two steps, each injective. `encoded` writes what a reader of tables drops or refuses (control characters, blanks at
either end, halves of surrogate pairs) as `\u` and four digits, as JSON does. `guarded`, for CSV alone, puts an
apostrophe before whatever a spreadsheet would work out, also where one that splits at another separator would see the
start of a cell (CWE-1236). What already has an apostrophe there gets a second one, so that nothing is lost.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from ...errors import InputError

__all__ = [
    "csv_bytes",
    "decoded",
    "encoded",
    "exact_degree",
    "guarded",
    "joined_items",
    "percent_text",
    "split_items",
    "unguarded",
]

# Illegal in XML, dropped or refused by readers of tables, or turning the direction in which the rest is shown.
_ODD = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffd-\uffff]")
_HEX = re.compile("[0-9a-f]{4}")
_WRITTEN = re.compile(r"(\\+)u([0-9a-f]{4})")
# A line inside a cell that begins as a row of ids does would be taken for a row that an open quote swallowed.
_ROW = re.compile(r"\n[^\n,;|]{0,60}?\d\.\d[^\n,;|]*([,;|])")
_EMPTY = '""'  # an item of a list that says nothing
_SKIPPED = r"(?:[^\S\t\n\r]|[\"“”„«»`´\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff])*"
_FORMULA = r"[=+\-@＝＋－＠\t\r\n]"
_DANGER = re.compile(rf"(^|[,;|\t\r\n])(?='*{_SKIPPED}{_FORMULA})")
_GUARDED = re.compile(rf"(^|[,;|\t\r\n])'(?='*{_SKIPPED}{_FORMULA})")


def encoded(text: str, *, listed: bool = False) -> str:
    r"""Return a text as a cell holds it; with `listed` it is one of several lines.

    A run of n backslashes before what is written so, or would be read so, is doubled.
    """
    places = {match.start() for match in _ODD.finditer(text)}
    places.update(place for place in (0, len(text) - 1) if text and text[place].isspace())
    if listed:
        places.update(place for place, char in enumerate(text) if char == "\n")
        if text == _EMPTY:
            places.add(0)
        places.update(match.start(1) - 1 for match in _ROW.finditer(f"\n{text}"))
    places.update(match.start(1) for match in _ROW.finditer(text))
    if not places and "\\u" not in text:
        return text
    return "".join(_pieces(text, places))


def _pieces(text: str, places: set[int]) -> Iterator[str]:
    run = 0
    for place, char in enumerate(text):
        if char == "\\":
            run += 1
            continue
        if place in places:
            yield "\\" * (2 * run) + f"\\u{ord(char):04x}"
        elif run and char == "u" and _HEX.match(text, place + 1):
            yield "\\" * (2 * run) + char
        else:
            yield "\\" * run + char
        run = 0
    yield "\\" * run


def decoded(cell: str) -> str:
    """Return the text that `encoded` made a cell of."""

    def char(match: re.Match[str]) -> str:
        half, odd = divmod(len(match[1]), 2)
        return "\\" * half + (chr(int(match[2], 16)) if odd else f"u{match[2]}")

    return _WRITTEN.sub(char, cell)


def joined_items(items: Iterable[str]) -> str:
    """Return several texts as one cell, a line each."""
    return "\n".join(encoded(item, listed=True) or _EMPTY for item in items)


def split_items(cell: str) -> tuple[str, ...]:
    """Return the texts that `joined_items` made a cell of; lines that somebody left empty are none."""
    return tuple("" if line == _EMPTY else decoded(line) for line in cell.split("\n") if line)


def guarded(cell: str) -> str:
    """Return a cell of which no spreadsheet works out anything, at whichever of , ; | and tab it splits."""
    return _DANGER.sub(r"\1'", cell)


def csv_bytes(rows: Iterable[Iterable[str]]) -> bytes:
    """Return rows as CSV, guarded cell by cell; a byte order mark stands before text that is not ASCII.

    Raises `InputError` for half of a surrogate pair, which no encoding can hold.
    """
    out = io.StringIO(newline="")
    csv.writer(out).writerows([guarded(cell) for cell in row] for row in rows)
    text = out.getvalue()
    try:
        return text.encode("ascii" if text.isascii() else "utf-8-sig")
    except UnicodeEncodeError as error:
        raise InputError(f"a text contains half of a surrogate pair and can't be written: {error.reason}") from error


def unguarded(cell: str) -> str:
    """Return the cell that `guarded` was given."""
    return _GUARDED.sub(r"\1", cell)


def percent_text(degree: float) -> str:
    """Return a share as a percentage with all its digits: exact in decimals, where 100 times a float is not."""
    digits = format(Decimal(repr(degree)) * 100, "f")
    return f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits}%"


def exact_degree(cell: str) -> float | None:
    """Return the share that `percent_text` wrote, None for anything else."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{1,400})?%", cell, re.ASCII) is None:
        return None
    return float(Decimal(cell[:-1]).scaleb(-2))
