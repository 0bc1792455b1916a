"""Articles 2, 3 and 26, row by row: each row cites the unit of law that gives its answer."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest

from nis2map.data._tables import table
from nis2map.errors import InputError, InvalidRef, UnknownRef
from nis2map.ids import parse_ref
from nis2map.law import (
    Administration,
    Classification,
    Designation,
    Entity,
    EntityClass,
    Figures,
    IncidentFacts,
    Partner,
    Size,
    TrustService,
    classify,
    entity_type,
    entity_types,
    member_state,
)
from nis2map.law._scope import _decision
from nis2map.law._scope._size import size_range

from .evidence import facts

GRID = "nis2:annexI.1.a.2"
FOOD = "nis2:annexII.4.1"
ECS = "nis2:annexI.8.9"
TRUST = "nis2:annexI.8.7"
DNS = "nis2:annexI.8.2"
CLOUD = "nis2:annexI.8.4"
MSP = "nis2:annexI.9.1"
BANK = "nis2:annexI.3.1"
WATER = "nis2:annexI.6.1"
CENTRAL = "nis2:annexI.10.1"
REGIONAL = "nis2:annexI.10.2"
OUT, ONLY, IMPORTANT, ESSENTIAL, OPEN = (
    EntityClass.OUT_OF_SCOPE,
    EntityClass.REGISTRATION_ONLY,
    EntityClass.IMPORTANT,
    EntityClass.ESSENTIAL,
    EntityClass.UNDETERMINED,
)
SMALL = {"headcount": 20, "turnover": 5e6, "balance_sheet": 5e6}
MEDIUM = {"headcount": 120, "turnover": 30e6, "balance_sheet": 25e6}
LARGE = {"headcount": 400, "turnover": 80e6, "balance_sheet": 60e6}


def classed(types, **facts) -> EntityClass:
    return classify(Entity(types, **facts)).entity_class


def cited(answer: Classification) -> set[str]:
    return {reason.ref.local for reason in answer.reasons if reason.ref is not None}


def entities(row: dict[str, Any]) -> list[Entity]:
    """Return the entities that a case of the oracle is about: one, or one for each type that it may be."""
    given = dict(row.get("facts", {}))
    if "oes_identified" in given:
        given["oes_identified"] = dt.date.fromisoformat(given["oes_identified"])
    years = [Figures(headcount, turnover=turnover, balance_sheet=sheet) for headcount, turnover, sheet in row["years"]]
    return [Entity(types, years=years, **given) for types in row["types"]]


ORACLE = facts("scope")


def test_oracle_has_rows_to_test():
    """The oracle is there: without its rows the next tests would hold of nothing."""
    assert len(ORACLE) == 317
    assert all(entities(row) for row in ORACLE)


@pytest.mark.parametrize("row", ORACLE, ids=lambda row: row["case"])
def test_oracle(row):
    """An entity of the oracle is classed as the Directive says, and no fact is asked for."""
    for entity in entities(row):
        answer = classify(entity)
        assert answer.entity_class == row["expected"], str(answer)
        assert answer.missing == ()


@pytest.mark.parametrize("row", [row for row in ORACLE if "cites" in row], ids=lambda row: row["case"])
def test_oracle_cites_the_same_articles(row):
    """The reasons name the paragraphs that the oracle rests its class on."""
    assert row["cites"]
    for entity in entities(row):
        found = cited(classify(entity))
        for local in row["cites"]:
            assert any(f"{one}.".startswith(f"{local}.") for one in found), (local, found)


# Size: Recommendation 2003/361/EC, Annex, Article 2. Figures are work units and millions of EUR.
SIZES = [
    ((20, 30, 5), Size.SMALL, "2(2): a balance sheet within 10 is enough"),
    ((20, 5, 500), Size.SMALL, "2(2): turnover within 10 is enough"),
    ((20, 80, 5), Size.SMALL, "2(2): turnover over 50 is no matter while the balance sheet stays within 10"),
    ((20, 30, 25), Size.MEDIUM, "2(2): both over 10"),
    ((20, 30, 60), Size.MEDIUM, "2(1): turnover within 50"),
    ((20, 80, 25), Size.MEDIUM, "2(1): balance sheet within 43"),
    ((20, 80, 60), Size.LARGE, "2(1): both over, with 20 people"),
    ((120, 80, 25), Size.MEDIUM, "2(1): turnover alone makes nobody large"),
    ((120, 80, 60), Size.LARGE, "2(1): both over"),
    ((120, 0.5, 0.5), Size.MEDIUM, "2(2): headcount alone"),
    ((250, 0.5, 0.5), Size.LARGE, "2(1): headcount alone"),
    ((49, 10, 10), Size.SMALL, "2(2): equality of money stays lower"),
    ((49, 10.01, 10.01), Size.MEDIUM, "2(2): just over both"),
    ((49, 10.01, 10), Size.SMALL, "2(2): just over one"),
    ((249, 50, 60), Size.MEDIUM, "2(1): equality of turnover"),
    ((249, 80, 43), Size.MEDIUM, "2(1): equality of the balance sheet"),
    ((249, 50.01, 43.01), Size.LARGE, "2(1): just over both"),
    ((50, 0, 0), Size.MEDIUM, "2(2): 50 is not fewer than 50"),
    ((49.5, 8, 8), Size.SMALL, "5: fractions of work units are not rounded"),
    ((49.99, 8, 8), Size.SMALL, "5: fractions of work units are not rounded"),
    ((249.9, 8, 8), Size.MEDIUM, "5: fractions of work units are not rounded"),
    ((0, 0, 0), Size.SMALL, "2(3): micro counts as small"),
]
BY_SIZE = {  # Articles 2(1), 3(1)(a), 3(2); 2(2)(a)(i) with 3(1)(c); 2(2)(a)(ii); 3(1)(b)
    Size.SMALL: {GRID: OUT, FOOD: OUT, ECS: IMPORTANT, TRUST: IMPORTANT, DNS: ESSENTIAL},
    Size.MEDIUM: {GRID: IMPORTANT, FOOD: IMPORTANT, ECS: ESSENTIAL, TRUST: IMPORTANT, DNS: ESSENTIAL},
    Size.LARGE: {GRID: ESSENTIAL, FOOD: IMPORTANT, ECS: ESSENTIAL, TRUST: ESSENTIAL, DNS: ESSENTIAL},
}


@pytest.mark.parametrize(("figures", "size", "why"), SIZES)
def test_size(figures, size, why):
    """Each kind of type has the class that Articles 2 and 3 give it at each size of the Recommendation."""
    headcount, turnover, balance = figures
    money = {"turnover": turnover * 1e6, "balance_sheet": balance * 1e6}
    for kind, expected in BY_SIZE[size].items():
        trust = "non_qualified" if kind == TRUST else None
        answer = classify(Entity(kind, headcount=headcount, trust_service=trust, **money))
        assert (answer.size, answer.entity_class) == (size, expected), (kind, why)


# Missing figures: which sizes stay possible. None is never 0.
UNKNOWN = [
    ((250, None, None), "large"),
    ((50, None, None), "medium large"),
    ((249, 50, None), "medium"),
    ((249, None, 43), "medium"),
    ((249, 51, None), "medium large"),
    ((49, 10, None), "small"),
    ((49, None, 10), "small"),
    ((49, 51, None), "small medium large"),
    ((49, None, 44), "small medium large"),
    ((49, 50, None), "small medium"),
    ((None, 51, 44), "large"),
    ((None, 11, 11), "medium large"),
    ((None, 10, None), "small medium large"),
    ((None, None, None), "small medium large"),
]


@pytest.mark.parametrize(("figures", "sizes"), UNKNOWN)
def test_missing_figures_leave_sizes_open(figures, sizes):
    """A figure that is not known is never read as 0: exactly the sizes that it can lead to stay open."""
    headcount, turnover, balance = figures
    money = {"turnover": turnover and turnover * 1e6, "balance_sheet": balance and balance * 1e6}
    for kind in (GRID, FOOD, ECS, DNS):
        answer = classify(Entity(kind, headcount=headcount, **money))
        assert answer.sizes == tuple(map(Size, sizes.split()))
        assert answer.size == (answer.sizes[0] if len(answer.sizes) == 1 else None)
        assert set(answer.possible) == {BY_SIZE[size][kind] for size in answer.sizes}
        assert (answer.entity_class is OPEN) == (len(answer.possible) > 1)


# Classes that are certain, or open, with figures missing: rules of Articles 2 and 3 on the sizes above.
CERTAIN = [
    (FOOD, {"headcount": 120}, IMPORTANT, ()),
    (ECS, {"headcount": 120}, ESSENTIAL, ()),
    (DNS, {}, ESSENTIAL, ()),
    (GRID, {"headcount": 400}, ESSENTIAL, ()),
    (GRID, {"headcount": 120}, OPEN, ("turnover", "balance_sheet")),
    (GRID, {"headcount": 120, "turnover": 60e6}, OPEN, ("balance_sheet",)),
    (GRID, {"headcount": 20, "turnover": 9e6}, OUT, ()),
    (GRID, {"headcount": 20, "turnover": 30e6}, OPEN, ("balance_sheet",)),
    (GRID, {"turnover": 9e6}, OPEN, ("headcount",)),
    (GRID, {}, OPEN, ("headcount", "turnover", "balance_sheet")),
    (TRUST, {"headcount": 20, "turnover": 1e6}, OPEN, ("trust_service",)),
    (TRUST, {"headcount": 400}, ESSENTIAL, ()),
    # The balance sheet decides between small and medium, which are one class here; headcount decides more.
    (TRUST, {"turnover": 30e6, "trust_service": "non_qualified"}, OPEN, ("headcount",)),
    (WATER, {"side_activity": True, "designated": None, "domain_registration": None}, OPEN, ("domain_registration",)),
    (REGIONAL, {"headcount": 20, "turnover": 1e6}, OPEN, ("risk_based_assessment",)),
    (REGIONAL, {"headcount": 20, "risk_based_assessment": False}, OUT, ()),
    (REGIONAL, {"headcount": 60}, IMPORTANT, ()),
    (REGIONAL, {"risk_based_assessment": False}, OPEN, ("headcount",)),
    (CENTRAL, {}, ESSENTIAL, ()),
    (WATER, {**LARGE, "side_activity": None}, OPEN, ("side_activity",)),
    (WATER, {**SMALL, "side_activity": None}, OUT, ()),
    ((), {"domain_registration": None}, OPEN, ("domain_registration",)),
    (GRID, {**MEDIUM, "domain_registration": None}, IMPORTANT, ()),
    (GRID, {**SMALL, "critical_entity": None}, OPEN, ("critical_entity",)),
    (GRID, {**LARGE, "critical_entity": None}, ESSENTIAL, ()),
    (GRID, {**SMALL, "sole_provider": None, "systemic_risk": None}, OPEN, ("sole_provider", "systemic_risk")),
    (GRID, {**SMALL, "sole_provider": None, "systemic_risk": True}, IMPORTANT, ()),
    (GRID, {**MEDIUM, "sole_provider": None}, IMPORTANT, ()),
    (GRID, {**SMALL, "oes_nis1": None, "opt_in_oes": None}, OPEN, ("oes_nis1", "opt_in_oes")),
    (GRID, {**SMALL, "oes_nis1": None, "opt_in_oes": False}, OUT, ()),
    (GRID, {**MEDIUM, "designated": None}, OPEN, ("designated",)),
    (GRID, {**LARGE, "designated": None}, ESSENTIAL, ()),
    (GRID, {**MEDIUM, "services_in_union": None}, OPEN, ("services_in_union",)),
    (BANK, {**LARGE, "dora_exempt": None}, OPEN, ("dora_exempt",)),
    (CENTRAL, {"national_security": None}, OPEN, ("national_security",)),
    (GRID, {**LARGE, "national_security": None}, ESSENTIAL, ()),
    (None, {"critical_entity": True}, ESSENTIAL, ()),
    (None, {"services_in_union": False}, OUT, ()),
    ((DNS, "nis2:annexI.8.3"), {"root_servers_only": None, "own_use_tld": False}, ESSENTIAL, ()),
    ((), {"public_administration": None, "risk_based_assessment": True}, OPEN, ("public_administration",)),
]


@pytest.mark.parametrize(("types", "facts", "expected", "missing"), CERTAIN)
def test_a_class_is_given_exactly_when_it_is_settled(types, facts, expected, missing):
    """An answer is definite as soon as no unknown fact can change it, and names those that can until then."""
    answer = classify(Entity(types, **facts))
    assert answer.entity_class is expected, str(answer)
    assert answer.missing == missing


def test_an_unknown_type_leaves_all_open():
    """Without a type every class is open, and the type is the first fact that is missing."""
    answer = classify(Entity(None))
    assert set(answer.possible) == {ESSENTIAL, IMPORTANT, OUT}
    assert answer.missing[0] == "types"
    assert answer.types is None
    assert answer.cir_applies is None
    assert answer.registration.domain_data is None


# Mistakes that are common in checkers. Each row: what is wrong, entity, right class, unit that says so.
MISTAKES = [
    ("1 money joined by OR", GRID, {"headcount": 20, "turnover": 80e6, "balance_sheet": 5e6}, OUT, "2.1"),
    ("2 balance sheet not asked", GRID, {"headcount": 20, "turnover": 80e6, "balance_sheet": 25e6}, IMPORTANT, "2.1"),
    ("3 headcount only", GRID, {"headcount": 20, "turnover": 30e6, "balance_sheet": 25e6}, IMPORTANT, "3.2"),
    ("4 headcount and money", GRID, {"headcount": 300, "turnover": 1e6, "balance_sheet": 1e6}, ESSENTIAL, "3.1.a"),
    ("5 equality", GRID, {"headcount": 49, "turnover": 10e6, "balance_sheet": 10e6}, OUT, "2.1"),
    ("6 money never large", GRID, {"headcount": 20, "turnover": 80e6, "balance_sheet": 60e6}, ESSENTIAL, "3.1.a"),
    ("7 missing read as 0", GRID, {"headcount": 10}, OPEN, "2.1"),
    ("8 open although certain", FOOD, {"headcount": 120}, IMPORTANT, "3.2"),
    ("10 public owner large", WATER, {**SMALL, "publicly_owned": True}, OUT, "2.1.s2"),
    ("10 public owner large", WATER, {**MEDIUM, "publicly_owned": True}, IMPORTANT, "2.1.s2"),
    ("12 Annex I always essential", "nis2:annexI.5.1", MEDIUM, IMPORTANT, "3.2"),
    ("13 Annex II large essential", FOOD, LARGE, IMPORTANT, "3.2"),
    ("14 medium communications", ECS, MEDIUM, ESSENTIAL, "3.1.c"),
    ("15 small communications", ECS, SMALL, IMPORTANT, "2.2.a.i"),
    ("16 communications always essential", "nis2:annexI.8.8", SMALL, IMPORTANT, "3.2"),
    ("17 trust services not told apart", TRUST, {**SMALL, "trust_service": "qualified"}, ESSENTIAL, "3.1.b"),
    ("17 trust services not told apart", TRUST, {**MEDIUM, "trust_service": "non_qualified"}, IMPORTANT, "3.2"),
    ("18 trust services capped", TRUST, {**SMALL, "trust_service": "non_qualified"}, IMPORTANT, "2.2.a.ii"),
    ("18 trust services never essential", TRUST, {**LARGE, "trust_service": "non_qualified"}, ESSENTIAL, "3.1.a"),
    ("19 DNS capped", DNS, SMALL, ESSENTIAL, "2.2.a.iii"),
    ("19 TLD capped", "nis2:annexI.8.3", SMALL, ESSENTIAL, "3.1.b"),
    ("20 whole sectors without size", MSP, {"headcount": 5, "turnover": 5e5, "balance_sheet": 5e5}, OUT, "2.1"),
    ("21 cloud without size", CLOUD, SMALL, OUT, "2.1"),
    ("21 data centre without size", "nis2:annexI.8.5", SMALL, OUT, "2.1"),
    ("22 sector instead of type", (), LARGE, OUT, "2.1"),
    ("23 registrars", (), {**LARGE, "domain_registration": True}, ONLY, "2.4"),
    ("24 devices of two Annexes", "nis2:annexI.5.5", LARGE, ESSENTIAL, "3.1.a"),
    ("24 devices of two Annexes", "nis2:annexII.5.a.1", LARGE, IMPORTANT, "3.2"),
    ("25 sole provider essential", GRID, {**SMALL, "sole_provider": True}, IMPORTANT, "2.2.b"),
    ("26 critical service ticked", GRID, {**SMALL, "specific_importance": True}, IMPORTANT, "2.2.e"),
    ("27 public bodies all essential", (), {"public_administration": "local"}, OUT, "2.5.a"),
    ("27 central government", (), {"public_administration": "central"}, ESSENTIAL, "3.1.d"),
    ("28 regional without assessment", REGIONAL, {**SMALL, "risk_based_assessment": False}, OUT, "2.2.f.ii"),
    ("28 regional with assessment", REGIONAL, {**SMALL, "risk_based_assessment": True}, IMPORTANT, "2.2.f.ii"),
    ("28 large regional", REGIONAL, {**LARGE, "risk_based_assessment": True}, IMPORTANT, "3.2"),
    ("29 OES as a rule", FOOD, {**MEDIUM, "oes_nis1": True}, IMPORTANT, "3.2"),
    ("29 OES by option", FOOD, {**SMALL, "oes_nis1": True, "opt_in_oes": True}, ESSENTIAL, "3.1.g"),
    ("30 security takes companies out", GRID, {**LARGE, "national_security": True}, ESSENTIAL, "3.1.a"),
    ("30 security takes public bodies out", CENTRAL, {"national_security": True}, OUT, "2.7"),
    ("30 trust services stay", (CENTRAL, TRUST), {"national_security": True}, ESSENTIAL, "2.9"),
    ("31 not established", CLOUD, {**LARGE, "established_in": ()}, ESSENTIAL, "3.1.a"),
    ("33 first type only", (FOOD, TRUST), {**SMALL, "trust_service": "qualified"}, ESSENTIAL, "3.1.b"),
    ("34 DORA takes out", BANK, LARGE, ESSENTIAL, "3.1.a"),
    ("35 designation without type", (), {**SMALL, "designated": "important"}, OUT, "2.2"),
    ("36 gas types", "nis2:annexI.1.d.6", MEDIUM, IMPORTANT, "3.2"),
    ("36 gas types", "nis2:annexI.1.d.7", MEDIUM, IMPORTANT, "3.2"),
    ("36 managed services", MSP, MEDIUM, IMPORTANT, "3.2"),
]


@pytest.mark.parametrize(("mistake", "types", "facts", "expected", "unit"), MISTAKES)
def test_common_mistakes(mistake, types, facts, expected, unit):
    """Cases that checkers of scope get wrong have the class and the citation of the text."""
    answer = classify(Entity(types, **facts))
    assert answer.entity_class is expected, str(answer)
    assert any(f"{local}.".startswith(f"{unit}.") for local in cited(answer)), (mistake, cited(answer))


# Rules beside size: Articles 2(2) to (10), 3(1)(d) to (g), carve-outs of the Annexes and Article 6.
FACTS = [
    ((), {"critical_entity": True}, ESSENTIAL, "3.1.f"),
    (FOOD, {**LARGE, "critical_entity": True}, ESSENTIAL, "2.3"),
    ("nis2:annexII.2.1", {**SMALL, "designated": "essential"}, ESSENTIAL, "3.1.e"),
    (GRID, {**SMALL, "designated": Designation.IMPORTANT}, IMPORTANT, "3.2"),
    (GRID, {**LARGE, "designated": "important"}, ESSENTIAL, "3.1.a"),
    (GRID, {**SMALL, "significant_impact": True}, IMPORTANT, "2.2.c"),
    (GRID, {**SMALL, "systemic_risk": True}, IMPORTANT, "2.2.d"),
    (GRID, {**SMALL, "oes_nis1": True, "opt_in_oes": True, "oes_identified": dt.date(2023, 1, 15)}, ESSENTIAL, "3.1.g"),
    (GRID, {**SMALL, "oes_nis1": True, "opt_in_oes": True, "oes_identified": dt.date(2023, 1, 16)}, OUT, "2.1"),
    (BANK, {**LARGE, "dora_exempt": True}, OUT, "2.10"),
    (GRID, {**LARGE, "services_in_union": False}, OUT, "2.1"),
    (CENTRAL, {"public_administration": "judiciary"}, OUT, "6.35"),
    (CENTRAL, {"public_administration": "parliament"}, OUT, "6.35"),
    (BANK, {**LARGE, "public_administration": "central_bank"}, ESSENTIAL, "6.35"),
    ((), {"public_administration": "regional", "risk_based_assessment": True}, IMPORTANT, "2.2.f.ii"),
    ((), {"public_administration": "local", "opt_in_local": True}, IMPORTANT, "2.5.a"),
    ((), {"public_administration": "local", "opt_in_local": True, "designated": "essential"}, ESSENTIAL, "3.1.e"),
    ((), {"public_administration": "local", "opt_in_local": True, "national_security": True}, OUT, "2.7"),
    ((), {"education_institution": True}, OUT, "2.5.b"),
    ((), {"education_institution": True, "opt_in_education": True}, IMPORTANT, "2.5.b"),
    ("nis2:annexII.7.1", {**LARGE, "education_institution": True}, OUT, "6.41"),
    ((WATER, FOOD), {**LARGE, "outside_union": WATER}, IMPORTANT, "3.2"),
    ((WATER, FOOD), {**LARGE, "outside_union": [WATER, FOOD]}, OUT, "2.1.s1"),
    (("nis2:annexI.8.9", GRID), {**LARGE, "outside_union": "annexI.8.9"}, ESSENTIAL, "3.1.a"),
    (FOOD, {**LARGE, "trust_service": "qualified", "outside_union": "annexI.8.7"}, IMPORTANT, "3.2"),
    (WATER, {**LARGE, "side_activity": True}, OUT, "annexI.6.1"),
    ((WATER, FOOD), {**LARGE, "side_activity": WATER}, IMPORTANT, "3.2"),
    ("nis2:annexII.2.1", {**LARGE, "side_activity": ["nis2:annexII.2.1"]}, OUT, "annexII.2.1"),
    ("nis2:annexII.2.1", {**LARGE, "side_activity": WATER}, IMPORTANT, "3.2"),
    (WATER, {**SMALL, "side_activity": True, "sole_provider": True}, OUT, "annexI.6.1"),
    (DNS, {"root_servers_only": True}, OUT, "6.20"),
    ("nis2:annexI.8.3", {"own_use_tld": True}, OUT, "6.21"),
    (DNS, {"domain_registration": True}, ESSENTIAL, "2.4"),
    (MSP, {**SMALL, "domain_registration": True}, ONLY, "3.3"),
    (("nis2:annexI.11.1", "nis2:annexI.8.8"), SMALL, IMPORTANT, "2.2.a.i"),
    (("nis2:annexII.5.a.1", "nis2:annexI.5.5"), LARGE, ESSENTIAL, "3.1.a"),
]


@pytest.mark.parametrize(("types", "facts", "expected", "unit"), FACTS)
def test_facts(types, facts, expected, unit):
    """Each fact of Articles 2 and 3 leads to its class and cites the unit that says so."""
    answer = classify(Entity(types, **facts))
    assert answer.entity_class is expected, str(answer)
    assert any(f"{local}.".startswith(f"{unit}.") for local in cited(answer)), cited(answer)


def periods(*headcounts):
    return tuple(Figures(headcount, 1e6, 1e6) for headcount in headcounts)


# Recommendation 2003/361/EC, Annex, Article 4(2): a ceiling is crossed in two consecutive periods.
@pytest.mark.parametrize(
    ("headcounts", "size"),
    [
        ((45, 45, 55), Size.SMALL),
        ((55, 58), Size.MEDIUM),
        ((45, 55, 58), Size.MEDIUM),
        ((45, 55, 45, 55), Size.SMALL),
        ((55, 45), Size.MEDIUM),
        ((55, 45, 45), Size.SMALL),
        ((45, 55, 300), Size.MEDIUM),
        ((45, 300, 300), Size.LARGE),
        ((300, 55, 45), Size.MEDIUM),
        ((300, 45, 300), Size.LARGE),
        ((300, 45, 45), Size.SMALL),
    ],
)
def test_two_consecutive_periods(headcounts, size):
    """A ceiling counts as crossed in two periods running; the answer says where one alone changed nothing."""
    answer = classify(Entity(GRID, years=periods(*headcounts)))
    assert answer.size is size
    assert answer.entity_class is BY_SIZE[size][GRID]
    stale = Size.SMALL if headcounts[-1] < 50 else Size.MEDIUM if headcounts[-1] < 250 else Size.LARGE
    assert any(reason.id == "two_periods" for reason in answer.reasons) == (stale is not size)


def test_a_period_without_figures_leaves_open_what_it_may_decide():
    """A period in between without figures is missing only as far as it can decide the size."""
    answer = classify(Entity(GRID, years=(*periods(45), Figures(), *periods(55))))
    assert set(answer.sizes) == {Size.SMALL, Size.MEDIUM}
    assert answer.missing == ("years[1].balance_sheet", "years[1].headcount", "years[1].turnover")


def test_a_figure_swings_the_size_as_far_as_history_lets_it():
    """An unknown figure is blamed only for the sizes between which it alone can decide."""
    years = [("a.", Figures(45, 0, 0)), ("b.", Figures(55, 0, 0)), ("c.", Figures(None, 0, 0))]
    found = size_range(years)
    assert found.sizes == (Size.SMALL, Size.MEDIUM)
    assert found.latest == tuple(Size)
    assert found.swings == {"c.headcount": {(Size.SMALL, Size.MEDIUM), (Size.MEDIUM, Size.SMALL)}}


# Article 6(2): linked enterprises whole, partners pro rata; recital 16 as an option.
def test_group():
    """Linked enterprises count whole and partners by their share, unless the State leaves group figures out."""
    wind_farm = Entity(GRID, headcount=5, turnover=1e6, balance_sheet=1e6, linked=Figures(600, 4e8, 5e8))
    assert classify(wind_farm).entity_class is ESSENTIAL
    assert [r.citation for r in classify(wind_farm).reasons if r.id == "group"] == [
        "Recommendation 2003/361/EC, Annex, Article 6(2)"
    ]
    alone = classify(attrs.evolve(wind_farm, group_set_aside=True))
    assert alone.entity_class is OUT
    assert [r.citation for r in alone.reasons if r.id == "group_set_aside"] == ["Recital 16"]
    partner = Partner(Figures(100, 1e6, 1e6), 0.3)
    joint = classify(Entity(GRID, headcount=40, turnover=1e6, balance_sheet=1e6, partners=[partner]))
    assert joint.entity_class is IMPORTANT
    assert any(caveat.id == "group_option" for caveat in joint.caveats)


def test_group_sums_are_exact():
    """Shares and fractions add up as the decimals that were written, not as binary neighbours."""
    share = Partner(Figures(100, 0, 0), 0.29)  # 0.29 * 100 is a little less than 29 in binary
    assert classify(Entity(GRID, headcount=21, turnover=0, balance_sheet=0, partners=share)).size is Size.MEDIUM
    third = Figures(0.1, 0, 0)
    assert classify(Entity(GRID, headcount=49.9, turnover=0, balance_sheet=0, linked=third)).size is Size.MEDIUM


def test_group_figures_that_are_not_known():
    """An unknown figure of another enterprise is missing under its own path."""
    own = {"headcount": 40, "turnover": 1e6, "balance_sheet": 1e6}
    answer = classify(Entity(FOOD, **own, linked=Figures(None, 1e6, 1e6)))
    assert answer.missing == ("linked[0].headcount",)
    assert classify(Entity(FOOD, **own, linked=(Figures(None, 1e6, 1e6), Figures(60)))).entity_class is IMPORTANT


def test_group_of_several_periods_goes_by_year():
    """Group figures count in the period of their year alone."""
    years = (Figures(40, 1e6, 1e6, year=2023), Figures(40, 1e6, 1e6, year=2024))
    bought = Figures(60, 1e6, 1e6, year=2024)
    before = Figures(60, 1e6, 1e6, year=2023)
    assert classify(Entity(GRID, years=years, linked=bought)).size is Size.SMALL
    assert classify(Entity(GRID, years=years, linked=(before, bought))).size is Size.MEDIUM


def test_reasons_come_in_order_with_their_types():
    """Reasons read as the law is applied, each with the types that it is about."""
    answer = classify(Entity((FOOD, ECS), **MEDIUM))
    assert [reason.id for reason in answer.reasons] == [
        "type",
        "type",
        "size_medium",
        "communications",
        "medium_communications",
    ]
    assert answer.reasons[-1].citation == "Article 3(1), point (c)"
    assert answer.reasons[-1].gives is ESSENTIAL
    assert answer.reasons[-1].types == (parse_ref(ECS),)
    assert all(reason.citation and reason.text for reason in answer.reasons)


def test_reasons_that_hold_in_some_worlds_only_are_marked():
    """A rule that applies under some completion only is not certain."""
    answer = classify(Entity(ECS, headcount=120))
    by_id = {reason.id: reason.certain for reason in answer.reasons}
    assert by_id == {
        "type": True,
        "size_medium": False,
        "size_large": False,
        "communications": True,
        "above_ceilings": False,
        "medium_communications": False,
    }
    assert all(reason.certain for reason in classify(Entity(FOOD, **MEDIUM)).reasons)


# Article 26: the class never changes with it.
PLACES = [
    (GRID, {"established_in": "de"}, ("DE",), "Article 26(1)", ()),
    (GRID, {}, None, "Article 26(1)", ("established_in",)),
    (GRID, {"established_in": ()}, (), "Article 26(1)", ()),
    (ECS, {"services_in": ("FR", "DE", "EL")}, ("DE", "FR", "GR"), "Article 26(1), point (a)", ()),
    (ECS, {"established_in": "DE"}, None, "Article 26(1), point (a)", ("services_in",)),
    (CENTRAL, {"created_by": "IT"}, ("IT",), "Article 26(1), point (c)", ()),
    (CLOUD, {"decisions_in": "NL", "established_in": ("NL", "DE")}, ("NL",), "Article 26(2)", ()),
    (CLOUD, {"decisions_in": "none", "operations_in": "IE"}, ("IE",), "Article 26(2)", ()),
    (
        CLOUD,
        {"decisions_in": "none", "operations_in": "none", "most_employees_in": "PL"},
        ("PL",),
        "Article 26(2)",
        (),
    ),
    (CLOUD, {"established_in": ("FR",)}, ("FR",), "Article 26(2)", ()),
    (CLOUD, {"established_in": ("FR", "DE")}, None, "Article 26(1), point (b)", ("decisions_in",)),
    (CLOUD, {"decisions_in": "none"}, None, "Article 26(1), point (b)", ("established_in", "operations_in")),
    (CLOUD, {"established_in": (), "representative_in": "SE"}, ("SE",), "Article 26(3)", ()),
    (CLOUD, {"established_in": ()}, None, "Article 26(3)", ("representative_in",)),
    (
        CLOUD,
        {"established_in": (), "representative_in": "none", "services_in": ("ES", "PT")},
        ("ES", "PT"),
        "Article 26(3)",
        (),
    ),
    ((), {"domain_registration": True, "established_in": "AT"}, ("AT",), "Article 26(2)", ()),
    (TRUST, {"established_in": "AT", "trust_service": "qualified"}, ("AT",), "Article 26(1)", ()),
]


@pytest.mark.parametrize(("types", "facts", "states", "citation", "missing"), PLACES)
def test_jurisdiction(types, facts, states, citation, missing):
    """Article 26 leads to the States, or names the facts that it turns on."""
    answer = classify(Entity(types, **LARGE, **facts))
    (found,) = answer.jurisdiction
    assert (found.states, found.citation, found.missing) == (states, citation, missing)
    plain = {key: value for key, value in facts.items() if key in ("domain_registration", "trust_service")}
    assert answer.entity_class is classed(types, **LARGE, **plain)


def test_jurisdiction_of_several_types_has_a_row_each():
    """Types under different rules of Article 26(1) are answered one by one."""
    answer = classify(Entity((ECS, GRID, CLOUD), **LARGE, established_in="DE", services_in="FR"))
    assert [(one.rule, one.states) for one in answer.jurisdiction] == [
        ("establishment", ("DE",)),
        ("services", ("FR",)),
        ("main_establishment", ("DE",)),
    ]


def test_out_of_scope_has_no_jurisdiction():
    """Where the Directive does not apply, Article 26 has nothing to answer."""
    assert classify(Entity(CLOUD, **SMALL, established_in="DE")).jurisdiction == ()


CIR_TYPES = set("I.8.2 I.8.3 I.8.4 I.8.5 I.8.6 I.8.7 I.9.1 I.9.2 II.6.1 II.6.2 II.6.3".split())


def test_the_eleven_kinds_of_the_implementing_regulation():
    # Implementing Regulation (EU) 2024/2690, Article 1
    """The Implementing Regulation binds the eleven types of its Article 1 and no other."""
    bound = {
        str(kind.ref).removeprefix("nis2:annex")
        for kind in entity_types()
        if classify(Entity(kind.ref, **LARGE)).cir_applies
    }
    assert bound == CIR_TYPES
    assert classify(Entity(CLOUD, **SMALL)).cir_applies is False
    assert classify(Entity(CLOUD)).cir_applies is None
    assert classify(Entity((GRID, DNS), **LARGE, root_servers_only=None)).cir_applies is None
    assert classify(Entity((GRID, DNS), **LARGE, root_servers_only=True)).cir_applies is False
    assert classify(Entity((), domain_registration=True)).cir_applies is False


# Articles 3(4), 27, 28 and 26(3): listed, registry, domain data, representative.
REGISTERED = [
    (GRID, LARGE, (True, False, False, False)),
    (GRID, SMALL, (False, False, False, False)),
    (GRID, {}, (None, False, False, False)),
    (CLOUD, {**LARGE, "established_in": ()}, (True, True, False, True)),
    (CLOUD, {**LARGE, "established_in": "DE"}, (True, True, False, False)),
    (CLOUD, LARGE, (True, True, False, None)),
    (CLOUD, {**SMALL, "established_in": ()}, (False, False, False, False)),
    ("nis2:annexI.8.3", {"established_in": "DE"}, (True, True, True, False)),
    ((), {"domain_registration": True, "established_in": "DE"}, (True, True, True, False)),
    (GRID, {**LARGE, "domain_registration": None}, (True, None, None, None)),
    (GRID, {**LARGE, "state_exemption": "entirely"}, (False, False, False, False)),
    (TRUST, {**LARGE, "state_exemption": "entirely"}, (True, False, False, False)),
    ((CENTRAL, CLOUD), {"established_in": "DE"}, (True, True, False, False)),
]


@pytest.mark.parametrize(("types", "facts", "expected"), REGISTERED)
def test_registration(types, facts, expected):
    """The duties to be listed, registered and represented follow Articles 3, 26, 27 and 28."""
    assert attrs.astuple(classify(Entity(types, **facts)).registration) == expected


@pytest.mark.parametrize(
    ("types", "facts", "caveat"),
    [
        ((BANK, GRID), LARGE, "dora"),
        (BANK, LARGE, "governance"),
        (GRID, {**LARGE, "sector_acts": "Network code on cybersecurity"}, "governance"),
        (GRID, {**LARGE, "state_exemption": "activities"}, "exemption_activities"),
        (TRUST, {**LARGE, "state_exemption": "activities"}, "exemption_void"),
        (GRID, {**LARGE, "national_security": True}, "private_security"),
        (REGIONAL, LARGE, "regional_large"),
        (REGIONAL, {"headcount": 60, "risk_based_assessment": False}, "regional_size"),
        (GRID, {**MEDIUM, "oes_nis1": True}, "oes_option"),
        (GRID, {**SMALL, "oes_nis1": True}, "oes_option"),
        (GRID, {**SMALL, "sole_provider": True}, "may_be_identified"),
        ((), {"public_administration": "local", "opt_in_local": True}, "by_option"),
        (ECS, {**LARGE, "services_in_union": False}, "union"),
    ],
)
def test_caveats_name_what_leaves_the_class_alone(types, facts, caveat):
    """What changes duties but not the class is a caveat with a citation, and not a reason."""
    found = [one for one in classify(Entity(types, **facts)).caveats if one.id == caveat]
    assert len(found) == 1
    assert found[0].citation
    assert found[0].text
    assert caveat not in [one.id for one in classify(Entity(FOOD, **MEDIUM)).caveats]


def test_public_administration():
    """A level or a type makes a public body; courts and parliaments are not public administration."""
    public = lambda types, **facts: classify(Entity(types, **facts)).public_administration  # noqa: E731
    assert public(CENTRAL) is True
    assert public((), public_administration="local") is True
    assert public(GRID) is False
    assert public(CENTRAL, public_administration="judiciary") is False
    assert public(GRID, public_administration=None) is None
    assert public(None) is None


# Input that can't be used: the field is named.
BAD = [
    ({"headcount": "400"}, InputError, "headcount"),
    ({"headcount": True}, InputError, "headcount"),
    ({"headcount": -1}, InputError, "headcount.*negative"),
    ({"headcount": float("nan")}, InputError, "headcount.*not finite"),
    ({"turnover": float("inf")}, InputError, "turnover.*not finite"),
    ({"turnover": -0.01}, InputError, "turnover.*negative"),
    ({"turnover": 10**400}, InputError, "turnover.*larger"),
    ({"balance_sheet": Decimal("NaN")}, InputError, "balance_sheet"),
    ({"balance_sheet": Decimal("sNaN")}, InputError, "balance_sheet"),
    ({"balance_sheet": Fraction(10**400)}, InputError, "balance_sheet"),
    ({"balance_sheet": [1]}, InputError, "balance_sheet"),
    ({"balance_sheet": 1j}, InputError, "balance_sheet"),
    ({"trust_service": "qualifed"}, InputError, "trust_service.*nearest: qualified"),
    ({"designated": "vital"}, InputError, "designated"),
    ({"public_administration": "federal"}, InputError, "public_administration"),
    ({"state_exemption": True}, InputError, "state_exemption"),
    ({"critical_entity": "yes"}, InputError, "critical_entity"),
    ({"critical_entity": 1}, InputError, "critical_entity"),
    ({"group_set_aside": None}, InputError, "group_set_aside"),
    ({"oes_identified": "2018-11-31"}, InputError, "oes_identified"),
    ({"oes_identified": dt.datetime(2018, 11, 9, tzinfo=dt.UTC)}, InputError, "oes_identified"),
    ({"established_in": "XX"}, UnknownRef, "established_in"),
    ({"services_in": ["DE", 3]}, UnknownRef, "services_in"),
    ({"decisions_in": "Germany"}, UnknownRef, "decisions_in.*the code is DE.*'none'"),
    ({"side_activity": "waste"}, InvalidRef, "side_activity"),
    ({"outside_union": WATER}, InputError, "outside_union.*annexI.6.1.*contradicts types"),
    ({"outside_union": None}, InputError, "outside_union"),
    ({"outside_union": GRID, "services_in": "DE"}, InputError, "services_in.*DE.*contradicts outside_union"),
    ({"years": 3}, InputError, "years"),
    ({"years": [3]}, InputError, "years.*not a Figures"),
    ({"linked": "group"}, InputError, "linked"),
    ({"partners": [Figures()]}, InputError, "partners.*not a Partner"),
    ({"sector_acts": [3]}, InputError, "sector_acts"),
    ({"name": 3}, InputError, "name"),
    ({"years": [Figures(1)], "headcount": 1}, InputError, "headcount.*next to years"),
    ({"years": [Figures(year=2022), Figures(year=2024)]}, InputError, "years.*not consecutive"),
    ({"years": [Figures(year=2024), Figures(year=2023)]}, InputError, "years.*not consecutive"),
    ({"years": [Figures(1), Figures(2)], "linked": [Figures(1)]}, InputError, r"linked\[0\]"),
    ({"years": [Figures(year=2023)], "linked": [Figures(year=2024)]}, InputError, r"linked\[0\]"),
    ({"types": "nis2:annexI.8.z"}, UnknownRef, "types.*nearest: nis2:annexI.8"),
    ({"types": "nis2:annexI.12.1"}, UnknownRef, "types"),
    ({"types": "energy"}, InvalidRef, "types"),
    ({"types": [GRID, 3]}, InvalidRef, "types"),
    ({"types": 3}, InputError, "types"),
    ({"types": {}}, InputError, "types"),
]


@pytest.mark.parametrize(("facts", "error", "match"), BAD)
def test_bad_input_names_the_field(facts, error, match):
    """Whatever is wrong with a fact, the error is ours and names its field."""
    with pytest.raises(error, match=match):
        Entity(**{"types": GRID, **facts})


CONTRADICTIONS = [  # facts that can't both be true: the article that says so
    ({"services_in_union": False, "services_in": ("DE",)}, ("services_in", "services_in_union")),  # 2(1)
    ({"oes_nis1": False, "oes_identified": dt.date(2020, 1, 1)}, ("oes_nis1", "oes_identified")),  # 3(1)(g)
    ({"established_in": (), "decisions_in": "DE"}, ("decisions_in", "established_in")),  # 26(2) and (3)
    ({"established_in": ("DE",), "decisions_in": "FR"}, ("decisions_in", "established_in")),  # 26(2)
    ({"established_in": ("DE",), "operations_in": "FR"}, ("operations_in", "established_in")),  # 26(2)
    ({"established_in": ("DE",), "most_employees_in": "FR"}, ("most_employees_in", "established_in")),  # 26(2)
    ({"types": CENTRAL, "public_administration": "regional"}, ("public_administration", "types")),  # 2(2)(f)
    ({"types": REGIONAL, "public_administration": "local"}, ("public_administration", "types")),  # 2(2)(f), 2(5)(a)
]


@pytest.mark.parametrize(("facts", "named"), CONTRADICTIONS)
def test_contradictory_facts_are_refused_and_both_are_named(facts, named):
    """An entity that can't be is no entity: the first of the two fields is told, and with which one it clashes."""
    first, second = named
    with pytest.raises(InputError, match=rf"^{first}: .* contradicts {second}\b"):
        Entity(**{"types": GRID, **facts})
    for left_out in named:
        Entity(**{"types": GRID, **{name: value for name, value in facts.items() if name != left_out}})


