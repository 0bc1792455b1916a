"""Pages of what has none of its own: a record as a table of its fields, a list of records as one of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import ClassVar, Protocol, cast, runtime_checkable

from ...errors import clean
from ._marks import Mark
from ._text import counted
from ._view import Page, Part, Table

__all__ = ["card", "listing"]

_LISTED = 30
_ITEMS = 12
_LONG = 40


def card(title: str, fields: Iterable[tuple[str, object]], *first: Part) -> Page:
    """Return a record as a table of its fields, each with what it holds, after parts that come first."""
    rows = [(name.replace("_", " "), value if isinstance(value, Mark) else _shown(value)) for name, value in fields]
    return Page(title, (*first, Table(("field", "value"), rows)) if rows else first)


@runtime_checkable
class Row(Protocol):
    """What has a row in a table of its like."""

    _head: ClassVar[tuple[str, ...]]

    def _row(self) -> Sequence[str | Mark]:
        """Return the cells."""
        ...


def listing(items: Sequence[object], title: str = "") -> Page:
    """Return the first records of a list as a table, a row each; of a class without rows, each as a line."""
    if not items:
        return Page(title or "none")
    first, more = items[0], len(items) - _LISTED
    title = title or counted(len(items), type(first).__name__.lower())
    head: tuple[str, ...] = ("result",)
    rows: list[Sequence[str | Mark]] = [(clean(str(item)),) for item in items[:_LISTED]]
    if isinstance(first, Row):
        head = first._head  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        rows = [cast("Row", item)._row() for item in items[:_LISTED]]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return Page(title, (Table(head, rows),), (f"and {more} more",) if more > 0 else ())


def _shown(value: object) -> str:
    """Return what a field holds as a cell shows it; nothing for what is not said."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,.6g}"
    if isinstance(value, Mapping):
        held = cast("Mapping[object, object]", value)
        return _several((f"{_shown(key)}: {_shown(item)}" for key, item in held.items()), len(held))
    if isinstance(value, (tuple, list, AbstractSet)):
        items = cast("Iterable[object]", value)
        return _several(map(_shown, items), len(cast("tuple[object, ...]", value)))
    return value if isinstance(value, str) else clean(str(value))


def _several(items: Iterable[str], count: int) -> str:
    first = list(islice(items, _ITEMS))
    more = [f"and {count - _ITEMS} more"] * (count > _ITEMS)
    return ("\n" if any(len(item) > _LONG for item in first) else ", ").join([*first, *more])
