"""When an incident is significant: Article 23(3) of the Directive, and Articles 3 to 14 of the CIR by type of entity.

The thresholds are data (`data/significance.json`); this module reads them against facts of which any may be unknown.
Logic is three-valued: a definite answer is given only if no unknown fact could overturn it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any

import attrs

from ..._shared import page
from ..._shared import table as html_table
from ..._version import __version__
from ...data import table
from ...errors import InputError, quote
from ...ids import Ref, parse_ref
from ._facts import Affected, EntityKind, IncidentFacts, exact, parse_duration

__all__ = ["Answer", "Criterion", "Significance", "significance"]


_READ = date(2024, 10, 17)


class Answer(StrEnum):
    """The three answers."""

    SIGNIFICANT = "significant"
    NOT_SIGNIFICANT = "not significant"
    UNDETERMINED = "undetermined"


@attrs.frozen
class Criterion:
    """One point of the law, with its `outcome` on the facts (None: they don't settle it) and the facts it lacks."""

    ref: Ref
    citation: str
    title: str
    outcome: bool | None = attrs.field(kw_only=True)
    missing: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    def to_dict(self) -> dict[str, Any]:
        """Return the criterion as a JSON-ready dict."""
        record = attrs.asdict(self, recurse=False)
        return {**record, "ref": str(self.ref), "missing": list(self.missing)}


@attrs.frozen(kw_only=True)
class Significance:
    """Whether an incident is significant, and by which points.

    `reasons` are the points that decided: those met if it is significant, the exclusion or all that are not met if it
    is not, those open if it is undetermined; `missing` then names the facts that the open points lack. `criteria` are
    all points looked at. `as_of` is the date of the CIR, the later of the two texts.
    """

    answer: Answer
    reasons: tuple[Criterion, ...]
    missing: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    as_of: date = _READ
    version: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as a JSON-ready dict."""
        return {
            "answer": self.answer.value,
            "reasons": [reason.to_dict() for reason in self.reasons],
            "missing": list(self.missing),
            "criteria": self.to_dicts(),
            "as_of": self.as_of.isoformat(),
            "version": self.version,
        }

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one JSON-ready row a point looked at."""
        return [criterion.to_dict() for criterion in self.criteria]

    def __str__(self) -> str:
        lines = [self.answer.value, *(f"{reason.title} ({reason.citation})" for reason in self.reasons)]
        return "\n".join([*lines, f"missing: {', '.join(self.missing)}"] if self.missing else lines)

    def _repr_html_(self) -> str:
        words = {True: "met", False: "not met", None: "open"}
        rows = [(item.title, item.citation, words[item.outcome]) for item in self.criteria]
        notes = [f"Missing: {', '.join(self.missing)}"] if self.missing else []
        return page(f"Incident: {self.answer}", [html_table(("Point", "Source", "Outcome"), rows)], notes=notes)


@attrs.frozen
class _Tri:
    """A truth value that may be open (None), with the facts that would close it."""

    value: bool | None
    missing: tuple[str, ...] = ()

    def negated(self) -> _Tri:
        return _Tri(None if self.value is None else not self.value, self.missing)


def _all(parts: Iterable[_Tri]) -> _Tri:
    parts = tuple(parts)
    if any(part.value is False for part in parts):
        return _Tri(False)
    return _Tri(None if any(part.value is None for part in parts) else True, _lacking(parts))


def _any(parts: Iterable[_Tri]) -> _Tri:
    return _all(part.negated() for part in parts).negated()


def _lacking(parts: Iterable[_Tri]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in parts if part.value is None for name in part.missing))


@cache
def _rows() -> dict[str, dict[str, Any]]:
    return {row["ref"]: row for row in table("significance")}


def significance(facts: IncidentFacts) -> Significance:
    """Return whether an incident is significant, by Article 23(3) of the Directive and Articles 3 to 14 of the CIR.

    For the types of the CIR its Articles 3 to 14 decide, because they say when an incident is significant "for the
    purposes of" Article 23(3); for any other type that paragraph itself does. An entity of several types is judged by
    all of them; one of unknown type only gets an answer that every type would give. National law may add cases.
    """
    if not isinstance(facts, IncidentFacts):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"significance: {quote(facts)} is not an IncidentFacts")
    criteria = {ref: _criterion(row, facts) for ref, row in _rows().items() if row["role"] == "criterion"}
    criteria["cir:art.4.a"] = _recurring(facts)
    by_kind = {kind: _answer_for(kind, criteria, facts) for kind in facts.entity_types or EntityKind}
    whole = _any(by_kind.values()) if facts.entity_types else _every(by_kind.values())
    kinds = tuple(by_kind)
    looked_at = [_shown(ref, state) for ref, state in criteria.items() if any(_applies(ref, kind) for kind in kinds)]
    planned = facts.scheduled_maintenance is True and any(kind is not EntityKind.OTHER for kind in kinds)
    return _answer(whole, looked_at, planned=planned)


def _every(parts: Iterable[_Tri]) -> _Tri:
    """Return what holds for each of the types an entity may be of; open where they differ."""
    parts = tuple(parts)
    values = {part.value for part in parts}
    if len(values) == 1 and None not in values:
        return parts[0]
    return _Tri(None, ("entity_types", *_lacking(parts)))


