"""Families of near-identical demands: what each has, and the page that shows them.

data-src/judgements/families.json has a row a family: `members`, the `predicate` that they share, `controls` ("alike": one
set of covering controls serves all, "topical": each has the control of its own topic), and `exceptions` with a reason.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import nis2map

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "data-src" / "judgements" / "families.json"

Covers = tuple[tuple[str, str], ...]


def families() -> list[dict[str, Any]]:
    """Return the families in the order of their file."""
    rows: list[dict[str, Any]] = json.loads(SOURCE.read_text(encoding="utf-8"))
    return rows


def served(dataset: nis2map.Dataset) -> dict[str, tuple[str, Covers]]:
    """Return for each demand the best grade that a link gives it, and the controls that cover it with their grades."""
    grades: dict[str, list[tuple[str, nis2map.Grade]]] = {}
    for link in dataset.links("nis2map"):
        controls = " + ".join(control.citation for control in link.controls)
        for grade, demands in link.by_grade.items():
            for demand in demands:
                grades.setdefault(str(demand), []).append((controls, grade))
    order = list(nis2map.Grade)
    found: dict[str, tuple[str, Covers]] = {}
    for demand, rows in grades.items():
        best = min((grade for _, grade in rows), key=order.index)
        covers = sorted((controls, str(grade)) for controls, grade in rows if grade is not nis2map.Grade.HELPED)
        found[demand] = (str(best), tuple(covers))
    return found


BARE: tuple[str, Covers] = ("bare", ())


def differing(family: dict[str, Any], found: dict[str, tuple[str, Covers]]) -> set[object]:
    """Return what the members without a reason of their own have: one thing, or the family is not alike."""
    alike = family["controls"] == "alike"
    members = (member for member in family["members"] if member not in family["exceptions"])
    return {found.get(member, BARE) if alike else found.get(member, BARE)[0] for member in members}


def page() -> str:
    """Return the page of families, with the class and the covers of each, and every exception with its reason."""
    dataset = nis2map.load()
    found, rows = served(dataset), families()
    members = sum(len(family["members"]) for family in rows)
    exceptions = sum(len(family["exceptions"]) for family in rows)
    lines = [
        "# Families of similar demands",
        "",
        "<!-- made by tools/report.py -->",
        "",
        f"{len(rows)} families of near-identical demands, {members} of {_demands(dataset)} demands. All members of a family have "
        "one class, and where one set of controls should serve them all, one set of covering controls with its grades, but for "
        f"{exceptions} members with a reason on record. A test enforces this. [The method](method.md) says how they were judged.",
        "",
    ]
    for family in rows:
        lines += _section(family, found)
    return "\n".join(lines).rstrip() + "\n"


def _demands(dataset: nis2map.Dataset) -> str:
    units = (unit for name in ("nis2", "cir") for unit in dataset.requirements(name))
    return f"{sum(len(unit.demands) for unit in units):,}"


def _section(family: dict[str, Any], found: dict[str, tuple[str, Covers]]) -> list[str]:
    usual = [member for member in family["members"] if member not in family["exceptions"]]
    classes = Counter(found.get(member, BARE)[0] for member in usual)
    has = ", ".join(classes) or "each its own"
    if family["controls"] == "alike" and usual:
        covers = found.get(usual[0], BARE)[1]
        has += "".join(f"; {controls} {grade}" for controls, grade in covers)
    elif family["controls"] == "topical":
        has += f"; each by the control of its own topic: {family['why']}"
    shown = ", ".join(f"`{member}`" for member in family["members"])
    lines = [f"**{family['predicate']}** ({family['id']}): {has}.", "", shown, ""]
    lines += [f"- `{member}`: {reason}" for member, reason in family["exceptions"].items()]
    return [*lines, *([""] if family["exceptions"] else [])]
