"""What does my Statement of Applicability leave open, who has to finish what, and which tasks are new?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import nis2map
from nis2map import Finding, GapClass, Ref, Status

soa = nis2map.read_soa(Path(__file__).with_name("soa-with-gaps.csv")).certified()
found = nis2map.gaps(soa)
score = nis2map.coverage(soa).overall
print(f"{score.met} of {score.demands} demands met, by links that language models judged; the others, by why:")
for kind, count in found.summary.items():
    print(f"  {count:3} {kind}")

# Demands that controls would meet if these were finished: a list for each owner of controls.
bearing: Counter[Ref] = Counter(ref for gap in found.of(GapClass.IMPLEMENTATION) for ref in gap.controls)
unfinished = {ref: soa.get(ref, Finding(Status.UNASSESSED)) for ref in sorted(bearing)}
unfinished = {ref: finding for ref, finding in unfinished.items() if finding.status is not Status.IMPLEMENTED}
for owner in sorted({finding.owner for finding in unfinished.values()}):
    print(f"\n{owner or 'no owner'}:")
    for ref, finding in unfinished.items():
        if finding.owner == owner:
            title, status = nis2map.load().control(ref).title, str(finding.status).replace("_", " ")
            print(f"  {ref.citation} {title}: {status} (open duties: {bearing[ref]})")

# Demands for which no control of the standard gives anything, and what an auditor would ask to see of each.
print("\nnew tasks:")
for measure in nis2map.load().measures:
    open_units = [gap for gap in found.of(GapClass.STRUCTURAL) if measure in gap.measures]
    if open_units:
        print(f"  {measure.title}: {open_units[0].evidence[0]}")
