"""What each command does: it reads, asks the library, prints, and returns the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._shared import door

if TYPE_CHECKING:
    from ._completion import run_completion as run_completion
    from ._files import run_check as run_check
    from ._files import run_convert as run_convert
    from ._files import run_export as run_export
    from ._files import run_formats as run_formats
    from ._files import run_report as run_report
    from ._gaps import run_gaps as run_gaps
    from ._incident import run_deadlines as run_deadlines
    from ._incident import run_significance as run_significance
    from ._law import run_duties as run_duties
    from ._law import run_fine as run_fine
    from ._law import run_member_state as run_member_state
    from ._law import run_registration as run_registration
    from ._law import run_scope as run_scope
    from ._law import run_types as run_types
    from ._scoring import run_compare as run_compare
    from ._scoring import run_coverage as run_coverage
    from ._scoring import run_explain as run_explain
    from ._scoring import run_plan as run_plan
    from ._scoring import run_roadmap as run_roadmap
    from ._tools import run_lint as run_lint
    from ._tools import run_review_agree as run_review_agree
    from ._tools import run_review_export as run_review_export
    from ._tools import run_review_import as run_review_import
    from ._tools import run_verify as run_verify
    from ._units import run_find as run_find
    from ._units import run_related as run_related
    from ._units import run_show as run_show
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_completion": "run_completion",
            "_files": "run_check run_convert run_export run_formats run_report",
            "_gaps": "run_gaps",
            "_incident": "run_deadlines run_significance",
            "_law": "run_duties run_fine run_member_state run_registration run_scope run_types",
            "_scoring": "run_compare run_coverage run_explain run_plan run_roadmap",
            "_tools": "run_lint run_review_agree run_review_export run_review_import run_verify",
            "_units": "run_find run_related run_show",
        },
    )
