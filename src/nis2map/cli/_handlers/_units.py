"""What is looked up in the texts: show, find, related."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from ..._version import __version__
from ...dataset import Dataset, find, load, related
from ...ids import Ref
from ...model import LISTS, Control, Demand, Grade, Link, Requirement, record
from .._terminal import show

__all__ = ["run_find", "run_related", "run_show"]

_FEW = 12  # names on one line


def run_show(arguments: argparse.Namespace) -> int:
    """Show a unit, or what the data hold."""
    dataset = load()
    if not arguments.ref:
        show(arguments, lambda: _about(dataset), lambda: _lines(_about(dataset)))
        return 0
    unit = dataset[" ".join(arguments.ref)]
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
    lines += _served(unit, related(unit.ref, dataset=dataset))
    below = [f"  {ref}  {getattr(dataset[ref], 'title', '')}" for ref in dataset.children(unit.ref)]
    lines += [*below, *([unit.note] if unit.note else [])]
    return "\n".join(lines)


def _served(unit: Requirement | Control, links: Iterable[Link]) -> Iterator[str]:
    """Yield a line a grade: by which controls a requirement is served, or which requirements a control serves."""
    by_grade: dict[Grade, dict[str, None]] = {}
    for link in links:
        best = next((grade for grade, demands in link.by_grade.items() if demands), None)
        if best is not None:
            other = link.requirement.citation if isinstance(unit, Control) else _named(link)
            by_grade.setdefault(best, {})[other] = None
    for grade, others in sorted(by_grade.items(), key=lambda item: list(Grade).index(item[0])):
        names = list(others)
        more = f" and {len(names) - _FEW} more (nis2map related '{unit.ref}')" if len(names) > _FEW else ""
        yield f"{'serves' if isinstance(unit, Control) else 'served'}, {grade}: {'; '.join(names[:_FEW])}{more}"


def _named(link: Link) -> str:
    return " + ".join(control.citation for control in link.controls)


def run_related(arguments: argparse.Namespace) -> int:
    """List the links of a unit."""
    links = related(" ".join(arguments.ref), crosswalk=arguments.crosswalk)
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


def run_find(arguments: argparse.Namespace) -> int:
    """Find units by words."""
    hits = find(" ".join(arguments.text), limit=arguments.limit)
    show(arguments, hits.to_dict, lambda: hits)
    return 0
