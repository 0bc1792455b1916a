"""Significance: a table of cases with the point that decides, missing facts, bad facts, the data against its source."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from nis2map import parse_ref
from nis2map.data._tables import table
from nis2map.errors import InputError, Nis2mapError
from nis2map.law import Affected, Answer, EntityKind, IncidentFacts, significance

from .evidence import facts

MILLION = 1_000_000
NOTHING = {
    "scheduled_maintenance": False, "direct_loss": 0, "trade_secrets_exfiltrated": False, "death": False,
    "health_damage": False, "malicious_access": False, "occurrences": 1, "unavailable_for": timedelta(0),
    "unavailable_in_week": timedelta(0), "limited_for": timedelta(0), "slow_for": timedelta(0), "response_seconds": 0,
    "users_unavailable": 0, "users_limited": 0, "users_data_affected": 0, "data_compromised": False,
    "physical_access_compromised": False, "severe_disruption": False, "financial_loss": False,
    "damage_to_others": False,
}  # fmt: skip
K = EntityKind


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


# Kinds, what is so beside "nothing happened", the point that decides, or "" for not significant.
CASES = [
    (K.CLOUD, {}, ""),
    (K.CLOUD, {"direct_loss": 500_000, "annual_turnover": 10**9}, ""),
    (K.CLOUD, {"direct_loss": 500_001, "annual_turnover": 10**9}, "Article 3(1), point (a)"),
    (K.CLOUD, {"direct_loss": 5_000, "annual_turnover": 100_000}, ""),
    (K.CLOUD, {"direct_loss": 5_000.01, "annual_turnover": 100_000}, "Article 3(1), point (a)"),
    (K.CLOUD, {"direct_loss": 1, "annual_turnover": 0}, "Article 3(1), point (a)"),
    (K.TLD, {"trade_secrets_exfiltrated": True}, "Article 3(1), point (b)"),
    (K.SEARCH_ENGINE, {"death": True}, "Article 3(1), point (c)"),
    (K.MARKETPLACE, {"health_damage": True}, "Article 3(1), point (d)"),
    (K.SOCIAL_NETWORK, {"malicious_access": True}, "Article 3(1), point (e)"),
    (K.CLOUD, {"occurrences": 2, "same_root_cause": True, "total_loss": 500_001}, "Article 4"),
    (K.CLOUD, {"occurrences": 1, "same_root_cause": True, "total_loss": 500_001}, ""),
    (K.CLOUD, {"occurrences": 2, "same_root_cause": False, "total_loss": 500_001}, ""),
    (K.CLOUD, {"occurrences": 2, "same_root_cause": True, "total_loss": 1, "annual_turnover": 20}, ""),
    (K.DNS, {"unavailable_for": minutes(30)}, ""),
    (K.DNS, {"unavailable_for": minutes(30.001)}, "Article 5, point (a)"),
    (K.DNS, {"response_seconds": 10.5, "slow_for": minutes(61)}, "Article 5, point (b)"),
    (K.DNS, {"response_seconds": 10, "slow_for": minutes(61)}, ""),
    (K.DNS, {"response_seconds": 11, "slow_for": minutes(60)}, ""),
    (K.DNS, {"data_compromised": True, "misconfiguration": False}, "Article 5, point (c)"),
    (K.DNS, {"data_compromised": True, "misconfiguration": True, "domain_names_affected": 999, "domain_names_managed": 99_900}, ""),
    (K.DNS, {"data_compromised": True, "misconfiguration": True, "domain_names_affected": 1_000, "domain_names_managed": 10**7}, "Article 5, point (c)"),
    (K.DNS, {"data_compromised": True, "misconfiguration": True, "domain_names_affected": 999, "domain_names_managed": 99_899}, "Article 5, point (c)"),
    (K.TLD, {"unavailable_for": timedelta(seconds=1)}, "Article 6, point (a)"),
    (K.TLD, {"response_seconds": 11, "slow_for": minutes(61)}, "Article 6, point (b)"),
    (K.TLD, {"data_compromised": True}, "Article 6, point (c)"),
    (K.TLD, {"data_compromised": None, "users_data_affected": 1}, "Article 6, point (c)"),
    (K.CLOUD, {"unavailable_for": minutes(31)}, "Article 7, point (a)"),
    (K.CLOUD, {"users_limited": 51, "users_in_union": 1_000, "limited_for": minutes(61)}, "Article 7, point (b)"),
    (K.CLOUD, {"users_limited": 50, "users_in_union": 1_000, "limited_for": minutes(61)}, ""),
    (K.CLOUD, {"users_limited": 51, "users_in_union": 1_000, "limited_for": minutes(60)}, ""),
    (K.CLOUD, {"users_limited": MILLION + 1, "users_in_union": 10**9, "limited_for": minutes(61)}, "Article 7, point (b)"),
    (K.CLOUD, {"users_limited": MILLION, "users_in_union": 10**9, "limited_for": minutes(61)}, ""),
    (K.CLOUD, {"users_limited": Affected(percent=5.1), "limited_for": minutes(61)}, "Article 7, point (b)"),
    (K.CLOUD, {"users_limited": Affected(percent=4), "users_in_union": 26 * MILLION, "limited_for": minutes(61)}, "Article 7, point (b)"),
    (K.CLOUD, {"users_limited": Affected(percent=4), "users_in_union": 25 * MILLION, "limited_for": minutes(61)}, ""),
    (K.CLOUD, {"data_compromised": True, "data_compromised_maliciously": True}, "Article 7, point (c)"),
    (K.CLOUD, {"data_compromised": True, "data_compromised_maliciously": False}, ""),
    (K.CLOUD, {"data_compromised": True, "data_compromised_maliciously": False, "users_data_affected": 60, "users_in_union": 1_000}, "Article 7, point (d)"),
    (K.DATA_CENTRE, {"unavailable_for": timedelta(seconds=1)}, "Article 8, point (a)"),
    (K.DATA_CENTRE, {"limited_for": minutes(61)}, "Article 8, point (b)"),
    (K.DATA_CENTRE, {"data_compromised": True, "data_compromised_maliciously": True}, "Article 8, point (c)"),
    (K.DATA_CENTRE, {"physical_access_compromised": True}, "Article 8, point (d)"),
    (K.CLOUD, {"physical_access_compromised": True}, ""),
    (K.CONTENT_DELIVERY, {"unavailable_for": minutes(31)}, "Article 9, point (a)"),
    (K.MANAGED_SERVICE, {"unavailable_for": minutes(31)}, "Article 10, point (a)"),
    (K.MANAGED_SECURITY, {"unavailable_for": minutes(31)}, "Article 10, point (a)"),
    (K.MARKETPLACE, {"unavailable_for": minutes(999)}, ""),
    (K.MARKETPLACE, {"users_unavailable": 51, "users_in_union": 1_000}, "Article 11, point (a)"),
    (K.MARKETPLACE, {"users_limited": 51, "users_in_union": 1_000}, "Article 11, point (b)"),
    (K.SEARCH_ENGINE, {"users_unavailable": MILLION + 1}, "Article 12, point (a)"),
    (K.SOCIAL_NETWORK, {"users_data_affected": MILLION + 1, "data_compromised": True, "data_compromised_maliciously": False}, "Article 13, point (d)"),
    (K.TRUST_SERVICE, {"unavailable_for": minutes(21)}, "Article 14, point (a)"),
    (K.TRUST_SERVICE, {"unavailable_for": minutes(20), "unavailable_in_week": minutes(61)}, "Article 14, point (b)"),
    (K.TRUST_SERVICE, {"users_limited": 11, "users_in_union": 1_000}, "Article 14, point (c)"),
    (K.TRUST_SERVICE, {"users_limited": 200_001, "users_in_union": 10**9}, "Article 14, point (c)"),
    (K.TRUST_SERVICE, {"physical_access_compromised": True}, "Article 14, point (d)"),
    (K.TRUST_SERVICE, {"users_data_affected": 101, "users_in_union": 10**6, "data_compromised": True}, "Article 14, point (e)"),
    (K.TRUST_SERVICE, {"users_data_affected": 100, "users_in_union": 10**6, "data_compromised": True}, ""),
    (K.TRUST_SERVICE, {"users_data_affected": Affected(percent=0.1), "users_in_union": 1_000, "data_compromised": True}, ""),
    (K.TRUST_SERVICE, {"users_data_affected": Affected(percent=0.11), "data_compromised": True}, "Article 14, point (e)"),
    (K.OTHER, {"severe_disruption": True}, "Article 23(3), point (a)"),
    (K.OTHER, {"financial_loss": True}, "Article 23(3), point (a)"),
    (K.OTHER, {"damage_to_others": True}, "Article 23(3), point (b)"),
    (K.OTHER, {"unavailable_for": minutes(999), "direct_loss": 10**9}, ""),
    (K.CLOUD, {"severe_disruption": True}, ""),
    (K.CLOUD, {"unavailable_for": minutes(999), "scheduled_maintenance": True}, ""),
    (K.CLOUD, {"malicious_access": True, "scheduled_maintenance": True}, "Article 3(1), point (e)"),
    (K.OTHER, {"severe_disruption": True, "scheduled_maintenance": True}, "Article 23(3), point (a)"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "point"), CASES)
def test_significance(kind: EntityKind, given: dict[str, object], point: str) -> None:
    """Each threshold of the texts decides on its own side, tested at the threshold itself."""
    found = significance(IncidentFacts(**{**NOTHING, "entity_types": kind, **given}))  # type: ignore[arg-type]
    assert found.answer is (Answer.SIGNIFICANT if point else Answer.NOT_SIGNIFICANT)
    assert found.missing == ()
    if point:
        assert [reason.citation.split(", ", 1)[1] for reason in found.reasons] == [point]


def test_maintenance_is_the_reason_where_it_decides() -> None:
    """An outage that was planned is not significant, and the reason is Article 3(2)."""
    facts = {**NOTHING, "entity_types": K.CLOUD, "unavailable_for": minutes(99), "scheduled_maintenance": True}
    found = significance(IncidentFacts(**facts))  # type: ignore[arg-type]
    assert [str(reason.ref) for reason in found.reasons] == ["cir:art.3.2"]


def test_maintenance_is_no_reason_where_nothing_was_met() -> None:
    """Where no point was met, those unmet are the reasons, planned or not."""
    facts = {**NOTHING, "entity_types": K.CLOUD, "scheduled_maintenance": True}
    found = significance(IncidentFacts(**facts))  # type: ignore[arg-type]
    assert found.answer is Answer.NOT_SIGNIFICANT
    assert found.reasons == found.criteria


def test_unknown_maintenance_leaves_an_outage_open_and_malice_settled() -> None:
    """Only what maintenance could explain waits for it; malice is never planned."""
    outage = significance(IncidentFacts(entity_types="cloud-computing-service-provider", unavailable_for=minutes(99)))
    assert outage.answer is Answer.UNDETERMINED
    assert outage.missing[0] == "scheduled_maintenance"
    assert str(outage.reasons[0].ref) == "cir:art.7.a"
    malice = significance(IncidentFacts(entity_types="cloud-computing-service-provider", malicious_access=True))
    assert malice.answer is Answer.SIGNIFICANT


def test_missing_facts_are_those_that_the_open_points_lack() -> None:
    """Only facts that can still decide are missing."""
    facts = {**NOTHING, "entity_types": K.CLOUD, "users_limited": 60, "limited_for": minutes(90)}
    found = significance(IncidentFacts(**facts))  # type: ignore[arg-type]
    assert (found.answer, found.missing) == (Answer.UNDETERMINED, ("users_in_union",))
    assert [str(reason.ref) for reason in found.reasons] == ["cir:art.7.b"]
    nothing = significance(IncidentFacts(entity_types=K.OTHER))
    assert nothing.missing == ("severe_disruption", "financial_loss", "damage_to_others")


def test_several_types_add_up_and_an_unknown_type_needs_all_to_agree() -> None:
    """One type of several is enough; an unknown one gives what every type would."""
    both = {**NOTHING, "entity_types": (K.CLOUD, K.DATA_CENTRE), "unavailable_for": minutes(10)}
    assert significance(IncidentFacts(**both)).answer is Answer.SIGNIFICANT  # type: ignore[arg-type]
    unknown = {**NOTHING, "unavailable_for": minutes(10)}
    found = significance(IncidentFacts(**unknown))  # type: ignore[arg-type]
    assert (found.answer, found.missing) == (Answer.UNDETERMINED, ("entity_types",))
    assert significance(IncidentFacts(**NOTHING)).answer is Answer.NOT_SIGNIFICANT  # type: ignore[arg-type]
    agreed = IncidentFacts(**{**NOTHING, "malicious_access": True, "severe_disruption": True})  # type: ignore[arg-type]
    assert significance(agreed).answer is Answer.SIGNIFICANT


def test_types_may_be_refs_of_the_annexes() -> None:
    """A type may be stated by its ref in the Annexes; one that the CIR does not bind is `other`."""
    assert IncidentFacts(entity_types="nis2:annexI.8.4").entity_types == (K.CLOUD,)
    assert IncidentFacts(entity_types=["nis2:annexI.1.a.1", "other"]).entity_types == (K.OTHER,)
    for spelling in (
        "annexI.8.d",
        "nis2:annexI.8.d",
        "nis2:annexI.8.4 ",
        "Annex I, point 8(d)",
        parse_ref("nis2:annexI.8.4"),
    ):
        assert IncidentFacts(entity_types=spelling).entity_types == (K.CLOUD,)
    by_ref = {row["ref"]: row["cir"] for row in table("annexes")}
    for ref, in_cir in by_ref.items():
        (kind,) = IncidentFacts(entity_types=ref).entity_types or ()
        assert (kind is not K.OTHER) == in_cir, ref


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"entity_types": "cloud"}, "entity_types"),
        ({"entity_types": "cloud-computing-provider"}, "nearest: cloud-computing-service-provider"),
        ({"entity_types": ()}, "entity_types: empty"),
        ({"entity_types": 5}, "entity_types"),
        ({"entity_types": "nis2:annexI.99.9"}, "annexI.99.9"),
        ({"entity_types": "nis2:annexI.8"}, "entity_types: nis2:annexI.8 is a heading of an Annex"),
        ({"entity_types": "nis2:21.2"}, "entity_types: nis2:21.2 is not a type"),
        ({"entity_types": "the cloud"}, "nearest: nis2:annexI.8"),
        ({"direct_loss": -1}, "direct_loss: .* negative"),
        ({"direct_loss": float("nan")}, "direct_loss: .*finite"),
        ({"direct_loss": float("inf")}, "direct_loss: .*finite"),
        ({"direct_loss": "1000"}, "direct_loss: .*not a number"),
        ({"direct_loss": True}, "direct_loss: .*not a number"),
        ({"direct_loss": 5, "total_loss": 4}, "direct_loss: .*more than total_loss"),
        ({"occurrences": 1.5}, "occurrences: .*whole number"),
        ({"occurrences": True}, "occurrences: .*whole number"),
        ({"death": 0}, "death"),
        ({"unavailable_for": 30}, "unavailable_for"),
        ({"unavailable_for": timedelta(seconds=-1)}, "unavailable_for: .*negative"),
        ({"users_limited": 5.5}, "users_limited"),
        ({"users_limited": -5}, "negative"),
        ({"users_limited": 11, "users_in_union": 10}, "users_limited: .*more than users_in_union"),
        ({"domain_names_affected": 11, "domain_names_managed": 10}, "domain_names_affected"),
        ({"data_compromised": False, "data_compromised_maliciously": True}, "data_compromised"),
        ({"data_compromised": False, "users_data_affected": 1}, "data_compromised"),
    ],
)
def test_bad_facts_are_refused_with_the_field(given: dict[str, object], match: str) -> None:
    """Facts that can't be, or contradict each other, are refused by name."""
    with pytest.raises(Nis2mapError, match=match):
        IncidentFacts(**given)  # type: ignore[arg-type]


