"""The facts in `tests/data`: how they are read, and fingerprints of texts that are not in the repository.

A file holds one object: `about` says where its facts come from and under which licence, `rows` has one fact a line.
`tools/reference_facts.py` makes the files.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import attrs

DATA = Path(__file__).parent / "data"
# Five bytes: of a hundred thousand runs that nobody copied less than one in a thousand meets a fingerprint by chance.
WIDTH = 5

Gram = tuple[str, ...]


@cache
def _content(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return content


def facts(name: str) -> list[dict[str, Any]]:
    """Return the rows of a file of `tests/data`; the caller may change the list, not the rows."""
    return list(_content(name)["rows"])


def by_state(name: str) -> dict[str, dict[str, Any]]:
    """Return rows of (state, fact, value) as one mapping of facts a State."""
    states: dict[str, dict[str, Any]] = {}
    for row in facts(name):
        states.setdefault(row["state"], {})[row["fact"]] = row["value"]
    return states


def copied(name: str, grams: Iterable[Gram]) -> list[str]:
    """Return the runs of words that stand in the texts whose fingerprints the file holds, sorted."""
    known = _fingerprints(name)
    return sorted(" ".join(gram) for gram in grams if fingerprint(gram) in known)


@cache
def _fingerprints(name: str) -> frozenset[bytes]:
    data = b"".join(b64decode(row) for row in _content(name)["rows"])
    return frozenset(data[at : at + WIDTH] for at in range(0, len(data), WIDTH))


def fingerprint(gram: Gram) -> bytes:
    return hashlib.sha256(" ".join(gram).encode()).digest()[:WIDTH]


def law_grams(text: str) -> set[Gram]:
    """Return each run of eight words, in lower case and without marks."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[at : at + 8]) for at in range(len(words) - 7)}


def whole(ref: str, text: str) -> set[Gram]:
    """Return a text as one run, with its unit; under four words it is a name that everybody uses."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {(ref, *words)} if len(words) >= 4 else set()


def national_grams(text: str) -> set[Gram]:
    """Return each run of five words, unless it is mostly names and numbers, which everybody writes alike."""
    words = [word.strip(".,;:()\"'|*") for word in text.split()]
    runs = (tuple(words[at : at + 5]) for at in range(len(words) - 4))
    return {run for run in runs if sum(word.isalpha() and word.islower() for word in run) >= 4}


def marks(text: str) -> set[str]:
    """Return what identifies sources: addresses, numbers of records, commits."""
    return set(re.findall(r"https?://[^\s;)]+|\b\d{11}\b|@[0-9a-f]{8}\b", text))


def iso_dates(text: str) -> list[str]:
    return sorted(set(re.findall(r"\d{4}-\d{2}-\d{2}", text)))


@attrs.frozen
class SoaPair:
    """The same Statement of Applicability in German and in English."""

    name: str
    german: Path
    english: Path

    def __iter__(self) -> Iterator[Path]:
        return iter((self.german, self.english))

    def __str__(self) -> str:
        return self.name


def soa_pairs() -> list[SoaPair]:
    """Return the pair in `tests/data/soa`, and a public one of the same shape where a folder beside the checkout has it.

    The public files are other people's and not in the repository: they add a test where they are and leave none out
    where they are not.
    """
    pairs = [SoaPair("own", DATA / "soa" / "de.csv", DATA / "soa" / "en.csv")]
    beside = Path(__file__).parents[2] / "shared" / "reference" / "soa"
    german, english = beside / "cenedril_soa_de.csv", beside / "cenedril_soa_en.csv"
    if german.exists() and english.exists():
        pairs.append(SoaPair("public", german, english))
    return pairs
