"""Which citations in a running text are tied to one of our frameworks and do not exist.

`_mentions` reads names and sentences off the text, `_citations` what looks like a citation. A candidate is tied to a
name by the words beside it, by the list it stands in, by its form, or by its sentence; what is in doubt is left alone.
Only then is it read by `ids`, and reported if its form is understood and no such unit exists.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise

import attrs

from ..dataset import Dataset, given
from ..errors import InputError, InvalidRef, Problem, UnknownRef, quote
from ..ids import (
    OTHER,
    Candidate,
    Kind,
    Ref,
    candidates,
    canonical,
    closed_set,
    fold,
    is_gap,
    is_list_gap,
    is_other_law,
    links_after,
    names,
    parse_ref,
    sentence_ends,
)

__all__ = ["lint"]

_TITLES = {
    "nis2": "Directive (EU) 2022/2555",
    "cir": "Implementing Regulation (EU) 2024/2690",
    "iso27001": "ISO/IEC 27001:2022",
    "iso27002": "ISO/IEC 27002:2022",
}
_LONGEST_GAP = 40
# ISO/IEC 27001 ends with clause 10. A higher number in a sentence that merely names the standard is another text's.
_LAST_CLAUSE = 10
_SHOWN = 80


def lint(text: str, *, framework: str | None = None, dataset: Dataset | None = None) -> tuple[Problem, ...]:
    """Return the citations in a running text that the text ties to one of our frameworks and that do not exist.

    Ties are: the name beside the citation ("Article 21(2)(k) of NIS 2", "Art. 99 NIS-2-Richtlinie", "CIR, Annex, point
    14.1"), a list that shares it, a sentence that names only our frameworks, the form itself (control "A.8.35",
    "nis2:21.2.k"), or `framework=`, which stands where a sentence names nothing. Citations of other laws, standards,
    editions and contracts are left alone, and so is whatever is in doubt. Whether a unit exists is decided by the
    closed sets of ids, which hold all units of the texts; demands, and frameworks of users, by the dataset.

    Each `Problem` has the code `unknown-citation`, `span` (half-open, in characters), `row` (line) and `column`
    (character in it), both from 1, and in `hint` the nearest real units. The time is linear in the text.

    Raises `InputError` if `text` is no text, `UnknownRef` for a framework that the dataset lacks.

    >>> [problem.hint for problem in lint("Article 21(2)(k) of the NIS 2 Directive asks for it.")]
    ['nearest: nis2:21.2.i, nis2:21.2.j, nis2:21.2']
    >>> lint("Article 99 of the GDPR, clause 14.7 of the contract, Article 21(2)(h) of NIS 2")
    ()
    """
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"{quote(text)} is no text to lint")
    data = given(dataset)
    known = framework is None or (isinstance(framework, str) and framework in data.frameworks)  # pyright: ignore[reportUnnecessaryIsInstance]
    if not known:
        raise UnknownRef(
            f"the dataset has no framework {quote(framework)}", hint=f"it has {', '.join(data.frameworks)}"
        )
    return check(text, framework=framework, frameworks=tuple(data.frameworks), look_up=data.ref)


def check(
    text: str, *, framework: str | None, frameworks: Collection[str], look_up: Callable[[Ref], Ref]
) -> tuple[Problem, ...]:
    """Return the citations of `text` that are tied to a framework and do not exist, in the order of the text.

    `frameworks` are those whose canonical refs count, `look_up` returns a ref or raises `UnknownRef`.
    """
    plain = fold(text)
    places = _Places(text)
    seen: dict[tuple[str, ...], str | None] = {}
    found: list[Problem] = []
    for candidate, owners in _Ties(plain, framework).resolve():
        hint = _wrong(candidate, owners, seen)
        if hint is not None:
            what = _TITLES[owners[0]]
            found.append(places.problem(candidate.start, candidate.end, f"does not exist in {what}", hint))
    for start, end, ref in canonical(plain, frameworks):
        hint = _unknown(ref, look_up)
        if hint is not None:
            found.append(places.problem(start, end, "does not exist", hint))
    return tuple(sorted(found, key=lambda problem: problem.span or (0, 0)))


class _Places:
    """Rows and columns of one text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(place + 1 for place, character in enumerate(text) if character == "\n")]

    def problem(self, start: int, end: int, what: str, hint: str) -> Problem:
        row = bisect_right(self.starts, start)
        return Problem(
            f"{quote(self.text[start:end], _SHOWN)} {what}",
            row=row,
            column=str(start - self.starts[row - 1] + 1),
            hint=hint,
            code="unknown-citation",
            span=(start, end),
        )


