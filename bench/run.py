"""Benchmarks as ratios within one run, candidates in turn, machine facts first.

    python bench/run.py

The last line says which goals were met; the exit code is 1 if one was missed in each of three measurements. It is no
gate: a shared machine may miss a goal that the code meets.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import attrs
import plain_loop
import planning
import reading
from goals import ROUNDS, Call, Goal, Times, Verdict, least

import nis2map
from nis2map.scoring import workings

COLD = {
    "python": "pass",
    "networkx": "import networkx",
    "load": "import nis2map; nis2map.load()",
    "help": "import sys; from nis2map.cli import main; sys.exit(main(['--help']))",
    "help of a command": "import sys; from nis2map.cli import main; sys.exit(main(['gaps', '--help']))",
    "coverage": "import nis2map; ds = nis2map.load(); len(ds); nis2map.coverage(nis2map.Assessment.full()).overall",
}
# What a later reverse look-up may cost, 2 us where the goal was set: there (CPython 3.11 on two cores of a Xeon, model
# 207) this many look-ups in a dict of texts take as long.
PLAIN_LOOKUPS = 105


def machine() -> str:
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    return f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {model}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def cold() -> Times:
    """Least seconds of a whole process; byte code is written first."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def process(code: str) -> Call:
        command = [sys.executable, "-c", code]
        return Call(lambda: subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL))

    calls = {name: process(code) for name, code in COLD.items()}
    for call in calls.values():
        call.seconds()
    return least(calls)


def sample() -> nis2map.Assessment:
    folder = Path(__file__).parents[1] / "examples"
    return nis2map.read_soa(folder / "soa-with-gaps.csv").certified()


def numbers(cov: nis2map.Coverage) -> tuple[Sequence[float], Sequence[float], Sequence[float]]:
    """Low, estimate and high of every demand, in the order of `cov.demands`.

    The one private access of the benchmarks: `cov.demands` builds a `Score` of a dozen numbers per demand when it is
    asked for one, and the plain loop builds none.
    """
    values = workings(cov).values
    return values.low, values.estimate, values.high


def scoring(framework: str) -> dict[str, Call]:
    """Every demand and all three numbers: coverage, and the plain loop over the same links."""
    soa = sample()
    cov = nis2map.coverage(soa, framework=framework)
    demands = [str(demand) for demand in cov.demands]
    named = set(demands)
    links = [
        (
            tuple(map(str, link.controls)),
            tuple(str(ref) for ref in link.covers if str(ref) in named),
            tuple(str(ref) for ref in link.covers_guided + link.supports if str(ref) in named),
        )
        for link in nis2map.load().crosswalks["nis2map"].links
        if link.requirement.framework == framework
    ]
    serving = plain_loop.prepare(links, demands)
    degrees = {str(ref): finding.bounds for ref, finding in soa.findings.items()}
    expected = plain_loop.score(serving, degrees)
    for demand, *triple in zip(demands, *numbers(cov), strict=True):
        if expected[demand] != tuple(triple):
            sys.exit(f"the plain loop disagrees on {demand}: {expected[demand]}, coverage {tuple(triple)}")
    return {
        f"{framework} coverage": Call(lambda: numbers(nis2map.coverage(soa, framework=framework)), 10),
        f"{framework} loop": Call(lambda: plain_loop.score(serving, degrees), 10),
    }


def first_look_up() -> float:
    """Seconds of the first reverse look-up in a process that has scored once."""
    nis2map.coverage(sample(), framework="cir")
    nis2map.coverage(sample(), framework="nis2")
    ref = nis2map.parse_ref("A.8.24")
    start = time.perf_counter()
    nis2map.load().links("nis2map", control=ref)
    return time.perf_counter() - start


