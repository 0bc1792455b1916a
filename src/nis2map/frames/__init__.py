"""Dataframes: every tabular result as one, and assessments from one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._from_frame import assessments_from_frame as assessments_from_frame
    from ._to_frame import to_frame as to_frame  # pyright: ignore[reportUnknownVariableType]
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_from_frame": "assessments_from_frame",
            "_to_frame": "to_frame",
        },
    )
