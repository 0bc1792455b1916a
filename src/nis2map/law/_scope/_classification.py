"""Is an organisation in scope of Directive (EU) 2022/2555, and as what: Articles 2 and 3, and Article 26 beside them.

`classify(entity)` applies the rules to an `Entity` and gives one of five answers with its reasons. It is three-valued
throughout: a fact that is not known is completed in every possible way, and a class is given exactly when all ways lead
to it. Otherwise the answer is `undetermined`, with the classes still `possible` and, in `missing`, the facts on which
it depends. The unit is the type of entity, not the sector, and of several types the strictest counts.

The Directive binds States: the national act decides. Rules and caveats are rows of `data/scope_rules.json`, the types
rows of `data/annexes.json`; both cite their source.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import attrs

from ..._version import __version__
from ...errors import InputError, quote
from ...ids import Ref, parse_ref
from ._entity import Entity, EntityType, entity_type, entity_types
from ._fields import Administration, Designation, Exemption, TrustService
from ._jurisdiction import Jurisdiction, jurisdictions
from ._rules import NOT_ADMINISTRATION, PUBLIC, SPECIAL, EntityClass, Reason, Ruling, reason, rule
from ._size import Figures, Partner, Size

__all__ = [
    "Administration",
    "Classification",
    "Designation",
    "Entity",
    "EntityClass",
    "EntityType",
    "Exemption",
    "Figures",
    "Jurisdiction",
    "Partner",
    "Reason",
    "Registration",
    "Size",
    "TrustService",
    "classify",
    "entity_type",
    "entity_types",
]

_LAW = "Directive (EU) 2022/2555"
_AS_OF = dt.date(2022, 12, 27)  # of the consolidated text that the rules were read from
_NOTE = "The Directive binds States; the national act that carries it out decides. This is no legal advice."
_ADDED: dict[Administration | None, str] = {
    Administration.CENTRAL: "nis2:annexI.10.1",
    Administration.REGIONAL: "nis2:annexI.10.2",
}
_DORA_SECTORS = (3, 4)  # Annex I: banking, financial market infrastructures


@attrs.frozen(kw_only=True)
class Registration:
    """The duties to be known to somebody, None where open.

    `listed`: Article 3(4), for every entity in scope. `registry`: Article 27, for the digital entities of Article
    26(1), point (b). `domain_data`: Article 28, for top-level domain registries and domain name registration.
    `representative`: Article 26(3), for digital entities that serve the Union without being established in it.
    """

    listed: bool | None
    registry: bool | None
    domain_data: bool | None
    representative: bool | None


@attrs.frozen(kw_only=True)
class Classification:
    """What the Directive makes of an entity, with everything that the answer rests on.

    `entity_class` is undetermined exactly if `missing` is not empty, and then `possible` has the classes still open,
    strictest first (else the class alone). `reasons` are the rules in order of application. `size` is None while more
    than one of `sizes` is open. `types` are the listed types that count, as far as is known (None: not known);
    `jurisdiction` answers Article 26, empty for an entity out of scope. `cir_applies` tells whether Implementing
    Regulation (EU) 2024/2690 binds the entity, `public_administration` whether it is a body of that kind; both are
    None where open. `caveats` name what leaves the class alone and changes something else. The answer is of the text
    `law` as consolidated on `as_of`, and of the package's `version`.
    """

    entity_class: EntityClass
    possible: tuple[EntityClass, ...]
    missing: tuple[str, ...]
    reasons: tuple[Reason, ...]
    size: Size | None
    sizes: tuple[Size, ...]
    types: tuple[Ref, ...] | None
    jurisdiction: tuple[Jurisdiction, ...]
    registration: Registration
    cir_applies: bool | None
    public_administration: bool | None
    caveats: tuple[Reason, ...]
    entity: Entity
    law: str = _LAW
    as_of: dt.date = _AS_OF
    note: str = _NOTE
    version: str = ""

    @property
    def in_scope(self) -> bool | None:
        """Whether the Directive applies to the entity at all, None if that is open."""
        inside = {one is not EntityClass.OUT_OF_SCOPE for one in self.possible}
        return inside.pop() if len(inside) == 1 else None

    def to_dict(self) -> dict[str, Any]:
        """Return the whole answer as a JSON-ready dict, the facts it rests on included."""
        return {
            "entity_class": str(self.entity_class),
            "possible": [str(one) for one in self.possible],
            "missing": list(self.missing),
            "reasons": self.to_dicts(),
            "size": self.size and str(self.size),
            "sizes": [str(size) for size in self.sizes],
            "types": None if self.types is None else [str(ref) for ref in self.types],
            "jurisdiction": [one.to_dict() for one in self.jurisdiction],
            "registration": attrs.asdict(self.registration),
            "cir_applies": self.cir_applies,
            "public_administration": self.public_administration,
            "caveats": [one.to_dict() for one in self.caveats],
            "entity": self.entity.to_dict(),
            "law": self.law,
            "as_of": self.as_of.isoformat(),
            "note": self.note,
            "version": self.version,
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the reasons as JSON-ready rows."""
        return [one.to_dict() for one in self.reasons]

    def __str__(self) -> str:
        lines = [f"{self.law}: {self._verdict()}", *(f"- {one}" for one in self.reasons)]
        return "\n".join([*lines, *(f"! {one}" for one in self.caveats), self.note])

    def _repr_html_(self) -> str:
        rows = "".join(f"<li>{escape(str(one))}</li>" for one in (*self.reasons, *self.caveats))
        head = escape(f"{self.law}: {self._verdict()}")
        return f"<div><p><b>{head}</b></p><ol>{rows}</ol><p>{escape(self.note)}</p></div>"

    def _verdict(self) -> str:
        if not self.missing:
            return self.entity_class.replace("_", " ")
        open_ = " or ".join(one.replace("_", " ") for one in self.possible)
        return f"undetermined: {open_}, depending on {', '.join(self.missing)}"


