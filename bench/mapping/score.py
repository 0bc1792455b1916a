"""Score predictions on the pairs of a demand and a control against the grades that stand.

    python bench/mapping/score.py predictions.jsonl [--split test]

A line of predictions is {"demand", "control", "grade"}, of a ranker {"demand", "control", "score"}, higher is better;
both may be given, and other fields are let pass. Pairs that are missing count as bare, and below every score. Needs the
standard library alone.
"""

from __future__ import annotations

import argparse
import difflib
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

PAIRS = Path(__file__).with_name("pairs.jsonl")
GRADES = ("stated", "guided", "considered", "helped", "bare")
COVERS = frozenset(GRADES[:3])
HELP = frozenset(GRADES[:4])
SPLITS = ("train", "dev", "test")
FIRST = 5  # of how many controls, the best ranked, the recall is taken
SHOWN = 20  # problems of a file, before the rest is counted
LONGEST = 100  # letters of an id

Key = tuple[str, str]
Ranked = Sequence[tuple[float, bool]]  # what a ranker gave each candidate of a demand, and whether it is a cover


class Refused(ValueError):
    """A file that can't be scored; a line a problem, each with its place."""


@dataclass(frozen=True)
class Pair:
    """A demand and a control, as both judges graded them, blind, and the grade that stands."""

    demand: str
    control: str
    first: str
    second: str
    grade: str
    split: str
    label: str = ""
    heading: str = ""
    unit: str = ""
    title: str = ""

    @property
    def key(self) -> Key:
        return self.demand, self.control


@dataclass(frozen=True)
class Prediction:
    """A grade, a score to rank by, or both."""

    grade: str | None = None
    score: float | None = None


@dataclass(frozen=True)
class Detection:
    """How well one kind of grade is found, `pairs` that truly have it; None where there is nothing to count."""

    pairs: int
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None


@dataclass(frozen=True)
class Result:
    """What predictions come to; `demands` are those with a cover, over which the two numbers of a ranking are means."""

    pairs: int
    accuracy: float | None
    kappa: float | None
    macro_f1: float | None
    covers: Detection
    help: Detection
    demands: int
    average_precision: float | None
    recall_at: float | None


