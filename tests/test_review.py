"""Reviews by people: the sheet, the filled sheet read back, agreement, and verdicts laid over a crosswalk."""

from __future__ import annotations

import csv
import io
import json
import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

import nis2map
from nis2map import (
    Assessment,
    Dataset,
    Grade,
    InputError,
    LimitExceeded,
    Limits,
    Link,
    NotMapped,
    Relation,
    Review,
    ReviewSheet,
    ReviewState,
    ReviewVerdict,
    Source,
    UnknownRef,
    coverage,
    dump,
    dumps,
    loads,
    read_review,
    review_sheet,
)
from nis2map.cli._main import main

from .tiny import remade, tiny

Filler = Callable[[dict[str, str]], str]


def small(**parts: Any) -> Dataset:
    """Three duties; a link of each kind in the crosswalk that is reviewed, and another crosswalk beside it."""
    return tiny(
        "1 Order; 1.1 Logs: kept read; 1.2 Copies: made tested; 1.3 Names: known; 2 Doors; 2.1 Locks: shut",
        "C/ Group; C.1 Log; C.2 Back up; D/ Other; D.1 Name; D.2 Door",
        {
            "nis2map": "1.1 ~ C.1: kept, supports read; 1.1 & C.2: supports kept; 1.2 < C.1 + C.2: made tested;"
            "1.2 & D.1: guided made; 1.3 !; 2.1 = D.2: shut",
            "foreign": "1.1 & C.1; 2 = D.2",
        },
        **parts,
    )


def text(sheet: ReviewSheet, fill: Filler, **head: str) -> bytes:
    """Return a sheet as somebody fills it, with lines above the header."""
    rows = list(csv.DictReader(io.StringIO(dumps(sheet, format="csv").decode("utf-8-sig"), newline="")))
    out = io.StringIO(newline="")
    csv.writer(out).writerows(head.items())
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(row | {"verdict": fill(row)} for row in rows)
    return out.getvalue().encode()


def read(data: bytes, dataset: Dataset, **options: Any) -> Review:
    return read_review(io.BytesIO(data), dataset=dataset, **options)


def own(row: dict[str, str]) -> str:
    return row["grade"]


def said(*rows: tuple[str, str, str], date: str | None = "2026-11-26", **more: Any) -> Review:
    """Return a review of rows such as ("1.1#kept", "C.1 + C.2", "none")."""
    verdicts = [
        ReviewVerdict(f"law:{demand}", [f"set:{c.strip()}" for c in controls.split("+")], word)  # type: ignore[arg-type]
        for demand, controls, word in rows
    ]
    return Review(verdicts, date=date, **more)


def links(dataset: Dataset, unit: str) -> dict[str, Link]:
    """Return the links of a unit by their controls."""
    found = dataset.links(requirement=f"law:{unit}", inherited=False)
    return {" + ".join(c.local for c in link.controls): link for link in found}


# --- the sheet


def test_a_sheet_has_every_demand_with_every_candidate_of_its_unit() -> None:
    """Each demand meets all sets of controls that any link of its unit names, also those that do not serve it."""
    pairs = [(row.demand.local, " + ".join(c.local for c in row.controls)) for row in review_sheet(dataset=small())]
    assert pairs == [
        ("1.1#kept", "C.1"), ("1.1#kept", "C.2"), ("1.1#read", "C.1"), ("1.1#read", "C.2"),
        ("1.2#made", "C.1 + C.2"), ("1.2#made", "D.1"), ("1.2#tested", "C.1 + C.2"), ("1.2#tested", "D.1"),
        ("2.1#shut", "D.2"),
    ]  # fmt: skip


def test_a_blind_sheet_holds_no_verdict_of_ours() -> None:
    """Neither rows, records, text, CSV nor a pickle of a blind sheet tell what the crosswalk says."""
    sheet = review_sheet(dataset=small())
    assert all(row.grade is row.rationale is row.review is None for row in sheet)
    seen = "".join(
        map(str, (sheet, sheet.to_dict(), dumps(sheet, format="csv"), pickle.dumps(sheet), sheet._repr_html_()))
    )
    assert "because" not in seen
    assert "stated" not in seen
    assert list(sheet.to_dicts()[0]) == [
        "demand", "unit", "label", "controls", "citation", "title", "verdict", "comment"
    ]  # fmt: skip


def test_an_open_sheet_tells_grade_rationale_and_state_of_review() -> None:
    """What is bare has no rationale; the rows are those of the blind sheet, so that the two compare."""
    sheet = review_sheet(blind=False, dataset=small())
    assert [(r.grade, r.rationale) for r in sheet[:4]] == [
        (Grade.STATED, "because"), (Grade.HELPED, "because"), (Grade.HELPED, "because"), (Grade.BARE, "")
    ]  # fmt: skip
    assert [r.to_row()["grade"] for r in sheet[2:4]] == ["helped", "none"]
    bare = [attrs.evolve(row, grade=None, rationale=None, review=None) for row in sheet]
    assert bare == list(review_sheet(dataset=small()))


