"""Correspondence tables of publishers: reading them, and carrying an assessment of an older edition over by one."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nis2map
from nis2map import (
    Assessment,
    Control,
    Correspondence,
    CorrespondenceKind,
    CorrespondenceRow,
    Crosswalk,
    Dataset,
    Demand,
    Finding,
    Framework,
    InputError,
    LimitExceeded,
    Limits,
    Link,
    Ref,
    Requirement,
    Review,
    coverage,
    load_correspondence,
    migrate,
)
from nis2map.diff import converted
from nis2map.diff._correspondence import worst
from nis2map.formats._cells import CellKind, Cells
from nis2map.formats._sheets import to_correspondence
from nis2map.testing import findings

OLD = "iso27001-2013"


def read(text: str, **details: Any) -> Correspondence:
    return load_correspondence(io.BytesIO(text.encode()), **details)


def shown(table: Correspondence) -> list[str]:
    return [str(row).replace("iso27001-2013:", "old ").replace("iso27001:", "") for row in table]


def row(before: str, after: str, kind: str, note: str = "") -> CorrespondenceRow:
    refs = [[f"{side}:{local}" for local in text.split()] for side, text in (("o", before), ("n", after))]
    return CorrespondenceRow(refs[0], refs[1], kind, note)  # type: ignore[arg-type]


def carried(given_: dict[str, Any], *rows: CorrespondenceRow, as_of: str | None = None) -> tuple[dict[str, str], Any]:
    soa = Assessment({f"o:{name}" if ":" not in name else name: value for name, value in given_.items()}, as_of=as_of)
    found = migrate(soa, correspondence=Correspondence(rows), dataset=data())
    return {
        str(ref).removeprefix("n:"): str(f.status) if f.degree is None else f"{f.status} {f.degree:g}"
        for ref, f in found.assessment.items()
    }, found


LEAVES = ("1.1", "1.2", "2.1", "2.2", "3")
UNITS = ("1", "1.1", "1.2", "2", "2.1", "2.2", "3")


def controls() -> list[Control]:
    return [
        Control(f"{side}:{name}", parent=f"{side}:{name[0]}" if "." in name else None)
        for side in "on"
        for name in UNITS
    ]


def data() -> Dataset:
    return Dataset.from_parts(
        frameworks=[Framework("o", side="control"), Framework("n", side="control")], controls=controls()
    )


CASES: list[tuple[str, dict[str, Any], list[CorrespondenceRow], dict[str, str], list[str]]] = [
    ("moved", {"1.1": 0.4}, [row("1.1", "2.1", "moved")], {"2.1": "partial 0.4"}, []),
    ("unchanged", {"1.1": "planned"}, [row("1.1", "1.1", "unchanged")], {"1.1": "planned"}, []),
    (
        "split",
        {"1.1": "implemented"},
        [row("1.1", "1.1 2.1", "split")],
        {"1.1": "implemented", "2.1": "implemented"},
        ["o:1.1 (implemented): goes to each of n:1.1, n:2.1; assess each part"],
    ),
    (
        "merged is the worst",
        {"1.1": "implemented", "1.2": 0.7, "2.1": 0.2},
        [row("1.1 1.2", "1.1", "merged"), row("2.1", "1.1", "merged")],
        {"1.1": "partial 0.2"},
        ["n:1.1: partial, the worst of o:1.1 (implemented), o:1.2 (partial), o:2.1 (partial)"],
    ),
    (
        "a part without a finding is unknown",
        {"1.1": "implemented"},
        [row("1.1 1.2", "1.1", "merged")],
        {"1.1": "unassessed"},
        ["n:1.1: unassessed, the worst of o:1.1 (implemented); nothing was known of o:1.2"],
    ),
    (
        "a part that is surely absent counts more than one that is unknown",
        {"1.1": "planned"},
        [row("1.1 1.2", "1.1", "merged")],
        {"1.1": "planned"},
        ["n:1.1: planned, the worst of o:1.1 (planned); nothing was known of o:1.2"],
    ),
    (
        "a part that was left out is not in place",
        {"1.1": "implemented", "1.2": Finding("not_applicable", justification="no site")},
        [row("1.1 1.2", "1.1", "merged")],
        {"1.1": "not_implemented"},
        ["n:1.1: not_implemented, the worst of o:1.1 (implemented), o:1.2 (not_applicable)"],
    ),
    (
        "all parts left out",
        {"1.1": Finding("not_applicable", justification="a"), "1.2": Finding("not_applicable", justification="b")},
        [row("1.1 1.2", "1.1", "merged")],
        {"1.1": "not_applicable"},
        ["n:1.1: not_applicable, the worst of o:1.1 (not_applicable), o:1.2 (not_applicable)"],
    ),
    (
        "covered by carries nothing",
        {"1.1": "implemented"},
        [row("1.1", "2.1", "covered-by")],
        {},
        ["o:1.1 (implemented): covered by n:2.1, to an unknown extent, so it is not carried over"],
    ),
    (
        "covered by takes nothing from what another unit brings",
        {"1.1": "planned", "1.2": "implemented"},
        [row("1.1", "2.1", "covered-by"), row("1.2", "2.1", "moved")],
        {"2.1": "implemented"},
        ["o:1.1 (planned): covered by n:2.1, to an unknown extent, so it is not carried over"],
    ),
    (
        "withdrawn",
        {"1.1": "implemented"},
        [row("1.1", "", "withdrawn")],
        {},
        ["o:1.1 (implemented): withdrawn, so its finding is dropped"],
    ),
    (
        "withdrawn, and its container speaks for it",
        {"1": "implemented"},
        [row("1.1", "", "withdrawn")],
        {},
        ["o:1 (implemented): all that it covers is withdrawn, so its finding is dropped"],
    ),
    ("not named", {"3": "planned"}, [row("1.1", "1.1", "moved")], {"o:3": "planned"}, []),
    (
        "the container speaks for its units",
        {"1": "implemented", "1.2": "planned"},
        [row("1.1", "1.1", "moved"), row("1.2", "2.1", "moved")],
        {"1.1": "implemented", "2.1": "planned"},
        [],
    ),
    (
        "findings on parts of a unit are parts of what is known of it",
        {"1": "implemented", "1.2": "planned"},
        [row("1", "3", "moved")],
        {"3": "planned"},
        ["n:3: planned, the worst of o:1 (implemented), o:1.2 (planned)"],
    ),
    (
        "a finding of its own stays",
        {"1.1": "implemented", "n:2.1": "planned"},
        [row("1.1", "2.1", "moved")],
        {"2.1": "planned"},
        ["n:2.1: has a finding of its own, which stays; o:1.1 is not used"],
    ),
    (
        "a demand follows a unit that moved as one",
        {"1.1#kept": "planned", "1.2#kept": "implemented"},
        [row("1.1", "2.1", "moved"), row("1.2", "2.2 3", "split")],
        {"2.1#kept": "planned"},
        ["o:1.2#kept (implemented): on a demand of a unit that did not move as one, so dropped"],
    ),
    (
        "a container in place may not speak for what is unknown",
        {"2": "implemented", "1.1": "unassessed"},
        [row("2", "1", "moved"), row("1.1", "1.2", "moved")],
        {"1": "implemented", "1.2": "not_implemented"},
        ["n:1.2: not_implemented, or n:1 would say more of it than was known of its parts"],
    ),
]


@pytest.mark.parametrize(("name", "before", "rows", "after", "notes"), CASES, ids=[case[0] for case in CASES])
def test_what_becomes_of_findings(
    name: str, before: dict[str, Any], rows: list[CorrespondenceRow], after: dict[str, str], notes: list[str]
) -> None:
    """Each kind of row carries what it may and no more, and says what a reader must look at."""
    left, found = carried(before, *rows)
    assert left == after, name
    assert [note for note in found.notes if "has no such unit" not in note] == notes
    told = {move.before for move in (*found.moved, *found.dropped)}
    assert all(
        ref in told or ref in found.assessment
        for ref in Assessment({f"o:{key}" if ":" not in key else key: value for key, value in before.items()})
    )


def test_a_unit_that_lives_on_holds_what_it_held_besides() -> None:
    """Incorporated into AC-2: the new AC-2 asks what the old one asked too, so its finding is one of the parts."""
    table = Correspondence([CorrespondenceRow("o:1.1", "o:2.1", "merged"), CorrespondenceRow("o:1.2", "o:3", "moved")])  # type: ignore[arg-type]
    known = Assessment.of({"o:1.1": "planned", "o:1.2": "implemented", "o:2.1": "implemented", "o:2.2": 0.5})
    found = migrate(known, correspondence=table, dataset=data())
    assert {str(ref): str(f.status) for ref, f in found.assessment.items()} == {
        "o:2.1": "planned",
        "o:2.2": "partial",
        "o:3": "implemented",
    }
    unknown = migrate(Assessment.of({"o:1.1": "implemented"}), correspondence=table, dataset=data())
    assert unknown.assessment["o:2.1"].status == "unassessed"
    assert unknown.notes == ("o:2.1: unassessed, the worst of o:1.1 (implemented); nothing was known of o:2.1",)


def test_words_and_dates_of_all_parts_are_kept() -> None:
    """Evidence, owners and justifications of what is merged stand with the new unit; what runs out first ends it."""
    one = Finding(
        "implemented", justification="r1", evidence="e1", owner="Ann", date="2025-01-01", valid_until="2026-01-01"
    )
    two = Finding(
        "implemented", justification="r2", evidence="e2", owner="Bob", date="2025-02-01", valid_until="2027-01-01"
    )
    _, found = carried({"1.1": one, "1.2": two}, row("1.1 1.2", "1.1", "merged"))
    merged = found.assessment["n:1.1"]
    assert (merged.evidence, merged.owner, merged.justification) == (("e1", "e2"), "Ann; Bob", "r1; r2")
    assert (merged.date, merged.valid_until) == (dt.date(2025, 2, 1), dt.date(2026, 1, 1))


def test_an_absence_holds_as_long_as_it_did() -> None:
    """What runs out beside a part that stays absent does not make the whole unknown."""
    ends = Finding("implemented", valid_until="2025-12-31")
    assert worst([ends, Finding("not_implemented")], dt.date(2026, 1, 1)).valid_until is None
    both = [attrs.evolve(ends, status="planned"), Finding("planned", valid_until="2026-06-30")]
    assert worst(both, None).valid_until == dt.date(2026, 6, 30)


def test_a_finding_that_has_run_out_leaves_the_word_to_the_container() -> None:
    """What had run out on the assessment's date said nothing before, so it says nothing after."""
    old = Finding("implemented", valid_until="2025-12-31")
    left, found = carried({"1": "planned", "1.1": old}, row("1.1", "1.1", "moved"), as_of="2026-01-01")
    assert left == {"1.1": "planned"}
    assert found.notes[0] == "o:1.1: its finding has run out, so that on o:1 applies"


