"""The parts of an XLSX or XLSM workbook: which sheets there are, and what their cells are beside their values."""

from __future__ import annotations

import posixpath
import re

from ..._shared import Limits
from ...errors import InputError, quote
from ._archive import Archive, packed
from ._facts import TEXT, Place, SheetFacts, Sheets
from ._xml import Walker, check_prolog, walk

__all__ = ["excel_sheets"]

_BOOK = "xl/workbook.xml"
_BASIC = ("[content_types].xml", "_rels/.rels", _BOOK, "xl/_rels/workbook.xml.rels")
_STYLES, _TEXTS = "xl/styles.xml", "xl/sharedstrings.xml"
_PERCENT = {"9", "10"}  # the formats 0% and 0.00%, which are in no file
# What a format shows as it stands: texts in quotes, a character after \, _ or *, conditions and colours in brackets.
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]', re.DOTALL)
_LETTERS = re.compile(r"\$?[A-Za-z]{1,3}\$?", re.ASCII)
_ENOUGH = 8  # pieces of a text
_ERROR = re.compile(r"#[A-Z0-9/_?!]{1,30}", re.ASCII)
_FORMATS = 70_000  # XLSX allows 65,490 formats of cells


def excel_sheets(archive: Archive, limits: Limits) -> Sheets:
    """Return the worksheets of a workbook; `InputError` if it has no part that lists them.

    Macros (XLSM) and links to other workbooks are in no part that is read.
    """
    name = archive.name
    parts = archive.read(_BASIC)
    if _BOOK not in parts:
        raise InputError(f"{name} can't be read as a workbook: it has no list of sheets")
    listed = _listed(parts, name)
    parts = archive.read((*_BASIC, _STYLES, _TEXTS, *(part for _, part in listed)))
    for part in (*_BASIC, _STYLES, _TEXTS):
        if part in parts:
            check_prolog(parts[part], part=part, name=name)
    percents = _percent_styles(parts.get(_STYLES, b""), name)
    facts: list[SheetFacts] = []
    seen: set[str] = set()
    for title, part in listed:
        if part not in parts or part in seen:
            continue  # charts, and what is missing: the reader of values says so
        seen.add(part)
        facts.append(_Scan(SheetFacts(title, name, limits), percents).of(parts[part], part))
        _Texts(parts.get(_TEXTS, b""), facts[-1]).check(parts[part], part)
    original = {archive.members[part].filename.replace("\\", "/").lstrip("/"): data for part, data in parts.items()}
    return Sheets(tuple(facts), packed(original))


def _listed(parts: dict[str, bytes], name: str) -> list[tuple[str, str]]:
    """Return the title and the part of each sheet."""
    targets: dict[str, str] = {}
    listed: list[tuple[str, str]] = []

    def relation(element: str, attributes: dict[str, str]) -> None:
        # A link outwards is left where it is: its target would be an address, not a part.
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            targets[attributes.get("Id", "")] = posixpath.normpath(path).lower()

    def sheet(element: str, attributes: dict[str, str]) -> None:
        if element == "sheet":
            relation_id = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            listed.append((attributes.get("name", ""), targets.get(relation_id, "")))

    rels = "xl/_rels/workbook.xml.rels"
    walk(parts.get(rels, b"<none/>"), relation, part=rels, name=name)
    walk(parts[_BOOK], sheet, part=_BOOK, name=name)
    return listed


def _percent_styles(styles: bytes, name: str) -> frozenset[str]:
    """Return the numbers of the cell formats that show a percentage."""
    if not styles:
        return frozenset()
    shown = set(_PERCENT)
    found: set[str] = set()
    inside = [""]
    count = [0]

    def style(element: str, attributes: dict[str, str]) -> None:
        if element == "numFmt":
            if "%" in _LITERAL.sub("", attributes.get("formatCode", "")):
                shown.add(attributes.get("numFmtId", ""))
        elif element in ("cellXfs", "cellStyleXfs", "dxfs", "cellStyles"):
            inside[0] = element
        elif element == "xf" and inside[0] == "cellXfs":
            if attributes.get("numFmtId") in shown and count[0] < _FORMATS:
                found.add(str(count[0]))
            count[0] += 1

    walk(styles, style, part=_STYLES, name=name)
    return frozenset(found)


