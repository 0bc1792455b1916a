"""Reports: one content as a page, as Markdown, as a workbook and as a Word document."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import inspect
import io
import json
import re
import sys
import zipfile
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx
import pytest
import python_calamine
from docx.enum.section import WD_ORIENT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nis2map
from nis2map import Assessment, Entity, Finding, Incident, report
from nis2map.cli import main
from nis2map.data import table
from nis2map.errors import InputError, MissingExtra, UnknownRef
from nis2map.model import EntityClass, GapClass, Grade, ReviewState, TimeUnit
from nis2map.report._content import report_of
from nis2map.report._html import html_of
from nis2map.report._markdown import markdown_of
from nis2map.report._parts import Chapter, Facts, Grid, GridColumn, Items, Paragraph, Phrase, Report, shown
from nis2map.report._words import LANGUAGES, Words, words_in
from tests.hostile import FORMULAS
from tests.tiny import options, tiny

EXAMPLES = Path(__file__).parents[1] / "examples"
SAMPLE = EXAMPLES / "soa-with-gaps.csv"
ENTITY = Entity(["annexI.8.4"], headcount=300, turnover=60e6, balance_sheet=50e6, established_in=["BE"], name="Cloud")
INCIDENT = Incident(dt.datetime(2026, 3, 27, 15, 20, tzinfo=dt.timezone(dt.timedelta(hours=1))), zone="Europe/Brussels")
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


@pytest.fixture(scope="module")
def soa() -> Assessment:
    return nis2map.read_soa(SAMPLE).certified()


@pytest.fixture(scope="module")
def page(soa: Assessment) -> Page:
    return Page(report.html(soa))


class Page(HTMLParser):
    """A page that is read strictly: every element is closed, in order, and ids stand once."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source, self.open = source, list[tuple[str, dict[str, str]]]()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[tuple[str, str]] = []  # each text, with the language it stands in
        self.headings: list[int] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.keys: dict[str, list[str]] = {}
        self._table = ""
        assert source.startswith("<!DOCTYPE html>")
        self.feed(source)
        self.close()
        assert self.open == []
        ids = [value for _, name, value in self.attributes if name == "id"]
        assert len(ids) == len(set(ids))
        for tag, name, value in self.attributes:
            if name in ("aria-labelledby", "aria-controls", "for"):
                assert set(value.split()) <= set(ids), (tag, name, value)
            if name == "href" and value.startswith("#"):
                assert value[1:] in ids

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in held.items()]
        if tag not in VOID:
            self.open.append((tag, held))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "table":
            self._table = held["id"]
            self.tables[self._table], self.keys[self._table] = [], []
        if tag == "tr":
            self.tables[self._table].append([])
            self.keys[self._table].append(held.get("data-class", ""))
        if tag in ("th", "td"):
            self.tables[self._table][-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        within = [tag for tag, _ in self.open]
        lang = next((held["lang"] for _, held in reversed(self.open) if "lang" in held), "")
        if not {"style", "script", "svg"} & set(within):
            self.words.append((data, lang))
        if ("td" in within or "th" in within) and "svg" not in within:
            self.tables[self._table][-1][-1] += data if "title" not in within else ""

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    @property
    def text(self) -> str:
        return "".join(data for data, _ in self.words)


def grids(made: Report) -> list[Grid]:
    def of(chapters: tuple[Chapter, ...]) -> list[Grid]:
        return [
            part
            for chapter in chapters
            for part in (*(p for p in chapter.parts if isinstance(p, Grid)), *of(chapter.chapters))
        ]

    return of(made.chapters)


def content(assessment: Assessment, **asked: Any) -> Report:
    facts = [asked.pop(name, None) for name in ("entity", "member_state", "incident")]
    return report_of(assessment, *facts, asked.pop("lang", "en"), asked)  # type: ignore[arg-type]


# Words


def test_every_word_is_there_in_three_languages_with_the_same_places_to_fill() -> None:
    """A report in German or French lacks no text, and fills in what the English one fills in."""
    rows: list[dict[str, str]] = table("report_words")
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids))
    for row in rows:
        assert set(row) == {"id", *LANGUAGES}
        assert all(row[lang].strip(" ,;:") or row["id"] in ("cite.join", "colon") for lang in LANGUAGES), row["id"]
        places = [sorted(set(re.findall(r"\{(\w+)\}", row[lang]))) for lang in LANGUAGES]
        assert places[0] == places[1] == places[2], row["id"]
    counted = {name.removesuffix(".one") for name in ids if name.endswith(".one")}
    assert counted == {name.removesuffix(".many") for name in ids if name.endswith(".many")}


def test_whatever_the_library_may_answer_has_its_word() -> None:
    """No class, grade, status, state of review or unit of time is met for the first time in somebody's report."""
    words = words_in("de")
    for prefix, members in (
        ("class", GapClass),
        ("advice", GapClass),
        ("means", GapClass),
        ("grade", Grade),
        ("more", Grade),
        ("status", nis2map.Status),
        ("review", ReviewState),
        ("entity", EntityClass),
        ("size", nis2map.Size),
        ("recognition", nis2map.Recognition),
        ("stage", nis2map.Stage),
    ):
        assert [m for m in members if not words.get(f"{prefix}.{m}")] == []
    assert [unit for unit in TimeUnit if not words.get(f"period.{unit}.one")] == []
    assert [state.code for state in nis2map.member_states() if not words.get(f"state.{state.code}")] == []
    for stage in nis2map.load().law.stages:
        assert words.get(f"start.{stage.counted_from}") or stage.period is None
        assert words.get(f"when.{stage.when}") or not stage.when
    assert [state.name for state in nis2map.member_states()] == [
        words_in("en")(f"state.{state.code}") for state in nis2map.member_states()
    ]


