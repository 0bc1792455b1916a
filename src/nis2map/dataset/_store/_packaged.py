"""The packaged tables as a store.

They are built into objects by hand-written code, one table at a time and without checks, because those run in CI and
cattrs would cost more at start than the objects themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ...data import table
from ...ids import Ref
from ...model import LISTS, Control, Crosswalk, Demand, Framework, Link, Requirement
from ._protocol import ASSUMED, MADE_OF_VERDICTS, WHAT_STANDS, Nones, Store, Unit

if TYPE_CHECKING:  # classes cost more at start than the units do
    from ...model import Alias, LawTables, Measure, Source
    from .._verdicts import VerdictRow

__all__ = ["Packaged"]

_DERIVED = (*MADE_OF_VERDICTS, *ASSUMED)


class _Rows(Mapping[Ref, Unit]):
    """Units by ref in the order of their rows, each built when it is first looked up.

    A first score needs one unit in six of the Directive.
    """

    __slots__ = ("_build", "_built", "_rows")

    def __init__(self, rows: Iterable[Mapping[str, Any]], build: Callable[[Mapping[str, Any]], Unit]) -> None:
        self._rows = {row["ref"]: row for row in rows}
        self._build = build
        self._built: dict[Ref, Unit] = {}

    def __getitem__(self, ref: Ref) -> Unit:
        unit = self._built.get(ref)
        if unit is None:  # of threads that come at once, all get the first one's
            unit = self._built.setdefault(ref, self._build(self._rows[str(ref)]))
        return unit

    def __contains__(self, ref: object) -> bool:
        return ref in self._built or (isinstance(ref, Ref) and str(ref) in self._rows)

    def __iter__(self) -> Iterator[Ref]:
        return map(_ref, self._rows)

    def __len__(self) -> int:
        return len(self._rows)


class Packaged:
    """The tables in the package's data folder, built without checks: those run in CI."""

    def __init__(self, nones: Nones | None = None) -> None:
        self.nones: Nones = nones or {}

    def frameworks(self) -> tuple[Framework, ...]:
        return tuple(Framework(**row) for row in table("frameworks"))

    def units(self, framework: str) -> Mapping[Ref, Unit]:
        sides = {row["id"]: row.get("side") for row in table("frameworks")}
        return _Rows(table(framework), _control if sides[framework] == "control" else _requirement)

    def core(self, framework: str) -> tuple[Ref, ...]:
        return _refs(row["ref"] for row in table(framework) if row.get("core"))

    def count(self, framework: str) -> int:
        """The number of units as the manifest has it, so that counting builds none."""
        records: dict[str, int] = {entry["name"]: entry["records"] for entry in table("MANIFEST")["files"]}
        return records[f"{framework}.json"]

    def heads(self) -> tuple[Crosswalk, ...]:
        return tuple(Crosswalk(**row) for row in table("crosswalks") if row["id"] not in _DERIVED)

    def derived(self) -> tuple[Crosswalk, ...]:
        return tuple(Crosswalk(**row) for row in table("crosswalks") if row["id"] in _DERIVED)

    def links(self, crosswalk: str, framework: str) -> tuple[Link, ...]:
        if crosswalk in ASSUMED:
            return self._assumed(crosswalk, framework)
        if crosswalk not in MADE_OF_VERDICTS:
            return tuple(_link(row) for row in table(f"{crosswalk}-{framework}"))
        from .._verdicts import derived_links

        head = next(head for head in self.derived() if head.id == crosswalk)
        units = self.units(framework).values()
        demands = {u.ref: [d.ref for d in u.demands] for u in units if isinstance(u, Requirement) and u.demands}
        return derived_links(head, framework, demands)

    def _assumed(self, crosswalk: str, framework: str) -> tuple[Link, ...]:
        """Return what stands, with other links for the units that were judged again under an assumption."""
        again = [_link(row) for row in table(crosswalk.removeprefix(f"{WHAT_STANDS}-"))]
        units = {link.requirement for link in again}
        kept = [link for link in self.links(WHAT_STANDS, framework) if link.requirement not in units]
        changed = [link for link in again if link.requirement.framework == framework]
        return tuple(sorted((*kept, *changed), key=lambda link: link.requirement.sort_key))

    def sources(self) -> tuple[Source, ...]:
        from ...model import Source

        return tuple(Source(**row) for row in table("sources"))

    def measures(self) -> tuple[Measure, ...]:
        from ...model import Measure

        return tuple(Measure(**row) for row in table("measures"))

    def law(self) -> LawTables:
        from .._law import packaged_law

        return packaged_law()

    def aliases(self) -> tuple[Alias, ...]:
        from ...model import Alias

        return tuple(Alias(**row) for row in table("aliases"))

    def verdicts(self) -> Sequence[VerdictRow]:
        from .._verdicts import verdict_rows

        return verdict_rows()

    def noting(self, nones: Nones) -> Packaged:
        return Packaged(nones)

    def judged_by(self, other: Store, nones: Nones | None) -> Packaged:  # noqa: ARG002  (it has verdicts of its own)
        return self


@cache
def _ref(text: str) -> Ref:
    framework, _, local = text.partition(":")
    return Ref(framework, local)


def _refs(texts: Iterable[str]) -> tuple[Ref, ...]:
    return tuple(map(_ref, texts))


def _requirement(row: Mapping[str, Any]) -> Requirement:
    fields = dict(row)
    ref = fields["ref"]
    fields["ref"] = _ref(ref)
    fields["demands"] = tuple(
        Demand(
            _ref(f"{ref}#{d['id']}"),
            d["label"],
            d.get("optout", False),
            d.get("condition", ""),
            evidence=d.get("evidence", ()),
        )
        for d in row.get("demands", ())
    )
    if "parent" in fields:
        fields["parent"] = _ref(fields["parent"])
    for name in ("groups", "elaborates"):
        if name in fields:
            fields[name] = _refs(fields[name])
    return Requirement(**fields)


def _control(row: Mapping[str, Any]) -> Control:
    fields = dict(row)
    fields["ref"] = _ref(row["ref"])
    if "parent" in fields:
        fields["parent"] = _ref(fields["parent"])
    return Control(**fields)


def _link(row: Mapping[str, Any]) -> Link:
    fields = dict(row)
    unit = row["requirement"]
    fields["requirement"] = _ref(unit)
    fields["controls"] = _refs(row["controls"])
    for name in (*LISTS.values(), "reviewed"):
        if name in fields:
            fields[name] = tuple([_ref(f"{unit}#{slug}") for slug in fields[name]])
    return Link(**fields)
