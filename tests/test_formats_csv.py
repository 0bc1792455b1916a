"""`read_soa` on CSV: the shapes that real Statements of Applicability have, in samples of our own, and hostile ones."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import os
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import nis2map
from nis2map import (
    AmbiguousIds,
    Assessment,
    Finding,
    GapClass,
    InputError,
    LimitExceeded,
    Limits,
    Nis2mapError,
    Status,
    UnsupportedEdition,
    read_soa,
)
from nis2map.formats import csv as csv_format
from nis2map.ids import closed_set

from . import hostile
from .evidence import SoaPair, soa_pairs

DASHES = "-–—−‐"
ANNEX_A = [local for local in closed_set("iso27001") if local.startswith("A.") and local.count(".") == 2]


def read(text: str | bytes, **details: Any) -> Assessment:
    return read_soa(io.BytesIO(text if isinstance(text, bytes) else text.encode()), **details)


def statuses(soa: Assessment) -> dict[str, str]:
    return {ref.local: str(finding.status) for ref, finding in soa.items()}


def problems(text: str | bytes, **details: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(text, **details)
    assert caught.value.problems
    return [str(problem) for problem in caught.value.problems]


# The samples copy the shapes of public files (named with each), never their content.
SHAPES = {
    "English, all columns (cenedril_soa_en)": (
        "Control ID,Control Name,Theme,Applicable,Justification,Implementation Status,Implementation Description,Reference\n"
        "A.5.1,Policies for information security,Organizational,Yes,Wanted by the board,Implemented,Signed,P-1\n"
        "A.7.4,Physical security monitoring,Physical,No,No rooms of our own,N/A,,\n"
        "A.8.9,Configuration management,Technological,Yes,Servers differ,Partially Implemented,Half done,-\n",
        {"A.5.1": "implemented", "A.7.4": "not_applicable", "A.8.9": "partial"},
    ),
    "German, all columns (cenedril_soa_de)": (
        "Kontroll-ID;Kontrollname;Bereich;Anwendbar;Begründung;Umsetzungsstatus;Umsetzungsbeschreibung;Referenz\n"
        "A.5.1;Richtlinien;Organisatorisch;Ja;Will der Vorstand;Umgesetzt;Unterschrieben;R-1\n"
        "A.7.4;Überwachung;Physisch;Nein;Keine eigenen Räume;N/A;;\n"
        "A.8.9;Konfiguration;Technologisch;Ja;Server verschieden;Teilweise umgesetzt;Halb;-\n"
        "A.8.13;Sicherung;Technologisch;Ja;Pflicht;Geplant;;\nA.8.14;Redundanz;Technologisch;Ja;Pflicht;Offen;;\n",
        {
            "A.5.1": "implemented",
            "A.7.4": "not_applicable",
            "A.8.9": "partial",
            "A.8.13": "planned",
            "A.8.14": "not_implemented",
        },
    ),
    "German status words, no column for applicability (gw-ai-security_gap_de, handbook-generator)": (
        "Maßnahme,Titel,Gap-Status\n**A.5.1**,Richtlinien,Erfüllt\n`A.5.2`,Rollen,Teilweise\nA.5.3,Trennung,Offen\n"
        "A.5.4,Leitung,In Arbeit\nA.5.5,Behörden,Implementiert\n",
        {
            "A.5.1": "implemented",
            "A.5.2": "partial",
            "A.5.3": "not_implemented",
            "A.5.4": "partial",
            "A.5.5": "implemented",
        },
    ),
    "bare numbers as text under two title rows (novacrest)": (
        "Harbour Cranes Ltd\nStatement of Applicability,,2026\n\nControl,Name,Applicable,Status\n"
        "5.1,Policies for information security,Yes,Implemented\n5.10,Acceptable use,Yes ,in progress\n8.34,Audit tests,no,\n",
        {"A.5.1": "implemented", "A.5.10": "partial", "A.8.34": "not_applicable"},
    ),
    "id column called Annex, nothing determined (controls-sample)": (
        "Annex\tControl\tState\nA.5.1\tPolicies\tnot_determined\nA.5.2\tRoles\tpartially_implemented\nA.5.3\tDuties\tn/a\n",
        {"A.5.1": "unassessed", "A.5.2": "partial", "A.5.3": "not_applicable"},
    ),
    "a percentage beside the words (little-isms-helper)": (
        "Control;Applicable;Completeness %\n5.1;yes;100\n5.2;yes;40 %\n5.3;yes;0\n5.4;yes;12,5\n5.5;n/a;\n",
        {
            "A.5.1": "implemented",
            "A.5.2": "partial",
            "A.5.3": "not_implemented",
            "A.5.4": "partial",
            "A.5.5": "not_applicable",
        },
    ),
    "hash as header, Appl, dashes for nothing (neomint)": (
        "#|Control|Appl|Status\n5.1|Policies|✓|implemented\n5.2|Roles|✓|—\n5.3|Duties|✗|—\n",
        {"A.5.1": "implemented", "A.5.2": "unassessed", "A.5.3": "not_applicable"},
    ),
    "symbols, French (aureus-social)": (
        "N°,Intitulé,Statut\n5.1,Politiques,✅\n5.2,Rôles,🔄\n5.3,Séparation,⏳\n5.4,Direction,non applicable\n5.5,Autorités,en cours\n",
        {
            "A.5.1": "implemented",
            "A.5.2": "partial",
            "A.5.3": "planned",
            "A.5.4": "not_applicable",
            "A.5.5": "partial",
        },
    ),
    "Czech (cocka166)": (
        "Opatření;Název;Aplikovatelnost;Stav;Zdůvodnění\nA.5.1;Politiky;Ano;Ano;proto\nA.5.2;Role;Ano;Částečně;proto\n",
        {"A.5.1": "implemented", "A.5.2": "partial"},
    ),
    "few controls, long spellings of ids (darwin)": (
        "Control reference,Implementation Status\nISO 27001:2022 A.5.15,Implemented\nA 5.16,Partial\nAnnex A 8.2,Planned\n",
        {"A.5.15": "implemented", "A.5.16": "partial", "A.8.2": "planned"},
    ),
    "headings between the rows, clauses beside the Annex": (
        "Clause,Title,Status\n4.1,,\nA.5,Organizational controls,\nA.5.1,Policies,done\n,People,\nA.6,People,\nA.6.1,Screening,done\n"
        "clause 9.3.1,Review,done\n",
        None,
    ),
}


@pytest.mark.parametrize("name", [name for name, (_, wanted) in SHAPES.items() if wanted])
def test_shapes_of_real_files(name: str) -> None:
    """Each shape that a real Statement of Applicability has is read to the statuses that a person reads in it."""
    text, wanted = SHAPES[name]
    assert statuses(read(text)) == wanted


def test_bare_numbers_beside_ids_with_a_letter_are_clauses() -> None:
    """The "A." of the others says that a bare 4.1 or 5.1 is a clause; headings and remarks are one note each kind."""
    text, _ = SHAPES["headings between the rows, clauses beside the Annex"]
    soa = read(text.replace("4.1,,\n", "4.1,Context,done\n5.1,Leadership,planned\n"))
    assert statuses(soa) == {
        "4.1": "implemented",
        "5.1": "planned",
        "9.3.1": "implemented",
        "A.5.1": "implemented",
        "A.6.1": "implemented",
    }
    assert soa.notes == (
        "bare numbers are read as clauses",
        "2 rows: each is a heading and is left out: row 4 'A.5', row 7 'A.6'",
        "row 6 names no control and is left out: 'People'",
    )


def test_what_is_kept_of_a_row() -> None:
    """Status, degree, justification, evidence, owner and dates are kept, and what is not read is said."""
    soa = read(
        "Control,Applicable,Justification for inclusion,Reason for exclusion,Status,Degree,Evidence,Comment,Reference,Owner,"
        "Reviewed,Valid until,Budget\n"
        "A.5.1,yes,asked for,,partial,40%,minutes,by hand,P-1,CISO,2026-03-01,28.02.2027,100\n"
        "A.5.2,no,-,not ours,,,,-,,,03/04/2026,,\n"
    )
    assert soa["A.5.1"].to_dict() == {
        "status": "partial",
        "degree": 0.4,
        "justification": "asked for",
        "evidence": ["minutes", "by hand", "P-1"],
        "owner": "CISO",
        "date": "2026-03-01",
        "valid_until": "2027-02-28",
    }
    assert soa["A.5.2"] == Finding("not_applicable", justification="not ours")
    assert soa["A.5.2"].justification == "not ours"
    assert soa["A.5.2"].evidence == ()
    assert soa.notes == (
        "columns that are not read: 'Budget'",
        "'Reviewed' holds dates that are not read; write them as 2026-01-31 (1 row: A.5.2)",
    )


def test_no_date_is_made_up() -> None:
    """A date that does not exist or is written in another way is left out, with one note for the column."""
    soa = read("Control,Status,Date\nA.5.1,done,31.02.2026\nA.5.2,done,2026-1-5\nA.5.3,done,-\n")
    assert [finding.date for finding in soa.values()] == [None, None, None]
    assert soa.notes == ("'Date' holds dates that are not read; write them as 2026-01-31 (2 rows: A.5.1, A.5.2)",)


def test_a_day_that_nobody_can_read_never_lets_a_finding_live_for_ever() -> None:
    """An expiry that is not read is a problem; the midnight that spreadsheets add to a day is none."""
    text = "Control,Status,Valid until\nA.5.1,done,12/31/2020\nA.5.2,done,2020-12-31 00:00:00\n"
    assert problems(text) == [
        "the stream, row 2, column 'Valid until', iso27001:A.5.1: '12/31/2020' is not read as a date; write it as 2026-01-31"
    ]
    assert read(text, on_problem="collect")["A.5.2"].valid_until == dt.date(2020, 12, 31)


def test_columns_without_a_header_are_named_by_number() -> None:
    """Unread columns are named, by number where they have no header, and at most twelve of them."""
    assert read("Control,Status\nA.5.1,done,,x\n").notes == ("columns that are not read: '4'",)
    many = ",".join(f"h{n}" for n in range(20))
    assert read(f"Control,Status,{many}\nA.5.1,done{',x' * 20}\n").notes[0].endswith("'h11' and 8 more")


GOOD = "Control;Applicable;Status;Justification\nA.5.1;yes;implemented;Geschäftsführung\nA.5.2;no;;Größe\n"


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        GOOD.encode("utf-16-le").replace(b"C", b"\xff\xfeC", 1),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.replace("\n", "\r\n", 1).encode(),
        GOOD.replace(";", ",").encode(),
        GOOD.replace(";", "\t").encode(),
        GOOD.replace(";", "|").encode(),
        f"sep=;\n{GOOD}".encode(),
        f"\ufeffSEP=;\r\n{GOOD}".encode(),
        f'"sep=;"\n{GOOD}'.encode(),
        GOOD.encode().replace(b"A.5.1", b'"A.5.1"').replace(b"yes", b' "yes"'.strip()),
        b"\n\n" + GOOD.encode() + b";;;\n" * 30,
        GOOD.replace("\n", ";;;;;;\n").encode(),
    ],
    ids=lambda data: repr(data[:18]),
)
def test_encodings_line_ends_and_separators(data: bytes) -> None:
    """The same table gives the same assessment in every encoding, line end and separator that spreadsheets write."""
    soa = read(data)
    assert statuses(soa) == {"A.5.1": "implemented", "A.5.2": "not_applicable"}
    assert soa["A.5.1"].justification == "Geschäftsführung"
    assert soa.notes == ()


def test_windows_1252_is_read_and_said() -> None:
    """What is not UTF-8 is read as Windows-1252, and a note says from which byte on."""
    soa = read(GOOD.encode("cp1252"))
    assert soa["A.5.2"].justification == "Größe"
    assert soa.notes == ("the stream is not UTF-8 (byte 67); Windows-1252 is assumed",)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (GOOD.encode("utf-16-be"), "encoding that is not recognised"),
        (b"\xff\xfe\x00", "not the utf-16 that its first bytes say"),
        (b"\xef\xbb\xbf\xff", "not the utf-8-sig"),
        (b"A.5.1,\x81\xc3", "neither UTF-8 nor Windows-1252"),
        (b"", "is empty"),
        (gzip.compress(GOOD.encode()), "is gzip data"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is an old Office file"),
        (b"\x89PNG\r\n", "is an image"),
    ],
)
def test_what_is_no_text_is_named(data: bytes, words: str) -> None:
    """Binary files and broken encodings are refused by what they are."""
    with pytest.raises(InputError, match=words):
        read(data)


def test_a_workbook_with_the_wrong_name_is_named(tmp_path: Path) -> None:
    """Content decides, not the name: a damaged workbook called .csv is called a workbook."""
    path = tmp_path / "soa.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(InputError, match=r"soa\.csv can't be read as a workbook"):
        read_soa(path)
    with pytest.raises(InputError, match="not a CSV"):
        csv_format.loads(path.read_bytes())


def numeric(local: str) -> str:
    """Return a number of Annex A as a spreadsheet gives it back."""
    return str(float(local.removeprefix("A.")))


def test_the_5_10_trap() -> None:
    """Numbers that lost their last zero are refused in both modes, with every row concerned."""
    rows = "".join(f"{numeric(local)},implemented\n" for local in ANNEX_A)
    for mode in ("raise", "collect"):
        with pytest.raises(AmbiguousIds, match="store the id column as text") as caught:
            read(f"Control,Status\n{rows}", on_problem=mode)
        assert len(caught.value.problems) == 14  # seven pairs
        assert {problem.ref.removeprefix("iso27001:") for problem in caught.value.problems} == {
            "A.5.1", "A.5.2", "A.5.3", "A.7.1", "A.8.1", "A.8.2", "A.8.3",
        }  # fmt: skip
        assert {problem.code for problem in caught.value.problems} == {"lost-zero"}
    kept = "".join(f"{local.removeprefix('A.')},implemented\n" for local in ANNEX_A)
    assert len(read(f"Control,Status\n{kept}")) == 93


def test_the_trap_is_seen_behind_other_problems() -> None:
    """Other problems of a row do not hide that its id lost a zero."""
    with pytest.raises(AmbiguousIds):
        read("Control,Status\n5.1,sort of\n5.1,implemented\n", on_problem="collect")


def test_the_trap_is_seen_by_the_title() -> None:
    """A bare number with another control's title lost its zero; a title of the user's own proves nothing."""
    head = "Control,Title,Status\n5.4,Management responsibilities,done\n"
    title = nis2map.load()["A.5.10"].title
    with pytest.raises(AmbiguousIds, match=r"the id says A\.5\.1, the title is that of A\.5\.10"):
        read(f"{head}5.1,{title},done\n", on_problem="collect")
    assert len(read(f"{head}5.10,{title},done\n")) == 2
    assert len(read(f"{head}5.1,A title of our own,done\n")) == 2


def test_numbers_with_one_reading_pass() -> None:
    """Numbers that lose no zero pass, and an id with its letter lost nothing even if it stands twice."""
    assert set(statuses(read("Control,Status\n5.4,done\n6.8,done\n8.34,done\n"))) == {"A.5.4", "A.6.8", "A.8.34"}
    # an id with its letter is text and lost nothing; twice the same is a repetition
    soa = read("Control,Status\nA.5.1,done\nA.5.1,done\n")
    assert soa.notes == ("row 3 repeats A.5.1 of row 2",)


@pytest.mark.parametrize("mode", ["raise", "collect"])
@pytest.mark.parametrize(
    "text",
    [
        "Control,Status\nA.5.1.1,done\nA.9.2.3,done\nA.18.2.3,done\n",  # chbandis: three levels
        "Control,Status\n5.1,\n5.1.1,done\n5.1.2,done\n6.1,\n6.1.1,done\n",  # mohammad: no letter, float headings
        "Clause,Applicabilité,En place ?\nA.5.1.1,Oui,Non\nA.6.1.1,Oui,Oui\n",  # youssefik: French
        "Control,Status\nA.9.1,done\nA.10.1,done\nA.5.1,done\n",
    ],
)
def test_the_2013_edition_is_refused(text: str, mode: str) -> None:
    """Ids of the 2013 edition are refused in both modes, with letters or without."""
    with pytest.raises(UnsupportedEdition, match="2013"):
        read(text, on_problem=mode)


def test_editions() -> None:
    """A mixture is refused unless the edition is given; clauses have three levels in every edition."""
    mixed = (
        "Control,Status\nA.5.37,done\n" + "".join(f"A.8.{n},done\n" for n in range(1, 9)) + "A.9.2.3,done\nA.9.1,done\n"
    )
    for mode in ("raise", "collect"):
        with pytest.raises(InputError, match=r"editions are mixed: 'A\.9\.2\.3' is of 2013, 'A\.5\.37' of 2022"):
            read(mixed, on_problem=mode)
    assert len(problems(mixed, edition="2022")) == 2  # told which one it is, the others are unknown ids
    with pytest.raises(UnsupportedEdition):
        read("Control,Status\nA.5.1,done\n", edition="2013")
    with pytest.raises(InputError, match="edition is '2005'; one of: 2022, 2013"):
        read(GOOD, edition="2005")
    # clauses have three levels in every edition
    clauses = "Control,Status\nclause 6.1.2,done\nClause 9.2.1,done\nclause 10.2,done\nA.5.1,done\n"
    assert len(read(clauses)) == 4


UNKNOWN = [
    ("A.8.35", "iso27001 has no unit 'A.8.35'; nearest: iso27001:A.8.32, iso27001:A.8.33, iso27001:A.8.34"),
    ("A.5.٣", "'A.5.٣'"),
    ("nis2:21.2.h", "is not a control of ISO/IEC 27001:2022"),
    ("iso27001-2013:A.9.2.3", "it looks like the 2013 edition"),
    ("A.5.1#x", "is not a control of ISO/IEC 27001:2022"),
    ("45292", "'45292'"),
    ("Firewalls", "'Firewalls'"),
    ("", "the row names no control: 'implemented'"),
]


@pytest.mark.parametrize(("id_", "words"), UNKNOWN)
def test_unknown_ids_are_problems_with_their_place(id_: str, words: str) -> None:
    """An id that is not a control is a problem of its row, with the nearest real ones, and the other rows are kept."""
    text = f"Control,Status\nA.5.4,implemented\nA.5.5,implemented\nA.5.6,implemented\n{id_},implemented\n"
    (problem,) = problems(text)
    assert words in problem
    assert problem.startswith("the stream, row 5")
    soa = read(text, on_problem="collect")
    assert statuses(soa) == {"A.5.4": "implemented", "A.5.5": "implemented", "A.5.6": "implemented"}
    assert [p.row for p in soa.problems] == [5]


CONTRADICTIONS = [
    ("no,implemented,", "row 2, column 'Status', iso27001:A.5.1: not applicable and yet implemented"),
    ("no,planned,", "not applicable and yet planned"),
    ("no,,30%", "not applicable and yet in place"),
    ("yes,n/a,", "row 2, iso27001:A.5.1: applicable, and yet its status says not applicable"),
    ("yes,implemented,50%", "the status says implemented, the percentage 50 %"),
    ("yes,partial,100%", "the status says partial, the percentage 100 %"),
    ("yes,not implemented,10%", "the status says not_implemented, the percentage 10 %"),
    (
        "perhaps,implemented,",
        "row 2, column 'Applicable', iso27001:A.5.1: 'perhaps' is not a word for applicable that is understood",
    ),
    ("Applicable (No),implemented,", "'Applicable (No)' is not a word for applicable"),
    ("yes,sort of,", "row 2, column 'Status', iso27001:A.5.1: 'sort of' is not a word for status that is understood"),
    ("yes,implemented,101%", "row 2, column 'Progress', iso27001:A.5.1: '101%' is not a percentage from 0 to 100"),
    ("yes,implemented,1e2", "'1e2' is not a percentage"),
    ("yes,implemented,nan", "'nan' is not a percentage"),
    ("yes,implemented,٧٥", "is not a percentage"),
    ("yes,implemented,100 percent", "'100 percent' is not a percentage"),
]


@pytest.mark.parametrize(("row", "words"), CONTRADICTIONS)
def test_contradictions_and_unknown_words(row: str, words: str) -> None:
    """Columns that contradict each other and words that are not known are problems, never a choice of the reader's."""
    text = f"Control,Applicable,Status,Progress\nA.5.1,{row}\nA.5.2,yes,implemented,100%\n"
    (problem,) = problems(text)
    assert words in problem
    assert statuses(read(text, on_problem="collect")) == {"A.5.2": "implemented"}


