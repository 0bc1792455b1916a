"""Reading Statements of Applicability, reading and writing documents; the content of a file decides, never its name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, TypeVar

from .._shared import Limits, Source, choice, kind_of, limits_of, name_of, read_bounded
from ..assessment import Assessment
from ..dataset import Dataset
from ..errors import InputError, clean, quote
from ..model import Crosswalk

__all__ = ["dump", "dumps", "load_assessment", "load_crosswalk", "load_dataset", "loads", "read_soa"]

T = TypeVar("T")
FORMATS = ("csv",)
CROSSWALK_FORMATS = ("json",)
WRITTEN = (".json",)


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
    name = name_of(source)
    data = read_bounded(source, bounds)
    kind = kind_of(data)
    if kind:
        raise InputError(
            f"{name} is {kind}", hint=f"readable are: {', '.join(FORMATS)}; save it as CSV with ids as text"
        )
    from . import csv

    return csv.loads(data, name=name, edition=edition, limits=bounds, on_problem=on_problem)


def dumps(obj: Assessment | Crosswalk | Dataset) -> bytes:
    """Return an assessment, a crosswalk or a dataset as a JSON document: equal objects give equal bytes.

    Raises `InputError` for any other object. `nis2map.formats.json` describes the document and what it leaves out.
    """
    from . import json

    return json.dumps(obj)


def dump(obj: Assessment | Crosswalk | Dataset, path: str | os.PathLike[str]) -> None:
    """Write the document of an assessment, a crosswalk or a dataset to a file; nothing else is written.

    The suffix of the path says the format: today `.json`, which a path without suffix gets too.

    Raises `InputError` for any other object, another suffix, and a path that can't be written.
    """
    data = dumps(obj)
    try:
        file = Path(path)
        suffix = file.suffix
        if suffix and suffix.lower() not in WRITTEN:
            raise InputError(f"{quote(path)}: nothing is written as {suffix}", hint=f"one of: {', '.join(WRITTEN)}")
        file.write_bytes(data)
    except InputError:
        raise
    except (OSError, ValueError, TypeError) as error:
        reason = clean(getattr(error, "strerror", None) or error)
        raise InputError(f"{quote(path)} can't be written: {reason}") from error


def loads(data: bytes | str, type: type[T], *, limits: Limits | None = None) -> T:  # noqa: A002  (as in read_soa)
    """Return the `Assessment`, `Crosswalk` or `Dataset` (say which) that a document holds.

    `loads(dumps(x), type(x)) == x`, and a dataset keeps its digest. Nothing is coerced, and nothing left out.

    Raises `InputError` for another document (`DatasetError` for what is wrong inside a crosswalk or dataset),
    with every problem at once and its JSON pointer, `LimitExceeded` past `limits`.
    """
    from . import json

    return json.loads(data, type, limits=limits)


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
