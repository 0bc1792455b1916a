"""The composition table, the chains, and the worked example of a policy set composed with our crosswalk."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from itertools import product
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nis2map import (
    Control,
    Crosswalk,
    Dataset,
    Framework,
    InputError,
    InvalidRef,
    Link,
    NotMapped,
    Ref,
    Relation,
    Requirement,
    UnknownRef,
)
from nis2map.diff import Composition, Conclusion, compose
from nis2map.model import TABLE, chained

from .tiny import tiny

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "compose.md"
EQUAL, SUBSET, SUPERSET, MEETS, APART = Relation


def relation(a: int, b: int) -> Relation:
    """The relation between two non-empty sets, each given as a bit mask."""
    if a == b:
        return EQUAL
    if not a & b:
        return APART
    return SUBSET if a & b == a else SUPERSET if a & b == b else MEETS


def test_the_table_is_what_all_small_sets_give() -> None:
    """Every triple of non-empty subsets of five elements; no relation is missing and none too many."""
    found: defaultdict[tuple[Relation, Relation], set[Relation]] = defaultdict(set)
    sets = range(1, 2**5)
    for a, b, c in product(sets, sets, sets):
        found[relation(a, b), relation(b, c)].add(relation(a, c))
    assert {key: set(value) for key, value in TABLE.items()} == found


def test_the_four_cells_in_which_the_weakest_link_is_unsound() -> None:
    """Taking the weaker of two relations would claim what the table does not give."""
    related = [r for r in Relation if r is not APART]
    unsound = {(one, two) for one, two in product(related, related) if APART in TABLE[one, two]}
    assert unsound == {(SUBSET, SUPERSET), (SUBSET, MEETS), (MEETS, SUPERSET), (MEETS, MEETS)}


@given(st.sets(st.sampled_from(Relation)), st.sets(st.sampled_from(Relation)), st.sets(st.sampled_from(Relation)))
def test_chaining_is_associative_and_turns_round(one: set[Relation], two: set[Relation], three: set[Relation]) -> None:
    """Chains may be grouped in any way, and reading backwards inverts the result."""
    assert chained(chained(one, two), three) == chained(one, chained(two, three))
    back = chained({r.inverse for r in two}, {r.inverse for r in one})
    assert {r.inverse for r in chained(one, two)} == back
    assert chained({EQUAL}, one) == chained(one, {EQUAL}) == one


# A small world of sets: x:1..3, y:1..3 (under y:0), z:1..3 with a drawn extent each, and crosswalks that tell the truth.
NAMES = ("1", "2", "3")


def between(extents: dict[str, int], left: list[str], right: list[str]) -> Relation:
    union = [0, 0]
    for side, names in enumerate((left, right)):
        for name in names:
            union[side] |= extents[name]
    return relation(union[0], union[1])


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, int], Dataset, Crosswalk, Crosswalk]:
    """Extents of all units, and two crosswalks whose relations are those of the extents; y:0 is all of the y's."""
    sets = st.integers(1, 2**5 - 1)
    extents = {f"{framework}:{name}": draw(sets) for framework in "xyz" for name in NAMES}
    extents["y:0"] = extents["y:1"] | extents["y:2"] | extents["y:3"]
    dataset = Dataset.from_parts(
        frameworks=(Framework("x"), Framework("y", side="control"), Framework("z", side="control")),
        requirements=[Requirement(f"x:{n}") for n in NAMES],
        controls=[
            Control("y:0", heading=True),
            *(Control(f"y:{n}", parent="y:0") for n in NAMES),
            *(Control(f"z:{n}") for n in NAMES),
        ],
    )
    first = _links(draw, extents, [f"x:{n}" for n in NAMES], ["y:0", "y:1", "y:2", "y:3"])
    second = _links(draw, extents, ["y:0", "y:1", "y:2", "y:3"], [f"z:{n}" for n in NAMES])
    return extents, dataset, Crosswalk("a", "x", "y", first), Crosswalk("b", "y", "z", second)


