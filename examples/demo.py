"""How much of NIS 2 does a Statement of Applicability meet, how much could it meet, and what comes first?

    python examples/demo.py [--all] [SOA.csv ...]

Without a file it reads the Statement of Applicability with gaps beside it. `--all` shows the tables behind the ten
lines: every measure, the gaps by class, what changed in a year, and what full implementation would cover.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import nis2map
from nis2map.scoring import ADVICE, Coverage, Gaps

HERE = Path(__file__).parent
BUNDLED = ("soa-nearly-complete.csv", "soa-with-gaps.csv")


def percent(value: float | None) -> str:
    return "    -  " if value is None else f"{100 * value:5.1f} %"


def short(ref: nis2map.Ref) -> str:
    """Write "Article 21(2), point (h)" as "Art. 21(2)(h)"."""
    return (ref.citation or str(ref)).replace("Article", "Art.").replace(", point ", "")


def headlines(name: str, cov: Coverage, alone: Coverage) -> Iterable[str]:
    """Ten lines: per Article what is met, and the three things that gain most, with why."""
    whole = cov.overall
    met = f"{whole.met} of {whole.demands} core demands of NIS 2 met with an ISO 27001 certificate"
    yield f"{name}: {met}, {alone.overall.met} without"
    shares = "share met, by links that language models judged"
    yield f"{shares:50}{'demands':>8}{'met':>5}{'surely':>9}{'at most':>9}{'ceiling':>9}"
    for ref, score in cov.rollup("article").items():
        title = f"{short(ref):8} {cov.dataset.requirement(ref).title}"
        numbers = "".join(f"{percent(value):>9}" for value in (score.low, score.high, score.ceiling.high))
        yield f"{title[:50]:50}{score.demands:8}{score.met:5}{numbers}"
    best = nis2map.plan(cov.assessment, budget=3, measures=True)
    over_time = nis2map.simulate(cov.assessment, best.dated("2027-01-01"))
    scores = [point.score for point in over_time if point.done or point.date is None]
    for number, (step, before, after) in enumerate(zip(best.steps, scores, scores[1:], strict=False), 1):
        more = after.met - before.met
        own = before.residual + before.structural - after.residual - after.structural
        why = "no ISO control does that" if own == more else f"no ISO control meets {own} of them"
        yield f"do {number}: {step.title}: {more} more met (+{100 * (step.gain or 0):.1f} points); {why}"


def gaps(found: Gaps) -> Iterable[str]:
    yield "demands not surely met, by gap class:"
    for kind, count in found.summary.items():
        yield f"  {count:4} {kind:15} {ADVICE[kind]}"
        gap = next(iter(found.of(kind)), None)
        if gap is not None:
            controls = ", ".join(short(control) for control in gap.controls[:6]) or "none"
            yield f"       for example {short(gap.requirement.ref)}, {gap.requirement.title}:"
            yield f"         not surely met: {'; '.join(demand.label for demand in gap.classes[kind])}"
            yield f"         related controls: {controls}"
            yield f"         an auditor would ask for: {'; '.join(gap.evidence)}"


def tables(name: str, soa: nis2map.Assessment) -> None:
    print(f"\n== {name}: {len(soa)} controls")
    for note in soa.notes:
        print(f"note: {note}")
    for title, assessment in (("the SoA alone", soa), ("with a certificate's clauses", soa.certified())):
        print(f"\n-- {title}")
        print(nis2map.coverage(assessment))
    print("\n" + "\n".join(gaps(nis2map.gaps(soa.certified()))))


def changes(before: Path, after: Path) -> None:
    first, second = (nis2map.read_soa(path).certified() for path in (before, after))
    found = nis2map.compare(first, second)
    print(f"\n== what changed from {before.name} to {after.name}")
    print(f"{len(found.changes)} findings changed")
    for name in ("low", "estimate"):
        before_, after_ = (getattr(nis2map.coverage(one).overall, name) for one in (first, second))
        print(f"overall {name} {percent(before_).strip()} -> {percent(after_).strip()}")
    print(f"regressions: {len(found.regressions)}")
    for regression in found.regressions[:5]:
        print(f"  {regression}")


def headline() -> None:
    print("\n== what full implementation covers")
    enisa = nis2map.overlap("enisa")
    annex = [(linked, count) for theme, linked, count in enisa.themes if theme != "clause"]
    linked, controls = (sum(column) for column in zip(*annex, strict=True))
    print(f"ENISA's table links {linked} of the {controls} controls ({percent(enisa.share_linked).strip()}).")
    full = nis2map.Assessment.full()
    print(f"{'':34}{'demands':>8}{'met':>5}{'ceiling':>9}")
    for framework in ("nis2", "cir"):
        for basis in ("statement", "guidance"):
            for weights in ("unit", "demand", "measure"):
                line = nis2map.coverage(full, framework=framework, basis=basis, weights=weights).overall
                name = f"{framework}, {basis}, by {weights}"
                print(f"{name:34}{line.demands:8}{line.met:5}{percent(line.ceiling.high):>9}")
    claimed = nis2map.coverage(full, crosswalk="article")
    print("A popular article claims '70-80 %'. Its own table, taken at its word, gives on the units it speaks of")
    print(f"low {percent(claimed.overall.low).strip()}, high {percent(claimed.overall.high).strip()}", end="")
    print(f" and does not address {claimed.overall.unjudged} demands of the core duties.")


def main(arguments: list[str]) -> int:
    every = "--all" in arguments
    paths = [Path(argument) for argument in arguments if argument != "--all"]
    try:
        for path in paths or [HERE / name for name in (BUNDLED if every else BUNDLED[1:])]:
            soa = nis2map.read_soa(path)
            print("\n".join(headlines(path.name, nis2map.coverage(soa.certified()), nis2map.coverage(soa))))
            if every:
                tables(path.name, soa)
    except nis2map.Nis2mapError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    if every and not paths:
        changes(HERE / "soa-with-gaps.csv", HERE / "soa-with-gaps-later.csv")
        headline()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
