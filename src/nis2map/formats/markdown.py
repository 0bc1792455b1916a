"""Tables in Markdown: pipe tables, and documents with one section a control.

Read is every pipe table, with the heading above it as its name; and sections whose heading begins with the id of a
control ("### A.5.1 Policies"), with what they say as "**Status:** implemented", "- Status: implemented", a term and its
definition, a heading of its own, or a table of two columns, as the row of one table. Cells keep their text: emphasis,
code marks, tags and the targets of relative links go, `<br>` is a line break, an image its description, `[x]` an x. A
legend ("✅ implemented, 🔄 in progress") is kept beside the tables.

Lost are prose, code in fences, comments, front matter, and what stands under no heading of a control. Struck text
(`~~so~~`) keeps its marks, so that nobody takes it for valid.

Written is a Statement of Applicability: a page with a pipe table, one row per control, below a table on the subject,
scope, date and entity, and above one of findings on requirements, if there are any. Whatever Markdown or HTML would
take for a mark is written as a character reference. Lost are problems, notes and what each scope says.
"""

from __future__ import annotations

from typing import Unpack

import attrs

from .._shared import Limits, bytes_of, decode, kind_of, limits_of
from ..assessment import Assessment
from ..dataset import Dataset, given
from ..errors import InputError, quote
from ..scoring import Options, with_options
from ._cells import Cells, check_sizes
from ._export import markdown_of, read_tables, statement_of
from ._soa import SoaOptions, SoaRequest
from ._tables import markdown_tables

__all__ = ["LOSES", "READS", "WRITES", "dumps", "loads"]

READS = ("Assessment", "Catalogue", "Correspondence", "Crosswalk")
WRITES = ("Assessment",)
LOSES = {
    "Assessment": "problems, notes and what each scope says"
    "; a cell of more than 32,767 characters is read with a larger Limits(cell=...) alone",
    "reading": "text outside tables and sections of controls, comments, code and the targets of relative links",
}


def __dir__() -> list[str]:
    return sorted(__all__)


def loads(
    data: bytes, *, name: str = "the Markdown", dataset: Dataset | None = None, **options: Unpack[SoaOptions]
) -> Assessment:
    """Return the assessment that Markdown holds; see `nis2map.read_soa` for options and errors.

    `dataset` is there as in every format: an SoA speaks of ISO/IEC 27001:2022, whichever dataset it is scored with.
    """
    given(dataset)
    asked = SoaRequest(**options)
    return read_tables(tables(data, name=name, limits=asked.limits), asked)


@with_options
def dumps(value: Assessment, **options: Unpack[Options]) -> bytes:
    """Return an assessment as a Statement of Applicability, in UTF-8.

    The keyword arguments of `nis2map.coverage` say where its legal requirements are looked up; its errors
    are raised. Raises `InputError` for anything else.
    """
    if not isinstance(value, Assessment):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"expected an Assessment, got {quote(value)}")
    return markdown_of(statement_of(value, options)).encode()


def tables(data: bytes, *, name: str = "the Markdown", limits: Limits | None = None) -> tuple[Cells, ...]:
    """Return the tables of a Markdown file in their order; sections of controls are the last one.

    Raises `InputError` for what is not text in a known encoding, `LimitExceeded` past the limits.
    """
    bounds = limits_of(limits)
    data = bytes_of(data, name)
    kind = kind_of(data)
    if kind:
        raise InputError(f"{name} is {kind}, not Markdown")
    text, note = decode(data, name)
    found = markdown_tables(text.lstrip("\ufeff"), name=name, limits=bounds) or [Cells((), path=name)]
    check_sizes(found, bounds)
    return (attrs.evolve(found[0], notes=(*((note,) if note else ()), *found[0].notes)), *found[1:])
