"""What full implementation comes to: the headline figures of the page of figures, and what they hang on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import nis2map
from nis2map._shared import percent


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        f"|{'|'.join('---' for _ in head)}|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


Basis = Literal["statement", "guidance", "consideration"]
BASES: tuple[Basis, ...] = ("statement", "guidance", "consideration")
TEN, WHOLE, MANAGEMENT, REPORTING, REGISTRATION, ANNEX, CORE = (
    "Article 21(2), the ten measures",
    "Article 21, with its other paragraphs",
    "Article 20, the management body",
    "Article 23, reporting",
    "Registration, Articles 3(4) and 27",
    "CIR, Annex",
    "All core duties of the Directive",
)
SETS: tuple[tuple[str, str, tuple[str, ...] | None], ...] = (  # what is asked about, framework, set
    (TEN, "nis2", ("nis2:21.2",)),
    (WHOLE, "nis2", ("nis2:21",)),
    (MANAGEMENT, "nis2", ("nis2:20",)),
    (REPORTING, "nis2", ("nis2:23",)),
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
        "## What every control and clause in place would meet",
        "",
        f"A summary to quote: with every control and clause of ISO/IEC 27001 in place, their own wording meets {met(CORE, 'statement')} core "
        f"demands of NIS 2, and with ISO/IEC 27002 followed as well {met(CORE, 'guidance')}. Nearly all of them are in Article 21 "
        f"({met(WHOLE, 'statement')} and {met(WHOLE, 'guidance')}); of the demands on reporting (Article 23) even guidance meets "
        f"{met(REPORTING, 'guidance')}, of those on registration {met(REGISTRATION, 'guidance')}. The mapping is by language models and unreviewed; this is not a statement of compliance. For your own statement: `make demo SOA=path.csv`.",
        "",
        "The share that is met with every control and clause in place (the ceiling), as a mean over units of equal weight. The "
        "published figure is in bold, followed by what both judges gave and what either gave, demand by demand. That range is not "
        "an error margin: a mistake that both made does not show in it. The judges were language models working from memory of the "
        "ISO texts; no person has reviewed their verdicts yet.",
        "",
        *table(
            ("set", "demands", "as the statements say", "if done as 27002 says it should", "and what it names"), rows
        ),
        "",
        f"The sets overlap; Article 23 and registration also count duties outside the core, and {outside_points()} demands of "
        "Article 21(2) are outside its ten points.",
        "",
        *hangs_on(),
        *by_measure(),
        *claim(),
    ]


def outside_points() -> int:
    """Count the demands of Article 21(2) that are in none of its points (a) to (j)."""
    dataset = nis2map.load()
    refs = [ref for ref in dataset.below("nis2:21.2") if not re.match(r"21\.2\.[a-j]\b", ref.local)]
    return sum(len(dataset.requirement(ref).demands) for ref in refs)


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
        "One overall figure depends on conventions more than on judgements. All core duties of the Directive:",
        "",
        *table(("convention", *BASES), rows),
        "",
        f"Under the last of these, Article 20 reaches {percent(full(MANAGEMENT, 'statement', crosswalk=TOP).overall.low)} by statement, "
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
    reporting, registration = (percent(full(name, "consideration").overall.low) for name in (REPORTING, REGISTRATION))
    return [
        '## "ISO 27001 covers 70-80 % of NIS 2"',
        "",
        f"Where the claim names a set, it is Article 21(2), the ten measures. Of these, full implementation meets {ten['statement']} "
        f"by the controls' own statements, {ten['guidance']} if they are implemented as ISO/IEC 27002 says they should be, and "
        f"{ten['consideration']} with all that it names for consideration. Of all core duties it is {core['statement']}, "
        f"{core['guidance']} and {core['consideration']}; of the Implementing Regulation's Annex {annex['statement']}, "
        f"{annex['guidance']} and {annex['consideration']}; with all of that, Article 23 reaches {reporting} and registration {registration}. The figure of 70-80 % is "
        "also near the share of Annex A controls that ENISA's table links to something (69 of 93, 74.2 %), which counts "
        "controls and not requirements.",
        "",
        f"A popular article's own table, taken literally, covers {percent(claimed.low)} of the core duties' demands that it "
        f"mentions (weighted by unit), and does not mention {claimed.unjudged} others.",
        "",
    ]
