"""Which citations in a running text are tied to one of our frameworks and do not exist, and which claims are wrong.

Finding citations and tying them is the work of `ids.sentences`, holding what is said beside them against the tables
that of `_claims`; here what they say becomes problems with their places.
"""

from __future__ import annotations

from bisect import bisect_right

from ...dataset import Dataset, given
from ...errors import InputError, Problem, UnknownRef, quote
from ...ids import Mention, closed_set, fold, sentences
from ._claims import claims
from ._sentence import Claim

__all__ = ["lint"]

# The guide has the numbers of the standard's controls, so no dataset needs it as a framework of its own.
_GUIDE, _GUIDE_NAME = "iso27002", "ISO/IEC 27002:2022"
_SHOWN = 80


def lint(text: str, *, framework: str | None = None, dataset: Dataset | None = None) -> tuple[Problem, ...]:
    """Return what a running text gets wrong about our frameworks: citations that do not exist, and contradicted claims.

    Ties are: the name beside the citation ("Article 21(2)(k) of NIS 2", "Art. 99 NIS-2-Richtlinie", "CIR, Annex, point
    14.1"), a list that shares it, a sentence that names only our frameworks, the form itself (control "A.8.35",
    "nis2:21.2.k"), or `framework=`, which stands where a sentence names nothing. Citations of other laws, standards,
    editions and contracts are left alone, and so is whatever is in doubt. Whether a unit exists is decided by the
    closed sets of ids, which hold all units of the texts; demands, and frameworks of users, by the dataset.

    Claims are read in English, German and French, where a sentence cites units of one Article of NIS 2 and nothing
    else: the length and the beginning of a period of Article 23(4), the topic of a point of Article 21(2), the figures
    of Article 34(4) and (5), and the limits of the size classes behind Articles 2(1) and 3(1) (there also beside
    "Recommendation 2003/361/EC"), each held against the dataset's own tables and units. A sentence that denies,
    compares, quotes, supposes, tells of the past, speaks of a national act, or has two stages or figures is left alone.

    Each `Problem` has the code `no-such-unit` or `claim`, `span` (half-open, in characters: the citation, or the words
    of the claim), `row` (line) and `column` (character in it), both from 1, and in `hint` the nearest real units, or
    what the table has under which citation. They are in the order of the text. The time is linear in the text.

    Raises `InputError` if `text` is not a text, `UnknownRef` for a framework that the dataset lacks.

    >>> [problem.hint for problem in lint("Article 21(2)(k) of the NIS 2 Directive asks for it.")]
    ['nearest: nis2:21.2.h, nis2:21.2.i, nis2:21.2.j']
    >>> [problem.hint for problem in lint("Under Article 23(4)(b) of NIS 2 the notification is due within 48 hours.")]
    ['Article 23(4), first subparagraph, point (b): 72 hours after awareness']
    >>> lint("Article 99 of the GDPR, clause 14.7 of the contract, Article 21(2)(h) of NIS 2")
    ()
    """
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"{quote(text)} is not a text to lint")
    data = given(dataset)
    known = framework is None or (isinstance(framework, str) and framework in data.frameworks)  # pyright: ignore[reportUnnecessaryIsInstance]
    if not known:
        raise UnknownRef(
            f"the dataset has no framework {quote(framework)}", hint=f"it has {', '.join(data.frameworks)}"
        )
    places = _Places(text)
    names = {_GUIDE: _GUIDE_NAME, **{framework.id: framework.name for framework in data.frameworks.values()}}
    read = sentences(text, framework=framework, dataset=data)
    cited = [mention for sentence in read for mention in sentence.mentions if not mention.exists]
    problems = [places.citation(mention, names.get(mention.owner, ""), _hint(mention, data)) for mention in cited]
    problems += [places.claim(claim) for claim in claims(fold(text), read, data)]
    return tuple(sorted(problems, key=lambda problem: problem.span or (0, 0)))


def _hint(mention: Mention, data: Dataset) -> str:
    """Return the hint of a citation that does not exist; demands and units of users' frameworks are the dataset's."""
    ref = mention.ref
    if ref is not None and (ref.demand or not closed_set(ref.framework)):
        try:
            data.ref(ref)
        except UnknownRef as error:
            return error.hint or mention.hint
    return mention.hint


class _Places:
    """Rows and columns of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(at + 1 for at, character in enumerate(text) if character == "\n")]

    def citation(self, mention: Mention, name: str, hint: str) -> Problem:
        """Return the problem of a citation that does not exist in the text of that name."""
        cited = quote(self.text[mention.start : mention.end], _SHOWN)
        where = f" in {name}" if name else ""
        return self._problem("no-such-unit", mention.start, mention.end, f"{cited} does not exist{where}", hint)

    def claim(self, claim: Claim) -> Problem:
        """Return the problem of a claim that a table contradicts."""
        return self._problem("claim", claim.start, claim.end, claim.message, claim.hint)

    def _problem(self, code: str, start: int, end: int, message: str, hint: str) -> Problem:
        row = bisect_right(self.starts, start)
        column = str(start - self.starts[row - 1] + 1)
        return Problem(message, row=row, column=column, hint=hint, code=code, span=(start, end))
