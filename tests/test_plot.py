"""Pictures: each draws the numbers of its result, on axes of its own or the caller's, and shows nothing."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

import pytest

import nis2map
from nis2map import plot
from nis2map._shared import COLOURS

from . import tiny

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")
pyplot = pytest.importorskip("matplotlib.pyplot")

SOA = nis2map.Assessment.of({"A.8.24": "implemented", "A.5.24": 0.4, "A.5.26": "planned", "A.8.16": "implemented"})
LATER = SOA.replace({"A.5.24": "implemented", "A.6.3": "implemented"})
INCIDENT = nis2map.Incident(dt.datetime(2026, 3, 27, 15, 20, tzinfo=ZoneInfo("Europe/Brussels")))
PICTURES: dict[str, Callable[..., object]] = {
    "coverage": lambda **o: plot.coverage(nis2map.coverage(SOA), **o),
    "grades": lambda **o: plot.grades(nis2map.coverage(SOA), **o),
    "gaps": lambda **o: plot.gaps(nis2map.gaps(SOA), **o),
    "compare": lambda **o: plot.compare(nis2map.compare(SOA, LATER), **o),
    "heatmap": lambda **o: plot.heatmap(nis2map.coverage(SOA), **o),
    "heatmap of one": lambda **o: plot.heatmap(nis2map.coverage(SOA), under="Art. 21(2)(h)", **o),
    "graph": lambda **o: plot.graph(nis2map.coverage(SOA).explain("Art. 21(2)(b)"), **o),
    "agreement": lambda **o: plot.agreement(nis2map.agreement("nis2map-judge-1", "nis2map-judge-2"), **o),
    "plan": lambda **o: plot.plan(nis2map.plan(SOA, target=0.05), **o),
    "simulation": lambda **o: plot.plan(simulation(), **o),
    "timeline": lambda **o: plot.timeline(nis2map.deadlines(INCIDENT), **o),
}


def simulation() -> nis2map.Simulation:
    steps = nis2map.plan(SOA, target=0.05).dated("2026-12-01")
    return nis2map.simulate(nis2map.Assessment.of({"A.8.24": "implemented"}, as_of=dt.date(2026, 11, 1)), steps)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close the figures of a test, and fail if one was shown."""
    yield
    pyplot.close("all")


def widths(ax: object, label: str) -> list[float]:
    (bars,) = [c for c in ax.containers if c.get_label() == label]  # type: ignore[attr-defined]
    return [bar.get_width() for bar in bars]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_drawn_on_the_axes_given_and_else_on_one_new_figure(name: str, monkeypatch) -> None:
    """A caller's axes are what comes back and no figure is made; without any, one figure is, and nothing is shown."""
    monkeypatch.setattr(pyplot, "show", lambda *a, **k: pytest.fail("a plot function shows nothing"))
    _, ax = pyplot.subplots()
    assert PICTURES[name](ax=ax) is ax
    assert len(pyplot.get_fignums()) == 1
    own = PICTURES[name]()
    assert own is not ax
    assert len(pyplot.get_fignums()) == 2
    assert own.get_title(loc="left")
    own.figure.canvas.draw()


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_not_axes_is_refused_by_name(name: str) -> None:
    """`subplots(2)` gives an array, which is the mistake people make."""
    _, both = pyplot.subplots(2)
    with pytest.raises(nis2map.InputError, match="ax is ndarray, not matplotlib Axes"):
        PICTURES[name](ax=both)


@pytest.mark.parametrize(
    "function", [plot.coverage, plot.grades, plot.gaps, plot.compare, plot.heatmap, plot.graph, plot.timeline]
)
def test_another_result_is_refused_by_name(function: Callable[..., object]) -> None:
    """An assessment has no picture, and the error says what has."""
    with pytest.raises(nis2map.InputError, match=r"result: expected an? [A-Z]"):
        function(SOA)


@pytest.mark.parametrize("function", [plot.agreement, plot.plan])
def test_of_two_kinds_of_result_a_third_is_refused(function: Callable[..., object]) -> None:
    """The error names both kinds that can be drawn."""
    with pytest.raises(nis2map.InputError, match=r"result is Assessment, not \w+ or \w+"):
        function(SOA)


