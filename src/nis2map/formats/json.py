"""Assessments, crosswalks and whole datasets as JSON documents of this library.

A document starts with what it is and the version of the layout, a whole number:

    {"nis2map": "assessment",
    "version": 1,
    "subject": "Acme",
    "findings": [
    {"ref": "iso27001:A.5.1", "status": "implemented"}
    ]}

Fields that hold their default are left out, one record stands on a line, and equal objects give equal bytes: findings
and units in legal order, links and tables in the order of the object. Reading is strict (see `_structure`) and gives
back an equal object: of an assessment also the wording that equality ignores, its problems and its notes; of a
dataset the same digest. Texts that a user brought into a dataset are licensed and are left out. A dataset's document
also says which version of the packaged verdicts it had and which pairs a person said are none (`"verdicts"`); read
with another version of them, the dataset has no verdicts, and neither the crosswalks that are made of them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from typing import Any, TypeVar, cast

import attrs

from .._shared import Limits, capped, limits_of
from ..assessment import Assessment, Finding
from ..dataset import Dataset, judged, judged_with
from ..errors import DatasetError, InputError, Problem, quote
from ..ids import Ref
from ..model import Alias, Control, Crosswalk, Framework, LawTables, Measure, Requirement, Source, record
from ._strict_json import Json, parse_json, pointer
from ._structure import Flaw, attempt, named, problems_of

__all__ = ["LOSES", "READS", "WRITES", "dumps", "loads"]

READS = WRITES = ("Assessment", "Crosswalk", "Dataset")
LOSES = {"Dataset": "texts that a user brought in, which are licensed"}

T = TypeVar("T")
Record = dict[str, object]


def __dir__() -> list[str]:
    return sorted(__all__)


class _Version(IntEnum):
    """The layouts that can be read; a newer one is refused, because its new fields may change what the old ones say."""

    ONE = 1


@attrs.frozen(eq=False)
class _FindingRow(Finding):
    """A finding with the unit or demand it stands on."""

    ref: Ref = attrs.field(kw_only=True)

    @property
    def finding(self) -> Finding:
        """The finding alone."""
        return Finding(**{field.name: getattr(self, field.name) for field in attrs.fields(Finding)})


@attrs.frozen(kw_only=True)
class _ScopeRow:
    """What one scope of several says (`Assessment.across`)."""

    name: str
    findings: tuple[_FindingRow, ...] = ()


@attrs.frozen(kw_only=True)
class _AssessmentDocument:
    """An assessment as a document holds it."""

    nis2map: str
    version: _Version
    subject: str = ""
    as_of: dt.date | None = None
    scope: str = ""
    whole_entity: bool | None = None
    findings: tuple[_FindingRow, ...] = ()
    scopes: tuple[_ScopeRow, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@attrs.frozen(kw_only=True)
class _CrosswalkDocument:
    """A crosswalk as a document holds it."""

    nis2map: str
    version: _Version
    crosswalk: Crosswalk


@attrs.frozen(kw_only=True)
class _NoneRow:
    """A pair of which a person said that it is none."""

    demand: Ref
    controls: tuple[Ref, ...]
    reason: str = ""


@attrs.frozen(kw_only=True)
class _VerdictsRow:
    """Of which version of the packaged data the judges' verdicts are, and what people said is none."""

    version: str
    none: tuple[_NoneRow, ...] = ()


@attrs.frozen(kw_only=True)
class _DatasetDocument:
    """A dataset as a document holds it; its own version stands apart from that of the layout."""

    nis2map: str
    version: _Version
    dataset_version: str = ""
    frameworks: tuple[Framework, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    controls: tuple[Control, ...] = ()
    crosswalks: tuple[Crosswalk, ...] = ()
    sources: tuple[Source, ...] = ()
    measures: tuple[Measure, ...] = ()
    law: LawTables = attrs.field(factory=LawTables)
    aliases: tuple[Alias, ...] = ()
    verdicts: _VerdictsRow | None = None


def dumps(value: Assessment | Crosswalk | Dataset) -> bytes:
    """Return the document of an assessment, a crosswalk or a dataset, in UTF-8.

    Raises `InputError` for anything else, and for a text that no encoding can hold (half of a surrogate pair).
    """
    for kind, (word, write, _) in _KINDS.items():
        if isinstance(value, kind):
            document = {"nis2map": word, "version": int(_Version.ONE), **write(value)}
            break
    else:
        raise InputError(f"{quote(type(value).__name__)} has no document", hint=f"one of: {_names()}")
    try:
        return _written(document).encode()
    except UnicodeEncodeError as error:
        near = quote(error.object[max(0, error.start - 20) : error.start + 20])
        raise InputError(f"a text holds half of a surrogate pair and can't be written: {near}") from error
    except (TypeError, ValueError) as error:
        raise InputError(f"a value has no form in JSON: {error}") from error


def loads(data: bytes | str, kind: type[T], *, name: str = "the document", limits: Limits | None = None) -> T:
    """Return the `Assessment`, `Crosswalk` or `Dataset` that a document holds.

    Raises `InputError` for what is not such a document, and with every problem at once, each with its JSON pointer as
    column: `InputError` for an assessment, `DatasetError` for a crosswalk or a dataset; `LimitExceeded` past `limits`.
    """
    if not isinstance(kind, type) or kind not in _KINDS:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"{quote(getattr(kind, '__name__', kind))} has no document", hint=f"one of: {_names()}")
    bounds = limits_of(limits)
    document = parse_json(data, name=name, limits=bounds)
    word, _, read = _KINDS[kind]
    _check_kind(document, word, name)
    return cast("T", read(document, name, bounds))


