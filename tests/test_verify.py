"""`verify`: a kept result comes out again from its Statement of Applicability, or it is told what differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

import nis2map
from nis2map import Assessment, InputError, Nis2mapError, dump, dumps, loads
from nis2map.cli._main import main
from nis2map.formats import verify
from tests.documents import asked, data, entity, examples, later, more, soa

EXAMPLES = Path(__file__).parents[1] / "examples"
BEFORE, AFTER = (str(EXAMPLES / f"soa-{name}.csv") for name in ("with-gaps", "with-gaps-later"))
CAN = ["coverage", "gaps", "plan", "comparison", "contributions", "sensitivity", "explanation"]


def differences(result: Any, *several: Assessment, **options: Any) -> dict[str, tuple[str, str]]:
    found = verify(result, several, **({"dataset": data()} | options))
    return {row.what: (row.recorded, row.now) for row in found.differences}


@pytest.mark.parametrize("word", CAN)
def test_what_was_made_of_an_assessment_comes_out_again(word: str) -> None:
    """From the object and from its document, whether its dataset is at hand when it is read or not."""
    result = examples()[word]
    for one in (result, loads(dumps(result), type(result)), loads(dumps(result), type(result), dataset=data())):
        found = verify(one, soa(), dataset=data())
        assert found.equal
        assert bool(found)
        assert (found.kind, str(found)) == (word, "equal")


def test_conventions_are_asked_again() -> None:
    """Whatever was asked: crosswalks, basis, support, weights by unit, facts, a set of units."""
    for options in (
        asked(crosswalk=("x", "y"), support=0.1, basis="consideration"),
        asked(weights={"law:1.1": 0.1, "law:2": 1e-7}, within=["law:1.2", "law:1.1"]),
        asked(within=()),
        asked(within="all", weights="measure"),
        {"facts": {"cross_border_effect": False}, "within": "Art. 23"},
    ):
        for analysis in (nis2map.contributions, nis2map.coverage):
            result = analysis(soa(), **options)
            assert differences(result, soa(), dataset=options.get("dataset")) == {}


def test_the_set_of_a_classification_is_asked_again_of_coverage_and_gaps_alone() -> None:
    """Their documents hold the units; of the other results it is said why it can't be."""
    found = nis2map.classify(entity())
    for analysis in (nis2map.coverage, nis2map.gaps):
        assert differences(analysis(later(), within=found), later(), dataset=None) == {}
    with pytest.raises(InputError, match="the set of units is that of a classification, which this result does not"):
        verify(nis2map.plan(later(), budget=0, within=found), later())


@pytest.mark.parametrize("word", CAN)
def test_another_assessment_is_told(word: str) -> None:
    """Its digest first, then what has other numbers."""
    other = soa().replace({"set:C.1": "planned"})
    result = examples()[word] if word != "comparison" else nis2map.compare(soa(), later(), **asked())
    told = differences(result, *((other, later()) if word == "comparison" else (other,)))
    assert next(iter(told)) == "digest of the assessment"
    assert told["digest of the assessment"] == (soa().digest, other.digest)
    assert len(told) > 1


def test_units_that_differ_are_named_with_both_numbers() -> None:
    """Once each, with the numbers that differ and no others."""
    told = differences(nis2map.coverage(soa(), **asked()), soa().replace({"set:C.2": 0.5}))
    assert told["law:1.2"] == ("estimate 0.25, strict_estimate 0.25", "estimate 0.5, strict_estimate 0.5")
    assert sorted(told) == ["digest of the assessment", "law:1", "law:1.2", "overall"]
    told = differences(nis2map.gaps(soa(), **asked()), soa().replace({"set:C.1": "unassessed"}))
    assert told["class of law:1.1#a"] == ("no gap", "unassessed")
    assert told["gap of law:1.1"] == ("no gap", "a gap")


def test_a_digest_alone_may_differ() -> None:
    """Wording is part of what was assessed, and no number hangs on it."""
    reworded = attrs.evolve(soa(), subject="Acme & Co")
    told = differences(nis2map.coverage(soa(), **asked()), reworded)
    assert list(told) == ["digest of the assessment"]


def test_another_dataset_is_told() -> None:
    """By its digest; what can't be asked of it is said in its own words."""
    result = nis2map.coverage(soa(), **asked())
    told = differences(result, soa(), dataset=None)
    assert told["digest of the dataset"] == (data().digest, nis2map.load().digest)
    assert "can't be asked again" in told["the question"][1]
    assert set(differences(nis2map.gaps(soa(), **asked()), soa(), dataset=None)) == set(told)


