"""Frameworks and their units: requirements with their demands, and controls."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, ClassVar, cast

import attrs

from .._shared import Brief, FrozenMap, Page, counted, several
from ..errors import DatasetError, quote
from ..ids import Ref
from ._convert import to_framework_id, to_optional_ref, to_ref, to_refs, to_role, to_side, to_texts, to_titles
from ._words import Role, Theme

if TYPE_CHECKING:
    from .._shared import Column, Kind

__all__ = ["Control", "Demand", "Framework", "Requirement", "cited_by", "unit_columns"]


# The head of a list of units; the last column has the demands of a requirement, the theme of a control.
_UNIT = ("unit", "citation", "title", "kind", "demands or theme")


def _to_pattern(value: str) -> str:
    if not isinstance(value, str) or (value and "{id}" not in value):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise DatasetError(f"expected a pattern with {{id}} in it, got {quote(value)}", hint="for example 'CSF {id}'")
    return value


@attrs.frozen(eq=False, repr=False)
class Framework(Brief):
    """A text with numbered units.

    `id` is lower-case words joined by hyphens, with dots in version numbers (`nist-csf-2.0`). `side` says whether its
    units are requirements, which may carry demands, roles and groups, or controls. `elaborates` is the framework whose
    units this one spells out (an implementing act its parent act): within a classification it is scored together with
    that one.
    `section_level` is the level at which its units are sections, 1 for the top. `pattern` is how its units are cited,
    with `{id}` for the unit's `original` or local id ("CSF {id}"); the bundled texts have forms of their own.
    """

    id: str = attrs.field(converter=to_framework_id)
    title: str = ""
    side: str = attrs.field(default="requirement", converter=to_side)
    edition: str = attrs.field(default="", kw_only=True)
    citation: str = attrs.field(default="", kw_only=True)
    url: str = attrs.field(default="", kw_only=True)
    source: str = attrs.field(default="", kw_only=True)
    licence: str = attrs.field(default="", kw_only=True)
    elaborates: str = attrs.field(default="", kw_only=True)
    section_level: int = attrs.field(default=1, kw_only=True)
    pattern: str = attrs.field(default="", kw_only=True, converter=_to_pattern)
    note: str = attrs.field(default="", kw_only=True)

    @property
    def name(self) -> str:
        """What the text is called in messages: its citation, or else its title, or else its id."""
        return self.citation or self.title or self.id


def _to_condition(value: str) -> str:
    # A name, as an argument of Python is one: it is a key of `facts`.
    if value == "" or (type(value) is str and value.isidentifier() and value.isascii()):
        return value
    raise DatasetError(f"expected the name of a fact, got {quote(value)}", hint="such as cross_border_effect")


@attrs.frozen(eq=False, repr=False)
class Demand(Brief):
    """One separately checkable thing that a requirement asks.

    `optout`: the CIR's documented opt-out governs it ("where appropriate", "where applicable", "to the extent
    feasible", Article 2(2), second subparagraph). `condition`: the name of the fact that it depends on, such as
    `cross_border_effect`; it binds if that holds. `evidence`: kinds of evidence that show it, which an auditor would
    ask for; those of a unit's demands are the unit's too.
    """

    ref: Ref = attrs.field(converter=to_ref)
    label: str
    optout: bool = False
    condition: str = attrs.field(default="", converter=_to_condition)
    evidence: tuple[str, ...] = attrs.field(default=(), converter=to_texts, kw_only=True)

    @property
    def conditional(self) -> bool:
        """Whether it hangs on a fact."""
        return bool(self.condition)

    def _words(self) -> str:
        """Return the label with what the demand hangs on."""
        hangs = [f"if {self.condition}"] * bool(self.condition) + ["may be opted out"] * self.optout
        return self.label + (f" ({', '.join(hangs)})" if hangs else "")

    _head: ClassVar[tuple[str, ...]] = ("demand", "what it asks", "evidence")

    def _row(self) -> tuple[str, ...]:
        return (str(self.ref), self._words(), "\n".join(self.evidence))

    def _page(self) -> Page:
        return _card(self, f"{self.ref.citation}: {self.label}", "label")


def _to_demands(value: Iterable[Demand]) -> tuple[Demand, ...]:
    return several(value, Demand, "demands", DatasetError)


def _to_evidence(value: Iterable[str] | str, unit: attrs.AttrsInstance) -> tuple[str, ...]:
    given = to_texts(value)
    shown = [text for demand in cast("Requirement", unit).demands for text in demand.evidence]
    return tuple(dict.fromkeys((*given, *shown))) if shown else given


@attrs.frozen(eq=False, repr=False)
class Requirement(Brief):
    """A unit of a legal text, or of a user's own requirements.

    `demands` are the unit's own; a unit with any is assessable. `core`: the unit is in its framework's default set;
    `groups`: its measure groups; `elaborates`: the units of another framework that it spells out; `stays`: nothing
    spells it out, so it stays in a set from which elaborated units are taken. `groups` and `elaborates` that are not
    given are those of the nearest unit above that gives some; `core` and `stays` are not inherited. `original` is the
    publisher's own id where a ref can't hold it. `evidence`: kinds of evidence an auditor would ask for; `optout`:
    the unit's own text holds one of the CIR's opt-out phrases; `reference`: it is a definition, an entity type or a
    criterion of significance, to be looked up and not met. `deadline` is an ISO 8601 duration that runs from
    `trigger`. `levels` are the publisher's own words for whom or how much the unit is meant for ("basic", "IG1"), each
    that it is in; they are not inherited. `titles` has the title in other languages, by language ("fr").
    """

    ref: Ref = attrs.field(converter=to_ref)
    parent: Ref | None = attrs.field(default=None, converter=to_optional_ref)
    title: str = ""
    role: Role = attrs.field(default=Role.OBLIGATION, converter=to_role)
    topic: str = ""
    addressees: tuple[str, ...] = attrs.field(default=(), converter=to_texts)
    demands: tuple[Demand, ...] = attrs.field(default=(), converter=_to_demands)
    summary: str = attrs.field(default="", kw_only=True)
    subtopic: str = attrs.field(default="", kw_only=True)
    modality: str = attrs.field(default="", kw_only=True)
    deadline: str = attrs.field(default="", kw_only=True)
    trigger: str = attrs.field(default="", kw_only=True)
    due_date: str = attrs.field(default="", kw_only=True)
    core: bool = attrs.field(default=False, kw_only=True)
    groups: tuple[Ref, ...] = attrs.field(default=(), converter=to_refs, kw_only=True)
    elaborates: tuple[Ref, ...] = attrs.field(default=(), converter=to_refs, kw_only=True)
    stays: bool = attrs.field(default=False, kw_only=True)
    original: str = attrs.field(default="", kw_only=True)
    optout: bool = attrs.field(default=False, kw_only=True)
    reference: bool = attrs.field(default=False, kw_only=True)
    evidence: tuple[str, ...] = attrs.field(
        default=(),
        # mypy reads no converter that takes the object; pyright does.
        converter=attrs.Converter(_to_evidence, takes_self=True),  # type: ignore[misc]
        kw_only=True,
    )
    note: str = attrs.field(default="", kw_only=True)
    levels: tuple[str, ...] = attrs.field(default=(), converter=to_texts, kw_only=True)
    titles: FrozenMap[str, str] = attrs.field(default=FrozenMap(), converter=to_titles, kw_only=True)
    _pattern: str = attrs.field(default="", kw_only=True, eq=False, repr=False, alias="pattern")

    side = "requirement"

    @property
    def citation(self) -> str:
        """The unit as its framework's users cite it: the official form, or the framework's own pattern."""
        return _cited(self.ref, self.original, self._pattern)

    @property
    def assessable(self) -> bool:
        """Whether the unit carries demands of its own."""
        return bool(self.demands)

    @property
    def kind(self) -> str:
        """The role, as the node attribute of graphs."""
        return str(self.role)

    _head: ClassVar[tuple[str, ...]] = _UNIT

    def _row(self) -> tuple[str, ...]:
        demands = counted(len(self.demands), "demand") if self.demands else ""
        return (str(self.ref), self.citation, self.title, self.kind, demands)

    def _page(self) -> Page:
        demands = tuple(demand._words() for demand in self.demands)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return _card(self, f"{self.citation}  {self.title}", "title", role=self.role, demands=demands)


@attrs.frozen(eq=False, repr=False)
class Control(Brief):
    """A unit of ISO/IEC 27001, or of another set of controls: a control, a clause, or a heading over some.

    `amended` marks clauses that Amendment 1:2024 (climate action) changed; `original` is the publisher's own id where
    a ref can't hold it. `levels` and `titles` are as those of a `Requirement`.
    """

    ref: Ref = attrs.field(converter=to_ref)
    title: str = ""
    theme: str = ""
    parent: Ref | None = attrs.field(default=None, converter=to_optional_ref)
    heading: bool = attrs.field(default=False, kw_only=True)
    amended: bool = attrs.field(default=False, kw_only=True)
    original: str = attrs.field(default="", kw_only=True)
    note: str = attrs.field(default="", kw_only=True)
    levels: tuple[str, ...] = attrs.field(default=(), converter=to_texts, kw_only=True)
    titles: FrozenMap[str, str] = attrs.field(default=FrozenMap(), converter=to_titles, kw_only=True)
    _pattern: str = attrs.field(default="", kw_only=True, eq=False, repr=False, alias="pattern")

    side = "control"

    @property
    def citation(self) -> str:
        """The unit as its framework's users cite it: the official form, or the framework's own pattern."""
        return _cited(self.ref, self.original, self._pattern)

    @property
    def kind(self) -> str:
        """`heading`, `clause` or `control`, as the node attribute of graphs."""
        return "heading" if self.heading else "clause" if self.theme == Theme.CLAUSE else "control"

    _head: ClassVar[tuple[str, ...]] = _UNIT

    def _row(self) -> tuple[str, ...]:
        return (str(self.ref), self.citation, self.title, self.kind, self.theme)

    def _page(self) -> Page:
        return _card(self, f"{self.citation}  {self.title}", "title")


def _card(unit: Brief, title: str, told: str, **instead: object) -> Page:
    """Return a unit as a table of its fields, but for the one that its title has told; `instead` has others' words."""
    from .._shared import card  # late: no score is looked at

    fields = {name: value for name, value in unit._told() if name != told}  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return card(title.rstrip(), (fields | {name: value for name, value in instead.items() if value}).items())


