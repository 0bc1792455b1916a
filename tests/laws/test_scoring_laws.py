"""The laws of DESIGN section 5, on generated datasets: own and foreign crosswalks, joint links, with and without demands."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import Phase, assume, find, given, settings
from hypothesis import strategies as st

from nis2map import Assessment, Crosswalk, Dataset, Finding, GapClass, Grade, Ref, Relation, Status, coverage, gaps
from nis2map.errors import UnknownRef
from nis2map.scoring import Coverage, Score, workings
from nis2map.testing import assessments, datasets

from .plain_scoring import Plain

CROSSWALKS = st.sampled_from((["own"], ["foreign"], ["own", "foreign"]))
BASES = st.sampled_from(("statement", "guidance", "consideration"))
WEIGHTS = st.sampled_from(("unit", "demand", "measure"))
FACTS = st.none() | st.dictionaries(st.sampled_from(("it_happens", "it_is_asked_for")), st.booleans())
SUPPORTS = st.sampled_from((0.0, 0.5, 0.75, 1.0))
# `find` shrinks what it finds, which takes minutes and says nothing here.
FIRST = settings(phases=(Phase.generate,), max_examples=500, database=None)


@st.composite
def cases(draw: st.DrawFn, **options: Any) -> tuple[Dataset, Assessment, dict[str, Any]]:
    dataset = draw(datasets())
    assessment = draw(assessments(dataset, **options))
    question = {
        "framework": "law",
        "crosswalk": draw(CROSSWALKS),
        "basis": draw(BASES),
        "weights": draw(WEIGHTS),
        "support": draw(SUPPORTS),
        "dataset": dataset,
    }
    known = {d.condition for unit in dataset.requirements("law") for d in unit.demands}
    facts = draw(FACTS)
    if facts is not None:  # a name that no demand hangs on is an error
        question["facts"] = {name: holds for name, holds in facts.items() if name in known}
    return dataset, assessment, question


def parts(score: Score) -> list[tuple[float | None, float | None, float | None]]:
    ceiling, strict = score.ceiling, score.strict
    return [
        (score.low, score.estimate, score.high),
        (ceiling.low, ceiling.estimate, ceiling.high),
        (strict.low, strict.estimate, strict.high),
    ]


def scores(cov: Coverage) -> list[Score]:
    tops = [u.ref for u in cov.dataset.requirements("law") if any(ref in cov.units for ref in cov.dataset.below(u.ref))]
    return [cov.overall, *(cov[ref] for ref in tops), *cov.units.values(), *cov.demands.values()]


def zero(value: float | None) -> float:
    return 0.0 if value is None else value


@given(cases())
def test_scores_equal_the_plain_oracle(case: tuple[Dataset, Assessment, dict[str, Any]]) -> None:
    """Each state, gap class and number is what section 5, written out a second time without any speed, gives."""
    dataset, assessment, question = case
    cov = coverage(assessment, **question)
    plain = Plain(
        dataset,
        assessment,
        question["crosswalk"],
        basis=question["basis"],
        support=question["support"],
        weights=question["weights"],
        facts=question.get("facts"),
    )
    for ref, found in plain.demand.items():
        place = workings(cov).question.demand_places[ref]
        assert ("counted", "excluded", "unjudged", "unbound")[workings(cov).values.state[place]] == found["state"]
        assert cov.gap_class(ref) == found["class"]
        assert workings(cov).question.grades[place] == found["grade"]
        assert cov.demands[ref].explain().demands[0].assessed == found["assessed"]
    for unit in dataset.requirements("law"):
        below = [ref for ref in dataset.below(unit.ref) if ref in plain.units]
        if not below:
            with pytest.raises(UnknownRef):
                cov[unit.ref]
            continue
        for mine, part in zip(parts(cov[unit.ref]), ("bounds", "ceiling", "strict"), strict=True):
            for got, expected in zip(mine, plain.roll(below, part), strict=True):
                assert (got is None) == (expected is None)
                assert got is None or math.isclose(got, expected, abs_tol=1e-12)
    for group, score in cov.rollup("measure").items():
        inside = [unit for unit in plain.units if group in plain.groups(unit)]
        for mine, part in zip(parts(score), ("bounds", "ceiling", "strict"), strict=True):
            for got, expected in zip(mine, plain.roll(inside, part, group), strict=True):
                assert (got is None) == (expected is None)
                assert got is None or math.isclose(got, expected, abs_tol=1e-12)


@given(cases())
def test_counts_partition_the_demands(case: tuple[Dataset, Assessment, dict[str, Any]]) -> None:
    """At every level both partitions add up to the counted demands, and these with those in no number to the set."""
    dataset, assessment, question = case
    cov = coverage(assessment, **question)
    whole = cov.overall
    assert whole.demands + whole.excluded + whole.unjudged == len(workings(cov).question.demands)
    for score in (*scores(cov), *cov.rollup("measure").values(), *cov.rollup("article").values()):
        gap = score.implementation + score.unassessed + score.residual + score.structural
        assert score.met + gap == score.demands == sum(score.grades.values())
        assert list(score.grades) == list(Grade)
    listed = gaps(assessment, **question)
    unmet = sum(count for kind, count in listed.summary.items() if kind is not GapClass.UNJUDGED)
    assert unmet == whole.demands - whole.met
    assert listed.summary[GapClass.UNJUDGED] == whole.unjudged
    assert dataset is cov.dataset


@given(cases())
def test_bounds_are_ordered(case: tuple[Dataset, Assessment, dict[str, Any]]) -> None:
    """0 <= low <= estimate <= high <= 1; the three are None together, where nothing of their kind is counted."""
    _, assessment, question = case
    for score in scores(coverage(assessment, **question)):
        for low, estimate, high in parts(score):
            if low is None or estimate is None or high is None:
                assert low is high is estimate is None
                continue
            assert 0 <= low <= estimate <= high <= 1
        assert (score.low is None) == (score.demands == 0)
        # what a fact excludes is in no number, `strict` included
        exact = False not in (question.get("facts") or {}).values()
        assert score.strict.low is not None or score.demands == 0
        assert score.strict.low is None or score.demands + score.excluded > 0
        assert not exact or (score.strict.low is None) == (score.demands + score.excluded == 0)
        assert score.ceiling.low is None or score.demands


LADDER: tuple[Any, ...] = ("not_implemented", "planned", 0.2, 0.5, 0.9, "implemented")


@given(cases(), st.data())
def test_raising_a_degree_never_lowers_anything(
    case: tuple[Dataset, Assessment, dict[str, Any]], data: st.DataObject
) -> None:
    """More done on one control lowers no number at any level, a heading's default finding included."""
    dataset, assessment, question = case
    ref = data.draw(st.sampled_from([control.ref for control in dataset.controls("set", headings=True)]))
    steps = sorted(data.draw(st.lists(st.integers(0, len(LADDER) - 1), min_size=2, max_size=2)))
    worse, better = (coverage(assessment.replace({ref: LADDER[step]}), **question) for step in steps)
    for one, two in zip(scores(worse), scores(better), strict=True):
        for low, high in zip(parts(one), parts(two), strict=True):
            assert all(zero(a) <= zero(b) for a, b in zip(low, high, strict=True))


