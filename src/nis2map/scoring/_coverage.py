"""`coverage`: how far requirements are met through the controls of an assessment, with bounds and reasons.

Low and high follow from the judgements on the stated basis and from the findings; they bound what the controls give,
not compliance. The estimate is a convention and says so. Over links of single controls the estimate is a
facility-location function, monotone and submodular (Nemhauser, Wolsey and Fisher 1978); with joint links it is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import attrs

from .._shared import FrozenMap, columns, expect, number, page, percent, several, table
from ..assessment import Assessment
from ..dataset import Dataset, given
from ..errors import InputError, UnknownRef, quote
from ..ids import Ref, RefMap
from ..model import GapClass
from ._bounds import COUNTED, EXCLUDED, STATES, Conflict, Values, classify, evaluate
from ._options import Weights, with_options
from ._question import (
    BASES,
    Question,
    Term,
    checked_weights,
    checked_within,
    is_classification,
    measure_groups,
    question_for,
    unit_weights,
)

if TYPE_CHECKING:
    from ..law import Classification
    from ._explanation import DemandExplanation, Explanation, TermExplanation

__all__ = ["Bounds", "Conflict", "Coverage", "Score", "coverage"]

LEVELS = ("overall", "article", "measure", "section", "unit", "demand")


@attrs.frozen
class Bounds:
    """Low, estimate and high, each in [0, 1]; None where nothing is counted, or an estimate is refused or unknown."""

    low: float | None
    estimate: float | None
    high: float | None


_NOTHING = Bounds(None, None, None)


@attrs.frozen(kw_only=True)
class Score:
    """The coverage of a set of demands.

    `low`, `estimate`, `high` in [0, 1]; `ceiling` the same if every control were implemented; `strict` with
    exclusions counting 0. Counts: `demands` counted; of those `met` (low is 1), `unassessed` (served by a link, no
    finding bears on it), `open` (served by no link and no finding of its own); beside them `excluded` and `unjudged`.
    """

    low: float | None
    estimate: float | None
    high: float | None
    ceiling: Bounds
    strict: Bounds
    demands: int
    met: int
    unassessed: int
    open: int
    excluded: int
    unjudged: int
    source: _Source | None = attrs.field(default=None, eq=False, repr=False)

    def explain(self) -> Explanation:
        """Return every demand, every link that counted and where it comes from."""
        if self.source is None:
            raise InputError("this score was made by hand, so there is nothing that explains it")
        return _explanation(self, self.source)

    def to_dict(self) -> dict[str, Any]:
        """Return the score as a JSON-ready dict."""
        found = {f.name: getattr(self, f.name) for f in attrs.fields(Score) if f.name != "source"}
        return found | {"ceiling": attrs.asdict(self.ceiling), "strict": attrs.asdict(self.strict)}

    def to_row(self) -> dict[str, Any]:
        """Return the score as one flat dict: `ceiling_low`, `strict_high` and so on."""
        found = self.to_dict()
        for name in ("ceiling", "strict"):
            found |= {f"{name}_{part}": value for part, value in found.pop(name).items()}
        return found


@attrs.frozen
class _Source:
    """What a score was made of: units by their place in the question with their weights, or one demand."""

    coverage: Coverage
    subject: str
    weights: tuple[tuple[int, float], ...]
    demand: int | None = None


class _Scores(Mapping[Ref, Score]):
    """Scores by ref, each made when it is asked for."""

    __slots__ = ("_keys", "_make")

    def __init__(self, keys: RefMap[Ref, int], make: Callable[[int], Score]) -> None:
        self._keys, self._make = keys, make

    def __getitem__(self, key: Ref | str) -> Score:
        return self._make(self._keys[key])

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def get(self, key: Ref | str, default: Any = None) -> Any:
        return self[key] if key in self._keys else default

    def __iter__(self) -> Iterator[Ref]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


@attrs.frozen
class _UnitSum:
    """One unit's part in scores.

    `means` are low, estimate and high over its counted demands, `strict` the same over counted and excluded ones,
    `ceiling` over those that count if every control is implemented and only exclusions stand as own findings.
    `counts`: met, unassessed, open, unjudged, served, assessed.
    """

    counted: int
    excluded: int
    capable: int
    means: tuple[float, float, float]
    strict: tuple[float, float, float]
    ceiling: tuple[float, float, float]
    counts: tuple[int, int, int, int, int, int]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Coverage:
    """What `coverage` found: `overall`, `cov[ref]` for any unit or container, `units`, `demands`, `rollup(level)`.

    `within` names the set that was scored. `status` says whether the texts bind: unknown unless a `Classification` was
    given. `notes` holds what a reader must
    know beside the numbers, `conflicts` exclusions that could not count. `conventions` and `digest` make every number
    reproducible.
    """

    dataset: Dataset
    assessment: Assessment
    framework: str
    crosswalks: tuple[str, ...]
    within: str
    weights: str | FrozenMap[Ref, float]
    support: float | None
    basis: str
    status: str
    conflicts: tuple[Conflict, ...]
    notes: tuple[str, ...]
    question: Question
    values: Values
    unit_weights: tuple[float, ...] | None
    _sums: list[tuple[_UnitSum, ...]] = attrs.field(init=False, factory=list[tuple[_UnitSum, ...]])

    @property
    def digest(self) -> str:
        """The digest of the dataset the numbers were made with."""
        return self.dataset.digest

    @property
    def conventions(self) -> tuple[tuple[str, str], ...]:
        """The choices that the numbers depend on."""
        given = self.weights
        weights = given if isinstance(given, str) else ", ".join(f"{ref}={number(w)}" for ref, w in given.items())
        return (
            ("framework", self.framework),
            ("within", self.within),
            ("crosswalk", "+".join(self.crosswalks)),
            ("basis", self.basis),
            ("support", "refused" if self.support is None else number(self.support)),
            ("weights", weights),
            ("data", self.dataset.version),
        )

    @property
    def overall(self) -> Score:
        """The score over the whole set."""
        return self._score("overall", range(len(self.question.units)))

    @property
    def units(self) -> Mapping[Ref, Score]:
        """Scores of the assessable units of the set, their own demands only."""
        return _Scores(self.question.places, lambda place: self._score(str(self.question.units[place].ref), (place,)))

    @property
    def demands(self) -> Mapping[Ref, Score]:
        """Scores of single demands."""
        return _Scores(self.question.demand_places, self._demand)

    def __getitem__(self, key: Ref | str) -> Score:
        ref = self.dataset.ref(key)
        if ref.framework not in self.question.frameworks:
            raise UnknownRef(f"{ref} is not of {' or '.join(self.question.frameworks)}, which was scored")
        if ref.demand:
            return self._demand(self._place(ref))
        places = self.question.places
        return self._score(str(ref), [places[unit] for unit in self.dataset.below(ref) if unit in places])

    def rollup(self, level: str) -> RefMap[Ref | str, Score]:
        """Return the scores of one level in legal order: overall, article, measure, section, unit or demand.

        Articles are those of the Directive (for the CIR, the one its sections elaborate); a section is a paragraph of
        the Directive, a numbered section of the CIR's Annex, else the top-level unit. Measure groups may overlap.
        """
        if level not in LEVELS:
            raise InputError(f"level is {quote(level)}", hint=f"one of: {', '.join(LEVELS)}")
        if level == "overall":
            return RefMap([("overall", self.overall)])
        if level in ("unit", "demand"):
            scores = self.units if level == "unit" else self.demands
            return RefMap((ref, scores[ref]) for ref in scores)
        groups: dict[Ref, list[int]] = {}
        for place, unit in enumerate(self.question.units):
            for group in _groups(self.dataset, unit.ref, level):
                groups.setdefault(group, []).append(place)
        return RefMap((group, self._score(str(group), groups[group])) for group in sorted(groups))

    def gap_class(self, demand: Ref | str) -> GapClass | None:
        """Return why a demand is not surely met; None if it is, or if it is excluded.

        Raises `UnknownRef` for what is no demand of the set that was scored.
        """
        return self.class_at(self._place(self.dataset.ref(demand)))

    def _place(self, demand: Ref) -> int:
        place: int | None = self.question.demand_places.get(demand)
        if place is None:
            raise UnknownRef(f"{demand} is not in the set of demands that was scored", hint="widen within=")
        return place

    def class_at(self, place: int) -> GapClass | None:
        """Return the class of the demand at a place of the question."""
        return classify(self.question, self.values, place)

    @property
    def sums(self) -> tuple[_UnitSum, ...]:
        """Each unit's part in scores, worked out on first use."""
        if not self._sums:
            self._sums.append(
                tuple(_unit_sum(self.question, self.values, range(*span)) for span in self.question.spans)
            )
        return self._sums[0]

    def _score(self, subject: str, places: Iterable[int]) -> Score:
        sums, weights = self.sums, self.unit_weights
        chosen = [(place, float(sums[place].counted) if weights is None else weights[place]) for place in places]
        source = _Source(self, subject, tuple(chosen))
        heavy = None if weights is None else [weight for _, weight in chosen]
        return _rolled([sums[place] for place, _ in chosen], heavy, source)

    def _demand(self, place: int) -> Score:
        source = _Source(self, str(self.question.demands[place].ref), (), place)
        return _rolled([_unit_sum(self.question, self.values, range(place, place + 1))], [1.0], source)

    def to_dict(self) -> dict[str, Any]:
        """Return the scores of the whole, of measure groups and of units, with notes and conventions, JSON-ready."""
        return {
            "framework": self.framework,
            "subject": self.assessment.subject,
            "status": self.status,
            "conventions": dict(self.conventions),
            "digest": self.digest,
            "overall": self.overall.to_dict(),
            "measures": {str(ref): score.to_dict() for ref, score in self.rollup("measure").items()},
            "units": {str(ref): score.to_dict() for ref, score in self.units.items()},
            "conflicts": [conflict.to_dict() for conflict in self.conflicts],
            "notes": list(self.notes),
        }

    def to_dicts(self, level: str = "unit") -> list[dict[str, Any]]:
        """Return one flat row per score of a level, numbers in [0, 1]."""
        return [{"ref": str(ref), **score.to_row()} for ref, score in self.rollup(level).items()]

    def __repr__(self) -> str:
        score = self.overall
        bounds = f"low {percent(score.low)}, estimate {percent(score.estimate)}, high {percent(score.high)}"
        return f"<Coverage of {self.framework} through {'+'.join(self.crosswalks)}: {bounds}>"

    def __str__(self) -> str:
        head, rows = _overview(self)
        return columns(head, rows, right=range(2, len(head)))

    def _repr_html_(self) -> str:
        head, rows = _overview(self)
        notes = [*self.notes, ", ".join(f"{name} {value}" for name, value in self.conventions)]
        return page(f"Coverage of {self.framework}", [table(head, rows)], notes=notes)


