"""Write docs/explanation/figures.md (what the crosswalk comes to, how the judges agreed) and families.md.

    python tools/report.py

Everything is computed from data-src/judgements and the packaged data; a test keeps the page up to date.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import blind
import family
import judgements
import nis2map
from headlines import headlines, table
from rounds import GRADES, agreement_part, section

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "figures.md"
FAMILIES = ROOT / "docs" / "explanation" / "families.md"


def best_grades() -> dict[str, Counter[str]]:
    """Count by section the best grade in which a link serves each demand."""
    dataset = nis2map.load()
    best: dict[object, str] = {}
    for role, grade in reversed([(judgements.LISTS[grade], grade) for grade in GRADES[:-1]]):  # the best last, to stay
        for link in dataset.links("nis2map"):
            best |= dict.fromkeys(getattr(link, role), grade)
    counts: dict[str, Counter[str]] = {}
    for framework in ("nis2", "cir"):
        for unit in dataset.requirements(framework, assessable=True):
            counter = counts.setdefault(section(str(unit.ref)), Counter())
            counter.update(best.get(demand.ref, "bare") for demand in unit.demands)
    return counts


def content_part() -> list[str]:
    found = best_grades()
    order = sorted(found, key=lambda name: (name[0], int(name.split()[-1])))
    rows = [(name, str(found[name].total()), *(str(found[name][grade]) for grade in GRADES)) for name in order]
    total = sum(found.values(), Counter[str]())
    rows.append(("all", str(total.total()), *(str(total[grade]) for grade in GRADES)))
    return [
        "## Demands by best grade",
        "",
        "Each demand is counted once, by the best grade of any link.",
        "",
        *table(("section", "demands", *GRADES), rows),
        "",
    ]


def page() -> str:
    head = [
        "# Figures",
        "",
        "<!-- made by tools/report.py -->",
        "",
        f"The results of [the method](method.md), for version {nis2map.load().version} of the data.",
        "",
    ]
    return "\n".join([*head, *headlines(), *content_part(), *agreement_part(), *blind.part()]).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    FAMILIES.write_text(family.page(), encoding="utf-8")
    print(PAGE, FAMILIES)
