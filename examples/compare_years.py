"""Two versions of a Statement of Applicability: what changed, what it does, what got worse."""

from __future__ import annotations

from pathlib import Path

import nis2map

here = Path(__file__).parent
before = nis2map.read_soa(here / "soa-with-gaps.csv")
after = nis2map.read_soa(here / "soa-with-gaps-later.csv")

found = nis2map.compare(before, after)
print(found)
print("worse:", [str(regression) for regression in found.regressions])
assert nis2map.apply(found, before) == after
