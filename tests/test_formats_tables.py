"""From the bytes of a file to tables of cells: CSV, workbooks, records; what a file is; and files that attack."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

import nis2map
from nis2map import InputError, LimitExceeded, Limits, Nis2mapError
from nis2map.errors import MissingExtra
from nis2map.formats import csv as csv_format
from nis2map.formats import markdown, xlsx, yaml
from nis2map.formats._cells import CellKind, Cells
from nis2map.formats._tables import READABLE, json_tables, sniff

from . import hostile, spreadsheets
from .spreadsheets import Formula, Percent, Sheet, workbook

LIMITS = Limits()


def separated(text: str | bytes, **limits: int) -> tuple[Cells, ...]:
    data = text if isinstance(text, bytes) else text.encode()
    return csv_format.tables(data, name="soa.csv", limits=Limits(**limits))


def texts(table: Cells) -> list[tuple[str, ...]]:
    return [row for _, row in table.rows]


# --- CSV ---------------------------------------------------------------------------------------------------------------


@given(
    rows=st.lists(st.lists(st.text(st.sampled_from('ab",;|\t\r\n \'.5é'), max_size=6), min_size=1, max_size=4), max_size=6),
    separator=st.sampled_from(",;\t|"),
    quoting=st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    end=st.sampled_from(("\n", "\r\n", "\r")),
)  # fmt: skip
def test_what_a_writer_writes_is_split_as_the_library_splits_it(
    rows: list[list[str]], separator: str, quoting: Any, end: str
) -> None:
    """Cells and line numbers are those of the standard library's strict reader, whatever stands in a cell."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)
    text = f"sep={separator}\n{out.getvalue()}"
    wanted: list[tuple[int, tuple[str, ...]]] = []
    line = 2
    reader = csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=separator, strict=True)
    for row in reader:
        stripped = [cell.strip() for cell in row]
        while stripped and not stripped[-1]:
            stripped.pop()
        wanted += [(line, tuple(stripped))] if stripped else []
        line = reader.line_num + 2
    found = csv_format.cells(text.encode(), name="x", limits=LIMITS)
    assert list(found.rows) == wanted


@given(st.text(st.sampled_from('ab",;\n\r'), max_size=30))
def test_broken_quotes_are_refused_where_the_library_refuses_them(body: str) -> None:
    """No text is split in another way than the strict reader splits it; what one refuses, the other does."""
    try:
        wanted = list(csv.reader(io.StringIO(body, newline=""), delimiter=",", strict=True))
    except csv.Error:
        with pytest.raises(InputError, match="a quote may be unbalanced"):
            csv_format.cells(f"sep=,\n{body}".encode(), name="x", limits=LIMITS)
        return
    found = csv_format.cells(f"sep=,\n{body}".encode(), name="x", limits=LIMITS)
    assert [[cell for cell in row if cell] for _, row in found.rows] == [
        kept for row in wanted if (kept := [cell.strip() for cell in row if cell.strip()])
    ]


def test_no_setting_of_the_process_counts() -> None:
    """A cell may be as long as Limits says, whatever another module made of csv.field_size_limit."""
    long = f'Control,Note\nA.5.1,{"x" * 200_000}\nA.5.2,"{"y" * 200_000}"\n'
    before = csv.field_size_limit(1_000)
    try:
        (found,) = separated(long, cell=300_000)
        assert [len(row[1]) for row in texts(found)] == [4, 200_000, 200_000]
        for text in (long, long.replace('"', "")):
            with pytest.raises(LimitExceeded, match="a cell has more than 150000 characters"):
                separated(text, cell=150_000)
        assert csv.field_size_limit() == 1_000
    finally:
        csv.field_size_limit(before)


def test_blocks_with_another_separator_are_tables_of_their_own() -> None:
    """Two exports in one file: none vanishes, and rows keep their numbers."""
    one = "Control ID,Applicable,Status\nA.5.1,No,\nA.5.2,Yes,planned\n"
    two = "Control ID;Applicable;Status\nA.6.1;Yes;done\nA.6.2;Yes;done\nA.6.3;Yes;done\n"
    for text, line in ((f"{one}\n{two}", 5), (f"{one}{two}", 4), (f"{one}\r\n{two}", 5)):
        first, second = separated(text)
        assert texts(first) == [("Control ID", "Applicable", "Status"), ("A.5.1", "No"), ("A.5.2", "Yes", "planned")]
        assert [number for number, _ in second.rows] == [line, line + 1, line + 2, line + 3]
    more = one + "A.5.3,No,x\n" * 5
    first, second = separated(f'{more}\n\n{two}"A.6.4";"Yes, all";"done"\n')
    assert (len(first.rows), second.rows[-1]) == (8, (15, ("A.6.4", "Yes, all", "done")))
    with pytest.raises(InputError, match="row 15: not a CSV"):
        separated(f'{more}\n\n{two}"A.6.4";"Yes\n')
    (whole,) = separated(f"Harbour Cranes, Ltd\nStatement, of 2026\n\n{two}")
    assert texts(whole)[0] == ("Harbour Cranes, Ltd",)  # prose with commas is no table


def test_a_csv_that_turns_into_markdown() -> None:
    """Blank lines, a heading, a pipe table, and again commas: each is read as what it is."""
    first, second, third = separated(
        "Control,Status\nA.5.1,done\nA.5.2,open\n\n\n## More, later\n\n| Control | Status |\n|---|---|\n"
        "| **A.5.15** | Excluded, for now |\n\nControl,Status\nA.6.1,done\n"
    )
    assert texts(first) == [("Control", "Status"), ("A.5.1", "done"), ("A.5.2", "open")]
    assert second.rows == ((8, ("Control", "Status")), (10, ("A.5.15", "Excluded, for now")))
    assert second.sheet == "More, later"
    assert third.rows == ((12, ("Control", "Status")), (13, ("A.6.1", "done")))


