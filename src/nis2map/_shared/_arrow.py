"""Tables: one description of columns, from which come plain rows and an Arrow stream alike.

A result that can be taken as a table inherits `Tabular` and describes its columns once. The stream is that of the Arrow
PyCapsule interface, so that dataframe libraries take the result itself; it is built by whichever Arrow library there
is, on first use. Such a result is neither a `Mapping` nor a `Sequence`: polars looks for these first, and would make a
column of objects of it. `Listing` has what a sequence can do besides.
"""

from __future__ import annotations

import datetime as dt
import sys
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from operator import attrgetter
from typing import Any, Generic, Literal, TypeVar, cast, overload

from ..errors import MissingExtra
from ._display import Page, Shown, Tabular
from ._records import plain

__all__ = ["Column", "Kind", "Listing", "Rows", "columns_of", "rows_of", "stream", "under"]

T = TypeVar("T", covariant=True)

Kind = Literal["text", "whole", "real", "flag", "date", "moment", "texts", "json"]
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


# A plain class: a first score loads some hundred of them and makes no table.
class Column:
    """One column: its name, what kind of value it has, what that means, and where a row's object has it.

    `get` is the path of an attribute ("score.low"), by default the name, or a function. Kinds: `text`; `whole`, a whole
    number; `real`, a floating-point number; `flag`, true or false; `date`; `moment`, in UTC; `texts`, a list of
    texts, empty rather than missing; `json`, any plain value, as text in a frame.
    """

    __slots__ = ("get", "kind", "meaning", "name")

    def __init__(self, name: str, kind: Kind, meaning: str, get: str | Callable[[Any], object] = "") -> None:
        self.name: str = name
        self.kind: Kind = kind
        self.meaning: str = meaning
        self.get: str | Callable[[Any], object] = get or name

    def values(self, items: Iterable[object]) -> list[object]:
        """Return the column's value of each row's object; ids and words are texts, what is missing is None."""
        get = attrgetter(self.get) if isinstance(self.get, str) else self.get
        values = [get(item) for item in items]
        if self.kind == "text":
            return [value if value is None or type(value) is str else str(value) for value in values]
        if self.kind == "texts":
            return [list(map(str, cast("Iterable[object]", value))) for value in values]
        return values


def under(columns: Iterable[Column], way: str) -> tuple[Column, ...]:
    """Return columns for rows whose objects have those of the columns here as an attribute."""
    reach = attrgetter(way)

    def through(get: Callable[[Any], object]) -> Callable[[Any], object]:
        return lambda item: get(reach(item))

    return tuple(
        Column(c.name, c.kind, c.meaning, f"{way}.{c.get}" if isinstance(c.get, str) else through(c.get))
        for c in columns
    )


def columns_of(x: Tabular) -> tuple[tuple[Column, ...], list[list[object]]]:
    """Return the columns of a table and the values of each as frames hold them: JSON as text, instants in UTC."""
    columns, items = x._schema(), list(x._lines())  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return columns, [_told(column, column.values(items)) for column in columns]


def rows_of(columns: Sequence[Column], lines: Iterable[object]) -> list[dict[str, Any]]:
    """Return one JSON-ready dict a row, with the names of the columns as keys."""
    items = list(lines)
    values = [column.values(items) for column in columns]
    for place, column in enumerate(columns):
        if column.kind in _NOT_PLAIN:
            values[place] = [plain(value) for value in values[place]]
    names = [column.name for column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


_NOT_PLAIN = ("date", "moment", "json")


def stream(x: Tabular, requested_schema: object | None) -> object:
    """Return the rows of a table as an Arrow stream, built by the first of three libraries that can be imported.

    One that is loaded already comes first: whoever uses polars alone need not wait for pyarrow.
    """
    columns, values = columns_of(x)
    for name in sorted(_BUILDERS, key=lambda name: name not in sys.modules):
        try:
            library = import_module(name)
        except ImportError:
            continue
        built = _BUILDERS[name](library, columns, values)
        return built.__arrow_c_stream__(requested_schema)
    libraries = ", ".join(_BUILDERS)
    raise MissingExtra(f"an Arrow stream needs one of {libraries}", hint="pip install 'nis2map[dataframes]'")


class Listing(Generic[T]):
    """What a sequence does beside length, iteration and places, for results that are not a `Sequence`."""

    __slots__ = ()

    @abstractmethod
    def __iter__(self) -> Iterator[T]: ...

    @abstractmethod
    def __len__(self) -> int: ...

    def __contains__(self, value: object) -> bool:
        return value in tuple(self)

    def __reversed__(self) -> Iterator[T]:
        return reversed(tuple(self))

    def index(self, value: object, start: int = 0, stop: int | None = None) -> int:
        """Return the first place of an item; `ValueError` if it is not among them."""
        items = cast("tuple[object, ...]", tuple(self))
        return items.index(value, start, len(items) if stop is None else stop)

    def count(self, value: object) -> int:
        """Return how often an item occurs."""
        return cast("tuple[object, ...]", tuple(self)).count(value)


class Rows(Tabular, Listing[T], Shown):
    """A fixed list of records that is a table too.

    Length, iteration, places, slices, `in`, `+` and comparison are those of a tuple; a slice is a tuple.
    """

    __slots__ = ("_held",)
    _held: tuple[T, ...]

    def __init__(self, items: Iterable[T] = ()) -> None:
        object.__setattr__(self, "_held", tuple(items))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def _lines(self) -> Iterable[object]:
        return self._held

    @overload
    def __getitem__(self, key: int) -> T: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[T, ...]: ...
    def __getitem__(self, key: int | slice) -> T | tuple[T, ...]:
        return self._held[key]

    def __iter__(self) -> Iterator[T]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __add__(self, other: tuple[object, ...] | Rows[object]) -> tuple[object, ...]:
        return (*self._held, *other)

    def __radd__(self, other: tuple[object, ...]) -> tuple[object, ...]:
        return (*other, *self._held)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Rows):
            return self._held == cast("Rows[object]", other)._held
        return self._held == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._held)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)}>"

    def _page(self) -> Page:
        from ._display import listing  # late: no first score is looked at

        # Not as the table that it is: that has more columns than a screen.
        return listing(self._held, f"{type(self).__name__}: {len(self)}")

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return (_refilled, (type(self), tuple(getattr(self, name) for name in _slots(type(self)))))


