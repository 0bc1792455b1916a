"""Laws of `classify`: three-valued answers are those of all completions, and classes only grow with types and size."""

from __future__ import annotations

from functools import cache
from itertools import combinations, product
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nis2map.law import (
    Administration,
    Designation,
    Entity,
    EntityClass,
    Figures,
    Partner,
    Size,
    TrustService,
    classify,
    entity_types,
)
from nis2map.law._scope._size import size_range

REFS = tuple(str(kind.ref) for kind in entity_types())
# One type for each way in which the law treats types, so that random entities meet all rules.
TELLING = (
    "nis2:annexI.1.a.2 nis2:annexI.6.1 nis2:annexI.7.1 nis2:annexI.8.2 nis2:annexI.8.3 nis2:annexI.8.7 nis2:annexI.8.8"
    " nis2:annexI.10.1 nis2:annexI.10.2 nis2:annexI.11.1 nis2:annexII.2.1 nis2:annexII.4.1 nis2:annexII.7.1"
).split()
TRUST = "nis2:annexI.8.7"
FLAGS = (
    "services_in_union domain_registration root_servers_only own_use_tld education_institution critical_entity"
    " sole_provider significant_impact systemic_risk specific_importance oes_nis1 opt_in_oes dora_exempt"
    " risk_based_assessment opt_in_local opt_in_education national_security"
).split()
# Few facts at a time are out of the ordinary, so that most entities reach the rules on types and size.
USUAL = {"services_in_union": True, "risk_based_assessment": True}
FIGURES = {
    "headcount": (0, 49.5, 50, 249, 250, 400),
    "turnover": (0, 10e6, 11e6, 50e6, 51e6, 90e6),
    "balance_sheet": (0, 10e6, 11e6, 43e6, 44e6, 90e6),
}
# Enough to reach every band from every sum of the others, whatever share of a partner counts.
GRID = {
    "headcount": (0, 60, 300, 1200),
    "turnover": (0, 20e6, 60e6, 240e6),
    "balance_sheet": (0, 20e6, 60e6, 240e6),
}
WORDS = {
    "trust_service": tuple(map(str, TrustService)),
    "designated": tuple(map(str, Designation)),
    "public_administration": tuple(map(str, Administration)),
}
SIDE = tuple(str(kind.ref) for kind in entity_types() if kind.carve_out == "side_activity")

figures = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in FIGURES.items()})
LAWS = settings(max_examples=60, deadline=None)


@st.composite
def records(draw, *, sizes: int = 1) -> dict[str, Any]:
    """Return the record of an entity whose facts are all known."""
    types = draw(st.lists(st.sampled_from(TELLING), max_size=3, unique=True))
    record: dict[str, Any] = {"types": types}
    rare = draw(st.lists(st.sampled_from(FLAGS), max_size=4))
    record |= {flag: USUAL.get(flag, False) is not (flag in rare) for flag in FLAGS}
    kinds = WORDS["trust_service"] if TRUST in types else (None, None, None, *WORDS["trust_service"])
    record["trust_service"] = draw(st.sampled_from(kinds))
    record["designated"] = draw(st.sampled_from(("none", "none", "none", "important", "essential")))
    level = st.sampled_from(("none", "none", "none", *WORDS["public_administration"]))
    record["public_administration"] = draw(level) if not any(".10." in one for one in types) else "none"
    record["side_activity"] = draw(st.lists(st.sampled_from(SIDE), max_size=2, unique=True))
    record["years"] = [draw(figures) for _ in range(draw(st.integers(1, sizes)))]
    if len(record["years"]) == 1:
        record["linked"] = draw(st.lists(figures, max_size=1))
        share = st.sampled_from((0.25, 0.3, 0.5))
        partner = st.fixed_dictionaries({"figures": figures, "share": share})
        record["partners"] = draw(st.lists(partner, max_size=1))
    return record


