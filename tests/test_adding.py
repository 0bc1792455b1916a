"""What is added to a dataset: checked like the parts of a whole, on the store of what is there, sources and duplicates."""

from __future__ import annotations

import pickle
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nis2map
from nis2map import (
    Control,
    Crosswalk,
    Dataset,
    DatasetError,
    Framework,
    InputError,
    Link,
    Relation,
    Requirement,
    Source,
    dumps,
    loads,
)

from .tiny import remade, tiny


def small(**parts: Any) -> Dataset:
    """Two laws, of which one has demands, a set, and a crosswalk with a source."""
    return tiny(
        "1 Top; 1.1 Logs: kept read; 2 Backup: copies; acme:1 Own; acme:1.1 Own part",
        "C/ Controls; C.1 Logs; C.2 Copies",
        {"own": "1.1 & C.1: kept; 2 < C.2: copies"},
        **parts,
    )


def problems(call: Any) -> list[nis2map.Problem]:
    """The problems with which a call fails, none if it does not."""
    try:
        call()
    except DatasetError as error:
        return list(error.problems)
    return []


WORDS = st.sampled_from(("", "why", "bad \x00 text", "\ufffd"))
UNITS = st.sampled_from(
    (
        "law:1",
        "law:1.1",
        "law:2",
        "law:9",
        "acme:1",
        "acme:1.1",
        "set:C",
        "set:C.1",
        "set:C.2",
        "set:C.9",
        "iso27001:A.5.1",
    )
)
DEMANDS = st.sampled_from(("law:1.1#kept", "law:1.1#read", "law:2#copies", "law:1.1#none", "acme:1.1"))
LINKS = st.builds(
    lambda requirement, controls, relation, **more: Link(requirement, controls, relation, **more),
    UNITS,
    st.lists(UNITS, max_size=2),
    st.sampled_from(Relation),
    covers=st.lists(DEMANDS, max_size=2),
    supports=st.lists(DEMANDS, max_size=1),
    strength=st.sampled_from((None, None, None, 5, 10)),
    rationale=WORDS,
    source=st.sampled_from(("", "", "us", "them")),
)
ENDS = st.sampled_from(("law", "acme", "set", "nowhere"))
CROSSWALKS = st.builds(
    Crosswalk,
    st.sampled_from(("own", "new")),
    st.one_of(ENDS, st.lists(ENDS, min_size=1, max_size=2, unique=True).map(tuple)),
    ENDS,
    st.lists(LINKS, max_size=4),
    title=WORDS,
)
SOURCES = st.sampled_from(((), (Source("us", "Us"),), (Source("them", "Them\x00"),)))


@given(CROSSWALKS, SOURCES, st.booleans())
def test_adding_a_crosswalk_finds_what_making_the_whole_finds(
    crosswalk: Crosswalk, sources: tuple[Source, ...], declared: bool
) -> None:
    """`with_crosswalk` has the very problems of `from_parts`, places included, and else an equal dataset."""
    before = small(sources=[Source("us", "Us")]) if declared else small()
    crosswalks = {**before.crosswalks, crosswalk.id: crosswalk}.values()

    def whole() -> Dataset:
        return remade(before, crosswalks=crosswalks, sources={**before.sources, **{s.id: s for s in sources}}.values())

    def added() -> Dataset:
        return before.with_crosswalk(crosswalk, sources=sources)

    assert problems(added) == problems(whole)
    if not problems(whole):
        assert added() == whole()
        assert list(added().crosswalks) == list(whole().crosswalks)
        assert dumps(added()) == dumps(whole())
        assert list(added()) == list(whole())


@st.composite
def units(draw: st.DrawFn) -> list[Any]:
    """Units of a new framework, some of them wrong in themselves or in what they name."""
    names = ("new:1", "new:1.1", "new:2", "new:A", "new:a", "other:1", "law:1.1", "law:7")
    found: list[Any] = []
    for name in draw(st.lists(st.sampled_from(names), max_size=4)):
        parent = draw(st.sampled_from((None, None, "new:1", "new:2", "new:1.1", "law:1", "new:9")))
        if draw(st.booleans()):
            found.append(Control(name, draw(WORDS), parent=parent))
        else:
            named = draw(st.sampled_from(((), (), ("law:1",), ("law:9",), ("new:1",))))
            found.append(Requirement(name, parent, draw(WORDS), elaborates=named, groups=named[::-1]))
    return found


