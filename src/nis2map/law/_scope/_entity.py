"""`Entity`: what is known of an organisation.

Nothing is decided here. Each fact of Articles 2, 3 and 26 of Directive (EU) 2022/2555 is a field, and None in it means
that the fact is not known. Rare facts default to False, "not told", so that one line describes an ordinary entity.
Types are read by the grammar of references alone: which there are is a question to a dataset, which `classify` asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Literal, TypeAlias, cast

import attrs

from ..._shared import Brief, Record
from ...dataset import load
from ...errors import InputError, InvalidRef, UnknownRef
from ...ids import Ref
from .._facts import (
    checked_record,
    code,
    codes,
    flag,
    instances,
    known_flag,
    number,
    on_day,
    per_field,
    refuse,
    sequence,
    text,
    word,
    work_units,
)
from ._size import MEASURES, Figures, Partner, SizeRange, size_range
from ._types import scope_law, type_ref
from ._words import Administration, Designation, Exemption, TrustService

__all__ = ["Entity"]

Word: TypeAlias = str | Literal[False] | None


def _refs(value: str | Ref | Iterable[str | Ref], field: str = "") -> tuple[Ref, ...]:
    """Return refs of types in legal order, without repeats."""
    several = (value,) if isinstance(value, (str, Ref)) else value
    hint = "give refs such as nis2:annexI.8.8, one or several"
    refs: set[Ref] = set()
    for item in sequence(several, field, "is not a type of entity", hint):
        try:
            refs.add(type_ref(cast("str", item)))
        except (InvalidRef, UnknownRef) as error:
            raise type(error)(f"{field}: {error.message}", hint=error.hint) from None
    return tuple(sorted(refs))


def _types(value: str | Ref | Iterable[str | Ref] | None, field: str = "") -> tuple[Ref, ...] | None:
    return None if value is None else _refs(value, field)


def _side_activity(
    value: bool | str | Ref | Iterable[str | Ref] | None, field: str = ""
) -> tuple[Ref, ...] | bool | None:
    # True stands for all types that may be a side activity: which these are, the dataset says.
    return value or () if isinstance(value, bool) else _types(value, field)


def _all_figures(value: Figures | Iterable[Figures], field: str = "") -> tuple[Figures, ...]:
    return instances(Figures, value, field)


def _partners(value: Partner | Iterable[Partner], field: str = "") -> tuple[Partner, ...]:
    return instances(Partner, value, field)


def _acts(value: str | Iterable[str], field: str = "") -> tuple[str, ...]:
    return instances(str, value, field)


def _trust_service(value: str | None, field: str = "") -> TrustService | None:
    return word(TrustService, value, field)


def _designation(value: Word, field: str = "") -> Designation | None:
    return word(Designation, value, field)


def _exemption(value: Word, field: str = "") -> Exemption | None:
    return word(Exemption, value, field)


def _administration(value: Word, field: str = "") -> Administration | None:
    return word(Administration, value, field)


@attrs.frozen(eq=False, repr=False, field_transformer=per_field)
class Entity(Brief, Record):
    """What is known of one organisation.

    `types`: refs of Annexes I and II, one or several (`nis2:annexI.8.8`, or `annexI.8.8`); `()` if it is of none.
    Everything else is keyword-only; None means not known, and then every answer counts with both possibilities.

    **Size** (Article 2 of the Annex to Recommendation 2003/361/EC): `headcount` in annual work units, `turnover` and
    `balance_sheet` in EUR for one accounting period, or `years`, a tuple of `Figures`, newest last, for the rule of
    two consecutive periods; `linked` (`Figures`, counted whole) and `partners` (`Partner`, counted pro rata).
    `group_set_aside`: the State leaves group figures out for an independent entity (recital 16). `publicly_owned`
    changes nothing (Article 2(1), second subparagraph); the answer says so.

    **Where it works** (Article 2(1)): `services_in_union` (True unless told), and `outside_union`, those of its `types`
    whose services it gives, or activities it carries out, outside the Union only.

    **Kind**: `trust_service` qualified or non_qualified, which adds the type of trust services (None unless told);
    `domain_registration`, a registrar or its agent (Article 2(4)); `side_activity`, the types that are only a
    non-essential part of what it does, or for waste not its main business (True for all of them); `root_servers_only`,
    `own_use_tld` (Article 6, points (20) and (21)); `education_institution` (Articles 2(5) and 6, point (41)).

    **Acts of a State**: `critical_entity` under Directive (EU) 2022/2557; `designated` essential or important under
    Article 2(2)(b) to (e); the facts of those points, `sole_provider`, `significant_impact`, `systemic_risk`,
    `specific_importance`; `oes_nis1`, identified as an operator of essential services before 16 January 2023
    (`oes_identified`, the day, decides if given), and `opt_in_oes`, the State's option of Article 3(1)(g);
    `dora_exempt` (Article 2(10)); `state_exemption` (Article 2(8)).

    **Public administration**: `public_administration`, the level; `central` and `regional` add their type of Annex I.
    `risk_based_assessment`, for regional bodies, found a significant impact (Article 2(2)(f)(ii); None unless told);
    `opt_in_local`, `opt_in_education` (Article 2(5)); `national_security`, for public bodies: they work predominantly
    in national or public security, defence or law enforcement (Article 2(7), recital 8).

    **Other acts and places**, which never change the class: `sector_acts`, the names of acts whose rules on measures
    and on reporting are at least as strict (Article 4; DORA needs no naming for its types), and for Article 26
    `established_in` and `services_in` (codes of States, `()` for none in the Union), `decisions_in`, `operations_in`,
    `most_employees_in`, `representative_in` (a code, or "none" if there is no such State), `created_by`.

    Raises `InputError` naming the field, or both where two contradict each other; `InvalidRef` for types that are not
    references, `UnknownRef` for references that can't exist and for codes that no State has.

    >>> Entity("nis2:annexI.1.a.2", headcount=400, turnover=80e6, balance_sheet=60e6).types
    (Ref('nis2:annexI.1.a.2'),)
    """

    types: tuple[Ref, ...] | None = attrs.field(converter=_types)
    headcount: float | None = attrs.field(default=None, kw_only=True, converter=work_units)
    turnover: float | None = attrs.field(default=None, kw_only=True, converter=number)
    balance_sheet: float | None = attrs.field(default=None, kw_only=True, converter=number)
    years: tuple[Figures, ...] = attrs.field(default=(), kw_only=True, converter=_all_figures)
    linked: tuple[Figures, ...] = attrs.field(default=(), kw_only=True, converter=_all_figures)
    partners: tuple[Partner, ...] = attrs.field(default=(), kw_only=True, converter=_partners)
    group_set_aside: bool = attrs.field(default=False, kw_only=True, validator=known_flag)
    publicly_owned: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    services_in_union: bool | None = attrs.field(default=True, kw_only=True, validator=flag)
    outside_union: tuple[Ref, ...] = attrs.field(default=(), kw_only=True, converter=_refs)
    trust_service: TrustService | None = attrs.field(default=None, kw_only=True, converter=_trust_service)
    domain_registration: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    side_activity: tuple[Ref, ...] | bool | None = attrs.field(default=(), kw_only=True, converter=_side_activity)
    root_servers_only: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    own_use_tld: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    education_institution: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    critical_entity: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    designated: Designation | None = attrs.field(default=Designation.NONE, kw_only=True, converter=_designation)
    sole_provider: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    significant_impact: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    systemic_risk: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    specific_importance: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    oes_identified: dt.date | None = attrs.field(default=None, kw_only=True, converter=on_day)
    oes_nis1: bool | None = attrs.field(
        default=attrs.Factory(lambda entity: entity.oes_identified is not None, takes_self=True),
        kw_only=True,
        validator=flag,
    )
    opt_in_oes: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    dora_exempt: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    state_exemption: Exemption | None = attrs.field(default=Exemption.NONE, kw_only=True, converter=_exemption)
    public_administration: Administration | None = attrs.field(
        default=Administration.NONE,
        kw_only=True,
        converter=_administration,
    )
    risk_based_assessment: bool | None = attrs.field(default=None, kw_only=True, validator=flag)
    opt_in_local: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    opt_in_education: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    national_security: bool | None = attrs.field(default=False, kw_only=True, validator=flag)
    sector_acts: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=_acts)
    established_in: tuple[str, ...] | None = attrs.field(default=None, kw_only=True, converter=codes)
    services_in: tuple[str, ...] | None = attrs.field(default=None, kw_only=True, converter=codes)
    decisions_in: str | None = attrs.field(default=None, kw_only=True, converter=code)
    operations_in: str | None = attrs.field(default=None, kw_only=True, converter=code)
    most_employees_in: str | None = attrs.field(default=None, kw_only=True, converter=code)
    representative_in: str | None = attrs.field(default=None, kw_only=True, converter=code)
    created_by: str | None = attrs.field(default=None, kw_only=True, converter=code)
    name: str = attrs.field(default="", kw_only=True, validator=text)

    def __attrs_post_init__(self) -> None:
        single = [field for field in MEASURES if getattr(self, field) is not None]
        if self.years and single:
            raise refuse(
                single[0], getattr(self, single[0]), "is stated next to years", "put it into the last of years"
            )
        dates = [figures.year for figures in self.years]
        if any(dates) and any(b is None or a is None or b != a + 1 for a, b in pairwise(dates)):
            hint = "oldest first, none left out: Figures(year=2024) stands for a period without known figures"
            raise InputError("years: the periods are not consecutive", hint=hint)
        _check_places(self)
        _check_state_acts(self)
        _check_level(self)
        self.size()

    @property
    def periods(self) -> tuple[Figures, ...]:
        """The entity's own figures per accounting period, newest last; one period at least."""
        return self.years or (Figures(self.headcount, self.turnover, self.balance_sheet),)

    def size(self, *, without_turnover: bool = False) -> SizeRange:
        """Return the sizes that the known figures leave possible, group figures included unless set aside.

        `without_turnover` reads the entity's own turnover as 0 where it is not known, for public bodies without any.
        """
        paths = [f"years[{place}]." for place, _ in enumerate(self.years)] or [""]
        periods = self.periods
        if without_turnover:
            periods = tuple(attrs.evolve(one, turnover=one.turnover or 0) for one in periods)
        own = list(zip(paths, periods, strict=True))
        if self.group_set_aside:
            return size_range(own)
        return size_range(own, linked=self.linked, partners=self.partners)

    @classmethod
    def from_dict(cls, record: Mapping[str, object]) -> Entity:
        """Return the entity that a JSON record describes; facts that are left out take their defaults.

        Raises `InputError` for an unknown key, with the nearest known one, and for whatever `Entity` refuses.
        """
        facts = checked_record(record, cls, "entity")
        if "types" not in facts:
            raise InputError("types: not given", hint="an empty list says that no type of the Annexes applies")
        for field in ("years", "linked"):
            facts[field] = tuple(_figures(item, field) for item in _list(facts, field))
        facts["partners"] = tuple(_partner(item) for item in _list(facts, "partners"))
        return cls(**facts)


