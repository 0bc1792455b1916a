"""What the parts of a workbook say of a sheet beside its values."""

from __future__ import annotations

import attrs

from ..._shared import Limits, counted
from ...errors import LimitExceeded, quote

__all__ = ["SPREAD", "TEXT", "Place", "SheetFacts", "Sheets"]

Place = tuple[int, int]  # row from 1, as people count them, and column from 0
TEXT = 2  # times Limits.bytes: how many characters all cells together may have
SPREAD = 4  # times Limits.cells: how many cells, empty ones too, the area up to the last cell may have

_LOWEST = 100_000  # row, or ten times Limits.rows: below it the last cell may not stand, with empty rows above it


@attrs.define
class SheetFacts:
    """What cells of one sheet are, where that is not a value: found while its part is walked through.

    `errors` has the text of each error (#REF!), `unsaved` the formulas without a value, `percents` the cells with a
    percent format, `merges` the first and the last cell of each merged range. `height` and `width` are those of the
    area from A1 to the last cell that holds something.
    """

    title: str
    name: str
    limits: Limits
    errors: dict[Place, str] = attrs.Factory(dict[Place, str])
    unsaved: set[Place] = attrs.Factory(set[Place])
    percents: set[Place] = attrs.Factory(set[Place])
    merges: list[tuple[Place, Place]] = attrs.Factory(list[tuple[Place, Place]])
    hidden_rows: int = 0
    height: int = 0
    width: int = 0
    held: int = 0
    _rows: int = 0

    def hold(self, row: int, column: int, *, down: int = 1, across: int = 1, right: int = 0) -> None:
        """Count cells that hold something, the last of them left of the column `right`.

        Raises `LimitExceeded` once they are too many or stand too far apart.
        """
        bottom, right = row + down - 1, right or column + across
        if bottom > self.height:
            self._rows += min(down, bottom - self.height)
            self.height = bottom
        self.width = max(self.width, right)
        self.held += down * across
        for most, count, what, argument in (
            (self.limits.rows, self._rows, "row", "rows"),
            (self.limits.cells, self.held, "cell", "cells"),
        ):
            if count > most:
                raise self._past(f"more than {counted(most, what)}", f"raise Limits({argument}=...) if you trust it")
        # A row costs the reader of values some memory even if it is empty, a million of them hundreds of megabytes.
        lowest = max(_LOWEST, 10 * self.limits.rows)
        if self.height > lowest or self.height * self.width > SPREAD * self.limits.cells:
            hint = "delete what stands far outside the table, or save the table alone"
            raise self._past(f"the last cell stands in row {self.height}, column {self.width}", hint)

    def too_much_text(self) -> LimitExceeded:
        """Return the error for more text than a file of the largest size could hold if it were written out."""
        return self._past("its cells repeat one text too often", "raise Limits(bytes=...) if you trust it")

    def merge(self, first: Place, last: Place) -> None:
        """Keep a merged range; `LimitExceeded` if there are too many."""
        if len(self.merges) >= self.limits.rows:
            raise self._past(f"more than {counted(self.limits.rows, 'merged cell')}", "raise Limits(rows=...)")
        self.merges.append((first, last))

    def _past(self, what: str, hint: str) -> LimitExceeded:
        return LimitExceeded(f"{self.name}, sheet {quote(self.title)}: {what}", hint=hint)


@attrs.frozen
class Sheets:
    """The worksheets of a workbook in their order, and the archive with the parts that hold their values alone."""

    facts: tuple[SheetFacts, ...]
    data: bytes
