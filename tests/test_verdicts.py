"""What the judges gave, the crosswalks made of it, and the ranges that follow."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections import Counter
from itertools import product

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nis2map
from nis2map import Assessment, Coverage, Dataset, Grade, Ref, ReviewState, Verdict, coverage
from nis2map.errors import InputError, UnknownRef
from nis2map.scoring import workings

from .tiny import options, tiny

JUDGES = ("nis2map-judge-1", "nis2map-judge-2")
CRYPTOGRAPHY = "nis2:21.2.h~cryptography#"
STRICT, GENEROUS = "nis2map-strict", "nis2map-generous"
# What a verdict of each grade may hang on; the first round recorded nothing.
WORDINGS = {
    Grade.STATED: ("none",),
    Grade.GUIDED: ("should",),
    Grade.CONSIDERED: ("consider", "can", "example"),
    Grade.HELPED: ("none",),
    Grade.BARE: ("", "none"),
}
RANK = {grade: place for place, grade in enumerate(Grade)}
STATUSES = st.sampled_from(("implemented", "not_implemented", 0.3, 0.5, 0.8, None))


@st.composite
def assessments(draw: st.DrawFn) -> Assessment:
    controls = [control.ref for control in nis2map.load().controls()]
    said = {ref: draw(STATUSES) for ref in controls}
    return Assessment.of({ref: status for ref, status in said.items() if status is not None})


@settings(max_examples=15)
@given(assessments(), st.sampled_from(("statement", "guidance")), st.sampled_from(("nis2", "cir")))
def test_strict_gives_the_lower_of_the_judges_numbers_and_generous_the_higher(
    soa: Assessment, basis: str, framework: str
) -> None:
    """Demand by demand, in low, estimate and high: DESIGN section 5, a law."""

    def columns(crosswalk: str) -> list[tuple[float, ...]]:
        cov = coverage(soa, framework=framework, within="all", crosswalk=crosswalk, basis=basis)  # type: ignore[arg-type]
        return list(zip(*workings(cov).values[1:4], strict=True))

    first, second, strict, generous = map(columns, (*JUDGES, STRICT, GENEROUS))
    for one, two, least, most in zip(first, second, strict, generous, strict=True):
        assert least == tuple(map(min, one, two))
        assert most == tuple(map(max, one, two))


@pytest.mark.parametrize("framework", ["nis2", "cir"])
def test_every_unit_stays_judged_under_every_crosswalk_of_verdicts(framework: str, dataset: Dataset) -> None:
    """Otherwise another set of demands would be counted, and the ranges would compare two things."""
    units = {link.requirement for link in dataset.links_of("nis2map", framework)}
    for name in (*JUDGES, STRICT, GENEROUS):
        assert {link.requirement for link in dataset.links_of(name, framework)} == units
        counted = [coverage(Assessment(), framework=framework, crosswalk=each).overall for each in ("nis2map", name)]
        assert counted[0].demands == counted[1].demands


def best(dataset: Dataset, crosswalk: str) -> dict[Ref, int]:
    found: dict[Ref, int] = {}
    for link in dataset.crosswalks[crosswalk].links:
        for grade, demands in link.by_grade.items():
            for demand in demands:
                found[demand] = min(RANK[grade], found.get(demand, RANK[Grade.BARE]))
    return found


def test_what_stands_lies_between_them_but_for_moves_on_record(dataset: Dataset) -> None:
    """A demand whose best grade is outside what both and what either gave has a decision, or a set nobody had named."""
    stands, strict, generous = (best(dataset, name) for name in ("nis2map", STRICT, GENEROUS))
    bare = RANK[Grade.BARE]
    moved = [
        demand
        for demand in {**stands, **strict, **generous}
        if not generous.get(demand, bare) <= stands.get(demand, bare) <= strict.get(demand, bare)
    ]
    assert moved
    for demand in moved:
        decided = [verdict for verdict in dataset.verdicts(demand) if verdict.decided_by != "judges"]
        assert any(verdict.reason for verdict in decided), demand


def test_the_best_grade_in_strict_is_the_weaker_of_the_judges(dataset: Dataset) -> None:
    """And in generous the stronger one: a bare demand of either judge is bare in strict."""
    first, second, strict, generous = (best(dataset, name) for name in (*JUDGES, STRICT, GENEROUS))
    bare = RANK[Grade.BARE]
    for demand in {**first, **second}:
        both = first.get(demand, bare), second.get(demand, bare)
        assert strict.get(demand, bare) == max(both)
        assert generous.get(demand, bare) == min(both)


def test_verdicts_are_told_demand_by_demand(dataset: Dataset) -> None:
    """Each pair once, with what both gave, what stands, who decided and why; and the sets of several controls."""
    refs = [unit.ref for framework in ("nis2", "cir") for unit in dataset.requirements(framework, assessable=True)]
    every = [verdict for ref in refs for demand in dataset.demands(ref) for verdict in dataset.verdicts(demand.ref)]
    assert len({(verdict.demand, verdict.controls) for verdict in every}) == len(every) == 9206
    assert sum(len(verdict.controls) == 1 for verdict in every) == 9146
    by = Counter(verdict.decided_by for verdict in every)
    assert set(by) == {"judges", "adjudication", "rule"}
    for verdict in every:
        same = verdict.first is verdict.second is verdict.final
        assert same or verdict.decided_by != "judges", verdict
        assert verdict.human is None
        assert verdict.wording in (*WORDINGS[verdict.final], *([""] if len(verdict.controls) > 1 else []))
    link = {frozenset(link.controls): link for link in dataset.links(requirement="cir:13.3.1")}
    joint = [verdict for verdict in dataset.verdicts("cir:13.3.1") if len(verdict.controls) > 1]
    assert next((verdict.final, frozenset(verdict.controls) in link) for verdict in joint if verdict.reason) == (
        Grade.STATED, True
    )  # fmt: skip
    assert {verdict.demand.unit for verdict in dataset.verdicts("nis2:21.2.h")} == {
        Ref("nis2", "21.2.h~cryptography"),
        Ref("nis2", "21.2.h~encryption"),
    }
    assert isinstance(every[0], Verdict)
    assert every[0].to_dict()["demand"] == str(every[0].demand)
    with pytest.raises(UnknownRef):
        dataset.verdicts("nis2:21.2.h#policies")


def test_a_dataset_of_ones_own_has_no_verdicts_and_no_ranges() -> None:
    """Nothing was judged there pair by pair, and nothing is made up."""
    own = tiny(links="1.1 < C.1")
    assert own.verdicts("law:1.1") == ()
    assert own.verdicts("set:C.1") == ()
    assert coverage(Assessment(), **options(own)).judgement_ranges("overall") is None


def test_verdicts_stay_with_a_dataset_that_is_made_of_the_bundled_one(dataset: Dataset) -> None:
    """Unless the units that they are on are replaced; and they are in no digest, no document and no comparison."""
    assert dataset.made_of_verdicts == (*JUDGES, STRICT, GENEROUS, "nis2map-management-is-top")
    assert set(dataset.made_of_verdicts).isdisjoint(row["id"] for row in dataset.records()["crosswalks"])
    enisa = dataset.crosswalks["enisa"]
    more = dataset.with_crosswalk(nis2map.Crosswalk("mine", enisa.source, enisa.target, enisa.links))
    assert more.crosswalks[STRICT] == dataset.crosswalks[STRICT]
    assert more.verdicts("cir:12.1.1") == dataset.verdicts("cir:12.1.1")
    assert [change.place.name for change in nis2map.compare(dataset, more).changes if change.part == "crosswalk"] == [
        "mine"
    ]
    wide = more.with_framework(nis2map.Framework("csf"), requirements=[nis2map.Requirement("csf:1")])
    assert wide.made_of_verdicts == dataset.made_of_verdicts
    own = wide.with_crosswalk(nis2map.Crosswalk(STRICT, enisa.source, enisa.target, enisa.links))
    assert own.made_of_verdicts == (*JUDGES, GENEROUS, "nis2map-management-is-top")
    assert len(own.crosswalks[STRICT].links) == len(enisa.links)


def test_a_document_says_which_verdicts_its_dataset_had(dataset: Dataset) -> None:
    """Read back it has them again, and what people said is none; of other data or other demands it has none."""
    again = nis2map.loads(nis2map.dumps(dataset), Dataset)
    assert again == dataset
    assert again.made_of_verdicts == dataset.made_of_verdicts
    assert again.verdicts("cir:12.1.1") == dataset.verdicts("cir:12.1.1")
    reviewed = dataset.with_review(on("A.8.24", procedures="none"))
    back = nis2map.loads(nis2map.dumps(reviewed), Dataset)
    assert told(back, "procedures", "A.8.24") == told(reviewed, "procedures", "A.8.24")
    assert told(back, "procedures", "A.8.24").decided_by == "person"
    document = nis2map.dumps(dataset)
    old = nis2map.loads(
        document.replace(f'"verdicts": {{"version": "{dataset.version}"}}'.encode(), b'"verdicts": {"version": "1"}'),
        Dataset,
    )
    assert (old, old.made_of_verdicts) == (dataset, ())


def test_a_persons_verdict_is_told_beside_those_of_the_judges(dataset: Dataset) -> None:
    """What stands then is the person's, and the judges' own crosswalks stay as they were."""
    demand = Ref("nis2", "21.2.f#procedures")
    control = Ref("iso27001", "9.1")
    review = nis2map.Review(
        verdicts=[nis2map.ReviewVerdict(demand, (control,), "helped", comment="a plan, no procedure")],
        judge="A. Uditor",
        date="2026-11-25",
        licence="ISO/IEC 27001:2022, single user",
    )
    after = dataset.with_review(review)
    verdict = next(one for one in after.verdicts(demand) if one.controls == (control,))
    assert (verdict.first, verdict.final, verdict.human, verdict.decided_by) == ("stated", "helped", "helped", "person")
    assert verdict.reason == "a plan, no procedure."
    assert after.crosswalks[STRICT] == dataset.crosswalks[STRICT]
    assert after != dataset


def on(control: str, **words: str) -> nis2map.Review:
    """Return a person's review of demands of Article 21(2)(h) on cryptography, each with a word."""
    verdicts = [
        nis2map.ReviewVerdict(CRYPTOGRAPHY + demand, control, word, "said so") for demand, word in words.items()
    ]
    return nis2map.Review(verdicts, judge="A", date="2026-12-01")


