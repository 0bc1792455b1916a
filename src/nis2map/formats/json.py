"""Everything of this library as JSON documents: assessments, crosswalks, datasets, and every result.

This is the one format that loses nothing. A document starts with what it is and the version of its layout, a whole
number. An assessment, a crosswalk and a dataset follow with their parts:

    {"nis2map": "assessment",
    "version": 1,
    "subject": "Acme",
    "findings": [
    {"ref": "iso27001:A.5.1", "status": "implemented"}
    ]}

A result follows as one value, behind the version of nis2map that wrote it:

    {"nis2map": "plan",
    "version": 1,
    "package": "0.1.0",
    "value": {
    "steps": [...],
    ...
    "digest": "...",
    "assessment_digest": "..."
    }}

A tuple of results of one kind is a `"list"`. Equal objects give equal bytes: findings and units in legal order, links
and tables in the order of the object, one record a line. Fields that hold an empty default are left out. Times are
written with their offset and, in brackets, the name of their zone (RFC 9557), spans of time in days and seconds, exact
numbers that no float is equal to as texts.

Reading is strict (see `_structure`) and gives back an equal object: of an assessment also the wording that equality
ignores, its problems and its notes; of a dataset the same digest. A document of a newer version is refused with nothing
but that; older versions go on loading. Each kind and version has a JSON schema.

A `Coverage` or `Gaps` holds its question (assessment, units, conventions), both digests and every number. Read where a
dataset of that digest is at hand, the question is asked again: if every number comes out as it was written, it is a
coverage like any other. Else the numbers are those that were written, and what needs the dataset (explanations,
judgement ranges, analyses that vary the question) raises `InputError` with both digests.

Not held: texts that a user brought into a dataset, because they are licensed; and the judges' verdicts, because they
are packaged. A dataset's document says which version of them it had and which pairs a person said are none
(`"verdicts"`); read with another version of them, the dataset has no verdicts, and neither the crosswalks that are made
of them. An incident's holidays and zone are held as far as they can be listed and named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Any, TypeVar, cast

import attrs

from .._shared import Limits, capped, limits_of
from ..assessment import Assessment
from ..dataset import Dataset, judged, judged_with
from ..errors import DatasetError, InputError, Problem, quote
from ..ids import Ref
from ..model import Alias, Control, Crosswalk, Framework, LawTables, Measure, Requirement, Source, record
from ._results import (
    KINDS,
    LIST,
    AssessmentBody,
    assessment_of,
    body_of,
    read_result,
    repeated,
    result_class,
    version_of,
    word_of,
    written_result,
)
from ._strict_json import Json, parse_json, pointer
from ._structure import attempt, named, problems_of

__all__ = ["LOSES", "READS", "WRITES", "dumps", "is_document", "loads"]

READS = WRITES = ("Assessment", "Crosswalk", "Dataset", "every result")
LOSES = {"Dataset": "texts that a user brought in, which are licensed"}

T = TypeVar("T")
Record = dict[str, object]


def __dir__() -> list[str]:
    return sorted(__all__)


class _Version(IntEnum):
    """The layouts that can be read; a newer one is refused, because its new fields may change what the old ones say."""

    ONE = 1


@attrs.frozen(kw_only=True)
class AssessmentDocument(AssessmentBody):
    """An assessment as a document holds it."""

    nis2map: str
    version: _Version


@attrs.frozen(kw_only=True)
class CrosswalkDocument:
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
class DatasetDocument:
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


def dumps(value: object) -> bytes:
    """Return the document of an assessment, a crosswalk, a dataset or a result, in UTF-8.

    Raises `InputError` for anything else, and for a text that no encoding can hold (half of a surrogate pair).
    """
    word = _kind_of(type(value))
    if not word:
        raise InputError(f"{quote(type(value).__name__)} can't be written as a document", hint=f"one of: {_names()}")
    try:
        parts = written_result(value, word) if word not in _PARTS else _PARTS[word][1](value)
        return _written({"nis2map": word, "version": newest(word), **parts}).encode()
    except UnicodeEncodeError as error:
        near = quote(error.object[max(0, error.start - 20) : error.start + 20])
        raise InputError(f"a text contains half of a surrogate pair and can't be written: {near}") from error
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"a value can't be written in JSON: {error}") from error


def loads(
    data: bytes | str,
    kind: type[T],
    *,
    name: str = "the document",
    limits: Limits | None = None,
    dataset: Dataset | None = None,
) -> T:
    """Return the object of a class that a document holds; `tuple` for a list of results.

    `dataset` is what a coverage or gaps are read with, the bundled one if it is not given. Raises `InputError` for what
    is not such a document, and with every problem at once, each with its JSON pointer as column (`DatasetError` for a
    crosswalk or a dataset); for a document that a newer version of nis2map wrote that alone; `LimitExceeded` past
    `limits`.
    """
    word = _kind_of(kind) if isinstance(kind, type) else ""  # pyright: ignore[reportUnnecessaryIsInstance]
    if not word:
        raise InputError(
            f"{quote(getattr(kind, '__name__', kind))} can't be read from a document", hint=f"one of: {_names()}"
        )
    bounds = limits_of(limits)
    document = parse_json(data, name=name, limits=bounds)
    members = _checked_kind(document, word, name)
    if word in _PARTS:
        return cast("T", _PARTS[word][2](document, name, bounds))
    result: Any = read_result(members, word, name=name, limits=bounds, dataset=dataset)
    return cast("T", kind(result) if word == LIST and kind is not tuple else result)  # type: ignore[call-arg]


def is_document(data: bytes | str) -> str | None:
    """Return the kind that a document of ours says it is, by its first bytes alone; None for anything else.

    The kind may be one that this version doesn't know. Nothing is parsed, so that what comes after may be broken.
    """
    head = data[:_HEAD] if isinstance(data, str) else bytes(data[:_HEAD]).decode("utf-8-sig", "ignore")
    found = _START.match(head)
    return found[1] if found else None


def class_of(kind: str) -> type[object]:
    """Return the class whose objects are written as a kind of document; `InputError` for a word that is none."""
    if kind == LIST:
        return tuple
    if kind in _PARTS:
        return _PARTS[kind][0]
    if kind in KINDS:
        return result_class(kind)
    hint = "a newer nis2map may know it"
    raise InputError(f"{quote(kind)} is not a kind of document that is known here", hint=hint)


_HEAD = 200
_START = re.compile(r'\s*\{\s*"nis2map"\s*:\s*"([a-z0-9-]{1,60})"')


def _kind_of(kind: type) -> str:
    """Return the word for what objects of a class are written as, empty if they have no document."""
    return next((word for word, (own, _, _) in _PARTS.items() if issubclass(kind, own)), "") or word_of(kind)


def newest(word: str) -> int:
    """Return the newest version of the layout of a kind, in which it is written."""
    return int(max(_Version)) if word in _PARTS else version_of(word)


def _names() -> str:
    own = (kind.__name__ for kind, _, _ in _PARTS.values())
    return ", ".join((*own, *(name for _, name in KINDS.values()), "tuple"))


def _checked_kind(document: Json, word: str, name: str) -> dict[str, Json]:
    """Refuse what is another document, or of a newer version, before its parts are looked at."""
    last = newest(word)
    start = f'it starts with {{"nis2map": "{word}", "version": {last}'
    if not isinstance(document, dict):
        raise _refused(f"an object is expected at the top, not {named(document)}", name, start)
    kind = document.get("nis2map")
    if kind != word:
        keys = ", ".join(quote(key, 24) for key in list(document)[:6]) or "no keys"
        what = f"a document of kind {quote(kind)}" if "nis2map" in document else f"an object with {keys}"
        raise _refused(f"{what} stands at the top, not a document of kind '{word}'", name, start)
    version = document.get("version")
    # A newer layout may mean other things by the keys that are known, so that nothing else is said about it.
    if type(version) is int and version > last:
        message = f"version {version} of the layout of '{word}' was written by a newer nis2map"
        hint = f"this one reads up to version {last}; update nis2map"
        place = Problem(message, path=name, column="/version", hint=hint, code="newer-version")
        error = DatasetError if word in ("crosswalk", "dataset") else InputError
        raise error(f"{name}: {message}", hint=hint, problems=[place])
    return document


def _refused(message: str, name: str, hint: str) -> InputError:
    place = Problem(message, path=name, hint=hint, code="wrong-document")
    return InputError(f"{name}: {message}", hint=hint, problems=[place])


def _read_assessment(document: Json, name: str, limits: Limits) -> Assessment:
    read, flaws = attempt(document, AssessmentDocument)
    if read is not None:
        flaws = repeated(read)
    if read is None or flaws:
        raise InputError.of(problems_of(flaws, path=name, limits=limits), what=f"{name} is not a valid assessment")
    return assessment_of(read)


def _read_crosswalk(document: Json, name: str, limits: Limits) -> Crosswalk:
    read, flaws = attempt(document, CrosswalkDocument)
    if read is None:
        raise DatasetError.of(problems_of(flaws, path=name, limits=limits), what=f"{name} is not a valid crosswalk")
    return read.crosswalk


def _read_dataset(document: Json, name: str, limits: Limits) -> Dataset:
    read, flaws = attempt(document, DatasetDocument)
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


_PARTS: Mapping[str, tuple[type, Callable[[Any], Record], Callable[[Json, str, Limits], object]]] = {
    "assessment": (Assessment, body_of, _read_assessment),
    "crosswalk": (Crosswalk, _of_crosswalk, _read_crosswalk),
    "dataset": (Dataset, _of_dataset, _read_dataset),
}


def _written(document: Record) -> str:
    """Write a document with one record a line; a result, which stands in "value", with one field a line."""
    parts: list[str] = []
    for key, value in document.items():
        if key == "value" and isinstance(value, dict):
            fields = (f"{json.dumps(name)}: {_value(item)}" for name, item in cast("Record", value).items())
            parts.append('"value": {\n' + ",\n".join(fields) + "\n}")
        else:
            parts.append(f"{json.dumps(key)}: {_value(value)}")
    return "{" + ",\n".join(parts) + "}\n"


def _value(value: object) -> str:
    if not value or not isinstance(value, (list, dict)):
        return _flat(value)
    if isinstance(value, list):
        rows = cast("list[object]", value)
        return "[\n" + ",\n".join(_value(row) if isinstance(row, dict) else _flat(row) for row in rows) + "\n]"  # pyright: ignore[reportUnknownArgumentType]
    members = cast("Record", value)
    if all(isinstance(item, list) for item in members.values()):  # tables
        return "{\n" + ",\n".join(f"{json.dumps(key)}: {_value(item)}" for key, item in members.items()) + "\n}"
    if "links" in members and "target" in members:  # a crosswalk: its links come last, a line each
        head = {key: item for key, item in members.items() if key != "links"}
        return f'{_flat(head)[:-1]}, "links": {_value(members["links"])}}}'
    return _flat(members)


def _flat(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
