"""`contributions`: which controls a score rests on, as exact Shapley shares."""

from __future__ import annotations

import math
from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import TypeVar, Unpack, overload

import attrs

from .._shared import Column, FrozenMap, Page, Record, Table, Tabular, View, counted, pairs, percent, written
from ..assessment import Assessment
from ..dataset import cited
from ..errors import InvalidRef, UnknownRef
from ..ids import Ref, parse_ref
from ..scoring import COUNTED, Options, Question, coverage, part_bounds, with_options, workings
from ._objective import OBJECTIVES, Objective, number_of, objective_of
from ._shapley import Way, shares

__all__ = ["Contribution", "Contributions", "contributions"]

T = TypeVar("T")


@attrs.frozen(eq=False, repr=False)
class Contribution(Record, View):
    """One control's share of a score, in [0, 1]; `cited` as its publisher does."""

    ref: Ref
    title: str
    share: float
    cited: str = attrs.field(default="", metadata=written(), kw_only=True, eq=False, repr=False)

    @property
    def name(self) -> str:
        """The citation of the control."""
        return self.cited or self.ref.citation

    def _page(self) -> Page:
        return Page(f"{self.name} {self.title}: {percent(self.share)}")


class _Base:
    """What is left of a score if no control is in place, as a row of the table."""

    __slots__ = ("ref", "share", "title")

    def __init__(self, share: float | None) -> None:
        self.ref, self.title, self.share = "base", "findings on requirements", share


