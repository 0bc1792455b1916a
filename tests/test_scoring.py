"""Scoring by hand: the worked example, the meaning of each class, options and errors, results as data."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from nis2map import (
    Assessment,
    Bounds,
    Control,
    Crosswalk,
    Dataset,
    DatasetError,
    Demand,
    Entity,
    Finding,
    Framework,
    GapClass,
    InputError,
    Link,
    NotMapped,
    Requirement,
    UnknownRef,
    classify,
    coverage,
    gaps,
    parse_ref,
)
from nis2map.scoring import workings

from .tiny import options, tiny


def make(
    links: list[Link], *, demands: dict[str, list[Demand]] | None = None, units: int = 10, controls: int = 5
) -> Dataset:
    requirements = [
        Requirement(f"law:{n}", None, f"T{n}", demands=(demands or {}).get(f"law:{n}", ())) for n in range(1, units + 1)
    ]
    return Dataset.from_parts(
        frameworks=[Framework("law"), Framework("set", side="control")],
        requirements=requirements,
        controls=[Control(f"set:{n}", f"S{n}") for n in range(1, controls + 1)],
        crosswalks=[Crosswalk("x", "law", "set", links)],
    )


# The rows of reference/peers/algorithms.md section 3, relation inverted (there S against T, here T against S).
TINY = [
    ("law:1", "set:1", "equal-to"),
    ("law:2", "set:2", "subset-of"),
    ("law:3", "set:1", "superset-of"),
    ("law:3", "set:3", "intersects-with"),
    ("law:4", "set:2", "intersects-with"),
    ("law:5", "set:4", "no-relationship"),
    ("law:6", "set:2", "subset-of"),
    ("law:6", "set:3", "intersects-with"),
    ("law:7", "set:2", "intersects-with"),
    ("law:7", "set:1", "subset-of"),
    ("law:8", "set:1", "intersects-with"),
    ("law:8", "set:2", "intersects-with"),
    ("law:9", "set:1", "subset-of"),
    ("law:9", "set:2", "intersects-with"),
    ("law:10", "set:5", "equal-to"),
]
STATE = {
    "set:1": "implemented",
    "set:2": "implemented",
    "set:3": "not_implemented",
    "set:4": "implemented",
    "set:5": "not_applicable",
}
# unit, low, estimate and high with support 0.5, class: our intervals are closed where the study writes them open, and
# where it goes to 1 for partial links, ours ends at what the caller says that a support is worth
EXPECTED = [
    ("law:1", 1, 1, 1, None),
    ("law:2", 1, 1, 1, None),
    ("law:3", 0, 0.5, 0.5, GapClass.RESIDUAL),
    ("law:4", 0, 0.5, 0.5, GapClass.RESIDUAL),
    ("law:5", 0, 0, 0, GapClass.STRUCTURAL),
    ("law:6", 1, 1, 1, None),
    ("law:7", 1, 1, 1, None),
    ("law:8", 0, 0.5, 0.5, GapClass.RESIDUAL),
    ("law:9", 1, 1, 1, None),
    ("law:10", 0, 0, 0, GapClass.IMPLEMENTATION),
]


@pytest.mark.parametrize("order", [1, -1])
def test_the_worked_example(order: int) -> None:
    """The ten units of the published study get its intervals and classes, in whichever order the links come."""
    dataset = make([Link(unit, control, relation) for unit, control, relation in TINY[::order]])
    cov = coverage(Assessment.of(STATE), framework="law", crosswalk="x", support=0.5, dataset=dataset)
    for unit, low, estimate, high, kind in EXPECTED:
        score = cov.units[parse_ref(unit)]
        assert (score.low, score.estimate, score.high) == (low, estimate, high), unit
        assert cov.gap_class(unit) is kind, unit
    assert (cov.overall.low, cov.overall.high) == (0.5, 0.65)
    assert cov.overall.met == 5


def test_a_joint_link_is_as_strong_as_its_weakest_control() -> None:
    """Each number is the least of those of its controls, and it is unassessed while one is."""
    dataset = make([Link("law:1", ("set:1", "set:2"), "equal-to")], units=1)
    question: dict[str, Any] = {"framework": "law", "crosswalk": "x", "dataset": dataset}
    cov = coverage(Assessment.of({"set:1": "implemented", "set:2": 0.4}), **question)
    assert (cov.overall.low, cov.overall.estimate, cov.overall.high) == (0, 0.4, 1)
    cov = coverage(Assessment.of({"set:1": "implemented"}), **question)
    assert (cov.overall.low, cov.overall.estimate, cov.overall.high) == (0, 0, 1)
    assert cov.gap_class("law:1") is GapClass.UNASSESSED
    cov = coverage(Assessment.of({"set:1": "implemented", "set:2": "not_implemented"}), **question)
    assert (cov.overall.low, cov.overall.estimate, cov.overall.high) == (0, 0, 0)


def test_strength_and_support() -> None:
    """A stated strength counts as tenths, any other partial link as `support`: nothing, unless the caller says what."""
    links = [Link("law:1", "set:1", "superset-of", strength=8), Link("law:2", "set:1", "superset-of")]
    dataset = make(links, units=2)
    full = Assessment.full(dataset)
    question: dict[str, Any] = {"framework": "law", "crosswalk": "x", "dataset": dataset}
    cov = coverage(full, **question)
    assert (cov["law:1"].low, cov["law:1"].estimate, cov["law:1"].high) == (0, 0.8, 0.8)
    assert (cov["law:2"].low, cov["law:2"].estimate, cov["law:2"].high) == (0, 0, 0)
    assert cov["law:2"].residual == cov["law:2"].grades["helped"] == 1
    worth = coverage(full, support=0.25, **question)["law:2"]
    assert (worth.low, worth.estimate, worth.high, worth.ceiling.high) == (0, 0.25, 0.25, 0.25)
    with pytest.raises(InputError, match="support is None; a number from 0"):
        coverage(full, support=None, **question)


@pytest.mark.parametrize(("basis", "met"), [("statement", 1), ("guidance", 2), ("consideration", 3)])
def test_a_basis_says_which_grades_cover(basis: str, met: int) -> None:
    """What only ISO/IEC 27002 asks for, or names for consideration, is met on a basis that counts it, else residual."""
    names = ("stated", "guided", "considered", "helped")
    demands = {"law:1": [Demand(f"law:1#{name}", name) for name in names]}
    lists = {"covers": "stated", "covers_guided": "guided", "covers_considered": "considered", "supports": "helped"}
    dataset = make([Link("law:1", "set:1", "intersects-with", **lists)], units=1, demands=demands)  # type: ignore[arg-type]
    cov = coverage(Assessment.full(dataset), framework="law", crosswalk="x", basis=basis, dataset=dataset)  # type: ignore[arg-type]
    assert cov.overall.met == met
    residual = [name for name in names if cov.gap_class(f"law:1#{name}") is GapClass.RESIDUAL]
    assert residual == list(names[met:])


def test_own_findings_replace_links_and_the_nearest_wins() -> None:
    """A finding on the duty beats the controls, one on the demand beats its unit, and a bare no is a conflict."""
    demands = {"law:1": [Demand("law:1#a", "asked"), Demand("law:1#b", "also asked", optout=True)]}
    links = [Link("law:1", "set:1", "subset-of", covers=("a", "b"))]
    dataset = make(links, units=1, demands=demands)
    question: dict[str, Any] = {"framework": "law", "crosswalk": "x", "dataset": dataset}
    full = Assessment.full(dataset)
    cov = coverage(full.replace({"law:1": "not_implemented", "law:1#a": 0.3}), **question)
    assert (cov["law:1#a"].estimate, cov["law:1#b"].estimate) == (0.3, 0)
    assert cov.gap_class("law:1#a") is cov.gap_class("law:1#b") is GapClass.IMPLEMENTATION
    out = Finding("not_applicable", justification="no such systems")
    cov = coverage(full.replace({"law:1": out}), **question)
    assert (cov.overall.demands, cov.overall.excluded, cov.overall.low, cov.overall.strict.low) == (1, 1, 0, 0)
    assert [str(conflict.ref) for conflict in cov.conflicts] == ["law:1#a"]
    bare = coverage(full.replace({"law:1#b": Finding("not_applicable")}), **question)
    assert (bare.overall.excluded, bare.conflicts[0].message) == (
        0,
        "not applicable without a justification: counts as not met",
    )


def test_everything_excluded_is_none_not_a_number() -> None:
    """Where no demand is left to count there is no number: neither 0 nor 1 would be true. Strictly nothing is met."""
    dataset = make(
        [Link("law:1", "set:1", "equal-to", covers="a")],
        units=1,
        demands={"law:1": [Demand("law:1#a", "asked", condition="it_happens")]},
    )
    out = Finding("not_applicable", justification="never happened")
    score = coverage(Assessment({"law:1": out}), framework="law", crosswalk="x", dataset=dataset).overall
    assert (score.low, score.estimate, score.high, score.ceiling.low) == (None,) * 4
    assert (score.strict.low, score.strict.estimate, score.strict.high) == (0, 0, 0)
    assert (score.demands, score.excluded) == (0, 1)


def _depending() -> Dataset:
    asked = [Demand("law:1#a", "asked", condition="it_happens"), Demand("law:1#b", "always")]
    links = [Link("law:1", "set:1", "subset-of", covers=["a", "b"])]
    return make(links, units=1, demands={"law:1": asked})


@pytest.mark.parametrize(
    ("facts", "counted", "excluded", "low"),
    [(None, 2, 0, 0.5), ({}, 2, 0, 0.5), ({"it_happens": True}, 2, 0, 0.5), ({"it_happens": False}, 1, 1, 1.0)],
)
def test_a_fact_settles_what_hangs_on_it(
    facts: dict[str, bool] | None, counted: int, excluded: int, low: float
) -> None:
    """What does not bind is in no number, `strict` and `ceiling` included, and names its fact; what is open is noted."""
    found = Assessment({"set:1": "implemented", "law:1#a": "not_implemented"})
    cov = coverage(found, framework="law", crosswalk="x", dataset=_depending(), facts=facts)
    score = cov.overall
    assert (score.demands, score.excluded, score.met) == (counted, excluded, 1)
    assert (score.low, score.strict.low) == (low, low)
    assert any("not given, counted as binding" in note for note in cov.notes) == (not facts)
    asked = cov.demands["law:1#a"].explain().demands[0]
    assert (asked.state, asked.unbound_by) == (("excluded", "it_happens") if excluded else ("counted", ""))
    assert ("does not bind: it_happens does not hold" in str(cov["law:1"].explain())) == bool(excluded)
    assert dict(cov.facts) == (facts or {})
    assert ("facts" in dict(cov.conventions)) == bool(facts)


def test_a_demand_whose_fact_holds_is_like_any_other() -> None:
    """It is excluded by no finding: `not_applicable` is a conflict then, and an exclusion while nobody knows."""
    out = Assessment({"law:1#a": Finding("not_applicable", justification="never happened")})
    asked: dict[str, Any] = {"framework": "law", "crosswalk": "x", "dataset": _depending()}
    open_, holds, does_not = (
        coverage(out, **asked, facts=facts) for facts in (None, {"it_happens": True}, {"it_happens": False})
    )
    assert [cov.overall.excluded for cov in (open_, holds, does_not)] == [1, 0, 1]
    assert [len(cov.conflicts) for cov in (open_, holds, does_not)] == [0, 1, 0]
    assert [cov.overall.strict.high for cov in (open_, holds, does_not)] == [0.5, 0.5, 1]


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"it_hapens": True}, "nearest: it_happens"),
        ({"it_happens": 1}, "the fact 'it_happens' is 1; True or False"),
        ({"it_happens": None}, "leave out what is open"),
        ({3: True}, "a name in facts is 3"),
        (["it_happens"], "a mapping from names of facts to True or False"),
    ],
)
def test_facts_that_are_none(facts: Any, message: str) -> None:
    """A misspelt name says the nearest one, and no number stands for True."""
    with pytest.raises(InputError) as caught:
        coverage(Assessment(), framework="law", crosswalk="x", dataset=_depending(), facts=facts)
    assert message in str(caught.value)


def test_facts_where_nothing_hangs_on_one() -> None:
    """A dataset without conditions has no name to take."""
    dataset = make([Link("law:1", "set:1", "equal-to")], units=1)
    with pytest.raises(InputError, match="no demand of the dataset depends on a fact"):
        coverage(Assessment(), framework="law", crosswalk="x", dataset=dataset, facts={"it_happens": True})


def test_a_classification_settles_what_it_knows() -> None:
    """Article 26(3): who is established in the Union designates nobody, and a contradiction is an error."""
    large = {"headcount": 300, "turnover": 60e6, "balance_sheet": 50e6}
    inside = classify(Entity("nis2:annexI.8.4", **large, established_in=("FR",)))
    assert inside.registration.representative is False
    cov = coverage(Assessment(), within=inside)
    known = {"annex_sector": True, "established_in_union": True, "representative": False}
    assert dict(cov.facts) == known
    assert coverage(Assessment(), within=inside, facts={"representative": False}) == cov
    # No sector of the Annexes, no seat that is known: Articles 2(4) and 3(4).
    registrar = classify(Entity((), domain_registration=True))
    assert dict(registrar.facts)["annex_sector"] is False
    assert "established_in_union" not in registrar.facts
    assert classify(Entity("nis2:annexI.8.4", **large, established_in=())).facts["established_in_union"] is False
    with pytest.raises(InputError, match="facts has representative as True, and the classification as False"):
        coverage(Assessment(), within=inside, facts={"representative": True})


def test_what_the_bundled_texts_hang_on() -> None:
    """30 of the 107 core demands of the Directive hang on a fact; settling all of them leaves none to note."""
    cov = coverage(Assessment())
    core = [place for place in workings(cov).question.demands if place.conditional]
    assert (len(core), cov.overall.demands) == (30, 107)
    assert cov.notes[0].startswith("30 of 107 demands depend on facts not given, counted as binding: annex_sector, ")
    none = coverage(Assessment(), facts=dict.fromkeys((demand.condition for demand in core), False))
    assert (none.overall.demands, none.overall.excluded) == (77, 30)
    assert not any("settled" in note for note in none.notes)


@pytest.mark.parametrize("word", ["two words", "5", "a-b", "größe", "a.b"])
def test_a_condition_is_a_name(word: str) -> None:
    """It is a key of `facts` and a word on the command line."""
    with pytest.raises(DatasetError, match="expected the name of a fact"):
        Demand("law:1#a", "asked", condition=word)


def test_what_is_not_known_is_an_interval() -> None:
    """Unassessed runs from 0 to 1, no link in the standard is 0, and unjudged is no number."""
    dataset = make([Link("law:1", "set:1", "equal-to"), Link("law:2", (), "no-relationship")], units=3)
    cov = coverage(Assessment(), framework="law", crosswalk="x", dataset=dataset)
    assert (cov["law:1"].low, cov["law:1"].estimate, cov["law:1"].high) == (0, 0, 1)
    assert (cov["law:2"].low, cov["law:2"].estimate, cov["law:2"].high) == (0, 0, 0)
    assert (cov["law:3"].low, cov["law:3"].unjudged) == (None, 1)
    whole = cov.overall
    assert (whole.estimate, whole.unassessed, whole.structural, whole.unjudged) == (0, 1, 1, 1)
    assert cov["law:3"].ceiling == cov["law:3"].strict == Bounds(None, None, None)


def test_findings_on_headings_speak_for_what_lies_below(dataset: Dataset) -> None:
    """A finding on a clause or a theme stands for all below that has none of its own, and a link sees it there."""
    cov = coverage(Assessment.of({"clause 9.3": "implemented", "clause 9.3.2": "planned"}), framework="cir")
    lows = {
        workings(cov).question.controls[one[0]].local: workings(cov).values.sets[i][0]
        for i, one in enumerate(workings(cov).question.sets)
        if len(one) == 1
    }
    assert (lows["9.3.1"], lows["9.3.2"], lows["9.3.3"], lows["9.1"]) == (1, 0, 1, 0)
    whole = coverage(Assessment.of({"A.5": "implemented"}), framework="cir").overall
    each = {control.ref: "implemented" for control in dataset.controls(theme="organizational")}
    assert coverage(Assessment.of(each), framework="cir").overall == whole
    single = coverage(Assessment.of({"clause 9.3.1": "implemented"}), framework="cir", crosswalk="enisa")
    assert single.demands[parse_ref("cir:7.1#policy")].estimate is not None


def test_sets_and_levels(dataset: Dataset) -> None:
    """The default set is the core duties, `within` narrows or widens it, and each level rolls the same units up."""
    full = Assessment.full()
    cov = coverage(full)
    assert len(workings(cov).question.units) == sum(bool(u.demands) for u in dataset.requirements("nis2", core=True))
    assert coverage(full, within="all").overall.demands > cov.overall.demands
    part = coverage(full, within=["Art. 20", "nis2:21.2.h"])
    assert {unit.ref.local.split(".")[0] for unit in workings(part).question.units} == {"20", "21"}
    assert set(map(str, cov.rollup("article"))) <= {"nis2:3", "nis2:20", "nis2:21", "nis2:23", "nis2:29"}
    measures = [str(ref) for ref in cov.rollup("measure")]
    assert measures[:3] == ["nis2:3", "nis2:20", "nis2:21"]
    assert "nis2:21.2.j" in measures
    cir = coverage(full, framework="cir")
    assert [str(ref) for ref in cir.rollup("section")] == [f"cir:{n}" for n in range(1, 14)]
    assert list(map(str, cir.rollup("article"))) == ["nis2:21"]
    assert [str(r)[-1] for r in cir.rollup("measure")] == list("abcdefghij")
    assert dict(cov.rollup("unit")) == dict(cov.units)
    with pytest.raises(InputError, match="level is 'chapter'"):
        cov.rollup("chapter")


def test_overlapping_measure_groups_weigh_one_in_all() -> None:
    """Weights by measure give every group the same weight: their sum over units is 1."""
    cov = coverage(Assessment.full(), framework="cir", weights="measure")
    assert workings(cov).weights.values is not None
    assert sum(workings(cov).weights.values) == pytest.approx(1)
    groups = cov.rollup("measure")
    mean = sum(score.low or 0 for score in coverage(Assessment.full(), framework="cir").rollup("measure").values())
    assert cov.overall.low == pytest.approx(mean / len(groups))


def test_weights_by_mapping() -> None:
    """A mapping weighs what it names and leaves out the rest; unusable weights and unknown units are errors."""
    dataset = make([Link("law:1", "set:1", "equal-to"), Link("law:2", "set:2", "equal-to")], units=2)
    question: dict[str, Any] = {"framework": "law", "crosswalk": "x", "dataset": dataset}
    known = Assessment.of({"set:1": "implemented", "set:2": "not_implemented"})
    assert coverage(known, weights={"law:1": 3, "law:2": 1}, **question).overall.low == 0.75
    assert coverage(known, weights={"law:1": 2.5}, **question).overall.low == 1
    for wrong, match in (({"law:1": -1}, "finite"), ({"law:1": float("nan")}, "finite"), ({"law:1": True}, "finite")):
        with pytest.raises(InputError, match=match):
            coverage(known, weights=wrong, **question)
    with pytest.raises(InputError, match="above 0"):
        coverage(known, weights={"law:1": 0}, **question)
    with pytest.raises(UnknownRef):
        coverage(known, weights={"law:7": 1}, **question)


@pytest.mark.parametrize(
    ("wrong", "error", "match"),
    [
        ({"basis": "habit"}, InputError, "basis"),
        ({"support": 1.5}, InputError, "support"),
        ({"support": True}, InputError, "support"),
        ({"support": float("nan")}, InputError, "support"),
        ({"weights": "equal"}, InputError, "weights"),
        ({"weights": 3}, InputError, "weights"),
        ({"crosswalk": ()}, InputError, "no crosswalk"),
        ({"crosswalk": "scf"}, NotMapped, "no crosswalk 'scf'"),
        ({"crosswalk": "enisa"}, NotMapped, "do not link nis2"),
        ({"framework": "nis3"}, UnknownRef, "no framework"),
        ({"within": "cir:3"}, InputError, "not a unit of nis2"),
        ({"within": "Art. 21(2)(k)"}, UnknownRef, "nearest"),
    ],
)
def test_wrong_arguments(wrong: dict[str, Any], error: type[Exception], match: str) -> None:
    """A wrong argument is refused by its own error, with its name or what is wrong about its value."""
    with pytest.raises(error, match=match):
        coverage(Assessment.full(), **wrong)


def test_crosswalks_together_take_the_best_and_name_those_without_links() -> None:
    """Asking several crosswalks never lowers a demand, and the result names those that had nothing to say."""
    full = Assessment.full()
    both = coverage(full, crosswalk=("nis2map", "article", "enisa"))
    for name in ("nis2map", "article"):
        alone = coverage(full, crosswalk=name)
        for ref, score in alone.demands.items():
            assert (score.low or 0) <= (both.demands[ref].low or 0)
    assert any("without links in nis2: enisa" in note for note in both.notes)


def test_look_up_in_a_coverage() -> None:
    """A result answers any citation of its framework, and says why it has no score for another."""
    cov = coverage(Assessment.full())
    assert cov["Art. 21(2)(h)"].demands == 4
    assert cov["Article 21(2), point (h)"] == cov[parse_ref("nis2:21.2.h")]
    with pytest.raises(UnknownRef, match=r"is not of nis2"):
        cov["CIR 3.2"]
    with pytest.raises(UnknownRef, match="not in the set"):
        coverage(Assessment.full(), within="Art. 20")["nis2:21.2.h~encryption#policies"]
    with pytest.raises(UnknownRef, match="no unit that was scored lies at or below nis2:36"):
        cov["Art. 36"]


def test_notes_say_what_a_reader_must_know() -> None:
    """The notes tell of a scope not known to be the whole entity and of findings on units that there are not."""
    known = Assessment.of({"A.5.1": "implemented", "iso27001-2013:A.9.2.3": "implemented"})
    notes = coverage(known).notes
    assert any("whole entity" in note for note in notes)
    assert any("1 finding on units that the dataset lacks" in note for note in notes)
    whole = coverage(Assessment(known.findings, whole_entity=True)).notes
    assert not any("whole entity" in note for note in whole)


def test_results_are_data() -> None:
    """A result goes to JSON with its conventions and digest, and comes back from pickle able to explain itself."""
    cov = coverage(Assessment.of({"A.8.24": 0.5}))
    record = json.loads(json.dumps(cov.to_dict()))
    assert record["digest"] == cov.dataset.digest
    assert record["conventions"]["support"] == "0"
    assert record["overall"]["ceiling"]["low"] == cov.overall.ceiling.low
    assert {row["ref"] for row in cov.to_dicts("measure")} == {str(ref) for ref in cov.rollup("measure")}
    again = pickle.loads(pickle.dumps(cov))
    assert again.overall == cov.overall
    assert again["Art. 21(2)(h)"].explain() == cov["Art. 21(2)(h)"].explain()
    text = str(cov["Art. 21(2)(h)"].explain())
    assert "A.8.24" in text
    assert "degree 0.5" in text
    assert json.loads(json.dumps(cov.overall.explain().to_dict()))["digest"] == cov.digest


def test_html_is_escaped_and_offline() -> None:
    """A page shows users' words as text, runs none of them and fetches nothing."""
    requirement = Requirement("law:1", None, "<script>alert(1)</script>")
    dataset = Dataset.from_parts(
        frameworks=[Framework("law"), Framework("set", side="control")],
        requirements=[requirement],
        controls=[Control("set:1", "S")],
        crosswalks=[Crosswalk("x", "law", "set", [Link("law:1", "set:1", "superset-of", rationale="a <b> & 'c'")])],
    )
    question: dict[str, Any] = {"framework": "law", "crosswalk": "x", "dataset": dataset}
    cov = coverage(Assessment(subject="<i>us</i>"), **question)
    pages = [cov._repr_html_(), gaps(Assessment(), **question)._repr_html_(), cov.overall.explain()._repr_html_()]
    for page in pages:
        assert "<script" not in page
        assert "http" not in page
    assert "&lt;script&gt;" in pages[1]
    assert "a &lt;b&gt; &amp;" in pages[2]


