"""How the judges agreed, round by round: a part of the page of figures, from data-src/judgements."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import judgements
import nis2map
from headlines import BASES, SETS, table
from nis2map._shared import percent

FOLDER = Path(__file__).parents[1] / "data-src" / "judgements"
GRADES = judgements.GRADES
LEAST = 30  # kappa of a section with fewer pairs says nothing: one changed verdict moves it by tenths
ROUNDS = 1000
RANK = {grade: place for place, grade in enumerate(GRADES)}

Pair = tuple[str, str, str, str, str]


def pairs() -> list[Pair]:
    """Return every (unit, control, demand, first verdict, second verdict) of the first round."""
    return [pair for chunk in judgements.chunks(FOLDER) for pair in judgements.grid(FOLDER, chunk)]


def cells(*, ruled: bool = True, until: int = 4) -> Iterator[tuple[str, str, str, judgements.Cell]]:
    """Yield every (unit, controls, demand, judgement) of the rounds after the first."""
    for unit, judged in judgements.judged(FOLDER, ruled=ruled, until=until).items():
        for (controls, demand), cell in judged.cells.items():
            if cell.round > 1:
                yield unit, controls, demand, cell


def pairs_again() -> list[Pair]:
    """Return every (unit, control, demand, first grade, second grade) of the second round."""
    found = cells(ruled=False, until=2)
    return [(u, c, d, cell.first, cell.second) for u, c, d, cell in found if " + " not in c]


def third_cells() -> list[tuple[str, str, str, judgements.Cell]]:
    """Return every (unit, controls, demand, judgement) of the third round as it was given."""
    return [
        (demand.partition("#")[0], controls, demand.partition("#")[2], cell)
        for demand, found in judgements.blind_again(FOLDER / "round-3").items()
        for controls, cell in found.items()
    ]


def kappa(verdicts: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two judges (Cohen 1960); None if chance alone agrees fully."""
    size = len(verdicts)
    agreed = sum(one == two for one, two in verdicts) / size
    first, second = (Counter(pair[i] for pair in verdicts) for i in (0, 1))
    chance = sum(first[v] * second[v] for v in {*first, *second}) / size**2
    return (agreed - chance) / (1 - chance) if chance < 1 else None


def interval(found: Sequence[Pair]) -> tuple[float, float]:
    """A 95 % bootstrap interval of kappa; units are drawn, because the pairs of one unit hang together."""
    units: dict[str, list[tuple[str, str]]] = {}
    for unit, _, _, one, two in found:
        units.setdefault(unit, []).append((one, two))
    groups = list(units.values())
    draw = random.Random(2690)
    values = sorted(
        kappa([pair for group in draw.choices(groups, k=len(groups)) for pair in group]) or 0.0 for _ in range(ROUNDS)
    )
    return values[int(0.025 * ROUNDS)], values[int(0.975 * ROUNDS) - 1]


def covers(grade: str) -> bool:
    """Tell whether a grade, of either round, is a cover."""
    return grade in ("stated", "guided", "considered", "covers", "covers_guided")


def jaccard(found: Iterable[Pair]) -> float | None:
    """Jaccard index of the pairs that each judge gave as a cover, in any grade."""
    rows = list(found)
    one, two = ({row[:3] for row in rows if covers(row[i])} for i in (3, 4))
    return len(one & two) / len(one | two) if one | two else None


def section(unit: str) -> str:
    """Return the Article, or the section of the CIR's Annex, that a unit belongs to."""
    framework, _, local = unit.partition(":")
    head = local.split(".")[0]
    return f"CIR {head}" if framework == "cir" else f"NIS 2 Art. {head}"


def number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def agreement_part() -> list[str]:
    found = pairs_again()
    verdicts = [(one, two) for *_, one, two in found]
    counts = Counter(verdicts)
    low, high = interval(found)
    agreed = sum(one == two for one, two in verdicts)
    cross = [(one, *(str(counts[one, two]) for two in GRADES)) for one in GRADES]
    by_grade = [(grade, *graded(verdicts, grade)) for grade in GRADES]
    return [
        "## How the judges agreed",
        "",
        f"{len({(pair[0], pair[2]) for pair in found})} demands, {len(found)} pairs of a demand and a control, judged twice, "
        f"blind, in five grades. Raw agreement {percent(agreed / len(found))}; kappa {number(kappa(verdicts))} (95 % bootstrap "
        f"interval over units {number(low)} to {number(high)}); Jaccard index of the covers {number(jaccard(found))}. Both "
        "judges are runs of one language model that work to the same protocol, so that agreement between them says how "
        "repeatable the verdicts are, not how right.",
        "",
        *table(("first \\ second judge", *GRADES), cross),
        "",
        "Each grade against all others:",
        "",
        *table(("grade", "first judge", "second judge", "both", "kappa"), by_grade),
        "",
        *directions(cell for *_, cell in cells(ruled=False, until=2)),
        *sections_part(found),
        *third_round(),
        *rules_part(),
        *first_round(),
    ]


