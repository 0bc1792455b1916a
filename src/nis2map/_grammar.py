"""The spellings in which lawyers, auditors and spreadsheets write the ids of units.

`read` turns one citation into a framework and the local id it names. It knows no closed set: whether the unit exists
is decided in `ids`. Nothing is guessed: a text with two readings is refused with both. English, German and French
words are known, and the Spanish, Italian and Dutch ones for article, paragraph and point.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from ._forms import SLUG
from .errors import InvalidRef, quote

__all__ = ["Reading", "fold", "read", "split_list"]

_LIMIT = 256

# What spreadsheets and word processors leave behind. Everything else outside ASCII is refused or is a known word.
_BLANKS = dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F), " ")
_NOTHING = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))
_MARKS = {0x2024: ".", 0x2018: "'", 0x2019: "'", 0x2010: "-", 0x2011: "-"}
_FOLD = {**_BLANKS, **_NOTHING, **_MARKS}
# Full-width forms occur in control ids that went through East Asian input; citations of law in them are refused.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

_NIS2 = (
    r"(?:(?:directive|richtlinie|directiva|direttiva|dir\.?|rl)\s*(?:\((?:eu|ue)\)\s*)?(?:2022/2555|nis[\s-]?2)"
    r"|nis[\s-]?2(?:[\s-]?(?:directive|richtlinie|rl))?(?:\s*\(?(?:\(?(?:eu|ue)\)?\s*)?2022/2555\)?)?"
    r"|(?:\((?:eu|ue)\)\s*)?2022/2555)"
)
_CIR = (
    r"(?:(?:commission\s+)?(?:implementing\s+regulation|durchführungsverordnung|règlement\s+d'exécution|dvo)"
    r"\s*(?:\((?:eu|ue)\)\s*)?(?:no\.?\s*|nr\.?\s*)?2024/2690"
    r"|cir(?:\s*(?:\((?:eu|ue)\)\s*)?2024/2690)?|(?:\((?:eu|ue)\)\s*)?2024/2690)"
)
_ISO = (
    r"(?:(?:din\s+)?(?:en\s+)?iso(?:\s*/\s*iec|\s+iec)?[\s-]*2700(?P<part>[12])"
    r"(?:\s*[:-]\s*(?P<year>20\d\d)(?:-\d\d)?)?(?:\s*\((?P<year2>2013|2022)\))?)"
)
_JOIN = r"(?:\s*[,:;]\s*|\s+)(?:(?:of|to|in|under|der|des|du|de|la|le|the|zur|annex\s+to)\s+)*"
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

_ARTICLE = re.compile(
    r"(?:articles?|artikel[ns]?|artikelen|artt?|art[íi]culos?|articol[oi])\.?\s*(?P<n>\d{1,3})(?P<rest>(?!\d).*)",
    re.ASCII,
)
_CONTROL = re.compile(
    r"(?:annex\s+|anhang\s+|annexe\s+)?a[\s.-]?\s?(?P<a>\d{1,3})(?:\.(?P<b>\d{1,3}))?(?:\.(?P<c>\d{1,3}))?\.?",
    re.ASCII,
)
_CLAUSE_WORD = r"(?:clauses?|cl\.?|klausel|kapitel|kap\.?|abschnitt|normkapitel|chapitre|clausula)"
_CLAUSE = re.compile(rf"{_CLAUSE_WORD}\s*(?P<n>\d{{1,2}}(?:\.\d{{1,2}}){{0,2}})\.?", re.ASCII)
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,2}\.?", re.ASCII)
_CONTROL_WORD = re.compile(r"(?:controls?|maßnahme|mesure)\s+(?P<rest>.+)", re.ASCII)
_ANNEX_WORD = r"(?:annex|annexe|anhang|anexo|allegato|bijlage)"
_CIR_POINT = re.compile(
    rf"(?:{_ANNEX_WORD}(?:\s+i)?[\s,]+)?(?:(?:points?|pt\.?|nr\.?|nummer|ziffer|section|sections?|abschnitt|requirement)\s*)?"
    r"(?P<n>\d{1,2}(?:\.\d{1,2}){0,2})\.?(?P<rest>(?!\d).*)",
    re.ASCII,
)
_NIS2_ANNEX = re.compile(
    rf"{_ANNEX_WORD}\s+(?P<a>iii|ii|i|[123])(?:[\s,.:]+(?:(?:points?|pt\.?|nr\.?|sectors?|sektor|no\.?)\s*)?(?P<rest>\d.*))?",
    re.ASCII,
)
_PARENTHESISED = re.compile(r"(?P<n>\d{1,3})(?P<rest>\s?\(.+)", re.ASCII)

_PARAGRAPH = [
    "paragraph",
    "para",
    "par",
    "abs",
    "absatz",
    "paragraphe",
    "apartado",
    "paragrafo",
    "lid",
    "comma",
    "§",
]
_SUBPARAGRAPH = [
    "subparagraph",
    "subpara",
    "unterabsatz",
    "unterabs",
    "uabs",
    "alinéa",
    "alinea",
    "al",
    "párrafo",
]
_POINT = [
    "point",
    "pt",
    "letter",
    "lit",
    "litera",
    "buchst",
    "buchstabe",
    "lettre",
    "let",
    "letra",
    "lettera",
    "punto",
    "nr",
    "nummer",
    "no",
    "item",
    "ziffer",
    "ziff",
    "subpoint",
    "sub-point",
    "onderdeel",
    "punt",
]
_ORDINALS = {
    word: index
    for index, words in enumerate(
        (
            "first 1st erster ersten premier",
            "second 2nd zweiter zweiten deuxième",
            "third 3rd dritter dritten troisième",
            "fourth 4th vierter vierten quatrième",
            "fifth 5th fünfter fünften cinquième",
            "sixth 6th sechster sechsten sixième",
        ),
        1,
    )
    for word in words.split()
}
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


def read(text: str, framework: str | None) -> Reading:
    """Return what one citation names, `InvalidRef` if it is none or has several readings."""
    if len(text) > _LIMIT:
        raise InvalidRef(f"{quote(text)} is too long for a reference ({len(text)} characters)")
    folded = fold(text)
    wide = folded.translate(_WIDE)
    if wide != folded:
        found = _control(wide.lower(), "iso27001") if _CONTROL.fullmatch(wide.lower()) else None
        if found is None or framework not in (None, "iso27001"):
            raise InvalidRef(f"{quote(text)} holds full-width characters, which only control ids may")
        return found
    if not folded:
        raise InvalidRef("an empty text is no reference")
    named, part, body = _name(folded)
    if named and framework and named != framework:
        raise InvalidRef(f"{quote(text)} names {named}, but {framework} was asked for")
    known = named or framework
    found = _body(body.lower(), known, controls=part == "2")
    if found is None:
        raise InvalidRef(f"{quote(text)} is no reference that is understood", hint=_hint(folded, known))
    return found


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
            year = match["year"] or match["year2"] or ""
            return ("iso27001-2013" if year in ("2013", "2017") else name), match["part"], match["rest"]
    return None, "", text


def _body(body: str, framework: str | None, *, controls: bool) -> Reading | None:
    if framework in (None, "nis2", "cir"):
        article = _ARTICLE.fullmatch(body) or (_PARENTHESISED.fullmatch(body) if framework != "cir" else None)
        if article:
            return _article(article["n"], article["rest"], framework or "nis2", body)
    if framework in (None, "iso27001", "iso27001-2013"):
        return _iso(body, framework, controls=controls) or (_legal(body, framework) if framework is None else None)
    return _legal(body, framework)


def _iso(body: str, framework: str | None, *, controls: bool) -> Reading | None:
    edition = framework or "iso27001"
    worded = _CONTROL_WORD.fullmatch(body)
    if worded:
        body, controls = worded["rest"], True
    found = _control(body, edition)
    if found is not None:
        return found
    clause = _CLAUSE.fullmatch(body)
    if clause:
        return Reading(edition, _plain(clause["n"]))
    if _NUMBER.fullmatch(body) and (controls or framework is not None):
        return Reading(edition, ("A." if controls else "") + _plain(body))
    return None


def _control(body: str, framework: str) -> Reading | None:
    match = _CONTROL.fullmatch(body)
    if match is None:
        return None
    numbers = [str(int(part)) for part in match.groups() if part]
    return Reading(framework, "A." + ".".join(numbers))


def _legal(body: str, framework: str | None) -> Reading | None:
    annex = _NIS2_ANNEX.fullmatch(body) if framework in (None, "nis2") else None
    if annex:
        return _nis2_annex(annex, body)
    annexed = re.match(_ANNEX_WORD, body) is not None
    if framework == "nis2":
        dotted = re.fullmatch(rf"(?P<n>\d{{1,2}})(?P<rest>(?:\.(?:[a-z]+|\d+))*(?:~{SLUG})?)", body)
        if dotted and "~" in body:
            return Reading("nis2", body)
        return _article(dotted["n"], dotted["rest"], "nis2", body) if dotted else None
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
        if (word and word.rstrip(".") in _ORDINALS) or token["ordinal"]:
            ordinal = _ORDINALS[token["ordinal"] or word]
        elif word in _SUBPARAGRAPH:
            if ordinal:
                yield "subparagraph", str(ordinal)
                kind, ordinal = "", 0
            else:
                kind = "subparagraph"
        elif word in _PARAGRAPH:
            kind = "paragraph"
        elif word in _POINT:
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


def _hint(text: str, framework: str | None) -> str:
    odd = next((c for c in text if ord(c) > 127 and not c.isspace()), "")
    if odd:
        return f"it holds the character U+{ord(odd):04X}"
    if re.fullmatch(r"\d{1,2}\.\s?[A-Za-zÄä]{3,4}\.?|\d{1,2}-[A-Za-z]{3}|\d{5}", text):
        return "it looks like a date that a spreadsheet made of a number; format the column as text"
    if re.fullmatch(r"\d+(?:\.\d+)*(?:\.[a-z]+)*\.?", text) and framework is None:
        number = text.rstrip(".")
        return (
            f"it may be clause {number} or control A.{number} of ISO/IEC 27001, point {number} of the CIR's Annex or "
            f"Article {number} of NIS 2: say framework=, or write 'A.{number}', 'clause {number}', 'CIR {number}', "
            f"'Art. {number}'"
        )
    if re.fullmatch(r"[Aa]\.\d+,\d+", text):
        return f"with a decimal comma; write {text.replace(',', '.')}"
    return "write for example 'Art. 21(2)(h)', 'CIR 9.2(c)(iv)', 'A.8.24' or 'clause 6.1.2'"


_SEPARATOR = re.compile(
    r"\s*[;\n&]\s*|\s*,\s*(?:and|und|et|or|oder|ou)\s+|\s+(?:and|und|et|or|oder|ou)\s+|\s*,\s*",
    re.IGNORECASE | re.ASCII,
)
_TO = re.compile(r"\s*[-–—‑]\s*|\s+(?:to|bis|through|à)\s+|\s*\.\.\.?\s*|\s*…\s*", re.IGNORECASE | re.ASCII)
# After a comma, these go on with the citation before it: "Article 21(2), point (h)", "Art. 3(4), first subparagraph".
_CONTINUES = re.compile(
    rf"(?:(?:{'|'.join(_PARAGRAPH[:-1] + _SUBPARAGRAPH + _POINT)})\b\.?|(?:{'|'.join(_ORDINALS)})\b).*",
    re.IGNORECASE,
)
_HEAD_ONLY = re.compile(
    rf"(?:the\s+)?(?:{_NIS2}|{_CIR}|{_ISO}|{_ANNEX_WORD}(?:\s+i{{1,3}})?)", re.IGNORECASE | re.ASCII
)


def split_list(text: str) -> Iterator[tuple[str, str]]:
    """Yield the items of a list of citations: start and end of a range, the end empty for a single one."""
    pieces: list[str] = []
    at = 0
    folded = "\n".join(fold(line) for line in text.splitlines()).strip(" ,;\n")
    for match in [*_SEPARATOR.finditer(folded), None]:
        end = match.start() if match else len(folded)
        piece, comma = folded[at:end].strip(), bool(pieces) and folded[at - 1 : at] != "\n"
        at = match.end() if match else end
        if not piece:
            continue
        if comma and (_CONTINUES.fullmatch(piece) or _HEAD_ONLY.fullmatch(pieces[-1])):
            pieces[-1] += f", {piece}"
        else:
            pieces.append(piece)
    for piece in pieces:
        yield _ends(piece)


def _ends(piece: str) -> tuple[str, str]:
    """Split a range; a hyphen that is part of a name ("NIS-2", "A-5.1") is none."""
    for match in _TO.finditer(piece):
        left, right = piece[: match.start()], piece[match.end() :]
        if re.search(r"[\d)]$|\.[a-z]$", left) and re.match(
            r"\(?[a-z]{1,4}\)|a[. ]?\d|\d|art|cir|iso|clause", right, re.IGNORECASE | re.ASCII
        ):
            return left, right
    return piece, ""
