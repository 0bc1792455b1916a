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
from ..errors import InputError, clean, quote
from ..model import Catalogue, Crosswalk, Framework
from ..review import Review, ReviewSheet
from ..scoring import Options
from ._cells import is_id
from ._export import read_tables
from ._soa import SoaRequest, Span
from ._tables import READABLE, sniff

if TYPE_CHECKING:
    from ..diff import Correspondence
    from ._cells import Cells

__all__ = [
    "dump",
    "dumps",
    "load_assessment",
    "load_crosswalk",
    "load_dataset",
    "load_framework",
    "load_result",
    "loads",
    "read_review",
    "read_soa",
    "save",
    "written",
]

T = TypeVar("T")
_ZIP = b"PK\x03\x04"
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*[{\[]")  # no table begins so
_FORMS = {"md": "markdown"}  # suffixes that are not the names of forms


def read_soa(
    source: Source,
    *,
    format: str | None = None,  # noqa: A002  (the name is part of the public interface)
    edition: str | None = None,
    lang: str | None = None,
    columns: Mapping[str, str | None] | None = None,
    words: Mapping[str, str] | None = None,
    scale: Span | None = None,
    correspondence: Correspondence | None = None,
    limits: Limits | None = None,
    on_problem: Literal["raise", "collect"] = "raise",
) -> Assessment:
    """Return the Statement of Applicability that a path or binary stream holds, as an assessment.

    Read are CSV, TSV, XLSX, ODS, Markdown, YAML, JSON and our own documents; the content says which, or `format`. Every
    table and sheet whose id column names controls is read and joined by id; what is left over is named in a note. The
    header stands in the first 25 rows, in one of ten languages: that of the header decides what words mean, or `lang`.

    `columns` says what headers mean (`{"RAG": "status", "Internal": None}`; None leaves one out), `words` what words
    mean (`{"green": "implemented"}`), `scale` what numbers mean ("percent", "fraction", "0-5" for a linear scale, or a
    mapping of levels to status words and degrees), `correspondence` what became of the ids of the 2013 edition.

    `on_problem="collect"` keeps what is readable and lists the rest in `.problems`, in the order of their places, each
    with the `ref` of its row where that is known; what had to be interpreted ("in progress" as partial) is in `.notes`,
    one a kind.

    Raises `InputError` with every problem and its place; and always, also when collecting: `AmbiguousIds` for ids with
    two readings (5.10 stored as 5.1), `UnsupportedEdition` for the 2013 edition without its correspondence,
    `LimitExceeded` past `limits`; `MissingExtra` for a spreadsheet without the extra `xlsx`, YAML without `yaml`.

    >>> import nis2map
    >>> soa = nis2map.read_soa("examples/soa-with-gaps.csv")
    >>> len(soa), soa["A.8.24"].status.value
    (93, 'partial')
    """
    bounds = limits_of(limits)
    if format is not None:
        choice(format, READABLE, "format")
    name, data = name_of(source), read_bounded(source, bounds)
    from . import json

    if format in (None, "json") and json.is_document(data):
        return json.loads(data, Assessment, name=name, limits=bounds)
    options = SoaRequest(
        edition=edition,
        lang=lang,
        columns=columns,
        words=words,
        scale=scale,
        correspondence=correspondence,
        limits=bounds,
        on_problem=on_problem,
    )
    return read_tables(tables_of(data, name, bounds, format), options)


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


def dumps(obj: object, *, format: str = "json") -> bytes:  # noqa: A002
    """Return an assessment, a crosswalk, a dataset or any result as a document, a review sheet also as CSV or as XLSX.

    An assessment also becomes a Statement of Applicability as `csv`, `xlsx` or `markdown` (or `md`), with the legal
    requirements of the crosswalk `nis2map`; the modules of those names take other ones. Equal objects give equal bytes.
    A tuple of results of one kind, as `related` and `duties` give, is a document too. Raises `InputError` for another
    form or object, `MissingExtra` for a spreadsheet without the extra `xlsx`. The modules of `nis2map.formats` say what
    each form leaves out.

    >>> import nis2map
    >>> soa = nis2map.Assessment.of({"A.8.24": "implemented"})
    >>> nis2map.dumps(soa)[:24]
    b'{"nis2map": "assessment"'
    """
    forms = _forms(obj)
    form = _FORMS.get(format, format)
    return written(obj, form if form in forms else choice(format, forms, "format"), {})


def written(obj: object, form: str, options: Options) -> bytes:
    """Return an object in a form that it has; `options` say where the legal requirements of a statement come from."""
    from . import csv, json, markdown, xlsx

    if isinstance(obj, ReviewSheet) and form != "json":
        return xlsx.dumps(obj) if form == "xlsx" else csv.dumps(obj)
    if not isinstance(obj, Assessment) or form == "json":
        return json.dumps(obj)
    if form == "csv":
        return csv.dumps(obj, **options)
    return xlsx.dumps(obj, **options) if form == "xlsx" else markdown.dumps(obj, **options)


def _forms(obj: object) -> tuple[str, ...]:
    if isinstance(obj, Assessment):
        return ("json", "csv", "xlsx", "markdown")
    return ("csv", "xlsx", "json") if isinstance(obj, ReviewSheet) else ("json",)


def dump(
    obj: object,
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002  (the name is part of the public interface)
) -> None:
    """Write an assessment, a crosswalk, a dataset or any result to a file.

    The suffix of the path says the format, unless `format` does: `.json`, for an assessment also `.csv`, `.xlsx` or
    `.md`, for a review sheet `.csv` and `.xlsx`. Without either it is JSON, and CSV for a review sheet.

    Raises `InputError` for any other object, another suffix or format, and a path that can't be written; `MissingExtra`
    for a spreadsheet without the extra `xlsx`.

    >>> import nis2map
    >>> soa = nis2map.Assessment.of({"A.8.24": "implemented"})
    >>> nis2map.dump(soa, "soa.json")
    >>> nis2map.load_assessment("soa.json") == soa
    True
    """
    forms = _forms(obj)
    try:
        written_as = Path(path).suffix
    except TypeError as error:
        raise InputError(f"{quote(path)} can't be written: {clean(error)}") from error
    suffix = written_as.removeprefix(".").lower()
    form = format or _FORMS.get(suffix, suffix) or forms[0]
    if format is None and form not in forms:
        what = "no review sheet" if isinstance(obj, ReviewSheet) else "nothing"
        suffixes = {form: suffix for suffix, form in _FORMS.items()}
        named = ", ".join(f".{suffixes.get(name, name)}" for name in forms)
        raise InputError(f"{quote(path)}: {what} is written as {written_as}", hint=f"one of: {named}")
    save(dumps(obj, format=form), path)


def save(data: bytes, path: str | os.PathLike[str]) -> None:
    """Write bytes to a file; `InputError` for a path that can't be written."""
    try:
        Path(path).write_bytes(data)
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

    >>> import nis2map
    >>> soa = nis2map.Assessment.of({"A.8.24": "implemented"})
    >>> nis2map.loads(nis2map.dumps(soa), nis2map.Assessment) == soa
    True
    """
    from . import json

    return json.loads(data, type, limits=limits, dataset=dataset)


def load_assessment(source: Source, *, limits: Limits | None = None) -> Assessment:
    """Return the assessment that a path or binary stream holds as a document; see `loads` for the errors.

    Of records in YAML or JSON that name controls it is what `read_soa` reads in them; tables are read with that alone.

    >>> import nis2map
    >>> nis2map.dump(nis2map.Assessment.of({"A.8.24": 0.4}), "soa.json")
    >>> nis2map.load_assessment("soa.json")["A.8.24"].degree
    0.4
    """
    bounds = limits_of(limits)
    name, data = name_of(source), read_bounded(source, bounds)
    from . import json

    if not json.is_document(data):
        tables = _named_tables(data, name, bounds)
        if tables:
            return read_tables(tables, SoaRequest(limits=bounds))
    return json.loads(data, Assessment, name=name, limits=bounds)


def _named_tables(data: bytes, name: str, limits: Limits) -> tuple[Cells, ...]:
    """Return the tables of a file that name controls, none for what is not a table: then it is no document either."""
    try:
        kind = sniff(data, name)
    except InputError:
        return ()
    if kind not in ("json", "yaml"):  # other tables are what `read_soa` reads
        return ()
    tables = tables_of(data, name, limits, kind)
    if kind == "yaml" and not _JSON.match(data):  # which no document is written in
        return tables
    return tables if any(is_id(cell) for cells in tables for _, row in cells.rows for cell in row) else ()


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

    Tables are read from CSV, TSV, XLSX, ODS, Markdown and YAML; the content says which, or `format`. Of a library of
    CISO Assistant the mappings that lead one way are read, with the last parts of their URNs as ids.

    A table has one row per pair, with columns `requirement` and `control`, and may have `relation`, `strength`,
    `rationale`, `source` and `note`; usual headers for these are known ("Focal Document Element", "STRM Relationship"),
    and `columns` says what others mean (`{"Norm": "requirement", "Owner": None}`; None leaves one out). Relations are
    read from the requirement to the control, in the words of IR 8477, OSCAL, STRM, CISO Assistant or SKOS
    ("intersects_with", "subset", "not_related"); "full" and "partial" are read as subset-of and intersects-with. A
    strength that is not a whole number from 1 to 9 on a partial relation is left out. Controls joined by + count
    together, several parted by commas, semicolons or lines are a link each. What was interpreted is in the crosswalk's
    `notes`, one a kind.

    `requirements` and `controls` say which framework the ids of a column are of: its id, or a `Catalogue`, in which
    each must then be, as its publisher writes it; without them ids are refs, or citations of the bundled texts. Bare
    numbers of ISO/IEC 27001 that a control of Annex A has are refused: 5.1 may be A.5.1 or clause 5.1. `id` is the
    crosswalk's, by default made of its ends. `on_duplicate="merge"` keeps one of several pairs that say the same.

    Whether its ends exist in a dataset is looked at when it joins one (`Dataset.with_crosswalk`). Raises `InputError`
    with every problem, its row and column; of a document the errors of `loads`. `LimitExceeded` past `limits`.

    >>> import nis2map
    >>> nis2map.dump(nis2map.load().crosswalks["article"], "article.json")
    >>> nis2map.load_crosswalk("article.json").id
    'article'
    """
    if format is not None:
        choice(format, dict.fromkeys(("json", *READABLE)), "format")
    bounds = limits_of(limits)
    name, data = name_of(source), read_bounded(source, bounds)
    if format == "json" or (format is None and _JSON.match(data)):
        given_ = {"id": id, "requirements": requirements, "controls": controls, "columns": columns}
        named = next((word for word, value in given_.items() if value is not None), None)
        if named:
            raise InputError(f"{named} says how a table is read, and {name} is a document")
        from . import json

        return json.loads(data, Crosswalk, name=name, limits=bounds)
    from ._sheets import to_crosswalk

    return to_crosswalk(
        tables_of(data, name, bounds, format),
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

    Tables are read from CSV, TSV, XLSX, ODS, Markdown, YAML and JSON; the content says which, or `format`. Of a library
    of CISO Assistant the nodes are read, with the titles of its translations.

    A table has one row per unit, with a column `id`, and may have `title`, `parent` or `depth`, `description`, `level`,
    `role`, `topic`, `note` and titles in other languages ("Title (fr)"); usual headers for these are known, and
    `columns` says what others mean (`{"Anforderung": "title", "Titre": "title:fr", "Owner": None}`; None leaves one
    out). Without `parent` and `depth` a unit lies under the one whose id its own starts with ("1.2" under "1"), which a
    note says. What a publisher calls a unit is kept as `original` where a ref can't hold it: "AC-2(1)" is AC-2.1.
    Where each cell of ids has a text behind a colon ("GV.OC-01: ..."), that is the description.
    Several levels in a cell are parted by commas, semicolons, bars or lines. Descriptions are the publisher's words,
    in the language `lang`: they become `texts`, and are never taken for titles, which documents hold. Without a column
    of titles there are none, and a note says so.

    `framework` is the `Framework` that the units are of, or its id; without it the ids say it ("acme-1.0:1.2"), or the
    name of the file. `side` says whether the units are requirements (the default) or controls.

    Raises `InputError` with every problem, its row and column: ids that are missing, stand twice or are decimal numbers
    (5.10 is stored as 5.1), parents without a row, unknown roles. `LimitExceeded` past `limits`.

    >>> import nis2map
    >>> framework = nis2map.load_framework("examples/own-frameworks/questionnaire.csv", columns={"Question": "id"})
    >>> [unit.title for unit in framework.requirements[:2]]
    ['Access', 'Is every account tied to a person?']
    """
    if format is not None:
        choice(format, READABLE, "format")
    bounds = limits_of(limits)
    name, data = name_of(source), read_bounded(source, bounds)
    from ._sheets import to_catalogue

    return to_catalogue(
        tables_of(data, name, bounds, format),
        name=name,
        framework=framework,
        side=side,
        lang=lang,
        columns=columns,
        limits=bounds,
    )


def tables_of(data: bytes, name: str, limits: Limits, format: str | None = None) -> tuple[Cells, ...]:  # noqa: A002
    """Return the tables of a file; the content says which kind it is, or `format`, one of `READABLE`."""
    from . import csv, markdown, xlsx, yaml
    from ._tables import json_tables

    match format or sniff(data, name):
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
    """Return the dataset that a path or binary stream holds as a document, checked whole; see `loads` for errors.

    >>> import nis2map
    >>> nis2map.dump(nis2map.load(), "data.json")
    >>> nis2map.load_dataset("data.json") == nis2map.load()
    True
    """
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
