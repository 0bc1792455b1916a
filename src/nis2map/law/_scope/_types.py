"""Which types of the Annexes count for an entity: those named, the one its level adds, less what is carved out.

The one place that reads this part of the law, for the decision and for everything else that an answer tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from difflib import get_close_matches

import attrs

from ..._shared import Brief, Record, expect
from ...dataset import Dataset, Index, given, keep, load
from ...errors import DatasetError, InvalidRef, UnknownRef, quote
from ...ids import Ref, parse_ref
from ...model import DutyRule, EntityClass, EntityType, ScopeRule
from .._logic import any_of, opposite
from .._tables import law_table, scope_rules, types_by_ref
from ._words import NOT_ADMINISTRATION, Administration

__all__ = [
    "SIDE_ACTIVITY",
    "Counting",
    "EntityType",
    "ListedType",
    "Reason",
    "ScopeLaw",
    "entity_type",
    "entity_types",
    "is_public",
    "scope_law",
    "type_of",
    "type_ref",
]

SIDE_ACTIVITY = "side_activity"
_BARE = re.compile(r"annexI{1,2}\.[0-9a-z.]+", re.ASCII)
_LONGEST = 60
_HITS = 40
_WORTH = 0.4  # of the best score
# Types that size can't change come first: a later type is asked for only what can still lift the class.
_ORDER = ("central", "names", "trust", "communications", "regional", "annex_one", "annex_two")


def entity_types(words: str = "", *, dataset: Dataset | None = None) -> tuple[EntityType, ...]:
    """Return the types of entity that the Annexes list, in legal order; 67 in the bundled dataset.

    With `words` those that they are about, best first: the law's own words ("credit institution", "managed service
    provider"), practitioners' ("saas", "hospital") or a sector. `InputError` for what is not a text.

    >>> import nis2map
    >>> len(nis2map.entity_types())
    67
    """
    data = given(dataset)
    expect(words, str, "words")
    return tuple(types_by_ref(data).values()) if not words.strip() else _searched(data, words)


def _searched(data: Dataset, words: str) -> tuple[EntityType, ...]:
    """Return the types that words are about: all of a sector, or by BM25, those first whose term they are."""
    types, asked = types_by_ref(data), words.strip().lower()
    sector = tuple(
        kind for kind in types.values() if asked in (kind.sector_title.lower(), kind.subsector_title.lower())
    )
    if sector:
        return sector

    def index() -> Index:
        rows = [(kind.ref, text, weight) for kind in types.values() for text, weight in _texts(kind)]
        return Index.of(rows)

    hits = keep(data, "law: type index", index).search(words[:_LONGEST], limit=_HITS)
    # What shares a common word such as "provider" is no answer beside one that shares the rest as well.
    found = [types[ref] for ref, score, _ in hits if score >= hits[0][1] * _WORTH]
    plural = {asked, asked.removesuffix("s"), f"{asked}s"}
    return tuple(sorted(found, key=lambda kind: not plural & {kind.title.lower(), *kind.terms}))


def _texts(kind: EntityType) -> Iterable[tuple[str, float]]:
    yield kind.title, 3.0
    yield from ((term, 2.0) for term in kind.terms)
    yield f"{kind.sector_title} {kind.subsector_title}", 1.0


def entity_type(ref: Ref | str, *, dataset: Dataset | None = None) -> EntityType:
    """Return the type of entity that a ref names.

    A letter may stand for the position where a sector has no subsectors: `nis2:annexI.8.h` is `nis2:annexI.8.8`, which
    `annexI.8.8` is too. Raises `UnknownRef` with the nearest real types for what is not a type of an Annex, a heading
    for example, and `InvalidRef` for what is not a reference at all, with the types that the words are about.

    >>> import nis2map
    >>> nis2map.entity_type("Annex I, point 8, indent 8").ref
    Ref('nis2:annexI.8.8')
    """
    return type_of(given(dataset), type_ref(ref))


def type_ref(value: Ref | str) -> Ref:
    """Return the unit that a caller names as a type of entity; whether it is one a dataset says (`type_of`).

    Raises `InvalidRef` with the types that the words are about, `UnknownRef` for a unit that can't exist.
    """
    # Types are those of the Directive, so its name may be left out.
    named = f"nis2:{value}" if isinstance(value, str) and _BARE.fullmatch(value) else value
    try:
        return parse_ref(named)
    except InvalidRef as error:
        raise InvalidRef(error.message, hint=_about(value)) from None


def _about(words: object) -> str:
    """Return a hint to the bundled types that a text is about: by search, or by a word of their titles."""
    types = types_by_ref(load())
    text = words[:_LONGEST] if isinstance(words, str) else ""
    found = [kind.ref for kind in _searched(load(), text)]
    if not found:
        by_word = {word: ref for ref, kind in types.items() for word in kind.title.lower().split()}
        found = [by_word[word] for word in get_close_matches(text.lower(), by_word, 1, 0.8)]
    near = ", ".join(f"{ref} ({types[ref].title})" for ref in list(dict.fromkeys(found))[:3])
    return f"nearest: {near}" if near else "write for example nis2:annexI.8.8; nis2map.entity_types() lists all"


def type_of(data: Dataset, ref: Ref, field: str = "") -> EntityType:
    """Return the type of entity of a dataset; the error names the field of the entity that the ref stands in."""
    types = types_by_ref(data)
    kind = types.get(ref)
    if kind is not None:
        return kind
    at = f"{field}: " if field else ""
    below = [other for other in types if str(other).startswith(f"{ref}.")]
    if below:
        near = ", ".join(f"{other} ({types[other].title})" for other in below[:3])
        hint = f"types under it: {near}{', ...' if len(below) > 3 else ''}"
        raise UnknownRef(f"{at}{ref} is a heading of an Annex, not a type of entity", hint=hint)
    siblings = [f"{other} ({types[other].title})" for other in types if _above(other) == _above(ref)][:3]
    near = f"nearest: {', '.join(siblings)}" if siblings else "write for example nis2:annexI.8.8"
    hint = f"{near}; registrars of domain names are not a type: domain_registration=True"
    raise UnknownRef(f"{at}{ref} is not a type of entity of Annex I or II", hint=hint)


def _above(ref: Ref) -> str:
    return str(ref).rpartition(".")[0]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Reason(Brief, Record):
    """One rule that was applied: where it stands, what it says in our words, which of the entity's types it is about.

    `gives` is the class the rule leads to, None if it only opens or closes the way. `certain` is False for a rule that
    applies under some completion of the unknown facts only. `ref` is None where the source is not a unit of `nis2`.
    """

    id: str
    citation: str
    text: str
    ref: Ref | None = None
    gives: EntityClass | None = None
    types: tuple[Ref, ...] = ()
    certain: bool = True

    def __str__(self) -> str:
        about = f" [{', '.join(map(str, self.types))}]" if self.types else ""
        return f"{'' if self.certain else 'possibly, '}{self.citation}: {self.text}{about}"


@attrs.frozen(eq=False)
class ListedType:
    """A type of entity as the decision handles it, equal to itself alone; `carve_out` names the fact that takes it out.

    `instead` is the rule by which an entity counts under another type instead, if it is of both.
    """

    type: EntityType
    place: int
    carve_out: str
    instead: ScopeRule | None

    @property
    def ref(self) -> Ref:
        """The ref of the type."""
        return self.type.ref

    @property
    def is_public(self) -> bool:
        """Whether the type is one of public administration."""
        return is_public(self.type)


@attrs.frozen
class UnitRule:
    """The unit that a rule stands in, and what it says in our words."""

    ref: Ref
    text: str


class ScopeLaw:
    """The types and rules of one dataset, arranged for the decision."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.rules: Mapping[str, ScopeRule] = scope_rules(data)
        self._order = {rule_id: place for place, rule_id in enumerate(self.rules)}
        instead = {rule.ref: rule for rule in self.rules.values() if rule.yields_to is not None}
        self.kinds = {
            ref: ListedType(kind, place, _carve_out(kind), instead.get(ref))
            for place, (ref, kind) in enumerate(types_by_ref(data).items())
        }
        # The rule of a type of public administration is the level of the bodies that it lists.
        self._added = {
            level: kind for level in Administration for kind in self.kinds.values() if kind.type.rule == str(level)
        }

    def named(self, refs: Collection[Ref], level: Administration | None) -> tuple[ListedType, ...]:
        """Return the types that an entity names and the one that its level adds, those that decide most first."""
        added = self._added.get(level) if level is not None else None
        kinds = {self.kinds[ref] for ref in refs}
        if added is not None:
            kinds.add(added)
        return tuple(sorted(kinds, key=lambda kind: (_ORDER.index(kind.type.rule), kind.place)))

    def with_trust(self, refs: Iterable[Ref]) -> frozenset[Ref]:
        """Return the types of a trust service provider, with that of trust services if none of them is."""
        named = frozenset(refs)
        trusted = {ref for ref, kind in self.kinds.items() if kind.type.rule == "trust"}
        return named | trusted if named.isdisjoint(trusted) else named

    def counting(self, refs: frozenset[Ref], level: Administration) -> tuple[ListedType, ...]:
        """Return the named types without those of public administration that the body is not."""
        return tuple(kind for kind in self.named(refs, level) if not is_outside(kind, level))

    def contradicts(self, kind: ListedType, level: Administration | None) -> bool:
        """Tell whether a type of public administration is that of another level than the entity states."""
        if level is None or kind not in self._added.values():
            return False
        return level in (*self._added, Administration.LOCAL) and self._added.get(level) is not kind

    def order(self, rule_id: str) -> int:
        """Return the place of a rule in the order of application."""
        try:
            return self._order[rule_id]
        except KeyError:
            raise DatasetError(f"the table scope_rules of the law has no rule {quote(rule_id)}") from None

    def reason(self, rule_id: str, *, types: Iterable[Ref] = (), certain: bool = True) -> Reason:
        """Return a rule as a reason for these types; a rule without a source of its own cites its type."""
        self.order(rule_id)
        row, refs = self.rules[rule_id], tuple(types)
        citation = row.citation or (row.ref.citation if row.ref else "")
        plain = Reason(
            id=rule_id, citation=citation, text=row.text, ref=row.ref, gives=row.gives, types=refs, certain=certain
        )
        if citation or not refs:
            return plain
        own = self.kinds[refs[0]].type
        says = f"{own.title}. {own.condition}" if own.condition else own.title
        text = says if rule_id == "type" else row.text
        return attrs.evolve(plain, citation=own.ref.citation, ref=own.ref, text=text)

    def unit_rule(self, rule_id: str) -> UnitRule:
        """Return a rule whose source is a unit: a jurisdiction, a kind of fine."""
        self.order(rule_id)
        row = self.rules[rule_id]
        if row.ref is None:
            raise DatasetError(f"the rule {quote(rule_id)} in the table scope_rules of the law names no unit")
        return UnitRule(row.ref, row.text)

    def duty_types(self, fact: str) -> frozenset[Ref]:
        """Return the types that owe a duty of registration, as the rule of the duties says."""
        rules: tuple[DutyRule, ...] = law_table(self.data.law.duty_rules, "duty_rules")
        return frozenset(ref for rule in rules if rule.fact == fact for ref in rule.types)


