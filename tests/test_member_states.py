"""The States: codes, status by date, provenance, and the tables against their sources."""

from __future__ import annotations

import copy
import csv
import json
import pickle
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from nis2map.data._tables import table
from nis2map.errors import InputError, UnknownRef
from nis2map.law import Deviation, Recognition, Transposition, member_state, member_states, reporting_rule

NATIONAL = Path(__file__).parents[2] / "shared" / "reference" / "national"
UNION = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT",
    "NL", "PL", "PT", "RO", "SE", "SI", "SK",
]  # fmt: skip
EEA = ["IS", "LI", "NO"]


def rows(name: str) -> list[dict[str, str]]:
    path = NATIONAL / name
    if not path.exists():
        pytest.skip("the reference folder does not stand beside this checkout")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_27_member_states_and_three_of_the_eea() -> None:
    assert [state.code for state in member_states()] == sorted(UNION + EEA)
    assert len(UNION) == 27


@pytest.mark.parametrize(
    ("text", "code"),
    [("BE", "BE"), ("be", "BE"), (" be ", "BE"), ("GR", "GR"), ("EL", "GR"), ("el", "GR"), ("no", "NO")],
)
def test_codes_in_either_case_and_style(text: str, code: str) -> None:
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
        ("ＢＥ", "no such State"),
        ("\x00", "no such State"),
        (None, "two letters"),
        (5, "two letters"),
        (b"BE", "two letters"),
    ],
)
def test_other_codes_are_unknown(text: object, match: str) -> None:
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
        ("HU", date(2024, 12, 31), Transposition.UNKNOWN),
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
    assert member_state(code, today=today).status is status


def test_without_today_nothing_is_computed() -> None:
    state = member_state("BE")
    assert (state.status, state.age) == (None, None)
    assert member_state("BE", today=date(2026, 10, 19)).age == 10
    assert all(found.status is None for found in member_states())
    assert all(found.status is not None for found in member_states(today=date(2026, 11, 24)))


