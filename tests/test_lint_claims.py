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
    ("The deadline for the early warning under Article 23(4)(a) of NIS 2 is 12 hours.", "12 hours"),
    ("Important entities can be fined up to EUR 10 million under Article 34(5) of NIS 2.", "EUR 10 million"),
    ("Article 2(1) of NIS 2 applies to enterprises with at least 100 employees.", "100"),
    ("Medium-sized enterprises under Recommendation 2003/361/EC have fewer than 500 employees.", "500"),
    ("Nach Artikel 2 Absatz 1 der NIS-2-Richtlinie liegt der Schwellenwert bei 100 Beschäftigten.", "100"),
    # Size classes
    ("Under Article 2(1) of NIS 2 the threshold is 60 employees.", "60"),
    ("The upper threshold in Recommendation 2003/361/EC is 500 work units.", "500"),
    ("Under Article 3(1) of the NIS 2 Directive, the turnover threshold is EUR 40 million.", "EUR 40 million"),
    ("Article 2(1) of NIS 2 has a balance sheet threshold of EUR 50 million.", "EUR 50 million"),
    ("Under Recommendation 2003/361/EC, a medium-sized enterprise has fewer than 300 employees.", "300"),
    ("Der Schwellenwert nach Artikel 2 Absatz 1 der NIS-2-Richtlinie beträgt 100 Beschäftigte.", "100"),
    ("Nach der Empfehlung 2003/361/EG hat ein mittleres Unternehmen weniger als 500 Mitarbeiter.", "500"),
    ("Le seuil de l'article 2, paragraphe 1, de la directive NIS 2 est de 60 salariés.", "60"),
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
    # Size classes
    "Under Article 2(1) of NIS 2 the threshold is 50 employees.",
    "The upper threshold in Recommendation 2003/361/EC is 250 work units.",
    "Under Recommendation 2003/361/EC, a medium-sized enterprise has fewer than 250 employees.",
    "Article 3(1) of NIS 2 has a turnover threshold of EUR 50 million.",
    "Article 2(1) of NIS 2 has a balance sheet threshold of EUR 43 million.",
    "The threshold of Article 2(1) of NIS 2 is passed by a company of 300 employees.",
    "A company with 300 employees is above the threshold of Article 3(1) of NIS 2.",
    "A micro enterprise has fewer than 10 employees (Recommendation 2003/361/EC).",
    "Der Schwellenwert nach Artikel 2 Absatz 1 der NIS-2-Richtlinie beträgt 50 Beschäftigte.",
    "Le seuil de l'article 2, paragraphe 1, de la directive NIS 2 est de 50 salariés.",
    "The threshold of Article 27(1) of the GDPR is 60 employees, says Recommendation 2003/361/EC.",
    # Close to a claim, and none
    "Within 24 hours of becoming aware of a significant incident, entities must submit an early warning (Article 23(4)(a) NIS 2).",
    "Under Article 23(4) of NIS 2, the CSIRT must respond within 24 hours of receiving the early warning.",
    "Article 23(4)(b) NIS 2 requires the notification within 72 hours of detection.",
    "NIS 2 Article 23(4)(d): final report no later than one month after submission of the incident notification.",
    "Under Article 23 of NIS 2 entities report significant incidents without undue delay, in any event within 24 hours.",
    "NIS2 Article 23 sets a 24-hour early warning deadline.",
    "Article 23(4)(e) of NIS 2: where the incident is ongoing, a progress report is due at that time and a final report within one month of handling the incident.",
    "The final report of Article 23(4)(d) NIS 2 is due one month after the 72-hour notification.",
    "Under Article 23(4)(d) of NIS 2, the final report must be submitted within one month of the 72-hour notification.",
    "Article 23(4)(d) of NIS 2 requires a final report within one month, i.e. roughly 30 days plus 72 hours.",
    "Article 23(6) of NIS 2 lets the single point of contact forward notifications within 48 hours.",
    "Article 23(9) of NIS 2 requires the single point of contact to submit a summary report every three months.",
    "The single point of contact shall submit to ENISA every three months a summary report (Article 23(9) NIS 2).",
    "Article 23 of NIS 2 requires ENISA to inform the Cooperation Group every six months about notifications of incidents.",
    "Article 23(11) NIS 2: the Commission adopts acts by 17 October 2024.",
    "Article 30 NIS 2 voluntary notification within 48 hours is possible.",
    "According to Article 34(4) NIS 2 the upper limit is EUR 10 million or 2 percent.",
    "Article 34(2) NIS 2: fines come in addition to any of the measures.",
    "An essential entity with turnover of EUR 1 billion faces up to EUR 20 million under Article 34(4) NIS 2.",
    "With EUR 1 billion turnover the cap under Article 34(4) NIS 2 is EUR 20 million.",
    "A group that turns over EUR 1 billion can be fined up to 2 % under Article 34(4) NIS 2.",
    "Two percent of EUR 2 billion, the cap of Article 34(4) NIS 2, is EUR 40 million.",
    "The maximum fine under Article 34(4) NIS 2 for this entity is EUR 20 million.",
    "For Acme, the ceiling of Article 34(4) NIS 2 stands at EUR 24 million.",
    "Article 34(4) NIS 2 leaves Member States free to set fines of up to EUR 50 million.",
    "Member States may set a maximum of EUR 20 million under Article 34(4) NIS 2.",
    "Article 34(4) of NIS 2 sets a floor of EUR 10 million; some States chose a maximum of EUR 20 million.",
    "An essential entity is fined at most 2 % under Article 34(4) NIS 2 and this is 1.2 % of the group.",
    "NIS 2 Article 34(5): EUR 7 000 000 or 1,4 %.",
    "The fine under Article 34(5) NIS 2 covers 100 % of infringements.",
    "Article 34(4) NIS 2 fines of EUR 10m cover 80 % of cases.",
    "Article 21(2)(g) of NIS 2 includes basic cyber hygiene practices and cybersecurity training.",
    "Under Article 21(2)(e) of NIS 2, secure development includes encryption.",
    "NIS 2 Article 21(2)(i) - human resources security, access control policies and asset management",
    "Article 21(2)(a) of NIS 2 requires policies on risk analysis; encryption is another topic.",
    "Our encryption standard (NIS 2, Article 21(2)(h)) applies.",
    "Article 21(2)(f) of NIS 2 requires procedures to assess encryption.",
    "MFA deployment must be measured: Article 21(2)(f) NIS 2 requires effectiveness assessment.",
    "Backup encryption | Article 21(2)(h) NIS 2",
    "Crisis communication falls under Article 21(2)(j) of NIS 2.",
    "Emergency communication systems are covered by Article 21(2)(j) of NIS 2.",
    "Incident handling during supplier outages: Article 21(2)(d) NIS 2.",
    "Article 21(2)(b) of NIS 2 includes crisis management where an incident escalates.",
    "Article 21(2)(c) of NIS 2 concerns business continuity; supply chain security is in the next point.",
    "Business continuity, then supply chain security under Article 21(2)(d) NIS 2.",
    "After business continuity, supply chain security follows in Article 21(2)(d) NIS 2.",
    "From encryption to Article 21(2)(j) of NIS 2.",
    "Encryption is required by law, as is what Article 21(2)(d) NIS 2 lists.",
    "Encryption is required, and so is compliance with Article 21(2)(d) of NIS 2.",
    "Nach Art. 23 Abs. 4 NIS-2-RL muss die Frühwarnung unverzüglich, spätestens aber binnen 24 Stunden erfolgen.",
    "Nach Art. 23 Abs. 4 lit. d NIS-2-RL folgt einen Monat nach der Meldung der Abschlussbericht.",
    "Art. 34 Abs. 4 NIS-2-RL: Geldbuße bis 10 Mio. € oder 2 % des weltweiten Jahresumsatzes.",
    "Art. 34 Abs. 4 NIS-2-RL: mindestens 10.000.000 EUR oder 2,0 % des Umsatzes, je nachdem, welcher Betrag höher ist.",
    "L'article 34, paragraphe 4, de la directive NIS 2 : amende maximale d'au moins 10 M€ ou 2 %.",
    "L'article 34, paragraphe 5, de la directive NIS 2 : au moins 7 000 000 EUR ou 1,4 % du chiffre d'affaires annuel mondial.",
    "En vertu de l'article 23, paragraphe 4, de la directive NIS 2, le rapport final est remis un mois après la notification.",
    "Article 2(1) of NIS 2: the threshold for medium-sized enterprises is 50 employees or EUR 10 million turnover.",
    "The threshold in Article 2(1) of NIS 2 is 50 employees.",
    "The company is 300 employees strong and meets the threshold of Article 2(1) NIS 2.",
    "Under Article 3(1) NIS 2 the threshold is exceeded: the headcount is 300 employees.",
    "The ceiling in Recommendation 2003/361/EC for turnover is EUR 50 million.",
    "Under Article 21(2)(d) NIS 2 suppliers must offer MFA.",
    "To meet Article 21(2)(d) of NIS 2, the entity must use encryption.",
    "Article 23(4)(b) NIS 2: 3 days",
    "Article 23(4)(a) NIS 2: 24h",
    "Within the first 24 hours the SOC must prepare the notification of Article 23(4)(b) NIS 2.",
    "Within 12 hours the CISO must approve the incident notification (Article 23(4)(b) NIS 2).",
    "The incident must be classified within 4 hours so that the notification under Article 23(4)(b) NIS 2 is on time.",
    "Incidents shall be escalated to the CISO within 2 hours to meet Article 23(4)(a) NIS 2.",
    "To meet the early warning of Article 23(4)(a) NIS 2, the on-call team must react within 30 minutes.",
    "The clock of Article 23(4)(a) NIS 2 must start within 1 hour of triage.",
    "Each month the compliance team must review the reports under Article 23(4)(d) NIS 2.",
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
    assert problem.hint.startswith(("Article ", "Recommendation 2003/361/EC, Annex, Article 2"))
    assert words.split()[0] in problem.message


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_or_in_doubt_is_left_alone(text: str) -> None:
    """A right sentence, and one that denies, quotes, compares, tells or belongs to another law, is never reported."""
    assert lint(text) == ()


