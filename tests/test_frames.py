"""Tabular results as dataframes: four libraries take each as it is; `to_frame`, `assessments_from_frame`, `to_pandas`."""

from __future__ import annotations

import builtins
import datetime as dt
import importlib
import io
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import attrs
import duckdb
import nanoarrow
import networkx as nx
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import nis2map
from nis2map import Assessment, Finding, Tabular, assessments_from_frame, coverage, gaps, graph, to_frame
from nis2map._shared import Column, columns_of
from nis2map.errors import AmbiguousIds, InputError, MissingExtra

from . import test_golden as golden
from .tiny import options, tiny

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "frames.md"
REGENERATE = os.environ.get("NIS2MAP_REGENERATE") == "1"
BACKENDS = ("pandas", "polars", "pyarrow")


def bare() -> nis2map.Dataset:
    """One duty that a control serves, and nothing else: most results on it are empty."""
    return tiny("1: kept", "C.1 Log", "1 = C.1: kept")


def catalogue() -> nis2map.Catalogue:
    """A framework as a publisher's file gives it: ids that no ref holds, levels, a second language."""
    data = b'id,title,level,title (fr)\nAC-2(1),Accounts,"basic, important",Comptes\nAC-3,Access,important,\n'
    return nis2map.load_framework(io.BytesIO(data), framework="set", side="control")


def nothing() -> nis2map.Assessment:
    return Assessment()


# Name in the reference, a result with rows, and one of the same class without any (None: it always has some).
TABLES: dict[str, tuple[Callable[[], object], Callable[[], object] | None]] = {
    "Assessment": (golden.statement, nothing),
    "Coverage": (golden.cov, None),
    "Scores": (lambda: golden.cov().demands, None),
    "MeasureGroups": (lambda: golden.cov().measure_groups, lambda: type(golden.cov().measure_groups)()),
    "Gaps": (
        lambda: gaps(golden.statement(), **golden.asked()),
        lambda: gaps(Assessment.of({"set:C.1": 1.0}), **options(bare())),
    ),
    "Comparison": (golden.compared, lambda: nis2map.compare(nothing(), nothing(), **golden.asked())),
    "Plan": (golden.planned, lambda: nis2map.plan(nothing(), target=0.0, **golden.asked())),
    "Contributions": (golden.shares, None),
    "Sensitivity": (golden.sensitive, lambda: attrs.evolve(golden.sensitive(), links=())),
    "Simulation": (golden.simulated, None),
    "Roadmap": (golden.road, lambda: attrs.evolve(golden.road(), steps=())),
    "Composition": (golden.composed, lambda: attrs.evolve(golden.composed(), pairs=())),
    "Agreement": (golden.agreed, lambda: attrs.evolve(golden.agreed(), pairs=())),
    "Corroboration": (lambda: nis2map.corroboration("x", "y", dataset=golden.small()), None),
    "Overlap": (lambda: nis2map.overlap("x", dataset=golden.small()), None),
    "ReviewSheet": (
        lambda: nis2map.review_sheet(blind=False, crosswalk="x", dataset=golden.small()),
        lambda: attrs.evolve(nis2map.review_sheet(crosswalk="x", dataset=golden.small()), rows=()),
    ),
    "Review": (golden.reviewed, lambda: nis2map.Review(())),
    "ReviewAgreement": (golden.held_against, None),
    "Migration": (golden.migrated, lambda: nis2map.migrate(nothing(), dataset=golden.renamed())),
    "Correspondence": (
        lambda: nis2map.Correspondence([nis2map.CorrespondenceRow("law:1", ["law:2", "law:3"], "split", "in halves")]),
        lambda: nis2map.Correspondence([]),
    ),
    "ReviewMigration": (golden.moved_review, lambda: attrs.evolve(golden.moved_review(), moved=(), dropped=())),
    "Hits": (
        lambda: nis2map.find("logs", dataset=golden.small()),
        lambda: nis2map.find("zebra", dataset=golden.small()),
    ),
    "UnitTable": (lambda: golden.small().units(), lambda: nis2map.Dataset.from_parts().units()),
    "DemandTable": (lambda: golden.small().demands(), lambda: nis2map.Dataset.from_parts().demands()),
    "Catalogue": (catalogue, lambda: attrs.evolve(catalogue(), controls=())),
    "LinkTable": (lambda: golden.small().links("x"), lambda: tiny("1: kept", "C.1 Log").links("x")),
    "VerdictTable": (lambda: nis2map.load().all_verdicts(), lambda: golden.small().all_verdicts()),
    "Classification": (golden.classified, None),
    "Schedule": (golden.scheduled, lambda: attrs.evolve(golden.scheduled(), deadlines=())),
    "ScheduleState": (
        lambda: golden.scheduled().state(golden.NOON + dt.timedelta(hours=30)),
        lambda: attrs.evolve(golden.scheduled().state(golden.NOON), states=()),
    ),
    "MemberState": (lambda: nis2map.member_state("BE"), None),
    "Significance": (lambda: nis2map.significance(nis2map.IncidentFacts(direct_loss=6e5)), None),
    "FineCeiling": (
        lambda: nis2map.fine_ceiling(golden.classified(), 5e8),
        lambda: attrs.evolve(nis2map.fine_ceiling(golden.classified(), 5e8), options=()),
    ),
    "RegistrationPlan": (
        lambda: nis2map.registration(golden.classified(), in_scope_since="2025-06-01"),
        lambda: attrs.evolve(nis2map.registration(golden.classified(), in_scope_since="2025-06-01"), duties=()),
    ),
}
CASES = [
    pytest.param(make, id=f"{name}{' empty' if place else ''}")
    for name, pair in TABLES.items()
    for place, make in enumerate(pair)
    if make is not None
]
ARROW: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "whole": pa.int64(),
    "real": pa.float64(),
    "flag": pa.bool_(),
    "date": pa.date32(),
    "moment": pa.timestamp("us", "UTC"),
    "texts": pa.list_(pa.string()),
    "json": pa.string(),
}


