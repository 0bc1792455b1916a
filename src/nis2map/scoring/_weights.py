"""What a score is made of, for those who vary it: each demand's weight in it, and each control's own bounds."""

from __future__ import annotations

import math
from typing import Any

import attrs

from ..assessment import Assessment
from ..errors import InputError, quote
from ..ids import Ref
from ..law import Classification
from ._bounds import COUNTED, Conflict, evaluate
from ._coverage import Coverage, Score

__all__ = ["again", "asked_of", "control_bounds", "demand_weights", "part_of", "refuse_estimate", "repeatable"]

OF = ("low", "estimate")


def asked_of(of: object) -> str:
    """Return the part of the score that is asked for, `low` or `estimate`; `InputError` for anything else."""
    if of not in OF:
        raise InputError(f"of is {quote(of)}", hint=f"one of: {', '.join(OF)}")
    return str(of)


def part_of(score: Score, of: str) -> float | None:
    """Return the low or the estimate of a score."""
    found: float | None = getattr(score, of)
    return found


def refuse_estimate(cov: Coverage, of: str) -> None:
    """Raise `InputError` if estimates are asked for and refused at once."""
    if of == "estimate" and cov.support is None:
        raise InputError("of is 'estimate', but support=None refuses estimates", hint="give support, or ask for low")


def repeatable(common: dict[str, Any]) -> dict[str, Any]:
    """Return keyword arguments of `coverage` that can be used more than once: iterators become tuples."""
    single = (str, Ref, Classification, type(None))
    several = {name: common[name] for name in ("within", "crosswalk") if name in common}
    return {**common, **{n: value if isinstance(value, single) else tuple(value) for n, value in several.items()}}


def again(cov: Coverage, assessment: Assessment) -> Coverage:
    """Return the coverage of another assessment for the same question; its notes stay those of the first."""
    conflicts: list[Conflict] = []
    values = evaluate(cov.question, assessment, conflicts)
    return attrs.evolve(cov, assessment=assessment, values=values, conflicts=tuple(conflicts))


def demand_weights(cov: Coverage) -> tuple[float, ...]:
    """Return each demand's weight in the overall score, which is the sum of weight times value.

    They sum to 1, or are all 0 if nothing is counted; demands that are not counted have 0.
    """
    found = [0.0] * len(cov.question.demands)
    sums, given = cov.sums, cov.unit_weights
    units = [float(s.counted) if given is None else given[place] for place, s in enumerate(sums)]
    total = math.fsum(weight for weight, s in zip(units, sums, strict=True) if s.counted)
    for span, weight, s in zip(cov.question.spans, units, sums, strict=True):
        for place in range(*span):
            if total and cov.values.state[place] == COUNTED:
                found[place] = weight / (s.counted * total)
    return tuple(found)


def control_bounds(cov: Coverage) -> tuple[tuple[float, float, float], ...]:
    """Return low, estimate and high of every control of the question, from its nearest finding."""
    current = cov.assessment.current
    nearest = (next((current[ref] for ref in chain if ref in current), None) for chain in cov.question.chains)
    return tuple((0.0, 0.0, 1.0) if finding is None else finding.bounds for finding in nearest)
