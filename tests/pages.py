"""The Python blocks of README and documentation, and what each is said to print.

A block is followed by what it prints:

    ```python
    print(len(soa))
    ```

    ```output
    93
    ```

A line `...` in the output stands for any number of lines. Blocks run by themselves, in a folder that holds nothing but the
examples; those of a tutorial are one session, in a folder with nothing but the workbook that its reader downloads.
`NIS2MAP_REGENERATE=1 pytest tests/test_pages.py` writes the outputs anew; read the difference.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
TUTORIAL = ROOT / "docs" / "tutorial"
_BLOCK = re.compile(r"^```python\n(?P<code>.*?)^```\n(?:\n```output\n(?P<shown>.*?)^```\n)?", re.M | re.S)


@attrs.frozen
class Block:
    """A block of a page; `shown` is None where the page shows no output."""

    code: str
    shown: str | None


@attrs.frozen
class Session:
    """Blocks that run one after another in one namespace."""

    page: Path
    number: int
    blocks: tuple[Block, ...]

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}-{self.number}"

    def run(self, folder: Path) -> list[str]:
        """Run the blocks in `folder`, made ready for them, and return what each prints, without blanks at line ends."""
        if self.page.parent == TUTORIAL:
            if not (folder / "soa.xlsx").exists():
                shutil.copy(EXAMPLES / "soa.xlsx", folder)
        else:
            (folder / "examples").symlink_to(EXAMPLES)
        space: dict[str, object] = {"__name__": "docs"}
        return [_printed(block.code, str(self), folder, space) for block in self.blocks]


def _printed(code: str, name: str, folder: Path, space: dict[str, object]) -> str:
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out):
        exec(compile(code, name, "exec"), space)
    return re.sub(r"[ \t]+$", "", out.getvalue(), flags=re.M)


def sessions() -> Iterator[Session]:
    """Yield what runs together: a block, or all blocks of a tutorial."""
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        if "_build" in page.parts:
            continue
        blocks = [Block(*found.group("code", "shown")) for found in _BLOCK.finditer(page.read_text(encoding="utf-8"))]
        if page.parent == TUTORIAL:
            yield Session(page, 0, tuple(blocks))
        else:
            yield from (Session(page, number, (block,)) for number, block in enumerate(blocks))


def fits(shown: str, printed: str) -> bool:
    """Return whether a page tells the truth: line by line, with `...` for lines left out."""
    parts = re.split(r"^\.\.\.\n", shown, flags=re.M)
    return re.fullmatch(r"(?:.*\n)*?".join(map(re.escape, parts)), printed) is not None


def shortened(shown: str, printed: str) -> str:
    """Return what is printed, left out where `shown` leaves out: as many lines at the head and at the end as there."""
    old, new = shown.splitlines(keepends=True), printed.splitlines(keepends=True)
    if "...\n" not in old:
        return printed
    head = old.index("...\n")
    tail = len(old) - 1 - head
    return "".join([*new[:head], "...\n", *new[len(new) - tail :]]) if head + tail < len(new) else printed


def rewrite(page: Path, make: Callable[[int, str], str]) -> None:
    """Write a page anew: `make` gets the place of each shown output among the page's blocks and what it is."""
    places = iter(range(10_000))

    def block(found: re.Match[str]) -> str:
        number = next(places)
        if found["shown"] is None:
            return found[0]
        start, end = found.start("shown") - found.start(), found.end("shown") - found.start()
        return found[0][:start] + make(number, found["shown"]) + found[0][end:]

    page.write_text(_BLOCK.sub(block, page.read_text(encoding="utf-8")), encoding="utf-8")