def test_affected_is_a_count_or_a_percentage() -> None:
    """A number of users is one or the other, and a share is at most all."""
    with pytest.raises(InputError, match="percent"):
        Affected(5, percent=5)
    with pytest.raises(InputError, match="percent"):
        Affected(percent=101)
    with pytest.raises(InputError, match="count"):
        Affected(True)


def test_facts_from_json() -> None:
    """JSON describes the facts in full, durations as ISO 8601."""
    facts = IncidentFacts.from_dict(
        {
            "entity_types": ["cloud-computing-service-provider"],
            "unavailable_for": "PT1H30M",
            "users_limited": {"percent": 7.5},
            "scheduled_maintenance": False,
        }
    )
    assert facts.unavailable_for == timedelta(minutes=90)
    assert facts.users_limited == Affected(percent=7.5)
    record = json.loads(json.dumps(significance(facts).to_dict()))
    assert record["answer"] == "significant"
    assert record["reasons"][0]["ref"] == "cir:art.7.a"
    for bad, match in [
        ({"unavailable": "PT1H"}, "nearest: unavailable_for"),
        ({"unavailable_for": "90 minutes"}, "PT45M"),
        ({"unavailable_for": "P"}, "not a duration"),
        ({"users_limited": {"share": 1}}, "share"),
        (None, "not a mapping"),
    ]:
        with pytest.raises(InputError, match=match):
            IncidentFacts.from_dict(bad)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="expected an IncidentFacts"):
        significance({})  # type: ignore[arg-type]


