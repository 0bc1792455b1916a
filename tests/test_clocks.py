"""Several States, recipients and contents, other acts' clocks on the same incident, and who owes no report at all."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from nis2map import (
    Clock,
    Entity,
    Incident,
    InputError,
    ReportingStage,
    UnknownRef,
    classify,
    deadlines,
    load,
    member_state,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
AWARE = dt.datetime(2026, 11, 20, 9, 10, tzinfo=BRUSSELS)
LARGE: dict[str, Any] = {"headcount": 400, "turnover": 80e6, "balance_sheet": 60e6}
TELECOM = classify(Entity("nis2:annexI.8.8", services_in=("DE", "BE"), **LARGE))


def stage(name: str, citation: str, start: str, amount: int, unit: str) -> ReportingStage:
    return ReportingStage(
        stage=name,
        ref=f"act:{name.replace(' ', '-')}",
        citation=citation,
        counted_from=start,
        period={"amount": amount, "unit": unit},
        as_of="2024-11-20",
    )


def test_each_state_has_its_deadlines_recipient_and_portal() -> None:
    """Article 26(1), point (a): a provider of public networks answers in every State that it serves."""
    schedule = deadlines(Incident(AWARE), classification=TELECOM)
    assert schedule.member_states == ("BE", "DE")
    assert [deadline.member_state for deadline in schedule] == ["BE"] * 3 + ["DE"] * 3
    assert schedule.in_state("DE") == tuple(schedule)[3:]
    for deadline in schedule:
        state = member_state(str(deadline.member_state))
        assert (deadline.recipient, deadline.portal) == (state.reporting.recipient, state.reporting_portal)
        assert f"to {deadline.to_whom}" in str(schedule)
    assert schedule["final"].member_state == "BE"
    assert (schedule.member_state, schedule.recipient) == (None, None)
    with pytest.raises(UnknownRef, match="no rules of 'FR' were looked at; here: BE, DE"):
        schedule.in_state("FR")


@pytest.mark.parametrize(
    ("incident", "asked", "states"),
    [
        ({"member_state": "FR"}, {"classification": TELECOM, "member_states": ("IT", "el")}, ("GR", "IT")),
        ({"member_state": "FR"}, {"classification": TELECOM}, ("FR",)),
        ({}, {"classification": TELECOM}, ("BE", "DE")),
        ({}, {"member_states": "NL"}, ("NL",)),
        ({}, {"classification": classify(Entity("nis2:annexI.5.1", **LARGE))}, ()),
        ({}, {}, ()),
    ],
)
def test_whose_rules_are_looked_at(incident: dict[str, Any], asked: dict[str, Any], states: tuple[str, ...]) -> None:
    """Those that are named, else that of the incident, else those that Article 26 leads to, else the Directive alone."""
    schedule = deadlines(Incident(AWARE, **incident), **asked)
    assert schedule.member_states == states
    assert {deadline.member_state for deadline in schedule} == (set(states) or {None})


def test_national_periods_stay_national() -> None:
    """Cyprus asks for the early warning after six hours, and its neighbour in the schedule does not."""
    schedule = deadlines(Incident(AWARE), member_states=("CY", "BE"))
    cyprus, belgium = (schedule.in_state(code)[0] for code in ("CY", "BE"))
    assert (cyprus.national, belgium.national) == (True, False)
    assert belgium.due - cyprus.due == dt.timedelta(hours=18)  # type: ignore[operator]
    assert any("six hours" in note.text or "6 hours" in note.text for note in schedule.notes)


def test_each_report_says_what_it_contains() -> None:
    """Article 23(4), points (a) to (e): units of the law, with their titles."""
    contents = {
        deadline.stage: [ref.local.removeprefix("23.4.") for ref in deadline.contents]
        for deadline in deadlines(
            Incident(AWARE, notified_at=AWARE, intermediate_requested_at=AWARE, ongoing=True, zone=BRUSSELS)
        )
    }
    assert contents == {
        "early_warning": ["a~malicious", "a~cross-border"],
        "notification": ["b~update", "b~assessment", "b~ioc"],
        "intermediate": ["c"],
        "progress": ["e~progress"],
        "final": ["d.i", "d.ii", "d.iii", "d.iv"],
    }
    for deadline in deadlines(Incident(AWARE)):
        assert deadline.contents_titles == tuple(load().requirement(ref).title for ref in deadline.contents)
        assert all(title in str(deadlines(Incident(AWARE))) for title in deadline.contents_titles)


def test_the_calendar_has_state_recipient_portal_and_contents() -> None:
    """Events of two States are two events, and each says whom to tell, where, and what."""
    text = deadlines(Incident(AWARE), classification=TELECOM).to_ics(title="Core outage")
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert len({str(event["UID"]) for event in events}) == len(events) == 6
    first = events[0]
    assert str(first["SUMMARY"]) == "Core outage: Early warning (NIS 2, BE)"
    assert "https://notif.safeonweb.be" in str(first["DESCRIPTION"])
    assert "Contains " in str(first["DESCRIPTION"])


@pytest.mark.parametrize(
    ("entity", "said"),
    [
        (Entity("nis2:annexI.3.1", **LARGE), "another act stands in its place.*recital 28.*DORA"),
        (Entity("nis2:annexI.9.1", state_exemption="entirely", **LARGE), r"Article 2\(8\)"),
        (Entity((), **LARGE), "out of scope"),
        (Entity((), domain_registration=True), "essential and important entities"),
    ],
)
def test_who_is_not_bound_by_article_23_owes_no_report(entity: Entity, said: str) -> None:
    """There is no deadline, and a note says why; other acts' clocks run all the same."""
    own = Clock(
        name="GDPR",
        act="Regulation (EU) 2016/679",
        stages=stage("notification", "Article 33(1)", "awareness", 72, "hours"),
    )
    schedule = deadlines(Incident(AWARE), classification=classify(entity), clocks=own)
    assert [deadline.stage for deadline in schedule] == ["GDPR notification"]
    assert any(note.text.startswith("No report is owed under Directive (EU) 2022/2555") for note in schedule.notes)
    assert re.search(said, " ".join(note.text for note in schedule.notes))
    open_ = deadlines(Incident(AWARE), classification=classify(Entity("nis2:annexI.5.1", headcount=20)))
    assert open_["early_warning"].due is not None


