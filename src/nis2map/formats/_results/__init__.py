"""Results as documents: which are, their plain records, their schemas, and what comes back from one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._assessment import AssessmentBody as AssessmentBody
    from ._assessment import assessment_of as assessment_of
    from ._assessment import body_of as body_of
    from ._assessment import repeated as repeated
    from ._kinds import KINDS as KINDS
    from ._kinds import LIST as LIST
    from ._kinds import read_result as read_result
    from ._kinds import result_class as result_class
    from ._kinds import version_of as version_of
    from ._kinds import word_of as word_of
    from ._kinds import written_result as written_result
    from ._verification import Verification as Verification
    from ._verification import verify as verify
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_assessment": "AssessmentBody assessment_of body_of repeated",
            "_kinds": "KINDS LIST read_result result_class version_of word_of written_result",
            "_verification": "Verification verify",
        },
    )
