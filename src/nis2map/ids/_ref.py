"""`Ref`, the id of a unit.

A ref is a framework and a place in it: `nis2:21.2.h`, `cir:9.2.c.iv`, `iso27001:A.8.24`, with a demand
`cir:3.2.1#logging`. `~` marks the project's own part of one official unit, `sN` the Nth unnumbered subparagraph. A
`Ref` has the form of an id; whether such a unit exists is asked of the sets of ids or of a dataset (`parse_ref`), so
that a user's dataset may hold units that ours lacks.
"""

from __future__ import annotations

import re
from functools import lru_cache

import attrs

from ..errors import InvalidRef, quote
from ._frameworks import FRAMEWORK, closed_set, ids_of, is_local

__all__ = ["Ref", "announces_points", "check_framework", "is_above", "natural", "not_text"]

_FRAMEWORK = re.compile(rf"(?=.{{1,64}}\Z){FRAMEWORK}", re.ASCII)
_SLUGGED = r"[a-z][a-z0-9]*(?:--?[a-z0-9]+)*"  # a framework in a slug, where two hyphens are a dot
_RULE = "lower-case words joined by hyphens, the first with a letter first, dots in version numbers: nist-csf-2.0"
_LOCAL_RULE = "letters and digits joined by dots, hyphens or _: AC-2.1 for AC-2(1), which is kept as `original`"
_LAST = 1_000  # the rank of users' frameworks, which sort by name behind all that are known


