"""Write docs/explanation/figures.md (what the crosswalk comes to, how the judges agreed), families.md and the README's sample.

    python tools/report.py

Everything is computed from data-src/judgements and the packaged data; a test keeps the page up to date.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import blind
import family
import judgements
import nis2map
from nis2map._shared import percent

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "data-src" / "judgements"
README = ROOT / "README.md"
PAGE = ROOT / "docs" / "explanation" / "figures.md"
FAMILIES = ROOT / "docs" / "explanation" / "families.md"
GRADES = judgements.GRADES
LEAST = 30  # kappa of a section with fewer pairs says nothing: one changed verdict moves it by tenths
ROUNDS = 1000
RANK = {grade: place for place, grade in enumerate(GRADES)}

Pair = tuple[str, str, str, str, str]


def pairs() -> list[Pair]:
    """Return every (unit, control, demand, first verdict, second verdict) of the first round."""
    return [pair for chunk in judgements.chunks(FOLDER) for pair in judgements.grid(FOLDER, chunk)]


def cells(*, ruled: bool = True) -> Iterator[tuple[str, str, str, judgements.Cell]]:
    """Yield every (unit, controls, demand, judgement) of the second round."""
    for unit, judged in judgements.judged(FOLDER, ruled=ruled).items():
        for (controls, demand), cell in judged.cells.items():
            if cell.round == 2:
                yield unit, controls, demand, cell


def pairs_again() -> list[Pair]:
    """Return every (unit, control, demand, first grade, second grade) of the second round."""
    return [(u, c, d, cell.first, cell.second) for u, c, d, cell in cells(ruled=False) if " + " not in c]


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


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"|{'|'.join('---' for _ in head)}|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


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
        *directions(),
        *rules_part(),
        *sections_part(found),
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


def directions() -> list[str]:
    """How disagreements were settled: towards the better or the lesser of the two grades."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for _, _, _, cell in cells(ruled=False):
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
        f"Where they differ ({total.total()} pairs and sets of controls), a third reader settled it, never outside the two, with "
        "a sentence. The grade that stands is the better of the two, the lesser, or one between:",
        "",
        *table(("the two grades", *ways), rows),
        "",
    ]


def rules_part() -> list[str]:
    """What each rule of the second round moved, in which direction, and what that does to the headline figures."""
    before = {(u, c, d): cell.final for u, c, d, cell in cells(ruled=False)}
    moved: dict[str, Counter[str]] = {}
    for unit, controls, demand, cell in cells():
        if cell.by == "rule":
            old = before.get((unit, controls, demand), "bare")
            way = "same" if old == cell.final else "up" if RANK[cell.final] < RANK[old] else "down"
            moved.setdefault(cell.because.partition(": ")[0], Counter())[way] += 1
    said = json.loads((FOLDER / "round-2" / "rules.json").read_text(encoding="utf-8"))
    rows = [(name, said[name], str(moved[name]["up"]), str(moved[name]["down"])) for name in sorted(moved)]
    dataset = nis2map.load()
    without = dataset.with_crosswalk(unruled(dataset))
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
        "Rules that move verdicts after that, each verdict with its reason (`Dataset.verdicts`):",
        "",
        *table(("rule", "what it says", "moved up", "moved down"), rows),
        "",
        "What they do to the figures above, weighted by unit:",
        "",
        *table(("set", "basis", "without the rules", "with them"), effects),
        "",
    ]


def unruled(dataset: nis2map.Dataset) -> nis2map.Crosswalk:
    """Return the crosswalk as it stood before the rules of the second round."""
    units = [
        {"ref": str(unit.ref), "demands": [{"id": demand.ref.demand} for demand in unit.demands]}
        for framework in ("nis2", "cir")
        for unit in dataset.requirements(framework)
    ]
    rows = judgements.links(FOLDER, units, draft=False, ruled=False)
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
        f"agreement {percent(agreed)}, kappa {number(kappa(verdicts))} ({number(low)} to {number(high)}). What it says of pairs "
        "in which neither judge found anything still stands; all else was judged again.",
        "",
    ]


def best_grades() -> dict[str, Counter[str]]:
    """Count by section the best grade in which a link serves each demand."""
    dataset = nis2map.load()
    best: dict[object, str] = {}
    for role, grade in reversed([(judgements.LISTS[grade], grade) for grade in GRADES[:-1]]):  # the best last, to stay
        for link in dataset.links("nis2map"):
            best |= dict.fromkeys(getattr(link, role), grade)
    counts: dict[str, Counter[str]] = {}
    for framework in ("nis2", "cir"):
        for unit in dataset.requirements(framework, assessable=True):
            counter = counts.setdefault(section(str(unit.ref)), Counter())
            counter.update(best.get(demand.ref, "bare") for demand in unit.demands)
    return counts


