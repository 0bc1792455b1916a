"""What is printed: JSON or text, tables that fit the terminal, colours on a terminal alone."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable

from .._shared import Page, View, laid_out

__all__ = ["show", "spoken", "write"]

_RED, _AMBER, _BLUE, _GREY = "31", "33", "34", "90"
# Classes of gaps, and what is wrong now. A terminal has its own palette, so the names of its colours and no values.
_COLOURS = {
    "structural": _RED,
    "residual": _AMBER,
    "implementation": _BLUE,
    "unassessed": _GREY,
    "unjudged": _GREY,
    "regression": _RED,
    "overdue": _RED,
}
# Alone in a cell, or before a colon: in a sentence they are words like others.
_COLOURED = re.compile(rf"(?:(?<=^)|(?<=  ))({'|'.join(_COLOURS)})(?=:|  |$)", re.MULTILINE)


def show(
    arguments: argparse.Namespace,
    data: Callable[[], object],
    shown: Callable[[], View | Page | str],
    below: Callable[[], Iterable[str]] = tuple,
    *,
    brief: bool = False,
    verbatim: bool = False,
) -> None:
    """Print the data as JSON if that was asked for, else the result; only what is printed is made.

    `below` are lines of explanation, which `--quiet` leaves out, as it does those of a result that has a table;
    with `brief` they are left out in any case. What is a file of its own, such as CSV, is printed `verbatim`.
    """
    if arguments.json:
        write(json.dumps(data(), ensure_ascii=False, indent=2))
        return
    result, text = shown(), ""
    if isinstance(result, View):
        text = laid_out(result, _width(), brief=brief or arguments.quiet)
    else:
        text = result if isinstance(result, str) else result.text(_width())
    text = "\n".join([text, *(() if arguments.quiet else below())])
    write(text if verbatim else _coloured(_wrapped(_with_flags(text))))


def spoken(text: str) -> str:
    """Return a message of the library as somebody at the command line says it: flags and commands, no Python."""
    return _SET.sub(_flag, _with_flags(text))


def _with_flags(text: str) -> str:
    for pattern, words in _SPOKEN:
        text = pattern.sub(words, text)
    return text


def _flag(found: re.Match[str]) -> str:
    return f"--{found['name'].replace('_', '-')}"


def _flag_with_value(found: re.Match[str]) -> str:
    return f"{_flag(found)} {found['value']}"


def _flag_with_pair(found: re.Match[str]) -> str:
    """`columns={'RAG': 'status'}` is --column 'RAG=status', and None leaves the column out."""
    meant = {"None": "", "...": "..."}.get(found["value"], found["value"].strip("'\""))
    return f"--{found['name'].removesuffix('s')} '{found['key']}={meant}'"


def _scale(found: re.Match[str]) -> str:
    return f"--scale {re.sub(r'[ {}]', '', found[1]).replace(':', '=').replace(chr(39), '')}"


_NAMES = (
    "scale|lang|edition|target|budget|within|crosswalk|framework|basis|weights|support|zone|before|after|measures|"
    "costs|entity|member_state|today|sample|units|judge|date|licence"
)
# How the library writes an argument in a hint, and how the command line does.
_SPOKEN: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"nis2map\.entity_types\(\)"), "nis2map types"),
    (re.compile(r"a datetime\.date, or a text like"), "write it as"),
    (re.compile(r"read_soa\(\.\.\., correspondence=load_correspondence\('([^']*)'\)\)"), r"--correspondence \1"),
    (re.compile(r"raise Limits\([a-z]+=\.\.\.\)( if you trust it)?"), "only Python raises that limit"),
    (re.compile(r"(?P<name>columns|words)=\{'(?P<key>[^']*)': (?P<value>'[^']*'|None|\.\.\.)\}"), _flag_with_pair),
    (re.compile(r"columns=\{header: '(\w+)'\}"), r"--column 'header=\1'"),
    (re.compile(r"scale=(\{[^}]*\})"), _scale),
    (re.compile(rf"\b(?P<name>{_NAMES})='(?P<value>[^']*)'"), _flag_with_value),
    (re.compile(rf"\b(?P<name>{_NAMES})=(?![\w'\"])"), _flag),
)
# A fact that an error asks for, such as domain_registration=True; results write their conventions so, too.
_SET = re.compile(r"\b(?P<name>[a-z][a-z0-9_]+)=True\b")


def write(text: str) -> None:
    """Write a text and a line end; what the terminal can't show becomes visible escapes instead of an error."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def _width() -> int:
    """Return how wide tables may be: COLUMNS, else the terminal, else 80."""
    return shutil.get_terminal_size().columns


def _is_terminal() -> bool:
    return bool(getattr(sys.stdout, "isatty", bool)())


def _wrapped(text: str) -> str:
    """Return a text whose long lines are wrapped at words, on a terminal or where COLUMNS says how wide.

    In a pipe a sentence stays on its line, where grep finds it.
    """
    if not (_is_terminal() or os.environ.get("COLUMNS")):
        return text
    import textwrap

    width = _width()
    lines: list[str] = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        cells = re.split("  +", line.strip())
        # A row of a table is as narrow as its words allow already.
        if len(line) <= width or len(cells) > 2:
            lines.append(line)
            continue
        # What a word means stands below its first line.
        hanging = f"{indent}  " if len(cells) == 1 else " " * line.rindex(cells[1])
        lines += textwrap.wrap(
            line.strip(),
            width,
            initial_indent=indent,
            subsequent_indent=hanging if len(hanging) < width // 2 else f"{indent}  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return "\n".join(lines)


def _coloured(text: str) -> str:
    """Return a text with colours, if it goes to a terminal that has them and nobody asked for none (no-color.org)."""
    if not _is_terminal() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return _COLOURED.sub(lambda word: f"\x1b[{_COLOURS[word[1]]}m{word[1]}\x1b[0m", text)
