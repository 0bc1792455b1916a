"""What a report says, as data: one content, from which each writer makes its own form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._whole import report_of as report_of
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_whole": "report_of",
        },
    )
