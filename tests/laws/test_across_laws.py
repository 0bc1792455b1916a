"""Laws of `Assessment.across`: what counts is the weakest scope, in every number, whoever says what where."""

from __future__ import annotations

import random
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from nis2map import Assessment, Control, Dataset, Finding, Ref, Status, coverage, dumps, gaps, loads
from nis2map.scoring import workings
from nis2map.testing import assessments, datasets

from .test_scoring_laws import cases, zero

RISING = (Status.NOT_IMPLEMENTED, Status.PLANNED, Status.PARTIAL, Status.IMPLEMENTED)


@st.composite
def several(draw: st.DrawFn, **options: Any) -> tuple[Dataset, dict[str, Assessment], dict[str, Any]]:
    """A dataset, two or three scopes of an entity, and a question."""
    dataset, first, question = draw(cases(**options))
    others = draw(st.lists(assessments(dataset, **options), min_size=1, max_size=2))
    names = draw(st.permutations(("plant", "cloud", "Büro")))
    return dataset, dict(zip(names, (first, *others), strict=False)), question


def numbers(soa: Assessment, question: dict[str, Any]) -> dict[str, tuple[float | None, ...]]:
    """The three numbers of the whole, of every unit and of every demand, and the strict ones of the whole."""
    cov = coverage(soa, **question)
    every = {"overall": cov.overall, **{str(ref): score for ref, score in (*cov.units.items(), *cov.demands.items())}}
    found = {name: (score.low, score.estimate, score.high) for name, score in every.items()}
    strict = cov.overall.strict
    return {**found, "strict": (strict.low, strict.estimate, strict.high)}


def at_most(less: dict[str, tuple[float | None, ...]], more: dict[str, tuple[float | None, ...]]) -> None:
    assert less.keys() == more.keys()
    for name, values in less.items():
        for mine, theirs in zip(values, more[name], strict=True):
            # What is counted nowhere has no number; what one scope excludes counts 0 in the whole.
            assert theirs is None or zero(mine) <= theirs + 1e-12, (name, values, more[name])


@given(several())
def test_no_number_is_above_that_of_a_scope(case: tuple[Dataset, dict[str, Assessment], dict[str, Any]]) -> None:
    """Whatever is asked, the entity has at most what each of its scopes has alone."""
    dataset, scopes, question = case
    whole = numbers(Assessment.across(scopes, dataset=dataset), question)
    for scope in scopes.values():
        at_most(whole, numbers(scope, question))


@given(several(expiring=True))
def test_what_has_run_out_in_a_scope_is_unknown_in_all(
    case: tuple[Dataset, dict[str, Assessment], dict[str, Any]],
) -> None:
    """The law holds with dates too, whether or not the scopes are of one day."""
    dataset, scopes, question = case
    whole = numbers(Assessment.across(scopes, dataset=dataset), question)
    for scope in scopes.values():
        at_most(whole, numbers(scope, question))


@given(several(own=False))
def test_each_deepest_control_has_the_least_of_each_number(
    case: tuple[Dataset, dict[str, Assessment], dict[str, Any]],
) -> None:
    """Not at most, but exactly: the least low, the least estimate and the least high of the scopes."""
    dataset, scopes, _ = case
    whole = Assessment.across(scopes, dataset=dataset)

    def bounds(soa: Assessment, ref: Ref) -> tuple[float, float, float]:
        chain = (ref, *dataset.ancestors(ref))
        finding = next((soa.current[place] for place in chain if place in soa.current), Finding("unassessed"))
        return finding.bounds

    for control in dataset.controls("set"):
        said = [bounds(scope, control.ref) for scope in scopes.values()]
        assert bounds(whole, control.ref) == tuple(map(min, zip(*said, strict=True)))
        assert sorted(finding.bounds for finding in whole.by_scope(control.ref).values()) == sorted(said) or not any(
            place in whole for place in (control.ref, *dataset.ancestors(control.ref))
        )