@given(cases(), st.data())
def test_learning_that_a_control_is_absent_lowers_only_high(
    case: tuple[Dataset, Assessment, dict[str, Any]], data: st.DataObject
) -> None:
    """What nobody assessed already counts 0 in low and estimate: to hear that it is absent costs only high."""
    dataset, assessment, question = case
    unknown = [
        control.ref
        for control in dataset.controls("set")
        if control.ref not in assessment.current and dataset.parent(control.ref) not in assessment.current
    ]
    assume(unknown)
    ref = data.draw(st.sampled_from(unknown))
    before = coverage(assessment, **question)
    after = coverage(assessment.replace({ref: "not_implemented"}), **question)
    for one, two in zip(scores(before), scores(after), strict=True):
        assert (one.low, one.estimate) == (two.low, two.estimate)
        assert zero(two.high) <= zero(one.high)


@given(cases(), st.data())
def test_adding_a_link_to_a_judged_unit_never_lowers_anything(
    case: tuple[Dataset, Assessment, dict[str, Any]], data: st.DataObject
) -> None:
    """A further link on a unit that others speak of can only help: per demand the best link counts."""
    dataset, assessment, question = case
    crosswalk = dataset.crosswalks["own"]
    whole = [link for link in crosswalk.links if link.relation is not Relation.NO_RELATIONSHIP]
    counts = {link.requirement: 0 for link in whole}
    for link in whole:
        counts[link.requirement] += 1
    spare = [link for link in whole if counts[link.requirement] > 1]
    assume(spare)
    gone = data.draw(st.sampled_from(spare))
    kept = Crosswalk("own", "law", "set", [link for link in crosswalk.links if link is not gone])
    question |= {"crosswalk": ["own"]}
    less = coverage(assessment, **(question | {"dataset": dataset.with_crosswalk(kept)}))
    more = coverage(assessment, **question)
    for one, two in zip(scores(less), scores(more), strict=True):
        for low, high in zip(parts(one), parts(two), strict=True):
            assert all(zero(a) <= zero(b) for a, b in zip(low, high, strict=True))


