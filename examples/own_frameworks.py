"""A supplier's questionnaire answered from a set of house controls, neither of which this library knows.

python examples/own_frameworks.py
"""

from __future__ import annotations

from pathlib import Path

import nis2map

FILES = Path(__file__).parent / "own-frameworks"


def main() -> None:
    questions = nis2map.load_framework(
        FILES / "questionnaire.csv",
        framework=nis2map.Framework("supplier-2.1", "Supplier questionnaire", pattern="Q {id}"),
        columns={"Question": "id"},
    )
    house = nis2map.load_framework(FILES / "controls.csv", framework="house", side="control")
    mapping = nis2map.load_crosswalk(
        FILES / "mapping.csv", requirements=questions, controls=house, columns={"Question": "requirement"}
    )
    for note in (*questions.notes, *house.notes, *mapping.notes):
        print(f"note: {note}")

    dataset = nis2map.Dataset.from_parts(frameworks=[questions, house], crosswalks=[mapping])
    known: dict[str, str | float] = {"AC-1": "implemented", "AC-2.1": 0.5, "BC-1": "implemented", "BC-2": "planned"}
    soa = nis2map.Assessment.of({f"house:{control}": status for control, status in known.items()})
    found = nis2map.coverage(soa, framework="supplier-2.1", crosswalk=mapping.id, dataset=dataset)
    print(found)
    print(nis2map.gaps(soa, framework="supplier-2.1", crosswalk=mapping.id, dataset=dataset))

    basic = [unit.ref for unit in dataset.requirements("supplier-2.1", level="basic")]
    overall = nis2map.coverage(
        soa, framework="supplier-2.1", crosswalk=mapping.id, within=basic, dataset=dataset
    ).overall
    print(f"of the basic level {overall.low:.0%} is surely met, {overall.estimate:.0%} by estimate")


if __name__ == "__main__":
    main()