LEGAL = Path(__file__).parents[2] / "shared" / "reference" / "legal"


@pytest.mark.parametrize("framework", [None, "nis2"])
@pytest.mark.parametrize("name", ["nis2-directive-full-text.md", "cir-2024-2690-annex.csv"])
def test_the_official_texts_have_nothing_to_report(name: str, framework: str | None) -> None:
    """The Directive and the Annex of the Implementing Regulation are never reported, alone or with their framework."""
    path = LEGAL / name
    if not path.is_file():
        pytest.skip(f"{name} does not stand beside the checkout")
    assert lint(path.read_text(encoding="utf-8"), framework=framework) == ()


# Articles 23(4) and 34(4) in German and in French, shortened to what they fix.
OFFICIAL = [
    "Die Mitgliedstaaten stellen sicher, dass die betreffenden Einrichtungen für die Zwecke der Meldung nach Absatz 1 dem CSIRT\n"
    "a) unverzüglich, in jedem Fall aber innerhalb von 24 Stunden nach Kenntnisnahme, eine Frühwarnung übermitteln;\n"
    "b) unverzüglich, in jedem Fall aber innerhalb von 72 Stunden nach Kenntnisnahme, eine Meldung übermitteln;\n"
    "d) spätestens einen Monat nach Übermittlung der Meldung gemäß Buchstabe b einen Abschlussbericht.",
    "Abweichend von Unterabsatz 1 Buchstabe b unterrichtet ein Vertrauensdiensteanbieter das CSIRT binnen 24 Stunden.",
    "Verstoßen wesentliche Einrichtungen gegen Artikel 21 oder 23, so werden gegen sie gemäß den Absätzen 2 und 3 des "
    "vorliegenden Artikels Geldbußen mit einem Höchstbetrag von mindestens 10 000 000 EUR oder mindestens 2 % verhängt.",
    "Les États membres veillent à ce que les entités concernées soumettent au CSIRT\n"
    "a) dans les 24 heures après avoir eu connaissance de l'incident important, une alerte précoce;\n"
    "b) dans les 72 heures après avoir eu connaissance de l'incident important, une notification d'incident;\n"
    "d) un rapport final au plus tard un mois après la présentation de la notification d'incident visée au point b).",
    "Lorsqu'elles violent l'article 21 ou 23, les entités essentielles sont soumises, conformément aux paragraphes 2 et 3 du "
    "présent article, à des amendes d'un montant maximal s'élevant à au moins 10 000 000 EUR ou à au moins 2 % du chiffre.",
]