def table(make: Callable[[], object]) -> Tabular:
    made = make()
    assert isinstance(made, Tabular)
    return made


def schema(x: Tabular) -> pa.Schema:
    return pa.schema([(column.name, ARROW[column.kind]) for column in columns_of(x)[0]])


def held(x: Tabular) -> list[dict[str, object]]:
    """Return the rows as frames hold them, worked out from `to_dicts`: days, instants and JSON in their types."""
    kinds = {column.name: column.kind for column in columns_of(x)[0]}
    return [{name: _held(kinds[name], value) for name, value in row.items()} for row in x.to_dicts()]


def _held(kind: str, value: object) -> object:
    if kind == "date" and isinstance(value, str):
        return dt.date.fromisoformat(value)
    if kind == "moment" and isinstance(value, str):
        return dt.datetime.fromisoformat(value).astimezone(dt.UTC)
    if kind == "json" and value is not None and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return value


@pytest.mark.parametrize("make", CASES)
def test_pyarrow_takes_a_result_with_the_documented_schema(make: Callable[[], object]) -> None:
    """Types are those of the columns, with rows and without, and values those of `to_dicts`."""
    x = table(make)
    found = pa.table(x)
    assert found.schema == schema(x)
    assert found.to_pylist() == held(x)


@pytest.mark.parametrize("make", CASES)
def test_polars_takes_a_result_as_it_is(make: Callable[[], object]) -> None:
    """The frame has the rows of `to_dicts` and not one column of objects."""
    x = table(make)
    found = pl.DataFrame(x)
    assert found.columns == schema(x).names
    assert found.to_dicts() == held(x)
    assert pl.Object not in found.dtypes
    assert pl.Null not in found.dtypes


@pytest.mark.parametrize("make", CASES)
def test_pandas_takes_a_result_as_it_is(make: Callable[[], object]) -> None:
    """`DataFrame.from_arrow` of pandas 3 gives the same columns and as many rows."""
    x = table(make)
    found = pd.DataFrame.from_arrow(x)
    assert list(found.columns) == schema(x).names
    assert len(found) == len(x.to_dicts())


@pytest.mark.parametrize("make", CASES)
def test_duckdb_takes_a_result_as_it_is(make: Callable[[], object]) -> None:
    """A query names the variable that holds the result."""
    x = table(make)
    found = duckdb.sql("from x")
    assert found.columns == schema(x).names
    assert [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()] == held(x)


@pytest.mark.parametrize("make", CASES)
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_frame_of_a_result_has_its_rows_and_types(make: Callable[[], object], backend: str) -> None:
    """`to_frame` gives what each library makes of the stream; pandas has types that can miss a value."""
    x = table(make)
    found = to_frame(x, backend=backend)
    if backend == "polars":
        assert found.equals(pl.DataFrame(x))
        assert found.schema == pl.DataFrame(x).schema
    elif backend == "pyarrow":
        assert found.schema == schema(x)
        assert found.to_pylist() == held(x)
    else:
        assert list(found.columns) == schema(x).names
        rows = [{k: None if _is_na(v) else v for k, v in row.items()} for row in found.to_dict("records")]
        assert rows == [{k: _at_midnight(v) for k, v in row.items()} for row in held(x)]
        assert "float64" not in {str(kind) for kind in found.dtypes}


def _is_na(value: object) -> bool:
    return not isinstance(value, list) and pd.isna(value) and not (isinstance(value, float) and math.isnan(value))


def _at_midnight(value: object) -> object:
    return pd.Timestamp(value) if isinstance(value, dt.date) else value


@pytest.mark.parametrize("make", CASES)
def test_rows_are_plain_and_have_one_key_set(make: Callable[[], object]) -> None:
    """All rows have the columns' names in their order, JSON takes them, and nothing is NaN."""
    x = table(make)
    names = [column.name for column in columns_of(x)[0]]
    assert len(set(names)) == len(names)
    rows = x.to_dicts()
    assert all(list(row) == names for row in rows)
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows


@pytest.mark.parametrize("make", CASES)
def test_shares_are_shares_and_counts_whole_numbers(make: Callable[[], object]) -> None:
    """A column of a kind holds values of that kind alone."""
    kinds = {
        "text": str,
        "whole": int,
        "real": (int, float),
        "flag": bool,
        "texts": list,
        "date": dt.date,
        "moment": dt.datetime,
        "json": str,
    }
    for column, values in zip(*columns_of(table(make)), strict=True):
        for value in values:
            assert value is None or isinstance(value, kinds[column.kind]), (column.name, value)
            assert not (column.kind in ("whole", "real") and isinstance(value, bool)), column.name
            assert column.kind != "texts" or value is not None, column.name


