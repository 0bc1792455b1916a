"""Changes between two things of one kind: assessments, datasets or crosswalks, each taken apart into named places.

Every place holds one value (a finding, a unit, a demand, a link, a title ...), so that changes can be made, undone and
chained place by place, whatever they are changes of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import attrs

from .._shared import Page, Record, View, written
from ..assessment import Assessment, Finding
from ..dataset import Dataset, Unit
from ..errors import InputError, clean
from ..ids import Ref
from ..model import Alias, Control, Crosswalk, Demand, Framework, Link, Measure, Requirement, Source, record
from ._short import short, sides

__all__ = [
    "Cells",
    "Change",
    "ChangeKind",
    "Part",
    "Place",
    "applied",
    "built",
    "cells_of",
    "chained",
    "changes",
    "moved",
]


class ChangeKind(StrEnum):
    """What happened at one place.

    `renamed` says that a title or a demand's label differs (and prose at most), `reworded` that only prose, evidence
    or owner do.
    """

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"
    REWORDED = "reworded"

    @property
    def inverse(self) -> ChangeKind:
        """What the same change is when it is undone."""
        return {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}.get(self, self)


class Part(StrEnum):
    """What kind of place it is, in the order in which changes are listed.

    An `expiry` says that a finding has run out on the date of the assessment: it follows from the two.
    """

    DETAIL = "detail"
    FINDING = "finding"
    EXPIRY = "expiry"
    FRAMEWORK = "framework"
    UNIT = "unit"
    DEMAND = "demand"
    CROSSWALK = "crosswalk"
    LINK = "link"
    SOURCE = "source"
    MEASURE = "measure"
    ALIAS = "alias"
    ORDER = "order"


_RANK = {part: rank for rank, part in enumerate(Part)}


@attrs.frozen(cache_hash=True, repr=False)
class Place(View):
    """Where a change is: `ref` is a unit, a demand or a link's requirement, `name` an id or the name of a detail.

    A link is known by its requirement, its `controls` in legal order and, within a dataset, its crosswalk's id; an
    alias by the old id and, as `name`, the version that changed it.
    """

    part: Part
    ref: Ref | None = None
    name: str = ""
    controls: tuple[Ref, ...] = ()

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Key that orders places by part, then by id in legal order."""
        ref = () if self.ref is None else self.ref.sort_key
        return (_RANK[self.part], ref, self.name, tuple(control.sort_key for control in self.controls))

    def _page(self) -> Page:
        return Page(self._text)

    @property
    def _text(self) -> str:
        if self.part is Part.LINK:
            where = f" in {self.name}" if self.name else ""
            return f"{self.ref} to {' + '.join(map(str, self.controls)) or 'nothing'}{where}"
        if self.part is Part.ALIAS:
            return f"alias of {self.ref} in {self.name}"
        if self.part is Part.ORDER:
            return f"order of {self.name}"
        if self.ref is not None:
            return str(self.ref)
        return self.name if self.part is Part.DETAIL else f"{self.part} {self.name}"


# What a place holds follows from its part, which no type says: a finding, a unit, a title, an order.
Cells = Mapping[Place, Any]


def _plain(value: object) -> object:
    match value:
        case Finding():
            return value.to_dict()
        case Requirement():
            found = record(attrs.evolve(value, demands=()))
            return found | ({"demands": [d.ref.demand or str(d.ref) for d in value.demands]} if value.demands else {})
        case Control() | Link() | Demand() | Framework() | Crosswalk() | Source() | Measure() | Alias():
            return record(value)
        case tuple():
            return [str(item) for item in value]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        case None | bool():
            return value
        case _:
            return str(value)


