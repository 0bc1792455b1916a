"""The commands about the law: what am I, which duties bind me, what may a breach cost, where to register, who answers.

Facts come as flags, as a JSON object (a file, or "-" for standard input), or as both; a flag beats the file.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

from ..._shared import counted, day
from ...dataset import load
from ...errors import InputError, quote
from ...law import (
    Classification,
    Entity,
    binds,
    classify,
    displaced_duties,
    duties,
    entity_types,
    fine_ceiling,
    member_state,
    member_states,
    registration,
)
from ...model import EntityType, Requirement
from .._common import read_record, sources_of, state_sources, warn_of_stale
from .._parser import SEVERAL
from .._terminal import show

__all__ = ["run_duties", "run_fine", "run_member_state", "run_registration", "run_scope", "run_types"]

_NO_TYPE = "a municipality is not a type of an Annex"
_BUT_LOCAL = (
    "give --public-administration local, and --opt-in-local if its State applies the Directive to such bodies "
    "(Article 2(5), point (a))"
)
_LOCAL = frozenset("municipality municipalities commune gemeinde city town local".split())
# Whoever says one of these has said what it is, without a type of an Annex.
_WITHOUT_TYPE = ("public_administration", "domain_registration", "trust_service", "critical_entity")


def _entity_of(arguments: argparse.Namespace) -> Entity:
    """Return the entity that flags and file describe."""
    path: str | None = arguments.facts
    if path is not None and path.startswith(("nis2:annex", "annex")) and not Path(path).exists():
        raise InputError(f"{quote(path)} is not a file of facts", hint=f"a type is given by its flag: --type {path}")
    record = {} if path is None else read_record(path)
    for field in attrs.fields(Entity):
        value = getattr(arguments, field.name, None)
        if value is not None:
            record[field.name] = [one for one in value if one != "none"] if field.name in SEVERAL else value
    record.update((name.replace("-", "_"), None) for name in arguments.unknown)
    if any(kind.lower() in _LOCAL for kind in arguments.types or ()):
        raise InputError(_NO_TYPE, hint=_BUT_LOCAL)
    if "types" not in record:
        if not any(record.get(name) for name in _WITHOUT_TYPE):
            hint = "--type annexI.5.1 for example (nis2map types lists all), or --type none"
            raise InputError("what the entity is was not said", hint=hint)
        record["types"] = []
    return Entity.from_dict(record)


def run_scope(arguments: argparse.Namespace) -> int:
    """Say whether an entity is in scope, and as what."""
    classification = classify(_entity_of(arguments))
    text = _scope_text(classification)
    show(arguments, lambda: _scope_record(classification), lambda: text, lambda: sources_of(text))
    return 0


def _scope_record(classification: Classification) -> dict[str, Any]:
    return classification.to_dict() | {"duties": [str(duty.ref) for duty in duties(classification)]}


def _scope_text(classification: Classification) -> str:
    lines = [str(classification)]
    if classification.missing:
        lines.append(f"Missing: {', '.join(classification.missing)}")
    lines += [f"Supervised, {place}" for place in classification.jurisdiction]
    bound = duties(classification)
    surely = " certain whatever the missing facts" if classification.missing else ""
    counts = Counter(duty.ref.framework for duty in bound)
    said = {True: "applies", False: "does not apply", None: "may apply"}
    acts = ", ".join(
        f"{counts[act.id]} of {act.name}, which {said[binds(classification, act.id)]}"
        for act in load().frameworks.values()
        if act.side == "requirement"
    )
    lines.append(f"Duties: {len(bound)}{surely} ({acts})")
    return "\n".join(lines)


def run_types(arguments: argparse.Namespace) -> int:
    """List types of entity; 1 if the words name none."""
    words = " ".join(arguments.words)
    found = entity_types(words)
    show(arguments, lambda: [kind.to_dict() for kind in found], lambda: _types_text(words, found))
    return 0 if found else 1


def _types_text(words: str, found: tuple[EntityType, ...]) -> str:
    if not found:
        if _LOCAL & set(words.lower().split()):
            return f"{_NO_TYPE}: {_BUT_LOCAL}"
        return f"no type of an Annex is about {words}; nis2map types lists all"
    lines: list[str] = []
    for kind in found:
        where = f"Annex {kind.annex}, {kind.sector_title}{f', {kind.subsector_title}' if kind.subsector_title else ''}"
        lines.append(f"{kind.ref.local:<13}  {kind.title} [{where}]{f': {kind.condition}' if kind.condition else ''}")
    return "\n".join(lines)


def run_duties(arguments: argparse.Namespace) -> int:
    """List the duties that bind an entity."""
    classification = classify(_entity_of(arguments))
    away = displaced_duties(classification)

    def chosen(units: Iterable[Requirement]) -> list[Requirement]:
        return [unit for unit in units if arguments.framework in (None, unit.ref.framework)]

    bound, gone = chosen(duties(classification)), chosen(away)
    lines = [
        f"{classification.law}: {classification.verdict}; {counted(len(bound), 'duty', 'duties')}",
        *(f"{unit.citation}: {unit.title}" for unit in bound),
        *(f"! {caveat}" for caveat in classification.caveats),
        *(f"not, {away[unit]} stands in its place: {unit.citation}: {unit.title}" for unit in gone),
    ]
    show(
        arguments,
        lambda: {
            "class": str(classification.entity_class),
            "duties": [_unit(unit) for unit in bound],
            "displaced": {str(unit.ref): away[unit] for unit in gone},
        },
        lambda: "\n".join(lines),
        lambda: [classification.note, *sources_of("\n".join([*lines, classification.note]))],
    )
    return 0


def _unit(unit: Requirement) -> dict[str, object]:
    return {"ref": str(unit.ref), "citation": unit.citation, "title": unit.title, "modality": unit.modality}


def run_fine(arguments: argparse.Namespace) -> int:
    """Say which floor the national maximum of a fine has."""
    found = fine_ceiling(classify(_entity_of(arguments)), arguments.worldwide_turnover)
    show(arguments, found.to_dict, lambda: str(found), lambda: sources_of(str(found)))
    return 0


def run_registration(arguments: argparse.Namespace) -> int:
    """Say what to register where and by when."""
    plan = registration(
        classify(_entity_of(arguments)),
        member_state=arguments.member_state,
        in_scope_since=arguments.in_scope_since,
        changed_on=arguments.changed_on,
    )
    names = ("authority", "registration", "registration_date", "registration_period", "registration_portal")
    marked = state_sources((duty.member_state for duty in plan), *names)
    show(arguments, plan.to_dict, lambda: str(plan), lambda: sources_of(str(plan), marked=marked))
    warn_of_stale({duty.member_state for duty in plan})
    return 0


def run_member_state(arguments: argparse.Namespace) -> int:
    """Show what is known of a State, or of all."""
    today = day(arguments.today, "today")
    if arguments.code is not None:
        state = member_state(arguments.code, today=today)
        show(arguments, state.to_dict, lambda: str(state))
        warn_of_stale({state.code})
        return 0
    states = member_states(today=today)
    show(
        arguments,
        lambda: [state.to_dict() for state in states],
        lambda: "\n".join(
            f"{state.code}  {state.name}: {state.law or 'law not known'}{f' ({state.status})' if state.status else ''}"
            for state in states
        ),
    )
    warn_of_stale({state.code for state in states})
    return 0
