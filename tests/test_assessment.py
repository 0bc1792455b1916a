"""Assessments: statuses and bounds, what a finding may be, expiry, merging, certificates, mapping, equality."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nis2map
from nis2map import (
    Assessment,
    Dataset,
    Finding,
    InputError,
    InvalidRef,
    Problem,
    Ref,
    Status,
    UnknownRef,
    coverage,
    parse_ref,
)
from nis2map.ids import closed_set
from nis2map.testing import refs

A51, A52 = parse_ref("A.5.1"), parse_ref("A.5.2")

BOUNDS = [  # DESIGN section 5, Findings
    ("implemented", None, (1, 1, 1)),
    ("partial", None, (0, 0.5, 1)),
    ("partial", 0.25, (0, 0.25, 1)),
    ("planned", None, (0, 0, 0)),
    ("not_implemented", None, (0, 0, 0)),
    ("not_applicable", None, (0, 0, 0)),
    ("unassessed", None, (0, 0, 1)),
]


@pytest.mark.parametrize(("status", "degree", "bounds"), BOUNDS)
def test_bounds_of_statuses(status: str, degree: float | None, bounds: tuple[float, float, float]) -> None:
    """Each status says how far a unit is surely, probably and possibly in place, as DESIGN section 5 lists it."""
    finding = Finding(status, degree)
    assert finding.bounds == bounds
    assert finding.status is Status(status)
    assert finding.known is (status != "unassessed")


def test_statuses_are_the_words_of_the_data() -> None:
    """The members are the words of documents, in the order of the table above."""
    assert list(map(str, Status)) == list(dict.fromkeys(status for status, _, _ in BOUNDS))


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.PARTIAL])
def test_a_degree_stands_only_on_partial(status: Status) -> None:
    """A degree beside any other status would say two things at once."""
    with pytest.raises(InputError, match=f"a degree is allowed only for partial, not on {status}"):
        Finding(status, 0.5)


@pytest.mark.parametrize("degree", [0.0, 1.0, -0.1, 1.1, float("nan"), float("inf"), 1, 0, True, False, "0.5", [0.5]])
def test_a_degree_is_a_float_strictly_between_0_and_1(degree: Any) -> None:
    """The ends are statuses of their own, and no other type is taken for a degree."""
    with pytest.raises(InputError, match="is not a float strictly between 0 and 1"):
        Finding("partial", degree)


@pytest.mark.parametrize("status", ["done", "Implemented", "", None, 1, True, [], {}, Status])
def test_what_is_no_status(status: Any) -> None:
    """Only the words of `Status` are read, and the error lists them."""
    with pytest.raises(InputError, match=r"expected a status, got .*; one of: implemented, partial, planned"):
        Finding(status)


@pytest.mark.parametrize("name", ["date", "valid_until"])
@pytest.mark.parametrize(
    "value", ["31.01.2026", "2026-02-30", "", 20260131, 5.0, True, dt.datetime(2026, 1, 31, tzinfo=dt.UTC), [2026]]
)
def test_what_is_no_date(name: str, value: Any) -> None:
    """A date is a `date` or its ISO text; a number, a datetime or another notation is refused, not guessed."""
    with pytest.raises(InputError, match=r"is not a date; a datetime\.date, or a text like 2026-11-24"):
        Finding("implemented", **{name: value})
    with pytest.raises(InputError, match="is not a date"):
        Assessment(as_of=value)


def test_dates_are_read_from_texts() -> None:
    """ISO texts become dates in findings and assessments alike."""
    finding = Finding("implemented", date="2026-01-31", valid_until=dt.date(2027, 1, 31))
    assert (finding.date, finding.valid_until) == (dt.date(2026, 1, 31), dt.date(2027, 1, 31))
    assert Assessment(as_of="2026-01-31").as_of == dt.date(2026, 1, 31)


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"justification": None}, "justification: expected a text, got None"),
        ({"justification": 5}, "justification: expected a text, got 5"),
        ({"owner": b"x"}, "owner: expected a text, got b'x'"),
        ({"evidence": 5}, "expected a list of texts, got 5"),
        ({"evidence": None}, "expected a list of texts, got None"),
        ({"evidence": ["a", 1]}, "expected texts, got 1 among them"),
        ({"evidence": b"ab"}, "expected a list of texts, got b'ab'"),
    ],
)
def test_wording_is_text(details: dict[str, Any], words: str) -> None:
    """Texts are texts and lists of texts are lists, so that no text is split into characters."""
    with pytest.raises(InputError, match=words):
        Finding("implemented", **details)


def test_one_text_of_evidence_is_one_item() -> None:
    """A single text is a list of one, a list stays one."""
    assert Finding("implemented", evidence="minutes").evidence == ("minutes",)
    assert Finding("implemented", evidence=["a", "b"]).evidence == ("a", "b")


def test_findings_are_equal_by_what_they_say_of_the_unit() -> None:
    """Wording, evidence and owner do not count for equality; everything that can change a score does."""
    one = Finding("partial", 0.4, justification="because", evidence="a", owner="x", date="2026-01-01")
    same = Finding("partial", 0.4, justification="other words", evidence="b", owner="y", date="2026-01-01")
    assert one == same
    assert hash(one) == hash(same)
    for other in (
        attrs.evolve(one, status="planned", degree=None),
        attrs.evolve(one, degree=0.5),
        attrs.evolve(one, justification=""),
        attrs.evolve(one, date=None),
        attrs.evolve(one, valid_until="2027-01-01"),
    ):
        assert one != other
    assert Finding("partial") != Finding("partial", 0.5)  # a stated degree says more
    assert Finding("implemented") != "implemented"


def test_findings_are_frozen_and_written_as_dicts() -> None:
    """A finding can't be changed, its dict leaves out what is not said, and it survives pickling."""
    finding = Finding("partial", 0.4, justification="because", evidence=("a",), owner="x", date="2026-01-01")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        finding.status = Status.PLANNED  # type: ignore[misc]
    assert finding.to_dict() == {
        "status": "partial", "degree": 0.4, "justification": "because", "evidence": ["a"], "owner": "x", "date": "2026-01-01",
    }  # fmt: skip
    assert Finding("planned").to_dict() == {"status": "planned"}
    assert pickle.loads(pickle.dumps(finding)) == finding


