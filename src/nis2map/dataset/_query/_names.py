"""Names of units: what is typed as a name, in any language, finds the unit that is called so.

A name counts as a whole, by how much of it and of the query is the same, each word as heavy as it is rare among names.
So the exact name comes first, and many names make a unit no longer than few.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

import attrs

from ._words import Phrase, parts

__all__ = ["Names", "rarity"]

# What a synonym finds comes after what was typed.
_BY_SYNONYM = 0.9


def rarity(holding: int, count: int) -> float:
    """Return the weight of a word that some of all texts hold: Robertson's, never below 0."""
    return math.log(1 + (count - holding + 0.5) / (holding + 0.5))


@attrs.frozen
class Names:
    """Names as sets of words: the document of each, how rare its words are together, and per word who has it.

    `words` are all words of a document's names; `unknown` is how rare a word is that no name has.
    """

    places: tuple[int, ...]
    weights: tuple[float, ...]
    holding: Mapping[str, tuple[int, ...]] = attrs.field(repr=False)
    rarities: Mapping[str, float] = attrs.field(repr=False)
    unknown: float
    words: Mapping[int, frozenset[str]] = attrs.field(repr=False)

    @classmethod
    def of(cls, names: Iterable[tuple[int, Sequence[str], str]], vocabulary: Container[str]) -> Names:
        """Return an index of (document, words, language); German compounds count whole and in parts."""
        sets = list({(place, form): None for place, words, lang in names for form in _forms(words, lang, vocabulary)})
        holding: dict[str, list[int]] = defaultdict(list)
        of_document: dict[int, set[str]] = defaultdict(set)
        for number, (place, words) in enumerate(sets):
            of_document[place] |= words
            for word in words:
                holding[word].append(number)
        rarities = {word: rarity(len(numbers), len(sets)) for word, numbers in holding.items()}
        return cls(
            tuple(place for place, _ in sets),
            # Exact, because the order of a set's words is another in every process.
            tuple(math.fsum(rarities[word] for word in words) for _, words in sets),
            {word: tuple(numbers) for word, numbers in holding.items()},
            rarities,
            rarity(0, len(sets)),
            {place: frozenset(words) for place, words in of_document.items()},
        )

    def search(self, asked: Sequence[tuple[Phrase, ...]]) -> dict[int, float]:
        """Return, per document with a name that has a word of the query, what the best name is worth.

        That is the weight of the words that both share, twice if they are the same: more than any text is worth that
        only has its words (BM25 gives a word at most 2.2 times its weight, most of that to a title alone). Of the
        phrases for one concept each name counts the one that fits it best; one that was not typed counts less.
        """
        sizes = [self._rarity(own) for own, *_ in asked]
        whole = sum(sizes)
        same: dict[int, float] = {}
        longer: dict[int, float] = {}
        for alternatives, own in zip(asked, sizes, strict=True):
            for number, (shared, size) in self._best(alternatives).items():
                same[number] = same.get(number, 0.0) + shared
                longer[number] = longer.get(number, whole) + size - own
        scores: dict[int, float] = {}
        for number, shared in same.items():
            size = longer[number]
            # The share of the name counts more than that of the query: a name may stand in a long question.
            score = shared * shared / self.weights[number] * (1 + shared / size)
            if size > whole:  # however many words stand for what was typed, they weigh no more
                score *= whole / size
            place = self.places[number]
            if score > scores.get(place, 0.0):
                scores[place] = score
        return scores

    def _best(self, alternatives: Sequence[Phrase]) -> dict[int, tuple[float, float]]:
        """Return, per name, the phrase that fits it best: the weight of what both share, and of the phrase."""
        best: dict[int, tuple[float, float]] = {}
        for phrase in alternatives:
            size, shares = self._rarity(phrase), dict[int, float]()
            worth = 1.0 if phrase is alternatives[0] else _BY_SYNONYM
            for word in phrase:
                weight = self.rarities.get(word, 0.0) * worth
                for number in self.holding.get(word, ()):
                    shares[number] = shares.get(number, 0.0) + weight
            for number, shared in shares.items():
                other, whole = best.get(number, (0.0, 1.0))
                if shared * shared * whole > other * other * size:
                    best[number] = shared, size
        return best

    def _rarity(self, phrase: Phrase) -> float:
        return sum(self.rarities.get(word, self.unknown) for word in phrase)


def _forms(words: Sequence[str], lang: str, vocabulary: Container[str]) -> Iterator[frozenset[str]]:
    """Yield the words of a name, and again with its German compounds in parts."""
    yield frozenset(words)
    if lang == "de":
        yield frozenset(part for word in words for part in parts(word, vocabulary) or [word])
