"""Where the parts of a dataset come from: the packaged tables, or objects that were handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._given import Given as Given
    from ._given import extended as extended
    from ._packaged import Packaged as Packaged
    from ._protocol import ASSUMED as ASSUMED
    from ._protocol import MADE_OF_VERDICTS as MADE_OF_VERDICTS
    from ._protocol import WHAT_STANDS as WHAT_STANDS
    from ._protocol import Nones as Nones
    from ._protocol import Overlay as Overlay
    from ._protocol import Store as Store
    from ._protocol import Unit as Unit
    from ._protocol import grouped as grouped
    from ._protocol import lazy_crosswalks as lazy_crosswalks
    from ._protocol import noting as noting
    from ._records import as_records as as_records
    from ._records import digest_of as digest_of
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_given": "Given extended",
            "_packaged": "Packaged",
            "_protocol": (
                "ASSUMED MADE_OF_VERDICTS Nones Overlay Store Unit WHAT_STANDS grouped lazy_crosswalks noting"
            ),
            "_records": "as_records digest_of",
        },
    )
