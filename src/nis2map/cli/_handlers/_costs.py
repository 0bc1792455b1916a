"""Costs of controls and measures from the command line: `--cost A.8.24=3`, and files of two columns."""

from __future__ import annotations

import csv
import math
from argparse import Namespace
from collections.abc import Iterator
from difflib import get_close_matches

from ...dataset import load
from ...errors import InputError, InvalidRef, Nis2mapError, Problem, clean, quote
from ...ids import parse_ref
from ...model import Control
from .._common import read_text

__all__ = ["costs_of"]

Row = tuple[str, list[str]]  # where it stands, and its cells: a control or a measure, and its cost


def costs_of(arguments: Namespace) -> dict[str, float]:
    """Return the costs by control or measure; `InputError` with every row that is none, each with its place."""
    costs: dict[str, float] = {}
    problems: list[Problem] = []
    for where, cells in _rows(arguments):
        try:
            if len(cells) != 2:
                raise InputError(f"{len(cells)} cells, not two", hint="a control or measure, and its cost")
            unit, cost = cells
            if unit in costs:
                raise InputError(f"a second cost of {quote(unit)}", hint="one cost for each control or measure")
            costs[unit] = _cost(unit, cost)
        except Nis2mapError as error:
            problems.append(Problem(f"{where}: {error.message}", hint=error.hint, code="cost"))
    if problems:
        raise InputError.of(problems, what="the costs can't be used")
    return costs


def _cost(unit: str, cost: str) -> float:
    """Return a cost, of a measure or of a control that there is."""
    measures = [measure.id for measure in load().measures]
    if unit not in measures:
        try:
            ref = parse_ref(unit)
        except InvalidRef as error:
            near = get_close_matches(unit[:60], measures, 1)
            hint = f"did you mean {near[0]}?" if near else error.hint
            raise InputError(f"{quote(unit)} is neither a control nor a measure", hint=hint) from error
        if not isinstance(load().get(ref), Control):
            raise InputError(f"{ref} is neither a control nor a measure", hint="such as A.8.24")
    if not _is_number(cost) or not 0 <= float(cost) < math.inf:
        raise InputError(f"{quote(cost)} is not a cost", hint="a number from 0 up, such as 2.5")
    return float(cost)


def _rows(arguments: Namespace) -> Iterator[Row]:
    if arguments.costs is not None:
        yield from _of_file(arguments.costs)
    for said in arguments.cost or ():
        unit, mark, cost = said.rpartition("=")
        if not mark:
            raise InputError(f"--cost {quote(said)}: there is no '='", hint="such as --cost A.8.24=3")
        yield ("--cost", [unit.strip(), cost.strip()])


def _of_file(path: str) -> Iterator[Row]:
    text, name = read_text(path)
    lines = text.splitlines()
    separator = next((mark for mark in ";\t," if lines and mark in lines[0]), ",")
    try:
        rows = list(csv.reader(lines, delimiter=separator, strict=True))
    except csv.Error as error:
        raise InputError(f"{name} is not a CSV: {error}") from error
    for number, cells in enumerate(rows, start=1):
        filled = [cell.strip() for cell in cells]
        while filled and not filled[-1]:
            filled.pop()
        if not filled or (number == 1 and _is_head(filled)):
            continue
        yield (f"{clean(name, 120)}, row {number}", filled)


def _is_head(cells: list[str]) -> bool:
    """Tell whether a first row names the columns: one that names a control or measure, or a number, has a cost."""
    if len(cells) < 2 or _is_number(cells[1]) or cells[1][:1].isdigit():  # 2,5 is meant as a number
        return False
    try:
        parse_ref(cells[0])
    except InvalidRef:
        return all(cells[0] != measure.id for measure in load().measures)
    return False


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