@given(units(), st.sampled_from(("requirement", "control")), st.sampled_from(("", "law", "set", "gone")), st.booleans())
def test_adding_a_framework_finds_what_making_the_whole_finds(
    given_units: list[Any], side: str, elaborates: str, declared: bool
) -> None:
    """`with_framework` has the very problems of `from_parts`, with rows that count the units given."""
    before = small(sources=[Source("us", "Us")]) if declared else small()
    framework = Framework("new", side=side, elaborates=elaborates, source="them")
    requirements = [unit for unit in given_units if isinstance(unit, Requirement)]
    controls = [unit for unit in given_units if isinstance(unit, Control)]

    def whole() -> Dataset:
        return remade(
            before,
            frameworks=[*before.frameworks.values(), framework],
            requirements=[*requirements, *(u for u in before if isinstance(u, Requirement))],
            controls=[*controls, *(u for u in before if isinstance(u, Control))],
        )

    def added() -> Dataset:
        return before.with_framework(framework, requirements=requirements, controls=controls)

    assert problems(added) == problems(whole)
    if not problems(whole):
        assert added() == whole()
        assert dumps(added()) == dumps(whole())


def test_a_framework_instead_of_another_is_checked_with_all_that_names_its_units() -> None:
    """Links, groups and parents that named a unit that is gone are problems."""
    before = small()
    found = problems(lambda: before.with_framework(Framework("law"), requirements=[Requirement("law:2", title="Only")]))
    assert {problem.code for problem in found} >= {"dangling-link"}
    changed = before.with_framework(Framework("acme", "Other"), requirements=[Requirement("acme:7", title="Seven")])
    assert [unit.ref.local for unit in changed.of("acme")] == ["7"]
    assert changed.crosswalks == before.crosswalks


def test_many_additions_are_one_store_and_survive_pickles_and_documents() -> None:
    """What was added ten times over is what was made at once, also after a pickle or as a document."""
    grown = small()
    for number in range(10):
        grown = grown.with_framework(
            Framework(f"own{number}"), requirements=[Requirement(f"own{number}:1", title="One")]
        )
        link = Link(f"own{number}:1", "set:C.1", "subset-of")
        grown = grown.with_crosswalk(Crosswalk(f"cw{number}", f"own{number}", "set", [link]))
    assert len(grown.frameworks) == 13
    assert [link.requirement.framework for link in grown.links("cw7")] == ["own7"]
    whole = remade(grown)
    assert grown == whole
    assert pickle.loads(pickle.dumps(grown)) == whole
    assert loads(dumps(grown), Dataset) == whole
    assert len(grown) == len(list(grown)) == len(whole)


def test_an_addition_leaves_the_dataset_before_it_as_it_was() -> None:
    """What is worked out is shared between the two only where it is the same."""
    before = small()
    digest, links = before.digest, before.links("own")
    after = before.with_crosswalk(
        Crosswalk("own", "law", "set", [Link("law:2", "set:C.2", "subset-of", covers="copies")])
    )
    assert len(after.links("own")) == 1
    assert after.links("own", control="set:C.1") == ()
    assert (before.digest, before.links("own")) == (digest, links)
    assert len(before.links("own", control="set:C.1")) == 1


def test_sources_come_with_the_crosswalk() -> None:
    """A link may name a source that is added with it; without it the source is not declared."""
    before = small(sources=[Source("us", "Us")])
    crosswalk = Crosswalk("new", "acme", "set", [Link("acme:1.1", "set:C.1", "subset-of", source="them")])
    with pytest.raises(DatasetError, match="the source 'them' is not declared"):
        before.with_crosswalk(crosswalk)
    after = before.with_crosswalk(crosswalk, sources=[Source("them", "Them")])
    assert list(after.sources) == ["us", "them"]
    assert after.with_crosswalk(crosswalk, sources=[Source("them", "Them")]) is after


def test_a_source_that_others_name_is_not_replaced() -> None:
    """Under the id of a source that another crosswalk cites no other source comes in; one's own may be renewed."""
    before = small(sources=[Source("us", "Us")])
    mine = Crosswalk("new", "acme", "set", [Link("acme:1.1", "set:C.1", "subset-of", source="them")])
    after = before.with_crosswalk(mine, sources=[Source("them", "Them")])
    renewed = after.with_crosswalk(mine, sources=[Source("them", "Them, second edition")])
    assert renewed.sources["them"].title == "Them, second edition"
    more = renewed.with_crosswalk(attrs.evolve(mine, id="more"))
    with pytest.raises(DatasetError, match="'them' is there already, is another one, and crosswalk more names it"):
        more.with_crosswalk(mine, sources=[Source("them", "Other")])


def duplicates(*links: Link) -> Crosswalk:
    return Crosswalk("new", "acme", "set", links, notes="from a file")