def _names() -> str:
    return ", ".join(kind.__name__ for kind in _KINDS)


def _check_kind(document: Json, word: str, name: str) -> None:
    """Refuse what is another document, before its parts are looked at."""
    start = f'it starts with {{"nis2map": "{word}", "version": 1'
    if not isinstance(document, dict):
        raise _refused(f"an object is expected at the top, not {named(document)}", name, start)
    kind = document.get("nis2map")
    if kind != word:
        keys = ", ".join(quote(key, 24) for key in list(document)[:6]) or "no keys"
        what = f"a document of kind {quote(kind)}" if "nis2map" in document else f"an object with {keys}"
        raise _refused(f"{what} stands at the top, not a document of kind '{word}'", name, start)


def _refused(message: str, name: str, hint: str) -> InputError:
    place = Problem(message, path=name, hint=hint, code="wrong-document")
    return InputError(f"{name}: {message}", hint=hint, problems=[place])


def _read_assessment(document: Json, name: str, limits: Limits) -> Assessment:
    read, flaws = attempt(document, _AssessmentDocument)
    if read is not None:
        flaws = [*_repeated(read.findings), *_repeated_scopes(read.scopes)]
    if read is None or flaws:
        raise InputError.of(problems_of(flaws, path=name, limits=limits), what=f"{name} is not a valid assessment")
    return Assessment(
        {row.ref: row.finding for row in read.findings},
        subject=read.subject,
        as_of=read.as_of,
        scope=read.scope,
        whole_entity=read.whole_entity,
        scopes={scope.name: {row.ref: row.finding for row in scope.findings} for scope in read.scopes},
        problems=read.problems,
        notes=read.notes,
    )


def _repeated(rows: Iterable[_FindingRow], at: tuple[str | int, ...] = ("findings",)) -> list[Flaw]:
    first: dict[Ref, int] = {}
    flaws: list[Flaw] = []
    for place, row in enumerate(rows):
        if row.ref in first:
            message = f"{row.ref} has a finding already, in {pointer((*at, first[row.ref]))}"
            flaws.append(Flaw((*at, place, "ref"), message, code="conflict"))
        first.setdefault(row.ref, place)
    return flaws


def _repeated_scopes(scopes: Iterable[_ScopeRow]) -> list[Flaw]:
    names: dict[str, int] = {}
    flaws: list[Flaw] = []
    for place, scope in enumerate(scopes):
        if scope.name in names:
            message = f"{quote(scope.name)} is a scope already, in /scopes/{names[scope.name]}"
            flaws.append(Flaw(("scopes", place, "name"), message, code="conflict"))
        names.setdefault(scope.name, place)
        flaws += _repeated(scope.findings, ("scopes", place, "findings"))
    return flaws


def _read_crosswalk(document: Json, name: str, limits: Limits) -> Crosswalk:
    read, flaws = attempt(document, _CrosswalkDocument)
    if read is None:
        raise DatasetError.of(problems_of(flaws, path=name, limits=limits), what=f"{name} is not a valid crosswalk")
    return read.crosswalk


