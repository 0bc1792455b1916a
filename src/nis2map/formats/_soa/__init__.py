"""Reading Statements of Applicability from tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._reader import SoaOptions as SoaOptions
    from ._reader import SoaRequest as SoaRequest
    from ._reader import to_assessment as to_assessment
    from ._scale import Span as Span
    from ._words import Word as Word
    from ._words import date_of as date_of
    from ._words import folded as folded
    from ._words import status_of as status_of
    from ._words import vocabulary as vocabulary
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_reader": "SoaOptions SoaRequest to_assessment",
            "_scale": "Span",
            "_words": "Word date_of folded status_of vocabulary",
        },
    )