def _carve_out(kind: EntityType) -> str:
    return f"{SIDE_ACTIVITY} {kind.ref}" if kind.carve_out == SIDE_ACTIVITY else kind.carve_out


def is_public(kind: EntityType) -> bool:
    """Tell whether a type is one of public administration: it comes under the State that set it up."""
    return kind.jurisdiction == "creator"


def is_outside(kind: ListedType, level: Administration | None) -> bool:
    """Tell whether a type of public administration is out because the body is a court, a parliament or a bank."""
    return kind.is_public and level in NOT_ADMINISTRATION


def scope_law(data: Dataset) -> ScopeLaw:
    """Return the types and rules of a dataset, arranged once."""
    return keep(data, "law: scope", lambda: ScopeLaw(data))


@attrs.frozen
class Counting:
    """The types of one entity, and of each whether it counts after what the law carves out of it (None: open)."""

    kinds: tuple[ListedType, ...]
    counts: Mapping[Ref, bool | None]

    @classmethod
    def of(
        cls, law: ScopeLaw, types: Collection[Ref], level: Administration | None, known: Callable[[str], bool | None]
    ) -> Counting:
        """Return what counts; `known` gives a fact of the entity, None if it is open."""
        kinds = tuple(sorted(law.named(types, level), key=lambda kind: kind.place))

        def counts(kind: ListedType) -> bool | None:
            if is_outside(kind, level):
                return False
            return opposite(known(kind.carve_out)) if kind.carve_out else True

        return cls(kinds, {kind.ref: counts(kind) for kind in kinds})

    @property
    def left(self) -> tuple[EntityType, ...]:
        """The types that count, or may, in legal order."""
        return tuple(kind.type for kind in self.kinds if self.counts[kind.ref] is not False)

    def any(self, test: Callable[[EntityType], bool]) -> bool | None:
        """Tell whether the entity counts under a type of which the test holds."""
        return any_of(self.counts[kind.ref] for kind in self.kinds if test(kind.type))

    def refs(self, test: Callable[[EntityType], bool]) -> tuple[Ref, ...]:
        """Return the types of which the test holds, whether they count or not."""
        return tuple(kind.ref for kind in self.kinds if test(kind.type))
