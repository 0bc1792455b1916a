"""What a score rests on and how to raise it: `contributions`, `sensitivity`, `plan` and `simulate`."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import Any

import attrs

from .._shared import columns, number, page, percent, table
from ..assessment import Assessment
from ..errors import InputError, quote
from ..ids import Ref
from ..scoring import COUNTED, Coverage, again, coverage, workings
from ._contributions import Contribution, Contributions, contributions
from ._objective import asked_of, part_of, refuse_estimate
from ._sensitivity import LinkEffect, Sensitivity, Shift, sensitivity
from ._simulation import Point, Simulation, simulate
from ._solver import Selection, Solution, State, cheapest, factor, most, sequence
from ._steps import Item, Step, amount, done, items_of, problem_of

__all__ = [
    "Contribution",
    "Contributions",
    "LinkEffect",
    "Plan",
    "Point",
    "Sensitivity",
    "Shift",
    "Simulation",
    "Step",
    "contributions",
    "plan",
    "sensitivity",
    "simulate",
]

MAX_NODES = 500
_SLACK = 1e-9


@attrs.frozen(kw_only=True)
class Plan:
    """Steps that reach a target for the least cost, or the most within a budget.

    `start` and `reached` are the low or estimate (`of`) before and after all steps; `target` is the number asked for
    (None for a budget alone). If `optimal`, no other choice is better. Else `bound` says how much better one could
    be: for a target the least cost that is possible, for a budget the most that can be reached; `gap` is the distance
    from there, in [0, 1] of the greater of the two. Above what can be reached `reached < target`, the steps reach the
    most there is, and `unreachable` names the demands that stay short. `guarantee` says what is known of greedy
    choices for such a question before it is solved.
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
    conventions: tuple[tuple[str, str], ...]
    digest: str

    def dated(self, start: dt.date | str, *, days: int = 30) -> tuple[Step, ...]:
        """Return the steps one after the other from a date on, each taking so many days, as `simulate` takes them."""
        if type(days) is not int or days < 1:
            raise InputError(f"days is {quote(days)}", hint="a whole number from 1 up")
        at = Step("A.5.1", start).start  # pyright: ignore[reportArgumentType]
        if at is None:
            raise InputError("start is None", hint="a datetime.date, or a text like 2026-11-24")
        span = dt.timedelta(days=days)
        return tuple(
            attrs.evolve(step, start=at + place * span, done=at + (place + 1) * span)
            for place, step in enumerate(self.steps)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as a JSON-ready dict."""
        found = {field.name: getattr(self, field.name) for field in attrs.fields(Plan)}
        return found | {
            "steps": [step.to_dict() for step in self.steps],
            "unreachable": [str(ref) for ref in self.unreachable],
            "conventions": dict(self.conventions),
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one row per step, with the cost and the score up to there."""
        cost, gain, rows = 0.0, 0.0, list[dict[str, Any]]()
        for step in self.steps:
            cost, gain = cost + step.cost, gain + (step.gain or 0.0)
            rows.append({**step.to_dict(), "total_cost": cost, "reached": self.start + gain})
        return rows

    def _table(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        rows: list[tuple[str, ...]] = [("", "now", "", "", percent(self.start))]
        for step, row in zip(self.steps, self.to_dicts(), strict=True):
            gain = f"+{percent(step.gain)}"
            rows.append((step.name, step.title, number(step.cost), gain, percent(row["reached"])))
        return ("step", "title", "cost", "gain", self.of), rows

    @property
    def summary(self) -> str:
        """What was asked, what is reached at which cost, and how sure it is that nothing is better."""
        asked = [] if self.target is None else [f"target {percent(self.target)}"]
        asked += [] if self.budget is None else [f"budget {number(self.budget)}"]
        sure = "optimal" if self.optimal else f"within {percent(self.gap)} of the best"
        short = f"; {len(self.unreachable)} demands stay short" if self.unreachable else ""
        return (
            f"{', '.join(asked)}: {len(self.steps)} steps at a cost of {number(self.cost)} reach "
            f"{percent(self.reached)} ({self.of}), {sure}{short}"
        )

    def __str__(self) -> str:
        head, rows = self._table()
        short = [f"  short: {ref}" for ref in self.unreachable]
        return "\n".join([self.summary, columns(head, rows, right=(2, 3, 4)), *short])

    def _repr_html_(self) -> str:
        notes = [f"short: {', '.join(map(str, self.unreachable))}"] if self.unreachable else []
        notes += [self.guarantee, ", ".join(f"{name} {value}" for name, value in self.conventions)]
        return page(self.summary, [table(*self._table())], notes=notes)


def plan(
    assessment: Assessment,
    *,
    target: float | str | None = None,
    budget: float | None = None,
    costs: Any = None,
    prerequisites: Any = None,
    of: str = "low",
    measures: bool = False,
    max_nodes: int = MAX_NODES,
    **common: Any,
) -> Plan:
    """Return which controls to put in place: the cheapest way to a target, or the most within a budget.

    `target` is a low (or estimate, by `of`) in [0, 1], or "ceiling" for all that controls can give, findings on
    requirements staying as they are. `budget` limits the sum of costs. With both, the way to the target if the budget
    allows it, else the most it buys. `costs` maps controls, headings over them, or ids of measures to numbers from 0
    up, 1 where nothing is said; `prerequisites` maps a control to those that must be in place before it. With
    `measures`, what a certified organisation adds on the duties themselves (`Dataset.measures`) are steps too; each
    meets the counted demands that it closes. An unknown estimate counts 0 at the start.

    Exact by branch and bound on a linear relaxation; `max_nodes` limits the sub-problems that are bounded, and no
    clock is asked, so that the same question has the same answer anywhere. Greedy choices are only the start. For
    single-control links without prerequisites the gain is monotone and submodular: greedy then costs at most
    1 + ln(need / last shortfall) times the least for a target (Wolsey 1982), and for a budget 1 - 1/e of the most
    gain can be had in polynomial time (Sviridenko 2004). Joint links are ANDs, for which neither holds. Ties are
    broken by ref; steps come in an order that respects prerequisites, the most gain for its cost first.

    Raises `InputError` for arguments out of range and prerequisites in a circle, and the errors of `coverage`.

    >>> import nis2map
    >>> found = nis2map.plan(nis2map.Assessment(), target=0.05)
    >>> found.optimal and found.reached >= 0.05
    True
    """
    of = asked_of(of)
    cov = coverage(assessment, **common)
    refuse_estimate(cov, of)
    goal = _goal(cov, target, of)
    limit = None if budget is None else amount(budget, "budget")
    if goal is None and limit is None:
        raise InputError("neither target nor budget is given", hint="target='ceiling' asks for all controls can give")
    if type(max_nodes) is not int or max_nodes < 1:
        raise InputError(f"max_nodes is {quote(max_nodes)}", hint="a whole number from 1 up")
    items = items_of(cov, costs=costs, prerequisites=prerequisites, measures=measures)
    question = _Question(cov, items, problem_of(cov, items, of=of), of, goal, limit)
    return question.planned(max_nodes)


def _goal(cov: Coverage, target: object, of: str) -> float | None:
    """Return the target as a number; the ceiling is the score with every control of the plan in place."""
    if target is None:
        return None
    if isinstance(target, str) and target == "ceiling":
        return part_of(again(cov, done(cov, workings(cov).question.deepest)).overall, of) or 0.0
    if type(target) not in (int, float) or not 0 <= target <= 1:  # type: ignore[operator]
        raise InputError(f"target is {quote(target)}", hint="a number from 0 to 1, or 'ceiling'")
    return float(target)  # type: ignore[arg-type]


@attrs.frozen
class _Question:
    """What is asked, with all that may be done about it."""

    cov: Coverage
    items: tuple[Item, ...]
    problem: Selection
    of: str
    target: float | None
    budget: float | None

    def planned(self, max_nodes: int) -> Plan:
        """Solve the question: the target first, and what the budget buys if that does not pay for it."""
        if self.target is not None:
            need = max(0.0, self.target - self.start)
            found = cheapest(self.problem, need, max_nodes=max_nodes)
            if self.budget is None or found.cost <= self.budget + _SLACK * max(1.0, self.budget):
                return self.made(found, _promised(factor(self.problem, min(need, self.most))), cost=True)
        found = most(self.problem, self.budget or 0.0, max_nodes=max_nodes)
        single = factor(self.problem, 0.0) is not None
        return self.made(found, _SVIRIDENKO if single else _NOTHING, cost=False)

    @property
    def start(self) -> float:
        """The score as it is; an unknown estimate counts 0."""
        return part_of(self.cov.overall, self.of) or 0.0

    @property
    def most(self) -> float:
        """What all items together gain."""
        return self.problem.worth(range(len(self.items)))

    def made(self, answer: Solution, promise: str, *, cost: bool) -> Plan:
        """Put an answer in order, and take what is reached from the assessment with all steps done."""
        steps = self.steps(answer.chosen)
        after = again(self.cov, done(self.cov, [step.ref for step in steps]))
        reached = part_of(after.overall, self.of) or 0.0
        spent = math.fsum(step.cost for step in steps)
        bound = answer.bound if cost else self.start + answer.bound
        if answer.optimal:
            bound = spent if cost else reached
        less, more = (bound, spent) if cost else (reached, bound)
        return Plan(
            steps=steps,
            start=self.start,
            reached=reached,
            cost=spent,
            optimal=answer.optimal,
            bound=bound,
            gap=(more - less) / more if more > less else 0.0,
            unreachable=self.unreachable(),
            of=self.of,
            target=self.target,
            budget=self.budget,
            guarantee=promise,
            framework=self.cov.framework,
            conventions=self.cov.conventions,
            digest=self.cov.digest,
        )

    def steps(self, chosen: Iterable[int]) -> tuple[Step, ...]:
        """Return the steps in an order that respects prerequisites, each with what it adds there."""
        state, found = State(self.problem), list[Step]()
        for bundle in sequence(self.problem, chosen):
            # what an item needs has fewer needs itself, so this order puts prerequisites first
            for place in sorted(bundle, key=lambda item: (len(self.problem.closures[item]), item)):
                item = self.items[place]
                gain = state.rise((place,))
                state.add((place,))
                found.append(Step(item.what, cost=item.cost, title=item.title, gain=gain))
        return tuple(found)

    def unreachable(self) -> tuple[Ref, ...]:
        """Return the counted demands that stay short with all steps done, if the target is above that."""
        if self.target is None or self.target <= self.start + self.most + _SLACK:
            return ()
        values = workings(again(self.cov, done(self.cov, [item.what for item in self.items]))).values
        column = values.low if self.of == "low" else values.estimate
        demands = zip(workings(self.cov).question.demands, values.state, column, strict=True)
        return tuple(demand.ref for demand, state, value in demands if state == COUNTED and value < 1)


_SVIRIDENKO = "single-control links: 1 - 1/e = 63.2 % of the most gain can be had in polynomial time (Sviridenko 2004)"
_NOTHING = "joint links or prerequisites: nothing is known of greedy choices, the bound alone holds"


def _promised(times: float | None) -> str:
    if times is None:
        return _NOTHING
    return f"single-control links: a greedy choice costs at most {number(times)} times the least (Wolsey 1982)"
