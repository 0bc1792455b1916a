"""The command `nis2map`: small wrappers over the library, with JSON on request and honest exit codes.

Exit codes: 0 done; 1 done, and what was asked for fails (a regression, a citation that does not exist); 2 the input or
the command line is wrong; 70 a fault of ours. `_law` has the commands about the law.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import attrs

from .._version import __version__
from ..assessment import Assessment
from ..dataset import Dataset, find, load, related
from ..diff import compare
from ..errors import InputError, Nis2mapError, Problem, clean, quote
from ..formats import read_soa
from ..ids import Ref
from ..law import lint
from ..model import LISTS, Control, Demand, Link, Requirement
from ..planning import plan, roadmap
from ..scoring import BASES, DEFAULTS, WEIGHTS, Options, coverage, gaps
from . import _costs, _files, _law, _review, _verify
from ._common import Commands, Handler, command, once, read_text, show, source_of, spoken

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    0: done; 1: found what it looks for; 2: a fault of the caller or the file, told in one line; 70: a fault of ours.
    """
    arguments = _parser().parse_args(argv)
    handler: Handler = arguments.handler
    try:
        return handler(arguments)
    except Nis2mapError as error:
        sys.stderr.write(f"nis2map: {spoken(str(error))}\n")
        for problem in error.problems[3:]:
            sys.stderr.write(f"  {spoken(str(problem))}\n")
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        sys.stderr.write(f"nis2map: {clean(error.strerror or error)}\n")
        return 2
    except Exception as error:
        # What is not one of our errors is our fault: a code of its own says so, and the traceback is for the report.
        import traceback

        traceback.print_exc()
        sys.stderr.write(f"nis2map: a fault of nis2map itself, please report it: {clean(error)}\n")
        return 70


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nis2map", description="NIS 2 and ISO/IEC 27001:2022, mapped.")
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(required=True, metavar="command")
    unit = command(commands, "show", _show, "show a unit, a demand, or the dataset")
    unit.add_argument("ref", nargs="?", help=_REF)
    _add_search(commands)
    links = command(commands, "related", _related, "list the links of a unit")
    links.add_argument("ref", help=_REF)
    links.add_argument("--crosswalk", default="nis2map", help="nis2map (default), enisa, article")
    for name, handler, words in (
        ("coverage", _coverage, "score a Statement of Applicability"),
        ("gaps", _gaps, "list what is not surely met"),
    ):
        parser_ = command(commands, name, handler, words)
        parser_.add_argument("soa", help=_SOA)
        _add_options(parser_)
    both = command(commands, "compare", _compare, "compare two assessments; exits 1 on a regression")
    both.add_argument("before", help=_SOA)
    both.add_argument("after", help="the later Statement of Applicability; '-' for standard input")
    _add_options(both)
    steps = command(commands, "roadmap", _roadmap, "the programme, and the gaps that each step closes")
    steps.add_argument("soa", nargs="?", help=_SOA)
    steps.add_argument(
        "--certified", required=True, action=argparse.BooleanOptionalAction, help="is there a certificate"
    )
    work = command(commands, "plan", _plan, "the cheapest controls to reach a target, or the most for a budget")
    work.add_argument("soa", help=_SOA)
    work.add_argument("--target", help="a share from 0 to 1, or 'ceiling'")
    work.add_argument("--budget", type=float, help="what may be spent; a control costs 1")
    work.add_argument("--of", default="low", choices=("low", "estimate"))
    work.add_argument("--measures", action="store_true", help="also offer measures on the duties themselves")
    work.add_argument("--seconds", type=float, default=10.0, help="when to stop with the best so far (10)")
    _costs.add(work)
    _add_options(work)
    _review.add(commands)
    _files.add(commands)
    _verify.add(commands)
    _law.add(commands)
    return parser


_REF = "for example 'Art. 21(2)(h)', 'CIR 9.2(c)', 'A.8.24'"
_SOA = "a Statement of Applicability, for example a CSV file; '-' for standard input"


def _add_search(commands: Commands) -> None:
    words = command(commands, "find", _find, "find the units that words are about")
    words.add_argument("text", nargs="+", help="words, abbreviations, or an id")
    words.add_argument("--limit", type=int, default=10, help="how many at most (10)")
    text = command(commands, "lint", _lint, "find citations that do not exist and wrong claims; exits 1 if any")
    text.add_argument("files", nargs="*", default=["-"], help="texts to read; '-', the default, is standard input")
    text.add_argument("--framework", help="what a text is about where it names nothing: nis2, cir or iso27001")


