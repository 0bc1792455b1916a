"""Deadlines: a table of dates with citations, national rules, how they stand, calendars, bad input."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from html import escape
from zoneinfo import ZoneInfo

import attrs
import icalendar
import pytest

from nis2map.errors import InputError, UnknownRef
from nis2map.law import Incident, Schedule, Stage, Standing, deadlines
from nis2map.law._incident import _ics

BRUSSELS = ZoneInfo("Europe/Brussels")

EW, NOTIF, PROGRESS, FINAL = "early_warning", "notification", "progress", "final"
A4A, A4B, A4D, A4E = "Art. 23(4)(a)", "Art. 23(4)(b)", "Art. 23(4)(d)", "Art. 23(4)(e)"
TRUST = "Art. 23(4), second subparagraph"
R31, R32A, R32C, R34 = (f"Reg. 1182/71, Art. {x}" for x in ("3(1)", "3(2)(a)", "3(2)(c)", "3(4)"))
MAY = [date(2026, 5, 1)]
XMAS = [date(2026, 12, 25), date(2026, 12, 26)]
EASTER = [date(2026, 4, 3), date(2026, 4, 6)]


def at(text: str, zone: tzinfo | str | None = None) -> datetime:
    """Return the time that a text with offset means, shown in a zone if one is given."""
    value = datetime.fromisoformat(text)
    return value if zone is None else value.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


# What is known (times with offset; `in` is the zone they are put into), the stage, `due`, `latest`, the law.
ROWS = [
    # Hours are elapsed hours; under Regulation 1182/71 the hour of the event is not counted.
    ({"aware": "2026-03-27T15:20+01:00"}, EW, "2026-03-28T15:20+01:00", "2026-03-28T16:00+01:00", f"{A4A}; {R31}"),
    ({"aware": "2026-03-27T15:20+01:00", "in": "Europe/Brussels"}, NOTIF, "2026-03-30T16:20+02:00", "2026-03-30T17:00+02:00", f"{A4B}; {R32A}: across the start of summer time"),
    ({"aware": "2026-03-28T20:00+01:00", "in": "Europe/Brussels"}, EW, "2026-03-29T21:00+02:00", "2026-03-29T22:00+02:00", f"{A4A}: elapsed hours in spring"),
    ({"aware": "2026-10-24T20:00+02:00", "in": "Europe/Brussels"}, EW, "2026-10-25T19:00+01:00", "2026-10-25T20:00+01:00", f"{A4A}: elapsed hours in autumn"),
    ({"aware": "2026-10-24T20:00+02:00", "in": "Europe/Brussels"}, NOTIF, "2026-10-27T19:00+01:00", "2026-10-27T20:00+01:00", A4B),
    ({"aware": "2025-03-30T01:30+01:00", "in": "Europe/Berlin"}, EW, "2025-03-31T02:30+02:00", "2025-03-31T03:00+02:00", A4A),
    ({"aware": "2025-03-30T01:30+01:00", "in": "Europe/Berlin"}, NOTIF, "2025-04-02T02:30+02:00", "2025-04-02T03:00+02:00", A4B),
    ({"aware": "2025-10-26T02:30+02:00", "in": "Europe/Berlin"}, EW, "2025-10-27T01:30+01:00", "2025-10-27T02:00+01:00", f"{A4A}: first 02:30"),
    ({"aware": "2025-10-26T02:30+01:00", "in": "Europe/Berlin"}, EW, "2025-10-27T02:30+01:00", "2025-10-27T03:00+01:00", f"{A4A}: second 02:30"),
    ({"aware": "2026-06-01T09:00+00:00"}, EW, "2026-06-02T09:00+00:00", "2026-06-02T10:00+00:00", f"{R31}: an event on the hour"),
    ({"aware": "2026-06-01T09:59:59.999999+00:00"}, EW, "2026-06-02T09:59:59.999999+00:00", "2026-06-02T10:00+00:00", f"{R31}: at the end of the hour"),
    ({"aware": "2026-06-01T09:10+05:30"}, EW, "2026-06-02T09:10+05:30", "2026-06-02T09:30+05:30", f"{R32A}: hours are those of UTC"),
    ({"aware": "2026-05-29T18:00+00:00"}, NOTIF, "2026-06-01T18:00+00:00", "2026-06-01T19:00+00:00", f"{A4B}; {R34}: a weekend does not move a period in hours"),
    ({"aware": "2026-12-24T08:15+01:00", "holidays": XMAS}, EW, "2026-12-25T08:15+01:00", "2026-12-25T09:00+01:00", f"{A4A}; {R34}: nor does a holiday"),
    ({"aware": "2026-12-30T10:00+00:00"}, NOTIF, "2027-01-02T10:00+00:00", "2027-01-02T11:00+00:00", f"{A4B}: across the year"),
    ({"aware": "2028-02-28T10:00+00:00"}, EW, "2028-02-29T10:00+00:00", "2028-02-29T11:00+00:00", f"{A4A}: leap day"),
    ({"aware": "2028-02-28T10:00+00:00"}, NOTIF, "2028-03-02T10:00+00:00", "2028-03-02T11:00+00:00", f"{A4B}: over the leap day"),
    ({"aware": "2027-02-26T10:00+00:00"}, NOTIF, "2027-03-01T10:00+00:00", "2027-03-01T11:00+00:00", f"{A4B}: no leap day"),
    ({"aware": "2026-06-01T09:30+00:00", "trust_service": True}, NOTIF, "2026-06-02T09:30+00:00", "2026-06-02T10:00+00:00", TRUST),
    ({"aware": "2026-06-01T09:30+00:00", "trust_service": True}, EW, "2026-06-02T09:30+00:00", "2026-06-02T10:00+00:00", A4A),
    ({"aware": "2026-06-01T09:30+00:00", "trust_service": True}, FINAL, "2026-07-02T09:30+00:00", "2026-07-03T00:00+00:00", f"{TRUST}; {A4D}: provisional"),
    # The final report: one calendar month after the notification was submitted.
    ({"notified": "2026-04-01T09:00+02:00", "in": "Europe/Brussels"}, FINAL, "2026-05-01T09:00+02:00", "2026-05-02T00:00+02:00", f"{A4D}; {R32C}"),
    ({"notified": "2026-04-01T09:00+02:00", "in": "Europe/Brussels", "holidays": MAY}, FINAL, "2026-05-01T09:00+02:00", "2026-05-05T00:00+02:00", f"{A4D}; {R34}: Labour Day on a Friday"),
    ({"notified": "2025-01-31T10:00+00:00"}, FINAL, "2025-02-28T10:00+00:00", "2025-03-01T00:00+00:00", f"{A4D}; {R32C}: no 31 February"),
    ({"notified": "2024-01-31T10:00+00:00"}, FINAL, "2024-02-29T10:00+00:00", "2024-03-01T00:00+00:00", f"{A4D}; {R32C}: leap year"),
    ({"notified": "2025-12-31T10:00+00:00"}, FINAL, "2026-01-31T10:00+00:00", "2026-02-03T00:00+00:00", f"{A4D}; {R34}: a Saturday"),
    ({"notified": "2026-01-30T10:00+00:00"}, FINAL, "2026-02-28T10:00+00:00", "2026-03-03T00:00+00:00", f"{A4D}; {R34}"),
    ({"notified": "2027-01-29T10:00+00:00"}, FINAL, "2027-02-28T10:00+00:00", "2027-03-02T00:00+00:00", f"{A4D}; {R34}: a Sunday"),
    ({"notified": "2026-05-15T08:00+00:00"}, FINAL, "2026-06-15T08:00+00:00", "2026-06-16T00:00+00:00", A4D),
    ({"notified": "2026-05-31T08:00+00:00"}, FINAL, "2026-06-30T08:00+00:00", "2026-07-01T00:00+00:00", f"{A4D}; {R32C}"),
    ({"notified": "2026-08-31T08:00+00:00"}, FINAL, "2026-09-30T08:00+00:00", "2026-10-01T00:00+00:00", f"{A4D}; {R32C}"),
    ({"notified": "2026-10-31T08:00+00:00"}, FINAL, "2026-11-30T08:00+00:00", "2026-12-01T00:00+00:00", f"{A4D}; {R32C}"),
    ({"notified": "2028-02-29T08:00+00:00"}, FINAL, "2028-03-29T08:00+00:00", "2028-03-30T00:00+00:00", f"{A4D}: from a leap day"),
    ({"notified": "2026-02-28T12:00+01:00", "in": "Europe/Brussels"}, FINAL, "2026-03-28T12:00+01:00", "2026-03-31T00:00+02:00", f"{A4D}; {R34}: over the change of time"),
    ({"notified": "2028-02-26T02:30+01:00", "in": "Europe/Brussels"}, FINAL, "2028-03-26T03:30+02:00", "2028-03-28T00:00+02:00", f"{A4D}: 02:30 does not exist that day"),
    ({"notified": "2026-09-25T02:30+02:00", "in": "Europe/Brussels"}, FINAL, "2026-10-25T02:30+02:00", "2026-10-27T00:00+01:00", f"{A4D}: the first 02:30 of two"),
    ({"notified": "2026-11-25T10:00+01:00", "in": "Europe/Brussels", "holidays": XMAS}, FINAL, "2026-12-25T10:00+01:00", "2026-12-29T00:00+01:00", f"{A4D}; {R34}: Christmas and a weekend"),
    ({"notified": "2026-11-24T10:00+01:00", "in": "Europe/Brussels", "holidays": XMAS}, FINAL, "2026-12-24T10:00+01:00", "2026-12-25T00:00+01:00", f"{A4D}: the day before"),
    ({"notified": "2026-03-03T10:00+01:00", "in": "Europe/Brussels", "holidays": EASTER}, FINAL, "2026-04-03T10:00+02:00", "2026-04-08T00:00+02:00", f"{A4D}; {R34}: Good Friday to Easter Monday"),
    ({"notified": "9999-10-31T12:00+00:00"}, FINAL, "9999-11-30T12:00+00:00", "9999-12-01T00:00+00:00", f"{A4D}: the last year"),
    # In which zone months are counted.
    ({"notified": "2026-01-31T23:30+00:00"}, FINAL, "2026-02-28T23:30+00:00", "2026-03-03T00:00+00:00", f"{A4D}; {R34}"),
    ({"notified": "2026-01-31T23:30+00:00", "zone": "Europe/Helsinki"}, FINAL, "2026-03-01T01:30+02:00", "2026-03-03T00:00+02:00", f"{A4D}: already February there"),
    ({"notified": "2026-01-31T23:30+00:00", "zone": "America/New_York"}, FINAL, "2026-02-28T18:30-05:00", "2026-03-03T00:00-05:00", A4D),
    # Not notified yet: from the last lawful moment of the notification.
    ({"aware": "2026-03-27T15:20+01:00", "in": "Europe/Brussels"}, FINAL, "2026-04-30T16:20+02:00", "2026-05-01T00:00+02:00", f"{A4D}: provisional"),
    ({"aware": "2026-06-01T23:30+00:00"}, FINAL, "2026-07-04T23:30+00:00", "2026-07-07T00:00+00:00", f"{A4D}; {R34}: midnight belongs to the day it ends"),
    ({"aware": "2026-06-03T23:30+00:00"}, FINAL, "2026-07-06T23:30+00:00", "2026-07-07T00:00+00:00", f"{A4D}; {R32C}: from the day that ended"),
    ({"aware": "2026-06-03T23:50+05:30"}, FINAL, "2026-07-06T23:50+05:30", "2026-07-08T00:00+05:30", f"{A4D}; {R32A}: each reading from its own end"),
    # Ongoing, and handled later.
    ({"notified": "2026-06-01T10:00+00:00", "handled": "2026-07-01T10:00+00:00"}, FINAL, "2026-07-01T10:00+00:00", "2026-07-02T00:00+00:00", f"{A4D}: handled at that very time"),
    ({"detected": "2026-06-01T09:10+02:00", "aware": "2026-06-01T09:10+02:00", "member_state": "FI"}, EW, "2026-06-02T09:10+02:00", "2026-06-02T10:00+02:00", "Finland, Act 124/2025: detection and awareness at once"),
    ({"notified": "2026-06-01T10:00+00:00", "ongoing": True}, PROGRESS, "2026-07-01T10:00+00:00", "2026-07-02T00:00+00:00", A4E),
    ({"notified": "2026-06-01T10:00+00:00", "handled": "2026-07-10T12:00+00:00"}, PROGRESS, "2026-07-01T10:00+00:00", "2026-07-02T00:00+00:00", A4E),
    ({"notified": "2026-06-01T10:00+00:00", "handled": "2026-07-10T12:00+00:00"}, FINAL, "2026-08-10T12:00+00:00", "2026-08-11T00:00+00:00", A4E),
    ({"notified": "2026-06-01T10:00+00:00", "handled": "2026-07-31T12:00+00:00", "ongoing": True}, FINAL, "2026-08-31T12:00+00:00", "2026-09-01T00:00+00:00", A4E),
    ({"notified": "2026-06-01T10:00+00:00", "handled": "2026-06-20T12:00+00:00"}, FINAL, "2026-07-01T10:00+00:00", "2026-07-02T00:00+00:00", f"{A4D}: handled in time"),
    # National rules that are certain enough to compute.
    ({"aware": "2026-06-01T09:10+03:00", "member_state": "CY"}, EW, "2026-06-01T15:10+03:00", "2026-06-01T16:00+03:00", "Cyprus, Law 60(I)/2025: 6 hours"),
    ({"notified": "2026-01-31T10:00+01:00", "in": "Europe/Zagreb", "member_state": "HR"}, FINAL, "2026-03-02T10:00+01:00", "2026-03-03T00:00+01:00", "Croatia, Uredba NN 135/2024: 30 days"),
    ({"impact_end_notified": "2026-10-02T12:00+01:00", "in": "Europe/Lisbon", "member_state": "PT"}, FINAL, "2026-11-13T12:00+00:00", "2026-11-14T00:00+00:00", "Portugal, DL 125/2025: 30 working days"),
    ({"impact_end_notified": "2026-10-02T12:00+01:00", "in": "Europe/Lisbon", "member_state": "PT", "holidays": [date(2026, 10, 5)]}, FINAL, "2026-11-16T12:00+00:00", "2026-11-17T00:00+00:00", "Portugal, DL 125/2025: a holiday among them"),
    ({"detected": "2026-06-01T06:20+02:00", "aware": "2026-06-01T09:10+02:00", "member_state": "PL"}, EW, "2026-06-02T06:20+02:00", "2026-06-02T07:00+02:00", "Poland, KSC art. 11: from detection"),
    ({"detected": "2026-06-01T06:20+02:00", "aware": "2026-06-01T09:10+02:00"}, EW, "2026-06-02T09:10+02:00", "2026-06-02T10:00+02:00", f"{A4A}: awareness, not detection"),
]  # fmt: skip


def incident(row: dict[str, object]) -> Incident:
    given = dict(row)
    zone = given.pop("in", None)
    times = {
        f"{name}_at": at(str(given.pop(name)), zone)
        for name in ("aware", "notified", "handled", "detected", "impact_end_notified")
        if name in given
    }
    first = times.pop("aware_at", None) or min(times.values(), key=lambda t: t.astimezone(UTC))
    return Incident(first, **times, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(("given", "stage", "due", "latest", "citation"), ROWS)
def test_dates(given: dict[str, object], stage: str, due: str, latest: str, citation: str) -> None:
    """Due and latest are those of a table worked out by hand from the texts."""
    found = deadlines(incident(given))[stage]
    assert found.due is not None
    assert found.latest is not None
    assert found.due.isoformat(timespec="auto") == datetime.fromisoformat(due).isoformat(), citation
    assert found.latest.isoformat() == datetime.fromisoformat(latest).isoformat(), citation


def test_the_table_is_large_enough() -> None:
    """The hand-made table has at least 40 rows, and each says why."""
    assert len(ROWS) >= 40
    assert all(row[4] for row in ROWS)


def test_a_schedule_is_a_sequence_by_position_and_stage() -> None:
    """Deadlines are reached by position, slice and stage, and an unknown stage is told why."""
    schedule = deadlines(Incident(at("2026-06-01T09:00+00:00")))
    assert [d.stage for d in schedule] == [Stage.EARLY_WARNING, Stage.NOTIFICATION, Stage.FINAL]
    assert len(schedule) == 3
    assert schedule[-1] is schedule["final"] is schedule[Stage.FINAL]
    assert schedule[:2] == (schedule[0], schedule[1])
    assert "final" in schedule
    assert "progress" not in schedule
    assert schedule[0] in schedule
    assert schedule.get("progress") is None
    with pytest.raises(UnknownRef, match="ongoing"):
        schedule["progress"]
    with pytest.raises(UnknownRef, match="intermediate_requested_at"):
        schedule["intermediate"]
    with pytest.raises(UnknownRef, match="early_warning, notification, final"):
        schedule["preliminary"]
    with pytest.raises(IndexError):
        schedule[3]


def test_the_basis_cites_the_point_that_was_applied() -> None:
    """Each deadline cites the point of Article 23(4) that it follows from."""
    whole = deadlines(
        Incident(at("2026-06-01T09:00+00:00"), ongoing=True, intermediate_requested_at=at("2026-06-02T09:00+00:00"))
    )
    assert {d.stage.value: str(d.ref) for d in whole} == {
        "early_warning": "nis2:23.4.a",
        "notification": "nis2:23.4.b",
        "intermediate": "nis2:23.4.c",
        "progress": "nis2:23.4.e",
        "final": "nis2:23.4.e",
    }
    assert all("Article 23(4)" in d.basis for d in whole)
    assert [d.period for d in whole] == ["24 hours", "72 hours", "", "1 month", "1 month"]
    trust = deadlines(Incident(at("2026-06-01T09:00+00:00"), trust_service=True))["notification"]
    assert str(trust.ref) == "nis2:23.4.s2"
    assert "second subparagraph" in trust.basis


def test_a_missing_notification_makes_the_final_report_provisional() -> None:
    """The final report counts from the notification; until there is one its date is provisional."""
    aware = at("2026-06-01T09:00+00:00")
    assert deadlines(Incident(aware))["final"].provisional
    assert deadlines(Incident(aware))["final"].counted_from == aware + timedelta(hours=72)
    assert not deadlines(Incident(aware, notified_at=aware))["final"].provisional
    assert not deadlines(Incident(aware))["notification"].provisional


def test_an_ongoing_incident_has_a_progress_report_and_an_open_final_one() -> None:
    """While the incident lasts the final report has no date and a progress report is due instead."""
    schedule = deadlines(Incident(at("2026-06-01T09:00+00:00"), notified_at=at("2026-06-02T09:00+00:00"), ongoing=True))
    assert not schedule["progress"].provisional
    final = schedule["final"]
    assert (final.due, final.latest, final.last_day, final.provisional) == (None, None, None, True)
    assert "handled" in final.basis


def test_handling_decides_over_the_word_ongoing() -> None:
    """The time of handling beats the flag, and a note says so."""
    schedule = deadlines(
        Incident(
            at("2026-06-01T09:00+00:00"),
            notified_at=at("2026-06-01T10:00+00:00"),
            handled_at=at("2026-06-20T09:00+00:00"),
            ongoing=True,
        )
    )
    assert "progress" not in schedule
    assert schedule["final"].due == at("2026-07-01T10:00+00:00")
    assert "time of handling decided" in schedule.notes[0].text


def test_an_intermediate_report_is_on_request_and_has_no_date() -> None:
    """Nothing in the Directive dates an intermediate report, so no date is invented."""
    requested = at("2026-06-05T09:00+00:00")
    found = deadlines(Incident(at("2026-06-01T09:00+00:00"), intermediate_requested_at=requested))["intermediate"]
    assert (found.due, found.latest, found.counted_from) == (None, None, requested)
    assert "on request" in found.basis


def test_the_result_names_its_zone() -> None:
    """Months are counted in the zone that is named; a fixed offset is pointed out."""
    aware = at("2026-03-27T15:20+01:00")
    assert deadlines(Incident(aware)).zone == "UTC+01:00"
    assert "zone=" in deadlines(Incident(aware)).notes[0].text
    assert deadlines(Incident(aware, zone="Europe/Brussels")).zone == "Europe/Brussels"
    assert deadlines(Incident(aware.astimezone(BRUSSELS))).zone == "Europe/Brussels"
    assert deadlines(Incident(aware.astimezone(UTC))).zone == "UTC"
    assert not any("zone=" in note.text for note in deadlines(Incident(aware, zone=UTC)).notes)
    shown = deadlines(Incident(aware, zone="Asia/Tokyo"))["early_warning"]
    assert shown.due is not None
    assert shown.due.isoformat() == "2026-03-28T23:20:00+09:00"


def test_a_zone_object_that_only_knows_one_offset_leads_to_its_name() -> None:
    """A pytz zone counts as the place that it names, daylight saving included."""

    class Pytz(tzinfo):
        zone = "Europe/Brussels"

        def utcoffset(self, dt: datetime | None, /) -> timedelta:
            return timedelta(hours=1)

        def dst(self, dt: datetime | None, /) -> timedelta:
            return timedelta(0)

        def tzname(self, dt: datetime | None, /) -> str:
            return "CET"

    schedule = deadlines(Incident(datetime(2026, 3, 27, 15, 20, tzinfo=Pytz())))
    assert schedule.zone == "Europe/Brussels"
    assert schedule["notification"].due == at("2026-03-30T16:20+02:00")


def test_latest_ends_a_day_at_the_midnight_after_it() -> None:
    """The end of a day is the midnight after it, and `last_day` is that day."""
    found = deadlines(
        Incident(at("2026-04-01T09:00+02:00", BRUSSELS), notified_at=at("2026-04-01T09:00+02:00"), holidays=MAY)
    )["final"]
    assert found.latest == at("2026-05-05T00:00+02:00")
    assert found.last_day == date(2026, 5, 4)


def test_holidays_may_be_any_container() -> None:
    """Whatever answers `in` with dates can say which days are holidays."""

    class Mondays:
        def __contains__(self, day: object) -> bool:
            return isinstance(day, date) and day.weekday() == 0

    given = {"notified_at": at("2026-01-30T10:00+00:00"), "aware_at": at("2026-01-30T09:00+00:00")}
    assert deadlines(Incident(**given, holidays=Mondays()))["final"].last_day == date(2026, 3, 3)
    for holidays in ([date(2026, 3, 2)], {date(2026, 3, 2)}, {date(2026, 3, 2): "holiday"}):
        assert deadlines(Incident(**given, holidays=holidays))["final"].last_day == date(2026, 3, 3)


def test_a_month_of_holidays_still_leaves_two_working_days() -> None:
    """Regulation 1182/71, Article 3(5): no period has fewer than two working days."""
    every_day = [date(2026, 6, 1) + timedelta(days=n) for n in range(45)]
    found = deadlines(
        Incident(at("2026-06-01T09:00+00:00"), notified_at=at("2026-06-01T09:00+00:00"), holidays=every_day)
    )["final"]
    # 16 and 17 July are the first two working days after the event (Regulation 1182/71, Article 3(5)).
    assert found.last_day == date(2026, 7, 17)


def test_values_are_frozen_and_survive_copies() -> None:
    """A schedule can't be changed and equals its copies."""
    schedule = deadlines(Incident(at("2026-06-01T09:00+00:00"), member_state="hr"))
    with pytest.raises(AttributeError):
        schedule.zone = "UTC"  # type: ignore[misc]
    assert copy.deepcopy(schedule) == schedule == pickle.loads(pickle.dumps(schedule))
    assert hash(schedule) == hash(copy.copy(schedule))
    same = Incident(at("2026-06-01T09:00+00:00"), holidays=[date(2026, 6, 2)])
    assert same == Incident(at("2026-06-01T09:00+00:00"), holidays={date(2026, 6, 2)})


