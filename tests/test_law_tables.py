"""The law's tables as a part of the dataset: loaded on demand, kept, written, checked, read by every function."""

from __future__ import annotations

import datetime as dt
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import attrs
import pytest

import nis2map
from nis2map import Assessment, Dataset, DatasetError, Framework, Incident, IncidentFacts
from nis2map.formats import dumps, loads
from nis2map.law import (
    Deadline,
    Entity,
    Stage,
    classify,
    deadlines,
    duties,
    entity_type,
    entity_types,
    fine_ceiling,
    member_state,
    member_states,
    reporting_rule,
    significance,
    supervision,
)
from nis2map.model import (
    LAW_TABLES,
    AppliedTerm,
    FactTest,
    LawTables,
    LegalDate,
    ReportingRule,
    ReportingStage,
    Requirement,
    SignificanceTest,
)
from nis2map.planning import benefits, cycle, differences, roadmap, timeline

from .tiny import remade

GRID = Entity("nis2:annexI.1.a.2", headcount=400, turnover=80e6, balance_sheet=60e6)


def with_law(dataset: Dataset, law: LawTables | None, *, version: str = "mine") -> Dataset:
    """The units of a dataset with other tables of the law."""
    return remade(dataset, law=law, version=version)


@pytest.fixture(scope="module")
def bare(dataset: Dataset) -> Dataset:
    return with_law(dataset, None)


def test_every_table_of_the_bundled_dataset_has_rows_of_its_class(dataset: Dataset) -> None:
    """Nothing of the law is left outside the tables, and every row is a record."""
    for name, kind in LAW_TABLES.items():
        rows = getattr(dataset.law, name)
        assert rows
        assert all(type(row) is kind for row in rows), name
    assert [field.name for field in attrs.fields(LawTables)] == list(LAW_TABLES)


