"""The blocks of README and documentation, and what each is said to print.

A block of Python is followed by what it prints:

    ```python
    print(len(soa))
    ```

    ```output
    93
    ```

A block of the command line is a transcript: `$` and a command, then what a terminal shows of it.

    ```console
    $ nis2map compare before.csv after.csv
    before.csv to after.csv: 41 changes
    $ echo $?
    1
    ```

A line `...` in either stands for any number of lines. What is not run says so by its language: `text`, `yaml`, and `sh` for
what installs something or needs what only the reader has.

Blocks of Python run by themselves, in a folder that holds nothing but the examples; commands run there too, in the order of
the page, beside the files that the blocks above wrote. The blocks of a tutorial are one session, in a folder with
nothing but the files that its reader downloads.
`NIS2MAP_REGENERATE=1 pytest tests/test_pages.py` writes the outputs anew; read the difference.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs

import nis2map

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
DOCS = ROOT / "docs"
TUTORIAL = DOCS / "tutorial"
NOT_RUN = {"text", "yaml", "sh", "mermaid"}
_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<body>.*?)^```\n(?:\n```output\n(?P<shown>.*?)^```\n)?", re.M | re.S)
_END = "--- the next command ---"
# On the day of a test the facts of a State may be older than a page says, or than they were when it was written.
_OLD_FACTS = re.compile(r"^nis2map: \d+ facts? on .* were last read more than 180 days ago.*\n", re.MULTILINE)


@attrs.frozen
class Shown:
    """What a page shows of one block or one command: where in the text it stands, and what ran before it."""

    code: str
    text: str | None
    start: int
    end: int


@attrs.frozen
class Block:
    """A block that runs: Python that shows one output, or commands that show one each."""

    language: str
    shown: tuple[Shown, ...]


@attrs.frozen
class Page:
    """A page of the documentation and the blocks in it that run."""

    path: Path
    blocks: tuple[Block, ...]

    def __str__(self) -> str:
        return self.path.relative_to(ROOT).as_posix() if self.path.is_relative_to(ROOT) else self.path.name

    def run(self, folder: Path) -> list[tuple[Shown, str]]:
        """Run the blocks in `folder`, made ready for them; return each place and what is printed there.

        Blanks at the ends of lines are dropped.
        """
        session = self.path.parent == TUTORIAL
        desk = _desk(folder, session=session)
        space: dict[str, object] = {"__name__": "docs"}
        found: list[tuple[Shown, str]] = []
        for number, block in enumerate(self.blocks):
            if block.language == "console":
                found += zip(block.shown, _commands([shown.code for shown in block.shown], desk), strict=True)
            elif session:
                found.append((block.shown[0], _printed(block.shown[0].code, str(self), desk, space)))
            else:
                own = _desk(folder / str(number), session=False)
                found.append((block.shown[0], _printed(block.shown[0].code, str(self), own, {"__name__": "docs"})))
                _hand_over(own, desk)
        return [(shown, re.sub(r"[ \t]+$", "", text, flags=re.M)) for shown, text in found]


def _desk(folder: Path, *, session: bool) -> Path:
    """Make a folder ready: what a reader downloads, or the examples as a checkout has them."""
    desk = folder / "desk"
    desk.mkdir(parents=True)
    if session:
        own = folder / "soa.xlsx"
        shutil.copy(own if own.exists() else EXAMPLES / "soa.xlsx", desk)
        for sample in EXAMPLES.glob("soa-*.csv"):
            shutil.copy(sample, desk)
    else:
        (desk / "examples").symlink_to(EXAMPLES)
    return desk


def _hand_over(own: Path, desk: Path) -> None:
    for path in own.iterdir():
        if not path.is_symlink():
            shutil.move(path, desk / path.name)


def _printed(code: str, name: str, folder: Path, space: dict[str, object]) -> str:
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out):
        exec(compile(code, name, "exec"), space)
    return out.getvalue()


def _commands(commands: list[str], desk: Path) -> list[str]:
    """Run commands in one shell, where `nis2map` and `python` are those of the tests; both streams are what is shown."""
    tools = desk.parent / "bin"
    tools.mkdir(exist_ok=True)
    for name, call in (("nis2map", "-m nis2map"), ("python", "")):
        (tools / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {call} "$@"\n', encoding="utf-8")
        (tools / name).chmod(0o755)
    # The status of a command is handed on to the next, past the line between them.
    script = "\n".join(f"last=$?; echo '{_END}'; (exit $last)\n{command}" for command in commands)
    variables = {
        **{name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")},
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(nis2map.__file__).parents[1]),
        "COLUMNS": "100",
    }
    ran = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=desk, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False,
        encoding="utf-8",
    )  # fmt: skip
    return _OLD_FACTS.sub("", ran.stdout).split(f"{_END}\n")[1:]


def pages() -> Iterator[Page]:
    """Yield the pages that have blocks."""
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))):
        if "_build" not in path.parts:
            blocks = tuple(_blocks(path.read_text(encoding="utf-8")))
            if blocks:
                yield Page(path, blocks)


def _blocks(text: str) -> Iterator[Block]:
    for found in _BLOCK.finditer(text):
        if found["language"] == "python":
            yield Block("python", (Shown(found["body"], found["shown"], *_span(found)),))
        elif found["language"] == "console":
            yield Block("console", tuple(_transcript(found["body"], found.start("body"))))


def _transcript(body: str, start: int) -> Iterator[Shown]:
    """Yield the commands of a transcript; a command goes on in the next line after a backslash."""
    for found in re.finditer(r"^\$ ((?:[^\n]*\\\n)*[^\n]*)\n((?:(?!\$ )[^\n]*\n)*)", body, re.M):
        yield Shown(re.sub(r"^\.venv/bin/", "", found[1]), found[2], start + found.start(2), start + found.end(2))


def _span(found: re.Match[str]) -> tuple[int, int]:
    return (found.end(), found.end()) if found["shown"] is None else found.span("shown")


def languages(path: Path) -> Iterator[tuple[str, str]]:
    """Yield language and body of each fenced block of a page, but for those that Sphinx fills (`{...}`)."""
    for language, body in re.findall(r"^```([^\n]*)\n(.*?)^```$", path.read_text(encoding="utf-8"), re.M | re.S):
        if not language.startswith("{"):
            yield language, body


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


def rewrite(path: Path, printed: list[tuple[Shown, str]]) -> None:
    """Write a page anew with what its blocks print, the last first, so that places stay right."""
    text = path.read_text(encoding="utf-8")
    for shown, made in sorted(printed, key=lambda pair: pair[0].start, reverse=True):
        if shown.text is None:
            new = f"\n```output\n{made}```\n" if made else ""
        else:
            new = shown.text if fits(shown.text, made) else shortened(shown.text, made)
        text = text[: shown.start] + new + text[shown.end :]
    path.write_text(text, encoding="utf-8")
