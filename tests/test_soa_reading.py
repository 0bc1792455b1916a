"""`read_soa`: what a caller may say of a file, and what is never guessed."""

from __future__ import annotations

import io
import random
from typing import Any

import pytest

import nis2map
from nis2map import AmbiguousIds, Assessment, InputError, read_soa
from nis2map.ids import closed_set

from . import hostile

NUMBERS = [local[2:] for local in closed_set("iso27001") if local.startswith("A.") and local.count(".") == 2]


def read(text: str, **details: Any) -> Assessment:
    return read_soa(io.BytesIO(text.encode()), **details)


def said(soa: Assessment) -> dict[str, tuple[str, float | None]]:
    return {ref.local: (str(finding.status), finding.degree) for ref, finding in soa.items()}


def in_legal_order(number: str) -> list[int]:
    return [int(part) for part in number.split(".")]


def test_a_note_says_which_word_the_legend_explains() -> None:
    """A word that the legend of a file explains is told with what it was read as, and by which words."""
    soa = read(
        "Legend: I = Implemented, P = Planned\n\n| Control | Status |\n|---|---|\n| A.5.1 | I |\n| A.5.2 | P |\n"
    )
    assert said(soa) == {"A.5.1": ("implemented", None), "A.5.2": ("planned", None)}
    assert soa.notes == (
        "'I' read as implemented, by the legend of the file: 'Implemented' (1 row: A.5.1)",
        "'P' read as planned, by the legend of the file: 'Planned' (1 row: A.5.2)",
    )


@pytest.mark.parametrize("size", [20, 40, 60, 80, 93])
def test_numbers_that_went_through_a_spreadsheet_are_never_taken_for_others(size: int) -> None:
    """Of statements whose 5.10 became 5.1, in legal order, none with twenty controls or more is read as another one."""
    draw = random.Random(size)
    for _ in range(40):
        kept = sorted(draw.sample(NUMBERS, size), key=in_legal_order)
        spoilt = "".join(f"{float(number)},implemented\n" for number in kept)
        try:
            assert {ref.local[2:] for ref in read(f"Control,Status\n{spoilt}")} == set(kept)
        except AmbiguousIds as error:
            assert all(problem.code == "lost-zero" for problem in error.problems)
        whole = "".join(f"{number},implemented\n" for number in kept)
        if any(number.endswith("0") for number in kept):
            assert len(read(f"Control,Status\n{whole}")) == size


def test_what_nothing_shows_is_said() -> None:
    """Two numbers prove nothing: they are read as they stand, and the one note says what they might have been."""
    soa = read("Control,Status\n5.1,implemented\n5.2,planned\n")
    assert soa.notes == (
        "bare numbers are read as controls of Annex A; 5.1 is taken as it stands, and might have been 5.10",
    )
    whole = "".join(f"{number},implemented\n" for number in NUMBERS)
    assert read(f"Control,Status\n{whole}").notes == ("bare numbers are read as controls of Annex A",)