@attrs.frozen(eq=False, repr=False)
class Change(Record, View):
    """One change: `before` is None if the thing was added, `after` if it was removed (a detail may be None as such).

    A unit stands without what its demands say: each of those is a place of its own.
    """

    kind: ChangeKind
    place: Place = attrs.field(metadata=written(str, name="what"))
    before: object = attrs.field(metadata=written(_plain))
    after: object = attrs.field(metadata=written(_plain))
    _also = ("part",)

    @property
    def part(self) -> Part:
        """What kind of thing changed."""
        return self.place.part

    @property
    def ref(self) -> Ref | None:
        """The unit, the demand or the link's requirement, None for what has no ref."""
        return self.place.ref

    @property
    def name(self) -> str:
        """The id or the name of the detail, for a link the crosswalk's id, else empty."""
        return self.place.name

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of a record that differ; empty for what was added or removed, and for what is not a record."""
        return _fields(self.before, self.after)

    def invert(self) -> Change:
        """Return the change that undoes this one."""
        return Change(self.kind.inverse, self.place, self.after, self.before)

    def to_dict(self) -> dict[str, Any]:
        """Return the change as a JSON-ready dict."""
        fields = ", ".join(self.fields) if self.part is not Part.FINDING else ""
        return super().to_dict() | ({"fields": fields} if fields else {})

    def to_row(self) -> tuple[str, str, str, str]:
        """Return kind, place and both values as short texts."""
        cited = self.part in (Part.FINDING, Part.EXPIRY, Part.UNIT)
        what = self.ref.citation if cited and self.ref is not None else str(self.place)
        named = [name for name in self.fields if name not in _SHOWN] if self.part is not Part.FINDING else []
        more = f" ({', '.join(named)})" if named else ""
        return (str(self.kind), what + more, *sides(self.before, self.after))

    def _page(self) -> Page:
        kind, what, before, after = self.to_row()
        return Page(f"{kind} {what}: {before} -> {after}")


_DETAILS = ("subject", "as_of", "scope", "whole_entity")
_NAMES = frozenset({"title", "titles", "label"})
_PROSE = frozenset({"summary", "evidence", "note", "notes", "rationale", "superseded", "text"})
_SHOWN = frozenset({"title", "label", "relation"})


def cells_of(x: object) -> Cells:
    """Take an assessment, a dataset or a crosswalk apart.

    Raises `InputError` if two things claim the same place, and for anything else.
    """
    pairs: Iterable[tuple[Place, object]]
    match x:
        case Assessment():
            pairs = _of_assessment(x)
        case Dataset():
            pairs = _of_dataset(x)
        case Crosswalk():
            pairs = _of_crosswalk(x)
        case _:
            raise InputError(f"{clean(type(x).__name__)} can't be compared", hint="an assessment, dataset or crosswalk")
    found: dict[Place, object] = {}
    for place, value in pairs:
        if place in found:
            raise InputError(f"{place} is given twice", hint="check the data before you compare it")
        found[place] = value
    return found


def _of_assessment(x: Assessment) -> Iterator[tuple[Place, object]]:
    for name in _DETAILS:
        yield Place(Part.DETAIL, name=name), getattr(x, name)
    for ref, finding in x.findings.items():
        yield Place(Part.FINDING, ref), finding
        # A finding that runs out between two dates is the same on both sides, and yet it no longer counts.
        if finding.known and finding.has_run_out(x.as_of):
            yield Place(Part.EXPIRY, ref), "has run out"


def _of_crosswalk(x: Crosswalk) -> Iterator[tuple[Place, object]]:
    for field in attrs.fields(Crosswalk):
        if field.name != "links":
            yield Place(Part.DETAIL, name=field.name), getattr(x, field.name)
    places = [_link_place(link) for link in x.links]
    yield from zip(places, x.links, strict=True)
    # Links in legal order need no word about it; any other order is kept, because crosswalks compare by it.
    usual = places == sorted(places, key=lambda place: place.sort_key)
    yield Place(Part.ORDER, name="links"), None if usual else tuple(places)


def _of_dataset(x: Dataset) -> Iterator[tuple[Place, object]]:
    yield Place(Part.DETAIL, name="version"), x.version
    yield Place(Part.DETAIL, name="law"), x.law
    for unit in x:
        yield Place(Part.UNIT, unit.ref), _without_demands(unit)
        for demand in unit.demands if isinstance(unit, Requirement) else ():
            yield Place(Part.DEMAND, demand.ref), demand
    own = [name for name in x.crosswalks if name not in x.made_of_verdicts]
    for name in own:
        crosswalk = x.crosswalks[name]
        yield Place(Part.CROSSWALK, name=name), attrs.evolve(crosswalk, links=())
        for link in crosswalk.links:
            yield _link_place(link, name), link
    tables: tuple[tuple[Part, str, Iterable[Framework | Source | Measure]], ...] = (
        (Part.FRAMEWORK, "frameworks", x.frameworks.values()),
        (Part.SOURCE, "sources", x.sources.values()),
        (Part.MEASURE, "measures", x.measures),
    )
    for part, name, rows in tables:
        yield from ((Place(part, name=row.id), row) for row in rows)
        yield Place(Part.ORDER, name=name), tuple(row.id for row in rows)
    yield Place(Part.ORDER, name="crosswalks"), tuple(own)
    yield from ((Place(Part.ALIAS, alias.before, alias.since), alias) for alias in x.aliases)


def _link_place(link: Link, crosswalk: str = "") -> Place:
    return Place(Part.LINK, link.requirement, crosswalk, tuple(sorted(link.controls)))


def _without_demands(unit: Unit) -> Unit:
    """Keep of a unit's demands only which there are, and in which order."""
    if not isinstance(unit, Requirement) or not unit.demands:
        return unit
    return attrs.evolve(unit, demands=tuple(Demand(demand.ref, "") for demand in unit.demands))


