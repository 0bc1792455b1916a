"""Reading and writing in the formats of others; the content of a file decides, never its name alone."""

from __future__ import annotations

from .._reading import Limits, Source, kind_of, name_of, read_bounded
from ..assessment import Assessment
from ..errors import InputError, quote

__all__ = ["read_soa"]

FORMATS = ("csv",)


def read_soa(
    source: Source,
    *,
    format: str | None = None,  # noqa: A002  (the name is part of the public interface)
    edition: str | None = None,
    limits: Limits | None = None,
    on_problem: str = "raise",
) -> Assessment:
    """Return the Statement of Applicability that a path or binary stream holds, as an assessment.

    The id column is found by content, the header in the lines above it, with English or German words. A whole column
    of bare numbers is read as Annex A. `on_problem="collect"` keeps what is readable and lists the rest in
    `.problems`; what had to be interpreted is in `.notes`.

    Raises `InputError` with every problem and its place; and always, also when collecting: `AmbiguousIds` for ids that
    lost a zero (5.10 stored as 5.1), `UnsupportedEdition` for the 2013 edition, `LimitExceeded` past `limits`.
    """
    bounds = limits or Limits()
    if format is not None and format not in FORMATS:
        raise InputError(f"format is {quote(format)}", hint=f"one of: {', '.join(FORMATS)}")
    name = name_of(source)
    data = read_bounded(source, bounds)
    kind = kind_of(data)
    if kind:
        raise InputError(
            f"{name} is {kind}", hint=f"readable are: {', '.join(FORMATS)}; save it as CSV with ids as text"
        )
    from . import csv

    return csv.loads(data, name=name, edition=edition, limits=bounds, on_problem=on_problem)
