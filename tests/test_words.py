"""The words of texts that users read: the field's, one for each thing, and nothing about how the data are laid out."""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import nis2map
from nis2map.scoring import ADVICE

ROOT = Path(__file__).parents[1]
DATA = Path(nis2map.__file__).parent / "data"

# What a reader of the law can't understand, by why; each was in a text once.
LAYOUT = r"row of its own|one row each|over (?:two|three) rows|\bGathers\b|\bOpens seven\b|^Holds\b|kept here\b"
APHORISM = r"Brussels|on the agenda|purses|believed when it speaks|nothing is left to ask|without a word|by why:"
REPORTS = (  # of Article 23: early warning, incident notification, intermediate report, progress report, final report
    r"first alert|full notification|status report|closing report|closing account|interim account|one-day deadline"
)
TITLES = (
    r"everyday hygiene|judging whether|over the life of systems|strong login|people, access and assets|"
    r"from start to finish|classes of entities|shortfalls|knowledge at the top|ten topics|three kinds against|"
    r"opening words|told in detail|technical traces|answer the reporter|managed it service compan|"
    r"name server operators|^banks$|in a sharing circle|free reports|, essential$|, important$|\(type\)|, defined$"
)
PROGRAMME = (
    r"against the law|law into the documents|standard does not give|form per reporting|of csirt and authority known|"
    r"through the year|legal file|with a clock|by supplier$|on paper"
)
REASONS = r"past the small limits|on no ground|switched off|stays? outside$|brought in by option|takes? the body out"
ADVISED = r"surely met, by why|offers nothing|can't discharge|finish what the controls ask|find out: the|gives anything"
ALL = {
    "layout": LAYOUT,
    "aphorism": APHORISM,
    "reports": REPORTS,
    "titles": TITLES,
    "programme": PROGRAMME,
    "reasons": REASONS,
    "advice": ADVISED,
}
# Texts of the project's own, by table; rationales and quotations of others are no part of this.
FIELDS = {
    "nis2": ("title", "summary"),
    "cir": ("title", "summary"),
    "annexes": ("title", "sector_title", "subsector_title", "condition"),
    "measures": ("title", "text"),
    "programme": ("title", "text"),
    "benefits": ("title", "text"),
    "differences": ("aspect", "law", "standard"),
    "cycle": ("when", "law", "standard"),
    "scope_rules": ("text",),
    "displacements": ("text",),
    "penalties": ("topic", "essential", "important", "note"),
    "significance": ("title",),
    "registrations": ("title",),
    "timeline": ("event",),
}


