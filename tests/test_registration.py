"""Registration: what is due by when, to whom, with which data (Articles 3(4) and 27), and what nobody read stays open."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from nis2map import (
    Dataset,
    DatasetError,
    Entity,
    Incident,
    InputError,
    LawTables,
    RegistrationDuty,
    RegistrationPlan,
    UnknownRef,
    classify,
    deadlines,
    load,
    member_state,
    registration,
)

MEDIUM: dict[str, Any] = {"headcount": 120, "turnover": 20e6, "balance_sheet": 20e6}
HOSPITAL, DNS, CLOUD = "nis2:annexI.5.1", "nis2:annexI.8.2", "nis2:annexI.8.4"


def planned(types: str | tuple[str, ...], facts: dict[str, Any], **asked: Any) -> dict[str, RegistrationDuty]:
    """Return the duties of a plan by id and State."""
    plan = registration(classify(Entity(types, **MEDIUM, **facts)), **asked)
    return {f"{duty.id} {duty.member_state}": duty for duty in plan}


# types, facts, what is asked, duty and State, due, what fixes it (article, or the State's rule as read)
DUE = [
    (HOSPITAL, {"established_in": "BE"}, {}, "listing BE", "2025-03-18", "first wave"),
    (HOSPITAL, {"established_in": "BE"}, {"in_scope_since": "2024-12-01"}, "listing BE", "2025-03-18", "first wave"),
    (HOSPITAL, {"established_in": "BE"}, {"in_scope_since": "2025-06-01"}, "listing BE", None, "no date was read"),
    (HOSPITAL, {"established_in": "DE"}, {"in_scope_since": "2025-12-06"}, "listing DE", "2026-03-06", "first wave"),
    (
        HOSPITAL,
        {"established_in": "DE"},
        {"in_scope_since": "2026-05-01"},
        "listing DE",
        "2026-08-01",
        "3 months after",
    ),
    (HOSPITAL, {"established_in": "DK"}, {"in_scope_since": "2026-05-01"}, "listing DK", "2026-05-15", "2 weeks after"),
    (HOSPITAL, {"established_in": "SI"}, {"in_scope_since": "2026-01-31"}, "listing SI", "2026-03-02", "30 days after"),
    (HOSPITAL, {"established_in": "IE"}, {}, "listing IE", None, "no date was read"),
    (HOSPITAL, {"established_in": "NO"}, {}, "listing NO", None, "has not transposed NIS 2"),
    (DNS, {"established_in": "DE"}, {}, "registry DE", "2025-01-17", "Article 27(2)"),
    (DNS, {"established_in": "DE"}, {"in_scope_since": "2025-01-17"}, "registry DE", "2025-01-17", "Article 27(2)"),
    (DNS, {"established_in": "DE"}, {"in_scope_since": "2025-01-18"}, "registry DE", None, "by 2025-01-17 alone"),
    (DNS, {"established_in": ("DE", "FR"), "decisions_in": "FR"}, {}, "registry FR", "2025-01-17", "Article 27(2)"),
    (HOSPITAL, {}, {"member_state": "LU"}, "listing LU", "2026-07-10", "first wave"),
    (HOSPITAL, {}, {}, "listing None", None, "leaves the date to the State"),
]


@pytest.mark.parametrize(("types", "facts", "asked", "key", "due", "basis"), DUE)
def test_when_the_first_submission_is_due(
    types: str, facts: dict[str, Any], asked: dict[str, Any], key: str, due: str | None, basis: str
) -> None:
    """The Directive's one date, the State's first wave, its period for who comes later; else no date, and why."""
    duty = planned(types, facts, **asked)[key]
    assert str(duty.due or "") == (due or "")
    assert basis in duty.basis
    assert duty.provisional == (due is not None and "in_scope_since" not in asked)


def test_changes_have_windows_of_their_own() -> None:
    """Two weeks for the list (Article 3(4), second subparagraph), three months for the register (Article 27(3))."""
    found = planned(DNS, {"established_in": "DE"}, changed_on="2026-11-30")
    assert str(found["listing DE"].change_within) == "2 weeks"
    assert found["listing DE"].changes_due == dt.date(2026, 12, 14)
    assert found["registry DE"].changes_due == dt.date(2027, 2, 28)
    assert [duty.change_citation for duty in found.values()] == ["Article 3(4), second subparagraph", "Article 27(3)"]
    assert planned(DNS, {"established_in": "DE"})["listing DE"].changes_due is None


def test_the_data_to_give_are_units_of_the_law() -> None:
    """Points (a) to (d) of Article 3(4), points (a) to (f) of Article 27(2), each with its title."""
    found = planned(DNS, {"established_in": "DE"})
    assert [ref.local for ref in found["listing DE"].data] == ["3.4.a", "3.4.b", "3.4.c", "3.4.d"]
    assert [ref.local for ref in found["registry DE"].data] == [f"27.2.{letter}" for letter in "abcdef"]
    for duty in found.values():
        assert duty.data_titles == tuple(load().requirement(ref).title for ref in duty.data)


def test_to_whom_follows_from_article_26() -> None:
    """Each State that the entity comes under has its row; the register goes to that of the main establishment."""
    found = planned((HOSPITAL, CLOUD), {"established_in": ("BE", "DE"), "decisions_in": "DE"})
    assert list(found) == ["listing BE", "listing DE", "registry DE"]
    state = member_state("DE")
    assert (found["registry DE"].recipient, found["registry DE"].portal) == (state.authority, state.registration_portal)
    assert found["listing BE"].says == member_state("BE").registration
    assert found["listing BE"].as_of == member_state("BE").as_of
    named = planned(HOSPITAL, {"established_in": "BE"}, member_state=("fr", "EL"))
    assert list(named) == ["listing FR", "listing GR"]


def test_what_is_open_is_said() -> None:
    """Without a State there is no authority, and the facts that would tell it are named."""
    plan = registration(classify(Entity(DNS, **MEDIUM)))
    assert all(duty.recipient is None for duty in plan)
    assert any("which State is open, depending on established_in, decisions_in" in note for note in plan.notes)
    unsure = registration(classify(Entity(HOSPITAL, established_in="BE")))
    assert all(duty.provisional for duty in unsure)
    assert "unless a fact not given" in str(unsure)


def test_who_owes_nothing_has_nothing_to_register() -> None:
    """Out of scope, or released by its State (Article 2(8)): no duty; a registrar has both (Articles 3(4) and 27)."""
    assert len(registration(classify(Entity(CLOUD, headcount=5, turnover=1, balance_sheet=1)))) == 0
    assert len(registration(classify(Entity(CLOUD, state_exemption="entirely", **MEDIUM)))) == 0
    registrar = registration(classify(Entity((), domain_registration=True, established_in="AT")))
    assert [duty.id for duty in registrar] == ["listing", "registry"]
    assert "nothing to register" in str(registration(classify(Entity(()))))


def test_a_plan_is_a_result_like_any_other() -> None:
    """It prints, has HTML and rows, and names the versions that it rests on."""
    plan = registration(classify(Entity(DNS, established_in="DE", **MEDIUM)))
    assert isinstance(plan, RegistrationPlan)
    assert "https://portal.bsi.bund.de" in str(plan)
    assert "<table" in plan._repr_html_()
    assert plan.to_dicts()[1]["due"] == "2025-01-17"
    assert plan.data == load().version
    assert "not legal advice" in str(plan)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"classification": "essential"}, InputError, "classification"),
        ({"in_scope_since": "soon"}, InputError, "in_scope_since"),
        ({"changed_on": 5}, InputError, "changed_on"),
        ({"member_state": "UK"}, UnknownRef, "member_state"),
    ],
)
def test_what_is_refused(given: dict[str, Any], error: type[Exception], message: str) -> None:
    """Each argument is named, with the nearest right thing."""
    arguments = {"classification": classify(Entity(HOSPITAL, **MEDIUM)), **given}
    with pytest.raises(error, match=message):
        registration(arguments.pop("classification"), **arguments)


def test_a_dataset_without_the_table_is_named() -> None:
    """No rule is made up."""
    bare = Dataset.from_parts(frameworks=(), law=LawTables())
    with pytest.raises(DatasetError, match="registrations"):
        registration(classify(Entity(HOSPITAL, **MEDIUM)), dataset=bare)


def test_a_state_that_article_26_does_not_lead_to_is_named() -> None:
    """Whoever asks about another State gets its answer, with a note that the entity answers elsewhere."""
    hospital = classify(Entity("nis2:annexI.5.1", headcount=300, established_in="BE"))
    assert "DE was asked for; Article 26 leads to BE." in registration(hospital, member_state="DE").notes
    assert not [note for note in registration(hospital, member_state="BE").notes if "was asked for" in note]
    incident = Incident(dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC))
    texts = [note.text for note in deadlines(incident, classification=hospital, member_states="DE").notes]
    assert "DE was asked for; Article 26 leads to BE." in texts
    open_ = classify(Entity("nis2:annexI.5.1", headcount=300))
    assert not [note for note in registration(open_, member_state="DE").notes if "was asked for" in note]


def test_nothing_to_register_has_a_reason() -> None:
    """An empty plan says as what the entity was found."""
    plan = registration(
        classify(Entity("nis2:annexI.5.1", headcount=3, turnover=1e5, balance_sheet=1e5)), member_state="BE"
    )
    assert len(plan) == 0
    assert "Directive (EU) 2022/2555: out of scope, which brings no duty to register" in plan.notes


def test_an_act_that_takes_the_place_of_article_23_does_not_run_beside() -> None:
    """DORA decides on a bank's reports; for a hospital it may not even be named as decided."""
    bank = classify(Entity("nis2:annexI.3.1", headcount=300, established_in="LU"))
    texts = [
        note.text
        for note in deadlines(Incident(dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)), classification=bank).notes
    ]
    assert any("another act stands in its place" in text and "DORA" in text for text in texts)
    assert not [text for text in texts if text.startswith("May apply as well") and "DORA" in text]
    assert any(text.startswith("May apply as well") and "GDPR" in text for text in texts)
