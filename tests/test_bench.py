"""How the benchmarks judge their goals; nothing here measures time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "bench"))
import reading
from goals import Call, Goal, Times, Verdict, least

GOAL = Goal("ours", "ours", "theirs", 1.5)


def judged(*ratios: float) -> tuple[Verdict, int]:
    """Return the verdict on one goal whose measurements give these ratios, and how many of them were made."""
    left: Iterator[float] = iter(ratios)
    made: list[Times] = []

    def measure() -> Times:
        made.append({"ours": next(left), "theirs": 1.0})
        return made[-1]

    verdict = Verdict()
    assert verdict.judge(measure, [GOAL]) == {"ours": ratios[0], "theirs": 1.0}
    return verdict, len(made)


@pytest.mark.parametrize(
    ("ratios", "measured", "text"),
    [
        ((1.5,), 1, "1 of 1 goals met; missed: none"),
        ((1.6, 1.4), 2, "1 of 1 goals met; missed: none"),
        ((1.6, 2.0, 1.5), 3, "1 of 1 goals met; missed: none"),
        ((2.0, 1.6, 1.8), 3, "0 of 1 goals met; missed: ours (1.60 x, goal 1.5 x)"),
    ],
)
def test_a_miss_counts_if_three_measurements_show_it(ratios: tuple[float, ...], measured: int, text: str) -> None:
    """A goal that is met is measured once; a miss twice more, and one good measurement is enough."""
    verdict, made = judged(*ratios)
    assert (made, str(verdict)) == (measured, text)


def test_goals_of_one_measurement_are_judged_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    """A goal that was met stays met when another one makes the measurement run again."""
    measurements = iter(
        [{"a": 1.0, "b": 9.0, "base": 1.0}, {"a": 9.0, "b": 9.0, "base": 1.0}, {"a": 9.0, "b": 8.0, "base": 1.0}]
    )
    verdict = Verdict()
    verdict.judge(lambda: next(measurements), [Goal("a", "a", "base", 2), Goal("b", "b", "base", 2)])
    assert str(verdict) == "1 of 2 goals met; missed: b (8.00 x, goal 2 x)"
    assert "b <= 2 x: 9.00 x, again 9.00 x, again 8.00 x, MISSED" in capsys.readouterr().out


def test_candidates_take_turns() -> None:
    """Each round calls every candidate, so that a slow spell of the machine hits all of them."""
    order: list[str] = []
    calls = {name: Call(lambda name=name: order.append(name), 2) for name in "ab"}
    assert set(least(calls, rounds=3)) == {"a", "b"}
    assert "".join(order) == "aabb" * 3


def test_each_format_says_the_same() -> None:
    """Readers are measured on files that say one and the same, and each beside its own parser."""
    formats, unread = reading.candidates()
    assert len(formats) + len(unread) == len(reading.FORMATS)
    for name, calls in formats.items():
        assert list(calls) == [f"{name} read", f"{name} parsed"]
        for call in calls.values():
            call.function()
