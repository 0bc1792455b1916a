"""`Dataset`: its store and checks, queries and search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._dataset import Dataset as Dataset
    from ._dataset import given as given
    from ._dataset import load as load
    from ._dataset import plugins as plugins
    from ._dataset import speaks_of_all_below as speaks_of_all_below
    from ._query import Overlap as Overlap
    from ._query import find as find
    from ._query import overlap as overlap
    from ._query import related as related
    from ._store import Unit as Unit
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_dataset": "Dataset given load plugins speaks_of_all_below",
            "_query": "Overlap find overlap related",
            "_store": "Unit",
        },
    )
