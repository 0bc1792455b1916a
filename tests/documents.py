"""An object of every kind that has a document, made by the public functions from small inputs of our own."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import attrs

import nis2map
from nis2map import Assessment, Finding, Incident, Measure
from tests.tiny import options, tiny

# One document of every kind and every version of its layout. They are what users have on their disks: a file that was
# committed is never written anew. `python -m tests.documents` writes those that are missing.
GOLDEN = Path(__file__).parent / "data" / "documents"
BRUSSELS = ZoneInfo("Europe/Brussels")
# The second time that the clock shows half past two in that night: without its zone it would be another moment.
AWARE = dt.datetime(2026, 10, 25, 2, 30, tzinfo=BRUSSELS, fold=1)


@cache
def data() -> nis2map.Dataset:
    """Return a dataset with all that scores and gaps can be about."""
    return tiny(
        "1 First; 1.1 One: a b?; 1.2 Two: a c; 2 Second: d",
        "C/ All; C.1 Rules; C.2 Checks; C.3 Tools",
        {
            "x": "1.1 ~ C.1: a, supports b; 1.2 < C.1 + C.2: a c; 2 !",
            "y": "1.1 & C.3: a",
        },
        measures=[Measure("own", "A measure", closes=["law:2"])],
        version="2026.11",
    )


def asked(**more: Any) -> dict[str, Any]:
    """Return the options of a question about it."""
    return options(data(), **more)


@cache
def soa() -> Assessment:
    """Return an assessment with findings of every status, with wording, dates, notes and problems."""
    return Assessment(
        {
            "set:C.1": Finding("implemented", evidence=("ticket 7",), owner="Ann", date=dt.date(2026, 1, 5)),
            "set:C.2": Finding("partial", 0.25, "half of it"),
            "set:C.3": Finding("not_applicable", justification="no tools"),
            "law:1.1#b": Finding("not_applicable", justification="not appropriate here"),
            "law:2": Finding("not_applicable"),
        },
        subject="Acme, größer",
        as_of=dt.date(2026, 11, 27),
        scope="plant",
        whole_entity=False,
        problems=[nis2map.Problem("a word is not known", row=3, column="Status", span=(1, 4))],
        notes=["'in progress' is read as partial"],
    )


def later() -> Assessment:
    """Return what the assessment became."""
    return soa().replace({"set:C.2": "implemented", "set:C.1": "planned"})


def entity() -> nis2map.Entity:
    """Return an entity with figures, enterprises beside it and facts that are not known."""
    return nis2map.Entity(
        types=("nis2:annexI.8.8",),
        headcount=120,
        turnover=25_000_000,
        balance_sheet=None,
        linked=(nis2map.Figures(40.5, 2e6, None, year=2025),),
        partners=(nis2map.Partner(nis2map.Figures(10, 1e6, 1e6), 0.3),),
        oes_identified=dt.date(2022, 5, 1),
        established_in=("BE", "DE"),
        decisions_in="BE",
        systemic_risk=None,
        name="Acme",
    )


def incident() -> Incident:
    """Return an incident whose times have a zone with two offsets."""
    return Incident(
        AWARE,
        notified_at=AWARE + dt.timedelta(hours=20),
        ongoing=True,
        member_state="BE",
        zone=BRUSSELS,
        holidays=[dt.date(2026, 11, 1), dt.date(2026, 12, 25)],
    )


def clock() -> nis2map.Clock:
    """Return the clock of another act."""
    stage = nis2map.ReportingStage(
        stage="notification",
        ref="gdpr:33.1",
        citation="Article 33(1)",
        counted_from="data known",
        period={"amount": 72, "unit": "hours"},
        as_of="2016-05-04",
    )
    return nis2map.Clock(
        name="GDPR",
        act="Regulation (EU) 2016/679",
        stages=stage,
        starts={"data known": AWARE, "claim": None},
        done={"notification": AWARE + dt.timedelta(days=1)},
    )


def facts() -> nis2map.IncidentFacts:
    """Return facts with numbers of every kind."""
    return nis2map.IncidentFacts(
        entity_types=("cloud-computing-service-provider", "other"),
        direct_loss=Decimal("100000.10"),
        annual_turnover=Fraction(10_000_000, 3),
        occurrences=2,
        unavailable_for=dt.timedelta(hours=30, microseconds=5),
        users_limited=nis2map.Affected(percent=Decimal("0.1")),
        users_unavailable=nis2map.Affected(count=12),
        malicious_access=True,
    )


def review() -> nis2map.Review:
    """Return a person's verdicts."""
    verdicts = [
        nis2map.ReviewVerdict("law:1.1#a", ["set:C.1"], "guided", "only guidance says so"),
        nis2map.ReviewVerdict("law:1.2#a", ["set:C.2", "set:C.1"], "none"),
    ]
    return nis2map.Review(verdicts, judge="Ann", date="2026-11-26", licence="own copy", notes=["a column is not read"])