@given(cases(), st.randoms())
def test_order_never_matters(case: tuple[Dataset, Assessment, dict[str, Any]], random: Any) -> None:
    """Frameworks, units, crosswalks, links, findings and the crosswalks asked for in any order give one result."""
    dataset, assessment, question = case
    shuffled = [*dataset.crosswalks.values()]
    random.shuffle(shuffled)
    units = list(dataset)
    random.shuffle(units)
    again = Dataset.from_parts(
        frameworks=list(dataset.frameworks.values())[::-1],
        requirements=[unit for unit in units if unit.side == "requirement"],
        controls=[unit for unit in units if unit.side == "control"],
        crosswalks=[_shuffled(crosswalk, random) for crosswalk in shuffled],
    )
    rows = list(assessment.findings.items())
    random.shuffle(rows)
    one = coverage(assessment, **question)
    two = coverage(Assessment(dict(rows)), **(question | {"dataset": again, "crosswalk": question["crosswalk"][::-1]}))
    assert one.overall == two.overall
    assert dict(one.units) == dict(two.units)
    assert dict(one.demands) == dict(two.demands)


def _shuffled(crosswalk: Crosswalk, random: Any) -> Crosswalk:
    links = list(crosswalk.links)
    random.shuffle(links)
    return Crosswalk(crosswalk.id, crosswalk.source, crosswalk.target, links, title=crosswalk.title)


def without_unfounded(assessment: Assessment, question: dict[str, Any]) -> Assessment:
    """Take away exclusions that could not count; taking one away may let a finding on a unit above speak."""
    while True:
        found = coverage(assessment, **question).conflicts
        unfounded = {conflict.finding for conflict in found if conflict.kind == "unfounded-exclusion"}
        if not unfounded:
            return assessment
        assessment = assessment.replace(dict.fromkeys(unfounded))


@given(cases(exclusions_only=True))
def test_without_other_findings_on_requirements_no_part_exceeds_its_ceiling(
    case: tuple[Dataset, Assessment, dict[str, Any]],
) -> None:
    """Controls alone never earn more than the ceiling, and all of them in full earn exactly that."""
    dataset, assessment, question = case
    assessment = without_unfounded(assessment, question)
    for score in scores(coverage(assessment, **question)):
        ceiling = score.ceiling
        assert zero(score.low) <= zero(ceiling.low)
        assert zero(score.estimate) <= zero(ceiling.estimate)
        assert zero(score.high) <= zero(ceiling.high)
    everything: dict[Any, Any] = {control.ref: "implemented" for control in dataset.controls("set", headings=True)}
    for score in scores(coverage(assessment.replace(everything), **question)):
        assert (score.low, score.high) == (score.ceiling.low, score.ceiling.high)
        assert score.estimate == score.ceiling.estimate


@given(cases(own=False), st.data())
def test_structural_and_residual_do_not_depend_on_the_assessment(
    case: tuple[Dataset, Assessment, dict[str, Any]], data: st.DataObject
) -> None:
    """What the standard cannot close is a fact of the crosswalk: what an entity has done changes nothing in it."""
    dataset, assessment, question = case
    other = data.draw(assessments(dataset, own=False))
    fixed = (GapClass.STRUCTURAL, GapClass.RESIDUAL)

    def classes(found: Assessment) -> dict[Ref, Any]:
        cov = coverage(found, **question)
        return {ref: kind for ref in cov.demands if (kind := cov.gap_class(ref)) in fixed}

    assert classes(assessment) == classes(other)


@given(cases())
def test_a_wider_basis_never_lowers_anything(case: tuple[Dataset, Assessment, dict[str, Any]]) -> None:
    """Counting also what ISO/IEC 27002 says should be done, or names for consideration, adds covers and takes none."""
    _, assessment, question = case
    for narrow, wide in (("statement", "guidance"), ("guidance", "consideration")):
        one, two = (scores(coverage(assessment, **(question | {"basis": basis}))) for basis in (narrow, wide))
        for before, after in zip(one, two, strict=True):
            for low, high in zip(parts(before), parts(after), strict=True):
                assert all(zero(a) <= zero(b) for a, b in zip(low, high, strict=True))


