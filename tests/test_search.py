"""find: what practitioners type finds the unit that is truly about it; ids come first; ties go by ref."""

from __future__ import annotations

import json
import pickle

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nis2map
from nis2map import Ref, parse_ref
from nis2map.data import table
from nis2map.dataset import find
from nis2map.dataset._query._index import Index
from nis2map.dataset._query._words import stem, tokens

from .tiny import tiny

# What people type, and the unit that is about it. Several units only where two texts say the same in the same words.
QUERIES = [
    ("MFA", "cir:11.7"),
    ("two-factor authentication", "cir:11.7"),
    ("SoA", "iso27001:6.1.3"),  # clause 6.1.3 d) asks for the Statement of Applicability
    ("BCP", "cir:4.1"),
    ("DR", "nis2:21.2.c~disaster-recovery"),
    ("SDLC", "cir:6.2 iso27001:A.8.25"),
    ("PII", "iso27001:A.5.34"),
    ("CSIRT", "nis2:11 nis2:11.3"),
    ("IAM", "iso27001:A.5.16"),
    ("pentest", "cir:6.5"),
    ("SIEM", "cir:3.4.2.d cir:3.2.1"),  # correlating logs; monitoring and logging with tools
    ("RBAC", "cir:11.2.2.a"),
    ("ISMS", "iso27001:4.4"),
    ("KPI", "cir:1.1.1.j"),
    ("VPN", "cir:6.7.2.d"),
    ("EDR", "cir:6.9.2"),
    ("DMZ", "cir:6.8.2.d"),
    ("firewall", "cir:6.7.2.c"),
    ("key rotation", "cir:9.2.c.v"),
    ("board training", "nis2:20.2~management"),
    ("board liability", "nis2:20.1.s1~liability"),
    ("early warning", "nis2:23.4.a"),
    ("72 hours notification", "nis2:23.4.b"),
    ("final report", "nis2:23.4.d"),
    ("maximum fine essential", "nis2:34.4"),
    ("clean desk", "iso27001:A.7.7"),
    ("patching", "cir:6.6"),
    ("BIA", "cir:4.1.3"),
    ("offboarding", "cir:10.3 iso27001:A.6.5"),
    ("asset inventory", "cir:12.4"),
    ("USB sticks", "cir:12.3"),
    ("NTP", "iso27001:A.8.17"),
    ("lessons learned", "cir:3.6.1"),
    ("supplier register", "cir:5.2"),
    ("right to audit", "cir:5.1.4.e"),
    ("SBOM", "cir:6.1.2.c"),
    ("DLP", "iso27001:A.8.12"),
    ("threat intel", "iso27001:A.5.7"),
    ("DNSSEC", "cir:6.7.2.l"),
    ("DMARC", "cir:6.7.2.k"),
    ("internal audit", "iso27001:9.2"),
    ("home office", "iso27001:A.6.7"),
    ("WHOIS", "nis2:28"),
    ("NDA", "iso27001:A.6.6"),
    ("log retention", "cir:3.2.5"),
    ("vulnerability scan", "cir:6.10.2.b"),
    ("four eyes", "cir:1.2.5 iso27001:A.5.3"),
    ("jurisdiction", "nis2:26"),
    ("voluntary notification", "nis2:30"),
    ("crisis communication with authorities", "cir:4.3.2.b"),
    ("Schulung der Geschäftsleitung", "nis2:20.2~management"),
    ("Lieferkette", "nis2:21.2.d"),
    ("backup", "cir:4.2 nis2:21.2.c~backup"),
    ("sauvegarde", "cir:4.2"),
    ("zero trust", "iso27001:A.8.22 cir:6.8"),
    ("CCTV", "iso27001:A.7.4"),
    ("patch management", "cir:6.6"),
    ("Krankenhaus", "nis2:annexI.5.1"),
    ("Kryptographie", "iso27001:A.8.24 nis2:21.2.h~cryptography"),
    ("Vorfall", "cir:3 cir:3.1 nis2:21.2.b"),
    ("Zugriff", "iso27001:A.5.15"),
    ("Notfall", "cir:4 nis2:21.2.c"),
]


def test_there_are_at_least_forty_queries() -> None:
    """Fewer would show too little of what people type."""
    assert len(QUERIES) >= 40


