"""`plan`: the cheapest way to a target, or the most within a budget."""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Unpack

import attrs

from .._shared import (
    Column,
    Page,
    Record,
    Rise,
    Table,
    Tabular,
    Terms,
    View,
    amount,
    counted,
    day,
    flag,
    number,
    pairs,
    percent,
    under,
    written,
)
from ..assessment import Assessment
from ..dataset import cited
from ..errors import InputError, quote
from ..ids import Ref
from ..scoring import COUNTED, Coverage, Options, coverage, varied, with_options, workings
from ._objective import Objective, number_of, objective_of
from ._solver import Choice, Selection, Solution, cheapest, installed, most, selection_of, sequence, slack
from ._steps import Costs, Item, Prerequisites, Step, done, items_of

__all__ = ["SECONDS", "Plan", "plan"]

SECONDS = 10.0
_SLACK = 1e-9
_LEAST_SHOWN = 0.0005  # what rounds to 0.1 % at least


class _Reached:
    """A step with cost and score up to there."""

    __slots__ = ("cost", "reached", "step")

    def __init__(self, step: Step, cost: float, reached: float) -> None:
        self.step = step
        self.cost = cost
        self.reached = reached


def _cited(step: Step) -> str | None:
    return step.name if isinstance(step.ref, Ref) else None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Plan(Record, View, Tabular):
    """Steps that reach a target for the least cost, or the most within a budget.

    `start` and `reached` are the low or estimate (`of`) before and after all steps; `target` is the number asked for
    (None for a budget alone). If `optimal`, no other choice is better. Else `bound` says how much better one could
    be: for a target the least cost that is possible, for a budget the most that can be reached; `gap` is the distance
    from there, in [0, 1] of the greater of the two. Above what can be reached `reached < target`, the steps reach the
    most there is, and `unreachable` names the demands that stay short. `guarantee` says what is known of greedy
    choices for such a question, where the plan may be one; it is empty for an optimal one. `notes` are those of the
    coverage that the plan starts from, what a plan without the extra lacks, and whether costs lie too far apart for a
    proof.
    """

    steps: tuple[Step, ...]
    start: float
    reached: float
    cost: float
    optimal: bool
    bound: float
    gap: float
    unreachable: tuple[Ref, ...]
    of: str
    target: float | None
    budget: float | None
    guarantee: str
    framework: str
    conventions: tuple[tuple[str, str], ...] = attrs.field(metadata=written(dict))
    digest: str
    notes: tuple[str, ...] = ()
    assessment_digest: str = ""
    _columns = (
        *under(
            (
                Column("ref", "text", "the control, or the id of a measure"),
                Column("citation", "text", "how it is cited; null for a measure", _cited),
                Column("start", "date", "when it is begun; null in a plan without dates"),
                Column("done", "date", "when it is done"),
                Column("cost", "real", "its cost, in the caller's unit"),
                Column("title", "text", "its title"),
                Column("gain", "real", "what it adds to the score where it stands"),
                Column("together", "texts", "the steps without which it adds nothing"),
            ),
            "step",
        ),
        Column("total_cost", "real", "the cost up to here", "cost"),
        Column("reached", "real", "the score up to here"),
    )

    def dated(self, start: dt.date | str, *, days: int = 30) -> tuple[Step, ...]:
        """Return the steps one after the other from a date on, each taking so many days, as `simulate` takes them."""
        if type(days) is not int or days < 1:
            raise InputError(f"days is {quote(days)}", hint="a whole number from 1 up")
        first = day(start, "start")
        if first is None:
            raise InputError("start is None", hint="a datetime.date, or a text like 2026-11-24")
        try:
            dates = [first + place * dt.timedelta(days=days) for place in range(len(self.steps) + 1)]
        except OverflowError:  # a timedelta ends at 10**9 days, the calendar at the year 9999
            raise InputError(
                f"{counted(len(self.steps), 'step')} of {quote(days)} days from {first} on "
                f"{'ends' if len(self.steps) == 1 else 'end'} after the last day of the calendar",
                hint="fewer days a step, or an earlier start",
            ) from None
        return tuple(
            attrs.evolve(step, start=begin, done=end)
            for step, begin, end in zip(self.steps, dates, dates[1:], strict=False)
        )

    def _lines(self) -> Iterator[_Reached]:
        return (_Reached(step, *totals) for step, totals in zip(self.steps, self._totals(), strict=True))

    def _totals(self) -> list[tuple[float, float]]:
        """Return cost and score after each step."""
        cost, gain, totals = 0.0, 0.0, list[tuple[float, float]]()
        for step in self.steps:
            cost, gain = cost + step.cost, gain + (step.gain or 0.0)
            totals.append((cost, self.start + gain))
        return totals

    @property
    def summary(self) -> str:
        """What was asked, what is reached at which cost, and how sure it is that nothing is better."""
        short_of_it = self.target is not None and self.reached < self.target - _SLACK
        unpaid = short_of_it and self.budget is not None and not self.unreachable
        asked = [] if self.target is None else [f"target {percent(self.target)}"]
        asked += [] if self.budget is None else [f"budget {number(self.budget)}"]
        if self.unreachable:
            asked[0] += " can't be reached"
        elif unpaid:
            # A bound from the target up leaves it open whether another choice would do.
            proven = self.target is not None and self.bound < self.target
            asked = [" ".join((asked[0], "can't be" if proven else "isn't", "reached with", asked[1]))]
        sure = "optimal" if self.optimal else f"within {percent(self.gap)} of the best"
        short = (
            f"; {counted(len(self.unreachable), 'demand stays short', 'demands stay short')}"
            if self.unreachable
            else ""
        )
        if short_of_it and not unpaid and not self.unreachable and not self.steps:
            short = "; nothing is counted in the set, so no step changes a score"
        return (
            f"{', '.join(asked)}: {counted(len(self.steps), 'step')} at a cost of {number(self.cost)} "
            f"{'reaches' if len(self.steps) == 1 else 'reach'} {percent(self.reached)} ({self.of}), {sure}{short}"
        )

    def _page(self) -> Page:
        rows, last = [("", "now", "", "", percent(self.start))], self.start
        marks = [Rise(last, last, self.target)]
        for step, (_, score) in zip(self.steps, self._totals(), strict=True):
            marks.append(Rise(last, score, self.target))
            last = score
            title = step.title + (f" (gains with {_named(step.together)})" if step.together else "")
            rows.append((step.name, title, number(step.cost), _gain(step), percent(score)))
        notes = [*_short(self.unreachable), *self.notes, *filter(None, [self.guarantee]), pairs(self.conventions)]
        columns = _columns(self.of)
        head = ("step", "title", *columns)
        table = Table(head, rows, (2, 3, 4), marks=("so far, and what the step adds", marks))
        return Page(self.summary, (Terms(columns), table), tuple(notes))


