"""Write docs/explanation/figures.md (what the crosswalk comes to, how the judges agreed), families.md and the README's sample.

    python tools/report.py

Everything is computed from data-src/judgements and the packaged data; a test keeps the page up to date.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import blind
import family
import judgements
import nis2map
from headlines import headlines, table
from rounds import GRADES, agreement_part, section

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
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
        "## What the crosswalk comes to",
        "",
        "Each demand counted once, by the best grade that any link gives it.",
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
        f"As they came out for the data of version {nis2map.load().version}; see [the method](method.md).",
        "",
    ]
    return "\n".join([*head, *headlines(), *content_part(), *agreement_part(), *blind.part()]).rstrip() + "\n"


def sample() -> str:
    """Return what the README shows of the demo: its ten lines, and one table of those behind them."""
    demo = [sys.executable, str(ROOT / "examples" / "demo.py")]
    short, long = (
        subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        for command in (demo, [*demo, "--all"])
    )
    gaps = long.index("== soa-with-gaps.csv: 93 controls")
    start = next(i for i, line in enumerate(long) if i > gaps and line.startswith("-- with a certificate"))
    head = next(i for i, line in enumerate(long) if i > start and line.startswith("measure"))
    row = next(i for i, line in enumerate(long) if i > head and line.startswith("Article 21(2), point (h)"))
    end = next(i for i, line in enumerate(long) if i > head and line.startswith("overall"))
    shown = [*short, "...", *long[start + 1 : head + 2], "...", *long[row : row + 4], "...", *long[end : end + 3]]
    return "\n".join(line.rstrip() for line in shown) + "\n"


def readme(text: str) -> str:
    return re.sub(r"(?<=^```text\n).*?(?=^```)", lambda _: sample(), text, count=1, flags=re.M | re.S)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    FAMILIES.write_text(family.page(), encoding="utf-8")
    README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8")
    print(PAGE, FAMILIES, README)
