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
    import rounds

    pairs = [("covers", "covers")] * 35 + [("neither", "neither")] * 35
    pairs += [("covers", "neither")] * 15 + [("neither", "covers")] * 15
    assert rounds.kappa(pairs) == pytest.approx(0.4)
    assert rounds.kappa([("neither", "neither")] * 5) is None


def test_every_pair_was_judged_twice_and_every_disagreement_settled(report: object) -> None:
    """Each pair on which the judges differ has a decision, so that no verdict stands by accident."""
    import judgements
    import rounds

    found = rounds.pairs()
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


@pytest.mark.parametrize("number", [0, 1])
def test_a_blind_reading_is_of_the_sample_that_was_drawn_before(report: object, number: int) -> None:
    """Every pair of the sample with the committed seed has a verdict, and no other pair but sets that stood then."""
    import blind
    import judgements
    import nis2map
    import rounds

    one = blind.READINGS[number]
    readme = (one.filled.parent / "README.md").read_text(encoding="utf-8")
    assert f"seed={one.seed}" in readme
    review = nis2map.read_review(one.filled)
    sheet = nis2map.review_sheet(sample=150, seed=one.seed)
    assert set(review.demands) == set(sheet.demands)
    then = rounds.standing(nis2map.load(), until=one.until)
    sets = {(link.requirement, link.controls) for link in then.links if len(link.controls) > 1}
    judged = {(verdict.demand, verdict.controls) for verdict in review}
    alone = {pair for pair in judged if len(pair[1]) == 1}
    drawn = {(row.demand, row.controls) for row in sheet if len(row.controls) == 1}
    known = judgements.judged(rounds.FOLDER, until=one.until)
    later = {(ref, (control,)) for ref, (control,) in drawn - alone}
    assert alone <= drawn
    assert all((control.local, ref.demand) not in known[str(ref.unit)].cells for ref, (control,) in later)
    now = {(row.demand.unit, row.controls) for row in sheet}
    assert {(ref.unit, controls) for ref, controls in judged - alone} <= sets | now
    assert blind.classes(review, then).total() == 150


def test_the_sign_test_by_hand(report: object) -> None:
    """Two of eight one way: (1 + 8 + 28) / 256, twice; an even split is no evidence at all."""
    import blind

    assert blind.sign_test(2, 6) == pytest.approx(2 * 37 / 256)
    assert blind.sign_test(5, 5) == 1
    assert blind.sign_test(29, 9) < 0.05 < blind.sign_test(8, 18)


def test_no_verdict_of_a_later_round_stands_outside_what_its_judges_gave(report: object) -> None:
    """Each disagreement of the later rounds is settled inside the two, with a sentence; rules alone go beyond."""
    import judgements
    import rounds

    rank = rounds.RANK
    for number in (2, 3):
        for demand, found in judgements.blind_again(rounds.FOLDER / f"round-{number}").items():
            for controls, cell in found.items():
                given = sorted((rank[cell.first], rank[cell.second]))
                assert given[0] <= rank[cell.final] <= given[1], (number, demand, controls)
                assert cell.first == cell.second or len(cell.because.split()) >= 5, (number, demand, controls)
