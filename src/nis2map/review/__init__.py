"""Second opinions: two crosswalks side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._agreement import Agreement as Agreement
    from ._agreement import PairAgreement as PairAgreement
    from ._agreement import PairStatus as PairStatus
    from ._agreement import Share as Share
    from ._agreement import agreement as agreement
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_agreement": "Agreement PairAgreement PairStatus Share agreement",
        },
    )
