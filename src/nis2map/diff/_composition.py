"""`compose`: what follows for two texts from the links that both have to a third.

Relations between parts of texts are those of RCC-5, of which exactly one holds. Chaining two of them leaves a set of
possible relations; several chains for one pair each narrow it. Where it stays possible that the two have nothing in
common, the result is a hint and no coverage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Literal, overload

import attrs

from .._shared import Column, Listing, Page, Record, Table, Tabular, View, choice, expect, member, one_line, written
from ..dataset import Dataset, Line, given, namer
from ..dataset import missing as missing_refs
from ..errors import InputError, Problem, UnknownRef, quote
from ..ids import Ref, parse_ref
from ..model import CONTAINING, TOUCHING, WITHIN, Crosswalk, Relation, in_order, meet
from ..scoring import BASES
from ._chains import Chain, ChainStep, Ends, Refs, Tree, chains_of, names, narrowing, steps_of

__all__ = ["Composition", "Conclusion", "Pair", "compose"]

_APART = Relation.NO_RELATIONSHIP
# A page shows the first pairs; all of them are in `pairs` and `to_dict`.
_SHOWN = 200


class Conclusion(StrEnum):
    """What the chains of a pair say together.

    `equal`, `within` (the left side surely lies in the right one, or equals it), `contains` (the other way round),
    `overlap`: they surely share something; `hint`: they may share something, and may not; `unrelated`: they surely
    share nothing; `contradiction`: no relation is left, so at least one of the links is wrong.
    """

    EQUAL = "equal"
    WITHIN = "within"
    CONTAINS = "contains"
    OVERLAP = "overlap"
    HINT = "hint"
    UNRELATED = "unrelated"
    CONTRADICTION = "contradiction"


# The narrowest bound first: what fits in it fits in the wider ones too.
_SURE = (
    (frozenset({Relation.EQUAL_TO}), Conclusion.EQUAL),
    (WITHIN, Conclusion.WITHIN),
    (CONTAINING, Conclusion.CONTAINS),
    (TOUCHING, Conclusion.OVERLAP),
)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Pair(Record, View):
    """Two units (or units that a joint link takes together) and the relations possible between them, left to right.

    `relations` is what all `chains` leave possible, in the order of `Relation`; empty means a contradiction.
    """

    left: Refs
    right: Refs
    relations: tuple[Relation, ...]
    chains: tuple[Chain, ...]
    _also = ("verdict",)

    @property
    def verdict(self) -> Conclusion:
        """What the chains say; without the joint ones it must hold to be more than a hint."""
        if not self.relations:
            return Conclusion.CONTRADICTION
        if self.relations == (_APART,):
            return Conclusion.UNRELATED
        # A joint link says what its controls do together: what is sure must hold without the chains that use one.
        possible = meet(chain.relations for chain in self.chains if not chain.joint)
        return next((verdict for bound, verdict in _SURE if possible <= bound), Conclusion.HINT)

    @property
    def via(self) -> Refs:
        """The units in the middle that the chains run through, in legal order."""
        return tuple(sorted({ref for chain in self.chains for ref in (*chain.first.right, *chain.second.left)}))

    def _page(self) -> Page:
        title = f"{names(self.left)} to {names(self.right)}: {self.verdict} ({_possible(self.relations)})"
        return Page(title, ("\n".join(f"  {chain}" for chain in self.chains),))


class _Sides:
    """A pair with how both of its sides are named, as a row of a table."""

    __slots__ = ("left", "pair", "right")

    def __init__(self, named: Callable[[Ref], Line], pair: Pair) -> None:
        self.pair = pair
        self.left, self.right = (_joined([named(ref) for ref in refs]) for refs in (pair.left, pair.right))


def _joined(units: Sequence[Line]) -> Line:
    """Return several units that count together as one line."""
    if len(units) == 1:
        return units[0]
    titles = [unit.title for unit in units if unit.title is not None]
    refs, citations = " + ".join(str(unit.ref) for unit in units), " + ".join(unit.citation or "" for unit in units)
    return Line(refs, citations, " + ".join(titles) if len(titles) == len(units) else None)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Composition(Record, View, Tabular, Listing[Pair]):
    """The pairs that two crosswalks give together, in legal order: len, iteration and places are over them.

    `composition[ref]`, in any text form of a unit, gives the pairs that it is on either side of; `UnknownRef` if none.

    `through` is the framework in the middle; `backwards` says of each crosswalk whether it was read from controls to
    requirements; `unmatched` are units in the middle that only the first crosswalk relates to anything.
    """

    crosswalks: tuple[str, str]
    backwards: tuple[bool, bool]
    through: str
    basis: str
    pairs: tuple[Pair, ...]
    unmatched: Refs
    digest: str
    _dataset: Dataset | None = attrs.field(default=None, eq=False, repr=False, alias="dataset", metadata=written())
    _columns = (
        *(
            Column(f"{side}{name}", "text", meaning, f"{side}.{place}")
            for side in ("left", "right")
            for name, place, meaning in (
                ("", "ref", "the unit, or the units that a joint link takes together"),
                ("_citation", "citation", "how it is cited"),
                ("_title", "title", "its title"),
            )
        ),
        Column("verdict", "text", "what the chains say together", "pair.verdict"),
        Column(
            "relations", "text", "the relations that they leave possible", lambda row: ", ".join(row.pair.relations)
        ),
        Column("via", "text", "the units in the middle", lambda row: ", ".join(map(str, row.pair.via))),
        Column("chains", "whole", "the number of chains", lambda row: len(row.pair.chains)),
    )

    @overload
    def __getitem__(self, index: int) -> Pair: ...
    @overload
    def __getitem__(self, index: slice | Ref | str) -> tuple[Pair, ...]: ...
    def __getitem__(self, index: int | slice | Ref | str) -> Pair | tuple[Pair, ...]:
        if isinstance(index, (int, slice)):
            return self.pairs[index]
        ref = index if isinstance(index, Ref) else parse_ref(index)
        pairs = tuple(pair for pair in self.pairs if ref in pair.left or ref in pair.right)
        if not pairs:
            raise UnknownRef(f"no pair has {ref} on either side", hint=f"they run through {self.through}")
        return pairs

    def __len__(self) -> int:
        return len(self.pairs)

    def __iter__(self) -> Iterator[Pair]:
        return iter(self.pairs)

    def of(self, verdict: Conclusion | str) -> tuple[Pair, ...]:
        """Return the pairs of one verdict."""
        wanted = member(Conclusion, verdict, "verdict")
        return tuple(pair for pair in self.pairs if pair.verdict is wanted)

    @property
    def contradictions(self) -> tuple[Pair, ...]:
        """The pairs for which the chains leave nothing possible."""
        return self.of(Conclusion.CONTRADICTION)

    def _lines(self) -> Iterator[_Sides]:
        named = namer(given(self._dataset))
        return (_Sides(named, pair) for pair in self.pairs)

    def __repr__(self) -> str:
        counts = ", ".join(f"{n} {v}" for v in Conclusion if (n := len(self.of(v))))
        return one_line(f"<Composition {self._title}: {counts or 'no pairs'}>")

    @property
    def _title(self) -> str:
        one, two = (f"{n} backwards" if b else n for n, b in zip(self.crosswalks, self.backwards, strict=True))
        return f"{one}, then {two}, through {self.through}"

    def _page(self) -> Page:
        rows = [
            (names(p.left), names(p.right), str(p.verdict), _possible(p.relations), names(p.via, ", "))
            for p in self.pairs[:_SHOWN]
        ]
        more = len(self) - _SHOWN
        notes = [f"and {more} more"] if more > 0 else []
        if self.unmatched:
            notes.append(f"only in {self.crosswalks[0]}: {names(self.unmatched, ', ')}")
        notes.append(f"basis {self.basis}, digest {self.digest[:12]}")
        return Page(self._title, (Table(("from", "to", "verdict", "what it may be", "through"), rows),), tuple(notes))


def compose(
    a: Crosswalk | str,
    b: Crosswalk | str,
    *,
    through: str | None = None,
    basis: Literal["statement", "guidance", "consideration"] = "statement",
    dataset: Dataset | None = None,
) -> Composition:
    """Return what follows for the outer frameworks from two crosswalks that share one, as sets of possible relations.

    Crosswalks are ids of the dataset or objects. If `a` leads to the framework that `b` starts from, both are read as
    they stand. Otherwise the one that has the shared framework on the wrong side is read backwards: with `a` from your
    policies to ISO/IEC 27001, and `b` "nis2map", the pairs run from policies to duties. `through` names the shared
    framework where there is more than one. A link that is full only with covers outside the basis is read as
    partial: on "statement" with those by what ISO/IEC 27002 says should be done or names for consideration, on
    "guidance" with the latter.

    Units in the middle meet if they are the same or one lies below the other; a link that names demands speaks of its
    unit's own demands and of nothing below. Joint links take part as a whole and give at best a hint. `no-relationship`
    links narrow what other chains give; of themselves they give a pair only where it surely follows that its two sides
    share nothing.

    Raises `InputError` if the crosswalks share no framework or several, or an object names units that do not exist.

    >>> import nis2map
    >>> policies = nis2map.Crosswalk("ours", "acme", "iso27001", [nis2map.Link("acme:1", "A.8.24", "equal-to")])
    >>> found = compose(policies, "nis2map")
    >>> found.through, found.backwards
    ('iso27001', (False, True))
    """
    data = given(dataset)
    choice(basis, BASES, "basis")
    if through is not None:
        expect(through, str, "through")
    one, two = _crosswalk(data, a), _crosswalk(data, b)
    middle, first_back, second_back = _orientation(one, two, through)
    firsts = steps_of(one, middle, basis, backwards=first_back, leading=True)
    seconds = steps_of(two, middle, basis, backwards=second_back, leading=False)
    tree = Tree(data)
    chains, unmatched = chains_of(tree, firsts, seconds)
    return Composition(
        crosswalks=(one.id, two.id),
        backwards=(first_back, second_back),
        through=middle,
        basis=basis,
        pairs=tuple(_pairs(tree, chains, firsts, seconds)),
        unmatched=unmatched,
        digest=data.digest,
        dataset=data,
    )


def _crosswalk(data: Dataset, given: Crosswalk | str) -> Crosswalk:
    if isinstance(given, str):
        data.head(given)
        return data.crosswalks[given]
    if not isinstance(given, Crosswalk):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"{quote(given)} is not a crosswalk", hint="a Crosswalk, or the id of one of the dataset's")
    named = {ref for link in given.links for ref in (link.requirement, *link.controls)}
    missing = missing_refs(data, {ref for ref in named if ref.framework in data.frameworks})
    problems = [
        Problem("the dataset has no such unit", path=f"crosswalk {given.id}", ref=str(ref), code="unknown-unit")
        for ref in missing
    ]
    ends = {*given.sources, given.target}
    problems += [
        Problem("the unit is of neither end of the crosswalk", path=f"crosswalk {given.id}", ref=str(ref), code="end")
        for ref in named
        if ref.framework not in ends
    ]
    if problems:
        raise InputError.of(problems, what=f"crosswalk {given.id} can't be composed")
    return given


def _orientation(one: Crosswalk, two: Crosswalk, through: str | None) -> tuple[str, bool, bool]:
    """Return the framework in the middle, and which crosswalk is read backwards; as they stand, if that is possible."""
    ways: list[tuple[str, bool, bool]] = []
    if one.target in two.sources:
        ways.append((one.target, False, False))
    if one.target == two.target:
        ways.append((one.target, False, True))
    ways += ((name, True, False) for name in one.sources if name in two.sources)
    if two.target in one.sources:
        ways.append((two.target, True, True))
    if through is not None:
        ways = [way for way in ways if way[0] == through]
    if ways and (ways[0][1:] == (False, False) or through is not None or len(ways) == 1):
        return ways[0]
    if not ways:
        where = f" {quote(through)}" if through is not None else ""
        ends = " and ".join(f"{c.id} ({'+'.join(c.sources)} to {c.target})" for c in (one, two))
        raise InputError(f"{ends} share no framework{where}", hint="compose crosswalks that have one in common")
    several = ", ".join(dict.fromkeys(way[0] for way in ways))
    raise InputError(f"{one.id} and {two.id} share several frameworks: {several}", hint="say which with through=")


def _pairs(
    tree: Tree, chains: dict[Ends, list[Chain]], firsts: list[ChainStep], seconds: list[ChainStep]
) -> Iterator[Pair]:
    narrow = narrowing(tree, firsts, seconds)
    for left, right in sorted(chains, key=lambda ends: tuple(tuple(ref.sort_key for ref in refs) for refs in ends)):
        several = chains[left, right]
        # "Nothing in common" twice says nothing of the ends, so that such chains give a pair only by what is sure.
        positive = any(c.first.relation is not _APART and c.second.relation is not _APART for c in several)
        if positive:
            several = [*several, *narrow(left, right)]
        relations = in_order(meet(c.relations for c in several))
        if positive or relations == (_APART,):
            yield Pair(left=left, right=right, relations=relations, chains=tuple(several))


def _possible(relations: tuple[Relation, ...]) -> str:
    return "anything" if len(relations) == len(Relation) else " or ".join(relations) or "nothing"