def test_loading_and_scoring_load_no_table_of_the_law() -> None:
    """A table is read when it is first asked for, and no other with it."""
    code = (
        "import sys, nis2map; ds = nis2map.load(); len(ds); nis2map.coverage(nis2map.Assessment.full()).overall;"
        "print('nis2map.model._law' in sys.modules); print(ds.law); ds.law.timeline; print(ds.law)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split("\n")
    assert shown[:3] == ["False", "<LawTables: none loaded yet>", "<LawTables: timeline>"]


def test_the_tables_come_back_from_a_document(dataset: Dataset) -> None:
    """A document holds the law under one key, and reading it gives an equal dataset."""
    data = dumps(dataset)
    assert b'"law": {\n"versions": [\n' in data
    back = loads(data, Dataset)
    assert back.law == dataset.law
    assert back.digest == dataset.digest
    assert dumps(back) == data


def test_the_digest_counts_the_tables(dataset: Dataset, bare: Dataset) -> None:
    """Two datasets that state the law differently are two datasets."""
    earlier = attrs.evolve(dataset.law, timeline=dataset.law.timeline[:-1])
    digests = {with_law(dataset, law).digest for law in (dataset.law, earlier, None)}
    assert len(digests) == 3
    assert with_law(dataset, dataset.law).digest == dataset.digest
    assert not any(name.startswith("law.") and rows for name, rows in bare.records().items())


def test_what_is_added_to_a_dataset_leaves_its_law(dataset: Dataset) -> None:
    """`with_framework` and `with_crosswalk` change what they name and nothing else."""
    more = dataset.with_framework(Framework("own"), requirements=[Requirement("own:1", title="One")])
    assert more.law == dataset.law
    assert dataset.with_crosswalk(dataset.crosswalks["enisa"]).law == dataset.law


def test_comparing_datasets_sees_the_law(dataset: Dataset) -> None:
    """A changed table is a change, and applying it gives the other dataset."""
    later = with_law(dataset, attrs.evolve(dataset.law, cycle=dataset.law.cycle[:-1]), version=dataset.version)
    found = nis2map.compare(dataset, later)
    assert "law" in str(found)


def test_tables_pickle_whole_and_are_equal_by_rows(dataset: Dataset) -> None:
    """Tables that load on demand and tables that were handed in are the same value."""
    copy = pickle.loads(pickle.dumps(dataset.law))
    assert copy == dataset.law
    assert copy == LawTables(**{name: getattr(dataset.law, name) for name in LAW_TABLES})
    assert dataset.law != LawTables()


def test_tables_take_records_of_their_own_class_alone(dataset: Dataset) -> None:
    """A row in the wrong table is an error that names the table and the class expected."""
    with pytest.raises(DatasetError, match="expected LegalDate records in timeline"):
        LawTables(timeline=dataset.law.cycle)  # type: ignore[arg-type]
    with pytest.raises(nis2map.errors.Nis2mapError, match="law"):
        Dataset.from_parts(law=[])  # type: ignore[arg-type]
    with pytest.raises(AttributeError, match="no table 'dates'"):
        _ = dataset.law.dates  # type: ignore[attr-defined]


def test_records_read_the_plain_forms(dataset: Dataset) -> None:
    """Dates, refs and words may be given as texts; others than there are, are refused."""
    row = LegalDate(date="2024-10-18", event="x", citation="y", status="law", ref="nis2:41.1.s2")  # type: ignore[arg-type]
    assert row.date.year == 2024
    assert row.to_dict()["ref"] == "nis2:41.1.s2"
    with pytest.raises(DatasetError, match="2024-13-01"):
        LegalDate(date="2024-13-01", event="x", citation="y", status="law")  # type: ignore[arg-type]
    with pytest.raises(DatasetError, match="deviation"):
        ReportingRule(code="BE", deviates="maybe", as_of="2024-01-01")  # type: ignore[arg-type]


def test_records_have_a_repr_of_one_line(dataset: Dataset) -> None:
    """However much a row holds, its repr is one line of at most 200 characters."""
    for name in LAW_TABLES:
        for row in getattr(dataset.law, name):
            assert len(repr(row)) <= 200
            assert "\n" not in repr(row)


CALLS: list[tuple[str, Callable[[Dataset], object]]] = [
    ("scope_rules", lambda ds: classify(GRID, dataset=ds)),
    ("duty_rules", lambda ds: duties(classify(GRID), dataset=ds)),
    (
        "member_states",
        lambda ds: deadlines(
            Incident.from_dict({"aware_at": "2026-06-01T09:00+00:00", "member_state": "BE"}), dataset=ds
        ),
    ),
    ("stages", lambda ds: deadlines(Incident.from_dict({"aware_at": "2026-06-01T09:00+00:00"}), dataset=ds)),
    ("significance", lambda ds: significance(IncidentFacts(), dataset=ds)),
    ("fines", lambda ds: fine_ceiling(classify(GRID), dataset=ds)),
    ("supervision", lambda ds: supervision(dataset=ds)),
    ("member_states", lambda ds: member_state("BE", dataset=ds)),
    ("member_states", lambda ds: member_states(dataset=ds)),
    ("member_states", lambda ds: reporting_rule("BE", dataset=ds)),
    ("entity_types", lambda ds: entity_types(dataset=ds)),
    ("entity_types", lambda ds: entity_type("nis2:annexI.8.8", dataset=ds)),
    ("timeline", lambda ds: timeline(ds)),
    ("differences", lambda ds: differences(ds)),
    ("benefits", lambda ds: benefits(ds)),
    ("cycle", lambda ds: cycle(ds)),
    ("programme", lambda ds: roadmap(Assessment({}), certified=True, dataset=ds)),
]


@pytest.mark.parametrize(("table", "call"), CALLS, ids=[f"{i}-{table}" for i, (table, _) in enumerate(CALLS)])
def test_a_dataset_without_the_table_is_told_by_its_name(
    table: str, call: Callable[[Dataset], object], bare: Dataset
) -> None:
    """No function of the law falls back to the bundled tables when another dataset was asked."""
    with pytest.raises(DatasetError, match=f"no rows in the table {table} of the law"):
        call(bare)


def test_answers_follow_the_tables_of_the_dataset(dataset: Dataset) -> None:
    """The law is what the dataset says: another floor, another type, another duty rule change the answers."""
    law = dataset.law
    fines = [attrs.evolve(row, amount=row.amount and row.amount * 2) for row in law.fines]
    kinds = [attrs.evolve(kind, rule="annex_two") for kind in law.entity_types]
    waived = [attrs.evolve(rule, classes=()) if rule.id == "both-classes" else rule for rule in law.duty_rules]
    mine = with_law(dataset, attrs.evolve(law, fines=fines, entity_types=kinds, duty_rules=waived))
    ours, theirs = classify(GRID), classify(GRID, dataset=mine)
    assert (ours.entity_class, theirs.entity_class) == ("essential", "important")
    assert (theirs.data, ours.data) == ("mine", dataset.version)
    assert fine_ceiling(ours, 1.0, dataset=mine).amount == 20_000_000
    assert fine_ceiling(ours, 1.0, dataset=mine).data == "mine"
    assert len(duties(ours, dataset=mine)) < len(duties(ours))


NINE = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)


