"""`.. dataset-table:: units nis2` shows a part of the bundled data, worked out when the site is built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

import nis2map

if TYPE_CHECKING:
    from sphinx.application import Sphinx

Row = Iterable[object]
GRADES = ("stated", "guided", "considered", "helped")


def units(framework: str) -> Iterator[Row]:
    """Yield the units of a text, in legal order, with titles in three languages."""
    ds = nis2map.load()
    yield "unit", "title in English, German and French", "role", "demands"
    for unit in ds.requirements(framework):
        yield (unit.citation, f"`{unit.ref}"), _titles(ds, unit), unit.role, len(unit.demands) or ""


def controls() -> Iterator[Row]:
    """Yield controls and clauses, with the demands that the crosswalk's links serve through them, by grade."""
    ds = nis2map.load()
    served: dict[nis2map.Ref, Counter[str]] = {}
    for link in ds.links("nis2map"):
        lists = (link.covers, link.covers_guided, link.covers_considered, link.supports)
        best = next((grade for grade, demands in zip(GRADES, lists, strict=True) if demands), None)
        for control in link.controls if best else ():
            served.setdefault(control, Counter())[best] += 1
    yield "unit", "title in English, German and French", *GRADES
    for control in ds.controls():
        counts = served.get(control.ref, Counter())
        yield (control.citation, f"`{control.ref}"), _titles(ds, control), *(counts[grade] or "" for grade in GRADES)


def _titles(ds: nis2map.Dataset, unit: nis2map.Requirement | nis2map.Control) -> tuple[str, ...]:
    """Return the titles of a unit in the languages that have one of their own, the English one first."""
    return tuple(dict.fromkeys(ds.title(unit.ref, language) for language in ("en", "de", "fr")))


def groups(framework: str) -> Iterator[Row]:
    """Yield the measure groups of a framework, with the units and demands that are scored under each by default."""
    ds = nis2map.load()
    cov = nis2map.coverage(nis2map.Assessment.full(), framework=framework)
    scored = Counter(group for ref in cov.units for group in ds.requirement(ref).groups)
    yield "ref", "citation", "title", "units", "demands"
    for group in cov.measure_groups:
        yield f"`{group.ref}", group.citation, group.title, scored[group.ref], group.score.demands


def member_states() -> Iterator[Row]:
    """Yield the Member States, with where the facts were read."""
    yield "code", "State", "authority", "register at", "report at", "read on"
    for state in nis2map.member_states():
        portals = (state.registration_portal, state.reporting_portal)
        yield state.code, state.name, state.authority, *(portal or "" for portal in portals), state.read or ""


def reporting_stages() -> Iterator[Row]:
    """Yield the stages of reporting."""
    yield "stage", "due", "counted from", "citation"
    for stage in nis2map.load().law.stages:
        period = stage.period
        due = f"{period.amount} {period.unit}" if period else (stage.when or "")
        yield f"`{stage.stage}", due, stage.counted_from, stage.citation


def measures() -> Iterator[Row]:
    """Yield the measures on the duties themselves."""
    yield "id", "measure", "what it is"
    for measure in nis2map.load().measures:
        yield f"`{measure.id}", measure.title, measure.text


def sources() -> Iterator[Row]:
    """Yield the sources that links and tables name."""
    yield "id", "title", "publisher", "licence", "where"
    for source in nis2map.load().sources.values():
        yield f"`{source.id}", source.title, source.publisher, source.licence, source.url


TABLES: dict[str, Callable[..., Iterator[Row]]] = {
    "units": units, "controls": controls, "groups": groups, "member-states": member_states,
    "reporting-stages": reporting_stages, "measures": measures, "sources": sources,
}  # fmt: skip


class DatasetTable(SphinxDirective):
    """`.. dataset-table:: name [framework]`."""

    required_arguments = 1
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        self.env.note_reread()  # data may be new where no page is
        head, *rows = (list(row) for row in TABLES[self.arguments[0]](*self.arguments[1:]))
        group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in head), cols=len(head))
        group += nodes.thead("", nodes.row("", *(_entry(cell) for cell in head)))
        group += nodes.tbody("", *(nodes.row("", *(_entry(cell) for cell in row)) for row in rows))
        return [nodes.table("", group, classes=["data"])]


def _entry(cell: object) -> nodes.entry:
    """Return a cell; a tuple is one line each."""
    lines = cell if isinstance(cell, tuple) else (cell,)
    return nodes.entry("", nodes.line_block("", *(nodes.line("", "", _inline(line)) for line in lines)))


def _inline(value: object) -> nodes.Node:
    text = "" if value is None else str(value)
    inner: nodes.Node = nodes.Text(text)
    if text.startswith("`"):
        inner = nodes.literal("", text[1:])
    elif text.startswith("https://"):
        inner = nodes.reference("", text.removeprefix("https://").partition("/")[0], refuri=text)
    return inner


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("dataset-table", DatasetTable)
    return {"parallel_read_safe": True}