def test_significance_is_shown_with_its_points() -> None:
    """Text names the points that decided, HTML all that were looked at."""
    found = significance(IncidentFacts(entity_types=K.CLOUD, malicious_access=True))
    assert "Article 3(1), point (e)" in str(found)
    assert found._repr_html_().count("<tr") == len(found.criteria) + 1
    assert found.version


def test_the_table_of_criteria_equals_the_reference() -> None:
    """Each criterion of Articles 3 to 14 has the role, numbers, duration and kinds of entity that the CIR gives it."""
    rows = {row["ref"]: row for row in facts("significance")}
    ours = {row["ref"]: row for row in table("significance") if row["ref"].startswith("cir:")}
    assert list(ours) == list(rows)
    assert len(ours) == 53
    kinds: dict[str, set[str]] = {}
    for ref, row in rows.items():
        mine = ours[ref]
        assert mine["role"] == row["role"], ref
        values = [value for test in mine["tests"] for key, value in test.items() if key not in ("fact", "of")]
        assert {str(value) for value in values if not isinstance(value, str)} == set(row["numbers"]), ref
        lasts = {value for value in values if isinstance(value, str)}
        expected = {row["duration"]} - {""}
        assert lasts == expected if "PT0S" in expected else lasts - {"PT0S"} == expected, ref
        kinds.setdefault(row["article"], set()).update(mine["kinds"])
    assert kinds.pop("3") == kinds.pop("4") == set()  # any relevant entity
    assert len(kinds.pop("10")) == 2  # managed service providers and managed security service providers
    assert all(len(named) == 1 for named in kinds.values())


