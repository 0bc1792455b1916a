"""Review sheets as spreadsheets: written with a list to choose from, filled, read back, and bounded."""

from __future__ import annotations

import datetime as dt
import io
import re
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import nis2map
from nis2map import Limits, dump, dumps, read_review, review_sheet
from nis2map.errors import InputError, LimitExceeded, MissingExtra, Nis2mapError
from nis2map.review import WORDS


def book(*sheets: Iterable[Iterable[object]]) -> bytes:
    """A workbook of sheets of rows; dates are cells of that type, numbers stay numbers."""
    out = io.BytesIO()
    made: Any = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for rows in sheets:
        page = made.add_worksheet()
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                page.write(number, place, value)
    made.close()
    return out.getvalue()


def filled(verdicts: dict[int, str]) -> list[list[object]]:
    """The sheet of Article 21(2)(h) with verdicts on some of its rows, as an auditor would save it."""
    sheet = review_sheet(units="Art. 21(2)(h)")
    rows: list[list[object]] = [["judge", "Ann Auditor"], ["date", dt.date(2026, 11, 25)], ["licence", "own copy"]]
    rows.append(list(sheet.columns))
    for place, pair in enumerate(sheet.to_dicts()):
        rows.append([verdicts.get(place, "") if name == "verdict" else value for name, value in pair.items()])
    return rows