def test_the_record_of_moves_names_kind_and_note() -> None:
    """A row per old finding, in `to_dicts` and in text; by a correspondence there is no version."""
    _, found = carried(
        {"1.1": "planned", "3": 0.5}, row("1.1", "2.1", "moved", "renumbered"), row("3", "", "withdrawn")
    )
    assert [str(move) for move in (*found.moved, *found.dropped)] == [
        "o:1.1 -> n:2.1 (moved): renumbered",
        "o:3 -> nothing (withdrawn)",
    ]
    assert found.to_dicts()[0] == {
        "from": "o:1.1",
        "to": ["n:2.1"],
        "kind": "moved",
        "since": "",
        "note": "renumbered",
    }


def test_converted_is_an_assessment_that_says_what_happened() -> None:
    """What a reader hands on: the findings under new ids, and one note on the whole before those on single units."""
    soa = Assessment.of({f"{OLD}:A.5.1.1": "implemented", f"{OLD}:A.11.2.5": "planned"}, subject="us", notes="read")
    rows = [(f"{OLD}:A.5.1.1", "A.5.1", "moved"), (f"{OLD}:A.11.2.5", (), "withdrawn")]
    found = converted(soa, Correspondence([CorrespondenceRow(*each) for each in rows]))  # type: ignore[arg-type]
    assert (found.subject, {str(ref): str(f.status) for ref, f in found.items()}) == (
        "us",
        {"iso27001:A.5.1": "implemented"},
    )
    assert found.notes == (
        "read",
        "by the correspondence 1 finding moved, 1 dropped",
        f"{OLD}:A.11.2.5 (planned): withdrawn, so its finding is dropped",
    )


