"""Coverage as a document holds it, and what comes back from one.

The document has the question (assessment, units, conventions), the digests of assessment and dataset, and every number:
the whole, each unit and demand with its class, all roll-ups and containers, conflicts and notes. Read where a dataset
of the recorded digest is at hand, the question is asked again; if each number comes out as it was written, the coverage
is one like any other. Else (another dataset, or a version of this library that counts otherwise) it is a
`KeptCoverage`, which answers everything that the document holds with the numbers that were written, and raises
`InputError` where the dataset would be needed: explanations, judgement ranges, and analyses that vary the question.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NoReturn

import attrs

from ..._shared import FrozenMap, choice
from ...assessment import Assessment
from ...dataset import Dataset
from ...errors import InputError, Nis2mapError, quote
from ...ids import Ref, RefMap
from ...model import GapClass
from ...scoring import (
    LEVELS,
    Conflict,
    Coverage,
    Explanation,
    Gap,
    Gaps,
    MeasureGroup,
    MeasureGroups,
    Score,
    Scores,
    Workings,
    conflicts_of,
    evaluate,
    gaps_of,
    question_of,
    unit_weights,
    workings,
)
from ._types import Basis

__all__ = ["CoverageBody", "GapsBody", "KeptCoverage", "coverage_body", "coverage_of", "gaps_body", "gaps_of_body"]

_BASE = (
    *("assessment", "framework", "crosswalks", "within", "weights", "support", "basis", "facts", "status"),
    *("displaced", "conflicts"),
)


@attrs.frozen(kw_only=True)
class ScoredDemand:
    """One demand's score, and why it is not surely met."""

    ref: Ref
    gap: GapClass | None = None
    score: Score


@attrs.frozen(kw_only=True)
class CoverageBody:
    """What a document says of a coverage."""

    digest: str
    assessment_digest: str
    data: str = ""
    framework: str
    frameworks: tuple[str, ...]
    crosswalks: tuple[str, ...]
    within: str
    weights: Literal["unit", "demand", "measure"] | FrozenMap[Ref, float]
    support: float
    basis: Basis
    facts: FrozenMap[str, bool] = attrs.field(factory=FrozenMap[str, bool])
    status: Literal["displaced", "binding", "benchmark", "unknown"]
    displaced: FrozenMap[Ref, str] = attrs.field(factory=FrozenMap[Ref, str])
    conventions: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    assessment: Assessment
    overall: Score
    articles: FrozenMap[Ref, Score]
    measures: tuple[MeasureGroup, ...]
    above: tuple[Ref, ...] = ()
    sections: FrozenMap[Ref, Score]
    containers: FrozenMap[Ref, Score]
    units: FrozenMap[Ref, Score]
    demands: tuple[ScoredDemand, ...]


@attrs.frozen(kw_only=True)
class GapsBody:
    """What a document says of gaps: each of them, and the coverage that they are of."""

    gaps: tuple[Gap, ...]
    coverage: CoverageBody


