"""Notebooks: each docs/notebooks/source/*.md is run, shown as a page, and can be downloaded as it was run.

They run in an empty folder, as they do for a reader who has nothing but the file. An error ends the build.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from docutils import nodes
from nbclient import NotebookClient

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def read(text: str) -> Any:
    """Return a notebook: what is fenced as `{code-cell}` is code, what stands between is text."""
    v4: Any = nbformat.v4
    parts = re.split(
        r"^```\{code-cell\}\n(.*?)^```\n?", re.sub(r"\A---\n.*?^---\n", "", text, flags=re.M | re.S), flags=re.M | re.S
    )
    cells = [
        (v4.new_code_cell if place % 2 else v4.new_markdown_cell)(part.strip(), id=f"cell-{place}")
        for place, part in enumerate(parts)
        if part.strip()
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def run(source: Path) -> Any:
    """Return a notebook as it is after all its cells ran, in order."""
    book = read(source.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(book, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    for cell in book.cells:
        cell.metadata.pop("execution", None)  # times, which differ each time
    return book


def _make(app: Sphinx) -> None:
    if app.builder.name != "html":
        return
    folder = Path(app.srcdir) / "notebooks"
    for source in sorted((folder / "source").glob("*.md")):
        nbformat.write(run(source), folder / f"{source.stem}.ipynb")


def _link(app: Sphinx, doctree: nodes.document) -> None:
    """Put the download below the title of its page."""
    name = Path(app.env.docname)
    title = next(iter(doctree.findall(nodes.title)), None)
    if name.parent.name == "notebooks" and name.name != "index" and title is not None:
        link = nodes.reference("", "Download this notebook", refuri=f"{name.name}.ipynb", classes=["download"])
        title.parent.insert(title.parent.index(title) + 1, nodes.paragraph("", "", link))


def _publish(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.name == "html":
        for path in (Path(app.srcdir) / "notebooks").glob("*.ipynb"):
            shutil.copy(path, Path(app.outdir) / "notebooks")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register what runs before reading, after it, and at the end."""
    app.connect("builder-inited", _make)
    app.connect("doctree-read", _link)
    app.connect("build-finished", _publish)
    return {"parallel_read_safe": True}