def test_an_unknown_word_says_which_words_are_read_and_on_which_control() -> None:
    """A form can mark the control and offer the words: the problem has the row's ref, and its hint the words."""
    soa = read("Control,Applicable,Status\nA.5.24,yes,most of it\nA.5.1,perhaps,done\n", on_problem="collect")
    assert [(p.ref, p.code, p.column) for p in soa.problems] == [
        ("iso27001:A.5.24", "unknown-status", "Status"),
        ("iso27001:A.5.1", "unknown-applicable", "Applicable"),
    ]
    status, applicable = (problem.hint for problem in soa.problems)
    for word in (
        "implemented",
        "partially implemented",
        "planned",
        "not implemented",
        "not applicable",
        "not assessed",
    ):
        assert f" {word}," in status or f" {word};" in status
        assert statuses(read(f"Control,Status,Why\nA.5.1,{word},x\n"))
    assert applicable.startswith("one of: yes, no; ")


def test_problems_come_in_the_order_of_their_places() -> None:
    """Collected problems stand as raised ones do, by row: those found last are not at the end."""
    text = "Control,Status,Why\nA.5.1,done,a\nA.5.1,planned,a\nA.5.2,sort of,\x00\nA.9.9,done,a\nA.5.3,maybe,a\n"
    with pytest.raises(InputError) as caught:
        read(text)
    collected = read(text, on_problem="collect").problems
    assert collected == caught.value.problems
    assert [problem.row for problem in collected] == [3, 4, 4, 5, 6]