@pytest.mark.parametrize(
    ("units", "demands", "count"),
    [
        ("law:1.1", ["1.1#kept", "1.1#read"], 4),
        ("law:1", ["1.1#kept", "1.1#read", "1.2#made", "1.2#tested"], 8),
        ("law:1.1#read", ["1.1#read"], 2),
        (["law:2", "law:1.1#read"], ["1.1#read", "2.1#shut"], 3),
        ("set:D", ["1.2#made", "1.2#tested", "2.1#shut"], 3),
        ("set:C.2", ["1.1#kept", "1.1#read", "1.2#made", "1.2#tested"], 4),  # a joint set counts for each of its controls
        (["law:1", "set:D"], ["1.2#made", "1.2#tested"], 2),
        ("law", ["1.1#kept", "1.1#read", "1.2#made", "1.2#tested", "2.1#shut"], 9),
        ("law:1.3", [], 0),
    ],
)  # fmt: skip
def test_a_sheet_is_narrowed_to_units_sections_and_families(units: Any, demands: list[str], count: int) -> None:
    """Units of one side are taken together, and the two sides narrow each other."""
    sheet = review_sheet(units=units, dataset=small())
    assert ([ref.local for ref in sheet.demands], len(sheet)) == (demands, count)


def test_a_sample_is_drawn_by_its_seed_in_legal_order() -> None:
    """The same seed draws the same demands, a larger sample holds the smaller one, and every row of a demand comes along."""
    all_rows = list(review_sheet())
    drawn = [review_sheet(sample=size, seed=7) for size in (5, 50)]
    assert [len(sheet.demands) for sheet in drawn] == [5, 50]
    assert set(drawn[0].demands) < set(drawn[1].demands)
    for sheet in drawn:
        assert list(sheet) == [row for row in all_rows if row.demand in sheet.demands]
    assert drawn[0] == review_sheet(sample=5, seed=7)
    assert drawn[0].demands != review_sheet(sample=5, seed=8).demands
    assert review_sheet(sample=10_000).rows == tuple(all_rows)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"sample": 0}, "sample is 0; how many demands"),
        ({"sample": True}, "sample is True"),
        ({"sample": 1.5}, "sample is 1.5"),
        ({"seed": "x"}, "seed is 'x'"),
        ({"blind": 1}, "blind is 1; True or False"),
        ({"units": []}, "units is empty"),
        ({"units": 5}, "expected a list of units"),
        ({"units": "law:9"}, "law:9"),
        ({"crosswalk": "nothing"}, "no crosswalk 'nothing'"),
        ({"crosswalk": "foreign"}, "is about whole units; sheets are about demands"),
        ({"dataset": 5}, "dataset: expected a Dataset"),
    ],
)
def test_a_sheet_refuses_what_it_can_not_mean(options: dict[str, Any], match: str) -> None:
    """Each argument of the wrong kind, and a unit or crosswalk that is not there, is an error of ours."""
    with pytest.raises(nis2map.Nis2mapError, match=match):
        review_sheet(**({"dataset": small()} | options))


def test_a_unit_that_the_crosswalk_does_not_join_is_refused() -> None:
    """An empty sheet would say that there is nothing to judge."""
    dataset = small().with_framework(nis2map.Framework("acme"), requirements=[nis2map.Requirement("acme:1")])
    with pytest.raises(InputError, match="'acme:1' is not of a framework that nis2map joins; it joins law and set"):
        review_sheet(units="acme:1", dataset=dataset)


def test_a_sheet_is_written_as_csv_that_a_spreadsheet_can_not_run(tmp_path: Path) -> None:
    """A label that looks like a formula is text, others stay as they are, and equal sheets give equal bytes."""
    sheet = review_sheet(dataset=small())
    odd = attrs.evolve(sheet, rows=(attrs.evolve(sheet[0], label="=1+1", title="Café"), sheet[1]))
    rows = list(csv.DictReader(io.StringIO(dumps(odd, format="csv").decode("utf-8-sig"))))
    assert [rows[0]["label"], rows[0]["title"], rows[1]["title"]] == ["'=1+1", "Café", "Back up"]
    assert dumps(odd, format="csv").startswith(b"\xef\xbb\xbfdemand,")
    assert dumps(sheet, format="csv").startswith(b"demand,")
    dump(sheet, tmp_path / "sheet.csv")
    assert (tmp_path / "sheet.csv").read_bytes() == dumps(sheet, format="csv")
    with pytest.raises(InputError, match=r"no review sheet is written as \.ods; one of: \.csv, \.xlsx"):
        dump(sheet, tmp_path / "sheet.ods")
    with pytest.raises(InputError, match="format is 'md'; one of: csv, xlsx, json"):
        dumps(sheet, format="md")
    with pytest.raises(InputError, match="half of a surrogate pair"):
        dumps(attrs.evolve(sheet, rows=(attrs.evolve(sheet[0], label="\ud800"),)), format="csv")
    with pytest.raises(InputError, match="expected a ReviewSheet"):
        nis2map.formats.csv.dumps(5)  # type: ignore[arg-type]


# --- the filled sheet


