"""What a dataset holds beside units and links: sources, measures, verdicts, aliases of ids, texts a user brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

import attrs

from .._shared import Brief, Label, Mark, Page, Record, Tabular, counted, member, several
from ..errors import DatasetError, quote
from ..ids import Ref, RefMap
from ._convert import to_ref, to_refs
from ._units import Control, Framework, Requirement, cited_by, unit_columns
from ._words import Grade

if TYPE_CHECKING:
    from .._shared import Column

__all__ = ["Alias", "Catalogue", "Measure", "MoveKind", "Source", "Texts", "Verdict"]


@attrs.frozen(eq=False, repr=False)
class Source(Brief):
    """Where facts come from: a document, who published it, under which licence, and when it was read."""

    id: str
    title: str = ""
    publisher: str = attrs.field(default="", kw_only=True)
    url: str = attrs.field(default="", kw_only=True)
    licence: str = attrs.field(default="", kw_only=True)
    attribution: str = attrs.field(default="", kw_only=True)
    date: str = attrs.field(default="", kw_only=True)
    retrieved: str = attrs.field(default="", kw_only=True)
    sha256: str = attrs.field(default="", kw_only=True)
    note: str = attrs.field(default="", kw_only=True)


@attrs.frozen(eq=False, repr=False)
class Measure(Brief):
    """One of the things that a certified organisation adds on the duties themselves.

    `closes` names the units (or demands) of both texts whose gaps the measure closes.
    """

    id: str
    title: str = ""
    group: str = ""
    text: str = attrs.field(default="", kw_only=True)
    closes: tuple[Ref, ...] = attrs.field(default=(), converter=to_refs, kw_only=True)
    source: str = attrs.field(default="", kw_only=True)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Verdict(Brief, Record):
    """What was judged of one demand and a set of controls: by both judges, blind, and the final grade in the crosswalk.

    `final` is the grade that stands, `human` the grade that a person gave, if one did. `decided_by` says how it came to
    stand: "judges" (both gave it), "adjudication" (they differed, or a rule spoke against both), "audit" (a later look
    across all units), "rule" (a named one moved it), or "person"; `reason` says why. `wording` is the word of ISO/IEC
    27002 that the verdict hangs on ("should", "consider", "can", "example", "none"), from the judges' memory, empty
    where it was not recorded.
    """

    demand: Ref
    controls: tuple[Ref, ...]
    first: Grade
    second: Grade
    final: Grade
    human: Grade | None = None
    decided_by: str = "judges"
    reason: str = ""
    wording: str = ""

    _head: ClassVar[tuple[str, ...]] = ("demand", "controls", "first", "second", "stands", "decided by", "why")

    def _row(self) -> tuple[str | Mark, ...]:
        grades = (Label(str(grade)) for grade in (self.first, self.second, self.final))
        return (str(self.demand), self._controls, *grades, self.decided_by, self.reason)

    @property
    def _controls(self) -> str:
        return " + ".join(control.citation for control in self.controls)

    def _page(self) -> Page:
        from .._shared import card  # late: no score is looked at

        fields = [
            ("first judge, blind", Label(str(self.first))),
            ("second judge, blind", Label(str(self.second))),
            ("what stands", Label(str(self.final))),
            *([("the person's", Label(str(self.human)))] if self.human else []),
            *((name, getattr(self, name)) for name in ("decided_by", "reason", "wording") if getattr(self, name)),
        ]
        return card(f"{self.demand} and {self._controls}", fields)


class MoveKind(StrEnum):
    """What became of an id."""

    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    WITHDRAWN = "withdrawn"


def _kind(value: MoveKind | str) -> MoveKind:
    return member(MoveKind, value, "kind of alias", DatasetError)


@attrs.frozen(eq=False, repr=False)
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


def _to_text_map(value: Mapping[Ref | str, str]) -> RefMap[Ref, str]:
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DatasetError(f"{quote(value)} is not a mapping from refs to texts")
    several(value.values(), str, "texts", DatasetError)
    return RefMap((to_ref(ref), text) for ref, text in value.items())


@attrs.frozen(eq=False, repr=False)
class Texts(Brief):
    """Official or licensed texts of units that a user supplies; never part of an export unless asked for."""

    texts: RefMap[Ref, str] = attrs.field(converter=_to_text_map)
    lang: str = attrs.field(default="en", kw_only=True)
    source: str = attrs.field(default="", kw_only=True)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Catalogue(Brief, Tabular):
    """A framework with its units, as its publisher's file has them; as a table, one row per unit.

    `Dataset.with_framework` and `Dataset.from_parts` take it as it is. `texts` are what the publisher's own words say
    of each unit, if the file has them: they come into the dataset as `with_texts` brings them, and into no export.
    `notes` say what was interpreted and what was not read.
    """

    framework: Framework
    requirements: tuple[Requirement, ...] = ()
    controls: tuple[Control, ...] = ()
    texts: Texts | None = None
    notes: tuple[str, ...] = ()

    @property
    def units(self) -> tuple[Requirement | Control, ...]:
        """The requirements, or the controls."""
        return (*self.requirements, *self.controls)

    def _schema(self) -> tuple[Column, ...]:
        return unit_columns()

    def _lines(self) -> Iterator[Requirement | Control]:
        return (cited_by(self.framework, unit) for unit in self.units)
