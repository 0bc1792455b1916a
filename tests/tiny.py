"""Datasets small enough to work out by hand, built from short texts.

    dataset = tiny("1; 1.1: a b?; 1.2: a", "C/; C.1; C.2", "1.1 ~ C.1: a, supports b; 1.2 < C.1 + C.2: a")
    cov = coverage(Assessment.full(dataset), **options(dataset))

Entries are parted by semicolons or line ends; a record (`Requirement`, `Control`, `Link`) may stand in a list of entries
wherever the short text can't say it. Ids without a framework belong to `law` and `set`.

Unit: `id title: demands`. Title and demands may be left out; a `?` after a demand marks it as opt-out. The parent is the
nearest unit of the same framework whose id is the start of this one (`1` of `1.1.2`), if there is one.

Control: `id title`. A slash after the id (`C/`) makes it a heading; parents as for units.

Link: `unit relation controls: demands`. Relations are `=` equal-to, `<` subset-of, `>` superset-of, `&` intersects-with,
`!` no-relationship, and `~` for what the demands say: subset-of if all of the unit's are covered, else intersects-with.
Controls that count together are joined by `+`; none at all means that no control is related. Demands are listed with
commas between the roles, the first of which is `covers`: `a b, guided c, considered d, supports e`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from nis2map import Control, Crosswalk, Dataset, Demand, Framework, Link, Requirement

RELATIONS = {
    "=": "equal-to", "<": "subset-of", ">": "superset-of", "&": "intersects-with", "!": "no-relationship"
}  # fmt: skip
ROLES = {
    "covers": "covers", "guided": "covers_guided", "considered": "covers_considered", "supports": "supports"
}  # fmt: skip

Units = str | Sequence[str | Requirement]
Controls = str | Sequence[str | Control]
Links = str | Sequence[str | Link]


def tiny(
    units: Units = "1; 1.1; 1.2",
    controls: Controls = "C/; C.1; C.2",
    links: Links | Mapping[str, Links] = (),
    **parts: Any,
) -> Dataset:
    """Return a dataset of one law, one set of controls and the crosswalk "x" (or those of a mapping by id).

    Frameworks are those that the ids name; `parts` goes to `Dataset.from_parts` and replaces what it names.
    """
    law = [unit if isinstance(unit, Requirement) else _unit(unit) for unit in _entries(units)]
    measures = [control if isinstance(control, Control) else _control(control) for control in _entries(controls)]
    law, measures = _under(law), _under(measures)
    demands = {str(unit.ref): {demand.ref.demand for demand in unit.demands} for unit in law}
    named = links if isinstance(links, Mapping) else {"x": links}
    crosswalks: list[Crosswalk] = []
    for name, several in named.items():
        made = [link if isinstance(link, Link) else _link(link, demands) for link in _entries(several)]
        sources = dict.fromkeys(link.requirement.framework for link in made) or {"law": None}
        targets = dict.fromkeys(ref.framework for link in made for ref in link.controls) or {"set": None}
        crosswalks.append(Crosswalk(name, tuple(sources), next(iter(targets)), made))
    sides = dict.fromkeys(unit.ref.framework for unit in law) or {"law": None}
    frameworks = [Framework(name) for name in sides]
    frameworks += [Framework(n, side="control") for n in dict.fromkeys(c.ref.framework for c in measures) or ("set",)]
    whole = {"frameworks": frameworks, "requirements": law, "controls": measures, "crosswalks": crosswalks}
    return Dataset.from_parts(**{**whole, **parts})


def remade(dataset: Dataset, **parts: Any) -> Dataset:
    """Return a dataset made anew of all parts of another one, but for those that are given as `from_parts` takes them."""
    whole = {
        "frameworks": dataset.frameworks.values(),
        "requirements": [unit for unit in dataset if isinstance(unit, Requirement)],
        "controls": [unit for unit in dataset if isinstance(unit, Control)],
        "crosswalks": [c for c in dataset.crosswalks.values() if c.id not in dataset.made_of_verdicts],
        "sources": dataset.sources.values(),
        "measures": dataset.measures,
        "law": dataset.law,
        "aliases": dataset.aliases,
        "version": dataset.version,
    }
    return Dataset.from_parts(**{**whole, **parts})


def options(dataset: Dataset, **more: Any) -> dict[str, Any]:
    """Return the options that ask about the first law of a tiny dataset through its first crosswalk."""
    law = next(framework.id for framework in dataset.frameworks.values() if framework.side == "requirement")
    return {"framework": law, "crosswalk": next(iter(dataset.crosswalks)), "dataset": dataset, **more}


def _entries(value: Any) -> list[Any]:
    return [part.strip() for part in re.split(r"[;\n]", value) if part.strip()] if isinstance(value, str) else [*value]


def _ref(text: str, framework: str) -> str:
    return text if ":" in text else f"{framework}:{text}"


def _unit(text: str) -> Requirement:
    head, slugs = re.fullmatch(r"(.+?)(?::\s+(.*))?", text).groups("")  # type: ignore[union-attr]
    name, _, title = head.strip().partition(" ")
    ref = _ref(name, "law")
    demands = [
        Demand(f"{ref}#{slug.rstrip('?')}", f"{slug.rstrip('?')} of {name}", optout=slug[-1] == "?")  # type: ignore[arg-type]
        for slug in slugs.split()
    ]
    return Requirement(ref, None, title, demands=demands)  # type: ignore[arg-type]


def _control(text: str) -> Control:
    name, _, title = text.partition(" ")
    return Control(_ref(name.rstrip("/"), "set"), title, heading=name[-1] == "/")  # type: ignore[arg-type]


def _under(units: list[Any]) -> list[Any]:
    """Give every unit without a parent the nearest unit whose id is the start of its own."""
    known = {str(unit.ref) for unit in units}
    placed: list[Any] = []
    for unit in units:
        parts = str(unit.ref).split(".")
        above = next((up for n in range(len(parts) - 1, 0, -1) if (up := ".".join(parts[:n])) in known), None)
        placed.append(attrs.evolve(unit, parent=above) if unit.parent is None and above else unit)
    return placed


def _link(text: str, demands: Mapping[str, Iterable[str]]) -> Link:
    sides = re.fullmatch(r"(\S+)\s+([=<>&!~])\s*(.*?)(?::\s(.*))?", text)
    if sides is None:
        raise ValueError(f"{text!r} is not `unit relation controls: demands`")
    unit, sign, controls, roles = sides.groups("")
    requirement, role = _ref(unit, "law"), "covers"
    lists: dict[str, list[str]] = {}
    for part in roles.split(","):
        words = part.split()
        if words and words[0] in ROLES:
            role = ROLES[words.pop(0)]
        lists.setdefault(role, []).extend(words)
    met = {slug for name, slugs in lists.items() if name != "supports" for slug in slugs}
    relation = RELATIONS.get(sign) or ("subset-of" if met >= set(demands[requirement]) else "intersects-with")
    refs = [_ref(name.strip(), "set") for name in controls.split("+") if name.strip()]
    return Link(requirement, refs, relation, rationale="because", **{k: v for k, v in lists.items() if v})  # type: ignore[arg-type]
