"""What all results have in common: look-ups, equality, pickles, reprs; and what a reader is told beside the numbers."""

from __future__ import annotations

import copy
import datetime as dt
import gc
import math
import pickle
import threading
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

import nis2map
from nis2map import Assessment, Control, Crosswalk, Dataset, Demand, Framework, Link, Requirement, coverage, gaps
from nis2map._shared import Value, counted
from nis2map.dataset._units import QUESTIONS
from nis2map.errors import InputError, InvalidRef, Nis2mapError, UnknownRef

SOA = Assessment.of({"A.8.24": "implemented", "A.5.1": "partial", "A.8.13": "not_implemented"})


def headed() -> Dataset:
    """One duty, met by a clause that heads three; one by the clause above it all."""
    return Dataset.from_parts(
        frameworks=(Framework("law", "A law"), Framework("set", "A set", "control")),
        requirements=(
            Requirement("law:1", None, "one", demands=(Demand("law:1#a", "a is done"),)),
            Requirement("law:2", None, "two", demands=(Demand("law:2#b", "b is done"),)),
        ),
        controls=(
            Control("set:9", "nine", heading=True),
            Control("set:9.3", "nine three", parent="set:9", heading=True),
            *(Control(f"set:9.3.{n}", f"part {n}", parent="set:9.3") for n in (1, 2, 3)),
        ),
        crosswalks=(
            Crosswalk(
                "x",
                "law",
                "set",
                (
                    Link("law:1", "set:9.3", "subset-of", covers="a", rationale="r"),
                    Link("law:2", "set:9", "subset-of", covers="b", rationale="r"),
                ),
            ),
        ),
    )


def ask(dataset: Dataset, crosswalk: str = "x") -> dict[str, object]:
    return {"framework": "law", "crosswalk": crosswalk, "dataset": dataset}


# --- headings


def test_a_statement_that_speaks_of_the_parts_alone_counts_for_a_link_on_their_heading() -> None:
    """A clause such as 9.3 is in place when 9.3.1 to 9.3.3 are; no statement has a row for the heading."""
    dataset = headed()
    parts = Assessment.of(dict.fromkeys(("set:9.3.1", "set:9.3.2", "set:9.3.3"), "implemented"))
    score = coverage(parts, **ask(dataset)).overall
    assert (score.low, score.estimate, score.high, score.ceiling.low) == (1.0, 1.0, 1.0, 1.0)
    assert coverage(Assessment.full(dataset), **ask(dataset)).overall == score
    assert set(Assessment.full(dataset)) == set(parts)


@pytest.mark.parametrize(
    ("findings", "bounds"),
    [
        ({"set:9.3.1": "implemented", "set:9.3.2": 0.25}, (0.0, 0.0, 1.0)),  # the third part is unknown
        ({"set:9.3.1": "implemented", "set:9.3.2": 0.25, "set:9.3.3": 0.5}, (0.0, 0.25, 1.0)),
        ({"set:9.3.1": "implemented", "set:9.3.2": "planned"}, (0.0, 0.0, 0.0)),
        ({"set:9": "implemented", "set:9.3.2": 0.5}, (0.0, 0.5, 1.0)),  # a default for those without a nearer finding
        ({"set:9.3": "implemented"}, (1.0, 1.0, 1.0)),
    ],
)
def test_a_heading_is_the_least_of_each_number_over_its_deepest_units(
    findings: dict[str, str | float], bounds: tuple[float, float, float]
) -> None:
    """Each deepest unit has its nearest finding at or above; the heading has the least low, estimate and high."""
    score = coverage(Assessment.of(findings), **ask(headed())).units["law:1"]
    assert (score.low, score.estimate, score.high) == bounds


# --- weights


def test_weights_near_the_ends_of_floats_give_the_mean_they_say() -> None:
    """Scaled first: neither subnormal weights nor those near the greatest float lose or overflow a sum."""
    dataset = headed()
    soa = Assessment.of({"law:1": "implemented", "law:2": "not_implemented"})
    for small, great in ((5e-324, 1e-323), (5e306, 1e307), (1.0, 2.0)):
        cov = coverage(soa, **ask(dataset), weights={"law:1": small, "law:2": great})
        assert cov.overall.low is not None
        assert math.isclose(cov.overall.low, 1 / 3, rel_tol=1e-12)


