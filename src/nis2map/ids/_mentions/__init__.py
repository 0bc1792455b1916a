"""Citations in running text: what looks like one, to which text the words around tie it, which unit it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._ties import Mention as Mention
    from ._ties import mentions as mentions
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_ties": "Mention mentions",
        },
    )
