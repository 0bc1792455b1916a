"""Frameworks and crosswalks from tables: whichever headers, ids and words their publishers use."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nis2map
from nis2map import (
    Assessment,
    Catalogue,
    Crosswalk,
    Dataset,
    DatasetError,
    Framework,
    InputError,
    LimitExceeded,
    Limits,
    Ref,
    Relation,
    Requirement,
    Role,
    agreement,
    compose,
    contributions,
    coverage,
    dumps,
    gaps,
    load_crosswalk,
    load_framework,
    plan,
)
from nis2map.formats._cells import CellKind, Cells
from nis2map.formats._sheets import to_catalogue, to_correspondence, to_crosswalk
from nis2map.formats._sheets._framework import local_id

FILES = Path(__file__).parents[1] / "examples" / "own-frameworks"


def framework(text: str, **options: Any) -> Catalogue:
    return load_framework(io.BytesIO(text.encode()), **{"framework": "acme", **options})


def crosswalk(text: str, **options: Any) -> Crosswalk:
    return load_crosswalk(io.BytesIO(text.encode()), **{"requirements": "acme", "controls": "set", **options})


def refused(call: Any, *arguments: Any, **options: Any) -> list[str]:
    """The problems of a file that is refused, as texts."""
    with pytest.raises(InputError) as caught:
        call(*arguments, **options)
    return [str(problem) for problem in caught.value.problems]


# Frameworks


def test_a_table_gives_units_with_titles_levels_and_parents() -> None:
    """What the columns say stands in the fields of the units; unknown columns are named."""
    found = framework(
        "Ref ID;Titel;Titre;Title (nl);Parent;Level;Role;Domain;Remarks;Owner\n"
        "1;Top;;;;;container;;;\n"
        "1.1;Backups;Sauvegardes;Back-ups;1;basic, important;obligation;Continuity;often asked;Ann\n",
        columns={"Titre": "title:fr"},
    )
    top, unit = found.requirements
    assert (top.role, top.parent, top.levels) == (Role.CONTAINER, None, ())
    assert unit == Requirement(
        "acme:1.1",
        "acme:1",
        "Backups",
        topic="Continuity",
        note="often asked",
        levels=("basic", "important"),
        titles={"fr": "Sauvegardes", "nl": "Back-ups"},
    )
    assert found.notes[0] == "columns that are not read: 'Owner'"
    assert (found.framework, found.controls, found.texts) == (Framework("acme"), (), None)


def test_descriptions_are_texts_and_never_titles() -> None:
    """A publisher's words come in as `with_texts` brings them: they are found by unit and are in no document."""
    found = framework(
        'id,description\nGV.OC-01,The mission is understood\nGV.OC-02,"Stakeholders\nare known"\n', lang="en"
    )
    assert [unit.title for unit in found.units] == ["", ""]
    assert found.notes == (
        "no column of titles, so units have none and are cited by id; descriptions are not used as titles",
    )
    dataset = Dataset.from_parts().with_framework(found)
    assert dataset.text("acme:GV.OC-02") == "Stakeholders\nare known"
    assert Dataset.from_parts(frameworks=[found]).text("acme:GV.OC-02") == "Stakeholders\nare known"
    assert b"mission" not in dumps(dataset)
    assert b"Stakeholders" not in dumps(dataset)
    half = framework("id,title,description\n1,,Words of theirs\n2,Two,More\n")
    assert ([unit.title for unit in half.units], half.notes) == (["", "Two"], ())


@pytest.mark.parametrize(
    ("header", "title", "text"),
    [
        ("Control Identifier,Control (or Control Enhancement) Name,Control Text", "One", "Two"),
        ("ID,Anforderung,Beschreibung", "One", "Two"),
        ("ID,Requirement,Description", "One", "Two"),
        ("ID,Requirement,Owner", "", "One"),
        ("ID,Anforderung,Owner", "", "One"),
        ("ID,Requirement,Title", "Two", "One"),
        ("ID,Subcategory,Owner", "", "One"),
        ("ID,Subcategory,Requirement", "", "Two"),
    ],
)
def test_which_column_has_titles_and_which_the_publishers_text(header: str, title: str, text: str) -> None:
    """A column of requirements has titles beside one of descriptions, and the publisher's words without one."""
    found = framework(f"{header}\nA-1,One,Two\n")
    assert found.units[0].title == title
    assert found.texts is not None
    assert dict(found.texts.texts) == {found.units[0].ref: text}


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("GV.OC-01", "GV.OC-01"), ("AC-2(1)", "AC-2.1"), ("AC-2 (1)", "AC-2.1"), ("Req 1.2", "Req-1.2"), ("1.2.", "1.2"),
        ("A.5.1", "A.5.1"), ("CC6.1", "CC6.1"), ("§ 30 (2) Nr. 4", "30.2-Nr.4"), ("3.1 a)", "3.1-a"), ("Maß 1", "Ma-1"),
        ("R&D/2", "R-D-2"), ("PO_4", "PO_4"),
    ],
)  # fmt: skip
def test_ids_are_held_as_near_to_what_is_written_as_a_ref_can(written: str, local: str) -> None:
    """Each publisher's id has a ref, and is kept as `original` where that is another text."""
    (unit,) = framework(f'id,title\n"{written}",One\n').requirements
    assert unit.ref == Ref("acme", local)
    assert unit.original == ("" if written == local else written)
    assert unit.citation == written


