"""`assessments_from_frame`: findings of many entities, a row each, as assessments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from .._shared import Limits, Tabular, capped, columns_of, counted, day, expect
from ..assessment import Assessment, Finding, Status, finding_of
from ..errors import AmbiguousIds, InputError, MissingExtra, Nis2mapError, Problem, clean, quote
from ..formats import status_of
from ..ids import Ref, parse_ref

if TYPE_CHECKING:
    from typing import Any

__all__ = ["assessments_from_frame"]

Row = Mapping[str, object]
_IDS = ("ref", "control", "control_id", "id")
_TEXTS = ("justification", "owner")
_DATES = ("date", "valid_until")
_FIELDS = ("status", "degree", *_TEXTS, "evidence", *_DATES)
_NAMES = ("citation", "title")  # our own frames have them beside the id
_AS_TEXT = (
    "read the file with dtype=str (pandas.read_csv(..., dtype=str), polars.read_csv(..., infer_schema=False)), "
    "or make the column text where the file is made"
)
_SHOWN = 40
_WORDS = f"one of: {', '.join(Status)}, or an English word for one that `nis2map formats soa` lists"
_MISSING = "where the file says N/A, pandas needs read_csv(..., keep_default_na=False)"


def assessments_from_frame(frame: object, *, entity: str | None = "entity") -> dict[str, Assessment]:
    """Return the assessment of each entity in a frame with a row per finding, in the order in which entities come.

    `frame` is any dataframe that narwhals reads (pandas, polars, pyarrow, DuckDB and others), one of our tabular
    results, or a list of dicts. Columns, in any case and with blanks or underscores: the one that `entity` names; the
    id (`ref`, `control`, `control_id` or `id`); `status`, one of the words of `Status`, an English word for one as
    `read_soa` reads it ("Partially implemented", "N/A") or a float in [0, 1], `degree`, a float in [0, 1], or both; and
    if they are there `justification`, `evidence`, `owner`, `date`, `valid_until`. With `entity=None` all rows are of
    one entity, whose name is empty. The name of an entity is its assessment's subject; columns that are not used are
    named in the notes.

    Raises `AmbiguousIds` if ids are numbers, for 5.1 may have been 5.10; `InputError` with all problems, each with its
    row (the first is 1), for ids that are none or come twice, statuses that are missing or other words, and values of
    another kind; `MissingExtra` if narwhals is needed and not installed.

    >>> found = assessments_from_frame([{"entity": "plant", "ref": "A.8.24", "status": "implemented"}])
    >>> str(found["plant"]["A.8.24"].status)
    'implemented'
    """
    if entity is not None:
        expect(entity, str, "entity")
    names, rows = _read(frame)
    if not names and not rows:  # a list without rows has no columns either
        return {}
    columns = _Columns(names, entity)
    _refuse_numbers(columns, rows)
    problems: list[Problem] = []
    found: dict[str, dict[Ref, Finding]] = {}
    for number, row in enumerate(rows, 1):
        cells = _Cells(columns, row, number)
        whose, ref, finding = cells.entity(), cells.ref(), cells.finding()
        if cells.problems or whose is None or ref is None or finding is None:
            problems += cells.problems
        elif ref in found.setdefault(whose, {}):
            problems.append(Problem("the entity has a row on it already", row=number, ref=str(ref), code="twice"))
        else:
            found[whose][ref] = finding
    if problems:
        raise InputError.of(capped(problems, Limits()), what="the frame has no assessments in this form")
    return {name: Assessment(findings, subject=name, notes=columns.notes) for name, findings in found.items()}


def _read(frame: object) -> tuple[list[str], list[Row]]:
    """Return the names of the columns and the rows by them."""
    if isinstance(frame, Tabular):
        return [column.name for column in columns_of(frame)[0]], list(frame.to_dicts())
    if isinstance(frame, (list, tuple)):
        rows = cast("Sequence[object]", frame)
        for number, row in enumerate(rows, 1):
            if not isinstance(row, Mapping):
                raise InputError(f"row {number} is {quote(row)}", hint="a dict, with the names of columns as keys")
        dicts = cast("list[Row]", list(rows))
        return list(map(str, dict.fromkeys(name for row in dicts for name in row))), dicts
    return _read_native(frame)


def _read_native(frame: object) -> tuple[list[str], list[Row]]:
    try:
        import narwhals.stable.v2 as nw
    except ImportError:
        raise MissingExtra("a dataframe is read with narwhals", hint="pip install 'nis2map[dataframes]'") from None
    try:
        native: Any = nw.from_native(cast("Any", frame))
    except TypeError:
        kind = clean(type(frame).__name__)
        raise InputError(f"{kind} is not a dataframe", hint="a frame of pandas, polars or others, or dicts") from None
    eager = native.collect() if isinstance(native, nw.LazyFrame) else native
    return list(eager.columns), list(eager.iter_rows(named=True))


class _Columns:
    """Which column of a frame holds what."""

    def __init__(self, names: Sequence[str], entity: str | None) -> None:
        by_word: dict[str, str] = {}
        for name in names:
            word = _word(name)
            if word in by_word:
                raise InputError(f"the columns {quote(by_word[word])} and {quote(name)} are one", hint="drop one")
            by_word[word] = name
        has = f"it has {', '.join(map(quote, names)) or 'none'}"
        self.entity = None if entity is None else entity if entity in names else by_word.get(_word(entity))
        if entity is not None and self.entity is None:
            raise InputError(f"the frame has no column {quote(entity)}", hint=f"{has}; entity=None for one entity")
        ids = [by_word[word] for word in _IDS if word in by_word and by_word[word] != self.entity]
        if len(ids) != 1:
            what = f"several columns of ids: {', '.join(map(quote, ids))}" if ids else "no column of ids"
            raise InputError(f"the frame has {what}", hint=f"one named ref; {has}")
        self.id = ids[0]
        self.fields = {word: by_word[word] for word in _FIELDS if word in by_word}
        if not self.fields.keys() & {"status", "degree"}:
            raise InputError("the frame has neither a column status nor a column degree", hint=has)
        used = {self.id, self.entity, *self.fields.values()}
        unused = [name for word, name in by_word.items() if name not in used and word not in _NAMES]
        self.notes = (f"not used: {counted(len(unused), 'column')}: {', '.join(unused)}",) if unused else ()


def _word(name: str) -> str:
    return "_".join(name.lower().replace("_", " ").split())


def _refuse_numbers(columns: _Columns, rows: Iterable[Row]) -> None:
    """Raise `AmbiguousIds` if an id is a number: whoever made it one has lost a zero at its end, or may have."""
    for number, row in enumerate(rows, 1):
        value = row.get(columns.id)
        if not _is_missing(value) and not isinstance(value, (str, Ref)) and _is_number(value):
            # As text: the types of other libraries name themselves in their repr.
            shown = clean(str(value))[:_SHOWN]
            floats = isinstance(value, float) or "float" in type(value).__name__.lower()
            what = "decimal numbers (Decimal)" if isinstance(value, Decimal) else "numbers"
            why = f"may be {shown} or {shown}0" if floats else "is a number, and no number is an id"
            message = f"the ids in column {quote(columns.id)} are {what}: {shown} in row {number} {why}"
            raise AmbiguousIds(message, hint=_AS_TEXT)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) or hasattr(value, "__float__")


def _is_missing(value: object) -> bool:
    """Tell whether a cell is empty: None, NaN, or what pandas has for it, which refuses to be compared."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and value != value


