"""The report as a Word document: real headings and lists, tables whose heads come back on every page, A4."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import MissingExtra
from ._parts import (
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
    Phrase,
    Report,
    lines,
    plain_text,
    shown,
)

__all__ = ["docx_of"]

_CREATED = dt.datetime(2026, 1, 1)  # noqa: DTZ001  (the format has no zone; equal reports give equal bytes)
_LANGUAGES = {"en": "en-GB", "de": "de-DE", "fr": "fr-FR"}
_MANY = 6  # columns of text from which a table needs the long side of the paper
_SMALL, _SMALLEST = 8, 7  # points, in tables and for what their columns mean; in heads of tables
_MARGIN, _SHORT, _LONG = 18, 210, 297  # millimetres, of A4
_DEEPEST = 9


def docx_of(report: Report) -> bytes:
    """Return the document; `MissingExtra` without the extra `report`."""
    try:
        import docx
    except ImportError as error:
        raise MissingExtra("Word documents need python-docx", hint="pip install 'nis2map[report]'") from error
    paper = _Paper(docx.Document(), report)
    paper.about(report)
    for chapter in report.chapters:
        paper.chapter(chapter, 1)
    paper.text([report.words["made-by"]])
    out = io.BytesIO()
    paper.document.save(out)
    return _undated(out.getvalue())


def _undated(data: bytes) -> bytes:
    """Return an archive whose members have no time of their own, so that equal reports give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in archive.namelist():
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(member, archive.read(name))
    return out.getvalue()


