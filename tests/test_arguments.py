"""Arguments of the wrong kind: every function answers with an error of ours."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest

import nis2map
from nis2map import (
    Assessment,
    Dataset,
    Entity,
    Figures,
    Finding,
    Framework,
    Incident,
    IncidentFacts,
    InputError,
    Link,
    Nis2mapError,
    Partner,
    Problem,
    Ref,
    Status,
    Step,
    Texts,
    coverage,
    gaps,
    parse_ref,
    parse_refs,
)
from nis2map._shared import choice, day, each, expect, flag, member, several, texts
from nis2map.planning import differences, roadmap

from .odd import Column, Scalar

ODD: tuple[Any, ...] = (0, -1, 5.1, float("nan"), True, b"A.5.1", "\ud800", "x" * 100_000, [None])


def calls() -> Iterator[tuple[str, Callable[[Any], object]]]:
    dataset, soa = nis2map.load(), Assessment.of({"A.5.1": "implemented"})
    cov = coverage(soa)
    yield "parse_refs framework", lambda v: parse_refs("A.5.1", framework=v)
    yield "parse_ref dataset", lambda v: parse_ref("A.5.1", dataset=v)
    yield "parse_refs dataset", lambda v: parse_refs("", dataset=v)
    yield "Ref", lambda v: Ref(v, "1")
    yield "load", lambda v: nis2map.load(plugins=v)
    yield "role", lambda v: dataset.requirements("nis2", role=v)
    yield "graph", dataset.graph
    yield "with_crosswalk", dataset.with_crosswalk
    yield "with_framework", dataset.with_framework
    yield "with_texts", dataset.with_texts
    yield "with_review", dataset.with_review
    yield "review_sheet blind", lambda v: nis2map.review_sheet(blind=0 if v is True else v)  # type: ignore[arg-type]
    for name in ("units", "sample", "crosswalk", "dataset"):
        yield f"review_sheet {name}", lambda v, n=name: nis2map.review_sheet(**{n: v})
    yield "Review", nis2map.Review
    yield "Review date", lambda v: nis2map.Review((), date=v)
    yield "ReviewVerdict controls", lambda v: nis2map.ReviewVerdict("nis2:21.1", v, "none")
    yield "ReviewVerdict grade", lambda v: nis2map.ReviewVerdict("nis2:21.1", "A.5.1", v)
    yield "agreement of a review", nis2map.Review(()).agreement
    yield "read_review", lambda v: nis2map.read_review(b"nowhere" if v == b"A.5.1" else v)
    for name in ("date", "limits", "dataset"):
        yield (
            f"read_review {name}",
            lambda v, n=name: nis2map.read_review(io.BytesIO(b"demand,controls,verdict\n"), **{n: v}),
        )
    for name in ("judge", "licence"):
        yield f"Review {name}", lambda v, n=name: nis2map.Review((), **{n: 5 if isinstance(v, str) else v})
    yield "Framework side", lambda v: Framework("acme", side=v)
    yield "Texts", Texts
    for name in ("controls", "covers"):
        yield (
            f"Link {name}",
            lambda v, n=name: Link(**{"requirement": "law:1", "controls": (), "relation": "equal-to", n: v}),
        )
    for name in ("frameworks", "requirements", "controls", "crosswalks", "sources", "measures"):
        yield f"from_parts {name}", lambda v, n=name: Dataset.from_parts(**{n: v})
    for name in ("framework", "crosswalk", "within", "weights", "dataset"):
        yield f"coverage {name}", lambda v, n=name: coverage(soa, **{n: v}).overall
    yield "coverage", coverage
    yield "full", Assessment.full
    yield "gaps of", gaps(soa).of
    yield "gap_class", cov.gap_class
    yield "roadmap", lambda v: roadmap(v, certified=True)
    yield "roadmap certified", lambda v: roadmap(certified=0 if v is True else v)  # type: ignore[arg-type]
    yield "differences", differences
    compared = nis2map.compare(soa, soa)
    yield "related relation", lambda v: nis2map.related("A.5.1", relation=v)
    yield "related crosswalk", lambda v: nis2map.related("A.5.1", crosswalk=v)
    yield "overlap dataset", lambda v: nis2map.overlap(dataset=v)
    yield "duties", nis2map.duties
    yield "compare", lambda v: nis2map.compare(soa, v)
    yield "Comparison kind", compared.of
    yield "Comparison part", lambda v: compared.of(part=v)
    yield "then", compared.then
    yield "apply", lambda v: nis2map.apply(v, soa)
    yield "simulate", lambda v: nis2map.simulate(soa, v)


class Array:
    """Compares element by element, as an array does: the answer has no truth value, and there is no hash."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> Any:
        return Array()

    def __bool__(self) -> bool:
        raise ValueError("the truth value of an array is ambiguous")


