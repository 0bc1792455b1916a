"""The four forms of one report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Unpack

from ..scoring import Options, with_options
from ._content import report_of

if TYPE_CHECKING:
    from ..assessment import Assessment
    from ..law import Entity, Incident

__all__ = ["html"]


@with_options
def html(
    assessment: Assessment,
    *,
    entity: Entity | None = None,
    member_state: str | Iterable[str] | None = None,
    incident: Incident | None = None,
    lang: str = "en",
    **options: Unpack[Options],
) -> str:
    """Return the report as one self-contained HTML page."""
    from ._html import html_of

    return html_of(
        report_of(assessment, entity=entity, member_states=member_state, incident=incident, lang=lang, options=options)
    )