@attrs.frozen
class _Sentence:
    """What a sentence names: which of our frameworks, and whether anything else."""

    ours: frozenset[str] = frozenset()
    others: bool = False


class _Ties:
    """Which frameworks the candidates of one text are tied to."""

    def __init__(self, text: str, framework: str | None) -> None:
        self.text = text
        self.framework = framework
        self.names = names(text, framework)
        self.candidates = candidates(text, self.names)
        self.by_start = {name.start: name for name in self.names}
        self.name_ends = [name.end for name in self.names]
        self.breaks = sentence_ends(text)
        self.sentences = self._sentences()

    def _sentences(self) -> dict[int, _Sentence]:
        named: dict[int, set[str]] = {}
        for name in self.names:
            named.setdefault(bisect_right(self.breaks, name.start), set()).add(name.owner)
        return {
            number: _Sentence(frozenset(owners - {OTHER}), others=OTHER in owners) for number, owners in named.items()
        }

    def resolve(self) -> Iterator[tuple[Candidate, tuple[str, ...]]]:
        """Yield the candidates that are tied to our frameworks, each with those that may be meant."""
        owners = [self._beside(candidate) for candidate in self.candidates]
        self._along_lists(owners)
        for candidate, owner in zip(self.candidates, owners, strict=True):
            if owner is None:
                meant = self._by_sentence(candidate)
            else:
                meant = (owner,) if owner in candidate.kind.value else ()
            if meant:
                yield candidate, meant

    def _beside(self, candidate: Candidate) -> str | None:
        """Return the owner that the words around a candidate give it, None if they say nothing.

        A name tied by a word counts first, then the nearer of a name before and a name after; as near as each other,
        they are in doubt ("GDPR Art. 32 NIS 2").
        """
        if candidate.owner is not None:
            return candidate.owner
        at, after, distance = candidate.link_at, None, 0
        for link in links_after(self.text, at, annex=candidate.kind is Kind.ANNEX):
            name = next((self.by_start[end] for end in link.ends if end in self.by_start), None)
            if link.words and (name is not None or link.strong):
                return OTHER if name is None else name.owner
            if name is not None:
                after, distance = name.owner, name.start - at
        if after is None and candidate.kind is not Kind.CONTROL and is_other_law(self.text, at):
            return OTHER
        before, gap = self._before(candidate)
        if before is None or after is None or before == after:
            return before or after
        return OTHER if gap == distance else before if gap < distance else after

    def _before(self, candidate: Candidate) -> tuple[str | None, int]:
        """Return the owner named right before a candidate, and how far away."""
        place = bisect_right(self.name_ends, candidate.start) - 1
        if place < 0:
            return None, 0
        name = self.names[place]
        gap = candidate.start - name.end
        between = self.text[name.end : candidate.start]
        if gap > _LONGEST_GAP or "\n\n" in between or not is_gap(between):
            return None, 0
        return name.owner, gap

    def _along_lists(self, owners: list[str | None]) -> None:
        """Give the members of a list the owner of its last member, or else of its first."""
        joined = [
            a.kind.is_legal is b.kind.is_legal
            and 0 <= b.start - a.link_at <= _LONGEST_GAP
            and is_list_gap(self.text[a.link_at : b.start])
            for a, b in pairwise(self.candidates)
        ]
        for place in reversed(range(len(joined))):
            if joined[place]:
                owners[place] = owners[place] or owners[place + 1]
        for place, together in enumerate(joined):
            if together:
                owners[place + 1] = owners[place + 1] or owners[place]

    def _by_sentence(self, candidate: Candidate) -> tuple[str, ...]:
        """Return what a candidate with no name beside it may belong to, by its form and by its sentence."""
        sentence = self.sentences.get(bisect_right(self.breaks, candidate.start), _Sentence())
        if candidate.loose and candidate.kind is Kind.POINT and self.framework == "cir" and not sentence.others:
            return ("cir",)
        if candidate.loose or sentence.others:
            return ()
        if candidate.telling:
            return ("iso27001",)
        if candidate.kind is Kind.CLAUSE and candidate.top > _LAST_CLAUSE and self.framework != "iso27001":
            return ()
        if sentence.ours:
            return tuple(one for one in candidate.kind.value if one in sentence.ours)
        return tuple(one for one in candidate.kind.value if one == self.framework)