# Regulation (EU) 2024/2847, Article 14(2): 24 and 72 hours of awareness, 14 days after a corrective measure is there.
CRA = (
    stage("early warning", "Article 14(2), point (a)", "awareness", 24, "hours"),
    stage("notification", "Article 14(2), point (b)", "awareness", 72, "hours"),
    stage("final report", "Article 14(2), point (c)", "corrective measure", 14, "days"),
)


def test_clocks_of_other_acts_run_on_the_same_engine() -> None:
    """Their stages come after the Directive's, counted by the same arithmetic, from starts of their own."""
    there = AWARE + dt.timedelta(days=5)
    cra = Clock(
        name="CRA",
        act="Regulation (EU) 2024/2847",
        stages=CRA,
        starts={"corrective measure": there},
        done={"early warning": AWARE + dt.timedelta(hours=2)},
        recipient="CSIRT designated as coordinator",
    )
    schedule = deadlines(Incident(AWARE, zone="Europe/Brussels"), clocks=[cra])
    assert schedule["CRA early warning"].due == schedule["early_warning"].due
    assert schedule["CRA notification"].latest == schedule["notification"].latest
    assert schedule["CRA final report"].due == there + dt.timedelta(days=14)
    assert schedule["CRA final report"].basis == "Regulation (EU) 2024/2847, Article 14(2), point (c)"
    state = schedule.state(AWARE + dt.timedelta(hours=30))
    assert state["CRA early warning"].standing == "done"
    assert state["early_warning"].standing == "overdue"
    assert "CRA final report (NIS 2)" not in schedule.to_ics()
    waiting = deadlines(
        Incident(AWARE), clocks=Clock(name="CRA", act="CRA", stages=CRA, starts={"corrective measure": None})
    )
    assert waiting["CRA final report"].due is None
    assert waiting["CRA final report"].basis.endswith(": 14 days after corrective measure")


def test_notes_name_the_acts_that_may_run_beside() -> None:
    """Each with its own article and an address, none decided; one whose clock was given, or for other types, is not named."""

    def named(incident: Incident, **asked: Any) -> set[str]:
        notes = deadlines(incident, **asked).notes
        assert all(note.sources[0].startswith("https://") for note in notes if "not decided here" in note.text)
        return {row.id for row in load().law.parallel_acts for note in notes if row.act in note.text}

    assert named(Incident(AWARE)) == {"gdpr", "dora", "cra", "eidas"}
    assert named(Incident(AWARE), classification=TELECOM) == {"gdpr", "cra"}
    before = AWARE.replace(month=9, day=10)  # Regulation (EU) 2024/2847, Article 71(2): Article 14 from 2026-09-11
    assert named(Incident(before), classification=TELECOM) == {"gdpr"}
    own = Clock(name="GDPR", act="Regulation (EU) 2016/679 (GDPR)", stages=CRA[:1])
    assert named(Incident(AWARE), classification=TELECOM, clocks=own) == {"cra"}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Clock(name="X", act="Y", stages=CRA),
            "final report counts from 'corrective measure', which is not defined",
        ),
        (lambda: Clock(name="X", act="Y", stages=CRA[0], starts={"a": "soon"}), "a: 'soon'"),
        (lambda: Clock(name="X", act="Y", stages=CRA[0], done={"early warnin": AWARE}), "nearest: early warning"),
        (lambda: Clock(name="X", act="Y", stages="all"), "stages"),
        (lambda: Clock(name=5, act="Y", stages=CRA[0]), "name"),
        (lambda: deadlines(Incident(AWARE), clocks="GDPR"), "clocks"),
        (lambda: deadlines(Incident(AWARE), classification="essential"), "classification"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_clock_is_refused(make: Any, message: str) -> None:
    """The field is named, with the nearest right word."""
    with pytest.raises(InputError, match=message):
        make()


def test_codes_that_no_state_has_are_refused() -> None:
    """As everywhere."""
    with pytest.raises(UnknownRef, match="member_states: 'UK'"):
        deadlines(Incident(AWARE), member_states="UK")