SWALLOWED = {
    "id in the second column": 'Title,Control ID,Status\n"Policies,A.5.1,no\nRoles,A.5.2,planned\nDuties",A.5.3,yes\nAuth,A.5.5,yes\n',
    "nothing behind the separator": 'Control ID,Applicable,Status,Note\nA.5.1,yes,done,"a\nA.5.2,no,\nA.5.3,no,"\nA.5.4,yes,done,z\n',
    "Control A.5.2": 'Control ID,Status\nControl A.5.1,"x\nControl A.5.2,no\nControl A.5.3,b"\nControl A.5.4,yes\n',
    "ISO 27001 A.5.2": 'Control ID;Status\nISO 27001 A.5.1;"x\nISO 27001 A.5.2;no\n"\nISO 27001 A.5.4;yes\n',
    "A 5.1 many times": 'Control ID,Status\nA 5.9,"' + "A 5.1,\n" * 4_000 + '"\nA 5.2,x\n',
    "carriage returns": 'Control,Status,Note\rA.5.1,done,"x\rA.5.2,no,y\r"\rA.5.3,done,z\r',
}


@pytest.mark.parametrize("name", SWALLOWED)
def test_a_quote_that_closes_further_down_swallows_nothing(name: str) -> None:
    """A cell that holds rows with an id in the id column is refused."""
    with pytest.raises(InputError, match="a cell contains further rows; a quote may be unbalanced"):
        separated(SWALLOWED[name])


def test_controls_named_in_a_text_are_no_rows() -> None:
    """A cell of several lines may list other controls, and say something of them."""
    for note in ("see\nA.5.2, A.5.3\nand A.5.4", "related:\nA.5.2,A.5.3", "first\nA.5.2, see the policy", "a\nb,c"):
        (found,) = separated(f'Control,Applicable,Status,Note\nA.5.1,yes,done,"{note}"\nA.5.2,yes,done,\n')
        assert texts(found)[1][3] == note


def test_breaks_of_word_processors_are_blanks() -> None:
    """Vertical tabs and form feeds in a text refuse no file."""
    (found,) = separated("Control,Note\nA.5.1,one\x0btwo\x0c\n")
    assert texts(found)[1] == ("A.5.1", "one two")


def test_a_wide_and_long_csv_is_refused_early() -> None:
    """Nine thousand rows of nine hundred cells cost no more than the limit on cells."""
    row = ",".join(["x"] * 900)
    data = (row + "\n").encode() * 9_000
    start = time.process_time()
    with pytest.raises(LimitExceeded, match=r"more than 1000000 cells; raise Limits\(cells=...\)"):
        separated(data)
    assert time.process_time() - start < 2
    with pytest.raises(LimitExceeded, match="more than 1000 columns"):
        separated(",".join(["x"] * 100_000) + "\n" + "A.5.1,x\n" * 3)
    assert separated(b"\n\n")[0].rows == ()


# --- workbooks ---------------------------------------------------------------------------------------------------------


def book(parts: dict[str, bytes | str], **limits: int) -> tuple[Cells, ...]:
    return xlsx.tables(hostile.archive(parts), name="soa.xlsx", limits=Limits(**limits))


def sheet(xml: str, **details: Any) -> Cells:
    (found,) = book(hostile.excel(xml, **details))
    return found


def data(*cells: str, row: int = 1) -> str:
    return f'<sheetData><row r="{row}">{"".join(cells)}</row></sheetData>'


KINDS = [
    ('<c r="A1"><v>5.1</v></c>', "5.1", CellKind.NUMBER),
    ('<c r="A1" s="3"><v>5.1</v></c>', "5.1", CellKind.NUMBER),  # shown as 5.10: the format guesses nothing
    ('<c r="A1"><v>3</v></c>', "3", CellKind.NUMBER),
    ('<c r="A1"><v>8.2799999999999994</v></c>', "8.28", CellKind.NUMBER),
    ('<c r="A1"><v>45662</v></c>', "45662", CellKind.NUMBER),
    ('<c r="A1" t="n"><v>-0.5</v></c>', "-0.5", CellKind.NUMBER),
    ('<c r="A1" s="1"><v>0.75</v></c>', "75%", CellKind.PERCENT),
    ('<c r="A1" s="1"><v>1</v></c>', "100%", CellKind.PERCENT),
    ('<c r="A1" s="1"><v>0.07</v></c>', "7%", CellKind.PERCENT),
    ('<c r="A1" s="5"><v>0.125</v></c>', "12.5%", CellKind.PERCENT),
    ('<c r="A1" s="4"><v>75</v></c>', "75", CellKind.NUMBER),  # 0.0"%": the sign is written, not a format
    ('<c r="A1" s="1" t="str"><v>75</v></c>', "75", None),
    ('<c r="A1" t="b"><v>1</v></c>', "TRUE", CellKind.BOOLEAN),
    ('<c r="A1" t="b"><v>0</v></c>', "FALSE", CellKind.BOOLEAN),
    ('<c r="A1" s="2"><v>46024</v></c>', "2026-01-02", CellKind.DATE),
    ('<c r="A1" s="6"><v>46024.5</v></c>', "2026-01-02", CellKind.DATE),
    ('<c r="A1" t="e"><v>#REF!</v></c>', "#REF!", CellKind.NO_VALUE),
    ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!", CellKind.NO_VALUE),
    ('<c r="A1" t="e"><v>&lt;script&gt;</v></c>', "an error", CellKind.NO_VALUE),
    ('<c r="A1"><f>B1</f></c>', "a formula without a saved value", CellKind.NO_VALUE),
    ('<c r="A1"><f>B1</f><v/></c>', "a formula without a saved value", CellKind.NO_VALUE),
    ('<c r="A1"><f>B1</f><v>3</v></c>', "3", CellKind.NUMBER),
    ('<c r="A1" t="str"><f>B1</f><v>done</v></c>', "done", None),
    ('<c r="A1" t="str"><f>B1</f><v></v></c>', "", None),  # an empty text is a value
    ('<c r="A1" t="inlineStr"><is><r><t>A.5.</t></r><r><t>10</t></r></is></c>', "A.5.10", None),
    ('<c r="A1" t="inlineStr"><is><t>5.10</t></is></c>', "5.10", None),
    ('<c r="A1" t="inlineStr"><is><t>a_x000B_b</t></is></c>', "a b", None),
    ("<c><v>7</v></c>", "7", CellKind.NUMBER),
]  # fmt: skip


