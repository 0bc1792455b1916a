"""Other people's reader of calendars finds the deadlines that we wrote."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import icalendar

import nis2map

incident = nis2map.Incident(
    dt.datetime(2026, 3, 27, 15, 20, tzinfo=ZoneInfo("Europe/Brussels")),
    notified_at=dt.datetime(2026, 3, 30, 9, 0, tzinfo=dt.UTC),
    member_state="BE",
)
schedule = nis2map.deadlines(incident)
read = icalendar.Calendar.from_ical(schedule.to_ics(title="Größe; Zeile, " + "ß" * 80))
events = list(read.walk("VEVENT"))
assert len(events) == len(schedule) >= 3
assert not read.errors
for event, deadline in zip(events, schedule, strict=True):
    assert event.start == deadline.due, (event.start, deadline.due)
    assert not event.errors
assert len({str(event["UID"]) for event in events}) == len(events)
print(f"icalendar {icalendar.__version__} reads {len(events)} deadlines")
