"""The command `review`: a sheet for a person to judge, what a filled one says, and how far we agree with it."""

from __future__ import annotations

import argparse

from ..formats import dump, dumps, read_review
from ..review import Review, review_sheet
from ._common import Commands, command, show, source_of

__all__ = ["add"]

_FILE = "a filled review sheet as CSV or XLSX; '-' for standard input"


def add(commands: Commands) -> None:
    """Declare `review export`, `review import` and `review agree`."""
    words = "sheets for people who judge: export one, import a filled one, see the agreement"
    parser = commands.add_parser("review", help=words, description=words)
    steps = parser.add_subparsers(required=True, metavar="step")
    sheet = command(steps, "export", _export, "write a sheet of pairs to judge, as CSV or XLSX")
    sheet.add_argument("--units", action="append", help="a unit, section, framework or family (A.5); may be repeated")
    sheet.add_argument("--sample", type=int, help="how many demands to draw; all if it is left out")
    sheet.add_argument("--seed", type=int, default=0, help="what they are drawn with (0)")
    sheet.add_argument("--open", action="store_true", help="show our grade, rationale and state of review")
    sheet.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="where to write it, .csv or .xlsx; as CSV to standard output if it is left out",
    )
    read = command(steps, "import", _import, "check a filled sheet and say what it holds")
    agree = command(steps, "agree", _agree, "how far a crosswalk agrees with a filled sheet")
    agree.add_argument("--crosswalk", default="nis2map", help="nis2map (default), enisa, article")
    for filled in (read, agree):
        filled.add_argument("sheet", help=_FILE)
        filled.add_argument("--judge", help="who judged")
        filled.add_argument("--date", help="when, for example 2026-11-26")
        filled.add_argument("--licence", help="of which copy of the standard")


def _export(arguments: argparse.Namespace) -> int:
    sheet = review_sheet(units=arguments.units, sample=arguments.sample, seed=arguments.seed, blind=not arguments.open)
    if arguments.output is None:
        table = dumps(sheet, format="csv").decode("utf-8-sig")
        show(arguments, sheet.to_dict, lambda: table.replace("\r\n", "\n").rstrip())
        return 0
    dump(sheet, arguments.output)
    written = f"{len(sheet.demands)} demands, {len(sheet)} pairs: {arguments.output}"
    show(arguments, sheet.to_dict, lambda: written)
    return 0


def _read(arguments: argparse.Namespace) -> Review:
    return read_review(
        source_of(arguments.sheet), judge=arguments.judge, date=arguments.date, licence=arguments.licence
    )


def _import(arguments: argparse.Namespace) -> int:
    review = _read(arguments)
    show(arguments, review.to_dict, lambda: str(review))
    return 0


def _agree(arguments: argparse.Namespace) -> int:
    found = _read(arguments).agreement(arguments.crosswalk)
    show(arguments, found.to_dict, lambda: str(found))
    return 0
