"""What a file is, by its content; what is not readable is refused with what it is.

A name decides nothing. But a text that is named as a workbook is refused: somebody renamed it, or was handed something
else than it says.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePath

from ..._shared import bytes_of, decode
from ...errors import InputError
from .._cells import is_id
from ._archive import member_names
from ._markdown import is_rule

__all__ = ["READABLE", "own_separator", "sniff"]

READABLE = ("csv", "xlsx", "ods", "markdown", "yaml", "json")
_SAYS = "readable are CSV, TSV, XLSX, ODS, Markdown, YAML and JSON"
_WORDS = {"csv": "a CSV", "markdown": "Markdown", "yaml": "YAML", "json": "JSON"}
_BOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods")
_BINARY = (
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"RIFF", "an image or a recording"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"\x09\x08", "an Excel workbook older than 1997"),
    (b"{\\rtf", "an RTF document"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MEMBERS = (
    ("word/document.xml", "a Word document (DOCX)"),
    ("ppt/presentation.xml", "a PowerPoint presentation (PPTX)"),
    ("xl/workbook.bin", "a binary Excel workbook (XLSB)"),
    ("index/document.iwa", "a document of Numbers, Pages or Keynote"),
)
_MIMES = (
    (b"application/vnd.oasis.opendocument.text", "an OpenDocument text (ODT)"),
    (b"application/vnd.oasis.opendocument.presentation", "an OpenDocument presentation (ODP)"),
    (b"application/epub+zip", "an EPUB"),
)
_MARKUP = (
    ("<!doctype html", "an HTML page"),
    ("<html", "an HTML page"),
    ("<table", "an HTML page"),
    ("<meta", "an HTML page"),
    ("mime-version:", "a web archive (MHTML)"),
)
_SAMPLE = 100_000  # characters
_LINES = 400
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+\S")
_MEMBER = re.compile(r"""[ \t]*(?:- +)*(?:"[^"]*"|'[^']*'|[^\W][^:#,;|\t"']{0,80}) *:(?:[ \t]|$)|[ \t]*-(?:[ \t]|$)""")
_JSON = re.compile(r'\{\s*(?:["}]|$)|\[\s*(?:[\[{"\]]|$)')
_FLOW = re.compile(r"[\[{]\s*(?:\{\s*)?[^\s{}\[\],:\"][^{}\[\],:\"\n]{0,80}:")
# The first line of a CSV that this library wrote, and the one that says so; also as spreadsheets save them.
_TITLE = re.compile(r'"?Statement of Applicability"?[,;\t|]*[\r\n]')
_OURS = tuple(
    re.compile(rf'(?:^|[\r\n])"?Written by"?({at})("?)nis2map, form \d+, guarded\2{at}*(?:$|[\r\n])')
    for at in (",", ";", "\t", r"\|")
)


def own_separator(text: str) -> str:
    """Return the separator of a CSV that this library wrote, "" for any other text.

    Texts in such a file may hold more of another separator, and lines that are Markdown or YAML.
    """
    if "guarded" not in text:
        return ""
    return next((mark[1] for each in _OURS if (mark := each.search(text))), "")


def sniff(data: bytes, name: str) -> str:
    """Return which of `READABLE` a file is, by its content alone.

    Raises `InputError` for anything else, which says what it is, for a text in no known encoding, and for a text whose
    name says that it is a workbook.
    """
    data = bytes_of(data, name)
    if not data.strip():
        raise InputError(f"{name} is empty")
    if data.startswith(_ZIP):
        return _archive(data, name)
    what = next((words for mark, words in _BINARY if data.startswith(mark)), "")
    if not what and b"%PDF-" in data[:1024]:
        what = "a PDF"
    if data.startswith(_OLE):
        what = _ole(data)
    if what:
        raise _not_readable(name, what)
    found = _text(data, name)
    if PurePath(name).suffix.lower() in _BOOKS:
        what = f"{name} is {_WORDS[found]}, though its name says that it is a workbook"
        raise InputError(what, hint="give it the right name if this is what you expect")
    return found


def _not_readable(name: str, what: str) -> InputError:
    return InputError(f"{name} is {what}", hint=f"{_SAYS}; save it as one of these, with ids as text")


