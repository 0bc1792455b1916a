"""The command line: what it prints, its exit codes, and no traceback on bad input."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import nis2map
from nis2map.cli._main import main

EXAMPLES = Path(__file__).parents[1] / "examples"
WORSE, LATER, GOOD = (str(EXAMPLES / f"soa-{name}.csv") for name in ("with-gaps", "with-gaps-later", "nearly-complete"))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out = capsys.readouterr()
    return code, out.out, out.err


def test_show(capsys: pytest.CaptureFixture[str]) -> None:
    """`show` prints a unit, a demand, a control or the dataset, as text and as JSON."""
    code, out, _ = run(capsys, "show", "Art. 21(2)(h)")
    assert code == 0
    assert "nis2:21.2.h  Article 21(2), point (h)" in out
    assert "elaborated by Annex, point 9 of Implementing Regulation (EU) 2024/2690" in out
    code, out, _ = run(capsys, "show", "CIR 9.2(c)(iv)", "--json")
    record = json.loads(out)
    assert (code, record["ref"], record["elaborates"]) == (0, "cir:9.2.c.iv", ["nis2:21.2.h"])
    code, out, _ = run(capsys, "show", "cir:3.2.1#logging")
    assert "Tools log activities" in out
    code, out, _ = run(capsys, "show", "A.8.24")
    assert "theme technological" in out
    code, out, _ = run(capsys, "show", "--json")
    assert json.loads(out)["data"] == nis2map.load().version


def served(ref: nis2map.Ref) -> list[str]:
    """The lines on the controls that serve a requirement: each control by the best grade of its link."""
    found: dict[str, list[str]] = {}
    for link in nis2map.related(ref):
        grade = next(str(grade) for grade, demands in link.by_grade.items() if demands)
        found.setdefault(grade, []).append(" + ".join(control.citation for control in link.controls))
    return [
        f"served, {grade}: {'; '.join(dict.fromkeys(found[grade]))}"
        for grade in ("stated", "guided", "considered", "helped")
        if grade in found
    ]


def test_show_says_which_requirements_a_control_serves(capsys: pytest.CaptureFixture[str]) -> None:
    """By grade, at most a dozen a line, with the command that lists the others; a unit without links has no such line."""
    out = run(capsys, "show", "A.8.24")[1]
    assert "\nserves, stated: Article 21(2), point (h) (cryptography); Article 21(2), point (h) (encryption); " in out
    out = run(capsys, "show", "A.5.1")[1]
    assert re.search(r"; Annex, point \S+ and \d+ more \(nis2map related 'iso27001:A.5.1'\)\n", out)
    assert "serve" not in run(capsys, "show", "nis2:2.1")[1]


def test_ids_of_several_words_need_no_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    """`show clause 6.1.2` is what people type."""
    assert run(capsys, "show", "clause", "6.1.2") == run(capsys, "show", "clause 6.1.2")
    assert run(capsys, "related", "CIR", "9.2") == run(capsys, "related", "CIR 9.2")


def test_show_tells_all_that_is_known_of_a_requirement(capsys: pytest.CaptureFixture[str]) -> None:
    """Title, summary, role, demands, evidence, what it elaborates and what stands below: a line each, in this order."""
    dataset = nis2map.load()
    unit = dataset.requirement("cir:3.2.1")
    assert run(capsys, "show", "cir:3.2.1")[1].splitlines() == [
        "cir:3.2.1  Annex, point 3.2.1",
        unit.title,
        "role obligation, topic incident-handling, addressees relevant-entities",
        *(f"  #{demand.ref.demand}  {demand.label}" for demand in unit.demands),
        f"evidence: {'; '.join(unit.evidence)}",
        "elaborates Article 21(2), point (b)",
        *served(unit.ref),
    ]
    above = dataset.requirement("nis2:21.2.h")
    assert run(capsys, "show", "nis2:21.2.h")[1].splitlines() == [
        "nis2:21.2.h  Article 21(2), point (h)",
        above.title,
        above.summary,
        "role obligation, topic risk-management, addressees essential, important",
        "elaborated by Annex, point 9 of Implementing Regulation (EU) 2024/2690",
        *served(above.ref),
        *(f"  {ref}  {dataset[ref].title}" for ref in dataset.children("nis2:21.2.h")),
    ]


def test_show_as_json_counts_links_and_children_of_units_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """A demand has neither; a unit has both, even if there are none."""
    record = json.loads(run(capsys, "show", "nis2:21.2.h", "--json")[1])
    assert record["children"] == ["nis2:21.2.h~cryptography", "nis2:21.2.h~encryption"]
    assert record["links"] == len(nis2map.related("nis2:21.2.h"))
    assert record["elaborated_by"] == ["cir:9"]
    assert json.loads(run(capsys, "show", "A.8.24", "--json")[1])["children"] == []
    assert set(json.loads(run(capsys, "show", "cir:3.2.1#logging", "--json")[1])) == {
        "ref",
        "label",
        "evidence",
        "citation",
        "eli",
    }


def test_show_marks_a_demand_that_one_may_choose(capsys: pytest.CaptureFixture[str]) -> None:
    """Opt-outs and conditions stand behind the label; most demands have neither."""
    for demand in (demand for unit in nis2map.load().requirements("cir") for demand in unit.demands):
        if demand.optout or demand.conditional:
            marks = [
                word for word, on in (("opt-out", demand.optout), (f"if {demand.condition}", demand.conditional)) if on
            ]
            _, out, _ = run(capsys, "show", str(demand.ref))
            assert out.splitlines()[1] == f"{demand.label} ({', '.join(marks)})"
            break
    assert (
        run(capsys, "show", "cir:3.2.1#logging")[1].splitlines()[1]
        == "Tools log activities on network and information systems"
    )


def test_show_says_all_that_a_reader_asks_of_a_unit(capsys: pytest.CaptureFixture[str]) -> None:
    """Text has what JSON has where it matters: what the dataset holds, marks of demands, deadlines, amendments."""
    code, out, _ = run(capsys, "show")
    assert (code, f"digest: {nis2map.load().digest}" in out) == (0, True)
    assert "frameworks: nis2 (Directive (EU) 2022/2555), cir (" in out
    for ref, line in (
        (
            "cir:10.2.1#employees",
            "Backgrounds of employees are verified where their role requires it (opt-out, if employee_role_needs_verification)",
        ),
        ("nis2:3.3", "deadline P2Y from review interval after 2025-04-17"),
        ("clause 4.1", "theme clause, amended 2024"),
        ("CIR 10.2.1", "  #employees  Backgrounds of employees are verified where their role requires it (opt-out)"),
    ):
        _, out, _ = run(capsys, "show", ref)
        assert line in out.splitlines(), ref


def test_facts_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    """`--fact` settles what demands hang on, may be repeated, and takes yes or no."""
    asked = ("coverage", str(EXAMPLES / "soa-with-gaps.csv"))
    settled = ("--fact", "cross_border_effect=no", "--fact", "status_report_requested = yes")
    code, out, _ = run(capsys, *asked, *settled)
    assert code == 0
    assert "facts cross_border_effect=False, status_report_requested=True" in out
    assert "not counted: 2 excluded, 0 unjudged" in out
    for said in ("cross_border_effect", "cross_border_effect=maybe"):
        code, _, error = run(capsys, *asked, "--fact", said)
        assert (code, f"--fact '{said}': a name and yes or no are wanted" in error) == (2, True)
    code, _, error = run(capsys, *asked, *settled[:2] * 2)
    assert (code, "each once" in error) == (2, True)
    code, _, error = run(capsys, *asked, "--fact", "cross_border=no")
    assert (code, "nearest: cross_border_effect" in error) == (2, True)


def test_related(capsys: pytest.CaptureFixture[str]) -> None:
    """`related` lists the links of a crosswalk, and says so if there are none."""
    code, out, _ = run(capsys, "related", "A.5.21", "--crosswalk", "enisa", "--json")
    assert (code, len(json.loads(out))) == (0, 3)
    code, out, _ = run(capsys, "related", "CIR 9.2(c)(iv)")
    assert "A.8.24" in out
    code, out, _ = run(capsys, "related", "A.8.23", "--crosswalk", "enisa")
    assert (code, out) == (0, "no links\n")


def test_related_lists_the_demands_of_each_role(capsys: pytest.CaptureFixture[str]) -> None:
    """What a link covers and supports is why it is there."""
    _, out, _ = run(capsys, "related", "cir:3.2.1")
    for link in nis2map.related("cir:3.2.1"):
        for role in ("covers", "covers_guided", "supports"):
            slugs = [ref.demand for ref in getattr(link, role)]
            if slugs:
                assert f"  {role.replace('_', ' ')}: {', '.join(slugs)}\n" in out


def test_a_certificate_counts_only_if_it_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    """Clauses are not taken for granted: with and without --certified the numbers differ."""
    soa = nis2map.read_soa(WORSE)
    plain = json.loads(run(capsys, "coverage", WORSE, "--json")[1])["overall"]
    assert plain == nis2map.coverage(soa).overall.to_dict()
    assert plain != nis2map.coverage(soa.certified()).overall.to_dict()


def test_output_that_can_not_be_written_is_an_error_of_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk gives exit code 2 and its reason, not a traceback."""

    class Full:
        encoding = "utf-8"

        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

        def flush(self) -> None: ...

    monkeypatch.setattr(sys, "stdout", Full())
    assert main(["show", "A.8.24"]) == 2
    assert capsys.readouterr().err == "nis2map: No space left on device\n"