@with_options
def coverage(
    assessment: Assessment,
    *,
    framework: str = "nis2",
    crosswalk: str | Iterable[str] = "nis2map",
    within: str | Ref | Iterable[str | Ref] | Classification | None = None,
    weights: Weights = "unit",
    support: float | None = 0.5,
    basis: Literal["statement", "guidance"] = "statement",
    dataset: Dataset | None = None,
) -> Coverage:
    """Return how far a framework's requirements are met through the controls of an assessment.

    `within` narrows the set: None for the core duties (Directive), all units of the Annex (CIR) or all units; a ref or
    several; "all"; or a `Classification`, which fixes the set: the duties of both texts that bind the entity, the CIR's
    in place of the Article 21(2) units they elaborate (with `framework="cir"` the Annex alone). `weights` is "unit",
    "demand", "measure" or a mapping from units (or units above them) to numbers. `support` is the factor of a mere
    support in the estimate, in [0, 1]; None refuses estimates. On the basis "statement" only what a control's own
    statement requires covers; on "guidance" also what ISO/IEC 27002 guides to.

    Raises `NotMapped` if no crosswalk asked for has a link in the framework, `InputError` for arguments out of range,
    `UnknownRef` for a framework or unit that the dataset lacks.

    >>> import nis2map
    >>> soa = nis2map.Assessment.of({"A.8.24": "implemented"})
    >>> cov = nis2map.coverage(soa)
    >>> 0 <= cov.overall.low <= cov.overall.high <= 1
    True
    """
    data = given(dataset)
    expect(assessment, Assessment, "assessment")
    expect(framework, str, "framework")
    crosswalks, factor = _crosswalks(crosswalk), _factor(basis, support)
    chosen = checked_within(data, framework, within)
    question = question_for(
        data, framework=framework, crosswalks=crosswalks, basis=basis, support=factor, within=chosen
    )
    heavy = checked_weights(data, weights)
    conflicts: list[Conflict] = []
    values = evaluate(question, assessment, conflicts)
    return Coverage(
        dataset=data,
        assessment=assessment,
        framework=framework,
        crosswalks=crosswalks,
        within=_named_set(chosen),
        weights=heavy,
        support=support,
        basis=basis,
        status=_bindingness(chosen, framework),
        conflicts=tuple(conflicts),
        notes=_notes(data, question, assessment),
        question=question,
        values=values,
        unit_weights=unit_weights(data, question, heavy),
    )


