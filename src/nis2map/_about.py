"""The library's own version, for results that carry it."""

from __future__ import annotations

import sys

__all__ = ["package_version"]


def package_version() -> str:
    """Return the version of the library, empty if it can't be told."""
    # The facade is loaded whenever a module of it is, and no module may import it.
    return str(getattr(sys.modules.get(__package__ or ""), "__version__", ""))
