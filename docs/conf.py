"""Sphinx configuration."""

from __future__ import annotations

import os
import re
import shutil
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
copyright = "2026, the nis2map authors"  # noqa: A001
release = nis2map.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "public_names", "data_tables", "site_checks"]
exclude_patterns = ["_build", "browser", "_extensions"]
html_static_path = ["_static"]
html_css_files = ["nis2map.css"]
html_theme = "furo"
html_title = f"nis2map {release}"
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
default_role = "code"  # docstrings are written with single backticks
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_use_unqualified_type_names = True
suppress_warnings = ["ref.python"]


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


def _publish_schemas(app: Sphinx, error: Exception | None) -> None:
    """Put the schemas of documents where their address does not change: schemas/<kind>-<version>.json."""
    if error is None:
        shutil.copytree(app.srcdir / "schemas", app.outdir / "schemas", dirs_exist_ok=True)


def setup(app: Sphinx) -> None:
    """Register the help of the command line, and the schemas."""
    app.add_directive("commands", CommandLine)
    app.connect("build-finished", _publish_schemas)
