"""Libraries of CISO Assistant: which of their tables hold units or pairs, and the ids in their URNs.

A library is a YAML document with the nodes of a framework, or with sets of mappings, of which two lead both ways. Other
tables stand beside them (implementation groups, scores, reference controls) whose ids are no units.
"""

from __future__ import annotations

from collections.abc import Iterable

from .._cells import Cells
from ._header import folded

__all__ = ["local_of", "mapping_tables", "node_tables"]

_NODES = "/requirement_nodes"
_MAPPINGS = "/requirement_mappings"
_ENDS = ("source requirement urn", "target requirement urn")
_REF = 5  # of urn:publisher:risk:req_node:framework:id, in which an id may have colons


def local_of(text: str) -> str:
    """Return the id in the URN of a node, as it stands there (in lower case); any other text as it is."""
    return text.split(":", _REF)[-1] if text.casefold().startswith("urn:") else text


def node_tables(tables: Iterable[Cells]) -> tuple[list[Cells], list[str]]:
    """Return the tables of nodes and a note of those beside them; all tables of what is not a library."""
    tables = list(tables)
    nodes = [cells for cells in tables if cells.sheet.endswith(_NODES)]
    if not nodes:
        return tables, []
    return nodes, [_unread(cells, "which is not a list of nodes") for cells in tables if cells not in nodes]


def mapping_tables(tables: Iterable[Cells], source: str) -> tuple[list[Cells], list[str]]:
    """Return the tables of mappings that lead one way, and a note of those that lead another.

    That way is the one from a framework whose URN names `source`, or else the first. All tables of other files.
    """
    tables = list(tables)
    sets = {cells.sheet: _way(cells) for cells in tables if cells.sheet.endswith(_MAPPINGS)}
    if not sets:
        return tables, []
    ways = list(sets.values())
    wanted = next((way for way in ways if source and source in way[0]), ways[0])
    kept = [cells for cells in tables if sets.get(cells.sheet) == wanted]
    notes = [
        _unread(
            cells,
            f"which leads from {' to '.join(sets[cells.sheet])}" if cells.sheet in sets else "which has no mappings",
        )
        for cells in tables
        if cells not in kept
    ]
    return kept, notes


def _way(cells: Cells) -> tuple[str, str]:
    """Return the frameworks that the URNs of the first mapping name."""
    places = [folded(cell) for cell in cells.rows[0][1]]
    first = next((row for _, row in cells.rows[1:]), ())
    source, target = (first[places.index(end)] if end in places[: len(first)] else "" for end in _ENDS)
    return _framework(source), _framework(target)


def _framework(urn: str) -> str:
    parts = urn.split(":", _REF)
    return parts[-2] if len(parts) > 1 else ""


def _unread(cells: Cells, why: str) -> str:
    return f"not read: {cells.sheet or 'a table'}, {why}"
