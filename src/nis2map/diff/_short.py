"""Values as tables of changes show them: one at a time, or the two sides of a change."""

from __future__ import annotations

from .._shared import counted
from ..assessment import Finding
from ..errors import clean
from ..model import (
    LAW_TABLES,
    Alias,
    Control,
    Crosswalk,
    Demand,
    Framework,
    LawTables,
    Link,
    Measure,
    Requirement,
    Source,
)

__all__ = ["short", "sides"]


def sides(before: object, after: object) -> tuple[str, str]:
    """Return both values of a change as short texts; of the tables of the law what one side has and the other lacks."""
    if isinstance(before, LawTables) and isinstance(after, LawTables):
        return (_own(before, after), _own(after, before))
    return (short(before), short(after))


def _own(law: LawTables, other: LawTables) -> str:
    found: list[str] = []
    for name in LAW_TABLES:
        rows, others = getattr(law, name), getattr(other, name)
        number = sum(row not in others for row in rows)
        found += [f"{name}: {counted(number, 'row')}"] if number else []
    return clean(", ".join(found) or "nothing of its own", 60)


def short(value: object) -> str:
    """Return a value as a table shows it."""
    match value:
        case None:
            return "none"
        case Finding():
            return str(value.status) if value.degree is None else f"{value.status} {value.degree:g}"
        case Link():
            return str(value.relation)
        case Demand():
            return clean(value.label, 60)
        case Requirement() | Control() | Framework() | Crosswalk() | Source() | Measure():
            return clean(value.title or "(no title)", 60)
        case Alias():
            return clean(f"{value.kind} {', '.join(map(str, value.after))}".rstrip(), 60)
        case tuple():
            return clean(", ".join(map(str, value)), 60)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        case _:
            return clean(str(value), 60)