def test_every_dropped_row_has_a_problem() -> None:
    """What is collected misses no row in silence: each control is in the findings or in a problem."""
    rows = ["done", "sort of", "planned", "??", "done", "n/a"]
    text = "Control,Status\n" + "".join(f"A.5.{n},{word}\n" for n, word in enumerate(rows, 1))
    soa = read(text, on_problem="collect")
    assert {str(ref) for ref in soa} | {problem.ref for problem in soa.problems} == {
        f"iso27001:A.5.{n}" for n in range(1, len(rows) + 1)
    }
    assert [problem.ref for problem in soa.problems] == ["iso27001:A.5.2", "iso27001:A.5.4"]


INTERPRETED = [
    ("In progress", "partial", "'In progress' read as partial (1 row: A.5.1)"),
    ("Open", "not_implemented", "'Open' read as not_implemented (1 row: A.5.1)"),
    ("TBD", "unassessed", "'TBD' read as unassessed (1 row: A.5.1)"),
    ("Excluded", "not_applicable", "'Excluded' read as not_applicable (1 row: A.5.1)"),
    ("in Arbeit", "partial", "'in Arbeit' read as partial (1 row: A.5.1)"),
    ("Compliant", "implemented", "'Compliant' read as implemented (1 row: A.5.1)"),
    ("🔄", "partial", "'🔄' read as partial (1 row: A.5.1)"),
    ("", "unassessed", "no status: read as unassessed (1 row: A.5.1)"),
]


