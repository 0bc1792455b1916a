"""The spellings in which lawyers, auditors and spreadsheets write the ids of units.

`read` turns one citation into a framework and the local id it names. It decides nothing about existence: whether the
unit exists is asked in `_parsing`. Nothing is guessed: a text with two readings is refused with both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from ..errors import InvalidRef, quote
from . import _words as w
from ._frameworks import SLUG
from ._nearest import Exists, readings_of_number

__all__ = ["Reading", "completed", "fold", "read", "split_list"]

_LIMIT = 256

# What spreadsheets and word processors leave behind. Everything else outside ASCII is refused or is a known word.
_NOTHING = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))
_FOLD = {**w.PLAIN, **_NOTHING}
# Full-width forms occur in control ids that went through East Asian input; citations of law in them are refused.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

_ANNEX_WORD = w.any_of(w.ANNEX, stop=False)
_ARTICLE_WORD = rf"{w.any_of(w.ARTICLE, stop=False)}\b"
_OF_WORD = w.any_of(w.OF, stop=False)
_THE_WORD = w.any_of(w.THE, stop=False)
_GAP = r"(?:\s+|(?<='))"  # "l'annexe" has no blank

_EU = rf"(?:{w.EU}\s*)?(?:no\.?\s*|nr\.?\s*)?"
_NIS2_NAME = rf"{w.NIS2}(?:[\s-]?{w.any_of(w.DIRECTIVE)})?"
_NIS2 = (
    rf"(?:{w.any_of(w.DIRECTIVE)}\s*{_EU}(?:{w.ACTS['nis2']}|{w.NIS2})(?:\s*\({_NIS2_NAME}\))?"
    rf"|{_NIS2_NAME}(?:\s*\(?(?:{w.EU}\s*)?{w.ACTS['nis2']}\)?)?"
    rf"|{_EU}{w.ACTS['nis2']}(?:\s*\({_NIS2_NAME}\))?)"
)
# The number names one act, so that the loose words for it ("Regulation (EU) 2024/2690", "IR 2024/2690") can't mislead.
_CIR = (
    rf"(?:(?:commission\s+)?(?:{'|'.join(w.IMPLEMENTING)}|{w.any_of(w.REGULATION)})\.?\s*{_EU}{w.ACTS['cir']}"
    rf"|cir(?:\s*{_EU}{w.ACTS['cir']})?|{_EU}{w.ACTS['cir']})"
)
_ISO = (
    rf"(?:{w.ISO}[\s-]*2700(?P<part>[12])"
    r"(?:\s*[:-]\s*(?P<year>20\d\d)(?:-\d\d)?)?(?:(?:\s*/\s*amd\.?\s*|\+\s*a(?:md)?\s*)1(?:\s*:\s*2024)?)?"
    r"(?:\s*\((?P<year2>2013|2022)\))?)"
)
_JOIN = (
    rf"(?:\s*[,:;]\s*|\s+)"
    rf"(?:(?:{_ANNEX_WORD}\s+(?:to|{_OF_WORD})|{_OF_WORD}|{_THE_WORD}|to|in|under|zur){_GAP})*"
)
_NAMES = (("nis2", _NIS2), ("cir", _CIR), ("iso27001", _ISO))
_BEFORE = {
    name: re.compile(rf"\(?(?:the\s+)?{rx}\)?(?:{_JOIN}|(?=\())(?P<rest>.+)", re.IGNORECASE | re.ASCII)
    for name, rx in _NAMES
}
_AFTER = {
    name: re.compile(rf"(?P<rest>.+?)(?:{_JOIN}|\s*(?=\())\(?(?:the\s+)?{rx}\)?", re.IGNORECASE | re.ASCII)
    for name, rx in _NAMES
}
_EDITION_AFTER = re.compile(r"(?P<rest>.+?)\s*\((?P<year>2013|2022)\)", re.ASCII)

_ARTICLE = re.compile(rf"{w.any_of(w.ARTICLE)}\s*(?P<n>\d{{1,3}})(?P<rest>(?!\d).*)", re.ASCII)
_CONTROL = re.compile(
    rf"(?:{_ANNEX_WORD}\s+)?a[\s.-]?\s?(?P<a>\d{{1,3}})(?:\.(?P<b>\d{{1,3}}))?(?:\.(?P<c>\d{{1,3}}))?\.?", re.ASCII
)
_ANNEX_A = re.compile(rf"{_ANNEX_WORD}\s+a\s*(?:[,:-]\s*|\s)(?P<rest>.+)", re.ASCII)
_DOTTED = r"\s*(?P<n>\d{1,2}(?:\.\d{1,2}){0,2})\.?"
_CLAUSE = re.compile(w.any_of(w.CLAUSE_OR_SECTION) + _DOTTED, re.ASCII)
# Words for a clause that are as good as others once the text names the standard (AFNOR says "article").
_CLAUSE_NAMED = re.compile(w.any_of(w.CLAUSE_OR_SECTION, w.SECTION, w.ARTICLE, w.PARAGRAPH) + _DOTTED, re.ASCII)
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,2}\.?", re.ASCII)
_CONTROL_WORD = re.compile(rf"{w.any_of(w.CONTROL)}\s+(?P<rest>.+)", re.ASCII)
_CIR_POINT = re.compile(
    rf"(?:{_ANNEX_WORD}(?:\s+i)?[\s,]+)?(?:{w.any_of(w.POINT, w.SECTION, w.REQUIREMENT)}\s*)?"
    r"(?P<n>\d{1,2}(?:\.\d{1,2}){0,2})\.?(?P<rest>(?!\d).*)",
    re.ASCII,
)
_NIS2_ANNEX = re.compile(
    rf"{_ANNEX_WORD}\s+(?P<a>[ivx]{{1,5}}|[123])(?:[\s,.:]+(?:{w.any_of(w.POINT, w.SECTOR)}\s*)?(?P<rest>\(?\d.*))?",
    re.ASCII,
)
_PARENTHESISED = re.compile(r"(?P<n>\d{1,3})(?P<rest>\s?\(.+)", re.ASCII)
_TOKEN = re.compile(
    r"\(\s?(?P<paren>[a-z]{1,5}|\d{1,3})\s?\)|(?P<ordinal>\d(?:st|nd|rd|th))\b|(?P<sub>s\d)\b|(?P<half>[a-z]{1,4}|\d{1,3})\)"
    r"|(?P<num>\d{1,3})|(?P<word>[a-zà-ü§][a-zà-ü-]*)\.?|(?P<sep>[\s,./]+)",
    re.ASCII,
)


@attrs.frozen
class Reading:
    """What a text names: the framework, the parts of the local id, and the subparagraph that was said to hold them."""

    framework: str
    local: str
    subparagraph: int | None = None
    below: str = ""


def fold(text: str) -> str:
    """Return text without what word processors leave behind, trimmed and with single blanks."""
    return " ".join(text.translate(_FOLD).split())


def read(text: str, framework: str | None, exists: Exists) -> Reading:
    """Return what one citation names, `InvalidRef` if it is none or has several readings.

    `exists` is asked for the hint alone, which names no unit that there is not.
    """
    if len(text) > _LIMIT:
        raise InvalidRef(f"{quote(text)} is too long for a reference ({len(text)} characters)")
    folded = fold(text)
    wide = folded.translate(_WIDE)
    if wide != folded:
        control = _control(wide.lower(), "iso27001")
        if control is None or framework not in (None, "iso27001"):
            raise InvalidRef(f"{quote(text)} contains full-width characters, which only control ids may have")
        return control
    if not folded:
        raise InvalidRef("an empty text is not a reference")
    named, part, body = _name(folded)
    if named and framework and named != framework:
        raise InvalidRef(f"{quote(text)} names {named}, but {framework} was asked for")
    known = named or framework
    reading = _body(_turned(body.lower()), known, exists, controls=part == "2")
    if reading is None:
        raise InvalidRef(f"{quote(text)} is not understood as a reference", hint=_hint(folded, known, exists))
    return reading


def _name(text: str) -> tuple[str | None, str, str]:
    """Split the name of a framework off the text, before or after it."""
    edition = _EDITION_AFTER.fullmatch(text)
    if edition:
        name, part, rest = _name(edition["rest"])
        if name == "iso27001" or (name is None and _CONTROL.fullmatch(rest.lower())):
            return ("iso27001-2013" if edition["year"] == "2013" else "iso27001"), part, rest
    for table in (_BEFORE, _AFTER):
        for name, pattern in table.items():
            match = pattern.fullmatch(text)
            if match is None:
                continue
            if name != "iso27001":
                return name, "", match["rest"]
            return _edition(match["year"] or match["year2"], text), match["part"], match["rest"]
    return None, "", text


def _edition(year: str | None, text: str) -> str:
    """Return the edition that a year names; national editions of the 2013 text are of 2014 to 2017."""
    if year is not None and int(year) < 2013:
        raise InvalidRef(f"{quote(text)} is of an edition before 2013, which is not known")
    return "iso27001-2013" if year is not None and int(year) < 2022 else "iso27001"


_OF = re.compile(rf"\s+{_OF_WORD}{_GAP}(?:{_THE_WORD}{_GAP})?", re.ASCII)
_WHOLE = re.compile(
    rf"(?P<parts>.+?)\s+{_OF_WORD}{_GAP}(?:{_THE_WORD}{_GAP})?(?P<whole>(?:{_ARTICLE_WORD}|{_ANNEX_WORD}\b).*)",
    re.ASCII,
)


def _turned(body: str) -> str:
    """Put the whole before its parts: "point (a) of the first subparagraph of Article 23(4)"."""
    body = re.sub(r"\b(art(?:icle|\.)?)\s+(?:premier\b|1er\b)", r"\1 1", body.removeprefix("l'"))
    match = _WHOLE.fullmatch(body)
    if match is None or re.match(_ARTICLE_WORD, body):
        return body
    return ", ".join([match["whole"], *reversed(_OF.split(match["parts"]))])


def _body(body: str, framework: str | None, exists: Exists, *, controls: bool) -> Reading | None:
    if framework in (None, "nis2", "cir"):
        article = _ARTICLE.fullmatch(body) or (_PARENTHESISED.fullmatch(body) if framework != "cir" else None)
        if article:
            return _article(article["n"], article["rest"], framework or "nis2", body)
    if framework in (None, "iso27001", "iso27001-2013"):
        unit = _iso(body, framework, controls=controls)
        return unit or (_legal(body, framework, exists) if framework is None else None)
    return _legal(body, framework, exists)


def _iso(body: str, framework: str | None, *, controls: bool) -> Reading | None:
    edition = framework or "iso27001"
    annexed = _ANNEX_A.fullmatch(body)
    if annexed:
        body, controls = annexed["rest"], True
    worded = _CONTROL_WORD.fullmatch(body)
    if worded:
        body, controls = worded["rest"], True
    control = _control(body, edition)
    if control is not None:
        return control
    clause = (_CLAUSE if framework is None else _CLAUSE_NAMED).fullmatch(body)
    if clause:  # a clause of ISO/IEC 27002 is a control
        return Reading(edition, ("A." if controls else "") + _plain(clause["n"]))
    if _NUMBER.fullmatch(body) and (controls or framework is not None):
        return Reading(edition, ("A." if controls else "") + _plain(body))
    return None


def _control(body: str, framework: str) -> Reading | None:
    match = _CONTROL.fullmatch(body)
    if match is None:
        return None
    numbers = [str(int(part)) for part in match.groups() if part]
    return Reading(framework, "A." + ".".join(numbers))


def _legal(body: str, framework: str | None, exists: Exists) -> Reading | None:
    annex = _NIS2_ANNEX.fullmatch(body) if framework in (None, "nis2") else None
    dotted = re.fullmatch(rf"{_ANNEX_WORD}\s+(?P<n>\d{{1,2}}(?:\.\d{{1,2}})+)\b.*", body) if framework is None else None
    if dotted and annex and annex["a"] in ("1", "2"):
        written = f"write 'CIR {dotted['n']}', or " if exists("cir", dotted["n"]) else "write "
        raise InvalidRef(
            f"{quote(body)} may be a point of the CIR's Annex or of Annex {'I' * int(annex['a'])} of NIS 2",
            hint=f"{written}the number of the Annex in Roman numerals",
        )
    if annex and not dotted:
        return _nis2_annex(annex, body)
    annexed = re.match(_ANNEX_WORD, body) is not None
    if framework == "nis2":
        bare = re.fullmatch(rf"(?P<n>\d{{1,2}})(?P<rest>(?:\.(?:[a-z]+|\d+))*(?:~{SLUG})?)", body)
        if bare and "~" in body:
            return Reading("nis2", body)
        return _article(bare["n"], bare["rest"], "nis2", body) if bare else None
    if framework == "cir" or annexed:
        point = _CIR_POINT.fullmatch(body)
        if point and (framework == "cir" or point["n"]):
            letters = [value for kind, value in _parts(point["rest"], body) if kind]
            return Reading("cir", ".".join([_plain(point["n"]), *letters]))
    return None


def _nis2_annex(match: re.Match[str], body: str) -> Reading:
    number = {"1": "I", "2": "II", "3": "III"}.get(match["a"], match["a"].upper())
    parts = [value for _, value in _parts(match["rest"] or "", body)]
    return Reading("nis2", ".".join([f"annex{number}", *parts]))


def _article(number: str, tail: str, framework: str, body: str) -> Reading:
    prefix = "art." if framework == "cir" else ""
    head = [prefix + _plain(number)]
    sub: int | None = None
    points: list[str] = []
    for kind, value in _parts(tail, body):
        if kind == "subparagraph":
            if sub is not None or points:
                raise InvalidRef(f"{quote(body)} names two subparagraphs, or a point before its subparagraph")
            sub = int(value)
        elif value.isdigit() and not points and len(head) == 1 and sub is None:
            head.append(value)
        elif value.isdigit():
            raise InvalidRef(f"{quote(body)} has a number where a point is expected: {quote(value)}")
        else:
            points.append(value)
    return Reading(framework, ".".join(head), sub, ".".join(points))


def _parts(tail: str, body: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a locator: kind (paragraph, subparagraph, point or empty) and value."""
    at, kind, ordinal = 0, "", 0
    while at < len(tail):
        token = _TOKEN.match(tail, at)
        if token is None:
            raise InvalidRef(f"{quote(body)} can't be read from {quote(tail[at:])} on")
        at = token.end()
        if token["sep"]:
            continue
        word = token["word"]
        if (word and word.rstrip(".") in w.ORDINALS) or token["ordinal"]:
            ordinal = w.ORDINALS.get(token["ordinal"] or word or "", 0)
            if not ordinal:
                raise InvalidRef(f"{quote(body)} can't be read at {quote(token['ordinal'])}")
        elif word in w.SUBPARAGRAPH:
            if ordinal:
                yield "subparagraph", str(ordinal)
                kind, ordinal = "", 0
            else:
                kind = "subparagraph"
        elif ordinal and word in [*w.PARAGRAPH, *w.INDENT]:
            yield "paragraph", str(ordinal)
            kind, ordinal = "", 0
        elif word in w.PARAGRAPH:
            kind = "paragraph"
        elif word in w.POINT or word in w.INDENT:
            kind = "point"
        else:
            value = token["paren"] or token["half"] or token["num"] or token["sub"] or word or ""
            yield from _value(value, kind, token, body)
            kind = ""
    if kind or ordinal:
        raise InvalidRef(f"{quote(body)} ends before it says which {kind or 'subparagraph'}")