def test_coverage_and_gaps(capsys: pytest.CaptureFixture[str]) -> None:
    """The commands give the numbers of the functions, with the options asked for."""
    code, out, _ = run(capsys, "coverage", WORSE, "--json", "--certified", "--weights", "measure")
    record = json.loads(out)
    assert code == 0
    assert (
        record["overall"] == nis2map.coverage(nis2map.read_soa(WORSE).certified(), weights="measure").overall.to_dict()
    )
    code, out, _ = run(capsys, "coverage", GOOD, "--framework", "cir", "--basis", "guidance", "--within", "CIR 9")
    assert code == 0
    assert "overall" in out
    code, out, _ = run(capsys, "gaps", WORSE, "--json", "--within", "all")
    assert json.loads(out)["summary"]["structural"] > 0
    code, out, _ = run(capsys, "gaps", WORSE)
    assert "do 1: " in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("coverage", "-"),
        ("gaps", "-"),
        ("compare", "-", LATER),
        ("compare", LATER, "-"),
        ("plan", "-", "--budget", "1"),
        ("roadmap", "-", "--certified"),
    ],
)
def test_a_dash_stands_for_standard_input(
    capsys: pytest.CaptureFixture[str], stdin: Callable[[bytes], None], arguments: tuple[str, ...]
) -> None:
    """Every command that takes a Statement of Applicability reads it from standard input as from a file."""
    from_file = run(capsys, *(WORSE if part == "-" else part for part in arguments))
    assert from_file[1]
    stdin(Path(WORSE).read_bytes())
    assert run(capsys, *arguments) == from_file


