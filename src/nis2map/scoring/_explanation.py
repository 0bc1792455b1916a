"""`Explanation`: why a score is what it is, as data that can be recomputed, with a text and an HTML view."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import attrs

from .._shared import number, page, percent, table
from ..ids import Ref
from ..model import GapClass, Relation, Review

__all__ = ["DemandExplanation", "Explanation", "TermExplanation"]


@attrs.frozen(kw_only=True)
class TermExplanation:
    """One link that counted for one demand.

    `role` is what the link says, `covering` whether it counts as a cover on the basis asked for; `factor` multiplies
    the estimate; `low`, `estimate` and `high` are those of its controls together; `inherited` says that the link
    stands on a unit above; `decides` whether it gives the demand's low, estimate or high.
    """

    crosswalk: str
    controls: tuple[Ref, ...]
    relation: Relation
    role: str
    covering: bool
    factor: float
    low: float
    estimate: float
    high: float
    inherited: bool
    decides: bool
    rationale: str
    source: str
    review: Review

    def to_dict(self) -> dict[str, Any]:
        """Return the term as a JSON-ready dict."""
        return attrs.asdict(self) | {
            "controls": [str(c) for c in self.controls],
            "relation": str(self.relation),
            "review": str(self.review),
        }


@attrs.frozen(kw_only=True)
class DemandExplanation:
    """One demand: its state (counted, excluded, unjudged), class of gap, bounds, and what gave them.

    `gap` is None if the demand is surely met or not counted as excluded. `own` is the finding on the demand itself or
    on a unit above it, which replaces the links, and `own_on` where it stands. `estimate` is None if estimates are
    refused.
    """

    ref: Ref
    label: str
    unit: Ref
    state: str
    gap: GapClass | None
    low: float | None
    estimate: float | None
    high: float | None
    assessed: bool
    own: str
    own_on: Ref | None
    terms: tuple[TermExplanation, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the demand as a JSON-ready dict."""
        return {
            "ref": str(self.ref),
            "label": self.label,
            "unit": str(self.unit),
            "state": self.state,
            "gap": None if self.gap is None else str(self.gap),
            "low": self.low,
            "estimate": self.estimate,
            "high": self.high,
            "assessed": self.assessed,
            "own": self.own,
            "own_on": None if self.own_on is None else str(self.own_on),
            "terms": [term.to_dict() for term in self.terms],
        }


@attrs.frozen(kw_only=True)
class Explanation:
    """Why a unit, a container or the whole has its score.

    `weights` gives, per unit, the weight with which the mean over its counted demands enters; `recompute` does that
    sum again from the demands alone.
    """

    subject: str
    title: str
    low: float | None
    estimate: float | None
    high: float | None
    demands: tuple[DemandExplanation, ...]
    weights: tuple[tuple[Ref, float], ...]
    conventions: tuple[tuple[str, str], ...]
    digest: str

    def recompute(self) -> tuple[float | None, float | None, float | None]:
        """Return low, estimate and high worked out again from `demands` and `weights`."""
        weights = dict(self.weights)
        units: dict[Ref, list[DemandExplanation]] = {}
        for demand in self.demands:
            if demand.state == "counted":
                units.setdefault(demand.unit, []).append(demand)
        if not units:
            return (None, None, None)
        counted = [demand for demands in units.values() for demand in demands]
        served = any(demand.terms for demand in counted)
        refused = any(demand.estimate is None for demand in counted)
        unknown = refused or (served and not any(demand.assessed for demand in counted))
        return (
            _mean(units, weights, [d.low or 0.0 for d in counted]),
            None if unknown else _mean(units, weights, [d.estimate or 0.0 for d in counted]),
            _mean(units, weights, [d.high or 0.0 for d in counted]),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the explanation as a JSON-ready dict."""
        return {
            "subject": self.subject,
            "title": self.title,
            "low": self.low,
            "estimate": self.estimate,
            "high": self.high,
            "demands": [demand.to_dict() for demand in self.demands],
            "weights": {str(ref): weight for ref, weight in self.weights},
            "conventions": dict(self.conventions),
            "digest": self.digest,
        }

    def __str__(self) -> str:
        lines = [f"{self.subject}  {self.title}".rstrip(), f"  {_bounds(self.low, self.estimate, self.high)}"]
        for demand in self.demands:
            label = f"{demand.ref}  {demand.label}"
            gap = f"  [{demand.gap}]" if demand.gap else "" if demand.state == "counted" else f"  [{demand.state}]"
            lines.append(f"  {label}{gap}")
            lines.append(f"    {_bounds(demand.low, demand.estimate, demand.high)}")
            if demand.own:
                lines.append(f"    own finding on {demand.own_on}: {demand.own}")
            lines += [f"    {_line(term)}" for term in demand.terms]
            if not demand.terms and demand.state == "counted" and not demand.own:
                lines.append("    nothing in the standard covers or supports it")
        lines.append("  " + ", ".join(f"{name} {value}" for name, value in self.conventions))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [
            (
                str(demand.ref),
                demand.label,
                str(demand.gap or ("met" if demand.state == "counted" else demand.state)),
                _bounds(demand.low, demand.estimate, demand.high),
                "\n".join([_line(term) for term in demand.terms] or ([demand.own] if demand.own else ["no link"])),
            )
            for demand in self.demands
        ]
        head = ("demand", "what it asks", "class", "low / estimate / high", "links that counted")
        title = f"{self.subject} {self.title}: {_bounds(self.low, self.estimate, self.high)}"
        return page(title, [table(head, rows)], notes=[", ".join(f"{k} {v}" for k, v in self.conventions)])


def _mean(
    units: dict[Ref, list[DemandExplanation]], weights: dict[Ref, float], values: Iterable[float]
) -> float | None:
    values = iter(values)
    means = {ref: math.fsum([next(values) for _ in demands]) / len(demands) for ref, demands in units.items()}
    heavy = {ref: weights[ref] for ref in means}
    if not any(heavy.values()):  # units that weigh nothing count alike among themselves
        heavy = dict.fromkeys(means, 1.0)
    total = math.fsum(heavy.values())
    return math.fsum(heavy[ref] * mean for ref, mean in means.items()) / total if total else None


def _bounds(low: float | None, estimate: float | None, high: float | None) -> str:
    return f"low {percent(low)}  estimate {percent(estimate)}  high {percent(high)}"


def _line(term: TermExplanation) -> str:
    controls = " + ".join(c.citation or str(c) for c in term.controls) or "no control"
    factor = "" if term.covering else f" x {number(term.factor)}"
    marks = [term.role.replace("_", " "), f"degree {number(term.estimate)}{factor}"]
    marks += ["inherited"] if term.inherited else []
    marks += [f"{term.crosswalk}/{term.source}", str(term.review)]
    reason = f" - {term.rationale}" if term.rationale else ""
    return f"{'*' if term.decides else ' '} {controls} ({', '.join(marks)}){reason}"