def _answer_for(kind: EntityKind, criteria: Mapping[str, _Tri], facts: IncidentFacts) -> _Tri:
    return _any(_counting(ref, state, facts) for ref, state in criteria.items() if _applies(ref, kind))


def _counting(ref: str, state: _Tri, facts: IncidentFacts) -> _Tri:
    """Take out what scheduled maintenance explains (CIR, Article 3(2)).

    Only interruptions and *planned* consequences are excluded. Malice, exfiltration, a break into a building, harm to
    a person are never planned, so the points about them stand whatever is known of maintenance.
    """
    if _rows()[ref].get("unplanned"):
        return state
    return _all((state, _flagged("scheduled_maintenance", facts).negated()))


def _applies(ref: str, kind: EntityKind) -> bool:
    kinds = _rows()[ref]["kinds"]
    return kind.value in kinds if kinds else kind is not EntityKind.OTHER


def _criterion(row: Mapping[str, Any], facts: IncidentFacts) -> _Tri:
    parts = [_test(test, facts) for test in row["tests"]]
    met = _any(parts) if row.get("any") else _all(parts)
    if "unless" not in row:
        return met
    exception = _all(_test(test, facts) for test in _rows()[row["unless"]]["tests"])
    return _all((met, exception.negated()))


def _recurring(facts: IncidentFacts) -> _Tri:
    rows = (row for row in _rows().values() if row["role"] == "recurring")
    return _all(_test(test, facts) for row in rows for test in row["tests"])


def _flagged(name: str, facts: IncidentFacts) -> _Tri:
    value = facts.known(name)
    return _Tri(value, (name,) if value is None else ())


def _test(test: Mapping[str, Any], facts: IncidentFacts) -> _Tri:
    """Return the outcome of one test of the table: a flag, or a quantity against a threshold."""
    name: str = test["fact"]
    value = facts.known(name)
    if len(test) == 1:
        return _flagged(name, facts)
    if "of" in test:
        return _against_share(test, value, facts)
    if value is None:
        return _Tri(None, (name,))
    if isinstance(value, timedelta):
        limit = parse_duration(test["over"], name)
        return _Tri(value > limit)  # type: ignore[operator]
    amount = exact(value, name)
    if "least" in test:
        return _Tri(amount >= test["least"])
    return _Tri(amount < test["under"] if "under" in test else amount > test["over"])


def _against_share(test: Mapping[str, Any], value: Any, facts: IncidentFacts) -> _Tri:
    """Return whether a quantity exceeds "n or p %, whichever is lower": it does if it exceeds one of the two."""
    name, of = test["fact"], test["of"]
    share = Fraction(str(test.get("percent", test.get("percent_most"))))
    base = getattr(facts, of)
    count, percent = (value.count, value.percent) if isinstance(value, Affected) else (value, None)
    if count is None and percent is None:
        return _Tri(None, (name,))
    by_share: bool | None = None
    if percent is not None:
        by_share = exact(percent, name) > share
    elif base is not None or count == 0:
        by_share = exact(count, name) * 100 > share * exact(base or 0, of)
    beyond = _Tri(by_share, (of,))
    if "percent_most" in test:
        return beyond.negated()
    by_count: bool | None = None
    if count is not None:
        by_count = exact(count, name) > test["over"]
    elif base is not None or percent == 0:
        by_count = exact(percent, name) * exact(base or 0, of) > test["over"] * 100
    return _any((_Tri(by_count, (of,)), beyond))


def _shown(ref: str, state: _Tri) -> Criterion:
    unit = parse_ref(ref)
    if ref == "cir:art.4.a":
        title = "Recurring incidents that meet all three points together"
        return Criterion(parse_ref("cir:art.4"), _cited("cir:art.4"), title, outcome=state.value, missing=state.missing)
    return Criterion(unit, _cited(ref), _rows()[ref]["title"], outcome=state.value, missing=state.missing)


def _cited(ref: str) -> str:
    unit = parse_ref(ref)
    act = "Directive (EU) 2022/2555" if unit.framework == "nis2" else "Implementing Regulation (EU) 2024/2690"
    return f"{act}, {unit.citation}"


def _answer(whole: _Tri, looked_at: list[Criterion], *, planned: bool) -> Significance:
    if whole.value is None:
        answer = Answer.UNDETERMINED
        # What is met stands before what is open: there only maintenance, or the entity's type, is in question.
        reasons = sorted((item for item in looked_at if item.outcome is not False), key=lambda i: i.outcome is None)
    elif whole.value:
        answer = Answer.SIGNIFICANT
        counts = {item.ref: _rows().get(str(item.ref), {}).get("unplanned") or not planned for item in looked_at}
        reasons = [item for item in looked_at if item.outcome and counts[item.ref]]
    else:
        answer = Answer.NOT_SIGNIFICANT
        reasons = [item for item in looked_at if item.outcome is False]
        if planned and len(reasons) < len(looked_at):
            ref = "cir:art.3.2"
            reasons = [Criterion(parse_ref(ref), _cited(ref), _rows()[ref]["title"], outcome=True)]
    missing = whole.missing if whole.value is None else ()
    if any(item.outcome for item in reasons):
        missing = tuple(sorted(missing, key=lambda name: name not in ("entity_types", "scheduled_maintenance")))
    return Significance(
        answer=answer,
        reasons=tuple(reasons),
        missing=missing,
        criteria=tuple(looked_at),
        version=__version__,
    )
