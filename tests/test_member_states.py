"""The States: codes, status by date, provenance, and the tables against their sources."""

from __future__ import annotations

import copy
import json
import pickle
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest

from nis2map import Dataset, Incident, deadlines, stale
from nis2map.data._tables import table
from nis2map.errors import InputError, UnknownRef
from nis2map.law import Deviation, Recognition, Transposition, member_state, member_states, reporting_rule

from .evidence import by_state, copied, facts, iso_dates, national_grams
from .test_law_tables import with_law

UNION = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT",
    "NL", "PL", "PT", "RO", "SE", "SI", "SK",
]  # fmt: skip
EEA = ["IS", "LI", "NO"]


def test_there_are_27_member_states_and_three_of_the_eea() -> None:
    """The table has the Union and the EEA, no State more and none less."""
    assert [state.code for state in member_states()] == sorted(UNION + EEA)
    assert len(UNION) == 27


@pytest.mark.parametrize(
    ("text", "code"),
    [("BE", "BE"), ("be", "BE"), (" be ", "BE"), ("GR", "GR"), ("EL", "GR"), ("el", "GR"), ("no", "NO")],
)
def test_codes_in_either_case_and_style(text: str, code: str) -> None:
    """Case and the Union's own style of codes make no difference."""
    assert member_state(text).code == code
    assert reporting_rule(text).code == code


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("UK", "neither in the Union nor in the EEA"),
        ("gb", "neither in the Union nor in the EEA"),
        ("CH", "neither in the Union nor in the EEA"),
        ("Belgium", "the code is BE"),
        ("BEL", "nearest: EL, BE"),
        ("", "one of: AT, BE"),
        ("ＢＥ", "is not the code of a Member State"),
        ("\x00", "is not the code of a Member State"),
        (None, "two letters"),
        (5, "two letters"),
        (b"BE", "two letters"),
    ],
)
def test_other_codes_are_unknown(text: object, match: str) -> None:
    """Any other text is `UnknownRef`, with the code that was meant where one is near."""
    with pytest.raises(UnknownRef, match=match):
        member_state(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "today", "status"),
    [
        ("AT", date(2025, 12, 22), Transposition.DRAFT),
        ("AT", date(2025, 12, 23), Transposition.ADOPTED),
        ("AT", date(2026, 9, 30), Transposition.ADOPTED),
        ("AT", date(2026, 10, 1), Transposition.IN_FORCE),
        ("BE", date(2024, 10, 17), Transposition.ADOPTED),
        ("BE", date(2024, 10, 18), Transposition.IN_FORCE),
        ("DE", date(2025, 12, 5), Transposition.ADOPTED),
        ("DE", date(2025, 12, 6), Transposition.IN_FORCE),
        ("HU", date(2024, 12, 16), Transposition.DRAFT),
        ("HU", date(2024, 12, 31), Transposition.ADOPTED),
        ("HU", date(2025, 1, 1), Transposition.IN_FORCE),
        ("FR", date(2026, 11, 24), Transposition.DRAFT),
        ("IE", date(2026, 11, 24), Transposition.DRAFT),
        ("ES", date(2026, 11, 24), Transposition.DRAFT),
        ("NO", date(2026, 11, 24), Transposition.UNKNOWN),
        ("IS", date(2026, 11, 24), Transposition.UNKNOWN),
        ("LI", date(2026, 11, 24), Transposition.IN_FORCE),
    ],
)
def test_status_follows_from_dates_and_today(code: str, today: date, status: Transposition) -> None:
    """How far an act is turns by its dates, on the day itself."""
    assert member_state(code, today=today).status is status


def test_without_today_nothing_is_computed() -> None:
    """Nothing reads a clock: without a day there is neither status nor age."""
    state = member_state("BE")
    assert (state.status, state.age) == (None, None)
    oldest = min(fact.as_of for fact in state.facts if fact.value is not None)
    assert oldest < state.as_of
    assert member_state("BE", today=date(2026, 12, 7)).age == (date(2026, 12, 7) - oldest).days
    assert all(found.status is None for found in member_states())
    assert all(found.status is not None for found in member_states(today=date(2026, 11, 24)))


