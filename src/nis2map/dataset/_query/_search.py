"""What a search finds: hits with score, and the words by which they were found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import overload

import attrs

from ..._shared import Card, Column, Listing, Page, Record, Table, Tabular, View, number, one_line, written
from ...errors import quote
from ...ids import Ref

__all__ = ["Hit", "Hits"]


@attrs.frozen(eq=False, repr=False)
class Hit(Record, Card):
    """One unit that was found.

    `score` is comparable within one result only, higher is better; `exact` says that the text was an id of this very
    unit; `words` are the words, stemmed, by which it was found: those of the query, or of what they stand for, that its
    texts and names hold.
    """

    _also = ("citation",)

    ref: Ref
    title: str
    score: float
    exact: bool = attrs.field(default=False, kw_only=True)
    words: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    cited: str = attrs.field(default="", metadata=written(), kw_only=True, eq=False, repr=False)

    @property
    def citation(self) -> str:
        """The unit as lawyers and auditors, or its publisher, cite it."""
        return self.cited or self.ref.citation

    def __repr__(self) -> str:
        return one_line(f"<Hit {self.ref}: {self.title}>")


@attrs.frozen(eq=False, repr=False)
class Hits(Record, View, Tabular, Listing[Hit]):
    """What was found for a text, best first, ties by ref; `digest` names the dataset that was searched."""

    query: str
    hits: tuple[Hit, ...]
    digest: str = attrs.field(default="", kw_only=True)
    _columns = (
        Column("ref", "text", "the unit that was found"),
        Column("title", "text", "its title"),
        Column("score", "real", "how well it fits, comparable within one result only"),
        Column("exact", "flag", "whether the text was an id of it"),
        Column(
            "words",
            "texts",
            "the words, of the query or of what they stand for, that its texts and names hold, stemmed",
        ),
        Column("citation", "text", "how it is cited"),
    )

    @overload
    def __getitem__(self, key: int) -> Hit: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, key: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[key]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def _lines(self) -> tuple[Hit, ...]:
        return self.hits

    def _page(self) -> Page:
        rows = [(str(hit.ref), hit.title, "id" if hit.exact else number(hit.score)) for hit in self.hits]
        table = Table(("unit", "title", "score"), rows, right=(2,)) if rows else "nothing found"
        return Page(f"Found for {quote(self.query, 80)}: {len(self)}", (table,))
