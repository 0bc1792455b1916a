"""Refs, the grammar of citations, and citations in running text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._frameworks import KnownUnits as KnownUnits
    from ._frameworks import closed_set as closed_set
    from ._maps import RefMap as RefMap
    from ._mentions import Mention as Mention
    from ._mentions import Sentence as Sentence
    from ._mentions import fold as fold
    from ._mentions import mentions as mentions
    from ._mentions import sentences as sentences
    from ._parsing import parse_ref as parse_ref
    from ._parsing import parse_refs as parse_refs
    from ._parsing import read_ref as read_ref
    from ._ref import Ref as Ref
    from ._ref import announces_points as announces_points
    from ._ref import check_framework as check_framework
    from ._ref import is_above as is_above
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_frameworks": "KnownUnits closed_set",
            "_maps": "RefMap",
            "_mentions": "Mention Sentence fold mentions sentences",
            "_parsing": "parse_ref parse_refs read_ref",
            "_ref": "Ref announces_points check_framework is_above",
        },
    )
