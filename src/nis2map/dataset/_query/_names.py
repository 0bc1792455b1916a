"""Names of units: what is typed as a name, in any language, finds the unit that is called so.

A name counts as a whole, by how much of it and of the query is the same: the Jaccard index of their words, each as
heavy as it is rare among names. So the exact name comes first, and many names make a unit no longer than few.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

import attrs

from ._words import Phrase, parts

__all__ = ["Names", "rarity"]

# A name that is the query outweighs any text that only has its words: BM25 gives a word at most 2.2 times its rarity,
# and most of that to a title alone.
_NAME = 2.0
# What a synonym finds comes after what was typed.
_BY_SYNONYM = 0.9


def rarity(holding: int, count: int) -> float:
    """Return the weight of a word that some of all texts hold: Robertson's, never below 0."""
    return math.log(1 + (count - holding + 0.5) / (holding + 0.5))


@attrs.frozen
class Names:
    """Names as sets of words: the document of each, how rare its words are together, and per word who has it."""

    places: tuple[int, ...]
    weights: tuple[float, ...]
    holding: Mapping[str, tuple[int, ...]] = attrs.field(repr=False)

    @classmethod
    def of(cls, names: Iterable[tuple[int, Sequence[str], str]], vocabulary: Container[str]) -> Names:
        """Return an index of (document, words, language); German compounds count whole and in parts."""
        sets = {(place, form): None for place, words, lang in names for form in _forms(words, lang, vocabulary)}
        holding: dict[str, list[int]] = defaultdict(list)
        for number, (_, words) in enumerate(sets):
            for word in words:
                holding[word].append(number)
        rare = {word: rarity(len(numbers), len(sets)) for word, numbers in holding.items()}
        weights = tuple(math.fsum(rare[word] for word in words) for _, words in sets)
        return cls(tuple(place for place, _ in sets), weights, {word: tuple(found) for word, found in holding.items()})

    def search(self, asked: Sequence[tuple[Phrase, ...]]) -> dict[int, tuple[float, tuple[str, ...]]]:
        """Return, per document with a name that has a word of the query, what the best one is worth and those words.

        Of the phrases for one concept each name counts the one that fits it best; one that was not typed counts less.
        """
        whole = math.fsum(self._rarity(own) for own, *_ in asked)
        same: dict[int, float] = defaultdict(float)
        more: dict[int, float] = defaultdict(float)
        words: dict[int, list[str]] = defaultdict(list)
        for alternatives in asked:
            own = self._rarity(alternatives[0])
            for number, (shared, size, held) in self._best(alternatives).items():
                same[number] += shared
                more[number] += size - own
                words[number] += held
        found: dict[int, tuple[float, tuple[str, ...]]] = {}
        for number, shared in same.items():
            score = _NAME * shared * shared / (whole + more[number] + self.weights[number] - shared)
            if score > found.get(self.places[number], (0.0,))[0]:
                found[self.places[number]] = score, tuple(words[number])
        return found

    def _best(self, alternatives: Sequence[Phrase]) -> dict[int, tuple[float, float, list[str]]]:
        """Return, per name, the phrase that fits it best: the weight of the words shared, of all, and the words."""
        best: dict[int, tuple[float, float, list[str]]] = {}
        for phrase in alternatives:
            size, held = self._rarity(phrase), dict[int, list[str]]()
            for word in dict.fromkeys(phrase):
                for number in self.holding.get(word, ()):
                    held.setdefault(number, []).append(word)
            for number, words in held.items():
                shared = self._rarity(words) * (1.0 if phrase is alternatives[0] else _BY_SYNONYM)
                if number not in best or shared * shared / size > best[number][0] ** 2 / best[number][1]:
                    best[number] = shared, size, words
        return best

    def _rarity(self, words: Iterable[str]) -> float:
        return math.fsum(rarity(len(self.holding.get(word, ())), len(self.places)) for word in dict.fromkeys(words))


def _forms(words: Sequence[str], lang: str, vocabulary: Container[str]) -> Iterator[frozenset[str]]:
    """Yield the words of a name, and again with its German compounds in parts."""
    yield frozenset(words)
    if lang == "de":
        yield frozenset(part for word in words for part in parts(word, vocabulary) or [word])
