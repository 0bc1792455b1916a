"""Registration: what is owed to whom, by when and with which data (Articles 3(4) and 27 of the Directive).

The Directive fixes one date and two periods for changes; when an entity has to come forward otherwise the national act
says, as far as it was read. A date that nobody read is None and not guessed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import attrs

from ..._shared import Brief, Column, Page, Record, Table, Tabular, View, day, expect
from ..._version import __version__
from ...dataset import Dataset, given
from ...ids import Ref
from ...model import Period, RegistrationRule
from .._facts import codes
from .._incident import last_day
from .._member_states import MemberState, member_state
from .._scope import Classification, elsewhere
from .._tables import law_table

__all__ = ["RegistrationDuty", "RegistrationPlan", "registration"]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RegistrationDuty(Brief, Record):
    """One duty to register, in one State; None is not known.

    `due` is the first submission, `basis` what fixes it or why nothing does; `provisional`: it hangs on a fact that is
    not known, the day from which the entity is in scope or whether the duty binds it. `data` are the units that say
    what to give, `data_titles` their titles. Changes are due within `change_within`, by `changes_due` if the day of one
    was told. `recipient` and `portal` are the State's, `says` what its rules say in our words, as of `as_of`, from
    `sources`.
    """

    id: str
    title: str
    citation: str
    ref: Ref
    member_state: str | None
    due: dt.date | None
    basis: str
    provisional: bool
    data: tuple[Ref, ...]
    data_titles: tuple[str, ...]
    change_within: Period
    change_citation: str
    changes_due: dt.date | None = None
    recipient: str | None = None
    portal: str | None = None
    says: str | None = None
    as_of: dt.date | None = None
    sources: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f" in {self.member_state}" if self.member_state else ""
        due = f"due {self.due}" if self.due else "no date"
        open_ = (
            ", unless a fact not given, such as the day it came into scope, says otherwise" if self.provisional else ""
        )
        changes = f"by {self.changes_due}" if self.changes_due else f"within {self.change_within}"
        return f"{self.title}{where}: {due}{open_} ({self.basis}); changes {changes} ({self.change_citation})"


@attrs.frozen(kw_only=True, eq=False, repr=False)
class RegistrationPlan(Record, View, Tabular):
    """The duties to register, State by State; `notes` say what could not be told. The national act decides."""

    duties: tuple[RegistrationDuty, ...]
    notes: tuple[str, ...]
    law: str
    version: str = ""
    data: str = ""
    _columns = (
        Column("id", "text", "the id of the duty"),
        Column("title", "text", "its title"),
        Column("citation", "text", "where it stands"),
        Column("ref", "text", "the unit that says so"),
        Column("member_state", "text", "the State"),
        Column("due", "date", "the first submission"),
        Column("basis", "text", "what fixes it, or why nothing does"),
        Column("provisional", "flag", "whether it depends on a fact that is not known"),
        Column("data", "texts", "the units that say what to give"),
        Column("data_titles", "texts", "their titles"),
        Column("change_within", "json", "the period for changes"),
        Column("change_citation", "text", "where that stands"),
        Column("changes_due", "date", "by when a change that was told is due"),
        Column("recipient", "text", "to whom"),
        Column("portal", "text", "through which portal"),
        Column("says", "text", "what the State's rules say, in our words"),
        Column("as_of", "date", "when they were read"),
        Column("sources", "texts", "where they were read"),
    )

    def __iter__(self) -> Iterator[RegistrationDuty]:
        return iter(self.duties)

    def __len__(self) -> int:
        return len(self.duties)

    def _lines(self) -> tuple[RegistrationDuty, ...]:
        return self.duties

    def _page(self) -> Page:
        rows = [
            (
                f"{duty.title} ({duty.basis})",
                duty.member_state or "?",
                f"{duty.due or 'no date'}{' (provisional)' if duty.provisional else ''}",
                str(duty.changes_due or f"within {duty.change_within}"),
                duty.recipient or "not known",
                duty.portal or "not known",
            )
            for duty in self.duties
        ]
        head = ("Duty", "State", "Due", "Changes", "To", "Portal")
        return Page(f"Registration under {self.law}", (Table(head, rows),), (*self._more(), *self.notes))

    def _more(self) -> Iterator[str]:
        for duty in self.duties:
            if duty.says:
                yield f"{duty.member_state}, as of {duty.as_of}: {duty.says}"
        for title, titles in dict.fromkeys((duty.title, duty.data_titles) for duty in self.duties):
            yield f"{title}, data to give: {'; '.join(titles)}"

    def __str__(self) -> str:
        # Lines and no table: names of authorities and addresses are too long for columns.
        page = self._page()
        lines = [line for duty in self.duties for line in (str(duty), _to(duty))] or ["nothing to register"]
        return "\n".join([page.title, *lines, *dict.fromkeys(page.notes)])


def _to(duty: RegistrationDuty) -> str:
    return f"  to {duty.recipient or 'an authority that is not known'}, {duty.portal or 'no portal known'}"


def registration(
    classification: Classification,
    *,
    member_state: str | Iterable[str] | None = None,
    in_scope_since: dt.date | str | None = None,
    changed_on: dt.date | str | None = None,
    dataset: Dataset | None = None,
) -> RegistrationPlan:
    """Return what an entity has to register, where, by when and with which data: Articles 3(4) and 27.

    `member_state`: one code or several; by default the States that Article 26 leads to (`classification.jurisdiction`).
    `in_scope_since`: the day on which the entity came into scope; who was in scope when an act took effect meets the
    date of its first wave, who came later the period that the act gives, if one was read. `changed_on`: the day on
    which a registered detail changed (Articles 3(4), second subparagraph, and 27(3)).

    Raises `InputError` for anything but a `Classification` and for what is not a date, `UnknownRef` for a code that no
    State has, `DatasetError` if the dataset has no rules of registration.

    >>> import nis2map
    >>> entity = nis2map.Entity("annexI.8.2", headcount=12, established_in="DE")
    >>> plan = nis2map.registration(nis2map.classify(entity), member_state="DE", in_scope_since="2026-05-01")
    >>> [duty.citation for duty in plan.duties][:2]
    ['Article 3(4), first subparagraph', 'Article 27(2)']
    """
    expect(classification, Classification, "classification")
    data = given(dataset)
    since, changed = day(in_scope_since, "in_scope_since"), day(changed_on, "changed_on")
    named = codes(member_state, "member_state")
    duties: list[RegistrationDuty] = []
    notes: list[str] = []
    for rule in law_table(data.law.registrations, "registrations"):
        owed: bool | None = getattr(classification.registration, rule.fact)
        if owed is False:
            continue
        states, missing = _states(classification, rule, named)
        if missing:
            notes.append(f"{rule.title}: which State is open, depending on {', '.join(missing)}")
        duties += [_duty(rule, code, data, since, changed, certain=owed is True) for code in states or (None,)]
    notes += elsewhere(classification, named or ())
    if not duties:
        notes.append(f"{classification.law}: {classification.verdict}, which brings no duty to register")
    return RegistrationPlan(
        duties=tuple(duties),
        notes=(*notes, classification.note),
        law=classification.law,
        version=__version__,
        data=data.version,
    )


def _states(
    classification: Classification, rule: RegistrationRule, named: tuple[str, ...] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the States of a duty in order, and the facts that would tell them."""
    if named is not None:
        return named, ()
    rows = [row for row in classification.jurisdiction if not rule.jurisdiction or row.rule == rule.jurisdiction]
    states = tuple(sorted({state for row in rows for state in row.states or ()}))
    return states, tuple(dict.fromkeys(fact for row in rows for fact in row.missing))


