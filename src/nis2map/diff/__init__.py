"""What changed: comparison, effects, migration; and what follows from two crosswalks together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._shared import door

if TYPE_CHECKING:
    from ._chains import Chain as Chain
    from ._chains import ChainStep as ChainStep
    from ._changes import Change as Change
    from ._changes import ChangeKind as ChangeKind
    from ._changes import Part as Part
    from ._changes import Place as Place
    from ._comparison import Basis as Basis
    from ._comparison import Comparison as Comparison
    from ._comparison import apply as apply
    from ._comparison import compare as compare
    from ._composition import Composition as Composition
    from ._composition import Conclusion as Conclusion
    from ._composition import Pair as Pair
    from ._composition import compose as compose
    from ._correspondence import Correspondence as Correspondence
    from ._correspondence import CorrespondenceKind as CorrespondenceKind
    from ._correspondence import CorrespondenceRow as CorrespondenceRow
    from ._effects import ABSENT as ABSENT
    from ._effects import ClassChange as ClassChange
    from ._effects import Effect as Effect
    from ._effects import Regression as Regression
    from ._entities import EntityChange as EntityChange
    from ._entities import StageChange as StageChange
    from ._migration import MOVES as MOVES
    from ._migration import Migration as Migration
    from ._migration import Movable as Movable
    from ._migration import Move as Move
    from ._migration import converted as converted
    from ._migration import migrate as migrate
    from ._migration import page_of_moves as page_of_moves
    from ._migration import successors as successors
else:
    __getattr__, __dir__, __all__ = door(
        __name__,
        {
            "_chains": "Chain ChainStep",
            "_changes": "Change ChangeKind Part Place",
            "_comparison": "Basis Comparison apply compare",
            "_composition": "Composition Conclusion Pair compose",
            "_correspondence": "Correspondence CorrespondenceKind CorrespondenceRow",
            "_effects": "ABSENT ClassChange Effect Regression",
            "_entities": "EntityChange StageChange",
            "_migration": "MOVES Migration Movable Move converted migrate page_of_moves successors",
        },
    )
