"""The examples, the demo and the README run as they stand."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import nis2map

from .evidence import SoaPair, soa_pairs
from .test_golden import REGENERATE

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
SCRIPTS = sorted(path for path in EXAMPLES.glob("*.py") if path.name != "demo.py")


def run(*arguments: str, cwd: Path = ROOT) -> str:
    # Wherever a script is started, it runs with the nis2map that these tests are run with.
    variables = {**os.environ, "PYTHONPATH": str(Path(nis2map.__file__).parents[1])}
    found = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=cwd, env=variables)
    assert found.returncode == 0, found.stderr
    assert found.stderr == ""
    return found.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_an_example_prints_what_lies_beside_it(script: Path, tmp_path: Path) -> None:
    """Each runs from any folder, with warnings as errors, and prints what `examples/expected` holds, word for word.

    After a wanted change write it anew with `NIS2MAP_REGENERATE=1 pytest tests/test_examples.py`, and read the difference.
    """
    printed = run("-W", "error", str(script), cwd=tmp_path).replace(nis2map.load().version, "<version>")
    expected = EXAMPLES / "expected" / f"{script.stem}.txt"
    if REGENERATE:
        expected.write_text(printed, encoding="utf-8")
    assert printed == expected.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == []


def test_the_table_of_examples_has_each_script_with_its_question() -> None:
    """Whoever opens the folder finds every script under the question that its docstring opens with, and no other."""
    rows = re.findall(
        r"^\| (.+?) \| \[(\w+\.py)\]\(\2\) \|", (EXAMPLES / "README.md").read_text(encoding="utf-8"), re.M
    )
    opened = {
        path.name: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) for path in EXAMPLES.glob("*.py")
    }
    assert {name: question for question, name in rows} == {
        name: (text or "").partition("\n")[0] for name, text in opened.items()
    }


def test_what_the_documentation_includes_of_the_examples_is_there() -> None:
    """Each piece of code that a page takes from a file exists there under the name, or at the line, that the page gives."""
    taken = 0
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for path, options in re.findall(
            r"^```\{literalinclude\} (\S+)\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S
        ):
            source = (page.parent / path).read_text(encoding="utf-8")
            names = re.findall(r"^:pyobject: (\w+)$", options, re.M)
            lines = re.findall(r"""^:(?:start-at|end-before): ["'](.+)["']$""", options, re.M)
            assert all(re.search(rf"^(?:def|class) {name}\b", source, re.M) for name in names), (page.name, names)
            assert all(line in source for line in lines), (page.name, lines)
            taken += len(names) + len(lines)
    assert taken >= 7


def test_the_tour_shows_links_and_sources() -> None:
    """The tour cites as lawyers do, shows a refused id, and counts ENISA's links."""
    out = run(str(EXAMPLES / "tour.py"))
    assert "Article 21(2), point (h)" in out
    assert "iso27001 has no unit 'A.8.35'" in out
    assert "links 89 of 138" in out  # 69 controls and 20 clauses


def test_the_demo_shows_ten_lines() -> None:
    """The headline per Article, and the three things to do first with why: one look, at most 100 columns wide."""
    lines = run(str(EXAMPLES / "demo.py")).splitlines()
    assert len(lines) == 10
    assert max(map(len, lines)) <= 100
    assert re.fullmatch(
        r"soa-with-gaps.csv: \d+ of 107 core demands of NIS 2 met with an ISO 27001 certificate, 4 without", lines[0]
    )
    assert [line.split()[1] for line in lines[2:7]] == ["3", "20", "21", "23", "29"]
    step = r"do [123]: .*: \d+ more met \(\+\d+\.\d points\); no ISO control (does that|meets \d+ of them)"
    assert all(re.fullmatch(step, line) for line in lines[7:])


def test_the_demo_has_the_tables_behind_them() -> None:
    """Both samples with and without a certificate, two years, every class of gap, and what all controls would cover."""
    out = run(str(EXAMPLES / "demo.py"), "--all")
    assert out.count("\n== soa-") == 2
    assert out.count("with a certificate's clauses") == 2
    assert "ENISA's table links 69 of the 93 controls (74.2 %)." in out
    assert "what changed from soa-with-gaps.csv to soa-with-gaps-later.csv" in out
    for kind in nis2map.GapClass:
        assert str(kind) in out


@pytest.mark.parametrize("path", [path for pair in soa_pairs() for path in pair], ids=lambda path: path.name)
def test_the_demo_on_real_statements_of_applicability(path: Path) -> None:
    """The demo reads a complete file in either language and says why demands are not surely met."""
    out = run(str(EXAMPLES / "demo.py"), "--all", str(path))
    assert re.match(
        rf"{re.escape(path.name)}: \d+ of 107 core demands of NIS 2 met with an ISO 27001 certificate, ", out
    )
    assert f"== {path.name}: 93 controls" in out
    assert "demands not surely met, by gap class:" in out


@pytest.mark.parametrize("pair", soa_pairs(), ids=str)
def test_the_real_files_score_the_same_in_both_languages(pair: SoaPair) -> None:
    """The language of a file changes no number."""
    german, english = map(nis2map.read_soa, pair)
    assert german == english
    for framework in ("nis2", "cir"):
        one, two = (nis2map.coverage(soa.certified(), framework=framework) for soa in (german, english))
        assert dict(one.demands) == dict(two.demands)
        low, high = one.overall.low, one.overall.high
        assert low is not None
        assert high is not None
        assert 0 < low <= high <= 1


@pytest.mark.parametrize("name", ["my soa.csv", "l'été.csv", "a;b.csv"])
def test_make_demo_takes_any_name_of_a_file(name: str) -> None:
    """A blank, a quote or a semicolon in a name reaches the demo as a part of one argument."""
    command = ["make", "-n", "-o", ".venv/core", "demo", f"SOA={name}"]
    # `make test` hands its own flags down, with which a make that it starts speaks of folders too.
    alone = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=alone).stdout
    assert shlex.split(printed.splitlines()[-1])[1:] == ["examples/demo.py", name]


def test_the_readme_says_who_judged_and_how_to_install_before_anything_else() -> None:
    """On its first screen: nobody takes verdicts of language models for those of auditors, or looks for an install line."""
    first_screen = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split("```python")[0].split())
    assert "language model" in first_screen
    assert "no person has reviewed" in first_screen
    assert "pip install nis2map" in first_screen


def test_the_demo_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    """A file that can't be read is one line of ours and exit code 2."""
    bad = tmp_path / "soa.csv"
    bad.write_text("Title,Status\nPolicies,implemented\n", encoding="utf-8")
    found = subprocess.run([sys.executable, str(EXAMPLES / "demo.py"), str(bad)], capture_output=True, text=True)
    assert found.returncode == 2
    assert "no column of control ids" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("name", ["soa-nearly-complete", "soa-with-gaps", "soa-with-gaps-later"])
def test_the_samples_have_93_rows_with_reasons(name: str) -> None:
    """The samples are complete Statements of Applicability in which nothing had to be interpreted."""
    soa = nis2map.read_soa(EXAMPLES / f"{name}.csv")
    assert len(soa) == 93
    assert all(finding.justification for finding in soa.values())
    assert soa.notes == ()
