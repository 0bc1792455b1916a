"""The report as a page of Markdown, for wikis and tickets; marks are left out, because the columns say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ._parts import (
    ADDRESS,
    Cell,
    Chapter,
    Facts,
    Grid,
    Inline,
    Items,
    KeyFigures,
    Paragraph,
    Part,
    Phrase,
    Report,
    lines,
    plain_text,
    shown,
)

__all__ = ["markdown_of"]

# Whatever Markdown or HTML would take for a mark, also where it makes links of bare addresses. What is harmless in the
# middle of a line stays as it is, so that the source can be read, too.
_MARKS = re.compile(r"[&<>|*_`\[\]\\~#$^@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_STARTS = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))")


def markdown_of(report: Report) -> str:
    """Return the page."""
    colon = report.words["colon"]
    blocks = [f"# {_text(report.title)}", _pairs(report.about, colon)]
    for chapter in report.chapters:
        blocks += _chapter(chapter, 2, colon)
    blocks.append(f"*{_text(report.words['made-by'])}*")
    return "\n\n".join(filter(None, blocks)) + "\n"


def _chapter(chapter: Chapter, level: int, colon: str) -> Iterator[str]:
    yield f"{'#' * level} {_text(chapter.title)}"
    for part in chapter.parts:
        yield from _part(part, colon)
    for below in chapter.chapters:
        yield from _chapter(below, level + 1, colon)


def _part(part: Part, colon: str) -> Iterator[str]:
    match part:
        case Paragraph():
            yield _start(_runs(part.runs))
        case Items():
            yield _list(map(_runs, part.items))
        case Facts():
            yield f"**{_text(part.caption)}**"
            yield _pairs(part.rows, colon)
        case KeyFigures():
            yield _list(f"**{_text(number.text)}** {_text(said)}" for number, said in part.numbers)
        case Grid():
            yield from _grid(part, colon)


def _grid(grid: Grid, colon: str) -> Iterator[str]:
    places = [place for place, column in enumerate(grid.columns) if not column.mark]
    columns = [grid.columns[place] for place in places]
    yield f"**{_text(grid.caption)}**"
    yield _list(f"*{_text(column.head)}*{colon}{_text(column.meaning)}" for column in columns if column.meaning)
    rows = [[_cell(row[place]) for place in places] for row in grid.rows]
    head = [_text(column.head) for column in columns]
    rules = ["---:" if column.number else "---" for column in columns]
    yield "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rules, *rows))


def _pairs(rows: Iterable[tuple[str, Cell]], colon: str) -> str:
    return _list(f"{_text(term)}{colon}{_cell(cell)}" for term, cell in rows)


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {_start(item)}" for item in items)


def _start(block: str) -> str:
    """Return a block that begins with none of the marks of lists and headings."""
    return _STARTS.sub(lambda found: f"{found[1]}&#{ord(found[2][0])};{found[2][1:]}", block)


def _cell(cell: Cell) -> str:
    return "<br>".join(map(_run, lines(cell)))


def _runs(runs: Iterable[Inline]) -> str:
    return "".join(map(_run, runs))


def _run(run: Inline) -> str:
    said = _text(plain_text(run))
    if isinstance(run, Phrase) and ADDRESS.fullmatch(run.url):
        # A bar would end the cell of a table.
        return f"[{said}](<{run.url.replace('|', '%7C')}>)"
    return f"**{said.strip()}**" if isinstance(run, Phrase) and run.strong and said.strip() else said


def _text(text: str) -> str:
    return _MARKS.sub(lambda mark: f"&#{ord(mark[0])};", shown(text)).replace("\n", "<br>")