def _slots(kind: type[object]) -> Iterator[str]:
    for base in kind.__mro__:
        yield from (name for name in cast("Sequence[str]", vars(base).get("__slots__", ())) if name != "__weakref__")


def _refilled(kind: type[Rows[object]], values: tuple[object, ...]) -> Rows[object]:
    made = object.__new__(kind)
    for name, value in zip(_slots(kind), values, strict=True):
        object.__setattr__(made, name, value)
    return made


def _told(column: Column, values: list[object]) -> list[object]:
    if column.kind == "json":
        return [value if value is None or type(value) is str else _json(value) for value in map(plain, values)]
    if column.kind == "moment":
        return [value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else None for value in values]
    return values


def _json(value: object) -> str:
    import json  # late, because no score needs it

    return json.dumps(value, ensure_ascii=False)


# Arrow libraries have no types that a checker without them knows; what they are asked for is little.
_Library = Any


def _pyarrow(pa: _Library, columns: Sequence[Column], values: list[list[object]]) -> _Library:
    (schema, struct), rows = _pyarrow_schema(tuple(columns)), list(zip(*values, strict=True))
    # For tables of a few dozen rows, which most are, an array of rows is made in half the time of one a column.
    batches = [pa.RecordBatch.from_struct_array(pa.array(rows, struct))] if rows else []
    return pa.RecordBatchReader.from_batches(schema, batches)


@cache
def _pyarrow_schema(columns: tuple[Column, ...]) -> tuple[_Library, _Library]:
    pa: _Library = import_module("pyarrow")
    kinds: Mapping[Kind, _Library] = {
        "text": pa.string(),
        "whole": pa.int64(),
        "real": pa.float64(),
        "flag": pa.bool_(),
        "date": pa.date32(),
        "moment": pa.timestamp("us", "UTC"),
        "texts": pa.list_(pa.string()),
        "json": pa.string(),
    }
    schema = pa.schema([(column.name, kinds[column.kind]) for column in columns])
    return schema, pa.struct(schema)


def _polars(pl: _Library, columns: Sequence[Column], values: list[list[object]]) -> _Library:
    kinds: Mapping[Kind, _Library] = {
        "text": pl.String,
        "whole": pl.Int64,
        "real": pl.Float64,
        "flag": pl.Boolean,
        "date": pl.Date,
        "moment": pl.Datetime("us", "UTC"),
        "texts": pl.List(pl.String),
        "json": pl.String,
    }
    named = zip(columns, values, strict=True)
    return pl.DataFrame([pl.Series(column.name, held, dtype=kinds[column.kind]) for column, held in named])


def _nanoarrow(na: _Library, columns: Sequence[Column], values: list[list[object]]) -> _Library:
    kinds: Mapping[Kind, _Library] = {
        "text": na.string(),
        "whole": na.int64(),
        "real": na.float64(),
        "flag": na.bool_(),
        "date": na.date32(),
        "moment": na.timestamp("us", "UTC"),
        "texts": na.list_(na.string()),
        "json": na.string(),
    }
    schema = na.struct({column.name: kinds[column.kind] for column in columns})
    arrays = [_nano_array(na, kinds, column, held) for column, held in zip(columns, values, strict=True)]
    size = len(values[0]) if values else 0
    whole = na.c_array_from_buffers(schema, size, [None], children=arrays)
    return na.ArrayStream(na.c_array_stream(whole))


def _nano_array(na: _Library, kinds: Mapping[Kind, _Library], column: Column, values: list[object]) -> _Library:
    """Return a column as nanoarrow builds it, which knows neither dates nor lists of Python."""
    if column.kind == "texts":
        lists = cast("list[list[str]]", values)
        ends = [0]
        for texts in lists:
            ends.append(ends[-1] + len(texts))
        flat = na.c_array([text for texts in lists for text in texts], na.string())
        offsets = na.c_buffer(ends, na.int32())
        return na.c_array_from_buffers(kinds["texts"], len(lists), [None, offsets], children=[flat])
    if column.kind == "date":
        values = [(value - _EPOCH.date()).days if isinstance(value, dt.date) else None for value in values]
    elif column.kind == "moment":
        values = [(value - _EPOCH) // _MICROSECOND if isinstance(value, dt.datetime) else None for value in values]
    return na.c_array(values, kinds[column.kind])


_BUILDERS: Mapping[str, Callable[[_Library, Sequence[Column], list[list[object]]], _Library]] = {
    "pyarrow": _pyarrow,
    "polars": _polars,
    "nanoarrow": _nanoarrow,
}