def test_a_filled_sheet_is_read_back() -> None:
    """Every verdict, comment and line above the header arrives; a sheet that nobody filled has no verdict."""
    dataset = small()
    sheet = review_sheet(dataset=dataset, blind=False)
    data = text(sheet, own, judge="Ann", Date="26.11.2026", license="ISO/IEC 27001:2022, English")
    review = read(data, dataset)
    assert (review.judge, str(review.date), review.licence) == ("Ann", "2026-11-26", "ISO/IEC 27001:2022, English")
    assert [(v.demand, v.controls, v.grade) for v in review] == [(r.demand, r.controls, r.grade) for r in sheet]
    assert read(data, dataset, judge="Bob", date="2026-12-01").by == "Bob, 2026-12-01, ISO/IEC 27001:2022, English"
    nothing = read(dumps(sheet, format="csv"), dataset)
    assert (len(nothing), nothing.notes) == (0, ("no row has a verdict",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_sheet_is_read_in_the_ways_in_which_spreadsheets_save_it(encoding: str, separator: str) -> None:
    """Separator, encoding, order of columns, case of words and padding do not change what is read."""
    lines = [
        ["Comment", "VERDICT", "controls", "demand"],
        ["prüft, nur\nA.1", " Stated ", "set:C.2 + set:C.1", "law:1.2#made"],
        ["", "NONE", "set:D.1", "law:1.2#made"],
    ]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([["judge", "Jörg", "", ""], *lines])
    review = read(out.getvalue().encode(encoding), small())
    assert review.judge == "Jörg"
    assert [(v.controls[0].local, len(v.controls), v.grade, v.comment) for v in review] == [
        ("C.1", 2, Grade.STATED, "prüft, nur\nA.1"), ("D.1", 1, Grade.BARE, "")
    ]  # fmt: skip


def test_all_that_is_wrong_with_a_sheet_is_told_at_once_with_its_place() -> None:
    """Row, column and the nearest right thing of each problem; rows without a verdict are not looked at."""
    data = b"""date,11/12/2026
judge,Ann
judge,Bob
demand,controls,verdict,comment
law:1.1#kept,set:C.1,state,
law:1.1#kep,set:C.1,stated,
law:1.1#kept,set:C.9,stated,
law:1.1#kept,5.1,stated,
law:1.1#kept,,stated,
set:C.1,law:1.1,helped,
law:1.1#read,set:C.1,helped,
law:1.1#read,set:C.1,helped,
law:1.1#read,set:C.1 + set:C.1,helped,
law:9,set:Z,,
law:1.2#made,set:C.1,yes,
"""
    with pytest.raises(InputError) as caught:
        read(data, small())
    found = [(p.row, p.column, p.code) for p in caught.value.problems]
    assert found == [
        (1, "", "bad-date"),
        (3, "", "conflict"),
        (5, "verdict", "unknown-word"),
        (6, "demand", "foreign-pair"),
        (7, "controls", "foreign-pair"),
        (8, "controls", "foreign-pair"),
        (9, "controls", "foreign-pair"),
        (10, "controls", "foreign-pair"),
        (10, "demand", "foreign-pair"),
        (12, "verdict", "conflict"),
        (13, "controls", "conflict"),
        (15, "verdict", "unknown-word"),
    ]
    hints = {p.row: p.hint for p in caught.value.problems}
    assert hints[5] == "did you mean stated?"
    assert hints[6] == "it has kept, read"
    assert hints[15] == "one of: stated, guided, considered, helped, none"
    assert all(p.hint for p in caught.value.problems if p.code in ("foreign-pair", "unknown-word", "bad-date"))


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"Control,Status\nA.5.1,implemented\n", "no header of a review sheet found"),
        (b"demand,verdict\nlaw:1.1#kept,stated\n", "row 1: the column 'controls' is missing"),
        (b"demand,controls,verdict,verdict\n", "two columns are called 'verdict'"),
        (b"PK\x03\x04zip", "can't be read as a workbook"),
        (b"", "is empty"),
        (b"\x00\x00\x00\x00", "encoding that is not recognised"),
        (b'demand,controls,verdict\nlaw:1.1#kept,"set:C.1,stated\n', "a quote may be unbalanced"),
        (b"demand,controls,verdict\nlaw:1.1#kept,set:C.1,sta\x01ted\n", "U\\+0001"),
    ],
)
def test_what_is_not_a_sheet_is_refused(data: bytes, match: str) -> None:
    """A file of another kind, a lost column and a broken quote are errors of ours that say so."""
    with pytest.raises(InputError, match=match):
        read(data, small())


def test_a_sheet_is_bounded() -> None:
    """Bytes, rows, cells and problems past the limits cost no more than the limits."""
    head, row = b"demand,controls,verdict\n", b"law:1,set:C.1,bad\n"
    for limits in (Limits(bytes=10), Limits(rows=2), Limits(cell=3), Limits(columns=2)):
        with pytest.raises(LimitExceeded):
            read(head + row * 5, small(), limits=limits)
    with pytest.raises(InputError) as caught:
        read(head + row * 50, small(), limits=Limits(problems=4))
    assert len(caught.value.problems) == 5
    with pytest.raises(InputError, match="more than 50 controls"):
        read(
            head + b"law:1.1#kept," + b"+".join([b"set:C.1"] * 9_000) + b",stated\n",
            small(),
            limits=Limits(cell=100_000),
        )
    with pytest.raises(InputError) as caught:
        read(head + row * 5_000, small(), limits=Limits(problems=5_000))
    assert caught.value.problems[-1].message == "after 1000 problems no further row is looked at"


