"""Units beside the duties: definitions, the Annexes' entity types, and the CIR's articles on significant incidents."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

CIR_ARTICLES = {
    "3": "Tests of significance for all",
    "3.1": "Criteria for any relevant entity",
    "3.3": "How users are counted",
    "4": "Incidents that recur",
    "5": "Significance for DNS services",
    "6": "Significance for top-level domain registries",
    "7": "Significance for cloud computing",
    "8": "Significance for data centres",
    "9": "Significance for content delivery networks",
    "10": "Significance for managed services",
    "11": "Significance for online marketplaces",
    "12": "Significance for online search engines",
    "13": "Significance for social networks",
    "14": "Significance for trust services",
}
ROLES = {"exclusion": "exclusion", "counting-rule": "context", "reference": "context"}


def definitions(reference: Path, curated: Path) -> list[dict[str, Any]]:
    own = {row["ref"]: row["summary"] for row in json.loads((curated / "definitions.json").read_text(encoding="utf-8"))}
    with (reference / "legal" / "nis2-definitions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    made = [_unit("nis2:6", "", "Terms used in the Directive", "Gathers the defined terms.", "container")]
    for row in rows:
        term = row["term"][0].upper() + row["term"][1:]
        summary = own.get(row["id"]) or f"Taken over from {row['defined_in']}."
        alias = f" ({row['alias']})" if row["alias"] else ""
        made.append(_unit(row["id"], "nis2:6", f"{term}{alias}, defined", summary, "definition"))
    return made


def annexes(data: Path) -> list[dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    names = {"I": "Sectors of high criticality", "II": "Other critical sectors"}
    for row in json.loads((data / "annexes.json").read_text(encoding="utf-8")):
        annex = f"nis2:annex{row['annex']}"
        sector = f"{annex}.{row['sector']}"
        made.setdefault(
            annex, _unit(annex, "", names[row["annex"]], "Lists sectors and the types of entity in them.", "container")
        )
        title = f"Sector {row['annex']}.{row['sector']}: {row['sector_title']}"
        made.setdefault(sector, _unit(sector, annex, title, "Gathers the entity types of the sector.", "container"))
        parent = sector
        if row["subsector"]:
            parent = f"{sector}.{row['subsector']}"
            title = f"Subsector {row['annex']}.{row['sector']}({row['subsector']}): {row['subsector_title']}"
            made.setdefault(
                parent, _unit(parent, sector, title, "Gathers the entity types of the subsector.", "container")
            )
        summary = f"Defined in {row['act']}." if row["act"] else "Named without a defining act."
        made[row["ref"]] = _unit(row["ref"], parent, f"{row['title']} (type)", summary, "scope-rule")
    return list(made.values())


def criteria(data: Path, reference: Path) -> list[dict[str, Any]]:
    own = {row["ref"]: row for row in json.loads((data / "significance.json").read_text(encoding="utf-8"))}
    with (reference / "legal" / "cir-2024-2690-significance.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    made: dict[str, dict[str, Any]] = {}
    for row in rows:
        local = row["id"].removeprefix("cir:")
        parts = local.split("~")[0].split(".")
        for end in range(1, len(parts)):
            name = ".".join(parts[:end])
            parent = ".".join(parts[: end - 1])
            up = f"cir:art.{parent}" if parent else ""
            summary = "Gathers what decides whether an incident is significant."
            made.setdefault(name, _unit(f"cir:art.{name}", up, CIR_ARTICLES[name], summary, "container"))
        above = local.split("~")[0] if "~" in local else ".".join(parts[:-1])
        title = f"{CIR_ARTICLES[parts[0]]}: {local.removeprefix(parts[0] + '.')}"
        role = ROLES.get(row["role"], "definition")
        made[local] = _unit(f"cir:art.{local}", f"cir:art.{above}", title, own[f"cir:art.{local}"]["title"] + ".", role)
    return list(made.values())


def _unit(ref: str, parent: str, title: str, summary: str, role: str) -> dict[str, Any]:
    topic = "reporting" if ref.startswith("cir:") else "definition"
    unit: dict[str, Any] = {"ref": ref, "title": title, "role": role, "topic": topic, "summary": summary}
    return unit | ({"parent": parent} if parent else {}) | {"reference": True}
