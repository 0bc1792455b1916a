"""The algebra of comparisons holds for assessments, datasets and crosswalks alike."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nis2map import Assessment, Crosswalk, Dataset, InputError, apply, compare, coverage
from nis2map.diff import ABSENT, Comparison
from nis2map.scoring import Bounds
from nis2map.testing import assessments, datasets

Three = tuple[Any, Any, Any]


def same(one: Any, two: Any) -> bool:
    """Tell whether two things are the same to the letter; datasets compare by version, records and digest."""
    if isinstance(one, Dataset):
        return (one.version, one.records(), one.digest) == (two.version, two.records(), two.digest)
    if isinstance(one, Assessment):
        return bool(one == two) and one.to_dict() == two.to_dict()
    return bool(one == two)


def laws(three: Three, **question: Any) -> None:
    """Assert the laws over three things of one kind."""
    one, two, last = three

    def diff(before: Any, after: Any) -> Comparison:
        return compare(before, after, **question)

    there, on = diff(one, two), diff(two, last)
    assert not diff(one, one)
    assert diff(one, one).changes == ()
    assert bool(there.changes) == (not same(one, two))
    assert same(apply(there, one), two)
    assert there.invert() == diff(two, one)
    assert there.invert().invert() == there
    assert same(apply(there.invert(), two), one)
    assert there.then(on) == diff(one, last)
    assert same(apply(there.then(on), one), last)
    assert not there.then(there.invert())
    json.dumps(there.to_dict())
    if there.changes:
        with pytest.raises(InputError, match="the comparison starts from"):
            apply(there, two)


@st.composite
def versions(draw: st.DrawFn) -> Three:
    """Three datasets with versions; the later ones are drawn anew, or have something of the first."""
    first: Dataset = draw(datasets())
    made = [_named(first, "1")]
    for version in ("2", "3"):
        other: Dataset = draw(datasets())
        if draw(st.booleans()):
            other = _edited(draw, first)
        made.append(_named(other, draw(st.sampled_from((version, "1")))))
    return (made[0], made[1], made[2])


def _named(dataset: Dataset, version: str) -> Dataset:
    return _again(dataset, version=version)


def _again(dataset: Dataset, **changed: Any) -> Dataset:
    parts = {
        "frameworks": tuple(dataset.frameworks.values()),
        "requirements": tuple(unit for unit in dataset if unit.side == "requirement"),
        "controls": tuple(unit for unit in dataset if unit.side == "control"),
        "crosswalks": tuple(dataset.crosswalks.values()),
        "sources": tuple(dataset.sources.values()),
        "measures": dataset.measures,
        "version": dataset.version,
    }
    return Dataset.from_parts(**{**parts, **changed})


def _edited(draw: st.DrawFn, dataset: Dataset) -> Dataset:
    """Change titles, labels, the order of demands, rationales and the order of tables."""
    units = [unit for unit in dataset if unit.side == "requirement"]
    title = st.sampled_from(("", "another title"))
    requirements = [
        attrs.evolve(
            unit,
            title=draw(title) or unit.title,
            summary=draw(st.sampled_from(("", "in short"))),
            demands=draw(st.permutations([attrs.evolve(d, label=draw(title) or d.label) for d in unit.demands])),
        )
        for unit in units
    ]
    crosswalks = [
        attrs.evolve(one, links=[attrs.evolve(link, rationale=draw(title)) for link in one.links], notes=draw(title))
        for one in dataset.crosswalks.values()
    ]
    return _again(
        dataset,
        requirements=requirements,
        crosswalks=draw(st.permutations(crosswalks)),
        frameworks=draw(st.permutations(list(dataset.frameworks.values()))),
    )


@given(versions())
def test_laws_for_datasets(three: Three) -> None:
    """The algebra holds for datasets."""
    laws(three)


@given(st.data())
def test_laws_for_datasets_with_scores(data: st.DataObject) -> None:
    """The algebra holds for datasets with an assessment scored."""
    three = data.draw(versions())
    assessment = data.draw(assessments(three[0]))
    laws(three, assessment=assessment, framework="law", crosswalk="own")


@given(st.data())
def test_effects_between_datasets_are_the_scores_of_both(data: st.DataObject) -> None:
    """Effects are the scores and classes of both datasets, absent where a unit is missing."""
    one, two, _ = data.draw(versions())
    assessment = data.draw(assessments(one))
    question = {"framework": "law", "crosswalk": ("own", "foreign")}
    found = compare(one, two, assessment=assessment, **question)
    first, second = (coverage(assessment, dataset=side, **question) for side in (one, two))
    effects = {effect.ref: effect for effect in found.effects}
    for ref in {*first.units, *second.units}:
        bounds = [
            Bounds(cov.units[ref].low, cov.units[ref].estimate, cov.units[ref].high) if ref in cov.units else None
            for cov in (first, second)
        ]
        demands = {d.ref: d for side in (one, two) for d in (side.demands(ref) if ref in side else ())}
        classes = {
            ref: tuple(cov.gap_class(ref) if ref in cov.demands else ABSENT for cov in (first, second))
            for ref in demands
        }
        moved = {ref: pair for ref, pair in classes.items() if pair[0] != pair[1]}
        assert (ref in effects) == (bounds[0] != bounds[1] or bool(moved))
        if ref in effects:
            assert [effects[ref].before, effects[ref].after] == bounds
            assert {c.demand: (c.before, c.after) for c in effects[ref].classes} == moved
    assert (found.origin.digest, found.result.digest) == (one.digest, two.digest)


@st.composite
def crosswalks(draw: st.DrawFn) -> tuple[Dataset, Three]:
    """A dataset and three of its crosswalks: its own two, thinned out, in any order."""
    dataset: Dataset = draw(datasets())
    made: list[Crosswalk] = []
    for _ in range(3):
        one: Crosswalk = draw(st.sampled_from((dataset.crosswalks["own"], dataset.crosswalks["foreign"])))
        links = draw(st.lists(st.sampled_from(one.links), min_size=1, unique_by=id))
        made.append(attrs.evolve(one, links=links, title=draw(st.sampled_from(("", "a title")))))
    return dataset, (made[0], made[1], made[2])


@given(crosswalks())
def test_laws_for_crosswalks(case: tuple[Dataset, Three]) -> None:
    """The algebra holds for crosswalks."""
    laws(case[1])


@given(st.data())
def test_laws_for_crosswalks_with_scores(data: st.DataObject) -> None:
    """The algebra holds for crosswalks with an assessment scored."""
    dataset, three = data.draw(crosswalks())
    laws(three, assessment=data.draw(assessments(dataset)), framework="law", dataset=dataset)


@given(st.data())
def test_laws_for_assessments(data: st.DataObject) -> None:
    """The algebra holds for assessments."""
    dataset = data.draw(datasets())
    three = tuple(data.draw(assessments(dataset)) for _ in range(3))
    laws((three[0], three[1], three[2]), framework="law", crosswalk=("own", "foreign"), dataset=dataset)