def built(cells: Cells, x: Assessment | Dataset | Crosswalk) -> Assessment | Dataset | Crosswalk:
    """Put together what `cells_of` took apart; `x` is the thing that the cells were, before they changed.

    Raises `DatasetError` if the cells of a dataset do not make one.
    """
    if isinstance(x, Assessment):
        details = {place.name: value for place, value in cells.items() if place.part is Part.DETAIL}
        findings = {p.ref: v for p, v in cells.items() if p.part is Part.FINDING and p.ref is not None}
        changed: dict[Ref, Finding | None] = {
            ref: findings.get(ref) for ref in {*x.findings, *findings} if findings.get(ref) is not x.findings.get(ref)
        }
        return attrs.evolve(x.replace(changed), **details)
    parts: dict[Part, dict[Place, Any]] = {part: {} for part in Part}
    for place, value in cells.items():
        parts[place.part][place] = value
    if isinstance(x, Crosswalk):
        order = parts[Part.ORDER][Place(Part.ORDER, name="links")]
        usual = sorted(parts[Part.LINK], key=lambda place: place.sort_key)
        links = [parts[Part.LINK][place] for place in (usual if order is None else order)]
        return Crosswalk(links=links, **{place.name: value for place, value in parts[Part.DETAIL].items()})
    return _dataset(parts)


def _dataset(parts: Mapping[Part, Cells]) -> Dataset:
    links: dict[str, list[Link]] = {}
    for place, link in parts[Part.LINK].items():
        links.setdefault(place.name, []).append(link)

    def row(part: Part, name: str) -> list[Any]:
        order = parts[Part.ORDER][Place(Part.ORDER, name=name)]
        return [parts[part][Place(part, name=one)] for one in order]

    def whole(unit: Unit) -> Unit:
        if not isinstance(unit, Requirement) or not unit.demands:
            return unit
        return attrs.evolve(unit, demands=[parts[Part.DEMAND][Place(Part.DEMAND, d.ref)] for d in unit.demands])

    units: list[Unit] = [whole(unit) for unit in parts[Part.UNIT].values()]
    return Dataset.from_parts(
        frameworks=row(Part.FRAMEWORK, "frameworks"),
        requirements=[unit for unit in units if isinstance(unit, Requirement)],
        controls=[unit for unit in units if isinstance(unit, Control)],
        crosswalks=[attrs.evolve(head, links=links.get(head.id, ())) for head in row(Part.CROSSWALK, "crosswalks")],
        sources=row(Part.SOURCE, "sources"),
        measures=row(Part.MEASURE, "measures"),
        law=parts[Part.DETAIL][Place(Part.DETAIL, name="law")],
        aliases=parts[Part.ALIAS].values(),
        version=parts[Part.DETAIL][Place(Part.DETAIL, name="version")],
    )


