"""The command `check`: reads files and says what is wrong with them, and what had to be interpreted."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import attrs

from ..._shared import Source, counted
from ...assessment import Assessment
from ...errors import Nis2mapError, Problem, clean
from ...formats import (
    load_assessment,
    load_correspondence,
    load_crosswalk,
    load_dataset,
    load_framework,
    load_result,
    read_review,
    read_soa,
)
from .._common import once, opened, reading, spoken
from .._terminal import show

__all__ = ["run_check"]

_READERS: dict[str, Callable[[Source], object]] = {
    "assessment": load_assessment,
    "crosswalk": load_crosswalk,
    "framework": load_framework,
    "dataset": load_dataset,
    "correspondence": load_correspondence,
    "review": read_review,
}


@attrs.frozen
class _Checked:
    """What reading a file came to."""

    file: str
    kind: str
    findings: int | None
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        return {
            "file": self.file,
            "kind": self.kind,
            "findings": self.findings,
            "problems": [problem.to_dict() for problem in self.problems],
            "notes": list(self.notes),
        }

    def lines(self, arguments: argparse.Namespace) -> list[str]:
        what = self.kind if self.findings is None else f"{self.kind}, {counted(self.findings, 'finding')}"
        said = counted(len(self.problems), "problem") if self.problems else "no problem"
        notes = [] if arguments.quiet else [f"  note: {clean(note)}" for note in self.notes]
        return [f"{self.file}: {what}, {said}", *(f"  {spoken(str(problem))}" for problem in self.problems), *notes]


def run_check(arguments: argparse.Namespace) -> int:
    """Read files and list what is wrong with each; 1 if anything is, 2 if one can't be opened."""
    checked = [_checked(path, arguments) for path in once(arguments.files)]
    show(
        arguments,
        lambda: [one.to_dict() for one in checked],
        lambda: "\n".join(line for one in checked for line in one.lines(arguments)),
    )
    return 1 if any(one.problems for one in checked) else 0


def _checked(path: str, arguments: argparse.Namespace) -> _Checked:
    file = "standard input" if path == "-" else clean(path, 120)
    source, said = opened(path)
    kind = arguments.kind or said or "soa"
    try:
        if kind == "soa":
            value: object = read_soa(source, **reading(arguments), on_problem="collect")
        else:
            value = _READERS.get(kind, load_result)(source)
    except Nis2mapError as error:
        problems = error.problems or (Problem(error.message, path=file, hint=error.hint),)
        return _Checked(file, kind, None, tuple(problems), ())
    if isinstance(value, Assessment):
        return _Checked(file, kind, len(value), tuple(value.problems), tuple(value.notes))
    return _Checked(file, kind, None, (), ())
