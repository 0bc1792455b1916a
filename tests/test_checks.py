"""Each check of `_checks` is fed data that it must catch, and the bundled data that it must pass."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from nis2map import (
    Control,
    Crosswalk,
    Dataset,
    DatasetError,
    Demand,
    Framework,
    Link,
    Measure,
    Requirement,
    Source,
)
from nis2map.dataset._checks import CHECKS, check

Tables = dict[str, list[dict[str, Any]]]


def good() -> Tables:
    """A small dataset without problems, as records."""
    return {
        "frameworks": [{"id": "law", "side": "requirement"}, {"id": "set", "side": "control"}],
        "requirements": [
            {"ref": "law:1", "title": "Top", "summary": "What stands below."},
            {
                "ref": "law:1.1",
                "parent": "law:1",
                "title": "Logging",
                "demands": [{"id": "logs", "label": "Logs are kept"}, {"id": "review", "label": "Logs are read"}],
            },
            {"ref": "law:1.2", "parent": "law:1", "title": "Backup", "demands": [{"id": "copies", "label": "Copies"}]},
        ],
        "controls": [
            {"ref": "set:C", "title": "Controls", "heading": True},
            {"ref": "set:C.1", "parent": "set:C", "title": "Keep logs"},
            {"ref": "set:C.2", "parent": "set:C", "title": "Read logs"},
        ],
        "crosswalks": [
            {
                "id": "own",
                "source": "law",
                "target": "set",
                "links": [
                    {
                        "requirement": "law:1.1",
                        "controls": ["set:C.1"],
                        "relation": "intersects-with",
                        "covers": ["logs"],
                        "supports": ["review"],
                        "rationale": "why",
                        "source": "us",
                    },
                    {
                        "requirement": "law:1.1",
                        "controls": ["set:C.1", "set:C.2"],
                        "relation": "subset-of",
                        "covers": ["logs", "review"],
                        "rationale": "why both",
                        "source": "us",
                    },
                    {"requirement": "law:1.2", "controls": [], "relation": "no-relationship", "source": "us"},
                ],
            },
            {
                "id": "foreign",
                "source": ["law"],
                "target": "set",
                "links": [
                    {
                        "requirement": "law:1",
                        "controls": ["set:C.2"],
                        "relation": "superset-of",
                        "strength": 4,
                        "source": "us",
                    },
                ],
            },
        ],
        "sources": [{"id": "us"}],
        "measures": [{"id": "m", "closes": ["law:1.2", "law:1.1#logs"], "source": "us"}],
        "law.entity_types": [{"ref": "law:1.2", "jurisdiction": "services", "rule": "annex_one", "kind": "copier"}],
        "law.duty_rules": [
            {
                "id": "all",
                "framework": "law",
                "ref": "law:1",
                "units": ["law:1"],
                "types": ["law:1.2"],
                "fact": "listed",
            },
        ],
        "law.significance": [
            {
                "ref": "law:1.1",
                "role": "criterion",
                "kinds": ["copier"],
                "tests": [{"fact": "f", "longer_than": "PT1H"}],
            }
        ],
        "law.member_states": [{"code": "BE", "as_of": "2026-01-01"}],
        "law.reporting_rules": [{"code": "BE", "as_of": "2026-01-01"}],
        "law.stages": [
            {
                "stage": "notification",
                "ref": "law:1",
                "period": {"amount": 3, "unit": "days"},
                "counted_from": "awareness",
            },
            {"stage": "progress", "when": "ongoing", "ref": "law:1", "counted_from": "final"},
        ],
        "law.timeline": [{"date": "2024-10-18", "event": "it applies", "ref": "law:1", "recurrence": "P2Y"}],
    }


def link(tables: Tables, place: int = 0, crosswalk: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = tables["crosswalks"][crosswalk]["links"][place]
    return found


def unit(tables: Tables, place: int = 1) -> dict[str, Any]:
    return tables["requirements"][place]


# code of the problem, what breaks the data
BROKEN: list[tuple[str, Callable[[Tables], object]]] = [
    (
        "aliases",
        lambda t: t.update(aliases=[{"before": "law:9", "after": ["law:8"], "kind": "renamed", "since": "1"}]),
    ),
    ("number-id", lambda t: unit(t).update(ref=1.1)),
    ("number-id", lambda t: link(t).update(controls=[5.1])),
    ("bad-ref", lambda t: unit(t).update(ref="law 1.1")),
    ("bad-ref", lambda t: t["controls"][1].update(ref="A.5.99")),
    ("bad-ref", lambda t: t["requirements"].append({"ref": "CIR 3.2.1", "title": "not canonical"})),
    ("duplicate-unit", lambda t: t["requirements"].append(dict(unit(t, 0)))),
    ("duplicate-unit", lambda t: t["controls"].append({"ref": "set:c.1", "title": "same but for case"})),
    ("duplicate-framework", lambda t: t["frameworks"].append({"id": "law"})),
    ("framework", lambda t: t["requirements"].append({"ref": "other:1", "title": "undeclared"})),
    ("framework", lambda t: t["controls"].append({"ref": "law:9", "title": "wrong side"})),
    ("dangling-parent", lambda t: unit(t).update(parent="law:9")),
    ("foreign-parent", lambda t: unit(t).update(parent="set:C")),
    ("cycle", lambda t: unit(t, 0).update(parent="law:1.1")),
    ("bad-demand", lambda t: unit(t)["demands"][0].update(id="Not A Slug")),
    ("foreign-demand", lambda t: unit(t).update(demands=[{"ref": "law:1.2#copies", "label": "another unit's"}])),
    ("duplicate-demand", lambda t: unit(t)["demands"].append({"id": "logs", "label": "again"})),
    ("no-label", lambda t: unit(t)["demands"][0].update(label=" ")),
    ("duplicate-crosswalk", lambda t: t["crosswalks"].append({"id": "own", "source": "law", "target": "set"})),
    ("bad-crosswalk-end", lambda t: t["crosswalks"][0].update(target="law")),
    ("dangling-link", lambda t: link(t).update(requirement="law:9")),
    ("dangling-link", lambda t: link(t).update(controls=["set:C.9"])),
    ("dangling-link", lambda t: link(t).update(controls=["law:1.2"])),
    ("foreign-link", lambda t: (t["frameworks"].append({"id": "x"}), t["crosswalks"][0].update(source="x"))),
    ("duplicate-control", lambda t: link(t).update(controls=["set:C.1", "set:C.1"])),
    ("bad-relation", lambda t: link(t).update(relation="relates-to")),
    ("duplicate-link", lambda t: link(t, 1).update(controls=["set:C.1"])),
    ("duplicate-link", lambda t: t["crosswalks"][0]["links"].append({**link(t, 1), "controls": ["set:C.2", "set:C.1"]})),
    ("unknown-demand", lambda t: link(t).update(supports=["backup"])),
    ("unknown-demand", lambda t: link(t).update(covers=["law:1.2#copies"])),
    ("not-disjoint", lambda t: link(t).update(supports=["logs"])),
    ("relation-disagrees", lambda t: link(t).update(relation="subset-of")),
    ("relation-disagrees", lambda t: link(t, 1).update(relation="intersects-with")),
    ("relation-disagrees", lambda t: link(t).update(relation="no-relationship")),
    ("relation-disagrees", lambda t: link(t, 1).update(covers_considered=link(t, 1).pop("covers"), relation="superset-of")),
    ("not-disjoint", lambda t: link(t).update(covers_considered=["logs"])),
    ("bad-strength", lambda t: link(t, crosswalk=1).update(strength=10)),
    ("bad-strength", lambda t: link(t, crosswalk=1).update(strength=True)),
    ("bad-strength", lambda t: link(t, crosswalk=1).update(relation="subset-of")),
    ("bad-strength", lambda t: link(t).update(strength=5)),
    ("mixed-grain", lambda t: t["crosswalks"][0]["links"].append({"requirement": "law:1", "controls": ["set:C.1"], "relation": "intersects-with", "source": "us"})),
    ("mixed-grain", lambda t: t["crosswalks"][0].update(grain="unit")),
    ("no-controls", lambda t: link(t).update(controls=[])),
    ("not-alone", lambda t: t["crosswalks"][0]["links"].append({"requirement": "law:1.2", "controls": ["set:C.1"], "relation": "no-relationship", "source": "us"})),
    ("bad-review", lambda t: link(t).update(reviewed=["copies"])),
    ("bad-review", lambda t: link(t).update(reviewed=["logs", "logs"])),
    ("bad-review", lambda t: link(t).update(reviewed=["logs"], review="human")),
    ("bad-review", lambda t: link(t).update(reviewed=["logs", "review"], review="adjudicated")),
    ("references", lambda t: unit(t).update(elaborates=["law:7"])),
    ("references", lambda t: t["frameworks"][0].update(elaborates="nothing")),
    ("references", lambda t: t["frameworks"][0].update(elaborates="set")),
    ("references", lambda t: t["measures"][0].update(closes=["law:1.1#nothing"])),
    ("unknown-source", lambda t: t["measures"][0].update(source="them")),
    ("unknown-source", lambda t: link(t).update(source="them")),
    ("unknown-source", lambda t: t["frameworks"][0].update(source="them")),
    ("duplicate-row", lambda t: t["law.timeline"].append(t["law.timeline"][0])),
    ("dangling-ref", lambda t: t["law.timeline"][0].update(ref="law:9")),
    ("dangling-ref", lambda t: t["law.duty_rules"][0].update(units=["law:9"])),
    ("dangling-ref", lambda t: t["law.duty_rules"][0].update(framework="set")),
    ("unknown-type", lambda t: t["law.duty_rules"][0].update(types=["law:1.1"])),
    ("bad-value", lambda t: t["law.entity_types"][0].update(cir="no")),
    ("bad-value", lambda t: t["law.entity_types"][0].update(sector=True)),
    ("bad-value", lambda t: t["law.entity_types"][0].update(title=None)),
    ("bad-value", lambda t: t["law.significance"][0]["tests"][0].update(over=1.5)),
    ("bad-value", lambda t: t["law.significance"][0]["tests"][0].update(percent="5")),
    ("bad-value", lambda t: t["law.stages"][0]["period"].update(amount=1.5)),
    ("bad-value", lambda t: t["law.timeline"][0].update(date="2024-13-18")),
    ("bad-value", lambda t: t["law.timeline"][0].update(recurrence="two years")),
    ("bad-value", lambda t: t["law.significance"][0]["tests"][0].update(longer_than="1 hour")),
    ("bad-value", lambda t: t["law.significance"][0].update(role="rule of thumb")),
    ("bad-value", lambda t: t["law.entity_types"][0].update(rule="annex_three")),
    ("duplicate-row", lambda t: t["law.stages"].append(dict(t["law.stages"][0], ref="law:1.1"))),
    ("dangling-ref", lambda t: t["law.stages"][0].update(ref="law:9")),
    ("bad-value", lambda t: t["law.stages"][0].update(stage="postcard")),
    ("bad-value", lambda t: t["law.stages"][0].update(when="raining")),
    ("bad-value", lambda t: t["law.stages"][0].update(when="ongoing")),
    ("bad-value", lambda t: t["law.stages"][0].update(counted_from="full moon")),
    ("bad-value", lambda t: t["law.stages"][0].update(counted_from="notification")),
    ("bad-value", lambda t: t["law.stages"][0].update(counted_from="final", period=None)),
    ("bad-value", lambda t: t["law.stages"][0]["period"].update(amount=0)),
    ("bad-value", lambda t: t["law.stages"][0]["period"].update(amount=True)),
    ("bad-value", lambda t: t["law.stages"][0].update(as_of="yesterday")),
    ("bad-value", lambda t: t["law.stages"][1].update(period={"amount": 1, "unit": "months"})),
    ("bad-value", lambda t: t["law.reporting_rules"][0].update(applied=[{"stage": "final", "period": {"amount": 1, "unit": "days"}, "counted_from": "final"}])),
    ("bad-value", lambda t: t["law.reporting_rules"][0].update(applied=[{"stage": "postcard", "period": {"amount": 1, "unit": "days"}, "counted_from": "awareness"}])),
    ("bad-value", lambda t: t["law.reporting_rules"][0].update(applied=[{"stage": "final", "period": {"amount": -1, "unit": "days"}, "counted_from": "awareness"}])),
    ("lone-state", lambda t: t["law.reporting_rules"].clear()),
    ("lone-state", lambda t: t["law.member_states"].clear()),
    ("unknown-kind", lambda t: t["law.significance"][0].update(kinds=["cloud"])),
    ("charset", lambda t: unit(t).update(title="Log\ufffdging")),
    ("charset", lambda t: unit(t).update(title="half \ud83d of a pair")),
    ("charset", lambda t: unit(t)["demands"][0].update(label="\x07")),
    ("charset", lambda t: unit(t).update(evidence=["\x07"])),
    ("charset", lambda t: link(t).update(rationale="\ud83d")),
    ("charset", lambda t: t["law.timeline"][0].update(event="\ud83d")),
    ("no-source", lambda t: link(t).update(source="")),
    ("no-rationale", lambda t: link(t).update(rationale=" ")),
    ("no-title", lambda t: unit(t).update(title="")),
    ("same-title", lambda t: unit(t).update(title="backup")),
    ("same-title", lambda t: [row.update(titles={"fr": "Journal"}) for row in t["controls"][1:]]),
    ("titles", lambda t: unit(t).update(titles={"Deutsch, sauber": "Protokolle"})),
    ("titles", lambda t: unit(t).update(titles={"de": " "})),
    ("titles", lambda t: unit(t).update(titles={"de": 5})),
    ("titles", lambda t: unit(t).update(titles={5: "Protokolle"})),
    ("titles", lambda t: t["controls"][0].update(titles="Protokolle")),
    ("charset", lambda t: unit(t).update(titles={"de": "Pr\ufffdfung"})),
    ("summary", lambda t: unit(t).update(summary="demands say it already")),
    ("order", lambda t: t["requirements"].reverse()),
    ("missing-unit", lambda t: t["frameworks"].append({"id": "iso27001", "side": "control"})),
]  # fmt: skip


def test_the_good_data_have_no_problem() -> None:
    """Sound data pass in silence, the strict checks for shipped records included: a check that cries wolf is off."""
    assert check(good(), strict=True) == []


def test_the_relation_is_that_of_the_widest_reading() -> None:
    """Demands that ISO/IEC 27002 names for consideration are covered on the widest reading, so the relation is full."""
    tables = copy.deepcopy(good())
    link(tables, 1).update(covers=["logs"], covers_considered=["review"], relation="subset-of")
    assert check(tables, strict=True) == []


@pytest.mark.parametrize(("code", "breaks"), BROKEN, ids=[f"{i}-{code}" for i, (code, _) in enumerate(BROKEN)])
def test_each_check_catches_its_fault(code: str, breaks: Callable[[Tables], object]) -> None:
    """One fault put into sound data is reported under its own code, and the report says where it is."""
    tables = copy.deepcopy(good())
    breaks(tables)
    found = check(tables, strict=True)
    assert code in {problem.code for problem in found}, [str(problem) for problem in found]
    assert all(problem.where for problem in found)


def test_every_check_has_a_fault_of_its_own() -> None:
    """Leaving any check out lets some fault through."""
    for name in CHECKS:
        rest = {other: one for other, one in CHECKS.items() if other != name}
        for _, breaks in BROKEN:
            tables = copy.deepcopy(good())
            breaks(tables)
            every = {(p.code, p.ref) for p in check(tables, strict=True)}
            without = set[tuple[str, str]]()
            for other, one in rest.items():
                from nis2map.dataset._checks import index_of

                without |= {(p.code or other, p.ref) for p in one(index_of(tables))}
            if every - without:
                break
        else:
            pytest.fail(f"no fault needs the check {name}")


def test_the_bundled_data_pass_every_check(dataset: Dataset) -> None:
    """What we ship meets the rules that we hold users' data to, and the stricter ones for our own."""
    assert [str(problem) for problem in check(dataset.records(), strict=True)] == []


