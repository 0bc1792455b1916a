"""The commands `export`, `convert` and `formats`, and the table of formats that the documentation shows."""

from __future__ import annotations

import csv
import importlib
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import nis2map
from nis2map import Assessment, dumps, read_soa
from nis2map.formats import catalogue
from nis2map.formats._tables import READABLE

from .test_cli import WORSE, run

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "md", "json"])
def test_export_writes_what_the_library_writes(suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By suffix, with what the form loses on standard error and nothing but one line on standard output."""
    path = tmp_path / f"soa.{suffix}"
    code, out, err = run(capsys, "export", WORSE, "-o", str(path))
    form = {"md": "markdown"}.get(suffix, suffix)
    assert (code, out) == (0, f"assessment written as {form}: {path}\n")
    assert path.read_bytes() == dumps(read_soa(WORSE), format=form)
    assert ("loses problems, notes and what each scope says" in err) is (suffix != "json")


def test_export_takes_the_crosswalk_the_basis_and_a_certificate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The legal requirements are those that were asked for, and count the clauses as implemented, as certified."""
    path = tmp_path / "soa.csv"
    assert (
        run(capsys, "export", WORSE, "-o", str(path), "--crosswalk", "enisa", "--framework", "cir", "--certified")[0]
        == 0
    )
    soa = read_soa(WORSE).certified()
    assert path.read_bytes() == nis2map.formats.csv.dumps(soa, crosswalk="enisa", framework="cir")
    assert run(capsys, "export", WORSE, "-o", str(path), "--basis", "guidance")[0] == 0
    assert path.read_bytes() == nis2map.formats.csv.dumps(read_soa(WORSE), basis="guidance")


def test_export_prints_where_no_file_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    """As CSV, as another form of text, as JSON; a spreadsheet can't be printed."""
    code, out, _ = run(capsys, "export", WORSE)
    assert code == 0
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[0] == ["Statement of Applicability"]
    assert any(row[:1] == ["A.8.34"] for row in rows)
    assert run(capsys, "export", WORSE, "--format", "markdown")[1].startswith("# Statement of Applicability\n")
    assert json.loads(run(capsys, "export", WORSE, "--format", "json")[1])["nis2map"] == "assessment"
    assert len(json.loads(run(capsys, "export", WORSE, "--json")[1])["findings"]) == 93
    code, _, err = run(capsys, "export", WORSE, "--format", "xlsx")
    assert (code, err) == (2, "nis2map: a spreadsheet can't be printed; give a file with -o\n")


def test_convert_reads_any_form_and_writes_any(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], stdin: Callable[[bytes], None]
) -> None:
    """From a statement to our document and back; what a reader had to interpret is told where the form loses it."""
    document, page, table = (tmp_path / name for name in ("a.json", "a.md", "a.csv"))
    assert run(capsys, "convert", WORSE, "-o", str(document))[0] == 0
    soa = read_soa(WORSE)
    assert nis2map.load_assessment(document) == soa
    code, out, err = run(capsys, "convert", str(document), "-o", str(table), "--json")
    assert (code, json.loads(out)["kind"], json.loads(out)["format"]) == (0, "Assessment", "csv")
    assert json.loads(out)["notes"][-1] == f"csv loses {nis2map.formats.csv.LOSES['Assessment']}"
    assert [line.removeprefix("nis2map: note: ") for line in err.splitlines()] == json.loads(out)["notes"]
    assert read_soa(table) == soa
    stdin(document.read_bytes())
    assert run(capsys, "convert", "-", "-o", str(page))[0] == 0
    assert page.read_bytes() == dumps(soa, format="markdown")
    stdin(Path(WORSE).read_bytes())
    assert run(capsys, "convert", "-", "-o", str(tmp_path / "b"), "--format", "csv")[0] == 0


def test_convert_takes_documents_of_other_kinds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A crosswalk goes into a document and no table; a dataset too, and it says what it loses."""
    crosswalk = nis2map.load().crosswalks["article"]
    source, target = tmp_path / "cw.json", tmp_path / "again.json"
    source.write_bytes(dumps(crosswalk))
    assert run(capsys, "convert", str(source), "-o", str(target)) == (0, f"crosswalk written as json: {target}\n", "")
    assert target.read_bytes() == source.read_bytes()
    code, _, err = run(capsys, "convert", str(source), "-o", str(tmp_path / "cw.csv"))
    assert (code, err) == (2, "nis2map: a crosswalk can't be written as csv; write .json\n")
    code, _, err = run(capsys, "export", str(source))
    assert (code, "is not a Statement of Applicability; nis2map convert takes others" in err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", WORSE, "-o", "a.ods"), "'a.ods': unknown suffix; one of: .csv, .xlsx, .md"),
        (("convert", "no-such.csv", "-o", "a.csv"), "no-such.csv"),
        (("export", WORSE, "-o", "no/such/folder.csv"), "can't be written"),
        (("export", WORSE, "-o", "a.csv", "--crosswalk", "nis2mop"), "the dataset has no crosswalk 'nis2mop'"),
        (("formats", "--lang", "de"), "--lang goes with 'nis2map formats soa'"),
        (("formats", "soa", "--lang", "tlh"), "there are no words in 'tlh'"),
    ],
)
def test_a_fault_of_the_caller_is_one_line(
    arguments: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 2, nothing on standard output, nothing written."""
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert not list(tmp_path.iterdir())


