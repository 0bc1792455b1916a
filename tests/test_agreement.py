"""Two crosswalks side by side: levels, standings, shares, kappa, reasons, and coverage under each."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nis2map import (
    Assessment,
    Crosswalk,
    Dataset,
    InputError,
    InvalidRef,
    Link,
    NotMapped,
    UnknownRef,
    coverage,
)
from nis2map.data._tables import table
from nis2map.review import Agreement, Share, agreement, corroboration
from nis2map.scoring import Score
from nis2map.testing import assessments, datasets

from .tiny import tiny


def shape(found: Agreement) -> list[tuple[Any, ...]]:
    return [(p.requirement, p.control, p.tie, set(p.having), p.links) for p in found]


def turned(found: Agreement) -> list[tuple[Any, ...]]:
    return [(p.requirement, p.control, p.tie, set(p.having), p.links[::-1]) for p in found]


def mirrored(share: Share) -> Share:
    return attrs.evolve(share, only=share.only[::-1])


@given(datasets())
def test_it_is_symmetric(dataset: Dataset) -> None:
    """Which crosswalk is named first changes nothing but the order of the two."""
    one, two = agreement("own", "foreign", dataset=dataset), agreement("foreign", "own", dataset=dataset)
    assert shape(one) == turned(two)
    assert one.overall == mirrored(two.overall)
    assert one.sections == tuple(map(mirrored, two.sections))


@given(datasets(), st.sampled_from(("own", "foreign")))
def test_a_crosswalk_agrees_with_itself(dataset: Dataset, name: str) -> None:
    """Every pair is corroborated, and nothing is in one alone."""
    found = agreement(name, name, dataset=dataset)
    assert {pair.tie for pair in found} <= {"corroborated"}
    for share in (found.overall, *found.sections):
        assert (share.jaccard, share.only, share.conflicting) == (1.0, (0, 0), 0)
        assert share.kappa in (1.0, None)


@given(datasets())
def test_shares_are_counts_of_the_pairs(dataset: Dataset) -> None:
    """Counts of sections add up to the whole, and each pair says who has it."""
    found = agreement("own", "foreign", dataset=dataset)
    assert found.overall.pairs == len(found) == sum(share.pairs for share in found.sections)
    assert found.overall.both == sum(share.both for share in found.sections)
    for share in (found.overall, *found.sections):
        assert share.both + sum(share.only) == share.pairs
        assert share.conflicting <= share.pairs
        assert share.jaccard == (share.both / share.pairs if share.pairs else 1.0)
    assert len({(p.requirement, p.control) for p in found}) == len(found)
    for pair in found:
        named = {name for name, links in zip(found.crosswalks, pair.links, strict=True) if related(links)}
        assert set(pair.having) == named
        if pair.tie == "single-source":
            assert len(named) == 1
        assert bool(pair.why) == (pair.tie != "corroborated")


def related(links: tuple[Link, ...]) -> bool:
    return any(link.relation != "no-relationship" for link in links)


@given(st.data())
def test_every_link_is_in_the_pairs_of_its_own_section(data: st.DataObject) -> None:
    """No link is lost on the way to the common level."""
    dataset: Dataset = data.draw(datasets())
    found = agreement("own", "foreign", dataset=dataset)
    for place, name in enumerate(found.crosswalks):
        told = [(link, p.requirement) for p in found for link in p.links[place] if link.relation != "no-relationship"]
        links = [link for link in dataset.links(name) if link.relation != "no-relationship"]
        assert {id(link) for link, _ in told} == {id(link) for link in links}
        for link, unit in told:
            assert unit == link.requirement or unit in dataset.ancestors(link.requirement)


@given(st.data())
def test_coverage_under_each_union_and_intersection(data: st.DataObject) -> None:
    """Under either is the union asked of coverage, under both never exceeds one of them."""
    dataset: Dataset = data.draw(datasets())
    assessment = data.draw(assessments(dataset))
    basis = data.draw(st.sampled_from(("statement", "guidance")))
    found = agreement("own", "foreign", assessment=assessment, dataset=dataset, basis=basis)
    (under,) = found.coverage
    for name, score in zip(found.crosswalks, under.each, strict=True):
        assert score == scored(dataset, assessment, name, basis)
    assert under.union == scored(dataset, assessment, found.crosswalks, basis)
    each, least = [demands(score) for score in under.each], demands(under.intersection)
    most = demands(under.union)
    for ref in each[0].keys() & each[1].keys():
        for part in range(2):
            low = min(each[0][ref][part], each[1][ref][part])
            assert least[ref][part] <= low
            assert max(each[0][ref][part], each[1][ref][part]) <= most[ref][part]
    other = agreement("foreign", "own", assessment=assessment, dataset=dataset, basis=basis)
    assert other.coverage[0].intersection == under.intersection
    assert other.coverage[0].union == under.union


def scored(dataset: Dataset, assessment: Assessment, crosswalk: Any, basis: str) -> Score:
    return coverage(assessment, framework="law", crosswalk=crosswalk, dataset=dataset, basis=basis).overall


def demands(score: Score) -> dict[Any, tuple[float, float]]:
    """Low and high of the counted demands behind a score."""
    explained = score.explain()
    return {d.ref: (d.low, d.high) for d in explained.demands if d.state == "counted"}


@given(st.data())
def test_both_of_one_is_that_one(data: st.DataObject) -> None:
    """A crosswalk with itself scores like itself."""
    dataset: Dataset = data.draw(datasets())
    assessment = data.draw(assessments(dataset))
    (under,) = agreement("own", "own", assessment=assessment, dataset=dataset).coverage
    assert under.each[0] == under.each[1] == under.union == under.intersection


def world(one: list[Link], two: list[Link], units: str = "1; 1.1: a; 1.2: a; 2: a") -> Dataset:
    """Two crosswalks of links from a law to six controls, five of them under a heading."""
    return tiny(units, "A/; A.1; A.2; A.3; A.4; A.5; B", {"one": one, "two": two})


Row = tuple[str, str, str]
# links of either crosswalk, and each pair with its standing
TIES: list[tuple[str, list[Link], list[Link], list[Row]]] = [
    (
        "the same pair",
        [Link("law:2", "set:B", "subset-of")],
        [Link("law:2", "set:B", "subset-of")],
        [("law:2", "set:B", "corroborated")],
    ),
    (
        "relations that exclude each other",
        [Link("law:2", "set:B", "subset-of")],
        [Link("law:2", "set:B", "intersects-with")],
        [("law:2", "set:B", "conflicting")],
    ),
    (
        "one says nothing of the pair",
        [Link("law:2", "set:B", "subset-of")],
        [Link("law:2", "set:A.1", "subset-of")],
        [("law:2", "set:A.1", "single-source"), ("law:2", "set:B", "single-source")],
    ),
    (
        "one says that this control is unrelated",
        [Link("law:2", "set:B", "subset-of")],
        [Link("law:2", "set:B", "no-relationship"), Link("law:2", "set:A.1", "subset-of")],
        [("law:2", "set:A.1", "single-source"), ("law:2", "set:B", "conflicting")],
    ),
    (
        "one says that no control is related",
        [Link("law:2", "set:B", "subset-of")],
        [Link("law:2", (), "no-relationship")],
        [("law:2", "set:B", "conflicting")],
    ),
    (
        "leaves roll up to the unit that the other links; parts do not exclude the whole",
        [Link("law:1.1", "set:B", "subset-of"), Link("law:1.2", "set:B", "intersects-with")],
        [Link("law:1", "set:B", "intersects-with")],
        [("law:1", "set:B", "corroborated")],
    ),
    (
        "a part that contains the control excludes that the whole only meets it",
        [Link("law:1.1", "set:B", "superset-of")],
        [Link("law:1", "set:B", "intersects-with")],
        [("law:1", "set:B", "conflicting")],
    ),
    (
        "one unrelated part says nothing of the whole",
        [Link("law:1.1", (), "no-relationship")],
        [Link("law:1", "set:B", "intersects-with")],
        [("law:1", "set:B", "single-source")],
    ),
    (
        "all parts unrelated",
        [Link("law:1.1", (), "no-relationship"), Link("law:1.2", "set:B", "no-relationship")],
        [Link("law:1", "set:B", "intersects-with")],
        [("law:1", "set:B", "conflicting")],
    ),
    (
        "no-relationship above the unit",
        [Link("law:1", (), "no-relationship")],
        [Link("law:1.1", "set:B", "intersects-with")],
        [("law:1", "set:B", "conflicting")],
    ),
    (
        "controls roll up too",
        [Link("law:2", "set:A", "superset-of")],
        [Link("law:2", "set:A.1", "superset-of"), Link("law:2", "set:A.2", "superset-of")],
        [("law:2", "set:A", "corroborated")],
    ),
    (
        "a joint link is a pair with each, and excludes nothing",
        [Link("law:2", ("set:A.1", "set:B"), "subset-of")],
        [Link("law:2", "set:B", "superset-of")],
        [("law:2", "set:A.1", "single-source"), ("law:2", "set:B", "corroborated")],
    ),
    (
        "a unit that the other leaves out rolls up to the other's depth",
        [Link("law:1.1", "set:B", "subset-of"), Link("law:2", "set:B", "subset-of")],
        [Link("law:2", "set:B", "subset-of")],
        [("law:1", "set:B", "single-source"), ("law:2", "set:B", "corroborated")],
    ),
]


@pytest.mark.parametrize(("one", "two", "rows"), [case[1:] for case in TIES], ids=[case[0] for case in TIES])
def test_standings(one: list[Link], two: list[Link], rows: list[Row]) -> None:
    """Each way in which two crosswalks stand to a pair has the status that its definition gives."""
    dataset = world(one, two)
    found = agreement("one", "two", dataset=dataset)
    assert [(str(p.requirement), str(p.control), str(p.tie)) for p in found] == rows
    assert [(str(p.requirement), str(p.control), str(p.tie)) for p in agreement("two", "one", dataset=dataset)] == rows


def test_levels_that_interleave_meet_at_the_higher_one() -> None:
    """Units that lie between each other roll up until both have them."""
    dataset = world(
        [Link("law:1", "set:B", "intersects-with"), Link("law:1.1.1", "set:B", "intersects-with")],
        [Link("law:1.1", "set:B", "intersects-with")],
        "1: a; 1.1: a; 1.1.1: a",
    )
    assert [str(p.requirement) for p in agreement("one", "two", dataset=dataset)] == ["law:1"]


def test_kappa_by_hand() -> None:
    """10 units, 6 controls: 30 pairs of one, 30 of two, 20 in both. po = 40/60, pe = 1/2, kappa = 1/3."""
    units = ";".join(map(str, range(1, 11)))
    names = [*(f"set:A.{n}" for n in range(1, 6)), "set:B"]
    every = [(f"law:{n}", name) for n in range(1, 11) for name in names]
    one = [Link(*ends, "intersects-with") for ends in every[0::6] + every[1::6] + every[2::6]]
    two = [Link(*ends, "intersects-with") for ends in every[1::6] + every[2::6] + every[3::6]]
    found = agreement("one", "two", dataset=world(one, two, units))
    assert (found.overall.pairs, found.overall.both, found.overall.grid) == (40, 20, 60)
    assert found.overall.jaccard == 0.5
    assert found.overall.kappa == pytest.approx(1 / 3, abs=1e-15)
    assert {share.kappa for share in found.sections} == {None}


def test_below_thirty_pairs_there_is_no_kappa() -> None:
    """Kappa is given from thirty pairs on and not before."""
    units = ";".join(map(str, range(1, 30)))
    links = [Link(f"law:{n}", "set:B", "intersects-with") for n in range(1, 30)]
    assert agreement("one", "two", dataset=world(links, links, units)).overall.kappa is None
    more = [*links, Link("law:1", "set:A.1", "intersects-with")]
    assert agreement("one", "two", dataset=world(more, more, units)).overall.kappa == 1.0


def test_ours_and_enisas(dataset: Dataset) -> None:
    """ENISA's 125 pairs at subsection level are all there; ours roll up to the same level."""
    found = agreement("nis2map", "enisa")
    assert found.frameworks == ("cir",)
    theirs = {(link.requirement, link.controls[0]) for link in dataset.links("enisa")}
    assert {(p.requirement, p.control) for p in found if "enisa" in p.having} == theirs
    assert len(theirs) == found.overall.both + found.overall.only[1] == 125
    assert {len(dataset.ancestors(p.requirement)) for p in found} == {1}
    assert [str(share.ref) for share in found.sections] == [f"cir:{n}" for n in range(1, 14)]
    for share in found.sections:
        assert (share.kappa is None) == (share.pairs < 30)
    assert not found.of("conflicting")