@pytest.mark.parametrize(
    ("weights", "match"),
    [
        ({"nis2:21": 1.0, "Art. 21": 2.0}, "weights names nis2:21 twice"),
        ({"A.5.1": 1.0, "nis2:21": 1.0}, "weights names iso27001:A.5.1, which is not a requirement"),
        ({"nis2:6": 1.0}, "no unit of the set a weight above 0"),
        ({"nis2:21": 10**400}, "a finite number from 0 up"),
        ({"nis2:21": True}, "a finite number from 0 up"),
    ],
)
def test_a_mapping_of_weights_says_one_thing(weights: dict[str, float], match: str) -> None:
    """Two spellings of a unit, a control, nothing above 0, and what is not a number are refused by name."""
    with pytest.raises(InputError, match=match):
        coverage(SOA, weights=weights)


def test_units_that_a_mapping_leaves_out_are_named() -> None:
    """They weigh 0, which nobody should have to find out from a number; so are keys that hold nothing of the set."""
    notes = coverage(SOA, weights={"nis2:21": 1.0, "nis2:5": 1.0}).notes
    left = "of the set: 0 in a score with others, alike among themselves: nis2:3.4.s1"
    assert [note for note in notes if note.startswith("weights leaves out") and left in note]
    assert "weights names 1 unit with nothing of the set at or below: nis2:5" in notes
    assert not [note for note in coverage(SOA).notes if note.startswith("weights")]


def test_where_all_that_count_weigh_nothing_they_weigh_alike_and_a_note_says_so() -> None:
    """A mean over nothing would be no answer; the note tells that the weights did not decide."""
    dataset = headed()
    only = dataset.with_crosswalk(
        Crosswalk("y", "law", "set", (Link("law:1", "set:9.3", "subset-of", covers="a", rationale="r"),))
    )
    cov = coverage(Assessment.full(only), **ask(only, "y"), weights={"law:1": 0.0, "law:2": 1.0})
    assert cov.overall.low == 1.0
    assert any("weigh alike" in note for note in cov.notes)


# --- notes


def test_an_empty_set_says_that_nothing_is_scored() -> None:
    """None in every number is not an answer by itself."""
    for within in ([], {}, ()):
        cov = coverage(SOA, within=within)
        assert cov.overall.low is None
        assert "no assessable unit is in the set, so nothing is scored" in cov.notes


def test_a_plan_for_an_empty_set_says_that_no_step_changes_anything() -> None:
    """A target that is missed for want of demands must not read as an optimal plan that does nothing."""
    found = nis2map.plan(SOA, within=[], target=0.9)
    assert found.steps == ()
    assert found.reached == 0.0
    assert found.summary.endswith("nothing is counted in the set, so no step changes a score")
    assert "no assessable unit is in the set, so nothing is scored" in str(found)


def test_demands_that_nobody_judged_are_counted_in_a_note() -> None:
    """A crosswalk on six of a hundred demands must not look like coverage of all."""
    link = Link("nis2:20.1.s1~approve", "A.5.1", "subset-of")
    few = nis2map.load().with_crosswalk(Crosswalk("mine", "nis2", "iso27001", [link]))
    cov = coverage(SOA, crosswalk="mine", dataset=few)
    unjudged = cov.overall.unjudged
    assert unjudged > 100
    assert any(
        note.startswith(f"{unjudged} of {unjudged + cov.overall.demands} demands are not counted") for note in cov.notes
    )


def test_findings_that_nothing_uses_are_named() -> None:
    """A forgotten crosswalk= shows: the findings bear on nothing that was scored."""
    dataset = headed().with_framework(Framework("acme", "Ours", "control"), controls=[Control("acme:1", "ours")])
    notes = coverage(Assessment.of({"acme:1": "implemented", "set:9.3.1": "planned"}), **ask(dataset)).notes
    assert "1 of 2 findings has no effect on what was scored: acme:1" in notes


