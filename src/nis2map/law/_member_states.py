"""The States: national law, authorities, portals, what an ISO/IEC 27001 certificate counts for, reporting rules.

The 27 Member States, and Iceland, Liechtenstein and Norway, as far as the dataset's tables know them. Facts age within
weeks, so each carries the date of its source (`as_of`) and the sources; what nobody could read is None and not guessed.
The national act decides, not this table.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from .._shared import Brief, Column, Page, Record, Table, Tabular, View, day
from .._version import __version__
from ..dataset import Dataset, given, keep
from ..errors import InputError, UnknownRef, quote
from ..model import (
    AppliedTerm,
    Csirt,
    Deviation,
    FactSource,
    Period,
    Recognition,
    ReportingRule,
    StateFacts,
    Transposition,
)
from ._tables import reporting_rules, states

__all__ = [
    "AppliedTerm",
    "Csirt",
    "Deviation",
    "Fact",
    "MemberState",
    "Recognition",
    "ReportingRule",
    "Transposition",
    "member_state",
    "member_states",
    "reporting_rule",
    "stale",
    "state_code",
]

# The Union's own style for Greece is EL, ISO 3166 has GR; both mean one row.
_ALIASES = {"EL": "GR"}
# Codes that people write for States which neither the Union nor the EEA has, told apart from typing errors.
_OUTSIDE = frozenset({"UK", "GB", "CH"})
_FACTS = (
    "law", "law_date", "in_force", "authority", "authority_url", "spoc", "csirt", "csirt_url", "registration",
    "registration_date", "registration_period", "registration_portal", "reporting_portal", "iso27001", "iso27001_note",
    "framework",
)  # fmt: skip
_REPORTING = tuple(
    f"reporting.{name}"
    for name in ("anchor", "early_warning", "notification", "final", "extra", "recipient", "instrument")
)
_OLD = 180


@attrs.frozen(eq=False, repr=False)
class Fact(Brief, Record):
    """One fact of a State with its own source; a `value` of None is unknown.

    `title`, `locator` and `url` say where it stands (empty: no source of its own), `as_of` when it was read there.
    `verified` is False if no text that says so was read, `secondary` is True if that was somebody's account of it.
    """

    name: str
    value: str | date | Period | None
    code: str = attrs.field(kw_only=True)
    title: str = attrs.field(default="", kw_only=True)
    locator: str = attrs.field(default="", kw_only=True)
    url: str = attrs.field(default="", kw_only=True)
    as_of: date = attrs.field(kw_only=True)
    verified: bool = attrs.field(default=False, kw_only=True)
    secondary: bool = attrs.field(default=False, kw_only=True)

    @property
    def standing(self) -> str:
        """How far the fact is to be trusted, in words: verified, by a secondary source, not verified."""
        return "not verified" if not self.verified else "by a secondary source" if self.secondary else "verified"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class MemberState(Record, View, Tabular):
    """What is known of one State; None is unknown. `fact(name)` and `facts` give each fact with its date and source.

    `implements` is the Directive that `law` carries out: "NIS 2", or "NIS 1" where NIS 2 is not transposed. `status` is
    computed from the dates and `today`, and None without it; `age` is then how many days ago the oldest of the facts
    was read. `version` is that of the package, `data` that of the dataset.
    """

    code: str
    name: str
    law: str | None
    implements: str
    law_date: date | None
    law_date_basis: str | None
    in_force: date | None
    authority: str | None
    authority_url: str | None
    spoc: str | None
    csirt: str | None
    csirt_url: str | None
    csirts: tuple[Csirt, ...]
    registration: str | None
    registration_date: date | None
    registration_period: Period | None
    registration_portal: str | None
    reporting_portal: str | None
    reporting: ReportingRule
    iso27001: Recognition
    iso27001_note: str | None
    framework: str | None
    notes: tuple[str, ...]
    provenance: tuple[FactSource, ...]
    read: date | None
    as_of: date
    recorded: Transposition
    status: Transposition | None = None
    age: int | None = None
    version: str = ""
    data: str = ""
    _columns = (
        Column("name", "text", "the name of the fact"),
        Column("value", "json", "what it is; null where it is not known"),
        Column("code", "text", "the code of the State"),
        Column("title", "text", "the source"),
        Column("locator", "text", "where in it"),
        Column("url", "text", "its address"),
        Column("as_of", "date", "when it was read"),
        Column("verified", "flag", "whether a text that says so was read"),
        Column("secondary", "flag", "whether that was somebody's account of it"),
    )

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact with its date and source, unknown ones included; those on reporting come last."""
        return tuple(map(self.fact, (*_FACTS, *_REPORTING)))

    @property
    def unverified(self) -> tuple[str, ...]:
        """The names of the known facts that no source which was read says."""
        return tuple(fact.name for fact in self.facts if fact.value is not None and not fact.verified)

    @property
    def sources(self) -> tuple[str, ...]:
        """The addresses of all sources, each once."""
        return tuple(dict.fromkeys(fact.url for fact in self.facts if fact.url))

    def fact(self, name: str) -> Fact:
        """Return one fact with its date and source; `UnknownRef` with the nearest for a name that no fact has."""
        if name not in (*_FACTS, *_REPORTING):
            raise UnknownRef(f"a State has no fact {quote(name)}", hint=_nearest(str(name), (*_FACTS, *_REPORTING)))
        of_reports = name in _REPORTING
        holder, own = (self.reporting, name.removeprefix("reporting.")) if of_reports else (self, name)
        value: str | date | Period | None = getattr(holder, own) or None
        source = next((one for one in holder.provenance if one.fact == own), None)
        read = holder.read or holder.as_of
        if source is None:
            return Fact(name, value, code=self.code, as_of=read)
        told = attrs.asdict(source)
        del told["fact"]
        return Fact(name, value, code=self.code, **told)

    def _lines(self) -> tuple[Fact, ...]:
        return self.facts

    def _known(self) -> list[Fact]:
        return [fact for fact in self.facts if fact.value is not None]

    def _page(self) -> Page:
        rows = [
            (
                fact.name.replace("_", " "),
                str(fact.value),
                fact.as_of.isoformat(),
                fact.standing,
                fact.url,
            )
            for fact in self._known()
        ]
        title = f"{self.name} ({self.code}), as of {self.as_of}"
        return Page(title, (Table(("Fact", "Value", "As of", "", "Source"), rows),), self.notes)

    def _doubt(self, fact: Fact) -> str:
        """Return what is to be known of a fact: how far it can be trusted, another day of reading, its address."""
        read = "" if fact.as_of == self.as_of else f"as of {fact.as_of}"
        said = ", ".join(filter(None, ("" if fact.standing == "verified" else fact.standing, read, fact.url)))
        return f" ({said})" if said else ""

    def __str__(self) -> str:
        # A line a fact: names of acts are too long for columns.
        lines = [f"{fact.name.replace('_', ' ')}: {fact.value}{self._doubt(fact)}" for fact in self._known()]
        if self.status is not None:
            lines.append(f"status: {self.status}; the oldest of these facts is {self.age} days old")
        return "\n".join([self._page().title, *lines, *(f"note: {note}" for note in self.notes)])