def _duty(
    rule: RegistrationRule,
    code: str | None,
    data: Dataset,
    since: dt.date | None,
    changed: dt.date | None,
    *,
    certain: bool,
) -> RegistrationDuty:
    state = None if code is None else member_state(code, dataset=data)
    due, basis = _due(rule, state, since)
    return RegistrationDuty(
        id=rule.id,
        title=rule.title,
        citation=rule.ref.citation,
        ref=rule.ref,
        member_state=code,
        due=due,
        basis=basis,
        provisional=not certain or (due is not None and since is None),
        data=rule.data,
        data_titles=tuple(data.requirement(ref).title for ref in rule.data),
        change_within=rule.change_period,
        change_citation=rule.change_ref.citation,
        changes_due=None if changed is None else last_day(changed, rule.change_period),
        recipient=None if state is None else state.authority,
        portal=None if state is None else state.registration_portal,
        says=None if state is None else state.registration,
        as_of=None if state is None else state.fact("registration").as_of,
        sources=() if state is None else tuple(filter(None, (state.fact("registration").url,))),
    )


def _due(rule: RegistrationRule, state: MemberState | None, since: dt.date | None) -> tuple[dt.date | None, str]:
    """Return the day of the first submission, and what fixes it or why nothing does."""
    if rule.due is not None:
        if since is None or since <= rule.due:
            return rule.due, rule.ref.citation
        return None, f"{rule.ref.citation} has a date for those in scope by {rule.due} alone"
    if state is None:
        return None, f"{rule.ref.citation} leaves the date to the State"
    if state.implements != "NIS 2":
        return None, f"{state.name} has not transposed NIS 2"
    first, period, act = state.registration_date, state.registration_period, f"{state.name}, as of {state.as_of}"
    in_first_wave = since is None or (since <= (state.in_force or since) if period else first is None or since <= first)
    if in_first_wave and first is not None:
        return first, f"{act}: first wave"
    if since is not None and period is not None:
        return last_day(since, period), f"{act}: {period} after coming into scope"
    return None, f"{act}: no date was read for who came into scope {'later' if first else 'then'}"