def test_a_day_of_identification_needs_no_second_fact():
    """Article 3(1), point (g): who was identified before the day is what the day says, whoever else says so."""
    facts = {**SMALL, "opt_in_oes": True}
    for more in ({}, {"oes_nis1": True}, {"oes_nis1": None}):
        early = classify(Entity(GRID, oes_identified=dt.date(2023, 1, 15), **more, **facts))
        late = classify(Entity(GRID, oes_identified=dt.date(2023, 1, 16), **more, **facts))
        assert (early.entity_class, late.entity_class) == (ESSENTIAL, OUT)
    assert "oes_nis1" not in repr(Entity(GRID, oes_identified=dt.date(2023, 1, 15)))


@pytest.mark.parametrize(
    ("types", "kind", "size", "expected"),
    [  # 2(2)(a)(ii), 3(1)(a) and (b), 3(2)
        ((), "qualified", SMALL, ESSENTIAL),
        (FOOD, "qualified", SMALL, ESSENTIAL),
        (FOOD, "non_qualified", SMALL, IMPORTANT),
        ((), "non_qualified", LARGE, ESSENTIAL),
    ],
)
def test_a_trust_service_is_of_its_type_whether_that_is_listed_or_not(types, kind, size, expected):
    """Who says that it provides trust services has said its type, as a level of public administration does."""
    alone = classify(Entity(types, trust_service=kind, **size))
    listed = classify(Entity((types, TRUST) if types else TRUST, trust_service=kind, **size))
    assert alone.entity_class is expected
    assert (alone.types, alone.reasons, alone.cir_applies) == (listed.types, listed.reasons, listed.cir_applies)
    assert alone.registration == listed.registration


