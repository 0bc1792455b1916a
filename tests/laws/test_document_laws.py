"""Laws of results as documents, on generated datasets: they come back, are worked out again, and hostile ones are refused."""

from __future__ import annotations

import json
import pickle
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import nis2map
from nis2map import Assessment, Coverage, Dataset, Grain, Nis2mapError, dumps, loads
from nis2map.formats import verify
from nis2map.formats.json import class_of
from nis2map.testing import assessments, datasets
from tests.documents import examples

from .test_formats_laws import json_values, places_of, put
from .test_scoring_laws import cases

Case = tuple[Dataset, Assessment, dict[str, Any]]
WORDS = sorted(examples())


def numbers(cov: Coverage) -> list[object]:
    """Return everything that a coverage says in numbers."""
    levels = ("overall", "article", "measure", "section", "unit", "demand")
    found: list[object] = [dict(cov.rollup(level)) for level in levels]
    return [
        *found,
        [cov.gap_class(ref) for ref in cov.demands],
        [row.to_dict() for row in cov.measure_groups],
        cov.notes,
    ]


@given(case=cases())
def test_a_coverage_comes_back_alive_where_its_dataset_is(case: Case) -> None:
    """Equal, with the same numbers, and able to explain each of them."""
    dataset, soa, options = case
    cov = nis2map.coverage(soa, **options)
    document = dumps(cov)
    back = loads(document, Coverage, dataset=loads(dumps(dataset), Dataset))
    assert back == cov
    assert numbers(back) == numbers(cov)
    assert back.explain() == cov.explain()
    assert dumps(back) == document


@given(case=cases())
def test_a_coverage_is_kept_where_its_dataset_is_not(case: Case) -> None:
    """Every number is the one that was written, whatever it was worked out from."""
    _, soa, options = case
    cov = nis2map.coverage(soa, **options)
    kept = loads(dumps(cov), Coverage)
    assert kept == cov
    assert numbers(kept) == numbers(cov)
    assert [kept[ref] for ref in kept.units] == [cov[ref] for ref in cov.units]
    assert pickle.loads(pickle.dumps(kept)).to_dict() == cov.to_dict()
    assert dumps(kept) == dumps(cov)


@given(case=cases(), data=st.data())
def test_analyses_come_back_and_are_worked_out_again(case: Case, data: st.DataObject) -> None:
    """Each analysis of an assessment survives a document, and is verified by the assessment alone."""
    dataset, soa, options = case
    later = data.draw(assessments(dataset))
    made = (
        nis2map.coverage(soa, **options),
        nis2map.gaps(soa, **options),
        nis2map.contributions(soa, of=data.draw(st.sampled_from(("low", "estimate"))), **options),
        nis2map.sensitivity(soa, **options),
        nis2map.compare(soa, later, **options),
        nis2map.plan(soa, target=0.5, seconds=0.5, **options),
        nis2map.coverage(soa, **options).explain(),
    )
    for result in made:
        document = dumps(result)
        back = loads(document, type(result), dataset=dataset)
        assert back == result
        assert dumps(back) == document
        assert verify(back, loads(dumps(soa), Assessment), dataset=dataset).differences == ()


@given(case=cases(), data=st.data())
def test_another_assessment_is_noticed(case: Case, data: st.DataObject) -> None:
    """A result of one assessment is never called that of another, and equal numbers are not called different."""
    dataset, soa, options = case
    other = data.draw(assessments(dataset))
    cov, now = nis2map.coverage(soa, **options), nis2map.coverage(other, **options)
    found = {row.what for row in verify(cov, other, dataset=dataset).differences}
    assert ("digest of the assessment" in found) is (other.digest != soa.digest)
    assert ("overall" in found) is (cov.overall != now.overall)
    for ref in {ref for unit in cov.units for ref in (unit, *dataset.ancestors(unit))}:
        assert (str(ref) in found) is (cov[ref] != now[ref])
    for ref in cov.demands:
        assert (f"class of {ref}" in found) is (cov.gap_class(ref) is not now.gap_class(ref))


@given(one=datasets(), two=datasets())
def test_comparisons_of_datasets_come_back(one: Dataset, two: Dataset) -> None:
    """With every record that was added, removed or changed, so that they can be applied."""
    made = nis2map.compare(one, two)
    back = loads(dumps(made), nis2map.Comparison)
    assert back == made
    assert nis2map.apply(back, one) == two


@given(dataset=datasets())
def test_what_compares_crosswalks_comes_back(dataset: Dataset) -> None:
    """Agreement, corroboration, overlap, composition, review sheets."""
    made: list[Any] = [
        nis2map.agreement("own", "foreign", dataset=dataset),
        nis2map.corroboration("own", ("foreign",), dataset=dataset),
        nis2map.overlap("own", dataset=dataset),
        nis2map.compose(dataset.crosswalks["own"], dataset.crosswalks["foreign"], through="set", dataset=dataset),
    ]
    if dataset.crosswalks["own"].grain is Grain.DEMAND:  # sheets are about demands
        made.append(nis2map.review_sheet(crosswalk="own", blind=False, dataset=dataset))
    for result in made:
        back = loads(dumps(result), type(result))
        assert back == result
        assert dumps(back) == dumps(result)


@given(data=st.data(), value=json_values)
def test_spoilt_results_are_read_or_refused(data: st.DataObject, value: Any) -> None:
    """A document with one value replaced gives an object of its class, or an error of ours with places."""
    word = data.draw(st.sampled_from(WORDS))
    document = json.loads(dumps(examples()[word]))
    place = data.draw(st.sampled_from(places_of(document)))
    try:
        found = loads(json.dumps(put(document, place, value)), class_of(word))
    except Nis2mapError as error:
        assert error.problems
        assert all(problem.path == "the document" for problem in error.problems)
        assert str(error).isprintable()
    else:
        assert isinstance(found, class_of(word))
        assert loads(dumps(found), class_of(word)) == found


@given(data=st.data())
def test_results_without_one_of_their_parts_are_read_or_refused(data: st.DataObject) -> None:
    """Likewise with a key or an item left out."""
    word = data.draw(st.sampled_from(WORDS))
    document = json.loads(dumps(examples()[word]))
    place = data.draw(st.sampled_from([place for place in places_of(document) if place]))
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    del inner[place[-1]]
    try:
        found = loads(json.dumps(document), class_of(word))
    except Nis2mapError as error:
        assert error.problems
    else:
        assert isinstance(found, class_of(word))


@given(data=st.one_of(st.binary(max_size=80), json_values.map(lambda value: json.dumps(value).encode())))
def test_reading_results_is_total(data: bytes) -> None:
    """Whatever the bytes are, and whatever stands in the place of the value."""
    for word in WORDS:
        for text in (data, b'{"nis2map": "%s", "version": 1, "package": "", "value": %s}' % (word.encode(), data)):
            try:
                found = loads(text, class_of(word))
            except Nis2mapError as error:
                assert len(str(error)) <= 500
            else:
                assert isinstance(found, class_of(word))
