"""Several statements about one entity: the weakest scope counts, and who lacks what is kept."""

from __future__ import annotations

import datetime as dt
import pickle
from typing import Any

import pytest

import nis2map
from nis2map import Assessment, Finding, Problem, Status, coverage, gaps
from nis2map.errors import InputError

from .tiny import options, tiny

PLANT = {"A.5.1": "implemented", "A.5.2": "implemented", "A.8.24": "implemented"}
CLOUD = {"A.5.1": 0.4, "A.8.24": "not_implemented"}


def both(plant: Any = PLANT, cloud: Any = CLOUD, **more: Any) -> Assessment:
    return Assessment.across({"plant": Assessment(plant), "cloud": Assessment(cloud)}, **more)


@pytest.mark.parametrize(
    ("plant", "cloud", "bounds"),
    [
        ("implemented", "implemented", (1, 1, 1)),
        ("implemented", 0.4, (0, 0.4, 1)),
        ("implemented", None, (0, 0, 1)),
        (0.4, None, (0, 0, 1)),
        ("implemented", "unassessed", (0, 0, 1)),
        (0.7, 0.4, (0, 0.4, 1)),
        ("implemented", "planned", (0, 0, 0)),
        ("not_implemented", None, (0, 0, 0)),
        ("implemented", Finding("not_applicable", justification="no premises"), (0, 0, 0)),
    ],
)
def test_each_number_is_the_least(plant: Any, cloud: Any, bounds: tuple[float, ...]) -> None:
    """Low, estimate and high of two scopes, of which one may not speak of the control at all."""
    one = {"A.8.24": plant}
    other = {} if cloud is None else {"A.8.24": cloud}
    assert both(one, other)["A.8.24"].bounds == bounds
    assert both(other, one)["A.8.24"].bounds == bounds


def test_it_is_not_a_merger() -> None:
    """`merge` fills a hole of one statement from the other, `across` takes it for what it is."""
    plant, cloud = Assessment.of({"A.5.2": "implemented"}), Assessment.of({"A.5.1": "implemented"})
    merged = plant.merge(cloud, on_conflict="worst")
    assert [finding.status for finding in merged.values()] == ["implemented", "implemented"]
    whole = Assessment.across({"plant": plant, "cloud": cloud})
    assert [finding.status for finding in whole.values()] == ["unassessed", "unassessed"]
    assert whole.merge(Assessment()).notes[-1] == "a merger does not keep which assessment says what: cloud, plant"


def test_headings_and_what_is_below_them_are_told_apart() -> None:
    """One scope speaks of a theme and another of a control: each control has what is nearest to it in each scope."""
    whole = both({"A.5": "implemented"}, {"A.5.1": "implemented", "A.5.2": "planned"})
    assert {str(ref): str(found.status) for ref, found in whole.items()} == {
        "iso27001:A.5": "unassessed", "iso27001:A.5.1": "implemented", "iso27001:A.5.2": "planned"
    }  # fmt: skip


def test_a_lack_above_does_not_hide_what_is_not_known_below() -> None:
    """A.5 is lacking and A.5.1 is not known: the finding on A.5 moves to the controls for which it speaks."""
    whole = both({"A.5": "not_implemented", "A.5.1": "implemented"}, {})
    assert "A.5" not in whole
    assert whole["A.5.1"].bounds == (0, 0, 1)
    lacking = [ref.local for ref, finding in whole.items() if finding.status is Status.NOT_IMPLEMENTED]
    assert lacking == [f"A.5.{number}" for number in range(2, 38)]
    with pytest.raises(InputError, match="give the dataset that has its units"):
        both({"set:C": "not_implemented", "set:C.1": "implemented"}, {})


def test_an_exclusion_holds_for_the_entity_only_if_all_scopes_exclude() -> None:
    """What one scope leaves out gives nothing there, and the reason is kept; a missing justification stays missing."""
    out = Finding("not_applicable", justification="no premises")
    found = both({"A.7.1": "implemented"}, {"A.7.1": out})["A.7.1"]
    assert (found.status, found.justification) == ("not_implemented", "not applicable in cloud: no premises")
    assert both({"A.7.1": out}, {"A.7.1": out})["A.7.1"] == out
    bare = Finding("not_applicable", date="2026-01-01")
    assert both({"A.7.1": bare}, {"A.7.1": out})["A.7.1"].justification == ""
    assert both({"A.7.1": out}, {"A.7.1": "planned"})["A.7.1"].status is Status.PLANNED


def test_a_duty_assessed_in_one_scope_alone_is_bounded_by_it() -> None:
    """The other scope has it through its controls, so the whole has the lesser of both, and the explanation says so."""
    data = tiny("1; 1.1: a; 1.2: b", "C/; C.1; C.2", "1.1 < C.1: a; 1.2 < C.2: b")
    law = options(data)
    whole = Assessment.across(
        {
            "plant": Assessment({"set:C.1": "implemented", "set:C.2": "implemented", "law:1.1": 0.3}),
            "cloud": Assessment({"set:C.1": "implemented", "set:C.2": 0.8}),
        },
        dataset=data,
    )
    cov = coverage(whole, **law)
    assert whole["law:1.1"].status is Status.UNASSESSED
    assert (cov["law:1.1"].low, cov["law:1.1"].estimate, cov["law:1.1"].high) == (0, 0.3, 1)
    told = str(cov.explain("law:1.1"))
    assert "own finding on law:1.1: partial in some scopes, which bounds the links" in told
    assert "C.1 (stated" in told


