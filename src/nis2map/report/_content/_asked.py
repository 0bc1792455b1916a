"""What a report is asked about, with the answers that several of its sections tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import attrs

from ..._shared import Bar, Parts
from ...assessment import Assessment, Finding
from ...dataset import Dataset
from ...errors import UnknownRef
from ...ids import Ref, closed_set
from ...law import Classification, Incident, MemberState
from ...model import Control, GapClass, Grade, Requirement
from ...scoring import Coverage, DemandExplanation, Gaps, Options, Score, gaps_of
from .._parts import GridColumn, Inline, Phrase
from .._words import Words

__all__ = ["CLASSES", "GRADES", "Asked"]

CLASSES = ("met", "implementation", "unassessed", "residual", "structural")
GRADES = tuple(Grade)
_COUNTED = frozenset(
    {
        *CLASSES,
        *map(str, Grade),
        *"demands surely at-most ceiling range more points closes of-class reached links".split(),
    }
)
_IN_BARS = ("surely", "at most", "estimate", "ceiling")
_SHORT = frozenset("class gap-class read-on".split())
_WIDE = frozenset("step todo means advice control review".split())


@attrs.frozen(slots=False, eq=False)
class Asked:
    """A question with its coverage, the facts for the cards, and the words to tell the answers in."""

    cov: Coverage
    options: Options
    words: Words
    classification: Classification | None
    states: tuple[MemberState, ...]
    incident: Incident | None

    @property
    def dataset(self) -> Dataset:
        """The dataset that is asked."""
        return self.cov.dataset

    @property
    def assessment(self) -> Assessment:
        """The assessment that is reported on."""
        return self.cov.assessment

    @cached_property
    def gaps(self) -> Gaps:
        """What is not surely met."""
        return gaps_of(self.cov)

    @cached_property
    def demands(self) -> Mapping[Ref, DemandExplanation]:
        """Each demand of the set with its class and the links that counted."""
        return {demand.ref: demand for demand in self.cov.explain().demands}

    @property
    def bundled(self) -> bool:
        """Whether one of our own acts is scored, with Articles and core duties."""
        return bool(closed_set(self.cov.framework))

    @property
    def act(self) -> str:
        """The short name of what is scored."""
        return self.words.get(f"act.{self.cov.framework}") or self.dataset.frameworks[self.cov.framework].name

    def act_named(self, framework: str) -> str:
        """Return the full name of an act, in the report's language if it is one of ours."""
        known = self.words.get(f"act-long.{framework}") or self.words.get(f"act.{framework}")
        return known or self.dataset.frameworks[framework].name

    def columns(self, *names: str) -> tuple[GridColumn, ...]:
        """Return columns by their ids, each with its head and what it means."""
        words = self.words
        return tuple(
            GridColumn(
                words.get(f"column.{name}") or words.get(f"class.{name}") or words(f"grade.{name}"),
                words(f"meaning.{name}"),
                number=name in _COUNTED,
                mark=name in ("bar", "parts"),
                wide=name in _WIDE,
                short=name in _SHORT,
            )
            for name in names
        )

    def title(self, ref: Ref) -> Inline:
        """Return the title of a unit in the report's language, marked where there is none and it is English."""
        unit = self.dataset.get(ref)
        if not isinstance(unit, (Requirement, Control)):
            return ""
        own = unit.titles.get(self.words.lang)
        return self.words.typeset(own) if own else self.english(unit.title)

    def cite(self, ref: Ref) -> str:
        """Return how a unit is cited, in the report's language."""
        unit = self.dataset.get(ref)
        citation = unit.citation if isinstance(unit, (Requirement, Control)) else ref.citation
        return self.words.cite(citation)

    def headed(self, ref: Ref) -> str:
        """Return how a unit is cited at the beginning of a row."""
        cited = self.cite(ref)
        return cited[:1].upper() + cited[1:]

    def named(self, refs: Iterable[Ref], most: int = 6) -> str:
        """Return the citations of some units in one line, the first few if there are many."""
        names = list(dict.fromkeys(map(self.cite, refs)))
        more = len(names) - most
        shown = ", ".join(names[:most]) if more > 0 else ", ".join(names)
        return self.words.count("and-more", more, named=shown) if more > 0 else shown

    def english(self, text: str) -> Inline:
        """Return a text that exists in English alone."""
        return Phrase(text, lang=self.foreign) if self.foreign else text

    @property
    def foreign(self) -> str:
        """The language of what exists in English alone, empty where that is the report's."""
        return "" if self.words.lang == "en" else "en"

    def finding(self, ref: Ref) -> tuple[Ref, Finding] | None:
        """Return the finding that speaks of a unit, its own or the nearest above, and where it stands."""
        current = self.assessment.current
        try:
            chain = (ref, *self.dataset.ancestors(ref))
        except UnknownRef:  # an assessment may speak of what the dataset lacks
            chain = (ref,)
        return next(((at, current[at]) for at in chain if at in current), None)

    def bar(self, score: Score) -> Bar:
        """Return the numbers of a score as one mark."""
        words = self.words
        numbers = (score.low, score.estimate, score.high, score.ceiling.high)
        names = ("low", "estimate", "high", "ceiling")
        said = {name: words.percent(value) for name, value in zip(names, numbers, strict=True)}
        label = words("bar", **said) if score.low is not None else words("nothing-counted")
        return Bar(*numbers, label=label)

    def parts(self, score: Score) -> Parts:
        """Return the demands of a score by what is so today, as one mark."""
        counts = [(name, self.words(f"class.{name}"), getattr(score, name)) for name in CLASSES]
        return Parts(counts, nothing=self.words("nothing-counted"))

    def grades(self, score: Score) -> Parts:
        """Return the demands of a score by what the crosswalks offer, as one mark."""
        counts = [(str(grade), self.words(f"grade.{grade}"), score.grades[grade]) for grade in GRADES]
        return Parts(counts, nothing=self.words("nothing-counted"))

    def bar_legend(self) -> tuple[tuple[str, str], ...]:
        """Return what stands in a bar, with its words."""
        return tuple((name, self.words(f"column.{name.replace(' ', '-')}")) for name in _IN_BARS)

    def class_legend(self) -> tuple[tuple[str, str], ...]:
        """Return the colours of the classes with their words."""
        return tuple((name, self.words(f"class.{name}")) for name in CLASSES)

    def grade_legend(self) -> tuple[tuple[str, str], ...]:
        """Return the colours of the grades with their words."""
        return tuple((str(grade), self.words(f"grade.{grade}")) for grade in GRADES)

    def label(self, kind: GapClass) -> Phrase:
        """Return the name of a class of gap with its colour."""
        return Phrase(self.words(f"class.{kind}"), colour=str(kind), strong=True)
