"""What is checked and judged: lint, verify, and the sheets of people who judge."""

from __future__ import annotations

import argparse

import attrs

from ...errors import Problem, clean
from ...formats import dump, dumps, load_dataset, load_result, read_review, read_soa, verify
from ...law import lint
from ...review import Review, review_sheet
from .._common import once, read_text, source_of
from .._terminal import show

__all__ = ["run_lint", "run_review_agree", "run_review_export", "run_review_import", "run_verify"]


def run_lint(arguments: argparse.Namespace) -> int:
    """Find citations that do not exist and wrong claims; 1 if there is one."""
    problems: list[Problem] = []
    for path in once(arguments.files):
        text, name = read_text(path)
        problems += [attrs.evolve(problem, path=name) for problem in lint(text, framework=arguments.framework)]
    show(
        arguments,
        lambda: [problem.to_dict() for problem in problems],
        lambda: "\n".join(map(_located, problems)) or "no citation that does not exist",
    )
    return 1 if problems else 0


def _located(problem: Problem) -> str:
    return clean(f"{problem.path}:{problem.row}:{problem.column}: {problem.message}; {problem.hint}")


def run_verify(arguments: argparse.Namespace) -> int:
    """Work a kept result out again; 1 if anything differs."""
    once([arguments.result, *arguments.soa])
    dataset = None if arguments.dataset is None else load_dataset(arguments.dataset)
    result = load_result(source_of(arguments.result), dataset=dataset)
    several = [read_soa(source_of(path)) for path in arguments.soa]
    if arguments.certified:
        several = [soa.certified(dataset=dataset) for soa in several]
    found = verify(result, several, dataset=dataset)
    show(arguments, found.to_dict, lambda: found)
    return 0 if found else 1


def run_review_export(arguments: argparse.Namespace) -> int:
    """Write a sheet of pairs to judge."""
    sheet = review_sheet(units=arguments.units, sample=arguments.sample, seed=arguments.seed, blind=not arguments.open)
    if arguments.output is None:
        table = dumps(sheet, format="csv").decode("utf-8-sig")
        show(arguments, sheet.to_dict, lambda: table.replace("\r\n", "\n").rstrip(), verbatim=True)
        return 0
    dump(sheet, arguments.output)
    written = f"{len(sheet.demands)} demands, {len(sheet)} pairs: {arguments.output}"
    show(arguments, sheet.to_dict, lambda: written)
    return 0


def _read(arguments: argparse.Namespace) -> Review:
    return read_review(
        source_of(arguments.sheet), judge=arguments.judge, date=arguments.date, licence=arguments.licence
    )


def run_review_import(arguments: argparse.Namespace) -> int:
    """Check a filled sheet and say what it holds."""
    review = _read(arguments)
    show(arguments, review.to_dict, lambda: review)
    return 0


def run_review_agree(arguments: argparse.Namespace) -> int:
    """Say how far a crosswalk agrees with a filled sheet."""
    found = _read(arguments).agreement(arguments.crosswalk)
    show(arguments, found.to_dict, lambda: found)
    return 0
