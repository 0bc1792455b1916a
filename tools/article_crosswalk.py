"""What the popular article claims, as claimed, with notes where the law or ENISA's table corrects it."""

SOURCE = "article"
DATE = "2026-11-24"


def _controls(text: str) -> list[str]:
    from nis2map.ids import parse_refs

    return [str(ref) for ref in parse_refs(text)]


# unit, controls, what is claimed, where law or ENISA's table says otherwise
CLAIMED = [
    (
        "nis2:21.2.a",
        "clause 6.1.2, A.5.1",
        "Risk analysis and policies are said to be met by risk assessment and the policy set.",
        "Two limbs stand in the point: risk analysis and system security. ENISA also points to treatment (6.1.3, 8.2, "
        "8.3), the policy clause 5.2 and roles 5.3.",
    ),
    (
        "nis2:21.2.b",
        "A.5.24-A.5.28",
        "Incident handling is said to be met by the five incident controls.",
        "ENISA adds event reporting (A.6.8) and logging, monitoring and clocks (A.8.15-A.8.17). The reporting "
        "deadlines of Article 23 are another duty.",
    ),
    (
        "nis2:21.2.c",
        "A.5.29, A.5.30",
        "Business continuity is said to be met by the two continuity controls.",
        "The point names backup and disaster recovery, for which ENISA has A.8.13 and A.8.14.",
    ),
    (
        "nis2:21.2.e~lifecycle",
        "A.8.20-A.8.34",
        "Network and system security is said to be met by the second half of the technological controls.",
        "As a range this is wrong: ENISA places A.8.21, A.8.24 and A.8.30 elsewhere, A.8.23 and A.8.26-A.8.28 "
        "nowhere, and uses A.5.21, A.5.23, A.5.32, A.7.13, A.8.7-A.8.9 and A.8.16 from outside the range.",
    ),
    (
        "nis2:21.2.e~vulnerability-handling",
        "A.8.8",
        "Vulnerability management is said to be met by one control.",
        "",
    ),
    (
        "nis2:21.2.g",
        "A.6.3",
        "Hygiene and training are said to be met by awareness, education and training.",
        "Right for training alone: recitals 49 and 89 count updates, configuration, segmentation and backup as hygiene.",
    ),
    (
        "nis2:21.2.h",
        "A.8.24",
        "Cryptography is said to be met by one control.",
        "ENISA adds A.5.31.",
    ),
    (
        "nis2:21.2.i~access-control",
        "A.5.15-A.5.18, A.8.2-A.8.5",
        "Access control is said to be met by eight controls.",
        "A.8.4 is in no pair of ENISA's; A.5.3, A.7.2, A.8.18 and A.8.21 are.",
    ),
    (
        "nis2:21.2.j~authentication",
        "A.8.5",
        "Multi-factor authentication is said to be met by secure authentication.",
        "The point has two more limbs, secured communications and secured emergency communications.",
    ),
    (
        "nis2:21.2.i~asset-management",
        "A.5.9-A.5.14",
        "Asset management is said to be met by six controls.",
        "ENISA adds A.7.7 and A.7.10; the point's third limb, human resources security, is left out.",
    ),
]

BEYOND = [
    ("nis2:23.4.a", "The 24-hour early warning is said to have no counterpart.", ""),
    ("nis2:23.4.b", "The 72-hour notification is said to have no counterpart.", ""),
    (
        "nis2:23.4.d",
        "The final report after a month is said to have no counterpart.",
        "The month runs from the submission of the notification, not from the incident.",
    ),
    ("nis2:20.1.s1~liability", "Personal liability of managers is said to have no counterpart.", ""),
    (
        "nis2:21.2.e~vulnerability-disclosure",
        "Coordinated disclosure of vulnerabilities is said to have no counterpart.",
        "Article 12 binds States, CSIRTs and ENISA; the entity's duty is disclosure under this point, and ENISA links "
        "the CIR's procedure for it (6.10.2(e)) to A.8.8.",
    ),
    ("nis2:3.4", "Registration with the authority is said to have no counterpart.", ""),
]

PARTIAL = (
    "nis2:21.2.d",
    "A.5.19-A.5.23",
    "Supply chain security is said to be more prescriptive than the supplier controls.",
    "ENISA places A.5.23 at point (e) and adds A.8.30; nothing answers Article 21(3).",
)

NOTES = [
    "The article claims that 70-80 % of NIS 2 is met; no count stands behind it.",
    "It also names 'sector-specific requirements' as going beyond; that names no unit of the Directive, so there is "
    "no link for it.",
    "It says that Article 25 lets entities use standards; that Article is addressed to Member States.",
    "It gives EUR 10 million or 2 % as the upper end of fines; Article 34(4) sets them as the least that the national "
    "maximum must reach, and only for essential entities.",
]


def links() -> list[dict[str, object]]:
    made: list[dict[str, object]] = []
    for unit, controls, claim, note in CLAIMED:
        made.append(_link(unit, _controls(controls), "subset-of", claim, note))
    unit, controls, claim, note = PARTIAL
    made.append(_link(unit, _controls(controls), "superset-of", claim, note))
    made += [_link(unit, [], "no-relationship", claim, note) for unit, claim, note in BEYOND]
    return made


def _link(unit: str, controls: list[str], relation: str, claim: str, note: str) -> dict[str, object]:
    link: dict[str, object] = {"requirement": unit, "controls": controls, "relation": relation, "rationale": claim}
    link |= {"source": SOURCE, "review": "claimed", "date": DATE}
    return link | ({"note": note} if note else {})
