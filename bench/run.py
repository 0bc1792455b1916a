"""Benchmarks as ratios within one run, candidates interleaved, machine facts first.

python bench/run.py
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import plain_loop
import planning

import nis2map
from nis2map.scoring import workings

ROUNDS = 15
COLD = {
    "python": "pass",
    "networkx": "import networkx",
    "load": "import nis2map; nis2map.load()",
    "coverage": "import nis2map; ds = nis2map.load(); len(ds); nis2map.coverage(nis2map.Assessment.full()).overall",
}


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


def cold() -> dict[str, float]:
    """Median seconds of a whole process, candidates in turn; byte code is written first."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    times: dict[str, list[float]] = {name: [] for name in COLD}
    for round_ in range(ROUNDS + 1):
        for name, code in COLD.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True, env=environment)
            if round_:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def interleaved(candidates: dict[str, Callable[[], object]], *, rounds: int = 60) -> dict[str, float]:
    """Least seconds of a call, candidates in turn."""
    best = dict.fromkeys(candidates, float("inf"))
    for _ in range(rounds):
        for name, call in candidates.items():
            start = time.perf_counter()
            call()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def sample() -> nis2map.Assessment:
    folder = Path(__file__).parents[1] / "examples"
    return nis2map.read_soa(folder / "soa-with-gaps.csv").certified()


def scoring(framework: str) -> tuple[float, float]:
    """Seconds for every demand and all three numbers: coverage, and the plain loop over the same links."""
    dataset, soa = nis2map.load(), sample()
    cov = nis2map.coverage(soa, framework=framework)
    demands = [str(demand.ref) for demand in workings(cov).question.demands]
    named = set(demands)
    links = [
        (
            tuple(map(str, link.controls)),
            tuple(str(ref) for ref in link.covers if str(ref) in named),
            tuple(str(ref) for ref in link.covers_guided + link.supports if str(ref) in named),
        )
        for link in dataset.links_of("nis2map", framework)
    ]
    serving = plain_loop.prepare(links, demands)
    degrees = {str(ref): finding.bounds for ref, finding in soa.findings.items()}
    expected = plain_loop.score(serving, degrees)
    for place, demand in enumerate(demands):
        if expected[demand] != (
            workings(cov).values.low[place],
            workings(cov).values.estimate[place],
            workings(cov).values.high[place],
        ):
            sys.exit(f"the plain loop disagrees on {demand}")
    best = interleaved(
        {
            "coverage": lambda: nis2map.coverage(soa, framework=framework).values,
            "loop": lambda: plain_loop.score(serving, degrees),
        }
    )
    return best["coverage"], best["loop"]


def look_up() -> tuple[float, float]:
    """Seconds of the first and of later reverse look-ups of a control in a process that has scored once."""
    from nis2map.dataset import Dataset
    from nis2map.dataset._store import Packaged

    dataset = Dataset(Packaged(), version="bench")
    nis2map.coverage(sample(), framework="cir", dataset=dataset)
    nis2map.coverage(sample(), framework="nis2", dataset=dataset)
    ref = nis2map.parse_ref("A.8.24")
    start = time.perf_counter()
    dataset.links("nis2map", control=ref)
    first = time.perf_counter() - start
    later = interleaved({"links": lambda: dataset.links("nis2map", control=ref)}, rounds=2000)["links"]
    return first, later


def analysis(framework: str) -> dict[str, float]:
    """Least seconds of the analysis functions, and of what they build on."""
    soa = sample()
    return interleaved(
        {
            "coverage": lambda: nis2map.coverage(soa, framework=framework).overall,
            "contributions": lambda: nis2map.contributions(soa, framework=framework),
            "sensitivity": lambda: nis2map.sensitivity(soa, framework=framework),
            "gaps": lambda: nis2map.gaps(soa, framework=framework),
            "compare": lambda: nis2map.compare(soa, soa, framework=framework),
            "plan": lambda: nis2map.plan(soa, target="ceiling", framework=framework),
        },
        rounds=5,
    )


def datasets() -> tuple[float, float]:
    """Seconds of comparing the dataset with a changed copy, and of building that copy from its parts."""
    dataset = nis2map.load()
    kept = [link for link in dataset.crosswalks["enisa"].links if link.controls[0].local != "A.8.8"]
    smaller = nis2map.Crosswalk("enisa", "cir", "iso27001", kept)
    other = dataset.with_crosswalk(smaller)
    best = interleaved(
        {"compare": lambda: nis2map.compare(dataset, other), "load": lambda: dataset.with_crosswalk(smaller)}, rounds=3
    )
    return best["compare"], best["load"]


def main() -> None:
    print(machine())
    times = cold()
    base = times["networkx"]
    print("\ncold process, median of", ROUNDS, "rounds; x = against bare `import networkx`")
    for name in COLD:
        print(f"  {name:10} {1000 * times[name]:7.1f} ms   {times[name] / base:5.2f} x")
    print("  goals: load <= 0.50 x, coverage <= 0.60 x")
    print("\none assessment, every demand, low, estimate and high; x = against the frozen plain loop")
    for framework in ("nis2", "cir"):
        ours, loop = scoring(framework)
        print(f"  {framework:10} {1e6 * ours:7.0f} us   {ours / loop:5.2f} x  (loop {1e6 * loop:.0f} us)")
    print("  goal: <= 1.50 x")
    first, later = look_up()
    print(f"\nreverse look-up of a control: first {1e6 * first:.1f} us, later {1e6 * later:.2f} us")
    print("\nanalysis of one assessment; x = against coverage alone")
    for framework in ("nis2", "cir"):
        found = analysis(framework)
        found["all of them"] = sum(found.values()) - found["coverage"]
        for name, seconds in found.items():
            print(f"  {framework:5} {name:14} {1e3 * seconds:7.2f} ms   {seconds / found['coverage']:6.1f} x")
    print("\nplans to 95 % of the ceiling from nothing in place, over all demands and controls")
    print("\n".join(planning.plans()))
    print("  goal: exact or within 1 %, in about a second")
    comparing, loading = datasets()
    print(
        f"\ncomparing two datasets {1e3 * comparing:.0f} ms, {comparing / loading:.2f} x building one with its checks"
    )


if __name__ == "__main__":
    main()
