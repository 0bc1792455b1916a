"""What breaches may cost, and how essential and important entities are supervised: Articles 32 to 36.

The Directive fixes no fine. Article 34(4) and (5) oblige States to set a maximum of at least an amount or a share of
turnover, whichever is higher, for breaches of Article 21 or 23; `fine_ceiling` gives that floor under the national
maximum. Figures and differences are rows of `data/penalties.json`, each with its citation.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from functools import cache
from html import escape
from typing import Any

import attrs

from ..data import table
from ..errors import InputError, quote
from ..ids import Ref, parse_ref
from ._scope import Classification, EntityClass, Reason, number

__all__ = ["FineCeiling", "FineOption", "FineRule", "SupervisionRow", "fine_ceiling", "supervision"]

_MOVING = ("dora", "sector_acts", "exemption_")  # caveats of a classification under which another act may fine
_NOTE = (
    "The national maximum is at least this and may be higher; a fine is set case by case (Article 34(3)). "
    "The national act decides."
)


class FineRule(StrEnum):
    """How the Directive treats fines on an entity of some class."""

    FLOOR = "floor"
    NATIONAL_LAW = "national_law"
    PENALTIES = "penalties"
    NONE = "none"


_TEXTS = {
    FineRule.FLOOR: ("", "States must allow a maximum of at least this for breaches of Article 21 or 23"),
    FineRule.NATIONAL_LAW: ("nis2:34.7", "The State decides whether and how far public bodies can be fined"),
    FineRule.PENALTIES: ("nis2:36", "Articles 21 and 23 do not bind; the State lays down penalties for the rest"),
    FineRule.NONE: ("nis2:2.1", "Out of scope, so the Directive provides for no fine"),
}


@attrs.frozen(kw_only=True)
class FineOption:
    """What holds if the entity is of one class.

    `amount` is the floor under the national maximum in EUR, `fixed` and `percent` what it is the higher of; all None
    where the Directive prescribes none, `amount` alone where the turnover is not known.
    """

    entity_class: EntityClass
    rule: FineRule
    citation: str
    ref: Ref
    text: str
    fixed: int | None = None
    percent: float | None = None
    amount: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the option as a JSON-ready dict."""
        record = attrs.asdict(self, recurse=False)
        return {**record, "entity_class": str(self.entity_class), "rule": str(self.rule), "ref": str(self.ref)}


