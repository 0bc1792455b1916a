"""From texts to refs: single citations (`parse_ref`, `read_ref`) and lists of them (`parse_refs`)."""

from __future__ import annotations

import re

from ..errors import InvalidRef, UnknownRef, quote
from ._frameworks import FRAMEWORK, KnownUnits, closed_set, ids_of, is_local
from ._nearest import Exists, existence, hint_for
from ._ref import Ref, check_framework, not_text

__all__ = ["parse_ref", "parse_refs", "read_ref"]

_CANONICAL = re.compile(rf"(?P<framework>{FRAMEWORK}):(?P<local>[^:\s]+)", re.ASCII)
_LONGEST_NOUN = 100
_PART = r"\s*(?P<unit>.+?)\s*\((?P<noun>[A-Za-z][A-Za-z, -]{3,})\)\s*"  # seldom needed, so not compiled at start
_PLAIN = re.compile(r"[0-9A-Za-z.~#-]+", re.ASCII)


def parse_ref(text: Ref | str, *, framework: str | None = None, dataset: KnownUnits | None = None) -> Ref:
    """Return the unit that a text names.

    Understands canonical refs and the spellings of lawyers, auditors and spreadsheets ("Art. 21(2)(h)", "Article
    21(2), point (h)", "CIR 9.2(c)(iv)", "Annex, point 9.2(c)(iv)", "A.8.24", "ISO 27001 A 8.24", "clause 6.1.2").
    A bare number such as "5.1" has several readings and is refused unless `framework` settles them; numbers that are
    not text are never ids. The unit must exist: in the sets of NIS 2, the CIR and ISO/IEC 27001, which hold every unit
    of these texts, or in `dataset` if one is given. A `Ref` is returned as it is, and looked up in `dataset` alone.

    Raises `InvalidRef` for what is not a reference, of any type, and `UnknownRef` for a well-formed id that does not
    exist, with the nearest real ones of the same kind; `InputError` if `dataset` is no dataset.

    >>> parse_ref("Article 21(2), point (h)")
    Ref('nis2:21.2.h')
    """
    if dataset is None and framework is None and type(text) is str:
        exact = _CANONICAL.fullmatch(text)
        if exact and exact["local"] in closed_set(
            exact["framework"]
        ):  # what files and callers hold, thousands of times
            return Ref(exact["framework"], exact["local"])
    exists = existence(dataset)
    ref = _read(text, framework, exists)
    if isinstance(text, Ref) and dataset is None:
        return ref
    return _demand_existence(ref, exists, dataset)


def read_ref(text: Ref | str, *, framework: str | None = None) -> Ref:
    """Return what a text names in any of the spellings of `parse_ref`, whether such a unit exists or not.

    Raises `InvalidRef` for what is not a reference.
    """
    return _read(text, framework, existence(None))


def _demand_existence(ref: Ref, exists: Exists, dataset: KnownUnits | None) -> Ref:
    if dataset is not None and ref.framework not in dataset.frameworks:
        raise UnknownRef(
            f"the dataset has no framework {quote(ref.framework)}", hint=f"it has {', '.join(dataset.frameworks)}"
        )
    if exists(ref.framework, ref.local):
        return ref
    owner = ref.framework if dataset is None else "the dataset"
    if ref.demand and exists(ref.framework, ref.unit.local):
        raise UnknownRef(f"{owner} has no demand {quote(ref.demand)} of {ref.unit}", hint=f"the unit is {ref.unit}")
    unit = quote(ref.local if dataset is None else str(ref))
    # Closed sets hold every unit of a text, a dataset those that somebody looks up or has to meet.
    in_text = ref.unit.local in closed_set(ref.framework)
    held = f": the text has {ref.citation}, and this dataset has nothing on it" if in_text else ""
    raise UnknownRef(f"{owner} has no unit {unit}{held}", hint=hint_for(ref, exists))


def _read(text: Ref | str, framework: str | None, exists: Exists) -> Ref:
    if isinstance(text, Ref):
        if framework is not None and text.framework != framework:
            raise InvalidRef(f"{text} is of framework {text.framework}, but {framework} was asked for")
        return text
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRef(not_text(text))
    check_framework(framework)
    exact = _CANONICAL.fullmatch(text) if framework is None else None
    if exact and is_local(exact["framework"], exact["local"]):
        return _with_position(exact["framework"], exact["local"])
    from ._grammar import fold  # its patterns cost more to compile than a score, and canonical ids need none

    canonical = _CANONICAL.fullmatch(fold(text)[:512]) if ":" in text else None
    if canonical and not canonical["framework"].startswith("iso-"):  # "ISO-27001:2022" is nobody's framework
        return _canonical(canonical["framework"], canonical["local"], text, framework, exists)
    if framework is not None and ids_of(framework) is None:
        return Ref(framework, fold(text))
    if framework is not None and text in closed_set(framework):
        return Ref(framework, text)
    base, mark, demand = text.partition("#")
    if mark:
        return Ref((unit := _read(base, framework, exists)).framework, f"{unit.local}#{demand}")
    return _read_citation(text, framework, exists)


