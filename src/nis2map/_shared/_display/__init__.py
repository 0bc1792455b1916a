"""How results look: pages with their tables and notes, numbers as text, and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._door import door

if TYPE_CHECKING:
    from ._marks import COLOURS as COLOURS
    from ._marks import Bar as Bar
    from ._marks import Mark as Mark
    from ._marks import Parts as Parts
    from ._text import columns as columns
    from ._text import counted as counted
    from ._text import escape as escape
    from ._text import number as number
    from ._text import pairs as pairs
    from ._text import percent as percent
    from ._text import table as table
    from ._view import Brief as Brief
    from ._view import Page as Page
    from ._view import Table as Table
    from ._view import Tabular as Tabular
    from ._view import View as View
    from ._view import laid_out as laid_out
    from ._view import one_line as one_line
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_marks": "Bar COLOURS Mark Parts",
            "_text": "columns counted escape number pairs percent table",
            "_view": "Brief Page Table Tabular View laid_out one_line",
        },
    )
