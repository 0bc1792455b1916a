"""Which duties bind an entity, and coverage within a classification."""

from __future__ import annotations

from typing import Any

import pytest

from nis2map import Assessment, InputError, coverage, load, parse_ref
from nis2map.law import Classification, Entity, classify, duties
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


def test_a_state_exemption_lifts_articles_21_and_23() -> None:
    """A decision under Article 2(8) lifts these Articles, except for a trust service provider."""
    exempt = classify(Entity("nis2:annexI.1.a.2", state_exemption="entirely", **LARGE))
    articles = {unit.ref.local.split(".")[0] for unit in duties(exempt)}
    assert not articles & {"3", "21", "23", "27"}
    assert "20" in articles


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
