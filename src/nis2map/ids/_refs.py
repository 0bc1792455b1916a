"""Ids of units: `Ref`, and the ways people write them.

A ref is a framework and a place in it: `nis2:21.2.h`, `cir:9.2.c.iv`, `iso27001:A.8.24`, with a demand
`cir:3.2.1#logging`. The ids of `nis2`, `cir` and `iso27001` form closed sets (`data/ids.json`); `iso27001-2013` is
known to the grammar only; any other framework has an open grammar. `~` marks the project's own split inside one
official unit, `sN` the Nth unnumbered subparagraph.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import attrs

from ..data import table
from ..errors import InvalidRef, UnknownRef, quote
from ._forms import FRAMEWORK, SLUG

if TYPE_CHECKING:
    from ._grammar import Reading

__all__ = ["Ref", "announces_points", "closed_set", "is_above", "parse_ref", "parse_refs"]

_RANK = {"nis2": 0, "cir": 1, "iso27001": 2, "iso27001-2013": 3}
_CLOSED = ("nis2", "cir", "iso27001")
_SEGMENT = r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*"
_OPEN_LOCAL = re.compile(rf"{_SEGMENT}(?:\.{_SEGMENT})*(?:~{SLUG})?(?:#{SLUG})?", re.ASCII)
_OLD_EDITION = re.compile(r"A\.(?:[5-9]|1[0-8])(?:\.\d{1,2}){0,2}|(?:[4-9]|10)(?:\.\d{1,2}){0,2}", re.ASCII)
_CANONICAL = re.compile(rf"(?P<framework>{FRAMEWORK}):(?P<local>[^:\s]+)", re.ASCII)
_FORM = re.compile(rf"(?:annex|art\.|A\.)?[0-9A-Za-z.]{{1,60}}(?:~{SLUG})?(?:#{SLUG})?", re.ASCII)
_FRAMEWORK = re.compile(rf"(?=.{{1,64}}\Z){FRAMEWORK}", re.ASCII)
_ELI = {
    "nis2": "http://data.europa.eu/eli/dir/2022/2555",
    "cir": "http://data.europa.eu/eli/reg_impl/2024/2690",
}
_ORDINAL = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh")
_NEAREST = 3


@cache
def closed_set(framework: str) -> dict[str, int]:
    """Return the local ids of a closed framework with their position in legal order; empty for an open one."""
    if framework not in _CLOSED:
        return {}
    return {local: index for index, local in enumerate(table("ids")[framework])}


@cache
def _holders() -> dict[str, int]:
    return dict(table("ids")["holders"])


@attrs.frozen(order=False, repr=False, cache_hash=True)
class Ref:
    """The id of a unit, or of a demand of a unit: a framework and a place in it.

    `str(ref)` is canonical and `parse_ref(str(ref)) == ref`. Refs sort in legal order: NIS 2, the CIR, ISO/IEC 27001,
    then other frameworks by name; A.5.9 before A.5.10; the articles of the CIR before its Annex. A `Ref` never equals
    a text.

    Raises `InvalidRef` for what has not the form of an id, `UnknownRef` for a well-formed id that a closed set lacks.
    """

    framework: str
    local: str

    def __attrs_post_init__(self) -> None:
        framework, local = self.framework, self.local
        if isinstance(framework, str) and isinstance(local, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            known = closed_set(framework) if framework in _CLOSED else None
            if known is not None and local in known:
                return
            if known is None and _FRAMEWORK.fullmatch(framework) and _open(framework, local):
                return
            unit, mark, demand = local.partition("#")
            if known is not None and unit in known and re.fullmatch(SLUG, demand, re.ASCII) and mark:
                return
        _refuse(framework, local)

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
    def sort_key(self) -> tuple[Any, ...]:
        """Key that puts refs in legal order; demands follow their unit, by slug."""
        unit, _, demand = self.local.partition("#")
        rank = _RANK.get(self.framework, len(_RANK))
        place = closed_set(self.framework).get(unit, -1)
        return (rank, self.framework, place, () if place >= 0 else _natural(unit), unit, demand)

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
    def citation(self) -> str | None:
        """The unit as lawyers and auditors cite it, None if it has no official citation.

        Splits (`~`), demands (`#`) and units of users' frameworks have none.
        """
        if "~" in self.local or "#" in self.local:
            return None
        if self.framework == "nis2":
            return _annex_citation(self.local) if self.local.startswith("annex") else _article_citation(self.local)
        if self.framework == "cir":
            if self.local.startswith("art."):
                return _article_citation(self.local.removeprefix("art."))
            numbers, letters = _split_letters(self.local)
            return f"Annex, point {'.'.join(numbers)}" + "".join(f"({letter})" for letter in letters)
        if self.framework in ("iso27001", "iso27001-2013"):
            return self.local if self.local.startswith("A.") else f"clause {self.local}"
        return None

    def __plain__(self) -> str:
        return str(self)

    @property
    def eli(self) -> str | None:
        """The EUR-Lex ELI link of the article (of the act for Annexes), None outside EU law.

        Deeper ELI forms are in use but not confirmed by EUR-Lex, so none is made up here.
        """
        base = _ELI.get(self.framework)
        if base is None:
            return None
        article = re.match(r"(?:art\.)?(\d+)", self.local) if self._in_article else None
        return f"{base}/art_{article[1]}/oj" if article else f"{base}/oj"

    @property
    def _in_article(self) -> bool:
        return not self.local.startswith("annex") and (self.framework != "cir" or self.local.startswith("art."))

    @property
    def slug(self) -> str:
        """The ref in `[a-z0-9_-]` only, for URLs, tokens and columns; `Ref.from_slug` reverses it."""
        text = self.local
        if self.framework in _RANK:
            text = text.lower()
        text = re.sub(r"[A-Z_]", lambda m: "_--" if m[0] == "_" else f"_-{m[0].lower()}", text.replace(".", "\0"))
        return f"{self.framework}_{text}".replace("\0", "_").replace("~", "--").replace("#", "---")

    @classmethod
    def from_slug(cls, slug: str) -> Ref:
        """Return the ref that has this slug, `InvalidRef` if none can have it."""
        match = re.fullmatch(rf"({FRAMEWORK})_(.+)", slug, re.ASCII) if isinstance(slug, str) else None  # pyright: ignore[reportUnnecessaryIsInstance]
        if match is None:
            raise InvalidRef(f"{quote(slug)} is no slug of a reference")
        tokens = {"---": "#", "--": "~", "_--": "_", "_": "."}
        local = re.sub(
            r"---|--|_--|_-[a-z]|_",
            lambda m: tokens.get(m[0]) or m[0][-1].upper(),
            match[2],
        )
        if match[1] in ("iso27001", "iso27001-2013"):
            local = re.sub(r"^a\b", "A", local)
        elif match[1] == "nis2":
            local = re.sub(r"^annex(i+)\b", lambda m: f"annex{m[1].upper()}", local)
        ref = cls(match[1], local)
        if ref.slug != slug:
            raise InvalidRef(f"{quote(slug)} is no slug of a reference", hint=f"{ref} has {ref.slug}")
        return ref


def announces_points(ref: Ref) -> bool:
    """Tell whether a unit is the subparagraph that opens the list of points of its paragraph (Article 23(4))."""
    match = re.fullmatch(r"(.+)\.s(\d)", ref.local) if ref.framework == "nis2" else None
    return match is not None and _holders().get(match[1]) == int(match[2])


def is_above(upper: Ref, lower: Ref) -> bool:
    """Tell whether `upper` is, by its id alone, a unit that contains `lower` (or a unit whose demand `lower` is)."""
    if upper.framework != lower.framework:
        return False
    rest = lower.local.removeprefix(upper.local)
    return rest != lower.local and rest[:1] in (".", "~", "#")


def parse_ref(text: Ref | str, *, framework: str | None = None) -> Ref:
    """Return the unit that a text names.

    Understands canonical refs and the spellings of lawyers, auditors and spreadsheets ("Art. 21(2)(h)", "Article
    21(2), point (h)", "CIR 9.2(c)(iv)", "Annex, point 9.2(c)(iv)", "A.8.24", "ISO 27001 A 8.24", "clause 6.1.2").
    A bare number such as "5.1" has several readings and is refused unless `framework` settles them; numbers that are
    not text are never ids.

    Raises `InvalidRef` for anything else, of any type, and `UnknownRef` for a well-formed id that does not exist,
    with the nearest real ones.

    >>> parse_ref("Article 21(2), point (h)")
    Ref('nis2:21.2.h')
    """
    if isinstance(text, Ref):
        if framework is not None and text.framework != framework:
            raise InvalidRef(f"{text} is of framework {text.framework}, but {framework} was asked for")
        return text
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRef(_not_text(text))
    _check_framework(framework)
    exact = _CANONICAL.fullmatch(text) if framework is None else None
    if exact and (exact["framework"] not in _CLOSED or _FORM.fullmatch(exact["local"])):
        return _resolve_canonical(exact["framework"], exact["local"])
    from ._grammar import fold, read  # its patterns cost more to compile than a score, and canonical ids need none

    canonical = _CANONICAL.fullmatch(fold(text)[:512]) if ":" in text else None
    if canonical and not canonical["framework"].startswith("iso-"):
        named, local = canonical["framework"], canonical["local"]
        if framework is not None and named != framework:
            raise InvalidRef(f"{quote(text)} names {named}, but {framework} was asked for")
        if named not in _CLOSED or _FORM.fullmatch(local):
            return _resolve_canonical(named, local)
        return parse_ref(local, framework=named)  # "nis2:21(2)(h)"
    if framework is not None and framework not in _RANK:
        return Ref(framework, fold(text))
    if framework in _CLOSED and text in closed_set(framework):
        return Ref(framework, text)
    base, mark, demand = text.partition("#")
    if mark:
        return Ref((unit := parse_ref(base, framework=framework)).framework, f"{unit.local}#{demand}")
    return _resolve(read(text, framework))


def _check_framework(framework: str | None) -> None:
    if framework is not None and not (isinstance(framework, str) and _FRAMEWORK.fullmatch(framework)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRef(f"{quote(framework)} is no id of a framework")


def parse_refs(text: str, *, framework: str | None = None) -> tuple[Ref, ...]:
    """Return the units that a list names, ranges expanded, in the order written and without repeats.

    Items are separated by commas, semicolons, line ends, "and" or "&" ("und", "et"); a range ("A.5.24-A.5.28",
    "A.5.24 to 28", "Art. 21(2)(a)-(c)") runs in legal order over units of one level of one framework. An item may
    leave out what it shares with the one before ("Articles 20, 21 and 23", "Art. 21(2)(a), (b)").

    Raises the errors of `parse_ref`; an empty text names nothing and gives an empty tuple.
    """
    from ._grammar import split_list

    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRef(_not_text(text))
    _check_framework(framework)
    found: dict[Ref, None] = {}
    previous: Ref | None = None
    written = ""
    for first, last in split_list(text, ranges=framework is None or framework in _RANK):
        previous, written = _item(first, previous, written, framework)
        found[previous] = None
        if last:
            start = previous
            previous, written = _item(last, start, written, framework, ends=True)
            found.update(dict.fromkeys(_range(start, previous, text)))
    return tuple(found)


def _item(
    text: str, previous: Ref | None, written: str, framework: str | None, *, ends: bool = False
) -> tuple[Ref, str]:
    """Parse one item of a list; one that is no reference by itself may continue the one before, `written` so."""
    from ._grammar import completed

    full = completed(text, written, ends=ends) if previous is not None else text
    try:
        return parse_ref(full, framework=framework), full
    except InvalidRef:
        bare = full.strip().strip("().").lower()
        if previous is not None and previous.framework == "cir" and re.fullmatch(r"\d+(?:\.\w+)+", bare, re.ASCII):
            return parse_ref(text, framework="cir"), text
        if previous is None or not re.fullmatch(r"[a-z]{1,4}|\d{1,3}", bare, re.ASCII):
            raise
        number = "." not in previous.local or previous.local.rpartition(".")[2].isdigit()
        if bare.isdigit() != number:
            raise
        head, dot, _ = previous.local.rpartition(".")
        return _known(previous.framework, f"{head}{dot}{bare}"), written


def _range(start: Ref, end: Ref, text: str) -> list[Ref]:
    depth = start.local.count(".")
    if start.framework != end.framework or end.local.count(".") != depth or not start < end:
        raise InvalidRef(f"{quote(text)}: {start} to {end} is no range upwards on one level of one framework")
    places = closed_set(start.framework)
    if not places:
        raise InvalidRef(f"{quote(text)}: ranges need a framework with a closed set of ids")
    between = [local for local, place in places.items() if places[start.local] < place <= places[end.local]]
    return [
        Ref(start.framework, local)
        for local in between
        if local.count(".") == depth and "~" not in local and not re.search(r"\.s\d$", local)
    ]


def _resolve_canonical(framework: str, local: str) -> Ref:
    if framework in _CLOSED and local.partition("#")[0] not in closed_set(framework):
        unit, mark, demand = local.partition("#")
        known = _known(framework, unit)
        return Ref(framework, f"{known.local}{mark}{demand}") if mark else known
    return Ref(framework, local)


def _resolve(reading: Reading) -> Ref:
    local = reading.local
    if reading.subparagraph is not None:
        if not reading.below:
            return _known(reading.framework, f"{local}.s{reading.subparagraph}")
        if _holders().get(local, 1) != reading.subparagraph:
            raise UnknownRef(
                f"subparagraph {reading.subparagraph} of {reading.framework}:{local} has no point ({reading.below})"
            )
    return _known(reading.framework, f"{local}.{reading.below}" if reading.below else local)


def _known(framework: str, local: str) -> Ref:
    """Return the ref, reading a letter as the position where an Annex sector has no subsectors."""
    lettered = re.fullmatch(r"(annexI{1,2}\.\d+)\.([a-z])", local) if framework == "nis2" else None
    if lettered and local not in closed_set("nis2"):
        local = f"{lettered[1]}.{ord(lettered[2]) - ord('a') + 1}"
    return Ref(framework, local)


def _open(framework: str, local: str) -> bool:
    if len(local) > 200:
        return False
    if framework == "iso27001-2013":
        return bool(_OLD_EDITION.fullmatch(local))
    return bool(_OPEN_LOCAL.fullmatch(local))


def _refuse(framework: object, local: object) -> None:
    if not isinstance(framework, str) or not isinstance(local, str):
        raise InvalidRef(_not_text(local if isinstance(framework, str) else framework))
    if not _FRAMEWORK.fullmatch(framework):
        raise InvalidRef(f"{quote(framework)} is no id of a framework", hint="lower-case words joined by hyphens")
    if framework not in _CLOSED or not _FORM.fullmatch(local):
        raise InvalidRef(f"{quote(local)} has not the form of an id of {framework}")
    near = _nearest(framework, local)
    hint = f"nearest: {', '.join(near)}" if near else ""
    if (
        framework == "iso27001"
        and _OLD_EDITION.fullmatch(local)
        and (local.count(".") == 3 or not re.match(r"A\.[5-8]\b|[^A]", local))
    ):
        hint = f"it looks like the 2013 edition: iso27001-2013:{local}"
    raise UnknownRef(f"{framework} has no unit {quote(local)}", hint=hint)


def _nearest(framework: str, local: str) -> list[str]:
    """Return real ids near an unknown one: the unit it lies in, and the last of the siblings before it."""
    places = closed_set(framework)
    above = re.split(r"[#~]", local)[0]
    if above in places:
        return [f"{framework}:{above}"]
    while "." in above:
        above, _, part = above.rpartition(".")
        if above in places:
            depth = above.count(".") + 1
            siblings = [x for x in places if x.startswith(above + ".") and x.count(".") == depth and "~" not in x]
            before = [x for x in siblings if _natural(x.rpartition(".")[2]) <= _natural(part)]
            after = [x for x in siblings if x not in before]
            return [f"{framework}:{x}" for x in [*before[-2:], *after[:1], above][:_NEAREST]]
    return []


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|[^\d.]+", text, re.ASCII)
    )


def _split_letters(local: str) -> tuple[list[str], list[str]]:
    parts = local.split(".")
    return [p for p in parts if p.isdigit()], [p for p in parts if not p.isdigit()]


def _article_citation(local: str) -> str:
    parts = local.split(".")
    text = f"Article {parts[0]}"
    numbers = [p for p in parts[1:] if p.isdigit()]
    letters = [p for p in parts[1:] if re.fullmatch(r"[a-z]+", p)]
    subparagraph = next((int(p[1:]) for p in parts[1:] if re.fullmatch(r"s\d", p)), 0)
    if numbers:
        definition = parts[0] == "6"
        text += f", point ({numbers[0]})" if definition else f"({numbers[0]})"
        text += "".join(f"({letter})" for letter in letters) if definition else ""
    base = ".".join([parts[0], *numbers])
    held = subparagraph or (_holders().get(base, 0) if letters else 0)
    if held:
        text += f", {_ORDINAL[held]} subparagraph"
    if letters and not (numbers and parts[0] == "6"):
        text += ", point " + "".join(f"({letter})" for letter in letters)
    return text


def _annex_citation(local: str) -> str:
    annex, *parts = local.split(".")
    text = f"Annex {annex.removeprefix('annex')}"
    if not parts:
        return text
    text += f", point {parts[0]}"
    if len(parts) > 1 and parts[1].isalpha():
        text += f"({parts[1]})"
    indent = next((p for p in parts[1:] if p.isdigit()), "")
    return f"{text}, indent {indent}" if indent else text


def _not_text(value: object) -> str:
    if isinstance(value, bool) or value is None or not isinstance(value, (int, float)):
        return f"a reference is a text, not {type(value).__name__}"
    number = repr(value)
    readings = f"A.{number}" if isinstance(value, float) else number
    if re.fullmatch(r"\d\.[1-9]", number):
        readings = f"{number} or {number}0"
    return f"the number {quote(number)} is no reference: it may stand for {readings}; give the id as text"