@given(st.data())
def test_one_scope_is_that_scope(data: st.DataObject) -> None:
    """A statement about everything there is needs no second reading."""
    dataset = data.draw(datasets())
    soa = data.draw(assessments(dataset, expiring=data.draw(st.booleans())))
    soa = attrs.evolve(
        soa, subject="Acme", scope="all sites", whole_entity=data.draw(st.sampled_from((None, True, False)))
    )
    only = Assessment.across({"all": soa}, dataset=dataset)
    assert only == soa
    assert dict(only.current) == dict(soa.current)
    assert dict(only.scopes["all"]) == {ref: f for ref, f in only.scopes["all"].items() if ref in soa.findings}


@given(several(expiring=True), st.integers())
def test_the_order_of_scopes_does_not_matter(
    case: tuple[Dataset, dict[str, Assessment], dict[str, Any]], seed: int
) -> None:
    """Neither in findings, nor in documents, nor in the digest."""
    dataset, scopes, _ = case
    turned = list(scopes.items())
    random.Random(seed).shuffle(turned)
    one, other = (Assessment.across(parts, dataset=dataset) for parts in (scopes, dict(turned)))
    assert dumps(one) == dumps(other)
    assert one.digest == other.digest


@given(several(), st.data())
def test_raising_a_finding_in_a_scope_never_lowers_anything(
    case: tuple[Dataset, dict[str, Assessment], dict[str, Any]], data: st.DataObject
) -> None:
    """Nobody is worse off because one of the scopes did something."""
    dataset, scopes, question = case
    name = data.draw(st.sampled_from(sorted(scopes)))
    raisable = [ref for ref, finding in scopes[name].items() if finding.status in RISING[:-1]]
    if not raisable:
        return
    ref = data.draw(st.sampled_from(raisable))
    after = data.draw(st.sampled_from(RISING[RISING.index(scopes[name][ref].status) + 1 :]))
    # A finding on a duty may be a bound on what the links give, so what rises there has to rise from known to known.
    raised = {**scopes, name: scopes[name].replace({ref: Finding(after)})}
    before = numbers(Assessment.across(scopes, dataset=dataset), question)
    at_most(before, numbers(Assessment.across(raised, dataset=dataset), question))


@given(several())
def test_an_across_survives_documents_and_its_scores_are_explained(
    case: tuple[Dataset, dict[str, Assessment], dict[str, Any]],
) -> None:
    """What the scopes said comes back whole, scores alike, and the numbers can be worked out from the explanation."""
    dataset, scopes, question = case
    whole = Assessment.across(scopes, dataset=dataset)
    back = loads(dumps(whole), Assessment)
    assert (back, back.scopes, back.digest) == (whole, whole.scopes, whole.digest)
    cov, again = coverage(whole, **question), coverage(back, **question)
    assert cov.overall == again.overall
    assert gaps(whole, **question).to_dict() == gaps(back, **question).to_dict()
    recomputed = cov.explain().recompute()
    overall = (cov.overall.low, cov.overall.estimate, cov.overall.high)
    assert all(zero(a) - zero(b) < 1e-12 for a, b in zip(recomputed, overall, strict=True))


@given(several(own=False))
def test_gaps_name_the_scopes_that_lack_a_control(
    case: tuple[Dataset, dict[str, Assessment], dict[str, Any]],
) -> None:
    """A control of a gap is in place in exactly the scopes that are not named with it."""
    dataset, scopes, question = case
    listed = gaps(Assessment.across(scopes, dataset=dataset), **question)
    for gap in listed:
        for control in gap.controls:
            lacking = gap.lacking.get(control, {})
            for name, soa in scopes.items():
                work = workings(coverage(soa, **question)).question
                parts = work.parts[work.controls.index(control)]
                surely = all(
                    next((soa.current[ref].bounds[0] for ref in chain if ref in soa.current), 0.0) == 1
                    for chain in parts
                )
                assert surely == (name not in lacking)
    assert all(isinstance(dataset[control], Control) for gap in listed for control in gap.lacking)
