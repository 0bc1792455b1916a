"""Is an organisation in scope of Directive (EU) 2022/2555, and as what: Articles 2, 3 and 26 to 28.

`classify(entity)` applies the rules to an `Entity` and gives one of five answers with its reasons. It is three-valued
throughout: a fact that is not known is completed in every possible way, and a class is given exactly when all ways lead
to it. Otherwise the answer is `undetermined`, with the classes still `possible` and, in `missing`, the facts on which
it depends. The unit is the type of entity, not the sector, and of several types the strictest counts.

The Directive binds States: the national act decides. Rules and caveats are rows of the dataset's table `scope_rules`,
the types rows of `entity_types`; a rule without a source of its own cites the type that it is applied to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping

import attrs

from ..._shared import Brief, Column, FrozenMap, Page, Record, Tabular, View, expect
from ..._version import __version__
from ...dataset import Dataset, given
from ...ids import Ref
from ...model import EntityType
from .._logic import agreed, all_of, any_of
from ._displacements import Displacement, covered_in_part, displaced_units, displacements
from ._entity import Entity
from ._jurisdiction import Jurisdiction, jurisdictions
from ._rules import Ruling, rule, was_operator
from ._size import Size
from ._types import Counting, Reason, ScopeLaw, is_public, scope_law
from ._words import PUBLIC, SPECIAL, EntityClass, Exemption

__all__ = ["Classification", "Registration", "classify", "elsewhere"]

_LAW = "Directive (EU) 2022/2555"
_AS_OF = dt.date(2022, 12, 27)  # of the consolidated text that the rules were read from
_LISTED, _REGISTRY = Ref("nis2", "3.4"), Ref("nis2", "27.2")
_SECTOR_ACTS = Ref("nis2", "4.1")
_NOTE = "The Directive binds States; the national act that carries it out decides. This is not legal advice."


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Registration(Brief, Record):
    """The duties to register, None where open.

    `listed`: Article 3(4), for every entity in scope. `registry`: Article 27, for the digital entities of Article
    26(1), point (b). A State may lift these two for an entity that does security work alone (Article 2(8) and (9)).
    `domain_data`: Article 28, for top-level domain registries and domain name registration. `representative`: Article
    26(3), for digital entities that serve the Union without being established in it.
    """

    listed: bool | None
    registry: bool | None
    domain_data: bool | None
    representative: bool | None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Classification(Record, View, Tabular):
    """What the Directive makes of an entity, with everything that the answer rests on.

    `entity_class` is undetermined exactly if `missing` is not empty, and then `possible` has the classes still open,
    strictest first (else the class alone). `reasons` are the rules in order of application. `size` is None while more
    than one of `sizes` is open. `types` are the listed types that count or may (None: they are not known);
    `jurisdiction` answers Article 26, empty for an entity out of scope or of unknown types. `cir_applies` tells whether
    Implementing Regulation (EU) 2024/2690 binds the entity, `public_administration` whether it is a body of that kind;
    both are None where open. `caveats` leave the class alone: they name what moves duties, or what national law may
    decide otherwise. The answer is of the text `law` as consolidated on `as_of`, of the package's `version` and of the
    version `data` of the dataset.
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
    displaced: tuple[Displacement, ...] = ()
    caveats: tuple[Reason, ...]
    entity: Entity
    law: str = _LAW
    as_of: dt.date = _AS_OF
    note: str = _NOTE
    version: str = ""
    data: str = ""
    _columns = (
        Column("id", "text", "the id of the rule"),
        Column("citation", "text", "where it stands"),
        Column("text", "text", "what it says, in our words"),
        Column("ref", "text", "the unit that says so; null where the source is another text"),
        Column("gives", "text", "the class that it leads to; null if it only opens or closes the way"),
        Column("types", "texts", "which of the entity's types it is about"),
        Column("certain", "flag", "whether it applies whatever the unknown facts are"),
    )

    @property
    def in_scope(self) -> bool | None:
        """Whether the Directive applies to the entity at all, None if that is open."""
        inside = {one is not EntityClass.OUT_OF_SCOPE for one in self.possible}
        return inside.pop() if len(inside) == 1 else None

    @property
    def facts(self) -> FrozenMap[str, bool]:
        """What is known of facts that demands may hang on (`Demand.condition`), by name; what is open is left out.

        The duties of `registration`; `annex_sector`, whether the Annexes list what the entity is (Articles 3(4), point
        (c), and 27(2), point (b)); `established_in_union` (Article 27(2), point (c)); `trust_service` (Article 23(4),
        second subparagraph).
        """
        seats = self.entity.established_in
        known: dict[str, bool | None] = attrs.asdict(self.registration)
        known["annex_sector"] = None if self.missing or self.types is None else bool(self.types)
        known["established_in_union"] = None if seats is None else bool(seats)
        known["trust_service"] = self.entity.trust_service is not None or None
        return FrozenMap((name, value) for name, value in sorted(known.items()) if value is not None)

    def _lines(self) -> tuple[Reason, ...]:
        return self.reasons

    def _page(self) -> Page:
        marked = (("-", self.reasons), ("=", self.displaced), ("!", self.caveats))
        lines = [f"{mark} {row}" for mark, rows in marked for row in rows]
        return Page(f"{self.law}: {self.verdict}", ("\n".join(lines),), (self.note,))

    def __str__(self) -> str:
        # Without the blank line before the note that pages have: this is a list.
        page = self._page()
        return "\n".join([page.title, *(str(part) for part in page.parts if part), self.note])

    @property
    def verdict(self) -> str:
        """The class in words; while it is open the classes possible and what they depend on."""
        if not self.missing:
            return self.entity_class.replace("_", " ")
        open_ = " or ".join(one.replace("_", " ") for one in self.possible)
        return f"undetermined: {open_}, depending on {', '.join(self.missing)}"


