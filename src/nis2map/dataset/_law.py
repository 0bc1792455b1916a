"""The law's tables of a dataset: read from the packaged files on first use, written as records, checked as records."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import NoneType
from typing import Any, cast, get_args, get_type_hints

import attrs

from .._shared import day
from ..data import table
from ..errors import InputError, Problem, quote
from ..model import LAW_TABLES, LawTables, record

__all__ = ["law_problems", "law_records", "law_rows", "packaged_law"]

Record = Mapping[str, Any]
_PREFIX = "law."
# The file of each table where it is not the table's name. Fines and supervision are kinds of row of one file.
_FILES = {"entity_types": "annexes", "fines": "penalties", "supervision": "penalties", "stages": "reporting_stages"}
_KINDS = {"fines": "fine", "supervision": "difference"}
# What makes a row the only one of its kind. Dates repeat, so a date is told apart by what happens on it.
_KEYS = {
    "entity_types": ("ref",),
    "significance": ("ref",),
    "stages": ("stage", "when"),
    "reporting_rules": ("code",),
    "member_states": ("code",),
    "timeline": ("date", "event"),
}
_REFS = ("ref", "yields_to", "unless", "change_ref")
_REF_LISTS = ("refs", "units", "infringed", "data", "contents")
_TYPE_LISTS = ("types", "void_for")
_DATES = (
    "date",
    "as_of",
    "due",
    "applies_from",
    "law_date",
    "in_force",
    "registration_date",
    "read",
    "holds_from",
    "holds_until",
)
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?", re.ASCII)
_STAGES = ("early_warning", "notification", "intermediate", "progress", "final")
_STARTS = ("awareness", "notification", "request", "handling", "impact-end-notice")
_WORDS = {
    ("entity_types", "rule"): ("central", "names", "trust", "communications", "regional", "annex_one", "annex_two"),
    ("entity_types", "jurisdiction"): ("establishment", "services", "main_establishment", "creator"),
    ("scope_rules", "kind"): ("rule", "caveat", "jurisdiction", "fine"),
    ("duty_rules", "fact"): ("", "listed", "registry", "domain_data", "representative", "cir_applies"),
    ("fines", "combination"): ("higher",),
    ("significance", "role"): ("criterion", "recurring", "exclusion", "reference", "counting-rule"),
    ("stages", "stage"): _STAGES,
    ("stages", "when"): ("", "trust_service", "requested", "ongoing"),
    ("stages", "counted_from"): (*_STARTS, "final"),
    ("registrations", "fact"): ("listed", "registry", "domain_data", "representative"),
    ("registrations", "jurisdiction"): ("", "establishment", "services", "main_establishment", "creator"),
    ("programme", "path"): ("certified", "uncertified"),
}

_PLAIN_KINDS: Mapping[type, str] = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}


def packaged_law() -> LawTables:
    """Return the packaged tables, each built when it is first asked for."""
    return LawTables.on_demand(_packaged)


def _packaged(name: str) -> tuple[object, ...]:
    build: Callable[..., object] = LAW_TABLES[name]
    return tuple(build(**row) for row in law_rows(name, table))


def law_rows(name: str, read: Callable[[str], list[Record]]) -> list[Record]:
    """Return the rows of one table out of the file that holds them; `read` gives the content of a file by its name."""
    rows = read(_FILES.get(name, name))
    kind = _KINDS.get(name)
    if kind is None:
        return rows
    return [{key: value for key, value in row.items() if key != "kind"} for row in rows if row["kind"] == kind]


def law_records(law: LawTables) -> dict[str, list[dict[str, Any]]]:
    """Return the tables as records by `law.<table>`; the order of the rows is part of the content."""
    return {f"{_PREFIX}{name}": [record(row) for row in getattr(law, name)] for name in LAW_TABLES}


def law_problems(tables: Mapping[str, Sequence[Record]], known: Container[str]) -> Iterator[Problem]:
    """Yield what is wrong with the law's tables; `known` are the refs of all units and demands.

    Rows are unique by their key, what they name exists, dates and durations can be read, words are known ones.
    """
    rows = [
        (name, number, row) for name in LAW_TABLES for number, row in enumerate(tables.get(f"{_PREFIX}{name}", ()), 1)
    ]
    frameworks = {row.get("id") for row in tables.get("frameworks", ()) if row.get("side") != "control"}
    types = {str(row.get("ref")) for name, _, row in rows if name == "entity_types"}
    seen: set[tuple[str, ...]] = set()
    for name, number, row in rows:
        key = tuple(str(row.get(part, "")) for part in _KEYS.get(name, ("id",)))
        problem = partial(Problem, path=f"{_PREFIX}{name}", row=number, ref=" ".join(filter(None, key)))
        if (name, *key) in seen:
            yield problem("the row is there twice", code="duplicate-row")
        seen.add((name, *key))
        for ref in _named(row):
            if ref not in known:
                yield problem(f"it names {quote(ref)}, which does not exist", code="dangling-ref")
        for ref in (ref for field in _TYPE_LISTS for ref in row.get(field, ())):
            if ref not in types:
                yield problem(f"it names {quote(ref)}, which is not a type of entity here", code="unknown-type")
        for message in (*_of_other_kinds(LAW_TABLES[name], row), *_unreadable(name, row)):
            yield problem(message, code="bad-value")
        if name == "duty_rules" and row.get("framework") not in frameworks:
            message = f"it names {quote(row.get('framework'))}, which is not a framework of requirements here"
            yield problem(message, code="dangling-ref")
    yield from _pairs(tables)


def _of_other_kinds(kind: type, row: Record) -> Iterator[str]:
    """Yield which single values are of another kind than the fields of the record, also in the records inside it."""
    hints = get_type_hints(kind)
    for name in (field.name for field in attrs.fields(kind) if field.name in row):
        value, union = row[name], get_args(hints[name]) or (hints[name],)
        if isinstance(value, (list, tuple)):
            rows = cast("Iterable[Record]", value if attrs.has(union[0]) else ())
            yield from (message for inner in rows for message in _of_other_kinds(union[0], inner))
        elif isinstance(value, Mapping):
            inside = next((part for part in union if attrs.has(part)), None)
            yield from _of_other_kinds(inside, cast("Record", value)) if inside else ()
        elif not (value is None and NoneType in union):
            # Words, dates and refs are looked at by their classes.
            words = [word for part, word in _PLAIN_KINDS.items() if part in union]
            if words and type(value) not in union and not (float in union and type(value) is int):
                yield f"{name} is {quote(value)}, not {' or '.join(words)}"


def _named(row: Record) -> Iterator[str]:
    for field in _REFS:
        if row.get(field):
            yield str(row[field])
    for field in _REF_LISTS:
        yield from map(str, row.get(field, ()))


def _unreadable(name: str, row: Record) -> Iterator[str]:
    for field in _DATES:
        value = row.get(field)
        if value is not None and not _is_date(value):
            yield f"{field} is {quote(value)}, not a date"
    for source in row.get("provenance", ()):
        if not _is_date(source.get("as_of")):
            yield f"as_of of the source of {quote(source.get('fact'))} is {quote(source.get('as_of'))}, not a date"
    durations = [("recurrence", row.get("recurrence", ""))]
    durations += [("longer_than", test.get("longer_than", "")) for test in row.get("tests", ())]
    for field, value in durations:
        if value and not _DURATION.fullmatch(str(value)):
            yield f"{field} is {quote(value)}, not an ISO 8601 duration"
    for (table_, field), words in _WORDS.items():
        if table_ == name and row.get(field, "") not in words:
            yield f"{field} is {quote(row.get(field))}, not one of {', '.join(filter(None, words))}"
    if name == "stages":
        yield from _unusable_stage(row)
    start, end = row.get("holds_from"), row.get("holds_until")
    if start and end and str(end) < str(start):
        yield f"holds_until {end} is before holds_from {start}"
    for term in row.get("applied", ()) if name == "reporting_rules" else ():
        for field, words in (("stage", _STAGES), ("counted_from", _STARTS)):
            if term.get(field) not in words:
                yield f"{field} of a term is {quote(term.get(field))}, not one of {', '.join(words)}"
        yield from _unusable_period(term)


def _unusable_stage(row: Record) -> Iterator[str]:
    """What each word means alone and nobody can compute together."""
    stage, start, period = row.get("stage"), row.get("counted_from"), row.get("period")
    if start == "final" and (stage != "progress" or period is not None):
        yield "only a progress report counts from the final one, and then without a period: it is due at that time"
    if start == stage == "notification":
        yield "a notification can't count from itself"
    # Whether an incident is ongoing is asked at the date of the final report: nothing before that can depend on it.
    if row.get("when") == "ongoing" and stage not in ("progress", "final"):
        yield f"{quote(stage)} can't depend on whether the incident is ongoing: only progress and final can"
    yield from _unusable_period(row)


def _unusable_period(row: Record) -> Iterator[str]:
    period: Record | None = row.get("period")
    amount: object = None if period is None else period.get("amount")
    # A bool is an int to `isinstance`.
    if period is not None and (type(amount) is not int or amount < 1):
        yield f"the period's amount is {quote(amount)}, not a whole number of at least 1"


def _is_date(value: object) -> bool:
    try:
        return day(str(value)) is not None
    except InputError:
        return False


def _pairs(tables: Mapping[str, Sequence[Record]]) -> Iterator[Problem]:
    """Each State has a reporting rule, and each reporting rule its State; kinds of entity are those of the types."""
    codes = {
        name: {str(row.get("code")) for row in tables.get(f"{_PREFIX}{name}", ())}
        for name in ("member_states", "reporting_rules")
    }
    for name, other in (("member_states", "reporting_rules"), ("reporting_rules", "member_states")):
        for code in sorted(codes[name] - codes[other]):
            yield Problem(f"{other} has no row for it", path=f"{_PREFIX}{name}", ref=code, code="lone-state")
    # `other` stands for the types that the CIR does not bind.
    kinds = {"other"} | {str(row.get("kind")) for row in tables.get(f"{_PREFIX}entity_types", ()) if row.get("kind")}
    for number, row in enumerate(tables.get(f"{_PREFIX}significance", ()), 1):
        for kind in row.get("kinds", ()):
            if kind not in kinds:
                message = f"{quote(kind)} is not the kind of any type of entity"
                problem = partial(Problem, path=f"{_PREFIX}significance", row=number, ref=str(row.get("ref")))
                yield problem(message, code="unknown-kind")