def member_state(code: str, *, today: date | None = None, dataset: Dataset | None = None) -> MemberState:
    """Return what is known of a State by its code ("BE"; lower case works; Greece is GR or EL).

    With `today` the result has a computed `status` and the age of its facts. Raises `UnknownRef` with the nearest
    codes for other texts (the United Kingdom is not a State of the EEA), `InputError` if `today` is not a date,
    `DatasetError` if the dataset has no States.

    >>> import nis2map
    >>> nis2map.member_state("BE").authority
    'Centre for Cybersecurity Belgium (CCB)'
    """
    data = given(dataset)
    return _as_of(_state(data, state_code(code, dataset=data)), day(today, "today"))


def member_states(*, today: date | None = None, dataset: Dataset | None = None) -> tuple[MemberState, ...]:
    """Return all States of the dataset, by code; errors as for `member_state`.

    >>> import nis2map
    >>> len(nis2map.member_states())
    30
    """
    data, on = given(dataset), day(today, "today")
    return tuple(_as_of(_state(data, code), on) for code in states(data))


def stale(today: date | str, *, max_age: int = _OLD, dataset: Dataset | None = None) -> tuple[Fact, ...]:
    """Return the known facts of all States that were read more than `max_age` days before `today`, by State.

    The national act decides, and facts on it age within weeks. Raises `InputError` for anything but a date and for an
    age that is not a whole number from 0 up, `DatasetError` if the dataset has no States.

    >>> import nis2map
    >>> import datetime as dt
    >>> len(nis2map.stale(dt.date(2026, 12, 1), max_age=3650))
    0
    """
    on = day(today, "today")
    if on is None:
        raise InputError("today: a date is missing", hint="nothing reads a clock; give datetime.date.today()")
    if type(max_age) is not int or max_age < 0:
        raise InputError(f"max_age is {quote(max_age)}", hint="a whole number of days from 0 up")
    every = (fact for state in member_states(dataset=dataset) for fact in state.facts if fact.value is not None)
    return tuple(fact for fact in every if (on - fact.as_of).days > max_age)