def test_what_is_not_read_is_noted() -> None:
    """A comment without a verdict and a line above the header are not dropped in silence."""
    data = b"Our sheet\ndemand,controls,verdict,comment\nlaw:1.1#kept,set:C.1,,unsure\n"
    assert read(data, small()).notes == (
        "row 1 above the header is not read: 'Our sheet'",
        "row 3 has a comment and no verdict: 'unsure'",
        "no row has a verdict",
    )


def test_a_review_refuses_two_verdicts_and_odd_arguments() -> None:
    """Whoever builds a review by hand hears of the same faults as a reader of a sheet."""
    one = ReviewVerdict("law:1#a", ["set:C.2", "set:C.1"], "none")
    assert (one.grade, [c.local for c in one.controls]) == (Grade.BARE, ["C.1", "C.2"])
    with pytest.raises(InputError, match=r"two verdicts on law:1#a and C\.1 \+ C\.2"):
        Review([one, attrs.evolve(one, grade="stated")])
    for wrong, match in (
        (lambda: ReviewVerdict("law:1#a", [], "none"), "on no control"),
        (lambda: ReviewVerdict("law:1#a", ["set:C.1"] * 2, "none"), "names a control twice"),
        (lambda: ReviewVerdict("law:1#a", "set:C.1", "good"), "expected a verdict, got 'good'"),
        (lambda: Review([5]), "expected verdicts"),  # type: ignore[list-item]
        (lambda: Review([one], date="soon"), "date is 'soon'"),
    ):
        with pytest.raises(InputError, match=match):
            wrong()
    assert Review([one], notes=["n"]) == Review([one])


# --- agreement


def test_kappa_is_that_of_a_table_worked_out_by_hand() -> None:
    """45, 15, 25 and 15 of 100 pairs: 0.6 are the same, 0.54 would be by chance, which leaves 0.06 of 0.46."""
    counts = {("stated", "stated"): 45, ("stated", "none"): 15, ("none", "stated"): 25, ("none", "none"): 15}
    cells = [pair for pair, many in counts.items() for _ in range(many)]
    units = [f"law:{n}" for n in range(1, 101)]
    rows = "; ".join(f"{n}: a" for n in range(1, 101))
    ours = "; ".join(
        f"{n} {'< C.1: a' if us == 'stated' else '& C.2: supports a'}" for n, (us, _) in enumerate(cells, 1)
    )
    dataset = tiny(rows, "C.1; C.2", {"nis2map": ours})
    review = Review([ReviewVerdict(f"{u}#a", "set:C.1", them) for u, (_, them) in zip(units, cells, strict=True)])
    found = review.agreement(dataset=dataset)
    assert found.overall.kappa is not None
    assert math.isclose(found.overall.kappa, 0.06 / 0.46, abs_tol=1e-12)
    assert (found.overall.raw, found["stated"].kappa) == (0.6, found.overall.kappa)
    assert (found["stated"].pairs, found["stated"].ours, found["stated"].theirs, found["stated"].both) == (
        85,
        60,
        70,
        45,
    )
    assert found.counts[0] == (45, 0, 0, 0, 15)
    assert len(found.differences) == 40
    low, high = found.overall.interval or (0, 0)
    # The large-sample error of Fleiss, Cohen and Everitt (1969) is 0.0987 here, and the pairs are independent.
    assert math.isclose(low, 0.1304 - 1.96 * 0.0987, abs_tol=0.05)
    assert math.isclose(high, 0.1304 + 1.96 * 0.0987, abs_tol=0.05)
    assert found == review.agreement(dataset=dataset)


def test_there_is_no_kappa_of_few_pairs() -> None:
    """Under 30 pairs it is None, and so is the interval; counts and raw agreement are there."""
    dataset = small()
    review = read(text(review_sheet(dataset=dataset, blind=False), own), dataset)
    found = review.agreement(dataset=dataset)
    assert (found.pairs, found.demands, found.overall.raw) == (9, 5, 1.0)
    assert {row.kappa for row in (*found.grades, found.overall)} == {None}


def test_there_is_no_agreement_where_nothing_was_compared() -> None:
    """Of no pairs nobody can say that all are the same."""
    dataset = small()
    for review in (Review(()), said(("1.2#made", "D.1", "guided"))):
        found = review.agreement("foreign", dataset=dataset)
        assert (found.pairs, found.left_out) == (0, len(review))
        assert {row.raw for row in (*found.grades, found.overall)} == {None}
        assert {row["raw"] for row in found.to_dicts()} == {None}
        assert "100.0 %" not in str(found)
        assert "the same of -, kappa -" in str(found.overall)


