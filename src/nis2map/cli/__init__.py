"""The command line."""

from __future__ import annotations

from .._shared import door

# As type checkers know it: to import typing would take longer than all of this.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._main import main as main
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_main": "main",
        },
    )