@pytest.mark.parametrize("text", OFFICIAL)
def test_what_the_directive_says_in_german_and_french_is_left_alone(text: str) -> None:
    """The words of the Directive are never reported, whatever the text is said to be about."""
    for framework in (None, "nis2", "cir"):
        assert [problem for problem in lint(text, framework=framework) if problem.code == "claim"] == []


def test_a_claim_has_its_place_what_it_says_and_what_the_table_has() -> None:
    """A claim has code, span, row, column, message and the citation of the table's row in its hint."""
    text = (
        "NIS 2 is law.\n\nSee it.\nUnder Article 23(4)(b) of NIS\u00a02 the notification is due within 48\u00a0hours."
    )
    (problem,) = lint(text)
    assert problem.code == "claim"
    assert problem.span == (text.index("48"), text.index(".", text.index("48")))
    assert (problem.row, problem.column) == (4, str(text.index("48") - text.index("Under") + 1))
    assert problem.hint == "Article 23(4), first subparagraph, point (b): 72 hours after awareness"
    assert "48 hours" in problem.message
    (problem,) = lint("Article 21(2)(d) of NIS 2 requires multi-factor authentication.")
    assert problem.hint == "Article 21(2), point (j): Multi-factor authentication and secured communications"
    assert "Article 21(2), point (d)" in problem.message
    (problem,) = lint("Article 34(4) of NIS 2 sets fines of up to EUR 20 million or 2 %.")
    assert problem.hint == "Article 34(4): EUR 10 000 000; Article 34(4): 2 % of turnover"


