"""What is told beside the numbers of a coverage, in words: its notes, and its measure groups with their titles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from .._shared import Column, Page, Record, Rows, View, counted
from ..assessment import Assessment, counting
from ..dataset import NAMED, Dataset, missing, name_of
from ..ids import Ref
from ._bounds import COUNTED, UNBOUND, UNJUDGED, Values
from ._question import Question
from ._score import Score, legend, score_columns, table_of
from ._weights import UnitWeights

__all__ = ["MeasureGroup", "MeasureGroups", "measure_groups", "notes_of"]

_SHOWN = 5


@attrs.frozen(kw_only=True, eq=False, repr=False)
class MeasureGroup(Record, View):
    """A measure group of the set that was scored: its unit, how it is cited, its title, and the score of its units.

    For the Directive and the CIR these are the points of Article 21(2), and each Article for what lies outside them.
    """

    ref: Ref
    citation: str
    title: str
    score: Score

    def to_row(self) -> dict[str, object]:
        """Return the group as one flat dict, its score by the names of `Score.to_row`."""
        return {"ref": str(self.ref), "citation": self.citation, "title": self.title, **self.score.to_row()}

    def _page(self) -> Page:
        return Page(f"{self.citation} {self.title}", (table_of([self.score]),))


class MeasureGroups(Rows[MeasureGroup]):
    """The measure groups of a coverage in legal order; as a table, one row per group."""

    __slots__ = ()

    def _schema(self) -> tuple[Column, ...]:
        return (*NAMED, *score_columns("score"))

    def _page(self) -> Page:
        names = ["\n".join(filter(None, (row.citation, row.title))) for row in self]
        table = table_of((row.score for row in self), names, "measure")
        return Page(counted(len(self), "measure group"), (legend(), table) if names else ())


def measure_groups(dataset: Dataset, scores: Iterable[tuple[Ref, Score]]) -> MeasureGroups:
    """Return the scores of measure groups with the words that the dataset has for each."""
    rows = ((ref, *name_of(dataset, ref), score) for ref, score in scores)
    return MeasureGroups(
        MeasureGroup(ref=ref, citation=citation or "", title=title or "", score=score)
        for ref, citation, title, score in rows
    )


def notes_of(
    dataset: Dataset,
    question: Question,
    values: Values,
    weights: UnitWeights,
    assessment: Assessment,
    displaced: Mapping[Ref, str],
) -> tuple[str, ...]:
    """Return the notes of a coverage: on what was read, on the set and its links, on findings that count nothing."""
    return (
        *_displaced(displaced),
        *assessment.notes,
        *_dropped(assessment),
        *_set(question, values, weights),
        *_findings(dataset, question, assessment),
        *_scope(assessment),
    )


def _displaced(displaced: Mapping[Ref, str]) -> Iterator[str]:
    """Yield which acts took units out of the set, and how many."""
    for act in dict.fromkeys(displaced.values()):
        units = [ref for ref, other in displaced.items() if other == act]
        yield f"{act} applies instead of {counted(len(units), 'unit')}, which are not counted: {_named(units)}"


def _named(refs: Iterable[Ref | str]) -> str:
    names = list(map(str, refs))
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _dropped(assessment: Assessment) -> Iterator[str]:
    if assessment.problems:
        first = str(assessment.problems[0])
        count = counted(len(assessment.problems), "problem")
        yield f"the reader reported {count}; what it could not use is not counted: {first}"


def _facts(question: Question, values: Values) -> Iterator[str]:
    """Yield what depends on facts: those that were not given, and those that do not hold."""
    open_ = [
        demand.condition
        for demand, settled, state in zip(question.demands, question.settled, values.state, strict=True)
        if demand.condition and settled is None and state == COUNTED
    ]
    if open_:
        hang = "depends on a fact" if len(open_) == 1 else "depend on facts"
        many = f"{len(open_)} of {counted(values.state.count(COUNTED), 'demand')}"
        yield f"{many} {hang} not given, counted as binding: {_named(sorted(set(open_)))}"
    closed = [
        demand.condition for demand, state in zip(question.demands, values.state, strict=True) if state == UNBOUND
    ]
    if closed:
        are = "is" if len(closed) == 1 else "are"
        facts = "this fact does" if len(set(closed)) == 1 else "these facts do"
        named = _named(sorted(set(closed)))
        yield f"{counted(len(closed), 'demand')} {are} left out, because {facts} not hold: {named}"


def _set(question: Question, values: Values, weights: UnitWeights) -> Iterator[str]:
    if question.without_links:
        yield f"without links in {' or '.join(question.frameworks)}: {', '.join(question.without_links)}"
    if not question.demands:
        yield "no assessable unit is in the set, so nothing is scored"
    unjudged = sum(state == UNJUDGED for state in values.state)
    if unjudged:
        are, units, them = ("is", "its unit", "it") if unjudged == 1 else ("are", "their units", "them")
        yield (
            f"{unjudged} of {counted(len(question.demands), 'demand')} {are} not counted: these crosswalks do not "
            f"link {units}, and no finding assesses {them}"
        )
    yield from _facts(question, values)
    if weights.without:
        left = counted(len(weights.without), "unit")
        yield (
            f"weights leaves out {left} of the set: 0 in a score with others, alike among themselves: "
            f"{_named(weights.without)}"
        )
    if weights.unused:
        named = counted(len(weights.unused), "unit")
        yield f"weights names {named} with nothing of the set at or below: {_named(weights.unused)}"
    if weights.values is not None:
        counting = [
            weight
            for weight, span in zip(weights.values, question.spans, strict=True)
            if any(values.state[place] == COUNTED for place in range(*span))
        ]
        if counting and not any(counting):
            yield "all units with counted demands weigh 0, so they weigh alike"


def _findings(dataset: Dataset, question: Question, assessment: Assessment) -> Iterator[str]:
    current = counting(assessment)
    lacking = missing(dataset, assessment.findings)
    if lacking:
        end = "on units that the dataset lacks"
        many = counted(len(lacking), f"finding {end} is", f"findings {end} are")
        yield f"{many} not counted: {_named(lacking)}"
    # The nearest finding at or above a unit speaks for it, and those above that one bear on nothing there.
    own = question.own if any(ref.framework in question.frameworks for ref in current) else ()
    chains = (*(chain for chains in question.parts for chain in chains), *own)
    bearing = {next((ref for ref in chain if ref in current), None) for chain in chains}.union(lacking)
    unused = [ref for ref in current if ref not in bearing]
    if unused:
        have = "has" if len(unused) == 1 else "have"
        of = counted(len(current), "finding")
        yield f"{len(unused)} of {of} {have} no effect on what was scored: {_named(unused)}"


def _scope(assessment: Assessment) -> Iterator[str]:
    if assessment.scopes:
        names = ", ".join(assessment.scopes)
        yield f"each unit counts as in the weakest of {counted(len(assessment.scopes), 'scope')}: {names}"
    if assessment.whole_entity is not True:
        yield "this assessment is not known to cover the whole entity: what lies outside is not scored"
