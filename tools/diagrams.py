"""Draw the diagrams of the architecture page: docs/explanation/data-model.svg and graph.svg.

Plain SVG in the colours of the page around it (`currentColor`), so that they follow its light or dark theme; no script, no font.
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.sax.saxutils import escape

FOLDER = Path(__file__).parents[1] / "docs" / "explanation"
LINE = 17
TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0 8 4 0 8z" fill="currentColor"/></marker></defs>'
)
# Name, left, top, width, title, lines.
MODEL = (
    ("framework", 20, 20, 210, "Framework", ("nis2, cir, iso27001, yours",)),
    ("requirement", 20, 120, 210, "Requirement", ("a unit of a law: ref, role,", "parent, measure groups")),
    ("demand", 20, 240, 210, "Demand", ("one thing to check,", "perhaps conditional")),
    ("control", 610, 120, 210, "Control", ("a clause or Annex A control:", "ref, title, parent")),
    ("crosswalk", 300, 20, 210, "Crosswalk", ("nis2map, enisa, yours",)),
    ("link", 300, 120, 210, "Link", ("relation, grades by demand,", "reason, source, review")),
    ("verdict", 300, 240, 210, "Verdict", ("two judges, what stands,", "who decided, why")),
    ("finding", 610, 240, 210, "Finding", ("status, degree, evidence,", "owner, dates")),
    ("assessment", 610, 350, 210, "Assessment", ("findings by ref, e.g. an SoA",)),
    ("question", 20, 350, 210, "Question", ("set, basis, weights, facts",)),
    ("coverage", 300, 350, 210, "Coverage", ("low, estimate, high, ceiling", "per demand, unit, measure")),
    ("results", 300, 460, 210, "Gaps, Plan, Comparison", ("what is missing, what next",)),
)
# From, to, words beside the arrow.
MODEL_ARROWS = (
    ("framework", "requirement", "has"),
    ("requirement", "demand", "asks"),
    ("crosswalk", "link", "has"),
    ("link", "requirement", "one"),
    ("link", "control", "one or more"),
    ("verdict", "demand", "on"),
    ("verdict", "link", "makes"),
    ("finding", "control", "on"),
    ("assessment", "finding", "has"),
    ("assessment", "coverage", ""),
    ("question", "coverage", ""),
    ("coverage", "results", ""),
)
# Node, column (0 above, 1 requirement, 2 control), row, words.
NODES = (
    ("nis2", 0, 0, "nis2 (framework)"),
    ("21.2.h", 0, 1, "Art. 21(2)(h)"),
    ("crypto", 1, 0, "cryptography: policies"),
    ("crypto2", 1, 1, "cryptography: procedures"),
    ("enc", 1, 2, "encryption: policies"),
    ("enc2", 1, 3, "encryption: procedures"),
    ("A.5.1", 2, 0, "A.5.1"),
    ("A.8.24", 2, 1.5, "A.8.24"),
    ("A.5.14", 2, 3, "A.5.14"),
)
EDGES = (
    ("crypto", "A.5.1", "considered"),
    ("enc", "A.5.1", "considered"),
    ("crypto", "A.8.24", "stated"),
    ("crypto2", "A.8.24", "guided"),
    ("enc", "A.8.24", "stated"),
    ("enc2", "A.8.24", "guided"),
    ("enc2", "A.5.14", "helped"),
    ("21.2.h", "crypto", "part-of"),
    ("21.2.h", "crypto2", "part-of"),
    ("21.2.h", "enc", "part-of"),
    ("21.2.h", "enc2", "part-of"),
    ("nis2", "21.2.h", "part-of"),
)
STROKES = {
    "stated": 'stroke-width="3"',
    "guided": 'stroke-width="1.5"',
    "considered": 'stroke-width="1.5" stroke-dasharray="7 4"',
    "helped": 'stroke-width="1.5" stroke-dasharray="2 4"',
    "part-of": 'stroke-width="1" opacity="0.45"',
}


def text(x: float, y: float, words: str, *, anchor: str = "middle", bold: bool = False, size: int = 13) -> str:
    """Return a line of text; `y` is its baseline."""
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="{size}"{weight}>{escape(words)}</text>'


def box(x: float, y: float, width: float, height: float, title: str, lines: tuple[str, ...] = ()) -> list[str]:
    """Return a rounded box with a title and lines."""
    frame = (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" fill="none" stroke="currentColor"/>'
    )
    middle = x + width / 2
    top = y + (height - LINE * len(lines)) / 2 + 5
    words = [text(middle, top, title, bold=True, size=14)]
    words += [text(middle, top + LINE * (n + 1), line) for n, line in enumerate(lines)]
    return [frame, *words]


def page(width: int, height: int, title: str, what: str, parts: list[str]) -> str:
    """Return the SVG, with a title and a description for those who don't see it."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}" '
        'fill="currentColor" font-family="inherit" style="max-width:100%;height:auto">'
    )
    return "\n".join([head, f"<title>{escape(title)}</title>", f"<desc>{escape(what)}</desc>", *parts, "</svg>", ""])


