"""`agreement`: two crosswalks over the same frameworks side by side, pair by pair, and what depends on the choice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Unpack, overload

import attrs

from .._shared import Column, Listing, Page, Record, Table, Tabular, View, member, number, one_line, percent, written
from ..assessment import Assessment
from ..data import table as packaged
from ..dataset import CONTROL, REQUIREMENT, Dataset, PairLine, cited, given, namer
from ..errors import InputError, UnknownRef, clean, quote
from ..ids import Ref, parse_ref
from ..model import Crosswalk, Grade, Grain, Link, meet
from ..scoring import Coverage, Options, Score, Term, again, coverage, repeatable, with_options_but, workings
from ._corroboration import SecondOpinion, best_grade, opinion_of
from ._levels import Leveled, allowed, comparable, sides_of, top, universe

__all__ = ["Agreement", "CoverageUnder", "PairAgreement", "PairStatus", "Share", "agreement"]

# Below some thirty cells a kappa says more of chance than of the raters.
_ENOUGH = 30


class PairStatus(StrEnum):
    """What two crosswalks say of one pair of a requirement and a control.

    `corroborated`: both have it; `single-source`: one has it, and the other says nothing against it; `conflicting`: one
    says that there is no relationship, or their relations exclude each other.
    """

    CORROBORATED = "corroborated"
    SINGLE_SOURCE = "single-source"
    CONFLICTING = "conflicting"


def _links_of(sides: tuple[tuple[Link, ...], tuple[Link, ...]]) -> list[list[dict[str, object]]]:
    """Return links by what tells them apart: requirement, controls and relation."""
    return [
        [{"requirement": link.requirement, "controls": link.controls, "relation": link.relation} for link in side]
        for side in sides
    ]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class PairAgreement(Record, View):
    """One pair at the level that both crosswalks have, with the links of each to it.

    `having` names the crosswalks that have the pair, `grades` the best grade in which a link of each serves a demand
    there (bare where it has no link). `reason` is what somebody wrote down about why the other lacks it,
    empty if nobody did; `why` is one line on what is known of the disagreement, empty if there is none.
    """

    requirement: Ref
    control: Ref
    tie: PairStatus
    having: tuple[str, ...] = attrs.field(metadata=written(", ".join))
    links: tuple[tuple[Link, ...], tuple[Link, ...]] = attrs.field(metadata=written(_links_of))
    grades: tuple[Grade, Grade]
    reason: str = ""
    why: str = ""

    def to_row(self) -> dict[str, object]:
        """Return the pair as one flat dict, without its links."""
        return {name: value for name, value in self.to_dict().items() if name != "links"}

    def _page(self) -> Page:
        why = f": {self.why}" if self.why else ""
        return Page(
            f"{self.requirement.citation} and {self.control.citation}: {self.tie}, {' and '.join(self.having)}{why}"
        )


def _overall_or_ref(ref: Ref | None) -> str:
    return "overall" if ref is None else str(ref)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Share(Record, View):
    """How far two crosswalks agree in one section (or article), or as a whole (`ref` is None).

    `pairs` counts pairs that either has, `both` those that both have, `only` those of each alone, `conflicting` those
    in conflict. `jaccard` is both/pairs (1.0 if there are none). `kappa` is Cohen's, over every unit that both judge
    times every control (`grid`); None if fewer than 30 pairs are among them, or if chance alone would agree on all.
    """

    ref: Ref | None = attrs.field(metadata=written(_overall_or_ref))
    pairs: int
    both: int
    only: tuple[int, int]
    conflicting: int
    jaccard: float
    kappa: float | None
    grid: int

    def _page(self) -> Page:
        name, pairs, both, first, second, conflicts, jaccard, kappa = _share_row(self)
        counts = f"{both} of {pairs} pairs in both, {first} and {second} in one alone, {conflicts} in conflict"
        return Page(f"{name}: {counts}, Jaccard {jaccard}, kappa {kappa}")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class CoverageUnder(Record, View):
    """The coverage of one framework under each crosswalk, under either (the best per demand) and under both.

    Under both, a demand gets from a set of controls the lesser of what the two say of it, and counts if both judge its
    unit.
    """

    framework: str
    each: tuple[Score, Score]
    union: Score
    intersection: Score

    def _page(self) -> Page:
        low = [percent(score.low) for score in (*self.each, self.union, self.intersection)]
        return Page(f"low of {self.framework}: {low[0]} and {low[1]}, under either {low[2]}, under both {low[3]}")


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Agreement(Record, View, Tabular, Listing[PairAgreement]):
    """How two crosswalks agree: pairs in legal order, shares by section, and coverage if asked for.

    Length, iteration and places are those of the pairs.
    `crosswalks` are the ids, in the order asked for, `frameworks` those whose requirements were compared.
    `opinions` has, for each of the two that grades demands, what the other says of its pairs, grade by grade: agreement
    over all pairs alike hides that a crosswalk which says little links what the other is sure of. An opinion tells
    whether its source was among the candidates that were judged.
    `agreement[ref]`, in any text form, gives the pairs of a requirement or control; `UnknownRef` if there is none.
    """

    crosswalks: tuple[str, str]
    frameworks: tuple[str, ...]
    pairs: tuple[PairAgreement, ...]
    overall: Share
    sections: tuple[Share, ...]
    opinions: tuple[SecondOpinion, ...]
    coverage: tuple[CoverageUnder, ...]
    digest: str
    assessment_digest: str = ""
    _dataset: Dataset | None = attrs.field(default=None, eq=False, repr=False, alias="dataset", metadata=written())
    _columns = (
        *REQUIREMENT,
        *CONTROL,
        Column("tie", "text", "corroborated, single-source or conflicting", "of.tie"),
        Column("having", "text", "the crosswalks that have the pair", lambda line: ", ".join(line.of.having)),
        Column("grades", "texts", "the best grade that each crosswalk gives, in the order of the two", "of.grades"),
        Column("reason", "text", "what somebody wrote down about why the other lacks it", "of.reason"),
        Column("why", "text", "what is known of the disagreement", "of.why"),
    )

    @overload
    def __getitem__(self, index: int) -> PairAgreement: ...
    @overload
    def __getitem__(self, index: slice | Ref | str) -> tuple[PairAgreement, ...]: ...
    def __getitem__(self, index: int | slice | Ref | str) -> PairAgreement | tuple[PairAgreement, ...]:
        if isinstance(index, (int, slice)):
            return self.pairs[index]
        ref = index if isinstance(index, Ref) else parse_ref(index)
        pairs = tuple(pair for pair in self.pairs if ref in (pair.requirement, pair.control))
        if not pairs:
            raise UnknownRef(f"no pair names {ref} at the level that both crosswalks have")
        return pairs

    def __len__(self) -> int:
        return len(self.pairs)

    def __iter__(self) -> Iterator[PairAgreement]:
        return iter(self.pairs)

    def of(self, tie: PairStatus | str) -> tuple[PairAgreement, ...]:
        """Return the pairs that are corroborated, single-source or conflicting."""
        wanted = member(PairStatus, tie, "status of a pair")
        return tuple(pair for pair in self.pairs if pair.tie is wanted)

    def only(self, crosswalk: str) -> tuple[PairAgreement, ...]:
        """Return the pairs that this crosswalk has and the other lacks."""
        if not isinstance(crosswalk, str) or crosswalk not in self.crosswalks:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InputError(f"{quote(crosswalk)} was not compared", hint=f"one of: {', '.join(self.crosswalks)}")
        return tuple(pair for pair in self.pairs if pair.having == (crosswalk,))

    def _lines(self) -> Iterator[PairLine]:
        named = namer(given(self._dataset))
        return (PairLine(named(pair.requirement), named(pair.control), pair) for pair in self.pairs)

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(self.of(tie))} {tie}" for tie in PairStatus)
        return one_line(f"<Agreement of {' and '.join(self.crosswalks)}: {counts}>")

    def _page(self) -> Page:
        one, two = self.crosswalks
        head = ("section", "pairs", "both", f"only {one}", f"only {two}", "conflicts", "Jaccard", "kappa")
        tables = [_by_grade(opinion, *pair) for opinion, pair in self._opinions()]
        tables.append(Table(head, map(_share_row, (*self.sections, self.overall))))
        for under in self.coverage:
            scores = zip((one, two, "either", "both"), (*under.each, under.union, under.intersection), strict=True)
            rows = [(name, percent(s.low), percent(s.estimate), percent(s.high)) for name, s in scores]
            tables.append(Table((f"coverage of {under.framework}", "low", "estimate", "high"), rows))
        data = given(self._dataset)
        pairs = [
            (cited(data, p.requirement), cited(data, p.control), str(p.tie), " and ".join(p.having), p.why)
            for p in self.pairs
            if p.tie is not PairStatus.CORROBORATED
        ]
        tables.append(Table(("requirement", "control", "standing", "in", "why the other lacks it"), pairs))
        notes = [f"{o.source}: {note}" for o in self.opinions for note in o.notes[1:]]
        notes.append(f"requirements of {', '.join(self.frameworks)}, digest {self.digest[:12]}")
        return Page(f"Agreement of {one} and {two}", tuple(tables), notes)

    def _opinions(self) -> Iterator[tuple[SecondOpinion, tuple[str, str]]]:
        """Yield each opinion with the crosswalk that it is on and the one whose it is."""
        one, two = self.crosswalks
        for opinion in self.opinions:
            yield opinion, (one, two) if opinion.source == two else (two, one)


def _by_grade(opinion: SecondOpinion, graded: str, other: str) -> Table:
    rows = [(str(c.grade), str(c.pairs), str(c.linked), percent(c.share)) for c in opinion.counts]
    return Table((f"grade in {graded}", "pairs", f"linked by {other} too", "share"), rows, right=(1, 2, 3))


def _share_row(share: Share) -> tuple[str, ...]:
    counts = (share.pairs, share.both, *share.only, share.conflicting)
    kappa = "-" if share.kappa is None else number(share.kappa)
    name = "overall" if share.ref is None else share.ref.citation
    return (name, *map(str, counts), number(share.jaccard), kappa)


@with_options_but("framework", "crosswalk")
def agreement(
    a: Crosswalk | str, b: Crosswalk | str, *, assessment: Assessment | None = None, **options: Unpack[Options]
) -> Agreement:
    """Return how two crosswalks agree over the frameworks that both start from.

    Pairs are compared at the level that both have: a unit rolls up to the nearest one at or above it that the other
    crosswalk links, and where there is none to the other's deepest level. Controls roll up to those that the other
    names; a joint link counts as a pair with each of its controls. Relations exclude each other if none is left that
    both allow for the rolled-up pair (RCC-5). With an `assessment` the coverage under each crosswalk, under either and
    under both is given too, for the keyword arguments of `coverage`, without `framework` and
    `crosswalk`, which the two crosswalks give.

    Raises `InputError` if the two have no framework or target in common.

    >>> import nis2map
    >>> agreement("enisa", "enisa").overall.jaccard
    1.0
    """
    kept = repeatable(options)
    data = given(kept.pop("dataset", None))
    for name in ("framework", "crosswalk"):
        if name in kept:
            raise InputError(f"{name}= is given with the two that are compared", hint="leave it out")
    if assessment is None and kept:
        raise InputError(
            f"{', '.join(sorted(kept))} affects scores only, and nothing is scored", hint="give assessment="
        )
    data, names, frameworks = comparable(data, a, b)
    sides = sides_of(data, names, frameworks)
    pairs = tuple(_pairs(data, names, sides))
    by_section: dict[Ref, list[PairAgreement]] = {}
    for pair in pairs:
        by_section.setdefault(top(data, pair.requirement), []).append(pair)
    sections = sorted({*by_section, *(top(data, unit) for unit in _both_judge(sides))})
    return Agreement(
        crosswalks=names,
        frameworks=frameworks,
        pairs=pairs,
        overall=_share(data, names, sides, None, pairs),
        sections=tuple(_share(data, names, sides, ref, by_section.get(ref, ())) for ref in sections),
        opinions=tuple(
            opinion_of(data, pair, frameworks)
            for pair in (names, (names[1], names[0]))
            if data.head(pair[0]).grain is Grain.DEMAND
        ),
        coverage=() if assessment is None else tuple(_under(data, names, f, assessment, kept) for f in frameworks),
        digest=data.digest,
        dataset=data,
        assessment_digest="" if assessment is None else assessment.digest,
    )


def _pairs(data: Dataset, names: tuple[str, str], sides: tuple[Leveled, Leveled]) -> Iterator[PairAgreement]:
    reasons = _reasons(frozenset(names))
    every = {*sides[0].related, *sides[1].related}
    for unit, control in sorted(every, key=lambda pair: (pair[0].sort_key, pair[1].sort_key)):
        place = (unit, control)
        links = [side.related.get(place, ()) for side in sides]
        having = tuple(dict.fromkeys(name for name, several in zip(names, links, strict=True) if several))
        reason = ""
        if all(links):
            possible = meet(allowed(data, unit, control, several) for several in links)
            tie, why = (
                (PairStatus.CORROBORATED, "")
                if possible
                else (PairStatus.CONFLICTING, "their relations exclude each other")
            )
        else:
            # One has the pair, the other is silent; only links of its own can say that there is no relationship.
            has, silent = (1, 0) if links[1] else (0, 1)
            reason = reasons.get((str(unit), str(control), names[has]), "")
            links[silent] = sides[silent].denies(unit, control)
            tie = PairStatus.CONFLICTING if links[silent] else PairStatus.SINGLE_SOURCE
            why = reason or _why(names[has], links[has])
            if links[silent]:
                why = f"{names[silent]} says that there is no relationship; {why}"
        yield PairAgreement(
            requirement=unit,
            control=control,
            tie=tie,
            having=having,
            links=(links[0], links[1]),
            grades=(best_grade(sides[0].related.get(place, ())), best_grade(sides[1].related.get(place, ()))),
            reason=reason,
            why=why,
        )


_DOES = {
    Grade.STATED: "covers",
    Grade.GUIDED: "covers if guided",
    Grade.CONSIDERED: "covers if considered",
    Grade.HELPED: "supports",
}


def _why(having: str, links: tuple[Link, ...]) -> str:
    """Return the reason that the one who has a pair gives for it: what its fullest link does, and why."""
    telling = [link for link in links if link.rationale]
    if not telling:
        return "no reason is recorded"
    best = max(telling, key=lambda link: [len(refs) for refs in link.by_grade.values()])
    named = ", ".join(ref.demand or str(ref) for ref in best.by_grade.get(best.grade, ()))
    what = f"{_DOES[best.grade]} {named} of {best.requirement}" if named else f"{best.relation} {best.requirement}"
    return f"{having}: {what}: {clean(best.rationale, 300)}"


def _reasons(names: frozenset[str]) -> dict[tuple[str, str, str], str]:
    """Return why one of two packaged crosswalks has a pair that the other lacks, by pair and who has it."""
    rows: list[dict[str, str]] = packaged("agreement_reasons")
    return {
        (row["requirement"], row["control"], row["side"]): row["reason"]
        for row in rows
        if names == frozenset((row["side"], row["without"]))
    }


def _both_judge(sides: tuple[Leveled, Leveled]) -> frozenset[Ref]:
    return sides[0].judged & sides[1].judged


def _share(
    data: Dataset,
    names: tuple[str, str],
    sides: tuple[Leveled, Leveled],
    ref: Ref | None,
    pairs: Sequence[PairAgreement],
) -> Share:
    has = [[(side.related.get((p.requirement, p.control)) or ()) != () for side in sides] for p in pairs]
    both = sum(all(one) for one in has)
    # Kappa needs cells in which both could have marked something: units that one never looked at are none.
    units = {unit for unit in _both_judge(sides) if ref is None or top(data, unit) == ref}
    counted = [one for pair, one in zip(pairs, has, strict=True) if pair.requirement in units]
    controls = universe(data, data.head(names[0]).target, sides)
    return Share(
        ref=ref,
        pairs=len(pairs),
        both=both,
        only=(sum(one[0] and not one[1] for one in has), sum(one[1] and not one[0] for one in has)),
        conflicting=sum(pair.tie is PairStatus.CONFLICTING for pair in pairs),
        jaccard=both / len(pairs) if pairs else 1.0,
        kappa=_kappa(counted, len(units) * controls),
        grid=len(units) * controls,
    )


def _kappa(has: Sequence[Sequence[bool]], grid: int) -> float | None:
    """Cohen's kappa (1960) of two raters over a grid, from the cells that at least one of them marks."""
    if len(has) < _ENOUGH:
        return None
    both, first, second = sum(map(all, has)), sum(one[0] for one in has), sum(one[1] for one in has)
    agreed = (grid - len(has) + both) / grid
    chance = (first * second + (grid - first) * (grid - second)) / grid**2
    return None if chance == 1 else (agreed - chance) / (1 - chance)