def test_the_schedule_is_json_ready_and_shown_without_markup_of_the_users() -> None:
    """JSON holds all of it, and HTML escapes what users wrote."""
    schedule = deadlines(Incident(at("2026-06-01T09:00+00:00"), member_state="PT", ongoing=True))
    record = json.loads(json.dumps(schedule.to_dict()))
    assert record["member_state"] == "PT"
    assert record["zone"] == "UTC"
    assert record["version"]
    assert [row["stage"] for row in record["deadlines"]] == ["early_warning", "notification", "progress", "final"]
    assert record["deadlines"][0]["due"] == "2026-06-02T09:00:00+00:00"
    assert schedule.to_dicts() == schedule.to_dict()["deadlines"]
    html = schedule._repr_html_()
    assert html.count("<tr") == 5
    assert "<script" not in html
    assert "Early warning in PT: Tue 2 Jun 2026, 09:00 (UTC)" in str(schedule)


def test_a_national_period_names_state_act_date_and_sources() -> None:
    """A deadline after a national rule says whose, which act, and when it was read."""
    schedule = deadlines(Incident(at("2026-06-01T09:10+03:00"), member_state="cy"))
    warning = schedule["early_warning"]
    assert warning.national
    assert warning.as_of == date(2026, 11, 27)
    assert any(source.startswith("https://") for source in warning.sources)
    assert "Cyprus, Law 89(I)/2020, article 35B" in warning.basis
    assert not schedule["notification"].national
    assert schedule["notification"].as_of == date(2022, 12, 27)
    assert schedule.recipient is not None
    assert all(note.as_of == date(2026, 11, 27) and note.sources for note in schedule.notes if "Cyprus" in note.text)