@pytest.mark.parametrize(("xml", "text", "kind"), KINDS)
def test_a_cell_keeps_what_kind_of_value_it_is(xml: str, text: str, kind: CellKind | None) -> None:
    """Numbers are never texts, dates are dates, shares are shares, and what was not saved is told."""
    found = sheet(data(xml, hostile.cell("D1", "x")))
    assert found.rows[0][1] == (text, "", "", "x")
    assert found.kinds == ({(1, 0): kind} if kind else {})


def test_shared_texts_with_runs_and_escapes_are_what_a_reader_sees() -> None:
    """Runs are joined, phonetic guides left out, escapes decoded."""
    shared = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><r><t>A.5.</t></r><r><rPr><b/></rPr>'
        '<t>10</t></r><rPh sb="0" eb="1"><t>FURI</t></rPh></si><si><t>_x0069_mplemented</t></si></sst>'
    )
    found = sheet(
        data('<c r="A1" t="s"><v>0</v></c>', '<c r="B1" t="s"><v>1</v></c>'), more={"xl/sharedStrings.xml": shared}
    )
    assert texts(found) == [("A.5.10", "implemented")]


def test_elements_may_have_a_prefix_and_cells_no_place() -> None:
    """Some programs write x:c for c, leave out where cells and rows stand, or write columns past Z."""
    prefixed = hostile.excel("")
    prefixed["xl/worksheets/sheet1.xml"] = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        '<x:row><x:c s="1"><x:v>0.5</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c></x:row>'
        '<x:row r="3"><x:c r="AB3"><x:f>A1</x:f></x:c></x:row></x:sheetData></x:worksheet>'
    )
    (found,) = book(prefixed)
    assert found.rows == ((1, ("50%", "#N/A")), (3, (*[""] * 27, "a formula without a saved value")))
    assert found.kinds == {(1, 0): CellKind.PERCENT, (1, 1): CellKind.NO_VALUE, (3, 27): CellKind.NO_VALUE}


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    """The number of a day has two meanings, and the workbook says which."""
    assert texts(sheet(data('<c r="A1" s="2"><v>44562</v></c>'), date1904=True)) == [("2026-01-02",)]


def test_rows_keep_their_numbers_and_merged_cells_their_value() -> None:
    """A merged value is repeated in the empty cells of its range, no further than the sheet is used, and marked."""
    rows = (
        f'<sheetData><row r="3">{hostile.cell("A3", "A.5.1")}{hostile.cell("B3", "Org")}{hostile.cell("D3", "x")}</row>'
        f'<row r="5">{hostile.cell("B5", "own")}{hostile.cell("C5", "done")}</row></sheetData>'
    )
    found = sheet(
        f'{rows}<mergeCells><mergeCell ref="A3:A1048576"/><mergeCell ref="B3:C5"/><mergeCell ref="D9:E9"/></mergeCells>'
    )
    assert found.rows == (
        (3, ("A.5.1", "Org", "Org", "x")),
        (4, ("A.5.1", "Org", "Org")),
        (5, ("A.5.1", "own", "done")),
    )
    assert found.merged == {(4, 0), (5, 0), (3, 2), (4, 1), (4, 2)}
    assert found.notes == ("2 cells under merged cells hold a value of their own, which is read",)
    number = sheet('<sheetData><row r="1"><c r="A1"><v>5.1</v></c></row><row r="2"><c r="B2"><v>1</v></c></row></sheetData>'
                   '<mergeCells><mergeCell ref="A1:A2"/></mergeCells>')  # fmt: skip
    assert number.kinds == {(1, 0): CellKind.NUMBER, (2, 0): CellKind.NUMBER, (2, 1): CellKind.NUMBER}


def test_every_worksheet_is_read_and_hidden_ones_are_noted() -> None:
    """In their order, by their names; charts are none; hidden rows are read and counted."""
    out = io.BytesIO()
    made: Any = xlsxwriter.Workbook(out)
    for name in ("Deckblatt", "SoA", "alt", "ganz alt"):
        made.add_worksheet(name).write(0, 0, name)
    made.get_worksheet_by_name("SoA").set_row(0, None, None, {"hidden": True})
    made.get_worksheet_by_name("alt").hide()
    made.get_worksheet_by_name("ganz alt").very_hidden()
    made.add_chartsheet("Bild").set_chart(chart := made.add_chart({"type": "bar"}))
    chart.add_series({"values": "=SoA!$A$1:$A$2"})
    made.close()
    found = xlsx.tables(out.getvalue(), name="x")
    assert [(one.sheet, texts(one)) for one in found] == [(n, [(n,)]) for n in ("Deckblatt", "SoA", "alt", "ganz alt")]
    assert [one.notes for one in found] == [
        (),
        ("1 hidden row is read like the others",),
        ("the sheet 'alt' is hidden, and read like the others",),
        ("the sheet 'ganz alt' is hidden, and read like the others",),
    ]


