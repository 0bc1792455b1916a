"""The links of a crosswalk as a networkx bipartite graph.

networkx is imported on first use, because importing it costs more than everything else this library does at start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .model import Control, Link, Relation, Requirement

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["build", "flatten"]


def build(units: Iterable[Requirement | Control], links: Iterable[Link]) -> nx.Graph[str]:
    """Return a frozen bipartite graph of units and links.

    Nodes are canonical refs as text; every unit is a node, linked or not. Node attributes: `side` ("requirement" or
    "control"), `bipartite` (0 or 1, as networkx's bipartite functions want it), `kind` (role, or clause, control,
    heading), `title`. Each control of a link gives an edge; its attributes are those of the first link of the pair
    (`relation`, `source`, `link`), and `links` has all of them in order. A link that says `no-relationship` gives no
    edge: its requirement carries `judged=True`, as every linked one does.
    """
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    for unit in units:
        graph.add_node(
            str(unit.ref), side=unit.side, bipartite=int(unit.side == "control"), kind=unit.kind, title=unit.title
        )
    for link in links:
        start = str(link.requirement)
        graph.nodes[start]["judged"] = True
        if link.relation is Relation.NO_RELATIONSHIP:
            continue
        for control in link.controls:
            end = str(control)
            known: dict[str, Any] = graph.edges[start, end] if graph.has_edge(start, end) else {}
            if known:
                known["links"] = (*known["links"], link)
            else:
                graph.add_edge(start, end, relation=str(link.relation), source=link.source, link=link, links=(link,))
    nx.freeze(graph)  # pyright: ignore[reportUnknownMemberType]
    return graph


def flatten(graph: nx.Graph[str]) -> nx.Graph[str]:
    """Return a copy whose attributes are texts, numbers and booleans alone, as GraphML and GEXF want them.

    `link` and `links` are replaced by `rationale` (joined with a blank line) and `review` of the links. The argument
    is not changed.
    """
    import networkx as nx

    flat: nx.Graph[str] = nx.Graph()
    flat.add_nodes_from((node, dict(data)) for node, data in graph.nodes(data=True))
    for start, end, data in graph.edges(data=True):
        links: tuple[Link, ...] = data["links"]
        flat.add_edge(
            start,
            end,
            relation=data["relation"],
            source=data["source"],
            rationale="\n\n".join(link.rationale for link in links if link.rationale),
            review=", ".join(sorted({str(link.review) for link in links})),
        )
    return flat
