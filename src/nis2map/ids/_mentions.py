"""Names of laws, standards and contracts in a running text, its sentences, and the words that tie a citation to a name.

Each is read off by patterns without nested repetition, every run of blanks bounded, so that the time is linear in any
text. Whoever is in doubt here names `OTHER`: a citation that may be another law's is none of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

__all__ = [
    "OTHER",
    "Connection",
    "Name",
    "fold",
    "is_gap",
    "is_list_gap",
    "is_other_law",
    "links_after",
    "names",
    "sentence_ends",
]

OTHER = "other"
_OLD_EDITIONS = ("2005", "2013", "2014", "2015", "2017")

# One character for one, so that places in the folded text are places in the text.
_FOLD = {
    **dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F), " "),
    **dict.fromkeys((0x2010, 0x2011), "-"),
    **dict.fromkeys((0x2018, 0x2019), "'"),
    0x2024: ".",
}


def fold(text: str) -> str:
    """Return text with the blanks, hyphens and quotes of word processors made plain, each in its place."""
    return text.translate(_FOLD)


@attrs.frozen
class Name:
    """A law, standard or contract that is named: one of our frameworks, or `OTHER`."""

    start: int
    end: int
    owner: str


_EU = r"\((?i:eu|ue|ec|eg|eec|ewg|euratom)\)\s{0,3}"
_NO = r"(?:(?i:no|nr)\.?\s{0,2})?"
_NOUN = r"directive|regulation|decision|richtlinie|(?:durchführungs)?verordnung|beschluss|dvo|rl|vo"
_CONTRACT = (
    r"contracts?|agreements?|treaty|treaties|charter|convention|constitution|statutes?|by-?laws|leases?|satzung\w{0,3}"
    r"|\w{0,30}(?:vertr[aä]g|vereinbarung|gesetz|vorschrift)\w{0,12}"
)
_NAME = re.compile(
    "|".join(
        (
            rf"\b(?i:commission\s{{1,2}})?(?i:implementing\s{{1,2}}|delegated\s{{1,2}}|council\s{{1,2}}|framework\s{{1,2}})?"
            rf"(?P<noun>(?i:{_NOUN}))\s{{1,3}}(?:{_EU}|(?:EU|EC|EG)\s{{1,2}})?{_NO}(?P<n1>\d{{1,4}}/\d{{1,4}})(?:/[A-Z]{{2,7}})?",
            rf"{_EU}{_NO}(?P<n2>\d{{1,4}}/\d{{1,4}})",
            r"\b(?P<n3>2022/2555|2024/2690)\b",
            r"\b(?P<n4>\d{2,4}/\d{1,4}/(?:EU|EC|EG|EEC|EWG))\b",
            r"(?P<cir>\bNIS[\s-]?2[\s-]{1,2}(?i:implementing\s{1,2}regulation|durchführungsverordnung)\b|\bCIR\b)",
            r"\b(?P<foreign>(?i:loi|ley|legge|lei|wet|law|act|gesetz)\s{1,2}NIS[\s-]?(?:2|II))\b",
            r"(?P<national>\b(?i:nis)[\s-]?(?:2|II)?[\s-]?(?i:ums\w{1,40}|gesetz\w{0,3}|wet|law|act|bill|decree|lag|lov"
            r"|transposition\s{1,2}(?:act|law)|implementation\s{1,2}(?:act|law)|implementing\s{1,2}(?:act|law))\b)",
            r"(?P<nis2>\b(?i:nis)[\s-]?(?:2|II)\b(?:[\s-]?(?i:directive|richtlinie|rl)\b)?)",
            r"(?P<nis1>\b(?i:nis)(?:[\s-]?1|[\s-](?i:directive|richtlinie))\b)",
            r"(?:\b(?:DIN\s)?(?:EN\s)?(?i:iso)(?:\s?/\s?(?i:iec)|\s{1,2}(?i:iec))?[\s-]{0,2}|\bIEC[\s-]{1,2})(?P<iso>\d{3,5})\b"
            r"(?:\s?:\s?(?P<y1>(?:19|20)\d\d)\b(?:-\d\d\b)?|\s?\((?P<y2>20\d\d)\)|[\s-](?P<y3>20\d\d)\b)?",
            r"\b(?P<iso2>2700[12])\b(?:\s?:\s?(?P<y4>20\d\d)\b)?",
            r"(?P<edition>\b(?:2005|2013|2017)(?:er)?[\s-](?i:edition|version|fassung|ausgabe)\b)",
            r"(?P<regulation>\b(?:GDPR|DS-?GVO|RGPD|DORA|CRA|AI\sAct|KI-VO|eIDAS|DSA|DMA|MDR|IVDR)\b)",
            r"(?P<law>\b(?:CER|CSA|PSD\s?2|BSIG|BSI[\s-]?G|BDSG|BGB|HGB|TKG|TDDDG|StGB|AktG|GG|AEUV|EUV|TFEU|TEU|ECHR|EMRK|NISG"
            r"|KRITIS\w{0,20}|IT-SiG|GeschGehG|NIST|PCI[\s-]DSS|COBIT|SOC\s?[123]|TISAX|HIPAA|SOX|MSA|SLA|DPA|AVV|NDA|AGB|GTC)\b)",
            r"(?P<capital>\b(?!(?:The|This|That|Each|Any|Every|Implementing|Delegated|Commission|Council|EU|A|An)\b)"
            r"[A-Z][\w-]{1,30}\s(?:Directive|Regulation|Act|Law|Code|Convention|Treaty)\b(?!\s{0,2}(?:\(EU|\d)))",
            rf"(?P<contract>\b(?i:{_CONTRACT})\b)",
            r"\b(?i:the|this|said|die|der|des|dieser?|dieses|jene[rs]?)\s{1,2}(?:Commission's\s)?(?P<general>(?i:"
            r"directive|(?:implementing\s{1,2})?regulation|standard|richtlinie|(?:durchführungs)?verordnung|norm))"
            rf"\b(?!\s{{0,3}}(?:{_EU}|(?i:eu|ec|no|nr)\b|\d))",
        )
    )
)
_OURS = {"2022/2555": "nis2", "2024/2690": "cir"}
_SORTS = {"nis2": "directive", "cir": "regulation", "iso27001": "standard", "iso27002": "standard"}


def names(text: str, framework: str | None) -> list[Name]:
    """Return what a text names, in order.

    "The Directive", "the Regulation" and "the standard" stand for the last one named, or else for `framework`.
    """
    found: list[Name] = []
    last = {_SORTS[framework]: framework} if framework in _SORTS else {}
    for match in _NAME.finditer(text):
        owner, sort = _owner(match)
        start = match.start()
        if match["general"]:
            start, sort = match.start("general"), _sort_of(match["general"])
            owner = last.get(sort, "" if sort == "standard" else OTHER)
        elif sort:
            last[sort] = owner
        if owner:
            found.append(Name(start, match.end(), owner))
    return found


def _owner(match: re.Match[str]) -> tuple[str, str]:
    """Return to whom a name belongs, and what "the ..." it may be called from then on."""
    number = match["n1"] or match["n2"] or match["n3"] or match["n4"]
    if number:
        owner = _OURS.get(number, OTHER)
        return owner, _SORTS.get(owner) or _sort_of(match["noun"] or "")
    standard = match["iso"] or match["iso2"]
    if standard:
        year = match["y1"] or match["y2"] or match["y3"] or match["y4"] or ""
        ours = standard in ("27001", "27002") and year not in _OLD_EDITIONS
        return f"iso{standard}" if ours else OTHER, "standard"
    owner = "nis2" if match["nis2"] else "cir" if match["cir"] else OTHER
    sort = "regulation" if match["regulation"] else "directive" if match["nis1"] else ""
    return owner, _SORTS.get(owner, sort or _sort_of(match["capital"] or ""))


def _sort_of(noun: str) -> str:
    low = noun.lower()
    if "directive" in low or low in ("richtlinie", "rl"):
        return "directive"
    if "regulation" in low or "verordnung" in low or low in ("vo", "dvo"):
        return "regulation"
    return "standard" if low in ("standard", "norm") else ""


_ABBREVIATIONS = frozenset(
    "art arts artt abs lit nr no para paras pt pts cf vgl bzw ggf inkl st buchst ziff uabs unterabs hs al kap cl dir "
    "reg z.b e.g i.e d.h u.a bspw etc sog gem subpara".split()
)
_STOP = re.compile(r"[.!?;]['\")\]]{0,2}(?=\s)|\n[^\S\n]{0,20}\n|\n[^\S\n]{0,10}(?=[|*•#-]|\d{1,2}[.)]\s)")


def sentence_ends(text: str) -> list[int]:
    """Return where sentences, paragraphs, items of lists and rows of tables end."""
    ends: list[int] = []
    for match in _STOP.finditer(text):
        if match[0][0] == ".":
            before = text[max(0, match.start() - 12) : match.start()].lower().split() or [""]
            word = before[-1].lstrip("(")
            following = text[match.end() : match.end() + 4].lstrip()
            if word in _ABBREVIATIONS or len(word) == 1 or following[:1].islower():
                continue
        ends.append(match.end())
    return ends


_ADJECTIVE = r"(?:(?:new|revised|EU's|EU|European|Union's|second|so-called|neuen|europäischen|sogenannten)[\s-]{1,2})?"
_LINK = re.compile(
    rf"\s{{1,3}}(?:(?P<strong>of|der|des|vom|von)|(?P<weak>in|to,?|under|from|im|zur|zum|nach|aus|gemäß|unter))\s{{1,3}}"
    rf"(?:(?:the|said|this|der|des|die|dem|den|dieser|dieses)\s{{1,3}})?{_ADJECTIVE}"
)
_DIRECT = re.compile(rf"(?:[\s,]{{0,3}}|\s[–-]\s){_ADJECTIVE}")
_NEXT_WORD = re.compile(r"\s{1,2}([^\W\d_][\w-]{1,30})")
_OLD = re.compile(r"\s{0,2}\((?:2005|2013|2017)\)")
_GAP = re.compile(
    r"(?:'s?)?[\s,:(|/–-]{0,4}(?:(?:in|at|its|their|the|seine[rmn]?|deren|annex|anhang|see|cf\.|vgl\.|gemäß|nach|under)[\s,:(]{1,3})?"
    r"(?:(?:its|the|their|annex|anhang)[\s,:(]{1,3})?",
    re.IGNORECASE,
)
_LIST_GAP = re.compile(
    r"(?:\s(?:of|der|des))?\s{0,2}(?:,?\s(?:and|or|und|oder|sowie|to|bis|as\swell\sas)\s|[,;/&–-])\s{0,2}(?:the\s|den\s|die\s)?",
    re.IGNORECASE,
)


@attrs.frozen
class Connection:
    """Where a name would start that follows a citation, and by what sort of word it would be tied."""

    ends: tuple[int, ...]
    strong: bool = False
    words: bool = False


def links_after(text: str, at: int, *, annex: bool) -> Iterator[Connection]:
    """Yield the ways in which a name may follow a citation: behind a word, or directly."""
    match = _LINK.match(text, at)
    if match:
        # "Article 21 to ensure" ties nothing, "Annex VII to the ..." does.
        strong = match["strong"] is not None or (annex and match["weak"].startswith("to"))
        yield Connection((match.end(),), strong=strong, words=True)
    direct = _DIRECT.match(text, at)
    if direct:
        yield Connection(
            (direct.end(), direct.end() + 1) if text[direct.end() : direct.end() + 1] == "(" else (direct.end(),)
        )


def is_other_law(text: str, at: int) -> bool:
    """Tell whether a short name of a law seems to follow ("Art. 32 DSGVO"), or the year of an old edition."""
    word = _NEXT_WORD.match(text, at)
    return _OLD.match(text, at) is not None or (word is not None and sum(c.isupper() for c in word[1]) > 1)


def is_gap(text: str) -> bool:
    """Tell whether a citation that follows a name after this text belongs to it."""
    return _GAP.fullmatch(text) is not None


def is_list_gap(text: str) -> bool:
    """Tell whether this text joins two citations to a list."""
    return _LIST_GAP.fullmatch(text) is not None
