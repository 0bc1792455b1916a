"""Write the benchmark: bench/mapping/pairs.jsonl, and the tables in the README beside it.

    python tools/benchmark.py

Everything is computed from the packaged data; tests keep both files up to date.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import nis2map

sys.path.append(str(Path(__file__).parents[1] / "bench" / "mapping"))
import baselines
import score

FOLDER = Path(__file__).parents[1] / "bench" / "mapping"
PAIRS, README = FOLDER / "pairs.jsonl", FOLDER / "README.md"

# A section goes whole into one split, and with it all that it has a near-twin of: a point of Article 21(2) and the
# sections of the CIR that spell it out ask much the same, and some sections spell out several points. Sections 4, 6 and
# 10 to 13 hang together by that, and are half of all pairs, so they train. Articles go with the section on their subject
# (23 with incidents, 20 with training), the rest where they bring the splits near 60, 20 and 20 % of the pairs.
SPLITS = {
    "train": (
        *("cir:4", "cir:5", "cir:6", "cir:10", "cir:11", "cir:12", "cir:13"),
        *("nis2:2", "nis2:21", "nis2:21.2.c", "nis2:21.2.d", "nis2:21.2.e", "nis2:21.2.i", "nis2:21.2.j"),
        *("nis2:24", "nis2:28", "nis2:32", "nis2:33"),
    ),
    "dev": ("cir:1", "cir:2", "cir:7", "nis2:3", "nis2:21.2.a", "nis2:21.2.f", "nis2:26", "nis2:27"),
    "test": ("cir:3", "cir:8", "cir:9", "nis2:20", "nis2:21.2.b", "nis2:21.2.g", "nis2:21.2.h", "nis2:23", "nis2:29"),
}
SPLIT_OF = {section: split for split, sections in SPLITS.items() for section in sections}


def section(unit: nis2map.Ref) -> str:
    """Return the section of the CIR's Annex, the Article, or the point of Article 21(2), that a unit belongs to."""
    head = unit.local.partition("~")[0].split(".")
    points = unit.framework == "nis2" and head[:2] == ["21", "2"]
    return f"{unit.framework}:{'.'.join(head[: 3 if points and len(head) > 2 else 1])}"


def judged(dataset: nis2map.Dataset) -> Iterator[tuple[nis2map.Requirement, nis2map.Demand, nis2map.Verdict]]:
    """Yield every verdict with its unit and demand, in legal order; sets of several controls too."""
    for framework in ("nis2", "cir"):
        for unit in dataset.requirements(framework, assessable=True):
            for demand in unit.demands:
                for verdict in dataset.verdicts(demand.ref):
                    yield unit, demand, verdict


def pairs(dataset: nis2map.Dataset) -> list[score.Pair]:
    """Return every pair of a demand and one control, in legal order."""
    found: list[score.Pair] = []
    for unit, demand, verdict in judged(dataset):
        if len(verdict.controls) == 1:
            control = dataset.control(verdict.controls[0])
            pair = score.Pair(
                demand=str(demand.ref),
                control=str(control.ref),
                first=str(verdict.first),
                second=str(verdict.second),
                grade=str(verdict.final),
                split=SPLIT_OF[section(unit.ref)],
                label=demand.label,
                heading=unit.title,
                unit=unit.citation,
                title=control.title,
            )
            found.append(pair)
    return found


def lines(found: Iterable[score.Pair]) -> str:
    return "".join(f"{json.dumps(vars(pair), ensure_ascii=False)}\n" for pair in found)


def _named(split: str) -> str:
    """Return the sections of a split as they are cited, those of one text and Article together."""
    annex = [name.partition(":")[2] for name in SPLITS[split] if name.startswith("cir:")]
    articles = [name.partition(":")[2] for name in SPLITS[split] if name.startswith("nis2:")]
    points = [name[-1] for name in articles if name.startswith("21.2.")]
    whole = ["21 but for paragraph 2's points" if name == "21" else name for name in articles if "." not in name]
    return f"CIR {', '.join(annex)}; Article 21(2), points ({'), ('.join(points)}); Articles {', '.join(whole)}"


def counts(dataset: nis2map.Dataset, found: Sequence[score.Pair]) -> str:
    """Return what the file holds, split by split."""
    sets = [verdict for _, _, verdict in judged(dataset) if len(verdict.controls) > 1]
    head = ("split", "what", "demands", "pairs", *score.GRADES, "judges differ")
    rows: list[tuple[str, ...]] = [head, tuple("---" if at < 2 else "---:" for at in range(len(head)))]
    for split in (*score.SPLITS, "all"):
        part = [pair for pair in found if split in (pair.split, "all")]
        grades = Counter(pair.grade for pair in part)
        differ = sum(pair.first != pair.second for pair in part)
        numbers = (len({p.demand for p in part}), len(part), *(grades[grade] for grade in score.GRADES), differ)
        rows.append((split, _named(split) if split in SPLITS else "", *map(str, numbers)))
    demands = {verdict.demand for verdict in sets}
    alone = sum(len(unit.demands) for name in ("nis2", "cir") for unit in dataset.requirements(name, assessable=True))
    alone -= len({pair.demand for pair in found})
    return "\n".join(
        [
            f"Data of version {dataset.version}: {len(found)} pairs. {len(sets)} verdicts on sets of several controls, on "
            f"{len(demands)} demands, are no pairs and are left out; {alone} demands had no candidate and so have no pair.",
            "",
            *(f"| {' | '.join(row)} |" for row in rows),
        ]
    )


def readme(text: str, dataset: nis2map.Dataset, found: Sequence[score.Pair]) -> str:
    """Return the README with the tables as they come out now."""
    made = {"counts": counts(dataset, found), "baselines": score.table(baselines.baselines(found))}
    for name, block in made.items():
        start, end = f"<!-- {name}: made by tools/benchmark.py -->", f"<!-- /{name} -->"
        parts = re.split(f"(?<={re.escape(start)}\n).*?(?={re.escape(end)})", text, flags=re.S)
        if len(parts) != 2:
            sys.exit(f"{README}: {len(parts) - 1} places for the table {name!r}; one is needed")
        text = f"{parts[0]}{block}\n{parts[1]}"
    return text


def main() -> None:
    dataset = nis2map.load()
    found = pairs(dataset)
    PAIRS.write_bytes(lines(found).encode())
    README.write_bytes(readme(README.read_text(encoding="utf-8"), dataset, found).encode())
    print(PAIRS, README)


if __name__ == "__main__":
    main()