# --- making assessments


def test_of_takes_words_degrees_and_findings() -> None:
    """Words, floats in [0, 1] and findings may be mixed; 0.0 and 1.0 are the statuses they mean."""
    soa = Assessment.of(
        {"A.5.1": "implemented", "A.5.2": 0.4, "A.5.3": 1.0, "A.5.4": 0.0, "A.5.5": Finding("planned"), "A.5.6": Status.PARTIAL},
        subject="Acme",
    )  # fmt: skip
    assert [str(finding.status) for finding in soa.values()] == [
        "implemented", "partial", "implemented", "not_implemented", "planned", "partial",
    ]  # fmt: skip
    assert soa["A.5.2"].degree == 0.4
    assert soa["A.5.3"].degree is None
    assert soa.subject == "Acme"
    assert soa == Assessment(list(soa.items()), subject="Acme")


@pytest.mark.parametrize(
    "value", [True, False, 1, 0, 2, 1.5, -0.1, float("nan"), float("inf"), None, [], {}, object, b"x"]
)
def test_what_is_no_finding(value: Any) -> None:
    """Anything else on a unit is refused with the unit's name."""
    with pytest.raises(InputError, match=r"'iso27001:A\.5\.1': .* is not a finding; (a Finding, a status word|write )"):
        Assessment.of({"A.5.1": value})


@pytest.mark.parametrize(("value", "hint"), [(1, "write 1.0 or 'implemented'"), (0, "write 0.0 or 'not_implemented'")])
def test_a_whole_number_is_told_what_to_write(value: int, hint: str) -> None:
    """JSON gives whole numbers where a user meant 1.0: the refusal names both things that can be written instead."""
    with pytest.raises(InputError, match=f"{value} is not a finding; {hint}"):
        Assessment.of({"A.8.24": value})


@pytest.mark.parametrize(
    ("key", "kind"),
    [("rubbish", InvalidRef), ("5.1", InvalidRef), (5.1, InvalidRef), (None, InvalidRef), ("A.8.35", UnknownRef)],
)
def test_what_is_no_unit(key: Any, kind: type[Exception]) -> None:
    """Keys that are not ids raise `InvalidRef`, ids of no unit `UnknownRef`, in every way of giving them."""
    with pytest.raises(kind):
        Assessment({key: "implemented"})
    with pytest.raises(kind):
        Assessment().replace({key: "implemented"})
    with pytest.raises(kind):
        Assessment()[key]


@pytest.mark.parametrize("value", [5, None, "ab", [1], [("A.5.1",)], ["A.5.1"], [("A.5.1", "planned", 1)]])
def test_what_is_no_mapping_of_findings(value: Any) -> None:
    """What is neither a mapping nor pairs is refused as a whole."""
    with pytest.raises(InputError, match="contains no findings; a mapping from refs to findings"):
        Assessment(value)


