"""The spellings in which lawyers, auditors and spreadsheets write the ids of units.

`read` turns one citation into a framework and the local id it names. It knows no closed set: whether the unit exists
is decided in `ids`. Nothing is guessed: a text with two readings is refused with both. English, German and French
words are known, and the Spanish, Italian and Dutch ones for article, paragraph and point.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from ..errors import InvalidRef, quote
from ._forms import SLUG

__all__ = ["Reading", "completed", "fold", "read", "split_list"]

_LIMIT = 256

# What spreadsheets and word processors leave behind. Everything else outside ASCII is refused or is a known word.
_BLANKS = dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F), " ")
_NOTHING = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))
_MARKS = {0x2024: ".", 0x2018: "'", 0x2019: "'", 0x2010: "-", 0x2011: "-"}
_FOLD = {**_BLANKS, **_NOTHING, **_MARKS}
# Full-width forms occur in control ids that went through East Asian input; citations of law in them are refused.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

_EU = r"(?:\(?(?:eu|ue)\)?\s*)?(?:no\.?\s*|nr\.?\s*)?"
_NIS2_NAME = r"nis[\s-]?2(?:[\s-]?(?:directive|richtlinie|rl))?"
_NIS2 = (
    rf"(?:(?:directive|richtlinie|directiva|direttiva|dir\.?|rl)\s*{_EU}(?:2022/2555|nis[\s-]?2)(?:\s*\({_NIS2_NAME}\))?"
    rf"|{_NIS2_NAME}(?:\s*\(?(?:\(?(?:eu|ue)\)?\s*)?2022/2555\)?)?"
    rf"|{_EU}2022/2555(?:\s*\({_NIS2_NAME}\))?)"
)
# The number names one act, so that the loose words for it ("Regulation (EU) 2024/2690", "IR 2024/2690") can't mislead.
_CIR = (
    r"(?:(?:commission\s+)?(?:(?:implementing\s+)?regulation|(?:impl\.?\s*)?reg\.?|durchführungsverordnung"
    r"|règlement(?:\s+d'exécution)?|verordnung|dvo|vo|ir)"
    rf"\s*{_EU}2024/2690|cir(?:\s*{_EU}2024/2690)?|{_EU}2024/2690)"
)
_ISO = (
    r"(?:(?:(?:din|bs|nf|une|uni|nen|sn|önorm)\s+)?(?:en\s+)?iso(?:\s*/\s*iec|\s+iec)?[\s-]*2700(?P<part>[12])"
    r"(?:\s*[:-]\s*(?P<year>20\d\d)(?:-\d\d)?)?(?:(?:\s*/\s*amd\.?\s*|\+\s*a(?:md)?\s*)1(?:\s*:\s*2024)?)?"
    r"(?:\s*\((?P<year2>2013|2022)\))?)"
)
_JOIN = (
    r"(?:\s*[,:;]\s*|\s+)(?:(?:of|to|in|under|der|des|du|de|la|le|the|zur|annex\s+to|l'annexe\s+du|anhangs?\s+der)\s+"
    r"|l')*"
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

_ARTICLE = re.compile(
    r"(?:articles?|artikel[ns]?|artikelen|artt?|art[íi]culos?|articol[oi])\.?\s*(?P<n>\d{1,3})(?P<rest>(?!\d).*)",
    re.ASCII,
)
_CONTROL = re.compile(
    r"(?:annex\s+|anhang\s+|annexe\s+)?a[\s.-]?\s?(?P<a>\d{1,3})(?:\.(?P<b>\d{1,3}))?(?:\.(?P<c>\d{1,3}))?\.?",
    re.ASCII,
)
_ANNEX_A = re.compile(r"(?:annex|anhang|annexe)\s+a\s*(?:[,:-]\s*|\s)(?P<rest>.+)", re.ASCII)
_CLAUSE_WORD = r"(?:clauses?|cl\.?|klausel|kapitel|kap\.?|abschnitt|normkapitel|chapitre|clausula)"
_CLAUSE = re.compile(rf"{_CLAUSE_WORD}\s*(?P<n>\d{{1,2}}(?:\.\d{{1,2}}){{0,2}})\.?", re.ASCII)
# Words for a clause that are as good as others once the text names the standard (AFNOR says "article").
_CLAUSE_NAMED = re.compile(
    rf"(?:{_CLAUSE_WORD}|sections?|sec\.?|chapters?|§|articles?|paragraphes?)\s*(?P<n>\d{{1,2}}(?:\.\d{{1,2}}){{0,2}})\.?",
    re.ASCII,
)
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,2}\.?", re.ASCII)
_CONTROL_WORD = re.compile(r"(?:controls?|kontrollen?|maßnahmen?|mesures?)\s+(?P<rest>.+)", re.ASCII)
_ANNEX_WORD = r"(?:annex(?:es)?|annexe|anhang|anhänge|anexo|allegato|bijlage)"
_CIR_POINT = re.compile(
    rf"(?:{_ANNEX_WORD}(?:\s+i)?[\s,]+)?(?:(?:points?|pt\.?|nr\.?|nummer|ziff(?:er|\.)?|sections?|sec\.?|§|abschnitt|requirement)\s*)?"
    r"(?P<n>\d{1,2}(?:\.\d{1,2}){0,2})\.?(?P<rest>(?!\d).*)",
    re.ASCII,
)
_NIS2_ANNEX = re.compile(
    rf"{_ANNEX_WORD}\s+(?P<a>iii|ii|i|[123])(?:[\s,.:]+(?:(?:points?|pt\.?|nr\.?|sectors?|sektor|no\.?)\s*)?(?P<rest>\d.*))?",
    re.ASCII,
)
_PARENTHESISED = re.compile(r"(?P<n>\d{1,3})(?P<rest>\s?\(.+)", re.ASCII)

_PARAGRAPH = (
    "paragraph paragraphs para paras par abs absatz paragraphe paragraphes apartado paragrafo lid comma §".split()
)
_SUBPARAGRAPH = "subparagraph subparagraphs subpara unterabsatz unterabs uabs alinéa alinéas alinea al párrafo".split()
_POINT = (
    "point points pt letter letters lit litera litt buchst buchstabe buchstaben lettre let letra lettera punto"
    " nr nummer nummern no item items ziffer ziff subpoint sub-point onderdeel punt"
).split()
_ORDINAL_WORDS = (
    "first 1st erster ersten premier",
    "second 2nd zweiter zweiten deuxième",
    "third 3rd dritter dritten troisième",
    "fourth 4th vierter vierten quatrième",
    "fifth 5th fünfter fünften cinquième",
    "sixth 6th sechster sechsten sixième",
)
_ORDINALS = {word: number for number, words in enumerate(_ORDINAL_WORDS, 1) for word in words.split()}
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
    found = _body(_turned(body.lower()), known, controls=part == "2")
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
            return _edition(match["year"] or match["year2"], text), match["part"], match["rest"]
    return None, "", text


def _edition(year: str | None, text: str) -> str:
    """Return the edition that a year names; national editions of the 2013 text are of 2014 to 2017."""
    if year is not None and int(year) < 2013:
        raise InvalidRef(f"{quote(text)} is of an edition before 2013, which is not known")
    return "iso27001-2013" if year is not None and int(year) < 2022 else "iso27001"


_ARTICLE_WORD = r"(?:articles?|artikel[ns]?|art)\b"
_WHOLE = re.compile(
    rf"(?P<parts>.+?)\s+(?:of|de|des|du|der|von)\s+(?:(?:the|dem|der|den)\s+|l')?(?P<whole>(?:{_ARTICLE_WORD}|{_ANNEX_WORD}\b).*)",
    re.ASCII,
)
_OF = re.compile(r"\s+(?:of|de|des|du|der|von)\s+(?:the\s+|la\s+|l')?", re.ASCII)


def _turned(body: str) -> str:
    """Put the whole before its parts: "point (a) of the first subparagraph of Article 23(4)"."""
    body = re.sub(r"\b(art(?:icle|\.)?)\s+(?:premier\b|1er\b)", r"\1 1", body.removeprefix("l'"))
    match = _WHOLE.fullmatch(body)
    if match is None or re.match(_ARTICLE_WORD, body):
        return body
    return ", ".join([match["whole"], *reversed(_OF.split(match["parts"]))])


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
    annexed = _ANNEX_A.fullmatch(body)
    if annexed:
        body, controls = annexed["rest"], True
    worded = _CONTROL_WORD.fullmatch(body)
    if worded:
        body, controls = worded["rest"], True
    found = _control(body, edition)
    if found is not None:
        return found
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


def _legal(body: str, framework: str | None) -> Reading | None:
    annex = _NIS2_ANNEX.fullmatch(body) if framework in (None, "nis2") else None
    dotted = re.fullmatch(rf"{_ANNEX_WORD}\s+(?P<n>\d{{1,2}}(?:\.\d{{1,2}})+)\b.*", body) if framework is None else None
    if dotted and annex and annex["a"] in ("1", "2"):
        raise InvalidRef(
            f"{quote(body)} may be a point of the CIR's Annex or of Annex {'I' * int(annex['a'])} of NIS 2",
            hint=f"write 'CIR {dotted['n']}', or the number of the Annex in Roman numerals",
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
        if (word and word.rstrip(".") in _ORDINALS) or token["ordinal"]:
            ordinal = _ORDINALS.get(token["ordinal"] or word or "", 0)
            if not ordinal:
                raise InvalidRef(f"{quote(body)} can't be read at {quote(token['ordinal'])}")
        elif word in _SUBPARAGRAPH:
            if ordinal:
                yield "subparagraph", str(ordinal)
                kind, ordinal = "", 0
            else:
                kind = "subparagraph"
        elif word in _PARAGRAPH and ordinal:
            yield "paragraph", str(ordinal)
            kind, ordinal = "", 0
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
    rf"(?:(?:{'|'.join(_PARAGRAPH[:-1] + _SUBPARAGRAPH + _POINT)})\b\.?|(?:{'|'.join(_ORDINALS)})\b)"
    rf"(?!.*\s(?:of|de|des|der)\s+(?:the\s+|l')?{_ARTICLE_WORD}).*",
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
_PART_WORD = rf"(?:{'|'.join(_PARAGRAPH + _POINT)})\.?"
_LEADING = re.compile(
    rf"{_PART_WORD}\s+(?P<rest>\(?(?:(?P<letter>[a-z]{{1,4}})|\d{{1,3}})\)?)", re.IGNORECASE | re.ASCII
)
_LETTERED = re.compile(r"[(.\s][a-z]{1,4}\)?$", re.IGNORECASE | re.ASCII)
_COUNTED = re.compile(rf"(?:\(\d{{1,3}}\)|{_PART_WORD}\s*\(?\d{{1,3}}\)?)$", re.IGNORECASE | re.ASCII)


def completed(text: str, before: str, *, ends: bool) -> str:
    """Return an item of a list with the words that it leaves out, taken from the item before it.

    "clauses 4.1 and 4.2", "Controls 5.1, 5.2", "Annexes I and II"; after "A.8.2" a bare "8.3" may be a clause and stays
    as it is, unless it `ends` a range.
    """
    leading = _LEADING.fullmatch(text)
    if leading and (_LETTERED if leading["letter"] else _COUNTED).search(before):
        return leading["rest"]
    found = _ANNEXES.fullmatch(before) if re.fullmatch(r"i{1,3}", text, re.IGNORECASE) else None
    if _BARE_NUMBER.fullmatch(text):
        found = _NUMBERED.fullmatch(before)
        worded = found and re.search(
            r"(?:annexe?|anhang)\s+a\s+$|[^\W\d_]{2,}\.?\s+$|\d\s+$", found["head"], re.IGNORECASE
        )
        if not worded and not (ends and found and re.search(r"\ba[. -]?\s?$", found["head"], re.IGNORECASE)):
            found = None
    return f"{found['head']}{text}" if found else text
