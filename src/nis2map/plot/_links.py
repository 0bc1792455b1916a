"""Links as pictures: a heatmap of requirements and controls, the graph of one measure, the matrix of two judges."""

# pyright: reportUnknownMemberType=false
# matplotlib's annotations leave the keyword arguments of its methods unknown.

from __future__ import annotations

import math
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .._shared import expect
from ..dataset import containing, name_of
from ..errors import InputError, UnknownRef, clean
from ..ids import Ref
from ..model import Demand, Grade
from ..review import Agreement, ReviewAgreement
from ..scoring import Coverage, DemandExplanation, Explanation, workings
from ._axes import colour, ink_on, label_of, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..dataset import Dataset

__all__ = ["agreement", "graph", "heatmap"]

_GRADES = tuple(Grade)
_SERVING = _GRADES[:-1]
_GRADE_WORDS = {
    Grade.STATED: "stated: a control's statement requires it",
    Grade.GUIDED: "guided: ISO/IEC 27002 says it should be done",
    Grade.CONSIDERED: "considered: ISO/IEC 27002 names it",
    Grade.HELPED: "helped: partial evidence",
}
_ROW = 0.34
_LABEL = 46
_Served = dict[tuple[Ref, Ref], dict[Ref, Grade]]  # by row and column, the best grade of each demand


def heatmap(result: Coverage, *, under: Ref | str | None = None, ax: Axes | None = None) -> Axes:
    """Draw which part of the standard serves which requirement, and how well, whatever the findings.

    Without `under` a row is a measure group and a column a top-level part of the standard (a clause or a theme); with
    it, a row is a demand of that unit or of those below it, and a column a control. The colour of a cell is the best
    grade of a link there, its number how many demands of the row the column serves in any grade. Each control of a
    joint link is shown.

    Raises `UnknownRef` if no demand at or below `under` was scored, `InputError` if none was at all and for axes that
    are none, `MissingExtra` without matplotlib.
    """
    expect(result, Coverage, "result")
    dataset = result.dataset
    alone = under is not None
    demands = _demands(result, under)
    served: _Served = {}
    for place, demand in demands:
        groups = (demand.ref,) if alone else dataset.groups(demand.ref.unit)
        for term in workings(result).question.terms[place]:
            for control in term.link.controls:
                column = control if alone else (control, *dataset.ancestors(control))[-1]
                for row in groups:
                    grades = served.setdefault((row, column), {})
                    grades[demand.ref] = _better(term.grade, grades.get(demand.ref))
    rows = [demand.ref for _, demand in demands] if alone else list(result.rollup("measure"))
    columns = sorted({column for _, column in served})
    about = result.framework if under is None else " ".join(filter(None, name_of(dataset, dataset.ref(under))))
    ax = new_axes(ax, 1.8 + _ROW * len(rows), f"Controls linked to {about}")
    _draw_cells(ax, served, rows, columns)
    above = containing(dataset, result.rollup("measure"))
    labels = [_row_label(dataset, row, rest=row in above) for row in rows]
    ax.set_yticks(range(len(rows)), labels, fontsize="x-small", parse_math=False)
    heads = [dataset[column].ref.citation or str(column) for column in columns]
    ax.set_xticks(range(len(columns)), heads, fontsize="x-small", rotation=90, parse_math=False)
    _grade_legend(ax)
    return ax


def _demands(result: Coverage, under: Ref | str | None) -> list[tuple[int, Demand]]:
    """Return the demands that were scored at or below a unit, each with its place in the question."""
    question, dataset = workings(result).question, result.dataset
    within = None if under is None else frozenset(dataset.below(under))
    found = [(p, d) for p, d in enumerate(question.demands) if within is None or d.ref.unit in within]
    if not found and under is not None:
        raise UnknownRef(f"no demand that was scored lies at or below {under}", hint="widen within=")
    if not found:
        raise InputError(f"no demand of {result.framework} was scored", hint="widen within=")
    return found


