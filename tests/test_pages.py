"""README and documentation run as they are printed, and print what they show."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

import nis2map
from nis2map.cli._parser import COMMANDS, parser_of

from .pages import EXAMPLES, NOT_RUN, ROOT, TUTORIAL, Page, _blocks, fits, languages, pages, rewrite, shortened

REGENERATE = os.environ.get("NIS2MAP_REGENERATE") == "1"
PAGES = list(pages())


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_prints_what_it_shows(page: Page, tmp_path: Path) -> None:
    """Each block runs, what it prints stands below it, and what it writes does not stay in the checkout."""
    printed = page.run(tmp_path)
    if REGENERATE:
        rewrite(page.path, printed)
        return
    for shown, text in printed:
        if shown.text is None:
            assert not text.strip(), f"prints, and the page does not show it:\n{shown.code}\n{text[:2000]}"
        else:
            assert fits(shown.text, text), f"prints something else:\n{shown.code}\n{text[:2000]}"


@pytest.mark.parametrize("path", [page.path for page in PAGES], ids=[str(page) for page in PAGES])
def test_what_is_not_run_says_so(path: Path) -> None:
    """A block runs, shows an output, or is in a language that says why not; commands of ours in `sh` exist at least."""
    for language, body in languages(path):
        assert language in {"python", "console", "output"} | NOT_RUN, f"{language!r} of\n{body}"
        if language == "console":
            assert body.startswith("$ "), body
        if language == "sh":
            for line in re.findall(r"^nis2map (\S.*?)\s*(?:#.*|[|>].*)?$", body, re.M):
                words = shlex.split(line)
                name = " ".join(words[:2]) if " ".join(words[:2]) in COMMANDS else words[0]
                assert parser_of(name).parsed(words[len(name.split()) :]), line


def test_a_page_that_shows_something_else_is_found_out() -> None:
    """An output fits line by line; dots stand for whole lines, none included, and for nothing else."""
    printed = "one\ntwo\nthree\n"
    assert fits(printed, printed)
    assert fits("one\n...\nthree\n", printed)
    assert fits("one\n...\ntwo\nthree\n", printed)
    assert not fits("one\nthree\n", printed)
    assert not fits("one\n...\n", "ones\ntwo\n")
    assert not fits("on...\ntwo\nthree\n", printed)
    assert not fits("...\n", "no end of line")


def test_an_output_written_anew_leaves_out_what_the_page_left_out() -> None:
    """As many lines stay at the head and at the end as the page had there."""
    assert shortened("1\n...\n9\n", "a\nb\nc\nd\n") == "a\n...\nd\n"
    assert shortened("1\n...\n", "a\nb\n") == "a\n...\n"
    assert shortened("1\n...\n9\n", "a\nb\n") == "a\nb\n"
    assert shortened("1\n", "a\nb\n") == "a\nb\n"


def test_a_page_is_written_anew_where_it_no_longer_holds(tmp_path: Path) -> None:
    """Outputs that still fit stay, others are replaced, missing ones are added; commands keep their place."""
    path = tmp_path / "page.md"
    text = "```python\nprint(1)\n```\n\n```console\n$ echo a\nold\n$ echo b\nb\n```\n"
    path.write_text(text, encoding="utf-8")
    printed = Page(path, tuple(_blocks(text))).run(tmp_path / "run")
    assert [made for _, made in printed] == ["1\n", "a\n", "b\n"]
    rewrite(path, printed)
    wanted = "```python\nprint(1)\n```\n\n```output\n1\n```\n\n```console\n$ echo a\na\n$ echo b\nb\n```\n"
    assert path.read_text(encoding="utf-8") == wanted


def test_a_command_hands_on_its_status(tmp_path: Path) -> None:
    """A transcript shows what a terminal shows: both streams, and with `echo $?` the exit code."""
    text = "```console\n$ nis2map show A.8.35\n$ echo $?\n```\n"
    told, status = (made for _, made in Page(tmp_path / "page.md", tuple(_blocks(text))).run(tmp_path))
    assert "A.8.35" in told
    assert status == "2\n"


@pytest.mark.parametrize(
    "known", [{}, {"iso27001:A.5.1": "implemented"}, None], ids=["nothing", "one control", "all but a few"]
)
def test_the_tutorial_takes_a_file_of_the_readers_own(known: dict[str, str | float] | None, tmp_path: Path) -> None:
    """Whatever a statement says, it leads to a plan without an error: no block hangs on what Acme's says."""
    soa = nis2map.read_soa(EXAMPLES / "soa-nearly-complete.csv")
    if known is not None:
        soa = nis2map.Assessment.of({**dict.fromkeys(map(str, soa), "unassessed"), **known})
    nis2map.dump(soa, tmp_path / "soa.xlsx")
    tutorial = next(page for page in PAGES if page.path.parent == TUTORIAL)
    tutorial.run(tmp_path)
    assert {path.name for path in (tmp_path / "desk").glob("*.json")} == {"soa.json", "coverage.json", "plan.json"}


