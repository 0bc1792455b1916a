"""Numbers and small tables as text and as escaped, offline HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["columns", "counted", "escape", "number", "pairs", "percent", "table"]


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


def columns(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> str:
    """Return rows as aligned text columns under a head; the columns in `right` are right-aligned."""
    table_ = [tuple(head), *map(tuple, rows)]
    widths = [max(len(row[i]) for row in table_) for i in range(len(head))]
    to_right = set(right)
    lines = [
        "  ".join(
            cell.rjust(width) if i in to_right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table_
    ]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([lines[0], rule, *lines[1:]])


def escape(text: str) -> str:
    """Return text as HTML holds it; the module is loaded on first use, scores need none."""
    import html

    return html.escape(text)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return an HTML table; every cell is escaped, line ends become line breaks."""
    cells = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{_cell(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def _cell(text: str) -> str:
    return escape(text).replace("\n", "<br>")