def _links(draw: st.DrawFn, extents: dict[str, int], starts: list[str], ends: list[str]) -> list[Link]:
    made: list[Link] = []
    for start in starts:
        for some in draw(st.lists(st.lists(st.sampled_from(ends), min_size=1, max_size=2, unique=True), max_size=3)):
            made.append(Link(start, some, between(extents, [start], some)))
        if draw(st.booleans()) and all(between(extents, [start], [end]) is APART for end in ends):
            made.append(Link(start, (), APART))
    return made


def texts(refs: tuple[Ref, ...]) -> list[str]:
    return [str(ref) for ref in refs]


@given(worlds())
def test_what_is_composed_from_the_truth_contains_the_truth(world: Any) -> None:
    """No link of a true crosswalk can lead to a contradiction, or to a set that lacks what really holds."""
    extents, dataset, one, two = world
    found = compose(one, two, dataset=dataset)
    for pair in found:
        truth = between(extents, texts(pair.left), texts(pair.right))
        assert truth in pair.relations
        sure = {
            Conclusion.EQUAL: {EQUAL},
            Conclusion.WITHIN: {EQUAL, SUBSET},
            Conclusion.CONTAINS: {EQUAL, SUPERSET},
            Conclusion.OVERLAP: {EQUAL, SUBSET, SUPERSET, MEETS},
            Conclusion.HINT: set(Relation),
            Conclusion.UNRELATED: {APART},
        }
        assert truth in sure[pair.verdict]
        single = [chain for chain in pair.chains if not chain.joint]
        if not single:
            assert pair.verdict in (Conclusion.HINT, Conclusion.UNRELATED)
    assert found.contradictions == ()


@given(worlds())
def test_reading_it_backwards_mirrors_it(world: Any) -> None:
    """The inverse crosswalks composed the other way round give the inverse relations, however they are oriented."""
    _, dataset, one, two = world
    forth = compose(one, two, dataset=dataset)
    back = compose(two, one, dataset=dataset)
    assert (forth.backwards, back.backwards) == ((False, False), (True, True))
    mirrored = {(p.right, p.left): {r.inverse for r in p.relations} for p in forth}
    assert {(p.left, p.right): set(p.relations) for p in back} == mirrored


@given(worlds(), st.randoms())
def test_the_order_of_links_does_not_matter(world: Any, random: Any) -> None:
    """Shuffled crosswalks compose to the same result."""
    _, dataset, one, two = world
    links = list(one.links)
    random.shuffle(links)
    first = compose(one, two, dataset=dataset)
    second = compose(attrs.evolve(one, links=links), two, dataset=dataset)
    assert [(p.left, p.right, p.relations, p.verdict) for p in first] == [
        (p.left, p.right, p.relations, p.verdict) for p in second
    ]


def composed(first: list[tuple[Any, ...]], second: list[tuple[Any, ...]], **options: Any) -> Composition:
    """Compose two crosswalks of frameworks that no dataset knows, given as rows of Link."""
    a = Crosswalk("a", "x", "y", [Link(*row) for row in first])
    b = Crosswalk("b", "y", "z", [Link(*row) for row in second])
    return compose(a, b, **options)


@pytest.mark.parametrize(("one", "two"), list(product(Relation, Relation)))
def test_one_chain_gives_the_cell_of_the_table(one: Relation, two: Relation) -> None:
    """A single chain leaves exactly the relations of its cell."""
    found = composed([("x:1", "y:1", one)], [("y:1", "z:1", two)])
    if APART in (one, two) and TABLE[one, two] != {APART}:
        assert len(found) == 0  # nobody said that the two are related
    else:
        assert set(found[0].relations) == TABLE[one, two]
        assert (found[0].verdict is Conclusion.HINT) == (APART in TABLE[one, two] and TABLE[one, two] != {APART})


