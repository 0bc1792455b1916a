"""Words that Statements of Applicability use for headers, answers and statuses, in ten languages.

The words are data (`soa_words.json`). A word either names what it is read as ("implemented", "umgesetzt"), or says
something else that usually means it ("in progress", "Open"): then the reading is `usual`, and the reader tells of it.
One word may say different things in two languages ("n" is no in most of them, "s" is yes in three, "n.d." is not
applicable in Polish and not determined in Italian): `readings` returns them all, and never chooses.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Literal, TypedDict

import attrs

from ..._shared import FrozenMap
from ...assessment import Status
from ...data import table

__all__ = [
    "Kind",
    "Word",
    "WordReading",
    "accepted",
    "date_of",
    "folded",
    "languages",
    "percentage",
    "readings",
    "status_of",
    "vocabulary",
]

Kind = Literal["header", "answer", "status"]

_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]")  # variation selectors, blanks of no width
_MARKS = re.compile(r"[\s*_`~]+")
_HUMP = re.compile("(?<=[a-z])(?=[A-Z][a-z])")  # programs write NotStarted
# "non-compliant" is "non compliant"; "0-5" stays, where the hyphen is between numbers.
_HYPHEN = re.compile(r"(?<!\d)[-\u2010\u2011](?!\d)")
_AFTER = " .:;?\u2026"  # the semicolon is the question mark of Greek
_BEFORE = " \u00bf"
# Letters that decompose into no letter and mark.
_FEW = 2  # languages of which a hint names words besides English
_PLAIN = str.maketrans({"ł": "l", "œ": "oe", "æ": "ae", "ø": "o", "đ": "d"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class _Record(TypedDict):
    kind: Kind
    means: str
    lang: str
    words: list[str]
    usual: list[str]


@attrs.frozen
class WordReading:
    """One thing that a word says: a role of columns, "yes" or "no", or a status.

    `usual`: the word says something else that usually means this. `languages`: those in which it does (none: the word
    is of no language, as a sign is).
    """

    means: str
    usual: bool
    languages: frozenset[str]


@attrs.frozen
class Word:
    """One word of the vocabulary as people write it, in lower case; `language` is empty for a word of no language."""

    kind: Kind
    means: str
    language: str
    word: str
    usual: bool


@lru_cache(maxsize=4096)  # a file repeats few words
def folded(text: str) -> str:
    """Return a text in the form in which words are compared.

    Case, width and the marks of Markdown go, underscores and hyphens become blanks (a hyphen beside a digit stays), as
    do several blanks one, and stops, colons and question marks at the end go: "Partially_Implemented",
    "PartiallyImplemented" and "**partially implemented.**" are one word.
    """
    text = _HUMP.sub(" ", _UNSEEN.sub("", text).replace("\u2019", "'"))
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    plain = _MARKS.sub(" ", text).strip()
    word = _MARKS.sub(" ", _HYPHEN.sub(" ", plain)).rstrip(_AFTER).lstrip(_BEFORE)
    return word or plain  # "??" and "-" are not the empty text


def readings(kind: Kind, folded: str) -> tuple[WordReading, ...]:
    """Return all that a word, in the form that `folded` returns, says in any language, in the order of meanings."""
    return _readings()[kind].get(folded, ())


def status_of(text: str) -> Status | None:
    """Return the status that a word of English or of no language names ("Partially implemented", "N/A"), else None."""
    named = [
        reading.means
        for reading in readings("status", folded(text))
        if not reading.usual and (not reading.languages or "en" in reading.languages)
    ]
    return Status(named[0]) if len(named) == 1 else None


def languages() -> tuple[str, ...]:
    """Return the codes of the languages whose words are read, English first."""
    return tuple(dict.fromkeys(record["lang"] for record in _records() if record["lang"]))


def vocabulary() -> tuple[Word, ...]:
    """Return every word that is read: by kind, meaning and language; the word that hints show first, then in order."""
    return tuple(
        Word(record["kind"], record["means"], record["lang"], word, usual)
        for record in _records()
        for words, usual in ((record["words"], False), (record["usual"], True))
        for word in words
    )


def accepted(kind: Kind, languages: Iterable[str] | None = None) -> str:
    """Return a hint that names one word for each meaning: in English, and in the languages given if they are few."""
    also = tuple(languages or ())
    # The words of ten languages would fill a message before it says what to do.
    named = dict.fromkeys(["en", *(also if len(also) <= _FEW else ())])
    shown = [
        record["words"][0]
        for language in named
        for record in _records()
        if record["kind"] == kind and record["lang"] == language and record["words"]
    ]
    return f"one of: {', '.join(dict.fromkeys(shown))}; `nis2map formats soa` lists all"


def _records() -> list[_Record]:
    records: list[_Record] = table("soa_words")
    return records


@cache
def _readings() -> Mapping[Kind, Mapping[str, tuple[WordReading, ...]]]:
    """Return the readings of each folded word by kind, merged where a word means the same in several languages."""
    found: dict[Kind, dict[str, dict[str, WordReading]]] = {"header": {}, "answer": {}, "status": {}}
    for word in vocabulary():
        in_language = frozenset([word.language] if word.language else ())
        for spelling in _spellings(word.word, word.language):
            meanings = found[word.kind].setdefault(spelling, {})
            same = meanings.get(word.means)
            meanings[word.means] = (
                WordReading(word.means, same.usual and word.usual, same.languages | in_language)
                if same
                else WordReading(word.means, word.usual, in_language)
            )
    return FrozenMap(
        {
            kind: FrozenMap({spelling: tuple(meanings.values()) for spelling, meanings in words.items()})
            for kind, words in found.items()
        }
    )


def _spellings(word: str, language: str) -> Iterator[str]:
    """Yield a word as it is folded, and as people write it without its accents (capitals of Greek never have them)."""
    whole = folded(word)
    yield whole
    if not whole.isascii():
        parts = unicodedata.normalize("NFD", whole.translate(_PLAIN))
        yield unicodedata.normalize("NFC", "".join(part for part in parts if not unicodedata.combining(part)))
        if language == "de":
            yield whole.translate(_UMLAUTS)


_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,18})?)\s?%?", re.ASCII)
# Day first with dots, year first with hyphens: a date with slashes has two readings and is none of these.
_DATE = re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})|(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4})", re.ASCII)


def percentage(text: str) -> float | None:
    """Return the number before a percent sign, or alone; None for what is not a percentage."""
    match = _PERCENT.fullmatch(text)
    return float(match[1].replace(",", ".")) if match else None


def date_of(text: str) -> dt.date | None:
    """Return a date that has one reading (2026-01-31, 31.01.2026), None for any other text."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (match[name] or match[f"{name}2"] for name in "ymd")
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
