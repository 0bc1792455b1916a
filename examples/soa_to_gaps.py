"""From a Statement of Applicability to what is missing, why, and what to show."""

from __future__ import annotations

from pathlib import Path

import nis2map

soa = nis2map.read_soa(Path(__file__).with_name("soa-with-gaps.csv")).certified(scope="data hall and plants")
cov = nis2map.coverage(soa)
print(cov)
print(cov["Art. 21(2)(j)"].explain())

for gap in nis2map.gaps(soa)[:5]:
    print()
    print(gap)
