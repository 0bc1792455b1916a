"""The last blind judging: a part of the page of figures, from data-src/judgements/blind-150/filled.csv."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import nis2map
from nis2map._shared import percent

FILLED = Path(__file__).parents[1] / "data-src" / "judgements" / "blind-150" / "filled.csv"
ORDER = tuple(nis2map.Grade)


def classes(review: nis2map.Review) -> Counter[tuple[str, str]]:
    """Count the demands of a review by their best grade in what stands and in the review."""
    dataset, found = nis2map.load(), Counter[tuple[str, str]]()
    for demand in review.demands:
        theirs = [verdict.grade for verdict in review if verdict.demand == demand]
        ours = [verdict.final for verdict in dataset.verdicts(demand)]
        found[str(min(ours, key=ORDER.index)), str(min(theirs, key=ORDER.index))] += 1
    return found


def part() -> list[str]:
    """Return the lines of the page."""
    review = nis2map.read_review(FILLED)
    agreed, found = review.agreement(), classes(review)
    names = [str(grade) for grade in ORDER]
    rank = {name: place for place, name in enumerate(names)}
    same = sum(count for (ours, theirs), count in found.items() if ours == theirs)
    higher = sum(count for (ours, theirs), count in found.items() if rank[theirs] < rank[ours])
    lower = found.total() - same - higher
    kappas = [(name, _number(agreed[grade].kappa)) for name, grade in zip(names, ORDER, strict=True)]
    interval = agreed.overall.interval or (0.0, 0.0)
    rows = [f"| {ours} | {' | '.join(str(found[ours, theirs]) for theirs in names)} |" for ours in names]

    def covered(grade: str, side: int) -> int:
        return sum(count for pair, count in found.items() if rank[pair[side]] <= rank[grade])

    return [
        "## A last blind reading",
        "",
        f"{found.total()} demands, drawn with a seed that was committed before, were judged by a reader (a language model too) who had "
        f"seen none of it and knew only what the five words mean: {len(review)} pairs. Kappa with what stands is "
        f"{_number(agreed.overall.kappa)} ({_number(interval[0])} to {_number(interval[1])}), by grade "
        f"{', '.join(f'{name} {kappa}' for name, kappa in kappas)}. The best grade of a demand is the same for {same} of "
        f"{found.total()} ({percent(same / found.total())}), the reader's is better for {higher} and lesser for {lower}.",
        "",
        f"By best grade the reader covers {covered('stated', 1)} demands by statement (we: {covered('stated', 0)}), "
        f"{covered('guided', 1)} with guidance (we: {covered('guided', 0)}), {covered('considered', 1)} with what is named for "
        f"consideration (we: {covered('considered', 0)}). Most differences are pairs that the reader calls partial evidence and "
        "we call nothing; of the covers, those where a control reaches a part of the population, which by our rule only helps, "
        "and lists that we read by their lead-in as for consideration. Whoever reads those two rules otherwise finds a higher "
        "coverage by guidance. All verdicts of the reader are in `data-src/judgements/blind-150`.",
        "",
        f"| what stands \\ the reader | {' | '.join(names)} |",
        f"|{'---|' * (len(names) + 1)}",
        *rows,
        "",
    ]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
