"""What stands beside the pages: pictures, the citation, the glossary, and the check that the site fetches nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import nis2map

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.sources
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks" / "source").glob("*.md"))


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests import what draws and checks."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "_extensions"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_readmes_picture_has_todays_numbers(theme: str) -> None:
    """What `tools/pictures.py` drew is what the sample scores now; after a change of data, draw it again."""
    pytest.importorskip("matplotlib")
    import pictures

    tree = ET.parse(ROOT / "docs" / "_static" / f"coverage-{theme}.svg")
    (drawn,) = (node.text for node in tree.iter("{http://purl.org/dc/elements/1.1/}description"))
    assert json.loads(drawn or "") == pictures.numbers(pictures.coverage())
    assert not list(tree.iter("{http://purl.org/dc/elements/1.1/}date"))


def test_drawing_again_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The script gives the same bytes each time, so that a difference in git is one of numbers or of looks."""
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import pictures

    monkeypatch.setattr(pictures, "FOLDER", tmp_path)
    pictures.draw()
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    pictures.draw()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    assert set(first) == {"coverage-light.svg", "coverage-dark.svg"}


def test_the_readme_shows_both_pictures() -> None:
    """Readers with a dark page get the dark one; the words in its place say what it shows."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(
        r'<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)">\s*<img src="([^"]+)" alt="([^"]+)"', text
    )
    assert shown
    assert shown[1].endswith("-dark.svg")
    assert shown[2].endswith("-light.svg")
    assert all((ROOT / path).is_file() for path in shown.groups()[:2])
    assert len(shown[3]) > 40


def test_links_of_the_readme_lead_somewhere() -> None:
    """Each relative link is a file of the checkout."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if not link.startswith("http")]
    assert len(links) > 10
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_the_citation_is_complete_and_of_this_version() -> None:
    """Tools that read CITATION.cff find what its format demands, and the licences that pyproject names."""
    yaml = pytest.importorskip("yaml")
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert cited["cff-version"] == "1.2.0"
    assert cited["version"] == nis2map.__version__
    assert " AND ".join(cited["license"]) in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_glossary_has_the_words_of_the_screens() -> None:
    """Whoever meets a word in a table or a result finds it, once, with a sentence and a link that leads somewhere."""
    page = ROOT / "docs" / "reference" / "glossary.md"
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", page.read_text(encoding="utf-8"), re.M)
    rows = [row for row in rows if row[0] not in ("word", "---")]
    words = [word for row in rows for word in re.split(r",\s*|\s*\(|\)", row[0]) if word]
    known = {word.strip("`") for word in words}
    wanted = {str(kind) for kinds in (nis2map.GapClass, nis2map.Grade) for kind in kinds}
    wanted |= {
        "demands",
        "met",
        "finish",
        "find out",
        "add",
        "act",
        "surely",
        "at most",
        "estimate",
        "low",
        "high",
        "ceiling",
    }
    wanted |= {
        "basis",
        "verdict",
        "finding",
        "assessment",
        "dataset",
        "crosswalk",
        "relation",
        "link",
        "ref",
        "control",
    }
    assert wanted - known == set()
    for word, meaning, link in rows:
        target = re.search(r"\]\(([^)#]+)", link)
        assert len(meaning) > 10, word
        assert target, word
        assert (page.parent / target[1]).is_file(), word


def test_a_site_that_fetches_from_elsewhere_is_found_out(tmp_path: Path) -> None:
    """`make docs` fails on a script, style, font or picture of another host; links that a reader follows are fine."""
    import site_checks

    good = '<link rel="stylesheet" href="_static/a.css"><script src="a.js"></script><a href="https://example.org">x</a>'
    (tmp_path / "good.html").write_text(good, encoding="utf-8")
    (tmp_path / "good.css").write_text("@font-face { src: url(font.woff2) }", encoding="utf-8")
    assert site_checks.foreign_loads(tmp_path) == []
    bad = '<script src="//cdn.example/x.js"></script><link rel="preconnect" href="https://fonts.example"><img src="http://e.example/a.png">'
    (tmp_path / "bad.html").write_text(bad, encoding="utf-8")
    (tmp_path / "bad.css").write_text(
        '@import "https://fonts.example/a.css"; a { background: url(//e.example/b.png) }', encoding="utf-8"
    )
    assert len(site_checks.foreign_loads(tmp_path)) == 5


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_by_itself(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader who downloads it, and nothing else, runs all its cells; it says what to install before the first."""
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    pytest.importorskip("polars")
    text = path.read_text(encoding="utf-8")
    assert "pip install" in text.split("```{code-cell}")[0]
    monkeypatch.chdir(tmp_path)
    space: dict[str, object] = {"__name__": "notebook"}
    for cell in re.findall(r"^```\{code-cell\}\n(.*?)^```", text, re.M | re.S):
        exec(compile(cell, path.name, "exec"), space)
    matplotlib.pyplot.close("all")
    assert list(tmp_path.iterdir()) == []


def test_there_are_four_notebooks_and_the_index_has_each() -> None:
    """Each is linked with what it shows."""
    index = (ROOT / "docs" / "notebooks" / "index.md").read_text(encoding="utf-8")
    assert len(NOTEBOOKS) == 4
    assert all(f"]({path.stem}.ipynb)" in index and f"\n{path.stem}\n" in index for path in NOTEBOOKS)
