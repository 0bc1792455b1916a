"""How results look in a notebook: HTML of a few elements, one-line reprs of every class, and drawings of small graphs."""

from __future__ import annotations

import enum
import html
import inspect
import re
import typing
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nis2map
import nis2map.graph
from nis2map import (
    Assessment,
    Control,
    Crosswalk,
    Dataset,
    Demand,
    Finding,
    Framework,
    Link,
    Measure,
    Problem,
    Requirement,
    Source,
)
from nis2map._shared import COLOURS, Bar, Page, Parts, Rise, Stack, Table, Terms

from . import documents, test_golden

MERMAID = "text/vnd.mermaid"


# --- every class


@cache
def instances() -> dict[type, list[object]]:
    """Return objects of every class that results are made of: samples, and what a user finds some steps into them."""
    met: dict[type, list[object]] = {}
    law = nis2map.load().law
    rows = [list(getattr(law, name))[:3] for name in nis2map.model.LAW_TABLES]
    todo: list[object] = [
        *documents.examples().values(), *documents.more().values(), *(make() for make in test_golden.RESULTS.values()),
        rows, law, *(make() for make in test_golden.CALLED), *given_alone(),
    ]  # fmt: skip
    while todo:
        value = todo.pop()
        ours = type(value).__module__.startswith("nis2map")
        if ours:
            if len(met.setdefault(type(value), [])) >= 5:
                continue
            met[type(value)].append(value)
        if ours or isinstance(value, (tuple, list, Mapping)):
            todo += value if isinstance(value, list) else test_golden.within(value)
    return met


def given_alone() -> Iterator[object]:
    """Yield objects of classes that are in no result: errors, limits, what a user's own files give."""
    text = "a <b> " * 200 + "\n"
    for kind in vars(nis2map.errors).values():
        if inspect.isclass(kind) and issubclass(kind, nis2map.Nis2mapError):
            yield kind(text, hint=text, problems=[Problem(text, path=text, row=3)])
    yield nis2map.AppliedTerm(stage="final", counted_from="notification", period={"amount": 1, "unit": "days"})
    yield nis2map.Limits()
    yield nis2map.Texts({"law:1": text}, source=text)
    units = tuple(Requirement(f"law:{n}", None, text) for n in range(1, 30))
    yield nis2map.model.Catalogue(framework=Framework("law", text), requirements=units, notes=(text,))
    yield nis2map.Assessment.of({"law:1": "implemented"})
    yield nis2map.graph.mermaid(nx.Graph([("a", "b")]))


def public() -> dict[str, type]:
    """Return the public classes that have objects of their own: no protocol, no typed dict, no base class."""
    found = {name: value for name, value in vars_of(nis2map) if inspect.isclass(value)}
    return {
        name: value
        for name, value in found.items()
        if not (getattr(value, "_is_protocol", False) or typing.is_typeddict(value) or inspect.isabstract(value))
        and not issubclass(value, enum.Enum)
        and value is not nis2map.Tabular
    }


def vars_of(module: Any) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(module, name)) for name in module.__all__)


def test_every_public_class_has_an_instance_here() -> None:
    """A new class comes with an object of it, in the samples or above, or nobody looks at how it is shown."""
    met = {base for kind in instances() for base in kind.__mro__}
    assert {name for name, kind in public().items() if kind not in met} == set()


def test_every_repr_is_one_line_of_at_most_200_characters() -> None:
    """Whatever an object holds: consoles, logs and failing tests show it."""
    long = {
        (kind.__name__, line)
        for kind, values in instances().items()
        for value in values
        if len(line := repr(value)) > 200 or not line.isprintable()
    }
    assert long == set()
    for kind in (value for _, value in vars_of(nis2map) if inspect.isclass(value) and issubclass(value, enum.Enum)):
        assert all(len(repr(member)) <= 200 for member in kind)


