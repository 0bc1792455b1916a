"""The States: national law, authorities, portals, what an ISO/IEC 27001 certificate counts for, reporting rules.

27 Member States, and Iceland, Liechtenstein and Norway. Facts age within weeks, so each carries the date of its source
(`as_of`) and the sources; what nobody could read is None and not guessed. The national act decides, not this table.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

import attrs

from .._shared import Period, TimeUnit, page
from .._shared import table as html_table
from .._version import __version__
from ..data import table
from ..errors import InputError, UnknownRef, quote

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
    "state_code",
]

# The Union's own style for Greece is EL, ISO 3166 has GR; both mean one row.
_ALIASES = {"EL": "GR"}
_OUTSIDE = {"UK", "GB", "CH"}
_FACTS = (
    "law", "law_date", "in_force", "authority", "authority_url", "spoc", "csirt", "csirt_url", "registration",
    "registration_date", "registration_portal", "reporting_portal", "iso27001", "iso27001_note", "framework",
)  # fmt: skip


class Transposition(StrEnum):
    """How far a State's act is: `adopted` is not yet in force, `draft` not adopted; `unknown` includes NIS 1 acts."""

    IN_FORCE = "in-force"
    ADOPTED = "adopted"
    DRAFT = "draft"
    UNKNOWN = "unknown"


class Recognition(StrEnum):
    """What a certificate to ISO/IEC 27001 counts for under the national rules, as far as they were read.

    `presumption-conditional`: presumed conformity, on conditions; `evidence`: may serve as proof; `not-sufficient`: the
    authority is reported to say that it does not do; `mapping-only`: national material refers to the standard without
    any effect; `none-found`: rules were read and have none; `open`: no standard prescribed, or no law yet;
    `unknown`: nothing was read that says anything.
    """

    PRESUMPTION_CONDITIONAL = "presumption-conditional"
    EVIDENCE = "evidence"
    NOT_SUFFICIENT = "not-sufficient"
    MAPPING_ONLY = "mapping-only"
    NONE_FOUND = "none-found"
    OPEN = "open"
    UNKNOWN = "unknown"


class Deviation(StrEnum):
    """Whether a State's reporting rules differ from Article 23(4) of the Directive."""

    YES = "yes"
    NO = "no"
    UNSETTLED = "unsettled"
    NO_TERM = "no-term"
    NOT_IN_FORCE = "not-in-force"


@attrs.frozen
class Fact:
    """One fact with its provenance; a `value` of None is unknown. `verified` is False if no source read has it."""

    name: str
    value: str | date | None
    as_of: date = attrs.field(kw_only=True)
    sources: tuple[str, ...] = attrs.field(kw_only=True)
    verified: bool = attrs.field(default=True, kw_only=True)

    def to_dict(self) -> dict[str, Any]:
        """Return the fact as a JSON-ready dict."""
        return _plain(self)


