"""Articles 2 and 3 of Directive (EU) 2022/2555 applied to an `Entity` in every way its unknown facts can turn out.

`decide` is the law in the order in which it is applied, written for one world, in which every fact is known. A world
answers what `decide` asks. Where the entity does not know, the world takes one value and remembers the choice; `rule`
then runs the worlds with the other values. So only unknown facts that matter split a world, and the worlds together
are all completions: a class is settled if and only if all worlds agree.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from itertools import combinations
from typing import Any

import attrs

from ...data import table
from ...ids import Ref, parse_ref
from ._entity import Entity, EntityType, entity_type, entity_types
from ._fields import Administration, Designation, TrustService
from ._size import Size, SizeRange

__all__ = ["NOT_ADMINISTRATION", "PUBLIC", "SPECIAL", "EntityClass", "Reason", "Ruling", "reason", "rule"]

SPECIAL = ("sole_provider", "significant_impact", "systemic_risk", "specific_importance")
NOT_ADMINISTRATION = (Administration.JUDICIARY, Administration.PARLIAMENT, Administration.CENTRAL_BANK)
PUBLIC = (Administration.CENTRAL, Administration.REGIONAL, Administration.LOCAL)
_CUT_OFF = dt.date(2023, 1, 16)  # Article 3(1), point (g)
_EITHER = (False, True)
# Types that size can't change come first: a later type is asked for only what can still lift the class.
_ORDER = ("central", "names", "trust", "communications", "regional", "annex_one", "annex_two")


class EntityClass(StrEnum):
    """What the Directive makes of an entity; `registration_only` is in scope and neither essential nor important."""

    ESSENTIAL = "essential"
    IMPORTANT = "important"
    REGISTRATION_ONLY = "registration_only"
    OUT_OF_SCOPE = "out_of_scope"
    UNDETERMINED = "undetermined"

    @property
    def rank(self) -> int:
        """How strict the class is, from 0 for out of scope to 3 for essential; -1 if undetermined."""
        return 3 - list(EntityClass).index(self)


_ESSENTIAL, _IMPORTANT, _REGISTRATION, _OUT, _ = EntityClass


@attrs.frozen(kw_only=True)
class Reason:
    """One rule that was applied: where it stands, what it says in our words, which of the entity's types it is about.

    `gives` is the class the rule leads to, None if it only opens or closes the way. `certain` is False for a rule that
    applies under some completion of the unknown facts only. `ref` is None where the source is no unit of `nis2`.
    """

    id: str
    citation: str
    text: str
    ref: Ref | None = None
    gives: EntityClass | None = None
    types: tuple[Ref, ...] = ()
    certain: bool = True

    def __str__(self) -> str:
        about = f" [{', '.join(map(str, self.types))}]" if self.types else ""
        return f"{'' if self.certain else 'possibly, '}{self.citation}: {self.text}{about}"

    def to_dict(self) -> dict[str, Any]:
        """Return the reason as a JSON-ready dict."""
        record = attrs.asdict(self, recurse=False)
        return {**record, "ref": self.ref and str(self.ref), "types": [str(ref) for ref in self.types]}


@cache
def _rules() -> dict[str, Reason]:
    return {row["id"]: _row(row) for row in table("scope_rules")}


def _row(row: Mapping[str, str]) -> Reason:
    ref = parse_ref(row["ref"]) if row["ref"] else None
    citation = row["citation"] or (ref.citation if ref else None) or ""
    gives = EntityClass(row["gives"]) if row["gives"] else None
    return Reason(id=row["id"], citation=citation, text=row["text"], ref=ref, gives=gives)


def reason(rule_id: str, *, types: Iterable[Ref] = (), certain: bool = True) -> Reason:
    """Return the row of the rules with this id, for these types; a row without a source of its own cites its type."""
    row, found = _rules()[rule_id], tuple(types)
    if row.citation or not found:
        return attrs.evolve(row, types=found, certain=certain)
    own = entity_type(found[0])
    says = f"{own.title}. {own.condition}" if own.condition else own.title
    return attrs.evolve(
        row,
        citation=own.ref.citation or "",
        ref=own.ref,
        types=found,
        text=says if rule_id == "type" else row.text,
        certain=certain,
    )


@attrs.frozen
class _Fact:
    """The values that a fact may have, and the fields to blame where there are several."""

    values: tuple[Any, ...]
    fields: tuple[str, ...] = ()


class _World:
    """One completion of the unknown facts, as far as they were asked for, and the rules noted on the way."""

    def __init__(self, facts: Mapping[str, _Fact], chosen: Mapping[str, Any]) -> None:
        self._facts = facts
        self.chosen = dict(chosen)
        self.notes: dict[tuple[str, Ref | None], None] = {}

    def ask(self, name: str) -> Any:
        values = self._facts[name].values
        return values[0] if len(values) == 1 else self.chosen.setdefault(name, values[0])

    def known(self, name: str) -> Any:
        """Return a fact that is known, or None; never splits the world."""
        values = self._facts[name].values
        return values[0] if len(values) == 1 else self.chosen.get(name)

    def knows(self, name: str) -> bool:
        """Tell whether there is such a fact."""
        return name in self._facts

    def note(self, *rules: str, kind: EntityType | None = None) -> None:
        self.notes.update(dict.fromkeys((one, kind.ref if kind else None) for one in rules))


@attrs.frozen(kw_only=True)
class Ruling:
    """What the worlds say together: classes still possible, strictest first, what they depend on, rules applied."""

    possible: tuple[EntityClass, ...]
    missing: tuple[str, ...]
    reasons: tuple[Reason, ...]
    size: SizeRange


def rule(entity: Entity) -> Ruling:
    """Return the classes that stay possible for an entity, the facts they depend on, and the rules in order."""
    sizes = {"size": entity.size()}
    if any(period.turnover is None for period in entity.periods):
        sizes["public_size"] = entity.size(without_turnover=True)
    facts = _facts(entity, sizes)
    worlds: list[tuple[_World, EntityClass]] = []
    todo: list[dict[str, Any]] = [{}]
    while todo:
        start = todo.pop()
        world = _World(facts, start)
        worlds.append((world, decide(world)))
        taken = dict(start)
        for name in list(world.chosen)[len(start) :]:
            others = (value for value in facts[name].values if value != world.chosen[name])
            todo.extend({**taken, name: value} for value in others)
            taken[name] = world.chosen[name]
    possible = tuple(one for one in EntityClass if any(one is found for _, found in worlds))
    missing = _missing(worlds, facts, sizes) if len(possible) > 1 else ()
    reasons = _reasons([world for world, _ in worlds])
    # What is reported is the size that counted: of a public body alone, by its headcount.
    body = entity.public_administration in PUBLIC or bool(entity.types)
    alone = body and all(entity_type(ref).jurisdiction == "creator" for ref in entity.types or ())
    size = sizes.get("public_size", sizes["size"]) if alone else sizes["size"]
    return Ruling(possible=possible, missing=missing, reasons=reasons, size=size)


def _facts(entity: Entity, sizes: Mapping[str, SizeRange]) -> dict[str, _Fact]:
    """Return the values that each fact may have, unknown ones that always act together as one."""
    facts = {name: _fact(getattr(entity, name), name) for name in (*_FLAGS, *SPECIAL)}
    facts.update({name: _Fact(size.sizes) for name, size in sizes.items()})
    facts["trust_service"] = _fact(entity.trust_service, "trust_service", tuple(TrustService))
    facts["designated"] = _fact(entity.designated, "designated", tuple(Designation))
    facts["special"] = _any([(name, getattr(entity, name)) for name in SPECIAL])
    identified = entity.oes_nis1 if entity.oes_identified is None else entity.oes_identified < _CUT_OFF
    facts["former_operator"] = _all([("oes_nis1", identified), ("opt_in_oes", entity.opt_in_oes)])
    facts["types"] = _fact(entity.types, "types", _representatives())
    level = entity.public_administration
    if level is None and any(entity_type(ref).jurisdiction == "creator" for ref in entity.types or ()):
        level = Administration.NONE  # the type says it
    # The courts stand for parliaments and central banks, which are treated alike.
    levels = (Administration.NONE, *PUBLIC, Administration.JUDICIARY, Administration.DIPLOMATIC_MISSION)
    facts["public_administration"] = _fact(level, "public_administration", levels)
    side = entity.side_activity
    for kind in entity_types():
        value = None if side is None else kind.ref in side
        facts[f"side_activity {kind.ref}"] = _fact(value, "side_activity")
    return facts


_FLAGS = (
    "services_in_union",
    "domain_registration",
    "root_servers_only",
    "own_use_tld",
    "education_institution",
    "critical_entity",
    "dora_exempt",
    "risk_based_assessment",
    "opt_in_local",
    "opt_in_education",
    "national_security",
)


def _fact(value: Any, field: str, values: tuple[Any, ...] = _EITHER) -> _Fact:
    return _Fact(values, (field,)) if value is None else _Fact((value,))


def _any(parts: Sequence[tuple[str, bool | None]]) -> _Fact:
    unknown = tuple(name for name, value in parts if value is None)
    return (
        _Fact((True,)) if any(value for _, value in parts) else _Fact(_EITHER, unknown) if unknown else _Fact((False,))
    )


def _all(parts: Sequence[tuple[str, bool | None]]) -> _Fact:
    negated = _any([(name, None if value is None else not value) for name, value in parts])
    return attrs.evolve(negated, values=tuple(not value for value in negated.values))


@cache
def _representatives() -> tuple[tuple[Ref, ...], ...]:
    """Return one entity of no type, and one for each way in which the law treats a type."""
    kinds = {(kind.rule, kind.carve_out): kind.ref for kind in reversed(entity_types())}
    return ((), *((ref,) for ref in sorted(kinds.values())))


def decide(world: _World) -> EntityClass:
    """Return the class in one world. Exclusions first, then acts of a State, then types by size, then registration."""
    level: Administration = world.ask("public_administration")
    kinds = _kinds(world, level)
    if _excluded(world, kinds, level):
        return _OUT
    if world.ask("critical_entity"):
        world.note("critical_scope", "critical")
        return _ESSENTIAL
    if world.ask("former_operator"):
        world.note("former_operator")
        return _ESSENTIAL
    if not world.ask("services_in_union"):
        world.note("outside_union")
        return _OUT
    best = _by_type(world, kinds)
    if best is _OUT:
        best = _by_option(world, level)
    if best is _OUT and world.ask("domain_registration"):
        world.note("registration_scope", "registration")
        return _REGISTRATION
    if world.known("domain_registration"):
        world.note("registration_scope")
    return best


def _kinds(world: _World, level: Administration) -> list[EntityType]:
    """Return the types that count, those that decide most first; a level of public administration adds its type."""
    refs = set(world.ask("types"))
    if level in NOT_ADMINISTRATION:
        world.note("no_administration")
    added = {Administration.CENTRAL: "nis2:annexI.10.1", Administration.REGIONAL: "nis2:annexI.10.2"}.get(level)
    refs |= {parse_ref(added)} if added else set()
    kinds = sorted((entity_type(ref) for ref in refs), key=lambda kind: (_ORDER.index(kind.rule), kind.ref))
    if level in NOT_ADMINISTRATION:
        kinds = [kind for kind in kinds if kind.jurisdiction != "creator"]
    for kind in kinds:
        world.note("type", kind=kind)
    return kinds


def _excluded(world: _World, kinds: Sequence[EntityType], level: Administration) -> bool:
    if world.ask("dora_exempt"):
        world.note("dora_exempt")
        return True
    if level is Administration.DIPLOMATIC_MISSION:
        world.note("mission")
        return True
    public = level in PUBLIC or any(kind.jurisdiction == "creator" for kind in kinds)
    if not public or not world.ask("national_security"):
        return False
    trusted = any(kind.rule == "trust" for kind in kinds)
    world.note("security_trust" if trusted else "security")
    return not trusted


def _by_type(world: _World, kinds: Sequence[EntityType]) -> EntityClass:
    """Return the strictest class over all types. A type is asked for its carve-out only if it would lift the class."""
    if not kinds:
        world.note("no_type")
        if world.known("designated") not in (None, Designation.NONE) or world.known("special"):
            world.note("no_type_to_identify")
    refs = {str(kind.ref) for kind in kinds}
    best = _OUT
    for kind in kinds:
        if best is _ESSENTIAL:
            break
        found, rules = _of_type(world, kind)
        if found is _OUT:
            world.note(*rules, kind=kind)
        if found.rank <= best.rank or _carved_out(world, kind, refs):
            continue
        world.note(*rules, kind=kind)
        best = found
    return best


def _carved_out(world: _World, kind: EntityType, refs: set[str]) -> bool:
    # These two name the stricter type under which the entity counts instead, so they never change the class.
    if kind.ref.local == "annexI.11.1" and "nis2:annexI.8.8" in refs:
        world.note("space_network", kind=kind)
    if kind.ref.local == "annexII.5.a.1" and "nis2:annexI.5.5" in refs:
        world.note("emergency_devices", kind=kind)
    if not kind.carve_out:
        return False
    side = kind.carve_out == "side_activity"
    out: bool = world.ask(f"side_activity {kind.ref}" if side else kind.carve_out)
    if out:
        world.note(kind.carve_out, kind=kind)
    return out


def _of_type(world: _World, kind: EntityType) -> tuple[EntityClass, tuple[str, ...]]:
    """Return the class by one type, and the rules that give it: the type by size, then acts of a State on top."""
    found, rules = _by_size(world, kind)
    if found is _ESSENTIAL:
        return found, rules
    designated: Designation = world.ask("designated")
    if designated is Designation.ESSENTIAL:
        return _ESSENTIAL, ("identified", "identified_essential")
    if found is _OUT and designated is Designation.IMPORTANT:
        return _IMPORTANT, ("identified", "identified_important")
    if found is _OUT and world.ask("special"):
        known = tuple(name for name in SPECIAL if world.known(name))
        return _IMPORTANT, (*(known or ("identified",)), "important")
    return found, rules


def _by_size(world: _World, kind: EntityType) -> tuple[EntityClass, tuple[str, ...]]:
    """Return the class that the type has by the entity's size: Articles 2(1), 2(2)(a) and (f), 3(1)(a) to (d), 3(2)."""
    if kind.rule == "central":
        return _ESSENTIAL, ("central_scope", "central")
    if kind.rule == "names":
        return _ESSENTIAL, ("names", "any_size")
    if kind.rule == "trust" and world.ask("trust_service") is TrustService.QUALIFIED:
        return _ESSENTIAL, ("trust", "any_size")
    if kind.rule == "regional" and world.known("risk_based_assessment"):
        return _IMPORTANT, ("regional_scope", "important")
    size = _size(world, kind)
    if kind.rule == "trust":
        return (_ESSENTIAL, ("trust", "above_ceilings")) if size is Size.LARGE else (_IMPORTANT, ("trust", "important"))
    if kind.rule == "communications":
        return {
            Size.SMALL: (_IMPORTANT, ("communications", "important")),
            Size.MEDIUM: (_ESSENTIAL, ("communications", "medium_communications")),
            Size.LARGE: (_ESSENTIAL, ("communications", "above_ceilings")),
        }[size]
    if size is Size.SMALL and kind.rule == "regional" and world.ask("risk_based_assessment"):
        return _IMPORTANT, ("regional_scope", "important")
    if size is Size.SMALL:
        return _OUT, ("regional_not", "below_cap") if kind.rule == "regional" else ("below_cap",)
    if size is Size.LARGE and kind.rule == "annex_one":
        return _ESSENTIAL, ("at_cap", "above_ceilings")
    return _IMPORTANT, ("at_cap", "important")


