"""The common options: every analysis lists them, names itself for a wrong one, and reads an iterator once for all."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

import nis2map
from nis2map import Assessment, InputError, Nis2mapError, agreement, compare, compose
from nis2map.planning import contributions, plan, sensitivity, simulate
from nis2map.scoring import DEFAULTS

from .odd import Array

SOA = Assessment.of({"A.8.24": "implemented", "A.5.1": 0.5})
# name, the call with options, and options of its own with their defaults
CALLS: list[tuple[str, Callable[..., Any], dict[str, Any]]] = [
    ("contributions", lambda **o: contributions(SOA, **o), {"of": "low"}),
    ("sensitivity", lambda **o: sensitivity(SOA, **o), {"factors": (0.0, 1.0)}),
    ("plan", lambda **o: plan(SOA, budget=1, **o), {"target": None, "budget": None, "of": "low", "measures": False}),
    ("simulate", lambda **o: simulate(SOA, [], **o), {}),
    ("compare", lambda **o: compare(SOA, Assessment(), **o), {"assessment": None}),
    ("agreement", lambda **o: agreement("nis2map", "enisa", assessment=SOA, **o), {"assessment": None}),
]
IDS = [name for name, _, _ in CALLS]
# What the two that are compared say already.
REFUSED = {"agreement": {"framework", "crosswalk"}}


@pytest.mark.parametrize(("name", "_call", "own"), CALLS, ids=IDS)
def test_the_signature_lists_each_option_with_its_default(name: str, _call: Any, own: dict[str, Any]) -> None:
    """`inspect.signature` and completion show what may be asked, and what is asked if nothing is said."""
    parameters = inspect.signature(getattr(nis2map, name)).parameters
    defaults = {name: parameter.default for name, parameter in parameters.items()}
    refused = REFUSED.get(name, set())
    taken = {option: default for option, default in {**DEFAULTS, **own}.items() if option not in refused}
    assert defaults.items() >= taken.items()
    assert all(parameters[option].kind is inspect.Parameter.KEYWORD_ONLY for option in taken)
    assert refused.isdisjoint(parameters)


@pytest.mark.parametrize("name", ["coverage", "gaps"])
def test_coverage_asks_the_same_as_all_others_if_nothing_is_said(name: str) -> None:
    """The defaults that a signature spells out are those of the shared table: two analyses never answer two questions."""
    parameters = inspect.signature(getattr(nis2map, name)).parameters
    assert {option: parameters[option].default for option in DEFAULTS} == dict(DEFAULTS)


@pytest.mark.parametrize(("name", "call", "_own"), CALLS, ids=IDS)
def test_a_misspelt_option_is_refused_by_the_function_that_was_called(name: str, call: Any, _own: Any) -> None:
    """The error names the function that the caller wrote, not one that it calls, and the nearest option."""
    with pytest.raises(TypeError, match=rf"^{name}\(\) got an unexpected keyword argument 'supprt'; .*'support'"):
        call(supprt=0.1)


@pytest.mark.parametrize("option", ["framework", "crosswalk"])
def test_an_option_that_a_function_refuses_is_no_suggestion_and_says_why(option: str) -> None:
    """`agreement` takes framework and crosswalk from the two: it offers neither, and whoever gives one learns that."""
    call = CALLS[IDS.index("agreement")][1]
    for misspelt in (option[:-1], "nonsense"):
        with pytest.raises(
            TypeError, match=rf"^agreement\(\) got an unexpected keyword argument '{misspelt}'"
        ) as caught:
            call(**{misspelt: "nis2"})
        assert not re.search(rf"\b{option}\b", str(caught.value))
    with pytest.raises(InputError, match=f"^{option}= is given with the two that are compared"):
        call(**{option: "nis2"})
    with pytest.raises(InputError, match=f"^{option}= is given with the two that are compared"):
        agreement("nis2map", "enisa", **{option: "nis2"})


@pytest.mark.parametrize(("name", "call", "_own"), CALLS, ids=IDS)
def test_iterators_are_read_once_for_everything_that_is_scored(name: str, call: Any, _own: Any) -> None:
    """A generator as `within` or `crosswalk` gives what a list gives, however often the function scores."""
    options: dict[str, Any] = {"framework": "cir", "within": ["cir:1.1", "cir:9"], "crosswalk": ["nis2map", "enisa"]}
    if name == "agreement":
        options = {"within": options["within"]}
    read_once = {n: iter(value) if isinstance(value, list) else value for n, value in options.items()}
    assert call(**read_once).to_dict() == call(**options).to_dict()


@pytest.mark.parametrize(("name", "call", "_own"), CALLS, ids=IDS)
@pytest.mark.parametrize(
    "option", [{"crosswalk": True}, {"crosswalk": 5}, {"within": 5}, {"within": True}, {"support": 10**400}]
)
def test_options_of_another_kind_raise_our_errors(name: str, call: Any, _own: Any, option: dict[str, Any]) -> None:
    """Whatever is handed in as an option, the error is one that a caller of this library catches."""
    with pytest.raises(InputError):
        call(**option)


WORDS: list[tuple[str, Callable[[Any], Any]]] = [
    ("of in plan", lambda v: plan(SOA, budget=1, of=v)),
    ("of in contributions", lambda v: contributions(SOA, of=v)),
    ("target", lambda v: plan(SOA, target=v)),
    ("budget", lambda v: plan(SOA, budget=v)),
    ("costs", lambda v: plan(SOA, budget=1, costs=v)),
    ("a cost", lambda v: plan(SOA, budget=1, costs={"A.5.1": v})),
    ("prerequisites", lambda v: plan(SOA, budget=1, prerequisites={"A.5.1": v})),
    ("factors", lambda v: sensitivity(SOA, factors=v)),
    ("a factor", lambda v: sensitivity(SOA, factors=(0.0, v))),
    ("basis in compose", lambda v: compose("article", "enisa", basis=v)),
    ("through", lambda v: compose("nis2map", "enisa", through=v)),
    ("verdict", compose("article", "enisa").of),
    ("status", agreement("nis2map", "enisa").of),
    ("only", agreement("nis2map", "enisa").only),
    ("kind of change", compare(SOA, SOA).of),
    ("part", lambda v: compare(SOA, SOA).of(part=v)),
    ("compare", lambda v: compare(SOA, v)),
    ("compare assessment", lambda v: compare("enisa", "nis2map", assessment=v)),
    ("agreement", lambda v: agreement("nis2map", v)),
    ("agreement assessment", lambda v: agreement("nis2map", "enisa", assessment=v)),
    ("compose", lambda v: compose("nis2map", v)),
    ("migrate", nis2map.migrate),
    ("from_version", lambda v: nis2map.migrate(SOA, from_version=v)),
    ("cost of a step", lambda v: nis2map.Step("A.5.1", cost=v)),
    ("start of a step", lambda v: nis2map.Step("A.5.1", v)),
    ("days", lambda v: plan(SOA, budget=1).dated("2026-01-01", days=v)),
    ("start of a plan", lambda v: plan(SOA, budget=1).dated(v)),
    ("date", lambda v: simulate(SOA, []).at(v)),
]


@pytest.mark.parametrize(("name", "call"), WORDS, ids=[name for name, _ in WORDS])
def test_odd_values_raise_our_errors(name: str, call: Callable[[Any], Any]) -> None:
    """Arrays, huge numbers, strange texts and things of other kinds are told apart from what is expected."""
    for value in (Array(), -1, b"A.5.1", "\ud800", object(), [None], 1e400):
        with pytest.raises(Nis2mapError) as caught:
            call(value)
        assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("name", "call"),
    [
        w
        for w in WORDS
        if w[0] in ("budget", "a cost", "cost of a step", "days", "target", "a factor", "start of a plan")
    ],
)
def test_numbers_past_the_floats_raise_our_errors(name: str, call: Callable[[Any], Any]) -> None:
    """A whole number that no float holds is out of range like any other, and not an OverflowError."""
    with pytest.raises(InputError):
        call(10**400)
