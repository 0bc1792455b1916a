"""From blind judgements and their adjudication to the links of the crosswalk `nis2map` and the packaged verdicts.

data-src/judgements holds three rounds. The first, by chunks of units: `candidates/` (frozen before judging), `judge-1/`,
`judge-2/` (raw), `adjudication/`, and `audit.jsonl`, a later look across all chunks; on the demands of
`round-1-demands.jsonl`, which `curated/aliases.json` carries over to those of today. The second, by demand and in four
grades, replaces all that the first says of a demand: `round-2/judge-1/`, `round-2/judge-2/` (raw),
`round-2/adjudication.jsonl` where they differ, `round-2/reworded.jsonl`, reasons that read like others,
`round-2/rulings.jsonl`, verdicts that a rule of `rules.json` moves, and
`round-2/notes.jsonl`, what is to say of units of which it left nothing. The third judged again, with two rules mended,
what hangs on them: `round-3/` has files of the same names, and moves a verdict only where it comes to another grade.
Last, `read-again/` has what a reader of forty links drawn at random found, and what was mended of it.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

DATES = {1: "2026-11-24", 2: "2026-11-26", 3: "2026-11-27", 4: "2026-11-27"}
ROLES = ("covers", "covers_guided", "supports")  # of round 1, the best first
VERDICTS = (*ROLES, "neither")
GRADES = ("stated", "guided", "considered", "helped", "bare")  # the best first
LISTS = dict(zip(GRADES, ("covers", "covers_guided", "covers_considered", "supports"), strict=False))
_GRADE = dict(zip(VERDICTS, ("stated", "guided", "helped", "bare"), strict=True)) | {"none": "bare"}
_RANK = {grade: place for place, grade in enumerate(GRADES)}

Record = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """What was said of one control, or set of controls, and one demand: by both judges, and what stands and why."""

    first: str = "bare"
    second: str = "bare"
    final: str = "bare"
    by: str = "judges"
    why: str = ""  # what it gives and what it leaves, which the rationale of its link is made of
    because: str = ""  # why this and not another verdict, where somebody settled it
    wording: str = ""
    round: int = 1


@dataclass
class Unit:
    """The judgements of one unit: cells by controls (joined by " + ") and demand, and rationales by controls."""

    candidates: list[str]
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    rationales: dict[str, str] = field(default_factory=dict)
    note: str = ""
    single: bool = False


def lines(path: Path) -> dict[str, Record]:
    """Return the records of a file by unit; of a file that is not there yet, none."""
    return {record["unit"]: record for record in records(path)}


def records(path: Path) -> list[Record]:
    """Return the records of a file in order; of a file that is not there yet, none."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def chunks(folder: Path) -> list[str]:
    """Return the names of the chunks that units were judged in, in the order of judging."""
    return sorted((path.stem for path in (folder / "judge-1").glob("*.jsonl")), key=lambda name: int(name[1:]))


def first_demands(folder: Path) -> dict[str, list[str]]:
    """Return the demands of each unit as the first round had them."""
    return {unit: record["demands"] for unit, record in lines(folder / "round-1-demands.jsonl").items()}