def classify(entity: Entity, *, dataset: Dataset | None = None) -> Classification:
    """Classify an entity under Articles 2 and 3 of the Directive, as the dataset's tables state it.

    The class is given exactly when the known facts settle it. Exact for any mixture of unknown facts: the answer is
    that of all completions. Raises `InputError` for anything but an `Entity` and for facts that contradict its types,
    `UnknownRef` for types that the dataset does not have, `DatasetError` if it lacks a table of the law or a rule.

    >>> classify(Entity("nis2:annexII.4.1", headcount=120)).entity_class
    <EntityClass.IMPORTANT: 'important'>
    >>> classify(Entity("nis2:annexI.5.1", headcount=120)).missing
    ('turnover', 'balance_sheet')
    """
    expect(entity, Entity, "entity")
    data = given(dataset)
    law = scope_law(data)
    ruling, stated = rule(entity, law), data.law.versions
    types = ruling.types
    settled = len(ruling.possible) == 1
    outside = ruling.possible == (EntityClass.OUT_OF_SCOPE,)
    displaced = () if outside else displacements(entity, types, data)
    away = displaced_units(displaced, data)
    bound = agreed(entity_class in (EntityClass.ESSENTIAL, EntityClass.IMPORTANT) for entity_class in ruling.possible)
    return Classification(
        entity_class=ruling.possible[0] if settled else EntityClass.UNDETERMINED,
        possible=ruling.possible,
        missing=ruling.missing,
        reasons=_with_size(ruling, entity, law),
        size=ruling.size.sizes[0] if len(ruling.size.sizes) == 1 else None,
        sizes=ruling.size.sizes,
        types=None if types is None else tuple(kind.ref for kind in types.left),
        jurisdiction=() if outside or types is None else jurisdictions(entity, types.left, ruling.possible, law),
        registration=_registration(entity, ruling, law, away),
        cir_applies=all_of([bound, types.any(lambda kind: kind.cir) if types else None, _spelled_out(away)]),
        public_administration=_public(entity, types),
        displaced=displaced,
        caveats=tuple(_caveats(entity, ruling, law, displaced)),
        entity=entity,
        law=stated[0].title if stated else _LAW,
        note=" ".join((*(f"{one.title}: {one.status}." for one in stated if one.status != "law"), _NOTE)),
        version=__version__,
        data=data.version,
    )


def _public(entity: Entity, types: Counting | None) -> bool | None:
    level = entity.public_administration
    if level in PUBLIC:
        return True
    if types is None or (level is None and not types.refs(is_public)):
        return None
    return types.any(is_public)


def _is_trusted(kind: EntityType) -> bool:
    return kind.rule == "trust"


def _spelled_out(away: Mapping[Ref, Displacement]) -> bool:
    """Tell whether the CIR may bind: it spells out Articles 21 and 23 and goes where these go."""
    return not any(ref.framework == "cir" for ref in away)


