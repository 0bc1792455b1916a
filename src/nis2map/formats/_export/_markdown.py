"""A Statement of Applicability as Markdown: a pipe table, and what it says of the whole as one above it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ._statement import OTHERS, TITLE, WRITTEN_BY, SoaTables

__all__ = ["markdown_of", "markdown_table"]

# As character references, which every reader shows as they are: a backslash before a mark is not one to all of them.
_MARKS = re.compile(r"[&<>|*_`\[\]\\~#$!^=+@:\"']")


def markdown_of(statement: SoaTables) -> str:
    """Return a statement as a page."""
    about = (*statement.about, ("Written by", WRITTEN_BY))
    parts = [f"# {TITLE}", markdown_table(("About", ""), about), markdown_table(statement.columns, statement.rows)]
    if statement.others:
        parts += [f"## {OTHERS}", markdown_table(statement.other_columns, statement.others)]
    return "\n\n".join(parts) + "\n"


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a pipe table whose cells show as they are, whatever is in them."""
    return "\n".join([_row(head), "|" + "---|" * len(head), *map(_row, rows)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(cell: str) -> str:
    return _MARKS.sub(lambda mark: f"&#{ord(mark[0])};", cell).replace("\n", "<br>")