@pytest.mark.parametrize("today", [datetime(2026, 1, 1, tzinfo=UTC), "2026-02-30", 20260101, True])
def test_today_is_a_date(today: object) -> None:
    """A datetime, a number or a day that the calendar lacks is refused by name."""
    with pytest.raises(InputError, match=r"^today is .*, not a date"):
        member_state("BE", today=today)  # type: ignore[arg-type]


def test_every_fact_has_a_date_and_sources_and_blank_stays_unknown() -> None:
    """No fact without provenance, and what nobody read is None."""
    for state in member_states():
        for fact in state.facts:
            assert date(2024, 1, 1) <= fact.as_of <= date(2026, 11, 27), (state.code, fact.name)
            assert fact.value != "", (state.code, fact.name)
            assert bool(fact.url) == bool(fact.title), (state.code, fact.name)
            assert not fact.url or re.match(r"https?://[\w.-]+\.[a-z]{2,}(/|$)", fact.url), (state.code, fact.url)
            assert fact.url or not fact.verified, (state.code, fact.name)
        for csirt in state.csirts:
            assert csirt.sources
        assert state.reporting.sources
        assert "" not in (*state.notes, *state.unverified)
    assert member_state("SK").registration_portal is None
    assert member_state("SI").authority_url is None
    spoc = member_state("BE").fact("spoc")
    assert (spoc.url, spoc.standing, spoc.as_of) == ("", "not verified", date(2026, 10, 9))
    law = member_state("BE").fact("law")
    assert (law.verified, law.as_of) == (True, date(2026, 11, 27))
    assert member_state("NL").fact("reporting.notification").url == "https://wetten.overheid.nl/BWBR0052872"


def test_most_facts_have_an_address_and_what_has_none_computes_nothing(dataset: Dataset) -> None:
    """Nine in ten known facts can be opened; a national period without a source leaves the Directive's in place."""
    known = [fact for state in member_states() for fact in state.facts if fact.value is not None]
    assert sum(bool(fact.url) for fact in known) / len(known) > 0.85
    assert sum(fact.verified for fact in known) / len(known) > 0.65
    assert not any("public code record" in fact.url or "open-isms data" in fact.url for fact in known)
    rules = tuple(attrs.evolve(rule, provenance=()) for rule in dataset.law.reporting_rules)
    bare = with_law(dataset, attrs.evolve(dataset.law, reporting_rules=rules))
    for code in ("CY", "HR", "PT", "FI"):
        schedule = deadlines(Incident(datetime(2026, 6, 1, 9, tzinfo=UTC), member_state=code), dataset=bare)
        assert not any(deadline.national for deadline in schedule), code
        assert reporting_rule(code, dataset=bare).from_detection is False
    warning = deadlines(Incident(datetime(2026, 6, 1, 9, tzinfo=UTC), member_state="CY"))["early_warning"]
    assert (warning.national, warning.sources) == (True, (member_state("CY").fact("reporting.early_warning").url,))


def test_stale_facts_are_told() -> None:
    """Older than so many days before a day, State by State; a fact read on the day itself never is."""
    assert stale("2026-11-27", max_age=3000) == ()
    old = stale(date(2026, 11, 27), max_age=30)
    assert old
    assert all((date(2026, 11, 27) - fact.as_of).days > 30 for fact in old)
    assert {fact.name for fact in old if fact.code == "BE"} >= {"spoc"}
    later = stale("2027-11-27")
    assert len(later) == sum(fact.value is not None for state in member_states() for fact in state.facts)
    for bad, match in [
        ({"today": "soon"}, "today"),
        ({"today": None}, "today"),
        ({"today": "2026-11-27", "max_age": -1}, "max_age"),
    ]:
        with pytest.raises(InputError, match=match):
            stale(**bad)  # type: ignore[arg-type]
    with pytest.raises(UnknownRef, match="nearest: authority"):
        member_state("BE").fact("authorit")


