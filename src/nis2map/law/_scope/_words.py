"""The words that facts of an `Entity` are stated in, where yes and no are not enough."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from ...model import EntityClass, Exemption

__all__ = [
    "NOT_ADMINISTRATION",
    "OPERATORS_UNTIL",
    "PUBLIC",
    "SPECIAL",
    "Administration",
    "Designation",
    "EntityClass",
    "Exemption",
    "TrustService",
]


class TrustService(StrEnum):
    """Whether a trust service provider is a qualified one (Article 6, points (25) and (27))."""

    QUALIFIED = "qualified"
    NON_QUALIFIED = "non_qualified"


class Designation(StrEnum):
    """How a Member State identified the entity under Article 2(2), points (b) to (e)."""

    NONE = "none"
    IMPORTANT = "important"
    ESSENTIAL = "essential"


class Administration(StrEnum):
    """The public body that the entity is; the last four are not public administration in the Directive's sense."""

    NONE = "none"
    CENTRAL = "central"
    REGIONAL = "regional"
    LOCAL = "local"
    JUDICIARY = "judiciary"
    PARLIAMENT = "parliament"
    CENTRAL_BANK = "central_bank"
    DIPLOMATIC_MISSION = "diplomatic_mission"


PUBLIC = (Administration.CENTRAL, Administration.REGIONAL, Administration.LOCAL)
# Article 6(35): the courts, parliaments and central banks; a mission is outside for a reason of its own (recital 8).
NOT_ADMINISTRATION = (Administration.JUDICIARY, Administration.PARLIAMENT, Administration.CENTRAL_BANK)
# Article 2(2), points (b) to (e): the facts on which a State identifies an entity of any size.
SPECIAL = ("sole_provider", "significant_impact", "systemic_risk", "specific_importance")
# Article 3(1), point (g): who was identified under Directive (EU) 2016/1148 before this day.
OPERATORS_UNTIL = dt.date(2023, 1, 16)