@pytest.mark.parametrize(("word", "status", "note"), INTERPRETED)
def test_a_word_that_says_less_than_its_status_is_noted(word: str, status: str, note: str) -> None:
    """`In progress` may be a tenth or nine tenths: what was made of such a word is said, with the rows."""
    soa = read(f"Control,Status,Reason,Owner\nA.5.1,{word},why,x\nA.5.2,Implemented,why,x\n")
    assert (statuses(soa)["A.5.1"], soa.notes) == (status, (note,))


@pytest.mark.parametrize(
    "word", ["implemented", "Umgesetzt", "done", "partially_implemented", "teilweise", "planned", "not implemented"]
)
def test_a_word_that_names_its_status_is_not_noted(word: str) -> None:
    """Notes that say nothing would bury those that matter."""
    assert read(f"Control,Status\nA.5.1,{word}\n").notes == ()


def test_an_interpretation_is_told_once_for_each_word() -> None:
    """One note a word, however it is spelled and however many rows hold it; the first few controls are named."""
    rows = "".join(f"A.5.{n},{'open' if n % 2 else 'OPEN'},x\n" for n in range(1, 8))
    soa = read(f"Control,Status,Reason\n{rows}A.6.1,ongoing,x\n")
    assert soa.notes == (
        "'open' read as not_implemented (7 rows: A.5.1, A.5.2, A.5.3, A.5.4, A.5.5 and 2 more)",
        "'ongoing' read as partial (1 row: A.6.1)",
    )


