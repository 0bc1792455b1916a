"""Write docs/explanation/figures.md (how the judges agreed, what the crosswalk comes to) and the README's sample.

    python tools/report.py

Everything is computed from data-src/judgements and the packaged data; a test keeps the page up to date.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import judgements
import nis2map
from nis2map._shared import percent

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "data-src" / "judgements"
README = ROOT / "README.md"
PAGE = ROOT / "docs" / "explanation" / "figures.md"
VERDICTS = judgements.VERDICTS
ROLES = judgements.ROLES
LEAST = 30  # kappa of a section with fewer pairs says nothing: one changed verdict moves it by tenths
ROUNDS = 1000

Pair = tuple[str, str, str, str, str]


def pairs() -> list[Pair]:
    """Return every judged (unit, control, demand, first verdict, second verdict)."""
    return [pair for chunk in judgements.chunks(FOLDER) for pair in judgements.grid(FOLDER, chunk)]


def kappa(verdicts: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two judges over four verdicts (Cohen 1960); None if chance alone agrees fully."""
    size = len(verdicts)
    agreed = sum(one == two for one, two in verdicts) / size
    first, second = (Counter(pair[i] for pair in verdicts) for i in (0, 1))
    chance = sum(first[v] * second[v] for v in VERDICTS) / size**2
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


def jaccard(found: Iterable[Pair]) -> float | None:
    """Jaccard index of the pairs that each judge gave as a cover, by statement or guidance."""
    rows = list(found)
    one, two = ({row[:3] for row in rows if row[i].startswith("covers")} for i in (3, 4))
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
    found = pairs()
    verdicts = [(one, two) for *_, one, two in found]
    counts = Counter(verdicts)
    low, high = interval(found)
    agreed = sum(one == two for one, two in verdicts)
    words = {verdict: verdict.replace("_", " ") for verdict in VERDICTS}
    cross = [(words[one], *(str(counts[one, two]) for two in VERDICTS)) for one in VERDICTS]
    decided = sum(
        len(record["decisions"])
        for path in (FOLDER / "adjudication").glob("*.jsonl")
        for record in judgements.lines(path).values()
    )
    by_rule = sum(
        bool(decision.get("rule"))
        for path in (FOLDER / "adjudication").glob("*.jsonl")
        for record in judgements.lines(path).values()
        for decision in record["decisions"]
    )
    audited = sum(len(record["decisions"]) for record in judgements.lines(FOLDER / "audit.jsonl").values())
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
    return [
        "## How the judges agreed",
        "",
        f"{len({pair[0] for pair in found})} units, {len(found)} pairs of a demand and a candidate, judged twice. Raw agreement "
        f"{percent(agreed / len(found))}; kappa {number(kappa(verdicts))} (95 % bootstrap interval over units {number(low)} to "
        f"{number(high)}); Jaccard index of the covers {number(jaccard(found))}.",
        "",
        f"Most pairs are `neither` on both sides, so the raw figure flatters; kappa takes chance out. {decided - by_rule} "
        f"disagreements were adjudicated, each with a sentence, and {by_rule} agreed verdicts were changed because they broke "
        f"a rule that one chunk had read differently. A later audit across all chunks changed {audited} verdicts more.",
        "",
        *table(("first \\ second judge", *(words[v] for v in VERDICTS)), cross),
        "",
        *table(("section", "pairs", "agreement", "kappa", "Jaccard of covers"), rows),
        "",
    ]


def best_roles() -> dict[str, Counter[str]]:
    """Count by section what the best link of each demand gives it; what no link names is bare."""
    dataset = nis2map.load()
    best: dict[object, str] = {}
    for role in reversed(ROLES):  # the best last, so that it stays
        for link in dataset.links("nis2map"):
            best |= dict.fromkeys(getattr(link, role), role)
    counts: dict[str, Counter[str]] = {}
    for framework in ("nis2", "cir"):
        for unit in dataset.requirements(framework, assessable=True):
            counter = counts.setdefault(section(str(unit.ref)), Counter())
            counter.update(best.get(demand.ref, "bare") for demand in unit.demands)
    return counts


def content_part() -> list[str]:
    found = best_roles()
    roles = (*ROLES, "bare")
    order = sorted(found, key=lambda name: (name[0], int(name.split()[-1])))
    rows = [(name, str(found[name].total()), *(str(found[name][role]) for role in roles)) for name in order]
    total = sum(found.values(), Counter[str]())
    rows.append(("all", str(total.total()), *(str(total[role]) for role in roles)))
    return [
        "## What the crosswalk comes to",
        "",
        "Each demand counted once, by the best that any link gives it: covered by a control's own statement, covered if the "
        "control is implemented as ISO/IEC 27002:2022 guides, only supported, or bare.",
        "",
        *table(("section", "demands", "covered", "covered if guided", "only supported", "bare"), rows),
        "",
    ]


