"""RCC-5: what follows from A's relation to B and B's relation to C for A and C (Randell, Cui and Cohn 1992).

Exactly one of five relations holds between two parts of texts, neither of them empty: equal, subset, superset,
intersects (each has something that the other has not), disjoint, which a crosswalk calls `no-relationship`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .._shared import FrozenMap
from ._words import Relation

__all__ = ["ANY", "CONTAINING", "TABLE", "TOUCHING", "WITHIN", "Relations", "chained", "in_order", "meet"]

Relations = frozenset[Relation]

_SIGNS = {
    "=": Relation.EQUAL_TO,
    "<": Relation.SUBSET_OF,
    ">": Relation.SUPERSET_OF,
    "o": Relation.INTERSECTS_WITH,
    "|": Relation.NO_RELATIONSHIP,
}
# Rows: A to B; columns: B to C; cells: every relation that can hold between A and C.
_CELLS = """
      =      <      >      o      |
=     =      <      >      o      |
<     <      <      =<>o|  <o|    |
>     >      =<>o   >      >o     >o|
o     o      <o     >o|    =<>o|  >o|
|     |      <o|    |      <o|    =<>o|
"""


def _table() -> Mapping[tuple[Relation, Relation], Relations]:
    head, *rows = (line.split() for line in _CELLS.strip().splitlines())
    return FrozenMap(
        ((_SIGNS[row[0]], _SIGNS[sign]), frozenset(map(_SIGNS.__getitem__, cell)))
        for row in rows
        for sign, cell in zip(head, row[1:], strict=True)
    )


TABLE: Mapping[tuple[Relation, Relation], Relations] = _table()
ANY: Relations = frozenset(Relation)
WITHIN: Relations = frozenset({Relation.EQUAL_TO, Relation.SUBSET_OF})
CONTAINING: Relations = frozenset({Relation.EQUAL_TO, Relation.SUPERSET_OF})
TOUCHING: Relations = ANY - {Relation.NO_RELATIONSHIP}


def chained(first: Iterable[Relation], second: Iterable[Relation]) -> Relations:
    """Return every relation that can hold between A and C, given those possible from A to B and from B to C."""
    later = tuple(second)
    return frozenset(relation for before in first for after in later for relation in TABLE[before, after])


def meet(several: Iterable[Iterable[Relation]]) -> Relations:
    """Return the relations that all of several sets leave possible; all of them if there is no set."""
    left = ANY
    for relations in several:
        left = left.intersection(relations)
    return left


def in_order(relations: Iterable[Relation]) -> tuple[Relation, ...]:
    """Return relations in the order in which `Relation` has them."""
    possible = set(relations)
    return tuple(relation for relation in Relation if relation in possible)
