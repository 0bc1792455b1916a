"""The commands about the law: am I in scope and as what, by when is which report due, who is my authority.

Facts come as flags, as a JSON object (a file, or "-" for standard input), or as both; a flag beats the file.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections import Counter
from contextlib import suppress
from functools import partial
from typing import Any

import attrs

from .._shared import day
from ..dataset import load
from ..errors import InputError, quote
from ..law import (
    MOMENTS,
    Administration,
    Classification,
    Designation,
    Entity,
    Exemption,
    Incident,
    TrustService,
    binds,
    classify,
    deadlines,
    duties,
    member_state,
    member_states,
    parse_moment,
    states_time,
    zone_of,
)
from ._common import Commands, command, read_record, show

__all__ = ["add"]

_NUMBERS = ("headcount", "turnover", "balance_sheet")
_WORDS = {
    "trust_service": TrustService,
    "designated": Designation,
    "state_exemption": Exemption,
    "public_administration": Administration,
}
_TEXTS = (
    "decisions_in",
    "operations_in",
    "most_employees_in",
    "representative_in",
    "created_by",
    "oes_identified",
    "name",
)
_SEVERAL = ("side_activity", "established_in", "services_in", "sector_acts")
_RECORDS = ("years", "linked", "partners")


def add(commands: Commands) -> None:
    """Declare the commands `scope`, `deadlines` and `member-state`."""
    _add_scope(command(commands, "scope", _scope, "am I in scope of NIS 2, as what, and which duties bind me"))
    _add_deadlines(command(commands, "deadlines", _deadlines, "by when each report on an incident is due"))
    state = command(commands, "member-state", _member_state, "law, authority, portals and deviations of a State")
    state.add_argument("code", nargs="?", help="two letters, such as BE; all States if none is given")
    state.add_argument("--today", help="a date such as 2026-03-27; without one no status is computed")


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _add_scope(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("facts", nargs="?", help="a JSON object of facts, '-' for standard input")
    parser.add_argument("--type", action="append", dest="types", help="nis2:annexI.8.8, or 'none'; may be repeated")
    for name in _NUMBERS:
        words = "annual work units" if name == "headcount" else "EUR"
        parser.add_argument(_flag(name), type=partial(_number, words), metavar="N", help=words)
    for name, kind in _WORDS.items():
        parser.add_argument(_flag(name), choices=[str(word) for word in kind])
    for name in _TEXTS:
        parser.add_argument(_flag(name))
    for name in _SEVERAL:
        parser.add_argument(_flag(name), action="append", help="may be repeated; 'none' for none")
    known = {"types", *_NUMBERS, *_WORDS, *_TEXTS, *_SEVERAL, *_RECORDS}
    for field in attrs.fields(Entity):
        if field.name not in known:
            parser.add_argument(_flag(field.name), action=argparse.BooleanOptionalAction)
    parser.add_argument(
        "--unknown", action="append", default=[], metavar="FACT", help="this fact is not known; may be repeated"
    )


def _number(words: str, text: str) -> int | float:
    for kind in (int, float):
        with suppress(ValueError):
            return kind(text)
    raise argparse.ArgumentTypeError(f"{quote(text)} is not a number; expected {words}, such as 120 or 2.5e6")


def _scope(arguments: argparse.Namespace) -> int:
    record = {} if arguments.facts is None else read_record(arguments.facts)
    for field in attrs.fields(Entity):
        value = getattr(arguments, field.name, None)
        if value is not None:
            several = field.name in ("types", *_SEVERAL)
            record[field.name] = [one for one in value if one != "none"] if several else value
    record.update((name.replace("-", "_"), None) for name in arguments.unknown)
    classification = classify(Entity.from_dict(record))
    show(arguments, lambda: _scope_record(classification), lambda: _scope_text(classification))
    return 0


def _scope_record(classification: Classification) -> dict[str, Any]:
    return classification.to_dict() | {"duties": [str(duty.ref) for duty in duties(classification)]}


def _scope_text(classification: Classification) -> str:
    lines = [str(classification)]
    if classification.missing:
        lines.append(f"Missing: {', '.join(classification.missing)}")
    bound = duties(classification)
    surely = " certain whatever the missing facts" if classification.missing else ""
    counts = Counter(duty.ref.framework for duty in bound)
    said = {True: "applies", False: "does not apply", None: "may apply"}
    acts = ", ".join(
        f"{counts[act.id]} of {act.name}, which {said[binds(classification, act.id)]}"
        for act in load().frameworks.values()
        if act.side == "requirement"
    )
    lines.append(f"Duties: {len(bound)}{surely} ({acts})")
    return "\n".join(lines)


def _add_deadlines(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("facts", nargs="?", help="a JSON object of facts, '-' for standard input")
    for name in MOMENTS:
        parser.add_argument(_flag(name), metavar="TIME", help="2026-03-27T15:20+01:00, or 2026-03-27T15:20 with --zone")
    parser.add_argument("--ongoing", action=argparse.BooleanOptionalAction, help="not handled by the final report")
    parser.add_argument("--trust-service", action=argparse.BooleanOptionalAction, help="a trust service is affected")
    parser.add_argument("--member-state", metavar="CODE", help="look at the national rules of a State, such as BE")
    parser.add_argument("--zone", help="of times without an offset, and where months are counted: Europe/Brussels")
    parser.add_argument("--holiday", action="append", dest="holidays", metavar="DATE", help="may be repeated")
    parser.add_argument("--now", metavar="TIME", help="say how each deadline stands at this time")
    parser.add_argument("--title", default="", help="the incident's name, for the calendar")
    parser.add_argument("--ics", action="store_true", help="print an iCalendar text")


def _deadlines(arguments: argparse.Namespace) -> int:
    if arguments.ics and (arguments.json or arguments.now):
        raise InputError("--ics can't be combined with --json or --now", hint="a calendar holds only the deadlines")
    record = {} if arguments.facts is None else read_record(arguments.facts)
    for field in attrs.fields(Incident):
        value = getattr(arguments, field.name, None)
        if value is not None:
            record[field.name] = value
    zone = record.get("zone")
    record.update({name: _in_zone(record[name], name, zone) for name in MOMENTS if name in record})
    schedule = deadlines(Incident.from_dict(record))
    if arguments.ics:
        _print_calendar(schedule.to_ics(title=arguments.title))
        return 0
    state = None if arguments.now is None else schedule.state(parse_moment(_in_zone(arguments.now, "now", zone), "now"))
    show(
        arguments,
        lambda: schedule.to_dict() | ({} if state is None else {"state": state.to_dict()}),
        lambda: f"{schedule}\n{state}" if state is not None else str(schedule),
    )
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


def _member_state(arguments: argparse.Namespace) -> int:
    today = day(arguments.today, "today")
    if arguments.code is not None:
        state = member_state(arguments.code, today=today)
        show(arguments, state.to_dict, lambda: str(state))
        return 0
    states = member_states(today=today)
    show(
        arguments,
        lambda: [state.to_dict() for state in states],
        lambda: "\n".join(
            f"{state.code}  {state.name}: {state.law or 'law not known'}{f' ({state.status})' if state.status else ''}"
            for state in states
        ),
    )
    return 0
