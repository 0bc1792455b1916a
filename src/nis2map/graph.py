"""The links of a crosswalk as a networkx graph, with attributes that every networkx writer takes.

networkx is imported on first use, because importing it costs more than everything else this library does at start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from ._shared import Arrow, Diagram, diagram
from .errors import InputError, InvalidRef, MissingExtra, clean, quote
from .ids import Ref
from .model import Control, Demand, Framework, Grade, Link, Relation, Requirement

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

__all__ = ["build", "mermaid", "to_pandas"]

_ORDER = tuple(Grade)
_PART_OF = "part-of"


def __dir__() -> list[str]:
    return sorted(__all__)


@attrs.frozen
class _Edge:
    """What one link says of one pair of nodes."""

    grade: Grade
    link: Link

    @property
    def rank(self) -> tuple[object, ...]:
        """The best grade first, then legal order."""
        link = self.link
        return (_ORDER.index(self.grade), link.requirement.sort_key, tuple(c.sort_key for c in link.controls))


def build(
    units: Iterable[Requirement | Control],
    links: Iterable[Link],
    *,
    demands: Mapping[Ref, tuple[Demand, ...]] | None = None,
    frameworks: Iterable[Framework] | None = None,
    target: str | None = None,
) -> nx.Graph[str]:
    """Return units and links as a bipartite graph, which is the caller's own and may be changed.

    Nodes are canonical refs as text, every unit, linked or not, each with `side` ("requirement" or "control"),
    `bipartite` (0 or 1, as networkx's bipartite functions want it), `kind` (role, or clause, control, heading) and
    `title`. With `demands` by unit, the demands stand in place of the requirements that carry them (`kind` "demand").

    The side is the place in the links: with `target`, the framework that these lead to, its units are controls and all
    others requirements, whatever they are elsewhere; without it each unit has the side of its class.

    One edge joins a pair that some link relates, with the attributes of its best link (by grade, then in legal order):
    `relation`, `grade`, `provenance` (the link's source), `review`; `rationale` holds those of all its links, set apart
    by blank lines, and `joint` how many controls the smallest link of that grade has. `no-relationship` gives no edge.

    With `frameworks` the graph has, besides, the units above the nodes, one node per framework (`kind` "framework")
    and edges with the relation `part-of` from demand to unit, from unit to parent and from the top to the framework;
    it is then no longer bipartite, and the other attributes of these edges are empty.
    """
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    known = {unit.ref: unit for unit in units}
    hierarchy = frameworks is not None
    for unit in known.values():
        side = _side(unit.ref.framework, unit.side, target)
        own = (demands or {}).get(unit.ref, ()) if side == "requirement" else ()
        if not own or hierarchy:
            _add_node(graph, str(unit.ref), side, unit.kind, unit.title)
        for demand in own:
            _add_node(graph, str(demand.ref), side, "demand", demand.label)
    for (start, end), edges in _edges(links, demands).items():
        best = min(edges, key=lambda edge: edge.rank)
        graph.add_edge(
            start,
            end,
            relation=str(best.link.relation),
            grade=str(best.grade),
            provenance=best.link.source,
            review=str(best.link.review),
            rationale="\n\n".join(dict.fromkeys(edge.link.rationale for edge in edges if edge.link.rationale)),
            joint=min(len(edge.link.controls) for edge in edges if edge.grade is best.grade),
        )
    if frameworks is not None:
        _add_hierarchy(graph, known, demands or {}, frameworks, target)
    return graph


def _side(framework: str, own: str, target: str | None) -> str:
    return own if target is None else "control" if framework == target else "requirement"


_NODES = ("side", "bipartite", "kind", "title")
_EDGES = ("relation", "grade", "provenance", "review", "rationale", "joint")
_WHOLE = ("bipartite", "joint")


def to_pandas(graph: nx.Graph[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a graph as two frames, its nodes and its edges; the graph is not changed.

    Nodes have a column `node` and then their attributes, edges `source` and `target` (of an edge that joins the two
    sides, requirement and control) and then theirs; attributes that a caller has added come last. What a node or an
    edge lacks is missing. `networkx.from_pandas_edgelist(edges, edge_attr=True)` gives the edges again.

    Raises `InputError` for what is not a graph of networkx, and for an attribute with the name of one of these columns;
    `MissingExtra` if pandas is not installed.
    """
    _expect_graph(graph)
    try:
        import pandas as pd
    except ImportError:
        raise MissingExtra("graph.to_pandas needs pandas", hint="pip install pandas") from None

    nodes = [((node,), data) for node, data in graph.nodes(data=True)]
    edges = [((start, end), data) for start, end, data in _directed(graph)]
    made = (_columns(("node",), _NODES, nodes), _columns(("source", "target"), _EDGES, edges))
    # Of a column without values pandas would make one of floats.
    texts, whole = pd.StringDtype(), pd.Int64Dtype()
    types = {name: whole if name in _WHOLE else texts for name in ("node", "source", "target", *_NODES, *_EDGES)}
    nodes_, edges_ = (
        pd.DataFrame({name: pd.Series(held, dtype=types.get(name)) for name, held in columns.items()})
        for columns in made
    )
    return nodes_, edges_


def mermaid(graph: nx.Graph[str], *, limit: int = 60) -> Diagram:
    """Return a small graph as the text of a Mermaid flowchart, which a notebook draws; the graph is not changed.

    Nodes are cited and titled, requirements first, each side in legal order; edges have their grade, and those of a
    hierarchy are dotted. Some part of a graph of
    `Dataset.graph` is what can be drawn, such as `networkx.ego_graph(graph, "nis2:21.2.h~cryptography")`.

    Raises `InputError` for what is not a graph of networkx, for a limit that is not a whole number from 1 up, and for a
    graph with more nodes than that, because nobody can read the picture.
    """
    _expect_graph(graph)
    if type(limit) is not int or limit < 1:
        raise InputError(f"limit is {quote(limit)}", hint="a whole number from 1 up")
    if len(graph) > limit:
        hint = "networkx.ego_graph(graph, node) is what surrounds one node; limit= draws more"
        raise InputError(f"a graph of {len(graph)} nodes is not drawn, {limit} are the most", hint=hint)
    # networkx gives the nodes of a part of a graph in the order of a set, which differs from run to run.
    ordered = sorted(graph.nodes, key=lambda node: _place(str(node), graph.nodes[node]))
    nodes = {str(node): _named(str(node), graph.nodes[node]) for node in ordered}
    rank = {node: place for place, node in enumerate(nodes)}
    arrows: list[Arrow] = []
    for start, end, data in sorted(_directed(graph), key=lambda edge: (rank[str(edge[0])], rank[str(edge[1])])):
        part, grade = data.get("relation") == _PART_OF, str(data.get("grade", ""))
        arrows.append(Arrow(str(start), str(end), grade, grade if grade in _ORDER else "", part))
    return diagram(nodes, arrows)


def _place(node: str, data: Mapping[str, object]) -> tuple[object, ...]:
    """Return where a node stands in the order of requirements, controls, and what a caller has added."""
    framework, _, local = node.partition(":")
    try:
        return (0, str(data.get("bipartite", "")), Ref(framework, local).sort_key)
    except InvalidRef:
        return (1, node)


def _named(node: str, data: Mapping[str, object]) -> str:
    framework, found, local = node.partition(":")
    try:
        name = Ref(framework, local).citation if found else node
    except InvalidRef:  # a node that the caller has added
        name = node
    return f"{name}\n{data.get('title') or ''}".rstrip()


def _directed(graph: nx.Graph[str]) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield edges from requirement to control; those that join one side stay as they are."""
    sides = {node: data.get("bipartite") for node, data in graph.nodes(data=True)}
    for start, end, data in graph.edges(data=True):
        yield (end, start, data) if sides[start] == 1 and sides[end] == 0 else (start, end, data)


def _expect_graph(graph: object) -> None:
    import networkx as nx

    if not isinstance(graph, nx.Graph):
        raise InputError(f"{clean(type(graph).__name__)} is not a graph of networkx", hint="Dataset.graph() gives one")


def _columns(
    keys: tuple[str, ...], names: tuple[str, ...], rows: Sequence[tuple[tuple[str, ...], dict[str, object]]]
) -> dict[str, list[object]]:
    """Return keys and attributes as columns, also those that no row has; attributes of a caller's own come last."""
    every = dict.fromkeys([*names, *(name for _, data in rows for name in data)])
    clash = next((key for key in keys if key in every), "")
    if clash:
        raise InputError(f"an attribute of the graph is called {clash}, as a column of the frame", hint="rename it")
    columns: dict[str, list[object]] = {key: [ends[place] for ends, _ in rows] for place, key in enumerate(keys)}
    return columns | {name: [data.get(name) for _, data in rows] for name in every}


def _add_node(graph: nx.Graph[str], node: str, side: str, kind: str, title: str) -> None:
    graph.add_node(node, side=side, bipartite=int(side == "control"), kind=kind, title=title)


def _edges(
    links: Iterable[Link], demands: Mapping[Ref, tuple[Demand, ...]] | None
) -> dict[tuple[str, str], list[_Edge]]:
    pairs: dict[tuple[str, str], list[_Edge]] = {}
    for link in links:
        if link.relation is Relation.NO_RELATIONSHIP:
            continue
        for start, grade in _ends(link, demands):
            for control in link.controls:
                pairs.setdefault((start, str(control)), []).append(_Edge(grade, link))
    return pairs


def _ends(link: Link, demands: Mapping[Ref, tuple[Demand, ...]] | None) -> Iterator[tuple[str, Grade]]:
    """Yield where a link starts, and in which grade: at its unit, or at each demand that it serves."""
    named = [(ref, grade) for grade, refs in link.by_grade.items() for ref in refs]
    if demands is None or not demands.get(link.requirement):
        yield str(link.requirement), link.grade
    elif named:
        yield from ((str(ref), grade) for ref, grade in named)
    else:  # a link that names no demand speaks of all of them
        yield from ((str(demand.ref), link.grade) for demand in demands[link.requirement])


def _add_hierarchy(
    graph: nx.Graph[str],
    units: Mapping[Ref, Requirement | Control],
    demands: Mapping[Ref, tuple[Demand, ...]],
    frameworks: Iterable[Framework],
    target: str | None,
) -> None:
    for framework in frameworks:
        side = _side(framework.id, framework.side, target)
        _add_node(graph, framework.id, side, "framework", framework.title)
    for unit in units.values():
        above = unit.ref.framework if unit.parent is None else str(unit.parent)
        pairs = [(str(unit.ref), above)]
        own = demands.get(unit.ref, ()) if _side(unit.ref.framework, unit.side, target) == "requirement" else ()
        pairs += [(str(demand.ref), str(unit.ref)) for demand in own if demand.ref != unit.ref]
        for start, end in pairs:
            graph.add_edge(start, end, relation=_PART_OF, grade="", provenance="", review="", rationale="", joint=0)
