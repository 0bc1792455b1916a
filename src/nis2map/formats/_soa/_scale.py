"""What the numbers of a degree or maturity column mean: nothing says it in the file, so the caller does."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from ..._shared import FrozenMap
from ...assessment import Finding, Status
from ...errors import InputError, Nis2mapError, quote

__all__ = ["Scale", "Span", "scale_of"]

Span = str | Mapping[int, str | float] | Mapping[str, str | float] | Mapping[float, str | float]
_RANGE = re.compile(r"(\d{1,2})\s*[-–]\s*(\d{1,3})", re.ASCII)
_HINT = "one of: 'percent', 'fraction', '0-5', or a mapping such as {0: 'not_implemented', 3: 0.5, 5: 'implemented'}"


@attrs.frozen
class Scale:
    """The meaning of numbers: a share of `most` counted from `least`, or what `levels` says of each."""

    name: str
    least: float = 0.0
    most: float = 1.0
    levels: Mapping[str, Finding] = FrozenMap()

    def meaning(self, number: float) -> tuple[Status, float | None] | None:
        """Return the status and degree that a number stands for, None if it is not on the scale."""
        if self.levels:
            level = self.levels.get(f"{number:g}")
            return None if level is None else (level.status, level.degree)
        if not self.least <= number <= self.most:
            return None
        return graded((number - self.least) / (self.most - self.least))


def graded(share: float) -> tuple[Status, float | None]:
    """Return the status and degree of a share in [0, 1]."""
    if share in (0.0, 1.0):
        return (Status.IMPLEMENTED if share else Status.NOT_IMPLEMENTED, None)
    return (Status.PARTIAL, share)


def scale_of(scale: Span | None) -> Scale | None:
    """Return the scale that a caller named; `InputError` for what is none, or has two readings."""
    if scale is None:
        return None
    if isinstance(scale, str):
        match = _RANGE.fullmatch(scale)
        if scale == "percent":
            return Scale("percent", 0.0, 100.0)
        if scale == "fraction":
            return Scale("fraction", 0.0, 1.0)
        if match and int(match[1]) < int(match[2]):
            return Scale(scale, float(match[1]), float(match[2]))
        raise InputError(f"scale is {quote(scale)}", hint=_HINT)
    if not isinstance(scale, Mapping) or not scale:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"scale is {quote(scale)}", hint=_HINT)
    levels: dict[str, Finding] = {}
    for number, said in scale.items():
        key = _number(number)
        if key in levels:
            raise InputError(f"the scale gives {key} twice", hint="one meaning a number")
        levels[key] = _finding(said, key)
    return Scale("mapping", levels=FrozenMap(levels))


def _number(value: object) -> str:
    try:
        return f"{float('' if isinstance(value, bool) else str(value)):g}"
    except ValueError:
        raise InputError(f"the scale's key {quote(value)} is not a number", hint=_HINT) from None


def _finding(said: object, key: str) -> Finding:
    try:
        if isinstance(said, str):
            return Finding(Status(said))
        if type(said) is float and 0 <= said <= 1:
            return Finding(*graded(said))
    except (ValueError, Nis2mapError):
        pass
    raise InputError(f"the scale's meaning of {key} is {quote(said)}", hint="a status word, or a float in [0, 1]")