@given(st.text(max_size=20))
def test_whatever_is_written_the_id_that_is_made_of_it_is_one_or_nothing(text: str) -> None:
    """`local_id` never makes a text that a ref refuses, and leaves alone what a ref takes."""
    local = local_id(text)
    assert not local or Ref("acme", local).local == local
    assert local_id(local) == local


def test_two_ids_with_one_ref_are_told_with_both() -> None:
    """AC-2(1) and AC-2.1 can't both be units, also in other letters."""
    assert refused(framework, "id,title\nAC-2(1),One\nAC-2.1,Two\nac-2.1,Three\nAC-2.1,Four\n") == [
        "the stream, row 3, column 'id': 'AC-2.1' has the ref of 'AC-2(1)' too, first in row 2",
        "the stream, row 4, column 'id': 'ac-2.1' has the ref of 'AC-2(1)' too, first in row 2",
        "the stream, row 5, column 'id': 'AC-2.1' has the ref of 'AC-2(1)' too, first in row 2",
    ]
    assert refused(framework, "id,title\n1,One\n1,Two\n") == [
        "the stream, row 3, column 'id': '1' stands twice, first in row 2"
    ]


def test_all_problems_of_a_table_come_at_once_with_their_places() -> None:
    """Rows without an id, ids of nothing, parents without a row, unknown roles: nothing is dropped, nothing guessed."""
    table = "id,title,parent,role\n1,Top,,\n,Nameless,,\n???,Odd,,\n2,Two,9,\n3,Three,1,duty\n"
    assert refused(framework, table) == [
        "the stream, row 3, column 'id': the row has no id; give it one, or leave out a column of headings: columns={'title': "
        "None}",
        "the stream, row 4, column 'id': no ref can hold the id '???'; letters and digits, in a column of their own",
        "the stream, row 5, column 'parent', 2: the unit above, '9', has no row",
        "the stream, row 6, column 'role', 3: expected a role, got 'duty'; one of: obligation, obligation-detail, "
        "conditional-obligation, option, exposure, safeguard, definition, scope-rule, classification, exclusion, "
        "context, date, encouragement, container",
    ]


def test_units_lie_under_those_whose_ids_theirs_begin_with() -> None:
    """Without a column for it the ids say so, and a note says that they did."""
    found = framework("id,title\n1,A\n1.2,B\n1.2 (a),C\nGV.OC-01,D\nGV,E\n2.1,F\n")
    parents = {unit.ref.local: unit.parent and unit.parent.local for unit in found.units}
    assert parents == {"1": None, "1.2": "1", "1.2.a": "1.2", "GV.OC-01": "GV", "GV": None, "2.1": None}
    assert "3 units by id, such as acme:1.2 under acme:1" in found.notes[0]
    assert found.notes[1] == "units with others below them ask nothing of their own: 1, 1.2, GV"


def test_an_enhancement_is_no_part_of_its_control() -> None:
    """AC-2 can be in place without AC-2(1), so that it does not become a heading over it."""
    found = framework("id,title\nAC,Access\nAC-2,Accounts\nAC-2(1),Automation\n", side="control")
    assert [(unit.ref.local, unit.parent and unit.parent.local, unit.heading) for unit in found.controls] == [
        ("AC", None, True),
        ("AC-2", "AC", False),
        ("AC-2.1", None, False),
    ]


def test_depths_say_what_lies_under_what() -> None:
    """A unit lies under the last one before it that is less deep; what is not a depth is a problem."""
    found = framework("id,title,depth\nA,a,1\nB,b,2\nC,c,3\nD,d,2\n")
    assert [unit.parent and unit.parent.local for unit in found.units] == [None, "A", "B", "A"]
    assert refused(framework, "id,title,depth\nA,a,deep\n") == [
        "the stream, row 2, column 'depth', A: the depth 'deep' is not a whole number"
    ]


def test_decimal_numbers_are_no_ids_and_whole_ones_are() -> None:
    """5.10 is stored as 5.1, so that a number with a point has two readings; 7 has one."""
    rows = ((1, ("id", "title")), (2, ("7", "Seven")), (3, ("5.1", "Five")))

    def read(*numbers: tuple[int, int]) -> Catalogue:
        cells = Cells(rows, path="x.xlsx", sheet="S", kinds=dict.fromkeys(numbers, CellKind.NUMBER))
        options: dict[str, Any] = {"framework": "acme", "side": None, "lang": "en", "columns": None}
        return to_catalogue([cells], name="x.xlsx", limits=Limits(), **options)

    assert [unit.ref.local for unit in read((2, 0)).units] == ["7", "5.1"]
    assert refused(read, (3, 0)) == [
        "x.xlsx, sheet 'S', row 3, column 'id': the id '5.1' is a number: it may mean 5.1 or 5.10; write ids as text"
    ]


