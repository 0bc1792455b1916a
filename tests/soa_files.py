"""Spreadsheets that tests make: Statements of Applicability of an invented company in the shapes that real ones have.

Each function returns one file as bytes; `FILES` names them as `tests/data/soa/expected.json` does. The layouts, header
words and traps are those of public files, the content is our own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from nis2map import load

from .spreadsheets import Formula, Percent, Sheet, ods, patched, workbook

ANNEX_A = [f"{theme}.{number}" for theme, last in ((5, 37), (6, 8), (7, 14), (8, 34)) for number in range(1, last + 1)]
# Controls a group in the 2013 edition: 114 in all.
GROUPS_2013 = {
    5: (2,), 6: (5, 2), 7: (2, 3, 1), 8: (4, 3, 3), 9: (2, 6, 1, 5), 10: (2,), 11: (6, 9), 12: (4, 1, 1, 4, 1, 2, 1),
    13: (3, 4), 14: (3, 9, 1), 15: (3, 2), 16: (7,), 17: (3, 1), 18: (5, 3),
}  # fmt: skip
MIX = (
    "implemented", "implemented", "partial", "implemented", "planned",
    "implemented", "partial", "implemented", "not_implemented", "not_applicable",
)  # fmt: skip


def status_of(place: int, step: int) -> str:
    """The status that the plan of a file gives its row: ten rows in turn, begun at another one in each file."""
    return MIX[(place + step) % len(MIX)]


def title(local: str) -> str:
    """The name by which everyone cites a control."""
    return load().control(f"A.{local}").title


# --- the shapes of public files


# Numbers that no lost zero can have made: there is no 5.40, 6.10, 7.20 or 8.40, and 5.11 ends in no zero.
ONE_READING = (
    5.4, 5.5, 5.6, 5.7, 5.8, 5.9, 5.11, 5.12, 5.15, 5.31, 6.1, 6.3, 6.7, 6.8,
    7.2, 7.4, 7.9, 7.14, 8.4, 8.5, 8.8, 8.13, 8.28, 8.34,
)  # fmt: skip


def helper(numbers: Iterable[float] = ONE_READING) -> bytes:
    """Five sheets, the cover first; ids as numbers; whether a control applies, its status and how far, on three sheets."""
    numbers = list(numbers)
    says = [status_of(place, 0) for place in range(len(numbers))]
    words = {"partial": "partially_implemented", "not_applicable": "n/a"}
    shares = {"implemented": 100, "partial": 40, "planned": 0, "not_implemented": 0, "not_applicable": None}
    applies = [["Control", "Applicable", "Justification"]]
    states: list[list[object]] = [["Control", "Status", "Owner"]]
    completeness: list[list[object]] = [["Control", "Completeness %"]]
    for number, status in zip(numbers, says, strict=True):
        out = status == "not_applicable"
        applies.append([number, "no" if out else "yes", "We own no such thing" if out else "Risk 4"])  # type: ignore[list-item]
        states.append([number, words.get(status, status), "IT"])
        completeness.append([number, shares[status]])
    return workbook(
        Sheet(
            "Cover", [["Statement of Applicability"], ["Fährhafen Lühe GmbH"], ["Version", 1.0], ["Status", "released"]]
        ),
        Sheet("Applicability", applies),
        Sheet("Implementation", states),
        Sheet("Completeness", completeness),
        Sheet("Lists", [["Status", "Meaning"], ["implemented", "in place"], ["partially_implemented", "in part"]]),
    )


def helper_all() -> bytes:
    """All 93 ids as numbers: 5.10 is stored as 5.1, and six others like it."""
    return helper(float(local) for local in ANNEX_A)


def annex() -> bytes:
    """An id column called Annex, machine words, and what nobody has decided yet."""
    rows = [
        ["Annex", "Name", "Applicable", "Status", "Responsible"],
        ["A.5.1", "Policies", "yes", "implemented", "CISO"],
        ["A.5.2", "Roles", "yes", "partially_implemented", "CISO"],
        ["A.5.3", "Duties", "yes", "not_determined", "CISO"],
        ["A.5.10", "Acceptable use", "not_determined", "", ""],
        ["A.7.4", "Monitoring", "no", "n/a", ""],
        ["A.8.13", "Backup", "yes", "not_implemented", "IT"],
    ]
    return workbook(Sheet("controls", rows))


def novacrest() -> bytes:
    """Title in two merged rows, header in row 3; then a dashboard whose tables repeat ids, without a status or dashed."""
    words = {"partial": "Partially Implemented", "not_implemented": "Not Implemented", "not_applicable": "N/A"}
    rows: list[list[object]] = [
        ["Lindhof Pumps Ltd: Statement of Applicability"],
        ["ISO/IEC 27001:2022, version 2.1 of 4 May 2026"],
        ["Control", "Title", "Theme", "Applicable", "Justification", "Status", "Owner"],
    ]
    dashboard: list[list[object]] = [["Dashboard"], ["Status", "Count"], ["Implemented", 46], ["Planned", 9], []]
    dashboard += [["Open items"], ["Control", "Title", "Status", "Next step"]]
    for place, local in enumerate(ANNEX_A):
        status = status_of(place, 1)
        out = status == "not_applicable"
        rows.append(
            [local, title(local), local[0], "No" if out else "Yes", "None at our sites" if out else "Risk treatment",
             words.get(status, status.title()), "CISO"]
        )  # fmt: skip
        if status in ("planned", "not_implemented"):
            dashboard.append([local, title(local), "" if status == "planned" else "—", "Ask the owner"])
    return workbook(
        Sheet("SoA", rows, merged=[(0, 0, 0, 6), (1, 0, 1, 6)]), Sheet("Dashboard", dashboard, merged=[(0, 0, 0, 3)])
    )


def fifteen() -> bytes:
    """Fifteen controls, and no column that says whether any is in place."""
    locals_ = [
        "5.1",
        "5.2",
        "5.9",
        "5.10",
        "5.15",
        "5.16",
        "5.23",
        "5.24",
        "6.3",
        "6.7",
        "7.4",
        "8.1",
        "8.7",
        "8.13",
        "8.30",
    ]
    rows = [["Control ID", "Control Name", "Applicable", "Justification"]]
    rows += [
        [f"A.{x}", title(x), "No" if x in ("7.4", "8.30") else "Yes", "No site" if x == "7.4" else "Asked for"]
        for x in locals_
    ]
    return workbook(Sheet("SoA", rows))


def czech() -> bytes:
    """Czech headers, yes, no and in part; the column Implementace says what is in place."""
    answers = {"implemented": "Ano", "partial": "Částečně", "not_implemented": "Ne"}
    rows = [["Číslo", "Opatření", "Aplikovatelnost", "Zdůvodnění", "Implementace", "Odpovědná osoba"]]
    for place, local in enumerate(ANNEX_A):
        status = status_of(place, 2)
        out = status == "not_applicable"
        says = "" if out else answers.get(status, "Plánováno")
        rows.append(
            [f"A.{local}", title(local), "Ne" if out else "Ano", "Nemáme" if out else "Riziko", says, "Správce"]
        )
    return workbook(Sheet("Prohlášení o aplikovatelnosti", rows))


def edition_2013() -> list[tuple[str, bool]]:
    """The ids of the 2013 edition with those of its headings (`5`, `5.1`), which are marked True."""
    ids: list[tuple[str, bool]] = []
    for chapter, groups in GROUPS_2013.items():
        ids.append((str(chapter), True))
        for group, last in enumerate(groups, 1):
            ids.append((f"{chapter}.{group}", True))
            ids += [(f"{chapter}.{group}.{number}", False) for number in range(1, last + 1)]
    return ids


def greek_2013() -> bytes:
    """The 2013 edition in Greek: two rows of headers, merged cells, headings between, three columns of reasons to tick."""
    head = [
        ["Δήλωση Εφαρμοσιμότητας"],
        ["Έλεγχος", "", "Εφαρμόζεται", "Λόγος επιλογής", "", "", "Κατάσταση"],
        ["Αριθμός", "Τίτλος", "", "Νόμος", "Σύμβαση", "Κίνδυνος", ""],
    ]
    body: list[list[object]] = []
    merged = [(0, 0, 0, 6), (1, 0, 1, 1), (1, 2, 2, 2), (1, 3, 1, 5), (1, 6, 2, 6)]
    for place, (number, heading) in enumerate(edition_2013()):
        if heading:
            merged.append((len(head) + place, 1, len(head) + place, 6))
            body.append([f"A.{number}", f"Ενότητα {number}"])
        else:
            body.append([f"A.{number}", f"Μέτρο {number}", "ΝΑΙ", "X" if place % 3 else "", "", "X", "Υλοποιήθηκε"])
    return workbook(Sheet("SoA", [*head, *body], merged))


def as_2021() -> bytes:
    """The 2013 edition under another name: ids without their letter, headings as numbers, headers in rows 3 and 5."""
    head: list[list[object]] = [
        ["Statement of Applicability ISO 27001:2021"],
        [],
        ["Control", "", "Selected", "Remarks"],
        [],
        ["Clause", "Control title", "Yes / No", "Overview of implementation"],
    ]
    body: list[list[object]] = []
    merged = [(0, 0, 0, 3), (2, 0, 2, 1)]
    for place, (number, heading) in enumerate(edition_2013()):
        if heading:
            body.append([float(number), f"Part {number}"])
            merged.append((len(head) + place, 1, len(head) + place, 3))
        else:
            body.append([number, f"Measure {number}", ("Yes ", "yes", "Yes")[place % 3], "Done"])
    return workbook(Sheet("SoA", [*head, *body], merged))


def french_2013() -> bytes:
    """Numbers of 2013 under the names of the themes of 2022; one column contradicts the other."""
    rows: list[list[object]] = [["Thème", "N°", "Mesure", "Applicabilité", "Justification", "En place?"]]
    themes = ("Organisationnel", "Personnes", "Physique", "Technologique")
    for place, (number, heading) in enumerate(edition_2013()):
        if not heading:
            out = place % 9 == 4
            rows.append([themes[place % 4], number, f"Mesure {number}", "Non" if out else "Oui", "", "Oui"])
    return workbook(Sheet("DdA", rows))


WIDE = "A1:XEZ301"


def template() -> bytes:
    """A template that nobody has filled: instructions, lists, a header; the third sheet claims 16,380 columns."""
    data = workbook(
        Sheet("Read me", [["How to fill in this template"], ["1.", "Go through every control"], ["2.", "Say why"]]),
        Sheet("Lists", [["Applicable", "Status"], ["Yes", "Implemented"], ["No", "Planned"]]),
        Sheet("SoA", [["Control ID", "Control", "Applicable", "Justification", "Status"]]),
    )
    return _wide(data, "A1:E1")


def wide() -> bytes:
    """A filled sheet that claims 16,380 columns: nothing is in them."""
    rows = [["Control ID", "Applicable", "Status"], ["A.5.1", "Yes", "Implemented"], ["A.5.10", "No", ""]]
    return _wide(workbook(Sheet("SoA", rows)), "A1:C3")


def _wide(data: bytes, dimension: str) -> bytes:
    # The empty cell with a style stays behind where somebody once formatted whole columns.
    last = '<row r="301"><c r="XEZ301" s="0"/></row></sheetData>'
    return patched(data, rf'(?s)ref="{dimension}"/>(.*)</sheetData>', rf'ref="{WIDE}"/>\1{last}')


def one_cell() -> bytes:
    """Id and title in one cell, over all 93 controls; heading rows between the themes."""
    words = {"partial": "Partially", "not_implemented": "No", "implemented": "Yes", "planned": "Planned"}
    rows: list[list[object]] = [["ISO 27001:2022 control", "Applicable?", "Justification", "Implemented?"]]
    for place, local in enumerate(ANNEX_A):
        if local.endswith(".1") and local.count(".") == 1 and local.split(".")[1] == "1":
            rows.append(
                [f"{local[0]} {('Organizational', 'People', 'Physical', 'Technological')[int(local[0]) - 5]} controls"]
            )
        status = status_of(place, 3)
        out = status == "not_applicable"
        rows.append(
            [f"{local} {title(local)}", "No" if out else "Yes", "Not ours" if out else "", words.get(status, "")]
        )
    return workbook(Sheet("Statement of Applicability", rows))


# --- more shapes


def two_row_header() -> bytes:
    """Groups over columns: what "Yes/No" and "Why" are about stands in the merged cell above."""
    rows = [
        ["Control", "", "Applicable", "", "Implementation", "", ""],
        ["ID", "Title", "Yes/No", "Why", "Status", "Evidence", "Owner"],
        ["A.5.1", "Policies", "Yes", "Board wants it", "Implemented", "P-1", "CISO"],
        ["A.5.10", "Acceptable use", "Yes", "Contracts", "Planned", "", "HR"],
        ["A.7.4", "Monitoring", "No", "No site of our own", "", "", ""],
    ]
    return workbook(Sheet("SoA", rows, merged=[(0, 0, 0, 1), (0, 2, 0, 3), (0, 4, 0, 6)]))


_SHARES = [("A.5.1", 1), ("A.5.2", 0.75), ("A.5.3", 0.4), ("A.5.4", 0), ("A.5.5", 0.005)]


def percent_cells() -> bytes:
    """Percentages as spreadsheets keep them: 0.75 with a percent format is 75 %, also where one is below 1 %."""
    rows: list[list[object]] = [["Control ID", "Progress"], *([ref, Percent(share)] for ref, share in _SHARES)]
    return workbook(Sheet("SoA", rows))


def fraction_cells() -> bytes:
    """The same numbers without a format: 1 may be 1 % or all of it."""
    return workbook(Sheet("SoA", [["Control ID", "Progress"], *([ref, share] for ref, share in _SHARES)]))


def float_ids() -> bytes:
    """One number with two readings among others that have one."""
    return workbook(
        Sheet("SoA", [["Control", "Status"], [5.4, "implemented"], [5.1, "implemented"], [8.34, "planned"]])
    )


def float_ids_one_reading() -> bytes:
    """Numbers with one reading each, and one with the digits that binary fractions leave behind."""
    rows = [["Control", "Status"], [5.4, "implemented"], [6.8, "implemented"], [8.34, "planned"], [8.28, "partial"]]
    return patched(workbook(Sheet("SoA", rows)), "<v>8.279999999999999</v>", "<v>8.2799999999999994</v>")


def contradiction() -> bytes:
    """Two sheets, and they disagree on one control."""
    return workbook(
        Sheet(
            "SoA", [["Control ID", "Status"], ["A.5.1", "Implemented"], ["A.5.2", "Planned"], ["A.5.3", "Implemented"]]
        ),
        Sheet("Audit 2026", [["Control ID", "Status"], ["A.5.2", "Planned"], ["A.5.3", "Not implemented"]]),
    )


def nothing() -> bytes:
    """A later sheet that repeats ids and leaves their status empty, before one that fills in what was empty."""
    return workbook(
        Sheet("SoA", [["Control ID", "Applicable", "Status", "Owner"], ["A.5.1", "Yes", "Implemented", "CISO"],
                      ["A.5.2", "Yes", "", "CISO"], ["A.7.4", "No", "", ""]]),
        Sheet("Check", [["Control ID", "Status", "Checked by"], ["A.5.1", "", "Ann"], ["A.5.2", "", "Ann"], ["A.7.4", "-", "Ann"]]),
        Sheet("Follow-up", [["Control ID", "Status"], ["A.5.2", "Planned"]]),
    )  # fmt: skip


def formula_unsaved() -> bytes:
    """A status that is a formula, and no value was saved with it: nobody knows what it says."""
    rows: list[list[object]] = [["Control ID", "Status"], ["A.5.1", "Implemented"], ["A.5.2", Formula("=Lists!A1")]]
    return workbook(Sheet("SoA", rows), Sheet("Lists", [["Implemented"]]))


def formula_saved() -> bytes:
    """Formulas with the values that were saved: a status, an id and a percentage."""
    rows: list[list[object]] = [
        ["Control ID", "Status", "Progress %"],
        ["A.5.1", Formula("=Lists!A1", "Implemented"), Formula("=50+50", 100)],
        [Formula('="A.5."&"10"', "A.5.10"), "Partial", Formula("=80/2", 40)],
    ]
    return workbook(Sheet("SoA", rows), Sheet("Lists", [["Implemented"]]))


_DATED: list[list[object]] = [
    ["Control ID", "Applicable", "Completeness", "Last review", "Valid until"],
    ["A.5.1", True, Percent(1.0), dt.date(2026, 3, 1), dt.date(2027, 2, 28)],
    ["A.5.10", True, Percent(0.25), dt.date(2026, 3, 2), None],
    ["A.7.4", False, None, None, None],
]


def typed() -> bytes:
    """Booleans, percentages and dates as cells of their own types."""
    return workbook(Sheet("SoA", _DATED))


def typed_ods() -> bytes:
    """The same in ODS, with the empty rows and cells that LibreOffice repeats by the thousand."""
    return ods(Sheet("SoA", _DATED), filled_up=True)


def float_ids_ods() -> bytes:
    """A number with two readings in ODS."""
    return ods(Sheet("SoA", [["Control", "Status"], [5.4, "implemented"], [5.1, "implemented"]]))


def novacrest_ods() -> bytes:
    """Merged title rows, header in row 3 and a second sheet with nothing new, in ODS."""
    rows: list[list[object]] = [
        ["Statement of Applicability", "", "", ""],
        ["Version 2.1", "", "", ""],
        ["Control", "Title", "Applicable", "Status"],
        ["5.1", "Policies", "Yes", "Implemented"],
        ["5.9", "Inventory", "Yes", "In progress"],
        ["5.10", "Acceptable use", "Yes", "Planned"],
        ["7.4", "Monitoring", "No", ""],
    ]
    other = [["Open items", ""], ["Control", "Status"], ["5.10", ""]]
    return ods(Sheet("SoA", rows, [(0, 0, 0, 3), (1, 0, 1, 3)]), Sheet("Dashboard", other), filled_up=True)


def document_control() -> bytes:
    """A version number above the header in the id column; history and summary below, all of them numbers."""
    rows: list[list[object]] = [
        ["Statement of Applicability"],
        ["Version", 1.0, "released"],
        ["Date", dt.date(2026, 5, 4)],
        [],
        ["Theme", "Control ID", "Title", "Applicable", "Status"],
        ["Organizational", "A.5.1", "Policies", "Yes", "Implemented"],
        ["Organizational", "A.5.10", "Acceptable use", "Yes", "Partially implemented"],
        ["Physical", "A.7.4", "Monitoring", "No", ""],
        ["Technological", "A.8.13", "Backup", "Yes", "Planned"],
        [],
        ["Version history"],
        ["Date", "Version", "Change", "Author"],
        [dt.date(2025, 5, 4), 0.9, "Draft", "Ann"],
        [dt.date(2026, 5, 4), 1.0, "First issue", "Ann"],
        [],
        ["Summary"],
        ["Status", "Number"],
        ["Implemented", 1],
        ["Planned", 1],
    ]
    return workbook(Sheet("SoA", rows))


def merged_ids() -> bytes:
    """An id that is merged over two rows: the second has evidence of its own."""
    rows = [
        ["Control ID", "Status", "Evidence"],
        ["A.5.1", "Implemented", "Policy"],
        ["", "Implemented", "Minutes"],
        ["A.5.2", "Planned", ""],
    ]
    return workbook(Sheet("SoA", rows, merged=[(1, 0, 2, 0)]))


def reasons() -> bytes:
    """Four columns of reasons to tick under a merged header: an x there says why, not whether."""
    rows = [
        ["Control", "", "Applicable", "Reason for selection", "", "", "", "Status"],
        ["ID", "Title", "", "LR", "CO", "BR", "RRA", ""],
        ["A.5.1", "Policies", "Yes", "x", "", "x", "", "Implemented"],
        ["A.5.10", "Acceptable use", "Yes", "", "x", "", "", "Planned"],
        ["A.7.4", "Monitoring", "No", "", "", "", "", ""],
    ]
    merged = [(0, 0, 0, 1), (0, 2, 1, 2), (0, 3, 0, 6), (0, 7, 1, 7)]
    return workbook(Sheet("SoA", rows, merged))


def themes() -> bytes:
    """A sheet a theme, with one layout."""
    head = ["Control ID", "Control", "Applicable", "Status"]
    rows = {
        "Organizational": [["A.5.1", "Policies", "Yes", "Implemented"], ["A.5.10", "Acceptable use", "Yes", "Planned"]],
        "People": [["A.6.7", "Remote working", "Yes", "Implemented"]],
        "Physical": [["A.7.4", "Monitoring", "No", ""]],
        "Technological": [["A.8.13", "Backup", "Yes", "Partially implemented"]],
    }
    return workbook(*(Sheet(name, [head, *body]) for name, body in rows.items()))


def join_contradicts() -> bytes:
    """Left out on one sheet and in place on another: each sheet alone is sound."""
    return workbook(
        Sheet("Applicability", [["Control", "Applicable"], ["A.5.1", "Yes"], ["A.7.4", "No"]]),
        Sheet("Status", [["Control", "Status"], ["A.5.1", "Implemented"], ["A.7.4", "Implemented"]]),
    )


def date_ids() -> bytes:
    """Ids that a spreadsheet took for days: 5.10 was typed where that is the fifth of October."""
    rows: list[list[object]] = [
        ["Nr.", "Status"],
        ["5.4", "Umgesetzt"],
        [dt.date(2026, 10, 5), "Umgesetzt"],
        ["8.34", "Geplant"],
    ]
    return workbook(Sheet("SoA", rows))


def checkboxes() -> bytes:
    """Boxes to check: booleans under Included, Excluded and Implemented."""
    rows: list[list[object]] = [
        ["Control ID", "Included", "Excluded", "Implemented", "Justification"],
        ["A.5.1", True, False, True, "Board"],
        ["A.5.10", True, False, False, "Contracts"],
        ["A.7.4", False, True, False, "No site of our own"],
    ]
    return workbook(Sheet("SoA", rows))


def maturity_cells() -> bytes:
    """Levels 0 to 5 as numbers, one between two."""
    rows: list[list[object]] = [["Control ID", "Maturity"], ["A.5.1", 5], ["A.5.2", 2.5], ["A.5.10", 4], ["A.8.13", 0]]
    return workbook(Sheet("SoA", rows))


FILES: dict[str, Callable[[], bytes]] = {
    "helper.xlsx": helper,
    "helper-93-numbers.xlsx": helper_all,
    "annex.xlsx": annex,
    "novacrest.xlsx": novacrest,
    "novacrest.ods": novacrest_ods,
    "fifteen.xlsx": fifteen,
    "cs.xlsx": czech,
    "el-2013.xlsx": greek_2013,
    "2013-as-2021.xlsx": as_2021,
    "fr-2013.xlsx": french_2013,
    "template.xlsx": template,
    "wide.xlsx": wide,
    "one-cell.xlsx": one_cell,
    "two-row-header.xlsx": two_row_header,
    "percent-cells.xlsx": percent_cells,
    "fraction-cells.xlsx": fraction_cells,
    "float-ids.xlsx": float_ids,
    "float-ids-one-reading.xlsx": float_ids_one_reading,
    "float-ids.ods": float_ids_ods,
    "contradiction.xlsx": contradiction,
    "nothing.xlsx": nothing,
    "formula-unsaved.xlsx": formula_unsaved,
    "formula-saved.xlsx": formula_saved,
    "typed.xlsx": typed,
    "typed.ods": typed_ods,
    "document-control.xlsx": document_control,
    "merged-ids.xlsx": merged_ids,
    "reasons.xlsx": reasons,
    "themes.xlsx": themes,
    "join-contradicts.xlsx": join_contradicts,
    "date-ids.xlsx": date_ids,
    "checkboxes.xlsx": checkboxes,
    "maturity.xlsx": maturity_cells,
}
