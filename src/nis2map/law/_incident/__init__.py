"""Incidents: facts, significance, deadlines and the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._clocks import Clock as Clock
    from ._deadlines import MOMENTS as MOMENTS
    from ._deadlines import Incident as Incident
    from ._deadlines import deadlines as deadlines
    from ._facts import Affected as Affected
    from ._facts import EntityKind as EntityKind
    from ._facts import FactKind as FactKind
    from ._facts import IncidentFacts as IncidentFacts
    from ._facts import fact_kind as fact_kind
    from ._periods import last_day as last_day
    from ._periods import parse_moment as parse_moment
    from ._periods import states_time as states_time
    from ._periods import zone_of as zone_of
    from ._schedule import Deadline as Deadline
    from ._schedule import DeadlineState as DeadlineState
    from ._schedule import Note as Note
    from ._schedule import Schedule as Schedule
    from ._schedule import ScheduleState as ScheduleState
    from ._schedule import Standing as Standing
    from ._significance import Answer as Answer
    from ._significance import Criterion as Criterion
    from ._significance import Significance as Significance
    from ._significance import significance as significance
    from ._stages import Stage as Stage
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_clocks": "Clock",
            "_deadlines": "Incident MOMENTS deadlines",
            "_facts": "Affected EntityKind FactKind IncidentFacts fact_kind",
            "_periods": "last_day parse_moment states_time zone_of",
            "_schedule": "Deadline DeadlineState Note Schedule ScheduleState Standing",
            "_significance": "Answer Criterion Significance significance",
            "_stages": "Stage",
        },
    )