def content_part() -> list[str]:
    found = best_grades()
    order = sorted(found, key=lambda name: (name[0], int(name.split()[-1])))
    rows = [(name, str(found[name].total()), *(str(found[name][grade]) for grade in GRADES)) for name in order]
    total = sum(found.values(), Counter[str]())
    rows.append(("all", str(total.total()), *(str(total[grade]) for grade in GRADES)))
    return [
        "## What the crosswalk comes to",
        "",
        "Each demand counted once, by the best grade that any link gives it.",
        "",
        *table(("section", "demands", *GRADES), rows),
        "",
    ]


Basis = Literal["statement", "guidance", "consideration"]
BASES: tuple[Basis, ...] = ("statement", "guidance", "consideration")
TEN, WHOLE, REGISTRATION, ANNEX, CORE = (
    "Article 21(2), the ten measures",
    "Article 21, with its other paragraphs",
    "Registration, Articles 3(4) and 27",
    "CIR, Annex",
    "All core duties of the Directive",
)
SETS: tuple[tuple[str, str, tuple[str, ...] | None], ...] = (  # what is asked about, framework, set
    (TEN, "nis2", ("nis2:21.2",)),
    (WHOLE, "nis2", ("nis2:21",)),
    ("Article 20, the management body", "nis2", ("nis2:20",)),
    ("Article 23, reporting", "nis2", ("nis2:23",)),
    (REGISTRATION, "nis2", ("nis2:3", "nis2:27")),
    (ANNEX, "cir", None),
    (CORE, "nis2", None),
)
TOP = "nis2map-management-is-top"


def full(name: str, basis: Basis, **options: Any) -> nis2map.Coverage:
    """Return the coverage of a set with every control and clause in place."""
    framework, within = next(row[1:] for row in SETS if row[0] == name)
    everything = nis2map.Assessment.full()
    return nis2map.coverage(everything, framework=framework, within=within, basis=basis, **options)


def met(name: str, basis: Basis) -> str:
    """Return how many demands of a set are met, of how many: counts hang on no weights."""
    score = full(name, basis).overall
    return f"{score.met} of {score.demands}"


def headlines() -> list[str]:
    rows: list[tuple[str, ...]] = []
    for name, _, _ in SETS:
        cells_: list[str] = []
        for basis in BASES:
            cov = full(name, basis)
            ranges = cov.judgement_ranges("overall")
            assert ranges is not None
            low, high = map(percent, ranges["overall"])
            cells_.append(f"**{percent(cov.overall.low)}** ({low} to {high})")
        rows.append((name, str(cov.overall.demands), *cells_))
    return [
        "## What full implementation of every control and clause gives",
        "",
        f"To quote: with every control and clause of ISO/IEC 27001 in place, its own wording meets {met(CORE, 'statement')} core "
        f"demands of NIS 2, with ISO/IEC 27002 followed as well {met(CORE, 'guidance')}. Nearly all of them lie in Article 21 "
        f"({met(WHOLE, 'statement')} and {met(WHOLE, 'guidance')}); reporting (Article 23) and registration: none. By an "
        "unreviewed mapping of language models; not a statement of compliance. For your own statement: `make demo SOA=path.csv`.",
        "",
        "The share that is met with every control and clause in place (the ceiling), a mean over units that weigh alike. In "
        "bold what stands; behind it what both judges gave and what either gave, demand by demand, which is not an error "
        "margin: what both got wrong does not show. By language models and from memory of the ISO texts; no person has "
        "reviewed it yet.",
        "",
        *table(
            ("set", "demands", "as the statements say", "if done as 27002 says it should", "and what it names"), rows
        ),
        "",
        "The sets overlap; Article 23 and registration also count duties outside the core, and two demands of Article 21(2) lie "
        "outside its ten points.",
        "",
        *hangs_on(),
        *by_measure(),
        *claim(),
    ]