def test_a_number_that_somebody_changed_is_told() -> None:
    """In a coverage, in gaps, in a plan, in a comparison, in shares."""
    spoilt: dict[str, Any] = {}
    for word, at in (
        ("coverage", ("units", "law:1.2", "high")),
        ("gaps", ("gaps", 0, "score", "low")),
        ("plan", ("reached",)),
        ("contributions", ("rows", 0, "share")),
        ("comparison", ("effects", 0, "after", "low")),
        ("sensitivity", ("links", 0, "removed", "low")),
        ("explanation", ("demands", 0, "low")),
    ):
        document = json.loads(dumps(examples()[word]))
        inner = document["value"]
        for key in at[:-1]:
            inner = inner[key]
        inner[at[-1]] = 0.125
        result = loads(json.dumps(document), type(examples()[word]), dataset=data())
        spoilt[word] = list(differences(result, soa()))
    assert spoilt == {
        "coverage": ["law:1.2 alone"],
        "gaps": ["gap of law:1.2, score"],
        "plan": ["reached"],
        "contributions": ["share of set:C.1"],
        "comparison": ["effect on overall"],
        "sensitivity": ["link x law:1.1 to set:C.1"],
        "explanation": ["demand law:1.1#a"],
    }


@pytest.mark.parametrize("word", ["coverage", "gaps"])
@pytest.mark.parametrize(
    ("field", "changed", "told"),
    [
        ("articles", {}, "law:1 as an article"),
        ("sections", {}, "law:1 as a section"),
        ("containers", {}, "law:1"),
        ("measures", [], "law:1 as a measure group"),
        ("demands", [], "class of law:1.1#a"),
        ("status", "binding", "status"),
        ("notes", ["nothing to see"], "note 1"),
        ("notes", [], "note 1"),
        ("conventions", [["framework", "other"]], "convention framework"),
        ("conventions", [], "convention framework"),
        ("data", "2020.01", "version of the data"),
        ("conflicts", [], "conflict unfounded-exclusion on law:2#d"),
        ("above", ["law:1"], "above"),
        ("frameworks", [], "the question"),
        ("framework", "nope", "the question"),
        ("crosswalks", ["nope"], "the question"),
        ("displaced", {"law:1": "an act"}, "displaced law:1"),
    ],
)
def test_every_part_of_a_coverage_that_somebody_changed_is_told(word: str, field: str, changed: Any, told: str) -> None:
    """What an auditor reads beside the numbers, too."""
    document = json.loads(dumps(examples()[word]))
    inner = document["value"] if word == "coverage" else document["value"]["coverage"]
    assert inner.get(field) != changed
    inner[field] = changed
    result = loads(json.dumps(document), type(examples()[word]), dataset=data())
    assert told in differences(result, soa())


def test_the_score_of_a_demand_that_somebody_changed_is_told() -> None:
    """Where the units above it have their numbers still."""
    document = json.loads(dumps(examples()["coverage"]))
    document["value"]["demands"][0]["score"]["low"] = 0.5
    told = differences(loads(json.dumps(document), nis2map.Coverage, dataset=data()), soa())
    assert told == {"law:1.1#a": ("low 0.5", "low 1.0")}


@pytest.mark.parametrize(("place", "changed"), [(4, "much"), (5, "law:1=much"), (5, "law:1"), (0, ""), (3, "x")])
def test_conventions_that_can_not_be_asked_are_an_error_of_the_document(place: int, changed: str) -> None:
    """They are texts, and somebody may have written anything into them."""
    document = json.loads(dumps(examples()["contributions"]))
    document["value"]["conventions"][place][1] = changed
    result = loads(json.dumps(document), nis2map.Contributions, dataset=data())
    with pytest.raises(Nis2mapError):
        verify(result, soa(), dataset=data())


def test_an_assessment_that_somebody_changed_is_told() -> None:
    """The document holds one, and the digest of the one that was scored."""
    document = json.loads(dumps(examples()["coverage"]))
    document["value"]["assessment"]["subject"] = "Another"
    told = differences(loads(json.dumps(document), nis2map.Coverage, dataset=data()), soa())
    assert list(told) == ["digest of the assessment in it"]