class _Paper:
    """A document that is written from the top down."""

    def __init__(self, document: Any, report: Report) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm, Pt

        self.document, self.colon = document, report.words["colon"]
        self.wide = False
        normal = document.styles["Normal"]
        normal.font.name, normal.font.size = "Calibri", Pt(10)
        self._speak(normal.element.get_or_add_rPr(), report.lang)
        page = document.sections[0]
        page.orientation = WD_ORIENT.PORTRAIT
        page.page_width, page.page_height = Mm(_SHORT), Mm(_LONG)
        page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(_MARGIN)

    def about(self, report: Report) -> None:
        """Write the title and what the report is about."""
        core = self.document.core_properties
        core.title, core.language, core.author = shown(report.title)[:255], _LANGUAGES[report.lang], "nis2map"
        core.created = core.modified = _CREATED
        core.last_modified_by, core.comments, core.revision = "nis2map", "", 1
        self.document.add_heading(shown(report.title), 0)
        self.pairs(report.about)

    def chapter(self, chapter: Chapter, level: int) -> None:
        """Write a chapter with those below it, on the long side of the paper if a table needs it."""
        if level == 1:
            self._turn(any(isinstance(part, Grid) and _texts(part) >= _MANY for part in _all_parts(chapter)))
        self.document.add_heading(shown(chapter.title), min(level, _DEEPEST))
        for part in chapter.parts:
            self.part(part)
        for below in chapter.chapters:
            self.chapter(below, level + 1)

    def part(self, part: Part) -> None:
        """Write a part."""
        match part:
            case Paragraph():
                self.text(part.runs)
            case Items():
                for item in part.items:
                    self.text(item, "List Bullet")
            case Facts():
                self.caption(part.caption)
                self.pairs(part.rows)
            case KeyFigures():
                for number, said in part.numbers:
                    self.text([Phrase(number.text, strong=True), f" {said}"], "List Bullet")
            case Grid():
                self.grid(part)

    def text(self, runs: Iterable[Inline], style: str | None = None) -> None:
        """Write a paragraph."""
        self._fill(self.document.add_paragraph(style=style), runs)

    def caption(self, text: str) -> None:
        """Write what stands above a table, on the same page."""
        said = self.document.add_paragraph(shown(text), style="Caption")
        said.paragraph_format.keep_with_next = True

    def pairs(self, rows: Sequence[tuple[str, Cell]]) -> None:
        """Write terms with what is known of each, a line each."""
        for term, cell in rows:
            parts: list[Inline] = [Phrase(f"{term}{self.colon}", strong=True)]
            for place, line in enumerate(lines(cell)):
                parts += ["; ", line] if place else [line]
            self.text(parts)

    def grid(self, grid: Grid) -> None:
        """Write a table: caption, what the columns mean, head on every page, rows that no page breaks."""
        places = [place for place, column in enumerate(grid.columns) if not column.mark]
        columns = [grid.columns[place] for place in places]
        self.caption(grid.caption)
        self._meanings([column for column in columns if column.meaning])
        table = self.document.add_table(rows=1, cols=len(columns), style="Table Grid")
        self._describe(table, grid)
        self._row(table, 0, [Phrase(column.head, strong=True) for column in columns], columns=[False] * len(columns))
        for number, row in enumerate(grid.rows, 1):
            table.add_row()
            self._row(table, number, [row[place] for place in places], columns=[c.number for c in columns])
        self._widen(table, columns)
        self.document.add_paragraph()

    def _meanings(self, columns: Sequence[GridColumn]) -> None:
        """Write what columns mean, a line each."""
        runs: list[Inline] = []
        for column in columns:
            head = f"{column.head}{self.colon}"
            runs += [Phrase(f"\n{head}" if runs else head, strong=True), column.meaning]
        said = self.document.add_paragraph()
        said.paragraph_format.keep_with_next = True
        self._fill(said, runs, size=_SMALL)

    def _widen(self, table: Any, columns: Sequence[GridColumn]) -> None:
        """Give columns their widths: those of numbers are narrow, those of sentences wide."""
        from docx.shared import Mm

        shares = [
            1.6 if column.number or column.short else 3.5 if column.wide or not at else 2.5
            for at, column in enumerate(columns)
        ]
        room = (_LONG if self.wide else _SHORT) - 2 * _MARGIN
        table.autofit = False
        for at, share in enumerate(shares):
            width = Mm(room * share / sum(shares))
            table.columns[at].width = width
            for cell in table.columns[at].cells:
                cell.width = width

    def _row(self, table: Any, number: int, cells: Sequence[Cell], *, columns: Sequence[bool]) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        row = table.rows[number]
        settings = row._tr.get_or_add_trPr()  # noqa: SLF001  # the library has no word for these
        settings.append(_element("w:cantSplit"))
        if not number:
            settings.append(_element("w:tblHeader"))
        for place, (cell, is_number) in enumerate(zip(cells, columns, strict=True)):
            box = row.cells[place]
            for at, line in enumerate(lines(cell)):
                paragraph = box.add_paragraph() if at else box.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(2)
                if is_number or isinstance(line, Figure):
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                self._fill(paragraph, [line], size=_SMALL if number else _SMALLEST)

    def _fill(self, paragraph: Any, runs: Iterable[Inline], size: int | None = None) -> None:
        from docx.shared import Pt

        for part in runs:
            run = paragraph.add_run(shown(plain_text(part)))
            if size is not None:
                run.font.size = Pt(size)
            if isinstance(part, Phrase):
                run.bold = part.strong or None
                if part.lang:
                    self._speak(run._r.get_or_add_rPr(), part.lang)  # noqa: SLF001  # as above

    def _speak(self, settings: Any, lang: str) -> None:
        """Say which language a text is in, for spelling and for whoever has it read aloud."""
        settings.append(_element("w:lang", _LANGUAGES[lang]))

    def _describe(self, table: Any, grid: Grid) -> None:
        """Give a table its alternative text: what it shows, and what its columns mean."""
        meanings = "; ".join(f"{column.head}: {column.meaning}" for column in grid.columns if column.meaning)
        for tag, text in (("w:tblCaption", grid.caption), ("w:tblDescription", meanings)):
            table._tbl.tblPr.append(_element(tag, shown(text)))  # noqa: SLF001  # as above

    def _turn(self, wide: bool) -> None:
        """Go on to a page with the long or the short side across, if the page is not like that already."""
        from docx.enum.section import WD_ORIENT, WD_SECTION

        if wide == self.wide:
            return
        self.wide = wide
        page = self.document.add_section(WD_SECTION.NEW_PAGE)
        page.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        page.page_width, page.page_height = page.page_height, page.page_width


def _element(tag: str, value: str | None = None) -> Any:
    """Return an element of the document's own markup, with its value if it has one."""
    import docx.oxml as oxml
    from docx.oxml.ns import qn

    make: Any = oxml.OxmlElement  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    element = make(tag)
    if value is not None:
        element.set(qn("w:val"), value)
    return element


def _texts(grid: Grid) -> int:
    return sum(not column.mark and not column.number for column in grid.columns)


def _all_parts(chapter: Chapter) -> Iterable[Part]:
    yield from chapter.parts
    for below in chapter.chapters:
        yield from _all_parts(below)