def test_a_finding_that_nearer_ones_replace_everywhere_bears_on_nothing() -> None:
    """Whoever assesses a heading and every control below it hears that the heading counts for nothing."""
    every = {
        control.ref: "planned" for control in nis2map.load().controls() if control.parent == nis2map.parse_ref("A.5")
    }
    soa = Assessment({**every, "iso27001:A.5": "implemented"})
    assert [
        note for note in coverage(soa, framework="cir").notes if "have no effect" in note and "iso27001:A.5" in note
    ]
    some = soa.replace({"A.5.1": None})
    assert not [note for note in coverage(some, framework="cir").notes if "iso27001:A.5," in f"{note},"]


def test_rows_that_a_reader_dropped_reach_the_score() -> None:
    """Whoever sees the number sees that rows are missing from it."""
    problem = nis2map.Problem("'80 %' is not a status", row=4, ref="A.5.24")
    notes = coverage(Assessment.of({"A.5.1": "implemented"}, problems=(problem,))).notes
    assert any(note.startswith("the reader reported 1 problem; what it could not use is not counted") for note in notes)


def test_text_shows_notes_and_conventions_just_as_html_does() -> None:
    """Printing must not hide what the notebook shows."""
    cov = coverage(SOA)
    for note in (*cov.notes, "basis statement", "weights unit"):
        assert note in str(cov)
        assert note in cov._repr_html_()


# --- sources of nothing


def test_a_structural_demand_names_the_judgement_that_found_nothing() -> None:
    """No answer without its source: somebody looked, and the explanation says who, when and why."""
    demand = coverage(SOA).explain("nis2:3.4.s1#submitted").demands[0]
    assert demand.gap == "structural"
    assert demand.terms == ()
    (judgement,) = demand.judgements
    assert (judgement.crosswalk, judgement.source, judgement.relation) == ("nis2map", "nis2map", "no-relationship")
    assert judgement.rationale
    assert judgement.date
    assert judgement.rationale in str(coverage(SOA).explain("nis2:3.4.s1#submitted"))


def test_every_structural_demand_has_a_judgement() -> None:
    """Of the bundled crosswalk and of ENISA's, on both texts."""
    for framework, crosswalk in (("nis2", "nis2map"), ("cir", "nis2map"), ("cir", "enisa")):
        explained = coverage(SOA, framework=framework, crosswalk=crosswalk).explain()
        structural = [demand for demand in explained.demands if demand.gap == "structural"]
        assert all(demand.judgements for demand in structural)
        assert all(not demand.judgements for demand in explained.demands if demand.gap != "structural")


# --- look-ups


def test_look_ups_take_any_text_form_everywhere() -> None:
    """A score, a roll-up, a gap: the way a lawyer writes a unit finds it."""
    cov = coverage(SOA)
    assert cov.units["Art. 23(4)(a)"] == cov.units[nis2map.parse_ref("nis2:23.4.a")]
    assert cov.rollup("measure")["Art. 21(2)(h)"] == cov["nis2:21.2.h"]
    listed = gaps(SOA)
    gap = listed["nis2:23.4.a"] if "nis2:23.4.a" in listed else listed[0]
    assert listed[gap.requirement.citation] is listed[gap.requirement.ref] is gap
    assert listed.get(gap.requirement.ref) is gap
    assert listed[0] is next(iter(listed))
    assert len(listed[:3]) == 3


LOOK_UPS = {
    "units": lambda: coverage(SOA).units,
    "demands": lambda: coverage(SOA).demands,
    "measures": lambda: coverage(SOA).rollup("measure"),
    "gaps": lambda: gaps(SOA),
    "dataset": nis2map.load,
    "assessment": lambda: SOA,
    "current": lambda: SOA.current,
}


