"""What should we do first with 60 days of work, and how far does it get us?"""

from __future__ import annotations

from pathlib import Path

import nis2map

BUDGET = 60
soa = nis2map.read_soa(Path(__file__).with_name("soa-with-gaps.csv")).certified()
# Days of work, estimated by yourself; a heading speaks for the controls below it, measures go by their id.
costs = {"A.5": 8, "A.6": 6, "A.7": 10, "A.8": 12, "A.8.13": 20}
costs |= {measure.id: 5 for measure in nis2map.load().measures} | {"reporting-process": 15, "board-training": 3}
# A measure may not come before what it builds on.
prerequisites = {"A.5.26": "A.5.24", "A.8.16": "A.8.15"}

plan = nis2map.plan(soa, budget=BUDGET, costs=costs, prerequisites=prerequisites, measures=True)
print(f"{plan.start:.0%} surely met today, by links that language models judged")
for step, score in zip(plan.steps, plan.to_dicts(), strict=True):
    print(f"  {step.cost:3.0f} days  {step.title}: {score['reached']:.0%}")
best = "no other choice gets further" if plan.optimal else f"no choice gets beyond {plan.bound:.0%}"
print(f"{plan.reached:.0%} after {plan.cost:.0f} of {BUDGET} days; {best}")

# The same with a start: what stands at the end of each quarter.
print("one step every two weeks from 4 January 2027:")
for point in nis2map.simulate(soa, plan.dated("2027-01-04", days=14)):
    if point.date is not None:
        print(f"  {point.date}: {point.score.met} of {point.score.demands} demands met")
