"""What is looked up in the texts: show, find, related."""

from __future__ import annotations

from ._base import Parser, number
from ._scoring import CROSSWALKS

__all__ = ["find", "related", "show"]

_REF = "for example 'Art. 21(2)(h)', 'CIR 9.2(c)', 'A.8.24'"


def show(parser: Parser) -> None:
    """Declare `show`."""
    parser.add("ref", nargs="*", help=_REF)


def find(parser: Parser) -> None:
    """Declare `find`."""
    parser.add("text", nargs="+", help="words, abbreviations, or an id")
    parser.add("--limit", type=number("a whole number"), default=10, metavar="N", help="how many at most (10)")


def related(parser: Parser) -> None:
    """Declare `related`."""
    parser.add("ref", nargs="+", help=_REF)
    parser.add(
        "--crosswalk", default="nis2map", metavar="ID", help="nis2map (default), enisa, article", offers=CROSSWALKS
    )
