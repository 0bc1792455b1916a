"""The whole report: from an assessment, its question and the facts for the cards to sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..._shared import expect, texts
from ..._version import __version__
from ...assessment import Assessment
from ...law import Classification, Entity, Incident, MemberState, classify, member_state
from ...scoring import Options, coverage, repeatable
from .._parts import Cell, Chapter, Paragraph, Report
from .._words import words_in
from ._about import judged_by, method, statement
from ._asked import Asked
from ._cards import cards
from ._result import by_article, certificate, summary
from ._work import first, gaps_by_class, the_plan

__all__ = ["report_of"]

# What writers say themselves: around tables, filters and the page.
_WRITERS = (
    "skip", "contents", "filter", "filter.text", "filter.class", "filter.all", "filter.shown", "filter.none", "columns",
    "colours", "filter.clear", "offline", "colon",
)  # fmt: skip


def report_of(
    assessment: Assessment,
    entity: Entity | None,
    member_states: str | Iterable[str] | None,
    incident: Incident | None,
    lang: str,
    options: Options,
) -> Report:
    """Return the report on an assessment."""
    asked = _asked(assessment, entity, member_states, incident, lang, repeatable(options))
    words = asked.words
    sentence, judged = judged_by(asked)
    found = (
        summary(asked, sentence),
        by_article(asked),
        certificate(asked),
        first(asked),
        gaps_by_class(asked),
        the_plan(asked),
        cards(asked),
        statement(asked),
        method(asked),
        judged,
        Chapter("notice", words("notice"), (Paragraph(words("notice.text")),)),
    )
    subject = assessment.subject
    title = words("title-of", act=asked.act, subject=subject) if subject else words("title", act=asked.act)
    names = [*_WRITERS, *(name for name in words.texts if name.startswith("class."))]
    return Report(
        lang=lang,
        title=title,
        about=tuple(_about(asked)),
        chapters=tuple(chapter for chapter in found if chapter is not None),
        words={name: words(name) for name in names}
        | {"made-by": words("made-by", version=__version__, data=asked.dataset.version)},
    )


def _asked(
    assessment: Assessment,
    entity: Entity | None,
    member_states: str | Iterable[str] | None,
    incident: Incident | None,
    lang: str,
    options: Options,
) -> Asked:
    words = words_in(lang)
    cov = coverage(assessment, **options)
    if entity is not None:
        expect(entity, Entity, "entity")
    if incident is not None:
        expect(incident, Incident, "incident")
    found = None if entity is None else classify(entity, dataset=cov.dataset)
    codes = _codes(member_states, found, incident)
    states: dict[str, MemberState] = {}
    for code in codes:
        state = member_state(code, dataset=cov.dataset)
        states.setdefault(state.code, state)
    return Asked(cov, options, words, found, tuple(states.values()), incident)


def _codes(
    named: str | Iterable[str] | None, found: Classification | None, incident: Incident | None
) -> tuple[str, ...]:
    """Return the States to tell of: those named, else that of the incident, else those that Article 26 leads to."""
    if named is not None:
        return texts(named)
    if incident is not None and incident.member_state is not None:
        return (incident.member_state,)
    return tuple(sorted({code for row in (found.jurisdiction if found else ()) for code in row.states or ()}))


def _about(asked: Asked) -> Iterator[tuple[str, Cell]]:
    """Yield what the report is about: the assessment's subject, its day and its scope."""
    words, assessment = asked.words, asked.assessment
    if assessment.subject:
        yield words("about.subject"), assessment.subject
    if assessment.as_of is not None:
        yield words("about.as-of"), words.date(assessment.as_of)
    if assessment.scope:
        yield words("about.scope"), assessment.scope
    yield words("about.scored"), asked.act_named(asked.cov.framework)
    yield words("about.through"), ", ".join(asked.dataset.frameworks[name].name for name in _targets(asked))


def _targets(asked: Asked) -> list[str]:
    """Return the frameworks of controls that the crosswalks lead to, in their order."""
    heads = [asked.dataset.crosswalks[name] for name in asked.cov.crosswalks]
    return list(dict.fromkeys(head.target for head in heads if head.target in asked.dataset.frameworks))
