"""Laws of deadlines (properties.md, P30) and of significance."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import attrs
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nis2map.errors import Nis2mapError
from nis2map.law import (
    Affected,
    Answer,
    Deadline,
    EntityKind,
    Incident,
    IncidentFacts,
    Stage,
    Standing,
    deadlines,
    significance,
)

modest = settings(max_examples=60, deadline=None)

# The zones of the Union, and some from elsewhere with odd offsets and dates of change. Zones in which a change of time
# turned midnight back (St. John's until 2011) are left out: there a later instant can have the earlier date.
ZONES = st.sampled_from(
    [
        "UTC", "Europe/Brussels", "Europe/Dublin", "Europe/Helsinki", "Europe/Lisbon", "Atlantic/Azores",
        "Atlantic/Reykjavik", "Europe/Athens", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu",
        "Pacific/Auckland", "Pacific/Chatham",
    ]
)  # fmt: skip
CODES = st.sampled_from([None, "BE", "CY", "FI", "HR", "IT", "NO", "PL", "PT"])
# Year 9999 belongs to it; what lies too near to its end is tested as an error.
INSTANTS = st.datetimes(
    min_value=datetime.fromisoformat("1975-01-01T00:00"),
    max_value=datetime.fromisoformat("9999-10-31T00:00"),
    timezones=st.just(UTC),
)
SPANS = st.one_of(
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=70)),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=3)),
)
HOLIDAYS = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=40)


def utc(value: datetime | None) -> datetime:
    assert value is not None
    return value.astimezone(UTC)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def by(start: datetime, zone: str, **facts: Any) -> dict[Stage, Deadline]:
    return {d.stage: d for d in deadlines(Incident(start.astimezone(ZoneInfo(zone)), **facts))}


def in_order(first: datetime, later: datetime, zone: str, **facts: Any) -> None:
    a, b = by(first, zone, **facts), by(later, zone, **facts)
    for stage in a:
        assert utc(a[stage].latest) <= utc(b[stage].latest), stage
        earlier, after = a[stage].due, b[stage].due
        assert earlier is not None
        assert after is not None
        assert earlier.date() <= after.date(), stage
    for stage in (Stage.EARLY_WARNING, Stage.NOTIFICATION):
        assert utc(a[stage].due) <= utc(b[stage].due), stage


@modest
@given(INSTANTS, SPANS, ZONES, st.booleans(), HOLIDAYS)
@example(instant("2026-01-28T00:00+00:00"), timedelta(days=3, hours=-1), "UTC", False, frozenset())
@example(instant("2026-01-31T23:59+01:00"), timedelta(minutes=1), "Europe/Brussels", False, frozenset())
@example(instant("2028-01-30T12:00+00:00"), timedelta(days=1), "UTC", True, frozenset())
@example(instant("2027-01-28T01:00+00:00"), timedelta(days=2, hours=23), "UTC", False, frozenset())
@example(instant("2026-03-29T00:59+00:00"), timedelta(minutes=1), "Europe/Brussels", False, frozenset())
@example(instant("2026-10-25T00:30+00:00"), timedelta(hours=1), "Europe/Brussels", False, frozenset())
@example(instant("9999-10-30T23:30+00:00"), timedelta(minutes=30), "Europe/Helsinki", False, frozenset())
def test_deadlines_move_forward_with_awareness(
    aware: datetime, span: timedelta, zone: str, trust: bool, holidays: frozenset[date]
) -> None:
    """Who became aware later never has to report earlier."""
    later = min(aware + span, instant("9999-10-31T00:00+00:00"))
    in_order(aware, later, zone, trust_service=trust, holidays=holidays)


@modest
@given(INSTANTS, SPANS, SPANS, ZONES, HOLIDAYS, CODES.filter(lambda code: code != "PT"))
@example(instant("2026-01-28T00:00+00:00"), timedelta(hours=1), timedelta(days=2, hours=23), "UTC", frozenset(), None)
@example(instant("2028-01-29T00:00+00:00"), timedelta(0), timedelta(days=2), "UTC", frozenset(), "HR")
@example(instant("2026-09-25T00:30+00:00"), timedelta(0), timedelta(hours=1), "Europe/Brussels", frozenset(), None)
@example(instant("9999-10-29T00:00+00:00"), timedelta(0), timedelta(days=2), "UTC", frozenset(), None)
def test_the_final_report_moves_forward_with_the_notification(
    aware: datetime, wait: timedelta, span: timedelta, zone: str, holidays: frozenset[date], code: str | None
) -> None:
    """A later notification never brings the last day of the final report forward."""
    last = instant("9999-11-20T00:00+00:00")
    first, later = min(aware + wait, last), min(aware + wait + span, last)
    a, b = (by(aware, zone, notified_at=at, holidays=holidays, member_state=code)[Stage.FINAL] for at in (first, later))
    assert utc(a.latest) <= utc(b.latest)
    assert a.due is not None
    assert b.due is not None
    assert a.due.date() <= b.due.date()


def test_one_month_at_the_same_clock_time_is_not_monotone_and_its_date_is() -> None:
    """Months of different length let clock times cross; their dates never do."""
    early = by(instant("2026-01-28T01:00+00:00"), "UTC", notified_at=instant("2026-01-28T01:00+00:00"))[Stage.FINAL]
    late = by(instant("2026-01-31T00:00+00:00"), "UTC", notified_at=instant("2026-01-31T00:00+00:00"))[Stage.FINAL]
    assert utc(early.due) > utc(late.due)
    assert utc(early.latest) <= utc(late.latest)


@modest
@given(INSTANTS, ZONES, ZONES, st.booleans(), CODES)
@example(instant("2026-03-28T23:30+00:00"), "Europe/Brussels", "Asia/Kathmandu", False, None)
def test_one_instant_has_one_deadline_in_hours_in_all_zones(
    aware: datetime, zone: str, other: str, trust: bool, code: str | None
) -> None:
    """Periods in hours end at one instant, whatever zone it is shown in."""
    a, b = (by(aware, z, trust_service=trust, member_state=code) for z in (zone, other))
    for stage in (Stage.EARLY_WARNING, Stage.NOTIFICATION):
        assert utc(a[stage].due) == utc(b[stage].due)
        assert utc(a[stage].latest) == utc(b[stage].latest)


@modest
@given(INSTANTS, ZONES, st.booleans(), HOLIDAYS, CODES, SPANS, st.booleans())
def test_hours_are_elapsed_and_the_order_of_reports_is_that_of_the_law(
    aware: datetime, zone: str, trust: bool, holidays: frozenset[date], code: str | None, span: timedelta, told: bool
) -> None:
    """Warning, notification and final report fall due in this order, after elapsed hours."""
    notified = aware + min(span, timedelta(days=20)) if told else None
    found = by(aware, zone, trust_service=trust, holidays=holidays, member_state=code, notified_at=notified)
    hours = {Stage.EARLY_WARNING: 6 if code == "CY" else 24, Stage.NOTIFICATION: 24 if trust else 72}
    for stage, count in hours.items():
        assert utc(found[stage].due) - aware == timedelta(hours=count)
        assert timedelta(0) < utc(found[stage].latest) - utc(found[stage].due) <= timedelta(hours=1)
    final = found[Stage.FINAL]
    for deadline in found.values():
        if deadline.due is not None:
            assert utc(deadline.due) <= utc(deadline.latest)
    assert aware < utc(found[Stage.EARLY_WARNING].due) <= utc(found[Stage.NOTIFICATION].due)
    if code != "PT":
        assert utc(final.due) > (notified or utc(found[Stage.NOTIFICATION].due))
    assert final.provisional == (code == "PT" or not told)


@modest
@given(
    st.datetimes(datetime.fromisoformat("2026-01-01T00:00"), datetime.fromisoformat("2026-11-01T00:00"), timezones=st.just(UTC)),
    ZONES, HOLIDAYS, HOLIDAYS,
)  # fmt: skip
def test_holidays_touch_only_the_latest_of_periods_not_in_hours(
    aware: datetime, zone: str, some: frozenset[date], more: frozenset[date]
) -> None:
    """Article 3(4) extends neither a period in hours nor a plain reading."""
    few, many = by(aware, zone, holidays=some), by(aware, zone, holidays=some | more)
    for stage, deadline in few.items():
        assert deadline.due == many[stage].due
    for stage in (Stage.EARLY_WARNING, Stage.NOTIFICATION):
        assert few[stage].latest == many[stage].latest
    assert utc(few[Stage.FINAL].latest) <= utc(many[Stage.FINAL].latest)
    last = many[Stage.FINAL].last_day
    assert last is not None
    assert last.weekday() < 5
    assert last not in some | more


@modest
@given(INSTANTS, ZONES, st.timedeltas(timedelta(0), timedelta(days=40)), st.booleans())
def test_a_deadline_is_either_done_or_due_or_overdue(aware: datetime, zone: str, later: timedelta, told: bool) -> None:
    """At every time a deadline stands in exactly one way."""
    notified = aware + timedelta(hours=5) if told else None
    schedule = deadlines(Incident(aware.astimezone(ZoneInfo(zone)), notified_at=notified))
    now = aware + later
    for state in schedule.state(now):
        due = utc(state.deadline.due)
        expected = Standing.DUE if now <= due else Standing.OVERDUE
        if notified is not None and now >= notified and state.stage is not Stage.FINAL:
            expected = Standing.DONE
        assert state.standing is expected
        assert state.due_in == (due - now if expected is Standing.DUE else None)
        assert state.overdue_by == (now - due if expected is Standing.OVERDUE else None)


class Odd(tzinfo):
    """A zone that answers with whatever it was given."""

    def __init__(self, offset: Any) -> None:
        self.offset = offset

    def utcoffset(self, dt: datetime | None, /) -> Any:
        return self.offset

    def dst(self, dt: datetime | None, /) -> Any:
        return None

    def tzname(self, dt: datetime | None, /) -> Any:
        return None


@modest
@given(
    st.one_of(
        st.datetimes(timezones=st.one_of(st.none(), st.timezones(), st.just(Odd(None)), st.just(Odd(5)))),
        st.sampled_from([datetime.max, datetime.min]),  # noqa: DTZ901  # naive on purpose
        st.dates(), st.none(), st.text(), st.floats(), st.binary(),
    ),
    st.one_of(st.none(), st.text(), st.integers(), st.sampled_from([UTC, timezone(timedelta(hours=-23))])),
)  # fmt: skip
@example(datetime.max.replace(tzinfo=UTC), None)
@example(datetime.min.replace(tzinfo=UTC), "Pacific/Apia")
def test_any_object_gives_a_schedule_or_an_error_of_ours(aware: Any, zone: Any) -> None:
    """Whatever is handed in as time or zone, the error is ours and short."""
    try:
        schedule = deadlines(Incident(aware, zone=zone))
    except Nis2mapError as error:
        text = str(error)
    else:
        text = schedule.to_ics(title="x")
    assert text


def unescape(value: str) -> str:
    out, escaped = "", False
    for character in value:
        if escaped:
            out += "\n" if character in "nN" else character
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            out += character
    return out


@modest
@given(st.text(max_size=120), INSTANTS, ZONES)
@example("é" * 80 + "\\n;,\r\n\r", instant("2026-01-31T10:00+00:00"), "Europe/Brussels")
def test_any_title_survives_the_calendar(title: str, aware: datetime, zone: str) -> None:
    """Any text as title gives well-formed, deterministic iCalendar."""
    schedule = deadlines(Incident(aware.astimezone(ZoneInfo(zone))))
    text = schedule.to_ics(title=title)
    assert text == schedule.to_ics(title=title)
    raw = text.encode()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    unfolded = raw.replace(b"\r\n ", b"").decode().split("\r\n")
    summaries = [line.removeprefix("SUMMARY:") for line in unfolded if line.startswith("SUMMARY:")]
    kept = title.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join("�" if (ord(c) < 32 and c not in "\t\n") or ord(c) == 127 else c for c in kept)
    expected = f"{kept}: Early warning (NIS 2)" if title else "Early warning (NIS 2)"
    assert unescape(summaries[0]) == expected


NUMBERS = st.one_of(
    st.integers(0, 2_000_000),
    st.sampled_from([0, 49, 50, 51, 499_999, 500_000, 500_001, 1_000_000, 1_000_001, 200_000, 200_001, 100, 101]),
)
DURATIONS = st.one_of(
    st.timedeltas(timedelta(0), timedelta(hours=3)),
    st.sampled_from([timedelta(minutes=n) for n in (0, 20, 21, 30, 31, 60, 61)]),
)
FLAGS = ("trade_secrets_exfiltrated", "death", "health_damage", "malicious_access", "same_root_cause",
         "physical_access_compromised", "severe_disruption", "financial_loss", "damage_to_others")  # fmt: skip
TIMES = ("unavailable_for", "unavailable_in_week", "limited_for", "slow_for")
USERS = ("users_unavailable", "users_limited", "users_data_affected")
RARELY = st.integers(0, 9).map(lambda n: n == 0)


@st.composite
def whole_facts(draw: st.DrawFn) -> dict[str, Any]:
    """Every fact known, none contradicting another."""
    kinds = st.lists(st.sampled_from(EntityKind), min_size=1, max_size=2, unique=True)
    facts: dict[str, Any] = {"entity_types": tuple(draw(kinds)), "scheduled_maintenance": draw(st.booleans())}
    facts |= {name: draw(RARELY) for name in FLAGS}
    facts |= {name: draw(DURATIONS) for name in TIMES}
    facts["response_seconds"] = draw(st.sampled_from([0, 9.99, 10, 10.01, 60]))
    facts["occurrences"] = draw(st.integers(0, 4))
    facts["annual_turnover"] = draw(st.one_of(NUMBERS, st.sampled_from([9_999_999, 10_000_000, 10**9])))
    facts["direct_loss"] = draw(NUMBERS)
    facts["total_loss"] = facts["direct_loss"] + draw(NUMBERS)
    facts["users_in_union"] = draw(st.one_of(NUMBERS, st.sampled_from([1_000, 10**8])))
    for name in USERS:
        count = min(draw(NUMBERS), facts["users_in_union"])
        percent = draw(st.sampled_from([0, 0.1, 0.11, 1, 1.1, 5, 5.1, 100]))
        facts[name] = draw(st.sampled_from([Affected(count), Affected(percent=percent), Affected(0)]))
    facts["misconfiguration"] = draw(st.booleans())
    facts["domain_names_managed"] = draw(st.sampled_from([0, 999, 1_000, 99_899, 99_900, 10**6]))
    affected = draw(st.sampled_from([0, 1, 998, 999, 1_000, 10**5]))
    facts["domain_names_affected"] = min(affected, facts["domain_names_managed"])
    facts["data_compromised_maliciously"] = draw(st.booleans())
    touched = facts["data_compromised_maliciously"] or facts["users_data_affected"].any
    facts["data_compromised"] = touched or draw(st.booleans())
    return facts


RANK = {Answer.NOT_SIGNIFICANT: 0, Answer.UNDETERMINED: 1, Answer.SIGNIFICANT: 2}


@modest
@given(whole_facts())
def test_known_facts_settle_it_and_the_reasons_fit_the_answer(facts: dict[str, Any]) -> None:
    """With every fact known the answer is definite, and its reasons are of its kind."""
    found = significance(IncidentFacts(**facts))
    assert found.answer is not Answer.UNDETERMINED
    assert found.missing == ()
    assert found.reasons
    if found.answer is Answer.SIGNIFICANT:
        assert all(reason.outcome for reason in found.reasons)
    elif str(found.reasons[0].ref) != "cir:art.3.2":
        assert not any(criterion.outcome for criterion in found.criteria)


@settings(max_examples=60, deadline=None)
@given(whole_facts(), st.data())
def test_unknown_facts_never_give_an_answer_that_they_could_contradict(
    facts: dict[str, Any], data: st.DataObject
) -> None:
    """A definite answer stands however the unknown facts turn out."""
    hidden = data.draw(st.frozensets(st.sampled_from(sorted(facts)), max_size=8))
    part = significance(IncidentFacts(**{name: value for name, value in facts.items() if name not in hidden}))
    whole = significance(IncidentFacts(**facts))
    if part.answer is not Answer.UNDETERMINED:
        assert part.answer is whole.answer
    else:
        assert set(part.missing) <= hidden
        assert part.missing


@settings(max_examples=60, deadline=None)
@given(whole_facts(), st.data())
def test_learning_what_is_missing_ends_in_an_answer(facts: dict[str, Any], data: st.DataObject) -> None:
    """Adding what is missing, again and again, leads to an answer."""
    hidden = set(data.draw(st.frozensets(st.sampled_from(sorted(facts)), min_size=1, max_size=6)))
    found = significance(IncidentFacts(**{name: value for name, value in facts.items() if name not in hidden}))
    while found.answer is Answer.UNDETERMINED:
        assert set(found.missing) & hidden
        hidden -= set(found.missing)
        found = significance(IncidentFacts(**{name: value for name, value in facts.items() if name not in hidden}))
    assert found.answer is significance(IncidentFacts(**facts)).answer


QUANTITIES = ("direct_loss", "total_loss", "occurrences", "response_seconds", *TIMES, *USERS, "domain_names_affected")


@settings(max_examples=60, deadline=None)
@given(whole_facts(), st.data())
def test_raising_a_quantity_never_makes_an_incident_less_significant(
    facts: dict[str, Any], data: st.DataObject
) -> None:
    """More harm never makes an incident less significant."""
    hidden = data.draw(st.frozensets(st.sampled_from(sorted(facts)), max_size=3))
    name = data.draw(st.sampled_from(sorted({*QUANTITIES, *FLAGS} - hidden)))
    raised = dict(facts)
    if name in FLAGS:
        raised[name] = True
    elif name in TIMES:
        raised[name] = facts[name] + data.draw(DURATIONS)
    elif name in USERS:
        users: Affected = facts[name]
        if users.count is None:
            raised[name] = Affected(percent=min(100, (users.percent or 0) + data.draw(st.integers(0, 100))))
        else:
            raised[name] = Affected(min(users.count + data.draw(NUMBERS), facts["users_in_union"]))
        if name == "users_data_affected" and raised[name].any:
            raised["data_compromised"] = True
    else:
        raised[name] = facts[name] + data.draw(NUMBERS)
        raised["total_loss"] = max(raised["total_loss"], raised["direct_loss"])
        raised["domain_names_affected"] = min(raised["domain_names_affected"], raised["domain_names_managed"])
    before, after = (
        IncidentFacts(**{key: value for key, value in given.items() if key not in hidden}) for given in (facts, raised)
    )
    assert RANK[significance(before).answer] <= RANK[significance(after).answer]
    assert attrs.evolve(before) == before
