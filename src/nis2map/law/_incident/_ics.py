"""iCalendar text (RFC 5545): events in, text out, the same text for the same events.

Times are written in UTC, so no VTIMEZONE is needed; a `date` makes an event of whole days. Lines end in CR LF and are
folded at 75 octets without cutting a character. What iCalendar text can't hold (control characters, lone surrogates)
becomes U+FFFD. Nothing else is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import attrs

from ...errors import InputError, quote

__all__ = ["Event", "calendar", "fold", "text"]

_LINE = 75


@attrs.frozen(kw_only=True)
class Event:
    """One VEVENT: `start` (and `end`) an aware datetime or a date, `alarms` how long before the start to remind.

    `uid` identifies the event across exports, `stamp` is when it was made (DTSTAMP); `status` is a word of RFC 5545
    (TENTATIVE, CONFIRMED, CANCELLED), `sequence` counts revisions of the event.
    """

    uid: str
    stamp: datetime
    start: datetime | date
    summary: str
    end: datetime | date | None = None
    description: str = ""
    categories: tuple[str, ...] = ()
    alarms: tuple[timedelta, ...] = ()
    status: str = ""
    sequence: int = 0


def calendar(events: Iterable[Event], *, product: str, name: str = "") -> str:
    """Return a whole VCALENDAR with the events in the order given; `product` goes into PRODID.

    Write it to a file as bytes, or with `newline=""`: the line ends are part of the format. `InputError` for a datetime
    without a zone.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{text(product)}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    if name:
        lines.append(f"X-WR-CALNAME:{text(name)}")
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{fold(line)}\r\n" for line in lines)


def text(value: str) -> str:
    """Return a value of type TEXT: backslash, semicolon, comma and line ends escaped (section 3.3.11)."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    clean = "".join(c if _allowed(c) else "�" for c in lines)
    return clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> str:
    """Return a content line folded at 75 octets (section 3.1); a character is never cut."""
    parts: list[str] = []
    size = 0
    for character in line:
        width = len(character.encode())
        if size + width > _LINE:
            parts.append("\r\n ")
            size = 1
        parts.append(character)
        size += width
    return "".join(parts)


def _event(event: Event) -> list[str]:
    lines = ["BEGIN:VEVENT", f"UID:{text(event.uid)}", f"DTSTAMP:{_stamp(event.stamp)}"]
    lines.append(f"DTSTART{_when(event.start)}")
    if event.end is not None:
        lines.append(f"DTEND{_when(event.end)}")
    lines.append(f"SUMMARY:{text(event.summary)}")
    if event.description:
        lines.append(f"DESCRIPTION:{text(event.description)}")
    if event.categories:
        lines.append(f"CATEGORIES:{','.join(text(c) for c in event.categories)}")
    if event.status:
        lines.append(f"STATUS:{event.status}")
    # A deadline takes none of its owner's time.
    lines += [f"SEQUENCE:{event.sequence}", "TRANSP:TRANSPARENT"]
    for before in event.alarms:
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{_trigger(before)}"]
        lines += [f"DESCRIPTION:{text(event.summary)}", "END:VALARM"]
    return [*lines, "END:VEVENT"]


def _when(value: datetime | date) -> str:
    if isinstance(value, datetime):
        return f":{_stamp(value)}"
    return f";VALUE=DATE:{value.year:04}{value.month:02}{value.day:02}"


def _stamp(value: datetime) -> str:
    if value.utcoffset() is None:
        raise InputError(f"a calendar needs times with a zone, {quote(value.isoformat())} has none")
    # Seconds are the finest that the format has; cutting off the rest never moves a deadline later.
    at = value.astimezone(UTC)
    return f"{at.year:04}{at.month:02}{at.day:02}T{at.hour:02}{at.minute:02}{at.second:02}Z"


def _trigger(before: timedelta) -> str:
    seconds = int(before.total_seconds())
    sign = "-" if seconds > 0 else ""
    days, rest = divmod(abs(seconds), 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    clock = "".join(f"{n}{u}" for n, u in ((hours, "H"), (minutes, "M"), (rest, "S")) if n)
    # RFC 5545 wants no gap between the units, so minutes stand between hours and seconds even if there are none.
    if hours and rest and not minutes:
        clock = f"{hours}H0M{rest}S"
    date_part = f"{days}D" if days else ""
    return f"{sign}P{date_part}T{clock}" if clock else f"{sign}P{date_part or 'T0S'}"


def _allowed(character: str) -> bool:
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return False
    return (code >= 0x20 and code != 0x7F) or character in "\t\n"