@attrs.frozen(kw_only=True)
class Csirt:
    """A team of the CSIRTs network. `coordinator`: on ENISA's list for the Cyber Resilience Act."""

    name: str
    team: str
    host: str | None
    page: str | None
    coordinator: bool
    contact: str | None
    note: str
    as_of: date
    sources: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the team as a JSON-ready dict."""
        return _plain(self)


@attrs.frozen(kw_only=True)
class AppliedTerm:
    """A national period that is certain enough to compute: what it replaces, how long it is, what it counts from.

    `counted_from` is `awareness`, `notification` or `impact-end-notice`.
    """

    stage: str
    period: Period
    counted_from: str

    def to_dict(self) -> dict[str, Any]:
        """Return the term as a JSON-ready dict."""
        return {"stage": self.stage, "period": str(self.period), "counted_from": self.counted_from}


@attrs.frozen(kw_only=True)
class ReportingRule:
    """How one State asks for incident reports, beside Article 23(4).

    `anchor` is what starts the clock (`detection` may be earlier than awareness), `anchor_term` the act's own word.
    `early_warning`, `notification` and `final` are the periods as found, None if none was; `applied` those that
    `deadlines` computes with. `basis` says what was read: an act is worth more than a guide.
    """

    code: str
    deviates: Deviation
    anchor: str | None
    anchor_term: str
    early_warning: str | None
    notification: str | None
    final: str | None
    extra: str
    recipient: str | None
    instrument: str | None
    basis: str
    note: str
    applied: tuple[AppliedTerm, ...]
    as_of: date
    sources: tuple[str, ...]

    @property
    def from_detection(self) -> bool:
        """Whether the act was read to count from detection, so that an earlier instant than awareness counts."""
        return self.anchor == "detection"

    def term(self, stage: str) -> AppliedTerm | None:
        """Return the national period that replaces the Directive's for a stage, None if that stays."""
        return next((term for term in self.applied if term.stage == stage), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the rule as a JSON-ready dict."""
        return {**_plain(self), "applied": [term.to_dict() for term in self.applied]}


@attrs.frozen(kw_only=True)
class MemberState:
    """What is known of one State; None is unknown. `fact(name)` and `facts` give each fact with date and sources.

    `implements` is the Directive that `law` carries out: "NIS 2", or "NIS 1" where NIS 2 is not transposed. `status` is
    computed from the dates and `today`, and None without it; `age` is then how many days old the facts are.
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
    registration_portal: str | None
    reporting_portal: str | None
    reporting: ReportingRule
    iso27001: Recognition
    iso27001_note: str | None
    iso27001_as_of: date
    framework: str | None
    notes: tuple[str, ...]
    unverified: tuple[str, ...]
    as_of: date
    sources: tuple[str, ...]
    recorded: Transposition
    status: Transposition | None = None
    age: int | None = None

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact with its date and sources, unknown ones included."""
        return tuple(map(self.fact, _FACTS))

    def fact(self, name: str) -> Fact:
        """Return one fact with its date and sources; `UnknownRef` for a name that is none."""
        if name not in _FACTS:
            raise UnknownRef(f"a State has no fact {quote(name)}", hint=_nearest(name, _FACTS))
        own = name.startswith("iso27001")
        return Fact(
            name,
            getattr(self, name),
            as_of=self.iso27001_as_of if own else self.as_of,
            sources=self.sources,
            verified=name not in self.unverified,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as a JSON-ready dict."""
        whole = {**_plain(self), "version": __version__}
        whole["csirts"] = [csirt.to_dict() for csirt in self.csirts]
        whole["reporting"] = self.reporting.to_dict()
        return whole

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one JSON-ready row a fact, with its date and sources."""
        return [{"code": self.code, **fact.to_dict()} for fact in self.facts]

    def __str__(self) -> str:
        known = [f"{fact.name.replace('_', ' ')}: {fact.value}" for fact in self.facts if fact.value is not None]
        return "\n".join([f"{self.name} ({self.code}), as of {self.as_of}", *known])

    def _repr_html_(self) -> str:
        rows = [
            (
                fact.name.replace("_", " "),
                str(fact.value),
                fact.as_of.isoformat(),
                "" if fact.verified else "not verified",
            )
            for fact in self.facts
            if fact.value is not None
        ]
        facts = html_table(("Fact", "Value", "As of", ""), rows)
        return page(f"{self.name} ({self.code})", [facts], notes=self.notes)


def member_state(code: str, *, today: date | None = None) -> MemberState:
    """Return what is known of a State by its code ("BE"; lower case works; Greece is GR or EL).

    With `today` the result has a computed `status` and the age of its facts. `UnknownRef` for other codes (the United
    Kingdom is no State of the EEA), `InputError` if `today` is no date.
    """
    found = _states()[state_code(code)]
    if today is None:
        return found
    day = _day(today)
    return attrs.evolve(found, status=_status(found, day), age=(day - found.as_of).days)


def member_states(*, today: date | None = None) -> tuple[MemberState, ...]:
    """Return all 30 States, by code."""
    return tuple(member_state(code, today=today) for code in _states())


def reporting_rule(code: str) -> ReportingRule:
    """Return how a State asks for incident reports; codes and errors as for `member_state`."""
    return _rules()[state_code(code)]


def state_code(code: object) -> str:
    """Return the code of a State in the form this table has ("el" is "GR"); `UnknownRef` with the nearest otherwise."""
    if not isinstance(code, str):
        raise UnknownRef(f"member state {quote(code)}: not a code of two letters", hint="for example 'BE'")
    key = code.strip().upper()
    key = _ALIASES.get(key, key)
    names = _names()
    if key in names:
        return key
    if key in _OUTSIDE:
        raise UnknownRef(f"member state {quote(code)}: neither in the Union nor in the EEA")
    by_name = {name.upper(): found for found, name in names.items()}
    hint = f"the code is {by_name[key]}" if key in by_name else _nearest(key, [*names, *_ALIASES])
    raise UnknownRef(f"member state {quote(code)}: no such State", hint=hint or f"one of: {', '.join(names)}")


def _nearest(word: str, known: Any) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word[:40], list(known), n=3, cutoff=0.5)
    return f"nearest: {', '.join(near)}" if near else ""


def _day(today: object) -> date:
    # A datetime is a date by inheritance and compares with none.
    if isinstance(today, date) and not isinstance(today, datetime):
        return today
    raise InputError(f"today: {quote(today)} is not a date", hint="give a datetime.date")


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


def _plain(item: attrs.AttrsInstance) -> dict[str, Any]:
    return {field.name: _json(getattr(item, field.name)) for field in attrs.fields(type(item))}


def _json(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        items: tuple[Any, ...] = value  # pyright: ignore[reportUnknownVariableType]
        return list(items)
    return value


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@cache
def _names() -> dict[str, str]:
    return {row["code"]: row["name"] for row in table("member_states")}


@cache
def _rules() -> dict[str, ReportingRule]:
    return {row["code"]: _rule(row) for row in table("reporting_rules")}


def _rule(row: dict[str, Any]) -> ReportingRule:
    applied = tuple(
        AppliedTerm(
            stage=term["stage"],
            period=Period(term["amount"], TimeUnit(term["unit"])),
            counted_from=term["counted_from"],
        )
        for term in row["applied"]
    )
    converted: dict[str, Any] = {
        "deviates": Deviation(row["deviates"]),
        "applied": applied,
        "as_of": date.fromisoformat(row["as_of"]),
        "sources": tuple(row["sources"]),
    }
    return ReportingRule(**{**row, **converted})


@cache
def _states() -> dict[str, MemberState]:
    return {row["code"]: _state(row) for row in table("member_states")}


def _state(row: dict[str, Any]) -> MemberState:
    converted: dict[str, Any] = {
        "law_date": _date(row["law_date"]),
        "in_force": _date(row["in_force"]),
        "registration_date": _date(row["registration_date"]),
        "iso27001": Recognition(row["iso27001"]),
        "iso27001_as_of": date.fromisoformat(row["iso27001_as_of"]),
        "as_of": date.fromisoformat(row["as_of"]),
        "recorded": Transposition(row["recorded"]),
        "csirts": tuple(map(_csirt, row["csirts"])),
        "reporting": _rules()[row["code"]],
        **{key: tuple(row[key]) for key in ("notes", "unverified", "sources")},
    }
    return MemberState(**{**row, **converted})


def _csirt(row: dict[str, Any]) -> Csirt:
    fields: dict[str, Any] = {**row, "as_of": date.fromisoformat(row["as_of"]), "sources": tuple(row["sources"])}
    return Csirt(**fields)
