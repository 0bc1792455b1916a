"""Which sentences make claims on what the tables of the law hold, and which of the claims the tables contradict.

A claim is read only where a sentence says one thing: it cites units of NIS 2 and nothing else, and has no word that
denies, compares, quotes, supposes, tells of the past or speaks of a national act. Whatever is in doubt is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ...dataset import Dataset
from ...ids import Sentence
from ._fines import fine_claims
from ._points import point_claims
from ._sentence import Claim, Said, tied_to_nis2
from ._sizes import RECOMMENDATION, SIZED, size_claims
from ._stages import stage_claims

__all__ = ["claims"]

_FINDERS = {"21": point_claims, "23": stage_claims, "34": fine_claims}


def claims(text: str, sentences: Iterable[Sentence], data: Dataset) -> Iterator[Claim]:
    """Yield the claims of a text, whose blanks and hyphens are plain, that the dataset's tables contradict."""
    for sentence in sentences:
        if any(RECOMMENDATION not in name for name in sentence.others):
            continue
        cited = {m.ref.local if m.ref and m.ref.framework == "nis2" else "" for m in sentence.mentions}
        finder = _finder(cited, sized=bool(sentence.others))
        if finder is not None:
            said = tied_to_nis2(text[sentence.start : sentence.end], sentence.start, sentence.mentions, data)
            if said is not None:
                yield from finder(said)


def _finder(cited: set[str], *, sized: bool) -> Callable[[Said], Iterator[Claim]] | None:
    """Return what finds the claims of a sentence that cites these units, `sized` if it names the Recommendation."""
    if cited <= SIZED and (cited or sized):
        return size_claims
    articles = {local.partition(".")[0] for local in cited}
    return _FINDERS.get(articles.pop()) if len(articles) == 1 and not sized else None
