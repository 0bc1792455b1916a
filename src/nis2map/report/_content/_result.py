"""How far the requirements are met: in short, by Article and by measure, and what a certificate gives of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from ...dataset import containing
from ...ids import Ref
from ...model import Grade
from ...scoring import BASES, Score, coverage
from .._parts import Cell, Chapter, Figure, Grid, Inline, Items, KeyFigures, Paragraph, Part, Phrase
from ._asked import CLASSES, Asked

__all__ = ["by_article", "certificate", "summary"]

Level = Literal["article", "measure", "section"]
_COUNTS = CLASSES[1:]


def summary(asked: Asked, judged: str) -> Chapter:
    """Return the section for whoever reads nothing else; `judged` says in a sentence who judged."""
    words, whole = asked.words, asked.cov.overall
    lead = words.count("summary.lead", whole.met, of=words.whole(whole.demands), act=asked.act, set=_set(asked))
    figures = KeyFigures(
        (
            (words.number(whole.met), words("figure.met", of=words.whole(whole.demands))),
            (words.share(whole.low), words("figure.low")),
            (words.share(whole.high), words("figure.high")),
            (words.share(whole.ceiling.high), words("figure.ceiling")),
        ),
        asked.parts(whole),
        asked.class_legend(),
    )
    parts: list[Part] = [Paragraph(Phrase(lead, strong=True)), figures, Items(list(_rest(asked, whole)))]
    parts.append(Paragraph([words("summary.bounds"), " ", judged]))
    parts += [Paragraph(said) for said in _standing(asked)]
    return Chapter("summary", words("summary"), tuple(parts))


def _set(asked: Asked) -> str:
    """Name the set that was scored."""
    within = asked.cov.within
    if within == "default":
        core = any(asked.dataset.requirements(asked.cov.framework, core=True))
        return asked.words("set.core" if core else "set.all")
    if within == "all":
        return asked.words("set.all")
    if within.startswith("classification"):
        return asked.words("set.bound")
    return asked.words("set.units", units=within.replace("+", ", "))


def _rest(asked: Asked, whole: Score) -> Iterator[Inline]:
    """Yield a line for each class of what is not met, and one for what is not counted."""
    words = asked.words
    for name in _COUNTS:
        count: int = getattr(whole, name)
        if count:
            yield words.count(f"summary.{name}", count)
    if whole.excluded or whole.unjudged:
        yield words("summary.outside", excluded=words.whole(whole.excluded), unjudged=words.whole(whole.unjudged))
    ranges = asked.cov.judgement_ranges("overall")
    if ranges is not None:
        yield words("summary.range", range=words.range(*ranges["overall"]))
    with_clauses = coverage(asked.assessment.certified(dataset=asked.dataset), **asked.options).overall
    if with_clauses.met != whole.met:
        yield words("summary.clauses", met=words.whole(with_clauses.met), now=words.whole(whole.met))


def _standing(asked: Asked) -> Iterator[str]:
    """Yield what a reader must know of the numbers before any table: binding or not, and for which entity."""
    cov, words = asked.cov, asked.words
    if cov.status != "unknown":
        yield words(f"status.{cov.status}", act=asked.act)
    if asked.assessment.whole_entity is not True:
        yield words("summary.scope")


def by_article(asked: Asked) -> Chapter:
    """Return the tables by Article and by measure."""
    words = asked.words
    parts: list[Part] = [Paragraph(words("articles.lead")), _table(asked), _classes(asked)]
    return Chapter("articles", words("articles" if asked.bundled else "units"), tuple(parts))


def _level(asked: Asked) -> Level:
    """Return the level of the first rows: Articles, or sections of a text that spells out a single one, as the CIR."""
    return "section" if len(asked.cov.rollup("article")) == 1 < len(asked.cov.rollup("section")) else "article"


def _names(asked: Asked, level: Level) -> list[tuple[Ref, Cell]]:
    """Return the units of a level with the lines that name them."""
    refs = list(asked.cov.rollup(level))
    above = containing(asked.dataset, refs)
    return [(ref, (Phrase(_cited(asked, ref, rest=ref in above), strong=True), asked.title(ref))) for ref in refs]


def _cited(asked: Asked, ref: Ref, *, rest: bool) -> str:
    cited = asked.headed(ref)
    return asked.words("the-rest", unit=cited) if rest else cited


def _rows(asked: Asked, level: Level, cells: Callable[[Score], Iterable[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Return a row for each unit of a level with the cells that its score gives, and a last one for the whole."""
    scores = asked.cov.rollup(level)
    rows = [(name, *cells(scores[ref])) for ref, name in _names(asked, level)]
    return (*rows, (Phrase(asked.words("overall"), strong=True), *cells(asked.cov.overall)))