def _value(value: str, kind: str, token: re.Match[str], body: str) -> Iterator[tuple[str, str]]:
    if token["sub"]:
        yield "subparagraph", value[1:]
        return
    wrong = (
        (kind in ("paragraph", "subparagraph") and not value.isdigit())
        or (token["word"] and len(value) > 1 and not re.fullmatch(r"[ivx]+", value))
        or (not value.isdigit() and not re.fullmatch(r"[a-z]|[ivx]+", value))
    )
    if wrong:
        raise InvalidRef(f"{quote(body)} can't be read at {quote(value)}")
    yield kind or "part", _plain(value) if value.isdigit() else value


def _plain(numbers: str) -> str:
    return ".".join(str(int(part)) for part in numbers.rstrip(".").split("."))


def _hint(text: str, framework: str | None, exists: Exists) -> str:
    odd = next((c for c in text if ord(c) > 127 and not c.isspace()), "")
    if odd:
        return f"it contains the character U+{ord(odd):04X}"
    if re.fullmatch(r"\d{1,2}\.\s?[A-Za-zÄä]{3,4}\.?|\d{1,2}-[A-Za-z]{3}|\d{5}", text):
        return "it looks like a date that a spreadsheet made of a number; format the column as text"
    if re.fullmatch(r"\d+(?:\.\d+)*(?:\.[a-z]+)*\.?", text) and framework is None:
        return readings_of_number(text.rstrip("."), exists)
    decimal = re.fullmatch(r"[Aa]\.(\d+),(\d+)", text)
    if decimal and exists("iso27001", f"A.{decimal[1]}.{decimal[2]}"):
        return f"it has a decimal comma: write A.{decimal[1]}.{decimal[2]}"
    return "write for example 'Art. 21(2)(h)', 'CIR 9.2(c)(iv)', 'A.8.24' or 'clause 6.1.2'"