@pytest.mark.parametrize(("text", "expected"), QUERIES)
def test_the_first_hit_is_about_what_was_typed(text: str, expected: str) -> None:
    """The words of practitioners, abbreviations and other languages among them, lead to the unit."""
    hits = find(text)
    assert str(hits[0].ref) in expected.split()
    assert not hits[0].exact
    assert hits[0].words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A.8.24", "iso27001:A.8.24"),
        ("Art. 21(2)(h)", "nis2:21.2.h"),
        ("CIR 9.2(c)(iv)", "cir:9.2.c.iv"),
        ("cir:3.2.1#logging", "cir:3.2.1#logging"),
        (" clause 6.1.2 ", "iso27001:6.1.2"),
    ],
)
def test_an_id_gives_its_unit_first(text: str, expected: str, dataset: nis2map.Dataset) -> None:
    """Whoever types a citation gets that unit, marked as exact, and then others by words, none twice."""
    hits = find(text)
    assert str(hits[0].ref) == expected
    assert hits[0].exact
    assert [hit.exact for hit in hits[1:]] == [False] * 9
    assert len({hit.ref for hit in hits}) == 10


def test_a_bare_number_gives_every_unit_that_it_may_name() -> None:
    """A number that several texts use gives the unit of each, and one that none uses is only a word."""
    hits = find("5.1")
    assert [str(hit.ref) for hit in hits if hit.exact] == ["cir:5.1", "iso27001:5.1", "iso27001:A.5.1"]
    assert not any(hit.exact for hit in find("77.7"))


@pytest.mark.parametrize("text", ["A.8.35", "Art. 21(2)(k)", "CIR 14.1", "cir:3.2.1#lodging"])
def test_an_id_that_does_not_exist_is_an_error_and_never_guessed(text: str) -> None:
    """A citation that is well formed and names nothing is refused: a near match would be taken for the answer."""
    with pytest.raises(nis2map.UnknownRef):
        find(text)


def test_words_around_a_colon_are_words() -> None:
    """A colon alone makes no id of two words."""
    assert find("supplier:register")[0].ref == find("supplier register")[0].ref


@pytest.mark.parametrize("text", ["", "   ", "the of and", "xyzzy", "\x00", "\ud800", "💥"])
def test_nothing_to_find_gives_an_empty_result(text: str) -> None:
    """Empty, unknown or unreadable text is an empty result that says so, and no error."""
    hits = find(text)
    assert len(hits) == 0
    assert str(hits).endswith(": 0\nnothing found")
    assert hits.to_dict()["hits"] == []


@pytest.mark.parametrize("limit", [0, -1, True, 2.5, None, "3"])
def test_a_limit_is_a_whole_number_from_one_up(limit: object) -> None:
    """Any other limit is refused by name rather than read as some number."""
    with pytest.raises(nis2map.InputError, match="limit is"):
        find("MFA", limit=limit)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [None, 8.24, b"MFA", ["MFA"]])
def test_text_is_text(text: object) -> None:
    """What is not a string is refused and not turned into one."""
    with pytest.raises(nis2map.InputError, match="text: expected a text, got"):
        find(text)  # type: ignore[arg-type]


def test_a_result_is_frozen_and_renders() -> None:
    """A result can't be changed, escapes what was typed and is the same in data, text, HTML and pickle."""
    hits = find("<script>alert('audit')</script>", limit=3)
    assert len(hits) == 3
    assert hits[:2] == hits.hits[:2]
    assert list(hits) == [hits[0], hits[1], hits[2]]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        hits.query = "other"  # type: ignore[misc]
    html = hits._repr_html_()
    assert "<script>" not in html
    assert hits[0].title in html
    assert json.loads(json.dumps(hits.to_dict()))["digest"] == nis2map.load().digest
    assert [row["ref"] for row in hits.to_dicts()] == [str(hit.ref) for hit in hits]
    assert pickle.loads(pickle.dumps(hits)) == hits
    assert str(hits[0].ref) in str(hits)


