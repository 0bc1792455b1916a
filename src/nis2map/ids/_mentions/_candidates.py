"""What in a running text looks like a citation.

Candidates are read off by one pass of a pattern without nested repetition, every run of blanks bounded, so that the
time is linear in any text. Nothing here decides to which text a citation belongs, or whether the unit exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum

import attrs

from .. import _words as w
from ._names import Name

__all__ = ["Candidate", "Kind", "candidates"]


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
    # The parts if the last one, a roman numeral, stands below the member before it: "point (f), (i)".
    below: tuple[tuple[str, str], ...] = ()

    @property
    def top(self) -> int:
        """The first number of the citation."""
        digits = re.match(r"\d+", self.number)
        return int(digits[0]) if digits else 0

    def readings(self, owner: str) -> tuple[tuple[str, ...], ...]:
        """Return the citations that it may mean in a framework; each in several lengths, the longest first."""
        if self.kind is Kind.ANNEX:
            point = "".join(value if at == 0 else f"({value})" for at, (_, value) in enumerate(self.parts))
            return ((f"Annex {self.number}, point {point}" if point else f"Annex {self.number}",),)
        if self.kind is Kind.ARTICLE or owner == "nis2":
            head = f"Article {self.number}"
            nested = (self._shortened(head, self.below),) if self.below else ()
            return (self._shortened(head, self.parts), *nested)
        if owner == "cir":
            return (self._shortened(f"point {self.number}", self.parts),)
        control = f"A.{self.number}"
        if self.kind is Kind.CONTROL or owner == "iso27002":
            return ((control,),)
        # A number right behind the name of the standard may be a control of a list that leaves out the "A.".
        return ((self.number,), (control,)) if self.kind is Kind.NUMBER else ((self.number,),)

    def _shortened(self, head: str, cited: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
        parts = [f" s{value}" if kind == "s" else f"({value})" for kind, value in cited]
        return tuple(head + "".join(parts[:count]) for count in range(len(parts), -1, -1))


_END = r"(?!\w|\.\d)"
_DOTTED = r"\d{1,2}\.\d{1,2}(?:\.\d{1,2})?"
_NUMBERED = r"\d{1,2}(?:\.\d{1,2})?(?:\.\d{1,2})?"
_LETTER = r"[a-z]|[ivx]{2,5}"
_ROMAN = re.compile(r"[ivx]{1,5}")
_ANNEX = rf"(?i:{w.any_of(w.ANNEX, stop=False)})"
_CONTROL = rf"(?i:{w.any_of(w.CONTROL, stop=False)})"
_POINT = rf"(?i:{w.any_of(w.POINT, running=True)})"
# "§ 12" in running text cites a national law, never the CIR.
_SECTION = rf"(?i:{w.any_of([word for word in w.SECTION if word != '§'], running=True)})"
_CANDIDATE = re.compile(
    "|".join(
        (
            rf"(?<![\w-])(?P<word>(?i:{w.any_of(w.ARTICLE)}))\s{{0,3}}(?P<article>\d{{1,3}}[a-z]?)(?![\w/])",
            rf"\b{_ANNEX}\s{{1,2}}A[\s,.:(-]{{0,3}}(?:{_CONTROL}\s{{1,2}})?(?:A\.?\s?)?(?P<annexed>{_DOTTED}){_END}",
            rf"\b{_CONTROL}\s{{1,2}}A[.\s-]{{0,2}}(?P<worded>{_DOTTED}){_END}",
            rf"\b(?P<many>{_CONTROL})\s{{1,2}}(?P<control>{_DOTTED}){_END}",
            rf"(?<![\w.])A\.(?P<own>{_DOTTED}){_END}",
            rf"(?<![\w.])A[\s-]?(?P<spaced>{_DOTTED}){_END}",
            rf"(?<![\w.])A\.(?P<theme>\d{{1,2}}){_END}",
            rf"(?<![\w-])(?P<clauses>(?i:{w.any_of(w.CLAUSE, running=True)}))\s{{0,3}}(?P<clause>{_NUMBERED}){_END}",
            rf"\b(?P<annex>{_ANNEX}),?\s{{1,2}}(?:(?:{_POINT}|{_SECTION})\s{{0,3}})?(?P<cirpoint>{_NUMBERED})(?![\d/])",
            rf"(?<![\w-])(?P<points>{_POINT}|(?i:{w.any_of(w.REQUIREMENT, stop=False)}))"
            rf"\s{{0,3}}(?P<point>{_NUMBERED})(?![\d/])",
            rf"(?<![\w-])(?P<sections>{_SECTION})\s{{0,3}}(?P<section>{_NUMBERED})(?![\d/])",
            rf"\b{_ANNEX}\s{{1,2}}(?P<roman>[IVX]{{1,5}})\b"
            rf"(?:,?\s{{0,2}}(?:{_POINT}|(?i:{w.any_of(w.SECTOR)}))\s{{0,2}}\(?(?P<sector>\d{{1,2}})(?!\d)\)?(?:\s?\((?P<letter>[a-z])\))?)?",
        )
    )
)
_ART = re.compile(r"of\sthe\s\Z")  # as in "state of the art 99 %"
_STRUCTURE = frozenset(
    "appendix table figure fig schedule exhibit section form part room slide page tabelle abbildung abb anlage "
    "formular abschnitt kapitel seite chapter attachment tableau tabla tabella tabel pièce".split()
)

_PARAGRAPH = rf"(?i:{w.any_of(w.PARAGRAPH, running=True)})"
_SUB = rf"(?i:{w.any_of(w.SUBPARAGRAPH, running=True)})"
_ORDINAL = rf"(?i:{w.any_of(list(w.ORDINALS), stop=False)})"
# A letter without brackets needs a blank or a full stop before it, or "Article 21 not met" would end in point (t).
_LETTERED = rf"{_POINT}(?:(?<=\.)|\s)\s{{0,2}}"
_TAIL = re.compile(
    rf"\s{{0,2}}\((?P<paren>\d{{1,3}}|{_LETTER})\)"
    rf"|\.(?P<dot>\d{{1,3}}|[a-z])(?![\w(])"
    rf"|,?\s{{1,2}}(?P<ordinal>{_ORDINAL})\s{{1,2}}(?:{_SUB}|(?P<whole>{_PARAGRAPH}))(?!\w)"
    rf"|,?\s{{0,2}}{_SUB}\s{{0,2}}(?P<sub>\d)(?!\w)"
    rf"|,?\s{{0,2}}(?:{_PARAGRAPH}|{_POINT})\s{{0,2}}(?:\((?P<inside>\d{{1,3}}|{_LETTER})\)|(?P<number>\d{{1,3}})(?![\w)]))"
    # A closing bracket is that of the point ("point 12), de la directive") where the sentence goes on behind it.
    rf"|,?\s{{0,2}}{_POINT}\s{{0,2}}(?P<pointed>\d{{1,3}})\)(?=,?\s(?i:{w.any_of(w.OF, stop=False)})(?!\w))"
    rf"|,?\s{{0,2}}{_LETTERED}(?:(?P<half>[a-z])\)|(?P<letter>[a-z])(?![\w)']))"
    rf"|,?\s{{0,2}}(?:(?i:{w.any_of(w.SENTENCE)})\s{{0,2}}\d(?!\w)|{_ORDINAL}\s{{1,2}}(?i:{w.any_of(w.SENTENCE)}))(?P<skip>)"
)
_BARE_LETTER = re.compile(rf"{_LETTERED}[a-z]\Z")
_HALF_BRACKET = re.compile(r"[\s.,][a-z]\)\Z")
_DEEPEST = 6  # no unit lies deeper, and a hostile text may go on for ever
_LETTERS = re.compile(rf"\s{{0,2}}\((?P<letter>{_LETTER})\)|\.(?P<dot>{_LETTER})(?!\w)")
_SEPARATOR = (
    rf"\s{{0,2}}(?:(?P<to>\s(?i:{w.any_of(w.TO, stop=False)})\s|-|–)"
    rf"|,?\s(?i:{w.any_of(w.AND, stop=False)}|as\swell\sas)\s|[,;/&])\s{{0,2}}"
)
_MORE = re.compile(
    rf"{_SEPARATOR}(?:{_POINT}\s{{1,2}})?(?:\((?P<member>\d{{1,3}}|{_LETTER})\)|(?P<letter>[a-z])(?![\w.)'])|(?P<half>[a-z])\)"
    rf"|(?P<number>{_NUMBERED})(?![\w/%]|\.\d))"
)
_OF = rf"(?i:{w.any_of(w.OF, stop=False)})"
_THE = rf"(?i:{w.any_of(w.THE, stop=False)})"
_OF_ANNEX = re.compile(
    rf"\s{{1,2}}(?:{_OF}|in|to|im)(?:\s{{1,2}}|(?<='))(?:{_THE}(?:\s{{1,2}}|(?<=')))?{_ANNEX}(?:\s(?P<roman>[IVX]{{1,5}})\b)?(?!\w)"
)
_AFTER_NAME = {
    "nis2": re.compile(r"[\s,:]{1,3}(?P<number>\d{1,2})(?=\s?\(\d)"),
    **dict.fromkeys(
        ("cir", "iso27001", "iso27002"), re.compile(rf"[\s,:]{{1,3}}(?P<number>{_DOTTED})(?!\w|\.\d|\s?%)")
    ),
}
_FOLLOWED = re.compile(rf"\s{{0,2}}(?:$|[.,;:)(&–-]|(?:{_OF}|(?i:{w.any_of(w.AND, w.TO, stop=False)}))\b|[A-Z]{{2}})")


def candidates(text: str, named: Iterable[Name]) -> list[Candidate]:
    """Return what looks like a citation, in order, the members of lists one by one."""
    likely: list[Candidate] = []
    for match in _CANDIDATE.finditer(text):
        if match["word"] != "art" or not _ART.search(text, max(0, match.start() - 8), match.start()):
            likely += _with_members(text, _candidate(text, match))
    for name in named:
        number = _AFTER_NAME[name.owner].match(text, name.end) if name.owner in _AFTER_NAME else None
        if number is not None:
            parts, end = _tail(text, number.end(), letters=name.owner != "nis2")
            likely += _with_members(
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
    return _without_overlaps(sorted(likely, key=lambda candidate: (candidate.start, -candidate.end)))


def _without_overlaps(ordered: Iterable[Candidate]) -> list[Candidate]:
    """Leave out what lies within the candidate before it ("point 12" in "Article 4, point 12")."""
    kept: list[Candidate] = []
    for candidate in ordered:
        if not kept or candidate.start >= kept[-1].end:
            kept.append(candidate)
    return kept


def _candidate(text: str, match: re.Match[str]) -> Candidate:
    start, end = match.span()
    if match["article"]:
        parts, end = _tail(text, end)
        # "lit. a, b und k": once a letter stands without brackets, the letters after it may too.
        bare = _BARE_LETTER.search(text, max(start, end - 20), end) is not None
        return Candidate(
            start=start, end=end, kind=Kind.ARTICLE, number=match["article"], parts=parts, link_at=end,
            plural=w.has(w.ARTICLES, match["word"]), bare_letters=bare,
        )  # fmt: skip
    if match["roman"]:
        below = (("p", match["sector"]), ("p", match["letter"]))
        parts = tuple((kind, value) for kind, value in below if value)
        return Candidate(start=start, end=end, kind=Kind.ANNEX, number=match["roman"], parts=parts, link_at=end)
    if match["clause"]:
        plural = w.has(w.CLAUSES, match["clauses"])
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
        plural=w.has([*w.POINTS, *w.SECTIONS], match["points"] or match["sections"] or ""),
    )


def _tail(text: str, at: int, *, letters: bool = False) -> tuple[tuple[tuple[str, str], ...], int]:
    """Return the parts of a locator that follow a number, and where they end."""
    parts: list[tuple[str, str]] = []
    pattern = _LETTERS if letters else _TAIL
    while match := pattern.match(text, at):
        at = match.end()
        groups = {name: value for name, value in match.groupdict().items() if value is not None}
        if "ordinal" in groups:
            parts.append(("p" if "whole" in groups else "s", str(w.ORDINALS[groups["ordinal"].lower()])))
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
        following = _letter(current, match) if match["number"] is None else _number(text, current, match)
        if following is None:
            return
        current = following
        yield current


def _letter(current: Candidate, match: re.Match[str]) -> Candidate | None:
    """Return the member of a list that stands in brackets, or is a letter where the list has letters without them."""
    value = match["member"] or match["letter"] or match["half"]
    if not current.parts or (match["letter"] and not current.bare_letters):
        return None
    # "points a), b) et k)": every member or none has half a bracket.
    if match["half"] and not _HALF_BRACKET.search(match.string, max(0, current.end - 3), current.end):
        return None
    if current.parts[-1][1].isdigit() != value.isdigit():
        return None
    start = match.start("member") - 1 if match["member"] else match.end() - (2 if match["half"] else 1)
    parts = (*current.parts[:-1], ("p", value))
    below = (*(current.below[:-1] or current.parts), ("p", value)) if _ROMAN.fullmatch(value) else ()
    return attrs.evolve(current, start=start, end=match.end(), parts=parts, below=below, link_at=match.end())


def _number(text: str, current: Candidate, match: re.Match[str]) -> Candidate | None:
    """Return the member of a list that is a number: an article, a point, a clause, the end of a range."""
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
        if match["to"]:
            number = f"{current.number.rpartition('.')[0]}.{number}"
        elif not (current.plural and _OF_ANNEX.match(text, end)):  # "clauses 4.1 and 12 months"
            return None
    parts, end = _tail(text, end, letters=True) if current.kind in (Kind.POINT, Kind.SECTION) else ((), end)
    above = _OF_ANNEX.match(text, end)
    return attrs.evolve(
        current, start=match.start("number"), end=end, number=number, parts=parts,
        link_at=above.end() if above else end, loose=current.loose and not above,
    )  # fmt: skip