def changes(before: Cells, after: Cells) -> tuple[Change, ...]:
    """Return what differs, sorted by place."""
    return _listed((place, before.get(place), after.get(place)) for place in {**before, **after})


def _listed(cases: Iterable[tuple[Place, object, object]]) -> tuple[Change, ...]:
    found: list[Change] = []
    for place, old, new in cases:
        kind = _kind(place, old, new)
        if kind is not None:
            found.append(Change(kind, place, old, new))
    return tuple(sorted(found, key=lambda change: change.place.sort_key))


def _kind(place: Place, old: object, new: object) -> ChangeKind | None:
    if old is new:
        return None
    if place.part not in (Part.DETAIL, Part.EXPIRY, Part.ORDER) and (old is None or new is None):
        return ChangeKind.ADDED if old is None else ChangeKind.REMOVED
    if isinstance(old, Finding) and old == new:
        return None if _same(old, new) else ChangeKind.REWORDED
    if old == new:
        return None
    fields = frozenset(_fields(old, new))
    if not fields or fields - _NAMES - _PROSE or isinstance(old, Finding):
        return ChangeKind.CHANGED
    return ChangeKind.RENAMED if fields & _NAMES else ChangeKind.REWORDED


def _fields(old: object, new: object) -> tuple[str, ...]:
    kind = type(old)
    if not isinstance(new, kind) or not attrs.has(kind):
        return ()
    return tuple(f.name for f in attrs.fields(kind) if getattr(old, f.name) != getattr(new, f.name))


def _same(old: object, new: object) -> bool:
    """Tell whether two values are the same to the letter; findings are equal where only their wording differs."""
    return bool(old == new) and _wording(old) == _wording(new)


def _wording(value: object) -> object:
    return (value.justification, value.evidence, value.owner) if isinstance(value, Finding) else None


def applied(found: Iterable[Change], cells: Cells) -> Cells:
    """Return the cells with the changes made.

    Raises `InputError` with the first place where they are not what the changes start from.
    """
    made = dict(cells)
    for change in found:
        now = cells.get(change.place)
        if not _same(now, change.before):
            raise InputError(
                f"{change.place} is {short(now)}, but the comparison starts from {short(change.before)}",
                hint="apply it to what it was made from",
            )
        if change.after is None and change.part not in (Part.DETAIL, Part.ORDER):
            del made[change.place]
        else:
            made[change.place] = change.after
    return made


def chained(first: Iterable[Change], second: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes that do both, one after the other; what goes and comes back is not a change.

    Raises `InputError` at the first place where the second do not start from what the first leave.
    """
    merged = {change.place: (change.before, change.after) for change in first}
    for change in second:
        before, after = merged.get(change.place, (change.before, change.before))
        if not _same(after, change.before):
            raise InputError(f"the comparisons do not follow each other at {change.place}")
        merged[change.place] = (before, change.after)
    return _listed((place, before, after) for place, (before, after) in merged.items())


def moved(found: Iterable[Change]) -> tuple[tuple[Ref, Ref], ...]:
    """Return pairs of a removed and an added unit (or demand) that say the same: the id changed, nothing else did.

    Two that say the same as a third are left out, because which became which is not known.
    """
    sides: dict[ChangeKind, dict[object, list[Ref]]] = {ChangeKind.REMOVED: {}, ChangeKind.ADDED: {}}
    for change in found:
        value = change.after if change.before is None else change.before
        if isinstance(value, (Requirement, Control, Demand)) and change.kind in sides and change.ref is not None:
            sides[change.kind].setdefault(_content(value), []).append(change.ref)
    gone, come = sides[ChangeKind.REMOVED], sides[ChangeKind.ADDED]
    pairs = [
        (gone[content][0], come[content][0])
        for content in gone
        if content in come and len(gone[content]) == len(come[content]) == 1
    ]
    return tuple(sorted(pairs))


def _content(value: Requirement | Control | Demand) -> tuple[object, ...]:
    left_out = ("ref", "parent", "demands")
    kind = type(value)
    fields = tuple(getattr(value, f.name) for f in attrs.fields(kind) if f.name not in left_out)
    slugs = tuple(demand.ref.demand for demand in getattr(value, "demands", ()))
    return (kind, fields, slugs)
