"""Numbers and small tables as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_NARROWEST = 12
_LONGEST_WORD = 32  # longer ones, such as addresses, are broken
# strftime would write them in the language of whoever set a locale.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

__all__ = ["columns", "counted", "moment_text", "number", "pairs", "percent"]


def percent(value: float | None) -> str:
    """Return a share as a percentage with one decimal, a dash if it is not known."""
    return "-" if value is None else f"{100 * value + 0.0:.1f} %"


def number(value: float) -> str:
    """Return a number with four digits and without trailing zeros; whole where it has more digits before the point."""
    return f"{value:.0f}" if 1e4 <= abs(value) < 1e15 else f"{value + 0.0:.4g}"


def moment_text(value: datetime) -> str:
    """Return a time as people read it, "Sat 28 Mar 2026, 15:20"; seconds only if there are any, and no zone."""
    clock = value.strftime("%H:%M:%S" if value.second else "%H:%M")
    return f"{_DAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]} {value.year}, {clock}"


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its words ("1 finding", "2 findings"); `many` has them where an s is not enough."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def pairs(named: Iterable[tuple[str, str]]) -> str:
    """Return names and values as one line ("basis statement, weights unit")."""
    return ", ".join(f"{name} {value}" for name, value in named)


def columns(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = (), width: int | None = None
) -> str:
    """Return rows as aligned text columns under a head; the columns in `right` are right-aligned.

    A cell may have several lines. If the whole is wider than `width`, columns of text are wrapped to make it fit, the
    widest first; columns of numbers never are, those in `right` and those without a letter, and no column becomes
    narrower than its longest word.
    """
    table_ = [[cell.split("\n") for cell in row] for row in (head, *rows)]
    to_right = set(right)
    widths = _widths(table_)
    if width is not None and _whole(widths) > width:
        _wrap(table_, widths, to_right, width)
        widths = _widths(table_)
    out: list[str] = []
    for row in table_:
        for place in range(max(map(len, row))):
            cells = (lines[place] if place < len(lines) else "" for lines in row)
            aligned = (
                cell.rjust(size) if i in to_right else cell.ljust(size)
                for i, (cell, size) in enumerate(zip(cells, widths, strict=True))
            )
            out.append("  ".join(aligned).rstrip())
        if row is table_[0]:
            out.append("  ".join("-" * size for size in widths))
    return "\n".join(out)


def _whole(widths: Sequence[int]) -> int:
    return sum(widths) + 2 * (len(widths) - 1)


def _wrap(table_: Sequence[list[list[str]]], widths: Sequence[int], right: set[int], width: int) -> None:
    """Wrap cells of a table, in place, so that the whole fits as far as words allow."""
    fixed = right | {place for place in range(len(widths)) if not _has_letters(table_[1:], place)}
    least = [_least(table_, place) for place in range(len(widths))]
    rooms = _rooms(widths, fixed, least, width)
    if _whole(rooms) > width:  # then the heads of numbers, too
        heads = [max(map(len, " ".join(cell).split()), default=0) for cell in table_[0]]
        numbers = _widths(table_[1:]) if table_[1:] else [0] * len(widths)
        narrow = [max(heads[at], numbers[at]) if at in fixed else room for at, room in enumerate(widths)]
        rooms = _rooms(narrow, fixed, least, width)
    for place in (place for place, room in enumerate(rooms) if room < widths[place]):
        for row in table_:
            row[place] = [
                part for line in row[place] for part in _lines(line, rooms[place], "  " * (place not in fixed))
            ]


def _rooms(widths: Sequence[int], fixed: set[int], least: Sequence[int], width: int) -> list[int]:
    """Return the widths of columns that fit together, the widest column of words giving way first."""
    rooms = list(widths)
    while _whole(rooms) > width:
        able = [place for place, room in enumerate(rooms) if place not in fixed and room > least[place]]
        if not able:
            break
        rooms[max(able, key=lambda place: rooms[place])] -= 1
    return rooms


def _lines(line: str, room: int, hanging: str) -> list[str]:
    import textwrap  # late, because every first score would pay for it

    if len(line) <= room:
        return [line]
    indent = _indent(line)
    return textwrap.wrap(line.strip(), room, initial_indent=indent, subsequent_indent=indent or hanging) or [""]


def _has_letters(rows: Iterable[Sequence[Sequence[str]]], place: int) -> bool:
    return any(char.isalpha() for row in rows for line in row[place] for char in line)


def _least(table_: Iterable[Sequence[Sequence[str]]], place: int) -> int:
    """Return how narrow a column may become: its longest word, what stands before a hyphen being one, with the indent.

    A column of single words holds names that somebody copies, which are not broken.
    """
    lines = [line for row in table_ for line in row[place]]
    if not any(" " in line.strip() for line in lines):
        return max(map(len, lines), default=0)
    words = (len(_indent(line) or "  ") + len(part) for line in lines for part in line.replace("-", "- ").split())
    return min(max(max(words, default=0), _NARROWEST), _LONGEST_WORD)


def _widths(table_: Sequence[Sequence[Sequence[str]]]) -> list[int]:
    return [max(len(line) for row in table_ for line in row[i]) for i in range(len(table_[0]))]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