def parts(tables: Tables) -> dict[str, Any]:
    def demands(row: dict[str, Any]) -> list[Demand]:
        return [Demand(f"{row['ref']}#{d['id']}", d["label"]) for d in row.get("demands", ())]

    return {
        "frameworks": [Framework(**row) for row in tables["frameworks"]],
        "requirements": [Requirement(**(row | {"demands": demands(row)})) for row in tables["requirements"]],
        "controls": [Control(**row) for row in tables["controls"]],
        "crosswalks": [
            Crosswalk(**(row | {"links": [Link(**one) for one in row["links"]]})) for row in tables["crosswalks"]
        ],
        "sources": [Source(**row) for row in tables["sources"]],
        "measures": [Measure(**row) for row in tables["measures"]],
    }


def test_from_parts_takes_good_and_reports_all_problems_at_once() -> None:
    """Whoever builds a dataset by hand hears of every fault in one error and not of one fault a run."""
    made = Dataset.from_parts(**parts(good()))
    assert len(made) == 6
    assert made.demands("law:1.1")[1].label == "Logs are read"
    tables = good()
    unit(tables).update(parent="law:9")
    link(tables).update(controls=["set:C.9"])
    link(tables, crosswalk=1).update(strength=12)
    with pytest.raises(DatasetError, match="3 problems") as caught:
        Dataset.from_parts(**parts(tables))
    assert [problem.code for problem in caught.value.problems] == ["bad-strength", "dangling-link", "dangling-parent"]