def test_an_answer_that_is_interpreted_is_noted_and_a_word_that_decides_nothing_is_not() -> None:
    """`excluded` in the column of applicability decides; the status beside it then counts for nothing."""
    soa = read("Control,Applicable,Status,Reason\nA.5.1,excluded,open,x\nA.5.2,yes,planned,x\n")
    assert soa.notes == ("'excluded' read as not_applicable (1 row: A.5.1)",)
    with_degree = read("Control,Status,Degree\nA.5.1,in progress,40%\n")
    assert (with_degree["A.5.1"].degree, with_degree.notes) == (0.4, ())  # the percentage says how far


def test_an_exclusion_without_a_justification_is_noted() -> None:
    """ISO/IEC 27001, 6.1.3 d) asks for one, and auditors look there first."""
    soa = read(
        "Control,Applicable,Status,Reason\nA.5.1,no,,\nA.5.2,no,,not ours\nA.5.3,yes,n/a.,\n", on_problem="collect"
    )
    assert soa.notes == (
        "not applicable without a justification, which ISO/IEC 27001, 6.1.3 d) asks for (1 row: A.5.1)",
    )


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ("no,n/a,0", "not_applicable"),
        ("no,not implemented,", "not_applicable"),
        (",not applicable,", "not_applicable"),
        ("yes,planned,0%", "planned"),
        ("yes,partial,", "partial"),
        ("x,Fully Implemented.,100", "implemented"),
        ("yes,to be determined,", "unassessed"),
        ("TRUE,✔️,", "implemented"),
        ("Applicable (Inherited),✅ Implemented,", "implemented"),
        ("yes,❌ Implemented,", None),
        (",,", "unassessed"),
    ],
)
def test_words_together(row: str, status: str | None) -> None:
    """Columns that agree give the status that all of them say."""
    text = f"Control,Applicable,Status,Progress\nA.5.1,{row}\nA.5.2,yes,implemented,100%\n"
    if status is None:
        assert "may mean" in problems(text)[0]
    else:
        assert statuses(read(text))["A.5.1"] == status


def test_a_share_of_one_may_be_a_percentage_or_a_fraction() -> None:
    """A number up to 1 without a percent sign of its own has two readings, whatever the others of its column say."""
    hint = "write the percent sign, or say scale='percent' or scale='fraction'"
    found = problems("Control,Progress\nA.5.1,1\nA.5.2,0.5\nA.5.3,0\n")
    assert found == [
        f"the stream, row 2, column 'Progress', iso27001:A.5.1: '1' may mean 1 % or 100 %; {hint}",
        f"the stream, row 3, column 'Progress', iso27001:A.5.2: '0.5' may mean 0.5 % or 50 %; {hint}",
    ]
    assert read("Control,Progress\nA.5.1,1%\nA.5.2,0.5%\n")["A.5.2"].degree == 0.005
    for column in ("100%\nA.5.2,0.75", "100\nA.5.2,0.75", "50%\nA.5.2,1"):
        assert "may mean" in problems(f"Control,Progress\nA.5.1,{column}\n")[0]
    assert statuses(read("Control,Progress\nA.5.1,0\nA.5.2,0\n"))["A.5.2"] == "not_implemented"


def test_the_same_control_twice() -> None:
    """Equal rows are noted, contradicting rows give no finding at all."""
    head = "Control,Status,Owner\nA.5.1,implemented,a\n"
    equal = read(f"{head}A.5.1,Done,b\n")
    assert equal["A.5.1"].owner == "a; b"  # nothing of either is lost
    assert equal.notes == ("row 3 repeats A.5.1 of row 2",)
    conflict = f"{head}A.5.1,planned,b\nA.5.2,planned,b\nA.5.1,implemented,b\n"
    assert problems(conflict) == ["the stream, row 3, iso27001:A.5.1: A.5.1 is planned here and implemented in row 2"]
    kept = read(conflict, on_problem="collect")
    assert statuses(kept) == {"A.5.2": "planned"}  # neither the first nor the last wins
    assert [problem.code for problem in kept.problems] == ["conflict"]


def test_repeated_headers_and_marks_in_the_middle_are_noted() -> None:
    """Files that were put together from others keep their headers, and these are not controls."""
    soa = read("\ufeffControl,Status\nA.5.1,done\n\ufeffControl,Status\nA.5.2,done\nSigned by the board\n")
    assert statuses(soa) == {"A.5.1": "implemented", "A.5.2": "implemented"}
    assert soa.notes == (
        "row 3 repeats the header and is left out",
        "row 5 names no control and is left out: 'Signed by the board'",
    )


def test_a_table_that_turns_into_markdown_half_way() -> None:  # dynamicideas
    """The rows before the other table are kept, and the other table is told of."""
    text = "Control,Status\nA.5.13,Implemented\nA.5.14,Implemented\nA.5.15,Implemented\n\n## Exclusions\n"
    text += "| Control | Why |\n|---|---|\n| **A.5.16** | Excluded |\n"
    soa = read(text)
    assert list(statuses(soa)) == ["A.5.13", "A.5.14", "A.5.15"]
    (note,) = soa.notes
    assert note.startswith(
        "not read, because no column says whether a control applies or is in place: 'Exclusions', row 9"
    )
    decided = read(text.replace("Why", "Applicable"))
    assert statuses(decided)["A.5.16"] == "not_applicable"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Title,Status\nPolicies,implemented\n", "the first line has 'Title', 'Status'; ids look like"),
        ("Control ID,Applicable,Status\n,,\n", "no controls found; they stand below the header"),  # azrael: a template
        ("\n\n", "the stream is empty"),
        ("A.5.1,done\nA.5.2,done\n", "no header found above the first control; name the columns"),
        ("Foo,Bar\nA.5.1,done\n", "no header found"),
        ("Control,Title\nA.5.1,Policies\n", "no column tells whether a control applies"),  # atharvak
        ("Control,Status,State\nA.5.1,done,open\n", "row 1: two columns give the status: 'Status' and 'State'"),
        ("Version 1.0,\n1.0,\nControl,Status\n,\n", "no controls found; they stand below the header"),
        ("A.5.1,done\nControl,Status\nA.5.2,done\n", "row 1: 'A.5.1' stands above the header"),
    ],
)
def test_tables_that_can_not_be_read(text: str, words: str) -> None:
    """Without an id column, a header or a column that decides nothing is read, and the message says what is missing."""
    with pytest.raises(InputError, match=words):
        read(text)