@pytest.mark.parametrize(
    ("lang", "percent", "points", "whole", "day", "moment"),
    [
        ("en", "22.7%", "+1.7", "10,000", "1 March 2026", "1 March 2026, 09:05 UTC+01:00"),
        ("de", "22,7\u202f%", "+1,7", "10.000", "1. März 2026", "1. März 2026, 09:05 Uhr UTC+01:00"),
        ("fr", "22,7\u202f%", "+1,7", "10\u202f000", "1er mars 2026", "1er mars 2026 à 09\u00a0h\u00a005 UTC+01:00"),
    ],
)
def test_numbers_and_dates_are_written_as_the_language_writes_them(
    lang: str, percent: str, points: str, whole: str, day: str, moment: str
) -> None:
    """Decimal marks, thousands, the space before a percent sign, and months are those of the language."""
    words = words_in(lang)
    at = dt.datetime(2026, 3, 1, 9, 5, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert (words.percent(0.2267), words.points(0.0167).text, words.whole(10_000)) == (percent, points, whole)
    assert (words.date(at.date()), words.moment(at)) == (day, moment)
    assert words.percent(None) == "–"
    assert words.range(0.1, 0.1) == words.percent(0.1)
    assert words.range(0.1, 0.2).count("%") == 1
    assert words.moment(dt.datetime(2026, 3, 1, 9, 5)).strip() == words.moment(dt.datetime(2026, 3, 1, 9, 5))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("citation", "german", "french"),
    [
        ("Article 21(2), point (h)", "Art. 21 Abs. 2 Buchst. h", "article 21, paragraphe 2, point h)"),
        ("Article 21(2), point (h) (cryptography)", "Art. 21 Abs. 2 Buchst. h", "article 21, paragraphe 2, point h)"),
        (
            "Article 23(4), first subparagraph, point (d)(iv)",
            "Art. 23 Abs. 4 UAbs. 1 Buchst. d Ziff. iv",
            "article 23, paragraphe 4, premier alinéa, point d) iv)",
        ),
        ("Article 6, point (41)", "Art. 6 Nr. 41", "article 6, point 41)"),
        ("Annex, point 9.2(c)(iv)", "Anhang Nr. 9.2 Buchst. c Ziff. iv", "annexe, point 9.2 c) iv)"),
        ("Annex I, point 1(a), indent 1", "Anhang I Nr. 1 Buchst. a Gedankenstrich 1", "annexe I, point 1 a), tiret 1"),
        ("clause 6.1.2", "Abschnitt 6.1.2", "clause 6.1.2"),
        ("A.8.24", "A.8.24", "A.8.24"),
        ("GV.OC-01", "GV.OC-01", "GV.OC-01"),
        ("Recommendation 2003/361/EC, Annex", "Recommendation 2003/361/EC, Annex", "Recommendation 2003/361/EC, Annex"),
    ],
)
def test_citations_are_written_as_lawyers_of_the_language_write_them(citation: str, german: str, french: str) -> None:
    """A citation of an act is one in German and French; one of another kind stays as it is."""
    assert [words_in(lang).cite(citation) for lang in LANGUAGES] == [citation, german, french]


def test_every_unit_of_both_acts_is_cited_in_german_and_french() -> None:
    """No citation of the bundled acts is left in English."""
    dataset = nis2map.load()
    units = [unit for name in ("nis2", "cir") for unit in dataset.of(name)]
    for lang in ("de", "fr"):
        words = words_in(lang)
        assert [
            u.citation for u in units if re.search("Article|subparagraph|indent|Annex", words.cite(u.citation))
        ] == []


# Numbers


def test_the_first_table_says_what_a_recount_from_the_demands_says(soa: Assessment, page: Page) -> None:
    """Demands, met, surely, at most and ceiling of each Article follow from its single demands, worked out anew here."""
    cov = nis2map.coverage(soa)
    head, *rows = page.tables["by-article"]
    assert head == ["Article", "demands", "met", "surely", "at most", "ceiling", "judges' range", "as a bar"]
    units: dict[str, list[nis2map.Ref]] = {}
    for unit in cov.units:
        units.setdefault(re.match(r"\d+", unit.local)[0], []).append(unit)  # type: ignore[index]
    assert [re.match(r"Article (\d+)", row[0])[1] for row in rows[:-1]] == list(units)  # type: ignore[index]
    every = [unit for several in units.values() for unit in several]
    for row, several in zip(rows, [*units.values(), every], strict=True):
        demands = [[d for d in cov.demands if d.unit == unit] for unit in several]
        met = sum(cov.gap_class(d) is None for ds in demands for d in ds)
        shares = []
        for number in ("low", "high"):
            means = [sum(getattr(cov.demands[d], number) for d in ds) / len(ds) for ds in demands]
            shares.append(sum(means) / len(means))
        ceilings = [sum(cov.demands[d].ceiling.high or 0 for d in ds) / len(ds) for ds in demands]
        shares.append(sum(ceilings) / len(ceilings))
        said = [f"{100 * share:.1f}%" for share in shares]
        assert row[1:6] == [str(sum(map(len, demands))), str(met), *said]


def test_the_judges_range_is_what_either_judge_alone_bounds(soa: Assessment, page: Page) -> None:
    """Judgements are ranges: the column has surely under the strict and under the generous reading."""
    under = [nis2map.coverage(soa, crosswalk=name).rollup("article") for name in ("nis2map-strict", "nis2map-generous")]
    rows = page.tables["by-article"][1:-1]
    for row, ref in zip(rows, under[0], strict=True):
        low, high = (100 * (scores[ref].low or 0) for scores in under)
        assert row[6] == (f"{low:.1f}%" if f"{low:.1f}" == f"{high:.1f}" else f"{low:.1f}–{high:.1f}%")


