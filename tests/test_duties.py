"""Which duties bind an entity, and coverage within a classification."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from nis2map import Assessment, InputError, Requirement, UnknownRef, coverage, load, parse_ref
from nis2map.law import (
    Classification,
    Entity,
    FineRule,
    classify,
    displaced_duties,
    duties,
    fine_ceiling,
    supervision,
)
from nis2map.scoring import workings

LARGE: dict[str, Any] = {"headcount": 400, "turnover": 80e6, "balance_sheet": 60e6}
MEDIUM: dict[str, Any] = {"headcount": 120, "turnover": 20e6, "balance_sheet": 8e6}

GRID = Entity("nis2:annexI.1.a.2", **LARGE)  # essential, Article 3(1)(a)
FOOD = Entity("nis2:annexII.4.1", **MEDIUM)  # important, Article 3(2)
CLOUD = Entity("nis2:annexI.8.4", **MEDIUM)  # important, and the CIR binds (its Article 1)
DNS = Entity("nis2:annexI.8.2", headcount=5)  # essential whatever its size, Article 3(1)(b)
TRUST = Entity("nis2:annexI.8.7", trust_service="qualified", headcount=20, turnover=1e6, balance_sheet=1e6)
REGISTRAR = Entity((), domain_registration=True)  # Article 2(4): in scope, neither class
SMALL = Entity("nis2:annexII.4.1", headcount=10, turnover=1e6, balance_sheet=1e6)
TELECOM = Entity("nis2:annexI.8.8", **MEDIUM)

# entity, unit, whether it binds: the article that says so
BINDS = [
    (GRID, "nis2:21.2.h", True),  # 21(1)
    (GRID, "nis2:20.1.s1~approve", True),  # 20(1)
    (GRID, "nis2:23.4.a", True),  # 23(1)
    (GRID, "nis2:3.4.s1", True),  # 3(4)
    (GRID, "nis2:29.4~joining", True),  # 29(4)
    (GRID, "nis2:32.2.s3~results", True),  # 32(2), essential
    (GRID, "nis2:33.2.s3~results", False),  # 33(2), important
    (GRID, "nis2:27.2", False),  # 27(1): digital entities
    (GRID, "nis2:28.1", False),  # 28(1): domain data
    (GRID, "nis2:23.4.s2", False),  # trust services
    (GRID, "cir:3.2.1", False),  # CIR, Article 1
    (FOOD, "nis2:21.2.h", True),
    (FOOD, "nis2:32.2.s3~results", False),
    (FOOD, "nis2:33.2.s3~results", True),
    (CLOUD, "cir:3.2.1", True),
    (CLOUD, "nis2:27.2", True),
    (CLOUD, "nis2:28.1", False),
    (DNS, "cir:3.2.1", True),
    (DNS, "nis2:27.2", True),
    (TRUST, "nis2:23.4.s2", True),  # 23(4), second subparagraph
    (TRUST, "cir:3.2.1", True),
    (REGISTRAR, "nis2:3.4.s1", True),  # 3(4) names them
    (REGISTRAR, "nis2:27.2", True),  # 27(1)
    (REGISTRAR, "nis2:28.1", True),  # 28(1)
    (REGISTRAR, "nis2:21.2.h", False),
    (REGISTRAR, "nis2:20.1.s1~approve", False),
    (REGISTRAR, "cir:3.2.1", False),
    (SMALL, "nis2:21.2.h", False),
    (TELECOM, "nis2:2.14.s2", True),  # 2(14), second subparagraph
    (GRID, "nis2:2.14.s2", False),
]


@pytest.mark.parametrize(("entity", "unit", "binds"), BINDS)
def test_who_is_bound_by_what(entity: Entity, unit: str, binds: bool) -> None:
    """A duty binds exactly the classes and kinds of entity that it is addressed to."""
    bound = {requirement.ref for requirement in duties(classify(entity))}
    assert (parse_ref(unit) in bound) == binds


def test_only_duties_bind_and_they_come_in_legal_order() -> None:
    """What is not a duty binds nobody, and an entity out of scope has none."""
    found = duties(classify(CLOUD))
    assert all(unit.role.is_duty for unit in found)
    assert [unit.ref for unit in found] == sorted(unit.ref for unit in found)
    assert duties(classify(SMALL)) == ()


def test_undetermined_gives_what_is_certain_under_every_class_left_open() -> None:
    """While the class is open only duties that hold under every class are named."""
    open_ = classify(Entity("nis2:annexI.5.1", headcount=120))
    assert [str(one) for one in open_.possible] == ["essential", "important"]
    bound = {str(unit.ref) for unit in duties(open_)}
    assert {"nis2:21.2.h", "nis2:20.1.s1~approve"} <= bound
    assert not {"nis2:32.2.s3~results", "nis2:33.2.s3~results"} & bound
    assert duties(classify(Entity("nis2:annexI.5.1"))) == ()  # may be out of scope


# entity, the act that takes units away (none: nothing is), Articles whose duties are gone, Articles that stay
DISPLACED = [
    ({"types": "nis2:annexI.3.1"}, "Regulation (EU) 2022/2554 (DORA)", "21 23 32", "3 20"),  # 4(1), recital 28
    ({"types": "nis2:annexI.4.1"}, "Regulation (EU) 2022/2554 (DORA)", "21 23 32", "3 20"),
    ({"types": "nis2:annexI.4.2"}, "Regulation (EU) 2022/2554 (DORA)", "21 23 32", "3 20"),
    ({"types": ("nis2:annexI.3.1", "nis2:annexI.8.4")}, "", "", "3 20 21 23 27 32 cir"),  # how far it reaches is open
    ({"types": None}, "", "", ""),
    ({"types": "nis2:annexI.9.1", "sector_acts": ("An act", "Another")}, "An act, Another", "21 23 32", "3 20"),  # 4(1)
    ({"types": "nis2:annexI.8.4", "sector_acts": "An act"}, "An act", "21 23 32 cir", "3 20 27"),
    ({"types": "nis2:annexI.8.4", "state_exemption": "activities"}, "", "", "3 20 21 23 27 32 cir"),  # 2(8): in part
    (
        {"types": "nis2:annexI.8.4", "state_exemption": "entirely"},
        "decision of the Member State",
        "3 21 23 27 32 cir",
        "20",
    ),
    (
        {"types": "nis2:annexI.8.7", "trust_service": "qualified", "state_exemption": "entirely"},
        "",
        "",
        "3 21 23 cir",
    ),
]


def articles(units: Iterable[Requirement]) -> set[str]:
    return {"cir" if unit.ref.framework == "cir" else unit.ref.local.split(".")[0] for unit in units}


@pytest.mark.parametrize(("entity", "act", "gone", "stays"), DISPLACED)
def test_what_another_act_displaces_binds_no_more(entity: dict[str, Any], act: str, gone: str, stays: str) -> None:
    """Articles 2(8), 2(9) and 4(1): duties, supervision, fines, registration and the CIR go together; the class stays."""
    found = classify(Entity(**entity, **LARGE))
    plain = classify(
        Entity(**{k: v for k, v in entity.items() if k not in ("sector_acts", "state_exemption")}, **LARGE)
    )
    assert found.entity_class is plain.entity_class
    assert [one.act for one in found.displaced] == ([act] if act else [])
    left = articles(duties(found))
    assert not left & set(gone.split())
    assert set(stays.split()) <= left
    displaced = displaced_duties(found)
    assert set(gone.split()) <= articles(displaced)
    assert not set(displaced) & set(duties(found))
    assert set(displaced.values()) == ({act} if act else set())
    if not found.missing:
        fine = fine_ceiling(found, 1e9)
        assert (fine.options[0].rule is FineRule.DISPLACED) == bool(act)
        assert (fine.amount is None) == bool(act)
        assert act in str(fine)
        assert bool(supervision(found)) != bool(act)
    assert found.registration.listed is (None if found.missing else "3" not in gone.split())
    assert ("cir" in left) == bool(found.cir_applies)
    assert all(str(one) in str(found) for one in found.displaced)


def test_coverage_leaves_out_what_is_displaced_and_says_by_what() -> None:
    """What is left still binds and is scored; the displaced units are listed with the act and can't be asked for."""
    bank = classify(Entity("nis2:annexI.3.1", **LARGE))
    cov = coverage(FULL, within=bank)
    assert cov.status == "displaced"
    assert {unit.local.split(".")[0] for unit in cov.displaced} == {"21", "23", "32"}
    assert list(cov.displaced) == sorted(cov.displaced)
    assert set(cov.displaced.values()) == {"Regulation (EU) 2022/2554 (DORA)"}
    assert {unit.local.split(".")[0] for unit in cov.units} == {"2", "3", "20", "29"}
    assert any(note.startswith("Regulation (EU) 2022/2554 (DORA) applies instead of") for note in cov.notes)
    assert cov.to_dict()["displaced"]["nis2:23.4.a"] == "Regulation (EU) 2022/2554 (DORA)"
    with pytest.raises(UnknownRef, match=r"DORA\) stands in its place"):
        cov["Art. 21(2)(h)"]
    cloud = classify(Entity("nis2:annexI.8.4", sector_acts="An act", **LARGE))
    alone = coverage(FULL, within=cloud, framework="cir")
    assert (alone.status, len(alone.units)) == ("displaced", 0)
    assert len(alone.displaced) == len(coverage(FULL, framework="cir").units)
    both = coverage(FULL, within=cloud)
    assert {unit.framework for unit in both.displaced} == {"nis2", "cir"}
    assert coverage(FULL, within=classify(Entity("nis2:annexI.9.1", **LARGE))).displaced == {}