def _registration(entity: Entity, ruling: Ruling, law: ScopeLaw, away: Mapping[Ref, Displacement]) -> Registration:
    types = ruling.types
    inside = agreed(entity_class is not EntityClass.OUT_OF_SCOPE for entity_class in ruling.possible)

    def of_type_or_registrar(refs: frozenset[Ref]) -> bool | None:
        return any_of([entity.domain_registration, types.any(lambda kind: kind.ref in refs) if types else None])

    digital = frozenset(ref for ref, kind in law.kinds.items() if kind.type.jurisdiction == "main_establishment")
    is_digital = of_type_or_registrar(digital)
    abroad = None if entity.established_in is None else entity.established_in == ()
    return Registration(
        listed=all_of([inside, _LISTED not in away]),
        registry=all_of([inside, _REGISTRY not in away, is_digital]),
        domain_data=all_of([inside, of_type_or_registrar(law.duty_types("domain_data"))]),
        representative=all_of([inside, is_digital, abroad, entity.services_in_union]),
    )


def _with_size(ruling: Ruling, entity: Entity, law: ScopeLaw) -> tuple[Reason, ...]:
    """Return the reasons, with what went into the size put before it where the size was asked for."""
    at = next((i for i, reason in enumerate(ruling.reasons) if reason.id.startswith("size_")), None)
    if at is None:
        return ruling.reasons
    group = bool(entity.linked or entity.partners)
    parts = [
        ("ownership", entity.publicly_owned is not False),
        ("group", group and not entity.group_set_aside),
        ("group_set_aside", group and entity.group_set_aside),
        ("two_periods", ruling.size.latest != ruling.size.sizes),
    ]
    added = [law.reason(rule_id) for rule_id, applies in parts if applies]
    return (*ruling.reasons[:at], *added, *ruling.reasons[at:])


def _caveats(entity: Entity, ruling: Ruling, law: ScopeLaw, displaced: Collection[Displacement]) -> Iterable[Reason]:
    """Yield what changes duties, or might change the answer under national law, and leaves the class alone."""
    types = ruling.types
    if ruling.possible == (EntityClass.OUT_OF_SCOPE,):
        if entity.services_in_union is False and entity.established_in != ():
            yield law.reason("union")
        if was_operator(entity) and entity.opt_in_oes is False:
            yield law.reason("oes_option")
        if entity.state_exemption in (None, Exemption.NONE):
            return
    in_part = covered_in_part(types, law.data)
    if in_part:
        yield law.reason("dora", types=in_part)
    if any(one.ref == _SECTOR_ACTS for one in displaced):
        yield law.reason("governance")
    yield from _security_caveats(entity, types, law)
    regional = types.refs(lambda kind: kind.rule == "regional") if types else ()
    if regional and Size.LARGE in ruling.size.sizes and EntityClass.IMPORTANT in ruling.possible:
        yield law.reason("regional_large", types=regional)
    if any(reason.id == "at_cap" and set(reason.types) & set(regional) for reason in ruling.reasons):
        yield law.reason("regional_size", types=regional)
    if (entity.linked or entity.partners) and not entity.group_set_aside:
        yield law.reason("group_option")
    if was_operator(entity) and entity.opt_in_oes is False and EntityClass.ESSENTIAL not in ruling.possible:
        yield law.reason("oes_option")
    if EntityClass.IMPORTANT in ruling.possible and any(getattr(entity, name) for name in SPECIAL):
        yield law.reason("may_be_identified")
    if any(reason.id in ("local", "education") for reason in ruling.reasons):
        yield law.reason("by_option")


def _security_caveats(entity: Entity, types: Counting | None, law: ScopeLaw) -> Iterable[Reason]:
    exemption = entity.state_exemption
    if exemption is not None and exemption is not Exemption.NONE:
        if types and types.refs(_is_trusted):
            yield law.reason("exemption_void")
        elif exemption is Exemption.ACTIVITIES:
            yield law.reason("exemption_activities")
    elif entity.national_security and _public(entity, types) is False:
        yield law.reason("private_security")


def elsewhere(classification: Classification, named: Iterable[str | None]) -> Iterator[str]:
    """Say of which States Article 26 says nothing for an entity, as far as it leads to States at all."""
    rows = classification.jurisdiction
    led = {state for row in rows for state in row.states or ()}
    if not led or any(row.missing for row in rows):
        return
    for code in named:
        if code is not None and code not in led:
            yield f"{code} was asked for; Article 26 leads to {', '.join(sorted(led))}."
