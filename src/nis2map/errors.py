"""Errors of the library, and `Problem`, one thing that is wrong with some input.

Every error of ours is a `Nis2mapError` and also the builtin that a caller would expect. An error says where, what,
and the nearest right thing; it fits on one line, holds no control characters, and survives pickling. Readers and
checks report bad data whole: the error then carries all `problems`, sorted by place.

The class says whose fault it is: `InputError` and what derives from it, a caller's argument or a user's file;
`DatasetError`, frameworks and crosswalks (ours, or those that a user adds); `InvalidRef` and `UnknownRef`, an id.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

__all__ = [
    "AmbiguousIds",
    "DatasetError",
    "InputError",
    "InvalidRef",
    "LimitExceeded",
    "MissingExtra",
    "Nis2mapError",
    "NotMapped",
    "Problem",
    "UnknownRef",
    "UnsupportedEdition",
    "clean",
    "quote",
]

_MESSAGE_LIMIT = 480
_REPR_LIMIT = 180
_SHOWN_PROBLEMS = 3
_PROBLEM_TEXTS = ("message", "path", "sheet", "column", "ref", "hint", "code")


def clean(text: object, limit: int = _MESSAGE_LIMIT) -> str:
    """Return text as one printable line of at most `limit` characters.

    Control characters, line separators, lone surrogates and other unprintable characters become visible escapes, so
    that hostile input can neither forge a second line of a log nor break an encoder.
    """
    raw = text if isinstance(text, str) else _text_of(text)
    cut = raw[: limit + 1]
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def quote(value: object, limit: int = 60) -> str:
    """Return a value as it is shown inside a message: cleaned, cut, in single quotes if it is text."""
    return f"'{clean(value, limit)}'" if isinstance(value, str) else clean(value, limit)


def _text_of(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # an object from a stranger may refuse even this
        return f"<{type(value).__name__}>"


@attrs.frozen(repr=False)
class Problem:
    """One thing that is wrong with some input, with its place.

    `path` is the file or table, `row` and `column` count and name as a person would (row 1 is the first line of the
    file), `ref` the unit concerned, `hint` the nearest right thing, `code` a stable word for programs, `span` the
    half-open range of characters in a text that was linted. Problems sort by place.
    """

    message: str
    path: str = attrs.field(default="", kw_only=True)
    sheet: str = attrs.field(default="", kw_only=True)
    row: int | None = attrs.field(default=None, kw_only=True)
    column: str = attrs.field(default="", kw_only=True)
    ref: str = attrs.field(default="", kw_only=True)
    hint: str = attrs.field(default="", kw_only=True)
    code: str = attrs.field(default="", kw_only=True)
    span: tuple[int, int] | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        # A problem is shown, sorted and written long after it was made, where nobody can tell who made it.
        for name in _PROBLEM_TEXTS:
            if not isinstance(getattr(self, name), str):
                raise InputError(f"{name}: expected a text, got {quote(getattr(self, name))}")
        if self.row is not None and type(self.row) is not int:
            raise InputError(f"row: expected a whole number, got {quote(self.row)}")
        if self.span is not None and not _is_span(self.span):
            raise InputError(f"span: expected two whole numbers, got {quote(self.span)}")

    @property
    def where(self) -> str:
        """The place in words, empty if none is known."""
        parts = [
            clean(self.path, 120),
            f"sheet {quote(self.sheet)}" if self.sheet else "",
            f"row {self.row}" if self.row is not None else "",
            f"column {quote(self.column)}" if self.column else "",
            clean(self.ref, 80),
        ]
        return ", ".join(part for part in parts if part)

    @property
    def sort_key(self) -> tuple[str, str, int, tuple[int, int], str, str, str]:
        """Key that orders problems by place, then by message."""
        row = -1 if self.row is None else self.row
        return (self.path, self.sheet, row, self.span or (-1, -1), self.column, self.ref, self.message)

    def __str__(self) -> str:
        where = self.where
        text = f"{where}: {self.message}" if where else self.message
        return clean(f"{text}; {self.hint}" if self.hint else text)

    def __repr__(self) -> str:
        return f"<Problem: {clean(str(self), _REPR_LIMIT)}>"

    def to_dict(self) -> dict[str, Any]:
        """Return the problem as a JSON-ready dict; what is not known is left out."""
        known = {key: value for key, value in attrs.asdict(self).items() if value not in ("", None)}
        return known if self.span is None else known | {"span": list(self.span)}

    def __plain__(self) -> object:
        return self.to_dict()


def _is_span(value: object) -> bool:
    return isinstance(value, tuple) and [type(place) for place in value] == [int, int]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


class Nis2mapError(Exception):
    """Root of all errors of this library.

    `message` is the text without the hint, `hint` the nearest right thing, `problems` all that was found wrong
    (empty for errors about a single value).
    """

    message: str
    hint: str
    problems: tuple[Problem, ...]

    def __init__(self, message: str, *, hint: str = "", problems: Iterable[Problem] = ()) -> None:
        self.message = clean(message)
        self.hint = clean(hint)
        self.problems = tuple(sorted(problems, key=lambda p: p.sort_key))
        super().__init__(clean(f"{message}; {hint}" if hint else message))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({quote(str(self), _REPR_LIMIT - len(type(self).__name__))})"

    # An exception is pickled by calling its class with `args`, which would lose the hint and the problems.
    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, self.hint, self.problems))

    @classmethod
    def of(cls, problems: Iterable[Problem], *, what: str = "") -> Nis2mapError:
        """Return one error that carries all `problems` and shows the first few."""
        ordered = sorted(problems, key=lambda p: p.sort_key)
        # Each is cut on its own: the first of them may be as long as a whole message and would hide the others.
        shown = " | ".join(clean(str(p), 140) for p in ordered[:_SHOWN_PROBLEMS])
        more = len(ordered) - _SHOWN_PROBLEMS
        count = f"{len(ordered)} problems" if len(ordered) != 1 else "1 problem"
        head = f"{what}: {count}" if what else count
        tail = f" | and {more} more" if more > 0 else ""
        return cls(f"{head}: {shown}{tail}", problems=ordered)


def _rebuild(kind: type[Nis2mapError], message: str, hint: str, problems: tuple[Problem, ...]) -> Nis2mapError:
    return kind(message, hint=hint, problems=problems)


class InvalidRef(Nis2mapError, ValueError):
    """The text (or object) is not the id of a unit in any spelling that is understood."""


class UnknownRef(Nis2mapError, LookupError):
    """The id is well formed, and no such unit exists."""


class DatasetError(Nis2mapError, ValueError):
    """Frameworks, crosswalks or tables contradict themselves or each other."""


class InputError(Nis2mapError, ValueError):
    """A value or file that the caller handed in can't be used as it is."""


class LimitExceeded(InputError):
    """The input is larger, deeper or longer than the `Limits` in force allow."""


class UnsupportedEdition(InputError):
    """The input is of an edition of a standard that this library does not score."""


class AmbiguousIds(InputError):
    """Ids that lost their form on the way (5.10 stored as the number 5.1) have more than one reading."""


class NotMapped(Nis2mapError, LookupError):
    """None of the crosswalks asked for has a link in the framework."""


class MissingExtra(Nis2mapError, ImportError):
    """An optional library is needed for this call and not installed."""
