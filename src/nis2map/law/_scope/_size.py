"""The size of an enterprise: the arithmetic of Recommendation 2003/361/EC, Annex, as Directive (EU) 2022/2555 uses it.

An enterprise leaves a class by headcount, or by turnover and balance sheet total together: `small` is fewer than 50
work units and at least one money figure up to EUR 10 million, `large` is 250 or more, or EUR 50 million of turnover
and EUR 43 million of balance sheet both exceeded (Article 2). Equality of money stays in the lower class. A ceiling
must be crossed in two consecutive periods (Article 4(2)); linked enterprises count whole, partners pro rata (6(2)).
Article 3(4) is switched off by Article 2(1) of the Directive, so who owns the enterprise never matters.

A figure that is not known is never read as 0: the answer is the set of sizes that stay possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from functools import cache
from itertools import product
from types import MappingProxyType

import attrs

from ..._shared import Brief, Card, Record
from ...errors import InputError
from .._facts import Number, as_written, calendar_year, number, per_field, refuse, work_units

__all__ = ["MEASURES", "Figures", "Partner", "Size", "SizeRange", "size_range"]

MEASURES = ("headcount", "turnover", "balance_sheet")
# Article 2(2) and (1): the lower and the upper limit. Headcount reaches a limit, money exceeds it.
_LIMITS = {
    "headcount": (50, 250),
    "turnover": (10_000_000, 50_000_000),
    "balance_sheet": (10_000_000, 43_000_000),
}


class Size(StrEnum):
    """The classes of size that the Directive tells apart; a micro enterprise is `small` here."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


_SIZES = tuple(Size)


def _share(value: Number, field: str = "") -> float:
    share = number(value, field, "a fraction")
    if share is None or not 0.25 <= share <= 1:
        hint = "30 % is 0.3; below a quarter an enterprise is not a partner and stays out (Annex, Article 3(2))"
        raise refuse(field, value, "is not between 0.25 and 1", hint)
    return share


def _figures(value: Figures, field: str = "") -> Figures:
    if not isinstance(value, Figures):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise refuse(field, value, "is not a Figures")
    return value


@attrs.frozen(eq=False, field_transformer=per_field)
class Figures(Record, Card):
    """The figures of one enterprise in one accounting period, None where not known.

    `headcount` in annual work units (full-time equivalents over the year, fractions kept: Annex, Article 5),
    `turnover` without VAT and `balance_sheet` total in EUR. `year` is needed only to bring several periods of several
    enterprises together. Raises `InputError` naming the field.
    """

    headcount: float | None = attrs.field(default=None, converter=work_units)
    turnover: float | None = attrs.field(default=None, converter=number)
    balance_sheet: float | None = attrs.field(default=None, converter=number)
    year: int | None = attrs.field(default=None, converter=calendar_year, kw_only=True)


@attrs.frozen(eq=False, repr=False, field_transformer=per_field)
class Partner(Brief, Record):
    """A partner enterprise: its figures, and the `share` of capital or votes, whichever is greater, as a fraction.

    A partner is not linked and the share is 0.25 or more, either way round (Annex, Article 3(2)). Shares of venture
    capital, universities, institutional investors and small local authorities make no partner within the limits of
    that paragraph: leave them out.
    """

    figures: Figures = attrs.field(converter=_figures)
    share: float = attrs.field(converter=_share)


@attrs.frozen
class SizeRange:
    """The sizes that the known figures leave possible, smallest first.

    `swings` has, for each figure that is not known, the pairs of sizes between which that figure alone can decide
    when the others are completed in some way; a figure that can decide nothing is not in it. `latest` holds the sizes
    possible by the newest period alone.
    """

    sizes: tuple[Size, ...]
    latest: tuple[Size, ...]
    swings: Mapping[str, frozenset[tuple[Size, Size]]]


@attrs.frozen
class _Total:
    """One figure of one period over the whole group: the bands it may lie in, and the fields that are not known."""

    bands: tuple[int, ...]
    unknown: tuple[str, ...]


def size_range(
    periods: Sequence[tuple[str, Figures]],
    *,
    linked: Sequence[Figures] = (),
    partners: Sequence[Partner] = (),
) -> SizeRange:
    """Return the sizes possible after the given accounting periods, oldest first, each with the path of its fields.

    The first period decides the size to start from. Linked and partner enterprises count in the period of their year,
    or in the only one. Raises `InputError` if they can't be brought together.
    """
    years = [_totals(path, own, _group(own, len(periods), linked, partners)) for path, own in periods]
    options = [frozenset(_size(year)) for year in years]
    history = _History(options)
    swings: dict[str, frozenset[tuple[Size, Size]]] = {}
    for place, year in enumerate(years):
        for measure, total in year.items():
            if total.unknown:
                bands = tuple(year[other].bands for other in MEASURES)
                pairs = history.ends_from(place, _apart(bands, MEASURES.index(measure)))
                if pairs:
                    swings.update(dict.fromkeys(total.unknown, pairs))
    return SizeRange(_named(history.ends), _named(options[-1]), MappingProxyType(swings))


def _named(sizes: Iterable[int]) -> tuple[Size, ...]:
    return tuple(_SIZES[size] for size in sorted(sizes))


def _band(measure: str, value: Fraction) -> int:
    if measure == "headcount":
        return sum(value >= limit for limit in _LIMITS[measure])
    return sum(value > limit for limit in _LIMITS[measure])