def test_every_criterion_names_facts_and_kinds_that_exist() -> None:
    """No row of the table tests a fact that can't be stated."""
    known = set(IncidentFacts.__annotations__)
    for row in table("significance"):
        assert set(row["kinds"]) <= {kind.value for kind in EntityKind}, row["ref"]
        for test in row["tests"]:
            assert test["fact"] in known, row["ref"]
            assert test.get("of", "annual_turnover") in known, row["ref"]


def test_records_take_values_that_are_no_texts_as_they_are() -> None:
    """A mapping that a program made holds durations and numbers as Python has them, not as JSON writes them."""
    made = {"unavailable_for": timedelta(minutes=45), "users_limited": 4, "users_unavailable": Affected(7)}
    read = IncidentFacts.from_dict(made)
    assert read == IncidentFacts(unavailable_for=minutes(45), users_limited=4, users_unavailable=7)
    assert read == IncidentFacts.from_dict({**made, "unavailable_for": "PT45M", "users_limited": {"count": 4}})


def test_rows_are_the_points_looked_at_as_json_holds_them() -> None:
    """A table of an answer has one row a point, each with its source, its outcome and the facts it lacks."""
    answer = significance(IncidentFacts(entity_types="other", severe_disruption=True))
    rows = answer.to_dicts()
    assert [row["title"] for row in rows] == [point.title for point in answer.criteria]
    assert [row["outcome"] for row in rows] == [True, None]
    assert rows[1]["missing"] == list(answer.criteria[1].missing)
    assert json.loads(json.dumps(rows)) == rows
