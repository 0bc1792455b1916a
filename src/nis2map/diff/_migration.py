"""`migrate`: carrying an assessment, or a review, over to newer ids, with a report of what moved.

The aliases of the dataset say what became of each of its ids, and since which version of the data; a correspondence
says what became of the ids of an older edition.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar, overload, runtime_checkable

import attrs

from .._shared import Column, Page, Record, Table, Tabular, View, counted, expect, written
from ..assessment import Assessment, Finding, Status, expect_assessment
from ..dataset import Dataset, given, missing
from ..errors import InputError, quote
from ..ids import Ref
from ..model import Alias, MoveKind
from ._correspondence import Correspondence, CorrespondenceKind, carried, joined

__all__ = ["MOVES", "Migration", "Movable", "Move", "converted", "migrate", "page_of_moves", "successors"]

M = TypeVar("M", covariant=True)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Move(Record, View):
    """What became of the finding on one ref: the refs it went to (none if it was dropped), and since which version.

    By a correspondence there is no version; its kinds are those of `CorrespondenceKind`.
    """

    before: Ref = attrs.field(metadata=written(name="from"))
    after: tuple[Ref, ...] = attrs.field(metadata=written(name="to"))
    kind: MoveKind | CorrespondenceKind
    since: str = ""
    note: str = ""

    def _page(self) -> Page:
        to = " + ".join(map(str, self.after)) or "nothing"
        how = f"{self.kind}, {self.since}" if self.since else str(self.kind)
        return Page(f"{self.before} -> {to} ({how})" + (f": {self.note}" if self.note else ""))


MOVES = (
    Column("from", "text", "the old id", "before"),
    Column("to", "texts", "the ids that it went to; none if it was dropped", "after"),
    Column("kind", "text", "renamed, merged, split or withdrawn"),
    Column("since", "text", "the version of the data that changed it"),
    Column("note", "text", "what is to be known of it"),
)


def page_of_moves(what: str, moved: Sequence[Move], dropped: Sequence[Move], notes: tuple[str, ...]) -> Page:
    """Return the page of a migration of findings or of verdicts; `what` is one of them."""
    rows = [
        (str(m.before), " + ".join(map(str, m.after)) or "dropped", str(m.kind), m.since, m.note)
        for m in (*moved, *dropped)
    ]
    title = f"{counted(len(moved), what)} moved, {len(dropped)} dropped" if rows else "nothing moved"
    tables = (Table(("from", "to", "what", "since", "note"), rows),) if rows else ()
    return Page(title, tables, notes)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Migration(Record, View, Tabular):
    """The assessment under the ids of the dataset, what moved, what was dropped, and what a reader must check.

    `moved` and `dropped` are in the order in which the data changed; a finding that moved twice is named twice.
    """

    assessment: Assessment = attrs.field(metadata=written(Assessment.to_dict))
    moved: tuple[Move, ...]
    dropped: tuple[Move, ...]
    notes: tuple[str, ...]
    digest: str = ""
    _columns = MOVES

    def _lines(self) -> tuple[Move, ...]:
        return (*self.moved, *self.dropped)

    def _page(self) -> Page:
        return page_of_moves("finding", self.moved, self.dropped, self.notes)


@runtime_checkable
class Movable(Protocol[M]):
    """What `migrate` carries over beside assessments: a `Review`, which knows what becomes of its verdicts."""

    def moved_by(self, dataset: Dataset, steps: Iterable[Sequence[Alias]]) -> M:
        """Return the thing under the ids of a dataset, after what changed in one version after the other."""
        ...


@overload
def migrate(
    assessment: Assessment,
    *,
    from_version: str | None = None,
    correspondence: Correspondence | None = None,
    dataset: Dataset | None = None,
) -> Migration: ...
@overload
def migrate(
    assessment: Movable[M],
    *,
    from_version: str | None = None,
    correspondence: None = None,
    dataset: Dataset | None = None,
) -> M: ...
def migrate(
    assessment: Assessment | Movable[M],
    *,
    from_version: str | None = None,
    correspondence: Correspondence | None = None,
    dataset: Dataset | None = None,
) -> Migration | M:
    """Return an assessment, or a review, that was made with an earlier version of the data, under today's ids.

    `from_version` is the version that the assessment was made with; None if that is not known: then what any version
    changed is applied, in the order of versions. A finding on an id that was renamed moves; on one that was split it
    goes to every part; on one that was withdrawn it is dropped. Where several were merged the new unit is as far in
    place as all of them together: at most the least low, the mean estimate and the greatest high. For a part without a
    finding of its own the nearest one above it speaks. What the assessment says of a new id itself stays. A finding on
    a demand follows a unit that was renamed or withdrawn. Findings on ids that neither the dataset nor its aliases know
    are kept, and named in the notes.

    `correspondence` says what became of the ids of an older edition (`load_correspondence` reads one); then the
    versions of the data are applied only if `from_version` is given. A finding on a unit that is unchanged or moved
    moves; on one that was split it goes to every part, with a note. A unit into which several went is the worst of
    them: the least of each number, a part without a finding being unknown, with a note; the texts of all are kept. In a
    table of one edition ("incorporated into AC-2") what the new unit asked before is one of the parts. `covered-by`
    carries nothing: nobody says how far, so the new unit stays as it was, and a note says what to assess. On what is
    withdrawn the finding is dropped, with a note. So no number of a new unit that whole ones went into is greater than
    that of any of them, and the low and the estimate of any other unit of the table are 0; each old finding is in
    `moved` or in `dropped`. Units that no row names keep their findings. Where a unit above one of which nothing is
    known would speak for it, it is set to `not_implemented`, with a note.

    A verdict of a review moves with its demand and its controls; see `ReviewMigration`.

    Raises `InputError` for what is neither, for a version that is later than the dataset's or of another form, and for
    a review with a correspondence.

    >>> import nis2map
    >>> soa = nis2map.Assessment.of({"A.8.24": "implemented"})
    >>> migrate(soa, from_version=nis2map.load().version).moved
    ()
    >>> soa = nis2map.Assessment.of({"iso27001-2013:A.5.1.1": "implemented", "iso27001-2013:A.5.1.2": "planned"})
    >>> old = ("iso27001-2013:A.5.1.1", "iso27001-2013:A.5.1.2")
    >>> table = nis2map.Correspondence([nis2map.CorrespondenceRow(old, "A.5.1", "merged")])
    >>> migrate(soa, correspondence=table).assessment["A.5.1"].status
    <Status.PLANNED: 'planned'>
    """
    data = given(dataset)
    if correspondence is not None:
        expect(correspondence, Correspondence, "correspondence", "load_correspondence reads one from a file")
    if not isinstance(assessment, Assessment) and isinstance(assessment, Movable):  # pyright: ignore[reportUnnecessaryIsInstance]
        if correspondence is not None:
            raise InputError("a review is not moved by a correspondence", hint="it speaks of today's ids")
        return assessment.moved_by(data, _later(data, from_version))
    expect_assessment(assessment)
    later = () if correspondence is not None and from_version is None else tuple(_later(data, from_version))
    mover = _moved(data, assessment, correspondence, later)
    scopes = {
        name: _moved(data, attrs.evolve(assessment, findings=said), correspondence, later).findings
        for name, said in assessment.scopes.items()
    }
    notes = [
        *mover.notes,
        *(
            f"{ref}: the dataset has no such unit, so the finding is not counted"
            for ref in missing(data, mover.findings)
        ),
    ]
    return Migration(
        assessment=attrs.evolve(assessment, findings=mover.findings, scopes=scopes),
        moved=tuple(mover.moved),
        dropped=tuple(mover.dropped),
        notes=tuple(notes),
        digest=data.digest,
    )


def _moved(
    data: Dataset, assessment: Assessment, correspondence: Correspondence | None, later: Iterable[list[Alias]]
) -> _Mover:
    """Return what carried an assessment, or what one scope of several says, over to the new ids."""
    mover = _Mover(data, assessment)
    if correspondence is not None:
        mover.carry(assessment, correspondence)
    for aliases in later:
        mover.step(aliases)
    return mover


def converted(assessment: Assessment, correspondence: Correspondence) -> Assessment:
    """Return an assessment of an older edition under new ids; its notes have those of the migration."""
    result = migrate(assessment, correspondence=correspondence)
    count = f"by the correspondence {counted(len(result.moved), 'finding')} moved, {len(result.dropped)} dropped"
    return attrs.evolve(result.assessment, notes=tuple(dict.fromkeys((*assessment.notes, count, *result.notes))))


def _later(data: Dataset, from_version: str | None) -> Iterable[list[Alias]]:
    """Return the aliases of each version after the one named and up to the dataset's, in the order of versions."""
    versions = sorted({alias.since for alias in data.aliases} | {data.version}, key=_version_key)
    # A dataset that says no version of itself is newer than all that its aliases tell of.
    last = versions.index(data.version) if data.version else len(versions)
    known = [version for version in versions[: last + 1] if version]
    if from_version is not None and not _is_version(from_version, known):
        newest = f"no later than {known[-1]}" if known else "the dataset knows none"
        raise InputError(
            f"{quote(from_version)} is not a version of the data",
            hint=f"in the form of {known[-1]}, {newest}" if known else newest,
        )
    for version in known:
        if from_version is None or _version_key(version) > _version_key(from_version):
            aliases = [alias for alias in data.aliases if alias.since == version]
            yield sorted(aliases, key=lambda alias: alias.before.sort_key)