def test_german_tables_are_read_with_their_own_headers() -> None:
    """What the columns of a German framework and crosswalk are called is known."""
    found = framework(
        "Kennung;Anforderung;Beschreibung;Bezeichnung (en);Übergeordnet;Stufe;Anmerkung\n"
        "1;Oben;;;;;\n1.1;Sicherung;Wort;Backup;1;hoch;neu\n"
    )
    unit = found.units[1]
    assert (unit.title, dict(unit.titles), str(unit.parent), unit.levels, unit.note) == (
        "Sicherung", {"en": "Backup"}, "acme:1", ("hoch",), "neu",
    )  # fmt: skip
    assert not [note for note in found.notes if "not read" in note]
    found = framework("Nr.;Maßnahme;Beschreibung;Gehört zu;Niveau\n1;Oben;;;\n2;Unten;Wort;1;A, B\n", side="control")
    assert (found.units[1].title, str(found.units[1].parent), found.units[1].levels) == ("Unten", "acme:1", ("A", "B"))
    pairs = crosswalk(
        "Anforderung;Maßnahme;Beziehung;Stärke;Begründung;Quelle;Hinweis\n1;C.1;intersects with;4;weil;BSI;x\n"
    )
    (link,) = pairs.links
    assert (link.strength, link.rationale, link.source, link.note, pairs.notes) == (4, "weil", "BSI", "x", ())
    assert str(crosswalk("Quelle;Ziel;Beziehung\n1;C.1;equal\n").links[0].requirement) == "acme:1"


@pytest.mark.parametrize("header", ["Function,Subcategory", "Topic,ID"])
def test_ids_with_their_texts_in_one_cell_are_parted(header: str) -> None:
    """As CSF 2.0 is published; the text is the publisher's, so that it is a description, never a title."""
    rows = 'GOVERN,GV.OC-01: The mission is: understood\nGOVERN,"GV.OC-02:  Stakeholders\nare known"\n'
    found = framework(f"{header}\n{rows}", framework="csf-2.0")
    assert [(str(unit.ref), unit.title, unit.original) for unit in found.units] == [
        ("csf-2.0:GV.OC-01", "", ""),
        ("csf-2.0:GV.OC-02", "", ""),
    ]
    assert found.texts is not None
    assert list(found.texts.texts.values()) == ["The mission is: understood", "Stakeholders\nare known"]
    column = header.partition(",")[2]
    assert found.notes[0] == f"id and text stand in one cell of {column!r}, and are parted at the colon"
    assert refused(framework, f"{header}\n{rows}GOVERN,GV.OC-03\n") == [
        f"the stream, row {row}, column {column!r}: a text stands behind the id 'GV.OC-0{row - 1}', and other rows have an "
        "id alone; one column for ids and one for texts, or a text behind each id"
        for row in (2, 3)
    ]
    assert refused(framework, "Category,Subcategory\nAccess,Access control\n") == [
        "the stream, row 2, column 'Subcategory': the subcategory 'Access control' begins with no id; write 'GV.OC-01: "
        "text', or say which column has the ids: columns={'your header': 'id'}"
    ]
    pairs = crosswalk("requirement,control\nGV.OC-01: The mission,C.1\n")
    assert str(pairs.links[0].requirement) == "acme:GV.OC-01"
    assert pairs.notes[0] == "id and text stand in one cell of 'requirement', and are parted at the colon"
    assert crosswalk("requirement,control\nacme:1,set:C.1\n").notes[1:] == ()


LIBRARY = """
urn: urn:someone:risk:library:acme
ref_id: acme
name: Acme
version: 1
objects:
  framework:
    urn: urn:someone:risk:framework:acme
    ref_id: Acme
    name: Acme
    implementation_groups_definition:
    - {ref_id: B, name: Basic}
    requirement_nodes:
    - {urn: 'urn:someone:risk:req_node:acme:gv', assessable: false, depth: 1, ref_id: GV, name: Govern}
    - urn: urn:someone:risk:req_node:acme:gv.oc-01
      assessable: true
      depth: 2
      parent_urn: urn:someone:risk:req_node:acme:gv
      ref_id: GV.OC-01
      name: Mission
      description: The mission is understood
      implementation_groups: [B, C]
      translations:
        fr: {name: La mission, description: Les mots}
    - {urn: 'urn:someone:risk:req_node:acme:gv.x', depth: 2, parent_urn: 'urn:someone:risk:req_node:acme:gv', name: Odd}
"""
MAPPINGS = """
urn: urn:someone:risk:library:acme-to-set
objects:
  requirement_mapping_sets:
  - urn: urn:someone:risk:req_mapping_set:acme-to-set
    name: there
    requirement_mappings:
    - source_requirement_urn: urn:someone:risk:req_node:acme:gv.oc-01
      target_requirement_urn: urn:someone:risk:req_node:set-2:a.5.1
      relationship: intersect
      rationale: semantic
      strength_of_relationship: 6
      annotation: example
    - source_requirement_urn: urn:someone:risk:req_node:acme:gv
      target_requirement_urn: urn:someone:risk:req_node:set-2:a.5.2
      relationship: superset
  - urn: urn:someone:risk:req_mapping_set:set-to-acme
    name: back
    requirement_mappings:
    - source_requirement_urn: urn:someone:risk:req_node:set-2:a.5.2
      target_requirement_urn: urn:someone:risk:req_node:acme:gv
      relationship: subset
"""


