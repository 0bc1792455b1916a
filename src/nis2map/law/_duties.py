"""Which texts bind an entity, and which of their duties do, as the tables of duty rules and waivers say."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from .._shared import expect
from ..dataset import Dataset, given, keep
from ..errors import InputError
from ..ids import Ref
from ..model import DutyRule, EntityClass, Requirement, Waiver
from ._scope import Classification
from ._tables import law_table

__all__ = ["binds", "duties"]


def binds(classification: Classification, framework: str) -> bool | None:
    """Tell whether a framework binds the entity that was classified; None while facts leave it open.

    The Directive binds (through national law) whoever is in scope, the CIR the entities that its Article 1 names.
    Raises `InputError` for a framework of which a classification says nothing.
    """
    answers = {"nis2": classification.in_scope, "cir": classification.cir_applies}
    if framework not in answers:
        raise InputError(f"a classification says nothing of {framework}", hint=f"one of: {', '.join(answers)}")
    return answers[framework]


def duties(classification: Classification, *, dataset: Dataset | None = None) -> tuple[Requirement, ...]:
    """Return the duties that bind an entity, in legal order.

    Of the Directive every duty that is addressed to the entity's class or kind, with those that apply only if a State
    requires it (`modality` says so); of the CIR the units of its Annex, if its Article 1 names the entity. For an
    undetermined classification the duties that are certain under every class left open. Sector-specific acts (Article
    4, DORA) are a caveat of the classification and take nothing away here.

    Raises `InputError` for anything but a `Classification`, `DatasetError` if the dataset has no rules of duties.
    """
    expect(classification, Classification, "classification")
    data = given(dataset)
    rules = keep(data, "law: duties", lambda: _DutyLaw(data))
    return tuple(
        unit
        for unit, rule in rules.of
        if all(rules.binds(unit, rule, classification, entity_class) for entity_class in classification.possible)
    )


class _DutyLaw:
    """The duties of one dataset, each with the rule that says whom it binds."""

    def __init__(self, data: Dataset) -> None:
        rows: tuple[DutyRule, ...] = law_table(data.law.duty_rules, "duty_rules")
        frameworks = dict.fromkeys(rule.framework for rule in rows)
        speaking = {
            framework: [_Speaking.of(rule, data) for rule in rows if rule.framework == framework]
            for framework in frameworks
        }
        self.of = tuple(
            (unit, rule)
            for framework in frameworks
            for unit in data.requirements(framework)
            if unit.role.is_duty and (rule := _first(unit, speaking[framework])) is not None
        )
        self._waived = [(waiver, _below(data, waiver.units)) for waiver in data.law.waivers]

    def binds(
        self, unit: Requirement, rule: DutyRule, classification: Classification, entity_class: EntityClass
    ) -> bool:
        """Tell whether a duty surely binds the entity if it is of this class."""
        if entity_class not in rule.classes:
            return False
        if any(unit.ref in units and _effective(waiver, classification) for waiver, units in self._waived):
            return False
        if rule.fact:
            return _fact(classification, rule.fact) is True
        return not rule.types or not set(rule.types).isdisjoint(classification.types or ())


@attrs.frozen
class _Speaking:
    """A rule, and the units that it names with all below them."""

    rule: DutyRule
    units: frozenset[Ref]

    @classmethod
    def of(cls, rule: DutyRule, data: Dataset) -> _Speaking:
        return cls(rule, _below(data, rule.units))

    def speaks_of(self, unit: Requirement) -> bool:
        if self.rule.units:
            return unit.ref in self.units
        return set(self.rule.addressees) <= set(unit.addressees)


def _first(unit: Requirement, speaking: Iterable[_Speaking]) -> DutyRule | None:
    return next((each.rule for each in speaking if each.speaks_of(unit)), None)


def _below(data: Dataset, units: Iterable[Ref]) -> frozenset[Ref]:
    return frozenset(ref for unit in units for ref in data.below(unit))


def _fact(classification: Classification, name: str) -> bool | None:
    """Return a fact of the classification or of its registration; the checks know which there are."""
    holder = classification if name == "cir_applies" else classification.registration
    value: bool | None = getattr(holder, name)
    return value


def _effective(waiver: Waiver, classification: Classification) -> bool:
    """Tell whether a State's decision lifts duties: Article 2(8), without effect on trust services (Article 2(9))."""
    lifted = classification.entity.state_exemption is waiver.exemption
    return lifted and set(waiver.void_for).isdisjoint(classification.types or ())
