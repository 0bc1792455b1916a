"""What is asked for with a Statement of Applicability: coverage, gaps, explain, compare, plan, roadmap."""

from __future__ import annotations

import argparse

from ._base import FILES, OptionGroup, Parser, number, share, words

__all__ = [
    "BASES",
    "CROSSWALKS",
    "FRAMEWORKS",
    "GAP_CLASSES",
    "OBJECTIVES",
    "SOA",
    "WEIGHTS",
    "add_options",
    "add_question",
    "add_reading",
    "compare",
    "coverage",
    "explain",
    "gaps",
    "plan",
    "roadmap",
]

# Words of the library, written here once more because importing it takes longer than help may. Tests hold them equal.
FRAMEWORKS = ("nis2", "cir")
CROSSWALKS = ("nis2map", "enisa", "article", "nis2map-judge-1", "nis2map-judge-2", "nis2map-strict", "nis2map-generous")
WEIGHTS = ("unit", "demand", "measure")
BASES = ("statement", "guidance", "consideration")
OBJECTIVES = ("low", "estimate")
GAP_CLASSES = ("unjudged", "structural", "residual", "implementation", "unassessed")
SOA = "a Statement of Applicability in any supported format, or a nis2map document; '-' for standard input"


def coverage(parser: Parser) -> None:
    """Declare `coverage`."""
    parser.add("soa", help=SOA, offers=FILES)
    gate = parser.group("gate, for a pipeline")
    gate.add("--fail-under", type=share, metavar="SHARE", help="exit with 1 if less is met: 0.2 or 20%%")
    gate.add("--of", type=words(*OBJECTIVES), default="low", help="which number --fail-under looks at (low)")
    add_options(parser)


def gaps(parser: Parser) -> None:
    """Declare `gaps`."""
    parser.add("soa", help=SOA, offers=FILES)
    shown = parser.group("which, in which order and form")
    shown.add(
        "--order",
        type=words("priority", "legal"),
        default="priority",
        help="what to do first, by gain for each step (priority), or by article (legal)",
    )
    shown.add(
        "--class",
        dest="classes",
        action="append",
        type=words(*GAP_CLASSES),
        help="only demands of this class; may be repeated",
    )
    shown.add(
        "--format",
        type=words("text", "csv", "md", "html"),
        default="text",
        help="text (default), or a table with one row per demand",
    )
    gate = parser.group("gate, for a pipeline")
    gate.add(
        "--fail-on",
        action="append",
        type=words(*GAP_CLASSES, "any"),
        help="exit with 1 if a demand has this class; may be repeated",
    )
    add_options(parser)


def explain(parser: Parser) -> None:
    """Declare `explain`."""
    parser.add("soa", help=SOA, offers=FILES)
    parser.add(
        "units", nargs="*", metavar="unit", help="units or demands, such as 'Art. 21(2)(h)'; without one, the whole"
    )
    add_options(parser)


def compare(parser: Parser) -> None:
    """Declare `compare`."""
    parser.add("before", help=SOA, offers=FILES)
    parser.add("after", help="the later one; '-' for standard input", offers=FILES)
    add_options(parser)


def plan(parser: Parser) -> None:
    """Declare `plan`."""
    parser.add("soa", help=SOA, offers=FILES)
    asked = parser.group("what is asked: a target, a budget, or both")
    asked.add(
        "--target",
        metavar="SHARE",
        help="a share such as 0.3 or 30%%, or 'ceiling', all that controls can give",
        offers=("ceiling",),
    )
    asked.add("--budget", type=number("a cost"), metavar="N", help="what may be spent; a step costs 1 by default")
    asked.add("--of", type=words(*OBJECTIVES), default="low", help="which number is to rise (low)")
    asked.add("--measures", action="store_true", help="also offer measures on the duties themselves")
    asked.add(
        "--cost",
        action="append",
        metavar="UNIT=COST",
        help="what a control, a heading or a measure costs, such as A.8.24=3; may be repeated",
    )
    asked.add(
        "--costs", metavar="FILE", help="a CSV file with a control or measure and its cost in each row", offers=FILES
    )
    asked.add(
        "--seconds",
        type=number("seconds"),
        default=10.0,
        metavar="N",
        help="time limit, then the best plan so far (10)",
    )
    add_options(parser)


def roadmap(parser: Parser) -> None:
    """Declare `roadmap`."""
    parser.add("soa", nargs="?", help=SOA, offers=FILES)
    parser.add(
        "--certified", required=True, action=argparse.BooleanOptionalAction, help="whether there is a certificate"
    )
    add_reading(parser.group("how the file is read"))


def add_options(parser: Parser, *, lang: str = "--lang") -> None:
    """Declare the options that every analysis takes, and those of reading; `lang` says the language of the file."""
    question = parser.group("what is scored, and how")
    add_question(question)
    question.add(
        "--within",
        action="append",
        metavar="UNIT",
        help="a unit to stay within, or 'all'; may be repeated",
        offers=("all",),
    )
    question.add("--weights", type=words(*WEIGHTS), default="unit", help="what has equal weight in an average (unit)")
    question.add(
        "--support",
        type=number("a number from 0 to 1"),
        default=0.0,
        metavar="N",
        help="what a link that only supports is worth: 0 (nothing, the default) to 1",
    )
    holds = "a fact that conditional demands depend on, such as cross_border_effect=no; may be repeated"
    question.add("--fact", action="append", metavar="NAME=yes|no", help=holds)
    question.add("--certified", action="store_true", help="count the clauses as implemented, as certified")
    add_reading(parser.group("how the file is read"), lang=lang)


def add_question(group: OptionGroup) -> None:
    """Declare the text, the crosswalk and the basis."""
    group.add("--framework", default="nis2", metavar="ID", help="nis2 (default) or cir", offers=FRAMEWORKS)
    group.add(
        "--crosswalk",
        action="append",
        metavar="ID",
        help="nis2map (default), enisa, article; may be repeated",
        offers=CROSSWALKS,
    )
    group.add(
        "--basis",
        type=words(*BASES),
        default="statement",
        help="what counts as meeting a demand: the control's statement (default), or guidance too",
    )


def add_reading(group: OptionGroup, *, lang: str = "--lang") -> None:
    """Declare what may be said of a file that is read."""
    group.add(
        "--column",
        action="append",
        metavar="HEADER=FIELD",
        help="what a header means: 'RAG=status'; 'Internal=' leaves it out",
    )
    group.add("--word", action="append", metavar="WORD=STATUS", help="what a word means: 'green=implemented'")
    group.add(
        "--scale",
        metavar="SCALE",
        help="what numbers mean: percent, fraction, 0-5, or 1=planned,3=0.5",
        offers=("percent", "fraction", "0-5"),
    )
    group.add(lang, dest="lang", metavar="CODE", help="the language of its words, such as de")
    group.add("--edition", type=words("2022", "2013"), help="the edition of its ids")
    group.add(
        "--correspondence", metavar="FILE", help="a table of what became of the ids of the 2013 edition", offers=FILES
    )
