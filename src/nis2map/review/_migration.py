"""Carrying a review over to the ids of newer data: what `migrate` does with one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from .._shared import Page, Record, Tabular, View
from ..dataset import Dataset
from ..diff import MOVES, Move, page_of_moves, successors
from ..ids import Ref
from ..model import Alias, Grade, MoveKind
from ._review import Pair, Review, ReviewVerdict, pair_of, problems_with, sign, word_of

__all__ = ["ReviewMigration", "moved"]

_RANK = {grade: place for place, grade in enumerate(Grade)}


@attrs.frozen(kw_only=True, eq=False, repr=False)
class ReviewMigration(Record, View, Tabular):
    """The review under the ids of the dataset, what moved, what was dropped, and what a reader must check.

    A verdict on a demand that was renamed moves; on one that was split it goes to every part. Where several demands
    were merged, the verdicts on one control become the weakest of them, if each of the demands had one; else they are
    dropped. A verdict on a control that was split or withdrawn is dropped. What a review says of a new id stays.
    """

    review: Review
    moved: tuple[Move, ...]
    dropped: tuple[Move, ...]
    notes: tuple[str, ...]
    digest: str = ""
    _columns = MOVES

    def _lines(self) -> tuple[Move, ...]:
        return (*self.moved, *self.dropped)

    def _page(self) -> Page:
        return page_of_moves("verdict", self.moved, self.dropped, self.notes)


def moved(review: Review, dataset: Dataset, steps: Iterable[Sequence[Alias]]) -> ReviewMigration:
    """Return a review under the ids of a dataset, after what changed in one version after the other."""
    mover = _Mover(review)
    for aliases in steps:
        mover.step(aliases)
    carried = attrs.evolve(review, verdicts=tuple(mover.verdicts.values()))
    unknown = (
        f"{found.ref}: {found.message}, so the verdict is not counted" for found in problems_with(carried, dataset)
    )
    return ReviewMigration(
        review=carried,
        moved=tuple(mover.moved),
        dropped=tuple(mover.dropped),
        notes=(*mover.notes, *dict.fromkeys(unknown)),
        digest=dataset.digest,
    )


class _Mover:
    """Moves verdicts, one version of the data after the other."""

    def __init__(self, review: Review) -> None:
        self.verdicts: dict[Pair, ReviewVerdict] = {pair_of(verdict): verdict for verdict in review.verdicts}
        self.moved: list[Move] = []
        self.dropped: list[Move] = []
        self.notes: list[str] = []

    def step(self, aliases: Sequence[Alias]) -> None:
        """Apply what changed in one version, all at once, so that two demands may swap their ids."""
        by_ref = {alias.before: alias for alias in aliases}
        parts: dict[Ref, list[Ref]] = {}
        for alias in aliases:
            if alias.kind is MoveKind.MERGED:
                parts.setdefault(alias.after[0], []).append(alias.before)
        kept: dict[Pair, ReviewVerdict] = {}
        arriving: dict[Pair, dict[Ref, tuple[Alias, ReviewVerdict]]] = {}
        for verdict in self.verdicts.values():
            controls = self._controls(by_ref, verdict)
            change, after = successors(by_ref, verdict.demand)
            if controls is None:
                continue
            if change is None:
                kept[verdict.demand, frozenset(controls)] = attrs.evolve(verdict, controls=controls)
                continue
            if not after:
                self._drop(verdict, change)
            if change.kind is MoveKind.SPLIT and verdict.grade is Grade.HELPED:
                name = sign(verdict.demand, controls)
                self.notes.append(f"{name}: helped before it was split; say which part it helps")
            for to in after:
                there = attrs.evolve(verdict, demand=to, controls=controls)
                arriving.setdefault((to, frozenset(controls)), {})[verdict.demand] = (change, there)
        for pair, came in arriving.items():
            self._arrive(pair, came, parts.get(pair[0], ()), kept)
        self.verdicts = kept

    def _controls(self, by_ref: Mapping[Ref, Alias], verdict: ReviewVerdict) -> tuple[Ref, ...] | None:
        """Return the controls of a verdict as they are called now, None if one of them is no more."""
        now: list[Ref] = []
        for control in verdict.controls:
            change, after = successors(by_ref, control)
            if change is not None and len(after) != 1:
                self._drop(verdict, change)
                return None
            now += after
        return tuple(dict.fromkeys(now))

    def _drop(self, verdict: ReviewVerdict, change: Alias) -> None:
        self.dropped.append(
            Move(before=verdict.demand, after=(), kind=change.kind, since=change.since, note=change.note)
        )

    def _arrive(
        self,
        pair: Pair,
        came: Mapping[Ref, tuple[Alias, ReviewVerdict]],
        parts: Sequence[Ref],
        kept: dict[Pair, ReviewVerdict],
    ) -> None:
        """Put down what several verdicts come to on one pair of today."""
        to, (change, first) = pair[0], next(iter(came.values()))
        name = sign(to, first.controls)
        if pair in kept:
            self.notes.append(f"{name}: has a verdict of its own, which stays")
            return
        absent = [str(part) for part in parts if part not in came]
        if absent:
            self.notes.append(f"{name}: no verdict on {', '.join(absent)}, which is part of it now")
            for alias, verdict in came.values():
                self._drop(attrs.evolve(verdict, demand=alias.before), alias)
            return
        verdicts = [verdict for _, verdict in came.values()]
        grade = max((verdict.grade for verdict in verdicts), key=_RANK.__getitem__)
        if len({verdict.grade for verdict in verdicts}) > 1:
            self.notes.append(f"{name}: {word_of(grade)}, the weakest of what its parts were given")
        comment = " ".join(dict.fromkeys(verdict.comment for verdict in verdicts if verdict.comment))
        kept[pair] = attrs.evolve(first, grade=grade, comment=comment)
        for before in came:
            self.moved.append(Move(before=before, after=(to,), kind=change.kind, since=change.since, note=change.note))