def look_ups() -> dict[str, Call]:
    """Later reverse look-ups of a control, and as many plain look-ups as one of them may cost."""
    dataset, ref = nis2map.load(), nis2map.parse_ref("A.8.24")
    texts = {str(unit.ref): unit for unit in dataset}
    keys = list(texts)[:PLAIN_LOOKUPS]

    def plain() -> None:
        for key in keys:
            texts[key]

    return {
        "links": Call(lambda: dataset.links("nis2map", control=ref), 2000),
        "plain look-ups": Call(plain, 2000),
    }


def entities() -> dict[str, Call]:
    """An entity of which all is known, and one of which nothing is."""
    plain = nis2map.Entity("nis2:annexI.8.8", headcount=400, turnover=80e6, balance_sheet=60e6)
    blank: dict[str, None] = {}
    for field in attrs.fields(nis2map.Entity):
        try:
            nis2map.Entity(**{"types": None, field.name: None})
        except nis2map.InputError:
            continue  # lists, and flags that are never open
        blank[field.name] = None
    unknown = nis2map.Entity(**blank)  # type: ignore[arg-type]
    return {
        "plain entity": Call(lambda: nis2map.classify(plain), 50),
        "unknown entity": Call(lambda: nis2map.classify(unknown)),
    }


def analysis(framework: str) -> Times:
    """The analysis functions, and what they build on."""
    soa = sample()
    calls = {
        "coverage": lambda: nis2map.coverage(soa, framework=framework).overall,
        "contributions": lambda: nis2map.contributions(soa, framework=framework),
        "sensitivity": lambda: nis2map.sensitivity(soa, framework=framework),
        "gaps": lambda: nis2map.gaps(soa, framework=framework),
        "compare": lambda: nis2map.compare(soa, soa, framework=framework),
        "plan": lambda: nis2map.plan(soa, target="ceiling", framework=framework),
    }
    return least({name: Call(call) for name, call in calls.items()}, rounds=5)


def datasets() -> Times:
    """Comparing the dataset with a changed copy, and building that copy from its parts."""
    dataset = nis2map.load()
    kept = [link for link in dataset.crosswalks["enisa"].links if link.controls[0].local != "A.8.8"]
    smaller = nis2map.Crosswalk("enisa", "cir", "iso27001", kept)
    other = dataset.with_crosswalk(smaller)
    calls = {
        "compare": Call(lambda: nis2map.compare(dataset, other)),
        "build": Call(lambda: dataset.with_crosswalk(smaller)),
    }
    return least(calls, rounds=3)


def additions() -> Times:
    """Adding a framework of 150 controls, and 3,000 links to it from the CIR, to the bundled dataset."""
    dataset = nis2map.load()
    framework = nis2map.Framework("house-1.0", "House controls", side="control")
    controls = [nis2map.Control(f"house-1.0:C.{number}", f"control {number}") for number in range(150)]
    wider = dataset.with_framework(framework, controls=controls)
    ends = [(unit.ref, control.ref) for unit in dataset.requirements("cir") for control in controls][:9_000:3]
    links = [nis2map.Link(*pair, "intersects-with", strength=5, rationale="they share a word") for pair in ends]
    crosswalk = nis2map.Crosswalk("house", "cir", framework.id, links)
    calls = {
        "framework": Call(lambda: dataset.with_framework(framework, controls=controls)),
        "3,000 links": Call(lambda: wider.with_crosswalk(crosswalk)),
    }
    return {**least(calls), "0.1 s": 0.1}


