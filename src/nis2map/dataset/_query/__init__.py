"""Questions to a dataset: what is related, how far two frameworks overlap, and which units a text is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._find import find as find
    from ._index import Index as Index
    from ._questions import Overlap as Overlap
    from ._questions import overlap as overlap
    from ._questions import related as related
    from ._search import Hit as Hit
    from ._search import Hits as Hits
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_find": "find",
            "_index": "Index",
            "_questions": "Overlap overlap related",
            "_search": "Hit Hits",
        },
    )