def told(dataset: Dataset, demand: str, control: str) -> Verdict:
    wanted = (nis2map.parse_ref(control),)
    return next(one for one in dataset.verdicts(CRYPTOGRAPHY + demand) if one.controls == wanted)


def test_pairs_that_nobody_reviewed_are_no_persons(dataset: Dataset) -> None:
    """Also those of a link of which a person judged all that it serves."""
    after = dataset.with_review(on("A.5.37", procedures="helped"))
    assert told(after, "procedures", "A.5.37").decided_by == "person"
    reviewed = {verdict for verdict in after.verdicts(CRYPTOGRAPHY[:-1]) if verdict.human is not None}
    assert reviewed == {told(after, "procedures", "A.5.37")}
    assert told(after, "policies", "A.5.37") == told(dataset, "policies", "A.5.37")


def test_a_persons_none_stands_as_theirs(dataset: Dataset) -> None:
    """Where a link loses the demand, where nothing is left of the unit, and where we had said the same."""
    bare = (Grade.BARE, Grade.BARE, "person", "said so")

    def says(data: Dataset, demand: str, control: str) -> tuple[object, ...]:
        verdict = told(data, demand, control)
        return verdict.final, verdict.human, verdict.decided_by, verdict.reason

    taken = says(dataset.with_review(on("A.8.24", procedures="none")), "procedures", "A.8.24")
    assert taken[:3] == bare[:3]
    assert str(taken[3]).startswith("said so. Before: The guidance on A.8.24")
    same = dataset.with_review(on("A.5.31", policies="none"))
    assert says(same, "policies", "A.5.31") == bare
    assert same == dataset
    assert same.digest == dataset.digest
    assert same.with_review(on("A.5.31", policies="none")) is same
    assert says(dataset, "policies", "A.5.31")[1:3] == (None, "judges")
    every = [
        nis2map.ReviewVerdict(demand, link.controls, "none", "said so")
        for link in dataset.links(requirement=CRYPTOGRAPHY[:-1], inherited=False)
        for demand in link.demands
    ]
    nothing = dataset.with_review(nis2map.Review(every, judge="A", date="2026-12-01"))
    humans = {(one.demand, one.controls): one.human for one in nothing.verdicts(CRYPTOGRAPHY[:-1]) if one.human}
    assert humans == {(verdict.demand, verdict.controls): Grade.BARE for verdict in every}