def _crosswalks(value: str | Iterable[str]) -> tuple[str, ...]:
    names = (value,) if isinstance(value, str) else tuple(dict.fromkeys(several(value, str, "ids of crosswalks")))
    if not names:
        raise InputError("no crosswalk is asked for", hint="name one, or several")
    return names


def _factor(basis: str, support: float | None) -> float:
    """Check basis and support; return the factor of a mere support, 0 where estimates are refused."""
    if basis not in BASES:
        raise InputError(f"basis is {quote(basis)}", hint=f"one of: {', '.join(BASES)}")
    if support is not None and (type(support) not in (int, float) or not 0 <= support <= 1):
        raise InputError(f"support is {quote(support)}", hint="a number from 0 to 1, or None to refuse estimates")
    return 0.0 if support is None else float(support)


def _named_set(within: str | Classification | tuple[Ref, ...] | None) -> str:
    """Name the set that was scored, for the conventions."""
    if within is None or isinstance(within, str):
        return within or "default"
    if isinstance(within, tuple):
        return "+".join(map(str, within)) or "nothing"
    return f"classification {within.entity_class}"


def _bindingness(within: Any, framework: str) -> str:
    """Say whether the scored text binds: binding, benchmark (the CIR outside its Article 1), or unknown."""
    if not is_classification(within):
        return "unknown"
    if framework == "cir":
        return {True: "binding", False: "benchmark", None: "unknown"}[within.cir_applies]
    return "binding" if within.in_scope else "unknown"


