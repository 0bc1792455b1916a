"""`simulate`: scores over dates, for steps that are started and done and evidence that runs out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Unpack

import attrs

from .._shared import Bar, Column, Page, Record, Table, Tabular, View, day, pairs, percent, several, written
from ..assessment import Assessment
from ..errors import InputError
from ..ids import Ref
from ..scoring import Coverage, Options, Score, again, coverage, score_columns, with_options
from ._steps import Step, done, measure_of

__all__ = ["Point", "Simulation", "simulate"]

_DAY = dt.timedelta(days=1)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Point(Record, View):
    """The score from one date on, with what happens on that date.

    `started` and `done` name steps, `expired` units whose finding has run out the day before: it counts as unassessed
    from here on. The first point has none of them; its `date` is None if the assessment has no `as_of`.
    """

    date: dt.date | None
    score: Score
    started: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    expired: tuple[Ref, ...] = ()

    def _page(self) -> Page:
        date, low, estimate, high, events = _row(self)
        return Page(f"{date}: low {low}, estimate {estimate}, high {high}" + (f"; {events}" if events else ""))


def _row(point: Point) -> tuple[str, ...]:
    events = [f"{name} started" for name in point.started] + [f"{name} done" for name in point.done]
    events += [f"{ref.citation} expired" for ref in point.expired]
    bounds = (percent(part) for part in (point.score.low, point.score.estimate, point.score.high))
    return (str(point.date or "now"), *bounds, ", ".join(events))


def _bar(score: Score) -> Bar:
    return Bar(score.low, score.estimate, score.high, score.ceiling.high)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Simulation(Record, View, Tabular):
    """The overall score over time: one point per date on which something happens, the assessment itself first."""

    points: tuple[Point, ...]
    framework: str
    conventions: tuple[tuple[str, str], ...] = attrs.field(metadata=written(dict))
    digest: str
    assessment_digest: str = ""
    _columns = (
        Column("date", "date", "from when on; null for the first point of an assessment without a date"),
        Column("started", "texts", "the steps that start on it"),
        Column("done", "texts", "the steps that are done on it"),
        Column("expired", "texts", "the units whose finding ran out the day before"),
        *score_columns("score"),
    )

    def __len__(self) -> int:
        return len(self.points)

    def __iter__(self) -> Iterator[Point]:
        return iter(self.points)

    def at(self, date: dt.date | str) -> Score:
        """Return the score that holds on a date, also given as ISO text; `InputError` before the first point."""
        when = day(date, "date")
        if when is None:
            raise InputError("date is None", hint="a datetime.date, or a text like 2026-11-24")
        first = self.points[0].date
        if first is not None and when < first:
            raise InputError(f"{when} lies before the first date, {first}")
        return [point for point in self.points if point.date is None or point.date <= when][-1].score

    def _lines(self) -> tuple[Point, ...]:
        return self.points

    def _page(self) -> Page:
        head = ("date", "low", "estimate", "high", "what happens")
        bars = ("at a glance", [_bar(point.score) for point in self.points])
        table = Table(head, map(_row, self.points), (1, 2, 3), marks=bars)
        notes = (pairs(self.conventions),)
        return Page(f"Scores of {self.framework} over time", (table,), notes)


@with_options
def simulate(assessment: Assessment, steps: Iterable[Step], **options: Unpack[Options]) -> Simulation:
    """Return the overall score on every date on which a step starts or is done or a finding runs out.

    The first point is the assessment as it is, on its `as_of`, and equals `coverage`. From `done` on a step's unit
    has the finding `implemented` without an end, also if it had another before; a measure meets the counted demands
    that it closes. Until then nothing changes. A finding counts as unassessed from the day after its `valid_until`.

    Takes the keyword arguments of `coverage`. Raises `InputError` if a finding has `valid_until` and the assessment no
    `as_of`, for a step without `done`, with `done` not after `as_of`, or named twice; `UnknownRef` for a step on what
    the dataset does not have.

    >>> import nis2map
    >>> soa = nis2map.Assessment.of({"A.8.24": "planned"}, as_of="2026-01-01")
    >>> found = nis2map.simulate(soa, [nis2map.Step("A.8.24", "2026-02-01", "2026-05-01")])
    >>> [str(point.date) for point in found]
    ['2026-01-01', '2026-02-01', '2026-05-01']
    """
    cov = coverage(assessment, **options)
    ordered = _checked(cov, several(steps, Step, "steps"))
    first = Point(date=assessment.as_of, score=cov.overall)
    later = (_point(cov, ordered, date) for date in _dates(assessment, ordered))
    return Simulation(
        points=(first, *(point for point in later if point.started or point.done or point.expired)),
        framework=cov.framework,
        conventions=cov.conventions,
        digest=cov.digest,
        assessment_digest=cov.assessment.digest,
    )


def _checked(cov: Coverage, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps by date, ties by name; `InputError` if they can't be simulated."""
    as_of = cov.assessment.as_of
    if as_of is None:
        ending = next((ref for ref, finding in cov.assessment.items() if finding.valid_until is not None), None)
        if ending is not None:
            raise InputError(
                f"the finding on {ending} has valid_until, but the assessment has no as_of", hint="give as_of"
            )
    seen: set[Ref | str] = set()
    for step in steps:
        if isinstance(step.ref, Ref):
            cov.dataset.ref(step.ref)
        else:
            measure_of(cov.dataset, step.ref)
        if step.done is None:
            raise InputError(f"the step {step.name} has no done date", hint="Plan.dated gives dates to all steps")
        if as_of is not None and step.done <= as_of:
            raise InputError(f"the step {step.name} is done on {step.done}, not after as_of, {as_of}")
        if step.ref in seen:
            raise InputError(f"the step {step.name} is given twice")
        seen.add(step.ref)
    return tuple(sorted(steps, key=lambda step: (step.done or dt.date.max, str(step.ref))))


def _dates(assessment: Assessment, steps: Iterable[Step]) -> list[dt.date]:
    """Return the dates after `as_of` on which something may happen."""
    dates = {date for step in steps for date in (step.start, step.done) if date is not None}
    # What is valid until the last day of the calendar never runs out: there is no day after.
    ends = {finding.valid_until for finding in assessment.values()} - {None, dt.date.max}
    dates |= {end + _DAY for end in ends if end is not None}
    return sorted(date for date in dates if assessment.as_of is None or date > assessment.as_of)


def _point(cov: Coverage, steps: Iterable[Step], date: dt.date) -> Point:
    """Work out one date: what runs out first, for a step done puts its own finding there; then the steps."""
    before = cov.assessment
    so_far = [step for step in steps if step.done is not None and step.done <= date]
    dated = again(cov, before if before.as_of is None else attrs.evolve(before, as_of=date))
    after = done(dated, [step.ref for step in so_far])
    last = date - _DAY
    gone = [ref for ref, f in after.items() if f.valid_until == last and f.known]
    return Point(
        date=date,
        score=again(cov, after).overall,
        started=tuple(step.name for step in steps if step.start == date),
        done=tuple(step.name for step in so_far if step.done == date),
        expired=tuple(gone),
    )
