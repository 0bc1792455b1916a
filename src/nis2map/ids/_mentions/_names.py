"""Names of laws, standards and contracts in a running text, its sentences and tables.

Each is read off by patterns without nested repetition, every run of blanks bounded, so that the time is linear in any
text. When in doubt the owner is `OTHER`, so that another law's citation is never reported.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

import attrs

from .. import _words as w

__all__ = ["OTHER", "Name", "column_owners", "fold", "names", "sentence_ends", "standing_for"]

OTHER = "other"
_OLD_EDITIONS = ("2005", "2013", "2014", "2015", "2017")


def fold(text: str) -> str:
    """Return text with the blanks, hyphens and quotes of word processors made plain, each in its place."""
    return text.translate(w.PLAIN)


@attrs.frozen
class Name:
    """A law, standard or contract that is named: one of our frameworks, or `OTHER`."""

    start: int
    end: int
    owner: str


_EU = r"\((?i:eu|ue|ec|ce|eg|eec|cee|ewg|euratom)\)\s{0,3}"
_NO = r"(?:(?i:no|nr|n[°º.])\.?\s{0,2})?"
_DIRECTIVE = w.any_of(w.DIRECTIVE, running=True)
_ACT = rf"(?i:{'|'.join(w.IMPLEMENTING)}|{w.any_of(w.DIRECTIVE, w.REGULATION, w.DECISION)})"
_CONTRACT = (
    r"contracts?|contrats?|contratos?|contratt[oi]|agreements?|treaty|treaties|traités?|tratados?|trattat[oi]|verdrag"
    r"|charter|charte|convention|constitution|statutes?|by-?laws|leases?|satzung\w{0,3}|loi|ley|legge|décret|decreto"
    r"|code\s{1,2}(?:civil|pénal|du|de)"
    r"|\w{0,30}(?:vertr[aä]g|vereinbarung|gesetz|vorschrift)\w{0,12}"
)
_STATUTE = "loi|ley|legge|lei|wet|law|act|gesetz"
# What a text calls a law by, once it is named: "the Directive", "dieser Verordnung", "la présente directive".
_GENERAL = (
    r"(?:\b(?i:the|this|said|der|die|das|des|dieser?|dieses|jene[rs]?|la|le|du|cette|présente?|(?:le|la|les|du|des|au|aux)?dite?s?|el|esta|este|il|del"
    r"|della|questa|questo|de|deze)\s{1,2}|\b(?i:l|dell|quest)')(?:Commission's\s)?"
)
# "Règlement" is not the whole word in "règlement d'exécution".
_GOES_ON = "|".join(noun.partition(r"\s{1,2}")[2] for noun in w.IMPLEMENTING_NOUNS if noun.startswith("r"))
_NAME = re.compile(
    "|".join(
        (
            rf"\b(?i:commission\s{{1,2}})?(?i:delegated\s{{1,2}}|council\s{{1,2}}|framework\s{{1,2}})?"
            rf"(?P<noun>{_ACT})\s{{1,3}}(?:{_EU}|(?:EU|EC|EG|UE|CE)\s{{1,2}})?{_NO}(?P<n1>\d{{1,4}}/\d{{1,4}})(?:/[A-Z]{{2,7}})?",
            rf"{_EU}{_NO}(?P<n2>\d{{1,4}}/\d{{1,4}})",
            rf"\b(?P<n3>{'|'.join(w.ACTS.values())})\b",
            r"\b(?P<n4>\d{2,4}/\d{1,4}/(?:EU|EC|EG|EEC|EWG|UE|CE|CEE))\b",
            rf"(?P<cir>\b(?i:{w.NIS2})[\s-]{{1,2}}(?i:{'|'.join(w.IMPLEMENTING)})\b|\bCIR\b)",
            rf"\b(?P<foreign>(?i:{_STATUTE})\s{{1,2}}(?i:{w.NIS2}))\b",
            r"(?P<national>\b(?i:nis)[\s-]?(?:2|II)?[\s-]?(?i:ums\w{1,40}|gesetz\w{0,3}|wet|law|act|bill|decree|lag|lov"
            r"|transposition\s{1,2}(?:act|law)|implementation\s{1,2}(?:act|law)|implementing\s{1,2}(?:act|law))\b)",
            rf"(?P<nis2>\b(?:(?i:{_DIRECTIVE})\s{{1,2}})?(?i:{w.NIS2})\b(?:[\s-]?(?i:{_DIRECTIVE})(?!\w))?)",
            rf"(?P<nis1>\b(?i:nis)(?:[\s-]?1|[\s-](?i:{_DIRECTIVE}))(?!\w)|\b(?i:{_DIRECTIVE})\s{{1,2}}(?:NIS|SRI)\b)",
            r"(?:\b(?:DIN\s)?(?:EN\s)?(?i:iso)(?:\s?/\s?(?i:iec)|\s{1,2}(?i:iec))?[\s-]{0,2}|\bIEC[\s-]{1,2})(?P<iso>\d{3,5})\b"
            r"(?:\s?:\s?(?P<y1>(?:19|20)\d\d)\b(?:-\d\d\b)?|\s?\((?P<y2>20\d\d)\)|[\s-](?P<y3>20\d\d)\b)?",
            r"\b(?P<iso2>2700[12])\b(?:\s?:\s?(?P<y4>20\d\d)\b)?",
            r"(?P<edition>\b(?:2005|2013|2017)(?:er)?[\s-](?i:edition|version|fassung|ausgabe)\b)",
            r"(?P<regulation>\b(?:GDPR|DS-?GVO|RGPD|DORA|CRA|AI\sAct|KI-VO|eIDAS|DSA|DMA|MDR|IVDR)\b)",
            r"(?P<law>\b(?:CER|CSA|PSD\s?2|BSIG|BSI[\s-]?G|BDSG|BGB|HGB|TKG|TDDDG|StGB|AktG|GG|AEUV|EUV|T?FEU|TEU|TFUE|TUE"
            r"|VWEU|ECHR|EMRK|CEDH|NISG"
            r"|KRITIS\w{0,20}|IT-SiG|GeschGehG|NIST|PCI[\s-]DSS|COBIT|SOC\s?[123]|TISAX|HIPAA|SOX|MSA|SLA|DPA|AVV|NDA|AGB|GTC)\b)",
            r"(?P<capital>\b(?!(?:The|This|That|Each|Any|Every|Implementing|Delegated|Commission|Council|EU|A|An)\b)"
            r"[A-Z][\w-]{1,30}\s(?:Directive|Regulation|Act|Law|Code|Convention|Treaty)\b(?!\s{0,2}(?:\(EU|\d)))",
            # "Dudit acte", "desdits règlements": a text that was named before, whichever it is.
            r"(?P<said>\b(?i:dudit|desdite?s|auxdite?s)\s{1,2}\w{3,30})",
            rf"(?P<contract>\b(?i:{_CONTRACT})\b)",
            rf"{_GENERAL}(?P<general>(?i:{'|'.join(w.IMPLEMENTING_NOUNS)}"
            rf"|{w.any_of(w.DIRECTIVE_NOUNS, w.REGULATION_NOUNS, w.STANDARD, stop=False)}))"
            rf"\b(?!\s{{0,3}}(?:{_EU}|(?i:eu|ec|ue|ce|no|nr|n°|(?:nis|sri)(?:2|ii)?|iso)\b|(?i:{_GOES_ON})|\d))",
        )
    )
)
_OURS = {number: framework for framework, number in w.ACTS.items()}
_SORTS = {"nis2": "directive", "cir": "regulation", "iso27001": "standard", "iso27002": "standard"}


def standing_for(framework: str | None) -> dict[str, str]:
    """Return what "the Directive", "the Regulation" and "the standard" stand for before any is named."""
    return {_SORTS[framework]: framework} if framework in _SORTS else {}


def names(text: str, last: dict[str, str]) -> list[Name]:
    """Return what a paragraph names, in order.

    "The Directive", "the Regulation" and "the standard" stand for the last one named, in this paragraph or before it:
    `last` says which that is by the sort of text, and is brought up to date.
    """
    named: list[Name] = []
    for match in _NAME.finditer(text):
        owner, sort = _owner(match)
        start = match.start()
        if match["general"]:
            start, sort = match.start("general"), _sort_of(match["general"])
            # "The standard" may be a word like any other; the name of a sort of law is not.
            owner = last.get(sort, "" if sort == "standard" else OTHER)
        elif sort:
            last[sort] = owner
        if owner:
            named.append(Name(start, match.end(), owner))
    return named


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
    return owner, _SORTS.get(owner, sort or _sort_of((match["capital"] or "").rpartition(" ")[2]))


def _sort_of(noun: str) -> str:
    """Return of which sort a text is that is called so: directive, regulation, standard or none of these."""
    if w.has(w.DIRECTIVE, noun):
        return "directive"
    if w.has(w.STANDARD, noun):
        return "standard"
    implementing = noun and re.fullmatch("|".join(w.IMPLEMENTING), noun, re.IGNORECASE)
    return "regulation" if implementing or w.has(w.REGULATION, noun) else ""


_ABBREVIATIONS = frozenset(
    "art arts artt abs lit nr no para paras pt pts cf vgl bzw ggf inkl st buchst ziff uabs unterabs hs al kap cl dir "
    "reg z.b e.g i.e d.h u.a bspw etc sog gem subpara lett par sec paragr mio mrd mill std max mind p.ex".split()
)
_NUMBERED = (["nis"], ["(nis"], ["sri"], ["(sri"])
_STOP = re.compile(r"[.!?;]['\")\]]{0,2}(?=\s)|\n[^\S\n]{0,10}(?=[|*•#-]|\d{1,2}[.)]\s)")


def sentence_ends(text: str) -> list[int]:
    """Return where the sentences, items of lists and rows of tables of a paragraph end."""
    ends: list[int] = []
    for match in _STOP.finditer(text):
        # A full stop may belong to an abbreviation; "!", "?" and ";" end a sentence whatever stands before them.
        if match[0][0] == ".":
            before = text[max(0, match.start() - 12) : match.start()].lower().split() or [""]
            word = before[-1].lstrip("(")
            following = text[match.end() : match.end() + 4].lstrip()
            # A single character is an initial or an ordinal, unless it is the number in the Directive's name.
            short = len(word) == 1 and not (word == "2" and before[-2:-1] in _NUMBERED)
            if word in _ABBREVIATIONS or short or following[:1].islower():
                continue
        ends.append(match.end())
    return ends


_ROW = re.compile(r"^[^\S\n]{0,3}\|[^\n]*", re.MULTILINE)


def column_owners(text: str, named: Sequence[Name]) -> tuple[list[int], list[str]]:
    """Return where the cells of tables start whose column has a name in its head, and the name's owner.

    A correlation table names two laws in its first row and none below. What lies outside such cells has no owner ("").
    """
    starts: list[int] = []
    owners: list[str] = []
    head: list[str] = []
    end = -2
    for row in _ROW.finditer(text):
        cells = [row.start() + place for place, character in enumerate(row[0]) if character == "|"]
        if row.start() > end + 1:  # the first row of a table
            head = _owners_within([*cells, row.end()], named)
        else:
            for start, owner in zip(cells, head, strict=False):
                starts.append(start)
                owners.append(owner)
        end = row.end()
        starts.append(end)
        owners.append("")
    return starts, owners


def _owners_within(borders: Sequence[int], named: Sequence[Name]) -> list[str]:
    """Return per cell the owner of the names that start in it, none if they are of several."""
    cells: list[set[str]] = [set() for _ in borders]
    first = bisect_right(named, borders[0], key=lambda name: name.start)
    for name in _until(named, first, borders[-1]):
        cells[bisect_right(borders, name.start) - 1].add(name.owner)
    return [next(iter(owners)) if len(owners) == 1 else "" for owners in cells]


def _until(named: Sequence[Name], first: int, end: int) -> Iterable[Name]:
    for place in range(first, len(named)):
        if named[place].start >= end:
            return
        yield named[place]