def test_a_workbook_offers_the_verdicts_to_choose_from() -> None:
    """One list for the whole column, texts that no spreadsheet takes for numbers or formulas, and equal bytes."""
    sheet = review_sheet(units="cir:9", sample=5, seed=3)
    data = dumps(sheet, format="xlsx")
    assert data == dumps(review_sheet(units="cir:9", sample=5, seed=3), format="xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
    (place,) = re.findall(r'<dataValidation type="list"[^>]*sqref="([A-Z]+)5:([A-Z]+)(\d+)"', page)
    assert place[0] == place[1] == "ABCDEFGHIJ"[sheet.columns.index("verdict")]
    assert int(place[2]) == len(sheet) + 4
    assert f"<formula1>&quot;{','.join(WORDS)}&quot;</formula1>" in page or f'"{",".join(WORDS)}"' in page
    assert "<f>" not in page
    assert not re.search(r'<c r="[A-Z]+\d+"(?: s="\d+")?><v>', page)  # each cell is a text
    empty = read_review(io.BytesIO(data), judge="A", date="2026-11-25", licence="own copy")
    assert (empty.verdicts, empty.notes) == ((), ("no row has a verdict",))


def test_a_sheet_that_disagrees_in_known_places_changes_exactly_these() -> None:
    """From the empty sheet to the dataset with the person's verdicts: nothing else moves."""
    sheet = review_sheet(units="Art. 21(2)(h)", blind=False)
    words = {grade: word for word, grade in WORDS.items()}
    ours = {place: words[row.grade] for place, row in enumerate(sheet) if row.grade is not None}
    assert len(ours) == len(sheet)
    other = {place: "stated" if word != "stated" else "helped" for place, word in list(ours.items())[::4]}
    data = book([["some other sheet"]], filled(ours | other))
    review = read_review(io.BytesIO(data))
    assert (review.judge, str(review.date), review.licence) == ("Ann Auditor", "2026-11-25", "own copy")
    assert len(review.verdicts) == len(sheet)
    dataset = nis2map.load()
    after = dataset.with_review(review)

    def grades(data: nis2map.Dataset) -> dict[tuple[Any, Any], str]:
        found: dict[tuple[Any, Any], str] = {}
        for unit in ("nis2:21.2.h~cryptography", "nis2:21.2.h~encryption"):
            for link in data.links(requirement=unit, inherited=False):
                found |= {(demand, link.controls): str(link.grade_of(demand)) for demand in link.demands}
        return found

    before, then = grades(dataset), grades(after)
    changed = {(row.demand, row.controls) for place, row in enumerate(sheet) if place in other}
    assert {pair for pair in {**before, **then} if before.get(pair) != then.get(pair)} == changed
    assert all(then.get(pair, "bare") == ("stated" if before.get(pair) != "stated" else "helped") for pair in changed)
    rest = [link for link in dataset.links() if "21.2.h" not in link.requirement.local]
    assert [link for link in after.links() if "21.2.h" not in link.requirement.local] == rest


def test_what_a_spreadsheet_spoilt_is_told_with_its_place() -> None:
    """A number is no id, also where it looks like one; a formula is what it was saved as; all problems at once."""
    rows = filled({0: "stated", 1: "maybe", 2: "helped"})
    controls = rows[3].index("controls")
    rows[6][controls] = 5.1
    with pytest.raises(InputError) as caught:
        read_review(io.BytesIO(book(rows)))
    problems = caught.value.problems
    assert [(p.sheet, p.row, p.column) for p in problems] == [("Sheet1", 6, "verdict"), ("Sheet1", 7, "controls")]
    assert "'maybe' is not a verdict" in problems[0].message
    assert "the number 5.1" in problems[1].message


def test_what_is_no_workbook_is_refused() -> None:
    """An archive of other things, a broken one, one that unpacks to far too much, other binary files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * 10_000_000)
    with pytest.raises(LimitExceeded, match="unpacks to more than"):
        read_review(io.BytesIO(out.getvalue()))
    with pytest.raises(LimitExceeded, match="more than 2 members"):
        read_review(io.BytesIO(book([["demand"]])), limits=Limits(members=2))
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", b"nothing")
    for data in (other.getvalue(), dumps(review_sheet(units="cir:9.1"), format="xlsx")[:500]):
        with pytest.raises(InputError, match="be read as a workbook"):
            read_review(io.BytesIO(data))
    with pytest.raises(InputError, match="is a PDF; a review sheet is read as CSV or XLSX"):
        read_review(io.BytesIO(b"%PDF-1.7"))
    with pytest.raises(InputError, match="no header of a review sheet found"):
        read_review(io.BytesIO(book([["a", "b"], ["c", "d"]])))


def test_a_damaged_workbook_ends_in_our_error() -> None:
    """Whichever byte is wrong, also inside what is compressed; one that nobody needs may be."""
    data = dumps(review_sheet(units="cir:9.1"), format="xlsx")
    refused: list[str] = []
    for place in range(0, len(data), 23):
        damaged = bytearray(data)
        damaged[place] ^= 0xFF
        try:
            read_review(io.BytesIO(bytes(damaged)), judge="A", date="2026-12-01")
        except Nis2mapError as error:
            refused.append(str(error))
    assert any("while decompressing data" in message for message in refused)
    assert len(refused) > len(data) // 23 // 2


def test_the_suffix_or_the_format_says_how_a_sheet_is_written(tmp_path: Path) -> None:
    """And another one says what there is."""
    sheet = review_sheet(units="cir:9.1")
    for name, form, expected in (
        ("a.xlsx", None, "xlsx"),
        ("a.csv", None, "csv"),
        ("a", None, "csv"),
        ("b", "xlsx", "xlsx"),
    ):
        dump(sheet, tmp_path / name, format=form)
        assert (tmp_path / name).read_bytes() == dumps(sheet, format=expected)
    with pytest.raises(InputError, match=r"no review sheet is written as .ods; one of: .csv, .xlsx, .json"):
        dump(sheet, tmp_path / "a.ods")
    with pytest.raises(InputError, match="format is 'md'"):
        dump(sheet, tmp_path / "a", format="md")
    with pytest.raises(InputError, match="expected a ReviewSheet"):
        nis2map.formats.xlsx.dumps(nis2map.load())  # type: ignore[arg-type]


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Reading and writing say what to install, and CSV goes on as before."""
    sheet = review_sheet(units="cir:9.1")
    data = dumps(sheet, format="xlsx")
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtra, match=r"spreadsheets need xlsxwriter; pip install 'nis2map\[xlsx\]'"):
        dump(sheet, tmp_path / "a.xlsx")
    with pytest.raises(MissingExtra, match="spreadsheets need python-calamine"):
        read_review(io.BytesIO(data))
    assert dumps(sheet, format="csv").startswith(b"demand")
