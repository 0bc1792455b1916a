"""`Review`: what one person says of pairs of a demand and a control, or a set of controls that count together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from .._shared import (
    Column,
    Page,
    Record,
    Table,
    Tabular,
    View,
    day,
    each,
    expect,
    member,
    one_line,
    several,
    texts,
    written,
)
from ..dataset import Dataset
from ..errors import InputError, Nis2mapError, Problem, quote
from ..ids import Ref, read_ref
from ..model import Alias, Crosswalk, Grade, Source

if TYPE_CHECKING:
    from ._kappa import ReviewAgreement
    from ._migration import ReviewMigration

__all__ = ["WORDS", "Pair", "Review", "ReviewVerdict", "grade_of", "pair_of", "problems_with", "sign", "word_of"]

_NONE = "none"
_SHOWN = 20
# What stands in the column `verdict` of a sheet: nobody would write "bare" of what does not serve a demand.
WORDS: Mapping[str, Grade] = {_NONE if grade is Grade.BARE else str(grade): grade for grade in Grade}
Pair = tuple[Ref, frozenset[Ref]]


def word_of(grade: Grade) -> str:
    """Return the word by which a sheet says a grade."""
    return _NONE if grade is Grade.BARE else str(grade)


def sign(demand: Ref, controls: Sequence[Ref]) -> str:
    """Return a pair as messages name it."""
    return f"{demand} and {' + '.join(control.citation for control in controls)}"


def grade_of(value: Grade | str) -> Grade:
    """Return the grade that a word names, in a sheet or in the data; `InputError` with all of them if it names none."""
    known = WORDS.get(value) if isinstance(value, str) else None  # pyright: ignore[reportUnnecessaryIsInstance]
    return member(Grade, value, "verdict") if known is None else known


def _is_text(_: object, attribute: attrs.Attribute[str], value: str) -> None:
    expect(value, str, attribute.name)


def _to_ref(value: Ref | str) -> Ref:
    return read_ref(value)


def _to_controls(value: Iterable[Ref | str] | Ref | str) -> tuple[Ref, ...]:
    refs = [read_ref(x) for x in ((value,) if isinstance(value, (Ref, str)) else each(value, "controls"))]
    if not refs:
        raise InputError("a verdict is on no control", hint="name one, or several that count together")
    if len(set(refs)) != len(refs):
        raise InputError(f"a verdict names a control twice: {' + '.join(map(str, refs))}")
    return tuple(sorted(refs))


@attrs.frozen(eq=False, repr=False)
class ReviewVerdict(Record, View):
    """How far a control meets a demand as one person sees it; several `controls` are judged together, in legal order.

    `grade` may be given as a word of the sheet; "none" is `Grade.BARE`. Raises `InputError` for another word, and for
    no control or one named twice.
    """

    demand: Ref = attrs.field(converter=_to_ref)
    controls: tuple[Ref, ...] = attrs.field(converter=_to_controls)
    grade: Grade = attrs.field(converter=grade_of, metadata=written(word_of, name="verdict"))
    comment: str = attrs.field(default="", validator=_is_text)

    def _page(self) -> Page:
        return Page(f"{sign(self.demand, self.controls)}: {word_of(self.grade)}", (self.comment,))


def pair_of(verdict: ReviewVerdict) -> Pair:
    """Return what a verdict is on: a demand, and controls in any order."""
    return verdict.demand, frozenset(verdict.controls)


def _to_verdicts(value: Iterable[ReviewVerdict]) -> tuple[ReviewVerdict, ...]:
    rows = several(value, ReviewVerdict, "verdicts")
    seen: set[Pair] = set()
    for verdict in rows:
        if pair_of(verdict) in seen:
            raise InputError(f"two verdicts on {sign(verdict.demand, verdict.controls)}", hint="leave one of them out")
        seen.add(pair_of(verdict))
    return tuple(sorted(rows, key=lambda verdict: (verdict.demand.sort_key, [c.sort_key for c in verdict.controls])))


def _to_notes(value: Iterable[str] | str) -> tuple[str, ...]:
    return texts(value)


def _to_day(value: dt.date | str | None) -> dt.date | None:
    return day(None if isinstance(value, str) and not value else value, "date")


@attrs.frozen(eq=False, repr=False)
class Review(Record, View, Tabular):
    """What one person says of pairs, in legal order: at most one verdict per pair.

    `judge` is who judged, `date` when, `licence` of which copy of the standard (edition, language, whose it is);
    `notes` what a reader had to say, which is in no comparison. Raises `InputError` for two verdicts on one pair.
    """

    verdicts: tuple[ReviewVerdict, ...] = attrs.field(converter=_to_verdicts)
    judge: str = attrs.field(default="", kw_only=True, validator=_is_text)
    date: dt.date | None = attrs.field(default=None, converter=_to_day, kw_only=True)
    licence: str = attrs.field(default="", kw_only=True, validator=_is_text)
    notes: tuple[str, ...] = attrs.field(default=(), converter=_to_notes, kw_only=True, eq=False)
    _columns = (
        Column("demand", "text", "the demand that was judged"),
        Column("controls", "text", "the control, or several together", lambda row: " + ".join(map(str, row.controls))),
        Column("verdict", "text", "the grade, or none", lambda row: word_of(row.grade)),
        Column("comment", "text", "the person's comment"),
    )

    def __len__(self) -> int:
        return len(self.verdicts)

    def __iter__(self) -> Iterator[ReviewVerdict]:
        return iter(self.verdicts)

    @property
    def demands(self) -> tuple[Ref, ...]:
        """The demands on which there is a verdict, in legal order."""
        return tuple(dict.fromkeys(verdict.demand for verdict in self.verdicts))

    @property
    def by(self) -> str:
        """Who judged, when, from which copy, in one line; what is not known is left out."""
        parts = (self.judge, "" if self.date is None else self.date.isoformat(), self.licence)
        return ", ".join(part for part in parts if part)

    def agreement(self, crosswalk: Crosswalk | str = "nis2map", *, dataset: Dataset | None = None) -> ReviewAgreement:
        """Return how far a crosswalk agrees with this review, over all and grade by grade.

        The crosswalk's verdict on a pair is the best grade in which a link to exactly these controls serves the
        demand, `bare` if none does; pairs of units of which no link of it speaks are left out and counted. A crosswalk
        is the id of one of the dataset's, or an object of your own. See `ReviewAgreement` for the numbers.

        Raises `NotMapped` for an unknown crosswalk, `InputError` for verdicts on what the dataset lacks.
        """
        from ._kappa import agreement_of

        return agreement_of(self, crosswalk, dataset)

    def laid_over(
        self, dataset: Dataset, crosswalk: str, others: Sequence[object]
    ) -> tuple[Crosswalk, tuple[Source, ...], Mapping[Pair, str]]:
        """Return a crosswalk and sources in which this and other reviews stand: what `Dataset.with_review` asks for.

        Pairs that are none come last, with the reasons.
        """
        from ._overlay import overlaid

        return overlaid(dataset, crosswalk, (self, *_reviews(others)))

    def moved_by(self, dataset: Dataset, steps: Iterable[Sequence[Alias]]) -> ReviewMigration:
        """Return the review under the ids of a dataset: what `migrate` asks for."""
        from ._migration import moved

        return moved(self, dataset, steps)

    def _lines(self) -> tuple[ReviewVerdict, ...]:
        return self.verdicts

    def __repr__(self) -> str:
        return one_line(f"<Review: {self._title}>")

    @property
    def _title(self) -> str:
        count = f"{len(self.verdicts)} verdicts on {len(self.demands)} demands"
        return f"{count} ({self.by})" if self.by else count

    def _page(self) -> Page:
        grades = [verdict.grade for verdict in self.verdicts]
        counts = Table(("verdict", "pairs"), [(word, str(grades.count(grade))) for word, grade in WORDS.items()], (1,))
        said = [(str(v.demand), _named(v.controls), word_of(v.grade), v.comment) for v in self.verdicts if v.comment]
        parts = (counts, Table(("demand", "control", "verdict", "comment"), said[:_SHOWN])) if said else (counts,)
        more = (f"{len(said) - _SHOWN} more comments are not shown",) if len(said) > _SHOWN else ()
        return Page(f"Review: {self._title}", parts, (*self.notes, *more))


def _named(controls: Iterable[Ref]) -> str:
    return " + ".join(control.citation for control in controls)


def _reviews(values: Iterable[object]) -> Iterator[Review]:
    for value in values:
        if not isinstance(value, Review):
            raise InputError(f"expected reviews, got {quote(value)} among them", hint="read_review gives one")
        yield value


def problems_with(review: Review, dataset: Dataset) -> Iterator[Problem]:
    """Yield a problem for each verdict on a demand or a control that a dataset has not."""
    for verdict in review.verdicts:
        name = sign(verdict.demand, verdict.controls)
        looked_up = ((verdict.demand, dataset.demand), *((control, dataset.control) for control in verdict.controls))
        for ref, look_up in looked_up:
            try:
                look_up(ref)
            except Nis2mapError as error:
                yield Problem(error.message, ref=name, hint=error.hint, code="foreign-pair")