def reporting_rule(code: str, *, dataset: Dataset | None = None) -> ReportingRule:
    """Return how a State asks for incident reports; codes and errors as for `member_state`."""
    data = given(dataset)
    key = state_code(code, dataset=data)
    return reporting_rules(data)[key]


def state_code(
    code: object, field: str = "member_state", *, or_none: bool = False, dataset: Dataset | None = None
) -> str:
    """Return the code of a State in the form that the table has ("el" is "GR").

    Raises `UnknownRef` that names the `field`, with the nearest codes; with `or_none` it says how to state that there
    is no such State.
    """
    names = {found: state.name for found, state in states(given(dataset)).items()}
    none = "'none' says that there is no such State in the Union" if or_none else ""
    if not isinstance(code, str):
        raise UnknownRef(f"{field}: {quote(code)} is not a code of two letters", hint=none or "for example 'BE'")
    key = code.strip().upper()
    key = _ALIASES.get(key, key)
    if key in names:
        return key
    if key in _OUTSIDE:
        raise UnknownRef(f"{field}: {quote(code)} is neither in the Union nor in the EEA", hint=none)
    by_name = {name.upper(): found for found, name in names.items()}
    near = f"the code is {by_name[key]}" if key in by_name else _nearest(key, [*names, *_ALIASES])
    hint = "; ".join(filter(None, (near or f"one of: {', '.join(names)}", none)))
    raise UnknownRef(f"{field}: {quote(code)} is not the code of a Member State of the Union or the EEA", hint=hint)


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word[:40], list(known), n=3, cutoff=0.5)
    return f"nearest: {', '.join(near)}" if near else ""


def _state(data: Dataset, code: str) -> MemberState:
    def make() -> MemberState:
        facts = states(data)[code]
        own = {field.name: getattr(facts, field.name) for field in attrs.fields(StateFacts)}
        return MemberState(**own, reporting=reporting_rules(data)[code], version=__version__, data=data.version)

    return keep(data, ("law: state", code), make)


def _as_of(state: MemberState, today: date | None) -> MemberState:
    if today is None:
        return state
    oldest = min((fact.as_of for fact in state.facts if fact.value is not None), default=state.as_of)
    return attrs.evolve(state, status=_status(state, today), age=(today - oldest).days)


def _status(state: MemberState, today: date) -> Transposition:
    """Return how far the act is on a day. Dates decide where there are any, so the status turns by itself."""
    if state.recorded is Transposition.UNKNOWN or state.implements != "NIS 2":
        return Transposition.UNKNOWN
    if state.in_force is None:
        return state.recorded
    if today >= state.in_force:
        return Transposition.IN_FORCE
    if state.law_date is None:
        return Transposition.UNKNOWN
    return Transposition.ADOPTED if today >= state.law_date else Transposition.DRAFT