def stage(name: str, counted_from: str, period: tuple[int, str] | None = None, *, when: str = "") -> ReportingStage:
    """A row of the table of stages, as an amendment might write it."""
    length = None if period is None else {"amount": period[0], "unit": period[1]}
    return ReportingStage(
        stage=name,
        when=when,
        ref="nis2:23.4",  # type: ignore[arg-type]
        citation="Act 1",
        period=length,  # type: ignore[arg-type]
        counted_from=counted_from,
        as_of="2027-01-01",  # type: ignore[arg-type]
    )


def by(dataset: Dataset, *rows: ReportingStage, **facts: Any) -> dict[str, Deadline]:
    """The deadlines of an incident known at nine o'clock, under a law that has these stages and no others."""
    mine = with_law(dataset, attrs.evolve(dataset.law, stages=rows))
    return {item.stage: item for item in deadlines(Incident(NINE, **facts), dataset=mine)}


def test_a_stage_of_other_length_gives_other_deadlines(dataset: Dataset) -> None:
    """Periods are read from the dataset: a changed one moves its report, what counts from it, and nothing else."""
    stages = [
        attrs.evolve(row, period={"amount": 96, "unit": "hours"}, as_of="2027-01-01", citation="Act 1")
        if str(row.ref) == "nis2:23.4.b"
        else row
        for row in dataset.law.stages
    ]
    mine = with_law(dataset, attrs.evolve(dataset.law, stages=stages))
    incident = Incident(NINE)
    ours, theirs = deadlines(incident), deadlines(incident, dataset=mine)
    assert ours["early_warning"] == theirs["early_warning"]
    notification, final = theirs["notification"], theirs["final"]
    assert (notification.due, notification.period) == (dt.datetime(2026, 6, 5, 9, tzinfo=dt.UTC), "96 hours")
    assert (notification.basis, notification.as_of) == ("Act 1", dt.date(2027, 1, 1))
    assert final.due == dt.datetime(2026, 7, 5, 9, tzinfo=dt.UTC)
    assert (ours.as_of, theirs.as_of) == (dt.date(2022, 12, 27), dt.date(2027, 1, 1))
    back = loads(dumps(mine), Dataset)
    assert deadlines(incident, dataset=back) == theirs


def test_the_stages_of_the_law_are_those_of_the_results(dataset: Dataset) -> None:
    """Every stage that a schedule knows has its row, and no row speaks of another."""
    assert {row.stage for row in dataset.law.stages} == set(Stage)
    texts = [row.to_dict()["period"] for row in dataset.law.stages if row.stage != "final"]
    assert texts == ["24 hours", "72 hours", "24 hours", None, None]


def test_a_law_without_a_stage_asks_for_no_such_report(dataset: Dataset) -> None:
    """A report that no row speaks of is not owed, and one that would count from it has no date."""
    found = by(dataset, stage("final", "notification", (1, "months")))
    assert list(found) == ["final"]
    assert (found["final"].due, found["final"].provisional) == (None, True)
    assert found["final"].basis == "Act 1: one month after the notification, which has no date"
    assert by(dataset, stage("early_warning", "awareness", (6, "hours")), ongoing=True).keys() == {"early_warning"}
    assert by(dataset, stage("progress", "final", when="ongoing"), ongoing=True) == {}


def test_a_stage_counts_from_what_its_row_names(dataset: Dataset) -> None:
    """Another start of a period, or a period for a report that had none, is a matter of data too."""
    rows = [
        stage("intermediate", "request", (2, "days")),
        stage("final", "awareness", (10, "days")),
        stage("progress", "awareness", (5, "days"), when="ongoing"),
    ]
    early = by(dataset, *rows, ongoing=True)
    assert {name: item.due for name, item in early.items()} == {
        "intermediate": None,
        "progress": dt.datetime(2026, 6, 6, 9, tzinfo=dt.UTC),
        "final": dt.datetime(2026, 6, 11, 9, tzinfo=dt.UTC),
    }
    assert early["intermediate"].basis == "Act 1: 2 days after the report has been asked for, which it has not"
    asked = by(dataset, *rows, intermediate_requested_at=NINE + dt.timedelta(days=1))
    assert asked["intermediate"].due == NINE + dt.timedelta(days=3)
    assert by(dataset, stage("notification", "awareness"))["notification"].basis == "Act 1: no period is fixed"


