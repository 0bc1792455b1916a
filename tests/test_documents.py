"""Results as documents: they come back equal, answer what they hold, and say what they need for the rest."""

from __future__ import annotations

import copy
import datetime as dt
import importlib
import inspect
import json
import os
import pickle
import re
import subprocess
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

import nis2map
from nis2map import Assessment, Coverage, Dataset, Gaps, InputError, Limits, Nis2mapError, dump, dumps, loads
from nis2map.errors import DatasetError, InvalidRef
from nis2map.formats._results import KINDS, AssessmentBody
from nis2map.formats._results._types import kebab
from nis2map.formats.json import class_of, is_document
from nis2map.ids import Ref
from nis2map.ids._frameworks import closed_set, known_frameworks
from nis2map.scoring import workings
from tests import documents
from tests.documents import GOLDEN, data, examples, later, more, soa

EVERY = {**{word: (examples, word) for word in examples()}, **{word: (more, word) for word in more()}}
WORDS = sorted(examples())
LARGE = ("coverage of the CIR", "bundled agreement")
NAMES = [pytest.param(name, marks=pytest.mark.slow) if name in LARGE else name for name in sorted(EVERY)]
RESULTS = [word for word in WORDS if word not in ("assessment", "crosswalk", "dataset")]


def value(name: str) -> Any:
    make, word = EVERY[name]
    return make()[word]


def at_hand(name: str) -> dict[str, Any]:
    """Return the option that a coverage of the dataset made by hand needs to be alive."""
    return {"dataset": data()} if name in ("coverage", "gaps", "empty coverage", "no gaps") else {}


def read(document: Any, kind: type, **options: Any) -> Any:
    """Read a document that a test has changed."""
    return loads(json.dumps(document), kind, **options)


def written(name: str) -> Any:
    return json.loads(dumps(value(name)))


# --- round trips


def test_every_kind_has_an_example() -> None:
    """A kind that nothing here is of would be promised and never tried."""
    assert set(examples()) == {*KINDS, "assessment", "crosswalk", "dataset", "list"}
    assert all(json.loads(dumps(example))["nis2map"] == word for word, example in examples().items())


def test_every_public_result_is_a_document_or_lies_inside_one() -> None:
    """Whatever class can be written as a record is a kind, or occurs in the schema of one."""
    held = {"assessment", *KINDS}
    for path in SCHEMAS.glob("*.json"):
        held |= json.loads(path.read_text(encoding="utf-8"))["$defs"].keys()
    for name in nis2map.__all__:
        kind = getattr(nis2map, name)
        if isinstance(kind, type) and attrs.has(kind) and hasattr(kind, "to_dict"):
            assert kebab(name) in held, name


def test_what_public_functions_return_is_a_document() -> None:
    """Alone, or several in a tuple; ids are texts, and texts of others, which a catalogue brings, are licensed."""
    kinds = {"Assessment", "Crosswalk", "Dataset", *(name for _, name in KINDS.values())}
    classes = {name for name in nis2map.__all__ if attrs.has(getattr(nis2map, name))} - {"Ref", "Texts", "Catalogue"}
    returned = set()
    for name in nis2map.__all__:
        if inspect.isfunction(function := getattr(nis2map, name)):
            returned |= classes.intersection(re.findall(r"\w+", str(inspect.signature(function).return_annotation)))
    assert len(returned) > 25
    assert returned <= kinds


def test_an_assessment_is_held_whole() -> None:
    """A field that it gains is one of its document too."""
    fields = {field.alias for field in attrs.fields(Assessment)}
    assert {field.name for field in attrs.fields(AssessmentBody)} == fields


@pytest.mark.parametrize("name", NAMES)
def test_every_result_comes_back_equal(name: str) -> None:
    """Read back it is the same object, of the same class, and its document has the same bytes."""
    before = value(name)
    document = dumps(before)
    after = loads(document, type(before), **at_hand(name))
    assert type(after) is type(before)
    assert after == before
    assert dumps(after) == document


@pytest.mark.parametrize("name", NAMES)
def test_what_equality_ignores_comes_back_too(name: str) -> None:
    """Wording, notes, titles and order are the same after a document."""
    before = value(name)
    after = loads(dumps(before), type(before), **at_hand(name))
    if hasattr(before, "to_dict"):
        assert after.to_dict() == before.to_dict()
    if name not in ("entity", "incident-facts"):  # whose reprs tell 120 from 120.0, which are one number
        assert str(after) == str(before)


