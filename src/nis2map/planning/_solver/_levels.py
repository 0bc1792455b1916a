"""Levels of cost: what choices can cost at all, so that a bound between two of them holds at the upper one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

__all__ = ["NEAR", "near", "raised", "unit_of"]

NEAR = 0.01  # a plan this near its bound is good enough to be asked for before the best one
_FINEST = 1e-6  # parts of the dearest cost; levels that lie closer come near the tolerances of the solver
_DOUBT = 1e-7  # what a bound of the solver may be off, as a part of the dearest cost
_EXACT = 1e-9


def unit_of(costs: Sequence[float]) -> float:
    """Return the greatest number that all costs are multiples of, 0 if there is none that helps.

    Every choice then costs a multiple of it. Costs are read as they are written: 0.7 and 3.1 are multiples of 0.1,
    although the binary fractions that stand for them are not; sums of them are off by their rounding, far below any
    unit that is returned.
    """
    written = [Fraction(str(float(cost))) for cost in costs if cost]
    if not written:
        return 0.0
    below = math.lcm(*(cost.denominator for cost in written))
    unit = float(Fraction(math.gcd(*(int(cost * below) for cost in written)), below))
    return unit if unit >= _FINEST * max(costs) else 0.0


def raised(bound: float, unit: float, dearest: float) -> float:
    """Return a lower bound on costs raised to the next multiple of a unit; without one it stays as it is.

    A bound that lies above a multiple by no more than the solver may be off comes down to that multiple.
    """
    if not unit or not math.isfinite(bound):
        return bound
    doubt = _DOUBT * dearest / unit + _EXACT
    return unit * math.ceil(bound / unit - doubt)


def near(cost: float, unit: float) -> float:
    """Return the least bound that a cost is near enough to: a multiple of the unit, or a hair above by rounding."""
    least = cost * (1 - NEAR)
    return min(cost, unit * math.ceil(least / unit - _EXACT)) if unit else least * (1 + _EXACT)
