"""The computation of deadlines: stages of the law, national terms in their place, and what each period counts from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypedDict

import attrs

from ...dataset import Dataset
from ...model import AppliedTerm, Deviation, Period, ReportingRule, ReportingStage
from .._member_states import member_state
from .._tables import law_table
from ._periods import last_end, plain_end
from ._schedule import Deadline, Note
from ._stages import Stage

if TYPE_CHECKING:
    from ._deadlines import Incident

__all__ = ["STARTS", "Computation"]

# The facts of an incident: what each word of the tables counts from, what shows that a report was submitted (a
# notification says all that an early warning has to say), and what is still missing where a date can't be given.
STARTS = {
    "awareness": "aware_at",
    "notification": "notified_at",
    "request": "intermediate_requested_at",
    "handling": "handled_at",
    "impact-end-notice": "impact_end_notified_at",
}
_DONE = {
    Stage.EARLY_WARNING: ("early_warning_at", "notified_at"),
    Stage.NOTIFICATION: ("notified_at",),
    Stage.INTERMEDIATE: ("intermediate_at",),
    Stage.PROGRESS: ("progress_at",),
    Stage.FINAL: ("final_at",),
}
_MISSING = {
    "notification": "the notification, which has no date",
    "request": "the report has been asked for, which it has not",
    "handling": "the incident has been handled, which it has not",
    "impact-end-notice": "notice that the impact has ended (impact_end_notified_at), not given yet",
}


class _Provenance(TypedDict):
    """The fields of a deadline that say whether it follows a national rule, and where that was read."""

    national: bool
    as_of: date
    sources: tuple[str, ...]


@attrs.frozen
class _Start:
    """What a period counts from, for each of the two readings, and the field that says so; None is not known yet.

    `assumed`: the fact itself is missing, and what stands here is at best its last lawful moment.
    """

    due: datetime | None
    latest: datetime | None
    field: str
    assumed: bool = False


class Computation:
    """The computation for one incident: its zone, its holidays, and the national rule if a State was asked for."""

    def __init__(self, incident: Incident, data: Dataset, code: str | None) -> None:
        self.data = data
        self.incident = incident
        self.zone = incident.in_zone
        self.state = None if code is None else member_state(code, dataset=data)
        self.rule = None if self.state is None else self.state.reporting
        from_detection = self.rule is not None and self.rule.from_detection
        detected = incident.detected_at if from_detection else None
        self.begin = detected or incident.aware_at
        # Detection may lie earlier than awareness, and then so do the deadlines.
        self.start_unknown = from_detection and detected is None
        self.stages = law_table(data.law.stages, "stages")
        self.notification: Deadline | None = None

    def reports(self) -> tuple[Deadline, ...]:
        """Return the reports of the law, in order."""
        # First, because a final report may count from the last lawful moment of the notification.
        self.notification = self.report(Stage.NOTIFICATION)
        found = (
            self.report(Stage.EARLY_WARNING),
            self.notification,
            self.report(Stage.INTERMEDIATE),
            *self.closing(),
        )
        return tuple(report for report in found if report is not None)

    def titles(self, row: ReportingStage) -> tuple[str, ...]:
        """Return the titles of what a report contains."""
        return tuple(self.data.requirement(ref).title for ref in row.contents)

    @property
    def as_of(self) -> date:
        """When what the deadlines follow was read."""
        return max(row.as_of for row in self.stages) if self.rule is None else self.rule.as_of

    def row(self, stage: Stage, *, ongoing: bool = False) -> ReportingStage | None:
        """Return the row that decides on a stage: one whose condition holds, else the one without a condition."""
        holds = {
            "trust_service": self.incident.trust_service,
            "requested": self.incident.intermediate_requested_at is not None,
            "ongoing": ongoing,
        }
        rows = [row for row in self.stages if row.stage == stage and holds.get(row.when, not row.when)]
        return min(rows, key=lambda row: not row.when, default=None)

    def term(self, row: ReportingStage) -> AppliedTerm | None:
        """Return the national period in place of the Directive's; its own for special cases stay as they are."""
        return self.rule.term(row.stage) if self.rule is not None and not row.when else None

    def report(self, stage: Stage, *, ongoing: bool = False, national: bool = True) -> Deadline | None:
        """Return by when a report is owed, None if it is not; without `national`, by the Directive's own period."""
        row = self.row(stage, ongoing=ongoing)
        if row is None:
            return None
        term = self.term(row) if national else None
        period = row.period if term is None else term.period
        counted_from = row.counted_from if term is None else term.counted_from
        start = self.start(counted_from)
        done_at = next((at for at in (getattr(self.incident, name) for name in _DONE[stage]) if at is not None), None)
        # Without a period nothing can be missing that a date depends on.
        unknown = counted_from == "awareness" and self.start_unknown and done_at is None
        return Deadline(
            stage,
            *self.end(start, period),
            basis=self.basis(row, term, counted_from) + _undated(counted_from, start, period),
            provisional=period is not None and (unknown or start.assumed),
            ref=row.ref,
            counted_from=None if start.due is None else start.due.astimezone(self.zone),
            period="" if period is None else str(period),
            done_at=done_at,
            member_state=None if self.state is None else self.state.code,
            recipient=None if self.rule is None else self.rule.recipient,
            portal=None if self.state is None else self.state.reporting_portal,
            contents=row.contents,
            contents_titles=self.titles(row),
            **self.provenance(row, national=term is not None or self.anchored(counted_from)),
        )

    def start(self, counted_from: str) -> _Start:
        """Return what a period counts from."""
        if counted_from == "awareness":
            return _Start(self.begin, self.begin, "aware_at")
        field = STARTS[counted_from]
        at: datetime | None = getattr(self.incident, field)
        if at is not None:
            return _Start(at, at, field)
        before = self.notification
        if counted_from == "notification" and before is not None and before.due and before.latest:
            # Each reading counts on from its own last lawful moment; a midnight belongs to the day that it ends.
            return _Start(before.due, before.latest - datetime.resolution, "aware_at", assumed=True)
        return _Start(None, None, field, assumed=True)

    def end(self, start: _Start, period: Period | None) -> tuple[datetime | None, datetime | None]:
        """Return `due` and `latest` of a period, None where it or its start is not known."""
        if period is None or start.due is None or start.latest is None:
            return None, None
        zone, holidays = self.zone, self.incident.holidays
        return (
            plain_end(start.due, period, zone=zone, holidays=holidays, field=start.field),
            last_end(start.latest, period, zone=zone, holidays=holidays, field=start.field),
        )

    def anchored(self, counted_from: str) -> bool:
        """Whether a national act puts detection in the place of awareness."""
        return self.rule is not None and self.rule.from_detection and counted_from == "awareness"

    def basis(self, row: ReportingStage, term: AppliedTerm | None, counted_from: str) -> str:
        """Cite the point of the Directive, and the national rule before it if one replaces it."""
        if self.rule is None or self.state is None:
            return row.citation
        if term is not None:
            return f"{self.state.name}, {self.rule.instrument} (as of {self.rule.as_of}), in place of {row.citation}"
        counted = f", counted from detection in {self.state.name}, {self.rule.instrument} (as of {self.rule.as_of})"
        return row.citation + (counted if self.anchored(counted_from) else "")

    def provenance(self, row: ReportingStage, *, national: bool) -> _Provenance:
        """Return the fields that say whether a deadline follows a national rule, and where that was read."""
        if self.rule is None or not national:
            return {"national": False, "as_of": row.as_of, "sources": ()}
        source = self.rule.source(row.stage if self.term(row) is not None else "anchor")
        if source is None:
            return {"national": True, "as_of": self.rule.as_of, "sources": self.rule.sources}
        return {"national": True, "as_of": source.as_of, "sources": (source.url,)}

    def closing(self) -> tuple[Deadline | None, ...]:
        """Return the final report, and the progress report before it if the incident outlasts its date."""
        term = self.rule.term(Stage.FINAL) if self.rule else None
        # Where the final report waits for the end of the impact, no other national period says when it would be due.
        by_impact = term is not None and term.counted_from == "impact-end-notice"
        first = self.report(Stage.FINAL, national=not by_impact)
        handled = self.incident.handled_at
        if handled is None:
            outlasts = self.incident.ongoing
        else:
            due = None if first is None else first.due
            outlasts = due is not None and handled.astimezone(UTC) > due.astimezone(UTC)
        final = self.report(Stage.FINAL, ongoing=outlasts and not by_impact)
        if not outlasts:
            return (final,)
        if final is not None and first is not None and not by_impact:
            # Whether it counts from handling hangs on when the first would have been due.
            final = attrs.evolve(final, provisional=first.provisional or final.provisional)
        return (self.progress(first), final)

    def progress(self, first: Deadline | None) -> Deadline | None:
        """Return the progress report; `first` is the final report that it takes the place of."""
        row = self.row(Stage.PROGRESS, ongoing=True)
        if row is None or row.counted_from != "final":
            return self.report(Stage.PROGRESS, ongoing=True)
        if first is None:
            return None
        at_that_time = f", at the time of the final report under: {first.basis}" if first.national else ""
        basis = row.citation + at_that_time
        return attrs.evolve(
            first,
            stage=Stage.PROGRESS,
            basis=basis,
            ref=row.ref,
            contents=row.contents,
            contents_titles=self.titles(row),
            done_at=self.incident.progress_at,
        )

    def notes(self) -> tuple[Note, ...]:
        """Return what national law does otherwise, and what of it is not computed."""
        if self.rule is None or self.state is None:
            return ()
        texts = _national_texts(self.rule, self.state.name, self.state.implements, unknown=self.start_unknown)
        return tuple(Note(text, as_of=self.rule.as_of, sources=self.rule.sources) for text in texts)


