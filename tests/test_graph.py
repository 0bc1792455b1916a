"""`ds.graph()`: a networkx graph of the caller's own, with attributes that every writer takes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import networkx as nx
import pytest

import nis2map
from nis2map import Control, Crosswalk, Dataset, Demand, Framework, Link, Requirement
from nis2map.errors import InputError, NotMapped
from nis2map.graph import mermaid

from .tiny import tiny


def small() -> Dataset:
    """Two units (one with two demands), a heading over two controls, a joint link and two links on one pair."""
    return Dataset.from_parts(
        frameworks=(Framework("law", "A law"), Framework("set", "A set", "control")),
        requirements=(
            Requirement("law:1", None, "Above"),
            Requirement(
                "law:1.1", "law:1", "Below", demands=(Demand("law:1.1#a", "first"), Demand("law:1.1#b", "second"))
            ),
            Requirement("law:2", None, "Other", demands=(Demand("law:2#c", "third"),)),
        ),
        controls=(
            Control("set:9", "Heading", heading=True),
            Control("set:9.1", "One", parent="set:9"),
            Control("set:9.2", "Two", parent="set:9"),
        ),
        crosswalks=(
            Crosswalk(
                "x",
                "law",
                "set",
                (
                    Link("law:1.1", "set:9.1", "intersects-with", supports="a", rationale="helps", source="s"),
                    Link(
                        "law:1.1", ("set:9.1", "set:9.2"), "intersects-with", covers="b", rationale="both", source="s"
                    ),
                    Link("law:2", (), "no-relationship", rationale="looked"),
                ),
            ),
        ),
    )


def test_every_unit_is_a_node_and_every_related_pair_an_edge(dataset: Dataset) -> None:
    """Units that no link names are nodes too, so that what is missing can be seen."""
    graph = dataset.graph("enisa")
    assert graph.number_of_nodes() == len(dataset.of("cir")) + len(dataset.of("iso27001"))
    assert graph.number_of_edges() == 125
    assert graph.degree("iso27001:A.8.23") == 0
    assert graph.nodes["iso27001:A.8.23"] == {
        "side": "control", "bipartite": 1, "kind": "control", "title": "Web filtering",
    }  # fmt: skip
    sides = nx.get_node_attributes(graph, "side")
    assert nx.bipartite.is_bipartite_node_set(graph, {node for node, side in sides.items() if side == "requirement"})


def test_an_edge_says_what_the_best_link_of_its_pair_says() -> None:
    """The grade comes first, then legal order; rationales are those of all links, `joint` of the smallest link."""
    graph = small().graph("x")
    assert graph.edges["law:1.1", "set:9.1"] == {
        "relation": "intersects-with", "grade": "stated", "provenance": "s", "review": "unreviewed",
        "rationale": "helps\n\nboth", "joint": 2,
    }  # fmt: skip
    assert set(graph.edges) == {("law:1.1", "set:9.1"), ("law:1.1", "set:9.2")}  # no-relationship gives none


def test_at_the_level_of_demands_each_demand_has_its_own_edges() -> None:
    """A demand that nothing serves is a node without edges, and its unit is no node beside it."""
    graph = small().graph("x", level="demand")
    assert set(graph) == {"law:1", "law:1.1#a", "law:1.1#b", "law:2#c", "set:9", "set:9.1", "set:9.2"}
    assert graph.nodes["law:1.1#a"] == {"side": "requirement", "bipartite": 0, "kind": "demand", "title": "first"}
    grades = {(start, end): data["grade"] for start, end, data in graph.edges(data=True)}
    assert grades == {
        ("law:1.1#a", "set:9.1"): "helped",
        ("law:1.1#b", "set:9.1"): "stated",
        ("law:1.1#b", "set:9.2"): "stated",
    }


def test_a_link_that_names_no_demand_speaks_of_all_of_its_unit(dataset: Dataset) -> None:
    """ENISA's links are at the level of units; on the level of demands each demand of the unit has the edge."""
    graph = dataset.graph("enisa", level="demand")
    demands = dataset.demands("cir:3.4.1")
    linked = {link.controls[0] for link in dataset.links("enisa", requirement="cir:3.4.1", inherited=False)}
    assert demands
    for demand in demands:
        assert {str(control) for control in linked} <= set(graph[str(demand.ref)])


