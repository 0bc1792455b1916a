"""Make `data/ids.json`, what is known of the ids of each framework, from the reference facts and `data-src/id_forms.json`.

    python tools/make_ids.py REFERENCE_FOLDER

The Directive's ids come from the structure of its text (articles, paragraphs, subparagraphs, points, sub-points),
joined with the project's own splits; the CIR's from its Annex and Articles; ISO/IEC 27001's from the clause and
control numbers. `units` is in legal order. `holders` names, for paragraphs with more than one subparagraph, the
subparagraph that holds the points.

`id_forms.json` is kept by hand: per framework, in the order in which refs sort, `forms` (what the
ids look like, with how each form is cited; what stands in brackets is left out if its group is empty), `parts` (the
noun for each of the project's splits), `capitals` (what a slug, which is all lower case, gets back) and the ELI of the
act. A framework with forms and no units is known to the grammar only.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

DATA = Path(__file__).parents[1] / "src" / "nis2map" / "data"
FORMS = Path(__file__).parents[1] / "data-src" / "id_forms.json"
ISO_CLAUSES = (
    "4 4.1 4.2 4.3 4.4 5 5.1 5.2 5.3 6 6.1 6.1.1 6.1.2 6.1.3 6.2 6.3 7 7.1 7.2 7.3 7.4 7.5 7.5.1 7.5.2 7.5.3 "
    "8 8.1 8.2 8.3 9 9.1 9.2 9.2.1 9.2.2 9.3 9.3.1 9.3.2 9.3.3 10 10.1 10.2"
).split()
THEMES = {"A.5": 37, "A.6": 8, "A.7": 14, "A.8": 34}
# Articles of the CIR that the significance table does not list.
CIR_ARTICLES = ("art.1", "art.2", "art.2.1", "art.2.2", "art.2.2.s1", "art.2.2.s2", "art.15", "art.16")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def directive_articles(text: str) -> tuple[list[str], dict[str, int]]:
    """Return all official units of Articles 1 to 46 in order, and the subparagraph that holds the points."""
    units: list[str] = []
    holders: dict[str, int] = {}
    body = text.split("## CHAPTER I ", 1)[1].split("## ANNEX I ", 1)[0]
    for head, block in re.findall(r"^### Article (\d+) .*?\n(.*?)(?=^#|\Z)", body, re.M | re.S):
        units.append(head)
        paragraphs: list[tuple[str, list[list[str]]]] = []
        point = ""
        for line in block.splitlines():
            if not line.strip():
                continue
            indent = len(line) - len(line.lstrip())
            number = re.match(r"(\d+)\. ", line) if indent == 0 else None
            item = re.match(r"\s+\(([a-z]+|\d+)\) ", line)
            if number:
                paragraphs.append((f"{head}.{number[1]}", [[]]))
            elif item and paragraphs:
                base, subs = paragraphs[-1]
                point = f"{base}.{item[1]}" if indent < 4 else f"{point.rsplit('@', 1)[0]}.{item[1]}"
                subs[-1].append(point)
                if indent < 4:
                    point = f"{base}.{item[1]}"
                else:
                    point = point.rsplit(".", 1)[0]
            elif item:
                paragraphs.append((head, [[]]))
                point = f"{head}.{item[1]}"
                paragraphs[-1][1][-1].append(point)
            elif paragraphs:
                paragraphs[-1][1].append([])
            else:
                paragraphs.append((head, [[]]))
        for base, subs in paragraphs:
            if base != head:
                units.append(base)
            for index, points in enumerate(subs, 1):
                if len(subs) > 1:
                    units.append(f"{base}.s{index}")
                    if points:
                        holders[base] = index
                units += points
    return units, holders


def insert_splits(units: list[str], splits: list[str]) -> list[str]:
    """Put each split after its base unit and the splits that came before it."""
    out = list(units)
    for split in splits:
        base = split.split("~", 1)[0]
        at = out.index(base) + 1
        while at < len(out) and (out[at].startswith((base + "~", base + "."))) and (out[at].startswith(base + "~")):
            at += 1
        out.insert(at, split)
    return out


def annex_types(ids: list[str]) -> list[str]:
    out: list[str] = []
    for unit in ids:
        parts = unit.split(".")
        for end in range(1, len(parts) + 1):
            prefix = ".".join(parts[:end])
            if prefix not in out:
                out.append(prefix)
    return out


def main(reference: Path) -> None:
    legal = reference / "legal"
    units, holders = directive_articles((legal / "nis2-directive-full-text.md").read_text(encoding="utf-8"))
    listed = [row["id"].removeprefix("nis2:") for row in rows(legal / "nis2-obligations.csv")]
    units = insert_splits(units, [unit for unit in listed if "~" in unit])
    missing = [unit for unit in listed if unit not in units]
    if missing:
        sys.exit(f"units of the obligations table that the text lacks: {missing}")
    if len(set(units)) != len(units):
        sys.exit("duplicate units in the Directive")
    units += annex_types([row["id"].removeprefix("nis2:") for row in rows(legal / "annex-sectors.csv")])
    units.append("annexIII")

    annex = [row["ref_id"] for row in rows(legal / "cir-2024-2690-annex.csv")]
    articles: list[str] = []
    for row in rows(legal / "cir-2024-2690-significance.csv"):
        parts = row["id"].removeprefix("cir:").split(".")
        for end in range(1, len(parts) + 1):
            unit = "art." + ".".join(parts[:end])
            if "~" in unit and unit.split("~")[0] not in articles:
                articles.append(unit.split("~")[0])
            if unit not in articles:
                articles.append(unit)
    first, last = CIR_ARTICLES[:6], CIR_ARTICLES[6:]
    cir = [*first, *articles, *last, *annex]

    iso = list(ISO_CLAUSES)
    for theme, count in THEMES.items():
        iso += [theme, *(f"{theme}.{n}" for n in range(1, count + 1))]
    sets = {"nis2": units, "cir": cir, "iso27001": iso}
    forms: dict[str, dict[str, object]] = json.loads(FORMS.read_text(encoding="utf-8"))
    for name, form in forms.items():
        splits = [unit for unit in sets.get(name, ()) if "~" in unit]
        if list(form["parts"]) != splits:  # type: ignore[call-overload]
            sys.exit(f"{FORMS.name}: the parts of {name} must be, in this order: {splits}")
    table = {
        name: {
            "eli": form["eli"],
            "capitals": form["capitals"],
            "forms": form["forms"],
            "units": sets.get(name, []),
            "parts": form["parts"],
            "holders": dict(sorted(holders.items())) if name == "nis2" else {},
        }
        for name, form in forms.items()
    }
    lines = ",\n".join(
        f'"{name}": {{\n'
        + ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in record.items())
        + "\n}"
        for name, record in table.items()
    )
    (DATA / "ids.json").write_text("{\n" + lines + "\n}\n", encoding="utf-8")
    print({name: len(record["units"]) for name, record in table.items()})  # type: ignore[arg-type]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