def read_pairs(path: Path = PAIRS, split: str | None = None) -> list[Pair]:
    """Return the pairs of a split, or all of them."""
    pairs = [Pair(**json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line]
    return [pair for pair in pairs if split is None or pair.split == split]


def _objects(path: Path) -> Iterator[tuple[int, dict[str, object] | str]]:
    """Yield the number and the object of each line that is not blank, or what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: {error}") from None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row: object = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, f"no JSON: {error}"
            continue
        yield number, cast("dict[str, object]", row) if isinstance(row, dict) else "no JSON object"


def _prediction(row: Mapping[str, object]) -> Prediction | str:
    """Return what a line predicts, or what is wrong with it."""
    if "grade" not in row and "score" not in row:
        return "neither grade nor score"
    grade, score = row.get("grade"), row.get("score")
    if "grade" in row and grade not in GRADES:
        near = difflib.get_close_matches(str(grade), GRADES, 1)
        return f"grade is {grade!r}; " + (f"did you mean {near[0]!r}?" if near else f"one of {', '.join(GRADES)}")
    if "score" in row and (isinstance(score, bool) or not isinstance(score, (int, float)) or not _finite(score)):
        return f"score is {score!r}; a finite number"
    return Prediction(cast("str | None", grade), None if score is None else float(cast("float", score)))


def _finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number past the floats
        return False


def _unknown(demand: str, control: str, demands: Sequence[str], *, hint: bool) -> str:
    """Return what is wrong with a pair that is none, with the nearest demand (to look for it takes its time)."""
    if demand in demands:
        return f"{_short(control)} was no candidate for {demand}, so nobody judged the pair"
    near = difflib.get_close_matches(demand[:LONGEST], demands, 1) if hint else []
    return f"{_short(demand)} is no demand of the pairs{f'; did you mean {near[0]}?' if near else ''}"


def _short(text: str) -> str:
    """Return an id as it stands, and what can't be one in quotes and at most so long."""
    return text if text.isprintable() and 0 < len(text) <= LONGEST else repr(text[:LONGEST])


def read_predictions(path: Path, pairs: Sequence[Pair]) -> dict[Key, Prediction]:
    """Return the predictions of a file on the pairs.

    Raises `Refused` with every line that is no prediction on one of the pairs, or predicts what another line has.
    """
    known, demands = {pair.key for pair in pairs}, list(dict.fromkeys(pair.demand for pair in pairs))
    found: dict[Key, Prediction] = {}
    places: dict[object, int] = {}
    problems: list[str] = []
    kinds: dict[tuple[bool, bool], int] = {}
    for number, row in _objects(path):
        said = row if isinstance(row, str) else _prediction(row)
        if isinstance(row, str) or isinstance(said, str):
            problems.append(f"{path}:{number}: {said}")
            continue
        demand, control = row.get("demand"), row.get("control")
        key = cast("Key", (demand, control))
        if not isinstance(demand, str) or not isinstance(control, str):
            problems.append(f"{path}:{number}: demand and control are to be texts, not {demand!r} and {control!r}")
        elif key not in known:
            problems.append(f"{path}:{number}: {_unknown(demand, control, demands, hint=len(problems) < SHOWN)}")
        elif key in places:
            problems.append(f"{path}:{number}: {demand} and {control} are on line {places[key]} already")
        else:
            found[key], places[key] = said, number
            kinds.setdefault((said.grade is None, said.score is None), number)
    if len(kinds) > 1:
        lines = " and ".join(map(str, kinds.values()))
        problems.append(
            f"{path}: lines {lines} differ in what they predict; give a grade on all lines or none, a score too"
        )
    if problems:
        more = [f"{path}: {len(problems) - SHOWN} problems more"] if len(problems) > SHOWN else []
        raise Refused("\n".join(problems[:SHOWN] + more))
    return found


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of what is a number."""
    found = [value for value in values if value is not None]
    return _share(math.fsum(found), len(found))


def accuracy(truth: Sequence[str], said: Sequence[str]) -> float | None:
    """Return the share of pairs with the same grade; None without pairs."""
    return _share(sum(one == two for one, two in zip(truth, said, strict=True)), len(truth))


def kappa(truth: Sequence[str], said: Sequence[str]) -> float | None:
    """Return Cohen's kappa (Cohen 1960); None without pairs, or if chance alone agrees fully."""
    agreed = accuracy(truth, said)
    if agreed is None:
        return None
    one, two = Counter(truth), Counter(said)
    chance = sum(one[grade] * two[grade] for grade in one) / len(truth) ** 2
    return (agreed - chance) / (1 - chance) if chance < 1 else None


def detection(truth: Sequence[str], said: Sequence[str], wanted: Iterable[str]) -> Detection:
    """Return precision, recall and F1 of some grades taken as one.

    Precision is None if none was predicted, recall if there is none; F1 is None only if there was neither.
    """
    grades = frozenset(wanted)
    both = sum(one in grades and two in grades for one, two in zip(truth, said, strict=True))
    there, given = sum(one in grades for one in truth), sum(two in grades for two in said)
    return Detection(there, _share(both, given), _share(both, there), _share(2 * both, there + given))


def macro_f1(truth: Sequence[str], said: Sequence[str]) -> float | None:
    """Return the mean F1 over the grades that the truth holds, so that it is the same mean for all predictions."""
    return _mean(detection(truth, said, [grade]).f1 for grade in GRADES if grade in truth)


def _ties(ranked: Ranked) -> Iterator[tuple[int, int]]:
    """Yield size and number of covers of each group of equal scores, the best first."""
    groups: dict[float, list[bool]] = {}
    for score, cover in ranked:
        groups.setdefault(score, []).append(cover)
    for score in sorted(groups, reverse=True):
        yield len(groups[score]), sum(groups[score])


def average_precision(ranked: Ranked) -> float | None:
    """Return the average precision, ties in every order (McSherry and Najork 2008); None without a cover."""
    total, above, covers = 0.0, 0, 0
    for size, among in _ties(ranked):
        for place in range(1, size + 1):
            others = (place - 1) * (among - 1) / (size - 1) if size > 1 else 0.0
            total += among / size * (covers + 1 + others) / (above + place)
        above, covers = above + size, covers + among
    return _share(total, covers)


def recall_at(ranked: Ranked, first: int = FIRST) -> float | None:
    """Return the share of covers among the first, ties in every order; None without a cover."""
    found, above, covers = 0.0, 0, 0
    for size, among in _ties(ranked):
        found += among * min(size, max(0, first - above)) / size
        above, covers = above + size, covers + among
    return _share(found, covers)


def standing(pair: Pair) -> str:
    """Return the grade that stands."""
    return pair.grade


def evaluate(
    pairs: Sequence[Pair], predictions: Mapping[Key, Prediction], against: Callable[[Pair], str] = standing
) -> Result:
    """Return what predictions come to on some pairs, against the grade that stands or another one.

    What is graded is ranked by score if there is one, else by grade. Predictions on other pairs don't count.
    """
    given = [predictions.get(pair.key) for pair in pairs]
    ranks = any(one.score is not None for one in predictions.values())
    grades = not ranks or any(one.grade is not None for one in predictions.values())
    truth = [against(pair) for pair in pairs]
    said = ["bare" if one is None or one.grade is None else one.grade for one in given]
    scores = [-math.inf if one is None or one.score is None else one.score for one in given]
    if not ranks:
        scores = [-float(GRADES.index(grade)) for grade in said]
    by_demand: dict[str, list[tuple[float, bool]]] = {}
    for pair, score, grade in zip(pairs, scores, truth, strict=True):
        by_demand.setdefault(pair.demand, []).append((score, grade in COVERS))
    covered = [ranked for ranked in by_demand.values() if any(cover for _, cover in ranked)]
    covers, any_help = (
        detection(truth, said, kind) if grades else Detection(sum(grade in kind for grade in truth))
        for kind in (COVERS, HELP)
    )
    return Result(
        pairs=len(pairs),
        accuracy=accuracy(truth, said) if grades else None,
        kappa=kappa(truth, said) if grades else None,
        macro_f1=macro_f1(truth, said) if grades else None,
        covers=covers,
        help=any_help,
        demands=len(covered),
        average_precision=_mean(map(average_precision, covered)),
        recall_at=_mean(map(recall_at, covered)),
    )


def ceiling(pairs: Sequence[Pair]) -> dict[str, Result]:
    """Return how one judge does against the other, and each against what stands (which was settled from both)."""
    first, second = ({pair.key: Prediction(getattr(pair, name)) for pair in pairs} for name in ("first", "second"))
    return {
        "judge 2 against judge 1": evaluate(pairs, second, lambda pair: pair.first),
        "judge 1 against what stands": evaluate(pairs, first),
        "judge 2 against what stands": evaluate(pairs, second),
    }


HEAD = (
    *("", "pairs", "accuracy", "kappa", "macro F1", "covers", "P", "R", "F1", "any help", "P", "R", "F1"),
    *("demands", "AP", f"R@{FIRST}"),
)
LEGEND = f"""\
macro F1: mean over the grades that occur; covers: stated, guided and considered; any help: all but bare; P, R, F1:
precision, recall and their harmonic mean; AP, R@{FIRST}: average precision, and the share of covers among the first
{FIRST}, as means over the demands with a cover, ties in every order; a count stands before what is counted over it."""


def table(results: Mapping[str, Result]) -> str:
    """Return results as a table in Markdown, a row each, with what each number is counted over before it."""
    rows = [HEAD, *((name, *map(_cell, _numbers(result))) for name, result in results.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines: list[str] = []
    for row in rows:
        first, *numbers = map(str.rjust, row, widths)
        lines.append(f"| {' | '.join([first.strip().ljust(widths[0]), *numbers])} |")
    rule = "|".join("-" * (width + 1) + (":" if at else "-") for at, width in enumerate(widths))
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def _numbers(result: Result) -> Iterator[float | None]:
    yield from (result.pairs, result.accuracy, result.kappa, result.macro_f1)
    for kind in (result.covers, result.help):
        yield from (kind.pairs, kind.precision, kind.recall, kind.f1)
    yield from (result.demands, result.average_precision, result.recall_at)


def _cell(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Score predictions against the grades that stand.")
    parser.add_argument("predictions", type=Path, help="a JSON object a line: demand, control, and grade or score")
    parser.add_argument("--split", choices=(*SPLITS, "all"), default="test", help="default: test")
    asked = parser.parse_args(arguments)
    every = read_pairs()
    pairs = [pair for pair in every if asked.split in (pair.split, "all")]
    try:
        predictions = read_predictions(asked.predictions, every)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    predicted = sum(pair.key in predictions for pair in pairs)
    print(
        f"{asked.predictions}, split {asked.split}: {predicted} of {len(pairs)} pairs predicted, the others count as "
        f"bare and rank last; {len(predictions) - predicted} predictions on other splits are left out\n"
    )
    print(table({asked.predictions.name: evaluate(pairs, predictions), **ceiling(pairs)}))
    print(f"\n{LEGEND}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
