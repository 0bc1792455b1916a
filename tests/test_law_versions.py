"""Versions of the law: which one a dataset states, and what a change of it does to entities."""

from __future__ import annotations

import datetime as dt
import runpy
from pathlib import Path
from typing import Any

import attrs
import pytest

import nis2map
from nis2map import Assessment, Comparison, Dataset, DatasetError, Entity, InputError, Requirement, classify, compare
from nis2map.formats import dumps, loads
from nis2map.law import Incident, deadlines
from nis2map.model import EntityType, LawTables, LawVersion, Period

ROOT = Path(__file__).parents[1]
CLOUD = Entity("nis2:annexI.8.4", name="cloud", headcount=300, turnover=60e6, balance_sheet=50e6)
HOSPITAL = Entity("nis2:annexI.5.1", name="hospital", headcount=120, turnover=20e6, balance_sheet=9e6)
CABLE = Entity("draft:cable", headcount=300, turnover=60e6, balance_sheet=50e6)
DRAFT = LawVersion(id="draft", title="A draft", status="proposal, not law", holds_from="2030-01-01")


def changed(dataset: Dataset, **tables: Any) -> Dataset:
    return dataset.with_law(attrs.evolve(dataset.law, **tables), version="draft")


def one_for_cables(dataset: Dataset) -> Dataset:
    """The bundled law with a type that it does not list, and 48 hours instead of 72 for the notification."""
    like = next(kind for kind in dataset.law.entity_types if str(kind.ref) == "nis2:annexI.8.5")
    new = attrs.evolve(like, ref="draft:cable", title="Cable operators", cir=False, kind="")
    stages = [
        attrs.evolve(row, period=Period(48, "hours")) if str(row.ref) == "nis2:23.4.b" else row
        for row in dataset.law.stages
    ]
    units = dataset.with_framework(
        nis2map.Framework("draft", "A draft"), requirements=[Requirement("draft:cable", None, "Cable operators")]
    )
    return changed(units, entity_types=[*dataset.law.entity_types, new], stages=stages, versions=[DRAFT])


@pytest.fixture(scope="module")
def draft(dataset: Dataset) -> Dataset:
    return one_for_cables(dataset)


def test_the_bundled_dataset_says_which_law_it_states(dataset: Dataset) -> None:
    """Directive (EU) 2022/2555 applies from 18 October 2024 (Article 41(1), second subparagraph); no end is known."""
    (version,) = dataset.law.versions
    assert (version.title, version.status, str(version.holds_from), version.holds_until) == (
        "Directive (EU) 2022/2555",
        "law",
        "2024-10-18",
        None,
    )
    answer = classify(CLOUD)
    assert (answer.law, answer.data) == ("Directive (EU) 2022/2555", dataset.version)
    assert "proposal" not in answer.note


def test_every_answer_by_a_proposal_says_so(draft: Dataset) -> None:
    """The law and its status stand in the answer, its text and its dict."""
    answer = classify(CABLE, dataset=draft)
    assert (answer.verdict, answer.law, answer.data) == ("essential", "A draft", "draft")
    assert answer.note.startswith("A draft: proposal, not law.")
    assert "proposal, not law" in str(answer)
    assert answer.to_dict()["law"] == "A draft"


def test_what_a_new_type_and_a_changed_stage_do_to_entities(dataset: Dataset, draft: Dataset) -> None:
    """A new type brings its entities in; a shorter stage is told for all that report; others stay as they are."""
    found = compare(dataset, draft, entities=[CABLE, CLOUD])
    cable, cloud = found.entities
    assert (cable.before.verdict, cable.after.verdict) == ("out of scope", "essential")
    assert {"nis2:20.1.s1~approve", "nis2:21.2.a", "nis2:23.4.a"} <= set(map(str, cable.gained))
    assert not cable.lost
    assert {(s.stage, s.before, s.after) for s in cable.stages} >= {
        ("early_warning", None, "24 hours from awareness"),
        ("notification", None, "48 hours from awareness"),
        ("final", None, "1 month from notification"),
    }
    assert not [s for s in cable.stages if s.when == "trust_service"]
    assert (cloud.before.verdict, cloud.after.verdict, cloud.gained, cloud.lost) == ("essential", "essential", (), ())
    assert [str(s) for s in cloud.stages] == ["notification: 72 hours from awareness, then 48 hours from awareness"]
    assert all(found.entities)
    assert bool(found)


def test_an_entity_under_the_same_law_has_no_change(dataset: Dataset) -> None:
    """Nothing changes between a dataset and itself, and the comparison is empty."""
    found = compare(dataset, dataset, entities=HOSPITAL)
    assert not found
    assert not found.entities[0]
    assert (found.entities[0].stages, found.entities[0].gained) == ((), ())


