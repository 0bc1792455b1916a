"""Families of near-identical demands are judged alike, or a reason is on record."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from nis2map import Dataset

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.sources


@pytest.fixture
def family(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The tool that reads and shows the families."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    sys.modules.pop("family", None)
    import family

    return family


def test_a_family_has_members_that_exist_and_are_in_no_other(family: Any, dataset: Dataset) -> None:
    """At least sixty families, each with a predicate and two demands or more; each id is used once."""
    rows = family.families()
    assert len(rows) >= 60
    assert len({row["id"] for row in rows}) == len(rows)
    members = [member for row in rows for member in row["members"]]
    assert len(members) == len(set(members))
    for row in rows:
        assert len(row["members"]) >= 2, row["id"]
        assert row["predicate"]
        assert row["controls"] in ("alike", "topical")
        assert row["controls"] == "alike" or len(row["why"].split()) >= 5, row["id"]
    assert [member for member in members if member not in dataset] == []


def test_the_members_of_a_family_are_judged_alike(family: Any, dataset: Dataset) -> None:
    """One class, and one set of covering controls where one should serve all, but for members with a reason."""
    found = family.served(dataset)
    differ = {row["id"]: family.differing(row, found) for row in family.families()}
    assert {name: have for name, have in differ.items() if len(have) > 1} == {}


def test_every_exception_has_a_reason_and_is_one(family: Any, dataset: Dataset) -> None:
    """A sentence on a member, which is not served as the others are: a reason for nothing would hide a change."""
    found = family.served(dataset)
    for row in family.families():
        usual = family.differing(row, found)
        for member, reason in row["exceptions"].items():
            assert member in row["members"], member
            assert len(reason.split()) >= 6, member
            own = found.get(member, family.BARE)
            assert (own if row["controls"] == "alike" else own[0]) not in usual, (row["id"], member)


def test_the_page_of_families_is_up_to_date(family: Any) -> None:
    """The published page is what the file and the data give."""
    page = (ROOT / "docs" / "explanation" / "families.md").read_text(encoding="utf-8")
    assert page == family.page(), "run: python tools/report.py"
