"""The cards: when an incident is reported, who the authority is, and what the entity is; or what to give for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from ...errors import DatasetError
from ...law import (
    Classification,
    Deadline,
    Fact,
    MemberState,
    RegistrationDuty,
    Schedule,
    Stage,
    deadlines,
    fine_ceiling,
    registration,
)
from ...model import Period, ReportingStage
from .._parts import Cell, Chapter, Facts, Grid, Inline, Items, Paragraph, Part, Phrase
from ._asked import Asked

__all__ = ["cards"]

# What a management body and whoever reports look for, in this order; the rest of a State's facts is in `member-state`.
_FACTS = (
    "law", "in_force", "authority", "authority_url", "spoc", "csirt", "csirt_url", "registration", "registration_date",
    "registration_period", "registration_portal", "reporting_portal", "reporting.early_warning",
    "reporting.notification", "reporting.final", "reporting.recipient", "reporting.extra", "iso27001", "iso27001_note",
    "framework",
)  # fmt: skip


def cards(asked: Asked) -> Chapter | None:
    """Return the cards, None where the dataset holds no law."""
    law = asked.dataset.law
    found = [_clock(asked)] if law.stages else []
    found += [*_authorities(asked)] if law.member_states else []
    found += [_entity(asked)] if law.entity_types else []
    words = asked.words
    return Chapter("cards", words("cards"), (Paragraph(words("cards.lead")),), tuple(found)) if found else None


# Reporting


def _clock(asked: Asked) -> Chapter:
    words, incident = asked.words, asked.incident
    if incident is None:
        parts: tuple[Part, ...] = (Paragraph(words("clock.give")), _usual_clock(asked))
        return Chapter("clock", words("clock"), parts)
    found = deadlines(
        incident,
        classification=asked.classification,
        member_states=[state.code for state in asked.states],
        dataset=asked.dataset,
    )
    notes = [(asked.english(note.text), *_spaced(_links(note.sources))) for note in found.notes]
    lead = words("clock.lead", aware=words.moment(found.aware_at), zone=found.zone)
    dated: list[Part] = [Paragraph(lead)]
    if len(found):
        dated.append(_schedule(asked, found))
    return Chapter("clock", words("clock"), (*dated, Items(notes)))


def _usual_clock(asked: Asked) -> Grid:
    """Return the clock of the act itself, stage by stage."""
    words = asked.words
    rows = tuple(tuple(_usual(asked, row)) for row in asked.dataset.law.stages)
    return Grid(
        id="clock-stages",
        caption=words("clock.caption"),
        columns=asked.columns("report", "by-when", "contents", "basis"),
        rows=rows,
    )


def _usual(asked: Asked, row: ReportingStage) -> Iterator[Cell]:
    words = asked.words
    when = words(f"when.{row.when}") if row.when else ""
    yield (Phrase(words(f"stage.{row.stage}"), strong=True), *([when] if when else []))
    if row.period is None:
        yield words("clock.with-final" if row.counted_from == "final" else "clock.no-period")
    else:
        yield words("clock.within", period=_period(asked, row.period), start=words(f"start.{row.counted_from}"))
    yield tuple(asked.title(ref) for ref in row.contents) or "–"
    yield _basis(asked, row.citation)


def _basis(asked: Asked, citation: str) -> str:
    """Return the citation of an act in the report's language, if the act is one that the dataset holds."""
    for framework in asked.dataset.frameworks.values():
        head = f"{framework.citation}, "
        if citation.startswith(head):
            return f"{asked.act_named(framework.id)}, {asked.words.cite(citation.removeprefix(head))}"
    return asked.words.cite(citation)


def _stated(asked: Asked, basis: str) -> Inline:
    """Return what fixes a date: a citation in the report's language, a sentence as it is, in English."""
    cited = _basis(asked, basis)
    return asked.english(basis) if cited == basis else cited


