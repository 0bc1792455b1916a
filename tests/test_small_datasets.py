"""Corners of scoring and of datasets, on data small enough to work out by hand."""

from __future__ import annotations

import sys
import threading
from typing import Any

import attrs
import pytest

import nis2map
from nis2map import (
    Alias,
    Assessment,
    Control,
    Dataset,
    DatasetError,
    Demand,
    Finding,
    InputError,
    Link,
    Ref,
    Requirement,
    Texts,
    UnknownRef,
    coverage,
    gaps,
)
from nis2map.planning import contributions, plan, roadmap

from .odd import Array
from .tiny import options, remade, tiny

LINKS = "1.1 < C.1; 1.2 & C.1"


def test_a_link_that_finds_nothing_takes_part_in_no_analysis() -> None:
    """DESIGN section 5: it makes its unit judged, and its controls are no players and no steps anywhere."""
    dataset = tiny(links="1 ! C.1; 1.1 < C.2")
    cov = coverage(Assessment.of({"set:C.1": "implemented"}), **options(dataset))
    assert (cov["law:1.1"].low, cov["law:1.1"].estimate, cov["law:1.1"].high) == (0, 0, 1)
    assert (cov.overall.unassessed, cov.overall.structural) == (1, 1)
    assert cov["law:1"].explain().recompute() == (0, 0, 0.5)
    assert not cov["law:1.1"].explain().demands[0].assessed
    assert any("1 of 1 finding has no effect on what was scored: set:C.1" in note for note in cov.notes)
    assert list(contributions(Assessment.full(dataset), **options(dataset))) == [Ref("set", "C.2")]
    assert [step.ref for step in plan(Assessment(), target=1.0, **options(dataset)).steps] == [Ref("set", "C.2")]
    found = nis2map.sensitivity(Assessment.of({"set:C.1": "implemented"}), **options(dataset))
    assert [(link.removed.low, link.removed.estimate, link.removed.high) for link in found.links] == [(0, 0, -0.5)]


def test_units_that_weigh_nothing_keep_their_own_numbers() -> None:
    """A weight of 0 takes a unit out of the roll-up, and leaves its own score, explanation and gap as they are."""
    dataset = tiny(links=LINKS)
    question = {"weights": {"law:1.1": 2}, "support": 0.5, **options(dataset)}
    cov = coverage(Assessment.full(dataset), **question)
    assert cov.overall.low == 1
    assert (cov["law:1.2"].low, cov["law:1.2"].estimate, cov["law:1.2"].high) == (0, 0.5, 0.5)
    assert cov["law:1.2"].explain().recompute() == (0, 0.5, 0.5)
    assert [gap.score.high for gap in gaps(Assessment(), **question)] == [1, 0.5]


def test_a_gap_names_the_grade_that_the_standard_offers_and_what_is_ruled_out() -> None:
    """What a wider basis would meet is told from mere help, and a control that the SoA leaves out by name."""
    dataset = Dataset.from_parts(
        frameworks=(nis2map.Framework("law"), nis2map.Framework("set", side="control")),
        requirements=(
            nis2map.Requirement(
                "law:1", demands=[nis2map.Demand(f"law:1#{name}", name) for name in ("a", "b", "c", "d")]
            ),
        ),
        controls=(nis2map.Control("set:1"), nis2map.Control("set:2")),
        crosswalks=(
            nis2map.Crosswalk(
                "x",
                "law",
                "set",
                [nis2map.Link("law:1", "set:1", "intersects-with", covers="a", covers_guided="b", supports="c")],
            ),
        ),
    )
    found = gaps(Assessment.of({"set:1": Finding("not_applicable")}), **options(dataset))
    gap = found["law:1"]
    assert dict(gap.grades) == {
        Ref("law", "1#a"): "stated",
        Ref("law", "1#b"): "guided",
        Ref("law", "1#c"): "helped",
        Ref("law", "1#d"): "bare",
    }
    assert gap.ruled_out == (Ref("set", "1"),)
    assert {str(kind): [demand.label for demand in demands] for kind, demands in gap.classes.items()} == {
        "structural": ["d"],
        "residual": ["b", "c"],
        "implementation": ["a"],
    }
    text = str(gap)
    assert "- b (guided)" in text
    assert "- c (helped)" in text
    assert "excluded as not applicable: 1; include what is needed" in text
    assert {row["demand"]: row["grade"] for row in found.to_dicts()}["law:1#b"] == "guided"


