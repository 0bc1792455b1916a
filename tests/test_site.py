"""The page that makes the report in a browser: its Python, its policy and its texts; a browser runs it in acceptance."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import nis2map
from nis2map import report

ROOT = Path(__file__).parents[1]
BROWSER = ROOT / "docs" / "browser"
SAMPLE = ROOT / "examples" / "soa-with-gaps.csv"
pytestmark = pytest.mark.sources

sys.path.insert(0, str(ROOT / "tools"))
import site_page  # noqa: E402


def made(data: bytes, name: str = "soa.csv", **options: object) -> tuple[str, str]:
    """Call the page's own Python as the worker does."""
    space: dict[str, object] = {}
    exec(compile((BROWSER / "statement.py").read_text(encoding="utf-8"), "statement.py", "exec"), space)
    given = {"framework": "nis2", "lang": "en", "member_state": "", "certified": False, **options}
    return space["made"](name, data, **given)  # type: ignore[operator, no-any-return]


@pytest.mark.parametrize("lang", ["en", "de", "fr"])
def test_the_page_gives_the_library_s_report(lang: str) -> None:
    """Options of the page are those of the library, letter by letter."""
    soa = nis2map.read_soa(SAMPLE).certified()
    expected = report.html(soa, framework="cir", lang=lang, member_state="BE")
    options = {"framework": "cir", "lang": lang, "member_state": "BE", "certified": True}
    assert made(SAMPLE.read_bytes(), **options) == (expected, "")


def test_what_is_wrong_with_a_file_is_said_with_every_place() -> None:
    """A visitor has the file at hand, and mends all of it at once."""
    rows = "".join(f"A.8.{number},implemented\n" for number in range(90, 96))
    html, error = made(f"Control ID,Status\n{rows}".encode(), "my soa.csv")
    assert html == ""
    assert all(f"row {number}" in error for number in range(2, 8))
    assert error.startswith("my soa.csv")


def test_a_form_without_a_reader_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """No visitor of a page can install an extra."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    html, error = made(b"controls:\n  - id: A.5.1\n    status: implemented\n", "soa.yaml")
    assert html == ""
    assert "this page reads CSV, XLSX, Markdown and JSON" in error
    assert "pip" not in error


def test_the_page_is_filled_and_says_its_size_and_versions() -> None:
    """No placeholder is left, and what the page promises is in it."""
    text = site_page.filled(15 * site_page.MIB, "")
    assert "{{" not in text
    assert "<strong>15.0 MB</strong>" in text
    assert f"nis2map {nis2map.__version__} with data {nis2map.load().version}" in text
    assert len(re.findall(r"<option\s+value=", text)) == len(nis2map.member_states()) + 6


def test_the_policy_lets_the_page_connect_to_its_own_place_alone() -> None:
    """Scripts and styles are named one by one, those of the report in the frame too; no host but the page's own is."""
    text = site_page.filled(1, "")
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    rules = {
        name: values.split()
        for name, *rest in [part.split(maxsplit=1) for part in policy.split(";")]
        for values in rest
    }
    assert rules["default-src"] == ["'none'"]
    assert rules["connect-src"] == ["'self'"]
    assert not any(
        "unsafe-inline" in value or value.startswith("http") for values in rules.values() for value in values
    )
    for lang in ("en", "de", "fr"):
        page = report.html(nis2map.read_soa(SAMPLE), lang=lang)
        assert set(site_page.hashes(page, "script")) <= set(rules["script-src"])
        assert set(site_page.hashes(page, "style")) <= set(rules["style-src"])
    assert set(site_page.hashes(text, "style")) <= set(rules["style-src"])


def test_no_script_of_the_page_makes_markup_of_a_text() -> None:
    """Names of files and errors reach the page as text; the report alone is HTML, in a frame without an origin."""
    scripts = (BROWSER / "page.js").read_text(encoding="utf-8") + (BROWSER / "worker.js").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function", scripts)
    assert not re.search(r"https?://", scripts)
    page = (BROWSER / "index.html").read_text(encoding="utf-8")
    assert 'sandbox="allow-scripts"' in page
    assert re.findall(r'(?:src|href)="(http[^"]*)"', page) == []


def test_each_wheel_of_the_page_is_pinned() -> None:
    """A newer release comes in when somebody has looked at it."""
    lines = (BROWSER / "requirements.txt").read_text(encoding="utf-8").split()
    assert all(re.fullmatch(r"[a-z_]+==[\d.]+", line) for line in lines)
    assert {"attrs", "cattrs", "openpyxl"} <= {line.partition("==")[0] for line in lines}
