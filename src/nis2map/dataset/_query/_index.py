"""Full-text search over short texts: BM25, and beside it the names that units have in any language.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), with the usual constants. The
index takes (ref, text, weight) rows and knows nothing of datasets: a row counts as often as its weight says, so that a
title may count more than a summary.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import attrs

from ...ids import Ref
from ._names import Names, rarity
from ._words import Phrase, concepts, known_words, synonyms, tokens

__all__ = ["Index"]

_K1, _B = 1.2, 0.75


@attrs.frozen
class Index:
    """An inverted index: per word the documents that hold it and how often, by weight; their lengths; their names."""

    refs: tuple[Ref, ...]
    lengths: tuple[float, ...]
    postings: Mapping[str, Mapping[int, float]] = attrs.field(repr=False)
    names: Names = attrs.field(repr=False)
    vocabulary: frozenset[str] = attrs.field(repr=False)
    _mean: float = attrs.field(repr=False)

    @classmethod
    def of(cls, rows: Iterable[tuple[Ref, str, float]], names: Iterable[tuple[Ref, str, str]] = ()) -> Index:
        """Return the index of (ref, text, weight) and (ref, name, language) rows; all of one ref make one document."""
        documents: dict[Ref, Counter[str]] = {}
        for ref, text, weight in rows:
            counts = documents.setdefault(ref, Counter())
            for word, count in Counter(tokens(text)).items():
                counts[word] += count * weight  # type: ignore[assignment]  # a Counter holds floats as well
        called = [(ref, tokens(name), lang) for ref, name, lang in names]
        for ref, _, _ in called:
            documents.setdefault(ref, Counter())
        places = {ref: place for place, ref in enumerate(sorted(documents))}
        postings: dict[str, dict[int, float]] = defaultdict(dict)
        for ref, place in places.items():
            for word, count in documents[ref].items():
                postings[word][place] = count
        typed = (word for phrase in synonyms() for word in phrase)
        vocabulary = frozenset([*postings, *typed, *(word for _, words, _ in called for word in words)])
        lengths = tuple(float(documents[ref].total()) for ref in places)
        return cls(
            tuple(places),
            lengths,
            dict(postings),
            Names.of(((places[ref], words, lang) for ref, words, lang in called), vocabulary),
            vocabulary,
            math.fsum(lengths) / len(lengths) if lengths else 1.0,
        )

    def search(self, text: str, *, limit: int) -> list[tuple[Ref, float, tuple[str, ...]]]:
        """Return the best documents with score and the words they hold, best first, ties by ref.

        Each concept of the query counts by the phrase for it that the document holds best.
        """
        asked = list(dict.fromkeys(concepts(known_words(tokens(text), self.vocabulary))))
        scores: dict[int, float] = defaultdict(float)
        held: dict[int, dict[str, None]] = defaultdict(dict)
        for alternatives in asked:
            best: dict[int, float] = {}
            for phrase in alternatives:
                for place, score in self._phrase(phrase, held).items():
                    best[place] = max(best.get(place, 0.0), score)
            for place, score in best.items():
                scores[place] += score
        for place, (score, words) in self.names.search(asked).items():
            scores[place] += score
            held[place].update(dict.fromkeys(words))
        # Rounded, so that sums of the same parts in another order are ties.
        ranked = sorted((-round(score, 6), place) for place, score in scores.items())[:limit]
        return [(self.refs[place], -score, tuple(held[place])) for score, place in ranked]

    def _phrase(self, phrase: Phrase, held: dict[int, dict[str, None]]) -> dict[int, float]:
        scores: dict[int, float] = defaultdict(float)
        for word in dict.fromkeys(phrase):
            holding = self.postings.get(word, {})
            rare = rarity(len(holding), len(self.refs))
            for place, count in holding.items():
                damped = count + _K1 * (1 - _B + _B * self.lengths[place] / self._mean)
                scores[place] += rare * count * (_K1 + 1) / damped
                held[place][word] = None
        return scores