def test_each_pair_of_enisas_that_we_lack_has_a_reason_in_one_line(dataset: Dataset) -> None:
    """No disagreement with ENISA is without a reason, and all of them are printed."""
    found = agreement("nis2map", "enisa").only("enisa")
    assert found
    assert [str(pair) for pair in found if not pair.reason] == []
    rows = {
        (row["requirement"], row["control"]): row["reason"]
        for row in table("agreement_reasons")
        if row["side"] == "enisa"
    }
    for pair in found:
        assert pair.reason == pair.why == rows[str(pair.requirement), str(pair.control)]
        assert "\n" not in pair.reason
    printed = str(agreement("enisa", "nis2map"))
    assert all(pair.reason in printed for pair in found)


def test_without_a_reason_it_says_so_and_shows_our_rationale() -> None:
    """Where nobody wrote a reason the fullest link's rationale stands in for it."""
    ours = [pair for pair in agreement("nis2map", "enisa").only("nis2map") if not pair.reason]
    for pair in ours:
        assert pair.why.startswith("nis2map: ")
        assert "of cir:" in pair.why
        assert any(link.rationale[:100] in pair.why for link in pair.links[0])
    bare = agreement(
        "one", "two", dataset=world([Link("law:2", "set:B", "subset-of")], [Link("law:2", "set:A.1", "subset-of")])
    )
    assert [pair.why for pair in bare] == ["no reason is recorded"] * 2


