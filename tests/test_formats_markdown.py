"""Tables of Markdown: pipe tables, sections of controls, legends, and what no reader of the page sees."""

from __future__ import annotations

import contextlib
import importlib
import time
from pathlib import Path
from typing import Any

import pytest

from nis2map import InputError, LimitExceeded, Limits
from nis2map.formats._cells import Cells

markdown: Any = importlib.import_module("nis2map.formats.markdown")


def tables(text: str, **limits: int) -> tuple[Cells, ...]:
    found: tuple[Cells, ...] = markdown.tables(text.encode(), name="soa.md", limits=Limits(**limits))
    return found


def table(text: str) -> Cells:
    (found,) = tables(text)
    return found


def test_every_pipe_table_is_read_under_its_heading() -> None:
    """With the numbers of its lines; the line of dashes is no row, prose is not read."""
    first, second = tables(
        "# SoA\n\nSome words, and more.\n\n## Org controls ##\n\n| Control | Status |\n|:---|---:|\n| A.5.1 | done |\n| A.5.2 | |\n\n"
        "Control | Status\n-|-\nA.6.1 | open\n"
    )
    assert first.sheet == second.sheet == "Org controls"
    assert first.rows == ((7, ("Control", "Status")), (9, ("A.5.1", "done")), (10, ("A.5.2",)))
    assert second.rows == ((12, ("Control", "Status")), (14, ("A.6.1", "open")))
    assert tables("# nothing\n\nbut prose\n")[0].rows == ()


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("**A.5.1**", "A.5.1"),
        ("`A.5.1`", "A.5.1"),
        ("***A.5.1***", "A.5.1"),
        ("__A.5.1__", "A.5.1"),
        ("_partly_", "partly"),
        ("snake_case_name", "snake_case_name"),
        ("0010_ISMS_Policy.md", "0010_ISMS_Policy.md"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("a \\| b", "a | b"),
        ("\\*", "*"),
        ("[A.5.1](https://example.org/a51)", "A.5.1"),
        ("[A.5.1](controls/5-1.md)", "A.5.1"),
        ("[minutes](https://example.org/m)", "minutes (https://example.org/m)"),
        ("[policy](policy.md 'title')", "policy"),
        ("![Implemented](https://img.example/x.svg)", "Implemented"),
        ("[![Done](b.svg)](x.md)", "Done"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<span style='x'>done</span>", "done"),
        ("<https://example.org>", "<https://example.org>"),
        ("a < b", "a < b"),
        ("R&amp;D&nbsp;", "R&D"),
        ("[x]", "x"),
        ("[X]", "X"),
        ("[ ]", ""),
        ("done <!-- later -->", "done"),
        ("~~done~~ open", "~~done~~ open"),
        ("✅ **Implemented**", "✅ Implemented"),
    ],
)
def test_a_cell_is_what_a_reader_sees(written: str, text: str) -> None:
    """Marks go, texts stay; struck text keeps its marks, so that nobody takes it for valid."""
    found = table(f"| x | y | z |\n|---|---|---|\n| a | {written} | b |\n")
    assert found.rows[1][1] == ("a", text, "b")


def test_what_a_page_does_not_show_is_not_read() -> None:
    """Front matter, comments and code hold no rows; what never ends is told."""
    hidden = (
        "---\ntitle: x\nrows: |\n  | a | b |\n---\n<!--\n| A.5.9 | old |\n|---|---|\n| A.5.9 | old |\n-->\n"
        "```\n| A.5.8 | code |\n|---|---|\n```\n~~~ text\n| A.5.8 | b |\n```\n~~~\n| A | B |\n|---|---|\n| A.5.1 | done |\n"
    )
    found = table(hidden)
    assert found.rows == ((19, ("A", "B")), (21, ("A.5.1", "done")))
    assert found.notes == ()
    for opening, what in (("<!-- x", "a comment"), ("```", "code")):
        found = table(f"| A | B |\n|---|---|\n| A.5.1 | done |\n\n{opening}\n| A.5.2 | x |\n")
        assert found.notes == (f"row 5 begins {what} that never ends: what follows is not read",)
        assert len(found.rows) == 2
    assert tables("<!-- x")[0].notes == ("row 1 begins a comment that never ends: what follows is not read",)


SECTIONS = """\
# Statement

## 1.1 Purpose

**Owner:** the board

## A.5 Organizational controls

### A.5.1 Policies for information security

**Status:** Implemented
**Justification**: wanted
by many

and this is prose

- **Owner:** CISO
- Evidence:
  - minutes
  - mail

### A.5.2: Roles

| Status | Planned |
|---|---|
| Owner | HR |

#### Remarks

none of
these

### 5.3 – Segregation

Status
: Not applicable
* Justification: small

### [A.5.4](x.md)

| Field | Value |
|---|---|
| Status | open |
"""