def test_partitions_add_up_in_every_row(page: Page) -> None:
    """Met, finish, find out, add and act are all demands of a row, and so are the five grades."""
    for name in ("by-measure", "by-grade"):
        for row in page.tables[name][1:]:
            numbers = [int(cell) for cell in row[1:7]]
            assert numbers[0] == sum(numbers[1:])
    classes = page.tables["by-measure"][-1]
    assert classes[1:3] == page.tables["by-article"][-1][1:3]


def test_every_demand_that_is_not_surely_met_stands_once_under_its_class(soa: Assessment, page: Page) -> None:
    """The gaps of the page are those of the library: none is lost, none is told twice."""
    cov, found = nis2map.coverage(soa), nis2map.gaps(soa)
    rows, keys = page.tables["gap-table"][1:], page.keys["gap-table"][1:]
    assert found[0].title in rows[0][0]
    told = Counter(keys)
    assert told == Counter(str(kind) for gap in found for kind in gap.classes)
    expected = [(str(kind), [d.label for d in ds]) for gap in found for kind, ds in gap.classes.items()]
    for row, key, (kind, labels) in zip(rows, keys, expected, strict=True):
        assert key == kind
        assert row[2] == "".join(labels)
    short = [demand for demand in cov.demands if cov.gap_class(demand) is not None]
    assert sum(len(labels) for _, labels in expected) == len(short)
    assert [int(row[1]) for row in page.tables["gap-classes"][1:]] == [n for n in found.summary.values() if n]
    evidence = {text for gap in found for text in gap.evidence}
    assert {text for text in evidence if text in page.text} == evidence


def test_what_to_do_first_says_what_each_step_really_adds(soa: Assessment, page: Page) -> None:
    """The demands that a step meets are counted from the assessment with that step done."""
    best = nis2map.plan(soa, budget=5, measures=True)
    rows = page.tables["first-steps"][1:]
    assert len(rows) == len(best.steps)
    measures = {measure.id: measure for measure in nis2map.load().measures}
    after = soa
    for row, step in zip(rows, best.steps, strict=True):
        before = nis2map.coverage(after).overall.met
        closes = measures[str(step.ref)].closes if str(step.ref) in measures else (step.ref,)
        after = after.replace(dict.fromkeys(map(str, closes), "implemented"))
        assert int(row[1]) == nis2map.coverage(after).overall.met - before
        assert row[2] == f"{100 * (step.gain or 0):+.1f}"
        assert step.title in row[0]


def test_the_plan_leads_to_the_ceiling(soa: Assessment, page: Page) -> None:
    """The last step of the plan reaches the ceiling that the first table has."""
    steps = nis2map.plan(soa, target="ceiling").steps
    rows = page.tables["plan-steps"][1:]
    assert [step.name in row[0] for step, row in zip(steps, rows, strict=True)] == [True] * len(steps)
    assert rows[-1][2] == page.tables["by-article"][-1][5]
    assert "this was proven" in page.text


def test_a_full_assessment_has_nothing_left_for_the_controls() -> None:
    """Where every control is in place the plan says so, and all gaps are beyond the controls."""
    page = Page(report.html(Assessment.full()))
    assert "the ceiling of" in page.text
    assert "is reached" in page.text
    assert "plan-steps" not in page.tables
    assert set(page.keys["gap-table"][1:]) == {"structural", "residual"}


def test_without_a_certificate_the_report_says_what_one_would_add() -> None:
    """A statement without findings on clauses is told what the clauses of a certificate would meet."""
    soa = nis2map.read_soa(SAMPLE)
    met = [nis2map.coverage(one).overall.met for one in (soa.certified(), soa)]
    assert f"{met[0]} demands are met instead of {met[1]}" in report.html(soa)
    assert "If a certificate stands" not in report.html(soa.certified())


