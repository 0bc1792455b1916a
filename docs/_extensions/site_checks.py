"""What the built site must be: complete by itself, with nothing fetched from elsewhere."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LOADED = {"script": "src", "img": "src", "source": "srcset", "iframe": "src", "link": "href", "object": "data"}
NAMES = {"canonical", "license"}  # links that name something, and fetch nothing


class _Loads(HTMLParser):
    """Collects what a page makes a browser fetch from another host."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        address = values.get(LOADED.get(tag, ""), "") or ""
        if re.match(r"(https?:)?//", address) and values.get("rel") not in NAMES:
            self.found.append(f"<{tag}> {address}")
        style = values.get("style") or ""
        self.found += [f"style of <{tag}>: {url}" for url in foreign(style)]


def foreign(css: str) -> list[str]:
    """Return the addresses of other hosts that a style sheet fetches."""
    return re.findall(r"""(?:url\(\s*["']?|@import\s+["'])((?:https?:)?//[^"')\s]+)""", css)


def foreign_loads(folder: Path) -> list[str]:
    """Return what pages and style sheets under a folder fetch from elsewhere, each with its file."""
    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".html":
            page = _Loads()
            page.feed(path.read_text(encoding="utf-8"))
            found += [f"{path.relative_to(folder)}: {address}" for address in page.found]
        elif path.suffix == ".css":
            found += [f"{path.relative_to(folder)}: {url}" for url in foreign(path.read_text(encoding="utf-8"))]
    return found


def _finish(app: Sphinx, error: Exception | None) -> None:
    """Put the schemas where their address does not change, then look at what was built."""
    if error is not None or app.builder.name != "html":
        return
    shutil.copytree(app.srcdir / "schemas", app.outdir / "schemas", dirs_exist_ok=True)
    from sphinx.errors import ExtensionError

    found = foreign_loads(Path(app.outdir))
    if found:
        raise ExtensionError("the site fetches from elsewhere:\n" + "\n".join(found))
    if not (Path(app.outdir) / "searchindex.js").is_file():
        raise ExtensionError("the site has no search index")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the check."""
    app.connect("build-finished", _finish)
    return {"parallel_read_safe": True}
