"""`migrate`: carrying an assessment over to the ids of newer data, with a report of what moved.

Ids of the texts never change; the project's own do now and then: its splits inside a unit (`~`) and its demands (`#`).
`data/aliases.json` says what became of each, and since which version of the data.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import attrs

from .._shared import columns, page
from .._shared import table as html
from ..assessment import Assessment, Finding, Status
from ..data import table
from ..dataset import Dataset, given, missing
from ..errors import DatasetError, InputError, quote
from ..ids import Ref, parse_ref

__all__ = ["Migration", "Move", "MoveKind", "migrate"]

# Versions of the data that were published before the packaged one, oldest first.
PUBLISHED: tuple[str, ...] = ()


class MoveKind(StrEnum):
    """What became of an id."""

    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    WITHDRAWN = "withdrawn"


@attrs.frozen(kw_only=True)
class Move:
    """What became of the finding on one ref: the refs it went to (none if it was dropped), and since which version."""

    before: Ref
    after: tuple[Ref, ...]
    kind: MoveKind
    since: str
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the move as a JSON-ready dict."""
        return {
            "from": str(self.before),
            "to": [str(ref) for ref in self.after],
            "kind": str(self.kind),
            "since": self.since,
            "note": self.note,
        }

    def __str__(self) -> str:
        to = " + ".join(map(str, self.after)) or "nothing"
        return f"{self.before} -> {to} ({self.kind}, {self.since})" + (f": {self.note}" if self.note else "")