def test_titles_that_hold_version_numbers_are_no_controls() -> None:
    """A version number in a title row is not the first control."""
    text = "Statement of Applicability 2.1,,\nVersion 1.0,,\n\nControl,Owner,Status\n5.1,a,done\n5.10,a,done\n"
    assert set(statuses(read(text))) == {"A.5.1", "A.5.10"}


def test_the_id_column_is_the_one_with_most_different_ids() -> None:
    """Columns of versions and counters have the form of ids and are not chosen."""
    text = "Version,Nr,Control ID,Status\n" + "".join(f"1.0,{n},A.5.{n},done\n" for n in range(1, 10))
    soa = read(text)
    assert len(soa) == 9
    assert soa.notes == ("columns that are not read: 'Version', 'Nr'",)


def test_unbalanced_quotes_never_swallow_rows() -> None:
    """A quote that is opened and closed rows later is refused, while a list in a cell is text."""
    never_closed = 'Control,Status,Reason\nA.5.1,done,"policy\nA.5.2,done,policy\nA.5.3,done,policy\n'
    assert problems(never_closed) == ["the stream, row 2: not a CSV: unexpected end of data; a quote may be unbalanced"]
    closed_later = 'Control,Status,Reason\n5.1,done,"policy\n5.2,done,policy\n5.3,done,policy"\n5.4,done,x\n'
    assert problems(closed_later) == ["the stream, row 2: a cell contains further rows; a quote may be unbalanced"]
    listed = 'Control,Status,Reason\nA.5.1,done,"see\nA.5.2, A.5.3\nA.5.4"\n'
    assert read(listed)["A.5.1"].justification == "see\nA.5.2, A.5.3\nA.5.4"


def test_unprintable_characters_are_problems() -> None:
    """Control characters and lost characters are problems with row and column."""
    text = "Control,Status,Reason\nA.5.1,done,a\x00b\nA.5.2,done,\ufffd\nA.5.3,done,fine\n"
    assert problems(text) == [
        "the stream, row 2, column '3': a cell contains the character U+0000",
        "the stream, row 3, column '3': a cell contains the character U+FFFD",
    ]
    assert problems("Control,Status\nA.5\x00.1,done\n", on_problem="collect") == [
        "the stream, row 2, column '1': a cell contains the character U+0000"
    ]


LIMITS = [
    (Limits(bytes=20), GOOD, "has more than 20 bytes"),
    (Limits(rows=2), GOOD, "has more than 2 rows"),
    (Limits(columns=3), GOOD, "row 1: more than 3 columns hold something"),
    (Limits(columns=3), "Control;Status" + ";" * 400, "has more than 3 columns in a line"),
    (Limits(cell=10), GOOD, "row 1: a cell has more than 10 characters"),
    (Limits(), GOOD + f"A.5.3;yes;done;{'x' * 32_768}\n", "row 4: a cell has more than 32767 characters"),
    (Limits(), GOOD + f"A.5.3;yes;done;{'x' * 140_000}\n", "row 4: a cell has more than 32767 characters"),
    (Limits(rows=2), ";;;\n" * 202, "has more than 2 rows"),
]


@pytest.mark.parametrize(("limits", "text", "words"), LIMITS)
def test_limits_raise_also_when_collecting(limits: Limits, text: str, words: str) -> None:
    """Every limit stops the reading in both modes."""
    for mode in ("raise", "collect"):
        with pytest.raises(LimitExceeded, match=words):
            read(text, limits=limits, on_problem=mode)


@pytest.mark.parametrize("value", [0, -1, True, 1.0, "10", None])
def test_limits_are_whole_numbers_from_one(value: Any) -> None:
    """A limit of another kind is refused when it is set."""
    with pytest.raises(InputError, match="the limit rows is"):
        Limits(rows=value)


def test_problems_are_capped_with_a_count() -> None:
    """Past the limit of problems the last one counts the others."""
    text = "Control,Status\n" + "".join(f"A.5.{n},perhaps\n" for n in range(1, 38))
    soa = read(text, limits=Limits(problems=5), on_problem="collect")
    assert len(soa.problems) == 6
    assert soa.problems[-1].message == "32 more problems are not listed"
    with pytest.raises(InputError, match="and 3 more") as caught:
        read(text, limits=Limits(problems=5))
    assert len(caught.value.problems) == 6


def test_many_near_misses_cost_little() -> None:
    """Of thousands of unknown ids the first twenty name the nearest real ones, and the others are counted."""
    text = "Control,Status\n" + "".join(f"A.5.{n},implemented\n" for n in range(100, 1000)) * 3
    soa = read(text, on_problem="collect")
    assert sum(bool(problem.hint) for problem in soa.problems) == 20
    assert soa.problems[-1].message == "2600 more problems are not listed"


def test_argument_words() -> None:
    """Arguments with a closed set of words list them when another is given."""
    with pytest.raises(InputError, match="format is 'xml'; one of: csv"):
        read(GOOD, format="xml")
    with pytest.raises(InputError, match="on_problem is 'ignore'; one of: raise, collect"):
        read(GOOD, on_problem="ignore")
    with pytest.raises(InputError, match="limits is 5; a Limits"):
        read(GOOD, limits=5)
    assert read(GOOD, format="csv") == read(GOOD)


def test_paths_and_streams(tmp_path: Path) -> None:
    """A path, its text and any binary stream, also one that gives a byte at a time, are read alike."""
    path = tmp_path / "soa.txt"
    path.write_bytes(GOOD.encode())
    wanted = read(GOOD)
    assert read_soa(path) == read_soa(str(path)) == wanted
    with path.open("rb") as file:
        assert read_soa(file) == wanted
    with tempfile.SpooledTemporaryFile() as spooled:
        spooled.write(GOOD.encode())
        spooled.seek(0)
        assert read_soa(spooled) == wanted

    class Dripping:
        """A stream that can't seek and gives a byte at a time."""

        def __init__(self) -> None:
            self.left = io.BytesIO(GOOD.encode())

        def read(self, size: int) -> bytes:
            return self.left.read(min(size, 1))

    assert read_soa(Dripping()) == wanted  # type: ignore[arg-type]


