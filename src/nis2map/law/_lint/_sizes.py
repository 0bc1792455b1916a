"""Claims on the size classes of Recommendation 2003/361/EC, against the limits that the rules of the dataset state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...dataset import Dataset, keep
from ...model import ScopeRule
from ._fines import amount_of, euros
from ._sentence import Claim, Said
from ._words import DOUBT_SIZES, SIZE_RULE, SIZES

__all__ = ["RECOMMENDATION", "SIZED", "size_claims"]

RECOMMENDATION = "2003/361"
# The Articles of NIS 2 that take the classes over.
SIZED = frozenset(("2.1", "2.1.s1", "3.1", "3.1.a"))
_COUNTED = re.compile(r"(?<![\w.,/-])(?P<figure>\d{1,3}(?:[ .,]\d{3})?)\s(?=\w)")
_RULES = ("size_small", "size_large")
_WRITTEN = {
    "work units": re.compile(r"(?P<figure>\d[\d ]*) work units"),
    "turnover": re.compile(
        r"turnover (?:up to|over) EUR (?P<figure>\d+) million|turnover or balance sheet up to EUR (?P<both>\d+) million"
    ),
    "balance sheet": re.compile(r"balance sheet (?:up to|over) EUR (?P<figure>\d+) million"),
}


def size_claims(said: Said) -> Iterator[Claim]:
    """Yield the one figure of a sentence on a size class that is none of the limits in the rules of the dataset.

    Only what is said to be a threshold, or what any medium-sized enterprise has, is a rule: "a company of 300 passes
    the threshold" states a fact about a company. If the rules state no limit for a measure, nothing is reported.
    """
    measures = [name for name, pattern in SIZES.items() if pattern.search(said.text)]
    if DOUBT_SIZES.search(said.text) or len(measures) != 1:
        return
    (measure,) = measures
    if measure == "work units":
        figures = [(m, float(re.sub(r"\D", "", m["figure"]))) for m in _COUNTED.finditer(said.text)]
        figures = [(m, value) for m, value in figures if SIZES[measure].match(said.text, m.end())]
    else:
        figures = [(m, amount_of(m)) for m in euros(said.text)]
    if len(figures) != 1 or not SIZE_RULE.search(said.text, 0, figures[0][0].start()):
        return
    (match, value), limits = figures[0], _limits(said.data)[measure]
    if limits and value not in limits:
        rules = "; ".join(f"{row.citation}: {row.text}" for row in limits.values())
        words = match[0].rstrip()
        span = (match.start(), match.start() + len(words))
        yield said.claim(span, f"{words!r} is not a limit of the size classes ({measure})", rules)


def _limits(data: Dataset) -> Mapping[str, Mapping[float, ScopeRule]]:
    """Return the limits that the rules on size state, by measure, each with its rule."""

    def make() -> dict[str, dict[float, ScopeRule]]:
        limits: dict[str, dict[float, ScopeRule]] = {measure: {} for measure in _WRITTEN}
        for row in (row for row in data.law.scope_rules if row.id in _RULES):
            for measure, pattern in _WRITTEN.items():
                for match in pattern.finditer(row.text):
                    figure = next(value for value in match.groupdict().values() if value)
                    limits[measure][float(figure) * (1 if measure == "work units" else 10**6)] = row
        return limits

    return keep(data, "lint: sizes", make)
