"""The commands on files: `report`, `export`, `convert`, `check`, and which `formats` there are."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable
from pathlib import PurePath
from typing import TypedDict, TypeVar

import attrs

from ... import report
from ..._shared import Limits, Page, Source, Table, counted, day, name_of, plain, read_bounded
from ...assessment import Assessment
from ...dataset import Dataset
from ...errors import InputError, Nis2mapError, Problem, clean, quote
from ...formats import (
    FormatRow,
    catalogue,
    load_assessment,
    load_correspondence,
    load_crosswalk,
    load_dataset,
    load_framework,
    load_result,
    loads,
    parse_json,
    read_review,
    read_soa,
    save,
    vocabulary,
    written,
)
from ...law import Entity, Incident
from ...model import Crosswalk
from ...scoring import Options
from .._common import once, opened, reading, source_of, warn_of_stale
from .._parser import FORMS, REPORTS
from .._terminal import show, spoken
from ._scoring import question_of, read_soa_of

__all__ = ["run_check", "run_convert", "run_export", "run_formats", "run_report"]

F = TypeVar("F", Entity, Incident)

_DOCUMENTS: dict[str, Callable[[Source], Assessment | Crosswalk | Dataset]] = {
    "crosswalk": load_crosswalk,
    "dataset": load_dataset,
}


def run_export(arguments: argparse.Namespace) -> int:
    """Write a statement, or print it."""
    found = _read(arguments.soa, arguments)
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
    table = data.decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n")
    show(arguments, soa.to_dict, lambda: table, verbatim=True)
    return 0


def run_convert(arguments: argparse.Namespace) -> int:
    """Read a file in any form and write it in another one."""
    return _write(_read(arguments.source, arguments), arguments)


def _read(path: str, arguments: argparse.Namespace) -> Assessment | Crosswalk | Dataset:
    """Return what a file holds: one of our documents if it says that it is one, else a statement."""
    source, kind = opened(path)
    return _DOCUMENTS.get(kind, load_assessment)(source) if kind else read_soa(source, **reading(arguments))


def _asked(arguments: argparse.Namespace) -> Options:
    asked: Options = {"framework": arguments.framework, "basis": arguments.basis}
    return asked | {"crosswalk": arguments.crosswalk} if arguments.crosswalk else asked


def _write(value: Assessment | Crosswalk | Dataset, arguments: argparse.Namespace) -> int:
    """Write to the file that was asked for, and say what its form loses."""
    path = PurePath(arguments.output)
    suffix = path.suffix.removeprefix(".").lower()
    form = arguments.format or FORMS.get(suffix)
    if form is None:
        raise InputError(
            f"{quote(arguments.output)}: unknown suffix",
            hint=f"one of: {', '.join(f'.{s}' for s in FORMS)}",
        )
    if not isinstance(value, Assessment) and form != "json":
        raise InputError(f"a {type(value).__name__.lower()} can't be written as {form}", hint="write .json")
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


def run_formats(arguments: argparse.Namespace) -> int:
    """List the forms, or the words that are read in statements."""
    if arguments.what == "soa":
        return _words(arguments)
    if arguments.lang is not None:
        raise InputError("--lang goes with 'nis2map formats soa'")
    rows = catalogue()
    show(arguments, lambda: [plain(attrs.asdict(row)) for row in rows], lambda: "\n\n".join(map(_told, rows)))
    return 0


def _told(row: FormatRow) -> str:
    reads, writes = (", ".join(names) or "nothing" for names in (row.reads, row.writes))
    return "\n".join((row.name, f"  reads {reads}", f"  writes {writes}", f"  loses {row.losses}"))


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
    show(arguments, lambda: chosen, lambda: Page("", (Table(head, rows),)), lambda: (ends,))
    return 0


class _Cards(TypedDict):
    """The facts for the cards of a report, and its language, as its functions take them."""

    entity: Entity | None
    member_state: list[str] | None
    incident: Incident | None
    lang: str


def run_report(arguments: argparse.Namespace) -> int:
    """Write a report, or print it."""
    form = _report_form(arguments)
    once([path for path in (arguments.soa, arguments.entity, arguments.incident) if path])
    soa = read_soa_of(arguments.soa, arguments)
    if arguments.subject is not None or arguments.as_of is not None:
        as_of = day(arguments.as_of, "--as-of")
        soa = attrs.evolve(soa, subject=arguments.subject or soa.subject, as_of=as_of or soa.as_of)
    cards: _Cards = {
        "entity": None if arguments.entity is None else _facts_of(arguments.entity, Entity),
        "member_state": arguments.member_state,
        "incident": None if arguments.incident is None else _facts_of(arguments.incident, Incident),
        "lang": arguments.written_in,
    }
    data = _reported(soa, form, cards, question_of(arguments))
    if arguments.output != "-":
        save(data, arguments.output)
    elif not arguments.json:
        # UTF-8 wherever it runs: the page says so itself.
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    record = {"output": arguments.output, "format": form, "lang": arguments.written_in}
    if arguments.json:
        show(arguments, lambda: record | ({"report": data.decode()} if arguments.output == "-" else {}), lambda: "")
    elif arguments.output != "-":
        show(arguments, lambda: record, lambda: f"report written as {form}: {arguments.output}")
    warn_of_stale({*(code.strip().upper() for code in arguments.member_state or ())})
    return 0


def _report_form(arguments: argparse.Namespace) -> str:
    """Return the form that a report is asked for in, by `--format`, else by the suffix."""
    suffix = PurePath(arguments.output).suffix.removeprefix(".").lower()
    form: str | None = arguments.format or ("html" if arguments.output == "-" else REPORTS.get(suffix))
    if form is None:
        hint = f"one of: {', '.join(f'.{suffix}' for suffix in REPORTS)}"
        raise InputError(f"{quote(arguments.output)}: the suffix says no form", hint=hint)
    if arguments.output == "-" and form not in ("html", "markdown"):
        raise InputError(f"a report as {form} can't be printed", hint="give a file with -o")
    return form


def _facts_of(path: str, kind: type[F]) -> F:
    """Return the facts in a file: a JSON object of them, or the document that `dump` writes."""
    source, limits = source_of(path), Limits()
    name, data = name_of(source), read_bounded(source, limits)
    record = parse_json(data, name=name, limits=limits)
    if not isinstance(record, dict):
        raise InputError(f"{clean(name, 120)} holds no JSON object of facts", hint='such as {"headcount": 120}')
    if "nis2map" in record:
        return loads(data, kind)
    try:
        return kind.from_dict({**record})
    except Nis2mapError as error:
        raise InputError(f"{clean(name, 120)}: {error.message}", hint=error.hint) from error


def _reported(soa: Assessment, form: str, cards: _Cards, options: Options) -> bytes:
    if form in ("html", "markdown"):
        make = report.html if form == "html" else report.markdown
        return make(soa, **cards, **options).encode()
    out = io.BytesIO()
    write = report.xlsx if form == "xlsx" else report.docx
    write(soa, out, **cards, **options)
    return out.getvalue()


_READERS: dict[str, Callable[[Source], object]] = {
    "assessment": load_assessment,
    "crosswalk": load_crosswalk,
    "framework": load_framework,
    "dataset": load_dataset,
    "correspondence": load_correspondence,
    "review": read_review,
}


@attrs.frozen
class _Checked:
    """What reading a file came to."""

    file: str
    kind: str
    findings: int | None
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        return {
            "file": self.file,
            "kind": self.kind,
            "findings": self.findings,
            "problems": [problem.to_dict() for problem in self.problems],
            "notes": list(self.notes),
        }

    def lines(self, arguments: argparse.Namespace) -> list[str]:
        what = self.kind if self.findings is None else f"{self.kind}, {counted(self.findings, 'finding')}"
        said = counted(len(self.problems), "problem") if self.problems else "no problem"
        notes = [] if arguments.quiet else [f"  note: {clean(note)}" for note in self.notes]
        return [f"{self.file}: {what}, {said}", *(f"  {spoken(str(problem))}" for problem in self.problems), *notes]


def run_check(arguments: argparse.Namespace) -> int:
    """Read files and list what is wrong with each; 1 if anything is, 2 if one can't be opened."""
    checked = [_checked(path, arguments) for path in once(arguments.files)]
    show(
        arguments,
        lambda: [one.to_dict() for one in checked],
        lambda: "\n".join(line for one in checked for line in one.lines(arguments)),
    )
    return 1 if any(one.problems for one in checked) else 0


def _checked(path: str, arguments: argparse.Namespace) -> _Checked:
    file = "standard input" if path == "-" else clean(path, 120)
    source, said = opened(path)
    kind = arguments.kind or said or "soa"
    try:
        if kind == "soa":
            value: object = read_soa(source, **reading(arguments), on_problem="collect")
        else:
            value = _READERS.get(kind, load_result)(source)
    except Nis2mapError as error:
        problems = error.problems or (Problem(error.message, path=file, hint=error.hint),)
        return _Checked(file, kind, None, tuple(problems), ())
    if isinstance(value, Assessment):
        return _Checked(file, kind, len(value), tuple(value.problems), tuple(value.notes))
    return _Checked(file, kind, None, (), ())
