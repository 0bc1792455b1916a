"""Words and checks for the single facts of an `Entity`: closed sets, flags, dates, codes of States.

Every refusal is an `InputError` that names the field. attrs converters are not told their field, and type checkers
understand named functions alone, so each field with a form of its own has its function here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, NoReturn, TypeVar, cast

import attrs

from ...errors import InputError, quote
from ._size import Figures, Partner, number

__all__ = ["Administration", "Designation", "Exemption", "TrustService"]

# The Member States, and the EEA States, to which the Directive is addressed as a text with EEA relevance.
_CODES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
_STATES = frozenset(_CODES.split())
_Word = TypeVar("_Word", bound=StrEnum)
_Item = TypeVar("_Item")


class TrustService(StrEnum):
    """Whether a trust service provider is a qualified one (Article 6, points (25) and (27))."""

    QUALIFIED = "qualified"
    NON_QUALIFIED = "non_qualified"


class Designation(StrEnum):
    """How a Member State identified the entity under Article 2(2), points (b) to (e)."""

    NONE = "none"
    IMPORTANT = "important"
    ESSENTIAL = "essential"


class Administration(StrEnum):
    """The public body that the entity is; the last four are no public administration in the Directive's sense."""

    NONE = "none"
    CENTRAL = "central"
    REGIONAL = "regional"
    LOCAL = "local"
    JUDICIARY = "judiciary"
    PARLIAMENT = "parliament"
    CENTRAL_BANK = "central_bank"
    DIPLOMATIC_MISSION = "diplomatic_mission"


class Exemption(StrEnum):
    """What a Member State waived for security work under Article 2(8).

    `activities`: Articles 21 and 23 for those activities. `entirely`: Articles 3 and 27 as well, where the entity
    does nothing else.
    """

    NONE = "none"
    ACTIVITIES = "activities"
    ENTIRELY = "entirely"


def refuse(field: str, value: object, why: str, hint: str = "") -> NoReturn:
    """Raise the `InputError` that names the field."""
    raise InputError(f"{field}: {quote(value)} {why}", hint=hint)


def word(value: object, kind: type[_Word], field: str) -> _Word | None:
    """Return a word of a closed set, None if not known; False means the word "none" where there is one."""
    if value is None:
        return None
    words = [str(one) for one in kind]
    if value is False and "none" in words:
        return kind("none")
    if isinstance(value, str) and value in words:
        return kind(value)
    near = get_close_matches(value, words, n=1) if isinstance(value, str) else []
    refuse(field, value, f"is none of {', '.join(words)}", f"nearest: {near[0]}" if near else "")


def items(value: object, kind: type[_Item], field: str) -> tuple[_Item, ...]:
    """Return one item or several as a tuple."""
    if isinstance(value, kind):
        return (value,)
    found: list[_Item] = []
    for item in sequence(value, field, f"is no sequence of {kind.__name__}"):
        if not isinstance(item, kind):
            refuse(field, item, f"is no {kind.__name__}")
        found.append(item)
    return tuple(found)


def sequence(value: object, field: str, why: str, hint: str = "") -> Iterable[object]:
    """Return a value that can be gone through, and is neither text nor a mapping."""
    if not isinstance(value, Iterable) or isinstance(value, (str, bytes, Mapping)):
        refuse(field, cast("Any", value), why, hint)
    return cast("Iterable[object]", value)


def states(value: object, field: str) -> tuple[str, ...] | None:
    """Return codes of States in alphabetical order, None if not known."""
    if value is None:
        return None
    given = (value,) if isinstance(value, str) else value
    found = sequence(given, field, "is no State", "give two-letter codes, such as DE")
    return tuple(sorted({state_code(one, field) for one in found}))


def state(value: object, field: str) -> str | None:
    """Return the code of one State, "none" for no State, None if not known."""
    return None if value is None else "none" if value == "none" else state_code(value, field)


def state_code(value: object, field: str) -> str:
    """Return the ISO 3166 code of a Member State of the Union or the EEA; EL is read as GR."""
    code = value.upper() if isinstance(value, str) else ""
    code = "GR" if code == "EL" else code
    if code not in _STATES:
        refuse(field, value, "is no code of a Member State of the Union or the EEA", "two letters, such as DE")
    return code


def flag(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
    """Validate a fact that is true, false or not known."""
    if value is not None and not isinstance(value, bool):
        refuse(attribute.name, value, "is neither True nor False nor None")


def plain_flag(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
    """Validate a choice that is always known."""
    if not isinstance(value, bool):
        refuse(attribute.name, value, "is neither True nor False")


def day(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
    """Validate a calendar day, without a time."""
    if value is not None and (isinstance(value, dt.datetime) or not isinstance(value, dt.date)):
        refuse(attribute.name, value, "is no date")


def text(_: Any, attribute: attrs.Attribute[Any], value: object) -> None:
    """Validate a text."""
    if not isinstance(value, str):
        refuse(attribute.name, value, "is no text")


def to_headcount(value: object) -> int | float | None:
    """Convert `Entity.headcount`."""
    return number(value, "headcount", "a number of annual work units")


def to_turnover(value: object) -> int | float | None:
    """Convert `Entity.turnover`."""
    return number(value, "turnover")


def to_balance_sheet(value: object) -> int | float | None:
    """Convert `Entity.balance_sheet`."""
    return number(value, "balance_sheet")


def to_years(value: object) -> tuple[Figures, ...]:
    """Convert `Entity.years`."""
    return items(value, Figures, "years")


def to_linked(value: object) -> tuple[Figures, ...]:
    """Convert `Entity.linked`."""
    return items(value, Figures, "linked")


def to_partners(value: object) -> tuple[Partner, ...]:
    """Convert `Entity.partners`."""
    return items(value, Partner, "partners")


def to_trust_service(value: object) -> TrustService | None:
    """Convert `Entity.trust_service`."""
    return word(value, TrustService, "trust_service")


def to_designated(value: object) -> Designation | None:
    """Convert `Entity.designated`."""
    return word(value, Designation, "designated")


def to_exemption(value: object) -> Exemption | None:
    """Convert `Entity.state_exemption`."""
    return word(value, Exemption, "state_exemption")


def to_administration(value: object) -> Administration | None:
    """Convert `Entity.public_administration`."""
    return word(value, Administration, "public_administration")


def to_sector_acts(value: object) -> tuple[str, ...]:
    """Convert `Entity.sector_acts`."""
    return items(value, str, "sector_acts")


def to_established_in(value: object) -> tuple[str, ...] | None:
    """Convert `Entity.established_in`."""
    return states(value, "established_in")


def to_services_in(value: object) -> tuple[str, ...] | None:
    """Convert `Entity.services_in`."""
    return states(value, "services_in")


def to_decisions_in(value: object) -> str | None:
    """Convert `Entity.decisions_in`."""
    return state(value, "decisions_in")


def to_operations_in(value: object) -> str | None:
    """Convert `Entity.operations_in`."""
    return state(value, "operations_in")


def to_most_employees_in(value: object) -> str | None:
    """Convert `Entity.most_employees_in`."""
    return state(value, "most_employees_in")


def to_representative_in(value: object) -> str | None:
    """Convert `Entity.representative_in`."""
    return state(value, "representative_in")


def to_created_by(value: object) -> str | None:
    """Convert `Entity.created_by`."""
    return state(value, "created_by")
