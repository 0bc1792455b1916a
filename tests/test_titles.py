"""Titles of units in other languages: `Dataset.title`, `titles` of units that users make, and the bundled ones."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import attrs
import pytest

import nis2map
from nis2map import (
    Control,
    Dataset,
    DatasetError,
    Demand,
    Framework,
    InputError,
    Ref,
    Requirement,
    UnknownRef,
    parse_ref,
)
from nis2map.data import table

OWN = Dataset.from_parts(
    frameworks=[Framework("law"), Framework("set", side="control")],
    requirements=[
        Requirement("law:1", title="Backup", titles={"fr": "Sauvegardes", "pt-BR": "Cópias"}),
        Requirement("law:2", title="Logging", demands=[Demand("law:2#kept", "Logs are kept")]),
    ],
    controls=[Control("set:A.1", "Keep copies", titles={"de": "Kopien aufbewahren"})],
)


@pytest.mark.parametrize(
    ("x", "lang", "title"),
    [
        ("law:1", "en", "Backup"),
        ("law:1", "fr", "Sauvegardes"),
        (Ref("law", "1"), "pt-BR", "Cópias"),
        ("law:1", "de", "Backup"),
        ("law:2", "pt-BR", "Logging"),
        ("law:2#kept", "en", "Logs are kept"),
        ("law:2#kept", "fr", "Logs are kept"),
        ("set:A.1", "de", "Kopien aufbewahren"),
    ],
)
def test_a_title_in_a_language_is_the_units_own_or_the_english_one(x: Ref | str, lang: str, title: str) -> None:
    """Units of a user's own have the same power, and what has no title in a language is named in English."""
    assert OWN.title(x, lang) == title


def test_english_is_the_default_and_may_be_given_as_another_language() -> None:
    """A framework that is published in French may bring its English titles as translations."""
    unit = Requirement("law:1", title="Sauvegardes", titles={"en": "Backups"})
    dataset = Dataset.from_parts(frameworks=[Framework("law")], requirements=[unit])
    assert (dataset.title("law:1"), dataset.title("law:1", "fr")) == ("Backups", "Sauvegardes")


@pytest.mark.parametrize(
    ("lang", "near"),
    [
        ("De", "nearest: de"),
        ("pt-br", "nearest: pt-BR"),
        ("deutsch", "one of: en, de, fr, pt-BR"),
        (None, "one of: en"),
        (["de"], "one of: en"),
    ],
)
def test_a_language_in_which_there_are_no_titles_is_refused(lang: str, near: str) -> None:
    """The error names the nearest language that there is; demands have languages too."""
    for x in ("law:1", "law:2#kept"):
        with pytest.raises(InputError) as caught:
            OWN.title(x, lang)
        assert near in str(caught.value)


def test_what_the_dataset_lacks_has_no_title() -> None:
    """A unit that does not exist is an error as everywhere, with the nearest ones."""
    with pytest.raises(UnknownRef, match=r"A\.8\.24"):
        nis2map.load().title("A.8.240")


def test_broken_titles_are_told_of_when_a_dataset_is_made() -> None:
    """An empty title or a language that is none is a problem of its unit, not a surprise in a report."""
    units = [
        Requirement("law:1", title="One", titles={"fr": ""}),
        Requirement("law:2", title="Two", titles={"": "Zwei"}),
    ]
    with pytest.raises(DatasetError) as caught:
        Dataset.from_parts(frameworks=[Framework("law")], requirements=units)
    assert [(problem.ref, problem.code) for problem in caught.value.problems] == [
        ("law:1", "titles"),
        ("law:2", "titles"),
    ]


def test_titles_survive_a_document_and_count_for_the_digest_in_any_order() -> None:
    """What `dumps` writes `loads` reads; the order of languages says nothing, another title does."""
    again = nis2map.loads(nis2map.dumps(OWN), Dataset)
    assert again.title("law:1", "fr") == "Sauvegardes"
    assert again == OWN
    assert OWN.digest == with_titles({"pt-BR": "Cópias", "fr": "Sauvegardes"}).digest
    assert OWN.digest != with_titles({"fr": "Copies", "pt-BR": "Cópias"}).digest


def test_another_title_renames_a_unit() -> None:
    """A change of titles alone is told as a change of names, whose languages a reader can look up."""
    changes = nis2map.compare(OWN, with_titles({"fr": "Copies de sauvegarde"})).changes
    assert [(str(change.kind), str(change.ref), change.fields) for change in changes] == [
        ("renamed", "law:1", ("titles",))
    ]


def with_titles(titles: dict[str, str]) -> Dataset:
    """The dataset with other titles of its first unit."""
    unit = attrs.evolve(OWN.requirement("law:1"), titles=titles)
    return OWN.with_framework(OWN.frameworks["law"], requirements=[unit, OWN.requirement("law:2")])


def test_a_unit_is_found_by_its_titles_in_other_languages() -> None:
    """A reader of another language finds what a reader of English finds."""
    assert nis2map.find("Cópias", dataset=OWN)[0].ref == Ref("law", "1")
    assert nis2map.find("Kopien aufbewahren", dataset=OWN)[0].ref == Ref("set", "A.1")


LISTED = re.compile(
    r"nis2:(3|4|26|27|29|30|32|33|34)$"  # articles that reports name
    r"|nis2:2[0-5](\..+)?$"
    r"|cir:\d+(\.\d+)?$"  # sections and subsections of the Annex
    r"|iso27001:.+$"
)
# Letters of each language beside those of English; both write short dashes as hyphens and straight apostrophes.
LETTERS = {"de": "ÄÖÜäöüß", "fr": "ÀÂÇÈÉÊËÎÏÔŒÙÛÜàâçèéêëîïôœùûü'"}