def _table(asked: Asked) -> Grid:
    words, cov, level = asked.words, asked.cov, _level(asked)
    ranges, whole_range = cov.judgement_ranges(level), cov.judgement_ranges("overall")
    scores = cov.rollup(level)
    rows: list[tuple[Cell, ...]] = []
    for ref, name in _names(asked, level):
        rows.append((name, *_bounds(asked, scores[ref], None if ranges is None else ranges[ref])))
    total = None if whole_range is None else whole_range["overall"]
    rows.append((Phrase(words("overall"), strong=True), *_bounds(asked, cov.overall, total)))
    return Grid(
        id="by-article",
        caption=words("sections.caption" if level == "section" else "articles.caption", act=asked.act),
        columns=asked.columns(
            _unit(asked),
            "demands",
            "met",
            "surely",
            "at-most",
            "ceiling",
            "range",
            "bar",
        ),
        rows=tuple(rows),
        legend=asked.bar_legend(),
        total=True,
    )


def _unit(asked: Asked) -> str:
    return _level(asked) if asked.bundled else "unit"


def _bounds(asked: Asked, score: Score, judged: tuple[float | None, float | None] | None) -> tuple[Cell, ...]:
    words = asked.words
    shares = [words.share(value) for value in (score.low, score.high, score.ceiling.high)]
    judgements = "–" if judged is None else words.range(*judged)
    return (words.number(score.demands), words.number(score.met), *shares, judgements, asked.bar(score))


def _classes(asked: Asked) -> Grid:
    """Return the table of what is so today, by measure."""
    return Grid(
        id="by-measure",
        caption=asked.words("measures.caption"),
        columns=asked.columns("measure" if asked.bundled else "unit", "demands", *CLASSES, "parts"),
        rows=_rows(asked, "measure", lambda score: (*_counts(asked, score), asked.parts(score))),
        legend=asked.class_legend(),
        total=True,
    )


def _counts(asked: Asked, score: Score) -> Iterator[Figure]:
    return (asked.words.number(getattr(score, name)) for name in ("demands", *CLASSES))


def certificate(asked: Asked) -> Chapter:
    """Return what the standard's controls can give, by Article, and what no control contributes to."""
    words, whole = asked.words, asked.cov.overall
    covering = sum(whole.grades[grade] for grade in BASES[asked.cov.basis])
    lead = words(
        "certificate.gives",
        n=words.count("demands-n", covering),
        of=words.whole(whole.demands),
        ceiling=words.percent(whole.ceiling.high),
    )
    helped, bare = whole.grades[Grade.HELPED], whole.grades[Grade.BARE]
    cannot = words("certificate.cannot", helped=words.whole(helped), bare=words.whole(bare))
    parts: list[Part] = [Paragraph([lead, " ", words("certificate.scope")]), Paragraph(cannot)]
    if asked.cov.basis == "statement" and (whole.grades[Grade.GUIDED] or whole.grades[Grade.CONSIDERED]):
        more = whole.grades[Grade.GUIDED] + whole.grades[Grade.CONSIDERED]
        parts.append(Paragraph(words.count("certificate.guidance", more)))
    parts.append(_offers(asked))
    if units := _bare(asked):
        parts += [Paragraph(words("certificate.bare")), Items(units)]
    return Chapter("certificate", words("certificate"), tuple(parts))


def _offers(asked: Asked) -> Grid:
    return Grid(
        id="by-grade",
        caption=asked.words("certificate.caption"),
        columns=asked.columns(_unit(asked), "demands", *map(str, Grade), "parts"),
        rows=_rows(asked, _level(asked), lambda score: (*_offered(asked, score), asked.grades(score))),
        legend=asked.grade_legend(),
        total=True,
    )


def _offered(asked: Asked, score: Score) -> Iterable[Figure]:
    counts = (score.demands, *(score.grades[grade] for grade in Grade))
    return map(asked.words.number, counts)


def _bare(asked: Asked) -> list[tuple[Inline, ...]]:
    """Return the units with a counted demand that no control serves."""
    scores = asked.cov.units
    bare = [ref for ref, score in scores.items() if score.grades[Grade.BARE]]
    return [(Phrase(asked.headed(ref), strong=True), " ", asked.title(ref)) for ref in bare]
