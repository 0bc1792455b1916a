"""Which texts bind an entity, and which of their duties do, as the tables of a dataset say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from ..._shared import expect
from ...dataset import Dataset, given, keep
from ...errors import InputError
from ...ids import Ref
from ...model import DutyRule, EntityClass, Requirement
from .._scope import Classification, Exemption, classify, displaced_units
from .._tables import law_table

__all__ = ["binds", "displaced_duties", "duties"]


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
    undetermined classification the duties that are certain under every class left open. Without those in whose place
    another act or a decision of the State stands (`classification.displaced`).

    Raises `InputError` for anything but a `Classification`, `DatasetError` if the dataset has no rules of duties.

    >>> import nis2map
    >>> entity = nis2map.Entity("annexI.5.1", headcount=400)
    >>> [duty.citation for duty in nis2map.duties(nis2map.classify(entity))[:2]]
    ['Article 2(14), first subparagraph', 'Article 3(4), first subparagraph']
    """
    data = given(dataset)
    away = displaced_units(_checked(classification).displaced, data)
    return tuple(unit for unit in _owed(classification, data) if unit.ref not in away)


def displaced_duties(classification: Classification, *, dataset: Dataset | None = None) -> dict[Requirement, str]:
    """Return the duties that the entity's class asks for and another act has taken the place of, each with that act.

    In legal order; errors as for `duties`.
    """
    data = given(dataset)
    away = displaced_units(_checked(classification).displaced, data)
    return {unit: away[unit.ref].act for unit in _owed(classification, data) if unit.ref in away}


def _checked(classification: Classification) -> Classification:
    expect(classification, Classification, "classification")
    return classification


def _owed(classification: Classification, data: Dataset) -> Iterator[Requirement]:
    """Yield the duties that the class, types and facts of an entity ask for, whatever takes their place."""
    rules = keep(data, "law: duties", lambda: _DutyLaw(data))
    if classification.displaced:  # what the acts took away is known as false, so it is asked without them
        plain = attrs.evolve(classification.entity, sector_acts=(), state_exemption=Exemption.NONE)
        classification = classify(plain, dataset=data)
    for unit, rule in rules.of:
        if all(rules.binds(rule, classification, entity_class) for entity_class in classification.possible):
            yield unit


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

    def binds(self, rule: DutyRule, classification: Classification, entity_class: EntityClass) -> bool:
        """Tell whether the duties of a rule surely bind the entity if it is of this class."""
        if entity_class not in rule.classes:
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
