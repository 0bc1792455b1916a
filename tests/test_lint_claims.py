"""lint on claims: what a sentence says beside a citation is reported only where the dataset's tables contradict it."""

from __future__ import annotations

import time
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nis2map
from nis2map.law import lint


def claimed(text: str, **options: str) -> list[str]:
    """Return the words of a text that lint reports as claims."""
    return [text[slice(*p.span)] for p in lint(text, **options) if p.span and p.code == "claim"]  # type: ignore[arg-type]


# Sentences that contradict a table, with the words that do.
WRONG = [
    # Article 23(4): lengths
    ("Under Article 23(4)(b) of NIS 2 the incident notification is due within 48 hours.", "48 hours"),
    ("Under Article 23(4)(a) of NIS 2 an early warning is due within 48 hours of awareness.", "48 hours of awareness"),
    ("Article 23(4)(a) of the NIS 2 Directive requires an early warning within 12 hours.", "12 hours"),
    ("Article 23 of NIS 2 requires an early warning within 72 hours.", "72 hours"),
    (
        "Article 23(4) of Directive (EU) 2022/2555 sets a deadline of 24 hours for the incident notification.",
        "24 hours",
    ),
    (
        "Entities must submit the incident notification no later than 96 hours after becoming aware (Article 23(4)(b) NIS 2).",
        "96 hours after becoming aware",
    ),
    ("NIS 2, Article 23(4)(d): the final report is due within two months.", "two months"),
    (
        "The final report under Article 23(4)(d) of NIS 2 is due three months after the incident notification.",
        "three months after the incident notification",
    ),
    (
        "The final report under Article 23(4)(d) of NIS 2 must be submitted within 14 days of the notification.",
        "14 days of the notification",
    ),
    ("| Incident notification | Article 23(4)(b) NIS 2 | 48 hours |", "48 hours"),
    ("Early warning (NIS 2, Article 23(4)(a)): 36 hours", "36 hours"),
    ("Article 23(4)(b) of NIS 2 gives entities five days to notify.", "five days"),
    (
        "Under Article 23(4), second subparagraph, of NIS 2, trust service providers must notify within 72 hours.",
        "72 hours",
    ),
    ("For trust service providers, Article 23(4)(b) of NIS 2 sets a limit of 48 hours.", "48 hours"),
    ("The 48-hour deadline of Article 23(4)(b) of NIS 2 binds every entity.", "48-hour"),
    ("nis2:23.4.b requires the incident notification within 24 hours.", "24 hours"),
    (
        "Nach Artikel 23 Absatz 4 Buchstabe b der NIS-2-Richtlinie ist die Meldung binnen 48 Stunden fällig.",
        "48 Stunden",
    ),
    ("Die Frühwarnung ist nach Art. 23 Abs. 4 lit. a NIS-2-RL innerhalb von 72 Stunden zu übermitteln.", "72 Stunden"),
    (
        "Art. 23 Abs. 4 Buchst. d der Richtlinie (EU) 2022/2555 verlangt den Abschlussbericht spätestens nach zwei Monaten.",
        "zwei Monaten",
    ),
    (
        "Artikel 23 der NIS-2-Richtlinie verlangt eine Frühwarnung innerhalb von 48 Stunden nach Kenntnisnahme.",
        "48 Stunden nach Kenntnisnahme",
    ),
    (
        "Der Abschlussbericht nach Artikel 23 Absatz 4 Buchstabe d der NIS-2-Richtlinie ist binnen drei Monaten vorzulegen.",
        "drei Monaten",
    ),
    (
        "Aux termes de l'article 23, paragraphe 4, point b), de la directive NIS 2, la notification d'incident est due dans les 48 heures.",
        "48 heures",
    ),
    (
        "L'article 23, paragraphe 4, point a), de la directive (UE) 2022/2555 exige une alerte précoce dans un délai de 72 heures.",
        "72 heures",
    ),
    (
        "Le rapport final visé à l'article 23, paragraphe 4, point d), de la directive NIS 2 doit être présenté dans les trois mois.",
        "trois mois",
    ),
    (
        "L'alerte précoce est due au plus tard 48 heures après la connaissance de l'incident (article 23, paragraphe 4, point a), directive NIS 2).",
        "48 heures après la connaissance",
    ),
    # Article 23(4): anchors
    (
        "The final report under Article 23(4)(d) of NIS 2 is due one month after awareness of the incident.",
        "one month after awareness",
    ),
    (
        "Under Article 23(4)(d) of NIS 2 the final report must be submitted one month after the occurrence of the incident.",
        "one month after the occurrence",
    ),
    (
        "The incident notification of Article 23(4)(b) of NIS 2 is due 72 hours after the occurrence of the incident.",
        "72 hours after the occurrence",
    ),
    (
        "The incident notification of Article 23(4)(b) of NIS 2 is due 72 hours after the early warning.",
        "72 hours after the early warning",
    ),
    (
        "The final report under Article 23(4)(d) of NIS 2 is due one month after the early warning.",
        "one month after the early warning",
    ),
    (
        "Der Abschlussbericht nach Artikel 23 Absatz 4 Buchstabe d der NIS-2-Richtlinie ist einen Monat nach Kenntnisnahme fällig.",
        "einen Monat nach Kenntnisnahme",
    ),
    (
        "Die Meldung nach Art. 23 Abs. 4 lit. b NIS-2-RL muss 72 Stunden nach der Frühwarnung erfolgen.",
        "72 Stunden nach der Frühwarnung",
    ),
    (
        "Le rapport final prévu à l'article 23, paragraphe 4, point d), de la directive NIS 2 doit être présenté un mois après la connaissance de l'incident.",
        "un mois après la connaissance",
    ),
    # Article 21(2): topics
    ("Article 21(2)(d) of NIS 2 requires multi-factor authentication.", "multi-factor authentication"),
    ("Article 21(2)(i) of the NIS 2 Directive covers cryptography.", "cryptography"),
    ("Multi-factor authentication is required by Article 21(2)(h) of NIS 2.", "Multi-factor authentication"),
    ("Under Article 21(2)(b) of NIS 2, entities must secure their supply chain.", "supply chain"),
    ("NIS 2 Article 21(2)(j): encryption", "encryption"),
    ("| Supply chain security | Article 21(2)(e) NIS 2 |", "Supply chain security"),
    ("Cyber hygiene (Article 21(2)(c) NIS 2) is a duty of all.", "Cyber hygiene"),
    ("Business continuity falls under Article 21(2)(g) of NIS 2.", "Business continuity"),
    ("Article 21(2)(a) of NIS 2 demands supply chain security.", "supply chain security"),
    ("Article 21(2)(h) of NIS 2 is about access control.", "access control"),
    (
        "Artikel 21 Absatz 2 Buchstabe d der NIS-2-Richtlinie verlangt eine Multi-Faktor-Authentifizierung.",
        "Multi-Faktor-Authentifizierung",
    ),
    (
        "Nach Art. 21 Abs. 2 lit. g NIS-2-RL ist die Sicherheit der Lieferkette zu gewährleisten.",
        "Sicherheit der Lieferkette",
    ),
    ("Verschlüsselung (Art. 21 Abs. 2 Buchst. e NIS-2-RL) schützt Daten.", "Verschlüsselung"),
    ("Das Krisenmanagement ist in Artikel 21 Absatz 2 Buchstabe f der NIS-2-Richtlinie geregelt.", "Krisenmanagement"),
    ("Art. 21 Abs. 2 Buchst. c NIS-2-RL behandelt die Zugriffskontrolle.", "Zugriffskontrolle"),
    (
        "L'article 21, paragraphe 2, point d), de la directive NIS 2 exige l'authentification à plusieurs facteurs.",
        "authentification à plusieurs facteurs",
    ),
    ("L'article 21, paragraphe 2, point j), de la directive NIS 2 concerne le chiffrement.", "chiffrement"),
    (
        "La continuité des activités est exigée par l'article 21, paragraphe 2, point g), de la directive (UE) 2022/2555.",
        "continuité des activités",
    ),
    ("L'article 21, paragraphe 2, point c), de la directive NIS 2 porte sur le contrôle d'accès.", "contrôle d'accès"),
    # Article 34(4) and (5)
    ("Article 34(4) of NIS 2 provides for fines of at least EUR 20 million for essential entities.", "EUR 20 million"),
    ("Article 34(4) of NIS 2 sets fines of a maximum of at least EUR 10 million or 4 % of worldwide turnover.", "4 %"),
    (
        "Under Article 34(5) of the NIS 2 Directive, important entities face fines of up to EUR 10 million.",
        "EUR 10 million",
    ),
    ("Article 34(5) of NIS 2: fines up to EUR 7 million or 2 % of turnover", "2 %"),
    ("Article 34 of NIS 2 allows fines of up to €7 million for essential entities.", "€7 million"),
    (
        "For important entities, Article 34 of NIS 2 prescribes a maximum of at least 1.5 per cent of turnover.",
        "1.5 per cent",
    ),
    ("Nach Artikel 34 Absatz 4 der NIS-2-Richtlinie beträgt die Geldbuße mindestens 20 Mio. EUR.", "20 Mio. EUR"),
    ("Art. 34 Abs. 5 NIS-2-RL sieht Geldbußen bis zu 10 Millionen Euro vor.", "10 Millionen Euro"),
    ("Artikel 34 der NIS-2-Richtlinie droht wichtigen Einrichtungen Bußgelder von 2 % des Umsatzes an.", "2 %"),
    (
        "Wesentlichen Einrichtungen drohen nach Art. 34 Abs. 4 NIS-2-RL Geldbußen bis zu 4 Prozent des Umsatzes.",
        "4 Prozent",
    ),
    (
        "L'article 34, paragraphe 4, de la directive NIS 2 prévoit des amendes d'au moins 20 millions d'euros.",
        "20 millions d'euros",
    ),
    (
        "L'article 34, paragraphe 5, de la directive NIS 2 prévoit une amende maximale de 10 000 000 EUR.",
        "10 000 000 EUR",
    ),
    (
        "Pour les entités importantes, l'article 34 de la directive NIS 2 fixe une amende de 2 % du chiffre d'affaires.",
        "2 %",
    ),
]

