"""What is checked, judged and set up: check, lint, verify, review, completion."""

from __future__ import annotations

from ._base import FILES, Parser, words
from ._scoring import CROSSWALKS, add_reading

__all__ = [
    "KINDS",
    "SHELLS",
    "check",
    "completion",
    "lint",
    "review_agree",
    "review_export",
    "review_import",
    "verify",
]

SHELLS = ("bash", "zsh", "fish")
KINDS = ("soa", "crosswalk", "framework", "dataset", "correspondence", "review", "result")
_FILLED = "a filled review sheet as CSV or XLSX; '-' for standard input"


def check(parser: Parser) -> None:
    """Declare `check`."""
    parser.add("files", nargs="+", metavar="file", help="files to read; '-' for standard input", offers=FILES)
    told = "what the files are; documents of ours say it themselves, others are statements (soa)"
    parser.add("--as", dest="kind", type=words(*KINDS), help=told)
    add_reading(parser.group("how a statement is read"))


def lint(parser: Parser) -> None:
    """Declare `lint`."""
    parser.add(
        "files",
        nargs="*",
        default=["-"],
        metavar="file",
        help="texts to read; '-', the default, is standard input",
        offers=FILES,
    )
    told = "the framework of citations that name none: nis2, cir or iso27001"
    parser.add("--framework", metavar="ID", help=told, offers=("nis2", "cir", "iso27001"))


def verify(parser: Parser) -> None:
    """Declare `verify`."""
    parser.add("result", help="a result as JSON (nis2map.dump); '-' for standard input", offers=FILES)
    told = "the Statement of Applicability; twice for both sides of a comparison, the earlier one first"
    parser.add("--soa", required=True, action="append", metavar="FILE", help=told, offers=FILES)
    parser.add("--certified", action="store_true", help="count the clauses as implemented, as certified")
    parser.add("--dataset", metavar="FILE", help="the dataset that it was made with, as JSON", offers=FILES)


def review_export(parser: Parser) -> None:
    """Declare `review export`."""
    parser.add(
        "--units", action="append", metavar="UNIT", help="a unit, section, framework or family (A.5); may be repeated"
    )
    parser.add("--sample", type=int, metavar="N", help="how many demands to draw; all if it is left out")
    parser.add("--seed", type=int, default=0, metavar="N", help="what they are drawn with (0)")
    parser.add("--open", action="store_true", help="show our grade, rationale and state of review")
    told = "where to write it, .csv or .xlsx; as CSV to standard output if it is left out"
    parser.add("-o", "--output", metavar="FILE", help=told, offers=FILES)


def review_import(parser: Parser) -> None:
    """Declare `review import`."""
    parser.add("sheet", help=_FILLED, offers=FILES)
    parser.add("--judge", metavar="NAME", help="who judged")
    parser.add("--date", help="when, for example 2026-11-26")
    parser.add("--licence", metavar="TEXT", help="of which copy of the standard")


def review_agree(parser: Parser) -> None:
    """Declare `review agree`."""
    review_import(parser)
    parser.add(
        "--crosswalk", default="nis2map", metavar="ID", help="nis2map (default), enisa, article", offers=CROSSWALKS
    )


def completion(parser: Parser) -> None:
    """Declare `completion`."""
    parser.add("shell", type=words(*SHELLS), help="which shell is to complete")
