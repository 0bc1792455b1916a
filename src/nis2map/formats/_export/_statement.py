"""A Statement of Applicability as tables: what stands in which column, whatever kind of file it goes into.

One row a control, whether anything is known of it or not, and a second table for findings on anything else: duties,
demands, headings. The column of legal requirements comes from the crosswalk: the units of the law some demand of which
nothing would cover any more if this control were excluded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from ...assessment import Assessment, Finding, Status, expect_assessment
from ...dataset import Dataset
from ...ids import Ref
from ...model import Control, Theme
from ...scoring import COUNTED, Coverage, Options, Question, coverage, repeatable, workings
from ._texts import encoded, joined_items, percent_text

__all__ = [
    "ABOUT",
    "APPLICABLE",
    "COLUMNS",
    "FINDING",
    "LACKING",
    "LEGAL",
    "OTHERS",
    "OTHER_COLUMNS",
    "STATUSES",
    "TITLE",
    "WRITTEN_BY",
    "SoaTables",
    "statement_of",
    "unit_id",
]

TITLE = "Statement of Applicability"
OTHERS = "Findings on requirements"
ABOUT = ("Subject", "Scope", "As of", "Whole entity")
WRITTEN_BY = "nis2map, form 1"
FINDING = (
    "Applicable",
    "Justification for inclusion or exclusion",
    "Implementation status",
    "Degree",
    "Evidence",
    "Owner",
    "Last review",
    "Valid until",
)
COLUMNS = ("Control ID", "Control title", "Theme", *FINDING, "Legal requirement")
LEGAL = COLUMNS[-1]
OTHER_COLUMNS = ("Unit ID", "Unit", "Title", *FINDING)
LACKING = "Not in place in"
APPLICABLE = ("Yes", "No")
STATUSES: Mapping[Status, str] = {
    Status.IMPLEMENTED: "Implemented",
    Status.PARTIAL: "Partially implemented",
    Status.PLANNED: "Planned",
    Status.NOT_IMPLEMENTED: "Not implemented",
    Status.NOT_APPLICABLE: "Not applicable",
    Status.UNASSESSED: "Not assessed",
}


@attrs.frozen(kw_only=True)
class SoaTables:
    """The tables of a statement, texts as cells hold them, and the coverage that its legal requirements come from.

    `about` are pairs of a word and what it says of the whole; `others` is empty where all findings are on controls;
    `options` are what the coverage was asked for.
    """

    about: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    other_columns: tuple[str, ...]
    others: tuple[tuple[str, ...], ...]
    coverage: Coverage
    options: Options


def statement_of(assessment: Assessment, options: Options) -> SoaTables:
    """Return an assessment as the tables of a Statement of Applicability; `options` are those of `coverage`."""
    expect_assessment(assessment)
    asked = repeatable(options)
    cov = coverage(assessment, **asked)
    controls = list(_controls(cov.dataset, assessment))
    listed = {control.ref for control in controls}
    lacking = (LACKING,) * bool(assessment.scopes)
    return SoaTables(
        about=tuple(_about(cov)),
        columns=(*COLUMNS, *lacking),
        rows=tuple(_rows(cov, controls, lacking)),
        other_columns=(*OTHER_COLUMNS, *lacking),
        others=tuple(
            (
                str(ref),
                ref.citation,
                _title(cov.dataset, ref),
                *_cells(finding),
                *(_scopes(assessment, ref) for _ in lacking),
            )
            for ref, finding in assessment.findings.items()
            if ref not in listed
        ),
        coverage=cov,
        options=asked,
    )


def _rows(cov: Coverage, controls: Iterable[Control], lacking: Sequence[str]) -> Iterator[tuple[str, ...]]:
    legal, soa = _legal(cov), cov.assessment
    for control in controls:
        yield (
            unit_id(control.ref),
            encoded(control.title),
            encoded(str(control.theme)).replace("_", " ").capitalize(),
            *_cells(soa.findings.get(control.ref)),
            "; ".join(legal.get(control.ref, ())),
            *(_scopes(soa, control.ref) for _ in lacking),
        )


def unit_id(ref: Ref) -> str:
    """Return the id of a control as statements write it (A.5.1, clause 9.3.1), its whole id where that is its own."""
    return ref.citation if ref.framework == "iso27001" else str(ref)


def _about(cov: Coverage) -> Iterator[tuple[str, str]]:
    soa = cov.assessment
    whole = {True: "Yes", False: "No", None: ""}[soa.whole_entity]
    said = (soa.subject, soa.scope, "" if soa.as_of is None else soa.as_of.isoformat(), whole)
    yield from ((word, encoded(text)) for word, text in zip(ABOUT, said, strict=True) if text)
    name = cov.dataset.frameworks[cov.framework].name
    yield (
        "Legal requirement",
        f"what of {name} would lose its last cover without the control; "
        f"crosswalk {'+'.join(cov.crosswalks)}, basis {cov.basis}, data {cov.dataset.version or cov.digest[:12]}",
    )


def _controls(data: Dataset, assessment: Assessment) -> Iterator[Control]:
    """Yield the controls that have a row: those of every framework of controls, clauses only with a finding."""
    frameworks = [framework.id for framework in data.frameworks.values() if framework.side == "control"]
    spoken = [name for name in frameworks if any(ref.framework == name for ref in assessment.findings)]
    for framework in spoken or frameworks:
        for control in data.controls(framework, headings=True):
            # A row for a heading (A.5, clause 6) would be taken for one, so a finding on it stands with the others.
            found = control.ref in assessment.findings and control.parent is not None
            if not control.heading if control.theme != Theme.CLAUSE else found:
                yield control


def _cells(finding: Finding | None) -> tuple[str, ...]:
    if finding is None:
        return ("",) * len(FINDING)
    applicable = {Status.UNASSESSED: "", Status.NOT_APPLICABLE: "No"}.get(finding.status, "Yes")
    return (
        applicable,
        encoded(finding.justification),
        STATUSES[finding.status],
        "" if finding.degree is None else percent_text(finding.degree),
        joined_items(finding.evidence),
        encoded(finding.owner),
        *("" if day is None else day.isoformat() for day in (finding.date, finding.valid_until)),
    )


def _title(data: Dataset, ref: Ref) -> str:
    unit = data.get(ref)
    return encoded(getattr(unit, "title", "") or getattr(unit, "label", ""))


def _scopes(assessment: Assessment, ref: Ref) -> str:
    said = assessment.by_scope(ref).items() if ref in assessment.findings else ()
    lacking = [f"{name}: {STATUSES[found.status].lower()}" for name, found in said if found.bounds[0] < 1]
    return encoded("; ".join(lacking))


def _legal(cov: Coverage) -> dict[Ref, tuple[str, ...]]:
    """Return by control the units, as they are cited, some demand of which nothing else covers."""
    work = workings(cov)
    question, units = work.question, dict[Ref, dict[Ref, None]]()
    bearing = _bearing(question)
    ruled = _ruled_out(question, cov.assessment.current)
    for place, covers in enumerate(question.covers):
        if work.values.state[place] == COUNTED:
            for ref in _needed([bearing[index] for index in covers], [ruled[index] for index in covers]):
                units.setdefault(ref, {})[question.demands[place].ref.unit.official] = None
    return {ref: tuple(dict.fromkeys(unit.citation for unit in sorted(found))) for ref, found in units.items()}


def _bearing(question: Question) -> list[frozenset[Ref]]:
    """Return by set of controls the units whose exclusion takes it away: those at, below and above its controls."""
    parts = [frozenset(ref for chain in chains for ref in chain) for chains in question.parts]
    return [frozenset[Ref]().union(*(parts[control] for control in members)) for members in question.sets]


def _ruled_out(question: Question, current: Mapping[Ref, Finding]) -> list[frozenset[Ref]]:
    """Return by set of controls the units that are excluded already, and take it away."""

    def excluded(chain: tuple[Ref, ...]) -> frozenset[Ref]:
        nearest = next((ref for ref in chain if ref in current), None)
        out = nearest is not None and current[nearest].status is Status.NOT_APPLICABLE
        return frozenset({nearest}) if out and nearest is not None else frozenset()

    parts = [frozenset[Ref]().union(*map(excluded, chains)) for chains in question.parts]
    return [frozenset[Ref]().union(*(parts[control] for control in members)) for members in question.sets]


def _needed(bearing: list[frozenset[Ref]], ruled: list[frozenset[Ref]]) -> frozenset[Ref]:
    """Return the units without which none of some sets is left, given what is excluded already."""
    there = [refs for refs, out in zip(bearing, ruled, strict=True) if not out]
    if there:
        return there[0].intersection(*there[1:])
    # Everything is excluded: those that stand alone in the way of a set are what was its last cover.
    return frozenset(next(iter(out)) for out in ruled if len(out) == 1)
