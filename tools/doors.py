"""Write what the lazy doors load at run time from what type checkers see in them.

    python tools/doors.py [--check]

A door is the `__init__.py` of a package. Its `if TYPE_CHECKING:` block is the one table of its names; this tool writes
the `else:` branch from it. With `--check` nothing is written, and doors that are out of date are listed.
"""

from __future__ import annotations

import ast
import sys
import textwrap
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src" / "nis2map"
WIDTH = 118


def rooms_of(branch: ast.If) -> dict[str, list[str]]:
    """Return the names that the typed branch of a door takes from each room."""
    rooms: dict[str, list[str]] = {}
    for node in branch.body:
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            rooms.setdefault(node.module or "", []).extend(alias.asname or alias.name for alias in node.names)
    return {room: sorted(rooms[room]) for room in sorted(rooms)}


def door_branch(source: str) -> tuple[ast.If, dict[str, str]] | None:
    """Return the branch of a source that makes it a door, and its keyword arguments; None if it is no door."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and "door(" in ast.unparse(node):
            call = next(n for n in ast.walk(node) if isinstance(n, ast.Call) and ast.unparse(n.func) == "door")
            return node, {keyword.arg or "": ast.unparse(keyword.value) for keyword in call.keywords}
    return None


def written(source: str) -> str:
    """Return the source of a door with its run-time branch made anew."""
    found = door_branch(source)
    if found is None:
        return source
    branch, keywords = found
    lines = ["else:", "    __getattr__, __dir__, __all__ = door(", "        __name__,", "        {"]
    for room, names in rooms_of(branch).items():
        line = f'            "{room}": "{" ".join(names)}",'
        if len(line) <= WIDTH:
            lines.append(line)
            continue
        together = " ".join(names)
        # The formatter puts on one line what just fits there.
        parts = [together] if len(together) <= WIDTH - 16 else textwrap.wrap(together, WIDTH - 20)
        lines.append(f'            "{room}": (')
        lines += [f'                "{part}{" " if part is not parts[-1] else ""}"' for part in parts]
        lines.append("            ),")
    lines.append("        },")
    lines += [f"        {name}={value},".replace("'", '"') for name, value in keywords.items()]
    lines.append("    )")
    head = source.splitlines()
    start = next(i for i in range(branch.body[-1].end_lineno or 0, len(head)) if head[i].startswith("else"))
    return "\n".join([*head[:start], *lines, *head[branch.end_lineno or 0 :]]) + "\n"


def main(*, check: bool) -> int:
    """Write all doors, or with `check` list those that are out of date."""
    stale: list[Path] = []
    for path in sorted(PACKAGE.rglob("__init__.py")):
        source = path.read_text(encoding="utf-8")
        made = written(source)
        if made != source:
            stale.append(path)
            if not check:
                path.write_text(made, encoding="utf-8")
    for path in stale:
        print(f"{'out of date' if check else 'written'}: {path.relative_to(PACKAGE.parents[1])}")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
