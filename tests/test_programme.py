"""Measures, programme, differences, benefits and the certificate's cycle."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import attrs
import pytest

from nis2map import Assessment, Dataset, InputError, gaps, read_soa
from nis2map.planning import benefits, cycle, differences, roadmap, timeline

from .evidence import facts
from .tiny import remade

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_fourteen_measures_in_four_groups(dataset: Dataset) -> None:
    """What a certified organisation adds is fourteen measures in four groups."""
    groups = Counter(measure.group for measure in dataset.measures)
    assert groups == {"incident-reporting": 4, "management-liability": 4, "supply-chain": 4, "registration": 2}
    for measure in dataset.measures:
        assert measure.closes
        assert len(measure.text.split()) >= 12
        assert all(dataset[ref] for ref in measure.closes)


@pytest.mark.parametrize(
    "unit",
    [
        "nis2:23.4.a",
        "nis2:23.4.b",
        "nis2:23.4.d",
        "nis2:20.1.s1~approve",
        "nis2:20.2~management",
        "nis2:21.3~quality",
        "nis2:3.4.s1",
    ],
)
def test_what_the_standard_cannot_give_has_a_measure(unit: str) -> None:
    """A duty that no control serves names the measure that closes it."""
    found = {gap.requirement.ref: gap for gap in gaps(Assessment.full())}
    gap = next(gap for ref, gap in found.items() if str(ref) == unit)
    assert gap.measures


@pytest.mark.parametrize("certified", [True, False])
def test_the_programme_has_five_steps_and_assigns_every_gap_once(certified: bool) -> None:
    """Each demand that is not surely met belongs to one step or is left over, never to two."""
    soa = read_soa(EXAMPLES / "soa-with-gaps.csv")
    found = roadmap(soa, certified=certified)
    assert [step.order for step in found.steps] == [1, 2, 3, 4, 5]
    known = soa.certified() if certified else soa
    listed = Counter(
        demand.ref
        for framework in ("nis2", "cir")
        for gap in gaps(known, framework=framework)
        for ds in gap.classes.values()
        for demand in ds
    )
    assigned = Counter(demand.ref for step in found.steps for demands in step.gaps.values() for demand in demands)
    assert assigned + Counter(demand.ref for demand in found.left) == listed
    assert found.left == ()
    assert json.loads(json.dumps(found.to_dict()))["certified"] is certified
    assert "closes demands" in str(found)
    assert "<table " in found._repr_html_()


def test_registration_belongs_to_the_step_that_registers() -> None:
    """Units that a step names are closed by it, whatever class their gap has."""
    found = roadmap(Assessment.full(), certified=True)
    register = next(step for step in found.steps if step.id == "with-4")
    assert {"nis2:3.4.s1", "nis2:29.4~joining"} <= {str(ref) for ref in register.gaps}
    assert {measure.group for measure in register.measures} == {"registration"}


def test_structural_gaps_of_reporting_belong_to_the_step_that_adds_it() -> None:
    """What the standard does not give is closed where it is built."""
    found = roadmap(Assessment.full(), certified=True)
    assert "nis2:20.2~management" in {str(ref) for ref in found.steps[1].gaps}


def test_without_an_assessment_no_gaps_are_named() -> None:
    """Without an assessment the programme is the plain list of steps."""
    found = roadmap(certified=False)
    assert sum(step.count for step in found.steps) == 0
    with pytest.raises(InputError, match="certified"):
        roadmap(certified=1)  # type: ignore[arg-type]


def test_differences_benefits_and_cycle(dataset: Dataset) -> None:
    """Every statement on the two texts names units that exist."""
    assert len(differences()) == 7
    assert len(benefits()) == 6
    assert cycle()[0].when == "At the start"
    for item in (*differences(), *benefits(), *cycle()):
        assert item.refs
        assert all(ref in dataset for ref in item.refs)
        json.dumps(item.to_dict())
    reporting = next(d for d in differences() if d.id == "reporting")
    assert "24 hours" in reporting.law


def test_the_timeline_equals_the_reference() -> None:
    """The dates of both acts stand in the order and with the recurrence of the table of facts."""
    proposals = ("COM(2025) 837", "COM(2026) 13")
    found = [row for row in timeline() if not row.url or row.citation.startswith(proposals)]
    assert [{"date": d.date.isoformat(), "status": d.status, "recurrence": d.recurrence} for d in found] == facts(
        "timeline"
    )
    assert all(d.event and d.citation for d in found)
    assert json.loads(json.dumps(found[3].to_dict()))["ref"] == "nis2:3.1.g"


def test_what_is_no_law_says_so_and_can_be_opened() -> None:
    """Guidance, proceedings and proposals are told from law, and each that is no unit of the two acts has an address."""
    rows = timeline()
    assert {row.status for row in rows} == {"law", "guidance", "proceedings", "proposal, not law"}
    assert all(row.url.startswith("https://") for row in rows if row.status != "law")
    proposed = {row.citation.partition(" final")[0] for row in rows if row.status == "proposal, not law"}
    assert proposed == {"COM(2025) 837", "COM(2026) 11", "COM(2026) 13"}
    assert [row.date.isoformat() for row in rows if "Cyber Resilience Act" in row.event] == ["2026-09-11"]


def test_the_programme_closes_units_of_the_frameworks_that_it_names(dataset: Dataset) -> None:
    """Which texts a programme is about is what its table says, not a list in the code."""
    soa = read_soa(EXAMPLES / "soa-with-gaps.csv")
    rows = [attrs.evolve(row, units=[u for u in row.units if u.framework == "nis2"]) for row in dataset.law.programme]
    law = attrs.evolve(dataset.law, programme=rows)
    directive = remade(dataset, law=law)
    named = {ref.framework for step in roadmap(soa, certified=True, dataset=directive).steps for ref in step.gaps}
    both = {ref.framework for step in roadmap(soa, certified=True).steps for ref in step.gaps}
    assert (named, both) == ({"nis2"}, {"nis2", "cir"})


def test_a_step_reads_as_text_with_its_measures() -> None:
    """A step says how it is done and which measures it brings; its repr is one line."""
    step = roadmap(Assessment.full(), certified=True).steps[1]
    assert step.text in str(step)
    assert all(measure.title in str(step) for measure in step.measures)
    assert repr(step) == f"<RoadmapStep: 2. {step.title}>"


@pytest.mark.parametrize("certified", [True, False])
@pytest.mark.parametrize(
    ("unit", "group"),
    [
        ("nis2:20.1.s1~approve", "management-liability"),
        ("nis2:21.3~quality", "supply-chain"),
        ("nis2:23.4.a", "incident-reporting"),
        ("nis2:3.4.s1", "registration"),
    ],
)
def test_what_a_measure_closes_stands_in_the_step_of_its_group(unit: str, group: str, certified: bool) -> None:
    """A duty that no control meets is work of the step with the measure for it, not of the step for controls."""
    found = roadmap(Assessment.full(), certified=certified)
    (step,) = [step for step in found.steps if unit in {str(ref) for ref in step.gaps}]
    assert group in {measure.group for measure in step.measures}


def test_a_roadmap_is_rows_and_a_step_shows_what_it_closes() -> None:
    """One row a step with the number of demands it closes, and in a step's own text each unit with its demands."""
    found = roadmap(Assessment(), certified=False)
    rows = found.to_dicts()
    assert [row["order"] for row in rows] == [1, 2, 3, 4, 5]
    assert sum(row["demands"] for row in rows) == sum(step.count for step in found.steps)  # type: ignore[misc]
    step = found.steps[0]
    ref, demands = next(iter(step.gaps.items()))
    assert any(line.startswith(f"{ref} ") and str(demands[0].ref) in line for line in str(step).splitlines())


@pytest.mark.parametrize("certified", [1, "yes", None])
def test_whether_there_is_a_certificate_is_said_outright(certified: object) -> None:
    """The two paths differ, so anything but True or False is refused and none of them is taken for granted."""
    with pytest.raises(InputError, match=r"certified is .*; True or False"):
        roadmap(certified=certified)  # type: ignore[arg-type]


def test_demands_that_no_step_closes_are_left_over(dataset: Dataset) -> None:
    """A programme that says nothing of a class of gap leaves its demands to the reader, and names every one."""
    rows = [attrs.evolve(row, classes=()) for row in dataset.law.programme]
    mine = remade(dataset, law=attrs.evolve(dataset.law, programme=rows))
    whole, lacking = (roadmap(Assessment(), certified=False, dataset=data) for data in (dataset, mine))
    closed = {str(demand.ref) for step in lacking.steps for demands in step.gaps.values() for demand in demands}
    assert whole.left == ()
    assert lacking.left
    assert closed.isdisjoint(lacking.to_dict()["left"])
    assert len(closed) + len(lacking.left) == sum(step.count for step in whole.steps)