def classify(entity: Entity) -> Classification:
    """Classify an entity under Articles 2 and 3 of the Directive.

    The class is given exactly when the known facts settle it. Exact for any mixture of unknown facts: the answer is
    that of all completions. Raises `InputError` for anything but an `Entity`.

    >>> classify(Entity("nis2:annexII.4.1", headcount=120)).entity_class
    <EntityClass.IMPORTANT: 'important'>
    >>> classify(Entity("nis2:annexI.5.1", headcount=120)).missing
    ('turnover', 'balance_sheet')
    """
    if not isinstance(entity, Entity):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"entity: {quote(entity)} is no Entity")
    ruling = rule(entity)
    settled = len(ruling.possible) == 1
    kinds = _kinds(entity)
    counting = None if kinds is None else [kind for kind in kinds if _counts(entity, kind) is not False]
    outside = ruling.possible == (EntityClass.OUT_OF_SCOPE,)
    return Classification(
        entity_class=ruling.possible[0] if settled else EntityClass.UNDETERMINED,
        possible=ruling.possible,
        missing=ruling.missing,
        reasons=_with_size(ruling, entity),
        size=ruling.size.sizes[0] if len(ruling.size.sizes) == 1 else None,
        sizes=ruling.size.sizes,
        types=None if counting is None else tuple(sorted(kind.ref for kind in counting)),
        jurisdiction=() if outside or counting is None else jurisdictions(entity, counting),
        registration=_registration(entity, ruling, kinds),
        cir_applies=_all([_bound(ruling), _any_kind(entity, kinds, [k.ref for k in entity_types() if k.cir])]),
        public_administration=_public(entity, kinds),
        caveats=tuple(_caveats(entity, ruling, kinds)),
        entity=entity,
        version=__version__,
    )


def _all(values: Iterable[bool | None]) -> bool | None:
    found = set(values)
    return False if False in found else None if None in found else True


def _any(values: Iterable[bool | None]) -> bool | None:
    found = set(values)
    return True if True in found else None if None in found else False


def _inside(ruling: Ruling) -> bool | None:
    """Tell whether the entity is in scope at all."""
    return _all_or_none(one is not EntityClass.OUT_OF_SCOPE for one in ruling.possible)


def _bound(ruling: Ruling) -> bool | None:
    """Tell whether the entity is essential or important."""
    return _all_or_none(one in (EntityClass.ESSENTIAL, EntityClass.IMPORTANT) for one in ruling.possible)


def _all_or_none(values: Iterable[bool]) -> bool | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _kinds(entity: Entity) -> list[EntityType] | None:
    """Return the types of the entity, the one that its level of administration adds included; None if not known."""
    if entity.types is None:
        return None
    added = _ADDED.get(entity.public_administration)
    refs = {*entity.types, parse_ref(added)} if added else set(entity.types)
    return [entity_type(ref) for ref in sorted(refs)]


def _counts(entity: Entity, kind: EntityType) -> bool | None:
    """Tell whether the entity is of the type after what the law carves out of it."""
    if kind.jurisdiction == "creator":
        return entity.public_administration not in NOT_ADMINISTRATION
    if not kind.carve_out:
        return True
    if kind.carve_out == "side_activity":
        return None if entity.side_activity is None else kind.ref not in entity.side_activity
    value: bool | None = getattr(entity, kind.carve_out)
    return None if value is None else not value


