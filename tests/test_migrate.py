"""Carrying an assessment over to newer data: what moves, what is dropped, what is said about it."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nis2map import Assessment, Dataset, DatasetError, Demand, Finding, Framework, InputError, Ref, Requirement, load
from nis2map.data._tables import table
from nis2map.diff import Migration, migrate
from nis2map.diff._migration import PUBLISHED, together
from nis2map.testing import findings

ROOT = Path(__file__).parents[1]
VERSIONS = ("1", "2", "3")
NOW = Dataset.from_parts(
    frameworks=[Framework("law")],
    requirements=[
        Requirement(f"law:{name}", demands=[Demand(f"law:{name}#kept", "kept")])
        for name in ("new", "all", "left", "right", "same", "swap1", "swap2", "far")
    ],
    version="3",
)


def row(before: str, after: str, kind: str, since: str = "2", note: str = "") -> dict[str, Any]:
    to = [f"law:{name}" for name in after.split()]
    return {"from": f"law:{before}", "to": to, "since": since, "kind": kind, "note": note}


def moved(
    given_: dict[str, Any],
    *rows: dict[str, Any],
    from_version: str = "1",
    dataset: Dataset = NOW,
    versions: Any = VERSIONS,
) -> Migration:
    soa = Assessment({f"law:{name}": value for name, value in given_.items()}, subject="us")
    return migrate(soa, from_version=from_version, dataset=dataset, _aliases=rows, _versions=versions)


def left(found: Migration) -> dict[str, str]:
    return {
        ref.local: str(f.status) if f.degree is None else f"{f.status} {f.degree:g}"
        for ref, f in found.assessment.items()
    }


# name, findings before, rows, findings after, kinds of what moved, number dropped, words of the notes in order
CASES: list[tuple[str, dict[str, Any], list[dict[str, Any]], dict[str, str], int, int, list[str]]] = [
    ("renamed", {"old": "planned"}, [row("old", "new", "renamed")], {"new": "planned"}, 1, 0, []),
    ("not concerned", {"same": "planned"}, [row("old", "new", "renamed")], {"same": "planned"}, 0, 0, []),
    (
        "renamed twice, in the order of versions",
        {"old": "planned"},
        [row("mid", "new", "renamed", "3"), row("old", "mid", "renamed", "2")],
        {"new": "planned"},
        2,
        0,
        [],
    ),
    (
        "a swap of ids",
        {"swap1": "planned", "swap2": "implemented"},
        [row("swap1", "swap2", "renamed"), row("swap2", "swap1", "renamed")],
        {"swap1": "implemented", "swap2": "planned"},
        2,
        0,
        [],
    ),
    (
        "demands follow a renamed unit",
        {"old#kept": "planned"},
        [row("old", "new", "renamed")],
        {"new#kept": "planned"},
        1,
        0,
        [],
    ),
    (
        "a demand has its own row",
        {"old#kept": "planned", "old": 0.5},
        [row("old", "new", "renamed"), row("old#kept", "far#kept", "renamed")],
        {"far#kept": "planned", "new": "partial 0.5"},
        2,
        0,
        [],
    ),
    (
        "split",
        {"both": "implemented"},
        [row("both", "left right", "split")],
        {"left": "implemented", "right": "implemented"},
        1,
        0,
        [],
    ),
    (
        "split, and it was partial",
        {"both": 0.4},
        [row("both", "left right", "split")],
        {"left": "partial 0.4", "right": "partial 0.4"},
        1,
        0,
        ["law:both: partial before it was split"],
    ),
    (
        "split, and one part keeps the id",
        {"same": "planned"},
        [row("same", "same right", "split")],
        {"right": "planned", "same": "planned"},
        1,
        0,
        [],
    ),
    (
        "merged, of one word",
        {"a": "planned", "b": "planned"},
        [row("a", "all", "merged"), row("b", "all", "merged")],
        {"all": "planned"},
        2,
        0,
        [],
    ),
    (
        "merged, of two words",
        {"a": "implemented", "b": "not_implemented"},
        [row("a", "all", "merged"), row("b", "all", "merged")],
        {"all": "partial 0.5"},
        2,
        0,
        ["law:all: partial, from law:a .implemented., law:b .not_implemented."],
    ),
    (
        "merged, and of one nothing was known",
        {"a": "implemented"},
        [row("a", "all", "merged"), row("b", "all", "merged")],
        {"all": "partial 0.5"},
        1,
        0,
        ["nothing was known of law:b"],
    ),
    ("withdrawn", {"gone": "planned"}, [row("gone", "", "withdrawn")], {}, 0, 1, []),
    ("demands of a withdrawn unit", {"gone#kept": "planned"}, [row("gone", "", "withdrawn")], {}, 0, 1, []),
    (
        "what is said of the new id stays",
        {"old": "planned", "new": "implemented"},
        [row("old", "new", "renamed")],
        {"new": "implemented"},
        1,
        0,
        ["law:new: has a finding of its own, which stays; law:old .planned. is not used"],
    ),
    (
        "an id that nobody knows is kept and named",
        {"lost": "planned"},
        [],
        {"lost": "planned"},
        0,
        0,
        ["law:lost: the dataset has no such unit"],
    ),
    (
        "demands of a split unit need a row of their own",
        {"both#kept": "planned"},
        [row("both", "left right", "split")],
        {"both#kept": "planned"},
        0,
        0,
        ["law:both#kept: the dataset has no such unit"],
    ),
]


@pytest.mark.parametrize(
    ("before", "rows", "after", "moves", "dropped", "notes"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_what_becomes_of_findings(
    before: dict[str, Any],
    rows: list[dict[str, Any]],
    after: dict[str, str],
    moves: int,
    dropped: int,
    notes: list[str],
) -> None:
    found = moved(before, *rows)
    assert left(found) == after
    assert (len(found.moved), len(found.dropped)) == (moves, dropped)
    assert len(found.notes) == len(notes)
    for words, note in zip(notes, found.notes, strict=True):
        assert re.search(words, note)
    assert found.assessment.subject == "us"
    assert {str(m.before) for m in (*found.moved, *found.dropped)} <= {f"law:{name}" for name in before} | {"law:mid"}


def test_only_what_changed_since_moves() -> None:
    rows = [row("old", "mid", "renamed", "2"), row("mid", "new", "renamed", "3")]
    assert left(moved({"mid": "planned"}, *rows, from_version="2")) == {"new": "planned"}
    kept = moved({"old": "planned"}, *rows, from_version="2")
    assert left(kept) == {"old": "planned"}
    assert kept.notes == ("law:old: the dataset has no such unit, so the finding counts for nothing",)
    assert left(moved({"mid": "planned"}, *rows, from_version="3")) == {"mid": "planned"}


def test_rows_later_than_the_dataset_do_not_apply() -> None:
    older = Dataset.from_parts(frameworks=[Framework("law")], requirements=[Requirement("law:mid")], version="2")
    rows = [row("old", "mid", "renamed", "2"), row("mid", "new", "renamed", "3")]
    assert left(moved({"old": "planned"}, *rows, dataset=older)) == {"mid": "planned"}


@given(st.lists(findings(requirement=True), min_size=1, max_size=4))
def test_a_merger_never_says_more_than_its_parts(parts: list[Finding]) -> None:
    """Low is the least; the estimate the mean; nothing is excluded unless all parts are."""
    made = together(parts)
    bounds = [part.bounds for part in parts]
    assert made.bounds[0] == min(b[0] for b in bounds)
    assert made.bounds[1] == pytest.approx(sum(b[1] for b in bounds) / len(bounds), abs=1e-12)
    assert made.bounds[2] == max(b[2] for b in bounds)
    assert (made.status == "not_applicable") == all(part.status == "not_applicable" for part in parts)
    assert together([made]) == made


def test_a_merger_keeps_every_text_and_the_stricter_dates() -> None:
    one = Finding("implemented", owner="Ada", evidence="log", date=dt.date(2026, 1, 1), valid_until=dt.date(2027, 1, 1))
    two = Finding(
        "implemented", owner="Bea", evidence=["log", "plan"], justification="needed", date=dt.date(2026, 2, 1)
    )
    found = moved({"a": one, "b": two}, row("a", "all", "merged"), row("b", "all", "merged"))
    made = found.assessment["law:all"]
    assert (made.owner, made.evidence, made.justification) == ("Ada; Bea", ("log", "plan"), "needed")
    assert (made.date, made.valid_until) == (dt.date(2026, 2, 1), dt.date(2027, 1, 1))
    assert len(found.notes) == 1


def test_the_report_as_data_text_and_page() -> None:
    found = moved(
        {"old": "planned", "gone": "planned"},
        row("old", "new", "renamed", note="shorter"),
        row("gone", "", "withdrawn"),
    )
    record = json.loads(json.dumps(found.to_dict()))
    assert record["moved"] == [
        {"from": "law:old", "to": ["law:new"], "kind": "renamed", "since": "2", "note": "shorter"}
    ]
    assert [r["from"] for r in found.to_dicts()] == ["law:old", "law:gone"]
    assert str(found.moved[0]) == "law:old -> law:new (renamed, 2): shorter"
    assert "dropped" in str(found)
    assert "1 findings moved, 1 dropped" in found._repr_html_()
    assert str(moved({"same": "planned"})) == "nothing moved"


@pytest.mark.parametrize("version", ["0", "", "2026.11.24", None, 1])
def test_unknown_versions_raise(version: Any) -> None:
    with pytest.raises(InputError, match="is no version of the data that is known; known: 1, 2, 3"):
        moved({"old": "planned"}, from_version=version)


def test_the_version_of_the_packaged_data_is_known_and_moves_nothing() -> None:
    soa = Assessment.of({"A.8.24": "implemented", "nis2:23.4.a": "planned"})
    found = migrate(soa, from_version=load().version)
    assert found.assessment == soa
    assert (found.moved, found.dropped, found.notes) == ((), (), ())
    with pytest.raises(InputError, match=f"'1999.1.1' is no version.*known: .*{load().version}"):
        migrate(soa, from_version="1999.1.1")


BROKEN = [
    (row("old", "new", "renamed", "9"), "'9' is no published version"),
    (row("old", "", "renamed"), "renamed and 0 successors do not agree"),
    (row("old", "new far", "merged"), "merged and 2 successors do not agree"),
    (row("old", "new", "withdrawn"), "withdrawn and 1 successors do not agree"),
    (row("old", "", "split"), "split and 0 successors do not agree"),
]


@pytest.mark.parametrize(("broken", "words"), BROKEN)
def test_a_broken_table_is_refused(broken: dict[str, Any], words: str) -> None:
    with pytest.raises(DatasetError, match=words):
        moved({"old": "planned"}, broken)


def test_the_packaged_table_fits_the_data(dataset: Dataset) -> None:
    """Every packaged row loads, leads to units that exist or that moved on later; rows stand in order."""
    rows = table("aliases")
    assert migrate(Assessment({}), from_version=dataset.version).assessment == Assessment({})
    assert rows == sorted(rows, key=lambda alias: (alias["since"], alias["from"]))
    for alias in rows:
        assert set(alias) <= {"from", "to", "since", "kind", "note"}
        later = {Ref(*other["from"].split(":", 1)) for other in rows if other["since"] > alias["since"]}
        for to in alias["to"]:
            assert to in dataset or Ref(*to.split(":", 1)) in later


def test_versions_that_the_changelog_calls_published_are_known(dataset: Dataset) -> None:
    """A release of data adds its version to the changelog; migrating from any of those must work."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    named = re.findall(r"^Version (\d{4}\.\d{2}\.\d{2})", text, re.M)
    assert named
    assert set(named) <= {*PUBLISHED, dataset.version}
