"""Findings and assessments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._assessment import Assessment as Assessment
    from ._assessment import counting as counting
    from ._assessment import expect_assessment as expect_assessment
    from ._finding import Finding as Finding
    from ._finding import Status as Status
    from ._finding import finding_of as finding_of
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_assessment": "Assessment counting expect_assessment",
            "_finding": "Finding Status finding_of",
        },
    )