class KeptCoverage(Coverage):
    """A coverage without its dataset: it answers what its document holds, and says what it would need for the rest.

    Its tables of units cite and title them as the bundled dataset does, if that has them.
    """

    __slots__ = ("_because", "_body", "_hint")
    _body: CoverageBody
    _because: str
    _hint: str

    def __init__(self, body: CoverageBody, because: str, hint: str = "") -> None:
        for name in _BASE:
            object.__setattr__(self, name, getattr(body, name))
        object.__setattr__(self, "_body", body)
        object.__setattr__(self, "_because", because)
        object.__setattr__(self, "_hint", hint)

    def __reduce__(self) -> tuple[type[KeptCoverage], tuple[CoverageBody, str, str]]:
        return (KeptCoverage, (self._body, self._because, self._hint))

    def _refuse(self, *_: object) -> NoReturn:
        raise InputError(f"this coverage came from a document and has no dataset: {self._because}", hint=self._hint)

    @property
    def dataset(self) -> Dataset:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Refused: the dataset is not at hand."""
        self._refuse()

    @property
    def _workings(self) -> Workings:  # pyright: ignore[reportIncompatibleVariableOverride]
        self._refuse()

    @property
    def notes(self) -> tuple[str, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The notes that were written."""
        return self._body.notes

    @property
    def digest(self) -> str:
        """The digest of the dataset the numbers were made with."""
        return self._body.digest

    @property
    def conventions(self) -> tuple[tuple[str, str], ...]:
        """The choices that the numbers depend on."""
        return self._body.conventions

    @property
    def overall(self) -> Score:
        """The score over the whole set."""
        return self._told(self._body.overall)

    @property
    def units(self) -> Scores[Ref]:
        """Scores of the assessable units of the set."""
        return self._scores(self._body.units.items())

    @property
    def demands(self) -> Scores[Ref]:
        """Scores of single demands."""
        return self._scores((row.ref, row.score) for row in self._body.demands)

    def _scores(self, rows: Iterable[tuple[Ref, Score]]) -> Scores[Ref]:
        pairs = tuple(rows)
        places = RefMap((ref, place) for place, (ref, _) in enumerate(pairs))
        return Scores(places, lambda place: self._told(pairs[place][1]), None)

    def _told(self, score: Score) -> Score:
        """Return a score that says why it can't explain itself."""
        return attrs.evolve(score, explain=self._refuse)

    def __getitem__(self, key: Ref | str) -> Score:
        """Return the score of a unit or container, or of a demand; `UnknownRef` if none of it was scored."""
        rows = {row.ref: row.score for row in self._body.demands}
        return self._told(RefMap(rows | dict(self._body.containers))[key])

    def explain(self, ref: Ref | str | None = None) -> Explanation:  # noqa: ARG002  (as the class it stands for)
        """Refused: the links are in the dataset."""
        self._refuse()

    def rollup(self, level: str) -> Any:  # the overloads are those of `Coverage`
        """Return the scores of one level in legal order."""
        level = choice(level, LEVELS, "level")
        if level == "overall":
            return Scores(RefMap([("overall", self.overall)]), None, None)
        if level in ("unit", "demand"):
            return self.units if level == "unit" else self.demands
        rows = dict(self._body.articles if level == "article" else self._body.sections)
        if level == "measure":
            rows = {row.ref: row.score for row in self._body.measures}
        return self._scores(rows.items())

    @property
    def measure_groups(self) -> MeasureGroups:
        """The measure groups in legal order, each with title, citation and score."""
        return MeasureGroups(attrs.evolve(row, score=self._told(row.score)) for row in self._body.measures)

    def judgement_ranges(self, level: str) -> Any:
        """Refused: the other crosswalks are in the dataset."""
        choice(level, LEVELS, "level")
        self._refuse()

    def gap_class(self, demand: Ref | str) -> GapClass | None:
        """Return why a demand is not surely met; None if it is, or if it is excluded."""
        return RefMap((row.ref, row.gap) for row in self._body.demands)[demand]

    def _key(self) -> tuple[object, ...]:
        body = self._body
        options = (body.framework, body.crosswalks, body.within, body.weights, body.support, body.basis, body.status)
        return (body.digest, body.assessment, *options, body.facts, body.displaced, tuple(body.units))

    @property
    def _above(self) -> frozenset[Ref]:
        return frozenset(self._body.above)


_HINT = "read it with the dataset that it was made with: dataset="


def coverage_body(cov: Coverage) -> CoverageBody:
    """Return what a document says of a coverage."""
    if isinstance(cov, KeptCoverage):
        return cov._body  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # a class of this module
    data = cov.dataset
    told: dict[str, Any] = {name: getattr(cov, name) for name in _BASE}
    containers = dict.fromkeys(ref for unit in cov.units for ref in (unit, *data.ancestors(unit)))
    return CoverageBody(
        digest=cov.digest,
        assessment_digest=cov.assessment.digest,
        data=data.version,
        frameworks=workings(cov).question.frameworks,
        conventions=cov.conventions,
        notes=cov.notes,
        overall=cov.overall,
        articles=FrozenMap(cov.rollup("article").items()),
        measures=tuple(cov.measure_groups),
        above=tuple(sorted(cov._above)),  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        sections=FrozenMap(cov.rollup("section").items()),
        containers=FrozenMap((ref, cov[ref]) for ref in sorted(containers)),
        units=FrozenMap(cov.units.items()),
        demands=tuple(ScoredDemand(ref=ref, gap=cov.gap_class(ref), score=score) for ref, score in cov.demands.items()),
        **told,
    )