def test_every_ground_of_the_class_is_a_reason():
    """The class outlives the first ground: whoever gives up one service sees on what else it stands."""
    grounds = lambda answer: {reason.id: set(map(str, reason.types)) for reason in answer.reasons}  # noqa: E731
    both = grounds(classify(Entity((BANK, TRUST), trust_service="non_qualified", **LARGE)))
    assert both["above_ceilings"] == {BANK, TRUST}
    central = grounds(classify(Entity(TRUST, public_administration="central", trust_service="qualified", **SMALL)))
    assert {"any_size", "central"} <= set(central)  # Article 3(1), points (b) and (d)
    critical = grounds(classify(Entity(BANK, critical_entity=True, **LARGE)))
    assert {"critical", "above_ceilings"} <= set(critical)  # Article 3(1), points (f) and (a)
    two = grounds(classify(Entity((FOOD, GRID), **MEDIUM)))
    assert two["important"] == {FOOD, GRID}
    # A ground of a lesser class is none, and neither is one that an unknown fact may carve out.
    assert grounds(classify(Entity((DNS, FOOD), **MEDIUM)))["any_size"] == {DNS}
    assert grounds(classify(Entity((BANK, DNS), root_servers_only=None, **LARGE))).get("any_size", set()) <= {DNS}


def test_jurisdiction_is_open_while_the_role_is():
    """Article 26(1): a registrar comes under its main establishment, and whether it is one may not be known."""
    seats = {"established_in": ("DE", "FR"), "decisions_in": "FR"}
    (only,) = classify(Entity((), domain_registration=None, **seats)).jurisdiction
    assert (only.rule, only.states, only.missing) == ("main_establishment", ("FR",), ())
    by_type, as_registrar = classify(Entity(GRID, domain_registration=None, **seats, **LARGE)).jurisdiction
    assert (by_type.states, as_registrar.rule) == (("DE", "FR"), "main_establishment")
    assert (as_registrar.states, as_registrar.missing) == (None, ("domain_registration",))
    plain, registrar = classify(Entity((), critical_entity=True, domain_registration=None, **seats)).jurisdiction
    assert plain.states is None
    assert plain.missing == registrar.missing == ("domain_registration",)
    local = classify(Entity(GRID, public_administration=None, **seats, **LARGE)).jurisdiction
    assert [(one.rule, one.missing) for one in local] == [
        ("establishment", ()),
        ("creator", ("public_administration", "created_by")),
    ]