def test_without_the_solver_the_plan_is_greedy_and_says_so(soa: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a browser there is no solver: the steps are the greedy ones, and the report does not claim a proof."""
    monkeypatch.setitem(sys.modules, "highspy", None)
    said = report.markdown(soa)
    assert "chosen one by one" in said
    assert "this was proven" not in said


def test_options_of_the_analysis_are_those_of_every_function(soa: Assessment) -> None:
    """The report takes the typed options of `coverage`, lists them in its signature, and refuses misspelt ones."""
    for function in (report.html, report.markdown, report.xlsx, report.docx):
        parameters = inspect.signature(function).parameters
        assert {"framework", "basis", "within", "entity", "member_state", "incident", "lang"} <= set(parameters)
    with pytest.raises(TypeError, match=r"html\(\) got an unexpected keyword argument 'basiss'.*'basis'"):
        report.html(soa, basiss="guidance")  # type: ignore[call-arg]
    guided = Page(report.html(soa, basis="guidance", framework="cir", within=("CIR 9", "CIR 10")))
    whole = nis2map.coverage(soa, basis="guidance", framework="cir", within=("CIR 9", "CIR 10")).overall
    assert guided.tables["by-article"][-1][1:3] == [str(whole.demands), str(whole.met)]
    assert "also what ISO/IEC 27002 says should be done" in guided.text


def test_a_text_that_spells_out_one_article_is_told_by_section(soa: Assessment) -> None:
    """All of the CIR's Annex belongs to Article 21: one row would say nothing that the last one does not."""
    cov = nis2map.coverage(soa, framework="cir")
    page = Page(report.html(soa, framework="cir"))
    assert page.tables["by-article"][0][0] == "Section"
    assert len(page.tables["by-article"]) == len(cov.rollup("section")) + 2
    assert len(page.tables["by-grade"]) == len(page.tables["by-article"])


def test_what_binds_an_entity_is_told_with_the_links_of_both_acts(soa: Assessment) -> None:
    """Within a classification the demands of the Directive and of the CIR count, and so do the links on both."""
    found = nis2map.classify(ENTITY)
    text = report.markdown(soa, within=found)
    links = len(nis2map.load().crosswalks["nis2map"].links)
    assert f"no person has reviewed these {links:,} links yet" in text
    assert "According to the facts given, NIS 2 binds this entity." in text
    assert "the duties that bind this entity" in text


def test_one_step_is_told_as_one() -> None:
    """Where a single control is left, nothing speaks of several."""
    text = report.markdown(Assessment.full().replace({"A.8.13": "not_implemented"}))
    assert "One control leads from" in text
    assert "1 controls" not in text


def test_what_is_not_a_report_language_is_refused(soa: Assessment) -> None:
    """A language without words is the caller's fault, and the error names those that there are."""
    for lang in ("it", "EN", None):
        with pytest.raises(InputError, match=r"lang is .*; one of: en, de, fr"):
            report.html(soa, lang=lang)  # type: ignore[arg-type]


# Cards


def test_cards_without_facts_say_what_to_give(page: Page) -> None:
    """Nothing about the entity is guessed: each card names the option that it waits for."""
    for option in ("--incident", "--member-state", "--entity"):
        assert option in page.text
    stages = page.tables["clock-stages"][1:]
    assert len(stages) == len(nis2map.load().law.stages)
    assert ["24 hours" in row[1] for row in stages][:1] == [True]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_cards_say_what_the_facts_give(soa: Assessment, lang: str) -> None:
    """Deadlines, authority and class are those that the library's own functions give for the same facts."""
    page = Page(report.html(soa, entity=ENTITY, incident=INCIDENT, lang=lang))
    words = words_in(lang)
    schedule = nis2map.deadlines(INCIDENT, member_states="BE")
    rows = page.tables["clock-dates"][1:]
    assert [words.moment(one.due) in row[1] for one, row in zip(schedule, rows, strict=True) if one.due] == [True] * 3
    state = nis2map.member_state("BE")
    said = page.tables["facts-be"][1:]
    assert any(state.authority in row[1] for row in said)
    assert all(row[3] for row in said)
    assert words("entity.essential") in page.text
    assert [row[0] for row in page.tables["registrations"][1:]] != []
    assert page.text.count(words("notice.text")) == 1


def test_legal_advice_is_disclaimed_once(soa: Assessment) -> None:
    """A notice that stands everywhere is read nowhere."""
    page = Page(report.html(soa, entity=ENTITY, incident=INCIDENT))
    assert page.text.count("legal advice") == 1


def test_the_states_told_of_are_named_or_follow_from_the_facts(soa: Assessment) -> None:
    """A State that is named wins over that of the incident, and that over those of Article 26."""
    abroad = Incident(INCIDENT.aware_at, member_state="DE")
    for facts, codes in (
        ({"member_state": ["FR", "el"], "entity": ENTITY}, ["fr", "gr"]),
        ({"incident": abroad, "entity": ENTITY}, ["de"]),
        ({"entity": ENTITY}, ["be"]),
    ):
        made = grids(content(soa, **facts))
        assert [grid.id.removeprefix("facts-") for grid in made if grid.id.startswith("facts-")] == codes
    with pytest.raises(UnknownRef, match="'XX' is not the code"):
        report.html(soa, member_state="XX")
    with pytest.raises(InputError, match="entity"):
        report.html(soa, entity="hospital")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="incident"):
        report.html(soa, incident="yesterday")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="expected a list of texts, got 5"):
        report.html(soa, member_state=5)  # type: ignore[arg-type]


def test_an_entity_that_is_not_settled_says_what_is_missing(soa: Assessment) -> None:
    """Where facts are missing the card names them, with the classes that are still open."""
    text = report.markdown(soa, entity=Entity(["annexI.5.1"], headcount=120))
    assert "open: essential entity or important entity" in text
    assert "turnover, balance\\_sheet".replace("\\_", "&#95;") in text


def test_a_bank_is_told_which_act_stands_in_place(soa: Assessment) -> None:
    """What another act displaces is watched, and the States without notes or addresses are told as they are."""
    bank = Entity(["annexI.3.1"], headcount=300, turnover=60e6, balance_sheet=50e6, established_in=["FR"])
    text = report.markdown(soa, entity=bank, within=nis2map.classify(bank))
    assert "Caveats" in text
    assert "Regulation (EU) 2022/2554 (DORA)" in text
    assert "another act applies instead of some duties" in text


def test_an_entity_out_of_scope_has_no_dates(soa: Assessment) -> None:
    """Nothing is owed under the Directive by an entity that it does not bind, and the cards say why."""
    small = Entity(["annexI.8.4"], headcount=3, turnover=1e5, balance_sheet=1e5, established_in=["FR"])
    page = Page(report.html(soa, entity=small, incident=INCIDENT))
    assert "clock-dates" not in page.tables
    assert "No report is owed" in page.text
    assert "which brings no duty to register" in page.text
    assert "out of scope" in page.text


def test_an_intermediate_report_has_no_fixed_date(soa: Assessment) -> None:
    """What is owed on request is told without a date; an ongoing incident has a progress report."""
    asked = Incident(
        INCIDENT.aware_at,
        notified_at=INCIDENT.aware_at + dt.timedelta(hours=9),
        intermediate_requested_at=INCIDENT.aware_at + dt.timedelta(days=2),
        ongoing=True,
    )
    rows = Page(report.html(soa, incident=asked)).tables["clock-dates"][1:]
    assert [row[1] for row in rows if row[0] == "Intermediate report"] == ["no fixed date"]
    assert [row[0] for row in rows if row[0] == "Progress report"] == ["Progress report"]


