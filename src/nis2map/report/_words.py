"""The words of a report in its language, and how that language writes numbers, dates and citations.

The words are data (`report_words.json`), a row an id with the text in each language; what stands in braces is filled
in. A text that depends on a count has two ids that end in `.one` and `.many`.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import TypedDict, cast

from ..data import table
from ..errors import InputError, quote
from ._parts import Figure

__all__ = ["LANGUAGES", "Words", "words_in"]

LANGUAGES = ("en", "de", "fr")
# Decimal mark, mark between thousands, what stands before the percent sign: French and German part it by a narrow
# space that does not break (U+202F), English does not part it.
_NUMBERS = {"en": (".", ",", ""), "de": (",", ".", "\u202f"), "fr": (",", "\u202f", "\u202f")}
_LABEL = re.compile(r"\(?([\w.]+)\)?")
# Words in brackets behind a citation name a part of a unit; points and paragraphs have numbers or a few letters there.
_PART = re.compile(r" \([^()]{3,}\)$")


class _Row(TypedDict):
    id: str
    en: str
    de: str
    fr: str


def words_in(lang: object) -> Words:
    """Return the words of a language; `InputError` for one that reports are not written in."""
    if not isinstance(lang, str) or lang not in LANGUAGES:
        raise InputError(f"lang is {quote(lang)}", hint=f"one of: {', '.join(LANGUAGES)}")
    return _words_in(lang)


@cache
def _words_in(lang: str) -> Words:
    return Words(lang, {row["id"]: row[lang] for row in cast("list[_Row]", table("report_words"))})  # type: ignore[literal-required]


class Words:
    """The words of one language; calling it with an id gives the text, with what stands in braces filled in."""

    def __init__(self, lang: str, texts: dict[str, str]) -> None:
        self.lang, self.texts = lang, texts
        self._decimal, self._thousands, self._unit = _NUMBERS[lang]

    def __call__(self, name: str, **values: object) -> str:
        text = self.texts[name]
        return text.format(**values) if values else text

    def get(self, name: str, default: str = "") -> str:
        """Return a text, `default` if there is none of that id."""
        return self.texts.get(name, default)

    def typeset(self, text: str) -> str:
        """Return a title of the data as the language prints it: they are typed with straight apostrophes."""
        return text.replace("'", "\u2019") if self.lang == "fr" else text

    def count(self, name: str, count: int, **values: object) -> str:
        """Return a text about a count, whose `{n}` is the count."""
        one = count < 2 if self.lang == "fr" else count == 1
        return self(f"{name}.{'one' if one else 'many'}", n=self.whole(count), **values)

    def whole(self, value: int) -> str:
        """Return a whole number with its thousands set apart."""
        return f"{value:,}".replace(",", self._thousands)

    def number(self, value: int) -> Figure:
        """Return a whole number as a cell holds it."""
        return Figure(self.whole(value), value)

    def percent(self, value: float | None) -> str:
        """Return a share as a percentage with one decimal, a dash if it is not known."""
        return "–" if value is None else f"{100 * value + 0.0:.1f}".replace(".", self._decimal) + f"{self._unit}%"

    def percentage(self, value: float) -> str:
        """Return a percentage that the law writes, with the decimals that it has."""
        return f"{value:g}".replace(".", self._decimal) + f"{self._unit}%"

    def share(self, value: float | None) -> Figure:
        """Return a share as a cell holds it."""
        return Figure(self.percent(value), value, share=True)

    def points(self, value: float) -> Figure:
        """Return what is added to a share, in percentage points, as a cell holds it."""
        text = f"{100 * value + 0.0:+.1f}".replace(".", self._decimal).replace("-", "\u2212")
        return Figure(text, 100 * value, points=True)

    def range(self, low: float | None, high: float | None) -> str:
        """Return two shares as a range, one where they are shown alike."""
        first, last = self.percent(low), self.percent(high)
        return first if first == last else f"{first.removesuffix('%').rstrip(self._unit)}–{last}"

    def date(self, day: dt.date) -> str:
        """Return a day with the name of its month."""
        number = "1er" if self.lang == "fr" and day.day == 1 else str(day.day)
        return self("date", day=number, month=self("months").split(" ")[day.month - 1], year=day.year)

    def moment(self, at: dt.datetime) -> str:
        """Return a time to the minute, with the offset of its zone."""
        offset = at.strftime("%z")
        zone = f"UTC{offset[:3]}:{offset[3:5]}" if offset else ""
        return self("moment", date=self.date(at.date()), hour=f"{at:%H}", minute=f"{at:%M}", zone=zone).strip()

    def cite(self, citation: str) -> str:
        """Return a citation of an act or a clause in this language.

        What is named behind it in brackets is left out, because a title stands beside it; a citation of another kind
        stays as it is.
        """
        if self.lang == "en":
            return citation
        pieces = [self._piece(piece) for piece in _PART.sub("", citation).split(", ")]
        return citation if None in pieces else self("cite.join").join(filter(None, pieces))

    def _piece(self, piece: str) -> str | None:
        """Return what stands between two commas of a citation, None if it is of no kind that acts have."""
        kind, _, rest = piece.partition(" ")
        if rest == "subparagraph":
            return self.get(f"cite.{kind}") or None
        if kind == "point":
            return self._point(rest)
        number, *paragraphs = _LABEL.findall(rest) or [""]
        if kind not in ("Article", "Annex", "clause", "indent") or (paragraphs and kind != "Article"):
            return None
        said = [self(f"cite.{kind.lower()}", n=number).strip()]
        return self("cite.join").join([*said, *(self("cite.paragraph", n=label) for label in paragraphs)])

    def _point(self, labels: str) -> str:
        """Return a point: a number, a letter below it, and below that a Roman number."""
        said: list[str] = []
        lettered = False
        for match in _LABEL.finditer(labels):
            if not match[1].isalpha():
                kind = "paren" if match[0].startswith("(") else "number"
            else:
                kind = "roman" if lettered else "letter" if said else "first-letter"
                lettered = True
            said.append(self(f"cite.{kind}", n=match[1]))
        return " ".join(said)