def test_a_library_of_ciso_assistant_is_a_framework() -> None:
    """The nodes are the units, with the titles of translations; groups and other lists beside them are none."""
    pytest.importorskip("yaml")
    found = framework(LIBRARY)
    assert [(u.ref.local, u.title, u.parent and u.parent.local, u.levels, dict(u.titles)) for u in found.units] == [
        ("GV", "Govern", None, (), {}),
        ("GV.OC-01", "Mission", "GV", ("B", "C"), {"fr": "La mission"}),
        ("gv.x", "Odd", "GV", (), {}),
    ]
    assert found.texts is not None
    assert list(found.texts.texts.values()) == ["The mission is understood"]
    assert any("implementation_groups_definition, which is not a list of nodes" in note for note in found.notes)
    assert any("'translations.fr.description'" in note for note in found.notes)


def test_mappings_of_ciso_assistant_are_a_crosswalk() -> None:
    """The last parts of the URNs are ids, in lower case unless a catalogue has them; of two ways one is read."""
    pytest.importorskip("yaml")
    found = crosswalk(MAPPINGS)
    assert [(str(link.requirement), str(link.controls[0]), str(link.relation)) for link in found.links] == [
        ("acme:gv.oc-01", "set:a.5.1", "intersects-with"),
        ("acme:gv", "set:a.5.2", "superset-of"),
    ]
    assert (found.links[0].strength, found.links[0].rationale, found.links[0].note) == (6, "semantic", "example")
    assert any(note.endswith("/1/requirement_mappings, which leads from set-2 to acme") for note in found.notes)
    whole = crosswalk(MAPPINGS, requirements=framework(LIBRARY), controls="iso27001")
    assert [(link.requirement.local, link.controls[0].local) for link in whole.links] == [
        ("GV.OC-01", "A.5.1"), ("GV", "A.5.2"),
    ]  # fmt: skip
    back = crosswalk(MAPPINGS, requirements="set", controls="acme")
    assert [(str(link.requirement), str(link.controls[0])) for link in back.links] == [("set:a.5.2", "acme:gv")]


@pytest.mark.parametrize("target", ["N/A", "n/a", "None", "-", ""])
def test_rows_of_strm_without_a_related_control(target: str) -> None:
    """Somebody looked, and found that no control is related; on any other relation N/A is no control."""
    for word in ("No Relationship", "not_related"):
        found = crosswalk(f"FDE,STRM Relationship,Reference Document Element\n1,{word},{target}\n2,equal,C.1\n")
        assert (found.links[0].controls, found.links[0].relation) == ((), Relation.NO_RELATIONSHIP)
    assert crosswalk("requirement,control,relation\n1,C.1,not_related\n").links[0].controls
    assert refused(crosswalk, f"requirement,control,relation\n1,{target},equal\n") == [
        "the stream, row 2, column 'control': the row names no control"
    ]


FORMULA = "a formula without a saved value"


@pytest.mark.parametrize("text", [FORMULA, "#REF!"])
@pytest.mark.parametrize("column", range(3))
def test_formulas_without_a_value_are_problems_in_every_column_that_is_read(text: str, column: int) -> None:
    """What a formula would have said nobody knows: no id, title or relation is made of the words for it."""
    options: dict[str, Any] = {"name": "x.xlsx", "columns": None, "limits": Limits()}
    readers = (
        (("id", "title", "parent", "owner"), partial(to_catalogue, framework="acme", side=None, lang="en", **options)),
        (
            ("requirement", "control", "relation", "owner"),
            partial(to_crosswalk, id=None, requirements="acme", controls="set", on_duplicate="raise", **options),
        ),
        (("old id", "new id", "note", "owner"), partial(to_correspondence, before="acme", limits=Limits())),
    )
    for header, read in readers:
        values = ["A-1", "A-1", "equal"] if "control" in header else ["A-1", "A-1", ""]
        values[column] = text
        cells = Cells(((1, header), (2, (*values, text))), "x.xlsx", "S", kinds={
            (2, column): CellKind.NO_VALUE, (2, 3): CellKind.NO_VALUE})  # fmt: skip
        problems = refused(read, cells if header[0] == "old id" else [cells])
        assert problems == [
            f"x.xlsx, sheet 'S', row 2, column {header[column]!r}: the cell has no value: {text!r}; open the file in a "
            "spreadsheet and save it, or write the value"
        ]


