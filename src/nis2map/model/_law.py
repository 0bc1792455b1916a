"""The records of the law's tables: who is an entity, which rules classify it, what binds it, what comes next.

They state the law as data, each row with its source, so that `law` reads them and holds none of it. A dataset carries
them in `LawTables`, one tuple a table, empty where it has none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any

import attrs

from .._shared import each, member, one_line, plain
from ..errors import DatasetError, quote
from ..ids import Ref
from ._convert import to_optional_ref, to_records, to_ref, to_refs, to_texts
from ._states import (
    LawRecord,
    ParallelAct,
    RegistrationRule,
    ReportingRule,
    ReportingStage,
    StateFacts,
    to_day,
    to_optional_day,
)
from ._words import GapClass

__all__ = [
    "LAW_TABLES",
    "Benefit",
    "CycleStage",
    "Difference",
    "DisplacementRule",
    "DutyRule",
    "EntityClass",
    "EntityType",
    "Exemption",
    "FactTest",
    "FineFloor",
    "LawTables",
    "LawVersion",
    "LegalDate",
    "ProgrammeStep",
    "ScopeRule",
    "SignificanceTest",
    "SupervisionRow",
]


class EntityClass(StrEnum):
    """What the Directive makes of an entity; `registration_only` is in scope and neither essential nor important."""

    ESSENTIAL = "essential"
    IMPORTANT = "important"
    REGISTRATION_ONLY = "registration_only"
    OUT_OF_SCOPE = "out_of_scope"
    UNDETERMINED = "undetermined"

    @property
    def rank(self) -> int:
        """How strict the class is, from 0 for out of scope to 3 for essential; -1 if undetermined."""
        return 3 - list(EntityClass).index(self)


class Exemption(StrEnum):
    """What a Member State waived for security work under Article 2(8).

    `activities`: Articles 21 and 23 for those activities. `entirely`: Articles 3 and 27 as well, where the entity
    does nothing else.
    """

    NONE = "none"
    ACTIVITIES = "activities"
    ENTIRELY = "entirely"


def _to_entity_class(value: EntityClass | str) -> EntityClass:
    return member(EntityClass, value, error=DatasetError)


def _to_exemption(value: Exemption | str) -> Exemption:
    return member(Exemption, value, error=DatasetError)


def _to_classes(value: Iterable[EntityClass | str]) -> tuple[EntityClass, ...]:
    return tuple(map(_to_entity_class, each(value, "classes of entity", DatasetError)))


def _to_gap_classes(value: Iterable[GapClass | str]) -> tuple[GapClass, ...]:
    return tuple(member(GapClass, word, error=DatasetError) for word in each(value, "classes of gap", DatasetError))


def _to_class(value: EntityClass | str | None) -> EntityClass | None:
    # The tables write an empty text where a rule leads to no class.
    return None if value in (None, "") else member(EntityClass, value, error=DatasetError)


def _to_source_ref(value: Ref | str | None) -> Ref | None:
    # The tables write an empty text where the source is not a unit: a recital, a Recommendation, another act.
    return None if value == "" else to_optional_ref(value)


def _to_percent(value: float | None) -> float | None:
    # A bool is a number to Python.
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):  # pyright: ignore[reportUnnecessaryIsInstance]
        return None if value is None else float(value)
    raise DatasetError(f"expected a percentage, got {quote(value)}")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class EntityType(LawRecord):
    """One type of entity that an Annex of the Directive lists.

    `title` and `condition` are ours, `act` cites the act that defines the type. `rule` names the row of Articles 2
    and 3 that classifies it, `carve_out` the field of `Entity` that takes an entity out of the type, `jurisdiction`
    the rule of Article 26(1), `cir` whether Article 1 of Implementing Regulation (EU) 2024/2690 names it, and `kind`
    then the word for it in the tests of significance. `terms` are the law's words and practitioners', for search.
    """

    ref: Ref = attrs.field(converter=to_ref)
    annex: str
    sector: int
    sector_title: str
    subsector: str
    subsector_title: str
    title: str
    act: str
    condition: str
    carve_out: str
    rule: str
    jurisdiction: str
    cir: bool
    kind: str = ""
    terms: tuple[str, ...] = attrs.field(default=(), converter=to_texts)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ScopeRule(LawRecord):
    """One rule of Articles 2, 3, 26 or 34, or a caveat to an answer, in our words.

    `kind` is `rule`, `caveat`, `jurisdiction` or `fine`. `gives` is the class that the rule leads to, None if it only
    opens or closes the way. `citation` is written where the unit's own does not do, or where the source is not a unit.
    `yields_to` is the type under which an entity of the type `ref` counts instead if it is of both.
    """

    id: str
    kind: str
    ref: Ref | None = attrs.field(default=None, converter=_to_source_ref)
    citation: str = ""
    gives: EntityClass | None = attrs.field(default=None, converter=_to_class)
    text: str
    yields_to: Ref | None = attrs.field(default=None, converter=to_optional_ref)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DutyRule(LawRecord):
    """Which entities the duties of some units bind; of several rules on a unit the first one decides.

    A rule speaks of the units at and below `units` or, if it has none, of those addressed to all of `addressees`. It
    binds an entity of one of `classes`, if the `fact` of its classification holds (none named: always) and if it is
    of one of `types` (none named: any). For a `fact` of its registration, `types` say who owes it.
    """

    id: str
    framework: str
    ref: Ref = attrs.field(converter=to_ref)
    classes: tuple[EntityClass, ...] = attrs.field(converter=_to_classes)
    units: tuple[Ref, ...] = attrs.field(default=(), converter=to_refs)
    addressees: tuple[str, ...] = attrs.field(default=(), converter=to_texts)
    fact: str = ""
    types: tuple[Ref, ...] = attrs.field(default=(), converter=to_refs)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class DisplacementRule(LawRecord):
    """Units that do not bind an entity because another act, or a State's decision, takes their place.

    It holds for an entity all of whose types are among `types`; without these, for one that has the `exemption` of its
    State; with neither, for one that names sector acts of its own. It has no effect on an entity of one of the types
    `void_for`. `act` is what takes the place of `units`, with all below them (empty: the acts that the entity
    names), `text` says it in our words.
    """

    id: str
    ref: Ref = attrs.field(converter=to_ref)
    citation: str = ""
    act: str = ""
    text: str
    units: tuple[Ref, ...] = attrs.field(converter=to_refs)
    types: tuple[Ref, ...] = attrs.field(default=(), converter=to_refs)
    exemption: Exemption | None = attrs.field(default=None, converter=attrs.converters.optional(_to_exemption))
    void_for: tuple[Ref, ...] = attrs.field(default=(), converter=to_refs)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class FineFloor(LawRecord):
    """What the national maximum of a fine must reach: an `amount` in EUR or a `percent` of turnover, per class."""

    id: str
    entity_class: EntityClass = attrs.field(converter=_to_entity_class)
    infringed: tuple[Ref, ...] = attrs.field(converter=to_refs)
    amount: int | None = None
    percent: float | None = attrs.field(default=None, converter=_to_percent)
    combination: str
    citation: str
    ref: Ref = attrs.field(converter=to_ref)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SupervisionRow(LawRecord):
    """One point in which supervision of essential and important entities is compared (Articles 32 to 35).

    `essential` and `important` say what holds, in our words ("yes", "no" or a phrase); the citation is empty where
    the Directive is silent.
    """

    id: str
    topic: str
    essential: str
    important: str
    citation_essential: str
    citation_important: str
    note: str = ""

    @property
    def differs(self) -> bool:
        """Whether the two classes are treated differently."""
        return self.essential != self.important


@attrs.frozen(kw_only=True, eq=False, repr=False)
class FactTest(LawRecord):
    """One test of a fact of an incident: a flag, or a quantity compared with a threshold.

    `over`, `least` and `under` are numbers, `longer_than` an ISO 8601 duration. `percent` (over) and `percent_most`
    (at most) are shares of the fact `of`; over a number or a share means: whichever is the lower.
    """

    fact: str
    over: int | None = None
    least: int | None = None
    under: int | None = None
    longer_than: str = ""
    percent: float | None = attrs.field(default=None, converter=_to_percent)
    percent_most: float | None = attrs.field(default=None, converter=_to_percent)
    of: str = ""


def _to_tests(value: Iterable[FactTest | Mapping[str, object]]) -> tuple[FactTest, ...]:
    return to_records(FactTest, value)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SignificanceTest(LawRecord):
    """One point about when an incident is significant, for the `kinds` of entity named (none: for all that bind).

    `role` says how the point counts (`criterion`, `recurring`, `exclusion`, `reference`, `counting-rule`); all `tests`
    must hold, or one of them with `any`; `unplanned` points stand in spite of scheduled maintenance; `unless` is the
    point that is an exception to this one.
    """

    ref: Ref = attrs.field(converter=to_ref)
    role: str
    title: str
    kinds: tuple[str, ...] = attrs.field(default=(), converter=to_texts)
    tests: tuple[FactTest, ...] = attrs.field(default=(), converter=_to_tests)
    any: bool = False
    unplanned: bool = False
    unless: Ref | None = attrs.field(default=None, converter=to_optional_ref)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LegalDate(LawRecord):
    """One date of the two texts, or of a proposal to change them (`status` says which), with its citation.

    `recurrence` is an ISO 8601 duration after which the date comes again; `ref` the unit that sets the date, if it is
    one of the dataset, `url` where a reader opens what is not one of its units.
    """

    date: dt.date = attrs.field(converter=to_day)
    event: str
    citation: str
    status: str
    recurrence: str = ""
    ref: Ref | None = attrs.field(default=None, converter=to_optional_ref)
    url: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class LawVersion(LawRecord):
    """Which law the tables of a dataset state: its title, whether it is law, and from when to when it holds.

    `status` is "law" or says what it is instead ("proposal, not law"); `holds_from` and `holds_until` are None where
    that is open. `note` says what is not known of it.
    """

    id: str
    title: str
    status: str
    holds_from: dt.date | None = attrs.field(default=None, converter=to_optional_day)
    holds_until: dt.date | None = attrs.field(default=None, converter=to_optional_day)
    url: str = ""
    note: str = ""


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Difference(LawRecord):
    """One aspect in which NIS 2 and ISO/IEC 27001 differ, with the units that say so."""

    id: str
    aspect: str
    law: str
    standard: str
    refs: tuple[Ref, ...] = attrs.field(converter=to_refs)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Benefit(LawRecord):
    """One way in which a management system under the standard helps with the law, with the units concerned."""

    id: str
    title: str
    text: str
    refs: tuple[Ref, ...] = attrs.field(converter=to_refs)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CycleStage(LawRecord):
    """One moment of the certificate's cycle compared with supervision under the law."""

    id: str
    when: str
    standard: str
    law: str
    refs: tuple[Ref, ...] = attrs.field(converter=to_refs)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ProgrammeStep(LawRecord):
    """One step of the programme on a `path` (`certified` or `uncertified`), and what it closes.

    It closes gaps of the `classes`, those on and below `units`, and those that measures of the `groups` close.
    """

    id: str
    path: str
    order: int
    title: str
    text: str
    classes: tuple[GapClass, ...] = attrs.field(default=(), converter=_to_gap_classes)
    units: tuple[Ref, ...] = attrs.field(default=(), converter=to_refs)
    groups: tuple[str, ...] = attrs.field(default=(), converter=to_texts)


