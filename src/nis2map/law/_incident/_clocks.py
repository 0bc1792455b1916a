"""Clocks beside that of the Directive: periods of other acts on the same incident, computed by the same arithmetic.

Which act applies is not decided here. A `Clock` is the caller's own; the dataset's table `parallel_acts` only names
what may run beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from ..._shared import Brief, FrozenMap
from ...dataset import Dataset
from ...errors import InputError, quote
from ...model import ReportingStage
from .._facts import instances, nearest, refuse, text
from ._computation import STARTS
from ._periods import last_end, moment, plain_end
from ._schedule import Deadline, Note

if TYPE_CHECKING:
    from .._scope import Classification
    from ._deadlines import Incident

__all__ = ["Clock", "parallel_notes"]


def _to_stages(value: ReportingStage | Iterable[ReportingStage]) -> tuple[ReportingStage, ...]:
    return instances(ReportingStage, value, "stages")


def _to_moments(value: Mapping[str, datetime | None]) -> FrozenMap[str, datetime | None]:
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise refuse("starts", value, "is not a mapping from names to times")
    return FrozenMap((name, None if at is None else moment(at, name)) for name, at in value.items())


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Clock(Brief):
    """The periods of another act on the same incident (GDPR Article 33, DORA, CRA Article 14, eIDAS ...).

    `name` is short and stands before each stage ("GDPR notification"), `act` is cited in the basis. `stages` are
    `ReportingStage` records: the `stage` in one's own words, `ref` and `citation` of the act, the `period`, and what it
    is `counted_from`: a word of the Directive's clock (awareness, notification, request, handling, impact-end-notice)
    or a name in `starts`, which says when that happened (None: not yet). `done` says when a stage was submitted.

    `InputError` names the field: a stage that counts from what nobody defined, a time without zone.

    >>> gdpr = ReportingStage(
    ...     stage="notification",
    ...     ref="gdpr:33.1",
    ...     citation="Article 33(1)",
    ...     counted_from="awareness",
    ...     period={"amount": 72, "unit": "hours"},
    ...     as_of="2016-05-04",
    ... )
    >>> Clock(name="GDPR", act="Regulation (EU) 2016/679", stages=gdpr).name
    'GDPR'
    """

    name: str = attrs.field(validator=text)
    act: str = attrs.field(validator=text)
    stages: tuple[ReportingStage, ...] = attrs.field(converter=_to_stages)
    starts: FrozenMap[str, datetime | None] = attrs.field(
        default=FrozenMap[str, datetime | None](), converter=_to_moments
    )
    done: FrozenMap[str, datetime | None] = attrs.field(
        default=FrozenMap[str, datetime | None](), converter=_to_moments
    )
    recipient: str | None = None
    portal: str | None = None

    def __attrs_post_init__(self) -> None:
        known = (*STARTS, *self.starts)
        for row in self.stages:
            if row.counted_from not in known:
                hint = nearest(row.counted_from, known) or f"one of: {', '.join(known)}, or a name in starts"
                raise InputError(
                    f"stages: {row.stage} counts from {quote(row.counted_from)}, which is not defined", hint=hint
                )
        words = [row.stage for row in self.stages]
        for name in self.done:
            if name not in words:
                raise InputError(f"done: there is no stage {quote(name)}", hint=nearest(name, words))

    def deadlines(self, incident: Incident) -> Iterator[Deadline]:
        """Yield the deadlines of this act for an incident."""
        for row in self.stages:
            start = self._start(row, incident)
            due = latest = None
            if start is not None and row.period is not None:
                zone, holidays, field = incident.in_zone, incident.holidays, row.counted_from
                due = plain_end(start, row.period, zone=zone, holidays=holidays, field=field)
                latest = last_end(start, row.period, zone=zone, holidays=holidays, field=field)
            waiting = "" if start is not None or row.period is None else f": {row.period} after {row.counted_from}"
            yield Deadline(
                f"{self.name} {row.stage}",
                due,
                latest,
                basis=f"{self.act}, {row.citation}{waiting}",
                ref=row.ref,
                counted_from=None if start is None else start.astimezone(incident.in_zone),
                period="" if row.period is None else str(row.period),
                done_at=self.done.get(row.stage),
                recipient=self.recipient,
                portal=self.portal,
                contents=row.contents,
                as_of=row.as_of,
            )

    def _start(self, row: ReportingStage, incident: Incident) -> datetime | None:
        if row.counted_from in self.starts:
            return self.starts[row.counted_from]
        at: datetime | None = getattr(incident, STARTS[row.counted_from])
        return at


def parallel_notes(
    incident: Incident, classification: Classification | None, clocks: Iterable[Clock], data: Dataset
) -> Iterator[Note]:
    """Yield which acts may run beside on the same incident, but for those whose clock was given."""
    # An act that stands in the place of Article 23 is no act beside it.
    decided = () if classification is None else (one.act for one in classification.displaced)
    given = {*(clock.act for clock in clocks), *decided}
    day = incident.aware_at.date()
    types = None if classification is None else classification.types
    for row in data.law.parallel_acts:
        # Of an entity that is known the acts for other types are no news; of one that is not they may apply.
        elsewhere = types is not None and row.types and set(row.types).isdisjoint(types)
        if row.act in given or day < row.applies_from or elsewhere:
            continue
        text = f"May apply as well, and is not decided here: {row.act}, {row.citation}: {row.text}."
        yield Note(text, as_of=row.as_of, sources=(row.url,))