# Sentences that no table contradicts: right ones, and those that state nothing, however close to the wrong ones.
RIGHT = [
    "Under Article 23(4)(b) of NIS 2 the incident notification is due within 72 hours.",
    "Under Article 23(4)(b) of NIS 2 the incident notification is due within three days of awareness.",
    "Article 23(4)(a) of NIS 2 requires an early warning within one day of becoming aware of the incident.",
    "The final report under Article 23(4)(d) of NIS 2 is due one month after the submission of the incident notification under point (b).",
    "The final report is due one month after the notification under Article 23(4)(b) of NIS 2.",
    "Under Article 23(4)(d) of NIS 2 the final report is due within 30 days of the notification.",
    "The final report under Article 23(4)(e) of NIS 2 is due one month after the handling of the incident.",
    "For trust service providers Article 23(4)(b) of NIS 2 gives way to a limit of 24 hours.",
    "Trust service providers must notify within 24 hours (Article 23(4), second subparagraph, of NIS 2).",
    "Article 23(4)(b) of NIS 2 does not set a deadline of 48 hours.",
    "The deadline of Article 23(4)(b) of NIS 2 is 72 hours, not 48 hours.",
    "Many believe that Article 23(4)(b) of NIS 2 sets a deadline of 48 hours.",
    'A vendor writes that "Article 23(4)(b) of NIS 2 requires notification within 48 hours".',
    "The draft of Article 23(4)(b) of NIS 2 set a deadline of 24 hours for the incident notification.",
    "Under Article 23(4)(b) of NIS 2 the notification comes 24 to 72 hours after awareness.",
    "Article 23(4) of NIS 2 requires an early warning within 24 hours and an incident notification within 72 hours.",
    "Our playbook has the incident notification of Article 23(4)(b) of NIS 2 sent within 48 hours.",
    "The incident notification under Article 23(4)(b) of NIS 2 was sent 80 hours after awareness.",
    "The German act asks for the notification of Article 23(4)(b) of NIS 2 within 48 hours.",
    "Article 33 GDPR has 72 hours, Article 23(4)(a) of NIS 2 has 24.",
    "Article 19 of DORA asks for an initial notification within 4 hours.",
    "Logs for the notification under Article 23(4)(b) of NIS 2 are kept for 6 months.",
    "The CSIRT answers within 24 hours of receiving the early warning (Article 23(5) of NIS 2).",
    "Article 23(5) of NIS 2: the CSIRT gives guidance within 24 hours of the early warning.",
    "Is the incident notification under Article 23(4)(b) of NIS 2 due within 48 hours?",
    "Article 23(4)(c) of NIS 2 has an intermediate report upon request, which the CSIRT may want within 48 hours.",
    "| Early warning | Article 23(4)(a) NIS 2 | 24 hours |\n| Incident notification | Article 23(4)(b) NIS 2 | 72 hours |",
    "The incident notification is due within 48 hours.",
    "Article 23(4)(b) of the contract requires a notification within 48 hours.",
    "Nach Artikel 23 Absatz 4 Buchstabe b der NIS-2-Richtlinie ist die Meldung binnen 72 Stunden fällig.",
    "Die Frühwarnung ist nach Art. 23 Abs. 4 lit. a NIS-2-RL innerhalb von 24 Stunden nach Kenntnisnahme zu übermitteln.",
    "Der Abschlussbericht nach Artikel 23 Absatz 4 Buchstabe d der NIS-2-Richtlinie ist spätestens einen Monat nach Übermittlung der Meldung vorzulegen.",
    "Nach Artikel 23 Absatz 4 Buchstabe b der NIS-2-Richtlinie gilt keine Frist von 48 Stunden.",
    "Nach § 32 BSIG ist die Meldung binnen 48 Stunden fällig, anders als nach Artikel 23 Absatz 4 Buchstabe b NIS-2-RL.",
    "Irrtümlich heißt es, Art. 23 Abs. 4 lit. b NIS-2-RL verlange die Meldung innerhalb von 48 Stunden.",
    "Vertrauensdiensteanbieter müssen nach Art. 23 Abs. 4 lit. b NIS-2-RL binnen 24 Stunden melden.",
    "La notification d'incident visée à l'article 23, paragraphe 4, point b), de la directive NIS 2 est due dans les 72 heures.",
    "L'article 23, paragraphe 4, point a), de la directive NIS 2 exige une alerte précoce dans les 24 heures après la connaissance de l'incident.",
    "Le rapport final visé à l'article 23, paragraphe 4, point d), de la directive NIS 2 doit être présenté un mois après la notification d'incident.",
    "L'article 23, paragraphe 4, point b), de la directive NIS 2 ne fixe pas de délai de 48 heures.",
    "La loi belge exige la notification visée à l'article 23, paragraphe 4, point b), de la directive NIS 2 dans les 48 heures.",
    "La notificación del artículo 23, apartado 4, letra b), de la Directiva NIS 2 debe hacerse en 48 horas.",
    "De melding van artikel 23, lid 4, punt b), van de NIS 2-richtlijn moet binnen 48 uur.",
    # Article 21(2)
    "Article 21(2)(j) of NIS 2 requires multi-factor authentication.",
    "Article 21(2)(d) of NIS 2 covers access control for suppliers.",
    "Article 21(2)(h) of NIS 2 covers encryption of backups.",
    "Article 21(2)(c) of NIS 2 requires that backups be protected by encryption.",
    "Article 21(2)(i) of NIS 2 requires access control, for which multi-factor authentication is a means.",
    "Article 21(2)(d) and (j) of NIS 2 require supply chain security and multi-factor authentication.",
    "Article 21(2)(d) of NIS 2 does not require multi-factor authentication.",
    "Article 21(2)(d) of NIS 2 maps to control A.8.24, use of cryptography, of ISO 27001.",
    "Article 21(2)(g) of NIS 2 requires training on encryption.",
    "Article 21(2) of NIS 2 requires multi-factor authentication.",
    "Encryption aside, Article 21(2)(d) of NIS 2 is hard to meet.",
    "Article 21(2)(d) of the contract requires multi-factor authentication.",
    "Artikel 21 Absatz 2 Buchstabe j der NIS-2-Richtlinie verlangt Multi-Faktor-Authentifizierung.",
    "Artikel 21 Absatz 2 Buchstabe d der NIS-2-Richtlinie verlangt Verschlüsselung von Anbietern.",
    "Art. 21 Abs. 2 Buchst. d NIS-2-RL verlangt keine Verschlüsselung.",
    "L'article 21, paragraphe 2, point h), de la directive NIS 2 concerne le chiffrement.",
    "L'article 21, paragraphe 2, point d), de la directive NIS 2 n'exige pas l'authentification à plusieurs facteurs.",
    "L'article 21, paragraphe 2, point c), de la directive NIS 2 exige des sauvegardes avec chiffrement.",
    # Article 34
    "Article 34(4) of NIS 2 provides for fines of a maximum of at least EUR 10 000 000 or 2 % of worldwide turnover.",
    "Article 34(5) of NIS 2: fines of at least €7m or 1.4 % of turnover, whichever is higher.",
    "Article 34(4) of NIS 2 has EUR 10 million, Article 34(5) has EUR 7 million.",
    "Under Article 34(4) of NIS 2, with a turnover of EUR 800 million, the maximum fine is EUR 16 million.",
    "Under Article 34(4) of NIS 2, a turnover of EUR 800 million leads to a fine of up to EUR 16 million.",
    "A fine of EUR 3 million was imposed under Article 34(4) of NIS 2.",
    "Unlike Article 34(4) of NIS 2, Article 83 GDPR goes up to 4 %.",
    "Belgium sets fines of up to EUR 15 million under Article 34(4) of NIS 2.",
    "National law may exceed Article 34(4) of NIS 2 and provide for fines of EUR 20 million.",
    "Nach Artikel 34 Absatz 4 der NIS-2-Richtlinie beträgt die Geldbuße mindestens 10 Mio. EUR oder 2 % des Umsatzes.",
    "Art. 34 Abs. 5 NIS-2-RL sieht Geldbußen bis zu 7 Millionen Euro oder 1,4 % vor.",
    "Nach Art. 34 Abs. 4 NIS-2-RL drohen keine Geldbußen von 20 Mio. EUR.",
    "L'article 34, paragraphe 4, de la directive NIS 2 prévoit des amendes d'au moins 10 millions d'euros ou 2 % du chiffre d'affaires.",
    "L'article 34, paragraphe 5, de la directive NIS 2 prévoit une amende maximale de 7 000 000 EUR ou 1,4 %.",
]


def test_both_pages_are_wide() -> None:
    """What must and what must not be reported are both shown by at least sixty sentences."""
    assert len(dict(WRONG)) >= 60
    assert len(set(RIGHT)) >= 60


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_a_claim_that_a_table_contradicts_is_reported(text: str, words: str) -> None:
    """Exactly the words that contradict the table are reported, with a message and what the table has."""
    (problem,) = lint(text)
    assert problem.code == "claim"
    assert problem.span is not None
    assert text[slice(*problem.span)] == words
    assert problem.hint.startswith("Article ")
    assert words.split()[0] in problem.message


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_or_in_doubt_is_left_alone(text: str) -> None:
    """A right sentence, and one that denies, quotes, compares, tells or belongs to another law, is never reported."""
    assert lint(text) == ()
