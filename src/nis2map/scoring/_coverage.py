"""`coverage`: how far requirements are met through the controls of an assessment, with bounds and reasons.

Low and high follow from the judgements on the stated basis and from the findings; they bound what the controls give,
not compliance. The estimate is a convention: it takes degrees, and the worth of a mere support, as the caller says
them. Over links of single controls the estimate is a
facility-location function, monotone and submodular (Nemhauser, Wolsey and Fisher 1978); with joint links it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, overload

import attrs

from .._shared import FrozenMap, Page, Tabular, View, choice, expect, one_line, pairs, percent, plain
from ..assessment import Assessment, counting, expect_assessment
from ..dataset import Dataset, given
from ..errors import UnknownRef
from ..ids import Ref, RefMap
from ..model import GapClass
from ._bounds import Conflict, Workings, conflicts_of, evaluate
from ._bounds import part_bounds as bounds_of_parts
from ._options import (
    Weights,
    checked_crosswalks,
    checked_facts,
    checked_support,
    checked_within,
    is_classification,
    with_options,
)
from ._question import Question, displaced_by, instead_of, question_for, question_of, status_of
from ._score import WIDEST, Score, Scores, beside, known_ref, legend, rolled, table_of
from ._weights import checked_weights, groups_at, unit_weights

if TYPE_CHECKING:
    from .._shared import Column
    from ..law import Classification
    from ._explanation import Explanation
    from ._notes import MeasureGroups

__all__ = [
    "LEVELS",
    "Coverage",
    "Workings",
    "again",
    "coverage",
    "part_bounds",
    "question_like",
    "varied",
    "workings",
]

LEVELS = ("overall", "article", "measure", "section", "unit", "demand")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Coverage(View, Tabular):
    """What `coverage` found: `overall`, `cov[ref]` for any unit or container, `units`, `demands`, `rollup(level)`.

    `within` names the set that was scored. `status` says whether the texts bind: unknown unless a `Classification` was
    given, displaced if another act took units out of the set, which `displaced` has with the act (Article 4).
    `conflicts` holds exclusions that could not count. `conventions` and `digest` make every number reproducible. Two
    coverages are equal if they answer the same question of equal assessments with equal data.
    """

    dataset: Dataset
    assessment: Assessment
    framework: str
    crosswalks: tuple[str, ...]
    within: str
    weights: str | FrozenMap[Ref, float]
    support: float
    basis: str
    facts: FrozenMap[str, bool]
    status: str
    displaced: FrozenMap[Ref, str]
    conflicts: tuple[Conflict, ...]
    _workings: Workings = attrs.field(alias="workings")

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know beside the numbers; in words, worked out on first use."""
        from ._notes import notes_of

        work = self._workings
        return notes_of(self.dataset, work.question, work.values, work.weights, self.assessment, self.displaced)

    @property
    def digest(self) -> str:
        """The digest of the dataset the numbers were made with."""
        return self.dataset.digest

    @property
    def conventions(self) -> tuple[tuple[str, str], ...]:
        """The choices that the numbers depend on."""
        chosen = self.weights
        weights = chosen if isinstance(chosen, str) else ", ".join(f"{ref}={_exact(w)}" for ref, w in chosen.items())
        return (
            ("framework", self.framework),
            ("within", self.within),
            ("crosswalk", "+".join(self.crosswalks)),
            ("basis", self.basis),
            ("support", _exact(self.support)),
            ("weights", weights),
            *([("facts", ", ".join(f"{name}={value}" for name, value in self.facts.items()))] if self.facts else []),
            ("data", self.dataset.version),
        )

    @property
    def overall(self) -> Score:
        """The score over the whole set."""
        return self._score("overall", range(len(self._workings.question.units)))

    @property
    def units(self) -> Scores[Ref]:
        """Scores of the assessable units of the set, their own demands only."""
        return Scores(self._workings.question.places, self._unit, self.dataset)

    @property
    def demands(self) -> Scores[Ref]:
        """Scores of single demands."""
        return Scores(self._workings.question.demand_places, self._demand, self.dataset)

    def __getitem__(self, key: Ref | str) -> Score:
        """Return the score of a unit or container, rolled up, or of a demand; `UnknownRef` if none of it was scored."""
        ref = self.dataset.ref(key)
        question = self._workings.question
        if ref.framework not in question.frameworks:
            raise UnknownRef(f"{ref} is not of {' or '.join(question.frameworks)}, which was scored")
        if ref.demand:
            return self._demand(known_ref(question.demand_places, ref, "demands"))
        places = [question.places[unit] for unit in self.dataset.below(ref) if unit in question.places]
        if not places:
            hint = instead_of(self.displaced, self.dataset.below(ref)) or "widen within="
            raise UnknownRef(f"no unit that was scored lies at or below {ref}", hint=hint)
        return self._score(str(ref), places)

    def explain(self, ref: Ref | str | None = None) -> Explanation:
        """Return why a unit, a container, a demand, or the whole (None) has its score."""
        return (self.overall if ref is None else self[ref]).explain()

    # Nothing can be written to, so that scores by text may stand where those by ref or text are expected.
    @overload
    def rollup(self, level: Literal["overall"]) -> Scores[str]: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def rollup(self, level: Literal["article", "measure", "section", "unit", "demand"]) -> Scores[Ref]: ...
    @overload
    def rollup(self, level: str) -> Scores[Ref | str]: ...
    def rollup(self, level: str) -> Scores[Ref] | Scores[str] | Scores[Ref | str]:
        """Return the scores of one level in legal order: overall, article, measure, section, unit or demand.

        Articles are the top-level units of the measure groups (for the CIR, the Directive's Article that its sections
        elaborate); sections are the units at the framework's `section_level`. Measure groups may overlap: under
        `weights="measure"` a unit weighs in the row of a group what it has from that group, so that the overall figure
        is the mean of the rows.
        """
        level = choice(level, LEVELS, "level")
        if level == "overall":
            return Scores(RefMap([("overall", self.overall)]), None, self.dataset)
        if level in ("unit", "demand"):
            return self.units if level == "unit" else self.demands
        groups: dict[Ref, list[int]] = {}
        for place, unit in enumerate(self._workings.question.units):
            for group in groups_at(self.dataset, unit.ref, level):
                groups.setdefault(group, []).append(place)
        # Under weights by measure the units of a group share its weight evenly.
        alike = level == "measure" and self.weights == "measure"
        scores = ((group, self._score(str(group), groups[group], alike=alike)) for group in sorted(groups))
        return Scores(RefMap(scores), None, self.dataset)

    @property
    def measure_groups(self) -> MeasureGroups:
        """The measure groups in legal order, each with title, citation and score: `rollup("measure")` with words."""
        from ._notes import measure_groups

        return measure_groups(self.dataset, self.rollup("measure").items())

    def judgement_ranges(self, level: str) -> RefMap[Ref | str, tuple[float | None, float | None]] | None:
        """Return by unit of a level the low by what both judges give and the low by what either gives.

        Each demand was judged twice, blind. The two lows are those of the same question under the crosswalks "strict"
        and "generous" that a dataset holds beside the one asked for (`nis2map-strict`, `nis2map-generous`); what stands
        lies between them, but for moves on record (`Dataset.verdicts`). None for a crosswalk that has no such two, and
        for several at once.
        """
        choice(level, LEVELS, "level")
        ends = [f"{name}-{end}" for name in self.crosswalks[:1] for end in ("strict", "generous")]
        if len(self.crosswalks) > 1 or not all(name in self.dataset.heads for name in ends):
            return None
        least, most = (self._under(name).rollup(level) for name in ends)
        return RefMap((key, (score.low, most[key].low)) for key, score in least.items())

    def _under(self, crosswalk: str) -> Coverage:
        """Return the coverage of the same assessment and units under another crosswalk."""
        question = question_like(self, crosswalks=(crosswalk,))
        other = again(self, self.assessment, question)
        return attrs.evolve(other, crosswalks=(crosswalk,))

    def gap_class(self, demand: Ref | str) -> GapClass | None:
        """Return why a demand is not surely met; None if it is, or if it is excluded.

        Raises `UnknownRef` for what is not a demand of the set that was scored.
        """
        places = self._workings.question.demand_places
        return self._workings.gap_class(known_ref(places, self.dataset.ref(demand), "demands"))

    def _unit(self, place: int) -> Score:
        work = self._workings
        question = work.question
        explain = partial(_explained, self, str(question.units[place].ref), (place,), work.weights.values)
        return rolled([work.sums[place]], None, work.counts(range(*question.spans[place])), explain=explain)

    def _score(self, subject: str, places: Iterable[int], *, alike: bool = False) -> Score:
        work, chosen = self._workings, tuple(places)
        every = (1.0,) * len(work.question.units) if alike else work.weights.values
        weights = None if every is None else [every[place] for place in chosen]
        explain = partial(_explained, self, subject, chosen, every)
        spans = work.question.spans
        counts = work.counts(chain.from_iterable(range(*spans[place]) for place in chosen))
        return rolled([work.sums[place] for place in chosen], weights, counts, explain=explain)

    def _demand(self, place: int) -> Score:
        subject = str(self._workings.question.demands[place].ref)
        explain = partial(_explained, self, subject, (), None, demand=place)
        work, alone = self._workings, range(place, place + 1)
        return rolled([work.sum_of(alone)], [1.0], work.counts(alone), explain=explain)

    def to_dict(self) -> dict[str, Any]:
        """Return the scores of the whole, of measure groups and of units, with notes and conventions, JSON-ready."""
        return {
            "framework": self.framework,
            "subject": self.assessment.subject,
            "status": self.status,
            "displaced": {str(ref): act for ref, act in self.displaced.items()},
            "conventions": dict(self.conventions),
            "digest": self.digest,
            "assessment_digest": self.assessment.digest,
            "overall": plain(self.overall),
            "measures": plain(dict(self.rollup("measure").items())),
            "units": plain(dict(self.units.items())),
            "conflicts": plain(self.conflicts),
            "notes": plain(self.notes),
        }

    def to_dicts(self, level: str = "unit") -> list[dict[str, Any]]:
        """Return one flat row per score of a level, numbers in [0, 1]."""
        return self.rollup(level).to_dicts()

    def _schema(self) -> tuple[Column, ...]:
        return self.units._schema()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    def _lines(self) -> Iterable[object]:
        return self.units._lines()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

    def _key(self) -> tuple[object, ...]:
        question = self._workings.question
        options = (self.framework, self.crosswalks, self.within, self.weights, self.support, self.basis, self.status)
        return (self.digest, self.assessment, *options, self.facts, self.displaced, tuple(question.places))

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Coverage) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.digest, self.framework, self.crosswalks, self.within))

    def __repr__(self) -> str:
        score = self.overall
        bounds = f"low {percent(score.low)}, estimate {percent(score.estimate)}, high {percent(score.high)}"
        return one_line(f"<{self._title}: {bounds}>")

    @property
    def _title(self) -> str:
        return f"Coverage of {self.framework} through {'+'.join(self.crosswalks)}"

    @property
    def _above(self) -> frozenset[Ref]:
        """The groups that are shown as the rest of their unit; a coverage that was kept without its data knows them."""
        from ..dataset import containing  # late: no first score is looked at

        return containing(self.dataset, (row.ref for row in self.measure_groups))

    def _page(self) -> Page:
        whole = self.overall
        groups, above = self.measure_groups, self._above
        heads = [f"{row.citation}, the rest" if row.ref in above else row.citation for row in groups]
        names = ["\n  ".join(filter(None, (head, row.title))) for head, row in zip(heads, groups, strict=True)]
        scores = [row.score for row in groups]
        table = table_of((*scores, whole), (*names, "overall"), "measure", WIDEST)
        return Page(self._title, (legend(), table, beside(whole)), (*self.notes, pairs(self.conventions)))