REFUSED = [
    ({"side_activity": GRID}, InputError, "side_activity.*however small.*annexI.2.d.1"),
    ({"types": "nis2:annexI.8"}, UnknownRef, "types.*heading.*annexI.8.1"),
    ({"types": "nis2:annexI.1.a"}, UnknownRef, "types.*annexI.1.a.1"),
    ({"types": "nis2:2.4"}, UnknownRef, "types.*domain_registration"),
    ({"types": "A.8.24"}, UnknownRef, "types"),
    ({"side_activity": "A.8.24"}, UnknownRef, "side_activity"),
]


@pytest.mark.parametrize(("facts", "error", "match"), REFUSED)
def test_classify_refuses_what_the_types_of_the_dataset_do_not_bear(facts, error, match):
    """An entity is stated by the grammar of references alone; which types there are the dataset says."""
    entity = Entity(**{"types": GRID, **facts})
    with pytest.raises(error, match=match):
        classify(entity)


@pytest.mark.parametrize("share", [0, 0.2, 30, -0.3, float("nan"), "0.3", True, None])
def test_a_share_is_a_fraction_from_a_quarter(share):
    """Below a quarter an enterprise is not a partner, and percentages are not fractions."""
    with pytest.raises(InputError, match="share"):
        Partner(Figures(), share)


