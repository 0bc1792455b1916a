"""The vocabulary of Statements of Applicability: what each word is read as, in ten languages."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import nis2map
from nis2map.assessment import Status
from nis2map.data import table
from nis2map.formats._soa import _words as words
from nis2map.formats._soa._words import accepted, folded, languages, readings, vocabulary

ROOT = Path(__file__).parents[1]
LANGUAGES = ("en", "de", "fr", "it", "es", "nl", "pl", "cs", "pt", "el")
ROLES = (
    "id clause title theme applicable included excluded justification status degree maturity evidence reference owner date "
    "valid_until register"
).split()
MEANINGS = {"header": ROLES, "answer": ["yes", "no"], "status": [str(status) for status in Status]}

# What was read before the words were data, as people write it; "none" alone is no longer a status, see below.
BEFORE = {
    ("header", "id"): "Control ID|control-id|controlid|control|control no|control no.|control number|control ref|ID|No|"
    "no.|Nr|nr.|Ref|#|annex|annex a|annex a control|annex a ref|iso control|iso 27001 control|Kontroll-ID|"
    "kontroll id|Kontrolle|Maßnahme|Maßnahmen-ID|Maßnahmennummer|Nummer|Referenz-Nr|Kontrollnummer|Contrôle|Mesure|N°|"
    "Controllo|Medida|Opatření|Číslo|Έλεγχος|control reference",
    (
        "header",
        "title",
    ): "control name|control title|title|name|description of control|control description|Kontrollname|"
    "Titel|Bezeichnung|Maßnahmentitel|Name der Maßnahme|Intitulé|Titre|Nome|Nombre|Název",
    ("header", "theme"): "theme|category|domain|section|Bereich|Thema|Kategorie|Thème|Catégorie",
    (
        "header",
        "applicable",
    ): "applicable|Applicability|applicable?|Appl|appl.|applies|in scope|anwendbar|Anwendbarkeit|"
    "anwendbar?|zutreffend|relevant|Applicabilité|applicable (yes/no)|applicable (y/n)|applicabile|aplicable|"
    "Aplikovatelnost|Εφαρμόζεται",
    ("header", "included"): "Included",
    ("header", "clause"): "clause",
    ("header", "justification"): "justification|justification for inclusion|justification for exclusion|"
    "justification (if no)|reason|reasons|rationale|reason for inclusion|reason for exclusion|Begründung|"
    "Begründung für Aufnahme|Begründung (Ausschluss)|Rechtfertigung|Motif|Giustificazione|Justificación|Zdůvodnění|"
    "Odůvodnění",
    ("header", "status"): "status|implementation status|implementation|implemented|implemented?|state|control status|"
    "compliance status|Umsetzungsstatus|Umsetzung|Implementierungsstatus|umgesetzt|GAP-Status|gap status|Statut|État|"
    "Mise en œuvre|Stato|Estado|Stav|Stav implementace|En place|En place ?",
    ("header", "degree"): "implementation %|% implemented|completeness|completeness %|completion|completion %|progress|"
    "progress %|percentage|percent|Umsetzungsgrad|Umsetzungsgrad %|Erfüllungsgrad|Fortschritt|degree",
    ("header", "evidence"): "evidence|implementation description|implementation details|implementation/description|"
    "description|how implemented|comments|comment|remarks|notes|Nachweis|Nachweise|Umsetzungsbeschreibung|Beschreibung|"
    "Bemerkung|Bemerkungen|Kommentar|Preuve|Commentaire|Note",
    ("header", "reference"): "reference|references|policy/guideline|policy|document|documents|document reference|"
    "Referenz|Dokument|Nachweis / Referenz|Richtlinie|Référence",
    ("header", "owner"): "owner|control owner|responsible|responsibility|verantwortlich|Verantwortlicher|zuständig|"
    "Responsable",
    ("header", "date"): "date|last review|reviewed|Datum|geprüft am",
    ("header", "valid_until"): "valid until|expires|expiry|expiry date|gültig bis|Ablaufdatum",
    ("answer", "yes"): "yes|Y|TRUE|✓|✔|✅|✔️|applicable|ja|J|WAHR|anwendbar|zutreffend|Oui|sí|si|sì|Tak|Ano|Sim|Ναι|1|x|"
    "included",
    ("answer", "no"): "no|N|FALSE|not applicable|N/A|NA|nein|FALSCH|nicht anwendbar|nicht zutreffend|Non|Nie|Ne|Não|"
    "No aplica|Όχι|✗|✘|❌|0|excluded|ausgeschlossen",
    ("status", "implemented"): "implemented|fully implemented|implemented fully|in place|done|complete|completed|"
    "umgesetzt|vollständig umgesetzt|implementiert|vollständig implementiert|erledigt|mis en œuvre|implémenté|"
    "implementováno|zavedeno|compliant|yes|effective|erfüllt|ja|oui|ano|✅",
    ("status", "partial"): "partial|partially|partially implemented|partially_implemented|partly implemented|teilweise|"
    "teilweise umgesetzt|teilw. umgesetzt|teilw.|teilweise implementiert|partiellement|partiellement mis en œuvre|částečně|"
    "částečně implementováno|in progress|ongoing|in implementation|partially compliant|teilweise erfüllt|in Umsetzung|"
    "in Arbeit|in Bearbeitung|En cours|🔄",
    ("status", "planned"): "planned|geplant|in Planung|planifié|prévu|plánováno|to be implemented|scheduled|⏳",
    ("status", "not_implemented"): "not implemented|not yet implemented|nicht umgesetzt|noch nicht umgesetzt|"
    "nicht implementiert|non mis en œuvre|neimplementováno|not started|open|missing|non-compliant|not compliant|no|"
    "nicht erfüllt|offen|fehlt|nein|non|ne",
    ("status", "not_applicable"): "n/a|na|not applicable|nicht anwendbar|nicht zutreffend|non applicable|"
    "neaplikovatelné|excluded|entfällt|ausgeschlossen",
    (
        "status",
        "unassessed",
    ): "unassessed|not assessed|nicht bewertet|unbewertet|nicht geprüft|non évalué|not determined|"
    "unknown|TBD|to be determined|unbekannt",
}


def means(kind: Any, text: str) -> set[str]:
    return {reading.means for reading in readings(kind, folded(text))}


@pytest.mark.parametrize(("kind", "meaning"), BEFORE)
def test_no_word_was_lost(kind: str, meaning: str) -> None:
    """Every word that was read when the words were code is read as the same today."""
    assert [text for text in BEFORE[kind, meaning].split("|") if means(kind, text) != {meaning}] == []


FOUND = [
    ("header", "Implementace", "status"),
    ("header", "Applicability Decision", "applicable"),
    ("header", "En place ?", "status"),
    ("header", "¿Es aplicable?", "applicable"),
    ("header", "ΕΦΑΡΜΟΖΕΤΑΙ;", "applicable"),
    ("header", "BEGRUENDUNG:", "justification"),
    ("header", "Massnahme", "id"),
    ("header", "Mise en oeuvre", "status"),
    ("header", "Excluded", "excluded"),
    ("header", "Reifegrad", "maturity"),
    ("answer", "Applicable (Inherited)", "yes"),
    ("answer", "N.A.", "no"),
    ("answer", "n.v.t.", "no"),
    ("status", "**Partially_Implemented**", "partial"),
    ("status", "not_determined", "unassessed"),
    ("status", "NotStarted", "not_implemented"),
    ("header", "ControlID", "id"),
    ("status", "n. a.", "not_applicable"),
    ("status", "CZESCIOWO WDROZONE", "partial"),
    ("status", "nao implementado", "not_implemented"),
    ("status", "Geïmplementeerd.", "implemented"),
]


@pytest.mark.parametrize(("kind", "text", "meaning"), FOUND)
def test_words_are_found_as_people_write_them(kind: str, text: str, meaning: str) -> None:
    """Words of real files, in capitals, without accents, with marks of Markdown or a question mark, say one thing."""
    assert means(kind, text) == {meaning}


def test_two_languages_may_read_one_word_differently() -> None:
    """All readings are returned with their languages, so that the reader chooses by language or refuses."""
    assert {(r.means, r.usual, r.languages) for r in readings("status", "nd")} == {
        ("not_applicable", False, frozenset({"pl"})),
        ("unassessed", True, frozenset({"it"})),
    }
    assert readings("status", "none") == readings("header", "") == ()


def test_a_word_of_no_language_has_no_languages() -> None:
    """A sign says the same whatever the language of the header row is."""
    (reading,) = readings("answer", "✓")
    assert reading.languages == frozenset()


def test_a_word_has_one_reading_in_a_language() -> None:
    """No word, written with or without its accents, means two things of one kind in one language."""
    found = defaultdict(set)
    for word in vocabulary():
        for spelling in words._spellings(word.word, word.language):
            found[word.kind, word.language, spelling].add(word.means)
    # The two whose cells or legend decide: "Stand" is the state or its date, a cross one of two statuses.
    open_words = {("header", "de", "stand"), *(("status", "", cross) for cross in "❌✖✗✘")}
    assert {key for key, meant in found.items() if len(meant) > 1} <= open_words


def test_a_word_of_no_language_is_a_word_of_none() -> None:
    """What stands for all languages is not listed in one again, so that it has one reading everywhere."""
    free = {(word.kind, folded(word.word)) for word in vocabulary() if not word.language}
    assert [word for word in vocabulary() if word.language and (word.kind, folded(word.word)) in free] == []


def test_a_word_is_an_interpretation_in_all_languages_or_in_none() -> None:
    """The note on a word does not hang on the language of the file."""
    found = defaultdict(set)
    for word in vocabulary():
        found[word.kind, word.means, folded(word.word)].add(word.usual)
    assert {key for key, usual in found.items() if len(usual) > 1} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_words_for_everything(language: str) -> None:
    """Every role of a column, both answers and every status can be said in each of the ten languages."""
    for kind, meanings in MEANINGS.items():
        said = {word.means for word in vocabulary() if word.kind == kind and word.language == language}
        assert said == set(meanings)


def test_records_are_in_order_and_their_lists_too() -> None:
    """One record a meaning and language, each list in order behind the word that hints show, no word in it twice."""
    records = table("soa_words")
    order = [
        (kind, meaning, language)
        for kind, meanings in MEANINGS.items()
        for meaning in meanings
        for language in (*LANGUAGES, "")
    ]
    keys = [(record["kind"], record["means"], record["lang"]) for record in records]
    assert keys == [key for key in order if key in set(keys)]
    assert languages() == LANGUAGES
    for record in records:
        listed = [*record["words"], *record["usual"]]
        assert record["words"][1:] == sorted(record["words"][1:])
        assert record["usual"] == sorted(record["usual"])
        assert len({folded(word) for word in listed}) == len(listed) > 0, record
        assert all(word == " ".join(word.lower().split()).removesuffix(":") for word in listed), record


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    """A folded word folds to itself, so that a look-up may be given either."""
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize("kind", ["header", "answer", "status"])
def test_a_hint_names_words_that_are_read(kind: Any) -> None:
    """A hint has a word for each meaning in English and in the languages asked for, and all of them are read."""
    hint = accepted(kind, ["pl", "en"])
    listed = hint.removeprefix("one of: ").partition("; ")[0].split(", ")
    assert [means(kind, word) for word in listed[: len(MEANINGS[kind])]] == [{said} for said in MEANINGS[kind]]
    assert set().union(*(means(kind, word) for word in listed)) == set(MEANINGS[kind])
    assert accepted(kind, ["pl"]) == hint
    assert accepted(kind) == accepted(kind, ["pl", "cs", "nl"]) != hint  # those of many would hide what to do


@pytest.mark.sources
def test_the_page_is_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference lists every word that is read, with what it is read as."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    sys.modules.pop("soa_words", None)
    import soa_words

    assert soa_words.PAGE.read_text(encoding="utf-8") == soa_words.page(), "run: python tools/soa_words.py"


def test_the_table_is_packaged() -> None:
    """The words are a data file of the package."""
    assert json.loads((Path(nis2map.__file__).parent / "data" / "soa_words.json").read_bytes()) == table("soa_words")
