"""Sphinx configuration."""

from __future__ import annotations

import enum
import inspect
import os
import re
import shutil
import subprocess
import sys
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import nis2map

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "nis2map"
author = "The nis2map authors"
copyright = "2026, the nis2map authors"  # noqa: A001
release = nis2map.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
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

# Made by functions, from what is private.
MADE = {"nis2map.Coverage", "nis2map.Dataset"}


class PublicNames(SphinxDirective):
    """`.. public:: nis2map.scoring` documents every public name that lives behind a door, functions first.

    The names are those that `nis2map` itself gives; other packages may enter a door for more, and that is not public.
    Names in the content come first, in that order.
    """

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        home, first = self.arguments[0], " ".join(self.content).split()
        names = [name for name in nis2map.__all__ if _home(name).startswith(f"{home}.") or _home(name) == home]
        names.sort(key=lambda name: (first.index(name) if name in first else len(first), _is_class(name), name))
        return self.parse_text_to_nodes("\n\n".join(map(_entry, names)))


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


def _home(name: str) -> str:
    return str(getattr(getattr(nis2map, name), "__module__", ""))


def _is_class(name: str) -> bool:
    return inspect.isclass(getattr(nis2map, name))


def _entry(name: str) -> str:
    value: object = getattr(nis2map, name)
    if not isinstance(value, type):
        return f".. autofunction:: nis2map.{name}"
    if issubclass(value, enum.Enum):
        return f".. autoclass:: nis2map.{name}()\n   :members:\n   :undoc-members:"
    members = ", ".join(dict.fromkeys(_members(value)))  # a class may write anew what its base gives
    return f".. autoclass:: nis2map.{name}" + (f"\n   :members: {members}" if members else "")


def _members(kind: type) -> Iterator[str]:
    """Yield what a class and its own bases document, and nothing that Python or a library gives it."""
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("nis2map."):
            for name, value in vars(base).items():
                documented = isinstance(value, (types.FunctionType, classmethod, staticmethod, property))
                if documented and not name.startswith("_") and inspect.getdoc(getattr(kind, name)):
                    yield name


def _hide_constructor(_app: Sphinx, _what: str, name: str, *_rest: object) -> tuple[str, str] | None:
    return ("", "") if name in MADE else None


def _missing_names(_app: Sphinx, env: BuildEnvironment) -> None:
    """Warn, and `make docs` fails on it, if a public name stands on no page of the reference."""
    documented = env.get_domain("py").data["objects"]
    missing = [n for n in nis2map.__all__ if f"nis2map.{n}" not in documented and not n.startswith("__")]
    missing = [n for n in missing if not isinstance(getattr(nis2map, n), types.ModuleType)]
    if missing:
        logging.getLogger(__name__).warning("public names that no page of docs/reference lists: %s", ", ".join(missing))


def _publish_schemas(app: Sphinx, error: Exception | None) -> None:
    """Put the schemas of documents where their address does not change: schemas/<kind>-<version>.json."""
    if error is None:
        shutil.copytree(app.srcdir / "schemas", app.outdir / "schemas", dirs_exist_ok=True)


def setup(app: Sphinx) -> None:
    """Register the directive, the check and the schemas."""
    app.add_directive("public", PublicNames)
    app.add_directive("commands", CommandLine)
    app.connect("autodoc-process-signature", _hide_constructor)
    app.connect("env-check-consistency", _missing_names)
    app.connect("build-finished", _publish_schemas)