def _under(
    data: Dataset, names: tuple[str, str], framework: str, assessment: Assessment, options: Options
) -> CoverageUnder:
    def under(crosswalk: str | tuple[str, str]) -> Coverage:
        asked: Options = {**options, "framework": framework, "crosswalk": crosswalk, "dataset": data}
        return coverage(assessment, **asked)

    each, union = [under(name) for name in names], under(names)
    return CoverageUnder(
        framework=framework,
        each=(each[0].overall, each[1].overall),
        union=union.overall,
        intersection=_intersected(union, each[0], each[1]).overall,
    )


def _intersected(union: Coverage, one: Coverage, two: Coverage) -> Coverage:
    """Return the coverage in which each demand has from each set of controls the lesser of what both crosswalks say."""
    if union.crosswalks == one.crosswalks:
        return union
    question = workings(union).question
    judged = zip(workings(one).question.judged, workings(two).question.judged, strict=True)
    terms = [tuple(_lesser(row, union.crosswalks)) for row in question.terms]
    cov = again(union, union.assessment, question.with_terms(terms, [a and b for a, b in judged]))
    return attrs.evolve(cov, crosswalks=(" and ".join(union.crosswalks),))


def _lesser(row: Iterable[Term], crosswalks: tuple[str, ...]) -> Iterator[Term]:
    """For each set of controls that both crosswalks name for a demand, the best of each and of those the lesser."""
    best: dict[int, dict[str, Term]] = {}
    for term in row:
        known = best.setdefault(term.controls, {})
        known[term.crosswalk] = max(known.get(term.crosswalk, term), term, key=_worth)
    for by_crosswalk in best.values():
        if len(by_crosswalk) == len(crosswalks):
            yield min(by_crosswalk.values(), key=_worth)


def _worth(term: Term) -> tuple[bool, float]:
    return (term.covering, term.factor)