# Each table with the class of its rows, in the order in which they are written.
LAW_TABLES: Mapping[str, type[LawRecord]] = {
    "versions": LawVersion,
    "entity_types": EntityType,
    "scope_rules": ScopeRule,
    "duty_rules": DutyRule,
    "displacements": DisplacementRule,
    "fines": FineFloor,
    "supervision": SupervisionRow,
    "significance": SignificanceTest,
    "stages": ReportingStage,
    "parallel_acts": ParallelAct,
    "registrations": RegistrationRule,
    "reporting_rules": ReportingRule,
    "member_states": StateFacts,
    "timeline": LegalDate,
    "differences": Difference,
    "benefits": Benefit,
    "cycle": CycleStage,
    "programme": ProgrammeStep,
}


@attrs.frozen(kw_only=True, slots=False, repr=False)
class LawTables:
    """The law as tables of records; a table that a dataset does not have is empty.

    The order of rows is content: of several rules the first decides, and answers list rules and steps in this order.
    """

    versions: tuple[LawVersion, ...] = attrs.field(default=(), converter=tuple[LawVersion, ...])
    entity_types: tuple[EntityType, ...] = attrs.field(default=(), converter=tuple[EntityType, ...])
    scope_rules: tuple[ScopeRule, ...] = attrs.field(default=(), converter=tuple[ScopeRule, ...])
    duty_rules: tuple[DutyRule, ...] = attrs.field(default=(), converter=tuple[DutyRule, ...])
    displacements: tuple[DisplacementRule, ...] = attrs.field(default=(), converter=tuple[DisplacementRule, ...])
    fines: tuple[FineFloor, ...] = attrs.field(default=(), converter=tuple[FineFloor, ...])
    supervision: tuple[SupervisionRow, ...] = attrs.field(default=(), converter=tuple[SupervisionRow, ...])
    significance: tuple[SignificanceTest, ...] = attrs.field(default=(), converter=tuple[SignificanceTest, ...])
    stages: tuple[ReportingStage, ...] = attrs.field(default=(), converter=tuple[ReportingStage, ...])
    parallel_acts: tuple[ParallelAct, ...] = attrs.field(default=(), converter=tuple[ParallelAct, ...])
    registrations: tuple[RegistrationRule, ...] = attrs.field(default=(), converter=tuple[RegistrationRule, ...])
    reporting_rules: tuple[ReportingRule, ...] = attrs.field(default=(), converter=tuple[ReportingRule, ...])
    member_states: tuple[StateFacts, ...] = attrs.field(default=(), converter=tuple[StateFacts, ...])
    timeline: tuple[LegalDate, ...] = attrs.field(default=(), converter=tuple[LegalDate, ...])
    differences: tuple[Difference, ...] = attrs.field(default=(), converter=tuple[Difference, ...])
    benefits: tuple[Benefit, ...] = attrs.field(default=(), converter=tuple[Benefit, ...])
    cycle: tuple[CycleStage, ...] = attrs.field(default=(), converter=tuple[CycleStage, ...])
    programme: tuple[ProgrammeStep, ...] = attrs.field(default=(), converter=tuple[ProgrammeStep, ...])

    def __attrs_post_init__(self) -> None:
        for name, kind in LAW_TABLES.items():
            for row in getattr(self, name):
                if not isinstance(row, kind):
                    raise DatasetError(f"law: expected {kind.__name__} records in {name}, got {quote(row)}")

    @classmethod
    def on_demand(cls, make: Callable[[str], tuple[object, ...]]) -> LawTables:
        """Return tables of which each is made by `make(name)` when it is first asked for."""
        tables = cls.__new__(cls)
        tables.__dict__["_make"] = make
        return tables

    def __getattr__(self, name: str) -> tuple[object, ...]:
        # Reached only for what is not in the instance: a table of `on_demand` that nobody has asked for yet.
        make = self.__dict__.get("_make")
        if make is None or name not in LAW_TABLES:
            raise AttributeError(f"LawTables has no table {quote(name)}")
        # Threads that ask at the same time may each make it, and all get the first.
        rows: tuple[object, ...] = self.__dict__.setdefault(name, make(name))
        return rows

    def __repr__(self) -> str:
        # A repr loads no table.
        loaded = ", ".join(name for name in LAW_TABLES if self.__dict__.get(name))
        return one_line(f"<LawTables: {loaded or ('none loaded yet' if '_make' in self.__dict__ else 'empty')}>")

    def __reduce__(self) -> tuple[object, ...]:
        return (_whole, ({name: getattr(self, name) for name in LAW_TABLES},))

    def to_dict(self) -> dict[str, Any]:
        """Return the tables that have rows as a JSON-ready dict."""
        return {name: plain(rows) for name in LAW_TABLES if (rows := getattr(self, name))}


def _whole(tables: dict[str, Any]) -> LawTables:
    return LawTables(**tables)
