"""Laws of the JSON documents: they give back what was written, and take nothing else for it."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from nis2map import Assessment, Crosswalk, Dataset, Finding, InputError, Nis2mapError, Problem, Status, coverage
from nis2map.formats import dumps, loads
from nis2map.testing import assessments, datasets, findings, refs

words = st.text(st.characters(codec="utf-8"), max_size=12)
dates = st.one_of(st.none(), st.dates())


@st.composite
def full_findings(draw: st.DrawFn) -> Finding:
    """Findings with wording, evidence, owner and dates."""
    return attrs.evolve(
        draw(findings(requirement=True)),
        justification=draw(words),
        evidence=draw(st.lists(words, max_size=3)),
        owner=draw(words),
        date=draw(dates),
        valid_until=draw(dates),
    )


places = st.one_of(st.none(), st.integers(0, 10**6))
spans = st.one_of(st.none(), st.tuples(st.integers(0, 99), st.integers(0, 99)))
problems = st.builds(
    Problem, words, path=words, sheet=words, row=places, column=words, ref=words, hint=words, code=words, span=spans
)


@st.composite
def full_assessments(draw: st.DrawFn) -> Assessment:
    """Assessments of any units, with everything that they can hold."""
    return Assessment(
        draw(st.dictionaries(refs(), full_findings(), max_size=6)),
        subject=draw(words),
        as_of=draw(dates),
        scope=draw(words),
        whole_entity=draw(st.one_of(st.none(), st.booleans())),
        problems=draw(st.lists(problems, max_size=2)),
        notes=draw(st.lists(words, max_size=2)),
    )


def whole(soa: Assessment) -> Any:
    """Return everything an assessment holds, also what equality ignores."""
    return (
        [(ref, attrs.astuple(finding)) for ref, finding in soa.items()],
        [getattr(soa, field.name) for field in attrs.fields(Assessment) if field.name != "findings"],
    )


@given(soa=full_assessments())
def test_assessments_come_back_whole(soa: Assessment) -> None:
    """Any assessment survives a document whole, and its document is the same again."""
    data = dumps(soa)
    back = loads(data, Assessment)
    assert back == soa
    assert whole(back) == whole(soa)
    assert dumps(back) == data


@given(dataset=datasets())
def test_datasets_come_back_with_their_digest(dataset: Dataset) -> None:
    """Any valid dataset survives a document with its digest, order and crosswalks."""
    data = dumps(dataset)
    back = loads(data, Dataset)
    assert back == dataset
    assert back.digest == dataset.digest
    assert list(back) == list(dataset)
    assert dict(back.crosswalks) == dict(dataset.crosswalks)
    assert dumps(back) == data


@given(dataset=datasets())
def test_crosswalks_come_back_equal(dataset: Dataset) -> None:
    """Any crosswalk survives a document, in the order of its links."""
    for crosswalk in dataset.crosswalks.values():
        data = dumps(crosswalk)
        assert loads(data, Crosswalk) == crosswalk
        assert dumps(loads(data, Crosswalk)) == data
        turned = attrs.evolve(crosswalk, links=tuple(reversed(crosswalk.links)))
        assert loads(dumps(turned), Crosswalk) == turned


@given(data=st.data())
def test_what_comes_back_scores_the_same(data: st.DataObject) -> None:
    """A dataset and an assessment that went through documents give the same scores."""
    dataset = data.draw(datasets())
    soa = data.draw(assessments(dataset))
    asked: dict[str, Any] = {"framework": "law", "crosswalk": ("own", "foreign")}
    one = coverage(soa, dataset=dataset, **asked)
    two = coverage(loads(dumps(soa), Assessment), dataset=loads(dumps(dataset), Dataset), **asked)
    assert one.overall == two.overall
    assert dict(one.demands) == dict(two.demands)


@given(soa=full_assessments(), seed=st.integers())
def test_the_order_of_findings_never_matters(soa: Assessment, seed: int) -> None:
    """A document does not depend on the order in which findings were given."""
    pairs = list(soa.items())
    random.Random(seed).shuffle(pairs)
    assert dumps(attrs.evolve(soa, findings=pairs)) == dumps(soa)


json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=6),
        st.sampled_from(("A.5.1", "implemented")),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=8,
)


def places_of(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the places of all values in a document, the document itself first."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [at, *(place for key, item in items for place in places_of(item, (*at, key)))]


def put(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of a document with another value at one place."""
    if not place:
        return value
    made = copy.deepcopy(document)
    inner = made
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return made


