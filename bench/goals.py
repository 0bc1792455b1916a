"""Goals as ratios of two candidates that one run times in turn, and the verdict on all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

ROUNDS = 15
TRIES = 3

Times = Mapping[str, float]


@dataclass(frozen=True)
class Goal:
    """The least time of `candidate` is at most `limit` times that of `base`."""

    name: str
    candidate: str
    base: str
    limit: float

    def ratio(self, times: Times) -> float:
        return times[self.candidate] / times[self.base]


@dataclass(frozen=True)
class Call:
    """A candidate that is called `number` times a round, so that one timing is long enough for the clock."""

    function: Callable[[], object]
    number: int = 1

    def seconds(self) -> float:
        """Seconds of one call, on average of a round."""
        function, repeats = self.function, range(self.number)
        start = time.perf_counter()
        for _ in repeats:
            function()
        return (time.perf_counter() - start) / self.number


def least(candidates: Mapping[str, Call], *, rounds: int = ROUNDS) -> dict[str, float]:
    """Least seconds per candidate. They take turns, so that a slow spell of the machine hits all of them."""
    times = dict.fromkeys(candidates, float("inf"))
    for _ in range(rounds):
        for name, call in candidates.items():
            times[name] = min(times[name], call.seconds())
    return times


class Verdict:
    """Which goals were met; a miss counts only if it shows in each of three measurements.

    A ratio of two least times is noisy upwards on a busy machine, and seldom downwards: one good measurement shows that
    the code can do it, one bad one shows little.
    """

    def __init__(self) -> None:
        self.met: list[Goal] = []
        self.missed: list[tuple[Goal, float]] = []

    def judge(self, measure: Callable[[], Times], goals: Sequence[Goal]) -> Times:
        """Measure, up to three times while a goal is missed; return the first measurement, to be printed."""
        first = measure()
        ratios = {goal: [goal.ratio(first)] for goal in goals}
        for _ in range(TRIES - 1):
            if all(min(ratios[goal]) <= goal.limit for goal in goals):
                break
            again = measure()
            for goal in goals:
                ratios[goal].append(goal.ratio(again))
        for goal, several in ratios.items():
            best, shown = min(several), ", again ".join(f"{ratio:.2f} x" for ratio in several)
            print(f"  goal: {goal.name} <= {goal.limit:g} x: {shown}{'' if best <= goal.limit else ', MISSED'}")
            if best <= goal.limit:
                self.met.append(goal)
            else:
                self.missed.append((goal, best))
        return first

    def __str__(self) -> str:
        names = ", ".join(f"{goal.name} ({ratio:.2f} x, goal {goal.limit:g} x)" for goal, ratio in self.missed)
        total = len(self.met) + len(self.missed)
        return f"{len(self.met)} of {total} goals met; missed: {names or 'none'}"