def _group(
    own: Figures, periods: int, linked: Sequence[Figures], partners: Sequence[Partner]
) -> list[tuple[str, Figures, Fraction]]:
    """Return the other enterprises that count in one period: path of the fields, figures, part that counts."""
    entries = [(f"linked[{i}].", figures, Fraction(1)) for i, figures in enumerate(linked)]
    entries += [(f"partners[{i}].", p.figures, as_written(p.share)) for i, p in enumerate(partners)]
    if periods == 1:
        odd = next((path for path, x, _ in entries if x.year and own.year and x.year != own.year), None)
        if odd:
            raise InputError(f"{odd}year: the enterprise itself has figures for {own.year} only")
        return entries
    odd = next((path for path, x, _ in entries if x.year is None), None)
    if odd or (entries and own.year is None):
        where = odd or "years[].year" if entries else ""
        raise InputError(f"{where.rstrip('.')}: with several periods every Figures needs its year")
    return [entry for entry in entries if entry[1].year == own.year]


def _totals(path: str, own: Figures, group: list[tuple[str, Figures, Fraction]]) -> dict[str, _Total]:
    totals: dict[str, _Total] = {}
    for measure in MEASURES:
        floor = Fraction(0)
        unknown: list[str] = []
        for prefix, figures, part in [(path, own, Fraction(1)), *group]:
            value: float | None = getattr(figures, measure)
            if value is None:
                unknown.append(f"{prefix}{measure}")
            else:
                floor += part * as_written(value)
        lowest = _band(measure, floor)
        totals[measure] = _Total(tuple(range(lowest, 3)) if unknown else (lowest,), tuple(unknown))
    return totals


def _size(year: Mapping[str, _Total]) -> set[int]:
    """Return the sizes possible in one period: headcount decides, or both money figures."""
    return {_larger(bands) for bands in product(*(year[measure].bands for measure in MEASURES))}


def _larger(bands: Sequence[int]) -> int:
    headcount, turnover, balance_sheet = bands
    return max(headcount, min(turnover, balance_sheet))


@cache  # there are few sets of bands, and an enterprise without figures has the same in every period
def _apart(bands: tuple[tuple[int, ...], ...], at: int) -> frozenset[tuple[int, int]]:
    """Return the pairs of sizes in one period that one figure alone tells apart, the other figures being the same."""
    pairs: set[tuple[int, int]] = set()
    for others in product(*(own if place != at else (0,) for place, own in enumerate(bands))):
        sizes = [_larger((*others[:at], band, *others[at + 1 :])) for band in bands[at]]
        pairs.update((a, b) for a, b in product(sizes, repeat=2) if a != b)
    return frozenset(pairs)


# Annex, Article 4(2): a ceiling counts as crossed once two consecutive periods lie beyond it. So the size is kept,
# unless it lies outside the range of the last two periods: then it moves to the nearer end, the median of the three.
_KEPT = {(status, last, now): sorted((status, last, now))[1] for status, last, now in product(range(3), repeat=3)}


_NO_PAIRS: frozenset[tuple[int, int]] = frozenset()


class _History:
    """The sizes that an enterprise may have after each of its periods, each with the size of that period alone."""

    def __init__(self, options: Sequence[frozenset[int]]) -> None:
        self._options = options
        # The first period is the size to start from, as if it had been the same before.
        states = {(size, size) for size in options[0]}
        self._before = [states]
        for sizes in options[1:]:
            self._before.append(states)
            states = {(_KEPT[status, last, now], now) for status, last in states for now in sizes}
        self.ends = {status for status, _ in states}
        self._joint_ends: dict[tuple[int, int, int, int], frozenset[tuple[int, int]]] = {}
        self._apart_at: dict[tuple[int, frozenset[tuple[int, int]]], frozenset[tuple[Size, Size]]] = {}

    def ends_from(self, place: int, pairs: frozenset[tuple[int, int]]) -> frozenset[tuple[Size, Size]]:
        """Return the pairs of final sizes of two histories that differ in one period alone, by one of these pairs."""
        key = (place, pairs)
        if key not in self._apart_at:
            ends = _NO_PAIRS.union(*(self._pair_ends(place, one, other) for one, other in pairs if one < other))
            self._apart_at[key] = frozenset(
                pair for a, b in ends for pair in ((_SIZES[a], _SIZES[b]), (_SIZES[b], _SIZES[a]))
            )
        return self._apart_at[key]

    def _pair_ends(self, place: int, one: int, other: int) -> frozenset[tuple[int, int]]:
        if place == 0:
            starts = {(one, other)}
        else:
            starts = {(_KEPT[status, last, one], _KEPT[status, last, other]) for status, last in self._before[place]}
        if place + 1 == len(self._options):
            return frozenset((a, b) for a, b in starts if a != b)
        # In the next period the two still have different sizes behind them, from then on the same.
        return _NO_PAIRS.union(
            *(
                self._ends(place + 2, _KEPT[a, one, now], _KEPT[b, other, now], now)
                for a, b in starts
                for now in self._options[place + 1]
            )
        )

    def _ends(self, place: int, one: int, other: int, last: int) -> frozenset[tuple[int, int]]:
        """Return the pairs of final sizes from two sizes and the size of the last period on."""
        if one == other:
            return frozenset()
        if place == len(self._options):
            return frozenset({(one, other)})
        key = (place, one, other, last)
        if key not in self._joint_ends:
            self._joint_ends[key] = _NO_PAIRS.union(
                *(
                    self._ends(place + 1, _KEPT[one, last, now], _KEPT[other, last, now], now)
                    for now in self._options[place]
                )
            )
        return self._joint_ends[key]
