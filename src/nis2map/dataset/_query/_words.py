"""Words as search compares them: without case, accents, endings and stop words, and what people type instead.

English words lose their commonest endings. German and French ones are compared with the words that a text holds: the
same but for an ending, written out umlauts ("Verschluesselung"), or several of them written as one
("Lieferkettensicherheit").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache, lru_cache

from ...data import table

__all__ = ["concepts", "known_words", "parts", "stem", "synonyms", "tokens"]

Phrase = tuple[str, ...]

_WORD = re.compile(r"[^\W_]+")
_STOP = frozenset(
    # English, German, French; without accents, as they are compared.
    "a about an and any are as at be by can do does for from get has have how i if in into is it its me my need of on "
    "or our shall should so that the their there these this to under use we what when where which who why will with "
    "within you your must may not all "
    "der die das des den dem ein eine einer eines einem einen und oder von vom zu zum zur im mit nach bei auf aus fur "
    "durch uber ist sind wie was wer wann wo welche welcher wir uns unsere muss mussen nicht sich es "
    "le la les un une du de et ou au aux en dans par pour sur avec est sont que qui quoi quel quelle quels "
    "quelles".split()
)
# "l'entité", "d'accès", "qu'une": the letter before the apostrophe is an article or a preposition.
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu)['\u2019](?=\w)")
_IZE = re.compile(r"iz(?=e|ing|ation)")
_LONGEST_KEY = 4
# Endings in which forms of one German or French word differ, the nearest first.
_ENDINGS = ("", "n", "e", "s", "en", "er", "es", "em", "ern", "le", "ee", "se")
_LINKS = ("", "s", "n", "e", "es", "en", "er")  # between the parts of a German compound
_SHORTEST_DECLINED, _SHORTEST_PART, _SHORTEST_COMPOUND, _LONGEST_WORD = 5, 4, 10, 60
_UMLAUT = re.compile("(?<=[aou])e")


def tokens(text: str) -> list[str]:
    """Return the stemmed words of a text, stop words left out; "e-mail" is one word, accents make no difference."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("e-mail", "email").replace("œ", "oe")
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    words = _WORD.findall(_ELISION.sub("", plain))
    # What is longer isn't a word whose ending counts, and would fill the cache of stems.
    return [stem(word) if len(word) <= _LONGEST_WORD else word for word in words if word not in _STOP]


@lru_cache(maxsize=1 << 13)  # texts repeat their words; a bound, because queries are anybody's
def stem(word: str) -> str:
    """Return a word without its commonest English endings, with -ise for -ize; short words stay.

    >>> stem("authentication") == stem("authenticating") == stem("authenticates")
    True
    """
    word = _IZE.sub("is", word)
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and (word.endswith("ais") or not word.endswith(("ss", "us", "is"))):
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
def synonyms() -> Mapping[Phrase, tuple[Phrase, ...]]:
    """Return, per phrase that people type, the phrases that units use, all as stemmed words."""
    found: dict[Phrase, tuple[Phrase, ...]] = {}
    for row in table("synonyms"):
        alternatives = tuple(tuple(dict.fromkeys(tokens(phrase))) for phrase in row["used"])
        found.update((tuple(tokens(phrase)), alternatives) for phrase in row["typed"])
    return found


def concepts(words: Sequence[str]) -> list[tuple[Phrase, ...]]:
    """Return what a query asks for, one by one, each with the phrases that may say it: its own first.

    A phrase that is asked for itself stands for nothing else: "cryptography and encryption" are two things.
    """
    known, at, asked = synonyms(), 0, dict[Phrase, None]()
    while at < len(words):
        sizes = range(min(_LONGEST_KEY, len(words) - at), 0, -1)
        key = next((key for size in sizes if (key := tuple(words[at : at + size])) in known), tuple(words[at : at + 1]))
        asked[key] = None
        at += len(key)
    return [(own, *(phrase for phrase in known.get(own, ()) if phrase not in asked)) for own in asked]


def known_words(words: Iterable[str], vocabulary: Container[str], compounded: Container[str]) -> list[str]:
    """Return a query's words as a vocabulary has them: in another form, or in parts that compounds are made of.

    Words that it lacks stay as they are.
    """
    found: dict[str, list[str]] = {}
    typed = list(words)
    for word in dict.fromkeys(typed):
        form = _form(word, vocabulary)
        found[word] = [form] if form else parts(word, compounded) or parts(_UMLAUT.sub("", word), compounded) or [word]
    return [form for word in typed for form in found[word]]


def _form(word: str, vocabulary: Container[str]) -> str | None:
    """Return the form of a word that a vocabulary has: the word, an umlaut for "ae", "oe", "ue", another ending."""
    if word in vocabulary:
        return word
    for base in dict.fromkeys((word, _UMLAUT.sub("", word))):
        if base in vocabulary:
            return base
        if _SHORTEST_DECLINED <= len(base) <= _LONGEST_WORD:
            stems = (base.removesuffix(ending) for ending in _ENDINGS if base.endswith(ending))
            for stem_ in (one for one in stems if len(one) >= _SHORTEST_PART):
                form = next((form for ending in _ENDINGS if (form := stem_ + ending) in vocabulary), None)
                if form:
                    return form
    return None


def parts(word: str, vocabulary: Container[str]) -> list[str]:
    """Return the words of which a compound is made, the fewest and the first one longest, none if it isn't one.

    Each part is a form of a word that the vocabulary has; between two may stand "s", "en" and the like.
    """
    return _parts(word, vocabulary, {}) if len(word) <= _LONGEST_WORD else []


def _parts(word: str, vocabulary: Container[str], known: dict[str, list[str]]) -> list[str]:
    """Return the parts of a compound; `known` has those of its ends, each of which several first parts leave over.

    Without it the work doubles with each part of a word such as "schutzenschutzenschutzen".
    """
    if word not in known:
        known[word] = _first_parts(word, vocabulary, known)
    return known[word]


def _first_parts(word: str, vocabulary: Container[str], known: dict[str, list[str]]) -> list[str]:
    if len(word) < _SHORTEST_COMPOUND:
        return []
    splits = [
        (head, rest.removeprefix(link))
        for end in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1)
        for head in (_head(word[:end]),)
        if head in vocabulary
        for rest in (word[end:],)
        for link in _LINKS
        if rest.startswith(link) and len(rest) - len(link) >= _SHORTEST_PART
    ]
    for head, rest in splits:
        form = _form(rest, vocabulary)
        if form:
            return [head, form]
    for head, rest in splits:
        more = _parts(rest, vocabulary, known)
        if more:
            return [head, *more]
    return []


def _head(part: str) -> str:
    """Return the first part of a compound as it is compared: "konfiguration" as "konfigurat"."""
    return stem(part) if part.endswith(("ion", "ing")) else part
