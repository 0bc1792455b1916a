"""Numbers and small tables as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_NARROWEST = 12

__all__ = ["columns", "counted", "number", "pairs", "percent"]


def percent(value: float | None) -> str:
    """Return a share as a percentage with one decimal, a dash if it is not known."""
    return "-" if value is None else f"{100 * value + 0.0:.1f} %"


def number(value: float) -> str:
    """Return a number without trailing zeros."""
    return f"{value + 0.0:.4g}"


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

    A cell may have several lines. If the whole is wider than `width`, the first column is wrapped to make it fit.
    """
    table_ = [[cell.split("\n") for cell in row] for row in (head, *rows)]
    widths = _widths(table_)
    over = 0 if width is None else sum(widths) + 2 * (len(widths) - 1) - width
    if over > 0:
        import textwrap  # late, because every first score would pay for it

        room = max(widths[0] - over, _NARROWEST)
        for row in table_:
            lines = (
                textwrap.wrap(line.strip(), room, initial_indent=_indent(line), subsequent_indent=_indent(line) or "  ")
                for line in row[0]
            )
            row[0] = [line for several in lines for line in several or [""]]
        widths = _widths(table_)
    to_right = set(right)
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


def _widths(table_: Sequence[Sequence[Sequence[str]]]) -> list[int]:
    return [max(len(line) for row in table_ for line in row[i]) for i in range(len(table_[0]))]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
