"""Sphinx configuration."""

from __future__ import annotations

import nis2map

project = "nis2map"
author = "The nis2map authors"
copyright = "2026, the nis2map authors"  # noqa: A001
release = nis2map.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "judgements"]
html_theme = "furo"
html_title = f"nis2map {release}"
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
suppress_warnings = ["ref.python"]
