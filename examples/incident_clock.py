"""We learned of an incident on Friday at 15:20: is it significant, which reports are due when, and which is late?"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import nis2map

brussels = ZoneInfo("Europe/Brussels")
cloud = nis2map.classify(nis2map.Entity("nis2:annexI.8.4", headcount=300, established_in="BE"))

facts = nis2map.IncidentFacts(
    entity_types="nis2:annexI.8.4", unavailable_for=dt.timedelta(minutes=45), scheduled_maintenance=False
)
answer = nis2map.significance(facts)
print(answer, end="\n\n")

# Known at 15:20 on 27 March 2026; two nights later the clocks go forward, and 72 hours stay 72 hours.
aware = dt.datetime(2026, 3, 27, 15, 20, tzinfo=brussels)
schedule = nis2map.deadlines(nis2map.Incident(aware, zone="Europe/Brussels"), classification=cloud)
for report in schedule:
    due = "after what it counts from" if report.due is None else f"{report.due:%A %d %B, %H:%M}"
    print(f"{report.words}: {due}{', provisional' if report.provisional else ''}")
    print(f"  to {report.recipient}, {report.portal}")
    print(f"  contains: {'; '.join(report.contents_titles)}")

# On Sunday morning somebody asks where we stand.
print("\nSunday, 09:00:")
print(schedule.state(dt.datetime(2026, 3, 29, 9, 0, tzinfo=brussels)))

print(f"\n{schedule.to_ics(title='Mail server').count('BEGIN:VEVENT')} events for the calendar (schedule.to_ics())")