def test_detection_that_is_not_known_makes_the_hours_provisional() -> None:
    """Where a State counts from detection, hours without it are provisional."""
    for code in ("BG", "FI", "PL", "SI", "SK"):
        schedule = deadlines(Incident(at("2026-06-01T09:10+02:00"), member_state=code))
        assert schedule["early_warning"].provisional, code
        assert any("detected_at" in note.text for note in schedule.notes), code
        known = deadlines(
            Incident(at("2026-06-01T09:10+02:00"), detected_at=at("2026-06-01T09:00+02:00"), member_state=code)
        )
        assert not known["early_warning"].provisional, code


def test_portugal_counts_from_the_notice_that_the_impact_has_ended() -> None:
    """The Portuguese final report has no date before that notice."""
    final = deadlines(Incident(at("2026-06-01T09:10+01:00"), member_state="PT"))["final"]
    assert (final.due, final.provisional, final.national) == (None, True, True)
    assert "30 working days" in final.basis


def test_what_is_not_certain_is_a_note_and_changes_nothing() -> None:
    """A national rule that was not read for certain leaves the Directive's dates alone."""
    aware = at("2026-06-01T09:10+02:00")
    plain = deadlines(Incident(aware))
    for code in ("AT", "CZ", "DE", "ES", "FR", "GR", "IE", "IS", "IT", "LT", "LU", "LV", "MT", "NO", "RO", "SE"):
        schedule = deadlines(Incident(aware, member_state=code))
        assert [(d.due, d.latest, d.national) for d in schedule] == [(d.due, d.latest, False) for d in plain], code
    for code, computed in {"CZ": "none of them", "CY": "early warning", "PT": "final report"}.items():
        texts = [note.text for note in deadlines(Incident(aware, member_state=code)).notes]
        assert any("as found" in text and text.endswith(f"national rule: {computed}.") for text in texts), code
    assert not any("as found" in note.text for note in deadlines(Incident(aware, member_state="FI")).notes)
    assert any("January 2026" in note.text for note in deadlines(Incident(aware, member_state="IT")).notes)
    assert any("not transposed" in note.text for note in deadlines(Incident(aware, member_state="NO")).notes)
    assert any("no act is in force" in note.text for note in deadlines(Incident(aware, member_state="FR")).notes)


