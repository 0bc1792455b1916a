"""Refs, the grammar of citations, and citations in running text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._citations import Candidate as Candidate
    from ._citations import Kind as Kind
    from ._citations import candidates as candidates
    from ._citations import canonical as canonical
    from ._maps import RefMap as RefMap
    from ._mentions import OTHER as OTHER
    from ._mentions import fold as fold
    from ._mentions import is_gap as is_gap
    from ._mentions import is_list_gap as is_list_gap
    from ._mentions import is_other_law as is_other_law
    from ._mentions import links_after as links_after
    from ._mentions import names as names
    from ._mentions import sentence_ends as sentence_ends
    from ._refs import Ref as Ref
    from ._refs import announces_points as announces_points
    from ._refs import closed_set as closed_set
    from ._refs import is_above as is_above
    from ._refs import parse_ref as parse_ref
    from ._refs import parse_refs as parse_refs
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_citations": "Candidate Kind candidates canonical",
            "_maps": "RefMap",
            "_mentions": "OTHER fold is_gap is_list_gap is_other_law links_after names sentence_ends",
            "_refs": "Ref announces_points closed_set is_above parse_ref parse_refs",
        },
    )