def _cited(ref: Ref, original: str, pattern: str) -> str:
    if pattern:  # a dataset hands its framework's pattern to the units it holds
        return pattern.replace("{id}", original or ref.local)
    return original or ref.citation


def cited_by(framework: Framework, unit: Requirement | Control) -> Requirement | Control:
    """Return a unit that knows how its framework is cited, so that it can say its citation alone.

    A unit that comes from another dataset may know what its framework was called there.
    """
    # A copy costs as much as the unit did, and nearly all units know it already.
    known = unit._pattern  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return unit if known == framework.pattern else attrs.evolve(unit, pattern=framework.pattern)


@cache
def unit_columns() -> tuple[Column, ...]:
    """Return the columns of a table of units, read from the units; what a unit can't have is null."""
    from .._shared import Column  # late, because no score needs a table

    def own(name: str, meaning: str, kind: Kind = "text") -> Column:
        return Column(name, kind, meaning, lambda unit: _if_said(getattr(unit, name, None)))

    return (
        Column("ref", "text", "the unit"),
        Column("citation", "text", "how lawyers and auditors cite it"),
        Column("title", "text", "its title"),
        Column("framework", "text", "the framework", "ref.framework"),
        Column("side", "text", "requirement or control"),
        Column("kind", "text", "the role of a requirement; clause, control or heading"),
        Column("parent", "text", "the unit above, null at the top"),
        own("original", "the publisher's own id where a ref can't hold it"),
        Column("levels", "texts", "the publisher's words for whom or how much it is meant for"),
        own("topic", "what a requirement is about"),
        own("modality", "the verb of a requirement, such as shall"),
        own("theme", "the theme of a control"),
        own("core", "whether a requirement is in its framework's default set; null for controls", "flag"),
        own("titles", "the title in other languages, by language", "json"),
        own("summary", "what a requirement asks, in our words"),
    )


def _if_said(value: object) -> object:
    """Return None for a text or titles that are empty, in which a class holds what nobody said."""
    return None if value in ("", FrozenMap()) else value