@attrs.frozen(kw_only=True)
class Migration:
    """The assessment under the ids of the dataset, what moved, what was dropped, and what a reader must check.

    `moved` and `dropped` are in the order in which the data changed; a finding that moved twice is named twice.
    """

    assessment: Assessment
    moved: tuple[Move, ...]
    dropped: tuple[Move, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the assessment and the report as a JSON-ready dict."""
        return {
            "assessment": self.assessment.to_dict(),
            "moved": [move.to_dict() for move in self.moved],
            "dropped": [move.to_dict() for move in self.dropped],
            "notes": list(self.notes),
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one row per finding that moved or was dropped."""
        return [move.to_dict() for move in (*self.moved, *self.dropped)]

    def _rows(self) -> list[tuple[str, str, str, str, str]]:
        return [
            (str(m.before), " + ".join(map(str, m.after)) or "dropped", str(m.kind), m.since, m.note)
            for m in (*self.moved, *self.dropped)
        ]

    def __str__(self) -> str:
        if not self.moved and not self.dropped:
            return "\n".join(["nothing moved", *self.notes])
        return "\n".join([columns(("from", "to", "what", "since", "note"), self._rows()), *self.notes])

    def _repr_html_(self) -> str:
        rows = html(("from", "to", "what", "since", "note"), self._rows())
        return page(f"{len(self.moved)} findings moved, {len(self.dropped)} dropped", [rows], notes=self.notes)


@attrs.frozen(kw_only=True)
class _Alias:
    """What became of one id at one version; `place` is the version's place in the order of publication.

    A merger has a row for every old id, also for one that lives on.
    """

    before: Ref
    after: tuple[Ref, ...]
    since: str
    kind: MoveKind
    note: str
    place: int


def migrate(
    assessment: Assessment,
    *,
    from_version: str,
    dataset: Dataset | None = None,
    _aliases: Iterable[Mapping[str, Any]] | None = None,
    _versions: Iterable[str] | None = None,
) -> Migration:
    """Return an assessment that was made with an earlier version of the data, under the ids of the dataset.

    A finding on an id that was renamed moves; on one that was split it goes to every part; on one that was withdrawn it
    is dropped. Where several were merged the new unit is as far in place as all of them together (least low, mean
    estimate, greatest high; a part without a finding is unassessed). What the assessment says of a new id itself stays.
    A finding on a demand follows a unit that was renamed or withdrawn. Findings on ids that neither the dataset nor the
    table knows are kept, and named in the notes.

    Raises `InputError` for a version of the data that is not known.

    >>> import nis2map
    >>> soa = nis2map.Assessment.of({"A.8.24": "implemented"})
    >>> migrate(soa, from_version=nis2map.load().version).moved
    ()
    """
    data = given(dataset)
    rows = table("aliases") if _aliases is None else _aliases
    versions = tuple(dict.fromkeys((*(PUBLISHED if _versions is None else _versions), data.version)))
    if not isinstance(from_version, str) or from_version not in versions or not from_version:  # pyright: ignore[reportUnnecessaryIsInstance]
        known = ", ".join(filter(None, versions)) or "none"
        raise InputError(f"{quote(from_version)} is no version of the data that is known", hint=f"known: {known}")
    first, last = versions.index(from_version), versions.index(data.version)
    aliases = sorted((_alias(row, versions) for row in rows), key=lambda alias: (alias.place, alias.before.sort_key))
    worker = _Mover(dict(assessment.findings))
    for place in range(first + 1, last + 1):
        worker.step([alias for alias in aliases if alias.place == place])
    lost = missing(data, worker.findings)
    notes = [
        *worker.notes,
        *(f"{ref}: the dataset has no such unit, so the finding counts for nothing" for ref in lost),
    ]
    return Migration(
        assessment=attrs.evolve(assessment, findings=worker.findings),
        moved=tuple(worker.moved),
        dropped=tuple(worker.dropped),
        notes=tuple(notes),
    )


def _alias(row: Mapping[str, Any], versions: tuple[str, ...]) -> _Alias:
    since, kind = row["since"], MoveKind(row["kind"])
    if since not in versions:
        raise DatasetError(f"alias of {row['from']}: {quote(since)} is no published version")
    after = tuple(map(parse_ref, row["to"]))
    if (kind is MoveKind.WITHDRAWN) == bool(after) or (kind in (MoveKind.RENAMED, MoveKind.MERGED) and len(after) != 1):
        raise DatasetError(f"alias of {row['from']}: {kind} and {len(after)} successors do not agree")
    return _Alias(
        before=parse_ref(row["from"]),
        after=after,
        since=since,
        kind=kind,
        note=row.get("note", ""),
        place=versions.index(since),
    )


class _Mover:
    """Moves findings, one version of the data after the other."""

    def __init__(self, findings: dict[Ref, Finding]) -> None:
        self.findings = findings
        self.moved: list[Move] = []
        self.dropped: list[Move] = []
        self.notes: list[str] = []

    def step(self, aliases: list[_Alias]) -> None:
        """Apply what changed in one version, all at once, so that two units may swap their ids."""
        by_ref = {alias.before: alias for alias in aliases}
        parts: dict[Ref, list[Ref]] = {}
        for alias in aliases:
            if alias.kind is MoveKind.MERGED:
                parts.setdefault(alias.after[0], []).append(alias.before)
        arriving: dict[Ref, list[tuple[Ref, Finding]]] = {}
        kept: dict[Ref, Finding] = {}
        for ref, finding in self.findings.items():
            change = by_ref.get(ref) or _of_unit(by_ref.get(ref.unit))
            if change is None:
                kept[ref] = finding
                continue
            after = tuple(_follow(ref, change.before, to) for to in change.after)
            move = Move(before=ref, after=after, kind=change.kind, since=change.since, note=change.note)
            (self.moved if after else self.dropped).append(move)
            if change.kind is MoveKind.SPLIT and finding.status is Status.PARTIAL:
                self.notes.append(f"{ref}: partial before it was split; say how far each part is in place")
            for to in after:
                arriving.setdefault(to, []).append((ref, finding))
        for to, found in arriving.items():
            if to in kept:
                self.notes.append(f"{to}: has a finding of its own, which stays; {_names(found)} is not used")
                continue
            missing = [ref for ref in parts.get(to, ()) if ref not in self.findings]
            kept[to] = self._joined(to, found, missing)
        self.findings = kept

    def _joined(self, to: Ref, found: list[tuple[Ref, Finding]], missing: list[Ref]) -> Finding:
        """Return what several findings say of the unit that their units were merged into."""
        findings = [finding for _, finding in found] + [Finding(Status.UNASSESSED)] * len(missing)
        if all(finding == findings[0] for finding in findings) and len({_words(f) for f in findings}) == 1:
            return findings[0]
        made = together(findings)
        without = f"; nothing was known of {', '.join(map(str, missing))}" if missing else ""
        self.notes.append(f"{to}: {made.status}, from {_names(found)}{without}")
        return made


def together(findings: list[Finding]) -> Finding:
    """Return one finding for several that now count as one: least low, mean estimate, greatest high.

    Of one word they keep it, and so does `not_applicable` only if all say so. The earliest `valid_until` and the latest
    `date` hold; texts are joined.
    """
    words = {finding.status for finding in findings}
    estimate = math.fsum(finding.bounds[1] for finding in findings) / len(findings)
    degree: float | None = None
    if len(words) == 1 and Status.PARTIAL not in words:
        status = findings[0].status
    elif words & {Status.IMPLEMENTED, Status.PARTIAL}:
        # A mean next to an end of the range may round onto it, and a degree lies strictly between.
        status, degree = Status.PARTIAL, min(max(estimate, math.ulp(0.0)), math.nextafter(1.0, 0.0))
    elif Status.UNASSESSED in words:
        status = Status.UNASSESSED
    else:
        status = Status.NOT_IMPLEMENTED if Status.NOT_IMPLEMENTED in words else Status.PLANNED
    dates = [finding.date for finding in findings if finding.date is not None]
    ends = [finding.valid_until for finding in findings if finding.valid_until is not None]
    return Finding(
        status,
        degree,
        justification="; ".join(dict.fromkeys(f.justification for f in findings if f.justification)),
        evidence=tuple(dict.fromkeys(text for finding in findings for text in finding.evidence)),
        owner="; ".join(dict.fromkeys(f.owner for f in findings if f.owner)),
        date=max(dates, default=None),
        valid_until=min(ends, default=None),
    )


def _words(finding: Finding) -> tuple[Any, ...]:
    return (finding.justification, finding.evidence, finding.owner)


def _of_unit(alias: _Alias | None) -> _Alias | None:
    """Return what became of a demand of a unit: where units were split or merged, only a row of its own tells."""
    return alias if alias is not None and alias.kind in (MoveKind.RENAMED, MoveKind.WITHDRAWN) else None


def _follow(ref: Ref, before: Ref, to: Ref) -> Ref:
    """Return where a finding goes that stands on a unit or on a demand of it."""
    return to if ref == before or ref.demand is None or to.demand else Ref(to.framework, f"{to.local}#{ref.demand}")


def _names(found: list[tuple[Ref, Finding]]) -> str:
    return ", ".join(f"{ref} ({finding.status})" for ref, finding in found)
