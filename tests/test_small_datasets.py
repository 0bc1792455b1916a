"""Corners of scoring and of datasets, on data small enough to work out by hand."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest

import nis2map
from nis2map import (
    Assessment,
    Control,
    Crosswalk,
    Dataset,
    DatasetError,
    Demand,
    Finding,
    Framework,
    Link,
    Requirement,
    Texts,
    UnknownRef,
    coverage,
    gaps,
)
from nis2map.planning import roadmap

LINKS = [Link("law:1.1", "set:C.1", "subset-of"), Link("law:1.2", "set:C.1", "intersects-with")]


def make(links: list[Link], *requirements: Requirement) -> Dataset:
    units = requirements or (
        Requirement("law:1", None, "one"),
        Requirement("law:1.1", "law:1", "a"),
        Requirement("law:1.2", "law:1", "b"),
    )
    return Dataset.from_parts(
        frameworks=[Framework("law"), Framework("set", side="control")],
        requirements=units,
        controls=[
            Control("set:C", heading=True),
            Control("set:C.1", parent="set:C"),
            Control("set:C.2", parent="set:C"),
        ],
        crosswalks=[Crosswalk("x", "law", "set", links)],
    )


def question(dataset: Dataset) -> dict[str, Any]:
    return {"framework": "law", "crosswalk": "x", "dataset": dataset}


def test_a_finding_on_an_unrelated_control_bears_on_the_demand_and_serves_nothing() -> None:
    """DESIGN section 5: assessed is what a finding on a control of a link that speaks of it bears on."""
    dataset = make([Link("law:1", "set:C.1", "no-relationship"), Link("law:1.1", "set:C.2", "subset-of")])
    cov = coverage(Assessment.of({"set:C.1": "implemented"}), **question(dataset))
    assert (cov["law:1.1"].low, cov["law:1.1"].estimate, cov["law:1.1"].high) == (0, 0, 1)
    assert (cov.overall.unassessed, cov.overall.open) == (0, 1)
    assert str(cov.gap_class("law:1.1")) == "unassessed"
    assert cov["law:1"].explain().recompute() == (0, 0, 0.5)


def test_units_that_weigh_nothing_keep_their_own_numbers() -> None:
    dataset = make(LINKS)
    cov = coverage(Assessment.full(dataset), weights={"law:1.1": 2}, **question(dataset))
    assert cov.overall.low == 1
    assert (cov["law:1.2"].low, cov["law:1.2"].estimate, cov["law:1.2"].high) == (0, 0.5, 1)
    assert cov["law:1.2"].explain().recompute() == (0, 0.5, 1)
    assert [gap.score.high for gap in gaps(Assessment(), weights={"law:1.1": 2}, **question(dataset))] == [1, 1]


def test_conventions_say_what_it_takes_to_reproduce_a_number() -> None:
    dataset = make(LINKS)
    weights = {"law:1.2": 0.5, "law:1.1": 2}
    cov = coverage(Assessment.full(dataset), weights=weights, within="law:1", **question(dataset))
    weights.clear()  # the result does not hold on to what the caller may change
    found = dict(cov.conventions)
    assert (found["framework"], found["within"], found["weights"]) == ("law", "law:1", "law:1.1=2, law:1.2=0.5")
    assert dict(coverage(Assessment(), **question(dataset)).conventions)["within"] == "default"
    assert cov.to_dict()["conventions"] == found


def test_a_generator_of_refs_is_a_set_too() -> None:
    dataset = make(LINKS)
    cov = coverage(Assessment(), within=(ref for ref in ("law:1.2", "law:1.1")), **question(dataset))
    assert dict(cov.conventions)["within"] == "law:1.1+law:1.2"
    assert len(cov.units) == 2


def test_the_class_of_what_was_not_scored_is_unknown() -> None:
    cov = coverage(Assessment.full(), within="Art. 20")
    for asked in ("nis2:21.2.h~encryption#policies", "Art. 20", "A.5.1"):
        with pytest.raises(UnknownRef, match="not in the set"):
            cov.gap_class(asked)


def test_results_take_any_text_form_and_say_no_to_others() -> None:
    cov = coverage(Assessment.full())
    assert cov.rollup("measure")["Art. 21(2)(h)"] == cov["nis2:21.2.h"]
    assert cov.rollup("overall")["overall"] == cov.overall
    assert cov.assessment.findings["Annex A 5.1"] == Finding("implemented")
    for results in (cov.rollup("measure"), cov.units, cov.demands):
        assert "Art. 21(2)(k)" not in results
        assert "no unit" not in results
        assert results.get("nis2:36") is None
        with pytest.raises(LookupError):
            results["nis2:36"]
    steps = roadmap(Assessment.full(), certified=True).steps
    step = next(step for step in steps if step.gaps)
    ref = next(iter(step.gaps))
    assert step.gaps[str(ref)] == step.gaps[ref]


def test_a_justification_is_the_third_field() -> None:
    assert Finding("not_applicable", None, "no such systems").justification == "no such systems"


def test_sections_of_a_cir_that_elaborate_nothing_stand_for_themselves() -> None:
    dataset = Dataset.from_parts(
        frameworks=[Framework("cir"), Framework("set", side="control")],
        requirements=[Requirement("cir:3", None, "monitoring")],
        controls=[Control("set:1")],
        crosswalks=[Crosswalk("x", "cir", "set", [Link("cir:3", "set:1", "subset-of")])],
    )
    cov = coverage(Assessment.full(dataset), framework="cir", crosswalk="x", dataset=dataset)
    assert [str(ref) for ref in cov.rollup("article")] == ["cir:3"]


def test_a_demand_may_be_called_like_its_unit() -> None:
    unit = Requirement("law:backup", None, "backup", demands=[Demand("law:backup#backup", "copies are kept")])
    dataset = make([Link("law:backup", "set:C.1", "subset-of", covers="backup")], unit)
    assert coverage(Assessment.full(dataset), **question(dataset)).overall.low == 1
    leaf = Link("law:1.1", "set:C.1", "subset-of", covers="law:1.1")
    assert coverage(Assessment.full(dataset), **question(make([leaf]))).overall.met == 1


def test_a_link_on_a_unit_for_reference_has_a_node() -> None:
    units = (Requirement("law:1", None, "one"), Requirement("law:2", None, "what logging means", reference=True))
    graph = make([Link("law:2", "set:C.1", "subset-of")], *units).graph("x")
    assert graph.has_edge("law:2", "set:C.1")


def test_texts_may_be_given_by_any_text_form() -> None:
    mine = nis2map.load().with_texts(Texts({"Annex A 8.24": "the licensed text"}))  # type: ignore[dict-item]
    assert mine.text("A.8.24") == "the licensed text"


def test_there_is_one_bundled_dataset() -> None:
    assert nis2map.load() is nis2map.load(plugins=()) is nis2map.load(plugins=[])
    with pytest.raises(AttributeError):
        del nis2map.load().version  # type: ignore[misc]


def test_threads_share_what_is_worked_out() -> None:
    dataset, found = make(LINKS), list[Any]()
    barrier, interval = threading.Barrier(8), sys.getswitchinterval()

    def work() -> None:
        barrier.wait()
        found.append((dataset.crosswalks["x"], dataset.frameworks))

    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert len(found) == 8
    for several in zip(*found, strict=True):
        assert len({id(one) for one in several}) == 1


@pytest.mark.parametrize(
    ("unit", "match"),
    [
        (Requirement("law:1", None, 5), "title is 5, not a text"),  # type: ignore[arg-type]
        (Requirement("law:1", None, "x", reference="no"), "reference is 'no', not true or false"),  # type: ignore[arg-type]
        (
            Requirement("law:1", None, "x", demands=[Demand("law:1#a", "asked", optout="no")]),  # type: ignore[arg-type]
            "optout is 'no', not true or false",
        ),
    ],
)
def test_fields_of_the_wrong_kind_are_named(unit: Requirement, match: str) -> None:
    """`optout="no"` is true to Python, and would let a demand be excluded."""
    with pytest.raises(DatasetError, match=match):
        make([], unit)


def test_expired_findings_leave_the_word_to_the_unit_above() -> None:
    run_out = Finding("not_implemented", valid_until="2026-01-01")  # type: ignore[arg-type]
    soa = Assessment({"clause 9.3": Finding("implemented"), "clause 9.3.2": run_out}, as_of="2026-06-01")  # type: ignore[arg-type]
    known = coverage(soa, framework="cir", crosswalk="enisa")
    fresh = coverage(Assessment.of({"clause 9.3": "implemented"}), framework="cir", crosswalk="enisa")
    assert known.overall == fresh.overall
    assert any("9.3.2: valid until 2026-01-01" in note for note in known.notes)


def test_all_implemented_is_the_ceiling_also_where_a_link_names_a_heading() -> None:
    dataset = make([Link("law:1.1", "set:C", "subset-of")])
    score = coverage(Assessment.full(dataset), **question(dataset)).overall
    assert (score.low, score.estimate, score.high) == (1, 1, 1)
    assert score.low == score.ceiling.low


def test_pairs_leave_out_what_is_said_to_be_unrelated() -> None:
    found = nis2map.overlap("x", dataset=make([*LINKS, Link("law:1", "set:C.2", "no-relationship")]))
    assert (found.links, found.pairs, found.linked) == (3, 2, 1)
