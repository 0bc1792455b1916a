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

__all__ = ["MAX_STATES", "Sum", "Way", "airport", "shares"]

MAX_STATES = 1 << 16


@attrs.frozen
class Way:
    """One way to serve a demand: its players, what each gives, and whether they count only all together.

    The way is worth the sum of what its players in place give; if `whole` is set, nothing until all are in place.
    """

    players: tuple[int, ...]
    gives: tuple[float, ...]
    whole: bool = False


@attrs.frozen
class Sum:
    """A way whose parts are teams: each gives what it gives once all of its players are in place."""

    parts: tuple[tuple[tuple[int, ...], float], ...]


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


def shares(ways: Iterable[Way | Sum]) -> dict[int, float]:
    """Return the Shapley values of the game "the greatest worth among the ways"; players who add nothing are left out.

    Raises `LimitExceeded` if joint ways leave more than `MAX_STATES` states to enumerate, which takes at least
    seventeen players of whom no two are interchangeable.
    """
    ways = tuple(ways)
    plain = [way for way in ways if isinstance(way, Way)]
    if len(plain) < len(ways):
        return _by_subsets([_sum_of(way) if isinstance(way, Way) else way for way in ways])
    single: dict[int, float] = {}
    joint: list[Way] = []
    for way in plain:
        live = [(player, give) for player, give in zip(way.players, way.gives, strict=True) if give > 0]
        # A player who gives nothing keeps a joint way shut for ever; in a sum of parts he is merely no part of it.
        if way.whole and len(live) < len(way.players):
            continue
        if len(live) == 1:
            player, give = live[0]
            single[player] = max(single.get(player, 0.0), give)
        elif live:
            joint.append(Way(tuple(p for p, _ in live), tuple(g for _, g in live), way.whole))
    joint = _minimal(joint, single)
    if not joint:
        return airport(single)
    # A sum alone needs no enumeration, and a mean over many controls would be past the limit.
    if len(joint) == 1 and not single and not joint[0].whole:
        return dict(zip(joint[0].players, joint[0].gives, strict=True))
    return _enumerated(single, joint)


def _sum_of(way: Way) -> Sum:
    """Return a way as teams: all of its players together, or each alone."""
    if way.whole:
        return Sum(((way.players, math.fsum(way.gives)),))
    return Sum(tuple(((player,), give) for player, give in zip(way.players, way.gives, strict=True)))


def _by_subsets(ways: Sequence[Sum]) -> dict[int, float]:
    """Sum the marginal gains over all sets of players: headings in joint links are rare, and have few parts."""
    players = sorted({player for way in ways for team, _ in way.parts for player in team})
    if 1 << len(players) > MAX_STATES:
        raise LimitExceeded(
            f"{len(players)} controls serve one demand through joint links with headings, of which at most "
            f"{MAX_STATES.bit_length() - 1} are enumerated",
            hint="ask for one crosswalk at a time, or for low, where only controls in place count",
        )
    bits = {player: 1 << place for place, player in enumerate(players)}
    teams = [[(sum(bits[player] for player in team), give) for team, give in way.parts] for way in ways]
    worth = [
        max((math.fsum(give for team, give in way if team & ~state == 0) for way in teams), default=0.0)
        for state in range(1 << len(players))
    ]
    pieces: dict[int, list[float]] = {player: [] for player in players}
    for state, here in enumerate(worth):
        chosen = state.bit_count()
        for player, bit in bits.items():
            if not state & bit and worth[state | bit] != here:
                orders = len(players) * math.comb(len(players) - 1, chosen)
                pieces[player].append((worth[state | bit] - here) / orders)
    return {player: math.fsum(piece) for player, piece in pieces.items()}


def _minimal(joint: Sequence[Way], single: Mapping[int, float]) -> list[Way]:
    """Leave out ways that are worth nothing more than a part of them is: they can never be the best."""
    worth = {way: math.fsum(way.gives) for way in joint}
    kept: list[Way] = []
    for way in sorted(worth, key=lambda w: (len(w.players), w.players, w.gives, w.whole)):
        inside = set(way.players)
        by_one = way.whole and any(single.get(player, 0.0) >= worth[way] for player in inside)
        by_part = way.whole and any(w.whole and inside.issuperset(w.players) and worth[w] >= worth[way] for w in kept)
        if not by_one and not by_part:
            kept.append(way)
    return kept


def _enumerated(single: Mapping[int, float], joint: Sequence[Way]) -> dict[int, float]:
    """Sum the marginal gains over how many players of each class are in place."""
    gives = [dict(zip(way.players, way.gives, strict=True)) for way in joint]
    classes: dict[tuple[float, ...], list[int]] = {}
    for player in sorted({*single, *(p for way in joint for p in way.players)}):
        kind = (single.get(player, 0.0), *(given.get(player, 0.0) for given in gives))
        classes.setdefault(kind, []).append(player)
    kinds, sizes = list(classes), [len(players) for players in classes.values()]
    states = math.prod(size + 1 for size in sizes)
    if states > MAX_STATES:
        raise LimitExceeded(
            f"{sum(sizes)} controls serve one demand through joint links, in {states} states of which {MAX_STATES} "
            "at most are enumerated",
            hint="ask for one crosswalk at a time, or for low, where only controls in place count",
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
        parts = [
            (kind[place], count, size)
            for kind, count, size in zip(kinds, state, sizes, strict=True)
            if kind[place] > 0 and (count or way.whole)
        ]
        if way.whole and any(count < size for _, count, size in parts):
            continue
        best = max(best, math.fsum(give * count for give, count, _ in parts))
    return best
