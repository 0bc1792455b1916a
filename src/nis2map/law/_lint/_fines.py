"""Claims on Article 34(4) and (5): the amount and the share of turnover, against the table of fines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...model import FineFloor
from ._sentence import Claim, Said, number
from ._words import CLASSES, DOUBT_FINES, FINE, TURNOVER

__all__ = ["AMOUNT", "amount_of", "euros", "fine_claims"]

_WHOLE = frozenset(("34",))
_FIGURE = r"\d{1,3}(?:[ .,']\d{3})+(?!\d)|\d{1,4}(?:[.,]\d{1,2})?"
_CURRENCY = r"(?:EUR|€|euros?)"
AMOUNT = re.compile(
    rf"(?<![\w.,/])(?:(?P<before>{_CURRENCY})\s?)?(?P<figure>{_FIGURE})\s?(?P<times>millions?|millionen|mio\.?|mn|m|bn|billions?"
    rf"|milliarden?|milliards?|mrd\.?|thousand|tausend|mille)?(?![\w%])(?:\s?(?:d'|de\s|of\s|in\s)?(?P<after>{_CURRENCY})(?!\w))?",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"(?<![\w.,/])(?P<figure>\d{1,3}(?:[.,]\d{1,2})?)\s?(?:%|per\s?cent|percent|prozent|pour\s?cent)", re.I
)
_OF = re.compile(r"\s(?:of|des|der|von|du|de|d')(?!\w)", re.IGNORECASE)
_TIMES = {"m": 10**6, "b": 10**9, "t": 10**3}
_MILLIARD = re.compile(r"milliard|mrd", re.IGNORECASE)


def amount_of(match: re.Match[str]) -> float:
    """Return the amount in EUR that is written."""
    times = (match["times"] or "").lower()
    if _MILLIARD.match(times):
        return number(match["figure"]) * 10**9
    return number(match["figure"]) * (10**3 if times == "mille" else _TIMES.get(times[:1], 1))


def euros(text: str) -> list[re.Match[str]]:
    """Return the amounts of money in a text: a figure with the currency at one of its ends."""
    return [match for match in AMOUNT.finditer(text) if match["before"] or match["after"]]


def fine_claims(said: Said) -> Iterator[Claim]:
    """Yield the amount and the share of a sentence on one class of entity that the table of fines contradicts.

    The sentence cites Article 34(4) or (5), or Article 34 and names one class, and says what fines there may be; of two
    amounts, or two shares, either may be meant.
    """
    if DOUBT_FINES.search(said.text) or not FINE.search(said.text):
        return
    rows = _rows(said)
    amounts, shares = euros(said.text), list(_PERCENT.finditer(said.text))
    if len(amounts) > 1 or len(shares) > 1:
        return
    # "100 % of infringements" is a share of something else.
    shares = [match for match in shares if TURNOVER.search(said.text) or not _OF.match(said.text, match.end())]
    hint = "; ".join(_right(row) for row in rows)
    for match in amounts:
        if wrong := [row for row in rows if row.amount is not None and row.amount != amount_of(match)]:
            yield said.claim(match.span(), f"{match[0]!r} contradicts the table of fines: {_right(wrong[0])}", hint)
    for match in shares:
        if wrong := [row for row in rows if row.percent is not None and row.percent != number(match["figure"])]:
            yield said.claim(match.span(), f"{match[0]!r} contradicts the table of fines: {_right(wrong[0])}", hint)


def _right(row: FineFloor) -> str:
    figure = f"EUR {row.amount:,}".replace(",", " ") if row.amount is not None else f"{row.percent:g} % of turnover"
    return f"{row.ref.citation}: {figure}"


def _rows(said: Said) -> Sequence[FineFloor]:
    """Return the rows of the one class that a sentence is about, none if it is about none or both."""
    table = said.data.law.fines
    classes = {name for name, pattern in CLASSES.items() if pattern.search(said.text)}
    cited = set(said.cited) - _WHOLE
    if not said.cited or not cited <= {row.ref.local for row in table} or len(cited) > 1 or len(classes) > 1:
        return ()
    rows = [
        row for row in table if (not cited or row.ref.local in cited) and (not classes or row.entity_class in classes)
    ]
    return rows if cited or classes else ()