def test_a_review_is_held_against_any_crosswalk() -> None:
    """A link on a whole unit says the same of all below; pairs of units of which it says nothing are left out and counted."""
    dataset = small()
    review = said(("1.1#kept", "C.1", "stated"), ("2.1#shut", "D.2", "guided"), ("1.2#made", "D.1", "guided"))
    found = review.agreement("foreign", dataset=dataset)
    assert [(d.demand.local, d.ours, d.theirs) for d in found.differences] == [
        ("1.1#kept", Grade.HELPED, Grade.STATED), ("2.1#shut", Grade.STATED, Grade.GUIDED)
    ]  # fmt: skip
    assert (found.pairs, found.left_out) == (2, 1)
    object_ = dataset.crosswalks["foreign"]
    assert review.agreement(object_, dataset=dataset).counts == found.counts
    with pytest.raises(NotMapped):
        review.agreement("nothing", dataset=dataset)
    with pytest.raises(InputError, match="law:9#a"):
        said(("9#a", "C.1", "none")).agreement(dataset=dataset)


# --- the overlay


def test_our_own_grades_change_the_state_of_review_alone() -> None:
    """Scores, lists and rationales stay; every link that names a demand is human, and the other crosswalk is the same."""
    dataset = small()
    review = read(text(review_sheet(dataset=dataset, blind=False), own), dataset)
    after = dataset.with_review(review)
    assert after.digest != dataset.digest
    for old, new in zip(dataset.links(), after.links(), strict=True):
        if old.demands:
            assert new == attrs.evolve(old, reviewed=new.reviewed, review=ReviewState.HUMAN)
            assert set(new.reviewed) == set(old.demands)
        else:
            assert new == old
    assert after.crosswalks["foreign"] == dataset.crosswalks["foreign"]
    soa = Assessment.of({"set:C.1": "implemented", "set:D.2": 0.5})
    assert (
        coverage(soa, framework="law", dataset=after).overall == coverage(soa, framework="law", dataset=dataset).overall
    )
    assert after.with_review(review) is after


def test_a_changed_verdict_moves_one_demand_and_keeps_our_rationale() -> None:
    """The list, the relation, the rationale and the date of one link change; all other links stay."""
    dataset = small()
    review = Review(
        [
            ReviewVerdict("law:1.1#read", "set:C.1", "guided", "the guidance says so"),
            ReviewVerdict("law:2.1#shut", "set:D.2", "helped"),
        ],
        judge="Ann",
        date="2026-11-26",
    )
    after = dataset.with_review(review)
    link = links(after, "1.1")["C.1"]
    assert [ref.demand for ref in link.covers + link.covers_guided] == ["kept", "read"]
    assert (link.relation, link.superseded) == (Relation.SUBSET_OF, "because")
    assert link.rationale == "kept: because. read: the guidance says so."  # what nobody reviewed keeps its reason
    assert ([ref.demand for ref in link.reviewed], link.review) == (["read"], ReviewState.UNREVIEWED)
    assert link.date == "2026-11-26"
    shut = links(after, "2.1")["D.2"]
    assert (shut.grade, shut.relation, shut.review) == (Grade.HELPED, Relation.INTERSECTS_WITH, ReviewState.HUMAN)
    assert (shut.rationale, shut.superseded) == ("On review: shut helped.", "because")
    kept = [
        one
        for one in dataset.links()
        if str(one.requirement) in ("law:1.2", "law:1.3") or one.controls[0].local == "C.2"
    ]
    assert set(kept) <= set(after.links())
    back = after.with_review(said(("1.1#read", "C.1", "helped"), ("2.1#shut", "D.2", "stated"), date="2026-12-01"))
    assert links(back, "2.1")["D.2"].superseded == "because"  # ours, not that of the first person


def test_what_is_left_with_nothing_goes_and_its_unit_stays_judged() -> None:
    """A link without demands is no link; the last of a unit makes room for the word that somebody looked."""
    dataset = small()
    after = dataset.with_review(
        said(("1.1#kept", "C.2", "none"), ("2.1#shut", "D.2", "none"), ("1.3#known", "D.1", "none"))
    )
    assert list(links(after, "1.1")) == ["C.1"]
    (left,) = links(after, "2.1").values()
    assert (left.controls, left.relation, left.source, left.review, left.superseded) == (
        (), Relation.NO_RELATIONSHIP, "review", ReviewState.HUMAN, "because"
    )  # fmt: skip
    assert links(after, "1.3") == links(dataset, "1.3")  # it said so already
    cov = coverage(Assessment.full(after), framework="law", dataset=after)
    assert cov.gap_class("law:2.1#shut") is nis2map.GapClass.STRUCTURAL


def test_a_pair_without_a_link_gets_one() -> None:
    """With the comment as rationale and the review as source; that nothing is related no longer stands beside it."""
    dataset = remade(small(), sources=[Source("us", "Us")])
    review = Review(
        [
            ReviewVerdict("law:1.3#known", "set:D.1", "stated", "it is the statement itself"),
            ReviewVerdict("law:1.2#tested", "set:C.2", "helped"),
        ],
        judge="Ann",
        date="2026-11-26",
        licence="own copy",
    )
    after = dataset.with_review(review)
    (link,) = links(after, "1.3").values()
    assert (link.relation, link.rationale, link.source, link.review) == (
        Relation.SUBSET_OF, "it is the statement itself", "review", ReviewState.HUMAN
    )  # fmt: skip
    assert links(after, "1.2")["C.2"].rationale == "On review: tested helped."
    assert list(links(after, "1.2")) == ["C.1 + C.2", "C.2", "D.1"]
    assert after.sources["review"].note == "Ann, 2026-11-26, own copy"
    later = after.with_review(said(("1.3#known", "D.1", "guided"), judge="Bob", date="2027-01-01"))
    assert later.sources["review"].note == "Ann, 2026-11-26, own copy; Bob, 2027-01-01"