@pytest.mark.parametrize("arguments", [("compare", "-", "-"), ("lint", "-", WORSE, "-")])
def test_standard_input_is_read_only_once(
    capsys: pytest.CaptureFixture[str], stdin: Callable[[bytes], None], arguments: tuple[str, ...]
) -> None:
    """Nothing is left for a second `-`, so two of them are refused instead of compared with an empty file."""
    stdin(Path(WORSE).read_bytes())
    message = "standard input can be read only once, and '-' is given twice; give a file instead"
    assert run(capsys, *arguments) == (2, "", f"nis2map: {message}\n")


def test_compare_exits_1_on_a_regression(capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code says whether something got worse, so that a pipeline can stop."""
    code, out, _ = run(capsys, "compare", WORSE, LATER)
    assert code == 1
    assert "A.5.23" in out
    code, out, _ = run(capsys, "compare", WORSE, WORSE, "--json")
    assert (code, json.loads(out)["changes"]) == (0, [])
    code, _, _ = run(capsys, "compare", WORSE, GOOD, "--within", "nis2:21.2.h")
    assert code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "A.8.35"), "nearest"),
        (("show", "5.1"), "it may be clause 5.1 or control A.5.1"),
        (("related", "A.8.24", "--crosswalk", "scf"), "it has nis2map, enisa, article"),
        (("coverage", "/nowhere/soa.csv"), "can't be read"),
        (("coverage", str(Path(__file__).parent)), "can't be read"),
        (("coverage", __file__), "no column of control ids"),
        (("coverage", WORSE, "--support", "2"), "support is 2.0"),
        (("gaps", WORSE, "--framework", "nis3"), "no framework"),
        (("coverage", WORSE, "--crosswalk", "enisa"), "do not link nis2"),
    ],
)
def test_bad_input_gives_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    """Bad input is one line on standard error that says what is wrong, and nothing on standard output."""
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("nis2map: ")
    assert message in err
    assert "Traceback" not in err


def test_wrong_command_lines_exit_2() -> None:
    """A wrong command line is the caller's fault, and never exit code 1."""
    for arguments in ((), ("nothing",), ("coverage",), ("coverage", GOOD, "--weights", "equal")):
        assert main(arguments) == 2


def test_all_problems_of_a_file_are_printed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Every problem of a file is printed with its place, past the three of the first line too."""
    rows = "\n".join(f"A.5.{n},yes,sort of" for n in range(1, 8))
    bad = tmp_path / "soa.csv"
    bad.write_text(f"Control ID,Applicable,Status\n{rows}\n", encoding="utf-8")
    code, _, err = run(capsys, "coverage", str(bad))
    assert code == 2
    assert "7 problems" in err
    assert "row 8, column 'Status'" in err


def test_python_m_nis2map() -> None:
    """The module runs as the command does, and a closed pipe is no error."""
    found = subprocess.run([sys.executable, "-m", "nis2map", "--version"], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == f"nis2map {nis2map.__version__}, data {nis2map.load().version}"
    piped = subprocess.run(
        f"{sys.executable} -m nis2map gaps {WORSE} --framework cir | head -1",
        shell=True, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert piped.stderr == ""


def test_plan(capsys: pytest.CaptureFixture[str]) -> None:
    """A plan is optimal, reaches the ceiling, and takes budgets; another target is refused with what is taken."""
    code, out, _ = run(capsys, "plan", WORSE, "--certified", "--target", "ceiling", "--json")
    record = json.loads(out)
    assert code == 0
    assert record["optimal"] is True
    assert record["reached"] == pytest.approx(nis2map.coverage(nis2map.read_soa(WORSE).certified()).overall.ceiling.low)
    code, out, _ = run(capsys, "plan", WORSE, "--budget", "3", "--of", "estimate")
    assert (code, "A." in out) == (0, True)
    code, _, err = run(capsys, "plan", WORSE, "--target", "most")
    assert (code, "a share from 0 to 1" in err) == (2, True)


def test_costs_of_a_plan(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One by one, or a file of two columns with or without a head; what is not a cost is refused with its place."""
    question = ("plan", WORSE, "--target", "ceiling", "--json")
    _, out, _ = run(capsys, *question)
    plain = {step["ref"]: step["cost"] for step in json.loads(out)["steps"]}
    first = nis2map.parse_ref(next(iter(plain)))
    file = tmp_path / "costs.csv"
    file.write_text(f'control;cost\n{first.citation};2.5\n\n"A.5.1";3;\n', encoding="utf-8")
    for options in (("--cost", f"{first}=2.5"), ("--costs", str(file))):
        code, out, _ = run(capsys, *question, *options)
        assert code == 0
        assert {step["ref"]: step["cost"] for step in json.loads(out)["steps"]} == plain | {str(first): 2.5}
    for content, message in (
        ("control,cost\nA.5.2,much", "row 2: 'much' is not a cost; a number from 0 up"),
        ("A.5.1,much\nA.5.2,1", "row 1: 'much' is not a cost; a number from 0 up"),
        ("A.5.1;2,5\nA.5.2;1", "row 1: '2,5' is not a cost"),
        ("A.5.99;2,5\nA.5.2;1", "row 1: iso27001 has no unit 'A.5.99'"),  # no control, and no head either
        ("report-templates;dear\nA.5.2;1", "row 1: 'dear' is not a cost"),  # a measure
        ("A.5.1;much;x\nA.5.2;1", "row 1: 3 cells, not two"),
        ("A.5.1,1\nA.5.1,2", "row 2: a second cost of 'A.5.1'"),
        ("A.5.1,1,x", "row 1: 3 cells, not two"),
        ("A.5.1,1\nA.5.99,1\nA.5.2,dear", "2 problems"),
        ("A.5.1,-1", "row 1: '-1' is not a cost; a number from 0 up"),
        ("A.5.1,nan\nA.5.2\nA.5.3,inf", "3 problems"),
        (f"A.5.1,{chr(34)}1", "is not a CSV"),  # this file is itself read as a CSV above, and may hold no lone quote
    ):
        file.write_text(content, encoding="utf-8")
        code, _, err = run(capsys, *question, "--costs", str(file))
        assert (code, message in err) == (2, True), err
    assert "there is no '='" in run(capsys, *question, "--cost", "A.5.1")[2]
    assert "a second cost of 'A.5.1'" in run(capsys, *question, "--cost", "A.5.1=1", "--cost", "A.5.1=2")[2]
    assert "did you mean reporting-process?" in run(capsys, *question, "--cost", "reporting-proces=3")[2]
    assert "--seconds" not in run(capsys, *question, "--seconds", "2")[2]


def test_a_fault_of_ours_has_a_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 70 tells a script that neither its call nor its file is to blame, and the traceback is kept."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a fault inside")

    monkeypatch.setattr("nis2map.cli._handlers._units.find", fail)
    assert main(["find", "backup"]) == 70
    error = capsys.readouterr().err
    assert error.endswith("nis2map: a fault of nis2map itself, please report it: ZeroDivisionError('a fault inside')\n")
    assert "Traceback" in error


class Output(io.StringIO):
    """Standard output that refuses what is written to it."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise self.error


def test_output_that_nobody_reads_on_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """`nis2map ... | head` ends the pipe when it has enough: exit code 0, and not a word on standard error."""
    written = io.StringIO()
    monkeypatch.setattr(written, "close", written.flush)
    monkeypatch.setattr("sys.stderr", written)
    monkeypatch.setattr("sys.stdout", Output(BrokenPipeError(32, "Broken pipe")))
    assert main(["show"]) == 0
    assert written.getvalue() == ""


def test_output_that_can_not_be_written_exits_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A full disk gives one line with the system's own words, and no traceback."""
    monkeypatch.setattr("sys.stdout", Output(OSError(28, "No space left on device")))
    assert main(["show"]) == 2
    assert capsys.readouterr().err == "nis2map: No space left on device\n"
