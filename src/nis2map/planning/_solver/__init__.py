"""The choice of steps as an optimisation problem, and its solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._branch_and_bound import Solution as Solution
    from ._branch_and_bound import cheapest as cheapest
    from ._branch_and_bound import most as most
    from ._greedy import factor as factor
    from ._greedy import sequence as sequence
    from ._problem import Group as Group
    from ._problem import Option as Option
    from ._problem import OptionPart as OptionPart
    from ._problem import Selection as Selection
    from ._problem import State as State
    from ._setup import selection_of as selection_of
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_branch_and_bound": "Solution cheapest most",
            "_greedy": "factor sequence",
            "_problem": "Group Option OptionPart Selection State",
            "_setup": "selection_of",
        },
    )