@pytest.mark.parametrize("name", LOOK_UPS)
def test_a_look_up_that_finds_nothing_raises_an_error_of_ours(name: str) -> None:
    """Never a bare KeyError: one `except Nis2mapError` is enough for a web tool."""
    table = LOOK_UPS[name]()
    for key, error in (("A.8.35", UnknownRef), ("nonsense!", InvalidRef), ("nis2:6.1", UnknownRef)):
        if name == "dataset" and key == "nis2:6.1":
            continue
        with pytest.raises(error) as caught:
            table[key]
        assert isinstance(caught.value, Nis2mapError)
        assert table.get(key) is None
        assert table.get(key, 7) == 7
        assert key not in table
    assert table.get("A.8.35", "none") == "none"


@pytest.mark.parametrize("name", ["frameworks", "sources", "heads"])
@pytest.mark.parametrize("key", ["cri", "", [], 7])
def test_tables_by_name_say_what_they_have(name: str, key: object) -> None:
    """What is looked up by a word and not by ref raises an error of ours too, and names the words that there are."""
    table = getattr(nis2map.load(), name)
    with pytest.raises(UnknownRef, match=f"there is .*{', '.join(table)}"):
        table[key]
    assert table.get(key) is None
    assert table.get(key, 7) == 7
    assert key not in table


def test_the_typed_look_ups_of_a_dataset_refuse_the_other_kinds() -> None:
    """`ds.control` of a duty says what it is and which call is meant."""
    dataset = nis2map.load()
    assert dataset.control("A.8.24").theme == "technological"
    assert dataset.requirement("Art. 21(2)(h)").groups
    assert dataset.demand("cir:3.2.1#logging").label
    with pytest.raises(UnknownRef, match=r"nis2:21\.2\.h is a requirement, not a control; use Dataset\.requirement"):
        dataset.control("Art. 21(2)(h)")
    with pytest.raises(UnknownRef, match=r"iso27001:A\.8\.24 is a control, not a requirement"):
        dataset.requirement("A.8.24")
    with pytest.raises(UnknownRef, match=r"cir:3\.2\.1 is a requirement, not a demand; its demands: cir:3\.2\.1#"):
        dataset.demand("cir:3.2.1")


def test_what_is_outside_the_set_is_refused() -> None:
    """A score of None would say that it was looked at."""
    cov = coverage(SOA, within="nis2:21")
    with pytest.raises(UnknownRef, match="no unit that was scored lies at or below nis2:23"):
        cov["nis2:23"]
    with pytest.raises(UnknownRef, match="not in the set of demands that was scored"):
        cov.gap_class("nis2:3.4.s1#submitted")


# --- equality, pickles


def test_equal_questions_have_equal_answers() -> None:
    """Coverage, gaps and explanations compare by value, a pickle among them."""
    cov = coverage(SOA)
    assert cov == coverage(SOA)
    assert hash(cov) == hash(coverage(SOA))
    assert cov != coverage(SOA, basis="guidance")
    assert cov != coverage(SOA, within="nis2:21")
    assert cov != coverage(SOA.replace({"A.8.24": "planned"}))
    assert pickle.loads(pickle.dumps(cov)) == cov
    assert copy.deepcopy(cov) == cov
    assert gaps(SOA) == gaps(SOA)
    assert pickle.loads(pickle.dumps(gaps(SOA))) == gaps(SOA)
    assert cov.explain() == coverage(SOA).explain()


def test_values_compare_by_the_fields_that_count() -> None:
    """Records and results share one comparison: the class is part of it, wording and a way back are not."""
    unit = nis2map.load().requirement("nis2:21.2.h")
    assert unit == attrs.evolve(unit)
    assert hash(unit) == hash(attrs.evolve(unit, pattern="NIS 2 {id}"))
    assert unit != attrs.evolve(unit, title="Cryptography")
    assert unit != unit.ref
    excluded = nis2map.Finding("not_applicable", justification="no code of our own", owner="CISO")
    assert excluded == nis2map.Finding("not_applicable", justification="nothing is developed here")
    assert excluded != nis2map.Finding("not_applicable")
    assert len({excluded, nis2map.Finding("not_applicable", justification="other words")}) == 1


def _subclasses(kind: type) -> Iterator[type]:
    for sub in kind.__subclasses__():
        yield sub
        yield from _subclasses(sub)


