"""What to do about it: the programme for organisations with and without a certificate, and how the two texts differ."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from .._shared import columns, expect, page, table
from ..assessment import Assessment
from ..data import table as packaged
from ..dataset import Dataset, given
from ..errors import InputError, quote
from ..ids import Ref, RefMap
from ..model import Demand, GapClass, Measure
from ..scoring import Gap, gaps

__all__ = [
    "Benefit",
    "CycleStage",
    "Difference",
    "LegalDate",
    "Roadmap",
    "RoadmapStep",
    "benefits",
    "cycle",
    "differences",
    "roadmap",
    "timeline",
]


@attrs.frozen(kw_only=True)
class Difference:
    """One aspect in which NIS 2 and ISO/IEC 27001 differ, with the units that say so."""

    id: str
    aspect: str
    law: str
    standard: str
    refs: tuple[Ref, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the aspect as a JSON-ready dict."""
        return attrs.asdict(self) | {"refs": [str(ref) for ref in self.refs]}


@attrs.frozen(kw_only=True)
class Benefit:
    """One way in which a management system after the standard helps with the law, with the units concerned."""

    id: str
    title: str
    text: str
    refs: tuple[Ref, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the benefit as a JSON-ready dict."""
        return attrs.asdict(self) | {"refs": [str(ref) for ref in self.refs]}


@attrs.frozen(kw_only=True)
class CycleStage:
    """One moment of the certificate's cycle held against supervision under the law."""

    id: str
    when: str
    standard: str
    law: str
    refs: tuple[Ref, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the stage as a JSON-ready dict."""
        return attrs.asdict(self) | {"refs": [str(ref) for ref in self.refs]}


@attrs.frozen(kw_only=True)
class LegalDate:
    """One date of the two texts, or of a proposal to change them (`status` says which), with its citation.

    `recurrence` is an ISO 8601 duration after which the date comes again; `ref` the unit that sets the date, if it is
    one of the dataset.
    """

    date: dt.date
    event: str
    citation: str
    status: str
    recurrence: str = ""
    ref: Ref | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the date as a JSON-ready dict."""
        return attrs.asdict(self) | {"date": self.date.isoformat(), "ref": self.ref and str(self.ref)}


@attrs.frozen(kw_only=True)
class RoadmapStep:
    """One step of the programme, the measures it brings, and the gaps it closes if an assessment was given.

    `gaps` has, per unit, the demands that this step closes; each demand not surely met belongs to the first step that
    closes it by unit, by measure, or by class of gap.
    """

    id: str
    order: int
    title: str
    text: str
    measures: tuple[Measure, ...]
    gaps: RefMap[Ref, tuple[Demand, ...]]

    @property
    def count(self) -> int:
        """The number of demands the step closes."""
        return sum(len(demands) for demands in self.gaps.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the step as a JSON-ready dict."""
        return {
            "id": self.id,
            "order": self.order,
            "title": self.title,
            "text": self.text,
            "measures": [measure.id for measure in self.measures],
            "gaps": {str(ref): [str(d.ref) for d in demands] for ref, demands in self.gaps.items()},
        }


@attrs.frozen(kw_only=True)
class Roadmap:
    """The five steps for an organisation, `certified` or not; `left` has the demands that no step closes."""

    certified: bool
    steps: tuple[RoadmapStep, ...]
    left: tuple[Demand, ...]
    digest: str

    def to_dict(self) -> dict[str, Any]:
        """Return the roadmap as a JSON-ready dict."""
        return {
            "certified": self.certified,
            "steps": [step.to_dict() for step in self.steps],
            "left": [str(demand.ref) for demand in self.left],
            "digest": self.digest,
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one row per step."""
        return [{"order": s.order, "id": s.id, "title": s.title, "demands": s.count} for s in self.steps]

    def _rows(self) -> list[tuple[str, ...]]:
        return [(str(s.order), s.title, str(s.count), str(len(s.measures)) if s.measures else "-") for s in self.steps]

    def __str__(self) -> str:
        head = ("step", "what", "closes demands", "measures")
        return columns(head, self._rows(), right=(0, 2, 3))

    def _repr_html_(self) -> str:
        kind = "with" if self.certified else "without"
        rows = [(*row, step.text) for row, step in zip(self._rows(), self.steps, strict=True)]
        return page(
            f"Programme {kind} a certificate", [table(("step", "what", "closes demands", "measures", "how"), rows)]
        )


def _refs(dataset: Dataset, names: list[str]) -> tuple[Ref, ...]:
    return tuple(dataset.ref(name) for name in names)


def differences(dataset: Dataset | None = None) -> tuple[Difference, ...]:
    """Return how the two texts differ, aspect by aspect; each names the units that say so."""
    data = given(dataset)
    return tuple(Difference(**(row | {"refs": _refs(data, row["refs"])})) for row in packaged("differences"))


def benefits(dataset: Dataset | None = None) -> tuple[Benefit, ...]:
    """Return in which ways a management system after the standard helps with the law."""
    data = given(dataset)
    return tuple(Benefit(**(row | {"refs": _refs(data, row["refs"])})) for row in packaged("benefits"))


def cycle(dataset: Dataset | None = None) -> tuple[CycleStage, ...]:
    """Return the certificate's cycle held against supervision under Articles 32 and 33."""
    data = given(dataset)
    return tuple(CycleStage(**(row | {"refs": _refs(data, row["refs"])})) for row in packaged("cycle"))


def timeline(dataset: Dataset | None = None) -> tuple[LegalDate, ...]:
    """Return the dates of both texts and of proposals to change them, the earliest first."""
    data = given(dataset)
    found: list[LegalDate] = []
    for row in packaged("timeline"):
        ref = data.ref(row["ref"]) if "ref" in row else None
        found.append(LegalDate(**(row | {"date": dt.date.fromisoformat(row["date"]), "ref": ref})))
    return tuple(found)


def roadmap(assessment: Assessment | None = None, *, certified: bool, dataset: Dataset | None = None) -> Roadmap:
    """Return the programme for an organisation with or without a certificate.

    With an assessment each step also names the demands of the core duties (Directive) and of the CIR's Annex that are
    not surely met and that it closes. The clauses count as certified if `certified` is true and no finding says
    otherwise.

    Raises `InputError` if `certified` is no bool.
    """
    if type(certified) is not bool:
        raise InputError(f"certified is {quote(certified)}", hint="True or False")
    data = given(dataset)
    rows: list[dict[str, Any]] = [
        row for row in packaged("programme") if row["path"] == ("certified" if certified else "uncertified")
    ]
    found: list[Gap] = []
    if assessment is not None:
        expect(assessment, Assessment, "assessment")
        known = assessment.certified() if certified else assessment
        found = [gap for framework in ("nis2", "cir") for gap in gaps(known, framework=framework, dataset=data)]
    closing, left = _assigned(data, rows, found)
    steps = [
        RoadmapStep(
            id=row["id"],
            order=row["order"],
            title=row["title"],
            text=row["text"],
            measures=tuple(measure for measure in data.measures if measure.group in row["groups"]),
            gaps=RefMap((ref, tuple(demands)) for ref, demands in closing[row["id"]].items()),
        )
        for row in rows
    ]
    return Roadmap(certified=certified, steps=tuple(steps), left=tuple(left), digest=data.digest)


def _assigned(
    data: Dataset, rows: list[dict[str, Any]], found: list[Gap]
) -> tuple[dict[str, dict[Ref, list[Demand]]], list[Demand]]:
    """Assign each demand of the gaps to the first step that closes it: by unit, by measure, by class."""
    units = {row["id"]: {ref for name in row["units"] for ref in data.below(name)} for row in rows}
    groups = {row["id"]: set(row["groups"]) for row in rows}
    closing: dict[str, dict[Ref, list[Demand]]] = {row["id"]: {} for row in rows}
    left: list[Demand] = []
    for gap in found:
        for kind, demands in gap.classes.items():
            for demand in demands:
                step = _step_for(data, rows, units, groups, gap, kind, demand)
                if step is None:
                    left.append(demand)
                else:
                    closing[step].setdefault(gap.requirement.ref, []).append(demand)
    return closing, left


def _step_for(
    data: Dataset,
    rows: list[dict[str, Any]],
    units: dict[str, set[Ref]],
    groups: dict[str, set[str]],
    gap: Gap,
    kind: GapClass,
    demand: Demand,
) -> str | None:
    for row in rows:
        if gap.requirement.ref in units[row["id"]]:
            return str(row["id"])
    covered = {m.group for m in gap.measures if _closes(data, m, gap.requirement.ref, demand.ref)}
    for row in rows:
        if kind in (GapClass.STRUCTURAL, GapClass.RESIDUAL) and covered & groups[row["id"]]:
            return str(row["id"])
    return next((str(row["id"]) for row in rows if str(kind) in row["classes"]), None)


def _closes(data: Dataset, measure: Measure, unit: Ref, demand: Ref) -> bool:
    return any(ref == demand or (not ref.demand and unit in data.below(ref)) for ref in measure.closes)