SETS = (  # what is asked about, framework, set
    ("NIS 2, core duties", "nis2", None),
    ("Article 21(2), the ten measures", "nis2", "nis2:21.2"),
    ("Article 21", "nis2", "nis2:21"),
    ("Article 20", "nis2", "nis2:20"),
    ("Article 23", "nis2", "nis2:23"),
    ("Article 3, registration", "nis2", "nis2:3"),
    ("CIR, Annex", "cir", None),
)
BASES = ("statement", "guidance")


def ceilings_part() -> list[str]:
    full = nis2map.Assessment.full()
    rows: list[tuple[str, ...]] = []
    for name, framework, within in SETS:
        for basis in BASES:
            found = [
                nis2map.coverage(full, framework=framework, basis=basis, within=within, weights=weights).overall
                for weights in ("unit", "demand", "measure")
            ]
            shares = [percent(score.ceiling.high) for score in found]
            rows.append((name, basis, *shares, f"{found[0].met} of {found[0].demands}"))
    points: list[tuple[str, ...]] = []
    layers = {
        (framework, basis): nis2map.coverage(full, framework=framework, basis=basis).rollup("measure")
        for framework in ("nis2", "cir")
        for basis in BASES
    }
    for ref in layers["nis2", "statement"]:
        cells = [percent(layers[key][ref].ceiling.high) if ref in layers[key] else "-" for key in layers]
        points.append((str(getattr(ref, "citation", ref)), *cells))
    return [
        "## What full implementation of every control and clause gives",
        "",
        "The ceiling: the share of demands that are met with every control and clause in place. A mere support earns "
        "nothing.",
        "",
        *table(("set", "basis", "by unit", "by demand", "by measure", "demands met"), rows),
        "",
        *ranges_part(),
        "Per measure, weighted by unit:",
        "",
        *table(("measure", "Directive, statement", "Directive, guidance", "CIR, statement", "CIR, guidance"), points),
        "",
        *claim({(row[0], row[1]): row[2] for row in rows}),
    ]


def ranges_part() -> list[str]:
    """The ceilings under each judge alone, and under what both and what either gave: how sure the judgements are."""
    full = nis2map.Assessment.full()
    rows: list[tuple[str, ...]] = []
    for name, framework, within in SETS:
        for basis in BASES:
            cov = nis2map.coverage(full, framework=framework, within=within, basis=basis)
            judges = [
                nis2map.coverage(full, framework=framework, within=within, basis=basis, crosswalk=f"nis2map-judge-{n}")
                for n in (1, 2)
            ]
            ranges = cov.judgement_ranges("overall")
            assert ranges is not None
            shown = [percent(one.overall.low) for one in (cov, *judges)] + list(map(percent, ranges["overall"]))
            rows.append((name, basis, *shown))
    return [
        "Each demand was judged twice, blind. The same ceilings, weighted by unit, by what stands, by each judge alone, and "
        "demand by demand by the lower and the higher of both:",
        "",
        *table(("set", "basis", "stands", "judge 1", "judge 2", "lower", "higher"), rows),
        "",
        "What stands may lie below the lower one: adjudication and a later audit moved verdicts by rules that neither judge "
        "had applied, nearly all of them downwards. Each move is on record with its reason (`Dataset.verdicts`).",
        "",
    ]


def claim(ceilings: Mapping[tuple[str, str], str]) -> list[str]:
    claimed = nis2map.coverage(nis2map.Assessment.full(), crosswalk="article").overall
    ten, core, annex = ("Article 21(2), the ten measures", "NIS 2, core duties", "CIR, Annex")
    return [
        '## "ISO 27001 covers 70-80 % of NIS 2"',
        "",
        f"Where the claim names a set, it is Article 21(2), the ten measures. There full implementation meets "
        f"{ceilings[ten, 'statement']} of the demands by the controls' own statements, and {ceilings[ten, 'guidance']} if they "
        "are implemented as ISO/IEC 27002 says they should be: on that basis the claim is not far off, for this set alone. Of "
        f"all core duties it is {ceilings[core, 'statement']} and {ceilings[core, 'guidance']}, of the Implementing "
        f"Regulation's Annex {ceilings[annex, 'statement']} and {ceilings[annex, 'guidance']}; of Articles 20 and 23 and of "
        "registration nothing. The figure of 70-80 % is also near the share of Annex A controls that ENISA's table links to "
        "something (69 of 93, 74.2 %), which counts controls and not requirements.",
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
    return "\n".join([*head, *agreement_part(), *content_part(), *ceilings_part()]).rstrip() + "\n"


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
    README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8")
    print(PAGE, README)