def hangs_on() -> list[str]:
    """What weights, conditions, the cut of the text and one assumption do to one overall figure."""
    conditions = {
        demand.condition
        for unit in nis2map.load().requirements("nis2", core=True)
        for demand in unit.demands
        if demand.condition
    }
    ways: tuple[tuple[str, dict[str, Any]], ...] = (
        ("units weigh alike", {}),
        ("demands weigh alike: the finer the text is cut, the more it weighs", {"weights": "demand"}),
        ("measure groups weigh alike", {"weights": "measure"}),
        ("without the demands that bind only under certain facts", {"facts": dict.fromkeys(conditions, False)}),
        ("the management body is the top management", {"crosswalk": TOP}),
    )
    rows = [(said, *(percent(full(CORE, basis, **options).overall.low) for basis in BASES)) for said, options in ways]
    return [
        "One overall figure hangs on conventions more than on judgements. All core duties of the Directive:",
        "",
        *table(("convention", *BASES), rows),
        "",
        f"Under the last, Article 20 comes to {percent(full(SETS[2][0], 'statement', crosswalk=TOP).overall.low)} by statement, "
        f"the CIR's Annex to {percent(full(ANNEX, 'statement', crosswalk=TOP).overall.low)}.",
        "",
    ]


def by_measure() -> list[str]:
    layers = {(name, basis): full(name, basis).rollup("measure") for name in (CORE, ANNEX) for basis in BASES}
    rows: list[tuple[str, ...]] = []
    for group in layers[CORE, "statement"]:
        found = [percent(layers[key][group].low) if group in layers[key] else "-" for key in layers]
        rows.append((group.citation, *found))
    head = [f"{short}, {basis}" for short in ("Directive", "CIR") for basis in BASES]
    return [
        "By measure, weighted by unit; a point of the Directive has one to six demands, so its share is coarse:",
        "",
        *table(("measure", *head), rows),
        "",
    ]


def claim() -> list[str]:
    claimed = nis2map.coverage(nis2map.Assessment.full(), crosswalk="article").overall
    ten, core, annex = (
        {basis: percent(full(name, basis).overall.low) for basis in BASES} for name in (TEN, CORE, ANNEX)
    )
    return [
        '## "ISO 27001 covers 70-80 % of NIS 2"',
        "",
        f"Where the claim names a set, it is Article 21(2), the ten measures. There full implementation meets {ten['statement']} "
        f"by the controls' own statements, {ten['guidance']} if they are implemented as ISO/IEC 27002 says they should be, and "
        f"{ten['consideration']} with all that it names for consideration. Of all core duties it is {core['statement']}, "
        f"{core['guidance']} and {core['consideration']}; of the Implementing Regulation's Annex {annex['statement']}, "
        f"{annex['guidance']} and {annex['consideration']}; of Article 23 and of registration nothing. The figure of 70-80 % is "
        "also near the share of Annex A controls that ENISA's table links to something (69 of 93, 74.2 %), which counts "
        "controls and not requirements.",
        "",
        f"Taken at its word, a popular article's own table covers {percent(claimed.low)} of the core duties' demands it speaks "
        f"of (weighted by unit) and says nothing on {claimed.unjudged} others.",
        "",
    ]


def page() -> str:
    head = [
        "# Figures",
        "",
        "<!-- made by tools/report.py -->",
        "",
        f"As they came out for the data of version {nis2map.load().version}; see [the method](method.md).",
        "",
    ]
    return "\n".join([*head, *headlines(), *content_part(), *agreement_part(), *blind.part()]).rstrip() + "\n"


def sample() -> str:
    """Return what the README shows of the demo: its ten lines, and one table of those behind them."""
    demo = [sys.executable, str(ROOT / "examples" / "demo.py")]
    short, long = (
        subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        for command in (demo, [*demo, "--all"])
    )
    gaps = long.index("== soa-with-gaps.csv: 93 controls")
    start = next(i for i, line in enumerate(long) if i > gaps and line.startswith("-- with a certificate"))
    head = next(i for i, line in enumerate(long) if i > start and line.startswith("measure"))
    row = next(i for i, line in enumerate(long) if i > head and line.startswith("Article 21(2), point (h)"))
    end = next(i for i, line in enumerate(long) if i > head and line.startswith("overall"))
    shown = [*short, "...", *long[start + 1 : head + 2], "...", *long[row : row + 4], "...", *long[end : end + 3]]
    return "\n".join(line.rstrip() for line in shown) + "\n"


def readme(text: str) -> str:
    return re.sub(r"(?<=^```text\n).*?(?=^```)", lambda _: sample(), text, count=1, flags=re.M | re.S)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    FAMILIES.write_text(family.page(), encoding="utf-8")
    README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8")
    print(PAGE, FAMILIES, README)
