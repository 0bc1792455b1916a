"""The commands there are, in groups, and their list as help, made without argparse so that it is there at once."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._base import Parser

__all__ = ["COMMANDS", "EXIT_CODES", "GROUPS", "commands_help", "parser_of"]

# Title of a group, then name, declaring room and a line of help of each command. A name of two words is a command with
# steps. The options are declared in that room of this package, by a function of the command's name.
GROUPS: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "score a Statement of Applicability",
        (
            ("coverage", "_scoring", "how much of the law is met through the controls, surely and at most"),
            ("gaps", "_scoring", "what is not surely met, why, and what to do about it first"),
            ("explain", "_scoring", "why a score is what it is: demands, links, findings, judgements"),
            ("compare", "_scoring", "what changed between two assessments; exits 1 on a regression"),
            ("plan", "_scoring", "the cheapest steps to a target, or the most for a budget"),
            ("roadmap", "_scoring", "the programme, and the gaps that each step of it closes"),
        ),
    ),
    (
        "look up the texts",
        (
            ("show", "_units", "a requirement, control or demand; without one, an overview of the data"),
            ("find", "_units", "units that match a search"),
            ("related", "_units", "the links of a unit, with their reasons"),
        ),
    ),
    (
        "the law and an entity",
        (
            ("scope", "_law", "is an entity in scope of NIS 2, as what, and who supervises it"),
            ("types", "_law", "the types of entity that the Annexes list"),
            ("duties", "_law", "which duties bind an entity, and which another act displaces"),
            ("registration", "_law", "what to register where, by when, with which data"),
            ("deadlines", "_law", "by when each report on an incident is due, and to whom"),
            ("significance", "_law", "is an incident significant, and by which point"),
            ("fine", "_law", "how high the national maximum of a fine must at least be (Article 34)"),
            ("member-state", "_law", "law, authority, portals and deviations of a State"),
        ),
    ),
    (
        "files",
        (
            ("report", "_files", "a report to hand over: one HTML page, Markdown, a workbook or a Word document"),
            ("export", "_files", "write a Statement of Applicability, with the requirements behind each control"),
            ("convert", "_files", "read a file in one format and write it in another"),
            ("formats", "_files", "which formats are read and written, and what each loses"),
            ("check", "_tools", "read files and list every problem and note; exits 1 on a problem"),
            ("lint", "_tools", "find citations that do not exist and wrong claims in a text; exits 1 if any"),
            ("verify", "_tools", "recompute a saved result; exits 1 if anything differs"),
        ),
    ),
    (
        "review of the links by people",
        (
            ("review export", "_tools", "write a sheet of pairs to judge, as CSV or XLSX"),
            ("review import", "_tools", "check a filled sheet and summarise it"),
            ("review agree", "_tools", "how far a crosswalk agrees with a filled sheet"),
        ),
    ),
    ("set-up", (("completion", "_tools", "print the script that completes commands in bash, zsh or fish"),)),
)
COMMANDS = {name: (room, words) for _, rows in GROUPS for name, room, words in rows}
EXIT_CODES = """\
exit codes:
    0   done
    1   done, with a finding: a regression, a citation that does not exist, a gate that is not met
    2   a fault of the command line or of a file, told on standard error
    70  a fault of nis2map itself, with a traceback to report
"""
_HEAD = """\
usage: nis2map [-h] [--version] [--json] [-q] command ...

NIS 2, its Implementing Regulation and ISO/IEC 27001:2022, mapped. No network, no account: files in, answers out.
'nis2map COMMAND --help' explains one command; '-' means standard input wherever a file is expected.

options, also after the command:
    -h, --help       this list, or the help of a command
    --version        the version of the package and of its data
    --json           print JSON instead of text
    -q, --quiet      print the answer without explanations and notes
"""
_END = """
environment:
    NO_COLOR         no colours, if it is set to anything
    COLUMNS          how wide the terminal is, if it does not say so itself
"""


def commands_help() -> str:
    """Return the help of `nis2map`: all commands in groups, exit codes, environment."""
    lines = [_HEAD]
    for title, rows in GROUPS:
        lines += [f"{title}:", *(f"    {name:<15}  {words}" for name, _, words in rows), ""]
    return "\n".join([*lines, EXIT_CODES]) + _END


def parser_of(command: str) -> Parser:
    """Return the parser of a command, with the options that every command takes."""
    from ._base import Parser  # brings argparse, which the list of commands does without

    room, words = COMMANDS[command]
    parser = Parser(command, words)
    parser.add("-h", "--help", action="help", help="this help")
    if command != "completion":
        parser.add("--json", action="store_true", help="print JSON instead of text")
        parser.add("-q", "--quiet", action="store_true", help="print the answer without explanations and notes")
    getattr(import_module(f"{__package__}.{room}"), command.replace("-", "_").replace(" ", "_"))(parser)
    return parser