@pytest.mark.parametrize("today", [datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01", 20260101, True])
def test_today_is_a_date(today: object) -> None:
    with pytest.raises(InputError, match=r"^today: "):
        member_state("BE", today=today)  # type: ignore[arg-type]


def test_every_fact_has_a_date_and_sources_and_blank_stays_unknown() -> None:
    for state in member_states():
        for fact in state.facts:
            assert fact.sources, (state.code, fact.name)
            assert date(2024, 1, 1) <= fact.as_of <= date(2026, 11, 24), (state.code, fact.name)
            assert fact.value != "", (state.code, fact.name)
        for csirt in state.csirts:
            assert csirt.sources
        assert state.reporting.sources
        assert "" not in (*state.notes, *state.unverified)
    assert member_state("NO").fact("spoc").value is None
    assert member_state("SI").authority_url is None
    assert not member_state("BE").fact("spoc").verified
    assert member_state("BE").fact("law").verified
    assert member_state("AT").fact("iso27001").as_of != member_state("AT").fact("law").as_of
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
    state = member_state(code)
    assert state.iso27001 is recognition
    if recognition is not Recognition.UNKNOWN:
        assert state.iso27001_note


def test_only_belgium_presumes_and_on_a_condition() -> None:
    presumed = [s for s in member_states() if s.iso27001 is Recognition.PRESUMPTION_CONDITIONAL]
    assert [state.code for state in presumed] == ["BE"]
    assert "CyFun level" in (presumed[0].iso27001_note or "")


def test_reporting_rules() -> None:
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
    assert all({"code", "name", "value", "as_of", "sources", "verified"} == set(row) for row in state.to_dicts())
    assert "Belgium (BE)" in str(state)
    html = state._repr_html_()
    assert "Centre for Cybersecurity Belgium" in html
    assert "<script" not in html
    assert "not verified" in html


SAME = {
    "name": "name",
    "law_title": "law",
    "law_date": "law_date",
    "law_date_basis": "law_date_basis",
    "in_force": "in_force",
    "authority_url": "authority_url",
    "csirt_url": "csirt_url",
    "registration_portal_url": "registration_portal",
    "incident_reporting_portal_url": "reporting_portal",
    "as_of": "as_of",
    "transposition_status": "recorded",
}
# Here the source's cell holds more than names; the names must be there all the same.
REWORDED_AUTHORITY = {"IE", "NL", "NO", "SE"}
UNDESIGNATED = {"ES"}


def marks(text: str) -> set[str]:
    """Return what identifies sources: addresses, numbers of records, commits."""
    return set(re.findall(r"https?://[^\s;)]+|\b\d{11}\b|@[0-9a-f]{8}\b", text))


def test_states_equal_their_source() -> None:
    theirs = {row["country"]: row for row in rows("member-states.csv")}
    ours: dict[str, dict[str, Any]] = {row["code"]: row for row in table("member_states")}
    assert set(ours) == set(theirs)
    for code, row in theirs.items():
        mine = ours[code]
        for column, key in SAME.items():
            assert mine[key] == (row[column] or None), (code, column)
        assert mine["unverified"] == [name for name in re.split(r";\s*", row["unverified_fields"]) if name], code
        assert marks(" ".join(mine["sources"])) == marks(row["source"]), code
        assert (mine["spoc"] or "") == re.sub(r" since 2026-07-01$", "", row["spoc"]), code
        assert bool(mine["csirt"]) == bool(row["csirt"]), code
        assert bool(mine["registration"]) == bool(row["registration_deadline"]), code
        assert bool(mine["framework"]) == bool(row["national_framework"]), code
        if mine["registration_date"]:
            named = row["registration_deadline"] + row["in_force"] + row["notes"]
            assert mine["registration_date"] in named, code
        if code in UNDESIGNATED:
            assert mine["authority"] is None
        elif code in REWORDED_AUTHORITY:
            acronyms = set(re.findall(r"\b[A-Z]{3,}\b", row["competent_authority"])) - {"MCF", "MSB"}
            assert acronyms <= set(re.findall(r"\b[A-Z]{3,}\b", mine["authority"])), code
        else:
            assert mine["authority"] == (row["competent_authority"] or None), code


def test_dates_in_the_text_of_a_state_are_those_of_its_source() -> None:
    known = (NATIONAL / "iso-recognition.md").read_text(encoding="utf-8") if NATIONAL.exists() else ""
    theirs = {row["country"]: " ".join(row.values()) for row in rows("member-states.csv")}
    for row in table("member_states"):
        text = " ".join([row["registration"] or "", row["iso27001_note"] or "", *row["notes"]])
        digits = set(re.findall(r"\d{4}-\d{2}-\d{2}", theirs[row["code"]] + known))
        # The source writes these four in words or in another order.
        written = {"2024-06-09", "2027-09-30", "2028-10-01", "2026-07-08"}
        assert set(re.findall(r"\d{4}-\d{2}-\d{2}", text)) <= digits | written, row["code"]


def test_csirts_equal_their_source() -> None:
    theirs = [row for row in rows("csirt-network.csv") if row["country"] != "EUI"]
    ours = [(state.code, csirt) for state in member_states() for csirt in state.csirts]
    assert len(ours) == len(theirs) == 30
    by_name = {(code, csirt.name): csirt for code, csirt in ours}
    for row in theirs:
        mine = by_name[row["country"], row["cnw_name"]]
        assert mine.team == row["team"]
        assert mine.host == (row["host_body"] or None)
        assert mine.page == (row["page_url"] or None)
        assert mine.contact == (row["cra_contact_url"] or None)
        assert mine.coordinator == (row["cra_coordinator"] == "yes")
        assert mine.as_of.isoformat() == re.findall(r"\d{4}-\d{2}-\d{2}", row["as_of"])[-1]
        assert {mark for mark in marks(row["source"]) if "@" not in mark} <= marks(" ".join(mine.sources)) | {
            "https://github.com/enisaeu/CNW@48f18e97"
        }
    assert {code for code, _ in ours} == set(UNION)


def numbers(text: str | None) -> list[str]:
    return re.findall(r"\d+", text or "")


def test_reporting_rules_equal_their_source() -> None:
    theirs = {row["country"]: row for row in rows("reporting-deviations.csv")}
    ours: dict[str, dict[str, Any]] = {row["code"]: row for row in table("reporting_rules")}
    assert set(ours) == set(theirs) == set(UNION + EEA)
    for code, row in theirs.items():
        mine = ours[code]
        assert mine["deviates"] == row["deviates"].replace(" ", "-"), code
        assert mine["as_of"] == row["as_of"], code
        assert marks(" ".join(mine["sources"])) == marks(row["source"]), code
        assert numbers(mine["early_warning"]) == numbers(row["early_warning"]), code
        stated = row["notification"].replace(" (96h from awareness)", "")
        assert numbers(mine["notification"]) == numbers(stated), code
        assert numbers(mine["final"]) == numbers(row["final_report"]), code
        assert bool(mine["extra"]) == bool(row["extra_or_changed_stage"]), code
        assert bool(mine["recipient"]) == bool(row["recipient"]), code
        first_word = re.split(r"[ :(]", row["anchor"])[0]
        if first_word in ("awareness", "detection", "determination"):
            assert mine["anchor"] == first_word, code


def test_no_sentence_of_the_sources_is_copied() -> None:
    sentences = [
        row[key]
        for name, keys in (
            ("member-states.csv", ("notes", "accepts_iso27001", "registration_deadline")),
            ("reporting-deviations.csv", ("notes", "extra_or_changed_stage")),
            ("csirt-network.csv", ("notes",)),
        )
        for row in rows(name)
        for key in keys
    ]
    sentences.append((NATIONAL / "iso-recognition.md").read_text(encoding="utf-8"))
    known = {gram for sentence in sentences for gram in grams(sentence)}
    for row in table("member_states"):
        for text in (row["registration"], row["iso27001_note"], *row["notes"], *(c["note"] for c in row["csirts"])):
            assert not grams(text or "") & known, (row["code"], text)
    for row in table("reporting_rules"):
        for text in (row["extra"], row["note"], row["basis"], row["anchor_term"]):
            assert not grams(text) & known, (row["code"], text)


def grams(text: str) -> set[tuple[str, ...]]:
    """Return each run of five words; what is mostly names and numbers is no sentence."""
    words = [word.strip(".,;:()\"'|*") for word in text.split()]
    runs = (words[i : i + 5] for i in range(len(words) - 4))
    return {tuple(run) for run in runs if sum(word.isalpha() and word.islower() for word in run) >= 4}
