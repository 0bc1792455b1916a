"""How far a crosswalk agrees with a person's review: counts, raw agreement, and Cohen's kappa with an interval."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

import attrs

from .._shared import Column, Page, Record, Table, Tabular, View, percent, written
from ..dataset import Dataset, given
from ..errors import InputError
from ..ids import Ref
from ..model import Crosswalk, Grade
from ._levels import crosswalk_in
from ._review import Review, ReviewVerdict, grade_of, problems_with, sign, word_of

__all__ = ["GradeAgreement", "ReviewAgreement", "ReviewDifference", "agreement_of", "grade_in"]

_GRADES = tuple(Grade)
_WIDTH = len(_GRADES)
# Below some thirty pairs a kappa says more of chance than of the judges.
_ENOUGH = 30
_RESAMPLES = 1_000
_SEED = 1960
# What two judges say of some pairs: places `5 * ours + theirs` hold how many pairs have these two grades.
_Counts = Sequence[int]


def _overall_or_word(grade: Grade | None) -> str:
    return "overall" if grade is None else word_of(grade)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class GradeAgreement(Record, View):
    """How far two agree on one grade, each pair being of that grade or not, or on all five (`grade` is None).

    `ours` and `theirs` count the pairs to which the crosswalk and the person give the grade, `both` those to which
    both do, `pairs` those to which either does (overall: all). `raw` is the share of all pairs, in [0, 1], of which
    both say the same, None if there are none. `kappa` is Cohen's, unweighted, in [-1, 1]; None if `pairs` is under 30,
    or if chance alone would agree on all. `interval` holds it in 95 of 100 samples of demands; None without a kappa, or
    if there is one demand.
    """

    grade: Grade | None = attrs.field(metadata=written(_overall_or_word))
    pairs: int
    ours: int
    theirs: int
    both: int
    raw: float | None
    kappa: float | None
    interval: tuple[float, float] | None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as a table shows it."""
        between = "-" if self.interval is None else " to ".join(f"{end + 0.0:.2f}" for end in self.interval)
        kappa = "-" if self.kappa is None else f"{self.kappa + 0.0:.2f}"
        counts = map(str, (self.pairs, self.ours, self.theirs, self.both))
        return (_overall_or_word(self.grade), *counts, percent(self.raw), kappa, between)

    def _page(self) -> Page:
        name, pairs, ours, theirs, both, raw, kappa, between = self.cells
        counts = f"{both} of {pairs} pairs by both, {ours} by the crosswalk, {theirs} by the person"
        return Page(f"{name}: {counts}, the same of {raw}, kappa {kappa} (95 %: {between})")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReviewDifference(Record, View):
    """A pair of which the crosswalk says one grade (`ours`) and the person another (`theirs`), with their comment."""

    demand: Ref
    controls: tuple[Ref, ...]
    ours: Grade = attrs.field(metadata=written(word_of))
    theirs: Grade = attrs.field(metadata=written(word_of))
    comment: str = ""

    def _page(self) -> Page:
        said = f"{word_of(self.ours)}, the person says {word_of(self.theirs)}"
        return Page(f"{sign(self.demand, self.controls)}: {said}", (self.comment,))


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReviewAgreement(Record, View, Tabular):
    """How far a crosswalk agrees with one person's review of some of its pairs.

    `pairs` and `demands` count what both judged, `left_out` the pairs of units that the crosswalk does not judge;
    `overall` is over all five grades, `grades` has a row for each, the best first, and `found["stated"]` is that row.
    `counts[i][j]` is how many pairs have the i-th grade in the crosswalk and the j-th from the person; `differences`
    are the pairs off its diagonal, in legal order. The numbers speak of the demands that were sampled: of a family or a
    section that was chosen, they say nothing of the rest.

    Kappa is Cohen's (Educational and Psychological Measurement 20, 1960). The interval is the percentile bootstrap of
    Efron and Tibshirani (An Introduction to the Bootstrap, 1993, chapter 13) with 1,000 resamples from a fixed seed.
    Demands are resampled, not pairs: verdicts on one demand hang together, and formulas for independent pairs, such as
    that of Fleiss, Cohen and Everitt (1969), give intervals that are too narrow then.
    """

    crosswalk: str
    judge: str
    date: dt.date | None
    licence: str
    pairs: int
    demands: int
    left_out: int
    overall: GradeAgreement
    grades: tuple[GradeAgreement, ...]
    counts: tuple[tuple[int, ...], ...]
    differences: tuple[ReviewDifference, ...]
    digest: str
    _columns = (
        Column("grade", "text", "the grade, or overall", lambda row: _overall_or_word(row.grade)),
        Column("pairs", "whole", "pairs to which either gives it; overall, all"),
        Column("ours", "whole", "pairs to which the crosswalk gives it"),
        Column("theirs", "whole", "pairs to which the person gives it"),
        Column("both", "whole", "pairs to which both do"),
        Column("raw", "real", "the share of all pairs of which both say the same, in [0, 1]"),
        Column("kappa", "real", "Cohen's kappa, in [-1, 1]; null for too few pairs"),
        Column("interval", "json", "the interval that holds it in 95 of 100 samples"),
        Column("interval_low", "real", "its lower end", lambda row: row.interval and row.interval[0]),
        Column("interval_high", "real", "its upper end", lambda row: row.interval and row.interval[1]),
    )

    def __getitem__(self, grade: Grade | str) -> GradeAgreement:
        return self.grades[_GRADES.index(grade_of(grade))]

    def _lines(self) -> tuple[GradeAgreement, ...]:
        return (*self.grades, self.overall)

    def _page(self) -> Page:
        head = ("verdict", "either", "crosswalk", "person", "both", "the same", "kappa", "95 %")
        rows = Table(head, [row.cells for row in (*self.grades, self.overall)], tuple(range(1, 8)))
        words = tuple(map(word_of, Grade))
        matrix = [(word, *map(str, row)) for word, row in zip(words, self.counts, strict=True)]
        tables = [rows, Table(("crosswalk \\ person", *words), matrix, tuple(range(1, 6)))]
        if self.differences:
            cells = [
                (
                    str(d.demand),
                    " + ".join(c.citation for c in d.controls),
                    word_of(d.ours),
                    word_of(d.theirs),
                    d.comment,
                )
                for d in self.differences
            ]
            tables.append(Table(("demand", "control", "crosswalk", "person", "comment"), cells))
        by = ", ".join(filter(None, (self.judge, str(self.date or ""), self.licence)))
        silent = f"{self.left_out} pairs of units that the crosswalk does not judge are left out"
        notes = (f"person: {by or 'not named'}", *([silent] if self.left_out else ()), f"digest {self.digest[:12]}")
        *_, kappa, between = self.overall.cells
        told = "no kappa" if self.overall.kappa is None else f"kappa {kappa} (95 %: {between})"
        title = f"Agreement of {self.crosswalk} with a review: {self.pairs} pairs, {self.demands} demands, {told}"
        return Page(title, (*tables,), notes)