def test_several_chains_narrow_each_other() -> None:
    """x:1 meets y:1 within z:1, and contains y:2 which meets z:1: neither alone says that x:1 does not lie in z:1."""
    found = composed(
        [("x:1", "y:1", "intersects-with"), ("x:1", "y:2", "superset-of")],
        [("y:1", "z:1", "subset-of"), ("y:2", "z:1", "intersects-with")],
    )
    assert found[0].relations == (MEETS,)
    assert len(found[0].chains) == 2
    assert found[0].verdict is Conclusion.OVERLAP


def test_an_empty_set_is_a_contradiction_with_its_chains() -> None:
    """Where nothing is possible the pair says so and shows the chains that disagree."""
    found = composed(
        [("x:1", "y:1", "equal-to"), ("x:1", "y:2", "equal-to")],
        [("y:1", "z:1", "subset-of"), ("y:2", "z:1", "superset-of")],
    )
    assert found.contradictions == found.pairs
    assert found[0].relations == ()
    assert "contradiction (nothing)" in str(found[0])
    assert "x:1 equal-to y:2 (a); y:2 superset-of z:1 (b)" in str(found[0])


def test_no_relationship_narrows_and_speaks_alone_only_where_it_is_sure() -> None:
    """Disjointness narrows other chains, and alone gives a pair only if it follows surely."""
    assert [p.verdict for p in composed([("x:1", "y:1", "subset-of")], [("y:1", "z:1", "no-relationship")])] == [
        "unrelated"
    ]
    clash = composed(
        [("x:1", "y:1", "equal-to"), ("x:1", "y:2", "equal-to")],
        [("y:1", "z:1", "equal-to"), ("y:2", "z:1", "no-relationship")],
    )
    assert [p.verdict for p in clash] == ["contradiction"]


def test_a_link_that_speaks_of_every_unit_narrows_what_others_give() -> None:
    """y:2 has nothing in all of z: what holds y:2 within itself is not within any unit of z."""
    rows = [("x:1", "y:1", "intersects-with"), ("x:1", "y:2", "superset-of")]
    without = composed(rows, [("y:1", "z:1", "subset-of")])
    assert without[0].relations == (SUBSET, MEETS)
    assert without.unmatched == (Ref("y", "2"),)
    narrowed = composed(rows, [("y:1", "z:1", "subset-of"), ("y:2", (), "no-relationship")])
    assert narrowed[0].relations == (MEETS,)
    first = composed([("x:1", "y:1", "equal-to"), ("x:1", (), "no-relationship")], [("y:1", "z:1", "equal-to")])
    assert [p.verdict for p in first] == ["contradiction"]


def test_joint_links_take_part_as_a_whole_and_give_at_best_a_hint() -> None:
    """A joint link never claims for one of its controls."""
    found = composed([("x:1", ("y:1", "y:2"), "equal-to")], [("y:1", "z:1", "equal-to"), ("y:3", "z:2", "equal-to")])
    assert [texts(pair.right) for pair in found] == [["z:1"]]
    assert set(found[0].relations) == {EQUAL, SUPERSET}  # y:1 lies within both together, or is both
    assert found[0].verdict is Conclusion.HINT
    ends = composed([("x:1", "y:1", "equal-to")], [("y:1", ("z:1", "z:2"), "subset-of")])
    assert [texts(pair.right) for pair in ends] == [["z:1", "z:2"]]
    assert (ends[0].relations, ends[0].verdict) == ((SUBSET,), Conclusion.HINT)


def test_a_joint_link_never_lifts_a_hint() -> None:
    """The joint chain alone would rule out that the two are apart."""
    found = composed(
        [("x:1", "y:1", "subset-of"), ("x:1", ("y:2", "y:3"), "superset-of")],
        [("y:1", "z:1", "superset-of"), ("y:2", "z:1", "equal-to")],
    )
    assert APART not in found[0].relations
    assert found[0].verdict is Conclusion.HINT


def known(*links: Link) -> tuple[Dataset, Crosswalk]:
    """A law with a unit that has demands of its own and units below, mapped to a set of controls."""
    dataset = tiny("1: all; 1.1: it", "A; A.1", {"own": links})
    return dataset, dataset.crosswalks["own"]