def _row_label(dataset: Dataset, row: Ref, *, rest: bool) -> str:
    if not row.demand:
        return label_of(dataset, row, rest=rest)
    lines = textwrap.wrap(dataset.demand(row).label, _LABEL, max_lines=2, placeholder=" …")
    return "\n".join(lines)


def _draw_cells(ax: Axes, served: _Served, rows: Sequence[Ref], columns: Sequence[Ref]) -> None:
    from matplotlib.patches import Rectangle

    for (row, column), grades in served.items():
        if row in rows:  # a unit may be in a group that was not scored
            x, y = columns.index(column), rows.index(row)
            fill = colour(min(grades.values(), key=_GRADES.index))
            ax.add_patch(Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, facecolor=fill))
            if not row.demand:
                ax.text(x, y, str(len(grades)), ha="center", va="center", fontsize="x-small", color=ink_on(fill))
    ax.set_xlim(-0.5, max(len(columns), 1) - 0.5)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.xaxis.tick_top()
    ax.set_xticks([x - 0.5 for x in range(1, len(columns))], minor=True)
    ax.set_yticks([y - 0.5 for y in range(1, len(rows))], minor=True)
    ax.grid(which="minor", alpha=0.3, linewidth=0.5)
    ax.tick_params(which="both", length=0)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)


def _grade_legend(ax: Axes) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(facecolor=colour(grade), label=_GRADE_WORDS[grade]) for grade in _SERVING]
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, 0), ncols=2, fontsize="x-small", frameon=False)


def _better(grade: Grade, other: Grade | None) -> Grade:
    return grade if other is None else min(grade, other, key=_GRADES.index)


def graph(result: Explanation, *, ax: Axes | None = None) -> Axes:
    """Draw the demands of one unit and the controls that serve them as two columns, a line for each that does.

    The result is what `Coverage.explain("Art. 21(2)(h)")` gives. A line has the colour of the grade and is the thicker
    the better; a broken one belongs to a link that holds for several controls together. Controls stand where their
    lines cross least (each at the mean height of its demands, then in legal order). A demand without a line is one that
    no control serves, or one with a finding of its own, which replaces its links.

    Raises `InputError` if there is nothing to draw or for axes that are none, `MissingExtra` without matplotlib.
    """
    expect(result, Explanation, "result")
    demands = result.demands
    if not demands:
        raise InputError(f"{result.subject} has no demands", hint="explain a unit with demands")
    lines = _lines(demands)
    heights: dict[str, list[int]] = {}
    for row, control, _, _ in lines:
        heights.setdefault(control, []).append(row)
    order = sorted(heights, key=lambda control: sum(heights[control]) / len(heights[control]))
    size = max(len(demands), len(order))
    ax = new_axes(ax, 1.2 + 0.3 * size, " ".join(filter(None, (_cited(result), result.title))))
    left = [_spread(row, len(demands), size) for row in range(len(demands))]
    right = {control: _spread(row, len(order), size) for row, control in enumerate(order)}
    for row, control, grade, joint in lines:
        ax.plot(
            (0, 1),
            (left[row], right[control]),
            color=colour(grade),
            linewidth=3 - 0.6 * _GRADES.index(grade),
            linestyle="--" if joint else "-",
            zorder=2,
        )
    ink = colour("ceiling")
    ax.scatter([0] * len(left), left, color=ink, s=16, zorder=3)
    ax.scatter([1] * len(right), [*right.values()], color=ink, s=16, zorder=3)
    for y, demand in zip(left, demands, strict=True):
        ax.text(
            -0.03, y, textwrap.fill(demand.label, 40), ha="right", va="center", fontsize="x-small", parse_math=False
        )
    for control, y in right.items():
        ax.text(1.03, y, control, ha="left", va="center", fontsize="x-small", parse_math=False)
    ax.set_xlim(-1.15, 1.4)
    ax.set_ylim(size - 0.4, -0.6)
    ax.set_axis_off()
    _grade_legend(ax)
    return ax