def test_errors_of_a_callers_iterable_pass() -> None:
    """An error of ours that a caller's generator raises is not replaced by a vaguer one."""
    with pytest.raises(InputError, match="expected a status, got 'done'"):
        Assessment((ref, Finding(status)) for ref, status in [("A.5.1", "done")])


def test_a_unit_is_given_once() -> None:
    """Two spellings of one unit are refused, because which finding counts would hang on their order."""
    for make in (Assessment, Assessment().replace):
        with pytest.raises(InputError, match=r"iso27001:A\.5\.1 is given twice"):
            make({"A.5.1": "planned", "ISO 27001 A 5.1": "planned"})


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"subject": None}, "subject: expected a text, got None"),
        ({"scope": 5}, "scope: expected a text, got 5"),
        ({"whole_entity": "yes"}, "whole_entity is 'yes'; True, False, or None if not known"),
        ({"whole_entity": 1}, "whole_entity is 1"),
        ({"notes": 5}, "expected a list of texts, got 5"),
        ({"problems": ["x"]}, "expected problems, got 'x' among them"),
    ],
)
def test_details_of_an_assessment_are_checked(details: dict[str, Any], words: str) -> None:
    """Every detail has its kind checked when the assessment is made."""
    with pytest.raises(InputError, match=words):
        Assessment(**details)


@pytest.mark.parametrize(
    ("word", "near"), [("Implemented", "implemented"), ("not implemented", "not_implemented"), ("plannd", "planned")]
)
def test_a_word_that_is_no_status_is_told_with_its_unit_and_the_nearest(word: str, near: str) -> None:
    """Of a hundred findings the error names the one with the odd word, and the status that was surely meant."""
    for make in (Assessment.of, Assessment().replace):
        with pytest.raises(
            InputError, match=rf"^'iso27001:A\.8\.24': expected a status, got '{word}'; nearest: {near};"
        ):
            make({"A.5.1": "implemented", "A.8.24": word})


def test_findings_stand_in_legal_order() -> None:
    """Iteration follows the texts: A.5.9 before A.5.10, the Directive before the CIR."""
    soa = Assessment(
        {"A.5.10": "planned", "cir:3.2.1#logging": "planned", "A.5.9": "planned", "nis2:21.2.h": "planned"}
    )
    assert list(map(str, soa)) == ["nis2:21.2.h", "cir:3.2.1#logging", "iso27001:A.5.9", "iso27001:A.5.10"]


def test_full_is_every_control_and_clause_implemented(dataset: Dataset) -> None:
    """`full` has all controls and clauses of the dataset asked, and no headings."""
    full = Assessment.full()
    assert set(full) == {control.ref for control in dataset.controls()}
    assert len([ref for ref in full if ref.local.startswith("A.")]) == 93
    assert {finding.status for finding in full.values()} == {Status.IMPLEMENTED}
    mine = nis2map.Dataset.from_parts(
        frameworks=[nis2map.Framework("set", side="control")],
        controls=[nis2map.Control("set:1", heading=True), nis2map.Control("set:1.1", parent="set:1")],
    )
    assert list(map(str, Assessment.full(mine))) == ["set:1.1"]  # a heading is no control


# --- a mapping


def test_an_assessment_is_a_mapping() -> None:
    """Length, truth, iteration and look-up by any text form work as of a dict."""
    soa = Assessment({"A.5.1": "implemented", "A.5.2": "planned"})
    assert len(soa) == 2
    assert bool(soa)
    assert not Assessment()
    assert list(soa) == [A51, A52]
    assert soa[A51] == soa["A.5.1"] == soa["ISO 27001 A.5.1"] == Finding("implemented")
    assert soa.get("A.5.3") is None
    assert soa.get("A.5.3", Finding("planned")) == Finding("planned")
    assert dict(soa) == {A51: Finding("implemented"), A52: Finding("planned")}
    with pytest.raises(TypeError):
        soa["A.5.3"] = Finding("planned")  # type: ignore[index]


