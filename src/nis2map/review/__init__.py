"""Second opinions: two crosswalks side by side, and what others say of the grades of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._agreement import Agreement as Agreement
    from ._agreement import CoverageUnder as CoverageUnder
    from ._agreement import PairAgreement as PairAgreement
    from ._agreement import PairStatus as PairStatus
    from ._agreement import Share as Share
    from ._agreement import agreement as agreement
    from ._corroboration import Corroboration as Corroboration
    from ._corroboration import GradeCount as GradeCount
    from ._corroboration import GradedPair as GradedPair
    from ._corroboration import SecondOpinion as SecondOpinion
    from ._corroboration import corroboration as corroboration
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_agreement": "Agreement CoverageUnder PairAgreement PairStatus Share agreement",
            "_corroboration": "Corroboration GradeCount GradedPair SecondOpinion corroboration",
        },
    )
