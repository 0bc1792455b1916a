"""Marks: numbers of a score as small pictures in SVG, which a page, a notebook and a report show alike.

A mark has no script, no style sheet and no link, and its colours stand out from white and from black: what is drawn in
`currentColor` follows the text around it. What it shows is also its text, for those who can't see it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ._text import escape, percent

__all__ = ["COLOURS", "Bar", "Mark", "Parts"]

# Told apart with each common kind of colour blindness and in grey: what is met or can be is blue, what is not known is
# grey, what needs more than the controls is amber and red. At least 3:1 on white and on #111 (WCAG 2.2, 1.4.11).
COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "met": "#0072b2",
        "implementation": "#4a98c9",
        "unassessed": "#8a8a8a",
        "residual": "#c17f00",
        "structural": "#d0502a",
        "unjudged": "#767676",
        "stated": "#0072b2",
        "guided": "#4a98c9",
        "considered": "#5f9e8f",
        "helped": "#c17f00",
        "bare": "#d0502a",
        "ceiling": "currentColor",
    }
)
_WIDTH = 160
_HEIGHT = 16


class Mark(ABC):
    """A small picture with its text."""

    __slots__ = ()

    @abstractmethod
    def text(self) -> str:
        """Return what the picture says."""

    @abstractmethod
    def html(self) -> str:
        """Return the picture as inline SVG."""


class Bar(Mark):
    """The numbers of a score as one mark: solid to low, pale from low to high, a tick at estimate, a line at ceiling.

    Each number is a share in [0, 1], or None where it is not known.
    """

    __slots__ = ("ceiling", "estimate", "high", "low")

    def __init__(
        self, low: float | None, estimate: float | None, high: float | None, ceiling: float | None = None
    ) -> None:
        self.low, self.estimate, self.high, self.ceiling = low, estimate, high, ceiling

    def text(self) -> str:
        """Return the numbers with their names."""
        if self.low is None:
            return "nothing counted"
        return (
            f"surely {percent(self.low)}, estimate {percent(self.estimate)}, at most {percent(self.high)}, "
            f"ceiling {percent(self.ceiling)}"
        )

    def html(self) -> str:
        """Return the mark as inline SVG of 160 by 16 pixels."""
        shapes = [f'<rect y="4" width="{_WIDTH}" height="8" fill="currentColor" opacity=".15"/>']
        if self.low is not None and self.high is not None:
            low, high = _WIDTH * self.low, _WIDTH * self.high
            colour = COLOURS["met"]
            shapes += [
                f'<rect x="{low:.1f}" y="4" width="{high - low:.1f}" height="8" fill="{colour}" opacity=".45"/>',
                f'<rect y="4" width="{low:.1f}" height="8" fill="{colour}"/>',
            ]
        if self.estimate is not None:
            at = min(max(_WIDTH * self.estimate, 1), _WIDTH - 1)
            shapes.append(f'<path d="M{at:.1f} 4v8" stroke="currentColor" stroke-width="2"/>')
        if self.ceiling is not None:
            at = min(max(_WIDTH * self.ceiling, 1), _WIDTH - 1)
            shapes.append(f'<path d="M{at:.1f} 0v16" stroke="currentColor" stroke-dasharray="3 2" stroke-width="1.5"/>')
        return _svg(self.text(), shapes)


class Parts(Mark):
    """A partition as one mark: a stretch for each named count, in the colour of its name; none for a count of 0."""

    __slots__ = ("counts",)

    def __init__(self, counts: Iterable[tuple[str, str, int]]) -> None:
        """Take (name of the colour, words, count) for each part, in their order."""
        self.counts = tuple((name, words, count) for name, words, count in counts if count)

    def text(self) -> str:
        """Return the counts with their words."""
        return ", ".join(f"{words} {count}" for _, words, count in self.counts) or "nothing counted"

    def html(self) -> str:
        """Return the mark as inline SVG of 160 by 16 pixels."""
        whole = sum(count for _, _, count in self.counts)
        shapes: list[str] = []
        at = 0.0
        for name, words, count in self.counts:
            width = _WIDTH * count / whole
            # A pixel between neighbours: they are told apart without their colours.
            shapes.append(
                f'<rect x="{at:.1f}" y="2" width="{max(width - 1, 1):.1f}" height="12" fill="{COLOURS[name]}">'
                f"<title>{escape(f'{words} {count}')}</title></rect>"
            )
            at += width
        return _svg(self.text(), shapes)


def _svg(text: str, shapes: Iterable[str]) -> str:
    label = escape(text)
    return (
        f'<svg role="img" aria-label="{label}" width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{label}</title>{"".join(shapes)}</svg>'
    )
