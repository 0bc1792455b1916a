"""Build the packaged tables and their manifest from the judgements and the reference facts.

    python tools/build_data.py REFERENCE_FOLDER [--draft]

Facts (ids, numbers, roles, dates, ENISA's pairs) come from the reference folder, titles, demands, evidence and
judgements from docs/judgements. `--draft` also takes units whose judgements are not adjudicated yet.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import article_crosswalk
import iso_titles
import judgements
import reference_units
from nis2map.dataset._checks import check
from nis2map.ids import closed_set, parse_ref

ROOT = Path(__file__).parents[1]
DATA = ROOT / "src" / "nis2map" / "data"
JUDGEMENTS = ROOT / "docs" / "judgements"
VERSION = "2026.11.24"
RETRIEVED = "2026-11-24"

ADDRESSEES = {
    "both": ["essential", "important"],
    "both + domain name registration service providers": ["essential", "important", "domain-registration"],
    "essential; management body": ["essential", "management-body"],
    "TLD registries + domain name registration service providers": ["tld-registries", "domain-registration"],
    "TLD registries and DNS service providers": ["tld-registries", "dns-service-providers"],
    "domain name registration service providers": ["domain-registration"],
    "CSIRT/competent authority": ["csirt", "competent-authorities"],
    "Art. 27(1) digital entities": ["article-27-entities"],
    "Art. 26(1)(b) digital entities": ["article-26-entities"],
    "Art. 26(1)(b) digital entities not established in the Union": ["article-26-entities-outside-union"],
    "critical entities (CER)": ["critical-entities"],
    "electronic communications providers": ["electronic-communications"],
}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def compact(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value not in ("", [], None, False)}


def addressees(text: str) -> list[str]:
    return ADDRESSEES.get(text) or [text.lower().replace(" ", "-")]


def directive(reference: Path) -> list[dict[str, Any]]:
    own = {record["ref"]: record for record in lines(JUDGEMENTS / "demands-nis2.jsonl")}
    made = []
    for row in rows(reference / "legal" / "nis2-obligations.csv"):
        record = own[row["id"]]
        made.append(
            compact(
                {
                    "ref": row["id"],
                    "parent": row["parent"],
                    "title": record["title"],
                    "role": row["node_type"],
                    "topic": row["kind"],
                    "addressees": addressees(row["addressee"]),
                    "demands": record.get("demands", []),
                    "summary": record.get("summary", ""),
                    "subtopic": row["subkind"],
                    "modality": row["modality"],
                    "deadline": row["deadline"],
                    "trigger": row["deadline_trigger"] if row["deadline"] else "",
                    "due_date": row["due_date"],
                    "evidence": record.get("evidence", []),
                    "note": record.get("note", ""),
                }
            )
        )
    return sorted(made, key=lambda r: parse_ref(r["ref"]).sort_key)


def annex(reference: Path) -> list[dict[str, Any]]:
    own = {record["ref"]: record for record in lines(JUDGEMENTS / "demands-cir.jsonl")}
    made = []
    for row in rows(reference / "legal" / "cir-2024-2690-annex.csv"):
        record = own[f"cir:{row['ref_id']}"]
        section = row["kind"] in ("section", "subsection")
        made.append(
            compact(
                {
                    "ref": f"cir:{row['ref_id']}",
                    "parent": f"cir:{row['parent']}" if row["parent"] else "",
                    "title": record["title"],
                    "role": "obligation" if record.get("demands") else "container",
                    "topic": "risk-management",
                    "addressees": ["relevant-entities"],
                    "demands": record.get("demands", []),
                    "summary": record.get("summary", ""),
                    "modality": "shall",
                    "elaborates": [f"nis2:21.2.{p}" for p in row["art21_2_points"].split()] if section else [],
                    "optout": bool(row["optout_qualifier"]),
                    "evidence": record.get("evidence", []),
                    "note": record.get("note", ""),
                }
            )
        )
    return sorted(made, key=lambda r: parse_ref(r["ref"]).sort_key)


def standard() -> list[dict[str, Any]]:
    made = []
    for local in closed_set("iso27001"):
        head, _, _ = local.rpartition(".")
        theme = next(
            (word for prefix, (word, _) in iso_titles.THEMES.items() if f"{local}.".startswith(f"{prefix}.")), "clause"
        )
        if theme == "clause":
            title, parent = iso_titles.CLAUSES[local], head
        elif local in iso_titles.THEMES:
            title, parent = iso_titles.THEMES[local][1], ""
        else:
            title, parent = iso_titles.CONTROLS[head].splitlines()[int(local.rpartition(".")[2]) - 1], head
        made.append(
            compact(
                {
                    "ref": f"iso27001:{local}",
                    "title": title,
                    "theme": theme,
                    "parent": f"iso27001:{parent}" if parent else "",
                    "heading": any(other.startswith(local + ".") for other in closed_set("iso27001")),
                    "amended": local in ("4.1", "4.2"),
                }
            )
        )
    return made


def enisa(reference: Path) -> list[dict[str, Any]]:
    made = []
    for row in rows(reference / "mapping" / "enisa-cir-to-iso27001-by-subsection.csv"):
        note = ""
        if row["cir_subsection"] in ("7.1", "9.1"):
            note = (
                "The section has no subsections and one row in the table; whether ENISA means the whole section is "
                "not verified, so the link stays here."
            )
        for control in row["iso27001_2022_refs"].split():
            made.append(
                compact(
                    {
                        "requirement": f"cir:{row['cir_subsection']}",
                        "controls": [f"iso27001:{control}"],
                        "relation": "intersects-with",
                        "source": "enisa",
                        "review": "published",
                        "date": "2025-06-26",
                        "note": note,
                    }
                )
            )
    return made


def by_place(units: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(units, key=lambda unit: parse_ref(unit["ref"]).sort_key)


def in_order(links: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        links,
        key=lambda link: (
            parse_ref(link["requirement"]).sort_key,
            tuple(parse_ref(c).sort_key for c in link["controls"]),
            link["relation"],
        ),
    )


def write(name: str, records: list[dict[str, Any]]) -> None:
    body = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    (DATA / f"{name}.json").write_text(f"[\n{body}\n]\n", encoding="utf-8")


def manifest(tables: dict[str, Any]) -> None:
    from nis2map.dataset import Dataset
    from nis2map.dataset._store import Packaged, digest_of

    provenance = {
        row["name"]: row for row in json.loads((ROOT / "tools" / "provenance.json").read_text(encoding="utf-8"))
    }
    files = []
    for path in sorted(DATA.glob("*.json")):
        if path.name == "MANIFEST.json":
            continue
        entry = {"name": path.name, "records": len(json.loads(path.read_bytes()))}
        entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        files.append(entry | provenance[path.name])
    body = ",\n".join(f"  {json.dumps(entry, ensure_ascii=False)}" for entry in files)

    def save(digest: str) -> None:
        text = f'{{\n"version": "{VERSION}",\n"digest": "{digest}",\n"files": [\n{body}\n]\n}}\n'
        (DATA / "MANIFEST.json").write_text(text, encoding="utf-8")

    save("")
    digest = digest_of(Dataset(Packaged(), version=VERSION).records())
    save(digest)
    print(VERSION, digest[:12], {name: len(table) for name, table in tables.items()})


def main(reference: Path, *, draft: bool) -> None:
    nis2, cir, iso = directive(reference), annex(reference), standard()
    nis2 = by_place(
        nis2 + reference_units.definitions(reference, ROOT / "tools" / "curated") + reference_units.annexes(DATA)
    )
    cir = by_place(cir + reference_units.criteria(DATA, reference))
    ours = in_order(judgements.links(JUDGEMENTS, nis2 + cir, draft=draft))
    curated = ROOT / "tools" / "curated"
    heads = json.loads((curated / "crosswalks.json").read_text(encoding="utf-8"))
    tables: dict[str, list[dict[str, Any]]] = {
        "nis2": nis2,
        "cir": cir,
        "iso27001": iso,
        "nis2map-nis2": [link for link in ours if link["requirement"].startswith("nis2:")],
        "nis2map-cir": [link for link in ours if link["requirement"].startswith("cir:")],
        "enisa-cir": in_order(enisa(reference)),
        "article-nis2": in_order(article_crosswalk.links()),
        "crosswalks": [
            head | ({"notes": article_crosswalk.NOTES} if head["id"] == "article" else {}) for head in heads
        ],
    }
    for name in (
        "frameworks",
        "sources",
        "measures",
        "programme",
        "differences",
        "benefits",
        "cycle",
        "agreement_reasons",
        "timeline",
    ):
        tables[name] = json.loads((curated / f"{name}.json").read_text(encoding="utf-8"))
    problems = check(
        {
            "frameworks": tables["frameworks"],
            "requirements": nis2 + cir,
            "controls": iso,
            "crosswalks": [head | {"links": links_of(head["id"], tables)} for head in tables["crosswalks"]],
            "sources": tables["sources"],
            "measures": tables["measures"],
        },
        strict=True,
    )
    for problem in problems[:40]:
        print(problem)
    if problems and not draft:
        sys.exit(f"{len(problems)} problems")
    for name, table in tables.items():
        write(name, table)
    manifest(tables)


def links_of(crosswalk: str, tables: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [link for name, table in tables.items() if name.startswith(f"{crosswalk}-") for link in table]


if __name__ == "__main__":
    main(Path(sys.argv[1]), draft="--draft" in sys.argv)
