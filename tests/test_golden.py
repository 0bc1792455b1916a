"""What readers of results see: text, repr, HTML and dict of every public result, held word for word.

The texts lie in `tests/golden/`, one file a result, and come from datasets that are small enough to check by eye. After
a wanted change write them anew with `NIS2MAP_REGENERATE=1 pytest tests/test_golden.py`, and read the difference.
"""

from __future__ import annotations

import datetime as dt
import inspect
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from itertools import islice
from pathlib import Path

import attrs
import pytest

import nis2map
import nis2map.model
from nis2map import Assessment, Dataset, Entity, Finding, Incident, IncidentFacts, Step, coverage, gaps

from .documents import clock
from .tiny import options, remade, tiny

GOLDEN = Path(__file__).parent / "golden"
REGENERATE = os.environ.get("NIS2MAP_REGENERATE") == "1"
NOON = dt.datetime(2026, 3, 27, 12, tzinfo=dt.UTC)


@cache
def small(version: str = "1") -> Dataset:
    """Four duties, five controls, two judges who differ on all but the last duty."""
    return tiny(
        "1 Order; 1.1 Logs: kept read?; 1.2 Copies: made; 1.3 Names: known; 1.4 Doors: shut",
        "C/ Group; C.1 Log; C.2 Back up; D Name <it>; E Spare",
        {
            "x": "1.1 ~ C.1: kept, supports read; 1.1 & C.2: supports kept; 1.2 < C.1 + C.2: made; 1.3 !; 1.4 < D: shut",
            "y": "1.1 = C.1: kept read; 1.2 & D: supports made; 1.3 < E: guided known; 1.4 < D: shut",
        },
        version=version,
    )


@cache
def chained() -> Dataset:
    """A crosswalk to a set from which another one starts."""
    return tiny(
        "a:1; a:2; a:3; m:1; m:2", "z:1; z:2", {"x": "m:1 = z:1; m:2 < z:2", "y": "a:1 < z:1; a:2 & z:1; a:3 > z:2"}
    )


def statement() -> Assessment:
    """One of each status, one that has run out, one excluded without a reason and used nevertheless."""
    return Assessment(
        {
            "set:C.1": Finding("partial", 0.5, evidence=("log.pdf",), owner="Ann", valid_until="2026-12-31"),
            "set:C.2": Finding("implemented", valid_until="2025-12-31"),
            "set:D": "not_implemented",
            "law:1.2": "not_applicable",
        },
        subject="Acme",
        as_of="2026-01-01",
        scope="all sites",
    )


def asked(**more: object) -> dict[str, object]:
    return options(small(), **more)


def cov() -> nis2map.Coverage:
    return coverage(statement(), **asked(crosswalk=("x", "y"), basis="guidance"))


def compared() -> nis2map.Comparison:
    after = statement().replace({"set:C.1": "planned", "set:E": "implemented", "law:1.2": "unassessed"})
    return nis2map.compare(statement(), after, **asked(crosswalk=("x", "y"), basis="guidance"))


def entity_changed() -> nis2map.EntityChange:
    law = nis2map.load().law
    stages = [attrs.evolve(row, period=None) if row.stage == "early_warning" else row for row in law.stages]
    dns = [attrs.evolve(kind, rule="annex_one") if kind.rule == "names" else kind for kind in law.entity_types]
    draft = nis2map.model.LawVersion(id="draft", title="A draft", status="proposal, not law")
    after = nis2map.load().with_law(
        attrs.evolve(law, stages=stages, entity_types=dns, versions=[draft]), version="draft"
    )
    who = Entity("nis2:annexI.8.2", name="resolver", headcount=90, turnover=9e6, balance_sheet=2e6)
    before = nis2map.load().with_law(law, version="law")
    return nis2map.compare(before, after, entities=who).entities[0]


def agreed() -> nis2map.Agreement:
    return nis2map.agreement("x", "y", assessment=statement(), dataset=small())


def reviewed() -> nis2map.Review:
    return nis2map.Review(
        [
            nis2map.ReviewVerdict("law:1.1#kept", "set:C.1", "stated"),
            nis2map.ReviewVerdict("law:1.1#read", "set:C.1", "none", "nobody has to <read> them"),
            nis2map.ReviewVerdict("law:1.2#made", ["set:C.2", "set:C.1"], "guided"),
        ],
        judge="Ann",
        date="2026-11-26",
        licence="own copy, English",
        notes=["row 9 has a comment and no verdict: 'why'"],
    )


