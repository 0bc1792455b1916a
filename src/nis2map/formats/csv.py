"""Statements of Applicability as CSV: any separator, any header, English or German words.

Reading keeps the status, the degree, justification, evidence (description and reference) and owner of each control.
It loses the order of rows, theme and title columns, and columns whose header it does not know; each is named in a note.
"""

from __future__ import annotations

import csv
import io
import re

from .._reading import Limits, decode, kind_of, limits_of
from ..assessment import Assessment
from ..errors import InputError, LimitExceeded, Problem
from ._common import Cells, to_assessment

__all__ = ["cells", "loads"]

_SEPARATORS = ",;\t|"
_SAMPLE = 40


def loads(
    data: bytes,
    *,
    name: str = "the CSV",
    edition: str | None = None,
    limits: Limits | None = None,
    on_problem: str = "raise",
) -> Assessment:
    """Return the assessment that a CSV holds; see `nis2map.read_soa` for arguments and errors."""
    bounds = limits_of(limits)
    return to_assessment(cells(data, name=name, limits=bounds), edition=edition, limits=bounds, on_problem=on_problem)


def cells(data: bytes, *, name: str, limits: Limits) -> Cells:
    """Return the cells of a CSV as text, with trailing empty cells left out."""
    kind = kind_of(data)
    if kind:
        raise InputError(f"{name} is {kind}, not a CSV")
    text, note = decode(data, name)
    text = text.lstrip("\ufeff")
    hinted = re.match(r"sep=([,;|\t])(\r\n|\r|\n)", text)
    skipped = 1 if hinted else 0
    body = text[hinted.end() :] if hinted else text
    separator = hinted[1] if hinted else _separator(body)
    rows: list[tuple[int, tuple[str, ...]]] = []
    try:
        reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
        line = 1 + skipped
        for row in reader:
            rows.append((line, _trimmed(row)))
            line = reader.line_num + 1 + skipped
            if len(rows) > limits.rows:
                raise LimitExceeded(
                    f"{name} has more than {limits.rows} rows", hint="raise Limits(rows=...) if you trust it"
                )
    except csv.Error as error:
        place = Problem(
            f"not a CSV: {error}", path=name, row=rows[-1][0] if rows else 1, hint="a quote may be unbalanced"
        )
        raise InputError(str(place), problems=[place]) from error
    _swallowed(rows, name)
    return Cells(tuple(rows), path=name, notes=(note,) if note else ())


def _trimmed(row: list[str]) -> tuple[str, ...]:
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return tuple(cell.strip().lstrip("\ufeff") for cell in row[:end])


def _separator(text: str) -> str:
    """Return the separator that splits the first lines most evenly into most columns."""
    lines = [line for line in text[:20_000].splitlines()[:_SAMPLE] if line.strip()]

    def quality(separator: str) -> tuple[int, int, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=separator)]
        usual = max(set(counts), key=counts.count, default=0)
        return (usual > 1, counts.count(usual), usual)

    return max(_SEPARATORS, key=lambda separator: (*quality(separator), -_SEPARATORS.index(separator)))


def _swallowed(rows: list[tuple[int, tuple[str, ...]]], name: str) -> None:
    """Refuse a cell that holds whole rows: a quote was opened and closed far below."""
    for number, row in rows:
        for cell in row:
            if re.search(r"[\r\n]+\"?A\.\d\.\d{1,2}[\",;\t|]", cell):
                place = Problem("a cell holds further rows", path=name, row=number, hint="a quote may be unbalanced")
                raise InputError(str(place), problems=[place])