def slots(record: dict[str, Any]) -> list[str]:
    """Return the paths of all facts that may be unknown, as `missing` writes them."""
    lists = {"years": len(record["years"]), "linked": len(record.get("linked", ()))}
    lists["partners"] = len(record.get("partners", ()))
    paths = [f"{name}[{i}].{figure}" for name, count in lists.items() for i in range(count) for figure in FIGURES]
    # Of an entity that is not of its type None says that there is no trust service.
    words = [name for name in WORDS if name != "trust_service" or TRUST in record["types"]]
    return [*FLAGS, *words, "side_activity", *paths]


def put(record: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return the record with one fact replaced."""
    if "[" not in path:
        return {**record, path: value}
    name, _, rest = path.partition("[")
    place, _, figure = rest.partition("].")
    items = list(record[name])
    item = items[int(place)]
    if name == "partners":
        items[int(place)] = {**item, "figures": {**item["figures"], figure: value}}
    else:
        items[int(place)] = {**item, figure: value}
    return {**record, name: items}


def values(record: dict[str, Any], path: str) -> tuple[Any, ...]:
    """Return values that stand for all that an unknown fact may be."""
    if path in WORDS:
        return WORDS[path]
    if path == "side_activity":
        own = [ref for ref in SIDE if ref in record["types"]]
        return tuple(list(some) for n in range(len(own) + 1) for some in combinations(own, n))
    return GRID[path.rpartition(".")[2]] if "[" in path else (False, True)


@cache
def _known(entity: Entity) -> EntityClass:
    answer = classify(entity)
    assert len(answer.possible) == 1
    assert answer.missing == ()
    return answer.entity_class


def completions(record: dict[str, Any], unknown: list[str]) -> dict[tuple[int, ...], EntityClass]:
    """Return the class of every completion, by the places of the values taken."""
    options = [values(record, path) for path in unknown]
    found: dict[tuple[int, ...], EntityClass] = {}
    for places in product(*(range(len(option)) for option in options)):
        full = record
        for path, option, place in zip(unknown, options, places, strict=True):
            full = put(full, path, option[place])
        if full["public_administration"] != "none" and any(".10." in one for one in full["types"]):
            full = {**full, "public_administration": "none"}  # an unknown level is the one that the type says
        found[places] = _known(Entity.from_dict(full))
    return found


@st.composite
def partly_known(draw) -> tuple[dict[str, Any], list[str]]:
    record = draw(records(sizes=2))
    unknown = draw(st.lists(st.sampled_from(slots(record)), min_size=1, max_size=4, unique=True))
    return record, unknown


@LAWS
@given(partly_known())
def test_the_answer_is_that_of_all_completions(case):
    """The classes possible are exactly those of all completions, and what is missing is what tells two apart."""
    record, unknown = case
    partial = record
    for path in unknown:
        partial = put(partial, path, None)
    answer = classify(Entity.from_dict(partial))
    classes = completions(record, unknown)
    assert set(answer.possible) == set(classes.values())
    assert (answer.entity_class is EntityClass.UNDETERMINED) == (len(answer.possible) > 1)
    assert (answer.missing == ()) == (len(answer.possible) == 1)
    # missing: exactly the facts that decide, all others being the same in some way.
    deciding = {
        unknown[at]
        for at in range(len(unknown))
        for places, found in classes.items()
        if any(
            classes[(*places[:at], other, *places[at + 1 :])] is not found
            for other in range(len(values(record, unknown[at])))
        )
    }
    assert set(answer.missing) == deciding


@LAWS
@given(partly_known())
def test_learning_a_fact_never_opens_a_class(case):
    """Knowing more can only narrow the answer."""
    record, unknown = case
    wider = record
    for path in unknown:
        wider = put(wider, path, None)
    before = classify(Entity.from_dict(wider))
    after = classify(Entity.from_dict(put(wider, unknown[0], values(record, unknown[0])[0])))
    if unknown[0] == "public_administration" and any(".10." in one for one in record["types"]):
        return
    assert set(after.possible) <= set(before.possible)


def law(record: dict[str, Any], size: Size) -> EntityClass:
    """Articles 2 and 3 a second time, for known facts, written as the Directive reads, type by type."""
    types, level = set(record["types"]), record["public_administration"]
    if level in ("central", "regional"):
        types.add(f"nis2:annexI.10.{1 if level == 'central' else 2}")
    if level in ("judiciary", "parliament", "central_bank"):  # 6(35)
        types = {one for one in types if ".10." not in one}
    public = level in ("central", "regional", "local") or any(".10." in one for one in types)
    types |= {TRUST} if record["trust_service"] else set()
    trusted = TRUST in types
    if record["dora_exempt"] or level == "diplomatic_mission":  # 2(10), recital 8
        return EntityClass.OUT_OF_SCOPE
    if public and record["national_security"] and not trusted:  # 2(7), 2(9)
        return EntityClass.OUT_OF_SCOPE
    if record["critical_entity"] or (record["oes_nis1"] and record["opt_in_oes"]):  # 3(1)(f), (g)
        return EntityClass.ESSENTIAL
    if not record["services_in_union"]:  # 2(1)
        return EntityClass.OUT_OF_SCOPE
    gone = set(record["side_activity"])
    gone |= {"nis2:annexI.8.2"} if record["root_servers_only"] else set()
    gone |= {"nis2:annexI.8.3"} if record["own_use_tld"] else set()
    gone |= {"nis2:annexII.7.1"} if record["education_institution"] else set()
    found = {essential_or_important(one, record, size) for one in types - gone}
    if EntityClass.ESSENTIAL in found:
        return EntityClass.ESSENTIAL
    if EntityClass.IMPORTANT in found:
        return EntityClass.IMPORTANT
    opted = (level == "local" and record["opt_in_local"]) or (  # 2(5)
        record["education_institution"] and record["opt_in_education"]
    )
    if opted:
        return EntityClass.ESSENTIAL if record["designated"] == "essential" else EntityClass.IMPORTANT
    return EntityClass.REGISTRATION_ONLY if record["domain_registration"] else EntityClass.OUT_OF_SCOPE  # 2(4)


def essential_or_important(one: str, record: dict[str, Any], size: Size) -> EntityClass | None:
    free = one in ("nis2:annexI.8.2", "nis2:annexI.8.3", "nis2:annexI.10.1")
    qualified = one == "nis2:annexI.8.7" and record["trust_service"] == "qualified"
    network = one in ("nis2:annexI.8.8", "nis2:annexI.8.9")
    large_one = size is Size.LARGE and ".annexI." in one.replace(":", ".") and one != "nis2:annexI.10.2"
    if free or qualified or large_one or (network and size is Size.MEDIUM):  # 3(1)(a) to (d)
        return EntityClass.ESSENTIAL
    if record["designated"] == "essential":  # 3(1)(e)
        return EntityClass.ESSENTIAL
    special = any(
        record[name] for name in ("sole_provider", "significant_impact", "systemic_risk", "specific_importance")
    )
    covered = (
        size is not Size.SMALL  # 2(1)
        or network
        or one == "nis2:annexI.8.7"  # 2(2)(a)
        or special
        or record["designated"] == "important"  # 2(2)(b) to (e)
        or (one == "nis2:annexI.10.2" and record["risk_based_assessment"])  # 2(2)(f)(ii)
    )
    return EntityClass.IMPORTANT if covered else None  # 3(2)


@settings(max_examples=200, deadline=None)
@given(records())
def test_known_facts_follow_the_law_as_it_reads(record):
    """With every fact known the class is that of a plain reading of Articles 2 and 3."""
    answer = classify(Entity.from_dict(record))
    assert answer.size is not None
    assert answer.entity_class is law(record, answer.size)


@LAWS
@given(st.lists(st.sampled_from(REFS), max_size=4), st.sampled_from(REFS), figures, st.sampled_from(TrustService))
def test_adding_a_type_never_lowers_the_class(types, more, own, trust):
    """Of several types the strictest counts."""
    facts = {**own, "risk_based_assessment": True}
    before, after = (
        classify(Entity(kinds, **facts, trust_service=trust if TRUST in kinds else None)).entity_class
        for kinds in (types, [*types, more])
    )
    assert after.rank >= before.rank


@LAWS
@given(records(), st.sampled_from(TELLING))
def test_adding_a_type_lowers_the_class_only_by_an_exclusion_of_public_bodies(record, more):
    """Only Article 2(7) can make an entity of more types come out lower."""
    assume(".10." not in more or record["public_administration"] == "none")
    assume(more != TRUST or record["trust_service"])  # else the class turns on what nobody told
    before = classify(Entity.from_dict(record))
    after = classify(Entity.from_dict({**record, "types": [*record["types"], more]}))
    excluded = any(reason.id == "security" for reason in after.reasons)
    assert excluded or after.entity_class.rank >= before.entity_class.rank


@LAWS
@given(records(), st.sampled_from(tuple(FIGURES)), st.sampled_from((0, 1, 100, 1e7, 1e9)))
def test_raising_a_figure_never_lowers_size_or_class(record, measure, more):
    """A larger enterprise is never treated more lightly."""
    own = record["years"][0]
    larger = put(record, f"years[0].{measure}", own[measure] + more)
    before, after = (classify(Entity.from_dict(one)) for one in (record, larger))
    order = list(Size)
    assert order.index(after.size) >= order.index(before.size)
    assert after.entity_class.rank >= before.entity_class.rank


@LAWS
@given(records(sizes=2), st.randoms(use_true_random=False))
def test_order_of_types_and_group_never_matters(record, random):
    """The order in which types and group members are stated changes nothing."""
    mixed = {**record, "types": random.sample(record["types"], len(record["types"]))}
    for name in ("linked", "partners"):
        mixed[name] = random.sample(record.get(name, []), len(record.get(name, [])))
    assert classify(Entity.from_dict(mixed)).entity_class is classify(Entity.from_dict(record)).entity_class


@LAWS
@given(records(), st.sampled_from(("DE", "FR", "none")), st.booleans())
def test_places_never_change_the_class(record, state, established):
    """Article 26 says who supervises, never what the entity is."""
    places = {
        "established_in": [] if state == "none" else [state],
        "decisions_in": state,
        "services_in": None if established or not record["services_in_union"] else ["SE"],
        "representative_in": state,
    }
    assert classify(Entity.from_dict({**record, **places})).possible == classify(Entity.from_dict(record)).possible


@LAWS
@given(st.lists(st.builds(Figures, st.sampled_from(FIGURES["headcount"]), st.just(0), st.just(0)), min_size=1))
def test_size_changes_only_after_two_periods(years):
    """The size moves only where two periods running lie beyond a ceiling."""
    found = [size_range([("", one) for one in years[: end + 1]]).sizes[0] for end in range(len(years))]
    alone = [size_range([("", one)]).sizes[0] for one in years]
    order = list(Size)
    assert found[0] is alone[0]
    for at in range(1, len(years)):
        if found[at] is not found[at - 1]:
            steps = [order.index(one) - order.index(found[at - 1]) for one in alone[at - 1 : at + 1]]
            assert min(steps) > 0 or max(steps) < 0
        if alone[at] is alone[at - 1]:
            assert found[at] is alone[at]


@LAWS
@given(figures, figures, st.sampled_from((0.25, 0.5, 1)))
def test_a_partner_lies_between_nothing_and_a_linked_enterprise(own, other, share):
    """A partner adds at least nothing and at most what a linked enterprise adds."""
    alone, partner, linked = (
        size_range([("", Figures(**own))], **group).sizes[0]
        for group in ({}, {"partners": (Partner(Figures(**other), share),)}, {"linked": (Figures(**other),)})
    )
    order = list(Size)
    assert order.index(alone) <= order.index(partner) <= order.index(linked)


@LAWS
@given(partly_known())
def test_every_answer_has_reasons_with_citations(case):
    """No answer without a reason, and no reason without its source."""
    record, unknown = case
    for path in unknown:
        record = put(record, path, None)
    answer = classify(Entity.from_dict(record))
    assert answer.reasons
    assert all(reason.citation for reason in answer.reasons)
    given_classes = {reason.gives for reason in answer.reasons if reason.gives is not None}
    assert set(answer.possible) - {EntityClass.OUT_OF_SCOPE} <= given_classes
    if len(answer.possible) == 1 and answer.size is not None:
        assert Entity.from_dict(answer.entity.to_dict()) == answer.entity