def coverage_of(body: CoverageBody, data: Dataset, *, words: bool = False) -> Coverage:
    """Return the coverage that a document tells of: alive if the dataset is the one recorded and gives its numbers.

    Words may be others in another version of this library; where this one wrote the document (`words`), notes and
    titles have to come out again too.
    """
    if data.digest != body.digest:
        return KeptCoverage(body, f"it needs the one of digest {body.digest}, and at hand is {data.digest}", _HINT)
    if body.assessment.digest != body.assessment_digest:
        why = f"the assessment in it has the digest {body.assessment.digest}, not {body.assessment_digest}"
        return KeptCoverage(body, f"{why}, which was scored")
    at_hand = f"the one at hand has its digest {body.digest}, and"
    try:
        asked, now = asked_again(body, body.assessment, data)
    except Nis2mapError as error:
        return KeptCoverage(body, f"{at_hand} does not take it: {error.message}")
    if _numbers(now) != _numbers(body):
        return KeptCoverage(body, f"{at_hand} gives other numbers now")
    if _question(now) != _question(body):
        return KeptCoverage(body, f"{at_hand} its options are not those of its conventions")
    if words and attrs.evolve(now, data=body.data, conventions=body.conventions) != body:
        return KeptCoverage(body, f"{at_hand} gives other notes or titles now")
    return asked


def _numbers(body: CoverageBody) -> tuple[object, ...]:
    """Return what has to come out again: every score, class and conflict; words may be others in a later version."""
    scores = (body.overall, body.articles, body.sections, body.containers, body.units, body.demands)
    groups = [(row.ref, row.score) for row in body.measures]
    return (*scores, groups, body.above, [(row.ref, row.kind) for row in body.conflicts])


def _question(body: CoverageBody) -> tuple[object, ...]:
    """Return what was asked, in the words of the conventions; a dataset may have another version with equal data."""
    asked = [row for row in body.conventions if row[0] != "data"]
    return (asked, body.status, dict(body.conventions).get("data") == body.data)


def asked_again(body: CoverageBody, assessment: Assessment, data: Dataset) -> tuple[Coverage, CoverageBody]:
    """Return the coverage of an assessment for the question that a document holds, and what its document would say.

    Raises an error of ours if the dataset does not take the question, whatever the document says.
    """
    for names, known in (((body.framework, *body.frameworks), data.frameworks), (body.crosswalks, data.heads)):
        for name in names:
            if name not in known:
                raise InputError(f"{quote(name)} is not in the dataset", hint=f"known: {', '.join(known)}")
    try:
        asked = _asked_again(body, assessment, data)
        return asked, coverage_body(asked)
    except Nis2mapError:
        raise
    except Exception as error:  # what a damaged document asks may fail anywhere
        raise InputError(f"the question can't be asked: {type(error).__name__}: {error}") from error


def _asked_again(body: CoverageBody, assessment: Assessment, data: Dataset) -> Coverage:
    units = tuple(data.requirement(ref) for ref in body.units)
    question = question_of(
        data,
        frameworks=body.frameworks,
        crosswalks=body.crosswalks,
        basis=body.basis,
        support=body.support,
        units=units,
        facts=body.facts,
    )
    values = evaluate(question, assessment)
    told: dict[str, Any] = {name: getattr(body, name) for name in _BASE}
    told |= {"assessment": assessment, "conflicts": conflicts_of(question, assessment, values)}
    # Of a classification it is not held what it was made from; without one nothing says whether the texts bind.
    classified = body.within.startswith("classification ")
    if not classified:
        told |= {"status": "unknown", "displaced": FrozenMap[Ref, str]()}
    elif (body.status == "displaced") != bool(body.displaced):
        told["status"] = "displaced" if body.displaced else "unknown"
    return Coverage(
        dataset=data, workings=Workings(question, values, unit_weights(data, question, body.weights)), **told
    )


def gaps_body(found: Gaps) -> GapsBody:
    """Return what a document says of gaps."""
    return GapsBody(gaps=found.gaps, coverage=coverage_body(found.coverage))


def gaps_of_body(body: GapsBody, data: Dataset, *, words: bool = False) -> Gaps:
    """Return the gaps that a document tells of, of a living coverage only if they come out as they were written."""
    cov = coverage_of(body.coverage, data, words=words)
    if not isinstance(cov, KeptCoverage):
        asked = gaps_of(cov)
        if asked.gaps == body.gaps:
            return asked
        cov = KeptCoverage(body.coverage, f"the one at hand has its digest {cov.digest}, and gives other gaps now")
    return Gaps(body.gaps, cov)