def test_equal_objects_give_equal_bytes() -> None:
    """A whole number given as a float, and keys in another order, are the same document."""
    for one, two in (
        (nis2map.Entity(None, headcount=50), nis2map.Entity(None, headcount=50.0)),
        (nis2map.IncidentFacts(direct_loss=Decimal("1.50")), nis2map.IncidentFacts(direct_loss=1.5)),
        (
            attrs.evolve(documents.clock(), starts={"a": None, "data known": None}),
            attrs.evolve(documents.clock(), starts={"data known": None, "a": None}),
        ),
    ):
        assert one == two
        assert dumps(one) == dumps(two)


def test_a_document_does_not_change_what_it_is_made_of() -> None:
    """Writing is reading for the object: it is the same before and after."""
    for name in ("coverage", "comparison", "incident"):
        before = pickle.dumps(value(name))
        dumps(value(name))
        assert pickle.loads(before) == value(name)


def test_a_result_goes_through_a_file(tmp_path: Path) -> None:
    """The suffix says what it is written as."""
    dump(value("plan"), tmp_path / "plan.json")
    assert loads((tmp_path / "plan.json").read_bytes(), nis2map.Plan) == value("plan")
    with pytest.raises(InputError, match=r"written as \.csv"):
        dump(value("plan"), tmp_path / "plan.csv")


def test_a_list_is_of_one_kind() -> None:
    """A tuple of several kinds, of refs or of tuples is no document."""
    for items in ((value("fact"), value("link")), (nis2map.parse_ref("A.5.1"),), ((),), (1, 2)):
        with pytest.raises(InputError, match="can't be written as a document"):
            dumps(items)
    assert loads(dumps((value("gaps"),)), tuple, dataset=data()) == (value("gaps"),)


# --- times and numbers


@pytest.mark.parametrize("fold", [0, 1])
@pytest.mark.parametrize("hour", [1, 2, 3])
def test_times_come_back_in_their_zone(hour: int, fold: int) -> None:
    """Also those that a clock shows twice, which no time of another zone is equal to."""
    at = dt.datetime(2026, 10, 25, hour, 30, 15, 7, tzinfo=ZoneInfo("Europe/Brussels"), fold=fold)
    back = loads(dumps(nis2map.Incident(at)), nis2map.Incident).aware_at
    assert back == at
    assert (back.tzinfo, back.utcoffset()) == (at.tzinfo, at.utcoffset())


def test_a_zone_whose_offset_has_changed_since_keeps_the_moment() -> None:
    """Rules of zones change: what was written is the moment, not what the clock of today would show."""
    document = json.loads(dumps(nis2map.Incident(documents.AWARE)))
    document["value"]["aware_at"] = "2026-10-25T02:30:00+05:00[Europe/Brussels]"
    back = read(document, nis2map.Incident).aware_at
    assert back.isoformat() == "2026-10-25T02:30:00+05:00"


def test_what_has_no_form_is_refused_when_it_is_written() -> None:
    """A container of days that can't be listed, a zone without a name, a number that readers would round."""

    class Days:
        def __contains__(self, day: object) -> bool:
            return False

    class Zone(dt.tzinfo):
        def utcoffset(self, at: dt.datetime | None) -> dt.timedelta:
            return dt.timedelta(0)

    utc = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for refused, words in (
        (nis2map.Incident(utc, holidays=Days()), "a Days can't be written in a document; give a list of dates"),
        (nis2map.Incident(utc, zone=Zone()), "a zone of the class Zone can't be written in a document; give the name"),
        (nis2map.IncidentFacts(users_in_union=10**18), "a whole number of 19 digits can't be written"),
    ):
        with pytest.raises(InputError, match=words):
            dumps(refused)


def test_numbers_keep_their_digits() -> None:
    """A tenth stays a tenth, a third a third, and no number becomes one beside it."""
    for number in (Decimal("0.1"), Decimal("1E+3"), 10**17 + 1, 10**30, 0.1, 1e-300, 5):
        facts = nis2map.IncidentFacts(direct_loss=number)
        assert loads(dumps(facts), nis2map.IncidentFacts).direct_loss == number


