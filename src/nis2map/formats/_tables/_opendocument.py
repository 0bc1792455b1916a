"""The content of an ODS workbook: which sheets there are, and what their cells are beside their values."""

from __future__ import annotations

from itertools import product

from ..._shared import Limits
from ...errors import InputError, LimitExceeded, quote
from ._archive import Archive, packed
from ._facts import TEXT, SheetFacts, Sheets
from ._xml import check_prolog, walk

__all__ = ["ods_sheets"]

_CONTENT = "content.xml"
_PARTS = ("mimetype", "meta-inf/manifest.xml", _CONTENT, "styles.xml")
_MOST = 1_048_576  # rows of the largest sheet
_DIGITS = 10


def ods_sheets(archive: Archive, limits: Limits) -> Sheets:
    """Return the tables of an ODS workbook; `InputError` if it is encrypted or has no content."""
    name = archive.name
    parts = archive.read(_PARTS)
    if _CONTENT not in parts:
        raise InputError(f"{name} can't be read as a workbook: it has no content.xml")
    if b"encryption-data" in parts.get("meta-inf/manifest.xml", b""):
        raise InputError(f"{name} is encrypted", hint="save it without a password")
    for part in ("meta-inf/manifest.xml", "styles.xml"):
        if part in parts:
            check_prolog(parts[part], part=part, name=name)
    scan = _Scan(name, limits)
    walk(parts[_CONTENT], scan.element, part=_CONTENT, name=name, text=scan.text)
    scan.close()
    original = {archive.members[part].filename: data for part, data in parts.items()}
    return Sheets(tuple(scan.sheets), packed(original))


class _Scan:
    """One walk through the content: rows and cells may say how often they are repeated."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.sheets: list[SheetFacts] = []
        self.row = self.column = 0  # of the next row, and of the next cell
        self.down = self.across = 1
        self.open = False
        self.kind = ""
        self.formula = self.value = False
        self.span = (1, 1)
        self.texts: list[str] = []
        self.size = self.total = 0  # characters of the cell so far, and of all cells

    def element(self, element: str, attributes: dict[str, str]) -> None:
        if element in ("table-cell", "covered-table-cell"):
            self.close()
            self.cell({key.rpartition(":")[2]: value for key, value in attributes.items()})
        elif element == "table-row":
            self.close()
            self.row += self.down
            self.column = 0
            self.down = self.repeated(attributes, "number-rows-repeated")
        elif element == "table":
            self.close()
            title = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "name"), "")
            self.sheets.append(SheetFacts(title, self.name, self.limits))
            self.row, self.down, self.column = 1, 0, 0

    def repeated(self, attributes: dict[str, str], word: str) -> int:
        """Return how often a row or cell is repeated; the reader of values takes any number, and room for all."""
        times = _times(attributes, word)
        if times > _MOST or (word == "number-rows-repeated" and self.row + times - 1 > _MOST):
            where = f"{self.name}, sheet {quote(self.sheets[-1].title)}" if self.sheets else self.name
            what = f"{where}: rows or cells are repeated beyond the {_MOST} rows that the largest sheet has"
            raise LimitExceeded(what, hint="open it in a spreadsheet program and save it again")
        return times

    def text(self, text: str) -> None:
        if self.open and not text.isspace():
            self.size += len(text)
            if len(self.texts) < 8:
                self.texts.append(text[:40])

    def cell(self, said: dict[str, str]) -> None:
        self.open = True
        self.across = self.repeated(said, "number-columns-repeated")
        self.kind = said.get("value-type", "")
        self.formula = "formula" in said
        self.value = any(key in said for key in ("value", "date-value", "time-value", "boolean-value", "string-value"))
        self.span = (_times(said, "number-rows-spanned"), _times(said, "number-columns-spanned"))

    def close(self) -> None:
        """Finish the cell before: its text is known once the next one begins."""
        if not self.open or not self.sheets:
            return
        facts, place, text = self.sheets[-1], (self.row, self.column), "".join(self.texts).strip()
        if self.kind or self.formula or self.value or text:
            facts.hold(*place, down=self.down, across=self.across)
            self.total += self.size * self.down * self.across
            if self.total > TEXT * self.limits.bytes:
                raise facts.too_much_text()
            every = product(range(self.row, self.row + self.down), range(self.column, self.column + self.across))
            if self.formula and text.startswith(("Err:", "#")):
                facts.errors.update(dict.fromkeys(every, text))
            elif self.formula and not self.value and not text and self.kind != "string":
                facts.unsaved.update(every)
            elif self.kind == "percentage":
                facts.percents.update(every)
        if self.span != (1, 1):
            facts.merge(place, (place[0] + self.span[0] - 1, place[1] + self.span[1] - 1))
        self.column += self.across
        self.open, self.size = False, 0
        self.texts.clear()


def _times(attributes: dict[str, str], word: str) -> int:
    """Return the largest number under a name with any prefix; the reader of values refuses what is not one."""
    texts = [value.strip().lstrip("+") for key, value in attributes.items() if key.rpartition(":")[2] == word]
    numbers = [text.lstrip("0") or "0" for text in texts if text.isascii() and text.isdigit()]
    return max((int(number) if len(number) < _DIGITS else 10**_DIGITS for number in numbers), default=1) or 1
