"""What the command line prints: tables that fit, colours, `--quiet`, gaps by priority and as tables, gates, hints."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import nis2map
from nis2map._shared import columns
from nis2map.cli._common import spoken
from nis2map.cli._parser import COMMANDS

from .test_cli import GOOD, LATER, WORSE, run

HOSPITAL = ("--type", "annexI.5.1", "--headcount", "300")
AWARE = ("--aware-at", "2026-03-27T15:20+01:00", "--member-state", "BE")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A function that makes standard output a terminal of some width, with what the environment says."""

    def make(width: int = 80, **environment: str) -> None:
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
        for name in ("NO_COLOR", "TERM", "COLUMNS"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((width, 24)))
        for name, value in ({"TERM": "xterm"} | environment).items():
            monkeypatch.setenv(name, value)

    return make


SHOWN = [
    ("coverage", WORSE),
    ("gaps", WORSE),
    ("gaps", WORSE, "--order", "legal"),
    ("compare", WORSE, LATER),
    ("plan", WORSE, "--budget", "5", "--measures"),
    ("roadmap", WORSE, "--certified"),
    ("find", "backup"),
    ("show", "A.8.24"),
    ("related", "A.8.24"),
    ("types",),
    ("formats",),
    ("scope", *HOSPITAL),
    ("duties", *HOSPITAL),
    ("registration", *HOSPITAL),
    ("deadlines", *AWARE),
]


@pytest.mark.parametrize("arguments", SHOWN, ids=lambda arguments: " ".join(map(os.path.basename, arguments)))
@pytest.mark.parametrize("width", [80, 120])
def test_what_is_printed_fits_the_terminal(
    capsys: pytest.CaptureFixture[str], terminal: Callable[..., None], arguments: tuple[str, ...], width: int
) -> None:
    """No line is wider, but for an address, which is never broken."""
    terminal(width, NO_COLOR="1")
    code, out, _ = run(capsys, *arguments)
    assert code in (0, 1)
    assert [line for line in out.splitlines() if len(line) > width and "://" not in line] == []