def _scored() -> dict[str, Any]:
    cov = nis2map.coverage(soa(), **asked(crosswalk=("x", "y"), support=0.25, weights={"law:1": 2.0, "law:2": 0.1}))
    gaps = nis2map.gaps(soa(), **asked())
    return {
        "coverage": cov,
        "gaps": gaps,
        "gap": gaps[0],
        "score": cov.overall,
        "explanation": cov.explain(),
        "measure-group": cov.measure_groups[0],
        "comparison": nis2map.compare(soa(), later(), **asked()),
        "plan": nis2map.plan(soa(), target="ceiling", **asked()),
        "simulation": nis2map.simulate(soa(), nis2map.plan(soa(), budget=1, **asked()).dated("2026-12-01"), **asked()),
        "step": nis2map.Step("A.8.24", "2026-12-01", "2026-12-31", 2.5, title="Cryptography", together=("own",)),
        "contributions": nis2map.contributions(soa(), of="estimate", **asked()),
        "sensitivity": nis2map.sensitivity(soa(), **asked()),
        "roadmap": nis2map.roadmap(certified=False),
    }


def _of_data() -> dict[str, Any]:
    held = data()
    bundled = nis2map.load()
    return {
        "hits": nis2map.find("cryptography", limit=3),
        "overlap": nis2map.overlap("x", dataset=held),
        "agreement": nis2map.agreement("x", "y", assessment=soa(), dataset=held),
        "corroboration": nis2map.corroboration("x", ("y",), dataset=held),
        "composition": nis2map.compose(held.crosswalks["x"], held.crosswalks["y"], through="set", dataset=held),
        "review-sheet": nis2map.review_sheet(crosswalk="x", blind=False, dataset=held),
        "review": review(),
        "review-agreement": review().agreement("x", dataset=held),
        "migration": nis2map.migrate(soa(), dataset=held),
        "correspondence": nis2map.Correspondence(
            (nis2map.CorrespondenceRow(("old:1", "old:2"), ("set:C.1",), "merged", "as the publisher says"),),
            title="From the old set",
            notes=("one",),
        ),
        "review-migration": nis2map.migrate(review(), dataset=held),
        "requirement": held.requirement("law:1.1"),
        "control": held.control("set:C.1"),
        "demand": held.demand("law:1.1#b"),
        "link": held.crosswalks["x"].links[1],
        "framework": held.frameworks["law"],
        "measure": held.measures[0],
        "verdict": bundled.verdicts("nis2:21.2.h~cryptography")[0],
        "source": next(iter(bundled.sources.values())),
        "alias": nis2map.Alias("law:9", ("law:1.1",), "renamed", "2026.11"),
        "difference": nis2map.differences()[0],
        "benefit": nis2map.benefits()[0],
        "cycle-stage": nis2map.cycle()[0],
        "legal-date": nis2map.timeline()[0],
        "finding": soa()["set:C.2"],
        "problem": soa().problems[0],
    }


