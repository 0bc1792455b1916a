"""Articles 2 and 3 of Directive (EU) 2022/2555 as a decision, and the facts of an `Entity` that it asks for.

The stages are the law in the order in which it is applied, written for one world, in which every fact is known:
exclusions first, then acts of a State, then types by size, then options and registration. `rule` runs them in every
world that the entity leaves possible.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import cast

import attrs

from ...dataset import keep
from ...errors import InputError
from ...ids import Ref
from .._facts import refuse
from .._logic import Truth
from ._decision import Decision, NextStage, OpenFact, Possible, World, explore
from ._entity import Entity
from ._size import Size, SizeRange
from ._types import SIDE_ACTIVITY, Counting, ListedType, Reason, ScopeLaw, type_of
from ._words import (
    NOT_ADMINISTRATION,
    OPERATORS_UNTIL,
    PUBLIC,
    SPECIAL,
    Administration,
    Designation,
    EntityClass,
    TrustService,
)

__all__ = ["Ruling", "rule", "was_operator"]

_EITHER = (False, True)
_ESSENTIAL, _IMPORTANT, _REGISTRATION, _OUT, _ = EntityClass
_RANK = {entity_class: entity_class.rank for entity_class in EntityClass}
# Facts that a later stage asks again: an option of Article 2(5) turns on what a listed type may have asked before.
_ASKED_AGAIN = ("designated", "education_institution")
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


@attrs.frozen(kw_only=True)
class Ruling:
    """What the worlds say together: classes still possible, strictest first, what they depend on, rules applied.

    `types` is None while the entity's types are not known.
    """

    possible: tuple[EntityClass, ...]
    missing: tuple[str, ...]
    reasons: tuple[Reason, ...]
    size: SizeRange
    types: Counting | None


def rule(entity: Entity, law: ScopeLaw) -> Ruling:
    """Return the classes that stay possible for an entity, the facts they depend on, and the rules in order."""
    _check(entity, law)
    sizes = {"size": entity.size()}
    if any(period.turnover is None for period in entity.periods):
        sizes["public_size"] = entity.size(without_turnover=True)
    facts = _facts(entity, sizes, law)
    decision = explore(_Law(law, entity.outside_union).start, None, facts, asked_again=_ASKED_AGAIN)
    types: Counting | None = None
    if entity.types is not None:
        named = entity.types if entity.trust_service is None else law.with_trust(entity.types)
        inside = frozenset(named).difference(entity.outside_union)
        types = Counting.of(law, inside, entity.public_administration, lambda name: _known(facts, name))
    # What is reported is the size that counted: of a public body alone, by its headcount.
    body = entity.public_administration in PUBLIC or bool(entity.types)
    alone = body and all(law.kinds[ref].is_public for ref in entity.types or ())
    return Ruling(
        possible=tuple(entity_class for entity_class in EntityClass if entity_class in decision.outcomes),
        missing=_missing(decision, facts, sizes),
        reasons=_reasons(decision, law),
        size=sizes.get("public_size", sizes["size"]) if alone else sizes["size"],
        types=types,
    )


def _check(entity: Entity, law: ScopeLaw) -> None:
    """Refuse types that the dataset does not have, and facts that contradict them."""
    for field in ("types", SIDE_ACTIVITY, "outside_union"):
        refs: object = getattr(entity, field)
        for ref in cast("tuple[Ref, ...]", refs) if isinstance(refs, tuple) else ():
            kind = type_of(law.data, ref, field)
            if field == SIDE_ACTIVITY and kind.carve_out != SIDE_ACTIVITY:
                may = ", ".join(str(other.ref) for other in law.kinds.values() if _may_be_side(other))
                hint = f"these may be a side activity: {may}"
                raise InputError(f"{field}: {ref} is of its type however small a part it plays", hint=hint)
    level = entity.public_administration
    for ref in entity.types or ():
        if law.contradicts(law.kinds[ref], level):
            raise refuse("public_administration", str(level), f"contradicts types, which has {ref}")


def _may_be_side(kind: ListedType) -> bool:
    return kind.type.carve_out == SIDE_ACTIVITY


def _known(facts: Mapping[str, Possible], name: str) -> bool | None:
    return cast("bool | None", facts[name].known)


def _facts(entity: Entity, sizes: Mapping[str, SizeRange], law: ScopeLaw) -> dict[str, Possible]:
    """Return the values that each fact may have, unknown ones that always act together as one."""
    facts = {name: _fact(getattr(entity, name), name) for name in (*_FLAGS, *SPECIAL)}
    facts.update({name: Possible(size.sizes) for name, size in sizes.items()})
    facts["trust_service"] = _fact(entity.trust_service, "trust_service", tuple(TrustService))
    facts["designated"] = _fact(entity.designated, "designated", tuple(Designation))
    facts["special"] = _joint(Truth.any(Truth.of(getattr(entity, name), name) for name in SPECIAL))
    facts["former_operator"] = _joint(
        Truth.all((Truth.of(was_operator(entity), "oes_nis1"), Truth.of(entity.opt_in_oes, "opt_in_oes")))
    )
    types = None if entity.types is None else frozenset(entity.types)
    facts["types"] = _fact(types, "types", _representatives(law))
    level = entity.public_administration
    if level is None and any(law.kinds[ref].is_public for ref in entity.types or ()):
        level = Administration.NONE  # the type says it
    # The courts stand for parliaments and central banks, which are treated alike.
    levels = (Administration.NONE, *PUBLIC, Administration.JUDICIARY, Administration.DIPLOMATIC_MISSION)
    facts["public_administration"] = _fact(level, "public_administration", levels)
    side = entity.side_activity
    for kind in law.kinds.values():
        if _may_be_side(kind):
            value = side if side is None or isinstance(side, bool) else kind.ref in side
            facts[kind.carve_out] = _fact(value, SIDE_ACTIVITY)
    return facts


def was_operator(entity: Entity) -> bool | None:
    """Tell whether an entity was identified as an operator of essential services in time: the day decides if known."""
    return entity.oes_nis1 if entity.oes_identified is None else entity.oes_identified < OPERATORS_UNTIL


def _fact(value: object, field: str, values: tuple[object, ...] = _EITHER) -> Possible:
    return Possible(values, (field,)) if value is None else Possible((value,))


def _joint(truth: Truth) -> Possible:
    """Return one fact for several of which only the whole matters."""
    return Possible(_EITHER, truth.missing) if truth.value is None else Possible((truth.value,))


def _representatives(law: ScopeLaw) -> tuple[frozenset[Ref], ...]:
    """Return one entity of no type, and one for each way in which the law treats a type."""

    def make() -> tuple[frozenset[Ref], ...]:
        ways = {(kind.type.rule, kind.type.carve_out): kind for kind in reversed(law.kinds.values())}
        first = sorted(ways.values(), key=lambda kind: kind.place)
        return (frozenset(), *(frozenset((kind.ref,)) for kind in first))

    return keep(law.data, "law: representatives", make)


@attrs.frozen
class _Body:
    """What the stages after the first need to know of a body: its types that count, and of its level what matters."""

    kinds: tuple[ListedType, ...]
    public: bool
    mission: bool
    local: bool


@attrs.frozen
class _Result:
    """The class that the listed types give, whether the body is a local one, and whether it is of no listed type."""

    entity_class: EntityClass
    local: bool
    unlisted: bool


class _Law:
    """The stages of the decision, over the types and rules of one dataset."""

    def __init__(self, law: ScopeLaw, outside: Iterable[Ref]) -> None:
        self.law = law
        self.outside = frozenset(outside)

    def start(self, world: World, _: Hashable) -> NextStage:
        """Find the types that count; a level of public administration adds its type."""
        level = cast("Administration", world.ask("public_administration"))
        refs = cast("frozenset[Ref]", world.ask("types"))
        if world.known("trust_service") is not None:
            refs = self.law.with_trust(refs)
        for ref in sorted(refs & self.outside):
            world.note("outside_union", about=self.law.kinds[ref])
        kinds = self.law.counting(refs - self.outside, level)
        if level in NOT_ADMINISTRATION:
            world.note("no_administration")
        for kind in kinds:
            world.note("type", about=kind)
        public = level in PUBLIC or any(kind.is_public for kind in kinds)
        mission = level is Administration.DIPLOMATIC_MISSION
        return NextStage(self.acts, _Body(kinds, public, mission, level is Administration.LOCAL))

    def acts(self, world: World, state: Hashable) -> NextStage | EntityClass:
        """Apply exclusions, and acts of a State that settle the class whatever the types are."""
        body = cast("_Body", state)
        if _excluded(world, body):
            return _OUT
        if world.ask("critical_entity"):
            world.note("critical_scope", "critical")
            _note_grounds(world, body.kinds, _ESSENTIAL)
            return _ESSENTIAL
        if world.ask("former_operator"):
            world.note("former_operator")
            _note_grounds(world, body.kinds, _ESSENTIAL)
            return _ESSENTIAL
        if not world.ask("services_in_union"):
            world.note("outside_union")
            return _OUT
        return NextStage(self.types, attrs.evolve(body, public=False))

    def types(self, world: World, state: Hashable) -> NextStage:
        """Find the strictest class over all types; one is asked for its carve-out only if it would lift the class."""
        body = cast("_Body", state)
        kinds = body.kinds
        if not kinds and not self.outside:
            world.note("no_type")
        best, deciding = _OUT, None
        for kind in kinds:
            if best is _ESSENTIAL:
                break
            entity_class, rules = _of_type(world, kind)
            if entity_class is _OUT:
                world.note(*rules, about=kind)
            if _RANK[entity_class] <= _RANK[best] or _carved_out(world, kind, kinds):
                continue
            world.note(*rules, about=kind)
            best, deciding = entity_class, kind
        if deciding is not None:
            _note_grounds(world, [kind for kind in kinds if kind is not deciding], best)
        return NextStage(self.options, _Result(best, body.local, unlisted=not kinds))

    def options(self, world: World, state: Hashable) -> EntityClass:
        """Apply what a State may add for bodies of no listed type, and the registration of domain names."""
        result = cast("_Result", state)
        best = result.entity_class
        if best is _OUT:
            best = _by_option(world, local=result.local)
        identified = world.known("designated") not in (None, Designation.NONE) or world.known("special")
        if result.unlisted and identified:
            world.note("no_type_to_identify")
        if best is _OUT and world.ask("domain_registration"):
            world.note("registration_scope", "registration")
            return _REGISTRATION
        if world.known("domain_registration"):
            world.note("registration_scope")
        return best


def _excluded(world: World, body: _Body) -> bool:
    if world.ask("dora_exempt"):
        world.note("dora_exempt")
        return True
    if body.mission:
        world.note("mission")
        return True
    if not body.public or not world.ask("national_security"):
        return False
    trusted = any(kind.type.rule == "trust" for kind in body.kinds)
    world.note("security_trust" if trusted else "security")
    return not trusted


def _carved_out(world: World, kind: ListedType, kinds: Sequence[ListedType]) -> bool:
    # The stricter type under which it counts instead is named; it decides anyway, so the class does not change.
    if kind.instead is not None and any(other.ref == kind.instead.yields_to for other in kinds):
        world.note(kind.instead.id, about=kind)
    if not kind.carve_out or not world.ask(kind.carve_out):
        return False
    world.note(kind.type.carve_out, about=kind)
    return True


def _note_grounds(world: World, kinds: Sequence[ListedType], entity_class: EntityClass) -> None:
    """Note on which further grounds the class stands, as far as known facts show: it may outlive the first one."""
    for kind in kinds:
        aside = world.quiet()
        try:
            found, rules = _of_type(aside, kind)
            if found is not entity_class or _carved_out(aside, kind, kinds):
                continue
        except OpenFact:
            continue
        world.notes += aside.notes
        world.note(*rules, about=kind)


def _of_type(world: World, kind: ListedType) -> tuple[EntityClass, tuple[str, ...]]:
    """Return the class by one type, and the rules that give it: the type by size, then acts of a State on top."""
    entity_class, rules = _by_size(world, kind)
    if entity_class is _ESSENTIAL:
        return entity_class, rules
    designated = world.ask("designated")
    if designated is Designation.ESSENTIAL:
        return _ESSENTIAL, ("identified", "identified_essential")
    if entity_class is _OUT and designated is Designation.IMPORTANT:
        return _IMPORTANT, ("identified", "identified_important")
    if entity_class is _OUT and world.ask("special"):
        known = tuple(name for name in SPECIAL if world.known(name))
        return _IMPORTANT, (*(known or ("identified",)), "important")
    return entity_class, rules


def _by_size(world: World, kind: ListedType) -> tuple[EntityClass, tuple[str, ...]]:
    """Return the class that the type has by the entity's size: Articles 2(1), 2(2)(a) and (f), 3(1)(a) to (d), 3(2)."""
    row = kind.type.rule
    if row == "central":
        return _ESSENTIAL, ("central_scope", "central")
    if row == "names":
        return _ESSENTIAL, ("names", "any_size")
    if row == "trust" and world.ask("trust_service") is TrustService.QUALIFIED:
        return _ESSENTIAL, ("trust", "any_size")
    if row == "regional" and world.known("risk_based_assessment"):
        return _IMPORTANT, ("regional_scope", "important")
    size = _size(world, kind)
    if row == "trust":
        return (_ESSENTIAL, ("trust", "above_ceilings")) if size is Size.LARGE else (_IMPORTANT, ("trust", "important"))
    if row == "communications":
        return {
            Size.SMALL: (_IMPORTANT, ("communications", "important")),
            Size.MEDIUM: (_ESSENTIAL, ("communications", "medium_communications")),
            Size.LARGE: (_ESSENTIAL, ("communications", "above_ceilings")),
        }[size]
    if size is Size.SMALL and row == "regional" and world.ask("risk_based_assessment"):
        return _IMPORTANT, ("regional_scope", "important")
    if size is Size.SMALL:
        return _OUT, ("regional_not", "below_cap") if row == "regional" else ("below_cap",)
    if size is Size.LARGE and row == "annex_one":
        return _ESSENTIAL, ("at_cap", "above_ceilings")
    return _IMPORTANT, ("at_cap", "important")


