"""From two blind judgements and their adjudication to the links of the crosswalk `nis2map`.

data-src/judgements holds, per chunk of units: `candidates/` (frozen before judging), `judge-1/`, `judge-2/` (raw), and
`adjudication/`; and `audit.jsonl`, a later look across all chunks. A verdict is what both judges gave, what adjudication
decided, or what the audit changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATE = "2026-11-24"
ROLES = ("covers", "covers_guided", "supports")  # the best first
VERDICTS = (*ROLES, "neither")


def lines(path: Path) -> dict[str, dict[str, Any]]:
    """Return the records of a file by unit; of a file that is not there yet, none."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8") as file:
        return {record["unit"]: record for record in map(json.loads, filter(str.strip, file))}


def chunks(folder: Path) -> list[str]:
    """Return the names of the chunks that units were judged in, in the order of judging."""
    return sorted((path.stem for path in (folder / "judge-1").glob("*.jsonl")), key=lambda name: int(name[1:]))


def grid(folder: Path, chunk: str, demands: dict[str, list[str]]) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield every judged (unit, control, demand, first verdict, second verdict)."""
    first, second = (lines(folder / f"judge-{n}" / f"{chunk}.jsonl") for n in (1, 2))
    for unit, frozen in lines(folder / "candidates" / f"{chunk}.jsonl").items():
        for control in frozen["candidates"]:
            one, two = (judge[unit]["verdicts"].get(control, {}) for judge in (first, second))
            for demand in demands[unit]:
                yield unit, control, demand, one.get(demand, "neither"), two.get(demand, "neither")


def links(folder: Path, units: list[dict[str, Any]], *, draft: bool) -> list[dict[str, Any]]:
    """Return the links of all chunks; chunks that nobody adjudicated only for a draft."""
    demands = {unit["ref"]: [demand["id"] for demand in unit.get("demands", ())] for unit in units}
    made: list[dict[str, Any]] = []
    audit = lines(folder / "audit.jsonl")
    for chunk in chunks(folder):
        decided = lines(folder / "adjudication" / f"{chunk}.jsonl")
        if not decided and not draft:
            continue
        decided = {unit: audited(record, audit.get(unit)) for unit, record in decided.items()}
        first = lines(folder / "judge-1" / f"{chunk}.jsonl")
        second = lines(folder / "judge-2" / f"{chunk}.jsonl")
        for unit, frozen in lines(folder / "candidates" / f"{chunk}.jsonl").items():
            made += _unit_links(
                unit, frozen["candidates"], demands[unit], first[unit], second.get(unit), decided.get(unit, {})
            )
    return made


def audited(record: dict[str, Any], change: dict[str, Any] | None) -> dict[str, Any]:
    """Return the adjudication of a unit with the audit's changes laid over it."""
    if change is None:
        return record
    kept = {(d["control"], d["demand"]): d for d in (*record["decisions"], *change.get("decisions", ()))}
    merged = record | {
        "decisions": list(kept.values()),
        "rationales": record.get("rationales", {}) | change.get("rationales", {}),
    }
    return merged | {name: change[name] for name in ("joint", "note") if change.get(name) is not None}


def _unit_links(
    unit: str,
    candidates: list[str],
    demands: list[str],
    first: dict[str, Any],
    second: dict[str, Any] | None,
    decided: dict[str, Any],
) -> Iterator[dict[str, Any]]:
    settled = {(d["control"], d["demand"]): d for d in decided.get("decisions", ())}
    made: list[dict[str, Any]] = []
    for control in candidates:
        roles: dict[str, list[str]] = {role: [] for role in ROLES}
        adjudicated = False
        for demand in demands:
            decision = settled.get((control, demand))
            verdict = decision["verdict"] if decision else first["verdicts"].get(control, {}).get(demand, "neither")
            adjudicated = adjudicated or decision is not None
            if verdict in roles:
                roles[verdict].append(demand)
        if any(roles.values()):
            rationale = decided.get("rationales", {}).get(control) or first.get("rationales", {}).get(control, "")
            made.append(_link(unit, [control], demands, roles, rationale, second, adjudicated))
    for joint in decided.get("joint", ()):
        roles = {role: list(joint.get(role, ())) for role in ROLES}
        made.append(_link(unit, joint["controls"], demands, roles, joint["rationale"], second, True))
    note = decided.get("note", "") or ("" if decided else first.get("note", ""))
    if not made:
        yield {
            "requirement": unit,
            "controls": [],
            "relation": "no-relationship",
            "rationale": note or "Nothing in the standard covers or supports what this unit asks.",
            "source": "nis2map",
            "review": "adjudicated" if settled else "double-judged",
            "date": DATE,
        }
        return
    if note:
        made[0]["note"] = note
    yield from made


def _link(
    unit: str,
    controls: list[str],
    demands: list[str],
    roles: dict[str, list[str]],
    rationale: str,
    second: dict[str, Any] | None,
    adjudicated: bool,
) -> dict[str, Any]:
    covered = {*roles["covers"], *roles["covers_guided"]}
    relation = "subset-of" if covered == set(demands) else "intersects-with"
    review = "single-judged" if second is None else "adjudicated" if adjudicated else "double-judged"
    return {
        "requirement": unit,
        "controls": [f"iso27001:{control}" for control in controls],
        "relation": relation,
        **{role: names for role, names in roles.items() if names},
        "rationale": rationale,
        "source": "nis2map",
        "review": review,
        "date": DATE,
    }


GRADES = dict(zip(ROLES, ("stated", "guided", "helped"), strict=True))


def verdicts(folder: Path) -> list[dict[str, Any]]:
    """Return a row a unit with what both judges gave, by control (or controls joined by " + ") and demand, and decisions.

    What a judge did not name is bare. A decision has a control, a demand, who took it and why.
    """
    audit = lines(folder / "audit.jsonl")
    rows: list[dict[str, Any]] = []
    for chunk in chunks(folder):
        decided = lines(folder / "adjudication" / f"{chunk}.jsonl")
        judges = [lines(folder / f"judge-{number}" / f"{chunk}.jsonl") for number in (1, 2)]
        for unit, frozen in lines(folder / "candidates" / f"{chunk}.jsonl").items():
            taken = [
                (decision["control"], decision["demand"], by, decision["why"])
                for by, record in (("adjudication", decided.get(unit, {})), ("audit", audit.get(unit, {})))
                for decision in record.get("decisions", ())
            ]
            rows.append(
                {
                    "unit": unit,
                    "candidates": frozen["candidates"],
                    "first": _grades(judges[0][unit], frozen["candidates"]),
                    "second": _grades(judges[1][unit], frozen["candidates"]),
                    # of two decisions on one pair the audit's, which came later, stands
                    "decisions": [list(row) for row in {row[:2]: row for row in taken}.values()],
                }
            )
    return rows


def _grades(record: dict[str, Any], candidates: list[str]) -> dict[str, dict[str, str]]:
    given = {
        control: {
            demand: GRADES[role] for demand, role in record["verdicts"].get(control, {}).items() if role in GRADES
        }
        for control in candidates
    }
    for joint in record.get("joint") or ():
        given[" + ".join(joint["controls"])] = {name: GRADES[role] for role in ROLES for name in joint.get(role, ())}
    return {controls: grades for controls, grades in given.items() if grades}
