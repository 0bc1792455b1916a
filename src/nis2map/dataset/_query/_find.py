"""find: which units a text is about, by id or by words, and what of them is searched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..._shared import expect
from ...data import table
from ...errors import InputError, InvalidRef, UnknownRef, quote
from ...ids import Ref, read_ref
from ...model import Demand, Requirement
from .._dataset import Dataset
from .._loading import given
from .._units import cited, keep

if TYPE_CHECKING:
    from ._index import Index
    from ._search import Hit, Hits

__all__ = ["find"]

# A title says best what a unit is about; kinds of evidence name many things beside it.
_TITLE, _TEXT, _EVIDENCE = 3.0, 1.0, 0.5
_BARE = re.compile(r"\d{1,2}(?:\.\d{1,2})*(?:\.[a-z]{1,4})*", re.ASCII)
_LONGEST_ID = 256


def find(text: str, *, limit: int = 10, dataset: Dataset | None = None) -> Hits:
    """Return the units that a text is about, best first, at most `limit` of them; ties by ref.

    A text that is an id gives its unit (or demand) first, marked `exact`, and then what its title finds; a bare
    number such as "5.1" gives every unit that it may name. Anything else is searched for in titles, summaries, labels
    of demands and kinds of evidence (BM25), and in the names of units: titles in every language, the acts' terms for
    types of entity, what practitioners say in English, German and French. A name that is typed as it is comes first.
    Case, accents, common endings and whether German writes one word or several make no difference, and some 1,800
    words that no unit uses stand for those that units do. A text without a word that is known gives an empty result.

    Raises `UnknownRef` for a well-formed id that does not exist, with the nearest real ones (an id is never guessed),
    and `InputError` if `text` is not a text or `limit` not a whole number from 1 up.

    >>> find("A.8.24")[0].title
    'Use of cryptography'
    >>> find("MFA", limit=1)[0].ref
    Ref('cir:11.7')
    >>> find("Kreditinstitut")[0].ref
    Ref('nis2:annexI.3.1')
    """
    from ._search import Hits

    expect(text, str, "text")
    if type(limit) is not int or limit < 1:
        raise InputError(f"limit is {quote(limit)}", hint="a whole number from 1 up")
    data = given(dataset)
    named = list(dict.fromkeys(_named(data, text)))
    words = " ".join(_title(data, ref) for ref in named) if named else text
    index = keep(data, "search", lambda: _index(data))
    ranked = {ref: (score, held) for ref, score, held in index.search(words, limit=limit + len(named))}
    hits = [_hit(data, ref, ranked.get(ref, (0.0, ())), exact=True) for ref in named]
    hits += [_hit(data, ref, ranking, exact=False) for ref, ranking in ranked.items() if ref not in named]
    return Hits(text, tuple(hits[:limit]), digest=data.digest)


def _hit(data: Dataset, ref: Ref, ranking: tuple[float, tuple[str, ...]], *, exact: bool) -> Hit:
    from ._search import Hit

    return Hit(ref, _title(data, ref), ranking[0], exact=exact, words=ranking[1], cited=cited(data, ref))


def _named(data: Dataset, text: str) -> Iterator[Ref]:
    """Yield the units that a text names as an id: one, several for a bare number, none for other texts."""
    if len(text) > _LONGEST_ID:
        return
    bare = text.strip()
    if _BARE.fullmatch(bare):
        for framework in data.frameworks:
            yield from _numbered(data, framework, bare)
        return
    try:
        ref = read_ref(text)
    except InvalidRef:
        return
    # Words around a colon have the form of a canonical id too; only a framework that is there makes them one.
    if ref.framework in data.frameworks:
        yield data.ref(ref)


def _numbered(data: Dataset, framework: str, bare: str) -> Iterator[Ref]:
    """Yield the units of a framework that a bare number may name: as it stands, and below a top that is a letter."""
    tops = dict.fromkeys(unit.ref.local.partition(".")[0] for unit in data.of(framework) if unit.parent is None)
    forms = [bare, *(f"{top}.{bare}" for top in tops if top.isalpha() and len(top) == 1)]
    for form in forms:
        try:
            yield data.ref(read_ref(form, framework=framework))
        except (InvalidRef, UnknownRef):
            continue


def _title(data: Dataset, ref: Ref) -> str:
    unit = data[ref]
    return unit.label if isinstance(unit, Demand) else unit.title


def _index(data: Dataset) -> Index:
    from ._index import Index

    return Index.of(_rows_of(data), _names_of(data))


def _rows_of(data: Dataset) -> Iterator[tuple[Ref, str, float]]:
    for unit in data:
        yield unit.ref, unit.title, _TITLE
        if isinstance(unit, Requirement):
            yield unit.ref, unit.summary, _TEXT
            for demand in unit.demands:
                yield unit.ref, demand.label, _TEXT
            for evidence in unit.evidence:
                yield unit.ref, evidence, _EVIDENCE


def _names_of(data: Dataset) -> Iterator[tuple[Ref, str, str]]:
    """Yield what units are called, with the language: their titles, the law's own words, and what others say."""
    names = {unit.ref: [(unit.title, "en"), *((title, lang) for lang, title in unit.titles.items())] for unit in data}
    for kind in data.law.entity_types:
        names.get(kind.ref, []).extend((term, "en") for term in kind.terms)
    rows = [(read_ref(row["ref"]), row) for row in table("names")]
    for ref, row in rows:
        names.get(ref, []).extend((name, lang) for lang in ("en", "de", "fr") for name in row.get(lang, ()))
    yield from ((ref, name, lang) for ref, called in names.items() for name, lang in called)
    for ref, row in rows:
        # A type of entity and the definition of its term are found by the names of both.
        if "definition" in row and ref in names and (other := read_ref(row["definition"])) in names:
            yield from ((ref, name, lang) for name, lang in names[other])
            yield from ((other, name, lang) for name, lang in names[ref])
