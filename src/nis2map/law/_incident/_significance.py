"""When an incident is significant: Article 23(3) of the Directive, and Articles 3 to 14 of the CIR by type of entity.

The thresholds are a table of the dataset; this module reads them against facts of which any may be unknown.
Logic is three-valued: a definite answer is given only if no unknown fact could overturn it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

import attrs

from ..._shared import Brief, Column, Page, Record, Table, Tabular, View, expect
from ..._version import __version__
from ...dataset import Dataset, given, keep
from ...errors import DatasetError, InputError, quote
from ...ids import Ref, parse_ref
from ...model import FactTest, SignificanceTest
from .._facts import as_written
from .._logic import Truth
from .._tables import law_table
from ._facts import Affected, EntityKind, FactKind, IncidentFacts, exact, fact_kind, kind_of, near_fact, parse_duration

__all__ = ["Answer", "Criterion", "Significance", "significance"]

_READ = date(2024, 10, 17)
_UNLESS = {
    "scheduled_maintenance": "it was scheduled maintenance (CIR, Article 3(2))",
    "entity_types": "the point is not one for the entity's type",
}


class Answer(StrEnum):
    """Whether an incident is significant, as far as the facts settle it."""

    SIGNIFICANT = "significant"
    NOT_SIGNIFICANT = "not significant"
    UNDETERMINED = "undetermined"


@attrs.frozen(eq=False, repr=False)
class Criterion(Brief, Record):
    """One point of the law, with its `outcome` on the facts (None: they don't settle it) and the facts it lacks."""

    ref: Ref
    citation: str
    title: str
    outcome: bool | None = attrs.field(kw_only=True)
    missing: tuple[str, ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Significance(Record, View, Tabular):
    """Whether an incident is significant, and by which points.

    `reasons` are the points that decided: those met if it is significant, the exclusion or all that are not met if it
    is not, those open if it is undetermined; `missing` then names the facts that the open points lack. `criteria` are
    all points looked at. `as_of` is the date of the CIR, the later of the two texts; `version` is that
    of the package, `data` that of the dataset.
    """

    answer: Answer
    reasons: tuple[Criterion, ...]
    missing: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    as_of: date = _READ
    version: str = ""
    data: str = ""
    _columns = (
        Column("ref", "text", "the point of the law"),
        Column("citation", "text", "how it is cited"),
        Column("title", "text", "its title"),
        Column("outcome", "flag", "whether it is met; null where the facts don't settle it"),
        Column("missing", "texts", "the facts that it lacks"),
    )

    def _lines(self) -> tuple[Criterion, ...]:
        return self.criteria

    def _page(self) -> Page:
        words = {True: "met", False: "not met", None: "open"}
        rows = [(item.title, item.citation, words[item.outcome]) for item in self.criteria]
        notes = (f"missing: {', '.join(self.missing)}",) if self.missing else ()
        return Page(f"Incident: {self.answer}", (Table(("Point", "Source", "Outcome"), rows),), notes)

    def __str__(self) -> str:
        # The points that decided are enough in text; the table has all that were looked at. What is met stands first:
        # then little is open, whatever else may still be met.
        met = [reason for reason in self.reasons if reason.outcome]
        unless = f": {self.unless}" if self.unless else ""
        decided = (f"{reason.title} ({reason.citation})" for reason in (met if unless else self.reasons))
        return "\n".join([f"{self.answer.value}{unless}", *decided, *self._page().notes])

    @property
    def unless(self) -> str:
        """What stands between a point that is met and the answer, in words; empty if none is met or nothing does."""
        met = any(reason.outcome for reason in self.reasons)
        if self.answer is not Answer.UNDETERMINED or not met:
            return ""
        words = [words for fact, words in _UNLESS.items() if fact in self.missing]
        return f"significant unless {' or '.join(words)}" if words else ""


def significance(facts: IncidentFacts, *, dataset: Dataset | None = None) -> Significance:
    """Return whether an incident is significant, by Article 23(3) of the Directive and Articles 3 to 14 of the CIR.

    For the types of the CIR its Articles 3 to 14 decide, because they say when an incident is significant "for the
    purposes of" Article 23(3); for any other type that paragraph itself does. An entity of several types is judged by
    all of them; one of unknown type only gets an answer that every type would give. National law may add cases.

    Raises `InputError` for anything but `IncidentFacts`, `DatasetError` if the dataset has no tests of significance, or
    one that no fact can be held against.

    >>> import nis2map
    >>> found = nis2map.significance(nis2map.IncidentFacts())
    >>> found.answer.value
    'undetermined'
    """
    expect(facts, IncidentFacts, "facts")
    data = given(dataset)
    rows = keep(
        data,
        "law: significance",
        lambda: {str(row.ref): _usable(row) for row in law_table(data.law.significance, "significance")},
    )
    return _Assessed(facts, rows, data).answer()


class _Assessed:
    """The facts of one incident held against the table, point by point."""

    def __init__(self, facts: IncidentFacts, rows: Mapping[str, SignificanceTest], data: Dataset) -> None:
        self.facts = facts
        self.rows = rows
        self.data = data
        self.criteria = {ref: self.criterion(row) for ref, row in rows.items() if row.role == "criterion"}
        recurring = [row for row in rows.values() if row.role == "recurring"]
        if recurring:  # the points of Article 4 hold together or not at all, so they are one criterion
            first = str(recurring[0].ref)
            self.criteria[first] = Truth.all(_test(test, facts) for row in recurring for test in row.tests)

    def answer(self) -> Significance:
        named = (kind_of(kind, self.data) if isinstance(kind, Ref) else kind for kind in self.facts.entity_types or ())
        kinds = tuple(dict.fromkeys(named)) or tuple(EntityKind)
        by_kind = {kind: self.answer_for(kind) for kind in kinds}
        known = bool(self.facts.entity_types)
        whole = Truth.any(by_kind.values()) if known else Truth.same(by_kind.values(), "entity_types")
        looked_at = [
            self.shown(ref, truth)
            for ref, truth in self.criteria.items()
            if any(_applies(self.rows[ref], kind) for kind in kinds)
        ]
        planned = self.facts.scheduled_maintenance is True and any(kind is not EntityKind.OTHER for kind in kinds)
        reasons = self.reasons(whole, looked_at, planned=planned)
        missing = whole.missing if whole.value is None else ()
        if any(item.outcome for item in reasons):
            # What is met stands but for maintenance and the type of the entity: these two are asked first.
            missing = tuple(sorted(missing, key=lambda name: name not in ("entity_types", "scheduled_maintenance")))
        answers = {True: Answer.SIGNIFICANT, False: Answer.NOT_SIGNIFICANT, None: Answer.UNDETERMINED}
        return Significance(
            answer=answers[whole.value],
            reasons=tuple(reasons),
            missing=missing,
            criteria=tuple(looked_at),
            version=__version__,
            data=self.data.version,
        )

    def answer_for(self, kind: EntityKind) -> Truth:
        return Truth.any(
            self.counting(ref, truth) for ref, truth in self.criteria.items() if _applies(self.rows[ref], kind)
        )

    def counting(self, ref: str, truth: Truth) -> Truth:
        """Take out what scheduled maintenance explains (CIR, Article 3(2)).

        Only interruptions and *planned* consequences are excluded. Malice, exfiltration, a break into a building, harm
        to a person are never planned, so the points about them stand whatever is known of maintenance.
        """
        if self.rows[ref].unplanned:
            return truth
        return Truth.all((truth, _flagged("scheduled_maintenance", self.facts).negated()))

    def criterion(self, row: SignificanceTest) -> Truth:
        parts = [_test(test, self.facts) for test in row.tests]
        met = Truth.any(parts) if row.any else Truth.all(parts)
        if row.unless is None:
            return met
        exception = Truth.all(_test(test, self.facts) for test in self.rows[str(row.unless)].tests)
        return Truth.all((met, exception.negated()))

    def reasons(self, whole: Truth, looked_at: list[Criterion], *, planned: bool) -> list[Criterion]:
        if whole.value is None:
            # What is met stands before what is open: there only maintenance, or the entity's type, is in question.
            return sorted((item for item in looked_at if item.outcome is not False), key=lambda i: i.outcome is None)
        if whole.value:
            return [item for item in looked_at if item.outcome and (self.unplanned(item) or not planned)]
        excluded = [row for row in self.rows.values() if row.tests == (FactTest(fact="scheduled_maintenance"),)]
        unmet = [item for item in looked_at if item.outcome is False]
        if planned and excluded and len(unmet) < len(looked_at):
            return [Criterion(excluded[0].ref, self.cited(excluded[0].ref), excluded[0].title, outcome=True)]
        return unmet

    def unplanned(self, item: Criterion) -> bool:
        row = self.rows.get(str(item.ref))
        return row is not None and row.unplanned

    def shown(self, ref: str, truth: Truth) -> Criterion:
        row = self.rows[ref]
        if row.role == "recurring":
            # The article above its points is what they meet together.
            above = parse_ref(ref.rpartition(".")[0])
            title = "Recurring incidents that meet all points together"
            return Criterion(above, self.cited(above), title, outcome=truth.value, missing=truth.missing)
        return Criterion(row.ref, self.cited(row.ref), row.title, outcome=truth.value, missing=truth.missing)

    def cited(self, ref: Ref) -> str:
        return f"{self.data.frameworks[ref.framework].name}, {ref.citation}"


# What a test states beside the fact, by the kind of the fact.
_SHAPES = {
    FactKind.FLAG: ((),),
    FactKind.DURATION: (("longer_than",),),
    FactKind.NUMBER: (
        ("over",),
        ("least",),
        ("under",),
        ("of", "percent"),
        ("of", "over", "percent"),
        ("of", "percent_most"),
    ),
    FactKind.USERS: (("of", "percent"), ("of", "over", "percent"), ("of", "percent_most")),
}


def _usable(row: SignificanceTest) -> SignificanceTest:
    """Return a row as it is; `DatasetError` if no fact can be held against one of its tests."""
    for test in row.tests:
        kind = fact_kind(test.fact)
        stated = tuple(
            sorted(name for name, value in attrs.asdict(test).items() if name != "fact" and value not in (None, ""))
        )
        if kind is None:
            message = f"law.significance, {row.ref}: {quote(test.fact)} is not a fact that can be tested"
            raise DatasetError(message, hint=near_fact(test.fact))
        if test.of and fact_kind(test.of) is not FactKind.NUMBER:
            message = f"law.significance, {row.ref}: {quote(test.of)} is not a number that a share can be of"
            raise DatasetError(message, hint=near_fact(test.of))
        if stated not in _SHAPES[kind]:
            shapes = " or ".join(" with ".join(shape) or "nothing" for shape in _SHAPES[kind])
            message = f"law.significance, {row.ref}: the test of {test.fact} states {', '.join(stated) or 'nothing'}"
            raise DatasetError(message, hint=f"a {kind} is tested by {shapes}")
        if test.longer_than:
            try:
                parse_duration(test.longer_than, "longer_than")
            except InputError as error:
                raise DatasetError(f"law.significance, {row.ref}: {error}") from None
    return row


def _applies(row: SignificanceTest, kind: EntityKind) -> bool:
    return kind.value in row.kinds if row.kinds else kind is not EntityKind.OTHER


def _flagged(name: str, facts: IncidentFacts) -> Truth:
    value = facts.known(name)
    return Truth.of(None if value is None else bool(value), name)


def _test(test: FactTest, facts: IncidentFacts) -> Truth:
    """Return the outcome of one test of the table: a flag, or a quantity against a threshold."""
    name = test.fact
    value = facts.known(name)
    if test.of:
        return _against_share(test, value, facts)
    if test == FactTest(fact=name):
        return _flagged(name, facts)
    if value is None:
        return Truth(None, (name,))
    if isinstance(value, timedelta):
        return Truth(value > parse_duration(test.longer_than, name))  # type: ignore[operator]
    amount = exact(value, name)
    if test.least is not None:
        return Truth(amount >= test.least)
    if test.under is not None:
        return Truth(amount < test.under)
    return Truth(amount > (test.over or 0))


def _against_share(test: FactTest, value: object, facts: IncidentFacts) -> Truth:
    """Return whether a quantity exceeds "n or p %, whichever is lower": it does if it exceeds one of the two."""
    name, of = test.fact, test.of
    share = as_written(test.percent if test.percent is not None else test.percent_most or 0)
    base: object = getattr(facts, of)
    count, percent = (value.count, value.percent) if isinstance(value, Affected) else (value, None)
    if count is None and percent is None:
        return Truth(None, (name,))
    by_share: bool | None = None
    if percent is not None:
        by_share = exact(percent, name) > share
    elif base is not None or count == 0:
        by_share = exact(count, name) * 100 > share * exact(base or 0, of)
    beyond = Truth(by_share, (of,))
    if test.percent_most is not None:
        return beyond.negated()
    limit = test.over or 0
    by_count: bool | None = None
    if count is not None:
        by_count = exact(count, name) > limit
    elif base is not None or percent == 0:
        by_count = exact(percent, name) * exact(base or 0, of) > limit * 100
    return Truth.any((Truth(by_count, (of,)), beyond))