def test_a_document_of_another_kind_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON that says it is something of ours, and is nothing that can be converted."""
    path = tmp_path / "odd.json"
    path.write_text('{"nis2map": "sandwich", "version": 1}', encoding="utf-8")
    code, _, err = run(capsys, "convert", str(path), "-o", str(tmp_path / "a.csv"))
    assert (code, "a document of kind 'sandwich'" in err) == (2, True)


@pytest.mark.parametrize("kind", ["assessment", "crosswalk", "dataset", "plan"])
def test_a_document_that_can_not_be_converted_is_named_in_the_message(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its file, or as standard input."""
    path = tmp_path / "odd.json"
    path.write_text(f'{{"nis2map": "{kind}", "version": 1, "odd": 1}}', encoding="utf-8")
    code, _, err = run(capsys, "convert", str(path), "-o", str(tmp_path / "a.json"))
    assert (code, err.startswith("nis2map: odd.json")) == (2, True), err
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))
    code, _, err = run(capsys, "convert", "-", "-o", str(tmp_path / "a.json"))
    assert (code, err.startswith("nis2map: standard input")) == (2, True), err


def test_formats_lists_every_module_with_what_it_says_of_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """Each format module says what it reads, writes and loses; the command prints it, as text and as JSON."""
    rows = {row.name: row for row in catalogue()}
    modules = [
        name for name in dir(nis2map.formats) if name.islower() and hasattr(getattr(nis2map.formats, name), "LOSES")
    ]
    assert sorted(rows) == modules
    for name, row in rows.items():
        module = importlib.import_module(f"nis2map.formats.{name}")
        assert (row.reads, row.writes, dict(row.loses)) == (module.READS, module.WRITES, dict(module.LOSES))
        assert set(row.loses) <= {*row.writes, "reading"}
        # A docstring that promises more than the constants would be the one that people read.
        assert "dumps" in module.__all__ or not row.writes
        assert ("Assessment" in row.reads) == (name in READABLE)
    code, out, _ = run(capsys, "formats")
    assert code == 0
    assert out.startswith("csv\n  reads Assessment, ")
    assert "\n  writes Assessment, ReviewSheet\n  loses Assessment: problems" in out
    assert [row["name"] for row in json.loads(run(capsys, "formats", "--json")[1])] == sorted(rows)


def test_formats_soa_lists_the_words_that_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    """All of them, or those of one language and of none; each of them is read."""
    code, out, _ = run(capsys, "formats", "soa", "--json")
    words = json.loads(out)
    assert code == 0
    assert list(words[0]) == ["kind", "means", "language", "word", "usual"]
    code, out, _ = run(capsys, "formats", "soa", "--lang", "de")
    assert code == 0
    assert "umgesetzt" in out
    assert "mis en œuvre" not in out


def documented() -> list[list[str]]:
    page = (ROOT / "docs" / "reference" / "formats.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if re.match(r"\| \[?`\w+`", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.sources
def test_the_page_on_formats_says_what_the_modules_say() -> None:
    """One table of formats and their losses, which is that of the modules, and a page for each."""
    assert documented() == [
        [
            f"[`{row.name}`](formats/{row.name}.md)",
            ", ".join(row.reads) or "-",
            ", ".join(row.writes) or "-",
            row.losses,
        ]
        for row in catalogue()
    ]
    for row in catalogue():
        page = (ROOT / "docs" / "reference" / "formats" / f"{row.name}.md").read_text(encoding="utf-8")
        assert f"nis2map.formats.{row.name}" in page
        assert "```python" in page


def test_losses_are_true_of_assessments() -> None:
    """What a form is said to lose of an assessment is lost, and is all that is."""
    both = Assessment.across({"a": Assessment.of({"A.5.1": 0.4}, notes=["seen"]), "b": Assessment.of({"A.5.1": 0.3})})
    back = read_soa(io.BytesIO(dumps(both, format="csv")))
    assert (back, back.notes, dict(back.scopes)) == (both, (), {})
    kept = nis2map.loads(dumps(both), Assessment)
    assert (kept, kept.notes, kept.scopes) == (both, both.notes, both.scopes)
