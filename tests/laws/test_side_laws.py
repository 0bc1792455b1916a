"""The side of a unit is its place in a crosswalk: what its framework calls it changes no number."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nis2map import (
    Assessment,
    Control,
    Coverage,
    Crosswalk,
    Dataset,
    Framework,
    Link,
    Ref,
    Requirement,
    agreement,
    compose,
    coverage,
    gaps,
    overlap,
    plan,
    related,
)
from nis2map.testing import assessments, datasets

from ..tiny import remade, tiny


def numbers(cov: Coverage) -> dict[str, Any]:
    return {
        "overall": cov.overall,
        "units": dict(cov.units.items()),
        "demands": dict(cov.demands.items()),
        "classes": {demand: cov.gap_class(demand) for demand in cov.demands},
    }


def with_target_of_requirements(dataset: Dataset) -> Dataset:
    """The same dataset, its controls being requirements of the same refs."""
    units = [Requirement(unit.ref, unit.parent, unit.title) for unit in dataset.of("set")]
    return remade(
        dataset,
        frameworks=[dataset.frameworks["law"], Framework("set", "A set")],
        requirements=[*dataset.of("law"), *units],
        controls=(),
    )


def with_source_of_controls(dataset: Dataset) -> Dataset:
    """The same dataset, its requirements, which carry no demands, being controls of the same refs."""
    units = [Control(unit.ref, unit.title, parent=unit.parent) for unit in dataset.of("law")]
    crosswalks = [dataset.crosswalks["foreign"]]
    return remade(
        dataset,
        frameworks=[Framework("law", "A law", "control"), dataset.frameworks["set"]],
        requirements=(),
        controls=[*units, *dataset.of("set")],
        crosswalks=crosswalks,
    )


@given(st.data())
def test_requirements_as_targets_count_as_controls_do(data: st.DataObject) -> None:
    """Coverage, gaps and graph of a crosswalk are the same whether its target is of controls or of requirements."""
    dataset = data.draw(datasets())
    assessment = data.draw(assessments(dataset))
    other = with_target_of_requirements(dataset)
    for crosswalk in ("own", "foreign"):
        options: dict[str, Any] = {"framework": "law", "crosswalk": crosswalk, "support": 0.3}
        one = coverage(assessment, dataset=dataset, **options)
        two = coverage(assessment, dataset=other, **options)
        assert numbers(one) == numbers(two)
        assert [gap.controls for gap in gaps(assessment, dataset=dataset, **options)] == [
            gap.controls for gap in gaps(assessment, dataset=other, **options)
        ]
        sides = dict(dataset.graph(crosswalk, level="demand", hierarchy=True).nodes(data="side"))
        assert dict(other.graph(crosswalk, level="demand", hierarchy=True).nodes(data="side")) == sides


@given(st.data())
def test_controls_as_sources_are_scored_as_requirements_without_demands(data: st.DataObject) -> None:
    """A crosswalk that starts from a framework of controls gives what it gives for requirements of the same refs."""
    dataset = data.draw(datasets(demands=False))
    bare = remade(
        dataset,
        requirements=[Requirement(unit.ref, unit.parent, unit.title) for unit in dataset.of("law")],
        crosswalks=[dataset.crosswalks["foreign"]],
    )
    other = with_source_of_controls(dataset)
    assessment = data.draw(assessments(bare))
    options: dict[str, Any] = {"framework": "law", "crosswalk": "foreign", "support": 0.3}
    assert numbers(coverage(assessment, dataset=bare, **options)) == numbers(
        coverage(assessment, dataset=other, **options)
    )
    one, two = (gaps(assessment, dataset=each, **options) for each in (bare, other))
    assert [gap.to_dict() for gap in one] == [gap.to_dict() for gap in two]
    found, wanted = overlap("foreign", dataset=bare), overlap("foreign", dataset=other)
    assert attrs.evolve(found, without_demands=(), digest=wanted.digest) == wanted


def chain() -> Dataset:
    """A law, a framework of requirements in the middle that is target of one crosswalk and source of another, a set."""
    return tiny(
        "1; 1.1 Logs; 1.2 Backup; mid:1 Top; mid:1.1 Logging; mid:1.2 Copies; mid:2 Other",
        "C.1 Logs; C.2 Copies",
        crosswalks=[
            Crosswalk(
                "first", "law", "mid", [Link("law:1.1", "mid:1", "subset-of"), Link("law:1.2", "mid:1.2", "equal-to")]
            ),
            Crosswalk(
                "second",
                "mid",
                "set",
                [Link("mid:1.1", "set:C.1", "subset-of"), Link("mid:1.2", "set:C.2", "subset-of")],
            ),
        ],
    )


def estimates(dataset: Dataset, findings: dict[str, Any], framework: str, crosswalk: str) -> dict[str, float | None]:
    cov = coverage(Assessment.of(findings), framework=framework, crosswalk=crosswalk, dataset=dataset)
    return {ref.local: score.estimate for ref, score in cov.units.items()}


def test_a_finding_in_the_middle_is_read_on_the_side_where_its_unit_stands() -> None:
    """It replaces the links where its framework is scored, and is one of a control where that is the target."""
    dataset = chain()
    findings = {"set:C.1": "implemented", "set:C.2": "implemented", "mid:1.1": 0.4, "mid:1.2": "not_implemented"}
    assert estimates(dataset, findings, "mid", "second") == {"1.1": 0.4, "1.2": 0.0, "2": None}
    # mid:1 is as far in place as the least of what it heads.
    assert estimates(dataset, findings, "law", "first") == {"1.1": 0.0, "1.2": 0.0}
    assert estimates(dataset, {**findings, "mid:1.2": "implemented"}, "law", "first") == {"1.1": 0.4, "1.2": 1.0}
    assert estimates(dataset, {"mid:1": "implemented"}, "law", "first") == {"1.1": 1.0, "1.2": 1.0}
    assert estimates(dataset, {"mid:1": "implemented"}, "mid", "second") == {"1.1": 1.0, "1.2": 1.0, "2": None}


def test_findings_are_never_handed_on_along_a_chain() -> None:
    """What covers the middle says nothing of what the middle covers: composition stays a hint."""
    dataset = chain()
    assert estimates(dataset, {"set:C.1": "implemented", "set:C.2": "implemented"}, "law", "first") == {
        "1.1": 0.0,
        "1.2": 0.0,
    }
    found = compose("first", "second", dataset=dataset)
    assert (found.through, found.backwards) == ("mid", (False, False))
    assert {(str(p.left[0]), str(p.right[0]), p.verdict) for p in found} >= {("law:1.2", "set:C.2", "within")}


def test_a_chain_lies_in_one_dataset_with_one_unit_a_ref() -> None:
    """Look-ups give one unit; its side in a graph is that of the crosswalk shown; related asks the crosswalk."""
    dataset = chain()
    unit = dataset["mid:1.2"]
    assert isinstance(unit, Requirement)
    assert sum(one.ref == unit.ref for one in dataset) == 1
    assert dataset.graph("first").nodes["mid:1.2"]["side"] == "control"
    assert dataset.graph("second").nodes["mid:1.2"]["side"] == "requirement"
    assert dataset.graph("first").nodes["mid:1.2"]["kind"] == "obligation"
    assert [link.requirement.local for link in related("mid:1", crosswalk="first", dataset=dataset)] == ["1.1", "1.2"]
    assert [str(link.controls[0]) for link in related("mid:1", crosswalk="second", dataset=dataset)] == [
        "set:C.1",
        "set:C.2",
    ]
    first = overlap("first", dataset=dataset)
    assert (first.controls, first.linked) == (3, 1)
    assert agreement("first", "first", dataset=dataset).pairs


def test_plans_name_units_of_a_target_whatever_they_are_called() -> None:
    """The steps are the deepest units that the crosswalk leads to, and may cost something."""
    dataset = chain()
    found = plan(
        Assessment({}), framework="law", crosswalk="first", dataset=dataset, target="ceiling", costs={"mid:1.2": 5}
    )
    assert {str(step.ref): step.cost for step in found.steps} == {"mid:1.1": 1.0, "mid:1.2": 5.0}


def test_no_framework_is_on_both_sides_of_one_crosswalk() -> None:
    """A unit that stood on both would have no side."""
    link = Link("law:1.1", "law:1.2", "subset-of")
    with pytest.raises(ValueError, match="'law' is both a source and the target"):
        tiny(crosswalks=[Crosswalk("x", "law", "law", [link])])


def test_a_framework_of_controls_without_a_crosswalk_from_it_stays_one() -> None:
    """Nothing changes for a framework that is only ever a target: its units ask nothing, and it is not scored."""
    dataset = tiny(links="1.1 < C.1")
    assert dataset.demands("set:C.1") == ()
    with pytest.raises(ValueError, match="set is a framework of controls"):
        coverage(Assessment({}), framework="set", crosswalk="x", dataset=dataset)
    back = dataset.with_crosswalk(Crosswalk("back", "set", "law", [Link("set:C.1", "law:1.1", "subset-of")]))
    assert [demand.ref for demand in back.demands("set:C.1")] == [Ref("set", "C.1")]
    assert dataset.demands("set:C.1") == ()
    cov = coverage(Assessment.of({"law:1.1": "implemented"}), framework="set", crosswalk="back", dataset=back)
    assert {ref.local: score.low for ref, score in cov.units.items()} == {"C.1": 1.0, "C.2": None}
    assert cov["set:C"].estimate == 1.0
    assert cov["set:C.1"].explain().demands[0].ref == Ref("set", "C.1")