def _check_places(entity: Entity) -> None:
    """Refuse places that can't both be true: Articles 2(1) and 26(2)."""
    if entity.services_in_union is False and entity.services_in:
        why = f"contradicts services_in_union, which is False, while it serves {', '.join(entity.services_in)}"
        raise refuse("services_in", list(entity.services_in), why)
    for ref in entity.outside_union:
        # Trust services are a type that the plain fact adds.
        if entity.trust_service is None and ref not in (entity.types or ()):
            raise refuse("outside_union", str(ref), "contradicts types, which do not have it", "name it in both")
    types = entity.types or ()
    outside = bool(types) and entity.trust_service is None and {*types} <= {*entity.outside_union}
    if outside and entity.services_in:
        why = f"contradicts outside_union, which has all its types, while it serves {', '.join(entity.services_in)}"
        raise refuse("services_in", list(entity.services_in), why)
    seats = entity.established_in
    if seats is None:
        return
    for field in ("decisions_in", "operations_in", "most_employees_in"):
        state: str | None = getattr(entity, field)
        if state not in (None, "none", *seats):
            where = ", ".join(seats) or "no State of the Union"
            hint = "a main establishment is one of the entity's establishments (Article 26(2))"
            raise refuse(field, state, f"contradicts established_in, which has {where}", hint)


