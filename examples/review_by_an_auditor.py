"""Does an auditor with a copy of the standard agree with the crosswalk, and what changes if the auditor is right?"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import nis2map

# A sheet of demands and candidate controls, drawn by a seed; `nis2map.dump(sheet, "sheet.xlsx")` writes it. It is blind
# unless asked otherwise: here a script fills it for a person, as the crosswalk has it, but stricter on guidance.
sheet = nis2map.review_sheet(sample=40, seed=2026, blind=False)
rows = list(csv.DictReader(io.StringIO(nis2map.dumps(sheet, format="csv").decode("utf-8-sig"))))
for row in rows:
    row["verdict"] = "helped" if row["grade"] in ("guided", "considered") else row["grade"]
filled = io.StringIO()
writer = csv.DictWriter(filled, sheet.columns)
writer.writeheader()
writer.writerows(rows)

review = nis2map.read_review(
    io.BytesIO(filled.getvalue().encode()),
    judge="a script",
    date="2026-11-27",
    licence="none: these verdicts are made up",
)
found = review.agreement()
print(f"{len(sheet.demands)} demands, {len(sheet)} pairs judged by {review.judge} ({review.licence})")
print(found.overall)
for difference in found.differences[:3]:
    print(f"  {difference}")

# The auditor's verdicts replace ours, pair by pair, in a dataset of its own.
theirs = nis2map.load().with_review(review)
soa = nis2map.read_soa(Path(__file__).with_name("soa-with-gaps.csv")).certified()
for basis in ("statement", "guidance"):
    ours, stricter = (nis2map.coverage(soa, basis=basis, dataset=ds).overall for ds in (nis2map.load(), theirs))
    print(f"surely met on {basis}: {ours.low:.1%} as language models judged, {stricter.low:.1%} by this review")