def test_joint_links_change_only_by_a_verdict_on_the_very_set() -> None:
    """A verdict on one of the controls is a pair of its own; one on both, in any order, is on the set."""
    dataset = small()
    single = dataset.with_review(said(("1.2#made", "C.1", "none"), ("1.2#made", "C.2", "none")))
    assert single is dataset
    both = dataset.with_review(said(("1.2#made", "C.2 + C.1", "none")))
    assert [ref.demand for ref in links(both, "1.2")["C.1 + C.2"].demands] == ["tested"]


def test_of_several_reviews_the_later_counts_and_a_tie_is_an_error() -> None:
    """Whatever the order in which they are given; without a date nobody can tell which is the later."""
    dataset = small()
    first, second = said(("2.1#shut", "D.2", "none"), date="2026-01-01"), said(("2.1#shut", "D.2", "guided"))
    assert links(dataset.with_review(first, second), "2.1")["D.2"].grade is Grade.GUIDED
    assert dataset.with_review(first, second) == dataset.with_review(second, first)
    for other in (said(("2.1#shut", "D.2", "helped")), said(("2.1#shut", "D.2", "helped"), date=None)):
        with pytest.raises(InputError, match=r"law:2\.1#shut and D\.2: no review is the latest: guided"):
            dataset.with_review(second, other)
    apart = said(("1.1#kept", "C.1", "guided"), date=None)
    assert dataset.with_review(second, apart) == dataset.with_review(second).with_review(apart)


def test_the_order_of_reviews_of_different_pairs_does_not_matter() -> None:
    """People stand in the source's note, and comments in a rationale, in an order of their own."""
    dataset = small(sources=[Source(name, name) for name in ("t", "review")])
    first = said(("1.1#kept", "C.1", "helped"), judge="Bo", date="2026-12-05")
    second = said(("1.1#read", "C.1", "stated"), judge="Al", date="2026-12-01")
    after = dataset.with_review(first, second)
    assert after == dataset.with_review(second, first)
    assert after.sources["review"].note == "Al, 2026-12-01; Bo, 2026-12-05"
    gone = [
        Review([ReviewVerdict("law:1.2#made", f"set:{controls}", "none", controls)], judge=controls, date="2026-12-01")
        for controls in ("D.1", "C.1")
    ]
    gone.append(said(*(("1.2#" + demand, "C.1 + C.2", "none") for demand in ("made", "tested"))))
    assert dataset.with_review(*gone) == dataset.with_review(*gone[::-1])


@pytest.mark.parametrize(
    ("reviews", "options", "match"),
    [
        ((5,), {}, "expected reviews, got 5"),
        (("stated",), {}, "expected reviews"),
        ((said(("9#a", "C.1", "none")),), {}, "law:9"),
        ((said(("1.1#kept", "C.7", "none")),), {}, "set:C.7"),
        ((said(("1.1", "C.1", "none")),), {}, "is a requirement, not a demand"),
        ((said(("1.1#kept", "C.1", "none")),), {"crosswalk": "foreign"}, "is about whole units"),
        ((), {"crosswalk": "nothing"}, "no crosswalk 'nothing'"),
    ],
)
def test_what_can_not_be_laid_over_is_refused(reviews: Any, options: dict[str, Any], match: str) -> None:
    """Other objects, foreign pairs, a crosswalk of units and one that is not there are errors of ours."""
    with pytest.raises(nis2map.Nis2mapError, match=match):
        small().with_review(*reviews, **options)


def test_verdicts_on_units_that_a_crosswalk_does_not_join_are_refused() -> None:
    """A crosswalk says nothing of other frameworks, and can't take in a verdict on them."""
    dataset = small().with_framework(
        nis2map.Framework("acme"),
        requirements=[nis2map.Requirement("acme:1", demands=[nis2map.Demand("acme:1#a", "a")])],
    )
    with pytest.raises(InputError, match="'acme' is not on that side of nis2map; it joins law and set"):
        dataset.with_review(Review([ReviewVerdict("acme:1#a", "set:C.1", "stated")]))


def test_no_review_and_an_empty_one_change_nothing() -> None:
    """The dataset itself comes back."""
    dataset = small()
    assert dataset.with_review() is dataset
    assert dataset.with_review(Review(())) is dataset


def test_an_organisation_lays_its_own_reading_over_its_own_crosswalk() -> None:
    """The same calls with a crosswalk of another id; texts that the dataset was given stay with it."""
    dataset = tiny("1: a", "C.1; C.2", {"ours": "1 < C.1: a"}).with_texts(nis2map.Texts({"law:1": "shall"}))
    assert [row.citation for row in review_sheet(crosswalk="ours", dataset=dataset)] == ["C.1"]
    after = dataset.with_review(said(("1#a", "C.2", "stated")), crosswalk="ours")
    assert [link.controls[0].local for link in after.links("ours")] == ["C.1", "C.2"]
    assert after.text("law:1") == "shall"


