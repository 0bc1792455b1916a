"""Draw the README's picture, for light and for dark pages, from the sample Statement of Applicability.

    python tools/pictures.py

The numbers drawn stand in each file's description as well; a test works them out again.
"""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib as mpl

import nis2map
from nis2map import plot

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "_static"
SAMPLE = ROOT / "examples" / "soa-with-gaps.csv"
THEMES = {"light": ("#ffffff", "#1f2328"), "dark": ("#0d1117", "#e6edf3")}  # what is behind, and the ink


def coverage() -> nis2map.Coverage:
    """Return what is drawn: the core duties of the Directive, by a sample with a certificate."""
    return nis2map.coverage(nis2map.read_soa(SAMPLE).certified())


def numbers(result: nis2map.Coverage) -> dict[str, list[float | None]]:
    """Return low, estimate, high and ceiling as they are drawn, by measure."""
    scores = {group.citation: group.score for group in result.measure_groups} | {"overall": result.overall}
    return {
        name: [value if value is None else round(value, 4) for value in _four(score)] for name, score in scores.items()
    }


def _four(score: nis2map.Score) -> tuple[float | None, ...]:
    return score.low, score.estimate, score.high, score.ceiling.high


def draw() -> None:
    """Write one file a theme, the same bytes each time."""
    result = coverage()
    for theme, (paper, ink) in THEMES.items():
        style = {
            "svg.hashsalt": "nis2map", "figure.facecolor": paper, "axes.facecolor": paper, "savefig.facecolor": paper,
            **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), ink),
        }  # fmt: skip
        with mpl.rc_context(style):
            axes = plot.coverage(result)
            axes.figure.savefig(
                FOLDER / f"coverage-{theme}.svg",
                metadata={"Date": None, "Creator": None, "Description": json.dumps(numbers(result))},
            )


if __name__ == "__main__":
    mpl.use("Agg")
    draw()
