"""Incidents: when which report is due (Article 23(4) of the Directive), and whether an incident is significant.

Functions of their arguments: no clock, no list of holidays. Two readings stand side by side. `due` is the plain one,
to work by; `latest` is that of Regulation (EEC, Euratom) No 1182/71, which governs acts of Council and Commission.
National law that transposes a directive may have rules on periods of its own: `latest` holds where that one applies.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, TypedDict, cast

import attrs

from ..._shared import Brief, expect
from ..._version import __version__
from ...dataset import Dataset, given
from ...errors import InputError
from ...model import AppliedTerm, Deviation, Period, ReportingRule, ReportingStage
from .._facts import known_flag, on_day, per_field, refuse
from .._member_states import member_state, state_code
from .._tables import law_table
from ._facts import Reader, read_record
from ._periods import last_end, moment, parse_moment, plain_end, zone_name, zone_of
from ._schedule import Deadline, Note, Schedule, Stage

if TYPE_CHECKING:
    from .._facts import Field

__all__ = ["MOMENTS", "Incident", "deadlines"]

# The facts of an incident: what each word of the tables counts from, what shows that a report was submitted (a
# notification says all that an early warning has to say), and what is still missing where a date can't be given.
_STARTS = {
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


def _is_moment(_owner: object, field: Field, value: object) -> None:
    if value is not None or field.name == "aware_at":
        moment(value, field.name)


def _code(value: str | None, field: str = "") -> str | None:
    return None if value is None else state_code(value, field)


def _holidays(value: Container[date], field: str = "") -> Container[date]:
    """Freeze what can be frozen, and refuse what would never match a day."""
    if isinstance(value, str | bytes) or not isinstance(value, Container):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise refuse(field, value, "is not a container of dates")
    if not isinstance(value, list | tuple | set | frozenset):
        return value
    days = list(cast("Iterable[object]", value))
    for item in days:
        # A text would be compared with dates, and a datetime compares with none: neither would ever match.
        if not isinstance(item, date) or isinstance(item, datetime):
            raise refuse(field, item, "is not a date", "give datetime.date values")
    return frozenset(cast("list[date]", days))


@attrs.frozen(eq=False, repr=False, field_transformer=per_field)
class Incident(Brief):
    """What deadlines depend on: when the entity became aware, and what happened since. Times need a time zone.

    - `aware_at`: when the entity became aware of the significant incident. `detected_at`: when it was detected, if
      earlier; some national acts count from there.
    - `early_warning_at`, `notified_at`, `intermediate_at`, `progress_at`, `final_at`: when a report was submitted.
    - `intermediate_requested_at`: when CSIRT or authority asked for an intermediate report.
    - `handled_at`: when the incident had been handled. `ongoing`: it has not, and is not expected to be by the time
      the final report is due; with `handled_at` given, that time alone decides.
    - `impact_end_notified_at`: when the end of the significant impact was notified (Portugal).
    - `trust_service`: a trust service provider's incident that affects its trust services.
    - `member_state`: whose national rules to look at ("BE"). `zone`: where months are counted and times are given, an
      IANA name or `tzinfo`; by default the zone of `aware_at`. `holidays`: public holidays, any container of dates;
      they matter to `latest` and to periods in working days.

    `InputError` names the field: a time without zone, a report before awareness, a final or progress report before
    the notification. `UnknownRef` for a State that there is not.
    """

    aware_at: datetime = attrs.field(validator=_is_moment)
    detected_at: datetime | None = attrs.field(default=None, validator=_is_moment, kw_only=True)
    early_warning_at: datetime | None = attrs.field(default=None, validator=_is_moment, kw_only=True)
    notified_at: datetime | None = attrs.field(default=None, validator=_is_moment, kw_only=True)
    intermediate_requested_at: datetime | None = attrs.field(default=None, validator=_is_moment, kw_only=True)
    intermediate_at: datetime | None = attrs.field(default=None, validator=_is_moment, kw_only=True)
    handled_at: datetime | None = attrs.field(default=None, validator=_is_moment, kw_only=True)
    impact_end_notified_at: datetime | None = attrs.field(default=None, validator=_is_moment, kw_only=True)
    progress_at: datetime | None = attrs.field(default=None, validator=_is_moment, kw_only=True)
    final_at: datetime | None = attrs.field(default=None, validator=_is_moment, kw_only=True)
    ongoing: bool = attrs.field(default=False, validator=known_flag, kw_only=True)
    trust_service: bool = attrs.field(default=False, validator=known_flag, kw_only=True)
    member_state: str | None = attrs.field(default=None, converter=_code, kw_only=True)
    zone: str | tzinfo | None = attrs.field(default=None, kw_only=True)
    holidays: Container[date] = attrs.field(default=frozenset[date](), converter=_holidays, kw_only=True)

    def __attrs_post_init__(self) -> None:
        zone_of(self.in_zone, "zone")
        for name in MOMENTS:
            if name != "detected_at":  # an incident may be detected by somebody before the entity is aware of it
                self._in_order("aware_at", name)
        if self.detected_at is not None:
            detected, aware = moment(self.detected_at, "detected_at"), moment(self.aware_at, "aware_at")
            if detected.astimezone(UTC) > aware.astimezone(UTC):
                raise InputError(f"detected_at: {detected.isoformat()} lies after aware_at, {aware.isoformat()}")
        for name in ("progress_at", "final_at"):
            self._in_order("notified_at", name)

    def _in_order(self, first: str, second: str) -> None:
        a: datetime | None = getattr(self, first)
        b: datetime | None = getattr(self, second)
        # Compared in UTC: times that share a zone object compare by the clock on the wall.
        if a is not None and b is not None and moment(b, second).astimezone(UTC) < moment(a, first).astimezone(UTC):
            raise InputError(f"{second}: {b.isoformat()} lies before {first}, {a.isoformat()}")

    @property
    def in_zone(self) -> tzinfo:
        """The zone in which months are counted and times are given."""
        return zone_of(self.aware_at.tzinfo if self.zone is None else self.zone, "zone")

    @classmethod
    def from_dict(cls, record: Mapping[str, object]) -> Incident:
        """Return an incident from a JSON-like mapping: times as ISO 8601 text with offset, the zone by its name.

        `InputError` for names that are not fields, with the nearest, and for a missing `aware_at`.
        """
        values = read_record(record, cls, _READERS)
        if "aware_at" not in values:
            raise InputError("aware_at: missing", hint="every deadline counts from it")
        return cls(**values)


MOMENTS = tuple(field.name for field in attrs.fields(Incident) if field.validator is _is_moment)


def _read_moment(value: object, name: str) -> object:
    return None if value is None else parse_moment(value, name)


def _read_holidays(value: object, name: str) -> object:
    return [on_day(item, name) for item in cast("list[str]", value)] if isinstance(value, list) else value


_READERS: dict[str, Reader] = {
    **dict.fromkeys(MOMENTS, _read_moment),
    "holidays": _read_holidays,
}


def deadlines(incident: Incident, *, dataset: Dataset | None = None) -> Schedule:
    """Return by when each report on a significant incident is owed (Article 23(4) of the Directive).

    The dataset's table `stages` says which reports there are, how long each period is and what it counts from. In the
    bundled one: early warning 24 hours and notification 72 hours after awareness, 24 for a trust service provider whose
    trust services are affected; the final report one calendar month after the *notification was submitted*. If it was
    not yet, the final report is provisional, counted from the last lawful moment of the notification. If the incident
    is still ongoing when the final report would be due, a progress report is due then, and the final report one month
    after handling. An intermediate report is owed on request and has no period. Everything is owed "without undue
    delay": the dates are the outer limits.

    Early warning, notification and `latest` move only forward with awareness; of `due` that is true for the date (one
    month after 28 January 01:00 lies after one month after 31 January 00:00).

    Raises `InputError` for anything but an `Incident` and for times at the calendar's ends; `DatasetError` if the
    dataset has no table of stages, or none about States and one is named.
    """
    expect(incident, Incident, "incident")
    return _Clock(incident, given(dataset)).schedule()


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


class _Clock:
    """The computation for one incident: its zone, its holidays and the national rule, if one was asked for."""

    def __init__(self, incident: Incident, data: Dataset) -> None:
        self.data = data
        times = {name: getattr(incident, name) for name in MOMENTS}
        # Subclasses of datetime become plain ones here, once, because their arithmetic differs.
        plain: dict[str, Any] = {name: moment(value, name) for name, value in times.items() if value is not None}
        self.incident = incident = attrs.evolve(incident, **plain)
        self.zone = incident.in_zone
        code = incident.member_state
        self.state = None if code is None else member_state(code, dataset=data)
        self.rule = None if self.state is None else self.state.reporting
        from_detection = self.rule is not None and self.rule.from_detection
        detected = incident.detected_at if from_detection else None
        self.begin = detected or incident.aware_at
        # Detection may lie earlier than awareness, and then so do the deadlines.
        self.start_unknown = from_detection and detected is None
        self.stages = law_table(data.law.stages, "stages")
        self.notification: Deadline | None = None

    def schedule(self) -> Schedule:
        # First, because a final report may count from the last lawful moment of the notification.
        self.notification = self.report(Stage.NOTIFICATION)
        reports = (
            self.report(Stage.EARLY_WARNING),
            self.notification,
            self.report(Stage.INTERMEDIATE),
            *self.closing(),
        )
        return Schedule(
            tuple(report for report in reports if report is not None),
            aware_at=self.incident.aware_at,
            zone=zone_name(self.zone),
            member_state=self.incident.member_state,
            recipient=None if self.rule is None else self.rule.recipient,
            notes=self.notes(),
            as_of=max(row.as_of for row in self.stages) if self.rule is None else self.rule.as_of,
            version=__version__,
            data=self.data.version,
        )

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
            **self.provenance(row, national=term is not None or self.anchored(counted_from)),
        )

    def start(self, counted_from: str) -> _Start:
        """Return what a period counts from."""
        if counted_from == "awareness":
            return _Start(self.begin, self.begin, "aware_at")
        field = _STARTS[counted_from]
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
        return {"national": True, "as_of": self.rule.as_of, "sources": self.rule.sources}

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
        return attrs.evolve(first, stage=Stage.PROGRESS, basis=basis, ref=row.ref, done_at=self.incident.progress_at)

    def notes(self) -> tuple[Note, ...]:
        notes: list[Note] = []
        if not isinstance(getattr(self.zone, "key", None), str) and zone_name(self.zone) != "UTC":
            text = (
                f"Months are counted at the fixed offset {zone_name(self.zone)}; zone= counts them in a place's time."
            )
            notes.append(Note(text))
        handled, ongoing = self.incident.handled_at, self.incident.ongoing
        if handled is not None and ongoing:
            notes.append(Note("The incident is given as ongoing and as handled: the time of handling decided."))
        if self.rule is not None and self.state is not None:
            texts = _national_texts(self.rule, self.state.name, self.state.implements, unknown=self.start_unknown)
            notes += [Note(text, as_of=self.rule.as_of, sources=self.rule.sources) for text in texts]
        return tuple(notes)


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
