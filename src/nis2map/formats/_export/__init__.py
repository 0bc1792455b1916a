"""Statements of Applicability as this library writes them, and reads them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._catalogue import FormatRow as FormatRow
    from ._catalogue import catalogue as catalogue
    from ._catalogue import vocabulary as vocabulary
    from ._markdown import markdown_of as markdown_of
    from ._own import GUARDED as GUARDED
    from ._own import OwnStatement as OwnStatement
    from ._own import own_statement as own_statement
    from ._own import read_tables as read_tables
    from ._statement import OTHERS as OTHERS
    from ._statement import TITLE as TITLE
    from ._statement import SoaTables as SoaTables
    from ._statement import statement_of as statement_of
    from ._table import table_text as table_text
    from ._texts import csv_bytes as csv_bytes
    from ._texts import guarded as guarded
    from ._workbook import write_workbook as write_workbook
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_catalogue": "FormatRow catalogue vocabulary",
            "_markdown": "markdown_of",
            "_own": "GUARDED OwnStatement own_statement read_tables",
            "_statement": "OTHERS SoaTables TITLE statement_of",
            "_table": "table_text",
            "_texts": "csv_bytes guarded",
            "_workbook": "write_workbook",
        },
    )
