"""Build every packaged table, and the manifest, from `data-src`.

    python tools/build_data.py [--draft]

Nothing else is read. `--draft` also takes units whose judgements are not adjudicated yet, and writes in spite of problems.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))  # a bare clone needs no installation of itself

import judgements  # noqa: E402
import make_ids  # noqa: E402
import nis2map  # noqa: E402
import units  # noqa: E402
from nis2map.dataset._checks import check  # noqa: E402
from nis2map.dataset._law import law_rows  # noqa: E402
from nis2map.errors import Nis2mapError, Problem  # noqa: E402
from nis2map.ids import parse_ref  # noqa: E402
from nis2map.model import LAW_TABLES  # noqa: E402

SOURCES = ROOT / "data-src"
PACKAGE = Path(nis2map.__file__).parent
VERSION = "2026.11.27"

Tables = dict[str, list[dict[str, Any]]]


def built(sources: Path, *, draft: bool = False) -> Tables:
    """Return the packaged tables by name, from a folder laid out as `data-src`."""
    texts = units.directive(sources), units.regulation(sources), units.standard(sources)
    nis2, cir, iso27001 = units.titled(sources, *texts)
    links = in_order(judgements.links(sources / "judgements", nis2 + cir, draft=draft))
    assumed = in_order(judgements.assumed(sources / "judgements", "management-is-top", nis2 + cir))
    tables: Tables = {
        "nis2": nis2,
        "cir": cir,
        "iso27001": iso27001,
        "nis2map-nis2": [link for link in links if link["requirement"].startswith("nis2:")],
        "nis2map-cir": [link for link in links if link["requirement"].startswith("cir:")],
        "management-is-top": assumed,
        "enisa-cir": in_order(enisa(sources)),
        "verdicts": sorted(
            judgements.verdicts(sources / "judgements"), key=lambda row: parse_ref(row["unit"]).sort_key
        ),
    }
    # These are packaged as they are. The folders say which there are: a list of names here once left one out.
    for path in sorted([*(sources / "curated").glob("*.json"), *(sources / "tables").glob("*.json")]):
        if path.stem in tables:
            sys.exit(f"{path}: a table of this name is built from other sources")
        tables[path.stem] = units.rows(path)
    return tables


def enisa(sources: Path) -> list[dict[str, Any]]:
    """Return ENISA's pairs as links: one control each, no strength, nothing read into them."""
    return [
        units.compact(
            {
                "requirement": row["ref"],
                "controls": [f"iso27001:{control}"],
                "relation": "intersects-with",
                "source": "enisa",
                "review": "published",
                "date": "2025-06-26",
                "note": row.get("note", ""),
            }
        )
        for row in units.rows(sources / "facts" / "enisa-cir.json")
        for control in row["controls"]
    ]


def in_order(links: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        links,
        key=lambda link: (
            parse_ref(link["requirement"]).sort_key,
            tuple(parse_ref(control).sort_key for control in link["controls"]),
            link["relation"],
        ),
    )


