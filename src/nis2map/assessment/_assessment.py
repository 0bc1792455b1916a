"""What is known of an organisation: findings on controls, requirements and demands, and assessments of them.

A Statement of Applicability is an assessment whose findings stand on controls. `unassessed` is no finding: it says
that nobody looked. A finding holds for everything below its unit, and the nearest one wins.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar, assert_never

import attrs

from .._shared import FrozenMap, day, member, several, texts
from ..dataset import Dataset, given
from ..errors import InputError, InvalidRef, Nis2mapError, Problem, UnknownRef, quote
from ..ids import Ref, RefMap, closed_set, is_above, parse_ref

__all__ = ["Assessment", "Finding", "Status"]

T = TypeVar("T")
DEFAULT_DEGREE = 0.5


class Status(StrEnum):
    """What was found on a unit."""

    IMPLEMENTED = "implemented"
    PARTIAL = "partial"
    PLANNED = "planned"
    NOT_IMPLEMENTED = "not_implemented"
    NOT_APPLICABLE = "not_applicable"
    UNASSESSED = "unassessed"


def _status(value: Status | str) -> Status:
    return member(Status, value)


def _problems(value: Iterable[Problem]) -> tuple[Problem, ...]:
    return several(value, Problem, "problems")


def _check_texts(value: Any, *names: str) -> None:
    for name in names:
        if not isinstance(getattr(value, name), str):
            raise InputError(f"{name} is {quote(getattr(value, name))}, not a text")


@attrs.frozen
class Finding:
    """What is known of one unit or demand.

    `degree` goes with `partial` alone: a float strictly between 0 and 1, 0.5 if none is given. A `valid_until` before
    the assessment's `as_of` makes the finding count as unassessed. Two findings are equal if they say the same of the
    unit: status, degree, dates, and whether there is a justification; its wording, the evidence and the owner do not
    count (`compare` reports them).
    """

    status: Status = attrs.field(converter=_status)
    degree: float | None = None
    justification: str = attrs.field(default="", eq=bool)
    evidence: tuple[str, ...] = attrs.field(default=(), converter=texts, eq=False, kw_only=True)
    owner: str = attrs.field(default="", eq=False, kw_only=True)
    date: dt.date | None = attrs.field(default=None, converter=day, kw_only=True)
    valid_until: dt.date | None = attrs.field(default=None, converter=day, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _check_texts(self, "justification", "owner")
        degree = self.degree
        if degree is None:
            return
        if self.status is not Status.PARTIAL:
            raise InputError(f"a degree stands only on partial, not on {self.status}")
        if type(degree) is not float or not 0 < degree < 1:
            raise InputError(f"the degree {quote(degree)} is not a float strictly between 0 and 1")

    @property
    def bounds(self) -> tuple[float, float, float]:
        """Low, estimate and high of the degree to which the unit is in place, each in [0, 1]."""
        match self.status:
            case Status.IMPLEMENTED:
                return (1.0, 1.0, 1.0)
            case Status.PARTIAL:
                return (0.0, DEFAULT_DEGREE if self.degree is None else self.degree, 1.0)
            case Status.PLANNED | Status.NOT_IMPLEMENTED | Status.NOT_APPLICABLE:
                return (0.0, 0.0, 0.0)
            case Status.UNASSESSED:
                return (0.0, 0.0, 1.0)
            case _:
                assert_never(self.status)

    @property
    def known(self) -> bool:
        """Whether somebody looked: any status but `unassessed`."""
        return self.status is not Status.UNASSESSED

    @property
    def rank(self) -> tuple[Any, ...]:
        """Key that orders findings from worst to best; total, so that merging does not depend on order.

        Between findings of one status and estimate, the one with a degree, the later one, and the one that holds longer
        rank higher, in this order.
        """
        dated = (self.date is not None, self.date or dt.date.min)
        lasting = (self.valid_until is None, self.valid_until or dt.date.max)
        texts = (self.justification, self.evidence, self.owner)
        return (_RANK[self.status], self.bounds[1], self.degree is not None, dated, lasting, *texts)

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as a JSON-ready dict; what is not said is left out."""
        found: dict[str, Any] = {"status": str(self.status)}
        if self.degree is not None:
            found["degree"] = self.degree
        for name in ("justification", "evidence", "owner"):
            value = getattr(self, name)
            if value:
                found[name] = list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownArgumentType]
        for name in ("date", "valid_until"):
            value = getattr(self, name)
            if value is not None:
                found[name] = value.isoformat()
        return found


_RANK = {
    Status.UNASSESSED: 0,
    Status.NOT_APPLICABLE: 1,
    Status.NOT_IMPLEMENTED: 2,
    Status.PLANNED: 3,
    Status.PARTIAL: 4,
    Status.IMPLEMENTED: 5,
}


