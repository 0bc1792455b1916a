"""What breaches may cost, and how essential and important entities are supervised: Articles 32 to 36.

The Directive fixes no fine. Article 34(4) and (5) oblige States to set a maximum of at least an amount or a share of
turnover, whichever is higher, for breaches of Article 21 or 23; `fine_ceiling` gives that floor under the national
maximum. Figures and differences are rows of the dataset's tables, each with its citation.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction

import attrs

from ..._shared import Brief, Column, Page, Record, Table, Tabular, View, expect
from ...dataset import Dataset, given, keep
from ...errors import DatasetError
from ...ids import Ref
from ...model import EntityClass, SupervisionRow
from .._facts import as_written, number
from .._scope import Classification, Displacement, Reason, displaced_units, scope_law
from .._tables import law_table

__all__ = ["FineCeiling", "FineOption", "FineRule", "SupervisionRow", "fine_ceiling", "supervision"]

_MOVING = ("dora", "exemption_activities")  # caveats of a classification under which another act may fine
_SUPERVISED = frozenset((Ref("nis2", "32"), Ref("nis2", "33")))
_NOTE = (
    "The national maximum is at least this and may be higher; a fine is set case by case (Article 34(3)). "
    "The national act decides."
)


class FineRule(StrEnum):
    """How the Directive treats fines on an entity of some class."""

    FLOOR = "floor"
    DISPLACED = "displaced"
    NATIONAL_LAW = "national_law"
    PENALTIES = "penalties"
    NONE = "none"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class FineOption(Brief, Record):
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

    def __str__(self) -> str:
        if self.rule is not FineRule.FLOOR:
            return f"{self.text} ({self.citation})"
        part = f"EUR {self.fixed:,} or {self.percent:g} % of turnover, whichever is higher"
        known = f": EUR {self.amount:,.2f}" if self.amount is not None else ""
        return f"maximum of at least {part}{known} ({self.citation})"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class FineCeiling(Record, View, Tabular):
    """How high the national maximum of a fine must at least be under the Directive, in EUR.

    `amount` is the floor where it is settled, None where none is prescribed or the answer is open. `low` and `high`
    bound it over all `options`: 0 where none is prescribed, `high` None where it grows with a turnover that is not
    known. `infringed` are the Articles whose breach it is about. `caveats` are those of the classification that move
    duties, and fines with them, to another act. `version` is that of the package, `data` that of the dataset.
    """

    _also = ("citation",)

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
    data: str = ""
    _columns = (
        Column("entity_class", "text", "the class that the row is about"),
        Column("rule", "text", "how the Directive treats fines on it"),
        Column("citation", "text", "where it says so"),
        Column("ref", "text", "the unit that says so"),
        Column("text", "text", "the rule in our words"),
        Column("fixed", "whole", "the amount in EUR that the floor is the higher of"),
        Column("percent", "real", "the percentage of turnover that it is the higher of"),
        Column("amount", "real", "the floor in EUR"),
    )

    @property
    def citation(self) -> str:
        """The sources of all options."""
        return "; ".join(dict.fromkeys(option.citation for option in self.options))

    def _lines(self) -> tuple[FineOption, ...]:
        return self.options

    def _page(self) -> Page:
        rows = [(option.entity_class.replace("_", " "), str(option)) for option in self.options]
        notes = (*(f"! {caveat}" for caveat in self.caveats), self.note)
        return Page(f"Fines under {self.law}", (Table(("Class", "Fine"), rows),), notes)

    def __str__(self) -> str:
        page = self._page()
        lines = [f"{option.entity_class.replace('_', ' ')}: {option}" for option in self.options]
        return "\n".join([page.title, *lines, *page.notes])


def supervision(
    classification: Classification | None = None, *, dataset: Dataset | None = None
) -> tuple[SupervisionRow, ...]:
    """Return how supervision of essential and important entities compares, in the order of Articles 32 to 35.

    For a `classification` nothing if these Articles don't bind the entity: it is in neither class, or another act or a
    decision of its State took their place. Raises `DatasetError` if the dataset has no such table, `InputError` for
    anything but a classification.

    >>> import nis2map
    >>> len(nis2map.supervision())
    32
    """
    data = given(dataset)
    rows = law_table(data.law.supervision, "supervision")
    if classification is None:
        return rows
    expect(classification, Classification, "classification")
    classes = {EntityClass.ESSENTIAL, EntityClass.IMPORTANT}
    away = displaced_units(classification.displaced, data)
    return rows if classes & set(classification.possible) and _SUPERVISED.isdisjoint(away) else ()


@attrs.frozen
class _Floor:
    """Where the floor of one class stands, its amount in EUR, its percentage of turnover, and what is infringed."""

    ref: Ref
    amount: int
    percent: float
    infringed: tuple[Ref, ...]


def _floors(data: Dataset) -> Mapping[EntityClass, _Floor]:
    """Return the floor per class: the row with the amount and the row with the share of one unit belong together."""

    def make() -> dict[EntityClass, _Floor]:
        rows = law_table(data.law.fines, "fines")
        fixed = {row.ref: row.amount for row in rows if row.amount is not None}
        lone = [row.id for row in rows if row.percent is not None and row.ref not in fixed]
        if lone:
            raise DatasetError(f"the row {lone[0]} in the table fines of the law has a share of turnover and no amount")
        return {
            row.entity_class: _Floor(row.ref, fixed[row.ref], row.percent, row.infringed)
            for row in rows
            if row.percent is not None
        }

    return keep(data, "law: fines", make)


def fine_ceiling(
    classification: Classification, turnover: float | None = None, *, dataset: Dataset | None = None
) -> FineCeiling:
    """Return how high the national maximum fine must at least be for infringements of Article 21 or 23.

    `turnover`: total worldwide annual turnover, in EUR, in the preceding financial year, of the undertaking that the
    entity belongs to, which may be more than the entity itself; None if not known. Essential and important entities:
    Article 34(4) and (5), unless another act took the place of Chapter VII. Public administration: national law
    (34(7)). Registration only: penalties of Article 36. Out of scope: none. An undetermined classification gives one
    option for each class still open, and the range.

    Raises `InputError` naming the field, `DatasetError` if the dataset has no fines.

    >>> import nis2map
    >>> entity = nis2map.Entity("annexI.5.1", headcount=400)
    >>> nis2map.fine_ceiling(nis2map.classify(entity), 2_000_000_000).amount
    40000000.0
    """
    expect(classification, Classification, "classification")
    data = given(dataset)
    known = number(turnover, "turnover")
    public = classification.public_administration
    fines = _Fines(data, known)
    away = displaced_units(classification.displaced, data)
    options: list[FineOption] = []
    for entity_class in classification.possible:
        if entity_class not in fines.floors:
            registered = entity_class is EntityClass.REGISTRATION_ONLY
            options.append(fines.option(entity_class, FineRule.PENALTIES if registered else FineRule.NONE))
            continue
        displaced = away.get(fines.floors[entity_class].ref)
        if displaced is not None:
            options.append(fines.displaced(entity_class, displaced))
            continue
        if public is not False:
            options.append(fines.option(entity_class, FineRule.NATIONAL_LAW))
        if public is not True:
            options.append(fines.floor(entity_class))
    lows = [float(option.fixed or 0) if option.amount is None else option.amount for option in options]
    highs = [option.amount if option.rule is FineRule.FLOOR else 0.0 for option in options]
    settled = [high for high in highs if high is not None]
    return FineCeiling(
        amount=options[0].amount if len({option.amount for option in options}) == 1 else None,
        low=min(lows),
        high=max(settled) if len(settled) == len(highs) else None,
        options=tuple(options),
        turnover=known,
        infringed=tuple(dict.fromkeys(ref for floor in fines.floors.values() for ref in floor.infringed)),
        law=classification.law,
        caveats=tuple(caveat for caveat in classification.caveats if caveat.id.startswith(_MOVING)),
        note=_NOTE if any(option.rule is FineRule.FLOOR for option in options) else classification.note,
        version=classification.version,
        data=data.version,
    )


class _Fines:
    """The options that a dataset gives for one turnover."""

    def __init__(self, data: Dataset, turnover: float | None) -> None:
        self.floors = _floors(data)
        self.law = scope_law(data)
        self.turnover = turnover

    def option(self, entity_class: EntityClass, rule: FineRule) -> FineOption:
        """Return an option without a figure."""
        says = self.law.unit_rule(str(rule))
        return FineOption(
            entity_class=entity_class, rule=rule, citation=says.ref.citation, ref=says.ref, text=says.text
        )

    def displaced(self, entity_class: EntityClass, by: Displacement) -> FineOption:
        """Return the option of a class whose fines another act, or a decision of the State, took the place of."""
        plain = self.option(entity_class, FineRule.DISPLACED)
        return attrs.evolve(plain, citation=by.citation, ref=by.ref, text=f"{plain.text}: {by.act}")

    def floor(self, entity_class: EntityClass) -> FineOption:
        """Return the floor of a class; exact, because a share of a turnover in cents is one."""
        floor = self.floors[entity_class]
        share = None
        if self.turnover is not None:
            share = as_written(self.turnover) * as_written(floor.percent) / 100
        return attrs.evolve(
            self.option(entity_class, FineRule.FLOOR),
            citation=floor.ref.citation,
            ref=floor.ref,
            fixed=floor.amount,
            percent=floor.percent,
            amount=None if share is None else float(max(share, Fraction(floor.amount))),
        )
