"""What other crosswalks say of the grades of one: every pair is in one grade, and both lists are what the counts say."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nis2map
from nis2map import Dataset, Grade, Ref, corroboration
from nis2map.data import table
from nis2map.testing import datasets

from .tiny import tiny

GRADED = "1.1 & C.1: a, guided b; 1.1 & C.2: supports c; 1.2 < C.1 + C.3: d; 1.3 !"


def small(other: str, **more: Any) -> Dataset:
    """Three duties and three controls, graded in "x", and linked in "y"."""
    return tiny(
        "1; 1.1: a b c; 1.2: d; 1.3: e", "C/; C.1; C.2; C.3", {"x": GRADED, "y": other}, **more
    )  # fmt: skip


def counts(found: Any) -> dict[str, tuple[int, int]]:
    return {str(count.grade): (count.pairs, count.linked) for count in found.counts}


def test_pairs_are_counted_by_their_best_grade() -> None:
    """A pair has the best grade of its demands, a joint link makes one with each control, the rest of the grid is bare."""
    opinion = corroboration("x", "y", dataset=small("1.1 = C.1; 1.2 & C.2; 1.3 !"))["y"]
    assert counts(opinion) == {
        "stated": (3, 1), "guided": (0, 0), "considered": (0, 0), "helped": (1, 0), "bare": (5, 1)
    }  # fmt: skip
    assert [(str(p.requirement), str(p.control)) for p in opinion.alone] == [
        ("law:1.2", "set:C.1"), ("law:1.2", "set:C.3")
    ]  # fmt: skip
    assert [str(pair) for pair in opinion.lacking] == ["1.2 and C.2 (bare)"]
    assert [count.share for count in opinion.counts][:2] == [1 / 3, None]


def test_units_that_only_one_judges_are_in_no_count() -> None:
    """Silence on a unit is no opinion on it."""
    opinion = corroboration("x", "y", dataset=small("1.2 & C.2"))["y"]
    assert counts(opinion)["stated"] == (2, 0)
    assert sum(pairs for pairs, _ in counts(opinion).values()) == 3


@given(datasets(), st.permutations(["own", "foreign"]))
def test_every_pair_has_one_grade(dataset: Dataset, names: list[str]) -> None:
    """The grades partition the grid, and each list has as many pairs as the counts say."""
    try:
        opinion = corroboration(names[0], names[1], dataset=dataset)[0]
    except nis2map.InputError:  # they start from different frameworks
        return
    by_grade = {count.grade: count for count in opinion.counts}
    assert list(by_grade) == list(Grade)
    assert all(0 <= count.linked <= count.pairs for count in opinion.counts)
    covers = [by_grade[grade] for grade in (Grade.STATED, Grade.GUIDED, Grade.CONSIDERED)]
    assert len(opinion.alone) == sum(count.pairs - count.linked for count in covers)
    assert len(opinion.lacking) == by_grade[Grade.BARE].linked


@given(datasets(), st.sampled_from(["own", "foreign"]))
def test_a_crosswalk_corroborates_itself(dataset: Dataset, name: str) -> None:
    """It links every pair that it has, and no other."""
    opinion = corroboration(name, name, dataset=dataset)[0]
    assert all(count.linked == (0 if count.grade is Grade.BARE else count.pairs) for count in opinion.counts)
    assert opinion.alone == opinion.lacking == ()


def test_the_bundled_grades_are_monotone() -> None:
    """ENISA links the more of our pairs the better their grade; the figures are those of the changelog."""
    opinion = corroboration()["enisa"]
    shares = [count.share for count in opinion.counts if count.share is not None]
    assert shares == sorted(shares, reverse=True)
    assert shares == pytest.approx([0.559, 0.194, 0.082, 0.064, 0.004], abs=0.005)


def test_a_source_of_candidates_is_no_independent_witness() -> None:
    """The result says whose pairs were judged: ENISA's were, those of one's own crosswalk were not."""
    own = attrs.evolve(nis2map.load().crosswalks["enisa"], id="mine")
    found = corroboration(sources=["enisa", own])
    assert [(opinion.source, opinion.candidate) for opinion in found] == [("enisa", True), ("mine", False)]
    assert found["enisa"].counts == found["mine"].counts
    assert "among the candidates" in str(found["enisa"])
    assert "among the candidates" not in str(found["mine"])
    assert [opinion.kin for opinion in found] == [False, False]


def test_a_crosswalk_made_of_the_same_verdicts_is_no_independent_witness() -> None:
    """One judge agrees with what was made of both judges' verdicts, and the result says why."""
    found = nis2map.corroboration(sources=("nis2map-judge-1", "enisa"))
    assert [opinion.kin for opinion in found] == [True, False]
    assert "made of the same judges' verdicts" in str(found["nis2map-judge-1"])
    assert "made of the same" not in str(found["enisa"])


def test_what_can_not_be_compared_is_refused() -> None:
    """Errors name what there is and what is missing."""
    with pytest.raises(nis2map.NotMapped, match="no crosswalk 'enisia'"):
        corroboration(sources=["enisia"])
    with pytest.raises(nis2map.InputError, match="have no framework in common"):
        corroboration("enisa", "article")
    with pytest.raises(nis2map.InputError, match="no source is asked for"):
        corroboration(sources=())
    with pytest.raises(nis2map.InputError, match="7 is not a crosswalk"):
        corroboration(sources=[7])  # type: ignore[list-item]
    with pytest.raises(nis2map.InputError, match="a list of crosswalks"):
        corroboration(sources=7)  # type: ignore[arg-type]
    with pytest.raises(nis2map.UnknownRef, match="no opinion of 'bsi'; there is enisa"):
        corroboration()["bsi"]


def test_a_result_lists_slices_and_writes() -> None:
    """It is a sequence of opinions, and a JSON-ready dict of pairs as refs."""
    found = corroboration()
    assert found[0] is found["enisa"] is found[:1][0]
    assert len(found) == 1
    record = found.to_dict()["opinions"][0]
    assert record["lacking"][0] == {"requirement": "cir:1.1", "control": "iso27001:9.3.2", "grade": "bare"}
    assert found[0].alone[0].requirement == Ref("cir", "1.1")


@pytest.mark.parametrize("source", ["enisa", "article"])
def test_what_only_one_of_two_sources_has_has_a_reason(source: str) -> None:
    """Each cover of ours that the other does not link, and each pair of the other's that we lack, and no other pair."""
    opinion = corroboration(sources=source)[source]
    needed = {("nis2map", str(pair.requirement), str(pair.control)) for pair in opinion.alone}
    needed |= {(source, str(pair.requirement), str(pair.control)) for pair in opinion.lacking}
    rows = [row for row in table("agreement_reasons") if source in (row["side"], row["without"])]
    assert {(row["side"], row["requirement"], row["control"]) for row in rows} == needed
    assert len({row["reason"] for row in rows}) == len(rows) == len(needed)
    assert all(len(row["reason"].split()) >= 8 for row in rows)


def test_the_order_of_a_crosswalks_links_is_not_content() -> None:
    """One that a user loads has its links as they stand in the file."""
    links = [nis2map.Link("cir:9.1", "A.8.24", "intersects-with"), nis2map.Link("cir:3.2", "A.8.15", "intersects-with")]
    opinions = [
        corroboration(sources=nis2map.Crosswalk("mine", "cir", "iso27001", order))["mine"]
        for order in (links, links[::-1])
    ]
    assert opinions[0] == opinions[1]
    assert sum(count.linked for count in opinions[0].counts) == 2