def test_what_a_sheet_says_of_its_size_is_not_believed() -> None:
    """A dimension of sixteen thousand columns, and merged cells over the whole sheet, cost nothing."""
    dimension = '<dimension ref="A1:XEZ1048576"/>'
    merges = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    start = time.process_time()
    tracemalloc.start()
    found = sheet(f"{dimension}{hostile.SOA}{merges}")
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()
    assert texts(found) == [("Control", "Status"), ("A.5.1", "implemented")]
    assert time.process_time() - start < 1


def test_macros_and_links_are_neither_read_nor_handed_on() -> None:
    """Parts that no table needs may hold anything, a document type too."""
    evil = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>'
    more: dict[str, bytes | str] = {
        "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro", "xl/externalLinks/externalLink1.xml": evil, "../../evil.txt": "x",
        "/abs.txt": "x", "C:\\evil.txt": "x", "customXml/item1.xml": evil, "xl/comments1.xml": evil,
    }  # fmt: skip
    assert texts(sheet(hostile.SOA, more=more))[1] == ("A.5.1", "implemented")


HOSTILE = {
    "X01s": (LimitExceeded, "unpacks to more than"),
    "X01c": (LimitExceeded, "sheet 'SoA': more than 10000 rows"),
    "X07": (InputError, "xl/sharedstrings.xml declares a document type"),
    "X10": (InputError, "xl/worksheets/sheet1.xml declares a document type"),
    "X11": (InputError, "its members overlap|Overlapped entries"),
    "X12": (InputError, "holds xl/worksheets/sheet1.xml twice"),
    "X12 in other letters": (InputError, "holds xl/worksheets/Sheet1.xml twice"),
    "X14 a size that is not true": (InputError, "be read as a workbook"),
    "X18": (InputError, "it may be truncated or damaged"),
    "cells far apart": (LimitExceeded, "the last cell stands in row 1048576, column 16384"),
    "merges over each other": (LimitExceeded, "merged cells lie over each other"),
    "a cell that stands twice": (InputError, "cell A1 stands twice, or behind a later one"),
    "a row that stands twice": (InputError, "row 1 stands twice, or behind a later one"),
    "a text that nine thousand cells share": (LimitExceeded, "its cells repeat one text too often"),
    "a remark in a number": (InputError, "has a remark inside"),
    "an instruction in a number": (InputError, "has a remark inside"),
    "two values": (InputError, "a cell has two values"),
    "UTF-16": (InputError, "it is not UTF-8"),
    "two sheets of one name": (InputError, "two sheets have one name"),
    "two sheets of one part": (InputError, "the sheet 'b' has no part of its own"),
    "not a cell": (InputError, "'1A' is not a cell"),
    "not XML": (InputError, "xl/worksheets/sheet1.xml: it is not XML"),
    "no sheets": (InputError, "be read as a workbook"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_workbook_that_attacks_is_refused(name: str) -> None:
    """For its reason, in a second, and with little memory."""
    kind, words = HOSTILE[name]
    attack = hostile.xlsx()[name]
    start = time.process_time()
    with pytest.raises(kind, match=words):
        xlsx.tables(attack, name="soa.xlsx")
    assert time.process_time() - start < 2


def test_sheets_may_be_named_by_absolute_paths() -> None:
    """The second sheet of this workbook is, and both are read."""
    assert [(one.sheet, len(one.rows)) for one in book(hostile.TWO)] == [("SoA", 2), ("b", 2)]


def test_limits_of_a_workbook() -> None:
    """Rows, columns, cells of all sheets, lengths, members, and formats that nobody has."""
    for limits, words in (
        ({"rows": 1}, "more than 1 row"),
        ({"columns": 1}, "more than 1 column"),
        ({"cells": 3}, "more than 3 cells"),
        ({"cell": 5}, "a cell has more than 5 characters"),
        ({"members": 2}, "more than 2 members"),
    ):
        with pytest.raises(LimitExceeded, match=words):
            book(hostile.excel(hostile.SOA), **limits)
    many = archive_of_many()
    start = time.process_time()
    with pytest.raises(LimitExceeded, match="more than 1000 members"):
        xlsx.tables(many, name="x")
    assert time.process_time() - start < 0.5


def archive_of_many() -> bytes:
    return hostile.archive({f"a{at}": b"" for at in range(5_000)} | {"xl/workbook.xml": "<x/>"}, stored=True)


def test_a_damaged_workbook_ends_in_our_error() -> None:
    """Whichever byte is wrong."""
    whole = hostile.archive(hostile.excel(hostile.SOA))
    refused = 0
    for place in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        try:
            xlsx.tables(bytes(damaged), name="x")
        except Nis2mapError:
            refused += 1
    assert refused > len(whole) // 7 // 2


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a workbook says what to install."""
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtra, match=r"pip install 'nis2map\[xlsx\]'"):
        book(hostile.excel(hostile.SOA))


EVERY_KIND = (
    ("Control", "Status", "Share", "Since", "Done"),
    ("A.5.1", "implemented", Percent(0.75), dt.date(2026, 1, 2), True),
    (5.1, None, Percent(0.07), None, False),
    (3, "", 8.28, dt.date(1999, 12, 31), None),
    (),
    ("A.5.10", Formula("=B2", "implemented"), Formula("=1/3", 0.333), Formula("=X", None), "5.10"),
    (" padded ", "line\nbreak", "-", -0.5, "=not a formula"),
)


@pytest.mark.parametrize("merged", [(), ((1, 0, 3, 0), (4, 1, 4, 3))], ids=["plain", "merged"])
def test_openpyxl_reads_what_python_calamine_reads(
    monkeypatch: pytest.MonkeyPatch, merged: tuple[tuple[int, int, int, int], ...]
) -> None:
    """Where python-calamine has no build, as in a browser, the other library gives the same cells of the same kinds."""
    made = workbook(Sheet("SoA", EVERY_KIND, merged), Sheet("Legend", (("x", "yes"), (1, 2))), Sheet("empty", ()))
    expected = xlsx.tables(made, name="soa.xlsx")
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    assert xlsx.tables(made, name="soa.xlsx") == expected
    assert expected[0].kinds
    assert "openpyxl" in sys.modules


@pytest.mark.parametrize("name", ["soa-with-gaps", "soa-nearly-complete"])
def test_openpyxl_reads_the_samples_as_python_calamine_does(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What we export comes back the same, and what is no workbook is refused in the same words."""
    soa = nis2map.read_soa(Path(__file__).parents[1] / "examples" / f"{name}.csv")
    made = nis2map.dumps(soa, format="xlsx")
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    assert nis2map.read_soa(io.BytesIO(made)) == soa
    with pytest.raises(InputError, match="be read as a workbook"):
        book(hostile.excel(hostile.SOA))  # it lacks the types of its parts, which python-calamine does without


def ods(rows: str, *, head: str = "", manifest: str = "<m/>") -> bytes:
    names = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
    )
    content = (
        f'{head}<office:document-content {names} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="SoA">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return hostile.archive({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}, stored=True)


def ods_cell(text: str = "", **attributes: str) -> str:
    said = "".join(f' {key.replace("__", ":").replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f"<table:table-cell{said}>{f'<text:p>{text}</text:p>' if text else ''}</table:table-cell>"


ODS = (
    "<table:table-row>"
    + ods_cell("5.10", office__value_type="float", office__value="5.1")
    + ods_cell("75 %", office__value_type="percentage", office__value="0.75")
    + ods_cell("WAHR", office__value_type="boolean", office__boolean_value="true")
    + ods_cell("2.1.26", office__value_type="date", office__date_value="2026-01-02")
    + ods_cell("done", office__value_type="string")
    + ods_cell("", table__formula="of:=B1")
    + ods_cell("#REF!", table__formula="of:=X", office__value_type="string")
    + "</table:table-row>"
    + f'<table:table-row table:number-rows-repeated="3">{ods_cell("", table__number_columns_repeated="1024")}</table:table-row>'
    + "<table:table-row>"
    + ods_cell("m", office__value_type="string", table__number_columns_spanned="2")
    + "<table:covered-table-cell/>"
    + ods_cell("z", office__value_type="string", table__number_columns_repeated="2")
    + "</table:table-row>"
    + f'<table:table-row table:number-rows-repeated="1048000">{ods_cell("", table__number_columns_repeated="16000")}</table:table-row>'
)


def test_an_ods_workbook_keeps_what_kind_of_value_a_cell_is() -> None:
    """As in XLSX; empty rows and columns that are repeated a million times cost nothing."""
    start = time.process_time()
    (found,) = xlsx.tables(ods(ODS), name="soa.ods")
    assert time.process_time() - start < 1
    unsaved = "a formula without a saved value"
    assert found.rows == (
        (1, ("5.1", "75%", "TRUE", "2026-01-02", "done", unsaved, "#REF!")),
        (5, ("m", "m", "z", "z")),
    )
    kinds = (
        CellKind.NUMBER,
        CellKind.PERCENT,
        CellKind.BOOLEAN,
        CellKind.DATE,
        None,
        CellKind.NO_VALUE,
        CellKind.NO_VALUE,
    )
    assert found.kinds == {(1, at): kind for at, kind in enumerate(kinds) if kind}
    assert (found.merged, found.sheet) == ({(5, 1)}, "SoA")


def test_an_ods_workbook_that_attacks_is_refused() -> None:
    """Repeated contents, document types, passwords."""
    filled = ods_cell("x", office__value_type="string", table__number_columns_repeated="16000")
    for attack, kind, words in (
        (ods(f'<table:table-row table:number-rows-repeated="1048576">{filled}</table:table-row>'), LimitExceeded, "more than"),
        (ods(f'<table:table-row table:number-rows-repeated="500">{filled}</table:table-row>'), LimitExceeded, "more than 1000000 cells"),
        (ods("<table:table-row>" + ods_cell("x" * 30_000, office__value_type="string", table__number_columns_repeated="9000") + "</table:table-row>"), LimitExceeded, "repeat one text too often"),
        (ods(ODS, head='<!DOCTYPE x [<!ENTITY a "b">]>'), InputError, "content.xml declares a document type"),
        (ods(ODS, manifest="<m><manifest:encryption-data/></m>"), InputError, "is encrypted"),
        (hostile.archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), InputError, "has no content.xml"),
    ):  # fmt: skip
        start = time.process_time()
        with pytest.raises(kind, match=words):
            xlsx.tables(attack, name="soa.ods")
        assert time.process_time() - start < 2


SIGNS = [("Control", "Status"), ("A.5.1", "✅"), ("A.5.2", "I")]
SAID = {"✅": "Implemented", "I": "In progress"}


@pytest.mark.parametrize(
    ("legend", "beside", "known"),
    [
        ([("Sign", "Meaning"), ("✅", "Implemented"), ("I", "In progress")], [], {"Sign": "Meaning", **SAID}),
        ([("✅", "Implemented"), (None, "I", "In progress")], [], SAID),
        (["✅ Implemented", "I = In progress"], [], SAID),
        ([], [("Legend:", "✅ Implemented", "I = In progress")], SAID),
        ([], ["Legend: ✅ Implemented; I = In progress"], SAID),
        ([], ["Legend", ("✅", "Implemented"), ("I", "In progress")], SAID),
        ([], [("✅", "Implemented"), ("I", "In progress")], {"✅": "Implemented"}),
        ([], ["Legend", ("I", "In progress"), ("I", "Implemented")], {}),
        ([], ["Legend", ("A.5.3", "planned"), ("Owner", "Ann")], {}),
        ([], [("Legendary", "x", "y"), "no signs"], {}),
    ],
)
@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_a_legend_in_a_workbook_is_kept_for_all_of_its_sheets(
    form: str, legend: list[object], beside: list[object], known: dict[str, str]
) -> None:
    """In a sheet of its own or in rows beside the table; without the word, a sign alone is explained by its cell."""
    sheets = [("SoA", [*SIGNS, (), *beside]), *([("Legende", legend)] if legend else [])]
    made = [
        spreadsheets.Sheet(name, [row if isinstance(row, tuple) else (row,) for row in rows]) for name, rows in sheets
    ]
    data = (spreadsheets.workbook if form == "xlsx" else spreadsheets.ods)(*made)
    found = xlsx.tables(data, name="soa")
    assert [dict(table.legend) for table in found] == [known] * len(sheets)


FAR = "the last cell stands in row 1048576, column 2; delete what stands far outside"


def ods_rows(times: object, cells: str, prefix: str = "table") -> str:
    return f'<table:table-row {prefix}:number-rows-repeated="{times}">{cells}</table:table-row>'


@pytest.mark.parametrize("times", ["1000000000", "0001048577", "+1048577", "9" * 30, "18446744073709551616"])
@pytest.mark.parametrize("what", ["rows", "columns", "empty rows", "under a second prefix"])
def test_what_is_repeated_more_often_than_any_sheet_has_rows_is_refused(times: str, what: str) -> None:
    """Before the reader of values sees it: that one makes room for all of them and aborts the process."""
    filled = ods_cell("Control", office__value_type="string") * 22
    rows = {
        "rows": ods_rows(times, filled),
        "columns": ods_rows(1, ods_cell("x", office__value_type="string", table__number_columns_repeated=times)),
        "empty rows": ods_rows(times, ods_cell()) + ods_rows(1, filled),
        "under a second prefix": ods_rows(f'1" table:number-rows-repeated="{times}', filled, "x"),
    }
    tracemalloc.start()
    with pytest.raises(LimitExceeded, match="repeated beyond the 1048576 rows"):
        xlsx.tables(ods(rows[what]), name="soa.ods")
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


def test_empty_rows_before_a_far_one_are_refused_and_behind_the_last_one_cost_nothing() -> None:
    """Each row costs the reader of values some memory; also a value without a type stands in its cell."""
    filled = ods_cell("x", office__value_type="string")
    untyped = ods_rows(1_048_000, ods_cell("", office__value="1", table__number_columns_repeated="16384"))
    far = ods_rows(1, filled * 2) + ods_rows(1_048_574, ods_cell()) + ods_rows(1, filled)
    for rows, words in ((far, FAR), (untyped, "more than 10000 rows")):
        with pytest.raises(LimitExceeded, match=words):
            xlsx.tables(ods(rows), name="soa.ods")
    near = ods_rows(1, filled) + ods_rows(5_000, ods_cell()) + ods_rows(1, filled) + ods_rows(1_043_574, ods_cell())
    (found,) = xlsx.tables(ods(near), name="soa.ods")
    assert [number for number, _ in found.rows] == [1, 5_002]
    sheets = ods_rows(1, filled) + ods_rows(90_000, ods_cell()) + ods_rows(1, filled)
    many = "".join(f'{sheets}</table:table><table:table table:name="{at}">' for at in range(50))
    with pytest.raises(LimitExceeded, match="the cells of its sheets stand too far apart"):
        xlsx.tables(ods(many), name="soa.ods")


def test_a_row_far_below_the_others_is_refused() -> None:
    """The last row of a sheet, in five kilobytes, took two seconds and 224 megabytes."""
    rows = f'<row r="1">{hostile.cell("A1", "Control")}{hostile.cell("B1", "Status")}</row>'
    last = f'<row r="1048576">{hostile.cell("A1048576", "A.5.1")}</row>'
    with pytest.raises(LimitExceeded, match=FAR):
        sheet(f"<sheetData>{rows}{last}</sheetData>")
    near = last.replace("1048576", "90000")
    assert [number for number, _ in sheet(f"<sheetData>{rows}{near}</sheetData>").rows] == [1, 90_000]


# --- records in JSON ---------------------------------------------------------------------------------------------------


def records(value: object, **limits: int) -> tuple[Cells, ...]:
    return json_tables(json.dumps(value).encode(), name="soa.json", limits=Limits(**limits))


def test_records_in_json_are_a_table() -> None:
    """Numbered by their place, numbers and booleans marked; a number lost its zero before we saw it."""
    (found,) = records({"soa": [{"ref": 5.10, "ok": True, "n": None}, {"ref": "A.5.2", "score": 3.0, "big": 10**17}]})
    assert found.rows == (
        (0, ("ref", "ok", "n", "score", "big")),
        (1, ("5.1", "true")),
        (2, ("A.5.2", "", "", "3", str(10**17))),
    )
    assert found.sheet == "/soa"
    assert found.kinds == {
        (1, 0): CellKind.NUMBER, (1, 1): CellKind.BOOLEAN, (2, 3): CellKind.NUMBER, (2, 4): CellKind.NUMBER,
    }  # fmt: skip


def test_other_shapes_of_json() -> None:
    """Rows without names, ids as names, items that are no records, nothing at all."""
    (grid,) = records([["Control", "Status"], ["A.5.1", "done"], ["A.5.2", 0.5]])
    assert grid.rows == ((1, ("Control", "Status")), (2, ("A.5.1", "done")), (3, ("A.5.2", "0.5")))
    (ids,) = records({"A.5.1": "done", "A.5.2": {"status": "open", "why": ["a", {"b": "c"}]}})
    assert ids.rows == (
        (0, ("Control", "Status", "status", "why")),
        (1, ("A.5.1", "done")),
        (2, ("A.5.2", "", "open", "a\nb: c")),
    )
    (mixed,) = records([{"id": "A.5.1"}, "stray", {"id": "A.5.2"}])
    assert mixed.notes == ("values outside of a table are not read: /1",)
    assert [number for number, _ in mixed.rows] == [0, 1, 2]
    many = records({"r": [{"a": 1}]} | {f"k{at}": 1 for at in range(20)})
    assert many[0].notes[0].endswith("/k11 and 8 more")
    for empty in (None, 5.1, [], {}, "x"):
        assert records(empty)[0].rows == ()
    with pytest.raises(LimitExceeded, match="more than 5 cells"):
        records([{f"k{at}": 1} for at in range(10)], cells=5)


@pytest.mark.parametrize("value", ["1", '[{"a": 1}]'], ids=["values", "tables of one row"])
def test_a_long_flat_mapping_takes_time_in_proportion(value: str) -> None:
    """Which of its names are ids is asked once of each: a hundred thousand names took hours."""
    many = 100_000 if value == "1" else 10_000
    text = "{" + ", ".join(f'"k{at}": {value}' for at in range(many)) + "}"
    for read in (json_tables, yaml.tables):
        start = time.process_time()
        found = read(text.encode(), name="soa", limits=LIMITS)
        assert time.process_time() - start < 5
        assert len(found) == (1 if value == "1" else many)


# --- what a file is ----------------------------------------------------------------------------------------------------

SNIFFED = {
    "Control,Status\nA.5.1,done\n": "csv",
    "sep=;\nControl;Status\nA.5.1;done\n": "csv",
    "Control\tStatus\nA.5.1\tdone\n": "csv",
    "#|Control|Appl|Status\n5.1|Policies|x|done\n5.2|Roles|x|-\n": "csv",
    "# made by a tool\n# on a day\nControl\tStatus\tNote\nA.5.1\tdone\tx\nA.5.2\tdone\tx\n": "csv",
    "Status: draft\nControl,Status\nA.5.1,done\nA.5.2,done\n": "csv",
    "Control ID,Note: free text\nA.5.1,x: y\nA.5.2,z\n": "csv",
    "Control,Status\nA.5.1,done\nA.5.2,no\n\n## More\n\n| C | S |\n|---|---|\n| A.6.1 | x |\n": "csv",
    "A.5.1\n": "csv",
    "| C | S |\n|---|---|\n| A.5.1 | done |\n": "markdown",
    "# SoA\n\nWords, and words.\n\n| C | S |\n|:-:|---|\n| A.5.1 | done |\n": "markdown",
    "Harbour Cranes, Ltd\n\nSome words.\n\n| C | S |\n|---|---|\n| A.5.1 | x |\n": "markdown",
    "---\ntitle: SoA\n---\n\n# SoA\n\n### A.5.1 Policies\n\n**Status:** done\n": "markdown",
    "# SoA\n\n## A.5.1 Policies\n\n- Status: done\n- Owner: x\n\n## A.5.2 Roles\n\n- Status: open\n": "markdown",
    "### A.5.1 Policies\n**Status:** done\n": "markdown",
    "# Words\n\nand only words\n": "markdown",
    "controls:\n  - id: A.5.1\n    status: done\n": "yaml",
    "---\ncontrols:\n  - id: A.5.1\n": "yaml",
    "%YAML 1.2\n---\na: 1\n": "yaml",
    "# SoA of 2026\n# A.5.1 first\n- id: A.5.1\n  status: done\n  note: |\n    some | text\n    more, of it\n- id: A.5.2\n": "yaml",
    "# A.5.1 Policies\n- control: A.5.1\n  status: done\n": "yaml",
    "{a: 1, b: 2}\n": "yaml",
    "[{id: A.5.1}]\n": "yaml",
    "a: 1\n---\nb: 2\n": "yaml",
    "controls:\n\t- control: A.5.1\n": "yaml",
    "'A.5.1': done\n\"A.5.2\": open\n": "yaml",
    '{"nis2map": "assessment"}': "json",
    ' \n[{"id": "A.5.1"}]': "json",
    "[]": "json",
    "{}": "json",
    '[["Control", "Status"]]': "json",
    '{"broken": ': "json",
}


@pytest.mark.parametrize(("text", "kind"), SNIFFED.items())
def test_the_content_says_what_a_file_is(text: str, kind: str) -> None:
    """Whatever its name, in UTF-8 with and without its mark, and in UTF-16."""
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert sniff(text.encode(encoding), "data.bin") == kind
    assert kind in READABLE


def test_workbooks_are_known_by_their_parts() -> None:
    """XLSX and ODS, whatever they are called."""
    assert sniff(hostile.archive(hostile.excel(hostile.SOA)), "a.csv") == "xlsx"
    assert sniff(ods(ODS), "a.bin") == "ods"


REFUSED = {
    b"%PDF-1.7": "a PDF",
    b"\n\n%PDF-1.7": "a PDF",
    b"\x89PNG\r\n": "an image",
    b"\xff\xd8\xff\xe0": "an image",
    b"\x1f\x8b\x08": "gzip data",
    b"{\\rtf1\\ansi": "an RTF document",
    b"<!DOCTYPE html><html>": "an HTML page",
    b"\xef\xbb\xbf <table><tr>": "an HTML page",
    b'<?xml version="1.0"?><x/>': "an XML file",
    b"\x80\x04\x95": "a Python pickle",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"): "an old Excel workbook",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    + "EncryptedPackage".encode("utf-16-le"): "an encrypted Office file: it has a password",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Office file",
    hostile.archive({"word/document.xml": "<x/>"}): "a Word document",
    hostile.archive({"ppt/presentation.xml": "<x/>"}): "a PowerPoint presentation",
    hostile.archive({"xl/workbook.bin": "x"}): "a binary Excel workbook",
    hostile.archive(
        {"word/document.xml": "x", "word/embeddings/a.xlsx": hostile.archive({"xl/workbook.xml": "x"})}, stored=True
    ): "a Word",
    hostile.archive(
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "x"}, stored=True
    ): "an OpenDocument text",
    hostile.archive({"a.txt": "x"}): "a zip archive without a workbook",
}


@pytest.mark.parametrize(("content", "what"), REFUSED.items(), ids=range(len(REFUSED)))
def test_what_is_not_readable_is_called_by_its_name(content: bytes, what: str) -> None:
    """And the message says what is readable."""
    with pytest.raises(InputError, match=f"is {what}.*; readable are CSV, TSV, XLSX, ODS, Markdown, YAML and JSON"):
        sniff(content, "soa.csv")


def test_a_text_that_is_called_a_workbook_was_renamed() -> None:
    """The name says one thing, the content another: what it is, is said; an empty file is empty."""
    for name in ("soa.xlsx", "SOA.XLSM", "soa.ods", "soa.xls"):
        with pytest.raises(InputError, match="is a CSV, though its name says that it is a workbook"):
            sniff(b"Control,Status\nA.5.1,done\n", name)
    for content in (b"", b" \n"):
        with pytest.raises(InputError, match="is empty"):
            sniff(content, "soa.xlsx")
    assert sniff(b"Control,Status\n", "soa.md") == "csv"


# --- the reference corpus ----------------------------------------------------------------------------------------------

READERS: dict[str, Callable[..., tuple[Cells, ...]]] = {
    "csv": csv_format.tables, "xlsx": xlsx.tables, "ods": xlsx.tables, "markdown": markdown.tables, "yaml": yaml.tables,
    "json": json_tables,
}  # fmt: skip
CORPUS = Path(__file__).parents[2] / "shared" / "reference" / "reliability" / "badinputs"
# What only a reader of the rows can refuse: here they give their tables, within time and memory.
FOR_THE_READER = {
    *("C10 C14 C15 C19 C20 C25 C35 X20 X21 X25 X29 X37 X39 Y05 Y10 Y17 J10null J10number J12 J14 J17 J19".split()),
}  # fmt: skip


def corpus() -> list[dict[str, str]]:
    if not CORPUS.is_dir():
        return []
    with (CORPUS / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    entries = ("load_soa", "load_assessment")
    return [row for row in rows if row["entry"].split("+")[0] in entries and (CORPUS / row["file"]).is_file()]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the reference files do not stand beside the checkout")
@pytest.mark.parametrize("row", corpus(), ids=lambda row: row["id"])
def test_the_reference_corpus_behaves_as_expected(row: dict[str, str]) -> None:
    """Each file within its time and memory, refused where the containers must refuse it, else read to tables."""
    path = CORPUS / row["file"]
    content = path.read_bytes()
    tracemalloc.start()
    start = time.process_time()
    try:
        found: tuple[Cells, ...] | Nis2mapError = READERS[sniff(content, path.name)](
            content, name=path.name, limits=LIMITS
        )
    except Nis2mapError as error:
        found = error
    taken, memory = time.process_time() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken < float(row["max_s"])
    assert memory < int(row["max_mib"]) * 2**20
    match row["expect"]:
        case "limit":
            assert isinstance(found, LimitExceeded)
        case "reject" | "no-effect" if row["id"] not in FOR_THE_READER:
            assert isinstance(found, InputError)
            assert len(str(found)) < 500
        case "either":
            pass
        case _:
            assert not isinstance(found, Nis2mapError), found
    if row["id"] in ("X00", "X30", "C00", "C06", "C08", "C09"):
        assert isinstance(found, tuple)
        assert sum(cell.startswith("A.") for one in found for row_ in texts(one) for cell in row_[:1]) == 93


SEEDS = [
    *(text.encode() for text in SNIFFED),
    *(text.encode() for text, _ in hostile.YAML.values() if len(text) < 1_000),
    ods(ODS),
    hostile.archive(hostile.TWO, stored=True),
]
PIECES = [
    piece.encode()
    for piece in (
        '"',
        "|",
        "---",
        "\n",
        "\r",
        ",",
        ";",
        "\t",
        "#",
        "<!--",
        "```",
        ":",
        "- ",
        "&a ",
        "!b ",
        "{",
        "\0",
        "\ufeff",
        "\x0b",
        "<c>",
        "A.5.1",
    )
]


@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 20), st.sampled_from([b"", b"\xff", *PIECES])), max_size=6),
    kind=st.sampled_from([None, *READERS]),
)  # fmt: skip
def test_any_bytes_give_tables_or_our_error(
    seed: bytes, changes: list[tuple[int, int, bytes]], kind: str | None
) -> None:
    """Whatever is changed in a file, and whichever reader it is handed to: places are those of cells that there are."""
    content = seed
    for place, length, piece in changes:
        place %= len(content) + 1
        content = content[:place] + piece + content[place + length :]
    try:
        found = READERS[kind or sniff(content, "x")](content, name="x", limits=LIMITS)
    except Nis2mapError:
        return
    assert found
    for table in found:
        rows = dict(table.rows)
        assert all(row[-1:] != ("",) and all(cell == cell.strip() for cell in row) for row in rows.values())
        assert all(row in rows and column < len(rows[row]) for row, column in [*table.kinds, *table.merged])


def test_the_archive_that_is_handed_on_holds_the_parts_that_are_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader of values sees one workbook, and nothing that was not looked at."""
    import python_calamine

    seen: list[list[str]] = []
    real = python_calamine.CalamineWorkbook.from_filelike

    class Watched:
        @staticmethod
        def from_filelike(file: io.BytesIO) -> object:
            seen.append(zipfile.ZipFile(file).namelist())
            file.seek(0)
            return real(file)

    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Watched)
    sheet(hostile.SOA, more={"xl/vbaProject.bin": b"x", "xl/media/image1.png": b"x"})
    assert sorted(seen[0]) == [
        "[Content_Types].xml",
        "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml",
    ]  # fmt: skip