def _finding(value: object, ref: object) -> Finding:
    """Read a finding, a status word, or a float in [0, 1]; bools and ints are refused, they have two readings."""
    if isinstance(value, Finding):
        return value
    if isinstance(value, str):
        return Finding(value)
    if type(value) is not float or not 0 <= value <= 1 or math.isnan(value):
        raise InputError(
            f"{quote(value)} on {quote(str(ref))} is no finding", hint="a Finding, a status word, or a float in [0, 1]"
        )
    if value in (0.0, 1.0):
        return Finding(Status.IMPLEMENTED if value else Status.NOT_IMPLEMENTED)
    return Finding(Status.PARTIAL, value)


def _by_ref(value: Mapping[Any, Any] | Iterable[tuple[Any, Any]]) -> dict[Ref, Any]:
    """Return what is given by ref or text form; two spellings of one unit are one too many."""
    given: Any = value
    try:
        pairs = [(key, item) for key, item in (given.items() if isinstance(value, Mapping) else given)]
    except (TypeError, ValueError) as error:
        if isinstance(error, Nis2mapError):
            raise
        raise InputError(f"{quote(given)} holds no findings", hint="a mapping from refs to findings") from None
    found: dict[Ref, Any] = {}
    for key, item in pairs:
        ref = parse_ref(key)
        if ref in found:
            raise InputError(f"{ref} is given twice")
        found[ref] = item
    return found


def _findings(value: Mapping[Any, Any] | Iterable[tuple[Any, Any]]) -> RefMap[Ref, Finding]:
    found = sorted(_by_ref(value).items(), key=lambda pair: pair[0].sort_key)
    return RefMap((ref, _finding(item, ref)) for ref, item in found)