@pytest.mark.parametrize("year", [True, "2024", 24, 2024.0])
def test_a_year_is_a_calendar_year(year):
    """A year is a whole number that a calendar has."""
    with pytest.raises(InputError, match="year"):
        Figures(year=year)


def test_classify_takes_an_entity():
    """Anything but an `Entity` is refused by an error of ours."""
    with pytest.raises(InputError, match="entity"):
        classify({"types": GRID})


def test_spellings_of_types():
    """Every spelling that `parse_ref` understands names the same type."""
    for text in ("nis2:annexI.8.h", "nis2:annexI.8.8", "Annex I, point 8.8", parse_ref("nis2:annexI.8.8")):
        assert Entity(text).types == (parse_ref("nis2:annexI.8.8"),)
    assert Entity([FOOD, GRID, FOOD]).types == (parse_ref(GRID), parse_ref(FOOD))
    assert Entity(()).types == ()
    assert Entity(GRID, designated=False).designated is Designation.NONE
    assert Entity(GRID, headcount=Decimal("49.5")).headcount == 49.5
    assert Entity(GRID, established_in=["el", "DE"]).established_in == ("DE", "GR")


WHOLE = Entity(
    (TRUST, WATER),
    years=(Figures(40, 1e6, None, year=2023), Figures(60, 2e6, 3e6, year=2024)),
    linked=Figures(1, 2, 3, year=2024),
    partners=Partner(Figures(1, year=2023), 0.5),
    trust_service=TrustService.QUALIFIED,
    oes_identified=dt.date(2018, 11, 9),
    side_activity=None,
    public_administration=Administration.NONE,
    sector_acts=("DORA",),
    services_in=("DE", "FR"),
    name="Example",
)


