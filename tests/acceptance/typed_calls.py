"""What type checkers of users accept and refuse; it is checked and never run.

A call that must be refused carries a comment that both mypy and pyright read; a checker that accepts it says that the
comment is not needed, which is an error here.
"""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import assert_type

import nis2map
from nis2map import Assessment, Entity, Figures, Incident, Partner, Ref, Scores, Step


def accepted(aware: dt.datetime, ref: Ref) -> None:
    """Facts in the forms that the constructors read."""
    year = Figures(4.5, Decimal("1e6"), Fraction(1, 3), year=2025)
    Entity("nis2:annexI.8.1", headcount=400, turnover=80e6, balance_sheet=Decimal(60), designated="essential")
    Entity([ref, "nis2:annexI.8.2"], years=[year], linked=year, partners=(Partner(year, 0.3),), side_activity=True)
    Entity((), designated=False, trust_service="qualified", established_in=["BE"], services_in="DE", created_by="FR")
    Entity(None, headcount=None, oes_identified="2022-01-01", sector_acts=("DORA",), side_activity=ref)
    Incident(aware, member_state="BE", holidays=[dt.date(2026, 1, 1)])
    Step("A.5.1", "2026-01-01", dt.date(2026, 2, 1), 2)


def scores(soa: Assessment, level: str) -> None:
    """The keys of a roll-up by its level, and what is found in one."""
    cov = nis2map.coverage(soa)
    assert_type(cov.rollup("measure"), Scores[Ref])
    assert_type(cov.rollup("overall"), Scores[str])
    assert_type(cov.rollup("article")["Art. 21"].low, float | None)
    assert_type([ref.citation for ref in cov.rollup("demand")], list[str])
    assert_type(cov.rollup(level), Scores[Ref | str])


def refused(soa: Assessment, aware: dt.datetime) -> None:
    """Facts of another kind, and options that there are not."""
    Entity(5)  # type: ignore[arg-type]
    Entity((), headcount="many")  # type: ignore[arg-type]
    Entity((), turnover="1e6")  # type: ignore[arg-type]
    Entity((), balance_sheet=[1])  # type: ignore[arg-type]
    Entity((), years=2025)  # type: ignore[arg-type]
    Entity((), linked=[300])  # type: ignore[list-item]
    Entity((), partners=0.3)  # type: ignore[arg-type]
    Entity((), trust_service=True)  # type: ignore[arg-type]
    Entity((), side_activity=5)  # type: ignore[arg-type]
    Entity((), designated=True)  # type: ignore[arg-type]
    Entity((), state_exemption=1)  # type: ignore[arg-type]
    Entity((), public_administration=0)  # type: ignore[arg-type]
    Entity((), oes_identified=2022)  # type: ignore[arg-type]
    Entity((), sector_acts=1)  # type: ignore[arg-type]
    Entity((), established_in=32)  # type: ignore[arg-type]
    Entity((), services_in=True)  # type: ignore[arg-type]
    Entity((), decisions_in=["BE"])  # type: ignore[arg-type]
    Entity((), operations_in=1)  # type: ignore[arg-type]
    Entity((), most_employees_in=1)  # type: ignore[arg-type]
    Entity((), representative_in=False)  # type: ignore[arg-type]
    Entity((), created_by=1)  # type: ignore[arg-type]
    Entity((), oes_nis1="yes")  # type: ignore[arg-type]
    Figures("many")  # type: ignore[arg-type]
    Figures(1, "1e6")  # type: ignore[arg-type]
    Figures(1, 1, "1e6")  # type: ignore[arg-type]
    Figures(year="2025")  # type: ignore[arg-type]
    Partner(300, 0.3)  # type: ignore[arg-type]
    Partner(Figures(), None)  # type: ignore[arg-type]
    Incident("2026-01-01T00:00Z")  # type: ignore[arg-type]
    Incident(aware, member_state=32)  # type: ignore[arg-type]
    Incident(aware, holidays=dt.date(2026, 1, 1))  # type: ignore[arg-type]
    Step("A.5.1", 2026)  # type: ignore[arg-type]
    Step("A.5.1", cost="2")  # type: ignore[arg-type]
    nis2map.coverage(soa, supprt=0.5)  # type: ignore[call-arg]
    nis2map.plan(soa, framwork="cir")  # type: ignore[call-arg]
