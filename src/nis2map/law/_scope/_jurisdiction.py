"""Article 26 of Directive (EU) 2022/2555: which State supervises an entity. It never changes the class."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import attrs

from ..._shared import Page, Record, View
from ...ids import Ref
from ...model import EntityType
from ._entity import Entity
from ._types import ScopeLaw
from ._words import Administration, EntityClass

__all__ = ["Jurisdiction", "jurisdictions"]

# The rules of `EntityType.jurisdiction` in the order of Article 26(1), each with the fact that answers it.
_RULES = {
    "establishment": "established_in",
    "services": "services_in",
    "main_establishment": "",
    "creator": "created_by",
}
_CASCADE = ("decisions_in", "operations_in", "most_employees_in")  # Article 26(2), step by step


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Jurisdiction(Record, View):
    """One answer of Article 26: the rule, the States it leads to, and the types it is for (none: the whole entity).

    `states` is None while facts are `missing`, and empty if the rule leads to no State of the Union. An entity of
    several types may come under several States, one row each.
    """

    rule: str
    citation: str
    ref: Ref
    text: str
    states: tuple[str, ...] | None
    types: tuple[Ref, ...] = ()
    missing: tuple[str, ...] = ()

    def _page(self) -> Page:
        if self.states is None:
            where = f"open, depending on {', '.join(self.missing)}"
        else:
            where = ", ".join(self.states) or "no State of the Union"
        about = f" [{', '.join(map(str, self.types))}]" if self.types else ""
        return Page(f"{self.citation}: {self.text}: {where}{about}")


def jurisdictions(
    entity: Entity, kinds: Sequence[EntityType], possible: Collection[EntityClass], law: ScopeLaw
) -> tuple[Jurisdiction, ...]:
    """Return the answers of Article 26 for an entity that is in scope, or may be, as far as its types count."""
    if set(possible) <= {EntityClass.REGISTRATION_ONLY, EntityClass.OUT_OF_SCOPE}:
        # In scope, if at all, it is as a registrar, whatever its types are.
        return (_Article26(entity, law, "main_establishment").answer(),)
    groups: dict[str, list[Ref]] = {rule: [] for rule in _RULES}
    for kind in kinds:
        groups[kind.jurisdiction].append(kind.ref)
    # A role without a type has a rule of its own; whether the entity has the role may be open.
    roles = {
        "main_establishment": ("domain_registration", entity.domain_registration),
        "creator": ("public_administration", _is_local(entity)),
    }
    used = {rule for rule, types in groups.items() if types} | {rule for rule, (_, held) in roles.items() if held}
    open_: dict[str, tuple[str, ...]] = {
        rule: (field,) for rule, (field, held) in roles.items() if held is None and rule not in used
    }
    if not used and open_:
        open_["establishment"] = tuple(field for fields in open_.values() for field in fields)
    elif not used:
        used.add("establishment")
    return tuple(
        _Article26(entity, law, rule, tuple(groups[rule])).answer(unless=open_.get(rule, ()))
        for rule in _RULES
        if rule in used or rule in open_
    )


def _is_local(entity: Entity) -> bool | None:
    level = entity.public_administration
    return None if level is None else level is Administration.LOCAL


@attrs.frozen
class _Article26:
    """One rule of Article 26(1) applied to an entity, for some of its types."""

    entity: Entity
    law: ScopeLaw
    rule: str
    types: tuple[Ref, ...] = ()

    def answer(self, *, unless: tuple[str, ...] = ()) -> Jurisdiction:
        """Return what the rule leads to; an open answer if facts may be so that it does not apply."""
        found = self.settled()
        return attrs.evolve(found, states=None, missing=(*unless, *found.missing)) if unless else found

    def settled(self) -> Jurisdiction:
        """Return what the rule leads to if it applies."""
        field = _RULES[self.rule]
        if not field:
            return self.main_establishment()
        value: str | tuple[str, ...] | None = getattr(self.entity, field)
        states = () if value == "none" else (value,) if isinstance(value, str) else value
        return self.row(self.rule, states, () if states is not None else (field,))

    def main_establishment(self) -> Jurisdiction:
        """Apply Article 26(1)(b) with the cascade of (2), or (3) for an entity that is not established in the Union."""
        established = self.entity.established_in
        if established == ():
            return self.representative()
        for field in _CASCADE:
            value: str | None = getattr(self.entity, field)
            if value not in (None, "none"):
                return self.row(field, (value,))
            if value is None:
                break
        else:
            return self.row(self.rule, ())
        # With one State alone, every step of the cascade that leads into the Union leads there.
        if established is not None and len(established) == 1:
            return self.row("one_state", established)
        unknown = ("established_in",) if established is None else ()
        return self.row(self.rule, None, (*unknown, field))

    def representative(self) -> Jurisdiction:
        """Apply Article 26(3); without a representative any State in which the entity serves may act."""
        where = self.entity.representative_in
        if where is None:
            return self.row("representative_unknown", None, ("representative_in",))
        if where != "none":
            return self.row("representative", (where,))
        served = self.entity.services_in
        return self.row("representative_missing", served, () if served is not None else ("services_in",))

    def row(self, text: str, states: tuple[str, ...] | None, missing: tuple[str, ...] = ()) -> Jurisdiction:
        """Return the answer, in the words and with the source that the table has under this id."""
        says = self.law.unit_rule(text)
        return Jurisdiction(
            rule=self.rule,
            citation=says.ref.citation,
            ref=says.ref,
            text=says.text,
            states=states,
            types=self.types,
            missing=missing,
        )