def test_the_index_is_built_once_per_dataset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the first search over a dataset pays for the index."""
    find("MFA")
    monkeypatch.setattr(Index, "of", lambda rows: pytest.fail("built again"))
    assert find("SoA")[0].ref == parse_ref("clause 6.1.3")


def test_users_units_are_found_too() -> None:
    """Units that a user adds are found by id and by words in that dataset, and in no other."""
    dataset = nis2map.load().with_framework(
        nis2map.Framework("acme", "Acme policies"),
        requirements=[nis2map.Requirement("acme:1", None, "Espresso machines", summary="Descale the boiler.")],
    )
    assert find("boiler", dataset=dataset)[0].ref == parse_ref("acme:1")
    assert find("acme:1", dataset=dataset)[0].exact
    assert len(find("boiler")) == 0


def test_ties_go_by_ref_and_weights_count() -> None:
    """Equal scores are listed in legal order, and a heavier field outweighs an equal word in a light one."""
    one, two, three = (Ref("x", name) for name in "123")
    index = Index.of([(two, "alpha beta", 1.0), (one, "beta alpha", 1.0), (three, "gamma", 1.0)])
    assert [ref for ref, _, _ in index.search("alpha", limit=9)] == [one, two]
    index = Index.of([(one, "alpha", 1.0), (two, "alpha", 3.0), (one, "delta delta", 1.0), (three, "delta", 1.0)])
    found = index.search("alpha", limit=9)
    assert [ref for ref, _, _ in found] == [two, one]
    assert index.search("alpha", limit=1) == found[:1]
    assert Index.of([]).search("alpha", limit=9) == []


def test_bm25_by_hand() -> None:
    """Two documents of two words and one of one; the word stands once in one: idf = ln(1 + 2.5/1.5)."""
    index = Index.of([(Ref("x", "1"), "alpha beta", 1), (Ref("x", "2"), "gamma delta", 1), (Ref("x", "3"), "gamma", 1)])
    ((_, score, words),) = index.search("alpha", limit=9)
    norm = 1 + 1.2 * (1 - 0.75 + 0.75 * 2 / (5 / 3))
    assert score == pytest.approx(0.980829253 * 1 * 2.2 / norm, abs=1e-6)
    assert words == ("alpha",)


@pytest.mark.parametrize(
    "words",
    [
        "authentication authenticating authenticates authenticated",
        "encryption encrypting encrypted encrypts",
        "policy policies",
        "supplier suppliers",
        "authorization authorisation",
        "authorizing authorising authorises",
        "patch patches patching patched",
        "analysis analysis",
        "planning plans plan",
        "securing secure",
        "cryptographic cryptography",
        "process processes",
    ],
)
def test_forms_of_a_word_have_one_stem(words: str) -> None:
    """Number, tense and spelling of a word make no difference to what is found."""
    assert len({stem(word) for word in words.split()}) == 1


@pytest.mark.parametrize(("a", "b"), [("audit", "auditor"), ("access", "accept"), ("test", "text"), ("log", "login")])
def test_other_words_keep_apart(a: str, b: str) -> None:
    """Words that look alike and mean different things are not taken for each other."""
    assert stem(a) != stem(b)


def test_synonyms_name_words_that_units_use() -> None:
    """Each right side finds something by every one of its words; each left side stands once and adds something."""
    held = {word for unit in nis2map.load() for word in tokens(_text(unit))}
    keys: list[tuple[str, ...]] = []
    for row in table("synonyms"):
        for phrase in row["used"]:
            assert tokens(phrase), row
            assert [word for word in tokens(phrase) if word not in held] == [], row
        keys += [tuple(tokens(phrase)) for phrase in row["typed"]]
    assert [key for key in keys if keys.count(key) > 1] == []
    assert all(1 <= len(key) <= 4 for key in keys)


def _text(unit: nis2map.Requirement | nis2map.Control) -> str:
    if isinstance(unit, nis2map.Control):
        return unit.title
    return " ".join([unit.title, unit.summary, *(d.label for d in unit.demands), *unit.evidence])


@given(st.text(max_size=80), st.integers(1, 30))
def test_total_ordered_and_bounded(text: str, limit: int) -> None:
    """Any text gives at most `limit` hits, exact ones first, then by score and ref, the same every time."""
    try:
        hits = find(text, limit=limit)
    except nis2map.UnknownRef:
        with pytest.raises(nis2map.UnknownRef):
            nis2map.load()[text]
        return
    assert len(hits) <= limit
    assert find(text, limit=limit) == hits
    keys = [(not hit.exact, 0.0 if hit.exact else -hit.score, hit.ref) for hit in hits]
    assert keys == sorted(keys)
    assert all(hit.score > 0 or hit.exact for hit in hits)


@given(st.sampled_from([text for text, _ in QUERIES]), st.integers(1, 9))
def test_a_lower_limit_gives_the_beginning(text: str, limit: int) -> None:
    """A smaller limit cuts the list and never reorders it."""
    assert find(text, limit=limit).hits == find(text, limit=10).hits[:limit]


def test_ids_are_those_of_the_dataset() -> None:
    """A dataset of one's own may have units that the bundled one lacks, or lack some that it has."""
    dataset = tiny("nis2:99 Own article: a", "C.1", "nis2:99 ! ")
    assert find("Art. 99", dataset=dataset)[0].ref == Ref("nis2", "99")
    assert find("99", dataset=dataset)[0].ref == Ref("nis2", "99")
    with pytest.raises(nis2map.UnknownRef, match="nis2:21"):
        find("Art. 21", dataset=dataset)
    # Of a framework that is not there no id can be meant.
    assert not any(hit.exact for hit in find("CIR 9.2 article", dataset=dataset))
