"""Tables of Markdown: pipe tables, sections of controls, and the legends beside them."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator

import attrs

from ..._shared import FrozenMap, Limits, counted
from ...errors import LimitExceeded
from .._cells import BARE, BEFORE, Cells, is_id, text_of

__all__ = ["Legend", "is_rule", "markdown_tables", "split_markdown"]

_LINE = re.compile(r"\r\n|\r|\n")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_CLAUSES = 4  # the number of the first clause with requirements; those of the Annex begin with 5
_FRONT = 200  # lines in which front matter must end
_RULE = re.compile(r"[ \t]*:?-+:?[ \t]*")
_PIPE = re.compile(r"(?<!\\)\|")
_SYMBOL = "[\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]\ufe0f?"
_MEANING = re.compile(rf"({_SYMBOL})[\s*_`:=–—|-]*([^\W\d_][^|;,•·\n\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]*)")
_SHORT = re.compile(r"(?<!\w)([A-Z][A-Za-z/]{0,3})[*`]*\s*[=:–—]\s*([^\W\d_][^|;,•·\n=]*)")
_CODE = re.compile(r"[^\W\d_]+(?:/[^\W\d_]+)?")
_LEGEND = re.compile(r"legend|légende|leyenda|leggenda|legenda|zeichenerklärung|υπόμνημα|symbol", re.IGNORECASE)
_LONGEST = 60
# A key is a few words: bold, with the colon inside or outside, or plain; with or without a bullet before it.
_KEY = re.compile(
    r"\s{0,8}(?:[-*+]\s+)?(?:(\*\*|__)\s*([^*_:|]{1,60}?)\s*(?::\s*\1|\1\s*:)|([^\W\d_][^*_:|.<>\[\]]{0,39}):(?=\s|$))\s*(.*)"
)
_DEFINITION = re.compile(r"\s{0,3}:\s+(\S.*)")
_IDENTIFIED = re.compile(
    rf"((?:(?:{BEFORE})[\s/:.-]*)*(?:a[\s.-]?\s?)?"
    r"\d{1,2}\.\d{1,3}(?:\.\d{1,2})?)(?![\d.]*\d)\.?(?:[\s:–—\u2010-]+(.*))?",
    re.IGNORECASE,
)
_FIELDS = ("value", "wert", "valeur", "valore", "valor", "waarde", "wartość", "hodnota", "τιμή", "details", "content")


def markdown_tables(text: str, *, name: str, limits: Limits, line: int = 1) -> list[Cells]:
    """Return the tables of a text that is Markdown; its first line has the number `line` in the file."""
    reader = _Reader(name, limits)
    reader.read([(number, each) for number, each in enumerate(_LINE.split(text), line)])
    found = [*reader.tables, *reader.controls()]
    legend = reader.legend.known()
    for at, table in enumerate(found):
        found[at] = attrs.evolve(table, legend=legend, notes=tuple(reader.notes) if at == 0 else ())
    if not found and reader.notes:
        found = [Cells((), path=name, notes=tuple(reader.notes))]
    return found


def split_markdown(text: str, line: int) -> Iterator[tuple[bool, str, int]]:
    """Yield the parts of a text in their order: whether each is a Markdown table, its text, and its first line."""
    if "--" not in text or "|" not in text:
        yield False, text, line
        return
    lines = _LINE.split(text)
    kinds = [False] * len(lines)
    at = 1
    while at < len(lines):
        if not ("--" in lines[at] and is_rule(lines[at]) and "|" in lines[at - 1] and not kinds[at - 1]):
            at += 1
            continue
        top = at - 1
        while top and (not lines[top - 1].strip() or _HEADING.fullmatch(lines[top - 1])) and not kinds[top - 1]:
            top -= 1
        while at < len(lines) and "|" in lines[at]:
            at += 1
        kinds[top:at] = [True] * (at - top)
    start = 0
    for place in range(1, len(lines) + 1):
        if place == len(lines) or kinds[place] != kinds[start]:
            yield kinds[start], "\n".join(lines[start:place]), line + start
            start = place


def is_rule(line: str) -> bool:
    """Whether a line is the one below the header of a pipe table: dashes, colons and bars alone."""
    if "|" not in line or "-" not in line or line.strip("|:-> \t"):
        return False
    parts = line.strip("> \t").removeprefix("|").removesuffix("|").split("|")
    return all(_RULE.fullmatch(part) for part in parts)


def cells_of(line: str) -> tuple[str, ...]:
    """Return the cells of a row of a pipe table."""
    row = line.strip().lstrip("> \t")
    row = row.removeprefix("|")
    if row.endswith("|") and not row.endswith("\\|"):
        row = row[:-1]
    return tuple(plain_text(cell) for cell in _PIPE.split(row))


_MARKED = re.compile(r"[<\[*_`\\&]")
_IMAGE = re.compile(r"!\[([^\[\]]*)\]\([^()\s]*(?:\s[^()]*)?\)")
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s]*)(?:\s[^()]*)?\)")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_STRONG = re.compile(r"(\*\*\*|\*\*|__|\*)(?=\S)([^*_]+)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<!\w)_(?=\S)([^_]+)(?<=\S)_(?!\w)")


def plain_text(cell: str) -> str:
    """Return what a cell says without the marks of Markdown and HTML."""
    text = cell.strip()
    if not _MARKED.search(text):
        return text_of(text)
    if text in ("[x]", "[X]", "[ ]"):
        return text[1].strip()
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if "[" in text:
        text = _LINK.sub(_linked, _IMAGE.sub(r"\1", text))
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub(r"\1", _STRONG.sub(r"\2", text))
        text = re.sub(r"\*\*|__(?=\s|$)|(?<!\S)__", "", text)  # nested or broken emphasis
    if "`" in text:
        text = text.replace("`", "")
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    return text_of(html.unescape(text) if "&" in text else text)


def _linked(match: re.Match[str]) -> str:
    text, target = match.groups()
    absolute = target.startswith(("https://", "http://", "mailto:")) and target != text and not is_id(text)
    return f"{text} ({target})" if absolute else text


@attrs.define
class Legend:
    """What the signs and abbreviations of a file mean, gathered from its lines and tables."""

    _meanings: list[tuple[bool, str, str]] = attrs.Factory(list[tuple[bool, str, str]])

    @staticmethod
    def announced(text: str) -> bool:
        """Whether a heading or a line says that a legend follows."""
        return bool(_LEGEND.search(text[:80]))

    def explain(self, line: str, *, announced: bool) -> None:
        """Keep what a line says that signs mean, and abbreviations if a legend was announced."""
        pairs = [(sign, text) for sign, text in _MEANING.findall(line[:2_000]) if len(text.strip()) <= _LONGEST]
        if announced:
            pairs += _SHORT.findall(line[:2_000])
        self._meanings += [(announced, sign, plain_text(text.strip(" .()*_:-–—"))) for sign, text in pairs]

    def pair(self, sign: str, text: str, *, announced: bool) -> bool:
        """Keep what stands beside a sign, or beside an abbreviation if a legend was announced; False for neither."""
        if not (re.fullmatch(_SYMBOL, sign) or (announced and _CODE.fullmatch(sign))):
            return False
        self._meanings.append((True, sign, text))
        return True

    def known(self) -> FrozenMap[str, str]:
        """Return what signs mean: as a legend says, else as every line with the sign agrees."""
        found: dict[str, str] = {}
        announced = {sign for said, sign, _ in self._meanings if said}
        unclear: set[str] = set()
        for said, sign, text in self._meanings:
            if text and (said or sign not in announced) and found.setdefault(sign, text) != text:
                unclear.add(sign)
        return FrozenMap({sign: text for sign, text in found.items() if sign not in unclear})


@attrs.define
class _Section:
    """The section of a control: the line and level of its heading, and what it says in the order of its keys."""

    line: int
    level: int
    id: str
    title: str
    values: dict[str, list[str]] = attrs.Factory(dict[str, list[str]])


@attrs.define
class _Reader:
    """One walk through the lines of a document."""

    name: str
    limits: Limits
    tables: list[Cells] = attrs.Factory(list[Cells])
    sections: list[_Section] = attrs.Factory(list[_Section])
    notes: list[str] = attrs.Factory(list[str])
    heading: str = ""
    section: _Section | None = None
    key: str = ""  # the key that further lines belong to
    legend: Legend = attrs.Factory(Legend)
    explains: bool = False  # whether a heading above announced a legend

    def read(self, lines: list[tuple[int, str]]) -> None:
        """Read the lines of a document, each with its number."""
        lines = self._visible(lines)
        at = 0
        while at < len(lines):
            number, line = lines[at]
            heading = _HEADING.fullmatch(line)
            if heading:
                self._open(number, len(heading[1]), plain_text((heading[2] or "").rstrip("# \t")))
            elif "|" in line and at + 1 < len(lines) and is_rule(lines[at + 1][1]):
                at = self._table(lines, at)
                continue
            else:
                below = _DEFINITION.fullmatch(lines[at + 1][1]) if at + 1 < len(lines) else None
                if below and self.section and 0 < len(line.strip()) <= _LONGEST:
                    self._say(plain_text(line), plain_text(below[1]))
                    at += 1
                else:
                    self._prose(line)
            at += 1

    def _visible(self, lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
        """Return the lines without front matter, comments and code, which show nothing to a reader of the page."""
        start = 0
        if lines and lines[0] == (1, "---"):
            ends = (at for at, (_, line) in enumerate(lines[1:_FRONT], 2) if line.rstrip() in ("---", "..."))
            start = next(ends, 0)
        shown: list[tuple[int, str]] = []
        fence, opened, comment = "", 0, 0
        for number, line in lines[start:]:
            mark = None if comment else _FENCE.match(line)
            if fence:
                if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                    fence = ""
                continue
            if mark:
                fence, opened = mark[1], number
                continue
            rest, closed = _uncommented(line, inside=bool(comment))
            comment = 0 if closed else comment or number
            if rest.strip() or rest == line:  # a line that is a comment does not part a table
                shown.append((number, rest))
        if fence or comment:
            what = "a comment" if comment else "code"
            self.notes.append(f"row {comment or opened} begins {what} that never ends: what follows is not read")
        return shown

    def _open(self, number: int, level: int, text: str) -> None:
        self.key, self.explains = "", Legend.announced(text)
        named = _IDENTIFIED.fullmatch(text)
        if named and is_id(named[1]):
            self.section = _Section(number, level, named[1].strip(), (named[2] or "").strip())
            self.sections.append(self.section)
        elif self.section and level > self.section.level and len(text) <= _LONGEST:
            self.key = text
        else:
            self.section = None
        self.heading = text

    def _say(self, key: str, value: str) -> None:
        if self.section is None or not key:
            return
        self.key = key
        values = self.section.values.setdefault(key, [])
        if value:
            values.append(value)

    def _prose(self, line: str) -> None:
        if not line.strip():
            if self.section and self.section.values.get(self.key):
                self.key = ""
            return
        self.legend.explain(line, announced=self.explains or Legend.announced(line))
        pair = _KEY.fullmatch(line) if self.section and len(line) < self.limits.cell else None
        if pair:
            key = plain_text(pair[2] or pair[3])
            if pair[2] or len(key.split()) <= 4:
                self._say(key, plain_text(pair[4]))
                return
        if self.section and self.key:
            self._say(self.key, plain_text(re.sub(r"^\s*(?:[-*+]|\d+[.)])\s+", "", line)))

    def _table(self, lines: list[tuple[int, str]], at: int) -> int:
        """Read the table whose header stands at a place, and return the place behind it."""
        rows = [(lines[at][0], cells_of(lines[at][1]))]
        at += 2
        while at < len(lines) and "|" in lines[at][1]:
            if len(rows) > self.limits.rows:
                raise LimitExceeded(f"{self.name} has more than {counted(self.limits.rows, 'row')}")
            if not ("--" in lines[at][1] and is_rule(lines[at][1])):
                rows.append((lines[at][0], cells_of(lines[at][1])))
            at += 1
        held = [(number, _trimmed(row)) for number, row in rows]
        for _, row in held[1:]:
            if len(row) > 1:
                self.legend.pair(row[0], row[1], announced=self.explains)
        if self.section and all(len(row) <= 2 for _, row in held) and not any(r and is_id(r[0]) for _, r in held):
            head = held[0][1]
            pairs = held[1:] if not head or head[-1].casefold() in _FIELDS else held
            for _, row in pairs:
                if row:
                    self._say(row[0].rstrip(": "), row[1] if len(row) > 1 else "")
            self.key = ""
        else:
            self.tables.append(Cells(tuple(row for row in held if row[1]), path=self.name, sheet=self.heading))
        return at

    def controls(self) -> list[Cells]:
        """Return the sections of controls as one table, if half of them at least say something.

        A bare number may be that of a chapter: it counts with a number that a control or clause may have, and if its
        section says something that others say too.
        """
        bare = {id(section) for section in self.sections if BARE.fullmatch(section.id)}
        sections = [
            section
            for section in self.sections
            if id(section) not in bare or int(section.id.partition(".")[0]) >= _CLAUSES
        ]
        keys = Counter(key for section in sections for key, values in section.values.items() if values)
        usual = {key for key, count in keys.items() if count * 2 >= len(sections)}
        kept = [
            section for section in sections if id(section) not in bare or any(section.values.get(key) for key in usual)
        ]
        if not kept or sum(1 for section in kept if any(section.values.values())) * 2 < len(kept):
            return []
        order = list(dict.fromkeys(key for section in kept for key in section.values if keys[key]))
        if len(order) + 2 > self.limits.columns:
            raise LimitExceeded(f"{self.name} has more than {counted(self.limits.columns, 'column')}")
        rows: list[tuple[int, tuple[str, ...]]] = [(max(1, kept[0].line - 1), ("Control", "Title", *order))]
        for section in kept:
            values = ("\n".join(section.values.get(key, ())) for key in order)
            rows.append((section.line, _trimmed((section.id, section.title, *values))))
        return [Cells(tuple(rows), path=self.name)]


def _uncommented(line: str, *, inside: bool) -> tuple[str, bool]:
    """Return a line without comments, and whether none is open at its end."""
    shown: list[str] = []
    while True:
        if inside:
            _, closed, line = line.partition("-->")
            if not closed:
                return "".join(shown), False
        before, opened, line = line.partition("<!--")
        shown.append(before)
        if not opened:
            return "".join(shown), True
        inside = True


def _trimmed(row: tuple[str, ...]) -> tuple[str, ...]:
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]