def test_a_persons_none_stays_until_somebody_says_otherwise(dataset: Dataset) -> None:
    """Through later reviews, copies and texts; a later verdict, or another crosswalk in its place, ends it."""
    after = dataset.with_review(on("A.5.31", policies="none"))
    more = after.with_review(on("A.8.24", procedures="none")).with_texts(nis2map.Texts({"nis2:21": "shall"}))
    kept = pickle.loads(pickle.dumps(more))
    for data in (more, kept, pickle.loads(pickle.dumps(after))):
        assert told(data, "policies", "A.5.31").human is Grade.BARE
    assert told(kept, "procedures", "A.8.24").human is Grade.BARE
    stated = after.with_review(on("A.5.31", policies="stated"))
    assert told(stated, "policies", "A.5.31").human is Grade.STATED
    back = more.with_crosswalk(dataset.crosswalks["nis2map"])
    assert told(back, "policies", "A.5.31").human is None


def test_a_none_without_a_comment_says_what_was_judged(dataset: Dataset) -> None:
    """A set of controls that nobody named is told too, once a person has spoken of it."""
    joint = nis2map.ReviewVerdict(CRYPTOGRAPHY + "policies", ("A.5.31", "A.8.24"), "none")
    after = dataset.with_review(nis2map.Review([joint], date="2026-12-01"))
    verdict = next(one for one in after.verdicts(joint.demand) if one.controls == joint.controls)
    assert (verdict.human, verdict.reason) == (Grade.BARE, "On review: policies none.")


