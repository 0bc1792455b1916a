"""Laws of planning, shares and simulation: brute force on small generated datasets."""

from __future__ import annotations

import itertools
import math
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from nis2map import Assessment, Dataset, Ref, contributions, coverage, plan, sensitivity, simulate
from nis2map.planning import Step
from nis2map.testing import assessments, datasets

OF = st.sampled_from(("low", "estimate"))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Dataset, Assessment, dict[str, Any], str]:
    dataset = draw(datasets())
    question = {
        "framework": "law",
        "crosswalk": draw(st.sampled_from((["own"], ["own", "foreign"]))),
        "dataset": dataset,
    }
    return dataset, draw(assessments(dataset)), question, draw(OF)


def part(assessment: Assessment, question: dict[str, Any], of: str) -> float:
    return getattr(coverage(assessment, **question).overall, of) or 0.0


def put(assessment: Assessment, controls: Any) -> Assessment:
    changes: dict[Any, Any] = dict.fromkeys(controls, "implemented")
    return assessment.replace(changes)


def subsets(items: list[Ref]) -> list[tuple[Ref, ...]]:
    return [chosen for size in range(len(items) + 1) for chosen in itertools.combinations(items, size)]


@given(cases(), st.data())
def test_a_plan_for_a_target_costs_the_least(case: Any, data: st.DataObject) -> None:
    dataset, assessment, question, of = case
    controls = [control.ref for control in dataset.controls("set")]
    costs = {control: float(data.draw(st.integers(1, 4))) for control in controls}
    reachable = part(put(assessment, controls), question, of)
    start = part(assessment, question, of)
    assume(reachable > start + 1e-6)
    target = start + data.draw(st.floats(0.1, 1.0)) * (reachable - start)
    found = plan(assessment, target=min(target, 1.0), costs=costs, of=of, **question)
    least = min(
        (math.fsum(costs[c] for c in chosen) for chosen in subsets(controls)
         if part(put(assessment, chosen), question, of) >= target - 1e-9),
        default=math.inf,
    )  # fmt: skip
    assert found.optimal
    assert math.isclose(found.cost, least, abs_tol=1e-9)
    assert found.reached >= target - 1e-6
    assert math.isclose(found.reached, part(put(assessment, [s.ref for s in found.steps]), question, of))


@given(cases(), st.integers(0, 4))
def test_a_plan_for_a_budget_reaches_the_most(case: Any, budget: int) -> None:
    dataset, assessment, question, of = case
    controls = [control.ref for control in dataset.controls("set")]
    found = plan(assessment, budget=budget, of=of, **question)
    most = max(part(put(assessment, chosen), question, of) for chosen in subsets(controls) if len(chosen) <= budget)
    assert found.optimal
    assert found.cost <= budget
    assert math.isclose(found.reached, most, abs_tol=1e-9)


@given(cases())
def test_gains_telescope_and_none_is_negative(case: Any) -> None:
    _, assessment, question, of = case
    found = plan(assessment, target="ceiling", of=of, **question)
    gains = [step.gain for step in found.steps]
    assert all(gain is not None and gain >= -1e-12 for gain in gains)
    assert math.isclose(math.fsum(gain or 0.0 for gain in gains), found.reached - found.start, abs_tol=1e-9)
    if not assessment.findings:
        assert found.start == 0


@given(cases())
def test_above_what_controls_give_the_plan_says_what_stays_short(case: Any) -> None:
    dataset, assessment, question, of = case
    best = put(assessment, [control.ref for control in dataset.controls("set")])
    cov = coverage(best, **question)
    reachable = part(best, question, of)
    assume(cov.overall.demands and reachable < 1 - 1e-6)
    found = plan(assessment, target=1, of=of, **question)
    assert found.reached < 1
    assert math.isclose(found.reached, reachable, abs_tol=1e-9)
    column = cov.values.low if of == "low" else cov.values.estimate
    short = [
        d.ref for d, state, v in zip(cov.plan.demands, cov.values.state, column, strict=True) if state == 0 and v < 1
    ]
    assert list(found.unreachable) == short


@given(cases(), st.data())
def test_prerequisites_come_first(case: Any, data: st.DataObject) -> None:
    dataset, assessment, question, of = case
    controls = [control.ref for control in dataset.controls("set")]
    assume(len(controls) >= 2)
    before, after = data.draw(st.permutations(controls))[:2]
    found = plan(assessment, target="ceiling", of=of, prerequisites={after: [before]}, **question)
    order = [step.ref for step in found.steps]
    in_place = assessment.current.get(before) is not None and part(assessment, question, of) >= 0
    if after in order and before in order:
        assert order.index(before) < order.index(after)
    elif after in order:
        assert in_place


@given(cases())
def test_shares_equal_those_over_all_orders(case: Any) -> None:
    """Shapley 1953: the mean of what a control adds over all orders of the controls."""
    dataset, assessment, question, of = case
    found = contributions(assessment, of=of, **question)
    assume(found.score is not None)
    players = list(found)

    def worth(inside: frozenset[Ref]) -> float:
        out: dict[Any, Any] = {p: "not_implemented" for p in players if p not in inside}
        return part(assessment.replace(out), question, of)

    values = {frozenset(chosen): worth(frozenset(chosen)) for chosen in subsets(players)}
    size = len(players)
    for player in players:
        rest = [other for other in players if other != player]
        share = math.fsum(
            math.factorial(len(s)) * math.factorial(size - len(s) - 1) / math.factorial(size)
            * (values[frozenset((*s, player))] - values[frozenset(s)])
            for s in subsets(rest)
        )  # fmt: skip
        assert math.isclose(found[player], share, abs_tol=1e-9)
    assert math.isclose(math.fsum(found.values()), (found.score or 0.0) - (found.base or 0.0), abs_tol=1e-9)
    assert dataset is question["dataset"]


@given(cases())
def test_removing_a_link_never_raises_and_effects_are_ordered(case: Any) -> None:
    _, assessment, question, _ = case
    found = sensitivity(assessment, **question)
    effects = [link.effect for link in found.links]
    assert effects == sorted(effects, reverse=True)


@given(cases())
def test_a_simulation_starts_with_coverage_and_ends_with_all_steps_done(case: Any) -> None:
    dataset, assessment, question, _ = case
    dated = Assessment(assessment.findings, as_of="2026-01-01")
    controls = [control.ref for control in dataset.controls("set")]
    steps = [Step(ref, "2026-02-01", f"2026-03-{day:02d}") for day, ref in enumerate(controls, 1)]
    points = list(simulate(dated, steps, **question))
    assert points[0].score == coverage(dated, **question).overall
    assert points[-1].score == coverage(put(dated, controls), **question).overall
    assert [point.date for point in points] == sorted(point.date for point in points)  # type: ignore[type-var]
    lows = [point.score.low or 0.0 for point in points]
    assert lows == sorted(lows)
