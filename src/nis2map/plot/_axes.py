"""What all pictures share: axes of one's own or the caller's, rows of units, stacked counts, and the legend.

Texts of users and of datasets are drawn with `parse_math=False`: two dollar signs in one would make a formula of what
stands between them, or an error when the picture is drawn.
"""

# pyright: reportUnknownMemberType=false
# matplotlib's annotations leave the keyword arguments of its methods unknown.

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .._shared import COLOURS
from ..dataset import name_of
from ..errors import InputError, MissingExtra, clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..dataset import Dataset
    from ..ids import Ref

__all__ = ["colour", "ink_on", "label_of", "legend", "new_axes", "rows_axes", "share_axis", "stack"]

_WIDTH = 7.5  # inches: a page of A4 within its margins
_ROW = 0.36
_LABEL = 42
_TITLE = 62
_NARROW = 0.02  # of the axes: a count has no room in a narrower stretch


def new_axes(ax: Axes | None, height: float, title: str) -> Axes:
    """Return the axes given, or new ones as wide as a page of A4 and `height` inches high, under a title.

    Raises `MissingExtra` without matplotlib, and `InputError` for what are not axes.
    """
    try:
        from matplotlib import pyplot as plt
        from matplotlib.axes import Axes as Kind
    except ImportError as error:
        raise MissingExtra("plots need matplotlib", hint='pip install "nis2map[plot]"') from error
    if ax is None:
        ax = plt.subplots(figsize=(_WIDTH, height), layout="constrained")[1]
    elif not isinstance(ax, Kind):  # pyright: ignore[reportUnnecessaryIsInstance]
        # subplots(2) gives an array of them
        raise InputError(f"ax is {clean(type(ax).__name__)}, not matplotlib Axes", hint="one of what subplots() gives")
    ax.set_title(textwrap.fill(title, _TITLE), loc="left", fontsize="medium", parse_math=False)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return ax


def rows_axes(ax: Axes | None, labels: Sequence[str], title: str) -> Axes:
    """Return axes with a row for each label, the first on top."""
    if not labels:
        raise InputError(f"{title}: there is nothing to draw", hint="widen within=, or choose another level")
    ax = new_axes(ax, 1.4 + _ROW * len(labels), title)
    ax.set_yticks(range(len(labels)), labels, fontsize="x-small", parse_math=False)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return ax


def share_axis(ax: Axes, words: str) -> None:
    """Make the x axis one of shares from 0 to 100 %."""
    from matplotlib.ticker import PercentFormatter

    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_xlabel(words, fontsize="small")
    ax.grid(axis="x", alpha=0.3, linewidth=0.5)
    ax.set_axisbelow(True)


def stack(ax: Axes, parts: Iterable[tuple[str, str, Sequence[int]]], words: str) -> None:
    """Draw counts as stacked bars, a bar a row; each part is (name of its colour, words, count per row)."""
    listed = [part for part in parts if any(part[2])]
    most = max((sum(row) for row in zip(*(counts for _, _, counts in listed), strict=True)), default=1)
    done: list[int] = []
    for name, text, counts in listed:
        done = done or [0] * len(counts)
        fill = colour(name)
        bars = ax.barh(
            range(len(counts)), counts, left=done, height=0.7, color=fill, edgecolor=ax.get_facecolor(), label=text
        )
        # A count in its stretch tells it from its neighbours where colours can't.
        shown = [str(count) if count > _NARROW * most else "" for count in counts]
        ax.bar_label(bars, shown, label_type="center", fontsize="x-small", color=ink_on(fill))
        done = [before + count for before, count in zip(done, counts, strict=True)]
    ax.set_xlim(0, most * 1.02)
    ax.set_xlabel(words, fontsize="small")
    legend(ax)


def legend(ax: Axes, columns: int = 3) -> None:
    """Put the legend below the axes and what stands there, where no bar can lie under it."""
    from matplotlib.container import BarContainer
    from matplotlib.transforms import ScaledTranslation

    # Bars first, as they are read; matplotlib puts points and lines before them.
    entries = sorted(
        zip(*ax.get_legend_handles_labels(), strict=True), key=lambda e: not isinstance(e[0], BarContainer)
    )
    if entries:
        handles, labels = zip(*entries, strict=True)
        below = ax.transAxes + ScaledTranslation(0, -38 / 72, ax.figure.dpi_scale_trans)
        ax.legend(
            handles,
            labels,
            loc="upper left",
            bbox_to_anchor=(0, 0),
            bbox_transform=below,
            ncols=columns,
            fontsize="x-small",
            frameon=False,
        )


def colour(name: str) -> str:
    """Return the colour of a class or grade; what has the colour of text has matplotlib's."""
    from matplotlib import rcParams

    found = COLOURS[name]
    return str(rcParams["text.color"]) if found == "currentColor" else found


def ink_on(fill: str) -> str:
    """Return black or white, whichever stands out more from a colour (WCAG 2.2, relative luminance)."""
    parts = [int(fill[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    # Equal contrasts: (1 + .05) / (L + .05) = (L + .05) / .05.
    return "white" if luminance < 0.179 else "black"


def label_of(dataset: Dataset, ref: Ref | str, *, rest: bool = False) -> str:
    """Return how a unit is cited and its title, on two lines; `rest` marks one without those below it."""
    if isinstance(ref, str):
        return ref
    citation, title = name_of(dataset, ref)
    words = textwrap.shorten(title or "", _LABEL, placeholder=" …")
    return "\n".join(filter(None, (f"{citation or ref}{', the rest' if rest else ''}", words)))
