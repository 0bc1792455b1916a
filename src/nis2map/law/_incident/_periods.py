"""Periods of law: when a period that starts at an instant ends, read plainly and read by Regulation 1182/71.

`due` is the plain, earlier reading: hours are elapsed hours, so they are added in UTC and daylight saving changes
nothing; days, working days and months keep the zone's clock time, and a month without the day ends on its last one.
`latest` is the reading of Regulation (EEC, Euratom) No 1182/71, Article 3: the hour or day of the event is not counted,
a period in hours ends with its last hour, any other period with the last hour of its last day, and moves on if that day
is a Saturday, a Sunday or a public holiday. It is an instant: the end of 4 May is midnight, when 5 May begins.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Container
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal, assert_never

from ...errors import InputError, quote
from ...model import Period, TimeUnit

__all__ = [
    "Period",
    "TimeUnit",
    "last_day",
    "last_end",
    "moment",
    "parse_moment",
    "plain_end",
    "states_time",
    "working_day",
    "zone_name",
    "zone_of",
]

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
# An instant is not on the calendar of every zone within a day of the calendar's own ends.
_FIRST = datetime(1, 1, 3, tzinfo=UTC)
_LAST = datetime(9999, 12, 29, tzinfo=UTC)
# No calendar of public holidays is longer than this; a container that is cannot be one.
_LONGEST_HOLIDAY = 366
_LONGEST_ZONE_NAME = 64
# To `fromisoformat` a bare date is midnight, and the offset behind one ("2026-03-27+01:00") is its time of day.
_TIME_OF_DAY = re.compile(r"[T ]\d", re.ASCII | re.IGNORECASE)
# A period in hours has no last day.
_InDays = Literal[TimeUnit.DAYS, TimeUnit.WEEKS, TimeUnit.WORKING_DAYS, TimeUnit.MONTHS]


def moment(value: object, field: str) -> datetime:
    """Return a plain `datetime` with a zone; `InputError` with the field for anything else.

    Subclasses (of data frame libraries) become plain ones, because their arithmetic differs.
    """
    if not isinstance(value, datetime):
        hint = "give a datetime with a time zone"
        raise InputError(f"{field}: {quote(value)} is not a date and time", hint=hint)
    try:
        offset = value.utcoffset()
        if isinstance(offset, timedelta):
            plain = datetime(
                value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond,
                tzinfo=value.tzinfo, fold=value.fold,
            )  # fmt: skip
            return _on_calendar(plain, field)
    except InputError:
        raise
    except Exception as error:  # a zone or a "not a time" of somebody else's may raise anything
        raise InputError(f"{field}: {quote(value)} is not a usable date and time") from error
    hint = "say which zone, for example tzinfo=ZoneInfo('Europe/Brussels')"
    raise InputError(f"{field}: {quote(value.isoformat())} has no time zone", hint=hint)


def _on_calendar(value: datetime, field: str) -> datetime:
    try:
        _checked(value.astimezone(UTC), field)
    except OverflowError as error:
        raise _off_calendar(field) from error
    return value


def zone_of(value: object, field: str) -> tzinfo:
    """Return the zone that an IANA name or a `tzinfo` means; `InputError` with the field if it is neither."""
    if isinstance(value, str):
        return _named_zone(value, field)
    if not isinstance(value, tzinfo):
        hint = "give an IANA name such as 'Europe/Brussels' or a tzinfo"
        raise InputError(f"{field}: {quote(value)} is not a time zone", hint=hint)
    # A pytz zone that hangs on a datetime is one fixed offset; only its name leads to the zone.
    name = getattr(value, "zone", None)
    return _named_zone(name, field) if isinstance(name, str) else value


def _named_zone(name: str, field: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    if name.upper() in ("UTC", "Z"):
        return UTC
    try:
        if name and len(name) <= _LONGEST_ZONE_NAME:
            return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        pass  # a folder, a path, a name with odd characters, or no such zone: all told below
    raise InputError(f"{field}: there is no time zone {quote(name)}", hint=_near_zone(name))


def _near_zone(name: str) -> str:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    known = available_timezones()
    if not known:
        return "no time zone data is installed: the package tzdata has it"
    near = get_close_matches(name[:_LONGEST_ZONE_NAME], sorted(known), n=1)
    return f"nearest: {near[0]}" if near else "IANA names look like 'Europe/Brussels'"


def zone_name(zone: tzinfo) -> str:
    """Return the name of a zone: its IANA key, or what the zone calls itself ("UTC+02:00")."""
    key = getattr(zone, "key", None)
    return key if isinstance(key, str) else str(zone)


def working_day(day: date, holidays: Container[date]) -> bool:
    """Say whether a day is neither Saturday, Sunday nor a public holiday (Regulation 1182/71, Article 2(2))."""
    if day.weekday() >= calendar.SATURDAY:
        return False
    try:
        return day not in holidays
    except Exception as error:  # the container is the caller's own
        raise InputError(f"holidays: it can't be asked for {day.isoformat()}") from error


def plain_end(start: datetime, period: Period, *, zone: tzinfo, holidays: Container[date], field: str) -> datetime:
    """Return the plain, earlier end of a period, in `zone`; it is counted in that zone unless it is in hours.

    `InputError` with the field if it would end outside the years 1 to 9999, or if no day is a working day.
    """

    def end() -> datetime:
        if period.unit is TimeUnit.HOURS:
            return start.astimezone(UTC) + period.amount * _HOUR
        local = _checked(start.astimezone(UTC), field).astimezone(zone)
        # fold=0: the first of two equal clock times, and past a gap the time that it would have been without one.
        last = _last_day(local.date(), period.amount, period.unit, holidays)
        return datetime.combine(last, local.time(), tzinfo=zone).replace(fold=0)

    return _in_zone(end, zone, field)


def last_end(start: datetime, period: Period, *, zone: tzinfo, holidays: Container[date], field: str) -> datetime:
    """Return the end of a period by Regulation 1182/71, Article 3; from the same start never before the plain one.

    For hours, Article 3(1) and (2)(a): the period starts with the first full hour after the one of the event. Hours are
    those of UTC, which are those of every zone in the Union, so that one instant has one end in all zones. Article 3(4)
    keeps periods in hours from being extended. Article 3(5), at least two working days in a period of two days or more,
    is read as speaking of periods in days and longer units: the Directive says 72 hours and not three days, and whoever
    reads 3(5) otherwise only gains time. A month holds two working days unless the holidays say that it does not.
    """

    def end() -> datetime:
        begin = start.astimezone(UTC)
        if period.unit is TimeUnit.HOURS:
            return begin.replace(minute=0, second=0, microsecond=0) + (1 + period.amount) * _HOUR
        event = _checked(begin, field).astimezone(zone).date()
        # A gap of a whole day in a zone can push the plain end past the day that the calendar names.
        plain = plain_end(start, period, zone=zone, holidays=holidays, field=field).date()
        day = max(_extended(plain, holidays), _nth_working_day(event, 2, holidays))
        return datetime.combine(day + _DAY, datetime.min.time(), tzinfo=zone)

    return _in_zone(end, zone, field)


def _in_zone(end: Callable[[], datetime], zone: tzinfo, field: str) -> datetime:
    try:
        return _checked(end().astimezone(UTC), field).astimezone(zone)
    except (OverflowError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise _off_calendar(field) from error


def _checked(instant: datetime, field: str) -> datetime:
    if not _FIRST <= instant <= _LAST:
        raise _off_calendar(field)
    return instant


def _off_calendar(field: str) -> InputError:
    return InputError(f"{field}: too near to the first or the last day of the calendar to count from")


def last_day(event: date, period: Period, holidays: Container[date] = frozenset()) -> date:
    """Return the last day of a period that counts from a day; of hours the day on which they end."""
    if period.unit is TimeUnit.HOURS:
        return event + -(-period.amount // 24) * _DAY
    return _last_day(event, period.amount, period.unit, holidays)


def _last_day(event: date, amount: int, unit: _InDays, holidays: Container[date]) -> date:
    match unit:
        case TimeUnit.DAYS:
            return event + amount * _DAY
        case TimeUnit.WEEKS:
            return event + 7 * amount * _DAY
        case TimeUnit.WORKING_DAYS:
            return _nth_working_day(event, amount, holidays)
        case TimeUnit.MONTHS:
            return _months_later(event, amount)
        case _ as never:
            assert_never(never)


def _months_later(day: date, months: int) -> date:
    """Return the same date some calendar months later, or the last day of a month that lacks it."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _nth_working_day(event: date, count: int, holidays: Container[date]) -> date:
    day = event
    for _ in range(count):
        day = _extended(day + _DAY, holidays)
    return day


def _extended(day: date, holidays: Container[date]) -> date:
    """Return the day itself if it is a working day, else the next one (Article 3(4))."""
    for _ in range(_LONGEST_HOLIDAY):
        if working_day(day, holidays):
            return day
        day += _DAY
    raise InputError(f"holidays: no working day in the {_LONGEST_HOLIDAY} days before {day.isoformat()}")


def states_time(text: str) -> bool:
    """Tell whether an ISO 8601 text states a time of day beside the date."""
    return _TIME_OF_DAY.search(text) is not None


def parse_moment(value: object, field: str) -> datetime:
    """Return a datetime from ISO 8601 text (or a datetime as it is), with a zone; `InputError` with the field.

    A bare date is refused: a period in hours can't count from one.
    """
    if not isinstance(value, str):
        return moment(value, field)
    hint = "for example 2026-03-27T15:20:00+01:00"
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError as error:
        raise InputError(f"{field}: {quote(value)} is not an ISO 8601 date and time", hint=hint) from error
    if not states_time(value):
        raise InputError(f"{field}: {quote(value)} states no time of day, and periods run in hours", hint=hint)
    return moment(parsed, field)