class _Cells:
    """One row of a frame, and what is wrong with it."""

    def __init__(self, columns: _Columns, row: Row, number: int) -> None:
        self.columns = columns
        self.row = row
        self.number = number
        self.problems: list[Problem] = []
        self.about = ""

    def _problem(self, message: str, column: str, hint: str = "", code: str = "") -> None:
        self.problems.append(
            Problem(message, row=self.number, column=column, ref=self.about, hint=hint, code=code or "cell")
        )

    def _cell(self, field: str) -> object:
        value = self.row.get(self.columns.fields.get(field, ""))
        return None if _is_missing(value) else value

    def entity(self) -> str | None:
        """Return whose row it is."""
        column = self.columns.entity
        if column is None:
            return ""
        value = self.row.get(column)
        if isinstance(value, str) and value.strip():
            return value
        if type(value) is int:
            return str(value)
        missing = _is_missing(value) or value == ""
        self._problem("no entity" if missing else f"{quote(value)} is not the name of an entity", column)
        return None

    def ref(self) -> Ref | None:
        """Return what the row is about."""
        column, value = self.columns.id, self.row.get(self.columns.id)
        if _is_missing(value) or value == "":
            self._problem("no id", column)
            return None
        try:
            ref = parse_ref(cast("str", value))
        except Nis2mapError as error:
            self._problem(error.message, column, error.hint, "id")
            return None
        self.about = str(ref)
        return ref

    def finding(self) -> Finding | None:
        """Return what the row says."""
        status, degree = (_number(self._cell(field)) for field in ("status", "degree"))
        column = self.columns.fields.get("status") or self.columns.fields["degree"]
        if (status is None or status == "") and degree is None:
            self._problem("no status", column, _MISSING, "status")
            return None
        try:
            if isinstance(status, str) and status:
                word = status_of(status)
                if word is None:
                    self._problem(f"expected a status, got {quote(status)}", column, _WORDS, "status")
                    return None
                status = word
            if isinstance(status, str) and status and degree is not None:
                said = Finding(status, cast("float", degree))
            else:
                said = finding_of(degree if status is None or status == "" else status, self.about)
            return Finding(said.status, said.degree, self._text("justification"), **self._more())
        except Nis2mapError as error:
            self._problem(error.message.removeprefix(f"{quote(self.about)}: "), column, error.hint, "status")
            return None

    def _text(self, field: str) -> str:
        value = self._cell(field)
        if value is None or isinstance(value, str):
            return value or ""
        self._problem(f"{quote(value)} is not a text", self.columns.fields[field])
        return ""

    def _more(self) -> dict[str, Any]:
        return {
            "evidence": tuple(self._evidence()),
            "owner": self._text("owner"),
            **{field: self._day(field) for field in _DATES},
        }

    def _evidence(self) -> Iterator[str]:
        value = self._cell("evidence")
        if value is None or isinstance(value, str):
            yield from [value] if value else []
            return
        # A list comes as a list, or as an array that can become one.
        several: object = getattr(value, "tolist", lambda: value)()
        for item in cast("list[object]", several) if isinstance(several, (list, tuple)) else [several]:
            if isinstance(item, str):
                yield item
            else:
                self._problem(f"{quote(item)} is not a text", self.columns.fields["evidence"])

    def _day(self, field: str) -> dt.date | None:
        value = self._cell(field)
        if isinstance(value, dt.datetime) and value.time() == dt.time():
            value = value.date()  # dataframes have days as instants at midnight
        try:
            return day(cast("str | None", value or None))
        except InputError as error:
            self._problem(error.message, self.columns.fields[field], error.hint)
            return None


def _number(value: object) -> object:
    """Return a float of another library as one of Python."""
    return float(value) if isinstance(value, float) else value
