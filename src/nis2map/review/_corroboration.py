"""`corroboration`: how many pairs of each grade other crosswalks link too, and where to look first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import overload

import attrs

from .._shared import Card, Column, Listing, Page, Record, Table, Tabular, View, each, one_line, percent, under
from ..dataset import Dataset, given, rests_on_verdicts
from ..errors import InputError, UnknownRef, quote
from ..ids import Ref
from ..model import Crosswalk, Grade, Link
from ._levels import Leveled, comparable, sides_of, universe

__all__ = ["Corroboration", "GradeCount", "GradedPair", "SecondOpinion", "best_grade", "corroboration", "opinion_of"]

_COVERS = (Grade.STATED, Grade.GUIDED, Grade.CONSIDERED)


@attrs.frozen(order=True)
class GradedPair(Record, Card):
    """A pair of a requirement and a control at the level that both crosswalks have, and its grade in the first."""

    requirement: Ref
    control: Ref
    grade: Grade

    def __str__(self) -> str:
        return f"{self.requirement.citation} and {self.control.citation} ({self.grade})"


@attrs.frozen(kw_only=True, eq=False)
class GradeCount(Record, Card):
    """Of the pairs of one grade, how many there are and how many of them the other crosswalk links."""

    _also = ("share",)

    grade: Grade
    pairs: int
    linked: int

    @property
    def share(self) -> float | None:
        """The share that the other links, in [0, 1]; None if there is no pair of the grade."""
        return self.linked / self.pairs if self.pairs else None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class SecondOpinion(Record, View):
    """What one other crosswalk says of the pairs of the first, grade by grade.

    The pairs are those of every unit that both judge with every control, at the level that both have. `alone` are the
    pairs that the first covers in some grade and the other does not link, `lacking` those that the other links and the
    first does not: both are lists to look at, best grade first. `candidate` says whether the pairs of the other were
    among those that were judged for the first, `kin` whether both rest on the same judges' verdicts: then it is not an
    independent witness.
    """

    source: str
    frameworks: tuple[str, ...]
    candidate: bool
    counts: tuple[GradeCount, ...]
    alone: tuple[GradedPair, ...]
    lacking: tuple[GradedPair, ...]
    kin: bool = False

    def __repr__(self) -> str:
        shares = ", ".join(f"{c.grade} {percent(c.share)}" for c in self.counts if c.pairs)
        return one_line(f"<SecondOpinion of {self.source}: {shares}>")

    def _page(self) -> Page:
        rows = [(str(c.grade), str(c.pairs), str(c.linked), percent(c.share)) for c in self.counts]
        tables: list[Table | str] = [Table(("grade", "pairs", f"in {self.source}", "share"), rows, right=(1, 2, 3))]
        for words, pairs in (("covered, and not in it", self.alone), ("in it alone", self.lacking)):
            if pairs:
                cells = [(p.requirement.citation, p.control.citation, str(p.grade)) for p in pairs]
                tables.append(Table((f"requirement ({words})", "control", "grade"), cells))
        return Page(f"Second opinion of {self.source}", tuple(tables), self.notes)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was compared, and whether the other is an independent witness."""
        notes = [f"requirements of {', '.join(self.frameworks)}"]
        if self.kin:
            notes.append("made of the same judges' verdicts: not an independent witness")
        if self.candidate:
            notes.append("its pairs were among the candidates that were judged: not an independent witness")
        return tuple(notes)


class _Counted:
    """What one source says of the pairs of one grade, as a row of a table."""

    __slots__ = ("count", "opinion")

    def __init__(self, opinion: SecondOpinion, count: GradeCount) -> None:
        self.opinion = opinion
        self.count = count


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Corroboration(Record, View, Tabular, Listing[SecondOpinion]):
    """The second opinions on a crosswalk, in the order asked for; `found["enisa"]` is that of one source."""

    crosswalk: str
    opinions: tuple[SecondOpinion, ...]
    digest: str
    _columns = (
        *under(
            (
                Column("source", "text", "the other crosswalk"),
                Column("candidate", "flag", "whether its pairs were among those that were judged"),
                Column("kin", "flag", "whether both rest on the same judges' verdicts"),
            ),
            "opinion",
        ),
        *under(
            (
                Column("grade", "text", "the best grade of the pairs in the first"),
                Column("pairs", "whole", "how many pairs have it"),
                Column("linked", "whole", "how many of them the other links too"),
                Column("share", "real", "the same as a share, in [0, 1]; null if there is no pair"),
            ),
            "count",
        ),
    )

    @overload
    def __getitem__(self, key: int | str) -> SecondOpinion: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[SecondOpinion, ...]: ...
    def __getitem__(self, key: int | slice | str) -> SecondOpinion | tuple[SecondOpinion, ...]:
        if isinstance(key, (int, slice)):
            return self.opinions[key]
        for opinion in self.opinions:
            if opinion.source == key:
                return opinion
        known = ", ".join(opinion.source for opinion in self.opinions)
        raise UnknownRef(f"there is no opinion of {quote(key)}", hint=f"there is {known}")

    def __len__(self) -> int:
        return len(self.opinions)

    def __iter__(self) -> Iterator[SecondOpinion]:
        return iter(self.opinions)

    def _lines(self) -> Iterator[_Counted]:
        return (_Counted(opinion, count) for opinion in self.opinions for count in opinion.counts)

    def __repr__(self) -> str:
        return one_line(f"<Corroboration of {self.crosswalk} by {', '.join(o.source for o in self.opinions)}>")

    def _page(self) -> Page:
        head = ("grade", *(f"{o.source}: linked" for o in self.opinions))
        rows = [
            (str(grade), *(_cell(opinion.counts[place]) for opinion in self.opinions))
            for place, grade in enumerate(Grade)
        ]
        notes = tuple(f"{o.source}: {note}" for o in self.opinions for note in o.notes)
        table = Table(head, rows, right=tuple(range(1, len(head))))
        return Page(f"Corroboration of {self.crosswalk}", (table,), (*notes, f"digest {self.digest[:12]}"))