def problems(tables: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    """Return what the strict checks of a dataset say of the tables."""

    def links(crosswalk: str) -> list[dict[str, Any]]:
        return [link for name, table in tables.items() if name.startswith(f"{crosswalk}-") for link in table]

    records = {
        "frameworks": tables["frameworks"],
        "requirements": [*tables["nis2"], *tables["cir"]],
        "controls": tables["iso27001"],
        # Those that are made of the verdicts are checked when the package reads them back.
        "crosswalks": [head | {"links": found} for head in tables["crosswalks"] if (found := links(head["id"]))],
        "sources": tables["sources"],
        "measures": tables["measures"],
        "aliases": tables.get("aliases", []),
        **{f"law.{name}": law_rows(name, tables.__getitem__) for name in LAW_TABLES},
    }
    found = check(records, strict=True)
    known = {(problem.path, problem.row) for problem in found}
    found += (problem for problem in not_records(records) if (problem.path, problem.row) not in known)
    return [str(problem) for problem in found]


def not_records(tables: Mapping[str, list[dict[str, Any]]]) -> Iterator[Problem]:
    """Yield the rows of the law's tables that their classes refuse: the package makes records of them without a look."""
    for name, kind in LAW_TABLES.items():
        for number, row in enumerate(tables[f"law.{name}"], 1):
            try:
                kind(**row)
            except (Nis2mapError, TypeError) as error:  # a TypeError names a field that is missing or not known
                ref = str(row.get("id") or row.get("ref") or row.get("code") or "")
                yield Problem(str(error), path=f"law.{name}", row=number, ref=ref)


def write(tables: Mapping[str, list[dict[str, Any]]], folder: Path) -> None:
    """Write one table a file, one record a line."""
    for name, table in tables.items():
        body = "".join(f"{json.dumps(record, ensure_ascii=False)},\n" for record in table).removesuffix(",\n")
        text = f"[\n{body}\n]\n" if table else "[\n]\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def manifest_entries(sources: Path, target: Path) -> list[dict[str, Any]]:
    """Return what the manifest says of each file: records, hash, and where it comes from, which no file may lack."""
    provenance = {row["name"]: row for row in units.rows(sources / "provenance.json")}
    files = [path for path in sorted(target.glob("*.json")) if path.name != "MANIFEST.json"]
    if differing := {path.name for path in files} ^ set(provenance):
        sys.exit(f"provenance.json and the packaged tables differ: {', '.join(sorted(differing))}")
    entries = []
    for path in files:
        content = path.read_bytes()
        entry = {"name": path.name, "records": len(json.loads(content)), "sha256": hashlib.sha256(content).hexdigest()}
        entries.append(entry | provenance[path.name])
    return entries


def write_manifest(target: Path, entries: list[dict[str, Any]], *, digest: str) -> None:
    body = ",\n".join(f"  {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
    text = f'{{\n"version": "{VERSION}",\n"digest": "{digest}",\n"files": [\n{body}\n]\n}}\n'
    (target / "MANIFEST.json").write_text(text, encoding="utf-8")


READ_BACK = """
import sys
sys.path.insert(0, sys.argv[1])
import nis2map
from nis2map.dataset._checks import check
dataset = nis2map.load()
print(dataset.digest, *check(dataset.records(), strict=True), sep="\\n")
"""


def read_back(tables: Path) -> tuple[str, list[str]]:
    """Return the digest that the package gives a folder of tables, and what its checks say of them.

    A copy of the package reads them in a process of its own, since this one has read the tables it was started with.
    The manifest of the folder must have no digest yet: the package takes one that is there for granted.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "nis2map"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        for path in tables.glob("*.json"):
            shutil.copy(path, copy / "data")
        command = [sys.executable, "-c", READ_BACK, folder]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:  # a row that the package can't even make a record of; its error says which
        sys.exit(done.stderr.strip().rpartition("\n")[2])
    digest, *found = done.stdout.splitlines()
    return digest, found


AGAIN = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
import build_data
build_data.main(draft=sys.argv[3] == "draft", sources=Path(sys.argv[4]), target=Path(sys.argv[5]))
"""


def with_ids(ids: str, *, draft: bool, sources: Path, target: Path) -> None:
    """Build with other ids than this process reads refs by: in a process of its own, with a copy of the package."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "nis2map"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        (copy / "data" / "ids.json").write_text(ids, encoding="utf-8")
        arguments = [folder, str(ROOT / "tools"), "draft" if draft else "whole", str(sources), str(target)]
        done = subprocess.run([sys.executable, "-c", AGAIN, *arguments], check=False)
    if done.returncode:
        sys.exit(done.returncode)


def main(*, draft: bool = False, sources: Path = SOURCES, target: Path = PACKAGE / "data") -> None:
    """Build the tables of `sources` into `target`; nothing is written there if a check fails, unless it is a draft."""
    ids, present = make_ids.text(sources), PACKAGE / "data" / "ids.json"
    # A new unit is in none of the closed sets that this process has read, so it would be refused, or sorted wrongly.
    if not present.exists() or present.read_text(encoding="utf-8") != ids:
        with_ids(ids, draft=draft, sources=sources, target=target)
        return
    tables = built(sources, draft=draft)
    stop(problems(tables), draft=draft)  # before the package reads them, which trusts what it packages
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(tables, folder)
        (folder / "ids.json").write_text(ids, encoding="utf-8")
        entries = manifest_entries(sources, folder)
        write_manifest(folder, entries, digest="")
        digest, found = read_back(folder)
        stop(found, draft=draft)
        write_manifest(folder, entries, digest=digest)
        shutil.copytree(folder, target, dirs_exist_ok=True)
    print(VERSION, digest[:12], {name: len(table) for name, table in tables.items()})


def stop(found: list[str], *, draft: bool) -> None:
    """Print problems, and end the build if there are any, unless it is a draft."""
    if found:
        print("\n".join(found[:40]))
        if not draft:
            sys.exit(f"{len(found)} problems")


if __name__ == "__main__":
    main(draft="--draft" in sys.argv)