def at(document: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        document = document[key]
    return document


def pointer(place: tuple[Any, ...]) -> str:
    return "".join(f"/{key}" for key in place)


@given(data=st.one_of(st.binary(max_size=80), json_values.map(lambda value: json.dumps(value).encode())))
def test_reading_is_total(data: bytes) -> None:
    """Whatever the bytes are, the answer is an object of the kind or an error of ours."""
    for kind in (Assessment, Crosswalk, Dataset):
        try:
            found = loads(data, kind)
        except Nis2mapError as error:
            assert len(str(error)) <= 500
            assert str(error).isprintable()
        else:
            assert isinstance(found, kind)


@given(data=st.data(), value=json_values)
def test_reading_is_total_on_spoilt_documents(data: st.DataObject, value: Any) -> None:
    """A document with one value replaced is read, or refused with problems that have a place."""
    kind = data.draw(st.sampled_from((Assessment, Crosswalk, Dataset)))
    dataset = data.draw(datasets())
    thing = {Assessment: data.draw(full_assessments()), Crosswalk: dataset.crosswalks["own"], Dataset: dataset}[kind]
    document = json.loads(dumps(thing))
    place = data.draw(st.sampled_from(places_of(document)))
    try:
        found = loads(json.dumps(put(document, place, value)), kind)
    except Nis2mapError as error:
        assert error.problems
        assert all(problem.path == "the document" for problem in error.problems)
    else:
        assert isinstance(found, kind)


KINDS = (None, True, 7, 0.5, "7", ["7"], {"7": 7})
OPTIONAL = {"degree", "as_of", "date", "valid_until", "whole_entity", "row", "span", "strength", "parent"}


@given(data=st.data())
def test_a_value_of_another_type_is_refused_at_its_place(data: st.DataObject) -> None:
    """No value is taken for one of another type, and the pointer leads to it."""
    dataset = data.draw(datasets())
    kind, thing = data.draw(
        st.sampled_from(((Assessment, None), (Crosswalk, dataset.crosswalks["foreign"]), (Dataset, dataset)))
    )
    document = json.loads(dumps(data.draw(full_assessments()) if thing is None else thing))
    place = data.draw(st.sampled_from(places_of(document)))
    old = at(document, place)
    others = [
        new
        for new in KINDS
        if type(new) is not type(old)
        and not (new is None and place and place[-1] in OPTIONAL)
        and not (
            place[-1:] == ("source",) and len(place) < 4 and isinstance(new, (str, list))
        )  # one framework or several
    ]
    new = data.draw(st.sampled_from(others))
    try:
        loads(json.dumps(put(document, place, new)), kind)
    except Nis2mapError as error:
        if place and place != ("nis2map",):
            assert pointer(place) in {problem.column for problem in error.problems}
    else:
        raise AssertionError(f"{new!r} was taken at {pointer(place)} for {old!r}")


@given(
    dataset=datasets(),
    soa=full_assessments(),
    key=st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
    data=st.data(),
)
def test_a_key_too_many_is_refused(dataset: Dataset, soa: Assessment, key: str, data: st.DataObject) -> None:
    """A key that is not known is refused wherever it stands, and is the only problem."""
    for kind, thing in ((Assessment, soa), (Dataset, dataset)):
        document = json.loads(dumps(thing))
        objects = [place for place in places_of(document) if isinstance(at(document, place), dict)]
        place = data.draw(st.sampled_from(objects))
        spoilt = put(document, (*place, f"{key}!"), 1)
        try:
            loads(json.dumps(spoilt), kind)
        except Nis2mapError as error:
            assert [problem.code for problem in error.problems] == ["unknown-key"]
        else:
            raise AssertionError(f"the key {key!r} was taken at {pointer(place)}")


@given(soa=full_assessments())
def test_no_finding_is_read_twice(soa: Assessment) -> None:
    """A unit with two findings is a conflict, never the first or the last of them."""
    document = json.loads(dumps(soa))
    assume(document["findings"])
    document["findings"].append({**document["findings"][0], "status": str(Status.PLANNED), "degree": None})
    try:
        loads(json.dumps(document), Assessment)
    except InputError as error:
        assert [problem.code for problem in error.problems] == ["conflict"]
    else:
        raise AssertionError("a unit was given two findings")