def test_a_comparison_takes_either_side_or_both() -> None:
    """From one side and the changes follows the other."""
    made = nis2map.compare(soa(), later(), **asked())
    for several in ((soa(),), (later(),), (soa(), later())):
        assert differences(made, *several) == {}
    with pytest.raises(InputError, match=r"does not start from this assessment: .*; give both, the earlier one first"):
        verify(made, Assessment.of({"set:C.1": 0.1}), dataset=data())
    with pytest.raises(InputError, match="a comparison is of two assessments, and 3 are given"):
        verify(made, (soa(), later(), soa()), dataset=data())
    told = differences(made, soa(), soa())
    assert told["digest of the later assessment"] == (later().digest, soa().digest)


def test_a_roadmap_is_worked_out_again() -> None:
    """With the assessment it was made of, and without any."""
    half = Assessment.of({"A.5.1": 0.5})
    assert verify(more()["roadmap with gaps"], half)
    assert not verify(more()["roadmap with gaps"], Assessment.full())
    assert verify(examples()["roadmap"], half)


@pytest.mark.parametrize("word", sorted({*examples()} - {*CAN, "roadmap"}))
def test_what_can_not_be_worked_out_again_says_why(word: str) -> None:
    """Because it is of no assessment, or does not hold what was asked."""
    with pytest.raises(InputError, match=r"can't be worked out again: it .*; these can: coverage, gaps, plan"):
        verify(examples()[word], soa(), dataset=data())


def test_one_assessment_is_wanted() -> None:
    """A coverage is of one."""
    with pytest.raises(InputError, match="a coverage is of one assessment, and 2 are given"):
        verify(examples()["coverage"], (soa(), later()))


# --- the command


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(("verify", *arguments))
    out = capsys.readouterr()
    return code, out.out, out.err


def test_the_command_says_equal_or_what_differs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With exit code 0 or 1."""
    result = str(tmp_path / "result.json")
    dump(nis2map.coverage(nis2map.read_soa(BEFORE)), result)
    assert run(capsys, result, "--soa", BEFORE) == (0, "equal\n", "")
    code, out, err = run(capsys, result, "--soa", AFTER)
    assert (code, err) == (1, "")
    assert "digest of the assessment\n  recorded: " in out
    code, out, _ = run(capsys, result, "--soa", AFTER, "--json")
    record = json.loads(out)
    assert (code, record["kind"], record["equal"]) == (1, "coverage", False)
    assert {"what", "recorded", "now"} == {*record["differences"][0]}
    assert json.loads(run(capsys, result, "--soa", BEFORE, "--json")[1]) == {
        "kind": "coverage",
        "differences": [],
        "equal": True,
    }


def test_the_command_takes_both_sides_a_certificate_and_a_dataset(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As the commands that made the results do."""
    before, after = nis2map.read_soa(BEFORE), nis2map.read_soa(AFTER)
    result = str(tmp_path / "result.json")
    dump(nis2map.compare(before, after), result)
    assert run(capsys, result, "--soa", BEFORE, "--soa", AFTER)[0] == 0
    assert run(capsys, result, "--soa", AFTER)[0] == 0
    dump(nis2map.gaps(before.certified()), result)
    assert run(capsys, result, "--soa", BEFORE, "--certified")[0] == 0
    assert run(capsys, result, "--soa", BEFORE)[0] == 1
    other = nis2map.load().with_crosswalk(nis2map.Crosswalk("own", "nis2", "iso27001"))
    dump(other, tmp_path / "data.json")
    dump(nis2map.coverage(before, dataset=other), result)
    assert run(capsys, result, "--soa", BEFORE, "--dataset", str(tmp_path / "data.json"))[0] == 0
    code, out, _ = run(capsys, result, "--soa", BEFORE)
    assert (code, "digest of the dataset" in out) == (1, True)


def test_the_command_refuses_what_it_can_not_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With exit code 2 and a line that says what it is."""
    other, newer, entity_ = (tmp_path / name for name in ("other.json", "newer.json", "entity.json"))
    other.write_text('{"a": 1}')
    newer.write_text('{"nis2map": "coverage", "version": 99, "news": 1}')
    dump(entity(), entity_)
    for path, words in (
        (other, "is not a document of nis2map; nis2map.dump(cov, 'result.json') writes one"),
        (newer, "version 99 of the layout of 'coverage' was written by a newer nis2map"),
        (entity_, "a document of kind 'entity' can't be worked out again: it is not made from an assessment"),
        (tmp_path / "none.json", "can't be read"),
    ):
        code, out, err = run(capsys, str(path), "--soa", BEFORE)
        assert (code, out) == (2, "")
        assert words in err
    assert run(capsys, "-", "--soa", "-")[0] == 2