def test_a_croatian_progress_report_says_whose_period_it_keeps() -> None:
    """A progress report at the time of a national period names that period."""
    schedule = deadlines(Incident(at("2026-06-01T09:10+02:00"), member_state="HR", ongoing=True))
    assert schedule["progress"].period == "30 days"
    assert "Croatia" in schedule["progress"].basis


def test_states_at_a_time() -> None:
    """At a time each deadline is done, due or overdue, and the next one is the nearest ahead."""
    aware = at("2026-06-01T09:00+00:00")
    schedule = deadlines(Incident(aware, early_warning_at=aware + timedelta(hours=25)))
    state = schedule.state(aware + timedelta(hours=26))
    assert state["early_warning"].standing is Standing.DONE
    assert state["early_warning"].late_by == timedelta(hours=1)
    assert state["notification"].standing is Standing.DUE
    assert state["notification"].due_in == timedelta(hours=46)
    assert state.next is state["notification"]
    assert state.overdue == ()
    before = schedule.state(aware + timedelta(hours=24, minutes=30))
    assert before["early_warning"].standing is Standing.OVERDUE
    assert before["early_warning"].overdue_by == timedelta(minutes=30)
    assert not before["early_warning"].past_latest
    assert before.overdue == (before["early_warning"],)
    exactly = schedule.state(aware + timedelta(hours=24))
    assert exactly["early_warning"].due_in == timedelta(0)
    assert "due in" in str(state)


