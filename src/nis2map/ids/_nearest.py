"""What hints name: the real units that are nearest to one that does not exist, or that a bare number may stand for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from ..errors import InputError, quote
from ._frameworks import KnownUnits, closed_set, ids_of, is_local
from ._ref import Ref, natural

__all__ = ["Exists", "existence", "hint_for", "readings_of_number"]

Exists = Callable[[str, str], bool]
"""Whether a framework has a unit, both as texts."""

_COUNT = 3


def existence(dataset: KnownUnits | None) -> Exists:
    """Return how to tell whether a unit exists: by the dataset if there is one, else by the closed sets.

    Frameworks without a closed set are open: without a dataset every id of theirs may exist. Raises `InputError` for
    what holds no units of frameworks: a `Dataset` lies above, so it is known by what it has.
    """
    if dataset is not None:
        _expect_units(dataset)
        return lambda framework, local: (
            framework in dataset.frameworks and is_local(framework, local) and Ref(framework, local) in dataset
        )

    return _in_closed_set


def _expect_units(dataset: object) -> None:
    with suppress(Exception):  # a property of somebody else's may raise anything
        if isinstance(getattr(dataset, "frameworks", None), Mapping) and hasattr(dataset, "__contains__"):
            return
    raise InputError(f"dataset: expected a Dataset, got {quote(dataset)}", hint="nis2map.load() gives the bundled one")


def _in_closed_set(framework: str, local: str) -> bool:
    known = closed_set(framework)
    return not known or local.partition("#")[0] in known


def hint_for(ref: Ref, exists: Exists) -> str:
    """Return a hint to what was probably meant by a ref that does not exist; it names nothing but what does."""
    ids = ids_of(ref.framework)
    unit = ref.unit.local
    if ref.framework == "iso27001":
        # Whoever lists controls by number alone means Annex A: no clause is numbered so high.
        if exists("iso27001", f"A.{unit}"):
            return f"nearest: control iso27001:A.{unit}"
        if unit.count(".") == 3 or re.match(r"A\.(?![5-8](?!\d))", unit):
            old = ids_of("iso27001-2013")
            if old is not None and old.form.fullmatch(unit):
                return f"it looks like the 2013 edition: iso27001-2013:{unit}"
    siblings = _siblings(ref.framework, unit, exists) if ids is not None else []
    near = _around(siblings, unit) or _above(ref, exists)
    return f"nearest: {', '.join(f'{ref.framework}:{local}' for local in near)}" if near else ""


def _siblings(framework: str, local: str, exists: Exists) -> list[str]:
    """Return the units of the same kind under the nearest unit above that exists, in legal order."""
    places = closed_set(framework)
    above, mark, last = _split(local)
    while above and above not in places:
        above, mark, last = _split(above)
    kind = _kind(last)
    if kind == "theme" and last != local:
        # No such theme: a heading is never what somebody meant who wrote a control.
        return [unit for unit in places if re.fullmatch(r"A\.\d+\.\d+", unit) and exists(framework, unit)]
    return [
        unit
        for unit in places
        if _split(unit)[:2] == (above, mark) and _kind(_split(unit)[2]) == kind and exists(framework, unit)
    ]


def _split(local: str) -> tuple[str, str, str]:
    """Split a local id into the unit above, the mark between, and its own last part."""
    at = max(local.rfind("."), local.rfind("~"))
    # "A." and "art." belong to the number that follows: A.8 and art.7 have nothing above.
    if at < 0 or local[:at] in ("A", "art"):
        return "", "", local
    return local[:at], local[at], local[at + 1 :]


def _kind(part: str) -> str:
    """Return what sort of part this is: a control for a control, a point for a point."""
    for kind, pattern in (
        ("number", r"\d+"),
        ("subparagraph", r"s\d"),
        ("article", r"art\.\d+"),
        ("theme", r"A\.\d+"),
        ("annex", r"annex[IVX]+"),
        ("point", r"[a-z]+"),
    ):
        if re.fullmatch(pattern, part):
            return kind
    return "part"


def _around(siblings: Sequence[str], local: str) -> list[str]:
    """Return the siblings nearest to where the unit would stand, in legal order."""
    wanted = natural(local)
    after = next((at for at, unit in enumerate(siblings) if natural(unit) > wanted), len(siblings))
    order = sorted(range(len(siblings)), key=lambda at: after - at - 1 if at < after else at - after + 0.5)
    return [siblings[at] for at in sorted(order[:_COUNT])]


def _above(ref: Ref, exists: Exists) -> list[str]:
    """Return the nearest unit above that exists, if any does."""
    local = ref.unit.local
    while re.search(r"[.~]", local):
        local = local[: max(local.rfind("."), local.rfind("~"))]
        if local not in ("A", "art") and exists(ref.framework, local):
            return [local]
    return []


def readings_of_number(number: str, exists: Exists) -> str:
    """Return a hint to what a number without a word before it may be: only units that exist are named."""
    article, *parts = number.split(".")
    paragraph = "".join(f"({part})" for part in parts)
    readings = [
        words
        for framework, local, words in (
            ("iso27001", number, (f"clause {number}", " of ISO/IEC 27001", f"clause {number}")),
            ("iso27001", f"A.{number}", (f"control A.{number}", " of ISO/IEC 27001", f"A.{number}")),
            ("cir", number, (f"point {number}", " of the CIR's Annex", f"CIR {number}")),
            ("nis2", number, (f"Article {article}{paragraph}", " of NIS 2", f"Art. {article}{paragraph}")),
        )
        if exists(framework, local)
    ]
    if not readings:
        return "a number needs a word that says of what it is, and no unit of the known texts has this one"
    # "clause 5.1 or control A.5.1 of ISO/IEC 27001": the text is said once, behind the last of its units.
    said = [
        unit + ("" if at + 1 < len(readings) and readings[at + 1][1] == of else of)
        for at, (unit, of, _) in enumerate(readings)
    ]
    written = ", ".join(f"'{words}'" for _, _, words in readings)
    settle = "write" if len(readings) == 1 else "say framework=, or write"
    return f"it may be {' or '.join(said)}: {settle} {written}"