def test_headers_words_and_levels_that_a_caller_explains() -> None:
    """What no vocabulary holds is said by the caller: headers, words, and what a number means."""
    rag = "Control,Team,RAG\nA.5.1,Board,green\nA.5.2,IT,amber\n"
    columns, words = {"RAG": "status", "Team": "owner"}, {"Green": "implemented", "amber": "partial"}
    soa = read(rag, columns=columns, words=words)
    assert said(soa) == {"A.5.1": ("implemented", None), "A.5.2": ("partial", None)}
    assert (soa["A.5.1"].owner, soa.notes) == ("Board", ())
    levels = "Control,Maturity\nA.5.1,5\nA.5.2,3\nA.5.3,0\n"
    linear = {"A.5.1": ("implemented", None), "A.5.2": ("partial", 0.6), "A.5.3": ("not_implemented", None)}
    assert said(read(levels, scale="0-5")) == linear
    own = read(levels, scale={0: "planned", 3: 0.5, 5: "implemented"})
    assert said(own) == linear | {"A.5.2": ("partial", 0.5), "A.5.3": ("planned", None)}
    assert said(read("Control,Progress\nA.5.1,0.5\nA.5.2,1\n", scale="fraction"))["A.5.1"] == ("partial", 0.5)
    assert said(read("Control,Progress\nA.5.1,0.5\nA.5.2,1\n", scale="percent"))["A.5.2"] == ("partial", 0.01)
    twice = "Control,Status,State\nA.5.1,done,x\n"
    assert said(read(twice, columns={"State": None})) == {"A.5.1": ("implemented", None)}


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"columns": {"RAGG": "status"}}, r"no cell of the first 25 rows is 'ragg'; did you mean 'rag'\?"),
        ({"columns": {"RAG": "state"}}, r"columns: 'state' is not a field; did you mean status\?"),
        ({"words": {"green": "implementd"}}, r"words: 'implementd' is not a status; did you mean implemented\?"),
        ({"lang": "english"}, "lang is 'english'"),
        ({"scale": "0..5"}, "scale is '0..5'; one of: 'percent', 'fraction', '0-5'"),
        ({"scale": {}}, "scale is "),
        ({"scale": {"1": 0.5, 1.0: 0.2}}, "the scale gives 1 twice"),
        ({"scale": {"high": 0.5}}, "the scale's key 'high' is not a number"),
        ({"scale": {1: 2}}, "the scale's meaning of 1 is 2"),
        ({"scale": {1: "green"}}, "the scale's meaning of 1 is 'green'"),
        ({"edition": "2005"}, "edition is '2005'"),
    ],
)
def test_what_a_caller_says_wrongly_is_told(details: dict[str, Any], words: str) -> None:
    """An argument that means nothing is refused with the nearest that does, never left out."""
    with pytest.raises(InputError, match=words):
        read("Control,RAG\nA.5.1,green\n", **details)


def test_a_level_without_a_meaning_is_refused_and_one_beside_a_status_is_noted() -> None:
    """Whether three of five is in place is for the caller to say, unless the status says it."""
    with pytest.raises(InputError, match=r"'3' is a level, and nothing says what it means; say scale='0-5'"):
        read("Control,Maturity\nA.5.1,3\n")
    soa = read("Control,Status,Maturity\nA.5.1,partial,3\n")
    assert said(soa) == {"A.5.1": ("partial", None)}
    with pytest.raises(InputError, match="is not on the scale 0-5"):
        read("Control,Maturity\nA.5.1,7\n", scale="0-5")


def test_a_word_with_two_readings_is_settled_by_the_language() -> None:
    """Polish and Italian write one abbreviation for two things: the header, or the caller, says which."""
    text = "Control ID,Applicable,Status\nA.5.1,yes,implemented\nA.5.2,,n.d.\n"
    with pytest.raises(InputError, match=r"'n\.d\.' may mean not_applicable \(pl\) or unassessed"):
        read(text)
    assert said(read(text, lang="pl"))["A.5.2"] == ("not_applicable", None)
    assert said(read(text, lang="it"))["A.5.2"] == ("unassessed", None)
    polish = "Zabezpieczenie;Uzasadnienie;Status wdrożenia\nA.5.1;prawo;wdrożone\nA.5.2;brak;n.d.\n"
    assert said(read(polish))["A.5.2"] == ("not_applicable", None)


def test_titles_of_other_controls_are_one_note() -> None:
    """A title that slipped by a row is told for all rows at once, with the control that it is of."""
    ds = nis2map.load()
    rows = "".join(f'A.5.{n},"{ds[f"A.5.{n + 1}"].title}",done\n' for n in range(1, 9))
    (note,) = read(f"Control ID,Title,Status\n{rows}").notes
    assert note.startswith(f"titles of other controls: A.5.1 that of A.5.2, '{ds['A.5.2'].title[:20]}")
    assert note.endswith("and 3 more")