def test_no_value_has_a_comparison_of_its_own_that_attrs_wrote() -> None:
    """Compiling one per class is a third of what a class costs at start; an order needs attrs' own."""
    for name in nis2map.__all__:
        getattr(nis2map, name)
    nis2map.loads(nis2map.dumps(SOA), Assessment)  # classes of its own tell cattrs what a document holds
    values = {kind for kind in _subclasses(Value) if attrs.has(kind) and kind.__module__.startswith("nis2map.")}
    ordered = {kind for kind in values if "__lt__" in kind.__dict__}
    assert len(values) > 80
    assert len(ordered) <= 1
    assert not [kind for kind in values - ordered if kind.__eq__ is not Value.__eq__]


def test_scores_by_unit_and_demand_can_be_pickled() -> None:
    """A worker process sends them back like any other result."""
    cov = coverage(SOA)
    for table in (cov.units, cov.demands, cov.rollup("measure")):
        back = pickle.loads(pickle.dumps(table))
        assert dict(back.items()) == dict(table.items())
        assert list(back) == list(table.keys())
        assert len(list(back.values())) == len(table)


def test_a_score_is_a_small_value() -> None:
    """Its way back to the coverage is in no pickle, and it says so when it is asked to explain itself."""
    score = coverage(SOA).overall
    data = pickle.dumps(score)
    assert len(data) < 1_500
    back = pickle.loads(data)
    assert back == score
    assert score.explain().demands
    with pytest.raises(InputError, match=r"cov\.explain"):
        back.explain()
    assert "explain" not in score.to_dict()


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_of_a_score_explains_itself(copied: Callable[[Any], Any]) -> None:
    """Only a pickle or a document leaves the coverage behind, also where the score stands inside another value."""
    score = coverage(SOA).overall
    assert copied(score) == score
    assert copied(score).explain() == score.explain()
    assert copied([score])[0].explain() == score.explain()
    with pytest.raises(InputError, match=r"cov\.explain"):
        pickle.loads(pickle.dumps(copied(score))).explain()


def test_a_dataset_is_equal_to_one_of_the_same_records() -> None:
    """`loads(dumps(x)) == x` holds for datasets, as for everything that has a document."""
    dataset = nis2map.load()
    assert pickle.loads(pickle.dumps(dataset)) == dataset
    assert copy.deepcopy(dataset) == dataset
    again = nis2map.loads(nis2map.dumps(dataset), Dataset)
    assert again == dataset
    assert hash(again) == hash(dataset)
    assert dataset != headed()
    assert dataset != "a dataset"


def test_the_digest_is_free_of_order() -> None:
    """Frameworks, units, crosswalks, links and what a link names may come in any order."""
    dataset = headed()
    crosswalk = dataset.crosswalks["x"]
    turned = Dataset.from_parts(
        frameworks=reversed(list(dataset.frameworks.values())),
        requirements=reversed(dataset.requirements("law")),
        controls=reversed(dataset.controls("set", headings=True)),
        crosswalks=[Crosswalk("x", "law", "set", tuple(reversed(crosswalk.links)))],
    )
    assert turned == dataset
    bundled = nis2map.load()
    assert bundled.with_crosswalk(bundled.crosswalks["nis2map"]) == bundled
    assert list(bundled.with_crosswalk(bundled.crosswalks["nis2map"]).crosswalks) == list(bundled.crosswalks)


def test_a_set_of_crosswalks_has_one_order() -> None:
    """Hashes differ from process to process; what is reported must not."""
    cov = coverage(SOA, crosswalk={"nis2map", "article"})
    assert dict(cov.conventions)["crosswalk"] == "article+nis2map"


# --- arguments


def test_misspelt_options_name_the_function_and_the_nearest_option() -> None:
    """The caller never called `coverage`."""
    calls = {
        "gaps": gaps,
        "coverage": coverage,
        "contributions": nis2map.contributions,
        "sensitivity": nis2map.sensitivity,
        "plan": nis2map.plan,
    }
    for name, function in calls.items():
        with pytest.raises(TypeError, match=rf"{name}\(\) got an unexpected keyword argument 'framwork'.*'framework'"):
            function(SOA, framwork="cir")  # type: ignore[operator]