_AND_WORD = w.any_of(w.AND, stop=False)
_SEPARATOR = re.compile(rf"\s*[;\n&]\s*|\s*,\s*{_AND_WORD}\s+|\s+{_AND_WORD}\s+|\s*,\s*", re.IGNORECASE | re.ASCII)
_TO = re.compile(rf"\s*[-–—‑]\s*|\s+{w.any_of(w.TO, stop=False)}\s+|\s*\.\.\.?\s*|\s*…\s*", re.IGNORECASE | re.ASCII)
# After a comma, these go on with the citation before it: "Article 21(2), point (h)", "Art. 3(4), first subparagraph".
_CONTINUES = re.compile(
    rf"(?:{w.any_of([x for x in w.PARAGRAPH if x != '§'], w.SUBPARAGRAPH, w.POINT, list(w.ORDINALS), stop=False)}\b\.?)"
    rf"(?!.*\s{_OF_WORD}{_GAP}(?:{_THE_WORD}{_GAP})?{_ARTICLE_WORD}).*",
    re.IGNORECASE,
)
_NAME_ONLY = re.compile(rf"(?:the\s+)?(?:{_NIS2}|{_CIR}|{_ISO})", re.IGNORECASE | re.ASCII)
_ANNEX_ONLY = re.compile(rf"(?:.*,\s)?(?:the\s+)?{_ANNEX_WORD}(?:\s+i{{1,3}})?", re.IGNORECASE | re.ASCII)