def test_a_maturity_column_may_not_hide_a_contradiction_between_sheets() -> None:
    """Two tables of one file that differ are a problem with both places, and what one lacks the other gives."""
    first = "Control,Applicable,Status\nA.5.1,yes,planned\nA.5.2,yes,\n\n"
    with pytest.raises(InputError, match=r"A\.5\.1 is implemented here and planned in row 2"):
        read(first + "Control,Status,Owner\nA.5.1,implemented,CISO\n")
    joined = read(first + "Control,Status,Owner\nA.5.2,implemented,CISO\n")
    assert said(joined) == {"A.5.1": ("planned", None), "A.5.2": ("implemented", None)}
    assert joined["A.5.2"].owner == "CISO"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Clause,Status\n4.1,done\n5.37,done\n", "4.1 is a clause and 5.37 a control of Annex A"),
        ("ID,Status\n2026-10-05,done\nA.5.1,done\n", "row 2, column 'ID': the id is a date, '2026-10-05'"),
        ("Nr.;Status\n5,4;done\n5,1;done\n", "'5,4' is a number with a decimal comma"),
        ("A.5.1,yes,done\nA.5.2,no,open\n", "write Control ID above column 1, Applicable above column 2"),
    ],
)
def test_ids_and_headers_that_can_not_be_read_say_what_to_write(text: str, words: str) -> None:
    """The error names the cell and the thing to write instead."""
    with pytest.raises(InputError, match=words):
        read(text)


def test_registers_of_something_else_say_nothing_of_a_control() -> None:
    """The status of a risk or an action is not that of the control that it names; the caller may say otherwise."""
    risks = "Risk ID,Risk,Control,Status\nR1,Theft,A.8.24,Open\nR2,Fire,A.7.5,Implemented\n"
    with pytest.raises(InputError, match="the rows are about something else, as 'Risk ID' says"):
        read(risks)
    said_so = read(risks, columns={"Risk ID": None, "Risk": None})
    assert said(said_so)["A.7.5"] == ("implemented", None)
    both = read("Control,Applicable,Status\nA.5.1,Yes,Implemented\nA.5.3,Yes,\n\n" + risks)
    assert set(said(both)) == {"A.5.1", "A.5.3"}
    assert any("the rows are about something else" in note for note in both.notes)
    beside = read("Control,Applicable,Status,Risk\nA.5.1,Yes,Implemented,R-1\n")
    assert "columns that are not read: 'Risk'" in beside.notes


@pytest.mark.parametrize(
    "written",
    ["ISO 27001:2022 - A.5.1", "27001:2022-A.5.1", "A.5.1:", "A.5.1 (new)", "Policies (A.5.1)", "Α.5.1", "Annex A 5.1"],
)
def test_spellings_of_an_id_that_can_mean_one_thing_alone(written: str) -> None:
    """An edition, a colon, a remark, a title before it or a Greek A does not make another control of it."""
    assert list(said(read(f"Control,Status\n{written},done\nA.8.24,done\n"))) == ["A.5.1", "A.8.24"]


def test_sums_and_counts_of_columns_are_left_out_by_name() -> None:
    """A total right below the table, and numbers under the headers, belong to no control."""
    soa = read("Control,Title,Status\n(1),(2),(3)\nA.5.1,Policies,done\nTotal,,1\n")
    assert list(said(soa)) == ["A.5.1"]
    assert any("row 2" in note and "row 4" in note for note in soa.notes)


def test_percentages_keep_the_digits_that_a_spreadsheet_gives() -> None:
    """A third of a hundred has sixteen digits, and the degree is the nearest to what is written."""
    soa = read("Control,Completion\nA.5.1,33.3333333333333%\nA.5.2,33.333%\nA.5.3,57%\n")
    assert [finding.degree for finding in soa.values()] == [0.333333333333333, 0.33333, 0.57]
    assert said(read("Control,Maturity\nA.5.1,3 - Defined\n", scale="0-5")) == {"A.5.1": ("partial", 0.6)}


@pytest.mark.parametrize("header", ["Not applicable", "N/A", "Exclusion", "Excluded"])
def test_a_column_of_exclusions_excludes(header: str) -> None:
    """Whatever it is called, a tick or a yes under it says that the control does not apply."""
    soa = read(f"Control,Status,{header},Reason\nA.5.1,done,,\nA.7.1,,Yes,no rooms\nA.7.2,,x,no rooms\n")
    assert [str(finding.status) for finding in soa.values()] == ["implemented", "not_applicable", "not_applicable"]


