"""Laws of reviews on generated datasets: a verdict changes the pair that it is on, and nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from nis2map import (
    Assessment,
    Dataset,
    Grade,
    Grain,
    Ref,
    Relation,
    Review,
    ReviewVerdict,
    coverage,
    dumps,
    read_review,
    review_sheet,
)
from nis2map.testing import assessments, datasets

OWN = {"crosswalk": "own"}
Table = dict[tuple[Ref, frozenset[Ref]], Grade]


@st.composite
def reviewable(draw: st.DrawFn) -> Dataset:
    """Datasets whose own crosswalk speaks of demands."""
    dataset = draw(datasets())
    assume(dataset.crosswalks["own"].grain is Grain.DEMAND)
    return dataset


def table(dataset: Dataset) -> Table:
    """Return what the own crosswalk says, pair by pair, from its links alone."""
    return {
        (demand, frozenset(link.controls)): grade
        for link in dataset.links("own")
        for grade, demands in link.by_grade.items()
        for demand in demands
    }


def filled(dataset: Dataset, verdicts: Mapping[tuple[Ref, frozenset[Ref]], Grade] | None = None) -> bytes:
    """Return an open sheet filled by a script: with what it shows, or with some verdicts and nothing else."""
    sheet = review_sheet(blind=False, dataset=dataset, **OWN)
    rows = list(csv.DictReader(io.StringIO(dumps(sheet, format="csv").decode("utf-8-sig"), newline="")))
    for row, pair in zip(rows, sheet, strict=True):
        key = (pair.demand, frozenset(pair.controls))
        said = row["grade"] if verdicts is None else str(verdicts.get(key, "")).replace("bare", "none")
        row["verdict"] = said
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, sheet.columns)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def read(data: bytes, dataset: Dataset, date: str = "2026-11-26") -> Review:
    return read_review(io.BytesIO(data), date=date, dataset=dataset)


@st.composite
def judged(draw: st.DrawFn) -> tuple[Dataset, Table]:
    """A dataset, and verdicts on some rows of its sheet, many of which are not ours."""
    dataset = draw(reviewable())
    pairs = [(row.demand, frozenset(row.controls)) for row in review_sheet(dataset=dataset, **OWN)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=6)) if pairs else []
    return dataset, {pair: draw(st.sampled_from(Grade)) for pair in chosen}


@given(st.data())
def test_a_sheet_filled_with_our_own_grades_changes_nothing_but_the_state_of_review(data: st.DataObject) -> None:
    """Every field but `reviewed` and `review` stays, every score too, and the agreement is perfect."""
    dataset = data.draw(reviewable())
    soa: Assessment = data.draw(assessments(dataset))
    review = read(filled(dataset), dataset)
    after = dataset.with_review(review, **OWN)
    for old, new in zip(dataset.links("own"), after.links("own"), strict=True):
        assert new == attrs.evolve(old, reviewed=new.reviewed, review=new.review)
        assert set(new.reviewed) == set(old.demands)
        assert (new.review == "human") == bool(old.demands)
    asked = {"framework": "law", "crosswalk": "own", "basis": "guidance", "support": 0.5}
    scores = [coverage(soa, dataset=one, **asked) for one in (dataset, after)]
    assert scores[0].overall == scores[1].overall
    assert dict(scores[0].demands) == dict(scores[1].demands)
    found = review.agreement("own", dataset=dataset)
    assert {row.raw for row in (*found.grades, found.overall)} == {1.0 if found.pairs else None}
    assert {row.kappa for row in (*found.grades, found.overall)} <= {1.0, None}
    assert not found.differences
    assert after.with_review(review, **OWN) is after


@given(judged())
def test_verdicts_change_exactly_the_pairs_that_they_are_on(case: tuple[Dataset, Table]) -> None:
    """After the overlay each judged pair has its verdict, and every other pair the grade that it had."""
    dataset, verdicts = case
    after = dataset.with_review(read(filled(dataset, verdicts), dataset), **OWN)
    before = table(dataset)
    wanted = {pair: grade for pair, grade in {**before, **verdicts}.items() if grade is not Grade.BARE}
    assert table(after) == wanted
    assert after.crosswalks["foreign"] == dataset.crosswalks["foreign"]
    assert list(after) == list(dataset)
    changed = {pair for pair, grade in verdicts.items() if before.get(pair, Grade.BARE) is not grade}
    touched = {(demand.unit, controls) for demand, controls in verdicts}
    kept = {(link.requirement, frozenset(link.controls)): link for link in after.links("own")}
    for link in dataset.links("own"):
        key = (link.requirement, frozenset(link.controls))
        if key not in touched and link.demands:
            assert kept[key] == link
        elif key in kept and not any((d.unit, c) == key for d, c in changed) and link.demands:
            assert kept[key] == attrs.evolve(link, reviewed=kept[key].reviewed, review=kept[key].review)
        elif key in kept and link.demands:
            assert kept[key].superseded == link.rationale
    for link in kept.values():
        names = {
            demand
            for demand, controls in verdicts
            if (demand.unit, controls) == (link.requirement, frozenset(link.controls))
        }
        assert set(link.reviewed) == names & set(link.demands)


@given(judged())
def test_a_unit_that_was_judged_stays_judged(case: tuple[Dataset, Table]) -> None:
    """Whatever goes, some link still speaks of the unit; where nothing is left it says that nothing is related."""
    dataset, verdicts = case
    after = dataset.with_review(read(filled(dataset, verdicts), dataset), **OWN)
    assert {link.requirement for link in dataset.links("own")} == {link.requirement for link in after.links("own")}
    for link in after.links("own"):
        assert bool(link.demands) != (link.relation is Relation.NO_RELATIONSHIP)


@given(judged())
def test_what_was_laid_over_agrees_with_the_review(case: tuple[Dataset, Table]) -> None:
    """Held against the new crosswalk the review agrees on all; against the old one it differs in the known places."""
    dataset, verdicts = case
    review = read(filled(dataset, verdicts), dataset)
    after = dataset.with_review(review, **OWN)
    assert review.agreement("own", dataset=after).overall.raw == (1.0 if verdicts else None)
    before = table(dataset)
    found = review.agreement("own", dataset=dataset)
    assert (found.pairs, found.left_out) == (len(verdicts), 0)
    assert {(d.demand, frozenset(d.controls), d.ours, d.theirs) for d in found.differences} == {
        (*pair, before.get(pair, Grade.BARE), grade)
        for pair, grade in verdicts.items()
        if before.get(pair, Grade.BARE) is not grade
    }


@given(judged(), st.data())
def test_the_order_of_verdicts_and_reviews_does_not_matter(case: tuple[Dataset, Table], data: st.DataObject) -> None:
    """Rows in another order are the same review; of two reviews the later wins, whichever is given first."""
    dataset, verdicts = case
    rows = [ReviewVerdict(demand, tuple(controls), grade) for (demand, controls), grade in verdicts.items()]
    mixed = Review(data.draw(st.permutations(rows)), date="2026-11-26")
    assert mixed == read(filled(dataset, verdicts), dataset)
    other = Review([attrs.evolve(row, grade=data.draw(st.sampled_from(Grade))) for row in rows], date="2026-11-27")
    both = dataset.with_review(mixed, other, **OWN)
    assert both == dataset.with_review(other, mixed, **OWN)
    assert table(both) == table(dataset.with_review(other, **OWN))
