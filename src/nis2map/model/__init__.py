"""The object model: units, demands, links, crosswalks, and relations between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._model import Control as Control
    from ._model import Crosswalk as Crosswalk
    from ._model import Demand as Demand
    from ._model import Framework as Framework
    from ._model import GapClass as GapClass
    from ._model import Grain as Grain
    from ._model import Link as Link
    from ._model import Measure as Measure
    from ._model import Relation as Relation
    from ._model import Requirement as Requirement
    from ._model import Review as Review
    from ._model import Role as Role
    from ._model import Source as Source
    from ._model import Texts as Texts
    from ._model import Theme as Theme
    from ._model import is_core as is_core
    from ._model import record as record
    from ._rcc5 import ANY as ANY
    from ._rcc5 import CONTAINING as CONTAINING
    from ._rcc5 import TABLE as TABLE
    from ._rcc5 import TOUCHING as TOUCHING
    from ._rcc5 import WITHIN as WITHIN
    from ._rcc5 import Relations as Relations
    from ._rcc5 import chained as chained
    from ._rcc5 import in_order as in_order
    from ._rcc5 import meet as meet
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_model": (
                "Control Crosswalk Demand Framework GapClass Grain Link Measure Relation Requirement Review Role "
                "Source Texts Theme is_core record"
            ),
            "_rcc5": "ANY CONTAINING Relations TABLE TOUCHING WITHIN chained in_order meet",
        },
    )
