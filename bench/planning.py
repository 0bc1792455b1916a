"""Plans from nothing in place to 95 % of the ceiling, over all demands and controls, for `run.py`."""

from __future__ import annotations

import sys
import time
from typing import Any

import nis2map
from nis2map.planning import Plan


def questions() -> dict[str, dict[str, Any]]:
    """Plans from nothing in place, over all demands and all controls; the costs are uneven and always the same."""
    controls = nis2map.load().controls()
    costs = {control.ref: 1 + (37 * place) % 11 / 4 for place, control in enumerate(controls)}
    needs = {c.ref: [controls[(7 * n + 3) % n].ref] for n, c in enumerate(controls) if n and n % 3 == 0}
    found: dict[str, dict[str, Any]] = {}
    for framework in ("nis2", "cir"):
        for of in ("low", "estimate"):
            base = {"framework": framework, "of": of}
            found[f"{framework} {of}"] = base
            found[f"{framework} {of}, costs"] = base | {"costs": costs}
            found[f"{framework} {of}, costs, prerequisites"] = base | {"costs": costs, "prerequisites": needs}
    return found


def planned(question: dict[str, Any]) -> Plan:
    """The plan to 95 % of the ceiling; the run stops if it is further than 1 % from the best."""
    nothing = nis2map.Assessment()
    ceiling = nis2map.coverage(nothing, framework=question["framework"]).overall.ceiling
    found = nis2map.plan(nothing, target=0.95 * getattr(ceiling, question["of"]), **question)
    if found.gap > 0.01:
        sys.exit(f"the plan is {100 * found.gap:.1f} % from the best: {question}")
    return found


def plans() -> list[str]:
    """Lines on plans to 95 % of the ceiling: seconds, steps, cost."""
    lines: list[str] = []
    for name, question in questions().items():
        start = time.perf_counter()
        found = planned(question)
        seconds = time.perf_counter() - start
        sure = "optimal" if found.optimal else f"within {100 * found.gap:.2f} %"
        lines.append(f"  {name:38} {seconds:6.2f} s   {len(found.steps):3} steps, cost {found.cost:7.2f}, {sure}")
    return lines
