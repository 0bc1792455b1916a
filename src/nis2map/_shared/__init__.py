"""What every floor may use: arguments, maps, rendering, bounded reading, dates."""

from __future__ import annotations

from ._door import door as door

# As type checkers know it: to import typing would take longer than all of this.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._arguments import amount as amount
    from ._arguments import choice as choice
    from ._arguments import day as day
    from ._arguments import each as each
    from ._arguments import expect as expect
    from ._arguments import flag as flag
    from ._arguments import member as member
    from ._arguments import several as several
    from ._arguments import texts as texts
    from ._arrow import Column as Column
    from ._arrow import Kind as Kind
    from ._arrow import Listing as Listing
    from ._arrow import Rows as Rows
    from ._arrow import columns_of as columns_of
    from ._arrow import under as under
    from ._display import COLOURS as COLOURS
    from ._display import Arrow as Arrow
    from ._display import Bar as Bar
    from ._display import Brief as Brief
    from ._display import Card as Card
    from ._display import Diagram as Diagram
    from ._display import Drawn as Drawn
    from ._display import Label as Label
    from ._display import Listed as Listed
    from ._display import Mark as Mark
    from ._display import Page as Page
    from ._display import Parts as Parts
    from ._display import Rise as Rise
    from ._display import Shown as Shown
    from ._display import Stack as Stack
    from ._display import Table as Table
    from ._display import Tabular as Tabular
    from ._display import Terms as Terms
    from ._display import View as View
    from ._display import card as card
    from ._display import columns as columns
    from ._display import counted as counted
    from ._display import diagram as diagram
    from ._display import escape as escape
    from ._display import laid_out as laid_out
    from ._display import moment_text as moment_text
    from ._display import number as number
    from ._display import one_line as one_line
    from ._display import pairs as pairs
    from ._display import percent as percent
    from ._display import swatch as swatch
    from ._maps import FrozenMap as FrozenMap
    from ._reading import UNNAMED as UNNAMED
    from ._reading import Limits as Limits
    from ._reading import Source as Source
    from ._reading import bytes_of as bytes_of
    from ._reading import capped as capped
    from ._reading import decode as decode
    from ._reading import kind_of as kind_of
    from ._reading import limits_of as limits_of
    from ._reading import name_of as name_of
    from ._reading import read_bounded as read_bounded
    from ._records import Record as Record
    from ._records import plain as plain
    from ._records import plain_fields as plain_fields
    from ._records import written as written
    from ._value import Value as Value
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_arguments": "amount choice day each expect flag member several texts",
            "_arrow": "Column Kind Listing Rows columns_of under",
            "_display": (
                "Arrow Bar Brief COLOURS Card Diagram Drawn Label Listed Mark Page Parts Rise Shown Stack Table "
                "Tabular Terms View card columns counted diagram escape laid_out moment_text number one_line pairs "
                "percent swatch"
            ),
            "_maps": "FrozenMap",
            "_reading": "Limits Source UNNAMED bytes_of capped decode kind_of limits_of name_of read_bounded",
            "_records": "Record plain plain_fields written",
            "_value": "Value",
        },
    )
