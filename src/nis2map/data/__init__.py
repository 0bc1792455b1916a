"""The packaged tables and their reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._tables import table as table
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_tables": "table",
        },
    )