def held_against() -> nis2map.ReviewAgreement:
    return reviewed().agreement("x", dataset=small())


def composed() -> nis2map.Composition:
    return nis2map.compose("y", "x", dataset=chained())


def shares() -> nis2map.Contributions:
    return nis2map.contributions(statement(), **asked(crosswalk="y", basis="guidance"))


def sensitive() -> nis2map.Sensitivity:
    return nis2map.sensitivity(statement(), **asked())


def steps() -> tuple[Step, ...]:
    return (
        Step("set:C.2", "2026-02-01", "2026-03-01", 2, title="Back up"),
        Step("set:C.1", None, "2026-06-01", 1.5),
    )


def simulated() -> nis2map.Simulation:
    return nis2map.simulate(statement(), steps(), **asked())


def planned() -> nis2map.Plan:
    return nis2map.plan(
        statement(), target=1.0, costs={"set:C.1": 2.0, "set:E": 0.5}, **asked(crosswalk=("x", "y"), basis="guidance")
    )


def road() -> nis2map.Roadmap:
    return nis2map.roadmap(certified=True)


def classified() -> nis2map.Classification:
    return nis2map.classify(Entity("nis2:annexI.8.1", headcount=300, turnover=6e7, established_in=("BE",)))


def scheduled() -> nis2map.Schedule:
    return nis2map.deadlines(Incident(NOON, member_state="BE"))


def migrated() -> nis2map.Migration:
    return nis2map.migrate(
        Assessment.of({"law:1.1#old": "implemented", "law:9": "planned", "law:1.2": "partial"}), dataset=renamed()
    )


def corresponding() -> nis2map.Correspondence:
    return nis2map.Correspondence(
        [
            nis2map.CorrespondenceRow(["iso27001-2013:A.5.1.1", "iso27001-2013:A.5.1.2"], "A.5.1", "merged", "both"),
            nis2map.CorrespondenceRow("iso27001-2013:A.11.2.5", (), "withdrawn"),
        ],
        title="ours <2013>",
        notes="1 unit without a new id",
    )


def moved_review() -> nis2map.ReviewMigration:
    verdicts = [
        nis2map.ReviewVerdict("law:1.1#old", "set:C.1", "helped"),
        nis2map.ReviewVerdict("law:9", "set:C.1", "none"),
    ]
    return nis2map.migrate(nis2map.Review(verdicts, judge="Ann"), dataset=renamed())


@cache
def renamed() -> Dataset:
    """A new edition that renamed a demand and dropped a unit."""
    return remade(
        small("2"),
        aliases=[
            nis2map.Alias("law:1.1#old", ("law:1.1#kept", "law:1.1#read"), since="2", kind="split"),
            nis2map.Alias("law:9", (), since="2", kind="withdrawn", note="gone"),
        ],
    )


