"""`gaps`: what is not surely met, unit by unit, by class, with what to do and what to show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Unpack, overload

import attrs

from .._shared import FrozenMap, columns, member, page, percent, table
from ..assessment import Assessment
from ..ids import Ref
from ..model import Demand, GapClass, Measure, Requirement
from ._coverage import Coverage, Score, coverage
from ._options import Options, with_options

__all__ = ["ADVICE", "Gap", "Gaps", "gaps"]

# What each class asks for, in the order in which the classes are decided.
ADVICE = {
    GapClass.UNJUDGED: "nobody has judged this unit yet; assess it directly",
    GapClass.STRUCTURAL: "the standard offers nothing: act on the duty itself",
    GapClass.RESIDUAL: "the standard helps and can't discharge it: add what is missing",
    GapClass.IMPLEMENTATION: "finish what the controls ask",
    GapClass.UNASSESSED: "find out: the controls that would cover it are not assessed",
}


@attrs.frozen(kw_only=True)
class Gap:
    """One assessable unit with at least one demand that is not surely met.

    `classes` groups those demands by why; `score` is the unit's own; `controls` are those whose links would cover or
    support the demands; `measures` close them on the duty itself; `evidence` is what an auditor would ask to see.
    """

    requirement: Requirement
    classes: FrozenMap[GapClass, tuple[Demand, ...]]
    score: Score
    controls: tuple[Ref, ...]
    measures: tuple[Measure, ...]
    evidence: tuple[str, ...]

    @property
    def advice(self) -> tuple[str, ...]:
        """What to do, one sentence per class."""
        return tuple(f"{kind}: {ADVICE[kind]}" for kind in self.classes)

    def to_dict(self) -> dict[str, Any]:
        """Return the gap as a JSON-ready dict."""
        return {
            "requirement": str(self.requirement.ref),
            "title": self.requirement.title,
            "classes": {
                str(kind): [{"ref": str(d.ref), "label": d.label} for d in demands]
                for kind, demands in self.classes.items()
            },
            "advice": list(self.advice),
            "score": self.score.to_dict(),
            "controls": [str(control) for control in self.controls],
            "measures": [measure.id for measure in self.measures],
            "evidence": list(self.evidence),
        }

    def __str__(self) -> str:
        ref = self.requirement.ref
        lines = [f"{ref.citation or ref}  {self.requirement.title}"]
        for kind, demands in self.classes.items():
            lines.append(f"  {kind}: {ADVICE[kind]}")
            lines += [f"    - {demand.label}" for demand in demands]
        if self.controls:
            lines.append(f"  controls: {', '.join(c.citation or str(c) for c in self.controls)}")
        lines += [f"  measure: {measure.title}" for measure in self.measures]
        if self.evidence:
            lines.append(f"  evidence: {'; '.join(self.evidence)}")
        return "\n".join(lines)


@attrs.frozen(repr=False, eq=False)
class Gaps(Sequence[Gap]):
    """Gaps in legal order, one per assessable unit with a demand not surely met; a sequence of `Gap`."""

    gaps: tuple[Gap, ...]
    coverage: Coverage

    @overload
    def __getitem__(self, index: int) -> Gap: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Gap, ...]: ...
    def __getitem__(self, index: int | slice) -> Gap | tuple[Gap, ...]:
        return self.gaps[index]

    def __len__(self) -> int:
        return len(self.gaps)

    def __iter__(self) -> Iterator[Gap]:
        return iter(self.gaps)

    @property
    def summary(self) -> FrozenMap[GapClass, int]:
        """The number of demands per class, all classes, in the order in which they are decided."""
        return FrozenMap((kind, sum(len(gap.classes.get(kind, ())) for gap in self.gaps)) for kind in GapClass)

    def of(self, kind: GapClass | str) -> tuple[Gap, ...]:
        """Return the gaps that have a demand of a class."""
        wanted = member(GapClass, kind, "class of gap")
        return tuple(gap for gap in self.gaps if wanted in gap.classes)

    def to_dict(self) -> dict[str, Any]:
        """Return gaps, summary and conventions as a JSON-ready dict."""
        return {
            "framework": self.coverage.framework,
            "conventions": dict(self.coverage.conventions),
            "digest": self.coverage.digest,
            "summary": {str(kind): count for kind, count in self.summary.items()},
            "gaps": [gap.to_dict() for gap in self.gaps],
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one flat row per demand that is not surely met."""
        return [
            {
                "requirement": str(gap.requirement.ref),
                "title": gap.requirement.title,
                "class": str(kind),
                "demand": str(demand.ref),
                "label": demand.label,
            }
            for gap in self.gaps
            for kind, demands in gap.classes.items()
            for demand in demands
        ]

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {kind}" for kind, count in self.summary.items() if count)
        return f"<Gaps in {len(self)} units of {self.coverage.framework}: {counts or 'none'}>"

    def __str__(self) -> str:
        counts = columns(
            ("class", "demands", "what to do"), [(str(k), str(n), ADVICE[k]) for k, n in self.summary.items()]
        )
        return "\n\n".join([counts, *map(str, self.gaps)])

    def _repr_html_(self) -> str:
        rows = [
            (
                str(gap.requirement.ref.citation or gap.requirement.ref),
                gap.requirement.title,
                f"{percent(gap.score.low)} - {percent(gap.score.high)}",
                "\n".join(f"{kind}: {demand.label}" for kind, demands in gap.classes.items() for demand in demands),
                ", ".join(c.citation or str(c) for c in gap.controls),
                "\n".join(gap.evidence),
            )
            for gap in self.gaps
        ]
        head = ("unit", "title", "low - high", "not surely met", "controls", "evidence")
        counts = ", ".join(f"{count} {kind}" for kind, count in self.summary.items())
        return page(f"Gaps in {self.coverage.framework}: {counts}", [table(head, rows)])


@with_options
def gaps(assessment: Assessment, **options: Unpack[Options]) -> Gaps:
    """Return what is not surely met, one `Gap` per assessable unit, in legal order.

    Takes the keyword arguments of `coverage` and raises its errors. Units that nobody has judged are listed with the
    class `unjudged`, though they do not count in scores.
    """
    return of_coverage(coverage(assessment, **options))


def of_coverage(cov: Coverage) -> Gaps:
    """Return the gaps behind a coverage."""
    measures = _measures(cov)
    found: list[Gap] = []
    for unit, span in zip(cov.question.units, cov.question.spans, strict=True):
        by_class: dict[GapClass, list[Demand]] = {}
        controls: set[Ref] = set()
        for place in range(*span):
            kind = cov.class_at(place)
            if kind is None:
                continue
            by_class.setdefault(kind, []).append(cov.question.demands[place])
            controls.update(c for term in cov.question.terms[place] for c in term.link.controls)
        if by_class:
            named = [d.ref for demands in by_class.values() for d in demands]
            found.append(
                Gap(
                    requirement=unit,
                    classes=FrozenMap((kind, tuple(by_class[kind])) for kind in GapClass if kind in by_class),
                    score=cov.units[unit.ref],
                    controls=tuple(sorted(controls)),
                    measures=tuple(dict.fromkeys(m for ref in (unit.ref, *named) for m in measures.get(ref, ()))),
                    evidence=unit.evidence,
                )
            )
    return Gaps(tuple(found), cov)


def _measures(cov: Coverage) -> dict[Ref, list[Measure]]:
    found: dict[Ref, list[Measure]] = {}
    for measure in cov.dataset.measures:
        for ref in measure.closes:
            for unit in (ref,) if ref.demand else cov.dataset.below(ref):
                found.setdefault(unit, []).append(measure)
    return found