@given(cases())
def test_a_mere_support_earns_nothing_unless_the_caller_says_what(
    case: tuple[Dataset, Assessment, dict[str, Any]],
) -> None:
    """Without `support` each number is the best covering link; more support never lowers one, and never moves low."""
    _, assessment, question = case
    question |= {"crosswalk": ["own"]}
    del question["support"]
    cov = coverage(assessment, **question)
    assert cov.support == 0.0
    for place, own in enumerate(workings(cov).values.own):
        if own is None:
            covers = [workings(cov).values.sets[index] for index in workings(cov).question.covers[place]]
            for part, column in enumerate(workings(cov).values[1:4]):
                assert column[place] == max((numbers[part] for numbers in covers), default=0.0)
    last = scores(cov)
    for support in (0.25, 0.5, 1.0):
        more = scores(coverage(assessment, **question, support=support))
        for one, two in zip(last, more, strict=True):
            assert one.low == two.low
            for before, after in zip(parts(one), parts(two), strict=True):
                assert all(zero(a) <= zero(b) for a, b in zip(before, after, strict=True))
        last = more


@given(cases())
def test_without_strengths_and_support_the_ceiling_is_one_number(
    case: tuple[Dataset, Assessment, dict[str, Any]],
) -> None:
    """And all controls in place give exactly that, in low, estimate and high."""
    dataset, assessment, question = case
    question |= {"crosswalk": ["own"], "support": 0.0}
    for score in scores(coverage(assessment, **question)):
        assert score.ceiling.low == score.ceiling.estimate == score.ceiling.high
    everything = Assessment({control.ref: "implemented" for control in dataset.controls("set")})
    for score in scores(coverage(everything, **question)):
        assert score.low == score.estimate == score.high == score.ceiling.low


@given(cases())
def test_the_overall_figure_by_measure_is_the_mean_of_the_rows(
    case: tuple[Dataset, Assessment, dict[str, Any]],
) -> None:
    """In the row of a group a unit weighs what it has from that group, so that the rows weigh alike."""
    _, assessment, question = case
    cov = coverage(assessment, **(question | {"weights": "measure"}))
    rows = list(cov.rollup("measure").values())
    whole = all(sums.counted for sums in workings(cov).sums)
    assume(whole)
    for name in ("low", "estimate", "high"):
        mean = math.fsum(getattr(row, name) for row in rows) / len(rows)
        assert math.isclose(getattr(cov.overall, name), mean, abs_tol=1e-12)
    for row in rows:
        for got, expected in zip(row.explain().recompute(), parts(row)[0], strict=True):
            assert math.isclose(zero(got), zero(expected), abs_tol=1e-12)


@given(cases(), st.data())
def test_a_container_is_the_mean_of_any_partition(
    case: tuple[Dataset, Assessment, dict[str, Any]], data: st.DataObject
) -> None:
    """However a set is cut in two, the weighted mean of the halves is the figure of the whole."""
    _, assessment, question = case
    cov = coverage(assessment, **question)
    weights, sums = workings(cov).weights.values, workings(cov).sums
    places = list(range(len(workings(cov).question.units)))
    cut = data.draw(st.integers(0, len(places)))
    halves = [places[:cut], places[cut:]]

    def heavy(inside: list[int]) -> float:
        return math.fsum((float(sums[p].counted) if weights is None else weights[p]) for p in inside if sums[p].counted)

    total = heavy(places)
    assume(total)
    part = [cov._score("overall", half) for half in halves]
    for name in ("low", "estimate", "high"):
        whole = getattr(cov.overall, name)
        mean = math.fsum(heavy(h) * zero(getattr(s, name)) for h, s in zip(halves, part, strict=True)) / total
        assert math.isclose(zero(whole), mean, abs_tol=1e-12)


@given(cases())
def test_explain_recomputes_every_score(case: tuple[Dataset, Assessment, dict[str, Any]]) -> None:
    """A reader who follows the terms of an explanation by hand comes to the published numbers."""
    _, assessment, question = case
    cov = coverage(assessment, **question)
    for score in scores(cov):
        for got, expected in zip(score.explain().recompute(), parts(score)[0], strict=True):
            assert (got is None) == (expected is None)
            assert got is None or math.isclose(got, zero(expected), abs_tol=1e-12)
    for demand in cov.overall.explain().demands:
        if demand.state == "counted" and not demand.own:
            covering = [term for term in demand.terms if term.covering]
            assert demand.low == max((term.low for term in covering), default=0.0)
            assert demand.high == max((term.factor * term.high for term in demand.terms), default=0.0)
            assert demand.estimate == max((term.factor * term.estimate for term in demand.terms), default=0.0)


