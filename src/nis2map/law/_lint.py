"""Which citations in a running text are tied to one of our frameworks and do not exist.

Finding them and tying them is the work of `ids.mentions`; here what it says becomes problems with their places.
"""

from __future__ import annotations

from bisect import bisect_right

from ..dataset import Dataset, given
from ..errors import InputError, Problem, UnknownRef, quote
from ..ids import Mention, closed_set, mentions

__all__ = ["lint"]

# The guide has the numbers of the standard's controls, so no dataset needs it as a framework of its own.
_GUIDE, _GUIDE_NAME = "iso27002", "ISO/IEC 27002:2022"
_SHOWN = 80


def lint(text: str, *, framework: str | None = None, dataset: Dataset | None = None) -> tuple[Problem, ...]:
    """Return the citations in a running text that the text ties to one of our frameworks and that do not exist.

    Ties are: the name beside the citation ("Article 21(2)(k) of NIS 2", "Art. 99 NIS-2-Richtlinie", "CIR, Annex, point
    14.1"), a list that shares it, a sentence that names only our frameworks, the form itself (control "A.8.35",
    "nis2:21.2.k"), or `framework=`, which stands where a sentence names nothing. Citations of other laws, standards,
    editions and contracts are left alone, and so is whatever is in doubt. Whether a unit exists is decided by the
    closed sets of ids, which hold all units of the texts; demands, and frameworks of users, by the dataset.

    Each `Problem` has the code `no-such-unit`, `span` (half-open, in characters), `row` (line) and `column`
    (character in it), both from 1, and in `hint` the nearest real units. The time is linear in the text.

    Raises `InputError` if `text` is not a text, `UnknownRef` for a framework that the dataset lacks.

    >>> [problem.hint for problem in lint("Article 21(2)(k) of the NIS 2 Directive asks for it.")]
    ['nearest: nis2:21.2.h, nis2:21.2.i, nis2:21.2.j']
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
    cited = mentions(text, framework=framework, dataset=data)
    return tuple(
        places.problem(mention, names.get(mention.owner, ""), _hint(mention, data))
        for mention in cited
        if not mention.exists
    )


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

    def problem(self, mention: Mention, name: str, hint: str) -> Problem:
        row = bisect_right(self.starts, mention.start)
        return Problem(
            f"{quote(self.text[mention.start : mention.end], _SHOWN)} does not exist{f' in {name}' if name else ''}",
            row=row,
            column=str(mention.start - self.starts[row - 1] + 1),
            hint=hint,
            code="no-such-unit",
            span=(mention.start, mention.end),
        )
