"""Full-text search over short texts: plain BM25 with light stemming and a table of what people type instead.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), with the usual constants. The
index takes (ref, text, weight) rows and knows nothing of datasets: a row counts as often as its weight says, so that a
title may count more than a summary. The table of synonyms holds the abbreviations of the field and some words of
practitioners, English and German, that the units themselves do not use.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import overload

import attrs

from ..._shared import Column, Listing, Page, Record, Table, Tabular, View, number, one_line, written
from ...data import table
from ...errors import quote
from ...ids import Ref

__all__ = ["Hit", "Hits", "Index", "stem", "tokens"]

_K1, _B = 1.2, 0.75
_LONGEST_KEY = 4
_WORD = re.compile(r"[^\W_]+")
_STOP = frozenset(
    "a about an and any are as at be by can do does for from get has have how i if in into is it its me my need of on "
    "or our shall should so that the their there these this to under use we what when where which who why will with "
    "within you your must may not all der die das des den dem ein eine einer und oder von vom zu zum zur im mit nach "
    "bei auf ist wie was wer wann".split()
)


@attrs.frozen(eq=False, repr=False)
class Hit(Record):
    """One unit that was found.

    `score` is comparable within one result only, higher is better; `exact` says that the text was an id of this very
    unit; `words` are the query's words (stemmed) that its texts hold.
    """

    _also = ("citation",)

    ref: Ref
    title: str
    score: float
    exact: bool = attrs.field(default=False, kw_only=True)
    words: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    cited: str = attrs.field(default="", metadata=written(), kw_only=True, eq=False, repr=False)

    @property
    def citation(self) -> str:
        """The unit as lawyers and auditors, or its publisher, cite it."""
        return self.cited or self.ref.citation

    def __repr__(self) -> str:
        return one_line(f"<Hit {self.ref}: {self.title}>")


@attrs.frozen(eq=False, repr=False)
class Hits(Record, View, Tabular, Listing[Hit]):
    """What was found for a text, best first, ties by ref; `digest` names the dataset that was searched."""

    query: str
    hits: tuple[Hit, ...]
    digest: str = attrs.field(default="", kw_only=True)
    _columns = (
        Column("ref", "text", "the unit that was found"),
        Column("title", "text", "its title"),
        Column("score", "real", "how well it fits, comparable within one result only"),
        Column("exact", "flag", "whether the text was an id of it"),
        Column("words", "texts", "the words of the query that its texts hold, stemmed"),
        Column("citation", "text", "how it is cited"),
    )

    @overload
    def __getitem__(self, key: int) -> Hit: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, key: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[key]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def _lines(self) -> tuple[Hit, ...]:
        return self.hits

    def _page(self) -> Page:
        rows = [(str(hit.ref), hit.title, "id" if hit.exact else number(hit.score)) for hit in self.hits]
        table = Table(("unit", "title", "score"), rows, right=(2,)) if rows else "nothing found"
        return Page(f"Found for {quote(self.query, 80)}: {len(self)}", (table,))


def tokens(text: str) -> list[str]:
    """Return the stemmed words of a text, stop words left out; "e-mail" is one word."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("e-mail", "email")
    return [stem(word) for word in _WORD.findall(plain) if word not in _STOP]


_IZE = re.compile(r"iz(?=e|ing|ation)")


def stem(word: str) -> str:
    """Return a word without its commonest English endings, with -ise for -ize; short words stay.

    >>> stem("authentication") == stem("authenticating") == stem("authenticates")
    True
    """
    word = _IZE.sub("is", word)
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("sses", "ches", "shes", "xes")) else word[:-1]
    for ending in ("ing", "ed", "ion"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word.removesuffix(ending)
            if ending != "ion" and word[-1] == word[-2] and word[-1] not in "aeiouls":
                word = word[:-1]
            break
    if len(word) > 7 and word.endswith("ic"):
        return word[:-2]
    return word[:-1] if len(word) > 4 and word[-1] in "ey" else word


@cache
def _synonyms() -> Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return, per phrase that people type, the phrases that units use, all as stemmed words."""
    synonyms: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    for row in table("synonyms"):
        alternatives = tuple(tuple(tokens(phrase)) for phrase in row["used"])
        synonyms.update((tuple(tokens(phrase)), alternatives) for phrase in row["typed"])
    return synonyms


def _concepts(words: Sequence[str]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Yield what a query asks for, one by one, each with the phrases that may say it: its own first."""
    known, at = _synonyms(), 0
    while at < len(words):
        sizes = range(min(_LONGEST_KEY, len(words) - at), 0, -1)
        key = next((key for size in sizes if (key := tuple(words[at : at + size])) in known), tuple(words[at : at + 1]))
        yield (key, *known.get(key, ()))
        at += len(key)


@attrs.frozen
class Index:
    """An inverted index: per word the documents that hold it and how often, by weight; and their lengths."""

    refs: tuple[Ref, ...]
    lengths: tuple[float, ...]
    postings: Mapping[str, Mapping[int, float]] = attrs.field(repr=False)

    @classmethod
    def of(cls, rows: Iterable[tuple[Ref, str, float]]) -> Index:
        """Return the index of (ref, text, weight) rows; several rows of one ref make one document."""
        documents: dict[Ref, Counter[str]] = {}
        for ref, text, weight in rows:
            counts = documents.setdefault(ref, Counter())
            for word, count in Counter(tokens(text)).items():
                counts[word] += count * weight  # type: ignore[assignment]  # a Counter holds floats as well
        refs = tuple(sorted(documents))
        postings: dict[str, dict[int, float]] = defaultdict(dict)
        for place, ref in enumerate(refs):
            for word, count in documents[ref].items():
                postings[word][place] = count
        return cls(refs, tuple(float(documents[ref].total()) for ref in refs), dict(postings))

    def search(self, text: str, *, limit: int) -> list[tuple[Ref, float, tuple[str, ...]]]:
        """Return the best documents with score and the words they hold, best first, ties by ref.

        Each concept of the query counts by the phrase for it that the document holds best.
        """
        scores: dict[int, float] = defaultdict(float)
        held: dict[int, dict[str, None]] = defaultdict(dict)
        for alternatives in dict.fromkeys(_concepts(tokens(text))):
            best: dict[int, float] = {}
            for phrase in alternatives:
                for place, score in self._phrase(phrase, held).items():
                    best[place] = max(best.get(place, 0.0), score)
            for place, score in best.items():
                scores[place] += score
        # Rounded, so that sums of the same parts in another order are ties.
        ranked = sorted((-round(score, 6), place) for place, score in scores.items())[:limit]
        return [(self.refs[place], -score, tuple(held[place])) for score, place in ranked]

    def _phrase(self, phrase: Sequence[str], held: dict[int, dict[str, None]]) -> dict[int, float]:
        mean = math.fsum(self.lengths) / len(self.lengths) if self.lengths else 1.0
        scores: dict[int, float] = defaultdict(float)
        for word in dict.fromkeys(phrase):
            holding = self.postings.get(word, {})
            rarity = math.log(1 + (len(self.refs) - len(holding) + 0.5) / (len(holding) + 0.5))
            for place, count in holding.items():
                damped = count + _K1 * (1 - _B + _B * self.lengths[place] / mean)
                scores[place] += rarity * count * (_K1 + 1) / damped
                held[place][word] = None
        return scores