def test_what_is_done_in_the_last_moment_is_not_late() -> None:
    """The outer limit itself is in time; a moment after it is late."""
    aware = at("2026-06-01T09:00+00:00")
    met = deadlines(Incident(aware, early_warning_at=aware + timedelta(hours=24))).state(aware + timedelta(days=2))[0]
    missed = deadlines(Incident(aware, early_warning_at=aware + timedelta(hours=25))).state(aware + timedelta(days=2))[
        0
    ]
    assert (met.late_by, str(met)) == (None, "Early warning: done")
    assert str(missed) == "Early warning: done, 1 hour late"


def test_after_both_readings_a_deadline_is_past_its_latest_too() -> None:
    """Overdue by the plain reading is past the other one only after its end."""
    aware = at("2026-06-01T09:30+00:00")
    schedule = deadlines(Incident(aware))
    assert schedule.state(at("2026-06-02T10:00+00:00"))["early_warning"].past_latest
    assert schedule.state(at("2030-01-01T00:00+00:00")).next is None


def test_a_notification_stands_for_the_early_warning_that_it_contains() -> None:
    """Who notified has warned."""
    aware = at("2026-06-01T09:00+00:00")
    state = deadlines(Incident(aware, notified_at=aware + timedelta(hours=3))).state(aware + timedelta(hours=4))
    assert [s.standing for s in state] == [Standing.DONE, Standing.DONE, Standing.DUE]


