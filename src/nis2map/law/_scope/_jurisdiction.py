"""Article 26 of Directive (EU) 2022/2555: which State supervises an entity. It never changes the class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from ...ids import Ref, parse_ref
from ._entity import Entity, EntityType
from ._fields import Administration

__all__ = ["Jurisdiction", "jurisdictions"]

# Rule of `EntityType.jurisdiction`: unit of the Directive, and what it says in our words.
_RULES = {
    "establishment": ("nis2:26.1", "Wherever it is established"),
    "services": ("nis2:26.1.a", "Wherever it serves"),
    "main_establishment": ("nis2:26.1.b", "Where its main establishment lies"),
    "creator": ("nis2:26.1.c", "The State that set it up"),
}
# Article 26(2): the fact of each step, and what it is called.
_CASCADE = (
    ("decisions_in", "where most decisions on cybersecurity risk are made"),
    ("operations_in", "where cybersecurity is operated"),
    ("most_employees_in", "where most people in the Union work"),
)


@attrs.frozen(kw_only=True)
class Jurisdiction:
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

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as a JSON-ready dict."""
        record = attrs.asdict(self, recurse=False)
        lists = {key: None if record[key] is None else [str(x) for x in record[key]] for key in ("states", "types")}
        return {**record, **lists, "ref": str(self.ref), "missing": list(self.missing)}


def jurisdictions(entity: Entity, kinds: Sequence[EntityType]) -> tuple[Jurisdiction, ...]:
    """Return the answers of Article 26 for an entity that is in scope, or may be, as far as its types count."""
    groups: dict[str, list[Ref]] = {rule: [] for rule in _RULES}
    for kind in kinds:
        groups[kind.jurisdiction].append(kind.ref)
    used = {rule for rule, types in groups.items() if types}
    if entity.domain_registration:
        used.add("main_establishment")
    if entity.public_administration is Administration.LOCAL:
        used.add("creator")
    if not used:
        used.add("establishment")
    return tuple(_answer(entity, rule, tuple(groups[rule])) for rule in _RULES if rule in used)


def _answer(entity: Entity, rule: str, types: tuple[Ref, ...]) -> Jurisdiction:
    if rule == "main_establishment":
        return _main(entity, types)
    field = {"establishment": "established_in", "services": "services_in", "creator": "created_by"}[rule]
    value: str | tuple[str, ...] | None = getattr(entity, field)
    states = () if value == "none" else (value,) if isinstance(value, str) else value
    return _row(rule, states, types, () if states is not None else (field,))


def _main(entity: Entity, types: tuple[Ref, ...]) -> Jurisdiction:
    """Apply Article 26(1)(b) with the cascade of (2), or (3) for an entity that is not established in the Union."""
    if entity.established_in == ():
        return _representative(entity, types)
    for field, words in _CASCADE:
        value: str | None = getattr(entity, field)
        if value not in (None, "none"):
            return _row("main_establishment", (value,), types, text=f"Main establishment: {words}", ref="nis2:26.2")
        if value is None:
            break
    else:
        return _row("main_establishment", (), types)
    # With one State alone, every step of the cascade that leads into the Union leads there.
    if entity.established_in is not None and len(entity.established_in) == 1:
        text = "Main establishment: the only State in which it is established"
        return _row("main_establishment", entity.established_in, types, text=text, ref="nis2:26.2")
    unknown = ("established_in",) if entity.established_in is None else ()
    return _row("main_establishment", None, types, (*unknown, field))


def _representative(entity: Entity, types: tuple[Ref, ...]) -> Jurisdiction:
    """Apply Article 26(3); without a representative any State in which the entity serves may act."""
    where = entity.representative_in
    if where is None:
        text = "Not established in the Union: where its representative is established"
        return _row("main_establishment", None, types, ("representative_in",), text=text, ref="nis2:26.3")
    if where != "none":
        text = "Not established in the Union: its representative is established here"
        return _row("main_establishment", (where,), types, text=text, ref="nis2:26.3")
    text = "No representative although one is due: any State it serves may proceed against it"
    missing = () if entity.services_in is not None else ("services_in",)
    return _row("main_establishment", entity.services_in, types, missing, text=text, ref="nis2:26.3")


def _row(
    rule: str,
    states: tuple[str, ...] | None,
    types: tuple[Ref, ...],
    missing: tuple[str, ...] = (),
    *,
    text: str = "",
    ref: str = "",
) -> Jurisdiction:
    unit = parse_ref(ref or _RULES[rule][0])
    return Jurisdiction(
        rule=rule,
        citation=unit.citation or "",
        ref=unit,
        text=text or _RULES[rule][1],
        states=states,
        types=types,
        missing=missing,
    )