def test_who_represents_an_entity_answers_in_both_classes() -> None:
    """Article 32(6) holds for important entities too, by Article 33(5)."""
    for entity in (GRID, FOOD):
        assert parse_ref("nis2:32.6.s1~power") in {unit.ref for unit in duties(classify(entity))}


FULL = Assessment.full()


def scored(entity: Entity, framework: str = "nis2") -> tuple[Classification, set[str], str]:
    found = classify(entity)
    cov = coverage(FULL, within=found, framework=framework)
    return found, {str(unit.ref) for unit in workings(cov).question.units}, cov.status


def test_the_set_is_what_binds() -> None:
    """Coverage within a classification scores the duties with `shall` that bind."""
    found, units, status = scored(GRID)
    assert status == "binding"
    bound = {str(u.ref) for u in duties(found) if u.modality == "shall" and load().demands(u.ref)}
    assert units == bound


def test_where_the_cir_binds_its_units_stand_in_place_of_those_they_elaborate() -> None:
    """Where the CIR spells a point out, its units are scored instead, and the rest of the Directive stays."""
    _, units, status = scored(CLOUD)
    assert status == "binding"
    points = {unit for unit in units if unit.startswith("nis2:21.2.")}
    assert points == {"nis2:21.2.j~communications", "nis2:21.2.j~emergency"}  # the CIR has no point on these
    assert {"nis2:21.2", "nis2:21.4", "cir:3.2.1"} <= units
    assert sum(unit.startswith("cir:") for unit in units) == len(
        workings(coverage(FULL, framework="cir")).question.units
    )