# --- coverage and gaps


def test_a_coverage_with_its_dataset_is_like_any_other() -> None:
    """It explains itself, gives ranges and takes part in analyses."""
    before = nis2map.coverage(Assessment.of({"A.5.1": 0.5}), within="Art. 21(2)(a)")
    after = loads(dumps(before), Coverage)
    assert after.dataset is nis2map.load()
    assert after.explain() == before.explain()
    assert after.judgement_ranges("unit") == before.judgement_ranges("unit")
    assert after.overall.explain() == before.overall.explain()


@pytest.fixture(scope="module")
def kept() -> Coverage:
    """A coverage read where its dataset is not at hand."""
    return loads(dumps(value("coverage")), Coverage)


def unnamed(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row without what only a dataset knows of its unit."""
    return {key: value for key, value in row.items() if key not in ("citation", "title")}


def test_a_coverage_without_its_dataset_answers_what_its_document_holds(kept: Coverage) -> None:
    """Every number, class, conflict, note and convention is the one that was written."""
    cov: Coverage = value("coverage")
    assert kept.overall == cov.overall
    assert kept.units == cov.units
    assert kept.demands == cov.demands
    assert kept.conflicts == cov.conflicts
    assert (kept.notes, kept.conventions, kept.digest) == (cov.notes, cov.conventions, cov.digest)
    assert kept.assessment == cov.assessment
    assert kept.measure_groups == cov.measure_groups
    for level in ("overall", "article", "measure", "section", "unit", "demand"):
        assert dict(kept.rollup(level)) == dict(cov.rollup(level))
        assert [unnamed(row) for row in kept.to_dicts(level)] == [unnamed(row) for row in cov.to_dicts(level)]
    assert kept.measure_groups.to_dicts() == cov.measure_groups.to_dicts()
    for key in ("law:1", "law:1.1", "law:1.1#a"):
        assert kept[key] == cov[key]
    assert [kept.gap_class(ref) for ref in kept.demands] == [cov.gap_class(ref) for ref in cov.demands]
    assert kept.to_dict() == cov.to_dict()
    assert (str(kept), repr(kept), kept._repr_html_()) == (str(cov), repr(cov), cov._repr_html_())


def test_a_coverage_without_its_dataset_is_equal_to_the_one_it_was(kept: Coverage) -> None:
    """And it is pickled, copied and written again."""
    cov = value("coverage")
    assert kept == cov
    assert hash(kept) == hash(cov)
    assert dumps(kept) == dumps(cov)
    assert pickle.loads(pickle.dumps(kept)) == copy.copy(kept) == kept
    assert loads(dumps(kept), type(kept), dataset=data()) == cov


def test_a_coverage_without_its_dataset_says_which_it_needs(kept: Coverage) -> None:
    """The digest that was recorded and that of the dataset at hand stand in the message."""
    words = f"it needs the one of digest {data().digest}, and at hand is {nis2map.load().digest}"
    for ask in (
        lambda: kept.dataset,
        kept.explain,
        lambda: kept.explain("law:1"),
        kept.overall.explain,
        kept["law:1"].explain,
        kept.units["law:1.1"].explain,
        lambda: kept.judgement_ranges("unit"),
        lambda: workings(kept),
    ):
        with pytest.raises(InputError, match=words):
            ask()
    for ask in (lambda: kept["law:9"], lambda: kept.gap_class("law:1.1"), lambda: kept.rollup("word")):
        with pytest.raises(Nis2mapError):
            ask()


def test_numbers_that_do_not_come_out_again_are_those_that_were_written() -> None:
    """A document of another version, or one that somebody changed, is never silently corrected."""
    document = written("coverage")
    document["value"]["units"]["law:1.1"]["low"] = 0.25
    changed = read(document, Coverage, dataset=data())
    assert changed.units["law:1.1"].low == 0.25
    with pytest.raises(InputError, match=f"has its digest {data().digest}, and gives other numbers now"):
        changed.explain()


def test_a_question_that_the_dataset_does_not_take_is_kept_too() -> None:
    """A unit that it lacks, weights that weigh nothing: the numbers stay readable."""
    document = written("coverage")
    document["value"]["weights"] = {"law:7": 1.0}
    changed = read(document, Coverage, dataset=data())
    assert changed.overall == value("coverage").overall
    with pytest.raises(InputError, match="does not take it"):
        changed.explain()


def test_words_of_another_version_do_not_matter() -> None:
    """Notes and titles may be put otherwise one day; the coverage is alive all the same."""
    document = written("coverage")
    document["value"]["notes"] = ["said otherwise"]
    older = document | {"package": "0.0.1"}
    assert read(older, Coverage, dataset=data()).explain() == value("coverage").explain()
    changed = read(document, Coverage, dataset=data())
    assert changed.notes == ("said otherwise",)
    with pytest.raises(InputError, match="gives other notes or titles now"):
        changed.explain()


DAMAGED: list[tuple[tuple[str, ...], Any, str]] = [
    (("basis",), "foo", "'foo' is not a word that may stand here"),
    (("status",), "foo", "'foo' is not a word that may stand here"),
    (("weights",), "foo", "'foo' is not a word that may stand here"),
    (("support",), 7, "7 is not between 0 and 1"),
    (("units", "law:1.1", "low"), 7, "7 is not between 0 and 1"),
    (("overall", "ceiling", "high"), -0.5, "-0.5 is not between 0 and 1"),
    (("digest",), "x", "'x' is not a digest"),
    (("assessment_digest",), "", "'' is not a digest"),
]


@pytest.mark.parametrize(("at", "wrong", "words"), DAMAGED, ids=lambda part: str(part)[:30])
def test_a_damaged_coverage_is_refused_in_its_place(at: tuple[str, ...], wrong: Any, words: str) -> None:
    """By the reader, which says what may stand there, and by the schema."""
    document = written("coverage")
    inner = document["value"]
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = wrong
    with pytest.raises(InputError) as caught:
        read(document, Coverage, dataset=data())
    assert [problem.column for problem in caught.value.problems] == ["/".join(("/value", *at))]
    assert words in caught.value.problems[0].message
    assert list(validator("coverage").iter_errors(document))


@pytest.mark.parametrize("word", ["plan", "contributions"])
def test_the_objective_of_an_analysis_is_one_of_those_that_there_are(word: str) -> None:
    """What is verified, or asked again, by another word would fail elsewhere."""
    objective = importlib.import_module("nis2map.planning._objective")
    assert validator(word).schema["$defs"][word]["properties"]["of"]["enum"] == list(objective.OBJECTIVES)
    document = written(word)
    document["value"]["of"] = "ceiling"
    with pytest.raises(InputError, match="'ceiling' is not a word that may stand here"):
        read(document, class_of(word))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("framework", "nope"),
        ("frameworks", ["nope"]),
        ("frameworks", []),
        ("crosswalks", ["nope"]),
        ("crosswalks", ["y"]),
        ("weights", {"law:1": -1.0}),
        ("weights", "demand"),
        ("basis", "guidance"),
        ("status", "binding"),
        ("within", "all"),
        ("conventions", []),
        ("above", ["law:1"]),
        ("units", {}),
        ("demands", []),
        ("measures", []),
    ],
)
def test_a_question_that_somebody_changed_is_not_asked_again(field: str, wrong: Any) -> None:
    """The numbers are those that were written, and stand beside what is written of their question."""
    document = written("coverage")
    document["value"][field] = wrong
    changed = read(document, Coverage, dataset=data())
    assert json.loads(dumps(changed))["value"] == document["value"]
    with pytest.raises(InputError, match="the one at hand has its digest"):
        changed.explain()


def test_gaps_without_their_dataset_answer_what_their_document_holds() -> None:
    """Each gap of a unit, the rows, the classes and the page; the gap of a container needs the dataset."""
    gaps: Gaps = value("gaps")
    kept = loads(dumps(gaps), Gaps)
    assert kept == gaps
    assert kept.gaps == gaps.gaps
    assert kept["law:1.2"] == gaps["law:1.2"]
    assert kept.summary == gaps.summary
    assert kept.to_dict() == gaps.to_dict()
    assert kept.to_dicts() == gaps.to_dicts()
    assert str(kept) == str(gaps)
    assert dumps(kept) == dumps(gaps)
    assert [gap.requirement.citation for gap in kept] == [gap.requirement.citation for gap in gaps]
    with pytest.raises(InputError, match=f"it needs the one of digest {data().digest}"):
        kept["law:1"]


def test_gaps_that_do_not_come_out_again_are_those_that_were_written() -> None:
    """As with the numbers of a coverage."""
    document = written("gaps")
    document["value"]["gaps"][0]["evidence"] = ["a thing"]
    changed = read(document, Gaps, dataset=data())
    assert changed[0].evidence == ("a thing",)
    with pytest.raises(InputError, match="gives other gaps now"):
        changed.coverage.explain()
    document["value"]["coverage"]["overall"]["low"] = 0.5
    with pytest.raises(InputError, match="gives other numbers now"):
        read(document, Gaps, dataset=data()).coverage.explain()


def test_the_citation_of_a_user_comes_back() -> None:
    """A unit is cited by the pattern of its framework also where that is not at hand."""
    framework = nis2map.Framework("law", pattern="Law, no. {id}")
    held = Dataset.from_parts(
        frameworks=[framework],
        requirements=[nis2map.Requirement("law:1", demands=[nis2map.Demand("law:1#a", "a")])],
    )
    unit = held.requirement("law:1")
    assert unit.citation == "Law, no. 1"
    assert loads(dumps(unit), nis2map.Requirement).citation == "Law, no. 1"


def test_results_that_come_back_cite_as_the_dataset_does_that_they_are_read_with() -> None:
    """By the pattern of a framework, and by the id that a unit has in its text: in tables and in print."""
    held = Dataset.from_parts(
        frameworks=[
            nis2map.Framework("law", pattern="Q {id}"),
            nis2map.Framework("set", side="control", pattern="Set {id}"),
        ],
        requirements=[nis2map.Requirement("law:1", demands=[nis2map.Demand("law:1#a", "a")], original="1 (a)")],
        controls=[nis2map.Control("set:AC-2.1", original="AC-2(1)")],
        crosswalks=[
            nis2map.Crosswalk(name, "law", "set", links=[nis2map.Link("law:1", "set:AC-2.1", relation, covers=["a"])])
            for name, relation in (("x", "equal-to"), ("y", "subset-of"))
        ],
    )
    asked: dict[str, Any] = {"framework": "law", "within": "all", "dataset": held}
    several: list[Any] = [
        nis2map.sensitivity(Assessment.of({"set:AC-2.1": 0.5}), crosswalk="x", **asked),
        nis2map.agreement("x", "y", dataset=held),
        nis2map.contributions(Assessment.of({"set:AC-2.1": 0.5}), crosswalk="x", **asked),
    ]
    for made in several:
        back = loads(dumps(made), type(made), dataset=held)
        assert back.to_dicts() == made.to_dicts()
        assert str(back) == str(made)
        if not isinstance(made, nis2map.Contributions):  # whose table has one row here, for all that are not in place
            assert {"Q 1 (a)", "Set AC-2(1)"} <= set(re.split(r" {2,}|\n", str(back)))
        (listed,) = loads(dumps((made,)), tuple, dataset=held)
        assert listed.to_dicts() == made.to_dicts()


def test_a_score_that_comes_back_alone_can_not_explain_itself() -> None:
    """Its way back to the coverage is no part of a document."""
    with pytest.raises(InputError, match=r"cov\.explain"):
        loads(dumps(value("score")), nis2map.Score).explain()


# --- digests


@pytest.mark.parametrize("name", ["plan", "contributions", "sensitivity", "simulation", "agreement", "explanation"])
def test_results_carry_the_digests_of_dataset_and_assessment(name: str) -> None:
    """So that somebody can tell years later what a number was made of."""
    assert value(name).digest == data().digest
    assert value(name).assessment_digest == soa().digest
    assert value(name).to_dict()["assessment_digest"] == soa().digest


def test_the_other_results_carry_them_too() -> None:
    """Coverage and gaps in their records, a comparison for both sides, a roadmap, an overlap, a migration."""
    for name in ("coverage", "gaps"):
        record = value(name).to_dict()
        assert (record["digest"], record["assessment_digest"]) == (data().digest, soa().digest)
    made = value("comparison")
    assert (made.origin.assessment_digest, made.result.assessment_digest) == (soa().digest, later().digest)
    assert made.origin.digest == made.result.digest == data().digest
    assert more()["roadmap with gaps"].assessment_digest == Assessment.of({"A.5.1": 0.5}).digest
    assert value("roadmap").assessment_digest == ""
    assert value("overlap").digest == value("migration").digest == value("review-migration").digest == data().digest


# --- strict reading


def around(**parts: Any) -> dict[str, Any]:
    return {"nis2map": "step", "version": 1, "package": "0.1.0", "value": {"ref": "A.5.1"}} | parts


BROKEN: list[tuple[Any, str, str]] = [
    (around(version="1"), "/version", "the text '1' is not a version"),
    (around(version=True), "/version", "true is not a version"),
    (around(version=0), "/version", "the number 0 is not a version"),
    (around(package=1), "/package", "a text is expected here, not the number 1"),
    (around(extra=1), "/extra", "the key is not known here"),
    (around(of="step"), "/of", "the key is not known here"),
    (around(value=[]), "/value", "an object is expected here, not a list"),
    (around(value={}), "/value", "the key 'ref' is missing"),
    (around(value={"ref": "A.5.1", "cost": "1"}), "/value/cost", "a number is expected here, not the text '1'"),
    (around(value={"ref": "A.5.1", "cost": True}), "/value/cost", "a number is expected here, not true"),
    (around(value={"ref": "A.5.1", "cost": -1}), "/value", "cost is -1"),
    (around(value={"ref": "A.5.1", "start": "2026-1-1"}), "/value/start", "a date like 2026-11-24 is expected here"),
    (around(value={"ref": 5.1}), "/value/ref", "a text or a text is expected here"),
    (around(value={"ref": "A.5.1", "a": 1}), "/value/a", "the key is not known here"),
]


@pytest.mark.parametrize(("document", "place", "words"), BROKEN)
def test_what_is_wrong_has_its_place(document: Any, place: str, words: str) -> None:
    """A JSON pointer and what should stand there."""
    with pytest.raises(InputError) as caught:
        read(document, nis2map.Step)
    assert [problem.column for problem in caught.value.problems] == [place]
    assert words in caught.value.problems[0].message


def test_all_problems_are_told_at_once() -> None:
    """Around the value, in its fields, in lists and maps."""
    document = written("coverage")
    document["extra"] = 1
    document["value"]["overall"]["met"] = 1.5
    document["value"]["units"]["nonsense"] = {}
    document["value"]["demands"][1]["gap"] = "hole"
    document["value"]["assessment"]["findings"].append(document["value"]["assessment"]["findings"][0])
    del document["value"]["digest"]
    with pytest.raises(InputError) as caught:
        read(document, Coverage)
    assert {problem.column for problem in caught.value.problems} == {
        "/extra",
        "/value",
        "/value/overall/met",
        "/value/units/nonsense",
        "/value/demands/1/gap",
        f"/value/assessment/findings/{len(soa())}/ref",
    }


STRANGE: list[tuple[str, str, Any]] = [
    ("incident", "aware_at", "2026-10-25T02:30:00"),
    ("incident", "aware_at", "2026-10-25T02:30:00+02:00[Mars/Olympus]"),
    ("incident", "aware_at", "2026-10-25T02:30:00+02:00[../../etc/passwd]"),
    ("incident", "aware_at", "2026-99-25T02:30:00+02:00"),
    ("incident", "zone", {"zone": "+99:00"}),
    ("incident", "zone", {"zone": 5}),
    ("incident", "zone", {"date": "2026-01-01"}),
    ("incident", "holidays", ["2026-01-01T00:00:00"]),
    ("incident-facts", "unavailable_for", "P1D"),
    ("incident-facts", "unavailable_for", 5),
    ("incident-facts", "direct_loss", "1/0"),
    ("incident-facts", "direct_loss", "1e9"),
    ("incident-facts", "direct_loss", True),
    ("incident-facts", "entity_types", [5]),
    ("entity", "side_activity", "nis2:annexI.8.8"),
    ("entity", "years", {}),
    ("fact", "value", {"date": "2026-01-01", "more": 1}),
    ("fact", "value", 5),
    ("deadline", "stage", None),
    ("clock", "starts", []),
    ("comparison", "changes", [{"kind": "added", "place": {"part": "finding"}, "before": None, "after": {"x": 1}}]),
    ("comparison", "changes", [{"kind": "added", "place": {"part": "finding"}, "before": 5, "after": None}]),
    ("comparison", "changes", [{"kind": "added", "place": {"part": "detail"}, "before": {"date": 5}, "after": None}]),
    ("comparison", "effects", [{"ref": None, "before": None, "after": None, "classes": [{"demand": "law:1", "before": "x", "after": None}]}]),
    ("score", "grades", {"stated": 1, "best": 2}),
    ("overlap", "themes", [["a", 1]]),
]  # fmt: skip


@pytest.mark.parametrize(("word", "field", "wrong"), STRANGE)
def test_values_of_another_kind_are_refused_in_their_place(word: str, field: str, wrong: Any) -> None:
    """Nothing is taken for what it might have meant."""
    document = written(word)
    document["value"][field] = wrong
    with pytest.raises(InputError) as caught:
        read(document, class_of(word))
    assert all(problem.column.startswith(f"/value/{field}") for problem in caught.value.problems)


def test_a_list_is_read_strictly() -> None:
    """Of a kind that is known, all items of it, each with its place."""
    document = written("list")
    for part, words in (
        ({"of": "wish"}, "the text 'wish' is not a kind of document"),
        ({"of": 5}, "the number 5 is not a kind of document"),
        ({"of": {"x": 1}}, "an object is not a kind of document"),
        ({"of": ["plan"]}, "a list is not a kind of document"),
        ({"value": {}}, "a list is expected here, not an object"),
        ({"value": [*document["value"], 5]}, "an object is expected here, not the number 5"),
    ):
        with pytest.raises(InputError, match=words):
            read(document | part, tuple)


@pytest.mark.parametrize("word", WORDS)
def test_a_document_of_a_newer_version_says_that_and_nothing_else(word: str) -> None:
    """What a newer layout means by its keys nobody can know here."""
    document = written(word) | {"version": 2, "news": [], "value": 5}
    with pytest.raises(
        (InputError, DatasetError), match="was written by a newer nis2map; this one reads up to"
    ) as caught:
        read(document, type(value(word)))
    assert [(problem.column, problem.code) for problem in caught.value.problems] == [("/version", "newer-version")]


@pytest.mark.parametrize("word", WORDS)
def test_another_kind_is_not_read(word: str) -> None:
    """A plan is not a coverage, even if both are right."""
    other = "plan" if word != "plan" else "coverage"
    with pytest.raises(
        InputError, match=f"a document of kind '{other}' stands at the top, not a document of kind '{word}'"
    ):
        loads(dumps(value(other)), type(value(word)))


def test_limits_hold_for_results() -> None:
    """As for every other input."""
    with pytest.raises(nis2map.LimitExceeded):
        loads(dumps(value("coverage")), Coverage, limits=Limits(rows=1))
    document = written("hits")
    document["value"]["hits"] = [5] * 300
    with pytest.raises(InputError) as caught:
        read(document, nis2map.Hits, limits=Limits(problems=3))
    assert len(caught.value.problems) == 4


def test_documents_are_told_by_their_first_bytes() -> None:
    """Also broken ones, and none else."""
    for word in WORDS:
        assert is_document(dumps(value(word))) == word
        assert is_document(dumps(value(word)).decode()) == word
        assert is_document(b"\xef\xbb\xbf" + dumps(value(word))[:60]) == word
    for other in (
        b"",
        b"{}",
        b'{"ref": 1}',
        b'[{"nis2map": "plan"}]',
        b"\xff\xfe{",
        b'{"nis2map": 5}',
        "Control,Status",
    ):
        assert is_document(other) is None
    assert is_document(b'{"nis2map": "wish", ') == "wish"
    with pytest.raises(InputError, match="'wish' is not a kind of document that is known here; a newer nis2map"):
        class_of("wish")
    assert class_of("list") is tuple
    assert class_of("dataset") is Dataset


# --- golden documents and schemas

SCHEMAS = Path(__file__).parents[1] / "docs" / "schemas"
FILES = sorted(GOLDEN.glob("*.json"))


def test_every_kind_has_a_golden_document() -> None:
    """In the present version of its layout; `python -m tests.documents` writes those that are missing."""
    versions = {word: json.loads(dumps(value(word)))["version"] for word in WORDS}
    assert {path.stem for path in FILES} >= {f"{word}-{version}" for word, version in versions.items()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_documents_of_old_go_on_loading(path: Path) -> None:
    """With everything that they hold: written again, they are the same but for who wrote them and newer layouts."""
    before = path.read_bytes()
    word = path.stem.rpartition("-")[0]
    after = json.loads(dumps(loads(before, class_of(word))))
    old = json.loads(before)
    assert after.get("value") == old.get("value")
    assert {**after, "package": 0, "version": 0} == {**old, "package": 0, "version": 0}


READ = """
import os, sys
from pathlib import Path
import nis2map
from nis2map.formats.json import class_of

for path in map(Path, sys.argv[1:]):
    child = os.fork()
    if child == 0:
        try:
            nis2map.loads(path.read_bytes(), class_of(path.stem.rpartition("-")[0]))
        except BaseException as error:
            print(f"{path.stem}: {error}", flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each document is read in a fork of its own")
def test_every_document_is_read_by_a_process_that_wrote_none() -> None:
    """What is read first needs nothing that writing, or reading another kind, leaves behind."""
    command = [sys.executable, "-c", READ, *map(str, FILES)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout == ""


@pytest.mark.parametrize("word", ["plan", "schedule", "sensitivity"])
def test_a_document_is_read_by_a_new_process(word: str) -> None:
    """As a user does who kept it."""
    code = "import sys; from nis2map.formats import load_result; print(type(load_result(sys.argv[1])).__name__)"
    command = [sys.executable, "-c", code, str(GOLDEN / f"{word}-1.json")]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == class_of(word).__name__


def test_schemas_are_those_of_the_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python tools/schemas.py` changes nothing."""
    monkeypatch.syspath_prepend(str(SCHEMAS.parents[1] / "tools"))
    import schemas

    for path, text in schemas.files():
        assert path.read_text(encoding="utf-8") == text, path.name
    assert schemas.stale() == []


@cache
def validator(word: str) -> Any:
    from jsonschema import Draft202012Validator

    schema = json.loads((SCHEMAS / f"{word}-1.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_schemas_take_every_ref_and_no_other_text() -> None:
    """Of known frameworks and of users' own, whose ids may have dots; a schema has the grammar of `Ref`."""
    form = re.compile(validator("plan").schema["$defs"]["ref"]["pattern"])
    known = [unit for name in known_frameworks() for unit in (Ref(name, local) for local in closed_set(name))]
    own = ["nist-csf-2.0:GV.OC-01", "own:AC-2.1", "own:a_b~part#slug", "law:1.1#b"]
    assert [str(ref) for ref in known if not form.search(str(ref))] == []
    assert [text for text in own if not form.search(str(nis2map.parse_ref(text)))] == []
    wrong = ["A.5.1", "own:", "own:a b", "own:.a", "Own:a", "1own:a", "nist.csf:a", "own:a#", "own:a#B", "own:a~"]
    for text in wrong:
        with pytest.raises(InvalidRef):
            Ref(*("", *text.split(":"))[-2:])
        assert not form.search(text), text


@pytest.mark.parametrize("name", NAMES)
def test_every_document_is_valid(name: str) -> None:
    """By the schema of its kind."""
    document = written(name)
    assert [error.message for error in validator(document["nis2map"]).iter_errors(document)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_golden_documents_are_valid(path: Path) -> None:
    """By the schema of the version that they were written in."""
    document = json.loads(path.read_bytes())
    assert [error.message for error in validator(document["nis2map"]).iter_errors(document)] == []


@pytest.mark.parametrize("word", RESULTS)
def test_a_damaged_document_is_not_valid(word: str) -> None:
    """A key too many, a key too few, and a value of another kind are seen by the schema, as they are by the reader."""
    check, document = validator(word), written(word)
    damaged: list[Any] = [document | {"news": 1}, document | {"version": 2}, document | {"nis2map": "wish"}]
    damaged.append({key: part for key, part in document.items() if key != "value"})
    if word != "list":
        fields: dict[str, Any] = document["value"]
        damaged.append(document | {"value": fields | {"news": 1}})
        damaged += [document | {"value": fields | {key: {"a": [[]]}}} for key in fields]
        needed = check.schema["$defs"][word]["required"]
        damaged += [document | {"value": {k: v for k, v in fields.items() if k != key}} for key in needed]
    for one in damaged:
        assert not check.is_valid(one)
        with pytest.raises(Nis2mapError):
            read(one, class_of(word))
