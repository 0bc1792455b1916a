"""The object model: units, demands, links, crosswalks, and relations between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._links import Crosswalk as Crosswalk
    from ._links import Link as Link
    from ._links import Measure as Measure
    from ._links import Source as Source
    from ._rcc5 import ANY as ANY
    from ._rcc5 import CONTAINING as CONTAINING
    from ._rcc5 import TABLE as TABLE
    from ._rcc5 import TOUCHING as TOUCHING
    from ._rcc5 import WITHIN as WITHIN
    from ._rcc5 import Relations as Relations
    from ._rcc5 import chained as chained
    from ._rcc5 import in_order as in_order
    from ._rcc5 import meet as meet
    from ._record import record as record
    from ._units import Control as Control
    from ._units import Demand as Demand
    from ._units import Framework as Framework
    from ._units import Requirement as Requirement
    from ._units import Texts as Texts
    from ._words import GapClass as GapClass
    from ._words import Grade as Grade
    from ._words import Grain as Grain
    from ._words import Relation as Relation
    from ._words import Review as Review
    from ._words import Role as Role
    from ._words import Theme as Theme
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_links": "Crosswalk Link Measure Source",
            "_rcc5": "ANY CONTAINING Relations TABLE TOUCHING WITHIN chained in_order meet",
            "_record": "record",
            "_units": "Control Demand Framework Requirement Texts",
            "_words": "GapClass Grade Grain Relation Review Role Theme",
        },
    )
