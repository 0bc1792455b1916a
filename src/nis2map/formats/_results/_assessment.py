"""An assessment as documents hold it, alone or inside a result: whole, with the problems and notes it was read with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import attrs

from ...assessment import Assessment, Finding
from ...errors import Problem
from ...ids import Ref
from ...model import record
from .._structure import Flaw

__all__ = ["AssessmentBody", "assessment_of", "body_of", "repeated"]


@attrs.frozen(eq=False)
class FindingRow(Finding):
    """A finding with the unit or demand it stands on."""

    ref: Ref = attrs.field(kw_only=True)

    @property
    def finding(self) -> Finding:
        """The finding alone."""
        return Finding(**{field.name: getattr(self, field.name) for field in attrs.fields(Finding)})


@attrs.frozen(kw_only=True)
class AssessmentBody:
    """What a document says of an assessment."""

    subject: str = ""
    as_of: dt.date | None = None
    scope: str = ""
    whole_entity: bool | None = None
    findings: tuple[FindingRow, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def assessment_of(body: AssessmentBody) -> Assessment:
    """Return the assessment that a document tells of."""
    details: dict[str, Any] = {field.name: getattr(body, field.name) for field in attrs.fields(AssessmentBody)}
    details["findings"] = {row.ref: row.finding for row in body.findings}
    return Assessment(**details)


def repeated(rows: Iterable[FindingRow]) -> list[Flaw]:
    """Return a flaw for each row on a unit that has a finding already."""
    first: dict[Ref, int] = {}
    flaws: list[Flaw] = []
    for place, row in enumerate(rows):
        if row.ref in first:
            message = f"{row.ref} has a finding already, in /findings/{first[row.ref]}"
            flaws.append(Flaw(("findings", place, "ref"), message, code="conflict"))
        first.setdefault(row.ref, place)
    return flaws


def body_of(value: Assessment) -> dict[str, object]:
    """Return what a document says of an assessment, as a plain record."""
    details = {
        "subject": value.subject,
        "as_of": None if value.as_of is None else value.as_of.isoformat(),
        "scope": value.scope,
        "whole_entity": value.whole_entity,
    }
    parts: dict[str, object] = {name: detail for name, detail in details.items() if detail not in ("", None)}
    parts["findings"] = [{"ref": str(ref), **finding.to_dict()} for ref, finding in value.findings.items()]
    parts["notes"] = list(attrs.evolve(value, as_of=None).notes)  # what has run out is told anew when it is read
    parts["problems"] = [record(problem) for problem in value.problems]
    return {name: part for name, part in parts.items() if name == "findings" or part not in ([], ())}
