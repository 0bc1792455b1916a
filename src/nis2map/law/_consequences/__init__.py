"""What follows from a class: duties, registration, supervision and fines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._duties import binds as binds
    from ._duties import displaced_duties as displaced_duties
    from ._duties import duties as duties
    from ._enforcement import FineCeiling as FineCeiling
    from ._enforcement import FineOption as FineOption
    from ._enforcement import FineRule as FineRule
    from ._enforcement import SupervisionRow as SupervisionRow
    from ._enforcement import fine_ceiling as fine_ceiling
    from ._enforcement import supervision as supervision
    from ._registration import RegistrationDuty as RegistrationDuty
    from ._registration import RegistrationPlan as RegistrationPlan
    from ._registration import registration as registration
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_duties": "binds displaced_duties duties",
            "_enforcement": "FineCeiling FineOption FineRule SupervisionRow fine_ceiling supervision",
            "_registration": "RegistrationDuty RegistrationPlan registration",
        },
    )