@pytest.mark.parametrize(
    ("key", "kind", "words"),
    [
        ("A.5.3", UnknownRef, r"there is no finding on iso27001:A\.5\.3$"),
        (parse_ref("A.5.3"), UnknownRef, r"there is no finding on iso27001:A\.5\.3$"),
        (
            "clause 9.3.1",
            UnknownRef,
            "there is no finding on iso27001:9.3.1; the finding on iso27001:9.3 speaks for it",
        ),
        ("A.8.35", UnknownRef, "nearest: iso27001:A.8.32"),
        ("rubbish", InvalidRef, "rubbish"),
        (5.1, InvalidRef, "5.10"),
        (None, InvalidRef, "None"),
    ],
)
def test_looking_up_what_is_not_there_raises_errors_of_ours(key: Any, kind: type[Exception], words: str) -> None:
    """No bare `KeyError` leaves a look-up, and `get` gives its default for anything that is not there."""
    soa = Assessment({"A.5.1": "implemented", "clause 9.3": "planned"})
    with pytest.raises(kind, match=words):
        soa[key]
    assert soa.get(key) is None
    assert soa.get(key, "nothing") == "nothing"
    assert key not in soa


def test_asking_whether_a_unit_is_there_takes_anything() -> None:
    """`in` is a question, so it answers False where a look-up raises."""
    soa = Assessment({"A.5.1": "implemented"})
    assert "A.5.1" in soa
    assert A51 in soa
    for other in ("A.5.2", A52, "A.8.35", "rubbish", 5.1, None, [], "5.1"):
        assert other not in soa


def test_equality_ignores_problems_and_notes_and_nothing_else() -> None:
    """Two assessments that say the same are equal, however they were read."""
    soa = Assessment({"A.5.1": "implemented"}, subject="a", as_of="2026-01-01", scope="s", whole_entity=True)
    same = attrs.evolve(soa, problems=[Problem("x")], notes=["n"])
    assert soa == same
    assert hash(soa) == hash(same)
    for name, value in (("subject", "b"), ("as_of", None), ("scope", ""), ("whole_entity", None), ("findings", {})):
        assert attrs.evolve(soa, **{name: value}) != soa
    assert soa != dict(soa)
    assert Assessment({"A.5.1": "planned"}) != Assessment({"A.5.1": "not_implemented"})


def test_assessments_are_frozen_pickled_and_copied() -> None:
    """Nothing can be set, and pickles and copies keep what equality ignores."""
    soa = Assessment({"A.5.1": 0.4}, subject="a", as_of="2026-01-01", problems=[Problem("x")], notes=["n"])
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        soa.subject = "b"  # type: ignore[misc]
    for again in (pickle.loads(pickle.dumps(soa)), copy.deepcopy(soa), copy.copy(soa)):
        assert again == soa
        assert again.problems == soa.problems
        assert again.notes == soa.notes


def test_what_is_shown_and_written() -> None:
    """The repr is one line, `to_dict` holds everything, `to_dicts` one row a finding."""
    soa = Assessment(
        {"A.5.1": 0.4, "nis2:21.2.h": "planned"},
        subject="Acme",
        as_of="2026-01-01",
        problems=[Problem("x", row=2)],
        notes=["n"],
    )
    assert repr(soa) == "<Assessment of 'Acme': 2 findings, 1 problem>"
    assert repr(Assessment()) == "<Assessment: 0 findings>"
    assert soa.to_dict() == {
        "subject": "Acme",
        "as_of": "2026-01-01",
        "scope": "",
        "whole_entity": None,
        "findings": {"nis2:21.2.h": {"status": "planned"}, "iso27001:A.5.1": {"status": "partial", "degree": 0.4}},
        "problems": [{"message": "x", "row": 2}],
        "notes": ["n"],
    }
    assert json.loads(json.dumps(soa.to_dict())) == soa.to_dict()
    rows = soa.to_dicts()
    assert [(row["ref"], row["status"], row["degree"]) for row in rows] == [
        ("nis2:21.2.h", "planned", None),
        ("iso27001:A.5.1", "partial", 0.4),
    ]
    # Rows of one table have the same keys, or a frame made of them would depend on the first.
    assert (
        rows[0].keys()
        == rows[1].keys()
        == {"ref", "citation", "title"} | {field.name for field in attrs.fields(Finding)}
    )


def test_views_show_findings_and_escape_what_a_stranger_wrote() -> None:
    """Text and HTML hold a row a finding, problems and notes; markup in a file stays text."""
    soa = Assessment(
        {"A.5.1": Finding("partial", 0.4, justification="<b>half</b>", owner="CISO"), "A.5.2": "planned"},
        subject="Acme", problems=[Problem("odd", row=2)], notes=["a note"],
    )  # fmt: skip
    text, html = str(soa), soa._repr_html_()
    assert text.splitlines()[0] == "Assessment of Acme: 2 findings"
    assert "A.5.1  partial     0.4  <b>half</b>    CISO" in text
    assert text.endswith("row 2: odd\na note")
    assert "&lt;b&gt;half&lt;/b&gt;" in html
    assert "<b>half" not in html
    assert "a note" in html
    assert str(Assessment()) == "Assessment: 0 findings"


