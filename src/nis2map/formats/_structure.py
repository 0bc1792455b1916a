"""From plain records, as JSON or YAML holds them, to objects of the model: strict, and with all problems at once.

Nothing is coerced. A text comes only from a text, a number only from a number of its kind (no bool is an int, no int a
float, nothing is NaN), a list only from a list; null stands only where a value is optional; keys that are not known
are refused. Each problem has the JSON pointer (RFC 6901) of its place. cattrs does the work, and is imported on first
use.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from enum import Enum, StrEnum
from functools import cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast, get_args, get_origin

import attrs

from .._shared import FrozenMap, Limits, capped, counted, day
from ..errors import DatasetError, InputError, Nis2mapError, Problem, quote
from ..ids import Ref, parse_ref
from ..model import LISTS, Crosswalk, Demand, Framework, Link, Requirement
from ._strict_json import pointer

__all__ = ["Flaw", "Flaws", "attempt", "expected", "flaws_of", "named", "problems_of", "structure", "wrong"]

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")
Hook: TypeAlias = Callable[[object, object], object]
Check: TypeAlias = Callable[[object], None]
Rules: TypeAlias = Callable[[type[attrs.AttrsInstance]], Mapping[str, Check]]
_ENOUGH = 1_000  # flaws of one list or object: a file of the wrong kind has as many as it has values


@attrs.frozen
class Flaw:
    """One thing that is wrong with a record: the place, from the top of what was handed in, and the words."""

    at: tuple[str | int, ...]
    message: str
    hint: str = ""
    code: str = ""

    def below(self, *above: str | int) -> Flaw:
        """Return the flaw with its place seen from further up."""
        return Flaw((*above, *self.at), self.message, self.hint, self.code)


class Flaws(Exception):
    """What is wrong with one value; caught where the whole record is read."""

    def __init__(self, flaws: list[Flaw]) -> None:
        super().__init__()
        self.flaws = flaws


class _Side(StrEnum):
    """Which side of a crosswalk the units of a framework stand on."""

    REQUIREMENT = "requirement"
    CONTROL = "control"


@attrs.frozen
class DemandRow:
    """A demand as records hold it: by slug within its requirement, or by full ref where it is the unit itself."""

    label: str
    id: str = ""
    ref: Ref | None = None
    optout: bool = False
    condition: str = ""
    evidence: tuple[str, ...] = ()

    def of(self, unit: Ref) -> Demand:
        """Return the demand of a unit."""
        if (self.ref is None) == (not self.id):
            raise wrong("a demand has an id, or a ref where it is the unit itself, and not both")
        ref = Ref(unit.framework, f"{unit.local}#{self.id}") if self.ref is None else self.ref
        if ref.unit != unit:
            raise wrong(f"the demand {ref} is not of {unit}")
        return Demand(ref, self.label, self.optout, self.condition, evidence=self.evidence)


def structure(value: object, kind: type[T], *, path: str = "", limits: Limits | None = None) -> T:
    """Return a plain value as an object of `kind`, one of the model's classes.

    Raises `DatasetError` with every problem: `path` is the file that the value comes from, the problem's column the
    JSON pointer.
    """
    made, flaws = attempt(value, kind)
    if made is None or flaws:
        problems = problems_of(flaws, path=path, limits=limits or Limits())
        raise DatasetError.of(problems, what=f"{path or 'the record'} is not a valid {kind.__name__}")
    return made


def attempt(
    value: object, kind: type[T], *, more: Callable[[Converter], None] | None = None, rules: Rules | None = None
) -> tuple[T | None, list[Flaw]]:
    """Return the object, or None and everything that is wrong with the value.

    `more` is a function of a module that teaches the converter further types; `rules` returns the checks of a class's
    fields, and makes types of its annotations where they name what is imported for type checkers alone.
    """
    try:
        made: T = _converter(more, rules).structure(value, kind)
    except Exception as error:  # cattrs gathers errors of every kind
        return None, flaws_of(error)
    return made, []


def problems_of(flaws: Iterable[Flaw], *, path: str, limits: Limits) -> tuple[Problem, ...]:
    """Return flaws as problems of a file, no more than the limits allow and then a count."""
    found = [Problem(f.message, path=path, column=pointer(f.at), hint=f.hint, code=f.code) for f in flaws]
    return capped(found, limits)


def wrong(message: str, hint: str = "", code: str = "bad-value") -> Flaws:
    """Return the refusal of one value, in words."""
    return Flaws([Flaw((), message, hint, code)])


def expected(what: str, value: object) -> Flaws:
    """Return the refusal of a value of another kind."""
    return wrong(f"{what} is expected here, not {named(value)}", code="bad-type")


def named(value: object) -> str:
    """Return in words what a plain value is, for a message that says what should stand there instead."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {quote(value, 24)}"
        case str():
            return f"the text {quote(value, 40)}"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return f"a {type(value).__name__}"