def test_columns_are_honoured_and_a_pipe_has_tables_of_80(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a pipe tables are 80 wide and sentences stay whole, for grep; COLUMNS says otherwise, for both."""
    monkeypatch.delenv("COLUMNS", raising=False)
    lines = run(capsys, "coverage", WORSE)[1].splitlines()
    table = [line for line in lines if re.search(r"\d %$", line)]
    assert {len(line) for line in table} == {80}
    assert any(len(line) > 120 for line in lines)
    monkeypatch.setenv("COLUMNS", "132")
    lines = run(capsys, "coverage", WORSE)[1].splitlines()
    assert 80 < max(map(len, lines)) <= 132


def test_numbers_are_never_wrapped() -> None:
    """Columns of words give way, the widest first; numbers and single words stay whole, whatever the width."""
    head = ("id", "what is asked", "why", "share", "from and to")
    rows = [("reporting-process", "a sentence of some words", "two words", "12.5 %", "0.0 % -> 100.0 %")]
    for width in (200, 80, 60, 20):
        text = columns(head, rows, right=(3,), width=width)
        assert "reporting-process" in text
        assert "12.5 %" in text
        assert "0.0 % -> 100.0 %" in text
    assert max(map(len, columns(head, rows, right=(3,), width=70).splitlines())) <= 70
    assert "sentence of some words" in columns(head, rows, right=(3,), width=200)


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colours_are_for_terminals_that_want_them(
    capsys: pytest.CaptureFixture[str],
    terminal: Callable[..., None],
    environment: dict[str, str],
    coloured: bool,
) -> None:
    """Classes of gaps have a colour, unless NO_COLOR is set to anything or the terminal is a dumb one."""
    terminal(100, **environment)
    out = run(capsys, "gaps", WORSE)[1]
    assert ("\x1b[31mstructural\x1b[0m: " in out) is coloured
    assert ("\x1b" in out) is coloured


def test_there_are_no_colours_in_a_pipe_in_json_and_in_files(
    capsys: pytest.CaptureFixture[str], terminal: Callable[..., None]
) -> None:
    """What another program reads has no escapes, even on a terminal, and no line of it is wrapped."""
    assert "\x1b" not in run(capsys, "gaps", WORSE)[1]
    terminal(40)
    assert "\x1b" not in run(capsys, "gaps", WORSE, "--json")[1]
    out = run(capsys, "gaps", WORSE, "--format", "csv")[1]
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) > 100
    assert max(map(len, run(capsys, "export", WORSE)[1].splitlines())) > 100


@pytest.mark.parametrize(
    ("arguments", "left_out"),
    [
        (("coverage", WORSE), "separately checkable"),
        (("coverage", WORSE), "is not scored"),
        (("plan", WORSE, "--budget", "1"), "framework nis2, within"),
        (("gaps", WORSE), "evidence: "),
        (("compare", WORSE, LATER), "framework nis2, within"),
        (("scope", *HOSPITAL), "Sources:"),
        (("deadlines", *AWARE), "Note: "),
        (("significance", "--type", "annexI.8.4", "--unavailable-for", "PT31M"), "Sources:"),
    ],
)
def test_quiet_leaves_out_explanations_and_notes(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], left_out: str
) -> None:
    """The answer alone is shorter and says the same first line."""
    whole, quiet = (run(capsys, *arguments, *more)[1] for more in ((), ("--quiet",)))
    assert left_out in whole
    assert left_out not in quiet
    assert 0 < len(quiet) < len(whole)
    assert quiet.splitlines()[0] == whole.splitlines()[0]


JSON = [
    *SHOWN,
    ("explain", WORSE, "nis2:21.2.h"),
    ("explain", WORSE),
    ("show",),
    ("fine", *HOSPITAL),
    ("significance", "--type", "annexI.8.4", "--unavailable-for", "PT31M"),
    ("member-state",),
    ("member-state", "BE"),
    ("export", WORSE),
    ("formats", "soa"),
    ("check", WORSE),
    ("lint", WORSE),
    ("review", "export", "--units", "nis2:21.2.h"),
]


@pytest.mark.parametrize("arguments", JSON, ids=lambda arguments: " ".join(map(os.path.basename, arguments)))
def test_every_command_answers_in_json(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    """One document on standard output, and nothing else."""
    code, out, _ = run(capsys, *arguments, "--json")
    assert code in (0, 1)
    assert isinstance(json.loads(out), (dict, list))


def test_a_report_answers_in_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The file is the report; standard output says where it is."""
    path = tmp_path / "report.html"
    code, out, _ = run(capsys, "report", WORSE, "-o", str(path), "--json")
    assert (code, json.loads(out)) == (0, {"output": str(path), "format": "html", "lang": "en"})
    assert path.read_bytes().lower().startswith(b"<!doctype html>")


def test_the_list_of_json_commands_leaves_none_out() -> None:
    """A new command is tried, too; those that need files made for them are tried where these are."""
    tried = {" ".join(arguments[:2]) if arguments[0] == "review" else arguments[0] for arguments in JSON}
    elsewhere = {"convert", "report", "verify", "review import", "review agree", "completion"}
    assert tried | elsewhere == set(COMMANDS)


# --- gaps


def test_gaps_come_in_the_order_in_which_one_would_close_them(capsys: pytest.CaptureFixture[str]) -> None:
    """The steps are those of a plan of controls and measures that closes all it can, the greatest gain first."""
    record = json.loads(run(capsys, "gaps", WORSE, "--json")[1])
    soa = nis2map.read_soa(WORSE)
    best = nis2map.plan(soa, target=1.0, measures=True)
    first = record["priority"][0]
    assert (first["do"], first["step"], first["title"]) == (1, best.steps[0].ref, best.steps[0].title)
    assert first["gain"] == best.steps[0].gain
    gains = [row["gain"] for row in record["priority"] if row["do"]]
    assert gains == sorted(gains, reverse=True)
    last = record["priority"][-1]
    assert (last["do"], last["step"]) == (None, None)
    listed = nis2map.gaps(soa)
    every = [demand for row in record["priority"] for demand in row["demands"]]
    assert sorted(every) == sorted(str(d.ref) for gap in listed for demands in gap.classes.values() for d in demands)
    assert set(last["demands"]) == {str(ref) for ref in best.unreachable}
    del record["priority"]
    assert record == listed.to_dict()


def test_gaps_in_legal_order_are_those_of_the_library(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--order legal` prints what the result says of itself, and JSON has no more than it."""
    monkeypatch.setenv("COLUMNS", "10000")
    listed = nis2map.gaps(nis2map.read_soa(WORSE))
    assert run(capsys, "gaps", WORSE, "--order", "legal")[1] == f"{listed}\n"
    assert json.loads(run(capsys, "gaps", WORSE, "--order", "legal", "--json")[1]) == listed.to_dict()


def test_the_text_says_what_to_do_first_and_what_that_closes(capsys: pytest.CaptureFixture[str]) -> None:
    """A heading a step with how many demands it meets and what it gains, the units below it, evidence below these."""
    out = run(capsys, "gaps", WORSE)[1]
    soa = nis2map.read_soa(WORSE)
    best = nis2map.plan(soa, budget=1, measures=True)
    after = nis2map.simulate(soa, best.dated("2027-01-01"))
    first, *_, last = [point.score.met for point in after]
    more = last - first
    gain = best.steps[0].gain or 0
    assert f"\ndo 1: {best.steps[0].title} (measure): {more} demands met, +{100 * gain:.1f} points\n" in out
    assert re.search(r"\n  Article .+\n    residual: .+\n(    .+\n)*    evidence: ", out)
    assert re.search(r"\ndo \d+: A\.6\.3 .+ \(put in place\): \d+ demands? met, ", out)
    assert "\nno control and no measure meets " in out


def test_a_complete_statement_has_no_gap_of_implementation(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Where nothing is short for a reason the list is empty, in every form."""
    full = tmp_path / "full.json"
    nis2map.dump(nis2map.Assessment.full(), full)
    for form in ("text", "csv", "md", "html"):
        code, out, _ = run(capsys, "gaps", str(full), "--class", "implementation", "--format", form)
        assert (code, "Article" in out) == (0, False)
    assert run(capsys, "gaps", str(full), "--class", "implementation", "-q")[1] == "0 demands not surely met: none\n"


HEAD = ["do", "unit", "title", "demand", "class", "what to do", "controls", "measures", "evidence", "ref"]


def test_gaps_as_csv_have_a_row_a_demand(capsys: pytest.CaptureFixture[str]) -> None:
    """Citation, title, demand, class, what to do, controls, measures and evidence; in the order asked for."""
    rows = list(csv.reader(io.StringIO(run(capsys, "gaps", WORSE, "--format", "csv")[1])))
    listed = nis2map.gaps(nis2map.read_soa(WORSE))
    assert rows[0] == HEAD
    assert len(rows) - 1 == sum(listed.summary.values())
    assert rows[1][0].startswith("1. ")
    assert rows[-1][0] == ""
    gap = listed[rows[1][-1].partition("#")[0]]
    assert rows[1][1:3] == [gap.requirement.citation, gap.title]
    assert rows[1][6:9] == [gap.named_controls, "; ".join(m.title for m in gap.measures), "; ".join(gap.evidence)]
    legal = list(csv.reader(io.StringIO(run(capsys, "gaps", WORSE, "--format", "csv", "--order", "legal")[1])))
    refs = [str(d.ref) for gap in listed for demands in gap.classes.values() for d in demands]
    assert [row[-1] for row in legal[1:]] == refs
    assert sorted(row[1:] for row in legal) == sorted(row[1:] for row in rows)
    chosen = csv.reader(io.StringIO(run(capsys, "gaps", WORSE, "--format", "csv", "--class", "structural")[1]))
    assert {row[4] for row in list(chosen)[1:]} == {"structural"}


def test_gaps_as_markdown_and_html_are_escaped_tables(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands in a title is shown as it is, is no markup, and in CSV no formula."""
    before = nis2map.Gap.title
    monkeypatch.setattr(nis2map.Gap, "title", property(lambda _: "=1|2 <b>bold</b>"))
    assert before is not nis2map.Gap.title
    page = run(capsys, "gaps", WORSE, "--format", "md")[1]
    assert page.splitlines()[0] == f"| {' | '.join(HEAD)} |"
    assert "<b>" not in page
    assert "1|2" not in page
    page = run(capsys, "gaps", WORSE, "--format", "html")[1]
    assert page.startswith('<!doctype html>\n<html lang="en"><head><meta charset="utf-8">')
    assert "=1|2 &lt;b&gt;bold&lt;/b&gt;" in page
    assert "<script" not in page
    rows = list(csv.reader(io.StringIO(run(capsys, "gaps", WORSE, "--format", "csv")[1])))
    assert rows[1][2] == "'=1|2 <b>bold</b>"


# --- gates


def test_coverage_is_a_gate(capsys: pytest.CaptureFixture[str]) -> None:
    """1 if less is met than asked for, on the number asked for; the answer is printed in any case."""
    cov = nis2map.coverage(nis2map.read_soa(WORSE)).overall
    assert cov.low is not None
    assert cov.estimate is not None
    code, out, err = run(capsys, "coverage", WORSE, "--fail-under", "50%")
    assert code == 1
    assert "overall" in out
    assert err == f"nis2map: low is {100 * cov.low:.1f} %, and the gate asks for 50.0 %\n"
    assert run(capsys, "coverage", WORSE, "--fail-under", str(cov.low))[0] == 0
    between = str((cov.low + cov.estimate) / 2)
    assert run(capsys, "coverage", WORSE, "--fail-under", between)[0] == 1
    assert run(capsys, "coverage", WORSE, "--fail-under", between, "--of", "estimate")[0] == 0
    code, _, err = run(
        capsys, "coverage", WORSE, "--crosswalk", "article", "--within", "nis2:20.2~management", "--fail-under", "0"
    )
    assert (code, err) == (1, "nis2map: nothing is counted, and the gate asks for 0.0 %\n")


def test_gaps_are_a_gate(capsys: pytest.CaptureFixture[str]) -> None:
    """1 if a demand is short for a reason named, also if `--class` does not show it."""
    question = ("--within", "Art. 21(2)(h)")
    listed = nis2map.gaps(nis2map.read_soa(GOOD), within="Art. 21(2)(h)")
    assert (listed.summary["residual"], listed.summary["structural"]) == (2, 0)
    assert run(capsys, "gaps", GOOD, *question)[0] == 0
    assert run(capsys, "gaps", GOOD, *question, "--fail-on", "structural")[0] == 0
    code, _, err = run(capsys, "gaps", GOOD, *question, "--fail-on", "residual", "--class", "structural")
    assert (code, err) == (1, "nis2map: the gate asks for none of these: 2 residual\n")
    assert run(capsys, "gaps", GOOD, *question, "--fail-on", "any", "--json")[0] == 1


# --- explain


def test_explain_says_why_a_number_is_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Of a unit, a demand, several of them, or the whole: what the coverage says itself."""
    cov = nis2map.coverage(nis2map.read_soa(WORSE))
    assert run(capsys, "explain", WORSE, "Art. 21(2)(h)")[1] == f"{cov.explain('Art. 21(2)(h)')}\n"
    several = ("nis2:21.2.h", "nis2:21.2.h~cryptography#policies")
    records = json.loads(run(capsys, "explain", WORSE, *several, "--json")[1])
    assert records == [cov.explain(unit).to_dict() for unit in several]
    (whole,) = json.loads(run(capsys, "explain", WORSE, "--json")[1])
    assert whole == cov.overall.explain().to_dict()
    code, out, err = run(capsys, "explain", WORSE, "A.8.24")
    assert (code, out) == (2, "")
    assert err.startswith("nis2map: ")


# --- check


def test_every_problem_of_a_file_is_told_whole(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Several have a line each below their count, one stands alone; the message of the library has to cut them."""
    path = tmp_path / "soa.csv"
    path.write_text("Control ID,Status\nA.5.1,50\nA.5.2,80\n", encoding="utf-8")
    code, out, err = run(capsys, "coverage", str(path))
    assert (code, out) == (2, "")
    first, *lines = err.splitlines()
    assert first == "nis2map: soa.csv: 2 problems"
    assert [line.partition(":")[0] for line in lines] == [
        f"  soa.csv, row {row}, column 'Status', iso27001" for row in (2, 3)
    ]
    for line, text in zip(lines, ("50", "80"), strict=True):
        assert line.endswith(f"; `nis2map formats soa` lists all, --word '{text}=...' adds one")
    path.write_text("Nr.,Status\nA.5.1,half\n", encoding="utf-8")  # a header of many languages
    assert run(capsys, "coverage", str(path))[2].endswith("lists all, --word 'half=...' adds one\n")
    path.write_text("Control ID,Status\nA.5.1,50\n", encoding="utf-8")
    (line,) = run(capsys, "coverage", str(path))[2].splitlines()
    assert line.startswith("nis2map: soa.csv, row 2, column 'Status', ")


def test_check_lists_what_is_wrong_with_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, stdin: Callable[[bytes], None]
) -> None:
    """Every problem with its place, every note; 1 if there is a problem, and a good file besides is still told of."""
    bad = tmp_path / "bad.csv"
    bad.write_text("Control ID,Status\nA.5.1,implemented\nA.5.2,80 %\nA.5.99,implemented\n", encoding="utf-8")
    code, out, err = run(capsys, "check", str(bad), WORSE)
    assert (code, err) == (1, "")
    assert f"{bad}: soa, " in out
    assert "A.5.99" in out
    assert f"{WORSE}: soa, 93 findings, no problem" in out
    stdin(Path(WORSE).read_bytes())
    assert run(capsys, "check", "-", "-q")[1] == "standard input: soa, 93 findings, no problem\n"
    records = json.loads(run(capsys, "check", str(bad), "--json")[1])
    assert [record["file"] for record in records] == [str(bad)]
    assert all(problem["row"] in (3, 4) for problem in records[0]["problems"])


def test_check_knows_documents_by_what_they_say_they_are(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Assessment, crosswalk, dataset, result: each is read as what it is, or as `--as` says."""
    soa = nis2map.read_soa(WORSE)
    crosswalk = nis2map.load().crosswalks["article"]
    for kind, value in (("assessment", soa), ("crosswalk", crosswalk), ("plan", nis2map.plan(soa, budget=1))):
        path = tmp_path / f"{kind}.json"
        nis2map.dump(value, path)
        code, out, _ = run(capsys, "check", str(path), "-q")
        assert (code, out) == (0, f"{path}: {kind}{', 93 findings' * (kind == 'assessment')}, no problem\n")
    path.write_text('{"nis2map": "plan", "version": 1, "odd": 1}', encoding="utf-8")
    code, out, _ = run(capsys, "check", str(path))
    assert code == 1
    assert len(out.splitlines()) > 1
    assert run(capsys, "check", str(tmp_path / "nowhere.csv"))[0] == 2
    assert run(capsys, "check", WORSE, "--as", "crosswalk")[0] == 1


# --- plan


def test_a_plan_shows_numbers_as_they_were_given(capsys: pytest.CaptureFixture[str]) -> None:
    """A budget of 50000 reads so, and a share is written either way."""
    assert run(capsys, "plan", WORSE, "--budget", "50000", "-q")[1].startswith("budget 50000: ")
    as_share, as_percent = (run(capsys, "plan", WORSE, "--target", said) for said in ("0.1", "10%"))
    assert as_share == as_percent
    assert as_share[1].startswith("target 10.0 %: ")


def test_no_step_of_a_plan_reads_as_if_it_added_nothing_without_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    """A step that waits for another one names it; what adds less than is shown says so."""
    out = run(capsys, "plan", GOOD, "--framework", "cir", "--target", "ceiling", "-q")[1]
    steps = nis2map.plan(nis2map.read_soa(GOOD), framework="cir", target="ceiling").steps
    assert any(step.gain is not None and 0 < step.gain < 0.0005 for step in steps)
    assert "  < +0.1 %  " in out
    for line in out.splitlines():
        assert "+0.0 %" not in line or "gains with" in line, line


# --- what is said of a file, and hints


def test_a_file_is_read_as_the_options_say(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Headers, words and numbers of one's own, as `read_soa` takes them."""
    path = tmp_path / "own.csv"
    path.write_text("Control ID,RAG,Score,Internal\nA.8.24,green,,x\nA.8.13,,3,y\n", encoding="utf-8")
    question = (
        "--column",
        "RAG=status",
        "--column",
        "Score=maturity",
        "--column",
        "Internal=",
        "--word",
        "green=implemented",
    )
    columns_ = {"RAG": "status", "Score": "maturity", "Internal": None}
    for said, scale in (
        ("0-5", "0-5"),
        ("3=0.25,5=implemented", {3: 0.25, 5: "implemented"}),
        ("3=planned", {3: "planned"}),
    ):
        record = json.loads(run(capsys, "export", str(path), *question, "--scale", said, "--json")[1])
        assert record == nis2map.read_soa(path, columns=columns_, words={"green": "implemented"}, scale=scale).to_dict()
    for flag, said in (("--column", "RAG"), ("--word", "=x"), ("--scale", "a=planned")):
        code, _, err = run(capsys, "coverage", str(path), flag, said)
        assert (code, err.startswith(f"nis2map: {flag}")) == (2, True), err
    old = tmp_path / "2013.csv"
    old.write_text("Old ID,New ID\nA.5.1.1,A.5.1\n", encoding="utf-8")
    table = tmp_path / "old.csv"
    table.write_text("Control ID,Status\nA.5.1.1,implemented\n", encoding="utf-8")
    code, out, _ = run(capsys, "export", str(table), "--correspondence", str(old), "--edition", "2013", "--json")
    assert (code, "A.5.1" in out) == (0, True)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("say which: columns={'RAG': 'status'}, or lang='en'", "say which: --column 'RAG=status', or --lang en"),
        ("say which one counts: columns={'RAG': None}", "say which one counts: --column 'RAG='"),
        ("or words={'grün': ...}", "or --word 'grün=...'"),
        ("say scale='0-5', or which level is what: scale={3: 0.5, 5: 'implemented'}",
         "say --scale 0-5, or which level is what: --scale 3=0.5,5=implemented"),
        ("read_soa(..., correspondence=load_correspondence('2013-to-2022.csv'))", "--correspondence 2013-to-2022.csv"),
        ("target='ceiling' asks for all controls can give", "--target ceiling asks for all controls can give"),
        ("measures=True lets a plan use measures", "--measures lets a plan use measures"),
        ("widen within=", "widen --within"),
        ("raise Limits(bytes=...) if you trust it", "only Python raises that limit"),
        ("'--fact x=maybe'", "'--fact x=maybe'"),
        ("is read with a larger Limits(cell=...) alone", "is read with a larger Limits(cell=...) alone"),
    ],
)  # fmt: skip
def test_hints_of_the_library_are_told_as_flags(told: str, said: str) -> None:
    """Somebody at a command line gives options, and no keyword arguments."""
    assert spoken(told) == said


@pytest.mark.parametrize(
    ("rows", "flag"),
    [
        ("Control ID,Maturity\nA.5.1,3\nA.5.2,5\n", "--scale 3=0.5,5=implemented"),
        ("Control ID,Maturity,Level\nA.5.1.1,3,2\nA.9.4.4,2,2\n", "--correspondence 2013-to-2022.csv"),
    ],
)
def test_a_refused_file_is_told_what_to_type(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, rows: str, flag: str
) -> None:
    """What the reader asks for is an option of the command."""
    path = tmp_path / "soa.csv"
    path.write_text(rows, encoding="utf-8")
    code, _, err = run(capsys, "coverage", str(path))
    assert code == 2
    assert flag in err
    assert not re.search(r"\w=[{'\[]|\(\)|read_soa", err)
