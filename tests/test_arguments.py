"""Arguments of the wrong kind: every function answers with an error of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import nis2map
from nis2map import (
    Assessment,
    Dataset,
    Framework,
    InputError,
    Link,
    Nis2mapError,
    Ref,
    Texts,
    coverage,
    gaps,
    parse_refs,
)
from nis2map.planning import differences, roadmap

ODD: tuple[Any, ...] = (0, -1, 5.1, float("nan"), True, b"A.5.1", "\ud800", "x" * 100_000, [None])


def calls() -> Iterator[tuple[str, Callable[[Any], object]]]:
    dataset, soa = nis2map.load(), Assessment.of({"A.5.1": "implemented"})
    cov = coverage(soa)
    yield "parse_refs framework", lambda v: parse_refs("A.5.1", framework=v)
    yield "Ref", lambda v: Ref(v, "1")
    yield "load", lambda v: nis2map.load(plugins=v)
    yield "role", lambda v: dataset.requirements("nis2", role=v)
    yield "graph", dataset.graph
    yield "with_crosswalk", dataset.with_crosswalk
    yield "with_framework", dataset.with_framework
    yield "with_texts", dataset.with_texts
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


CALLS = list(calls())


@pytest.mark.parametrize("call", [call for _, call in CALLS], ids=[name for name, _ in CALLS])
def test_odd_arguments_raise_our_errors(call: Callable[[Any], object]) -> None:
    for value in ODD:
        with pytest.raises(Nis2mapError) as caught:
            call(value)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) <= 500


def test_within_says_what_it_takes() -> None:
    with pytest.raises(InputError, match="a ref, refs, 'all', or a Classification"):
        coverage(Assessment(), within=nis2map.load()["Art. 21"])
