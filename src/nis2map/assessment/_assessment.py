"""Assessments: what is known of an organisation, as findings on controls, requirements and demands.

A Statement of Applicability is an assessment whose findings stand on controls. `unassessed` is not a finding: it says
that nobody looked. A finding holds for everything below its unit, and the nearest one wins.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, cast, overload

import attrs

from .._shared import (
    FrozenMap,
    Page,
    Record,
    Table,
    Tabular,
    View,
    choice,
    counted,
    day,
    expect,
    one_line,
    plain_fields,
    several,
    texts,
)
from ..dataset import Dataset, given
from ..errors import InputError, InvalidRef, Nis2mapError, Problem, UnknownRef, quote
from ..ids import Ref, RefMap, is_above, parse_ref
from ..model import Theme
from ._finding import Finding, Status, finding_of, pick

if TYPE_CHECKING:
    from .._shared import Column

__all__ = ["Assessment", "counting", "expect_assessment", "joined"]

T = TypeVar("T")

Said = Finding | str | float
# A dict is invariant in its keys, so a `dict[str, str]` is not a mapping from `Ref | str`: hence the three.
Findings: TypeAlias = "Mapping[Ref, Said] | Mapping[str, Said] | Mapping[Ref | str, Said] | Assessment"
Changes: TypeAlias = (
    "Mapping[Ref, Said | None] | Mapping[str, Said | None] | Mapping[Ref | str, Said | None] | Assessment"
)
OnConflict = Literal["raise", "newest", "best", "worst"]


def _problems(value: Iterable[Problem]) -> tuple[Problem, ...]:
    return several(value, Problem, "problems")


def _date(value: dt.date | str | None) -> dt.date | None:
    return day(value)


def _pairs(value: object) -> list[tuple[Ref | str, object]]:
    if isinstance(value, Assessment):
        return list(value.items())
    if isinstance(value, Mapping):
        return list(cast("Mapping[Ref | str, object]", value).items())
    return [(key, said) for key, said in cast("Iterable[tuple[Ref | str, object]]", value)]


def _by_ref(value: object) -> dict[Ref, object]:
    """Return what is said by ref or text form; two spellings of one unit are one too many."""
    try:
        pairs = _pairs(value)
    except Nis2mapError:
        raise  # of a caller's generator that makes findings as it goes
    except (TypeError, ValueError):
        raise InputError(f"{quote(value)} contains no findings", hint="a mapping from refs to findings") from None
    by_ref: dict[Ref, object] = {}
    for key, said in pairs:
        ref = parse_ref(key)
        if ref in by_ref:
            raise InputError(f"{ref} is given twice")
        by_ref[ref] = said
    return by_ref


def _findings(value: Findings | Iterable[tuple[Ref | str, Said]]) -> RefMap[Ref, Finding]:
    # Legal order, whatever the order of the caller: documents, digests and reports come out equal.
    ordered = sorted(_by_ref(value).items(), key=lambda pair: pair[0].sort_key)
    return RefMap((ref, finding_of(said, ref)) for ref, said in ordered)


def _scopes(value: Mapping[str, Findings]) -> FrozenMap[str, RefMap[Ref, Finding]]:
    expect(value, Mapping, "scopes")
    return FrozenMap((name, _findings(value[name])) for name in sorted(value))


@attrs.frozen(eq=False, repr=False)
class Assessment(Record, View, Tabular):
    """Findings by ref, with subject, date and scope; refs (or their text forms) lead to findings as in a mapping.

    `scope` is the scope of a certificate or of the assessment in words, `whole_entity` whether it is known to cover
    the whole entity that NIS 2 is about (None: not known). `problems` holds what a reader could not use, `notes` what
    it had to interpret; neither counts for equality. `scopes` is filled by `across`: by the name of each scope, what it
    says of the units in `findings`; it does not count for equality either.
    """

    _also = ("notes",)

    findings: RefMap[Ref, Finding] = attrs.field(default=RefMap(), converter=_findings)
    subject: str = attrs.field(default="", kw_only=True)
    as_of: dt.date | None = attrs.field(default=None, converter=_date, kw_only=True)
    scope: str = attrs.field(default="", kw_only=True)
    whole_entity: bool | None = attrs.field(default=None, kw_only=True)
    problems: tuple[Problem, ...] = attrs.field(default=(), converter=_problems, eq=False, kw_only=True)
    _given_notes: tuple[str, ...] = attrs.field(default=(), converter=texts, eq=False, kw_only=True, alias="notes")
    scopes: FrozenMap[str, RefMap[Ref, Finding]] = attrs.field(
        default=FrozenMap(), converter=_scopes, eq=False, kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        expect(self.subject, str, "subject")
        expect(self.scope, str, "scope")
        if self.whole_entity is not None and type(self.whole_entity) is not bool:
            raise InputError(f"whole_entity is {quote(self.whole_entity)}", hint="True, False, or None if not known")

    @classmethod
    def of(
        cls,
        findings: Findings,
        *,
        subject: str = "",
        as_of: dt.date | str | None = None,
        scope: str = "",
        whole_entity: bool | None = None,
        problems: Iterable[Problem] = (),
        notes: Iterable[str] | str = (),
    ) -> Assessment:
        """Return an assessment from status words or degrees.

        >>> Assessment.of({"A.5.1": "implemented", "A.5.2": 0.4})["A.5.2"].degree
        0.4
        """
        return cls(
            findings,
            subject=subject,
            as_of=as_of,
            scope=scope,
            whole_entity=whole_entity,
            problems=problems,
            notes=notes,
        )

    @classmethod
    def full(cls, dataset: Dataset | None = None) -> Assessment:
        """Return the assessment in which every control and clause of the dataset is implemented.

        Headings are left out: they are as far in place as the least of what they head.
        """
        data = given(dataset)
        controls = [control.ref for framework in _of_controls(data) for control in data.controls(framework)]
        return cls(dict.fromkeys(controls, Finding(Status.IMPLEMENTED)))

    @classmethod
    def across(
        cls,
        scopes: Mapping[str, Assessment],
        *,
        subject: str | None = None,
        whole_entity: bool | None = None,
        dataset: Dataset | None = None,
    ) -> Assessment:
        """Return one assessment of an entity from those of its scopes: what counts is the weakest scope, unit by unit.

        NIS 2 binds the whole entity, and a certificate covers a part of it. Each unit that any scope speaks of has the
        least low, estimate and high of all scopes: a control that one scope does not speak of is `unassessed`, unless
        another one is known to lack it. A control that one scope excludes gives nothing there, so it counts as
        `not_implemented`; only what all exclude is `not_applicable`, and without a justification if one gives none. A
        duty that is assessed itself in some scopes alone counts through the controls, and no more than what those
        found. Every number of a coverage is at most that of each scope alone.

        `scopes` and `by_scope` of the result keep who says what. What has run out by a scope's own `as_of` is
        unassessed; the result is as old as its oldest scope, and without a date if one has none. `subject` is made of
        theirs if it is not given; `whole_entity` says whether they make up the entity: None is True if one of them is
        known to, else not known. Notes and problems start with the name of their scope. A scope that was itself made by
        `across` counts as one. `dataset` says which units lie above which.

        `merge`, which joins two readings of the same scope, takes the finding of either where the other has none; here
        that is what nobody knows.

        Raises `InputError` for no scopes, and for what is not an assessment.

        >>> plant = Assessment.of({"A.5.1": "implemented", "A.5.2": "implemented"})
        >>> cloud = Assessment.of({"A.5.1": 0.4})
        >>> both = Assessment.across({"plant": plant, "cloud": cloud})
        >>> both["A.5.1"].degree, str(both["A.5.2"].status)
        (0.4, 'unassessed')
        """
        from ._scopes import across  # late: it makes assessments

        return across(scopes, subject=subject, whole_entity=whole_entity, dataset=dataset)

    def by_scope(self, key: Ref | str) -> FrozenMap[str, Finding]:
        """Return what each scope says of a unit, the weakest first; empty if the assessment was not made by `across`.

        Where the unit has no finding of its own, it is what is said of the nearest unit above it; a scope that does not
        speak of it has it `unassessed`.
        """
        ref = parse_ref(key)
        above = [other for other in self.findings if is_above(other, ref)]
        place = ref if ref in self.findings else max(above, key=lambda other: len(other.local), default=ref)
        silent = Finding(Status.UNASSESSED)
        found = [(name, said.get(place, silent)) for name, said in self.scopes.items()]
        return FrozenMap(sorted(found, key=lambda pair: (pair[1].bounds, pair[0])))

    def __getitem__(self, key: Ref | str) -> Finding:
        """Return the finding on a unit itself; `UnknownRef` if there is none, `InvalidRef` for what is not an id."""
        ref = parse_ref(key)
        finding: Finding | None = self.findings.get(ref)
        if finding is None:
            above = max((other for other in self.findings if is_above(other, ref)), default=None)
            hint = "" if above is None else f"the finding on {above} speaks for it"
            raise UnknownRef(f"there is no finding on {ref}", hint=hint)
        return finding

    @overload
    def get(self, key: object, /) -> Finding | None: ...
    @overload
    def get(self, key: object, default: Finding, /) -> Finding: ...
    @overload
    def get(self, key: object, default: T, /) -> Finding | T: ...
    def get(self, key: object, default: T | None = None, /) -> Finding | T | None:
        """Return the finding on a unit itself, or `default` for anything that none stands on."""
        try:
            return self[cast("str", key)]  # what is not an id is refused in words of ours
        except (InvalidRef, UnknownRef):
            return default

    def __contains__(self, key: object) -> bool:
        return self.get(key) is not None

    def __iter__(self) -> Iterator[Ref]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    # What `Mapping` would give. It is none, because polars takes any mapping for one column a key.
    def keys(self) -> KeysView[Ref]:
        """Return the refs in legal order."""
        return self.findings.keys()

    def values(self) -> ValuesView[Finding]:
        """Return the findings in legal order of their refs."""
        return self.findings.values()

    def items(self) -> ItemsView[Ref, Finding]:
        """Return pairs of ref and finding in legal order."""
        return self.findings.items()

    @cached_property
    def digest(self) -> str:
        """The sha256 of subject, date, scope and findings, their wording included, in canonical form.

        Whatever the order of the findings, and without problems and notes: two assessments of one digest score alike
        and read alike.
        """
        said = plain_fields(self, leave_out=("findings", "problems"))
        said["findings"] = {str(ref): finding.to_dict() for ref, finding in self.findings.items()}
        if not self.scopes:
            said.pop("scopes")  # digests of before there were any stay what they are
        import hashlib  # late, because every first score would pay for it

        return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    @property
    def current(self) -> RefMap[Ref, Finding]:
        """The findings that count: without those that say unassessed or have run out by `as_of`."""
        return RefMap(self._counting)

    @cached_property
    def _counting(self) -> dict[Ref, Finding]:
        findings = self.findings.items()
        return {ref: found for ref, found in findings if found.known and not found.has_run_out(self.as_of)}

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be interpreted, and which findings have run out."""
        out = [
            f"{ref}: valid until {finding.valid_until}, so unassessed as of {self.as_of}"
            for ref, finding in self.findings.items()
            if finding.has_run_out(self.as_of)
        ]
        return (*self._given_notes, *out)

    def replace(self, changes: Changes) -> Assessment:
        """Return the assessment with these findings set; None takes a finding away.

        Of one that several scopes make up it is said of each of them.
        """
        changed = {ref: None if said is None else finding_of(said, ref) for ref, said in _by_ref(changes).items()}
        scopes = {name: _with(said, changed) for name, said in self.scopes.items()}
        return attrs.evolve(self, findings=_with(self.findings, changed), scopes=scopes)

    def merge(self, other: Assessment, *, on_conflict: OnConflict = "raise") -> Assessment:
        """Return the findings of both.

        Where both have an unequal finding on the same unit: `raise` (`InputError` that lists all of them), `newest`
        (by date; without dates, or on the same one, the better), `best`, `worst`. `unassessed` is not a finding, so the
        other's holds. `best` and `worst` are commutative, associative and idempotent.

        Both speak of the same scope; statements about different parts of an entity go through `across`.
        """
        expect_assessment(other, "other")
        choice(on_conflict, ("raise", "newest", "best", "worst"), "on_conflict")
        merged, clashes = dict(self.findings), list[Problem]()
        notes = [*self._given_notes, *other._given_notes]
        for ref, theirs in other.findings.items():
            ours = merged.get(ref)
            if ours is None or (theirs.known and not ours.known):
                merged[ref] = theirs
            elif ours.known and not theirs.known:
                continue
            elif ours != theirs and on_conflict == "raise":
                clashes.append(Problem(f"{ours.status} here, {theirs.status} there", ref=str(ref), code="conflict"))
            else:
                merged[ref] = pick(ours, theirs, on_conflict)
                if ours != theirs:
                    notes.append(f"{ref}: {ours.status} and {theirs.status} contradict; {on_conflict} of them is kept")
        if clashes:
            raise InputError.of(clashes, what="the assessments contradict each other")
        lost = dict.fromkeys((*self.scopes, *other.scopes))
        notes += [f"a merger does not keep which assessment says what: {', '.join(lost)}"] if lost else []
        return Assessment(
            merged,
            subject=joined(self.subject, other.subject),
            as_of=max((date for date in (self.as_of, other.as_of) if date is not None), default=None),
            scope=joined(self.scope, other.scope),
            whole_entity=self.whole_entity if self.whole_entity == other.whole_entity else None,
            problems=tuple(dict.fromkeys((*self.problems, *other.problems))),
            notes=tuple(dict.fromkeys(notes)),
        )

    def certified(
        self, scope: str = "", clauses: str | Finding = "implemented", *, dataset: Dataset | None = None
    ) -> Assessment:
        """Return the Statement of Applicability with the clauses that a certificate stands for.

        Each clause of the dataset at its deepest level gets `clauses`, with a note, unless a finding on it, above it or
        below it speaks for it already. A certificate has a scope, and NIS 2 is about the whole entity: `scope` is kept
        and `whole_entity` stays what it was.
        """
        expect(scope, str, "scope")
        finding = finding_of(clauses, "clauses")
        data, spoken = given(dataset), self.current
        set_now = [
            clause
            for clause in _clauses(data)
            if spoken.keys().isdisjoint((*data.below(clause), *data.ancestors(clause)))
            # A finding may be on an id below the clause that the dataset has no unit for.
            and not any(is_above(clause, ref) for ref in spoken)
        ]
        about = f" (scope: {scope})" if scope else ""
        note = f"a certificate{about} stands for {counted(len(set_now), 'clause')}, set to {finding.status}"
        changed = self.replace(dict.fromkeys(set_now, finding))
        return attrs.evolve(changed, scope=scope or self.scope, notes=(*self._given_notes, note))

    def to_dict(self) -> dict[str, Any]:
        """Return the whole as a JSON-ready dict; `scopes` is left out unless `across` made the assessment."""
        return {name: part for name, part in super().to_dict().items() if name != "scopes" or part}

    def _schema(self) -> tuple[Column, ...]:
        from ..dataset import NAMED
        from ._finding import columns

        return (*NAMED, *columns())

    def _lines(self) -> Iterable[object]:
        from ..dataset import lines

        # An assessment knows of no dataset: units are named as in the bundled one.
        return lines(given(None), self.findings.items())

    def _page(self) -> Page:
        said = self.findings.items()
        rows: list[tuple[str, ...]] = [(ref.citation, str(finding.status), *_details(finding)) for ref, finding in said]
        head = ["unit", "status", "degree", "justification", "owner", "valid until"]
        if self.scopes:
            head.append("not in place in")
            rows = [(*row, self._lacking(ref)) for row, ref in zip(rows, self.findings, strict=True)]
        table = Table(head, rows, right=(2,))
        title = f"Assessment{f' of {self.subject}' if self.subject else ''}: {counted(len(self), 'finding')}"
        return Page(title, (table,) if rows else (), (*map(str, self.problems), *self.notes))

    def _lacking(self, ref: Ref) -> str:
        lacking = [(name, finding) for name, finding in self.by_scope(ref).items() if finding.bounds[0] < 1]
        return ", ".join(f"{name} ({finding.status})" for name, finding in lacking)

    def __repr__(self) -> str:
        subject = f" of {quote(self.subject)}" if self.subject else ""
        problems = f", {counted(len(self.problems), 'problem')}" if self.problems else ""
        return one_line(f"<Assessment{subject}: {counted(len(self), 'finding')}{problems}>")


