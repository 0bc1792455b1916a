"""Coverage, its explanation, and gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._bounds import COUNTED as COUNTED
    from ._bounds import Conflict as Conflict
    from ._bounds import evaluate as evaluate
    from ._coverage import Bounds as Bounds
    from ._coverage import Coverage as Coverage
    from ._coverage import Score as Score
    from ._coverage import coverage as coverage
    from ._gaps import ADVICE as ADVICE
    from ._gaps import Gap as Gap
    from ._gaps import Gaps as Gaps
    from ._gaps import gaps as gaps
    from ._options import DEFAULTS as DEFAULTS
    from ._options import Options as Options
    from ._options import Weights as Weights
    from ._options import with_options as with_options
    from ._question import Question as Question
    from ._question import Term as Term
    from ._weights import again as again
    from ._weights import asked_of as asked_of
    from ._weights import control_bounds as control_bounds
    from ._weights import demand_weights as demand_weights
    from ._weights import part_of as part_of
    from ._weights import refuse_estimate as refuse_estimate
    from ._weights import repeatable as repeatable
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_bounds": "COUNTED Conflict evaluate",
            "_coverage": "Bounds Coverage Score coverage",
            "_gaps": "ADVICE Gap Gaps gaps",
            "_options": "DEFAULTS Options Weights with_options",
            "_question": "Question Term",
            "_weights": "again asked_of control_bounds demand_weights part_of refuse_estimate repeatable",
        },
    )