def split_list(text: str, *, ranges: bool) -> Iterator[tuple[str, str]]:
    """Yield the items of a list of citations: start and end of a range, the end empty for a single one."""
    pieces: list[str] = []
    at, comma = 0, False
    folded = "\n".join(_whole_first(fold(line)) for line in text.splitlines()).strip(" ,;\n")
    for match in [*_SEPARATOR.finditer(folded), None]:
        piece = folded[at : match.start() if match else len(folded)].strip()
        if piece and comma and pieces and len(pieces[-1]) <= _LIMIT and _goes_on(pieces[-1], piece):
            pieces[-1] += f", {piece}"
        elif piece:
            pieces.append(piece)
        at, comma = (match.end(), match[0].strip() == ",") if match else (at, comma)
    for piece in pieces:
        yield _ends(piece) if ranges else (piece, "")


def _whole_first(line: str) -> str:
    """Turn "points (a) and (b) of Article 21(2)"; a line that names several articles is left to its items."""
    lower = line.lower()
    turned = _turned(lower) if len(line) <= _LIMIT and len(re.findall(_ARTICLE_WORD, lower)) == 1 else lower
    return line if turned == lower else turned


def _goes_on(before: str, piece: str) -> bool:
    """Tell whether what follows a comma belongs to the citation before it."""
    if _NAME_ONLY.fullmatch(before):
        return not _NAME_ONLY.fullmatch(piece)
    if _ANNEX_ONLY.fullmatch(before):
        return bool(re.match(r"\d", piece) or _CONTINUES.fullmatch(piece))
    return bool(_CONTINUES.fullmatch(piece))