def _notes(dataset: Dataset, question: Question, assessment: Assessment) -> tuple[str, ...]:
    notes = list(assessment.notes)
    if question.without_links:
        notes.append(f"without links in {' or '.join(question.frameworks)}: {', '.join(question.without_links)}")
    foreign = dataset.missing(assessment.findings)
    if foreign:
        named = ", ".join(map(str, foreign[:5]))
        notes.append(f"{len(foreign)} findings on units that the dataset lacks count for nothing: {named}")
    if assessment.whole_entity is not True:
        notes.append("NIS 2 is about the whole entity; this assessment is not known to cover all of it")
    return tuple(notes)


def _unit_sum(question: Question, values: Values, places: range) -> _UnitSum:
    """Sum up one unit. Sums are `math.fsum`, so that neither order nor grouping shifts a bit."""
    counted = [place for place in places if values.state[place] == COUNTED]
    excluded = sum(values.state[place] == EXCLUDED for place in places)
    capable = [place for place in counted if question.judged[place]]
    served = [place for place in counted if question.served[place]]
    sums = [math.fsum([column[place] for place in counted]) for column in (values.low, values.estimate, values.high)]
    most = [math.fsum([question.ceilings[place][i] for place in capable]) for i in range(3)]
    return _UnitSum(
        counted=len(counted),
        excluded=excluded,
        capable=len(capable),
        means=_divided(sums, len(counted)),
        strict=_divided(sums, len(counted) + excluded),
        ceiling=_divided(most, len(capable)),
        counts=(
            sum(values.low[place] == 1.0 for place in counted),
            sum(not values.assessed[place] for place in served),
            sum(not question.served[place] and values.own[place] is None for place in counted),
            len(places) - len(counted) - excluded,
            len(served),
            sum(values.assessed[place] for place in counted),
        ),
    )


def _divided(sums: list[float], size: int) -> tuple[float, float, float]:
    return (sums[0] / size, sums[1] / size, sums[2] / size) if size else (0.0, 0.0, 0.0)


def _rolled(units: list[_UnitSum], weights: list[float] | None, source: _Source) -> Score:
    """Return the weighted mean over units; weights None stand for each unit's number of demands."""
    met, unassessed, open_, unjudged, served, assessed = (sum(unit.counts[i] for unit in units) for i in range(6))
    counted, excluded = sum(unit.counted for unit in units), sum(unit.excluded for unit in units)
    refused = source.coverage.support is None
    unknown = refused or (served > 0 and assessed == 0)
    low, estimate, high = _means(weights, [u.counted for u in units], [u.means for u in units])
    least, usual, most = _means(weights, [u.capable for u in units], [u.ceiling for u in units])
    sizes = [u.counted + u.excluded for u in units]
    firm_low, firm_estimate, firm_high = _means(weights, sizes, [u.strict for u in units])
    return Score(
        low=low,
        estimate=None if unknown else estimate,
        high=high,
        ceiling=Bounds(least, None if refused else usual, most) if counted else _NOTHING,
        strict=Bounds(firm_low, None if unknown else firm_estimate, firm_high) if counted else _NOTHING,
        demands=counted,
        met=met,
        unassessed=unassessed,
        open=open_,
        excluded=excluded,
        unjudged=unjudged,
        source=source,
    )