@attrs.frozen(kw_only=True)
class FineCeiling:
    """The floor that the Directive puts under the national maximum of a fine, in EUR.

    `amount` is the floor where it is settled, None where none is prescribed or the answer is open. `low` and `high`
    bound it over all `options`: 0 where none is prescribed, `high` None where it grows with a turnover that is not
    known. `infringed` are the Articles whose breach it is about. `caveats` are those of the classification that move
    duties, and fines with them, to another act.
    """

    amount: float | None
    low: float
    high: float | None
    options: tuple[FineOption, ...]
    turnover: float | None
    infringed: tuple[Ref, ...]
    caveats: tuple[Reason, ...]
    law: str
    note: str
    version: str

    @property
    def citation(self) -> str:
        """The sources of all options."""
        return "; ".join(dict.fromkeys(option.citation for option in self.options))

    def to_dict(self) -> dict[str, Any]:
        """Return the whole answer as a JSON-ready dict."""
        record = attrs.asdict(self, recurse=False)
        lists = {"options": self.to_dicts(), "caveats": [one.to_dict() for one in self.caveats]}
        return {**record, **lists, "infringed": [str(ref) for ref in self.infringed], "citation": self.citation}

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the options as JSON-ready rows."""
        return [option.to_dict() for option in self.options]

    def __str__(self) -> str:
        lines = [f"{option.entity_class.replace('_', ' ')}: {_words(option)}" for option in self.options]
        return "\n".join([*lines, self.note])

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(line)}</p>" for line in str(self).splitlines())


def _words(option: FineOption) -> str:
    if option.rule is not FineRule.FLOOR:
        return f"{option.text} ({option.citation})"
    part = f"EUR {option.fixed:,} or {option.percent:g} % of turnover, whichever is higher"
    sum_ = f": EUR {option.amount:,.2f}" if option.amount is not None else ""
    return f"maximum of at least {part}{sum_} ({option.citation})"


@attrs.frozen(kw_only=True)
class SupervisionRow:
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

    def to_dict(self) -> dict[str, Any]:
        """Return the row as a JSON-ready dict."""
        return attrs.asdict(self)


@cache
def supervision() -> tuple[SupervisionRow, ...]:
    """Return how supervision of essential and important entities compares, in the order of Articles 32 to 35."""
    rows: list[dict[str, str]] = [row for row in table("penalties") if row["kind"] == "difference"]
    return tuple(SupervisionRow(**{key: value for key, value in row.items() if key != "kind"}) for row in rows)


@cache
def _floors() -> dict[EntityClass, tuple[Ref, int, float]]:
    """Return, per class, where the floor stands, its amount in EUR and its percentage of turnover."""
    rows: list[dict[str, Any]] = [row for row in table("penalties") if row["kind"] == "fine"]
    fixed = {row["ref"]: row["amount"] for row in rows if row["amount"] is not None}
    return {
        EntityClass(row["entity_class"]): (parse_ref(row["ref"]), fixed[row["ref"]], row["percent"])
        for row in rows
        if row["percent"] is not None
    }


def fine_ceiling(classification: Classification, turnover: float | None = None) -> FineCeiling:
    """Return the floor under the national maximum fine for breaches of Article 21 or 23.

    `turnover`: total worldwide annual turnover, in EUR, in the preceding financial year, of the undertaking that the
    entity belongs to, which may be more than the entity itself; None if not known. Essential and important entities:
    Article 34(4) and (5). Public administration: national law (34(7)). Registration only: penalties of Article 36.
    Out of scope: none. An undetermined classification gives one option for each class still open, and the range.

    Raises `InputError` naming the field.
    """
    if not isinstance(classification, Classification):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"classification: {quote(classification)} is no Classification")
    sum_ = number(turnover, "turnover")
    public = classification.public_administration
    options: list[FineOption] = []
    for entity_class in classification.possible:
        in_class = entity_class in _floors()
        if in_class and public is not False:
            options.append(_option(entity_class, FineRule.NATIONAL_LAW))
        if in_class and public is not True:
            options.append(_floor(entity_class, sum_))
        if not in_class:
            registered = entity_class is EntityClass.REGISTRATION_ONLY
            options.append(_option(entity_class, FineRule.PENALTIES if registered else FineRule.NONE))
    lows = [float(option.fixed or 0) if option.amount is None else option.amount for option in options]
    highs = [option.amount if option.rule is FineRule.FLOOR else 0.0 for option in options]
    known = [high for high in highs if high is not None]
    return FineCeiling(
        amount=options[0].amount if len({option.amount for option in options}) == 1 else None,
        low=min(lows),
        high=max(known) if len(known) == len(highs) else None,
        options=tuple(options),
        turnover=sum_,
        infringed=(parse_ref("nis2:21"), parse_ref("nis2:23")),
        law=classification.law,
        caveats=tuple(one for one in classification.caveats if one.id.startswith(_MOVING)),
        note=_NOTE if any(option.rule is FineRule.FLOOR for option in options) else classification.note,
        version=classification.version,
    )


def _option(entity_class: EntityClass, rule: FineRule) -> FineOption:
    ref, text = parse_ref(_TEXTS[rule][0]), _TEXTS[rule][1]
    return FineOption(entity_class=entity_class, rule=rule, citation=ref.citation or "", ref=ref, text=text)


def _floor(entity_class: EntityClass, turnover: float | None) -> FineOption:
    ref, fixed, percent = _floors()[entity_class]
    share = None if turnover is None else Fraction(repr(turnover)) * Fraction(repr(percent)) / 100
    return FineOption(
        entity_class=entity_class,
        rule=FineRule.FLOOR,
        citation=ref.citation or "",
        ref=ref,
        text=_TEXTS[FineRule.FLOOR][1],
        fixed=fixed,
        percent=percent,
        amount=None if share is None else float(max(share, Fraction(fixed))),
    )
