"""The diagrams of the documentation are drawn from a script, and show what the data say."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

import nis2map

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.sources


@pytest.fixture
def diagrams(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    sys.modules.pop("diagrams", None)
    import diagrams

    return diagrams


def test_diagrams_are_up_to_date(diagrams: ModuleType) -> None:
    """The files are what the script draws."""
    for name, draw in diagrams.DIAGRAMS.items():
        assert (diagrams.FOLDER / name).read_text(encoding="utf-8") == draw(), "run: python tools/diagrams.py"


def test_diagrams_need_nothing_from_elsewhere(diagrams: ModuleType) -> None:
    """They are inlined into pages that carry no script, no font and no address but that of the SVG namespace."""
    for draw in diagrams.DIAGRAMS.values():
        svg = draw().replace("http://www.w3.org/2000/svg", "")
        assert "http" not in svg
        assert "<script" not in svg
        assert "<title>" in svg


def test_the_graph_that_is_drawn_is_that_of_the_data(diagrams: ModuleType) -> None:
    """Each line from a demand of Article 21(2)(h) to a control has the grade of the graph, and none is left out."""
    demands = {
        "crypto": "nis2:21.2.h~cryptography#policies",
        "crypto2": "nis2:21.2.h~cryptography#procedures",
        "enc": "nis2:21.2.h~encryption#policies",
        "enc2": "nis2:21.2.h~encryption#procedures",
    }
    graph = nis2map.load().graph(level="demand")
    drawn = {(demands[a], f"iso27001:{b}", grade) for a, b, grade in diagrams.EDGES if grade != "part-of"}
    assert drawn == {(a, b, data["grade"]) for a, b, data in graph.edges(demands.values(), data=True)}


def test_the_boxes_of_the_model_are_names_of_the_library(diagrams: ModuleType) -> None:
    """Every record that is drawn is a public class, but the question, which is arguments."""
    titles = {name for _, _, _, _, title, _ in diagrams.MODEL for name in title.split(", ")}
    assert {title for title in titles if not hasattr(nis2map, title)} == {"Question"}
