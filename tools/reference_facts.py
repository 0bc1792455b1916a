"""Make `tests/data` from a folder of reference facts.

    python tools/reference_facts.py REFERENCE_FOLDER

Ids, numbers, pairs, dates and names of acts and bodies carry over, in a format of our own; sentences of others do not.
Where a test asks that nobody's sentence is copied, only fingerprints of their word runs are kept. The folder holds others'
texts and isn't public; the files are made from it once and committed, so that every test runs in a public clone.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from base64 import b64encode
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests import evidence  # noqa: E402

Rows = list[dict[str, Any]]

ACTS = "Directive (EU) 2022/2555 as consolidated on 2022-12-27, CELEX 02022L2555-20221227"
CIR = "Implementing Regulation (EU) 2024/2690, CELEX 32024R2690"
FACTS = "facts; this selection CC BY 4.0, the nis2map authors"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, source: str, rows: Iterable[object], licence: str = FACTS, note: str = "") -> None:
    about = {"source": source, "licence": licence, "made": "tools/reference_facts.py"} | (
        {"note": note} if note else {}
    )
    lines = [json.dumps(row) for row in rows]
    text = f'{{"about": {json.dumps(about)},\n"rows": [\n' + ",\n".join(lines) + "\n]}\n"
    (evidence.DATA / f"{name}.json").write_text(text, encoding="utf-8")
    print(name, len(lines))


# --- the texts of the Union


def directive(folder: Path) -> Rows:
    rows = []
    for row in table(folder / "legal" / "nis2-obligations.csv"):
        split = row["split"] == "1" or "~" in row["id"]
        rows.append(
            {
                "ref": row["id"],
                "parent": row["parent"],
                "role": row["node_type"],
                "topic": row["kind"],
                "subtopic": row["subkind"],
                "modality": row["modality"],
                "deadline": row["deadline"],
                "due_date": row["due_date"],
                "citation": None if split else row["official_citation"],
            }
        )
    return rows


def annex(folder: Path) -> Rows:
    return [
        {
            "ref": f"cir:{row['ref_id']}",
            "parent": f"cir:{row['parent']}" if row["parent"] else "",
            "leaf": row["leaf"] == "1",
            "optout": bool(row["optout_qualifier"]),
            "points": row["art21_2_points"].split(),
        }
        for row in table(folder / "legal" / "cir-2024-2690-annex.csv")
    ]


def entity_types(folder: Path) -> Rows:
    return [
        {
            "ref": row["id"],
            "annex": row["annex"],
            "sector": row["sector_no"],
            "subsector": row["subsector_no"],
            "act": re.sub(r"\bArt\. ", "Article ", row["defining_act"]),
            "conditional": bool(row["condition_or_exclusion"]),
            "cir": row["cir_2024_2690_covered"] == "1",
        }
        for row in table(folder / "legal" / "annex-sectors.csv")
    ]


def significance(folder: Path) -> Rows:
    rows = []
    for row in table(folder / "legal" / "cir-2024-2690-significance.csv"):
        # Articles 6 and 8 say "unavailable" without a duration: any length counts, which is a test of its own.
        instant = "no minimum duration" in row["note"] and row["article"] in ("6", "8")
        rows.append(
            {
                "ref": f"cir:art.{row['id'].removeprefix('cir:')}",
                "article": row["article"],
                "role": row["role"],
                "numbers": sorted(number for number in (row["threshold"], row["threshold_alt"]) if number),
                "duration": "PT0S" if instant else row["duration"] if row["role"] != "recurring" else "",
            }
        )
    return rows


def penalties(folder: Path) -> Rows:
    rows: Rows = []
    for row in table(folder / "legal" / "penalties.csv"):
        shared = {"id": row["id"], "kind": row["row_type"]}
        if row["row_type"] == "fine":
            share = "%" in row["unit"]
            number = float(row["amount"])
            rows.append(
                shared
                | {"amount": None if share else number, "percent": number if share else None}
                | {"entity_class": row["entity_class"], "citation": row["citation"]}
            )
            continue
        plain = {side: row[side] if row[side] in ("yes", "no") else None for side in ("essential", "important")}
        cited = {f"citation_{side}": row[f"citation_{side}"] for side in ("essential", "important")}
        rows.append(shared | plain | cited)
    return rows


# --- national facts

# Column of the folder's table and name of the fact in ours. Names of acts and bodies are facts.
STATE_FACTS = {
    "name": "name",
    "law_title": "law",
    "law_date": "law_date",
    "law_date_basis": "law_date_basis",
    "in_force": "in_force",
    "authority_url": "authority_url",
    "csirt_url": "csirt_url",
    "registration_portal_url": "registration_portal",
    "incident_reporting_portal_url": "reporting_portal",
    "as_of": "as_of",
    "transposition_status": "recorded",
}
# The cell holds a sentence, not a name: the acronyms of the bodies in it are the fact.
SENTENCES = {"IE", "NL", "NO", "SE"}
UNDESIGNATED = {"ES"}
KNOWN = {"csirt": "csirt", "registration_deadline": "registration", "national_framework": "framework"}


def states(folder: Path) -> Rows:
    recognition = (folder / "national" / "iso-recognition.md").read_text(encoding="utf-8")
    rows: Rows = []
    for row in table(folder / "national" / "member-states.csv"):
        code = row["country"]
        values: dict[str, object] = {fact: row[column] or None for column, fact in STATE_FACTS.items()}
        values["spoc"] = re.sub(r" since 2026-07-01$", "", row["spoc"]) or None
        if code not in UNDESIGNATED | SENTENCES:
            values["authority"] = row["competent_authority"] or None
        elif code in UNDESIGNATED:
            values["authority"] = None
        else:
            acronyms = set(re.findall(r"\b[A-Z]{3,}\b", row["competent_authority"]))
            values["authority_acronyms"] = sorted(acronyms - {"MCF", "MSB"})  # bodies that the State has renamed
        values |= {f"{fact}_known": bool(row[column]) for column, fact in KNOWN.items()}
        values["unverified"] = [name for name in re.split(r";\s*", row["unverified_fields"]) if name]
        named = row["registration_deadline"] + row["in_force"] + row["notes"]
        values["registration_dates"] = evidence.iso_dates(named)
        values["dates"] = evidence.iso_dates(" ".join(row.values()) + recognition)
        values["sources"] = sorted(evidence.marks(row["source"]))
        rows += [{"state": code, "fact": fact, "value": value} for fact, value in values.items()]
    return rows


def csirts(folder: Path) -> Rows:
    return [
        {
            "state": row["country"],
            "name": row["cnw_name"],
            "team": row["team"],
            "host": row["host_body"] or None,
            "page": row["page_url"] or None,
            "contact": row["cra_contact_url"] or None,
            "coordinator": row["cra_coordinator"] == "yes",
            "as_of": re.findall(r"\d{4}-\d{2}-\d{2}", row["as_of"])[-1],
            "sources": sorted(mark for mark in evidence.marks(row["source"]) if "@" not in mark),
        }
        for row in table(folder / "national" / "csirt-network.csv")
        if row["country"] != "EUI"  # the Union's own team belongs to no State
    ]


def reporting(folder: Path) -> Rows:
    rows: Rows = []
    for row in table(folder / "national" / "reporting-deviations.csv"):
        anchor = re.split(r"[ :(]", row["anchor"])[0]
        stated = row["notification"].replace(" (96h from awareness)", "")
        values: dict[str, object] = {
            "deviates": row["deviates"].replace(" ", "-"),
            "anchor": anchor if anchor in ("awareness", "detection", "determination") else None,
            "early_warning": re.findall(r"\d+", row["early_warning"]),
            "notification": re.findall(r"\d+", stated),
            "final": re.findall(r"\d+", row["final_report"]),
            "extra_known": bool(row["extra_or_changed_stage"]),
            "recipient_known": bool(row["recipient"]),
            "as_of": row["as_of"],
            "sources": sorted(evidence.marks(row["source"])),
        }
        rows += [{"state": row["country"], "fact": fact, "value": value} for fact, value in values.items()]
    return rows


# --- the scope oracle

# The oracle's words for types, and the refs they mean. Words that are not here name a whole sector or NACE division.
PHRASES = {
    "Air carrier used for commercial purposes": "I.2.a.1",
    "Airport managing body / airport / ancillary installations": "I.2.a.2",
    "Central counterparty": "I.4.2",
    "Central stockholding entity": "I.1.c.3",
    "Cloud computing service provider": "I.8.4",
    "Content delivery network provider": "I.8.6",
    "Credit institution": "I.3.1",
    "DNS service provider": "I.8.2",
    "DNS service provider (root name servers excluded)": "I.8.2",
    "Data centre service provider": "I.8.5",
    "Distribution system operator (electricity)": "I.1.a.2",
    "Distribution system operator (gas)": "I.1.d.2",
    "Electricity producer": "I.1.a.4",
    "Electricity supply undertaking": "I.1.a.1",
    "Electricity undertaking carrying out supply": "I.1.a.1",
    "Entity carrying out R&D of medicinal products": "I.5.3",
    "Entity providing domain name registration services": "",
    "Food business: wholesale distribution and industrial production and processing": "II.4.1",
    "Food distribution": "II.4.1",
    "Gas storage system operator": "I.1.d.4",
    "Healthcare provider": "I.5.1",
    "Infrastructure manager": "I.2.b.1",
    "Internet exchange point provider": "I.8.1",
    "Managed security service provider": "I.9.2",
    "Managed service provider": "I.9.1",
    "Managing body of ports / operator of works and equipment in ports": "I.2.c.2",
    "Manufacturer of basic pharmaceutical products and preparations (NACE 21)": "I.5.4",
    "Manufacturer of medical devices critical during a public health emergency": "I.5.5",
    "Market participant providing aggregation, demand response or energy storage": "I.1.a.6",
    "Nominated electricity market operator": "I.1.a.5",
    "Non-qualified trust service provider": "I.8.7",
    "Operator of Intelligent Transport Systems": "I.2.d.2",
    "Operator of a recharging point": "I.1.a.7",
    "Operator of district heating or district cooling": "I.1.b.1",
    "Operator of ground-based infrastructure supporting space-based services": "I.11.1",
    "Operator of hydrogen production, storage and transmission": "I.1.e.1",
    "Operator of oil production, refining, treatment, storage and transmission": "I.1.c.2",
    "Operator of oil transmission pipelines": "I.1.c.1",
    "Operator of trading venues": "I.4.1",
    "Postal service provider": "II.1.1",
    "Postal service provider, incl. courier services": "II.1.1",
    "Provider of online marketplaces": "II.6.1",
    "Provider of online search engines": "II.6.2",
    "Provider of public electronic communications networks": "I.8.8",
    "Provider of public electronic communications networks or services": "I.8.8",
    "Provider of publicly available electronic communications services": "I.8.9",
    "Qualified trust service provider": "I.8.7",
    "Railway undertaking, incl. operators of service facilities": "I.2.b.2",
    "Research organisation (commercial purpose; not an educational institution)": "II.7.1",
    "TLD name registry": "I.8.3",
    "Traffic management control operator (ATC)": "I.2.a.3",
    "Transmission system operator (electricity)": "I.1.a.3",
    "Transmission system operator (gas)": "I.1.d.3",
    "Waste management undertaking": "II.2.1",
    "large manufacturer treating its own waste as a side activity": "II.2.1",
    "large conglomerate for which water distribution is a non-essential part": "I.6.1",
    "company running a .brand TLD only for its own use": "I.8.3",
    "operator of root name servers only": "I.8.2",
    "registrar that also runs authoritative DNS for its customers, micro": "I.8.2",
    "cloud provider established outside the EU offering services in the EU, small": "I.8.4",
    "messaging app (number-independent interpersonal communications service), small": "I.8.9",
    "large provider of public electronic communications networks": "I.8.8",
    "small private clinic": "I.5.1",
    "healthcare provider identified as critical entity under CER, micro": "I.5.1",
    "small electricity producer, OES under NIS 1 (2018), Member State opted in": "I.1.a.4",
    "medium electricity producer, OES under NIS 1, Member State did not opt in": "I.1.a.4",
    "medium electricity producer identified as OES on 1 March 2023, Member State opted in": "I.1.a.4",
}
NO_TYPE = (
    "other activity",
    "I.10",
    "none of the listed types",
    "registrar",
    "diplomatic",
    "(sector only)",
    "Entity providing",
)
FLAGS: dict[str, dict[str, object]] = {
    "trust_service=qualified": {"trust_service": "qualified"},
    "trust_service=non_qualified": {"trust_service": "non_qualified"},
    "domain_registration": {"domain_registration": True},
    "cer_critical": {"critical_entity": True},
    "sole_provider": {"sole_provider": True},
    "designated=essential": {"designated": "essential"},
    "designated=important": {"designated": "important"},
    "oes_nis1=yes": {"oes_nis1": True},
    "oes_nis1=unknown": {"oes_nis1": None},
    "oes_identified=2023-03-01": {"oes_identified": "2023-03-01"},
    "ms_opt_in_oes=yes": {"opt_in_oes": True},
    "ms_opt_in_oes=no": {"opt_in_oes": False},
    "national_security_only": {"national_security": True},
    "public_administration=central": {"public_administration": "central"},
    "public_administration=regional": {"public_administration": "regional"},
    "public_administration=diplomatic_mission": {"public_administration": "diplomatic_mission"},
    "risk_based_assessment=negative": {"risk_based_assessment": False},
    "law_enforcement": {"national_security": True},
    "tld_own_use": {"own_use_tld": True},
    "root_server_operator": {"root_servers_only": True},
    "public_body_owned=100%": {"publicly_owned": True},
    "dora_exempt_2_4": {"dora_exempt": True},
    "waste_not_principal_activity": {"side_activity": True},
    "water_non_essential_part": {"side_activity": True},
    "services_in=non_EU": {"services_in_union": False},
    "established=non_EU": {"established_in": []},
}
# Flags that repeat the type, or that no rule of Articles 2 and 3 asks for.
SILENT = re.compile(
    r"public_ecn_ecs|tld_registry|dns_provider|multi_type|size=unknown|supplier_to_in_scope_entity"
    r"|linked_enterprise=aggregated|main_establishment=home_MS|services_in=(?!non_EU$).*|previous_periods=.*"
)


def candidates(row: dict[str, str], kinds: list[str]) -> list[list[str]]:
    """Return the sets of types that a row is about: one, or one for each type of the sector or division it names."""
    point, words = row["annex_point"], row["entity_type"]
    found: list[str] = []
    for phrase in words.split(" + "):
        if phrase in PHRASES:
            found += [f"nis2:annex{PHRASES[phrase]}"] if PHRASES[phrase] else []
        elif not any(word in f"{phrase} {point}" for word in NO_TYPE) and point.count("+"):
            division = next(p for p in point.split(" + ") if p.startswith("II.5"))
            found.append(f"nis2:annex{division.replace('(', '.').replace(')', '.1')}")
        elif any(word in f"{phrase} {point}" for word in NO_TYPE):
            continue
        else:
            start = "nis2:annex" + point.replace("(", ".").replace(")", "") + "."
            return [[kind] for kind in kinds if kind.startswith(start)]
    return [found]


MONEY = ("turnover_eur_m", "balance_eur_m")
NO_ANSWER = {"A-R1000", "C-M10"}  # one has no entity, the other lumps levels of administration that the law separates
CLAUSE = re.compile(r"(?:Art\. )?(\d+(?:\(\w+\))+)(?!-)")


def scope(folder: Path) -> Rows:
    kinds = [row["id"] for row in table(folder / "legal" / "annex-sectors.csv")]
    rows: Rows = []
    for row in table(folder / "scope" / "oracle_dev.csv"):
        if row["case_id"] in NO_ANSWER:
            continue
        case: dict[str, Any] = {"case": row["case_id"], "expected": row["expected_directive"].replace("-", "_")}
        basis = re.sub(r"\(Rec\..*|\(and .*|; cf\..*|\(Annex.*", "", row["directive_basis"])
        if row["tier"] in "AB" and row["expected"] == row["expected_directive"]:
            case["cites"] = [re.sub(r"[()]+", ".", clause).strip(".") for clause in CLAUSE.findall(basis)]
        case["types"] = candidates(row, kinds)
        case["years"] = years(row)
        facts: dict[str, object] = {}
        for flag in filter(None, row["flags"].split(";")):
            if flag in FLAGS:
                facts |= FLAGS[flag]
            elif not SILENT.fullmatch(flag):
                sys.exit(f"{row['case_id']}: unknown flag {flag}")
        rows.append(case | ({"facts": facts} if facts else {}))
    return rows


def years(row: dict[str, str]) -> list[list[float | None]]:
    """Return headcount, turnover and balance sheet by financial year, the last year last."""
    money = [float(Fraction(row[column]) * 10**6) if row[column] else None for column in MONEY]
    past = [
        flag.partition("=")[2].split(",") for flag in row["flags"].split(";") if flag.startswith("previous_periods=")
    ]
    sizes: dict[str, list[float | None]] = {"small": [45, 8e6, 8e6], "medium": [55, 8e6, 8e6]}
    before = [sizes[name] for names in past for name in names]
    return [*before, [float(row["headcount"]) if row["headcount"] else None, *money]]


# --- spellings of ids


def spellings(folder: Path) -> Rows:
    rows: Rows = []
    for name in ("ids", "citations"):
        path = folder / "reliability" / "badinputs" / "files" / "strings" / f"{name}.json"
        for row in json.loads(path.read_text(encoding="utf-8")):
            text = row["text"]
            # The study reads bare numbers as controls, which could be clauses too, and has no units for themes.
            bare, theme = text.strip() in ("5.1", "5.10"), text in ("A.5", "A.5.")
            accepted = (row["expect"].startswith("accept") and not bare) or theme
            run = re.fullmatch(r"(.*?)(.{1,2}?)\2{1000,}", text, re.S)
            if run:
                rows.append({"text": run[1], "repeat": run[2], "times": (len(text) - len(run[1])) // len(run[2])})
            else:
                rows.append({"text": text})
            rows[-1]["accepted"] = accepted
    return rows


# --- texts that stay out of the repository


def prints(grams: Iterable[evidence.Gram]) -> list[str]:
    digests = sorted({evidence.fingerprint(gram) for gram in grams})
    return [b64encode(b"".join(digests[at : at + 99])).decode() for at in range(0, len(digests), 99)]


def law_texts(folder: Path) -> set[evidence.Gram]:
    grams = evidence.law_grams((folder / "legal" / "nis2-directive-full-text.md").read_text(encoding="utf-8"))
    for row in table(folder / "legal" / "cir-2024-2690-annex.csv"):
        grams |= evidence.law_grams(row["text"])
    # Short titles and summaries of the folder's author are another's words too.
    for row in table(folder / "legal" / "nis2-obligations.csv"):
        grams |= evidence.law_grams(row["summary"])
        for text in (row["summary"], row["short_title"]):
            grams |= evidence.whole(row["id"], text)
    return grams


def national_texts(folder: Path) -> set[evidence.Gram]:
    national = folder / "national"
    grams = evidence.national_grams((national / "iso-recognition.md").read_text(encoding="utf-8"))
    for name, columns in (
        ("member-states.csv", ("notes", "accepts_iso27001", "registration_deadline")),
        ("reporting-deviations.csv", ("notes", "extra_or_changed_stage")),
        ("csirt-network.csv", ("notes",)),
    ):
        for row in table(national / name):
            for column in columns:
                grams |= evidence.national_grams(row[column])
    return grams


def main(folder: Path) -> None:
    enisa = table(folder / "mapping" / "enisa-cir-to-iso27001-by-subsection.csv")
    definitions = table(folder / "legal" / "nis2-definitions.csv")
    timeline = table(folder / "legal" / "timeline.csv")
    national = "public sources of each State, read in September and October 2026"
    evidence.DATA.mkdir(exist_ok=True)
    write("directive", f"{ACTS}; roles, topics and modalities are the project's reading", directive(folder))
    write("annex", f"{CIR}, Annex", annex(folder))
    write("definitions", f"{ACTS}, Article 6", ({"ref": row["id"], "act": row["defined_in"]} for row in definitions))
    write("entity_types", f"{ACTS}, Annexes I and II", entity_types(folder))
    write("significance", f"{CIR}, Articles 3 to 14", significance(folder))
    write("penalties", f"{ACTS}, Articles 32 to 36", penalties(folder))
    dates = ({name: row[name] for name in ("date", "status", "recurrence")} for row in timeline)
    write("timeline", f"{ACTS}; {CIR}; proposals as marked", dates)
    write(
        "enisa",
        "ENISA, NIS2 Technical Implementation Guidance, mapping table, 2025-06-26, ISO/IEC 27001:2022 column by subsection",
        ({"ref": f"cir:{row['cir_subsection']}", "controls": row["iso27001_2022_refs"].split()} for row in enisa),
        licence="CC BY 4.0, ENISA; the pairs are unchanged",
    )
    dated = "the facts as_of and sources of a State date and source its other facts"
    write("states", national, states(folder), note=dated)
    write(
        "csirts", "members of the CSIRTs network and ENISA's list of coordinators, as dated by the row", csirts(folder)
    )
    write("reporting", national, reporting(folder), note=dated)
    write(
        "scope",
        f"cases of public tests (ANSSI's nis2 questionnaire at commit a685df81) and of Articles 2 and 3, {ACTS}",
        scope(folder),
        note="expected: what the Directive says by itself, without national options; cites: what a reason must name",
    )
    write("spellings", "the project's study of hostile and odd spellings", spellings(folder))
    made = "sha256, cut to five bytes, of runs of {} words; the texts themselves are not here"
    write("law_fingerprints", f"{ACTS}; {CIR}", prints(law_texts(folder)), note=made.format("eight"))
    write("national_fingerprints", national, prints(national_texts(folder)), note=made.format("five"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