def counting(assessment: Assessment) -> Mapping[Ref, Finding]:
    """Return the findings that count by ref: `Assessment.current`, for look-ups that have to be fast."""
    return assessment._counting  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def expect_assessment(value: object, name: str = "assessment") -> None:
    """Raise `InputError` if an argument is not an assessment; for a path it says how to read one."""
    named = quote(str(value)) if isinstance(value, str) or hasattr(value, "__fspath__") else ""
    expect(value, Assessment, name, f"read_soa({named}) reads one from a file" if named else "")


def _details(finding: Finding) -> tuple[str, str, str, str]:
    degree = "" if finding.degree is None else f"{finding.degree:.4g}"
    return (degree, finding.justification, finding.owner, str(finding.valid_until or ""))


def _of_controls(dataset: Dataset) -> list[str]:
    return [framework.id for framework in dataset.frameworks.values() if framework.side == "control"]


def _clauses(dataset: Dataset) -> list[Ref]:
    """Return the clauses of a management system at their deepest level, which is what a certificate stands for."""
    controls = [control for framework in _of_controls(dataset) for control in dataset.controls(framework)]
    return [control.ref for control in controls if control.theme == Theme.CLAUSE]


def _with(findings: Mapping[Ref, Finding], changes: Mapping[Ref, Finding | None]) -> dict[Ref, Finding]:
    every = {**findings, **changes}
    return {ref: finding for ref, finding in every.items() if finding is not None}


def joined(ours: str, theirs: str) -> str:
    """Return two texts as one; sorted and without repetitions, so that it is the same whoever is merged first."""
    if ours == theirs:
        return ours
    parts = {part for text in (ours, theirs) for part in text.split(" + ") if part}
    return " + ".join(sorted(parts))
