"""Datasets: look-up, structure, links, derived datasets, laziness, immutability."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import attrs
import pytest

import nis2map
from nis2map import (
    Control,
    Crosswalk,
    Dataset,
    DatasetError,
    Demand,
    Framework,
    InvalidRef,
    Link,
    NotMapped,
    Relation,
    Requirement,
    Texts,
    UnknownRef,
    load,
    overlap,
    parse_ref,
    related,
)

from .tiny import remade, tiny


def test_load_is_cached_and_pickles_to_itself(dataset: Dataset) -> None:
    """A process holds one bundled dataset: loading, copying and unpickling give the same object."""
    assert load() is dataset
    assert pickle.loads(pickle.dumps(dataset)) is dataset
    assert copy.deepcopy(dataset) is dataset


def test_look_up(dataset: Dataset) -> None:
    """Any citation finds its unit; what is not there is False, the default or an error that says what there is."""
    assert dataset["Art. 21(2)(h)"].ref == parse_ref("nis2:21.2.h")
    assert dataset["A.8.24"] is dataset[parse_ref("A.8.24")]
    assert dataset["cir:3.2.1#logging"].label == "Tools log activities on network and information systems"
    assert "CIR 9.2" in dataset
    assert "Art. 46" not in dataset  # exists, but is no unit of the dataset
    assert "rubbish" not in dataset
    assert 5.1 not in dataset
    assert dataset.get("Art. 46", "none") == "none"
    with pytest.raises(UnknownRef, match="no unit 'nis2:46'"):
        dataset["Art. 46"]
    with pytest.raises(UnknownRef, match="it has procedures, logging"):
        dataset["cir:3.2.1#nothing"]
    with pytest.raises(UnknownRef, match="no framework 'acme'"):
        dataset["acme:1"]
    with pytest.raises(InvalidRef):
        dataset["5.1"]


def test_iteration_and_len_agree(dataset: Dataset) -> None:
    """Iterating gives every unit once, in legal order."""
    units = list(dataset)
    assert len(units) == len(dataset)
    assert [unit.ref for unit in units] == sorted(unit.ref for unit in units)


def test_structure(dataset: Dataset) -> None:
    """Parent, children, ancestors and all below tell the same tree, in legal order, whichever way it is walked."""
    assert dataset.parent("cir:9.2.c.iv") == parse_ref("cir:9.2.c")
    assert dataset.parent("cir:3.2.1#logging") == parse_ref("cir:3.2.1")
    assert dataset.parent("nis2:21") is None
    assert [ref.local for ref in dataset.children("nis2:21.2.e")] == [
        "21.2.e~lifecycle", "21.2.e~vulnerability-handling", "21.2.e~vulnerability-disclosure",
    ]  # fmt: skip
    assert [ref.local for ref in dataset.ancestors("cir:9.2.c.iv")] == ["9.2.c", "9.2", "9"]
    assert dataset.below("A.7")[0] == parse_ref("A.7")
    assert len(dataset.below("A.7")) == 15
    for unit in dataset:
        for child in dataset.children(unit.ref):
            assert dataset.parent(child) == unit.ref


def test_filters(dataset: Dataset) -> None:
    """Each filter keeps exactly the units it names, filters add up, and an unknown framework is an error."""
    assert {unit.topic for unit in dataset.requirements("nis2", topic="governance")} == {"governance"}
    under = dataset.requirements("cir", under="cir:9", leaves=True)
    assert all(unit.ref.local.startswith("9.") and not dataset.children(unit.ref) for unit in under)
    assert len(dataset.controls(theme="people")) == 8
    assert {unit.role for unit in dataset.requirements("nis2", role="option")} == {"option"}
    with pytest.raises(UnknownRef, match="no framework"):
        dataset.requirements("nis3")


def test_links(dataset: Dataset) -> None:
    """Links are found by requirement, by control or by both; a link on a container also speaks of what lies below."""
    everything = dataset.links("enisa")
    assert sum(
        len(dataset.links("enisa", requirement=u.ref, inherited=False)) for u in dataset.requirements("cir")
    ) == len(everything)
    of_control = dataset.links("enisa", control="A.5.21")
    assert [str(link.requirement) for link in of_control] == ["cir:2.1", "cir:5.1", "cir:6.1"]
    inherited = dataset.links("enisa", requirement="cir:3.2.6")
    assert {c.local for link in inherited for c in link.controls} == {"A.5.28", "A.8.15", "A.8.16", "A.8.17"}
    assert dataset.links("enisa", requirement="cir:3.2.6", inherited=False) == ()
    assert dataset.links("enisa", requirement="cir:3.2.6", control="A.8.17") == (inherited[-1],)
    with pytest.raises(NotMapped, match="it has nis2map, enisa, article"):
        dataset.links("scf")


def test_look_up_both_ways_is_inverse(dataset: Dataset) -> None:
    """Every link can be reached from its requirement and from each of its controls."""
    for name in dataset.crosswalks:
        for link in dataset.links(name):
            assert link in dataset.links(name, requirement=link.requirement, inherited=False)
            assert all(link in dataset.links(name, control=control) for control in link.controls)


def test_related(dataset: Dataset) -> None:
    """`related` takes either side, asks below headings, narrows to a demand or a relation, and shows a no-relationship."""
    assert {str(link.requirement) for link in related("A.5.21", crosswalk="enisa")} == {"cir:2.1", "cir:5.1", "cir:6.1"}
    below = related("Art. 21(2)(i)")
    assert {str(link.requirement) for link in below} >= {"nis2:21.2.i~access-control", "nis2:21.2.i~human-resources"}
    assert all("logging" in " ".join(map(str, link.demands)) for link in related("cir:3.2.1#logging"))
    headings = related("clause 9.3", crosswalk="enisa")
    assert {c.local for link in headings for c in link.controls} == {"9.3.1", "9.3.2", "9.3.3"}
    partial = related("nis2:21.2.d", crosswalk=("article", "nis2map"), relation="superset-of")
    assert [link.source for link in partial] == ["article"]
    with pytest.raises(UnknownRef):
        related("A.8.35")
    assert related("nis2:23.4.a", crosswalk="article")[0].relation is Relation.NO_RELATIONSHIP
    assert dataset is load()


ACME = Framework("acme", "Acme policies")


def test_with_framework_and_with_crosswalk(dataset: Dataset) -> None:
    """A user's own framework and crosswalk score like ours, change the digest and leave the original alone."""
    mine = dataset.with_framework(
        ACME, requirements=[Requirement("acme:1", None, "Backups"), Requirement("acme:1.1", "acme:1", "Daily backups")]
    )
    assert len(mine) == len(dataset) + 2
    assert "acme" not in dataset.frameworks
    assert [str(d.ref) for d in mine.demands("acme:1.1")] == ["acme:1.1"]  # each leaf has one demand, itself
    link = Link("acme:1.1", "A.8.13", "subset-of", rationale="backups are what it asks")
    both = mine.with_crosswalk(Crosswalk("ours", "acme", "iso27001", [link]))
    cov = nis2map.coverage(nis2map.Assessment.of({"A.8.13": 0.5}), framework="acme", crosswalk="ours", dataset=both)
    assert (cov.overall.low, cov.overall.estimate, cov.overall.high) == (0, 0.5, 1)
    assert both.digest != mine.digest != dataset.digest
    assert pickle.loads(pickle.dumps(both)).digest == both.digest
    with pytest.raises(DatasetError, match="does not exist"):
        mine.with_crosswalk(Crosswalk("bad", "acme", "iso27001", [Link("acme:9", "A.8.13", "equal-to")]))