def test_gaps_are_classified_ordered_and_say_what_to_do() -> None:
    """Gaps come in legal order, add up to their summary, and each says what would close it."""
    found = gaps(Assessment.full())
    refs = [gap.requirement.ref for gap in found]
    assert refs == sorted(refs)
    assert len(found[:2]) == 2
    first = found.of("structural")[0]
    assert any("act on the duty itself" in line for line in first.advice)
    assert sum(found.summary.values()) == len(found.to_dicts())
    assert json.loads(json.dumps(found.to_dict()))["summary"]["implementation"] == 0
    residual = found.of(GapClass.RESIDUAL)[0]
    assert residual.controls
    assert "evidence" in str(residual)


def test_gap_classes_of_one_demand_change_with_what_is_known() -> None:
    """Unknown, then planned, then done: the same demand is to be found out, to be done, and no gap."""

    def kind(**known: Any) -> GapClass | None:
        findings = {key.replace("_", "."): value for key, value in known.items()}
        return coverage(Assessment.of(findings), framework="cir").gap_class("cir:3.2.6#time-sync")

    assert kind() is GapClass.UNASSESSED
    assert kind(A_8_17="planned") is GapClass.IMPLEMENTATION
    assert kind(A_8_17="implemented") is None


def test_excluding_the_last_cover_is_a_named_conflict() -> None:
    """A control that is said not to apply, without which nothing covers the demand any more."""
    links = [
        Link("law:1", "set:1", "equal-to"),
        Link("law:1", "set:2", "subset-of"),
        Link("law:2", "set:1", "equal-to"),
    ]
    dataset = make(links, units=2)
    question: dict[str, Any] = {"framework": "law", "crosswalk": "x", "dataset": dataset}

    def last(**known: Any) -> list[tuple[str, str, str]]:
        findings = {f"set:{key[1:]}": value for key, value in known.items()}
        found = coverage(Assessment.of(findings), **question).conflicts
        assert {conflict.kind for conflict in found} <= {"last-cover"}
        return [(str(conflict.ref), str(conflict.finding), conflict.message) for conflict in found]

    alone = "without 1, which is said not to apply, nothing covers the demand"
    both = "without 1 and 2, which are said not to apply, nothing covers the demand"
    assert last(s1="not_applicable") == [("law:2", "set:1", alone)]
    assert last(s1="not_applicable", s2="not_applicable") == [("law:1", "set:1", both), ("law:2", "set:1", alone)]
    assert last(s1="not_implemented", s2="not_applicable") == []
    own = Assessment.of({"set:1": "not_applicable", "law:2": "implemented"})
    assert coverage(own, **question).conflicts == ()


