"""Sphinx configuration."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

import nis2map

if TYPE_CHECKING:
    from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "nis2map"
author = "The nis2map authors"
release = nis2map.__version__
data = nis2map.load().version
copyright = f"2026, {author}. Version {release}, data {data}. Code Apache-2.0, data CC BY 4.0."  # noqa: A001
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "public_names",
    "data_tables",
    "notebooks",
    "site_checks",
]
exclude_patterns = ["_build", "_extensions", "_extra", "browser", "notebooks/source"]
html_static_path = ["_static"]
html_extra_path = ["_extra"]  # what stands where `make site` puts the page for the browser
html_css_files = ["nis2map.css"]
html_theme = "furo"
html_title = f"nis2map {release}"
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_excludepatterns = ["notebooks/*"]  # run already, by the extension
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
default_role = "code"  # docstrings are written with single backticks
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True
suppress_warnings = ["ref.python", "mystnb.unknown_mime_type"]  # Mermaid, which JupyterLab draws
html_show_sourcelink = False


class CommandLine(SphinxDirective):
    """`.. commands::` shows the help of the command line and of each of its commands."""

    def run(self) -> list[nodes.Node]:
        page = _help()
        commands: list[str] = re.findall(r"^    ([a-z][a-z-]*(?: [a-z]+)?)  ", page, re.M)
        if not commands:
            raise self.error("the help of the command line lists no commands")
        shown: list[nodes.Node] = [nodes.literal_block(page, page, language="text")]
        for name in commands:
            shown.append(nodes.rubric(name, f"nis2map {name}", ids=[f"command-{name.replace(' ', '-')}"]))
            text = _help(*name.split())
            shown.append(nodes.literal_block(text, text, language="text"))
        return shown


def _help(*command: str) -> str:
    call = [sys.executable, "-m", "nis2map", *command, "--help"]
    return subprocess.run(call, capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "100"}).stdout


def setup(app: Sphinx) -> None:
    """Register the help of the command line."""
    app.add_directive("commands", CommandLine)
