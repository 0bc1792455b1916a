"""Write the workbook of the tutorial, examples/soa.xlsx, from examples/soa-with-gaps.csv.

It looks like what people have: title lines above the table, a second sheet, and "In progress" where the CSV says
"Partially implemented". The bytes hang on the version of xlsxwriter, so a test compares what is read, not the files.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import xlsxwriter

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "examples" / "soa-with-gaps.csv"
TARGET = ROOT / "examples" / "soa.xlsx"
TITLE = ("Statement of Applicability", "Acme Energy, data hall and plants", "Confidential")
HISTORY = (("Version", "Date", "Author", "Change"), ("1.0", "2025-03-02", "Security officer", "First release"))
WIDTHS = (10, 44, 12, 44, 22, 60, 18)


def rows() -> list[list[str]]:
    """Return the header and a row for each control, without the column of themes."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    kept = [[*row[:2], *row[3:]] for row in table]
    return [["In progress" if cell == "Partially implemented" else cell for cell in row] for row in kept]


def write(target: Path = TARGET) -> None:
    """Write the workbook, with ids as text and a fixed date of creation."""
    book = xlsxwriter.Workbook(str(target), {"strings_to_numbers": False})
    book.set_properties({"title": TITLE[0], "created": dt.datetime(2026, 1, 15, tzinfo=dt.UTC)})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("SoA")
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    for row, line in enumerate(TITLE):
        sheet.write_string(row, 0, line, bold)
    start = len(TITLE) + 1
    for row, cells in enumerate(rows(), start):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell, bold if row == start else wrapped)
    history = book.add_worksheet("Version history")
    for row, version in enumerate(HISTORY):
        history.write_row(row, 0, version)
    book.close()


if __name__ == "__main__":
    write()