def test_a_repr_is_one_line_of_at_most_200_characters() -> None:
    """A long justification or message does not fill a screen, and short ones are shown whole."""
    assert repr(Finding("partial", 0.4, owner="x")) == "<Finding: partial, degree=0.4, owner='x'>"
    assert repr(Problem("odd", row=2)) == "<Problem: row 2: odd>"
    long = "x\n" * 1000
    things = (
        Finding("planned", justification=long, evidence=[long] * 9),
        Problem(long, path=long),
        Assessment(subject=long),
        nis2map.Limits(),
    )
    for thing in things:
        assert len(repr(thing)) <= 200
        assert len(repr(thing).splitlines()) == 1


# --- what runs out


def test_findings_run_out_by_the_day_of_the_assessment() -> None:
    """The last day still counts, later ones do not, and without `as_of` nothing runs out."""
    until = Finding("implemented", valid_until="2026-06-30")
    soa = Assessment({"A.5.1": until, "A.5.2": "implemented", "A.5.3": "unassessed"})
    assert list(soa.current) == [A51, A52]  # without a day nothing runs out, and unassessed is no finding
    assert soa.notes == ()
    on_the_day = attrs.evolve(soa, as_of="2026-06-30")
    assert A51 in on_the_day.current
    after = attrs.evolve(soa, as_of="2026-07-01", notes=["first"])
    assert list(after.current) == [A52]
    assert after["A.5.1"] == until  # it is still there to be seen
    assert until.has_run_out(after.as_of)
    assert after.notes == ("first", "iso27001:A.5.1: valid until 2026-06-30, so unassessed as of 2026-07-01")
    assert after.to_dict()["notes"] == list(after.notes)


def test_a_finding_that_has_run_out_scores_as_unassessed() -> None:
    """An expired finding gives the score of one that nobody made."""
    link = nis2map.Link("acme:1", "A.8.13", "subset-of", rationale="x", source="")
    dataset = nis2map.load().with_framework(nis2map.Framework("acme"), requirements=[nis2map.Requirement("acme:1")])
    dataset = dataset.with_crosswalk(nis2map.Crosswalk("ours", "acme", "iso27001", [link]))
    soa = Assessment({"A.8.13": Finding("implemented", valid_until="2026-06-30")}, as_of="2026-06-30")
    late = attrs.evolve(soa, as_of="2026-07-01")
    scores = [coverage(s, framework="acme", crosswalk="ours", dataset=dataset).overall for s in (soa, late)]
    assert [(score.low, score.high, score.unassessed) for score in scores] == [(1, 1, 0), (0, 1, 1)]


# --- changing and merging


def test_replace_sets_and_takes_away() -> None:
    """`replace` gives a new assessment and keeps subject, notes and problems."""
    soa = Assessment({"A.5.1": "implemented", "A.5.2": "planned"}, subject="a", notes=["n"], problems=[Problem("x")])
    new = soa.replace({"A.5.1": None, A52: 0.4, "A.5.3": "implemented", "A.5.4": None})
    assert dict(new) == {A52: Finding("partial", 0.4), parse_ref("A.5.3"): Finding("implemented")}
    assert (new.subject, new.notes, new.problems) == ("a", ("n",), soa.problems)
    assert list(soa) == [A51, A52]  # the old one is what it was
    assert soa.replace({}) == soa
    with pytest.raises(InputError, match="contains no findings"):
        soa.replace(["A.5.1"])  # type: ignore[arg-type]


OLD, NEW = "2025-01-01", "2026-01-01"
MERGES = [  # ours, theirs, newest, best, worst
    (Finding("planned"), Finding("implemented"), "implemented", "implemented", "planned"),
    (Finding("planned", date=NEW), Finding("implemented", date=OLD), "planned", "implemented", "planned"),
    (Finding("planned", date=OLD), Finding("implemented"), "planned", "implemented", "planned"),
    (Finding("partial", 0.2), Finding("partial", 0.6), "partial 0.6", "partial 0.6", "partial 0.2"),
    (Finding("partial"), Finding("partial", 0.5), "partial 0.5", "partial 0.5", "partial"),
    (Finding("not_applicable"), Finding("not_implemented"), "not_implemented", "not_implemented", "not_applicable"),
    (Finding("not_implemented"), Finding("planned"), "planned", "planned", "not_implemented"),
    # unassessed is no finding: the other's holds
    (Finding("unassessed", date=NEW), Finding("planned", date=OLD), "planned", "planned", "planned"),
]


