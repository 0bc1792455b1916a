"""The objective of an analysis: which number of the overall score it shares out or raises."""

from __future__ import annotations

from typing import Literal

from .._shared import choice
from ..scoring import Workings, numbers

__all__ = ["OBJECTIVES", "Objective", "number_of", "objective_of"]

Objective = Literal["low", "estimate"]
# In the order of `Finding.bounds`, so that a place here is a place there. High is not an objective: it falls only when
# something is found out, and no step raises it.
OBJECTIVES: tuple[Objective, ...] = ("low", "estimate")


def objective_of(of: object) -> Objective:
    """Return the objective that a word names; `InputError` for anything else."""
    return choice(of, OBJECTIVES, "of")


def number_of(work: Workings, objective: Objective) -> float | None:
    """Return the low or the estimate of the whole."""
    return numbers(work)[OBJECTIVES.index(objective)]