def test_an_id_that_a_spreadsheet_made_a_day_or_a_truth_is_refused() -> None:
    """1-2 becomes a day, and nobody can tell afterwards what stood there."""
    for kind, text in ((CellKind.DATE, "2026-02-01"), (CellKind.BOOLEAN, "TRUE"), (CellKind.PERCENT, "5%")):
        cells = Cells(((1, ("id", "title")), (2, (text, "One"))), "x.xlsx", kinds={(2, 0): kind})
        assert refused(
            to_catalogue, [cells], name="x.xlsx", framework="acme", side=None, lang="en", columns=None, limits=Limits()
        ) == [f"x.xlsx, row 2, column 'id': the id {text!r} is a {kind}: what was written is lost; write ids as text"]


def test_the_framework_is_named_by_the_caller_the_ids_or_the_file(tmp_path: Path) -> None:
    """In this order; what is not an id of a framework is refused with the rule."""
    table = "id,title\n1,One\n"
    assert framework(table, framework=Framework("own", "Own")).framework.title == "Own"
    assert framework("id,title\nacme-2.0:1,One\n", framework=None).units[0].ref == Ref("acme-2.0", "1")
    path = tmp_path / "PCI DSS 4.0.csv"
    path.write_text(table, encoding="utf-8")
    assert load_framework(path).framework.id == "pci-dss-4.0"
    with pytest.raises(InputError, match=r"framework 'A b' is not an id; framework='acme-1\.0'; lower-case words"):
        framework(table, framework="A b")
    path = path.rename(tmp_path / "2026.csv")
    with pytest.raises(InputError, match=r"2026\.csv names no framework: its name '2026' is not an id"):
        load_framework(path)
    with pytest.raises(InputError, match="framework is 5"):
        framework(table, framework=5)
    with pytest.raises(InputError, match="the framework own is one of requirements"):
        framework(table, framework=Framework("own"), side="control")
    with pytest.raises(InputError, match="side is 'both'"):
        framework(table, side="both")


def test_headers_are_found_below_titles_and_can_be_named() -> None:
    """Lines above the header are passed over; a header of the caller's comes before those that are known."""
    found = framework("Our framework,,\n\nTitle,Kennung,Text\nOne,1,Words\n", columns={"Text": "title", "Title": None})
    assert found.units[0].title == "Words"
    with pytest.raises(InputError, match=r"no header with id found; the first row has 'A', 'B'; name them: columns="):
        framework("A,B\n1,2\n")
    assert framework("id,title,\n1,One,option\n").notes == ("columns that are not read: '3'",)
    with pytest.raises(InputError, match="columns names 'owner', and no table has it; there is 'id'"):
        framework("id,title\n1,One\n", columns={"Owner": "note"})
    with pytest.raises(InputError, match="a field in columns is 'titel'; nearest: title"):
        framework("id,title\n1,One\n", columns={"title": "titel"})
    with pytest.raises(InputError, match="two columns give the title: 'A' and 'B'"):
        framework("id,A,B\n1,One,Two\n", columns={"A": "title", "B": "title"})
    with pytest.raises(InputError, match="columns is 'title'"):
        framework("id,title\n", columns="title")
    with pytest.raises(InputError, match="no unit found"):
        framework("id,title\n")


def test_what_strangers_send_is_bounded() -> None:
    """Limits hold, binary files and odd characters are refused by name."""
    with pytest.raises(LimitExceeded, match="more than 2 rows"):
        framework("id,title\n1,One\n2,Two\n", limits=Limits(rows=2))
    with pytest.raises(InputError, match="is a PDF"):
        load_framework(io.BytesIO(b"%PDF-1.7"), framework="acme")
    with pytest.raises(InputError, match=r"U\+0000"):
        framework("id,title\n1,O\x00ne\n")
    with pytest.raises(InputError, match="format is 'doc'"):
        framework("id,title\n", format="doc")


def workbook(*sheets: list[list[Any]]) -> io.BytesIO:
    """A workbook of sheets of cells."""
    xlsxwriter: Any = pytest.importorskip("xlsxwriter")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for sheet in sheets:
        page = book.add_worksheet()
        for number, row in enumerate(sheet):
            page.write_row(number, 0, row)
    book.close()
    return io.BytesIO(out.getvalue())


def test_workbooks_are_read_like_other_tables() -> None:
    """Every sheet with the header is read, others are named; a number as an id is refused with its sheet and row."""
    head = ["ID", "Title"]
    book = workbook(
        [["About this file"]], [head, ["GV.OC-01", "Mission"]], [head, ["ID.AM-01", "Hardware"], [7, "Seven"]]
    )
    found = load_framework(book, framework="csf-2.0")
    assert [unit.ref.local for unit in found.units] == ["GV.OC-01", "ID.AM-01", "7"]
    assert found.notes[0] == "not read: sheet 'Sheet1', which has no such header"
    assert refused(load_framework, workbook([head, [5.1, "Five"]]), framework="csf-2.0") == [
        "the stream, sheet 'Sheet1', row 2, column 'ID': the id '5.1' is a number: it may mean 5.1 or 5.10; write ids "
        "as text"
    ]
    pairs = workbook([["requirement", "control", "relation", "strength"], ["GV.OC-01", "A.5.1", "intersects_with", 4]])
    link = load_crosswalk(pairs, requirements=found, controls="iso27001").links[0]
    assert (str(link.requirement), link.strength) == ("csf-2.0:GV.OC-01", 4)