def graded(verdicts: Sequence[tuple[str, str]], grade: str) -> tuple[str, ...]:
    """Return how often each judge gave a grade, how often both, and kappa of the grade against all others."""
    flags = [(str(one == grade), str(two == grade)) for one, two in verdicts]
    counts = (sum(one == grade for one, _ in verdicts), sum(two == grade for _, two in verdicts))
    return (*map(str, counts), str(verdicts.count((grade, grade))), number(kappa(flags)))


def sections_part(found: Sequence[Pair]) -> list[str]:
    sections: dict[str, list[Pair]] = {}
    for pair in found:
        sections.setdefault(section(pair[0]), []).append(pair)
    order = sorted(sections, key=lambda name: (name[0], int(name.split()[-1])))
    rows = [
        (
            name,
            str(len(sections[name])),
            percent(sum(one == two for *_, one, two in sections[name]) / len(sections[name])),
            number(kappa([pair[3:] for pair in sections[name]])) if len(sections[name]) >= LEAST else "-",
            number(jaccard(sections[name])),
        )
        for name in order
    ]
    return [*table(("section", "pairs", "agreement", "kappa", "Jaccard of covers"), rows), ""]


def directions(given: Iterable[judgements.Cell]) -> list[str]:
    """How disagreements were settled: towards the better or the lesser of the two grades."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for cell in given:
        if cell.first != cell.second:
            better, lesser = sorted((cell.first, cell.second), key=RANK.__getitem__)
            way = "better" if cell.final == better else "lesser" if cell.final == lesser else "between"
            found.setdefault((better, lesser), Counter())[way] += 1
    ways = ("better", "between", "lesser")
    rows = [
        (f"{better} and {lesser}", *(str(found[better, lesser][way]) for way in ways))
        for better, lesser in sorted(found, key=lambda pair: (RANK[pair[0]], RANK[pair[1]]))
    ]
    total = sum(found.values(), Counter[str]())
    rows.append(("all", *(str(total[way]) for way in ways)))
    return [
        f"Where they differ ({total.total()} pairs and sets of controls), a third reader settled it with a reason, never outside the two. "
        "The final grade is the better of the two, the lesser, or one between:",
        "",
        *table(("the two grades", *ways), rows),
        "",
    ]


def best(ruled: dict[str, judgements.Unit]) -> dict[str, str]:
    """Return the best grade that anything gives each demand that was judged."""
    found: dict[str, str] = {}
    for unit, judged in ruled.items():
        for (_, demand), cell in judged.cells.items():
            ref = f"{unit}#{demand}"
            found[ref] = min(found.get(ref, "bare"), cell.final, key=RANK.__getitem__)
    return found


def third_round() -> list[str]:
    """What judging again with two rules mended gave, what it moved, and what it did to demands drawn as a control."""
    scope = json.loads((FOLDER / "round-3" / "scope.json").read_text(encoding="utf-8"))
    given = third_cells()
    alone = [(u, c, d, cell.first, cell.second) for u, c, d, cell in given if " + " not in c]
    verdicts = [pair[3:] for pair in alone]
    low, high = interval(alone)
    before, after = (best(judgements.judged(FOLDER, until=number)) for number in (2, 3))
    demands = list(dict.fromkeys(f"{u}#{d}" for u, _, d, _ in given))
    moves = Counter((before[ref], after[ref]) for ref in demands if before[ref] != after[ref])
    up = sum(count for (old, new), count in moves.items() if RANK[new] < RANK[old])
    control = [ref for ref in scope["control"] if before[ref] != after[ref]]
    raised = sum(RANK[after[ref]] < RANK[before[ref]] for ref in control)
    rows = [(old, new, str(moves[old, new])) for old, new in sorted(moves, key=lambda m: [RANK[g] for g in m])]
    return [
        "### Two rules corrected",
        "",
        f"A first blind reading (below) differed from the verdicts of the time in one direction. On 2026-11-27 the two rules that caused this were "
        f"corrected (population and lead-ins: `data-src/judgements/round-3/PROTOCOL.md`), and {len(demands)} demands were judged again "
        f"by two readers, blind: every demand of Articles 20 and 21 and of the CIR that was only helped or considered, "
        f"{len(scope['doubts'])} that later readers had doubted, and {len(scope['control'])} stated or guided ones drawn as a "
        f"control group. {len(alone)} pairs: raw agreement "
        f"{percent(sum(one == two for one, two in verdicts) / len(verdicts))}, kappa {number(kappa(verdicts))} "
        f"({number(low)} to {number(high)}). Verdicts that did not change keep their reasons.",
        "",
        *directions(cell for *_, cell in given),
        f"{sum(moves.values())} demands have a different best grade than before, {up} of them a better one. In the control group of "
        f"{len(scope['control'])}, {len(control)} changed, {raised} to a better one: judging again changes little by itself.",
        "",
        *table(("best grade before", "now", "demands"), rows),
        "",
        *read_again(),
    ]


def read_again() -> list[str]:
    """What a reader of forty links drawn at random said of them."""
    found = judgements.records(FOLDER / "read-again" / "report.jsonl")
    said = Counter(row["verdict"] for row in found)
    return [
        f"{len(found)} links, drawn at random after that, were read again to look for errors: {said['ok']} were found "
        f"right, {said['reword']} right with a reason to correct, {said['partly']} doubtful in one of several grades, {said['wrong']} "
        "wrong. The reasons have been corrected, what was plainly wrong was changed by the rule `read-again`, and the report is in "
        "`data-src/judgements/read-again`.",
        "",
    ]


def rules_part() -> list[str]:
    """What each rule moved, in which direction, and what that does to the headline figures."""
    before = {(u, c, d): cell.final for u, c, d, cell in cells(ruled=False)}
    moved: dict[str, Counter[str]] = {}
    for unit, controls, demand, cell in cells():
        if cell.by == "rule":
            old = before.get((unit, controls, demand), "bare")
            way = "same" if old == cell.final else "up" if RANK[cell.final] < RANK[old] else "down"
            moved.setdefault(cell.because.partition(": ")[0], Counter())[way] += 1
    said = json.loads((FOLDER / "rules.json").read_text(encoding="utf-8"))
    rows = [(name, said[name], str(moved[name]["up"]), str(moved[name]["down"])) for name in sorted(moved)]
    dataset = nis2map.load()
    without = dataset.with_crosswalk(standing(dataset, ruled=False))
    full, effects = nis2map.Assessment.full(), list[tuple[str, ...]]()
    for name, framework, within in SETS:
        for basis in BASES:
            lows = [
                nis2map.coverage(full, framework=framework, within=within, basis=basis, dataset=data).overall.low
                for data in (without, dataset)
            ]
            if lows[0] != lows[1]:
                effects.append((name, basis, *map(percent, lows)))
    return [
        "Rules that changed verdicts afterwards, each with its reason (`Dataset.verdicts`):",
        "",
        *table(("rule", "what it says", "moved up", "moved down"), rows),
        "",
        "What they do to the figures above, weighted by unit:",
        "",
        *table(("set", "basis", "without the rules", "with them"), effects),
        "",
    ]


def standing(dataset: nis2map.Dataset, *, ruled: bool = True, until: int = 4) -> nis2map.Crosswalk:
    """Return the crosswalk as it stood after a round, or before any rule moved a verdict."""
    units = [
        {"ref": str(unit.ref), "demands": [{"id": demand.ref.demand} for demand in unit.demands]}
        for framework in ("nis2", "cir")
        for unit in dataset.requirements(framework)
    ]
    rows = judgements.links(FOLDER, units, draft=False, ruled=ruled, until=until)
    links = [
        nis2map.Link(
            row["requirement"],
            row["controls"],
            row["relation"],
            **{role: [f"{row['requirement']}#{d}" for d in row.get(role, ())] for role in judgements.LISTS.values()},
            rationale=row["rationale"],
            source=row["source"],
        )
        for row in rows
    ]
    head = dataset.crosswalks["nis2map"]
    return nis2map.Crosswalk("nis2map", head.sources, head.target, links, grain="demand")


def first_round() -> list[str]:
    found = pairs()
    verdicts = [(one, two) for *_, one, two in found]
    agreed = sum(one == two for one, two in verdicts) / len(verdicts)
    low, high = interval(found)
    return [
        f"The first round had four verdicts (no *considered*) and {len(found)} pairs, all candidates of 1,076 demands: raw "
        f"agreement {percent(agreed)}, kappa {number(kappa(verdicts))} ({number(low)} to {number(high)}). What it says about pairs "
        "in which neither judge found anything still applies; everything else was judged again.",
        "",
    ]