def _archive(data: bytes, name: str) -> str:
    names = member_names(data)
    start = data[
        :200
    ].lower()  # names are not packed, and the kind of an OpenDocument file comes first, not packed either
    if "xl/workbook.xml" in names or (not names and b"xl/" in data):
        return "xlsx"
    if "content.xml" in names and b"opendocument.spreadsheet" in start:
        return "ods"
    what = next((words for mark, words in _MEMBERS if mark in names), "")
    what = what or next((words for mark, words in _MIMES if mark in start), "")
    raise _not_readable(name, what or "a zip archive without a workbook, or a part of one")


def _ole(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "an encrypted Office file: it has a password"
    if any(word.encode("utf-16-le") in data for word in ("Workbook", "Book")):
        return "an old Excel workbook (XLS)"
    return "an old Office file (DOC, PPT or MSG)"


def _text(data: bytes, name: str) -> str:
    """Return which kind of text a file is."""
    text = decode(data, name)[0].lstrip("\ufeff \t\r\n")[:_SAMPLE]
    start = text[:300].lower()
    what = next((words for mark, words in _MARKUP if start.startswith(mark)), "")
    if not what and start.startswith(("<?xml", "<workbook", "<ss:", "<office:")):
        what = "an HTML page" if "<html" in start else "an XML file"
    if what:
        raise _not_readable(name, what)
    if _TITLE.match(text) and own_separator(text):
        return "csv"
    # `{id: x}` is YAML, `{"id": "x"}` is both and read as JSON.
    if text.startswith(("[", "{")) and _FLOW.match(text):
        return "yaml"
    if _JSON.match(text):
        return "json"
    lines = [line for line in re.split(r"\r\n|\r|\n", text)[:_LINES] if line.strip()]
    table = next((at for at in range(1, len(lines)) if is_rule(lines[at]) and "|" in lines[at - 1]), None)
    if table is not None:
        return "csv" if _is_csv(lines[: table - 1]) else "markdown"
    if _is_yaml(lines):
        return "yaml"
    headings = sum(1 for line in lines if _HEADING.match(line))
    return "markdown" if headings and not _is_csv(lines) else "csv"


def _is_csv(lines: list[str]) -> bool:
    """Whether lines are split evenly by a separator, and begin with no mark of Markdown.

    Lines of remarks (#) may stand above a table, as in SSSOM; then prose with a comma a line is not enough.
    """
    first = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    rows = lines[first:]
    if len(rows) < 2 or rows[0].lstrip().startswith(("**", "- ", "* ", ">", "<!--", "---", "|", "```")):
        return False
    for separator in ",;\t|":
        counts = Counter(line.count(separator) for line in rows if separator in line)
        usual = max(counts, key=lambda count: (counts[count], count), default=0)
        if counts[usual] > 1 and counts[usual] * 5 >= len(rows) * 3 and usual > (first > 0):
            return True
    return False


def _is_yaml(lines: list[str]) -> bool:
    """Whether lines are members and items; those that are indented may be parts of a text.

    A heading of Markdown is a comment of YAML. So a document whose headings name controls is YAML only if its members
    name some too.
    """
    said = [line for line in lines if not line.lstrip().startswith("#")]
    if not said:
        return False
    if said[0].startswith("%YAML"):
        return True
    if said[0].rstrip() == "---":
        said = said[1:]
        ends = next((at for at, line in enumerate(said) if line.rstrip() == "---"), None)
        if ends is not None and not _MEMBER.match((said[ends + 1 :] or [""])[0]):
            return False  # the front matter of Markdown
        return bool(said) and _MEMBER.match(said[0]) is not None
    members = [line for line in said if _MEMBER.match(line) or line.rstrip() == "---"]
    indented = sum(1 for line in said if line[:1] in " \t" and not _MEMBER.match(line))
    if _MEMBER.match(said[0]) is None or (len(members) + indented) * 10 < len(said) * 9:
        return False
    named = any(_HEADING.match(line) and any(map(is_id, line.lstrip("# ").split()[:1])) for line in lines)
    return not named or any(is_id(line.rpartition(":")[2].strip(" \"'")) for line in members)