def _columns(of: str) -> dict[str, str]:
    """Return the columns of numbers of a table of steps, each with what it means."""
    score = "surely" if of == "low" else of
    return {
        "cost": "as you gave it, 1 where you gave none",
        "gain": f"points that the step adds to {score} once those above it are done; its place in the order matters",
        score: f"the share met once the step and those above it are done ({of})",
    }


def _gain(step: Step) -> str:
    """Return what a step adds; one that adds something never reads as if it added nothing."""
    small = step.gain is not None and 0 < step.gain < _LEAST_SHOWN
    return f"< +{percent(_LEAST_SHOWN * 2)}" if small else f"+{percent(step.gain)}"


def _named(steps: Iterable[Ref | str]) -> str:
    return ", ".join(step.citation if isinstance(step, Ref) else step for step in steps)


def _short(demands: Iterable[Ref]) -> Iterator[str]:
    """Yield a line per unit with its demands that stay short."""
    by_unit: dict[Ref, list[str]] = {}
    for demand in demands:
        by_unit.setdefault(demand.unit, []).append(demand.demand or "")
    for unit, names in by_unit.items():
        named = ", ".join(filter(None, names))
        yield f"stays short: {unit.citation}" + (f": {named}" if named else "")


@with_options
def plan(
    assessment: Assessment,
    *,
    target: float | str | None = None,
    budget: float | None = None,
    costs: Costs | None = None,
    prerequisites: Prerequisites | None = None,
    of: Objective = "low",
    measures: bool = False,
    seconds: float = SECONDS,
    **options: Unpack[Options],
) -> Plan:
    """Return which controls to put in place: the cheapest way to a target, or the most within a budget.

    `target` is a low (or estimate, by `of`) in [0, 1], or "ceiling" for all that controls can give, findings on
    requirements staying as they are. `budget` limits the sum of costs. With both, the way to the target if the budget
    allows it, else the most it buys. `costs` maps controls, headings over them, or ids of measures to numbers from 0
    up, 1 where nothing is said; `prerequisites` maps a control to those that must be in place before it, a heading
    standing for the deepest units below it. With `measures`, what a certified organisation adds on the duties
    themselves (`Dataset.measures`) are steps too; each meets the counted demands that it closes.

    Exact with the extra `plan` (HiGHS): among equally good plans the one of least cost, most gain, fewest steps, and of
    those the first in legal order; after `seconds` the best so far, with its bound. Without the extra, choices are
    greedy, `optimal` is False unless the bound proves the plan, and a note says so. For single-control links without
    prerequisites the gain is monotone and submodular: greedy then costs at most 1 + ln(need / last shortfall) times the
    least for a target (Wolsey 1982), and for a budget 1 - 1/e of the most gain can be had in polynomial time
    (Sviridenko 2004). Joint links are ANDs, for which neither holds. Steps come in an order that respects
    prerequisites, the most gain for its cost first; one that gains only with others names them (`Step.together`).

    Raises `InputError` for arguments out of range and prerequisites in a circle, and the errors of `coverage`.

    >>> import nis2map
    >>> found = nis2map.plan(nis2map.Assessment(), target=0.05)
    >>> found.reached >= 0.05
    True
    """
    objective = objective_of(of)
    flag(measures, "measures")
    cov = coverage(assessment, **options)
    need = _target(cov, target, objective)
    limit = None if budget is None else amount(budget, "budget")
    if need is None and limit is None:
        raise InputError(
            "neither target nor budget is given",
            hint="budget= asks for the most that a sum buys, target='ceiling' for all that controls can give",
        )
    allowed = amount(seconds, "seconds")
    items = items_of(cov, costs=costs, prerequisites=prerequisites, measures=measures)
    task = _Task(cov, items, selection_of(cov, items, objective), objective, need, limit)
    return task.solved(allowed)