@attrs.frozen(repr=False)
class Assessment(Mapping[Ref, Finding]):
    """Findings by ref, with subject, date and scope; a mapping from refs (or their text forms) to findings.

    `scope` is the scope of a certificate or of the assessment in words, `whole_entity` whether it is known to cover
    the whole entity that NIS 2 is about (None: not known). `problems` holds what a reader could not use, `notes` what
    it had to interpret; neither counts for equality.
    """

    findings: RefMap[Ref, Finding] = attrs.field(default=RefMap(), converter=_findings)
    subject: str = attrs.field(default="", kw_only=True)
    as_of: dt.date | None = attrs.field(default=None, converter=day, kw_only=True)
    scope: str = attrs.field(default="", kw_only=True)
    whole_entity: bool | None = attrs.field(default=None, kw_only=True)
    problems: tuple[Problem, ...] = attrs.field(default=(), converter=_problems, eq=False, kw_only=True)
    given_notes: tuple[str, ...] = attrs.field(default=(), converter=texts, eq=False, kw_only=True, alias="notes")

    def __attrs_post_init__(self) -> None:
        _check_texts(self, "subject", "scope")
        if self.whole_entity is not None and type(self.whole_entity) is not bool:
            raise InputError(f"whole_entity is {quote(self.whole_entity)}", hint="True, False, or None if not known")

    @classmethod
    def of(cls, findings: Mapping[Any, Any], **details: Any) -> Assessment:
        """Return an assessment from status words or degrees.

        >>> Assessment.of({"A.5.1": "implemented", "A.5.2": 0.4})["A.5.2"].degree
        0.4
        """
        return cls(findings, **details)

    @classmethod
    def full(cls, dataset: Dataset | None = None) -> Assessment:
        """Return the assessment in which every control and clause of the dataset is implemented.

        Headings are left out: they are as far in place as the least of what they head.
        """
        data = given(dataset)
        done = Finding(Status.IMPLEMENTED)
        sides = [f.id for f in data.frameworks.values() if f.side == "control"]
        controls = [control.ref for side in sides for control in data.controls(side)]
        return cls(dict.fromkeys(controls, done))

    def __getitem__(self, key: Ref | str) -> Finding:
        return self.findings[key if isinstance(key, Ref) else parse_ref(key)]

    def __contains__(self, key: object) -> bool:
        try:
            return (key if isinstance(key, Ref) else parse_ref(key)) in self.findings  # type: ignore[arg-type]
        except (InvalidRef, UnknownRef):
            return False

    def __iter__(self) -> Iterator[Ref]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __repr__(self) -> str:
        subject = f" of {quote(self.subject)}" if self.subject else ""
        problems = f", {len(self.problems)} problems" if self.problems else ""
        return f"<Assessment{subject}: {len(self)} findings{problems}>"

    @property
    def current(self) -> FrozenMap[Ref, Finding]:
        """The findings that count: without those that say unassessed or have run out by `as_of`."""
        known = {ref: finding for ref, finding in self.findings.items() if finding.known}
        if self.as_of is not None:
            known = {ref: finding for ref, finding in known.items() if not self.has_run_out(finding)}
        return FrozenMap(known)

    def has_run_out(self, finding: Finding) -> bool:
        """Tell whether a finding's `valid_until` lies before `as_of`; without `as_of` nothing runs out."""
        return self.as_of is not None and finding.valid_until is not None and finding.valid_until < self.as_of

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be interpreted, and which findings have run out."""
        out = [
            f"{ref}: valid until {finding.valid_until}, so unassessed as of {self.as_of}"
            for ref, finding in self.findings.items()
            if self.has_run_out(finding)
        ]
        return (*self.given_notes, *out)

    def replace(self, changes: Mapping[Any, Any]) -> Assessment:
        """Return the assessment with these findings set; None takes a finding away."""
        kept = dict(self.findings)
        for ref, value in _by_ref(changes).items():
            if value is None:
                kept.pop(ref, None)
            else:
                kept[ref] = _finding(value, ref)
        return attrs.evolve(self, findings=kept)

    def merge(self, other: Assessment, *, on_conflict: str = "raise") -> Assessment:
        """Return the findings of both.

        Where both have an unequal finding on the same unit: `raise` (`InputError` that lists all of them), `newest`
        (by date; without dates, or on the same one, the better), `best`, `worst`. `unassessed` is no finding, so the
        other's holds. `best` and `worst` are commutative, associative and idempotent.
        """
        if not isinstance(other, Assessment):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InputError(f"{quote(other)} is no assessment")
        if on_conflict not in ("raise", "newest", "best", "worst"):
            raise InputError(f"on_conflict is {quote(on_conflict)}", hint="one of: raise, newest, best, worst")
        merged, clashes = dict(self.findings), list[Problem]()
        notes = [*self.given_notes, *other.given_notes]
        for ref, theirs in other.findings.items():
            ours = merged.get(ref)
            if ours is None or (theirs.known and not ours.known):
                merged[ref] = theirs
            elif ours.known and not theirs.known:
                continue
            elif ours != theirs and on_conflict == "raise":
                clashes.append(Problem(f"{ours.status} here, {theirs.status} there", ref=str(ref), code="conflict"))
            else:
                merged[ref] = _pick(ours, theirs, on_conflict)
                if ours != theirs:
                    notes.append(f"{ref}: {ours.status} and {theirs.status} contradict; {on_conflict} of them is kept")
        if clashes:
            raise InputError.of(clashes, what="the assessments contradict each other")
        dates = [date for date in (self.as_of, other.as_of) if date is not None]
        return Assessment(
            merged,
            subject=_joined(self.subject, other.subject),
            as_of=max(dates, default=None),
            scope=_joined(self.scope, other.scope),
            whole_entity=self.whole_entity if self.whole_entity == other.whole_entity else None,
            problems=tuple(dict.fromkeys((*self.problems, *other.problems))),
            notes=tuple(dict.fromkeys(notes)),
        )

    def certified(self, scope: str = "", clauses: str | Finding = "implemented") -> Assessment:
        """Return the Statement of Applicability with the clauses that a certificate stands for.

        Each clause at its deepest level gets `clauses`, with a note, unless a finding on it, above it or below it
        speaks for it already. A certificate has a scope, and NIS 2 is about the whole entity: `scope` is kept and
        `whole_entity` stays what it was.
        """
        finding = _finding(clauses, "clauses")
        spoken = self.current
        set_now = [
            clause
            for clause in _clauses()
            if not any(ref == clause or is_above(ref, clause) or is_above(clause, ref) for ref in spoken)
        ]
        about = f" (scope: {scope})" if scope else ""
        note = f"a certificate{about} stands for {len(set_now)} clauses, set to {finding.status}"
        changed = self.replace(dict.fromkeys(set_now, finding))
        return attrs.evolve(changed, scope=scope or self.scope, notes=(*self.given_notes, note))

    def to_dict(self) -> dict[str, Any]:
        """Return the assessment as a JSON-ready dict."""
        return {
            "subject": self.subject,
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
            "scope": self.scope,
            "whole_entity": self.whole_entity,
            "findings": {str(ref): finding.to_dict() for ref, finding in self.findings.items()},
            "problems": [problem.to_dict() for problem in self.problems],
            "notes": list(self.notes),
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one flat row per finding."""
        return [{"ref": str(ref), **finding.to_dict()} for ref, finding in self.findings.items()]


def _clauses() -> list[Ref]:
    locals_ = [local for local in closed_set("iso27001") if not local.startswith("A.")]
    return [
        Ref("iso27001", local)
        for local in locals_
        if "." in local and not any(other.startswith(local + ".") for other in locals_)
    ]


def _pick(ours: Finding, theirs: Finding, on_conflict: str) -> Finding:
    if on_conflict == "worst":
        return min(ours, theirs, key=lambda finding: finding.rank)
    best = max(ours, theirs, key=lambda finding: finding.rank)
    if on_conflict == "newest" and ours.date != theirs.date:
        return max(ours, theirs, key=lambda finding: (finding.date is not None, finding.date or dt.date.min))
    return best


def _joined(ours: str, theirs: str) -> str:
    if ours == theirs:
        return ours
    parts = {part for text in (ours, theirs) for part in text.split(" + ") if part}
    return " + ".join(sorted(parts))