def rows(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return found


def texts(name: str) -> Iterator[tuple[str, str]]:
    for row in rows(name):
        for field in FIELDS[name]:
            if isinstance(text := row.get(field), str) and text:
                yield f"{name} {row.get('ref', row.get('id', ''))} {field}", text


@pytest.mark.parametrize("why", ALL)
@pytest.mark.parametrize("name", FIELDS)
def test_tables_use_the_words_of_the_field(name: str, why: str) -> None:
    """No text of our own tells of rows, coins a phrase, or has a second word for a report of Article 23."""
    assert not [(where, text) for where, text in texts(name) if re.search(ALL[why], text, re.I)]


def test_every_pattern_finds_what_it_was_made_for() -> None:
    """The list itself works: the wordings that once stood there are found."""
    once = {
        "layout": "Asks for two policies, each with a row of its own below.",
        "aphorism": "Brussels supplies forms and guidance for these submissions together with ENISA.",
        "reports": "Closing report within a month",
        "titles": "Strong login and protected communication",
        "programme": "Hold the management system against the law",
        "reasons": "Medium-sized: past the small limits, within the medium ones",
        "advice": "find out: the controls that would cover it are not assessed",
    }
    assert once.keys() == ALL.keys()
    assert all(re.search(ALL[why], text, re.I) for why, text in once.items())


NAMES = [
    ("nis2:20", "Governance"),
    ("nis2:21", "Cybersecurity risk-management measures"),
    ("nis2:21.2.b", "Incident handling"),
    ("nis2:21.2.c", "Business continuity and crisis management"),
    ("nis2:21.2.d", "Supply chain security"),
    ("nis2:21.2.e", "Security in acquisition, development and maintenance"),
    ("nis2:21.2.f", "Effectiveness of measures"),
    ("nis2:21.2.g", "Cyber hygiene and training"),
    ("nis2:21.2.h", "Cryptography and encryption"),
    ("nis2:21.2.i", "Human resources security, access control and asset management"),
    ("nis2:21.2.j", "Multi-factor authentication and secured communications"),
    ("nis2:23", "Reporting obligations"),
    ("nis2:23.4.a", "Early warning within 24 hours"),
    ("nis2:23.4.b", "Incident notification within 72 hours"),
    ("nis2:23.4.d", "Final report within one month"),
    ("nis2:annexI.3.1", "Credit institutions"),
    ("nis2:annexI.8.2", "DNS service providers"),
    ("nis2:annexI.8.4", "Cloud computing service providers"),
    ("nis2:annexI.9.1", "Managed service providers"),
]


@pytest.mark.parametrize(("ref", "title"), NAMES)
def test_units_are_called_what_lawyers_call_them(ref: str, title: str) -> None:
    """The titles that everybody looks for are the field's names for the duties and the types."""
    assert nis2map.load().requirement(ref).title == title


def test_titles_of_the_directive_are_short_and_tell_units_apart() -> None:
    """No two units of the Directive share a title, and none is longer than a line of a table."""
    titles = [unit.title for unit in nis2map.load().requirements("nis2")]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= 65


@pytest.mark.parametrize("stage", list(nis2map.Stage))
def test_the_stages_of_the_clock_are_those_of_the_titles(stage: nis2map.Stage) -> None:
    """What `deadlines` calls a report is what its unit of Article 23(4) is called."""
    row = next(row for row in rows("reporting_stages") if row["stage"] == stage)
    unit = nis2map.load().requirement(row["ref"])
    aware = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    asked = aware + dt.timedelta(days=1)
    schedule = nis2map.deadlines(nis2map.Incident(aware, ongoing=True, intermediate_requested_at=asked))
    name = re.split(r"[:,]| on request| in ", str(schedule[stage]))[0].lower()
    assert name in unit.title.lower()


def test_advice_is_an_instruction() -> None:
    """What to do about each class of gap begins with a verb."""
    verbs = {"act", "add", "assess", "finish", "implement"}
    assert {text.split()[0] for text in ADVICE.values()} <= verbs
    assert not [text for text in ADVICE.values() if re.search(ADVISED, text)]


# Wordings of messages that read as translated. Comments are not read: these are texts in code that users may see.
MESSAGE = (
    r"\bis no [a-z]|has no room|stands? beside|nobody\b|\bhas no document|has no form\b|crosswalk asked for has|"
    r"\bbears? on\b|\bin no (?:number|score|figure)\b|\bhangs? on\b"
)
ALLOWED = r"there is no\b|that nobody may|says that there is no|\bis no in\b|\|nobody\|"


@pytest.mark.sources
def test_messages_are_idiomatic() -> None:
    """No message of the library says "is no", "nobody" or "has no room"."""
    found: list[tuple[str, int, str]] = []
    for path in sorted((ROOT / "src" / "nis2map").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        found += [
            (str(path.relative_to(ROOT)), node.lineno, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and re.search(MESSAGE, re.sub(ALLOWED, "", node.value))
        ]
    assert not found


# The same of pages, where they were replaced everywhere. figures.md is made by tools, families.md has reasons of judges.
PROSE = (
    r"\bbears? on\b|\bin no (?:number|score|figure|count)\b|\bhangs? on\b|\b[Ww]hoever\b|\b[Nn]obody\b|"
    r"\bheld? against\b|\bstands? beside\b|\b(?:is|are) no (?:regression|forecast|proof|business|legal|rare|help)\b"
)


@pytest.mark.sources
def test_pages_read_as_english() -> None:
    """No page says "bears on", "hangs on", "nobody", "hold against" or "is no forecast"."""
    pages = [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "examples").rglob("*.md"),
    ]
    found = [
        (str(page.relative_to(ROOT)), line)
        for page in sorted(pages)
        if "_build" not in page.parts and page.name != "families.md"
        for line in page.read_text(encoding="utf-8").splitlines()
        if re.search(PROSE, line)
    ]
    assert not found


def test_report_words_read_as_english() -> None:
    """Neither does the English of the report."""
    assert not [row["id"] for row in rows("report_words") if re.search(PROSE, row["en"])]


@pytest.mark.sources
def test_pages_have_no_aphorisms_and_one_word_for_each_report() -> None:
    """README and pages use the same words as the data."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    found = [
        (str(page.relative_to(ROOT)), line)
        for page in pages
        if "_build" not in page.parts and page.name != "families.md"
        for line in page.read_text(encoding="utf-8").splitlines()
        if re.search(
            f"{REPORTS}|believed when it speaks|left to ask|without a word|controls alone do not lead", line, re.I
        )
    ]
    assert not found
