"""`compose`: what follows for two texts from the links that both have to a third.

Relations between parts of texts are those of RCC-5, of which exactly one holds. Chaining two of them leaves a set of
possible relations; several chains for one pair each narrow it. Where it stays possible that the two have nothing in
common, the result is a hint and no coverage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, overload

import attrs

from .._shared import columns, page, table
from ..dataset import Dataset, given
from ..dataset import missing as missing_refs
from ..errors import InputError, Problem, quote
from ..model import CONTAINING, TABLE, TOUCHING, WITHIN, Crosswalk, Relation, chained, in_order, meet
from ._chains import Chain, ChainStep, Ends, Refs, Tree, chains_of, names, narrowing, steps_of

__all__ = ["TABLE", "Chain", "ChainStep", "Composition", "Conclusion", "Pair", "chained", "compose"]

_APART = Relation.NO_RELATIONSHIP
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


_SURE = (
    (frozenset({Relation.EQUAL_TO}), Conclusion.EQUAL),
    (WITHIN, Conclusion.WITHIN),
    (CONTAINING, Conclusion.CONTAINS),
    (TOUCHING, Conclusion.OVERLAP),
)


@attrs.frozen(kw_only=True)
class Pair:
    """Two units (or units that a joint link takes together) and the relations possible between them, left to right.

    `relations` is what all `chains` leave possible, in the order of `Relation`; empty means a contradiction.
    """

    left: Refs
    right: Refs
    relations: tuple[Relation, ...]
    chains: tuple[Chain, ...]

    @property
    def verdict(self) -> Conclusion:
        """What the chains say; without the joint ones it must hold to be more than a hint."""
        if not self.relations:
            return Conclusion.CONTRADICTION
        if self.relations == (_APART,):
            return Conclusion.UNRELATED
        sure = [chain.relations for chain in self.chains if not chain.joint]
        left = meet(sure)
        return next((verdict for bound, verdict in _SURE if left <= bound), Conclusion.HINT)

    @property
    def via(self) -> Refs:
        """The units in the middle that the chains run through, in legal order."""
        return tuple(sorted({ref for chain in self.chains for ref in (*chain.first.right, *chain.second.left)}))

    def to_dict(self) -> dict[str, Any]:
        """Return the pair with its chains as a JSON-ready dict."""
        return self._row() | {"chains": [chain.to_dict() for chain in self.chains]}

    def _row(self) -> dict[str, Any]:
        return {
            "left": [str(ref) for ref in self.left],
            "right": [str(ref) for ref in self.right],
            "verdict": str(self.verdict),
            "relations": [str(relation) for relation in self.relations],
        }

    def __str__(self) -> str:
        lines = [f"{names(self.left)} to {names(self.right)}: {self.verdict} ({_possible(self.relations)})"]
        return "\n".join([*lines, *(f"  {chain}" for chain in self.chains)])


@attrs.frozen(kw_only=True, repr=False)
class Composition(Sequence[Pair]):
    """The pairs that two crosswalks give together, in legal order; a sequence of `Pair`.

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

    @overload
    def __getitem__(self, index: int) -> Pair: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Pair, ...]: ...
    def __getitem__(self, index: int | slice) -> Pair | tuple[Pair, ...]:
        return self.pairs[index]

    def __len__(self) -> int:
        return len(self.pairs)

    def __iter__(self) -> Iterator[Pair]:
        return iter(self.pairs)

    def of(self, verdict: Conclusion | str) -> tuple[Pair, ...]:
        """Return the pairs of one verdict."""
        wanted = Conclusion(verdict)
        return tuple(pair for pair in self.pairs if pair.verdict is wanted)

    @property
    def contradictions(self) -> tuple[Pair, ...]:
        """The pairs for which the chains leave nothing possible."""
        return self.of(Conclusion.CONTRADICTION)

    def to_dict(self) -> dict[str, Any]:
        """Return pairs, chains and what they were made from as a JSON-ready dict."""
        return {
            "crosswalks": list(self.crosswalks),
            "backwards": list(self.backwards),
            "through": self.through,
            "basis": self.basis,
            "digest": self.digest,
            "pairs": [pair.to_dict() for pair in self.pairs],
            "unmatched": [str(ref) for ref in self.unmatched],
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one flat row per pair."""
        return [
            {
                "left": " + ".join(map(str, pair.left)),
                "right": " + ".join(map(str, pair.right)),
                "verdict": str(pair.verdict),
                "relations": ", ".join(pair.relations),
                "via": ", ".join(map(str, pair.via)),
                "chains": len(pair.chains),
            }
            for pair in self.pairs
        ]

    def __repr__(self) -> str:
        counts = ", ".join(f"{n} {v}" for v in Conclusion if (n := len(self.of(v))))
        return f"<Composition {self._title}: {counts or 'no pairs'}>"

    @property
    def _title(self) -> str:
        one, two = (f"{n} backwards" if b else n for n, b in zip(self.crosswalks, self.backwards, strict=True))
        return f"{one}, then {two}, through {self.through}"

    def _rows(self) -> list[tuple[str, str, str, str, str]]:
        return [
            (names(p.left), names(p.right), str(p.verdict), _possible(p.relations), names(p.via, ", "))
            for p in self.pairs[:_SHOWN]
        ]

    def _notes(self) -> list[str]:
        more = len(self) - _SHOWN
        notes = [f"and {more} more"] if more > 0 else []
        if self.unmatched:
            notes.append(f"only in {self.crosswalks[0]}: {names(self.unmatched, ', ')}")
        return notes

    def __str__(self) -> str:
        head = ("from", "to", "verdict", "what it may be", "through")
        return "\n".join([self._title, columns(head, self._rows()), *self._notes()])

    def _repr_html_(self) -> str:
        head = ("from", "to", "verdict", "what it may be", "through")
        return page(self._title, [table(head, self._rows())], notes=self._notes())


def compose(
    a: Crosswalk | str,
    b: Crosswalk | str,
    *,
    through: str | None = None,
    basis: str = "statement",
    dataset: Dataset | None = None,
) -> Composition:
    """Return what follows for the outer frameworks from two crosswalks that share one, as sets of possible relations.

    Crosswalks are ids of the dataset or objects. If `a` leads to the framework that `b` starts from, both are read as
    they stand. Otherwise the one that has the shared framework on the wrong side is read backwards: with `a` from your
    policies to ISO/IEC 27001, and `b` "nis2map", the pairs run from policies to duties. `through` names the shared
    framework where there is more than one. On the basis "statement" a link that is full only if a control is
    implemented as guided is read as partial; on "guidance" as it stands.

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
    if basis not in ("statement", "guidance"):
        raise InputError(f"basis is {quote(basis)}", hint="one of: statement, guidance")
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
    )


def _crosswalk(data: Dataset, given: Any) -> Crosswalk:
    if isinstance(given, str):
        data.head(given)
        return data.crosswalks[given]
    if not isinstance(given, Crosswalk):
        raise InputError(f"{quote(given)} is no crosswalk", hint="a Crosswalk, or the id of one of the dataset's")
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
        found = chains[left, right]
        positive = any(c.first.relation is not _APART and c.second.relation is not _APART for c in found)
        if positive:
            found = [*found, *narrow(left, right)]
        relations = in_order(meet(c.relations for c in found))
        if positive or relations == (_APART,):
            yield Pair(left=left, right=right, relations=relations, chains=tuple(found))


def _possible(relations: tuple[Relation, ...]) -> str:
    return "anything" if len(relations) == len(Relation) else " or ".join(relations) or "nothing"
