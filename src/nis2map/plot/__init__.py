"""Pictures of results, drawn with matplotlib (the extra `plot`).

Each function takes a result first, draws on `ax` or on new axes as wide as a page of A4, and returns the `Axes`; none
shows or saves anything (`ax.figure.savefig("coverage.svg")` does). Sizes of text follow matplotlib's `font.size`, so
that `plt.rc("font", size=14)` makes a slide of it. Colours are those of notebooks and reports; they are told apart with
common kinds of colour blindness and in grey, and a count, a line or a position says each time what a colour says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._links import agreement as agreement
    from ._links import graph as graph
    from ._links import heatmap as heatmap
    from ._scores import compare as compare
    from ._scores import coverage as coverage
    from ._scores import gaps as gaps
    from ._scores import grades as grades
    from ._time import plan as plan
    from ._time import timeline as timeline
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_links": "agreement graph heatmap",
            "_scores": "compare coverage gaps grades",
            "_time": "plan timeline",
        },
    )
