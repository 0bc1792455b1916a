"""Contributions, sensitivity, plans and simulations: examples worked out by hand, arguments, views, the bundled data."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import attrs
import pytest

from nis2map import (
    Assessment,
    Control,
    Crosswalk,
    Dataset,
    Demand,
    Finding,
    Framework,
    InputError,
    InvalidRef,
    LimitExceeded,
    Link,
    Measure,
    Ref,
    Requirement,
    UnknownRef,
    coverage,
    read_soa,
)
from nis2map.planning import Step, contributions, plan, sensitivity, simulate
from nis2map.planning._shapley import MAX_STATES, Way, airport, shares
from nis2map.planning._solver import Group, Selection, cheapest, most
from nis2map.planning._solver import Option as Chance
from nis2map.planning._solver._greedy import reached
from nis2map.planning._solver._search import improved

from .tiny import options, tiny

CONTROLS = ("set:C.1.1", "set:C.1.2", "set:C.1.3", "set:C.1.4", "set:C.1.5")


def control(number: int) -> Ref:
    return Ref("set", f"C.1.{number}")


def small(*links: tuple[str, tuple[int, ...], dict[str, Any]], measures: tuple[Measure, ...] = ()) -> Dataset:
    """Three units with two demands each; a link names its unit, its controls and what it covers and supports."""
    units = [Requirement("law:1", None, "a law")]
    for name in ("1.1", "1.2", "1.3"):
        demands = [Demand(Ref("law", f"{name}#{slug}"), f"{slug} of {name}", optout=slug == "b") for slug in ("a", "b")]
        units.append(Requirement(f"law:{name}", "law:1", f"unit {name}", demands=demands))
    made: list[Link] = []
    for unit, numbers, roles in links:
        full = set(roles.get("covers", ())) | set(roles.get("covers_guided", ())) == {"a", "b"}
        relation = "subset-of" if full else "intersects-with"
        made.append(Link(f"law:{unit}", tuple(map(control, numbers)), relation, rationale="because", **roles))
    return Dataset.from_parts(
        frameworks=(Framework("law", "A law"), Framework("set", "A set", "control")),
        requirements=units,
        controls=[
            Control("set:C.1", "a group", heading=True),
            *(Control(name, f"control {name}", parent="set:C.1") for name in CONTROLS),
        ],
        crosswalks=(Crosswalk("own", "law", "set", made),),
        measures=measures,
    )


def asked(dataset: Dataset, **more: Any) -> dict[str, Any]:
    return {"framework": "law", "crosswalk": "own", "dataset": dataset, **more}


def done(*numbers: int, **more: Any) -> Assessment:
    return Assessment({control(n): "implemented" for n in numbers}, **more)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({1: 0.6}, {1: 0.6}),
        ({1: 0.3, 2: 0.3}, {1: 0.15, 2: 0.15}),
        ({1: 0.3, 2: 0.6, 3: 1.0}, {1: 0.1, 2: 0.25, 3: 0.65}),
        ({}, {}),
    ],
)
def test_the_airport_game(values: dict[int, float], expected: dict[int, float]) -> None:
    """Players up to a value share each rise equally, which is the Shapley value of the greatest value present."""
    assert airport(values) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        # both needed: half each
        ([Way((1, 2), 1.0)], {1: 0.5, 2: 0.5}),
        # one alone or two together: the one has two thirds
        ([Way((1,), 1.0), Way((2, 3), 1.0)], {1: 2 / 3, 2: 1 / 6, 3: 1 / 6}),
        # a joint way that holds a way of its own adds nothing
        ([Way((1,), 1.0), Way((1, 2), 1.0)], {1: 1.0}),
        # a joint way that is worth nothing shares out nothing
        ([Way((1, 2), 0.0)], {}),
        # one alone gives half, with the other all: the first half is the one's, the second is shared
        ([Way((1,), 0.5), Way((1, 2), 1.0)], {1: 0.75, 2: 0.25}),
    ],
)
def test_shares_of_joint_ways(ways: list[Way], expected: dict[int, float]) -> None:
    """Ways that need several players share out what the definition of Shapley gives, worked out by hand."""
    assert shares(ways) == pytest.approx(expected)


def test_interchangeable_players_are_enumerated_as_one() -> None:
    """Forty players who are alike take forty-one states and not two to the power of forty."""
    found = shares([Way(tuple(range(40)), 1.0), Way((40,), 1.0)])
    assert found[0] == found[39] < found[40]
    assert math.fsum(found.values()) == pytest.approx(1.0)


def test_too_many_different_players_are_refused() -> None:
    """Past the limit of states the error says how many there are, and what to ask instead."""
    ways = [Way((place, place + 1), 0.5 + 0.01 * place) for place in range(16)]
    assert shares(ways[:8])
    with pytest.raises(LimitExceeded, match=f"17 controls .* in 131072 states of which {MAX_STATES} at most"):
        shares(ways)


def test_contributions_worked_out_by_hand() -> None:
    """Shares, base and score are those of a small case that can be followed on paper."""
    dataset = small(
        ("1.1", (1,), {"covers": ("a", "b")}),
        ("1.1", (2,), {"covers": ("a",)}),
        ("1.2", (3, 4), {"covers": ("a",)}),
        ("1.3", (5,), {"supports": ("a",)}),
    )
    soa = done(1, 2, 3, 4, 5).replace({"law:1.3#b": "implemented"})
    found = contributions(soa, **asked(dataset))
    # six demands weigh 1/6 each: 1 and 2 share one, 1 has another, 3 and 4 share one; 5 only supports
    assert dict(found) == pytest.approx(
        {control(1): 1.5 / 6, control(2): 0.5 / 6, control(3): 0.5 / 6, control(4): 0.5 / 6, control(5): 0.0}
    )
    assert found.base == pytest.approx(1 / 6)
    assert found.score == pytest.approx(4 / 6)
    assert [row.ref for row in found.rows] == [control(n) for n in (1, 2, 3, 4, 5)]
    assert found["set:C.1.1"] == found[control(1)]
    assert found.to_dicts()[0] == {
        "ref": "base",
        "citation": None,
        "title": "findings on requirements",
        "share": found.base,
    }
    estimate = contributions(soa, of="estimate", support=0.5, **asked(dataset))
    assert estimate[control(5)] == pytest.approx(0.5 / 6)


def test_contributions_are_given_where_nothing_is_counted_or_known() -> None:
    """An empty score has shares of 0 and no base; where nothing is known all are 0."""
    dataset = small(("1.1", (1,), {"covers": ("a", "b")}))
    nothing = contributions(done(1), within="law:1.2", **asked(dataset))
    assert (nothing.base, nothing.score, list(nothing.values())) == (None, None, [0.0])
    unknown = contributions(Assessment(), of="estimate", **asked(dataset))
    assert (unknown.base, unknown.score, list(unknown.values())) == (0.0, 0.0, [0.0])


@pytest.mark.parametrize("call", [contributions, lambda a, **k: plan(a, budget=1, **k)])
def test_what_is_asked_for_is_low_or_estimate(call: Any) -> None:
    """High is no objective: no step raises it."""
    dataset = small(("1.1", (1,), {"covers": ("a",)}))
    with pytest.raises(InputError, match="of is 'high'; one of: low, estimate"):
        call(Assessment(), of="high", **asked(dataset))


def test_sensitivity_worked_out_by_hand() -> None:
    """Removing a link, demoting it, the other basis and the other factor change the score as on paper."""
    dataset = small(
        ("1.1", (1,), {"covers": ("a", "b")}),
        ("1.1", (2,), {"supports": ("a",)}),
        ("1.2", (3,), {"covers_guided": ("a",)}),
    )
    found = sensitivity(done(1, 2, 3), support=0.5, **asked(dataset))
    first = found.links[0]
    assert (first.requirement, first.controls) == (Ref("law", "1.1"), (control(1),))
    # four demands are counted, 1/4 each; without the link a is only supported and b not served
    assert (first.removed.low, first.removed.estimate, first.removed.high) == pytest.approx((-0.5, -0.375, -0.375))
    assert (first.demoted.low, first.demoted.estimate, first.demoted.high) == pytest.approx((-0.5, -0.25, -0.25))
    assert first.effect == pytest.approx(0.5)
    guided = found.links[1]
    assert guided.controls == (control(3),)
    assert (guided.removed.low, guided.removed.estimate) == (0.0, pytest.approx(-0.125))
    assert (found.basis.low, found.basis.estimate, found.basis.high) == pytest.approx((0.25, 0.125, 0.125))
    assert (found.consideration.low, found.consideration.estimate, found.consideration.high) == (0.0, 0.0, 0.0)
    assert found.factors == (0.0, 1.0)
    assert (found.support.low, found.support.estimate, found.support.high) == pytest.approx((0.0, 0.25, 0.25))
    on_guidance = sensitivity(done(1, 2, 3), basis="guidance", **asked(dataset))
    assert {e.controls: e.demoted.low for e in on_guidance.links}[(control(3),)] == pytest.approx(-0.25)


def test_sensitivity_where_the_last_assessed_link_goes() -> None:
    """Without it nothing is known of anything that counts, and the change is a number all the same."""
    dataset = small(("1.1", (1,), {"covers": ("a", "b")}), ("1.2", (2,), {"covers": ("a", "b")}))
    found = {effect.controls: effect for effect in sensitivity(done(1), **asked(dataset)).links}
    assert found[(control(1),)].removed.estimate == found[(control(1),)].removed.low == pytest.approx(-0.5)
    assert found[(control(2),)].removed.estimate == 0.0


@pytest.mark.parametrize("factors", [0.5, (0.5,), (0.0, 2.0), "ab"])
def test_sensitivity_refuses_other_factors(factors: Any) -> None:
    """Two support factors in range are asked for, whatever else is given."""
    with pytest.raises(InputError, match=r"factors|support"):
        sensitivity(Assessment(), factors=factors, **asked(small(("1.1", (1,), {"covers": ("a",)}))))


def test_a_joint_link_needs_all_its_controls() -> None:
    """No step of a joint link gains anything before the last, and a plan takes all of them or none."""
    dataset = small(("1.1", (1, 2), {"covers": ("a", "b")}), ("1.2", (3,), {"covers": ("a",)}))
    found = plan(Assessment(), target=0.5, **asked(dataset))
    assert [step.ref for step in found.steps] == [control(1), control(2)]
    assert [step.gain for step in found.steps] == pytest.approx([0.0, 0.5])
    assert (found.reached, found.cost, found.optimal, found.gap) == (0.5, 2.0, True, 0.0)
    assert found.guarantee == ""
    assert [step.together for step in found.steps] == [(control(2),), (control(1),)]
    half = done(1)
    assert [step.ref for step in plan(half, target=0.5, **asked(dataset)).steps] == [control(2)]
    assert [step.ref for step in plan(Assessment(), budget=1, **asked(dataset)).steps] == [control(3)]


def misleading() -> Dataset:
    """Greedy by gain takes 1 first, which serves four demands of six, and needs three steps; 2 and 3 do it alone."""
    return small(
        ("1.1", (1,), {"covers": ("a", "b")}),
        ("1.3", (1,), {"covers": ("a", "b")}),
        ("1.1", (2,), {"covers": ("a", "b")}),
        ("1.2", (2,), {"covers": ("a",)}),
        ("1.2", (3,), {"covers": ("b",)}),
        ("1.3", (3,), {"covers": ("a", "b")}),
    )


def test_greedy_is_only_the_start() -> None:
    """The exact plan does without the control that gains most at first."""
    dataset = misleading()
    found = plan(Assessment(), target="ceiling", **asked(dataset))
    assert [step.ref for step in found.steps] == [control(2), control(3)]
    assert found.optimal


def test_of_equally_cheap_plans_the_one_that_reaches_more() -> None:
    """Among plans of one cost the one with the most gain is returned."""
    dataset = small(("1.1", (1,), {"covers": ("a",)}), ("1.2", (2,), {"covers": ("a", "b")}))
    found = plan(Assessment(), target=0.2, **asked(dataset))
    assert [step.ref for step in found.steps] == [control(2)]


def test_costs_stand_on_controls_headings_and_measures() -> None:
    """The nearest cost at or above a control holds, and a measure has its own."""
    measure = Measure("do-it", "do it", closes=("law:1.2",))
    dataset = small(("1.1", (1,), {"covers": ("a", "b")}), ("1.2", (2,), {"covers": ("a", "b")}), measures=(measure,))
    costs = {"set:C.1": 5, control(2): 0.5, "do-it": 0.25}
    found = plan(Assessment(), target=1.0, costs=costs, **asked(dataset))
    assert {step.ref: step.cost for step in found.steps} == {control(1): 5.0, control(2): 0.5}
    with_measures = plan(Assessment(), target=1.0, costs=costs, measures=True, **asked(dataset))
    assert {step.ref: step.cost for step in with_measures.steps} == {control(1): 5.0, "do-it": 0.25}
    assert with_measures.steps[0].title == "do it"
    assert with_measures.cost == 5.25


def test_measures_close_demands_whatever_was_found_there_and_leave_exclusions() -> None:
    """A measure overrules a finding on the duty, but neither an exclusion nor a unit that does not count."""
    measure = Measure("do-it", "do it", closes=("law:1.2", "law:1.3#a"))
    dataset = small(("1.1", (1,), {"covers": ("a",)}), ("1.2", (2,), {"covers": ("a",)}), measures=(measure,))
    out = Finding("not_applicable", justification="not our trade")
    soa = Assessment({"law:1.2#a": "not_implemented", "law:1.2#b": out})
    found = plan(soa, target=1.0, measures=True, **asked(dataset))
    # counted: both of 1.1 and one of 1.2; 1.3 is judged by nobody, so the measure does not make it count
    assert [step.ref for step in found.steps] == ["do-it", control(1)]
    assert found.reached == pytest.approx(0.75)
    assert found.unreachable == (Ref("law", "1.1#b"),)


@pytest.mark.parametrize("of", ["low", "estimate"])
def test_a_joint_link_on_a_heading_and_its_only_part_is_one_player_with_the_whole_share(of: str) -> None:
    """The heading is as far in place as its part, so that the part brings all that the link gives."""
    dataset = tiny("1: a", "C/; C.1", "1 < C + C.1: a")
    found = contributions(Assessment({"set:C.1": "implemented"}), of=of, **options(dataset))
    assert ({str(ref): share for ref, share in found.items()}, found.score) == ({"set:C.1": 1.0}, 1.0)


def test_what_is_in_place_needs_no_step_also_through_a_heading() -> None:
    """A finding on a heading puts the controls below in place that have no finding of their own."""
    dataset = small(("1.1", (1,), {"covers": ("a", "b")}), ("1.2", (2,), {"covers": ("a", "b")}))
    soa = Assessment({"set:C.1": "implemented", control(2): "not_applicable"})
    found = plan(soa, target="ceiling", prerequisites={control(2): [control(1)]}, **asked(dataset))
    assert [step.ref for step in found.steps] == [control(2)]
    nothing = plan(done(1, 2), target="ceiling", **asked(dataset))
    assert (nothing.steps, nothing.cost, nothing.optimal, nothing.reached) == ((), 0.0, True, 1.0)


def test_a_control_above_others_brings_them_along() -> None:
    """A finding on a control speaks for those below it that have none of their own; so does a step."""
    units = [Requirement(f"law:{n}", None, f"unit {n}", demands=[Demand(f"law:{n}#a", "a")]) for n in (1, 2, 3)]
    controls = [
        Control("set:9.3", "a clause"),
        Control("set:9.3.1", "below", parent="set:9.3"),
        Control("set:9.3.2", "below too", parent="set:9.3"),
    ]
    links = [
        Link("law:1", "set:9.3", "subset-of", covers=("a",), rationale="r"),
        Link("law:2", "set:9.3.1", "subset-of", covers=("a",), rationale="r"),
        Link("law:3", ("set:9.3.1", "set:9.3.2"), "subset-of", covers=("a",), rationale="r"),
    ]
    dataset = Dataset.from_parts(
        frameworks=(Framework("law", "A law"), Framework("set", "A set", "control")),
        requirements=units,
        controls=controls,
        crosswalks=(Crosswalk("own", "law", "set", links),),
    )
    found = plan(Assessment(), target=1.0, **asked(dataset))
    assert [str(step.ref) for step in found.steps] == ["set:9.3.1", "set:9.3.2"]  # steps are the deepest units
    assert found.reached == 1.0
    held = Assessment({"set:9.3.2": "planned"})
    assert [str(s.ref) for s in plan(held, target=1.0, **asked(dataset)).steps] == ["set:9.3.1", "set:9.3.2"]
    half = Assessment({"set:9.3.2": "implemented"})
    assert [str(s.ref) for s in plan(half, target=1.0, **asked(dataset)).steps] == ["set:9.3.1"]


def clauses() -> Dataset:
    """Two units: one through a heading with three parts, the other through a control."""
    return tiny("1: a; 2: b", "C/; C.1/; C.1.1; C.1.2; C.1.3; C.2; C.3", "1 < C.1: a; 2 < C.2: b")


def planned(needs: dict[str, Any], assessment: Assessment | None = None) -> list[str]:
    found = plan(assessment or Assessment(), target=1.0, prerequisites=needs, **options(clauses()))  # type: ignore[arg-type]
    return [str(step.ref).removeprefix("set:") for step in found.steps]


def test_a_heading_that_needs_something_has_parts_that_do() -> None:
    """What a heading waits for comes before each deepest unit below it."""
    steps = planned({"set:C.1": "set:C.3"})
    assert sorted(steps) == ["C.1.1", "C.1.2", "C.1.3", "C.2", "C.3"]
    assert steps.index("C.3") < min(steps.index(f"C.1.{n}") for n in (1, 2, 3))


@pytest.mark.parametrize("status", ["implemented", "not_implemented"])
def test_a_heading_that_is_needed_is_its_parts(status: str) -> None:
    """It is in place once they are, and is no step of its own."""
    soa = Assessment.of({f"set:C.1.{n}": status for n in (1, 2, 3)})
    parts = [] if status == "implemented" else ["C.1.1", "C.1.2", "C.1.3"]
    steps = planned({"set:C.2": "set:C.1"}, soa)
    assert sorted(steps) == [*parts, "C.2"]
    assert steps[-1] == "C.2"


def test_a_part_that_its_heading_needs_comes_before_the_other_parts() -> None:
    """The part does not wait for itself; a part that needs its heading goes round in a circle."""
    steps = planned({"set:C.1": "set:C.1.2"})
    assert steps.index("C.1.2") < min(steps.index("C.1.1"), steps.index("C.1.3"))
    for needs in ({"set:C.1.2": "set:C.1"}, {"set:C.1": "set:C.1"}, {"set:C.2": "set:C.2"}):
        with pytest.raises(InputError, match="circle"):
            planned(needs)


def test_prerequisites_come_first_even_if_they_serve_nothing() -> None:
    """What is needed is a step with a cost, before the step that needs it."""
    dataset = small(("1.1", (1,), {"covers": ("a", "b")}), ("1.2", (2,), {"covers": ("a",)}))
    needs = {"set:C.1.1": ["set:C.1.4"], "set:C.1.4": "set:C.1.3"}
    found = plan(Assessment(), target=0.5, prerequisites=needs, **asked(dataset))
    assert [step.ref for step in found.steps] == [control(3), control(4), control(1)]
    assert found.cost == 3.0
    assert plan(Assessment(), budget=2, prerequisites=needs, **asked(dataset)).reached == 0.25


def test_above_the_ceiling_the_short_demands_are_named() -> None:
    """A target out of reach gives the most there is, and the demands that stay short."""
    dataset = small(("1.1", (1,), {"covers": ("a",), "supports": ("b",)}))
    found = plan(Assessment(), target=0.9, **asked(dataset))
    assert found.reached == 0.5 < 0.9
    assert found.unreachable == (Ref("law", "1.1#b"),)
    assert found.optimal
    ceiling = plan(Assessment(), target="ceiling", **asked(dataset))
    assert (ceiling.target, ceiling.reached, ceiling.unreachable) == (0.5, 0.5, ())
    assert found.steps == ceiling.steps


def test_target_and_budget_together() -> None:
    """The way to the target if the budget pays for it, else the most that it buys."""
    dataset = small(("1.1", (1,), {"covers": ("a",)}), ("1.1", (2,), {"covers": ("b",)}))
    assert plan(Assessment(), target=1.0, budget=2, **asked(dataset)).reached == 1.0
    short = plan(Assessment(), target=1.0, budget=1, **asked(dataset))
    assert (short.reached, short.cost, short.unreachable) == (0.5, 1.0, ())
    assert [step.ref for step in short.steps] == [control(1)]  # of two that gain as much the first
    assert short.summary == (
        "target 100.0 % can't be reached with budget 1: 1 step at a cost of 1 reaches 50.0 % (low), optimal"
    )
    nothing = plan(Assessment(), target=1.0, budget=0, **asked(dataset))
    assert nothing.summary.startswith("target 100.0 % can't be reached with budget 0: 0 steps")
    assert "nothing is counted" not in nothing.summary
    open_ = attrs.evolve(short, optimal=False, bound=1.0)
    assert open_.summary.startswith("target 100.0 % isn't reached with budget 1: 1 step")
    assert "target 50.0 %, budget 1: 1 step" in plan(Assessment(), target=0.5, budget=1, **asked(dataset)).summary


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "neither target nor budget is given"),
        ({"target": 1.5}, "target is 1.5; a number from 0 to 1, or 'ceiling'"),
        ({"target": True}, "target is True"),
        ({"target": "all"}, "target is 'all'"),
        ({"target": math.nan}, "target is nan"),
        ({"budget": -1}, "budget is -1; a finite number from 0 up"),
        ({"budget": math.inf}, "budget is inf"),
        ({"budget": 1, "seconds": -1}, "seconds is -1"),
        ({"budget": 1, "seconds": None}, "seconds is None"),
        ({"budget": 1, "costs": [1]}, "costs is"),
        ({"budget": 1, "costs": {"set:C.1.1": True}}, "the cost of set:C.1.1 is True"),
        ({"budget": 1, "costs": {"set:C.1.1": -2}}, "the cost of set:C.1.1 is -2"),
        ({"budget": 1, "costs": {"law:1.1": 2}}, "costs names law:1.1, which is neither a control nor a measure"),
        ({"budget": 1, "costs": {"set:C.1.1": 1, Ref("set", "C.1.1"): 2}}, "costs names set:C.1.1 twice"),
        (
            {"budget": 1, "prerequisites": {"set:C.1.1": 3}},
            "the prerequisites of 'set:C.1.1': expected a list of controls, got 3",
        ),
        ({"budget": 1, "prerequisites": {"set:C.1.1": "do-it"}}, "names the measure do-it; measures=True"),
        (
            {"budget": 1, "prerequisites": {"set:C.1.2": "set:C.1.1", "set:C.1.1": "set:C.1.2"}},
            "prerequisites go round in a circle: set:C.1.1, set:C.1.2",
        ),
    ],
)
def test_arguments_that_plan_refuses(arguments: dict[str, Any], message: str) -> None:
    """Numbers out of range, measures that may not be used and circles are refused with what is wrong."""
    dataset = small(("1.1", (1,), {"covers": ("a",)}), measures=(Measure("do-it", closes=("law:1.1",)),))
    with pytest.raises(InputError) as caught:
        plan(Assessment(), **arguments, **asked(dataset))
    assert message in str(caught.value)


def test_unknown_controls_in_costs_are_errors() -> None:
    """A cost or prerequisite for what the dataset lacks is an error, and not ignored."""
    with pytest.raises(UnknownRef, match=r"C\.1\.9"):
        plan(Assessment(), budget=1, costs={"set:C.1.9": 1}, **asked(small(("1.1", (1,), {"covers": ("a",)}))))


def test_a_misspelt_measure_in_costs_is_named() -> None:
    """An id near that of a measure is an error which names the measure, and not one on references."""
    dataset = small(("1.1", (1,), {"covers": ("a",)}), measures=(Measure("do-it", closes=("law:1.1",)),))
    with pytest.raises(UnknownRef, match="'doit' is not a measure; nearest: do-it"):
        plan(Assessment(), budget=1, costs={"doit": 1}, measures=True, **asked(dataset))


def test_each_column_of_numbers_of_a_plan_is_explained_above_it() -> None:
    """The words above the table are those of its columns, with the objective that the plan had."""
    text = str(plan(Assessment(), budget=1, of="estimate", **asked(small(("1.1", (1,), {"covers": ("a",)})))))
    for column in ("cost", "gain", "estimate"):
        assert [line.partition(" ")[0] for line in text.splitlines()].count(column) == 1


def test_a_hasty_plan_says_how_far_it_may_be_from_the_best() -> None:
    """Every two of the items share a demand: greedy choices are the best here, and only the solver can tell."""
    pairs_ = list(itertools.combinations(range(9), 2))
    groups = tuple(Group(1.0, tuple(Chance((item,), 1.0) for item in pair)) for pair in pairs_)
    problem = Selection((1.0,) * 9, ((),) * 9, groups)
    hasty = cheapest(problem, 36.0, until=0.0)
    assert not hasty.optimal
    assert 4.0 <= hasty.bound < hasty.cost == 8.0
    proven = cheapest(problem, 36.0, until=math.inf)
    assert (proven.bound, proven.cost, proven.chosen) == (8.0, 8.0, tuple(range(8)))
    few = most(problem, 4.0, until=0.0)
    assert few.gain == 26.0 <= few.bound
    assert most(problem, 4.0, until=math.inf).chosen == (0, 1, 2, 3)


def test_a_plan_that_is_not_proven_in_time_is_searched_for_and_has_a_bound_that_can_be() -> None:
    """Local search beats greedy, and no choice that gains enough costs less than the bound."""
    rng = random.Random(2)
    ways = [tuple(sorted(rng.sample(range(60), rng.choice((1, 1, 2, 3))))) for _ in range(600)]
    pairs = [sorted(set(ways[at : at + 2])) for at in range(0, 600, 2)]
    groups = tuple(Group(1.0, tuple(Chance(way, 1.0) for way in pair)) for pair in pairs)
    costs = tuple(rng.choice((1.0, 1.5, 2.5)) for _ in range(60))
    problem = Selection(costs, ((),) * 60, groups)
    greedy = reached(problem, 150.0).chosen
    searched = improved(problem, 150.0, greedy, until=math.inf)
    assert problem.worth(searched) >= 150.0
    assert problem.cost(searched) < problem.cost(greedy)
    found = cheapest(problem, 150.0, until=time.monotonic() + 1.0)
    assert found.gain >= 150.0 - 1e-9
    assert found.bound <= problem.cost(searched)
    assert found.bound <= found.cost <= problem.cost(greedy)


def test_without_the_extra_a_plan_is_greedy_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """No warning and no error: a valid bound, `optimal` False, and a note on how to get the exact plan."""
    dataset = misleading()
    exact = plan(Assessment(), target="ceiling", **asked(dataset))
    assert (exact.optimal, exact.guarantee) == (True, "")
    assert not any("greedily" in note for note in exact.notes)
    monkeypatch.setitem(sys.modules, "highspy", None)
    found = plan(Assessment(), target="ceiling", **asked(dataset))
    assert not found.optimal
    assert found.bound <= exact.cost <= found.cost
    assert found.reached == exact.reached
    assert "(Wolsey 1982)" in found.guarantee
    assert any("pip install 'nis2map[plan]'" in note for note in found.notes)
    assert "(Sviridenko 2004)" in plan(Assessment(), budget=1.5, **asked(dataset)).guarantee
    nothing = plan(Assessment.full(dataset), target="ceiling", **asked(dataset))
    assert (nothing.optimal, nothing.steps) == (True, ())


@pytest.mark.parametrize("far", [1e3, 1e5, 1e7, 1e9, 1e12, 1e15])
@pytest.mark.parametrize("seed", range(12))
def test_costs_that_lie_far_apart_hide_none_of_the_others(seed: int, far: float) -> None:
    """An optimal choice is the best of all by brute force, a bound is one, and a budget is kept to the last unit."""
    rng = random.Random(seed)
    size = 8
    groups = tuple(
        Group(rng.choice((1.0, 2.0, 0.5)), (Chance((a,), 1.0), Chance(tuple(sorted((b, c))), rng.choice((0.5, 1.0)))))
        for a, b, c in (rng.sample(range(size), 3) for _ in range(7))
    )
    dear = set(rng.sample(range(size), rng.choice((1, 3, 4))))
    costs = tuple(rng.choice((1.0, 2.0, 3.0)) * (far if item in dear else 1.0) for item in range(size))
    needs = tuple((rng.randrange(item),) if item and rng.random() < 0.2 else () for item in range(size))
    problem = Selection(costs, needs, groups)
    sets = [frozenset(s) for n in range(size + 1) for s in itertools.combinations(range(size), n)]
    good = [s for s in sets if all(s.issuperset(needs[item]) for item in s)]
    need = rng.uniform(0.3, 1.0) * problem.whole
    least = min(problem.cost(s) for s in good if problem.worth(s) >= need - 1e-9)
    found = cheapest(problem, need, until=math.inf)
    assert found.gain >= need - 1e-7
    assert found.bound <= least <= found.cost
    assert not found.optimal or found.cost == least
    assert found.optimal is not found.far
    budget = least - 1 if least >= 1 else 0.0
    gain = max(problem.worth(s) for s in good if problem.cost(s) <= budget)
    bought = most(problem, budget, until=math.inf)
    assert bought.cost <= budget
    assert bought.gain <= gain + 1e-9
    assert bought.bound >= gain - 1e-9
    assert not bought.optimal or bought.gain >= gain - 1e-9
    assert bought.optimal is not bought.far
    assert far > 1e6 or (found.optimal and bought.optimal)


def test_a_cost_far_above_the_others_hides_none_of_them() -> None:
    """One control at 10,000,000 that no way to the target can do without, among others at 1."""
    sample = read_soa(Path(__file__).parents[1] / "examples" / "soa-with-gaps.csv")
    others = plan(sample, target=0.2, costs={"A.6.3": 0}).cost
    for far in (1e7, 1e9, 1e12):
        costs = {"A.6.3": far}
        found = plan(sample, target=0.2, costs=costs)
        assert (found.optimal, found.cost, found.bound) == (True, far + others, far + others)
        assert plan(sample, target=0.2, budget=far + others, costs=costs).reached == found.reached
        assert plan(sample, target=0.2, budget=far + others - 1, costs=costs).reached < 0.2
    dear = dict.fromkeys(("A.6.3", "A.5.1", "A.5.24", "A.8.8", "A.5.30", "A.5.19", "A.5.2", "A.5.3"), 1e9)
    unsure = plan(sample, budget=2e9 + 9, costs=dear)
    assert (unsure.optimal, unsure.cost <= 2e9 + 9, unsure.bound > unsure.reached) == (False, True, True)
    assert any(note.startswith("costs spread too far for a proof") for note in unsure.notes)


def test_a_plan_prints_nothing_by_itself(capfd: pytest.CaptureFixture[str]) -> None:
    """The solver greets on standard output, where the command line prints JSON."""
    plan(Assessment(), target=0.5, **asked(small(("1.1", (1,), {"covers": ("a",)}))))
    assert capfd.readouterr() == ("", "")
    code = "import nis2map; nis2map.plan(nis2map.Assessment(), target=0.05)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (found.stdout, found.stderr) == ("", "")


def test_a_target_that_cannot_be_reached_says_so_first() -> None:
    """Before anything else, with the demands that stay short by unit, and steps that need each other by name."""
    dataset = small(("1.1", (1, 2), {"covers": ("a", "b")}), ("1.2", (3,), {"covers": ("a",)}))
    found = plan(Assessment(), target=0.9, **asked(dataset))
    assert found.summary.startswith("target 90.0 % can't be reached: 3 steps")
    text = str(found)
    assert "stays short: 1.2: b" in text
    assert {step.ref: step.together for step in found.steps} == {
        control(1): (control(2),),
        control(2): (control(1),),
        control(3): (),
    }
    assert "(gains with C.1.2)" in text


def instance(seed: int) -> tuple[Dataset, Assessment, dict[str, Any], dict[Any, list[Any]]]:
    """A random instance that brute force can still solve: five controls, joint links, two measures, prerequisites."""
    rng = random.Random(seed)
    links: dict[tuple[str, tuple[int, ...]], dict[str, Any]] = {}
    for _ in range(rng.randint(3, 9)):
        key = (rng.choice(("1.1", "1.2", "1.3")), tuple(sorted(rng.sample(range(1, 6), rng.choice((1, 1, 1, 2, 3))))))
        roles: dict[str, list[str]] = {"covers": [], "covers_guided": [], "supports": []}
        for slug in ("a", "b"):
            role = rng.choice(("covers", "covers", "covers_guided", "supports", ""))
            if role:
                roles[role].append(slug)
        if any(roles.values()):
            links[key] = {role: tuple(found) for role, found in roles.items()}
    links.setdefault(("1.1", (1,)), {"covers": ("a",)})
    places = ["law:1.1", "law:1.2", "law:1.3#a", "law:1.1#b"]
    measures = tuple(Measure(f"m-{n}", closes=rng.sample(places, rng.randint(1, 2))) for n in range(2))
    dataset = small(*((unit, numbers, roles) for (unit, numbers), roles in links.items()), measures=measures)
    found: dict[Any, Any] = {control(n): rng.choice((0.0, 0.3, 0.5)) for n in range(1, 6) if rng.random() < 0.4}
    if rng.random() < 0.3:
        found["law:1.2#a"] = rng.choice(("implemented", "not_implemented"))
    needs: dict[Any, list[Any]] = {}
    for n in range(2, 6):
        if rng.random() < 0.3:
            needs[control(n)] = [control(rng.randrange(1, n))]
    names = [*map(control, range(1, 6)), "m-0", "m-1"]
    costs = {name: rng.choice((1, 2, 3, round(rng.uniform(0, 3), 2))) for name in names if rng.random() < 0.6}
    question = asked(dataset, weights=rng.choice(("unit", "demand", "measure")))
    question |= {"basis": rng.choice(("statement", "guidance")), "of": rng.choice(("low", "estimate"))}
    question |= {"costs": costs, "prerequisites": needs, "measures": True}
    return dataset, Assessment(found), question, needs


def everything(seed: int) -> tuple[Assessment, dict[str, Any], list[tuple[float, float]]]:
    """Score and cost of every set of steps that respects prerequisites, by scoring alone."""
    dataset, soa, question, needs = instance(seed)
    common = {k: v for k, v in question.items() if k in ("framework", "crosswalk", "dataset", "weights", "basis")}
    cov = coverage(soa, **common)
    closed: dict[str, list[Ref]] = {}
    for measure in dataset.measures:
        below = [d.ref for ref in measure.closes for d in ([dataset[ref]] if ref.demand else dataset.demands(ref))]
        closed[measure.id] = [ref for ref in below if cov.demands[ref].demands]
    names: list[Any] = [*map(control, range(1, 6)), *closed]
    found: list[tuple[float, float]] = []
    for size in range(len(names) + 1):
        for chosen in itertools.combinations(names, size):
            if any(need not in chosen for name in chosen for need in needs.get(name, ())):
                continue
            refs = [ref for name in chosen for ref in ([name] if isinstance(name, Ref) else closed[name])]
            score = getattr(coverage(soa.replace(dict.fromkeys(refs, "implemented")), **common).overall, question["of"])
            found.append((score or 0.0, math.fsum(question["costs"].get(name, 1) for name in chosen)))
    return soa, question, found


@pytest.mark.parametrize("seed", range(500))
def test_plans_equal_brute_force_on_random_instances(seed: int) -> None:
    """Cost for a target and score for a budget are those of trying every set of steps."""
    soa, question, every = everything(seed)
    top = max(score for score, _ in every)
    for share in (0.6, 1.0):
        found = plan(soa, target=share * top, **question)
        least = min(cost for score, cost in every if score >= share * top - 1e-9)
        assert (found.optimal, found.cost) == (True, pytest.approx(least, abs=1e-9))
        assert found.reached >= share * top - 1e-9
        assert math.fsum(step.gain or 0.0 for step in found.steps) == pytest.approx(found.reached - found.start)
    for budget in (1.5, 4):
        found = plan(soa, budget=budget, **question)
        best = max(score for score, cost in every if cost <= budget + 1e-9)
        assert (found.optimal, found.reached) == (True, pytest.approx(best, abs=1e-9))
        assert found.cost <= budget + 1e-9


def test_simulate_worked_out_by_hand() -> None:
    """Steps and evidence that runs out move the score on their dates, as on paper."""
    dataset = small(("1.1", (1,), {"covers": ("a", "b")}), ("1.2", (2,), {"covers": ("a", "b")}))
    soa = Assessment(
        {control(1): Finding("implemented", valid_until="2026-03-31"), control(2): "planned"}, as_of="2026-01-01"
    )
    steps = [Step("set:C.1.2", "2026-02-01", "2026-05-01"), Step("set:C.1.1", done="2026-06-01")]
    found = simulate(soa, steps, **asked(dataset))
    rows = [(str(point.date), point.score.low, point.score.high) for point in found]
    assert rows == [
        ("2026-01-01", 0.5, 0.5),
        ("2026-02-01", 0.5, 0.5),
        ("2026-04-01", 0.0, 0.5),
        ("2026-05-01", 0.5, 1.0),
        ("2026-06-01", 1.0, 1.0),
    ]
    assert found.points[2].expired == (control(1),)
    assert (found.points[1].started, found.points[3].done) == (("C.1.2",), ("C.1.2",))
    assert found.at(dt.date(2026, 4, 30)).low == 0.0
    with pytest.raises(InputError, match="2025-12-31 lies before the first date, 2026-01-01"):
        found.at(dt.date(2025, 12, 31))


def test_evidence_that_a_step_renews_does_not_run_out() -> None:
    """A step done replaces the finding together with its end."""
    dataset = small(("1.1", (1,), {"covers": ("a", "b")}))
    soa = Assessment({control(1): Finding("implemented", valid_until="2026-03-31")}, as_of="2026-01-01")
    found = simulate(soa, [Step(control(1), done="2026-03-01")], **asked(dataset))
    assert [(str(point.date), point.score.low) for point in found] == [("2026-01-01", 1.0), ("2026-03-01", 1.0)]
    forever = Assessment({control(1): Finding("implemented", valid_until=dt.date.max)}, as_of="2026-01-01")
    assert len(simulate(forever, [], **asked(dataset))) == 1


def test_simulating_measures_and_duties() -> None:
    """Steps may be on duties and measures, which meet what they close."""
    measure = Measure("do-it", "do it", closes=("law:1.1",))
    dataset = small(("1.1", (1,), {"supports": ("a", "b")}), measures=(measure,))
    steps = [Step("law:1.1#b", done="2026-02-01"), Step("do-it", done="2026-03-01")]
    found = simulate(Assessment(), steps, **asked(dataset))
    assert [(point.date and str(point.date), point.score.low) for point in found] == [
        (None, 0.0),
        ("2026-02-01", 0.5),
        ("2026-03-01", 1.0),
    ]


@pytest.mark.parametrize(
    ("soa", "steps", "error", "message"),
    [
        (
            Assessment({"set:C.1.1": Finding("implemented", valid_until="2026-03-31")}),
            [],
            InputError,
            "the finding on set:C.1.1 has valid_until, but the assessment has no as_of",
        ),
        (Assessment(), [Step("set:C.1.1")], InputError, "the step C.1.1 has no done date"),
        (
            Assessment(as_of="2026-01-01"),
            [Step("set:C.1.1", done="2026-01-01")],
            InputError,
            "done on 2026-01-01, not after as_of, 2026-01-01",
        ),
        (
            Assessment(),
            [Step("set:C.1.1", done="2026-01-01"), Step("set:C.1.1", done="2026-01-02")],
            InputError,
            "the step C.1.1 is given twice",
        ),
        (Assessment(), [Step("set:C.1.9", done="2026-01-01")], UnknownRef, "C.1.9"),
        (Assessment(), [Step("do-nothing", done="2026-01-01")], UnknownRef, "neither a unit nor a measure"),
    ],
)
def test_what_simulate_refuses(soa: Assessment, steps: list[Step], error: type[Exception], message: str) -> None:
    """Steps without a date, in the past, twice or on nothing are told apart."""
    with pytest.raises(error) as caught:
        simulate(soa, steps, **asked(small(("1.1", (1,), {"covers": ("a",)}))))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"start": dt.datetime(2026, 1, 1)}, "start is "),  # noqa: DTZ001
        ({"done": "tomorrow"}, "done is 'tomorrow', not a date"),
        ({"start": "2026-02-01", "done": "2026-01-01"}, "is done on 2026-01-01, before its start on 2026-02-01"),
        ({"cost": -1}, "cost is -1"),
        ({"cost": math.nan}, "cost is nan"),
        ({"cost": True}, "cost is True"),
        ({"gain": "x"}, "gain is 'x'; a number from -1 to 1, or None"),
        ({"gain": math.nan}, "gain is nan"),
        ({"gain": True}, "gain is True"),
        ({"title": 1}, "title: expected a text, got 1"),
    ],
)
def test_what_a_step_refuses(arguments: dict[str, Any], message: str) -> None:
    """Dates, their order, cost, gain and title are checked when the step is made."""
    with pytest.raises(InputError) as caught:
        Step("A.5.1", **arguments)
    assert message in str(caught.value)


def test_a_step_is_about_a_unit_or_a_measure() -> None:
    """Any text form names the unit; another word is the id of a measure."""
    assert Step("A.5.1") == Step(Ref("iso27001", "A.5.1"))
    assert Step("A.5.1").name == "A.5.1"
    assert Step("board-training").name == "board-training"
    with pytest.raises(UnknownRef):
        Step("A.5.99")
    with pytest.raises(InvalidRef):
        Step(5)  # type: ignore[arg-type]


def test_the_steps_of_a_plan_can_be_dated_and_simulated() -> None:
    """A dated plan is a trajectory that ends at what the plan reaches."""
    dataset = small(("1.1", (1,), {"covers": ("a",)}), ("1.1", (2,), {"covers": ("b",)}))
    found = plan(Assessment(), target=1.0, **asked(dataset))
    steps = found.dated("2026-01-01", days=10)
    assert [(str(step.start), str(step.done)) for step in steps] == [
        ("2026-01-01", "2026-01-11"),
        ("2026-01-11", "2026-01-21"),
    ]
    assert simulate(Assessment(), steps, **asked(dataset)).points[-1].score.low == found.reached
    for bad in (0, True):
        with pytest.raises(InputError, match="days is"):
            found.dated("2026-01-01", days=bad)
    with pytest.raises(InputError, match="start is None"):
        found.dated(None)  # type: ignore[arg-type]


def test_a_share_is_looked_up_by_any_text_form() -> None:
    """Controls that no link names have no share: they raise our error, `get` gives the default, and `in` is False."""
    found = contributions(Assessment.of({"A.8.24": "implemented"}))
    assert found["A.8.24"] == found["iso27001:A.8.24"] == found[Ref("iso27001", "A.8.24")] > 0
    assert "A.8.24" in found
    for absent in ("Art. 21", Ref("set", "C.1"), "nonsense", 7, None):
        assert absent not in found
        assert found.get(absent) is None  # type: ignore[call-overload]
        assert found.get(absent, 0.5) == 0.5  # type: ignore[call-overload]
    with pytest.raises(UnknownRef, match="nis2:21 has no share of this score"):
        _ = found["Art. 21"]
    with pytest.raises(InvalidRef):
        _ = found["nonsense"]


def test_dates_are_read_from_texts_and_end_with_the_calendar() -> None:
    """`at` takes what a step takes; a plan that ends after the calendar is refused, and not a foreign error."""
    dataset = small(("1.1", (1,), {"covers": ("a",)}), ("1.1", (2,), {"covers": ("b",)}))
    found = plan(Assessment(), target=1.0, **asked(dataset))
    trajectory = simulate(Assessment(as_of="2026-01-01"), found.dated("2026-01-02"), **asked(dataset))
    assert trajectory.at("2026-02-01") == trajectory.at(dt.date(2026, 2, 1)) == trajectory.points[2].score
    for bad in (None, "tomorrow", dt.datetime(2026, 3, 1), 7):  # noqa: DTZ001
        with pytest.raises(InputError, match="date"):
            trajectory.at(bad)  # type: ignore[arg-type]
    for start, days in (("9999-12-30", 300), ("2026-01-01", 10**400), ("2026-01-01", 10**9 + 1)):
        with pytest.raises(InputError, match=r"2 steps of .* days from .* on end after the last day of the calendar"):
            found.dated(start, days=days)
    assert str(found.dated("9999-12-29", days=1)[-1].done) == "9999-12-31"


def test_small_results_say_in_one_line_what_they_are() -> None:
    """Text and repr of a part of a result name the thing and its numbers, the repr in at most 200 characters."""
    step = Step("A.5.1", "2026-01-01", "2026-02-01", 2.5, title="Policies " * 40, gain=0.125)
    assert str(step).startswith("A.5.1 Policies ")
    assert str(step).endswith("cost 2.5, gain 12.5 %, start 2026-01-01, done 2026-02-01")
    assert repr(Step("A.5.1")) == "<Step: A.5.1, cost 1>"
    dataset = small(("1.1", (1, 2), {"covers": ("a", "b")}), ("1.2", (3,), {"supports": ("b",)}))
    soa = done(1, 2, as_of="2026-01-01")
    rows = contributions(soa, **asked(dataset)).rows
    assert repr(rows[0]) == "<Contribution: C.1.1 control set:C.1.1: 25.0 %>"
    effect = sensitivity(soa, **asked(dataset)).links[0]
    assert str(effect.removed) == "low -50.0, estimate -50.0, high -50.0"
    assert repr(effect).startswith("<LinkEffect: 1.1 to C.1.1 + C.1.2 (own): removed low -50.0, ")
    point = simulate(soa, [Step("set:C.1.3", done="2026-02-01")], **asked(dataset)).points[1]
    assert str(point).startswith("2026-02-01: low 50.0 %, estimate ")
    assert str(point).endswith("; C.1.3 done")
    for result in (step, rows[0], effect, effect.removed, point):
        assert len(repr(result)) <= 200
        assert "\n" not in repr(result)


def test_items_that_cost_nothing_are_taken_before_the_budget_is_spent() -> None:
    """A bound that fills the budget before the free items is too low; brute force over all choices gives the best."""
    groups = [Group(1.0, (Chance((way,), gain),)) for way, gain in enumerate((0.9, 0.8, 0.7, 0.6, 0.5, 0.4))]
    groups += [Group(0.7, (Chance((a,), 1.0), Chance((b,), 0.6))) for a, b in ((0, 5), (1, 4))]
    problem = Selection((3.0, 0.0, 2.0, 0.0, 1.0, 0.0), ((),) * 6, tuple(groups))
    choices = [c for size in range(7) for c in itertools.combinations(range(6), size)]
    for budget in (0.0, 1.0, 2.0, 3.0, 4.0, 5.0):
        best = max(problem.worth(c) for c in choices if problem.cost(c) <= budget)
        for until in (0.0, math.inf):
            found = most(problem, budget, until=until)
            assert found.bound >= best - 1e-9
            assert not found.optimal or found.gain == pytest.approx(best)
        assert found.optimal


def results() -> list[tuple[str, Any]]:
    dataset = small(("1.1", (1, 2), {"covers": ("a",)}), ("1.2", (3,), {"supports": ("b",)}))
    soa = Assessment({control(1): "planned", control(3): 0.5})
    steps = plan(soa, target=0.9, **asked(dataset))
    return [
        ("C.1.3", contributions(soa, of="estimate", support=0.5, **asked(dataset))),
        ("C.1.1 + C.1.2", sensitivity(soa, **asked(dataset))),
        ("C.1.1", steps),
        ("C.1.1 done", simulate(soa, steps.dated("2026-01-01"), **asked(dataset))),
    ]


@pytest.mark.parametrize(("words", "result"), results())
def test_results_have_views_and_say_how_they_were_made(words: str, result: Any) -> None:
    """Dict, rows, text and HTML of every result hold its conventions and its digest."""
    whole = json.loads(json.dumps(result.to_dict()))
    assert whole["framework"] == "law"
    assert whole["conventions"]["basis"] == "statement"
    assert whole["digest"] == result.digest
    assert len(result.digest) == 64
    rows = json.loads(json.dumps(result.to_dicts()))
    assert len(rows) > 1
    assert all(row.keys() == rows[0].keys() for row in rows)
    assert words in str(result)
    assert "basis statement" in str(result)
    assert len(repr(result)) <= 200
    assert "\n" not in repr(result)
    html = result._repr_html_()
    assert words in html
    assert html.startswith("<div ")
    assert "basis statement" in html


def test_html_is_escaped() -> None:
    """A title from a stranger can't put markup into a page."""
    units = [Requirement("law:1", None, "<b>", demands=[Demand("law:1#a", "a")])]
    links = [Link("law:1", "set:C.1", "subset-of", covers=("a",), rationale="r")]
    dataset = Dataset.from_parts(
        frameworks=(Framework("law", "A law"), Framework("set", "A set", "control")),
        requirements=units,
        controls=[Control("set:C.1", "<script>alert(1)</script>")],
        crosswalks=(Crosswalk("own", "law", "set", links),),
    )
    soa = Assessment({"set:C.1": "implemented"})
    for result in (contributions(soa, **asked(dataset)), plan(Assessment(), budget=1, **asked(dataset))):
        assert "<script>" not in result._repr_html_()
        assert "&lt;script&gt;" in result._repr_html_()