def _check_state_acts(entity: Entity) -> None:
    """Refuse a day on which an entity was identified that, as the plain fact has it, never was: Article 3(1)(g)."""
    if entity.oes_nis1 is False and entity.oes_identified is not None:
        raise refuse("oes_nis1", entity.oes_nis1, f"contradicts oes_identified, which is {entity.oes_identified}")


def _check_level(entity: Entity) -> None:
    """Refuse a level of public administration next to a type of another one, of the types that the Directive has."""
    if entity.public_administration in (None, Administration.NONE):
        return
    law = scope_law(load())
    for ref in entity.types or ():
        kind = law.kinds.get(ref)
        if kind is not None and law.contradicts(kind, entity.public_administration):
            raise refuse(
                "public_administration", str(entity.public_administration), f"contradicts types, which has {ref}"
            )


def _figures(record: object, field: str) -> Figures:
    return Figures(**checked_record(record, Figures, field))


def _partner(record: object) -> Partner:
    values = checked_record(record, Partner, "partners")
    for key in ("figures", "share"):
        if key not in values:
            raise InputError(f"partners: {key} is not given")
    return Partner(_figures(values["figures"], "partners"), values["share"])


def _list(facts: Mapping[str, object], field: str) -> list[object]:
    value = facts.get(field, ())
    if not isinstance(value, (list, tuple)):
        raise refuse(field, value, "is not a list")
    return list(cast("list[object]", value))
