"""The blind readings: a part of the page of figures, from data-src/judgements/blind-*.

Each is of demands that a seed drew which was committed before, by a reader who had seen nothing of what was judged. Held
against it is what stood when it was drawn.
"""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import nis2map
from nis2map._shared import percent
from rounds import standing

FOLDER = Path(__file__).parents[1] / "data-src" / "judgements"
ORDER = tuple(nis2map.Grade)
NAMES = [str(grade) for grade in ORDER]
RANK = {name: place for place, name in enumerate(NAMES)}


class Reading(NamedTuple):
    """Where a reading is, the seed that drew it, the last round that counted then, and what its reader knew."""

    folder: str
    seed: int
    until: int
    knew: str

    @property
    def filled(self) -> Path:
        """The sheet as the reader filled it."""
        return FOLDER / self.folder / "filled.csv"


READINGS = (
    Reading("blind-150", 20261126, 2, "only what the five words mean"),
    Reading(
        "blind-150-again", 20261127, 3, "only what the five words mean, which the how-to has since explained more fully"
    ),
)


def classes(review: nis2map.Review, crosswalk: nis2map.Crosswalk) -> Counter[tuple[str, str]]:
    """Count the demands of a review by their best grade in a crosswalk and in the review."""
    ours: dict[nis2map.Ref, nis2map.Grade] = {}
    for link in crosswalk.links:
        for grade, demands in link.by_grade.items():
            ours |= {ref: min(grade, ours.get(ref, ORDER[-1]), key=ORDER.index) for ref in demands}
    return Counter(
        (
            str(ours.get(demand, ORDER[-1])),
            str(min((verdict.grade for verdict in review if verdict.demand == demand), key=ORDER.index)),
        )
        for demand in review.demands
    )


def part() -> list[str]:
    """Return the lines of the page."""
    return ["## Blind readings", "", *(line for one in READINGS if one.filled.exists() for line in _reading(one))]


def _reading(one: Reading) -> list[str]:
    dataset = nis2map.load()
    then = standing(dataset, until=one.until)
    review = nis2map.read_review(one.filled)
    agreed = review.agreement(dataset=dataset.with_crosswalk(then))
    found = classes(review, then)
    same = sum(count for (ours, theirs), count in found.items() if ours == theirs)
    higher = sum(count for (ours, theirs), count in found.items() if RANK[theirs] < RANK[ours])
    lower = found.total() - same - higher
    kappas = [f"{name} {_number(agreed[grade].kappa)}" for name, grade in zip(NAMES, ORDER, strict=True)]
    interval = agreed.overall.interval or (0.0, 0.0)
    rows = [f"| {ours} | {' | '.join(str(found[ours, theirs]) for theirs in NAMES)} |" for ours in NAMES]
    covered = [
        f"{sum(count for pair, count in found.items() if RANK[pair[1]] <= RANK[grade])} {words} "
        f"(we: {sum(count for pair, count in found.items() if RANK[pair[0]] <= RANK[grade])})"
        for grade, words in (
            ("stated", "by statement"),
            ("guided", "with guidance"),
            ("considered", "with what is named"),
        )
    ]
    return [
        f"**{review.date}, seed {one.seed}.** {found.total()} demands, drawn with a seed that was committed beforehand, were judged by a "
        f"reader (also a language model) who had seen no earlier verdict and knew {one.knew}: {len(review)} pairs. Kappa with the verdicts of the time "
        f"is {_number(agreed.overall.kappa)} ({_number(interval[0])} to {_number(interval[1])}), by grade {', '.join(kappas)}. The "
        f"best grade of a demand is the same for {same} of {found.total()} ({percent(same / found.total())}), the reader's is better "
        f"for {higher} and lesser for {lower} (two-sided sign test: p = {sign_test(higher, lower):.3f}). By best grade the reader covers {', '.join(covered)}. All "
        f"verdicts are in `data-src/judgements/{one.folder}`.",
        "",
        f"| verdict at the time \\ the reader | {' | '.join(NAMES)} |",
        f"|{'---|' * (len(NAMES) + 1)}",
        *rows,
        "",
    ]


def sign_test(better: int, lesser: int) -> float:
    """Return how likely a split at least as uneven is if either way is as likely (two-sided sign test, exact)."""
    count = better + lesser
    tail = sum(math.comb(count, k) for k in range(min(better, lesser) + 1)) / 2**count
    return min(1.0, 2 * tail)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