def _period(asked: Asked, period: Period) -> str:
    return asked.words.count(f"period.{period.unit}", period.amount)


def _schedule(asked: Asked, found: Schedule) -> Grid:
    words = asked.words
    return Grid(
        id="clock-dates",
        caption=words("clock.dates", zone=found.zone),
        columns=asked.columns("report", "due", "latest", "to", "contents", "basis"),
        rows=tuple(tuple(_deadline(asked, one)) for one in found),
    )


def _deadline(asked: Asked, one: Deadline) -> Iterator[Cell]:
    words = asked.words
    name = words(f"stage.{one.stage}") if isinstance(one.stage, Stage) else one.stage
    state = [_state_name(asked, one.member_state)] if one.member_state else []
    yield (Phrase(name, strong=True), *state)
    yield (_moment(asked, one.due), *([words("provisional")] if one.provisional else []))
    yield _moment(asked, one.latest) if one.latest else "–"
    yield _to(asked, one.recipient, one.portal)
    titles = [asked.title(ref) for ref in one.contents]
    yield tuple(titles) or "–"
    yield (_stated(asked, one.basis), *_links(one.sources))


def _moment(asked: Asked, at: dt.datetime | None) -> str:
    return asked.words("no-date") if at is None else asked.words.moment(at)


def _links(urls: Iterable[str | None]) -> Iterator[Inline]:
    return (Phrase(url, url=url) for url in urls if url)


def _spaced(runs: Iterable[Inline]) -> Iterator[Inline]:
    for run in runs:
        yield from (" ", run)


def _to(asked: Asked, recipient: str | None, portal: str | None) -> Cell:
    """Return to whom something goes, and through what, as it was read."""
    named = (asked.english(recipient),) if recipient else ()
    return (*named, *_links([portal])) or asked.words("unknown")


# Authority


def _authorities(asked: Asked) -> Iterator[Chapter]:
    words = asked.words
    if not asked.states:
        yield Chapter("authority", words("authority"), (Paragraph(words("authority.give")),))
    for place, state in enumerate(asked.states):
        title = words("authority.of", state=_state_name(asked, state.code))
        parts: list[Part] = [Paragraph(words("authority.lead", date=words.date(state.as_of))), _facts(asked, state)]
        if state.notes:
            parts.append(Items([asked.english(note) for note in state.notes]))
        yield Chapter("authority" if not place else f"authority-{state.code}", title, tuple(parts))


def _state_name(asked: Asked, code: str) -> str:
    named = asked.words.get(f"state.{code}")
    if named:
        return named
    return next((state.name for state in asked.states if state.code == code), code)


def _facts(asked: Asked, state: MemberState) -> Grid:
    words = asked.words
    known = [fact for fact in map(state.fact, _FACTS) if fact.value is not None]
    return Grid(
        id=f"facts-{state.code.lower()}",
        caption=words("authority.caption", state=_state_name(asked, state.code)),
        columns=asked.columns("fact", "value", "read-on", "found-in"),
        rows=tuple(
            (
                words(f"fact.{fact.name}"),
                _value(asked, fact),
                (words.date(fact.as_of), words(f"standing.{fact.standing.replace(' ', '-')}")),
                _source(asked, fact),
            )
            for fact in known
        ),
    )


def _value(asked: Asked, fact: Fact) -> Inline:
    value = fact.value
    if isinstance(value, dt.date):
        return asked.words.date(value)
    if isinstance(value, Period):
        return _period(asked, value)
    text = str(value)
    if fact.name == "iso27001":
        return asked.words(f"recognition.{text}")
    return Phrase(text, url=text) if text.startswith(("https://", "http://")) else asked.english(text)


def _source(asked: Asked, fact: Fact) -> Inline:
    if not fact.url:
        return asked.words("no-source")
    return Phrase(", ".join(filter(None, (fact.title, fact.locator))) or fact.url, url=fact.url, lang=asked.foreign)


# Entity


