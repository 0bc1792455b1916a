"""Spreadsheets as archives of XML: which parts are read, within which bounds, and what a reader of values leaves out.

The values come from python-calamine. What it does not tell (percent formats, errors, formulas without a saved value,
merged cells, how far apart cells stand) is read here with the standard library's expat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._archive import readable as readable
    from ._reading import tables as tables
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_archive": "readable",
            "_reading": "tables",
        },
    )