def test_reasons_are_those_of_the_table_for_that_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reason counts for the crosswalk that has the pair, and for no other."""
    pair = agreement("nis2map", "enisa").only("nis2map")[0]
    row = {"requirement": str(pair.requirement), "control": str(pair.control), "reason": "seen otherwise"}
    monkeypatch.setattr("nis2map.review._agreement.packaged", lambda _: [row | {"side": "nis2map", "without": "enisa"}])
    assert agreement("enisa", "nis2map").only("nis2map")[0].why == "seen otherwise"
    monkeypatch.setattr("nis2map.review._agreement.packaged", lambda _: [row | {"side": "enisa", "without": "nis2map"}])
    assert agreement("enisa", "nis2map").only("nis2map")[0].reason == ""


def test_where_the_article_is_silent_or_contradicted() -> None:
    """The article says that nothing of the standard meets the early warning; our links support it."""
    found = agreement("nis2map", "article")
    early = [pair for pair in found if str(pair.requirement) == "nis2:23.4.a"]
    assert early
    for pair in early:
        assert (pair.tie, pair.having) == ("conflicting", ("nis2map",))
        assert pair.why.startswith("article says that there is no relationship; ")


def test_crosswalk_objects_and_the_views(dataset: Dataset) -> None:
    """Objects are compared like ids, and text and HTML show the result."""
    mine = Crosswalk("mine", "cir", "iso27001", [Link("cir:9.1", "A.8.24", "superset-of")])
    found = agreement(mine, "enisa", assessment=Assessment.full(dataset))
    assert found.overall.both == 1
    record = json.loads(json.dumps(found.to_dict()))
    assert record["crosswalks"] == ["mine", "enisa"]
    assert record["coverage"][0]["framework"] == "cir"
    assert len(found.to_dicts()) == len(found) == len(record["pairs"])
    assert "coverage of cir" in str(found)
    assert found._repr_html_().count("<table ") == 3
    assert repr(found).startswith("<Agreement of mine and enisa: ")
    assert found[:1] == found.pairs[:1]


REFUSED: list[tuple[Any, Any, dict[str, Any], str]] = [
    ("enisa", "article", {}, r"enisa \(cir to iso27001\) and article \(nis2 to iso27001\) have no framework in common"),
    ("enisa", 3, {}, "3 is not a crosswalk"),
    ("enisa", "nis2map", {"basis": "guidance"}, "basis affects scores only, and nothing is scored"),
    (Crosswalk("enisa", "cir", "iso27001", [Link("cir:9.1", "A.8.24", "superset-of")]), Crosswalk("enisa", "cir", "iso27001", [Link("cir:9.1", "A.8.20", "superset-of")]), {}, "two different crosswalks have the id 'enisa'"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "two", "options", "words"), REFUSED)
def test_what_is_refused(one: Any, two: Any, options: dict[str, Any], words: str) -> None:
    """Each wrong argument is refused with words that say which."""
    with pytest.raises(InputError, match=words):
        agreement(one, two, **options)


def test_what_is_not_there_is_named() -> None:
    """A crosswalk that the dataset lacks is named in the error."""
    with pytest.raises(NotMapped, match="'enis'"):
        agreement("enis", "nis2map")
    with pytest.raises(InputError, match="'own' was not compared"):
        agreement("enisa", "nis2map").only("own")


def test_a_share_is_written_with_its_numbers() -> None:
    """`to_dict` of one share holds every count; the whole is called overall, a section by its ref."""
    links = [Link("law:2", "set:B", "subset-of")]
    found = agreement("one", "two", dataset=world(links, [*links, Link("law:1.1", "set:A.1", "subset-of")]))
    assert found.overall.to_dict() == {
        "ref": "overall",
        "pairs": 2,
        "both": 1,
        "only": [0, 1],
        "conflicting": 0,
        "jaccard": 0.5,
        "kappa": None,
        "grid": 6,
    }
    assert [share.to_dict()["ref"] for share in found.sections] == ["law:1", "law:2"]
    assert found.to_dict()["overall"] == found.overall.to_dict()


def test_a_pair_is_written_with_what_tells_its_links_apart() -> None:
    """A pair names who has it, and links by their ends and relation; a row has the same without the links."""
    (pair,) = agreement("one", "two", dataset=world(*[[Link("law:2", "set:B", "subset-of")]] * 2))
    link = {"requirement": "law:2", "controls": ["set:B"], "relation": "subset-of"}
    row = {
        "requirement": "law:2",
        "control": "set:B",
        "tie": "corroborated",
        "having": "one, two",
        "grades": ["stated", "stated"],
        "reason": "",
        "why": "",
    }
    assert pair.to_dict() == row | {"links": [[link], [link]]}
    assert pair.to_row() == row


def test_agreement_is_told_by_grade_first() -> None:
    """The better a pair is graded, the more of them ENISA links: one figure over all pairs would hide that."""
    found = agreement("nis2map", "enisa")
    (opinion,) = found.opinions  # ENISA links whole subsections, so that there is no grade to tell its pairs by
    assert (opinion.source, opinion.candidate) == ("enisa", True)
    assert opinion == corroboration("nis2map", "enisa")["enisa"]
    shares = [count.share for count in opinion.counts if count.share is not None]
    assert shares == sorted(shares, reverse=True)
    lines = str(found).splitlines()
    assert lines[1].split() == ["grade", "in", "nis2map", "pairs", "linked", "by", "enisa", "too", "share"]
    assert "enisa: its pairs were among the candidates that were judged: not an independent witness" in lines
    for pair in found:
        for grade, name in zip(pair.grades, found.crosswalks, strict=True):
            assert (grade == "bare") == (name not in pair.having)
    judges = agreement("nis2map-judge-1", "nis2map-judge-2")
    assert [one.source for one in judges.opinions] == ["nis2map-judge-2", "nis2map-judge-1"]


def test_pairs_are_looked_up_by_any_text_form() -> None:
    """A unit of either side gives its pairs, a place one pair; what is in no pair raises our error."""
    found = agreement("nis2map", "enisa")
    pairs = found["A.5.1"]
    assert pairs
    assert all(str(pair.control) == "iso27001:A.5.1" for pair in pairs)
    unit = found[0].requirement
    assert found[unit] == found[str(unit)] == tuple(pair for pair in found if pair.requirement == unit)
    assert found[:2] == found.pairs[:2]
    with pytest.raises(UnknownRef, match="no pair names nis2:21"):
        _ = found["Art. 21"]
    with pytest.raises(InvalidRef):
        _ = found["nonsense"]
    with pytest.raises(IndexError):
        _ = found[10**6]


def test_an_agreement_shows_what_it_compared() -> None:
    """Text and HTML have the same title, tables and notes; the repr is one line."""
    found = agreement(
        "one", "two", dataset=world(*[[Link("law:2", "set:B", "subset-of")]] * 2), assessment=Assessment()
    )
    for shown in (str(found), found._repr_html_()):
        assert "Agreement of one and two" in shown
        assert "requirements of law, digest " in shown
        assert "coverage of law" in shown
    assert repr(found) == "<Agreement of one and two: 1 corroborated, 0 single-source, 0 conflicting>"
    assert repr(found.overall) == (
        "<Share: overall: 1 of 1 pairs in both, 0 and 0 in one alone, 0 in conflict, Jaccard 1, kappa ->"
    )


@pytest.mark.parametrize("option", ["framework", "crosswalk"])
def test_what_the_crosswalks_decide_is_no_option(option: str) -> None:
    """The crosswalks and the frameworks that they share are given by the two that are compared."""
    with pytest.raises(InputError, match=f"{option}= is given with the two that are compared"):
        agreement("nis2map", "enisa", assessment=Assessment(), **{option: "cir"})  # type: ignore[arg-type]
    with pytest.raises(InputError, match="basis affects scores only, and nothing is scored"):
        agreement("nis2map", "enisa", basis="guidance")