def test_a_notebook_shows_every_result_and_record_as_html() -> None:
    """Ids, words and mappings are their text, errors and problems are told by Python; all else is a page."""
    plain = {"Ref", "RefMap", "FrozenMap", "LawTables", "Problem", "Limits", "Affected", "SizeRange", "Diagram"}
    without = {
        name
        for name, kind in public().items()
        if not hasattr(kind, "_repr_html_") and not issubclass(kind, nis2map.Nis2mapError)
    }
    assert without == plain


# --- the HTML


# Each element with the attributes that it may have, and what it may stand in.
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "div": ({"style"}, {"", "td", "th", "dd"}),
    "p": ({"style"}, {"div"}),
    "strong": (set(), {"p"}),
    "small": (set(), {"p"}),
    "table": ({"style", "aria-label"}, {"div"}),
    "thead": (set(), {"table"}),
    "tbody": (set(), {"table"}),
    "tr": ({"style"}, {"thead", "tbody"}),
    "th": ({"style", "scope"}, {"tr"}),
    "td": ({"style", "colspan"}, {"tr"}),
    "br": (set(), {"td", "th", "dd", "li", "div"}),
    "ul": ({"style"}, {"td", "details"}),
    "li": ({"style"}, {"ul"}),
    "details": (set(), {"td"}),
    "summary": (set(), {"details"}),
    "dl": ({"style"}, {"div"}),
    "dt": ({"style"}, {"dl"}),
    "dd": ({"style"}, {"dl"}),
    "svg": (
        {"role", "aria-label", "aria-hidden", "width", "height", "viewbox", "display"},
        {"div", "td", "th", "dt", "dd"},
    ),
    "title": (set(), {"svg", "rect"}),
    "rect": ({"x", "y", "width", "height", "fill", "opacity"}, {"svg"}),
    "path": ({"d", "stroke", "stroke-width", "stroke-dasharray"}, {"svg"}),
}
STYLE = re.compile(r"[a-z-]+:[#\w. -]+(?:;[a-z-]+:[#\w. -]+)*")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class Strict(HTMLParser):
    """Reads HTML of ours: known elements with known attributes, each closed where it was opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.said: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)
        self.close()
        assert self.open == [], self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        known, inside = ALLOWED[tag]
        assert (self.open[-1] if self.open else "") in inside, (tag, self.open)
        assert len(dict(attrs)) == len(attrs), attrs
        for name, value in attrs:
            assert name in known, (tag, name)
            assert value, (tag, name)
            self.value(name, value)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag != "br":
            self.open.append(tag)

    @staticmethod
    def value(name: str, value: str) -> None:
        if name == "style":
            assert STYLE.fullmatch(value), value
        elif name in ("width", "height", "x", "y", "opacity", "stroke-width"):
            assert NUMBER.fullmatch(value) or re.fullmatch(r"\.\d+", value), (name, value)
            assert float(value) >= 0
        elif name in ("fill", "stroke"):
            assert value == "currentColor" or re.fullmatch(r"#[0-9a-f]{6}", value), value

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.open)

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def shown() -> Iterator[tuple[type, str]]:
    for kind, values in instances().items():
        for value in values:
            if hasattr(value, "_repr_html_"):
                yield kind, value._repr_html_()


def test_html_is_of_a_few_elements_and_reaches_for_nothing() -> None:
    """No script, style sheet, handler, address, id or class, in any state of any result; every element is closed."""
    assert len({kind for kind, _ in shown()}) > 90
    for kind, text in shown():
        page = Strict(text)
        assert page.elements[0][0] == "div", kind
        assert "NaN" not in text


def test_html_can_be_heard() -> None:
    """Heads say what they are heads of, a table says what it shows, and a picture its numbers or that it is none."""
    for _, text in shown():
        page = Strict(text)
        for tag, attributes in page.elements:
            if tag == "th":
                assert attributes["scope"] in ("col", "row")
            if tag == "svg":
                hidden, said = attributes.get("aria-hidden"), attributes.get("aria-label")
                assert (hidden == "true") is not bool(said)
                assert said is None or attributes["role"] == "img"
        assert text.count("<table") == text.count("<table aria-label=") + text.count("<div><table style")


def test_numbers_stand_to_the_right_and_are_never_broken() -> None:
    """Notebooks align cells each in their own way, so that each cell says where it stands."""
    cov = nis2map.coverage(Assessment.of({"A.5.1": "implemented"}))
    cells = re.findall(r'<t[dh][^>]*style="([^"]*)"[^>]*>([^<]*)<', cov._repr_html_())
    numbers = [style for style, text in cells if re.fullmatch(r"\d+|\d+\.\d&nbsp;%", text)]
    assert len(numbers) > 100
    assert all("text-align:right;white-space:nowrap" in style for style in numbers)
    assert all("text-align:" in style for style, _ in cells)


# --- what users write


def world(text: str) -> Iterator[object]:
    """Yield results in which every text that somebody else may write is this one."""
    data = Dataset.from_parts(
        frameworks=(Framework("law", text, citation=text, note=text), Framework("set", text, "control", edition=text)),
        requirements=(
            Requirement(
                "law:1", None, text, demands=(Demand("law:1#a", text, evidence=(text,)), Demand("law:1#b", text)),
                summary=text, topic=text, note=text, original=text, levels=(text,),
            ),
            Requirement("law:2", None, text, demands=(Demand("law:2#c", text),)),
        ),
        controls=(Control("set:1", text, text, note=text, original=text), Control("set:2", text)),
        crosswalks=(
            Crosswalk(
                "x", "law", "set",
                (
                    Link("law:1", "set:1", "intersects-with", covers="a", rationale=text, source="s", note=text),
                    Link("law:2", ("set:1", "set:2"), "intersects-with", supports="c", rationale=text, source="s"),
                ),
                title=text, version=text, licence=text, method=text, notes=(text,),
            ),
            Crosswalk("y", "law", "set", (Link("law:1", "set:2", "subset-of", covers=("a", "b"), source="s"),), title=text),
        ),
        sources=(Source("s", text, publisher=text, url=text, licence=text, note=text),),
        measures=(Measure("m", text, text, text=text, closes=["law:1", "law:2"]),),
    )  # fmt: skip
    finding = Finding("partial", 0.5, text, evidence=(text,), owner=text)
    soa = Assessment(
        {"set:1": finding, "set:2": Finding("not_applicable", justification=text)},
        subject=text, scope=text, notes=[text], problems=[Problem(text, path=text, column=text, hint=text)],
    )  # fmt: skip
    asked: dict[str, Any] = {"framework": "law", "crosswalk": "x", "dataset": data}
    cov, gaps = nis2map.coverage(soa, **asked), nis2map.gaps(soa, **asked)
    yield from (data, *data, *data.crosswalks.values(), *data.sources.values(), *data.measures, data.units())
    yield from (
        data.demands(),
        data.links("x"),
        *data.links("x"),
        nis2map.related("set:1", crosswalk="x", dataset=data),
    )
    yield from (demand for unit in data.requirements("law") for demand in unit.demands)
    yield from (soa, finding, cov, cov.overall, cov.units, cov.measure_groups, *cov.measure_groups, cov.explain())
    yield from (*cov.explain().demands, gaps, *gaps, *cov.explain("law:1#a").demands[0].terms, *cov.conflicts)
    comparison = nis2map.compare(soa, soa.replace({"set:1": "implemented"}), **asked)
    yield from (comparison, *comparison.changes, *comparison.effects)
    plan = nis2map.plan(soa, target=1.0, measures=True, **asked)
    yield from (plan, *plan.steps, nis2map.contributions(soa, **asked), nis2map.sensitivity(soa, **asked))
    yield from (nis2map.agreement("x", "y", dataset=data), nis2map.overlap("x", dataset=data), nis2map.find(text))
    review = nis2map.Review([nis2map.ReviewVerdict("law:1#a", "set:1", "none", text)], judge=text, licence=text)
    yield from (review, review.agreement("x", dataset=data), nis2map.review_sheet(crosswalk="x", dataset=data))
    yield nis2map.Entity("nis2:annexI.8.2", headcount=90, name=text)
    step = nis2map.Step("set:1", None, "2026-06-01", title=text)
    yield from (step, nis2map.simulate(soa, [step], **asked))


PIECES = st.sampled_from(
    ["<script>x</script>", "<img src=x onerror=y>", '" onload="z', "' style='w", "<!-- ", "]]>", "&lt;", "&", "</td>",
     "<svg/onload=a>", "javascript:b", "\n", "é", "%%{init: c}%%", "`", "#quot;", "-->", "|", "end", "</title>"]
)  # fmt: skip


@settings(max_examples=15)
@given(st.lists(PIECES, min_size=1, max_size=6).map("".join).filter(str.strip))
def test_what_users_write_is_never_markup(text: str) -> None:
    """Subjects, owners, evidence, reasons, titles and notes are read as they were written, and as nothing else."""
    told = 0
    for value in world(f"{text}Ω"):
        page = Strict(value._repr_html_())  # type: ignore[attr-defined]
        told += "Ω" in "".join(page.said)
        assert len(repr(value)) <= 200
        for line in drawing(value).splitlines():
            assert STATEMENT.fullmatch(line), line
    assert told > 40


def test_the_hostile_world_holds_what_it_was_given() -> None:
    """If a text were dropped, its escape would prove nothing."""
    marker = "<i>Ω&"
    pages = {type(value).__name__: value._repr_html_() for value in world(marker)}  # type: ignore[attr-defined]
    silent = {name for name, text in pages.items() if html.escape(marker) not in text}
    assert silent == {"Score", "Change", "Effect", "Comparison", "Contributions", "Simulation"}, (
        "these are numbers alone"
    )
    assert not any("<i>" in text for text in pages.values())


# --- drawings


# The whole grammar of what is written: nodes with a text, arrows with or without one, colours of arrows.
TEXT = r'"(?:[\w .,:()/+-]|<br>|#\d+;|[^\x00-\x7f])*"'
STATEMENT = re.compile(
    rf"flowchart LR|    n\d+\[{TEXT}\]|    n\d+ (?:-->|-\.->)(?:\|{TEXT}\|)? n\d+|    linkStyle \d+ stroke:#[0-9a-f]{{6}},stroke-width:2px"
)


def drawing(value: object) -> str:
    bundle: dict[str, str] = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {}
    return bundle.get(MERMAID, "")


def edges(text: str) -> set[tuple[str, str]]:
    """Return the arrows of a drawing as pairs of labels."""
    labels = dict(re.findall(r'^    (n\d+)\["(.*)"\]$', text, re.M))
    arrows = re.findall(r"^    (n\d+) (?:-->|-\.->)(?:\|[^|]*\|)? (n\d+)$", text, re.M)
    return {(labels[start], labels[end]) for start, end in arrows}


def test_small_graphs_are_drawn_and_large_ones_are_not() -> None:
    """A link, a few links and what explains a unit have Mermaid beside text and HTML; nobody can read 900 nodes."""
    link = nis2map.related("A.8.24")[0]
    bundle = link._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", MERMAID}
    assert bundle["text/html"] == link._repr_html_()
    assert bundle["text/plain"] == repr(link)
    assert edges(bundle[MERMAID]) == {("Article 21(2), point (h) (cryptography)", "A.8.24")}
    assert MERMAID not in nis2map.load().crosswalks["nis2map"]._repr_mimebundle_()
    assert MERMAID not in nis2map.related("A.8.24", relation="equal-to")._repr_mimebundle_()  # type: ignore[attr-defined]
    cov = nis2map.coverage(Assessment.of({"A.8.24": "implemented"}))
    assert ("Policies on using cryptography exist<br>met", "A.8.24") in edges(drawing(cov["Art. 21(2)(h)"].explain()))
    assert drawing(cov.explain()) == ""


def test_every_drawing_is_well_formed() -> None:
    """Each line is one statement of the grammar above, and arrows join nodes that are there."""
    drawn = [drawing(value) for values in instances().values() for value in values]
    assert len(list(filter(None, drawn))) > 10
    for text in filter(None, drawn):
        assert all(STATEMENT.fullmatch(line) for line in text.splitlines()), text
        known = set(re.findall(r"^    (n\d+)\[", text, re.M))
        assert set(re.findall(r"n\d+", re.sub(r'"[^"]*"', "", text))) <= known
        arrows = len(re.findall("-->|-.->", re.sub(r'"[^"]*"', "", text)))
        assert all(int(place) < arrows for place in re.findall(r"linkStyle (\d+)", text))


def test_a_part_of_a_graph_is_drawn_as_it_is() -> None:
    """`graph.mermaid` draws what networkx cuts out: the same nodes and edges, requirements first."""
    graph = nis2map.load().graph()
    part = nx.ego_graph(graph, "nis2:21.2.h~cryptography")
    text = nis2map.graph.mermaid(part)
    assert len(edges(text)) == part.number_of_edges() > 1
    assert all(start.startswith("Article 21(2), point (h) (cryptography)<br>") for start, _ in edges(text))
    assert any(end.startswith("A.8.24<br>") for _, end in edges(text))
    assert text._repr_mimebundle_() == {MERMAID: text, "text/plain": text}
    above = nx.ego_graph(nis2map.load().graph(level="demand", hierarchy=True), "nis2:21.2.h~cryptography")
    assert "-.->" in nis2map.graph.mermaid(above)
    own = nx.Graph([("mine <1>", 'a "b"')])
    assert edges(nis2map.graph.mermaid(own)) == {("mine #60;1#62;", "a #34;b#34;")}


def test_what_is_not_drawn_says_why() -> None:
    """Too many nodes, or no graph at all, are the caller's to mend."""
    with pytest.raises(nis2map.InputError, match=r"a graph of \d+ nodes is not drawn, 60 are the most; .*ego_graph"):
        nis2map.graph.mermaid(nis2map.load().graph())
    with pytest.raises(nis2map.InputError, match="is not a graph of networkx"):
        nis2map.graph.mermaid("graph")  # type: ignore[arg-type]
    for limit in (0, None, "60"):
        with pytest.raises(nis2map.InputError, match=r"limit is .*a whole number from 1 up"):
            nis2map.graph.mermaid(nx.Graph(), limit=limit)  # type: ignore[arg-type]
    assert nis2map.graph.mermaid(nis2map.load().graph(), limit=2000).startswith("flowchart LR\n")