def grid(folder: Path, chunk: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield every (unit, control, demand, first verdict, second verdict) of the first round."""
    demands = first_demands(folder)
    first, second = (lines(folder / f"judge-{n}" / f"{chunk}.jsonl") for n in (1, 2))
    for unit, frozen in lines(folder / "candidates" / f"{chunk}.jsonl").items():
        for control in frozen["candidates"]:
            one, two = (judge[unit]["verdicts"].get(control, {}) for judge in (first, second))
            for demand in demands[unit]:
                yield unit, control, demand, one.get(demand, "neither"), two.get(demand, "neither")


def judged(folder: Path, *, draft: bool = False, ruled: bool = True, until: int = 4) -> dict[str, Unit]:
    """Return the judgements of all units on the demands of today; chunks nobody adjudicated only for a draft.

    Without `ruled` they are as they stood before any rule moved a verdict; `until` is the last round that counts.
    """
    units = dict(_round_1(folder, draft=draft))
    _carry(units, folder.parent / "curated" / "aliases.json")
    _lay_over(units, folder / "round-2")
    if ruled:
        _rule(units, folder / "round-2", 2)
    if until < 3:
        return units
    _look_again(units, folder / "round-3")
    if ruled:
        _rule(units, folder / "round-3", 3)
    if ruled and until > 3:
        _rule(units, folder / "read-again", 4)
    return units


def _round_1(folder: Path, *, draft: bool) -> Iterator[tuple[str, Unit]]:
    audit, demands = lines(folder / "audit.jsonl"), first_demands(folder)
    for chunk in chunks(folder):
        decided = lines(folder / "adjudication" / f"{chunk}.jsonl")
        if not decided and not draft:
            continue
        first, second = (lines(folder / f"judge-{number}" / f"{chunk}.jsonl") for number in (1, 2))
        for name, frozen in lines(folder / "candidates" / f"{chunk}.jsonl").items():
            settled = _decisions(decided.get(name, {}), audit.get(name))
            yield name, _unit(frozen["candidates"], demands[name], first[name], second.get(name), settled)


def _decisions(adjudicated: Record, audited: Record | None) -> Record:
    """Return the decisions on a unit with the audit's, which came later, laid over them; each says who took it."""
    taken = {
        (decision["control"], decision["demand"]): decision | {"by": by}
        for by, record in (("adjudication", adjudicated), ("audit", audited or {}))
        for decision in record.get("decisions", ())
    }
    merged = adjudicated | {"decisions": taken}
    if audited is None:
        return merged
    merged["rationales"] = adjudicated.get("rationales", {}) | audited.get("rationales", {})
    return merged | {name: audited[name] for name in ("joint", "note") if audited.get(name) is not None}


def _unit(candidates: list[str], demands: list[str], first: Record, second: Record | None, settled: Record) -> Unit:
    unit = Unit(candidates, rationales=dict(first.get("rationales", {})), single=second is None)
    unit.rationales |= settled.get("rationales", {})
    unit.note = settled.get("note", "") or ("" if "joint" in settled else first.get("note", ""))
    one, two = first["verdicts"], (second or {"verdicts": {}})["verdicts"]
    for control in candidates:
        for demand in demands:
            given = [_GRADE[verdicts.get(control, {}).get(demand, "neither")] for verdicts in (one, two)]
            cell = Cell(given[0], given[1], given[0])
            decision = settled["decisions"].get((control, demand))
            if decision is not None:
                cell = replace(cell, final=_GRADE[decision["verdict"]], by=decision["by"], why=decision["why"])
            unit.cells[control, demand] = cell
    for part, record in (("first", first), ("second", second or {}), ("final", settled)):
        for joint in record.get("joint") or ():
            controls = " + ".join(joint["controls"])
            if part == "final":
                unit.rationales[controls] = joint["rationale"]
            for demand, grade in ((name, _GRADE[role]) for role in ROLES for name in joint.get(role, ())):
                cell = unit.cells.get((controls, demand), Cell())
                cell = replace(cell, **{part: grade})
                if part == "final":  # its reason is the rationale of the link
                    cell = replace(cell, by="adjudication", why=joint["rationale"])
                unit.cells[controls, demand] = cell
    # A set that a judge proposed and nobody took up was refused.
    for key, cell in unit.cells.items():
        if " + " in key[0] and cell.final == "bare":
            unit.cells[key] = replace(cell, by="adjudication")
    return unit


def _carry(units: dict[str, Unit], aliases: Path) -> None:
    """Give the demands of today the judgements of those that they came from: merged demands the weaker ones."""
    sources: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    moved: dict[str, set[str]] = defaultdict(set)
    for alias in json.loads(aliases.read_text(encoding="utf-8")) if aliases.exists() else ():
        name, _, demand = alias["before"].partition("#")
        if demand and name in units:
            moved[name].add(demand)
            for after in alias["after"]:
                sources[name][after.partition("#")[2]].append(demand)
    for name, olds in moved.items():
        cells = units[name].cells
        carried = {key: cell for key, cell in cells.items() if key[1] not in olds}
        for controls in dict.fromkeys(key[0] for key in cells):
            for demand, before in sources[name].items():
                known = [cells[controls, old] for old in before if (controls, old) in cells]
                if len(known) == len(before):
                    carried[controls, demand] = _weakest(known)
        units[name].cells = carried


def _weakest(cells: list[Cell]) -> Cell:
    """Return what several demands that are one now were given: the weaker grade by each judge, and in what stands."""
    parts = {
        part: max((getattr(c, part) for c in cells), key=_RANK.__getitem__) for part in ("first", "second", "final")
    }
    decided = next((cell for cell in cells if cell.by != "judges"), cells[0])
    return replace(decided, **parts)


def _lay_over(units: dict[str, Unit], folder: Path) -> None:
    """Replace what the first round says of each demand that was judged again."""
    for ref, again in blind_again(folder).items():
        name, _, demand = ref.partition("#")
        unit = units[name]
        # What only the first round had, and neither judge found anything in then, was not asked again.
        unit.cells = {
            k: c for k, c in unit.cells.items() if k[1] != demand or (c.final == "bare" and " + " not in k[0])
        }
        unit.cells |= {(controls, demand): cell for controls, cell in again.items()}
    for record in records(folder / "notes.jsonl"):
        units[record["unit"]].note = record["note"]


def blind_again(folder: Path) -> dict[str, dict[str, Cell]]:
    """Return what a later round gave, by demand and controls: both blind verdicts, and what was settled."""
    judges = [
        {
            record["demand"]: record
            for path in sorted((folder / f"judge-{n}").glob("*.jsonl"))
            for record in records(path)
        }
        for n in (1, 2)
    ]
    settled = {
        (record["demand"], " + ".join(record["controls"])): record for record in records(folder / "adjudication.jsonl")
    }
    return {ref: _again(ref, judges[0][ref], judges[1][ref], settled) for ref in judges[0]}


def _look_again(units: dict[str, Unit], folder: Path) -> None:
    """Lay the third round over what stands: a verdict that it confirms keeps its reason, another one is replaced.

    A support that went because it repeats a cover stays away as long as nobody calls it a cover, and sets of controls
    that nobody named again stay as they are.
    """
    for ref, again in blind_again(folder).items():
        name, _, demand = ref.partition("#")
        cells = units[name].cells
        for controls, cell in again.items():
            before = cells.get((controls, demand), Cell())
            repeats = before.because.startswith("repeats-a-cover") and cell.final == "helped"
            if repeats or before.final == cell.final:
                by = before.by if repeats else cell.by
                because = before.because if repeats else cell.because
                cell = replace(before, first=cell.first, second=cell.second, by=by, because=because)
            else:
                cell = replace(cell, round=3)
            cells[controls, demand] = cell


def _rule(units: dict[str, Unit], folder: Path, number: int) -> None:
    """Move the verdicts that a named rule moves."""
    for reworded in records(folder / "reworded.jsonl"):
        name, _, demand = reworded["demand"].partition("#")
        key = (" + ".join(reworded["controls"]), demand)
        units[name].cells[key] = replace(units[name].cells[key], why=reworded["why"])
    for ruling in records(folder / "rulings.jsonl"):
        name, _, demand = ruling["demand"].partition("#")
        key = (" + ".join(ruling["controls"]), demand)
        units[name].cells[key] = replace(
            units[name].cells.get(key, Cell()),
            final=_GRADE.get(ruling["grade"], ruling["grade"]),
            by="rule",
            why=ruling.get("why", ""),
            because=f"{ruling['rule']}: {ruling['because']}",
            wording=_wording(ruling),
            round=number,
        )


def _again(ref: str, one: Record, two: Record, settled: Mapping[tuple[str, str], Record]) -> dict[str, Cell]:
    given = [_said(record) for record in (one, two)]
    cells: dict[str, Cell] = {}
    for controls in dict.fromkeys((*given[0], *given[1], *(c for demand, c in settled if demand == ref))):
        first, second = (said.get(controls, {"grade": "bare"}) for said in given)
        grades = _GRADE.get(first["grade"], first["grade"]), _GRADE.get(second["grade"], second["grade"])
        decision = settled.get((ref, controls))
        if decision is None:
            if grades[0] != grades[1]:
                raise ValueError(f"{ref} and {controls}: {grades[0]} and {grades[1]}, and nobody settled it")
            decision = first | {"by": "judges"}
        cells[controls] = Cell(
            *grades,
            final=_GRADE.get(decision["grade"], decision["grade"]),
            by=decision.get("by", "adjudication"),
            why=decision.get("why", ""),
            because=decision.get("because", ""),
            wording=_wording(decision),
            round=2,
        )
    return cells


def _wording(record: Record) -> str:
    """Return the word of the guidance that a verdict hangs on; the statement of a control is not guidance."""
    return "none" if record.get("wording") == "shall" else record.get("wording", "")


def _said(record: Record) -> dict[str, Record]:
    """Return what one judge of the second round gave, by controls."""
    joint = {" + ".join(sorted_controls(row["controls"])): row for row in record.get("joint", ())}
    return {**record["verdicts"], **record.get("more", {}), **joint}


def sorted_controls(controls: Iterable[str]) -> list[str]:
    """Return controls in legal order, clauses first."""
    return sorted(controls, key=lambda c: (c[0] == "A", [int(part) for part in re.findall(r"\d+", c)]))


def links(folder: Path, units: list[Record], *, draft: bool, ruled: bool = True, until: int = 4) -> list[Record]:
    """Return the links of all units that were judged."""
    demands = {unit["ref"]: [demand["id"] for demand in unit.get("demands", ())] for unit in units}
    return [
        link
        for name, unit in judged(folder, draft=draft, ruled=ruled, until=until).items()
        for link in _links(name, unit, demands[name])
    ]


def assumed(folder: Path, assumption: str, units: list[Record]) -> list[Record]:
    """Return the links of the units that were judged again under an assumption: the weaker of two blind verdicts.

    Links that it leaves as they are keep their wording.
    """
    demands = {unit["ref"]: [demand["id"] for demand in unit.get("demands", ())] for unit in units}
    judges = [{row["demand"]: row for row in records(folder / assumption / f"judge-{n}.jsonl")} for n in (1, 2)]
    standing = judged(folder)
    changed: dict[str, Unit] = {}
    for ref in judges[0]:
        name, _, demand = ref.partition("#")
        unit = changed.setdefault(name, replace(standing[name], cells=dict(standing[name].cells)))
        given = [_said(judge[ref]) for judge in judges]
        cells = {key: cell for key, cell in unit.cells.items() if key[1] != demand}
        for controls in dict.fromkeys((*given[0], *given[1])):
            said = [row.get(controls, {"grade": "none"}) for row in given]
            grades = [_GRADE.get(row["grade"], row["grade"]) for row in said]
            weaker = max((0, 1), key=lambda n: _RANK[grades[n]])
            cell = Cell(*grades, grades[weaker], why=said[weaker].get("why", ""), round=2)
            cells[controls, demand] = cell if grades[0] == grades[1] else replace(cell, by="weaker")
        unit.cells = cells
    made: list[Record] = []
    for name, unit in changed.items():
        kept = {tuple(link["controls"]): link for link in _links(name, standing[name], demands[name])}
        for link in _links(name, unit, demands[name]):
            before = kept.get(tuple(link["controls"]), {})
            same = all(before.get(role, []) == link.get(role, []) for role in LISTS.values())
            made.append(before if before and same else link)
    return made


def _links(name: str, unit: Unit, demands: list[str]) -> Iterator[Record]:
    made = [
        link
        for controls in dict.fromkeys(key[0] for key in unit.cells)
        if (link := _link(name, unit, controls, demands)) is not None
    ]
    served = {demand for link in made for role in LISTS.values() for demand in link.get(role, ())}
    note = _note(unit.note, set(demands) - served)
    if not made:
        if not unit.note:
            raise ValueError(f"{name}: nothing serves it, and no note says why")
        settled = any(cell.by != "judges" for cell in unit.cells.values())
        yield {
            "requirement": name,
            "controls": [],
            "relation": "no-relationship",
            "rationale": unit.note,
            "source": "nis2map",
            "review": "adjudicated" if settled else "double-judged",
            "date": DATES[max(cell.round for cell in unit.cells.values()) if unit.cells else 1],
        }
        return
    if note:
        made[0]["note"] = note
    yield from made


def _note(note: str, bare: set[str]) -> str:
    """Return what a note says of demands that nothing serves ("fit: nothing asks ..."); the rest was for the judges."""
    sentences = re.split(r"(?<=\.)\s+", note)
    return " ".join(sentence for sentence in sentences if sentence.partition(": ")[0] in bare)


def _link(name: str, unit: Unit, controls: str, demands: list[str]) -> Record | None:
    """Return the link of a unit and controls, None if they serve no demand."""
    cells = {demand: unit.cells[controls, demand] for demand in demands if (controls, demand) in unit.cells}
    serving = {demand: cell for demand, cell in cells.items() if cell.final != "bare"}
    if not serving:
        return None
    lists = {role: [d for d, cell in serving.items() if cell.final == grade] for grade, role in LISTS.items()}
    covered = [d for d, cell in serving.items() if cell.final != "helped"]
    adjudicated = any(cell.by != "judges" for cell in cells.values())
    return {
        "requirement": name,
        "controls": [f"iso27001:{control}" for control in controls.split(" + ")],
        "relation": "subset-of" if set(covered) == set(demands) else "intersects-with",
        **{role: names for role, names in lists.items() if names},
        "rationale": _rationale(unit, controls, serving),
        "source": "nis2map",
        "review": "single-judged" if unit.single else "adjudicated" if adjudicated else "double-judged",
        "date": DATES[max(cell.round for cell in serving.values())],
    }


def _rationale(unit: Unit, controls: str, serving: Mapping[str, Cell]) -> str:
    """Return what was said of each demand that a link serves; of the first round there is one text a link."""
    if all(cell.round == 1 for cell in serving.values()):
        return unit.rationales.get(controls, "")
    by_reason: dict[str, list[str]] = {}
    for demand, cell in sorted(
        serving.items(), key=lambda row: _RANK[row[1].final]
    ):  # as the lists of the link are read
        by_reason.setdefault(cell.why, []).append(demand)
    if len(by_reason) == 1:
        return next(iter(by_reason))
    return " ".join(f"{', '.join(names)}: {why}" for why, names in by_reason.items())


def verdicts(folder: Path) -> list[Record]:
    """Return a row a unit with what both judges gave, by controls (joined by " + ") and demand, and decisions.

    What a judge did not name is bare. A decision has controls, a demand, who took it and why, and the wording of the
    guidance that it hangs on where that was recorded.
    """
    rows: list[Record] = []
    for name, unit in judged(folder, draft=True).items():
        given: dict[str, dict[str, dict[str, str]]] = {"first": {}, "second": {}}
        decisions: list[list[str]] = []
        for (controls, demand), cell in unit.cells.items():
            for part, found in given.items():
                if getattr(cell, part) != "bare":
                    found.setdefault(controls, {})[demand] = getattr(cell, part)
            reason = cell.because or cell.why
            if reason and (cell.round > 1 or (cell.by != "judges" and " + " not in controls)):
                decisions.append([controls, demand, cell.by, reason, *([cell.wording] if cell.wording else [])])
        rows.append({"unit": name, "candidates": unit.candidates, **given, "decisions": decisions})
    return rows