def _read_dataset(document: Json, name: str, limits: Limits) -> Dataset:
    read, flaws = attempt(document, _DatasetDocument)
    if read is None:
        raise DatasetError.of(problems_of(flaws, path=name, limits=limits), what=f"{name} is not a valid dataset")
    try:
        made = Dataset.from_parts(
            frameworks=read.frameworks,
            requirements=read.requirements,
            controls=read.controls,
            crosswalks=read.crosswalks,
            sources=read.sources,
            measures=read.measures,
            law=read.law,
            aliases=read.aliases,
            version=read.dataset_version,
        )
        if read.verdicts is None:
            return made
        none = {(row.demand, frozenset(row.controls)): row.reason for row in read.verdicts.none}
        return judged(made, read.verdicts.version, none)
    except DatasetError as error:
        ids = [crosswalk.id for crosswalk in read.crosswalks]
        problems = [_placed(problem, name, ids) for problem in error.problems]
        raise DatasetError.of(capped(problems, limits), what=f"{name} is not a valid dataset") from error


def _placed(problem: Problem, name: str, crosswalks: list[str]) -> Problem:
    """Return a problem of a table's row with the file and the pointer of the record."""
    # Checks of a dataset count rows from 1 in a table that may come from anywhere; a document counts from 0.
    word, _, crosswalk = problem.path.partition(" ")
    at: tuple[str | int, ...] = tuple(problem.path.split("."))
    if word == "crosswalk" and crosswalk in crosswalks:
        at = ("crosswalks", crosswalks.index(crosswalk), "links")
    if problem.row:
        at = (*at, problem.row - 1)
    return attrs.evolve(problem, path=name, row=None, column=pointer(at))


def _of_assessment(value: Assessment) -> Record:
    details = {
        "subject": value.subject,
        "as_of": None if value.as_of is None else value.as_of.isoformat(),
        "scope": value.scope,
        "whole_entity": value.whole_entity,
    }
    parts: Record = {name: detail for name, detail in details.items() if detail not in ("", None)}
    parts["findings"] = _rows(value.findings)
    parts["scopes"] = [{"name": name, "findings": _rows(said)} for name, said in value.scopes.items()]
    parts["notes"] = list(attrs.evolve(value, as_of=None).notes)  # what has run out is told anew when it is read
    parts["problems"] = [record(problem) for problem in value.problems]
    return {name: part for name, part in parts.items() if name == "findings" or part not in ([], ())}


def _rows(findings: Mapping[Ref, Finding]) -> list[Record]:
    return [{"ref": str(ref), **finding.to_dict()} for ref, finding in findings.items()]


def _of_crosswalk(value: Crosswalk) -> Record:
    return {"crosswalk": record(value)}


def _of_dataset(value: Dataset) -> Record:
    tables: Record = {}
    parts: dict[str, Record] = {}
    for name, rows in value.records().items():
        part, _, table = name.partition(".")
        if rows and table:  # the law's tables stand together
            parts.setdefault(part, {})[table] = rows
        elif rows:
            tables[name] = rows
    tables |= parts
    if value.made_of_verdicts:
        tables["verdicts"] = _verdicts_of(value)
    return {"dataset_version": value.version, **tables} if value.version else tables


def _verdicts_of(value: Dataset) -> Record:
    """Return of which data the verdicts are: they are packaged, and a document would be twice as long with them."""
    version, nones = judged_with(value)
    rows = sorted(nones.items(), key=lambda row: (row[0][0].sort_key, sorted(row[0][1])))
    none = [
        {"demand": str(demand), "controls": sorted(map(str, controls)), "reason": reason}
        for (demand, controls), reason in rows
    ]
    return {"version": version, **({"none": none} if none else {})}


_KINDS: Mapping[type, tuple[str, Callable[[Any], Record], Callable[[Json, str, Limits], object]]] = {
    Assessment: ("assessment", _of_assessment, _read_assessment),
    Crosswalk: ("crosswalk", _of_crosswalk, _read_crosswalk),
    Dataset: ("dataset", _of_dataset, _read_dataset),
}


def _written(document: Record) -> str:
    """Write a document with one record a line."""
    parts = [f"{json.dumps(key)}: {_value(value)}" for key, value in document.items()]
    return "{" + ",\n".join(parts) + "}\n"


def _value(value: object) -> str:
    if not value or not isinstance(value, (list, dict)):
        return _flat(value)
    if isinstance(value, list):
        return "[\n" + ",\n".join(_value(item) for item in cast("list[object]", value)) + "\n]"
    members = cast("Record", value)
    if all(isinstance(item, list) for item in members.values()):  # tables
        return "{\n" + ",\n".join(f"{json.dumps(key)}: {_value(item)}" for key, item in members.items()) + "\n}"
    if "links" in members:  # a crosswalk: its links come last, a line each
        head = {key: item for key, item in members.items() if key != "links"}
        return f'{_flat(head)[:-1]}, "links": {_value(members["links"])}}}'
    return _flat(members)


def _flat(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