class _Scan:
    """One walk through the part of a sheet. Cells without a reference stand behind the one before them.

    It is called for each cell and its parts, which is most of the time that a workbook takes: so what is usual comes
    first, texts are listened to only where they matter, and counts are looked at once a row.
    """

    def __init__(self, facts: SheetFacts, percents: frozenset[str]) -> None:
        self.facts = facts
        self.percents = percents
        self.row, self.column = 0, -1
        self.columns: dict[str, int] = {}
        self.held = self.right = 0  # in the row so far
        self.kind = ""
        self.formula = self.valued = False
        self.texts: list[str] = []
        self.parser: Walker

    def of(self, data: bytes, part: str) -> SheetFacts:
        """Return what the part of a sheet says."""
        held = data.count(b"<v>") + data.count(b"<is>")
        if held > self.facts.limits.cells:  # what the walk would find too, in a hundredth of the time
            self.facts.hold(1, 0, across=held)
        self.parser = Walker(self.element, part=part, name=self.facts.name)
        self.parser.refuse_remarks()
        self.parser.walk(data)
        self.close()
        self.end_row()
        return self.facts

    def element(self, element: str, attributes: dict[str, str]) -> None:
        if element == "c":
            self.close()
            self.cell(attributes)
        elif element in ("v", "is"):
            if self.valued:
                raise InputError(f"{self.facts.name}, sheet {quote(self.facts.title)}: a cell has two values")
            self.valued = True
            if self.formula or self.kind == "e":
                self.parser.listen(self.text)
        elif element == "f":
            self.formula = True
        elif element == "row":
            self.close()
            self.end_row()
            self.start_row(attributes)
        elif element == "mergeCell":
            ends = [self.place(text) for text in attributes.get("ref", "").upper().partition(":")[::2] if text]
            if ends:
                self.facts.merge(ends[0], ends[-1])
        elif ":" in element:  # few programs write x:c for c
            self.element(element.rpartition(":")[2], attributes)

    def text(self, text: str) -> None:
        if len(self.texts) < _ENOUGH:  # to know that there is a value, or which error it is
            self.texts.append(text[:40])

    def start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        row = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else self.row + 1
        if row <= self.row:
            raise self.unordered(f"row {row}")
        self.row, self.column = row, -1
        if attributes.get("hidden") in ("1", "true"):
            self.facts.hidden_rows += 1

    def end_row(self) -> None:
        if self.held:
            self.facts.hold(self.row, self.right - self.held, across=self.held, right=self.right)
            self.held = self.right = 0

    def cell(self, attributes: dict[str, str]) -> None:
        text = attributes.get("r")
        row, column = self.place(text) if text else (max(self.row, 1), self.column + 1)
        if column <= self.column or row != self.row:
            self.moved(row, column, text or "")
        self.column = column
        self.kind = attributes.get("t", "n")
        if self.kind == "n" and attributes.get("s") in self.percents:
            self.facts.percents.add((row, column))

    def moved(self, row: int, column: int, text: str) -> None:
        """Go on in another row than the part's own rows say, which some programs leave out."""
        if (row, column) <= (self.row, self.column):
            raise self.unordered(f"cell {text or column + 1}")
        self.end_row()
        self.row = row

    def close(self) -> None:
        """Finish the cell before: what it holds is known once the next one begins."""
        if self.valued or self.formula:
            self.held += 1
            self.right = self.column + 1
            if self.formula or self.kind == "e":
                self.listened()
            self.formula = self.valued = False

    def listened(self) -> None:
        place, said = (self.row, self.column), "".join(self.texts).strip()
        self.parser.listen(None)
        self.texts.clear()
        if self.kind == "e":
            self.facts.errors[place] = said if _ERROR.fullmatch(said) else "an error"
        elif not said and self.kind != "str":  # as a text the empty value is one
            self.facts.unsaved.add(place)

    def unordered(self, what: str) -> InputError:
        """Return the error for cells out of their order: of two with one place, programs differ in which they show."""
        where = f"{self.facts.name}, sheet {quote(self.facts.title)}"
        hint = "open it in a spreadsheet program and save it again"
        return InputError(f"{where}: {what} stands twice, or behind a later one", hint=hint)

    def place(self, text: str) -> Place:
        letters = text.rstrip("0123456789")
        digits = text[len(letters) :]
        column = self.columns.get(letters)
        if column is None:
            if not _LETTERS.fullmatch(letters):
                raise self.nowhere(text)
            column = -1
            for letter in letters.replace("$", "").upper():
                column = column * 26 + ord(letter) - 39 if column >= 0 else ord(letter) - 65
            self.columns[letters] = column
        if not 0 < len(digits) < 8:
            raise self.nowhere(text)
        return int(digits), column

    def nowhere(self, text: str) -> InputError:
        return InputError(f"{self.facts.name}, sheet {quote(self.facts.title)}: {quote(text, 40)} is not a cell")


class _Texts:
    """Counts the characters of a sheet's cells: a text that many cells share is written once, and read for each.

    A walk of its own, only if the longest text in all cells would be too much.
    """

    def __init__(self, shared: bytes, facts: SheetFacts) -> None:
        self.shared = shared
        self.facts = facts
        self.most = TEXT * facts.limits.bytes
        self.sizes: list[int] = []
        self.size = 0
        self.number = ""
        self.kind = ""

    def check(self, data: bytes, part: str) -> None:
        """Raise `LimitExceeded` if the texts of a sheet are too long together."""
        if len(self.shared) * self.facts.held <= self.most:
            return
        walk(self.shared, self.shared_element, part=_TEXTS, name=self.facts.name, text=self.shared_text)
        if max(self.sizes, default=0) * self.facts.held <= self.most:
            return
        walk(data, self.element, part=part, name=self.facts.name, text=self.text)
        self.element("", {})

    def shared_element(self, element: str, attributes: dict[str, str]) -> None:  # noqa: ARG002  (the parser gives both)
        if element == "si":
            self.sizes.append(0)

    def shared_text(self, text: str) -> None:
        if self.sizes:
            self.sizes[-1] += len(text)

    def element(self, element: str, attributes: dict[str, str]) -> None:
        if self.number:
            at = int(self.number) if self.number.isdigit() and len(self.number) < 10 else len(self.sizes)
            self.size += self.sizes[at] if at < len(self.sizes) else 0
            self.number = ""
            if self.size > self.most:
                raise self.facts.too_much_text()
        if element == "c":
            self.kind = attributes.get("t", "")
        elif element != "v":
            self.kind = ""

    def text(self, text: str) -> None:
        if self.kind == "s":
            self.number += text.strip()[:10]