def test_wrong_arguments_are_named() -> None:
    """A table that is not one, and a review, which speaks of today's ids."""
    with pytest.raises(InputError, match="expected a Correspondence"):
        migrate(Assessment(), correspondence="table.csv")  # type: ignore[call-overload]
    with pytest.raises(InputError, match="a review is not moved"):
        migrate(Review([]), correspondence=Correspondence([]))  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("1.1", "", "moved"),
        ("1.1 1.2", "1.1", "moved"),
        ("1.1", "1.1 1.2", "unchanged"),
        ("1.1 1.2", "1.1 2.1", "split"),
        ("1.1", "1.1 1.2", "merged"),
        ("1.1", "2.1", "withdrawn"),
        ("", "2.1", "moved"),
    ],
)
def test_kind_and_units_agree(before: str, after: str, kind: str) -> None:
    """A row whose kind its units do not bear is an error of whoever wrote it."""
    with pytest.raises(InputError, match=f"{kind} does not go from"):
        row(before, after, kind)


def test_a_unit_is_not_withdrawn_and_alive() -> None:
    """Two rows that contradict each other are refused, since one of them is a slip."""
    with pytest.raises(InputError, match=r"o:1\.1: withdrawn in one row"):
        Correspondence([row("1.1", "", "withdrawn"), row("1.1", "2.1", "moved")])


