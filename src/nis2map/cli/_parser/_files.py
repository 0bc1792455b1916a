"""What is done with files: export, convert, formats."""

from __future__ import annotations

from ._base import FILES, Parser, words
from ._scoring import SOA, add_question, add_reading

__all__ = ["FORMS", "convert", "export", "formats"]

FORMS = {"csv": "csv", "xlsx": "xlsx", "md": "markdown", "markdown": "markdown", "json": "json"}  # by suffix


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