def _cited(row: Contribution | _Base) -> str | None:
    return row.name if isinstance(row, Contribution) else None


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Contributions(Record, View, Tabular):
    """Shares of a score by control, the greatest first, ties by ref; refs lead to shares as in a mapping.

    `score` is the low or estimate (`of`) that is shared out, `base` what is left of it if no control were in place:
    the findings on requirements. The shares sum to `score - base`. Both are None if nothing is counted. Any text form
    of a control may be looked up; `UnknownRef` if it has no share, because no link that was asked for names it.
    """

    of: str
    framework: str
    rows: tuple[Contribution, ...] = attrs.field(metadata=written(name="contributions"))
    base: float | None
    score: float | None
    conventions: tuple[tuple[str, str], ...] = attrs.field(metadata=written(dict))
    digest: str
    assessment_digest: str = ""
    _columns = (
        Column("ref", "text", "the control, or base"),
        Column("citation", "text", "how it is cited; null for the base", _cited),
        Column("title", "text", "its title"),
        Column("share", "real", "its share of the score, in [0, 1]; null for the base if nothing is counted"),
    )

    def __getitem__(self, key: Ref | str) -> float:
        ref = key if isinstance(key, Ref) else parse_ref(key)
        share = next((row.share for row in self.rows if row.ref == ref), None)
        if share is None:
            raise UnknownRef(f"{ref} has no share of this score", hint="no link of the crosswalks asked for names it")
        return share

    def __contains__(self, key: object) -> bool:
        return _found(self, key) is not None

    @overload
    def get(self, key: Ref | str) -> float | None: ...
    @overload
    def get(self, key: Ref | str, default: float | T) -> float | T: ...
    def get(self, key: Ref | str, default: float | T | None = None) -> float | T | None:
        """Return the share of a control, or `default` for anything that has none."""
        share = _found(self, key)
        return default if share is None else share

    def __iter__(self) -> Iterator[Ref]:
        return (row.ref for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    # What `Mapping` would give. It is none, because polars takes any mapping for one column a key.
    def keys(self) -> KeysView[Ref]:
        """Return the controls, the greatest share first."""
        return self._shares.keys()

    def values(self) -> ValuesView[float]:
        """Return the shares, the greatest first."""
        return self._shares.values()

    def items(self) -> ItemsView[Ref, float]:
        """Return pairs of control and share, the greatest share first."""
        return self._shares.items()

    @property
    def _shares(self) -> FrozenMap[Ref, float]:
        return FrozenMap((row.ref, row.share) for row in self.rows)

    def _lines(self) -> Iterator[Contribution | _Base]:
        yield _Base(self.base)
        yield from self.rows

    def _page(self) -> Page:
        shown = [row for row in self.rows if row.share > 0]
        rows = [("base", "findings on requirements", percent(self.base))]
        rows += [(row.name, row.title, percent(row.share)) for row in shown]
        if len(shown) < len(self.rows):
            rows.append(("others", counted(len(self.rows) - len(shown), "control"), percent(0.0)))
        table = Table(("control", "title", f"share of {self.of}"), [*rows, ("score", "", percent(self.score))], (2,))
        notes = (pairs(self.conventions),)
        return Page(f"Shares of {self.of} in {self.framework}", (table,), notes)


def _found(shares: Contributions, key: object) -> float | None:
    try:
        return shares[key] if isinstance(key, (Ref, str)) else None
    except (UnknownRef, InvalidRef):
        return None


@with_options
def contributions(assessment: Assessment, *, of: Objective = "low", **options: Unpack[Options]) -> Contributions:
    """Return each control's exact Shapley share of the low or the estimate.

    The game (Shapley 1953): the controls of the crosswalk (of a heading, its deepest units) are the players, and a set
    of them is worth the score with every other one not implemented, findings on requirements staying as they are. A
    control's share is what it adds on average over all orders; controls that stand for each other share equally. If
    nothing is counted, score and base are None and every share is 0.

    Takes the keyword arguments of `coverage` and raises its errors. A demand served by single controls alone takes
    n log n steps; joint links are enumerated, up to 16 controls on one demand (`LimitExceeded` past that).

    >>> import nis2map
    >>> shares = nis2map.contributions(nis2map.Assessment.full())
    >>> abs(sum(shares.values()) - (shares.score - shares.base)) < 1e-9
    True
    """
    objective = objective_of(of)
    cov = coverage(assessment, **options)
    part = OBJECTIVES.index(objective)
    work = workings(cov)
    weights, own = work.demand_weights, work.values.own
    counted = COUNTED in work.values.state
    base = math.fsum(w * finding[1].bounds[part] for w, finding in zip(weights, own, strict=True) if finding)
    # Demands that the same sets of controls serve alike are one game with their weights together: a share is linear in
    # games (Shapley 1953), and a few hundred games are left of thousands of demands.
    games: dict[tuple[Way, ...], list[float]] = {}
    degrees = [[bounds[part] for bounds in parts] for parts in part_bounds(cov)]
    players = {ref: place for place, ref in enumerate(work.question.deepest)}
    for place, weight in enumerate(weights):
        if weight and own[place] is None:
            games.setdefault(_ways(work.question, place, players, degrees, objective), []).append(weight)
    pieces: list[list[float]] = [[] for _ in players]
    for ways, several in games.items():
        weight = math.fsum(several)
        for player, share in shares(ways).items():
            pieces[player].append(weight * share)
    rows = [
        Contribution(ref, getattr(cov.dataset.get(ref), "title", ""), math.fsum(piece), cited=cited(cov.dataset, ref))
        for ref, piece in zip(players, pieces, strict=True)
    ]
    return Contributions(
        of=objective,
        framework=cov.framework,
        # Shares that differ by rounding alone are ties, or their order would change from one machine to the next.
        rows=tuple(sorted(rows, key=lambda row: (-round(row.share, 12), row.ref.sort_key))),
        base=base if counted else None,
        score=(number_of(work, objective) or 0.0) if counted else None,
        conventions=cov.conventions,
        digest=cov.digest,
        assessment_digest=cov.assessment.digest,
    )


def _ways(
    question: Question, place: int, players: Mapping[Ref, int], degrees: list[list[float]], objective: Objective
) -> tuple[Way, ...]:
    """Return how controls serve a demand: each link once all of its controls are in place, as far as the weakest is."""
    factors: dict[int, float] = dict.fromkeys(question.covers[place], 1.0)
    if objective == "estimate":  # a mere support never counts in low
        for index, factor in question.supports[place]:
            factors[index] = max(factor, factors.get(index, 0.0))
    ways: list[Way] = []
    for index, factor in sorted(factors.items()):
        members = question.sets[index]
        worth = factor * min(min(degrees[c]) for c in members)
        if worth:
            team = tuple(dict.fromkeys(players[chain[0]] for c in members for chain in question.parts[c]))
            ways.append(Way(team, worth))
    return tuple(ways)
