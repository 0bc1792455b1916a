"""The commands on files: `export` a statement, `convert` between forms, and which `formats` there are."""

from __future__ import annotations

import argparse
import io
import sys
import textwrap
from collections.abc import Callable
from pathlib import PurePath

import attrs

from .._shared import Limits, Source, columns, name_of, plain, read_bounded
from ..assessment import Assessment
from ..dataset import Dataset
from ..errors import InputError, clean, quote
from ..formats import (
    FormatRow,
    catalogue,
    load_assessment,
    load_crosswalk,
    load_dataset,
    parse_json,
    read_soa,
    save,
    vocabulary,
    written,
)
from ..model import Crosswalk
from ..scoring import BASES, DEFAULTS, Options
from ._common import Commands, command, show, source_of

__all__ = ["add"]

_IN = "a Statement of Applicability in any form that is read, or a document of ours; '-' for standard input"
_SUFFIXES = {"csv": "csv", "xlsx": "xlsx", "md": "markdown", "markdown": "markdown", "json": "json"}
_DOCUMENTS: dict[str, Callable[[Source], Assessment | Crosswalk | Dataset]] = {
    "crosswalk": load_crosswalk,
    "dataset": load_dataset,
}
_WORDS_WIDTH = 100


def add(commands: Commands) -> None:
    """Declare `export`, `convert` and `formats`."""
    out = command(commands, "export", _export, "write a Statement of Applicability, with what the law hangs on it")
    out.add_argument("soa", help=_IN)
    out.add_argument("-o", "--output", metavar="FILE", help="where to write it, .csv, .xlsx, .md or .json")
    out.add_argument("--format", choices=sorted(set(_SUFFIXES.values())), help="the form, if no suffix says it (csv)")
    out.add_argument("--certified", action="store_true", help="a certificate stands for the clauses")
    turn = command(commands, "convert", _convert, "read a file in any form and write it in another one")
    turn.add_argument("source", metavar="in", help=_IN)
    turn.add_argument(
        "-o", "--output", metavar="FILE", required=True, help="where to write it; the suffix says the form"
    )
    turn.add_argument("--format", choices=sorted(set(_SUFFIXES.values())), help="the form, if no suffix says it")
    for parser in (out, turn):
        parser.add_argument("--framework", default=DEFAULTS.get("framework"), help="nis2 (default) or cir")
        parser.add_argument("--crosswalk", action="append", help="nis2map (default), enisa, article; may be repeated")
        parser.add_argument("--basis", default=DEFAULTS.get("basis"), choices=BASES)
    rows = command(commands, "formats", _formats, "what is read from which form, written to it, and lost in it")
    rows.add_argument("what", nargs="?", choices=("soa",), help="soa: the words that are read in statements")
    rows.add_argument("--lang", help="with soa: the words of one language, such as de")


def _export(arguments: argparse.Namespace) -> int:
    found = _read(arguments.soa)
    if not isinstance(found, Assessment):
        raise InputError(
            f"{quote(arguments.soa)} is not a Statement of Applicability", hint="nis2map convert takes others"
        )
    soa = found.certified() if arguments.certified else found
    if arguments.output is not None:
        return _write(soa, arguments)
    form = arguments.format or "csv"
    if form == "xlsx":
        raise InputError("a spreadsheet can't be printed", hint="give a file with -o")
    data = written(soa, form, _asked(arguments))
    show(arguments, soa.to_dict, lambda: data.decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n"))
    return 0


def _convert(arguments: argparse.Namespace) -> int:
    return _write(_read(arguments.source), arguments)


class _StandardInput(io.BytesIO):
    """What was read from standard input, which messages call by that name."""

    name = "<stdin>"


def _read(path: str) -> Assessment | Crosswalk | Dataset:
    """Return what a file holds: one of our documents if it says that it is one, else a statement."""
    source, limits = source_of(path), Limits()
    name, data = name_of(source), read_bounded(source, limits)
    # By its path a file is named in messages; standard input is read already.
    named = _StandardInput(data) if path == "-" else path
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        document = parse_json(data, name=name, limits=limits)
        kind = document.get("nis2map") if isinstance(document, dict) else None
        if isinstance(kind, str):
            return _DOCUMENTS.get(kind, load_assessment)(named)
    return read_soa(named)


def _asked(arguments: argparse.Namespace) -> Options:
    asked: Options = {"framework": arguments.framework, "basis": arguments.basis}
    return asked | {"crosswalk": arguments.crosswalk} if arguments.crosswalk else asked


def _write(value: Assessment | Crosswalk | Dataset, arguments: argparse.Namespace) -> int:
    """Write to the file that was asked for, and say what its form loses."""
    path = PurePath(arguments.output)
    suffix = path.suffix.removeprefix(".").lower()
    form = arguments.format or _SUFFIXES.get(suffix)
    if form is None:
        raise InputError(
            f"{quote(arguments.output)}: the suffix says no form",
            hint=f"one of: {', '.join(f'.{s}' for s in _SUFFIXES)}",
        )
    if not isinstance(value, Assessment) and form != "json":
        raise InputError(f"a {type(value).__name__.lower()} has no form as {form}", hint="write .json")
    save(written(value, form, _asked(arguments)), arguments.output)
    kind = type(value).__name__
    notes = [f"{form} loses {row.loses[kind]}" for row in catalogue() if row.name == form and kind in row.loses]
    told = list(value.notes) if isinstance(value, Assessment) and form != "json" else []
    for note in (*told, *notes):
        sys.stderr.write(f"nis2map: note: {clean(note)}\n")
    what = f"{kind.lower()} written as {form}: {arguments.output}"
    record = {"output": str(arguments.output), "format": form, "kind": kind, "notes": [*told, *notes]}
    show(arguments, lambda: record, lambda: what)
    return 0


def _formats(arguments: argparse.Namespace) -> int:
    if arguments.what == "soa":
        return _words(arguments)
    if arguments.lang is not None:
        raise InputError("--lang goes with 'nis2map formats soa'")
    rows = catalogue()
    show(arguments, lambda: [plain(attrs.asdict(row)) for row in rows], lambda: "\n\n".join(map(_told, rows)))
    return 0


def _told(row: FormatRow) -> str:
    reads, writes = (", ".join(names) or "nothing" for names in (row.reads, row.writes))
    loses = textwrap.wrap(f"loses {row.losses}", _WORDS_WIDTH, initial_indent="  ", subsequent_indent="    ")
    return "\n".join((row.name, f"  reads {reads}", f"  writes {writes}", *loses))


def _words(arguments: argparse.Namespace) -> int:
    words = vocabulary()
    languages = sorted({str(word["language"]) for word in words if word["language"]})
    lang: str | None = arguments.lang
    if lang is not None and lang not in languages:
        raise InputError(f"there are no words in {quote(lang)}", hint=f"one of: {', '.join(languages)}")
    # A sign is of no language, so it is of each.
    chosen = [word for word in words if lang is None or word["language"] in (lang, "")]
    head = ("kind", "means", "language", "word", "usual")
    rows = [tuple("*" * bool(word[name]) if name == "usual" else str(word[name]) for name in head) for word in chosen]
    ends = "* says something else that usually means this"
    show(arguments, lambda: chosen, lambda: f"{columns(head, rows)}\n{ends}")
    return 0