def data_model() -> str:
    """Return the diagram of the records and how they relate."""
    sizes = {name: (x, y, width, 36 + LINE * len(lines)) for name, x, y, width, _, lines in MODEL}
    parts = [TIP]
    for source, target, words in MODEL_ARROWS:
        parts += arrow(sizes[source], sizes[target], words)
    for _name, x, y, width, title, lines in MODEL:
        parts += box(x, y, width, 36 + LINE * len(lines), title, lines)
    what = "; ".join(f"{source} {words or 'gives'} {target}" for source, target, words in MODEL_ARROWS)
    return page(840, 530, "The records and how they relate", what, parts)


def arrow(source: tuple[float, ...], target: tuple[float, ...], words: str) -> list[str]:
    """Return an arrow between two boxes: down or up where they share a column, else from side to side."""
    (x, y, width, height), (to_x, to_y, to_width, to_height) = source, target
    if x == to_x:
        down = to_y > y
        start = (x + width / 2, y + height if down else y)
        end = (to_x + to_width / 2, to_y if down else to_y + to_height)
        label = text(start[0] + 8, (start[1] + end[1]) / 2 + 4, words, anchor="start", size=12)
    else:
        right = to_x > x
        start = (x + width if right else x, y + height / 2)
        end = (to_x if right else to_x + to_width, to_y + to_height / 2)
        label = text((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - 6, words, size=12)
    line = (
        f'<line x1="{start[0]:g}" y1="{start[1]:g}" x2="{end[0]:g}" y2="{end[1]:g}" stroke="currentColor" '
        'marker-end="url(#tip)"/>'
    )
    return [line, label] if words else [line]


def graph() -> str:
    """Return a piece of the graph at the level of demands, with its hierarchy."""
    lefts, widths, row, height = (20, 260, 600), (150, 220, 120), 66, 38
    places = {name: (lefts[column], 52 + row * at, widths[column], height) for name, column, at, _ in NODES}
    parts = [
        text(lefts[n] + widths[n] / 2, 28, words, bold=True)
        for n, words in enumerate(("above (hierarchy=True)", "side: requirement", "side: control"))
    ]
    for source, target, grade in EDGES:
        x, y, width, tall = places[source]
        to_x, to_y, to_width, _ = places[target]
        ends: tuple[float, ...] = (x + width, y + tall / 2, to_x, to_y + tall / 2)
        if x == to_x:
            ends = (x + width / 2, y + tall, to_x + to_width / 2, to_y)
        parts.append(
            '<line x1="{:g}" y1="{:g}" x2="{:g}" y2="{:g}" stroke="currentColor" '.format(*ends) + f"{STROKES[grade]}/>"
        )
    for name, _, _, words in NODES:
        x, y, width, tall = places[name]
        parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{tall}" rx="6" fill="none" stroke="currentColor"/>'
        )
        parts.append(text(x + width / 2, y + tall / 2 + 5, words))
    for n, (grade, stroke) in enumerate(STROKES.items()):
        left = 20 + n * 150
        parts.append(f'<line x1="{left}" y1="336" x2="{left + 36}" y2="336" stroke="currentColor" {stroke}/>')
        parts.append(text(left + 44, 340, grade, anchor="start", size=12))
    what = "; ".join(f"{source} to {target}: {grade}" for source, target, grade in EDGES)
    return page(760, 356, "A piece of the graph: Article 21(2)(h) at the level of demands", what, parts)


DIAGRAMS = {"data-model.svg": data_model, "graph.svg": graph}

if __name__ == "__main__":
    for name, draw in DIAGRAMS.items():
        (FOLDER / name).write_text(draw(), encoding="utf-8")
        sys.stdout.write(f"{FOLDER / name}\n")
