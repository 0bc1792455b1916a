"""An assessment as documents hold it, alone or inside a result: whole, with the problems and notes it was read with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from ...assessment import Assessment, Finding
from ...errors import Problem, quote
from ...ids import Ref
from ...model import record
from .._strict_json import pointer
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
class ScopeRow:
    """What one scope of several says (`Assessment.across`)."""

    name: str
    findings: tuple[FindingRow, ...] = ()


@attrs.frozen(kw_only=True)
class AssessmentBody:
    """What a document says of an assessment."""

    subject: str = ""
    as_of: dt.date | None = None
    scope: str = ""
    whole_entity: bool | None = None
    findings: tuple[FindingRow, ...] = ()
    scopes: tuple[ScopeRow, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def assessment_of(body: AssessmentBody) -> Assessment:
    """Return the assessment that a document tells of."""
    details: dict[str, Any] = {field.name: getattr(body, field.name) for field in attrs.fields(AssessmentBody)}
    details["findings"] = {row.ref: row.finding for row in body.findings}
    details["scopes"] = {scope.name: {row.ref: row.finding for row in scope.findings} for scope in body.scopes}
    return Assessment(**details)


def repeated(body: AssessmentBody) -> list[Flaw]:
    """Return a flaw for each row on a unit that has a finding already, and for each scope that is named twice."""
    names: dict[str, int] = {}
    flaws = _twice(body.findings, ("findings",))
    for place, scope in enumerate(body.scopes):
        if scope.name in names:
            message = f"{quote(scope.name)} is a scope already, in /scopes/{names[scope.name]}"
            flaws.append(Flaw(("scopes", place, "name"), message, code="conflict"))
        names.setdefault(scope.name, place)
        flaws += _twice(scope.findings, ("scopes", place, "findings"))
    return flaws


def _twice(rows: Iterable[FindingRow], at: tuple[str | int, ...]) -> list[Flaw]:
    first: dict[Ref, int] = {}
    flaws: list[Flaw] = []
    for place, row in enumerate(rows):
        if row.ref in first:
            message = f"{row.ref} has a finding already, in {pointer((*at, first[row.ref]))}"
            flaws.append(Flaw((*at, place, "ref"), message, code="conflict"))
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
    parts["findings"] = _rows(value.findings)
    parts["scopes"] = [{"name": name, "findings": _rows(said)} for name, said in value.scopes.items()]
    parts["notes"] = list(attrs.evolve(value, as_of=None).notes)  # what has run out is told anew when it is read
    parts["problems"] = [record(problem) for problem in value.problems]
    return {name: part for name, part in parts.items() if name == "findings" or part not in ([], ())}


def _rows(findings: Mapping[Ref, Finding]) -> list[dict[str, object]]:
    return [{"ref": str(ref), **finding.to_dict()} for ref, finding in findings.items()]
