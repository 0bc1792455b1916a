"""What changed in the last year, what does it mean for NIS 2, and what got worse?"""

from __future__ import annotations

from pathlib import Path

import nis2map

here = Path(__file__).parent
before = nis2map.read_soa(here / "soa-with-gaps.csv").certified()
after = nis2map.read_soa(here / "soa-with-gaps-later.csv").certified()
found = nis2map.compare(before, after)
print(len(found.changes), "findings changed")

print("surely met before and after, by links that language models judged:")
first, second = nis2map.coverage(before), nis2map.coverage(after)
for ref, score in first.rollup("measure").items():
    later = second[ref]
    if score.low != later.low:
        print(f"  {ref.citation:30} {score.low:7.1%} {later.low:7.1%}")
print(f"  {'overall':30} {first.overall.low:7.1%} {second.overall.low:7.1%}")

print("worse than a year ago:")
for regression in found.regressions:
    print(f"  {regression}")

# A comparison is a patch: it makes this year's statement of last year's.
assert nis2map.apply(found, before) == after
