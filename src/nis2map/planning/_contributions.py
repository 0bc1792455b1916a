"""`contributions`: which controls a score rests on, as exact Shapley shares."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from .._shared import columns, page, percent, table
from ..assessment import Assessment
from ..ids import Ref, parse_ref
from ..scoring import Coverage, control_bounds, coverage, demand_weights, workings
from ._objective import asked_of, part_of, refuse_estimate
from ._shapley import Way, shares

__all__ = ["Contribution", "Contributions", "contributions"]


@attrs.frozen
class Contribution:
    """One control's share of a score, in [0, 1]."""

    ref: Ref
    title: str
    share: float

    def to_dict(self) -> dict[str, Any]:
        """Return the share as a JSON-ready dict."""
        return {"ref": str(self.ref), "title": self.title, "share": self.share}


@attrs.frozen(kw_only=True)
class Contributions(Mapping[Ref, float]):
    """Shares of a score by control, the greatest first, ties by ref; a mapping from refs to shares.

    `score` is the low or estimate (`of`) that is shared out, `base` what is left of it if no control were in place:
    the findings on requirements. The shares sum to `score - base`. Both are None if nothing is counted.
    """

    of: str
    framework: str
    rows: tuple[Contribution, ...]
    base: float | None
    score: float | None
    conventions: tuple[tuple[str, str], ...]
    digest: str

    def __getitem__(self, key: Ref | str) -> float:
        ref = key if isinstance(key, Ref) else parse_ref(key)
        return {row.ref: row.share for row in self.rows}[ref]

    def __iter__(self) -> Iterator[Ref]:
        return (row.ref for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_dict(self) -> dict[str, Any]:
        """Return all shares, base, score and conventions as a JSON-ready dict."""
        return {
            "of": self.of,
            "framework": self.framework,
            "score": self.score,
            "base": self.base,
            "contributions": [row.to_dict() for row in self.rows],
            "conventions": dict(self.conventions),
            "digest": self.digest,
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the base and then one row per control."""
        base = {"ref": "base", "title": "findings on requirements", "share": self.base}
        return [base, *(row.to_dict() for row in self.rows)]

    def _table(self) -> tuple[tuple[str, str, str], list[tuple[str, str, str]]]:
        shown = [row for row in self.rows if row.share > 0]
        rows = [("base", "findings on requirements", percent(self.base))]
        rows += [(row.ref.citation, row.title, percent(row.share)) for row in shown]
        if len(shown) < len(self.rows):
            rows.append(("others", f"{len(self.rows) - len(shown)} controls", percent(0.0)))
        return ("control", "title", f"share of {self.of}"), [*rows, ("score", "", percent(self.score))]

    def __str__(self) -> str:
        head, rows = self._table()
        return columns(head, rows, right=(2,))

    def _repr_html_(self) -> str:
        notes = [", ".join(f"{name} {value}" for name, value in self.conventions)]
        return page(f"Shares of {self.of} in {self.framework}", [table(*self._table())], notes=notes)


def contributions(assessment: Assessment, *, of: str = "low", **common: Any) -> Contributions:
    """Return each control's exact Shapley share of the low or the estimate.

    The game (Shapley 1953): the controls of the crosswalk are the players, and a set of them is worth the score with
    every other control not implemented, findings on requirements staying as they are. A control's share is what it
    adds on average over all orders; controls that stand for each other share equally. Where nothing is assessed, an
    unknown estimate counts 0; if nothing is counted, score and base are None and every share is 0.

    Takes the keyword arguments of `coverage` and raises its errors. A demand served by single controls alone takes
    n log n steps; joint links are enumerated, up to 16 controls on one demand (`LimitExceeded` past that).

    >>> import nis2map
    >>> shares = nis2map.contributions(nis2map.Assessment.full())
    >>> abs(sum(shares.values()) - (shares.score - shares.base)) < 1e-9
    True
    """
    of = asked_of(of)
    cov = coverage(assessment, **common)
    refuse_estimate(cov, of)
    part = ("low", "estimate").index(of)
    weights, own = demand_weights(cov), workings(cov).values.own
    counted = cov.overall.low is not None
    base = math.fsum(w * finding[1].bounds[part] for w, finding in zip(weights, own, strict=True) if finding)
    games: dict[tuple[Way, ...], list[float]] = {}
    degrees = [bounds[part] for bounds in control_bounds(cov)]
    for place, weight in enumerate(weights):
        if weight and own[place] is None:
            games.setdefault(_ways(cov, place, degrees, of), []).append(weight)
    pieces: list[list[float]] = [[] for _ in workings(cov).question.controls]
    for ways, found in games.items():
        weight = math.fsum(found)
        for player, share in shares(ways).items():
            pieces[player].append(weight * share)
    rows = [
        Contribution(ref, getattr(cov.dataset.get(ref), "title", ""), math.fsum(piece))
        for ref, piece in zip(workings(cov).question.controls, pieces, strict=True)
    ]
    return Contributions(
        of=of,
        framework=cov.framework,
        rows=tuple(sorted(rows, key=lambda row: (-round(row.share, 12), row.ref.sort_key))),
        base=base if counted else None,
        score=(part_of(cov.overall, of) or 0.0) if counted else None,
        conventions=cov.conventions,
        digest=cov.digest,
    )


def _ways(cov: Coverage, place: int, degrees: list[float], of: str) -> tuple[Way, ...]:
    """Return how controls serve a demand: for low all of a cover's, for the estimate each its part of the mean."""
    sets = workings(cov).question.sets
    factors: dict[int, float] = dict.fromkeys(workings(cov).question.covers[place], 1.0)
    if of == "estimate":
        for index, factor in workings(cov).question.supports[place]:
            factors[index] = max(factor, factors.get(index, 0.0))
    found = (
        Way(sets[index], tuple(factor * degrees[c] / len(sets[index]) for c in sets[index]), of == "low")
        for index, factor in sorted(factors.items())
    )
    return tuple(way for way in found if (all if way.whole else any)(way.gives))
