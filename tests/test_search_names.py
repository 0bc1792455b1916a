"""find by name: titles and terms in three languages, definitions beside their types, words as people spell them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

import nis2map
from nis2map import Dataset, Ref, parse_ref
from nis2map.data import table
from nis2map.dataset import find
from nis2map.dataset._query._index import Index
from nis2map.dataset._query._names import Names
from nis2map.dataset._query._words import concepts, parts, stem, tokens

from .evidence import copied, law_grams
from .tiny import tiny

LANGUAGES = ("en", "de", "fr")


def refs(text: str, limit: int = 5) -> list[str]:
    return [str(hit.ref) for hit in find(text, limit=limit)]


def titles(dataset: Dataset) -> Iterator[tuple[str, str]]:
    for unit in dataset:
        yield str(unit.ref), unit.title
        yield from ((str(unit.ref), title) for title in unit.titles.values())


def test_a_title_in_any_language_finds_its_unit(dataset: Dataset) -> None:
    """Whoever types a title finds the unit; only units that are called the same, or nearly so, come before it."""
    missed = [(ref, title) for ref, title in titles(dataset) if ref not in refs(title)]
    assert missed == []
    later = [(ref, title) for ref, title in titles(dataset) if ref not in refs(title, 2)]
    assert len(later) < 30, later


def test_a_name_finds_its_unit() -> None:
    """Each name in the table is of use: it leads to its unit, among the first five."""
    rows = [(row["ref"], name) for row in table("names") for lang in LANGUAGES for name in row.get(lang, ())]
    assert [(ref, name) for ref, name in rows if ref not in refs(name)] == []


def test_names_are_of_units_and_beside_their_titles(dataset: Dataset) -> None:
    """Each row is of one unit and says in known languages what its titles do not say already."""
    rows = table("names")
    assert len({row["ref"] for row in rows}) == len(rows)
    assert [row["ref"] for row in rows] == [str(ref) for ref in sorted(parse_ref(row["ref"]) for row in rows)]
    for row in rows:
        assert set(row) <= {"ref", "definition", *LANGUAGES}, row
        assert len(row) > 1, row
        for lang in LANGUAGES:
            names = [name.casefold() for name in row.get(lang, ())]
            assert len(set(names)) == len(names), row
            assert dataset.title(row["ref"], lang).casefold() not in names, row


def test_names_and_synonyms_are_terms_and_no_sentences() -> None:
    """No run of words of the acts is copied: what stands here is what things are called."""
    names = [name for row in table("names") for lang in LANGUAGES for name in row.get(lang, ())]
    phrases = [phrase for row in table("synonyms") for phrase in (*row["typed"], *row["used"])]
    assert [text for text in names + phrases if copied("law_fingerprints", law_grams(text)) or len(text) > 90] == []


def test_each_type_that_the_directive_defines_names_its_definition(dataset: Dataset) -> None:
    """A type of entity whose defining act is Article 6 of the Directive is tied to that very point, and no other is."""
    tied = {row["ref"]: row["definition"] for row in table("names") if "definition" in row}
    acts = {
        str(kind.ref): kind.act.partition("Directive (EU) 2022/2555, Article 6(")[2].partition(")")[0]
        for kind in dataset.law.entity_types
    }
    assert tied == {ref: f"nis2:6.{point}" for ref, point in acts.items() if point}


def test_a_definition_leads_to_its_type_and_back(dataset: Dataset) -> None:
    """A term of Article 6 finds the type of entity among the first three, and the type's title the definition."""
    for row in table("names"):
        if "definition" in row:
            assert row["ref"] in refs(dataset.title(row["definition"]), 3)
            assert row["definition"] in refs(dataset.title(row["ref"]), 3)


def test_two_types_of_one_definition_keep_their_own_names() -> None:
    """Central and regional administration share a definition, and a ministry is still central government alone."""
    hits = find("ministry")
    assert [str(hit.ref) for hit in hits[:2]] == ["nis2:6.35", "nis2:annexI.10.1"]
    assert "nis2:annexI.10.2" not in {str(hit.ref) for hit in hits}


@pytest.mark.parametrize("lang", ["de", "fr"])
def test_terms_in_german_and_french_lead_to_the_type_too(lang: str) -> None:
    """What a definition is called in another language is also a name of the type that it defines, and the reverse."""
    rows = {row["ref"]: row for row in table("names")}
    for row in table("names"):
        other = rows.get(row.get("definition", ""), {})
        for name in other.get(lang, ()):
            assert row["ref"] in refs(name)
        for name in row.get(lang, ()) if other else ():
            assert row["definition"] in refs(name)


@pytest.mark.parametrize(
    "spellings",
    [
        ("Verschlüsselung", "verschluesselung", "Verschlusselung", "VERSCHLÜSSELUNG"),
        ("Bußgeld", "Bussgeld", "Bußgelder", "bussgelder"),
        ("contrôle d'accès", "controle d’acces", "contrôles d'accès"),
        ("établissement de crédit", "etablissement de credit", "établissements de crédit", "l'établissement de crédit"),
        ("Einrichtung der öffentlichen Verwaltung", "Einrichtungen der oeffentlichen Verwaltung"),
        ("Kreditinstitut", "Kreditinstitute", "Kreditinstituten", "Kreditinstituts"),
        ("managed service provider", "Managed Service Providers", "managed-service provider"),
    ],
)
def test_case_accents_and_number_make_no_difference(spellings: tuple[str, ...]) -> None:
    """A word finds the same first unit with and without accents, written out umlauts, in singular and plural."""
    assert len({refs(text)[0] for text in spellings}) == 1