@pytest.mark.parametrize("make", CASES)
def test_a_tabular_result_is_neither_mapping_nor_sequence(make: Callable[[], object]) -> None:
    """polars takes these first: a mapping for columns, a sequence for rows."""
    assert not isinstance(make(), (Mapping, Sequence))


def test_every_public_result_with_rows_is_a_table_that_is_tested() -> None:
    """Whatever has `to_dicts` takes part here, so that no library is surprised by a new one."""
    public = {name: getattr(nis2map, name) for name in nis2map.__all__}
    having = {name for name, kind in public.items() if isinstance(kind, type) and hasattr(kind, "to_dicts")}
    assert having == {*TABLES, "Tabular"}
    assert all(issubclass(public[name], Tabular) for name in TABLES)
    assert {name: type(make()).__name__ for name, (make, _) in TABLES.items()} == {name: name for name in TABLES}
    assert all(make is None or not table(make).to_dicts() for _, make in TABLES.values())
    assert all(table(make).to_dicts() for make, _ in TABLES.values())


NAMED = ("Assessment", "Coverage", "Scores", "MeasureGroups", "Gaps", "Comparison", "Plan", "Contributions", "Hits", "UnitTable", "DemandTable")  # fmt: skip
PAIRS = ("Agreement", "LinkTable", "VerdictTable")


def test_rows_about_units_say_how_they_are_cited_and_called() -> None:
    """A frame can be read by people without another join."""
    for name in NAMED:
        assert {"ref", "citation", "title"} <= set(schema(table(TABLES[name][0])).names), name
    for name in PAIRS:
        wanted = {"requirement", "citation", "title", "control", "control_citation", "control_title"}
        assert wanted <= set(schema(table(TABLES[name][0])).names), name
    cov = coverage(Assessment.of({"A.8.24": "implemented"}))
    row = next(row for row in cov.to_dicts("measure") if row["ref"] == "nis2:21.2.h")
    assert (row["citation"], row["title"]) == ("Article 21(2), point (h)", nis2map.load()["nis2:21.2.h"].title)
    demand = next(row for row in cov.demands.to_dicts() if row["ref"].startswith("nis2:21.2.h"))
    assert demand["citation"].startswith("Article 21(2), point (h) (")
    unknown = Assessment.of({"law:1": "planned"}).to_dicts()
    assert (unknown[0]["citation"], unknown[0]["title"]) == ("1", None)


def test_a_demand_of_a_framework_with_a_pattern_is_cited_by_it() -> None:
    """A framework cites its units as it wants to, and so their demands."""
    data = nis2map.Dataset.from_parts(
        frameworks=[nis2map.Framework("law", "A law", pattern="Rule {id}")],
        requirements=[nis2map.Requirement("law:1", None, "One", demands=[nis2map.Demand("law:1#kept", "kept")])],
    )
    assert [row["citation"] for row in data.demands().to_dicts()] == ["Rule 1 (kept)"]


def test_what_publishers_write_stands_in_the_tables() -> None:
    """Their ids, levels and titles in other languages, of units alone and of units that results speak of."""
    rows = catalogue().to_dicts()
    assert [row["ref"] for row in rows] == ["set:AC-2.1", "set:AC-3"]
    assert [(row["citation"], row["original"]) for row in rows] == [("AC-2(1)", "AC-2(1)"), ("AC-3", None)]
    assert [(row["levels"], row["titles"]) for row in rows] == [
        (["basic", "important"], {"fr": "Comptes"}),
        (["important"], None),
    ]
    data = tiny("1: kept", "", "").with_framework(attrs.evolve(catalogue(), framework=CITED))
    data = data.with_crosswalk(
        nis2map.Crosswalk("y", "law", "set", [nis2map.Link("law:1", "set:AC-2.1", "equal-to", covers=["law:1#kept"])])
    )
    named = "Set AC-2(1)"
    assert [row["citation"] for row in data.units().to_dicts()] == ["1", named, "Set AC-3"]
    assert data.units().to_dicts()[1].items() >= {"levels": ["basic", "important"], "titles": {"fr": "Comptes"}}.items()
    assert data.links("y").to_dicts()[0]["control_citation"] == named
    asked = {"framework": "law", "crosswalk": "y", "within": "all", "dataset": data}
    assert nis2map.plan(nothing(), target="ceiling", **asked).to_dicts()[0]["citation"] == named
    assert [row["citation"] for row in nis2map.contributions(nothing(), **asked).to_dicts()] == [None, named]
    assert nis2map.find("accounts", dataset=data).to_dicts()[0]["citation"] == named


CITED = nis2map.Framework("set", side="control", pattern="Set {id}")


def test_a_catalogue_cites_its_units_as_its_framework_does() -> None:
    """As they are cited once they stand in a dataset."""
    rows = attrs.evolve(catalogue(), framework=CITED).to_dicts()
    assert [row["citation"] for row in rows] == ["Set AC-2(1)", "Set AC-3"]


def test_gaps_of_an_entity_name_the_scopes_that_lack_a_control() -> None:
    """Of one statement alone there are none to name."""
    plant, cloud = Assessment.of({"set:C.1": 1.0}), Assessment.of({"set:C.1": 0.5})
    asked = options(bare())
    both = Assessment.across({"plant": plant, "cloud": cloud}, dataset=bare())
    assert [row["lacking"] for row in gaps(both, **asked).to_dicts()] == [["cloud"]]
    assert [row["lacking"] for row in gaps(cloud, **asked).to_dicts()] == [[]]


