"""The main job: from a Statement of Applicability to coverage with bounds, classified gaps, and what changed.

    python examples/demo.py [SOA.csv ...]

Without arguments it scores the two Statements of Applicability beside it.
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


def table(cov: Coverage) -> Iterable[str]:
    yield f"{'':58}{'low':>8}{'estimate':>10}{'high':>9}{'ceiling':>9}{'met':>5}{'of':>5}{'open':>6}"
    measures = cov.rollup("measure").items()
    rows = [(f"{short(ref):14}{cov.dataset.requirement(ref).title}", score) for ref, score in measures]
    for name, score in [*rows, ("overall", cov.overall)]:
        yield (
            f"{name[:57]:58}{percent(score.low):>8}{percent(score.estimate):>10}{percent(score.high):>9}"
            f"{percent(score.ceiling.low):>9}{score.met:5}{score.demands:5}{score.open:6}"
        )


def gaps(found: Gaps) -> Iterable[str]:
    yield "demands not surely met, by why:"
    for kind, count in found.summary.items():
        yield f"  {count:4} {kind:15} {ADVICE[kind]}"
        gap = next(iter(found.of(kind)), None)
        if gap is not None:
            controls = ", ".join(short(control) for control in gap.controls[:6]) or "none"
            yield f"       for example {short(gap.requirement.ref)}, {gap.requirement.title}:"
            yield f"         not surely met: {'; '.join(demand.label for demand in gap.classes[kind])}"
            yield f"         controls that bear on it: {controls}"
            yield f"         an auditor would ask for: {'; '.join(gap.evidence)}"


def score(path: Path) -> None:
    soa = nis2map.read_soa(path)
    print(f"\n== {path.name}: {len(soa)} controls")
    for note in soa.notes:
        print(f"note: {note}")
    for title, assessment in (("the SoA alone", soa), ("with a certificate's clauses", soa.certified())):
        print(f"\n-- {title}")
        print("\n".join(table(nis2map.coverage(assessment))))
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
    print(f"{'':34}{'low':>8}{'estimate':>10}{'high':>8}   met of demands")
    for framework in ("nis2", "cir"):
        for basis in ("statement", "guidance"):
            for weights in ("unit", "demand", "measure"):
                cov = nis2map.coverage(full, framework=framework, basis=basis, weights=weights)
                line = cov.overall
                name = f"{framework}, {basis}, by {weights}"
                print(
                    f"{name:34}{percent(line.low):>8}{percent(line.estimate):>10}{percent(line.high):>8}"
                    f"   {line.met} of {line.demands}"
                )
    claimed = nis2map.coverage(full, crosswalk="article")
    print("A popular article claims '70-80 %'. Its own table, taken at its word, gives on the units it speaks of")
    print(f"low {percent(claimed.overall.low).strip()}, high {percent(claimed.overall.high).strip()}", end="")
    print(f" and leaves {claimed.overall.unjudged} demands of the core duties without a word.")


def main(paths: list[str]) -> int:
    try:
        for path in [Path(path) for path in paths] or [HERE / name for name in BUNDLED]:
            score(path)
    except nis2map.Nis2mapError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2
    if not paths:
        changes(HERE / "soa-with-gaps.csv", HERE / "soa-with-gaps-later.csv")
        headline()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