def test_one_thing_under_two_names_is_one_column_and_an_edition_mixed_in_is_refused() -> None:
    """Columns of one meaning of which no row fills both are one; ids of 2013 among others are never collected."""
    soa = read("Control,Applicable,Applicability\nA.5.1,yes,\nA.5.2,,no\n")
    assert said(soa) == {"A.5.1": ("unassessed", None), "A.5.2": ("not_applicable", None)}
    with pytest.raises(InputError, match="editions are mixed"):
        read("Control,Status\nA.8.1,done\nA.9.2.3,done\nA.5.37,done\n", on_problem="collect")
    repeats = "".join("A.5.1,done\n" for _ in range(30))
    assert len(read(f"Control,Status\n{repeats}").notes) == 1


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        ('<c r="C2" t="e"><v>#REF!</v></c>', "1 cell has no value: '#REF!' in row 2, column 'Owner'"),
        ('<c r="C2"><v>1e400</v></c>', "1 cell has no value: 'the number inf' in row 2, column 'Owner'"),
        (
            '<c r="D2" t="e"><v>#N/A</v></c><c r="E2"><f>A1</f></c>',
            "2 cells have no value, the first of them '#N/A' in row 2, column 'Remark'",
        ),
    ],
)
def test_errors_that_decide_nothing_are_told_once(cells: str, note: str) -> None:
    """In any column of a table that is read; in a column that decides they are problems, and not told twice."""
    headers = ("Control", "Status", "Owner", "Remark", "Evidence")
    names = "".join(hostile.cell(f"{at}1", name) for at, name in zip("ABCDE", headers, strict=True))

    def table(row: str) -> io.BytesIO:
        xml = f'<sheetData><row r="1">{names}</row><row r="2">{hostile.cell("A2", "A.5.1")}{row}</row></sheetData>'
        return io.BytesIO(hostile.archive(hostile.excel(xml)))

    assert read_soa(table(hostile.cell("B2", "planned") + cells)).notes == (note,)
    undecided = read_soa(table(f'<c r="B2" t="e"><v>#REF!</v></c>{cells}'), on_problem="collect")
    assert ([problem.code for problem in undecided.problems], undecided.notes) == (["no-value"], ())


def test_one_ticked_column_under_the_name_of_a_status_is_the_status() -> None:
    """A column "Implemented" with an x in some rows says implemented there and nothing elsewhere."""
    rows = "".join(f"A.5.{n},{'x' if n % 2 else ''},why\n" for n in range(1, 9))
    soa = nis2map.read_soa(io.BytesIO(f"Control ID,Implemented,Justification\n{rows}".encode()))
    assert {ref.local for ref, found in soa.items() if found.status == "implemented"} >= {"A.5.1", "A.5.3"}


@pytest.mark.parametrize(
    ("row", "named"),
    [("yes,done", "Applicable above column 2 (yes), Status above column 3 (done)"), ("done,", "Status above column 2")],
)
def test_a_table_without_a_header_is_told_which_names_its_columns_could_have(row: str, named: str) -> None:
    """The error says what to write above which column, from what stands in it."""
    rows = "".join(f"A.5.{n},{row}\n" for n in range(1, 9))
    with pytest.raises(nis2map.InputError) as caught:
        nis2map.read_soa(io.BytesIO(rows.encode()))
    assert named in str(caught.value)


def test_a_column_of_percentages_without_a_header_could_be_how_complete_it_is() -> None:
    """A share is no status, and a name for it is offered."""
    from .spreadsheets import Percent, Sheet, workbook

    made = workbook(Sheet("SoA", [[f"A.5.{n}", Percent(n / 10), "a word of our own"] for n in range(1, 9)]))
    with pytest.raises(nis2map.InputError, match="Completeness % above column 2"):
        nis2map.read_soa(io.BytesIO(made))
