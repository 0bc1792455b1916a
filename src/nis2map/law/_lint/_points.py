"""Claims on Article 21(2): a point cited for what another point asks, against the units of the dataset."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...ids import Ref
from ._sentence import Claim, Said
from ._words import DOUBT_POINTS, TOPICS

__all__ = ["point_claims"]

_OVER = frozenset(("21", "21.2"))
_ASKS = (
    r"requires?|demands?|mandates?|covers?|concerns?|address(?:es)?|is\s+about|deals\s+with|names?|lists?|prescribes?|must"
    r"|calls\s+for|asks\s+for|relates\s+to|refers\s+to|governs?|obliges|provides\s+for|includes?|sets\s+out|contains|shall"
    r"|verlangt|fordert|betrifft|regelt|schreibt|nennt|umfasst|behandelt|sieht|enthält|verpflichtet|müssen|muss|ist|sind"
    r"|exige|impose|prévoit|concerne|couvre|porte\s+sur|traite|vise|mentionne|requiert|demande|comprend|doivent|doit"
)
_ASKED = (
    r"required|mandated|demanded|prescribed|governed|covered|addressed|regulated|provided\s+for|set\s+out|found|dealt\s+with"
    r"|subject|listed|named|falls?|belongs?|stands?|verlangt|gefordert|vorgeschrieben|geregelt|genannt|behandelt|gegenstand"
    r"|verankert|enthalten|fällt|steht|exigée?s?|imposée?s?|prévue?s?|visée?s?|requise?s?|couverte?s?|mentionnée?s?|relève"
)
_ASKING = re.compile(rf"[^;|:]{{0,70}}?(?<!\w)(?:{_ASKS})(?!\w)[^;|:]{{0,80}}\Z", re.IGNORECASE)
_WITH_LAW = r"(?:[^;|:.()\d]|\(EU\)|\(UE\)|\d{4}/\d{4}|NIS\s?2){0,50}"
_BESIDE = re.compile(rf"{_WITH_LAW}\s?[:|(\u2013-]\s{{0,2}}(?:(?:the|die|der|das|la|le|les)\s|l')?\Z", re.IGNORECASE)
_BY = re.compile(
    rf"[^;|:]{{0,60}}?(?<!\w)(?:{_ASKED})(?!\w)\s{{1,2}}"
    r"(?:by|in|under|to|of|within|von|durch|nach|unter|gemäß|par|à|dans|de|sous)\s(?:l'|the\s)?\Z"
    r"|\s{0,2}[:|(\u2013-]\s{0,2}(?:[a-zäàl'.]{1,8}\s?){0,2}\Z"
    r"|[^;|:]{0,20}(?<!\w)(?:ist|sind|wird|werden)\s(?:in|durch|nach|gemäß|von)\s\Z"
    r"|[^;|:]{0,20}(?:nach|gemäß|under|pursuant\s+to|en\s+vertu\s+de|au\s+titre\s+de)\s(?:l')?\Z",
    re.IGNORECASE,
)


def point_claims(said: Said) -> Iterator[Claim]:
    """Yield the topic of a sentence that cites one point of Article 21(2) and names only what another point asks.

    A topic is held against a point only if no word of the sentence belongs to the cited point: "encryption of backups"
    may be asked under the point on backups as well as under that on encryption.
    """
    points = [(mention, local) for mention, local in zip(said.mentions, said.cited, strict=True) if local not in _OVER]
    if len(points) != 1 or points[0][1] not in TOPICS or TOPICS[points[0][1]].near.search(said.text):
        return
    if DOUBT_POINTS.search(said.text):
        return
    (mention, local), named = points[0], [(unit, topic.named.search(said.text)) for unit, topic in TOPICS.items()]
    others = [(unit, match) for unit, match in named if match]
    if len(others) != 1:
        return
    unit, match = others[0]
    first, last = mention.start - said.start, mention.end - said.start
    if last <= match.start():
        between = said.text[last : match.start()]
        paired = _ASKING.match(between) or _BESIDE.match(between)
    else:
        paired = _BY.match(said.text[match.end() : first])
    right, ref = Ref("nis2", unit), mention.ref
    if not paired or ref is None or right not in said.data or ref not in said.data:
        return
    hint = f"{right.citation}: {said.data.requirement(right).title}"
    says = f"{match[0]!r} is not what {ref.citation} is about ({said.data.requirement(Ref('nis2', local)).title})"
    yield said.claim(match.span(), f"{says}, but {right.citation}", hint)