def _target(cov: Coverage, target: object, objective: Objective) -> float | None:
    """Return the target as a number; the ceiling is the score with every control of the plan in place."""
    if target is None:
        return None
    if isinstance(target, str) and target == "ceiling":
        return number_of(varied(cov, assessment=done(cov, workings(cov).question.deepest)), objective) or 0.0
    # A bool is an int to Python, and target=True is surely not meant as 100 %.
    if isinstance(target, bool) or not isinstance(target, (int, float)) or not 0 <= target <= 1:
        raise InputError(f"target is {quote(target)}", hint="a number from 0 to 1, or 'ceiling'")
    return float(target)


@attrs.frozen
class _Task:
    """What `plan` was asked, with all that may be done about it."""

    cov: Coverage
    items: tuple[Item, ...]
    problem: Selection
    objective: Objective
    target: float | None
    budget: float | None

    def solved(self, seconds: float) -> Plan:
        """Return the way to the target, or what the budget buys if there is no target or it can't be paid for."""
        until = time.monotonic() + seconds
        if self.target is not None:
            answer = cheapest(self.problem, max(0.0, self.target - self.start), until=until)
            if self.budget is None or answer.cost <= self.budget + slack(self.problem, self.budget, _SLACK):
                return self.as_plan(answer, _promised(answer.factor), by_target=True)
        answer = most(self.problem, self.budget or 0.0, until=until)
        return self.as_plan(answer, _NOTHING if answer.factor is None else _SVIRIDENKO, by_target=False)

    @cached_property
    def start(self) -> float:
        """The score as it is."""
        return number_of(workings(self.cov), self.objective) or 0.0

    def as_plan(self, answer: Solution, promise: str, *, by_target: bool) -> Plan:
        """Return an answer as a plan, its `reached` scored anew with all steps done.

        The solver adds up gains of groups of demands, and sums in another order differ in the last bits; a plan must
        say exactly what `coverage` will say once it is carried out.
        """
        steps = self.steps(answer.chosen)
        after = varied(self.cov, assessment=done(self.cov, [step.ref for step in steps]))
        reached = number_of(after, self.objective) or 0.0
        spent = math.fsum(step.cost for step in steps)
        bound = answer.bound if by_target else self.start + answer.bound
        if answer.optimal:
            bound = spent if by_target else reached
        less, more = (bound, spent) if by_target else (reached, bound)
        return Plan(
            steps=steps,
            start=self.start,
            reached=reached,
            cost=spent,
            optimal=answer.optimal,
            bound=bound,
            gap=(more - less) / more if more > less else 0.0,
            unreachable=self.unreachable(),
            of=self.objective,
            target=self.target,
            budget=self.budget,
            guarantee="" if answer.optimal else promise,
            framework=self.cov.framework,
            conventions=self.cov.conventions,
            digest=self.cov.digest,
            assessment_digest=self.cov.assessment.digest,
            notes=(
                *self.cov.notes,
                *([] if answer.optimal or installed() else [_WITHOUT]),
                *([_FAR] if answer.far else []),
            ),
        )

    def steps(self, chosen: Iterable[int]) -> tuple[Step, ...]:
        """Return the steps in an order that respects prerequisites, each with what it adds there."""
        choice, steps = Choice(self.problem), list[Step]()
        for bundle in sequence(self.problem, chosen):
            alone = {place for place in bundle if choice.rise((place,)) > _SLACK}
            whole = choice.rise(bundle)
            # what an item needs has fewer needs itself, so this order puts prerequisites first
            for place in sorted(bundle, key=lambda item: (len(self.problem.closures[item]), item)):
                item = self.items[place]
                others = [self.items[other].what for other in bundle if other != place]
                gain = choice.rise((place,))
                choice.add((place,))
                waits = place not in alone and whole > _SLACK
                name = cited(self.cov.dataset, item.what) if isinstance(item.what, Ref) else ""
                together = others if waits else ()
                steps.append(
                    Step(item.what, cost=item.cost, title=item.title, gain=gain, together=together, cited=name)
                )
        return tuple(steps)

    def unreachable(self) -> tuple[Ref, ...]:
        """Return the counted demands that stay short with all steps done, if the target is above that."""
        if self.target is None or self.target <= self.start + self.problem.whole + _SLACK:
            return ()
        work = varied(self.cov, assessment=done(self.cov, [item.what for item in self.items]))
        column = work.values.low if self.objective == "low" else work.values.estimate
        demands = zip(work.question.demands, work.values.state, column, strict=True)
        return tuple(demand.ref for demand, state, value in demands if state == COUNTED and value < 1)


_SVIRIDENKO = "single-control links: 1 - 1/e = 63.2 % of the most gain can be had in polynomial time (Sviridenko 2004)"
_WITHOUT = "chosen greedily: the extra plan, pip install 'nis2map[plan]', gives the best plan and proves it"
_FAR = "costs spread too far for a proof: the least ones are lost beside the greatest, the bound alone holds"
_NOTHING = "joint links or prerequisites: nothing is known of greedy choices, the bound alone holds"


def _promised(times: float | None) -> str:
    if times is None:
        return _NOTHING
    return f"single-control links: a greedy choice costs at most {number(times)} times the least (Wolsey 1982)"