def test_texts_never_enter_digest_or_records(dataset: Dataset) -> None:
    """Licensed wording that a user brings is shown on request, is in no export and changes no digest."""
    texts = Texts({parse_ref("A.8.24"): "the licensed text"}, lang="en")
    mine = dataset.with_texts(texts)
    assert mine.text("A.8.24") == "the licensed text"
    assert mine.text("A.8.24", lang="de") is None
    assert dataset.text("A.8.24") is None
    assert mine.digest == dataset.digest
    assert "the licensed text" not in str(mine.records())
    with pytest.raises(UnknownRef):
        dataset.with_texts(Texts({parse_ref("acme:1"): "x"}))


@pytest.mark.parametrize(
    "change",
    [
        lambda d: setattr(d, "version", "2"),
        lambda d: delattr(d, "version"),
        lambda d: d.frameworks.__setattr__("x", 1),
        lambda d: d.frameworks.__delattr__("_data"),
    ],
)
def test_nothing_can_be_changed(dataset: Dataset, change: Any) -> None:
    """A dataset that results refer to by digest can't be changed under them."""
    with pytest.raises(AttributeError, match="is immutable"):
        change(dataset)


def test_no_reachable_value_is_mutable(dataset: Dataset) -> None:
    """All the way down, units and crosswalks hold only hashable values: no list, dict or set to change."""
    import attrs

    seen: set[int] = set()

    def walk(value: Any) -> None:
        if id(value) in seen:
            return
        seen.add(id(value))
        assert not isinstance(value, (list, dict, set, bytearray)), value
        if attrs.has(type(value)):
            hash(value)
            for field in attrs.fields(type(value)):
                walk(getattr(value, field.name))
        elif isinstance(value, tuple):
            for item in value:
                walk(item)

    for unit in dataset:
        walk(unit)
    for crosswalk in dataset.crosswalks.values():
        walk(crosswalk)


