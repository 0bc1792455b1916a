"""Comparing two assessments: changes, effects, regressions, and their algebra."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nis2map import Assessment, Dataset, Finding, InputError, apply, compare, coverage, read_soa
from nis2map.diff import ChangeKind
from nis2map.testing import assessments, datasets

EXAMPLES = Path(__file__).parents[1] / "examples"


@st.composite
def triples(draw: st.DrawFn) -> tuple[tuple[Assessment, Assessment, Assessment], dict[str, Any]]:
    dataset: Dataset = draw(datasets())
    three = tuple(draw(assessments(dataset)) for _ in range(3))
    named = tuple(
        Assessment(one.findings, subject=draw(st.sampled_from(("", "us"))), scope=draw(st.sampled_from(("", "all"))))
        for one in three
    )
    question = {
        "framework": "law",
        "crosswalk": draw(st.sampled_from((["own"], ["own", "foreign"]))),
        "dataset": dataset,
    }
    return named, question  # type: ignore[return-value]


@given(triples())
def test_comparing_with_itself_is_empty(case: Any) -> None:
    """Nothing differs from itself."""
    (one, _, _), question = case
    found = compare(one, one, **question)
    assert not found
    assert (found.changes, found.effects, found.regressions) == ((), (), ())


@given(triples())
def test_apply_invert_and_then(case: Any) -> None:
    """Changes can be made, undone and chained, with the results that comparing directly gives."""
    (one, two, three), question = case
    there, on = compare(one, two, **question), compare(two, three, **question)
    assert apply(there, one) == two
    assert there.invert() == compare(two, one, **question)
    assert there.invert().invert() == there
    assert there.then(on) == compare(one, three, **question)
    assert not there.then(there.invert()).changes
    assert apply(there.then(on), one) == three


@given(triples())
def test_effects_are_the_scores_of_both_sides(case: Any) -> None:
    """A unit is listed exactly if its bounds or classes differ, with the numbers of coverage."""
    (one, two, _), question = case
    found = compare(one, two, **question)
    first, second = coverage(one, **question), coverage(two, **question)
    effects = {effect.ref: effect for effect in found.effects}
    for ref in first.units:
        before, after = first.units[ref], second.units[ref]
        same = (before.low, before.estimate, before.high) == (after.low, after.estimate, after.high)
        classes = [d for d in first.demands if d.unit == ref and first.gap_class(d) is not second.gap_class(d)]
        assert (ref in effects) == (not same or bool(classes))
        if ref in effects:
            assert (effects[ref].before.low, effects[ref].after.low) == (before.low, after.low)
            assert {change.demand for change in effects[ref].classes} == set(classes)


@given(triples())
def test_applying_to_the_wrong_base_raises(case: Any) -> None:
    """A comparison is not applied to what it was not made from."""
    (one, two, _), question = case
    found = compare(one, two, **question)
    if found.changes:
        with pytest.raises(InputError, match="the comparison starts from"):
            apply(found, two)


# before, after, is it a regression: the rules of compare
REGRESSIONS = [
    ("implemented", 0.5, True),
    ("implemented", "not_implemented", True),
    ("implemented", "not_applicable", True),
    (0.6, 0.4, True),
    (0.4, "planned", True),
    (0.4, 0.6, False),
    ("planned", "not_implemented", False),
    ("unassessed", "not_implemented", False),
    ("not_implemented", "implemented", False),
    ("implemented", None, True),
    ("implemented", "unassessed", True),
    (None, "not_implemented", False),
    ("unassessed", None, False),
]


@pytest.mark.parametrize(("before", "after", "worse"), REGRESSIONS)
def test_regressions_of_findings(before: Any, after: Any, worse: bool) -> None:
    """Lower, or gone, is a regression; learning of an absence is none."""
    one = Assessment.of({} if before is None else {"A.8.23": before})
    two = Assessment.of({} if after is None else {"A.8.23": after})
    found = compare(one, two)
    assert bool([r for r in found.regressions if r.kind == "finding"]) == worse


def test_units_regress_by_low_or_estimate() -> None:
    """Each number of a unit that fell is told with both values."""
    found = compare(Assessment.of({"A.8.24": "implemented"}), Assessment.of({"A.8.24": 0.9}))
    units = {(str(r.ref), r.message) for r in found.regressions if r.kind == "unit"}
    assert ("nis2:21.2.h~cryptography", "low fell from 50.0 % to 0.0 %") in units
    assert any(ref == "nis2:21.2.h~cryptography" and text.startswith("estimate fell") for ref, text in units)


def test_wording_is_reported_and_is_no_regression() -> None:
    """Owners and evidence are carried by changes, though findings are equal without them."""
    one = Assessment({"A.5.1": Finding("implemented", owner="Ada")})
    two = Assessment({"A.5.1": Finding("implemented", owner="Grace", evidence="policy")})
    assert one == two
    found = compare(one, two)
    assert [change.kind for change in found.changes] == [ChangeKind.REWORDED]
    assert found.regressions == ()
    assert apply(found, one)["A.5.1"].owner == "Grace"


def test_the_sample_and_its_later_version() -> None:
    """The example files have the regressions that the tutorial speaks of."""
    before, after = (read_soa(EXAMPLES / f"soa-with-gaps{end}.csv") for end in ("", "-later"))
    found = compare(before, after)
    worse = [str(r.ref.citation) for r in found.regressions if r.kind == "finding"]
    assert worse == ["A.5.23", "A.8.32"]
    assert found.effects[0].ref is None
    record = json.loads(json.dumps(found.to_dict()))
    assert record["regressions"][0]["ref"] == "iso27001:A.5.23"
    assert "A.5.23" in str(found)
    assert "<table " in found._repr_html_()
    assert str(compare(before, before)).splitlines()[0] == "nothing changed"


def dated(as_of: str, **more: Any) -> Assessment:
    held = Finding("implemented", valid_until="2026-03-01")
    return Assessment({"A.8.24": held, "A.5.1": "planned"} | more, as_of=as_of)


def test_a_finding_that_runs_out_between_two_dates_is_a_change_and_a_regression() -> None:
    """The finding is the same on both sides, and yet it counts before and no longer after: its fall has a cause."""
    before, after = dated("2026-02-01"), dated("2026-04-01")
    found = compare(before, after)
    assert [(str(c.part), str(c.place), c.before, c.after) for c in found.changes if c.part == "expiry"] == [
        ("expiry", "iso27001:A.8.24", None, "has run out")
    ]
    assert [(str(r.ref), r.message) for r in found.regressions if r.kind == "finding"] == [
        ("iso27001:A.8.24", "its finding has run out")
    ]
    assert found.of(part="expiry")[0].to_row() == ("changed", "A.8.24", "none", "has run out")
    assert apply(found, before) == after
    assert apply(found.invert(), after) == before
    assert found.invert() == compare(after, before)
    assert not [r for r in found.invert().regressions if r.kind == "finding"]
    assert not compare(after, dated("2026-05-01")).of(part="expiry")


def test_what_has_run_out_before_can_not_be_lost() -> None:
    """An expired finding says nothing, so that taking it away or replacing it is no regression of a finding."""
    before = dated("2026-04-01")
    for other in ({}, {"A.8.24": "not_implemented"}, {"A.8.24": 0.5}):
        after = Assessment({"A.5.1": "planned"} | other, as_of="2026-04-01")
        assert not [r for r in compare(before, after).regressions if r.kind == "finding"]


def test_a_finding_that_comes_run_out_is_no_regression_and_a_worse_one_is_told_once() -> None:
    """Only what held before can run out; where the finding fell too, the fall is the message."""
    late = {"A.5.2": Finding("implemented", valid_until="2026-01-01")}
    came = compare(dated("2026-01-15"), dated("2026-02-01", **late))
    assert not [r for r in came.regressions if r.kind == "finding"]
    worse = {"A.8.24": Finding("partial", 0.5, valid_until="2026-03-01")}
    fell = compare(dated("2026-02-01"), dated("2026-04-01", **worse))
    assert [r.message for r in fell.regressions if r.kind == "finding"] == ["implemented became partial 0.5"]
    empty = {"A.8.24": Finding("unassessed", valid_until="2026-03-01")}
    assert not compare(dated("2026-02-01", **empty), dated("2026-04-01", **empty)).of(part="expiry")


def test_text_shows_the_conventions_that_html_shows() -> None:
    """Whoever prints a comparison reads what its numbers depend on, as in a notebook."""
    found = compare(Assessment.of({"A.8.24": "implemented"}), Assessment.of({"A.8.24": 0.9}))
    for shown in (str(found), found._repr_html_()):
        assert "basis statement" in shown
        assert "fell from" in shown
    assert repr(found).startswith("<Comparison of assessments: 1 change, ")


def test_chaining_needs_a_common_middle() -> None:
    """Two comparisons that don't meet can't be chained."""
    one, two = Assessment.of({"A.5.1": "planned"}), Assessment.of({"A.5.1": "implemented"})
    with pytest.raises(InputError, match="do not follow each other"):
        compare(one, two).then(compare(one, two))


def test_compare_reads_a_generator_once_for_both_sides() -> None:
    """Both sides are scored over the same set, also if it was an iterator."""
    before, after = Assessment.of({"A.8.24": "implemented"}), Assessment.of({"A.8.24": 0.5})
    units = ["nis2:21.2.h"]
    assert str(compare(before, after, within=iter(units))) == str(compare(before, after, within=units))
    assert compare(before, after, within=iter(units)).regressions