# --- marks, terms and tables


def brightness(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_stand_out_in_light_and_in_dark() -> None:
    """At least 3:1 from white and from the dark grounds of notebooks (WCAG 2.2, 1.4.11)."""
    for name, colour in COLOURS.items():
        for ground in ("#ffffff", "#111111", "#1e1e1e"):
            if colour != "currentColor":
                light, dark = sorted((brightness(colour), brightness(ground)), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 3, (name, ground)


def test_a_mark_is_its_text_where_there_is_no_html() -> None:
    """What a picture shows is also said: numbers with their names, parts with their counts."""
    bar, parts = Bar(0.1, 0.2, 0.5, 0.75), Parts([("met", "met", 3), ("bare", "bare", 0), ("helped", "add", 1)])
    assert bar.text() == "surely 10.0 %, estimate 20.0 %, at most 50.0 %, ceiling 75.0 %"
    assert parts.text() == "met 3, add 1"
    assert Bar(None, None, None).text() == Parts([]).text() == "nothing counted"
    assert Rise(0.1, 0.3, 0.5).text() == "from 10.0 % to 30.0 %, target 50.0 %"
    assert Rise(0.1, 0.3).text() == "from 10.0 % to 30.0 %"
    assert Stack(bar, parts).text() == f"{bar.text()}; {parts.text()}"
    for mark in (bar, parts, Bar(None, None, None), Parts([]), Rise(0, 1, 1)):
        label = f'aria-label="{mark.text()}"'
        assert label in mark.html()
    table = Table(("what",), [(bar,)], marks=("", [parts]), details=("why", [["a line"]]))
    assert table.text().splitlines()[2] == bar.text()
    assert "a line" not in table.text()


def widths(mark: Parts | Bar) -> list[float]:
    return [float(width) for width in re.findall(r'<rect [^>]*?width="([\d.]+)"', mark.html())]


def test_a_mark_is_as_long_as_its_numbers() -> None:
    """Shares of a bar and counts of a partition are drawn to scale, 160 wide."""
    assert widths(Bar(0.25, 0.3, 0.75)) == [160, 80, 40]
    assert widths(Bar(None, None, None)) == [160]
    assert widths(Parts([("met", "met", 1), ("bare", "act", 3)])) == [39, 119]
    assert "M40.0 4v8" in Bar(0, 0.25, 1).html()
    assert "M120.0 0v16" in Bar(0, 0.25, 1, 0.75).html()


def test_the_lines_below_a_row_are_folded_in_a_long_table() -> None:
    """Of a few rows all is to be seen; of many, one opens what one looks for."""
    few = Table(("a",), [("x",)] * 3, details=("name", [("why <b>",)] * 3)).html()
    many = Table(("a",), [("x",)] * 30, details=("name", [("why",)] * 30)).html()
    assert "<details>" not in few
    assert "why &lt;b&gt;" in few
    assert many.count("<details><summary>name</summary>") == 30


def test_terms_stand_with_their_marks() -> None:
    """A legend has in HTML what stands for a term in a mark, and the terms that marks alone show."""
    terms = Terms({"met": "is in place", "of": "of how many"}, {"met": "met", "tick": "estimate"}, {"tick": "a guess"})
    assert terms.text() == "met  is in place\nof   of how many"
    assert terms.html().count("<svg") == 2
    assert "a guess" in terms.html()
    assert Page("t", [terms]).text() == "t\nmet  is in place\nof   of how many"


def test_a_list_shows_its_first_rows_and_says_how_many_there_are() -> None:
    """A list of a thousand units is more than a screen; `to_frame` has them all."""
    text = nis2map.load().units()._repr_html_()
    assert text.count("<tr") == 31
    assert f"and {len(nis2map.load()) - 30} more" in text
    assert "none" in nis2map.Listed(())._repr_html_()


def test_marks_stand_where_scores_do() -> None:
    """Coverage, gaps, comparison, plan and simulation draw each row, as their numbers say."""
    soa = Assessment.of({"A.8.24": 0.5, "A.5.1": "implemented"})
    cov, plan = nis2map.coverage(soa), nis2map.plan(soa, target=0.06)
    simulation = nis2map.simulate(soa, plan.dated("2026-12-01"))
    rows: Iterable[tuple[Any, int]] = (
        (cov, 2 * (len(cov.measure_groups) + 1)),
        (cov.overall, 2),
        (nis2map.gaps(soa), 1 + 2 * len(nis2map.gaps(soa))),
        (nis2map.compare(soa, soa.replace({"A.8.24": "implemented"})), 2 * 3),
        (plan, 1 + len(plan.steps)),
        (simulation, len(simulation.points)),
        (cov["Art. 21(2)(h)"].explain(), 1 + 4),
    )
    for result, count in rows:
        assert result._repr_html_().count('role="img"') == count, type(result)
    whole = cov.overall
    assert f'aria-label="{Bar(whole.low, whole.estimate, whole.high, whole.ceiling.high).text()}"' in cov._repr_html_()
