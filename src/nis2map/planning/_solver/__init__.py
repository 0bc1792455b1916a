"""The choice of steps as an optimisation problem, and its solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._branch_and_bound import Solution as Solution
    from ._branch_and_bound import cheapest as cheapest
    from ._branch_and_bound import most as most
    from ._greedy import Group as Group
    from ._greedy import Option as Option
    from ._greedy import OptionPart as OptionPart
    from ._greedy import Selection as Selection
    from ._greedy import State as State
    from ._greedy import factor as factor
    from ._greedy import sequence as sequence
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_branch_and_bound": "Solution cheapest most",
            "_greedy": "Group Option OptionPart Selection State factor sequence",
        },
    )
