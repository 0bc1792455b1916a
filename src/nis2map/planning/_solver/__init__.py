"""The choice of steps as an optimisation problem, and its solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._greedy import sequence as sequence
    from ._highs import installed as installed
    from ._problem import Choice as Choice
    from ._problem import Group as Group
    from ._problem import Option as Option
    from ._problem import Selection as Selection
    from ._setup import selection_of as selection_of
    from ._solution import Solution as Solution
    from ._solution import cheapest as cheapest
    from ._solution import most as most
    from ._spread import slack as slack
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_greedy": "sequence",
            "_highs": "installed",
            "_problem": "Choice Group Option Selection",
            "_setup": "selection_of",
            "_solution": "Solution cheapest most",
            "_spread": "slack",
        },
    )