def test_relation_inverse_is_total_and_involutive() -> None:
    """Every relation can be read from the other side, and back again it is itself."""
    for relation in Relation:
        assert relation.inverse.inverse is relation
    assert Relation.SUBSET_OF.inverse is Relation.SUPERSET_OF
    assert Relation.EQUAL_TO.inverse is Relation.EQUAL_TO


def test_model_errors_name_the_words() -> None:
    """A wrong word in a record is refused with the words that may stand there."""
    with pytest.raises(DatasetError, match="one of: equal-to"):
        Link("nis2:21.2.h", "A.8.24", "covers")
    with pytest.raises(DatasetError, match="expected a role, got 'duty'"):
        Requirement("nis2:21.2.h", role="duty")
    assert Control("A.8.24").kind == "control"


def test_links_name_demands_by_slug_or_ref() -> None:
    """A link's demand may be written by its slug or its full ref, and both make the same link."""
    one = Link("cir:3.2.1", "A.8.15", "intersects-with", covers="logging")
    two = Link("CIR 3.2.1", ["A.8.15"], "intersects-with", covers=["cir:3.2.1#logging"])
    assert one == two
    assert one.covers == (parse_ref("cir:3.2.1#logging"),)


def test_plugins_are_listed_not_loaded() -> None:
    """Without plugins installed the list is empty, and asking for one says which are installed."""
    assert nis2map.plugins() == ()
    with pytest.raises(DatasetError, match="no dataset plugin 'acme' is installed; installed: none"):
        load(plugins=("acme",))


class EntryPoint:
    """An installed entry point, as far as loading a plugin needs one."""

    def __init__(self, name: str, function: Callable[[Dataset], object]) -> None:
        self.name = name
        self.function = function

    def load(self) -> Callable[[Dataset], object]:
        return self.function


def install(monkeypatch: pytest.MonkeyPatch, **functions: Callable[[Dataset], object]) -> None:
    """Install plugins for one test: entry points of the group of datasets, and a memory that knows none of them."""
    points = [EntryPoint(name, function) for name, function in functions.items()]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points if group == "nis2map.datasets" else [])
    monkeypatch.setattr("nis2map.dataset._loading._loaded", {})


def acme(dataset: Dataset) -> Dataset:
    unit = Requirement("acme:1", demands=(Demand("acme:1#a", "a is done"),))
    return dataset.with_framework(Framework("acme"), requirements=[unit])


def test_a_plugin_extends_the_dataset_that_it_is_handed(monkeypatch: pytest.MonkeyPatch, dataset: Dataset) -> None:
    """A named plugin gets the bundled dataset, and what it returns is loaded once; without its name nothing changes."""
    install(monkeypatch, acme=acme, other=lambda _: pytest.fail("a plugin that nobody named was run"))
    assert nis2map.plugins() == ("acme", "other")
    extended = load(plugins="acme")
    assert "acme:1" in extended
    assert len(extended) == len(dataset) + 1
    assert load(plugins=["acme"]) is extended
    assert "acme:1" not in load()


def test_what_a_plugin_does_wrong_is_said_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin is somebody else's code: whatever it raises or returns, the error is ours and names the plugin."""
    install(monkeypatch, fails=lambda _: {}["units"], empty=lambda _: None, acme=acme)
    with pytest.raises(DatasetError, match="dataset plugin 'fails' failed: 'units'") as caught:
        load(plugins=("acme", "fails"))
    assert isinstance(caught.value.__cause__, KeyError)
    with pytest.raises(DatasetError, match="dataset plugin 'empty' returned NoneType, not a Dataset"):
        load(plugins="empty")
    with pytest.raises(DatasetError, match="no dataset plugin 'acne' is installed; installed: acme, empty, fails"):
        load(plugins="acne")