RESULTS: dict[str, Callable[[], object]] = {
    # what is stated
    "Assessment": statement,
    "Finding": lambda: statement()["set:C.1"],
    "Problem": lambda: nis2map.Problem(
        "odd", path="a.csv", row=3, column="Status", ref="C.1", hint="say why", code="odd"
    ),
    # scores
    "Bounds": lambda: cov().overall.ceiling,
    "Score": lambda: cov().overall,
    "Coverage": cov,
    "Conflict": lambda: cov().conflicts[0],
    "MeasureGroup": lambda: cov().measure_groups[0],
    "MeasureGroups": lambda: cov().measure_groups,
    "Scores": lambda: cov().units,
    "Explanation": lambda: cov().explain("law:1"),
    "DemandExplanation": lambda: cov().explain("law:1.1#kept").demands[0],
    "TermExplanation": lambda: cov().explain("law:1.1#kept").demands[0].terms[0],
    "Judgement": lambda: coverage(statement(), **asked()).explain("law:1.3#known").demands[0].judgements[0],
    "Gap": lambda: gaps(statement(), **asked())[0],
    "Gaps": lambda: gaps(statement(), **asked()),
    # differences
    "Basis": lambda: compared().origin,
    "Comparison": compared,
    "Change": lambda: compared().changes[0],
    "Place": lambda: compared().changes[0].place,
    "Effect": lambda: next(effect for effect in compared().effects if effect.classes),
    "ClassChange": lambda: next(effect for effect in compared().effects if effect.classes).classes[0],
    "Regression": lambda: compared().regressions[0],
    "EntityChange": entity_changed,
    "StageChange": lambda: entity_changed().stages[0],
    "Migration": migrated,
    "ReviewMigration": moved_review,
    "Move": lambda: migrated().moved[0],
    "Correspondence": corresponding,
    "CorrespondenceRow": lambda: corresponding().rows[0],
    "Composition": composed,
    "Pair": lambda: composed()[0],
    "Chain": lambda: composed()[0].chains[0],
    "ChainStep": lambda: composed()[0].chains[0].first,
    "Agreement": agreed,
    "Corroboration": lambda: nis2map.corroboration("x", "y", dataset=small()),
    "SecondOpinion": lambda: nis2map.corroboration("x", "y", dataset=small())[0],
    "GradeCount": lambda: nis2map.corroboration("x", "y", dataset=small())[0].counts[0],
    "GradedPair": lambda: nis2map.corroboration("x", "y", dataset=small())[0].alone[0],
    "PairAgreement": lambda: agreed()[0],
    "Share": lambda: agreed().overall,
    "CoverageUnder": lambda: agreed().coverage[0],
    "ReviewSheet": lambda: nis2map.review_sheet(sample=2, blind=False, crosswalk="x", dataset=small()),
    "ReviewRow": lambda: nis2map.review_sheet(units="law:1.2", crosswalk="x", dataset=small())[0],
    "Review": reviewed,
    "ReviewVerdict": lambda: reviewed().verdicts[1],
    "ReviewAgreement": held_against,
    "GradeAgreement": lambda: held_against()["stated"],
    "ReviewDifference": lambda: held_against().differences[0],
    "Overlap": lambda: nis2map.overlap("x", dataset=small()),
    # planning
    "Contributions": shares,
    "Contribution": lambda: shares().rows[0],
    "Sensitivity": sensitive,
    "LinkEffect": lambda: sensitive().links[0],
    "Shift": lambda: sensitive().basis,
    "Step": lambda: steps()[0],
    "Simulation": simulated,
    "Point": lambda: simulated().points[-1],
    "Plan": planned,
    "Roadmap": road,
    "RoadmapStep": lambda: road().steps[0],
    # the dataset
    "Hits": lambda: nis2map.find("logs", dataset=small()),
    "Hit": lambda: nis2map.find("logs", dataset=small())[0],
    "Dataset": small,
    "Listed": lambda: nis2map.Listed(small().links("x")),
    "UnitTable": lambda: small().units(),
    "DemandTable": lambda: small().demands(),
    "LinkTable": lambda: small().links("x"),
    "VerdictTable": lambda: small().all_verdicts(),
    # the law
    "Classification": classified,
    "Reason": lambda: classified().reasons[0],
    "Registration": lambda: classified().registration,
    "Displacement": lambda: nis2map.classify(Entity("nis2:annexI.3.1", headcount=400)).displaced[0],
    "Jurisdiction": lambda: classified().jurisdiction[0],
    "Entity": lambda: Entity("nis2:annexI.8.1", headcount=300, turnover=6e7, established_in=("BE",)),
    "Figures": lambda: nis2map.Figures(300, 6e7, None, year=2025),
    "Partner": lambda: nis2map.Partner(nis2map.Figures(300, 6e7, 1e6), 0.3),
    "FineCeiling": lambda: nis2map.fine_ceiling(classified(), 5e8),
    "FineOption": lambda: nis2map.fine_ceiling(classified(), 5e8).options[0],
    "MemberState": lambda: nis2map.member_state("BE", today=dt.date(2026, 3, 1)),
    "Fact": lambda: nis2map.member_state("BE", today=dt.date(2026, 3, 1)).facts[0],
    "Incident": lambda: Incident(NOON, member_state="BE"),
    "IncidentFacts": lambda: IncidentFacts(direct_loss=6e5, malicious_access=True),
    "Clock": clock,
    "Schedule": scheduled,
    "Deadline": lambda: scheduled()[0],
    "Note": lambda: scheduled().notes[0],
    "ScheduleState": lambda: scheduled().state(NOON + dt.timedelta(hours=30)),
    "DeadlineState": lambda: scheduled().state(NOON + dt.timedelta(hours=30))[0],
    "RegistrationPlan": lambda: nis2map.registration(classified(), in_scope_since="2025-06-01"),
    "RegistrationDuty": lambda: nis2map.registration(classified(), in_scope_since="2025-06-01").duties[0],
    "Significance": lambda: nis2map.significance(IncidentFacts(entity_types="nis2:annexI.8.4", direct_loss=6e5)),
    "Criterion": lambda: nis2map.significance(IncidentFacts(direct_loss=6e5)).reasons[0],
}


