"""What the commands share: how one is declared, what it reads, and how it prints."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from .._shared import Limits, Source, counted, decode, read_bounded
from ..dataset import load
from ..errors import InputError, LimitExceeded, clean, quote
from ..formats import parse_json
from ..law import member_state, stale

__all__ = [
    "Commands",
    "Handler",
    "command",
    "number",
    "once",
    "read_record",
    "read_text",
    "show",
    "source_of",
    "spoken",
    "state_sources",
    "warn_of_stale",
    "with_sources",
]

# How the library writes a fact that is set: domain_registration=True.
_PYTHON = re.compile(r"\b([a-z][a-z0-9_]+)=True\b")
Handler = Callable[[argparse.Namespace], int]


class Commands(Protocol):
    """What takes the commands: argparse gives its class no public name."""

    def add_parser(self, name: str, /, *, help: str, description: str) -> argparse.ArgumentParser:  # noqa: A002
        """Return a new parser for a command."""
        ...


def command(commands: Commands, name: str, handler: Handler, words: str) -> argparse.ArgumentParser:
    """Declare a command with `--json` and return its parser."""
    parser = commands.add_parser(name, help=words, description=words)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(handler=handler)
    return parser


def show(arguments: argparse.Namespace, data: Callable[[], object], text: Callable[[], str]) -> None:
    """Print the data as JSON if that was asked for, the text otherwise; only what is printed is made."""
    write(json.dumps(data(), ensure_ascii=False, indent=2) if arguments.json else text())


def write(text: str) -> None:
    """Write a text and a line end; what the terminal can't show becomes visible escapes instead of an error."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def number(words: str) -> Callable[[str], int | float]:
    """Return a reader of numbers for argparse; `words` say what is expected."""

    def read(text: str) -> int | float:
        for kind in (int, float):
            with suppress(ValueError):
                return kind(text)
        raise argparse.ArgumentTypeError(f"{quote(text)} is not a number; expected {words}, such as 120 or 2.5e6")

    return read


def spoken(text: str) -> str:
    """Return a message of the library as somebody at the command line says it: flags and commands, no Python."""
    told = text.replace("nis2map.entity_types() lists all", "nis2map types lists all")
    told = told.replace("a datetime.date, or a text like", "write it as")
    return _PYTHON.sub(lambda found: f"--{found[1].replace('_', '-')}", told)


def once(paths: Sequence[str]) -> Sequence[str]:
    """Return the files of a command; `InputError` if "-" is among them twice, because the second would be empty."""
    if paths.count("-") > 1:
        message = "standard input can be read only once, and '-' stands for it twice"
        raise InputError(message, hint="give a file instead")
    return paths


def source_of(path: str) -> Source:
    """Return what a file is read from: standard input for "-"."""
    return sys.stdin.buffer if path == "-" else path


def read_text(path: str) -> tuple[str, str]:
    """Return a text and the name to show for it; "-" is standard input; an empty file is an empty text."""
    limits = Limits()
    name = "standard input" if path == "-" else clean(path, 120)
    try:
        if path == "-":
            data = sys.stdin.buffer.read(limits.bytes + 1)
        else:
            with open(path, "rb") as file:  # noqa: PTH123  (a name such as "\0" is refused here, not in pathlib)
                data = file.read(limits.bytes + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"{name} can't be read: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > limits.bytes:
        raise LimitExceeded(f"{name} has more than {counted(limits.bytes, 'byte')}")
    return decode(data, name)[0], name


def read_record(path: str) -> dict[str, object]:
    """Return the JSON object in a file, or on standard input for "-"."""
    limits = Limits()
    name = "standard input" if path == "-" else clean(path, 120)
    document = parse_json(read_bounded(source_of(path), limits), name=name, limits=limits)
    if not isinstance(document, dict):
        raise InputError(f"{name} holds no JSON object", hint='facts by name, such as {"headcount": 120}')
    return {**document}


# What answers cite beside the frameworks and the parallel acts of the dataset, which bring their own addresses.
_ACTS = {
    "2003/361/EC": "https://eur-lex.europa.eu/eli/reco/2003/361/oj",
    "2022/2557": "https://eur-lex.europa.eu/eli/dir/2022/2557/oj",
    "1182/71": "https://eur-lex.europa.eu/eli/reg/1971/1182/oj",
}


def with_sources(text: str, urls: Iterable[str] = (), marked: Mapping[str, str] | None = None) -> str:
    """Return an answer with the addresses of what it cites: the law that it is by, other acts, and national sources.

    `marked` are addresses with a word on how far each is to be trusted.
    """
    data, marks = load(), marked or {}
    acts = {frame.citation: frame.url for frame in data.frameworks.values() if frame.id != "nis2" and frame.url}
    acts |= {row.act: row.url for row in data.law.parallel_acts} | _ACTS
    cited = [url for name, url in acts.items() if name in text]
    found = dict.fromkeys((*(version.url for version in data.law.versions), *cited, *urls, *marks))
    return "\n".join([text, "Sources:", *(f"  {url}{marks.get(url, '')}" for url in found)])


def state_sources(codes: Iterable[str | None], *names: str) -> dict[str, str]:
    """Return the addresses of the sources of some facts on States, marked where not verified at first hand."""
    states = [member_state(code) for code in dict.fromkeys(codes) if code is not None]
    facts = [fact for state in states for fact in state.facts if fact.name in names and fact.value is not None]
    return {
        fact.url or f"{fact.code}, {fact.name}: no address": ""
        if fact.standing == "verified"
        else f" ({fact.standing})"
        for fact in facts
    }


def warn_of_stale(codes: set[str | None]) -> None:
    """Say on standard error which facts of some States nobody has read for long."""
    old = [fact for fact in stale(_today()) if fact.code in codes]
    if old:
        oldest = min(fact.as_of for fact in old)
        said = f"{counted(len(old), 'fact')} on {', '.join(sorted({fact.code for fact in old}))}"
        sys.stderr.write(f"nis2map: {said} were last read more than 180 days ago, the oldest on {oldest}\n")


def _today() -> dt.date:
    return dt.datetime.now(tz=dt.UTC).date()
