"""The builder of tiny datasets says what its short texts say."""

from __future__ import annotations

import pytest

from nis2map import Assessment, Control, Link, Relation, Requirement, coverage

from .tiny import options, tiny


def test_units_get_titles_demands_and_the_nearest_unit_above() -> None:
    """`1.1.2` stands below `1` if there is no `1.1`, and a question mark makes a demand an opt-out."""
    dataset = tiny("1 A law; 1.1.2 Logs: kept read?")
    unit = dataset["law:1.1.2"]
    assert (str(unit.parent), unit.title) == ("law:1", "Logs")
    assert [(str(d.ref), d.label, d.optout) for d in unit.demands] == [
        ("law:1.1.2#kept", "kept of 1.1.2", False),
        ("law:1.1.2#read", "read of 1.1.2", True),
    ]
    assert dataset["law:1"].parent is None


def test_a_slash_makes_a_heading() -> None:
    """A control with others below it is a heading only if the text says so."""
    dataset = tiny(controls="C/ Group; C.1 Logs; D; D.1")
    units = [unit for unit in dataset if unit.side == "control"]
    assert [(str(c.ref), c.title, c.heading, c.parent and str(c.parent)) for c in units] == [
        ("set:C", "Group", True, None),
        ("set:C.1", "Logs", False, "set:C"),
        ("set:D", "", False, None),
        ("set:D.1", "", False, "set:D"),
    ]


@pytest.mark.parametrize(
    ("sign", "relation"),
    [("=", "equal-to"), ("<", "subset-of"), (">", "superset-of"), ("&", "intersects-with"), ("!", "no-relationship")],
)
def test_each_sign_is_a_relation(sign: str, relation: str) -> None:
    """The five signs stand for the five relations."""
    (link,) = tiny("1", "C", f"1 {sign} C").crosswalks["x"].links
    assert link.relation is Relation(relation)


def test_a_tilde_takes_the_relation_from_the_demands() -> None:
    """All demands covered in any role is subset-of; one left to a support, or to nobody, is intersects-with."""
    whole, part = tiny("1: a b", "C; D", "1 ~ C: a, guided b; 1 ~ D: a, supports b").crosswalks["x"].links
    assert (whole.relation, part.relation) == (Relation.SUBSET_OF, Relation.INTERSECTS_WITH)
    assert [[ref.demand for ref in refs] for refs in (whole.covers, whole.covers_guided, part.supports)] == [
        ["a"],
        ["b"],
        ["b"],
    ]


def test_controls_are_joined_by_plus_and_may_be_left_out() -> None:
    """`+` joins what counts together; a link to nothing says that no control is related."""
    joint, nothing = tiny("1; 2", "C; D", "1 < C + D\n2 !").crosswalks["x"].links
    assert [str(ref) for ref in joint.controls] == ["set:C", "set:D"]
    assert nothing.controls == ()


def test_other_frameworks_are_named_in_the_ids() -> None:
    """A prefix names the framework, and crosswalks of a mapping start and end where their links do."""
    dataset = tiny("x:1", "y:1; z:1", {"a": "x:1 < y:1", "b": "x:1 & z:1"})
    assert {f.id: f.side for f in dataset.frameworks.values()} == {"x": "requirement", "y": "control", "z": "control"}
    assert [(c.id, c.source, c.target) for c in dataset.crosswalks.values()] == [("a", "x", "y"), ("b", "x", "z")]


def test_records_stand_where_texts_fall_short_and_parts_go_through() -> None:
    """What the short texts can't say is given as a record, and the version as to `from_parts`."""
    dataset = tiny(
        [Requirement("law:1", None, "by hand", "option"), "1.1"],  # type: ignore[arg-type]
        [Control("set:C", note="n")],  # type: ignore[arg-type]
        [Link("law:1.1", "set:C", "intersects-with", strength=3)],  # type: ignore[arg-type]
        version="7",
    )
    assert (str(dataset["law:1"].role), dataset["set:C"].note, dataset.version) == ("option", "n", "7")
    assert dataset.crosswalks["x"].links[0].strength == 3
    assert str(dataset["law:1.1"].parent) == "law:1"


def test_what_is_not_a_link_is_refused() -> None:
    """A slip of the pen must not become a dataset that nobody meant."""
    with pytest.raises(ValueError, match="'1 C' is not `unit relation controls: demands`"):
        tiny("1", "C", "1 C")


def test_options_are_the_question_about_the_law_through_its_crosswalk() -> None:
    """With its options a tiny dataset can be scored as it is."""
    dataset = tiny("1: a b", "C", "1 ~ C: a")
    assert coverage(Assessment.full(dataset), **options(dataset, weights="demand")).overall.low == 0.5
