"""`gaps`: what is not surely met, unit by unit, by class, with what to do and what to show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, Unpack, overload

import attrs

from .._shared import (
    Column,
    FrozenMap,
    Label,
    Page,
    Parts,
    Record,
    Stack,
    Table,
    Tabular,
    Terms,
    View,
    counted,
    member,
    one_line,
    pairs,
    percent,
    plain,
    written,
)
from ..assessment import Assessment, Status, counting
from ..dataset import NAMED, Dataset, as_requirement, cited, keep, recall
from ..errors import UnknownRef
from ..ids import Ref, RefMap, closed_set
from ..model import Demand, GapClass, Grade, Measure, Requirement
from ._bounds import lacking_in, ruled_out
from ._coverage import Coverage, coverage, workings
from ._options import Options, with_options
from ._question import Question
from ._score import Score, mark_of

__all__ = ["ADVICE", "Gap", "Gaps", "gaps", "gaps_of"]

D = TypeVar("D")

_CLASSES = tuple(GapClass)
# What each class asks for, in the order in which the classes are decided.
ADVICE = {
    GapClass.UNJUDGED: "assess this unit directly; the crosswalk has no judgement on it",
    GapClass.STRUCTURAL: "act on the duty itself; no control contributes to it",
    GapClass.RESIDUAL: "add what is missing: guidance that goes beyond this basis, or else what the duty itself asks",
    GapClass.IMPLEMENTATION: "finish implementing the controls, or the duty itself where it was found short",
    GapClass.UNASSESSED: "assess the controls that would cover it",
}
# The same for demands that nothing covers on the basis asked for, by the best grade in which something serves them.
_MORE = {
    Grade.GUIDED: "implement what ISO/IEC 27002 says should be done",
    Grade.CONSIDERED: "implement what ISO/IEC 27002 names for consideration",
    Grade.HELPED: "add what the duty itself asks; the controls are only partial evidence",
}


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Gap(Record, View):
    """One assessable unit with at least one demand that is not surely met.

    `classes` groups those demands by why, `grades` has the best grade in which a link serves each; `score` is the
    unit's own; `controls` are those whose links would cover or support the demands, `ruled_out` those of them that the
    assessment says do not apply (bring them back, or act on the duty itself); `measures` close the demands on the duty
    itself; `evidence` is what an auditor would ask to see for these demands. `lacking` has, for an assessment across
    scopes, by control the scopes in which it is not known to be in place, with what they say of it; `cited` has how the
    controls of other frameworks than the bundled ones are cited, where a dataset is not at hand.
    """

    _also = ("title", "advice")

    requirement: Requirement = attrs.field(metadata=written(lambda unit: unit.ref))
    classes: FrozenMap[GapClass, tuple[Demand, ...]] = attrs.field(
        metadata=written(lambda classes: {k: [{"ref": d.ref, "label": d.label} for d in v] for k, v in classes.items()})
    )
    grades: FrozenMap[Ref, Grade]
    score: Score
    controls: tuple[Ref, ...]
    ruled_out: tuple[Ref, ...]
    measures: tuple[Measure, ...] = attrs.field(metadata=written(lambda measures: [m.id for m in measures]))
    evidence: tuple[str, ...]
    lacking: FrozenMap[Ref, FrozenMap[str, Status]] = attrs.field(default=FrozenMap())
    cited: FrozenMap[Ref, str] = attrs.field(default=FrozenMap(), metadata=written(), eq=False, repr=False)

    @property
    def title(self) -> str:
        """The title of the unit."""
        return self.requirement.title

    @property
    def advice(self) -> tuple[str, ...]:
        """What to do, one sentence per class."""
        return (*map(self._advice, self.classes), *self._excluded, *self.where)

    def _advice(self, kind: GapClass) -> str:
        """Return what to do about the demands of a class; of those that stay short, by how much the standard offers."""
        if kind is not GapClass.RESIDUAL:
            return f"{kind}: {ADVICE[kind]}"
        offered = {self.grades[demand.ref] for demand in self.classes[kind]}
        return f"{kind}: {'; '.join(words for grade, words in _MORE.items() if grade in offered)}"

    @property
    def _excluded(self) -> tuple[str, ...]:
        named = self._named(self.ruled_out)
        return (f"excluded as not applicable: {named}; include what is needed, or act on the duty itself",) * bool(
            named
        )

    @property
    def where(self) -> tuple[str, ...]:
        """Which scopes lack which controls, as one sentence; empty unless the assessment is one across scopes."""
        said = [
            f"{self._named((control,))} {', '.join(f'{name}: {_words(status)}' for name, status in scopes.items())}"
            for control, scopes in self.lacking.items()
        ]
        return (f"not in place in every scope: {'; '.join(said)}",) * bool(said)

    @property
    def named_controls(self) -> str:
        """The controls as their publisher cites them, in one line."""
        return self._named(self.controls)

    def _named(self, controls: Iterable[Ref]) -> str:
        return ", ".join(self.cited.get(control) or control.citation for control in controls)

    def __str__(self) -> str:
        lines: list[str] = []
        for kind, demands in self.classes.items():
            lines.append(f"  {self._advice(kind)}")
            lines += [f"    - {demand.label}{_graded(self, kind, demand)}" for demand in demands]
        if self.controls:
            lines.append(f"  controls: {self.named_controls}")
        lines += [f"  {line}" for line in (*self._excluded, *self.where)]
        lines += [f"  measure: {measure.title}" for measure in self.measures]
        if self.evidence:
            lines.append(f"  evidence: {'; '.join(self.evidence)}")
        return "\n".join([self._page().title, *lines])

    def _page(self) -> Page:
        demands = [
            (Label(str(kind)), f"{demand.label}{_graded(self, kind, demand)}")
            for kind, demands in self.classes.items()
            for demand in demands
        ]
        rest = {
            "what to do": "\n".join(self.advice),
            "controls": self.named_controls,
            "measures": "\n".join(measure.title for measure in self.measures),
            "evidence": "\n".join(self.evidence),
        }
        about = Terms({name: text for name, text in rest.items() if text})
        title = f"{self.requirement.citation}  {self.title}"
        return Page(title, (mark_of(self.score), Table(("class", "not surely met"), demands), about))


def _words(status: Status) -> str:
    return str(status).replace("_", " ")


def _graded(gap: Gap, kind: GapClass, demand: Demand) -> str:
    """Name the grade of a demand that nothing covers on this basis: how much more the standard has to say."""
    return f" ({gap.grades[demand.ref]})" if kind is GapClass.RESIDUAL else ""


class _Short:
    """A demand that is not surely met, as a row of a table."""

    __slots__ = ("citation", "demand", "grade", "kind", "lacking", "ref", "title")

    def __init__(self, gap: Gap, kind: GapClass, demand: Demand) -> None:
        self.ref, self.citation, self.title = gap.requirement.ref, gap.requirement.citation, gap.title
        self.kind, self.demand, self.grade = kind, demand, gap.grades[demand.ref]
        self.lacking = dict.fromkeys(scope for scopes in gap.lacking.values() for scope in scopes)


@attrs.frozen(repr=False)
class Gaps(View, Tabular):
    """Gaps in legal order, one per assessable unit with a demand not surely met.

    `gaps[0]` and slices count, and iteration runs over all. `gaps["Art. 23(4)(a)"]` is the gap of a unit; where a unit
    has none of its own, as `gaps["Art. 21(2)(j)"]`, it is that of all units below.
    """

    gaps: tuple[Gap, ...]
    coverage: Coverage
    _columns = (
        *NAMED,
        Column("requirement", "text", "the unit once more", "ref"),
        Column("class", "text", "why the demand is not surely met", "kind"),
        Column("demand", "text", "the demand", "demand.ref"),
        Column("label", "text", "what it asks, in our words", "demand.label"),
        Column("grade", "text", "the best grade in which a link serves it"),
        Column("lacking", "texts", "of an assessment across scopes, those where a control of the unit is not in place"),
    )

    @overload
    def __getitem__(self, key: int | Ref | str) -> Gap: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Gap, ...]: ...
    def __getitem__(self, key: int | slice | Ref | str) -> Gap | tuple[Gap, ...]:
        """Return the gap at a place, of a unit, or of all units below one that has none of its own.

        Raises `UnknownRef` if there is none, `IndexError` past the end.
        """
        if isinstance(key, (int, slice)):
            return self.gaps[key]
        gap = self.get(key)
        if gap is None:
            dataset = self.coverage.dataset
            ref = dataset.ref(key)
            if ref.demand:
                raise UnknownRef(f"{ref} is a demand, and gaps are those of units", hint=f"ask for {ref.unit}")
            scored = any(below in self.coverage.units for below in dataset.below(ref))
            raise UnknownRef(f"{ref} has no gap: {'its demands are surely met' if scored else 'it was not scored'}")
        return gap

    @overload
    def get(self, key: Ref | str) -> Gap | None: ...
    @overload
    def get(self, key: Ref | str, default: D) -> Gap | D: ...
    def get(self, key: Ref | str, default: object = None) -> object:
        """Return the gap of a unit, or of all units below one that has none of its own; `default` if there is none."""
        own = RefMap((gap.requirement.ref, gap) for gap in self.gaps)
        # What has a gap of its own is found without the dataset, which gaps out of a document may not have.
        if key in own:
            return own[key]
        unit = self.coverage.dataset.get(key)
        if unit is None or isinstance(unit, Demand):
            return default
        if unit.ref in own:
            return own[unit.ref]
        below = frozenset(self.coverage.dataset.below(unit.ref))
        gaps_ = [gap for gap in self.gaps if gap.requirement.ref in below]
        return _together(self.coverage, as_requirement(unit), gaps_) if gaps_ else default

    def __contains__(self, key: object) -> bool:
        return key in self.gaps if isinstance(key, Gap) else isinstance(key, (Ref, str)) and self.get(key) is not None

    def __len__(self) -> int:
        return len(self.gaps)

    def __iter__(self) -> Iterator[Gap]:
        return iter(self.gaps)

    @property
    def summary(self) -> FrozenMap[GapClass, int]:
        """The number of demands per class, all classes, in the order in which they are decided."""
        return FrozenMap((kind, sum(len(gap.classes.get(kind, ())) for gap in self.gaps)) for kind in GapClass)

    def of(self, kind: GapClass | str) -> tuple[Gap, ...]:
        """Return the gaps that have a demand of a class."""
        wanted = member(GapClass, kind, "class of gap")
        return tuple(gap for gap in self.gaps if wanted in gap.classes)

    def to_dict(self) -> dict[str, Any]:
        """Return gaps, summary and conventions as a JSON-ready dict."""
        return {
            "framework": self.coverage.framework,
            "conventions": dict(self.coverage.conventions),
            "digest": self.coverage.digest,
            "assessment_digest": self.coverage.assessment.digest,
            "summary": plain(self.summary),
            "gaps": plain(self.gaps),
        }

    def _lines(self) -> Iterator[_Short]:
        return (_Short(gap, kind, d) for gap in self.gaps for kind, demands in gap.classes.items() for d in demands)

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {kind}" for kind, count in self.summary.items() if count)
        return one_line(f"<Gaps in {counted(len(self), 'unit')} of {self.coverage.framework}: {counts or 'none'}>")

    @property
    def _notes(self) -> tuple[str, ...]:
        return (*self.coverage.notes, pairs(self.coverage.conventions))

    @property
    def _counts(self) -> Table:
        rows = [(Label(str(kind)), str(count), ADVICE[kind]) for kind, count in self.summary.items()]
        return Table(("class", "demands", "what to do"), rows)

    def _as_text(self) -> Page:
        # As text each gap is a paragraph, for six columns of lists would not fit a page.
        return Page("", (self._counts, *map(str, self.gaps)), self._notes)

    def _page(self) -> Page:
        rows = [
            (
                f"{gap.requirement.citation}\n{gap.title}",
                percent(gap.score.low),
                percent(gap.score.high),
                Stack(
                    *(
                        Label(str(kind), "\n".join([f"{kind}:", *(d.label + _graded(gap, kind, d) for d in demands)]))
                        for kind, demands in gap.classes.items()
                    )
                ),
            )
            for gap in self.gaps
        ]
        more = [
            (
                *([f"controls: {gap.named_controls}"] if gap.controls else []),
                *gap.where,
                *(f"evidence: {kind}" for kind in gap.evidence),
            )
            for gap in self.gaps
        ]
        head, details = ("unit", "surely", "at most", "not surely met"), ("controls, and evidence to show", more)
        marks = ("at a glance", [mark_of(gap.score) for gap in self.gaps])
        counts = ", ".join(f"{count} {kind}" for kind, count in self.summary.items())
        parts = Parts((str(kind), str(kind), count) for kind, count in self.summary.items())
        tables = (parts, self._counts, Table(head, rows, (1, 2), None, marks, details)) if rows else ()
        return Page(f"Gaps in {self.coverage.framework}: {counts}", tables, self._notes)


@with_options
def gaps(assessment: Assessment, **options: Unpack[Options]) -> Gaps:
    """Return what is not surely met, one `Gap` per assessable unit, in legal order.

    Takes the keyword arguments of `coverage` and raises its errors. Units that nobody has judged are listed with the
    class `unjudged`, though they do not count in scores.

    >>> import nis2map
    >>> found = nis2map.gaps(nis2map.Assessment.of({"A.8.24": "implemented"}), within="Art. 21(2)(h)")
    >>> [(gap.requirement.citation, [str(kind) for kind in gap.classes]) for gap in found]
    [('Article 21(2), point (h) (cryptography)', ['residual']), ('Article 21(2), point (h) (encryption)', ['residual'])]
    """
    return gaps_of(coverage(assessment, **options))


def gaps_of(cov: Coverage) -> Gaps:
    """Return the gaps behind a coverage."""
    measures, work = _measures(cov.dataset), workings(cov)
    question, scores = work.question, cov.units
    ranked, linked = recall(cov.dataset, ("linked", question), lambda: _linked(question))
    out = {question.controls[place] for place in ruled_out(question, counting(cov.assessment))}
    lacking = lacking_in(question, cov.assessment)
    names = FrozenMap((ref, cited(cov.dataset, ref)) for ref in ranked if not closed_set(ref.framework))
    gaps_: list[Gap] = []
    for unit, span in zip(question.units, question.spans, strict=True):
        short = [(work.classes[place], place) for place in range(*span) if work.classes[place] is not None]
        if not short:
            continue
        by_class: dict[GapClass, list[Demand]] = {}
        for kind, place in short:
            if kind is not None:
                by_class.setdefault(kind, []).append(question.demands[place])
        grades = FrozenMap((question.demands[place].ref, question.grades[place]) for _, place in short)
        ranks = frozenset[int]().union(*(linked[place] for _, place in short))
        controls = tuple(ranked[rank] for rank in sorted(ranks))
        gaps_.append(
            Gap(
                requirement=unit,
                classes=FrozenMap((kind, tuple(by_class[kind])) for kind in _CLASSES if kind in by_class),
                grades=grades,
                score=scores[unit.ref],
                controls=controls,
                ruled_out=tuple(control for control in controls if control in out) if out else (),
                measures=tuple(dict.fromkeys(m for ref in (unit.ref, *grades) for m in measures.get(ref, ()))),
                evidence=_shown(unit, [question.demands[place] for _, place in short]),
                lacking=FrozenMap((control, lacking[control]) for control in controls if control in lacking),
                cited=names,
            )
        )
    return Gaps(tuple(gaps_), cov)


def _together(cov: Coverage, unit: Requirement, gaps_: Sequence[Gap]) -> Gap:
    """Return the gap of a container from those of the units below it."""
    by_class = {kind: tuple(d for gap in gaps_ for d in gap.classes.get(kind, ())) for kind in GapClass}
    return Gap(
        requirement=unit,
        classes=FrozenMap((kind, demands) for kind, demands in by_class.items() if demands),
        grades=FrozenMap(pair for gap in gaps_ for pair in gap.grades.items()),
        score=cov[unit.ref],
        controls=tuple(sorted({control for gap in gaps_ for control in gap.controls})),
        ruled_out=tuple(sorted({control for gap in gaps_ for control in gap.ruled_out})),
        measures=tuple(dict.fromkeys(measure for gap in gaps_ for measure in gap.measures)),
        evidence=tuple(dict.fromkeys(item for gap in gaps_ for item in gap.evidence)),
        lacking=FrozenMap(sorted({pair for gap in gaps_ for pair in gap.lacking.items()}, key=lambda pair: pair[0])),
        cited=FrozenMap((ref, name) for gap in gaps_ for ref, name in gap.cited.items()),
    )


def _shown(unit: Requirement, demands: Sequence[Demand]) -> tuple[str, ...]:
    """Return the evidence that shows some demands of a unit, and what is tied to none of its demands."""
    if len(demands) == len(unit.demands):
        return unit.evidence
    tied = {text for demand in unit.demands for text in demand.evidence}
    wanted = {text for demand in demands for text in demand.evidence}
    return tuple(text for text in unit.evidence if text in wanted or text not in tied)


def _linked(question: Question) -> tuple[tuple[Ref, ...], tuple[frozenset[int], ...]]:
    """Return the controls of a question in legal order, and per demand those of its links as places in that order."""
    ranked = tuple(sorted(question.controls))
    rank = {control: place for place, control in enumerate(ranked)}
    return ranked, tuple(frozenset(rank[c] for term in row for c in term.link.controls) for row in question.terms)


def _measures(dataset: Dataset) -> Mapping[Ref, tuple[Measure, ...]]:
    """Return per unit and demand the measures that close it, those of the units above included."""

    def find() -> dict[Ref, tuple[Measure, ...]]:
        closing: dict[Ref, tuple[Measure, ...]] = {}
        for measure in dataset.measures:
            for ref in measure.closes:
                for unit in (ref,) if ref.demand else dataset.below(ref):
                    closing[unit] = (*closing.get(unit, ()), measure)
        return closing

    return keep(dataset, "closing measures", find)
