"""The facts of an incident that the law asks about: any may be unknown, and none may contradict another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import attrs

from ..._shared import Brief
from ...dataset import Dataset, load
from ...errors import InputError, InvalidRef, quote
from ...ids import Ref
from .._facts import Number, as_written, checked_record, flag, nearest, sequence
from .._scope import type_of, type_ref

if TYPE_CHECKING:
    from .._facts import Field

__all__ = [
    "Affected",
    "EntityKind",
    "FactKind",
    "IncidentFacts",
    "Number",
    "Reader",
    "exact",
    "fact_kind",
    "kind_of",
    "near_fact",
    "parse_duration",
    "read_record",
]

Reader = Callable[[object, str], object]
_WHOLE = 100


class EntityKind(StrEnum):
    """The types of Article 1 of the CIR, and `other` for every type that the CIR does not bind."""

    DNS = "dns-service-provider"
    TLD = "tld-name-registry"
    CLOUD = "cloud-computing-service-provider"
    DATA_CENTRE = "data-centre-service-provider"
    CONTENT_DELIVERY = "content-delivery-network-provider"
    MANAGED_SERVICE = "managed-service-provider"
    MANAGED_SECURITY = "managed-security-service-provider"
    MARKETPLACE = "online-marketplace-provider"
    SEARCH_ENGINE = "online-search-engine-provider"
    SOCIAL_NETWORK = "social-networking-services-platform-provider"
    TRUST_SERVICE = "trust-service-provider"
    OTHER = "other"


_KINDS = tuple(str(kind) for kind in EntityKind)


def exact(value: object, name: str) -> Fraction:
    """Return a number as it is written in decimals; `InputError` unless it is a finite one from 0 up."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Fraction):
        raise InputError(f"{name}: {quote(value)} is not a number")
    try:
        exact = as_written(value)
    except (ValueError, OverflowError) as error:
        raise InputError(f"{name}: {quote(value)} is not a finite number") from error
    if exact < 0:
        raise InputError(f"{name}: {quote(value)} is negative")
    return exact