def _means(
    weights: list[float] | None, sizes: list[int], values: list[tuple[float, float, float]]
) -> tuple[float | None, float | None, float | None]:
    """Return the weighted means of three columns over the units whose size is not 0."""
    rows = [
        (float(size) if weights is None else weights[place], values[place]) for place, size in enumerate(sizes) if size
    ]
    if not any(weight for weight, _ in rows):  # units that weigh nothing count alike among themselves
        rows = [(1.0, value) for _, value in rows]
    total = math.fsum([weight for weight, _ in rows])
    if not total:
        return (None, None, None)
    low, estimate, high = (math.fsum([weight * value[i] for weight, value in rows]) / total for i in range(3))
    return (low, estimate, high)


def _groups(dataset: Dataset, unit: Ref, level: str) -> tuple[Ref, ...]:
    if level == "measure":
        return measure_groups(dataset, unit)
    chain = (unit, *dataset.ancestors(unit))
    if level == "section":
        return (chain[-2] if unit.framework == "nis2" and len(chain) > 1 else chain[-1],)
    if unit.framework == "cir":
        points = [g for g in measure_groups(dataset, unit) if g.framework == "nis2"]
        return tuple(dict.fromkeys(Ref("nis2", point.local.split(".")[0]) for point in points)) or (chain[-1],)
    return (chain[-1],)


def _explanation(score: Score, source: _Source) -> Explanation:
    from ._explanation import Explanation

    cov = source.coverage
    question = cov.question
    if source.demand is not None:
        places = [source.demand]
        weights = [(question.demands[source.demand].ref.unit, 1.0)]
    else:
        places = [place for unit, _ in source.weights for place in range(*question.spans[unit])]
        weights = [(question.units[unit].ref, weight) for unit, weight in source.weights]
    named = None if source.subject == "overall" else cov.dataset[source.subject]
    return Explanation(
        subject=source.subject,
        title=getattr(named, "title", "") or getattr(named, "label", ""),
        low=score.low,
        estimate=score.estimate,
        high=score.high,
        demands=tuple(_demand_explanation(cov, place) for place in places),
        weights=tuple(weights),
        conventions=cov.conventions,
        digest=cov.digest,
    )


def _demand_explanation(cov: Coverage, place: int) -> DemandExplanation:
    from ._explanation import DemandExplanation

    values, demand = cov.values, cov.question.demands[place]
    own = values.own[place]
    counted = values.state[place] == COUNTED
    low, estimate, high = values.low[place], values.estimate[place], values.high[place]
    terms = (
        () if own else tuple(_term_explanation(cov, term, (low, estimate, high)) for term in cov.question.terms[place])
    )
    return DemandExplanation(
        ref=demand.ref,
        label=demand.label,
        unit=demand.ref.unit,
        state=STATES[values.state[place]],
        gap=classify(cov.question, values, place),
        low=low if counted else None,
        estimate=estimate if counted and cov.support is not None else None,
        high=high if counted else None,
        assessed=values.assessed[place],
        own=str(own[1].status) if own else "",
        own_on=own[0] if own else None,
        terms=terms,
    )


def _term_explanation(cov: Coverage, term: Term, bounds: tuple[float, float, float]) -> TermExplanation:
    from ._explanation import TermExplanation

    low, estimate, high = cov.values.sets[term.controls]
    gives = (low if term.covering else 0.0, estimate * term.factor, high)
    return TermExplanation(
        crosswalk=term.crosswalk,
        controls=term.link.controls,
        relation=term.link.relation,
        role=term.role,
        covering=term.covering,
        factor=term.factor,
        low=low,
        estimate=estimate,
        high=high,
        inherited=term.inherited,
        decides=any(given == bound > 0 for given, bound in zip(gives, bounds, strict=True)),
        rationale=term.link.rationale,
        source=term.link.source,
        review=term.link.review,
    )


def _overview(cov: Coverage) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    head = ("measure", "title", "low", "estimate", "high", "ceiling", "met", "of", "open")
    rows: list[tuple[str, ...]] = []
    for ref, score in [*cov.rollup("measure").items(), *cov.rollup("overall").items()]:
        unit = cov.dataset.get(ref) if isinstance(ref, Ref) else None
        rows.append(
            (
                (ref.citation or str(ref)) if isinstance(ref, Ref) else "overall",
                getattr(unit, "title", ""),
                percent(score.low),
                percent(score.estimate),
                percent(score.high),
                percent(score.ceiling.low),
                str(score.met),
                str(score.demands),
                str(score.open),
            )
        )
    return head, rows