@pytest.mark.parametrize(
    ("code", "recognition"),
    [
        ("BE", Recognition.PRESUMPTION_CONDITIONAL),
        ("AT", Recognition.EVIDENCE),
        ("FR", Recognition.NOT_SUFFICIENT),
        ("HR", Recognition.MAPPING_ONLY),
        ("EE", Recognition.MAPPING_ONLY),
        ("CY", Recognition.MAPPING_ONLY),
        ("DE", Recognition.NONE_FOUND),
        ("IT", Recognition.NONE_FOUND),
        ("HU", Recognition.NONE_FOUND),
        ("PL", Recognition.NONE_FOUND),
        ("NL", Recognition.OPEN),
        ("IE", Recognition.OPEN),
        ("RO", Recognition.UNKNOWN),
        ("SE", Recognition.UNKNOWN),
        ("NO", Recognition.UNKNOWN),
    ],
)
def test_recognition_of_iso_27001(code: str, recognition: Recognition) -> None:
    """What a certificate counts for in a State is what its rules were read to say."""
    state = member_state(code)
    assert state.iso27001 is recognition
    if recognition is not Recognition.UNKNOWN:
        assert state.iso27001_note


def test_only_belgium_presumes_and_on_a_condition() -> None:
    """A presumption of conformity is claimed for one State alone, with its conditions."""
    presumed = [s for s in member_states() if s.iso27001 is Recognition.PRESUMPTION_CONDITIONAL]
    assert [state.code for state in presumed] == ["BE"]
    assert "CyFun level" in (presumed[0].iso27001_note or "")


def test_reporting_rules() -> None:
    """Periods that are certain enough to compute are rows of the table, the others texts."""
    cyprus = reporting_rule("CY")
    assert cyprus.deviates is Deviation.YES
    assert [term.to_dict() for term in cyprus.applied] == [
        {"stage": "early_warning", "period": "6 hours", "counted_from": "awareness"}
    ]
    assert cyprus.term("final") is None
    assert {rule.code for rule in (s.reporting for s in member_states()) if rule.from_detection} == {
        "BG", "FI", "PL", "SI", "SK",
    }  # fmt: skip
    assert {s.code for s in member_states() if s.reporting.applied} == {"CY", "HR", "PT"}
    for state in member_states():
        if state.reporting.applied or state.reporting.from_detection:
            assert state.reporting.deviates is Deviation.YES


def test_states_are_frozen_and_json_ready() -> None:
    """A State can't be changed, survives pickle and JSON, and shows what is not verified."""
    state = member_state("be", today=date(2026, 10, 9))
    with pytest.raises(AttributeError):
        state.name = "x"  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(state)) == state == copy.deepcopy(state)
    assert len({state, member_state("BE", today=date(2026, 10, 9))}) == 1
    record = json.loads(json.dumps(state.to_dict()))
    assert record["in_force"] == "2024-10-18"
    assert record["status"] == "in-force"
    assert record["csirts"][0]["name"] == "CERT.be"
    assert record["reporting"]["deviates"] == "no"
    assert record["version"]
    told = {"code", "name", "value", "title", "locator", "url", "as_of", "verified", "secondary"}
    assert all(set(row) == told for row in state.to_dicts())
    assert "Belgium (BE)" in str(state)
    html = state._repr_html_()
    assert "Centre for Cybersecurity Belgium" in html
    assert "<script" not in html
    assert "not verified" in html
    assert "https://www.ejustice.just.fgov.be" in html or "https://ccb.belgium.be" in html


NAMED = (
    "name law law_date law_date_basis in_force authority_url csirt_url registration_portal reporting_portal recorded spoc"
).split()


def changed() -> set[tuple[str, str]]:
    """Return the facts that were found otherwise when each was looked up again, with a source of its own."""
    path = Path(__file__).parents[1] / "data-src" / "facts" / "national-research.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {(row["code"], row["fact"]) for row in rows if row["status"] == "changed"}