UNTIL = [None, "2027-01-01", "2026-01-01"]  # from the one that holds longest


@pytest.mark.parametrize("status", ["implemented", "planned"])
@pytest.mark.parametrize("longer", [0, 1])
def test_of_two_equal_findings_the_one_that_holds_longer_is_better(status: str, longer: int) -> None:
    """`best` keeps the later end (or no end), `worst` the earlier one, whichever assessment is asked."""
    later, earlier = (Finding(status, valid_until=day) for day in UNTIL[longer : longer + 2])
    assert later.rank > earlier.rank
    for one, two in ((later, earlier), (earlier, later)):
        a, b = Assessment({"A.5.1": one}), Assessment({"A.5.1": two})
        assert a.merge(b, on_conflict="best")["A.5.1"].valid_until == later.valid_until
        assert a.merge(b, on_conflict="newest")["A.5.1"].valid_until == later.valid_until
        assert a.merge(b, on_conflict="worst")["A.5.1"].valid_until == earlier.valid_until


def test_findings_are_ranked_from_unassessed_to_implemented() -> None:
    """The order that merging uses: status, then estimate, then a stated degree, then the later date."""
    ranked = [
        Finding("unassessed"),
        Finding("not_applicable"),
        Finding("not_implemented"),
        Finding("planned"),
        Finding("partial", 0.2),
        Finding("partial"),
        Finding("partial", 0.5),
        Finding("partial", 0.5, date="2026-01-01"),
        Finding("implemented"),
        Finding("implemented", date="2025-01-01"),
        Finding("implemented", date="2026-01-01"),
    ]
    assert [finding.rank for finding in ranked] == sorted({finding.rank for finding in ranked})


def said(finding: Finding) -> str:
    return str(finding.status) if finding.degree is None else f"{finding.status} {finding.degree}"


@pytest.mark.parametrize(("ours", "theirs", "newest", "best", "worst"), MERGES)
def test_merging_two_findings(ours: Finding, theirs: Finding, newest: str, best: str, worst: str) -> None:
    """Each way to settle a conflict keeps the same finding whichever assessment is asked."""
    for one, two in ((ours, theirs), (theirs, ours)):
        a, b = Assessment({"A.5.1": one}), Assessment({"A.5.1": two})
        for mode, wanted in (("newest", newest), ("best", best), ("worst", worst)):
            assert said(a.merge(b, on_conflict=mode)["A.5.1"]) == wanted


@pytest.mark.parametrize("mode", ["best", "worst", "newest"])
def test_a_conflict_that_was_settled_is_told_in_a_note(mode: str) -> None:
    """Whoever reads the merged statement sees what the other source said; agreement and silence need no note."""
    one = Assessment({"A.5.1": "planned", "A.5.2": "implemented", "A.5.3": "unassessed", "A.5.4": "planned"})
    two = Assessment({"A.5.1": "implemented", "A.5.2": "implemented", "A.5.3": "planned"})
    merged = one.merge(two, on_conflict=mode)  # type: ignore[arg-type]
    assert [note for note in merged.notes if "contradict" in note] == [
        f"iso27001:A.5.1: planned and implemented contradict; {mode} of them is kept"
    ]


def test_conflicts_are_raised_all_at_once() -> None:
    """`raise` lists every unit on which both differ, with both statuses."""
    one = Assessment({"A.5.1": "planned", "A.5.2": 0.4, "A.5.3": "implemented", "A.5.4": "unassessed"})
    two = Assessment(
        {"A.5.1": "implemented", "A.5.2": 0.5, "A.5.3": "implemented", "A.5.4": "planned", "A.5.5": "planned"}
    )
    with pytest.raises(InputError, match="the assessments contradict each other: 2 problems") as caught:
        one.merge(two)
    assert [problem.ref for problem in caught.value.problems] == ["iso27001:A.5.1", "iso27001:A.5.2"]
    assert caught.value.problems[0].message == "planned here, implemented there"
    merged = one.replace({"A.5.1": None, "A.5.2": None}).merge(two)
    assert [said(finding) for finding in merged.values()] == [
        "implemented",
        "partial 0.5",
        "implemented",
        "planned",
        "planned",
    ]


