"""Reports as a browser shows them: written here by the installed distribution, opened by `report.mjs`."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import nis2map

# What runs, loads or closes something if it is not escaped; each says where it stood.
ATTACKS = (
    "<script>window.ran='{0}'</script>",
    "<img src=x onerror=\"window.ran='{0}'\">",
    '"><svg onload="window.ran=\'{0}\'">',
    "'><a href=\"javascript:window.ran='{0}'\" autofocus onfocus=\"window.ran='{0}'\">{0}</a>",
    "</style><style>body{{display:none}}</style>{0}",
    "<!--{0}",
    "]]>{0}&lt;script&gt;&#60;b&#62;\u202e\x00",
)


def hostile() -> nis2map.Assessment:
    """Return an assessment whose every text is an attack."""
    rows: dict[str, nis2map.Finding] = {}
    controls = [
        unit.ref for unit in nis2map.load().controls() if str(unit.ref).startswith("iso27001:A.") and unit.parent
    ]
    for place, ref in enumerate(controls):
        attack = ATTACKS[place % len(ATTACKS)]
        status = ("implemented", "partial", "planned", "not_implemented", "not_applicable")[place % 5]
        rows[str(ref)] = nis2map.Finding(
            status,
            justification=attack.format("justification"),
            evidence=(attack.format("evidence"), attack.format("second")),
            owner=attack.format("owner"),
        )
    every = " ".join(attack.format("subject") for attack in ATTACKS)
    return nis2map.Assessment(rows, subject=every, scope=every.replace("subject", "scope"))


def main(folder: Path, sample: Path) -> int:
    """Write the reports that are opened, and what is expected of them."""
    soa = nis2map.read_soa(sample)
    entity = nis2map.Entity(
        ["annexI.8.4"], headcount=300, turnover=60e6, balance_sheet=50e6, established_in=["BE"], name="<b>Cloud</b>"
    )
    incident = nis2map.Incident(dt.datetime.fromisoformat("2026-03-27T15:20+01:00"), zone="Europe/Brussels")
    gaps = nis2map.gaps(soa)
    for lang in ("en", "de", "fr"):
        page = nis2map.report.html(soa.certified(), entity=entity, incident=incident, lang=lang)
        (folder / f"{lang}.html").write_text(page, encoding="utf-8")
        (folder / f"{lang}-bare.html").write_text(nis2map.report.html(soa, lang=lang), encoding="utf-8")
    page = nis2map.report.html(hostile(), entity=entity, incident=incident)
    (folder / "hostile.html").write_text(page, encoding="utf-8")
    rows = sum(len(gap.classes) for gap in gaps)
    few = sum("structural" in gap.classes for gap in gaps)
    (folder / "expected.json").write_text(json.dumps({"rows": rows, "structural": few}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
