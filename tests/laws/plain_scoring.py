"""DESIGN section 5 once more, as plainly as it can be written: the oracle that scoring is tested against.

It shares no code with `nis2map.scoring`: exact fractions, no plan, no caching, every rule from its sentence.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from nis2map import Assessment, Dataset, Link, Ref, Relation, Status

ZERO, ONE = Fraction(0), Fraction(1)


def nearest(assessment: Assessment, chain: list[Ref]) -> Any:
    for ref in chain:
        finding = assessment.findings.get(ref)
        if finding is not None and finding.status is not Status.UNASSESSED:
            return finding
    return None


def triple(finding: Any) -> tuple[Fraction, Fraction, Fraction]:
    if finding is None:
        return (ZERO, ZERO, ONE)
    if finding.status is Status.IMPLEMENTED:
        return (ONE, ONE, ONE)
    if finding.status is Status.PARTIAL:
        return (ZERO, Fraction(finding.degree if finding.degree is not None else 0.5), ONE)
    return (ZERO, ZERO, ZERO)


class Plain:
    """All numbers of one question."""

    def __init__(
        self,
        dataset: Dataset,
        assessment: Assessment,
        crosswalks: list[str],
        *,
        basis: str = "statement",
        support: float = 0.0,
        weights: str = "unit",
        facts: dict[str, bool] | None = None,
    ) -> None:
        self.ds, self.a, self.basis, self.support = dataset, assessment, basis, Fraction(support)
        self.weights = weights
        self.facts = facts or {}
        self.links: list[tuple[str, Link]] = [
            (name, link) for name in crosswalks for link in dataset.crosswalks[name].links
        ]
        every = dataset.requirements("law", assessable=True)
        core = [unit.ref for unit in every if unit.core]
        self.units = core or [unit.ref for unit in every]
        self.demand = {d.ref: self.one(u, d) for u in self.units for d in dataset.demands(u)}

    def chain(self, ref: Ref) -> list[Ref]:
        return [ref, *self.ds.ancestors(ref)]

    def parts(self, control: Ref) -> list[Any]:
        """The nearest finding of each deepest unit at or below a control."""
        below = [c.ref for c in self.ds.controls("set", headings=True) if control in self.chain(c.ref)]
        deepest = [ref for ref in below if not any(ref in self.chain(other)[1:] for other in below)]
        return [nearest(self.a, self.chain(ref)) for ref in deepest]

    def degree(self, control: Ref) -> tuple[Fraction, Fraction, Fraction]:
        numbers = [triple(finding) for finding in self.parts(control)]
        return (min(n[0] for n in numbers), min(n[1] for n in numbers), min(n[2] for n in numbers))

    def groups(self, unit: Ref) -> list[Ref]:
        """The nearest groups given at or above a unit, else its top."""
        chain = self.chain(unit)
        given = [self.ds.requirement(ref).groups for ref in chain]
        return list(next((groups for groups in given if groups), (chain[-1],)))

    def speaking(self, unit: Ref, demand: Ref) -> list[tuple[str, Fraction, Link]]:
        """(cover or support, factor, link) for every link that serves a demand."""
        found = []
        for _, link in self.links:
            if link.relation is Relation.NO_RELATIONSHIP:
                continue
            if link.demands:
                wide = demand in link.covers_guided and self.basis != "statement"
                widest = demand in link.covers_considered and self.basis == "consideration"
                if demand in link.covers or wide or widest:
                    found.append(("cover", ONE, link))
                elif demand in (*link.covers_guided, *link.covers_considered, *link.supports):
                    found.append(("support", self.support, link))
            elif link.requirement in self.chain(unit):
                if link.relation in (Relation.EQUAL_TO, Relation.SUBSET_OF):
                    found.append(("cover", ONE, link))
                else:
                    factor = self.support if link.strength is None else Fraction(float(link.strength) / 10)
                    found.append(("support", factor, link))
        return found

    def grade(self, unit: Ref, demand: Ref) -> str:
        """The best grade in which a link serves a demand, whatever the basis and the findings."""
        found = []
        for _, _, link in self.speaking(unit, demand):
            if demand in link.covers or (not link.demands and link.relation in (Relation.EQUAL_TO, Relation.SUBSET_OF)):
                found.append(0)
            elif demand in link.covers_guided:
                found.append(1)
            elif demand in link.covers_considered:
                found.append(2)
            else:
                found.append(3)
        return ("stated", "guided", "considered", "helped", "bare")[min(found, default=4)]

    def judged(self, unit: Ref) -> bool:
        for _, link in self.links:
            if link.requirement == unit or (not link.demands and link.requirement in self.chain(unit)):
                return True
        return False

    def together(self, link: Link, *, full: bool) -> tuple[Fraction, Fraction, Fraction]:
        """A joint link is as strong as its weakest control, in each number."""
        parts = [(ONE, ONE, ONE) if full else self.degree(c) for c in link.controls]
        return (min(p[0] for p in parts), min(p[1] for p in parts), min(p[2] for p in parts))

    def through_links(self, unit: Ref, demand: Ref, *, full: bool) -> tuple[Fraction, Fraction, Fraction]:
        low = estimate = high = ZERO
        for role, factor, link in self.speaking(unit, demand):
            one = self.together(link, full=full)
            if role == "cover":
                low = max(low, one[0])
            estimate = max(estimate, factor * one[1])
            high = max(high, factor * one[2])
        return (low, estimate, high)

    def one(self, unit: Ref, demand: Any) -> dict[str, Any]:
        own = nearest(self.a, list(dict.fromkeys([demand.ref, *self.chain(unit)])))
        serving = self.speaking(unit, demand.ref)
        judged = self.judged(unit)
        excluded = (
            own is not None
            and own.status is Status.NOT_APPLICABLE
            and (demand.optout or (demand.condition != "" and demand.condition not in self.facts))
            and bool(own.justification)
        )
        if demand.condition and self.facts.get(demand.condition) is False:
            return {**self.unbound(unit, demand.ref), "own": None, "unit": unit}
        state = "excluded" if excluded else "counted" if judged or own is not None else "unjudged"
        assessed = own is not None or any(
            finding is not None for _, _, link in serving for c in link.controls for finding in self.parts(c)
        )
        return {
            "unit": unit,
            "state": state,
            "bounds": triple(own) if own is not None else self.through_links(unit, demand.ref, full=False),
            "ceiling": self.through_links(unit, demand.ref, full=True) if judged and not excluded else None,
            "grade": self.grade(unit, demand.ref),
            "assessed": assessed,
            "own": own,
            "class": self.gap_class(state, own, serving, judged, unit, demand.ref),
        }

    def unbound(self, unit: Ref, demand: Ref) -> dict[str, Any]:
        """What hangs on a fact that does not hold is in no number, whatever was found of it."""
        known = [f for _, _, link in self.speaking(unit, demand) for c in link.controls for f in self.parts(c)]
        return {
            "state": "unbound",
            "bounds": None,
            "ceiling": None,
            "grade": self.grade(unit, demand),
            "assessed": any(finding is not None for finding in known),
            "class": None,
        }

    def gap_class(self, state: str, own: Any, serving: list[Any], judged: bool, unit: Ref, demand: Ref) -> str | None:
        if state == "unjudged":
            return "unjudged"
        bounds = triple(own) if own is not None else self.through_links(unit, demand, full=False)
        if state == "excluded" or bounds[0] == 1:
            return None
        covers = [link for role, _, link in serving if role == "cover"]
        if judged and not serving:
            return "structural"
        if judged and not covers:
            return "residual"

        def short(link: Link) -> bool:
            known = [finding for c in link.controls for finding in self.parts(c)]
            return any(f is not None and f.status is not Status.IMPLEMENTED for f in known)

        if own is not None or all(short(link) for link in covers):
            return "implementation"
        return "unassessed"

    def weight(self, unit: Ref, sizes: dict[Ref, int], group: Ref | None = None) -> Fraction:
        """The weight of a unit; by measure and in the row of a group, what it has from that group."""
        if self.weights == "unit":
            return ONE
        if self.weights == "demand":
            return Fraction(sizes[unit])
        every = [name for u in self.units for name in self.groups(u)]
        own = self.groups(unit) if group is None else [group]
        return sum((Fraction(1, len(set(every)) * every.count(name)) for name in own), ZERO)

    def roll(self, units: list[Ref], part: str, group: Ref | None = None) -> Any:
        """Low, estimate and high of "bounds", "ceiling" or "strict" over units."""
        rows: dict[Ref, list[tuple[Fraction, Fraction, Fraction]]] = {}
        for d in self.demand.values():
            if d["unit"] not in units:
                continue
            if part == "ceiling":
                values = d["ceiling"] if d["state"] == "counted" else None
            elif d["state"] == "counted":
                values = d["bounds"]
            else:
                values = (ZERO, ZERO, ZERO) if part == "strict" and d["state"] == "excluded" else None
            if values is not None:
                rows.setdefault(d["unit"], []).append(values)
        if not rows:
            return (None, None, None)
        sizes = {unit: len(values) for unit, values in rows.items()}
        weight = {unit: self.weight(unit, sizes, group) for unit in rows}
        total = sum(weight.values(), ZERO)
        return tuple(
            sum((weight[u] * sum((v[i] for v in values), ZERO) / len(values) for u, values in rows.items()), ZERO)
            / total
            for i in range(3)
        )
