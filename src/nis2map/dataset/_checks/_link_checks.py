"""What must hold of crosswalks and links."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from itertools import groupby

from ...errors import Nis2mapError, Problem, quote
from ...ids import closed_set, parse_ref
from ...model import LISTS, Grade, Relation, ReviewState
from ._tables import RELATIONS, LinkRow, Tables, framework_of, links_of, sources_of

__all__ = [
    "agreement",
    "crosswalk_ends",
    "duplicate_links",
    "empty_links",
    "grain",
    "link_demands",
    "link_ends",
    "provenance",
    "reviewed",
    "strength",
]


def crosswalk_ends(t: Tables) -> Iterator[Problem]:
    """Crosswalks lead from declared frameworks to another one; their ids are unique."""
    seen: set[str] = set()
    for number, crosswalk in enumerate(t.raw.get("crosswalks", ()), 1):
        problem = partial(Problem, path="crosswalks", row=number, ref=str(crosswalk.get("id")))
        if str(crosswalk.get("id")) in seen:
            yield problem("the crosswalk stands twice", code="duplicate-crosswalk")
        seen.add(str(crosswalk.get("id")))
        sources, target = sources_of(crosswalk), str(crosswalk.get("target"))
        for name in (*sources, target):
            if name not in t.frameworks:
                yield problem(f"{quote(name)} is not a declared framework", code="bad-crosswalk-end")
        # The side of a unit is its place in the crosswalk, so that a unit on both sides would have none.
        if target in sources:
            yield problem(f"{quote(target)} is both a source and the target", code="bad-crosswalk-end")


def link_ends(t: Tables) -> Iterator[Problem]:
    """Both ends of a link exist, each in a framework of its own side of the crosswalk."""
    for link in links_of(t):
        sources, target = sources_of(link.crosswalk), str(link.crosswalk.get("target"))
        framework = framework_of(link.unit)
        if link.unit not in t.units or framework == target:
            yield link.problem("the requirement does not exist", "dangling-link", hint=_hint(link.unit, t.units))
        elif framework not in sources:
            yield link.problem("the requirement is not of the crosswalk's source", "foreign-link")
        for control in link.controls:
            framework = framework_of(control)
            if control not in t.units or framework in sources:
                yield link.problem(
                    f"the control {quote(control)} does not exist", "dangling-link", hint=_hint(control, t.units)
                )
            elif framework != target:
                yield link.problem(f"the control {control} is not of the crosswalk's target", "foreign-link")
        if len(set(link.controls)) != len(link.controls):
            yield link.problem("a control stands twice in the link", "duplicate-control")
        if link.relation is None:
            words = ", ".join(RELATIONS)
            yield link.problem(
                f"unknown relation {quote(link.row.get('relation'))}", "bad-relation", hint=f"one of: {words}"
            )


def _hint(text: str, units: Collection[str]) -> str:
    try:
        ref = parse_ref(text)
    except Nis2mapError as error:
        return error.hint
    # Only of the bundled texts it is known which units there are; an open framework is what its units here make it.
    if text in units or ref.local in closed_set(ref.framework):
        return f"{ref} is a real id, but not a unit of that side here"
    return f"{ref.framework} has no unit {quote(ref.local, 40)} here"


def duplicate_links(t: Tables) -> Iterator[Problem]:
    """A crosswalk has one link per unit and set of controls."""
    seen: dict[tuple[str, str, frozenset[str]], LinkRow] = {}
    for link in links_of(t):
        # Controls count together, in whichever order they are written.
        first = seen.setdefault((str(link.crosswalk.get("id")), link.unit, frozenset(link.controls)), link)
        if first is link:
            continue
        twice = f"the link to {', '.join(link.controls) or 'no control'} stands twice, first in row {first.number}"
        difference = _difference(link, first)
        if difference:
            yield link.problem(f"{twice}, and contradicts it: {difference}", "duplicate-link")
        else:
            hint = 'with_crosswalk(..., on_duplicate="merge") keeps one'
            yield link.problem(f"{twice}, and says the same", "duplicate-link", hint=hint)


def _difference(link: LinkRow, first: LinkRow) -> str:
    """Return in what two links of the same ends contradict each other, empty if they say the same."""
    relations = [row.row.get("relation") for row in (link, first)]
    if relations[0] != relations[1]:
        return f"it is {relations[0]} here, and {relations[1]} in row {first.number}"
    strengths = [row.row.get("strength") for row in (link, first)]
    if strengths[0] != strengths[1]:
        words = ["none" if strength is None else quote(strength) for strength in strengths]
        return f"the strength is {words[0]} here, and {words[1]} in row {first.number}"
    lists = [name for grade, name in LISTS.items() if set(link.named(grade)) != set(first.named(grade))]
    return f"{' and '.join(lists)} name other demands" if lists else ""


def link_demands(t: Tables) -> Iterator[Problem]:
    """Links name demands of their own unit, each in one grade."""
    for link in links_of(t):
        if not link.names_demands:
            continue
        own = t.demands.get(link.unit, ())
        seen: set[str] = set()
        for grade, list_ in LISTS.items():
            for name in link.named(grade):
                if name not in own:
                    have = ", ".join(x.partition("#")[2] or x for x in own) or "none"
                    yield link.problem(
                        f"{list_} names {quote(name)}, which is not a demand of the unit",
                        "unknown-demand",
                        hint=f"it has {have}",
                    )
                if name in seen:
                    yield link.problem(f"the demand {name} is named twice", "not-disjoint")
                seen.add(name)


def agreement(t: Tables) -> Iterator[Problem]:
    """The relation is what holds on the widest reading: full if all demands are covered in some grade."""
    for link in links_of(t):
        relation = link.relation
        # A link that names nothing is of unit grain: its relation alone speaks, and there is nothing to disagree with.
        if relation is None or not link.names_demands:
            continue
        covered = {name for grade, names in link.by_grade.items() if grade is not Grade.HELPED for name in names}
        named = covered.union(link.named(Grade.HELPED))
        if relation is Relation.NO_RELATIONSHIP:
            if named:
                yield link.problem("no-relationship names demands", "relation-disagrees")
        elif covered and covered == set(t.demands.get(link.unit, ())):
            if not relation.is_full:
                yield link.problem(f"all demands are covered, so the relation is not {relation}", "relation-disagrees")
        elif not relation.is_partial:
            yield link.problem(f"not all demands are covered, so the relation is not {relation}", "relation-disagrees")


def strength(t: Tables) -> Iterator[Problem]:
    """A strength is 1 to 9, on a partial relation, in a link that names no demands."""
    for link in links_of(t):
        strength = link.row.get("strength")
        if strength is None:
            continue
        if type(strength) is not int or not 1 <= strength <= 9:
            yield link.problem(f"the strength {quote(strength)} is not a whole number from 1 to 9", "bad-strength")
        if link.relation is None or not link.relation.is_partial:
            yield link.problem("a strength stands only on a partial relation", "bad-strength")
        if link.names_demands:
            yield link.problem("a strength and named demands exclude each other", "bad-strength")


def grain(t: Tables) -> Iterator[Problem]:
    """In a crosswalk of demand grain every link but `no-relationship` names demands; of unit grain none does."""
    for _, several in groupby(links_of(t), key=lambda link: id(link.crosswalk)):
        links = list(several)
        some = any(link.names_demands for link in links)
        grain = str(links[0].crosswalk.get("grain") or ("demand" if some else "unit"))
        for link in links:
            names = link.names_demands
            if names and grain == "unit":
                yield link.problem("a link of a crosswalk of unit grain names demands", "mixed-grain")
            elif not names and grain == "demand" and link.relation is not Relation.NO_RELATIONSHIP:
                yield link.problem("a link of a crosswalk of demand grain names no demands", "mixed-grain")


def empty_links(t: Tables) -> Iterator[Problem]:
    """Only `no-relationship` may name no control, and then it stands alone on its unit."""
    count: dict[tuple[str, str], int] = {}
    for link in links_of(t):
        key = (str(link.crosswalk.get("id")), link.unit)
        count[key] = count.get(key, 0) + 1
    for link in links_of(t):
        if link.controls:
            continue
        # Nothing of the target is related: that can be said once of a unit, and only if nobody says otherwise.
        if link.relation is not Relation.NO_RELATIONSHIP:
            yield link.problem("a link without controls is no-relationship", "no-controls")
        if count[str(link.crosswalk.get("id")), link.unit] > 1:
            yield link.problem("no unit of the target is related, and yet there is another link", "not-alone")


def reviewed(t: Tables) -> Iterator[Problem]:
    """What a person judged of a link are demands that it names, and it is `human` if, and only if, these are all."""
    for link in links_of(t):
        if not link.names_demands and not link.reviewed:
            continue
        every = {name for names in link.by_grade.values() for name in names}
        judged = link.reviewed
        for name in dict.fromkeys(judged):
            if name not in every:
                yield link.problem(f"reviewed names {quote(name)}, which the link does not name", "bad-review")
        if len(set(judged)) != len(judged):
            yield link.problem("reviewed names a demand twice", "bad-review")
        human = str(link.row.get("review", "")) == ReviewState.HUMAN
        if every and human != (every <= set(judged)):
            words = "not all of its demands are reviewed" if human else "all of its demands are reviewed"
            yield link.problem(f"{words}, so the review is {'not ' if human else ''}human", "bad-review")


def provenance(t: Tables) -> Iterator[Problem]:
    """Each of our links has a source and, where it names demands, a rationale of its own."""
    for link in links_of(t):
        if not link.row.get("source"):
            yield link.problem("the link names no source", "no-source")
        if link.names_demands and not str(link.row.get("rationale", "")).strip():
            yield link.problem("the link gives no rationale", "no-rationale")
