"""What a reading of the core with fresh eyes found: odd spellings, odd data, odd arguments, several threads."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import nis2map
from nis2map import (
    Assessment,
    Control,
    Crosswalk,
    Dataset,
    DatasetError,
    Demand,
    Finding,
    Framework,
    InputError,
    InvalidRef,
    Link,
    Nis2mapError,
    Ref,
    Requirement,
    Texts,
    UnknownRef,
    coverage,
    gaps,
    parse_ref,
    parse_refs,
)
from nis2map.programme import differences, roadmap

# spelling, ref: who writes so
SPELLINGS = [
    ("point (h) of Article 21(2)", "nis2:21.2.h"),  # EU drafting in running text
    ("paragraph 2 of Article 21", "nis2:21.2"),
    ("point (a) of the first subparagraph of Article 23(4)", "nis2:23.4.a"),
    ("point h) de l'article 21, paragraphe 2", "nis2:21.2.h"),
    ("l\u2019article 21, paragraphe 2, de la directive NIS 2", "nis2:21.2"),
    ("article premier", "nis2:1"),
    ("Article 7, first paragraph", "nis2:7.1"),
    ("Article 21(2), points (h)", "nis2:21.2.h"),
    ("Directive (EU) 2022/2555 (NIS 2), Article 21", "nis2:21"),
    ("Art. 21 of Directive (EU) 2022/2555 (NIS 2 Directive)", "nis2:21"),
    ("EU 2022/2555 Art. 21", "nis2:21"),
    ("nis2:21(2)(h)", "nis2:21.2.h"),
    ("cir:9.2(c)", "cir:9.2.c"),
    ("Regulation (EU) 2024/2690, Annex 3.2.1", "cir:3.2.1"),
    ("IR 2024/2690 3.2.1", "cir:3.2.1"),
    ("point 3.2.1 de l'annexe du r\u00e8glement d'ex\u00e9cution (UE) 2024/2690", "cir:3.2.1"),
    ("Nummer 3.2.1 des Anhangs der Durchf\u00fchrungsverordnung (EU) 2024/2690", "cir:3.2.1"),
    ("CIR \u00a7 3.2.1", "cir:3.2.1"),
    ("CIR Sec. 3.2", "cir:3.2"),
    ("Annex 3.2.1", "cir:3.2.1"),  # NIS 2 has an Annex III, and it has no points
    ("Annex A, control 5.1", "iso27001:A.5.1"),
    ("ISO/IEC 27001:2022, Annex A, 5.1", "iso27001:A.5.1"),
    ("Annex A - 5.1", "iso27001:A.5.1"),
    ("Kontrolle A.5.1", "iso27001:A.5.1"),
    ("BS EN ISO/IEC 27001:2023 A.5.1", "iso27001:A.5.1"),
    ("ISO/IEC 27001:2022/Amd 1:2024, clause 4.1", "iso27001:4.1"),
    ("ISO 27001:2022 Section 6.1.2", "iso27001:6.1.2"),
    ("article 6.1.2 ISO 27001", "iso27001:6.1.2"),  # AFNOR's word for clause
    ("ISO/IEC 27002:2022 clause 5.1", "iso27001:A.5.1"),  # a clause of 27002 is a control
    ("DIN ISO/IEC 27001:2015-03, A.9.2.3", "iso27001-2013:A.9.2.3"),  # the German publication of the 2013 text
]


@pytest.mark.parametrize(("text", "expected"), SPELLINGS)
def test_spellings(text: str, expected: str) -> None:
    assert str(parse_ref(text)) == expected


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("Annex 2.1", "may be a point of the CIR's Annex or of Annex II of NIS 2"),
        ("Anhang 1.1.2", "Roman numerals"),
        ("ISO 27001:2005 A.5.1", "edition before 2013"),
        ("Article 23(4) 9th subparagraph", "can't be read at '9th'"),
        ("Article 5 of Regulation (EU) 2022/2554", "can't be read"),
        ("Article 5 of Article 21", "can't be read"),
    ],
)
def test_what_has_two_readings_or_none_is_refused(text: str, match: str) -> None:
    with pytest.raises(InvalidRef, match=match):
        parse_ref(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A.5.1-5.3", "A.5.1 A.5.2 A.5.3"),
        ("Annex A 5.1-5.3", "A.5.1 A.5.2 A.5.3"),
        ("Annex A 5.1, 5.2 and 5.3", "A.5.1 A.5.2 A.5.3"),
        ("Controls 5.1 and 5.2", "A.5.1 A.5.2"),
        ("ISO 27002:2022 5.1, 5.2", "A.5.1 A.5.2"),
        ("A-5.1-A-5.3", "A.5.1 A.5.2 A.5.3"),
        ("clauses 4.1 and 4.2", "4.1 4.2"),
        ("clause 6.1.1 - 6.1.3; A.5.1", "6.1.1 6.1.2 6.1.3 A.5.1"),
        ("Art. 20.1, 20.2", "20.1 20.2"),
        ("Art. 21(1)-(3)", "21.1 21.2 21.3"),
        ("Art. 21 Abs. 1 und Abs. 2", "21.1 21.2"),
        ("Art. 21 Abs. 2 lit. a-c", "21.2.a 21.2.b 21.2.c"),
        ("Article 21(2), points (a) to (c)", "21.2.a 21.2.b 21.2.c"),
        ("points (a) and (b) of Article 21(2)", "21.2.a 21.2.b"),
        ("point (h) of Article 21(2), point (a) of Article 23(4)", "21.2.h 23.4.a"),
        ("Article 21(2), point (h) and point (i), and Article 23", "21.2.h 21.2.i 23"),
        ("Artikel 6 Nr. 20 und Nr. 21", "6.20 6.21"),
        ("Annex I and Annex II", "annexI annexII"),
        ("Annexes I and II", "annexI annexII"),
        ("nis2:21.2.a-nis2:21.2.c", "21.2.a 21.2.b 21.2.c"),
        ("acme:CTRL-01-02, acme:1-2", "CTRL-01-02 1-2"),  # hyphens of a user's own ids are no ranges
        ("cir:3.2.1#plan-1-2", "3.2.1#plan-1-2"),
    ],
)
def test_lists(text: str, expected: str) -> None:
    assert " ".join(ref.local for ref in parse_refs(text)) == expected


@pytest.mark.parametrize(
    "text", ["A.8.2, 8.3", "A 8.2, 8.3", "Art. 21 und Abs. 2", "A.5.1 and point 2", "Art. 21(2) and point (h)"]
)
def test_items_that_leave_out_too_much_are_refused(text: str) -> None:
    with pytest.raises(InvalidRef):
        parse_refs(text)


def test_a_users_own_hyphens_are_no_range_either_with_a_framework() -> None:
    assert parse_refs("CTRL-1-2, 1-2", framework="acme") == (Ref("acme", "CTRL-1-2"), Ref("acme", "1-2"))


@pytest.mark.parametrize("text", ["A.5.1" + " - x" * 20_000, "." * 60_000, "Art. 21" + ", point a" * 20_000])
def test_long_lists_take_no_quadratic_time(text: str) -> None:
    """They took a minute; a second is allowed on the slowest machine."""
    done = threading.Event()

    def work() -> None:
        with pytest.raises(InvalidRef):
            parse_refs(text)
        done.set()

    threading.Thread(target=work, daemon=True).start()
    assert done.wait(10)


def test_order_tells_all_ids_apart() -> None:
    for one, two in (("a1", "a.1"), ("1", "01"), ("1.a", "1a")):
        first, second = Ref("acme", one), Ref("acme", two)
        assert (first < second) != (second < first)


LINKS = [Link("law:1.1", "set:C.1", "subset-of"), Link("law:1.2", "set:C.1", "intersects-with")]


def make(links: list[Link], *requirements: Requirement) -> Dataset:
    units = requirements or (
        Requirement("law:1", None, "one"),
        Requirement("law:1.1", "law:1", "a"),
        Requirement("law:1.2", "law:1", "b"),
    )
    return Dataset.from_parts(
        frameworks=[Framework("law"), Framework("set", side="control")],
        requirements=units,
        controls=[
            Control("set:C", heading=True),
            Control("set:C.1", parent="set:C"),
            Control("set:C.2", parent="set:C"),
        ],
        crosswalks=[Crosswalk("x", "law", "set", links)],
    )


def question(dataset: Dataset) -> dict[str, Any]:
    return {"framework": "law", "crosswalk": "x", "dataset": dataset}


def test_a_finding_on_an_unrelated_control_bears_on_the_demand_and_serves_nothing() -> None:
    """DESIGN section 5: assessed is what a finding on a control of a link that speaks of it bears on."""
    dataset = make([Link("law:1", "set:C.1", "no-relationship"), Link("law:1.1", "set:C.2", "subset-of")])
    cov = coverage(Assessment.of({"set:C.1": "implemented"}), **question(dataset))
    assert (cov["law:1.1"].low, cov["law:1.1"].estimate, cov["law:1.1"].high) == (0, 0, 1)
    assert (cov.overall.unassessed, cov.overall.open) == (0, 1)
    assert str(cov.gap_class("law:1.1")) == "unassessed"
    assert cov["law:1"].explain().recompute() == (0, 0, 0.5)


def test_units_that_weigh_nothing_keep_their_own_numbers() -> None:
    dataset = make(LINKS)
    cov = coverage(Assessment.full(dataset), weights={"law:1.1": 2}, **question(dataset))
    assert cov.overall.low == 1
    assert (cov["law:1.2"].low, cov["law:1.2"].estimate, cov["law:1.2"].high) == (0, 0.5, 1)
    assert cov["law:1.2"].explain().recompute() == (0, 0.5, 1)
    assert [gap.score.high for gap in gaps(Assessment(), weights={"law:1.1": 2}, **question(dataset))] == [1, 1]


def test_conventions_say_what_it_takes_to_reproduce_a_number() -> None:
    dataset = make(LINKS)
    weights = {"law:1.2": 0.5, "law:1.1": 2}
    cov = coverage(Assessment.full(dataset), weights=weights, within="law:1", **question(dataset))
    weights.clear()  # the result does not hold on to what the caller may change
    found = dict(cov.conventions)
    assert (found["framework"], found["within"], found["weights"]) == ("law", "law:1", "law:1.1=2, law:1.2=0.5")
    assert dict(coverage(Assessment(), **question(dataset)).conventions)["within"] == "default"
    assert cov.to_dict()["conventions"] == found


def test_a_generator_of_refs_is_a_set_too() -> None:
    dataset = make(LINKS)
    cov = coverage(Assessment(), within=(ref for ref in ("law:1.2", "law:1.1")), **question(dataset))
    assert dict(cov.conventions)["within"] == "law:1.1+law:1.2"
    assert len(cov.units) == 2


def test_the_class_of_what_was_not_scored_is_unknown() -> None:
    cov = coverage(Assessment.full(), within="Art. 20")
    for asked in ("nis2:21.2.h~encryption#policies", "Art. 20", "A.5.1"):
        with pytest.raises(UnknownRef, match="not in the set"):
            cov.gap_class(asked)


def test_results_take_any_text_form_and_say_no_to_others() -> None:
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
    assert Finding("not_applicable", None, "no such systems").justification == "no such systems"


def test_sections_of_a_cir_that_elaborate_nothing_stand_for_themselves() -> None:
    dataset = Dataset.from_parts(
        frameworks=[Framework("cir"), Framework("set", side="control")],
        requirements=[Requirement("cir:3", None, "monitoring")],
        controls=[Control("set:1")],
        crosswalks=[Crosswalk("x", "cir", "set", [Link("cir:3", "set:1", "subset-of")])],
    )
    cov = coverage(Assessment.full(dataset), framework="cir", crosswalk="x", dataset=dataset)
    assert [str(ref) for ref in cov.rollup("article")] == ["cir:3"]


def test_a_demand_may_be_called_like_its_unit() -> None:
    unit = Requirement("law:backup", None, "backup", demands=[Demand("law:backup#backup", "copies are kept")])
    dataset = make([Link("law:backup", "set:C.1", "subset-of", covers="backup")], unit)
    assert coverage(Assessment.full(dataset), **question(dataset)).overall.low == 1
    leaf = Link("law:1.1", "set:C.1", "subset-of", covers="law:1.1")
    assert coverage(Assessment.full(dataset), **question(make([leaf]))).overall.met == 1


def test_a_link_on_a_unit_for_reference_has_a_node() -> None:
    units = (Requirement("law:1", None, "one"), Requirement("law:2", None, "what logging means", reference=True))
    graph = make([Link("law:2", "set:C.1", "subset-of")], *units).graph("x")
    assert graph.has_edge("law:2", "set:C.1")


def test_texts_may_be_given_by_any_text_form() -> None:
    mine = nis2map.load().with_texts(Texts({"Annex A 8.24": "the licensed text"}))  # type: ignore[dict-item]
    assert mine.text("A.8.24") == "the licensed text"


def test_there_is_one_bundled_dataset() -> None:
    assert nis2map.load() is nis2map.load(plugins=()) is nis2map.load(plugins=[])
    with pytest.raises(AttributeError):
        del nis2map.load().version  # type: ignore[misc]


def test_threads_share_what_is_worked_out() -> None:
    dataset, found = make(LINKS), list[Any]()
    barrier, interval = threading.Barrier(8), sys.getswitchinterval()

    def work() -> None:
        barrier.wait()
        found.append((dataset.graph("x"), dataset.crosswalks["x"], dataset.frameworks))

    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert len(found) == 8
    for several in zip(*found, strict=True):
        assert len({id(one) for one in several}) == 1


ODD: tuple[Any, ...] = (0, -1, 5.1, float("nan"), True, b"A.5.1", "\ud800", "x" * 100_000, [None])


def calls() -> Iterator[tuple[str, Callable[[Any], object]]]:
    dataset, soa = nis2map.load(), Assessment.of({"A.5.1": "implemented"})
    cov = coverage(soa)
    yield "parse_refs framework", lambda v: parse_refs("A.5.1", framework=v)
    yield "Ref", lambda v: Ref(v, "1")
    yield "load", lambda v: nis2map.load(plugins=v)
    yield "role", lambda v: dataset.requirements("nis2", role=v)
    yield "graph", dataset.graph
    yield "with_crosswalk", dataset.with_crosswalk
    yield "with_framework", dataset.with_framework
    yield "with_texts", dataset.with_texts
    yield "Framework side", lambda v: Framework("acme", side=v)
    yield "Texts", Texts
    for name in ("controls", "covers"):
        yield (
            f"Link {name}",
            lambda v, n=name: Link(**{"requirement": "law:1", "controls": (), "relation": "equal-to", n: v}),
        )
    for name in ("frameworks", "requirements", "controls", "crosswalks", "sources", "measures"):
        yield f"from_parts {name}", lambda v, n=name: Dataset.from_parts(**{n: v})
    for name in ("framework", "crosswalk", "within", "weights", "dataset"):
        yield f"coverage {name}", lambda v, n=name: coverage(soa, **{n: v}).overall
    yield "coverage", coverage
    yield "full", Assessment.full
    yield "gaps of", gaps(soa).of
    yield "gap_class", cov.gap_class
    yield "roadmap", lambda v: roadmap(v, certified=True)
    yield "roadmap certified", lambda v: roadmap(certified=0 if v is True else v)  # type: ignore[arg-type]
    yield "differences", differences


CALLS = list(calls())


@pytest.mark.parametrize("call", [call for _, call in CALLS], ids=[name for name, _ in CALLS])
def test_odd_arguments_raise_our_errors(call: Callable[[Any], object]) -> None:
    for value in ODD:
        with pytest.raises(Nis2mapError) as caught:
            call(value)
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) <= 500


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
        make([], unit)


def test_expired_findings_leave_the_word_to_the_unit_above() -> None:
    run_out = Finding("not_implemented", valid_until="2026-01-01")  # type: ignore[arg-type]
    soa = Assessment({"clause 9.3": Finding("implemented"), "clause 9.3.2": run_out}, as_of="2026-06-01")  # type: ignore[arg-type]
    known = coverage(soa, framework="cir", crosswalk="enisa")
    fresh = coverage(Assessment.of({"clause 9.3": "implemented"}), framework="cir", crosswalk="enisa")
    assert known.overall == fresh.overall
    assert any("9.3.2: valid until 2026-01-01" in note for note in known.notes)


def test_strategies_say_what_they_need() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "try:\n    import nis2map.testing\nexcept ImportError as error:\n    print(type(error).__name__, error)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.startswith("MissingExtra nis2map.testing needs hypothesis")


def test_scoring_the_default_set_loads_no_module_of_the_law() -> None:
    """They cost more at start than the scores do."""
    code = (
        "import sys, nis2map; nis2map.coverage(nis2map.Assessment.full()).overall;"
        "print(sorted(name for name in sys.modules if name in ('nis2map.scope', 'nis2map.query', 'nis2map.incident')))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_within_says_what_it_takes() -> None:
    with pytest.raises(InputError, match="a ref, refs, 'all', or a Classification"):
        coverage(Assessment(), within=nis2map.load()["Art. 21"])


def test_compare_reads_a_generator_once_for_both_sides() -> None:
    before, after = nis2map.Assessment.of({"A.8.24": "implemented"}), nis2map.Assessment.of({"A.8.24": 0.5})
    units = ["nis2:21.2.h"]
    assert str(nis2map.compare(before, after, within=iter(units))) == str(nis2map.compare(before, after, within=units))
    assert nis2map.compare(before, after, within=iter(units)).regressions
