"""The law's tables of a dataset, with an index for each that is looked things up in; built once per dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ..dataset import Dataset, keep
from ..errors import DatasetError
from ..ids import Ref
from ..model import EntityType, ReportingRule, ScopeRule, StateFacts

__all__ = ["law_table", "reporting_rules", "scope_rules", "states", "types_by_ref"]

T = TypeVar("T")


def law_table(rows: tuple[T, ...], table: str) -> tuple[T, ...]:
    """Return the rows of a table of the law; `DatasetError` that names the table if the dataset has none."""
    if not rows:
        hint = "the bundled dataset has it: from_parts(law=nis2map.load().law) hands its tables on"
        raise DatasetError(f"the dataset has no rows in the table {table} of the law", hint=hint)
    return rows


def types_by_ref(data: Dataset) -> Mapping[Ref, EntityType]:
    """Return the types of entity of the Annexes by ref."""
    return keep(
        data, "law: types", lambda: {kind.ref: kind for kind in law_table(data.law.entity_types, "entity_types")}
    )


def scope_rules(data: Dataset) -> Mapping[str, ScopeRule]:
    """Return the rules and caveats by id, in order of application."""
    return keep(data, "law: rules", lambda: {row.id: row for row in law_table(data.law.scope_rules, "scope_rules")})


def states(data: Dataset) -> Mapping[str, StateFacts]:
    """Return what was read about each State by code."""
    return keep(
        data, "law: states", lambda: {row.code: row for row in law_table(data.law.member_states, "member_states")}
    )


def reporting_rules(data: Dataset) -> Mapping[str, ReportingRule]:
    """Return how each State asks for reports by code."""
    return keep(
        data,
        "law: reporting",
        lambda: {row.code: row for row in law_table(data.law.reporting_rules, "reporting_rules")},
    )