def test_citations_and_claims_come_in_the_order_of_the_text() -> None:
    """Both kinds of problem are in one list, ordered by place."""
    text = (
        "Under Article 23(4)(b) of NIS 2 the notification is due within 48 hours. Article 47 of NIS 2 is new. "
        "Article 34(5) of NIS 2 sets fines of up to EUR 10 million or 2 % of turnover."
    )
    assert [problem.code for problem in lint(text)] == ["claim", "no-such-unit", "claim", "claim"]


STAGE_SENTENCES = (
    "Under {en} of NIS 2, {stage_en} must be submitted within {n} {unit_en}.",
    "Nach {de} der NIS-2-Richtlinie ist {stage_de} binnen {n} {unit_de} zu übermitteln.",
    "En vertu de l'{fr} de la directive NIS 2, {stage_fr} doit être présenté dans un délai de {n} {unit_fr}.",
)
STAGE_WORDS = {
    "early_warning": ("the early warning", "die Frühwarnung", "l'alerte précoce"),
    "notification": ("the incident notification", "die Meldung", "la notification d'incident"),
    "final": ("the final report", "der Abschlussbericht", "le rapport final"),
}
UNIT_WORDS = {"hours": ("hours", "Stunden", "heures"), "months": ("months", "Monaten", "mois")}
POINT = {
    "23.4.a": ("Article 23(4)(a)", "Artikel 23 Absatz 4 Buchstabe a", "article 23, paragraphe 4, point a),"),
    "23.4.b": ("Article 23(4)(b)", "Artikel 23 Absatz 4 Buchstabe b", "article 23, paragraphe 4, point b),"),
    "23.4.d": ("Article 23(4)(d)", "Artikel 23 Absatz 4 Buchstabe d", "article 23, paragraphe 4, point d),"),
}
STAGES = [row for row in nis2map.load().law.stages if row.ref.local in POINT]
FINES = nis2map.load().law.fines