def test_a_table_is_a_record() -> None:
    """It can be walked, counted, printed and written as rows."""
    table = Correspondence([row("1.1 1.2", "2.1", "merged", "both"), row("3", "", "withdrawn")], title="ours")
    assert (len(table), [each.kind for each in table]) == (2, [CorrespondenceKind.MERGED, CorrespondenceKind.WITHDRAWN])
    assert table.before == (Ref("o", "1.1"), Ref("o", "1.2"), Ref("o", "3"))
    assert table.after == (Ref("n", "2.1"),)
    assert table.to_dicts()[0] == {"before": ["o:1.1", "o:1.2"], "after": ["n:2.1"], "kind": "merged", "note": "both"}
    assert str(table).startswith("Correspondence ours: 2 rows")
    assert str(table.rows[0]) == "o:1.1 + o:1.2 -> n:2.1 (merged): both"


# Reading.

TABLES: list[tuple[str, str, dict[str, Any], list[str], list[str]]] = [
    (
        "years in the headers, several ids in a cell, an empty one, a new control",
        'ISO 27001:2013,ISO 27001:2022,Remark\n"A.5.1.1, A.5.1.2",A.5.1,both\nA.6.1.1,A.5.2,\nA.11.2.5,,\n'
        'A.8.1.1,"A.5.9; A.5.10",\n,A.5.7,\n',
        {},
        [
            "old A.5.1.1 + old A.5.1.2 -> A.5.1 (merged): both",
            "old A.6.1.1 -> A.5.2 (moved)",
            "old A.11.2.5 -> nothing (withdrawn)",
            "old A.8.1.1 -> A.5.9 + A.5.10 (split)",
        ],
        ["1 unit without a new id: read as withdrawn (iso27001-2013:A.11.2.5)", "1 unit without an old id: new"],
    ),
    (
        "one pair a row",
        "Old ID;New ID\nA.5.1.1;A.5.1\nA.5.1.2;A.5.1\nA.9.1.1;A.5.15\nA.9.1.2;A.5.15\nA.9.1.2;A.5.16\n",
        {},
        [
            "old A.5.1.1 -> A.5.1 (merged)",
            "old A.5.1.2 -> A.5.1 (merged)",
            "old A.9.1.1 -> A.5.15 (merged)",
            "old A.9.1.2 -> A.5.15 (merged)",
            "old A.9.1.2 -> A.5.16 (split)",
        ],
        [],
    ),
    (
        "the identifiers of ISO/IEC 27002 with their zeros, the newer edition first",
        "Table\n\nISO/IEC 27002:2022 control identifier\tISO/IEC 27002:2013 control identifier\tControl name\n"
        "5.1\t05.1.1, 05.1.2\tx\n5.2\t06.1.1\ty\n5.7\tNew\tz\n",
        {},
        ["old A.5.1.1 + old A.5.1.2 -> A.5.1 (merged)", "old A.6.1.1 -> A.5.2 (moved)"],
        ["columns that are not read: 'Control name'", "1 unit without an old id: new"],
    ),
    (
        "German headers and words",
        "Alte ID;Neue ID;Art der Änderung;Bemerkung\nA.5.1.1;A.5.1;verschoben;\nA.6.1.1;A.5.2;unverändert;x\n"
        "A.11.2.5;;entfallen;\nA.8.1.1;A.5.9;abgedeckt durch;\n;A.5.7;neu;\n",
        {},
        [
            "old A.5.1.1 -> A.5.1 (moved)",
            "old A.6.1.1 -> A.5.2 (unchanged): x",
            "old A.11.2.5 -> nothing (withdrawn)",
            "old A.8.1.1 -> A.5.9 (covered-by)",
        ],
        ["1 unit without an old id: new"],
    ),
    (
        "NIST's words in one column; what has none is what it was",
        "Control Identifier,Withdrawn\nAC-2,\nAC-10,Withdrawn: Incorporated into AC-2.\n"
        "AC-13,[Withdrawn: Incorporated into AC-2 and AU-6]\nAC-4,Withdrawn: Moved to AC-5\nAC-7,withdrawn\n"
        "AC-8,Withdrawn: Addressed by AC-9\n",
        {"before": "nist-800-53"},
        [
            "nist-800-53:AC-2 -> nist-800-53:AC-2 (merged)",
            "nist-800-53:AC-10 -> nist-800-53:AC-2 (merged)",
            "nist-800-53:AC-13 -> nist-800-53:AC-2 (merged)",
            "nist-800-53:AC-13 -> nist-800-53:AU-6 (merged)",
            "nist-800-53:AC-4 -> nist-800-53:AC-5 (moved)",
            "nist-800-53:AC-7 -> nothing (withdrawn)",
            "nist-800-53:AC-8 -> nist-800-53:AC-9 (covered-by)",
        ],
        [],
    ),
    (
        "ticks and a column for each kind",
        "Control,Withdrawn,Moved to,Incorporated into\nAC-4,x,AC-5,\nAC-10,yes,,AC-2\nAC-11,X,,\nAC-12,no,,\n",
        {"before": "nist", "after": "nist"},
        [
            "nist:AC-4 -> nist:AC-5 (moved)",
            "nist:AC-10 -> nist:AC-2 (merged)",
            "nist:AC-11 -> nothing (withdrawn)",
            "nist:AC-12 -> nist:AC-12 (unchanged)",
        ],
        [],
    ),
    (
        "headers of one's own, and whole refs",
        "Vorgabe,Ziel,Grund\nacme:P-1,iso27001:A.5.1,weil\n",
        {"columns": {"Vorgabe": "before", "Ziel:": "after", "GRUND": "note"}},
        ["acme:P-1 -> A.5.1 (moved): weil"],
        [],
    ),
    (
        "equal rows stand once",
        "Old ID,New ID\nA.5.1.1,A.5.1\nA.5.1.1,A.5.1\n",
        {},
        ["old A.5.1.1 -> A.5.1 (moved)"],
        [],
    ),
]


