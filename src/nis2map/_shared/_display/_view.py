"""What a result shows: one description of titles, tables and notes, from which come text and HTML alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

from ...errors import clean
from .._value import Value
from ._marks import Mark, swatch
from ._text import columns

if TYPE_CHECKING:
    from .._arrow import Column
    from ._diagram import Arrow

__all__ = [
    "Brief",
    "Card",
    "Drawn",
    "Listed",
    "Page",
    "Part",
    "Shown",
    "Table",
    "Tabular",
    "Terms",
    "View",
    "laid_out",
    "one_line",
]

T = TypeVar("T", covariant=True)
_REPR = 200


def one_line(text: str) -> str:
    """Return a text as a repr shows it: one line of at most 200 characters."""
    line = " ".join(text.split())
    return line if len(line) <= _REPR else f"{line[: _REPR - 2]}…{line[-1]}"


# Plain classes, because every first score loads them and makes none of them.
class Table:
    """Rows under a head; the first column names the rows. A cell that is a mark is its text where there is no HTML.

    `right` are the places of columns of numbers, which are right-aligned; where the text would be wider than `width`,
    columns of words are wrapped. What HTML alone shows: `marks`, a head and a mark for each row, as a column, for the
    numbers stand in the other columns too; `details`, a name and lines for each row, below it over all columns.
    """

    __slots__ = ("details", "head", "marks", "right", "rows", "width")

    def __init__(
        self,
        head: Iterable[str],
        rows: Iterable[Sequence[str | Mark]],
        right: Sequence[int] = (),
        width: int | None = None,
        marks: tuple[str, Sequence[Mark]] | None = None,
        details: tuple[str, Sequence[Sequence[str]]] | None = None,
    ) -> None:
        self.head = tuple(head)
        self.rows: tuple[tuple[str | Mark, ...], ...] = tuple(tuple(row) for row in rows)
        self.right = tuple(right)
        self.width = width
        self.marks = marks
        self.details = details

    def text(self, width: int | None = None) -> str:
        """Return aligned columns, as wide as `width` where the table has no width of its own or a greater one."""
        rows = [[cell if isinstance(cell, str) else cell.text() for cell in row] for row in self.rows]
        narrower = min(filter(None, (self.width, width)), default=None)
        return columns(self.head, rows, right=self.right, width=narrower)

    def html(self, label: str = "") -> str:
        """Return an escaped table; `label` says what it shows to those who can't see where it stands."""
        from ._html import table  # late, as in the next: no first score is looked at

        head, rows, right, place = list(self.head), [list(row) for row in self.rows], list(self.right), None
        if self.marks is not None:
            # Beside the names, where they are seen in a narrow page too; a table without names has them last.
            place = len(head) if 0 in right else 1
            head.insert(place, self.marks[0])
            for row, mark in zip(rows, self.marks[1], strict=True):
                row.insert(place, mark)
            right = [at + (at >= place) for at in right]
        return table(head, rows, right=right, drawn=place, label=label, details=self.details)


class Terms:
    """Terms with their meanings, which a page has above its table.

    In HTML a term has before it what stands for it in a mark, if `drawn` names that: a colour, or a part of a bar.
    `more` are terms of marks, and so in HTML alone.
    """

    __slots__ = ("drawn", "more", "terms")

    def __init__(
        self, terms: Mapping[str, str], drawn: Mapping[str, str] | None = None, more: Mapping[str, str] | None = None
    ) -> None:
        self.terms, self.drawn, self.more = terms, drawn or {}, more or {}

    def text(self) -> str:
        """Return each term in a line."""
        width = max(map(len, self.terms))
        return "\n".join(f"{term:{width}}  {meaning}" for term, meaning in self.terms.items())

    def html(self) -> str:
        """Return a list of terms."""
        from ._html import terms

        every = {**self.terms, **self.more}
        marks = {term: swatch(name) for term, name in self.drawn.items()}
        return terms((marks.get(term, ""), term, meaning) for term, meaning in every.items())


Part = Table | Terms | Mark | str


