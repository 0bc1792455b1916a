"""To which framework the citations of a running text are tied, and which units they name.

`_names` reads names and sentences off the text, `_candidates` what looks like a citation. A candidate is tied to a name
by the words beside it, by the list it stands in, by the head of its column, by its form, or by its sentence; what is in
doubt is left alone. Only then is it read as a citation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

import attrs

from ...errors import InvalidRef
from .. import _words as w
from .._frameworks import KnownUnits, closed_set, known_frameworks
from .._nearest import Exists, existence, hint_for
from .._parsing import read_ref
from .._ref import Ref
from ._candidates import Candidate, Kind, candidates
from ._names import OTHER, column_owners, fold, names, sentence_ends, standing_for

__all__ = ["Mention", "Sentence", "mentions", "sentences"]

_LONGEST_GAP = 40
# ISO/IEC 27001 ends with clause 10. A higher number in a sentence that merely names the standard is another text's.
_LAST_CLAUSE = 10


@attrs.frozen
class Mention:
    """A citation in a running text that is tied to a framework.

    `start` and `end` are its half-open range of characters, `owner` is the framework whose unit it names, or "iso27002"
    for a control cited by the guide's number. `ref` is what it names, whether `exists` or not; None for an Annex of a
    text that has none such. `hint` names the nearest real units of what does not exist.
    """

    start: int
    end: int
    owner: str
    ref: Ref | None
    exists: bool
    hint: str = ""


@attrs.frozen
class Sentence:
    """A sentence, an item of a list or a row of a table, and the citations that begin in it.

    `start` and `end` are its half-open range of characters, `mentions` are in the order of the text, and `others` says
    how it names laws, standards and contracts that are none of our frameworks.
    """

    start: int
    end: int
    mentions: tuple[Mention, ...] = ()
    others: tuple[str, ...] = ()


def mentions(text: str, *, framework: str | None = None, dataset: KnownUnits | None = None) -> list[Mention]:
    """Return the citations of `text` that it ties to a framework, in the order of the text: those of `sentences`."""
    return [
        mention for sentence in sentences(text, framework=framework, dataset=dataset) for mention in sentence.mentions
    ]


def sentences(text: str, *, framework: str | None = None, dataset: KnownUnits | None = None) -> list[Sentence]:
    """Return the sentences of `text`, each with the citations that it ties to a framework.

    A unit exists if the closed sets of ids or the dataset hold it; demands, and the units of users' frameworks, are the
    dataset's. `framework` stands where a sentence names nothing. Where several units may be meant, one that exists is.
    The time is linear in the text.
    """
    plain, standing = fold(text), standing_for(framework)
    in_dataset = existence(dataset) if dataset is not None else None

    def exists(framework: str, local: str) -> bool:
        return local in closed_set(framework) or (in_dataset is not None and in_dataset(framework, local))

    seen: dict[tuple[str, tuple[str, ...]], _Reading | None] = {}
    read: list[Sentence] = []
    cited: list[Mention] = []
    assumed = framework
    for start, paragraph in _paragraphs(plain):
        if _CORRELATION.search(paragraph):
            assumed = None
        elif _ANNEX_HEADING.fullmatch(paragraph):
            assumed = framework
        ties = _Ties(paragraph, assumed, standing)
        read += ties.read(start)
        for candidate, owners in ties.resolve():
            mention = _mention(candidate, owners, exists, seen)
            if mention is not None:
                cited.append(attrs.evolve(mention, start=mention.start + start, end=mention.end + start))
    cited += _canonical(plain, known_frameworks() if dataset is None else tuple(dataset.frameworks), exists)
    within: dict[int, list[Mention]] = {}
    for mention in sorted(cited, key=lambda mention: (mention.start, mention.end)):
        within.setdefault(bisect_right(read, mention.start, key=lambda sentence: sentence.start) - 1, []).append(
            mention
        )
    return [attrs.evolve(sentence, mentions=tuple(within.get(place, ()))) for place, sentence in enumerate(read)]


# A correlation table has the units of another text in one column; pasted, its cells are paragraphs without a head.
_CORRELATION = re.compile(r"correlation\s+table|entsprechungstabelle|tableau\s+de\s+correspondance", re.IGNORECASE)
_ANNEX_HEADING = re.compile(r"[\s#]{0,6}(?:annexe?|anhang)\s{1,3}[IVX\d]{1,4}\s*", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs of a text with their places: nothing is read across a blank line."""
    start = 0
    for blank in _BLANK_LINES.finditer(text):
        if blank.start() > start:
            yield start, text[start : blank.start()]
        start = blank.end()
    yield start, text[start:]


@attrs.frozen
class _Sentence:
    """What a sentence names: which of our frameworks, and whether anything else."""

    ours: frozenset[str] = frozenset()
    others: bool = False