def _entity(asked: Asked) -> Chapter:
    words, found = asked.words, asked.classification
    if found is None:
        return Chapter("entity", words("entity"), (Paragraph(words("entity.give")),))
    parts: list[Part] = [Facts(id="entity-facts", caption=words("entity.caption"), rows=tuple(_verdict(asked, found)))]
    reasons = [(asked.english(f"{reason.text} "), f"({asked.words.cite(reason.citation)})") for reason in found.reasons]
    if reasons:
        parts += [Paragraph(Phrase(words("entity.reasons"), strong=True)), Items(reasons)]
    others = [asked.english(str(row)) for row in (*found.displaced, *found.caveats)]
    if others:
        parts += [Paragraph(Phrase(words("entity.caveats"), strong=True)), Items(others)]
    parts += _registrations(asked, found)
    return Chapter("entity", words("entity"), tuple(parts))


def _verdict(asked: Asked, found: Classification) -> Iterator[tuple[str, Cell]]:
    words = asked.words
    if found.entity.name:
        yield words("entity.name"), found.entity.name
    open_ = words("or").join(words(f"entity.{one}") for one in found.possible)
    verdict = words(f"entity.{found.entity_class}")
    yield words("entity.class"), words("entity.open", classes=open_) if found.missing else verdict
    if found.missing:
        yield words("entity.missing"), ", ".join(found.missing)
    if found.size is not None:
        yield words("entity.size"), words(f"size.{found.size}")
    if found.types:
        types = {row.ref: row.title for row in asked.dataset.law.entity_types}
        yield words("entity.types"), tuple(asked.english(types.get(ref, str(ref))) for ref in found.types)
    states = dict.fromkeys(state for row in found.jurisdiction for state in row.states or ())
    if states:
        yield words("entity.states"), ", ".join(_state_name(asked, state) for state in states)
    yield words("entity.cir"), words(f"answer.{found.cir_applies}".lower())
    yield from _fines(asked, found)


def _fines(asked: Asked, found: Classification) -> Iterator[tuple[str, Cell]]:
    words = asked.words
    said: list[Inline] = []
    for option in fine_ceiling(found, dataset=asked.dataset).options:
        where = words.cite(option.citation)
        if option.fixed is None or option.percent is None:
            said.append(asked.english(f"{option.text} ({option.citation})"))
        else:
            percent = words.percentage(option.percent)
            said.append(words("fine", fixed=words.whole(option.fixed), percent=percent, where=where))
    if said:
        yield words("entity.fine"), tuple(said)


def _registrations(asked: Asked, found: Classification) -> Iterator[Part]:
    words = asked.words
    states = [state.code for state in asked.states] or None
    try:
        duties = registration(found, member_state=states, dataset=asked.dataset)
    except DatasetError:  # a dataset of somebody's own may hold no such duties
        return
    if len(duties):
        yield Grid(
            id="registrations",
            caption=words("registration.caption"),
            columns=asked.columns("duty", "due", "changes", "to", "data"),
            rows=tuple(tuple(_duty(asked, duty)) for duty in duties),
        )
    # What the classification says of itself ends with what this report says once, at its end.
    if notes := [asked.english(note) for note in duties.notes if note != found.note]:
        yield Items(notes)


def _duty(asked: Asked, duty: RegistrationDuty) -> Iterator[Cell]:
    words = asked.words
    where = [_state_name(asked, duty.member_state)] if duty.member_state else []
    yield (asked.english(duty.title), *where, words.cite(duty.citation))
    yield (
        words("no-date") if duty.due is None else words.date(duty.due),
        *([words("provisional")] if duty.provisional else []),
        _stated(asked, duty.basis),
    )
    yield (
        words("within", period=_period(asked, duty.change_within))
        if duty.changes_due is None
        else words.date(duty.changes_due)
    )
    yield _to(asked, duty.recipient, duty.portal)
    yield tuple(asked.title(ref) for ref in duty.data) or "–"