def _cited(result: Explanation) -> str:
    framework, colon, local = result.subject.partition(":")
    return Ref(framework, local).citation if colon else ""  # the whole has its title alone


def _spread(row: int, rows: int, size: int) -> float:
    """Return the height of a row of a column that has fewer of them than the other."""
    return (row + 0.5) * size / rows - 0.5


def _lines(demands: Iterable[DemandExplanation]) -> list[tuple[int, str, Grade, bool]]:
    """Return a line for each demand and control: row, how the control is cited, best grade, whether it is joint."""
    best: dict[tuple[int, str], tuple[Grade, bool]] = {}
    for row, demand in enumerate(demands):
        for term in demand.terms:
            names = term.cited or tuple(str(control) for control in term.controls)
            for name in names:
                found = (term.grade, len(names) > 1)
                known = best.get((row, name), found)
                best[row, name] = min(found, known, key=lambda one: (_GRADES.index(one[0]), one[1]))
    return [(row, name, *found) for (row, name), found in best.items()]


def agreement(result: Agreement | ReviewAgreement, *, ax: Axes | None = None) -> Axes:
    """Draw how two judges grade the same pairs: a row is the grade of the first, a column that of the second.

    For what `nis2map.agreement` gives these are two crosswalks and pairs of unit and control, by the best grade of
    each; for `Review.agreement` a crosswalk and a person and pairs of demand and control. The diagonal is what both
    say alike. Shades follow the logarithm of the counts, because pairs that both call bare outnumber the others.

    Raises `InputError` for another result or for axes that are none, `MissingExtra` without matplotlib.
    """
    if isinstance(result, ReviewAgreement):
        names, counts = (result.crosswalk, result.judge or "the person"), result.counts
    elif isinstance(result, Agreement):  # pyright: ignore[reportUnnecessaryIsInstance]
        names, counts = result.crosswalks, _matrix(pair.grades for pair in result.pairs)
    else:
        raise InputError(
            f"result is {clean(type(result).__name__)}, not Agreement or ReviewAgreement",
            hint="nis2map.agreement or Review.agreement gives one",
        )
    ax = new_axes(ax, 4.6, f"Grades by {names[0]} and {names[1]}")
    most = max(max(row) for row in counts)
    base = colour("met")
    for y, row in enumerate(counts):
        for x, count in enumerate(row):
            shade = math.log1p(count) / math.log1p(most) if most else 0.0
            _square(ax, x, y, base, shade, str(count), diagonal=x == y)
    words = [str(grade) for grade in Grade]
    ax.set_xticks(range(len(words)), words, fontsize="small")
    ax.set_yticks(range(len(words)), words, fontsize="small")
    ax.set_xlabel(names[1], fontsize="small", parse_math=False)
    ax.set_ylabel(names[0], fontsize="small", parse_math=False)
    ax.set_xlim(-0.5, len(words) - 0.5)
    ax.set_ylim(len(words) - 0.5, -0.5)
    ax.set_aspect("equal")
    ax.tick_params(length=0)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    return ax


def _matrix(pairs: Iterable[tuple[Grade, Grade]]) -> tuple[tuple[int, ...], ...]:
    found = Counter(pairs)
    return tuple(tuple(found[one, two] for two in Grade) for one in Grade)


def _square(ax: Axes, x: int, y: int, base: str, shade: float, text: str, *, diagonal: bool) -> None:
    from matplotlib.colors import to_hex, to_rgb
    from matplotlib.patches import Rectangle

    fill = to_hex(_between(to_rgb(ax.get_facecolor()), to_rgb(base), shade))
    edge = colour("ceiling") if diagonal else "none"
    ax.add_patch(Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, facecolor=fill, edgecolor=edge))
    ax.text(x, y, text, ha="center", va="center", fontsize="small", color=ink_on(fill))


def _between(
    start: tuple[float, float, float], end: tuple[float, float, float], share: float
) -> tuple[float, float, float]:
    red, green, blue = (a + (b - a) * share for a, b in zip(start, end, strict=True))
    return (red, green, blue)
