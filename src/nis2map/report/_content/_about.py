"""What the report rests on: what was read, the sources and the method, and who judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..._version import __version__
from ...assessment import Finding, Status
from ...ids import Ref
from ...model import Link, ReviewState, Source
from .._parts import Cell, Chapter, Facts, Grid, Inline, Items, Paragraph, Part, Phrase
from ._asked import Asked

__all__ = ["judged_by", "method", "statement"]

# Whose double judgements are those of runs of a language model.
_PROJECT = "nis2map"
_BY_MODEL = (ReviewState.SINGLE_JUDGED, ReviewState.DOUBLE_JUDGED, ReviewState.ADJUDICATED)


def statement(asked: Asked) -> Chapter:
    """Return what was read: the findings, and what the reader had to say of them."""
    words, assessment = asked.words, asked.assessment
    parts: list[Part] = [Paragraph(words.count("statement.lead", len(assessment)))]
    if assessment.problems:
        parts.append(Paragraph(words.count("statement.problems", len(assessment.problems))))
        parts.append(Items([asked.english(str(problem)) for problem in assessment.problems]))
    told = [ref for ref in assessment if _more(assessment[ref])]
    if told:
        parts.append(
            Grid(
                id="findings",
                caption=words("statement.caption"),
                columns=asked.columns("found", "said", "owner", "justification", "recorded"),
                rows=tuple(tuple(_finding(asked, ref)) for ref in told),
            )
        )
    parts += _alone(asked)
    return Chapter("statement", words("statement"), tuple(parts))


def _more(finding: Finding) -> bool:
    """Tell whether a finding says more than a status."""
    return finding.to_dict().keys() != {"status"}


def _alone(asked: Asked) -> Iterator[Facts]:
    """Yield the findings that are a status alone, by that status."""
    by_status: dict[Status, list[Ref]] = {}
    for ref, finding in asked.assessment.items():
        if not _more(finding):
            by_status.setdefault(finding.status, []).append(ref)
    if by_status:
        rows = [
            (asked.words(f"status.{status}"), asked.named(by_status[status], len(by_status[status])))
            for status in Status
            if status in by_status
        ]
        yield Facts(id="findings-alone", caption=asked.words("statement.alone"), rows=tuple(rows))


def _finding(asked: Asked, ref: Ref) -> Iterator[Cell]:
    words, finding = asked.words, asked.assessment[ref]
    title = asked.title(ref)
    yield (Phrase(asked.headed(ref), strong=True), *([title] if title else []))
    said = [words(f"status.{finding.status}")]
    said += [words.percent(finding.degree)] if finding.degree is not None else []
    said += [words("found-at", date=words.date(finding.date))] if finding.date else []
    if finding.valid_until:
        run_out = finding.has_run_out(asked.assessment.as_of)
        said.append(words("run-out" if run_out else "valid-until", date=words.date(finding.valid_until)))
    yield tuple(said)
    yield finding.owner or "–"
    yield finding.justification or "–"
    yield finding.evidence or "–"


def method(asked: Asked) -> Chapter:
    """Return how the numbers came about: the rules in short, the choices, the notes, the sources, the digests."""
    words, cov = asked.words, asked.cov
    rules = ("demands", "links", "numbers", "ceiling", "ranges", "weights")
    parts: list[Part] = [Items([words(f"method.{name}") for name in rules])]
    if words.lang != "en":
        parts.append(Paragraph(words("english")))
    notes = [*cov.notes, *(f"{conflict.ref}: {conflict.message}" for conflict in cov.conflicts)]
    if notes:
        parts += [Paragraph(Phrase(words("method.notes"), strong=True)), Items(list(map(asked.english, notes)))]
    parts.append(Facts(id="conventions", caption=words("method.conventions"), rows=tuple(_conventions(asked))))
    parts.append(_sources(asked))
    return Chapter("method", words("method"), tuple(parts))


def _conventions(asked: Asked) -> Iterator[tuple[str, Cell]]:
    words, cov = asked.words, asked.cov
    for name, value in cov.conventions:
        known = words.get(f"convention.{name}.{value}")
        yield words(f"convention.{name}"), known or value
    yield words("convention.package"), __version__
    yield words("convention.digest"), cov.digest
    yield words("convention.assessment"), asked.assessment.digest


def _sources(asked: Asked) -> Grid:
    words = asked.words
    return Grid(
        id="sources",
        caption=words("method.sources"),
        columns=asked.columns("source", "publisher", "licence", "dates"),
        rows=tuple(tuple(_source(asked, source)) for source in _used(asked)),
    )


def _used(asked: Asked) -> Iterator[Source]:
    """Yield the sources of the texts and of the links that counted, in the order of the dataset."""
    used = {link.source for link in _links(asked)} | set(asked.cov.dataset.frameworks) | set(asked.cov.crosswalks)
    return (source for source in asked.dataset.sources.values() if source.id in used)


def _source(asked: Asked, source: Source) -> Iterator[Cell]:
    words = asked.words
    title = Phrase(source.title, url=source.url, lang=asked.foreign)
    yield (title, *([asked.english(source.note)] if source.note else []))
    yield asked.english(source.publisher) if source.publisher else "–"
    yield asked.english(source.attribution or source.licence) if source.attribution or source.licence else "–"
    dated = [words("source.date", date=_day(asked, source.date))] if source.date else []
    dated += [words("source.read", date=_day(asked, source.retrieved))] if source.retrieved else []
    yield tuple(dated) or "–"


def _day(asked: Asked, text: str) -> str:
    """Return a date of a source, which is a text: written out if it is one day."""
    import datetime as dt

    try:
        return asked.words.date(dt.date.fromisoformat(text))
    except ValueError:
        return text


def _links(asked: Asked) -> Iterator[Link]:
    """Yield the links of the crosswalks asked on the texts scored: a classification may ask about both acts."""
    scored = {ref.framework for ref in asked.cov.units}
    for name in asked.cov.crosswalks:
        for link in asked.dataset.crosswalks[name].links:
            if link.requirement.framework in scored:
                yield link


def judged_by(asked: Asked) -> tuple[str, Chapter]:
    """Return who judged the links, in a sentence and as a section, both from what the links say of themselves."""
    words, links = asked.words, list(_links(asked))
    states = Counter((link.source, link.review) for link in links)
    by_model = sum(count for (source, state), count in states.items() if source == _PROJECT and state in _BY_MODEL)
    by_people = sum(link.review is ReviewState.HUMAN for link in links)
    in_part = sum(bool(link.reviewed) and link.review is not ReviewState.HUMAN for link in links)
    sentence = _sentence(asked, len(links), by_model, by_people + in_part)
    rows = [
        (_source_name(asked, source), words(f"review.{state}"), words.number(count))
        for (source, state), count in sorted(states.items())
    ]
    table = Grid(
        id="reviews",
        caption=words("judged.caption"),
        columns=asked.columns("links-of", "review", "links"),
        rows=tuple(rows),
    )
    parts: list[Part] = [Paragraph(sentence), table]
    parts += [Paragraph(words("judged.how"))] if by_model else []
    return sentence, Chapter("judged", words("judged"), tuple(parts))


def _sentence(asked: Asked, links: int, by_model: int, by_people: int) -> str:
    words = asked.words
    if not by_model:
        return words.count("judged.people", by_people, of=words.whole(links)) if by_people else words("judged.others")
    if by_people:
        return words("judged.both", people=words.whole(by_people), of=words.whole(links), models=words.whole(by_model))
    return words("judged.models" if by_model == links else "judged.some-models", models=words.whole(by_model))


def _source_name(asked: Asked, source: str) -> Inline:
    known = asked.dataset.sources.get(source)
    return asked.english(known.title if known else source or "–")