# Who judged


def test_who_judged_is_what_the_links_say_of_themselves(soa: Assessment) -> None:
    """Language models are named while they are all that judged; a person's review and other sources change the words."""
    assert "no person has reviewed these 278 links yet" in report.markdown(soa)
    sheet = nis2map.review_sheet(units="nis2:21.2.h~cryptography", blind=False)
    dataset = nis2map.load()
    rows = io.StringIO()
    rows.write("demand,controls,verdict\n")
    for pair in sheet.to_dicts():
        rows.write(f"{pair['demand']},{pair['controls']},stated\n")
    review = nis2map.read_review(
        io.BytesIO(rows.getvalue().encode()), judge="A. Person", date="2026-11-26", licence="own copy"
    )
    reviewed = dataset.with_review(review)
    said = report.markdown(soa, dataset=reviewed)
    assert re.search(r"A person has reviewed \d+ of \d+ links, at least in part; \d+ rest on runs", said)
    other = report.markdown(soa, crosswalk="enisa", framework="cir")
    assert "language model" not in other
    assert "as its publisher states them" in other


# Any dataset, any assessment


def test_a_dataset_of_somebodys_own_has_a_report_without_our_law() -> None:
    """Without tables of the law there are no cards, and rows are units, not Articles."""
    dataset = tiny("1; 1.1: a b; 1.2: c", "C/; C.1; C.2", "1.1 ~ C.1: a, supports b; 1.2 ! ")
    for assessment in (Assessment(), Assessment.full(dataset)):
        page = Page(report.html(assessment, **options(dataset)))
        assert page.tables["by-article"][0][0] == "Unit"
        assert '<span class="line"></span>' not in page.source  # units without a title
        assert "Reporting clock" not in page.text
        assert "language model" not in page.text


def test_findings_are_told_with_what_the_file_says_of_them() -> None:
    """Degree, dates, owner, reasons and evidence of a finding stand in the report; those with a status alone in a line."""
    soa = Assessment(
        {
            "A.8.24": Finding("partial", 0.25, justification="why", evidence=("one", "two"), owner="who"),
            "A.8.8": Finding("implemented", date="2026-01-02", valid_until="2026-02-03"),
            "A.5.1": Finding("planned"),
        },
        subject="Example",
        as_of="2026-03-04",
        scope="All sites",
        whole_entity=True,
    )
    page = Page(report.html(soa))
    rows = {row[0][:6]: row for row in page.tables["findings"][1:]}
    assert rows["A.8.24"][1:] == ["partial25.0%", "who", "why", "onetwo"]
    assert rows["A.8.8M"][1] == "implementedfound on 2 January 2026ran out on 3 February 2026: counts as not assessed"
    assert "A.5.1" not in "".join(rows)
    assert "plannedA.5.1" in page.text
    assert {"Example: where we stand on NIS 2", "All sites", "4 March 2026"} <= {data for data, _ in page.words}
    assert "not known to cover the whole entity" not in page.text


def test_scopes_that_lack_a_control_are_named() -> None:
    """Of an assessment across sites the gaps say which site lacks what."""
    plant = Assessment.full().replace({"A.8.13": "not_implemented"})
    soa = Assessment.across({"office": Assessment.full(), "plant": plant})
    text = report.markdown(soa)
    assert "A.8.13: not implemented; not in place in plant (not implemented)" in text


def test_a_duty_that_was_found_short_is_finished_itself() -> None:
    """A finding on the duty replaces the controls, and the advice is about the duty."""
    soa = Assessment.full().replace({"nis2:21.2.c~backup": "partial", "nis2:20.1.s1": "implemented"})
    page = Page(report.html(soa))
    (row,) = [row for row in page.tables["gap-table"][1:] if "backup management" in row[0]]
    assert row[3] == "finish the duty itself, which was found short"


def test_findings_on_what_the_dataset_lacks_are_told_too() -> None:
    """An assessment may speak of an own framework that the report was not given."""
    soa = Assessment({"acme:1.2": Finding("planned", owner="who"), "A.5": Finding("planned")})
    page = Page(report.html(soa))
    assert page.tables["findings"][1][0] == "1.2"
    assert "A.5.1: planned, found on A.5" in page.text


def test_nothing_is_left_where_every_duty_is_met() -> None:
    """An assessment that found every duty met has no gap, no step and no plan."""
    met = dict.fromkeys(map(str, nis2map.coverage(Assessment()).units), "implemented")
    text = report.markdown(Assessment.of(met))
    for said in ("Every demand that is counted is surely met.", "No step raises what is surely met."):
        assert said in text


def test_rows_that_were_not_read_are_named(tmp_path: Path) -> None:
    """What the reader dropped is told with its place: a report on half a file must say so."""
    path = tmp_path / "soa.csv"
    path.write_text("Control,Status\nA.5.1,implemented\nA.5.2,greenish\n", encoding="utf-8")
    soa = nis2map.read_soa(path, on_problem="collect")
    said = report.html(soa)
    assert "1 problem was found in the file" in said
    assert "greenish" in said


def test_equal_calls_give_equal_reports(soa: Assessment, tmp_path: Path) -> None:
    """No clock is read: what was handed over can be made again, byte for byte, in each form."""
    assert report.html(soa, entity=ENTITY) == report.html(soa, entity=ENTITY)
    for name, write in (("xlsx", report.xlsx), ("docx", report.docx)):
        stream = io.BytesIO()
        write(soa, stream)
        write(soa, tmp_path / f"a.{name}")
        assert stream.getvalue() == (tmp_path / f"a.{name}").read_bytes()
        with zipfile.ZipFile(stream) as archive:
            assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# The page


