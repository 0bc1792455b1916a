"""Who is in scope, and as what: `Entity` and `classify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._classification import Classification as Classification
    from ._classification import Registration as Registration
    from ._classification import classify as classify
    from ._classification import elsewhere as elsewhere
    from ._displacements import Displacement as Displacement
    from ._displacements import displaced_units as displaced_units
    from ._entity import Entity as Entity
    from ._jurisdiction import Jurisdiction as Jurisdiction
    from ._size import Figures as Figures
    from ._size import Partner as Partner
    from ._size import Size as Size
    from ._size import SizeRange as SizeRange
    from ._types import EntityType as EntityType
    from ._types import Reason as Reason
    from ._types import entity_type as entity_type
    from ._types import entity_types as entity_types
    from ._types import scope_law as scope_law
    from ._types import type_of as type_of
    from ._types import type_ref as type_ref
    from ._words import Administration as Administration
    from ._words import Designation as Designation
    from ._words import EntityClass as EntityClass
    from ._words import Exemption as Exemption
    from ._words import TrustService as TrustService
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_classification": "Classification Registration classify elsewhere",
            "_displacements": "Displacement displaced_units",
            "_entity": "Entity",
            "_jurisdiction": "Jurisdiction",
            "_size": "Figures Partner Size SizeRange",
            "_types": "EntityType Reason entity_type entity_types scope_law type_of type_ref",
            "_words": "Administration Designation EntityClass Exemption TrustService",
        },
    )
