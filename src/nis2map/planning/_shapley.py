"""Exact Shapley values of one demand's game: what each player adds to the best way that is open, averaged over orders.

Ways of single players make the airport game of Littlechild and Owen (1973), which has a closed form. Ways of several
players are enumerated over the players' classes: players who are interchangeable count as one class, so that the work
is the product of the classes' sizes and not two to the power of the players (Shapley 1953, axiom of symmetry).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from ..errors import LimitExceeded

__all__ = ["MAX_STATES", "Way", "airport", "shares"]

MAX_STATES = 1 << 16


@attrs.frozen
class Way:
    """One way to serve a demand: its players, and what it is worth once all of them are in place."""

    players: tuple[int, ...]
    worth: float


def airport(values: Mapping[int, float]) -> dict[int, float]:
    """Return the Shapley values of the game "the greatest value present".

    The players up to a value share each rise equally: the first rise among all, the last goes to the greatest alone.
    """
    shares: dict[int, float] = {}
    pieces: list[float] = []
    before = 0.0
    ordered = sorted(values.items(), key=lambda pair: (pair[1], pair[0]))
    for place, (player, value) in enumerate(ordered):
        pieces.append((value - before) / (len(ordered) - place))
        shares[player] = math.fsum(pieces)
        before = value
    return shares


def shares(ways: Iterable[Way]) -> dict[int, float]:
    """Return the Shapley values of the game "the greatest worth among the ways"; players who add nothing are left out.

    Raises `LimitExceeded` if joint ways leave more than `MAX_STATES` states to enumerate, which takes at least
    seventeen players of whom no two are interchangeable.
    """
    worth: dict[tuple[int, ...], float] = {}
    for way in ways:
        if way.worth > 0:
            players = tuple(sorted(set(way.players)))
            worth[players] = max(way.worth, worth.get(players, 0.0))
    single = {players[0]: value for players, value in worth.items() if len(players) == 1}
    joint = _minimal({players: value for players, value in worth.items() if len(players) > 1}, single)
    return _enumerated(single, joint) if joint else airport(single)


def _minimal(joint: Mapping[tuple[int, ...], float], single: Mapping[int, float]) -> list[Way]:
    """Leave out ways that are worth nothing more than a part of them is: they can never be the best."""
    kept: list[Way] = []
    for players, value in sorted(joint.items(), key=lambda pair: (len(pair[0]), pair[0])):
        inside = set(players)
        by_one = any(single.get(player, 0.0) >= value for player in inside)
        if not by_one and not any(inside.issuperset(way.players) and way.worth >= value for way in kept):
            kept.append(Way(players, value))
    return kept


def _enumerated(single: Mapping[int, float], joint: Sequence[Way]) -> dict[int, float]:
    """Sum the marginal gains over how many players of each class are in place."""
    members = [frozenset(way.players) for way in joint]
    classes: dict[tuple[float, ...], list[int]] = {}
    for player in sorted({*single, *(p for way in joint for p in way.players)}):
        kind = (single.get(player, 0.0), *(float(player in inside) for inside in members))
        classes.setdefault(kind, []).append(player)
    kinds, sizes = list(classes), [len(players) for players in classes.values()]
    states = math.prod(size + 1 for size in sizes)
    if states > MAX_STATES:
        raise LimitExceeded(
            f"{sum(sizes)} controls serve one demand through joint links, in {states} states of which {MAX_STATES} "
            "at most are enumerated",
            hint="ask for one crosswalk at a time",
        )
    values = [_worth(kinds, sizes, joint, state) for state in _states(sizes)]
    pieces: list[list[float]] = [[] for _ in kinds]
    strides = [math.prod(size + 1 for size in sizes[place + 1 :]) for place in range(len(sizes))]
    total = sum(sizes)
    for place, state in enumerate(_states(sizes)):
        here = values[place]
        chosen = sum(state)
        if chosen == total:
            continue
        # In how many orders exactly these come first, as a share of all: sets of this shape, times 1/(n C(n-1, k)).
        orders = math.prod(map(math.comb, sizes, state)) / (total * math.comb(total - 1, chosen))
        for which, (count, size) in enumerate(zip(state, sizes, strict=True)):
            if count < size:
                # `_states` runs like the digits of a number: one more of a class lies its stride further on.
                gain = values[place + strides[which]] - here
                if gain:
                    pieces[which].append(orders * gain * (size - count) / size)
    each = [math.fsum(piece) for piece in pieces]
    return {player: share for share, players in zip(each, classes.values(), strict=True) for player in players}


def _states(sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Return every choice of how many players of each class are in place, the last class running fastest."""
    from itertools import product

    return product(*(range(size + 1) for size in sizes))


def _worth(
    kinds: Sequence[tuple[float, ...]], sizes: Sequence[int], joint: Sequence[Way], state: Sequence[int]
) -> float:
    best = max((kind[0] for kind, count in zip(kinds, state, strict=True) if count), default=0.0)
    for place, way in enumerate(joint, start=1):
        needed = ((count, size) for kind, count, size in zip(kinds, state, sizes, strict=True) if kind[place])
        if all(count == size for count, size in needed):
            best = max(best, way.worth)
    return best
