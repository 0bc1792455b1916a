"""Small graphs as Mermaid text: what a notebook, or a page in Markdown, draws by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ._marks import COLOURS

__all__ = ["MERMAID", "NODES", "Arrow", "Diagram", "diagram"]

MERMAID = "text/vnd.mermaid"
# With more nodes a drawing in a notebook can't be read, and takes seconds.
NODES = 30
_LABEL = 80
# In Mermaid these end a text, begin a directive, or are tags and entities; as numbers they are what they look like.
_SPECIAL = re.compile(r"[^\w .,:()/+-]", re.ASCII)


class Arrow(NamedTuple):
    """From one node to another: what is written on it, the name of its colour, and whether it is dotted."""

    start: str
    end: str
    words: str
    colour: str = ""
    dotted: bool = False


class Diagram(str):
    """The text of a Mermaid flowchart, which notebooks that know Mermaid draw (JupyterLab from 4.1 on)."""

    __slots__ = ()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {MERMAID: str(self), "text/plain": str(self)}


def diagram(nodes: Mapping[str, str], arrows: Iterable[Arrow]) -> Diagram:
    """Return nodes, by key with their labels, and arrows between them; keys are not shown."""
    ids = {key: f"n{place}" for place, key in enumerate(nodes, 1)}
    lines = ["flowchart LR", *(f'    {ids[key]}["{_text(label)}"]' for key, label in nodes.items())]
    coloured: list[str] = []
    for place, arrow in enumerate(arrows):
        line, words = ("-.->" if arrow.dotted else "-->"), _text(arrow.words)
        lines.append(f"    {ids[arrow.start]} {line}" + (f'|"{words}"| ' if words else " ") + ids[arrow.end])
        if arrow.colour:
            coloured.append(f"    linkStyle {place} stroke:{COLOURS[arrow.colour]},stroke-width:2px")
    return Diagram("\n".join([*lines, *coloured]) + "\n")


def _text(words: str) -> str:
    """Return words as they stand between quotes: line ends are breaks, and nothing in them is syntax."""
    lines = [line if len(line) <= _LABEL else f"{line[: _LABEL - 1]}…" for line in words.splitlines()]
    return "<br>".join(
        _SPECIAL.sub(lambda sign: sign[0] if _plain(sign[0]) else f"#{ord(sign[0])};", line) for line in lines
    )


def _plain(sign: str) -> bool:
    return not sign.isascii() and sign.isprintable()