def test_what_a_merger_keeps_of_the_rest() -> None:
    """Subjects, scopes, notes and problems of both are kept, once; a doubt about the entity stays one."""
    one = Assessment({}, subject="a", as_of=OLD, scope="x", whole_entity=True, notes=["n"], problems=[Problem("p")])
    two = Assessment(
        {}, subject="b", as_of=NEW, scope="x", whole_entity=False, notes=["n", "m"], problems=[Problem("p")]
    )
    merged = one.merge(two)
    assert (merged.subject, str(merged.as_of), merged.scope, merged.whole_entity) == ("a + b", NEW, "x", None)
    assert (merged.notes, merged.problems) == (("n", "m"), (Problem("p"),))
    assert one.merge(Assessment({}, whole_entity=True)).as_of == one.as_of
    for mode in ("latest", "", None, True):
        with pytest.raises(InputError, match="one of: raise, newest, best, worst"):
            one.merge(two, on_conflict=mode)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="other: expected an Assessment"):
        one.merge({"A.5.1": "planned"})  # type: ignore[arg-type]


words = st.sampled_from(("", "a", "b"))
days = st.one_of(st.none(), st.sampled_from((dt.date.min, dt.date(2025, 1, 1), dt.date(2026, 1, 1), dt.date.max)))
some_findings = st.builds(
    lambda said, **rest: Finding(*said, **rest),
    st.one_of(
        st.sampled_from(list(Status)).map(lambda status: (status,)),
        st.sampled_from((0.2, 0.5, 0.8)).map(lambda degree: (Status.PARTIAL, degree)),
    ),
    justification=words,
    evidence=st.lists(words, max_size=2),
    owner=words,
    date=days,
    valid_until=days,
)
some_assessments = st.builds(
    Assessment,
    st.dictionaries(st.sampled_from(("A.5.1", "A.5.2", "nis2:21.2.h")), some_findings),
    subject=st.sampled_from(("", "a", "b", "b + a", "a + b")),
    as_of=days,
    scope=words,
    whole_entity=st.sampled_from((None, True, False)),
)
modes = st.sampled_from(("best", "worst"))


def exactly(soa: Assessment) -> Any:
    """Return everything an assessment says, also the wording that equality ignores."""
    findings = [(ref, attrs.astuple(finding)) for ref, finding in soa.items()]
    return (findings, soa.subject, soa.as_of, soa.scope, soa.whole_entity)


@given(one=some_assessments, two=some_assessments, mode=modes)
def test_merging_is_commutative(one: Assessment, two: Assessment, mode: str) -> None:
    """`best` and `worst` give the same assessment from either side, also with two expiry dates."""
    assert exactly(one.merge(two, on_conflict=mode)) == exactly(two.merge(one, on_conflict=mode))


@given(one=some_assessments, two=some_assessments, three=some_assessments, mode=modes)
def test_merging_is_associative(one: Assessment, two: Assessment, three: Assessment, mode: str) -> None:
    """Three assessments merge to one result however they are bracketed."""
    left = one.merge(two, on_conflict=mode).merge(three, on_conflict=mode)
    right = one.merge(two.merge(three, on_conflict=mode), on_conflict=mode)
    assert exactly(left) == exactly(right)


@given(soa=some_assessments, data=st.data())
def test_the_digest_is_of_what_is_said_and_not_of_its_order(soa: Assessment, data: st.DataObject) -> None:
    """Order, problems and notes do not count; subject, date, scope and each part of a finding do."""
    pairs = data.draw(st.permutations(list(soa.items())))
    again = attrs.evolve(soa, findings=pairs, problems=[Problem("x")], notes=["n"])
    assert again.digest == soa.digest
    other = data.draw(some_assessments)
    assert (other.digest == soa.digest) == (exactly(other) == exactly(soa))


@given(soa=some_assessments, mode=st.sampled_from(("raise", "newest", "best", "worst")))
def test_merging_is_idempotent(soa: Assessment, mode: str) -> None:
    """An assessment merged with itself is itself."""
    assert exactly(soa.merge(soa, on_conflict=mode)) == exactly(soa)


@given(one=some_assessments, two=some_assessments)
def test_the_best_is_never_below_and_the_worst_never_above(one: Assessment, two: Assessment) -> None:
    """`best` and `worst` bound both findings."""
    best, worst = (one.merge(two, on_conflict=mode) for mode in ("best", "worst"))
    for ref, finding in [*one.items(), *two.items()]:
        if finding.known:
            assert best[ref].bounds[1] >= finding.bounds[1] >= worst[ref].bounds[1]