def test_units_of_the_middle_meet_along_the_tree() -> None:
    """A unit meets the units above and below it."""
    dataset, _ = known(Link("law:1.1", "set:A.1", "subset-of", covers="it"))
    policies = Crosswalk("mine", "acme", "set", [Link("acme:1", "set:A", "equal-to")])
    found = compose(policies, "own", dataset=dataset)
    assert [(texts(p.left), texts(p.right), p.relations) for p in found] == [(["acme:1"], ["law:1.1"], (SUPERSET,))]


def test_a_link_that_names_demands_does_not_speak_of_the_units_below() -> None:
    """The own demand of law:1 is within set:A; whether law:1.1 is, nobody said."""
    dataset, _ = known(Link("law:1", "set:A", "subset-of", covers="all"))
    policies = Crosswalk(
        "mine", "acme", "law", [Link("acme:1", "law:1.1", "equal-to"), Link("acme:2", "law:1", "equal-to")]
    )
    found = compose(policies, "own", dataset=dataset)
    assert [texts(p.left) for p in found] == [["acme:2"]]
    assert set(found[0].relations) == {EQUAL, SUBSET, SUPERSET, MEETS}  # all of law:1 is more than its own demand
    assert found.unmatched == (Ref("law", "1.1"),)


def test_a_foreign_link_on_a_unit_speaks_of_the_units_below() -> None:
    """A link without demands holds for all below its unit."""
    dataset, _ = known(Link("law:1", "set:A", "subset-of"))
    policies = Crosswalk("mine", "acme", "law", [Link("acme:1", "law:1.1", "equal-to")])
    assert compose(policies, "own", dataset=dataset)[0].relations == (SUBSET,)


@pytest.mark.parametrize(
    ("stated", "basis", "read"),
    [
        ("subset-of", "guidance", SUBSET),
        ("subset-of", "statement", MEETS),
        ("equal-to", "guidance", EQUAL),
        ("equal-to", "statement", SUPERSET),
    ],
)
def test_a_guided_cover_is_full_on_guidance_alone(stated: str, basis: str, read: Relation) -> None:
    """On the basis of statements a guided cover is partial."""
    dataset, _ = known(Link("law:1.1", "set:A", stated, covers_guided="it"))
    policies = Crosswalk("mine", "acme", "law", [Link("acme:1", "law:1.1", "equal-to")])
    assert compose(policies, "own", basis=basis, dataset=dataset)[0].relations == (read,)


def cw(name: str, source: Any, target: str, *ends: tuple[str, str]) -> Crosswalk:
    return Crosswalk(name, source, target, [Link(start, end, "subset-of") for start, end in ends])


# ends of both crosswalks, through=, and how they must be read
WAYS: list[tuple[Crosswalk, Crosswalk, str | None, str, tuple[bool, bool], tuple[str, str, Relation | None]]] = [
    (cw("a", "x", "y", ("x:1", "y:1")), cw("b", "y", "z", ("y:1", "z:1")), None, "y", (False, False), ("x:1", "z:1", SUBSET)),
    (cw("a", "x", "y", ("x:1", "y:1")), cw("b", "z", "y", ("z:1", "y:1")), None, "y", (False, True), ("x:1", "z:1", None)),
    (cw("a", "y", "x", ("y:1", "x:1")), cw("b", "y", "z", ("y:1", "z:1")), None, "y", (True, False), ("x:1", "z:1", None)),
    (cw("a", "y", "x", ("y:1", "x:1")), cw("b", "z", "y", ("z:1", "y:1")), None, "y", (True, True), ("x:1", "z:1", SUPERSET)),
    (cw("a", ("x", "w"), "y", ("x:1", "y:1")), cw("b", ("y", "x"), "z", ("y:1", "z:1")), None, "y", (False, False), ("x:1", "z:1", SUBSET)),
    (cw("a", "x", "y", ("x:1", "y:1")), cw("b", "x", "y", ("x:1", "y:2")), "y", "y", (False, True), ("", "", None)),
    (cw("a", "x", "y", ("x:1", "y:1")), cw("b", "x", "y", ("x:1", "y:2")), "x", "x", (True, False), ("y:1", "y:2", None)),
]  # fmt: skip


