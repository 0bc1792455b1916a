"""`Dataset`: its store and checks, queries and search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._dataset import Dataset as Dataset
    from ._loading import given as given
    from ._loading import load as load
    from ._loading import plugins as plugins
    from ._query import Hit as Hit
    from ._query import Hits as Hits
    from ._query import Index as Index
    from ._query import Overlap as Overlap
    from ._query import find as find
    from ._query import overlap as overlap
    from ._query import related as related
    from ._store import Overlay as Overlay
    from ._store import Unit as Unit
    from ._tables import CONTROL as CONTROL
    from ._tables import NAMED as NAMED
    from ._tables import REQUIREMENT as REQUIREMENT
    from ._tables import DemandTable as DemandTable
    from ._tables import Line as Line
    from ._tables import LinkTable as LinkTable
    from ._tables import PairLine as PairLine
    from ._tables import UnitTable as UnitTable
    from ._tables import VerdictTable as VerdictTable
    from ._tables import containing as containing
    from ._tables import lines as lines
    from ._tables import name_of as name_of
    from ._tables import namer as namer
    from ._units import as_requirement as as_requirement
    from ._units import assessable as assessable
    from ._units import cited as cited
    from ._units import ends as ends
    from ._units import keep as keep
    from ._units import missing as missing
    from ._units import recall as recall
    from ._units import speaks_of_all_below as speaks_of_all_below
    from ._verdicts import judged as judged
    from ._verdicts import judged_with as judged_with
    from ._verdicts import rests_on_verdicts as rests_on_verdicts
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_dataset": "Dataset",
            "_loading": "given load plugins",
            "_query": "Hit Hits Index Overlap find overlap related",
            "_store": "Overlay Unit",
            "_tables": (
                "CONTROL DemandTable Line LinkTable NAMED PairLine REQUIREMENT UnitTable VerdictTable containing "
                "lines name_of namer"
            ),
            "_units": "as_requirement assessable cited ends keep missing recall speaks_of_all_below",
            "_verdicts": "judged judged_with rests_on_verdicts",
        },
    )
