"""Claims on the reports of Article 23(4): how long after what each is due, against the table of stages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import attrs

from ...model import ReportingStage
from ._sentence import Claim, Said
from ._words import ANCHORS, DOUBT_STAGES, DUTY, LEADS, MODAL, NUMBERS, REPORTED, STAGES, TRUST, UNITS

__all__ = ["stage_claims"]

# Citations that hold every stage: the words for the stage say which is meant.
_WHOLE = frozenset(("23", "23.4", "23.4.s1"))
_PERIOD = re.compile(
    r"(?<![\w.,/-])(?P<number>\d{1,4}|"
    + "|".join(sorted(NUMBERS, key=len, reverse=True))
    + r")(?P<joint>[\s-]{0,2})(?:"
    + "|".join(f"(?P<{unit}>{pattern})" for unit, pattern in UNITS.items())
    + r")(?![\w])(?!\s+(?:working|business|ouvr))",
    re.IGNORECASE,
)
# "24-72 hours", "24 or 72 hours": two figures, of which either may be meant.
_RANGE = re.compile(r"\d\s{0,2}(?:-|\u2013|to|or|and|bis|oder|und|à|ou|et)\s{0,2}\Z", re.IGNORECASE)
# "48-hour deadline", "48-Stunden-Frist"
_COMPOUND = re.compile(
    r"[\s-]{1,2}(?:deadline|limit|window|period|time\s+limit|frist|notification|report|early\s+warning)(?!\w)",
    re.IGNORECASE,
)
# "the deadline ... is 48 hours"
_LIMIT = re.compile(
    r"(?<!\w)(?:deadline|time\s+limit|limit|frist|délai)(?!\w)[^.;:|]{0,120}?\s(?:is|are|beträgt|est\sd[e'])\s?\Z",
    re.IGNORECASE,
)
_LATEST = re.compile(r"\s{1,2}(?:at\s+the\s+latest|spätestens|au\s+plus\s+tard)(?!\w)", re.IGNORECASE)
# Between an anchor and the citation of the report that it is: "after the notification under Article 23(4)(b)".
_TIED = re.compile(
    r"\s{1,2}(?:under|of|pursuant\s+to|according\s+to|(?:referred\s+to|mentioned)\s+in|nach|gemäß|(?:visée?|prévue?)\s+à|de)"
    r"\s(?:l')?",
    re.IGNORECASE,
)
# The anchors that are reports or requests, which have citations of their own.
_REPORTS = frozenset(("early-warning", "notification", "other"))
_MINUTES = {"hours": 60, "days": 24 * 60, "weeks": 7 * 24 * 60, "minutes": 1}
_FROM = {
    "awareness": "awareness",
    "notification": "the incident notification",
    "handling": "the handling of the incident",
}


@attrs.frozen
class _Period:
    """A period that a sentence states, what it is said to run from ("" if nothing known), and where it stands."""

    amount: int
    unit: str
    anchor: str
    span: tuple[int, int]
    anchored: tuple[int, int]

    def is_that_of(self, row: ReportingStage) -> bool:
        """Whether the table has this length and this anchor; what is too close to tell counts as right."""
        return self._has_length(row) and self.anchor in ("", "other", row.counted_from)

    def _has_length(self, row: ReportingStage) -> bool:
        if row.period is None:
            return True
        unit = str(row.period.unit)
        if self.unit == unit:
            return self.amount == row.period.amount
        if self.unit in _MINUTES and unit in _MINUTES:
            return self.amount * _MINUTES[self.unit] == row.period.amount * _MINUTES[unit]
        if unit == "months" and self.unit in _MINUTES:  # thirty days are a month to most, four weeks to some
            days = self.amount * _MINUTES[self.unit] / _MINUTES["days"]
            return 28 * row.period.amount <= days <= 31 * row.period.amount
        return unit not in (*_MINUTES, "months")


def stage_claims(said: Said) -> Iterator[Claim]:
    """Yield the one period of a sentence that the table of stages contradicts.

    The sentence cites one stage of Article 23(4), or the Article and names one stage, and states one period as a
    deadline. What only may mean a deadline is left alone, and so are stages for which the table fixes no period.
    """
    if DOUBT_STAGES.search(said.text) or (MODAL.search(said.text) and not REPORTED.search(said.text)):
        return
    period = _stated(said)
    if period is None:
        return
    rows = _rows(said, period)
    if not rows or any(row.period is None or period.is_that_of(row) for row in rows):
        return
    right = "; ".join(dict.fromkeys(_right(row) for row in rows))
    stage = STAGE_NAMES.get(rows[0].stage, rows[0].stage)
    words = said.text[slice(*period.span)]
    yield said.claim(period.span, f"{words!r} contradicts the table of stages: {stage}, {right}", right)


STAGE_NAMES = {
    "early_warning": "early warning",
    "notification": "incident notification",
    "final": "final report",
}


def _right(row: ReportingStage) -> str:
    return f"{row.ref.citation}: {row.period} after {_FROM.get(row.counted_from, row.counted_from)}"


def _stated(said: Said) -> _Period | None:
    """Return the period of a sentence that states one, and as a deadline."""
    found = list(_PERIOD.finditer(said.text))
    if len(found) != 1:
        return None
    (match,) = found
    before = said.text[max(0, match.start() - 60) : match.start()]
    if _RANGE.search(before):
        return None
    anchor = ANCHORS.match(said.text, match.end())
    deadline = (
        LEADS.search(before) is not None
        or _LIMIT.search(said.text, 0, match.start()) is not None
        or _COMPOUND.match(said.text, match.end()) is not None
        or _LATEST.match(said.text, match.end()) is not None
        or (anchor is not None and DUTY.search(said.text) is not None)
    )
    if not deadline:
        return None
    unit = next(unit for unit in UNITS if match[unit])
    written = match["number"].lower()
    kind = "" if anchor is None or anchor.lastgroup is None else anchor.lastgroup.replace("_", "-")
    end = match.end() if anchor is None else anchor.end()
    return _Period(
        amount=int(written) if written.isdigit() else NUMBERS[written],
        unit=unit,
        anchor=kind,
        span=(match.start(), end if kind not in ("", "other") else match.end()),
        anchored=(match.end(), end),
    )


def _rows(said: Said, period: _Period) -> Sequence[ReportingStage]:
    """Return the rows of the stage that a sentence is about, none if it is about none or several."""
    table = said.data.law.stages
    points = _points(said, period, [row.ref.local for row in table])
    anchor, end = period.anchored
    rest = f"{said.text[:anchor]}|{said.text[end:]}"
    named = {stage for stage, pattern in STAGES.items() if pattern.search(rest)}
    trust = TRUST.search(said.text) is not None
    if points is None or len(points) > 1 or len(named) > 1:
        return ()
    if not points:
        return [row for row in table if row.stage in named and (trust or row.when != "trust_service")]
    rows = [row for row in table if row.ref.local in points]
    stages = {row.stage for row in rows}
    if not named <= stages or (len(stages) > 1 and not named):
        return ()
    # A trust service provider has its own period beside that of the point.
    special = [
        row for row in table if trust and row.stage in stages and row.when == "trust_service" and row not in rows
    ]
    return [*(row for row in rows if not named or row.stage in named), *special]


def _points(said: Said, period: _Period, units: Sequence[str]) -> set[str] | None:
    """Return the units of single stages that a sentence cites, None if it cites anything but stages.

    The citation of the report from which a period runs is none of them.
    """
    points: set[str] = set()
    for mention, local in zip(said.mentions, said.cited, strict=True):
        unit = next((unit for unit in units if local == unit or local.startswith(f"{unit}.")), local)
        tied = _TIED.match(said.text, period.anchored[1]) if period.anchor in _REPORTS else None
        if (tied and tied.end() == mention.start - said.start) or unit in _WHOLE:
            continue
        if unit not in units:
            return None
        points.add(unit)
    return points