@pytest.mark.parametrize(("one", "two", "through", "middle", "backwards", "pair"), WAYS)
def test_how_two_crosswalks_are_read(
    one: Crosswalk, two: Crosswalk, through: str | None, middle: str, backwards: Any, pair: Any
) -> None:
    """The shared framework decides which crosswalk is read backwards."""
    found = compose(one, two, through=through)
    assert (found.through, found.backwards) == (middle, backwards)
    left, right, only = pair
    assert [(texts(p.left), texts(p.right)) for p in found] == ([([left], [right])] if left else [])
    if only is not None:
        assert found[0].relations == (only,)


REFUSED: list[tuple[Any, Any, dict[str, Any], str]] = [
    (cw("a", "x", "y"), cw("b", "v", "w"), {}, r"a \(x to y\) and b \(v to w\) share no framework"),
    (cw("a", "x", "y"), cw("b", "y", "z"), {"through": "x"}, "share no framework 'x'"),
    (cw("a", "x", "y"), cw("b", "x", "y"), {}, "share several frameworks: y, x; say which with through="),
    ("nis2map", "enisa", {}, "share several frameworks: iso27001, cir"),
    ("nis2map", 7, {}, "7 is not a crosswalk"),
    (cw("a", "x", "y"), cw("b", "y", "z"), {"basis": "hope"}, "basis is 'hope'"),
    (cw("a", "x", "y", ("x:1", "q:1")), cw("b", "y", "z"), {}, "q:1: the unit is of neither end"),
    (cw("a", "x", "nis2", ("x:1", "nis2:21.2.h#gone")), "nis2map", {}, "nis2:21.2.h#gone: the dataset has no such unit"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "two", "options", "words"), REFUSED)
def test_what_is_refused(one: Any, two: Any, options: dict[str, Any], words: str) -> None:
    """Each wrong argument is refused with words that say which."""
    with pytest.raises(InputError, match=words):
        compose(one, two, **options)


def test_ids_that_do_not_exist_are_refused_at_once() -> None:
    """Neither crosswalks nor units that do not exist are composed."""
    with pytest.raises(NotMapped, match="'nis2mapp'"):
        compose("nis2mapp", "enisa")
    with pytest.raises(InvalidRef, match=r"A\.8\.x"):
        Link("acme:1", "A.8.x", "equal-to")
    made_up = Crosswalk("ours", "acme", "iso27001", [Link("acme:1", "A.8.35", "equal-to")])
    with pytest.raises(InputError, match=r"A\.8\.35: the dataset has no such unit"):
        compose(made_up, "nis2map")


def test_the_worked_example_of_the_documentation(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """The page's code runs, and what it says of P1, P2 and P3 holds."""
    monkeypatch.chdir(PAGE.parents[2])
    names: dict[str, Any] = {"__name__": "docs"}
    for block in re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S):
        exec(compile(block, PAGE.name, "exec"), names)
    found: Composition = names["found"]
    assert (
        "acme:P1 equal-to A.8.13 (policies); A.8.13 superset-of Article 21(2), point (c) (backup management) (nis2map)"
        in capsys.readouterr().out
    )
    verdicts = defaultdict(set)
    for pair in found:
        verdicts[str(pair.left[0])].add(pair.verdict)
    assert verdicts["acme:P1"] == {Conclusion.CONTAINS, Conclusion.OVERLAP}
    assert verdicts["acme:P2"] == verdicts["acme:P3"] == {Conclusion.HINT}