def test_duplicates_are_merged_with_a_note_if_asked() -> None:
    """Links that say the same become one with all reasons; the crosswalk's notes name them."""
    first = Link("acme:1.1", ["set:C.1", "set:C.2"], "intersects-with", strength=3, rationale="logs")
    again = Link("acme:1.1", ["set:C.2", "set:C.1"], "intersects-with", strength=3, rationale="copies")
    third = attrs.evolve(first)
    other = Link("acme:1.1", "set:C.1", "intersects-with")
    before = small()
    with pytest.raises(DatasetError, match="stands twice, first in row 1, and says the same") as caught:
        before.with_crosswalk(duplicates(first, other, again))
    assert caught.value.problems[0].hint == 'with_crosswalk(..., on_duplicate="merge") keeps one'
    after = before.with_crosswalk(duplicates(first, other, again, third), on_duplicate="merge")
    crosswalk = after.crosswalks["new"]
    assert [link.rationale for link in crosswalk.links] == ["", "logs\n\ncopies"]
    assert crosswalk.notes[0] == "from a file"
    assert crosswalk.notes[1].startswith("2 links that say again what others say are merged: acme:1.1 to ")
    assert "(link 3)" in crosswalk.notes[1]
    once = before.with_crosswalk(duplicates(first, other), on_duplicate="merge")
    assert once.crosswalks["new"].notes == ("from a file",)


@pytest.mark.parametrize("how", ["raise", "merge"])
def test_duplicates_that_contradict_each_other_are_never_merged(how: Any) -> None:
    """Another relation or strength on one pair is told as a contradiction, whatever is asked."""
    links = (
        Link("acme:1.1", "set:C.1", "intersects-with", strength=3),
        Link("acme:1.1", "set:C.1", "subset-of"),
        Link("acme:1.1", "set:C.1", "intersects-with", strength=4),
    )
    with pytest.raises(DatasetError) as caught:
        small().with_crosswalk(duplicates(*links), on_duplicate=how)
    assert [problem.hint for problem in caught.value.problems] == ["", ""]
    assert "it is subset-of here, and intersects-with in row 1" in str(caught.value.problems[0])
    assert "strength" in str(caught.value.problems[1])


def test_another_word_for_duplicates_is_refused() -> None:
    """`on_duplicate` is one of two words."""
    with pytest.raises(InputError, match="on_duplicate"):
        small().with_crosswalk(duplicates(), on_duplicate="keep")  # type: ignore[arg-type]


def test_other_tables_of_law_are_checked_against_the_units_that_are_there() -> None:
    """`with_law` finds what `from_parts` finds: rows that name units which the dataset lacks."""
    law = nis2map.load().law
    before = small()
    found = problems(lambda: before.with_law(law))
    assert found
    assert found == problems(lambda: remade(before, law=law))
    assert nis2map.load().with_law(law) == nis2map.load()


def test_what_is_added_to_the_bundled_dataset_is_all_that_a_pickle_holds() -> None:
    """The packaged tables are not written out, and the crosswalks made of verdicts stay."""
    bundled = nis2map.load()
    grown = bundled.with_framework(Framework("acme"), requirements=[Requirement("acme:1", title="One")])
    data = pickle.dumps(grown)
    assert len(data) < 5_000
    assert pickle.loads(data) == grown != bundled
    assert grown.made_of_verdicts == bundled.made_of_verdicts
    assert grown.links("nis2map-strict") == bundled.links("nis2map-strict")


def test_a_unit_that_does_not_exist_is_not_called_a_real_id() -> None:
    """Of a framework of one's own the units there are say which ids exist; a text of ours has ids beyond a dataset."""
    hints = [
        problem.hint
        for link in (Link("law:9", "set:C.2", "subset-of"), Link("law:2", "set:C.9", "subset-of"))
        for problem in problems(lambda link=link: small().with_crosswalk(Crosswalk("own", "law", "set", [link])))  # type: ignore[misc]
    ]
    assert hints == ["law has no unit '9' here", "set has no unit 'C.9' here"]
    real = Crosswalk("own", "law", "set", [Link("set:C.2", "law:2", "subset-of")])
    assert {problem.hint for problem in problems(lambda: small().with_crosswalk(real))} == {
        "set:C.2 is a real id, but not a unit of that side here",
        "law:2 is a real id, but not a unit of that side here",
    }
    bundled = Crosswalk("own", "law", "set", [Link("law:2", "iso27001:A.5.1", "subset-of")])
    assert [problem.hint for problem in problems(lambda: small().with_crosswalk(bundled))] == [
        "iso27001:A.5.1 is a real id, but not a unit of that side here"
    ]
