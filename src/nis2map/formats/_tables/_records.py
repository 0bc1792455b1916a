"""From records, whatever document they stand in, to tables of cells.

A table is every list of mappings, every list of lists, and every mapping from ids of controls to mappings or to words
(then the ids are the column "Control", the words "Status"), anywhere in the document. Keys are columns in the order of
their first appearance; a mapping in a record gives the columns "owner.name", one level deep, and two as translations
("translations.fr.name"); lists and what is nested deeper are joined to one text, an item a line. A list in a record
that names controls is a table of its own, as are those of CISO Assistant that name units by URN. The name of a table is
the JSON pointer of its place. Rows are numbered by lines where these are known and differ (YAML), else by the place of
the record, from 1; the row of the header is the one before.

Not read are values that stand outside of every table; a note names them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

import attrs

from ..._shared import FrozenMap, Limits, counted
from ...errors import LimitExceeded, clean
from .._cells import CellKind, Cells, check_sizes, is_id, text_of
from .._strict_json import Json, parse_json, pointer

__all__ = ["Members", "Node", "Scalar", "json_tables", "record_tables"]

_SHOWN = 12
_TABLES = ("requirement_nodes", "requirement_mappings")  # of CISO Assistant, whose ids are URNs
_DEEP = "translations"  # the same: a mapping of words by language
_DIGITS = ".15g"


@attrs.define
class Scalar:
    """A value as text, the kind that it has if it is not a text, and its line in the file (0 if that is not known).

    Not frozen, which takes four times as long to make: a document may have a million.
    """

    text: str
    kind: CellKind | None = None
    line: int = 0


@attrs.frozen
class Members:
    """A mapping, and its line in the file (0 if that is not known)."""

    line: int
    items: Mapping[str, Node]


Node: TypeAlias = "Scalar | Members | list[Node]"
_Place: TypeAlias = tuple[str | int, ...]


def json_tables(data: bytes, *, name: str = "the JSON", limits: Limits) -> tuple[Cells, ...]:
    """Return the tables of a JSON document that somebody else made; see `parse_json` for the errors."""
    return record_tables(_node(parse_json(data, name=name, limits=limits)), name=name, limits=limits)


def _node(value: Json) -> Node:
    """Return a JSON value as a node; the nesting was bounded when it was parsed."""
    if isinstance(value, dict):
        return Members(0, {key: _node(each) for key, each in value.items()})
    if isinstance(value, list):
        return [_node(each) for each in value]
    if isinstance(value, bool):
        return Scalar("true" if value else "false", CellKind.BOOLEAN)
    if isinstance(value, (int, float)):
        whole = isinstance(value, int) or (math.isfinite(value) and value.is_integer() and abs(value) < 1e15)
        return Scalar(str(int(value)) if whole else format(value, _DIGITS), CellKind.NUMBER)
    return Scalar(value or "")


def record_tables(document: Node, *, name: str, limits: Limits) -> tuple[Cells, ...]:
    """Return the tables of a document in their order; `LimitExceeded` past the limits."""
    walk = _Walk(name, limits)
    walk.visit((), document)
    found = walk.tables or [Cells((), path=name)]
    if walk.outside and walk.tables:
        shown = ", ".join(clean(pointer(place), 60) for place in walk.outside[:_SHOWN])
        more = f" and {len(walk.outside) - _SHOWN} more" if len(walk.outside) > _SHOWN else ""
        note = f"values outside of a table are not read: {shown}{more}"
        found[0] = attrs.evolve(found[0], notes=(note, *found[0].notes))
    check_sizes(found, limits)
    return tuple(found)


@attrs.define
class _Walk:
    """One walk through a document, in its order."""

    name: str
    limits: Limits
    tables: list[Cells] = attrs.Factory(list[Cells])
    outside: list[_Place] = attrs.Factory(list[_Place])
    held: int = 0

    def visit(self, start: _Place, document: Node) -> None:
        """Read every table from a place on; not recursion, as documents may be deep."""
        stack: list[tuple[_Place, Node]] = [(start, document)]
        while stack:
            at, node = stack.pop()
            if isinstance(node, Scalar):
                if node.text:
                    self.outside.append(at)
            elif isinstance(node, Members):
                ids = {key for key in node.items if is_id(key)} if _by_id(node) else set[str]()
                if ids:
                    self._table(at, [_named(key, each) for key, each in node.items.items() if key in ids], stack)
                stack += [((*at, key), each) for key, each in reversed([*node.items.items()]) if key not in ids]
            elif _is_grid(node):
                self._grid(at, cast("list[list[Scalar]]", node))
            else:
                records = [each for each in node if isinstance(each, Members)]
                stack += [((*at, i), each) for i, each in reversed([*enumerate(node)]) if not isinstance(each, Members)]
                if records:
                    keys = [i for i, each in enumerate(node) if isinstance(each, Members)]
                    self._table(at, records, stack, keys)

    def _table(
        self,
        at: _Place,
        records: list[Members],
        stack: list[tuple[_Place, Node]],
        keys: list[int] | None = None,
    ) -> None:
        """Add a table of records, and put the tables inside them on the stack."""
        if len(records) > self.limits.rows:
            raise LimitExceeded(f"{self.name}, {pointer(at)}: more than {counted(self.limits.rows, 'row')}")
        columns: dict[str, int] = {}
        rows: list[dict[int, Scalar]] = []
        inner: list[tuple[_Place, Node]] = []
        for number, record in enumerate(records):
            row: dict[int, Scalar] = {}
            for key, value in record.items.items():
                if isinstance(value, Scalar):
                    row[columns.setdefault(key, len(columns))] = value
                elif _is_table(value) or (key in _TABLES and isinstance(value, list)):
                    of = keys[number] if keys else next(_id_of(record), number)
                    inner.append(((*at, of, key), value))
                else:
                    for name, scalar in _flat(key, value):
                        row[columns.setdefault(name, len(columns))] = scalar
            if len(columns) > self.limits.columns:
                raise LimitExceeded(f"{self.name}, {pointer(at)}: more than {counted(self.limits.columns, 'column')}")
            rows.append(row)
        stack += reversed(inner)
        lines = [record.line for record in records]
        if not all(before < after for before, after in zip([0, *lines], lines, strict=False)):
            lines = list(range(1, len(records) + 1))
        self._add(at, [(lines[0] - 1, tuple(map(text_of, columns)), {}), *map(_row, lines, rows)])

    def _grid(self, at: _Place, rows: list[list[Scalar]]) -> None:
        self._add(at, [_row(number, dict(enumerate(row))) for number, row in enumerate(rows, 1)])

    def _add(self, at: _Place, rows: list[tuple[int, tuple[str, ...], dict[int, CellKind]]]) -> None:
        self.held += sum(len(row) for _, row, _ in rows)
        if self.held > self.limits.cells:
            hint = "raise Limits(cells=...) if you trust it"
            raise LimitExceeded(f"{self.name} has more than {counted(self.limits.cells, 'cell')}", hint=hint)
        kinds = {(number, column): kind for number, _, kinds in rows for column, kind in kinds.items()}
        held = tuple((number, row) for number, row, _ in rows if row)
        self.tables.append(Cells(held, path=self.name, sheet=pointer(at), kinds=FrozenMap(kinds)))


def _row(number: int, cells: dict[int, Scalar]) -> tuple[int, tuple[str, ...], dict[int, CellKind]]:
    texts = [""] * (max(cells, default=-1) + 1)
    kinds: dict[int, CellKind] = {}
    for column, scalar in cells.items():
        texts[column] = text_of(scalar.text)
        if scalar.kind is not None and texts[column]:
            kinds[column] = scalar.kind
    while texts and not texts[-1]:
        texts.pop()
    return number, tuple(texts), kinds


def _by_id(node: Members) -> bool:
    """Whether most names in a mapping have the form of a control's id."""
    ids = sum(map(is_id, node.items))
    return ids * 2 > len(node.items)