def test_the_page_asks_for_nothing_and_runs_its_own_script_alone(page: Page) -> None:
    """Nothing in the page names something to load, and its policy forbids it once more."""
    loading = [
        (tag, name, value) for tag, name, value in page.attributes if name in ("src", "srcset", "action", "data")
    ]
    assert loading == []
    links = {value for tag, name, value in page.attributes if tag == "link" and name == "href"}
    assert links == {"data:,"}
    policy = next(value for _, name, value in page.attributes if name == "content" and "default-src" in value)
    (script,) = re.findall(r"<script>(.*?)</script>", page.source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; script-src 'sha256-{digest}';")
    style = re.findall(r"<style>(.*?)</style>", page.source, re.DOTALL)
    assert len(style) == 1
    assert re.search(r"@import|url\(|@font-face", style[0]) is None
    assert not re.search(r"fetch|XMLHttpRequest|import|eval|innerHTML|document\.write", script)


def test_the_page_is_built_for_those_who_hear_it(page: Page) -> None:
    """Landmarks, headings without a gap, a skip link, captions and scopes are there, and marks have their text."""
    assert [page.tags[tag] for tag in ("main", "nav", "header", "footer", "h1")] == [1, 1, 1, 1, 1]
    assert all(second <= first + 1 for first, second in zip(page.headings, page.headings[1:], strict=False))
    assert page.tags["caption"] == page.tags["table"]
    scopes = Counter(value for tag, name, value in page.attributes if tag == "th" and name == "scope")
    assert sum(scopes.values()) == page.tags["th"]
    assert ("a", "href", "#report") in page.attributes
    pictures = [value for tag, name, value in page.attributes if tag == "svg" and name in ("aria-label", "aria-hidden")]
    assert len(pictures) == page.tags["svg"]
    assert all(pictures)


@pytest.mark.parametrize("lang", ["de", "fr"])
def test_what_exists_in_english_alone_is_marked_as_english(soa: Assessment, lang: str) -> None:
    """A screen reader speaks each text in its own language, and a reader is told once why it is English."""
    page = Page(report.html(soa, lang=lang, entity=ENTITY, incident=INCIDENT))
    spoken: dict[str, set[str]] = {}
    for data, language in page.words:
        spoken.setdefault(data, set()).add(language)
    found = nis2map.gaps(soa)
    for text in [d.label for gap in found for ds in gap.classes.values() for d in ds]:
        assert spoken[text] == {"en"}
    assert page.text.count(words_in(lang)("english")) == 1
    assert page.text.count("None") == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_column_is_explained_where_it_stands(soa: Assessment, lang: str) -> None:
    """Nobody has to look up what a column says: each has its meaning, and the page shows it above the table."""
    made = content(soa, lang=lang, entity=ENTITY, incident=INCIDENT)
    columns = [column for grid in (*grids(made), *grids(content(soa, lang=lang))) for column in grid.columns]
    assert len(columns) > 60
    assert [column.head for column in columns if not column.meaning] == []


def test_the_meaning_of_each_column_stands_before_its_table(soa: Assessment) -> None:
    """What explains a table comes right above it in the page, not in a legend at the end."""
    made = content(soa)
    source = html_of(made)
    for grid in grids(made):
        above = source[: source.index(f'<table id="{grid.id}"')]
        near = above[above.rindex('<dl class="columns"') :]
        assert [column.head for column in grid.columns if column.meaning.replace("'", "&#x27;") not in near] == []


# Texts of users

ATTACKS = (
    "<script>window.ran=1</script>", '"><img src=x onerror=alert(1)>', "'><a href=\"javascript:alert(1)\">x</a>", "<!--",
    "-->", "]]>", "</style></script></table>", "&lt;b&gt; &#60;", "a | b", "`code` **bold** [x](javascript:alert(1))",
    "# head", "- item", "1. one", "www.host.invalid http://host.invalid a@b.invalid", "line\nline", "\u202etxt.exe",
)  # fmt: skip
WRITERS_WORDS = (
    "skip contents filter filter.text filter.class filter.all filter.shown filter.none filter.clear columns colours "
    "offline made-by class.residual"
).split()
texts = st.one_of(
    st.sampled_from(ATTACKS),
    st.text(min_size=1, max_size=60),
    st.text("<>&\"'`=/ ascriptonx!-\n|*_[]()", min_size=1, max_size=40),
)


def one_of_each(said: str) -> Report:
    """Return a report that has a text in every place that a text can stand in."""
    cells: tuple[Any, ...] = (said, Phrase(said, lang="en", strong=True), (said, Phrase(said, url=said)))
    grid = Grid(
        id="grid",
        caption=said,
        columns=tuple(GridColumn(said, said) for _ in cells),
        rows=(cells,),
        keys=("residual",),
        filtered=True,
        legend=(("residual", said),),
    )
    parts = (
        Paragraph(said),
        Items([said, (said, Phrase(said, colour="met"))]),
        Facts(id="f", caption=said, rows=((said, said),)),
        grid,
    )
    words = {**dict.fromkeys(WRITERS_WORDS, said), "colon": ": "}
    return Report(lang="en", title=said, about=((said, said),), chapters=(Chapter("one", said, parts),), words=words)


@given(texts)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_becomes_markup(said: str) -> None:
    """Whatever a text is, the page has the elements it has for a harmless one, and shows the text as it is."""
    harmless, page = Page(html_of(one_of_each("word"))), Page(html_of(one_of_each(said)))
    leave = {"br", "wbr", "a"}
    assert {t: n for t, n in page.tags.items() if t not in leave} == {
        t: n for t, n in harmless.tags.items() if t not in leave
    }
    assert page.tags["a"] - harmless.tags["a"] in (0, 1)
    addresses = [value for tag, name, value in page.attributes if tag == "a" and name == "href"]
    assert all(value.startswith(("#", "http://", "https://")) for value in addresses)
    plain = shown(said).replace("\n", "")
    assert page.text.replace("\n", "").count(plain) >= 10 if plain else True
    assert not any(name.startswith("on") for _, name, _ in page.attributes)


@given(texts)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_becomes_a_mark_of_markdown(said: str) -> None:
    """In Markdown a text adds no row, no heading, no tag and no link to what is not an address."""
    harmless, source = (markdown_of(one_of_each(text)) for text in ("word", said))
    assert not re.search(r"<(?!br>|https?://)", source)
    if said.strip():
        assert len(re.findall(r"^\|", source, re.M)) == len(re.findall(r"^\|", harmless, re.M))
        assert len(re.findall(r"^#", source, re.M)) == len(re.findall(r"^#", harmless, re.M))
    assert all(link.startswith("http") for link in re.findall(r"\]\(<([^>]*)>\)", source))
    assert "](javascript" not in source


def hostile() -> Assessment:
    """Return an assessment whose every text is an attack."""
    attacks = [*ATTACKS, *FORMULAS]
    controls = [ref for ref in Assessment.full() if ref.local.startswith("A.")]
    rows = {
        str(ref): Finding("partial", justification=attack, evidence=(attack, "next"), owner=attack)
        for ref, attack in zip(controls, attacks, strict=False)
    }
    return Assessment(rows, subject=" ".join(ATTACKS), scope=" ".join(ATTACKS), as_of="2026-03-04")


def test_every_text_of_an_assessment_is_shown_as_it_is(tmp_path: Path) -> None:
    """Subject, scope, owner, justification, evidence and the name of the entity reach all four forms as texts."""
    soa, entity = hostile(), Entity(["annexI.8.4"], headcount=3, name=ATTACKS[0])
    page = Page(report.html(soa, entity=entity))
    assert (page.tags["script"], page.tags["img"], page.tags["style"]) == (1, 0, 1)
    flat = page.text.replace("\n", "")
    assert [attack for attack in ATTACKS if shown(attack).replace("\n", "") not in flat] == []
    assert "<script>" not in report.markdown(soa, entity=entity)
    report.xlsx(soa, tmp_path / "a.xlsx", entity=entity)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/" in name]
        assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    rows = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_name("What was read")
    held = {cell for row in rows.to_python() for cell in row}
    assert [text for text in FORMULAS if shown(text).strip() not in {str(cell).strip() for cell in held}] == []
    report.docx(soa, tmp_path / "a.docx", entity=entity)
    told = "\n".join(p.text for p in docx.Document(str(tmp_path / "a.docx")).paragraphs)
    assert ATTACKS[0] in told


# The other forms


def test_the_workbook_has_a_sheet_a_chapter_with_numbers_that_are_numbers(soa: Assessment, tmp_path: Path) -> None:
    """What can be worked on in a spreadsheet can be summed and sorted there."""
    report.xlsx(soa, tmp_path / "a.xlsx", lang="de")
    book = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "a.xlsx"))
    made = content(soa, lang="de")
    assert len(book.sheet_names) == len(made.chapters)
    rows = book.get_sheet_by_name(book.sheet_names[1]).to_python()
    head = next(place for place, row in enumerate(rows) if row[:2] == ["Artikel", "Anforderungen"])
    whole = nis2map.coverage(soa).overall
    total = next(row for row in rows[head:] if row[0] == "gesamt")
    assert total[1:3] == [whole.demands, whole.met]
    assert total[3] == pytest.approx(whole.low)