def _size(world: _World, kind: EntityType) -> Size:
    """Return the size that counts: a public body has no turnover (Article 6(35)(a)), so its headcount decides."""
    public = kind.rule == "regional" and world.knows("public_size")
    if public:
        world.note("no_turnover", kind=kind)
    size: Size = world.ask("public_size" if public else "size")
    world.note(f"size_{size}")
    return size


def _by_option(world: _World, level: Administration) -> EntityClass:
    """Return the class of bodies that a State may bring in under Article 2(5)."""
    for body, option, applies in (
        ("local", "opt_in_local", level is Administration.LOCAL),
        ("education", "opt_in_education", None),
    ):
        if not (world.ask("education_institution") if applies is None else applies):
            continue
        if world.ask(option):
            essential = world.ask("designated") is Designation.ESSENTIAL
            world.note(body, "identified_essential" if essential else "important_by_option")
            return _ESSENTIAL if essential else _IMPORTANT
        world.note(f"{body}_not")
    return _OUT


def _missing(
    worlds: Sequence[tuple[_World, EntityClass]], facts: Mapping[str, _Fact], sizes: Mapping[str, SizeRange]
) -> tuple[str, ...]:
    """Return the unknown fields that decide: two worlds differ in this fact alone, and in their class."""
    fields: set[str] = set()
    for (one, a), (other, b) in combinations(worlds, 2):
        if a is b:
            continue
        differ = [name for name, value in one.chosen.items() if other.chosen.get(name, value) != value]
        if len(differ) != 1:
            continue
        name = differ[0]
        fields.update(facts[name].fields)
        if name in sizes:
            pair = (one.chosen[name], other.chosen[name])
            fields.update(field for field, pairs in sizes[name].swings.items() if pair in pairs)
    order = [attribute.name for attribute in attrs.fields(Entity)]
    return tuple(sorted(fields, key=lambda field: (order.index(field.split("[")[0]), field)))


def _reasons(worlds: Sequence[_World]) -> tuple[Reason, ...]:
    """Return the rules noted in any world, in order of application; those not noted in all of them are not certain."""
    count = Counter(note for world in worlds for note in world.notes)
    merged: dict[tuple[str, bool, Ref | None], list[Ref]] = {}
    for (rule_id, ref), times in count.items():
        own = ref if rule_id in ("type", "side_activity") else None
        merged.setdefault((rule_id, times == len(worlds), own), []).extend([ref] if ref else [])
    return tuple(
        reason(rule_id, types=sorted(types), certain=certain)
        for (rule_id, certain, _), types in sorted(merged.items(), key=_in_order)
    )


def _in_order(item: tuple[tuple[str, bool, Ref | None], list[Ref]]) -> tuple[int, bool, list[Ref]]:
    (rule_id, certain, _), types = item
    return list(_rules()).index(rule_id), not certain, sorted(types)
