"""Tables that are no Statement of Applicability: review sheets, frameworks, crosswalks, correspondences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._correspondence import load_correspondence as load_correspondence
    from ._correspondence import to_correspondence as to_correspondence
    from ._crosswalk import to_crosswalk as to_crosswalk
    from ._framework import to_catalogue as to_catalogue
    from ._review import to_review as to_review
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_correspondence": "load_correspondence to_correspondence",
            "_crosswalk": "to_crosswalk",
            "_framework": "to_catalogue",
            "_review": "to_review",
        },
    )