def flaws_of(error: BaseException) -> list[Flaw]:
    """Flatten what cattrs raised: a tree of errors with the name of the field in a note."""
    from cattrs import ClassValidationError, ForbiddenExtraKeysError
    from cattrs.errors import AttributeValidationNote

    match error:
        case Flaws():
            return error.flaws
        case ClassValidationError():
            found: list[Flaw] = []
            for below in error.exceptions:
                notes = [n for n in getattr(below, "__notes__", ()) if isinstance(n, AttributeValidationNote)]
                if notes and isinstance(below, KeyError):
                    found.append(Flaw((), f"the key {quote(notes[0].name)} is missing", code="missing-key"))
                else:
                    found += [flaw.below(*(note.name for note in notes[:1])) for flaw in flaws_of(below)]
            return found
        case ForbiddenExtraKeysError():
            return _unknown(error.cl, sorted(map(str, error.extra_fields)))
        case Nis2mapError():
            return [Flaw((), error.message, error.hint, "bad-value")]
        case _:
            return [Flaw((), f"the value can't be used: {error}", code="bad-value")]


def _unknown(kind: type[attrs.AttrsInstance], names: list[str]) -> list[Flaw]:
    known = f"known: {', '.join(field.name for field in attrs.fields(kind) if field.init and field.name[0] != '_')}"
    found = [Flaw((name,), "the key is not known here", known, "unknown-key") for name in names[:_ENOUGH]]
    if len(names) > _ENOUGH:
        found.append(
            Flaw(
                (),
                f"{counted(len(names) - _ENOUGH, 'more key is', 'more keys are')} not known here",
                known,
                "unknown-key",
            )
        )
    return found