def test_markdown_and_records_are_tables_too() -> None:
    """A Markdown table and a list of JSON records say the same as a CSV."""
    wanted = framework("id,title\n1,One\n").units
    assert framework("| id | title |\n|---|---|\n| 1 | One |\n").units == wanted
    assert framework('[{"id": "1", "title": "One"}]').units == wanted


# Crosswalks


RELATIONS = {
    Relation.EQUAL_TO: ("equal-to", "Equal", "equivalent_to", "skos:exactMatch"),
    Relation.SUBSET_OF: ("subset-of", "subset", "Subset Of", "is subset of", "broadMatch"),
    Relation.SUPERSET_OF: ("superset-of", "SUPERSET_OF", "superset", "narrowMatch"),
    Relation.INTERSECTS_WITH: ("intersects-with", "intersects_with", "intersect", "Intersects With", "relatedMatch"),
    Relation.NO_RELATIONSHIP: ("no-relationship", "not_related", "No Relationship", "none"),
}


@pytest.mark.parametrize(("relation", "word"), [(r, word) for r, words in RELATIONS.items() for word in words])
def test_relations_are_read_in_the_words_of_their_formats(relation: Relation, word: str) -> None:
    """IR 8477, OSCAL, STRM, CISO Assistant and SKOS name the same five relations; none needs a note."""
    found = crosswalk(f"requirement,control,relation\n1,C.1,{word}\n")
    assert [link.relation for link in found.links] == [relation]
    assert found.notes == ()


def test_full_and_partial_are_read_with_a_note() -> None:
    """A full relation of somebody else's is subset-of, a partial one intersects-with; a note says so, one a kind."""
    found = crosswalk("requirement,control,relation\n1,C.1,Full\n2,C.1,partial\n3,C.1,partial\n")
    assert [str(link.relation) for link in found.links] == ["subset-of", "intersects-with", "intersects-with"]
    assert found.notes == (
        "'Full' is read as subset-of (1 row, first 2)",
        "'partial' is read as intersects-with (2 rows, first 3)",
    )


def test_pairs_without_a_relation_say_the_least() -> None:
    """A table of bare pairs is of partial ones; where there is a column, an empty cell is a problem."""
    found = crosswalk("from,to\n1,C.1\n")
    assert (str(found.links[0].relation), found.id) == ("intersects-with", "acme-to-set")
    assert found.notes[0].startswith("no column of relations: each pair is read as intersects-with")
    assert refused(crosswalk, "from,to,relation\n1,C.1,\n2,C.1,broader\n")[0] == (
        "the stream, row 2, column 'relation': the row gives no relation; one of: equal-to, subset-of, superset-of, "
        "intersects-with, no-relationship; or full, partial"
    )


def test_strengths_that_say_nothing_are_left_out_with_a_note() -> None:
    """Of 1 to 9 on a partial relation a strength is kept; 10, 50, words and those of full relations are noted."""
    found = crosswalk(
        "requirement,control,relation,strength\n1,C.1,intersects_with,7\n2,C.1,intersects_with,3.0\n"
        "3,C.1,superset,10\n4,C.1,equal,9\n5,C.1,superset,50\n6,C.1,superset,high\n7,C.1,superset,\n"
    )
    assert [link.strength for link in found.links] == [7, 3, None, None, None, None, None]
    assert found.notes[:2] == (
        "the strength '10' is not a whole number from 1 to 9, and is left out (1 row, first 4)",
        "the strength '9' stands on equal-to, which has none, and is left out (1 row, first 5)",
    )
    assert len(found.notes) == 4


def test_strm_and_others_name_their_ends_in_their_own_way() -> None:
    """Columns of STRM, of source and target, and of `columns` are known; reasons, sources and notes are kept."""
    strm = "FDE,FDE Name,STRM Relationship,Strength of Relationship,STRM Rationale,Reference Document Element\n"
    found = crosswalk(f"{strm}1,One,intersects with,4,functional,C.1\n")
    assert (str(found.links[0].controls[0]), found.links[0].strength, found.links[0].rationale) == (
        "set:C.1",
        4,
        "functional",
    )
    assert found.notes == ("columns that are not read: 'FDE Name'",)
    found = crosswalk("source,target,relationship,comment\n1,C.1,equal,seen\n")
    assert (str(found.links[0].requirement), found.links[0].note) == ("acme:1", "seen")
    found = crosswalk("Norm,control,relation,source\n1,C.1,equal,them\n", columns={"Norm": "requirement"}, id="mine")
    assert (found.id, found.links[0].source) == ("mine", "them")


