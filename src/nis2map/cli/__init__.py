"""The command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._main import main as main
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_main": "main",
        },
    )
