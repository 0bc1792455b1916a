"""The options that every analysis function takes, as one typed set with one table of defaults.

A function says `**options: Unpack[Options]` and is decorated with `with_options`: type checkers then refuse a misspelt
option, `inspect.signature` lists each one with its default, and a call with an unknown one fails with the name of the
function that was called and the nearest option. What a function refuses of them it names in `with_options_but`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Literal, ParamSpec, TypedDict, TypeVar

from ..ids import Ref

if TYPE_CHECKING:
    from ..dataset import Dataset
    from ..law import Classification

__all__ = ["DEFAULTS", "Options", "Weights", "repeatable", "with_options", "with_options_but"]

P = ParamSpec("P")
R = TypeVar("R")

Weights = Literal["unit", "demand", "measure"] | Mapping[str, float] | Mapping[Ref, float] | Mapping[str | Ref, float]


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
