"""What is done with files: report, export, convert, formats."""

from __future__ import annotations

from ._base import FILES, Parser, words
from ._scoring import SOA, add_options, add_question, add_reading

__all__ = ["FORMS", "LANGUAGES", "REPORTS", "convert", "export", "formats", "report"]

FORMS = {"csv": "csv", "xlsx": "xlsx", "md": "markdown", "markdown": "markdown", "json": "json"}  # by suffix
REPORTS = {"html": "html", "htm": "html", "md": "markdown", "markdown": "markdown", "xlsx": "xlsx", "docx": "docx"}
LANGUAGES = ("en", "de", "fr")


def report(parser: Parser) -> None:
    """Declare `report`."""
    parser.add("soa", help=SOA, offers=FILES)
    where = "where to write it, .html, .md, .xlsx or .docx; '-' prints HTML or Markdown"
    parser.add("-o", "--output", metavar="FILE", required=True, help=where, offers=FILES)
    parser.add(
        "--format", type=words(*sorted(set(REPORTS.values()))), help="the format, if no suffix decides it (html)"
    )
    parser.add("--lang", dest="written_in", type=words(*LANGUAGES), default="en", help="its language (en)")
    parser.add("--subject", metavar="TEXT", help="what it is about, such as the name of the organisation")
    parser.add("--as-of", metavar="DATE", help="the day of the assessment, such as 2026-03-27")
    cards = parser.group("facts for the cards; a card without its facts says what to give")
    cards.add("--entity", metavar="FILE", help="facts of the entity as JSON, as scope takes them", offers=FILES)
    cards.add("--member-state", action="append", metavar="CODE", help="a State, such as BE; may be repeated")
    cards.add("--incident", metavar="FILE", help="facts of an incident as JSON, as deadlines takes them", offers=FILES)
    add_options(parser, lang="--soa-lang")


def export(parser: Parser) -> None:
    """Declare `export`."""
    parser.add("soa", help=SOA, offers=FILES)
    parser.add("-o", "--output", metavar="FILE", help="where to write it, .csv, .xlsx, .md or .json", offers=FILES)
    _form(parser, "the format, if the suffix does not decide it (csv)")
    parser.add("--certified", action="store_true", help="count the clauses as implemented, as certified")
    _told(parser)


def convert(parser: Parser) -> None:
    """Declare `convert`."""
    parser.add("source", metavar="in", help=SOA, offers=FILES)
    where = "where to write it; the suffix decides the format"
    parser.add("-o", "--output", metavar="FILE", required=True, help=where, offers=FILES)
    _form(parser, "the format, if the suffix does not decide it")
    _told(parser)


def formats(parser: Parser) -> None:
    """Declare `formats`."""
    parser.add("what", nargs="?", type=words("soa"), help="soa: the words that are read in statements")
    parser.add("--lang", metavar="CODE", help="with soa: the words of one language, such as de")


def _form(parser: Parser, told: str) -> None:
    parser.add("--format", type=words(*sorted(set(FORMS.values()))), help=told)


def _told(parser: Parser) -> None:
    add_question(parser.group("which requirements are written beside the controls"))
    add_reading(parser.group("how the file is read"))