def test_states_count_elapsed_time_across_daylight_saving() -> None:
    """Hours are elapsed hours, whatever the clock on the wall does."""
    aware = datetime(2026, 10, 24, 20, tzinfo=BRUSSELS)
    state = deadlines(Incident(aware)).state(datetime(2026, 10, 25, 1, tzinfo=BRUSSELS))
    assert state["early_warning"].due_in == timedelta(hours=19)


def test_what_has_no_date_is_open_until_it_is_done() -> None:
    """Without a date nothing is overdue."""
    aware = at("2026-06-01T09:00+00:00")
    asked = Incident(aware, intermediate_requested_at=aware, intermediate_at=aware + timedelta(days=2))
    schedule = deadlines(asked)
    assert schedule.state(aware + timedelta(days=1))["intermediate"].standing is Standing.OPEN
    assert schedule.state(aware + timedelta(days=3))["intermediate"].standing is Standing.DONE
    record = json.loads(json.dumps(schedule.state(aware).to_dict()))
    assert record["states"][0] == {
        "stage": "early_warning", "standing": "due", "due_in": 86400.0, "overdue_by": None, "late_by": None,
        "past_latest": False,
    }  # fmt: skip


def unfold(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_the_calendar_is_well_formed_and_deterministic() -> None:
    """The same schedule gives the same RFC 5545 text, folded and escaped."""
    schedule = deadlines(Incident(at("2026-03-27T15:20+01:00", BRUSSELS)))
    text = schedule.to_ics(title="Größe, schwer; \\ Zeile\nzwei " + "ß" * 60)
    assert text == schedule.to_ics(title="Größe, schwer; \\ Zeile\nzwei " + "ß" * 60)
    assert text.endswith("END:VCALENDAR\r\n")
    assert re.search(r"(?<!\r)\n", text) is None
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = unfold(text)
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 3
    assert [line for line in lines if line.startswith("DTSTART")] == [
        "DTSTART:20260328T142000Z", "DTSTART:20260330T142000Z", "DTSTART:20260430T142000Z",
    ]  # fmt: skip
    assert "SUMMARY:Größe\\, schwer\\; \\\\ Zeile\\nzwei " + "ß" * 60 + ": Early warning (NIS 2)" in lines
    assert lines.count("DTSTAMP:20260327T142000Z") == 3
    assert lines.count("STATUS:TENTATIVE") == 1
    told = "Regulation (EEC\\, Euratom) No 1182/71 applies: Sat 28 Mar 2026\\, 16:00 (UTC+01:00)."
    assert sum(told in line for line in lines) == 1
    assert len({line for line in lines if line.startswith("UID:")}) == 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-03-28T15:20+01:00", "Sat 28 Mar 2026, 15:20 (UTC+01:00)"),
        ("2026-12-31T23:59:07+00:00", "Thu 31 Dec 2026, 23:59:07 (UTC)"),
        ("2026-06-01T00:00-03:30", "Mon 1 Jun 2026, 00:00 (UTC-03:30)"),
    ],
)
def test_times_are_shown_as_people_read_them(text: str, shown: str) -> None:
    """Weekday, day, month in words, the clock where the report is owed, and its distance from UTC."""
    schedule = deadlines(Incident(at(text) - timedelta(hours=24)))
    assert str(schedule["early_warning"]) == f"Early warning: {shown}"


@pytest.mark.parametrize(
    ("later", "said"),
    [
        ({"hours": 6, "minutes": 20}, "6 hours 20 minutes"),
        ({"days": 1, "minutes": 1}, "1 day 1 minute"),
        ({"seconds": 9}, "9 seconds"),
        ({"seconds": 69}, "1 minute"),
    ],
)
def test_how_long_is_said_in_words(later: dict[str, int], said: str) -> None:
    """Days, hours and minutes, and seconds only where there is nothing greater."""
    aware = at("2026-06-01T09:00+00:00")
    state = deadlines(Incident(aware)).state(aware + timedelta(hours=24) + timedelta(**later))
    assert str(state["early_warning"]) == f"Early warning: overdue by {said}"


def test_stamp_alarms_and_sequence_are_arguments() -> None:
    """What a calendar needs and a schedule does not know comes from the caller."""
    aware = at("2026-06-01T09:00+00:00")
    schedule = deadlines(Incident(aware, notified_at=aware + timedelta(hours=1)))
    lines = unfold(
        schedule.to_ics(stamp=at("2026-06-03T00:00+02:00"), alarms=[timedelta(days=1, hours=2, seconds=5)], sequence=2)
    )
    assert lines.count("DTSTAMP:20260602T220000Z") == 3
    assert lines.count("SEQUENCE:2") == 3
    assert lines.count("TRIGGER:-P1DT2H0M5S") == 1, "what is done has no alarm"
    assert sum("Done Mon 1 Jun 2026\\, 10:00 (UTC)." in line for line in lines) == 2
    usual = unfold(deadlines(Incident(aware)).to_ics())
    assert usual.count("TRIGGER:-PT1H") == 2
    assert usual.count("TRIGGER:-P7D") == 1
    for alarm in (timedelta(0), timedelta(hours=-1), "PT1H", 3):
        with pytest.raises(InputError, match="alarms"):
            schedule.to_ics(alarms=[alarm])  # type: ignore[list-item]
    with pytest.raises(InputError, match="alarms"):
        schedule.to_ics(alarms=5)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="stamp"):
        schedule.to_ics(stamp=at("2026-06-03T00:00"))
    for title in (1, None):
        with pytest.raises(InputError, match="title: expected a text"):
            schedule.to_ics(title=title)  # type: ignore[arg-type]
    for number in (-1, True, "2"):
        with pytest.raises(InputError, match="sequence is "):
            schedule.to_ics(sequence=number)  # type: ignore[arg-type]


def test_ids_of_events_survive_a_change_of_the_schedule() -> None:
    """A later export updates the events of an earlier one."""
    aware = at("2026-06-01T09:00+00:00")

    def uids(schedule: str) -> list[str]:
        return [line for line in unfold(schedule) if line.startswith("UID:")]

    before, after = deadlines(Incident(aware)), deadlines(Incident(aware, notified_at=aware))
    assert uids(before.to_ics(title="A")) == uids(after.to_ics(title="A"))
    assert uids(before.to_ics(title="A")) != uids(before.to_ics(title="B"))