def _add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options that every analysis takes; words and defaults are those of the library."""
    parser.add_argument("--framework", default=DEFAULTS.get("framework"), help="nis2 (default) or cir")
    parser.add_argument("--crosswalk", action="append", help="nis2map (default), enisa, article; may be repeated")
    parser.add_argument("--within", action="append", help="a unit to stay within, or 'all'; may be repeated")
    parser.add_argument("--weights", default=DEFAULTS.get("weights"), choices=WEIGHTS)
    parser.add_argument("--basis", default=DEFAULTS.get("basis"), choices=BASES)
    parser.add_argument(
        "--support",
        type=float,
        default=DEFAULTS.get("support"),
        help="what a mere support is worth: 0 (nothing, the default) to 1",
    )
    holds = "whether a fact holds that demands hang on, as cross_border_effect=no; may be repeated"
    parser.add_argument("--fact", action="append", metavar="NAME=yes|no", help=holds)
    parser.add_argument("--certified", action="store_true", help="a certificate stands for the clauses")


def _facts(said: Iterable[str]) -> dict[str, bool]:
    facts: dict[str, bool] = {}
    for text in said:
        name, _, word = (part.strip() for part in text.partition("="))
        if word not in ("yes", "no") or name in facts:
            hint = "such as --fact cross_border_effect=no, each once"
            raise InputError(f"--fact {quote(text)}: a name and yes or no are wanted", hint=hint)
        facts[name] = word == "yes"
    return facts


def _question(arguments: argparse.Namespace) -> Options:
    within: list[str] | None = arguments.within
    options: Options = {
        "framework": arguments.framework,
        "within": "all" if within == ["all"] else within,
        "weights": arguments.weights,
        "basis": arguments.basis,
        "support": arguments.support,
        "facts": _facts(arguments.fact) if arguments.fact else None,
    }
    return options | {"crosswalk": arguments.crosswalk} if arguments.crosswalk else options


def _read(path: str, arguments: argparse.Namespace) -> Assessment:
    soa = read_soa(source_of(path))
    return soa.certified() if arguments.certified else soa


def _version() -> str:
    return f"nis2map {__version__}, data {load().version}"


def _show(arguments: argparse.Namespace) -> int:
    dataset = load()
    if arguments.ref is None:
        show(arguments, lambda: _about(dataset), lambda: _lines(_about(dataset)))
        return 0
    unit = dataset[arguments.ref]
    show(arguments, lambda: _described(dataset, unit), lambda: _unit_text(dataset, unit))
    return 0


def _about(dataset: Dataset) -> dict[str, Any]:
    return {
        "package": __version__,
        "data": dataset.version,
        "digest": dataset.digest,
        "units": len(dataset),
        "frameworks": {f.id: f.citation for f in dataset.frameworks.values()},
        "crosswalks": {name: dataset.crosswalks[name].title for name in dataset.crosswalks},
    }


def _lines(record: dict[str, Any]) -> str:
    return "\n".join(
        f"{key}: {', '.join(f'{k} ({v})' for k, v in value.items()) if isinstance(value, dict) else value}"  # pyright: ignore[reportUnknownVariableType]
        for key, value in record.items()
    )


def _described(dataset: Dataset, unit: Requirement | Control | Demand) -> dict[str, Any]:
    from ..model import record

    details = record(unit) | {"citation": unit.ref.citation, "eli": unit.ref.eli}
    if not isinstance(unit, Demand):
        details["children"] = [str(ref) for ref in dataset.children(unit.ref)]
        details["links"] = len(related(unit.ref, dataset=dataset))
    if isinstance(unit, Requirement):
        details["elaborates"] = [str(ref) for ref in dataset.elaborated(unit.ref)]
        details["elaborated_by"] = [str(ref) for ref in _elaborated_by(dataset, unit)]
    return details


def _elaborated_by(dataset: Dataset, unit: Requirement) -> list[Ref]:
    return [
        top.ref
        for framework in dataset.frameworks.values()
        if framework.elaborates == unit.ref.framework
        for top in dataset.requirements(framework.id)
        if top.parent is None and unit.ref in top.elaborates
    ]


def _unit_text(dataset: Dataset, unit: Requirement | Control | Demand) -> str:
    head = f"{unit.ref}  {unit.ref.citation}"
    if isinstance(unit, Demand):
        marks = [word for word, on in (("opt-out", unit.optout), (f"if {unit.condition}", unit.conditional)) if on]
        return f"{head}\n{unit.label}" + (f" ({', '.join(marks)})" if marks else "")
    lines = [head, unit.title]
    if isinstance(unit, Requirement):
        lines += [unit.summary] if unit.summary else []
        lines.append(f"role {unit.role}, topic {unit.topic or '-'}, addressees {', '.join(unit.addressees) or '-'}")
        lines += [f"deadline {unit.deadline} from {unit.trigger}"] if unit.deadline else []
        lines += [f"  #{d.ref.demand}  {d.label}{' (opt-out)' if d.optout else ''}" for d in unit.demands]
        lines += [f"evidence: {'; '.join(unit.evidence)}"] if unit.evidence else []
        elaborates = ", ".join(ref.citation for ref in dataset.elaborated(unit.ref))
        lines += [f"elaborates {elaborates}"] if elaborates else []
        for framework, refs in groupby(_elaborated_by(dataset, unit), key=lambda ref: ref.framework):
            by = ", ".join(ref.citation for ref in refs)
            lines.append(f"elaborated by {by} of {dataset.frameworks[framework].name}")
    else:
        lines.append(f"theme {unit.theme}{', amended 2024' if unit.amended else ''}")
    below = [f"  {ref}  {getattr(dataset[ref], 'title', '')}" for ref in dataset.children(unit.ref)]
    lines += [*below, *([unit.note] if unit.note else [])]
    return "\n".join(lines)


def _related(arguments: argparse.Namespace) -> int:
    links = related(arguments.ref, crosswalk=arguments.crosswalk)
    from ..model import record

    show(arguments, lambda: [record(link) for link in links], lambda: _links_text(links))
    return 0


def _links_text(links: Iterable[Link]) -> str:
    lines: list[str] = []
    for link in links:
        controls = " + ".join(c.citation for c in link.controls) or "nothing"
        unit = link.requirement.citation
        lines.append(f"{unit} -> {controls}: {link.relation} ({link.source}, {link.review})")
        for grade, refs in link.by_grade.items():
            names = ", ".join(ref.demand or str(ref) for ref in refs)
            lines += [f"  {LISTS[grade].replace('_', ' ')}: {names}"] if names else []
        lines += [f"  {text}" for text in (link.rationale, link.note) if text]
    return "\n".join(lines) or "no links"


def _coverage(arguments: argparse.Namespace) -> int:
    cov = coverage(_read(arguments.soa, arguments), **_question(arguments))

    conflicts = [f"conflict: {conflict.ref}: {conflict.message}" for conflict in cov.conflicts]
    show(arguments, cov.to_dict, lambda: "\n".join([str(cov), *conflicts]))
    return 0


def _gaps(arguments: argparse.Namespace) -> int:
    listed = gaps(_read(arguments.soa, arguments), **_question(arguments))
    show(arguments, listed.to_dict, lambda: str(listed))
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    before, after = (_read(path, arguments) for path in once((arguments.before, arguments.after)))
    comparison = compare(before, after, **_question(arguments))
    show(arguments, comparison.to_dict, lambda: str(comparison))
    return 1 if comparison.regressions else 0


def _find(arguments: argparse.Namespace) -> int:
    hits = find(" ".join(arguments.text), limit=arguments.limit)
    show(arguments, hits.to_dict, lambda: str(hits))
    return 0


def _lint(arguments: argparse.Namespace) -> int:
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


def _plan(arguments: argparse.Namespace) -> int:
    target: float | str | None = arguments.target
    if target is not None and target != "ceiling":
        try:
            target = float(target)
        except ValueError:
            raise InputError(f"the target is {quote(target)}", hint="a share from 0 to 1, or 'ceiling'") from None
    cheapest = plan(
        _read(arguments.soa, arguments),
        target=target,
        budget=arguments.budget,
        of=arguments.of,
        measures=arguments.measures,
        costs=_costs.costs_of(arguments),
        seconds=arguments.seconds,
        **_question(arguments),
    )
    show(arguments, cheapest.to_dict, lambda: str(cheapest))
    return 0


def _roadmap(arguments: argparse.Namespace) -> int:
    soa = None if arguments.soa is None else read_soa(source_of(arguments.soa))
    programme = roadmap(soa, certified=arguments.certified)
    show(
        arguments,
        programme.to_dict,
        lambda: "\n".join([str(programme), *(f"{s.order}. {s.text}" for s in programme.steps)]),
    )
    return 0
