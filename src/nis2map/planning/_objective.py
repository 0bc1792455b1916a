"""Which number of a score an analysis is about: its low or its estimate."""

from __future__ import annotations

from ..errors import InputError, quote
from ..scoring import Coverage, Score

__all__ = ["OF", "asked_of", "part_of", "refuse_estimate"]

OF = ("low", "estimate")


def asked_of(of: object) -> str:
    """Return the part of the score that is asked for, `low` or `estimate`; `InputError` for anything else."""
    if not isinstance(of, str) or of not in OF:
        raise InputError(f"of is {quote(of)}", hint=f"one of: {', '.join(OF)}")
    return of


def part_of(score: Score, of: str) -> float | None:
    """Return the low or the estimate of a score."""
    return score.low if of == "low" else score.estimate


def refuse_estimate(cov: Coverage, of: str) -> None:
    """Raise `InputError` if estimates are asked for and refused at once."""
    if of == "estimate" and cov.support is None:
        raise InputError("of is 'estimate', but support=None refuses estimates", hint="give support, or ask for low")