def _is_version(value: object, known: Sequence[str]) -> bool:
    """Tell whether a value names a version up to the latest one: itself, or an earlier one of the same form.

    An earlier version that changed nothing is named nowhere, and assessments were made with it all the same.
    """
    if not isinstance(value, str) or not known:
        return False
    form = re.sub(r"\d+", "0", known[-1])
    return value in known or (re.sub(r"\d+", "0", value) == form and _version_key(value) <= _version_key(known[-1]))


def _version_key(version: str) -> tuple[tuple[int, str], ...]:
    # 2026.9.1 is older than 2026.11.24, which the order of texts has the other way round.
    return tuple((int(part) if part.isdecimal() else -1, part) for part in re.split(r"[.\-_+]", version))


class _Mover:
    """Moves findings, one version of the data after the other."""

    def __init__(self, data: Dataset, assessment: Assessment) -> None:
        self.data = data
        self.as_of = assessment.as_of
        self.findings = dict(assessment.findings)
        self.moved: list[Move] = []
        self.dropped: list[Move] = []
        self.notes: list[str] = []

    def carry(self, assessment: Assessment, correspondence: Correspondence) -> None:
        """Apply a correspondence to all findings at once."""
        result = carried(assessment, correspondence)
        for step in result.steps:
            move = Move(before=step.before, after=step.after, kind=step.kind, note=step.note)
            (self.moved if step.after else self.dropped).append(move)
        self.findings = dict(result.findings)
        self.notes += result.notes

    def step(self, aliases: list[Alias]) -> None:
        """Apply what changed in one version, all at once, so that two units may swap their ids."""
        by_ref = {alias.before: alias for alias in aliases}
        parts: dict[Ref, list[Ref]] = {}
        for alias in aliases:
            if alias.kind is MoveKind.MERGED:
                parts.setdefault(alias.after[0], []).append(alias.before)
        arriving: dict[Ref, list[tuple[Ref, Finding]]] = {to: [] for to in parts}
        kept: dict[Ref, Finding] = {}
        for ref, finding in self.findings.items():
            change, after = successors(by_ref, ref)
            if change is None:
                kept[ref] = finding
                continue
            move = Move(before=ref, after=after, kind=change.kind, since=change.since, note=change.note)
            (self.moved if after else self.dropped).append(move)
            if change.kind is MoveKind.SPLIT and finding.status is Status.PARTIAL:
                self.notes.append(f"{ref}: partial before it was split; say how far each part is in place")
            for to in after:
                arriving.setdefault(to, []).append((ref, finding))
        for to, sources in arriving.items():
            if to in kept:
                if sources:
                    self.notes.append(f"{to}: has a finding of its own, which stays; {_names(sources)} is not used")
                continue
            merged = self._merged(to, sources, parts[to]) if to in parts else self._joined(to, sources, [])
            if merged is not None:
                kept[to] = merged
        self.findings = kept

    def _merged(self, to: Ref, own: list[tuple[Ref, Finding]], parts: list[Ref]) -> Finding | None:
        """Return what is known of a unit that several were merged into; None if nothing has to be written down.

        A part without a finding that holds was not unknown if one above it spoke for it. Taking such a part for unknown
        could leave the merged unit without a finding, and what speaks above it may say more than its parts did.
        """
        sources: list[tuple[Ref, Finding]] = [(ref, finding) for ref, finding in own if ref not in parts]
        absent: list[Ref] = []
        for part in parts:
            nearest = next((ref for ref in self._chain(part, to) if self._counts(self.findings.get(ref))), None)
            if nearest is None:
                absent.append(part)
            else:
                if nearest != part and part in self.findings and self.findings[part].known:
                    self.notes.append(f"{part}: its finding has run out, so that on {nearest} applies")
                sources.append((nearest, self.findings[nearest]))
        above = next((ref for ref in self._chain(to, to)[1:] if self._counts(self.findings.get(ref))), None)
        if not own and not absent and {ref for ref, _ in sources} == {above}:
            return None  # the same finding above spoke for all parts, and speaks for the merged unit
        finding = self._joined(to, sources, absent) if sources else own[0][1] if own else None
        if above is not None and not self._counts(finding):
            # No finding says "unknown" so that the one above is silent; the least that can be said is not too much.
            self.notes.append(f"{to}: not_implemented, or {above} would say more of it than was known of its parts")
            finding = Finding(Status.NOT_IMPLEMENTED)
        return finding

    def _counts(self, finding: Finding | None) -> bool:
        """Tell whether a finding says anything: `unassessed` is none, nor is one that has run out."""
        return finding is not None and finding.known and not finding.has_run_out(self.as_of)

    def _chain(self, part: Ref, to: Ref) -> tuple[Ref, ...]:
        """Return a unit with those above it, the nearest first.

        The data no longer has an old unit. Where it stood is read from its id if that is the path to it, as ids of
        splits are; a unit of another kind of id is taken to have stood where the merged unit stands.
        """
        if part in self.data:
            return (part, *self.data.ancestors(part))
        local, above = part.local, list[Ref]()
        while (cut := max(local.rfind("."), local.rfind("~"))) > 0:
            local = local[:cut]
            above.append(Ref(part.framework, local))
        if not any(ref in self.data or ref in self.findings for ref in above) and to in self.data:
            above = list(self.data.ancestors(to))
        return (part, *above)

    def _joined(self, to: Ref, sources: list[tuple[Ref, Finding]], absent: list[Ref]) -> Finding:
        """Return what several findings say of the one unit that they came to."""
        findings = [finding for _, finding in sources] + [Finding(Status.UNASSESSED)] * len(absent)
        # Findings are equal whatever their wording says, and no wording may be lost.
        if all(finding == findings[0] for finding in findings) and len({_words(f) for f in findings}) == 1:
            return findings[0]
        finding = together(findings)
        without = f"; nothing was known of {', '.join(map(str, absent))}" if absent else ""
        self.notes.append(f"{to}: {finding.status}, from {_names(sources)}{without}")
        return finding


