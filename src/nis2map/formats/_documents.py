"""Reading Statements of Applicability and review sheets, reading and writing documents.

The content of a file decides, never its name.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Literal, TypeVar

from .._shared import Limits, Source, choice, kind_of, limits_of, name_of, read_bounded
from ..assessment import Assessment
from ..dataset import Dataset, given
from ..errors import InputError, MissingExtra, clean, quote
from ..model import Crosswalk
from ..review import Review, ReviewSheet

__all__ = [
    "dump",
    "dumps",
    "load_assessment",
    "load_crosswalk",
    "load_dataset",
    "load_result",
    "loads",
    "read_review",
    "read_soa",
]

T = TypeVar("T")
_ZIP = b"PK\x03\x04"
FORMATS = ("csv",)
CROSSWALK_FORMATS = ("json",)


def read_soa(
    source: Source,
    *,
    format: str | None = None,  # noqa: A002  (the name is part of the public interface)
    edition: str | None = None,
    limits: Limits | None = None,
    on_problem: Literal["raise", "collect"] = "raise",
) -> Assessment:
    """Return the Statement of Applicability that a path or binary stream holds, as an assessment.

    The id column is found by content, the header in the lines above it, with English or German words. A whole column
    of bare numbers is read as Annex A. `on_problem="collect"` keeps what is readable and lists the rest in
    `.problems`, in the order of their places, each with the `ref` of its row where that is known; what had to be
    interpreted ("in progress" as partial) is in `.notes`, once a word.

    Raises `InputError` with every problem and its place; and always, also when collecting: `AmbiguousIds` for ids that
    lost a zero (5.10 stored as 5.1), `UnsupportedEdition` for the 2013 edition, `LimitExceeded` past `limits`.
    """
    bounds = limits_of(limits)
    if format is not None:
        choice(format, FORMATS, "format")
    name, data = _table(source, bounds)
    from . import csv

    return csv.loads(data, name=name, edition=edition, limits=bounds, on_problem=on_problem)


def _table(source: Source, limits: Limits) -> tuple[str, bytes]:
    """Return the name and the bytes of what may be a table in text."""
    name, data = name_of(source), read_bounded(source, limits)
    kind = kind_of(data)
    if kind:
        hint = f"readable are: {', '.join(FORMATS)}; save it as CSV with ids as text"
        raise InputError(f"{name} is {kind}", hint=hint)
    return name, data


def read_review(
    source: Source,
    *,
    judge: str | None = None,
    date: dt.date | str | None = None,
    licence: str | None = None,
    limits: Limits | None = None,
    dataset: Dataset | None = None,
) -> Review:
    """Return the verdicts that a filled review sheet holds, as CSV or XLSX in a path or binary stream.

    Read are the columns `demand`, `controls`, `verdict` (stated, guided, considered, helped or none) and `comment`,
    wherever they stand; rows without a verdict are left out. `judge`, `date` and `licence` (of the copy of the standard
    that was used) may stand in lines of their own above the header ("judge,Ann Auditor"); arguments come first.
    Comments without a verdict and lines that are not read are notes.

    Raises `InputError` with every problem, its row, column and the nearest right thing: another word as verdict, a
    demand or control that the dataset lacks or whose id a spreadsheet spoilt, two verdicts on one pair, a date with
    more than one reading. `LimitExceeded` past `limits`, `MissingExtra` for a spreadsheet without the extra `xlsx`.
    """
    bounds = limits_of(limits)
    name, data = name_of(source), read_bounded(source, bounds)
    from . import csv, xlsx
    from ._review_sheet import to_review

    kind = kind_of(data)
    if kind and not data.startswith(_ZIP):
        raise InputError(f"{name} is {kind}", hint="a review sheet is read as CSV or XLSX")
    table = (xlsx if kind else csv).cells(data, name=name, limits=bounds)
    return to_review(table, {"judge": judge, "date": date, "licence": licence}, given(dataset), bounds)


def dumps(obj: object, *, format: str = "json") -> bytes:  # noqa: A002
    """Return an assessment, a crosswalk, a dataset or any result as a document, a review sheet also as CSV or as XLSX.

    Equal objects give equal bytes. A tuple of results of one kind, as `related` and `duties` give, is a document too.
    Raises `InputError` for another form or object, `MissingExtra` for a spreadsheet without the extra `xlsx`. The
    modules of `nis2map.formats` say what each form leaves out.
    """
    form = choice(format, _forms(obj), "format")
    from . import csv, json, xlsx

    if form == "json" or not isinstance(obj, ReviewSheet):
        return json.dumps(obj)
    return xlsx.dumps(obj) if form == "xlsx" else csv.dumps(obj)


def _forms(obj: object) -> tuple[str, ...]:
    return ("csv", "xlsx", "json") if isinstance(obj, ReviewSheet) else ("json",)


def dump(
    obj: object,
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002  (the name is part of the public interface)
) -> None:
    """Write an assessment, a crosswalk, a dataset or any result to a file.

    The suffix of the path says the format, unless `format` does: `.json`, for a review sheet also `.csv` and `.xlsx`.
    Without either it is JSON, and CSV for a review sheet.

    Raises `InputError` for any other object, another suffix or format, and a path that can't be written; `MissingExtra`
    for a spreadsheet without the extra `xlsx`.
    """
    forms = _forms(obj)
    try:
        file = Path(path)
        form = format or file.suffix.removeprefix(".").lower() or forms[0]
        if format is None and form not in forms:
            what = "no review sheet" if isinstance(obj, ReviewSheet) else "nothing"
            written = ", ".join(f".{name}" for name in forms)
            raise InputError(f"{quote(path)}: {what} is written as {file.suffix}", hint=f"one of: {written}")
        file.write_bytes(dumps(obj, format=form))
    except (InputError, MissingExtra):
        raise
    except (OSError, ValueError, TypeError) as error:
        reason = clean(getattr(error, "strerror", None) or error)
        raise InputError(f"{quote(path)} can't be written: {reason}") from error


def loads(
    data: bytes | str,
    type: type[T],  # noqa: A002  (as in read_soa)
    *,
    dataset: Dataset | None = None,
    limits: Limits | None = None,
) -> T:
    """Return the `Assessment`, `Crosswalk`, `Dataset` or result (say which) that a document holds.

    `loads(dumps(x), type(x)) == x`, and a dataset keeps its digest. Nothing is coerced, and nothing left out; `tuple`
    stands for several results of one kind. A `Coverage` or `Gaps` explains itself and can be varied if `dataset` (the
    bundled one if it is not given) has the digest that the document names; else it answers what the document holds and
    raises `InputError`, with both digests, for the rest.

    Raises `InputError` for another document (`DatasetError` for what is wrong inside a crosswalk or dataset),
    with every problem at once and its JSON pointer, `LimitExceeded` past `limits`. Of a document that a newer version
    of nis2map wrote it says that and nothing else.
    """
    from . import json

    return json.loads(data, type, limits=limits, dataset=dataset)


def load_assessment(source: Source, *, limits: Limits | None = None) -> Assessment:
    """Return the assessment that a path or binary stream holds as a document; see `loads` for the errors.

    A Statement of Applicability in a table is read with `read_soa`.
    """
    return _load(source, Assessment, limits)


def load_crosswalk(
    source: Source,
    *,
    format: str | None = None,  # noqa: A002  (the name is part of the public interface)
    limits: Limits | None = None,
) -> Crosswalk:
    """Return the crosswalk that a path or binary stream holds; see `loads` for the errors.

    Whether its ends exist is looked at when it joins a dataset (`Dataset.with_crosswalk`). `format` is worked out from
    the content if it is not given.
    """
    if format is not None:
        choice(format, CROSSWALK_FORMATS, "format")
    return _load(source, Crosswalk, limits)


def load_dataset(source: Source, *, limits: Limits | None = None) -> Dataset:
    """Return the dataset that a path or binary stream holds as a document, checked whole; see `loads` for errors."""
    return _load(source, Dataset, limits)


def _load(source: Source, kind: type[T], limits: Limits | None) -> T:
    bounds = limits_of(limits)
    data = read_bounded(source, bounds)
    from . import json

    return json.loads(data, kind, name=name_of(source), limits=bounds)


def load_result(source: Source, *, dataset: Dataset | None = None, limits: Limits | None = None) -> object:
    """Return what a path or binary stream holds as a document, whatever kind it says it is; errors as for `loads`."""
    bounds = limits_of(limits)
    name, data = name_of(source), read_bounded(source, bounds)
    from . import json

    kind = json.is_document(data)
    if kind is None:
        raise InputError(f"{name} is not a document of nis2map", hint="nis2map.dump(cov, 'result.json') writes one")
    return json.loads(data, json.class_of(kind), name=name, limits=bounds, dataset=dataset)
