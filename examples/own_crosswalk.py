"""What do our own controls add to those of the standard, in our own judgement?"""

from __future__ import annotations

from pathlib import Path

import nis2map

files = Path(__file__).with_name("own-crosswalk")
house = nis2map.load_framework(files / "controls.csv", framework="house", side="control")
mapping = nis2map.load_crosswalk(files / "mapping.csv", id="ours", controls=house)
ds = nis2map.load().with_framework(house).with_crosswalk(mapping)

# One assessment holds both: the Statement of Applicability, and what is known of the controls of the house.
soa = nis2map.read_soa(files.parent / "soa-with-gaps.csv").certified()
own: dict[str, str | float] = {"house:H-1": "implemented", "house:H-2": "implemented", "house:H-3": 0.8}
both = soa.replace(own | {"house:H-4": "implemented", "house:H-5": "planned"})

print("demands met, of those that links speak of; the standard's links were judged by language models, ours by us:")
choices = {"the standard": ("nis2map",), "our own": ("ours",), "the best of both": ("nis2map", "ours")}
for name, crosswalks in choices.items():
    score = nis2map.coverage(both, crosswalk=crosswalks, dataset=ds).overall
    print(f"  {name:17} {score.met:3} of {score.demands:3}")

print("what our own controls change:")
before = nis2map.coverage(both, dataset=ds)
after = nis2map.coverage(both, crosswalk=("nis2map", "ours"), dataset=ds)
for ref, score in before.units.items():
    if (now := after.units[ref]).met > score.met:
        reasons = sorted(link.rationale for link in ds.links("ours", requirement=ref))
        print(f"  {ref.citation}: {now.met - score.met} more met. {'; '.join(reasons)}")

# A partial link never makes a demand surely met; how much it is worth in the estimate is for you to say.
for worth in (0.0, 0.5):
    cov = nis2map.coverage(both, crosswalk=("nis2map", "ours"), support=worth, dataset=ds)
    print(f"estimate if partial links are worth {worth:.0%}: {cov.overall.estimate:.1%}")