@pytest.mark.parametrize(("name", "text", "details", "rows", "notes"), TABLES, ids=[table[0] for table in TABLES])
def test_tables_are_read(name: str, text: str, details: dict[str, Any], rows: list[str], notes: list[str]) -> None:
    """Tables in the forms that publishers give them: each row with its units and what became of them."""
    table = read(text, **details)
    assert shown(table) == rows, name
    assert len(table.notes) == len(notes)
    assert all(note.startswith(start) for note, start in zip(table.notes, notes, strict=True))


REFUSED = [
    ("a,b\n1,2\n", {}, "no columns of old and new ids found; the first line has 'a', 'b'"),
    ("Old ID,New ID\nA.5.1,A.5.1\n", {}, "row 2, column 'Old ID': 'A.5.1' may be of either edition"),
    (
        "ISO 27001:2013,ISO 27001:2022\nA.5.1.1,5.1\n",
        {},
        "column 'ISO 27001:2022': the bare number '5.1' may be a clause",
    ),
    ("Old ID,New ID\nA.5.1.1,A.5.99\n", {}, "row 2, column 'New ID': iso27001 has no unit 'A.5.99'"),
    ("Old ID,New ID\nA.5.1.1,the new one\n", {}, "row 2, column 'New ID': 'the new one' is not understood"),
    ("Old ID,New ID,Kind\nA.5.1.1,A.5.1,sort of\n", {}, "row 2, column 'Kind': 'sort of' is not a word"),
    ("Old ID,New ID,Kind\nA.5.1.1,A.5.1,withdrawn\n", {}, "row 2: iso27001-2013:A.5.1.1: withdrawn does not go from"),
    (
        "Old ID,New ID,Kind\nA.5.1.1,,\n",
        {},
        "row 2, iso27001-2013:A.5.1.1: neither a new id nor what became of the old",
    ),
    ("Old ID,New ID,Kind\nA.5.1.1,covered by A.5.1,moved\n", {}, "row 2: the row says covered-by and moved"),
    ("Old ID,New ID\nA.5.1.1,\nA.5.1.1,A.5.1\n", {}, "iso27001-2013:A.5.1.1: withdrawn in one row"),
    ("Old ID,New ID\n,A.5.1\n", {}, "no row names an id of an older edition"),
    ("Old ID,New ID\nAC-2,AC-3\n", {}, "say whose ids they are: before='nist-800-53'"),
    ("Old ID,New ID\nA.5.1.1,A.5.1\n", {"columns": {"Old ID": "from"}}, "the field of column 'Old ID'"),
    ("Old ID,New ID\nA.5.1.1,A.5.1\n", {"columns": {"Vorher": "before"}}, "no columns of old and new ids found"),
    ("Old ID,New ID\nA.5.1.1,A.5.1\n", {"format": "pdf"}, "format is 'pdf'"),
    ("Old ID,New ID\nA.5.1.1,A.5.\x001\n", {}, "U+0000"),
]


