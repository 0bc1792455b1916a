"""Plans from nothing in place to 95 % of the ceiling, over all demands and controls, for `run.py`."""

from __future__ import annotations

import random
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


def synthetic(seed: int, *, by_topic: bool) -> nis2map.Dataset:
    """2,000 demands in units of five, 300 controls, one to three links a demand, 40 % of them joint.

    By topic the links of a unit share half a dozen neighbouring controls, as those of a text do; else they are drawn
    from all.
    """
    rng = random.Random(seed)
    controls = [nis2map.Control(f"set:{n}") for n in range(300)]
    units, links = list[nis2map.Requirement](), list[nis2map.Link]()
    for number in range(400):
        unit = nis2map.Requirement(
            f"law:{number}", demands=[nis2map.Demand(f"law:{number}#d{n}", "d") for n in range(5)]
        )
        units.append(unit)
        at = rng.randrange(300)
        around = sorted({(at + rng.randint(-6, 6)) % 300 for _ in range(6)})
        covered: dict[tuple[int, ...], set[str]] = {}
        for demand in unit.demands:
            for _ in range(rng.choice((1, 1, 2, 3))):
                size = min(len(around), rng.randint(2, 3)) if rng.random() < 0.4 else 1
                members = rng.sample(around if by_topic else range(300), size)
                covered.setdefault(tuple(sorted(members)), set()).add(demand.ref.demand or "")
        for members, slugs in covered.items():
            relation = "subset-of" if len(slugs) == 5 else "intersects-with"
            links.append(nis2map.Link(unit.ref, [controls[n].ref for n in members], relation, covers=sorted(slugs)))
    return nis2map.Dataset.from_parts(
        frameworks=[nis2map.Framework("law"), nis2map.Framework("set", side="control")],
        requirements=units,
        controls=controls,
        crosswalks=[nis2map.Crosswalk("x", "law", "set", links)],
    )


def large(*, by_topic: bool) -> tuple[float, list[str]]:
    """The greatest distance from the best of plans on a synthetic dataset, and a line a plan."""
    lines, worst = list[str](), 0.0
    dataset = synthetic(1, by_topic=by_topic)
    nis2map.coverage(nis2map.Assessment(), framework="law", crosswalk="x", dataset=dataset).digest  # noqa: B018
    for target in (0.5, 0.9, "ceiling"):
        start = time.perf_counter()
        found = nis2map.plan(nis2map.Assessment(), target=target, framework="law", crosswalk="x", dataset=dataset)
        seconds = time.perf_counter() - start
        sure = "optimal" if found.optimal else f"within {100 * found.gap:.2f} %"
        name = f"{'by topic' if by_topic else 'at random'}, target {target}"
        lines.append(f"  {name:38} {seconds:6.2f} s   {len(found.steps):3} steps, {sure}")
        worst = max(worst, found.gap)
    return worst, lines


def plans() -> tuple[float, list[str]]:
    """The seconds of the slowest plan to 95 % of the ceiling, and lines on all: seconds, steps, cost."""
    lines, slowest = list[str](), 0.0
    for name, question in questions().items():
        start = time.perf_counter()
        found = planned(question)
        seconds = time.perf_counter() - start
        slowest = max(slowest, seconds)
        sure = "optimal" if found.optimal else f"within {100 * found.gap:.2f} %"
        lines.append(f"  {name:38} {seconds:6.2f} s   {len(found.steps):3} steps, cost {found.cost:7.2f}, {sure}")
    return slowest, lines
