"""Other people's tools read our graph: every node, edge and attribute comes back from each format."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import igraph
import networkx as nx
import pandas as pd

import nis2map

dataset = nis2map.load()


def same(written: nx.Graph, read: nx.Graph) -> None:
    """Nodes, edges and their attributes are those that were written, whatever the order."""
    assert dict(read.nodes(data=True)) == dict(written.nodes(data=True))
    edges = [{frozenset((a, b)): values for a, b, values in graph.edges(data=True)} for graph in (read, written)]
    assert edges[0] == edges[1]


def counted(written: nx.Graph, read: igraph.Graph, node: str) -> None:
    """The igraph reader gets the same nodes, with the sides, and as many edges."""
    assert sorted(read.vs[node]) == sorted(written)
    assert dict(zip(read.vs[node], read.vs["side"], strict=True)) == dict(written.nodes(data="side"))
    assert read.ecount() == written.number_of_edges()
    assert sorted(read.es["relation"]) == sorted(r for *_, r in written.edges(data="relation"))


for crosswalk in ("nis2map", "enisa"):
    for level in ("unit", "demand"):
        graph = dataset.graph(crosswalk, level=level)
        where = {suffix: Path(f"{crosswalk}-{level}.{suffix}") for suffix in ("graphml", "gexf", "gml")}
        nx.write_graphml(graph, where["graphml"])
        same(graph, nx.read_graphml(where["graphml"]))
        counted(graph, igraph.Graph.Read_GraphML(str(where["graphml"])), "id")
        nx.write_gml(graph, where["gml"])
        same(graph, nx.read_gml(where["gml"]))
        counted(graph, igraph.Graph.Read_GML(str(where["gml"])), "label")
        nx.write_gexf(graph, where["gexf"])
        read = nx.read_gexf(where["gexf"])
        assert set(read) == set(graph)
        assert {frozenset(edge) for edge in read.edges} == {frozenset(edge) for edge in graph.edges}
        text = json.dumps(nx.node_link_data(graph, edges="edges"))
        same(graph, nx.node_link_graph(json.loads(text), edges="edges"))
        table = nx.to_pandas_edgelist(graph)
        assert len(table) == graph.number_of_edges()
        assert {"source", "target", "relation"} <= set(table.columns)
        print(f"{crosswalk}, {level}: {len(graph)} nodes and {len(table)} edges come back from four formats")
print(
    f"networkx {nx.__version__}, igraph {igraph.__version__}, pandas {pd.__version__}, Python {sys.version.split()[0]}"
)
