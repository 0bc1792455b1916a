"""The list of checks, and `check`, which runs them on the tables of a dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs

from ...errors import Problem
from . import _link_checks as links
from . import _table_checks as tables_
from . import _unit_checks as units
from ._tables import Record, Tables, index_of

__all__ = ["CHECKS", "check", "check_index"]


def check(tables: Mapping[str, Sequence[Record]], *, strict: bool = False) -> list[Problem]:
    """Return all problems of the tables of a dataset, sorted by place."""
    return check_index(index_of(tables), strict=strict)


def check_index(index: Tables, *, strict: bool = False) -> list[Problem]:
    """Return all problems of the rows of an index, sorted by place."""
    problems: list[Problem] = []
    for name, check_of in CHECKS.items():
        if strict or name not in _STRICT:
            problems += (attrs.evolve(problem, code=problem.code or name) for problem in check_of(index))
    return sorted(problems, key=lambda problem: problem.sort_key)


CHECKS: dict[str, Callable[[Tables], Iterator[Problem]]] = {
    "number-id": tables_.number_ids,
    "refs": units.refs,
    "framework": units.framework_of_unit,
    "parents": units.parents,
    "demands": units.demand_rows,
    "titles": units.titles,
    "crosswalk-ends": links.crosswalk_ends,
    "link-ends": links.link_ends,
    "duplicate-links": links.duplicate_links,
    "link-demands": links.link_demands,
    "agreement": links.agreement,
    "strength": links.strength,
    "grain": links.grain,
    "empty-links": links.empty_links,
    "reviewed": links.reviewed,
    "references": tables_.references,
    "aliases": tables_.aliases,
    "sources": tables_.sources,
    "law": tables_.law,
    "types": tables_.types,
    "charset": tables_.charset,
    "provenance": links.provenance,
    "own-words": units.own_words,
    "order": units.order,
    "closed-sets": units.closed,
}
_STRICT = frozenset({"provenance", "own-words", "order", "closed-sets"})
