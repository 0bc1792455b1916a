"""The page people hand over: what is met, what a certificate gives, what to do first, gaps, plan, cards and sources.

One report, in four forms: `html` (one self-contained page), `markdown`, `xlsx` and `docx`; in English, German and
French. Nothing in it reads a clock, so that equal calls give equal reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._report import docx as docx
    from ._report import html as html
    from ._report import markdown as markdown
    from ._report import xlsx as xlsx
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_report": "docx html markdown xlsx",
        },
    )