def _named(key: str, value: Node) -> Members:
    """Return the record that a name and its value are."""
    line = value.line if isinstance(value, (Scalar, Members)) else 0
    named = {"Control": Scalar(key, None, line)}
    if isinstance(value, Members):
        return Members(line, named | {name: each for name, each in value.items.items() if name != "Control"})
    return Members(line, {**named, "Status": value})


def _id_of(record: Members) -> Iterator[str]:
    value = record.items.get("Control")
    if isinstance(value, Scalar):
        yield value.text


def _is_table(node: Node) -> bool:
    """Whether a value in a record is a table of controls, and not a part of what the record says."""
    if isinstance(node, Members):
        return _by_id(node) if node.items else False
    if isinstance(node, list):
        records = [each for each in node if isinstance(each, Members)]
        return any(
            isinstance(value, Scalar) and is_id(value.text) for record in records for value in record.items.values()
        )
    return False


def _is_grid(rows: list[Node]) -> bool:
    """Whether a list is a table of rows without names: a list of lists of values."""
    return len(rows) > 1 and all(
        isinstance(row, list) and all(isinstance(cell, Scalar) for cell in row) for row in rows
    )


def _flat(key: str, value: Node) -> Iterator[tuple[str, Scalar]]:
    if isinstance(value, Scalar):
        yield key, value
    elif isinstance(value, Members):
        for name, inner in value.items.items():
            if key == _DEEP and isinstance(inner, Members):
                yield from _flat(f"{key}.{name}", inner)
                continue
            yield f"{key}.{name}", inner if isinstance(inner, Scalar) else Scalar(_joined(inner))
    elif len(value) == 1 and isinstance(value[0], Scalar):
        yield key, value[0]
    else:
        yield key, Scalar(_joined(value))


def _joined(value: Node) -> str:
    """Return a nested value as one text; the nesting was bounded when it was parsed."""
    if isinstance(value, Scalar):
        return value.text
    if isinstance(value, Members):
        return ", ".join(f"{key}: {text}" for key, each in value.items.items() if (text := _joined(each)))
    return "\n".join(text for each in value if (text := _joined(each)))