def test_stages_that_nobody_can_compute_are_refused(dataset: Dataset) -> None:
    """A dataset is told of a row with words that go together with no date before anybody asks for deadlines."""
    with pytest.raises(DatasetError, match="can't count from itself"):
        by(dataset, stage("notification", "notification", (1, "days")))
    with pytest.raises(DatasetError, match="only a progress report counts from the final one"):
        by(dataset, stage("final", "final"))


def test_results_name_the_version_of_package_and_dataset(dataset: Dataset) -> None:
    """An answer can be reproduced only if it says which tables it was read from."""
    incident = Incident.from_dict({"aware_at": "2026-06-01T09:00+00:00"})
    for answer in (
        classify(GRID),
        fine_ceiling(classify(GRID)),
        significance(IncidentFacts()),
        deadlines(incident),
        member_state("BE"),
    ):
        assert (answer.version, answer.data) == (nis2map.__version__, dataset.version)
        assert answer.to_dict()["data"] == dataset.version


def test_tables_are_written_as_far_as_they_have_rows(dataset: Dataset) -> None:
    """The plain form of the tables has each table with its rows in order, and no empty one."""
    law = LawTables(timeline=dataset.law.timeline, cycle=dataset.law.cycle)
    written = law.to_dict()
    assert list(written) == ["timeline", "cycle"]
    assert [row["event"] for row in written["timeline"]] == [row.event for row in dataset.law.timeline]
    assert LawTables().to_dict() == {}


def test_a_row_without_its_date_is_refused() -> None:
    """A fact about a State ages within weeks, so a record that leaves out when it was read is an error."""
    with pytest.raises(DatasetError, match=r"a date is missing; a datetime\.date, or a text like 2026-11-24"):
        ReportingRule(code="BE", deviates="no", as_of=None)  # type: ignore[arg-type]


def test_a_share_of_turnover_needs_its_amount(dataset: Dataset) -> None:
    """A floor is the higher of an amount and a share: a table with the share alone is refused by the row's id."""
    shares = [row for row in dataset.law.fines if row.percent is not None]
    mine = with_law(dataset, attrs.evolve(dataset.law, fines=shares))
    with pytest.raises(DatasetError, match=r"the row fine\.essential\.turnover in the table fines .* no amount"):
        fine_ceiling(classify(GRID), dataset=mine)


def test_a_rule_that_an_answer_needs_is_named_if_the_table_lacks_it(dataset: Dataset) -> None:
    """Half a table of rules gives no half answer: what is missing in it, a rule or its unit, is said by its id."""
    rules = dataset.law.scope_rules
    lacking = with_law(dataset, attrs.evolve(dataset.law, scope_rules=[r for r in rules if r.id != "above_ceilings"]))
    with pytest.raises(DatasetError, match="the table scope_rules of the law has no rule 'above_ceilings'"):
        classify(GRID, dataset=lacking)
    loose = [attrs.evolve(rule, ref=None) if rule.id == "establishment" else rule for rule in rules]
    with pytest.raises(
        DatasetError, match="the rule 'establishment' in the table scope_rules of the law names no unit"
    ):
        classify(GRID, dataset=with_law(dataset, attrs.evolve(dataset.law, scope_rules=loose)))


def test_without_points_on_recurrence_the_others_decide(dataset: Dataset) -> None:
    """A law that says nothing of recurring incidents is asked about single ones alone."""
    rows = [row for row in dataset.law.significance if row.role != "recurring"]
    mine = with_law(dataset, attrs.evolve(dataset.law, significance=rows))
    recurring = IncidentFacts(
        entity_types="other", severe_disruption=False, financial_loss=False, damage_to_others=False, occurrences=2
    )
    answer = significance(recurring, dataset=mine)
    assert answer.answer == "not significant"
    assert not any("Recurring" in point.title for point in significance(IncidentFacts(), dataset=mine).criteria)
    assert any("Recurring" in point.title for point in significance(IncidentFacts()).criteria)


