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
    from ._documents import load_framework as load_framework
    from ._documents import load_result as load_result
    from ._documents import loads as loads
    from ._documents import read_review as read_review
    from ._documents import read_soa as read_soa
    from ._documents import save as save
    from ._documents import written as written
    from ._export import FormatRow as FormatRow
    from ._export import catalogue as catalogue
    from ._export import table_text as table_text
    from ._export import vocabulary as vocabulary
    from ._results import verify as verify
    from ._sheets import load_correspondence as load_correspondence
    from ._soa import SoaOptions as SoaOptions
    from ._soa import status_of as status_of
    from ._strict_json import Json as Json
    from ._strict_json import parse_json as parse_json
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_documents": (
                "dump dumps load_assessment load_crosswalk load_dataset load_framework load_result loads "
                "read_review read_soa save written"
            ),
            "_export": "FormatRow catalogue table_text vocabulary",
            "_results": "verify",
            "_sheets": "load_correspondence",
            "_soa": "SoaOptions status_of",
            "_strict_json": "Json parse_json",
        },
        modules="csv json markdown xlsx yaml",
        unlisted="Json FormatRow catalogue load_result parse_json save status_of table_text verify vocabulary written",
    )