def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    """A spreadsheet holds 32,767 characters in a cell; the rest is not lost without a word."""
    soa = Assessment({"A.5.1": Finding("planned", justification="x" * 40_000)})
    report.xlsx(soa, tmp_path / "a.xlsx")
    rows = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_name("What was read")
    (cell,) = [c for row in rows.to_python() for c in row if isinstance(c, str) and c.startswith("xxx")]
    assert len(cell) == 32_767
    assert cell.endswith("[…]")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_word_document_has_real_headings_and_tables_on_a4(soa: Assessment, lang: str) -> None:
    """Headings can be navigated, heads of tables come back on each page, and tables have an alternative text."""
    stream = io.BytesIO()
    report.docx(soa, stream, lang=lang, entity=ENTITY, incident=INCIDENT)
    document = docx.Document(io.BytesIO(stream.getvalue()))
    made = content(soa, lang=lang, entity=ENTITY, incident=INCIDENT)
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings == [chapter.title for chapter in made.chapters]
    assert len(document.tables) == len(grids(made))
    for held, grid in zip(document.tables, grids(made), strict=True):
        assert len(held.rows) == len(grid.rows) + 1
        xml = held._tbl.xml
        assert xml.count("<w:tblHeader/>") == 1
        assert (xml.count("<w:tblCaption "), xml.count("<w:tblDescription ")) == (1, 1)
    sizes = {tuple(sorted((round(s.page_width.mm), round(s.page_height.mm)))) for s in document.sections}  # type: ignore[union-attr]
    assert sizes == {(210, 297)}
    assert {section.orientation for section in document.sections} == {WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE}
    core = document.core_properties
    assert (core.title, core.language[:2]) == (made.title, lang)
    assert (core.created.year, core.author) == (2026, "nis2map")