def test_the_way_back_is_the_mirror(dataset: Dataset, draft: Dataset) -> None:
    """From the draft to the law what was gained is lost, and sides of stages change places."""
    there, back = (compare(*pair, entities=CABLE).entities[0] for pair in ((dataset, draft), (draft, dataset)))
    assert (there.gained, there.lost) == (back.lost, back.gained)
    assert [(s.before, s.after) for s in there.stages] == [(s.after, s.before) for s in back.stages]
    assert compare(dataset, draft, entities=CABLE).invert().entities == (back,)


def test_two_steps_are_one(dataset: Dataset, draft: Dataset) -> None:
    """From the law to a draft and on to the next is as from the law to the next; and there and back is nothing."""
    shorter = [attrs.evolve(row, period=Period(12, "hours")) if row.period else row for row in draft.law.stages]
    last = draft.with_law(attrs.evolve(draft.law, stages=shorter), version="next")
    asked = (CABLE, CLOUD, HOSPITAL)
    there, on = compare(dataset, draft, entities=asked), compare(draft, last, entities=asked)
    assert there.then(on).entities == compare(dataset, last, entities=asked).entities
    assert not any(there.then(there.invert()).entities)
    with pytest.raises(InputError, match="different entities"):
        there.then(compare(draft, last, entities=CABLE))
    with pytest.raises(InputError, match="different entities"):
        there.then(compare(draft, last, entities=(CLOUD, CABLE, HOSPITAL)))


def test_the_clock_runs_by_the_stage_of_the_dataset(draft: Dataset) -> None:
    """`deadlines` reads the same rows that the comparison tells."""

    def hours(data: Dataset) -> float:
        incident = Incident(dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC))
        found = next(row for row in deadlines(incident, dataset=data).deadlines if row.stage == "notification")
        assert found.due is not None
        return (found.due - incident.aware_at).total_seconds() / 3600

    assert (hours(nis2map.load()), hours(draft)) == (72, 48)


def test_a_law_can_be_written_and_read(draft: Dataset) -> None:
    """A dataset with a proposal goes through the format of datasets whole."""
    again = loads(dumps(draft), Dataset)
    assert again.law == draft.law
    assert again.law.versions == (DRAFT,)
    assert not compare(draft, again, entities=(CABLE, CLOUD))


def test_the_table_of_changes_counts_rows_of_the_law(dataset: Dataset, draft: Dataset) -> None:
    """Of the tables of the law a reader sees what each side has and the other lacks."""
    (change,) = [c for c in compare(dataset, draft).changes if c.name == "law"]
    kind, what, before, after = change.to_row()
    assert (kind, what) == ("changed", "law (versions, entity_types, stages)")
    assert before == "versions: 1 row, stages: 1 row"
    assert after == "versions: 1 row, entity_types: 1 row, stages: 1 row"


def test_bad_versions_and_entities_are_refused(dataset: Dataset, draft: Dataset) -> None:
    """Each error says what to give instead; a type that neither law lists is unknown."""
    with pytest.raises(InputError, match="entities= takes Entity objects"):
        compare(dataset, draft, entities=["nis2:annexI.8.4"])  # type: ignore[list-item]
    with pytest.raises(InputError, match="entities= takes Entity objects"):
        compare(dataset, draft, entities=3)  # type: ignore[call-overload]
    with pytest.raises(InputError, match="entities= is for comparing datasets"):
        compare(Assessment(), Assessment(), entities=CLOUD)  # type: ignore[call-overload]
    with pytest.raises(nis2map.UnknownRef, match="not a type of entity"):
        compare(dataset, draft, entities=Entity("draft:wallet"))
    with pytest.raises(InputError, match="law"):
        dataset.with_law("law")  # type: ignore[arg-type]
    with pytest.raises(DatasetError, match="holds_until"):
        changed(dataset, versions=[attrs.evolve(DRAFT, holds_until="2029-01-01")])
    kind = attrs.evolve(dataset.law.entity_types[0], ref="draft:nowhere")
    with pytest.raises(DatasetError, match="draft:nowhere"):
        changed(dataset, entity_types=[*dataset.law.entity_types, kind])


def test_without_tables_the_law_is_the_directive(dataset: Dataset) -> None:
    """A dataset that says no version states Directive (EU) 2022/2555."""
    answer = classify(CLOUD, dataset=changed(dataset, versions=()))
    assert answer.law == "Directive (EU) 2022/2555"
    assert isinstance(dataset.law, LawTables)


def test_the_example_of_a_proposal(capsys: pytest.CaptureFixture[str]) -> None:
    """COM(2026) 13 as publicly known: DNS services under the size cap, cables in scope, and no word as if it were law."""
    made = runpy.run_path(str(ROOT / "examples" / "proposal.py"))
    found: Comparison = made["found"]
    verdicts = [(change.before.verdict, change.after.verdict) for change in found.entities]
    assert verdicts == [("essential", "out of scope"), ("out of scope", "essential"), ("important", "important")]
    assert all("not law" in change.after.note for change in found.entities)
    assert not found.entities[2]
    assert all(isinstance(kind, EntityType) for kind in made["added"])
    assert "not law" in capsys.readouterr().out
