"""Verdicts of people laid over a crosswalk: lists, relations and review states are those that follow from them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import attrs

from ..dataset import Dataset
from ..errors import InputError, Problem, quote
from ..ids import Ref
from ..model import Crosswalk, Grade, Grain, Link, Relation, ReviewState, Source
from ._review import Pair, Review, ReviewVerdict, pair_of, problems_with, sign, word_of

__all__ = ["SOURCE", "overlaid"]

SOURCE = "review"
_TITLE = "Verdicts of people who reviewed the crosswalk"


@attrs.frozen
class _Verdict:
    """A verdict that stands, with the date on which it was given."""

    demand: Ref
    controls: tuple[Ref, ...]
    grade: Grade
    comment: str
    date: str


def overlaid(
    data: Dataset, crosswalk: str, reviews: Sequence[Review]
) -> tuple[Crosswalk, tuple[Source, ...], dict[Pair, str]]:
    """Return the crosswalk with the verdicts laid over it, the sources that its dataset then needs, and what is none.

    Raises `InputError` for a crosswalk of unit grain, and with all problems for verdicts on what the dataset lacks and
    for pairs on which two reviews of the latest date speak.
    """
    held = data.crosswalks[data.head(crosswalk).id]
    if held.grain is Grain.UNIT and held.links:
        raise InputError(f"the crosswalk {quote(crosswalk)} is about whole units", hint="verdicts are on demands")
    problems = [problem for review in reviews for problem in problems_with(review, data)]
    problems += [problem for review in reviews for problem in _outside(review, held)]
    standing = _standing(reviews, problems)
    if problems:
        raise InputError.of(problems, what="the reviews can't be laid over the dataset")
    links = _laid(data, held, standing)
    before = {(link.requirement, frozenset(link.controls)): link for link in held.links}
    nones = {
        (v.demand, frozenset(v.controls)): _refused(v, before.get((v.demand.unit, frozenset(v.controls))))
        for v in standing
        if v.grade is Grade.BARE
    }
    if links == held.links:
        return held, (), nones
    return attrs.evolve(held, links=links, grain=Grain.DEMAND), _sources(data, reviews), nones


def _outside(review: Review, held: Crosswalk) -> Iterator[Problem]:
    for verdict in review.verdicts:
        names = {verdict.demand.framework} - {*held.sources}
        names |= {control.framework for control in verdict.controls} - {held.target}
        for name in sorted(names):
            hint = f"it joins {', '.join(held.sources)} and {held.target}"
            where = sign(verdict.demand, verdict.controls)
            yield Problem(f"{quote(name)} is not on that side of {held.id}", ref=where, hint=hint, code="foreign-pair")


def _sources(data: Dataset, reviews: Iterable[Review]) -> tuple[Source, ...]:
    if not data.sources:  # a dataset that declares none needs none; the first would make all others unknown
        return ()
    known = data.sources.get(SOURCE) or Source(SOURCE, _TITLE)
    people = {*filter(None, known.note.split("; ")), *(r.by.replace("; ", ", ") for r in reviews if r.by)}
    return (attrs.evolve(known, note="; ".join(sorted(people))),)


def _standing(reviews: Iterable[Review], problems: list[Problem]) -> list[_Verdict]:
    """Return one verdict a pair, in legal order: that of the latest review.

    Adds a problem where no one review is the latest.
    """
    by_pair: dict[Pair, list[tuple[Review, ReviewVerdict]]] = {}
    for review in reviews:
        for verdict in review.verdicts:
            by_pair.setdefault(pair_of(verdict), []).append((review, verdict))
    standing: list[_Verdict] = []
    for rows in by_pair.values():
        dates = [review.date for review, _ in rows if review.date is not None]
        latest = [row for row in rows if row[0].date == max(dates, default=None)]
        review, verdict = latest[0]
        # Without its date a verdict may be the earlier or the later one.
        if len(latest) > 1 or (len(rows) > 1 and len(dates) < len(rows)):
            said = " and ".join(f"{word_of(v.grade)} ({r.by or 'reviewer not named'})" for r, v in rows)
            name = sign(verdict.demand, verdict.controls)
            hint = "give reviews different dates, or leave a verdict out"
            problems.append(Problem(f"no review is the latest: {said}", ref=name, hint=hint, code="tie"))
        date = "" if review.date is None else review.date.isoformat()
        standing.append(_Verdict(verdict.demand, verdict.controls, verdict.grade, verdict.comment, date))
    # The order in which reviews are given is no content.
    return sorted(standing, key=lambda verdict: (verdict.demand.sort_key, [c.sort_key for c in verdict.controls]))


def _laid(data: Dataset, held: Crosswalk, standing: Iterable[_Verdict]) -> tuple[Link, ...]:
    by_unit: dict[Ref, list[_Verdict]] = {}
    for verdict in standing:
        by_unit.setdefault(verdict.demand.unit, []).append(verdict)
    own: dict[Ref, list[Link]] = {}
    for link in held.links:
        own.setdefault(link.requirement, []).append(link)
    laid: list[Link] = []
    for unit in dict.fromkeys((*own, *by_unit)):
        links = own.get(unit, [])
        laid += _unit(data, unit, links, by_unit[unit]) if unit in by_unit else links
    # A crosswalk may hold its links in any order; where nothing changed it keeps it.
    return held.links if frozenset(laid) == frozenset(held.links) else tuple(laid)


def _unit(data: Dataset, unit: Ref, links: Sequence[Link], verdicts: Sequence[_Verdict]) -> list[Link]:
    """Return the links of one unit as they are with verdicts on its demands."""
    order = {demand.ref: place for place, demand in enumerate(data.demands(unit))}
    by_set: dict[frozenset[Ref], list[_Verdict]] = {}
    for verdict in sorted(verdicts, key=lambda verdict: order[verdict.demand]):
        by_set.setdefault(frozenset(verdict.controls), []).append(verdict)
    made: list[Link] = []
    for link in links:
        said = by_set.pop(frozenset(link.controls), None)
        revised = link if said is None else _revised(link, said, order)
        made += [] if revised is None else [revised]
    for said in by_set.values():
        bare = Link(unit, said[0].controls, Relation.NO_RELATIONSHIP, source=SOURCE, superseded=_judged(data, said))
        new = _revised(bare, said, order)
        made += [] if new is None or new is bare else [new]
    found = _served(made) - _served(links)
    made = [attrs.evolve(link, note=_without(link.note, found)) if link.note and found else link for link in made]
    if len(made) > 1:  # that nothing is related can't stand beside a link
        made = [link for link in made if link.controls]
    if links and not made:
        made = [_nothing(unit, links, verdicts, order)]
    return made


def _revised(link: Link, said: Sequence[_Verdict], order: Mapping[Ref, int]) -> Link | None:
    """Return a link with the verdicts on its controls, None if it then serves nothing that it served."""
    before = {demand: grade for grade, demands in link.by_grade.items() for demand in demands}
    after = dict(before)
    for verdict in said:
        if verdict.grade is Grade.BARE:
            after.pop(verdict.demand, None)
        else:
            after[verdict.demand] = verdict.grade
    if not after:
        return None if before else link
    judged = {*link.reviewed, *(verdict.demand for verdict in said)}
    reviewed = tuple(demand for demand in sorted(after, key=order.__getitem__) if demand in judged)
    state = ReviewState.HUMAN if len(reviewed) == len(after) else link.review
    if after == before:
        return link if set(reviewed) == set(link.reviewed) else attrs.evolve(link, reviewed=reviewed, review=state)
    changed = [verdict for verdict in said if before.get(verdict.demand, Grade.BARE) is not verdict.grade]
    lists = _lists(link, after, order)
    return attrs.evolve(
        link,
        covers=lists[Grade.STATED],
        covers_guided=lists[Grade.GUIDED],
        covers_considered=lists[Grade.CONSIDERED],
        supports=lists[Grade.HELPED],
        relation=_relation(link.relation, after, order),
        reviewed=reviewed,
        review=state,
        rationale=_reason(link, after, changed, order),
        superseded=link.superseded or link.rationale,
        date=changed[-1].date,
    )


def _judged(data: Dataset, said: Sequence[_Verdict]) -> str:
    """Return why the judges found nothing in pairs that a person says serve."""
    told = (
        verdict.reason
        for one in said
        for verdict in data.verdicts(one.demand)
        if frozenset(verdict.controls) == frozenset(one.controls)
    )
    return " ".join(dict.fromkeys(filter(None, told)))


def _served(links: Iterable[Link]) -> set[str]:
    return {demand.demand or "" for link in links for demand in link.demands}


def _without(note: str, served: Collection[str]) -> str:
    """Return a note without the sentences on demands that something serves now ("retested: no control has ...")."""
    sentences = re.split(r"(?<=\.)\s+", note)
    return " ".join(sentence for sentence in sentences if sentence.partition(": ")[0] not in served)


def _reason(link: Link, after: Mapping[Ref, Grade], changed: Sequence[_Verdict], order: Mapping[Ref, int]) -> str:
    """Return what is said of each demand that a link serves: by a person where one changed it, else as before."""
    now = {verdict.demand: _rationale([verdict]) for verdict in changed}
    by_reason: dict[str, list[str]] = {}
    for demand in sorted({*after, *now}, key=order.__getitem__):
        slug = demand.demand or ""
        told = now.get(demand) or link.reason(demand)
        by_reason.setdefault(told, []).append(slug)
    if len(by_reason) == 1:
        return next(iter(by_reason))
    # Each part ends as a sentence does, so that the next overlay can tell them apart.
    return " ".join(f"{', '.join(names)}: {told.rstrip('.')}." for told, names in by_reason.items())


def _lists(link: Link, after: Mapping[Ref, Grade], order: Mapping[Ref, int]) -> dict[Grade, tuple[Ref, ...]]:
    """Return the lists by grade; one that holds the same demands as before keeps their order."""
    lists: dict[Grade, tuple[Ref, ...]] = {}
    for grade, old in link.by_grade.items():
        new = [demand for demand, now in after.items() if now is grade]
        lists[grade] = old if set(old) == set(new) else tuple(sorted(new, key=order.__getitem__))
    return lists


def _relation(old: Relation, after: Mapping[Ref, Grade], order: Mapping[Ref, int]) -> Relation:
    """Return the relation that the demands leave; of two that fit, the one that stood."""
    if len(after) == len(order) and Grade.HELPED not in after.values():
        return old if old.is_full else Relation.SUBSET_OF
    return old if old.is_partial else Relation.INTERSECTS_WITH


def _rationale(changed: Iterable[_Verdict]) -> str:
    """Return the reviewers' comments, or what they judged if they say nothing about it."""
    told = dict.fromkeys(verdict.comment.strip() for verdict in changed)
    comments = [comment for comment in told if comment]
    return " ".join(comments) or f"On review: {_told(changed)}."


def _refused(verdict: _Verdict, before: Link | None) -> str:
    """Return why a pair is none, with what was said of it before: no link is left that could keep it."""
    told = _rationale([verdict])
    if before is None or verdict.demand not in before.demands:
        return told
    return f"{told.rstrip('.')}. Before: {before.reason(verdict.demand)}"


def _told(changed: Iterable[_Verdict]) -> str:
    return ", ".join(f"{verdict.demand.demand or verdict.demand} {word_of(verdict.grade)}" for verdict in changed)


def _nothing(unit: Ref, links: Sequence[Link], verdicts: Sequence[_Verdict], order: Mapping[Ref, int]) -> Link:
    """Return the link that keeps a unit judged when nothing else is left of it."""
    every = {verdict.demand for verdict in verdicts} >= set(order)
    return Link(
        unit,
        (),
        Relation.NO_RELATIONSHIP,
        rationale=_rationale(verdicts),
        source=SOURCE,
        review=ReviewState.HUMAN if every else links[0].review,
        superseded=" ".join(dict.fromkeys(link.superseded or link.rationale for link in links)).strip(),
        date=max(verdict.date for verdict in verdicts),
    )