def workings(cov: Coverage) -> Workings:
    """Return what the numbers of a coverage were worked out from, for analyses that vary it."""
    return cov._workings  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def question_like(
    cov: Coverage, *, crosswalks: tuple[str, ...] | None = None, basis: str | None = None, support: float | None = None
) -> Question:
    """Return the question of a coverage about the same units, with another crosswalk or convention."""
    question, chosen = workings(cov).question, basis or cov.basis
    return question_of(
        cov.dataset,
        frameworks=question.frameworks,
        crosswalks=crosswalks or question.crosswalks,
        basis=chosen,
        support=checked_support(chosen, cov.support if support is None else support),
        units=question.units,
        facts=cov.facts,
    )


def varied(cov: Coverage, *, assessment: Assessment | None = None, question: Question | None = None) -> Workings:
    """Return the workings of a coverage for another assessment or with other links; without its conflicts."""
    work = workings(cov)
    asked = question or work.question
    # On another basis, or with another worth of supports, the same controls serve: they are in place as they were.
    same = assessment is None and (asked.controls, asked.sets) == (work.question.controls, work.question.sets)
    values = evaluate(asked, assessment or cov.assessment, work.values if same else None)
    return Workings(asked, values, work.weights)


def again(cov: Coverage, assessment: Assessment, question: Question | None = None) -> Coverage:
    """Return the coverage of another assessment for the same question, or for the question with other links."""
    work = varied(cov, assessment=assessment, question=question)
    conflicts = conflicts_of(work.question, assessment, work.values)
    return attrs.evolve(cov, assessment=assessment, conflicts=conflicts, workings=work)


