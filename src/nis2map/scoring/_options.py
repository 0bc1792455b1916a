"""The options that every analysis function takes, as one typed set with one table of defaults.

A function says `**options: Unpack[Options]` and is decorated with `with_options`: type checkers then refuse a misspelt
option, `inspect.signature` lists each one with its default, and a call with an unknown one fails with the name of the
function that was called and the nearest option. What a function refuses of them it names in `with_options_but`. What
a caller gives is checked by `checked_*`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import wraps
from typing import TYPE_CHECKING, Literal, ParamSpec, TypedDict, TypeGuard, TypeVar, cast

from .._shared import FrozenMap, choice, each, several
from ..dataset import keep
from ..errors import InputError, quote
from ..ids import Ref
from ..model import Grade, Requirement

if TYPE_CHECKING:
    from ..dataset import Dataset
    from ..law import Classification

__all__ = [
    "BASES",
    "DEFAULTS",
    "Options",
    "Weights",
    "checked_crosswalks",
    "checked_facts",
    "checked_support",
    "checked_within",
    "conditions",
    "is_classification",
    "repeatable",
    "with_options",
    "with_options_but",
]

P = ParamSpec("P")
R = TypeVar("R")

Weights = Literal["unit", "demand", "measure"] | Mapping[str, float] | Mapping[Ref, float] | Mapping[str | Ref, float]


# The grades in which a link covers a demand, by basis.
BASES: Mapping[str, frozenset[Grade]] = {
    "statement": frozenset({Grade.STATED}),
    "guidance": frozenset({Grade.STATED, Grade.GUIDED}),
    "consideration": frozenset({Grade.STATED, Grade.GUIDED, Grade.CONSIDERED}),
}


class Options(TypedDict, total=False):
    """The question that is asked of an assessment; `nis2map.coverage` says what each option means."""

    framework: str
    crosswalk: str | Iterable[str]
    within: str | Ref | Iterable[str | Ref] | Classification | None
    weights: Weights
    support: float
    basis: Literal["statement", "guidance", "consideration"]
    facts: Mapping[str, bool] | None
    dataset: Dataset | None


DEFAULTS: Options = {
    "framework": "nis2",
    "crosswalk": "nis2map",
    "within": None,
    "weights": "unit",
    "support": 0.0,
    "basis": "statement",
    "facts": None,
    "dataset": None,
}


def repeatable(options: Options) -> Options:
    """Return options that may be used for several scores: iterators, which can be read once, become tuples.

    Whatever else was handed in stays as it is, so that `coverage` tells what is wrong with it.
    """
    kept = options.copy()
    crosswalk, within = options.get("crosswalk"), options.get("within")
    if isinstance(crosswalk, Iterator):
        kept["crosswalk"] = tuple(crosswalk)
    if isinstance(within, Iterator):
        kept["within"] = tuple(within)
    return kept


def with_options(function: Callable[P, R]) -> Callable[P, R]:
    """Give a function with `**options` the signature that lists them, and an error that names it for an unknown one."""
    return _with_options(function, ())


def with_options_but(*refused: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Do as `with_options`, and list no option that the function refuses; the function itself says why."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        return _with_options(function, refused)

    return decorate


def _with_options(function: Callable[P, R], refused: tuple[str, ...]) -> Callable[P, R]:
    code, signature = function.__code__, None
    known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    if code.co_flags & inspect.CO_VARKEYWORDS:  # a signature that is written out needs no second one
        signature = _signature(function, refused)
        known = tuple(signature.parameters)
    name = function.__name__

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> R:
        unknown = next((word for word in kwargs if word not in known and word not in refused), None)
        if unknown is not None:
            from difflib import get_close_matches

            near = get_close_matches(unknown, known, 1, 0.6)
            hint = f"; did you mean {near[0]!r}?" if near else f"; it takes {', '.join(known)}"
            raise TypeError(f"{name}() got an unexpected keyword argument {unknown!r}{hint}")
        return function(*args, **kwargs)

    if signature is not None:
        called.__signature__ = signature  # type: ignore[attr-defined]  # what inspect.signature reads first
    return called


def _signature(function: Callable[..., object], refused: tuple[str, ...]) -> inspect.Signature:
    """Return a function's signature with the options that it takes written out in place of `**options`."""
    signature = inspect.signature(function)
    own = [p for p in signature.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
    names = {p.name for p in own}
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=_annotation(name))
        for name, default in DEFAULTS.items()
        if name not in names and name not in refused
    ]
    return signature.replace(parameters=[*own, *options])


