"""What happens when: the steps of a plan, the points of a simulation, the deadlines of an incident."""

# pyright: reportUnknownMemberType=false
# matplotlib's annotations leave the keyword arguments of its methods unknown.

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from .._shared import expect, moment_text, number
from ..errors import InputError, clean
from ..law import Deadline, Schedule
from ..planning import Plan, Simulation
from ._axes import colour, legend, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plan", "timeline"]

_DAY = 86_400


def plan(result: Plan | Simulation, *, ax: Axes | None = None) -> Axes:
    """Draw how a score rises: over the cost of a plan's steps, or over the dates of a simulation.

    For a `Plan` each step is named where its gain is reached, and lines show the target and the budget, if it had any.
    For what `simulate` gives, low, estimate and high are drawn as steps over time.

    Raises `InputError` for another result or for axes that are none, `MissingExtra` without matplotlib.
    """
    if isinstance(result, Simulation):
        return _simulation(result, ax)
    if not isinstance(result, Plan):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(
            f"result is {clean(type(result).__name__)}, not Plan or Simulation", hint="plan or simulate gives one"
        )
    ax = new_axes(ax, 4.2, result.summary)
    rows = result.to_dicts()
    costs = [0.0, *(row["total_cost"] for row in rows)]
    scores = [result.start, *(row["reached"] for row in rows)]
    ax.step(costs, scores, where="post", color=colour("met"), linewidth=2)
    ax.scatter(costs, scores, color=colour("met"), s=18, zorder=3)
    for step, cost, score in zip(result.steps, costs[1:], scores[1:], strict=True):
        ax.annotate(
            step.name,
            (cost, score),
            xytext=(0, 7),
            textcoords="offset points",
            rotation=60,
            ha="left",
            va="bottom",
            fontsize="x-small",
            parse_math=False,
        )
    ink = colour("ceiling")
    if result.target is not None:
        ax.axhline(result.target, color=ink, linestyle=(0, (2, 1)), linewidth=1, label="target")
    if result.budget is not None:
        ax.axvline(result.budget, color=ink, linestyle=":", linewidth=1, label="budget")
    ax.set_xlabel(f"cost of the steps so far (all of them: {number(result.cost)})", fontsize="small")
    _shares(ax, max([*scores, result.target or 0.0]))
    legend(ax)
    return ax


def _shares(ax: Axes, most: float) -> None:
    from matplotlib.ticker import PercentFormatter

    # Room above for the names of the last steps.
    ax.set_ylim(0, max(most, 0.01) * 1.3)
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.set_ylabel("share of demands met, mean over provisions", fontsize="small")
    ax.grid(axis="y", alpha=0.3, linewidth=0.5)


def _simulation(result: Simulation, ax: Axes | None) -> Axes:
    points = [point for point in result.points if point.date is not None]
    if not points:
        raise InputError("no point of the simulation has a date", hint="give the steps dates: Plan.dated")
    ax = new_axes(ax, 4.2, f"Score of {result.framework} over time")
    import numpy as np  # matplotlib needs it, so it is there

    dates = np.array([point.date for point in points], dtype="datetime64[D]")
    for name, style, ink in (("high", "--", "implementation"), ("estimate", ":", "ceiling"), ("low", "-", "met")):
        values = [getattr(point.score, name) or 0.0 for point in points]
        ax.step(dates, values, where="post", linestyle=style, color=colour(ink), label=name)
    _shares(ax, max(point.score.high or 0.0 for point in points))
    ax.tick_params(axis="x", labelrotation=30, labelsize="x-small")
    legend(ax)
    return ax


def timeline(result: Schedule, *, now: datetime | None = None, ax: Axes | None = None) -> Axes:
    """Draw the deadlines of an incident, a row each, from awareness to when the report is due and to the latest time.

    Times are those of the schedule's zone, in days after awareness on a scale that is linear up to one day and
    logarithmic after it, so that hours and months fit one picture. A filled dot is a deadline, a hollow one a deadline
    that is provisional, a tick the latest instant under Regulation 1182/71, a cross what is done. `now` draws a line.
    Deadlines that nothing fixes yet are named with "no date yet".

    Raises `InputError` for a time without zone or for axes that are none, `MissingExtra` without matplotlib.
    """
    expect(result, Schedule, "result")
    deadlines = result.deadlines
    if not deadlines:
        raise InputError("the schedule has no deadlines", hint="deadlines(Incident(aware_at)) gives one")
    where = f" ({', '.join(result.member_states)})" if result.member_states else ""
    shown = f"{result.aware_at.astimezone(ZoneInfo(result.zone)):%Y-%m-%d %H:%M}"
    ax = new_axes(ax, 1.6 + 0.45 * len(deadlines), f"Reports after awareness at {shown}, {result.zone}{where}")
    ink = colour("ceiling")
    for row, deadline in enumerate(deadlines):
        _draw_deadline(ax, row, deadline, result)
    if now is not None:
        at = result.state(now).at
        ax.axvline(_days(result, at), color=colour("structural"), linewidth=1, label="now")
    ax.scatter([], [], color=colour("met"), s=40, label="due")
    ax.plot([], [], color=ink, marker="|", linestyle="", markersize=12, label="latest")
    ax.set_yticks(range(len(deadlines)), [_stage(deadline) for deadline in deadlines], fontsize="small")
    ax.set_ylim(len(deadlines) - 0.4, -0.6)
    ax.set_xscale("symlog", linthresh=1, linscale=0.7)
    ticks = {0: "aware", 1: "1 day", 3: "3 days", 7: "1 week", 30: "30 days", 90: "90 days", 365: "1 year"}
    last = max([1.0, *(_days(result, end) for d in deadlines for end in (d.latest, d.due) if end)])
    kept = [day for day in ticks if day <= last * 1.2]
    ax.set_xticks(kept, [ticks[day] for day in kept], fontsize="x-small")
    ax.set_xticks([], minor=True)
    ax.set_xlim(0, last * 4)
    ax.grid(axis="x", alpha=0.3, linewidth=0.5)
    ax.tick_params(axis="y", length=0)
    legend(ax)
    return ax


def _draw_deadline(ax: Axes, row: int, deadline: Deadline, schedule: Schedule) -> None:
    zone, fill, ink = ZoneInfo(schedule.zone), colour("met"), colour("ceiling")
    if deadline.due is None:
        ax.text(0.02, row, "no date yet", va="center", fontsize="x-small", style="italic")
    else:
        due = _days(schedule, deadline.due)
        ax.plot((0, due), (row, row), color=fill, linewidth=1, alpha=0.5)
        face = ax.get_facecolor() if deadline.provisional else fill
        ax.scatter([due], [row], s=40, zorder=3, facecolor=face, edgecolor=fill)
        words = f"{moment_text(deadline.due.astimezone(zone))}{' (provisional)' if deadline.provisional else ''}"
        end = due
        if deadline.latest is not None and deadline.latest > deadline.due:
            end = _days(schedule, deadline.latest)
            ax.plot([end], [row], color=ink, marker="|", markersize=12)
        ax.annotate(words, (end, row), xytext=(9, 0), textcoords="offset points", va="center", fontsize="x-small")
    if deadline.done_at is not None:
        ax.plot([_days(schedule, deadline.done_at)], [row], color=ink, marker="x", markersize=9, zorder=4)


def _stage(deadline: Deadline) -> str:
    return f"{deadline.words} ({deadline.member_state})" if deadline.member_state else deadline.words


def _days(schedule: Schedule, at: datetime) -> float:
    return (at - schedule.aware_at).total_seconds() / _DAY
