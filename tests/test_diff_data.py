"""Comparing two datasets and two crosswalks: what changed, what it does to scores, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from nis2map import (
    Assessment,
    Control,
    Crosswalk,
    Dataset,
    Demand,
    Framework,
    InputError,
    Link,
    Measure,
    NotMapped,
    Ref,
    Requirement,
    Source,
    apply,
    compare,
    coverage,
    load,
)
from nis2map.diff import ChangeKind, Part
from nis2map.diff._changes import short

LAW, SET = Framework("law", "A law"), Framework("set", "A set", "control")
UNITS = (
    Requirement("law:1", None, "Backups", demands=[Demand("law:1#kept", "kept"), Demand("law:1#tested", "tested")]),
    Requirement("law:2", None, "Logs", demands=[Demand("law:2#kept", "kept too", optout=True)]),
)
CONTROLS = (Control("set:A", "Copies"), Control("set:B", "Records"))
LINKS = (
    Link("law:1", "set:A", "superset-of", covers="kept", rationale="copies are kept", source="us"),
    Link("law:2", "set:B", "subset-of", covers="kept", rationale="records are logs", source="us"),
)
PARTS: dict[str, Any] = {
    "frameworks": (LAW, SET),
    "requirements": UNITS,
    "controls": CONTROLS,
    "crosswalks": (Crosswalk("own", "law", "set", LINKS),),
    "sources": (Source("us", "Ourselves"),),
    "measures": (Measure("drill", "Restore drills", closes="law:1#tested"),),
    "version": "1",
}


def made(**changed: Any) -> Dataset:
    return Dataset.from_parts(**{**PARTS, **changed})


def unit(place: int, **changed: Any) -> tuple[Requirement, ...]:
    return tuple(attrs.evolve(u, **changed) if at == place else u for at, u in enumerate(UNITS))


def own(*links: Link, **changed: Any) -> tuple[Crosswalk, ...]:
    return (Crosswalk("own", "law", "set", links, **changed),)


Row = tuple[str, str, str, tuple[str, ...]]
# what is done to the dataset, and every change that must be reported: kind, part, what, fields
CASES: list[tuple[str, Callable[[], Dataset], list[Row]]] = [
    ("version", lambda: made(version="2"), [("changed", "detail", "version", ())]),
    (
        "unit renamed",
        lambda: made(requirements=unit(0, title="Copies kept")),
        [("renamed", "unit", "law:1", ("title",))],
    ),
    (
        "unit reworded",
        lambda: made(requirements=unit(0, summary="Keep copies.")),
        [("reworded", "unit", "law:1", ("summary",))],
    ),
    (
        "unit changed",
        lambda: made(requirements=unit(0, title="Copies kept", role="option")),
        [("changed", "unit", "law:1", ("title", "role"))],
    ),
    (
        "demand renamed",
        lambda: made(requirements=unit(1, demands=[Demand("law:2#kept", "kept for a year", optout=True)])),
        [("renamed", "demand", "law:2#kept", ("label",))],
    ),
    (
        "demand changed",
        lambda: made(requirements=unit(1, demands=[Demand("law:2#kept", "kept too")])),
        [("changed", "demand", "law:2#kept", ("optout",))],
    ),
    (
        "demand added",
        lambda: made(requirements=unit(0, demands=[*UNITS[0].demands, Demand("law:1#safe", "safe")])),
        [("changed", "unit", "law:1", ("demands",)), ("added", "demand", "law:1#safe", ())],
    ),
    (
        "demands in another order",
        lambda: made(requirements=unit(0, demands=UNITS[0].demands[::-1])),
        [("changed", "unit", "law:1", ("demands",))],
    ),
    (
        "unit added",
        lambda: made(requirements=[*UNITS, Requirement("law:3", None, "Drills")]),
        [("added", "unit", "law:3", ())],
    ),
    (
        "unit removed with what hangs on it",
        lambda: made(requirements=UNITS[:1], crosswalks=own(LINKS[0])),
        [
            ("removed", "unit", "law:2", ()),
            ("removed", "demand", "law:2#kept", ()),
            ("removed", "link", "law:2 to set:B in own", ()),
        ],
    ),
    (
        "control renamed",
        lambda: made(controls=(attrs.evolve(CONTROLS[0], title="Backup copies"), CONTROLS[1])),
        [("renamed", "unit", "set:A", ("title",))],
    ),
    (
        "link reworded",
        lambda: made(crosswalks=own(attrs.evolve(LINKS[0], rationale="they are"), LINKS[1])),
        [("reworded", "link", "law:1 to set:A in own", ("rationale",))],
    ),
    (
        "link changed",
        lambda: made(crosswalks=own(attrs.evolve(LINKS[0], covers=(), supports="kept"), LINKS[1])),
        [("changed", "link", "law:1 to set:A in own", ("covers", "supports"))],
    ),
    (
        "link to other controls",
        lambda: made(crosswalks=own(attrs.evolve(LINKS[0], controls=("set:B", "set:A")), LINKS[1])),
        [("removed", "link", "law:1 to set:A in own", ()), ("added", "link", "law:1 to set:A + set:B in own", ())],
    ),
    (
        "crosswalk renamed",
        lambda: made(crosswalks=own(*LINKS, title="Ours")),
        [("renamed", "crosswalk", "crosswalk own", ("title",))],
    ),
    (
        "source",
        lambda: made(sources=(Source("us", "Ourselves", date="2026-01-01"),)),
        [("changed", "source", "source us", ("date",))],
    ),
    (
        "measure",
        lambda: made(measures=()),
        [("removed", "measure", "measure drill", ()), ("changed", "order", "order of measures", ())],
    ),
    (
        "frameworks in another order",
        lambda: made(frameworks=(SET, LAW)),
        [("changed", "order", "order of frameworks", ())],
    ),
    (
        "framework",
        lambda: made(frameworks=(attrs.evolve(LAW, edition="2"), SET)),
        [("changed", "framework", "framework law", ("edition",))],
    ),
]


@pytest.mark.parametrize(("change", "rows"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_changes_of_datasets(change: Callable[[], Dataset], rows: list[Row]) -> None:
    """Every kind of difference is reported with its place and fields, and nothing else is."""
    before, after = made(), change()
    found = compare(before, after)
    assert [(str(c.kind), str(c.part), str(c.place), c.fields) for c in found.changes] == rows
    assert apply(found, before).records() == after.records()
    assert apply(found.invert(), after).digest == before.digest
    for row, change_ in zip(found.to_dicts(), found.changes, strict=True):
        assert row["kind"] == change_.kind
        cited = change_.part in ("unit", "finding") and change_.ref is not None
        assert (change_.ref.citation if cited else row["what"]) in str(change_)


def test_a_new_id_for_the_same_thing_is_a_move() -> None:
    """A unit that says the same under another id is paired with it, also backwards."""
    renamed = [UNITS[0], attrs.evolve(UNITS[1], ref="law:9", demands=[Demand("law:9#kept", "kept too", optout=True)])]
    after = made(requirements=renamed, crosswalks=own(LINKS[0]))
    found = compare(made(), after)
    assert found.moved == ((Ref("law", "2"), Ref("law", "9")), (Ref("law", "2#kept"), Ref("law", "9#kept")))
    assert compare(after, made()).moved == tuple((new, old) for old, new in found.moved)
    assert "law:9#kept" in str(found)


def test_two_new_units_that_say_the_same_are_no_move() -> None:
    """One that went and two that came and say the same are not paired."""
    twins = [
        UNITS[0],
        *(
            attrs.evolve(UNITS[1], ref=f"law:{n}", demands=[Demand(f"law:{n}#kept", "kept too", optout=True)])
            for n in (8, 9)
        ),
    ]
    assert compare(made(), made(requirements=twins, crosswalks=own(LINKS[0]))).moved == ()


def test_two_units_that_say_the_same_and_two_new_ones_are_no_moves() -> None:
    """Which of two became which of two nobody knows, so that neither is called a move."""
    twins = [attrs.evolve(UNITS[1], ref=f"law:{n}", demands=[]) for n in (5, 6, 8, 9)]
    before = made(requirements=[*UNITS, *twins[:2]])
    after = made(requirements=[*UNITS, *twins[2:]])
    assert compare(before, after).moved == ()
    one = made(requirements=[*UNITS, twins[2]])
    assert compare(before, one).moved == ()
    assert compare(one, before).moved == ()


def test_a_changed_record_names_its_fields_and_an_added_one_does_not() -> None:
    """A row says which fields of a record differ; of what came or went there is nothing to tell apart."""
    renamed = compare(made(), made(requirements=unit(1, demands=[Demand("law:2#kept", "kept", optout=True)])))
    assert renamed.to_dicts() == [
        {
            "kind": "renamed",
            "what": "law:2#kept",
            "ref": "law:2#kept",
            "citation": "2#kept",
            "title": "kept",
            "part": "demand",
            "fields": "label",
            "before": {"ref": "law:2#kept", "label": "kept too", "optout": True},
            "after": {"ref": "law:2#kept", "label": "kept", "optout": True},
        }
    ]
    added = compare(made(), made(requirements=[*UNITS, Requirement("law:3", None, "Drills")]))
    assert added.to_dicts()[0]["fields"] is None


def test_scores_fall_with_a_lost_link_and_that_is_a_regression() -> None:
    """The effect of data on a score names units, classes and both datasets."""
    done = Assessment.of({"set:A": "implemented", "set:B": "implemented"})
    after = made(crosswalks=own(attrs.evolve(LINKS[0], covers=(), supports="kept"), LINKS[1]), version="2")
    found = compare(made(), after, assessment=done, framework="law", crosswalk="own")
    overall = found.effects[0]
    assert overall.ref is None
    assert overall.before is not None
    assert overall.after is not None
    assert (overall.before.low, overall.after.low) == (0.75, 0.5)
    assert [(str(r.ref), r.message) for r in found.regressions] == [
        ("law:1", "low fell from 50.0 % to 0.0 %"),
        ("law:1", "estimate fell from 50.0 % to 0.0 %"),
    ]
    assert [(str(c.demand), c.before, c.after) for c in found.effects[1].classes] == [("law:1#kept", None, "residual")]
    assert dict(found.origin.conventions)["data"] == "1"
    assert dict(found.conventions)["data"] == "2"
    assert (found.origin.digest, found.digest) == (made().digest, after.digest)


def test_units_that_come_or_go_are_absent_on_one_side_and_no_regression() -> None:
    """What is not in the set of one side has no bounds there, and did not get worse."""
    done = Assessment.of({"set:A": "implemented"})
    after = made(requirements=UNITS[:1], crosswalks=own(LINKS[0]))
    found = compare(made(), after, assessment=done, framework="law", crosswalk="own")
    gone = found.effects[-1]
    assert (str(gone.ref), gone.after) == ("law:2", None)
    assert [(c.before, c.after) for c in gone.classes] == [("unassessed", "absent")]
    assert found.regressions == ()
    record = json.loads(json.dumps(found.to_dict()))
    assert record["effects"][-1]["after"] is None
    assert "absent" in str(found)


def test_the_bundled_data_and_a_copy_with_one_title_changed(dataset: Dataset) -> None:
    """One title changed is one change, and applying it gives the copy."""
    ref = "nis2:21.2.h~encryption"
    changed = dataset.with_framework(
        dataset.frameworks["nis2"],
        requirements=[
            attrs.evolve(u, title="Use of encryption") if str(u.ref) == ref else u
            for u in dataset
            if u.ref.framework == "nis2"
        ],
    )
    found = compare(dataset, changed)
    assert [(c.kind, str(c.place)) for c in found.of(part="unit")] == [(ChangeKind.RENAMED, ref)]
    assert {c.part for c in found.changes} <= {Part.UNIT, Part.ORDER}
    assert apply(found, dataset).digest == changed.digest
    soa = Assessment.full(dataset)
    assert compare(dataset, changed, assessment=soa).effects == ()


def test_crosswalks_by_id_and_their_effect_on_scores(dataset: Dataset) -> None:
    """Ids name crosswalks of the dataset, and links are counted by requirement and controls."""
    soa = Assessment.full(dataset)
    found = compare("enisa", "nis2map", assessment=soa, framework="cir")
    ours = {(link.requirement, frozenset(link.controls)) for link in dataset.links("nis2map")}
    theirs = {(link.requirement, frozenset(link.controls)) for link in dataset.links("enisa")}
    assert len(found.of("added", part="link")) == len(ours - theirs)
    assert len(found.of("removed", part="link")) == len(theirs - ours)
    one, two = (coverage(soa, framework="cir", crosswalk=name) for name in ("enisa", "nis2map"))
    effect = found.effects[0]
    assert effect.before is not None
    assert effect.after is not None
    assert (effect.before.low, effect.after.low) == (one.overall.low, two.overall.low)
    assert apply(found, dataset.crosswalks["enisa"]) == dataset.crosswalks["nis2map"]
    assert "more changes" in str(found)
    assert found._repr_html_().count("<tr") < 1200


def test_crosswalk_objects_keep_the_order_of_their_links() -> None:
    """An order that is not the legal one is a part of the crosswalk."""
    one = Crosswalk("own", "law", "set", LINKS)
    two = Crosswalk("own", "law", "set", LINKS[::-1])
    found = compare(one, two)
    assert [str(change.place) for change in found.changes] == ["order of links"]
    assert apply(found, one).links == LINKS[::-1]
    assert apply(found.invert(), two) == one


def test_a_crosswalk_that_names_a_pair_twice_is_refused() -> None:
    """Two links of one place can't be told apart, so that nothing is compared."""
    with pytest.raises(InputError, match="law:1 to set:A is given twice"):
        compare(Crosswalk("own", "law", "set", [LINKS[0], LINKS[0]]), Crosswalk("own", "law", "set", LINKS))