class Page:
    """A title, then parts (tables, terms, marks, or texts as they are), then notes; notes are one line each.

    Marks are for HTML: text says the same in its tables.
    """

    __slots__ = ("notes", "parts", "title")

    def __init__(self, title: str, parts: Sequence[Table | Terms | Mark | str] = (), notes: Sequence[str] = ()) -> None:
        self.title: str = title
        self.parts: tuple[Table | Terms | Mark | str, ...] = tuple(parts)
        self.notes: tuple[str, ...] = tuple(notes)

    def text(self, width: int | None = None) -> str:
        """Return the page as lines of text, tables fitted to `width`; parts are set apart by a blank line."""
        blocks = [
            part if isinstance(part, str) else part.text(width) if isinstance(part, Table) else part.text()
            for part in self.parts
            if part and not isinstance(part, Mark)
        ]
        if self.title:
            blocks = ["\n".join([self.title, *blocks[:1]]), *blocks[1:]]
        if self.notes:
            blocks.append("\n".join(self.notes))
        return "\n\n".join(blocks)

    def html(self) -> str:
        """Return the page as HTML that needs no styles, scripts or links; everything in it is escaped."""
        from ._html import block, page

        def shown(part: Part) -> str:
            if isinstance(part, str):
                return block(part)
            return part.html(self.title) if isinstance(part, Table) else part.html()

        return page(self.title, [shown(part) for part in self.parts if part], self.notes)


class Shown:
    """What a notebook shows as HTML: a class gives `_page`."""

    __slots__ = ()

    @abstractmethod
    def _page(self) -> Page:
        """Return what is to be seen."""

    def _repr_html_(self) -> str:
        return self._page().html()


class Drawn(Shown):
    """What a notebook can also draw, if it is a graph of few nodes: a class gives `_graph`."""

    __slots__ = ()

    @abstractmethod
    def _graph(self) -> tuple[Mapping[str, str], Iterable[Arrow]]:
        """Return nodes, by key with their labels, and arrows between them."""

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        from ._diagram import MERMAID, NODES, diagram  # late: no first score is looked at

        bundle = {"text/plain": repr(self), "text/html": self._repr_html_()}
        nodes, arrows = self._graph()
        return bundle | {MERMAID: diagram(nodes, arrows)} if 1 < len(nodes) <= NODES else bundle


class Card(Shown):
    """An attrs object that a notebook shows as a table of its fields."""

    __slots__ = ()

    def _told(self) -> Iterator[tuple[str, object]]:
        """Yield the fields with what they hold."""
        fields: tuple[attrs.Attribute[object], ...] = attrs.fields(type(self))  # type: ignore[arg-type]  # its class is attrs'
        yield from ((field.name, getattr(self, field.name)) for field in fields if field.repr)

    def _page(self) -> Page:
        from ._card import card  # late: no first score is looked at

        return card(type(self).__name__, self._told())


class Brief(Card, Value):
    """An attrs value whose repr is one line of at most 200 characters: what holds its default is left out.

    A notebook shows the same fields. attrs writes a repr of its own unless a class says `repr=False`.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        told: list[str] = []
        for name, value in self._told():
            told.append(f"{name}={_said(value)}")
            if sum(map(len, told)) > _REPR:  # a crosswalk may hold thousands of links
                break
        return one_line(f"{type(self).__name__}({', '.join(told)})")

    def _told(self) -> Iterator[tuple[str, object]]:
        """Yield the fields that hold another value than their default."""
        fields: tuple[attrs.Attribute[object], ...] = attrs.fields(type(self))  # type: ignore[arg-type]  # its class is attrs'
        for field in fields:
            value: object = getattr(self, field.name)
            if field.repr and _differs(value, self._default(field.default)):
                yield field.name, value

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


class Listed(tuple[T, ...], Drawn):
    """A tuple of results of one class, which a notebook shows as one table, one row each.

    The class has a head for such a table, and gives the row of each.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return one_line(f"({', '.join(map(repr, self[:_REPR]))})")

    def _page(self) -> Page:
        from ._card import listing  # late: no first score is looked at

        return listing(self)

    def _graph(self) -> tuple[Mapping[str, str], Iterable[Arrow]]:
        nodes: dict[str, str] = {}
        arrows: list[Arrow] = []
        for item in self:
            if isinstance(item, Drawn):
                own, drawn = item._graph()  # noqa: SLF001
                nodes |= own
                arrows += drawn
        return nodes, arrows


class View(Shown, ABC):
    """A result that can be looked at: a class gives `_page`, and has its text, its HTML and a repr of one line.

    attrs writes a repr of its own unless a class says `repr=False`.
    """

    __slots__ = ()

    def _as_text(self) -> Page:
        """Return what is to be seen as text, where that is another page."""
        return self._page()

    def __str__(self) -> str:
        return self._as_text().text()

    def __repr__(self) -> str:
        return one_line(f"<{type(self).__name__}: {self._page().title}>")


def laid_out(view: View, width: int | None, *, brief: bool = False) -> str:
    """Return a result as text that fits `width`; `brief` leaves out explanations and notes, if there is a table."""
    # The class above is of this module.
    if brief:
        page = view._page()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return Page(page.title, [part for part in page.parts if isinstance(part, Table)] or page.parts).text(width)
    if type(view).__str__ is not View.__str__:  # a text without columns to fit
        return str(view)
    return view._as_text().text(width)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


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