class Odd:
    """A stream whose `read` gives or raises something odd."""

    def __init__(self, what: Any) -> None:
        self.what = what

    def read(self, size: int) -> Any:
        if isinstance(self.what, Exception):
            raise self.what
        return self.what


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (io.StringIO(GOOD), "a text stream was given; open the file in binary mode"),
        (GOOD.encode(), "expected a path or an open binary stream, got b"),
        (None, "expected a path or an open binary stream, got None"),
        (5, "expected a path or an open binary stream, got 5"),
        (Odd(5), "the stream gives int, not bytes"),
        (Odd(OSError(5, "Input/output error")), "the stream can't be read: Input/output error"),
        (Odd(ValueError("I/O operation on closed file")), "can't be read: I/O operation on closed file"),
        ("no such file.csv", "no such file.csv can't be read: No such file"),
        ("nul\0.csv", "can't be read"),
        ("", "can't be read"),
    ],
)
def test_what_is_no_source(source: Any, words: str) -> None:
    """Sources that can't be read, or are not what a reader takes, are refused in one line of ours."""
    with pytest.raises(InputError, match=words):
        read_soa(source)


@pytest.mark.parametrize("data", [GOOD, None, 5, memoryview(GOOD.encode()), Path("soa.csv")])
def test_a_csv_is_bytes(data: Any) -> None:
    """Text has lost its encoding, and a path is for `read_soa`: what is not bytes is refused in one line of ours."""
    with pytest.raises(InputError, match=f"the CSV: expected bytes, got {type(data).__name__}; open the file"):
        csv_format.loads(data)
    assert csv_format.loads(bytearray(GOOD.encode())) == csv_format.loads(GOOD.encode())  # type: ignore[arg-type]


def test_a_path_in_bytes_is_a_path(tmp_path: Path) -> None:
    """A folder that is listed as bytes gives such paths, which `open` takes; messages name the file all the same."""
    (tmp_path / "soa.csv").write_text(GOOD, encoding="utf-8")
    (entry,) = os.scandir(os.fsencode(tmp_path))
    assert read_soa(entry) == read_soa(tmp_path / "soa.csv")  # type: ignore[arg-type]
    (tmp_path / "soa.csv").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"soa\.csv is empty"):
        read_soa(entry)  # type: ignore[arg-type]


def test_directories_devices_and_pipes(tmp_path: Path) -> None:
    """Directories, endless devices and pipes that nobody writes to do not hang or exhaust the caller."""
    with pytest.raises(InputError, match="can't be read: Is a directory"):
        read_soa(tmp_path)
    if Path("/dev/zero").exists():
        with pytest.raises(LimitExceeded):
            read_soa("/dev/zero", limits=Limits(bytes=1000))
    if hasattr(os, "mkfifo"):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        with pytest.raises(InputError, match="pipe is empty"):  # nobody writes: no waiting for ever
            read_soa(pipe)


def test_a_pipe_with_a_writer_is_read() -> None:
    """A pipe is a stream like any other."""
    reading, writing = os.pipe()
    try:
        os.write(writing, GOOD.encode())
    finally:
        os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        assert read_soa(stream) == read(GOOD)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_named_pipe_is_read_to_its_end_even_if_its_writer_pauses(tmp_path: Path) -> None:
    """Nothing to read at the moment is not the end: no part of a statement is lost without a word."""
    import fcntl
    import termios

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writing = os.open(pipe, os.O_RDWR)  # so that opening waits for nobody
    rows = [f"A.5.{n},implemented\n" for n in range(1, 38)]

    def write() -> None:
        unread = bytearray(4)
        while fcntl.ioctl(writing, termios.FIONREAD, unread) or any(unread):
            time.sleep(0.01)
        time.sleep(0.05)  # the reader, if it does not wait, takes what it has for the whole
        os.write(writing, "".join(rows[20:]).encode())
        os.close(writing)

    os.write(writing, ("Control,Status\n" + "".join(rows[:20])).encode())
    thread = threading.Thread(target=write)
    thread.start()
    soa = read_soa(pipe)
    thread.join()
    assert len(soa) == len(rows)


def test_the_usual_limits_are_those_of_the_documentation() -> None:
    """Whoever relies on a limit without naming it must not find it moved."""
    assert attrs.asdict(Limits()) == {
        "bytes": 26_214_400,
        "members": 1000,
        "ratio": 200,
        "rows": 10_000,
        "columns": 1000,
        "cells": 1_000_000,
        "cell": 32_767,
        "nesting": 64,
        "problems": 100,
    }


def test_messages_are_one_short_line() -> None:
    """Hostile cells can't forge lines, colours or writing direction in a message."""
    evil = "x" * 20_000 + "\x1b[31m\u202e"
    with pytest.raises(InputError) as caught:
        read(f"Control,Status\nA.5.1,{evil}\n")
    assert len(str(caught.value)) <= 500
    assert str(caught.value).isprintable()


cells = st.sampled_from(
    ("A.5.1", "A.5.10", "5.1", "5.10", "A.9.2.3", "Control", "Status", "Applicable", "yes", "no", "implemented", "40%", "0.5",
     "A.5", "", "  ", '"', "\n", "\r", "\x00", "é", "sep=;", "\ufeff", "clause 6.1.2", "2026-01-01", "🔄")
)  # fmt: skip
tables = st.lists(st.lists(cells, min_size=1, max_size=5), max_size=12)


@given(data=st.binary(max_size=300))
@example(data=b"\xff\xfe\x00\xd8")
@example(data=b'Control,Status\n"A.5.1,done')
@example(data=b"A.5.1")
def test_reading_is_total_on_bytes(data: bytes) -> None:
    """Whatever the bytes are, the answer is an assessment or an error of ours."""
    for mode in ("raise", "collect"):
        try:
            soa = read(data, on_problem=mode)
        except Nis2mapError as error:
            assert len(str(error)) <= 500
        else:
            assert isinstance(soa, Assessment)


@given(rows=tables, separator=st.sampled_from(",;\t|"), encoding=st.sampled_from(("utf-8", "utf-16", "cp1252")))
def test_reading_is_total_on_tables(rows: list[list[str]], separator: str, encoding: str) -> None:
    """Whatever a table holds, the answer is an assessment of controls or an error of ours."""
    data = "\n".join(separator.join(row) for row in [["Control", "Applicable", "Status"], *rows]).encode(
        encoding, "replace"
    )
    for mode in ("raise", "collect"):
        try:
            soa = read(data, on_problem=mode)
        except Nis2mapError as error:
            assert len(str(error)) <= 500
        else:
            assert all(ref.framework == "iso27001" and ref.demand is None for ref in soa)
            assert mode == "collect" or not soa.problems