def test_a_reviewed_dataset_survives_documents_comparison_and_pickling() -> None:
    """`reviewed` and `superseded` are written, read, compared, undone and kept like any other field."""
    dataset = small()
    after = dataset.with_review(said(("1.1#read", "C.1", "guided"), ("2.1#shut", "D.2", "none")))
    assert loads(dumps(after), Dataset) == after
    assert pickle.loads(pickle.dumps(after)) == after
    found = nis2map.compare(dataset, after)
    assert nis2map.apply(found, dataset) == after
    assert nis2map.apply(found.invert(), after) == dataset
    document = json.loads(dumps(after.crosswalks["nis2map"]))["crosswalk"]["links"][0]
    assert (document["reviewed"], document["superseded"]) == (["read"], "because")


def test_the_bundled_crosswalk_takes_a_review_and_keeps_its_digest_without_one(dataset: Dataset) -> None:
    """A hundred demands judged as we did make their links human and leave every score as it is."""
    review = read(text(review_sheet(sample=100, seed=3, blind=False), own, judge="Ann"), dataset)
    after = dataset.with_review(review)
    assert dataset.with_review().digest == dataset.digest
    soa = Assessment.of({"A.8.24": "implemented", "A.5.24": 0.4})
    assert coverage(soa, dataset=after).overall == coverage(soa).overall
    found = review.agreement()
    assert (found.demands, found.overall.kappa, found.overall.interval) == (100, 1.0, (1.0, 1.0))
    assert "human" in {str(link.review) for link in after.links()}
    with pytest.raises(UnknownRef):
        review_sheet(units="A.5.99")


def test_of_two_relations_that_fit_the_one_that_stood_stays() -> None:
    """A control that asks nothing else, or that lies within the duty, does so whatever the grade of a demand is."""
    dataset = tiny("1: a; 2: a b", "C.1", {"nis2map": "1 = C.1: a; 2 > C.1: a"})
    after = dataset.with_review(said(("1#a", "C.1", "guided"), ("2#a", "C.1", "helped")))
    assert [links(after, unit)["C.1"].relation for unit in "12"] == [Relation.EQUAL_TO, Relation.SUPERSET_OF]
    less = after.with_review(said(("1#a", "C.1", "helped"), ("2#b", "C.1", "stated"), ("2#a", "C.1", "stated")))
    assert [links(less, unit)["C.1"].relation for unit in "12"] == [Relation.INTERSECTS_WITH, Relation.SUBSET_OF]


def test_what_was_reviewed_adds_up_from_one_overlay_to_the_next() -> None:
    """A link is human once people have judged all that it names, in however many rounds."""
    once = small().with_review(said(("1.1#kept", "C.1", "stated")))
    assert ([r.demand for r in links(once, "1.1")["C.1"].reviewed], links(once, "1.1")["C.1"].review) == (
        ["kept"], ReviewState.UNREVIEWED
    )  # fmt: skip
    twice = links(once.with_review(said(("1.1#read", "C.1", "guided"))), "1.1")["C.1"]
    assert ([r.demand for r in twice.reviewed], twice.review) == (["kept", "read"], ReviewState.HUMAN)


def test_that_nothing_is_related_is_human_only_if_every_demand_was_judged() -> None:
    """A person who took out the one demand that was named has said nothing of the other."""
    dataset = tiny("1: a b", "C.1", {"nis2map": "1 & C.1: a"})
    (left,) = dataset.with_review(said(("1#a", "C.1", "none"))).links()
    assert (left.controls, left.review) == ((), ReviewState.UNREVIEWED)
    (left,) = dataset.with_review(said(("1#a", "C.1", "none"), ("1#b", "C.1", "none"))).links()
    assert (left.controls, left.review) == ((), ReviewState.HUMAN)


def test_thirty_pairs_are_enough_for_a_kappa_and_one_demand_is_not_for_an_interval() -> None:
    """With 29 it is None; demands are resampled, and of one there is one sample only."""
    controls = "; ".join(f"C.{n}" for n in range(1, 32))
    dataset = tiny("1: a; 2: a", controls, {"nis2map": "1 < C.1: a; 2 < C.1: a"})
    for count, demands, kappa, interval in ((29, 1, None, None), (30, 1, 1.0, None), (30, 2, 1.0, (1.0, 1.0))):
        rows = [
            (f"{1 + n % demands}#a", f"C.{1 + n // demands}", "none" if n >= demands else "stated")
            for n in range(count)
        ]
        found = said(*rows).agreement(dataset=dataset).overall
        assert (found.pairs, found.kappa, found.interval) == (count, kappa, interval)


def test_rows_of_reviews_and_agreements_are_flat_and_of_one_kind() -> None:
    """Tables of results can be made of them as they are."""
    review = said(("1.1#kept", "C.1", "none"), ("1.2#made", "C.1 + C.2", "stated"))
    assert [row["controls"] for row in review.to_dicts()] == ["set:C.1", "set:C.1 + set:C.2"]
    found = review.agreement(dataset=small()).to_dicts()
    assert [row["grade"] for row in found] == ["stated", "guided", "considered", "helped", "none", "overall"]
    with pytest.raises(InputError, match="expected reviews, got 5"):
        small().with_review(review, 5)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="expected reviews, got 5"):
        review.laid_over(small(), "nis2map", [5])


