"""The laws of planning on generated datasets: Shapley shares, sensitivity, plans and trajectories against brute force."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import time
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nis2map import Assessment, Dataset, Finding, Link, Measure, Ref, Status, coverage
from nis2map.planning import Step, contributions, plan, sensitivity, simulate
from nis2map.planning._shapley import Way, airport, shares
from nis2map.planning._solver import Group, Selection, cheapest, most
from nis2map.planning._solver import Option as Chance
from nis2map.planning._solver import _solution as solution
from nis2map.planning._solver._greedy import factor, reached
from nis2map.planning._solver._highs import Model
from nis2map.planning._solver._levels import near, raised, unit_of
from nis2map.planning._solver._search import improved
from nis2map.scoring import workings
from nis2map.testing import assessments, datasets

from ..tiny import remade
from .plain_scoring import Plain
from .test_scoring_laws import cases

EPS = 1e-9
Case = tuple[Dataset, Assessment, dict[str, Any]]
PARTS = st.sampled_from(("low", "estimate"))


def zero(value: float | None) -> float:
    return 0.0 if value is None else value


def subsets(things: list[Any]) -> Any:
    return itertools.chain.from_iterable(itertools.combinations(things, size) for size in range(len(things) + 1))


def nearest(dataset: Dataset, assessment: Assessment, ref: Ref) -> Finding:
    chain = (ref, *dataset.ancestors(ref))
    return next((assessment.current[r] for r in chain if r in assessment.current), Finding(Status.UNASSESSED))


def shapley(players: list[Any], worth: dict[frozenset[Any], Fraction]) -> dict[Any, Fraction]:
    """The definition: what a player adds, averaged over all orders of arrival."""
    size = len(players)
    found: dict[Any, Fraction] = {}
    for player in players:
        others = [p for p in players if p != player]
        found[player] = sum(
            (
                (worth[frozenset((*s, player))] - worth[frozenset(s)])
                * math.factorial(len(s))
                * math.factorial(size - len(s) - 1)
                for s in subsets(others)
            ),
            Fraction(0),
        ) / math.factorial(size)
    return found


@given(cases(), PARTS)
def test_contributions_equal_the_definition(case: Case, of: str) -> None:
    """Shares are the averages over all orders, computed from coverage alone."""
    dataset, assessment, question = case
    cov = coverage(assessment, **question)
    players = list(workings(cov).question.deepest)
    resolved: dict[Any, Any] = {ref: nearest(dataset, assessment, ref) for ref in players}

    def worth(inside: frozenset[Ref]) -> Fraction:
        changes = {ref: resolved[ref] if ref in inside else "not_implemented" for ref in players}
        return Fraction(zero(getattr(coverage(assessment.replace(changes), **question).overall, of)))

    table = {frozenset(s): worth(frozenset(s)) for s in subsets(players)}
    found = contributions(assessment, of=of, **question)
    for ref, share in shapley(players, table).items():
        assert math.isclose(found[ref], share, abs_tol=EPS)
    assert math.isclose(zero(found.base), table[frozenset()], abs_tol=EPS)


@given(cases(), PARTS)
def test_contributions_sum_to_the_score_without_the_base(case: Case, of: str) -> None:
    """Shares are efficient, not negative, and ordered with ties by ref."""
    dataset, assessment, question = case
    found = contributions(assessment, of=of, **question)
    overall = coverage(assessment, **question).overall
    assert zero(found.score) == zero(getattr(overall, of))
    assert math.isclose(math.fsum(found.values()), zero(found.score) - zero(found.base), abs_tol=1e-12)
    assert all(share >= 0 for share in found.values())
    assert list(found.rows) == sorted(found.rows, key=lambda row: (-round(row.share, 12), row.ref.sort_key))
    assert {row.ref for row in found.rows} == set(workings(coverage(assessment, **question)).question.deepest)
    assert (found.score is None) == (overall.low is None) == (found.base is None)
    assert dataset.digest == found.digest


@st.composite
def games(draw: st.DrawFn) -> list[Way]:
    made: list[Way] = []
    for _ in range(draw(st.integers(1, 4))):
        players = tuple(sorted(draw(st.sets(st.integers(0, 4), min_size=1, max_size=4))))
        made.append(Way(players, draw(st.sampled_from((0.0, 0.1, 0.25, 0.5, 1.0)))))
    return made


@given(games())
def test_shares_of_any_game_equal_the_definition(ways: list[Way]) -> None:
    """Whatever ways a demand has, its shares are those of the definition."""
    players = sorted({player for way in ways for player in way.players})

    def one(way: Way, inside: frozenset[int]) -> Fraction:
        return Fraction(way.worth) if inside.issuperset(way.players) else Fraction(0)

    table = {frozenset(s): max(one(way, frozenset(s)) for way in ways) for s in subsets(players)}
    found = shares(ways)
    for player, share in shapley(players, table).items():
        assert math.isclose(found.get(player, 0.0), share, abs_tol=EPS)


@given(st.dictionaries(st.integers(0, 50), st.floats(0.01, 1), min_size=1, max_size=30))
def test_the_airport_game_shares_out_its_greatest_value(values: dict[int, float]) -> None:
    """Shares sum to the greatest value, and a greater value never has the lesser share."""
    found = airport(values)
    assert math.isclose(math.fsum(found.values()), max(values.values()), abs_tol=1e-12)
    ordered = sorted(values, key=values.__getitem__)
    assert [found[player] for player in ordered] == sorted(found.values())


class Altered(Plain):
    """The oracle with one link gone (its unit stays judged), or with its covers as supports."""

    def __init__(self, *args: Any, link: Link, name: str, removed: bool, **options: Any) -> None:
        self.target, self.removed = (name, link.requirement, link.controls), removed
        super().__init__(*args, **options)

    def speaking(self, unit: Ref, demand: Ref) -> list[tuple[str, Fraction, Link]]:
        found = []
        for name, link in self.links:
            self_ = Plain.speaking(self._one(name, link), unit, demand)
            if (name, link.requirement, link.controls) != self.target:
                found += self_
            elif not self.removed:
                found += [
                    ("support", self.support, link) if role == "cover" else (role, factor, link)
                    for role, factor, link in self_
                ]
        return found

    def _one(self, name: str, link: Link) -> Plain:
        alone = object.__new__(Plain)
        alone.__dict__.update(self.__dict__)
        alone.links = [(name, link)]
        return alone


@given(cases())
def test_sensitivity_equals_scoring_without_the_link(case: Case) -> None:
    """Each shift is the difference of two scores by the oracle, one without the link or with it demoted."""
    dataset, assessment, question = case
    found = sensitivity(assessment, **question)
    args = (dataset, assessment, question["crosswalk"])
    options = {name: question.get(name) for name in ("basis", "support", "weights", "facts")}
    plain = Plain(*args, **options)
    before = plain.roll(plain.units, "bounds")
    for effect in found.links[:6]:
        crosswalk = dataset.crosswalks[effect.crosswalk]
        link = next(k for k in crosswalk.links if (k.requirement, k.controls) == (effect.requirement, effect.controls))
        for shift, removed in ((effect.removed, True), (effect.demoted, False)):
            other = Altered(*args, link=link, name=effect.crosswalk, removed=removed, **options)
            after = other.roll(other.units, "bounds")
            for got, old, new in zip(attrs.astuple(shift), before, after, strict=True):
                assert (got is None) == (old is None or new is None)
                assert got is None or math.isclose(got, new - old, abs_tol=EPS)


@given(cases())
def test_sensitivity_lists_every_link_that_bears_by_effect(case: Case) -> None:
    """No link that bears is left out, the greatest effect is first, and removing never raises."""
    _, assessment, question = case
    found = sensitivity(assessment, **question)
    cov = coverage(assessment, **question)
    bearing = {
        (t.crosswalk, t.link.requirement, t.link.controls) for terms in workings(cov).question.terms for t in terms
    }
    assert {(e.crosswalk, e.requirement, e.controls) for e in found.links} == bearing
    effects = [effect.effect for effect in found.links]
    assert all(a >= b - 1e-12 for a, b in itertools.pairwise(effects))
    for effect in found.links:
        for part in ("low", "high"):
            assert zero(getattr(effect.removed, part)) <= EPS
            assert zero(getattr(effect.removed, part)) <= zero(getattr(effect.demoted, part)) + EPS


@given(cases())
def test_sensitivity_to_conventions_is_the_difference_of_coverages(case: Case) -> None:
    """The shifts of basis and support are differences of coverage, to the bit."""
    _, assessment, question = case
    found = sensitivity(assessment, factors=(0.25, 0.75), **question)
    pairs = [
        (found.basis, {"basis": "statement"}, {"basis": "guidance"}),
        (found.support, {"support": 0.25}, {"support": 0.75}),
    ]
    for shift, first, second in pairs:
        old, new = (coverage(assessment, **(question | change)).overall for change in (first, second))
        for part in ("low", "estimate", "high"):
            a, b = getattr(old, part), getattr(new, part)
            assert getattr(shift, part) == (None if a is None or b is None else b - a)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Assessment, dict[str, Any], list[tuple[Any, frozenset[Any]]]]:
    """An assessment, arguments for `plan`, and all that may be done with what it needs."""
    given_, assessment, question = draw(cases())
    dataset = _with_measures(draw, given_)
    controls = [control.ref for control in dataset.controls("set")]
    todo = [c for c in controls if nearest(dataset, assessment, c).status is not Status.IMPLEMENTED]
    needs: dict[Any, list[Any]] = {}
    for place, control in enumerate(controls):
        if place and draw(st.integers(0, 3)) == 0:
            needs[control] = draw(st.lists(st.sampled_from(controls[:place]), min_size=1, max_size=2))
    measures = draw(st.booleans())
    names = [*todo, *((m.id for m in dataset.measures) if measures else ())]
    cost = st.sampled_from((0.0, 1.0, 1.0, 2.0, 2.5, 0.1))
    costs = {name: draw(cost) for name in names if draw(st.booleans())}
    question |= {"dataset": dataset, "costs": costs, "prerequisites": needs, "measures": measures, "of": draw(PARTS)}
    items = [(name, frozenset(n for n in needs.get(name, ()) if n in todo)) for name in names]
    return assessment, question, items


def _with_measures(draw: st.DrawFn, dataset: Dataset) -> Dataset:
    places = [unit.ref for unit in dataset.requirements("law")]
    places += [d.ref for unit in list(dataset.requirements("law")) for d in dataset.demands(unit.ref)]
    some = st.lists(st.sampled_from(places), min_size=1, max_size=3, unique=True)
    count = draw(st.integers(0, 2))
    return remade(dataset, measures=[Measure(f"do-{n}", f"measure {n}", closes=draw(some)) for n in range(count)])


def common(question: dict[str, Any]) -> dict[str, Any]:
    names = ("framework", "crosswalk", "basis", "weights", "support", "facts", "dataset")
    return {name: question[name] for name in names if name in question}


def after(assessment: Assessment, question: dict[str, Any], done: Any) -> float:
    """The score with some things done, by scoring alone."""
    return zero(getattr(coverage(_applied(assessment, question, done), **common(question)).overall, question["of"]))


def _applied(assessment: Assessment, question: dict[str, Any], done: Any) -> Assessment:
    cov = coverage(assessment, **common(question))
    changes: dict[Any, Any] = {}
    for name in done:
        if isinstance(name, Ref):
            changes[name] = "implemented"
            continue
        measure = next(m for m in question["dataset"].measures if m.id == name)
        below = [d.ref for ref in measure.closes for d in _demands(question["dataset"], ref)]
        changes |= {d: "implemented" for d in below if d in cov.demands and cov.demands[d].demands == 1}
    return assessment.replace(changes)


def _demands(dataset: Dataset, ref: Ref) -> list[Any]:
    if ref.demand:
        return [dataset[ref]]
    return [demand for unit in dataset.below(ref) for demand in dataset.demands(unit)]


def brute(
    assessment: Assessment, question: dict[str, Any], items: list[tuple[Any, frozenset[Any]]]
) -> list[tuple[float, float]]:
    """Score and cost of every set of things that holds what it needs."""
    needs = dict(items)
    found: list[tuple[float, float]] = []
    for chosen in subsets([name for name, _ in items]):
        if all(needs[name] <= set(chosen) for name in chosen):
            cost = math.fsum(question["costs"].get(name, 1.0) for name in chosen)
            found.append((after(assessment, question, chosen), cost))
    return found


@given(questions(), st.sampled_from((0.3, 0.6, 0.95, 1.0)))
def test_a_target_is_reached_at_the_least_cost(case: Any, share: float) -> None:
    """No set of steps that respects prerequisites reaches the target for less."""
    assessment, question, items = case
    every = brute(assessment, question, items)
    top = max(score for score, _ in every)
    found = plan(assessment, target=share * top, **question)
    assert found.optimal
    assert found.reached >= share * top - EPS
    assert math.isclose(found.cost, min(c for score, c in every if score >= share * top - EPS), abs_tol=EPS)
    assert found.bound == found.cost
    assert found.unreachable == ()
    best = max(score for score, c in every if c <= found.cost + EPS)
    assert found.reached >= best - EPS or found.cost == 0 or share == 1.0


@given(questions(), st.sampled_from((0.0, 1.0, 2.0, 3.5)))
def test_a_budget_buys_the_most(case: Any, budget: float) -> None:
    """No set of steps within the budget reaches more."""
    assessment, question, items = case
    found = plan(assessment, budget=budget, **question)
    best = max(score for score, cost in brute(assessment, question, items) if cost <= budget + EPS)
    assert found.optimal
    assert found.cost <= budget + EPS
    assert math.isclose(found.reached, best, abs_tol=EPS)
    assert found.bound == found.reached


@given(questions())
def test_steps_telescope_and_respect_prerequisites(case: Any) -> None:
    """Each step adds what it says at its place, and what it needs comes before it."""
    assessment, question, items = case
    found = plan(assessment, target=1.0, **question)
    gains = [step.gain for step in found.steps]
    assert math.isclose(math.fsum(gains), found.reached - found.start, abs_tol=EPS)
    assert found.start == after(assessment, question, [])
    needs, done, score = dict(items), list[Any](), found.start
    for step in found.steps:
        assert needs[step.ref] <= set(done)
        done.append(step.ref)
        now = after(assessment, question, done)
        assert math.isclose(step.gain, now - score, abs_tol=EPS)
        score = now
    assert score == found.reached
    assert len(set(done)) == len(done)


@given(questions())
def test_above_what_can_be_reached_the_short_demands_are_named(case: Any) -> None:
    """What stays short with all steps done is named, and nothing if the target is reached."""
    assessment, question, items = case
    found = plan(assessment, target=1.0, **question)
    names = [name for name, _ in items]
    top = after(assessment, question, names)
    assert math.isclose(found.reached, top, abs_tol=EPS)
    cov = coverage(_applied(assessment, question, names), **common(question))
    short = {ref for ref, score in cov.demands.items() if score.demands and zero(getattr(score, question["of"])) < 1}
    assert set(found.unreachable) == (short if top < 1 - EPS else set())


@given(questions(), st.randoms())
def test_the_same_question_has_the_same_plan(case: Any, random: Any) -> None:
    """Neither the order of costs nor that of findings changes a plan."""
    assessment, question, _ = case
    costs, rows = list(question["costs"].items()), list(assessment.findings.items())
    random.shuffle(costs)
    random.shuffle(rows)
    other = question | {"costs": dict(costs)}
    for ask in ({"target": "ceiling"}, {"budget": 2.0}):
        assert plan(assessment, **ask, **question) == plan(Assessment(dict(rows)), **ask, **other)


@given(questions())
def test_the_ceiling_is_the_score_with_every_control_in_place(case: Any) -> None:
    """The target 'ceiling' is the score with all controls implemented, and it is reached."""
    assessment, question, _ = case
    found = plan(assessment, target="ceiling", **question)
    controls = [control.ref for control in question["dataset"].controls("set")]
    assert found.target == after(assessment, question, controls)
    assert found.reached >= found.target - EPS


# Problems wilder than datasets make them, for the solver by itself.
@st.composite
def problems(draw: st.DrawFn, *, plain: bool = False) -> Selection:
    size = draw(st.integers(1, 7))
    item = st.integers(0, size - 1)
    costs = tuple(draw(st.sampled_from((0.0, 1.0, 1.0, 2.0, 0.7, 3.1))) for _ in range(size))
    needs: list[tuple[int, ...]] = []
    for place in range(size):
        some = st.sets(st.integers(0, place - 1), max_size=2) if place and not plain else st.just(set[int]())
        needs.append(tuple(sorted(draw(some))))
    groups: list[Group] = []
    for _ in range(draw(st.integers(1, 6))):
        ways: dict[tuple[int, ...], float] = {}
        for _ in range(draw(st.integers(1, 4))):
            items = tuple(sorted(draw(st.sets(item, min_size=1, max_size=1 if plain else 3))))
            ways[items] = draw(st.sampled_from((0.2, 0.25, 0.5, 1.0)))
        made = tuple(Chance(items, gain) for items, gain in sorted(ways.items()))
        groups.append(Group(draw(st.sampled_from((0.1, 0.3, 1.0))), made))
    return Selection(costs, tuple(needs), tuple(groups))


Chosen = tuple[float, float, tuple[int, ...]]  # gain, cost, items


def choices(problem: Selection) -> list[Chosen]:
    """Every set of items that holds what it needs, its gain by the definition alone."""
    found: list[Chosen] = []
    for chosen in subsets(list(range(len(problem.costs)))):
        if all(need in chosen for item in chosen for need in problem.needs[item]):
            gain = math.fsum(
                group.weight * max((one.gain for one in group.options if set(one.items) <= set(chosen)), default=0.0)
                for group in problem.groups
            )
            found.append((gain, math.fsum(problem.costs[item] for item in chosen), chosen))
    return found


SHARES = st.sampled_from((0.3, 0.7, 0.95, 1.0))
LATER = math.inf


def first(options: list[Chosen], *keys: Any) -> tuple[int, ...]:
    """The items of the option that is best by one number after the other, then has fewest items, then the first."""
    left = options
    for key in keys:
        best = min(map(key, left))
        left = [option for option in left if key(option) <= best + EPS]
    return min((option[2] for option in left), key=lambda items: (len(items), items))


def by_cost(option: Chosen) -> float:
    return option[1]


def by_gain(option: Chosen) -> float:
    return -option[0]


@given(problems(), SHARES)
def test_the_solver_gives_the_first_of_the_best(problem: Selection, share: float) -> None:
    """Brute force finds nothing better, and of what is as good nothing that comes before it."""
    every = choices(problem)
    need = share * max(gain for gain, _, _ in every)
    found = cheapest(problem, need, until=LATER)
    assert found.optimal
    assert found.chosen == first([option for option in every if option[0] >= need - EPS], by_cost, by_gain)
    assert found.bound == found.cost
    budget = share * math.fsum(problem.costs)
    found = most(problem, budget, until=LATER)
    assert found.optimal
    assert found.chosen == first([option for option in every if option[1] <= budget + EPS], by_gain, by_cost)
    assert found.bound == found.gain


@given(problems(), SHARES)
def test_greedy_choices_keep_their_bounds(problem: Selection, share: float) -> None:
    """Where no solver is, or no time, a choice does what is asked, and the best lies between it and its bound."""
    every = choices(problem)
    need = share * max(gain for gain, _, _ in every)
    least = min(cost for gain, cost, _ in every if gain >= need - EPS)
    budget = share * math.fsum(problem.costs)
    best = max(gain for gain, cost, _ in every if cost <= budget + EPS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solution, "installed", lambda: False)
        greedy = (cheapest(problem, need, until=LATER), most(problem, budget, until=LATER))
    for cheap, much in (greedy, (cheapest(problem, need, until=0.0), most(problem, budget, until=0.0))):
        assert cheap.gain >= need - EPS
        assert cheap.bound - EPS <= least <= cheap.cost + EPS
        assert not cheap.optimal or math.isclose(cheap.cost, least, abs_tol=EPS)
        assert much.cost <= budget + EPS
        assert much.gain - EPS <= best <= much.bound + EPS
        assert not much.optimal or math.isclose(much.gain, best, abs_tol=EPS)


@given(problems(), SHARES)
def test_a_local_search_finds_no_dearer_choice_that_gains_as_much(problem: Selection, share: float) -> None:
    """What it returns gains enough, holds what its items need, and costs no more than what it starts from."""
    every = choices(problem)
    need = share * max(gain for gain, _, _ in every)
    start = reached(problem, need).chosen
    found = improved(problem, need, start, until=LATER)
    gains = {frozenset(chosen): (gain, cost) for gain, cost, chosen in every}
    gain, cost = gains[found]
    assert gain >= need - EPS
    assert cost <= problem.cost(start) + EPS
    assert found == improved(problem, need, start, until=LATER)
    assert improved(problem, need, start, until=0.0) == start


@given(problems(), SHARES)
def test_questions_of_the_solver_raise_valid_bounds(problem: Selection, share: float) -> None:
    """Whether a cheaper choice is found, or proven not to be there, is what brute force says, at any level."""
    every = choices(problem)
    need = share * max(gain for gain, _, _ in every)
    fits = [cost for gain, cost, _ in every if gain >= need - EPS]
    least, unit = min(fits), unit_of(problem.costs)
    model = Model(problem, LATER)
    model.gain_at_least(need)
    for goal in {least, near(least, unit), *fits}:
        for only_bound in (True, False):
            found = model.cheaper(goal - unit / 2, only_bound=only_bound)
            assert found.nothing == (least > goal - unit / 2 + EPS)
            assert found.nothing or math.isclose(problem.cost(found.chosen or ()), least, abs_tol=EPS)


@given(problems(), SHARES)
def test_large_problems_have_the_same_answers_as_small_ones(problem: Selection, share: float) -> None:
    """Where the solver alone gets nowhere in its part of the time, what follows finds the first of the best."""
    need = share * problem.whole
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solution, "_FIRST", 0.0)
        found = cheapest(problem, need, until=time.monotonic() + 60)
    assert found == cheapest(problem, need, until=LATER)
    assert found.optimal


@given(problems(), SHARES, st.floats(0, 1))
def test_a_bound_may_be_raised_to_the_next_level(problem: Selection, share: float, part: float) -> None:
    """All costs of choices are multiples of the unit, so no bound passes the least one, and one at it stays."""
    every = choices(problem)
    unit, dearest = unit_of(problem.costs), max(problem.costs)
    assert all(abs(cost / unit - round(cost / unit)) < EPS for _, cost, _ in every) if unit else not dearest
    least = min(cost for gain, cost, _ in every if gain >= share * problem.whole - EPS)
    assert part * least - 1e-6 <= raised(part * least, unit, dearest) <= least + EPS
    assert math.isclose(raised(least, unit, dearest), least, abs_tol=EPS)
    bound = near(least, unit)
    assert least * 0.99 - EPS <= bound <= least + EPS


@pytest.mark.parametrize(
    ("costs", "unit"),
    [
        ((1.0, 1.0), 1.0),
        ((0.7, 3.1), 0.1),
        ((0.0, 2.5, 10.0), 2.5),
        ((0.0, 0.0), 0.0),
        ((), 0.0),
        ((1.0, 3.141592653589793), 0.0),
        ((1e6, 0.1), 0.0),
        ((6.0, 1e15), 0.0),
    ],
)
def test_the_unit_of_costs(costs: tuple[float, ...], unit: float) -> None:
    """The greatest common measure of costs as they are written; none where it is too fine to tell levels apart."""
    assert unit_of(costs) == unit
    assert raised(2.2, unit, max(costs, default=0.0)) == pytest.approx(math.ceil(2.2 / unit) * unit if unit else 2.2)
    assert raised(-math.inf, unit, 1.0) == -math.inf


@given(problems(plain=True), st.sampled_from((0.5, 0.9, 1.0)))
def test_greedy_keeps_the_promise_of_wolsey(problem: Selection, share: float) -> None:
    """A greedy choice costs at most the promised times of the least."""
    every = choices(problem)
    need = share * max(gain for gain, _, _ in every)
    times = factor(problem, need)
    choice = reached(problem, need)
    assert times is not None
    least = min(cost for gain, cost, _ in every if gain >= need - EPS)
    assert problem.cost(choice.chosen) <= times * least + EPS


DAY = dt.date(2026, 1, 1)


@st.composite
def trajectories(draw: st.DrawFn) -> tuple[Assessment, list[Step], dict[str, Any]]:
    given_, assessment, question = draw(cases())
    dataset = _with_measures(draw, given_)
    later = st.integers(-2, 6).map(lambda days: DAY + dt.timedelta(days=days))
    ends = {
        ref: attrs.evolve(finding, valid_until=draw(st.one_of(st.none(), later)))
        for ref, finding in assessment.findings.items()
    }
    units = [unit.ref for unit in dataset]
    names: list[Any] = draw(st.lists(st.sampled_from([*units, *(m.id for m in dataset.measures)]), unique=True))
    steps: list[Step] = []
    for name in names[:4]:
        done = draw(st.integers(1, 6))
        start = draw(st.one_of(st.none(), st.integers(-1, done)))
        day = None if start is None else DAY + dt.timedelta(days=start)
        steps.append(Step(name, day, DAY + dt.timedelta(days=done)))
    return Assessment(ends, as_of=DAY), steps, question | {"dataset": dataset}


def triple(score: Any) -> tuple[Any, ...]:
    return (score.low, score.estimate, score.high, score.met, score.demands)


@given(trajectories())
def test_each_point_is_the_coverage_of_that_day(case: Any) -> None:
    """The score on any date is that of the assessment as it then stands."""
    assessment, steps, question = case
    found = simulate(assessment, steps, **question)
    assert found.points[0].date == DAY
    assert found.points[0].score == coverage(assessment, **question).overall
    for days in range(8):
        date = DAY + dt.timedelta(days=days)
        dated = attrs.evolve(assessment, as_of=date)
        done = [step.ref for step in steps if step.done is not None and step.done <= date]
        expected = coverage(_applied(dated, question, done), **question).overall
        assert triple(found.at(date)) == triple(expected)


@given(trajectories(), st.randoms())
def test_trajectories_do_not_depend_on_the_order_of_steps(case: Any, random: Any) -> None:
    """Points come by date, each with an event, in whatever order the steps were given."""
    assessment, steps, question = case
    again = list(steps)
    random.shuffle(again)
    one, two = simulate(assessment, steps, **question), simulate(assessment, again, **question)
    assert one == two
    dates = [point.date for point in one.points]
    assert dates == sorted(set(dates))
    assert all(point.started or point.done or point.expired for point in one.points[1:])


@pytest.mark.parametrize("kind", ["joint", "needs", "measure"])
def test_the_questions_reach_what_the_laws_speak_of(kind: str) -> None:
    """A law that is never exercised proves nothing."""
    from hypothesis import Phase, find

    def holds(case: Any) -> bool:
        assessment, question, items = case
        steps = plan(assessment, target="ceiling", **question).steps
        refs = {step.ref for step in steps}
        if kind == "joint":
            return any(step.gain == 0 for step in steps)
        if kind == "needs":
            return any(needs and name in refs for name, needs in items)
        return any(isinstance(ref, str) for ref in refs)

    assert find(questions(), holds, settings=settings(phases=[Phase.generate], max_examples=2000))


@given(st.data())
def test_the_strategy_of_assessments_feeds_plans(data: st.DataObject) -> None:
    """The strategies that users get make questions with steps that gain something."""
    dataset = data.draw(datasets())
    assessment = data.draw(assessments(dataset))
    found = plan(assessment, budget=100.0, framework="law", crosswalk="own", dataset=dataset)
    assume(found.steps)
    assert found.reached > found.start