@pytest.mark.parametrize("entity", [WHOLE, Entity(None), Entity(()), Entity(GRID, **LARGE)])
def test_entities_and_answers_are_json(entity):
    """An entity survives JSON, and an answer is JSON-ready."""
    text = json.dumps(entity.to_dict())
    assert Entity.from_dict(json.loads(text)) == entity
    answer = classify(entity)
    record = json.loads(json.dumps(answer.to_dict()))
    assert record["entity_class"] == answer.entity_class
    assert record["law"] == "Directive (EU) 2022/2555"
    assert "national act" in record["note"]
    assert record["version"]
    assert record["as_of"] == "2022-12-27"
    assert record["reasons"] == answer.to_dicts()
    assert hash(answer) == hash(classify(entity))
    assert set(record) == {attribute.name for attribute in attrs.fields(Classification)}


@pytest.mark.parametrize(
    ("record", "match"),
    [
        ({}, "types"),
        ({"types": GRID, "head_count": 3}, "nearest: headcount"),
        ({"types": GRID, "years": 3}, "years"),
        ({"types": GRID, "years": [3]}, "years"),
        ({"types": GRID, "partners": [{"share": 0.3}]}, "figures is not given"),
        ({"types": GRID, "oes_identified": "soon"}, "oes_identified"),
        ([], "entity"),
    ],
)
def test_records_are_read_strictly(record, match):
    """A record with an unknown key or a wrong form is refused with the nearest right thing."""
    with pytest.raises(InputError, match=match):
        Entity.from_dict(record)


