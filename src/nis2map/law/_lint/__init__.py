"""lint: citations that do not exist, and claims beside a citation that the tables of the law contradict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._problems import lint as lint
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_problems": "lint",
        },
    )