def test_icalendar_reads_back_what_was_written() -> None:
    """Another implementation of RFC 5545 reads the dates that were written."""
    incident = Incident(at("2026-03-27T15:20+01:00", BRUSSELS), notified_at=at("2026-03-28T10:00+01:00"), ongoing=True)
    schedule = deadlines(incident)
    title = "Ausfall; Süd, \\ 100 %\nZeile zwei, " + "漢字" * 40
    found = icalendar.Calendar.from_ical(schedule.to_ics(title=title))
    events = [part for part in found.walk() if part.name == "VEVENT"]
    dated = [d for d in schedule if d.due is not None]
    assert len(events) == len(dated) == 3
    for event, deadline in zip(events, dated, strict=True):
        assert event.decoded("dtstart") == deadline.due
        assert event.decoded("dtstamp") == incident.aware_at
        assert str(event["summary"]) == f"{title}: {deadline.stage.words} (NIS 2)"
        assert deadline.basis in str(event["description"])
        alarms = [part for part in event.walk() if part.name == "VALARM"]
        assert len(alarms) == (0 if deadline.done_at else 2)
        assert all(alarm.decoded("trigger") < timedelta(0) for alarm in alarms)


def test_the_writer_takes_days_and_odd_text() -> None:
    """What iCalendar can't hold becomes a replacement character, and days are days."""
    stamp = at("2026-06-01T09:00+00:00")
    event = _ics.Event(
        uid="1", stamp=stamp, start=date(987, 6, 1), end=date(987, 6, 2), summary="a\x00\ud800\r\nb\tc", categories=("x,y", "z")
    )  # fmt: skip
    lines = unfold(_ics.calendar([event], product="p"))
    assert "DTSTART;VALUE=DATE:09870601" in lines
    assert "DTEND;VALUE=DATE:09870602" in lines
    assert "SUMMARY:a��\\nb\tc" in lines
    assert "CATEGORIES:x\\,y,z" in lines
    _ics.calendar([event], product="p").encode()
    with pytest.raises(InputError, match="zone"):
        _ics.calendar([_ics.Event(uid="1", stamp=stamp, start=at("2026-01-01T00:00"), summary="")], product="p")
    assert unfold(_ics.calendar([], product="p")) == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:p", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "END:VCALENDAR", "",
    ]  # fmt: skip


AWARE = datetime(2026, 6, 1, 9, tzinfo=UTC)
EARLIER = AWARE - timedelta(microseconds=1)


class Broken(tzinfo):
    def utcoffset(self, dt: datetime | None, /) -> timedelta:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"aware_at": at("2026-06-01T09:00")}, "aware_at"),
        ({"aware_at": None}, "aware_at"),
        ({"aware_at": "2026-06-01T09:00+00:00"}, "aware_at"),
        ({"aware_at": date(2026, 6, 1)}, "aware_at"),
        ({"aware_at": 1780000000}, "aware_at"),
        ({"aware_at": datetime(2026, 6, 1, tzinfo=Broken())}, "aware_at"),
        ({"aware_at": at("9999-12-31T23:59:59.999999")}, "aware_at"),
        ({"aware_at": at("0001-01-01T00:00")}, "aware_at"),
        ({"aware_at": datetime.max.replace(tzinfo=UTC)}, "aware_at"),
        ({"aware_at": datetime.min.replace(tzinfo=UTC)}, "aware_at"),
        ({"aware_at": datetime.max.replace(tzinfo=timezone(timedelta(hours=-14)))}, "aware_at"),
        ({"aware_at": datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))}, "aware_at"),
        ({"notified_at": at("2026-06-02T00:00")}, "notified_at"),
        ({"notified_at": EARLIER}, "notified_at"),
        ({"handled_at": EARLIER}, "handled_at"),
        ({"handled_at": at("2026-06-02T00:00")}, "handled_at"),
        ({"early_warning_at": EARLIER}, "early_warning_at"),
        ({"intermediate_requested_at": EARLIER}, "intermediate_requested_at"),
        ({"intermediate_at": EARLIER}, "intermediate_at"),
        ({"impact_end_notified_at": EARLIER}, "impact_end_notified_at"),
        ({"notified_at": AWARE + timedelta(hours=2), "final_at": AWARE + timedelta(hours=1)}, "final_at"),
        ({"notified_at": AWARE + timedelta(hours=2), "progress_at": AWARE + timedelta(hours=1)}, "progress_at"),
        ({"detected_at": AWARE + timedelta(hours=1)}, "detected_at"),
        ({"ongoing": 1}, "ongoing"),
        ({"ongoing": "yes"}, "ongoing"),
        ({"trust_service": None}, "trust_service"),
        ({"zone": "Europe/Brussel"}, "zone"),
        ({"zone": "Europe"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"zone": "/etc/passwd"}, "zone"),
        ({"zone": "a\x00b"}, "zone"),
        ({"zone": "\ud800"}, "zone"),
        ({"zone": "x" * 100_000}, "zone"),
        ({"zone": 2}, "zone"),
        ({"holidays": "2026-05-01"}, "holidays"),
        ({"holidays": 5}, "holidays"),
        ({"holidays": ["2026-05-01"]}, "holidays"),
        ({"holidays": [at("2026-05-01T00:00")]}, "holidays"),
    ],
)
def test_bad_input_is_refused_with_the_field(given: dict[str, object], field: str) -> None:
    """Whatever is wrong with an incident, one short printable line names the field."""
    with pytest.raises(InputError, match=f"^{field}: ") as caught:
        deadlines(Incident(**{"aware_at": AWARE, **given}))  # type: ignore[arg-type]
    assert len(str(caught.value)) <= 500
    assert str(caught.value).isprintable()


def test_a_wrong_zone_is_answered_with_the_nearest() -> None:
    """A mistyped zone is answered with the name that was meant."""
    with pytest.raises(InputError, match="nearest: Europe/Brussels"):
        Incident(AWARE, zone="Europe/Brussel")


