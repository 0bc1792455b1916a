"""Findings: what is known of one unit or demand, and which of two says the better thing."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, assert_never, cast

import attrs

from .._shared import Record, Shown, day, expect, member, one_line, texts
from ..errors import InputError, quote

if TYPE_CHECKING:
    from .._shared import Column, Page

__all__ = ["Finding", "Status", "columns", "finding_of"]

DEFAULT_DEGREE = 0.5

Rank = tuple[int, float, bool, tuple[bool, dt.date], tuple[bool, dt.date], str, tuple[str, ...], str]


class Status(StrEnum):
    """What is said of a unit."""

    IMPLEMENTED = "implemented"
    PARTIAL = "partial"
    PLANNED = "planned"
    NOT_IMPLEMENTED = "not_implemented"
    NOT_APPLICABLE = "not_applicable"
    UNASSESSED = "unassessed"


# From the worst to the best. To leave a control out is worse than to lack it: nobody is going to build it.
_ORDER = (
    Status.UNASSESSED,
    Status.NOT_APPLICABLE,
    Status.NOT_IMPLEMENTED,
    Status.PLANNED,
    Status.PARTIAL,
    Status.IMPLEMENTED,
)


def _status(value: Status | str) -> Status:
    return member(Status, value)


def _date(value: dt.date | str | None) -> dt.date | None:
    return day(value)


@attrs.frozen(eq=False, repr=False)
class Finding(Record, Shown):
    """What is known of one unit or demand.

    `degree` goes with `partial` alone: a float strictly between 0 and 1, 0.5 if none is given. A `valid_until` before
    the assessment's `as_of` makes the finding count as unassessed. Two findings are equal if they say the same of the
    unit: status, degree, dates, and whether there is a justification; its wording, the evidence and the owner do not
    count (`compare` reports them).
    """

    status: Status = attrs.field(converter=_status)
    degree: float | None = None
    # Only whether an exclusion is justified changes a score, so its wording is not part of what two findings say.
    justification: str = attrs.field(default="", eq=bool)
    evidence: tuple[str, ...] = attrs.field(default=(), converter=texts, eq=False, kw_only=True)
    owner: str = attrs.field(default="", eq=False, kw_only=True)
    date: dt.date | None = attrs.field(default=None, converter=_date, kw_only=True)
    valid_until: dt.date | None = attrs.field(default=None, converter=_date, kw_only=True)

    def __attrs_post_init__(self) -> None:
        expect(self.justification, str, "justification")
        expect(self.owner, str, "owner")
        degree = self.degree
        if degree is None:
            return
        if self.status is not Status.PARTIAL:
            raise InputError(f"a degree is allowed only for partial, not on {self.status}")
        # `type`, not isinstance: True and 1 are numbers to Python, and 1 may mean 1 % as well as all of it.
        if type(degree) is not float or not 0 < degree < 1:
            raise InputError(f"the degree {quote(degree)} is not a float strictly between 0 and 1")

    @property
    def bounds(self) -> tuple[float, float, float]:
        """Low, estimate and high of the degree to which the unit is in place, each in [0, 1]."""
        match self.status:
            case Status.IMPLEMENTED:
                return (1.0, 1.0, 1.0)
            case Status.PARTIAL:
                return (0.0, DEFAULT_DEGREE if self.degree is None else self.degree, 1.0)
            case Status.PLANNED | Status.NOT_IMPLEMENTED | Status.NOT_APPLICABLE:
                return (0.0, 0.0, 0.0)
            case Status.UNASSESSED:
                return (0.0, 0.0, 1.0)
            case _:
                assert_never(self.status)

    @property
    def known(self) -> bool:
        """Whether somebody looked: any status but `unassessed`."""
        return self.status is not Status.UNASSESSED

    @property
    def rank(self) -> Rank:
        """Key that orders findings from worst to best; total, so that merging does not depend on order.

        Between findings of one status and estimate, the one with a degree, the later one, and the one that holds longer
        rank higher, in this order; the texts only settle what would otherwise hang on which assessment came first.
        """
        dated = (self.date is not None, self.date or dt.date.min)
        lasting = (self.valid_until is None, self.valid_until or dt.date.max)
        texts_ = (self.justification, self.evidence, self.owner)
        return (_ORDER.index(self.status), self.bounds[1], self.degree is not None, dated, lasting, *texts_)

    def has_run_out(self, as_of: dt.date | None) -> bool:
        """Tell whether `valid_until` lies before a day; that day itself counts, and without one nothing runs out."""
        return as_of is not None and self.valid_until is not None and self.valid_until < as_of

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as a JSON-ready dict; what is not said is left out."""
        # Not field by field through `plain`: digests ask for hundreds of findings, most of which say little.
        told = ((field.name, getattr(self, field.name)) for field in attrs.fields(Finding))
        return {name: _plain(value) for name, value in told if value not in (None, "", ())}

    def __repr__(self) -> str:
        said = self.to_dict()
        more = "".join(f", {name}={quote(value)}" for name, value in said.items() if name != "status")
        return one_line(f"<Finding: {self.status}{more}>")

    def _page(self) -> Page:
        from .._shared import card  # late: no score is looked at

        said = {name: value for name, value in self.to_dict().items() if name != "status"}
        return card(f"Finding: {self.status}", said.items())


@cache
def columns() -> tuple[Column, ...]:
    """Return the columns of a table of findings."""
    from .._shared import Column, under  # late, because no score needs a table

    return under(
        (
            Column("status", "text", "the status"),
            Column("degree", "real", "how far a partial one is in place, between 0 and 1"),
            Column("justification", "text", "why it is in or out"),
            Column("evidence", "texts", "what shows it"),
            Column("owner", "text", "who answers for it"),
            Column("date", "date", "when it was found"),
            Column("valid_until", "date", "until when it holds"),
        ),
        "of",
    )


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(cast("tuple[str, ...]", value))
    return value if isinstance(value, (int, float)) else str(value)  # a word, a text, a date


def finding_of(value: object, ref: object) -> Finding:
    """Return the finding that a finding, a status word, or a float in [0, 1] stands for; `ref` is shown in the error.

    A bool or an int is refused: 1 may be all of it or one of five levels of maturity, True may be "applicable".
    """
    if isinstance(value, Finding):
        return value
    if isinstance(value, str):
        try:
            return Finding(value)
        except InputError as error:
            raise InputError(f"{quote(str(ref))}: {error.message}", hint=error.hint) from None
    if type(value) is float and 0 <= value <= 1:  # NaN is in no range
        if value in (0.0, 1.0):
            return Finding(Status.IMPLEMENTED if value else Status.NOT_IMPLEMENTED)
        return Finding(Status.PARTIAL, value)
    hint = "a Finding, a status word, or a float in [0, 1]"
    if type(value) is int and value in (0, 1):
        hint = "write 1.0 or 'implemented'" if value else "write 0.0 or 'not_implemented'"
    raise InputError(f"{quote(str(ref))}: {quote(value)} is not a finding", hint=hint)


def pick(ours: Finding, theirs: Finding, on_conflict: str) -> Finding:
    """Return the one of two findings that a merger keeps: the `newest`, the `best` or the `worst`."""
    if on_conflict == "worst":
        return min(ours, theirs, key=lambda finding: finding.rank)
    best = max(ours, theirs, key=lambda finding: finding.rank)
    if on_conflict == "newest" and ours.date != theirs.date:
        return max(ours, theirs, key=lambda finding: (finding.date is not None, finding.date or dt.date.min))
    return best