def test_acts_are_named_as_the_dataset_cites_them(dataset: Dataset) -> None:
    """A dataset that cites the acts otherwise is followed by the points of an incident and by `lint`."""
    frameworks = [attrs.evolve(act, citation=f"our {act.id}") for act in dataset.frameworks.values()]
    mine = remade(dataset, frameworks=frameworks)
    theirs = [point.citation for point in significance(IncidentFacts(), dataset=dataset).criteria]
    ours = [point.citation for point in significance(IncidentFacts(), dataset=mine).criteria]
    acts = {"Directive (EU) 2022/2555, ": "our nis2, ", "Implementing Regulation (EU) 2024/2690, ": "our cir, "}
    assert {next(act for act in acts if citation.startswith(act)) for citation in theirs} == set(acts)
    for act, name in acts.items():
        theirs = [citation.replace(act, name) for citation in theirs]
    assert ours == theirs
    (problem,) = nis2map.lint("Article 47 of NIS 2", dataset=mine)
    assert problem.message == "'Article 47' does not exist in our nis2"


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ({"fact": "nonsense"}, "'nonsense' is not a fact"),
        ({"fact": "entity_types"}, "'entity_types' is not a fact"),
        ({"fact": "users_limited", "percent": 5, "of": "death"}, "'death' is not a number"),
        ({"fact": "death", "least": 1}, "the test of death states least"),
        ({"fact": "death", "longer_than": "PT1H"}, "the test of death states longer_than"),
        ({"fact": "unavailable_for"}, "the test of unavailable_for states nothing"),
        ({"fact": "unavailable_for", "least": 3}, "the test of unavailable_for states least"),
        ({"fact": "unavailable_for", "longer_than": "P1W"}, "longer_than: 'P1W' is not a duration"),
        ({"fact": "response_seconds", "longer_than": "PT3H"}, "the test of response_seconds states longer_than"),
        ({"fact": "direct_loss", "over": 1, "under": 3}, "the test of direct_loss states over, under"),
        ({"fact": "users_limited", "over": 1}, "the test of users_limited states over"),
    ],
)
def test_a_test_of_significance_that_no_fact_can_be_held_against_is_refused(
    dataset: Dataset, test: dict[str, object], said: str
) -> None:
    """An answer from a threshold that was not looked at would be a wrong one; the error names the row."""
    first, *others = dataset.law.significance
    rows = [attrs.evolve(first, tests=[test]), *others]
    mine = with_law(dataset, attrs.evolve(dataset.law, significance=rows))
    with pytest.raises(DatasetError, match=re.escape(f"law.significance, {first.ref}: {said}")):
        significance(IncidentFacts(), dataset=mine)


NESTED: list[tuple[Any, str]] = [
    (lambda: ReportingStage(stage="final", citation="x", counted_from="notification", as_of="2026-01-01",
                            ref="nis2:23", period=7), "expected a Period, got 7"),
    (lambda: ReportingStage(stage="final", citation="x", counted_from="notification", as_of="2026-01-01",
                            ref="nis2:23", period={"amount": 1}), "Period needs unit, got"),
    (lambda: AppliedTerm(stage="final", counted_from="notification", period={"amount": 1, "unit": "days", "zone": 1}),
     "Period has no field 'zone'; it has amount, unit"),
    (lambda: SignificanceTest(ref="cir:3.1.a", role="criterion", title="x", tests=[7]), "expected a FactTest, got 7"),
    (lambda: SignificanceTest(ref="cir:3.1.a", role="criterion", title="x", tests=7), "expected a list of FactTest"),
    (lambda: FactTest(fact="loss", percent="5"), "expected a percentage, got '5'"),
    (lambda: FactTest(fact="loss", percent=True), "expected a percentage, got True"),
]  # fmt: skip


@pytest.mark.parametrize(("broken", "words"), NESTED, ids=[words for _, words in NESTED])
def test_records_inside_records_say_what_is_wrong_with_them(broken: Any, words: str) -> None:
    """A period, a term or a test that is none is an error of ours that names what was expected."""
    with pytest.raises(DatasetError, match=re.escape(words)):
        broken()


def test_a_flag_that_is_a_text_is_no_flag(dataset: Dataset) -> None:
    """`cir="no"` would be true to Python, and the Regulation would bind whom it does not."""
    first = attrs.evolve(dataset.law.entity_types[0], cir="no")
    law = attrs.evolve(dataset.law, entity_types=(first, *dataset.law.entity_types[1:]))
    with pytest.raises(DatasetError, match="cir is 'no', not true or false"):
        remade(dataset, law=law)