@pytest.fixture(scope="module")
def named(dataset: Dataset) -> list[Requirement | Control]:
    """The bundled units that have titles in other languages."""
    return [unit for unit in dataset if unit.titles]


def test_every_listed_unit_has_a_title_in_both_languages(dataset: Dataset) -> None:
    """Articles 20 to 25 and the core duties, the CIR's sections and subsections, and all of ISO/IEC 27001."""
    core = {unit.ref for unit in dataset.requirements("nis2", core=True)}
    listed = [unit for unit in dataset if LISTED.match(str(unit.ref)) or unit.ref in core]
    assert len([unit for unit in listed if unit.ref.framework == "iso27001"]) == 138
    assert [str(unit.ref) for unit in listed if set(unit.titles) != {"de", "fr"}] == []


@pytest.mark.parametrize("lang", ["de", "fr"])
def test_no_two_units_of_a_text_share_a_title(named: list[Requirement | Control], lang: str) -> None:
    """A reader of a German or French report has to tell one unit from another by its title."""
    counts = Counter((unit.ref.framework, unit.titles[lang].casefold()) for unit in named)
    assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("lang", ["de", "fr"])
def test_titles_are_written_in_the_letters_of_their_language(named: list[Requirement | Control], lang: str) -> None:
    """A stray accent or a curly apostrophe is a slip of the keyboard, or a text in another language."""
    plain = re.compile(rf"[A-Za-z0-9 ,()\-{LETTERS[lang]}]+")
    wrong = [unit.titles[lang] for unit in named if not plain.fullmatch(unit.titles[lang])]
    assert wrong == []
    assert {letter for unit in named for letter in unit.titles[lang]} >= set("éèê'" if lang == "fr" else "äöüß")


@pytest.mark.parametrize("lang", ["de", "fr"])
def test_titles_are_titles(named: list[Requirement | Control], lang: str) -> None:
    """Short, with a capital (or a number) at the start, without a full stop, and with single spaces."""
    for title in (unit.titles[lang] for unit in named):
        assert title == " ".join(title.split())
        assert len(title) <= 100, title
        assert title[0].isupper() or title[0].isdigit(), title
        assert title[-1] not in ".,;:-", title


@pytest.mark.parametrize("lang", ["de", "fr"])
def test_titles_are_no_english(named: list[Requirement | Control], lang: str) -> None:
    """A title that is the same as the English one was forgotten; these few words are the same in the language."""
    same = {unit.title for unit in named if unit.titles[lang].casefold() == unit.title.casefold()}
    assert same <= {"Communication", "Leadership", "Identification", "Governance", "Authentication", "Support"}


@pytest.mark.parametrize(
    ("ref", "de", "fr"),
    [
        ("Art. 21(2)(d)", "Sicherheit der Lieferkette", "Sécurité de la chaîne d'approvisionnement"),
        ("Art. 21(2)(g)", "Cyberhygiene und Schulungen", "Cyberhygiène et formation"),
        ("Art. 23(4)(a)", "Frühwarnung innerhalb von 24 Stunden", "Alerte précoce sous 24 heures"),
        ("CIR 5", "Lieferkettensicherheit", "Sécurité de la chaîne d'approvisionnement"),
        ("A.8.13", "Sicherung von Informationen (Backup)", "Sauvegarde des informations"),
        ("clause 9.3", "Managementbewertung", "Revue de direction"),
    ],
)
def test_titles_are_the_terms_of_practitioners(dataset: Dataset, ref: str, de: str, fr: str) -> None:
    """The words by which lawyers and auditors name a unit in their own language, in every spelling of its id."""
    assert (dataset.title(ref, "de"), dataset.title(ref, "fr")) == (de, fr)


def test_a_bundled_unit_without_a_title_in_a_language_has_the_english_one(dataset: Dataset) -> None:
    """Deep points of the Annex have no German title, and a report in German names them all the same."""
    ref = next(unit.ref for unit in dataset.of("cir") if not unit.titles)
    assert dataset.title(ref, "de") == dataset.title(ref) == dataset[ref].title  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("query", "ref"),
    [
        ("Lieferkettensicherheit", "cir:5"),
        ("Frühwarnung", "nis2:23.4.a"),
        ("Netzsegmentierung", "cir:6.8"),
        ("sauvegarde des informations", "iso27001:A.8.13"),
        ("alerte précoce", "nis2:23.4.a"),
        ("journalisation", "iso27001:A.8.15"),
    ],
)
def test_bundled_units_are_found_in_german_and_french(query: str, ref: str) -> None:
    """A query in the words of a title finds its unit among the first five."""
    assert ref in [str(hit.ref) for hit in nis2map.find(query, limit=5)]


def test_the_bundled_titles_say_that_nobody_reviewed_them() -> None:
    """The manifest tells of each table with titles how they came about."""
    made = {row["name"]: row["made"] for row in table("MANIFEST")["files"]}
    for name in ("nis2.json", "cir.json", "iso27001.json"):
        assert made[name].endswith("not reviewed by native speakers yet")


@pytest.mark.sources
def test_the_source_is_in_legal_order_a_unit_a_line() -> None:
    """Whoever corrects a title finds its line, and sees what is missing beside it."""
    text = (Path(__file__).parents[1] / "data-src" / "titles.json").read_text(encoding="utf-8")
    refs = [parse_ref(row["ref"]) for row in json.loads(text)]
    assert refs == sorted(refs, key=lambda ref: (["nis2", "cir", "iso27001"].index(ref.framework), ref))
    assert len(text.splitlines()) == len(refs) + 2
