"""What is known of the ids of each framework: their forms, the units there are, the nouns for parts of units.

All of it is data (`data/ids.json`). A framework that the table lacks is a user's own: its ids have an open form, and
whether a unit exists is for the dataset to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Protocol, TypedDict, cast

import attrs

from ..data import table

__all__ = ["FRAMEWORK", "LOCAL", "SLUG", "Ids", "KnownUnits", "closed_set", "ids_of", "is_local", "known_frameworks"]

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
# A dot stands in version numbers alone (nist-csf-2.0): "art.21:2" is a citation that was written oddly.
FRAMEWORK = r"[a-z][a-z0-9]*(?:(?:-|(?<=[0-9])\.(?=[0-9]))[a-z0-9]+)*"
_SEGMENT = r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*"
# The form of ids where nothing more is known of the framework; those of known frameworks have it too.
LOCAL = rf"{_SEGMENT}(?:\.{_SEGMENT})*(?:~{SLUG})?(?:#{SLUG})?"


class KnownUnits(Protocol):
    """What existence is checked against: something that holds units of frameworks, as a `Dataset` does."""

    @property
    def frameworks(self) -> Mapping[str, object]:
        """The frameworks by id."""
        ...

    def __contains__(self, x: object, /) -> bool: ...


class _Row(TypedDict):
    eli: str
    capitals: str
    forms: list[list[str]]
    units: list[str]
    parts: dict[str, str]
    holders: dict[str, int]


@attrs.frozen(slots=False)
class Ids:
    """What is known of the ids of one framework.

    `rank` orders frameworks, `eli` is the ELI of the act, `parts` the noun for each part of a unit (`~`), `holders` the
    number of the subparagraph that holds the points of a paragraph with several. Patterns are compiled when they are
    first needed, since an id that exists is known without them.
    """

    rank: int
    eli: str
    capitals: str
    forms: tuple[tuple[str, str], ...]
    places: Mapping[str, int]
    parts: Mapping[str, str]
    holders: Mapping[str, int]

    @cached_property
    def form(self) -> re.Pattern[str]:
        """What the local ids of the framework look like, parts (`~`) included; it says nothing of existence."""
        units = "|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern) for pattern, _ in self.forms)
        return re.compile(rf"(?:{units})(?:~{SLUG})?", re.ASCII)

    @cached_property
    def citations(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """The forms of units, each with the template of its citation."""
        return tuple((re.compile(pattern, re.ASCII), template) for pattern, template in self.forms)


@cache
def _all() -> dict[str, Ids]:
    rows = cast("dict[str, _Row]", table("ids"))
    return {
        name: Ids(
            rank=rank,
            eli=row["eli"],
            capitals=row["capitals"],
            forms=tuple((pattern, template) for pattern, template in row["forms"]),
            places={local: place for place, local in enumerate(row["units"])},
            parts=row["parts"],
            holders=row["holders"],
        )
        for rank, (name, row) in enumerate(rows.items())
    }


def ids_of(framework: str) -> Ids | None:
    """Return what is known of a framework's ids, None for a user's own framework."""
    return _all().get(framework)


def known_frameworks() -> tuple[str, ...]:
    """Return the frameworks whose ids are known, in the order in which refs sort."""
    return tuple(_all())


def closed_set(framework: str) -> Mapping[str, int]:
    """Return the local ids of a closed framework with their position in legal order; empty for an open one."""
    ids = _all().get(framework)
    return ids.places if ids is not None else {}


def is_local(framework: str, local: str) -> bool:
    """Tell whether a text has the form of a local id of the framework; such a unit need not exist."""
    ids = _all().get(framework)
    if ids is None:
        return _open_form().fullmatch(local) is not None
    unit, mark, slug = local.partition("#")
    if mark and not _slug_form().fullmatch(slug):
        return False
    return unit in ids.places or ids.form.fullmatch(unit) is not None


# Compiled when first needed: a first score needs but one of them.
@cache
def _open_form() -> re.Pattern[str]:
    return re.compile(rf"(?=.{{1,200}}\Z){LOCAL}", re.ASCII)


@cache
def _slug_form() -> re.Pattern[str]:
    return re.compile(SLUG, re.ASCII)