def grade_in(data: Dataset, crosswalk: str, demand: Ref, controls: Iterable[Ref]) -> Grade:
    """Return the best grade in which a link of a crosswalk to exactly these controls serves a demand."""
    wanted = frozenset(controls)
    links = data.links(crosswalk, requirement=demand, control=min(wanted))
    served = [
        link.grade_of(demand) if link.demands else link.grade  # a link on a unit as a whole
        for link in links
        if frozenset(link.controls) == wanted
    ]
    return min(served, key=_GRADES.index, default=Grade.BARE)


def agreement_of(review: Review, crosswalk: Crosswalk | str, dataset: Dataset | None) -> ReviewAgreement:
    """Return how far a crosswalk agrees with a review; see `Review.agreement`."""
    data, name = crosswalk_in(given(dataset), crosswalk)
    problems = list(problems_with(review, data))
    if problems:
        raise InputError.of(problems, what="the review does not fit the dataset")
    target = data.head(name).target
    # Silence on a unit is no opinion on it.
    judged = [
        verdict
        for verdict in review.verdicts
        if data.links(name, requirement=verdict.demand.unit) and verdict.controls[0].framework == target
    ]
    both = [(verdict, grade_in(data, name, verdict.demand, verdict.controls)) for verdict in judged]
    profiles = list(_by_demand(both))
    counts = _counted(profiles)
    samples = list(_samples(profiles)) if len(profiles) > 1 and len(both) >= _ENOUGH else []
    return ReviewAgreement(
        crosswalk=name,
        judge=review.judge,
        date=review.date,
        licence=review.licence,
        pairs=len(both),
        demands=len(profiles),
        left_out=len(review.verdicts) - len(both),
        overall=_row(None, counts, samples),
        grades=tuple(_row(grade, counts, samples) for grade in Grade),
        counts=tuple(tuple(counts[at : at + _WIDTH]) for at in range(0, _WIDTH**2, _WIDTH)),
        differences=tuple(
            ReviewDifference(demand=v.demand, controls=v.controls, ours=grade, theirs=v.grade, comment=v.comment)
            for v, grade in both
            if grade is not v.grade
        ),
        digest=data.digest,
    )


