"""A table of texts as CSV or Markdown, guarded and escaped as statements are."""

from __future__ import annotations

from collections.abc import Sequence

from ._markdown import markdown_table
from ._texts import csv_bytes

__all__ = ["table_text"]


def table_text(head: Sequence[str], rows: Sequence[Sequence[str]], *, form: str) -> str:
    """Return a table as CSV ("csv") or as a pipe table of Markdown ("md"), with line ends as texts have them."""
    if form == "md":
        return markdown_table(head, rows)
    return csv_bytes([head, *rows]).decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n")