class _Ties:
    """Which frameworks the candidates of one paragraph are tied to."""

    def __init__(self, text: str, framework: str | None, standing: dict[str, str]) -> None:
        self.text = text
        self.framework = framework
        self.names = names(text, standing)
        self.candidates = candidates(text, self.names)
        self.by_start = {name.start: name for name in self.names}
        self.name_ends = [name.end for name in self.names]
        self.breaks = sentence_ends(text)
        self.sentences = self._sentences()
        self.cells, self.cell_owners = column_owners(text, self.names)

    def _sentences(self) -> dict[int, _Sentence]:
        named: dict[int, set[str]] = {}
        for name in self.names:
            named.setdefault(bisect_right(self.breaks, name.start), set()).add(name.owner)
        return {
            number: _Sentence(frozenset(owners - {OTHER}), others=OTHER in owners) for number, owners in named.items()
        }

    def read(self, start: int) -> Iterator[Sentence]:
        """Yield the sentences of the paragraph, which begins at `start` of the text, without their citations."""
        others: dict[int, list[str]] = {}
        for name in self.names:
            if name.owner == OTHER:
                others.setdefault(bisect_right(self.breaks, name.start), []).append(self.text[name.start : name.end])
        for number, (first, last) in enumerate(pairwise((0, *self.breaks, len(self.text)))):
            yield Sentence(start + first, start + last, others=tuple(others.get(number, ())))

    def resolve(self) -> Iterator[tuple[Candidate, tuple[str, ...]]]:
        """Yield the candidates that are tied to our frameworks, each with those that may be meant."""
        owners = [self._beside(candidate) for candidate in self.candidates]
        self._along_lists(owners)
        for candidate, owner in zip(self.candidates, owners, strict=True):
            owner = owner or self._by_column(candidate)
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
        for link in _links_after(self.text, at, annex=candidate.kind is Kind.ANNEX):
            name = next((self.by_start[end] for end in link.ends if end in self.by_start), None)
            if link.words and (name is not None or link.strong):
                return OTHER if name is None else name.owner
            if name is not None:
                after, distance = name.owner, name.start - at
        if after is None and candidate.kind is not Kind.CONTROL and _is_other_law(self.text, at):
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
        if gap > _LONGEST_GAP or not _GAP.fullmatch(self.text, name.end, candidate.start):
            return None, 0
        return name.owner, gap

    def _along_lists(self, owners: list[str | None]) -> None:
        """Give the members of a list the owner of its last member, or else of its first."""
        joined = [
            a.kind.is_legal is b.kind.is_legal
            and 0 <= b.start - a.link_at <= _LONGEST_GAP
            and _LIST_GAP.fullmatch(self.text, a.link_at, b.start) is not None
            for a, b in pairwise(self.candidates)
        ]
        for place in reversed(range(len(joined))):
            if joined[place]:
                owners[place] = owners[place] or owners[place + 1]
        for place, together in enumerate(joined):
            if together:
                owners[place + 1] = owners[place + 1] or owners[place]

    def _by_column(self, candidate: Candidate) -> str | None:
        """Return the owner that the head of the candidate's column names, None outside such tables."""
        place = bisect_right(self.cells, candidate.start) - 1
        return self.cell_owners[place] or None if place >= 0 else None

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
            return tuple(name for name in candidate.kind.value if name in sentence.ours)
        return tuple(name for name in candidate.kind.value if name == self.framework)


_OF = w.any_of(w.OF, stop=False)
_THE = w.any_of(w.THE, ["said", "this", "dem", "dieses"], stop=False)
_BLANK = r"(?:\s{1,3}|(?<='))"
_ADJECTIVE = (
    r"(?:(?:new|revised|EU's|EU|European|Union's|second|so-called|neuen|europäischen|sogenannten|présente|dite)"
    r"[\s-]{1,2})?"
)
_LINK = re.compile(
    rf",?\s{{1,3}}(?:(?P<strong>(?:{_OF}))|(?P<weak>in|to,?|under|from|im|zur|zum|nach|aus|gemäß|unter|dans|selon|nella|en))"
    rf"{_BLANK}(?:(?:{_THE}){_BLANK})?{_ADJECTIVE}"
)
_DIRECT = re.compile(rf"(?:[\s,]{{0,3}}|\s[–-]\s){_ADJECTIVE}")
_NEXT_WORD = re.compile(r"\s{1,2}([^\W\d_][\w-]{1,30})")
_OLD = re.compile(r"\s{0,2}\((?:2005|2013|2017)\)")
_ANNEX = w.any_of(w.ANNEX, stop=False)
_GAP = re.compile(
    r"(?:'s?)?[\s,:(|/–-]{0,4}"
    rf"(?:(?:in|at|its|their|the|son|sa|l'|seine[rmn]?|deren|{_ANNEX}|see|cf\.|vgl\.|voir|gemäß|nach|under)[\s,:(]{{0,3}}(?<=[\s,:(']))?"
    rf"(?:(?:its|the|their|{_ANNEX})[\s,:(]{{1,3}})?",
    re.IGNORECASE,
)
_LIST_GAP = re.compile(
    rf"(?:\s(?:{_OF}))?\s{{0,2}}(?:,?\s(?:{w.any_of(w.AND, w.TO, stop=False)}|as\swell\sas)\s|[,;/&–-])\s{{0,2}}"
    rf"(?:(?:{_THE}|den)(?:\s|(?<=')))?",
    re.IGNORECASE,
)


