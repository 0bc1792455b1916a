"""What a score rests on and how to raise it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._contributions import Contribution as Contribution
    from ._contributions import Contributions as Contributions
    from ._contributions import contributions as contributions
    from ._plan import Plan as Plan
    from ._plan import plan as plan
    from ._programme import Benefit as Benefit
    from ._programme import CycleStage as CycleStage
    from ._programme import Difference as Difference
    from ._programme import LegalDate as LegalDate
    from ._programme import Roadmap as Roadmap
    from ._programme import RoadmapStep as RoadmapStep
    from ._programme import benefits as benefits
    from ._programme import cycle as cycle
    from ._programme import differences as differences
    from ._programme import roadmap as roadmap
    from ._programme import timeline as timeline
    from ._sensitivity import LinkEffect as LinkEffect
    from ._sensitivity import Sensitivity as Sensitivity
    from ._sensitivity import Shift as Shift
    from ._sensitivity import sensitivity as sensitivity
    from ._simulation import Point as Point
    from ._simulation import Simulation as Simulation
    from ._simulation import simulate as simulate
    from ._steps import Step as Step
    from ._steps import done as done
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_contributions": "Contribution Contributions contributions",
            "_plan": "Plan plan",
            "_programme": (
                "Benefit CycleStage Difference LegalDate Roadmap RoadmapStep benefits cycle differences roadmap "
                "timeline"
            ),
            "_sensitivity": "LinkEffect Sensitivity Shift sensitivity",
            "_simulation": "Point Simulation simulate",
            "_steps": "Step done",
        },
    )
