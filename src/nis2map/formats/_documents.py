"""Reading Statements of Applicability and review sheets, reading and writing documents.

The content of a file decides, never its name.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from .._shared import Limits, Source, choice, kind_of, limits_of, name_of, read_bounded
from ..assessment import Assessment
from ..dataset import Dataset, given
from ..errors import InputError, MissingExtra, clean, quote
from ..model import Catalogue, Crosswalk, Framework
from ..review import Review, ReviewSheet
from ._tables import READABLE, sniff

if TYPE_CHECKING:
    from ._cells import Cells

__all__ = [
    "dump",
    "dumps",
    "load_assessment",
    "load_crosswalk",
    "load_dataset",
    "load_framework",
    "loads",
    "read_review",
    "read_soa",
]

T = TypeVar("T")
_ZIP = b"PK\x03\x04"
_DOCUMENT = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]")  # no table begins so
FORMATS = ("csv",)


def read_soa(
    source: Source,
    *,
    format: str | None = None,  # noqa: A002  (the name is part of the public interface)
    edition: str | None = None,
    limits: Limits | None = None,
    on_problem: Literal["raise", "collect"] = "raise",
) -> Assessment:
    """Return the Statement of Applicability that a path or binary stream holds, as an assessment.

    The id column is found by content, the header in the lines above it, with words in ten languages. A whole column
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
    from ._sheets import to_review

    kind = kind_of(data)
    if kind and not data.startswith(_ZIP):
        raise InputError(f"{name} is {kind}", hint="a review sheet is read as CSV or XLSX")
    table = (xlsx if kind else csv).cells(data, name=name, limits=bounds)
    return to_review(table, {"judge": judge, "date": date, "licence": licence}, given(dataset), bounds)


def dumps(obj: Assessment | Crosswalk | Dataset | ReviewSheet, *, format: str | None = None) -> bytes:  # noqa: A002
    """Return an assessment, a crosswalk or a dataset as a JSON document, a review sheet as CSV or as XLSX.

    Equal objects give equal bytes. `format` is one of the forms that an object has, the first if it is left out. Raises
    `InputError` for another form or object, `MissingExtra` for a spreadsheet without the extra `xlsx`. The modules of
    `nis2map.formats` say what each form leaves out.
    """
    forms = _forms(obj)
    form = forms[0] if format is None else choice(format, forms, "format")
    from . import csv, json, xlsx

    if not isinstance(obj, ReviewSheet):
        return json.dumps(obj)
    return xlsx.dumps(obj) if form == "xlsx" else csv.dumps(obj)


def _forms(obj: object) -> tuple[str, ...]:
    return ("csv", "xlsx") if isinstance(obj, ReviewSheet) else ("json",)