def _annotation(name: str) -> str:
    # Annotations stay texts (PEP 563): resolving them would import the law for every score.
    annotation: object = Options.__annotations__[name]
    return getattr(annotation, "__forward_arg__", str(annotation))


def checked_within(dataset: Dataset, framework: str, within: object) -> str | Classification | tuple[Ref, ...] | None:
    """Return what a caller gave as `within`, refs in legal order; `InputError` for anything else."""
    if within is None or is_classification(within):
        return within
    if isinstance(within, str) and within == "all":
        return within
    try:
        items = (within,) if isinstance(within, (Ref, str)) else each(cast("Iterable[Ref | str]", within), "refs")
    except InputError:
        raise InputError(f"within is {quote(within)}", hint="a ref, refs, 'all', or a Classification") from None
    refs = sorted({dataset.ref(item) for item in items})
    for ref in refs:
        if ref.framework != framework or ref.demand:
            raise InputError(f"within names {ref}, which is not a unit of {framework}")
    return tuple(refs)


def checked_crosswalks(value: str | Iterable[str]) -> tuple[str, ...]:
    """Return the ids asked for, each once; a set has no order of its own, so its ids are put in order."""
    names = (value,) if isinstance(value, str) else tuple(dict.fromkeys(several(value, str, "ids of crosswalks")))
    if not names:
        raise InputError("no crosswalk is asked for", hint="name one, or several")
    return tuple(sorted(names)) if isinstance(value, AbstractSet) else names


def checked_support(basis: str, support: float) -> float:
    """Check basis and support; return the factor of a mere support."""
    choice(basis, BASES, "basis")
    if type(support) not in (int, float) or not 0 <= support <= 1:
        raise InputError(f"support is {quote(support)}", hint="a number from 0 (a support earns nothing) to 1")
    return float(support)


def checked_facts(dataset: Dataset, facts: object, within: object) -> FrozenMap[str, bool]:
    """Return the facts that demands of the dataset hang on, by name in order: those given, and a classification's.

    Raises `InputError` for what is not a mapping from names to True or False, for a name that no demand hangs on, and
    where the two differ.
    """
    known = dict(_known_facts(dataset, within))
    if facts is not None and not isinstance(facts, Mapping):
        raise InputError(f"facts is {quote(facts)}", hint="a mapping from names of facts to True or False")
    names = conditions(dataset)
    for name, value in cast("Mapping[object, object]", facts or {}).items():
        if type(value) is not bool:
            raise InputError(f"the fact {quote(name)} is {quote(value)}", hint="True or False; leave out what is open")
        if not names:
            raise InputError(f"facts names {quote(name)}, and no demand of the dataset depends on a fact")
        chosen = choice(cast("str", name), names, "a name in facts")
        if known.get(chosen, value) is not value:
            raise InputError(
                f"facts has {chosen} as {value}, and the classification as {known[chosen]}", hint="drop one"
            )
        known[chosen] = value
    return FrozenMap(sorted(known.items()))


def conditions(dataset: Dataset) -> tuple[str, ...]:
    """Return the names of the facts that demands of a dataset hang on, in order."""

    def find() -> tuple[str, ...]:
        units = (unit for name in dataset.frameworks for unit in dataset.of(name) if isinstance(unit, Requirement))
        return tuple(sorted({demand.condition for unit in units for demand in unit.demands if demand.condition}))

    return keep(dataset, "conditions", find)


def _known_facts(dataset: Dataset, within: object) -> Iterator[tuple[str, bool]]:
    """Yield what a classification knows of the facts that demands hang on."""
    if is_classification(within):
        names = conditions(dataset)
        yield from ((name, value) for name, value in within.facts.items() if name in names)


def is_classification(value: object) -> TypeGuard[Classification]:
    """Tell whether a value is a `Classification`; no module of the law is loaded to say no to a text or to None."""
    if value is None or isinstance(value, (str, Ref, tuple)):
        return False
    from ..law import Classification

    return isinstance(value, Classification)
