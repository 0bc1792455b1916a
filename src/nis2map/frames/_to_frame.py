"""`to_frame`: a tabular result as a dataframe of pandas, polars or pyarrow."""

# pyarrow has no types.
# pyright: reportUnknownParameterType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal, TypeAlias, overload

from .._shared import Kind, Tabular, choice, columns_of
from ..errors import InputError, MissingExtra, clean

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    from pyarrow import Table as ArrowTable

__all__ = ["to_frame"]

Backend: TypeAlias = Literal["pandas", "polars", "pyarrow"]
_BACKENDS: tuple[Backend, ...] = ("pandas", "polars", "pyarrow")
# Types of pandas that can miss a value: in those it takes by itself whole numbers with a gap become floats with NaN.
_PANDAS: dict[Kind, str] = {
    "text": "string",
    "whole": "Int64",
    "real": "Float64",
    "flag": "boolean",
    "date": "datetime64[s]",
    "moment": "datetime64[us, UTC]",
    "texts": "object",
    "json": "string",
}


@overload
def to_frame(x: Tabular, *, backend: Literal["pandas"] = "pandas") -> pd.DataFrame: ...
@overload
def to_frame(x: Tabular, *, backend: Literal["polars"]) -> pl.DataFrame: ...
@overload
def to_frame(x: Tabular, *, backend: Literal["pyarrow"]) -> ArrowTable: ...
@overload
def to_frame(x: Tabular, *, backend: Backend) -> pd.DataFrame | pl.DataFrame | ArrowTable: ...
def to_frame(x: Tabular, *, backend: Backend = "pandas") -> pd.DataFrame | pl.DataFrame | ArrowTable:
    """Return a tabular result as a dataframe; rows, names and order of columns are those of its `to_dicts`.

    Columns have the types of docs/reference/frames, also in a result without rows; what is missing is null (`NA` in
    pandas, whose types here can miss a value), never NaN. Days are `datetime64[s]` in pandas, without a time of day.
    polars, pyarrow and DuckDB take a result as it is, and so does `pandas.DataFrame.from_arrow`; this is for pandas
    without pyarrow, and for code that leaves the choice to its caller.

    Raises `InputError` for what is not tabular and for another backend, `MissingExtra` if narwhals or the backend is
    not installed.

    >>> import nis2map
    >>> frame = to_frame(nis2map.gaps(nis2map.Assessment()), backend="polars")
    >>> frame.columns[:3]
    ['ref', 'citation', 'title']
    """
    choice(backend, _BACKENDS, "backend")
    if not isinstance(x, Tabular):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(
            f"{clean(type(x).__name__)} is not tabular",
            hint="what has to_dicts is: Coverage, Gaps, Plan, Assessment, Dataset.units(), Dataset.links() and others",
        )
    for needed in ("narwhals", backend):
        try:
            import_module(needed)
        except ImportError:
            raise MissingExtra(
                f"to_frame with backend={backend!r} needs {needed}", hint="pip install 'nis2map[dataframes]'"
            ) from None
    return _framed(x, backend)


def _framed(x: Tabular, backend: Backend) -> pd.DataFrame | pl.DataFrame | ArrowTable:
    import narwhals.stable.v2 as nw

    columns, values = columns_of(x)
    data = {column.name: held for column, held in zip(columns, values, strict=True)}
    if backend == "pandas":
        frame: pd.DataFrame = nw.from_dict(data, backend="pandas").to_native()
        return frame.astype({column.name: _PANDAS[column.kind] for column in columns})
    types: dict[Kind, nw.dtypes.DType] = {
        "text": nw.String(),
        "whole": nw.Int64(),
        "real": nw.Float64(),
        "flag": nw.Boolean(),
        "date": nw.Date(),
        "moment": nw.Datetime("us", "UTC"),
        "texts": nw.List(nw.String),
        "json": nw.String(),
    }
    schema = {column.name: types[column.kind] for column in columns}
    table: pl.DataFrame | ArrowTable = nw.from_dict(data, schema=schema, backend=backend).to_native()
    return table
