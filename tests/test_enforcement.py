"""Articles 32 to 36: the floor under national maxima, and how supervision differs."""

from __future__ import annotations

import json
import re

import pytest

from nis2map.data._tables import table
from nis2map.errors import InputError
from nis2map.ids import parse_ref
from nis2map.law import Entity, EntityClass, FineRule, classify, fine_ceiling, supervision

from .evidence import facts

LARGE = {"headcount": 400, "turnover": 80e6, "balance_sheet": 60e6}
ESSENTIAL = classify(Entity("nis2:annexI.1.a.2", **LARGE))
IMPORTANT = classify(Entity("nis2:annexII.4.1", **LARGE))
ONLY = classify(Entity((), domain_registration=True))
OUT = classify(Entity(()))
PUBLIC = classify(Entity("nis2:annexI.10.1"))


# Article 34(4) and (5): the higher of amount and share; Article 34(7) and 36 for the others.
@pytest.mark.parametrize(
    ("classification", "turnover", "amount", "citation"),
    [
        (ESSENTIAL, 0, 10_000_000, "Article 34(4)"),
        (ESSENTIAL, 499_999_999, 10_000_000, "Article 34(4)"),
        (ESSENTIAL, 500e6, 10_000_000, "Article 34(4)"),
        (ESSENTIAL, 500_000_050, 10_000_001, "Article 34(4)"),
        (ESSENTIAL, 3e9, 60_000_000, "Article 34(4)"),
        (IMPORTANT, 1e6, 7_000_000, "Article 34(5)"),
        (IMPORTANT, 500e6, 7_000_000, "Article 34(5)"),
        (IMPORTANT, 500_000_100, 7_000_001.4, "Article 34(5)"),
        (IMPORTANT, 1e9, 14_000_000, "Article 34(5)"),
        (PUBLIC, 1e9, None, "Article 34(7)"),
        (ONLY, 1e9, None, "Article 36"),
        (OUT, 1e9, None, "Article 2(1)"),
    ],
)
def test_floor_under_the_national_maximum(classification, turnover, amount, citation):
    """The floor is the higher of the amount and the share of turnover, exact to the cent."""
    found = fine_ceiling(classification, turnover)
    assert found.amount == amount
    assert found.citation == citation
    assert (found.low, found.high) == (amount or 0, amount or 0)
    assert [str(ref) for ref in found.infringed] == ["nis2:21", "nis2:23"]
    assert "decides" in found.note


@pytest.mark.parametrize(
    ("classification", "rule"),
    [
        (ESSENTIAL, FineRule.FLOOR),
        (IMPORTANT, FineRule.FLOOR),
        (PUBLIC, FineRule.NATIONAL_LAW),
        (ONLY, FineRule.PENALTIES),
        (OUT, FineRule.NONE),
    ],
)
def test_what_the_directive_does(classification, rule):
    """Each class and kind of body has the rule and the citation of Articles 34 to 36."""
    (option,) = fine_ceiling(classification, 1e9).options
    assert option.rule is rule
    assert (option.fixed is not None) == (rule is FineRule.FLOOR)
    assert option.ref == parse_ref(f"nis2:{option.ref.local}")
    assert option.text


def test_without_turnover_the_amount_is_only_a_lower_bound():
    """An unknown turnover leaves the fixed amount as the least that the floor can be."""
    found = fine_ceiling(ESSENTIAL)
    assert (found.amount, found.low, found.high) == (None, 10_000_000, None)
    assert fine_ceiling(IMPORTANT, None).low == 7_000_000
    assert (fine_ceiling(OUT).low, fine_ceiling(OUT).high) == (0, 0)


def test_an_undetermined_class_gives_the_range():
    """With the class open there is one option a class, and the range over all."""
    either = classify(Entity("nis2:annexI.5.1", headcount=120))
    found = fine_ceiling(either, 1e9)
    assert found.amount is None
    assert (found.low, found.high) == (14_000_000, 20_000_000)
    assert [option.entity_class for option in found.options] == [EntityClass.ESSENTIAL, EntityClass.IMPORTANT]
    assert found.citation == "Article 34(4); Article 34(5)"
    any_ = fine_ceiling(classify(Entity("nis2:annexI.5.1")), 1e9)
    assert (any_.low, any_.high) == (0, 20_000_000)
    unknown = fine_ceiling(classify(Entity("nis2:annexI.5.1", **LARGE, public_administration=None)), 1e9)
    assert {option.rule for option in unknown.options} >= {FineRule.FLOOR, FineRule.NATIONAL_LAW}
    assert (unknown.low, unknown.amount) == (0, None)


