"""The exact choice of items as a mixed-integer programme, solved by HiGHS (Huangfu and Hall 2018).

Of all best choices it takes the one that is first in a fixed order, so that the same question has the same answer
anywhere: least cost, most gain, fewest items, and of those the first items.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from ._problem import TOLERANCE, Selection
from ._spread import WIDE, least_of, spread

__all__ = ["Model", "Solved", "installed"]

_SLACK = 1e-9
# Weights of a power of two per item tell which items come first; more of them in one sum would pass the tolerances.
_BLOCK = 16
_GAIN = 100.0  # what all gains add up to in the programme, far above its tolerances


def installed() -> bool:
    """Tell whether HiGHS is there to be used; it is an extra, and slow to load."""
    try:
        _highspy()
    except ImportError:
        return False
    return True


def _highspy() -> Any:
    import highspy

    return highspy


def _solver(seconds: float, options: Mapping[str, object]) -> Any:
    highspy = _highspy()

    def silenced(solver: Any) -> None:
        solver.setOptionValue("output_flag", False)
        highspy.Highs.enableCallbacks(solver)

    # HiGHS greets on standard output as soon as it has callbacks, and `--json` prints there.
    quiet = type("Quiet", (highspy.Highs,), {"enableCallbacks": silenced})
    solver: Any = quiet()
    for option, value in options.items():
        solver.setOptionValue(option, value)
    solver.setOptionValue("time_limit", seconds)
    return solver


class Solved:
    """What one run found: the chosen items (None if it found none), a bound on the objective, whether it is proven."""

    def __init__(self, chosen: frozenset[int] | None, bound: float, *, proven: bool) -> None:
        self.chosen, self.bound, self.proven = chosen, bound, proven

    @property
    def nothing(self) -> bool:
        """Whether it is proven that there is no choice."""
        return self.proven and self.chosen is None


class Model:
    """The programme of a problem; it is built once, and run with different objectives and limits.

    Columns are the items (0 or 1), a column per set of items that an option needs together, and per group one for each
    step by which its gain can rise. A step is taken once an option that gives as much is open. Rows keep that so, and
    keep what items need. `until` is when the time is up, in seconds of `time.monotonic`.
    """

    def __init__(self, problem: Selection, until: float) -> None:
        self.problem, self.until = problem, until
        size = len(problem.costs)
        # Where costs lie far apart, the dearest as 1 would put the others below the tolerances.
        self.wide = spread(problem.costs) > WIDE
        self.cost_scale = 1.0 / (least_of(problem.costs) if self.wide else max(problem.costs, default=0.0) or 1.0)
        self.gain_scale = _GAIN / (problem.whole or 1.0)
        self.joints: dict[tuple[int, ...], int] = {}
        self.rows: list[tuple[dict[int, float], float, float]] = []
        for place, needed in enumerate(problem.needs):
            for other in needed:
                self.rows.append(({place: 1.0, other: -1.0}, -_INFINITY, 0.0))
        for group in problem.groups:
            for option in group.options:
                if len(option.items) > 1 and option.items not in self.joints:
                    column = self.joints[option.items] = size + len(self.joints)
                    self.rows += [({column: 1.0, item: -1.0}, -_INFINITY, 0.0) for item in option.items]
        self.columns = size + len(self.joints)
        self.gains: dict[int, float] = {}
        self.tops: list[int] = []
        for group in problem.groups:
            before, top = 0.0, 0
            for level in sorted({option.gain for option in group.options}):
                top = self._any_of([self._column(option.items) for option in group.options if option.gain >= level])
                rise = group.weight * (level - before) * self.gain_scale
                self.gains[top], before = self.gains.get(top, 0.0) + rise, level
            if group.options:
                self.tops.append(top)
        self.costs = {item: cost * self.cost_scale for item, cost in enumerate(problem.costs)}
        self.ones = dict.fromkeys(range(size), 1.0)
        self.fixed: dict[int, float] = {}
        self.cuts: list[tuple[dict[int, float], float, float]] = []

    def _column(self, items: tuple[int, ...]) -> int:
        return items[0] if len(items) == 1 else self.joints[items]

    def _any_of(self, opening: list[int]) -> int:
        """Return a column that can be 1 only if one of some columns is; where there is but one, it is that one itself.

        Half of the demands have a single way; the linear programmes are solved the faster for each row they lack.
        """
        if len(opening) == 1:
            return opening[0]
        self.rows.append((dict.fromkeys(opening, -1.0) | {self.columns: 1.0}, -_INFINITY, 0.0))
        self.columns += 1
        return self.columns - 1

    def cost_at_most(self, cost: float) -> None:
        """Spend at most so much from here on."""
        limit = cost * self.cost_scale
        rounding = _SLACK if self.wide else _SLACK * max(1.0, limit)
        self.cuts.append((self.costs, -_INFINITY, limit + rounding))

    def gain_at_least(self, gain: float) -> None:
        """Gain at least so much from here on; all there is, if that is what is asked for."""
        if gain >= self.problem.whole - TOLERANCE:
            self.fixed |= dict.fromkeys(self.tops, 1.0)
        else:
            self.cuts.append((self.gains, gain * self.gain_scale - _SLACK, _INFINITY))

    def as_many_as(self, count: int) -> None:
        """Choose at most so many items from here on."""
        self.cuts.append((self.ones, -_INFINITY, float(count)))

    def cheapest(self, *, until: float | None = None) -> Solved:
        """Run for the least cost, to the end of the time or a time before it."""
        return self._run(self.costs, scale=self.cost_scale, until=until)

    def cheaper(self, limit: float, *, only_bound: bool = False) -> Solved:
        """Run for the least cost, at most `limit`; if it is proven that there is no such choice, none is found.

        That is an easier question than for the least cost: all parts of the search whose bound is past the limit are
        left out at once, and what one more item would cost there tells which ones are in every such choice or in none.
        With `only_bound` the solver looks for no choices of its own, which takes it most of the time if there are none.
        """
        self.cost_at_most(limit)
        try:
            options = _ONLY_BOUND if only_bound else _OPTIONS
            return self._run(self.costs, scale=self.cost_scale, options=options)
        finally:
            self.cuts.pop()

    def most(self) -> Solved:
        """Run for the most gain; the bound lies above it."""
        found = self._run({column: -gain for column, gain in self.gains.items()}, scale=self.gain_scale)
        return Solved(found.chosen, -found.bound, proven=found.proven)

    def canonical(self, chosen: frozenset[int], *, by_cost: bool) -> frozenset[int]:
        """Return of the choices that are as good in cost (or gain) the first: see the module.

        What is proven of the choice stays so; if the time is up on the way, the best so far is returned.
        """
        problem = self.problem
        for tighten in (self._dearest, self._least) if by_cost else (self._least, self._dearest):
            tighten(chosen)
        for stage in (self.most if by_cost else self.cheapest, lambda: self._run(self.ones)):
            found = stage()
            if found.chosen is None or not found.proven:
                return chosen
            chosen = found.chosen
            self._dearest(chosen)
            self._least(chosen)
        self.as_many_as(len(chosen))
        return self._first(chosen) if problem.costs else chosen

    def _dearest(self, chosen: frozenset[int]) -> None:
        self.cost_at_most(self.problem.cost(chosen))

    def _least(self, chosen: frozenset[int]) -> None:
        self.gain_at_least(self.problem.worth(chosen))

    def _first(self, chosen: frozenset[int]) -> frozenset[int]:
        """Return of equally good choices the one whose items come first, block by block."""
        other = (dict.fromkeys(chosen, 1.0), -_INFINITY, len(chosen) - 1.0)
        self.cuts.append(other)
        unique = self._run({})
        self.cuts.remove(other)
        if unique.chosen is None:  # nothing else is as good, or the time is up
            return chosen
        size = len(self.problem.costs)
        for block in range(0, size, _BLOCK):
            items = range(block, min(size, block + _BLOCK))
            found = self._run({item: -float(1 << (items[-1] - item)) for item in items})
            if found.chosen is None or not found.proven:
                return chosen
            chosen = found.chosen
            self.fixed |= {item: float(item in chosen) for item in items}
        return chosen

    def _run(
        self,
        objective: Mapping[int, float],
        *,
        scale: float = 1.0,
        until: float | None = None,
        options: Mapping[str, object] | None = None,
    ) -> Solved:
        """Minimise the objective; its bound is given in the caller's own unit.

        HiGHS 1.16 may give back the solution that it was told to start from in place of the better one that it found,
        so it is told none.
        """
        left = (self.until if until is None else until) - time.monotonic()
        if left <= 0:
            return Solved(None, -_INFINITY, proven=False)
        highspy, solver = _highspy(), _solver(left, options or _OPTIONS)
        solver.passModel(self._programme(highspy, objective))
        solver.run()
        status = solver.getModelStatus()
        values: Sequence[float] = solver.getSolution().col_value
        info = solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            none = status == highspy.HighsModelStatus.kInfeasible
            return Solved(None, _INFINITY if none else info.mip_dual_bound / scale, proven=none)
        found = frozenset(item for item in range(len(self.problem.costs)) if values[item] > 0.5)
        return Solved(found, info.mip_dual_bound / scale, proven=status == highspy.HighsModelStatus.kOptimal)

    def _programme(self, highspy: Any, objective: Mapping[int, float]) -> Any:
        programme = highspy.HighsLp()
        size = len(self.problem.costs)
        rows = [*self.rows, *self.cuts]
        programme.num_col_, programme.num_row_ = self.columns, len(rows)
        programme.col_cost_ = [objective.get(column, 0.0) for column in range(self.columns)]
        programme.col_lower_ = [self.fixed.get(column, 0.0) for column in range(self.columns)]
        programme.col_upper_ = [self.fixed.get(column, 1.0) for column in range(self.columns)]
        programme.row_lower_ = [lower for _, lower, _ in rows]
        programme.row_upper_ = [upper for _, _, upper in rows]
        starts, index, value = [0], list[int](), list[float]()
        for coefficients, _, _ in rows:
            index += coefficients.keys()
            value += coefficients.values()
            starts.append(len(index))
        matrix = programme.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_, matrix.index_, matrix.value_ = starts, index, value
        kinds = highspy.HighsVarType
        programme.integrality_ = [kinds.kInteger] * size + [kinds.kContinuous] * (self.columns - size)
        return programme


_INFINITY = float("inf")
_OPTIONS: dict[str, object] = {
    "output_flag": False,
    "parallel": "off",  # one thread, so that the same question takes the same way
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-9,
    "mip_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9,
}
# Options of later versions are ignored by earlier ones, which then take longer.
_ONLY_BOUND: Mapping[str, object] = _OPTIONS | {
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_allow_restart": False,
    "mip_pool_soft_limit": 100,  # thousands of cuts raise the bound of large random problems little, and slow each node
}
