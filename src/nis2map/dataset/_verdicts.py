"""The verdicts of both judges, and the crosswalks that are made of them.

Each pair of a demand and a candidate was judged twice, blind. What one judge gave is a crosswalk like any other; so are
*strict*, by which every number of a demand is the lower of the two judges' numbers, whatever the assessment, and
*generous*, by which it is the higher one (as long as a mere support earns nothing).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, TypedDict

from ..data import table
from ..ids import Ref
from ..model import LISTS, Grade, Link, Relation, Requirement, ReviewState, Verdict
from ._store import MADE_OF_VERDICTS, WHAT_STANDS

if TYPE_CHECKING:
    from ..model import Crosswalk
    from ._dataset import Dataset
    from ._store import Nones, Store

__all__ = ["VerdictRow", "derived_links", "judged", "judged_with", "rests_on_verdicts", "verdict_rows", "verdicts_on"]

_FIRST, _SECOND, _STRICT, _GENEROUS = MADE_OF_VERDICTS
_DATE = "2026-11-24"
_RANK = {grade: place for place, grade in enumerate(Grade)}
_WORDS = {_FIRST: "The first judge", _SECOND: "The second judge", _STRICT: "Both judges", _GENEROUS: "A judge"}

Given = Mapping[str, Mapping[str, str]]
Sets = dict[frozenset[Ref], Grade]


class VerdictRow(TypedDict):
    """What was judged of one unit: grades by control (or controls joined by " + ") and demand, and decisions."""

    unit: str
    candidates: list[str]
    first: Given
    second: Given
    decisions: list[Sequence[str]]  # controls, demand, who decided, why, and the wording where it was recorded


def verdict_rows() -> Sequence[VerdictRow]:
    """Return the packaged verdicts, one row per unit in legal order."""
    rows: list[VerdictRow] = table("verdicts")
    return rows


def _unit(row: VerdictRow) -> Ref:
    framework, _, local = row["unit"].partition(":")
    return Ref(framework, local)


def _controls(joined: str, target: str) -> frozenset[Ref]:
    return frozenset(Ref(target, local) for local in joined.split(" + "))


def _by_demand(given: Given, target: str) -> dict[str, Sets]:
    """Return the sets of controls by demand, each with the grade that a judge gave it."""
    found: dict[str, Sets] = {}
    for joined, grades in given.items():
        controls = _controls(joined, target)
        for demand, grade in grades.items():
            found.setdefault(demand, {})[controls] = Grade(grade)
    return found


def _strict(one: Sets, two: Sets) -> Sets:
    """Return the least sets by which both judges serve a demand: unions of one set of each, in the weaker grade."""
    unions: Sets = {}
    for (first, first_grade), (second, second_grade) in product(one.items(), two.items()):
        both, grade = first | second, max(first_grade, second_grade, key=_RANK.__getitem__)
        unions[both] = min(grade, unions.get(both, grade), key=_RANK.__getitem__)
    kept: Sets = {}
    for controls, grade in sorted(unions.items(), key=lambda pair: (len(pair[0]), sorted(pair[0]))):
        if not any(other <= controls and _RANK[best] <= _RANK[grade] for other, best in kept.items()):
            kept[controls] = grade
    return kept


def _generous(one: Sets, two: Sets) -> Sets:
    """Return the sets by which either judge serves a demand, in the stronger grade."""
    found = dict(one)
    for controls, grade in two.items():
        found[controls] = min(grade, found.get(controls, grade), key=_RANK.__getitem__)
    return found


def _sets(crosswalk: str, row: VerdictRow, target: str) -> dict[str, Sets]:
    first, second = _by_demand(row["first"], target), _by_demand(row["second"], target)
    if crosswalk in (_FIRST, _SECOND):
        return first if crosswalk == _FIRST else second
    merge = _strict if crosswalk == _STRICT else _generous
    demands = dict.fromkeys((*first, *second))
    return {demand: merge(first.get(demand, {}), second.get(demand, {})) for demand in demands}


def derived_links(head: Crosswalk, framework: str, demands: Mapping[Ref, Sequence[Ref]]) -> tuple[Link, ...]:
    """Return the links of a crosswalk that is made of the verdicts, in canonical order; `demands` has those by unit.

    A unit of which nothing is left stays judged.
    """
    found: list[Link] = []
    for row in verdict_rows():
        unit = _unit(row)
        if unit.framework == framework:
            found += _links(head.id, unit, _sets(head.id, row, head.target), demands[unit])
    return tuple(found)


def _links(crosswalk: str, unit: Ref, sets: Mapping[str, Sets], demands: Sequence[Ref]) -> list[Link]:
    review = ReviewState.SINGLE_JUDGED if crosswalk in (_FIRST, _SECOND) else ReviewState.DOUBLE_JUDGED
    by_set: dict[tuple[Ref, ...], dict[Grade, list[Ref]]] = {}
    for demand in demands:
        for controls, grade in sets.get(demand.demand or "", {}).items():
            by_set.setdefault(tuple(sorted(controls)), {}).setdefault(grade, []).append(demand)
    said = _WORDS[crosswalk]
    if not by_set:
        nothing = f"{said} found nothing in the standard that covers or supports what this unit asks."
        relation = Relation.NO_RELATIONSHIP
        return [Link(unit, (), relation, rationale=nothing, source=WHAT_STANDS, review=review, date=_DATE)]
    links: list[Link] = []
    for members in sorted(by_set, key=lambda refs: tuple(ref.sort_key for ref in refs)):
        grades = {grade: tuple(refs) for grade, refs in by_set[members].items()}
        covered = {ref for grade, refs in grades.items() if grade is not Grade.HELPED for ref in refs}
        named = [f"{grade} {', '.join(r.demand or '' for r in grades[grade])}" for grade in LISTS if grade in grades]
        link = Link(
            unit,
            members,
            Relation.SUBSET_OF if covered.issuperset(demands) else Relation.INTERSECTS_WITH,
            covers=grades.get(Grade.STATED, ()),
            covers_guided=grades.get(Grade.GUIDED, ()),
            covers_considered=grades.get(Grade.CONSIDERED, ()),
            supports=grades.get(Grade.HELPED, ()),
            rationale=f"{said} graded these controls: {'; '.join(named)}.",
            source=WHAT_STANDS,
            review=review,
            date=_DATE,
        )
        links.append(link)
    return links


def verdicts_on(dataset: Dataset, store: Store, demands: Sequence[Ref]) -> Iterator[Verdict]:
    """Yield what was judged of some demands, candidate by candidate, then the sets that somebody named."""
    wanted: dict[Ref, list[Ref]] = {}
    for demand in demands:
        wanted.setdefault(demand.unit, []).append(demand)
    for row in store.verdicts():
        unit = _unit(row)
        if unit in wanted:
            yield from _verdicts(dataset, row, unit, wanted[unit], store.nones)


def _verdicts(dataset: Dataset, row: VerdictRow, unit: Ref, demands: Sequence[Ref], nones: Nones) -> Iterator[Verdict]:
    target = dataset.head(WHAT_STANDS).target
    links = {
        frozenset(link.controls): link
        for link in dataset.links(WHAT_STANDS, requirement=unit, inherited=False)
        if link.controls
    }
    first, second = _by_demand(row["first"], target), _by_demand(row["second"], target)
    taken = {(_controls(said[0], target), said[1]): (*said[2:], "")[:3] for said in row["decisions"]}
    for demand in demands:
        slug = demand.demand or ""
        one, two = first.get(slug, {}), second.get(slug, {})
        sets = dict.fromkeys(_controls(candidate, target) for candidate in row["candidates"])
        served = (controls for controls, link in links.items() if demand in link.demands)
        refused = {controls: reason for (ref, controls), reason in nones.items() if ref == demand}
        joints = {*one, *two, *served, *refused}.difference(sets)
        for controls in (*sets, *sorted(joints, key=sorted)):
            link = links.get(controls)
            final = Grade.BARE if link is None else link.grade_of(demand)
            given = one.get(controls, Grade.BARE), two.get(controls, Grade.BARE)
            # A set of several controls has its reason in the link that adjudication made of it.
            unsaid = "" if link is None or len(controls) == 1 else link.rationale
            nobody = ("judges", "", "") if given == (final, final) else ("adjudication", unsaid, "")
            by, reason, wording = taken.get((controls, slug), nobody)
            # A link names as reviewed what it serves.
            human = link is not None and demand in link.reviewed
            if human and link is not None:
                by, reason, wording = "person", link.reason(demand), ""
            elif final is Grade.BARE and controls in refused:
                human, by, reason, wording = True, "person", refused[controls], ""
            yield Verdict(
                demand=demand,
                controls=tuple(sorted(controls)),
                first=given[0],
                second=given[1],
                final=final,
                human=final if human else None,
                decided_by=by,
                reason=reason,
                wording=wording,
            )


def rests_on_verdicts(dataset: Dataset, crosswalk: str) -> bool:
    """Tell whether a crosswalk rests on the judges' verdicts: one that is made of them, or the one that stands."""
    made = dataset.made_of_verdicts
    return crosswalk in made or (bool(made) and crosswalk == WHAT_STANDS)