def _canonical(named: str, local: str, text: str, framework: str | None, exists: Exists) -> Ref:
    """Return the ref of a text of the form `framework:local`, the local part in canonical form or as a citation."""
    if framework is not None and named != framework:
        raise InvalidRef(f"{quote(text)} names {named}, but {framework} was asked for")
    if ids_of(named) is None or is_local(named, local):
        return _with_position(named, local)
    try:
        ref = _read(local, named, exists)  # "nis2:21(2)(h)"
    except InvalidRef as error:
        if _PLAIN.fullmatch(local):
            raise InvalidRef(f"{quote(local)} does not have the form of an id of {named}", hint=error.hint) from None
        raise
    if _PLAIN.fullmatch(local):
        # What looks canonical must be so: ids are compared as texts by other tools, and case tells users' ids apart.
        hint = f"write {ref}" if exists(ref.framework, ref.local) else ""
        raise InvalidRef(f"{quote(local)} does not have the form of an id of {named}", hint=hint)
    return ref


def _read_citation(text: str, framework: str | None, exists: Exists) -> Ref:
    from ._citation import part_of
    from ._grammar import read

    said = re.fullmatch(_PART, text, re.ASCII) if len(text) <= 2 * _LONGEST_NOUN else None
    if said:  # our own citation of a part: "Article 20(1), first subparagraph (approval)"
        try:
            unit = _read_citation(said["unit"], framework, exists)
        except InvalidRef:
            unit = None
        part = part_of(unit.framework, unit.local, said["noun"]) if unit is not None else None
        if unit is not None and part is not None:
            return Ref(unit.framework, part)
    reading = read(text, framework, exists)
    ids = ids_of(reading.framework)
    local, sub = reading.local, reading.subparagraph
    # Points are ids of their paragraph; of the subparagraph only where it is not the one that holds them, and then
    # there is no such unit.
    if sub is not None and not (reading.below and ids is not None and ids.holders.get(local, 1) == sub):
        local = f"{local}.s{sub}"
    return _with_position(reading.framework, f"{local}.{reading.below}" if reading.below else local)


def _with_position(framework: str, local: str) -> Ref:
    """Return the ref, reading a letter as the position where an Annex sector has no subsectors."""
    places = closed_set(framework)
    if local not in places and framework == "nis2":
        lettered = re.fullmatch(r"(annexI{1,2}\.\d+)\.([a-z])", local, re.ASCII)
        position = f"{lettered[1]}.{ord(lettered[2]) - ord('a') + 1}" if lettered else ""
        if position in places:
            local = position
    return Ref(framework, local)


def parse_refs(text: str, *, framework: str | None = None, dataset: KnownUnits | None = None) -> tuple[Ref, ...]:
    """Return the units that a list names, ranges expanded, in the order written and without repeats.

    Items are separated by commas, semicolons, line ends, "and" or "&" ("und", "et"); a range ("A.5.24-A.5.28",
    "A.5.24 to 28", "Art. 21(2)(a)-(c)") runs in legal order over units of one level of one framework. An item may
    leave out what it shares with the one before ("Articles 20, 21 and 23", "Art. 21(2)(a), (b)").

    Raises the errors of `parse_ref`; an empty text names nothing and gives an empty tuple.

    >>> import nis2map
    >>> [str(ref) for ref in nis2map.parse_refs("A.5.24-A.5.26, A.8.8")]
    ['iso27001:A.5.24', 'iso27001:A.5.25', 'iso27001:A.5.26', 'iso27001:A.8.8']
    """
    from ._grammar import split_list

    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidRef(not_text(text))
    check_framework(framework)
    exists = existence(dataset)
    refs: dict[Ref, None] = {}
    previous: Ref | None = None
    written = ""
    for first, last in split_list(text, ranges=framework is None or ids_of(framework) is not None):
        previous, written = _item(first, previous, written, framework, dataset)
        refs[previous] = None
        if last:
            start = previous
            previous, written = _item(last, start, written, framework, dataset, ends=True)
            refs.update(dict.fromkeys(_range(start, previous, text, exists)))
    return tuple(refs)


def _item(
    text: str,
    previous: Ref | None,
    written: str,
    framework: str | None,
    dataset: KnownUnits | None,
    *,
    ends: bool = False,
) -> tuple[Ref, str]:
    """Parse one item of a list; one that is not a reference by itself may continue the one before, `written` so."""
    from ._grammar import completed

    full = completed(text, written, ends=ends) if previous is not None else text
    try:
        return parse_ref(full, framework=framework, dataset=dataset), full
    except InvalidRef:
        bare = full.strip().strip("().").lower()
        if previous is not None and previous.framework == "cir" and re.fullmatch(r"\d+(?:\.\w+)+", bare, re.ASCII):
            return parse_ref(text, framework="cir", dataset=dataset), text
        if previous is None or not re.fullmatch(r"[a-z]{1,4}|\d{1,3}", bare, re.ASCII):
            raise
        number = "." not in previous.local or previous.local.rpartition(".")[2].isdigit()
        if bare.isdigit() != number:
            raise
        head, dot, _ = previous.local.rpartition(".")
        ref = _with_position(previous.framework, f"{head}{dot}{bare}")
        return _demand_existence(ref, existence(dataset), dataset), written


def _range(start: Ref, end: Ref, text: str, exists: Exists) -> list[Ref]:
    depth = start.local.count(".")
    if start.framework != end.framework or end.local.count(".") != depth or not start < end:
        raise InvalidRef(f"{quote(text)}: {start} to {end} is not a range upwards on one level of one framework")
    places = closed_set(start.framework)
    if not places:
        raise InvalidRef(f"{quote(text)}: ranges need a framework with a closed set of ids")
    refs = [
        Ref(start.framework, local)
        for local in places
        if local.count(".") == depth and "~" not in local and not re.search(r"\.s\d$", local)
    ]
    # A dataset may hold an end of the range that the closed set lacks.
    between = sorted({*refs, start, end})
    return [ref for ref in between if start < ref <= end and exists(ref.framework, ref.local)]
