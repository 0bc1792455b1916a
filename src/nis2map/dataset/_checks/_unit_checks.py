"""What must hold of units and demands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import cast

from ...errors import Nis2mapError, Problem, quote
from ...ids import Ref, closed_set, read_ref
from ._tables import Record, Tables, demand_ref, framework_of, rows_of

__all__ = ["closed", "demand_rows", "framework_of_unit", "order", "own_words", "parents", "refs", "titles"]


def refs(t: Tables) -> Iterator[Problem]:
    """Ids are texts that name a unit, in canonical form, each once."""
    seen: dict[str, str] = {}
    for table, number, row in rows_of(t):
        ref = row.get("ref")
        problem = partial(Problem, path=table, row=number, ref=str(ref))
        try:
            canonical = str(read_ref(ref))  # type: ignore[arg-type]  # broken data is what this is for
        except Nis2mapError as error:
            yield problem(error.message, hint=error.hint, code="bad-ref")
            continue
        if canonical != ref:
            yield problem("the id is not in canonical form", hint=f"write {canonical}", code="bad-ref")
        folded = canonical.casefold()
        if folded in seen:
            yield problem(f"the unit stands twice, first as {seen[folded]}", code="duplicate-unit")
        seen.setdefault(folded, canonical)


def framework_of_unit(t: Tables) -> Iterator[Problem]:
    """Every unit belongs to a declared framework of its side."""
    ids = [str(row.get("id")) for row in t.raw.get("frameworks", ())]
    for double in sorted({i for i in ids if ids.count(i) > 1}):
        yield Problem(f"framework {quote(double)} is declared twice", path="frameworks", code="duplicate-framework")
    for table, number, row in rows_of(t):
        framework = framework_of(str(row.get("ref")))
        side = table.removesuffix("s")
        if framework not in t.frameworks:
            message, hint = f"framework {quote(framework)} is not declared", ""
        elif t.frameworks[framework] != side:
            message = f"a {side} stands in {framework}, a framework of {t.frameworks[framework]}s"
            hint = f'Framework("{framework}", side="{side}") takes {side}s'
        else:
            continue
        yield Problem(message, path=table, row=number, ref=str(row.get("ref")), hint=hint)


def parents(t: Tables) -> Iterator[Problem]:
    """Parents exist, in the same framework, and no unit is above itself."""
    for table, number, row in rows_of(t):
        ref, parent = str(row.get("ref")), row.get("parent")
        problem = partial(Problem, path=table, row=number, ref=ref)
        if parent is None:
            continue
        if parent not in t.units:
            yield problem(f"the parent {quote(parent)} does not exist", code="dangling-parent")
        elif framework_of(str(parent)) != framework_of(ref):
            yield problem(f"the parent {parent} is of another framework", code="foreign-parent")
        elif _above_itself(t, ref):
            yield problem("the unit lies above itself", code="cycle")


def _above_itself(t: Tables, ref: str) -> bool:
    at, seen = t.units[ref][1].get("parent"), set[object]()
    # Above the unit there may be a circle that it is not part of; the units of that one say so.
    while at in t.units and at != ref and at not in seen:
        seen.add(at)
        at = t.units[str(at)][1].get("parent")
    return at == ref


def demand_rows(t: Tables) -> Iterator[Problem]:
    """Demands have labels and unique ids of their own unit."""
    for number, row in enumerate(t.raw.get("requirements", ()), 1):
        ref, seen = str(row.get("ref")), set[str]()
        problem = partial(Problem, path="requirements", row=number)
        for demand in row.get("demands", ()):
            name = demand_ref(ref, demand)
            try:
                own = read_ref(name)
            except Nis2mapError as error:
                yield problem(error.message, code="bad-demand", ref=ref)
                continue
            if str(own.unit) != ref:
                yield problem(f"the demand {name} belongs to another unit", code="foreign-demand", ref=ref)
            if name in seen:
                yield problem("the demand stands twice", code="duplicate-demand", ref=name)
            seen.add(name)
            if not str(demand.get("label", "")).strip():
                yield problem("the demand has no label", code="no-label", ref=name)


# A tag of RFC 5646, or one with an underscore as some publishers write it ("pt_BR").
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", re.ASCII)


def titles(t: Tables) -> Iterator[Problem]:
    """Titles in other languages are texts, each under the tag of its language."""
    for table, number, row in rows_of(t):
        problem = partial(Problem, path=table, row=number, ref=str(row.get("ref")))
        given = row.get("titles", {})
        if not isinstance(given, Mapping):
            yield problem(f"expected titles by language, got {quote(given)}", hint="such as {'fr': 'Sauvegardes'}")
        for lang, title in _titles(row).items():
            if not isinstance(lang, str) or not _LANGUAGE.fullmatch(lang):
                yield problem(f"expected the tag of a language, got {quote(lang)}", hint="such as fr or pt-BR")
            if not isinstance(title, str) or not title.strip():
                yield problem(f"expected a title in {quote(lang)}, got {quote(title)}", hint="leave the language out")


def _titles(row: Record) -> Mapping[object, object]:
    given = row.get("titles", {})
    return cast("Mapping[object, object]", given) if isinstance(given, Mapping) else {}


def own_words(t: Tables) -> Iterator[Problem]:
    """Each unit has a title of its own in its framework, and a summary exactly where it has no demands."""
    seen: dict[tuple[str, str, str], str] = {}
    for table, number, row in rows_of(t):
        ref, title = str(row.get("ref")), str(row.get("title", ""))
        problem = partial(Problem, path=table, row=number, ref=ref)
        if not title:
            yield problem("the unit has no title", code="no-title")
        for lang, text in {"": title, **_titles(row)}.items():
            key = (framework_of(ref), str(lang), str(text).casefold())
            if text and key in seen:
                where = f"the title in {lang}" if lang else "the title"
                yield problem(f"{where} is also that of {seen[key]}", code="same-title")
            seen.setdefault(key, ref)
        if table == "requirements" and bool(row.get("summary")) == bool(row.get("demands")):
            yield problem("a unit has either demands or a summary", code="summary")


def order(t: Tables) -> Iterator[Problem]:
    """Units stand in legal order."""
    for table in ("requirements", "controls"):
        last: Ref | None = None
        for number, row in enumerate(t.raw.get(table, ()), 1):
            try:
                ref = read_ref(str(row.get("ref")))
            except Nis2mapError:
                continue  # `refs` says so
            if last is not None and last.framework == ref.framework and not last < ref:
                yield Problem(f"it stands after {last}", path=table, row=number, ref=str(ref), code="order")
            last = ref


def closed(t: Tables) -> Iterator[Problem]:
    """No unit of a closed set is missing from a framework of controls, or from one that spells out another.

    The articles of an act that hold no unit of ours may be left out whole: what counts is that nothing is missing
    beside or below what is there.
    """
    tops: dict[str, set[str]] = {}
    for ref in t.units:
        tops.setdefault(framework_of(ref), set()).add(ref.partition(":")[2].partition(".")[0])
    for framework in t.raw.get("frameworks", ()):
        name = str(framework.get("id"))
        if framework.get("side") != "control" and not framework.get("elaborates"):
            continue
        known = tops.get(name, set())
        for local in closed_set(name):
            present = local.rpartition(".")[0]
            expected = framework.get("side") == "control" or f"{name}:{present}" in t.units or local in known
            if expected and f"{name}:{local}" not in t.units:
                yield Problem("the unit is missing", path=name, ref=f"{name}:{local}", code="missing-unit")