def tables() -> dict[str, nis2map.Tabular]:
    """Every tabular result of the sample, as large as it is in practice; a review sheet and all verdicts for size."""
    soa, dataset = sample(), nis2map.load()
    later = nis2map.read_soa(Path(__file__).parents[1] / "examples" / "soa-with-gaps-later.csv").certified()
    cov = nis2map.coverage(soa)
    plan = nis2map.plan(soa, target="ceiling")
    review = nis2map.Review(
        [nis2map.ReviewVerdict(row.demand, row.controls, "helped") for row in nis2map.review_sheet(units="Art. 21")]
    )
    facts = nis2map.IncidentFacts(direct_loss=6e5)
    entity = nis2map.classify(nis2map.Entity("nis2:annexI.8.1", headcount=300, turnover=6e7, established_in=("BE",)))
    incident = nis2map.Incident(dt.datetime(2026, 3, 27, 12, tzinfo=dt.UTC), member_state="BE")
    return {
        "assessment": soa,
        "coverage": cov,
        "demands": cov.demands,
        "measures": cov.rollup("measure"),
        "measure groups": cov.measure_groups,
        "gaps": nis2map.gaps(soa),
        "comparison": nis2map.compare(soa, later),
        "plan": plan,
        "contributions": nis2map.contributions(soa),
        "sensitivity": nis2map.sensitivity(soa),
        "simulation": nis2map.simulate(soa, plan.dated("2026-01-01")),
        "roadmap": nis2map.roadmap(soa, certified=True),
        "composition": nis2map.compose("enisa", "nis2map", through="iso27001"),
        "agreement": nis2map.agreement("nis2map", "enisa"),
        "corroboration": nis2map.corroboration(),
        "overlap": nis2map.overlap(),
        "review sheet": nis2map.review_sheet(),
        "review": review,
        "review agreement": review.agreement(),
        "hits": nis2map.find("incident logs"),
        "units": dataset.units(),
        "all demands": dataset.demands(),
        "links": dataset.links(),
        "verdicts": dataset.all_verdicts(),
        "classification": entity,
        "schedule": nis2map.deadlines(incident),
        "member state": nis2map.member_state("BE"),
        "significance": nis2map.significance(facts),
        "registration": nis2map.registration(entity, in_scope_since="2025-06-01"),
    }


def frames() -> Times:
    """The Arrow stream of each result and its rows as dicts, by its name."""
    calls: dict[str, Call] = {}
    for name, x in tables().items():
        calls[f"{name} rows"] = Call(x.to_dicts, 3)
        calls[f"{name} stream"] = Call(x.__arrow_c_stream__, 3)
    return least(calls, rounds=5)


def judged_frames(verdict: Verdict) -> None:
    """Measure and print what a dataframe costs beside plain rows."""
    print("\nthe Arrow stream of every result; x = against its to_dicts")
    names = list(tables())
    goals = [Goal(f"stream of {name}", f"{name} stream", f"{name} rows", 2.0) for name in names]
    times = verdict.judge(frames, goals)
    for name in names:
        print(f"  {name:16} {1e3 * times[f'{name} stream']:8.2f} ms of {1e3 * times[f'{name} rows']:.2f} ms")


def judged(verdict: Verdict) -> None:
    """Measure and print what has a goal."""
    print(f"\nreverse look-up of a control, the first after scoring: {1e6 * first_look_up():.1f} us")
    times = verdict.judge(
        lambda: least(look_ups()), [Goal("reverse look-up against plain look-ups", "links", "plain look-ups", 1.0)]
    )
    print(
        f"  later ones {1e6 * times['links']:.2f} us, {PLAIN_LOOKUPS} in a dict {1e6 * times['plain look-ups']:.2f} us"
    )

    print(f"\ncold process, least of {ROUNDS} rounds; x = against bare `import networkx`")
    goals = [
        Goal("import and load", "load", "networkx", 0.42),
        Goal("first coverage", "coverage", "networkx", 0.55),
        Goal("nis2map --help", "help", "python", 3.0),
    ]
    times = verdict.judge(cold, goals)
    for name in COLD:
        print(f"  {name:17} {1e3 * times[name]:7.1f} ms   {times[name] / times['networkx']:5.2f} x")
    for name in ("help", "help of a command"):
        print(f"  {name:17} {times[name] / times['python']:5.2f} x bare Python")

    print("\none assessment, every demand, low, estimate and high; x = against the frozen plain loop")
    for framework in ("nis2", "cir"):
        calls, pair = scoring(framework), (f"{framework} coverage", f"{framework} loop")
        times = verdict.judge(lambda calls=calls: least(calls), [Goal(f"{framework} demands", *pair, 1.2)])
        print(f"  {framework:10} {1e6 * times[pair[0]]:7.0f} us  (loop {1e6 * times[pair[1]]:.0f} us)")

    print("\nadding to the bundled dataset, checks included")
    goals = [Goal(f"{name} against 0.1 s", name, "0.1 s", 1.0) for name in ("framework", "3,000 links")]
    times = verdict.judge(additions, goals)
    print(f"  150 controls {1e3 * times['framework']:.0f} ms, 3,000 links {1e3 * times['3,000 links']:.0f} ms")

    print("\nclassifying an entity; x = against one of which all is known")
    goals = [Goal("an entity of which nothing is known", "unknown entity", "plain entity", 100.0)]
    times = verdict.judge(lambda: least(entities()), goals)
    print(f"  plain {1e6 * times['plain entity']:.0f} us, nothing known {1e6 * times['unknown entity']:.0f} us")