@pytest.mark.parametrize("name", ["Coverage", "Gaps", "Comparison", "Sensitivity", "Composition", "Agreement", "Plan"])
def test_a_result_that_was_read_with_its_dataset_has_the_same_table(name: str) -> None:
    """Titles are in the dataset and in no document; without it those are null that the bundled one lacks."""
    x = table(TABLES[name][0])
    data = golden.chained() if name == "Composition" else golden.small()
    assert nis2map.loads(nis2map.dumps(x), type(x), dataset=data).to_dicts() == x.to_dicts()
    alone = nis2map.loads(nis2map.dumps(x), type(x)).to_dicts()
    assert [list(row) for row in alone] == [list(row) for row in x.to_dicts()]
    assert pa.table(nis2map.loads(nis2map.dumps(x), type(x))).schema == schema(x)


def test_a_coverage_has_a_table_a_level() -> None:
    """Each roll-up is a table of its own; that of a coverage is the one of units."""
    cov = golden.cov()
    assert pa.table(cov) == pa.table(cov.units) == pa.table(cov.rollup("unit"))
    for level in ("overall", "article", "measure", "section", "unit", "demand"):
        assert pa.table(cov.rollup(level)).to_pylist() == cov.to_dicts(level)
        assert len(cov.to_dicts(level)) == len(cov.rollup(level))
    assert cov.to_dicts("overall")[0]["citation"] is None
    assert cov.measure_groups.to_dicts() == cov.rollup("measure").to_dicts()


def test_units_demands_links_and_verdicts_come_in_legal_order() -> None:
    """The lists of a dataset are those of its look-ups, and their tables have a row an item, or a row a pair."""
    data = nis2map.load()
    assert list(data.units()) == list(data)
    assert [row["ref"] for row in data.units().to_dicts()] == [str(unit.ref) for unit in data]
    assert list(data.demands()) == [demand for unit in data for demand in data.demands(unit.ref)]
    assert tuple(data.links("enisa")) == data.links_of("enisa")
    judged = [
        verdict for unit in data.units() for demand in data.demands(unit.ref) for verdict in data.verdicts(demand.ref)
    ]
    assert list(data.all_verdicts()) == judged
    pairs = [(row["link"], row["demand"], row["control"]) for row in data.links().to_dicts()]
    assert len(set(pairs)) == len(pairs)
    wanted = sum(max(1, len(link.demands)) * max(1, len(link.controls)) for link in data.links())
    assert len(pairs) == wanted


def test_a_list_of_a_dataset_behaves_as_a_tuple() -> None:
    """What used to be a tuple can still be indexed, sliced, added, compared, hashed, searched and pickled."""
    import copy
    import pickle

    links = golden.small().links("x")
    held_ = links[:]
    assert isinstance(held_, tuple)
    assert links == held_
    assert held_ == links
    assert links != held_[1:]
    assert links != list(held_)
    assert hash(links) == hash(held_)
    assert links + held_ == held_ + links == held_ * 2
    assert (links[0], links[-1], len(links)) == (held_[0], held_[-1], len(held_))
    assert held_[1] in links
    assert links.index(held_[1]) == 1
    assert links.count(held_[1]) == 1
    assert list(reversed(links)) == list(reversed(held_))
    assert "of" not in links
    assert repr(links) == f"<LinkTable: {len(links)}>"
    assert pickle.loads(pickle.dumps(links)).to_dicts() == links.to_dicts()
    assert copy.deepcopy(links) == links
    with pytest.raises(AttributeError, match="immutable"):
        links.more = 1
    with pytest.raises(AttributeError, match="immutable"):
        del links._held
    with pytest.raises(ValueError, match="not in tuple"):
        links.index("nothing", 0, 2)


def test_what_was_a_mapping_or_a_sequence_still_answers_as_one() -> None:
    """Keys, values, items, places, `in` and unpacking stay; only the base class is gone."""
    soa, shares, pairs = golden.statement(), golden.shares(), golden.agreed()
    assert dict(soa) == dict(soa.items()) == dict(zip(soa.keys(), soa.values(), strict=True))
    assert {**soa}.keys() == soa.keys() == set(soa)
    assert Assessment(soa).findings == soa.findings
    assert Assessment().replace(soa).findings == soa.findings
    assert dict(shares) == dict(shares.items()) == dict(zip(shares.keys(), shares.values(), strict=True))
    assert list(shares.keys()) == list(shares)
    for found in (pairs, golden.composed(), nis2map.find("logs", dataset=golden.small()), golden.scheduled()):
        first, *_ = found
        assert found[0] == first
        assert first in found
        assert found.index(first) == 0
        assert found.count(first) == 1
        assert list(reversed(found))[-1] == first


