"""What simple methods and the judges themselves score on the pairs of a demand and a control.

    python bench/mapping/baselines.py [--split test]

Whatever learns learns from the split `train`. What only ranks has no grades.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence

import nis2map
from score import COVERS, GRADES, LEGEND, SPLITS, Key, Pair, Prediction, Result, ceiling, evaluate, read_pairs, table

SEED = 2690
SHORTEST = 4  # letters of a word that says something


def _shares(pairs: Sequence[Pair]) -> dict[str, int]:
    count = Counter(pair.grade for pair in pairs)
    return {grade: count[grade] for grade in GRADES}


def majority(train: Sequence[Pair], pairs: Sequence[Pair]) -> dict[Key, Prediction]:
    """The commonest grade, for every pair; of a ranking this is chance, because all is tied."""
    shares = _shares(train)
    return {pair.key: Prediction(max(GRADES, key=shares.__getitem__)) for pair in pairs}


def stratified(train: Sequence[Pair], pairs: Sequence[Pair], seed: int = SEED) -> dict[Key, Prediction]:
    """Grades drawn as often as they occur, by a seed."""
    shares = _shares(train)
    drawn = random.Random(seed).choices(list(shares), list(shares.values()), k=len(pairs))
    return {pair.key: Prediction(grade) for pair, grade in zip(pairs, drawn, strict=True)}


def control_prior(train: Sequence[Pair], pairs: Sequence[Pair]) -> dict[Key, Prediction]:
    """Rank a control by its share of covers, whatever the demand; a pair of the average share calms rare ones."""
    judged, covered = Counter(pair.control for pair in train), Counter(p.control for p in train if p.grade in COVERS)
    average = covered.total() / judged.total()
    share = {pair.control: (covered[pair.control] + average) / (judged[pair.control] + 1) for pair in pairs}
    return {pair.key: Prediction(score=share[pair.control]) for pair in pairs}


def words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", text.casefold()) if len(word) >= SHORTEST)


def alike(one: frozenset[str], two: frozenset[str]) -> float:
    """Jaccard index of two sets of words."""
    return len(one & two) / len(one | two) if one | two else 0.0


def lexical(pairs: Sequence[Pair]) -> dict[Key, Prediction]:
    """Rank a control by the words that its title shares with the label of the demand."""
    return {pair.key: Prediction(score=alike(words(pair.label), words(pair.title))) for pair in pairs}


def bm25(pairs: Sequence[Pair]) -> dict[Key, Prediction]:
    """Rank the controls as `nis2map.find` does when it is asked for the label of the demand."""
    every = len(nis2map.load())
    found: dict[str, dict[str, float]] = {}
    for label in dict.fromkeys(pair.label for pair in pairs):
        found[label] = {str(hit.ref): hit.score for hit in nis2map.find(label, limit=every)}
    return {pair.key: Prediction(score=found[pair.label].get(pair.control, 0.0)) for pair in pairs}


def nearest(train: Sequence[Pair], pairs: Sequence[Pair]) -> dict[Key, Prediction]:
    """The grade of the control for that demand of `train` whose label is most alike, bare if there is none."""
    judged: dict[str, list[tuple[frozenset[str], str]]] = {}
    for pair in train:
        judged.setdefault(pair.control, []).append((words(pair.label), pair.grade))
    said: dict[Key, Prediction] = {}
    for pair in pairs:
        label = words(pair.label)
        best = max(judged.get(pair.control, []), key=lambda row: alike(label, row[0]), default=(label, "bare"))
        said[pair.key] = Prediction(best[1])
    return said


def baselines(every: Sequence[Pair], split: str = "test") -> dict[str, Result]:
    """Return what each method and each judge scores on a split, by name."""
    train, pairs = ([pair for pair in every if pair.split == name] for name in ("train", split))
    methods: Mapping[str, Mapping[Key, Prediction]] = {
        "majority: all bare": majority(train, pairs),
        "class prior, drawn": stratified(train, pairs),
        "nearest label": nearest(train, pairs),
        "ranking: prior of the control": control_prior(train, pairs),
        "ranking: lexical overlap": lexical(pairs),
        "ranking: BM25 of find": bm25(pairs),
    }
    return {name: evaluate(pairs, said) for name, said in methods.items()} | ceiling(pairs)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Score simple methods and the judges.")
    parser.add_argument("--split", choices=SPLITS, default="test", help="default: test")
    split = parser.parse_args(arguments).split
    print(table(baselines(read_pairs(), split)))
    print(f"\nsplit {split}; {LEGEND}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
