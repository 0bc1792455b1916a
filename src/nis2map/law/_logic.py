"""Three-valued logic: a value that is not known is None, and an answer is given only if no completion could change it.

These are Kleene's connectives. `Truth` carries with an open value the facts that would close it.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

__all__ = ["Truth", "agreed", "all_of", "any_of", "opposite"]


def opposite(value: bool | None) -> bool | None:
    """Return the negation, None of None."""
    return None if value is None else not value


def all_of(values: Iterable[bool | None]) -> bool | None:
    """Return whether all hold: False if one surely does not, else None if one is open. True of none."""
    seen = set(values)
    return False if False in seen else None if None in seen else True


def any_of(values: Iterable[bool | None]) -> bool | None:
    """Return whether one holds: True if one surely does, else None if one is open. False of none."""
    return opposite(all_of(map(opposite, values)))


def agreed(values: Iterable[bool | None]) -> bool | None:
    """Return the value that all have, None if they differ: what holds in every case that is still possible."""
    seen = set(values)
    return seen.pop() if len(seen) == 1 else None


@attrs.frozen
class Truth:
    """A truth value that may be open (None), with the names of the facts that would close it."""

    value: bool | None
    missing: tuple[str, ...] = ()

    @classmethod
    def of(cls, value: bool | None, *names: str) -> Truth:
        """Return the truth of a fact, or of what rests on several; the names count only if it is open."""
        return cls(value, names if value is None else ())

    @classmethod
    def all(cls, parts: Iterable[Truth]) -> Truth:
        """Return whether all parts hold; a settled answer lacks nothing."""
        parts = tuple(parts)
        value = all_of(part.value for part in parts)
        return cls.of(value, *cls.lacking(parts))

    @classmethod
    def any(cls, parts: Iterable[Truth]) -> Truth:
        """Return whether one part holds."""
        return cls.all(part.negated() for part in parts).negated()

    @classmethod
    def same(cls, parts: Iterable[Truth], name: str) -> Truth:
        """Return what holds in each of the cases told apart by the fact `name`; open where they differ or are open."""
        parts = tuple(parts)
        value = agreed(part.value for part in parts)
        return parts[0] if value is not None else cls(None, (name, *cls.lacking(parts)))

    @staticmethod
    def lacking(parts: Iterable[Truth]) -> tuple[str, ...]:
        """Return the facts that the open parts lack, each once."""
        return tuple(dict.fromkeys(name for part in parts if part.value is None for name in part.missing))

    def negated(self) -> Truth:
        """Return the opposite, which lacks the same facts."""
        return Truth(opposite(self.value), self.missing)