def test_conventions_say_what_it_takes_to_reproduce_a_number() -> None:
    """The conventions name framework, set and weights as they were when the question was put."""
    dataset = tiny(links=LINKS)
    weights = {"law:1.2": 0.5, "law:1.1": 2}
    cov = coverage(Assessment.full(dataset), weights=weights, within="law:1", **options(dataset))
    weights.clear()  # the result does not hold on to what the caller may change
    found = dict(cov.conventions)
    assert (found["framework"], found["within"], found["weights"]) == ("law", "law:1", "law:1.1=2, law:1.2=0.5")
    assert dict(coverage(Assessment(), **options(dataset)).conventions)["within"] == "default"
    assert cov.to_dict()["conventions"] == found


def test_a_generator_of_refs_is_a_set_too() -> None:
    """`within` is read once, so an iterator gives the same set as a list."""
    dataset = tiny(links=LINKS)
    cov = coverage(Assessment(), within=(ref for ref in ("law:1.2", "law:1.1")), **options(dataset))
    assert dict(cov.conventions)["within"] == "law:1.1+law:1.2"
    assert len(cov.units) == 2


def test_the_class_of_what_was_not_scored_is_unknown() -> None:
    """A class is given for demands of the set alone; for anything else the look-up fails rather than says None."""
    cov = coverage(Assessment.full(), within="Art. 20")
    for text in ("nis2:21.2.h~encryption#policies", "Art. 20", "A.5.1"):
        with pytest.raises(UnknownRef, match="not in the set"):
            cov.gap_class(text)


def test_results_take_any_text_form_and_say_no_to_others() -> None:
    """Look-ups of results read every spelling of a unit; what is not there is not in them, and an error if taken."""
    cov = coverage(Assessment.full())
    assert cov.rollup("measure")["Art. 21(2)(h)"] == cov["nis2:21.2.h"]
    assert cov.rollup("overall")["overall"] == cov.overall
    assert cov.assessment.findings["Annex A 5.1"] == Finding("implemented")
    for results in (cov.rollup("measure"), cov.units, cov.demands):
        assert "Art. 21(2)(k)" not in results
        assert "no unit" not in results
        assert results.get("nis2:36") is None
        with pytest.raises(LookupError):
            results["nis2:36"]
    steps = roadmap(Assessment.full(), certified=True).steps
    step = next(step for step in steps if step.gaps)
    ref = next(iter(step.gaps))
    assert step.gaps[str(ref)] == step.gaps[ref]


def test_a_justification_is_the_third_field() -> None:
    """A finding may be written by position: status, degree, justification."""
    assert Finding("not_applicable", None, "no such systems").justification == "no such systems"


def test_sections_of_a_cir_that_elaborate_nothing_stand_for_themselves() -> None:
    """A unit that elaborates no article is its own row in a roll-up by article."""
    dataset = tiny("cir:3 monitoring", "1", "cir:3 < 1")
    cov = coverage(Assessment.full(dataset), **options(dataset))
    assert [str(ref) for ref in cov.rollup("article")] == ["cir:3"]


def test_a_demand_may_be_called_like_its_unit() -> None:
    """A demand named like its unit is another thing than the unit, and a leaf without demands is its own."""
    dataset = tiny("backup: backup", links="backup < C.1: backup")
    assert coverage(Assessment.full(dataset), **options(dataset)).overall.low == 1
    leaf = tiny(links=[Link("law:1.1", "set:C.1", "subset-of", covers="law:1.1")])
    assert coverage(Assessment.full(leaf), **options(leaf)).overall.met == 1


def test_a_link_on_a_unit_for_reference_has_a_node() -> None:
    """A definition that a link names is in the graph, although it is never scored."""
    units = ["1 one", Requirement("law:2", None, "what logging means", reference=True)]
    graph = tiny(units, links="2 < C.1").graph("x")
    assert graph.has_edge("law:2", "set:C.1")


def test_texts_may_be_given_by_any_text_form() -> None:
    """Texts that a user brings are found whatever spelling of the unit they came under."""
    mine = nis2map.load().with_texts(Texts({"Annex A 8.24": "the licensed text"}))  # type: ignore[dict-item]
    assert mine.text("A.8.24") == "the licensed text"


