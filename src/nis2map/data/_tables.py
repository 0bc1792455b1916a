"""Packaged data files: raw bytes and parsed JSON tables.

`importlib_resources` finds files wherever the package lives; the module's own loader serves as the fast path, because
importing `importlib.resources` costs more than reading the largest table.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ..errors import DatasetError

__all__ = ["read_bytes", "table"]

_HERE = "_tables.py"


def read_bytes(name: str) -> bytes:
    """Return a file of the package's data folder, `DatasetError` if there is none of that name."""
    loader = getattr(__spec__, "loader", None)
    get_data = getattr(loader, "get_data", None)
    try:
        if get_data is not None and __file__ and __file__.endswith(_HERE):
            return bytes(get_data(f"{__file__[: -len(_HERE)]}{name}"))
        from importlib_resources import files

        return files(__package__ or "nis2map.data").joinpath(name).read_bytes()
    except OSError as error:
        raise DatasetError(f"the package has no data file {name}") from error


@cache
def table(name: str) -> Any:
    """Return the parsed content of `<name>.json`; callers must not change it."""
    return json.loads(read_bytes(f"{name}.json"))