def _size(world: World, kind: ListedType) -> Size:
    """Return the size that counts: a public body has no turnover (Article 6(35)(a)), so its headcount decides."""
    public = kind.type.rule == "regional" and world.knows("public_size")
    if public:
        world.note("no_turnover", about=kind)
    size = cast("Size", world.ask("public_size" if public else "size"))
    world.note(f"size_{size}")
    return size


def _by_option(world: World, *, local: bool) -> EntityClass:
    """Return the class of bodies that a State may bring in under Article 2(5)."""
    for body, option in (("local", "opt_in_local"), ("education", "opt_in_education")):
        if not (local if body == "local" else world.ask("education_institution")):
            continue
        if world.ask(option):
            essential = world.ask("designated") is Designation.ESSENTIAL
            world.note(body, "identified_essential" if essential else "important_by_option")
            return _ESSENTIAL if essential else _IMPORTANT
        world.note(f"{body}_not")
    return _OUT


def _missing(
    decision: Decision[Hashable], facts: Mapping[str, Possible], sizes: Mapping[str, SizeRange]
) -> tuple[str, ...]:
    """Return the unknown fields that decide; of a size that does, the figures that can tell the sizes apart."""
    fields: set[str] = set()
    for name, pairs in decision.deciding.items():
        fields.update(facts[name].fields)
        if name in sizes:
            swings = sizes[name].swings.items()
            fields.update(
                field for field, able in swings if not able.isdisjoint(cast("Sequence[tuple[Size, Size]]", pairs))
            )
    order = [attribute.name for attribute in attrs.fields(Entity)]
    return tuple(sorted(fields, key=lambda field: (order.index(field.split("[")[0]), field)))


def _reasons(decision: Decision[Hashable], law: ScopeLaw) -> tuple[Reason, ...]:
    """Return the rules noted in any world, in order of application; those not noted in all of them are not certain."""
    merged: dict[tuple[int, bool, int], list[ListedType]] = {}
    ids: dict[int, str] = {}
    for (rule_id, about), certain in decision.notes.items():
        kind = cast("ListedType | None", about)
        place = law.order(rule_id)
        ids[place] = rule_id
        # These two say something about each type by itself; the others name all types that they were applied to.
        own = kind.place if kind is not None and rule_id in ("type", SIDE_ACTIVITY) else -1
        merged.setdefault((place, not certain, own), []).extend([] if kind is None else [kind])
    reasons: list[Reason] = []
    for place, doubtful, _ in sorted(
        merged, key=lambda key: (key[0], key[1], min((k.place for k in merged[key]), default=-1))
    ):
        kinds = sorted(merged[place, doubtful, _], key=lambda kind: kind.place)
        reasons.append(law.reason(ids[place], types=[kind.ref for kind in kinds], certain=not doubtful))
    return tuple(reasons)