@attrs.frozen
class _Connection:
    """Where a name would start that follows a citation, and by what sort of word it would be tied."""

    ends: tuple[int, ...]
    strong: bool = False
    words: bool = False


def _links_after(text: str, at: int, *, annex: bool) -> Iterator[_Connection]:
    """Yield the ways in which a name may follow a citation: behind a word, or directly."""
    match = _LINK.match(text, at)
    if match:
        # "Article 21 to ensure" ties nothing, "Annex VII to the ..." does.
        strong = match["strong"] is not None or (annex and match["weak"].startswith("to"))
        yield _Connection((match.end(),), strong=strong, words=True)
    direct = _DIRECT.match(text, at)
    if direct:
        yield _Connection(
            (direct.end(), direct.end() + 1) if text[direct.end() : direct.end() + 1] == "(" else (direct.end(),)
        )


def _is_other_law(text: str, at: int) -> bool:
    """Tell whether a short name of a law seems to follow ("Art. 32 DSGVO"), or the year of an old edition."""
    word = _NEXT_WORD.match(text, at)
    return _OLD.match(text, at) is not None or (word is not None and sum(c.isupper() for c in word[1]) > 1)


_Reading = tuple[Ref | None, bool, str]
"""What a candidate names, whether that exists, and the hint if it doesn't."""


def _mention(
    candidate: Candidate,
    owners: Sequence[str],
    exists: Exists,
    seen: dict[tuple[str, tuple[str, ...]], _Reading | None],
) -> Mention | None:
    """Return what a candidate names: a unit that exists if any does, None if it can't be read as a citation."""
    unknown: Mention | None = None
    for owner in owners:
        for forms in candidate.readings(owner):
            key = (owner, forms)
            if key not in seen:
                seen[key] = _read(candidate, owner, forms, exists)
            reading = seen[key]
            if reading is None:
                return None
            ref, there, hint = reading
            mention = Mention(candidate.start, candidate.end, owner, ref, there, hint)
            if there:
                return mention
            unknown = unknown or mention
    return unknown


def _read(candidate: Candidate, owner: str, forms: Sequence[str], exists: Exists) -> _Reading | None:
    """Return what the longest form that can be read names, None if none can be read or it is none of ours."""
    if candidate.kind is Kind.ANNEX and owner == "cir":
        # Its one Annex is sometimes numbered all the same.
        there = candidate.number == "I"
        return None if there else (None, False, "the Implementing Regulation has one Annex, with points 1 to 13")
    if owner == "iso27002" and not 5 <= candidate.top <= 8 and candidate.kind is not Kind.CONTROL:
        return None  # the guide's own front matter, which holds no control
    framework = "iso27001" if owner == "iso27002" else owner
    for form in forms:
        try:
            ref = read_ref(form, framework=framework)
        except InvalidRef:
            continue
        if exists(framework, ref.local):
            return ref, True, ""
        whole = re.fullmatch(r"(.+)\.s1", ref.local)
        # A paragraph that has no numbered subparagraphs is its own first one.
        if whole and exists(framework, whole[1]) and f"{whole[1]}.s2" not in closed_set(framework):
            return Ref(framework, whole[1]), True, ""
        return ref, False, hint_for(ref, exists)
    return None


def _canonical(text: str, frameworks: Collection[str], exists: Exists) -> Iterator[Mention]:
    """Yield the canonical refs of these frameworks ("nis2:21.2.h")."""
    alternatives = "|".join(re.escape(name) for name in sorted(frameworks, key=len, reverse=True))
    pattern = re.compile(
        rf"(?<![\w/.:@-])(?P<framework>{alternatives}):(?!(?:19|20)\d\d(?!\d))(?P<local>[A-Za-z0-9][A-Za-z0-9_.~#-]{{0,120}})",
        re.ASCII,
    )
    for match in pattern.finditer(text):
        framework, local = match["framework"], match["local"].rstrip(".-~#_")
        # "cir:cular" has the form of nothing, "nis2:21" of a unit.
        try:
            ref = read_ref(f"{framework}:{local}")
        except InvalidRef:
            continue
        there = exists(framework, ref.local)
        hint = "" if there else hint_for(ref, exists) or f"no such unit in {framework}"
        yield Mention(match.start(), match.start("local") + len(local), framework, ref, there, hint)
