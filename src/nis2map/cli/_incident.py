"""The commands about an incident: by when is which report due, and is it significant at all."""

from __future__ import annotations

import argparse
import datetime as dt
import sys

import attrs

from ..errors import InputError, quote
from ..law import (
    MOMENTS,
    Entity,
    FactKind,
    Incident,
    IncidentFacts,
    classify,
    deadlines,
    fact_kind,
    parse_moment,
    significance,
    states_time,
    zone_of,
)
from ._common import Commands, command, number, read_record, show, state_sources, warn_of_stale, with_sources

__all__ = ["add"]


def add(commands: Commands) -> None:
    """Declare the commands `deadlines` and `significance`."""
    _add_deadlines(command(commands, "deadlines", _deadlines, "by when each report on an incident is due, and to whom"))
    words = "is an incident significant, and by which point (Article 23(3); CIR, Articles 3 to 14)"
    _add_significance(command(commands, "significance", _significance, words))


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _add_deadlines(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("facts", nargs="?", help="a JSON object of facts, '-' for standard input")
    for name in MOMENTS:
        parser.add_argument(_flag(name), metavar="TIME", help="2026-03-27T15:20+01:00, or 2026-03-27T15:20 with --zone")
    parser.add_argument("--ongoing", action=argparse.BooleanOptionalAction, help="not handled by the final report")
    parser.add_argument("--trust-service", action=argparse.BooleanOptionalAction, help="a trust service is affected")
    parser.add_argument(
        "--member-state", action="append", metavar="CODE", help="look at a State's rules, such as BE; may be repeated"
    )
    parser.add_argument("--entity", metavar="FILE", help="its facts as JSON: in which States it answers, if at all")
    parser.add_argument("--zone", help="of times without an offset, and where months are counted: Europe/Brussels")
    parser.add_argument("--holiday", action="append", dest="holidays", metavar="DATE", help="may be repeated")
    parser.add_argument("--now", metavar="TIME", help="say how each deadline stands at this time")
    parser.add_argument("--title", default="", help="the incident's name, for the calendar")
    parser.add_argument("--ics", action="store_true", help="print an iCalendar text")


def _deadlines(arguments: argparse.Namespace) -> int:
    if arguments.ics and (arguments.json or arguments.now):
        raise InputError("--ics can't be combined with --json or --now", hint="a calendar holds only the deadlines")
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
        lambda: with_sources(f"{schedule}\n{state}" if state is not None else str(schedule), urls, marked),
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


def _add_significance(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("facts", nargs="?", help="a JSON object of facts, '-' for standard input")
    words = "a type of an Annex such as annexI.8.4, or 'other'; may be repeated"
    parser.add_argument("--type", action="append", dest="entity_types", metavar="TYPE", help=words)
    for field in attrs.fields(IncidentFacts):
        kind, flag = fact_kind(field.name), _flag(field.name)
        if kind is FactKind.FLAG:
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, help="true, false, or left out: not known")
        elif kind is FactKind.NUMBER:
            parser.add_argument(flag, type=number("a number"), metavar="N")
        elif kind is FactKind.DURATION:
            parser.add_argument(flag, metavar="DURATION", help="such as PT45M or P1DT2H")
        elif kind is FactKind.USERS:
            parser.add_argument(flag, type=_users, metavar="N", help="a number, or a share of all such as 4%%")


def _users(text: str) -> object:
    if text.endswith("%"):
        return {"percent": number("a share")(text[:-1])}
    return number("a number of users")(text)


def _significance(arguments: argparse.Namespace) -> int:
    record = {} if arguments.facts is None else read_record(arguments.facts)
    for field in attrs.fields(IncidentFacts):
        value = getattr(arguments, field.name, None)
        if value is not None:
            record[field.name] = value
    found = significance(IncidentFacts.from_dict(record))
    show(arguments, found.to_dict, lambda: with_sources(str(found)))
    return 0