@pytest.mark.parametrize(
    ("compound", "words", "expected"),
    [
        ("Lieferkettensicherheit", "Sicherheit der Lieferkette", "nis2:21.2.d"),
        ("Schwachstellenmanagement", "Management von Schwachstellen", "nis2:21.2.e~vulnerability-handling"),
        ("Schlüsselverwaltung", "Verwaltung der Schlüssel", "cir:9.2.c"),
        ("Konfigurationsmanagement", "Management der Konfiguration", "cir:6.3"),
        ("Backupkonzept", "Konzept für Backup", "cir:4.2"),
    ],
)
def test_a_german_compound_and_its_words_find_the_same(compound: str, words: str, expected: str) -> None:
    """However German writes it, in one word or in several, the unit is among the first five."""
    assert expected in refs(compound)
    assert expected in refs(words)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("schwachstellenmanagement", ["schwachstell", "management"]),
        ("sicherheitsvorfalle", ["sicherheit", "vorfall"]),
        ("vorfallmanagementsicherheit", ["vorfall", "management", "sicherheit"]),
        ("konfigurationsmanagement", ["konfigurat", "management"]),
        ("vorfall", []),
        ("sicherheitsxyz", []),
        ("managementmanagemen", []),
        ("sicherheit" * 9, []),
    ],
)
def test_parts_of_a_compound(word: str, expected: list[str]) -> None:
    """Only a whole word of known parts is one; what is too short or too long to be one is left alone."""
    assert parts(word, {"schwachstell", "management", "sicherheit", "vorfall", "konfigurat"}) == expected


def test_a_word_of_many_parts_takes_no_more_work_than_a_long_one() -> None:
    """Queries are anybody's: where each part can end in three places, each end of the word is still looked at once."""

    class Counted(frozenset[str]):
        looked = 0

        def __contains__(self, word: object) -> bool:
            Counted.looked += 1
            return super().__contains__(word)

    assert parts("a" * 59 + "x", Counted({"aaaa", "aaaaa", "aaaaaa"})) == []
    assert Counted.looked < 10_000
    assert tokens("a" * 60 + "s") == ["a" * 60 + "s"]


def test_english_words_are_not_taken_apart() -> None:
    """A word that only looks like two English ones finds nothing: block and chain are both words of the texts."""
    assert refs("block")
    assert refs("supply chain")
    assert refs("blockchain") == []


@pytest.mark.parametrize(
    "text",
    ["pizza", "quantum teleportation", "football", "Wettervorhersage", "recette de gâteau", "kaninchen", "d' l' qu'"],
)
def test_what_no_unit_is_about_finds_nothing(text: str) -> None:
    """Search knows more words than the texts hold, and still no answer where there is none."""
    assert refs(text) == []


def test_hits_say_by_which_words_they_were_found() -> None:
    """The words of a hit are those of the query, or of what it stands for, that its texts or names hold."""
    assert find("Kreditinstitut")[0].words == ("kreditinstitut",)
    words = find("offboarding")[0].words
    assert "employment" in words
    assert all(hit.words for hit in find("sauvegarde des données"))


def test_a_synonym_weighs_no_more_than_what_was_typed() -> None:
    """A unit that has the word itself comes before one that has the many words that it stands for."""
    one, two = Ref("x", "1"), Ref("x", "2")
    index = Index.of([(one, "multi factor authentication", 1.0), (two, "MFA", 1.0)])
    assert [ref for ref, _, _ in index.search("MFA", limit=9)] == [two, one]


def test_what_is_asked_itself_stands_for_nothing_else() -> None:
    """Of two words in a query none counts twice because one is also a synonym of the other."""
    assert ("cryptograph",) in concepts(tokens("encryption"))[0]
    assert concepts(tokens("cryptography and encryption and cryptography"))[1:] == [
        tuple(phrase for phrase in concepts(tokens("encryption"))[0] if phrase != ("cryptograph",))
    ]


def test_names_by_hand() -> None:
    """Three names of two words, four words in all: a whole name is worth twice its weight, half of one less."""
    names = Names.of([(0, ["alpha", "beta"], "en"), (1, ["alpha", "gamma"], "en"), (1, ["delta", "beta"], "en")], set())
    twice, once = math.log(1 + 1.5 / 2.5), math.log(1 + 2.5 / 1.5)
    assert names.search([(("alpha",),), (("beta",),)]) == pytest.approx(
        {0: 4 * twice, 1: twice * twice / (twice + once) * (1 + twice / (2 * twice))}
    )
    # The name is there whole, and the question has a word more that no name has: log(1 + 3.5/0.5) is its weight.
    asked = twice + once + math.log(8)
    found = names.search([(("alpha",),), (("gamma",),), (("omega",),)])
    assert found[1] == pytest.approx((twice + once) * (1 + (twice + once) / asked))


def test_names_of_units_that_a_dataset_lacks_are_left_out() -> None:
    """A dataset of one's own is searched by its own titles, in its languages; bundled names hold where its units do."""
    dataset = tiny("nis2:99 Own article: a", "C.1 Espresso", "nis2:99 ! ")
    assert [hit.title for hit in find("espresso", dataset=dataset)] == ["Espresso"]
    assert len(find("Kreditinstitut", dataset=dataset)) == 0
    titled = nis2map.load().with_framework(
        nis2map.Framework("acme", "Acme"),
        requirements=[nis2map.Requirement("acme:1", None, "Coffee", summary="x", titles={"it": "Macchina del caffè"})],
    )
    assert str(find("macchina caffe", dataset=titled)[0].ref) == "acme:1"


@pytest.mark.parametrize(("one", "other"), [("délai", "délais"), ("essai", "essais"), ("policy", "policies")])
def test_stems_of_french_plurals(one: str, other: str) -> None:
    """A plural that English leaves alone has the stem of its singular."""
    assert tokens(one) == tokens(other)
    assert stem("analysis") == "analysis"
