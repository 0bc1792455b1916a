"""What a dataset knows of its units and links, and its memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._links import Linked as Linked
    from ._links import speaks_of as speaks_of
    from ._links import speaks_of_all_below as speaks_of_all_below
    from ._memory import QUESTIONS as QUESTIONS
    from ._memory import Memory as Memory
    from ._memory import keep as keep
    from ._memory import recall as recall
    from ._units import Units as Units
    from ._units import as_requirement as as_requirement
    from ._units import asked_of as asked_of
    from ._units import assessable as assessable
    from ._units import cited as cited
    from ._units import ends as ends
    from ._units import missing as missing
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_links": "Linked speaks_of speaks_of_all_below",
            "_memory": "Memory QUESTIONS keep recall",
            "_units": "Units as_requirement asked_of assessable cited ends missing",
        },
    )
