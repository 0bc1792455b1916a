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
from collections.abc import Iterator
from typing import Any

import attrs

from .._shared import Limits, bytes_of, counted, decode, kind_of, limits_of
from ..errors import InputError, LimitExceeded, MissingExtra, Problem, quote
from ._cells import CellKind, Cells
from ._tables import Members, Node, Scalar, record_tables

__all__: list[str] = []

_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BROKEN = re.compile(r"\r\n|\r|\n|\x85|\u2028|\u2029")  # PyYAML counts all of these as ends of lines
_NUMBER = re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_HEX = re.compile(r"[-+]?0(?:x[0-9a-fA-F_]+|b[01_]+|o[0-7_]+)", re.ASCII)
_ENDLESS = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9].{0,40})?", re.ASCII)
_NULL = ("", "~", "null", "Null", "NULL")
_TRUE = ("true", "True", "TRUE", "false", "False", "FALSE")
_LONGEST_NUMBER = 100


def __dir__() -> list[str]:
    return sorted(__all__)


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
class _Builder:
    """Builds values from the events of PyYAML's parser, with a stack of its own: the nesting is the input's."""

    name: str
    limits: Limits
    values: int = 0

    def document(self, text: str) -> Node:
        """Return the one document of a text."""
        yaml = _library()
        started = False
        root: Node = Scalar("", None, 1)
        try:
            stream = self._events(yaml, text)
            for event in stream:
                if isinstance(event, yaml.DocumentStartEvent):
                    if started:
                        raise self._wrong(event, "a second document begins here", hint="one document a file is read")
                    started = True
                elif isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)):
                    continue
                else:
                    root = self._node(yaml, event, stream)
        except yaml.YAMLError as error:
            raise self._unreadable(error) from error
        except RecursionError:
            raise self._too_deep(None) from None
        return root

    def _events(self, yaml: Any, text: str) -> Iterator[Any]:
        """Yield the events of a text; what no table needs is refused at the first event that shows it."""
        depth = 0
        # Of events neither parser builds a value or recurses; that in C takes a tenth of the time.
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, yaml.AliasEvent):
                raise self._wrong(event, f"the alias *{event.anchor} stands here", hint="write out what it stands for")
            if getattr(event, "anchor", None):
                raise self._wrong(event, f"the anchor &{event.anchor} stands here", hint="write values out, no aliases")
            if isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None):
                raise self._wrong(event, f"the tag {quote(event.tag, 40)} stands here", hint="no tag is read")
            if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                depth += 1
                if depth > self.limits.nesting:
                    raise self._too_deep(event)
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                depth -= 1
            if isinstance(event, yaml.NodeEvent):
                self.values += 1
                if self.values > self.limits.cells:
                    hint = "raise Limits(cells=...) if you trust it"
                    raise LimitExceeded(f"{self.name} holds more than {self.limits.cells} values", hint=hint)
            yield event

    def _node(self, yaml: Any, event: Any, stream: Iterator[Any]) -> Node:
        """Return the value that begins with an event. Recursion is bounded by the limit on nesting."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, line)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            for each in stream:
                if isinstance(each, yaml.SequenceEndEvent):
                    break
                items.append(self._node(yaml, each, stream))
            return items
        members: dict[str, Node] = {}
        for each in stream:
            if isinstance(each, yaml.MappingEndEvent):
                break
            key = self._key(yaml, each, members)
            members[key] = self._node(yaml, next(stream), stream)
        return Members(line, members)

    def _key(self, yaml: Any, event: Any, members: dict[str, Node]) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._wrong(event, "a key is a list or a mapping", hint="keys are texts")
        key = self._scalar(event, 0)
        if not event.style and key.text == "<<":
            raise self._wrong(event, "a merge key stands here", hint="write out what it brings in")
        if key.kind is not None or event.value == "" or (not event.style and event.value in _NULL):
            raise self._wrong(event, f"the key {quote(event.value, 40)} is not a text", hint="put it in quotes")
        if key.text in members:
            raise self._wrong(event, f"the key {quote(key.text, 40)} is given twice", code="duplicate-key")
        return key.text

    def _scalar(self, event: Any, line: int) -> Scalar:
        value: str = event.value
        if len(value) > self.limits.cell:
            what = f"a text has more than {counted(self.limits.cell, 'character')}"
            raise self._wrong(event, what, kind=LimitExceeded)
        odd = _ODD.search(value)  # an escape in quotes may write what the file does not hold
        if odd:
            raise self._wrong(event, f"a text holds the character U+{ord(odd[0]):04X}", code="bad-character")
        if event.style:
            return Scalar(value, None, line)
        if _ENDLESS.fullmatch(value):
            raise self._wrong(event, f"{quote(value)} is not a finite number", code="bad-number")
        if value in _NULL:
            return Scalar("", None, line)
        if value in _TRUE:
            return Scalar(value, CellKind.BOOLEAN, line)
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

    def _too_deep(self, event: Any) -> InputError:
        what = f"nests deeper than {counted(self.limits.nesting, 'level')}"
        if event is None:
            return LimitExceeded(f"{self.name} {what}", hint="raise Limits(nesting=...)")
        return self._wrong(event, what, hint="raise Limits(nesting=...)", kind=LimitExceeded)

    def _unreadable(self, error: Any) -> InputError:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        if "nesting depth" in str(error):  # the parser looks ahead, further than the limit on nesting lets it go
            return self._too_deep(None)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return _at(self.name, f"not YAML: {reason}", line, column)


def _library() -> Any:
    try:
        import yaml
    except ImportError as error:
        raise MissingExtra("YAML needs PyYAML", hint="pip install 'nis2map[yaml]'") from error
    return yaml
