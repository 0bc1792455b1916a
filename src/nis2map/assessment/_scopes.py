"""`Assessment.across`: several statements about parts of one entity, of which the weakest counts.

NIS 2 binds the whole entity, and a certificate or a Statement of Applicability covers a part of it. In numbers each
unit of the result has the least low, the least estimate and the least high of all scopes; of the bounds that findings
have, the least of several is always that of one of them, so that a finding says it exactly.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

import attrs

from ..dataset import Dataset, given
from ..errors import InputError, Problem, quote
from ..ids import Ref, is_above
from ._assessment import Assessment, counting, expect_assessment, joined
from ._finding import Finding, Status

__all__ = ["across"]

Said = dict[Ref, Finding]


def across(
    scopes: Mapping[str, Assessment], *, subject: str | None, whole_entity: bool | None, dataset: Dataset | None
) -> Assessment:
    """Return the assessment in which the weakest scope counts; see `Assessment.across`."""
    parts = _checked(scopes)
    said = {name: dict(counting(part)) for name, part in parts.items()}
    places = _Places(given(dataset), {ref for part in said.values() for ref in part})
    dates = [part.as_of for part in parts.values()]
    as_of = min(date for date in dates if date is not None) if dates and None not in dates else None
    findings = {ref: _weakest(places.nearest(ref, said), len(parts)) for ref in places.keys}
    places.uncover(findings)
    unknown = _unknown(parts, findings, as_of)
    findings |= unknown
    told = {
        name: {ref: found for ref in findings if (found := places.nearest_in(ref, part))} for name, part in said.items()
    }
    subjects = "" if subject is None else subject
    for part in parts.values() if subject is None else ():
        subjects = joined(subjects, part.subject)
    return Assessment(
        findings,
        subject=subjects,
        as_of=as_of,
        scope=_scope(parts),
        whole_entity=_whole(parts) if whole_entity is None else whole_entity,
        problems=[_named(name, problem) for name, part in parts.items() for problem in part.problems],
        notes=[f"{name}: {note}" for name, part in parts.items() for note in _notes(part, as_of)],
        scopes=told,
    )


def _checked(scopes: Mapping[str, Assessment]) -> dict[str, Assessment]:
    """Return the scopes by name in order, so that theirs never matters."""
    if not isinstance(scopes, Mapping) or not scopes:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"{quote(scopes)} names no scopes", hint='such as {"plant": a, "cloud": b}')
    for name, part in cast("Mapping[object, object]", scopes).items():
        if not isinstance(name, str) or not name.strip():
            raise InputError(f"{quote(name)} is not the name of a scope", hint="a text that a report can show")
        expect_assessment(part, f"the scope {quote(name)}")
    return dict(sorted(scopes.items()))


class _Places:
    """The units that any scope speaks of, and which of them speak for a unit: itself, then those above it."""

    def __init__(self, data: Dataset, keys: set[Ref]) -> None:
        self.data = data
        self.keys = sorted(keys)
        self._known = keys

    def chain(self, ref: Ref) -> Iterator[Ref]:
        """Yield a unit and those above it, the nearest first: by the dataset, or by the id of what that lacks."""
        yield ref
        if ref in self.data:
            yield from self.data.ancestors(ref)
        else:
            yield from sorted((key for key in self.keys if is_above(key, ref)), key=lambda key: -len(key.local))

    def nearest_in(self, ref: Ref, part: Mapping[Ref, Finding]) -> Finding | None:
        """Return what one scope says of a unit."""
        return next((part[place] for place in self.chain(ref) if place in part), None)

    def nearest(self, ref: Ref, said: Mapping[str, Said]) -> dict[str, Finding]:
        """Return what each scope that speaks of a unit says of it."""
        found = {name: self.nearest_in(ref, part) for name, part in said.items()}
        return {name: finding for name, finding in found.items() if finding is not None}

    def uncover(self, findings: Said) -> None:
        """Move what is said of a unit to the units below it wherever it would speak for one that is not known.

        One scope lacks A.5 and has A.5.1, the other says nothing: A.5 is lacking and A.5.1 is not known, but
        `unassessed` is not a finding, and that on A.5 would speak for A.5.1 too.
        """
        for ref in [ref for ref, finding in findings.items() if not finding.known]:
            for above in list(self.chain(ref))[1:]:
                if above in findings and findings[above].known:
                    if above not in self.data:
                        hint = "give the dataset that has its units, as dataset="
                        raise InputError(f"what is said of {above} can't be told from what is said of {ref}", hint=hint)
                    findings.update(dict.fromkeys(self._free(above), findings.pop(above)))

    def _free(self, ref: Ref) -> Iterator[Ref]:
        """Yield the highest demands and units below a unit at and below which is not defined anything."""
        yield from (demand.ref for demand in self.data.demands(ref) if demand.ref not in {ref, *self._known})
        for child in self.data.children(ref):
            if child in self._known:
                continue
            below = self.data.below(child)
            inner = {*below, *(demand.ref for unit in below for demand in self.data.demands(unit))}
            if inner.isdisjoint(self._known):
                yield child
            else:
                yield from self._free(child)


def _weakest(said: Mapping[str, Finding], scopes: int) -> Finding:
    """Return the finding with the least bounds of those of all scopes; one that says nothing has (0, 0, 1).

    An exclusion gives nothing where it stands, so none is weaker. It excludes for the whole only if every scope
    excludes, and each with a justification; else the unit is needed somewhere and lacks elsewhere, which is
    `not_implemented`.
    """
    absent = {name: finding for name, finding in said.items() if finding.bounds[2] == 0}
    excluded = {name: finding for name, finding in absent.items() if finding.status is Status.NOT_APPLICABLE}
    if len(excluded) == scopes:
        unjustified = [finding for finding in excluded.values() if not finding.justification.strip()]
        return _least(unjustified or excluded.values())
    if len(excluded) < len(absent):
        return _least(finding for name, finding in absent.items() if name not in excluded)
    if excluded:
        reasons = [f"{name}: {finding.justification}".removesuffix(": ") for name, finding in excluded.items()]
        words = f"not applicable in {'; '.join(reasons)}"
        return attrs.evolve(_least(excluded.values()), status=Status.NOT_IMPLEMENTED, justification=words)
    return _least(said.values()) if len(said) == scopes else Finding(Status.UNASSESSED)


def _least(findings: Iterable[Finding]) -> Finding:
    return min(findings, key=lambda finding: finding.rank)


def _unknown(parts: Mapping[str, Assessment], known: Said, as_of: dt.date | None) -> Said:
    """Return what scopes say is unassessed, or what has run out there, on units of which no scope knows anything."""
    found: dict[Ref, list[Finding]] = {}
    for part in parts.values():
        for ref, finding in part.findings.items():
            if ref not in known and ref not in counting(part):
                runs_out = finding.known and not finding.has_run_out(as_of)
                here = attrs.evolve(finding, status=Status.UNASSESSED, degree=None) if runs_out else finding
                found.setdefault(ref, []).append(here)
    # What the joint date tells to have run out stays as it was said: one scope is the same statement again.
    return {ref: _least(several) for ref, several in found.items()}


def _notes(part: Assessment, as_of: dt.date | None) -> tuple[str, ...]:
    """Return the notes of a scope; those on what has run out come again by themselves if the date is the same."""
    return attrs.evolve(part, as_of=None).notes if part.as_of == as_of else part.notes


def _scope(parts: Mapping[str, Assessment]) -> str:
    if len(parts) == 1:
        return next(iter(parts.values())).scope
    return "; ".join(f"{name}: {part.scope}" if part.scope else name for name, part in parts.items())


def _whole(parts: Mapping[str, Assessment]) -> bool | None:
    """Return what is known of the scopes together: one that covers the entity does; whether several do nobody said."""
    known = [part.whole_entity for part in parts.values()]
    return True if True in known else known[0] if len(known) == 1 else None


def _named(scope: str, problem: Problem) -> Problem:
    return attrs.evolve(problem, path=f"{scope}: {problem.path}" if problem.path else scope)