def test_the_gap_of_a_container_is_that_of_all_units_in_it() -> None:
    """A container has the demands not surely met below it, with its own score; what has none says why."""
    dataset = tiny("1; 1.1: a b; 1.2: c; 2: d; 3", "C.1", "1.1 ~ C.1: a, supports b; 1.2 !; 2 = C.1: d")
    found = gaps(Assessment.full(dataset), **options(dataset))
    whole = found["law:1"]
    assert [str(gap.requirement.ref) for gap in found] == ["law:1.1", "law:1.2"]
    assert {str(kind): [d.ref.demand for d in demands] for kind, demands in whole.classes.items()} == {
        "structural": ["c"], "residual": ["b"]
    }  # fmt: skip
    assert whole.score == found.coverage["law:1"]
    assert whole.controls == (parse_ref("set:C.1"),)
    assert found["law:1.1"] is found[0]
    assert "law:1" in found
    assert "law:2" not in found
    for key, words in (
        ("law:2", "surely met"),
        ("law:3", "was not scored"),
        ("law:1.2#c", "is a demand.*ask for law:1.2"),
    ):
        with pytest.raises(UnknownRef, match=words):
            found[key]


def test_each_point_of_article_21_can_be_looked_up_among_the_gaps() -> None:
    """Points that are split into parts are containers, and lawyers cite the point."""
    found = gaps(Assessment({}))
    assert [found[f"Art. 21(2)({letter})"].requirement.citation for letter in "abcdefghij"] == [
        f"Article 21(2), point ({letter})" for letter in "abcdefghij"
    ]


