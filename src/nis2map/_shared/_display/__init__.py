"""How results look: pages with their tables and notes, numbers as text, and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._door import door

if TYPE_CHECKING:
    from ._card import card as card
    from ._card import listing as listing
    from ._diagram import Arrow as Arrow
    from ._diagram import Diagram as Diagram
    from ._diagram import diagram as diagram
    from ._html import escape as escape
    from ._marks import COLOURS as COLOURS
    from ._marks import Bar as Bar
    from ._marks import Label as Label
    from ._marks import Mark as Mark
    from ._marks import Parts as Parts
    from ._marks import Rise as Rise
    from ._marks import Stack as Stack
    from ._marks import swatch as swatch
    from ._text import columns as columns
    from ._text import counted as counted
    from ._text import moment_text as moment_text
    from ._text import number as number
    from ._text import pairs as pairs
    from ._text import percent as percent
    from ._view import Brief as Brief
    from ._view import Card as Card
    from ._view import Drawn as Drawn
    from ._view import Listed as Listed
    from ._view import Page as Page
    from ._view import Shown as Shown
    from ._view import Table as Table
    from ._view import Tabular as Tabular
    from ._view import Terms as Terms
    from ._view import View as View
    from ._view import laid_out as laid_out
    from ._view import one_line as one_line
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_card": "card listing",
            "_diagram": "Arrow Diagram diagram",
            "_html": "escape",
            "_marks": "Bar COLOURS Label Mark Parts Rise Stack swatch",
            "_text": "columns counted moment_text number pairs percent",
            "_view": "Brief Card Drawn Listed Page Shown Table Tabular Terms View laid_out one_line",
        },
    )