# what is handed in, and the words of the refusal
REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: compare(Assessment.of({}), load()), "can't be compared"),
    (lambda: compare("nis2map", load()), "'nis2map' and Dataset can't be compared"),
    (lambda: compare(1, 2), "int and int can't be compared"),
    (lambda: compare(Assessment.of({}), Assessment.of({}), assessment=Assessment.of({})), "is for comparing datasets"),
    (lambda: compare(made(), made(), framework="law"), "framework affects scores only, and nothing is scored"),
    (lambda: compare(made(), made(), dataset=made()), "dataset affects scores only"),
    (lambda: compare("enisa", "nis2map", crosswalk="own"), "crosswalk affects scores only"),
    (
        lambda: compare(made(), made(), assessment=Assessment.of({}), dataset=made()),
        "dataset= is given with the two",
    ),
    (
        lambda: compare("enisa", "nis2map", assessment=Assessment.of({}), crosswalk="enisa"),
        "crosswalk= is given with the two",
    ),
    (lambda: apply(compare(made(), made(version="2")), Assessment.of({})), "a comparison of datasets can't be applied"),
    (lambda: apply(compare(made(), made(version="2")), made(version="3")), "version is 3, but .* starts from 1"),
    (lambda: compare(made(), made(version="2")).then(compare("enisa", "article")), "do not follow each other"),
]


@pytest.mark.parametrize(("attempt", "words"), REFUSED)
def test_what_is_refused(attempt: Callable[[], Any], words: str) -> None:
    """Each wrong argument is refused with words that say which."""
    with pytest.raises(InputError, match=words):
        attempt()


def test_a_crosswalk_that_does_not_exist_is_named() -> None:
    """An id that the dataset lacks is named in the error."""
    with pytest.raises(NotMapped, match="'enisax'"):
        compare("enisax", "nis2map")


@pytest.mark.parametrize(
    "value",
    [
        Demand("law:1#a", "x" * 61),
        Control("set:1", "x" * 61),
        ("x" * 30, "y" * 30),
        "x" * 61,
    ],
    ids=["demand", "title", "several", "text"],
)
def test_a_table_of_changes_cuts_what_is_longer_than_sixty_characters(value: object) -> None:
    """Rows stay readable, sixty characters are shown whole, and a cut is marked."""
    shown = short(value)
    assert len(shown) == 60
    assert shown.endswith("…")
    assert short("x" * 60) == "x" * 60
