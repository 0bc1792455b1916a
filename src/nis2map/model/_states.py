"""The records of clocks and of national law: reports and registrations, what each State enacted and whom it named.

Facts about States age within weeks, so each record carries the day on which it was read, and what nobody could read is
None and not guessed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum

import attrs

from .._shared import Brief, Record, day, member, written
from ..errors import DatasetError
from ..ids import Ref
from ._convert import to_record, to_records, to_ref, to_refs, to_texts

__all__ = [
    "AppliedTerm",
    "Csirt",
    "Deviation",
    "FactSource",
    "LawRecord",
    "ParallelAct",
    "Period",
    "Recognition",
    "RegistrationRule",
    "ReportingRule",
    "ReportingStage",
    "StateFacts",
    "TimeUnit",
    "Transposition",
    "to_day",
    "to_optional_day",
    "to_period",
]


class TimeUnit(StrEnum):
    """What a period is counted in."""

    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    WORKING_DAYS = "working-days"
    MONTHS = "months"


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


class LawRecord(Brief, Record):
    """A row of one of the law's tables."""

    __slots__ = ()


def _to_unit(value: TimeUnit | str) -> TimeUnit:
    return member(TimeUnit, value, error=DatasetError)


def _to_transposition(value: Transposition | str) -> Transposition:
    return member(Transposition, value, error=DatasetError)


def _to_recognition(value: Recognition | str) -> Recognition:
    return member(Recognition, value, error=DatasetError)


def _to_deviation(value: Deviation | str) -> Deviation:
    return member(Deviation, value, error=DatasetError)


def to_day(value: dt.date | str) -> dt.date:
    date = day(value, error=DatasetError)
    if date is None:
        raise DatasetError("a date is missing", hint="a datetime.date, or a text like 2026-11-24")
    return date


def to_optional_day(value: dt.date | str | None) -> dt.date | None:
    return day(value, error=DatasetError)


@attrs.frozen(eq=False, repr=False)
class Period(Brief):
    """A number of hours, days, weeks, working days or calendar months."""

    amount: int
    unit: TimeUnit = attrs.field(converter=_to_unit)

    def __str__(self) -> str:
        word = self.unit.value.replace("-", " ")
        return f"{self.amount} {word if self.amount != 1 else word[:-1]}"


def _period_words(value: Period | None) -> str | None:
    return None if value is None else str(value)


def to_period(value: Period | Mapping[str, object]) -> Period:
    return to_record(Period, value)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AppliedTerm(LawRecord):
    """A national period that is certain enough to compute: what it replaces, how long it is, what it counts from.

    `counted_from` is `awareness`, `notification` or `impact-end-notice`.
    """

    stage: str
    period: Period = attrs.field(converter=to_period, metadata=written(str))
    counted_from: str


def _to_terms(value: Iterable[AppliedTerm | Mapping[str, object]]) -> tuple[AppliedTerm, ...]:
    return to_records(AppliedTerm, value)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class FactSource(LawRecord):
    """Where one fact of a State can be read: a title, a locator in it, and an address that a reader can open.

    `verified`: a text that says so was read on `as_of`; otherwise it is known to stand there and was not read itself.
    `secondary`: what was read is not the act or the authority's own page, but somebody's account of it.
    """

    fact: str
    title: str
    url: str
    locator: str = ""
    as_of: dt.date = attrs.field(converter=to_day)
    verified: bool = False
    secondary: bool = False


def _to_sources(value: Iterable[FactSource | Mapping[str, object]]) -> tuple[FactSource, ...]:
    return to_records(FactSource, value)