def test_a_crosswalk_that_is_made_of_the_verdicts_takes_no_review(dataset: Dataset) -> None:
    """It says what the judges gave; one of one's own by its name is a crosswalk like any other."""
    review = nis2map.Review([nis2map.ReviewVerdict("nis2:21.2.h~cryptography#policies", "A.8.24", "helped")])
    for name, reviews in product((*JUDGES, STRICT, GENEROUS), ((review,), ())):
        with pytest.raises(InputError, match=f"'{name}' is made of the judges' verdicts; review 'nis2map'"):
            dataset.with_review(*reviews, crosswalk=name)
    own = dataset.with_crosswalk(attrs.evolve(dataset.crosswalks["nis2map"], id=STRICT))
    assert own.with_review(review, crosswalk=STRICT) != own


def test_ranges_are_the_lows_under_both_crosswalks(dataset: Dataset) -> None:
    """Of the very question that was asked, at every level; for several crosswalks or another one there are none."""
    soa = Assessment.full()
    for question in ({"framework": "cir", "basis": "guidance"}, {"within": "nis2:21"}, {"weights": "measure"}):
        cov: Coverage = coverage(soa, **question)  # type: ignore[arg-type]
        strict, generous = (coverage(soa, crosswalk=name, **question) for name in (STRICT, GENEROUS))  # type: ignore[arg-type]
        for level in ("overall", "article", "measure", "section", "unit", "demand"):
            ranges = cov.judgement_ranges(level)
            assert ranges is not None
            assert list(ranges) == list(cov.rollup(level))
            least, most = strict.rollup(level), generous.rollup(level)
            for key, (low, high) in ranges.items():
                assert (low, high) == (least[key].low, most[key].low)
                assert low is None or high is None or low <= high
    assert coverage(soa, crosswalk="article").judgement_ranges("unit") is None
    assert coverage(soa, framework="cir", crosswalk=["nis2map", "enisa"]).judgement_ranges("unit") is None
    with pytest.raises(InputError, match="level is 'units'; nearest: unit"):
        coverage(soa).judgement_ranges("units")


def test_crosswalks_of_verdicts_say_what_they_are(dataset: Dataset) -> None:
    """Who judged, how they are made, and in each link what was given."""
    for name in (*JUDGES, STRICT, GENEROUS):
        crosswalk = dataset.crosswalks[name]
        assert crosswalk.title
        assert crosswalk.method
        review = ReviewState.SINGLE_JUDGED if name in JUDGES else ReviewState.DOUBLE_JUDGED
        assert {link.review for link in crosswalk.links} == {review}
        assert all(link.rationale for link in crosswalk.links)


def test_a_first_score_loads_no_verdicts() -> None:
    """They are loaded when they are asked for, and no start is slower for them."""
    code = (
        "import sys, nis2map; nis2map.coverage(nis2map.Assessment.full()).overall;"
        "print('nis2map.dataset._verdicts' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