def _any_kind(entity: Entity, kinds: Sequence[EntityType] | None, refs: Sequence[Ref]) -> bool | None:
    """Tell whether the entity is of one of these types."""
    return None if kinds is None else _any(_counts(entity, kind) for kind in kinds if kind.ref in refs)


def _public(entity: Entity, kinds: Sequence[EntityType] | None) -> bool | None:
    level = entity.public_administration
    if kinds is None or (level is None and not any(kind.jurisdiction == "creator" for kind in kinds)):
        return True if level in PUBLIC else None
    bodies = [kind.ref for kind in kinds if kind.jurisdiction == "creator"]
    return True if level in PUBLIC else _any_kind(entity, kinds, bodies)


def _registration(entity: Entity, ruling: Ruling, kinds: Sequence[EntityType] | None) -> Registration:
    inside = _inside(ruling)
    digital = [kind.ref for kind in entity_types() if kind.jurisdiction == "main_establishment"]
    is_digital = _any([entity.domain_registration, _any_kind(entity, kinds, digital)])
    registries = [parse_ref("nis2:annexI.8.3")]
    keeps_data = _any([entity.domain_registration, _any_kind(entity, kinds, registries)])
    abroad = None if entity.established_in is None else entity.established_in == ()
    # Article 2(8) may lift these for an entity that does security work alone; not while it is a trust service (2(9)).
    waived = entity.state_exemption is Exemption.ENTIRELY and not _trusted(kinds)
    owes = _all([inside, not waived])
    return Registration(
        listed=owes,
        registry=_all([owes, is_digital]),
        domain_data=_all([inside, keeps_data]),
        representative=_all([inside, is_digital, abroad, entity.services_in_union]),
    )


def _trusted(kinds: Sequence[EntityType] | None) -> bool:
    return any(kind.rule == "trust" for kind in kinds or ())


def _with_size(ruling: Ruling, entity: Entity) -> tuple[Reason, ...]:
    """Return the reasons, with what went into the size put before it where the size was asked for."""
    at = next((i for i, one in enumerate(ruling.reasons) if one.id.startswith("size_")), None)
    if at is None:
        return ruling.reasons
    parts = [
        ("ownership", entity.publicly_owned is not False),
        ("group", bool(entity.linked or entity.partners) and not entity.group_set_aside),
        ("group_set_aside", entity.group_set_aside and bool(entity.linked or entity.partners)),
        ("two_periods", ruling.size.latest != ruling.size.sizes),
    ]
    added = [reason(rule_id) for rule_id, applies in parts if applies]
    return (*ruling.reasons[:at], *added, *ruling.reasons[at:])


def _caveats(entity: Entity, ruling: Ruling, kinds: Sequence[EntityType] | None) -> Iterable[Reason]:
    """Yield what changes duties, or might change the answer under national law, and leaves the class alone."""
    if ruling.possible == (EntityClass.OUT_OF_SCOPE,):
        if entity.services_in_union is False and entity.established_in != ():
            yield reason("union")
        if entity.oes_nis1 and entity.opt_in_oes is False:
            yield reason("oes_option")
        if entity.state_exemption in (None, Exemption.NONE):
            return
    financial = [k.ref for k in kinds or () if k.annex == "I" and k.sector in _DORA_SECTORS]
    if financial:
        yield reason("dora", types=financial)
    if entity.sector_acts:
        acts = ", ".join(entity.sector_acts)
        yield attrs.evolve(reason("sector_acts"), text=f"{reason('sector_acts').text} (told: {acts})")
    yield from _security_caveats(entity, kinds)
    regional = [kind.ref for kind in kinds or () if kind.rule == "regional"]
    if regional and Size.LARGE in ruling.size.sizes and EntityClass.IMPORTANT in ruling.possible:
        yield reason("regional_large", types=regional)
    if any(one.id == "at_cap" and set(one.types) & set(regional) for one in ruling.reasons):
        yield reason("regional_size", types=regional)
    if (entity.linked or entity.partners) and not entity.group_set_aside:
        yield reason("group_option")
    if entity.oes_nis1 and entity.opt_in_oes is False and EntityClass.ESSENTIAL not in ruling.possible:
        yield reason("oes_option")
    if EntityClass.IMPORTANT in ruling.possible and any(getattr(entity, name) for name in SPECIAL):
        yield reason("may_be_identified")
    if any(one.id in ("local", "education") for one in ruling.reasons):
        yield reason("by_option")


def _security_caveats(entity: Entity, kinds: Sequence[EntityType] | None) -> Iterable[Reason]:
    exemption = entity.state_exemption
    if exemption is not None and exemption is not Exemption.NONE:
        yield reason("exemption_void" if _trusted(kinds) else f"exemption_{exemption}")
    elif entity.national_security and _public(entity, kinds) is False:
        yield reason("private_security")
