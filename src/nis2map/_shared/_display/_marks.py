"""Marks: numbers of a score as small pictures in SVG, which a page, a notebook and a report show alike.

A mark has no script, no style (which a strict page refuses) and no link, and its colours stand out from white and from
black: what is drawn in `currentColor` follows the text around it. What it shows is also its text, for those who can't
see it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from ._text import percent

__all__ = ["COLOURS", "Bar", "Label", "Mark", "Parts", "Rise", "Stack", "swatch"]

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
_FAINT = ".45"


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

    Each number is a share in [0, 1], or None where it is not known. `label` is the text in another language.
    """

    __slots__ = ("ceiling", "estimate", "high", "label", "low")

    def __init__(
        self,
        low: float | None,
        estimate: float | None,
        high: float | None,
        ceiling: float | None = None,
        *,
        label: str = "",
    ) -> None:
        self.low, self.estimate, self.high, self.ceiling = low, estimate, high, ceiling
        self.label = label

    def text(self) -> str:
        """Return the numbers with their names."""
        if self.label:
            return self.label
        if self.low is None:
            return "nothing counted"
        return (
            f"surely {percent(self.low)}, estimate {percent(self.estimate)}, at most {percent(self.high)}, "
            f"ceiling {percent(self.ceiling)}"
        )

    def html(self) -> str:
        """Return the mark as inline SVG of 160 by 16 pixels."""
        return _svg(self.text(), _bar(self.low, self.high, self.estimate, self.ceiling))


class Rise(Mark):
    """One step of a score as a mark: solid to where it was, pale to where it is, a line at what it is to reach."""

    __slots__ = ("after", "before", "target")

    def __init__(self, before: float, after: float, target: float | None = None) -> None:
        self.before, self.after, self.target = before, after, target

    def text(self) -> str:
        """Return the numbers with their names."""
        rise = f"from {percent(self.before)} to {percent(self.after)}"
        return rise if self.target is None else f"{rise}, target {percent(self.target)}"

    def html(self) -> str:
        """Return the mark as inline SVG of 160 by 16 pixels."""
        return _svg(self.text(), _bar(self.before, self.after, None, self.target))


class Parts(Mark):
    """A partition as one mark: a stretch for each named count, in the colour of its name; none for a count of 0.

    `nothing` says in words that all counts are 0.
    """

    __slots__ = ("counts", "nothing")

    def __init__(self, counts: Iterable[tuple[str, str, int]], *, nothing: str = "nothing counted") -> None:
        """Take (name of the colour, words, count) for each part, in their order."""
        self.nothing = nothing
        self.counts = tuple((name, words, count) for name, words, count in counts if count)

    def text(self) -> str:
        """Return the counts with their words."""
        return ", ".join(f"{words} {count}" for _, words, count in self.counts) or self.nothing

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
                f"<title>{_escaped(f'{words} {count}')}</title></rect>"
            )
            at += width
        return _svg(self.text(), shapes)


class Label(Mark):
    """Words with the colour that stands for them in other marks."""

    __slots__ = ("name", "words")

    def __init__(self, name: str, words: str = "") -> None:
        self.name, self.words = name, words or name

    def text(self) -> str:
        """Return the words."""
        return self.words

    def html(self) -> str:
        """Return the words after a small square of the colour, as a line of its own."""
        from ._html import lines  # late: no first score draws a mark

        # Before one word the square would else stand in a line of its own where a column is narrow.
        style = "" if " " in self.words else ' style="white-space:nowrap"'
        return f"<div{style}>{swatch(self.name)} {lines(self.words)}</div>"


class Stack(Mark):
    """Several marks as one, each below the one before."""

    __slots__ = ("marks",)

    def __init__(self, *marks: Mark) -> None:
        self.marks = marks

    def text(self) -> str:
        """Return what the pictures say, one after the other."""
        return "; ".join(mark.text() for mark in self.marks)

    def html(self) -> str:
        """Return the pictures, which are as wide as each other."""
        return "".join(mark.html() for mark in self.marks)


def swatch(name: str) -> str:
    """Return, as a small picture, what stands in a bar for "surely", "at most", "estimate" or "ceiling", else a colour.

    It is not read out: a legend says its name beside it.
    """
    size = 12
    if name == "estimate":
        shape = f'<path d="M6 0v{size}" stroke="currentColor" stroke-width="2"/>'
    elif name == "ceiling":
        shape = f'<path d="M6 0v{size}" stroke="currentColor" stroke-dasharray="3 2" stroke-width="1.5"/>'
    else:
        colour = COLOURS["met" if name in ("surely", "at most") else name]
        faint = f' opacity="{_FAINT}"' if name == "at most" else ""
        shape = f'<rect width="{size}" height="{size}" fill="{colour}"{faint}/>'
    return f'<svg aria-hidden="true" width="{size}" height="{size}" viewBox="0 0 {size} {size}">{shape}</svg>'


def _bar(low: float | None, high: float | None, tick: float | None, line: float | None) -> list[str]:
    """Return the shapes of a bar: solid to low, pale to high, a tick, and a dashed line."""
    shapes = [f'<rect y="4" width="{_WIDTH}" height="8" fill="currentColor" opacity=".15"/>']
    if low is not None and high is not None:
        start, end = _WIDTH * low, _WIDTH * high
        colour = COLOURS["met"]
        shapes += [
            f'<rect x="{start:.1f}" y="4" width="{end - start:.1f}" height="8" fill="{colour}" opacity="{_FAINT}"/>',
            f'<rect y="4" width="{start:.1f}" height="8" fill="{colour}"/>',
        ]
    if tick is not None:
        shapes.append(f'<path d="M{_inside(tick):.1f} 4v8" stroke="currentColor" stroke-width="2"/>')
    if line is not None:
        at = f"{_inside(line):.1f}"
        shapes.append(f'<path d="M{at} 0v16" stroke="currentColor" stroke-dasharray="3 2" stroke-width="1.5"/>')
    return shapes


def _inside(share: float) -> float:
    """Return where a line stands, a pixel from the ends so that all of it is seen."""
    return min(max(_WIDTH * share, 1), _WIDTH - 1)


def _svg(text: str, shapes: Iterable[str]) -> str:
    label = _escaped(text)
    return (
        f'<svg role="img" aria-label="{label}" width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'display="block"><title>{label}</title>{"".join(shapes)}</svg>'
    )


def _escaped(text: str) -> str:
    from ._html import escape  # late: no first score draws a mark

    return escape(text)