def test_answers_in_words():
    """Text and HTML show class, reasons, caveats and the note."""
    text = str(classify(Entity(GRID, headcount=120)))
    assert "undetermined: essential or important, depending on turnover, balance_sheet" in text
    assert "possibly, Article 3(1), point (a)" in text
    html = classify(Entity(BANK, **LARGE, sector_acts="<b>act</b>"))._repr_html_()
    assert "&lt;b&gt;act" in html
    assert "<b>act" not in html


def test_types_equal_the_annexes():
    """Every entity type stands at its place of the Annexes, with the act that defines it."""
    kinds = {str(kind.ref): kind for kind in entity_types()}
    wanted = facts("entity_types")
    assert list(kinds) == [row["ref"] for row in wanted]
    for row in wanted:
        kind = kinds[row["ref"]]
        assert (kind.annex, str(kind.sector), kind.subsector) == (row["annex"], row["sector"], row["subsector"])
        assert (kind.cir, kind.act) == (row["cir"], row["act"])
        assert bool(kind.condition) >= row["conditional"]


def test_types():
    """The 67 types are in legal order, have a title each, and eleven of them are named by the CIR."""
    kinds = entity_types()
    assert len(kinds) == 67
    assert [kind.ref for kind in kinds] == sorted(kind.ref for kind in kinds)
    assert len({kind.title for kind in kinds}) == 67
    assert {kind.annex for kind in kinds} == {"I", "II"}
    assert sum(kind.cir for kind in kinds) == 11
    assert {kind.carve_out for kind in kinds} - {""} == {
        "side_activity",
        "root_servers_only",
        "own_use_tld",
        "education_institution",
    }
    assert all(kind.sector_title and bool(kind.subsector) == bool(kind.subsector_title) for kind in kinds)
    assert entity_type("nis2:annexI.8.h").to_dict()["ref"] == "nis2:annexI.8.8"


