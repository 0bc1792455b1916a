"""A sentence as the finders of claims read it, and the claims that they find in it."""

from __future__ import annotations

import re

import attrs

from ...dataset import Dataset
from ...ids import Mention
from ._words import in_doubt

__all__ = ["Claim", "Said", "number", "tied_to_nis2"]

_NIS2 = "nis2"
# No sentence that states one rule is longer, and what is searched in each sentence stays bounded.
_LONGEST = 600


@attrs.frozen
class Claim:
    """What a sentence says against a table: its place within the text, what it says, and what the table has."""

    start: int
    end: int
    message: str
    hint: str


@attrs.frozen
class Said:
    """One sentence: its `text`, with citations and blanks made plain, where it `start`s, and what it cites of NIS 2.

    Places within the sentence count from its own start. `law` are the units of NIS 2 that it cites.
    """

    start: int
    text: str
    mentions: tuple[Mention, ...]
    data: Dataset

    @property
    def cited(self) -> list[str]:
        """The local ids of what the sentence cites, without the demand and the part of the unit."""
        return [mention.ref.local.partition("#")[0].partition("~")[0] for mention in self.mentions if mention.ref]

    def claim(self, span: tuple[int, int], message: str, hint: str) -> Claim:
        """Return the claim that a part of the sentence makes."""
        return Claim(self.start + span[0], self.start + span[1], message, hint)


def tied_to_nis2(text: str, start: int, mentions: tuple[Mention, ...], data: Dataset) -> Said | None:
    """Return a sentence that states what units of NIS 2 say, None if it cites anything else or is in doubt."""
    if len(text) > _LONGEST or any(mention.owner != _NIS2 or not mention.exists for mention in mentions):
        return None
    # Citations have digits and letters of their own, which must not be read as figures.
    plain = text
    for mention in mentions:
        first, last = mention.start - start, mention.end - start
        plain = plain[:first] + "\x1a" * (last - first) + plain[last:]
    return None if in_doubt(plain) else Said(start, plain, mentions, data)


_GROUPED = re.compile(r"\d{1,3}(?:[ .,']\d{3})+")


def number(written: str) -> float:
    """Return the number that is written, in the English, German or French way: "10,000,000", "10.000.000", "1,4"."""
    if _GROUPED.fullmatch(written):
        return float(re.sub(r"\D", "", written))
    return float(written.replace(",", "."))
