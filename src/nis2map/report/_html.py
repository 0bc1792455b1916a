"""The report as one self-contained HTML page: it loads nothing, escapes every text, and is whole without script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache

from .._shared import Mark, escape, swatch
from ._page import SCRIPT, STYLE
from ._parts import (
    ADDRESS,
    Cell,
    Chapter,
    Facts,
    Figure,
    Grid,
    GridColumn,
    Inline,
    Items,
    KeyFigures,
    Paragraph,
    Part,
    Report,
    lines,
    shown,
)

__all__ = ["html_of"]

_DEEPEST = 6
# Without places to break, one long word of somebody's would widen its table beyond the page.
_LONG = re.compile(r"(\S{32,})")
_PIECE = 16


def text(value: str) -> str:
    """Return a text as HTML holds it, between tags and in attributes alike."""
    return escape(shown(value))


def html_of(report: Report) -> str:
    """Return the page."""
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{report.lang}">',
            *_head(report),
            "<body>",
            f'<a class="skip" href="#report">{text(report.words["skip"])}</a>',
            *_header(report),
            *_contents(report),
            '<main id="report" tabindex="-1">',
            *(line for section in report.chapters for line in _section(section, report, 2)),
            "</main>",
            f"<footer><p>{text(report.words['made-by'])} {text(report.words['offline'])}</p></footer>",
            f"<script>{SCRIPT}</script>",
            "</body>",
            "</html>",
            "",
        ]
    )


@cache
def _policy() -> str:
    """Return the policy of the page: it may load nothing, and runs its own script and no other."""
    script = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    # Marks say in an attribute how they stand; a style can't be turned into a request while nothing may be loaded.
    own = f"default-src 'none'; script-src 'sha256-{script}'; style-src 'unsafe-inline'; img-src data:"
    return f"{own}; base-uri 'none'; form-action 'none'"


def _head(report: Report) -> Iterator[str]:
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(_policy())}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<link rel="icon" href="data:,">'
    yield f"<title>{text(report.title)}</title>"
    yield f"<style>{STYLE}</style>"
    yield "</head>"


def _header(report: Report) -> Iterator[str]:
    yield "<header>"
    yield f"<h1>{text(report.title)}</h1>"
    yield f'<dl class="about">{_terms(report.about)}</dl>'
    yield "</header>"


def _contents(report: Report) -> Iterator[str]:
    yield f'<nav aria-labelledby="contents"><h2 id="contents">{text(report.words["contents"])}</h2><ol>'
    yield from (f'<li><a href="#{section.id}">{text(section.title)}</a></li>' for section in report.chapters)
    yield "</ol></nav>"


def _section(section: Chapter, report: Report, level: int) -> Iterator[str]:
    head, level = text(section.title), min(level, _DEEPEST)
    yield f'<section id="{section.id}" aria-labelledby="{section.id}-title">'
    yield f'<h{level} id="{section.id}-title">{head}</h{level}>'
    for part in section.parts:
        yield from _part(part, report)
    for below in section.chapters:
        yield from _section(below, report, level + 1)
    yield "</section>"


def _part(part: Part, report: Report) -> Iterator[str]:
    match part:
        case Paragraph():
            yield f"<p>{_runs(part.runs)}</p>"
        case Items():
            yield f"<ul>{''.join(f'<li>{_runs(item)}</li>' for item in part.items)}</ul>"
        case Facts():
            yield f'<p class="caption" id="{part.id}">{text(part.caption)}</p>'
            yield f'<dl class="facts" aria-labelledby="{part.id}">{_terms(part.rows)}</dl>'
        case KeyFigures():
            yield from _figures(part, report)
        case Grid():
            yield from _table(part, report)


def _figures(part: KeyFigures, report: Report) -> Iterator[str]:
    yield '<dl class="figures">'
    yield from (f"<div><dt>{text(said)}</dt><dd>{text(number.text)}</dd></div>" for number, said in part.numbers)
    yield "</dl>"
    yield f'<p class="mark">{part.mark.html()}</p>'
    yield _legend(part.legend, report)


def _table(table: Grid, report: Report) -> Iterator[str]:
    if table.filtered:
        yield _filter(table, report)
    yield _meanings(table, report)
    yield _legend(table.legend, report)
    yield f'<table id="{table.id}" role="table"><caption>{text(table.caption)}</caption>'
    heads = "".join(
        f'<th scope="col" role="columnheader"{_kind(column)}>{text(column.head)}</th>' for column in table.columns
    )
    yield f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
    body, total = (table.rows[:-1], table.rows[-1:]) if table.total else (table.rows, ())
    yield '<tbody role="rowgroup">'
    for place, row in enumerate(body):
        key = f' data-class="{table.keys[place]}"' if table.keys else ""
        yield f'<tr role="row"{key}>{_row(table.columns, row)}</tr>'
    yield "</tbody>"
    if total:
        yield f'<tfoot role="rowgroup"><tr role="row">{_row(table.columns, total[0])}</tr></tfoot>'
    yield "</table>"


def _row(columns: tuple[GridColumn, ...], row: tuple[Cell, ...]) -> str:
    first, *others = zip(columns, row, strict=True)
    cells = [f'<th scope="row" role="rowheader">{_cell(first[1])}</th>']
    # On a narrow screen a row becomes a block, and each cell says what it is.
    cells += [
        f'<td role="cell" data-head="{text(column.head)}"{_kind(column)}>{_cell(cell)}</td>' for column, cell in others
    ]
    return "".join(cells)


def _kind(column: GridColumn) -> str:
    kinds = [name for name in ("number", "wide", "mark", "short") if getattr(column, name)]
    return f' class="{" ".join(kinds)}"' if kinds else ""


def _meanings(table: Grid, report: Report) -> str:
    """Return what the columns mean, where the table stands."""
    told = [(column.head, column.meaning) for column in table.columns if column.meaning]
    if not told:
        return ""
    rows = "".join(f"<div><dt>{text(head)}</dt><dd>{text(meaning)}</dd></div>" for head, meaning in told)
    return f'<dl class="columns" aria-label="{text(report.words["columns"])}">{rows}</dl>'


def _legend(legend: Iterable[tuple[str, str]], report: Report) -> str:
    keys = "".join(f"<li>{swatch(colour)}{text(said)}</li>" for colour, said in legend)
    return f'<ul class="legend" aria-label="{text(report.words["colours"])}">{keys}</ul>' if keys else ""


def _filter(table: Grid, report: Report) -> str:
    """Return the controls of a filter, hidden until the script shows them: without it they would do nothing."""
    words, at = report.words, table.id
    classes = "".join(
        f'<option value="{key}">{text(words[f"class.{key}"])}</option>' for key in dict.fromkeys(table.keys)
    )
    return (
        f'<div class="filter" role="search" aria-label="{text(words["filter"])}" data-for="{at}" '
        f'data-shown="{text(words["filter.shown"])}" data-none="{text(words["filter.none"])}" hidden>'
        f'<label for="{at}-text">{text(words["filter.text"])}</label>'
        f'<input type="search" id="{at}-text" autocomplete="off" aria-controls="{at}">'
        f'<label for="{at}-class">{text(words["filter.class"])}</label>'
        f'<select id="{at}-class" aria-controls="{at}"><option value="">{text(words["filter.all"])}</option>{classes}'
        f'</select><button type="button">{text(words["filter.clear"])}</button>'
        '<p role="status" aria-live="polite"></p></div>'
    )


def _terms(rows: Iterable[tuple[str, Cell]]) -> str:
    return "".join(f"<div><dt>{text(term)}</dt><dd>{_cell(cell)}</dd></div>" for term, cell in rows)


def _cell(cell: Cell) -> str:
    if isinstance(cell, Mark):
        return cell.html()
    if not isinstance(cell, tuple):
        return _run(cell)
    return "".join(f'<span class="line">{_run(line)}</span>' for line in lines(cell))


def _runs(runs: Iterable[Inline]) -> str:
    return "".join(map(_run, runs))


def _run(run: Inline) -> str:
    if isinstance(run, str):
        return _broken(run)
    if isinstance(run, Figure):
        return text(run.text)
    said = _broken(run.text)
    if ADDRESS.fullmatch(run.url):
        said = f'<a href="{text(run.url)}" rel="noopener noreferrer">{said}</a>'
    if run.colour:
        said = f'<span class="class">{swatch(run.colour)}{said}</span>'
    tag = "strong" if run.strong else "span"
    lang = f' lang="{run.lang}"' if run.lang else ""
    return f"<{tag}{lang}>{said}</{tag}>" if run.strong or lang else said


def _broken(said: str) -> str:
    """Return a text with its line ends, and with places where what has no blank (a digest, an address) may break."""
    pieces = [piece for part in _LONG.split(said) for piece in _in_pieces(part)]
    return "<wbr>".join(map(text, pieces)).replace("\n", "<br>")


def _in_pieces(part: str) -> Iterator[str]:
    """Yield a part that is one long word in pieces, and any other as it is."""
    size = _PIECE if _LONG.fullmatch(part) else max(len(part), 1)
    return (part[at : at + size] for at in range(0, len(part), size))