def test_bars_of_coverage_are_its_numbers() -> None:
    """A solid bar is as long as low, a pale one as high less low, a dot stands at the estimate, the whole comes last."""
    cov = nis2map.coverage(SOA)
    scores = [*cov.rollup("measure").values(), cov.overall]
    ax = plot.coverage(cov)
    assert widths(ax, "surely (low)") == [score.low for score in scores]
    pale = [(score.high or 0) - (score.low or 0) for score in scores]
    assert widths(ax, "at most (high)") == pytest.approx(pale)
    (dots,) = [c for c in ax.collections if c.get_label() == "estimate"]
    assert [x for x, _ in dots.get_offsets()] == pytest.approx([s.estimate for s in scores if s.estimate is not None])
    (lines,) = [c for c in ax.collections if str(c.get_label()).startswith("ceiling")]
    assert [s[0][0] for s in lines.get_segments()] == pytest.approx([s.ceiling.high for s in scores])
    assert [label.get_text() for label in ax.get_yticklabels()][-1] == "overall"
    assert ax.get_yticklabels()[2].get_text().startswith("Article 21, the rest")


@pytest.mark.parametrize("level", ["overall", "article", "section", "unit"])
def test_levels_are_those_of_rollups(level: str) -> None:
    """Each level has a row for each of its units and one for the whole, which is alone on the level overall."""
    cov = nis2map.coverage(SOA)
    ax = plot.coverage(cov, level=level)
    assert len(ax.get_yticks()) == len(cov.rollup(level)) + (level != "overall")
    with pytest.raises(nis2map.InputError, match="level is 'measures'"):
        plot.coverage(cov, level="measures")


def test_stacked_grades_add_up_to_the_demands() -> None:
    """Each row's stretches are its counts by grade, whatever was found."""
    cov = nis2map.coverage(SOA)
    ax = plot.grades(cov)
    for grade in nis2map.Grade:
        counts = [score.grades[grade] for score in cov.rollup("measure").values()]
        if any(counts):
            assert widths(ax, str(grade)) == counts


def test_stacked_gaps_are_the_classes_of_gap_of_each_section_that_has_one() -> None:
    """A section whose demands are all met has no row; the stretches are counts by class."""
    found = nis2map.gaps(SOA, framework="cir")
    ax = plot.gaps(found)
    sections = [s for s in found.coverage.rollup("section").values() if s.demands > s.met]
    assert widths(ax, "act on the duty itself") == [score.structural for score in sections]
    assert widths(ax, "add") == [score.residual for score in sections]


def test_two_sides_are_drawn_for_the_whole_and_each_unit_that_moved() -> None:
    """The first row is the whole; beyond `limit` the units that moved most stay, and the title says how many."""
    comparison = nis2map.compare(SOA, LATER)
    ax = plot.compare(comparison)
    effects = comparison.effects
    assert widths(ax, "after: surely (low)") == [effect.after.low for effect in effects]
    assert widths(ax, "before: surely (low)") == [effect.before.low for effect in effects]
    short = plot.compare(comparison, limit=1)
    assert len(short.get_yticks()) == 2
    assert f"1 of {len(effects) - 1} units" in short.get_title(loc="left")
    with pytest.raises(nis2map.InputError, match="no bounds changed"):
        plot.compare(nis2map.compare(SOA, SOA))


def test_a_cell_of_the_heatmap_counts_the_demands_that_its_column_serves() -> None:
    """Row and column of each number are checked against the links, without findings playing a part."""
    ds = nis2map.load()
    ax = plot.heatmap(nis2map.coverage(nis2map.Assessment()))
    rows = list(nis2map.coverage(nis2map.Assessment()).rollup("measure"))
    heads = [label.get_text() for label in ax.get_xticklabels()]
    shown = {(rows[round(t.get_position()[1])], heads[round(t.get_position()[0])]): t.get_text() for t in ax.texts}
    expected: dict[tuple[nis2map.Ref, str], set[nis2map.Ref]] = {}
    core = [unit for unit in ds.requirements("nis2", core=True) if unit.demands]
    for unit in core:
        own = {demand.ref for demand in unit.demands}
        for link in ds.links(requirement=unit.ref):
            served = own & {*link.covers, *link.covers_guided, *link.covers_considered, *link.supports}
            for control in link.controls:
                top = [control, *ds.ancestors(control)][-1]
                for group in ds.groups(unit.ref):
                    expected.setdefault((group, top.citation or ""), set()).update(served)
    assert shown == {place: str(len(refs)) for place, refs in expected.items() if refs}


def test_a_heatmap_of_one_measure_has_a_row_for_each_demand() -> None:
    """Rows are demands, columns the single controls that bear on them; what was not scored can't be asked for."""
    ds, cov = nis2map.load(), nis2map.coverage(SOA)
    ax = plot.heatmap(cov, under="Art. 21(2)(h)")
    refs = [ref for unit in ds.below("Art. 21(2)(h)") for ref in ds.demands(unit)]
    assert len(ax.get_yticks()) == len(refs)
    assert "A.8.24" in [label.get_text() for label in ax.get_xticklabels()]
    with pytest.raises(nis2map.UnknownRef, match="no demand that was scored"):
        plot.heatmap(cov, under="Art. 5")


