"""Scores as bars: bounds, grades, classes of gaps, and two sides beside each other."""

# pyright: reportUnknownMemberType=false
# matplotlib's annotations leave the keyword arguments of its methods unknown.

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import expect
from ..dataset import containing
from ..diff import Comparison
from ..errors import InputError
from ..model import GapClass, Grade
from ..scoring import Bounds, Coverage, Gaps, Score
from ._axes import colour, label_of, legend, rows_axes, share_axis, stack

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["compare", "coverage", "gaps", "grades"]

_CLASSES = {
    GapClass.IMPLEMENTATION: "finish",
    GapClass.UNASSESSED: "find out",
    GapClass.RESIDUAL: "add",
    GapClass.STRUCTURAL: "act on the duty itself",
    GapClass.UNJUDGED: "not judged yet",
}
_SHOWN = 20


def coverage(result: Coverage, *, level: str = "measure", ax: Axes | None = None) -> Axes:
    """Draw the bounds of a coverage: a bar for each unit of a level, and the ceiling as a line across it.

    The solid part of a bar reaches to low (surely met), the pale part to high (at most), the dot is the estimate, and
    the line is the ceiling, what full implementation of every linked control would give. The last row is the whole,
    unless `level` is "overall". Levels are those of `Coverage.rollup`. `ax` are the axes to draw on, new ones if None.

    Raises `InputError` for another level or for axes that are none, `MissingExtra` without matplotlib.
    """
    expect(result, Coverage, "result")
    rows = _rows(result, level)
    ax = rows_axes(ax, [label for label, _ in rows], f"Coverage of {_names(result)}")
    numbers = [[0.0 if n is None else n for n in (s.low, s.estimate, s.high)] for _, s in rows]
    places = range(len(rows))
    lows = [low for low, _, _ in numbers]
    ax.barh(places, [1.0] * len(rows), height=0.5, color=colour("ceiling"), alpha=0.08)
    ax.barh(places, lows, height=0.5, color=colour("met"), label="surely (low)")
    widths = [high - low for low, _, high in numbers]
    ax.barh(places, widths, left=lows, height=0.5, color=colour("met"), alpha=0.4, label="at most (high)")
    known = [place for place in places if rows[place][1].estimate is not None]
    dots = [numbers[place][1] for place in known]
    ax.scatter(dots, known, s=14, color=colour("ceiling"), zorder=3, label="estimate", clip_on=False)
    ceilings = [(p, s.ceiling.high) for p, (_, s) in enumerate(rows) if s.ceiling.high is not None]
    ax.vlines(
        [high for _, high in ceilings],
        [place - 0.38 for place, _ in ceilings],
        [place + 0.38 for place, _ in ceilings],
        color=colour("ceiling"),
        linestyle=(0, (2, 1)),
        linewidth=1.5,
        label="ceiling: every control in place",
    )
    share_axis(ax, f"share of demands met, mean over provisions (basis: {result.basis})")
    legend(ax, 2)
    return ax


def grades(result: Coverage, *, level: str = "measure", ax: Axes | None = None) -> Axes:
    """Draw what the crosswalk offers, whatever the findings: per unit, its demands by the best grade of a control.

    *Stated*: a control's own statement requires it; *guided* and *considered*: ISO/IEC 27002 says so; *helped*: partial
    evidence; *bare*: nothing. Arguments and errors are those of `coverage`.
    """
    expect(result, Coverage, "result")
    rows = _rows(result, level, overall=False)
    ax = rows_axes(ax, [label for label, _ in rows], f"Best offer of a control for {_names(result)}")
    parts = [(str(grade), str(grade), [score.grades[grade] for _, score in rows]) for grade in Grade]
    stack(ax, parts, "demands")
    return ax


def gaps(result: Gaps, *, level: str = "section", ax: Axes | None = None) -> Axes:
    """Draw why demands are not surely met: per unit, the number of demands of each class of gap.

    Arguments and errors are those of `coverage`, for what `nis2map.gaps` gives; a gap without its coverage, as one read
    from a file is, can't be drawn.
    """
    expect(result, Gaps, "result")
    found = result.coverage
    if not len(result):
        raise InputError("there are no gaps to draw: nothing that was scored is short", hint="coverage draws the rest")
    rows = [(label, score) for label, score in _rows(found, level, overall=False) if _short(score)]
    ax = rows_axes(ax, [label for label, _ in rows], f"What is not surely met of {found.framework}, and why")
    parts = [(str(kind), words, [getattr(score, str(kind)) for _, score in rows]) for kind, words in _CLASSES.items()]
    stack(ax, parts, "demands")
    return ax


def compare(result: Comparison, *, limit: int = _SHOWN, ax: Axes | None = None) -> Axes:
    """Draw two sides beside each other: the whole, and each unit whose bounds changed, before and after.

    The upper bar of a row is before, the lower one after; solid reaches to low, pale to high. Of more than `limit`
    units those whose low or high moved most are drawn, in legal order, and the title says so.

    Raises `InputError` if the comparison scored nothing or nothing changed, `MissingExtra` without matplotlib.
    """
    expect(result, Comparison, "result")
    found = [(effect, effect.before, effect.after) for effect in result.effects if effect.before and effect.after]
    if not found:
        raise InputError("no bounds changed", hint="compare two assessments, or give compare an assessment= to score")
    moves = {effect.ref: _moved(before, after) for effect, before, after in found}
    kept = sorted(moves, key=lambda ref: (ref is not None, -moves[ref]))[: limit + 1]
    shown = [row for row in found if row[0].ref in kept]
    more = f" ({len(shown) - 1} of {len(found) - 1} units, those that moved most)" if len(shown) < len(found) else ""
    labels = ["overall" if effect.ref is None else effect.ref.citation for effect, _, _ in shown]
    ax = rows_axes(ax, labels, f"Before and after{more}")
    _, befores, afters = zip(*shown, strict=True)
    for bounds, side, shift, name in ((befores, "before", -0.2, "unassessed"), (afters, "after", 0.2, "met")):
        lows = [b.low or 0.0 for b in bounds]
        widths = [(b.high or 0.0) - (b.low or 0.0) for b in bounds]
        places = [place + shift for place in range(len(shown))]
        ax.barh(places, lows, height=0.36, color=colour(name), label=f"{side}: surely (low)")
        ax.barh(places, widths, left=lows, height=0.36, color=colour(name), alpha=0.4, label=f"{side}: at most (high)")
    share_axis(ax, "share of demands met, mean over provisions")
    legend(ax, 2)
    return ax


def _rows(result: Coverage, level: str, *, overall: bool = True) -> list[tuple[str, Score]]:
    """Return labels and scores of a level, the whole last."""
    dataset, scores = result.dataset, result.rollup(level)
    above = containing(dataset, (key for key in scores if not isinstance(key, str)))
    rows = [(label_of(dataset, key, rest=level == "measure" and key in above), score) for key, score in scores.items()]
    return [*rows, ("overall", result.overall)] if overall and level != "overall" else rows


def _names(result: Coverage) -> str:
    subject = f", {result.assessment.subject}" if result.assessment.subject else ""
    return f"{result.framework} through {'+'.join(result.crosswalks)}{subject}"


def _short(score: Score) -> int:
    return sum(getattr(score, str(kind)) for kind in _CLASSES)


def _moved(before: Bounds, after: Bounds) -> float:
    return max(abs((after.low or 0.0) - (before.low or 0.0)), abs((after.high or 0.0) - (before.high or 0.0)))