def together(findings: list[Finding]) -> Finding:
    """Return one finding for several that now count as one: the least low, the mean estimate, the greatest high.

    Of one word they keep it, and so does `not_applicable` only if all say so. Where one part is known to be absent and
    none is in place even in part, the whole is known to be absent too: what is unknown of the others changes nothing.
    The earliest `valid_until` and the latest `date` hold; texts are joined.
    """
    words = {finding.status for finding in findings}
    estimate = math.fsum(finding.bounds[1] for finding in findings) / len(findings)
    degree: float | None = None
    if len(words) == 1 and Status.PARTIAL not in words:
        status = findings[0].status
    elif words & {Status.IMPLEMENTED, Status.PARTIAL}:
        # A mean next to an end of the range may round onto it, and a degree lies strictly between.
        status, degree = Status.PARTIAL, min(max(estimate, math.ulp(0.0)), math.nextafter(1.0, 0.0))
    elif words <= {Status.UNASSESSED, Status.NOT_APPLICABLE}:
        status = Status.UNASSESSED
    else:
        status = Status.NOT_IMPLEMENTED if Status.NOT_IMPLEMENTED in words else Status.PLANNED
    ends = [finding.valid_until for finding in findings if finding.valid_until is not None]
    return joined(findings, status, degree, min(ends, default=None))


def _words(finding: Finding) -> tuple[object, ...]:
    return (finding.justification, finding.evidence, finding.owner)


def successors(by_ref: Mapping[Ref, Alias], ref: Ref) -> tuple[Alias | None, tuple[Ref, ...]]:
    """Return what became of an id in one version, and the ids it goes on as; (None, the id) if nothing did."""
    change = by_ref.get(ref) or _of_unit(by_ref.get(ref.unit))
    if change is None:
        return None, (ref,)
    return change, tuple(_follow(ref, change.before, to) for to in change.after)


def _of_unit(alias: Alias | None) -> Alias | None:
    """Return what became of a demand of a unit: where units were split or merged, only a row of its own tells."""
    return alias if alias is not None and alias.kind in (MoveKind.RENAMED, MoveKind.WITHDRAWN) else None


def _follow(ref: Ref, before: Ref, to: Ref) -> Ref:
    """Return where a finding goes that stands on a unit or on a demand of it."""
    return to if ref == before or ref.demand is None or to.demand else Ref(to.framework, f"{to.local}#{ref.demand}")


def _names(sources: Iterable[tuple[Ref, Finding]]) -> str:
    return ", ".join(f"{ref} ({finding.status})" for ref, finding in dict(sources).items())
