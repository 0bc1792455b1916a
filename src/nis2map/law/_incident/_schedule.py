"""What `deadlines` returns: deadlines by stage, how they stand at a given time, and their calendar."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import partial

import attrs

from ..._shared import Brief, Column, Page, Record, Table, View, counted, each, expect, moment_text, written
from ...errors import InputError, UnknownRef, quote
from ...ids import Ref
from ._ics import Event, calendar
from ._periods import moment
from ._stages import ByStage, Stage

__all__ = ["Deadline", "DeadlineState", "Note", "Schedule", "ScheduleState", "Standing"]

_TICK = timedelta(microseconds=1)
_ALARMS_HOURS = (timedelta(hours=12), timedelta(hours=4), timedelta(hours=1))
_ALARMS_LONG = (timedelta(days=7), timedelta(days=1))


class Standing(StrEnum):
    """How a deadline stands: `open` means that it has no date yet."""

    DONE = "done"
    DUE = "due"
    OVERDUE = "overdue"
    OPEN = "open"


def _seconds(value: timedelta | None) -> float | None:
    return None if value is None else value.total_seconds()


def _in_seconds(name: str, state: DeadlineState) -> float | None:
    return _seconds(getattr(state, name))


@attrs.frozen(eq=False, repr=False)
class Note(Brief, Record):
    """Something that a reader of a schedule must know, with date and sources where it is a national fact."""

    text: str
    as_of: date | None = attrs.field(default=None, kw_only=True)
    sources: tuple[str, ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen(eq=False, repr=False)
class Deadline(Record, View):
    """By when one report is owed. `due` is None where nothing fixes a time (yet); `basis` then says why.

    `due` is the plain, earlier reading, to work by. `latest` is the last instant under Regulation 1182/71, if that
    regulation applies; it is never before `due`, and where a period ends with a day it is the midnight that ends it
    (`last_day` is that day). `provisional`: a fact that the date depends on is still missing. `counted_from` and
    `period` say how it was computed, `ref` is the point of Article 23(4), and `contents` the units that say what the
    report contains, with their titles. `recipient` and `portal` are those of `member_state`, None if they were not read
    or no State was asked for. `national` marks a national rule; `as_of` and `sources` say when and where the rule was
    read. Of a `Clock` of one's own `stage` is its name and that of the stage.
    """

    _also = ("last_day",)

    stage: Stage | str
    due: datetime | None
    latest: datetime | None
    basis: str = attrs.field(kw_only=True)
    provisional: bool = attrs.field(default=False, kw_only=True)
    ref: Ref = attrs.field(kw_only=True)
    counted_from: datetime | None = attrs.field(default=None, kw_only=True)
    period: str = attrs.field(default="", kw_only=True)
    done_at: datetime | None = attrs.field(default=None, kw_only=True)
    member_state: str | None = attrs.field(default=None, kw_only=True)
    recipient: str | None = attrs.field(default=None, kw_only=True)
    portal: str | None = attrs.field(default=None, kw_only=True)
    contents: tuple[Ref, ...] = attrs.field(default=(), kw_only=True)
    contents_titles: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    national: bool = attrs.field(default=False, kw_only=True)
    as_of: date | None = attrs.field(default=None, kw_only=True)
    sources: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    @property
    def last_day(self) -> date | None:
        """The day on which `latest` lies, taking midnight as the end of the day before."""
        return None if self.latest is None else (self.latest - _TICK).date()

    @property
    def words(self) -> str:
        """The stage in words."""
        return self.stage.words if isinstance(self.stage, Stage) else self.stage

    @property
    def to_whom(self) -> str:
        """State, recipient and portal in words, empty if none is known."""
        known = [part for part in (self.recipient, self.portal) if part]
        where = f"{self.member_state}: " if self.member_state else ""
        return f"{where}{', '.join(known) or 'no recipient was read'}" if known or where else ""

    def state(self, now: datetime) -> DeadlineState:
        """Return how the deadline stands at `now`; `InputError` if that has no time zone."""
        at = moment(now, "now").astimezone(UTC)
        done = None if self.done_at is None else self.done_at.astimezone(UTC)
        if self.due is None:
            finished = done is not None and done <= at
            return DeadlineState(self, Standing.DONE if finished else Standing.OPEN)
        due = self.due.astimezone(UTC)
        if done is not None and done <= at:
            return DeadlineState(self, Standing.DONE, late_by=done - due if done > due else None)
        if at <= due:
            return DeadlineState(self, Standing.DUE, due_in=due - at)
        past = self.latest is not None and at >= self.latest.astimezone(UTC)
        return DeadlineState(self, Standing.OVERDUE, overdue_by=at - due, past_latest=past)

    def _page(self) -> Page:
        where = f" in {self.member_state}" if self.member_state else ""
        return Page(f"{self.words}{where}: {_shown(self.due)}{' (provisional)' if self.provisional else ''}")


@attrs.frozen(eq=False, repr=False)
class DeadlineState(Record, View):
    """How one deadline stands: `due_in` while it is ahead, `overdue_by` after it, `late_by` if it was met too late.

    `past_latest` says that the reading of Regulation 1182/71 does not help any more either.
    """

    _also = ("stage",)

    deadline: Deadline = attrs.field(metadata=written())
    standing: Standing
    due_in: timedelta | None = attrs.field(default=None, kw_only=True, metadata=written(_seconds))
    overdue_by: timedelta | None = attrs.field(default=None, kw_only=True, metadata=written(_seconds))
    late_by: timedelta | None = attrs.field(default=None, kw_only=True, metadata=written(_seconds))
    past_latest: bool = attrs.field(default=False, kw_only=True)

    @property
    def stage(self) -> Stage | str:
        """The stage of the deadline."""
        return self.deadline.stage

    def _page(self) -> Page:
        detail = {
            Standing.DONE: "" if self.late_by is None else f", {_lasting(self.late_by)} late",
            Standing.DUE: "" if self.due_in is None else f" in {_lasting(self.due_in)}",
            Standing.OVERDUE: "" if self.overdue_by is None else f" by {_lasting(self.overdue_by)}",
            Standing.OPEN: ", no fixed date",
        }
        return Page(f"{self.deadline.words}: {self.standing}{detail[self.standing]}")


@attrs.frozen(eq=False, repr=False)
class ScheduleState(Record, View, ByStage[DeadlineState]):
    """How all deadlines of a schedule stand `at` a time; reached by position or stage (`state["final"]`)."""

    at: datetime
    states: tuple[DeadlineState, ...]
    _columns = (
        Column("standing", "text", "done, due, overdue or open"),
        *(
            Column(name, "real", f"{meaning}, in seconds", partial(_in_seconds, name))
            for name, meaning in (
                ("due_in", "how long it is still ahead"),
                ("overdue_by", "how long it is overdue"),
                ("late_by", "by how much it was met too late"),
            )
        ),
        Column("past_latest", "flag", "whether the later reading does not help any more either"),
        Column("stage", "text", "the stage"),
    )

    @property
    def _items(self) -> tuple[DeadlineState, ...]:
        return self.states

    @property
    def overdue(self) -> tuple[DeadlineState, ...]:
        """What should have been reported already."""
        return tuple(state for state in self.states if state.standing is Standing.OVERDUE)

    @property
    def next(self) -> DeadlineState | None:
        """The deadline that comes next, None if none is ahead."""
        ahead = [(state.due_in, i) for i, state in enumerate(self.states) if state.due_in is not None]
        return self.states[min(ahead)[1]] if ahead else None

    def _page(self) -> Page:
        return Page(f"At {_shown(self.at)}", ("\n".join(map(str, self.states)),))

    def __str__(self) -> str:
        return "\n".join(map(str, self.states))


@attrs.frozen(eq=False, repr=False)
class Schedule(Record, View, ByStage[Deadline]):
    """All deadlines of one incident, in order; reached by position or stage (`schedule["final"]`).

    `zone` names the zone in which times are given and months are counted, `member_states` those whose rules were looked
    at (none: the Directive alone), one after the other, before clocks of one's own; by stage the first is reached, and
    `in_state` gives all of one. `recipient` is whom the rules of a single State name, `as_of` the date of what was
    read, `notes` what could not be computed and which acts may run beside, `version` the package's and `data` the
    dataset's version. The national act decides.
    """

    _also = ("member_state",)

    deadlines: tuple[Deadline, ...]
    aware_at: datetime = attrs.field(kw_only=True)
    zone: str = attrs.field(kw_only=True)
    member_states: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    recipient: str | None = attrs.field(default=None, kw_only=True)
    notes: tuple[Note, ...] = attrs.field(default=(), kw_only=True)
    as_of: date | None = attrs.field(default=None, kw_only=True)
    version: str = attrs.field(default="", kw_only=True)
    data: str = attrs.field(default="", kw_only=True)
    _columns = (
        Column("stage", "text", "the stage, or the name of a clock"),
        Column("due", "moment", "by when it is owed, on the earlier reading; null where nothing fixes a time"),
        Column("latest", "moment", "the last instant under Regulation 1182/71"),
        Column("basis", "text", "what fixes it, or why nothing does"),
        Column("provisional", "flag", "whether a fact that it depends on is missing"),
        Column("ref", "text", "the point of the Directive"),
        Column("counted_from", "moment", "from when it is counted"),
        Column("period", "text", "the period in words"),
        Column("done_at", "moment", "when it was done"),
        Column("member_state", "text", "the State whose rule it is"),
        Column("recipient", "text", "to whom the report goes"),
        Column("portal", "text", "through which portal"),
        Column("contents", "texts", "the units that say what the report contains"),
        Column("contents_titles", "texts", "their titles"),
        Column("national", "flag", "whether it is a national rule"),
        Column("as_of", "date", "when the rule was read"),
        Column("sources", "texts", "where it was read"),
        Column("last_day", "date", "the day on which the latest instant lies"),
    )

    @property
    def _items(self) -> tuple[Deadline, ...]:
        return self.deadlines

    @property
    def member_state(self) -> str | None:
        """The State whose rules were looked at, None if there is none or there are several."""
        return self.member_states[0] if len(self.member_states) == 1 else None

    def in_state(self, code: str) -> tuple[Deadline, ...]:
        """Return the deadlines of one State in the order of their stages; `UnknownRef` if it was not asked for."""
        if code not in self.member_states:
            raise UnknownRef(f"no rules of {quote(code)} were looked at", hint=f"here: {', '.join(self.member_states)}")
        return tuple(deadline for deadline in self.deadlines if deadline.member_state == code)

    def state(self, now: datetime) -> ScheduleState:
        """Return how each deadline stands at `now`: done, due in, overdue by; what is done later is not yet done."""
        return ScheduleState(moment(now, "now"), tuple(deadline.state(now) for deadline in self.deadlines))

    def to_ics(
        self,
        *,
        title: str = "",
        stamp: datetime | None = None,
        alarms: Iterable[timedelta] | None = None,
        sequence: int = 0,
    ) -> str:
        """Return an iCalendar text with an event for each deadline that has a date, the same text for the same input.

        `title` names the incident. `stamp` is the DTSTAMP, the time of awareness if none is given. `alarms` are how
        long before each deadline to remind; by default 12, 4 and 1 hours, or a week and a day for reports due after a
        month. What is done has no alarm. The ids of the events depend on awareness, State, title and stage alone: send
        a changed schedule with a higher `sequence`, and calendars replace the old one. Write the text as bytes, or with
        `newline=""`. `InputError` for a title that is no text, an alarm that is not a positive duration, a stamp
        without time zone, or a `sequence` that is not a whole number from 0 up.
        """
        expect(title, str, "title")
        if type(sequence) is not int or sequence < 0:
            raise InputError(f"sequence is {quote(sequence)}", hint="a whole number from 0 up")
        at = self.aware_at if stamp is None else moment(stamp, "stamp")
        chosen = None if alarms is None else _alarms(alarms)
        events = (
            self._event(deadline, title, at, chosen, sequence)
            for deadline in self.deadlines
            if deadline.due is not None
        )
        return calendar(events, product="-//nis2map//deadlines//EN", name=title)

    def _event(
        self,
        deadline: Deadline,
        title: str,
        stamp: datetime,
        alarms: tuple[timedelta, ...] | None,
        sequence: int,
    ) -> Event:
        stage = deadline.stage
        usual = _ALARMS_LONG if stage in (Stage.PROGRESS, Stage.FINAL) else _ALARMS_HOURS
        seed = [self.aware_at.astimezone(UTC).isoformat(), deadline.member_state or "", title, str(stage)]
        digest = hashlib.sha256("\x1f".join(seed).encode(errors="replace")).hexdigest()
        return Event(
            uid=f"{digest[:32]}@nis2map",
            stamp=stamp,
            start=deadline.due or stamp,
            summary=f"{title}: {_summary(deadline)}" if title else _summary(deadline),
            description=_description(deadline, self.zone),
            categories=("NIS 2",) if isinstance(stage, Stage) else (),
            alarms=() if deadline.done_at is not None else usual if alarms is None else alarms,
            status="TENTATIVE" if deadline.provisional else "CONFIRMED",
            sequence=sequence,
        )

    def _page(self) -> Page:
        rows = [
            (
                f"{d.words}{' (provisional)' if d.provisional else ''}",
                _shown(d.due),
                _shown(d.latest),
                d.to_whom,
                d.basis,
            )
            for d in self.deadlines
        ]
        table = Table(("Report", "Due", "Latest (Regulation 1182/71)", "To", "Basis"), rows)
        notes = tuple(f"Note: {note.text}" for note in self.notes)
        return Page(f"Deadlines, times in {self.zone}", (table,), notes)

    def __str__(self) -> str:
        # Several lines a deadline: the bases are too long for columns.
        page = self._page()
        lines = [line for deadline in self.deadlines for line in _lines(deadline)]
        return "\n".join([page.title, *lines, *page.notes])


def _summary(deadline: Deadline) -> str:
    where = f", {deadline.member_state}" if deadline.member_state else ""
    return f"{deadline.words} (NIS 2{where})" if isinstance(deadline.stage, Stage) else deadline.words


def _lines(deadline: Deadline) -> Iterator[str]:
    yield str(deadline)
    yield f"  {_why(deadline)}"
    if deadline.to_whom:
        yield f"  to {deadline.to_whom}"
    if deadline.contents:
        yield f"  contains {_contents(deadline)}"


def _contents(deadline: Deadline) -> str:
    """Say what the report contains, with the point of the law that says so."""
    titles = deadline.contents_titles or [ref.citation for ref in deadline.contents]
    return "; ".join(titles)


def _why(deadline: Deadline) -> str:
    """Return on what a deadline is based, and when it ends if working days and holidays count."""
    latest = "" if deadline.latest is None else f"; latest {_shown(deadline.latest)} if Regulation 1182/71 applies"
    return deadline.basis + latest


def _alarms(values: Iterable[timedelta]) -> tuple[timedelta, ...]:
    try:
        alarms = tuple(each(values, "durations"))
    except InputError as error:
        raise InputError(f"alarms: {error.message}") from None
    for alarm in alarms:
        if not isinstance(alarm, timedelta) or alarm <= timedelta(0):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InputError(
                f"alarms: {quote(alarm)} is not a positive duration", hint="give datetime.timedelta values"
            )
    return alarms


def _description(deadline: Deadline, zone: str) -> str:
    lines = [f"Due {_shown(deadline.due)} ({zone})."]
    if deadline.latest is not None:
        lines.append(f"Latest, if Regulation (EEC, Euratom) No 1182/71 applies: {_shown(deadline.latest)}.")
    if deadline.provisional:
        lines.append("Provisional: a fact that the date depends on is missing.")
    if deadline.done_at is not None:
        lines.append(f"Done {_shown(deadline.done_at)}.")
    if deadline.to_whom:
        lines.append(f"To {deadline.to_whom}.")
    if deadline.contents:
        lines.append(f"Contains {_contents(deadline)}.")
    return "\n".join([*lines, f"Basis: {deadline.basis}."])


def _shown(value: datetime | None) -> str:
    """Return a time as people read it, "Sat 28 Mar 2026, 15:20 (UTC+01:00)"; seconds only if there are any."""
    if value is None:
        return "no fixed date"
    offset = value.isoformat()[-6:] if value.utcoffset() else ""
    return f"{moment_text(value)} (UTC{offset})"


def _lasting(span: timedelta) -> str:
    """Return a duration in words, "1 day 6 hours 20 minutes"; seconds only below a minute."""
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    named = ((days, "day"), (hours, "hour"), (minutes, "minute"))
    return " ".join(counted(count, word) for count, word in named if count) or counted(seconds, "second")
