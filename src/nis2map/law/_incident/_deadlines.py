"""Incidents: when which report is due (Article 23(4) of the Directive), and whether an incident is significant.

Functions of their arguments: no clock, no list of holidays. Two readings stand side by side. `due` is the plain one,
to work by; `latest` is that of Regulation (EEC, Euratom) No 1182/71, which governs acts of Council and Commission.
National law that transposes a directive may have rules on periods of its own: `latest` holds where that one applies.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, cast

import attrs

from ..._shared import Brief, expect
from ..._version import __version__
from ...dataset import Dataset, given
from ...errors import InputError
from ...model import EntityClass
from .._facts import codes, instances, known_flag, on_day, per_field, refuse
from .._member_states import state_code
from .._scope import Classification, displaced_units, elsewhere
from .._tables import law_table
from ._clocks import Clock, parallel_notes
from ._computation import Computation
from ._facts import Reader, read_record
from ._periods import moment, parse_moment, zone_name, zone_of
from ._schedule import Note, Schedule

if TYPE_CHECKING:
    from .._facts import Field

__all__ = ["MOMENTS", "Incident", "deadlines"]


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

    def plain(self) -> Incident:
        """Return the incident with plain datetimes: the arithmetic of subclasses differs."""
        times = {name: getattr(self, name) for name in MOMENTS}
        plain: dict[str, Any] = {name: moment(value, name) for name, value in times.items() if value is not None}
        return attrs.evolve(self, **plain)

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


def deadlines(
    incident: Incident,
    *,
    classification: Classification | None = None,
    member_states: str | Iterable[str] = (),
    clocks: Clock | Iterable[Clock] = (),
    dataset: Dataset | None = None,
) -> Schedule:
    """Return by when each report on a significant incident is owed (Article 23(4) of the Directive), and to whom.

    The dataset's table `stages` says which reports there are, how long each period is and what it counts from. In the
    bundled one: early warning 24 hours and notification 72 hours after awareness, 24 for a trust service provider whose
    trust services are affected; the final report one calendar month after the *notification was submitted*. If it was
    not yet, the final report is provisional, counted from the last lawful moment of the notification. If the incident
    is still ongoing when the final report would be due, a progress report is due then, and the final report one month
    after handling. An intermediate report is owed on request and has no period. Everything is owed "without undue
    delay": the dates are the outer limits.

    The States whose rules are looked at are `member_states`; without these that of the incident; without that those
    that Article 26 leads to for the `classification`. Each has its own deadlines, with recipient and portal as far as
    they were read. Nothing is owed under Article 23 by an entity that it does not bind, out of scope or with another
    act in its place, and a note says why. `clocks` are periods of other acts that run beside (`Clock`).

    Early warning, notification and `latest` move only forward with awareness; of `due` that is true for the date (one
    month after 28 January 01:00 lies after one month after 31 January 00:00).

    Raises `InputError` for arguments of other kinds and for times at the calendar's ends, `UnknownRef` for codes that
    no State has; `DatasetError` if the dataset has no table of stages, or none about States and one is named.

    >>> import nis2map
    >>> import datetime as dt
    >>> incident = nis2map.Incident(dt.datetime(2026, 3, 27, 15, 20, tzinfo=dt.UTC))
    >>> [(deadline.stage.value, deadline.due.isoformat()) for deadline in nis2map.deadlines(incident)][:2]
    [('early_warning', '2026-03-28T15:20:00+00:00'), ('notification', '2026-03-30T15:20:00+00:00')]
    """
    expect(incident, Incident, "incident")
    if classification is not None:
        expect(classification, Classification, "classification")
    data, plain = given(dataset), incident.plain()
    codes_ = _states(plain, classification, codes(member_states, "member_states") or (), data)
    against = None if classification is None else _unbound(classification, data)
    found = [Computation(plain, data, code) for code in codes_] if against is None else []
    notes = [*_of_incident(plain), *(note for one in found for note in one.notes())]
    notes += [Note(against)] if against else [Note(_SIGNIFICANT)]
    if classification is not None and against is None:
        notes += [Note(text) for text in elsewhere(classification, codes_)]
    beside = instances(Clock, clocks, "clocks")
    notes += parallel_notes(plain, classification, beside, data)
    alone = found[0] if len(found) == 1 else None
    reports = tuple(report for one in found for report in one.reports())
    return Schedule(
        (*reports, *(report for clock in beside for report in clock.deadlines(plain))),
        aware_at=plain.aware_at,
        zone=zone_name(plain.in_zone),
        member_states=tuple(code for code in codes_ if code is not None),
        recipient=None if alone is None or alone.rule is None else alone.rule.recipient,
        notes=tuple(notes),
        as_of=max((one.as_of for one in found), default=None),
        version=__version__,
        data=data.version,
    )


_SIGNIFICANT = "Owed for a significant incident alone (Article 23(1) and (3)); the national act decides."


def _states(
    incident: Incident, classification: Classification | None, named: tuple[str, ...], data: Dataset
) -> tuple[str | None, ...]:
    """Return the States to look at, None for the Directive alone."""
    if named:
        return tuple(state_code(code, "member_states", dataset=data) for code in named)
    if incident.member_state is not None:
        return (incident.member_state,)
    rows = () if classification is None else classification.jurisdiction
    return tuple(sorted({state for row in rows for state in row.states or ()})) or (None,)


def _unbound(classification: Classification, data: Dataset) -> str | None:
    """Say why Article 23 does not bind the entity, None if it does or may."""
    units = {row.ref for row in law_table(data.law.stages, "stages")}
    if classification.in_scope is False:
        return f"No report is owed under {classification.law}: the entity is out of scope."
    acts = {one.act: one for ref, one in displaced_units(classification.displaced, data).items() if ref in units}
    if acts:
        said = "; ".join(f"{one.citation}: {act}" for act, one in acts.items())
        return f"No report is owed under {classification.law}: another act stands in its place ({said})."
    if classification.possible == (EntityClass.REGISTRATION_ONLY,):
        return f"No report is owed under {classification.law}: Article 23 binds essential and important entities."
    return None


def _of_incident(incident: Incident) -> Iterator[Note]:
    zone = incident.in_zone
    if not isinstance(getattr(zone, "key", None), str) and zone_name(zone) != "UTC":
        yield Note(f"Months are counted at the fixed offset {zone_name(zone)}; zone= counts them in a place's time.")
    if incident.handled_at is not None and incident.ongoing:
        yield Note("The incident is given as ongoing and as handled: the time of handling decided.")
