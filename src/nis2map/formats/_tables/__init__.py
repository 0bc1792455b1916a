"""From the bytes of a file to tables of cells: what a file is, workbooks, Markdown, and records of any document.

Spreadsheets are archives of XML. Their values come from python-calamine; what that does not tell (percent formats,
errors, formulas without a saved value, merged cells, how far apart cells stand) is read with the standard library's
expat, from parts that are taken out of the archive within bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._archive import readable as readable
    from ._markdown import markdown_tables as markdown_tables
    from ._markdown import split_markdown as split_markdown
    from ._records import Members as Members
    from ._records import Node as Node
    from ._records import Scalar as Scalar
    from ._records import json_tables as json_tables
    from ._records import record_tables as record_tables
    from ._sniff import READABLE as READABLE
    from ._sniff import own_separator as own_separator
    from ._sniff import sniff as sniff
    from ._workbook import workbook_tables as workbook_tables
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_archive": "readable",
            "_markdown": "markdown_tables split_markdown",
            "_records": "Members Node Scalar json_tables record_tables",
            "_sniff": "READABLE own_separator sniff",
            "_workbook": "workbook_tables",
        },
    )