def judged_reading(verdict: Verdict) -> None:
    """Measure and print what reading a Statement of Applicability costs in each format."""
    print("\nreading a Statement of Applicability of 93 rows; x = against the bare parser of the format")
    formats, unread = reading.candidates()
    for name, calls in formats.items():
        read, parsed = calls
        goals = [Goal(f"reading {name}", read, parsed, reading.LIMIT)]
        times = verdict.judge(lambda calls=calls: least(calls), goals)
        print(f"  {name:10} {1e6 * times[read]:7.0f} us  (parser {1e6 * times[parsed]:.0f} us)")
    for line in unread:
        print(line)


def judged_analyses(verdict: Verdict) -> None:
    """Measure and print the analyses and the plans."""
    print("\nanalysis of one assessment; x = against coverage alone")
    for framework in ("nis2", "cir"):
        every = f"{framework} all of them"

        def measured(framework: str = framework, every: str = every) -> Times:
            times = dict(analysis(framework))
            return times | {every: sum(times.values()) - times["coverage"]}

        goals = [Goal(every, every, "coverage", 15.0)] if framework == "cir" else []
        times = verdict.judge(measured, goals)
        for name, seconds in times.items():
            print(f"  {framework:5} {name:16} {1e3 * seconds:7.2f} ms   {seconds / times['coverage']:6.1f} x")
    print("\nplans to 95 % of the ceiling from nothing in place, over all demands and controls")

    def slowest() -> Times:
        seconds, lines = planning.plans()
        print("\n".join(lines))
        return {"slowest": seconds, "0.3 s": 0.3}

    verdict.judge(slowest, [Goal("the slowest of them against 0.3 s", "slowest", "0.3 s", 1.0)])
    print("\nplans on 2,000 demands and 300 controls with 40 % of joint links, in ten seconds each")

    def furthest() -> Times:
        gap, lines = planning.large(by_topic=True)
        print("\n".join(lines))
        return {"gap": gap, "1 %": 0.01}

    verdict.judge(furthest, [Goal("the furthest from the best against 1 %", "gap", "1 %", 1.0)])
    print("\n".join(planning.large(by_topic=False)[1]))


def observed() -> None:
    """Measure and print what has no goal of its own."""
    times = datasets()
    print(
        f"\ncomparing two datasets {1e3 * times['compare']:.0f} ms, "
        f"{times['compare'] / times['build']:.2f} x building one with its checks"
    )


def main() -> int:
    print(machine())
    verdict = Verdict()
    judged(verdict)
    judged_reading(verdict)
    judged_analyses(verdict)
    judged_frames(verdict)
    observed()
    print(f"\n{verdict}")
    return int(bool(verdict.missed))


if __name__ == "__main__":
    sys.exit(main())