def test_the_hierarchy_joins_everything_to_its_framework() -> None:
    """With `hierarchy=True` demand, unit, parent and framework are joined, and nothing stands alone."""
    graph = small().graph("x", level="demand", hierarchy=True)
    part_of = {(a, b) for a, b, data in graph.edges(data=True) if data["relation"] == "part-of"}
    assert {frozenset(pair) for pair in part_of} == {
        frozenset(pair)
        for pair in (
            ("law:1.1#a", "law:1.1"), ("law:1.1#b", "law:1.1"), ("law:1.1", "law:1"), ("law:1", "law"),
            ("law:2#c", "law:2"), ("law:2", "law"), ("set:9.1", "set:9"), ("set:9.2", "set:9"), ("set:9", "set"),
        )
    }  # fmt: skip
    assert graph.nodes["set"] == {"side": "control", "bipartite": 1, "kind": "framework", "title": "A set"}
    assert nx.number_connected_components(graph) == 1


def test_nobody_can_write_into_a_shared_graph(dataset: Dataset) -> None:
    """Each caller gets a graph of his own: what he changes in it no other caller sees."""
    graph = dataset.graph("article")
    graph.add_edge("mine", "nis2:21")
    graph.nodes["nis2:21"]["title"] = "changed"
    again = dataset.graph("article")
    assert "mine" not in again
    assert again.nodes["nis2:21"]["title"] != "changed"


WRITERS: dict[str, tuple[Callable[..., object], Callable[..., nx.Graph]]] = {
    "graphml": (nx.write_graphml, nx.read_graphml),
    "gexf": (nx.write_gexf, nx.read_gexf),
    "gml": (nx.write_gml, nx.read_gml),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("options", [{}, {"level": "demand"}, {"level": "demand", "hierarchy": True}])
def test_writers_take_it_as_it_is_and_readers_give_it_back(dataset: Dataset, name: str, options: dict) -> None:
    """GraphML, GEXF and GML hold texts and numbers alone; a round trip keeps every attribute."""
    graph = dataset.graph("nis2map", **options)
    write, read = WRITERS[name]
    buffer = io.BytesIO()
    write(graph, buffer)
    back = read(io.BytesIO(buffer.getvalue()))
    assert set(back) == set(graph)
    for node, data in graph.nodes(data=True):
        assert {key: back.nodes[node][key] for key in data} == data
    for start, end, data in graph.edges(data=True):
        assert {key: back.edges[start, end][key] for key in data} == data


def test_json_and_edge_lists_work_as_they_are(dataset: Dataset) -> None:
    """`node_link_data` is JSON, and no attribute takes the name of an edge list's column."""
    graph = dataset.graph("enisa")
    data = json.loads(json.dumps(nx.node_link_data(graph, edges="edges")))
    assert nx.utils.graphs_equal(nx.node_link_graph(data, edges="edges"), graph)
    assert {"source", "target"}.isdisjoint(next(iter(graph.edges(data=True)))[2])


def test_unknown_crosswalks_and_levels_are_refused(dataset: Dataset) -> None:
    """The error names what there is."""
    with pytest.raises(NotMapped, match="it has nis2map, enisa, article"):
        dataset.graph("bsi")
    with pytest.raises(InputError, match="level is 'link'; one of: unit, demand"):
        dataset.graph(level="link")  # type: ignore[arg-type]


def test_networkx_is_imported_for_graphs_alone() -> None:
    """The graph module itself may be imported for nothing."""
    assert nis2map.graph.build([], []).number_of_nodes() == 0


def test_the_hierarchy_has_the_units_above_a_linked_definition() -> None:
    """Units to be looked up come with what lies above them, so that no node is a name alone."""
    dataset = tiny(
        [
            Requirement("law:1", None, "Definitions", reference=True),  # type: ignore[arg-type]
            Requirement("law:1.1", None, "Incident", reference=True),  # type: ignore[arg-type]
        ],
        "C.1",
        "1.1 & C.1",
    )
    graph = dataset.graph("x", hierarchy=True)
    assert graph.nodes["law:1"]["title"] == "Definitions"
    assert all(node.keys() >= {"side", "bipartite", "kind", "title"} for node in graph.nodes.values())


def test_a_drawing_of_a_part_does_not_hang_on_the_order_of_a_set() -> None:
    """networkx hands out the nodes of a subgraph in the order of a set: requirements come first, in legal order."""
    graph = nis2map.load().graph()
    near = sorted(nx.ego_graph(graph, "iso27001:A.8.24").nodes)
    turned = nx.Graph()
    for node in reversed(near):
        turned.add_node(node, **graph.nodes[node])
    turned.add_edges_from((end, start, graph.edges[start, end]) for start, end in graph.subgraph(near).edges)
    drawn = str(mermaid(turned, limit=100))
    assert drawn == str(mermaid(graph.subgraph(near), limit=100))
    assert drawn.index("Article 21(2)") < drawn.index("Annex, point 9.1") < drawn.index("A.8.24")
