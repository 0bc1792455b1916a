"""Whether a result comes out again from the assessment that it is said to be of.

The question is asked again with the conventions that the result holds, of the dataset at hand. Coverage, gaps,
contributions, sensitivity, explanations and roadmaps are worked out again whole. A comparison of two assessments is
made again from both, or from one of them and the changes. Of a plan it is worked out where it starts and what its
steps reach and cost; that no other plan is better hangs on costs and prerequisites, which a plan does not hold. No
other result holds all that it was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import attrs

from ..._shared import Page, Record, View, counted, plain
from ...assessment import Assessment
from ...dataset import Dataset, given
from ...diff import Comparison, apply, compare
from ...errors import InputError, Nis2mapError, clean, quote
from ...ids import Ref
from ...planning import Contributions, Plan, Roadmap, Sensitivity, contributions, done, roadmap, sensitivity
from ...scoring import Coverage, Explanation, Gaps, Options, Score, again, coverage, gaps_of
from ._kept import CoverageBody, asked_again, coverage_body
from ._kinds import word_of

__all__ = ["Discrepancy", "Verification", "verify"]

_CLOSE = 1e-9  # a plan adds its gains up step by step


@attrs.frozen(eq=False, repr=False)
class Discrepancy(Record, View):
    """One thing that did not come out again: a digest, or a number or class of a unit, as recorded and as it is now."""

    what: str
    recorded: str
    now: str

    def _page(self) -> Page:
        return Page(f"{self.what}: {self.recorded} -> {self.now}")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Verification(Record, View):
    """What became of a result that was worked out again; true if nothing differs."""

    kind: str
    differences: tuple[Discrepancy, ...]
    _also = ("equal",)

    @property
    def equal(self) -> bool:
        """Whether both digests are those recorded and every number came out again."""
        return not self.differences

    def __bool__(self) -> bool:
        return self.equal

    def _page(self) -> Page:
        if self.equal:
            return Page("equal")
        rows = [f"{row.what}\n  recorded: {row.recorded}\n  now:      {row.now}" for row in self.differences]
        return Page(counted(len(rows), "difference"), ("\n".join(rows),))


def verify(
    result: object, assessment: Assessment | Sequence[Assessment], *, dataset: Dataset | None = None
) -> Verification:
    """Return what differs if a result is worked out again from an assessment.

    A comparison takes one of its two assessments, or both in order. Raises `InputError` for a result that can't be
    worked out again, and says why.
    """
    data = given(dataset)
    several = (assessment,) if isinstance(assessment, Assessment) else tuple(assessment)
    word = word_of(type(result))
    for kind, check in _CHECKS.items():
        if isinstance(result, kind):
            if len(several) != 1 and kind is not Comparison:
                raise InputError(f"a {word} is of one assessment, and {len(several)} are given")
            return Verification(kind=word, differences=tuple(check(result, several, data)))
    why = _WHY.get(word, "it is not made from an assessment")
    what = word or clean(type(result).__name__)
    raise InputError(f"a document of kind {quote(what)} can't be worked out again: {why}", hint=_HINT)


_HINT = "these can: coverage, gaps, plan, comparison, contributions, sensitivity, roadmap, explanation"
_WHY = {
    "score": "it does not contain what was asked; the coverage behind it does",
    "gap": "it does not contain what was asked; the gaps it belongs to do",
    "measure-group": "it does not contain what was asked; the coverage behind it does",
    "simulation": "it contains the result, not the steps with all their dates",
    "agreement": "it does not contain the conventions of its scores",
    "migration": "it contains the migrated assessment, not the earlier one",
}


def _digests(recorded: tuple[str, str], assessment: Assessment, data: Dataset) -> Iterator[Discrepancy]:
    for what, then, now in (
        ("digest of the dataset", recorded[0], data.digest),
        ("digest of the assessment", recorded[1], assessment.digest),
    ):
        if then != now:
            yield Discrepancy(what, then or "not recorded", now)


def _of_coverage(cov: Coverage, several: Sequence[Assessment], data: Dataset) -> Iterator[Discrepancy]:
    body, (assessment,) = coverage_body(cov), several
    yield from _digests((body.digest, body.assessment_digest), assessment, data)
    if body.assessment.digest != body.assessment_digest:
        yield Discrepancy("digest of the assessment in it", body.assessment_digest, body.assessment.digest)
    try:
        _, now = asked_again(body, assessment, data)
    except Nis2mapError as error:
        yield Discrepancy("the question", "was answered", f"can't be asked again: {error.message}")
        return
    yield from _scores("overall", body.overall, now.overall)
    then, again_ = ({row.ref: row.score for row in one.measures} for one in (body, now))
    told: set[Discrepancy] = set()
    # Most groups are units, and most units have no demands but their own: the same row would come two or three times.
    for after, then_, now_ in (
        ("", body.containers, now.containers),
        (" as an article", body.articles, now.articles),
        (" as a section", body.sections, now.sections),
        (" as a measure group", then, again_),
        (" alone", body.units, now.units),
    ):
        for ref in sorted({*then_, *now_}):
            rows = {
                attrs.evolve(row, what=str(ref)): row for row in _scores(f"{ref}{after}", then_.get(ref), now_.get(ref))
            }
            yield from (row for key, row in rows.items() if key not in told)
            told |= rows.keys()
    classes = [{row.ref: row.gap or "no gap" for row in one.demands} for one in (body, now)]
    yield from _values("class of ", *classes)
    named = {row.what for row in told}  # a demand of such a unit would say the same
    then, again_ = (
        {row.ref: row.score for row in one.demands if str(row.ref.unit) not in named} for one in (body, now)
    )
    for ref in sorted(then.keys() & again_.keys()):
        yield from _scores(str(ref), then[ref], again_[ref])
    yield from _words_of(body, now)


def _words_of(body: CoverageBody, now: CoverageBody) -> Iterator[Discrepancy]:
    """Yield what a coverage says beside its numbers that differs."""
    beside = ({"status": one.status, "above": one.above, "version of the data": one.data} for one in (body, now))
    yield from _values("", *beside)
    yield from _values("convention ", dict(body.conventions), dict(now.conventions))
    yield from _values("displaced ", body.displaced, now.displaced)
    groups = ({row.ref: f"{row.citation} {row.title}" for row in one.measures} for one in (body, now))
    yield from _values("name of measure group ", *groups)
    conflicts = ({f"{row.kind} on {row.ref}": row for row in one.conflicts} for one in (body, now))
    yield from _values("conflict ", *conflicts)
    yield from _values("note ", *(dict(enumerate(one.notes, 1)) for one in (body, now)))


def _scores(name: str, then: Score | None, now: Score | None) -> Iterator[Discrepancy]:
    """Yield the numbers of a score that differ."""
    if then is None or now is None:
        if then is not now:
            yield Discrepancy(name, *("not scored" if one is None else "scored" for one in (then, now)))
        return
    before, after = then.to_row(), now.to_row()
    parts = [part for part in before if before[part] != after[part]]
    if parts:
        yield Discrepancy(name, *(", ".join(f"{part} {row[part]}" for part in parts) for row in (before, after)))


def _values(before: str, then: Mapping[Any, object], now: Mapping[Any, object]) -> Iterator[Discrepancy]:
    """Yield the entries of two mappings that differ."""
    for key in dict.fromkeys((*then, *now)):
        one, two = then.get(key, "nothing"), now.get(key, "nothing")
        if one != two:
            yield Discrepancy(f"{before}{key}", _told(one), _told(two))


def _told(value: object) -> str:
    text = str(plain(value))
    return text if len(text) <= 60 else f"{text[:59]}…"


def _of_gaps(found: Gaps, several: Sequence[Assessment], data: Dataset) -> Iterator[Discrepancy]:
    yield from _of_coverage(found.coverage, several, data)
    try:
        now = gaps_of(asked_again(coverage_body(found.coverage), several[0], data)[0])
    except Nis2mapError:
        return  # told already, of the coverage
    rows = [{gap.requirement.ref: gap for gap in one} for one in (found, now)]
    for ref in sorted({*rows[0], *rows[1]}):
        then, again_ = (one.get(ref) for one in rows)
        if then is None or again_ is None:
            yield Discrepancy(f"gap of {ref}", *("no gap" if one is None else "a gap" for one in (then, again_)))
        elif then != again_:
            parts = [{f.name: getattr(one, f.name) for f in attrs.fields(type(one))} for one in (then, again_)]
            yield from _values(f"gap of {ref}, ", *parts)


def _of_plan(made: Plan, several: Sequence[Assessment], data: Dataset) -> Iterator[Discrepancy]:
    (assessment,) = several
    yield from _digests((made.digest, made.assessment_digest), assessment, data)
    cov = coverage(assessment, **_options(made.conventions, data))
    after = again(cov, done(cov, [step.ref for step in made.steps]))
    # A plan of a score that nothing counts in starts at 0.
    start, reached = (getattr(one.overall, made.of) or 0.0 for one in (cov, after))
    cost = sum(step.cost for step in made.steps)
    rows = (("start", made.start, start), ("reached", made.reached, reached), ("cost", made.cost, cost))
    for name, then, now in rows:
        if abs(then - now) > _CLOSE * max(1.0, abs(then)):
            yield Discrepancy(name, str(then), str(now))


def _of_comparison(made: Comparison, several: Sequence[Assessment], data: Dataset) -> Iterator[Discrepancy]:
    if made.kind != "assessment":
        raise InputError(f"a comparison of {made.kind}s can't be worked out again from an assessment")
    before, after = _both(made, several)
    yield from _digests((made.origin.digest, made.origin.assessment_digest), before, data)
    if made.result.assessment_digest != after.digest:
        yield Discrepancy("digest of the later assessment", made.result.assessment_digest, after.digest)
    now = compare(before, after, **_options(made.result.conventions, data))
    pairs: tuple[tuple[str, Callable[[Comparison], Mapping[Any, object]]], ...] = (
        ("change of ", lambda one: {change.place: (change.before, change.after) for change in one.changes}),
        ("effect on ", lambda one: {effect.ref or "overall": effect for effect in one.effects}),
        ("regression of ", lambda one: {row.ref: row.message for row in one.regressions}),
    )
    for name, rows in pairs:
        yield from _values(name, rows(made), rows(now))


def _both(made: Comparison, several: Sequence[Assessment]) -> tuple[Assessment, Assessment]:
    """Return both assessments of a comparison: the other one is this one with the changes made, or undone."""
    if len(several) == 2:
        return several[0], several[1]
    if len(several) != 1:
        raise InputError(f"a comparison is of two assessments, and {len(several)} are given")
    (one,) = several
    if one.digest == made.result.assessment_digest != made.origin.assessment_digest:
        return apply(made.invert(), one), one
    try:
        return one, apply(made, one)
    except InputError as error:
        hint = "give both, the earlier one first"
        raise InputError(f"the comparison does not start from this assessment: {error.message}", hint=hint) from error


def _of_contributions(made: Contributions, several: Sequence[Assessment], data: Dataset) -> Iterator[Discrepancy]:
    yield from _digests((made.digest, made.assessment_digest), several[0], data)
    now = contributions(several[0], of=cast("Any", made.of), **_options(made.conventions, data))
    yield from _values("", *({"score": one.score, "base": one.base} for one in (made, now)))
    yield from _values("share of ", *({row.ref: row.share for row in one.rows} for one in (made, now)))


def _of_sensitivity(made: Sensitivity, several: Sequence[Assessment], data: Dataset) -> Iterator[Discrepancy]:
    yield from _digests((made.digest, made.assessment_digest), several[0], data)
    now = sensitivity(several[0], factors=made.factors, **_options(made.conventions, data))
    yield from _scores("overall", made.score, now.score)
    names = ("basis", "consideration", "support")
    yield from _values("", *({name: getattr(one, name) for name in names} for one in (made, now)))
    rows = ({(row.crosswalk, row.requirement, row.controls): row for row in one.links} for one in (made, now))
    yield from ((attrs.evolve(row, what=f"link {row.what}")) for row in _values("", *map(_named_links, rows)))


def _named_links(rows: Mapping[tuple[str, Ref, tuple[Ref, ...]], object]) -> dict[str, object]:
    return {f"{name} {ref} to {' + '.join(map(str, controls))}": row for (name, ref, controls), row in rows.items()}


def _of_explanation(made: Explanation, several: Sequence[Assessment], data: Dataset) -> Iterator[Discrepancy]:
    yield from _digests((made.digest, made.assessment_digest), several[0], data)
    cov = coverage(several[0], **_options(made.conventions, data))
    now = cov.explain(None if made.subject == "overall" else made.subject)
    for name in ("low", "estimate", "high"):
        yield from _values("", {name: getattr(made, name)}, {name: getattr(now, name)})
    yield from _values("demand ", *({row.ref: row for row in one.demands} for one in (made, now)))
    yield from _values("weight of ", *map(dict, (made.weights, now.weights)))


def _of_roadmap(made: Roadmap, several: Sequence[Assessment], data: Dataset) -> Iterator[Discrepancy]:
    (assessment,) = several
    known = assessment if made.assessed else None
    recorded = made.assessment_digest if made.assessed else assessment.digest
    yield from _digests((made.digest, recorded), assessment, data)
    now = roadmap(known, certified=made.certified, dataset=data)
    yield from _values("step ", *({step.id: step for step in one.steps} for one in (made, now)))
    yield from _values("", {"left": made.left}, {"left": now.left})


_CHECKS: dict[type, Callable[[Any, Sequence[Assessment], Dataset], Iterable[Discrepancy]]] = {
    Coverage: _of_coverage,
    Gaps: _of_gaps,
    Plan: _of_plan,
    Comparison: _of_comparison,
    Contributions: _of_contributions,
    Sensitivity: _of_sensitivity,
    Explanation: _of_explanation,
    Roadmap: _of_roadmap,
}


def _options(conventions: Iterable[tuple[str, str]], data: Dataset) -> Options:
    """Return the options that conventions name; `InputError` for a set of units that they do not spell out."""
    said = dict(conventions)
    within = said.get("within", "default")
    if within.startswith("classification "):
        raise InputError(
            "the set of units is that of a classification, which this result does not contain",
            hint="verify the coverage or the gaps, whose documents contain the units",
        )
    refs = () if within == "nothing" else tuple(within.split("+"))
    weights = said.get("weights", "unit")
    facts = {name: value == "True" for name, value in _pairs(said.get("facts", ""))}
    return {
        "framework": said.get("framework", ""),
        "crosswalk": tuple(said.get("crosswalk", "").split("+")),
        "within": {"default": None, "all": "all"}.get(within, refs),
        "weights": {ref: _number(value) for ref, value in _pairs(weights)} if "=" in weights else cast("Any", weights),
        "support": _number(said.get("support", "0")),
        "basis": cast("Any", said.get("basis", "statement")),
        "facts": facts or None,
        "dataset": data,
    }


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"the conventions say {quote(text)} where a number is expected") from None


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, text.split(", ")):
        name, _, value = part.rpartition("=")
        yield name, value
