"""YAML as tables of cells: every scalar as it is written, and nothing that a table does not need."""

from __future__ import annotations

import importlib
import sys
import time
from typing import Any

import pytest

from nis2map import InputError, LimitExceeded, Limits
from nis2map.errors import MissingExtra
from nis2map.formats._cells import CellKind, Cells

from . import hostile

yaml: Any = importlib.import_module("nis2map.formats.yaml")


def tables(text: str, **limits: int) -> tuple[Cells, ...]:
    found: tuple[Cells, ...] = yaml.tables(text.encode(), name="soa.yaml", limits=Limits(**limits))
    return found


def table(text: str) -> Cells:
    (found,) = tables(text)
    return found


def test_a_list_of_mappings_is_a_table_with_its_lines() -> None:
    """Keys are columns in the order of their first appearance, rows have the numbers of their lines."""
    found = table(
        "# a comment\nentity: Harbour Cranes\ncontrols:\n"
        "  - id: '5.1'\n    applicable: true\n    name_it: Politiche\n"
        '  - {id: "5.2", status: planned}\n'
    )
    assert found.rows == (
        (3, ("id", "applicable", "name_it", "status")),
        (4, ("5.1", "true", "Politiche")),
        (7, ("5.2", "", "", "planned")),
    )
    assert found.sheet == "/controls"
    assert found.kinds == {(4, 1): CellKind.BOOLEAN}
    assert found.notes == ("values outside of a table are not read: /entity",)


@pytest.mark.parametrize(
    ("written", "text", "kind"),
    [
        ("NO", "NO", None),
        ("no", "no", None),
        ("off", "off", None),
        ("y", "y", None),
        ("'true'", "true", None),
        ("true", "true", CellKind.BOOLEAN),
        ("False", "False", CellKind.BOOLEAN),
        ("~", "", None),
        ("null", "", None),
        ("''", "", None),
        ("5.10", "5.10", CellKind.NUMBER),
        ("5.1", "5.1", CellKind.NUMBER),
        ('"5.10"', "5.10", None),
        ("8.2.1", "8.2.1", None),
        ("010", "010", CellKind.NUMBER),
        ("0x1F", "0x1F", CellKind.NUMBER),
        ("1_000", "1_000", CellKind.NUMBER),
        ("1e3", "1e3", CellKind.NUMBER),
        ("21:20", "21:20", None),
        ("75%", "75%", None),
        ("2026-01-05", "2026-01-05", CellKind.DATE),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00", CellKind.DATE),
        ("A.5.1 # remark", "A.5.1", None),
        ("|\n      two\n      lines", "two\nlines", None),
        ("[a, b]", "a\nb", None),
        ("[5.1]", "5.1", CellKind.NUMBER),
        ("[]", "", None),
    ],
)
def test_a_scalar_is_the_text_that_is_written(written: str, text: str, kind: CellKind | None) -> None:
    """Nothing is taken for a boolean, a number of seconds or an octal number; what has a type is marked with it."""
    found = table(f"r:\n  - a: x\n    b: {written}\n    c: x\n")
    assert found.rows[1][1] == ("x", text, "x")
    assert found.kinds == ({(2, 1): kind} if kind else {})


def test_a_mapping_in_a_record_is_flattened_one_level() -> None:
    """Columns say where they come from, and what is deeper or a list is one text."""
    found = table("r:\n  - id: A.5.1\n    title: {en: Policies, it: Politiche}\n    owner: {x: {y: z, w: [1, 2]}}\n")
    assert found.rows == (
        (1, ("id", "title.en", "title.it", "owner.x")),
        (2, ("A.5.1", "Policies", "Politiche", "y: z, w: 1\n2")),
    )


def test_a_mapping_from_ids_is_a_table() -> None:
    """To mappings or to words; what else stands in it is named."""
    found = table("soa:\n  A.5.1: {status: implemented}\n  A.5.2: planned\n  'A.5.10': {status: open, note: x}\n")
    assert found.rows == (
        (1, ("Control", "status", "Status", "note")),
        (2, ("A.5.1", "implemented")),
        (3, ("A.5.2", "", "planned")),
        (4, ("A.5.10", "open", "", "x")),
    )
    grouped = tables("A.5:\n  A.5.1: planned\nA.6:\n  A.6.1: planned\nversion: x\n")
    assert [(one.sheet, one.rows[1][1]) for one in grouped] == [
        ("/A.5", ("A.5.1", "planned")),
        ("/A.6", ("A.6.1", "planned")),
    ]
    assert grouped[0].notes == ("values outside of a table are not read: /version",)