def test_measure_groups_are_the_rows_of_the_table_with_their_words() -> None:
    """Each group of the Directive with how it is cited, what it is about, and its score."""
    cov = coverage(Assessment.full())
    rows = cov.measure_groups
    assert [(row.ref, row.score) for row in rows] == list(cov.rollup("measure").items())
    row = next(row for row in rows if row.ref.local == "21.2.h")
    assert (row.citation, row.title) == ("Article 21(2), point (h)", cov.dataset.requirement("nis2:21.2.h").title)
    assert all(row.citation in str(cov) and row.title in " ".join(str(cov).split()) for row in rows)
    assert row.to_row() == {"ref": "nis2:21.2.h", "citation": row.citation, "title": row.title, **row.score.to_row()}


def test_notes_say_which_facts_leave_demands_out() -> None:
    """What does not hold is named with how many demands it takes out; the rest are counted of those that are left."""
    notes = coverage(Assessment(), facts={"cross_border_effect": False}).notes
    assert notes[0].startswith("28 of 105 demands depend on facts not given")
    assert notes[1] == "2 demands are left out, because this fact does not hold: cross_border_effect"


@pytest.mark.parametrize(
    ("word", "nearest"),
    [("trust_servise", "trust_service"), ("recovery", "recovery_test_failed"), ("emergency", "emergency_change")],
)
def test_of_many_facts_an_error_names_the_nearest(word: str, nearest: str) -> None:
    """All of fifty names would hide the right one."""
    with pytest.raises(InputError, match=f"a name in facts is '{word}'; nearest: .*{nearest}"):
        coverage(Assessment(), facts={word: True})
