"""Records in YAML; the extra `yaml` brings PyYAML, which splits the text, and nothing of which builds a value.

Read is one document of mappings, lists and scalars. Every list of mappings, and every mapping from ids to mappings or
words, is a table: its keys are the columns, its place in the document (a JSON pointer) its name, lines are row numbers.
Scalars are the texts that are written: `NO` and `off` are no booleans, `21:20` is no number of seconds, `010` no octal
number, `5.10` keeps its zero. What is written without quotes as a number, as `true` or `false`, or as a date is marked
as one, because no number and no date is an id.

Refused, with line and column: aliases and anchors, tags, merge keys, a second document, a key that is not a text or is
given twice, NaN and infinities, control characters. Lost are comments, and values that stand outside
of every table, which a note names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Unpack

import attrs

from .._shared import Limits, bytes_of, counted, decode, kind_of, limits_of
from ..assessment import Assessment
from ..dataset import Dataset, given
from ..errors import InputError, LimitExceeded, MissingExtra, Problem, quote
from ._cells import CellKind, Cells
from ._export import read_tables
from ._soa import SoaOptions, SoaRequest
from ._tables import Members, Node, Scalar, record_tables

__all__ = ["LOSES", "READS", "WRITES", "loads"]

READS = ("Assessment", "Catalogue", "Correspondence", "Crosswalk")
WRITES: tuple[str, ...] = ()
LOSES = {"reading": "comments, and values that stand outside of every table"}

_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BROKEN = re.compile(r"\r\n|\r|\n|\x85|\u2028|\u2029")  # PyYAML counts all of these as ends of lines
_NUMBER = re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_HEX = re.compile(r"[-+]?0(?:x[0-9a-fA-F_]+|b[01_]+|o[0-7_]+)", re.ASCII)
_ENDLESS = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9].{0,40})?", re.ASCII)
_NULL = ("", "~", "null", "Null", "NULL")
_TRUE = ("true", "True", "TRUE", "false", "False", "FALSE")
_LEADING = frozenset("+-.0123456789")  # what a number or a date begins with
_LONGEST_NUMBER = 100


def __dir__() -> list[str]:
    return sorted(__all__)


def loads(
    data: bytes, *, name: str = "the YAML", dataset: Dataset | None = None, **options: Unpack[SoaOptions]
) -> Assessment:
    """Return the assessment that a YAML document holds; see `nis2map.read_soa` for options and errors.

    `dataset` is there as in every format: an SoA speaks of ISO/IEC 27001:2022, whichever dataset it is scored with.
    """
    given(dataset)
    asked = SoaRequest(**options)
    return read_tables(tables(data, name=name, limits=asked.limits), asked)


def tables(data: bytes, *, name: str = "the YAML", limits: Limits | None = None) -> tuple[Cells, ...]:
    """Return the tables of a YAML document in their order.

    Raises `InputError` for what is not YAML or is refused (see above), `LimitExceeded` past the limits, `MissingExtra`
    without the extra `yaml`.
    """
    bounds = limits_of(limits)
    document = parse_yaml(data, name=name, limits=bounds)
    return record_tables(document, name=name, limits=bounds)


def parse_yaml(data: bytes, *, name: str, limits: Limits) -> Node:
    """Return what a YAML document holds, as dicts, lists and scalars that know their line; see `tables` for errors."""
    data = bytes_of(data, name)
    kind = kind_of(data)
    if kind:
        raise InputError(f"{name} is {kind}, not YAML")
    text, note = decode(data, name)
    if note:
        raise InputError(f"{name} is not UTF-8", hint="YAML is written in UTF-8")
    text = text.removeprefix("\ufeff")
    odd = _ODD.search(text)
    if odd:
        message = f"the character U+{ord(odd[0]):04X} stands in the file"
        raise _at(name, message, *_place(text, odd.start()), code="bad-character")
    return _Builder(name, limits).document(text)


def _place(text: str, at: int) -> tuple[int, int]:
    """Return the line and column (both from 1) of a place in a text."""
    ends = [match.end() for match in _BROKEN.finditer(text, 0, at)]
    return len(ends) + 1, at - (ends[-1] if ends else 0) + 1


def _at(
    name: str,
    message: str,
    line: int,
    column: int,
    *,
    hint: str = "",
    code: str = "not-yaml",
    kind: type[InputError] = InputError,
) -> InputError:
    place = Problem(message, path=name, row=line, column=str(column), hint=hint, code=code)
    return kind(str(place), problems=[place])


@attrs.define
class _Mapping:
    """A mapping that is being read, and the key whose value comes next."""

    items: dict[str, Node]
    key: str | None = None


class _Builder:
    """Builds values from the events of PyYAML's parser, with a stack of its own: the nesting is the input's."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.values = 0
        self.root: Node = Scalar("", None, 1)
        self.started = False
        self.stack: list[list[Node] | _Mapping] = []

    def document(self, text: str) -> Node:
        """Return the one document of a text."""
        yaml = _library()
        takes: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingStartEvent: self._open,
            yaml.SequenceEndEvent: self._close,
            yaml.MappingEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._start,
        }
        try:
            # Of events neither parser builds a value or recurses; that in C takes a tenth of the time.
            events: Iterable[object] = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            for event in events:
                take = takes.get(type(event))
                if take is not None:
                    take(event)
        except yaml.YAMLError as error:
            raise self._unreadable(error) from error
        return self.root

    def _start(self, event: Any) -> None:
        if self.started:
            raise self._wrong(event, "a second document begins here", hint="one document a file is read")
        self.started = True

    def _alias(self, event: Any) -> None:
        raise self._wrong(event, f"the alias {quote('*' + event.anchor)} stands here", hint="write out what it means")

    def _node(self, event: Any) -> None:
        """Count a value, and refuse what no table needs."""
        if event.anchor is not None:
            hint = "write values out, no aliases"
            raise self._wrong(event, f"the anchor {quote('&' + event.anchor)} stands here", hint=hint)
        if event.tag is not None:
            raise self._wrong(event, f"the tag {quote(event.tag, 40)} stands here", hint="no tag is read")
        self.values += 1
        if self.values > self.limits.cells:
            hint = "raise Limits(cells=...) if you trust it"
            raise LimitExceeded(f"{self.name} holds more than {self.limits.cells} values", hint=hint)

    def _add(self, event: Any, value: Node) -> None:
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        if isinstance(top, list):
            top.append(value)
        elif top.key is None:
            top.key = self._key(event, value, top.items)
        else:
            top.items[top.key] = value
            top.key = None

    def _open(self, event: Any) -> None:
        self._node(event)
        if len(self.stack) >= self.limits.nesting:
            what = f"nests deeper than {counted(self.limits.nesting, 'level')}"
            raise self._wrong(event, what, hint="raise Limits(nesting=...)", kind=LimitExceeded)
        if type(event).__name__ == "SequenceStartEvent":
            items: list[Node] = []
            self._add(event, items)
            self.stack.append(items)
        else:
            mapping = _Mapping({})
            self._add(event, Members(event.start_mark.line + 1, mapping.items))
            self.stack.append(mapping)

    def _close(self, _: Any) -> None:
        self.stack.pop()

    def _key(self, event: Any, key: Node, members: Mapping[str, Node]) -> str:
        if not isinstance(key, Scalar):
            raise self._wrong(event, "a key is a list or a mapping", hint="keys are texts")
        if not event.style and key.text == "<<":
            raise self._wrong(event, "a merge key stands here", hint="write out what it brings in")
        if key.kind is not None or not key.text:
            raise self._wrong(event, f"the key {quote(event.value, 40)} is not a text", hint="put it in quotes")
        if key.text in members:
            raise self._wrong(event, f"the key {quote(key.text, 40)} is given twice", code="duplicate-key")
        return key.text

    def _scalar(self, event: Any) -> None:
        self._node(event)
        value: str = event.value
        if len(value) > self.limits.cell:
            what = f"a text has more than {counted(self.limits.cell, 'character')}"
            raise self._wrong(event, what, kind=LimitExceeded)
        # An escape in quotes may write what the file does not hold.
        odd = None if value.isprintable() else _ODD.search(value)
        if odd:
            raise self._wrong(event, f"a text contains the character U+{ord(odd[0]):04X}", code="bad-character")
        line = event.start_mark.line + 1
        self._add(event, Scalar(value, None, line) if event.style else self._plain(event, value, line))

    def _plain(self, event: Any, value: str, line: int) -> Scalar:
        """Return a scalar without quotes: what it looks like is the kind that it has."""
        if value in _NULL:
            return Scalar("", None, line)
        if value in _TRUE:
            return Scalar(value, CellKind.BOOLEAN, line)
        if value[0] in _LEADING:
            if _ENDLESS.fullmatch(value):
                raise self._wrong(event, f"{quote(value)} is not a finite number", code="bad-number")
            if len(value) < _LONGEST_NUMBER and (_NUMBER.fullmatch(value) or _HEX.fullmatch(value)):
                return Scalar(value, CellKind.NUMBER, line)
            if _DATE.fullmatch(value):
                return Scalar(value, CellKind.DATE, line)
        return Scalar(value, None, line)

    def _wrong(
        self, event: Any, message: str, *, hint: str = "", code: str = "not-yaml", kind: type[InputError] = InputError
    ) -> InputError:
        mark = event.start_mark
        return _at(self.name, message, mark.line + 1, mark.column + 1, hint=hint, code=code, kind=kind)

    def _unreadable(self, error: Any) -> InputError:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        if "nesting depth" in str(error):  # the parser looks ahead, further than the limit on nesting lets it go
            what = f"{self.name} nests deeper than {counted(self.limits.nesting, 'level')}"
            return LimitExceeded(what, hint="raise Limits(nesting=...)")
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return _at(self.name, f"not YAML: {reason}", line, column)


def _library() -> Any:
    try:
        import yaml
    except ImportError as error:
        raise MissingExtra("YAML needs PyYAML", hint="pip install 'nis2map[yaml]'") from error
    return yaml