def test_the_tutorials_workbook_says_what_the_sample_says() -> None:
    """`tools/sample_soa.py` wrote it from the CSV: the same findings, and "In progress" as the one thing interpreted."""
    soa = nis2map.read_soa(EXAMPLES / "soa.xlsx")
    assert soa == nis2map.read_soa(EXAMPLES / "soa-with-gaps.csv")
    assert [note for note in soa.notes if not note.startswith("not read")] == [soa.notes[-1]]
    assert "'In progress' read as partial (25 rows" in soa.notes[-1]


# What a visitor comes for, the page that the index leads to, and words of the answer there.
ANSWERS = (
    (
        "How much of NIS 2 does ISO 27001 cover?",
        "explanation/common-questions.md",
        "demands of the core duties are met",
    ),
    ("What does a number mean?", "explanation/coverage.md", "the share that is met, averaged over units"),
    ("What is missing, and what do we do first?", "how-to/plan-the-work.md", "optimal: True"),
    ("Are we in scope, and as what?", "how-to/classify.md", "essential\n"),
    ("When is a report due?", "how-to/deadlines.md", "Early warning in BE: Sat 28 Mar 2026, 15:20"),
    (
        "Who is our authority, and where do we register?",
        "how-to/authority-and-registration.md",
        "registration_portal: https",
    ),
    ("What does the fine ceiling look like?", "how-to/classify.md", "EUR 40,000,000.00 (Article 34(4))"),
    ("Which control meets Article 21(2)(h), and why?", "how-to/which-control.md", "A.8.24  stated"),
    ("Who judged, and how sure is that?", "explanation/provenance.md", "**No person has reviewed a link yet.**"),
    ("How do I read my own Excel file?", "how-to/read-a-soa.md", "93 controls"),
    ("How do I embed it in a web service?", "how-to/embed-in-a-service.md", "upload"),
    ("How do I compare two years, or stop a pipeline?", "how-to/compare.md", "findings changed"),
    ("What may I do with it?", "explanation/provenance.md", "CC BY 4.0"),
    ("Is this legal advice?", "explanation/provenance.md", "## Is this legal advice?\n\nNo."),
)


@pytest.mark.parametrize(("question", "page", "words"), ANSWERS, ids=[question for question, _, _ in ANSWERS])
def test_the_index_leads_to_the_answer(question: str, page: str, words: str) -> None:
    """One click from the index is enough: its row links the page, and the page has the answer."""
    docs = ROOT / "docs"
    rows = (docs / "index.md").read_text(encoding="utf-8").splitlines()
    (row,) = [row for row in rows if row.startswith(f"| {question} |")]
    assert re.search(rf"\]\({re.escape(page)}[#)]", row)
    text = (docs / page).read_text(encoding="utf-8")
    assert words in text or words in " ".join(text.split())