def test_arguments_may_be_iterators() -> None:
    """An iterator is read once for all scores that a function needs."""
    dataset = small(("1.1", (1,), {"covers": ("a",)}), ("1.2", (2,), {"covers": ("a",)}))
    more: dict[str, Any] = {"framework": "law", "dataset": dataset}
    once = sensitivity(done(1), within=iter(["law:1.1"]), crosswalk=iter(["own"]), **more)
    assert once == sensitivity(done(1), within=["law:1.1"], crosswalk="own", **more)
    assert plan(done(1), budget=1, within=iter(["law:1.2"]), crosswalk="own", **more).reached == 0.5


def test_planning_is_imported_without_the_law() -> None:
    """Whoever plans for no classification pays nothing for the law (and for what stands below it)."""
    code = "import sys, nis2map.planning, nis2map.review, nis2map.diff as d; d.compare; nis2map.planning.plan; print('nis2map.law' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"


@pytest.fixture(params=("soa-with-gaps.csv", "soa-nearly-complete.csv"))
def sample(request: pytest.FixtureRequest) -> Assessment:
    return read_soa(Path(__file__).parents[1] / "examples" / request.param).certified()


@pytest.mark.parametrize("framework", ["nis2", "cir"])
@pytest.mark.parametrize("of", ["low", "estimate"])
def test_the_bundled_data_is_planned_within_one_percent(sample: Assessment, framework: str, of: str) -> None:
    """Real questions are solved to 1 % of the best, and the score promised is the one that coverage gives."""
    ceiling = getattr(coverage(sample, framework=framework).overall.ceiling, of)
    for soa in (sample, Assessment()):
        near = plan(soa, target=0.95 * ceiling, framework=framework, of=of)
        assert near.gap <= 0.01
        assert near.reached >= 0.95 * ceiling
        replaced = soa.replace({step.ref: "implemented" for step in near.steps})
        assert getattr(coverage(replaced, framework=framework).overall, of) == near.reached
        whole = plan(soa, target="ceiling", framework=framework, of=of)
        assert whole.reached == pytest.approx(ceiling)
        assert whole.gap <= 0.01