def test_a_list_of_controls_in_a_record_is_a_table_and_a_list_of_evidence_a_text() -> None:
    """Themes that hold their controls are read; what a record says in a list stays with it."""
    themes, first, second = tables(
        "- theme: Org\n  controls:\n  - {id: A.5.1, evidence: [{name: minutes, year: 2026}, {name: mail}]}\n"
        "- theme: People\n  controls: [{id: A.6.1}]\n"
    )
    assert themes.rows == ((0, ("theme",)), (1, ("Org",)), (4, ("People",)))
    assert first.rows == ((2, ("id", "evidence")), (3, ("A.5.1", "name: minutes, year: 2026\nname: mail")))
    assert (second.sheet, second.rows[1]) == ("/1/controls", (5, ("A.6.1",)))


def test_records_on_one_line_are_numbered_by_their_place() -> None:
    """Two rows never share a number, as kinds are kept by it."""
    found = table("r: [{id: 5.1}, {id: x}, {id: 5.2}]\n")
    assert [number for number, _ in found.rows] == [0, 1, 2, 3]
    assert found.kinds == {(1, 0): CellKind.NUMBER, (3, 0): CellKind.NUMBER}


@pytest.mark.parametrize("name", hostile.YAML)
def test_what_no_table_needs_is_refused_with_its_place(name: str) -> None:
    """Aliases, tags, merge keys, further documents, keys that are no texts, depth: quickly, with line and column."""
    text, words = hostile.YAML[name]
    start = time.process_time()
    with pytest.raises(InputError, match=words):
        tables(text)
    assert time.process_time() - start < 2


def test_limits_hold_before_anything_is_built() -> None:
    """Depth, values, rows, columns, lengths; a large file without aliases is read."""
    for limits, text, words in (
        ({"nesting": 3}, "a: [[[x]]]", "nests deeper than 3 levels"),
        ({"cells": 5}, "r: [a, b, c, d, e]", "holds more than 5 values"),
        ({"rows": 2}, "r:\n - a: x\n - a: x\n - a: x\n", "/r: more than 2 rows"),
        ({"columns": 2}, "r:\n - {a: x, b: x, c: x}\n", "/r: more than 2 columns"),
        ({"cell": 5}, "r: abcdef", "a text has more than 5 characters"),
    ):
        with pytest.raises(LimitExceeded, match=words):
            tables(text, **limits)
    large = "r:\n" + "".join(f"  - {{id: A.5.{at}, status: implemented, note: x}}\n" for at in range(5_000))
    assert len(table(large).rows) == 5_001


def test_the_slow_parser_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML comes without libyaml, values, lines and refusals are the same."""
    import yaml as library

    text = "r:\n  - {id: 'A.5.1', n: 5.10, t: \"x\"}\n  - {id: A.5.2, n: no}\n"
    fast = table(text)
    monkeypatch.delattr(library, "CSafeLoader", raising=False)
    assert table(text) == fast
    for text, words in hostile.YAML.values():
        with pytest.raises(InputError, match=words):
            tables(text)


def test_other_kinds_of_files_are_refused() -> None:
    """Binary files, other encodings, and a machine without the extra."""
    with pytest.raises(InputError, match="is a PDF, not YAML"):
        yaml.tables(b"%PDF-1.7")
    with pytest.raises(InputError, match="is not UTF-8; YAML is written in UTF-8"):
        yaml.tables("a: é".encode("cp1252"))
    assert yaml.tables("\ufeffr: [{a: é}]".encode("utf-16"))[0].rows[1][1] == ("é",)
    assert yaml.tables(b"# nothing\n")[0].rows == ()


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has the line to install it."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(MissingExtra, match=r"YAML needs PyYAML; pip install 'nis2map\[yaml\]'"):
        tables("a: b")