def _source(provenance: Iterable[FactSource], fact: str) -> FactSource | None:
    return next((source for source in provenance if source.fact == fact), None)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReportingRule(LawRecord):
    """How one State asks for incident reports, in place of or next to Article 23(4).

    `anchor` is what starts the clock (`detection` may be earlier than awareness), `anchor_term` the act's own word.
    `early_warning`, `notification` and `final` are the periods as read, None if none was; `applied` those that
    `deadlines` computes with, if the fact has a source of its own. `basis` says what was read: an act is worth more
    than a guide. `provenance` has the source of each fact that has one, `read` the day on which the rest was read.
    """

    code: str
    deviates: Deviation = attrs.field(converter=_to_deviation)
    anchor: str | None = None
    anchor_term: str = ""
    early_warning: str | None = None
    notification: str | None = None
    final: str | None = None
    extra: str = ""
    recipient: str | None = None
    instrument: str | None = None
    basis: str = ""
    note: str = ""
    applied: tuple[AppliedTerm, ...] = attrs.field(default=(), converter=_to_terms)
    provenance: tuple[FactSource, ...] = attrs.field(default=(), converter=_to_sources)
    read: dt.date | None = attrs.field(default=None, converter=to_optional_day)
    as_of: dt.date = attrs.field(converter=to_day)

    @property
    def from_detection(self) -> bool:
        """Whether the act was read to count from detection, so that an earlier instant than awareness counts."""
        return self.anchor == "detection" and self.source("anchor") is not None

    @property
    def sources(self) -> tuple[str, ...]:
        """The addresses of all sources, each once."""
        return tuple(dict.fromkeys(source.url for source in self.provenance))

    def source(self, fact: str) -> FactSource | None:
        """Return the source of one fact, None if it has none of its own."""
        return _source(self.provenance, fact)

    def term(self, stage: str) -> AppliedTerm | None:
        """Return the national period that replaces the Directive's for a stage, None if that stays.

        A period without a source of its own computes nothing.
        """
        term = next((term for term in self.applied if term.stage == stage), None)
        return term if self.source(stage) is not None else None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReportingStage(LawRecord):
    """One report on a significant incident: when it is owed, and by when (Article 23(4) of the Directive).

    `stage` is `early_warning`, `notification`, `intermediate`, `progress` or `final`. `when` is what must hold for the
    row to apply: `trust_service`, `requested` or `ongoing` (still so when the final report would be due); the first row
    whose `when` holds decides over the one of its stage without. The `period` runs from `counted_from`: `awareness`,
    `notification`, `request`, `handling` or `impact-end-notice`; without one no time is fixed. `contents` are the units
    that say what the report contains. A progress report that
    counts from `final` has none and falls due when the final report would. The text was read as of `as_of`.
    """

    stage: str
    when: str = ""
    ref: Ref = attrs.field(converter=to_ref)
    citation: str
    period: Period | None = attrs.field(
        default=None, converter=attrs.converters.optional(to_period), metadata=written(_period_words)
    )
    counted_from: str
    contents: tuple[Ref, ...] = attrs.field(default=(), converter=to_refs)
    as_of: dt.date = attrs.field(converter=to_day)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ParallelAct(LawRecord):
    """Another act whose reports may be owed on the same incident, on `text` as condition; nothing decides it here.

    It may run from `applies_from` on, for entities of `types` (none named: of any). `url` is where a reader opens it.
    """

    id: str
    act: str
    citation: str
    text: str
    url: str
    applies_from: dt.date = attrs.field(converter=to_day)
    types: tuple[Ref, ...] = attrs.field(default=(), converter=to_refs)
    as_of: dt.date = attrs.field(converter=to_day)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RegistrationRule(LawRecord):
    """One duty to register with an authority: Articles 3(4) and 27.

    It binds whoever owes the `fact` of its registration, in the States of the rule of `jurisdiction` (empty: in all).
    `due` is the date that the Directive itself sets, None where it leaves that to the States; `data` are the units that
    say what to give. Changes are owed within `change_period`, by `change_ref`.
    """

    id: str
    fact: str
    title: str
    ref: Ref = attrs.field(converter=to_ref)
    due: dt.date | None = attrs.field(default=None, converter=to_optional_day)
    jurisdiction: str = ""
    data: tuple[Ref, ...] = attrs.field(converter=to_refs)
    change_ref: Ref = attrs.field(converter=to_ref)
    change_period: Period = attrs.field(converter=to_period, metadata=written(str))


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Csirt(LawRecord):
    """A team of the CSIRTs network. `coordinator`: on ENISA's list for the Cyber Resilience Act."""

    name: str
    team: str
    host: str | None = None
    page: str | None = None
    coordinator: bool = False
    contact: str | None = None
    note: str = ""
    as_of: dt.date = attrs.field(converter=to_day)
    sources: tuple[str, ...] = attrs.field(default=(), converter=to_texts)


def _to_csirts(value: Iterable[Csirt | Mapping[str, object]]) -> tuple[Csirt, ...]:
    return to_records(Csirt, value)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class StateFacts(LawRecord):
    """What is known of one State, looked up last on `as_of`; None is unknown.

    `provenance` has the source of each fact that has one, `read` the day on which the rest was read.
    `implements` is the Directive that `law` carries out: "NIS 2", or "NIS 1" where NIS 2 is not transposed.
    `registration_date` is when the first wave had to register, `registration_period` how long whoever comes into scope
    later has. `recorded` is how far the act was when it was read; dates, where there are any, say how far it is on a
    day.
    """

    code: str
    name: str
    law: str | None = None
    implements: str
    recorded: Transposition = attrs.field(converter=_to_transposition)
    law_date: dt.date | None = attrs.field(default=None, converter=to_optional_day)
    law_date_basis: str | None = None
    in_force: dt.date | None = attrs.field(default=None, converter=to_optional_day)
    authority: str | None = None
    authority_url: str | None = None
    spoc: str | None = None
    csirt: str | None = None
    csirt_url: str | None = None
    registration: str | None = None
    registration_date: dt.date | None = attrs.field(default=None, converter=to_optional_day)
    registration_period: Period | None = attrs.field(
        default=None, converter=attrs.converters.optional(to_period), metadata=written(_period_words)
    )
    registration_portal: str | None = None
    reporting_portal: str | None = None
    iso27001: Recognition = attrs.field(converter=_to_recognition)
    iso27001_note: str | None = None
    framework: str | None = None
    notes: tuple[str, ...] = attrs.field(default=(), converter=to_texts)
    provenance: tuple[FactSource, ...] = attrs.field(default=(), converter=_to_sources)
    read: dt.date | None = attrs.field(default=None, converter=to_optional_day)
    as_of: dt.date = attrs.field(converter=to_day)
    csirts: tuple[Csirt, ...] = attrs.field(default=(), converter=_to_csirts)