def without(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let some libraries look as if they were not installed."""
    load = importlib.import_module
    plain = builtins.__import__

    def refuse(name: str, *rest: object, **more: object) -> object:
        if name.partition(".")[0] in names:
            raise ImportError(name)
        return plain(name, *rest, **more)  # type: ignore[arg-type]

    def load_other(name: str, package: str | None = None) -> object:
        if name.partition(".")[0] in names:
            raise ImportError(name)
        return load(name, package)

    monkeypatch.setattr("nis2map._shared._arrow.import_module", load_other)
    monkeypatch.setattr("nis2map.frames._to_frame.import_module", load_other)
    monkeypatch.setattr(builtins, "__import__", refuse)


class Stream:
    """What a library that knows nothing of ours sees."""

    def __init__(self, capsule: object) -> None:
        self.capsule = capsule

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.capsule


@pytest.mark.parametrize("make", CASES)
@pytest.mark.parametrize("missing", [("pyarrow",), ("pyarrow", "polars")], ids=["polars", "nanoarrow"])
def test_each_arrow_library_builds_the_same_table(
    make: Callable[[], object], missing: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever of the three is installed, names and values are the same; polars has texts as views."""
    x = table(make)
    with monkeypatch.context() as patch:
        without(patch, *missing)
        capsule = x.__arrow_c_stream__()
    found = pa.table(Stream(capsule))
    assert found.to_pylist() == held(x)
    if missing == ("pyarrow", "polars"):
        assert found.cast(schema(x)).schema == schema(x)
        assert found.schema == schema(x)
    else:
        assert found.column_names == schema(x).names


def test_a_result_says_what_to_install_if_no_arrow_library_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the extra."""
    without(monkeypatch, "pyarrow", "polars", "nanoarrow")
    with pytest.raises(MissingExtra, match=r"pyarrow, polars, nanoarrow; pip install 'nis2map\[dataframes\]'"):
        golden.cov().__arrow_c_stream__()


def test_a_requested_schema_is_respected() -> None:
    """A consumer that wants wider texts gets them, as the PyCapsule protocol asks."""
    x = golden.statement()
    wider = pa.schema([pa.field(f.name, pa.large_string() if f.type == pa.string() else f.type) for f in schema(x)])
    assert pa.table(x, schema=wider).schema == wider
    assert nanoarrow.ArrayStream(x, wider).schema.n_fields == len(wider)


def test_pandas_needs_no_arrow_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """`to_frame` makes a frame of pandas where pyarrow is not installed."""
    code = """
import sys
for name in ("pyarrow", "polars", "nanoarrow", "duckdb"):
    sys.modules[name] = None
import nis2map
frame = nis2map.to_frame(nis2map.coverage(nis2map.Assessment.of({"A.8.24": 0.5})))
print(frame["low"].dtype, frame["ref"].dtype, frame["demands"].dtype, len(frame))
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["Float64", "string", "Int64", "60"]


def test_loading_and_scoring_load_no_dataframe_library() -> None:
    """A first coverage pays for no table."""
    code = """
import sys, nis2map
nis2map.coverage(nis2map.Assessment.of({"A.8.24": 0.5})).overall
print([m for m in ("pyarrow", "polars", "nanoarrow", "pandas", "narwhals", "numpy", "nis2map._shared._arrow",
                   "nis2map.dataset._tables", "nis2map.frames") if m in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_library_that_is_loaded_builds_the_stream() -> None:
    """Whoever uses polars alone does not wait for pyarrow; where both are loaded pyarrow builds, which pandas needs."""
    code = """
import sys, nis2map, polars
soa = nis2map.Assessment.of({"A.8.24": 0.5})
frame = polars.DataFrame(soa)
print("pyarrow" in sys.modules, frame["degree"].to_list())
import pyarrow
print(pyarrow.table(soa).schema.field("ref").type)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "[0.5]", "string"]


@pytest.mark.parametrize("value", [[{"ref": "A.5.1"}], "Coverage", 5, None, pd.DataFrame(), nis2map.Finding("planned")])
def test_what_is_not_tabular_is_refused_with_what_is(value: object) -> None:
    """The error names results that are."""
    with pytest.raises(InputError, match="is not tabular; what has to_dicts is: Coverage, Gaps"):
        to_frame(value)


@pytest.mark.parametrize(
    ("backend", "near"), [("panda", "pandas"), ("Polars", "polars"), ("arrow", "pyarrow"), (5, "one of: pandas")]
)
def test_a_misspelt_backend_is_our_error(backend: object, near: str) -> None:
    """It names the nearest backend, and is no error of narwhals."""
    with pytest.raises(InputError, match=near):
        to_frame(golden.cov(), backend=backend)