@pytest.mark.parametrize(("text", "details", "words"), REFUSED, ids=[words for _, _, words in REFUSED])
def test_what_a_table_can_not_mean_is_refused(text: str, details: dict[str, Any], words: str) -> None:
    """Nothing is guessed; the error has the place and the nearest right thing."""
    with pytest.raises(InputError) as caught:
        read(text, **details)
    assert words in str(caught.value)


def test_all_problems_come_at_once_and_limits_hold() -> None:
    """Two rows with a problem each are two problems; a table past the limits is not read."""
    with pytest.raises(InputError) as caught:
        read("Old ID,New ID\nA.5.1.1,A.5.99\nA.5.1.2,A.9.1\n")
    assert [problem.row for problem in caught.value.problems] == [2, 3]
    with pytest.raises(InputError) as many:
        read("Old ID,New ID\n" + "A.5.1.1,A.5.99\n" * 1010, limits=Limits(problems=2_000))
    assert (len(many.value.problems), many.value.problems[-1].code) == (1001, "more")
    with pytest.raises(LimitExceeded):
        read("Old ID,New ID\n" + "A.5.1.1,A.5.1\n" * 20, limits=Limits(rows=10))
    with pytest.raises(InputError, match="save it as one of these"):
        load_correspondence(io.BytesIO(b"PK\x03\x04" + b"\0" * 40))


