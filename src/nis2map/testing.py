"""Hypothesis strategies for your own tests: refs, datasets that are valid by construction, assessments of them.

Needs the extra `testing` (hypothesis). Generated datasets have a framework `law` of requirements and a framework `set`
of controls, a crosswalk `own` of demand grain and a crosswalk `foreign` of unit grain, both with joint links.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from .errors import MissingExtra

try:
    from hypothesis import strategies as st
except ImportError as _error:
    raise MissingExtra("nis2map.testing needs hypothesis", hint="pip install 'nis2map[testing]'") from _error

from .assessment import Assessment, Finding, Status
from .dataset import Dataset
from .ids import Ref, closed_set
from .model import LISTS, Control, Crosswalk, Demand, Framework, Grade, Link, Relation, Requirement

__all__ = ["assessments", "datasets", "findings", "refs"]

_PARTIAL = (Relation.SUPERSET_OF, Relation.INTERSECTS_WITH)
_FULL = (Relation.SUBSET_OF, Relation.EQUAL_TO)
_SLUGS = ("alpha", "beta", "gamma")


def __dir__() -> list[str]:
    return sorted(__all__)


def refs(*, framework: str | None = None) -> st.SearchStrategy[Ref]:
    """Return a strategy of refs: of the closed sets, of users' frameworks, with and without demands."""
    names = st.sampled_from((framework,)) if framework else st.sampled_from(("nis2", "cir", "iso27001", "acme"))
    return names.flatmap(_refs_of)


def _refs_of(framework: str) -> st.SearchStrategy[Ref]:
    known = closed_set(framework)
    segment = st.from_regex(r"[A-Za-z0-9]{1,4}([-_][A-Za-z0-9]{1,4})?", fullmatch=True)
    local = st.sampled_from(sorted(known)) if known else st.lists(segment, min_size=1, max_size=3).map(".".join)
    demand = st.one_of(st.just(""), st.from_regex(r"#[a-z0-9]{1,5}(-[a-z0-9]{1,4})?", fullmatch=True))
    return st.tuples(local, demand).map(lambda parts: Ref(framework, parts[0] + parts[1]))


def findings(*, requirement: bool = False, expiring: bool = False) -> st.SearchStrategy[Finding]:
    """Return a strategy of findings; on requirements exclusions come with and without a justification.

    With `expiring` some have a `date`, a `valid_until`, or both, within a few months of each other.
    """
    degree = st.floats(min_value=0.01, max_value=0.99)
    plain = st.sampled_from(
        (Status.IMPLEMENTED, Status.PARTIAL, Status.PLANNED, Status.NOT_IMPLEMENTED, Status.UNASSESSED)
    ).map(Finding)
    partial = degree.map(lambda value: Finding(Status.PARTIAL, value))
    reason = st.sampled_from(("", "outside our scope")) if requirement else st.just("not needed")
    excluded = reason.map(lambda text: Finding(Status.NOT_APPLICABLE, justification=text))
    known = st.one_of(plain, partial, excluded)
    if not expiring:
        return known
    day = st.one_of(st.none(), st.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 30)))
    return st.builds(_dated, known, day, day)


def _dated(finding: Finding, date: dt.date | None, end: dt.date | None) -> Finding:
    return attrs.evolve(finding, date=date, valid_until=end)


@st.composite
def assessments(
    draw: st.DrawFn, dataset: Dataset, *, own: bool = True, exclusions_only: bool = False, expiring: bool = False
) -> Assessment:
    """Return a strategy of assessments of a dataset.

    `own=False` puts findings on controls (and headings over them) alone; `exclusions_only` restricts findings on
    requirements to `not_applicable`; `expiring` gives findings dates and the assessment an `as_of` among them.
    """
    drawn: dict[Ref, Finding] = {}
    for unit in dataset:
        is_control = isinstance(unit, Control)
        if not is_control and not own:
            continue
        places = [unit.ref] if is_control else [unit.ref, *(d.ref for d in dataset.demands(unit.ref))]
        for ref in dict.fromkeys(places):
            if draw(st.integers(0, 9)) < (7 if is_control else 2):
                finding = draw(findings(requirement=not is_control, expiring=expiring))
                if is_control or not exclusions_only or finding.status is Status.NOT_APPLICABLE:
                    drawn[ref] = finding
    as_of = draw(st.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 30))) if expiring else None
    return Assessment(drawn, as_of=as_of)


@st.composite
def datasets(draw: st.DrawFn, *, demands: bool | None = None) -> Dataset:
    """Return a strategy of small valid datasets; `demands` says whether units carry demands (None: either).

    Links name single controls, joint ones, and headings; some datasets have a core set, some have measure groups.
    """
    with_demands = draw(st.booleans()) if demands is None else demands
    requirements = _requirements(draw, with_demands=with_demands)
    controls = _controls(draw)
    empty = Dataset.from_parts(
        frameworks=(Framework("law", "A law"), Framework("set", "A set", "control")),
        requirements=requirements,
        controls=controls,
    )
    own = Crosswalk("own", "law", "set", _own_links(draw, empty), title="own")
    foreign = Crosswalk("foreign", "law", "set", _foreign_links(draw, empty), title="foreign")
    return Dataset.from_parts(
        frameworks=tuple(empty.frameworks.values()),
        requirements=requirements,
        controls=controls,
        crosswalks=(own, foreign),
    )