def test_the_graph_of_a_measure_has_a_line_for_each_demand_and_control() -> None:
    """Several links of one pair are one line of the best grade; demands stand left, controls right."""
    explanation = nis2map.coverage(SOA).explain("Art. 21(2)(b)")
    pairs = {(d.ref, c) for d in explanation.demands for t in d.terms for c in t.controls}
    ax = plot.graph(explanation)
    assert len(ax.lines) == len(pairs)
    texts = [t.get_text().replace("\n", " ") for t in ax.texts]
    assert texts[: len(explanation.demands)] == [d.label for d in explanation.demands]
    assert set(texts[len(explanation.demands) :]) == {c.citation for _, c in pairs}


def test_the_matrix_of_two_judges_counts_their_grades() -> None:
    """The numbers are those of the pairs, row by the first judge and column by the second."""
    found = nis2map.agreement("nis2map-judge-1", "nis2map-judge-2")
    ax = plot.agreement(found)
    shown = {tuple(map(round, t.get_position())): int(t.get_text()) for t in ax.texts}
    assert sum(shown.values()) == len(found)
    order = list(nis2map.Grade)
    for (x, y), count in shown.items():
        assert count == sum(pair.grades == (order[y], order[x]) for pair in found)


def test_a_plan_rises_from_where_it_starts_to_what_it_reaches() -> None:
    """The line starts at the score as it is and ends at cost and score of the whole plan; each step is named."""
    found = nis2map.plan(SOA, target=0.05, budget=50)
    ax = plot.plan(found)
    xs, ys = ax.lines[0].get_data()
    assert (xs[0], ys[0]) == (0, found.start)
    assert (xs[-1], ys[-1]) == pytest.approx((found.cost, found.reached))
    assert [t.get_text() for t in ax.texts] == [step.name for step in found.steps]
    assert {"target", "budget"} <= {line.get_label() for line in ax.lines}


def test_a_simulation_without_dates_has_no_picture() -> None:
    """Its one point lies nowhere on a calendar."""
    with pytest.raises(nis2map.InputError, match="no point of the simulation has a date"):
        plot.plan(nis2map.simulate(SOA, ()))


def test_a_timeline_has_a_row_for_each_deadline_at_its_distance_from_awareness() -> None:
    """24 hours are one day from awareness; what is provisional says so; now is a line."""
    schedule = nis2map.deadlines(INCIDENT)
    ax = plot.timeline(schedule, now=INCIDENT.aware_at + dt.timedelta(hours=30))
    assert [label.get_text() for label in ax.get_yticklabels()] == [d.words for d in schedule.deadlines]
    xs = [c.get_offsets()[0][0] for c in ax.collections if len(c.get_offsets()) == 1]
    assert xs == [(d.due - schedule.aware_at).total_seconds() / 86_400 for d in schedule.deadlines if d.due]
    assert xs[0] == 1.0
    words = " ".join(t.get_text() for t in ax.texts)
    assert words.count("(provisional)") == sum(d.provisional for d in schedule.deadlines)
    (line,) = [line for line in ax.lines if line.get_label() == "now"]
    assert line.get_xdata()[0] == 1.25
    with pytest.raises(nis2map.InputError, match="time zone"):
        plot.timeline(schedule, now=dt.datetime(2026, 3, 28))  # noqa: DTZ001


def test_deadlines_without_a_date_and_those_of_several_states_are_named() -> None:
    """A row without a date says that it has none yet; States stand in the names of the rows."""
    schedule = nis2map.deadlines(INCIDENT, member_states=("BE", "DE"))
    ax = plot.timeline(schedule)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert any("(BE)" in label for label in labels)
    assert any("(DE)" in label for label in labels)
    undated = sum(d.due is None for d in schedule.deadlines)
    assert sum(t.get_text() == "no date yet" for t in ax.texts) == undated


def test_a_dataset_of_ones_own_is_drawn_with_its_own_words() -> None:
    """No picture knows a framework; labels are the titles of the dataset that was scored."""
    ds = tiny.tiny("1; 1.1; 1.2", "C/; C.1; C.2", "1.1 < C.1; 1.2 & C.2")
    cov = nis2map.coverage(nis2map.Assessment(), **tiny.options(ds))
    labels = [label.get_text() for label in plot.coverage(cov, level="unit").get_yticklabels()]
    assert len(labels) == len(cov.units) + 1
    assert [label.partition("\n")[0] for label in labels[:-1]] == [ref.citation for ref in cov.units]
    assert plot.heatmap(cov).get_xticklabels()