def test_both_texts_can_be_looked_up_and_rolled_up() -> None:
    """A coverage over both texts answers for units of either."""
    cov = coverage(FULL, within=classify(CLOUD))
    assert cov["CIR 9.2"].demands
    assert cov["Art. 23(4)(a)"].demands
    assert {"nis2:20", "nis2:21.2.a", "nis2:23"} <= {str(ref) for ref in cov.rollup("measure")}
    own = coverage(FULL.replace({"cir:9.1": "not_implemented"}), within=classify(CLOUD))
    assert own["CIR 9.1"].high == 0


@pytest.mark.parametrize(
    ("entity", "status"), [(CLOUD, "binding"), (FOOD, "benchmark"), (Entity(None, headcount=300), "unknown")]
)
def test_the_cir_binds_is_a_benchmark_or_unknown(entity: Entity, status: str) -> None:
    """The status of the CIR follows from what the classification says of it."""
    assert scored(entity, "cir")[2] == status


def test_without_a_classification_the_status_is_unknown() -> None:
    """Nobody is told that a text binds before anybody said who they are."""
    assert coverage(FULL).status == "unknown"
    assert coverage(FULL).to_dict()["status"] == "unknown"


def test_a_classification_says_nothing_of_other_frameworks() -> None:
    """A standard binds by no law, so a classification can't narrow it."""
    with pytest.raises(InputError, match="says nothing of iso27001"):
        coverage(FULL, within=classify(CLOUD), framework="iso27001")