def test_other_acts_are_named():
    """Acts that take duties over are caveats of the fine too."""
    bank = fine_ceiling(classify(Entity(("nis2:annexI.3.1", "nis2:annexI.1.a.2"), **LARGE)), 1e9)
    assert [caveat.id for caveat in bank.caveats] == ["dora"]
    assert fine_ceiling(ESSENTIAL, 1e9).caveats == ()


def test_answers_are_json():
    """The answer is JSON-ready, and text and HTML say the same."""
    found = fine_ceiling(ESSENTIAL, 1e9)
    record = json.loads(json.dumps(found.to_dict()))
    assert record["options"] == found.to_dicts()
    assert record["amount"] == 20_000_000
    assert record["law"] == "Directive (EU) 2022/2555"
    assert record["version"] == ESSENTIAL.version
    assert "at least EUR 10,000,000 or 2 % of turnover, whichever is higher: EUR 20,000,000.00" in str(found)
    assert "Article 34(7)" in str(fine_ceiling(PUBLIC, 1))
    assert re.search(r">essential</th><td[^>]*>maximum of at least EUR 10,000,000", found._repr_html_())


@pytest.mark.parametrize("turnover", [-1, float("nan"), float("inf"), "1e9", True, 10**400, [1]])
def test_turnover_is_an_amount(turnover):
    """A turnover that can't be one is refused by name."""
    with pytest.raises(InputError, match="turnover"):
        fine_ceiling(ESSENTIAL, turnover)


def test_it_takes_a_classification():
    """Anything but a `Classification` is refused by an error of ours."""
    with pytest.raises(InputError, match="classification"):
        fine_ceiling("essential", 1e9)


# Articles 32 and 33: what only essential entities face.
@pytest.mark.parametrize(
    ("row", "essential", "important", "citation"),
    [
        ("audit.regular", "yes", "no", "Article 32(2)(b)"),
        ("audit.adhoc", "yes", "no", "Article 32(2)(c)"),
        ("officer", "yes", "no", "Article 32(4)(g)"),
        ("deadline", "yes", "no", "Article 32(5), first subparagraph"),
        ("suspend", "yes", "no", "Article 32(5)(a)"),
        ("ban", "yes", "no", "Article 32(5)(b)"),
        ("scan", "yes", "yes", "Article 32(2)(d)"),
        ("warn", "yes", "yes", "Article 32(4)(a)"),
    ],
)
def test_supervision(row, essential, important, citation):
    """A row says what holds for either class, with the citation of each."""
    found = {one.id: one for one in supervision()}[row]
    assert (found.essential, found.important, found.citation_essential) == (essential, important, citation)
    assert found.differs == (essential != important)
    assert bool(found.citation_important) == (important != "no")
    assert found.to_dict()["id"] == row


def test_supervision_rows():
    """32 points, each once, each with a citation or without a statement."""
    found = supervision()
    assert len(found) == 32
    assert len({one.id for one in found}) == len({one.topic for one in found}) == 32
    assert all(one.topic and one.essential and one.important and one.citation_essential for one in found)


def test_rows_equal_the_reference():
    """Each fine and each difference of supervision has the figures and articles of the table of facts."""
    wanted = facts("penalties")
    ours = table("penalties")
    assert [row["id"] for row in ours] == [row["id"] for row in wanted]
    for mine, row in zip(ours, wanted, strict=True):
        says_more = {side for side in ("essential", "important") if mine.get(side) not in ("yes", "no")}
        for name, value in row.items():
            if name not in says_more:  # else the article cited is what must agree
                assert mine[name] == value, (row["id"], name)
        if mine["kind"] == "fine":
            assert parse_ref(mine["citation"]) == parse_ref(mine["ref"])
