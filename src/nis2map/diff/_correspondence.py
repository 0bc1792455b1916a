"""Correspondences: a publisher's table of what became of the ids of an older edition, and carrying findings over by it.

Nothing gets better by being carried: a unit that holds what several held is as far in place as the worst of them, and
one that only covers part of an older one is not known from it at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

import attrs

from .._shared import Column, Page, Record, Table, Tabular, View, counted, member, several, texts
from ..assessment import Assessment, Finding, Status
from ..errors import InputError
from ..ids import Ref, read_ref

__all__ = [
    "Carried",
    "CarriedFinding",
    "Correspondence",
    "CorrespondenceKind",
    "CorrespondenceRow",
    "carried",
    "joined",
]


class CorrespondenceKind(StrEnum):
    """What became of a unit of an older edition.

    `unchanged` and `moved` (under another id): the new unit asks the same. `split`: each new unit asks a part of it.
    `merged`: the new unit asks all of it, and more. `covered-by`: the new unit touches what it asked, and nobody says
    how far. `withdrawn`: nothing took its place.
    """

    UNCHANGED = "unchanged"
    MOVED = "moved"
    SPLIT = "split"
    MERGED = "merged"
    COVERED_BY = "covered-by"
    WITHDRAWN = "withdrawn"


_COVERED, _WITHDRAWN = CorrespondenceKind.COVERED_BY, CorrespondenceKind.WITHDRAWN
_ONE_TO_ONE = (CorrespondenceKind.UNCHANGED, CorrespondenceKind.MOVED)


def _refs(value: Iterable[Ref | str] | Ref | str) -> tuple[Ref, ...]:
    items = (value,) if isinstance(value, (Ref, str)) else value
    return tuple(dict.fromkeys(read_ref(item) for item in items))


def _kind(value: CorrespondenceKind | str) -> CorrespondenceKind:
    return member(CorrespondenceKind, value, "kind of correspondence")


@attrs.frozen(eq=False, repr=False)
class CorrespondenceRow(Record, View):
    """What became of one or more units of an older edition: the units that they go on as, and how.

    Raises `InputError` if kind and units do not agree: what is withdrawn goes on as nothing, all else as something;
    what is unchanged or moved is one unit and goes on as one; what is split is one; what is merged goes on as one.
    """

    before: tuple[Ref, ...] = attrs.field(converter=_refs)
    after: tuple[Ref, ...] = attrs.field(converter=_refs)
    kind: CorrespondenceKind = attrs.field(converter=_kind)
    note: str = ""

    def __attrs_post_init__(self) -> None:
        old, new, kind = len(self.before), len(self.after), self.kind
        fits = bool(old) and (new == 0) == (kind is _WITHDRAWN)
        if kind in _ONE_TO_ONE:
            fits = old == new == 1
        elif kind is CorrespondenceKind.SPLIT:
            fits = old == 1 and new > 0
        elif kind is CorrespondenceKind.MERGED:
            fits = old > 0 and new == 1
        if not fits:
            names = ", ".join(map(str, self.before)) or "nothing"
            raise InputError(f"{names}: {kind} does not go from {counted(old, 'unit')} to {counted(new, 'unit')}")

    def _page(self) -> Page:
        to = " + ".join(map(str, self.after)) or "nothing"
        return Page(f"{' + '.join(map(str, self.before))} -> {to} ({self.kind})" + (f": {self.note}" * bool(self.note)))


def _rows(value: Iterable[CorrespondenceRow]) -> tuple[CorrespondenceRow, ...]:
    return several(value, CorrespondenceRow, "rows")


@attrs.frozen(eq=False, repr=False)
class Correspondence(Record, View, Tabular):
    """What became of the units of an older edition, row by row, as a publisher's table says it.

    Several rows may speak of one unit: then it went on as all that they name. Raises `InputError` for a unit that is
    withdrawn in one row and goes on in another.
    """

    rows: tuple[CorrespondenceRow, ...] = attrs.field(converter=_rows)
    title: str = attrs.field(default="", kw_only=True)
    notes: tuple[str, ...] = attrs.field(default=(), converter=texts, eq=False, kw_only=True)
    _columns = (
        Column("before", "texts", "the units of the older edition"),
        Column("after", "texts", "the units that they go on as; none if they are withdrawn"),
        Column("kind", "text", "unchanged, moved, split, merged, covered-by or withdrawn"),
        Column("note", "text", "what the publisher says of it"),
    )

    def __attrs_post_init__(self) -> None:
        gone = {ref for row in self.rows if row.kind is _WITHDRAWN for ref in row.before}
        alive = {ref for row in self.rows if row.kind is not _WITHDRAWN for ref in row.before}
        if both := sorted(gone & alive):
            raise InputError(f"{', '.join(map(str, both))}: withdrawn in one row, and goes on in another")

    @property
    def before(self) -> tuple[Ref, ...]:
        """The units of the older edition that the rows name, in legal order."""
        return tuple(sorted({ref for row in self.rows for ref in row.before}))

    @property
    def after(self) -> tuple[Ref, ...]:
        """The units of the newer edition that the rows name, in legal order."""
        return tuple(sorted({ref for row in self.rows for ref in row.after}))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[CorrespondenceRow]:
        return iter(self.rows)

    def _lines(self) -> tuple[CorrespondenceRow, ...]:
        return self.rows

    def _page(self) -> Page:
        rows = [(_cell(row.before), _cell(row.after), str(row.kind), row.note) for row in self.rows]
        title = f"Correspondence{f' {self.title}' if self.title else ''}: {counted(len(rows), 'row')}"
        return Page(title, (Table(("before", "after", "kind", "note"), rows),) if rows else (), self.notes)


def _cell(refs: Iterable[Ref]) -> str:
    return ", ".join(map(str, refs))


def joined(findings: Sequence[Finding], status: Status, degree: float | None, until: dt.date | None) -> Finding:
    """Return a finding of this status that keeps what several say in words; the latest of their dates holds."""
    return Finding(
        status,
        degree,
        justification="; ".join(dict.fromkeys(f.justification for f in findings if f.justification)),
        evidence=tuple(dict.fromkeys(text for finding in findings for text in finding.evidence)),
        owner="; ".join(dict.fromkeys(f.owner for f in findings if f.owner)),
        date=max((finding.date for finding in findings if finding.date is not None), default=None),
        valid_until=until,
    )


def worst(findings: Sequence[Finding], as_of: dt.date | None) -> Finding:
    """Return one finding for several parts of one unit: the least low, the least estimate, the least high of them.

    A part that is surely not in place comes first, then one of which nothing is known (`unassessed`, or run out by
    `as_of`), then the least degree. `not_applicable` stays only if all say so: one part that was left out is not in
    place. It holds as long as one that is surely absent does, else until the first of them runs out.
    """
    if len(findings) == 1:
        return findings[0]
    now = [Finding(Status.UNASSESSED) if finding.has_run_out(as_of) else finding for finding in findings]
    words = {finding.status for finding in now}
    absent = [finding for finding in now if finding.bounds[2] == 0]
    ends = [finding.valid_until for finding in absent or findings]
    dated = [end for end in ends if end is not None]
    until = max(dated) if absent and len(dated) == len(ends) else None if absent else min(dated, default=None)
    if len(words) == 1 and Status.PARTIAL not in words:
        return joined(findings, now[0].status, None, until)
    if absent:
        planned = Status.PLANNED in words and Status.NOT_IMPLEMENTED not in words
        return joined(findings, Status.PLANNED if planned else Status.NOT_IMPLEMENTED, None, until)
    if Status.UNASSESSED in words:
        return joined(findings, Status.UNASSESSED, None, None)
    partial = (finding for finding in now if finding.status is Status.PARTIAL)
    least = min(partial, key=lambda finding: (finding.bounds[1], finding.degree is None))
    return joined(findings, Status.PARTIAL, least.degree, until)


@attrs.frozen
class CarriedFinding:
    """Where one finding went by a correspondence: to no unit if it was dropped."""

    before: Ref
    after: tuple[Ref, ...]
    kind: CorrespondenceKind
    note: str


@attrs.frozen
class Carried:
    """The findings under the new ids, where each old one went, and what a reader must check."""

    findings: Mapping[Ref, Finding]
    steps: tuple[CarriedFinding, ...]
    notes: tuple[str, ...]


def carried(assessment: Assessment, correspondence: Correspondence) -> Carried:
    """Return the findings of an assessment under the ids that a correspondence leads to."""
    carrier = _Carrier(assessment, correspondence)
    return carrier.carry()


def _above(ref: Ref) -> Iterator[tuple[str, str]]:
    """Yield the keys of all units that a unit lies in by its id alone, the nearest first."""
    for at in range(len(ref.local) - 1, 0, -1):
        if ref.local[at] in ".~#":
            yield (ref.framework, ref.local[:at])


def _key(ref: Ref) -> tuple[str, str]:
    return (ref.framework, ref.local)


class _Carrier:
    """Carries the findings of one assessment over by one table."""

    def __init__(self, assessment: Assessment, table: Correspondence) -> None:
        self.old = dict(assessment.findings)
        self.as_of = assessment.as_of
        self.by_key = {_key(ref): ref for ref in self.old}
        self.parts: dict[tuple[str, str], list[Ref]] = {}  # findings on units below one
        for ref in self.old:
            for key in _above(ref):
                self.parts.setdefault(key, []).append(ref)
        self.rows: dict[Ref, list[CorrespondenceRow]] = {}
        self.whole: dict[Ref, list[Ref]] = {}  # new unit -> the old ones that it holds, or is part of
        merged = set[Ref]()
        for row in table.rows:
            for ref in row.before:
                self.rows.setdefault(ref, []).append(row)
                for to in row.after if row.kind is not _COVERED else ():
                    self.whole.setdefault(to, []).append(ref)
                    merged |= {to} if row.kind is CorrespondenceKind.MERGED else set()
        self.named = {_key(ref): ref for ref in self.rows}
        self.new = table.after
        # In a table of one framework ("incorporated into AC-2") a new unit that no row says to have been another one
        # is an old one that lives on, and holds what it held besides.
        frameworks = {ref.framework for ref in self.rows}
        lives_on = {to for to in self.whole if to.framework in frameworks and to not in self.rows}
        self.lives_on = {to for to in lives_on if to in merged or to in self.old}
        self.ending = frameworks - {to.framework for to in self.new}
        self.spoken: dict[Ref, list[Ref]] = {}  # a finding above named units -> those for which it speaks
        for ref in self.rows:
            nearest = self._nearest(ref)
            if nearest is not None and nearest != ref:
                self.spoken.setdefault(nearest, []).append(ref)
        self.steps: list[CarriedFinding] = []
        self.notes: list[str] = []

    def carry(self) -> Carried:
        """Return what the table makes of the findings."""
        kept = {ref: finding for ref, finding in self.old.items() if not self._leaves(ref)}
        for ref in self.old:
            if ref not in kept:
                self._follow(ref, kept)
        for to in sorted(self.whole):
            if to in kept and to not in self.lives_on:
                names = ", ".join(map(str, self.whole[to]))
                self.notes.append(f"{to}: has a finding of its own, which stays; {names} is not used")
                continue
            kept.pop(to, None)
            finding = self._finding(to)
            if finding is not None:
                kept[to] = finding
        self._keep_containers_silent(kept)
        return Carried(kept, tuple(self.steps), tuple(self.notes))

    def _counts(self, finding: Finding | None) -> bool:
        return finding is not None and finding.known and not finding.has_run_out(self.as_of)

    def _named(self, ref: Ref) -> Ref | None:
        """Return the unit of a row that a unit is, or lies in."""
        return next((self.named[key] for key in (_key(ref), *_above(ref)) if key in self.named), None)

    def _nearest(self, ref: Ref) -> Ref | None:
        """Return the unit, itself or above, whose finding speaks for a unit."""
        held = (self.by_key[key] for key in (_key(ref), *_above(ref)) if key in self.by_key)
        return next((other for other in held if self._counts(self.old[other])), None)

    def _leaves(self, ref: Ref) -> bool:
        """Tell whether a finding goes elsewhere; one above named units stays too where its framework goes on."""
        return self._named(ref) is not None or (ref in self.spoken and ref.framework in self.ending)

    def _follow(self, ref: Ref, kept: dict[Ref, Finding]) -> None:
        """Write down where a finding goes, and what there is to say of it."""
        named, status = self._named(ref), self.old[ref].status
        rows = self.rows[named] if named else [row for old in self.spoken[ref] for row in self.rows[old]]
        whole = tuple(sorted({to for row in rows if row.kind is not _COVERED for to in row.after}))
        note = "; ".join(dict.fromkeys(row.note for row in rows if row.note))
        if ref.demand is not None:
            whole = self._demand(ref, rows, kept)
        elif named and len(whole) > 1:
            self.notes.append(f"{ref} ({status}): goes to each of {', '.join(map(str, whole))}; assess each part")
        covered = sorted({to for row in rows if row.kind is _COVERED for to in row.after} - set(whole))
        if covered:
            names = ", ".join(map(str, covered))
            self.notes.append(f"{ref} ({status}): covered by {names}, to an unknown extent, so it is not carried over")
        elif not whole and ref.demand is None:
            what = "withdrawn" if named else "all that it covers is withdrawn"
            self.notes.append(f"{ref} ({status}): {what}, so its finding is dropped")
        self.steps.append(CarriedFinding(ref, whole, rows[0].kind, note))

    def _demand(self, ref: Ref, rows: list[CorrespondenceRow], kept: dict[Ref, Finding]) -> tuple[Ref, ...]:
        """Move the finding on a demand of a unit that goes on as one; which demand it is elsewhere nobody says."""
        if len(rows) == 1 and rows[0].kind in _ONE_TO_ONE and rows[0].before == (ref.unit,):
            to = rows[0].after[0]
            after = Ref(to.framework, f"{to.local}#{ref.demand}")
            kept.setdefault(after, self.old[ref])
            return (after,)
        self.notes.append(f"{ref} ({self.old[ref].status}): on a demand of a unit that did not move as one, so dropped")
        return ()

    def _finding(self, to: Ref) -> Finding | None:
        """Return what is known of a new unit from all old ones that it holds; None if nothing is."""
        sources: dict[Ref, Finding] = {}
        absent: list[Ref] = []
        parts_of_new = [*self.whole[to], *([to] if to in self.lives_on else [])]
        for ref in dict.fromkeys(parts_of_new):
            nearest = self._nearest(ref)
            if nearest is None:
                absent.append(ref)
            else:
                sources[nearest] = self.old[nearest]
                if nearest != ref and ref in self.old and self.old[ref].known:
                    self.notes.append(f"{ref}: its finding has run out, so that on {nearest} applies")
            # A finding on a part of the unit speaks for that part alone.
            parts = (part for part in self.parts.get(_key(ref), ()) if part.demand is None)
            sources |= {part: self.old[part] for part in parts}
        own = [self.old[ref] for ref in absent if ref in self.old]  # unassessed, or run out: its words are kept
        findings = [*sources.values(), *own, *([Finding(Status.UNASSESSED)] if len(absent) > len(own) else [])]
        if not sources and not own:
            return None
        finding = worst(findings, self.as_of)
        if len(findings) > 1:
            told = [f"{ref} ({found.status})" for ref, found in sources.items()]
            unknown = [f"nothing was known of {', '.join(map(str, absent))}"] if absent else []
            said = "; ".join([*([f"the worst of {', '.join(told)}"] if told else []), *unknown])
            self.notes.append(f"{to}: {finding.status}, {said}")
        return finding

    def _keep_containers_silent(self, kept: dict[Ref, Finding]) -> None:
        """Say `not_implemented` of a new unit of which nothing is known, where one above it would say more.

        No finding says "unknown" so that the one above is silent; the least that can be said is not too much.
        """
        speaking = {_key(ref): ref for ref, finding in kept.items() if self._counts(finding)}
        for to in self.new:
            above = next((speaking[key] for key in _above(to) if key in speaking), None)
            if above is not None and not self._counts(kept.get(to)):
                self.notes.append(f"{to}: not_implemented, or {above} would say more of it than was known of its parts")
                kept[to] = joined([kept[to]] if to in kept else [], Status.NOT_IMPLEMENTED, None, None)
