"""What must hold of a dataset, checked on plain records, so that broken data can be fed to it.

`check` takes the tables as lists of dicts (the form that `model.record` gives) and returns every problem, sorted. It
runs on what users supply when it is loaded, and on the bundled data in CI with `strict=True`, which also asks for what
only our own content promises: sources, rationales, titles, legal order, closed sets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._known import check_added as check_added
    from ._registry import CHECKS as CHECKS
    from ._registry import check as check
    from ._tables import index_of as index_of
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_known": "check_added",
            "_registry": "CHECKS check",
            "_tables": "index_of",
        },
    )