def test_several_controls_in_a_cell() -> None:
    """Joined by + they count together; parted they are a link each, which a note says; none is no relationship."""
    found = crosswalk('requirement,control,relation\n1,C.1 + C.2,subset\n2,"C.1; C.3",subset\n3,,not_related\n')
    assert [[ref.local for ref in link.controls] for link in found.links] == [["C.1", "C.2"], ["C.1"], ["C.3"], []]
    assert found.notes == ("several controls in one cell are a link each (1 row, first 3)",)
    assert refused(crosswalk, "requirement,control,relation\n1,,subset\n") == [
        "the stream, row 2, column 'control': the row names no control"
    ]
    many = ";".join(f"C.{n}" for n in range(300))
    assert "more than 200 controls" in refused(crosswalk, f'requirement,control\n1,"{many}"\n')[0]


def test_ids_of_a_catalogue_are_those_that_its_publisher_writes() -> None:
    """With the units at hand each id must be one of them, in the publisher's form or in the ref's; the nearest is told."""
    house = framework('id,title\nAC-2(1),One\n"R, D",Two\n', framework="house", side="control")
    options = {"controls": house}
    found = crosswalk('requirement,control\n1,AC-2(1)\n2,AC-2.1\n3,house:AC-2.1\n4,"R, D"\n', **options)
    assert [link.controls[0].local for link in found.links] == ["AC-2.1"] * 3 + ["R-D"]
    assert refused(crosswalk, "requirement,control\n1,AC-2(2)\n,AC-2(1)\n", **options) == [
        "the stream, row 2, column 'control', AC-2(2): house has no unit 'AC-2(2)'; nearest: AC-2(1)",
        "the stream, row 3, column 'requirement': the row names no requirement",
    ]


def test_ids_of_the_bundled_texts_are_read_as_everywhere() -> None:
    """Citations name units of NIS 2, the CIR and ISO/IEC 27001; without a framework only those that are clear."""
    found = crosswalk("requirement,control\nArt. 21(2)(h),A.8.24\n", requirements=None, controls=None)
    assert (str(found.links[0].requirement), str(found.links[0].controls[0])) == ("nis2:21.2.h", "iso27001:A.8.24")
    assert found.id == "nis2-to-iso27001"
    cir = crosswalk("requirement,control\n9.2(c),A.8.24\n", requirements="cir", controls="iso27001")
    assert str(cir.links[0].requirement) == "cir:9.2.c"
    assert "5.1" in refused(crosswalk, "requirement,control\n5.1,A.8.24\n", requirements=None, controls=None)[0]
    assert "is a demand" in refused(crosswalk, "requirement,control\nx:1#a,A.8.24\n", requirements=None)[0]
    with pytest.raises(InputError, match="the controls are of set and other"):
        crosswalk("requirement,control\n1,set:1\n2,other:1\n", controls=None)
    with pytest.raises(InputError, match="no row names a control; a crosswalk leads to one framework"):
        crosswalk("requirement,control,relation\n1,,none\n", controls=None)
    assert crosswalk("requirement,control,relation\n1,,none\n").target == "set"


def test_bare_numbers_of_iso_27001_are_no_ids_where_a_control_has_them() -> None:
    """5.1 may be a clause or A.5.1: refused by row, with what to write; numbers of clauses alone pass with a note."""
    table = "Requirement,Control,Relation\nA-1,5.1,equal\nA-2,8.2,equal\nA-3,5.10,equal\nA-4,05.1,equal\nA-5,7,equal\n"
    assert refused(crosswalk, table, controls="iso27001") == [
        "the stream, row 2, column 'Control', 5.1: the bare number '5.1' may be a clause or a control; write A.5.1, or "
        "clause 5.1",
        "the stream, row 3, column 'Control', 8.2: the bare number '8.2' may be a clause or a control; write A.8.2, or "
        "clause 8.2",
        "the stream, row 4, column 'Control', 5.10: the bare number '5.10' lacks the letter of Annex A; write A.5.10",
        "the stream, row 5, column 'Control', 05.1: the bare number '05.1' may be a clause or a control; write A.5.1, or "
        "clause 5.1",
        "the stream, row 6, column 'Control', 7: the bare number '7' may be a clause or a control; write A.7, or clause 7",
    ]
    for ends in ({"controls": "iso27001"}, {"controls": None}, {"controls": Framework("iso27001")}):
        assert "may be" in refused(crosswalk, "requirement,control\n1,ISO 27001:2022 5.1\n", **ends)[0]
    assert "may be" in refused(crosswalk, "requirement,control\n5.1,C.1\n", requirements="iso27001")[0]
    assert "neither a clause nor a control" in refused(
        crosswalk, "requirement,control\n1,5.99\n", controls="iso27001"
    )[0]  # fmt: skip
    found = crosswalk(
        "requirement,control,relation\n1,4.1,equal\n2,9.3.1,equal\n3,A.5.1,equal\n4,clause 5.1,equal\n5,iso27001:5.1,equal\n",
        controls="iso27001",
    )
    assert [ref.local for link in found.links for ref in link.controls] == ["4.1", "9.3.1", "A.5.1", "5.1", "5.1"]
    assert found.notes == ("bare numbers that no control of Annex A has are read as clauses (2 rows, first 2)",)


