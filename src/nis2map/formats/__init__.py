"""Files: tables of others, review sheets, and our own documents; the content of a file decides, never its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._documents import dump as dump
    from ._documents import dumps as dumps
    from ._documents import load_assessment as load_assessment
    from ._documents import load_crosswalk as load_crosswalk
    from ._documents import load_dataset as load_dataset
    from ._documents import load_result as load_result
    from ._documents import loads as loads
    from ._documents import read_review as read_review
    from ._documents import read_soa as read_soa
    from ._results import verify as verify
    from ._strict_json import Json as Json
    from ._strict_json import parse_json as parse_json
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_documents": (
                "dump dumps load_assessment load_crosswalk load_dataset load_result loads read_review read_soa"
            ),
            "_results": "verify",
            "_strict_json": "Json parse_json",
        },
        modules="csv json xlsx",
        unlisted="Json load_result parse_json verify",
    )