def _wrong(candidate: Candidate, owners: Sequence[str], seen: dict[tuple[str, ...], str | None]) -> str | None:
    """Return a hint if a candidate names no unit of any framework that may be meant, None if all is in order."""
    hints: list[str] = []
    for owner in owners:
        for forms in candidate.readings(owner):
            key = (owner, *forms)
            if key not in seen:
                seen[key] = _missing(candidate, owner, forms)
            hint = seen[key]
            if hint is None:
                return None
            hints.append(hint)
    return hints[0] if hints else None


def _missing(candidate: Candidate, owner: str, forms: Sequence[str]) -> str | None:
    """Return a hint if the longest form that can be read names no unit, None if it names one or none can be read."""
    if candidate.kind is Kind.ANNEX and (owner == "cir" or candidate.number not in ("I", "II", "III")):
        if owner == "cir":
            return None if candidate.number == "I" else "the Implementing Regulation has one Annex, with points 1 to 13"
        return "nearest: nis2:annexI, nis2:annexII, nis2:annexIII"
    framework = "iso27001" if owner == "iso27002" else owner
    if owner == "iso27002" and not 5 <= candidate.top <= 8 and candidate.kind is not Kind.CONTROL:
        return None  # the guide's own front matter, which holds no control
    for form in forms:
        try:
            parse_ref(form, framework=framework)
        except InvalidRef:
            continue
        except UnknownRef as error:
            if form.endswith(" s1") and _is_whole(form.removesuffix(" s1"), framework):
                return None
            hint = error.hint or _nearest(framework, candidate)
            control = f"A.{candidate.number}"
            mixed_up = candidate.kind is Kind.CLAUSE and control in closed_set(framework)
            return f"{hint}; or control {framework}:{control}" if mixed_up else hint
        return None
    return None


def _is_whole(form: str, framework: str) -> bool:
    """Tell whether a paragraph exists that has no numbered subparagraphs, so that its first is all of it."""
    try:
        ref = parse_ref(form, framework=framework)
    except (InvalidRef, UnknownRef):
        return False
    return f"{ref.local}.s2" not in closed_set(framework)


def _nearest(framework: str, candidate: Candidate) -> str:
    """Return the real units of the highest level whose numbers are nearest."""
    prefix = {Kind.CONTROL: "A.", Kind.ARTICLE: "art." if framework == "cir" else ""}.get(candidate.kind, "")
    numbers = [
        int(local.removeprefix(prefix))
        for local in closed_set(framework)
        if local.startswith(prefix) and local.removeprefix(prefix).isdigit()
    ]
    near = sorted(sorted(numbers, key=lambda number: abs(number - candidate.top))[:2])
    return f"nearest: {', '.join(f'{framework}:{prefix}{number}' for number in near)}"


def _unknown(text: str, look_up: Callable[[Ref], Ref]) -> str | None:
    """Return a hint if a canonical ref names no unit or demand, None if it does."""
    try:
        ref = parse_ref(text)
        if ref.demand or not closed_set(ref.framework):
            look_up(ref)
    except UnknownRef as error:
        return error.hint or f"no such unit in {text.partition(':')[0]}"
    except InvalidRef:
        return None
    return None