@given(
    rows=st.dictionaries(
        st.sampled_from(ANNEX_A),
        st.tuples(
            st.sampled_from(list(Status)),
            # A dash alone stands for nothing.
            st.text(st.characters(min_codepoint=32, codec="utf-8"), max_size=20).filter(
                lambda text: text not in DASHES
            ),
        ),
        min_size=1,
    ),
    separator=st.sampled_from(",;\t"),
)
def test_what_is_written_as_csv_is_read_back(rows: dict[str, tuple[Status, str]], separator: str) -> None:
    """A table with any statuses and justifications comes back as it was written, by any separator."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(["Control ID", "Status", "Justification"])
    for local, (status, why) in rows.items():
        writer.writerow([local, str(status), why])
    soa = read(out.getvalue(), on_problem="collect")
    assert statuses(soa) == {local: str(status) for local, (status, _) in rows.items()}
    for local, (_, why) in rows.items():
        assert soa[local].justification == why.strip().lstrip("\ufeff").strip()


# --- the study of bad inputs, each rebuilt in hostile.py

EXPECTED: dict[str, Any] = {
    "C00": 93,
    "C03": "encoding that is not recognised",
    "C04": 2,
    "C06": 93,
    "C08": 93,
    "C09": 93,
    "C10": "row 2, column '1': a cell contains the character U\\+0000",
    "C11": "row 4: not a CSV",
    "C14": "two columns give the status: 'Status' and 'Status'",
    "C15": "the first line has 'Title', 'Status'; ids look like",
    "C18": 1,
    "C19": "row 3, iso27001:A.5.1: A.5.1 is not_implemented here and implemented in row 2",
    "C20": "one of them lost its last zero",
    "C25": "11 problems",
    "C26": 13,
    "C27": 20,
    "C31": 2,
    "C32": "is gzip data",
    "C33": 1,
    "C35": "101 problems",
}


@pytest.mark.parametrize(("id_", "wanted"), EXPECTED.items())
def test_the_corpus_of_bad_inputs(id_: str, wanted: int | str) -> None:
    """A file of the study is read whole, or refused with what is wrong and where."""
    if isinstance(wanted, str):
        with pytest.raises(InputError, match=wanted):
            read(hostile.CSV[id_])
    else:
        soa = read(hostile.CSV[id_])
        assert len(soa) == wanted
        assert not soa.problems
        assert soa.notes or id_ not in ("C18", "C31")  # what is said twice is noted


def test_details_of_the_corpus() -> None:
    """Umlauts, words for no, ids that lost a zero and formulas are read as what they are."""
    assert set(EXPECTED) == set(hostile.CSV)
    assert read(hostile.CSV["C04"])["A.5.1"].justification == "Geprüft – gemäß Prüfplan"
    yes_no = statuses(read(hostile.CSV["C26"]))
    assert {local for local, status in yes_no.items() if status == "not_applicable"} == {
        "A.5.2", "A.5.4", "A.5.7", "A.5.11", "A.5.13",
    }  # fmt: skip
    with pytest.raises(AmbiguousIds) as caught:
        read(hostile.CSV["C20"], on_problem="collect")
    assert len(caught.value.problems) == 14
    assert read(hostile.CSV["C27"])["A.5.1"].justification == "=1+1"


# --- the main job on complete files in two languages


@pytest.mark.parametrize("pair", soa_pairs(), ids=str)
def test_the_two_real_files_are_equal(pair: SoaPair) -> None:
    """The same Statement of Applicability in German and in English is one and the same assessment."""
    german, english = map(read_soa, pair)
    assert german == english
    assert [ref.local for ref in german] == ANNEX_A
    assert german.problems == english.problems == ()
    # the wording differs, the statement does not
    assert german["A.5.1"].justification != english["A.5.1"].justification


@pytest.mark.parametrize("pair", soa_pairs(), ids=str)
@pytest.mark.parametrize("framework", ["nis2", "cir"])
def test_the_real_files_are_scored_and_their_gaps_classified(framework: str, pair: SoaPair) -> None:
    """A complete file gets bounds within its ceiling, and each demand that is not surely met one class of gap."""
    german, english = map(read_soa, pair)
    alone = nis2map.coverage(english, framework=framework).overall
    assert alone == nis2map.coverage(german, framework=framework).overall
    certified = nis2map.coverage(english.certified(scope="the office"), framework=framework)
    overall = certified.overall
    for score in (alone, overall):
        assert None not in (score.low, score.estimate, score.high)
        assert 0 < score.low <= score.estimate <= score.high <= 1  # type: ignore[operator]
    assert overall.low > alone.low  # type: ignore[operator]  # the clauses carry a part of the duties
    for ours, most in (("low", "low"), ("estimate", "estimate"), ("high", "high")):
        assert getattr(overall, ours) <= getattr(overall.ceiling, most)
    found = nis2map.gaps(english.certified(), framework=framework)
    listed = [demand for gap in found for demands in gap.classes.values() for demand in demands]
    assert len(listed) == sum(found.summary.values())
    assert {gap.requirement.ref.framework for gap in found} == {framework}
    without = nis2map.gaps(english, framework=framework).summary
    for kind in (GapClass.STRUCTURAL, GapClass.RESIDUAL):  # what the standard lacks, no certificate changes
        assert 0 < found.summary[kind] == without[kind]
    assert found.summary[GapClass.UNASSESSED] == 0 < without[GapClass.UNASSESSED]  # the clauses that no SoA lists
    worse = nis2map.gaps(english.certified().replace({"A.5.1": "planned", "A.8.13": "planned"}), framework=framework)
    assert worse.summary[GapClass.IMPLEMENTATION] > found.summary[GapClass.IMPLEMENTATION]


def test_standard_input_is_called_so() -> None:
    """No message speaks of `<stdin>`."""
    stream = io.BytesIO(b"")
    stream.name = "<stdin>"  # type: ignore[attr-defined]
    with pytest.raises(nis2map.InputError, match="standard input is empty"):
        nis2map.read_soa(stream)
