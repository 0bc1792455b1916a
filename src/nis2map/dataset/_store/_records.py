"""The parts of a dataset as plain records, and the digest of these."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ...model import LISTS, Control, Crosswalk, Framework, Requirement, record
from .._law import law_records
from ._protocol import Unit

if TYPE_CHECKING:  # classes cost more at start than the units do
    from ...model import Alias, LawTables, Measure, Source

__all__ = ["as_records", "digest_of"]


def as_records(
    frameworks: Iterable[Framework],
    units: Iterable[Unit],
    crosswalks: Iterable[Crosswalk],
    sources: Iterable[Source],
    measures: Iterable[Measure],
    law: LawTables | None,
    aliases: Iterable[Alias] = (),
) -> dict[str, list[dict[str, Any]]]:
    every = list(units)
    renamed = [record(alias) for alias in aliases]
    # A dataset without aliases has no such table, so that the digest of one made before there were any still holds.
    return ({"aliases": renamed} if renamed else {}) | {
        "frameworks": [record(f) for f in frameworks],
        "requirements": [record(u) for u in every if isinstance(u, Requirement)],
        "controls": [record(u) for u in every if isinstance(u, Control)],
        "crosswalks": [record(c) for c in crosswalks],
        "sources": [record(s) for s in sources],
        "measures": [record(m) for m in measures],
        **({} if law is None else law_records(law)),
    }


def digest_of(records: Mapping[str, list[dict[str, Any]]]) -> str:
    """Return the sha256 over the canonical JSON of all records.

    The order of parts says nothing, so it does not count: of tables, of links in a crosswalk, of demands in a unit, of
    what a link names.
    """
    import hashlib

    canonical = {
        # Of the law's tables the order is content: of several rules the first decides.
        name: list(map(_canonical, rows)) if name.startswith("law.") else sorted(map(_canonical, rows))
        for name, rows in records.items()
    }
    text = json.dumps(canonical, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


_UNORDERED = (
    "source", "candidates_from", "controls", *LISTS.values(), "reviewed", "closes", "groups", "elaborates",
    "addressees", "levels",
)  # fmt: skip


def _canonical(record: Mapping[str, Any]) -> str:
    ordered = dict(record)
    for name in _UNORDERED:
        if isinstance(ordered.get(name), list):
            ordered[name] = sorted(ordered[name])
    for name in ("links", "demands"):
        if name in ordered:
            ordered[name] = sorted(map(_canonical, ordered[name]))
    return json.dumps(ordered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
