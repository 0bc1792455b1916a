"""What a dataset holds as tables: units, demands, links and verdicts; and how rows about units name them.

A table of links or verdicts has a row per control and demand, so that it joins with the other two without lists.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from .._shared import Column, Page, Rows, Table, under
from ..ids import Ref
from ..model import Demand, Grade, Link, Requirement, Verdict, unit_columns
from ._store import Unit
from ._units import cited

if TYPE_CHECKING:
    from ._units import Linked, Units

__all__ = [
    "CONTROL",
    "NAMED",
    "REQUIREMENT",
    "DemandTable",
    "Line",
    "LinkTable",
    "PairLine",
    "UnitTable",
    "VerdictTable",
    "containing",
    "lines",
    "name_of",
    "namer",
    "page_of",
]


class Line:
    """One row of a table about units: a ref, how it is cited, its title, and what the row says of it."""

    __slots__ = ("citation", "of", "ref", "title")

    def __init__(self, ref: Ref | str | None, citation: str | None, title: str | None, of: object = None) -> None:
        self.ref: Ref | str | None = ref
        self.citation: str | None = citation
        self.title: str | None = title
        self.of: object = of


class PairLine:
    """One row of a table about pairs: a requirement, a control, each as a line, and what the row says of them."""

    __slots__ = ("control", "of", "requirement")

    def __init__(self, requirement: Line, control: Line, of: object) -> None:
        self.requirement: Line = requirement
        self.control: Line = control
        self.of: object = of


NAMED = (
    Column("ref", "text", "the unit or demand"),
    Column("citation", "text", "how lawyers and auditors cite it"),
    Column("title", "text", "its title, of a demand its label; null if the dataset lacks it"),
)
REQUIREMENT = (
    Column("requirement", "text", "the requirement", "requirement.ref"),
    Column("citation", "text", "how the requirement is cited", "requirement.citation"),
    Column("title", "text", "its title", "requirement.title"),
)
CONTROL = (
    Column("control", "text", "the control", "control.ref"),
    Column("control_citation", "text", "how the control is cited", "control.citation"),
    Column("control_title", "text", "its title", "control.title"),
)


def name_of(dataset: Units, ref: Ref | str | None) -> tuple[str | None, str | None]:
    """Return how a unit or demand is cited and its title; of what the dataset lacks the citation that its ref has.

    What is not a ref, as the id of a measure, has neither.
    """
    if not isinstance(ref, Ref):
        return None, None
    unit = dataset.get(ref)
    title = None if unit is None else unit.label if isinstance(unit, Demand) else unit.title
    return cited(dataset, ref), title


def containing(dataset: Units, refs: Iterable[Ref]) -> frozenset[Ref]:
    """Return the units above some units.

    A group of a table that is one of them holds what the groups below it leave: it is called the rest of its unit,
    because it would be taken for the whole.
    """
    return frozenset(above for ref in refs for above in dataset.ancestors(ref))


def lines(dataset: Units, rows: Iterable[tuple[Ref | str | None, object]]) -> list[Line]:
    """Return rows about units with their names."""
    named = namer(dataset)
    return [named(ref, of) for ref, of in rows]


def namer(dataset: Units) -> Callable[..., Line]:
    """Return a function that makes a line of a ref; a table names the same units again and again."""
    known: dict[Ref | str | None, tuple[str | None, str | None]] = {}

    def named(ref: Ref | str | None, of: object = None) -> Line:
        name = known.get(ref)
        if name is None:
            name = known[ref] = name_of(dataset, ref)
        return Line(ref, *name, of)

    return named


class _UnitLine:
    """A unit with what its dataset knows of it beside the record."""

    __slots__ = ("demands", "elaborates", "groups", "of")

    def __init__(self, dataset: Units, unit: Unit) -> None:
        self.of = unit
        duty = isinstance(unit, Requirement)
        self.demands = len(dataset.demands(unit.ref))
        self.groups = dataset.groups(unit.ref) if duty else ()
        self.elaborates = dataset.elaborated(unit.ref) if duty else ()


class UnitTable(Rows[Unit]):
    """All units of a dataset in legal order; as a table, one row per unit."""

    __slots__ = ("_dataset",)
    _dataset: Units
    _columns = (
        *under(unit_columns(), "of"),
        Column("demands", "whole", "the number of its own demands"),
        Column("groups", "texts", "the measure groups of a requirement"),
        Column("elaborates", "texts", "the units that a requirement spells out"),
    )

    def __init__(self, dataset: Units, units: Iterable[Unit]) -> None:
        super().__init__(units)
        object.__setattr__(self, "_dataset", dataset)

    def _lines(self) -> Iterator[object]:
        return (_UnitLine(self._dataset, unit) for unit in self)


class DemandTable(Rows[Demand]):
    """All demands of a dataset in legal order; as a table, one row per demand.

    In a framework none of whose units carries demands each leaf is one, and its ref is that of the unit.
    """

    __slots__ = ("_dataset",)
    _dataset: Units
    _columns = (
        *NAMED,
        Column("requirement", "text", "the unit that asks it", "ref.unit"),
        Column("framework", "text", "the framework", "ref.framework"),
        Column("label", "text", "what is asked, in our words", "of.label"),
        Column("optout", "flag", "whether the CIR's opt-out governs it", "of.optout"),
        Column("condition", "text", "the name of the fact that it depends on", lambda line: line.of.condition or None),
        Column("evidence", "texts", "kinds of evidence that show it", "of.evidence"),
    )

    def __init__(self, dataset: Units, demands: Iterable[Demand]) -> None:
        super().__init__(demands)
        object.__setattr__(self, "_dataset", dataset)

    def _lines(self) -> list[Line]:
        return lines(self._dataset, ((demand.ref, demand) for demand in self))


class _Said:
    """What one link says of one demand, or of its unit as a whole."""

    __slots__ = ("crosswalk", "demand", "grade", "link", "number")

    def __init__(self, crosswalk: str, number: int, link: Link, demand: Ref | None, grade: Grade) -> None:
        self.crosswalk = crosswalk
        self.number = number
        self.link = link
        self.demand = demand
        self.grade = grade


class LinkTable(Rows[Link]):
    """The links of a crosswalk in canonical order; as a table, one row per link, control and demand.

    `demand` is null where a link speaks of its unit as a whole, `control` where it says that no unit of the target is
    related. Rows of one `link` count together: its controls give only jointly what it covers.
    """

    __slots__ = ("_crosswalk", "_dataset")
    _dataset: Units
    _crosswalk: str
    _columns = (
        Column("link", "whole", "the place of the link in its crosswalk, from 1", "of.number"),
        *REQUIREMENT,
        Column("demand", "text", "the demand that it serves", "of.demand"),
        *CONTROL,
        Column("relation", "text", "the relation, read from requirement to control", "of.link.relation"),
        Column("grade", "text", "how it serves the demand; stated, guided, considered, helped or bare", "of.grade"),
        Column("joint", "whole", "how many controls count together", lambda line: len(line.of.link.controls)),
        Column("strength", "whole", "a foreign source's own figure, 1 to 9", "of.link.strength"),
        Column("rationale", "text", "why", "of.link.rationale"),
        Column("source", "text", "where the link comes from", "of.link.source"),
        Column("review", "text", "who looked at it", "of.link.review"),
        Column("crosswalk", "text", "the crosswalk", "of.crosswalk"),
    )

    def __init__(self, dataset: Units, crosswalk: str, links: Iterable[Link]) -> None:
        super().__init__(links)
        object.__setattr__(self, "_dataset", dataset)
        object.__setattr__(self, "_crosswalk", crosswalk)

    def _lines(self) -> Iterator[PairLine]:
        named, nothing = namer(self._dataset), Line(None, None, None)
        for number, link in enumerate(self, 1):
            served: list[tuple[Ref | None, Grade]] = [(r, grade) for grade, refs in link.by_grade.items() for r in refs]
            controls = [named(ref) for ref in link.controls] or [nothing]
            unit = named(link.requirement)
            for demand, grade in served or [(None, link.grade)]:
                said = _Said(self._crosswalk, number, link, demand, grade)
                yield from (PairLine(unit, control, said) for control in controls)


class _Judged:
    """A verdict with its place in the table."""

    __slots__ = ("number", "verdict")

    def __init__(self, number: int, verdict: Verdict) -> None:
        self.number = number
        self.verdict = verdict


class VerdictTable(Rows[Verdict]):
    """All verdicts of a dataset, demand by demand in legal order; as a table, one row per verdict and control.

    Rows of one `verdict` are about one set of controls that was judged together.
    """

    __slots__ = ("_dataset",)
    _dataset: Units
    _columns = (
        Column("verdict", "whole", "the place of the verdict, from 1", "of.number"),
        *REQUIREMENT,
        *under(
            (
                Column("demand", "text", "the demand that was judged"),
                Column("first", "text", "the grade of the first judge"),
                Column("second", "text", "the grade of the second judge"),
                Column("final", "text", "the grade that stands"),
                Column("human", "text", "the grade that a person gave"),
                Column("decided_by", "text", "how it came to stand"),
                Column("reason", "text", "why"),
                Column("wording", "text", "the word of ISO/IEC 27002 that it rests on"),
            ),
            "of.verdict",
        ),
        *CONTROL,
        Column("joint", "whole", "how many controls were judged together", lambda line: len(line.of.verdict.controls)),
    )

    def __init__(self, dataset: Units, verdicts: Iterable[Verdict]) -> None:
        super().__init__(verdicts)
        object.__setattr__(self, "_dataset", dataset)

    def _lines(self) -> Iterator[PairLine]:
        named = namer(self._dataset)
        for number, verdict in enumerate(self, 1):
            unit, said = named(verdict.demand.unit), _Judged(number, verdict)
            yield from (PairLine(unit, named(control), said) for control in verdict.controls)


def page_of(dataset: Linked, version: str, digest: str, own: Collection[str]) -> Page:
    """Return what a dataset holds; `own` are the crosswalks among its records, whose links are counted."""
    frameworks = [
        (one.id, one.title, one.citation, one.edition, f"{one.side}s", str(len(dataset.of(one.id))))
        for one in dataset.frameworks.values()
    ]
    crosswalks = [
        (
            head.id,
            head.title,
            ", ".join(head.sources),
            head.target,
            str(head.grain),
            str(len(dataset.links_of(head.id))),
        )
        for head in dataset.heads.values()
        if head.id in own
    ]
    tables = (
        Table(("framework", "title", "citation", "edition", "units are", "units"), frameworks, (5,)),
        Table(("crosswalk", "title", "from", "to", "grain", "links"), crosswalks, (5,)),
    )
    made = [name for name in dataset.heads if name not in own]
    notes = [f"worked out of the verdicts when they are asked for: {', '.join(made)}"] if made else []
    notes.append(f"digest {digest}")
    return Page(f"Dataset {version or 'unversioned'}", [table for table in tables if table.rows], notes)
