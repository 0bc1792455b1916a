"""The units of the three texts: facts of the texts joined with titles, demands and evidence in our own words."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nis2map.ids import parse_ref

Row = dict[str, Any]

ANNEXES = {"I": "Sectors of high criticality", "II": "Other critical sectors"}
# A criterion's role in Articles 3 to 14 of the CIR, where it is not the definition of a significant incident itself.
ROLES = {"exclusion": "exclusion", "counting-rule": "context", "reference": "context"}
# What each section of the Annex of the CIR is about, in its order.
TOPICS = (
    "security-policy risk-management incident-handling business-continuity supply-chain system-lifecycle "
    "effectiveness hygiene-and-training cryptography human-resources access-control asset-management physical-security"
).split()


# Whom the core duties bind: essential and important entities alike, and nobody but them. Registration binds providers of
# domain name registration services besides; Article 20 binds the management bodies of the same entities.
CORE_ADDRESSEES = (
    {"essential", "important"},
    {"essential", "important", "domain-registration"},
    {"management-body"},
)
DUTIES = ("obligation", "obligation-detail", "conditional-obligation")


def core(fact: Row) -> bool:
    """Tell whether a unit of the Directive is a core duty, one that coverage is asked for unless somebody says otherwise.

    A core duty says `shall` to every entity in scope. Duties of one class alone, or of some types (Articles 26 to 28), bind
    not every entity that asks; what an entity suffers under supervision (Articles 31 to 36) is nothing that a control meets.
    """
    return (
        fact["role"] in DUTIES
        and fact.get("modality") == "shall"
        and fact["topic"] != "supervision"
        and set(fact["addressees"]) in CORE_ADDRESSEES
    )


def rows(path: Path) -> list[Row]:
    """Return the rows of a source: a JSON array, or JSON lines."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    content: list[Row] = json.loads(text)
    return content


def compact(record: Row) -> Row:
    """Leave out what holds its default, so that a record says only what is so of its unit."""
    return {key: value for key, value in record.items() if value not in ("", [], None, False)}


def by_place(units: Iterable[Row]) -> list[Row]:
    return sorted(units, key=lambda unit: parse_ref(unit["ref"]).sort_key)


def directive(sources: Path) -> list[Row]:
    """Return the units of the Directive: its articles, its definitions and the entity types of its Annexes."""
    own = {record["ref"]: record for record in rows(sources / "judgements" / "demands-nis2.jsonl")}
    units = [_joined(fact | {"core": core(fact)}, own[fact["ref"]]) for fact in rows(sources / "facts" / "nis2.json")]
    return by_place([*units, *_definitions(sources), *_entity_types(sources)])


def regulation(sources: Path) -> list[Row]:
    """Return the units of the CIR: its Annex, and the criteria of significance in its Articles 3 to 14."""
    own = {record["ref"]: record for record in rows(sources / "judgements" / "demands-cir.jsonl")}
    units = []
    for fact in rows(sources / "facts" / "cir.json"):
        record = own[fact["ref"]]
        # Each point of the Annex that asks anything of its own binds the entities that Article 1 names, so it is core;
        # Articles 3 to 14 say when an incident is significant and ask nothing. A section spells out points of Article
        # 21(2), and those are the measures that its units count for.
        assessable = bool(record.get("demands"))
        shared: Row = {
            "role": "obligation" if assessable else "container",
            "topic": TOPICS[int(fact["ref"].partition(":")[2].partition(".")[0]) - 1],
            "core": assessable,
        }
        shared |= {"addressees": ["relevant-entities"], "modality": "shall", "groups": fact.get("elaborates", [])}
        units.append(_joined(shared | fact, record))
    return by_place([*units, *_criteria(sources)])


def standard(sources: Path) -> list[Row]:
    """Return the clauses and controls of ISO/IEC 27001: numbers, and the short names by which everyone cites them."""
    facts = rows(sources / "facts" / "iso27001.json")
    known = {fact["ref"] for fact in facts}
    above = {ref.rpartition(".")[0] for ref in known}
    return [
        compact(
            {
                "ref": fact["ref"],
                "title": fact["title"],
                "theme": fact["theme"],
                "parent": parent if (parent := fact["ref"].rpartition(".")[0]) in known else "",
                "heading": fact["ref"] in above,
                "amended": fact.get("amended", False),
            }
        )
        for fact in facts
    ]