class Hostile:
    """Refuses to be compared, hashed, iterated, measured or shown."""

    def _refuse(self, *_: object) -> Any:
        raise RuntimeError("no")

    __eq__ = __hash__ = __iter__ = __len__ = __bool__ = __repr__ = __str__ = _refuse


OBJECTS = (Array(), Hostile(), 5, None, b"implemented", ["implemented"])


def checks() -> Iterator[tuple[str, Callable[[Any], object]]]:
    soa = Assessment.of({"A.5.1": "implemented"})
    data = nis2map.dumps(soa)
    table = b"Control,Status\nA.5.1,done\n"
    yield "expect", lambda v: expect(v, str, "name")
    yield "each", lambda v: each(5 if v is None or type(v) in (bytes, list) else v, "words")
    yield "several", lambda v: several([v], str, "words")
    yield "texts", lambda v: texts([v])
    yield "member", lambda v: member(Status, v)
    yield "choice", lambda v: choice(v, ("a", "b"), "name")
    yield "day", lambda v: day("x" if v is None else v)
    yield "Finding", Finding
    yield "Finding of a unit", lambda v: Assessment.of({"A.5.1": v})
    yield "justification", lambda v: Finding("planned", justification=v)
    yield "evidence", lambda v: Finding("planned", evidence=[v])
    yield "subject", lambda v: Assessment(subject=v)
    yield "problems", lambda v: Assessment(problems=[v])
    yield "merge", soa.merge
    yield "on_conflict", lambda v: soa.merge(soa, on_conflict=v)
    yield "certified scope", lambda v: soa.certified(scope=v)
    yield "certified clauses", lambda v: soa.certified(clauses=v)
    yield "format", lambda v: nis2map.read_soa(io.BytesIO(table), format="x" if v is None else v)
    yield "edition", lambda v: nis2map.read_soa(io.BytesIO(table), edition="x" if v is None else v)
    yield "on_problem", lambda v: nis2map.read_soa(io.BytesIO(table), on_problem=v)
    yield "limits", lambda v: nis2map.read_soa(io.BytesIO(table), limits=5 if v is None else v)  # type: ignore[arg-type]
    yield "crosswalk format", lambda v: nis2map.load_crosswalk(io.BytesIO(data), format="x" if v is None else v)
    yield "type", lambda v: nis2map.loads(data, v)
    yield "flag", lambda v: flag(v, "name")
    dataset = nis2map.load()
    for name in ("leaves", "assessable", "core"):
        yield f"requirements {name}", lambda v, n=name: dataset.requirements("nis2", **{n: v})
    yield "topic", lambda v: dataset.requirements("nis2", topic=5 if v is None else v)  # type: ignore[arg-type]
    yield "headings", lambda v: dataset.controls(headings=v)
    yield "theme", lambda v: dataset.controls(theme=5 if v is None else v)  # type: ignore[arg-type]
    yield "inherited", lambda v: dataset.links(inherited=v)
    yield "hierarchy", lambda v: dataset.graph(hierarchy=v)
    yield "measures", lambda v: nis2map.plan(soa, target=0.1, measures=v)
    yield "units", lambda v: parse_ref("A.5.1", dataset="nis2" if v is None else v)  # type: ignore[arg-type]
    yield "side", lambda v: Framework("acme", side=v)
    yield "data", lambda v: nis2map.loads(v, Assessment)
    yield "source", nis2map.read_soa
    yield "dumps", nis2map.dumps
    yield "path", lambda v: nis2map.dump(soa, v)


@pytest.mark.parametrize("call", [call for _, call in checks()], ids=[name for name, _ in checks()])
def test_objects_that_refuse_everything_raise_our_errors(call: Callable[[Any], object]) -> None:
    """An array, or an object whose every method raises, is refused in words of ours and never with its own exception."""
    for value in OBJECTS:
        with pytest.raises(Nis2mapError) as caught:
            call(value)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) <= 500


def records() -> Iterator[Any]:
    """Every field of the records that callers make, with what else the record needs."""
    made: tuple[tuple[Any, dict[str, Any]], ...] = (
        (Entity, {"types": "nis2:annexI.1.a.2"}),
        (Figures, {}),
        (Partner, {"figures": Figures(), "share": 0.5}),
        (Incident, {"aware_at": dt.datetime(2026, 3, 1, tzinfo=dt.UTC)}),
        (IncidentFacts, {}),
        (Problem, {"message": "odd"}),
        (Step, {"ref": "A.5.1"}),
    )
    for kind, given in made:
        for field in attrs.fields(kind):
            yield pytest.param(kind, given, field.name, id=f"{kind.__name__} {field.name}")


