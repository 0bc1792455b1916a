"""Statements of Applicability as Markdown: a page with a pipe table, one row a control.

Above it stands a table on the subject, scope, date and entity, below it one of findings on requirements, if there are
any. A column says what of the law would lose its last cover without the control. Whatever Markdown or HTML would take
for a mark is written as a character reference. What is read back is the same assessment; lost are its problems, its
notes and what each scope says. Equal statements give equal bytes.
"""

from __future__ import annotations

from typing import Unpack

from ..assessment import Assessment
from ..errors import InputError, quote
from ..scoring import Options, with_options
from ._export import markdown_of, statement_of

__all__ = ["LOSES", "READS", "WRITES", "dumps"]

READS: tuple[str, ...] = ()
WRITES = ("Assessment",)
LOSES = {"Assessment": "problems, notes and what each scope says"}


def __dir__() -> list[str]:
    return sorted(__all__)


@with_options
def dumps(value: Assessment, **options: Unpack[Options]) -> bytes:
    """Return an assessment as a Statement of Applicability, in UTF-8.

    The keyword arguments of `nis2map.coverage` say where its legal requirements are looked up; its errors
    are raised. Raises `InputError` for anything else.
    """
    if not isinstance(value, Assessment):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"expected an Assessment, got {quote(value)}")
    return markdown_of(statement_of(value, options)).encode()