def test_unknown_themes_and_no_crosswalk_are_refused() -> None:
    """An empty answer would look like knowledge."""
    dataset = nis2map.load()
    with pytest.raises(InputError, match="no theme 'organisational'; it has clause, organizational"):
        dataset.controls(theme="organisational")
    with pytest.raises(InputError, match="no crosswalk is asked for"):
        nis2map.related("A.8.24", crosswalk=[])
    with pytest.raises(InputError, match="version: expected a text, got 5"):
        Dataset.from_parts(version=5)  # type: ignore[arg-type]


# --- memory


def test_a_dataset_remembers_the_latest_questions_alone() -> None:
    """A service that scores per customer must not fill the memory of a dataset that lives as long as the process."""
    dataset = headed()
    for n in range(5 * QUESTIONS):
        coverage(Assessment(), **ask(dataset), support=n / 1000)
    assert len(dataset._memory) == QUESTIONS
    gc.collect()


def test_threads_that_ask_at_once_share_one_question() -> None:
    """Each may work it out, and all get the first result."""
    dataset, seen = headed(), list[int]()
    barrier = threading.Barrier(6)

    def work() -> None:
        barrier.wait()
        for n in range(2 * QUESTIONS):
            cov = coverage(Assessment(), **ask(dataset), support=(n % QUESTIONS) / 1000)
            if n == 2 * QUESTIONS - 1:
                seen.append(id(nis2map.scoring.workings(cov).question))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(seen)) == 1


# --- a framework of a user's own


def test_a_users_framework_with_a_core_set_and_groups_scores_with_the_same_calls() -> None:
    """What the default set is and which groups there are stands in the records, not in the code."""
    units = (
        Requirement("csf:gv", None, "Govern", original="GV"),
        Requirement("csf:gv.oc", "csf:gv", "Context", core=True, groups=("csf:gv",), original="GV.OC-01"),
        Requirement("csf:pr", None, "Protect"),
        Requirement("csf:pr.aa", "csf:pr", "Access", core=True, groups=("csf:gv", "csf:pr"), original="PR.AA-01"),
        Requirement("csf:pr.ds", "csf:pr", "Data", original="PR.DS-01"),
    )
    dataset = (
        nis2map.load()
        .with_framework(Framework("csf", "A framework", pattern="CSF {id}", section_level=2), requirements=units)
        .with_crosswalk(
            Crosswalk(
                "mine",
                "csf",
                "iso27001",
                [Link("csf:gv.oc", "A.5.1", "subset-of"), Link("csf:pr", "A.8.24", "subset-of")],
            )
        )
    )
    cov = coverage(
        Assessment.of({"A.5.1": "implemented"}), framework="csf", crosswalk="mine", dataset=dataset, weights="measure"
    )
    assert list(cov.units) == [nis2map.parse_ref("csf:gv.oc"), nis2map.parse_ref("csf:pr.aa")]
    assert {str(ref): score.demands for ref, score in cov.rollup("measure").items()} == {"csf:gv": 2, "csf:pr": 1}
    assert [str(ref) for ref in cov.rollup("section")] == ["csf:gv.oc", "csf:pr.aa"]
    assert coverage(SOA, framework="csf", crosswalk="mine", within="all", dataset=dataset).overall.demands == 3
    assert dataset.requirement("csf:gv.oc").citation == "CSF GV.OC-01"
    assert dataset.requirement("csf:pr").citation == "CSF pr"
    assert "CSF gv" in str(cov) or "CSF GV" in str(cov)
    assert nis2map.loads(nis2map.dumps(dataset), Dataset) == dataset


# --- reprs