NESTED: list[Any] = []
for _ in range(2000):
    NESTED = [NESTED]


@pytest.mark.parametrize(("kind", "given", "field"), list(records()))
def test_records_refuse_odd_values_or_can_be_shown(kind: type[object], given: dict[str, Any], field: str) -> None:
    """A record that takes an odd value is shown in one line; any other value is refused in words of ours."""
    for value in (*OBJECTS, Column(), Scalar(), NESTED, Decimal("sNaN"), Fraction(10**400)):
        try:
            made = kind(**{**given, field: value})
        except Nis2mapError as error:
            assert str(error).isprintable()
        else:
            assert repr(made).isprintable()


def test_problems_hold_texts_and_whole_numbers() -> None:
    """A problem is refused where it is made, for it is sorted and shown far from there."""
    for given in (
        {"sheet": 1},
        {"row": 1.5},
        {"row": True},
        {"span": (1,)},
        {"span": [1, 2]},
        {"ref": Ref("cir", "1")},
    ):
        with pytest.raises(InputError, match=f"^{next(iter(given))}: expected "):
            Problem("odd", **given)  # type: ignore[arg-type]


def test_within_may_be_no_scalar() -> None:
    """What has `__iter__` and refuses it is no list of refs."""
    with pytest.raises(InputError, match="a ref, refs, 'all', or a Classification"):
        coverage(Assessment(), within=Scalar())  # type: ignore[arg-type]


def test_messages_say_what_was_expected() -> None:
    """The checks of arguments speak one language: what was expected, what came instead, and which words there are."""
    with pytest.raises(InputError, match=r"^name: expected a text, got 5$"):
        expect(5, str, "name")
    with pytest.raises(InputError, match=r"^expected an enemy, got 5; one of: implemented, "):
        member(Status, 5, "enemy")
    with pytest.raises(InputError, match=r"^expected a list of refs, got 5$"):
        each(5, "refs")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"^expected refs, got 5 among them$"):
        several([5], str, "refs")  # type: ignore[list-item]
    with pytest.raises(InputError, match=r"^name is 5; one of: a, b$"):
        choice(5, ("a", "b"), "name")
    with pytest.raises(InputError, match=r"^name is 1; True or False$"):
        flag(1, "name")
    with pytest.raises(InputError, match=r"^name is 'x', not a date; a datetime\.date, or a text like"):
        day("x", "name")


CALLS = list(calls())


@pytest.mark.parametrize("call", [call for _, call in CALLS], ids=[name for name, _ in CALLS])
def test_odd_arguments_raise_our_errors(call: Callable[[Any], object]) -> None:
    """Every public function refuses odd values with one printable line of ours, at most 500 characters long."""
    for value in ODD:
        with pytest.raises(Nis2mapError) as caught:
            call(value)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) <= 500


@pytest.mark.parametrize("parse", [parse_ref, parse_refs])
def test_a_dataset_to_parse_against_must_be_one(parse: Callable[..., object]) -> None:
    """What is handed in as `dataset` and is none is refused by that name, also where nothing is to be looked up."""
    with pytest.raises(InputError, match=r"^dataset: expected a Dataset, got 'nis2'; nis2map\.load\(\) gives"):
        parse("A.5.1", dataset="nis2")


@pytest.mark.parametrize("path", ["soa.csv", Path("soa.csv")])
def test_a_path_in_place_of_an_assessment_is_told_how_to_read_it(path: Any) -> None:
    """Who hands in the file has the call that reads it in the message."""
    made = Assessment()
    for call in (coverage, gaps, made.merge, nis2map.migrate, lambda v: roadmap(v, certified=True)):
        with pytest.raises(InputError, match=r"expected an Assessment, got .*; read_soa\('soa\.csv'\) reads one"):
            call(path)


def test_content_in_place_of_a_path_is_told_what_is_read() -> None:
    """A text with lines is no path, and the message says how to hand it in; it is not repeated as a whole."""
    with pytest.raises(
        InputError, match=r"can't be read: .*; a path or an open binary stream is read, such as io\.Bytes"
    ):
        nis2map.read_soa("Control,Status\n" + "A.5.1,implemented\n" * 1000)
    with pytest.raises(InputError, match=r"can't be read: No such file or directory$"):
        nis2map.read_soa("nowhere.csv")


def test_within_says_what_it_takes() -> None:
    """A unit object as `within` is refused with the four kinds of things that are taken."""
    with pytest.raises(InputError, match="a ref, refs, 'all', or a Classification"):
        coverage(Assessment(), within=nis2map.load()["Art. 21"])
