"""Full-text search over short texts: BM25, and beside it the names that units have in any language.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), with the usual constants. The
index takes (ref, text, weight) rows and knows nothing of datasets: a row counts as often as its weight says, so that a
title may count more than a summary.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import attrs

from ...ids import Ref
from ._names import Names, rarity
from ._words import Phrase, concepts, known_words, synonyms, tokens

__all__ = ["Index"]

_K1, _B = 1.2, 0.75


@attrs.frozen
class Index:
    """An inverted index: per word what it is worth in the documents that hold it; and the documents' names."""

    refs: tuple[Ref, ...]
    postings: Mapping[str, Mapping[int, float]] = attrs.field(repr=False)
    names: Names = attrs.field(repr=False)
    vocabulary: frozenset[str] = attrs.field(repr=False)
    compounded: frozenset[str] = attrs.field(repr=False)

    @classmethod
    def of(cls, rows: Iterable[tuple[Ref, str, float]], names: Iterable[tuple[Ref, str, str]] = ()) -> Index:
        """Return the index of (ref, text, weight) and (ref, name, language) rows; all of one ref make one document."""
        documents: dict[Ref, Counter[str]] = {}
        for ref, text, weight in rows:
            counts = documents.setdefault(ref, Counter())
            for word in tokens(text):
                counts[word] += weight  # type: ignore[assignment]  # a Counter holds floats as well
        called = [(ref, tokens(name), lang) for ref, name, lang in names]
        for ref, _, _ in called:
            documents.setdefault(ref, Counter())
        places = {ref: place for place, ref in enumerate(sorted(documents))}
        postings = _postings([documents[ref] for ref in places])
        typed = {word for phrase in synonyms() for word in phrase}
        # English words are not taken apart, so only German ones are parts: "blockchain" is not about supply chains.
        compounded = typed.union(*(words for _, words, lang in called if lang == "de"))
        vocabulary = compounded.union(postings, *(words for _, words, _ in called))
        names_ = Names.of(((places[ref], words, lang) for ref, words, lang in called), compounded)
        return cls(tuple(places), postings, names_, frozenset(vocabulary), frozenset(compounded))

    def search(self, text: str, *, limit: int) -> list[tuple[Ref, float, tuple[str, ...]]]:
        """Return the best documents with score and the words they hold, best first, ties by ref.

        Each concept of the query counts by the phrase for it that the document holds best.
        """
        asked = concepts(known_words(tokens(text), self.vocabulary, self.compounded))
        scores = self.names.search(asked)
        for alternatives in asked:
            best: dict[int, float] = {}
            for phrase in alternatives:
                for place, score in self._phrase(phrase, alternatives[0]).items():
                    if score > best.get(place, 0.0):
                        best[place] = score
            for place, score in best.items():
                scores[place] = scores.get(place, 0.0) + score
        # Rounded, so that sums of the same parts in another order are ties.
        ranked = sorted((-round(score, 6), place) for place, score in scores.items())[:limit]
        words = list(dict.fromkeys(word for alternatives in asked for phrase in alternatives for word in phrase))
        return [(self.refs[place], -score, self._held(place, words)) for score, place in ranked]

    def _phrase(self, phrase: Phrase, typed: Phrase) -> Mapping[int, float]:
        """Return the scores for a phrase; one that stands for what was typed weighs no more, and counts as a whole."""
        if len(phrase) == 1 == len(typed):
            return self.postings.get(phrase[0], {})
        scores: dict[int, float] = {}
        held: dict[int, int] = {}
        for word in phrase:
            for place, score in self.postings.get(word, {}).items():
                scores[place] = scores.get(place, 0.0) + score
                held[place] = held.get(place, 0) + 1
        if phrase is typed:
            return scores
        share = min(1.0, self._rarity(typed) / self._rarity(phrase)) / len(phrase)
        return {place: score * held[place] * share for place, score in scores.items()}

    def _rarity(self, phrase: Phrase) -> float:
        return sum(rarity(len(self.postings.get(word, ())), len(self.refs)) for word in phrase)

    def _held(self, place: int, words: Iterable[str]) -> tuple[str, ...]:
        named = self.names.words.get(place, frozenset())
        return tuple(word for word in words if word in named or place in self.postings.get(word, ()))


def _postings(documents: Sequence[Counter[str]]) -> dict[str, dict[int, float]]:
    """Return, per word, its part of the BM25 score of each document that holds it."""
    lengths = [float(counts.total()) for counts in documents]
    mean = math.fsum(lengths) / len(lengths) if lengths else 1.0
    postings: dict[str, dict[int, float]] = defaultdict(dict)
    for place, counts in enumerate(documents):
        for word, count in counts.items():
            damped = count + _K1 * (1 - _B + _B * lengths[place] / mean)
            postings[word][place] = count * (_K1 + 1) / damped
    for holding in postings.values():
        rare = rarity(len(holding), len(documents))
        for place in holding:
            holding[place] *= rare
    return dict(postings)