def test_every_repr_of_a_record_is_one_line_of_at_most_200_characters() -> None:
    """Units, links and the parts of an explanation too, however much they hold, bundled or one's own."""
    dataset = nis2map.load()
    soa = Assessment.of({"A.8.24": "implemented", "cir:3.1": "not_applicable", "A.5.1": "not_applicable"})
    demands = [
        demand for framework in ("nis2", "cir") for demand in coverage(soa, framework=framework).explain().demands
    ]
    records = [
        *dataset, *(demand for unit in dataset for demand in dataset.demands(unit.ref)), *dataset.frameworks.values(),
        *dataset.crosswalks.values(), *(link for name in dataset.crosswalks for link in dataset.links(name)),
        *dataset.sources.values(), *dataset.measures, *demands, *(term for demand in demands for term in demand.terms),
        *(judgement for demand in demands for judgement in demand.judgements), *coverage(soa, framework="cir").conflicts,
        *(row for name in nis2map.model.LAW_TABLES for row in getattr(dataset.law, name)),
        nis2map.Demand("acme:1#a", "x" * 1000), nis2map.Texts({"nis2:21": "x" * 1000}, lang="en"),
    ]  # fmt: skip
    assert len(records) > 6000
    for record in records:
        assert len(repr(record)) <= 200, record
        assert "\n" not in repr(record)


def test_every_repr_is_one_line_of_at_most_200_characters() -> None:
    """Results are shown in consoles, logs and test failures."""
    soa = Assessment.of(dict.fromkeys(("A.8.24", "A.5.1"), "implemented"), as_of="2026-01-01")
    cov = coverage(soa)
    entity = nis2map.Entity("nis2:annexI.5.1", headcount=300)
    schedule = nis2map.deadlines(nis2map.Incident(dt.datetime(2026, 3, 27, 12, tzinfo=dt.UTC)))
    results: list[object] = [
        nis2map.load(), soa, cov, cov.overall, cov.units, cov.demands, cov.explain(), cov.rollup("measure"),
        gaps(soa), gaps(soa)[0], nis2map.compare(soa, soa.replace({"A.5.1": "planned"})), nis2map.overlap("enisa"),
        nis2map.agreement("nis2map", "enisa"), nis2map.compose("article", "enisa"), nis2map.plan(soa, target=0.1),
        nis2map.contributions(soa), nis2map.sensitivity(soa), nis2map.simulate(soa, []), nis2map.find("backup"),
        nis2map.roadmap(soa, certified=True), *nis2map.differences(), nis2map.classify(entity), nis2map.member_state("BE"),
        schedule, *schedule, nis2map.fine_ceiling(nis2map.classify(entity), 5e8),
        nis2map.significance(nis2map.IncidentFacts()), *nis2map.find("backup"), nis2map.load().crosswalks,
    ]  # fmt: skip
    for result in results:
        line = repr(result)
        assert "\n" not in line
        assert len(line) <= 200, (type(result), len(line))


def test_mappings_in_results_are_immutable_and_are_their_own_copies() -> None:
    """A mapping in a result can't be changed by anyone it is handed to, so a copy of it is the same object."""
    counts = gaps(SOA).summary
    assert copy.copy(counts) is copy.deepcopy(counts) is counts
    assert pickle.loads(pickle.dumps(counts)) == counts == dict(counts)
    assert hash(pickle.loads(pickle.dumps(counts))) == hash(counts)
    with pytest.raises(AttributeError, match="FrozenMap is immutable"):
        counts.extra = 1  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="FrozenMap is immutable"):
        del counts._data
    with pytest.raises(TypeError, match="does not support item assignment"):
        counts["residual"] = 0  # type: ignore[index]


def test_counts_agree_with_their_words() -> None:
    """One of a thing is not told as several: in notes, titles and reprs a count stands with the right word."""
    assert [counted(n, "step") for n in (0, 1, 2)] == ["0 steps", "1 step", "2 steps"]
    assert counted(1, "key is", "keys are") == "1 key is"
    assert counted(3, "key is", "keys are") == "3 keys are"
    soa = nis2map.Assessment.of({"A.8.24": "implemented", "mine:1": "implemented"})
    notes = " ".join(nis2map.coverage(soa, within="Art. 21(2)(h)").notes)
    assert "1 finding on units that the dataset lacks is not counted" in notes
    one = nis2map.Assessment.of({"A.5.1": "implemented"})
    assert "1 change, " in repr(nis2map.compare(one, one.replace({"A.5.1": "planned"})))