def test_who_lacks_what_is_kept_and_shown() -> None:
    """By control what each scope says, the weakest first; in gaps, in text and in HTML, after a change too."""
    whole = both(whole_entity=True, subject="Acme")
    said = whole.by_scope("A.8.24")
    assert [(name, str(finding.status)) for name, finding in said.items()] == [
        ("cloud", "not_implemented"), ("plant", "implemented")
    ]  # fmt: skip
    assert whole.by_scope("A.5.2")["cloud"].status is Status.UNASSESSED
    assert whole.by_scope("A.6.1")["plant"].status is Status.UNASSESSED
    assert Assessment.of(PLANT).by_scope("A.5.1") == {}
    gap = gaps(whole)["Art. 21(2)(h)"]
    lacking = {str(control): dict(scopes) for control, scopes in gap.lacking.items()}
    assert lacking["iso27001:A.8.24"] == {"cloud": "not_implemented"}
    assert any("A.8.24 cloud: not implemented" in line for line in gap.advice)
    assert "A.8.24 cloud: not implemented" in str(gap)
    assert "A.8.24 cloud: not implemented" in gaps(whole)._repr_html_()
    assert gap.to_dict()["lacking"]["iso27001:A.8.24"] == {"cloud": "not_implemented"}
    assert "cloud (not_implemented)" in str(whole)
    mended = whole.replace({"A.8.24": "implemented"})
    assert {finding.status for finding in mended.by_scope("A.8.24").values()} == {Status.IMPLEMENTED}
    assert whole.replace({"A.8.24": None}).by_scope("A.8.24")["cloud"].status is Status.UNASSESSED


def test_coverage_names_the_scopes() -> None:
    """And whether they are known to be the whole entity is for the caller to say."""
    whole = both()
    notes = coverage(whole).notes
    assert "each unit counts as in the weakest of 2 scopes: cloud, plant" in notes
    assert any("not known to cover the whole entity" in note for note in notes)
    assert not any("not known to cover" in note for note in coverage(both(whole_entity=True)).notes)
    assert "cloud, plant" in str(coverage(whole))


def test_details_of_the_scopes_come_together() -> None:
    """Subject, scope, date and entity; notes and problems start with the name of their scope."""
    plant = Assessment(
        {"A.5.1": Finding("implemented", valid_until="2026-02-01")},
        subject="Acme",
        as_of="2026-03-01",
        scope="Vienna works",
        whole_entity=False,
        problems=[Problem("odd", path="plant.csv", row=3)],
        notes=["read as it is"],
    )
    cloud = Assessment({"A.5.1": "implemented"}, subject="Acme", as_of="2026-01-31", problems=[Problem("odd")])
    whole = Assessment.across({"plant": plant, "cloud": cloud})
    assert (whole.subject, whole.as_of, whole.whole_entity) == ("Acme", dt.date(2026, 1, 31), None)
    assert whole.scope == "cloud; plant: Vienna works"
    assert whole["A.5.1"].status is Status.UNASSESSED
    assert [problem.where for problem in whole.problems] == ["cloud", "plant: plant.csv, row 3"]
    assert whole.notes == (
        "plant: read as it is",
        "plant: iso27001:A.5.1: valid until 2026-02-01, so unassessed as of 2026-03-01",
    )
    assert Assessment.across({"a": plant, "b": Assessment()}).as_of is None
    assert Assessment.across({"a": plant, "b": Assessment(whole_entity=True)}).whole_entity is True
    assert Assessment.across({"a": plant}).whole_entity is False
    assert whole.subject == pickle.loads(pickle.dumps(whole)).subject


def test_it_goes_on_as_any_assessment_does() -> None:
    """Certified, compared, migrated, planned with, in rows; and the digest tells it from one without scopes."""
    whole = both()
    assert whole.certified()["clause 9.2.1"].status is Status.IMPLEMENTED
    assert {row["ref"] for row in whole.to_dicts()} == {"iso27001:A.5.1", "iso27001:A.5.2", "iso27001:A.8.24"}
    later = both(cloud={**CLOUD, "A.8.24": "implemented"})
    change = nis2map.compare(whole, later)
    applied = nis2map.apply(change, whole)
    assert applied == later
    assert applied.by_scope("A.8.24")["cloud"].status is Status.IMPLEMENTED
    assert nis2map.migrate(whole).assessment.scopes == whole.scopes
    assert nis2map.plan(whole, budget=1).steps
    plain = Assessment(whole.findings, scope=whole.scope)
    assert plain == whole
    assert plain.digest != whole.digest


@pytest.mark.parametrize(
    "scopes", [{}, None, {"": Assessment()}, {" ": Assessment()}, {1: Assessment()}, {"a": "a.csv"}, [Assessment()]]
)
def test_what_names_no_scopes_is_refused(scopes: Any) -> None:
    """A name that nobody can show, nothing at all, a path: an error of ours that says what to hand in."""
    with pytest.raises(InputError):
        Assessment.across(scopes)


def test_a_scope_twice_in_a_document_is_refused() -> None:
    """Neither the first nor the last of them is taken."""
    document = nis2map.dumps(both()).decode().replace('"name": "plant"', '"name": "cloud"')
    with pytest.raises(InputError, match="'cloud' is a scope already, in /scopes/0"):
        nis2map.loads(document, Assessment)
