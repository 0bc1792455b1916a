"""What in a running text looks like a citation.

Candidates are read off by one pass of a pattern without nested repetition, every run of blanks bounded, so that the
time is linear in any text. Nothing here decides to which text a citation belongs, or whether the unit exists.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from enum import Enum

import attrs

from ._mentions import Name

__all__ = ["Candidate", "Kind", "candidates", "canonical"]


class Kind(Enum):
    """What sort of citation a candidate is; the value names the frameworks that have such units.

    The empty name keeps kinds of the same frameworks apart, which would be one member otherwise.
    """

    ARTICLE = ("nis2", "cir")
    ANNEX = ("nis2", "cir", "")
    POINT = ("cir",)
    SECTION = ("cir", "iso27001", "iso27002")
    CLAUSE = ("iso27001", "iso27002")
    CONTROL = ("iso27001", "iso27002", "")
    NUMBER = ("nis2", "cir", "iso27001", "iso27002")

    @property
    def is_legal(self) -> bool:
        """Whether laws have such units, so that it may share a name with articles."""
        return self in (Kind.ARTICLE, Kind.ANNEX, Kind.POINT)


@attrs.frozen(kw_only=True)
class Candidate:
    """What looks like a citation.

    `number` and `parts` (kind and value: paragraph or point "p", subparagraph "s") say what is cited; `link_at` is
    where words that tie it to a name would follow. `owner` is set if it stands right behind a name that makes it one.
    `telling`: its form alone ties it to ISO/IEC 27001; `loose`: only a name beside it can tie it to anything.
    """

    start: int
    end: int
    kind: Kind
    number: str
    parts: tuple[tuple[str, str], ...] = ()
    link_at: int
    owner: str | None = None
    telling: bool = False
    loose: bool = False
    # How further members of a list may look: after a plural, after a letter without brackets.
    plural: bool = False
    bare_letters: bool = False

    @property
    def top(self) -> int:
        """The first number of the citation."""
        digits = re.match(r"\d+", self.number)
        return int(digits[0]) if digits else 0

    def readings(self, owner: str) -> tuple[tuple[str, ...], ...]:
        """Return what the citation may stand for in a framework; each in several lengths, the longest first."""
        parts = [f" s{value}" if kind == "s" else f"({value})" for kind, value in self.parts]
        lengths = ["".join(parts[:count]) for count in range(len(parts), -1, -1)]
        if self.kind is Kind.ANNEX:
            return ((f"Annex {self.number}" + (f", point {''.join(parts)[1:-1].replace(')(', '')}" if parts else ""),),)
        if self.kind is Kind.ARTICLE or owner == "nis2":
            return (tuple(f"Article {self.number}{tail}" for tail in lengths),)
        if owner == "cir":
            return (tuple(f"point {self.number}{tail}" for tail in lengths),)
        if self.kind is Kind.CONTROL or owner == "iso27002":
            return ((f"A.{self.number}",),)
        return ((self.number,), (f"A.{self.number}",)) if self.kind is Kind.NUMBER else ((self.number,),)


_END = r"(?!\w|\.\d)"
_DOTTED = r"\d{1,2}\.\d{1,2}(?:\.\d{1,2})?"
_NUMBERED = r"\d{1,2}(?:\.\d{1,2})?(?:\.\d{1,2})?"
_CANDIDATE = re.compile(
    "|".join(
        (
            r"(?<![\w-])(?P<word>(?i:articles?|artikel[ns]?|artt?s?\.?))\s{0,3}(?P<article>\d{1,3}[a-z]?)(?![\w/])",
            rf"\b(?i:annex|anhang)\s{{1,2}}A[\s,.:(-]{{0,3}}(?:(?i:controls?|maßnahmen?)\s{{1,2}})?(?:A\.?\s?)?(?P<annexed>{_DOTTED}){_END}",
            rf"\b(?i:controls?|maßnahmen?)\s{{1,2}}A[.\s-]{{0,2}}(?P<worded>{_DOTTED}){_END}",
            rf"\b(?P<many>(?i:controls?|maßnahmen?))\s{{1,2}}(?P<control>{_DOTTED}){_END}",
            rf"(?<![\w.])A\.(?P<own>{_DOTTED}){_END}",
            rf"(?<![\w.])A[\s-]?(?P<spaced>{_DOTTED}){_END}",
            rf"(?<![\w.])A\.(?P<theme>\d{{1,2}}){_END}",
            rf"(?<![\w-])(?P<clauses>(?i:clauses?|klauseln?|(?:norm)?kapitel))\s{{0,3}}(?P<clause>{_NUMBERED}){_END}",
            rf"\b(?P<annex>(?i:annex|anhang)),?\s{{1,2}}(?:(?i:points?|pt\.|nummern?|nr\.|ziffern?|sections?|abschnitte?)\s{{0,3}})?"
            rf"(?P<cirpoint>{_NUMBERED})(?![\d/])",
            rf"(?<![\w-])(?P<points>(?i:points?|pt\.|nummern?|nr\.|ziffern?|requirements?))\s{{0,3}}(?P<point>{_NUMBERED})(?![\d/])",
            rf"(?<![\w-])(?P<sections>(?i:sections?|abschnitte?s?))\s{{0,3}}(?P<section>{_NUMBERED})(?![\d/])",
            r"\b(?i:annex|anhang)\s{1,2}(?P<roman>[IVX]{1,5})\b"
            r"(?:,?\s{0,2}(?i:points?|nr\.|nummer|no\.|sectors?|sektor|ziffer)\s{0,2}(?P<sector>\d{1,2})(?!\d)(?:\s?\((?P<letter>[a-z])\))?)?",
        )
    )
)
_ART = re.compile(r"of\sthe\s\Z")  # as in "state of the art 99 %"
_STRUCTURE = frozenset(
    "appendix table figure fig schedule exhibit section form part room slide page tabelle abbildung abb anlage "
    "formular abschnitt kapitel seite chapter attachment".split()
)

_PARAGRAPH = r"paragraphs?|paras?\.?|abs(?:atz|ätze)?\.?"
_POINT = (
    r"points?|pts?\.?|lit(?:era)?\.?|buchst(?:aben?)?\.?|letters?|nr\.?|no\.?|nummern?|ziffern?|ziff\.?|sub-?points?"
)
_SUB = r"sub-?para(?:graph)?s?\.?|unterabs(?:atz|ätze)?\.?|uabs\.?"
_ORDINAL = {
    word: str(place)
    for place, words in enumerate(
        ("first ersten erster", "second zweiten zweiter", "third dritten dritter", "fourth vierten"), 1
    )
    for word in words.split()
}
_TAIL = re.compile(
    rf"\s{{0,2}}\((?P<paren>\d{{1,3}}|[a-z]|[ivx]{{2,5}})\)"
    rf"|\.(?P<dot>\d{{1,3}}|[a-z])(?![\w(])"
    rf"|,?\s{{1,2}}(?P<ordinal>(?i:{'|'.join(_ORDINAL)}))\s{{1,2}}(?i:{_SUB})(?!\w)"
    rf"|,?\s{{0,2}}(?i:{_SUB})\s{{0,2}}(?P<sub>\d)(?!\w)"
    rf"|,?\s{{0,2}}(?i:{_PARAGRAPH}|{_POINT})\s{{0,2}}(?:\((?P<inside>\d{{1,3}}|[a-z]|[ivx]{{2,5}})\)|(?P<bare>\d{{1,3}}|[a-z])(?![\w)]))"
    r"|,?\s{0,2}(?:(?i:satz|hs\.|halbsatz|sentence)\s{0,2}\d(?!\w)|(?i:first|second)\s{1,2}(?i:sentence))(?P<skip>)"
)
_DEEPEST = 6  # no unit lies deeper, and a hostile text may go on for ever
_LETTERS = re.compile(r"\s{0,2}\((?P<letter>[a-z]|[ivx]{2,5})\)|\.(?P<dot>[a-z]|[ivx]{2,5})(?!\w)")
_SEPARATOR = (
    r"\s{0,2}(?:(?P<to>\s(?i:to|bis|through)\s|-|–)|,?\s(?i:and|or|und|oder|sowie|as\swell\sas)\s|[,;/&])\s{0,2}"
)
_MORE = re.compile(
    rf"{_SEPARATOR}(?:(?i:points?|buchst(?:aben?)?\.?|lit\.)\s{{1,2}})?(?:\((?P<member>\d{{1,3}}|[a-z]|[ivx]{{2,5}})\)|(?P<letter>[a-z])(?![\w.)'])"
    rf"|(?P<number>{_NUMBERED})(?![\w/%]|\.\d))"
)
_OF_ANNEX = re.compile(
    r"\s{1,2}(?:of|in|to|des|der|im)\s{1,2}(?:the\s{1,2})?(?i:annex|anhangs?)(?:\s(?P<roman>[IVX]{1,5})\b)?(?!\w)"
)
_AFTER_NAME = {
    "nis2": re.compile(r"[\s,:]{1,3}(?P<number>\d{1,2})(?=\s?\(\d)"),
    **dict.fromkeys(
        ("cir", "iso27001", "iso27002"), re.compile(rf"[\s,:]{{1,3}}(?P<number>{_DOTTED})(?!\w|\.\d|\s?%)")
    ),
}
_FOLLOWED = re.compile(r"\s{0,2}(?:$|[.,;:)(&–-]|(?:of|des|der|and|or|und|oder|to|bis)\b|[A-Z]{2})")


def candidates(text: str, named: Iterable[Name]) -> list[Candidate]:
    """Return what looks like a citation, in order, the members of lists one by one."""
    found: list[Candidate] = []
    for match in _CANDIDATE.finditer(text):
        if match["word"] != "art" or not _ART.search(text, max(0, match.start() - 8), match.start()):
            found += _with_members(text, _candidate(text, match))
    for name in named:
        number = _AFTER_NAME[name.owner].match(text, name.end) if name.owner in _AFTER_NAME else None
        if number is not None:
            parts, end = _tail(text, number.end(), letters=name.owner != "nis2")
            found += _with_members(
                text,
                Candidate(
                    start=number.start("number"),
                    end=end,
                    kind=Kind.NUMBER,
                    number=number["number"],
                    parts=() if name.owner.startswith("iso") else parts,
                    link_at=end,
                    owner=name.owner,
                ),
            )
    return _without_overlaps(sorted(found, key=lambda candidate: (candidate.start, -candidate.end)))


def _without_overlaps(found: Iterable[Candidate]) -> list[Candidate]:
    """Leave out what lies within the candidate before it ("point 12" in "Article 4, point 12")."""
    kept: list[Candidate] = []
    for candidate in found:
        if not kept or candidate.start >= kept[-1].end:
            kept.append(candidate)
    return kept


def _candidate(text: str, match: re.Match[str]) -> Candidate:
    start, end = match.span()
    if match["article"]:
        parts, end = _tail(text, end)
        plural = match["word"].lower() == "articles"
        bare = re.search(r"(?i:lit\w{0,3}|buchst\w{0,5})\.?\s{0,2}[a-z]$", text[max(start, end - 20) : end]) is not None
        return Candidate(
            start=start, end=end, kind=Kind.ARTICLE, number=match["article"], parts=parts, link_at=end,
            plural=plural, bare_letters=bare,
        )  # fmt: skip
    if match["roman"]:
        given = (("p", match["sector"]), ("p", match["letter"]))
        parts = tuple((kind, value) for kind, value in given if value)
        return Candidate(start=start, end=end, kind=Kind.ANNEX, number=match["roman"], parts=parts, link_at=end)
    if match["clause"]:
        plural = match["clauses"].lower() in ("clauses", "klauseln", "kapitel")
        return Candidate(start=start, end=end, kind=Kind.CLAUSE, number=match["clause"], link_at=end, plural=plural)
    number = match["cirpoint"] or match["point"] or match["section"]
    return _point(text, match, number) if number else _control(text, match)


def _control(text: str, match: re.Match[str]) -> Candidate:
    sure = match["annexed"] or match["worded"]
    number: str = sure or match["control"] or match["own"] or match["spaced"] or match["theme"]
    before = text[max(0, match.start() - 20) : match.start()].rstrip(" \n\t.:(").lower().split()
    doubtful = bool(before) and before[-1] in _STRUCTURE
    # The clauses of Annex A are 5 to 8; other numbers of this form are too often something else.
    own = match["own"] is not None and number.partition(".")[0] in "5678"
    return Candidate(
        start=match.start(),
        end=match.end(),
        kind=Kind.CONTROL,
        number=number,
        link_at=match.end(),
        telling=(sure is not None or own) and not doubtful,
        loose=match["theme"] is not None or doubtful,
        plural=match["many"] is not None,
    )


def _point(text: str, match: re.Match[str], number: str) -> Candidate:
    parts, end = _tail(text, match.end(), letters=True)
    above = _OF_ANNEX.match(text, end)
    if above and above["roman"]:
        return Candidate(
            start=match.start(), end=above.end(), kind=Kind.ANNEX, number=above["roman"], parts=(("p", number), *parts),
            link_at=above.end(),
        )  # fmt: skip
    return Candidate(
        start=match.start(),
        end=end,
        kind=Kind.SECTION if match["section"] else Kind.POINT,
        number=number,
        parts=parts,
        link_at=above.end() if above else end,
        loose=not (above or match["annex"]),
        plural=(match["points"] or match["sections"] or "").lower().endswith(("s", "n", "e")),
    )


def _tail(text: str, at: int, *, letters: bool = False) -> tuple[tuple[tuple[str, str], ...], int]:
    """Return the parts of a locator that follow a number, and where they end."""
    parts: list[tuple[str, str]] = []
    pattern = _LETTERS if letters else _TAIL
    while match := pattern.match(text, at):
        at = match.end()
        groups = {name: value for name, value in match.groupdict().items() if value is not None}
        if "ordinal" in groups:
            parts.append(("s", _ORDINAL[groups["ordinal"].lower()]))
        elif "sub" in groups:
            parts.append(("s", groups["sub"]))
        elif "skip" not in groups:
            parts.append(("p", next(iter(groups.values()))))
        del parts[_DEEPEST:]
    return tuple(parts), at


def _with_members(text: str, first: Candidate) -> Iterator[Candidate]:
    """Yield a candidate and the members of the list that it opens ("Articles 20, 21 and 99", "(a), (b) and (k)")."""
    current = first
    yield current
    while match := _MORE.match(text, current.end):
        following = _member(text, current, match)
        if following is None:
            return
        current = following
        yield current


def _member(text: str, current: Candidate, match: re.Match[str]) -> Candidate | None:
    value = match["member"] or match["letter"]
    if value:
        if not current.parts or (match["letter"] and not current.bare_letters):
            return None
        if current.parts[-1][1].isdigit() != value.isdigit():
            return None
        start = match.start("letter") if match["letter"] else match.start("member") - 1
        parts = (*current.parts[:-1], ("p", value))
        return attrs.evolve(current, start=start, end=match.end(), parts=parts, link_at=match.end())
    number, end = match["number"], match.end()
    if current.kind is Kind.ANNEX or (current.owner == "nis2" and current.kind is Kind.NUMBER):
        return None
    if current.kind is Kind.ARTICLE:
        parts, end = _tail(text, end)
        if "." in number or not (current.plural or parts or _FOLLOWED.match(text, end)):
            return None
        return attrs.evolve(current, start=match.start("number"), end=end, number=number, parts=parts, link_at=end)
    if "." not in number and not current.plural and not match["to"]:
        return None
    if "." not in number and "." in current.number:
        if not match["to"]:
            return None
        number = f"{current.number.rpartition('.')[0]}.{number}"
    parts, end = _tail(text, end, letters=True) if current.kind in (Kind.POINT, Kind.SECTION) else ((), end)
    above = _OF_ANNEX.match(text, end)
    return attrs.evolve(
        current, start=match.start("number"), end=end, number=number, parts=parts,
        link_at=above.end() if above else end, loose=current.loose and not above,
    )  # fmt: skip


_CANONICAL_START = r"(?:\d|annexI|art\.|A\.)"


def canonical(text: str, frameworks: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """Yield the canonical refs of these frameworks ("nis2:21.2.h"): start, end, ref."""
    if not frameworks:
        return
    alternatives = "|".join(re.escape(name) for name in sorted(frameworks, key=len, reverse=True))
    pattern = re.compile(
        rf"(?<![\w/.:@-])(?P<framework>{alternatives}):(?!(?:19|20)\d\d(?!\d))(?P<local>[A-Za-z0-9][A-Za-z0-9_.~#-]{{0,120}})",
        re.ASCII,
    )
    for match in pattern.finditer(text):
        local = match["local"].rstrip(".-~#_")
        if match["framework"] in ("nis2", "cir", "iso27001") and not re.match(_CANONICAL_START, local):
            continue
        yield match.start(), match.start("local") + len(local), f"{match['framework']}:{local}"