def _requirements(draw: st.DrawFn, *, with_demands: bool) -> list[Requirement]:
    made: list[Requirement] = []
    with_core, with_groups = draw(st.integers(0, 3)) == 0, draw(st.integers(0, 2)) == 0
    for top in range(1, draw(st.integers(1, 3)) + 1):
        made.append(_requirement(draw, f"law:{top}", None, own=with_demands and draw(st.booleans())))
        for leaf in range(1, draw(st.integers(1, 3)) + 1):
            name = f"law:{top}.{leaf}"
            made.append(_requirement(draw, name, f"law:{top}", own=with_demands))
            if draw(st.integers(0, 4)) == 0:
                made.append(_requirement(draw, f"{name}.1", name, own=with_demands))
    if with_core:
        made = [attrs.evolve(unit, core=draw(st.booleans())) for unit in made]
    if with_groups:
        refs_ = st.lists(st.sampled_from([unit.ref for unit in made]), max_size=2, unique=True)
        made = [attrs.evolve(unit, groups=draw(refs_)) for unit in made]
    return made


def _requirement(draw: st.DrawFn, ref: str, parent: str | None, *, own: bool) -> Requirement:
    count = draw(st.integers(1, 3)) if own else 0
    mark = st.sampled_from(((False, ""), (True, ""), (False, "it_happens"), (True, "it_is_asked_for")))
    demands: list[Demand] = [
        Demand(
            Ref("law", f"{ref.removeprefix('law:')}#{slug}"),
            f"{slug} is done",
            *draw(mark),
            evidence=draw(st.sampled_from(((), ("records",), ("records", f"a log of {slug}")))),
        )
        for slug in _SLUGS[:count]
    ]
    return Requirement(ref, parent, f"unit {ref}", demands=demands)


def _controls(draw: st.DrawFn) -> list[Control]:
    made: list[Control] = []
    for group in range(1, draw(st.integers(1, 2)) + 1):
        made.append(Control(f"set:C.{group}", f"group {group}", heading=True))
        for number in range(1, draw(st.integers(1, 3)) + 1):
            made.append(Control(f"set:C.{group}.{number}", f"control {group}.{number}", parent=f"set:C.{group}"))
    return made


def _control_sets(draw: st.DrawFn, dataset: Dataset, most: int) -> list[tuple[Ref, ...]]:
    # Headings one time in four or so: they are few, and most links of real crosswalks name none.
    names = [control.ref for control in dataset.controls("set", headings=draw(st.integers(0, 3)) == 0)]
    some = st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True).map(lambda found: tuple(sorted(found)))
    return draw(st.lists(some, min_size=1, max_size=most, unique=True))


def _unrelated(draw: st.DrawFn, dataset: Dataset, unit: Ref) -> Link:
    controls = draw(st.one_of(st.just(()), st.just(()), st.sampled_from(_control_sets(draw, dataset, 1))))
    return Link(unit, controls, Relation.NO_RELATIONSHIP)


def _own_links(draw: st.DrawFn, dataset: Dataset) -> list[Link]:
    made: list[Link] = []
    for unit in dataset.requirements("law", assessable=True):
        kind = draw(st.integers(0, 6))
        if kind == 0:
            continue
        if kind == 1:
            made.append(_unrelated(draw, dataset, unit.ref))
            continue
        for controls in _control_sets(draw, dataset, 3):
            made.append(_own_link(draw, dataset, unit.ref, controls))
    if not made:
        unit = dataset.requirements("law", assessable=True)[0]
        made.append(_own_link(draw, dataset, unit.ref, (dataset.controls("set")[0].ref,)))
    return made


def _own_link(draw: st.DrawFn, dataset: Dataset, unit: Ref, controls: tuple[Ref, ...]) -> Link:
    names = [demand.ref for demand in dataset.demands(unit)]
    lists: dict[str, list[Ref]] = {list_: [] for list_ in LISTS.values()}
    for place, name in enumerate(names):
        list_ = draw(st.sampled_from((*lists, "") if place else tuple(lists)))
        if list_:
            lists[list_].append(name)
    every = sum(len(found) for list_, found in lists.items() if list_ != LISTS[Grade.HELPED]) == len(names)
    relation = draw(st.sampled_from(_FULL if every else _PARTIAL))
    named: dict[str, Any] = {list_: tuple(found) for list_, found in lists.items()}
    return Link(unit, controls, relation, rationale="because", **named)


def _foreign_links(draw: st.DrawFn, dataset: Dataset) -> list[Link]:
    made: list[Link] = []
    for unit in dataset.requirements("law"):
        kind = draw(st.integers(0, 5))
        if kind == 0:
            made.append(_unrelated(draw, dataset, unit.ref))
        elif kind < 3:
            for controls in _control_sets(draw, dataset, 2):
                relation = draw(st.sampled_from((*_PARTIAL, *_FULL)))
                strength = draw(st.one_of(st.none(), st.integers(1, 9))) if relation.is_partial else None
                made.append(Link(unit.ref, controls, relation, strength=strength))
    if not made:
        made.append(Link(dataset.requirements("law")[0].ref, (), Relation.NO_RELATIONSHIP))
    return made
