"""What a result shows: one description of titles, tables and notes, from which come text and HTML alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from ...errors import clean
from .._value import Value
from ._marks import Mark
from ._text import columns, escape
from ._text import table as html_table

if TYPE_CHECKING:
    from .._arrow import Column

__all__ = ["Brief", "Page", "Table", "Tabular", "View", "laid_out", "one_line"]

_REPR = 200


def one_line(text: str) -> str:
    """Return a text as a repr shows it: one line of at most 200 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _REPR else f"{line[: _REPR - 2]}…{line[-1]}"


# Plain classes, because every first score loads these two and makes none of them.
class Table:
    """Rows under a head.

    `right` are the places of columns of numbers, which are right-aligned in text; where the text would be wider than
    `width`, columns of words are wrapped. `marks` has a head and a mark for each row: HTML shows them as a last column,
    text leaves them out, because the numbers stand in the other columns.
    """

    __slots__ = ("head", "marks", "right", "rows", "width")

    def __init__(
        self,
        head: Iterable[str],
        rows: Iterable[Sequence[str]],
        right: Sequence[int] = (),
        width: int | None = None,
        marks: tuple[str, Sequence[Mark]] | None = None,
    ) -> None:
        self.head = tuple(head)
        self.rows = tuple(tuple(row) for row in rows)
        self.right = tuple(right)
        self.width = width
        self.marks = marks

    def text(self, width: int | None = None) -> str:
        """Return aligned columns, as wide as `width` where the table has no width of its own or a greater one."""
        narrower = min(filter(None, (self.width, width)), default=None)
        return columns(self.head, self.rows, right=self.right, width=narrower)

    def html(self) -> str:
        """Return an escaped table."""
        if self.marks is None:
            return html_table(self.head, self.rows)
        head, marks = self.marks
        return html_table((*self.head, head), ((*row, mark) for row, mark in zip(self.rows, marks, strict=True)))


class Page:
    """A title, then parts (tables, marks, or texts as they are), then notes; notes are one line each.

    Marks are for HTML: text says the same in its tables.
    """

    __slots__ = ("notes", "parts", "title")

    def __init__(self, title: str, parts: Sequence[Table | Mark | str] = (), notes: Sequence[str] = ()) -> None:
        self.title: str = title
        self.parts: tuple[Table | Mark | str, ...] = tuple(parts)
        self.notes: tuple[str, ...] = tuple(notes)

    def text(self, width: int | None = None) -> str:
        """Return the page as lines of text, tables fitted to `width`; parts are set apart by a blank line."""
        blocks = [
            part if isinstance(part, str) else part.text(width)
            for part in self.parts
            if part and not isinstance(part, Mark)
        ]
        if self.title:
            blocks = ["\n".join([self.title, *blocks[:1]]), *blocks[1:]]
        if self.notes:
            blocks.append("\n".join(self.notes))
        return "\n\n".join(blocks)

    def html(self) -> str:
        """Return the page as a block of HTML without scripts, styles or links; everything in it is escaped."""
        head = f"<p><strong>{escape(self.title)}</strong></p>" if self.title else ""
        body = "".join(f"<pre>{escape(p)}</pre>" if isinstance(p, str) else p.html() for p in self.parts if p)
        foot = "".join(f"<p><small>{escape(note)}</small></p>" for note in self.notes)
        return f"<div>{head}{body}{foot}</div>"


class Brief(Value):
    """An attrs value whose repr is one line of at most 200 characters: what holds its default is left out.

    attrs writes a repr of its own unless a class says `repr=False`.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        fields: tuple[attrs.Attribute[object], ...] = attrs.fields(type(self))  # type: ignore[arg-type]  # its class is attrs'
        told: list[str] = []
        for field in fields:
            value: object = getattr(self, field.name)
            if field.repr and _differs(value, self._default(field.default)):
                told.append(f"{field.name}={_said(value)}")
            if sum(map(len, told)) > _REPR:  # a crosswalk may hold thousands of links
                break
        return one_line(f"{type(self).__name__}({', '.join(told)})")

    def _default(self, default: object) -> object:
        """Return what a field holds if nobody tells; a factory that looks at other fields is asked."""
        factory, takes_self = getattr(default, "factory", None), getattr(default, "takes_self", False)
        return default if factory is None else factory(self) if takes_self else factory()


def _differs(value: object, default: object) -> bool:
    """Tell whether two values differ; what refuses the comparison, as an array does, is not the default."""
    try:
        return bool(value != default)
    except Exception:  # an object of somebody else's may raise anything
        return True


def _said(value: object) -> str:
    return repr(value) if isinstance(value, str) else clean(value)


class View(ABC):
    """A result that can be looked at: a class gives `_page`, and has its text, its HTML and a repr of one line.

    attrs writes a repr of its own unless a class says `repr=False`.
    """

    __slots__ = ()

    @abstractmethod
    def _page(self) -> Page:
        """Return what is to be seen."""

    def __str__(self) -> str:
        return self._page().text()

    def __repr__(self) -> str:
        return one_line(f"<{type(self).__name__}: {self._page().title}>")

    def _repr_html_(self) -> str:
        return self._page().html()


def laid_out(view: View, width: int | None, *, brief: bool = False) -> str:
    """Return a result as text that fits `width`; `brief` leaves out explanations and notes, if there is a table."""
    page = view._page()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # the class above is of this module
    if brief:
        return Page(page.title, [part for part in page.parts if isinstance(part, Table)] or page.parts).text(width)
    # What has a text of its own has no columns to fit.
    return page.text(width) if type(view).__str__ is View.__str__ else str(view)


class Tabular:
    """A result that is a table: `to_dicts` has its rows, and dataframe libraries take it as it is.

    A class says its columns once, as `_columns` or, where they hang on the result, in `_schema`. It is neither a
    `Mapping` nor a `Sequence`: polars looks for these first, and would make a column of objects of it.
    """

    __slots__ = ()
    _columns: ClassVar[tuple[Column, ...]] = ()

    def _schema(self) -> tuple[Column, ...]:
        """Return the columns in their order."""
        return self._columns

    @abstractmethod
    def _lines(self) -> Iterable[object]:
        """Return what the columns are read from, one object a row."""

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the rows as JSON-ready dicts: all of them have the same keys, in one order."""
        from .._arrow import rows_of  # late, as in the next: no score needs a table

        return rows_of(self._schema(), self._lines())

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the rows as an Arrow stream in a PyCapsule, which dataframe libraries take.

        Raises `MissingExtra` if none of pyarrow, polars and nanoarrow is installed. A `requested_schema` is honoured as
        far as the library that builds the stream can cast to it.
        """
        from .._arrow import stream

        return stream(self, requested_schema)