def judged_with(dataset: Dataset) -> tuple[str, Nones]:
    """Return the version of the packaged data that a dataset's verdicts are of, empty without any, and the nones.

    These are the pairs of which a person said that they are none, with the reasons.
    """
    return (_known().version if dataset.made_of_verdicts else ""), _store_of(dataset).nones


def judged(dataset: Dataset, version: str, nones: Nones) -> Dataset:
    """Return a dataset with the packaged verdicts of a version, and with what people said is none.

    A document says which verdicts its dataset had. The dataset itself is returned where those are not the ones that are
    packaged, or are on other demands.
    """
    from ._dataset import Dataset as Made

    known = _known()
    heads = [head for head in known.heads.values() if head.id == WHAT_STANDS]
    names = [name for head in heads for name in (*head.sources, head.target)]
    same = all(name in dataset.frameworks and _names(dataset, name) == _names(known, name) for name in names)
    if version != known.version or not same:
        return dataset
    store = _store_of(dataset).judged_by(_store_of(known), nones)
    return Made(store, version=dataset.version, digest=dataset.digest)


def _known() -> Dataset:
    from ._loading import bundled

    return bundled()


def _store_of(dataset: Dataset) -> Store:
    return dataset._store  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def _names(dataset: Dataset, framework: str) -> set[Ref]:
    """Return the refs of a framework's units and of their demands."""
    units = dataset.of(framework)
    demands = (demand.ref for unit in units if isinstance(unit, Requirement) for demand in unit.demands)
    return {*(unit.ref for unit in units), *demands}