def test_a_number_is_no_id() -> None:
    """A cell that a spreadsheet holds as a number lost its zero: 5.10 is 5.1 there."""
    cells = Cells(
        ((1, ("Annex A 2013", "ISO/IEC 27002:2022")), (2, ("A.5.1.1", "5.1"))), kinds={(2, 1): CellKind.NUMBER}
    )
    with pytest.raises(InputError, match=r"'5\.1' is a number, and no number is an id"):
        to_correspondence(cells, columns={"Annex A 2013": "before"}, before=OLD, limits=Limits())


# Laws, over two editions of one tree.


@st.composite
def editions(draw: st.DrawFn) -> tuple[Assessment, Correspondence]:
    """An assessment of old ids, and a table that leads some of them to units of the new tree."""
    rows: list[CorrespondenceRow] = []
    for old in draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=5, unique=True)):
        kind = draw(st.sampled_from(CorrespondenceKind))
        most = 3 if kind in ("split", "covered-by") else 1
        new = draw(st.lists(st.sampled_from(UNITS), min_size=1, max_size=most, unique=True))
        rows.append(row(old, "" if kind == "withdrawn" else " ".join(new), kind))
    ends = st.sampled_from([None, None, dt.date(2025, 12, 31), dt.date(2026, 6, 30)])
    some = draw(st.dictionaries(st.sampled_from(UNITS), findings(requirement=False), max_size=6))
    found = {f"o:{name}": attrs.evolve(finding, valid_until=draw(ends)) for name, finding in some.items()}
    return Assessment(found, as_of=draw(st.sampled_from([None, dt.date(2026, 1, 1)]))), Correspondence(rows)


def both(table: Correspondence) -> tuple[Dataset, list[CorrespondenceKind]]:
    """A duty for each step from an old unit to a new one, that the crosswalk `before` covers by the one, `after` by the other."""
    pairs = [
        (old, new, each.kind) for each in table for old in each.before for new in each.after if new.local in LEAVES
    ]
    duties = [f"law:{number}" for number in range(1, len(pairs) + 1)]
    links = [
        [
            Link(duty, [pair[side]], "subset-of", covers=[f"{duty}#all"])
            for duty, pair in zip(duties, pairs, strict=True)
        ]
        for side in (0, 1)
    ]
    made = Dataset.from_parts(
        frameworks=[Framework("law"), Framework("o", side="control"), Framework("n", side="control")],
        requirements=[Requirement(duty, demands=[Demand(f"{duty}#all", "all of it")]) for duty in duties],
        controls=controls(),
        crosswalks=[
            Crosswalk("before", source="law", target="o", links=links[0]),
            Crosswalk("after", source="law", target="n", links=links[1]),
        ],
    )
    return made, [kind for _, _, kind in pairs]


@given(editions())
def test_carrying_never_raises_a_score(case: tuple[Assessment, Correspondence]) -> None:
    """A duty that an old unit covered is covered by its successor at most as far, in low, estimate and high.

    That is so of successors at the end of the tree: one that heads others is what these are.
    Of a unit that only covers an old one nothing is known: its low and estimate are those that others bring, and 0
    without any, while its high may be all of it.
    """
    soa, table = case
    made, kinds = both(table)
    if not kinds:
        return
    moved = migrate(soa, correspondence=table, dataset=made).assessment
    was = coverage(soa, framework="law", crosswalk="before", dataset=made)
    now = coverage(moved, framework="law", crosswalk="after", dataset=made)
    whole = {new for each in table if each.kind != "covered-by" for new in each.after}
    covered = {new for each in table if each.kind == "covered-by" for new in each.after}
    for number, kind in enumerate(kinds, 1):
        before, after = was[f"law:{number}"], now[f"law:{number}"]
        assert before.low is not None
        assert after.low is not None
        if kind != "covered-by":
            assert after.low <= before.low
            assert after.estimate <= before.estimate  # type: ignore[operator]
            assert after.high <= before.high  # type: ignore[operator]
    for new in (new for new in covered - whole if new.local in LEAVES):
        finding = moved.current.get(new)
        assert finding is None or finding.bounds == (0.0, 0.0, 0.0)


