"""The commands about the law: what am I, which duties bind me, what may a breach cost, where to register, who answers.

Facts come as flags, as a JSON object (a file, or "-" for standard input), or as both; a flag beats the file.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from typing import Any

from .._shared import counted, day
from ..dataset import load
from ..law import (
    Classification,
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
from ..model import EntityType, Requirement
from . import _incident
from ._common import Commands, command, number, show, state_sources, warn_of_stale, with_sources
from ._entity import add_entity, entity_of

__all__ = ["add"]

_LOCAL = frozenset("municipality municipalities commune gemeinde city town local".split())


def add(commands: Commands) -> None:
    """Declare the commands about the law."""
    add_entity(command(commands, "scope", _scope, "am I in scope of NIS 2, as what, and who supervises me"))
    types = command(
        commands, "types", _types, "the types of entity that the Annexes list, all or those words are about"
    )
    types.add_argument(
        "words", nargs="*", help="the law's words or yours: 'credit institution', saas, hospital, energy"
    )
    bound = command(commands, "duties", _duties, "which duties bind me, and which another act stands in for")
    add_entity(bound)
    bound.add_argument("--framework", choices=("nis2", "cir"), help="of one text alone")
    fine = command(commands, "fine", _fine, "the floor under the national maximum of a fine (Article 34)")
    add_entity(fine)
    words = "EUR a year, worldwide, of the whole undertaking (Article 34(4) and (5))"
    fine.add_argument("--worldwide-turnover", type=number(words), metavar="N", help=words)
    _add_registration(
        command(commands, "registration", _registration, "what to register where, by when, with which data")
    )
    _incident.add(commands)
    state = command(commands, "member-state", _member_state, "law, authority, portals and deviations of a State")
    state.add_argument("code", nargs="?", help="two letters, such as BE; all States if none is given")
    state.add_argument("--today", help="a date such as 2026-03-27; without one no status is computed")


def _scope(arguments: argparse.Namespace) -> int:
    classification = classify(entity_of(arguments))
    show(arguments, lambda: _scope_record(classification), lambda: with_sources(_scope_text(classification)))
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


def _types(arguments: argparse.Namespace) -> int:
    words = " ".join(arguments.words)
    found = entity_types(words)
    show(arguments, lambda: [kind.to_dict() for kind in found], lambda: _types_text(words, found))
    return 0 if found else 1


def _types_text(words: str, found: tuple[EntityType, ...]) -> str:
    if not found:
        if _LOCAL & set(words.lower().split()):
            return (
                "a municipality is no type of an Annex: say --public-administration local, and --opt-in-local if its "
                "State applies the Directive to such bodies (Article 2(5), point (a))"
            )
        return f"no type of an Annex is about {words}; nis2map types lists all"
    lines: list[str] = []
    for kind in found:
        where = f"Annex {kind.annex}, {kind.sector_title}{f', {kind.subsector_title}' if kind.subsector_title else ''}"
        lines.append(f"{kind.ref.local:<14}{kind.title}  [{where}]{f': {kind.condition}' if kind.condition else ''}")
    return "\n".join(lines)


def _duties(arguments: argparse.Namespace) -> int:
    classification = classify(entity_of(arguments))
    away = displaced_duties(classification)

    def chosen(units: Iterable[Requirement]) -> list[Requirement]:
        return [unit for unit in units if arguments.framework in (None, unit.ref.framework)]

    bound, gone = chosen(duties(classification)), chosen(away)
    show(
        arguments,
        lambda: {
            "class": str(classification.entity_class),
            "duties": [_unit(unit) for unit in bound],
            "displaced": {str(unit.ref): away[unit] for unit in gone},
        },
        lambda: with_sources(
            "\n".join(
                [
                    f"{classification.law}: {classification.verdict}; {counted(len(bound), 'duty', 'duties')}",
                    *(f"{unit.citation}: {unit.title}" for unit in bound),
                    *(f"! {caveat}" for caveat in classification.caveats),
                    *(f"not, {away[unit]} stands in its place: {unit.citation}: {unit.title}" for unit in gone),
                    classification.note,
                ]
            )
        ),
    )
    return 0


def _unit(unit: Requirement) -> dict[str, object]:
    return {"ref": str(unit.ref), "citation": unit.citation, "title": unit.title, "modality": unit.modality}


def _fine(arguments: argparse.Namespace) -> int:
    found = fine_ceiling(classify(entity_of(arguments)), arguments.worldwide_turnover)
    show(arguments, found.to_dict, lambda: with_sources(str(found)))
    return 0


def _add_registration(parser: argparse.ArgumentParser) -> None:
    add_entity(parser)
    parser.add_argument("--member-state", action="append", metavar="CODE", help="of these States; may be repeated")
    parser.add_argument("--in-scope-since", metavar="DATE", help="the day on which the entity came into scope")
    parser.add_argument("--changed-on", metavar="DATE", help="the day on which a registered detail changed")


def _registration(arguments: argparse.Namespace) -> int:
    plan = registration(
        classify(entity_of(arguments)),
        member_state=arguments.member_state,
        in_scope_since=arguments.in_scope_since,
        changed_on=arguments.changed_on,
    )
    names = ("authority", "registration", "registration_date", "registration_period", "registration_portal")
    marked = state_sources((duty.member_state for duty in plan), *names)
    show(arguments, plan.to_dict, lambda: with_sources(str(plan), marked=marked))
    warn_of_stale({duty.member_state for duty in plan})
    return 0


def _member_state(arguments: argparse.Namespace) -> int:
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