TEX = r"$\foo$ and more"


def test_no_text_of_somebodys_becomes_a_formula() -> None:
    """Dollar signs in titles, labels and names are shown as they are: a formula that is none would end in an error."""
    ds = tiny.tiny(
        [nis2map.Requirement("law:1", None, TEX, demands=[nis2map.Demand("law:1#a", TEX)])],
        [nis2map.Control("set:C", TEX)],
        "1 < C: a",
    )
    soa = nis2map.Assessment({"set:C": "implemented"}, subject=TEX)
    cov = nis2map.coverage(soa, **tiny.options(ds))
    pictures = (
        plot.coverage(cov),
        plot.heatmap(cov, under="law:1"),
        plot.graph(cov.explain("law:1")),
        plot.gaps(nis2map.gaps(nis2map.Assessment(subject=TEX), **tiny.options(ds))),
    )
    for ax in pictures:
        ax.figure.canvas.draw()
        assert any("$" in text.get_text() for text in ax.findobj(matplotlib.text.Text))


def test_where_nothing_is_short_or_scored_the_error_says_so() -> None:
    """An empty picture would be taken for a fault; the error names what there is none of."""
    ds = tiny.tiny("1: a", "C", "1 < C: a")
    with pytest.raises(nis2map.InputError, match="no gaps to draw"):
        plot.gaps(nis2map.gaps(nis2map.Assessment.full(ds), **tiny.options(ds)))
    with pytest.raises(nis2map.InputError, match="no demand of law was scored"):
        plot.heatmap(nis2map.coverage(nis2map.Assessment(), **tiny.options(ds, within=())))


def test_dates_stand_in_the_timeline_as_in_the_text_of_the_schedule() -> None:
    """They are written in one way, which no locale changes."""
    schedule = nis2map.deadlines(nis2map.Incident(dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC)))
    texts = [text.get_text() for text in plot.timeline(schedule).texts]
    assert texts[0] == "Thu 5 Mar 2026, 09:30"
    assert f"{texts[0]} (UTC)" in str(schedule)


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch) -> None:
    """A missing extra is one of our errors, with the line to type."""
    for name in [m for m in sys.modules if m.partition(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(nis2map.MissingExtra, match=r'plots need matplotlib.*pip install "nis2map\[plot\]"'):
        plot.coverage(nis2map.coverage(SOA))


def test_colours_stand_out_from_white_and_from_black() -> None:
    """Each colour has a contrast of 3:1 to both (WCAG 2.2, 1.4.11), worked out by matplotlib's colours."""
    from matplotlib.colors import to_rgb

    def luminance(colour: str) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for name, colour in COLOURS.items():
        if colour != "currentColor":
            for paper in ("#ffffff", "#111111"):
                pair = sorted((luminance(colour), luminance(paper)))
                assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 3, (name, paper)


def test_what_is_done_has_a_cross_and_a_deadline_whose_latest_is_no_later_has_no_tick() -> None:
    """A report that was handed in keeps its row; a deadline in the middle of a working day has one reading."""
    told = nis2map.Incident(INCIDENT.aware_at, notified_at=INCIDENT.aware_at + dt.timedelta(hours=20))
    schedule = nis2map.deadlines(told)
    ax = plot.timeline(schedule)
    crosses = [line for line in ax.lines if line.get_marker() == "x"]
    assert len(crosses) == sum(d.done_at is not None for d in schedule.deadlines) > 0
    ticks = [line for line in ax.lines if line.get_marker() == "|" and len(line.get_xdata())]
    later = [d for d in schedule.deadlines if d.due and d.latest and d.latest > d.due]
    assert len(ticks) == len(later)


def test_a_result_that_is_empty_is_refused_in_words() -> None:
    """Axes without a row would be taken for a result."""
    import attrs

    nothing = attrs.evolve(nis2map.deadlines(INCIDENT), deadlines=())
    with pytest.raises(nis2map.InputError, match="the schedule has no deadlines"):
        plot.timeline(nothing)
    explanation = attrs.evolve(nis2map.coverage(SOA).explain("Art. 21(2)(h)"), demands=())
    with pytest.raises(nis2map.InputError, match="has no demands"):
        plot.graph(explanation)
    certain = nis2map.gaps(nis2map.Assessment.of({"Art. 20": "implemented"}), within="Art. 20")
    with pytest.raises(nis2map.InputError):
        plot.gaps(certain)
    with pytest.raises(nis2map.InputError, match="there is nothing to draw; widen within="):
        plot.grades(nis2map.coverage(SOA, within=[]))
