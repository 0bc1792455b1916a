"""Words that Statements of Applicability use for headers, answers and statuses: English, German, some of others."""

from __future__ import annotations

import re

from ...assessment import Status

__all__ = ["APPLICABLE", "DATE", "HEADERS", "PERCENT", "STATUSES"]


def _table(rows: dict[str, str]) -> dict[str, str]:
    return {word.strip(): role for role, words in rows.items() for word in words.split("|")}


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

APPLICABLE = _table(
    {
        "yes": "yes|y|true|1|x|✓|✔|✅|applicable|included|ja|j|wahr|anwendbar|zutreffend|oui|sí|si|sì|tak|ano|sim|ναι",
        "no": "no|n|false|0|not applicable|n/a|na|excluded|nein|falsch|nicht anwendbar|nicht zutreffend|ausgeschlossen|"
        "non|nie|ne|não|no aplica|όχι|✗|✘|❌",
    }
)

_STATUS_WORDS = {
    Status.IMPLEMENTED: "implemented|fully implemented|implemented fully|in place|done|complete|completed|compliant|"
    "yes|"
    "effective|umgesetzt|vollständig umgesetzt|implementiert|vollständig implementiert|erfüllt|erledigt|ja|"
    "mis en œuvre|implémenté|oui|implementováno|zavedeno|ano|✅",
    Status.PARTIAL: "partial|partially|partially implemented|partly implemented|in progress|ongoing|in implementation|"
    "partially compliant|teilweise|teilweise umgesetzt|teilweise implementiert|teilweise erfüllt|in umsetzung|"
    "in arbeit|in bearbeitung|partiellement|partiellement mis en œuvre|en cours|částečně|částečně implementováno|🔄",
    Status.PLANNED: "planned|to be implemented|scheduled|geplant|in planung|planifié|prévu|plánováno|⏳",
    Status.NOT_IMPLEMENTED: "not implemented|not yet implemented|not started|open|missing|non-compliant|not compliant|"
    "none|"
    "no|nicht umgesetzt|noch nicht umgesetzt|nicht implementiert|nicht erfüllt|offen|fehlt|nein|non mis en œuvre|non|"
    "neimplementováno|ne",
    Status.NOT_APPLICABLE: "n/a|na|not applicable|excluded|nicht anwendbar|nicht zutreffend|entfällt|ausgeschlossen|"
    "non applicable|neaplikovatelné|❌",
    Status.UNASSESSED: "unassessed|not assessed|not determined|unknown|tbd|to be determined|nicht bewertet|unbewertet|"
    "unbekannt|nicht geprüft|non évalué",
}
STATUSES: dict[str, Status] = {
    word.strip(): status for status, words in _STATUS_WORDS.items() for word in words.split("|")
}

PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,4})?)\s?%?", re.ASCII)
DATE = re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})|(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4})", re.ASCII)