def test_without_an_extra_it_is_named(soa: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install, and HTML and Markdown go on without it."""
    monkeypatch.setitem(sys.modules, "docx", None)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtra, match=r"python-docx; pip install 'nis2map\[report\]'"):
        report.docx(soa, io.BytesIO())
    with pytest.raises(MissingExtra, match=r"xlsxwriter; pip install 'nis2map\[xlsx\]'"):
        report.xlsx(soa, io.BytesIO())
    assert report.html(soa)


def test_a_path_that_cannot_be_written_is_the_callers_fault(soa: Assessment, tmp_path: Path) -> None:
    """The error names the path."""
    with pytest.raises(InputError, match="can't be written: No such file"):
        report.docx(soa, tmp_path / "missing" / "a.docx")
    for target in (5, None, io.StringIO()):
        with pytest.raises(InputError, match=r"can't be written; a path, or a stream of bytes"):
            report.docx(soa, target)  # type: ignore[arg-type]


# The command line


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("suffix", [".html", ".htm", ".md", ".markdown", ".xlsx", ".docx"])
def test_the_command_writes_what_the_suffix_says(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`nis2map report` writes each form, with the bytes that the library gives."""
    path = tmp_path / f"out{suffix}"
    code, out, err = run(capsys, "report", SAMPLE, "-o", path, "--certified", "--lang", "de")
    assert (code, err) == (0, "")
    assert str(path) in out
    soa = nis2map.read_soa(SAMPLE).certified()
    stream = io.BytesIO()
    match suffix:
        case ".xlsx":
            report.xlsx(soa, stream, lang="de")
        case ".docx":
            report.docx(soa, stream, lang="de")
        case ".html" | ".htm":
            stream.write(report.html(soa, lang="de").encode())
        case _:
            stream.write(report.markdown(soa, lang="de").encode())
    assert path.read_bytes() == stream.getvalue()


def test_the_command_takes_the_facts_for_the_cards(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Facts are read from JSON as `scope` and `deadlines` take them, or from the documents that `dump` writes."""
    (tmp_path / "facts.json").write_text('{"types": ["annexI.8.4"], "headcount": 300, "established_in": ["BE"]}')
    nis2map.dump(INCIDENT, tmp_path / "incident.json")
    where = ("--entity", tmp_path / "facts.json", "--incident", tmp_path / "incident.json")
    about = ("--subject", "Example", "--as-of", "2026-03-04")
    code, out, _ = run(capsys, "report", SAMPLE, "-o", "-", "--format", "markdown", *where, *about)
    assert code == 0
    assert out.startswith("# Example: where we stand on NIS 2")
    assert "Authority: Belgium" in out
    assert "27 March 2026, 15:20" in out
    assert "4 March 2026" in out
    code, out, _ = run(capsys, "report", SAMPLE, "-o", "-", "--json", "--member-state", "FR")
    assert json.loads(out)["report"].startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "x.pdf"), "the suffix says no form; one of: .html"),
        (("-o", "-", "--format", "docx"), "can't be printed; give a file with -o"),
        (("-o", "-", "--entity", "{list}"), "holds no JSON object of facts"),
        (("-o", "-", "--entity", "{odd}"), r"odd.json: entity: 'headcout' is not a field"),
        (("-o", "-", "--incident", "{odd}"), "odd.json: .*'headcout' is not a field"),
        (("-o", "-", "--entity", "-", "--incident", "-"), "standard input can be read only once"),
        (("-o", "-", "--member-state", "Belgium"), "the code is BE"),
        (("-o", "-", "--as-of", "yesterday"), "--as-of"),
    ],
)
def test_what_the_command_refuses_is_told_in_one_line(
    arguments: tuple[str, ...], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault of the caller or of a file ends with 2, and the line says what to do."""
    (tmp_path / "list.json").write_text("[1]")
    (tmp_path / "odd.json").write_text('{"headcout": 3}')
    files = {name: str(tmp_path / f"{name}.json") for name in ("list", "odd")}
    code, _, err = run(capsys, "report", SAMPLE, *(argument.format(**files) for argument in arguments))
    assert code == 2
    assert re.search(message, err), err


def test_words_are_those_of_their_language() -> None:
    """`Words` counts as its language does: French has the singular for nothing."""
    assert [words_in(lang).count("demands-n", 0) for lang in LANGUAGES] == [
        "0 demands",
        "0 Anforderungen",
        "0 exigence",
    ]
    assert isinstance(words_in("fr"), Words)
    assert words_in("fr") is words_in("fr")


def test_words_are_written_as_their_language_prints_them() -> None:
    """French parts its signs by spaces that do not break and has curly apostrophes, German quotes low and high."""
    french, german = (list(words_in(lang).texts.values()) for lang in ("fr", "de"))
    wrong = re.compile("['\"\u201c\u201d\u201e]|[^\u00a0]:(?!//)|[^\u202f][;?!]|\u00ab[^\u00a0]|[^\u00a0]\u00bb")
    assert [text for text in french if wrong.search(text)] == []
    wrong = re.compile("['\"\u2018\u2019\u201d\u00ab\u00bb]|\\s[:;?!]")
    assert [text for text in german if wrong.search(text)] == []
    assert all(text.count("\u201e") == text.count("\u201c") for text in german)


def test_french_titles_are_printed_with_curly_apostrophes(soa: Assessment) -> None:
    """The data are typed with straight ones, and a page has one kind; the user's own texts stay as they are."""
    made = report.markdown(soa, lang="fr")
    assert "S\u00e9curit\u00e9 de la cha\u00eene d\u2019approvisionnement" in made
    assert "d'approvisionnement" not in made
