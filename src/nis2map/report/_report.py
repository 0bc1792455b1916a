"""The four forms of one report."""

from __future__ import annotations

from collections.abc import Iterable
from io import TextIOBase
from os import PathLike, fspath
from typing import IO, TYPE_CHECKING, Unpack

from ..errors import InputError, quote
from ..formats import save
from ..scoring import Options, with_options
from ._content import report_of

if TYPE_CHECKING:
    from ..assessment import Assessment
    from ..law import Entity, Incident

__all__ = ["docx", "html", "markdown", "xlsx"]

Target = str | PathLike[str] | IO[bytes]


@with_options
def html(
    assessment: Assessment,
    *,
    entity: Entity | None = None,
    member_state: str | Iterable[str] | None = None,
    incident: Incident | None = None,
    lang: str = "en",
    **options: Unpack[Options],
) -> str:
    """Return the report on an assessment as one self-contained HTML page, for a management body and an auditor.

    It has the result by Article with the ranges of the judgements, what a certificate gives and what it can't, what to
    do first and why, the gaps by class with controls, measures and evidence in a table that filters, the plan, cards
    for reporting, authority and entity, what was read, sources and method, and who judged. The page loads nothing and
    sends nothing; every text in it is escaped; without its script it is whole.

    `entity`, `member_state` (the code of a State, or several) and `incident` are the facts for the cards; a card
    without its facts says what to give. Without `member_state` the States are that of the incident, else those that
    Article 26 leads to for the entity. `lang` is "en", "de" or "fr"; what exists in English alone is marked as English.
    The other keyword arguments are those of `nis2map.coverage`, and its errors are raised. No clock is read: dates are
    those of the assessment and of the facts.

    Raises `InputError` for another language and for facts of other kinds, `UnknownRef` for a code that no State has.

    >>> import nis2map
    >>> page = nis2map.report.html(nis2map.Assessment.of({"A.8.24": "implemented"}))
    >>> page.startswith("<!DOCTYPE html>")
    True
    """
    from ._html import html_of

    return html_of(report_of(assessment, entity, member_state, incident, lang, options))


@with_options
def markdown(
    assessment: Assessment,
    *,
    entity: Entity | None = None,
    member_state: str | Iterable[str] | None = None,
    incident: Incident | None = None,
    lang: str = "en",
    **options: Unpack[Options],
) -> str:
    """Return the report as Markdown, with the arguments and errors of `html`; bars are left out, their numbers stay."""
    from ._markdown import markdown_of

    return markdown_of(report_of(assessment, entity, member_state, incident, lang, options))


@with_options
def xlsx(
    assessment: Assessment,
    target: Target,
    *,
    entity: Entity | None = None,
    member_state: str | Iterable[str] | None = None,
    incident: Incident | None = None,
    lang: str = "en",
    **options: Unpack[Options],
) -> None:
    """Write the report as a workbook, a sheet a chapter, to a path or a binary stream; as `html` otherwise.

    Numbers are numbers; no text becomes a formula. A text longer than a cell may be is cut, and says so. Equal reports
    give equal bytes. Raises `MissingExtra` without the extra `xlsx`, `InputError` for a target that can't be written.
    """
    from ._xlsx import xlsx_of

    _written(xlsx_of(report_of(assessment, entity, member_state, incident, lang, options)), target)


@with_options
def docx(
    assessment: Assessment,
    target: Target,
    *,
    entity: Entity | None = None,
    member_state: str | Iterable[str] | None = None,
    incident: Incident | None = None,
    lang: str = "en",
    **options: Unpack[Options],
) -> None:
    """Write the report as a Word document to a path or a binary stream; as `html` otherwise.

    Headings and lists are real ones, tables have their heads on every page and an alternative text. Equal reports give
    equal bytes. Raises `MissingExtra` without the extra `report`, `InputError` for a target that can't be written.
    """
    from ._docx import docx_of

    _written(docx_of(report_of(assessment, entity, member_state, incident, lang, options)), target)


def _written(data: bytes, target: Target) -> None:
    """Write bytes to a path or a stream."""
    if isinstance(target, (str, PathLike)):
        save(data, fspath(target))
    elif isinstance(target, TextIOBase) or not hasattr(target, "write"):
        raise InputError(f"{quote(target)} can't be written", hint="a path, or a stream of bytes such as io.BytesIO()")
    else:
        target.write(data)
