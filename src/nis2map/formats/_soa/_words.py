"""Words that Statements of Applicability use for headers, answers and statuses: English, German, some of others.

A word either names what it is read as ("implemented", "umgesetzt"), or says something else that usually means it ("in
progress", "Open"); the second kind is an interpretation, and the reader tells of it.
"""

from __future__ import annotations

import datetime as dt
import re

from ...assessment import Status

__all__ = [
    "ACCEPTED_ANSWERS",
    "ACCEPTED_STATUSES",
    "APPLICABLE",
    "HEADERS",
    "INTERPRETED_ANSWERS",
    "INTERPRETED_STATUSES",
    "STATUSES",
    "date_of",
    "percentage",
]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split("|")]


def _table(rows: dict[str, str]) -> dict[str, str]:
    return {word: role for role, words in rows.items() for word in _words(words)}


HEADERS = _table(
    {
        "id": "control id|control-id|controlid|control|control no|control no.|control number|control ref|"
        "control reference|"
        "id|no|no.|nr|nr.|ref|#|annex|annex a|annex a control|annex a ref|iso control|iso 27001 control|clause|"
        "kontroll-id|kontroll id|kontrolle|maßnahme|maßnahmen-id|maßnahmennummer|nummer|referenz-nr|kontrollnummer|"
        "contrôle|mesure|n°|controllo|medida|opatření|číslo|έλεγχος",
        "title": "control name|control title|title|name|description of control|control description|kontrollname|titel|"
        "bezeichnung|maßnahmentitel|name der maßnahme|intitulé|titre|nome|nombre|název",
        "theme": "theme|category|domain|section|bereich|thema|kategorie|thème|catégorie",
        "applicable": "applicable|applicability|applicable?|appl|appl.|applies|in scope|included|anwendbar|"
        "anwendbarkeit|"
        "anwendbar?|zutreffend|relevant|applicabilité|applicable (yes/no)|applicable (y/n)|applicabile|aplicable|"
        "aplikovatelnost|εφαρμόζεται",
        "justification": "justification|justification for inclusion|justification for exclusion|justification (if no)|"
        "reason|reasons|rationale|reason for inclusion|reason for exclusion|begründung|begründung für aufnahme|"
        "begründung (ausschluss)|rechtfertigung|motif|giustificazione|justificación|zdůvodnění|odůvodnění",
        "status": "status|implementation status|implementation|implemented|implemented?|state|control status|"
        "compliance status|umsetzungsstatus|umsetzung|implementierungsstatus|umgesetzt|gap-status|gap status|statut|"
        "état|mise en œuvre|stato|estado|stav|stav implementace|en place|en place ?",
        "degree": "implementation %|% implemented|completeness|completeness %|completion|completion %|progress|"
        "progress %|"
        "percentage|percent|umsetzungsgrad|umsetzungsgrad %|erfüllungsgrad|fortschritt|degree",
        "evidence": "evidence|implementation description|implementation details|implementation/description|description|"
        "how implemented|comments|comment|remarks|notes|nachweis|nachweise|umsetzungsbeschreibung|beschreibung|"
        "bemerkung|bemerkungen|kommentar|preuve|commentaire|note",
        "reference": "reference|references|policy/guideline|policy|document|documents|document reference|referenz|"
        "dokument|nachweis / referenz|richtlinie|référence",
        "owner": "owner|control owner|responsible|responsibility|verantwortlich|verantwortlicher|zuständig|responsable",
        "date": "date|last review|reviewed|datum|stand|geprüft am",
        "valid_until": "valid until|expires|expiry|expiry date|gültig bis|ablaufdatum",
    }
)

# For each meaning: the words that name it, then those that are read as it.
_ANSWERS = {
    True: (
        "yes|y|true|✓|✔|✅|applicable|ja|j|wahr|anwendbar|zutreffend|oui|sí|si|sì|tak|ano|sim|ναι",
        "1|x|included",
    ),
    False: (
        "no|n|false|not applicable|n/a|na|nein|falsch|nicht anwendbar|nicht zutreffend|non|nie|ne|não|no aplica|όχι|"
        "✗|✘|❌",
        "0|excluded|ausgeschlossen",
    ),
}
_STATUSES = {
    Status.IMPLEMENTED: (
        "implemented|fully implemented|implemented fully|in place|done|complete|completed|umgesetzt|"
        "vollständig umgesetzt|implementiert|vollständig implementiert|erledigt|mis en œuvre|implémenté|implementováno|"
        "zavedeno",
        "compliant|yes|effective|erfüllt|ja|oui|ano|✅",
    ),
    Status.PARTIAL: (
        "partial|partially|partially implemented|partly implemented|teilweise|teilweise umgesetzt|"
        "teilweise implementiert|partiellement|partiellement mis en œuvre|částečně|částečně implementováno",
        "in progress|ongoing|in implementation|partially compliant|teilweise erfüllt|in umsetzung|in arbeit|"
        "in bearbeitung|en cours|🔄",
    ),
    Status.PLANNED: ("planned|geplant|in planung|planifié|prévu|plánováno", "to be implemented|scheduled|⏳"),
    Status.NOT_IMPLEMENTED: (
        "not implemented|not yet implemented|nicht umgesetzt|noch nicht umgesetzt|nicht implementiert|"
        "non mis en œuvre|neimplementováno",
        "not started|open|missing|non-compliant|not compliant|none|no|nicht erfüllt|offen|fehlt|nein|non|ne",
    ),
    Status.NOT_APPLICABLE: (
        "n/a|na|not applicable|nicht anwendbar|nicht zutreffend|non applicable|neaplikovatelné",
        "excluded|entfällt|ausgeschlossen|❌",
    ),
    Status.UNASSESSED: (
        "unassessed|not assessed|nicht bewertet|unbewertet|nicht geprüft|non évalué",
        "not determined|unknown|tbd|to be determined|unbekannt",
    ),
}

APPLICABLE = {word: answer for answer, kinds in _ANSWERS.items() for words in kinds for word in _words(words)}
STATUSES = {word: status for status, kinds in _STATUSES.items() for words in kinds for word in _words(words)}
INTERPRETED_ANSWERS = frozenset(word for _, words in _ANSWERS.values() for word in _words(words))
INTERPRETED_STATUSES = frozenset(word for _, words in _STATUSES.values() for word in _words(words))
# Shown with a word that is not known; the page on reading a Statement of Applicability has all of them.
ACCEPTED_ANSWERS = "one of: yes, no, applicable, not applicable, or a usual word for it such as ja, nein, oui, non, n/a"
ACCEPTED_STATUSES = (
    "one of: implemented, partially implemented, planned, not implemented, not applicable, not assessed, or a usual "
    "word for it such as done, in progress, open, umgesetzt, teilweise, offen, n/a"
)

_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,4})?)\s?%?", re.ASCII)
# Day first with dots, year first with hyphens: a date with slashes has two readings and is none of these.
_DATE = re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})|(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4})", re.ASCII)


def percentage(text: str) -> float | None:
    """Return the number before a percent sign, or alone; None for what is not a percentage."""
    match = _PERCENT.fullmatch(text)
    return float(match[1].replace(",", ".")) if match else None


def date_of(text: str) -> dt.date | None:
    """Return a date that has one reading (2026-01-31, 31.01.2026), None for any other text."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (match[name] or match[f"{name}2"] for name in "ymd")
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