@given(one=some_findings, two=some_findings)
def test_the_rank_of_findings_is_total(one: Finding, two: Finding) -> None:
    """Two findings share a rank only if every part of them is equal."""
    assert (one.rank == two.rank) == (attrs.astuple(one) == attrs.astuple(two))


@given(found=st.dictionaries(refs(), some_findings, max_size=6))
def test_refs_and_texts_give_the_same_assessment(found: dict[Ref, Finding]) -> None:
    """Keys may be refs or their texts, and come out as refs in order."""
    soa = Assessment(found)
    assert Assessment({str(ref): finding for ref, finding in found.items()}) == soa
    assert dict(soa) == found
    assert list(soa) == sorted(found)


# --- certificates


def clauses() -> list[str]:
    numbers = [local for local in closed_set("iso27001") if not local.startswith("A.")]
    return [one for one in numbers if "." in one and not any(other.startswith(f"{one}.") for other in numbers)]


def test_a_certificate_sets_the_clauses_that_nobody_spoke_of() -> None:
    """A finding on a clause or above it stands; the others are set, and the note counts them."""
    soa = Assessment(
        {"A.5.1": "implemented", "clause 9.3": "planned", "clause 6.1.2": 0.4, "clause 4.1": "unassessed"},
        notes=["first"],
    )
    certified = soa.certified(scope="the site")
    assert len(clauses()) == 30
    for local in clauses():
        finding = certified.get(Ref("iso27001", local))
        if local.startswith("9.3."):
            assert finding is None  # the finding above speaks for it
        elif local == "6.1.2":
            assert finding == Finding("partial", 0.4)
        else:
            assert finding == Finding("implemented")
    assert certified["clause 9.3"] == Finding("planned")
    assert certified["A.5.1"] == soa["A.5.1"]
    assert certified.scope == "the site"
    assert certified.whole_entity is None
    assert certified.notes == ("first", "a certificate (scope: the site) stands for 26 clauses, set to implemented")
    assert "clause 4.2" not in soa


def test_the_clauses_of_a_certificate_are_those_of_the_dataset() -> None:
    """Which units are clauses is data: a user's own standard is certified with the same call, under its own names."""
    mine = nis2map.Dataset.from_parts(
        frameworks=[nis2map.Framework("law"), nis2map.Framework("set", side="control")],
        requirements=[nis2map.Requirement("law:1")],
        controls=[
            nis2map.Control("set:1", theme="clause", heading=True),
            nis2map.Control("set:1.1", theme="clause", parent="set:1"),
            nis2map.Control("set:2", theme="technological"),
        ],
    )
    assert list(map(str, Assessment().certified(dataset=mine))) == ["set:1.1"]
    assert [ref.local for ref in Assessment().certified()] == clauses()


def test_a_finding_on_a_demand_or_below_a_clause_speaks_for_it() -> None:
    """Somebody who looked below a clause has spoken of it."""
    soa = Assessment({"iso27001:6.1.2#method": "planned"}).certified()
    assert "clause 6.1.2" not in soa
    assert len(soa) == 30


def test_certificates_of_other_kinds() -> None:
    """Status, scope and dates of the clauses can be given; a second certificate has nothing left to set."""
    soa = Assessment({"A.5.1": "implemented"}, scope="here")
    assert soa.certified()["clause 4.1"].status is Status.IMPLEMENTED
    assert soa.certified().scope == "here"
    assert soa.certified().notes == ("a certificate stands for 30 clauses, set to implemented",)
    assert soa.certified(clauses="planned")["clause 4.1"].status is Status.PLANNED
    dated = Finding("implemented", valid_until="2027-01-01")
    assert soa.certified(clauses=dated)["clause 10.2"] == dated
    with pytest.raises(InputError, match="expected a status, got 'done'"):
        soa.certified(clauses="done")
    again = soa.certified().certified(scope="later")
    assert dict(again) == dict(soa.certified())  # nothing is left to set
    assert again.notes[-1] == "a certificate (scope: later) stands for 0 clauses, set to implemented"


def test_a_certificate_speaks_again_for_what_has_run_out() -> None:
    """A finding that has run out speaks for nothing any more."""
    soa = Assessment({"clause 4.1": Finding("planned", valid_until="2025-01-01")}, as_of="2026-01-01")
    assert soa.certified()["clause 4.1"] == Finding("implemented")