def dump(
    obj: Assessment | Crosswalk | Dataset | ReviewSheet,
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002  (the name is part of the public interface)
) -> None:
    """Write an assessment, a crosswalk, a dataset or a review sheet to a file; nothing else is written.

    The suffix of the path says the format, unless `format` does: `.json`, for a review sheet `.csv` or `.xlsx`; without
    either it is the first of these.

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
    id: str | None = None,  # noqa: A002  (what a `Crosswalk` calls it)
    requirements: Catalogue | Framework | str | None = None,
    controls: Catalogue | Framework | str | None = None,
    columns: Mapping[str, str | None] | None = None,
    on_duplicate: Literal["raise", "merge"] = "raise",
    limits: Limits | None = None,
) -> Crosswalk:
    """Return the crosswalk that a path or binary stream holds: a document of ours, or a table of pairs.

    Tables are read from CSV, TSV, XLSX, ODS, Markdown and YAML; the content says which, or `format`.

    A table has a row a pair, with columns `requirement` and `control`, and may have `relation`, `strength`,
    `rationale`, `source` and `note`; usual headers for these are known ("Focal Document Element", "STRM Relationship"),
    and `columns` says what others mean (`{"Norm": "requirement", "Owner": None}`; None leaves one out). Relations are
    read from the requirement to the control, in the words of IR 8477, OSCAL, STRM, CISO Assistant or SKOS
    ("intersects_with", "subset", "not_related"); "full" and "partial" are read as subset-of and intersects-with. A
    strength that is not a whole number from 1 to 9 on a partial relation is left out. Controls joined by + count
    together, several parted by commas, semicolons or lines are a link each. What was interpreted is in the crosswalk's
    `notes`, one a kind.

    `requirements` and `controls` say which framework the ids of a column are of: its id, or a `Catalogue`, in which
    each must then be, as its publisher writes it; without them ids are refs, or citations of the bundled texts. `id` is
    the crosswalk's, by default made of its ends. `on_duplicate="merge"` keeps one of several pairs that say the same.

    Whether its ends exist in a dataset is looked at when it joins one (`Dataset.with_crosswalk`). Raises `InputError`
    with every problem, its row and column; of a document the errors of `loads`. `LimitExceeded` past `limits`.
    """
    if format is not None:
        choice(format, dict.fromkeys(("json", *READABLE)), "format")
    bounds = limits_of(limits)
    name, data = name_of(source), read_bounded(source, bounds)
    if format == "json" or (format is None and _DOCUMENT.match(data)):
        given_ = {"id": id, "requirements": requirements, "controls": controls, "columns": columns}
        named = next((word for word, value in given_.items() if value is not None), None)
        if named:
            raise InputError(f"{named} says how a table is read, and {name} is a document")
        from . import json

        return json.loads(data, Crosswalk, name=name, limits=bounds)
    from ._sheets import to_crosswalk

    return to_crosswalk(
        _tables(format or sniff(data, name), data, name, bounds),
        name=name,
        id=id,
        requirements=requirements,
        controls=controls,
        columns=columns,
        on_duplicate=on_duplicate,
        limits=bounds,
    )


def load_framework(
    source: Source,
    *,
    format: str | None = None,  # noqa: A002  (the name is part of the public interface)
    framework: Framework | str | None = None,
    side: Literal["requirement", "control"] | None = None,
    columns: Mapping[str, str | None] | None = None,
    lang: str = "en",
    limits: Limits | None = None,
) -> Catalogue:
    """Return the framework with its units that a table holds, in a path or binary stream, for `Dataset.with_framework`.

    Tables are read from CSV, TSV, XLSX, ODS, Markdown, YAML and JSON; the content says which, or `format`.

    A table has a row a unit, with a column `id`, and may have `title`, `parent` or `depth`, `description`, `level`,
    `role`, `topic`, `note` and titles in other languages ("Title (fr)"); usual headers for these are known, and
    `columns` says what others mean (`{"Anforderung": "title", "Titre": "title:fr", "Owner": None}`; None leaves one
    out). Without `parent` and `depth` a unit lies under the one whose id its own starts with ("1.2" under "1"), which a
    note says. What a publisher calls a unit is kept as `original` where a ref can't hold it: "AC-2(1)" is AC-2.1.
    Several levels in a cell are parted by commas, semicolons, bars or lines. Descriptions are the publisher's words,
    in the language `lang`: they become `texts`, and without a column of titles their first line is the title.

    `framework` is the `Framework` that the units are of, or its id; without it the ids say it ("acme-1.0:1.2"), or the
    name of the file. `side` says whether the units are requirements (the default) or controls.

    Raises `InputError` with every problem, its row and column: ids that are missing, stand twice or are decimal numbers
    (5.10 is stored as 5.1), parents without a row, unknown roles. `LimitExceeded` past `limits`.
    """
    if format is not None:
        choice(format, READABLE, "format")
    bounds = limits_of(limits)
    name, data = name_of(source), read_bounded(source, bounds)
    from ._sheets import to_catalogue

    return to_catalogue(
        _tables(format or sniff(data, name), data, name, bounds),
        name=name,
        framework=framework,
        side=side,
        lang=lang,
        columns=columns,
        limits=bounds,
    )


def _tables(kind: str, data: bytes, name: str, limits: Limits) -> tuple[Cells, ...]:
    """Return the tables of a file of a kind that `sniff` knows."""
    from . import csv, markdown, xlsx, yaml
    from ._tables import json_tables

    match kind:
        case "json":
            return json_tables(data, name=name, limits=limits)
        case "csv":
            return csv.tables(data, name=name, limits=limits)
        case "markdown":
            return markdown.tables(data, name=name, limits=limits)
        case "yaml":
            return yaml.tables(data, name=name, limits=limits)
        case _:
            return xlsx.tables(data, name=name, limits=limits)


def load_dataset(source: Source, *, limits: Limits | None = None) -> Dataset:
    """Return the dataset that a path or binary stream holds as a document, checked whole; see `loads` for errors."""
    return _load(source, Dataset, limits)


def _load(source: Source, kind: type[T], limits: Limits | None) -> T:
    bounds = limits_of(limits)
    data = read_bounded(source, bounds)
    from . import json

    return json.loads(data, kind, name=name_of(source), limits=bounds)
