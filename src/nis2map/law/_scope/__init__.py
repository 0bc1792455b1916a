"""Who is in scope, and as what: `Entity` and `classify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._classification import Classification as Classification
    from ._classification import Registration as Registration
    from ._classification import classify as classify
    from ._entity import Entity as Entity
    from ._entity import EntityType as EntityType
    from ._entity import entity_type as entity_type
    from ._entity import entity_types as entity_types
    from ._fields import Administration as Administration
    from ._fields import Designation as Designation
    from ._fields import Exemption as Exemption
    from ._fields import TrustService as TrustService
    from ._jurisdiction import Jurisdiction as Jurisdiction
    from ._rules import EntityClass as EntityClass
    from ._rules import Reason as Reason
    from ._size import Figures as Figures
    from ._size import Partner as Partner
    from ._size import Size as Size
    from ._size import number as number
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_classification": "Classification Registration classify",
            "_entity": "Entity EntityType entity_type entity_types",
            "_fields": "Administration Designation Exemption TrustService",
            "_jurisdiction": "Jurisdiction",
            "_rules": "EntityClass Reason",
            "_size": "Figures Partner Size number",
        },
    )