def _undated(counted_from: str, start: _Start, period: Period | None) -> str:
    """Say why a deadline has no date, after its basis; nothing if it has one."""
    if period is None:
        request = "on request, no period is fixed; whoever asks may set one"
        return f": {request if counted_from == 'request' else 'no period is fixed'}"
    if start.due is not None:
        return ""
    length = str(period)
    return f": {f'one{length[1:]}' if period.amount == 1 else length} after {_MISSING[counted_from]}"


def _national_texts(rule: ReportingRule, name: str, implements: str, *, unknown: bool) -> list[str]:
    """Say what national law does otherwise and what of it is not computed."""
    texts: list[str] = []
    if implements != "NIS 2":
        texts.append(f"{name} has not transposed NIS 2: the periods shown are the Directive's, for comparison.")
    uncertain = {
        Deviation.UNSETTLED: f"{name}: what the national rules say is unsettled; the Directive's periods are shown.",
        Deviation.NOT_IN_FORCE: f"{name}: no act is in force; the Directive's periods are shown.",
        Deviation.NO_TERM: f"{name}: no national period was found; the Directive's periods are shown.",
    }
    if rule.deviates in uncertain:
        texts.append(uncertain[rule.deviates])
    if rule.from_detection:
        missing = " (give detected_at; awareness stands in for it)" if unknown else ""
        texts.append(f"{name} counts hours from detection, in its act {rule.anchor_term}{missing}.")
    elif rule.anchor not in (None, "awareness"):
        term = f" ({rule.anchor_term})" if rule.anchor_term else ""
        texts.append(f"{name}: what starts the hours is {rule.anchor}{term}; awareness is used here.")
    if rule.deviates is Deviation.YES and (not rule.from_detection or rule.applied):
        periods = [
            f"{label} {text}"
            for label, text in (
                ("early warning", rule.early_warning),
                ("notification", rule.notification),
                ("final report", rule.final),
            )
            if text
        ]
        computed = ", ".join(Stage(term.stage).words.lower() for term in rule.applied) or "none of them"
        texts.append(
            f"{name}, as found ({rule.basis}): {'; '.join(periods)}. Computed from the national rule: {computed}."
        )
    return [*texts, *(f"{name}: {text}" for text in (rule.extra, rule.note) if text)]