_LEFT = re.compile(r".*(?:[\d)]|[.\s][a-z])", re.ASCII | re.DOTALL)
_RIGHT = re.compile(
    r"\(?[a-z]{1,4}\)|[a-z](?![a-z0-9])|\(\d|a[. ]?\d|\d|art|cir|iso|clause|[a-z][a-z0-9-]*:", re.IGNORECASE | re.ASCII
)
_ONE_ID = re.compile(r"(?!nis2:|cir:|iso27001:)[a-z][a-z0-9-]*:[^:\s]+|[^\s#]+#\S+", re.ASCII)


def _ends(piece: str) -> tuple[str, str]:
    """Split a range; a hyphen that is part of a name ("NIS-2", "A-5.1") or of a user's own id is none."""
    if _ONE_ID.fullmatch(piece):
        return piece, ""
    for match in _TO.finditer(piece):
        start, end = match.span()
        if _LEFT.fullmatch(piece, max(0, start - 2), start) and _RIGHT.match(piece, end):
            return piece[:start], piece[end:]
    return piece, ""


_BARE_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3})+\.?", re.ASCII)
_NUMBERED = re.compile(r"(?P<head>.*?)\d{1,3}(?:\.\d{1,3})*\.?", re.ASCII | re.DOTALL)
_ANNEXES = re.compile(rf"(?P<head>{_ANNEX_WORD}\s+)i{{1,3}}", re.IGNORECASE | re.ASCII)
_PART_WORD = w.any_of(w.PARAGRAPH, w.POINT)
_LEADING = re.compile(
    rf"{_PART_WORD}\s+(?P<rest>\(?(?:(?P<letter>[a-z]{{1,4}})|\d{{1,3}})\)?)", re.IGNORECASE | re.ASCII
)
_LETTERED = re.compile(r"[(.\s][a-z]{1,4}\)?$", re.IGNORECASE | re.ASCII)
_COUNTED = re.compile(rf"(?:\(\d{{1,3}}\)|{_PART_WORD}\s*\(?\d{{1,3}}\)?)$", re.IGNORECASE | re.ASCII)