@attrs.frozen(order=False, repr=False, cache_hash=True)
class Ref:
    """The id of a unit, or of a demand of a unit: a framework and a place in it.

    `str(ref)` is canonical and `parse_ref(str(ref)) == ref`. Refs sort in legal order: NIS 2, the CIR, ISO/IEC 27001,
    then other frameworks by name; A.5.9 before A.5.10; the articles of the CIR before its Annex. A `Ref` never equals
    a text.

    Raises `InvalidRef` for what does not have the form of an id. Whether the unit exists is not checked here:
    `parse_ref` and the look-ups of a dataset do.
    """

    framework: str
    local: str

    def __attrs_post_init__(self) -> None:
        framework, local = self.framework, self.local
        if not isinstance(framework, str) or not isinstance(local, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidRef(not_text(local if isinstance(framework, str) else framework))  # pyright: ignore[reportUnnecessaryIsInstance]
        if local in closed_set(framework):  # the common case, and the cheapest
            return
        if ids_of(framework) is None:
            check_framework(framework)
        if not is_local(framework, local):
            hint = _LOCAL_RULE if ids_of(framework) is None else ""
            raise InvalidRef(f"{quote(local)} does not have the form of an id of {framework}", hint=hint)

    def __str__(self) -> str:
        return f"{self.framework}:{self.local}"

    def __repr__(self) -> str:
        return f"Ref('{self.framework}:{self.local}')"

    def __lt__(self, other: object) -> bool:
        return self.sort_key < other.sort_key if isinstance(other, Ref) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.sort_key <= other.sort_key if isinstance(other, Ref) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.sort_key > other.sort_key if isinstance(other, Ref) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self.sort_key >= other.sort_key if isinstance(other, Ref) else NotImplemented

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Key that puts refs in legal order; demands follow their unit, by slug.

        A unit that the closed set lacks stands where its number would be: A.8.35 after A.8.34.
        """
        unit, _, demand = self.local.partition("#")
        ids = ids_of(self.framework)
        if ids is None:
            return (_LAST, self.framework, -1, natural(unit), unit, demand)
        place = ids.places.get(unit)
        if place is None:
            return (ids.rank, self.framework, _place(self.framework, unit), natural(unit), unit, demand)
        return (ids.rank, self.framework, place, (), unit, demand)

    @property
    def demand(self) -> str | None:
        """The slug of the demand, None for a unit."""
        return self.local.partition("#")[2] or None

    @property
    def unit(self) -> Ref:
        """The unit that a demand belongs to; a unit's own ref is itself."""
        unit, mark, _ = self.local.partition("#")
        return Ref(self.framework, unit) if mark else self

    @property
    def official(self) -> Ref:
        """The nearest unit that the text itself has: that of a demand (`#`) or of a part (`~`), else the ref itself.

        Numbered subparagraphs and the indents of the Annexes are official.
        """
        local = re.split(r"[~#]", self.local, maxsplit=1)[0]
        return self if local == self.local else Ref(self.framework, local)

    @property
    def citation(self) -> str:
        """The unit as lawyers and auditors cite it: "Article 21(2), point (h)", "A.8.24", "clause 6.1.2".

        A part or a demand is cited by its nearest official unit, with what it is in parentheses ("Article 20(1), first
        subparagraph (approval)"). A unit of a framework that is not bundled is cited by its local id.
        """
        from ._citation import cite  # compiles patterns that a score never needs

        return cite(self.framework, self.local)

    def __plain__(self) -> str:
        return str(self)

    @property
    def eli(self) -> str | None:
        """The EUR-Lex ELI link of the article (of the act for Annexes), None outside EU law.

        Deeper ELI forms are in use but not confirmed by EUR-Lex, so none is made up here.
        """
        from ._citation import eli

        return eli(self.framework, self.local)

    @property
    def slug(self) -> str:
        """The ref in `[a-z0-9_-]` only, for URLs, tokens and columns; `Ref.from_slug` reverses it."""
        # The capitals of known frameworks follow from the form of the id; those of users' ids are escaped.
        text = self.local.lower() if ids_of(self.framework) else self.local
        text = re.sub(r"[A-Z_]", lambda m: "_--" if m[0] == "_" else f"_-{m[0].lower()}", text.replace(".", "\0"))
        local = text.replace("\0", "_").replace("~", "--").replace("#", "---")
        return f"{self.framework.replace('.', '--')}_{local}"

    @classmethod
    def from_slug(cls, slug: str) -> Ref:
        """Return the ref that has this slug, `InvalidRef` if none can have it."""
        match = re.fullmatch(rf"({_SLUGGED})_(.+)", slug, re.ASCII) if isinstance(slug, str) else None  # pyright: ignore[reportUnnecessaryIsInstance]
        if match is None:
            raise InvalidRef(f"{quote(slug)} is not the slug of a reference")
        tokens = {"---": "#", "--": "~", "_--": "_", "_": "."}
        local = re.sub(
            r"---|--|_--|_-[a-z]|_",
            lambda m: tokens.get(m[0]) or m[0][-1].upper(),
            match[2],
        )
        framework = match[1].replace("--", ".")
        ids = ids_of(framework)
        if ids is not None and ids.capitals:
            local = re.sub(ids.capitals, lambda m: m[0].upper(), local)
        ref = cls(framework, local)
        if ref.slug != slug:
            raise InvalidRef(f"{quote(slug)} is not the slug of a reference", hint=f"{ref} has {ref.slug}")
        return ref


def announces_points(ref: Ref) -> bool:
    """Tell whether a unit is the subparagraph that opens the list of points of its paragraph (Article 23(4))."""
    match = re.fullmatch(r"(.+)\.s(\d)", ref.local)
    ids = ids_of(ref.framework)
    return match is not None and ids is not None and ids.holders.get(match[1]) == int(match[2])


def is_above(upper: Ref, lower: Ref) -> bool:
    """Tell whether `upper` is, by its id alone, a unit that contains `lower` (or a unit whose demand `lower` is)."""
    if upper.framework != lower.framework:
        return False
    rest = lower.local.removeprefix(upper.local)
    return rest != lower.local and rest[:1] in (".", "~", "#")


def check_framework(framework: str | None) -> None:
    """Raise `InvalidRef` unless this has the form of a framework's id (None says that any may be meant)."""
    if framework is not None and not (isinstance(framework, str) and _FRAMEWORK.fullmatch(framework)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRef(f"{quote(framework)} is not the id of a framework", hint=_RULE)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key by which 9 sorts before 10, and numbers before letters."""
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|[^\d.]+", text, re.ASCII)
    )


@lru_cache(maxsize=1024)
def _place(framework: str, local: str) -> int:
    """Return the position of the last unit that comes before a place which the closed set lacks, -1 for none."""
    places = closed_set(framework)
    above = local
    while above and above not in places:
        above = above[: max(above.rfind("."), above.rfind("~"), 0)]
    depth = above.count(".") + 1 if above else 0
    wanted = natural(local)
    before = places.get(above, -1)
    for unit, place in places.items():
        # Siblings count with all that lies below them, so that 21.2.k follows the parts of 21.2.j.
        sibling = ".".join(re.split(r"[.~]", unit)[: depth + 1])
        if (not above or unit.startswith((f"{above}.", f"{above}~"))) and natural(sibling) <= wanted:
            before = max(before, place)
    return before


def not_text(value: object) -> str:
    """Return why a value that is not text is not an id; numbers with two readings (5.10 is stored as 5.1) name both."""
    if isinstance(value, bool) or value is None or not isinstance(value, (int, float)):
        return f"a reference is a text, not {type(value).__name__}"
    number = repr(value)
    readings = f"A.{number}" if isinstance(value, float) else number
    if re.fullmatch(r"\d\.[1-9]", number):
        readings = f"{number} or {number}0"
    return f"the number {quote(number)} is not a reference: it may mean {readings}; give the id as text"
