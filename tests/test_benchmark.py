"""The benchmark of judged pairs: the file is what the data give, splits don't leak, scores are those worked out by hand."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise, permutations
from pathlib import Path

import pytest

import nis2map
from nis2map import Dataset

sys.path.append(str(Path(__file__).parents[1] / "tools"))
sys.path.append(str(Path(__file__).parents[1] / "bench" / "mapping"))
import baselines
import benchmark
import score
from score import Detection, Pair, Prediction, Refused

S, G, C, H, B = score.GRADES
MAPPING = Path(__file__).parents[1] / "bench" / "mapping"


@pytest.fixture(scope="module")
def published() -> list[Pair]:
    """The pairs as they are published."""
    return score.read_pairs()


# The file


def test_the_file_is_what_the_tool_gives(dataset: Dataset) -> None:
    """Byte for byte: nobody edits pairs by hand, and a changed judgement changes its pair."""
    assert (MAPPING / "pairs.jsonl").read_bytes() == benchmark.lines(benchmark.pairs(dataset)).encode(), (
        "run: python tools/benchmark.py"
    )


def test_the_readme_shows_what_the_data_and_baselines_give(dataset: Dataset, published: list[Pair]) -> None:
    """Counts and the table of baselines are those of the pairs as they stand."""
    text = (MAPPING / "README.md").read_text(encoding="utf-8")
    assert text == benchmark.readme(text, dataset, published), "run: python tools/benchmark.py"


def test_every_verdict_on_one_control_is_a_pair_once(dataset: Dataset, published: list[Pair]) -> None:
    """Nothing that was judged is left out but sets of several controls, and nothing is there twice."""
    judged = {
        (str(verdict.demand), str(verdict.controls[0])): (verdict.first, verdict.second, verdict.final)
        for framework in ("nis2", "cir")
        for unit in dataset.requirements(framework, assessable=True)
        for verdict in dataset.verdicts(unit.ref)
        if len(verdict.controls) == 1
    }
    assert len({pair.key for pair in published}) == len(published)
    assert {pair.key: (pair.first, pair.second, pair.grade) for pair in published} == judged


def test_the_file_can_be_read_without_the_package(published: list[Pair]) -> None:
    """Every pair says in words what is asked and by what; the file stays small enough to be tracked."""
    assert all(pair.label and pair.heading and pair.unit and pair.title for pair in published)
    assert {grade for pair in published for grade in (pair.first, pair.second, pair.grade)} <= set(score.GRADES)
    assert tuple(map(str, nis2map.Grade)) == score.GRADES
    assert (MAPPING / "pairs.jsonl").stat().st_size < 4_000_000


def test_demands_are_in_legal_order(dataset: Dataset, published: list[Pair]) -> None:
    """A reader finds a demand where the law has it, the Directive first."""
    demands = [
        str(demand.ref)
        for framework in ("nis2", "cir")
        for unit in dataset.requirements(framework, assessable=True)
        for demand in unit.demands
    ]
    found = list(dict.fromkeys(pair.demand for pair in published))
    assert found == [demand for demand in demands if demand in set(found)]


# Splits


def test_no_section_and_no_near_twin_is_cut(dataset: Dataset, published: list[Pair]) -> None:
    """A section is in one split, and what spells out a point of the Directive is in the split of that point."""
    splits: dict[str, set[str]] = {}
    for pair in published:
        splits.setdefault(benchmark.section(dataset.demand(pair.demand).ref), set()).add(pair.split)
    assert {name: len(found) for name, found in splits.items()} == dict.fromkeys(splits, 1)
    for unit in dataset.requirements("cir", assessable=True):
        for twin in unit.elaborates:
            assert benchmark.SPLIT_OF[benchmark.section(unit.ref)] == benchmark.SPLIT_OF[benchmark.section(twin)], unit


def test_every_section_is_in_the_table_once(dataset: Dataset) -> None:
    """A unit that a correction makes assessable is in a split already; no row names what there is not."""
    named = Counter(section for sections in benchmark.SPLITS.values() for section in sections)
    there = {benchmark.section(u.ref) for name in ("nis2", "cir") for u in dataset.requirements(name, assessable=True)}
    assert named == Counter(dict.fromkeys(there, 1))


@pytest.mark.parametrize(
    ("unit", "section"),
    [
        ("cir:6.8.2.e", "cir:6"),
        ("cir:13", "cir:13"),
        ("nis2:2.14.s1", "nis2:2"),
        ("nis2:21.1.s1", "nis2:21"),
        ("nis2:21.2", "nis2:21"),
        ("nis2:21.2.b", "nis2:21.2.b"),
        ("nis2:21.2.h~cryptography", "nis2:21.2.h"),
        ("nis2:21.3~quality", "nis2:21"),
    ],
)
def test_a_section_is_that_of_the_annex_an_article_or_a_point(unit: str, section: str) -> None:
    """Top-level sections of the Annex, Articles, and the points of Article 21(2) by themselves."""
    assert benchmark.section(nis2map.parse_ref(unit)) == section


def test_the_splits_are_near_60_20_and_20_percent(published: list[Pair]) -> None:
    """Enough to learn from, and enough covers to tell tools apart."""
    sizes = Counter(pair.split for pair in published)
    assert {name: len(score.read_pairs(split=name)) for name in score.SPLITS} == sizes
    assert 0.5 < sizes["train"] / sizes.total() < 0.7
    assert 0.12 < sizes["dev"] / sizes.total() < 0.28
    assert 0.12 < sizes["test"] / sizes.total() < 0.28


# Measures, by hand


def test_accuracy_and_kappa_by_hand() -> None:
    """Cohen 1960 on a small table: agreement 0.7, chance 0.5, kappa 0.4; no number where chance agrees fully."""
    truth, said = [S] * 50 + [B] * 50, [S] * 35 + [B] * 15 + [B] * 35 + [S] * 15
    assert score.accuracy(truth, said) == pytest.approx(0.7)
    assert score.kappa(truth, said) == pytest.approx(0.4)
    assert score.kappa([B] * 5, [B] * 5) is None
    assert score.kappa([S, B, B], [B, B, B]) == pytest.approx(0.0)
    assert (score.accuracy([], []), score.kappa([], [])) == (None, None)


def test_detection_by_hand() -> None:
    """Three covers, three predicted, two of them right; which grade of cover does not matter."""
    truth, said = [S, G, C, H, B, B], [G, G, H, S, B, H]
    assert score.detection(truth, said, score.COVERS) == Detection(3, 2 / 3, 2 / 3, pytest.approx(2 / 3))
    assert score.detection(truth, said, score.HELP) == Detection(4, 4 / 5, 1.0, pytest.approx(8 / 9))


@pytest.mark.parametrize(
    ("truth", "said", "expected"),
    [
        ([S, B], [B, B], Detection(1, None, 0.0, 0.0)),
        ([B, B], [S, B], Detection(0, 0.0, None, 0.0)),
        ([B, B], [B, B], Detection(0, None, None, None)),
        ([], [], Detection(0, None, None, None)),
    ],
)
def test_detection_without_something_to_count(truth: list[str], said: list[str], expected: Detection) -> None:
    """What is divided by nothing is no number, not a zero."""
    assert score.detection(truth, said, score.COVERS) == expected


def test_macro_f1_by_hand() -> None:
    """F1 of stated 2/3, of helped 0 and of bare 2/3: the mean over the three grades that the truth holds."""
    truth, said = [S, S, H, B], [S, G, B, B]
    assert score.macro_f1(truth, said) == pytest.approx((2 / 3 + 0 + 2 / 3) / 3)
    assert score.macro_f1(truth, truth) == 1.0
    assert score.macro_f1([], []) is None


def test_average_precision_and_recall_by_hand() -> None:
    """Covers on the first, third and sixth place: (1/1 + 2/3 + 3/6) / 3, and two of three among the first five."""
    ranked = [(6.0, True), (5.0, False), (4.0, True), (3.0, False), (2.0, False), (-math.inf, True)]
    assert score.average_precision(ranked) == pytest.approx((1 + 2 / 3 + 1 / 2) / 3)
    assert score.recall_at(ranked) == pytest.approx(2 / 3)
    assert score.recall_at(ranked, 1) == pytest.approx(1 / 3)
    assert (score.average_precision([(1.0, False)]), score.recall_at([])) == (None, None)


@pytest.mark.parametrize("scores", [(0, 0, 0, 0, 0), (2, 1, 1, 1, 0), (1, 1, 0, 0, 0), (3, 1, 1, 0, 0)])
@pytest.mark.parametrize("covers", [(1, 0, 0, 0, 1), (0, 1, 1, 0, 1), (1, 1, 1, 1, 1), (0, 0, 0, 1, 0)])
def test_ties_count_as_the_mean_over_their_orders(scores: tuple[int, ...], covers: tuple[int, ...]) -> None:
    """A constant score earns what chance gives, whatever the order of the file."""
    ranked = [(float(one), bool(cover)) for one, cover in zip(scores, covers, strict=True)]
    orders = [order for order in permutations(ranked) if all(a[0] >= b[0] for a, b in pairwise(order))]
    untied = [[(-float(place), cover) for place, (_, cover) in enumerate(order)] for order in orders]
    for measure in (score.average_precision, lambda some: score.recall_at(some, 2)):
        mean = sum(measure(order) for order in untied) / len(untied)
        assert measure(ranked) == pytest.approx(mean)


# Predictions

PAIRS = [
    Pair("a:1#x", "c:1", S, S, S, "test"),
    Pair("a:1#x", "c:2", B, H, H, "test"),
    Pair("a:1#y", "c:1", G, H, G, "test"),
    Pair("a:1#y", "c:2", B, B, B, "test"),
    Pair("a:2#x", "c:1", B, B, B, "dev"),
]
TEST = PAIRS[:4]


def said(*grades: str | None) -> dict[tuple[str, str], Prediction]:
    return {pair.key: Prediction(grade) for pair, grade in zip(PAIRS, grades, strict=False) if grade}


def test_a_prediction_by_hand() -> None:
    """Two of four right: stated and bare; the cover of y is taken for help and comes first all the same."""
    found = score.evaluate(TEST, said(S, B, H, B, S))
    assert (found.pairs, found.accuracy) == (4, 0.5)
    assert found.kappa == pytest.approx((0.5 - 4 / 16) / (1 - 4 / 16))  # chance: 1 stated, 1 helped, 2 bare of 16
    assert found.macro_f1 == pytest.approx((1 + 0 + 0 + 2 / 3) / 4)
    assert found.covers == Detection(2, 1.0, 0.5, pytest.approx(2 / 3))
    assert found.help == Detection(3, 1.0, 2 / 3, pytest.approx(0.8))
    assert (found.demands, found.average_precision, found.recall_at) == (2, 1.0, 1.0)


@pytest.mark.parametrize("predictions", [{}, said(B, B, B, B), said(None, B), said(None, None, None, None, S)])
def test_missing_pairs_are_bare(predictions: dict[tuple[str, str], Prediction]) -> None:
    """No predictions, some, or those of other splits alone come to the same as bare on every pair."""
    found = score.evaluate(TEST, predictions)
    assert (found.accuracy, found.kappa) == (0.25, 0.0)
    assert found.covers == Detection(2, None, 0.0, 0.0)
    assert found.average_precision == pytest.approx(0.75)  # one cover of two, tied: first or second


def test_scores_alone_rank_and_grade_nothing() -> None:
    """A ranker has no accuracy; a pair that it leaves out comes after all others."""
    found = score.evaluate(TEST, {TEST[0].key: Prediction(score=-3.0), TEST[3].key: Prediction(score=0.0)})
    assert (found.accuracy, found.kappa, found.macro_f1) == (None, None, None)
    assert found.covers == Detection(2)
    assert found.average_precision == pytest.approx((1 + 1 / 2) / 2)


def test_scores_rank_what_is_graded_as_well() -> None:
    """Where both are given the score ranks and the grade is graded."""
    found = score.evaluate(
        TEST, {TEST[0].key: Prediction(S, 0.1), TEST[1].key: Prediction(B, 0.9), TEST[2].key: Prediction(G, 1.0)}
    )
    assert found.accuracy == 0.75
    assert found.average_precision == pytest.approx((1 / 2 + 1) / 2)


def test_no_pairs_give_no_numbers() -> None:
    """A split without pairs, or without covers, ends in no division by nothing."""
    empty = score.evaluate([], {})
    assert (empty.pairs, empty.accuracy, empty.demands, empty.average_precision) == (0, None, 0, None)
    bare = score.evaluate(PAIRS[4:], {})
    assert (bare.accuracy, bare.macro_f1, bare.demands, bare.recall_at) == (1.0, 1.0, 0, None)


def test_the_ceiling_by_hand() -> None:
    """The second judge against the first agrees on two of four; what stands took one verdict from each."""
    found = score.ceiling(TEST)
    assert [one.accuracy for one in found.values()] == [0.5, 0.75, 0.75]
    assert found["judge 2 against judge 1"].covers == Detection(2, 1.0, 0.5, pytest.approx(2 / 3))


def written(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in lines), encoding="utf-8")
    return path


def test_predictions_are_read(tmp_path: Path) -> None:
    """Blank lines and other fields are let pass, also a mark of the order of bytes; whole numbers are scores."""
    path = written(
        tmp_path, '\ufeff{"demand": "a:1#x", "control": "c:1", "grade": "stated", "score": 3, "why": "-"}', ""
    )
    assert score.read_predictions(path, PAIRS) == {("a:1#x", "c:1"): Prediction(S, 3.0)}
    assert score.read_predictions(written(tmp_path), PAIRS) == {}


X1 = {"demand": "a:1#x", "control": "c:1"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"demand": "a:1#z", "control": "c:1", "grade": S}, "a:1#z is no demand of the pairs; did you mean a:1#"),
        ({"demand": "zzz", "control": "c:1", "grade": S}, "zzz is no demand of the pairs"),
        ({"demand": "z\n" * 999, "control": "c:1", "grade": S}, "'z\\nz\\n"),
        ({"demand": "a:1#x", "control": "c:9", "grade": S}, "c:9 was no candidate for a:1#x"),
        ({"demand": ["a:1#x"], "control": "c:1", "grade": S}, "demand and control are to be texts"),
        ({"grade": S}, "demand and control are to be texts, not None and None"),
        (X1, "neither grade nor score"),
        (X1 | {"grade": "covers"}, "grade is 'covers'; one of stated, guided, considered, helped, bare"),
        (X1 | {"grade": "Stated"}, "grade is 'Stated'; did you mean 'stated'?"),
        (X1 | {"grade": None}, "grade is None"),
        (X1 | {"grade": [S]}, "grade is ['stated']"),
        (X1 | {"score": "0.5"}, "score is '0.5'; a finite number"),
        (X1 | {"score": True}, "score is True"),
        (X1 | {"score": math.nan}, "score is nan"),
        (X1 | {"score": 10**400}, "a finite number"),
        ('{"demand"', "no JSON: "),
        ("[1]", "no JSON object"),
    ],
)
def test_a_line_that_is_no_prediction_is_refused(tmp_path: Path, line: object, says: str) -> None:
    """By file and line, with what is wrong and the nearest right thing."""
    path = written(tmp_path, {"demand": "a:1#y", "control": "c:1", "grade": S}, line)
    with pytest.raises(Refused) as refused:
        score.read_predictions(path, PAIRS)
    assert str(refused.value).startswith(f"{path}:2: ")
    assert says in str(refused.value)


def test_a_pair_is_predicted_once(tmp_path: Path) -> None:
    """The same pair again is refused, also with the same grade: nobody can tell which one was meant."""
    path = written(tmp_path, X1 | {"grade": S}, X1 | {"grade": S})
    with pytest.raises(Refused, match=r":2: a:1#x and c:1 are on line 1 already"):
        score.read_predictions(path, PAIRS)


def test_all_lines_predict_the_same_kind(tmp_path: Path) -> None:
    """A grade here and a score there can be neither graded nor ranked as a whole."""
    path = written(tmp_path, X1 | {"grade": S}, {"demand": "a:1#y", "control": "c:1", "score": 1})
    with pytest.raises(Refused, match="lines 1 and 2 differ in what they predict"):
        score.read_predictions(path, PAIRS)


def test_problems_are_all_told_up_to_twenty(tmp_path: Path) -> None:
    """Whoever has the wrong ids sees it at once, and not ten thousand times."""
    path = written(tmp_path, *({"demand": f"b:{n}", "control": "c:1", "grade": S} for n in range(25)))
    with pytest.raises(Refused) as refused:
        score.read_predictions(path, PAIRS)
    lines = str(refused.value).splitlines()
    assert (len(lines), lines[-1]) == (21, f"{path}: 5 problems more")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """One that is not there, and one in another encoding, are named."""
    with pytest.raises(Refused, match=r"none\.jsonl"):
        score.read_predictions(tmp_path / "none.jsonl", PAIRS)
    (tmp_path / "latin.jsonl").write_bytes(b'{"demand": "\xe9"}')
    with pytest.raises(Refused, match=r"latin\.jsonl"):
        score.read_predictions(tmp_path / "latin.jsonl", PAIRS)


# The commands


def test_the_readmes_predictions_are_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a newcomer copies is read and scored, with the ceiling below it."""
    shown = re.search(r"^```json\n(.*?)^```", (MAPPING / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    assert shown
    path = written(tmp_path, shown[1])
    assert score.main([str(path)]) == 0
    out = capsys.readouterr().out
    assert re.match(rf"{re.escape(str(path))}, split test: 2 of \d+ pairs predicted", out)
    assert score.main([str(path), "--split", "dev"]) == 0
    assert "2 predictions on other splits are left out" in capsys.readouterr().out
    rows = [line.split("|")[1].strip() for line in out.splitlines() if line.startswith("|")]
    assert rows[2:] == ["mine.jsonl", *score.ceiling(TEST)]


def test_the_command_refuses_in_one_line(tmp_path: Path) -> None:
    """With the exit code 2, no traceback, and nothing but the standard library."""
    path = written(tmp_path, {"demand": "nis2:21.2.h~cryptography#policy", "control": "iso27001:A.8.24", "grade": S})
    command = [sys.executable, "-I", "-S", str(MAPPING / "score.py"), str(path)]
    found = subprocess.run(command, capture_output=True, text=True)
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith(
        f"{path}:1: nis2:21.2.h~cryptography#policy is no demand of the pairs; did you mean "
    )


def test_the_command_of_the_baselines_prints_the_readmes_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever runs it sees what is published, and what the columns are."""
    assert baselines.main([]) == 0
    printed, _, legend = capsys.readouterr().out.partition("\n\n")
    assert f"\n{printed}\n<!-- /baselines -->" in (MAPPING / "README.md").read_text(encoding="utf-8")
    assert legend.startswith("split test; ")


# Baselines, by hand


def pair(demand: str, control: str, grade: str, label: str = "", title: str = "") -> Pair:
    return Pair(demand, control, grade, grade, grade, "train", label=label, title=title)


TRAIN = [
    pair("a#1", "c:1", S, "Backups are tested often"),
    pair("a#2", "c:1", B, "Staff are trained"),
    pair("a#2", "c:2", B, "Staff are trained"),
]
ASKED = [pair("b#1", "c:1", B, "Backups are made", "Information backup"), pair("b#1", "c:3", S, "Backups are made")]


def test_baselines_by_hand() -> None:
    """The commonest grade, the grade of the demand most alike, a share of covers, and words that are shared."""
    one, two = (each.key for each in ASKED)
    assert baselines.majority(TRAIN, ASKED) == dict.fromkeys((one, two), Prediction(B))
    assert baselines.nearest(TRAIN, ASKED) == {one: Prediction(S), two: Prediction(B)}
    prior = baselines.control_prior(TRAIN, ASKED)
    assert prior[one].score == pytest.approx((1 + 1 / 3) / 3)
    assert prior[two].score == pytest.approx(1 / 3)
    assert baselines.words("The e-mail is Backed UP") == {"mail", "backed"}
    assert baselines.alike(frozenset("ab"), frozenset("bc")) == pytest.approx(1 / 3)
    assert baselines.alike(frozenset(), frozenset()) == 0.0
    assert baselines.lexical([pair("b#1", "c:1", B, "Keep backup copies", "Information backup")]) == {
        one: Prediction(score=pytest.approx(1 / 4))
    }


def test_the_drawn_prior_keeps_to_the_shares_and_repeats() -> None:
    """A third of the pairs is stated as in what it learnt from, by the same draw at every run."""
    asked = [pair(f"b#{n}", "c:1", B) for n in range(3000)]
    drawn = baselines.stratified(TRAIN, asked)
    assert drawn == baselines.stratified(TRAIN, asked)
    assert drawn != baselines.stratified(TRAIN, asked, seed=1)
    counts = Counter(one.grade for one in drawn.values())
    assert set(counts) == {S, B}
    assert 900 < counts[S] < 1100


def test_bm25_gives_the_scores_of_find(published: list[Pair]) -> None:
    """A control has the score that a user of `find` sees, 0 where it is not found."""
    some = [one for one in published if one.demand == published[-1].demand]
    ranked = baselines.bm25(some)
    hits = {str(hit.ref): hit.score for hit in nis2map.find(some[0].label, limit=len(nis2map.load()))}
    assert {key[1]: one.score for key, one in ranked.items()} == {p.control: hits.get(p.control, 0.0) for p in some}
    assert any(one.score for one in ranked.values())