def test_our_policies_against_the_links_themselves(dataset: Dataset) -> None:
    """An equal policy has to each duty the inverse of the relation that our link gives the duty to the control."""
    policies = Crosswalk("mine", "acme", "iso27001", [Link("acme:1", "A.8.24", "equal-to")])
    found = compose(policies, "nis2map", basis="guidance")
    single = {link.requirement: link for link in dataset.links("nis2map", control="A.8.24") if len(link.controls) == 1}
    got = {pair.right[0]: pair for pair in found if not any(chain.joint for chain in pair.chains)}
    assert got
    assert set(got) <= set(single)
    for ref, pair in got.items():
        # On guidance what is only considered is no cover, so that a full relation goes out as a partial one.
        link = single[ref]
        stands = Relation.INTERSECTS_WITH if link.relation.is_full and link.covers_considered else link.relation
        assert pair.relations == (stands.inverse,)
    record = json.loads(json.dumps(found.to_dict()))
    assert record["pairs"][0]["chains"][0]["second"]["backwards"] is True
    assert len(found.to_dicts()) == len(found)
    assert "<table " in found._repr_html_()
    assert "mine, then nis2map backwards, through iso27001" in str(found)
    assert found.digest == dataset.digest


def test_a_long_result_is_cut_where_it_is_shown_and_not_where_it_is_kept() -> None:
    """The text shows the first pairs and how many more there are; the data has all."""
    found = compose("nis2map", "enisa", through="cir")
    assert len(found) > 200
    assert f"and {len(found) - 200} more" in str(found)
    assert len(found.to_dict()["pairs"]) == len(found)
    assert found[:2] == found.pairs[:2]
    assert repr(found) == f"<Composition nis2map backwards, then enisa, through cir: {len(found)} hint>"


def test_only_what_is_unmatched_is_called_so() -> None:
    """The note names units of the middle that the first crosswalk alone relates to anything, and is absent if none."""
    whole = compose(cw("a", "x", "y", ("x:1", "y:1")), cw("b", "y", "z", ("y:1", "z:1")))
    assert "only in" not in str(whole)
    part = compose(cw("a", "x", "y", ("x:1", "y:1"), ("x:2", "y:2")), cw("b", "y", "z", ("y:1", "z:1")))
    for shown in (str(part), part._repr_html_()):
        assert "only in a: y:2" in shown
        assert "basis statement, digest " in shown


def test_pairs_are_looked_up_by_the_units_on_either_side() -> None:
    """Any text form of a unit gives the pairs that it is in; a unit in none raises our error."""
    found = compose(cw("a", "x", "y", ("x:1", "y:1")), cw("b", "y", "z", ("y:1", "z:1"), ("y:1", "z:2")))
    assert found["x:1"] == found.pairs
    assert found[Ref("z", "2")] == (found[1],)
    with pytest.raises(UnknownRef, match="no pair has y:1 on either side; they run through y"):
        _ = found["y:1"]
    with pytest.raises(InvalidRef):
        _ = found["nonsense"]
    with pytest.raises(IndexError):
        _ = found[2]


def test_a_pair_is_written_with_its_chains() -> None:
    """Each step says where it leads, through which crosswalk, and from whom it is."""
    (pair,) = compose(cw("a", "x", "y", ("x:1", "y:1")), cw("b", "z", "y", ("z:1", "y:1")))
    assert pair.to_dict() == {
        "left": ["x:1"],
        "right": ["z:1"],
        "verdict": "hint",
        "relations": [str(relation) for relation in pair.relations],
        "chains": [
            {
                "first": {
                    "crosswalk": "a", "backwards": False, "from": ["x:1"], "to": ["y:1"],
                    "relation": "subset-of", "source": "",
                },
                "second": {
                    "crosswalk": "b", "backwards": True, "from": ["y:1"], "to": ["z:1"],
                    "relation": "superset-of", "source": "",
                },
                "relations": [str(relation) for relation in pair.relations],
            }
        ],
    }  # fmt: skip
    assert str(pair).splitlines()[1] == "  x:1 subset-of y:1 (a); y:1 superset-of z:1 (b)"
    assert repr(pair).startswith("<Pair: x:1 to z:1: hint (")