def stage_sentence(row: nis2map.ReportingStage, language: int, number: int) -> str:
    """Return what a sentence says that is filled with a number of the row's own units."""
    assert row.period is not None
    cited, stage, unit = POINT[row.ref.local], STAGE_WORDS[row.stage], UNIT_WORDS[row.period.unit]
    names = dict(zip(("en", "de", "fr"), cited, strict=True))
    names |= {f"stage_{name}": word for name, word in zip(("en", "de", "fr"), stage, strict=True)}
    names |= {f"unit_{name}": word for name, word in zip(("en", "de", "fr"), unit, strict=True)}
    return STAGE_SENTENCES[language].format(**names, n=number)


@given(st.sampled_from(STAGES), st.integers(0, 2), st.integers(2, 400))
def test_a_stage_with_the_tables_own_figure_is_never_reported_and_with_another_always(
    row: nis2map.ReportingStage, language: int, number: int
) -> None:
    """A right sentence stays silent, and the same with another number is always found."""
    assert row.period is not None
    assert claimed(stage_sentence(row, language, row.period.amount)) == []
    wrong = number != row.period.amount
    assert bool(claimed(stage_sentence(row, language, number))) is wrong


FINE_SENTENCES = (
    "Article 34({p}) of NIS 2 provides for fines of up to {figure}.",
    "Artikel 34 Absatz {p} der NIS-2-Richtlinie sieht Geldbußen bis zu {figure} vor.",
    "L'article 34, paragraphe {p}, de la directive NIS 2 prévoit une amende maximale de {figure}.",
)
MONEY = ("EUR {} million", "{} Mio. EUR", "{} millions d'euros")


@given(st.sampled_from(FINES), st.integers(0, 2), st.integers(1, 999))
def test_a_fine_with_the_tables_own_figure_is_never_reported_and_with_another_always(
    row: nis2map.FineFloor, language: int, number: int
) -> None:
    """The same of the two figures of each class, in the spelling of each language."""

    def sentence(value: float) -> str:
        written = f"{value:g}" if language == 0 else f"{value:g}".replace(".", ",")
        figure = f"{written} %" if row.amount is None else MONEY[language].format(written)
        return FINE_SENTENCES[language].format(p=row.ref.local[-1], figure=figure)

    right = row.percent if row.amount is None else row.amount / 10**6
    assert right is not None
    assert claimed(sentence(right)) == []
    value = number if row.amount is not None else number / 10
    assert bool(claimed(sentence(value))) is (value != right)


POINTS = ("Article 21(2)({}) of NIS 2 requires {}.", "Art. 21 Abs. 2 lit. {} NIS-2-RL verlangt {}.",
          "L'article 21, paragraphe 2, point {}), de la directive NIS 2 exige {}.")  # fmt: skip
TOPICS = {
    "b": ("incident handling", "Bewältigung von Sicherheitsvorfällen", "la gestion des incidents"),
    "c": ("business continuity", "Krisenmanagement", "la continuité des activités"),
    "d": ("supply chain security", "Sicherheit der Lieferkette", "la sécurité de la chaîne d'approvisionnement"),
    "g": ("cyber hygiene", "Cyberhygiene", "la cyberhygiène"),
    "h": ("encryption", "Verschlüsselung", "le chiffrement"),
    "i": ("access control", "Zugriffskontrolle", "le contrôle d'accès"),
    "j": ("multi-factor authentication", "Multi-Faktor-Authentifizierung", "l'authentification à plusieurs facteurs"),
}


@given(st.sampled_from("abcdefghij"), st.sampled_from(sorted(TOPICS)), st.integers(0, 2))
def test_a_point_with_its_own_topic_is_never_reported_and_with_another_always(
    cited: str, asked: str, language: int
) -> None:
    """Each topic belongs to one point, whatever the language."""
    assert bool(claimed(POINTS[language].format(cited, TOPICS[asked][language]))) is (cited != asked)