def titled(sources: Path, *frameworks: list[Row]) -> Iterator[list[Row]]:
    """Yield the units of each framework with their titles in other languages, which end the build if they fit no unit."""
    titles: dict[str, dict[str, str]] = {}
    for row in rows(sources / "titles.json"):
        if row["ref"] in titles:
            sys.exit(f"titles.json: {row['ref']} stands twice")
        titles[row["ref"]] = {lang: text for lang, text in row.items() if lang != "ref"}
    if unknown := sorted(titles.keys() - {unit["ref"] for units in frameworks for unit in units}):
        sys.exit(f"titles.json: there is no unit {', '.join(unknown)}")
    for units in frameworks:
        yield [unit | ({"titles": titles[unit["ref"]]} if unit["ref"] in titles else {}) for unit in units]


def _joined(fact: Row, own: Row) -> Row:
    # The order of keys is that of the model's fields: a rebuild must give the same bytes.
    names = (
        "ref parent title role topic addressees demands summary subtopic modality deadline trigger due_date "
        "core groups elaborates stays optout evidence note"
    ).split()
    record = own | fact
    return compact({name: record.get(name, "") for name in names})


def _definitions(sources: Path) -> list[Row]:
    units = [_reference("nis2:6", "", "Definitions", "Terms as the Directive uses them.", "container")]
    for row in rows(sources / "facts" / "definitions.json"):
        alias = f" ({row['alias']})" if "alias" in row else ""
        summary = row.get("summary") or f"As defined in {row['act']}."
        units.append(_reference(row["ref"], "nis2:6", f"Definition: {row['term']}{alias}", summary, "definition"))
    return units


def _entity_types(sources: Path) -> list[Row]:
    units: dict[str, Row] = {}
    for row in rows(sources / "tables" / "annexes.json"):
        annex = f"nis2:annex{row['annex']}"
        sector = f"{annex}.{row['sector']}"
        heading = "The sectors of the Annex and their types of entity."
        units.setdefault(annex, _reference(annex, "", ANNEXES[row["annex"]], heading, "container"))
        heading = "The types of entity of the sector."
        units.setdefault(sector, _reference(sector, annex, row["sector_title"], heading, "container"))
        parent = sector
        if row["subsector"]:
            parent = f"{sector}.{row['subsector']}"
            title = f"{row['sector_title']}: {row['subsector_title'][0].lower()}{row['subsector_title'][1:]}"
            heading = "The types of entity of the subsector."
            units.setdefault(parent, _reference(parent, sector, title, heading, "container"))
        summary = f"Defined in {row['act']}." if row["act"] else "The Annex refers to no defining act."
        units[row["ref"]] = _reference(row["ref"], parent, row["title"], summary, "scope-rule")
    return list(units.values())


def _criteria(sources: Path) -> list[Row]:
    titles = {row["ref"]: row["title"] for row in rows(sources / "facts" / "cir_articles.json")}
    units: dict[str, Row] = {}
    for row in rows(sources / "tables" / "significance.json"):
        if not row["ref"].startswith("cir:"):
            continue  # Article 23(3) of the Directive is a unit of the Directive
        ref = row["ref"]
        parts = ref.partition("~")[0].split(".")
        for end in range(2, len(parts)):
            name = ".".join(parts[:end])
            parent = ".".join(parts[: end - 1]) if end > 2 else ""
            heading = "Criteria that make an incident significant."
            units.setdefault(name, _reference(name, parent, titles[name], heading, "container"))
        above = ref.partition("~")[0] if "~" in ref else ".".join(parts[:-1])
        article = ".".join(parts[:2])
        role = ROLES.get(row["role"], "definition")
        units[ref] = _reference(ref, above, row["title"], f"{titles[article]}.", role)
    return list(units.values())


def _reference(ref: str, parent: str, title: str, summary: str, role: str) -> Row:
    topic = "reporting" if ref.startswith("cir:") else "definition"
    unit: Row = {"ref": ref, "title": title, "role": role, "topic": topic, "summary": summary}
    return unit | ({"parent": parent} if parent else {}) | {"reference": True}
