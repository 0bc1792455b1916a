"""What to do about it: the programme for organisations with and without a certificate, and how the two texts differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from .._shared import Column, Page, Record, Table, Tabular, View, flag, written
from ..assessment import Assessment, expect_assessment
from ..dataset import Dataset, given
from ..ids import Ref, RefMap
from ..law import law_table
from ..model import (
    Benefit,
    CycleStage,
    Demand,
    Difference,
    GapClass,
    LegalDate,
    Measure,
    ProgrammeStep,
)
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


def _closed(gaps: Mapping[Ref, tuple[Demand, ...]]) -> dict[str, list[str]]:
    return {str(ref): [str(demand.ref) for demand in demands] for ref, demands in gaps.items()}


def _ids(measures: tuple[Measure, ...]) -> list[str]:
    return [measure.id for measure in measures]


def _demand_refs(demands: tuple[Demand, ...]) -> list[str]:
    return [str(demand.ref) for demand in demands]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RoadmapStep(Record, View):
    """One step of the programme, the measures it brings, and the gaps it closes if an assessment was given.

    `gaps` has, per unit, the demands that this step closes; each demand not surely met belongs to the first step that
    closes it by unit, by measure, or by class of gap.
    """

    id: str
    order: int
    title: str
    text: str
    measures: tuple[Measure, ...] = attrs.field(metadata=written(_ids))
    gaps: RefMap[Ref, tuple[Demand, ...]] = attrs.field(metadata=written(_closed))

    @property
    def count(self) -> int:
        """The number of demands the step closes."""
        return sum(len(demands) for demands in self.gaps.values())

    def _page(self) -> Page:
        table = Table(("unit", "demands"), [(unit, ", ".join(demands)) for unit, demands in _closed(self.gaps).items()])
        notes = tuple(f"measure: {measure.title}" for measure in self.measures)
        return Page(f"{self.order}. {self.title}", (self.text, *((table,) if self.gaps else ())), notes)


def _row(step: RoadmapStep, *, assessed: bool) -> tuple[str, ...]:
    # Without an assessment nobody knows what a step closes, which is not nothing.
    closes = str(step.count) if assessed else "?"
    return (str(step.order), step.title, closes, str(len(step.measures)) if step.measures else "-")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Roadmap(Record, View, Tabular):
    """The steps for an organisation, `certified` or not; `left` has the demands that no step closes.

    `assessed`: an assessment was given; without one it is not known what the steps close.
    """

    certified: bool
    assessed: bool
    steps: tuple[RoadmapStep, ...]
    left: tuple[Demand, ...] = attrs.field(metadata=written(_demand_refs))
    digest: str
    assessment_digest: str = ""
    _columns = (
        Column("order", "whole", "the place of the step"),
        Column("id", "text", "its id"),
        Column("title", "text", "its title"),
        Column("demands", "whole", "how many demands it closes; 0 without an assessment", "count"),
        Column("text", "text", "how it is done"),
        Column("measures", "texts", "the ids of the measures that it brings", lambda step: _ids(step.measures)),
    )

    def _lines(self) -> tuple[RoadmapStep, ...]:
        return self.steps

    def _page(self) -> Page:
        kind = "with" if self.certified else "without"
        rows = [(*_row(step, assessed=self.assessed), step.text) for step in self.steps]
        head = ("step", "what", "closes demands", "measures", "how")
        return Page(f"Programme {kind} a certificate", (Table(head, rows, right=(0, 2, 3)),))

    def _as_text(self) -> Page:
        # How a step is done is a paragraph, which columns of text can't hold: print the step.
        rows = [_row(step, assessed=self.assessed) for step in self.steps]
        table = Table(("step", "what", "closes demands", "measures"), rows, right=(0, 2, 3))
        return Page(self._page().title, (table,))


def differences(dataset: Dataset | None = None) -> tuple[Difference, ...]:
    """Return how the two texts differ, aspect by aspect; each names the units that say so.

    Raises `DatasetError` if the dataset has no such table; so do the other functions of this module.

    >>> import nis2map
    >>> [difference.id for difference in nis2map.differences()[:3]]
    ['nature', 'scope', 'output']
    """
    return law_table(given(dataset).law.differences, "differences")


def benefits(dataset: Dataset | None = None) -> tuple[Benefit, ...]:
    """Return in which ways a management system under the standard helps with the law.

    >>> import nis2map
    >>> [benefit.id for benefit in nis2map.benefits()[:2]]
    ['framework', 'documents']
    """
    return law_table(given(dataset).law.benefits, "benefits")


def cycle(dataset: Dataset | None = None) -> tuple[CycleStage, ...]:
    """Return the certificate's cycle compared with supervision under Articles 32 and 33.

    >>> import nis2map
    >>> [stage.id for stage in nis2map.cycle()[:3]]
    ['start', 'yearly', 'event']
    """
    return law_table(given(dataset).law.cycle, "cycle")


def timeline(dataset: Dataset | None = None) -> tuple[LegalDate, ...]:
    """Return the dates of both texts and of proposals to change them, the earliest first.

    >>> import nis2map
    >>> [(str(row.date), row.event) for row in nis2map.timeline()[:1]]
    [('2022-12-14', 'Directive adopted')]
    """
    return tuple(sorted(law_table(given(dataset).law.timeline, "timeline"), key=lambda row: row.date))


def roadmap(assessment: Assessment | None = None, *, certified: bool, dataset: Dataset | None = None) -> Roadmap:
    """Return the programme for an organisation with or without a certificate.

    With an assessment each step also names the demands that are not surely met and that it closes, of the default set
    of each framework that the programme closes units of. The clauses count as certified if `certified` is true and no
    finding says otherwise.

    Raises `InputError` if `certified` is not a bool.

    >>> import nis2map
    >>> [step.id for step in nis2map.roadmap(certified=True).steps[:2]]
    ['with-1', 'with-2']
    """
    flag(certified, "certified")
    data = given(dataset)
    path = "certified" if certified else "uncertified"
    rows = [row for row in law_table(data.law.programme, "programme") if row.path == path]
    programme = _Programme(data, rows)
    left: list[Demand] = []
    if assessment is not None:
        expect_assessment(assessment)
        known = assessment.certified(dataset=data) if certified else assessment
        for framework in programme.frameworks:
            left += programme.close(gaps(known, framework=framework, dataset=data))
    return Roadmap(
        certified=certified,
        assessed=assessment is not None,
        steps=programme.steps(),
        left=tuple(left),
        digest=data.digest,
        assessment_digest="" if assessment is None else assessment.digest,
    )


class _Programme:
    """The steps of one path, with what each of them closes so far."""

    def __init__(self, data: Dataset, rows: Sequence[ProgrammeStep]) -> None:
        self.data = data
        self.rows = rows
        self.units = {row.id: {ref for unit in row.units for ref in data.below(unit)} for row in rows}
        self.closing: dict[str, dict[Ref, list[Demand]]] = {row.id: {} for row in rows}
        whole = data.law.programme
        named = {unit.framework for row in whole for unit in row.units}
        # In the order of the dataset, so that what is left over is listed in legal order.
        self.frameworks = tuple(framework for framework in data.frameworks if framework in named)

    def steps(self) -> tuple[RoadmapStep, ...]:
        return tuple(
            RoadmapStep(
                id=row.id,
                order=row.order,
                title=row.title,
                text=row.text,
                measures=tuple(measure for measure in self.data.measures if measure.group in row.groups),
                gaps=RefMap((ref, tuple(demands)) for ref, demands in self.closing[row.id].items()),
            )
            for row in sorted(self.rows, key=lambda row: row.order)
        )

    def close(self, found: Iterable[Gap]) -> Iterator[Demand]:
        """Assign each demand of the gaps to the first step that closes it; yield those that none does."""
        for gap in found:
            for kind, demands in gap.classes.items():
                for demand in demands:
                    step = self.step_for(gap, kind, demand)
                    if step is None:
                        yield demand
                    else:
                        self.closing[step].setdefault(gap.requirement.ref, []).append(demand)

    def step_for(self, gap: Gap, kind: GapClass, demand: Demand) -> str | None:
        """Return the first step that closes a demand by unit, else by measure, else by the class of the gap."""
        unit = gap.requirement.ref
        for row in self.rows:
            if unit in self.units[row.id]:
                return row.id
        # Only what the standard does not give is closed by measures; the rest is work on controls.
        if kind in (GapClass.STRUCTURAL, GapClass.RESIDUAL):
            groups = {measure.group for measure in gap.measures if _closes(self.data, measure, unit, demand.ref)}
            for row in self.rows:
                if not groups.isdisjoint(row.groups):
                    return row.id
        return next((row.id for row in self.rows if kind in row.classes), None)


def _closes(data: Dataset, measure: Measure, unit: Ref, demand: Ref) -> bool:
    return not {demand, unit, *data.ancestors(unit)}.isdisjoint(measure.closes)
