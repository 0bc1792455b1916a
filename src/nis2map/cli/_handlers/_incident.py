"""The commands about an incident: by when is which report due, and is it significant at all."""

from __future__ import annotations

import argparse
import datetime as dt
import sys

import attrs

from ...errors import InputError, quote
from ...law import (
    MOMENTS,
    Entity,
    Incident,
    IncidentFacts,
    classify,
    deadlines,
    parse_moment,
    significance,
    states_time,
    zone_of,
)
from .._common import read_record, sources_of, state_sources, warn_of_stale
from .._terminal import show

__all__ = ["run_deadlines", "run_significance"]


def run_deadlines(arguments: argparse.Namespace) -> int:
    """Say by when each report is due."""
    if arguments.ics and (arguments.json or arguments.now):
        raise InputError("--ics can't be combined with --json or --now", hint="a calendar contains only the deadlines")
    record = {} if arguments.facts is None else read_record(arguments.facts)
    states: list[str] = arguments.member_state or []
    for field in attrs.fields(Incident):
        value = getattr(arguments, field.name, None)
        if value is not None and field.name != "member_state":
            record[field.name] = value
    zone = record.get("zone")
    record.update({name: _in_zone(record[name], name, zone) for name in MOMENTS if name in record})
    entity = None if arguments.entity is None else classify(Entity.from_dict(read_record(arguments.entity)))
    schedule = deadlines(Incident.from_dict(record), classification=entity, member_states=states)
    if arguments.ics:
        _print_calendar(schedule.to_ics(title=arguments.title))
        return 0
    state = None if arguments.now is None else schedule.state(parse_moment(_in_zone(arguments.now, "now", zone), "now"))
    urls = [url for deadline in schedule.deadlines for url in deadline.sources]
    marked = state_sources(schedule.member_states, "reporting.recipient", "reporting_portal")
    urls += [url for note in schedule.notes for url in note.sources]
    show(
        arguments,
        lambda: schedule.to_dict() | ({} if state is None else {"state": state.to_dict()}),
        lambda: schedule if state is None or not arguments.quiet else state,
        lambda: [*([] if state is None else [str(state)]), *sources_of(str(schedule), urls, marked)],
    )
    warn_of_stale({*schedule.member_states})
    return 0


def _in_zone(value: object, name: str, zone: object) -> object:
    """Return a time without an offset as one in the zone that was given; anything else as it is.

    Where the clocks change, a time on them may come twice or never: then only the offset tells which is meant.
    """
    try:
        local = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return value
    if local is None or local.tzinfo is not None or not states_time(str(value)):
        return value
    if zone is None:
        hint = f"write the offset, such as {local.isoformat(timespec='minutes')}+01:00, or give --zone Europe/Brussels"
        raise InputError(f"{name}: {quote(value)} has no time zone", hint=hint)
    there = local.replace(tzinfo=zone_of(zone, "zone"))
    if there.utcoffset() != there.replace(fold=1).utcoffset():
        message = f"{name}: the clocks change at {quote(value)} in {quote(zone)}"
        raise InputError(message, hint=f"write the offset, such as {there.isoformat(timespec='minutes')}")
    return there.isoformat()


def _print_calendar(text: str) -> None:
    """Print the text as it is: its lines end as the standard says, and it is UTF-8 wherever it runs."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def run_significance(arguments: argparse.Namespace) -> int:
    """Say whether an incident is significant."""
    record = {} if arguments.facts is None else read_record(arguments.facts)
    for field in attrs.fields(IncidentFacts):
        value = getattr(arguments, field.name, None)
        if value is not None:
            record[field.name] = value
    found = significance(IncidentFacts.from_dict(record))
    show(arguments, found.to_dict, lambda: str(found), lambda: sources_of(str(found)))
    return 0
