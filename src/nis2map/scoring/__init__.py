"""Coverage, its explanation, and gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._bounds import COUNTED as COUNTED
    from ._bounds import Conflict as Conflict
    from ._bounds import UnitSum as UnitSum
    from ._bounds import Workings as Workings
    from ._bounds import conflicts_of as conflicts_of
    from ._bounds import evaluate as evaluate
    from ._coverage import LEVELS as LEVELS
    from ._coverage import Coverage as Coverage
    from ._coverage import again as again
    from ._coverage import coverage as coverage
    from ._coverage import part_bounds as part_bounds
    from ._coverage import question_like as question_like
    from ._coverage import varied as varied
    from ._coverage import workings as workings
    from ._explanation import DemandExplanation as DemandExplanation
    from ._explanation import Explanation as Explanation
    from ._explanation import Judgement as Judgement
    from ._explanation import TermExplanation as TermExplanation
    from ._gaps import ADVICE as ADVICE
    from ._gaps import Gap as Gap
    from ._gaps import Gaps as Gaps
    from ._gaps import gaps as gaps
    from ._gaps import gaps_of as gaps_of
    from ._notes import MeasureGroup as MeasureGroup
    from ._notes import MeasureGroups as MeasureGroups
    from ._options import BASES as BASES
    from ._options import DEFAULTS as DEFAULTS
    from ._options import Options as Options
    from ._options import Weights as Weights
    from ._options import repeatable as repeatable
    from ._options import with_options as with_options
    from ._options import with_options_but as with_options_but
    from ._question import Question as Question
    from ._question import Term as Term
    from ._question import leaves as leaves
    from ._question import question_of as question_of
    from ._score import Bounds as Bounds
    from ._score import Score as Score
    from ._score import Scores as Scores
    from ._score import numbers as numbers
    from ._score import score_columns as score_columns
    from ._weights import WEIGHTS as WEIGHTS
    from ._weights import unit_weights as unit_weights
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_bounds": "COUNTED Conflict UnitSum Workings conflicts_of evaluate",
            "_coverage": "Coverage LEVELS again coverage part_bounds question_like varied workings",
            "_explanation": "DemandExplanation Explanation Judgement TermExplanation",
            "_gaps": "ADVICE Gap Gaps gaps gaps_of",
            "_notes": "MeasureGroup MeasureGroups",
            "_options": "BASES DEFAULTS Options Weights repeatable with_options with_options_but",
            "_question": "Question Term leaves question_of",
            "_score": "Bounds Score Scores numbers score_columns",
            "_weights": "WEIGHTS unit_weights",
        },
    )
