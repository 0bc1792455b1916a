"""`Alias`: what became of an id of ours, so that assessments made with older data can follow.

Ids of the texts never change; a project's own do now and then: its splits inside a unit (`~`) and its demands (`#`).
"""

from __future__ import annotations

from enum import StrEnum

import attrs

from .._shared import Brief, counted, member
from ..errors import DatasetError, quote
from ..ids import Ref
from ._convert import to_ref, to_refs

__all__ = ["Alias", "MoveKind"]


class MoveKind(StrEnum):
    """What became of an id."""

    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    WITHDRAWN = "withdrawn"


def _kind(value: MoveKind | str) -> MoveKind:
    return member(MoveKind, value, "kind of alias", DatasetError)


@attrs.frozen(repr=False)
class Alias(Brief):
    """What became of one id: `after` are the ids that it goes on as, `since` the version of the data that changed it.

    A merger has an alias for every old id, also for one that lives on. Raises `DatasetError` if kind and successors do
    not agree: a withdrawn id has none, a renamed or merged one exactly one, a split one at least one.
    """

    before: Ref = attrs.field(converter=to_ref)
    after: tuple[Ref, ...] = attrs.field(converter=to_refs)
    kind: MoveKind = attrs.field(converter=_kind)
    since: str
    note: str = ""

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.since, str) or not self.since:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise DatasetError(f"alias of {self.before}: since is {quote(self.since)}", hint="a version of the data")
        count, kind = len(self.after), self.kind
        if (kind is MoveKind.WITHDRAWN) == bool(count) or (kind in (MoveKind.RENAMED, MoveKind.MERGED) and count != 1):
            raise DatasetError(f"alias of {self.before}: {kind} and {counted(count, 'successor')} do not agree")