# --- the command line


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["review", *arguments])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_the_command_line_exports_reads_and_compares(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`export` writes what `review_sheet` gives, `import` says what a filled sheet holds, `agree` prints the agreement."""
    path = tmp_path / "sheet.csv"
    code, out, _ = run(
        capsys, "export", "--units", "Art. 21(2)", "--sample", "10", "--seed", "4", "--open", "-o", str(path)
    )
    sheet = review_sheet(units="Art. 21(2)", sample=10, seed=4, blind=False)
    assert (code, out) == (0, f"10 demands, {len(sheet)} pairs: {path}\n")
    assert path.read_bytes() == dumps(sheet, format="csv")
    code, out, _ = run(capsys, "export", "--units", "Art. 21(2)(h)", "--units", "A.5")
    assert (code, out.splitlines()) == (
        0,
        dumps(review_sheet(units=["Art. 21(2)(h)", "A.5"]), format="csv").decode().splitlines(),
    )
    path.write_bytes(text(sheet, own))
    code, out, _ = run(capsys, "import", str(path), "--judge", "Ann", "--date", "2026-11-26")
    assert (code, out.splitlines()[0]) == (0, f"Review: {len(sheet)} verdicts on 10 demands (Ann, 2026-11-26)")
    code, out, _ = run(capsys, "import", str(path), "--json")
    assert json.loads(out) == read_review(path).to_dict()
    code, out, _ = run(capsys, "agree", str(path), "--json")
    assert json.loads(out) == read_review(path).agreement().to_dict()
    code, out, _ = run(capsys, "agree", str(path), "--crosswalk", "enisa")
    assert (code, out.splitlines()[0][:31]) == (0, "Agreement of enisa with a revie")


def test_the_command_line_tells_every_problem_of_a_sheet(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Exit code 2, and no traceback, also for options that can't be meant."""
    path = tmp_path / "sheet.csv"
    path.write_text("demand,controls,verdict\n" + "nis2:21.2.x#a,A.5.99,good\n" * 2, encoding="utf-8")
    code, out, err = run(capsys, "import", str(path))
    assert (code, out, err.count("row 2"), err.count("row 3")) == (2, "", 3, 3)
    for arguments in (("export", "--sample", "0"), ("export", "--units", "A.5.99"), ("export", "-o", "sheet.ods")):
        assert run(capsys, *arguments)[0] == 2


def test_a_sheet_asks_about_everything_that_was_judged(dataset: Dataset) -> None:
    """Also about pairs that came to nothing: a number on "none" would speak of those alone that some link names."""
    judged = {
        (verdict.demand, verdict.controls)
        for unit in dataset.requirements("nis2", assessable=True)
        for demand in unit.demands
        for verdict in dataset.verdicts(demand.ref)
    }
    sheet = review_sheet(units="nis2", blind=False)
    assert {(row.demand, row.controls) for row in sheet} >= judged
    bare = [row for row in sheet if row.grade is Grade.BARE]
    assert len(bare) > len(judged) / 2
    assert {row.rationale for row in bare} == {""}


def test_a_sheet_is_not_made_of_a_crosswalk_that_follows_from_the_verdicts() -> None:
    """What both judges give, or either, changes with them alone."""
    with pytest.raises(InputError, match="'nis2map-strict' is made of the judges' verdicts; review 'nis2map'"):
        review_sheet(crosswalk="nis2map-strict")


def test_what_people_said_in_one_round_stands_in_the_next() -> None:
    """On different demands two reviews leave the same links, laid over together or one by one."""
    one = Review([ReviewVerdict("law:1.1#kept", "set:C.1", "guided", "27002 says so.")], date="2026-11-26")
    two = Review([ReviewVerdict("law:1.1#read", "set:C.1", "guided", "And here.")], date="2026-11-27")
    assert small().with_review(one, two).links() == small().with_review(one).with_review(two).links()
    again = said(("1.1#kept", "C.1", "considered"), date="2026-11-28")
    assert links(small().with_review(one, two), "1.1")["C.1"].rationale == "kept: 27002 says so. read: And here."
    assert links(small().with_review(one).with_review(again), "1.1")["C.1"].rationale == (
        "kept: On review: kept considered. read: because."
    )


def test_a_note_forgets_what_a_person_found_to_be_otherwise() -> None:
    """Sentences on a demand that something serves now go, the others stay."""
    made = tiny("1: a b c", "C.1; C.2", {"nis2map": "1 & C.1: a"})
    (link,) = made.links()
    noted = attrs.evolve(link, note="b: no control has it. c: nobody asks for it. The rest is plain.")
    dataset = remade(made, crosswalks=[attrs.evolve(made.crosswalks["nis2map"], links=[noted])])
    assert links(dataset.with_review(said(("1#b", "C.2", "helped"))), "1")["C.1"].note == (
        "c: nobody asks for it. The rest is plain."
    )
    assert links(dataset.with_review(said(("1#a", "C.1", "guided"))), "1")["C.1"].note == noted.note