def shown(result: object) -> str:
    """Return all that a reader can see of a result, under one heading each."""
    parts = {"repr": repr(result), "text": str(result)}
    if hasattr(result, "_repr_html_"):
        # How the elements look is held in test_notebook.py: here it would hide what they say.
        html = re.sub(r' style="[^"]*"', "", result._repr_html_())
        parts["html"] = re.sub(r"</(?:tr|p|dd|dl|div|li)>", r"\g<0>\n", html)
    if hasattr(result, "to_dict"):
        parts["dict"] = json.dumps(result.to_dict(), indent=1, ensure_ascii=False)
    text = "\n".join(f"--- {name}\n{part}" for name, part in parts.items()) + "\n"
    bundled = nis2map.load()
    for changing, stands in (
        (bundled.digest, "<digest>"),
        (bundled.digest[:12], "<digest>"),
        (bundled.version, "<version>"),
    ):
        text = text.replace(changing, stands)  # a release is no change of what is shown
    return "\n".join(line.rstrip() for line in text.split("\n"))


@pytest.mark.parametrize("name", RESULTS)
def test_what_is_shown_of_a_result_is_what_was_read_and_agreed(name: str) -> None:
    """Text, repr, HTML and dict are those of the file, word for word."""
    path, text = GOLDEN / f"{name}.txt", shown(RESULTS[name]())
    if REGENERATE:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_every_public_result_has_a_golden_text() -> None:
    """Whatever has a page or a dict of its own and is public is shown here; rows of the law's tables come as they are."""
    public = {name: value for name in nis2map.__all__ if inspect.isclass(value := getattr(nis2map, name))}
    rows = {name for name, value in public.items() if value.__module__.startswith("nis2map.model.")}
    results = {name for name, value in public.items() if hasattr(value, "to_dict") or hasattr(value, "_repr_html_")}
    assert results - rows - {"LawTables", "Tabular"} == set(RESULTS)
    assert {name: type(make()).__name__ for name, make in RESULTS.items()} == {name: name for name in RESULTS}
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(RESULTS)


# What calls on the samples give, where it is no sample itself.
CALLED: tuple[Callable[[], object], ...] = (
    lambda: cov().rollup("measure"),
    lambda: cov().rollup("overall"),
    lambda: Entity("nis2:annexI.8.1", headcount=300).size(),
    lambda: statement().current,
    small,
)


def within(value: object) -> Iterator[object]:
    """Yield what a user finds one step into a value: fields and properties of a class of ours, items, keys, values."""
    if isinstance(value, Mapping):
        yield from (part for pair in islice(value.items(), 5) for part in pair)
    elif isinstance(value, tuple | list | frozenset):
        yield from islice(value, 5)
    if type(value).__module__.startswith("nis2map"):
        for name in dir(type(value)):
            kind = inspect.getattr_static(type(value), name)
            if not name.startswith("_") and (
                isinstance(kind, property | cached_property) or inspect.isdatadescriptor(kind)
            ):
                yield getattr(value, name)


def test_every_class_that_a_result_is_made_of_can_be_imported() -> None:
    """Whoever finds an object in a result can name its class: in an annotation, an isinstance, a search of the docs."""
    met: dict[type, int] = {}
    found = [make() for make in (*RESULTS.values(), *CALLED)]
    for _ in range(7):
        todo: list[object] = []
        for value in found:
            met[type(value)] = met.get(type(value), 0) + 1
            # Twenty of a class show what it holds; what a tuple holds hangs on where it stands.
            if met[type(value)] <= 20 or isinstance(value, tuple):
                todo.append(value)
        found = [part for value in todo for part in within(value)]
    ours = {kind.__name__ for kind in met if kind.__module__.startswith("nis2map")}
    assert len(ours) > 70
    assert {name for name in ours if not name.startswith("_")} - set(nis2map.__all__) == set()