# What a number alone may be put behind: a word ("clauses 4.1 and 4.2"), the number of a text, "A." if it ends a range.
_WORDED = re.compile(rf"{_ANNEX_WORD}\s+a\s+$|[^\W\d_]{{2,}}\.?\s+$|\d\s+$", re.IGNORECASE)
_CONTROL_HEAD = re.compile(r"\ba[. -]?\s?$", re.IGNORECASE)


def completed(text: str, before: str, *, ends: bool) -> str:
    """Return an item of a list with the words that it leaves out, taken from the item before it.

    "clauses 4.1 and 4.2", "Controls 5.1, 5.2", "Annexes I and II"; after "A.8.2" a bare "8.3" may be a clause and stays
    as it is, unless it `ends` a range.
    """
    leading = _LEADING.fullmatch(text)
    if leading and (_LETTERED if leading["letter"] else _COUNTED).search(before):
        return leading["rest"]
    shared = _ANNEXES.fullmatch(before) if re.fullmatch(r"i{1,3}", text, re.IGNORECASE) else None
    if _BARE_NUMBER.fullmatch(text):
        shared = _NUMBERED.fullmatch(before)
        if shared and not (_WORDED.search(shared["head"]) or (ends and _CONTROL_HEAD.search(shared["head"]))):
            shared = None
    return f"{shared['head']}{text}" if shared else text
