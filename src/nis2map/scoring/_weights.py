"""How much each unit of a question weighs in a score: alike, by demands, by measure groups, or as a caller says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple, cast

from .._shared import FrozenMap, amount
from ..dataset import Dataset
from ..errors import InputError, quote
from ..ids import Ref
from ..model import Requirement
from ._question import Question

__all__ = ["WEIGHTS", "UnitWeights", "checked_weights", "groups_at", "unit_weights"]

WEIGHTS = ("unit", "demand", "measure")


class UnitWeights(NamedTuple):
    """A weight per unit of a question, the greatest of a mapping scaled to 1; None for weights by counted demands.

    `without` are the units to which a mapping gives nothing: they weigh 0; `unused` those that it names for nothing.
    """

    values: tuple[float, ...] | None
    without: tuple[Ref, ...] = ()
    unused: tuple[Ref, ...] = ()


def checked_weights(dataset: Dataset, framework: str, weights: object) -> str | FrozenMap[Ref, float]:
    """Return the word for weights, or the given ones by ref in canonical order; `InputError` for anything else.

    Keys are requirements, each in one spelling: a control weighs nothing of itself, and of two values for one unit
    neither can be meant.
    """
    if isinstance(weights, str) and weights in WEIGHTS:
        return weights
    if not isinstance(weights, Mapping):
        raise InputError(f"weights is {quote(weights)}", hint=f"one of: {', '.join(WEIGHTS)}, or a mapping")
    checked: dict[Ref, float] = {}
    for key, value in cast("Mapping[Ref | str, object]", weights).items():
        ref = dataset.ref(key)
        # A control is one where its framework is what is scored.
        if not isinstance(dataset[ref], Requirement) and (ref.demand or ref.framework != framework):
            raise InputError(f"weights names {ref}, which is not a requirement", hint="name units, or units above them")
        if ref in checked:
            raise InputError(f"weights names {ref} twice", hint="one spelling of each unit")
        checked[ref] = amount(value, f"the weight of {quote(str(key))}")
    return FrozenMap(sorted(checked.items()))


def unit_weights(dataset: Dataset, question: Question, weights: str | FrozenMap[Ref, float]) -> UnitWeights:
    """Return the weights of a question's units; those by demands depend on the assessment and are not worked out."""
    if weights == "unit":
        return UnitWeights((1.0,) * len(question.units))
    if weights == "demand":
        return UnitWeights(None)
    if isinstance(weights, str):
        return UnitWeights(_measure_weights(dataset, question))
    named = [
        next((ref for ref in (unit.ref, *dataset.ancestors(unit.ref)) if ref in weights), None)
        for unit in question.units
    ]
    nearest = [None if ref is None else weights[ref] for ref in named]
    greatest = max((weight for weight in nearest if weight), default=0.0)
    if question.units and not greatest:
        raise InputError("weights gives no unit of the set a weight above 0", hint="name units, or units above them")
    # Scaled by a power of two, which is exact, so that sums of weights near either end of the floats neither overflow
    # nor lose their digits.
    exponent = math.frexp(greatest)[1]
    return UnitWeights(
        tuple(math.ldexp(weight or 0.0, -exponent) for weight in nearest),
        tuple(unit.ref for unit, weight in zip(question.units, nearest, strict=True) if weight is None),
        tuple(ref for ref in weights if ref not in named),
    )


def _measure_weights(dataset: Dataset, question: Question) -> tuple[float, ...]:
    """Give each measure group the same weight, shared evenly by the units in it; a unit may be in several."""
    groups = [dataset.groups(unit.ref) for unit in question.units]
    size: dict[Ref, int] = {}
    for names in groups:
        for name in names:
            size[name] = size.get(name, 0) + 1
    return tuple(math.fsum(1 / (len(size) * size[name]) for name in names) for names in groups)


def groups_at(dataset: Dataset, unit: Ref, level: str) -> tuple[Ref, ...]:
    """Return the groups of a unit at a level: its measures, its section, or what stands on top of its measures."""
    if level == "measure":
        return dataset.groups(unit)
    chain = (unit, *dataset.ancestors(unit))
    if level == "section":
        depth = dataset.frameworks[unit.framework].section_level
        return (chain[max(0, len(chain) - depth)],)
    return tuple(dict.fromkeys(_top(dataset, group) for group in dataset.groups(unit)))


def _top(dataset: Dataset, group: Ref) -> Ref:
    """Return the top-level unit above a group, the group itself if the dataset lacks it."""
    return (group, *dataset.ancestors(group))[-1] if group in dataset else group