def _of_law() -> dict[str, Any]:
    found = nis2map.classify(entity())
    schedule = nis2map.deadlines(incident(), clocks=clock())
    return {
        "entity": entity(),
        "classification": found,
        "fine-ceiling": nis2map.fine_ceiling(found, 3e9),
        "registration-plan": nis2map.registration(found, in_scope_since="2026-01-01"),
        "member-state": nis2map.member_state("BE", today=dt.date(2026, 11, 27)),
        "incident": incident(),
        "incident-facts": facts(),
        "clock": clock(),
        "schedule": schedule,
        "deadline": schedule.deadlines[0],
        "schedule-state": schedule.state(AWARE + dt.timedelta(days=2, microseconds=7)),
        "significance": nis2map.significance(facts()),
        "fact": nis2map.stale(dt.date(2030, 1, 1))[0],
        "supervision-row": nis2map.supervision()[0],
        "entity-type": nis2map.entity_types()[0],
        "list": nis2map.stale(dt.date(2030, 1, 1))[:3],
    }


@cache
def examples() -> dict[str, Any]:
    """Return an object of every kind by the word for the kind."""
    first = {"assessment": soa(), "crosswalk": data().crosswalks["x"], "dataset": data()}
    return first | _scored() | _of_data() | _of_law()


@cache
def more() -> dict[str, Any]:
    """Return further objects that are hard to hold: other kinds of values in the same fields."""
    held, bundled = data(), nis2map.load()
    binding = nis2map.classify(nis2map.Entity(types=("nis2:annexI.8.8",), headcount=300, turnover=6e7))
    changed = tiny("1 First; 1.1 Another: a b; 3 Third: e", "C/ All; C.1 Rules", "1.1 ~ C.1: a", version="2026.12")
    return {
        "coverage of what binds": nis2map.coverage(Assessment.of({"A.5.1": 0.5}), within=binding),
        "coverage of the Directive": nis2map.coverage(Assessment.full(), basis="guidance", weights="measure"),
        "coverage of the CIR": nis2map.coverage(Assessment.full(), framework="cir", facts={}),
        "empty coverage": nis2map.coverage(Assessment(), **asked(within=())),
        "gaps of the Directive": nis2map.gaps(Assessment.of({"A.5.1": "implemented"})),
        "no gaps": nis2map.gaps(Assessment.of({"law:1": "implemented", "law:2": "implemented"}), **asked()),
        "datasets compared": nis2map.compare(held, changed),
        "datasets compared, scored": nis2map.compare(held, changed, assessment=soa(), framework="law", crosswalk="x"),
        "crosswalks compared": nis2map.compare(
            held.crosswalks["x"], attrs.evolve(held.crosswalks["x"], links=held.crosswalks["x"].links[::-1], title="t")
        ),
        "bundled agreement": nis2map.agreement("nis2map", "enisa"),
        "open fine": nis2map.fine_ceiling(nis2map.classify(nis2map.Entity(None))),
        "no tuple": (),
        "links": nis2map.related("A.8.24"),
        "roadmap with gaps": nis2map.roadmap(Assessment.of({"A.5.1": 0.5}), certified=True),
        "duties": nis2map.duties(binding)[:4],
        "units": (bundled["Art. 21(2)(h)"],),
        "offset zone": attrs.evolve(incident(), zone=dt.timezone(dt.timedelta(hours=2))),
        "named zone": attrs.evolve(incident(), zone="Europe/Berlin"),
        "bare entity": nis2map.Entity(None, headcount=None),
    }


def write_missing() -> None:
    """Write a golden document for every kind that has none in its present version."""
    GOLDEN.mkdir(exist_ok=True)
    for word, value in examples().items():
        written = nis2map.dumps(value)
        path = GOLDEN / f"{word}-{json.loads(written)['version']}.json"
        if not path.exists():
            path.write_bytes(written)


if __name__ == "__main__":
    write_missing()
