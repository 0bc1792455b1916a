"""A report as data: chapters with texts, lists, tables and facts, which each writer turns into its own form."""

from __future__ import annotations

import re
from collections.abc import Iterable

import attrs

from .._shared import Mark

__all__ = [
    "ADDRESS",
    "Cell",
    "Chapter",
    "Facts",
    "Figure",
    "Grid",
    "GridColumn",
    "Inline",
    "Items",
    "KeyFigures",
    "Paragraph",
    "Part",
    "Phrase",
    "Report",
    "lines",
    "plain_text",
    "shown",
    "strong",
]

# Nothing but an address of the web becomes a link.
ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.ASCII)
# What no form can hold, or shows otherwise than it stands there: control characters, halves of pairs, and what turns
# the direction of the text behind it, by which a text of somebody's could pass for another one.
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


@attrs.frozen
class Phrase:
    """A text that is more than a text of the report: in another language, with an address, or a mark of its class.

    `lang` is the language if it is not that of the report; `url` is what it links to; `colour` names the colour (of
    `COLOURS`) that stands beside it.
    """

    text: str
    lang: str = attrs.field(default="", kw_only=True)
    url: str = attrs.field(default="", kw_only=True)
    colour: str = attrs.field(default="", kw_only=True)
    strong: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen
class Figure:
    """A number as the report's language writes it; a spreadsheet shows its value, a share or points as such."""

    text: str
    value: float | None
    share: bool = False
    points: bool = False


Inline = str | Phrase | Figure
# A tuple stands for several lines.
Cell = Inline | Mark | tuple[Inline, ...]


def _runs(value: Inline | Iterable[Inline]) -> tuple[Inline, ...]:
    return (value,) if isinstance(value, (str, Phrase, Figure)) else tuple(value)


def _paragraphs(value: Iterable[Inline | Iterable[Inline]]) -> tuple[tuple[Inline, ...], ...]:
    return tuple(map(_runs, value))


@attrs.frozen
class Paragraph:
    """A text out of one or several runs."""

    runs: tuple[Inline, ...] = attrs.field(converter=_runs)


@attrs.frozen
class Items:
    """A list, each item a text out of runs."""

    items: tuple[tuple[Inline, ...], ...] = attrs.field(converter=_paragraphs)


@attrs.frozen
class GridColumn:
    """A column of a table: its head, what it means, and what it holds: numbers, marks, sentences, a word or a date."""

    head: str
    meaning: str = ""
    number: bool = attrs.field(default=False, kw_only=True)
    mark: bool = attrs.field(default=False, kw_only=True)
    wide: bool = attrs.field(default=False, kw_only=True)
    short: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen(kw_only=True)
class Grid:
    """Rows under heads that are explained above them.

    The first column names the row. `legend` has the colours of marks with their words. `keys`, one a row, are the words
    that a filter knows the row by; a table with `filtered` can be filtered where the form allows it. `total`: the last
    row is that of the whole.
    """

    id: str
    caption: str
    columns: tuple[GridColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    legend: tuple[tuple[str, str], ...] = ()
    keys: tuple[str, ...] = ()
    filtered: bool = False
    total: bool = False


@attrs.frozen(kw_only=True)
class Facts:
    """Terms with what is known of each, as a card shows them."""

    id: str
    caption: str
    rows: tuple[tuple[str, Cell], ...]


@attrs.frozen
class KeyFigures:
    """A few numbers in large, each with its words, and below them one mark with its legend."""

    numbers: tuple[tuple[Figure, str], ...]
    mark: Mark
    legend: tuple[tuple[str, str], ...]


Part = Paragraph | Items | Grid | Facts | KeyFigures


@attrs.frozen
class Chapter:
    """A part of the report under a heading of its own; `chapters` stand below it."""

    id: str
    title: str
    parts: tuple[Part, ...]
    chapters: tuple[Chapter, ...] = ()


@attrs.frozen(kw_only=True)
class Report:
    """The whole: what it is called, what it is about (`about`), its chapters, and the words that writers need."""

    lang: str
    title: str
    about: tuple[tuple[str, Cell], ...]
    chapters: tuple[Chapter, ...]
    words: dict[str, str]


def lines(cell: Cell) -> tuple[Inline, ...]:
    """Return a cell as its lines; a mark is the text that says the same.

    Of several lines an empty one is left out: a unit of somebody's own dataset may have no title.
    """
    if isinstance(cell, Mark):
        return (cell.text(),)
    return tuple(line for line in cell if plain_text(line)) if isinstance(cell, tuple) else (cell,)


def plain_text(run: Inline) -> str:
    """Return the text of a run."""
    return run if isinstance(run, str) else run.text


def strong(run: Inline, before: str = "") -> Phrase:
    """Return a run in bold, with a text before it."""
    return Phrase(f"{before}{plain_text(run)}", lang=run.lang if isinstance(run, Phrase) else "", strong=True)


def shown(text: str) -> str:
    """Return a text as every form can hold it, each character that none can as the replacement character."""
    return _ODD.sub("\ufffd", text.replace("\r\n", "\n"))