@given(editions())
def test_nothing_is_lost_in_silence(case: tuple[Assessment, Correspondence]) -> None:
    """Every old finding is under a new id, stays under its own, or is among those that were dropped, with a note."""
    soa, table = case
    found = migrate(soa, correspondence=table, dataset=both(table)[0])
    for ref, finding in soa.items():
        steps = [move for move in (*found.moved, *found.dropped) if move.before == ref]
        assert len(steps) == (ref not in found.assessment), ref
        assert all(
            new in found.assessment or not finding.known or finding.has_run_out(soa.as_of)
            for move in steps
            for new in move.after
        )
        if any(move in found.dropped for move in steps):
            assert any(note.startswith(f"{ref} (") for note in found.notes)


@given(editions(), st.randoms())
def test_the_order_of_rows_does_not_matter(case: tuple[Assessment, Correspondence], random: Any) -> None:
    """A table is a set of rows."""
    soa, table = case
    rows = list(table)
    random.shuffle(rows)
    one = migrate(soa, correspondence=table, dataset=data()).assessment
    assert dict(migrate(soa, correspondence=Correspondence(rows), dataset=data()).assessment) == dict(one)


def test_the_page_shows_the_table_that_it_reads(tmp_path: Path) -> None:
    """A file on disk is named in problems and is the title of its table."""
    path = tmp_path / "table.csv"
    path.write_text("Old ID,New ID\nA.5.1.1,A.5.1\n", encoding="utf-8")
    assert load_correspondence(path).title.endswith("table.csv")
    unnamed = load_correspondence(io.BytesIO(path.read_bytes()))
    assert unnamed.title == ""
    assert "stream" not in str(unnamed)


def test_a_statement_of_the_older_edition_is_read_through_its_correspondence() -> None:
    """What became of each id is the user's table, in any form; a merged control is no better than its worst part."""
    old = b"Control,Status\nA.5.1.1,Implemented\nA.5.1.2,Planned\nA.6.1.1,Implemented\nA.11.1.1,Partially implemented\n"
    table = "| ISO 27001:2013 | ISO 27001:2022 |\n|---|---|\n| A.5.1.1 | A.5.1 |\n| A.5.1.2 | A.5.1 |\n"
    table += "| A.6.1.1 | A.5.2 |\n| A.11.1.1 | A.7.1 |\n"
    correspondence = load_correspondence(io.BytesIO(table.encode()))
    with pytest.raises(nis2map.UnsupportedEdition, match="correspondence=load_correspondence"):
        nis2map.read_soa(io.BytesIO(old))
    soa = nis2map.read_soa(io.BytesIO(old), correspondence=correspondence)
    assert {ref.local: str(finding.status) for ref, finding in soa.items()} == {
        "A.5.1": "planned",
        "A.5.2": "implemented",
        "A.7.1": "partial",
    }
    assert any("A.5.1.2" in note for note in soa.notes)
    kept = nis2map.read_soa(io.BytesIO(b"Control,Status\nA.5.1,Implemented\n"), correspondence=correspondence)
    assert kept.findings.keys() == {nis2map.Ref("iso27001", "A.5.1")}  # of today's edition already


def test_an_empty_new_id_below_another_is_not_taken_for_withdrawn() -> None:
    """A table that begins with new ids leaves them out where they go on: read as withdrawn, a merger would be better."""
    with pytest.raises(InputError, match="row 3: the row has no new id; repeat the new id, or write withdrawn"):
        load_correspondence(io.BytesIO(b"New ID,Old ID\nA.5.1,A.5.1.1\n,A.5.1.2\n"))