@given(cases(), st.data())
def test_excluding_never_raises_strict(case: tuple[Dataset, Assessment, dict[str, Any]], data: st.DataObject) -> None:
    """Nobody improves the strict figure by declaring a demand not applicable."""
    _, assessment, question = case
    demand = data.draw(st.sampled_from(list(coverage(assessment, **question).demands)))
    excluded = Finding(Status.NOT_APPLICABLE, justification="outside our scope")
    before = coverage(assessment, **question)
    assume(workings(before).values.state[workings(before).question.demand_places[demand]] == 0)
    after = coverage(assessment.replace({demand: excluded}), **question)
    for one, two in zip(scores(before), scores(after), strict=True):
        assert zero(two.strict.low) <= zero(one.strict.low) + 1e-12
        assert zero(two.strict.high) <= zero(one.strict.high) + 1e-12
        assert zero(two.strict.estimate) <= zero(one.strict.estimate) + 1e-12


@given(cases())
def test_unfounded_exclusions_are_named_and_count_nothing(
    case: tuple[Dataset, Assessment, dict[str, Any]],
) -> None:
    """Only an optional or conditional demand, with a justification, may be excluded; any other is a conflict at 0."""
    _, assessment, question = case
    cov = coverage(assessment, **question)
    named = {conflict.ref for conflict in cov.conflicts if conflict.kind == "unfounded-exclusion"}
    for place, own in enumerate(workings(cov).values.own):
        demand = workings(cov).question.demands[place]
        if own is None or own[1].status is not Status.NOT_APPLICABLE:
            assert demand.ref not in named
            continue
        settled = (question.get("facts") or {}).get(demand.condition)
        founded = (demand.optout or (demand.conditional and settled is None)) and bool(own[1].justification)
        assert (demand.ref in named) == (not founded)
        assert founded or workings(cov).values.low[place] == workings(cov).values.high[place] == 0.0


@given(cases())
def test_last_covers_are_those_that_no_implementation_brings_back(
    case: tuple[Dataset, Assessment, dict[str, Any]],
) -> None:
    """A conflict names exactly the covered demands that stay unmet with all controls but the excluded in place."""
    dataset, assessment, question = case
    cov = coverage(assessment, **question)
    named = {conflict.ref for conflict in cov.conflicts if conflict.kind == "last-cover"}
    done: dict[Any, Any] = {}
    for control in dataset.controls("set"):
        chain = (control.ref, *dataset.ancestors(control.ref))
        said = next((assessment.current[ref] for ref in chain if ref in assessment.current), None)
        if said is None or said.status is not Status.NOT_APPLICABLE:
            done[control.ref] = "implemented"
    best = coverage(assessment.replace(done), **question)
    for place, demand in enumerate(workings(cov).question.demands):
        counts = workings(cov).values.state[place] == 0 and workings(cov).values.own[place] is None
        lost = workings(best).values.low[place] < 1 and bool(workings(cov).question.covers[place])
        assert (demand.ref in named) == (counts and lost)


def test_the_strategies_reach_what_the_laws_speak_of() -> None:
    """A law that is never exercised proves nothing: the generated cases hold every kind of thing."""

    def joint(dataset: Dataset) -> bool:
        return any(len(link.controls) > 1 for link in dataset.crosswalks["own"].links)

    def inherited(dataset: Dataset) -> bool:
        links = dataset.crosswalks["foreign"].links
        return any(dataset.children(link.requirement) and link.relation.is_full for link in links)

    for condition in (joint, inherited, lambda d: not d._has_demands("law"), lambda d: d._has_demands("law")):
        assert find(datasets(), condition, settings=FIRST)


@pytest.mark.parametrize("kind", list(GapClass))
def test_every_class_occurs(kind: GapClass) -> None:
    """The generated cases reach each gap class, so that no law about it holds for want of an example."""

    def has(case: tuple[Dataset, Assessment, dict[str, Any]]) -> bool:
        return bool(gaps(case[1], **case[2]).of(kind))

    assert find(cases(), has, settings=FIRST)
