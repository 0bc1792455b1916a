"""The page of figures is what the data and judgements give."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def report(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    sys.modules.pop("report", None)
    import report

    return report


def test_figures_are_up_to_date(report: object) -> None:
    """The published figures are those of the data and judgements as they stand."""
    page = (ROOT / "docs" / "explanation" / "figures.md").read_text(encoding="utf-8")
    assert page == report.page(), "run: python tools/report.py"  # type: ignore[attr-defined]


def test_kappa_by_hand(report: object) -> None:
    """Cohen 1960 on a small table: agreement 0.7, chance 0.5, kappa 0.4."""
    pairs = [("covers", "covers")] * 35 + [("neither", "neither")] * 35
    pairs += [("covers", "neither")] * 15 + [("neither", "covers")] * 15
    assert report.kappa(pairs) == pytest.approx(0.4)  # type: ignore[attr-defined]
    assert report.kappa([("neither", "neither")] * 5) is None  # type: ignore[attr-defined]


def test_every_pair_was_judged_twice_and_every_disagreement_settled(report: object) -> None:
    """Each pair on which the judges differ has a decision, so that no verdict stands by accident."""
    import judgements

    found = report.pairs()  # type: ignore[attr-defined]
    decided = {
        (record["unit"], decision["control"], decision["demand"])
        for path in (ROOT / "data-src" / "judgements" / "adjudication").glob("*.jsonl")
        for record in judgements.lines(path).values()
        for decision in record["decisions"]
    }
    open_ = [pair[:3] for pair in found if pair[3] != pair[4] and pair[:3] not in decided]
    assert open_ == []
    assert all(len(decision) == 3 for decision in decided)


def test_every_decision_has_a_sentence() -> None:
    """No disagreement was settled without a reason in words."""
    import json

    for path in (ROOT / "data-src" / "judgements" / "adjudication").glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            for decision in json.loads(line)["decisions"]:
                assert len(decision["why"].split()) >= 4, (path.name, decision)


def test_the_last_blind_reading_is_of_the_sample_that_was_drawn_before(report: object) -> None:
    """Every pair of the sample with the committed seed has a verdict, and no other pair."""
    import blind
    import nis2map

    review = nis2map.read_review(blind.FILLED)
    sheet = nis2map.review_sheet(sample=150, seed=20261126)
    assert set(review.demands) == set(sheet.demands)
    judged = {(verdict.demand, verdict.controls) for verdict in review}
    assert judged <= {(row.demand, row.controls) for row in sheet}
    assert blind.classes(review).total() == 150