def test_a_section_a_control_is_a_row() -> None:
    """However it says its status: bold, as item, as definition, in a table of two columns, under a heading."""
    found = table(SECTIONS)
    assert found.rows == (
        (8, ("Control", "Title", "Status", "Justification", "Owner", "Evidence", "Remarks")),
        (9, ("A.5.1", "Policies for information security", "Implemented", "wanted\nby many", "CISO", "minutes\nmail")),
        (22, ("A.5.2", "Roles", "Planned", "", "HR", "", "none of\nthese")),
        (33, ("5.3", "Segregation", "Not applicable", "small")),
        (39, ("A.5.4", "", "open")),
    )


def test_headings_with_numbers_alone_are_no_table() -> None:
    """Numbered chapters are no controls: nothing in them has the form of an answer, or in few of them."""
    numbered = "".join(f"## 4.{at} Chapter\n\ntext\n\n" for at in range(1, 6)) + "## 4.6 Last\n\n**Owner:** x\n"
    assert tables(numbered)[0].rows == ()
    under = "## 5.1 Controls (5.1-5.10)\n\n| Control | Status |\n|---|---|\n| A.5.1 | done |\n"
    assert table(under).rows[1][1] == ("A.5.1", "done")


def test_a_legend_is_kept() -> None:
    """In a line, a list or a table; a symbol with two meanings has none."""
    rows = "\n| C | S |\n|---|---|\n| A.5.1 | ✅ |\n"
    for legend, wanted in (
        ("✅ implemented | 🔄 in progress | ❌ not applicable\n", {"✅": "implemented", "🔄": "in progress", "❌": "not applicable"}),
        ("**Légende :** ✅ Implémenté · ⏳ Planifié\n", {"✅": "Implémenté", "⏳": "Planifié"}),
        ("- ✅ = done\n- 🔄: **half**\n", {"✅": "done", "🔄": "half"}),
        ("## Legend\n\n| Symbol | Meaning |\n|---|---|\n| ✅ | done |\n", {"✅": "done"}),
        ("Legend: I = Implemented, PI = Partially implemented; N/A: not applicable\n", {"I": "Implemented", "PI": "Partially implemented", "N/A": "not applicable"}),
        ("- ✅ logging on\n- ✅ backups tested\n", {}),
        ("Legend: ✅ done\n\n- ✅ logging on\n", {"✅": "done"}),
        ("no legend\n", {}),
    ):  # fmt: skip
        assert dict(tables(legend + rows)[-1].legend) == wanted, legend


def test_limits_hold() -> None:
    """Rows, columns, cells and lengths of a file."""
    rows = "| C | S |\n|---|---|\n" + "| A.5.1 | x |\n" * 5
    for limits, words in (
        ({"rows": 3}, "more than 3 rows"),
        ({"columns": 1}, "more than 1 column"),
        ({"cells": 5}, "more than 5 cells"),
        ({"cell": 2}, "a cell has more than 2 characters"),
    ):
        with pytest.raises(LimitExceeded, match=words):
            tables(rows, **limits)
    with pytest.raises(InputError, match="is a PDF, not Markdown"):
        markdown.tables(b"%PDF-1.7")
    assert "Windows-1252 is assumed" in markdown.tables("| é |\n|---|\n| x |\n".encode("cp1252"))[0].notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "| " + "*" * 50_000,
        "| " + "[" * 50_000,
        "| " + "![" * 20_000 + "](",
        "| " + "<a " * 20_000,
        "| " + "_a" * 20_000,
        "| " + "**a" * 20_000,
        "| " + "\\" * 50_000,
        "| " + "&" * 50_000,
        "| " + " " * 50_000 + "x",
        "| " + "<!--" * 20_000,
        "# " + "A." * 20_000,
        "# " + "iso " * 20_000 + "x",
        "# A.5.1 " + " " * 50_000 + "x",
        "Legend: " + "✅ " * 20_000,
        "Legend: " + "AB: " * 20_000,
        "**" + "a " * 20_000,
        " " * 50_000 + "- **x:** y",
        "|" * 50_000,
        "- " * 30_000,
        "> " * 30_000 + "| a |",
    ],
    ids=lambda text: text[:12],
)
def test_no_line_takes_long(text: str) -> None:
    """Time grows with the length of a line, whatever stands in it: 50,000 characters in a second."""
    start = time.process_time()
    for shape in (f"### A.5.1 x\n{text}\n", f"| a |\n|---|\n{text} |\n"):
        with contextlib.suppress(LimitExceeded):
            tables(shape, columns=100_000, cell=1_000_000)
    assert time.process_time() - start < 1


SHARED = Path(__file__).parents[2] / "shared" / "reference" / "soa"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference files do not stand beside the checkout")
@pytest.mark.parametrize(("name", "controls"), [("gw-ai-security_gap_de.md", 93), ("handbook-generator_soa_de.md", 40)])
def test_real_files_give_their_tables(name: str, controls: int) -> None:
    """Each table of a real file is found with its heading, and the controls in them."""
    found = markdown.tables((SHARED / name).read_bytes(), name=name)
    ids = {row[0] for one in found for _, row in one.rows if row and row[0].startswith("A.")}
    assert len(ids) == controls
    assert all(one.sheet for one in found)