def test_every_rule_has_its_source():
    """No rule speaks without a citation of its own or that of the type that it is about."""
    rules = table("scope_rules")
    assert len({row["id"] for row in rules}) == len(rules)
    for row in rules:
        assert row["text"]
        assert row["kind"] in ("rule", "caveat", "jurisdiction", "fine")
        assert row["gives"] in ("", *EntityClass)
        if row["id"] not in ("type", "side_activity"):  # these cite the type they are about
            assert row["citation"] or parse_ref(row["ref"]).citation


def test_a_jurisdiction_reads_as_a_sentence():
    """`print` of an answer of Article 26 says rule, States or missing facts, as its HTML does."""
    (known,) = classify(Entity(CLOUD, **LARGE, established_in="DE", decisions_in="DE")).jurisdiction
    (unknown,) = classify(Entity(CLOUD, **LARGE)).jurisdiction
    assert str(known).startswith("Article 26(2): Main establishment (most decisions on cybersecurity risk): DE")
    assert "open, depending on established_in, decisions_in" in str(unknown)
    assert "depending on established_in" in unknown._repr_html_()


def test_reprs_are_one_line_and_leave_defaults_out():
    """An entity has forty facts: its repr shows those that were stated, an answer's repr its verdict."""
    assert repr(Entity(GRID, headcount=400)) == f"Entity(types=(Ref('{GRID}'),), headcount=400)"
    blank = Entity(None, **UNKNOWN)
    answer = classify(blank)
    for value in (blank, answer, *answer.reasons, *classify(Entity(CLOUD, **LARGE)).jurisdiction):
        assert len(repr(value)) <= 200
        assert "\n" not in repr(value)


UNKNOWN = {
    field.name: None
    for field in attrs.fields(Entity)
    if field.name
    not in ("types", "years", "linked", "partners", "group_set_aside", "outside_union", "sector_acts", "name")
}


def test_a_blank_entity_is_decided_in_few_steps(monkeypatch):
    """Parts of the decision that come out alike are worked out once, however many facts are open before them."""
    runs = []

    class Counted(_decision.World):
        def __init__(self, facts, chosen):
            runs.append(1)
            super().__init__(facts, chosen)

    monkeypatch.setattr(_decision, "World", Counted)
    answer = classify(Entity(None, **UNKNOWN))
    assert len(answer.possible) == 4
    assert len(runs) < 1_000


def test_a_long_history_without_figures_asks_for_each_of_them():
    """Thirty periods without a figure leave every size open, and each figure of each period may decide."""
    answer = classify(Entity(GRID, years=tuple(Figures() for _ in range(30))))
    assert len(answer.sizes) == 3
    assert len(answer.missing) == 90


@pytest.mark.parametrize("field", ["established_in", "services_in", "decisions_in", "representative_in"])
def test_codes_of_states_are_refused_alike_everywhere(field):
    """One list of States and one error: an entity and an incident refuse the same codes in the same words."""
    with pytest.raises(UnknownRef, match=f"^{field}: 'UK' is neither in the Union nor in the EEA"):
        Entity(GRID, **{field: "UK"})
    with pytest.raises(UnknownRef, match=r"^member_state: 'UK' is neither in the Union nor in the EEA"):
        member_state("UK")


def test_a_place_outside_the_union_says_how_to_state_it():
    """Whoever decides in the United States is told the word for it, not only that US is not a State."""
    with pytest.raises(UnknownRef, match="'none' says that there is no such State"):
        Entity(GRID, decisions_in="US")


@pytest.mark.parametrize("field", ["types", "side_activity"])
@pytest.mark.parametrize("value", [5, object, {"nis2:annexI.1.a.2": True}])
def test_what_is_not_a_type_is_named_with_its_field_first(field, value):
    """A form can put the message beside the field that it is about."""
    with pytest.raises(InputError, match=f"^{field}: .+ is not a type of entity; give refs such as"):
        Entity(**{"types": GRID, field: value})


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("hospital", r"nis2:annexI\.5\.1 \(Healthcare providers\)"),
        ("energy", r"nis2:annexI\.1\.a\.1 \("),
        ("cloud provider", r"nis2:annexI\.8\.4 \(Cloud computing service providers\)"),
        ("electricty", r"nis2:annexI\.1\.a\.\d \([^)]*electricity"),
    ],
)
def test_words_lead_to_the_types_that_they_are_about(words, near):
    """Who writes a word for a type is told its ref, and no article or control, which are no types."""
    for make in (lambda: Entity(words), lambda: Entity([GRID, words]), lambda: entity_type(words)):
        with pytest.raises(InvalidRef, match=f"nearest: {near}") as caught:
            make()
        assert "A.8.24" not in str(caught.value)
    with pytest.raises(
        InvalidRef, match=r"^types: 'qqq' .*; write for example nis2:annexI\.8\.8; nis2map\.entity_types\(\) lists all$"
    ):
        Entity("qqq")


def test_types_of_the_annexes_need_no_name_of_the_directive():
    """`annexI.8.8` is what the Annexes' types are called; one that does not exist is told as such."""
    assert Entity(["annexI.8.8", "annexI.8.h"]).types == (parse_ref("nis2:annexI.8.8"),)
    assert entity_type("annexII.4.1").ref == parse_ref(FOOD)
    assert IncidentFacts(entity_types="annexI.8.4") == IncidentFacts(entity_types=CLOUD)
    with pytest.raises(UnknownRef, match=r"annexI\.8\.99"):
        Entity("annexI.8.99")


def test_a_public_type_says_that_the_entity_is_public():
    """Who names a type of public administration need not state the level as well."""
    answer = classify(Entity(CENTRAL, public_administration=None))
    assert (answer.entity_class, answer.missing, answer.public_administration) == (EntityClass.ESSENTIAL, (), True)


def test_a_small_regional_body_hangs_on_the_assessment_of_its_risks():
    """Article 2(2)(f)(ii): below the cap only a risk-based assessment brings it in, and as long as it is open both are."""
    answer = classify(Entity(REGIONAL, **SMALL))
    assert (answer.possible, answer.missing) == (
        (EntityClass.IMPORTANT, EntityClass.OUT_OF_SCOPE),
        ("risk_based_assessment",),
    )
    assert {"regional_scope", "regional_not"} <= {reason.id for reason in answer.reasons if not reason.certain}


def test_a_cascade_that_ends_outside_the_union_leads_to_no_state():
    """Article 26(2): decisions, operations and most employees elsewhere leave no main establishment in the Union."""
    nowhere = dict.fromkeys(("decisions_in", "operations_in", "most_employees_in"), "none")
    (answer,) = classify(Entity(CLOUD, **LARGE, **nowhere)).jurisdiction
    assert (answer.states, answer.missing) == ((), ())
    assert str(answer).endswith("no State of the Union [nis2:annexI.8.4]")


def test_an_exemption_is_told_to_an_entity_out_of_scope_too():
    """A State's decision under Article 2(8) is a caveat whatever the class is: the entity asked about it."""
    answer = classify(Entity((), state_exemption="activities"))
    assert answer.entity_class is EntityClass.OUT_OF_SCOPE
    assert [caveat.id for caveat in answer.caveats] == ["exemption_activities"]


def test_a_partner_has_figures():
    """What stands for a partner's figures has to be a `Figures`, and the error says so."""
    with pytest.raises(InputError, match="figures: 30 is not a Figures"):
        Partner(30, 0.3)  # type: ignore[arg-type]
