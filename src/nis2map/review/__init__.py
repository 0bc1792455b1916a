"""Second opinions: two crosswalks side by side, what others say of the grades of one, and reviews by people."""

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
    from ._kappa import GradeAgreement as GradeAgreement
    from ._kappa import ReviewAgreement as ReviewAgreement
    from ._kappa import ReviewDifference as ReviewDifference
    from ._migration import ReviewMigration as ReviewMigration
    from ._review import WORDS as WORDS
    from ._review import Review as Review
    from ._review import ReviewVerdict as ReviewVerdict
    from ._sheet import COLUMNS as COLUMNS
    from ._sheet import ReviewRow as ReviewRow
    from ._sheet import ReviewSheet as ReviewSheet
    from ._sheet import review_sheet as review_sheet
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_agreement": "Agreement CoverageUnder PairAgreement PairStatus Share agreement",
            "_corroboration": "Corroboration GradeCount GradedPair SecondOpinion corroboration",
            "_kappa": "GradeAgreement ReviewAgreement ReviewDifference",
            "_migration": "ReviewMigration",
            "_review": "Review ReviewVerdict WORDS",
            "_sheet": "COLUMNS ReviewRow ReviewSheet review_sheet",
        },
    )