def test_there_is_one_bundled_dataset() -> None:
    """`load()` gives one object however it is called, and nobody can take its parts away."""
    assert nis2map.load() is nis2map.load(plugins=()) is nis2map.load(plugins=[])
    with pytest.raises(AttributeError):
        del nis2map.load().version  # type: ignore[misc]


def test_threads_share_what_is_worked_out() -> None:
    """Eight threads that ask at once get one map of frameworks, one of crosswalks, and graphs that say the same."""
    dataset = tiny(links=LINKS)
    shared: list[tuple[object, ...]] = []
    edges: list[list[tuple[str, str]]] = []
    barrier, interval = threading.Barrier(8), sys.getswitchinterval()

    def work() -> None:
        barrier.wait()
        edges.append(sorted(dataset.graph("x").edges))
        shared.append((dataset.crosswalks["x"], dataset.frameworks))

    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert len(shared) == 8
    assert all(len({id(part) for part in parts}) == 1 for parts in zip(*shared, strict=True))
    assert edges == [edges[0]] * 8
    assert edges[0]


@pytest.mark.parametrize(
    ("unit", "match"),
    [
        (Requirement("law:1", None, 5), "title is 5, not a text"),  # type: ignore[arg-type]
        (Requirement("law:1", None, "x", reference="no"), "reference is 'no', not true or false"),  # type: ignore[arg-type]
        (
            Requirement("law:1", None, "x", demands=[Demand("law:1#a", "asked", optout="no")]),  # type: ignore[arg-type]
            "optout is 'no', not true or false",
        ),
    ],
)
def test_fields_of_the_wrong_kind_are_named(unit: Requirement, match: str) -> None:
    """`optout="no"` is true to Python, and would let a demand be excluded."""
    with pytest.raises(DatasetError, match=match):
        tiny([unit])


def test_expired_findings_leave_the_word_to_the_unit_above() -> None:
    """A finding that has run out counts as absent, so the nearest one above speaks, and a note says so."""
    run_out = Finding("not_implemented", valid_until="2026-01-01")  # type: ignore[arg-type]
    soa = Assessment({"clause 9.3": Finding("implemented"), "clause 9.3.2": run_out}, as_of="2026-06-01")  # type: ignore[arg-type]
    known = coverage(soa, framework="cir", crosswalk="enisa")
    fresh = coverage(Assessment.of({"clause 9.3": "implemented"}), framework="cir", crosswalk="enisa")
    assert known.overall == fresh.overall
    assert any("9.3.2: valid until 2026-01-01" in note for note in known.notes)


def test_all_implemented_is_the_ceiling_also_where_a_link_names_a_heading() -> None:
    """Full implementation reaches the ceiling, whether links name controls or the heading over them."""
    dataset = tiny(links="1.1 < C")
    score = coverage(Assessment.full(dataset), **options(dataset)).overall
    assert (score.low, score.estimate, score.high) == (1, 1, 1)
    assert score.low == score.ceiling.low


def test_pairs_leave_out_what_is_said_to_be_unrelated() -> None:
    """A no-relationship link is a link of the crosswalk and no pair of it."""
    found = nis2map.overlap("x", dataset=tiny(links=f"{LINKS}; 1 ! C.2"))
    assert (found.links, found.pairs, found.linked) == (3, 2, 1)


def three() -> Dataset:
    """A duty that two controls meet, one that is left out of an assessment, and one that nobody has judged."""
    return tiny("1; 1.1: a b; 1.2: a?; 1.3: a", "C/; C.1; C.2", "1.1 < C.1: a b; 1.2 < C.2: a")


OUT = Finding("not_applicable", justification="we have none")


def test_an_explanation_recomputes_what_counts_alone() -> None:
    """Demands that are excluded or unjudged are told and enter no number; with nothing else left there is none."""
    cov = coverage(Assessment({"set:C.1": Finding("implemented"), "law:1.2": OUT}), **options(three()))
    whole = cov.explain()
    assert [demand.state for demand in whole.demands] == ["counted", "counted", "excluded", "unjudged"]
    assert whole.recompute() == (cov.overall.low, cov.overall.estimate, cov.overall.high) == (1.0, 1.0, 1.0)
    assert cov.explain("law:1.2").recompute() == (None, None, None)
    lines = str(whole).splitlines()
    assert "    own finding on law:1.2: not_applicable" in lines
    assert "    no link speaks of its unit" in lines


