"""Citations in running text: what looks like one, to which text the words around tie it, which unit it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._names import fold as fold
    from ._ties import Mention as Mention
    from ._ties import Sentence as Sentence
    from ._ties import mentions as mentions
    from ._ties import sentences as sentences
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_names": "fold",
            "_ties": "Mention Sentence mentions sentences",
        },
    )