@pytest.mark.parametrize("name", ["narwhals", "polars"])
def test_a_library_that_is_missing_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`to_frame` needs narwhals and the backend."""
    without(monkeypatch, name)
    with pytest.raises(MissingExtra, match=f"needs {name}; pip install"):
        to_frame(golden.cov(), backend="polars")


# --- assessments


def portfolio() -> list[dict[str, object]]:
    return [
        {"entity": "plant", "ref": "A.8.24", "status": "implemented", "owner": "Ann", "date": "2026-01-02"},
        {"entity": "cloud", "ref": "A.8.24", "status": 0.25},
        {"entity": "plant", "ref": "Art. 21(2)(h)", "status": "partial", "degree": 0.4},
    ]


def expected() -> dict[str, Assessment]:
    plant = {"A.8.24": Finding("implemented", owner="Ann", date="2026-01-02"), "Art. 21(2)(h)": 0.4}
    return {"plant": Assessment(plant, subject="plant"), "cloud": Assessment.of({"A.8.24": 0.25}, subject="cloud")}


def same(found: Mapping[str, Assessment], wanted: Mapping[str, Assessment]) -> None:
    assert list(found) == list(wanted)
    assert {name: soa.to_dict() for name, soa in found.items()} == {name: soa.to_dict() for name, soa in wanted.items()}


def texts() -> list[dict[str, object]]:
    return [{"degree": None, "owner": "", "date": None, **row, "status": row["status"] if isinstance(row["status"], str) else None,
             **({"degree": row["status"]} if isinstance(row["status"], float) else {})} for row in portfolio()]  # fmt: skip


@pytest.mark.parametrize(
    "frame",
    [
        lambda: portfolio(),
        lambda: tuple(portfolio()),
        lambda: pd.DataFrame(portfolio()),
        lambda: pd.DataFrame(texts()).convert_dtypes(),
        lambda: pl.DataFrame(texts()),
        lambda: pl.DataFrame(texts()).lazy(),
        lambda: pa.Table.from_pylist(texts()),
        lambda: duckdb.from_arrow(pa.Table.from_pylist(texts())),
    ],
    ids=["dicts", "tuple", "pandas", "pandas NA", "polars", "lazy", "pyarrow", "duckdb"],
)
def test_a_frame_of_many_entities_gives_an_assessment_each(frame: Callable[[], object]) -> None:
    """Every library's frame says the same."""
    same(assessments_from_frame(frame()), expected())


def test_an_assessment_comes_back_from_its_own_frames() -> None:
    """Frames of an assessment hold all of its findings."""
    soa = golden.statement()
    whole = {"": attrs.evolve(soa, subject="", as_of=None, scope="")}
    frames = [
        soa,
        soa.to_dicts(),
        *(to_frame(soa, backend=backend) for backend in BACKENDS),
        pd.DataFrame.from_arrow(soa),
    ]
    for frame in frames:
        found = assessments_from_frame(frame, entity=None)
        assert found[""].findings.keys() == soa.findings.keys()
        assert [f.to_dict() for f in found[""].values()] == [f.to_dict() for f in whole[""].values()]


def test_columns_may_be_written_as_people_write_them() -> None:
    """Case, blanks and the word for the id are free; what is not used is noted, our own words aside."""
    rows = [
        {
            "Company": "plant",
            "Control ID": "A.5.1",
            "STATUS": "planned",
            "Title": "Policies",
            "Room": "5",
            "valid until": "2027-01-01",
        }
    ]
    found = assessments_from_frame(rows, entity="company")["plant"]
    assert found["A.5.1"].valid_until == dt.date(2027, 1, 1)
    assert found.notes == ("not used: 1 column: Room",)


def test_nothing_gives_nothing() -> None:
    """A list without rows has no columns to miss; a frame without rows has those that are needed."""
    assert assessments_from_frame([]) == {}
    assert assessments_from_frame(Assessment(), entity=None) == {}
    assert (
        assessments_from_frame(pl.DataFrame(schema={"entity": pl.String, "ref": pl.String, "status": pl.String})) == {}
    )


@pytest.mark.parametrize(
    "frame",
    [
        lambda: pd.DataFrame({"entity": ["a"], "ref": [5.10], "status": ["planned"]}),
        lambda: pl.DataFrame({"entity": ["a"], "ref": [5.10], "status": ["planned"]}),
        lambda: [{"entity": "a", "ref": 8, "status": "planned"}],
        lambda: pd.DataFrame({"entity": ["a", "a"], "ref": ["A.5.1", 5.2], "status": ["planned", "planned"]}),
    ],
    ids=["pandas", "polars", "dicts", "mixed"],
)
def test_ids_that_are_numbers_are_refused_with_how_to_read_the_file(frame: Callable[[], object]) -> None:
    """5.1 may have been 5.10, and nobody can tell any more."""
    with pytest.raises(AmbiguousIds, match=r"are numbers: .* read the file with dtype=str .*infer_schema=False"):
        assessments_from_frame(frame())


def test_a_status_that_pandas_took_for_missing_is_refused_with_how_to_read_the_file() -> None:
    """N/A in a file says "not applicable", and pandas makes a hole of it."""
    import io

    text = "entity,ref,status\nplant,A.5.1,implemented\nplant,A.7.1,N/A\n"
    with pytest.raises(InputError, match=r"row 2, column 'status'.*: no status; .*keep_default_na=False"):
        assessments_from_frame(pd.read_csv(io.StringIO(text)))
    found = assessments_from_frame(pd.read_csv(io.StringIO(text), keep_default_na=False))
    assert str(found["plant"]["A.7.1"].status) == "not_applicable"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Implemented", "implemented"),
        ("PARTIALLY IMPLEMENTED", "partial"),
        ("Partially_implemented", "partial"),
        ("N/A", "not_applicable"),
        ("n.a.", "not_applicable"),
        ("Not applicable", "not_applicable"),
        ("not_implemented", "not_implemented"),
        ("Planned", "planned"),
        ("unassessed", "unassessed"),
    ],
)
def test_statuses_may_be_english_words_in_any_case(word: str, status: str) -> None:
    """The words that name a status in a Statement of Applicability name it here, with a degree beside them too."""
    row = {"entity": "a", "ref": "A.5.1", "status": word}
    assert str(assessments_from_frame([row])["a"]["A.5.1"].status) == status
    if status == "partial":
        assert assessments_from_frame([{**row, "degree": 0.3}])["a"]["A.5.1"] == Finding("partial", 0.3)


