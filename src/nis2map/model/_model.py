"""The object model: frameworks, requirements with their demands, controls, links, crosswalks, sources, measures.

All classes are frozen all the way down. Where a unit is asked for, its `Ref` or any text form works. The model knows
no file format; `record` gives the JSON-ready form that the packaged tables hold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import attrs

from .._shared import each, member, several, texts
from ..errors import DatasetError, quote
from ..ids import Ref, RefMap, parse_ref

__all__ = [
    "Control",
    "Crosswalk",
    "Demand",
    "Framework",
    "GapClass",
    "Grain",
    "Link",
    "Measure",
    "Relation",
    "Requirement",
    "Review",
    "Role",
    "Source",
    "Texts",
    "Theme",
    "is_core",
    "record",
]


class Role(StrEnum):
    """What a unit of a legal text is."""

    OBLIGATION = "obligation"
    OBLIGATION_DETAIL = "obligation-detail"
    CONDITIONAL_OBLIGATION = "conditional-obligation"
    OPTION = "option"
    EXPOSURE = "exposure"
    SAFEGUARD = "safeguard"
    DEFINITION = "definition"
    SCOPE_RULE = "scope-rule"
    CLASSIFICATION = "classification"
    EXCLUSION = "exclusion"
    CONTEXT = "context"
    DATE = "date"
    ENCOURAGEMENT = "encouragement"
    CONTAINER = "container"

    @property
    def is_duty(self) -> bool:
        """Whether a unit of this role binds somebody: an obligation, a detail of one, or a conditional one."""
        return self in (Role.OBLIGATION, Role.OBLIGATION_DETAIL, Role.CONDITIONAL_OBLIGATION)


class Relation(StrEnum):
    """How a requirement relates to the control(s), read requirement -> control(s) (NIST IR 8477, OSCAL)."""

    EQUAL_TO = "equal-to"
    SUBSET_OF = "subset-of"
    SUPERSET_OF = "superset-of"
    INTERSECTS_WITH = "intersects-with"
    NO_RELATIONSHIP = "no-relationship"

    @property
    def inverse(self) -> Relation:
        """The relation read control(s) -> requirement; `r.inverse.inverse is r`."""
        match self:
            case Relation.SUBSET_OF:
                return Relation.SUPERSET_OF
            case Relation.SUPERSET_OF:
                return Relation.SUBSET_OF
            case _:
                return self

    @property
    def is_full(self) -> bool:
        """Whether the controls contain the whole requirement."""
        return self in (Relation.EQUAL_TO, Relation.SUBSET_OF)

    @property
    def is_partial(self) -> bool:
        """Whether the controls share a part of the requirement, or lie within it."""
        return self in (Relation.SUPERSET_OF, Relation.INTERSECTS_WITH)


class Grain(StrEnum):
    """What the links of a crosswalk speak of: single demands, or whole units."""

    DEMAND = "demand"
    UNIT = "unit"


class Review(StrEnum):
    """Who has looked at a link."""

    UNREVIEWED = "unreviewed"
    CLAIMED = "claimed"
    PUBLISHED = "published"
    SINGLE_JUDGED = "single-judged"
    DOUBLE_JUDGED = "double-judged"
    ADJUDICATED = "adjudicated"


class Theme(StrEnum):
    """The part of ISO/IEC 27001 a control stands in: a theme of Annex A, or the clauses."""

    CLAUSE = "clause"
    ORGANIZATIONAL = "organizational"
    PEOPLE = "people"
    PHYSICAL = "physical"
    TECHNOLOGICAL = "technological"


class GapClass(StrEnum):
    """Why a demand is not surely met; the first that holds, in this order."""

    UNJUDGED = "unjudged"
    STRUCTURAL = "structural"
    RESIDUAL = "residual"
    IMPLEMENTATION = "implementation"
    UNASSESSED = "unassessed"


def _to_ref(value: Ref | str) -> Ref:
    return value if type(value) is Ref else parse_ref(value)


def _to_optional_ref(value: Ref | str | None) -> Ref | None:
    return None if value is None else _to_ref(value)


def _to_refs(value: Iterable[Ref | str] | Ref | str) -> tuple[Ref, ...]:
    if isinstance(value, (Ref, str)):
        return (_to_ref(value),)
    return tuple(map(_to_ref, each(value, "refs", DatasetError)))


def _to_texts(value: Iterable[str] | str) -> tuple[str, ...]:
    return texts(value, DatasetError)


def _to_role(value: Role | str) -> Role:
    return member(Role, value, error=DatasetError)


def _to_relation(value: Relation | str) -> Relation:
    return member(Relation, value, error=DatasetError)


def _to_review(value: Review | str) -> Review:
    return member(Review, value, error=DatasetError)


def _to_grain(value: Grain | str | None) -> Grain:
    return value if value is None else member(Grain, value, error=DatasetError)  # type: ignore[return-value]  # worked out later


def _to_side(value: str) -> str:
    if value not in ("requirement", "control"):
        raise DatasetError(f"{quote(value)} is no side", hint="one of: requirement, control")
    return value


@attrs.frozen
class Framework:
    """A text with numbered units. `side` says whether its units are requirements or controls."""

    id: str
    title: str = ""
    side: str = attrs.field(default="requirement", converter=_to_side)
    edition: str = attrs.field(default="", kw_only=True)
    citation: str = attrs.field(default="", kw_only=True)
    url: str = attrs.field(default="", kw_only=True)
    source: str = attrs.field(default="", kw_only=True)
    licence: str = attrs.field(default="", kw_only=True)
    note: str = attrs.field(default="", kw_only=True)


@attrs.frozen
class Demand:
    """One separately checkable thing that a requirement asks.

    `optout`: the CIR's documented opt-out governs it ("where appropriate", "where applicable", "to the extent
    feasible", Article 2(2), second subparagraph). `conditional`: it depends on a fact.
    """

    ref: Ref = attrs.field(converter=_to_ref)
    label: str
    optout: bool = False
    conditional: bool = False


def _to_demands(value: Iterable[Demand]) -> tuple[Demand, ...]:
    return several(value, Demand, "demands", DatasetError)


@attrs.frozen
class Requirement:
    """A unit of a legal text, or of a user's own requirements.

    `demands` are the unit's own; a unit with any is assessable. `elaborates` names the measure points that a unit of
    the CIR spells out, `evidence` kinds of evidence an auditor would ask for, `optout` whether the unit's own text
    holds one of the CIR's opt-out phrases, `reference` that it is a definition, an entity type or a criterion of
    significance, to be looked up and not met. `deadline` is an ISO 8601 duration that runs from `trigger`.
    """

    ref: Ref = attrs.field(converter=_to_ref)
    parent: Ref | None = attrs.field(default=None, converter=_to_optional_ref)
    title: str = ""
    role: Role = attrs.field(default=Role.OBLIGATION, converter=_to_role)
    topic: str = ""
    addressees: tuple[str, ...] = attrs.field(default=(), converter=_to_texts)
    demands: tuple[Demand, ...] = attrs.field(default=(), converter=_to_demands)
    summary: str = attrs.field(default="", kw_only=True)
    subtopic: str = attrs.field(default="", kw_only=True)
    modality: str = attrs.field(default="", kw_only=True)
    deadline: str = attrs.field(default="", kw_only=True)
    trigger: str = attrs.field(default="", kw_only=True)
    due_date: str = attrs.field(default="", kw_only=True)
    elaborates: tuple[Ref, ...] = attrs.field(default=(), converter=_to_refs, kw_only=True)
    optout: bool = attrs.field(default=False, kw_only=True)
    reference: bool = attrs.field(default=False, kw_only=True)
    evidence: tuple[str, ...] = attrs.field(default=(), converter=_to_texts, kw_only=True)
    note: str = attrs.field(default="", kw_only=True)

    side = "requirement"

    @property
    def assessable(self) -> bool:
        """Whether the unit carries demands of its own."""
        return bool(self.demands)

    @property
    def kind(self) -> str:
        """The role, as the node attribute of graphs."""
        return str(self.role)


@attrs.frozen
class Control:
    """A unit of ISO/IEC 27001, or of another set of controls: a control, a clause, or a heading over some.

    `amended` marks clauses that Amendment 1:2024 (climate action) changed.
    """

    ref: Ref = attrs.field(converter=_to_ref)
    title: str = ""
    theme: str = ""
    parent: Ref | None = attrs.field(default=None, converter=_to_optional_ref)
    heading: bool = attrs.field(default=False, kw_only=True)
    amended: bool = attrs.field(default=False, kw_only=True)
    note: str = attrs.field(default="", kw_only=True)

    side = "control"

    @property
    def kind(self) -> str:
        """`heading`, `clause` or `control`, as the node attribute of graphs."""
        return "heading" if self.heading else "clause" if self.theme == Theme.CLAUSE else "control"


@attrs.frozen
class Link:
    """One statement that a requirement and one or more controls are related.

    Several `controls` in one link count together. `covers`: demands that the controls' own statement requires;
    `covers_guided`: those met if the controls are implemented as ISO/IEC 27002:2022 guides; `supports`: those they help
    with and do not meet. Demands may be given as full refs or as slugs of this requirement. `strength` 1 to 9 is a
    foreign source's own figure on a partial relation. `controls=()` says that no unit of the target is related.
    """

    requirement: Ref = attrs.field(converter=_to_ref)
    controls: tuple[Ref, ...] = attrs.field(converter=_to_refs)
    relation: Relation = attrs.field(converter=_to_relation)
    covers: tuple[Ref, ...] = attrs.field(default=(), kw_only=True)
    covers_guided: tuple[Ref, ...] = attrs.field(default=(), kw_only=True)
    supports: tuple[Ref, ...] = attrs.field(default=(), kw_only=True)
    strength: int | None = attrs.field(default=None, kw_only=True)
    rationale: str = attrs.field(default="", kw_only=True)
    source: str = attrs.field(default="", kw_only=True)
    review: Review = attrs.field(default=Review.UNREVIEWED, converter=_to_review, kw_only=True)
    note: str = attrs.field(default="", kw_only=True)
    date: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        for name in ("covers", "covers_guided", "supports"):
            given = getattr(self, name)
            if not _are_refs(given):
                object.__setattr__(self, name, _demand_refs(self.requirement, given))

    @property
    def demands(self) -> tuple[Ref, ...]:
        """All demands the link names."""
        return self.covers + self.covers_guided + self.supports


def _are_refs(value: Any) -> bool:
    return type(value) is tuple and all(type(item) is Ref for item in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _demand_refs(requirement: Ref, value: Iterable[Ref | str] | str) -> tuple[Ref, ...]:
    items: Iterable[Ref | str] = (value,) if isinstance(value, (Ref, str)) else each(value, "demands", DatasetError)
    return tuple(_demand_ref(requirement, item) for item in items)


def _demand_ref(requirement: Ref, value: Ref | str) -> Ref:
    if isinstance(value, Ref) or not isinstance(value, str) or ":" in value:  # pyright: ignore[reportUnnecessaryIsInstance]
        return parse_ref(value)
    return Ref(requirement.framework, f"{requirement.local}#{value.removeprefix('#')}")


def _to_links(value: Iterable[Link]) -> tuple[Link, ...]:
    return several(value, Link, "links", DatasetError)


def _sources(value: str | Iterable[str]) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return value
    ids = several(value, str, "ids of frameworks", DatasetError)
    return ids[0] if len(ids) == 1 else ids


@attrs.frozen
class Crosswalk:
    """A named, versioned set of links from requirements of `source` to controls of `target`.

    `source` is one framework id, or a tuple of them. `grain` is worked out from the links if it is not given: demand
    if any link names demands, else unit.
    """

    id: str
    source: str | tuple[str, ...] = attrs.field(converter=_sources)
    target: str
    links: tuple[Link, ...] = attrs.field(default=(), converter=_to_links, repr=False)
    grain: Grain = attrs.field(default=None, converter=_to_grain)
    title: str = attrs.field(default="", kw_only=True)
    version: str = attrs.field(default="", kw_only=True)
    licence: str = attrs.field(default="", kw_only=True)
    attribution: str = attrs.field(default="", kw_only=True)
    method: str = attrs.field(default="", kw_only=True)
    date: str = attrs.field(default="", kw_only=True)
    notes: tuple[str, ...] = attrs.field(default=(), converter=_to_texts, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.grain is None:  # pyright: ignore[reportUnnecessaryComparison]
            named = any(link.covers or link.covers_guided or link.supports for link in self.links)
            object.__setattr__(self, "grain", Grain.DEMAND if named else Grain.UNIT)

    @property
    def sources(self) -> tuple[str, ...]:
        """The frameworks whose requirements the links start from."""
        return (self.source,) if isinstance(self.source, str) else self.source


@attrs.frozen
class Source:
    """Where facts come from: a document, who published it, under which licence, and when it was read."""

    id: str
    title: str = ""
    publisher: str = attrs.field(default="", kw_only=True)
    url: str = attrs.field(default="", kw_only=True)
    licence: str = attrs.field(default="", kw_only=True)
    attribution: str = attrs.field(default="", kw_only=True)
    date: str = attrs.field(default="", kw_only=True)
    retrieved: str = attrs.field(default="", kw_only=True)
    sha256: str = attrs.field(default="", kw_only=True)
    note: str = attrs.field(default="", kw_only=True)


@attrs.frozen
class Measure:
    """One of the things that a certified organisation adds on the duties themselves.

    `closes` names the units (or demands) of both texts whose gaps the measure closes.
    """

    id: str
    title: str = ""
    group: str = ""
    text: str = attrs.field(default="", kw_only=True)
    closes: tuple[Ref, ...] = attrs.field(default=(), converter=_to_refs, kw_only=True)
    source: str = attrs.field(default="", kw_only=True)


def _to_text_map(value: Mapping[Any, str]) -> RefMap[Ref, str]:
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DatasetError(f"{quote(value)} is no mapping from refs to texts")
    several(value.values(), str, "texts", DatasetError)
    return RefMap((_to_ref(ref), text) for ref, text in value.items())


@attrs.frozen
class Texts:
    """Official or licensed texts of units that a user brings; never part of an export unless asked for."""

    texts: RefMap[Ref, str] = attrs.field(converter=_to_text_map)
    lang: str = attrs.field(default="en", kw_only=True)
    source: str = attrs.field(default="", kw_only=True)


_CORE_ADDRESSEES = (
    frozenset({"essential", "important"}),
    frozenset({"essential", "important", "domain-registration"}),
    frozenset({"management-body"}),
)


def is_core(requirement: Requirement) -> bool:
    """Tell whether a unit of the Directive is a core duty.

    Core duties are duties with `shall` that bind essential and important entities alike (with or without domain name
    registration services) or their management bodies, supervision left out.
    """
    return (
        requirement.role.is_duty
        and requirement.modality == "shall"
        and requirement.topic != "supervision"
        and frozenset(requirement.addressees) in _CORE_ADDRESSEES
    )


def record(value: Any) -> dict[str, Any]:
    """Return an object of the model as a JSON-ready record; fields that hold their default are left out.

    Demands inside a requirement are written by slug, so that a record is short and can't name another unit's demand.
    """
    out: dict[str, Any] = {}
    fields: tuple[attrs.Attribute[Any], ...] = value.__attrs_attrs__
    for field in fields:
        item = getattr(value, field.name)
        if item != field.default or field.default is attrs.NOTHING:
            out[field.name] = _plain(item)
    if isinstance(value, Requirement) and value.demands:
        out["demands"] = [
            {"id": d.ref.demand, **{k: v for k, v in record(d).items() if k != "ref"}} if d.ref.demand else record(d)
            for d in value.demands
        ]
    elif isinstance(value, Link):
        for name in ("covers", "covers_guided", "supports"):
            if name in out:
                out[name] = [ref.demand or str(ref) for ref in getattr(value, name)]
    return out


def _plain(value: Any) -> Any:
    if isinstance(value, (Ref, StrEnum)):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (tuple, list, frozenset)):
        return [_plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return record(value) if hasattr(value, "__attrs_attrs__") else value