def test_pairs_that_stand_twice() -> None:
    """Those that say the same are merged if asked, those that contradict each other never; rows are those of the file."""
    same = "requirement,control,relation,rationale\n1,C.1,subset,a\n2,C.1,subset,\n1,C.1,subset of,b\n"
    assert refused(crosswalk, same) == [
        "the stream, row 4, column 'relation', acme:1: the pair says the same as row 2; on_duplicate=\"merge\" keeps one"
    ]
    found = crosswalk(same, on_duplicate="merge")
    assert [link.rationale for link in found.links] == ["a\n\nb", ""]
    assert found.notes == ("a pair that says again what an earlier row says is merged with it (1 row, first 4)",)
    other = same.replace("subset of", "equal")
    for how in ("raise", "merge"):
        assert refused(crosswalk, other, on_duplicate=how) == [
            "the stream, row 4, column 'relation', acme:1: the pair contradicts row 2"
        ]
    with pytest.raises(InputError, match="on_duplicate"):
        crosswalk(same, on_duplicate="keep")


def test_documents_of_ours_are_read_as_before() -> None:
    """A crosswalk that was written comes back; what says how a table is read is refused with it."""
    found = crosswalk("requirement,control,relation\n1,C.1,equal\n")
    assert load_crosswalk(io.BytesIO(dumps(found))) == found
    assert load_crosswalk(io.BytesIO(dumps(found)), format="json") == found
    with pytest.raises(InputError, match="controls says how a table is read, and the stream is a document"):
        load_crosswalk(io.BytesIO(dumps(found)), controls="set")
    with pytest.raises(InputError, match="no pair found"):
        crosswalk("requirement,control\n")
    with pytest.raises(InputError, match="requirements is 5"):
        crosswalk("requirement,control\n1,C.1\n", requirements=5)


def test_two_frameworks_from_files_need_nothing_of_ours() -> None:
    """Coverage, gaps, levels, agreement and composition work on files alone; a unit is cited as its publisher does."""
    questions = load_framework(
        FILES / "questionnaire.csv",
        framework=Framework("supplier-2.1", "Supplier questionnaire", pattern="Q {id}"),
        columns={"Question": "id"},
    )
    house = load_framework(FILES / "controls.csv", framework="house", side="control")
    mapping = load_crosswalk(
        FILES / "mapping.csv", requirements=questions, controls=house, columns={"Question": "requirement"}
    )
    dataset = Dataset.from_parts(frameworks=[questions, house], crosswalks=[mapping])
    assert dataset == Dataset.from_parts().with_framework(questions).with_framework(house).with_crosswalk(mapping)
    assert list(dataset.frameworks) == ["supplier-2.1", "house"]
    soa = Assessment.of({"house:AC-1": "implemented", "house:AC-2.1": 0.5})
    options: dict[str, Any] = {"framework": "supplier-2.1", "crosswalk": mapping.id, "dataset": dataset}
    cov = coverage(soa, **options)
    assert {ref.local: score.estimate for ref, score in cov.units.items()} == {
        "1.1": 1.0, "1.2": 0.5, "2.1.a": 0.0, "2.1.b": 0.0, "2.2": 0.0, "3.1": 0.0
    }  # fmt: skip
    assert [gap.requirement.citation for gap in gaps(soa, **options)] == [
        "Q 1.2", "Q 2.1 (a)", "Q 2.1 (b)", "Q 2.2", "Q 3.1"
    ]  # fmt: skip
    assert "AC-2(1)" in str(gaps(soa, **options))
    assert "AC-2(1)" in gaps(soa, **options)._repr_html_()
    assert "AC-2(1)" in str(gaps(soa, **options)["supplier-2.1:1"])
    assert "AC-2(1)" in str(cov.explain("supplier-2.1:1.2"))
    assert "AC-2(1)" in str(contributions(soa, of="estimate", **options))
    assert "AC-2(1)" in str(plan(soa, target="ceiling", **options))
    basic = [unit.ref for unit in dataset.requirements("supplier-2.1", level="basic")]
    assert coverage(soa, within=basic, **options).overall.demands == 3
    assert dataset.requirement("supplier-2.1:1.1").titles["fr"].startswith("Chaque compte")
    second = Crosswalk("second", "supplier-2.1", "house", mapping.links[:3])
    assert agreement(mapping, second, dataset=dataset.with_crosswalk(second)).pairs
    back = Crosswalk("back", "house", "supplier-2.1", [nis2map.Link("house:BC-2", "supplier-2.1:2.1.b", "superset-of")])
    assert compose("back", mapping, dataset=dataset.with_crosswalk(back)).through == "supplier-2.1"


def test_a_crosswalk_from_a_file_is_checked_where_it_joins_a_dataset() -> None:
    """Ids without units at hand are looked up by the dataset, which names what it lacks."""
    dataset = Dataset.from_parts(frameworks=[framework("id,title\n1,One\n")])
    with pytest.raises(DatasetError, match="'set' is not a declared framework"):
        dataset.with_crosswalk(crosswalk("requirement,control\n1,C.1\n"))