def _by_demand(both: Iterable[tuple[ReviewVerdict, Grade]]) -> Iterator[tuple[int, ...]]:
    profiles: dict[Ref, list[int]] = {}
    for verdict, ours in both:
        code = _WIDTH * _GRADES.index(ours) + _GRADES.index(verdict.grade)
        profiles.setdefault(verdict.demand, []).append(code)
    return map(tuple, profiles.values())


def _counted(profiles: Iterable[tuple[int, ...]]) -> list[int]:
    found = Counter(chain.from_iterable(profiles))
    return [found[code] for code in range(_WIDTH**2)]


def _samples(profiles: Sequence[tuple[int, ...]]) -> Iterator[_Counts]:
    # Of the methods of Random only `random` gives the same numbers in every version of Python.
    draw, size = random.Random(_SEED).random, len(profiles)  # noqa: S311  (nothing here is a secret)
    for _ in range(_RESAMPLES):
        yield _counted([profiles[int(draw() * size)] for _ in range(size)])


def _margins(counts: _Counts, at: int) -> tuple[int, int, int]:
    """Return how many pairs have the grade at a place in the crosswalk, from the person, and from both."""
    return sum(counts[_WIDTH * at : _WIDTH * (at + 1)]), sum(counts[at::_WIDTH]), counts[(_WIDTH + 1) * at]


def _overall(counts: _Counts) -> tuple[int, int]:
    """Return how many pairs agree, and the sum of the products of the margins."""
    margins = [_margins(counts, at) for at in range(_WIDTH)]
    return sum(both for _, _, both in margins), sum(ours * theirs for ours, theirs, _ in margins)


def _on(at: int, counts: _Counts) -> tuple[int, int]:
    """Return the same where a pair has one grade or has not."""
    every = sum(counts)
    ours, theirs, both = _margins(counts, at)
    return every - ours - theirs + 2 * both, ours * theirs + (every - ours) * (every - theirs)


def _kappa(counts: _Counts, told: Callable[[_Counts], tuple[int, int]]) -> float | None:
    every, (agreed, products) = sum(counts), told(counts)
    # In whole numbers, so that perfect agreement is 1.0 and nothing near it.
    return None if products == every**2 else (every * agreed - products) / (every**2 - products)


def _row(grade: Grade | None, counts: _Counts, samples: Sequence[_Counts]) -> GradeAgreement:
    every = sum(counts)
    if grade is None:
        told = _overall
        ours = theirs = pairs = every
        both = told(counts)[0]
    else:
        at = _GRADES.index(grade)

        def told(counts: _Counts) -> tuple[int, int]:
            return _on(at, counts)

        ours, theirs, both = _margins(counts, at)
        pairs = ours + theirs - both
    kappa = _kappa(counts, told) if pairs >= _ENOUGH else None
    found = [] if kappa is None else sorted(k for k in (_kappa(s, told) for s in samples) if k is not None)
    return GradeAgreement(
        grade=grade,
        pairs=pairs,
        ours=ours,
        theirs=theirs,
        both=both,
        raw=told(counts)[0] / every if every else None,
        kappa=kappa,
        interval=(_rank(found, 0.025), _rank(found, 0.975)) if found else None,
    )


def _rank(values: Sequence[float], share: float) -> float:
    return values[math.ceil(share * len(values)) - 1]