@pytest.mark.parametrize("code", ["UK", "XX", "", 5, "Belgium"])
def test_other_states_are_refused(code: object) -> None:
    """A code that no State of the table has is `UnknownRef`, as everywhere."""
    with pytest.raises(UnknownRef, match="member_state: "):
        Incident(AWARE, member_state=code)  # type: ignore[arg-type]


def test_a_naive_now_is_refused() -> None:
    """A time without a zone compares with no deadline."""
    with pytest.raises(InputError, match=r"^now: "):
        deadlines(Incident(AWARE)).state(at("2026-06-02T00:00"))


def test_holidays_that_never_end_are_refused() -> None:
    """A container that calls every day a holiday, or fails, is an error and not an endless loop."""

    class Always:
        def __contains__(self, day: object) -> bool:
            return True

    class Raises:
        def __contains__(self, day: object) -> bool:
            raise KeyError(day)

    for holidays in (Always(), Raises()):
        with pytest.raises(InputError, match="holidays"):
            deadlines(Incident(AWARE, holidays=holidays))


@pytest.mark.parametrize("days", [*range(36), *range(39, 60)])
def test_the_end_of_the_calendar_is_an_error_of_ours_or_a_date(days: int) -> None:
    """Near the year 9999 there is a date or an `InputError`, never a foreign error."""
    incident = {"aware_at": datetime(9999, 12, 31, 23, 59, tzinfo=UTC) - timedelta(days=days)}
    if days < 36:
        with pytest.raises(InputError, match="calendar"):
            deadlines(Incident(**incident))
    else:
        assert all(
            d.due is not None and d.latest is not None and d.latest >= d.due for d in deadlines(Incident(**incident))
        )


def test_all_but_the_first_argument_have_names() -> None:
    """Two times can't be mixed up by their position."""
    kinds = [parameter.kind for parameter in inspect.signature(Incident).parameters.values()]
    assert kinds[0] is inspect.Parameter.POSITIONAL_OR_KEYWORD
    assert set(kinds[1:]) == {inspect.Parameter.KEYWORD_ONLY}


def test_something_else_than_an_incident_is_refused() -> None:
    """Anything but an `Incident` is refused by an error of ours."""
    with pytest.raises(InputError, match="expected an Incident"):
        deadlines(AWARE)  # type: ignore[arg-type]


def test_an_incident_from_json() -> None:
    """JSON describes an incident in full, and wrong keys are told the nearest."""
    record = {
        "aware_at": "2026-04-01T08:00:00+02:00",
        "notified_at": "2026-04-01T09:00:00+02:00",
        "zone": "Europe/Brussels",
        "holidays": ["2026-05-01"],
        "member_state": "be",
        "handled_at": None,
    }
    assert deadlines(Incident.from_dict(record))["final"].last_day == date(2026, 5, 4)
    for bad, match in [
        ({}, "aware_at: missing"),
        ({"aware": "x"}, "nearest: aware_at"),
        ({"aware_at": "yesterday"}, "aware_at: .*ISO 8601"),
        ({"aware_at": "2026-04-01"}, "aware_at: .*no time of day"),
        ({"aware_at": "2026-04-01T08:00"}, "aware_at: .*no time zone"),
        ({"aware_at": 5}, "aware_at"),
        ({"aware_at": record["aware_at"], "holidays": ["1 May"]}, "holidays"),
        ([], "not a mapping"),
    ]:
        with pytest.raises(InputError, match=match):
            Incident.from_dict(bad)  # type: ignore[arg-type]


def test_look_ups_by_stage_give_a_default_and_never_fail():
    """`get` returns the default for anything that is not there, and `in` is False for it."""
    schedule = deadlines(Incident(AWARE))
    assert schedule.get("progress") is None
    assert schedule.get("progress", "none") == "none"
    assert schedule.get(5) is None
    assert schedule.get("final") is schedule["final"]
    assert "progress" not in schedule
    assert 5 not in schedule


def test_text_has_the_notes_that_html_has():
    """Who prints a schedule reads the same notes and recipient as who sees it in a notebook."""
    schedule = deadlines(Incident(AWARE, member_state="FI"))
    for deadline in schedule:
        assert f"to {deadline.to_whom}" in str(schedule)
        assert escape(str(deadline.recipient)) in schedule._repr_html_()
    for note in schedule.notes:
        assert f"Note: {note.text}" in str(schedule)
    for value in (schedule, *schedule, *schedule.notes, Incident(AWARE, member_state="FI")):
        assert len(repr(value)) <= 200


@pytest.mark.parametrize("zone", ["UTC", "utc", "Z"])
def test_utc_needs_no_data_on_time_zones(zone: str) -> None:
    """UTC is known by its name in any letters, also on a machine without a database of zones."""
    assert deadlines(Incident(AWARE, zone=zone)).zone == "UTC"


def test_a_machine_without_data_on_time_zones_is_told_where_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a database every name is unknown, and the nearest right thing is the package that has one."""
    monkeypatch.setattr("zoneinfo.available_timezones", set)
    with pytest.raises(
        InputError, match="no time zone 'Europe/Brusel'; no time zone data is installed: the package tzdata"
    ):
        Incident(AWARE, zone="Europe/Brusel")


def test_how_a_schedule_stands_has_a_page() -> None:
    """A notebook shows when it was looked at, and each deadline as it stands then."""
    page = deadlines(Incident(AWARE)).state(AWARE)._repr_html_()
    assert "<strong>At " in page
    assert "Early warning: due in 1 day" in page


def test_an_event_says_only_what_it_has() -> None:
    """A calendar leaves out what an event or a deadline does not say, instead of writing an empty property."""
    event = _ics.Event(uid="a@b", stamp=AWARE, start=AWARE, summary="Report")
    text = _ics.calendar([event], product="test")
    assert "SUMMARY:Report" in text
    assert not any(name in text for name in ("DESCRIPTION", "CATEGORIES", "STATUS", "DTEND", "VALARM"))
    early = deadlines(Incident(AWARE))["early_warning"]
    schedule = Schedule((attrs.evolve(early, latest=None),), aware_at=AWARE, zone="UTC")
    assert "1182/71" in deadlines(Incident(AWARE)).to_ics()
    assert "1182/71" not in schedule.to_ics()
