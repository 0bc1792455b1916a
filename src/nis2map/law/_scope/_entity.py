"""`Entity`: what is known of an organisation, and `EntityType`: the 67 types of the Annexes that it may be of.

Nothing is decided here. Each fact of Articles 2, 3 and 26 of Directive (EU) 2022/2555 is a field, and None in it means
that the fact is not known. Rare facts default to False, "not told", so that one line describes an ordinary entity.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from typing import Any, cast

import attrs

from ...data import table
from ...errors import InputError, InvalidRef, UnknownRef
from ...ids import Ref, parse_ref
from . import _fields as facts  # pyright: ignore[reportPrivateUsage]
from ._fields import Administration, Designation, Exemption, TrustService, refuse
from ._size import MEASURES, Figures, Partner, SizeRange, size_range

__all__ = ["Entity", "EntityType", "entity_type", "entity_types"]


@attrs.frozen(kw_only=True)
class EntityType:
    """One of the 67 types of entity in Annexes I and II.

    `title` and `condition` are ours, `act` cites the act that defines the type. `rule` names the row of Articles 2
    and 3 that classifies it, `carve_out` the field of `Entity` that takes an entity out of the type, `jurisdiction`
    the rule of Article 26(1), `cir` whether Article 1 of Implementing Regulation (EU) 2024/2690 names it.
    """

    ref: Ref
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

    def to_dict(self) -> dict[str, Any]:
        """Return the type as a JSON-ready dict."""
        return {**attrs.asdict(self, recurse=False), "ref": str(self.ref)}


@cache
def _types_by_ref() -> dict[Ref, EntityType]:
    rows: list[dict[str, Any]] = table("annexes")
    types = [EntityType(ref=parse_ref(row["ref"]), **{k: v for k, v in row.items() if k != "ref"}) for row in rows]
    return {one.ref: one for one in types}


def entity_types() -> tuple[EntityType, ...]:
    """Return the 67 types of entity of Annexes I and II, in legal order."""
    return tuple(_types_by_ref().values())


def entity_type(ref: Ref | str) -> EntityType:
    """Return the type of entity that a ref names.

    A letter may stand for the position where a sector has no subsectors: `nis2:annexI.8.h` is `nis2:annexI.8.8`.
    Raises `InvalidRef` for what is no type of an Annex, `UnknownRef` for a type that does not exist, both with the
    nearest real ones.
    """
    found = parse_ref(ref)
    known = _types_by_ref().get(found)
    if known is not None:
        return known
    below = [r for r in _types_by_ref() if str(r).startswith(f"{found}.")]
    near = ", ".join(f"{r} ({_types_by_ref()[r].title})" for r in below[:3])
    if near:
        what = f"{found} is a heading of an Annex, not a type of entity"
        raise InvalidRef(what, hint=f"types under it: {near}{', ...' if len(below) > 3 else ''}")
    hint = "write for example nis2:annexI.8.8; registrars of domain names are no type: domain_registration=True"
    raise InvalidRef(f"{found} is no type of entity of Annex I or II", hint=hint)


def _refs(value: object, field: str) -> tuple[Ref, ...]:
    """Return types of entity in legal order, without repeats."""
    given = (value,) if isinstance(value, (str, Ref)) else value
    hint = "give refs such as nis2:annexI.8.8, one or several"
    found: set[Ref] = set()
    for one in facts.sequence(given, field, "is no type of entity", hint):
        try:
            found.add(entity_type(cast("str", one)).ref)
        except (InvalidRef, UnknownRef) as error:
            raise type(error)(f"{field}: {error.message}", hint=error.hint) from None
    return tuple(sorted(found))


def _types(value: object) -> tuple[Ref, ...] | None:
    return None if value is None else _refs(value, "types")


def _side_activity(value: object) -> tuple[Ref, ...] | None:
    if isinstance(value, bool):
        return tuple(t.ref for t in entity_types() if t.carve_out == "side_activity") if value else ()
    found = None if value is None else _refs(value, "side_activity")
    odd = [ref for ref in found or () if entity_type(ref).carve_out != "side_activity"]
    if odd:
        hint = "Annex I, points 2(d), 6 and 7, and Annex II, point 2"
        raise InputError(f"side_activity: {odd[0]} is of its type however small a part it plays", hint=hint)
    return found


@attrs.frozen
class Entity:
    """What is known of one organisation.

    `types`: refs of Annexes I and II, one or several (`nis2:annexI.8.8`); `()` if it is of none. Everything else is
    keyword-only; None means not known, and then every answer counts with both possibilities.

    **Size** (Article 2 of the Annex to Recommendation 2003/361/EC): `headcount` in annual work units, `turnover` and
    `balance_sheet` in EUR for one accounting period, or `years`, a tuple of `Figures`, newest last, for the rule of
    two consecutive periods; `linked` (`Figures`, counted whole) and `partners` (`Partner`, counted pro rata).
    `group_set_aside`: the State leaves group figures out for an independent entity (recital 16). `publicly_owned`
    changes nothing (Article 2(1), second subparagraph); the answer says so.

    **Where it works**: `services_in_union` (True unless told: Article 2(1)).

    **Kind**: `trust_service` qualified or non_qualified (None unless told, for it decides); `domain_registration`, a
    registrar or its agent (Article 2(4)); `side_activity`, the types that are only a non-essential part of what it
    does, or for waste not its main business (True for all of them); `root_servers_only`, `own_use_tld` (Article 6,
    points (20) and (21)); `education_institution` (Articles 2(5) and 6, point (41)).

    **Acts of a State**: `critical_entity` under Directive (EU) 2022/2557; `designated` essential or important under
    Article 2(2)(b) to (e); the facts of those points, `sole_provider`, `significant_impact`, `systemic_risk`,
    `specific_importance`; `oes_nis1`, identified as an operator of essential services before 16 January 2023
    (`oes_identified`, the day, decides if given), and `opt_in_oes`, the State's option of Article 3(1)(g);
    `dora_exempt` (Article 2(10)); `state_exemption` (Article 2(8)).

    **Public administration**: `public_administration`, the level; `central` and `regional` add their type of Annex I.
    `risk_based_assessment`, for regional bodies, found a significant impact (Article 2(2)(f)(ii); None unless told);
    `opt_in_local`, `opt_in_education` (Article 2(5)); `national_security`, for public bodies: they work predominantly
    in national or public security, defence or law enforcement (Article 2(7), recital 8).

    **Other acts and places**, which never change the class: `sector_acts` (names, Article 4), and for Article 26
    `established_in` and `services_in` (codes of States, `()` for none in the Union), `decisions_in`, `operations_in`,
    `most_employees_in`, `representative_in` (a code, or "none" if there is no such State), `created_by`.

    Raises `InputError` naming the field; `InvalidRef` or `UnknownRef` for types.

    >>> Entity("nis2:annexI.1.a.2", headcount=400, turnover=80e6, balance_sheet=60e6).types
    (Ref('nis2:annexI.1.a.2'),)
    """

    types: tuple[Ref, ...] | None = attrs.field(converter=_types)
    headcount: float | None = attrs.field(default=None, kw_only=True, converter=facts.to_headcount)
    turnover: float | None = attrs.field(default=None, kw_only=True, converter=facts.to_turnover)
    balance_sheet: float | None = attrs.field(default=None, kw_only=True, converter=facts.to_balance_sheet)
    years: tuple[Figures, ...] = attrs.field(default=(), kw_only=True, converter=facts.to_years)
    linked: tuple[Figures, ...] = attrs.field(default=(), kw_only=True, converter=facts.to_linked)
    partners: tuple[Partner, ...] = attrs.field(default=(), kw_only=True, converter=facts.to_partners)
    group_set_aside: bool = attrs.field(default=False, kw_only=True, validator=facts.plain_flag)
    publicly_owned: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    services_in_union: bool | None = attrs.field(default=True, kw_only=True, validator=facts.flag)
    trust_service: TrustService | None = attrs.field(default=None, kw_only=True, converter=facts.to_trust_service)
    domain_registration: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    side_activity: tuple[Ref, ...] | None = attrs.field(default=(), kw_only=True, converter=_side_activity)
    root_servers_only: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    own_use_tld: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    education_institution: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    critical_entity: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    designated: Designation | None = attrs.field(default=Designation.NONE, kw_only=True, converter=facts.to_designated)
    sole_provider: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    significant_impact: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    systemic_risk: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    specific_importance: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    oes_nis1: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    oes_identified: dt.date | None = attrs.field(default=None, kw_only=True, validator=facts.day)
    opt_in_oes: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    dora_exempt: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    state_exemption: Exemption | None = attrs.field(default=Exemption.NONE, kw_only=True, converter=facts.to_exemption)
    public_administration: Administration | None = attrs.field(
        default=Administration.NONE, kw_only=True, converter=facts.to_administration
    )
    risk_based_assessment: bool | None = attrs.field(default=None, kw_only=True, validator=facts.flag)
    opt_in_local: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    opt_in_education: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    national_security: bool | None = attrs.field(default=False, kw_only=True, validator=facts.flag)
    sector_acts: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=facts.to_sector_acts)
    established_in: tuple[str, ...] | None = attrs.field(default=None, kw_only=True, converter=facts.to_established_in)
    services_in: tuple[str, ...] | None = attrs.field(default=None, kw_only=True, converter=facts.to_services_in)
    decisions_in: str | None = attrs.field(default=None, kw_only=True, converter=facts.to_decisions_in)
    operations_in: str | None = attrs.field(default=None, kw_only=True, converter=facts.to_operations_in)
    most_employees_in: str | None = attrs.field(default=None, kw_only=True, converter=facts.to_most_employees_in)
    representative_in: str | None = attrs.field(default=None, kw_only=True, converter=facts.to_representative_in)
    created_by: str | None = attrs.field(default=None, kw_only=True, converter=facts.to_created_by)
    name: str = attrs.field(default="", kw_only=True, validator=facts.text)

    def __attrs_post_init__(self) -> None:
        single = [field for field in MEASURES if getattr(self, field) is not None]
        if self.years and single:
            refuse(single[0], getattr(self, single[0]), "stands beside years", "put it into the last of years")
        dates = [figures.year for figures in self.years]
        if any(dates) and any(b is None or a is None or b != a + 1 for a, b in pairwise(dates)):
            hint = "oldest first, none left out: Figures(year=2024) stands for a period without known figures"
            raise InputError("years: the periods are not consecutive", hint=hint)
        level, local = self.public_administration, {ref.local for ref in self.types or ()}
        bodies = {
            Administration.CENTRAL: {"annexI.10.2"},
            Administration.REGIONAL: {"annexI.10.1"},
            Administration.LOCAL: {"annexI.10.1", "annexI.10.2"},
        }
        wrong = sorted(local & bodies.get(level, set())) if level is not None else []
        if wrong:
            refuse("public_administration", str(level), f"contradicts the type nis2:{wrong[0]}")
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

    def to_dict(self) -> dict[str, Any]:
        """Return the facts as a JSON-ready dict that `Entity.from_dict` reads back."""
        record: dict[str, Any] = attrs.asdict(self, recurse=False)
        for field in ("types", "side_activity"):
            record[field] = None if record[field] is None else [str(ref) for ref in record[field]]
        for field in ("years", "linked", "partners"):
            record[field] = [item.to_dict() for item in record[field]]
        for field in ("established_in", "services_in", "sector_acts"):
            record[field] = None if record[field] is None else list(record[field])
        record["oes_identified"] = self.oes_identified and self.oes_identified.isoformat()
        words = ("trust_service", "designated", "state_exemption", "public_administration")
        record.update({field: record[field] and str(record[field]) for field in words})
        return record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Entity:
        """Return the entity that a JSON record describes; facts that are left out take their defaults.

        Raises `InputError` for an unknown key, with the nearest known one, and for whatever `Entity` refuses.
        """
        given = _record(record, cls, "entity")
        if "types" not in given:
            raise InputError("types: not given", hint="an empty list says that no type of the Annexes applies")
        for field in ("years", "linked"):
            given[field] = tuple(Figures(**_record(x, Figures, field)) for x in _list(given, field))
        parts = [_record(x, Partner, "partners") for x in _list(given, "partners")]
        missing = [key for part in parts for key in ("figures", "share") if key not in part]
        if missing:
            raise InputError(f"partners: {missing[0]} is not given")
        given["partners"] = tuple(
            Partner(Figures(**_record(part["figures"], Figures, "partners")), part["share"]) for part in parts
        )
        if isinstance(day := given.get("oes_identified"), str):
            try:
                given["oes_identified"] = dt.date.fromisoformat(day)
            except ValueError:
                refuse("oes_identified", day, "is no date", "write it as 2018-11-09")
        return cls(**given)


def _record(value: object, kind: type[Any], field: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        refuse(field, value, "is no record of named values")
    record = dict(cast("Mapping[str, Any]", value))
    names = [attribute.name for attribute in attrs.fields(kind)]
    for key in record:
        if key not in names:
            near = get_close_matches(str(key), names, n=1)
            refuse(field, key, "is no fact that is asked for", f"nearest: {near[0]}" if near else "")
    return record


def _list(given: Mapping[str, Any], field: str) -> list[Any]:
    value = given.get(field, ())
    if not isinstance(value, (list, tuple)):
        refuse(field, value, "is no list")
    return list(cast("list[Any]", value))