@pytest.mark.parametrize("word", ["umgesetzt", "In progress", "yes", "✅", "nd"])
def test_words_that_only_usually_mean_a_status_are_refused_with_those_that_do(word: str) -> None:
    """A word of another language, or one that says something else, is not guessed; the message lists the words."""
    with pytest.raises(InputError) as caught:
        assessments_from_frame([{"entity": "a", "ref": "A.5.1", "status": word}])
    (problem,) = caught.value.problems
    assert problem.message.startswith("expected a status, got ")
    assert problem.hint.startswith("one of: implemented, partial, planned, not_implemented, not_applicable, unassessed")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (5.1, "are numbers: 5.1 in row 1 may be 5.1 or 5.10"),
        (np.float64(5.1), "are numbers: 5.1 in row 1 may be 5.1 or 5.10"),
        (np.float32(5.1), "are numbers: 5.1 in row 1 may be 5.1 or 5.10"),
        (Decimal("5.10"), r"are decimal numbers \(Decimal\): 5.10 in row 1 is a number, and no number is an id"),
        (np.int64(8), "are numbers: 8 in row 1 is a number, and no number is an id"),
        (8, "are numbers: 8 in row 1 is a number, and no number is an id"),
    ],
)
def test_an_id_that_is_a_number_is_shown_as_the_number(value: object, message: str) -> None:
    """The message has no name of a type of somebody else's, and says of a decimal what it is."""
    with pytest.raises(AmbiguousIds, match=message):
        assessments_from_frame([{"entity": "a", "ref": value, "status": "planned"}])


REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "id": ({"ref": "A.99"}, "no unit"),
    "bare number": ({"ref": "5.1"}, "not understood"),
    "no id": ({"ref": None}, "no id"),
    "empty id": ({"ref": ""}, "no id"),
    "list for an id": ({"ref": ["A.5.1"]}, "not"),
    "no entity": ({"entity": None}, "no entity"),
    "empty entity": ({"entity": ""}, "no entity"),
    "entity of another kind": ({"entity": 1.5}, "1.5 is not the name of an entity"),
    "word": ({"status": "finito"}, "expected a status, got 'finito'"),
    "whole number": ({"status": 1}, "1 is not a finding; write 1.0"),
    "true": ({"status": True}, "True is not a finding"),
    "past one": ({"status": 1.5}, "1.5 is not a finding"),
    "degree on another status": ({"degree": 0.5}, "a degree is allowed only for partial"),
    "degree of another kind": ({"status": None, "degree": "half"}, "expected a status, got 'half'"),
    "owner": ({"owner": 5}, "5 is not a text"),
    "evidence": ({"evidence": [5]}, "5 is not a text"),
    "evidence of another kind": ({"evidence": 5}, "5 is not a text"),
    "date": ({"date": "yesterday"}, "'yesterday' is not a date"),
    "time of day": ({"date": golden.NOON}, "is not a date"),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_read_is_a_problem_with_its_row(change: dict[str, object], message: str) -> None:
    """A row says what is wrong with it, and all rows do so at once."""
    good = {"entity": "a", "ref": "A.5.1", "status": "planned"}
    with pytest.raises(InputError) as caught:
        assessments_from_frame([good, {**good, "ref": "A.5.2", **change}, {**good, "ref": "A.5.3", **change}])
    rows = [problem.row for problem in caught.value.problems]
    assert set(rows) >= {2, 3} or "twice" in str(caught.value.problems)
    assert message in f"{caught.value.problems[0].message}; {caught.value.problems[0].hint}"


def test_a_row_that_comes_twice_is_a_problem() -> None:
    """Which of two findings holds nobody knows."""
    row = {"entity": "a", "ref": "A.5.1", "status": "planned"}
    with pytest.raises(InputError, match=r"row 2, iso27001:A\.5\.1: the entity has a row on it already"):
        assessments_from_frame([row, {**row, "ref": "iso27001:A.5.1"}, {**row, "entity": "b"}])


def test_an_entity_may_be_a_whole_number_and_a_status_a_hole_beside_a_degree() -> None:
    """Numbers name entities in many files; a degree alone says enough."""
    found = assessments_from_frame([{"entity": 7, "ref": "A.5.1", "status": None, "degree": 0.5, "evidence": "a.pdf"}])
    assert found["7"]["A.5.1"] == Finding("partial", 0.5)
    assert found["7"]["A.5.1"].evidence == ("a.pdf",)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (5, "int is not a dataframe"),
        ("a.csv", "str is not a dataframe"),
        ({"entity": ["a"]}, "dict is not a dataframe"),
        ([5], "row 1 is 5; a dict"),
        ([{"x": 1}], "no column 'entity'; it has 'x'; entity=None"),
        ([{"entity": "a", "status": "planned"}], "no column of ids; one named ref"),
        (
            [{"entity": "a", "ref": "A.5.1", "control": "A.5.1", "status": "planned"}],
            "several columns of ids: 'ref', 'control'",
        ),
        ([{"entity": "a", "ref": "A.5.1"}], "neither a column status nor a column degree"),
        ([{"entity": "a", "ref": "A.5.1", "Status": "planned", "status": "planned"}], "'Status' and 'status' are one"),
    ],
)
def test_what_is_no_such_frame_is_refused(frame: object, message: str) -> None:
    """The error says what is missing and what there is."""
    with pytest.raises(InputError, match=message):
        assessments_from_frame(frame)


