"""One Statement of Applicability of 93 rows in every format that is read, and the bare parser of each.

The files are made in memory from one table, so that all of them say the same. A parser gives the cells or records as
its library does, and nothing is looked at.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

import python_calamine
import xlsxwriter
from goals import Call

import nis2map

LIMIT = 3.0
HEADER = ("Control ID", "Control Name", "Theme", "Applicable", "Justification", "Status", "Evidence", "Owner")
STATUSES = ("Implemented", "Implemented", "Partially implemented", "Planned", "Not implemented")

Row = Sequence[str]


def table() -> list[Row]:
    """Return the rows, of the usual width and with texts of the usual length; each ninth control is left out."""
    rows: list[Row] = []
    controls = [control for control in nis2map.load().controls() if control.ref.local.count(".") == 2]
    annex = [control for control in controls if control.ref.local.startswith("A.")]
    for place, control in enumerate(annex):
        out = place % 9 == 4
        rows.append(
            (
                control.ref.local,
                control.title,
                str(control.theme or ""),
                "No" if out else "Yes",
                "Nothing of the kind at our sites" if out else f"Treats risk R-{place:03} of the register",
                "" if out else STATUSES[place % len(STATUSES)],
                "" if out else f"Manual, page {place}, and the minutes of May",
                "Security officer",
            )
        )
    return rows


def as_csv(rows: Sequence[Row]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue().encode()


def as_markdown(rows: Sequence[Row]) -> bytes:
    lines = [HEADER, ["---"] * len(HEADER), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).encode()


def as_json(rows: Sequence[Row]) -> bytes:
    return json.dumps([dict(zip(HEADER, row, strict=True)) for row in rows], indent=1).encode()


def as_yaml(rows: Sequence[Row]) -> bytes:
    """JSON texts are YAML texts too, so no library is needed to quote them."""
    records = [
        "\n  ".join(f"{name}: {json.dumps(cell)}" for name, cell in zip(HEADER, row, strict=True)) for row in rows
    ]
    return "".join(f"- {record}\n" for record in records).encode()


def as_xlsx(rows: Sequence[Row]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet("SoA")
    for number, row in enumerate([HEADER, *rows]):
        page.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def as_ods(rows: Sequence[Row]) -> bytes:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    lines = ("".join(cell.format(escape(text)) for text in row) for row in [HEADER, *rows])
    body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body><office:spreadsheet>"
            f'<table:table table:name="SoA">{body}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def parse_csv(data: bytes) -> object:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def parse_markdown(data: bytes) -> object:
    return [[cell.strip() for cell in line.split("|")] for line in data.decode().splitlines()]


def parse_yaml(data: bytes) -> object:
    import yaml

    # What a reader uses too: the loader written in C where the installation has it.
    return yaml.load(data, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def parse_workbook(data: bytes) -> object:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


FORMATS: dict[str, tuple[Callable[[Sequence[Row]], bytes], Callable[[bytes], object], int]] = {
    "csv": (as_csv, parse_csv, 20),
    "markdown": (as_markdown, parse_markdown, 20),
    "json": (as_json, json.loads, 20),
    "yaml": (as_yaml, parse_yaml, 1),
    "xlsx": (as_xlsx, parse_workbook, 5),
    "ods": (as_ods, parse_workbook, 5),
}


def candidates() -> tuple[dict[str, dict[str, Call]], list[str]]:
    """Return reader and parser of each format that is read, and a line for each that is not.

    Ends the run if a file is read to something else than the others.
    """
    rows, calls, unread = table(), {}, list[str]()
    first: nis2map.Assessment | None = None
    for name, (write, parse, number) in FORMATS.items():
        data = write(rows)
        try:
            soa = nis2map.read_soa(io.BytesIO(data))
        except nis2map.Nis2mapError as error:
            unread.append(f"  {name:10} is not read: {error.message[:80]}")
            continue
        first = first or soa
        if soa != first or len(soa) != len(rows):
            sys.exit(f"the {name} is read to {len(soa)} findings that are not those of the {next(iter(calls))}")
        calls[name] = {
            f"{name} read": Call(lambda data=data: nis2map.read_soa(io.BytesIO(data)), number),
            f"{name} parsed": Call(lambda data=data, parse=parse: parse(data), number),
        }
    return calls, unread