def test_scores_of_equal_questions_are_equal_values() -> None:
    """Scores by unit can be compared and put into sets like any other value, and equal nothing of another kind."""
    soa = Assessment.of({"set:C.1": "implemented"})
    one, two = (coverage(soa, **options(three())).units for _ in range(2))
    other = coverage(Assessment(), **options(three())).units
    assert one == two != other
    assert hash(one) == hash(two)
    assert one != dict(one.items())
    assert list(one.keys()) == [ref for ref, _ in one.items()]


def test_weights_by_demands_leave_no_unit_without_a_weight() -> None:
    """A unit weighs what its counted demands number: here two to one, and no note says that a unit weighs nothing."""
    cov = coverage(
        Assessment.of({"set:C.1": "implemented", "set:C.2": "planned"}), **options(three(), weights="demand")
    )
    assert cov.overall.low == pytest.approx(2 / 3)
    assert not any("weigh" in note for note in cov.notes)


def test_a_gap_without_evidence_and_controls_says_what_to_do_alone() -> None:
    """A user's units need no kinds of evidence, and a gap that no control serves names none."""
    gap = gaps(Assessment(), **options(three()))["law:1.3"]
    assert (gap.evidence, gap.controls) == ((), ())
    lines = str(gap).splitlines()
    assert lines[1:] == [
        "  unjudged: assess this unit directly; the crosswalk has no judgement on it",
        "    - a of 1.3",
    ]


def test_an_iterator_of_crosswalks_serves_every_score_of_an_analysis() -> None:
    """What can be read once is read once: all the scores behind a sensitivity see the same crosswalks."""
    soa = Assessment.of({"set:C.1": "implemented"})
    once = nis2map.sensitivity(soa, **{**options(three()), "crosswalk": iter(["x"])})
    assert once == nis2map.sensitivity(soa, **{**options(three()), "crosswalk": ["x"]})


def test_demands_are_reached_from_whatever_has_them() -> None:
    """A demand is its own, a control has none, and in a law without demands each leaf is one."""
    dataset, plain = three(), tiny("1; 1.1 One; 1.2")
    assert dataset.demands("law:1.1#a") == (dataset.demand("law:1.1#a"),)
    assert dataset.demands("set:C.1") == ()
    assert plain.demand("law:1.1") == Demand("law:1.1", "One")
    with pytest.raises(UnknownRef, match="law:1 is a requirement, not a demand; its demands: none"):
        plain.demand("law:1")


def test_an_effect_reads_as_what_it_was_and_is() -> None:
    """Each part of a comparison is a line of its own: sides, effects, classes of gap, regressions."""
    found = nis2map.compare(
        Assessment({"set:C.1": Finding("implemented"), "law:1.2": OUT}), Assessment(), **options(three())
    )
    assert str(found.origin).startswith("framework law, within default, crosswalk x")
    assert str(found.effects[1]) == "1.1: low 100.0 % -> 0.0 %, estimate 100.0 % -> 0.0 %, high 100.0 % -> 100.0 %"
    assert str(found.effects[1].classes[0]) == "law:1.1#a: no gap -> unassessed"
    assert "set:C.1: implemented is gone" in map(str, found.regressions)
    crosswalk = three().crosswalks["x"]
    assert str(nis2map.compare(crosswalk, crosswalk).origin) == "not scored, digest unknown"


def test_where_nothing_counts_no_analysis_makes_up_a_number() -> None:
    """With its only demand excluded a law has no score: links change nothing known, shares and plans start from none."""
    dataset = tiny("1; 1.1: a?", "C/; C.1", "1.1 < C.1: a")
    soa = Assessment({"law:1.1": OUT})
    (effect,) = nis2map.sensitivity(soa, **options(dataset)).links
    assert str(effect) == "1.1 to C.1 (x): removed low -, estimate -, high -; only a support low -, estimate -, high -"
    assert effect.effect == 0.0
    shares = contributions(soa, **options(dataset))
    assert (shares.score, shares.base, shares["set:C.1"]) == (None, None, 0.0)
    assert str(shares.rows[0]).startswith("C.1 ")
    with pytest.raises(UnknownRef, match=r"set:C\.2 has no share of this score"):
        shares["set:C.2"]
    plan = nis2map.plan(soa, target=0.5, **options(dataset))
    assert (plan.steps, plan.reached, plan.optimal) == ((), 0.0, True)