def _is_count(_owner: object, field: Field, value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(f"{field.name}: {quote(value)} is not a whole number")
    exact(value, field.name)


def _is_number(_owner: object, field: Field, value: object) -> None:
    if value is not None:
        exact(value, field.name)


def _is_duration(_owner: object, field: Field, value: object) -> None:
    if value is None:
        return
    if not isinstance(value, timedelta):
        raise InputError(f"{field.name}: {quote(value)} is not a duration", hint="give a datetime.timedelta")
    if value < timedelta(0):
        raise InputError(f"{field.name}: {quote(str(value))} is negative")


def _is_affected(_owner: object, field: Field, value: object) -> None:
    if value is not None and not isinstance(value, Affected):
        hint = "give a whole number, or Affected(percent=...)"
        raise InputError(f"{field.name}: {quote(value)} is not a number of users", hint=hint)


@attrs.frozen
class Affected:
    """How many users are affected: a `count`, or a `percent` of the users in the Union, and not both."""

    count: int | None = attrs.field(default=None, validator=_is_count)
    percent: Number | None = attrs.field(default=None, kw_only=True, validator=_is_number)

    def __attrs_post_init__(self) -> None:
        if self.percent is not None and self.count is not None:
            raise InputError("percent: a count is stated too", hint="give one, and users_in_union with a count")
        if self.percent is not None and exact(self.percent, "percent") > _WHOLE:
            raise InputError(f"percent: {quote(self.percent)} is more than 100")

    @property
    def any(self) -> bool:
        """Whether at least one user is known to be affected."""
        return bool(self.count) or bool(self.percent)


def _to_affected(value: Affected | int | None) -> Affected | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return Affected(value) if is_number else value  # type: ignore[arg-type,return-value]  # checked by the validator


def _to_kinds(
    value: Iterable[EntityKind | Ref | str] | EntityKind | Ref | str | None,
) -> tuple[EntityKind | Ref, ...] | None:
    if value is None:
        return None
    several = (value,) if isinstance(value, str | Ref) else value
    items = sequence(several, "entity_types", "is not a list of types")
    kinds = tuple(dict.fromkeys(map(_kind, items)))
    if not kinds:
        raise InputError("entity_types: empty", hint="say 'other' for a type without a kind of its own")
    return kinds


def _kind(value: object) -> EntityKind | Ref:
    """Return the kind that a word or a type of the Directive's Annexes is; types of other frameworks stay refs."""
    if isinstance(value, str) and value in _KINDS:
        return EntityKind(value)
    if not isinstance(value, str | Ref):
        raise InputError(f"entity_types: {quote(value)} is not a type of entity", hint=f"one of: {', '.join(_KINDS)}")
    try:
        ref = type_ref(value)
    except InvalidRef as error:
        hint = nearest(value, _KINDS) or f"{error.hint}; or one of: {', '.join(_KINDS)}"
        raise InputError(f"entity_types: there is no type {quote(value)}", hint=hint) from None
    # Facts name no dataset, so the Directive's types are those of the bundled one; others are asked for later.
    return kind_of(ref, load()) if ref.framework == "nis2" else ref


def kind_of(ref: Ref, data: Dataset) -> EntityKind:
    """Return the kind of the CIR that a type of a dataset is, `other` if it names none; `UnknownRef` for no type."""
    kind = type_of(data, ref, "entity_types").kind
    return EntityKind(kind) if kind in _KINDS else EntityKind.OTHER


@attrs.frozen(kw_only=True, eq=False, repr=False)
class IncidentFacts(Brief):
    """What is known of an incident; None is not known. `InputError` names the field of a value that can't be.

    - `entity_types`: kinds of the CIR, types of the Annexes in any spelling that `Entity` reads, or `other`; a type of
      another framework is kept as its ref. `scheduled_maintenance`: all of it was a planned interruption or a planned
      effect of scheduled maintenance (CIR, Article 3(2)).
    - "Caused or possible" facts: `direct_loss` (EUR), `trade_secrets_exfiltrated`, `death`, `health_damage`;
      `malicious_access`: successful, unauthorised, suspected malicious, able to disrupt severely. `annual_turnover`:
      EUR, of the preceding financial year.
    - Recurring incidents (Article 4): `occurrences` within six months, `same_root_cause`, `total_loss` of all of them.
    - Service: `unavailable_for` (completely), `unavailable_in_week` (added up over a calendar week), `limited_for`;
      `response_seconds` is the average answer time to DNS requests, `slow_for` how long it lasted.
    - Users, in the Union, counted by CIR, Article 3(3), for trust services with relying parties: `users_unavailable`
      (service completely unavailable), `users_limited`, `users_data_affected`: a count or an `Affected`;
      `users_in_union`: all of them.
    - `data_compromised` (integrity, confidentiality or authenticity of data related to the service),
      `data_compromised_maliciously` (malice suspected), `physical_access_compromised`.
    - DNS: `misconfiguration` is why data were not correct; `domain_names_affected`, `domain_names_managed`.
    - Types that the CIR does not bind (Article 23(3) of the Directive, caused or possible): `severe_disruption` of the
      services, `financial_loss`, considerable `damage_to_others`.
    """

    entity_types: tuple[EntityKind | Ref, ...] | None = attrs.field(default=None, converter=_to_kinds)
    scheduled_maintenance: bool | None = attrs.field(default=None, validator=flag)
    direct_loss: Number | None = attrs.field(default=None, validator=_is_number)
    annual_turnover: Number | None = attrs.field(default=None, validator=_is_number)
    trade_secrets_exfiltrated: bool | None = attrs.field(default=None, validator=flag)
    death: bool | None = attrs.field(default=None, validator=flag)
    health_damage: bool | None = attrs.field(default=None, validator=flag)
    malicious_access: bool | None = attrs.field(default=None, validator=flag)
    occurrences: int | None = attrs.field(default=None, validator=_is_count)
    same_root_cause: bool | None = attrs.field(default=None, validator=flag)
    total_loss: Number | None = attrs.field(default=None, validator=_is_number)
    unavailable_for: timedelta | None = attrs.field(default=None, validator=_is_duration)
    unavailable_in_week: timedelta | None = attrs.field(default=None, validator=_is_duration)
    limited_for: timedelta | None = attrs.field(default=None, validator=_is_duration)
    response_seconds: Number | None = attrs.field(default=None, validator=_is_number)
    slow_for: timedelta | None = attrs.field(default=None, validator=_is_duration)
    users_unavailable: Affected | None = attrs.field(default=None, converter=_to_affected, validator=_is_affected)
    users_limited: Affected | None = attrs.field(default=None, converter=_to_affected, validator=_is_affected)
    users_data_affected: Affected | None = attrs.field(default=None, converter=_to_affected, validator=_is_affected)
    users_in_union: int | None = attrs.field(default=None, validator=_is_count)
    data_compromised: bool | None = attrs.field(default=None, validator=flag)
    data_compromised_maliciously: bool | None = attrs.field(default=None, validator=flag)
    physical_access_compromised: bool | None = attrs.field(default=None, validator=flag)
    misconfiguration: bool | None = attrs.field(default=None, validator=flag)
    domain_names_affected: int | None = attrs.field(default=None, validator=_is_count)
    domain_names_managed: int | None = attrs.field(default=None, validator=_is_count)
    severe_disruption: bool | None = attrs.field(default=None, validator=flag)
    financial_loss: bool | None = attrs.field(default=None, validator=flag)
    damage_to_others: bool | None = attrs.field(default=None, validator=flag)

    def __attrs_post_init__(self) -> None:
        for name in ("users_unavailable", "users_limited", "users_data_affected"):
            users: Affected | None = getattr(self, name)
            self._not_more(name, users.count if users else None, "users_in_union", self.users_in_union)
        self._not_more("direct_loss", self.direct_loss, "total_loss", self.total_loss)
        names = ("domain_names_affected", "domain_names_managed")
        self._not_more(names[0], self.domain_names_affected, names[1], self.domain_names_managed)
        if self.data_compromised is False and self._data_touched:
            raise InputError("data_compromised: False, while other facts say that data were compromised")

    def _not_more(self, name: str, part: Number | None, of: str, whole: Number | None) -> None:
        if part is not None and whole is not None and exact(part, name) > exact(whole, of):
            raise InputError(f"{name}: {quote(part)} is more than {of}, {quote(whole)}")

    @property
    def _data_touched(self) -> bool:
        users = self.users_data_affected
        return bool(self.data_compromised_maliciously) or (users is not None and users.any)

    def known(self, name: str) -> object:
        """Return a fact, given or implied by others: data that touched a user were compromised."""
        value = getattr(self, name)
        if value is None and name == "data_compromised" and self._data_touched:
            return True
        if value is None and self.data_compromised is False:
            return {"data_compromised_maliciously": False, "users_data_affected": Affected(0)}.get(name)
        return value

    @classmethod
    def from_dict(cls, record: Mapping[str, object]) -> IncidentFacts:
        """Return facts from a JSON-like mapping: durations as "PT45M", users as a number or {"percent": 4}.

        `InputError` for names that are not facts, with the nearest.
        """
        return cls(**read_record(record, cls, _READERS))


class FactKind(StrEnum):
    """What a fact of an incident is, and so what it can be held against."""

    FLAG = "flag"
    NUMBER = "number"
    DURATION = "duration"
    USERS = "number of users"


_FACT_KINDS = {
    field.name: kind
    for field in attrs.fields(IncidentFacts)
    for validator, kind in (
        (flag, FactKind.FLAG),
        (_is_count, FactKind.NUMBER),
        (_is_number, FactKind.NUMBER),
        (_is_duration, FactKind.DURATION),
        (_is_affected, FactKind.USERS),
    )
    if field.validator is validator
}


def fact_kind(name: str) -> FactKind | None:
    """Return the kind of a fact, None for what is not a fact that can be tested."""
    return _FACT_KINDS.get(name)


def near_fact(name: str) -> str:
    """Return the nearest fact that can be tested as a hint."""
    return nearest(name, list(_FACT_KINDS)) or f"facts are: {', '.join(_FACT_KINDS)}"


_DURATION = re.compile(r"P(?:(\d{1,5})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?", re.ASCII)


def parse_duration(value: object, name: str) -> object:
    """Return a `timedelta` from ISO 8601 text in days, hours, minutes, seconds; other objects as they are."""
    if not isinstance(value, str):
        return value
    match = _DURATION.fullmatch(value)
    if match is None or not any(match.groups()):
        raise InputError(f"{name}: {quote(value)} is not a duration", hint="for example PT45M or P1DT2H")
    days, hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _read_affected(value: object, name: str) -> object:
    if not isinstance(value, Mapping):
        return value
    record: Mapping[Any, Any] = value  # pyright: ignore[reportUnknownVariableType]
    odd = sorted(quote(key) for key in record if key not in ("count", "percent"))
    if odd:
        raise InputError(f"{name}: unknown {', '.join(odd[:3])}", hint="count and percent are understood")
    return Affected(record.get("count"), percent=record.get("percent"))


_READERS: dict[str, Reader] = {
    **dict.fromkeys(("unavailable_for", "unavailable_in_week", "limited_for", "slow_for"), parse_duration),
    **dict.fromkeys(("users_unavailable", "users_limited", "users_data_affected"), _read_affected),
}


def read_record(record: object, kind: type[attrs.AttrsInstance], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """Return the arguments of an attrs class from a mapping, each read as its field is written in JSON."""
    values = checked_record(record, kind)
    return {key: readers[key](value, key) if key in readers else value for key, value in values.items()}