def _text(value: object, kind: object) -> str | Enum:
    """Structure a text, or a word of an enumeration: cattrs takes those for texts too."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _word(value, kind)
    if not isinstance(value, str):
        raise expected("a text", value)
    return value


def _word(value: object, kind: type[Enum]) -> Enum:
    wanted = int if issubclass(kind, int) else str
    if type(value) is not wanted:
        raise expected("a whole number" if wanted is int else "a text", value)
    for member in kind:
        if member.value == value:
            return member
    words = ", ".join(str(member.value) for member in kind)
    raise wrong(f"{quote(value)} is not a {kind.__name__.strip('_').lower()}", f"one of: {words}", "unknown-word")


def _whole(value: object, kind: object) -> int | Enum:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _word(value, kind)
    if type(value) is not int:
        raise expected("a whole number", value)
    return value


def _float(value: object, _: object) -> float:
    if type(value) is not float or not math.isfinite(value):
        raise expected("a number with a decimal point", value)
    return value


def _bool(value: object, _: object) -> bool:
    if type(value) is not bool:
        raise expected("true or false", value)
    return value


def _date(value: object, _: object) -> dt.date:
    # In a document dates have the one form in which they are written.
    if type(value) is str and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        with suppress(InputError):
            return cast("dt.date", day(value))
    raise expected("a date like 2026-11-24", value)


def _ref(value: object, _: object) -> Ref:
    return parse_ref(cast("str", value))  # which refuses what is not a text in words of its own


def _texts(value: object, _: object) -> tuple[object, ...]:
    return _tuple(_converter(), value, (str, ...))


def _texts_by_key(value: object, _: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise expected("an object", value)
    members = cast("dict[str, object]", value)
    flaws = [
        Flaw((key,), f"a text is expected here, not {named(item)}", code="bad-type")
        for key, item in members.items()
        if not isinstance(item, str)
    ]
    if flaws:
        raise Flaws(flaws)
    return cast("dict[str, str]", members)


def _source(value: object, _: object) -> object:
    return (
        _text(value, str)
        if isinstance(value, str) or not isinstance(value, list)
        else _texts(cast("object", value), None)
    )


def _side(value: object, _: object) -> str:
    return str(_word(value, _Side))


@cache
def _converter(more: Callable[[Converter], None] | None = None, rules: Rules | None = None) -> Converter:
    """Build the converter, once; the hooks below, and those of `more`, are the whole of what it accepts."""
    import cattrs
    from cattrs.gen import make_dict_structure_fn, override

    converter = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    special: dict[object, dict[str, Hook]] = {
        Crosswalk: {"source": _source},
        Framework: {"side": _side},
        Link: dict.fromkeys((*LISTS.values(), "reviewed"), _texts),
    }

    def class_hook(kind: type[attrs.AttrsInstance]) -> Hook:
        checks: Mapping[str, Check] = {} if rules is None else rules(kind)
        hooks = special.get(kind, {}) | {name: _checked(converter, check) for name, check in checks.items()}
        own = {name: override(struct_hook=hook) for name, hook in hooks.items()}
        private = (field.name for field in attrs.fields(kind) if field.name.startswith("_"))
        # How a unit is cited is its framework's word, and a unit that stands alone in a document brings it along.
        own |= {name: override(rename="pattern") if name == "_pattern" else override(omit=True) for name in private}
        build = cast("Callable[..., Hook]", make_dict_structure_fn)  # its type leaves the overrides unknown
        make = build(kind, converter, _cattrs_forbid_extra_keys=True, **own)

        def hook(value: object, _: object) -> object:
            if not isinstance(value, dict):
                raise expected("an object", value)
            members = cast("dict[str, object]", value)
            return _requirement(converter, make, members) if kind is Requirement else make(members, kind)

        return hook

    def tuple_hook(kind: object) -> Hook:
        return lambda value, _: _tuple(converter, value, get_args(kind))

    register = cast("Callable[[object, Hook], None]", converter.register_structure_hook)
    for kind, hook in ((str, _text), (int, _whole), (float, _float), (bool, _bool), (dt.date, _date), (Ref, _ref)):
        register(kind, hook)
    converter.register_structure_hook_func(_is_titles, _texts_by_key)
    converter.register_structure_hook_factory(_is_tuple, tuple_hook)
    converter.register_structure_hook_factory(attrs.has, class_hook)
    if more is not None:
        more(converter)
    return converter


def _checked(converter: Converter, check: Check) -> Hook:
    """Return what structures a value as its type says, and then checks it."""

    def hook(value: object, kind: object) -> object:
        made: object = converter.structure(value, cast("type[object]", kind))
        check(made)
        return made

    return hook


def _is_titles(kind: object) -> bool:
    return kind == FrozenMap[str, str]


def _is_tuple(kind: object) -> bool:
    return cast("object", get_origin(kind)) is tuple


def _tuple(converter: Converter, value: object, kinds: tuple[object, ...]) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise expected("a list", value)
    items = cast("list[object]", value)
    if kinds[-1] is Ellipsis:
        kinds = (kinds[0],) * len(items)
    elif len(kinds) != len(items):
        raise wrong(f"a list of {len(kinds)} is expected here, not of {len(items)}", code="bad-type")
    structured: list[object] = []
    flaws: list[Flaw] = []
    for index, (item, kind) in enumerate(zip(items, kinds, strict=True)):
        try:
            structured.append(converter.structure(item, cast("type[object]", kind)))
        except Exception as error:  # kept, and the next item looked at
            flaws += [flaw.below(index) for flaw in flaws_of(error)]
            if len(flaws) >= _ENOUGH:
                message = f"after {counted(len(flaws), 'problem')} the rest of the list is not looked at"
                flaws.insert(0, Flaw((), message, code="more"))
                break
    if flaws:
        raise Flaws(flaws)
    return tuple(structured)


def _requirement(converter: Converter, make: Hook, value: dict[str, object]) -> Requirement:
    """Structure a requirement, whose demands may be named by slug and are complete only with its ref."""
    flaws: list[Flaw] = []
    made: Requirement | None = None
    rows: tuple[DemandRow, ...] = ()
    try:
        made = cast("Requirement", make({key: item for key, item in value.items() if key != "demands"}, Requirement))
    except Exception as error:  # kept, and the demands looked at
        flaws += flaws_of(error)
    try:
        rows = cast("tuple[DemandRow, ...]", _tuple(converter, value.get("demands", []), (DemandRow, ...)))
    except Flaws as error:
        flaws += [flaw.below("demands") for flaw in error.flaws]
    if made is None:
        raise Flaws(flaws)
    demands: list[Demand] = []
    for index, row in enumerate(rows):
        try:
            demands.append(row.of(made.ref))
        except (Flaws, Nis2mapError) as error:
            flaws += [flaw.below("demands", index) for flaw in flaws_of(error)]
    if flaws:
        raise Flaws(flaws)
    return attrs.evolve(made, demands=tuple(demands))