def test_importing_and_loading_stays_light() -> None:
    """Whoever only loads and scores never waits for the optional libraries of graphs, tables or formats."""
    code = (
        "import sys, nis2map; ds = nis2map.load(); len(ds); nis2map.coverage(nis2map.Assessment.full());"
        "print(sorted({'networkx', 'cattrs', 'numpy', 'narwhals', 'yaml', 'python_calamine', 'matplotlib'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_overlap_renders(dataset: Dataset) -> None:
    """The overlap gives the same counts as data, as text and as HTML."""
    found = overlap("enisa", dataset=dataset)
    assert found.to_dict()["themes"]["people"] == {"linked": 6, "of": 8}
    assert "74.2 %" in str(found)
    assert "<table " in found._repr_html_()


def test_crosswalks_are_looked_up_like_a_dict() -> None:
    """`get` gives the crosswalk, or the default for an id that is not there."""
    crosswalks = nis2map.load().crosswalks
    assert crosswalks.get("enisa") == crosswalks["enisa"]
    assert crosswalks.get("nobody's") is None
    assert crosswalks.get("nobody's", 7) == 7


def test_records_of_the_model_refuse_what_can_not_be_meant() -> None:
    """A framework has one of two sides and a pattern with a place for the id; texts come by ref."""
    with pytest.raises(DatasetError, match="side: expected requirement or control, got 'both'"):
        Framework("acme", side="both")
    with pytest.raises(
        DatasetError, match=r"expected a pattern with \{id\} in it, got 'CSF'; for example 'CSF \{id\}'"
    ):
        Framework("acme", pattern="CSF")
    with pytest.raises(DatasetError, match="is not a mapping from refs to texts"):
        Texts(["nis2:21"])  # type: ignore[arg-type]


def test_units_are_cited_as_their_publisher_does() -> None:
    """Without a pattern the publisher's own id is the citation, and without one the official form is."""
    control = Control("acme:pr-aa-1", original="PR.AA-1")
    assert control.citation == "PR.AA-1"
    assert Control("A.8.24").citation == "A.8.24"
    csf = Framework("acme", side="control", pattern="CSF {id}")
    held = Dataset.from_parts(frameworks=[csf], controls=[control])["acme:pr-aa-1"]
    assert isinstance(held, Control)
    assert held.citation == "CSF PR.AA-1"
    assert (Control("acme:1", heading=True).kind, Requirement("acme:2").kind) == ("heading", "obligation")


def test_a_source_named_twice_holds_its_links_once() -> None:
    """A crosswalk starts from a set of frameworks, so that no link counts twice."""
    dataset = tiny("1: a", "C.1", "1 < C.1: a")
    twice = dataset.with_crosswalk(attrs.evolve(dataset.crosswalks["x"], source=("law", "law")))
    assert twice.crosswalks["x"].source == "law"
    assert twice.links("x") == dataset.links("x")


def test_units_are_cited_as_the_framework_of_their_dataset_says() -> None:
    """A unit that was taken from another dataset forgets how its framework was cited there."""
    with_pattern = remade(
        tiny("1: a"), frameworks=[Framework("law", pattern="L {id}"), Framework("set", side="control")]
    )
    assert with_pattern["law:1"].citation == "L 1"
    without = remade(with_pattern, frameworks=[Framework("law"), Framework("set", side="control")])
    assert without["law:1"].citation == tiny("1: a")["law:1"].citation


def test_a_circle_names_the_units_that_lie_in_it() -> None:
    """Who lies below a circle is not in it, however long the way there is."""
    deep = [f"law:{n}" for n in range(150)]
    chain = [Requirement(ref, above) for above, ref in zip([None, *deep], deep, strict=False)]  # type: ignore[arg-type]
    assert len(Dataset.from_parts(frameworks=[Framework("law")], requirements=chain)) == 150
    circle = [Requirement("law:a", "law:b"), Requirement("law:b", "law:a")]  # type: ignore[arg-type]
    below = Requirement("law:c", "law:a")  # type: ignore[arg-type]
    with pytest.raises(DatasetError) as caught:
        Dataset.from_parts(frameworks=[Framework("law")], requirements=[*circle, below])
    assert [problem.ref for problem in caught.value.problems] == ["law:a", "law:b"]


def test_a_crosswalk_that_is_there_changes_nothing(dataset: Dataset) -> None:
    """No dataset is made and checked anew for what it holds already."""
    assert dataset.with_crosswalk(dataset.crosswalks["enisa"]) is dataset


@pytest.mark.parametrize(
    ("framework", "name"),
    [
        (Framework("acme", "Acme policies", citation="Acme Policies 3.1"), "Acme Policies 3.1"),
        (Framework("acme", "Acme policies"), "Acme policies"),
        (Framework("acme"), "acme"),
    ],
)
def test_a_framework_has_a_name(framework: Framework, name: str) -> None:
    """A text is called by its citation, or else by its title, or else by its id, so that a message can always name it."""
    assert framework.name == name


def test_the_order_of_what_a_record_names_is_no_content() -> None:
    """Demands of a unit, addressees, sources of a crosswalk: datasets that differ in their order alone are equal."""
    unit = Requirement(
        "law:1", None, "Order", addressees=("a", "b"), demands=[Demand("law:1#x", "x"), Demand("law:1#y", "y")]
    )  # type: ignore[arg-type]
    turned = attrs.evolve(unit, addressees=("b", "a"), demands=unit.demands[::-1])
    links = [Link("law:1", "set:C", "subset-of", covers=("x", "y"))]  # type: ignore[arg-type]
    other = Requirement("act:1", None, "Other", demands=[Demand("act:1#x", "x")])  # type: ignore[arg-type]
    common = {
        "frameworks": [Framework("law"), Framework("act"), Framework("set", side="control")],
        "controls": [Control("set:C")],
    }  # type: ignore[arg-type]
    made = [
        Dataset.from_parts(**common, requirements=[one, other], crosswalks=[Crosswalk("x", sources, "set", links)])
        for one, sources in ((unit, ("law", "act")), (turned, ("act", "law")))
    ]
    assert made[0] == made[1]
    assert made[0]["law:1"] != made[1]["law:1"]


def test_questions_that_can_only_be_slips_are_refused(dataset: Dataset) -> None:
    """A topic that no unit has, a unit of another framework, a framework of the other side: no silent empty answer."""
    for ask, words in (
        (lambda: dataset.requirements("nis2", topic="bogus"), "topic is 'bogus'; one of: .*reporting"),
        (lambda: dataset.requirements("nis2", under="A.5"), "under is iso27001:A.5, which is not a unit of nis2"),
        (lambda: dataset.requirements("iso27001"), "iso27001 is a framework of controls; use Dataset.controls"),
        (lambda: dataset.controls("nis2"), "nis2 is a framework of requirements; use Dataset.requirements"),
    ):
        with pytest.raises(nis2map.InputError, match=words):
            ask()


@pytest.mark.parametrize("name", ["Art. 7", "nis2:7.1.a", "Art. 7(1)"])
def test_what_the_text_has_and_the_dataset_lacks_is_told_apart(name: str) -> None:
    """An article that addresses Member States is no unit of the bundled data, and is not said to be a wrong citation."""
    data = nis2map.load()
    for look_up in (data.__getitem__, lambda text: nis2map.parse_ref(text, dataset=data)):
        with pytest.raises(
            UnknownRef,
            match=r"^the dataset has no unit 'nis2:7.*': the text has Article 7.*this dataset has nothing on it",
        ):
            look_up(name)
        with pytest.raises(UnknownRef, match=r"^the dataset has no unit 'nis2:99'; nearest: "):
            look_up("Art. 99")


def test_a_framework_of_the_other_side_says_how_to_declare_it() -> None:
    """Controls of one's own need a framework of controls, and the error has the call."""
    with pytest.raises(DatasetError, match=r'a framework of requirements; Framework\("acme", side="control"\)'):
        nis2map.load().with_framework(Framework("acme"), controls=[Control("acme:1", "Locks")])


def test_a_framework_that_would_take_all_units_away_says_what_to_do() -> None:
    """One line says what happened, and the problems that follow from it are kept for whoever wants them."""
    with pytest.raises(
        DatasetError, match=r"in place of nis2, whose 488 units .*; give units .* or another id$"
    ) as caught:
        nis2map.load().with_framework(Framework("nis2"))
    assert len(caught.value.problems) > 100
