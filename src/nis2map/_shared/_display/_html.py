"""HTML of pages: tables, terms and texts, escaped, without script, style sheet, id, class or address.

How a thing looks stands at the thing itself: a style sheet in the output of one cell reaches the whole notebook, and
ids of two outputs clash. Text and lines take the colour of the page around them, so that light and dark need no choice.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._marks import Mark

__all__ = ["block", "escape", "lines", "page", "table", "terms"]

# Notebooks set the cells of tables to the right, some in the middle of a row too: each cell says itself how it stands.
_PADDING = "vertical-align:top;padding:.2em .6em"
_TEXT = f"text-align:left;{_PADDING}"
_NUMBER = f"text-align:right;white-space:nowrap;{_PADDING}"
# What is longer is folded: a reader looks for one row, and opens that.
_OPEN = 12
_LONG = 24


def escape(text: str) -> str:
    """Return text as HTML holds it, in an attribute too."""
    return html.escape(text)


def page(title: str, parts: Iterable[str], notes: Iterable[str]) -> str:
    """Return a title, parts that are HTML already, and notes, which are set small."""
    head = f"<p><strong>{escape(title)}</strong></p>" if title else ""
    foot = "".join(f'<p style="margin:.2em 0"><small>{escape(note)}</small></p>' for note in notes)
    return f'<div style="overflow-x:auto">{head}{"".join(parts)}{foot}</div>'


def block(text: str) -> str:
    """Return a text as it is, its line ends and blanks kept."""
    return f'<p style="white-space:pre-wrap;margin:.5em 0">{escape(text)}</p>'


def terms(rows: Iterable[tuple[str, str, str]]) -> str:
    """Return terms with their meanings as a list; each has before it the HTML of a mark, or nothing."""
    items = "".join(
        f'<dt style="font-weight:normal;white-space:nowrap;margin:0">{mark} {escape(term)}</dt>'
        f'<dd style="margin:0">{_cell(meaning)}</dd>'
        for mark, term, meaning in rows
    )
    style = "display:grid;grid-template-columns:max-content auto;gap:0 1em;font-size:smaller;margin:.5em 0"
    return f'<dl style="{style}">{items}</dl>'


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str | Mark]],
    *,
    right: Iterable[int] = (),
    drawn: int | None = None,
    label: str = "",
    details: tuple[str, Sequence[Sequence[str]]] | None = None,
) -> str:
    """Return a table whose first column names the rows; columns in `right` are right-aligned and not wrapped.

    `drawn` is the place of a column of marks; `label` is read to those who can't see the table; `details` are a name
    and lines a row, which are shown below it over all columns: folded under their name, if the table is long.
    """
    places, every = frozenset(right), [list(row) for row in rows]
    styles = [_NUMBER if place in places else _TEXT for place in range(len(head))]
    cells = "".join(f'<th scope="col" style="{s}">{_cell(cell)}</th>' for cell, s in zip(head, styles, strict=True))
    if drawn is not None:
        styles[drawn] += ";min-width:160px"  # some notebooks make pictures as narrow as the room they find
    if any(isinstance(row[0], str) and len(row[0]) > _LONG for row in every):
        styles[0] += ";min-width:12em"  # where room is short a name would stand in a column of single words
    body = [_row(row, styles) for row in every]
    if details is not None:
        name, lines = details[0] if len(body) > _OPEN else "", details[1]
        body = [row + _details(below, len(head), name) for row, below in zip(body, lines, strict=True)]
    named = f' aria-label="{escape(label)}"' if label else ""
    return (
        f'<table{named} style="border-collapse:collapse;margin:.5em 0"><thead><tr>{cells}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def _row(row: Sequence[str | Mark], styles: Sequence[str]) -> str:
    name, *others = zip(row, styles, strict=True)
    first = f'<th scope="row" style="{name[1]};font-weight:normal">{_cell(name[0])}</th>'
    cells = "".join(f'<td style="{style}">{_cell(cell)}</td>' for cell, style in others)
    return f'<tr style="border-top:1px solid #8886">{first}{cells}</tr>'


def _details(lines: Sequence[str], across: int, name: str) -> str:
    if not lines:
        return ""
    items = "".join(f'<li style="margin:.2em 0">{_cell(line)}</li>' for line in lines)
    held = f'<ul style="margin:0;padding-left:1.5em">{items}</ul>'
    if name:
        held = f"<details><summary>{escape(name)}</summary>{held}</details>"
    return f'<tr><td colspan="{across}" style="{_TEXT}">{held}</td></tr>'


def lines(text: str) -> str:
    """Return a text with its line ends; a percentage is one word, however narrow its column is."""
    return escape(text).replace("\n", "<br>").replace(" %", "&nbsp;%")


def _cell(content: str | Mark) -> str:
    return lines(content) if isinstance(content, str) else content.html()