def test_plans_on_the_duties_reach_past_the_controls(sample: Assessment, dataset: Dataset) -> None:
    """With measures more can be reached, and less stays short."""
    controls = plan(sample, target=1.0)
    both = plan(sample, target=1.0, measures=True)
    assert controls.reached < both.reached
    assert set(both.unreachable) < set(controls.unreachable)
    assert {step.ref for step in both.steps if isinstance(step.ref, str)} <= {m.id for m in dataset.measures}


def test_contributions_of_the_bundled_data(sample: Assessment) -> None:
    """On real data the shares add up to the score without its base."""
    for framework, of in itertools.product(("nis2", "cir"), ("low", "estimate")):
        found = contributions(sample, framework=framework, of=of)
        assert math.fsum(found.values()) == pytest.approx((found.score or 0.0) - (found.base or 0.0), abs=1e-12)
        assert found.rows[0].share > 0


def test_removing_the_top_link_makes_the_change_it_states(sample: Assessment, dataset: Dataset) -> None:
    """Scoring a crosswalk without the link gives the change that sensitivity states."""
    top = sensitivity(sample).links[0]
    crosswalk = dataset.crosswalks["nis2map"]
    links = [k for k in crosswalk.links if (k.requirement, k.controls) != (top.requirement, top.controls)]
    if not any(link.requirement == top.requirement for link in links):
        links.append(Link(top.requirement, (), "no-relationship", rationale="taken away"))
    without = dataset.with_crosswalk(Crosswalk("less", crosswalk.source, crosswalk.target, links))
    before, after = coverage(sample).overall, coverage(sample, crosswalk="less", dataset=without).overall
    for part in ("low", "estimate", "high"):
        assert getattr(top.removed, part) == pytest.approx(getattr(after, part) - getattr(before, part))