def test_reading_a_frame_needs_narwhals_and_dicts_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has rows needs no extra."""
    frame = pd.DataFrame(portfolio())
    without(monkeypatch, "narwhals")
    same(assessments_from_frame(portfolio()), expected())
    with pytest.raises(MissingExtra, match="narwhals"):
        assessments_from_frame(frame)


# --- graphs


@pytest.mark.parametrize("hierarchy", [False, True])
@pytest.mark.parametrize("level", ["unit", "demand"])
def test_a_graph_is_two_frames_from_which_it_comes_back(level: str, hierarchy: bool) -> None:
    """Nodes and edges keep every attribute, and networkx reads the edges again."""
    found = nis2map.load().graph(level=level, hierarchy=hierarchy)
    before = nx.node_link_data(found)
    nodes, edges = graph.to_pandas(found)
    back = nx.from_pandas_edgelist(edges, edge_attr=True)
    back.add_nodes_from((row.pop("node"), row) for row in nodes.to_dict("records"))
    assert nx.utils.graphs_equal(back, found)
    assert nx.node_link_data(found) == before
    if not hierarchy:
        sides = dict(zip(nodes["node"], nodes["side"], strict=True))
        assert {sides[node] for node in edges["source"]} == {"requirement"}
        assert {sides[node] for node in edges["target"]} == {"control"}


def test_an_edgelist_of_networkx_does_not_collide_with_an_attribute() -> None:
    """No attribute has the name of a column that networkx makes."""
    assert len(nx.to_pandas_edgelist(golden.small().graph("x"))) == golden.small().graph("x").number_of_edges()


def test_frames_of_a_graph_have_their_columns_without_rows_and_those_of_a_caller() -> None:
    """An empty graph has typed columns; an attribute of one's own comes last and may be missing."""
    nodes, edges = graph.to_pandas(nx.Graph())
    assert list(nodes.columns) == ["node", "side", "bipartite", "kind", "title"]
    assert [str(kind) for kind in edges.dtypes] == ["string"] * 7 + ["Int64"]
    own = golden.small().graph("x")
    own.add_node("alone", colour="red")
    nodes, _ = graph.to_pandas(own)
    assert nodes.columns[-1] == "colour"
    assert nodes.set_index("node").loc["alone", "colour"] == "red"


def test_what_is_no_graph_or_has_a_name_of_a_column_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors are ours."""
    with pytest.raises(InputError, match=r"dict is not a graph of networkx; Dataset.graph\(\) gives one"):
        graph.to_pandas({})
    own = nx.Graph()
    own.add_edge("a", "b", source="x")
    with pytest.raises(InputError, match="is called source"):
        graph.to_pandas(own)
    without(monkeypatch, "pandas")
    with pytest.raises(MissingExtra, match="pandas"):
        graph.to_pandas(nx.Graph())


# --- the page of the reference


def test_the_question_of_the_guide_is_answered_as_by_hand() -> None:
    """Three joins give the demands of Article 21(2) that are guided at best, and by which controls."""
    page = (PAGE.parents[1] / "how-to" / "use-dataframes.md").read_text(encoding="utf-8")
    block = next(part for part in page.split("```python\n") if "units, demands, links" in part).partition("```")[0]
    known: dict[str, object] = {}
    exec(compile(block, "use-dataframes.md", "exec"), known)
    rows: list[tuple[str, str, str]] = known["rows"]
    ds = nis2map.load()
    wanted: list[tuple[str, str, list[str]]] = []
    for unit in ds.requirements("nis2", core=True, assessable=True):
        points = [ref.citation for ref in ds.groups(unit.ref) if str(ref).startswith("nis2:21.2.")]
        for demand in ds.demands(unit.ref):
            grades = {link: link.grade_of(demand.ref) for link in ds.links(requirement=unit.ref)}
            by = {control.citation for link, grade in grades.items() if grade == "guided" for control in link.controls}
            if by and "stated" not in grades.values():
                wanted += [(point, demand.label, sorted(by)) for point in points]
    assert len(wanted) > 10
    assert sorted((point, label, sorted(by.split(", "))) for point, label, by in rows) == sorted(wanted)


KINDS = {
    "text": "text",
    "whole": "whole number",
    "real": "real",
    "flag": "boolean",
    "date": "date",
    "moment": "instant",
    "texts": "list of texts",
    "json": "JSON text",
}


def described(name: str, columns: Sequence[Column]) -> str:
    """Return the table of a result's columns, as the reference shows it."""
    rows = [f"| `{column.name}` | {KINDS[column.kind]} | {column.meaning} |" for column in columns]
    return "\n".join([f"### {name}", "", "| column | type | what it is |", "|---|---|---|", *rows, ""])


def test_the_reference_shows_the_columns_of_every_table() -> None:
    """The page is written from the columns; NIS2MAP_REGENERATE=1 writes it anew."""
    start = "<!-- tables -->\n"
    text = PAGE.read_text(encoding="utf-8")
    head = text.partition(start)[0]
    tables = "\n".join(described(name, columns_of(table(make))[0]) for name, (make, _) in TABLES.items())
    if REGENERATE:
        PAGE.write_text(f"{head}{start}\n{tables}", encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == f"{head}{start}\n{tables}"