def _cell(count: GradeCount) -> str:
    return f"{count.linked} of {count.pairs}" + (f", {percent(count.share)}" if count.pairs else "")


def corroboration(
    crosswalk: Crosswalk | str = "nis2map",
    sources: Crosswalk | str | Iterable[Crosswalk | str] = ("enisa",),
    *,
    dataset: Dataset | None = None,
) -> Corroboration:
    """Return, by grade, how many pairs of a crosswalk each of some other crosswalks links too.

    A pair is a unit that both judge and a control, at the level that both have (as for `agreement`, a joint link counts
    as a pair with each of its controls); its grade is the best in which any link of the first serves a demand there,
    `bare` if none does. Of a crosswalk that grades well, others link the more pairs the better the grade is. Crosswalks
    are ids of the dataset, or objects of your own.

    Raises `NotMapped` for an unknown crosswalk, `InputError` if two have no framework or target in common.

    >>> counts = corroboration()["enisa"].counts
    >>> [str(count.grade) for count in counts if count.share]
    ['stated', 'guided', 'considered', 'helped', 'bare']
    """
    data = given(dataset)
    several = (sources,) if isinstance(sources, (str, Crosswalk)) else tuple(each(sources, "crosswalks"))
    if not several:
        raise InputError("no source is asked for", hint="name one, or several")
    opinions: list[SecondOpinion] = []
    name = ""
    for source in several:
        both, names, frameworks = comparable(data, crosswalk, source)
        name = names[0]
        opinions.append(opinion_of(both, names, frameworks))
    return Corroboration(crosswalk=name, opinions=tuple(opinions), digest=data.digest)


def opinion_of(data: Dataset, names: tuple[str, str], frameworks: tuple[str, ...]) -> SecondOpinion:
    """Return what the second of two crosswalks says of the pairs of the first, grade by grade."""
    ours, theirs = sides = sides_of(data, names, frameworks)
    units = ours.judged & theirs.judged
    graded = {pair: grade for pair, grade in _grades(ours) if pair[0] in units}
    linked = {pair for pair in theirs.related if pair[0] in units}
    pairs, shared = Counter(graded.values()), Counter(graded[pair] for pair in linked if pair in graded)
    grid = len(units) * universe(data, data.head(names[0]).target, sides)
    pairs[Grade.BARE], shared[Grade.BARE] = grid - len(graded), sum(pair not in graded for pair in linked)
    alone = [GradedPair(*pair, grade) for pair, grade in graded.items() if grade in _COVERS and pair not in linked]
    lacking = [GradedPair(*pair, Grade.BARE) for pair in linked if pair not in graded]
    return SecondOpinion(
        source=names[1],
        frameworks=frameworks,
        candidate=names[1] in data.head(names[0]).candidates_from,
        kin=all(rests_on_verdicts(data, name) for name in names),
        counts=tuple(GradeCount(grade=grade, pairs=pairs[grade], linked=shared[grade]) for grade in Grade),
        alone=tuple(sorted(alone, key=_place)),
        lacking=tuple(sorted(lacking, key=_place)),
    )


def _grades(side: Leveled) -> Iterator[tuple[tuple[Ref, Ref], Grade]]:
    return ((pair, best_grade(links)) for pair, links in side.related.items())


def best_grade(links: Iterable[Link]) -> Grade:
    """Return the best grade in which any of some links serves a demand, bare for none."""
    return min((link.grade for link in links), key=tuple(Grade).index, default=Grade.BARE)


def _place(pair: GradedPair) -> tuple[object, ...]:
    return (tuple(Grade).index(pair.grade), pair.requirement.sort_key, pair.control.sort_key)
