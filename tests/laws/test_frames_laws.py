"""Laws of tables: every library sees the rows of `to_dicts`, whatever the dataset, and findings come back from frames."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nis2map import Assessment, NotMapped, assessments_from_frame, coverage, gaps, sensitivity, to_frame
from nis2map.testing import assessments, datasets

from .test_formats_laws import full_findings


@given(st.data())
def test_what_a_dataset_and_its_scores_hold_is_in_every_frame(data: st.DataObject) -> None:
    """Rows of pyarrow and polars are those of `to_dicts`; tables of a dataset have a row an item, or a row a pair."""
    dataset = data.draw(datasets())
    soa = data.draw(assessments(dataset))
    tables = [soa, dataset.units(), dataset.demands(), *(dataset.links(name) for name in dataset.heads)]
    try:
        options = {"framework": "law", "crosswalk": "own", "dataset": dataset}
        cov = coverage(soa, **options)
        tables += [cov, cov.demands, cov.rollup("measure"), gaps(soa, **options), sensitivity(soa, **options)]
    except NotMapped:
        pass
    for table in tables:
        rows = table.to_dicts()
        assert pa.table(table).to_pylist() == rows
        assert pl.DataFrame(table).to_dicts() == rows
        assert len({tuple(row) for row in rows}) <= 1
    assert len(dataset.units().to_dicts()) == len(dataset)
    assert [row["ref"] for row in dataset.demands().to_dicts()] == [str(demand.ref) for demand in dataset.demands()]


@pytest.mark.parametrize("backend", ["pandas", "polars", "pyarrow"])
@given(st.data())
def test_an_assessment_comes_back_from_a_frame(backend: str, data: st.DataObject) -> None:
    """A frame holds all that findings say, wording and dates too."""
    dataset = data.draw(datasets())
    refs = [unit.ref for unit in dataset]
    said = data.draw(st.dictionaries(st.sampled_from(refs), full_findings(), max_size=4)) if refs else {}
    _same(Assessment(said), to_frame(Assessment(said), backend=backend))


def _same(soa: Assessment, frame: object) -> None:
    found = assessments_from_frame(frame, entity=None)
    assert [other.to_dict() for other in found.values()] == ([soa.to_dict()] if len(soa) else [])


def test_a_frame_of_pandas_by_arrow_gives_the_assessment_too() -> None:
    """Lists come as arrays there, and days as dates."""
    soa = Assessment({"A.5.1": "planned"})
    _same(soa, pd.DataFrame.from_arrow(soa))
