"""What the commands share: what they read, the sources below answers, and how errors are told."""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict

from .._shared import Limits, Source, counted, decode, name_of, read_bounded
from .._version import __version__
from ..assessment import Assessment
from ..dataset import load
from ..diff import Correspondence
from ..errors import InputError, LimitExceeded, Nis2mapError, clean, quote
from ..formats import load_correspondence, parse_json, read_soa
from ..law import member_state, stale
from ._terminal import spoken, write

__all__ = [
    "once",
    "opened",
    "print_version",
    "read_record",
    "read_statement",
    "read_text",
    "reading",
    "source_of",
    "sources_of",
    "state_sources",
    "tell",
    "warn_of_stale",
]


def tell(error: Exception) -> int:
    """Say on standard error what went wrong, and return the exit code: 2 for input, 70 for a fault of ours."""
    if not isinstance(error, Nis2mapError):
        # What is not one of our errors is our fault: a code of its own says so, and the traceback is for the report.
        import traceback

        traceback.print_exception(error)
        sys.stderr.write(f"nis2map: a fault of nis2map itself, please report it: {clean(error)}\n")
        return 70
    sys.stderr.write("".join(f"{line}\n" for line in _told(error)))
    return 2


def _told(error: Nis2mapError) -> list[str]:
    """Return the lines that tell an error: several problems have one each, whole, where the message has to cut them."""
    count = len(error.problems)
    head, counted_, _ = error.message.partition(f"{count} problem")
    if not counted_:
        return [f"nis2map: {spoken(str(error))}"]
    if count == 1:
        return [f"nis2map: {spoken(str(error.problems[0]))}"]
    return [f"nis2map: {head}{count} problems", *(f"  {spoken(str(problem))}" for problem in error.problems)]


def print_version(*, as_json: bool) -> int:
    """Print the versions of the package and of its data."""
    data = load().version
    if as_json:
        write(json.dumps({"nis2map": __version__, "data": data}))
    else:
        write(f"nis2map {__version__}, data {data}")
    return 0


def once(paths: Sequence[str]) -> Sequence[str]:
    """Return the files of a command; `InputError` if "-" is among them twice, because the second would be empty."""
    if paths.count("-") > 1:
        message = "standard input can be read only once, and '-' is given twice"
        raise InputError(message, hint="give a file instead")
    return paths


def source_of(path: str) -> Source:
    """Return what a file is read from: standard input for "-"."""
    return sys.stdin.buffer if path == "-" else path


class _StandardInput(io.BytesIO):
    """What was read from standard input, which messages call by that name."""

    name = "<stdin>"


def opened(path: str) -> tuple[Source, str]:
    """Return what a file is read from, and the kind of document of ours that it says it is, empty if it says none."""
    source, limits = source_of(path), Limits()
    name, data = name_of(source), read_bounded(source, limits)
    kind: object = None
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        document = parse_json(data, name=name, limits=limits)
        kind = document.get("nis2map") if isinstance(document, dict) else None
    # By its path a file is named in messages; standard input is read already.
    return (_StandardInput(data) if path == "-" else path), kind if isinstance(kind, str) else ""


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
        raise InputError(f"{name} contains no JSON object", hint='facts by name, such as {"headcount": 120}')
    return {**document}


def read_statement(path: str, arguments: argparse.Namespace) -> Assessment:
    """Return the assessment in a file, read as the options say."""
    return read_soa(source_of(path), **reading(arguments))


class ReadingOptions(TypedDict, total=False):
    """What may be said of a file on the command line, as `read_soa` takes it."""

    lang: str | None
    edition: str | None
    columns: dict[str, str | None]
    words: dict[str, str]
    scale: str | dict[float, str | float]
    correspondence: Correspondence


def reading(arguments: argparse.Namespace) -> ReadingOptions:
    """Return what was said of a file: what its headers, words and numbers mean, its language and edition."""
    columns = _meanings(arguments.column, "--column", "'RAG=status'")
    words = _meanings(arguments.word, "--word", "'green=implemented'")
    options: ReadingOptions = {"lang": arguments.lang, "edition": arguments.edition}
    if columns:
        options["columns"] = {header: field or None for header, field in columns.items()}
    if words:
        options["words"] = words
    if arguments.scale is not None:
        options["scale"] = _levels(arguments.scale)
    if arguments.correspondence is not None:
        options["correspondence"] = load_correspondence(arguments.correspondence)
    return options


def _meanings(said: Iterable[str] | None, flag: str, example: str) -> dict[str, str]:
    meanings: dict[str, str] = {}
    for text in said or ():
        name, mark, meaning = (part.strip() for part in text.rpartition("="))
        if not mark or not name or name in meanings:
            raise InputError(
                f"{flag} {quote(text)}: expected a name and what it means", hint=f"such as {example}, each once"
            )
        meanings[name] = meaning
    return meanings


def _levels(text: str) -> str | dict[float, str | float]:
    """Return a scale: one of its names, or what single numbers mean, as words of a status or shares."""
    if "=" not in text:
        return text
    levels: dict[float, str | float] = {}
    for level, meaning in _meanings(text.split(","), "--scale", "1=planned,3=0.5").items():
        try:
            number = float(level)
        except ValueError:
            raise InputError(f"--scale: {quote(level)} is not a number", hint="such as 1=planned,3=0.5") from None
        try:
            levels[number] = float(meaning)
        except ValueError:
            levels[number] = meaning
    return levels


# What answers cite beside the frameworks and the parallel acts of the dataset, which bring their own addresses.
_ACTS = {
    "2003/361/EC": "https://eur-lex.europa.eu/eli/reco/2003/361/oj",
    "2022/2557": "https://eur-lex.europa.eu/eli/dir/2022/2557/oj",
    "1182/71": "https://eur-lex.europa.eu/eli/reg/1971/1182/oj",
}


def sources_of(text: str, urls: Iterable[str] = (), marked: Mapping[str, str] | None = None) -> list[str]:
    """Return lines with the addresses of what an answer cites: the law that it is by, other acts, national sources.

    `marked` are addresses with a word on how far each is to be trusted.
    """
    data, marks = load(), marked or {}
    acts = {frame.citation: frame.url for frame in data.frameworks.values() if frame.id != "nis2" and frame.url}
    acts |= {row.act: row.url for row in data.law.parallel_acts} | _ACTS
    cited = [url for name, url in acts.items() if name in text]
    found = dict.fromkeys((*(version.url for version in data.law.versions), *cited, *urls, *marks))
    return ["Sources:", *(f"  {url}{marks.get(url, '')}" for url in found)]


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
