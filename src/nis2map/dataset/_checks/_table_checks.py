"""What must hold between tables, and of the values in all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from ...errors import Problem, quote
from .._law import law_problems
from ._tables import Tables, links_of, rows_of

__all__ = ["aliases", "charset", "law", "number_ids", "references", "sources", "types"]

FLAGS = frozenset({"optout", "reference", "heading", "amended", "core", "stays"})
NUMBERS = frozenset({"strength", "section_level"})


def references(t: Tables) -> Iterator[Problem]:
    """Units that requirements elaborate, their measure groups and what measures close exist."""
    for number, row in enumerate(t.raw.get("requirements", ()), 1):
        for name in ("elaborates", "groups"):
            for ref in row.get(name, ()):
                if ref not in t.units:
                    message = f"{name} names {quote(ref)}, which does not exist"
                    yield Problem(message, path="requirements", row=number, ref=str(row.get("ref")))
    for number, row in enumerate(t.raw.get("frameworks", ()), 1):
        parent = row.get("elaborates")
        if parent and t.frameworks.get(str(parent)) != "requirement":
            message = f"elaborates names {quote(parent)}, which is not a framework of requirements here"
            yield Problem(message, path="frameworks", row=number, ref=str(row.get("id")))
    for number, row in enumerate(t.raw.get("measures", ()), 1):
        for ref in row.get("closes", ()):
            if ref not in t.named:
                yield Problem(
                    f"it closes {quote(ref)}, which does not exist", path="measures", row=number, ref=str(row.get("id"))
                )


def aliases(t: Tables) -> Iterator[Problem]:
    """Each id is told of once a version, and leads to what exists or to what a later version tells of."""
    rows = t.raw.get("aliases", ())
    seen: set[tuple[str, str]] = set()
    told = {str(row.get("before")) for row in rows}
    for number, row in enumerate(rows, 1):
        before, since = str(row.get("before")), str(row.get("since"))
        if (before, since) in seen:
            yield Problem("two aliases of one id in one version", path="aliases", row=number, ref=before)
        seen.add((before, since))
        for ref in row.get("after", ()):
            if ref not in t.named and ref not in told:
                yield Problem(f"it leads to {quote(ref)}, which does not exist", path="aliases", row=number, ref=before)


def sources(t: Tables) -> Iterator[Problem]:
    """Sources that links, measures and frameworks name are declared, if any is."""
    if not t.sources:
        return
    for link in links_of(t):
        if link.row.get("source") and link.row["source"] not in t.sources:
            yield link.problem(f"the source {quote(link.row['source'])} is not declared", "unknown-source")
    for table in ("measures", "frameworks"):
        for number, row in enumerate(t.raw.get(table, ()), 1):
            if row.get("source") and row["source"] not in t.sources:
                yield Problem(
                    f"the source {quote(row['source'])} is not declared",
                    path=table,
                    row=number,
                    ref=str(row.get("id")),
                    code="unknown-source",
                )


def law(t: Tables) -> Iterator[Problem]:
    """The law's tables name what exists, in words and dates that can be read, each row once."""
    yield from law_problems(t.raw, t.named)


def number_ids(t: Tables) -> Iterator[Problem]:
    """No number stands where an id belongs (5.10 is not 5.1)."""
    for table, number, row in rows_of(t):
        for name in ("ref", "parent"):
            if isinstance(row.get(name), (int, float)):
                yield Problem(f"{name} is a number", path=table, row=number, hint="write ids as text")
    for link in links_of(t):
        ends: list[object] = [link.row.get("requirement")]
        controls = link.row.get("controls", ())
        if isinstance(controls, Iterable):
            ends += controls
        if any(isinstance(end, (int, float)) for end in ends):
            yield link.problem("an end of the link is a number", "number-id", hint="write ids as text")


def types(t: Tables) -> Iterator[Problem]:
    """Flags are true or false, and every other single value is a text."""
    # The records of the law's tables have numbers and flags of their own, which `law` looks at.
    own = {table: records for table, records in t.raw.items() if not table.startswith("law.")}
    rows = [(table, number, row) for table, records in own.items() for number, row in enumerate(records, 1)]
    rows += [(table, number, demand) for table, number, row in rows for demand in row.get("demands", ())]
    rows += [(f"crosswalk {link.crosswalk.get('id')}", link.number, link.row) for link in links_of(t)]
    for path, number, row in rows:
        for name, value in row.items():
            flag = name in FLAGS
            if value is None or name == "strength" or _fits(name, value):  # `strength` has a check of its own
                continue
            wanted = "true or false" if flag else "a whole number" if name in NUMBERS else "a text"
            ref = str(row.get("ref") or row.get("requirement") or row.get("id"))
            yield Problem(f"{name} is {quote(value)}, not {wanted}", path=path, row=number, ref=ref)


def _fits(name: str, value: object) -> bool:
    """Tell whether a value is of the kind that its name asks for; lists and mappings are looked at elsewhere."""
    if name in FLAGS:
        return isinstance(value, bool)
    if name in NUMBERS:
        return type(value) is int
    return isinstance(value, (str, list, tuple, Mapping))


_UNPRINTABLE = re.compile(r"[\ufffd\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def charset(t: Tables) -> Iterator[Problem]:
    """Texts hold no replacement or control characters, and no halves of a pair, which no encoding can write."""
    for table, rows in t.raw.items():
        for number, row in enumerate(rows, 1):
            ref = str(row.get("ref") or row.get("id") or row.get("code") or "")
            for message in _unprintable({name: value for name, value in row.items() if name != "links"}):
                yield Problem(message, path=table, row=number, ref=ref)
    for link in links_of(t):
        for message in _unprintable(link.row):
            yield link.problem(message, "charset")


def _unprintable(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield which fields hold such a character, also in the records inside them."""
    for name, value in record.items():
        for item in cast("Iterable[object]", value if isinstance(value, (list, tuple)) else (value,)):
            if isinstance(item, str):
                # Most texts need one quick look. U+FFFD is printable, and stands where somebody lost a character.
                if (not item.isprintable() or "\ufffd" in item) and (bad := _UNPRINTABLE.search(item)):
                    yield f"{name} holds {bad[0]!r}"
            elif isinstance(item, Mapping):
                yield from _unprintable(cast("Mapping[str, Any]", item))