def test_states_equal_their_source() -> None:
    """Each fact of a State is the one of the table of facts, blank where that is blank, with the same sources."""
    theirs, newer = by_state("states"), changed()
    ours: dict[str, dict[str, Any]] = {row["code"]: row for row in table("member_states")}
    assert set(ours) == set(theirs)
    for code, row in theirs.items():
        mine = ours[code]
        for name in NAMED:
            assert mine[name] == row[name] or (code, name) in newer, (code, name)
        for name in ("csirt", "registration", "framework"):
            assert bool(mine[name]) == row[f"{name}_known"] or (code, name) in newer, (code, name)
        if mine["registration_date"] and (code, "registration_date") not in newer:
            assert mine["registration_date"] in row["registration_dates"], code
        if (code, "authority") in newer:
            assert mine["authority"]
        elif "authority" in row:
            assert mine["authority"] == row["authority"], code
        else:  # the source's cell is a sentence; the bodies that it names must be there all the same
            assert set(row["authority_acronyms"]) <= set(re.findall(r"\b[A-Z]{3,}\b", mine["authority"])), code


def test_dates_in_the_text_of_a_state_are_those_of_its_source() -> None:
    """No date in our words about a State is one that its source does not have."""
    theirs, newer = by_state("states"), changed()
    for row in table("member_states"):
        fields = [name for name in ("registration", "iso27001_note") if (row["code"], name) not in newer]
        text = " ".join([*(row[name] or "" for name in fields), *row["notes"]])
        # The source writes these four in words or in another order, and these two came when each was looked up again.
        written = {"2024-06-09", "2027-09-30", "2028-10-01", "2026-07-08", "2026-01-01", "2026-06-18"}
        assert set(iso_dates(text)) <= {*theirs[row["code"]]["dates"], *written}, row["code"]


def test_csirts_equal_their_source() -> None:
    """Each national CSIRT has the team, host, pages and role of the network's list."""
    theirs = facts("csirts")
    ours = [(state.code, csirt) for state in member_states() for csirt in state.csirts]
    assert len(ours) == len(theirs) == 30
    by_name = {(code, csirt.name): csirt for code, csirt in ours}
    for row in theirs:
        mine = by_name[row["state"], row["name"]]
        assert (mine.team, mine.host, mine.page) == (row["team"], row["host"], row["page"])
        assert (mine.contact, mine.coordinator) == (row["contact"], row["coordinator"])
        assert mine.as_of.isoformat() == row["as_of"]
        network = "https://github.com/enisaeu/CNW@48f18e97"
        assert network.partition("@")[0] in mine.sources
    assert {code for code, _ in ours} == set(UNION)


def numbers(text: str | None) -> list[str]:
    return re.findall(r"\d+", text or "")


def test_reporting_rules_equal_their_source() -> None:
    """Each State's reporting periods have the numbers, anchor and sources of the table of facts."""
    theirs, newer = by_state("reporting"), changed()
    ours: dict[str, dict[str, Any]] = {row["code"]: row for row in table("reporting_rules")}
    assert set(ours) == set(theirs) == set(UNION + EEA)
    for code, row in theirs.items():
        mine = ours[code]
        looked_up = any(fact.startswith("reporting.") for state, fact in newer if state == code)
        assert mine["deviates"] == row["deviates"] or looked_up, code
        for stage in ("early_warning", "notification", "final"):
            assert numbers(mine[stage]) == row[stage] or (code, f"reporting.{stage}") in newer, (code, stage)
        for name in ("extra", "recipient"):
            assert bool(mine[name]) == row[f"{name}_known"] or (code, f"reporting.{name}") in newer, (code, name)
        if row["anchor"] and (code, "reporting.anchor") not in newer:
            assert mine["anchor"] == row["anchor"], code


def test_no_sentence_of_the_sources_is_copied() -> None:
    """No text about a State shares five words in a row, names and numbers aside, with its sources."""
    for row in table("member_states"):
        for text in (row["registration"], row["iso27001_note"], *row["notes"], *(c["note"] for c in row["csirts"])):
            assert not copied("national_fingerprints", national_grams(text or "")), (row["code"], text)
    for row in table("reporting_rules"):
        for text in (row["extra"], row["note"], row["basis"], row["anchor_term"]):
            assert not copied("national_fingerprints", national_grams(text)), (row["code"], text)


def test_without_a_day_the_text_says_nothing_of_status_or_age() -> None:
    """How old the facts are and how far the act is are told for a day, and no clock is asked for one."""
    assert "status: " not in str(member_state("BE"))
    assert "days old" in str(member_state("BE", today="2026-11-24"))