def test_aliases_are_compared_and_applied() -> None:
    """A new edition that differs in nothing but what became of an old id is not the same, and a comparison carries it."""
    before = tiny("1: a; 2: b")
    after = remade(before, aliases=[Alias("law:9", ("law:1",), since="2", kind="renamed")])
    found = nis2map.compare(before, after)
    (change,) = found.changes
    assert (change.part, str(change.place)) == ("alias", "alias of law:9 in 2")
    assert "renamed law:1" in str(found)
    assert change.to_dict()["after"] == {"before": "law:9", "after": ["law:1"], "kind": "renamed", "since": "2"}
    assert nis2map.apply(found, before) == after
    assert nis2map.apply(nis2map.compare(after, before), after) == before
    assert nis2map.apply(nis2map.compare(after, after), after) == after


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"support": 0.33333}, {"support": 0.333341}),
        ({"weights": {"law:1": 0.123456}}, {"weights": {"law:1": 0.123461}}),
    ],
)
def test_conventions_tell_any_two_numbers_apart(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Who repeats an analysis by its conventions gets its numbers, to the last digit."""
    dataset = tiny("1: a; 2: b", "C.1", "1 < C.1: a; 2 & C.1: supports b")
    first, second = (coverage(Assessment(), **options(dataset, **more)) for more in (one, other))
    assert first.conventions != second.conventions


def test_a_certificate_stands_for_no_clause_that_a_heading_of_the_dataset_speaks_for() -> None:
    """What lies above a clause is what the dataset says, whatever the ids look like."""
    clause = {"theme": "clause", "parent": "set:m"}
    dataset = tiny("1: a", [Control("set:m", heading=True), Control("set:c1", **clause), Control("set:c2", **clause)])
    soa = Assessment.of({"set:m": "not_implemented"})
    assert soa.certified(dataset=dataset).findings == soa.findings
    assert len(Assessment().certified(dataset=dataset).findings) == 2


def test_a_programme_takes_a_certificate_for_the_clauses_of_its_dataset() -> None:
    """A dataset of one's own whose clauses have other numbers closes what the bundled one closes."""
    bundled = nis2map.load()
    other = {"iso27001:5.2": "iso27001:5.9"}

    def moved(ref: Ref | None) -> Ref | str | None:
        return other.get(str(ref), ref)

    def link_of(link: Link) -> Link:
        return attrs.evolve(link, controls=[moved(ref) for ref in link.controls])

    dataset = remade(
        bundled,
        controls=[attrs.evolve(unit, ref=moved(unit.ref)) for unit in bundled if isinstance(unit, Control)],
        crosswalks=[
            attrs.evolve(c, links=[link_of(link) for link in c.links])
            for c in bundled.crosswalks.values()
            if c.id not in bundled.made_of_verdicts
        ],
        law=attrs.evolve(bundled.law, differences=(), benefits=(), cycle=()),
    )
    counts = [
        sum(step.count for step in roadmap(Assessment(), certified=True, dataset=data).steps)
        for data in (bundled, dataset)
    ]
    assert counts[0] == counts[1]


def test_an_argument_that_can_not_be_compared_is_an_error_of_ours() -> None:
    """A level is looked at before it is compared with the ones there are."""
    cov = coverage(Assessment(), **options(tiny("1: a", "C.1", "1 < C.1: a")))
    with pytest.raises(InputError, match=r"^level is"):
        cov.rollup(Array())  # type: ignore[arg-type]


def test_notes_name_no_law_that_the_dataset_does_not_hold() -> None:
    """What is noted of a law of one's own speaks of the assessment, never of NIS 2."""
    notes = coverage(Assessment(), **options(tiny("1: a", "C.1", "1 < C.1: a"))).notes
    assert "this assessment is not known to cover the whole entity: what lies outside is not scored" in notes
    assert not any("NIS 2" in note for note in notes)
