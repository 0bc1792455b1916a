"""What is asked for with a Statement of Applicability: coverage, explain, compare, plan, roadmap."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from functools import partial

from ..._shared import View, percent
from ...assessment import Assessment
from ...diff import compare
from ...errors import InputError, quote
from ...planning import Plan, plan, roadmap
from ...scoring import Coverage, Options, coverage
from .._common import once, read_statement
from .._terminal import show
from ._costs import costs_of

__all__ = [
    "question_of",
    "read_soa_of",
    "run_compare",
    "run_coverage",
    "run_explain",
    "run_plan",
    "run_roadmap",
    "scored",
]


def question_of(arguments: argparse.Namespace) -> Options:
    """Return the options of an analysis."""
    within: list[str] | None = arguments.within
    options: Options = {
        "framework": arguments.framework,
        "within": "all" if within == ["all"] else within,
        "weights": arguments.weights,
        "basis": arguments.basis,
        "support": float(arguments.support),
        "facts": _facts(arguments.fact) if arguments.fact else None,
    }
    return options | {"crosswalk": arguments.crosswalk} if arguments.crosswalk else options


def _facts(said: Iterable[str]) -> dict[str, bool]:
    facts: dict[str, bool] = {}
    for text in said:
        name, _, word = (part.strip() for part in text.partition("="))
        if word not in ("yes", "no") or name in facts:
            hint = "such as --fact cross_border_effect=no, each once"
            raise InputError(f"--fact {quote(text)}: a name and yes or no are wanted", hint=hint)
        facts[name] = word == "yes"
    return facts


def read_soa_of(path: str, arguments: argparse.Namespace) -> Assessment:
    """Return the assessment in a file, with a certificate's clauses if that was asked for."""
    soa = read_statement(path, arguments)
    return soa.certified() if arguments.certified else soa


def scored(arguments: argparse.Namespace) -> Coverage:
    """Return the coverage of the statement that a command was given."""
    return coverage(read_soa_of(arguments.soa, arguments), **question_of(arguments))


def run_coverage(arguments: argparse.Namespace) -> int:
    """Score a statement; 1 if less is met than `--fail-under` asks for."""
    cov = scored(arguments)
    conflicts = [f"conflict: {conflict.ref}: {conflict.message}" for conflict in cov.conflicts]
    show(arguments, cov.to_dict, lambda: cov, lambda: conflicts)
    least: float | None = arguments.fail_under
    reached: float | None = getattr(cov.overall, arguments.of)
    if least is None or (reached is not None and reached >= least):
        return 0
    told = "nothing is counted" if reached is None else f"{arguments.of} is {percent(reached)}"
    sys.stderr.write(f"nis2map: {told}, and the gate asks for {percent(least)}\n")
    return 1


def run_explain(arguments: argparse.Namespace) -> int:
    """Say why a number is what it is, of units or of the whole."""
    cov = scored(arguments)
    explained = [cov.explain(unit) for unit in arguments.units] or [cov.overall.explain()]
    if arguments.json:
        show(arguments, lambda: [one.to_dict() for one in explained], lambda: "")
        return 0
    for one in explained:
        show(arguments, one.to_dict, partial(_itself, one))
    return 0


def _itself(view: View) -> View:
    return view


def run_compare(arguments: argparse.Namespace) -> int:
    """Compare two statements; 1 if anything became worse."""
    before, after = (read_soa_of(path, arguments) for path in once((arguments.before, arguments.after)))
    comparison = compare(before, after, **question_of(arguments))
    show(arguments, comparison.to_dict, lambda: comparison)
    return 1 if comparison.regressions else 0


def run_plan(arguments: argparse.Namespace) -> int:
    """Plan the way to a target, or what a budget buys."""
    cheapest: Plan = plan(
        read_soa_of(arguments.soa, arguments),
        target=_target(arguments.target),
        budget=arguments.budget,
        of=arguments.of,
        measures=arguments.measures,
        costs=costs_of(arguments),
        seconds=arguments.seconds,
        **question_of(arguments),
    )
    show(arguments, cheapest.to_dict, lambda: cheapest)
    return 0


def _target(text: str | None) -> float | str | None:
    if text is None or text == "ceiling":
        return text
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        raise InputError(
            f"the target is {quote(text)}", hint="a share from 0 to 1, such as 0.3 or 30%, or 'ceiling'"
        ) from None


def run_roadmap(arguments: argparse.Namespace) -> int:
    """Show the programme, with what each step of it closes."""
    soa = None if arguments.soa is None else read_statement(arguments.soa, arguments)
    programme = roadmap(soa, certified=arguments.certified)
    show(arguments, programme.to_dict, lambda: programme, brief=True)  # its table says how each step is done
    return 0