def part_bounds(cov: Coverage) -> tuple[tuple[tuple[float, float, float], ...], ...]:
    """Return, per control of the question, low, estimate and high of each of its deepest units.

    The control itself is as far in place as the least of them, in each number.
    """
    return tuple(bounds_of_parts(workings(cov).question, counting(cov.assessment)))


@with_options
def coverage(
    assessment: Assessment,
    *,
    framework: str = "nis2",
    crosswalk: str | Iterable[str] = "nis2map",
    within: str | Ref | Iterable[str | Ref] | Classification | None = None,
    weights: Weights = "unit",
    support: float = 0.0,
    basis: Literal["statement", "guidance", "consideration"] = "statement",
    facts: Mapping[str, bool] | None = None,
    dataset: Dataset | None = None,
) -> Coverage:
    """Return how far a framework's requirements are met through the controls of an assessment.

    `within` narrows the set: None for the core units of the framework (the core duties of the Directive, the Annex of
    the CIR), all if it has none; a ref or several; "all"; or a `Classification`, which fixes the set: the duties of
    both texts that bind the entity, the CIR's in place of the Article 21(2) units they elaborate (with
    `framework="cir"` the Annex alone). `weights` is "unit", "demand", "measure" or a mapping from units (or units above
    them) to numbers; what it leaves out weighs 0. On the basis "statement" only what a control's own statement requires
    covers; on "guidance" also what ISO/IEC 27002 says should be done, on "consideration" also what it names for
    consideration. What else serves a demand is a mere support and earns nothing, unless `support` says what it is
    worth: a factor in [0, 1] of its estimate and high, never of low. `facts` says which of the facts hold that
    demands hang on (`Demand.condition`): a demand whose fact does not hold is excluded, whatever its findings, one
    whose fact holds counts like any other, and the rest count and are noted; a `Classification` settles what it
    knows. A control with units below it is as far in place as the least of them, and a link of several controls as
    the weakest of these.

    Raises `NotMapped` if the crosswalks asked for do not link the framework, `InputError` for arguments out of range,
    `UnknownRef` for a framework or unit that the dataset lacks.

    >>> import nis2map
    >>> soa = nis2map.Assessment.of({"A.8.24": "implemented"})
    >>> cov = nis2map.coverage(soa)
    >>> 0 <= cov.overall.low <= cov.overall.high <= 1
    True
    """
    data = given(dataset)
    expect_assessment(assessment)
    expect(framework, str, "framework")
    crosswalks, factor = checked_crosswalks(crosswalk), checked_support(basis, support)
    chosen = checked_within(data, framework, within)
    settled: FrozenMap[str, bool] = FrozenMap()
    if facts is not None or is_classification(chosen):  # nobody else pays for looking at what demands hang on
        settled = checked_facts(data, facts, chosen)
    question = question_for(
        data, framework=framework, crosswalks=crosswalks, basis=basis, support=factor, within=chosen, facts=settled
    )
    checked = checked_weights(data, framework, weights)
    weighed = unit_weights(data, question, checked)
    values = evaluate(question, assessment)
    displaced = displaced_by(data, framework, chosen)
    return Coverage(
        dataset=data,
        assessment=assessment,
        framework=framework,
        crosswalks=crosswalks,
        within=_named_set(chosen),
        weights=checked,
        support=factor,
        basis=basis,
        facts=settled,
        status=status_of(framework, chosen, displaced),
        displaced=displaced,
        conflicts=conflicts_of(question, assessment, values),
        workings=Workings(question, values, weighed),
    )


def _exact(value: float) -> str:
    """Return a number with all its digits, so that two numbers are never named alike."""
    return repr(float(value)).removesuffix(".0")


def _named_set(within: str | Classification | tuple[Ref, ...] | None) -> str:
    """Name the set that was scored, for the conventions."""
    if within is None or isinstance(within, str):
        return within or "default"
    if isinstance(within, tuple):
        return "+".join(map(str, within)) or "nothing"
    return f"classification {within.entity_class}"


def _explained(
    cov: Coverage,
    subject: str,
    units: tuple[int, ...],
    weights: tuple[float, ...] | None,
    score: Score,
    *,
    demand: int | None = None,
) -> Explanation:
    from ._explanation import explanation_of

    made = explanation_of(
        workings(cov),
        cov.dataset,
        subject=subject,
        bounds=(score.low, score.estimate, score.high),
        units=units,
        weights=weights,
        demand=demand,
        current=cov.assessment.current,
        conventions=cov.conventions,
    )
    return attrs.evolve(made, assessment_digest=cov.assessment.digest)