def test_figures_come_from_the_dataset_given() -> None:
    """A dataset with other figures finds the old ones wrong, and one without tables contradicts nothing."""
    data = nis2map.load()
    stages = [
        attrs.evolve(row, period={"amount": 36, "unit": "hours"}) if row.stage == "early_warning" else row
        for row in data.law.stages
    ]
    law = nis2map.LawTables(stages=stages)
    frameworks = [data.frameworks["nis2"]]
    other = nis2map.Dataset.from_parts(frameworks=frameworks, requirements=data.requirements("nis2"), law=law)
    text = "Under Article 23(4)(a) of NIS 2 an early warning is due within {} hours."
    assert [claim.hint for claim in lint(text.format(24), dataset=other)] == [
        "Article 23(4), first subparagraph, point (a): 36 hours after awareness"
    ]
    assert lint(text.format(36), dataset=other) == ()
    assert lint("Article 34(4) of NIS 2 sets fines of up to EUR 20 million.", dataset=other) == ()
    assert len(lint(text.format(36))) == 1


@given(st.lists(st.sampled_from([*(text for text, _ in WRONG), *RIGHT]), max_size=6))
def test_claims_do_not_disturb_each_other(paragraphs: list[str]) -> None:
    """What is reported of a paragraph does not depend on the paragraphs around it."""
    expected = [dict(WRONG)[paragraph] for paragraph in paragraphs if paragraph in dict(WRONG)]
    assert claimed("\n\n".join(paragraphs)) == expected


PIECES = [*"Article 23(4)(b) Article 34(4) Article 21(2)(d) of NIS 2 within 48 hours one month after awareness EUR 20 million % , . | ( ) :".split(" "),
          "multi-factor authentication", "Recommendation 2003/361/EC", "threshold is", "employees", "\n", "\u00a0", "\x1a"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join))
def test_any_mixture_of_claims_is_read_without_an_error(text: str) -> None:
    """Spans lie inside the text and every problem has a message and a hint."""
    for problem in lint(text):
        assert problem.span is not None
        assert 0 <= problem.span[0] < problem.span[1] <= len(text)
        assert problem.message
        assert problem.hint


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    ["Under Article 23(4)(b) of NIS 2 due within 48 hours. ", "48 hours ", "EUR 20 million ", "1 000 ", "within ", "not ", "'a ", "one ", "\u00ab"],
)  # fmt: skip
def test_time_is_linear_in_claims(unit: str) -> None:
    """Ten times the text may take no more than thirty times as long (of the processor's time), up to a megabyte."""

    def seconds(size: int) -> float:
        text = "NIS 2 Article 23(4)(b) " + unit * (size // len(unit))
        start = time.process_time()
        lint(text)
        return time.process_time() - start

    small = max(seconds(100_000), 0.05)
    assert seconds(1_000_000) < 30 * small


def test_the_name_of_the_directive_ends_a_sentence() -> None:
    """The 2 of "NIS 2." is no ordinal, so that each of two sentences is read by itself."""
    text = (
        "Essential entities face fines of up to EUR 20 million under Article 34(4) of NIS 2.\n"
        "Important entities face fines of up to 2 % of turnover under Article 34(5) of NIS 2. Art. 42 stands alone."
    )
    assert [text[slice(*problem.span or (0, 0))] for problem in lint(text)] == ["EUR 20 million", "2 %"]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Entities must notify within 48 hours under Article 23(4)(b) of NIS 2.", ["48 hours"]),
        (
            "Entities must notify within 72 hours of the incident occurring under Article 23(4)(b) of NIS 2.",
            ["72 hours of the incident occurring"],
        ),
        ("The final report follows within one month of the notification under Article 23(4)(b) of NIS 2.", []),
        ("Article 23(4)(b) of NIS 2 updates, where applicable, the information given within 24 hours.", []),
    ],
)
def test_the_citation_behind_a_period_is_that_of_the_report(text: str, claim: list[str]) -> None:
    """Behind an anchor that is a report stands that report's citation; behind a bare period the cited stage's own."""
    assert [text[slice(*problem.span or (0, 0))] for problem in lint(text)] == claim


def test_a_single_fine_is_no_claim_on_the_maximum() -> None:
    """What a supervisor may impose in one case lies below the maximum."""
    assert lint("Article 34(5) of NIS 2 allows the supervisor to fine an important entity EUR 50 000.") == ()
