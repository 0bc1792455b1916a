"""What is known of the ids of each framework: its forms from `data-src/id_forms.json`, its units from `data-src/facts/ids.json`.

`facts/ids.json` has one unit a line, in legal order: of the Directive and the CIR every article, paragraph, subparagraph
(`.s1`), point and annex entry, with the project's own parts (`~`) after the unit they are parts of; of ISO/IEC 27001 the
numbers of clauses and controls. `holder` stands at a paragraph with several subparagraphs: the number of the one that holds
its points, since a citation names it and the id of a point does not.

`id_forms.json` says, per framework and in the order in which refs sort, what the ids look like and how each form is cited
(`forms`; what stands in brackets is left out if its group is empty), the noun for each part (`parts`), what a slug, which
is all lower case, gets back (`capitals`), and the ELI of the act. A framework with forms and no units is known to the
grammar only.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import units

FACTS = Path("facts") / "ids.json"
FORMS = "id_forms.json"


def text(sources: Path) -> str:
    """Return the content of `ids.json`: one framework after the other, one property a line."""
    frameworks = (
        f'"{name}": {{\n' + ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in row.items()) + "\n}"
        for name, row in table(sources).items()
    )
    return "{\n" + ",\n".join(frameworks) + "\n}\n"


def table(sources: Path) -> dict[str, dict[str, Any]]:
    """Return the ids of each framework, from a folder laid out as `data-src`; the build ends if they contradict each other."""
    forms: dict[str, dict[str, Any]] = json.loads((sources / FORMS).read_text(encoding="utf-8"))
    facts: dict[str, dict[str, int | None]] = {name: {} for name in forms}
    for number, row in enumerate(units.rows(sources / FACTS), 1):
        framework, _, local = row["ref"].partition(":")
        if framework not in facts:
            sys.exit(f"{FACTS}, row {number}: {FORMS} has no framework {framework!r}")
        if local in facts[framework]:
            sys.exit(f"{FACTS}, row {number}: {row['ref']} is there twice")
        facts[framework][local] = row.get("holder")
    return {name: _framework(name, form, facts[name]) for name, form in forms.items()}


def _framework(name: str, form: dict[str, Any], facts: dict[str, int | None]) -> dict[str, Any]:
    holders = {local: holder for local, holder in facts.items() if holder is not None}
    for local, holder in holders.items():
        if f"{local}.s{holder}" not in facts:
            sys.exit(f"{FACTS}: {name}:{local} has no subparagraph {holder} to hold its points")
    parts = [local for local in facts if "~" in local]
    if list(form["parts"]) != parts:
        sys.exit(f"{FORMS}: the parts of {name} must be, in this order: {parts}")
    return {
        "eli": form["eli"],
        "capitals": form["capitals"],
        "forms": form["forms"],
        "units": list(facts),
        "parts": form["parts"],
        "holders": dict(sorted(holders.items())),
    }
